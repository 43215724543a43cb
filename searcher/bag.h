/**
 * @file bag.h
 * The best documents for a bag: optional words and phrases, perhaps with
 * exclusions. Most queries are one.
 *
 * Documents are taken in windows. In a window the postings of one word after
 * another are added to an array of sums, which costs a few nanoseconds each and
 * no comparison of cursors (term at a time: Turtle, Flood, "Query Evaluation:
 * Strategies and Optimizations", 1995). Words that cannot lift a document to
 * the threshold even together are not added, but looked up for the documents
 * that the others left within reach (MaxScore, same place), with the bounds of
 * the blocks in the window in place of the lists' own (block-max MaxScore:
 * Chakrabarti, Chaudhuri, Ganti, "Interval-based Pruning for Top-k Processing
 * over Compressed Lists", ICDE 2011).
 *
 * Scores are exact sums, so the order in which words are added does not show.
 */
#ifndef ARK_SEARCHER_BAG_H
#define ARK_SEARCHER_BAG_H

#include "searcher/prune.h"

/** True when the plan is a bag. */
bool ark_plan_is_bag(const struct ark_plan *plan);

/** The arrays of a window, used again from segment to segment. */
struct ark_bag_window;
/** New ones, in the arena. */
struct ark_bag_window *ark_bag_window_new(struct ark_arena *arena);

/** What ark_walk_best does, for a bag. */
void ark_bag_best(struct ark_matcher *matcher, struct ark_bag_window *window,
                  struct ark_topk *topk);

/** What ark_walk_all does, for a bag. */
void ark_bag_all(struct ark_matcher *matcher, struct ark_bag_window *window, struct ark_topk *topk,
                 struct ark_match_counts *counts);

#endif
