/**
 * @file yardstick.h
 * What stage 1 is measured against, over the same hot lists and impacts: the
 * textbook ways to find the best documents, a document at a time.
 */
#ifndef ARK_TESTS_SUPPORT_YARDSTICK_H
#define ARK_TESTS_SUPPORT_YARDSTICK_H

#include "searcher/stage1.h"
#include "searcher/topk.h"

/**
 * Scores every document that a list has. Every part has one list; the judge
 * sees documents that reach the threshold.
 */
void yardstick_exhaustive(const struct ark_stage1_segment *segment,
                          const struct ark_impact_table *table, struct ark_topk *topk,
                          struct ark_arena *arena);

/**
 * MaxScore (Turtle, Flood, "Query Evaluation: Strategies and Optimizations",
 * 1995): lists that cannot reach the threshold together are only looked up.
 */
void yardstick_maxscore(const struct ark_stage1_segment *segment,
                        const struct ark_impact_table *table, struct ark_topk *topk,
                        struct ark_arena *arena);

#endif
