#include "searcher/word_lists.h"

#include <string.h>

/** One class in one window, its documents by rank. */
struct class_window {
    uint32_t entry;
    uint32_t
        first; /**< rank of the window's first document: SMALL records have one entry for all */
    uint32_t count;      /**< documents in the window */
    uint32_t rank_count; /**< documents in the entry */
    const uint32_t *tfs; /**< by rank */
    uint8_t locals[ARK_WINDOW];
    uint32_t own_tfs[ARK_WINDOW];
};

static bool
fail(struct ark_word_lists *lists, enum ark_status status)
{
    lists->status = lists->status == ARK_OK ? status : lists->status;
    return false;
}

static bool
fail_damaged(struct ark_word_lists *lists)
{
    return fail(lists,
                ark_error_set(lists->err, ARK_E_CORRUPT,
                              "the index is damaged: postings of a family: %.*s",
                              ARK_STR_ARG(lists->word->word->analysed.level[ARK_LEVEL_SKELETON])));
}

/** The place of a class: those that match at light, those that match at stem, the others. */
static unsigned
rank_of(const struct ark_word_class *of)
{
    if ((of->some & 1u << ARK_LEVEL_LIGHT) != 0) {
        return 0;
    }
    return (of->some & ARK_LEVELS_CLOSE) != 0 ? 1 : 2;
}

void
ark_word_lists_make(struct ark_word_lists *out, const struct ark_expansion *word,
                    struct ark_segment *segment, uint32_t segment_idx, struct ark_arena *arena,
                    struct ark_error *err)
{
    const struct ark_word_segment *here = &word->segments[segment_idx];
    struct ark_word_lists lists = {
        .word = word, .segment = segment, .arena = arena, .scratch = arena, .err = err};
    uint32_t family_classes = here->family != NULL ? here->family->class_count : 0;
    lists.classes = ark_arena_calloc(arena, family_classes, sizeof *lists.classes);
    for (unsigned rank = 0; rank < 3; rank++) {
        for (uint32_t i = 0; i < family_classes; i++) {
            const struct ark_class *class = &here->family->classes[i];
            struct ark_word_class of = {
                .class = class,
                .variant_levels = here->variant_levels + class->first_variant,
                .some = here->class_levels[i].some,
                .every = here->class_levels[i].every,
            };
            if (of.some != 0 && rank_of(&of) == rank) {
                lists.classes[lists.class_count++] = of;
            }
        }
        lists.light_count = rank == 0 ? lists.class_count : lists.light_count;
        lists.close_count = rank <= 1 ? lists.class_count : lists.close_count;
    }
    *out = lists;
}

bool
ark_word_class_open(struct ark_word_lists *lists, struct ark_word_class *of)
{
    if (of->is_open) {
        return true;
    }
    enum ark_status status =
        ark_segment_hot(lists->segment, of->class, lists->arena, &of->hot, lists->err);
    if (status != ARK_OK) {
        return fail(lists, status);
    }
    if (of->hot.kind == ARK_HOT_SMALL) {
        of->docs = ark_arena_alloc(lists->arena, of->hot.df * sizeof *of->docs);
        of->tfs = ark_arena_alloc(lists->arena, of->hot.df * sizeof *of->tfs);
        if (!ark_hot_small(&of->hot, of->docs, of->tfs)) {
            return fail_damaged(lists);
        }
    }
    of->cold = ark_cold_open(lists->segment, of->class, &of->hot, lists->arena);
    of->is_open = true;
    return true;
}

/** The ranks of a SMALL class' documents in a window: [*first, *end). */
static void
small_range(const struct ark_word_class *of, uint32_t window, uint32_t *first, uint32_t *end)
{
    uint32_t at = 0;
    for (uint32_t high = of->hot.df; at < high;) {
        uint32_t middle = at + (high - at) / 2;
        if (of->docs[middle] / ARK_WINDOW < window) {
            at = middle + 1;
        } else {
            high = middle;
        }
    }
    *first = at;
    while (at < of->hot.df && of->docs[at] / ARK_WINDOW == window) {
        at++;
    }
    *end = at;
}

/** The documents of an opened class in a window. False after damage. */
static bool
class_presence(struct ark_word_lists *lists, const struct ark_word_class *of, uint32_t window,
               uint32_t *entry, struct ark_window_bits *out)
{
    *out = (struct ark_window_bits){{0}};
    *entry = 0;
    if (of->hot.kind == ARK_HOT_SMALL) {
        uint32_t rank = 0;
        uint32_t end = 0;
        small_range(of, window, &rank, &end);
        for (; rank < end; rank++) {
            ark_bits_add(out, of->docs[rank] % ARK_WINDOW);
        }
        return true;
    }
    *entry = ark_hot_find(&of->hot, window);
    return *entry == ARK_HOT_NO_ENTRY || ark_hot_presence(&of->hot, *entry, window, out->bits) ||
           fail_damaged(lists);
}

/** Decodes the tfs of a class in a window it has documents in. */
static bool
decode(struct ark_word_lists *lists, const struct ark_word_class *of, uint32_t window,
       uint32_t entry, struct class_window *out)
{
    out->entry = entry;
    out->first = 0;
    out->count = 0;
    if (of->hot.kind == ARK_HOT_SMALL) {
        uint32_t end = 0;
        small_range(of, window, &out->first, &end);
        for (uint32_t rank = out->first; rank < end; rank++) {
            out->locals[out->count++] = (uint8_t)(of->docs[rank] % ARK_WINDOW);
        }
        out->rank_count = of->hot.df;
        out->tfs = of->tfs;
        return true;
    }
    struct ark_hot_window decoded;
    if (!ark_hot_window(&of->hot, entry, window, &decoded)) {
        return fail_damaged(lists);
    }
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t tf = decoded.tfs[i];
        if (tf == 0) {
            continue; // by local, and not there
        }
        if (tf == ARK_HOT_TF_TAIL && tail < decoded.tail_count) {
            tf = decoded.tails[tail++];
        }
        out->locals[out->count] = (uint8_t)(decoded.by_local ? i : decoded.locals[i]);
        out->own_tfs[out->count++] = tf;
    }
    out->rank_count = out->count;
    out->tfs = out->own_tfs;
    return true;
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

/** Adds one document of a class whose variants match at different levels. */
static bool
add_by_codes(struct ark_word_lists *lists, const struct ark_word_class *of,
             const struct ark_cold_window *cold, const struct class_window *window, uint32_t idx,
             struct ark_word_tfs *to)
{
    uint32_t rank = window->first + idx;
    unsigned code = cold->codes == NULL ? 0 : cold->codes[rank / 2] >> (rank % 2 * 4) & 15;
    if (code < CODE_ONE && code < cold->variant_count) {
        add_tf(to, window->locals[idx], of->variant_levels[code], window->tfs[rank]);
        return true;
    }
    struct ark_cold_posting posting;
    if (!ark_cold_window_entries(cold, rank, window->tfs[rank], lists->scratch, &posting)) {
        return fail_damaged(lists);
    }
    for (uint32_t i = 0; i < posting.entry_count; i++) {
        add_tf(to, window->locals[idx], of->variant_levels[posting.entries[i].code],
               posting.entries[i].tf);
    }
    return true;
}

/** Adds what the documents of the mask have of one class. */
static bool
count_class(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
            const struct ark_window_bits *mask, struct ark_word_tfs *to)
{
    struct ark_window_bits present;
    struct class_window here;
    struct ark_cold_window cold;
    uint32_t entry = 0;
    if (!ark_word_class_open(lists, of) || !class_presence(lists, of, window, &entry, &present)) {
        return false;
    }
    present = ark_bits_and(present, *mask);
    if (ark_bits_none(&present)) {
        return true;
    }
    if (!decode(lists, of, window, entry, &here)) {
        return false;
    }
    bool by_codes = of->some != of->every;
    if (by_codes) {
        enum ark_status status =
            ark_cold_read(&of->cold, entry, here.rank_count, &cold, lists->err);
        if (status != ARK_OK) {
            return fail(lists, status);
        }
    }
    for (uint32_t i = 0; i < here.count; i++) {
        if (!ark_bits_has(mask, here.locals[i])) {
            continue;
        }
        if (!by_codes) {
            add_tf(to, here.locals[i], of->every, here.tfs[here.first + i]);
        } else if (!add_by_codes(lists, of, &cold, &here, i, to)) {
            return false;
        }
    }
    return true;
}

void
ark_word_count(struct ark_word_lists *lists, uint32_t window, const struct ark_window_bits *mask,
               uint32_t class_count, struct ark_word_tfs *out)
{
    out->present = (struct ark_window_bits){{0}};
    for (uint32_t i = 0; i < class_count && lists->status == ARK_OK; i++) {
        if (!count_class(lists, &lists->classes[i], window, mask, out)) {
            out->present = (struct ark_window_bits){{0}};
        }
    }
}

/** The documents of the mask that have a variant of the class at one of the levels. */
static struct ark_window_bits
presence_by_codes(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
                  unsigned levels, const struct ark_window_bits *mask)
{
    struct ark_word_tfs counted = {.present = {{0}}};
    struct ark_window_bits found = {{0}};
    if (!count_class(lists, of, window, mask, &counted)) {
        return found;
    }
    for (uint32_t i = ark_bits_next(&counted.present, 0); i < ARK_WINDOW;
         i = ark_bits_next(&counted.present, i + 1)) {
        bool here = false;
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            here = here || ((levels >> level & 1u) != 0 && counted.tfs[i][level] > 0);
        }
        if (here) {
            ark_bits_add(&found, i);
        }
    }
    return found;
}

struct ark_window_bits
ark_word_presence(struct ark_word_lists *lists, uint32_t window, unsigned levels,
                  const struct ark_window_bits *mask)
{
    struct ark_window_bits found = {{0}};
    struct ark_window_bits left = *mask;
    for (uint32_t i = 0; i < lists->class_count && !ark_bits_none(&left); i++) {
        struct ark_word_class *of = &lists->classes[i];
        struct ark_window_bits here = {{0}};
        uint32_t entry = 0;
        if ((of->some & levels) == 0) {
            continue;
        }
        if (!ark_word_class_open(lists, of)) {
            break;
        }
        if ((of->every & levels) == 0) {
            here = presence_by_codes(lists, of, window, levels, &left);
        } else if (!class_presence(lists, of, window, &entry, &here)) {
            break;
        }
        found = ark_bits_or(found, ark_bits_and(here, left));
        left = ark_bits_without(left, here);
    }
    return lists->status == ARK_OK ? found : (struct ark_window_bits){{0}};
}

static bool
class_windows(struct ark_word_lists *lists, const struct ark_word_class *of, uint8_t *possible)
{
    if (of->hot.kind == ARK_HOT_SMALL) {
        for (uint32_t i = 0; i < of->hot.df; i++) {
            possible[of->docs[i] / ARK_WINDOW] = 1;
        }
        return true;
    }
    if (of->hot.kind == ARK_HOT_DENSE) {
        for (uint32_t i = 0; i < of->hot.entry_count; i++) {
            possible[of->hot.first_window + i] |= of->hot.bounds[i] != 0 ? 1 : 0;
        }
        return true;
    }
    uint32_t *windows = ark_arena_alloc(lists->scratch, of->hot.entry_count * sizeof *windows);
    if (!ark_hot_windows(&of->hot, windows)) {
        return fail_damaged(lists);
    }
    for (uint32_t i = 0; i < of->hot.entry_count; i++) {
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
    const struct ark_hot *hot = &of->hot;
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
        return fail_damaged(lists);
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

/** Occurrences while they are collected. */
struct occurrences {
    struct ark_word_occurrence *items;
    uint32_t count;
    uint32_t capacity;
};

static void
push(struct ark_word_lists *lists, struct occurrences *to, struct ark_word_occurrence occurrence)
{
    if (to->count == to->capacity) {
        uint32_t capacity = to->capacity == 0 ? 8 : 2 * to->capacity;
        struct ark_word_occurrence *items =
            ark_arena_alloc(lists->scratch, capacity * sizeof *items);
        if (to->count > 0) {
            memcpy(items, to->items, to->count * sizeof *items);
        }
        to->items = items;
        to->capacity = capacity;
    }
    to->items[to->count++] = occurrence;
}

/** Adds what a document has of one class at the levels. */
static bool
collect_class(struct ark_word_lists *lists, struct ark_word_class *of, ark_docid doc,
              unsigned levels, struct occurrences *to)
{
    struct ark_window_bits present;
    struct class_window here;
    struct ark_cold_window cold;
    struct ark_cold_posting posting;
    uint32_t window = doc / ARK_WINDOW;
    uint32_t entry = 0;
    if (!ark_word_class_open(lists, of) || !class_presence(lists, of, window, &entry, &present)) {
        return false;
    }
    if (!ark_bits_has(&present, doc % ARK_WINDOW)) {
        return true;
    }
    if (!decode(lists, of, window, entry, &here)) {
        return false;
    }
    uint32_t idx = 0;
    while (idx < here.count && here.locals[idx] != doc % ARK_WINDOW) {
        idx++;
    }
    enum ark_status status = ark_cold_read(&of->cold, entry, here.rank_count, &cold, lists->err);
    if (status != ARK_OK) {
        return fail(lists, status);
    }
    if (idx == here.count ||
        !ark_cold_window_posting(&cold, here.first + idx, here.tfs, lists->scratch, &posting)) {
        return fail_damaged(lists);
    }
    const uint32_t *positions = posting.positions;
    for (uint32_t i = 0; i < posting.entry_count; i++) {
        const struct ark_cold_entry *found = &posting.entries[i];
        uint8_t found_levels = of->variant_levels[found->code];
        if ((found_levels & levels) != 0) {
            push(lists, to, (struct ark_word_occurrence){found_levels, found->tf, positions});
        }
        positions += found->tf;
    }
    return true;
}

const struct ark_word_occurrence *
ark_word_occurrences(struct ark_word_lists *lists, ark_docid doc, unsigned levels, uint32_t *count)
{
    struct occurrences found = {0};
    *count = 0;
    for (uint32_t i = 0; i < lists->class_count && lists->status == ARK_OK; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if ((of->some & levels) != 0 && !collect_class(lists, of, doc, levels, &found)) {
            return NULL;
        }
    }
    *count = found.count;
    return found.items;
}
