/**
 * @file count.h
 * How many documents match a plan.
 *
 * Where words alone decide, the documents of each are put together as a set over
 * the segment, list after list, and the plan's tree is a matter of sets. Where
 * positions or conditions on documents decide, windows are looked at one by one.
 */
#ifndef ARK_SEARCHER_COUNT_H
#define ARK_SEARCHER_COUNT_H

#include "searcher/evaluate.h"

struct ark_plan_counts {
    uint64_t documents;
    uint64_t all_words; /**< of those, with every scored leaf closely; 0 when not asked for */
};

/**
 * Adds the living documents of the evaluator's segment that match its plan. ARK_E_CORRUPT. Cost:
 * a walk over the lists of the words.
 */
enum ark_status ark_evaluator_count(struct ark_evaluator *evaluator, bool documents_alone,
                                    struct ark_plan_counts *out) ARK_MUST_CHECK;

#endif
