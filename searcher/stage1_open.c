/* Opening of the lists of stage 1, and their bounds by window. */
#include <string.h>

#include "searcher/stage1_impl.h"

/** Adds bounds, cut at 255: a saturation is below 1, and that of a sum at most the sum of theirs. */
static void
raise_bound(uint8_t *bound, uint8_t by)
{
    unsigned sum = (unsigned)*bound + by;
    *bound = (uint8_t)(sum > UINT8_MAX ? UINT8_MAX : sum);
}

static uint16_t
saturation_of(const struct ark_stage1_walk *walk, uint32_t doc, uint32_t tf)
{
    uint8_t norm = walk->segment->norms[doc];
    return tf < ARK_HOT_TF_TAIL ? walk->table->saturation[tf][norm]
                                : ark_impact_saturation(tf, walk->table->k_of_norm[norm]);
}

/**
 * Decodes a SMALL list and scores its postings; the bound of a window, among
 * bounds if they are given, is what stands there.
 */
static bool
open_small(const struct ark_stage1_walk *walk, uint32_t weight, struct ark_stage1_list *list,
           uint16_t *bounds)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    uint32_t df = list->hot->df;
    if (!ark_hot_small(list->hot, docs, tfs)) {
        return false;
    }
    list->postings = ark_arena_alloc(walk->arena, (df + 1) * sizeof *list->postings);
    list->firsts = ark_arena_alloc(walk->arena, walk->window_count);
    memset(list->firsts, ARK_STAGE1_NO_POSTING, walk->window_count);
    for (uint32_t i = df; i-- > 0;) {
        uint32_t window = docs[i] / ARK_WINDOW;
        uint16_t impact = ark_impact(weight, saturation_of(walk, docs[i], tfs[i]));
        list->postings[i] = (struct ark_stage1_posting){docs[i], tfs[i], impact};
        list->firsts[window] = (uint8_t)i;
        if (bounds != NULL) {
            bounds[window] = impact > bounds[window] ? impact : bounds[window];
        }
    }
    list->postings[df] = (struct ark_stage1_posting){.doc = UINT32_MAX};
    return true;
}

/** Finds the windows of a SPARSE list: by entry in windows. */
static bool
open_sparse(const struct ark_stage1_walk *walk, struct ark_stage1_list *list, uint32_t *windows)
{
    if (!ark_hot_windows(list->hot, windows)) {
        return false;
    }
    list->entries = ark_arena_alloc(walk->arena, walk->window_count * sizeof *list->entries);
    memset(list->entries, UINT8_MAX, walk->window_count * sizeof *list->entries);
    for (uint32_t i = 0; i < list->hot->entry_count; i++) {
        list->entries[windows[i]] = i;
    }
    return true;
}

static void
prepare_offsets(const struct ark_stage1_walk *walk, struct ark_stage1_list *list)
{
    uint32_t groups = (list->hot->entry_count - 1) / ARK_HOT_GROUP + 1;
    list->offsets =
        ark_arena_alloc(walk->arena, (size_t)groups * ARK_HOT_GROUP * sizeof *list->offsets);
    list->known = ark_arena_calloc(walk->arena, groups, 1);
}

/* A part of one list: its bounds are those of the list, times the weight. */

static bool
open_one_small(const struct ark_stage1_walk *walk, struct ark_stage1_open *part)
{
    uint32_t padded = ark_stage1_padded(walk->window_count);
    memset(part->bounds, 0, padded * sizeof *part->bounds);
    if (!open_small(walk, part->plan->weight, &part->lists[0], part->bounds)) {
        return false;
    }
    for (uint32_t i = 0; i < part->lists[0].hot->df; i++) {
        uint16_t impact = part->lists[0].postings[i].impact;
        part->reach = impact > part->reach ? impact : part->reach;
    }
    return true;
}

static bool
open_one_sparse(const struct ark_stage1_walk *walk, struct ark_impact_bound scale,
                struct ark_stage1_open *part)
{
    struct ark_stage1_list *list = &part->lists[0];
    const struct ark_hot *hot = list->hot;
    uint32_t *windows = ark_arena_alloc(walk->arena, hot->entry_count * sizeof *windows);
    if (!open_sparse(walk, list, windows)) {
        return false;
    }
    memset(part->bounds, 0, ark_stage1_padded(walk->window_count) * sizeof *part->bounds);
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        part->bounds[windows[i]] = ark_impact_of_bound(scale, hot->bounds[i]);
    }
    return true;
}

#ifndef ARK_PORTABLE
/** Scales sixteen bounds. */
static void
scale_16(struct ark_impact_bound scale, const uint8_t *stored, uint16_t *out)
{
    ark_u8x16 bytes;
    memcpy(&bytes, stored, sizeof bytes);
    ark_u16x8 low = ark_widen_low_u8x16(bytes);
    ark_u16x8 high = ark_widen_high_u8x16(bytes);
    // A comparison is -1 where it holds.
    low = (low * scale.factor >> scale.shift) - ((ark_u16x8)(low > 0));
    high = (high * scale.factor >> scale.shift) - ((ark_u16x8)(high > 0));
    memcpy(out, &low, sizeof low);
    memcpy(out + 8, &high, sizeof high);
}
#endif

/** Scales bounds of saturations to bounds of impacts. */
static void
scale_bounds(struct ark_impact_bound scale, const uint8_t *stored, uint32_t count, uint16_t *out)
{
    uint32_t i = 0;
#ifndef ARK_PORTABLE
    for (; i + 16 <= count; i += 16) {
        scale_16(scale, stored + i, out + i);
    }
#endif
    for (; i < count; i++) {
        out[i] = ark_impact_of_bound(scale, stored[i]);
    }
}

/** Scales the bounds of a DENSE list. */
static void
scale_dense(const struct ark_stage1_walk *walk, struct ark_impact_bound scale,
            struct ark_stage1_open *part, const struct ark_hot *hot)
{
    uint32_t end = hot->first_window + hot->entry_count;
    uint32_t padded = ark_stage1_padded(walk->window_count);
    memset(part->bounds, 0, hot->first_window * sizeof *part->bounds);
    scale_bounds(scale, hot->bounds, hot->entry_count, part->bounds + hot->first_window);
    memset(part->bounds + end, 0, (padded - end) * sizeof *part->bounds);
}

static bool
open_one(const struct ark_stage1_walk *walk, struct ark_impact_bound scale,
         struct ark_stage1_open *part)
{
    struct ark_stage1_list *list = &part->lists[0];
    const struct ark_hot *hot = list->hot;
    if (hot->kind == ARK_HOT_SMALL) {
        return open_one_small(walk, part);
    }
    prepare_offsets(walk, list);
    part->reach = ark_impact_of_bound(scale, hot->bound_max);
    if (hot->kind == ARK_HOT_SPARSE) {
        return open_one_sparse(walk, scale, part);
    }
    scale_dense(walk, scale, part, hot);
    return true;
}

/* A part of several lists, whose tf add up. */

/** Raises the bounds of a SMALL list's windows by what stands there. */
static void
raise_small(const struct ark_stage1_walk *walk, const struct ark_stage1_list *list, uint8_t *bounds)
{
    const struct ark_stage1_posting *posting = list->postings;
    while (posting->doc != UINT32_MAX) {
        uint32_t window = posting->doc / ARK_WINDOW;
        unsigned greatest = 0;
        for (; posting->doc / ARK_WINDOW == window; posting++) {
            uint16_t saturation = saturation_of(walk, posting->doc, posting->tf);
            greatest = saturation > greatest ? saturation : greatest;
        }
        raise_bound(&bounds[window], (uint8_t)((greatest + 256) / 257));
    }
}

static bool
open_several(const struct ark_stage1_walk *walk, struct ark_stage1_open *part, uint8_t *bounds)
{
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        struct ark_stage1_list *list = &part->lists[i];
        const struct ark_hot *hot = list->hot;
        if (hot->kind == ARK_HOT_SMALL) {
            if (!open_small(walk, part->plan->weight, list, NULL)) {
                return false;
            }
            raise_small(walk, list, bounds);
            continue;
        }
        uint32_t *windows = ark_arena_alloc(walk->arena, hot->entry_count * sizeof *windows);
        bool opened = hot->kind == ARK_HOT_SPARSE ? open_sparse(walk, list, windows)
                                                  : ark_hot_windows(hot, windows);
        if (!opened) {
            return false;
        }
        prepare_offsets(walk, list);
        for (uint32_t k = 0; k < hot->entry_count; k++) {
            raise_bound(&bounds[windows[k]], hot->bounds[k]);
        }
    }
    return true;
}

/** Scales bounds that were collected in bytes, and notes the greatest. */
static void
scale_collected(const struct ark_stage1_walk *walk, struct ark_impact_bound scale,
                const uint8_t *collected, struct ark_stage1_open *part)
{
    uint8_t greatest = 0;
    scale_bounds(scale, collected, ark_stage1_padded(walk->window_count), part->bounds);
    for (uint32_t i = 0; i < walk->window_count; i++) {
        greatest = collected[i] > greatest ? collected[i] : greatest;
    }
    part->reach = ark_impact_of_bound(scale, greatest);
}

/** Opens the lists of a part and fills in its bounds. */
static bool
open_part(const struct ark_stage1_walk *walk, struct ark_stage1_open *part)
{
    const struct ark_stage1_part *plan = part->plan;
    ARK_DEBUG_ASSERT(plan->list_count > 0 || plan->bounds != NULL);
    double ratio = walk->segment->ratio;
    bool unbounded = ratio > ARK_IMPACT_RATIO_MAX;
    struct ark_impact_bound scale = ark_impact_bound_make(plan->weight, unbounded ? 1 : ratio);
    uint32_t padded = ark_stage1_padded(walk->window_count);
    part->bounds = ark_arena_alloc(walk->arena, padded * sizeof *part->bounds);
    part->lists = ark_arena_calloc(walk->arena, plan->list_count, sizeof *part->lists);
    for (uint32_t i = 0; i < plan->list_count; i++) {
        part->lists[i].hot = &plan->lists[i];
        ARK_ASSERT(plan->lists[i].document_count == walk->segment->document_count);
    }
    bool opened = true;
    if (plan->list_count == 1) {
        opened = open_one(walk, scale, part);
    } else {
        uint8_t *collected = ark_arena_calloc(walk->arena, padded, 1);
        if (plan->list_count == 0) {
            memcpy(collected, plan->bounds, walk->window_count);
        }
        opened = open_several(walk, part, collected);
        scale_collected(walk, scale, collected, part);
    }
    for (uint32_t i = 0; i < plan->list_count && plan->maps != NULL; i++) {
        *plan->maps[i] = part->lists[i].entries;
    }
    bool stored = plan->list_count != 1 || plan->lists[0].kind != ARK_HOT_SMALL;
    if (opened && unbounded && stored) {
        part->reach = ark_impact_of_bound(scale, UINT8_MAX);
        for (uint32_t i = 0; i < walk->window_count; i++) {
            part->bounds[i] = part->bounds[i] > 0 ? part->reach : 0;
        }
    }
    return opened;
}

/** Adds the bounds of a part to those of the windows. */
static void
add_bounds(const struct ark_stage1_walk *walk, const struct ark_stage1_open *part)
{
    uint32_t padded = ark_stage1_padded(walk->window_count);
#ifdef ARK_PORTABLE
    for (uint32_t i = 0; i < padded; i++) {
        walk->bounds[i] = (uint16_t)(walk->bounds[i] + part->bounds[i]);
    }
#else
    for (uint32_t i = 0; i < padded; i += 8) {
        ark_u16x8 sums;
        ark_u16x8 more;
        memcpy(&sums, walk->bounds + i, sizeof sums);
        memcpy(&more, part->bounds + i, sizeof more);
        sums += more;
        memcpy(walk->bounds + i, &sums, sizeof sums);
    }
#endif
}

static bool
part_before(const struct ark_stage1_open *a, const struct ark_stage1_open *b)
{
    bool a_listed = a->plan->list_count > 0;
    bool b_listed = b->plan->list_count > 0;
    return a_listed != b_listed ? a_listed : a->reach > b->reach;
}

/** Bytes of a list that are asked for before they are needed, and in which steps. */
enum { PREFETCH_BYTES = 4096, CACHE_LINE = 64 };

/**
 * Windows are visited in an order that no processor foresees; most lists are
 * short enough to be fetched whole while others are opened.
 */
static void
prefetch_lists(const struct ark_stage1_segment *segment)
{
    for (uint32_t i = 0; i < segment->part_count; i++) {
        for (uint32_t k = 0; k < segment->parts[i].list_count; k++) {
            const struct ark_hot *hot = &segment->parts[i].lists[k];
            const uint8_t *from = hot->kind == ARK_HOT_SMALL ? hot->data : hot->bounds;
            const uint8_t *to = hot->data + hot->data_bytes;
            to = to - from < PREFETCH_BYTES ? to : from + PREFETCH_BYTES;
            for (const uint8_t *at = from; at < to; at += CACHE_LINE) {
                ARK_PREFETCH(at);
            }
        }
    }
}

bool
ark_stage1_open_parts(struct ark_stage1_walk *walk)
{
    prefetch_lists(walk->segment);
    uint32_t count = walk->segment->part_count;
    uint32_t padded = ark_stage1_padded(walk->window_count);
    walk->bounds = ark_arena_calloc(walk->arena, padded, sizeof *walk->bounds);
    walk->parts = ark_arena_calloc(walk->arena, count, sizeof *walk->parts);
    for (uint32_t i = 0; i < count; i++) {
        struct ark_stage1_open part = {.plan = &walk->segment->parts[i], .idx = i};
        if (!open_part(walk, &part)) {
            return false;
        }
        add_bounds(walk, &part);
        walk->listed_count += part.plan->list_count > 0 ? 1 : 0;
        uint32_t at = i;
        for (; at > 0 && part_before(&part, &walk->parts[at - 1]); at--) {
            walk->parts[at] = walk->parts[at - 1];
        }
        walk->parts[at] = part;
    }
    return true;
}
