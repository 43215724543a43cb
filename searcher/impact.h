/**
 * @file impact.h
 * Stage 1's scores: BM25 at one level in integers of 15 bits.
 *
 * An impact is weight * saturation / 2^16, cut off. Sums of impacts are exact
 * whatever the order, eight fit a vector (signed, which is what machines compare
 * fastest), and a bound on a saturation is a
 * bound on every impact made of it, since nothing here decreases. The scale is
 * chosen for each query, so that its sum of bounds fits.
 *
 * Impacts choose candidates; the scores that are shown come from bm25.h.
 */
#ifndef ARK_SEARCHER_IMPACT_H
#define ARK_SEARCHER_IMPACT_H

#include "common/codec/hot_postings.h"
#include "searcher/bm25.h"

/** Norms are bytes. */
enum { ARK_NORM_COUNT = 256 };

/** No sum of impacts or of their bounds is greater. */
enum { ARK_IMPACT_MAX = INT16_MAX };

/** Saturations by capped tf and norm, times 2^16 - 1. */
struct ark_impact_table {
    uint16_t saturation[ARK_HOT_TF_TAIL + 1][ARK_NORM_COUNT];
    float k_of_norm[ARK_NORM_COUNT]; /**< K of a document with this norm */
};

/** For documents of this mean length. Cost: some 5 microseconds. */
void ark_impact_table_make(struct ark_impact_table *table, const struct ark_bm25 *bm25);

/** tf / (tf + k) in steps of the table. */
uint16_t ark_impact_saturation(uint32_t tf, float k);

/** The impact of a saturation. */
static inline uint16_t
ark_impact(uint32_t weight, uint32_t saturation)
{
    return (uint16_t)(weight * saturation >> 16);
}

/**
 * A weight against bounds of 8 bits: the bound of an impact is at most
 * (bound * factor >> shift) + 1, in 16 bits throughout.
 */
struct ark_impact_bound {
    uint16_t factor;
    uint16_t shift;
};

/**
 * For a weight and stored bounds that may be too low by ratio >= 1: the mean
 * length now over the one they were made for, when that is greater
 * (K(length) of then <= ratio * K(length) of now).
 */
struct ark_impact_bound ark_impact_bound_make(uint16_t weight, double ratio);

/** The bound of an impact; 0 for no document. */
static inline uint16_t
ark_impact_of_bound(struct ark_impact_bound bound, uint8_t stored)
{
    unsigned product = (unsigned)stored * bound.factor;
    return (uint16_t)(stored == 0 ? 0 : (product >> bound.shift) + 1);
}

/** Stored bounds count as 255 in a segment that would need more than this ratio. */
#define ARK_IMPACT_RATIO_MAX 4.0

/**
 * Weights of count words as 16-bit integers, in proportion to real, so that the
 * bounds of all together are at most ARK_IMPACT_MAX at this ratio. A positive weight is >= 1.
 */
void ark_impact_weights(const double *real, uint32_t count, double ratio, uint16_t *out);

#endif
