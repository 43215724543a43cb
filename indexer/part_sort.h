/**
 * @file part_sort.h
 * Sorts the tokens of a run to their classes, some families at a time: a pass
 * over all tokens for each part, so that memory for entries is needed for one
 * part only, and what is written at random stays near. Several threads sort,
 * each with a sorter of its own.
 */
#ifndef ARK_INDEXER_PART_SORT_H
#define ARK_INDEXER_PART_SORT_H

#include "indexer/family_encoding.h"

/** Where a document's tokens begin, and how many are its title's. */
struct ark_run_document {
    size_t first_token;
    uint32_t title_tokens;
};

/** The tokens of a run, as they came. */
struct ark_run_tokens {
    const uint32_t *ranks; /**< of their words (families.h); ARK_WORD_NONE for none */
    size_t count;
    const struct ark_run_document *documents;
    uint32_t document_count;
};

/** The memory of one thread. */
struct ark_part_sorter;

/** For lists and tokens that outlive it. Never NULL. */
struct ark_part_sorter *ark_part_sorter_new(const struct ark_run_lists *lists,
                                            const struct ark_run_tokens *tokens);
/** Frees it. Takes NULL. */
void ark_part_sorter_free(struct ark_part_sorter *sorter);
/**
 * The entries of the families first to end - 1, class after class, within one
 * in the order of the text: a counting sort. Valid, and the caller's to change,
 * until the next call. Cost: 1 ns for each token of the run, 8 ns for each entry.
 */
struct ark_entry *ark_part_sorter_sort(struct ark_part_sorter *sorter, uint32_t first,
                                       uint32_t end);

#endif
