#include "searcher/stage1.h"

#include "searcher/stage1_impl.h"

struct run {
    struct ark_stage1_walk walk;
    struct ark_best *best;
    uint32_t threshold; /**< a sum below it is not taken */
};

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
add_judged(struct run *run, struct ark_stage1_window *window, struct ark_window_bits *documents)
{
    const struct ark_stage1_judge *judge = &run->walk.segment->judge;
    for (uint32_t i = run->walk.listed_count; i < run->walk.segment->part_count; i++) {
        const struct ark_stage1_open *part = &run->walk.parts[i];
        uint32_t bound = part->bounds[window->number];
        if (bound == 0 || ark_bits_none(documents)) {
            continue;
        }
        struct ark_stage1_sums sums = {window->number, window->sums};
        window->rest -= bound;
        uint32_t least = ark_stage1_least(run->threshold, window->rest);
        if (!judge->add(judge->context, part->idx, documents, least, &sums)) {
            return false;
        }
        *documents = ark_bits_and(*documents, ark_stage1_reaching(window, least));
    }
    return true;
}

/** Scores a window and offers the documents that reach the threshold. */
static bool
run_window(struct run *run, uint32_t number)
{
    const struct ark_stage1_judge *judge = &run->walk.segment->judge;
    struct ark_stage1_window window;
    ark_stage1_enter(&run->walk, number, &window);
    if (judge->keeps_few && run->threshold == 0) {
        window.kept_few = true;
        if (!judge->keep(judge->context, number, &window.kept)) {
            return false;
        }
        if (ark_bits_none(&window.kept)) {
            return true;
        }
    }
    enum ark_stage1_outcome outcome = ark_stage1_sum(&run->walk, run->threshold, &window);
    if (outcome != ARK_STAGE1_SUMMED) {
        return outcome == ARK_STAGE1_PASSED_OVER;
    }
    struct ark_window_bits documents =
        ark_stage1_reaching(&window, ark_stage1_least(run->threshold, window.rest));
    if (!judge->keeps_all && !window.kept_few && !judge->keep(judge->context, number, &documents)) {
        return false;
    }
    if (!add_judged(run, &window, &documents)) {
        return false;
    }
    offer(run, &window, &documents);
    return true;
}

/** Windows are sorted by the upper bits of their bounds. */
enum { BUCKETS = 128 };

/** Windows in falling order of their bounds but for the lowest shift bits. */
struct order {
    uint32_t *windows;
    unsigned shift;
};

/** Where a window is sorted to; a bound above the parts' greatest is that of a damaged list. */
static inline uint32_t
bucket_of(uint32_t bound, unsigned shift)
{
    uint32_t bucket = bound >> shift;
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static struct order
order_windows(const struct ark_stage1_walk *walk)
{
    uint32_t firsts[BUCKETS + 1] = {0};
    struct order order = {.shift = 0};
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < walk->segment->part_count; i++) {
        greatest += walk->parts[i].reach;
    }
    while (greatest >> order.shift >= BUCKETS) {
        order.shift++;
    }
    for (uint32_t i = 0; i < walk->window_count; i++) {
        firsts[BUCKETS - bucket_of(walk->bounds[i], order.shift)]++;
    }
    for (uint32_t i = 1; i <= BUCKETS; i++) {
        firsts[i] += firsts[i - 1];
    }
    order.windows = ark_arena_alloc(walk->arena, walk->window_count * sizeof *order.windows);
    for (uint32_t i = walk->window_count; i-- > 0;) {
        order.windows[--firsts[BUCKETS - bucket_of(walk->bounds[i], order.shift)]] = i;
    }
    return order;
}

/** Windows where no document can match have no bound. */
static void
clear_impossible(const struct ark_stage1_walk *walk)
{
    const uint8_t *possible = walk->segment->judge.possible;
    for (uint32_t i = 0; i < walk->window_count && possible != NULL; i++) {
        walk->bounds[i] = possible[i] != 0 ? walk->bounds[i] : 0;
    }
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
    clear_impossible(&run.walk);
    struct order order = order_windows(&run.walk);
    for (uint32_t i = 0; i < run.walk.window_count; i++) {
        uint32_t window = order.windows[i];
        uint32_t bound = run.walk.bounds[window];
        if (bucket_of(bound, order.shift) < bucket_of(run.threshold, order.shift)) {
            break; // so are all that follow
        }
        if (bound >= run.threshold && bound > 0 && !run_window(&run, window)) {
            return false;
        }
    }
    return true;
}
