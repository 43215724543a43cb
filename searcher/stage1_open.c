/* Opening of the lists of stage 1, and their bounds by window. */
#include <string.h>

#include "searcher/stage1_impl.h"

/** What a part's lists fill in. */
struct opening {
    const struct ark_stage1_walk *walk;
    uint8_t *sums; /**< by window: bounds of 255 times the saturation; of several lists */
};

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

/* A part of one list: its bounds are those of the list, times the weight. */

/** Scores the postings of a SMALL list; the bound of a window is what stands there. */
static bool
score_small(const struct ark_stage1_walk *walk, struct ark_stage1_open *part,
            struct ark_stage1_list *list)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    uint32_t df = list->hot->df;
    if (!ark_hot_small(list->hot, docs, tfs)) {
        return false;
    }
    list->postings = ark_arena_alloc(walk->arena, (df + 1) * sizeof *list->postings);
    list->firsts = ark_arena_alloc(walk->arena, walk->window_count);
    memset(part->bounds, 0, ark_stage1_padded(walk->window_count) * sizeof *part->bounds);
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < df; i++) {
        uint32_t window = docs[i] / ARK_WINDOW;
        uint16_t impact = ark_impact(part->plan->weight, saturation_of(walk, docs[i], tfs[i]));
        list->postings[i] = (struct ark_stage1_posting){docs[i], impact};
        if (window != last) {
            list->firsts[window] = (uint8_t)i;
            last = window;
        }
        part->bounds[window] = impact > part->bounds[window] ? impact : part->bounds[window];
        part->reach = impact > part->reach ? impact : part->reach;
    }
    list->postings[df] = (struct ark_stage1_posting){UINT32_MAX, 0};
    return true;
}

/** The entries of a SPARSE list by window, and its bounds in sums or, scaled, in part. */
static bool
place_sparse(const struct opening *opening, struct ark_impact_bound scale,
             struct ark_stage1_open *part, struct ark_stage1_list *list)
{
    const struct ark_stage1_walk *walk = opening->walk;
    const struct ark_hot *hot = list->hot;
    uint32_t *windows = ark_arena_alloc(walk->arena, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return false;
    }
    list->entries = ark_arena_alloc(walk->arena, walk->window_count * sizeof *list->entries);
    if (opening->sums == NULL) {
        memset(part->bounds, 0, ark_stage1_padded(walk->window_count) * sizeof *part->bounds);
    } else {
        memset(list->entries, UINT8_MAX, walk->window_count * sizeof *list->entries);
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        list->entries[windows[i]] = i;
        if (opening->sums == NULL) {
            part->bounds[windows[i]] = ark_impact_of_bound(scale, hot->bounds[i]);
        } else {
            raise_bound(&opening->sums[windows[i]], hot->bounds[i]);
        }
    }
    return true;
}

#ifndef ARK_PORTABLE
/** Scales sixteen bounds. */
static void
scale_16(struct ark_impact_bound scale, const uint8_t *stored, uint16_t *out)
{
    const ark_u8x16 zero = {0};
    ark_u8x16 bytes;
    memcpy(&bytes, stored, sizeof bytes);
    ark_u16x8 low = (ark_u16x8)__builtin_shufflevector(bytes, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4,
                                                       20, 5, 21, 6, 22, 7, 23);
    ark_u16x8 high = (ark_u16x8)__builtin_shufflevector(bytes, zero, 8, 24, 9, 25, 10, 26, 11, 27,
                                                        12, 28, 13, 29, 14, 30, 15, 31);
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
open_one(const struct opening *opening, struct ark_impact_bound scale, struct ark_stage1_open *part)
{
    struct ark_stage1_list *list = &part->lists[0];
    const struct ark_hot *hot = list->hot;
    if (hot->kind == ARK_HOT_SMALL) {
        return score_small(opening->walk, part, list);
    }
    part->reach = ark_impact_of_bound(scale, hot->bound_max);
    if (hot->kind == ARK_HOT_SPARSE) {
        return place_sparse(opening, scale, part, list);
    }
    scale_dense(opening->walk, scale, part, hot);
    return true;
}

/* A part of several lists, whose tf add up. */

/** Decodes a SMALL list and bounds its windows by what stands there. */
static bool
place_small(const struct opening *opening, struct ark_stage1_list *list)
{
    const struct ark_stage1_walk *walk = opening->walk;
    uint32_t df = list->hot->df;
    list->docs = ark_arena_alloc(walk->arena, ARK_HOT_SMALL_DF * sizeof *list->docs);
    list->tfs = ark_arena_alloc(walk->arena, ARK_HOT_SMALL_DF * sizeof *list->tfs);
    if (!ark_hot_small(list->hot, list->docs, list->tfs)) {
        return false;
    }
    for (uint32_t i = 0, end = 0; i < df; i = end) {
        uint32_t window = list->docs[i] / ARK_WINDOW;
        unsigned greatest = 0;
        for (end = i; end < df && list->docs[end] / ARK_WINDOW == window; end++) {
            uint16_t saturation = saturation_of(walk, list->docs[end], list->tfs[end]);
            greatest = saturation > greatest ? saturation : greatest;
        }
        raise_bound(&opening->sums[window], (uint8_t)((greatest + 256) / 257));
    }
    return true;
}

static bool
open_several(const struct opening *opening, struct ark_impact_bound scale,
             struct ark_stage1_open *part)
{
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        struct ark_stage1_list *list = &part->lists[i];
        const struct ark_hot *hot = list->hot;
        bool placed = true;
        if (hot->kind == ARK_HOT_SMALL) {
            placed = place_small(opening, list);
        } else if (hot->kind == ARK_HOT_SPARSE) {
            placed = place_sparse(opening, scale, part, list);
        } else {
            for (uint32_t k = 0; k < hot->entry_count; k++) {
                raise_bound(&opening->sums[hot->first_window + k], hot->bounds[k]);
            }
        }
        if (!placed) {
            return false;
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
    struct opening opening = {.walk = walk};
    if (plan->list_count != 1) {
        opening.sums = ark_arena_calloc(walk->arena, padded, 1);
        if (plan->list_count == 0) {
            memcpy(opening.sums, plan->bounds, walk->window_count);
        }
    }
    bool opened = plan->list_count == 1 ? open_one(&opening, scale, part)
                                        : open_several(&opening, scale, part);
    if (opened && plan->list_count != 1) {
        scale_collected(walk, scale, opening.sums, part);
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

bool
ark_stage1_open_parts(struct ark_stage1_walk *walk)
{
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
