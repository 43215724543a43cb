#include "searcher/stage1.h"

#include <string.h>

/** A hot list and where its windows are. */
struct list {
    const struct ark_hot *hot;
    uint32_t *entries; /**< by window: entry + 1, or 0; SPARSE */
    uint32_t *docs;    /**< SMALL */
    uint32_t *tfs;     /**< SMALL */
};

/** A part at work. */
struct part {
    const struct ark_stage1_part *plan;
    uint32_t idx;
    struct ark_impact_bound bound;
    struct list *lists;
    const uint8_t *bounds; /**< by window */
    uint32_t reach;        /**< its greatest bound of an impact */
};

struct run {
    const struct ark_stage1_segment *segment;
    const struct ark_impact_table *table;
    struct ark_topk *topk;
    struct ark_arena *arena;
    uint32_t window_count;
    struct part *parts;    /**< by falling reach, but those with bounds of their own last */
    uint32_t listed_count; /**< parts that have lists */
    uint16_t *bounds;      /**< by window */
    uint32_t threshold;    /**< a sum below it is not taken */
};

/** One window while it is scored. */
struct window {
    uint32_t number;
    uint32_t rest; /**< what parts that have not been added can still add */
    uint16_t sums[ARK_WINDOW];
};

/** Arrays by window are a multiple of this long, so that vectors fit. */
enum { LANES = 16, VECTOR = 8 };

static uint32_t
padded(uint32_t window_count)
{
    return (window_count + LANES - 1) / LANES * LANES;
}

/* Bounds. */

/** Adds bounds, cut at 255: a saturation is below 1, and that of a sum at most the sum of theirs. */
static void
raise_bound(uint8_t *bound, uint8_t by)
{
    unsigned sum = (unsigned)*bound + by;
    *bound = (uint8_t)(sum > UINT8_MAX ? UINT8_MAX : sum);
}

/** Decodes a SMALL list and bounds its windows by what stands there. */
static bool
place_small(const struct run *run, struct list *list, uint8_t *bounds)
{
    uint32_t df = list->hot->df;
    list->docs = ark_arena_alloc(run->arena, ARK_HOT_SMALL_DF * sizeof *list->docs);
    list->tfs = ark_arena_alloc(run->arena, ARK_HOT_SMALL_DF * sizeof *list->tfs);
    if (!ark_hot_small(list->hot, list->docs, list->tfs)) {
        return false;
    }
    for (uint32_t i = 0, end = 0; i < df; i = end) {
        uint32_t window = list->docs[i] / ARK_WINDOW;
        unsigned greatest = 0;
        for (end = i; end < df && list->docs[end] / ARK_WINDOW == window; end++) {
            uint8_t norm = run->segment->norms[list->docs[end]];
            uint16_t saturation =
                ark_impact_saturation(list->tfs[end], run->table->k_of_norm[norm]);
            greatest = saturation > greatest ? saturation : greatest;
        }
        raise_bound(&bounds[window], (uint8_t)((greatest + 256) / 257));
    }
    return true;
}

static bool
place_windows(const struct run *run, struct list *list, uint8_t *bounds)
{
    const struct ark_hot *hot = list->hot;
    uint32_t *windows = ark_arena_alloc(run->arena, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return false;
    }
    list->entries = ark_arena_calloc(run->arena, run->window_count, sizeof *list->entries);
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        list->entries[windows[i]] = i + 1;
        raise_bound(&bounds[windows[i]], hot->bounds[i]);
    }
    return true;
}

static void
place_dense(const struct list *list, bool alone, uint8_t *bounds)
{
    const struct ark_hot *hot = list->hot;
    if (alone) {
        memcpy(bounds + hot->first_window, hot->bounds, hot->entry_count);
        return;
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        raise_bound(&bounds[hot->first_window + i], hot->bounds[i]);
    }
}

/** Opens the lists of a part and fills in its bounds. */
static bool
open_part(struct run *run, struct part *part)
{
    const struct ark_stage1_part *plan = part->plan;
    ARK_DEBUG_ASSERT(plan->list_count > 0 || plan->bounds != NULL);
    double ratio = run->segment->ratio;
    bool unbounded = ratio > ARK_IMPACT_RATIO_MAX;
    part->bound = ark_impact_bound_make(plan->weight, unbounded ? 1 : ratio);
    uint8_t *bounds = ark_arena_calloc(run->arena, padded(run->window_count), 1);
    part->lists = ark_arena_calloc(run->arena, plan->list_count + 1, sizeof *part->lists);
    for (uint32_t i = 0; i < plan->list_count; i++) {
        struct list *list = &part->lists[i];
        list->hot = &plan->lists[i];
        ARK_ASSERT(list->hot->document_count == run->segment->document_count);
        bool placed = true;
        if (list->hot->kind == ARK_HOT_SMALL) {
            placed = place_small(run, list, bounds);
        } else if (list->hot->kind == ARK_HOT_SPARSE) {
            placed = place_windows(run, list, bounds);
        } else {
            place_dense(list, plan->list_count == 1, bounds);
        }
        if (!placed) {
            return false;
        }
    }
    if (plan->list_count == 0 && plan->bounds != NULL) {
        memcpy(bounds, plan->bounds, run->window_count);
    }
    for (uint32_t i = 0; i < run->window_count && unbounded; i++) {
        bounds[i] = bounds[i] > 0 ? UINT8_MAX : 0;
    }
    part->bounds = bounds;
    return true;
}

/** Adds what the part can have to the bound of each window, and notes the greatest. */
static void
add_bounds(struct run *run, struct part *part)
{
    uint8_t greatest = 0;
    for (uint32_t i = 0; i < run->window_count; i++) {
        run->bounds[i] =
            (uint16_t)(run->bounds[i] + ark_impact_of_bound(part->bound, part->bounds[i]));
        greatest = part->bounds[i] > greatest ? part->bounds[i] : greatest;
    }
    part->reach = ark_impact_of_bound(part->bound, greatest);
}

static bool
part_before(const struct part *a, const struct part *b)
{
    bool a_listed = a->plan->list_count > 0;
    bool b_listed = b->plan->list_count > 0;
    return a_listed != b_listed ? a_listed : a->reach > b->reach;
}

static bool
open_parts(struct run *run)
{
    uint32_t count = run->segment->part_count;
    run->parts = ark_arena_calloc(run->arena, count, sizeof *run->parts);
    for (uint32_t i = 0; i < count; i++) {
        struct part part = {.plan = &run->segment->parts[i], .idx = i};
        if (!open_part(run, &part)) {
            return false;
        }
        add_bounds(run, &part);
        run->listed_count += part.plan->list_count > 0 ? 1 : 0;
        uint32_t at = i;
        for (; at > 0 && part_before(&part, &run->parts[at - 1]); at--) {
            run->parts[at] = run->parts[at - 1];
        }
        run->parts[at] = part;
    }
    return true;
}

/* Sums. */

/** Adds a decoded window of a list. */
static void
add_window(const struct run *run, struct window *window, uint32_t weight,
           const struct ark_hot_window *decoded)
{
    const uint16_t(*saturation)[ARK_NORM_COUNT] = run->table->saturation;
    const uint8_t *norms = run->segment->norms + (size_t)window->number * ARK_WINDOW;
    if (decoded->by_local) {
        uint32_t left = run->segment->document_count - window->number * ARK_WINDOW;
        uint32_t count = left < ARK_WINDOW ? left : ARK_WINDOW;
        for (uint32_t i = 0; i < count; i++) {
            window->sums[i] = (uint16_t)(window->sums[i] +
                                         ark_impact(weight, saturation[decoded->tfs[i]][norms[i]]));
        }
        return;
    }
    for (uint32_t i = 0; i < decoded->count; i++) {
        uint32_t local = decoded->locals[i];
        window->sums[local] =
            (uint16_t)(window->sums[local] +
                       ark_impact(weight, saturation[decoded->tfs[i]][norms[local]]));
    }
}

/** Adds what a document with this tf, above the table's or a sum, has. */
static void
add_document(const struct run *run, struct window *window, uint32_t weight, uint32_t local,
             uint32_t tf)
{
    uint8_t norm = run->segment->norms[(size_t)window->number * ARK_WINDOW + local];
    uint16_t saturation = tf < ARK_HOT_TF_TAIL
                              ? run->table->saturation[tf][norm]
                              : ark_impact_saturation(tf, run->table->k_of_norm[norm]);
    window->sums[local] = (uint16_t)(window->sums[local] + ark_impact(weight, saturation));
}

/** Sums of tf, which a document's length bounds, stay below this. */
static void
raise_tf(uint32_t *tf, uint32_t by)
{
    *tf = by > UINT32_MAX - *tf ? UINT32_MAX : *tf + by;
}

/** The first of the ascending docs that is at least doc, or count. */
static uint32_t
first_not_before(const uint32_t *docs, uint32_t count, uint32_t doc)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (docs[middle] < doc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Adds the tf of a list in the window to tfs by local. False when damaged. */
static bool
collect_tfs(const struct list *list, uint32_t window, uint32_t tfs[ARK_WINDOW])
{
    const struct ark_hot *hot = list->hot;
    struct ark_hot_window decoded;
    if (hot->kind == ARK_HOT_SMALL) {
        uint32_t first = first_not_before(list->docs, hot->df, window * ARK_WINDOW);
        for (uint32_t i = first; i < hot->df && list->docs[i] / ARK_WINDOW == window; i++) {
            raise_tf(&tfs[list->docs[i] % ARK_WINDOW], list->tfs[i]);
        }
        return true;
    }
    uint32_t entry = list->entries != NULL ? list->entries[window] - 1 : ark_hot_find(hot, window);
    if (entry == ARK_HOT_NO_ENTRY) {
        return true;
    }
    if (!ark_hot_window(hot, entry, window, &decoded)) {
        return false;
    }
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t tf = decoded.tfs[i];
        if (tf == ARK_HOT_TF_TAIL && tail < decoded.tail_count) {
            tf = decoded.tails[tail++];
        }
        raise_tf(&tfs[decoded.by_local ? i : decoded.locals[i]], tf);
    }
    return true;
}

/** Adds a part whose lists must be put together first, or have tfs that the table does not know. */
static bool
add_collected(const struct run *run, struct window *window, const struct part *part)
{
    uint32_t tfs[ARK_WINDOW] = {0};
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        if (!collect_tfs(&part->lists[i], window->number, tfs)) {
            return false;
        }
    }
    for (uint32_t local = 0; local < ARK_WINDOW; local++) {
        if (tfs[local] > 0) {
            add_document(run, window, part->plan->weight, local, tfs[local]);
        }
    }
    return true;
}

static bool
add_part(const struct run *run, struct window *window, const struct part *part)
{
    const struct list *list = &part->lists[0];
    const struct ark_hot *hot = list->hot;
    if (part->plan->list_count > 1 || hot->kind == ARK_HOT_SMALL) {
        return add_collected(run, window, part);
    }
    uint32_t entry = hot->kind == ARK_HOT_SPARSE ? list->entries[window->number] - 1
                                                 : window->number - hot->first_window;
    struct ark_hot_window decoded;
    if (!ark_hot_window(hot, entry, window->number, &decoded)) {
        return false;
    }
    if (ARK_UNLIKELY(decoded.tail_count > 0)) {
        return add_collected(run, window, part);
    }
    add_window(run, window, part->plan->weight, &decoded);
    return true;
}

#ifdef ARK_PORTABLE
static uint32_t
greatest_sum(const struct window *window)
{
    uint16_t greatest = 0;
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        greatest = window->sums[i] > greatest ? window->sums[i] : greatest;
    }
    return greatest;
}
#else
static uint32_t
greatest_sum(const struct window *window)
{
    ark_i16x8 greatest = {0};
    for (uint32_t i = 0; i < ARK_WINDOW; i += VECTOR) {
        ark_i16x8 sums;
        memcpy(&sums, window->sums + i, sizeof sums);
        ark_i16x8 more = sums > greatest;
        greatest = (sums & more) | (greatest & ~more);
    }
    int16_t most = 0;
    for (uint32_t i = 0; i < VECTOR; i++) {
        most = (int16_t)(greatest[i] > most ? greatest[i] : most);
    }
    return (uint32_t)most;
}
#endif

/* Windows. */

/** The documents whose sum is at least least. */
static struct ark_window_bits
reaching(const struct run *run, const struct window *window, uint32_t least)
{
    struct ark_window_bits documents = {{0}};
    uint32_t left = run->segment->document_count - window->number * ARK_WINDOW;
    uint32_t count = left < ARK_WINDOW ? left : ARK_WINDOW;
    for (uint32_t i = 0; i < count; i++) {
        documents.bits[i / 64] |= (uint64_t)(window->sums[i] >= least) << i % 64;
    }
    return documents;
}

static bool
none(const struct ark_window_bits *documents)
{
    return (documents->bits[0] | documents->bits[1]) == 0;
}

/** The least sum of the listed parts with which a document can be taken. */
static uint32_t
least_sum(const struct run *run, uint32_t rest)
{
    uint32_t least = run->threshold > rest ? run->threshold - rest : 0;
    return least > 0 ? least : rest > 0 ? 0 : 1;
}

static void
offer(struct run *run, const struct window *window, const struct ark_window_bits *documents)
{
    for (uint32_t half = 0; half < ARK_WINDOW / 64; half++) {
        for (uint64_t left = documents->bits[half]; left != 0; left &= left - 1) {
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            struct ark_hit hit = {
                .segment_idx = run->segment->segment_idx,
                .doc = window->number * ARK_WINDOW + local,
                .score = (float)window->sums[local],
            };
            (void)ark_topk_offer(run->topk, &hit);
        }
    }
    double threshold = ark_topk_threshold(run->topk);
    run->threshold = threshold > 0
                         ? (uint32_t)(threshold <= ARK_IMPACT_MAX ? threshold : ARK_IMPACT_MAX + 1)
                         : 0;
}

/** Scores a window and offers the documents that reach the threshold. */
static bool
run_window(struct run *run, uint32_t number)
{
    const struct ark_stage1_judge *judge = &run->segment->judge;
    struct window window = {.number = number, .rest = run->bounds[number]};
    for (uint32_t i = 0; i < run->listed_count; i++) {
        const struct part *part = &run->parts[i];
        uint32_t bound = ark_impact_of_bound(part->bound, part->bounds[number]);
        if (bound == 0) {
            continue;
        }
        if (!add_part(run, &window, part)) {
            return false;
        }
        window.rest -= bound;
        if (window.rest > 0 && greatest_sum(&window) + window.rest < run->threshold) {
            return true;
        }
    }
    uint32_t least = least_sum(run, window.rest);
    if (least > 0 && greatest_sum(&window) < least) {
        return true;
    }
    struct ark_window_bits documents = reaching(run, &window, least);
    if (none(&documents)) {
        return true;
    }
    if (!judge->keep(judge->context, number, &documents)) {
        return false;
    }
    for (uint32_t i = run->listed_count; i < run->segment->part_count; i++) {
        const struct part *part = &run->parts[i];
        uint32_t bound = ark_impact_of_bound(part->bound, part->bounds[number]);
        if (bound == 0 || none(&documents)) {
            continue;
        }
        if (!judge->add(judge->context, part->idx, number, &documents, window.sums)) {
            return false;
        }
        window.rest -= bound;
        struct ark_window_bits still = reaching(run, &window, least_sum(run, window.rest));
        documents.bits[0] &= still.bits[0];
        documents.bits[1] &= still.bits[1];
    }
    offer(run, &window, &documents);
    return true;
}

/** Windows are sorted by the upper bits of their bounds. */
enum { BUCKETS = 512 };

/** The numbers of the windows that have a bound, in falling order of it but for its lower bits. */
static uint32_t *
order_windows(const struct run *run, uint32_t *count)
{
    uint32_t firsts[BUCKETS + 1] = {0};
    unsigned shift = 0;
    uint16_t greatest = 0;
    for (uint32_t i = 0; i < run->window_count; i++) {
        greatest = run->bounds[i] > greatest ? run->bounds[i] : greatest;
    }
    while (greatest >> shift >= BUCKETS) {
        shift++;
    }
    for (uint32_t i = 0; i < run->window_count; i++) {
        firsts[BUCKETS - (run->bounds[i] >> shift)]++;
    }
    for (uint32_t i = 1; i <= BUCKETS; i++) {
        firsts[i] += firsts[i - 1];
    }
    uint32_t *order = ark_arena_alloc(run->arena, run->window_count * sizeof *order);
    for (uint32_t i = run->window_count; i-- > 0;) {
        order[--firsts[BUCKETS - (run->bounds[i] >> shift)]] = i;
    }
    *count = run->window_count;
    return order;
}

bool
ark_stage1_run(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
               struct ark_topk *topk, struct ark_arena *arena)
{
    struct run run = {
        .segment = segment,
        .table = table,
        .topk = topk,
        .arena = arena,
        .window_count = ark_window_count(segment->document_count),
    };
    run.bounds = ark_arena_calloc(arena, padded(run.window_count), sizeof *run.bounds);
    offer(&run, &(struct window){0}, &(struct ark_window_bits){{0}});
    if (!open_parts(&run)) {
        return false;
    }
    const uint8_t *possible = segment->judge.possible;
    uint32_t count = 0;
    const uint32_t *order = order_windows(&run, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t window = order[i];
        if (run.bounds[window] < run.threshold || run.bounds[window] == 0) {
            continue;
        }
        if ((possible == NULL || possible[window] != 0) && !run_window(&run, window)) {
            return false;
        }
    }
    return true;
}
