#include "searcher/word_places.h"

#include <string.h>

#include "common/base/compiler.h"
#include "searcher/word_lists_impl.h"

/** A document that a class has, and whose positions are still to be read. */
struct reading {
    const struct ark_word_class *of;
    struct ark_cold_window cold;
    struct ark_cold_place place;
    uint32_t slot;
};

/** So many are looked up before the first is read: what they need comes into the cache meanwhile. */
enum { READINGS_MAX = 32 };

/** Places while they are collected. */
struct placing {
    struct ark_word_lists *lists;
    struct ark_word_places *places; /**< by slot */
    struct reading readings[READINGS_MAX];
    uint32_t count;
};

/** What each place adds, by its levels. */
static struct ark_place
place_of(const struct ark_expansion *word, uint32_t position, unsigned levels)
{
    return (struct ark_place){position, word->best_weight[levels] / (float)(ARK_BM25_K1 + 1)};
}

/** Appends what was read of a class to places; those that match at no level are left out. */
static void
append(const struct ark_expansion *word, const struct ark_cold_places *from, uint32_t tf,
       struct ark_word_places *to)
{
    if (from->marks == NULL) {
        const struct ark_place any = place_of(word, 0, from->set);
        for (uint32_t i = 0; i < tf; i++) {
            to->items[to->count + i] = (struct ark_place){from->positions[i], any.weight};
        }
        to->count += tf;
        to->tfs += ark_level_sets[from->set] * (float)tf;
        return;
    }
    for (uint32_t i = 0; i < tf; i++) {
        to->items[to->count] = place_of(word, from->positions[i], from->marks[i]);
        to->count += from->marks[i] != 0 ? 1 : 0;
        to->tfs += ark_level_sets[from->marks[i]];
    }
}

/** Puts the places behind the first so many, ascending as these are, among them; items has room for
 * all twice. */
static void
merge(struct ark_word_places *places, uint32_t first_count)
{
    struct ark_place *out = places->items + places->count;
    const struct ark_place *a = places->items;
    const struct ark_place *a_end = a + first_count;
    const struct ark_place *b = a_end;
    const struct ark_place *b_end = a + places->count;
    for (uint32_t i = 0; i < places->count; i++) {
        bool takes_b = a == a_end || (b < b_end && b->position < a->position);
        out[i] = takes_b ? *b++ : *a++;
    }
    places->items = out;
}

/** Adds what was read of a class in a document to what its other classes gave. */
static void
add_places(struct ark_word_lists *lists, const struct ark_cold_places *read, uint32_t tf,
           struct ark_word_places *places)
{
    uint32_t before = places->count;
    size_t room = before == 0 ? tf : ((size_t)before + tf) * 2;
    struct ark_place *items = ark_arena_alloc(lists->scratch, (room + 1) * sizeof *items);
    if (before > 0) {
        memcpy(items, places->items, before * sizeof *items);
    }
    places->items = items;
    append(lists->word, read, tf, places);
    if (before > 0 && before < places->count &&
        items[before].position < items[before - 1].position) {
        merge(places, before);
    }
    places->items[places->count] = (struct ark_place){ARK_NO_PLACE, 0};
}

/** Reads the positions that are still to be read. False after damage. */
static bool
read_all(struct placing *placing)
{
    struct ark_word_lists *lists = placing->lists;
    for (uint32_t i = 0; i < placing->count; i++) {
        const struct reading *from = &placing->readings[i];
        struct ark_cold_places read;
        if (!ark_cold_window_places(&from->cold, from->place, from->of->variant_levels,
                                    lists->scratch, &read)) {
            return ark_word_fail_damaged(lists);
        }
        if (read.positions != NULL) {
            add_places(lists, &read, from->place.tf, &placing->places[from->slot]);
        }
    }
    placing->count = 0;
    return true;
}

/** Notes that a document has a class. False after damage. */
static bool
note(struct placing *placing, const struct reading *reading)
{
    if (placing->count == READINGS_MAX && !read_all(placing)) {
        return false;
    }
    placing->readings[placing->count++] = *reading;
    ARK_PREFETCH(reading->cold.positions);
    return true;
}

/** Looks the documents asked for up in a large class. False after damage. */
static bool
look_up(struct placing *placing, struct ark_word_class *of, const struct ark_slots *slots,
        const struct ark_window_bits *asked)
{
    struct ark_word_lists *lists = placing->lists;
    struct ark_hot_answer hot;
    uint64_t before[ARK_WINDOW];
    for (uint32_t i = 0; i < slots->window_count; i++) {
        uint32_t window = slots->windows[i];
        uint32_t entry =
            ark_bits_none(&asked[i]) ? ARK_HOT_NO_ENTRY : ark_word_class_entry(lists, of, window);
        if (entry == ARK_HOT_NO_ENTRY) {
            continue;
        }
        if (!ark_hot_lookup(of->hot, entry, window, asked[i].bits, &hot) ||
            (hot.count > 0 && !ark_hot_before(&hot, before))) {
            return ark_word_fail_damaged(lists);
        }
        struct reading reading = {.of = of};
        if (hot.count > 0) {
            enum ark_status status = ark_word_cold(lists, of, entry, hot.documents, &reading.cold);
            if (status != ARK_OK) {
                return ark_word_fail(lists, status);
            }
        }
        for (uint32_t k = 0; k < hot.count; k++) {
            const struct ark_hot_found *found = &hot.found[k];
            reading.place = (struct ark_cold_place){found->rank, found->tf, before[k]};
            reading.slot = ark_slot_of(slots, i, found->local);
            if (!note(placing, &reading)) {
                return false;
            }
        }
    }
    return lists->status == ARK_OK;
}

/** Notes a posting of a SMALL class. False after damage. */
static bool
note_small(struct placing *placing, const struct ark_small_posting *small, uint32_t slot)
{
    struct ark_word_lists *lists = placing->lists;
    struct ark_word_class *of = &lists->classes[small->class_idx];
    const struct ark_cold_window *cold = ark_word_small_cold(lists, of);
    const struct ark_cold_place place = {small->rank, small->tf, small->before};
    return cold != NULL && note(placing, &(struct reading){of, *cold, place, slot});
}

/** Looks the documents asked for up in the SMALL classes of a group. False after damage. */
static bool
look_up_small(struct placing *placing, const struct ark_class_group *group,
              const struct ark_slots *slots, const struct ark_window_bits *asked)
{
    for (uint32_t i = 0; i < slots->window_count; i++) {
        uint32_t count = 0;
        if (ark_bits_none(&asked[i])) {
            continue;
        }
        const struct ark_small_posting *small = ark_word_small_in(group, slots->windows[i], &count);
        for (uint32_t k = 0; k < count; k++) {
            uint32_t local = small[k].doc % ARK_WINDOW;
            if (ark_bits_has(&asked[i], local) &&
                !note_small(placing, &small[k], ark_slot_of(slots, i, local))) {
                return false;
            }
        }
    }
    return true;
}

/** Adds what the documents asked for have of a group of classes. */
static void
place_group(struct ark_word_lists *lists, const struct ark_class_group *group,
            const struct ark_slots *slots, const struct ark_window_bits *asked,
            struct ark_word_places *places)
{
    struct placing placing; // readings need not be cleared
    placing.lists = lists;
    placing.places = places;
    placing.count = 0;
    for (uint32_t i = 0; i < group->large_count; i++) {
        if (!look_up(&placing, group->large[i], slots, asked)) {
            return;
        }
    }
    if (group->small_count > 0 && !look_up_small(&placing, group, slots, asked)) {
        return;
    }
    (void)read_all(&placing); // the status tells
}

void
ark_word_place_close(struct ark_word_lists *lists, const struct ark_slots *slots,
                     const struct ark_window_bits *asked, struct ark_word_places *places)
{
    const struct ark_word_asked all = {slots->window_count, slots->windows, asked};
    if (ark_word_open_close(lists, &all)) {
        place_group(lists, &lists->close, slots, asked, places);
    }
}

void
ark_word_place_rest(struct ark_word_lists *lists, const struct ark_slots *slots,
                    const struct ark_window_bits *asked, struct ark_word_places *places)
{
    const struct ark_word_asked all = {slots->window_count, slots->windows, asked};
    if (ark_word_open_rest(lists, &all)) {
        place_group(lists, &lists->rest, slots, asked, places);
    }
}
