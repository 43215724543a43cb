/**
 * @file refine.h
 * Adds to the scores of the best hits what proximity.h measures, and puts them
 * in their new order.
 *
 * Only the ARK_REFINED_HITS best can gain, whatever is asked for, so a page
 * shows the same hits however it is cut. The order stays whole: what is added
 * is never negative, so a hit that was not refined belongs behind all that were.
 */
#ifndef ARK_SEARCHER_REFINE_H
#define ARK_SEARCHER_REFINE_H

#include "searcher/plan.h"
#include "searcher/proximity.h"

/** Notes weights and neighbours in the plan's leaves. */
void ark_plan_prepare_refining(struct ark_plan *plan);

/**
 * Refines the first ARK_REFINED_HITS of count hits, which stand best first, and sorts them again.
 * ARK_E_CORRUPT. Cost: for each of them a look-up in every list of a word and the positions there.
 */
enum ark_status ark_plan_refine(struct ark_plan *plan, struct ark_hit *hits, uint32_t count,
                                struct ark_error *err) ARK_MUST_CHECK;

/** What a hit gains; of a hit that was not refined: nothing. ARK_E_CORRUPT. */
enum ark_status ark_plan_proximity(struct ark_plan *plan, const struct ark_hit *hit,
                                   struct ark_proximity *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
