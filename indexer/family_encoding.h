/**
 * @file family_encoding.h
 * Makes the lists of families from the tokens of a run, which have been sorted
 * to their classes. Several threads do it at once, each for some families and
 * with an encoder of its own.
 */
#ifndef ARK_INDEXER_FAMILY_ENCODING_H
#define ARK_INDEXER_FAMILY_ENCODING_H

#include "common/store/family_writer.h"
#include "indexer/families.h"

/** One occurrence of a word. */
struct ark_entry {
    uint32_t doc;
    uint32_t member; /**< its rank in its family */
    uint32_t position;
};

/** What is known of a run before its entries are sorted. */
struct ark_run_lists {
    const struct ark_families *families;
    const size_t *start; /**< by class: how many entries come before its own; one more at the end */
    uint32_t document_count;
};

/** The scratch memory of one thread. */
struct ark_family_encoding;

/** For lists that outlive it. Never NULL. */
struct ark_family_encoding *ark_family_encoding_new(const struct ark_run_lists *lists);
/** Frees it. Takes NULL. */
void ark_family_encoding_free(struct ark_family_encoding *scratch);
/**
 * Writes a family of these entries: class after class, within one in the order
 * of the text; those of a document and class change places. Cost: about 30 ns a token.
 */
enum ark_status ark_family_encode(struct ark_family_encoding *scratch, uint32_t family,
                                  struct ark_entry *entries, struct ark_family_writer *writer,
                                  struct ark_error *err) ARK_MUST_CHECK;
/** The number of entries before those of a family; of family count, all entries. */
size_t ark_family_start(const struct ark_run_lists *lists, uint32_t family);

#endif
