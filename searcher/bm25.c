#include "searcher/bm25.h"

#include <math.h>

#include "common/store/lists.h"

const double ark_level_weight[ARK_LEVEL_COUNT] = {
    [ARK_LEVEL_FORM] = 1.0,
    [ARK_LEVEL_LIGHT] = 0.95,
    [ARK_LEVEL_STEM] = 0.9,
    [ARK_LEVEL_SKELETON] = 0.6,
};

_Static_assert(ARK_LEVEL_COUNT == 4, "a vector has an element for each level");

const ark_float4 ark_level_sets[1 << ARK_LEVEL_COUNT] = {
    {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0},
    {0, 1, 1, 0}, {1, 1, 1, 0}, {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
    {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1},
};

const char *
ark_level_name(enum ark_level level)
{
    static const char *const names[ARK_LEVEL_COUNT] = {
        [ARK_LEVEL_FORM] = "form",
        [ARK_LEVEL_LIGHT] = "light",
        [ARK_LEVEL_STEM] = "stem",
        [ARK_LEVEL_SKELETON] = "skeleton",
    };
    return names[level];
}

struct ark_bm25
ark_bm25_make(double mean_length)
{
    ARK_ASSERT(mean_length > 0);
    return (struct ark_bm25){
        .k_fixed = ARK_BM25_K1 * (1 - ARK_BM25_B),
        .k_per_token = ARK_BM25_K1 * ARK_BM25_B / mean_length,
    };
}

double
ark_bm25_idf(uint64_t document_count, uint64_t df)
{
    ARK_ASSERT(df <= document_count);
    double with = (double)df;
    double without = (double)(document_count - df);
    return log(1 + (without + 0.5) / (with + 0.5));
}

void
ark_bm25_bounds_make(struct ark_bm25_bounds *bounds, double segment_mean_length, double mean_length)
{
    // Stored bounds hold for scoring as it is.
    ARK_ASSERT(ARK_BM25_K1 >= ARK_BOUND_K1);
    ARK_ASSERT(ARK_BM25_B == ARK_BOUND_B);
    // K grows with length over mean, so a greater mean makes K smaller, by their ratio at most:
    // tf / (tf + K) <= s gives K / tf >= (1 - s) / s, and tf / (tf + K / r) <= s / (s + (1 - s) / r).
    double ratio = mean_length > segment_mean_length ? mean_length / segment_mean_length : 1;
    // Widened by more than the rounding of a float.
    const double slack = 1 + 1e-6;
    for (uint32_t i = 0; i < ARK_BOUND_STEPS; i++) {
        double stored = (double)i / (ARK_BOUND_STEPS - 1);
        double bound = i == 0 ? 0 : stored / (stored + (1 - stored) / ratio);
        bounds->saturation[i] = (float)(bound * slack);
    }
}

uint64_t
ark_bm25_df_of_any(const uint64_t *df, uint32_t count, uint64_t document_count)
{
    double without = 1; // the share of documents that have none of them
    for (uint32_t i = 0; i < count && document_count > 0; i++) {
        without *= 1 - (double)df[i] / (double)document_count;
    }
    return document_count == 0 ? 0 : (uint64_t)((double)document_count * (1 - without) + 0.5);
}
