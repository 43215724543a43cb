/**
 * @file families.h
 * The words of a run in the order of the dictionary: families by key, the words
 * of each, its members, by light form, form and stem. Those with one light form
 * are a class.
 */
#ifndef ARK_INDEXER_FAMILIES_H
#define ARK_INDEXER_FAMILIES_H

#include "common/text/word_table.h"

/** Where a word's entries go: together, since both are wanted for each token. */
struct ark_word_place {
    uint32_t class_idx; /**< classes are numbered through all families */
    uint32_t member;    /**< its rank in the family */
};

/** Callers read the fields. A word's rank is its place in the order above. */
struct ark_families {
    const struct ark_word_table *table;
    uint32_t *order;              /**< word numbers by rank */
    uint32_t *rank;               /**< by word number */
    struct ark_word_place *place; /**< by rank */
    uint32_t *first;              /**< by family: its first rank; one more at the end */
    uint32_t *first_class;        /**< by family: its first class; one more at the end */
    uint32_t *class_member;       /**< by class: its first member's rank in the family */
    uint32_t count;
};

/**
 * Sorts the words of a table, whose texts it goes on pointing to, on so many
 * jobs >= 1. Cost: 200 ns a word by one; sorting them all by their texts took
 * four times as long.
 */
struct ark_families ark_families_make(struct ark_word_table *table, unsigned jobs);
/** Frees it. */
void ark_families_dispose(struct ark_families *families);
/** Bytes that the families of so many words take at the peak. */
size_t ark_families_bytes(uint32_t word_count, uint32_t family_count);

#endif
