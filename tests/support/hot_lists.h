/**
 * @file hot_lists.h
 * Random segments of hot lists in memory, for tests and yardsticks of stage 1:
 * no dictionary, no store; a term is a number.
 */
#ifndef ARK_TESTS_SUPPORT_HOT_LISTS_H
#define ARK_TESTS_SUPPORT_HOT_LISTS_H

#include "searcher/stage1.h"
#include "tests/support/random.h"

/** One segment: its term number t is in lists[t] (df 0: not there). */
struct hot_segment {
    uint32_t document_count;
    uint8_t *norms;
    uint8_t *dead; /**< by document: 1 when it is */
    struct ark_hot *lists;
    struct ark_buf bytes;
    double mean_length;
};

struct hot_shape {
    uint32_t document_count;
    uint32_t term_count;
    double
        densest; /**< share of the documents that the first term stands in; the others fall as 1/rank */
    uint32_t dead_in; /**< one document in so many is dead; 0: none */
    uint32_t runs_in; /**< one term in so many stands in runs of neighbouring documents; 0: none */
    bool long_documents; /**< so that many tf pass the cap */
};

/** A segment of this shape. */
struct hot_segment hot_segment_make(struct test_random *random, const struct hot_shape *shape);
/** Frees it. */
void hot_segment_dispose(struct hot_segment *segment);

#endif
