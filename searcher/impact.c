#include "searcher/impact.h"

#include <math.h>

/** A saturation of 1, and the greatest factor: 255 times it still fits 16 bits. */
enum { SATURATION_ONE = 65535, FACTOR_MAX = 257 };

uint16_t
ark_impact_saturation(uint32_t tf, float k)
{
    return (uint16_t)(ark_bm25_saturation((float)tf, k) * SATURATION_ONE);
}

void
ark_impact_table_make(struct ark_impact_table *table, const struct ark_bm25 *bm25)
{
    for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm++) {
        table->k_of_norm[norm] = ark_bm25_k(bm25, ark_norm_decode((uint8_t)norm));
    }
    for (uint32_t tf = 0; tf <= ARK_HOT_TF_TAIL; tf++) {
        for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm++) {
            table->saturation[tf][norm] = ark_impact_saturation(tf, table->k_of_norm[norm]);
        }
    }
}

struct ark_impact_bound
ark_impact_bound_make(uint16_t weight, double ratio)
{
    ARK_ASSERT(ratio >= 1);
    // weight * (bound / 255) with a saturation of 1 as 65535: a factor of weight * 257 / 65536.
    double exact = weight * ratio * 257 / 65536;
    unsigned shift = 0;
    while (shift < 15 && ceil(ldexp(exact, (int)shift + 1)) <= FACTOR_MAX) {
        shift++;
    }
    double factor = ceil(ldexp(exact, (int)shift));
    ARK_ASSERT(factor <= FACTOR_MAX);
    return (struct ark_impact_bound){(uint16_t)factor, (uint16_t)shift};
}

void
ark_impact_weights(const double *real, uint32_t count, double ratio, uint16_t *out)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += real[i];
    }
    // Each word's bound may be greater by its factor's rounding (1/128) and by 2, and its weight by 1.
    double room = (double)(ARK_IMPACT_MAX - 8 * count) / (ratio * (1 + 1.0 / 64));
    for (uint32_t i = 0; i < count; i++) {
        double share = sum > 0 ? real[i] / sum * room : 0;
        out[i] = (uint16_t)(real[i] > 0 && share < 1 ? 1 : share);
    }
}
