#include <string.h>

#include "searcher/word_lists_impl.h"

/** Occurrences while they are collected. */
struct collection {
    struct ark_word_occurrence *items;
    uint32_t count;
    uint32_t capacity;
    bool in_order; /**< of documents */
};

static void
push(struct ark_word_lists *lists, struct collection *to, struct ark_word_occurrence occurrence)
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
    to->in_order =
        to->in_order && (to->count == 0 || to->items[to->count - 1].local <= occurrence.local);
    to->items[to->count++] = occurrence;
}

/** Adds the variants of a posting that match at the levels. */
static void
push_variants(struct ark_word_lists *lists, const struct ark_word_class *of, uint32_t local,
              const struct ark_cold_posting *posting, unsigned levels, struct collection *to)
{
    const uint32_t *positions = posting->positions;
    for (uint32_t i = 0; i < posting->entry_count; i++) {
        const struct ark_cold_entry *entry = &posting->entries[i];
        uint8_t entry_levels = of->variant_levels[entry->code];
        if ((entry_levels & levels) != 0) {
            push(lists, to,
                 (struct ark_word_occurrence){
                     .levels = entry_levels,
                     .local = (uint8_t)local,
                     .tf = entry->tf,
                     .positions = positions,
                 });
        }
        positions += entry->tf;
    }
}

/** Documents of one class in one window. */
struct class_window {
    struct ark_hot_answer hot;
    uint64_t before[ARK_WINDOW];
};

/** Adds what the documents found have of a large class at the levels. */
static bool
collect_found(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t entry,
              const struct class_window *here, unsigned levels, struct collection *to)
{
    struct ark_cold_window cold;
    struct ark_cold_place places[ARK_WINDOW];
    struct ark_cold_posting postings[ARK_WINDOW];
    enum ark_status status = ark_word_cold(lists, of, entry, here->hot.documents, &cold);
    if (status != ARK_OK) {
        return ark_word_fail(lists, status);
    }
    for (uint32_t i = 0; i < here->hot.count; i++) {
        const struct ark_hot_found *found = &here->hot.found[i];
        places[i] = (struct ark_cold_place){found->rank, found->tf, here->before[i]};
    }
    if (!ark_cold_window_postings(&cold, places, here->hot.count, lists->scratch, postings)) {
        return ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < here->hot.count; i++) {
        push_variants(lists, of, here->hot.found[i].local, &postings[i], levels, to);
    }
    return true;
}

/** Adds what the documents of the mask have of a large class at the levels. */
static bool
collect_class(struct ark_word_lists *lists, struct ark_word_class *of, uint32_t window,
              const struct ark_window_bits *mask, unsigned levels, struct collection *to)
{
    struct class_window here;
    uint32_t entry = ark_word_class_entry(lists, of, window);
    if (entry == ARK_HOT_NO_ENTRY) {
        return true;
    }
    if (!ark_hot_lookup(of->hot, entry, window, mask->bits, &here.hot)) {
        return ark_word_fail_damaged(lists);
    }
    if (here.hot.count == 0) {
        return true;
    }
    return ark_hot_before(&here.hot, here.before)
               ? collect_found(lists, of, entry, &here, levels, to)
               : ark_word_fail_damaged(lists);
}

/** Adds what a document has of a SMALL class at the levels. */
static bool
collect_small(struct ark_word_lists *lists, const struct ark_small_posting *small, unsigned levels,
              struct collection *to)
{
    struct ark_word_class *of = &lists->classes[small->class_idx];
    const struct ark_cold_window *cold = ark_word_small_cold(lists, of);
    const struct ark_cold_place place = {small->rank, small->tf, small->before};
    struct ark_cold_posting posting;
    if (cold == NULL) {
        return false;
    }
    if (!ark_cold_window_postings(cold, &place, 1, lists->scratch, &posting)) {
        return ark_word_fail_damaged(lists);
    }
    push_variants(lists, of, small->doc % ARK_WINDOW, &posting, levels, to);
    return true;
}

/** Adds what the documents of the mask have of a group of classes. */
static bool
collect_group(struct ark_word_lists *lists, const struct ark_class_group *group, uint32_t window,
              const struct ark_window_bits *mask, unsigned levels, struct collection *to)
{
    for (uint32_t i = 0; i < group->large_count; i++) {
        struct ark_word_class *of = group->large[i];
        if ((of->some & levels) != 0 && !collect_class(lists, of, window, mask, levels, to)) {
            return false;
        }
    }
    uint32_t count = 0;
    const struct ark_small_posting *small = ark_word_small_in(group, window, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (ark_bits_has(mask, small[i].doc % ARK_WINDOW) &&
            (lists->classes[small[i].class_idx].some & levels) != 0 &&
            !collect_small(lists, &small[i], levels, to)) {
            return false;
        }
    }
    return true;
}

/** Puts occurrences in order of documents; those of a document stay as they are. */
static const struct ark_word_occurrence *
order_by_document(struct ark_word_lists *lists, const struct collection *from)
{
    uint32_t next[ARK_WINDOW + 1] = {0};
    if (from->in_order) {
        return from->items;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        next[from->items[i].local + 1]++;
    }
    for (uint32_t local = 0; local < ARK_WINDOW; local++) {
        next[local + 1] += next[local];
    }
    struct ark_word_occurrence *out = ark_arena_alloc(lists->scratch, from->count * sizeof *out);
    for (uint32_t i = 0; i < from->count; i++) {
        out[next[from->items[i].local]++] = from->items[i];
    }
    return out;
}

const struct ark_word_occurrence *
ark_word_occurrences(struct ark_word_lists *lists, uint32_t window,
                     const struct ark_window_bits *mask, unsigned levels, uint32_t *count)
{
    const struct ark_word_asked asked = {1, &window, mask};
    struct collection found = {.in_order = true};
    *count = 0;
    if (!ark_word_open_close(lists, &asked) ||
        !collect_group(lists, &lists->close, window, mask, levels, &found)) {
        return NULL;
    }
    if ((levels & 1u << ARK_LEVEL_SKELETON) != 0 &&
        (!ark_word_open_rest(lists, &asked) ||
         !collect_group(lists, &lists->rest, window, mask, levels, &found))) {
        return NULL;
    }
    *count = found.count;
    return order_by_document(lists, &found);
}

/** Documents that will be asked for, and what they have. */
struct ark_word_ahead {
    uint32_t window;
    struct ark_window_bits documents;
    bool is_read;
    unsigned levels; /**< for which they were read */
    const struct ark_word_occurrence *items;
    uint32_t count;
    uint32_t at; /**< where the document asked for last begins */
};

void
ark_word_look_ahead(struct ark_word_lists *lists, uint32_t window,
                    const struct ark_window_bits *mask)
{
    lists->ahead = NULL;
    if (mask != NULL) {
        lists->ahead = ARK_ARENA_NEW(lists->scratch, struct ark_word_ahead);
        lists->ahead->window = window;
        lists->ahead->documents = *mask;
    }
}

/** The part of a document in what was read ahead. */
static const struct ark_word_occurrence *
find_ahead(struct ark_word_ahead *ahead, uint32_t local, uint32_t *count)
{
    if (ahead->at < ahead->count && ahead->items[ahead->at].local > local) {
        ahead->at = 0;
    }
    while (ahead->at < ahead->count && ahead->items[ahead->at].local < local) {
        ahead->at++;
    }
    *count = 0;
    if (ahead->at == ahead->count) {
        return NULL;
    }
    const struct ark_word_occurrence *first = ahead->items + ahead->at;
    for (; ahead->at + *count < ahead->count && first[*count].local == local;) {
        ++*count;
    }
    return first;
}

const struct ark_word_occurrence *
ark_word_occurrences_of(struct ark_word_lists *lists, ark_docid doc, unsigned levels,
                        uint32_t *count)
{
    struct ark_word_ahead *ahead = lists->ahead;
    uint32_t window = doc / ARK_WINDOW;
    uint32_t local = doc % ARK_WINDOW;
    if (ahead == NULL || ahead->window != window || !ark_bits_has(&ahead->documents, local)) {
        struct ark_window_bits one = {{0}};
        ark_bits_add(&one, local);
        return ark_word_occurrences(lists, window, &one, levels, count);
    }
    if (!ahead->is_read || ahead->levels != levels) {
        ahead->items =
            ark_word_occurrences(lists, window, &ahead->documents, levels, &ahead->count);
        ahead->is_read = true;
        ahead->levels = levels;
        ahead->at = 0;
    }
    return find_ahead(ahead, local, count);
}
