#include "searcher/word_lists.h"

#include <string.h>

#include "searcher/best.h"
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
            of->rare_count = levels.rare_count;
            of->rare = levels.rare;
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
    uint32_t count = ark_window_count(hot->document_count);
    of->entries = ark_arena_alloc(lists->arena, count * sizeof *of->entries);
    memset(of->entries, UINT8_MAX, count * sizeof *of->entries);
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        of->entries[windows[i]] = i;
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
    return true;
}

bool
ark_word_class_rare(struct ark_word_lists *lists, const struct ark_word_class *of, uint32_t idx,
                    struct ark_hot *out)
{
    enum ark_status status =
        ark_segment_rare(lists->segment, of->class, of->rare[idx], lists->arena, out, lists->err);
    return status == ARK_OK || ark_word_fail(lists, status);
}

bool
ark_word_class_decode(struct ark_word_lists *lists, struct ark_word_class *of)
{
    if (of->docs == NULL) {
        uint32_t *docs = ark_arena_alloc(lists->arena, of->hot->df * sizeof *docs);
        of->tfs = ark_arena_alloc(lists->arena, of->hot->df * sizeof *of->tfs);
        if (!ark_hot_small(of->hot, docs, of->tfs)) {
            return ark_word_fail_damaged(lists);
        }
        of->docs = docs;
    }
    return true;
}

enum ark_status
ark_word_cold(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t entry,
              uint32_t count, struct ark_cold_window *out)
{
    if (of->cold == NULL) {
        of->cold = ARK_ARENA_NEW(lists->arena, struct ark_cold);
        *of->cold = ark_cold_open(lists->segment, of->class, of->hot, lists->arena);
        if (of->hot->kind != ARK_HOT_SMALL) {
            ark_cold_keep(of->cold);
        }
    }
    return ark_cold_read(of->cold, entry, count, out, lists->err);
}

/* Groups of classes. */

/** True when all documents that are asked for are of interest. */
static bool
covers(const struct ark_interest *interest, const struct ark_word_asked *asked)
{
    if (interest == NULL || asked == NULL) {
        return interest == NULL;
    }
    for (uint32_t i = 0; i < asked->window_count; i++) {
        struct ark_window_bits others = ark_bits_without(
            asked->sets[i], interest->sets[asked->windows[i] % ARK_INTEREST_WINDOWS]);
        if (!ark_bits_none(&others)) {
            return false;
        }
    }
    return true;
}

static bool
is_of_interest(const struct ark_interest *interest, uint32_t doc)
{
    return interest == NULL ||
           ark_bits_has(&interest->sets[doc / ARK_WINDOW % ARK_INTEREST_WINDOWS], doc % ARK_WINDOW);
}

/** Puts a few postings in order of windows; those of one stay in order. */
static void
sort_few(struct ark_word_lists *lists, struct ark_class_group *group)
{
    uint64_t *keys = ark_arena_alloc(lists->arena, group->small_count * sizeof *keys);
    struct ark_small_posting *out = ark_arena_alloc(lists->arena, group->small_count * sizeof *out);
    for (uint32_t i = 0; i < group->small_count; i++) {
        keys[i] = ~((uint64_t)(group->small[i].doc / ARK_WINDOW) << 32 | i);
    }
    ark_keys_sort(keys, group->small_count);
    for (uint32_t i = 0; i < group->small_count; i++) {
        out[i] = group->small[(uint32_t)~keys[i]];
    }
    group->small = out;
}

/** Puts the postings of a group, which come class after class, in order of windows. */
static void
order_by_window(struct ark_word_lists *lists, struct ark_class_group *group)
{
    uint32_t windows = ark_window_count(ark_segment_info(lists->segment)->document_count);
    uint32_t count = group->small_count;
    struct ark_small_posting *from = group->small;
    group->small_first = NULL;
    if (count < windows / 8) { // counting would cost more
        sort_few(lists, group);
        return;
    }
    uint32_t *next = ark_arena_calloc(lists->arena, windows + 2, sizeof *next);
    struct ark_small_posting *out = ark_arena_alloc(lists->arena, count * sizeof *out);
    for (uint32_t i = 0; i < count; i++) {
        next[from[i].doc / ARK_WINDOW + 2]++;
    }
    for (uint32_t window = 0; window < windows; window++) {
        next[window + 2] += next[window + 1];
    }
    // next[window + 1] is where the window's next one goes; in the end, where the next window begins.
    for (uint32_t i = 0; i < count; i++) {
        out[next[from[i].doc / ARK_WINDOW + 1]++] = from[i];
    }
    group->small = out;
    group->small_first = next;
}

/** Postings of SMALL classes for which there is room at first. */
enum { POSTINGS_AT_FIRST = 16 };

/** Doubles the room for postings. */
static void
grow_small(struct ark_word_lists *lists, struct ark_class_group *group, uint32_t *room)
{
    *room = *room == 0 ? POSTINGS_AT_FIRST : 2 * *room;
    struct ark_small_posting *more = ark_arena_alloc(lists->arena, *room * sizeof *more);
    if (group->small_count > 0) {
        memcpy(more, group->small, group->small_count * sizeof *more);
    }
    group->small = more;
}

/**
 * Adds the postings of a SMALL class that are of interest. The class is opened, and its postings are kept,
 * when all are: most have none of a few documents.
 */
static bool
gather_class(struct ark_word_lists *lists, uint32_t class_idx, struct ark_class_group *group,
             uint32_t *room)
{
    const struct ark_interest *interest = group->gathered_for;
    struct ark_word_class *of = &lists->classes[class_idx];
    uint32_t docs_here[ARK_HOT_SMALL_DF];
    uint32_t tfs_here[ARK_HOT_SMALL_DF];
    bool keeps = interest == NULL || of->docs != NULL;
    if (keeps && (!ark_word_class_open(lists, of) || !ark_word_class_decode(lists, of))) {
        return false;
    }
    if (!keeps) {
        struct ark_hot hot;
        enum ark_status status =
            ark_segment_hot(lists->segment, of->class, lists->arena, &hot, lists->err);
        if (status != ARK_OK) {
            return ark_word_fail(lists, status);
        }
        if (!ark_hot_small(&hot, docs_here, tfs_here)) {
            return ark_word_fail_damaged(lists);
        }
    }
    const uint32_t *docs = keeps ? of->docs : docs_here;
    const uint32_t *tfs = keeps ? of->tfs : tfs_here;
    uint64_t before = 0;
    for (uint32_t i = 0; i < of->class->df; i++) {
        // A branch that is foreseen: where little is of interest, next to nothing is written.
        if (is_of_interest(interest, docs[i])) {
            if (group->small_count == *room) {
                grow_small(lists, group, room);
            }
            group->small[group->small_count++] =
                (struct ark_small_posting){docs[i], tfs[i], class_idx, i, before};
        }
        before += tfs[i];
    }
    return true;
}

/** True for a class whose record has no windows; it need not be open. */
static bool
is_small(const struct ark_word_class *of)
{
    return of->class->df < ARK_HOT_SMALL_DF;
}

/** Puts the postings of SMALL classes together, those of interest. */
static bool
gather_small(struct ark_word_lists *lists, uint32_t first, uint32_t end,
             const struct ark_interest *interest, struct ark_class_group *group)
{
    uint32_t room = 0;
    group->gathered_for = interest;
    group->small = NULL;
    group->small_count = 0;
    for (uint32_t i = first; i < end; i++) {
        if (is_small(&lists->classes[i]) && !gather_class(lists, i, group, &room)) {
            return false;
        }
    }
    order_by_window(lists, group);
    return true;
}

/** Opens the classes from first to end that have windows. */
static bool
open_classes(struct ark_word_lists *lists, uint32_t first, uint32_t end,
             struct ark_class_group *group)
{
    group->large = ark_arena_alloc(lists->arena, (end - first) * sizeof(struct ark_word_class *));
    for (uint32_t i = first; i < end; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if (is_small(of)) {
            continue;
        }
        if (!ark_word_class_open(lists, of)) {
            return false;
        }
        group->large[group->large_count++] = of;
    }
    return true;
}

/** Opens the classes from first to end as a group. All that is asked for is gathered at once. */
static bool
open_group(struct ark_word_lists *lists, uint32_t first, uint32_t end,
           struct ark_class_group *group, const struct ark_word_asked *asked)
{
    if (lists->status != ARK_OK) {
        return false;
    }
    if (group->is_open && covers(group->gathered_for, asked)) {
        return true;
    }
    if (!group->is_open && !open_classes(lists, first, end, group)) {
        return false;
    }
    group->is_open = true;
    return gather_small(lists, first, end, covers(lists->interest, asked) ? lists->interest : NULL,
                        group);
}

bool
ark_word_open_close(struct ark_word_lists *lists, const struct ark_word_asked *asked)
{
    return open_group(lists, 0, lists->close_count, &lists->close, asked);
}

bool
ark_word_open_rest(struct ark_word_lists *lists, const struct ark_word_asked *asked)
{
    return open_group(lists, lists->close_count, lists->class_count, &lists->rest, asked);
}

void
ark_word_expect(struct ark_word_lists *lists, const struct ark_interest *interest)
{
    lists->interest = interest;
}

const struct ark_small_posting *
ark_word_small_from(const struct ark_class_group *group, uint32_t window)
{
    uint32_t first = 0;
    uint32_t left = group->small_count;
    if (group->small_first != NULL) {
        return group->small + group->small_first[window];
    }
    while (left > 0) {
        uint32_t half = left / 2;
        if (group->small[first + half].doc / ARK_WINDOW < window) {
            first += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return group->small + first;
}

const struct ark_small_posting *
ark_word_small_in(const struct ark_class_group *group, uint32_t window, uint32_t *count)
{
    const struct ark_small_posting *first = ark_word_small_from(group, window);
    const struct ark_small_posting *end = group->small + group->small_count;
    *count = 0;
    if (group->small_first != NULL) {
        *count = group->small_first[window + 1] - group->small_first[window];
        return first;
    }
    while (first + *count < end && first[*count].doc / ARK_WINDOW == window) {
        ++*count;
    }
    return first;
}

/** When more than one window in so many has been searched for, a map of them is made. */
enum { SEARCHES_PER_MAP = 8 };

uint32_t
ark_word_class_entry(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window)
{
    if (of->entries == NULL && of->hot->kind == ARK_HOT_SPARSE &&
        ++of->searches > of->hot->entry_count / SEARCHES_PER_MAP && !map_windows(lists, of)) {
        return ARK_HOT_NO_ENTRY;
    }
    return of->entries != NULL ? of->entries[window] : ark_hot_find(of->hot, window);
}

const struct ark_cold_window *
ark_word_small_cold(struct ark_word_lists *lists, struct ark_word_class *of)
{
    if (of->cold_all == NULL) {
        if (!ark_word_class_open(lists, of)) {
            return NULL;
        }
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
    uint32_t count = 0;
    const struct ark_small_posting *small = ark_word_small_in(group, window, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t local = small[i].doc % ARK_WINDOW;
        if (ark_bits_has(left, local) && ark_word_small_presence(lists, &small[i], levels)) {
            ark_bits_add(found, local);
            ark_bits_remove(left, local);
        }
    }
}

struct ark_window_bits
ark_word_presence(struct ark_word_lists *lists, uint32_t window, unsigned levels,
                  const struct ark_window_bits *mask)
{
    struct ark_window_bits found = {{0}};
    struct ark_window_bits left = *mask;
    if (ark_word_open_close(lists, &(struct ark_word_asked){1, &window, mask})) {
        find_group(lists, &lists->close, window, levels, &left, &found);
    }
    if ((levels & 1u << ARK_LEVEL_SKELETON) != 0 && !ark_bits_none(&left) &&
        ark_word_open_rest(lists, &(struct ark_word_asked){1, &window, &left})) {
        find_group(lists, &lists->rest, window, levels, &left, &found);
    }
    return lists->status == ARK_OK ? found : (struct ark_window_bits){{0}};
}

static bool
class_windows(struct ark_word_lists *lists, struct ark_word_class *of, uint8_t *possible)
{
    if (of->hot->kind == ARK_HOT_SMALL) {
        bool sound = ark_word_class_decode(lists, of);
        for (uint32_t i = 0; i < of->hot->df && sound; i++) {
            possible[of->docs[i] / ARK_WINDOW] = 1;
        }
        return sound;
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
class_bounds(struct ark_word_lists *lists, struct ark_word_class *of, const uint8_t *norms,
             const struct ark_impact_table *table, uint8_t *bounds)
{
    const struct ark_hot *hot = of->hot;
    if (hot->kind == ARK_HOT_SMALL) {
        bool sound = ark_word_class_decode(lists, of);
        for (uint32_t i = 0; i < hot->df && sound; i++) {
            uint16_t saturation =
                ark_impact_saturation(of->tfs[i], table->k_of_norm[norms[of->docs[i]]]);
            raise_bound(&bounds[of->docs[i] / ARK_WINDOW], (unsigned)saturation / 257 + 1);
        }
        return sound;
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
        struct ark_word_class *of = group->large[i];
        struct ark_hot_answer answer;
        uint32_t entry = ark_word_class_entry(lists, of, window);
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
    uint32_t count = 0;
    const struct ark_small_posting *small = ark_word_small_in(group, window, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_word_class *of = &lists->classes[small[i].class_idx];
        uint32_t local = small[i].doc % ARK_WINDOW;
        if ((of->some & levels) != 0 && ark_bits_has(set, local)) {
            ark_tf_add(&limits[local], small[i].tf);
        }
    }
    return true;
}

void
ark_word_limits(struct ark_word_lists *lists, uint32_t window, const struct ark_window_bits *set,
                unsigned levels, uint32_t *limits)
{
    memset(limits, 0, ARK_WINDOW * sizeof *limits);
    bool sound = ark_word_open_close(lists, &(struct ark_word_asked){1, &window, set}) &&
                 group_limits(lists, &lists->close, window, set, levels, limits);
    if (sound && (levels & 1u << ARK_LEVEL_SKELETON) != 0 &&
        ark_word_open_rest(lists, &(struct ark_word_asked){1, &window, set})) {
        (void)group_limits(lists, &lists->rest, window, set, levels, limits);
    }
}
