#include "indexer/families.h"

#include <stdlib.h>

#include "common/base/jobs.h"
#include "common/base/memory.h"
#include "common/base/radix.h"
#include "common/codec/compact_text.h"

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_word_table *sorted_table;

/** A word with the first letters of two of its texts, by which nearly all are ordered. */
struct keyed_word {
    uint64_t light;
    uint64_t form;
    uint32_t number;
};

static int
compare_keys(const void *left, const void *right)
{
    const struct ark_keyed *a = left;
    const struct ark_keyed *b = right;
    return ark_str_compare(ark_word_table_family_key(sorted_table, a->number),
                           ark_word_table_family_key(sorted_table, b->number));
}

/** The place of each family in the order of keys, by its number in the table. */
static uint32_t *
rank_families(const struct ark_word_table *table, uint32_t count)
{
    struct ark_keyed *keyed = ark_xcalloc(count, sizeof *keyed);
    sorted_table = table;
    uint32_t *rank = ark_xcalloc(count, sizeof *rank);
    for (uint32_t i = 0; i < count; i++) {
        keyed[i] = (struct ark_keyed){ark_compact_first(ark_word_table_family_key(table, i)), i};
    }
    ark_radix_sort(keyed, count);
    uint32_t start = 0;
    for (uint32_t i = 1; i <= count; i++) {
        if (i == count || keyed[i].key != keyed[start].key) {
            if (i - start > 1) {
                qsort(keyed + start, i - start, sizeof *keyed, compare_keys);
            }
            start = i;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        rank[keyed[i].number] = i;
    }
    free(keyed);
    return rank;
}

static int
compare_texts(uint32_t left, uint32_t right)
{
    static const enum ark_level ORDER[] = {ARK_LEVEL_LIGHT, ARK_LEVEL_FORM, ARK_LEVEL_STEM};
    struct ark_word a = ark_word_table_word(sorted_table, left);
    struct ark_word b = ark_word_table_word(sorted_table, right);
    for (size_t i = 0; i < ARK_COUNT_OF(ORDER); i++) {
        int order = ark_str_compare(a.level[ORDER[i]], b.level[ORDER[i]]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

/** True for the key of a text that is whole in it. */
static bool
is_whole(uint64_t key)
{
    return (key & 0xFF) == 0;
}

/** By light form, form and stem. */
static int
compare_members(const struct keyed_word *a, const struct keyed_word *b)
{
    if (a->light != b->light) {
        return a->light < b->light ? -1 : 1;
    }
    if (is_whole(a->light) && a->form != b->form) {
        return a->form < b->form ? -1 : 1;
    }
    return compare_texts(a->number, b->number);
}

static int
compare_keyed_words(const void *left, const void *right)
{
    return compare_members(left, right);
}

/** Orders the words of one family; mostly there are a few. */
static void
sort_members(struct keyed_word *words, size_t count)
{
    enum { INSERTION_MAX = 12 };
    if (count > INSERTION_MAX) {
        qsort(words, count, sizeof *words, compare_keyed_words);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct keyed_word word = words[i];
        size_t at = i;
        while (at > 0 && compare_members(&words[at - 1], &word) > 0) {
            words[at] = words[at - 1];
            at--;
        }
        words[at] = word;
    }
}

/** What one job does of a step: some words by number, then some families. */
struct slice {
    void (*step)(struct slice *slice);
    struct ark_families *families;
    const uint32_t *family_rank;
    struct keyed_word *words; /**< all of them, those of a family together */
    uint32_t *next; /**< by family: how many words it has here, then where the next goes */
    uint32_t first_word;
    uint32_t end_word;
    uint32_t first_family;
    uint32_t end_family;
    uint32_t class_count; /**< of its families, and then of those before them */
};

static void
count_words(struct slice *slice)
{
    const struct ark_word_table *table = slice->families->table;
    for (uint32_t i = slice->first_word; i < slice->end_word; i++) {
        slice->next[slice->family_rank[ark_word_table_family(table, i)]]++;
    }
}

/** Distributes words to their families, with their keys: a counting sort. */
static void
bucket_words(struct slice *slice)
{
    const struct ark_word_table *table = slice->families->table;
    // Texts are read in the order in which they came into memory, and most of them only here.
    for (uint32_t i = slice->first_word; i < slice->end_word; i++) {
        struct ark_word word = ark_word_table_word(table, i);
        uint32_t family = slice->family_rank[ark_word_table_family(table, i)];
        slice->words[slice->next[family]++] = (struct keyed_word){
            .light = ark_compact_first(word.level[ARK_LEVEL_LIGHT]),
            .form = ark_compact_first(word.level[ARK_LEVEL_FORM]),
            .number = i,
        };
    }
}

static bool
same_light(const struct ark_word_table *table, const struct keyed_word *a,
           const struct keyed_word *b)
{
    return a->light == b->light &&
           (is_whole(a->light) ||
            ark_str_equal(ark_word_table_word(table, a->number).level[ARK_LEVEL_LIGHT],
                          ark_word_table_word(table, b->number).level[ARK_LEVEL_LIGHT]));
}

/** Orders the members of each family and counts the classes. */
static void
sort_families(struct slice *slice)
{
    const struct ark_families *families = slice->families;
    sorted_table = families->table;
    for (uint32_t family = slice->first_family; family < slice->end_family; family++) {
        struct keyed_word *words = slice->words + families->first[family];
        uint32_t member_count = families->first[family + 1] - families->first[family];
        ARK_ASSERT(member_count > 0);
        sort_members(words, member_count);
        for (uint32_t i = 0; i < member_count; i++) {
            slice->class_count += i == 0 || !same_light(families->table, &words[i], &words[i - 1]);
        }
    }
}

/** Cuts each family into classes, and notes where every word stands. */
static void
place_members(struct slice *slice)
{
    struct ark_families *families = slice->families;
    uint32_t class_count = slice->class_count;
    for (uint32_t family = slice->first_family; family < slice->end_family; family++) {
        uint32_t first = families->first[family];
        const struct keyed_word *words = slice->words + first;
        families->first_class[family] = class_count;
        for (uint32_t i = 0; i < families->first[family + 1] - first; i++) {
            if (i == 0 || !same_light(families->table, &words[i], &words[i - 1])) {
                families->class_member[class_count++] = i;
            }
            families->order[first + i] = words[i].number;
            families->rank[words[i].number] = first + i;
            families->place[first + i] = (struct ark_word_place){class_count - 1, i};
        }
    }
}

static void
run_slice(void *context, unsigned worker, void *item)
{
    (void)context;
    (void)worker;
    struct slice *slice = item;
    slice->step(slice);
}

/** Does a step of all slices, each on a job. */
static void
do_step(struct ark_jobs *jobs, struct slice *slices, unsigned count, void (*step)(struct slice *))
{
    for (unsigned i = 0; i < count; i++) {
        slices[i].step = step;
        ark_jobs_add(jobs, &slices[i]);
    }
    while (ark_jobs_take(jobs) != NULL) {
    }
}

/** From how many words each slice has of a family to where they go; families follow each other. */
static void
place_families(struct ark_families *families, struct slice *slices, unsigned count)
{
    uint32_t place = 0;
    for (uint32_t family = 0; family < families->count; family++) {
        families->first[family] = place;
        for (unsigned i = 0; i < count; i++) {
            uint32_t here = slices[i].next[family];
            slices[i].next[family] = place;
            place += here;
        }
    }
    families->first[families->count] = place;
}

/** Gives each slice families with about as many words. */
static void
cut_families(const struct ark_families *families, struct slice *slices, unsigned count)
{
    uint32_t family = 0;
    for (unsigned i = 0; i < count; i++) {
        slices[i].first_family = family;
        while (family < families->count &&
               (i + 1 == count || families->first[family] < slices[i].end_word)) {
            family++;
        }
        slices[i].end_family = family;
    }
}

/** Numbers the classes through all slices. */
static void
number_classes(struct ark_families *families, struct slice *slices, unsigned count)
{
    uint32_t class_count = 0;
    for (unsigned i = 0; i < count; i++) {
        uint32_t here = slices[i].class_count;
        slices[i].class_count = class_count;
        class_count += here;
    }
    families->first_class[families->count] = class_count;
}

static void
sort_words(struct ark_families *families, uint32_t word_count, unsigned count)
{
    struct ark_jobs *jobs = ark_jobs_new(count, count, run_slice, NULL);
    struct slice *slices = ark_xcalloc(count, sizeof *slices);
    uint32_t *family_rank = rank_families(families->table, families->count);
    struct keyed_word *words = ark_xmalloc(word_count * sizeof *words);
    for (unsigned i = 0; i < count; i++) {
        slices[i] = (struct slice){
            .families = families,
            .family_rank = family_rank,
            .words = words,
            .next = ark_xcalloc(families->count, sizeof(uint32_t)),
            .first_word = (uint32_t)((uint64_t)word_count * i / count),
            .end_word = (uint32_t)((uint64_t)word_count * (i + 1) / count),
        };
    }
    do_step(jobs, slices, count, count_words);
    place_families(families, slices, count);
    do_step(jobs, slices, count, bucket_words);
    cut_families(families, slices, count);
    do_step(jobs, slices, count, sort_families);
    number_classes(families, slices, count);
    do_step(jobs, slices, count, place_members);
    ark_jobs_free(jobs);
    for (unsigned i = 0; i < count; i++) {
        free(slices[i].next);
    }
    free(slices);
    free(words);
    free(family_rank);
}

struct ark_families
ark_families_make(struct ark_word_table *table, unsigned jobs)
{
    // Fewer words are ordered before another thread is there.
    enum { WORDS_FOR_JOBS = 16 * 1024 };
    uint32_t word_count = ark_word_table_count(table);
    uint32_t family_count = ark_word_table_family_count(table);
    struct ark_families families = {
        .table = table,
        .order = ark_xcalloc(word_count, sizeof(uint32_t)),
        .rank = ark_xcalloc(word_count, sizeof(uint32_t)),
        .place = ark_xcalloc(word_count, sizeof(struct ark_word_place)),
        .first = ark_xcalloc((size_t)family_count + 1, sizeof(uint32_t)),
        .first_class = ark_xcalloc((size_t)family_count + 1, sizeof(uint32_t)),
        .class_member = ark_xcalloc(word_count, sizeof(uint32_t)),
        .count = family_count,
    };
    sort_words(&families, word_count, word_count < WORDS_FOR_JOBS ? 1 : jobs);
    return families;
}

void
ark_families_dispose(struct ark_families *families)
{
    free(families->order);
    free(families->rank);
    free(families->place);
    free(families->first);
    free(families->first_class);
    free(families->class_member);
}

size_t
ark_families_bytes(uint32_t word_count, uint32_t family_count)
{
    // There are no more classes than words.
    return word_count *
               (sizeof(struct keyed_word) + sizeof(struct ark_word_place) + 3 * sizeof(uint32_t)) +
           family_count * (2 * sizeof(struct ark_keyed) + 3 * sizeof(uint32_t));
}
