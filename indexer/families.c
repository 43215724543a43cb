#include "indexer/families.h"

#include <stdlib.h>

#include "common/base/memory.h"

/** A family on its way to its place. */
struct keyed {
    uint64_t begins; /**< the first eight bytes of its key, so that numbers order as texts do */
    uint32_t family; /**< its number in the table */
};

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_word_table *sorted_table;
static _Thread_local const struct ark_word *sorted_words;

static uint64_t
first_bytes(ark_str text)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | (i < text.len ? text.bytes[i] : 0);
    }
    return value;
}

static int
compare_keys(const void *left, const void *right)
{
    const struct keyed *a = left;
    const struct keyed *b = right;
    if (a->begins != b->begins) {
        return a->begins < b->begins ? -1 : 1;
    }
    return ark_str_compare(ark_word_table_family_key(sorted_table, a->family),
                           ark_word_table_family_key(sorted_table, b->family));
}

/** The place of each family in the order of keys, by its number in the table. */
static uint32_t *
rank_families(const struct ark_word_table *table)
{
    uint32_t count = ark_word_table_family_count(table);
    struct keyed *keyed = ark_xcalloc(count, sizeof *keyed);
    uint32_t *rank = ark_xcalloc(count, sizeof *rank);
    for (uint32_t i = 0; i < count; i++) {
        keyed[i] = (struct keyed){first_bytes(ark_word_table_family_key(table, i)), i};
    }
    sorted_table = table;
    qsort(keyed, count, sizeof *keyed, compare_keys);
    for (uint32_t i = 0; i < count; i++) {
        rank[keyed[i].family] = i;
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
bucket_words(struct ark_families *families, uint32_t word_count)
{
    uint32_t *first = families->first;
    for (uint32_t i = 0; i < word_count; i++) {
        first[families->family_of[i] + 1]++;
    }
    for (uint32_t i = 0; i < families->count; i++) {
        first[i + 1] += first[i];
    }
    for (uint32_t i = 0; i < word_count; i++) {
        families->order[first[families->family_of[i]]++] = i;
    }
    // Each begins now where the next one did: put them back.
    for (uint32_t i = families->count; i > 0; i--) {
        first[i] = first[i - 1];
    }
    first[0] = 0;
}

struct ark_families
ark_families_make(struct ark_word_table *table)
{
    uint32_t word_count = ark_word_table_count(table);
    struct ark_families families = {
        .words = ark_xcalloc(word_count, sizeof(struct ark_word)),
        .order = ark_xcalloc(word_count, sizeof(uint32_t)),
        .family_of = ark_xcalloc(word_count, sizeof(uint32_t)),
        .member_of = ark_xcalloc(word_count, sizeof(uint32_t)),
        .first = ark_xcalloc((size_t)ark_word_table_family_count(table) + 2, sizeof(uint32_t)),
        .count = ark_word_table_family_count(table),
    };
    uint32_t *rank = rank_families(table);
    for (uint32_t i = 0; i < word_count; i++) {
        families.words[i] = ark_word_table_word(table, i);
        families.family_of[i] = rank[ark_word_table_family(table, i)];
    }
    free(rank);
    bucket_words(&families, word_count);
    sorted_words = families.words;
    for (uint32_t family = 0; family < families.count; family++) {
        uint32_t first = families.first[family];
        uint32_t member_count = families.first[family + 1] - first;
        ARK_ASSERT(member_count > 0);
        sort_members(families.order + first, member_count);
        for (uint32_t i = 0; i < member_count; i++) {
            families.member_of[families.order[first + i]] = i;
        }
    }
    return families;
}

void
ark_families_dispose(struct ark_families *families)
{
    free(families->words);
    free(families->order);
    free(families->family_of);
    free(families->member_of);
    free(families->first);
}

size_t
ark_families_bytes(uint32_t word_count)
{
    // There are no more families than words.
    return (size_t)word_count *
           (sizeof(struct ark_word) + 4 * sizeof(uint32_t) + sizeof(struct keyed));
}
