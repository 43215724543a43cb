/**
 * @file candidates.h
 * Stage 1 for a plan: its scored leaves as parts of stage1.h, one segment at a time.
 *
 * A word is its light classes, scored at the light level alone. A phrase, or a
 * word that counts only in some variants of its classes, is a part with bounds
 * by window: the judge looks at positions or codes, for the documents that can
 * still be taken. Documents that match by stem or skeleton alone have no sum
 * here; when candidates are too few, the caller scores everything exactly.
 */
#ifndef ARK_SEARCHER_CANDIDATES_H
#define ARK_SEARCHER_CANDIDATES_H

#include "searcher/evaluate.h"
#include "searcher/stage1.h"

/** What the segments of a plan share. */
struct ark_candidates {
    const struct ark_plan *plan;
    struct ark_impact_table *table; /**< in the arena */
    /** By leaf; then of what matches its word below light; then of what its form adds to light. 0: not scored. */
    uint16_t *weights;
};

/** Chooses the weights. Memory from the arena. */
void ark_candidates_make(struct ark_candidates *out, const struct ark_plan *plan,
                         struct ark_arena *arena);

/**
 * Offers the best documents of the evaluator's segment to best, as keys by their
 * impacts (stage1.h). ARK_E_CORRUPT; the evaluator's status may have the reason.
 */
enum ark_status ark_candidates_find(const struct ark_candidates *candidates,
                                    struct ark_evaluator *evaluator, struct ark_best *best,
                                    struct ark_error *err) ARK_MUST_CHECK;

/** What stage 1 is given for the evaluator's segment; memory from its arena. No part: nothing to find. */
enum ark_status ark_candidates_segment(const struct ark_candidates *candidates,
                                       struct ark_evaluator *evaluator,
                                       struct ark_stage1_segment *out) ARK_MUST_CHECK;

/** True when a document matches the plan just by having a scored leaf, not counting exclusions. */
bool ark_plan_is_bag(const struct ark_plan *plan);

#endif
