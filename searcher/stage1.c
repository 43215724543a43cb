#include "searcher/stage1.h"

#include <string.h>

#include "searcher/stage1_impl.h"

struct run {
    struct ark_stage1_walk walk;
    struct ark_best *best;
    uint32_t threshold; /**< a sum below it is not taken */
};

/** The least sum with which a document can be taken when the parts not yet added have rest at most. */
static uint32_t
least_sum(const struct run *run, uint32_t rest)
{
    uint32_t least = run->threshold > rest ? run->threshold - rest : 0;
    return least > 0 ? least : rest > 0 ? 0 : 1;
}

static void
refresh_threshold(struct run *run)
{
    run->threshold = (uint32_t)(run->best->floor >> 48);
}

static void
offer(struct run *run, const struct ark_stage1_window *window,
      const struct ark_window_bits *documents)
{
    uint32_t segment_idx = run->walk.segment->segment_idx;
    for (uint32_t half = 0; half < ARK_WINDOW / 64; half++) {
        for (uint64_t left = documents->bits[half]; left != 0; left &= left - 1) {
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            ark_best_offer(run->best,
                           ark_stage1_key(segment_idx, window->number * ARK_WINDOW + local,
                                          window->sums[local]));
        }
    }
    refresh_threshold(run);
}

/** Adds the parts that the judge scores. *documents are those of the window that can be taken. */
static bool
add_judged(struct run *run, struct ark_stage1_window *window, uint32_t rest,
           struct ark_window_bits *documents)
{
    const struct ark_stage1_judge *judge = &run->walk.segment->judge;
    for (uint32_t i = run->walk.listed_count; i < run->walk.segment->part_count; i++) {
        const struct ark_stage1_open *part = &run->walk.parts[i];
        uint32_t bound = part->bounds[window->number];
        if (bound == 0 || ark_bits_none(documents)) {
            continue;
        }
        struct ark_stage1_sums sums = {window->number, window->sums};
        rest -= bound;
        if (!judge->add(judge->context, part->idx, documents, least_sum(run, rest), &sums)) {
            return false;
        }
        *documents = ark_bits_and(*documents, ark_stage1_reaching(window, least_sum(run, rest)));
    }
    return true;
}

/** Scores a window and offers the documents that reach the threshold. */
static bool
run_window(struct run *run, uint32_t number)
{
    const struct ark_stage1_segment *segment = run->walk.segment;
    const struct ark_stage1_judge *judge = &segment->judge;
    struct ark_stage1_window window;
    memset(window.sums, 0, sizeof window.sums);
    window.norms = segment->norms + (size_t)number * ARK_WINDOW;
    window.number = number;
    window.document_count = segment->document_count;
    window.greatest = 0;
    uint32_t rest = run->walk.bounds[number];
    struct ark_window_bits documents = {{0}};
    for (uint32_t i = 0; i < run->walk.listed_count; i++) {
        const struct ark_stage1_open *part = &run->walk.parts[i];
        uint32_t bound = part->bounds[number];
        if (bound == 0) {
            continue;
        }
        if (!ark_stage1_add(&run->walk, part, least_sum(run, rest), &window)) {
            return false;
        }
        rest -= bound;
        if (window.greatest < least_sum(run, rest)) {
            return true;
        }
    }
    documents = ark_stage1_reaching(&window, least_sum(run, rest));
    if (!judge->keeps_all && !judge->keep(judge->context, number, &documents)) {
        return false;
    }
    if (!add_judged(run, &window, rest, &documents)) {
        return false;
    }
    offer(run, &window, &documents);
    return true;
}

/** Windows are sorted by the upper bits of their bounds. */
enum { BUCKETS = 256 };

/** Windows in falling order of their bounds but for the lowest shift bits. */
struct order {
    uint32_t *windows;
    unsigned shift;
};

static struct order
order_windows(const struct ark_stage1_walk *walk)
{
    uint32_t firsts[BUCKETS + 1] = {0};
    struct order order = {.shift = 0};
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < walk->window_count; i++) {
        greatest = walk->bounds[i] > greatest ? walk->bounds[i] : greatest;
    }
    while (greatest >> order.shift >= BUCKETS) {
        order.shift++;
    }
    for (uint32_t i = 0; i < walk->window_count; i++) {
        firsts[BUCKETS - (walk->bounds[i] >> order.shift)]++;
    }
    for (uint32_t i = 1; i <= BUCKETS; i++) {
        firsts[i] += firsts[i - 1];
    }
    order.windows = ark_arena_alloc(walk->arena, walk->window_count * sizeof *order.windows);
    for (uint32_t i = walk->window_count; i-- > 0;) {
        order.windows[--firsts[BUCKETS - (walk->bounds[i] >> order.shift)]] = i;
    }
    return order;
}

bool
ark_stage1_run(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
               struct ark_best *best, struct ark_arena *arena)
{
    struct run run = {.walk = {.segment = segment,
                               .table = table,
                               .arena = arena,
                               .window_count = ark_window_count(segment->document_count)},
                      .best = best};
    if (segment->segment_idx > ARK_STAGE1_SEGMENT_MAX || !ark_stage1_open_parts(&run.walk)) {
        return false;
    }
    refresh_threshold(&run);
    const uint8_t *possible = segment->judge.possible;
    struct order order = order_windows(&run.walk);
    for (uint32_t i = 0; i < run.walk.window_count; i++) {
        uint32_t window = order.windows[i];
        uint32_t bound = run.walk.bounds[window];
        if (bound >> order.shift < run.threshold >> order.shift) {
            break; // so are all that follow
        }
        if (bound < run.threshold || bound == 0 || (possible != NULL && possible[window] == 0)) {
            continue;
        }
        if (!run_window(&run, window)) {
            return false;
        }
    }
    return true;
}
