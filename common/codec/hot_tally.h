/**
 * @file hot_tally.h
 * A window of a hot record with all its documents at hand: how often the words
 * stand in each, and how often in those before it, which is where its positions
 * are in the cold record. Worth it for who asks for several documents of a window;
 * for one there is ark_hot_lookup.
 */
#ifndef ARK_CODEC_HOT_TALLY_H
#define ARK_CODEC_HOT_TALLY_H

#include "common/base/compiler.h"
#include "common/codec/hot_postings.h"

struct ark_hot_tally {
    uint64_t bits[2];   /**< the documents that are there */
    uint32_t documents; /**< their number */
    bool by_local;      /**< else by rank: */
    uint32_t tfs[ARK_WINDOW];
    uint32_t before[ARK_WINDOW]; /**< occurrences in the documents before */
};

/** The documents of a place that was found (ark_hot_find_window), of which nothing more is known. False when damaged. */
bool ark_hot_tally_open(struct ark_hot_tally *out, const struct ark_hot_place *place);

/**
 * Fills in tfs and before, when that was done. False when damaged, as with 2^32 occurrences: no
 * cold window has room for so many. Cost: 10 ns, and 1 for each
 * document (of those that stand by local: place) of the window; 2 for each tail.
 */
bool ark_hot_tally_fill(struct ark_hot_tally *tally, const struct ark_hot_place *place);

/** How many documents come before one. */
static inline uint32_t
ark_hot_tally_rank(const struct ark_hot_tally *tally, uint32_t local)
{
    uint64_t below = tally->bits[local / 64] & (((uint64_t)1 << local % 64) - 1);
    return ark_popcount64(below) + (local < 64 ? 0 : ark_popcount64(tally->bits[0]));
}

/** The place in tfs and before of a document that is there. */
static inline uint32_t
ark_hot_tally_idx(const struct ark_hot_tally *tally, uint32_t local)
{
    return tally->by_local ? local : ark_hot_tally_rank(tally, local);
}

#endif
