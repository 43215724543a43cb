/**
 * @file family_counts.h
 * Counts the documents of a family by walking its lists: those that are to be
 * forgotten, for merging segments with dead documents, or all of them, for
 * verifying what a dictionary record says.
 */
#ifndef ARK_STORE_FAMILY_COUNTS_H
#define ARK_STORE_FAMILY_COUNTS_H

#include "common/store/lists.h"

/** How many documents have what. Arrays are the counter's. */
struct ark_family_counts {
    uint32_t df;
    const uint32_t *variant_df; /**< by variant of the family */
    const uint32_t *form_df;    /**< by variant: of its form, whatever the stem */
    const uint32_t *stem_df;    /**< by stem of the family */
};

struct ark_family_counter;

/** A counter for families of the segment, which outlives it. Never NULL. */
struct ark_family_counter *ark_family_counter_new(struct ark_segment *segment);
/** Frees it. Takes NULL. */
void ark_family_counter_free(struct ark_family_counter *counter);
/**
 * Counts documents of a family with its variants read: those for which renumbered has
 * ARK_DOCID_END, or all of them, reading all there is of them, when it is NULL. out is valid until
 * the next call. ARK_E_CORRUPT. Memory: a bit a document of the segment, and
 * eight bytes for each document of each stem that several classes have.
 */
enum ark_status ark_family_count(struct ark_family_counter *counter,
                                 const struct ark_family *family, const ark_docid *renumbered,
                                 struct ark_family_counts *out,
                                 struct ark_error *err) ARK_MUST_CHECK;

#endif
