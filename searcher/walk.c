#include "searcher/walk.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "searcher/evaluate.h"

/** A look at a plan in one segment. */
struct look {
    struct ark_plan *plan;
    struct ark_evaluator *evaluator;
    struct ark_slots *slots;
    struct ark_scores *scores;
};

static void
open_look(struct look *look, struct ark_plan *plan, uint32_t segment_idx, struct ark_error *err)
{
    look->plan = plan;
    look->evaluator = ark_plan_evaluator(plan, segment_idx, err);
    look->slots = ark_xmalloc(sizeof *look->slots);
    look->scores = ark_xmalloc(sizeof *look->scores);
}

static enum ark_status
close_look(struct look *look)
{
    enum ark_status status = ark_evaluator_status(look->evaluator);
    free(look->slots);
    free(look->scores);
    ark_arena_dispose(&look->plan->scratch);
    return status;
}

static void
enter(struct look *look, uint32_t window)
{
    ark_arena_reset(&look->plan->scratch);
    ark_evaluator_enter(look->evaluator, window);
}

/** Those of the entered window's documents in set that match, with their scores if wanted. */
static struct ark_window_bits
match(struct look *look, struct ark_window_bits set, bool scores)
{
    struct ark_evaluator *evaluator = look->evaluator;
    set = ark_bits_and(set, evaluator->living);
    set = ark_evaluator_matches(evaluator, look->plan->root, set);
    ark_slots_clear(look->slots);
    if (scores && !ark_bits_none(&set)) {
        ark_slots_add(look->slots, evaluator->window, set);
        ark_evaluator_score(evaluator, look->slots, (struct ark_score_goal){0}, look->scores);
    }
    return set;
}

/** The score of a document that match() found. Without a scored leaf it is 0. */
static float
score_of(const struct look *look, uint32_t local, bool *all_words)
{
    uint32_t slot = ark_slot_of(look->slots, 0, local);
    // Without a scored leaf it has every word that is.
    *all_words = look->scores->close[slot] == look->plan->scored_count;
    return (float)look->scores->sums[slot];
}

enum ark_status
ark_plan_probe(struct ark_plan *plan, uint32_t segment_idx, struct ark_probe *probes, size_t count,
               bool scores, struct ark_error *err)
{
    struct look look;
    if (plan->root == NULL || count == 0) {
        return ARK_OK;
    }
    open_look(&look, plan, segment_idx, err);
    const uint8_t *windows = ark_evaluator_windows(look.evaluator, plan->root);
    size_t end = 0;
    for (size_t start = 0; start < count; start = end) {
        uint32_t window = probes[start].doc / ARK_WINDOW;
        struct ark_window_bits set = {{0}};
        for (end = start; end < count && probes[end].doc / ARK_WINDOW == window; end++) {
            ARK_ASSERT(end == 0 || probes[end - 1].doc < probes[end].doc);
            ark_bits_add(&set, probes[end].doc % ARK_WINDOW);
        }
        if (windows[window] == 0) {
            continue;
        }
        enter(&look, window);
        set = match(&look, set, scores);
        for (size_t i = start; i < end; i++) {
            uint32_t local = probes[i].doc % ARK_WINDOW;
            probes[i].matches = ark_bits_has(&set, local);
            if (probes[i].matches && scores) {
                probes[i].score = score_of(&look, local, &probes[i].all_words);
            }
        }
    }
    return close_look(&look);
}

/** Visits the matching documents of one window; false when the visitor has seen enough. */
static bool
visit_window(struct look *look, uint32_t window,
             bool (*visit)(void *context, const struct ark_hit *hit), void *context)
{
    struct ark_evaluator *evaluator = look->evaluator;
    enter(look, window);
    struct ark_window_bits set = match(look, evaluator->living, true);
    bool more = true;
    for (uint32_t i = ark_bits_next(&set, 0); i < ARK_WINDOW && more;
         i = ark_bits_next(&set, i + 1)) {
        struct ark_hit hit = {.segment_idx = evaluator->segment_idx,
                              .doc = window * ARK_WINDOW + i};
        hit.score = score_of(look, i, &hit.all_words);
        more = visit(context, &hit);
    }
    return more;
}

enum ark_status
ark_plan_each(struct ark_plan *plan, bool (*visit)(void *context, const struct ark_hit *hit),
              void *context, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    bool more = true;
    for (uint32_t i = 0; i < plan->segment_count && plan->root != NULL && more; i++) {
        struct look look;
        open_look(&look, plan, i, err);
        const uint8_t *windows = ark_evaluator_windows(look.evaluator, plan->root);
        for (uint32_t window = 0; window < look.evaluator->window_count && more; window++) {
            more = windows[window] == 0 || visit_window(&look, window, visit, context);
        }
        status = close_look(&look);
        more = more && status == ARK_OK;
    }
    return status;
}
