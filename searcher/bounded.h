/**
 * @file bounded.h
 * Upper bounds of exact scores by window, and the windows in falling order of them: where every
 * matching document could be scored exactly, only those windows need be that can reach the
 * worst of the best hits so far (as in stage1.h, but over all levels of all words).
 *
 * What a list bounds is a saturation s = tf / (tf + K). The tfs of several lists add up, so what is
 * added is tf / K = s / (1 - s): the bound of many lists together stays below 1.
 */
#ifndef ARK_SEARCHER_BOUNDED_H
#define ARK_SEARCHER_BOUNDED_H

#include "searcher/evaluate.h"

struct ark_bounded {
    struct ark_evaluator *evaluator;
    const float *bounds;      /**< by window: of a document's score */
    const float *leaf_bounds; /**< leaf after leaf, by window */
    const uint32_t
        *windows; /**< by falling bounds, but for differences below a 256th of the greatest */
    uint32_t window_count;
};

/**
 * True for a plan whose documents are scored exactly, by bounds: stage 1 scores a word at one level,
 * and of a misspelt word that is the form as written, which is the least likely to stand
 * anywhere; and for a pattern alone the bounds are as good and there is no second stage.
 */
bool ark_bounded_serves(const struct ark_plan *plan);

/**
 * Bounds of the evaluator's plan in its segment. possible is 1 for each window that is listed; NULL:
 * all that have a bound. Memory from the arena. ARK_E_CORRUPT. Cost: opens all lists of the plan,
 * some 2 ns for each of their windows and 5 for each posting of short ones.
 */
enum ark_status ark_bounded_make(struct ark_bounded *out, struct ark_evaluator *evaluator,
                                 const uint8_t *possible, struct ark_arena *arena) ARK_MUST_CHECK;

/**
 * Those documents of the set that may come to the threshold, as far as words with forms tell
 * (word_union.h).
 */
struct ark_window_bits ark_bounded_reaching(const struct ark_bounded *bounded, uint32_t window,
                                            double threshold, struct ark_window_bits set);

#endif
