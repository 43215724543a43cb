/**
 * @file families.h
 * The words of a run in the order of the dictionary: families by key, the words
 * of each, its members, by light form, form and stem.
 */
#ifndef ARK_INDEXER_FAMILIES_H
#define ARK_INDEXER_FAMILIES_H

#include "common/text/word_table.h"

/** Callers read the fields. */
struct ark_families {
    struct ark_word *words; /**< by number */
    uint32_t *order;        /**< word numbers in the order above */
    uint32_t *family_of;    /**< by word number */
    uint32_t *member_of;    /**< by word number: its rank in the family */
    uint32_t *first;        /**< by family: its first place in order; one more at the end */
    uint32_t count;
};

/**
 * Sorts the words of a table, whose texts it goes on pointing to. Cost: 200 ns a
 * word; sorting them all by their texts took four times as long.
 */
struct ark_families ark_families_make(struct ark_word_table *table);
/** Frees it. */
void ark_families_dispose(struct ark_families *families);
/** Bytes that the families of so many words take at the peak. */
size_t ark_families_bytes(uint32_t word_count);

#endif
