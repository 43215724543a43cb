#include "indexer/families.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/radix.h"
#include "common/codec/compact_text.h"

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_word_table *sorted_table;
static _Thread_local const struct ark_word *sorted_words;

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
rank_families(const struct ark_word_table *table)
{
    uint32_t count = ark_word_table_family_count(table);
    struct ark_keyed *keyed = ark_xcalloc(count, sizeof *keyed);
    uint32_t *rank = ark_xcalloc(count, sizeof *rank);
    for (uint32_t i = 0; i < count; i++) {
        keyed[i] = (struct ark_keyed){ark_compact_first(ark_word_table_family_key(table, i)), i};
    }
    ark_radix_sort(keyed, count);
    sorted_table = table;
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
compare_members(uint32_t left, uint32_t right)
{
    static const enum ark_level ORDER[] = {ARK_LEVEL_LIGHT, ARK_LEVEL_FORM, ARK_LEVEL_STEM};
    const struct ark_word *a = &sorted_words[left];
    const struct ark_word *b = &sorted_words[right];
    for (size_t i = 0; i < ARK_COUNT_OF(ORDER); i++) {
        int order = ark_str_compare(a->level[ORDER[i]], b->level[ORDER[i]]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int
compare_numbers(const void *left, const void *right)
{
    return compare_members(*(const uint32_t *)left, *(const uint32_t *)right);
}

/** Orders the words of one family; mostly there are a few. */
static void
sort_members(uint32_t *order, size_t count)
{
    enum { INSERTION_MAX = 12 };
    if (count > INSERTION_MAX) {
        qsort(order, count, sizeof *order, compare_numbers);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint32_t number = order[i];
        size_t at = i;
        while (at > 0 && compare_members(order[at - 1], number) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = number;
    }
}

/** Distributes the words to their families: a counting sort. */
static void
bucket_words(struct ark_families *families, const uint32_t *family_of, uint32_t word_count)
{
    uint32_t *first = families->first;
    for (uint32_t i = 0; i < word_count; i++) {
        first[family_of[i] + 1]++;
    }
    for (uint32_t i = 0; i < families->count; i++) {
        first[i + 1] += first[i];
    }
    for (uint32_t i = 0; i < word_count; i++) {
        families->order[first[family_of[i]]++] = i;
    }
    // Each begins now where the next one did: put them back.
    for (uint32_t i = families->count; i > 0; i--) {
        first[i] = first[i - 1];
    }
    first[0] = 0;
}

/** Orders the members of a family and cuts them into classes, of which there are class_count before. */
static uint32_t
place_members(struct ark_families *families, uint32_t family, uint32_t class_count)
{
    uint32_t *order = families->order + families->first[family];
    uint32_t member_count = families->first[family + 1] - families->first[family];
    ARK_ASSERT(member_count > 0);
    sort_members(order, member_count);
    families->first_class[family] = class_count;
    for (uint32_t i = 0; i < member_count; i++) {
        const struct ark_word *words = families->words;
        if (i == 0 || !ark_str_equal(words[order[i]].level[ARK_LEVEL_LIGHT],
                                     words[order[i - 1]].level[ARK_LEVEL_LIGHT])) {
            families->class_member[class_count++] = i;
        }
        families->place[order[i]] = (struct ark_word_place){class_count - 1, i};
    }
    return class_count;
}

struct ark_families
ark_families_make(struct ark_word_table *table)
{
    uint32_t word_count = ark_word_table_count(table);
    uint32_t family_count = ark_word_table_family_count(table);
    struct ark_families families = {
        .words = ark_xcalloc(word_count, sizeof(struct ark_word)),
        .order = ark_xcalloc(word_count, sizeof(uint32_t)),
        .place = ark_xcalloc(word_count, sizeof(struct ark_word_place)),
        .first = ark_xcalloc((size_t)family_count + 2, sizeof(uint32_t)),
        .first_class = ark_xcalloc((size_t)family_count + 1, sizeof(uint32_t)),
        .class_member = ark_xcalloc(word_count, sizeof(uint32_t)),
        .count = family_count,
    };
    uint32_t *rank = rank_families(table);
    uint32_t *family_of = ark_xcalloc(word_count, sizeof *family_of);
    for (uint32_t i = 0; i < word_count; i++) {
        families.words[i] = ark_word_table_word(table, i);
        family_of[i] = rank[ark_word_table_family(table, i)];
    }
    free(rank);
    bucket_words(&families, family_of, word_count);
    free(family_of);
    sorted_words = families.words;
    uint32_t class_count = 0;
    for (uint32_t family = 0; family < family_count; family++) {
        class_count = place_members(&families, family, class_count);
    }
    families.first_class[family_count] = class_count;
    return families;
}

void
ark_families_dispose(struct ark_families *families)
{
    free(families->words);
    free(families->order);
    free(families->place);
    free(families->first);
    free(families->first_class);
    free(families->class_member);
}

size_t
ark_families_bytes(uint32_t word_count)
{
    // There are no more families, and no more classes, than words.
    return (size_t)word_count * (sizeof(struct ark_word) + sizeof(struct ark_word_place) +
                                 5 * sizeof(uint32_t) + 2 * sizeof(struct ark_keyed));
}
