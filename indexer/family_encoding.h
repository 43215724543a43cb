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

/** All entries of a run: class after class, within one in the order of the text. */
struct ark_sorted_entries {
    const struct ark_families *families;
    struct ark_entry *entries; /**< those of a document and class change places */
    const size_t *end;         /**< by class: where its entries end and the next one's begin */
    uint32_t document_count;
};

/** The scratch memory of one thread. */
struct ark_family_encoding;

/** For entries that outlive it. Never NULL. */
struct ark_family_encoding *ark_family_encoding_new(const struct ark_sorted_entries *entries);
/** Frees it. Takes NULL. */
void ark_family_encoding_free(struct ark_family_encoding *scratch);
/** Writes a family. Cost: about 30 ns a token. */
enum ark_status ark_family_encode(struct ark_family_encoding *scratch, uint32_t family,
                                  struct ark_family_writer *writer,
                                  struct ark_error *err) ARK_MUST_CHECK;
/** The number of entries of a family. */
size_t ark_family_entry_count(const struct ark_sorted_entries *entries, uint32_t family);

#endif
