/**
 * @file refine.h
 * Adds to the scores of the best hits what proximity.h measures, and puts them
 * in their new order.
 *
 * Only the ARK_REFINED_HITS best can gain, whatever is asked for, so a page
 * shows the same hits however it is cut. The order stays whole: what is added
 * is never negative, so a hit that was not refined belongs behind all that were.
 * Of these only those are measured whose gain, bounded by how often the words
 * stand there (ark_hit.gain), could bring them among the hits wanted: the
 * result is as if all were.
 */
#ifndef ARK_SEARCHER_REFINE_H
#define ARK_SEARCHER_REFINE_H

#include "searcher/plan.h"
#include "searcher/proximity.h"

/** Notes weights and neighbours in the plan's leaves, so that scoring bounds what hits can gain. */
void ark_plan_prepare_refining(struct ark_plan *plan);

/**
 * Refines the first ARK_REFINED_HITS of count hits, which stand best first, and
 * sorts them again: the first wanted are the best. ARK_E_CORRUPT. Cost: for about a half of
 * them a look-up in every list and the positions of the words there.
 */
enum ark_status ark_plan_refine(struct ark_plan *plan, struct ark_hit *hits, uint32_t count,
                                uint32_t wanted, struct ark_error *err) ARK_MUST_CHECK;

/** What a hit gains; of a hit that was not refined: nothing. ARK_E_CORRUPT. */
enum ark_status ark_plan_proximity(struct ark_plan *plan, const struct ark_hit *hit,
                                   struct ark_proximity *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
