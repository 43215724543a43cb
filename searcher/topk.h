/**
 * @file topk.h
 * The best hits so far, and the score a document must reach to be one of them.
 *
 * A binary heap with the worst hit on top. Order: greater score first, then the
 * older segment, then the smaller document number; so the result does not
 * depend on the order of offers.
 */
#ifndef ARK_SEARCHER_TOPK_H
#define ARK_SEARCHER_TOPK_H

#include "searcher/search.h"

struct ark_topk {
    struct ark_hit *hits;
    uint32_t count;
    uint32_t capacity;
};

/** Room for capacity hits, in the arena. */
struct ark_topk ark_topk_make(uint32_t capacity, struct ark_arena *arena);

/** True when a comes before b in a list of hits. Two different documents are never equal. */
bool ark_hit_before(const struct ark_hit *a, const struct ark_hit *b);

/**
 * A document whose score is below this cannot be taken: negative infinity while
 * there is room, infinity when there never is any.
 */
double ark_topk_threshold(const struct ark_topk *topk);

/** Takes the hit if it is among the best; true when it did. O(log capacity). */
bool ark_topk_offer(struct ark_topk *topk, const struct ark_hit *hit);

/** Sorts the hits best first; no offers after that. */
void ark_topk_finish(struct ark_topk *topk);

/** Orders hits by where they stand, segment and document: for qsort. */
int ark_hit_compare_places(const void *left, const void *right);

#endif
