/**
 * @file reach.h
 * The documents of a segment that have any word of a query, and how much each can score at most, as
 * its lists tell without a look at variants. Where whole families are short, adding that up costs
 * less than scoring every document, and most documents need not be.
 *
 * A word scores the maximum over levels of weight times saturation of what stands there at that
 * level. A saturation of a sum is at most the sum of saturations, so what a document can reach is
 * the sum, over the classes it has, of the saturation of all that stands there of a class times the
 * greatest weight among the levels at which variants of it match.
 */
#ifndef ARK_SEARCHER_REACH_H
#define ARK_SEARCHER_REACH_H

#include "searcher/evaluate.h"

/** A window with documents that have a word. */
struct ark_reach_window {
    struct ark_window_bits set;
    float greatest;         /**< of what follows */
    float most[ARK_WINDOW]; /**< by local: no score is greater; 0 for the others */
};

/** By window of the segment; NULL where no document has a word. */
struct ark_reach {
    struct ark_reach_window **windows;
    uint32_t window_count;
};

/**
 * Adds up what the evaluator's leaves can score, which are words alone. Memory from its arena.
 * ARK_E_CORRUPT. Cost: opens all lists of the plan, 4 ns for each of their postings.
 */
enum ark_status ark_reach_make(struct ark_reach *out,
                               struct ark_evaluator *evaluator) ARK_MUST_CHECK;

/** The documents of a window's set that can score more than least. */
struct ark_window_bits ark_reach_above(const struct ark_reach_window *window, float least);

#endif
