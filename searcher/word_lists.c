#include "searcher/word_lists.h"

#include <string.h>

#include "searcher/word_lists_impl.h"

bool
ark_word_fail(struct ark_word_lists *lists, enum ark_status status)
{
    lists->status = lists->status == ARK_OK ? status : lists->status;
    return false;
}

bool
ark_word_fail_damaged(struct ark_word_lists *lists)
{
    return ark_word_fail(
        lists,
        ark_error_set(lists->err, ARK_E_CORRUPT, "the index is damaged: postings of a family: %.*s",
                      ARK_STR_ARG(lists->word->word->analysed.level[ARK_LEVEL_SKELETON])));
}

/** The place of a class of these levels: those that match at light, those that match at stem, the others. */
static unsigned
rank_of(unsigned some)
{
    if ((some & 1u << ARK_LEVEL_LIGHT) != 0) {
        return 0;
    }
    return (some & ARK_LEVELS_CLOSE) != 0 ? 1 : 2;
}

/** Adds up, in counts[rank + 1], the classes of a place that match at some level. */
static void
count_ranks(const struct ark_word_segment *here, uint32_t counts[4])
{
    uint32_t count = here->family != NULL ? here->family->class_count : 0;
    for (uint32_t i = 0; i < count; i++) {
        unsigned some = here->class_levels[i].some;
        counts[rank_of(some) + 1] += some != 0 ? 1 : 0;
    }
}

/** Puts the classes of a family where next[rank] says, which moves on. */
static void
place_classes(const struct ark_word_segment *here, uint32_t next[4], struct ark_word_class *classes)
{
    uint32_t count = here->family != NULL ? here->family->class_count : 0;
    for (uint32_t i = 0; i < count; i++) {
        struct ark_class_levels levels = here->class_levels[i];
        if (levels.some != 0) {
            struct ark_word_class *of = &classes[next[rank_of(levels.some)]++];
            of->class = &here->family->classes[i];
            of->variant_levels = levels.variants;
            of->some = levels.some;
            of->every = levels.every;
        }
    }
}

void
ark_word_lists_make(struct ark_word_lists *out, const struct ark_expansion *word,
                    struct ark_segment *segment, uint32_t segment_idx, struct ark_arena *arena,
                    struct ark_error *err)
{
    const struct ark_word_segment *first = &word->segments[segment_idx];
    struct ark_word_lists lists = {
        .word = word, .segment = segment, .arena = arena, .scratch = arena, .err = err};
    uint32_t ends[4] = {0};
    for (const struct ark_word_segment *it = first; it != NULL; it = it->next) {
        count_ranks(it, ends);
    }
    for (unsigned rank = 0; rank < 3; rank++) {
        ends[rank + 1] += ends[rank];
    }
    lists.light_count = ends[1];
    lists.close_count = ends[2];
    lists.class_count = ends[3];
    lists.classes = ark_arena_calloc(arena, lists.class_count, sizeof *lists.classes);
    for (const struct ark_word_segment *it = first; it != NULL; it = it->next) {
        place_classes(it, ends, lists.classes);
    }
    *out = lists;
}

/** Notes which entry each window is. */
static bool
map_windows(struct ark_word_lists *lists, struct ark_word_class *of)
{
    const struct ark_hot *hot = of->hot;
    uint32_t *windows = ark_arena_alloc(lists->arena, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return ark_word_fail_damaged(lists);
    }
    of->entries =
        ark_arena_calloc(lists->arena, ark_window_count(hot->document_count), sizeof *of->entries);
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        of->entries[windows[i]] = i + 1;
    }
    return true;
}

bool
ark_word_class_open(struct ark_word_lists *lists, struct ark_word_class *of)
{
    if (of->hot != NULL) {
        return true;
    }
    struct ark_hot *hot = ARK_ARENA_NEW(lists->arena, struct ark_hot);
    enum ark_status status =
        ark_segment_hot(lists->segment, of->class, lists->arena, hot, lists->err);
    if (status != ARK_OK) {
        return ark_word_fail(lists, status);
    }
    of->hot = hot;
    if (hot->kind == ARK_HOT_SMALL) {
        of->docs = ark_arena_alloc(lists->arena, hot->df * sizeof *of->docs);
        of->tfs = ark_arena_alloc(lists->arena, hot->df * sizeof *of->tfs);
        return ark_hot_small(hot, of->docs, of->tfs) || ark_word_fail_damaged(lists);
    }
    return hot->kind == ARK_HOT_DENSE || map_windows(lists, of);
}

enum ark_status
ark_word_cold(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t entry,
              uint32_t count, struct ark_cold_window *out)
{
    if (of->cold == NULL) {
        of->cold = ARK_ARENA_NEW(lists->arena, struct ark_cold);
        *of->cold = ark_cold_open(lists->segment, of->class, of->hot, lists->arena);
    }
    return ark_cold_read(of->cold, entry, count, out, lists->err);
}

/** Puts the postings of SMALL classes together by window. */
static void
gather_small(struct ark_word_lists *lists, uint32_t first, uint32_t end,
             struct ark_class_group *group)
{
    uint32_t windows = ark_window_count(ark_segment_info(lists->segment)->document_count);
    uint32_t *next = ark_arena_calloc(lists->arena, windows + 1, sizeof *next);
    for (uint32_t i = first; i < end; i++) {
        const struct ark_word_class *of = &lists->classes[i];
        for (uint32_t k = 0; k < of->hot->df && of->docs != NULL; k++) {
            next[of->docs[k] / ARK_WINDOW]++;
        }
    }
    uint32_t total = 0;
    for (uint32_t window = 0; window < windows; window++) {
        uint32_t count = next[window];
        next[window] = total;
        total += count;
    }
    group->small = ark_arena_alloc(lists->arena, total * sizeof *group->small);
    for (uint32_t i = first; i < end; i++) {
        const struct ark_word_class *of = &lists->classes[i];
        for (uint32_t k = 0; k < of->hot->df && of->docs != NULL; k++) {
            group->small[next[of->docs[k] / ARK_WINDOW]++] =
                (struct ark_small_posting){i, k, (uint8_t)(of->docs[k] % ARK_WINDOW)};
        }
    }
    // Each stands at the end of its window now, where the next one begins.
    memmove(next + 1, next, windows * sizeof *next);
    next[0] = 0;
    group->small_first = next;
}

/** Opens the classes from first to end as a group. */
static bool
open_group(struct ark_word_lists *lists, uint32_t first, uint32_t end,
           struct ark_class_group *group)
{
    if (group->is_open || lists->status != ARK_OK) {
        return lists->status == ARK_OK;
    }
    group->large = ark_arena_alloc(lists->arena, (end - first) * sizeof(struct ark_word_class *));
    uint32_t small = 0;
    for (uint32_t i = first; i < end; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if (!ark_word_class_open(lists, of)) {
            return false;
        }
        if (of->hot->kind == ARK_HOT_SMALL) {
            small++;
        } else {
            group->large[group->large_count++] = of;
        }
    }
    if (small > 0) {
        gather_small(lists, first, end, group);
    }
    group->is_open = true;
    return true;
}

bool
ark_word_open_close(struct ark_word_lists *lists)
{
    return open_group(lists, 0, lists->close_count, &lists->close);
}

bool
ark_word_open_rest(struct ark_word_lists *lists)
{
    return open_group(lists, lists->close_count, lists->class_count, &lists->rest);
}

uint32_t
ark_word_class_entry(const struct ark_word_class *of, uint32_t window)
{
    return of->entries != NULL ? of->entries[window] - 1 : ark_hot_find(of->hot, window);
}

/** The documents of a large class in a window. False after damage. */
static bool
class_presence(struct ark_word_lists *lists, const struct ark_word_class *of, uint32_t window,
               uint32_t *entry, struct ark_window_bits *out)
{
    *out = (struct ark_window_bits){{0}};
    *entry = ark_word_class_entry(of, window);
    return *entry == ARK_HOT_NO_ENTRY || ark_hot_presence(of->hot, *entry, window, out->bits) ||
           ark_word_fail_damaged(lists);
}

const struct ark_cold_window *
ark_word_small_cold(struct ark_word_lists *lists, struct ark_word_class *of)
{
    if (of->cold_all == NULL) {
        struct ark_cold_window *all = ARK_ARENA_NEW(lists->arena, struct ark_cold_window);
        enum ark_status status = ark_word_cold(lists, of, 0, of->hot->df, all);
        if (status != ARK_OK) {
            (void)ark_word_fail(lists, status);
            return NULL;
        }
        of->cold_all = all;
    }
    return of->cold_all;
}

static void
add_tf(struct ark_word_tfs *to, uint32_t local, unsigned levels, uint32_t tf)
{
    if (levels == 0) {
        return;
    }
    if (!ark_bits_has(&to->present, local)) {
        ark_bits_add(&to->present, local);
        to->tfs[local] = (ark_float4){0};
    }
    to->tfs[local] += ark_level_sets[levels] * (float)tf;
}

/** Codes below this are the only variant of their document. */
enum { CODE_ONE = 14 };

/** Adds a document of a class whose variants match at different levels. */
static bool
add_by_codes(struct ark_word_lists *lists, const struct ark_word_class *of,
             const struct ark_cold_window *cold, struct ark_hot_found found,
             struct ark_word_tfs *to)
{
    unsigned code = cold->codes == NULL
                        ? 0
                        : (unsigned)cold->codes[found.rank / 2] >> (found.rank % 2 * 4) & 15u;
    if (code < CODE_ONE && code < cold->variant_count) {
        add_tf(to, found.local, of->variant_levels[code], found.tf);
        return true;
    }
    struct ark_cold_posting posting;
    if (!ark_cold_window_entries(cold, found.rank, found.tf, lists->scratch, &posting)) {
        return ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < posting.entry_count; i++) {
        add_tf(to, found.local, of->variant_levels[posting.entries[i].code], posting.entries[i].tf);
    }
    return true;
}

/** Adds what the documents of the mask have of a large class. */
static bool
count_class(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
            const struct ark_window_bits *mask, struct ark_word_tfs *to)
{
    struct ark_hot_answer answer;
    struct ark_cold_window cold;
    uint32_t entry = ark_word_class_entry(of, window);
    if (entry == ARK_HOT_NO_ENTRY) {
        return true;
    }
    if (!ark_hot_lookup(of->hot, entry, window, mask->bits, &answer)) {
        return ark_word_fail_damaged(lists);
    }
    bool by_codes = of->some != of->every;
    if (by_codes && answer.count > 0) {
        enum ark_status status = ark_word_cold(lists, of, entry, answer.documents, &cold);
        if (status != ARK_OK) {
            return ark_word_fail(lists, status);
        }
    }
    for (uint32_t i = 0; i < answer.count; i++) {
        if (!by_codes) {
            add_tf(to, answer.found[i].local, of->every, answer.found[i].tf);
        } else if (!add_by_codes(lists, of, &cold, answer.found[i], to)) {
            return false;
        }
    }
    return true;
}

/** Adds one posting of a SMALL class. */
static bool
count_small(struct ark_word_lists *lists, const struct ark_small_posting *posting,
            struct ark_word_tfs *to)
{
    struct ark_word_class *of = &lists->classes[posting->class_idx];
    uint32_t tf = of->tfs[posting->rank];
    if (of->some == of->every) {
        add_tf(to, posting->local, of->every, tf);
        return true;
    }
    const struct ark_cold_window *cold = ark_word_small_cold(lists, of);
    const struct ark_hot_found found = {tf, posting->local, (uint8_t)posting->rank};
    return cold != NULL && add_by_codes(lists, of, cold, found, to);
}

/** Adds what the documents of the mask have of a group of classes. */
static bool
count_group(struct ark_word_lists *lists, const struct ark_class_group *group, uint32_t window,
            const struct ark_window_bits *mask, struct ark_word_tfs *to)
{
    for (uint32_t i = 0; i < group->large_count; i++) {
        if (!count_class(lists, group->large[i], window, mask, to)) {
            return false;
        }
    }
    uint32_t first = group->small_first != NULL ? group->small_first[window] : 0;
    uint32_t end = group->small_first != NULL ? group->small_first[window + 1] : 0;
    for (uint32_t i = first; i < end; i++) {
        if (ark_bits_has(mask, group->small[i].local) &&
            !count_small(lists, &group->small[i], to)) {
            return false;
        }
    }
    return true;
}

void
ark_word_count_close(struct ark_word_lists *lists, uint32_t window,
                     const struct ark_window_bits *mask, struct ark_word_tfs *out)
{
    out->present = (struct ark_window_bits){{0}};
    if (!ark_word_open_close(lists) || !count_group(lists, &lists->close, window, mask, out)) {
        out->present = (struct ark_window_bits){{0}};
    }
}

void
ark_word_count_rest(struct ark_word_lists *lists, uint32_t window,
                    const struct ark_window_bits *mask, struct ark_word_tfs *out)
{
    if (!ark_word_open_rest(lists) || !count_group(lists, &lists->rest, window, mask, out)) {
        out->present = (struct ark_window_bits){{0}};
    }
}

/** The documents that have some tf at one of the levels. */
static struct ark_window_bits
at_levels(const struct ark_word_tfs *counted, unsigned levels)
{
    struct ark_window_bits found = {{0}};
    for (uint32_t i = ark_bits_next(&counted->present, 0); i < ARK_WINDOW;
         i = ark_bits_next(&counted->present, i + 1)) {
        bool here = false;
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            here = here || ((levels >> level & 1u) != 0 && counted->tfs[i][level] > 0);
        }
        if (here) {
            ark_bits_add(&found, i);
        }
    }
    return found;
}

struct ark_window_bits
ark_word_large_presence(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
                        unsigned levels, const struct ark_window_bits *left)
{
    struct ark_window_bits here = {{0}};
    uint32_t entry = 0;
    if ((of->every & levels) != 0) {
        return class_presence(lists, of, window, &entry, &here) ? ark_bits_and(here, *left)
                                                                : (struct ark_window_bits){{0}};
    }
    struct ark_word_tfs counted;
    counted.present = here;
    return count_class(lists, of, window, left, &counted) ? at_levels(&counted, levels) : here;
}

bool
ark_word_small_presence(struct ark_word_lists *lists, const struct ark_small_posting *posting,
                        unsigned levels)
{
    const struct ark_word_class *of = &lists->classes[posting->class_idx];
    if ((of->every & levels) != 0 || (of->some & levels) == 0) {
        return (of->every & levels) != 0;
    }
    struct ark_word_tfs counted;
    counted.present = (struct ark_window_bits){{0}};
    if (!count_small(lists, posting, &counted)) {
        return false;
    }
    struct ark_window_bits found = at_levels(&counted, levels);
    return !ark_bits_none(&found);
}

/** Moves the documents that have a word of the group at one of the levels from left to found. */
static void
find_group(struct ark_word_lists *lists, const struct ark_class_group *group, uint32_t window,
           unsigned levels, struct ark_window_bits *left, struct ark_window_bits *found)
{
    for (uint32_t i = 0; i < group->large_count && !ark_bits_none(left); i++) {
        if ((group->large[i]->some & levels) != 0) {
            struct ark_window_bits here =
                ark_word_large_presence(lists, group->large[i], window, levels, left);
            *found = ark_bits_or(*found, here);
            *left = ark_bits_without(*left, here);
        }
    }
    uint32_t first = group->small_first != NULL ? group->small_first[window] : 0;
    uint32_t end = group->small_first != NULL ? group->small_first[window + 1] : 0;
    for (uint32_t i = first; i < end; i++) {
        const struct ark_small_posting *posting = &group->small[i];
        if (ark_bits_has(left, posting->local) && ark_word_small_presence(lists, posting, levels)) {
            ark_bits_add(found, posting->local);
            ark_bits_remove(left, posting->local);
        }
    }
}

struct ark_window_bits
ark_word_presence(struct ark_word_lists *lists, uint32_t window, unsigned levels,
                  const struct ark_window_bits *mask)
{
    struct ark_window_bits found = {{0}};
    struct ark_window_bits left = *mask;
    if (ark_word_open_close(lists)) {
        find_group(lists, &lists->close, window, levels, &left, &found);
    }
    if ((levels & 1u << ARK_LEVEL_SKELETON) != 0 && !ark_bits_none(&left) &&
        ark_word_open_rest(lists)) {
        find_group(lists, &lists->rest, window, levels, &left, &found);
    }
    return lists->status == ARK_OK ? found : (struct ark_window_bits){{0}};
}

static bool
class_windows(struct ark_word_lists *lists, const struct ark_word_class *of, uint8_t *possible)
{
    if (of->hot->kind == ARK_HOT_SMALL) {
        for (uint32_t i = 0; i < of->hot->df; i++) {
            possible[of->docs[i] / ARK_WINDOW] = 1;
        }
        return true;
    }
    if (of->hot->kind == ARK_HOT_DENSE) {
        for (uint32_t i = 0; i < of->hot->entry_count; i++) {
            possible[of->hot->first_window + i] |= of->hot->bounds[i] != 0 ? 1 : 0;
        }
        return true;
    }
    uint32_t *windows = ark_arena_alloc(lists->scratch, of->hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(of->hot, windows)) {
        return ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < of->hot->entry_count; i++) {
        possible[windows[i]] = 1;
    }
    return true;
}

bool
ark_word_windows(struct ark_word_lists *lists, unsigned levels, uint8_t *possible)
{
    for (uint32_t i = 0; i < lists->class_count; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if ((of->some & levels) != 0 &&
            (!ark_word_class_open(lists, of) || !class_windows(lists, of, possible))) {
            return false;
        }
    }
    return lists->status == ARK_OK;
}

static void
raise_bound(uint8_t *bound, unsigned by)
{
    *bound = (uint8_t)(*bound + by > UINT8_MAX ? UINT8_MAX : *bound + by);
}

static bool
class_bounds(struct ark_word_lists *lists, const struct ark_word_class *of, const uint8_t *norms,
             const struct ark_impact_table *table, uint8_t *bounds)
{
    const struct ark_hot *hot = of->hot;
    if (hot->kind == ARK_HOT_SMALL) {
        for (uint32_t i = 0; i < hot->df; i++) {
            uint16_t saturation =
                ark_impact_saturation(of->tfs[i], table->k_of_norm[norms[of->docs[i]]]);
            raise_bound(&bounds[of->docs[i] / ARK_WINDOW], (unsigned)saturation / 257 + 1);
        }
        return true;
    }
    uint32_t *windows = ark_arena_alloc(lists->scratch, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        raise_bound(&bounds[windows[i]], hot->bounds[i]);
    }
    return true;
}

bool
ark_word_bounds(struct ark_word_lists *lists, unsigned levels, const uint8_t *norms,
                const struct ark_impact_table *table, uint8_t *bounds)
{
    for (uint32_t i = 0; i < lists->class_count; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if ((of->some & levels) != 0 &&
            (!ark_word_class_open(lists, of) || !class_bounds(lists, of, norms, table, bounds))) {
            return false;
        }
    }
    return lists->status == ARK_OK;
}

/** Adds how often the documents of the set have a class of the group. */
static bool
group_limits(struct ark_word_lists *lists, const struct ark_class_group *group, uint32_t window,
             const struct ark_window_bits *set, unsigned levels, uint32_t *limits)
{
    for (uint32_t i = 0; i < group->large_count; i++) {
        const struct ark_word_class *of = group->large[i];
        struct ark_hot_answer answer;
        uint32_t entry = ark_word_class_entry(of, window);
        if ((of->some & levels) == 0 || entry == ARK_HOT_NO_ENTRY) {
            continue;
        }
        if (!ark_hot_lookup(of->hot, entry, window, set->bits, &answer)) {
            return ark_word_fail_damaged(lists);
        }
        for (uint32_t k = 0; k < answer.count; k++) {
            ark_tf_add(&limits[answer.found[k].local], answer.found[k].tf);
        }
    }
    uint32_t first = group->small_first != NULL ? group->small_first[window] : 0;
    uint32_t end = group->small_first != NULL ? group->small_first[window + 1] : 0;
    for (uint32_t i = first; i < end; i++) {
        const struct ark_small_posting *posting = &group->small[i];
        const struct ark_word_class *of = &lists->classes[posting->class_idx];
        if ((of->some & levels) != 0 && ark_bits_has(set, posting->local)) {
            ark_tf_add(&limits[posting->local], of->tfs[posting->rank]);
        }
    }
    return true;
}

void
ark_word_limits(struct ark_word_lists *lists, uint32_t window, const struct ark_window_bits *set,
                unsigned levels, uint32_t *limits)
{
    memset(limits, 0, ARK_WINDOW * sizeof *limits);
    bool sound = ark_word_open_close(lists) &&
                 group_limits(lists, &lists->close, window, set, levels, limits);
    if (sound && (levels & 1u << ARK_LEVEL_SKELETON) != 0 && ark_word_open_rest(lists)) {
        (void)group_limits(lists, &lists->rest, window, set, levels, limits);
    }
}
