#include "searcher/search.h"

#include <stdlib.h>

#include "searcher/bag.h"
#include "searcher/refine.h"

/** A segment and its size, for visiting the largest first. */
struct visit {
    uint32_t segment_idx;
    uint32_t document_count;
};

static int
compare_visits(const void *left, const void *right)
{
    const struct visit *a = left;
    const struct visit *b = right;
    if (a->document_count != b->document_count) {
        return a->document_count > b->document_count ? -1 : 1;
    }
    return (a->segment_idx > b->segment_idx) - (a->segment_idx < b->segment_idx);
}

/** The segments, largest first: the threshold that its documents set prunes the smaller ones best. */
static struct visit *
order_visits(const struct ark_plan *plan, struct ark_arena *arena)
{
    struct visit *visits = ark_arena_calloc(arena, plan->segment_count, sizeof *visits);
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        visits[i] = (struct visit){i, ark_segment_info(plan->segments[i])->document_count};
    }
    if (plan->segment_count > 0) {
        qsort(visits, plan->segment_count, sizeof *visits, compare_visits);
    }
    return visits;
}

/** What a run collects over the segments. */
struct run {
    const struct ark_search_options *options;
    struct ark_topk topk;
    struct ark_match_counts counts;
    struct ark_bag_window *window; /**< for a bag */
};

static void
run_segment(struct run *run, struct ark_matcher *matcher)
{
    bool bag = run->window != NULL && !run->options->exhaustive;
    if (bag && run->options->count) {
        ark_bag_all(matcher, run->window, &run->topk, &run->counts);
    } else if (bag) {
        ark_bag_best(matcher, run->window, &run->topk);
    } else if (run->options->count || run->options->exhaustive) {
        ark_walk_all(matcher, &run->topk, &run->counts);
    } else {
        ark_walk_best(matcher, &run->topk);
    }
}

enum ark_status
ark_plan_run(struct ark_plan *plan, const struct ark_search_options *options,
             struct ark_arena *arena, struct ark_results *out, struct ark_error *err)
{
    ARK_ASSERT((uint64_t)options->limit + options->offset <= ARK_HITS_MAX);
    struct run run = {.options = options};
    uint32_t wanted = options->limit + options->offset;
    run.topk = ark_topk_make(wanted < ARK_REFINED_HITS ? ARK_REFINED_HITS : wanted, arena);
    const struct visit *visits = order_visits(plan, arena);
    if (plan->root != NULL && ark_plan_is_bag(plan)) {
        run.window = ark_bag_window_new(arena);
    }
    for (uint32_t i = 0; i < plan->segment_count && plan->root != NULL; i++) {
        struct ark_matcher matcher;
        enum ark_status status =
            ark_matcher_open(&matcher, plan, visits[i].segment_idx, arena, err);
        if (status == ARK_OK) {
            run_segment(&run, &matcher);
            status = ark_matcher_status(&matcher);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    ark_topk_finish(&run.topk);
    if (!options->plain) {
        enum ark_status status = ark_plan_refine(plan, run.topk.hits, run.topk.count, arena, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    uint32_t found = run.topk.count < wanted ? run.topk.count : wanted;
    uint32_t skipped = options->offset < found ? options->offset : found;
    *out = (struct ark_results){.hits = run.topk.hits + skipped, .hit_count = found - skipped};
    if (options->count) {
        out->documents = run.counts.documents;
        out->all_words = run.counts.all_words;
    }
    return ARK_OK;
}

enum ark_status
ark_plan_count_matches(const struct ark_plan *plan, struct ark_arena *arena, uint64_t *out,
                       struct ark_error *err)
{
    uint64_t documents = 0;
    for (uint32_t i = 0; i < plan->segment_count && plan->root != NULL; i++) {
        struct ark_matcher matcher;
        enum ark_status status = ark_matcher_open(&matcher, plan, i, arena, err);
        if (status == ARK_OK) {
            ark_walk_count(&matcher, &documents);
            status = ark_matcher_status(&matcher);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    *out = documents;
    return ARK_OK;
}
