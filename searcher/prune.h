/**
 * @file prune.h
 * Visiting the documents of one segment: every one that matches, or only those
 * that can still be among the best.
 *
 * Pruning never changes the result: a document is passed over only when an
 * upper bound of its score is below the worst hit kept (by more than rounding
 * can make up), so ties stand as in a full walk.
 */
#ifndef ARK_SEARCHER_PRUNE_H
#define ARK_SEARCHER_PRUNE_H

#include "searcher/match.h"
#include "searcher/topk.h"

/** Living documents that match, and those of them with every word. */
struct ark_match_counts {
    uint64_t documents;
    uint64_t all_words;
};

/** Visits and scores every document that matches the plan; fills topk and adds to counts. */
void ark_walk_all(struct ark_matcher *matcher, struct ark_topk *topk,
                  struct ark_match_counts *counts);

/** Adds the living documents that match the plan, unscored. */
void ark_walk_count(struct ark_matcher *matcher, uint64_t *documents);

/**
 * Fills topk from the documents that match the plan. For any tree: ranges of
 * documents whose blocks together cannot reach the threshold are passed over
 * (block-max pruning: Ding, Suel, "Faster Top-k Document Retrieval Using
 * Block-Max Indexes", SIGIR 2011).
 */
void ark_walk_best(struct ark_matcher *matcher, struct ark_topk *topk);

#endif
