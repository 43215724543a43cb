#include "tests/bench/ways.h"

#include <string.h>
#include <time.h>

#include "searcher/candidates.h"
#include "tests/support/yardstick.h"

const char *const way_names[WAY_COUNT] = {
    [WAY_ARK] = "ark",
    [WAY_PLAIN] = "plain",
    [WAY_STAGES] = "stages",
    [WAY_EXHAUSTIVE] = "exhaustive",
    [WAY_PLAN] = "plan",
    [WAY_LIGHT] = "light",
    [WAY_WINDOWS] = "windows",
    [WAY_MAXSCORE] = "maxscore",
    [WAY_DOCUMENTS] = "documents",
};

/** A query at work. */
struct answering {
    struct bench *bench;
    enum way way;
    struct ark_plan *plan;
    struct ark_topk topk; // of the yardsticks
    struct ark_best best; // of stage 1
    uint64_t walk_ns;     // of the walk over the lists alone
    struct ark_error *err;
};

uint64_t
bench_cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/**
 * Gives each list a part of its own: the yardsticks know no other. Several lists
 * of a word, which has spellings, then score one by one, with a share of its
 * weight, so that sums keep their limit; for every way alike.
 */
static void
split_parts(struct ark_stage1_segment *segment, struct ark_arena *arena)
{
    uint32_t lists = 0;
    for (uint32_t i = 0; i < segment->part_count; i++) {
        lists += segment->parts[i].list_count;
    }
    struct ark_stage1_part *parts = ark_arena_calloc(arena, lists, sizeof *parts);
    uint32_t count = 0;
    for (uint32_t i = 0; i < segment->part_count; i++) {
        const struct ark_stage1_part *part = &segment->parts[i];
        for (uint32_t k = 0; k < part->list_count; k++) {
            parts[count++] =
                (struct ark_stage1_part){.weight = (uint16_t)(part->weight / part->list_count),
                                         .lists = &part->lists[k],
                                         .list_count = 1};
        }
    }
    segment->parts = parts;
    segment->part_count = count;
}

/** Walks over the lists of a segment in the way asked for; false after damage. */
static bool
walk(struct answering *of, struct ark_stage1_segment *segment, const struct ark_impact_table *table)
{
    struct ark_arena *arena = &of->bench->arena;
    bool good = true;
    if (of->way != WAY_LIGHT) {
        split_parts(segment, arena);
    }
    if (segment->part_count == 0) {
        return true;
    }
    uint64_t start_ns = bench_cpu_ns();
    if (of->way == WAY_MAXSCORE) {
        yardstick_maxscore(segment, table, &of->topk, arena);
    } else if (of->way == WAY_DOCUMENTS) {
        yardstick_exhaustive(segment, table, &of->topk, arena);
    } else {
        good = ark_stage1_run(segment, table, &of->best, arena);
    }
    of->walk_ns += bench_cpu_ns() - start_ns;
    return good;
}

/** The best documents by stage 1, or by a yardstick over what it reads. */
static enum ark_status
run_light(struct answering *of, uint32_t limit)
{
    struct ark_arena *arena = &of->bench->arena;
    struct ark_candidates candidates;
    enum ark_status status = ARK_OK;
    of->topk = ark_topk_make(limit, arena);
    of->best = ark_best_make(limit, arena);
    if (of->plan->root == NULL) {
        return ARK_OK;
    }
    ark_candidates_make(&candidates, of->plan, arena);
    if (of->way == WAY_LIGHT) { // as an engine that has nothing but light classes
        uint32_t leaves = of->plan->leaf_count;
        memset(candidates.weights + leaves, 0, 2 * (size_t)leaves * sizeof *candidates.weights);
    }
    for (uint32_t i = 0; i < of->plan->segment_count && status == ARK_OK; i++) {
        struct ark_stage1_segment segment;
        status =
            ark_candidates_segment(&candidates, ark_plan_evaluator(of->plan, i, of->err), &segment);
        if (status == ARK_OK && !walk(of, &segment, candidates.table)) {
            status = ark_error_set(of->err, ARK_E_CORRUPT, "the index is damaged");
        }
    }
    ark_topk_finish(&of->topk);
    ark_best_sort(&of->best);
    ark_arena_dispose(&of->plan->scratch);
    return status;
}

static enum ark_status
run_whole(struct answering *of, uint32_t limit, uint32_t *hits)
{
    static const enum ark_search_mode modes[WAY_COUNT] = {
        [WAY_STAGES] = ARK_SEARCH_STAGES, [WAY_EXHAUSTIVE] = ARK_SEARCH_EXACT};
    struct ark_search_options options = {
        .limit = limit, .plain = of->way != WAY_ARK, .mode = modes[of->way]};
    struct ark_results results;
    enum ark_status status = ark_plan_run(of->plan, &options, &of->bench->arena, &results, of->err);
    *hits = status == ARK_OK ? results.hit_count : 0;
    return status;
}

enum ark_status
bench_answer(struct bench *bench, enum way way, ark_str text, uint32_t limit, uint32_t *hits,
             uint64_t *took_ns, struct ark_error *err)
{
    const struct ark_query_options as_typed = {.all = false};
    struct answering of = {.bench = bench, .way = way, .err = err};
    struct ark_query *query = NULL;
    uint64_t start_ns = bench_cpu_ns();
    *hits = 0;
    ark_arena_reset(&bench->arena);
    enum ark_status status =
        ark_query_parse(text, &as_typed, bench->analyzer, &bench->arena, &query, err);
    if (status == ARK_OK) {
        status = ark_plan_make(bench->snapshot, query, &bench->arena, &of.plan, err);
    }
    if (status == ARK_OK && way < WAY_PLAN) {
        status = run_whole(&of, limit, hits);
    } else if (status == ARK_OK && way > WAY_PLAN) {
        status = run_light(&of, limit);
        *hits = of.topk.count + of.best.count;
    }
    if (status == ARK_E_LIMIT) {
        status = ARK_OK; // a query that is refused is answered, too
    }
    *took_ns = way > WAY_LIGHT ? of.walk_ns : bench_cpu_ns() - start_ns;
    return status;
}
