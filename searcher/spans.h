/**
 * @file spans.h
 * Words that stand close together in one document, given where each stands:
 * phrases with slop, NEAR, ONEAR. Pure functions over lists of spans.
 *
 * A list is sorted by first token, then by last, and holds no span twice.
 * A choice takes one span of each list, no two overlapping. What these
 * functions give is, for each list, the spans that some allowed choice takes;
 * all of it exact, none of it greedy.
 */
#ifndef ARK_SEARCHER_SPANS_H
#define ARK_SEARCHER_SPANS_H

#include "common/base/arena.h"

/** The tokens first to last of a document, both in it: positions as in postings. */
struct ark_token_span {
    uint32_t first;
    uint32_t last;
};

struct ark_token_spans {
    const struct ark_token_span *items;
    size_t count;
};

/**
 * Words in order, word i at least offsets[i] - offsets[i - 1] after the one
 * before it, with at most slop tokens more than that in all. Lists hold single
 * tokens. taken[i] becomes what choices take of list i, taken[count] the shortest
 * span from each taken first word on. False, and all of them empty, when there is no
 * choice. Everything lies in the arena. Cost: O(spans of all lists).
 */
bool ark_spans_phrase(const struct ark_token_spans *lists, const uint32_t *offsets, uint32_t count,
                      uint32_t slop, struct ark_arena *arena, struct ark_token_spans *taken);

/**
 * Spans of which the last one begins at most distance tokens after the end of
 * the first one; in the order of the lists when ordered. taken as above. At
 * most ARK_SPANS_NEAR_MAX lists. Cost: O(spans of all lists), but unordered
 * with three lists and more O(first spans * spans within distance * (log of them + 2^count)).
 */
bool ark_spans_near(const struct ark_token_spans *lists, uint32_t count, uint32_t distance,
                    bool ordered, struct ark_arena *arena, struct ark_token_spans *taken);

/** Lists that ark_spans_near takes. */
enum { ARK_SPANS_NEAR_MAX = 8 };

/** The union of count lists, in the arena. */
struct ark_token_spans ark_spans_union(const struct ark_token_spans *lists, uint32_t count,
                                       struct ark_arena *arena);

/** The part of a list whose spans lie in [from, to). Such parts are views. Cost: O(log spans). */
struct ark_token_spans ark_spans_between(struct ark_token_spans list, uint32_t from, uint32_t to);

#endif
