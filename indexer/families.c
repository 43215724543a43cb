#include "indexer/families.h"

#include <stdlib.h>

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

/** Distributes the words to their families, with their keys: a counting sort. */
static struct keyed_word *
bucket_words(struct ark_families *families, uint32_t word_count)
{
    const struct ark_word_table *table = families->table;
    uint32_t *family_rank = rank_families(table, families->count);
    uint32_t *first = families->first;
    for (uint32_t i = 0; i < word_count; i++) {
        first[family_rank[ark_word_table_family(table, i)] + 1]++;
    }
    for (uint32_t i = 0; i < families->count; i++) {
        first[i + 1] += first[i];
    }
    struct keyed_word *words = ark_xmalloc(word_count * sizeof *words);
    // Texts are read in the order in which they came into memory, and most of them only here.
    for (uint32_t i = 0; i < word_count; i++) {
        struct ark_word word = ark_word_table_word(table, i);
        words[first[family_rank[ark_word_table_family(table, i)]]++] = (struct keyed_word){
            .light = ark_compact_first(word.level[ARK_LEVEL_LIGHT]),
            .form = ark_compact_first(word.level[ARK_LEVEL_FORM]),
            .number = i,
        };
    }
    // Each begins now where the next one did: put them back.
    for (uint32_t i = families->count; i > 0; i--) {
        first[i] = first[i - 1];
    }
    first[0] = 0;
    free(family_rank);
    return words;
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

/** Orders the members of a family and cuts them into classes, of which there are class_count before. */
static uint32_t
place_members(struct ark_families *families, uint32_t family, struct keyed_word *words,
              uint32_t class_count)
{
    uint32_t first = families->first[family];
    uint32_t member_count = families->first[family + 1] - first;
    ARK_ASSERT(member_count > 0);
    sort_members(words, member_count);
    families->first_class[family] = class_count;
    for (uint32_t i = 0; i < member_count; i++) {
        if (i == 0 || !same_light(families->table, &words[i], &words[i - 1])) {
            families->class_member[class_count++] = i;
        }
        families->order[first + i] = words[i].number;
        families->rank[words[i].number] = first + i;
        families->place[first + i] = (struct ark_word_place){class_count - 1, i};
    }
    return class_count;
}

struct ark_families
ark_families_make(struct ark_word_table *table)
{
    uint32_t word_count = ark_word_table_count(table);
    uint32_t family_count = ark_word_table_family_count(table);
    struct ark_families families = {
        .table = table,
        .order = ark_xcalloc(word_count, sizeof(uint32_t)),
        .rank = ark_xcalloc(word_count, sizeof(uint32_t)),
        .place = ark_xcalloc(word_count, sizeof(struct ark_word_place)),
        .first = ark_xcalloc((size_t)family_count + 2, sizeof(uint32_t)),
        .first_class = ark_xcalloc((size_t)family_count + 1, sizeof(uint32_t)),
        .class_member = ark_xcalloc(word_count, sizeof(uint32_t)),
        .count = family_count,
    };
    sorted_table = table;
    struct keyed_word *words = bucket_words(&families, word_count);
    uint32_t class_count = 0;
    for (uint32_t family = 0; family < family_count; family++) {
        class_count = place_members(&families, family, words + families.first[family], class_count);
    }
    families.first_class[family_count] = class_count;
    free(words);
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
