#include <string.h>

#include "searcher/word_lists_impl.h"

static void
add_tf(ark_float4 *tfs, unsigned levels, uint32_t tf)
{
    *tfs += ark_level_sets[levels] * (float)tf;
}

/** Adds what documents have of a class whose variants match at different levels. */
static bool
add_by_codes(struct ark_word_lists *lists, const struct ark_word_class *of,
             const struct ark_cold_window *cold, const struct ark_cold_place *places,
             uint32_t count, ark_float4 *tfs)
{
    return ark_cold_window_sums(cold, places, count, of->variant_levels, ark_level_sets, tfs) ||
           ark_word_fail_damaged(lists);
}

/** What documents have of a large class in a window. */
struct class_answer {
    struct ark_hot_answer hot;
    struct ark_cold_window cold;
    bool by_codes;
};

/** Looks up the documents of the mask; out->hot.count is 0 when none is there. False after damage. */
static bool
look_up(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
        const struct ark_window_bits *mask, struct class_answer *out)
{
    uint32_t entry = ark_word_class_entry(lists, of, window);
    out->hot.count = 0;
    out->by_codes = of->some != of->every;
    if (entry == ARK_HOT_NO_ENTRY) {
        return lists->status == ARK_OK;
    }
    if (!ark_hot_lookup(of->hot, entry, window, mask->bits, &out->hot)) {
        return ark_word_fail_damaged(lists);
    }
    if (!out->by_codes || out->hot.count == 0) {
        return true;
    }
    enum ark_status status = ark_word_cold(lists, of, entry, out->hot.documents, &out->cold);
    return status == ARK_OK || ark_word_fail(lists, status);
}

/** What the documents found have, one after the other. False after damage. */
static bool
count_found(struct ark_word_lists *lists, const struct ark_word_class *of,
            const struct class_answer *answer, ark_float4 *tfs)
{
    struct ark_cold_place places[ARK_WINDOW];
    const struct ark_hot_answer *hot = &answer->hot;
    memset(tfs, 0, hot->count * sizeof *tfs);
    for (uint32_t i = 0; i < hot->count && !answer->by_codes; i++) {
        add_tf(&tfs[i], of->every, hot->found[i].tf);
    }
    if (hot->count == 0 || !answer->by_codes) {
        return true;
    }
    for (uint32_t i = 0; i < hot->count; i++) {
        places[i] = (struct ark_cold_place){.rank = hot->found[i].rank, .tf = hot->found[i].tf};
    }
    return add_by_codes(lists, of, &answer->cold, places, hot->count, tfs);
}

/** Adds what the documents asked for have of a large class. False after damage. */
static bool
count_class(struct ark_word_lists *lists, struct ark_word_class *of, const struct ark_slots *slots,
            const struct ark_window_bits *asked, ark_float4 *tfs)
{
    struct class_answer answer;
    ark_float4 found[ARK_WINDOW];
    for (uint32_t i = 0; i < slots->window_count; i++) {
        if (ark_bits_none(&asked[i])) {
            continue;
        }
        if (!look_up(lists, of, slots->windows[i], &asked[i], &answer) ||
            !count_found(lists, of, &answer, found)) {
            return false;
        }
        for (uint32_t k = 0; k < answer.hot.count; k++) {
            tfs[ark_slot_of(slots, i, answer.hot.found[k].local)] += found[k];
        }
    }
    return true;
}

/** Adds one posting of a SMALL class to the tfs of its document. False after damage. */
static bool
count_small(struct ark_word_lists *lists, const struct ark_small_posting *posting, ark_float4 *tfs)
{
    struct ark_word_class *of = &lists->classes[posting->class_idx];
    if (of->some == of->every) {
        add_tf(tfs, of->every, posting->tf);
        return true;
    }
    const struct ark_cold_window *cold = ark_word_small_cold(lists, of);
    const struct ark_cold_place place = {.rank = posting->rank, .tf = posting->tf};
    return cold != NULL && add_by_codes(lists, of, cold, &place, 1, tfs);
}

/** True when one of the levels has some tf. */
static bool
at_levels(ark_float4 tfs, unsigned levels)
{
    bool here = false;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        here = here || ((levels >> level & 1u) != 0 && tfs[level] > 0);
    }
    return here;
}

struct ark_window_bits
ark_word_large_presence(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
                        unsigned levels, const struct ark_window_bits *left)
{
    struct ark_window_bits here = {{0}};
    struct class_answer answer;
    if ((of->every & levels) != 0) {
        uint32_t entry = ark_word_class_entry(lists, of, window);
        if (entry != ARK_HOT_NO_ENTRY && !ark_hot_presence(of->hot, entry, window, here.bits)) {
            (void)ark_word_fail_damaged(lists);
            return (struct ark_window_bits){{0}};
        }
        return ark_bits_and(here, *left);
    }
    ark_float4 found[ARK_WINDOW];
    if (!look_up(lists, of, window, left, &answer) || !count_found(lists, of, &answer, found)) {
        return here;
    }
    for (uint32_t i = 0; i < answer.hot.count; i++) {
        if (at_levels(found[i], levels)) {
            ark_bits_add(&here, answer.hot.found[i].local);
        }
    }
    return here;
}

bool
ark_word_small_presence(struct ark_word_lists *lists, const struct ark_small_posting *posting,
                        unsigned levels)
{
    const struct ark_word_class *of = &lists->classes[posting->class_idx];
    if ((of->every & levels) != 0 || (of->some & levels) == 0) {
        return (of->every & levels) != 0;
    }
    ark_float4 tfs = {0};
    return count_small(lists, posting, &tfs) && at_levels(tfs, levels);
}

/** Adds what the documents asked for have of the SMALL classes of a group. */
static bool
count_small_ones(struct ark_word_lists *lists, const struct ark_class_group *group,
                 const struct ark_slots *slots, const struct ark_window_bits *asked,
                 ark_float4 *tfs)
{
    const struct ark_small_posting *at = ark_word_small_from(group, slots->windows[0]);
    const struct ark_small_posting *end = group->small + group->small_count;
    for (uint32_t i = 0; i < slots->window_count; i++) {
        uint32_t first = slots->windows[i] * ARK_WINDOW;
        while (at < end && at->doc < first) {
            at++;
        }
        for (; at < end && at->doc - first < ARK_WINDOW; at++) {
            uint32_t local = at->doc - first;
            if (ark_bits_has(&asked[i], local) &&
                !count_small(lists, at, &tfs[ark_slot_of(slots, i, local)])) {
                return false;
            }
        }
    }
    return true;
}

/** Adds what the documents asked for have of a group of classes. */
static void
count_group(struct ark_word_lists *lists, const struct ark_class_group *group,
            const struct ark_slots *slots, const struct ark_window_bits *asked, ark_float4 *tfs)
{
    for (uint32_t i = 0; i < group->large_count; i++) {
        if (!count_class(lists, group->large[i], slots, asked, tfs)) {
            return;
        }
    }
    if (group->small_count > 0) {
        (void)count_small_ones(lists, group, slots, asked, tfs); // the status tells
    }
}

void
ark_word_count_close(struct ark_word_lists *lists, const struct ark_slots *slots,
                     const struct ark_window_bits *asked, ark_float4 *tfs)
{
    const struct ark_word_asked all = {slots->window_count, slots->windows, asked};
    if (ark_word_open_close(lists, &all)) {
        count_group(lists, &lists->close, slots, asked, tfs);
    }
}

void
ark_word_count_rest(struct ark_word_lists *lists, const struct ark_slots *slots,
                    const struct ark_window_bits *asked, ark_float4 *tfs)
{
    const struct ark_word_asked all = {slots->window_count, slots->windows, asked};
    if (ark_word_open_rest(lists, &all)) {
        count_group(lists, &lists->rest, slots, asked, tfs);
    }
}
