/**
 * @file walk.h
 * Every document that matches a plan, or which of some given ones do. No hit is passed
 * over here, so nothing is pruned: for orders other than by score, for groups,
 * for concordances.
 */
#ifndef ARK_SEARCHER_WALK_H
#define ARK_SEARCHER_WALK_H

#include "searcher/search.h"

/** A document that is asked about. */
struct ark_probe {
    ark_docid doc;
    bool matches;   /**< the answer */
    bool all_words; /**< only with scores */
    float score;    /**< likewise; without what proximity adds */
};

/**
 * Answers for count documents of a segment, ascending. Dead ones do not match.
 * ARK_E_CORRUPT. Cost: O(count), in windows of 128 documents.
 */
enum ark_status ark_plan_probe(struct ark_plan *plan, uint32_t segment_idx,
                               struct ark_probe *probes, size_t count, bool scores,
                               struct ark_error *err) ARK_MUST_CHECK;

/**
 * Calls visit for every living document that matches, segment by segment, until
 * it returns false; visit must not use the plan. Scores are those without what proximity adds. ARK_E_CORRUPT. Cost: as
 * scoring every matching document.
 */
enum ark_status ark_plan_each(struct ark_plan *plan,
                              bool (*visit)(void *context, const struct ark_hit *hit),
                              void *context, struct ark_error *err) ARK_MUST_CHECK;

#endif
