/**
 * @file rare_lists.h
 * Which documents have the rare variants of a frequent class.
 *
 * In the lists of a class a variant of a few documents hides among thousands: no bound of a window
 * tells of it, so a search by windows would not find who writes a word exactly as it was asked for.
 * Classes of ARK_RARE_CLASS_DF documents and more have a record of their rare variants, those with
 * fewer than ARK_HOT_SMALL_DF documents. Codes follow from falling df, so these are the last ones:
 *
 *   for each of them, in the order of codes: varint bytes
 *   and the lists, in that order: as a SMALL record of hot_postings.h, tf being the variant's own
 */
#ifndef ARK_CODEC_RARE_LISTS_H
#define ARK_CODEC_RARE_LISTS_H

#include "common/base/buf.h"
#include "common/base/str.h"
#include "common/codec/cold_postings.h"
#include "common/codec/hot_postings.h"

/** Classes of fewer documents have no record: a search looks at all of such a class, or nearly. */
enum { ARK_RARE_CLASS_DF = 1024 };

/** True for a variant of df documents that has a list, in a class of so many, or as many as that at most. */
static inline bool
ark_is_rare(uint64_t class_df, uint32_t df)
{
    return class_df >= ARK_RARE_CLASS_DF && df < ARK_HOT_SMALL_DF;
}

/** A posting of a rare variant, as they come. */
struct ark_rare_posting {
    uint32_t variant; /**< among the rare ones */
    uint32_t doc;
    uint32_t tf;
};

/** Collects the postings of one class after another; keeps its buffers between them. */
struct ark_rare_writer {
    uint32_t variant_count; /**< rare ones of the class */
    struct ark_rare_posting *postings;
    size_t postings_capacity;
    uint32_t posting_count;
    uint32_t *ends; /**< by rare variant, while the record is put together */
    size_t ends_capacity;
    struct ark_hot_posting *sorted; /**< variant after variant */
    size_t sorted_capacity;
    struct ark_buf lists;
};

/** A writer without postings. */
struct ark_rare_writer ark_rare_writer_make(void);
/** Frees its buffers. */
void ark_rare_writer_dispose(struct ark_rare_writer *writer);
/** Begins a class of so many rare variants. */
void ark_rare_writer_begin(struct ark_rare_writer *writer, uint32_t variant_count);
/** Adds what a document has of the codes from first on, which are the rare ones. Documents ascend. */
void ark_rare_writer_add(struct ark_rare_writer *writer, uint32_t first, uint32_t doc,
                         const struct ark_cold_entry *entries, uint32_t count);
/** Appends the record of the class that was begun; nothing when it has no rare variant. */
void ark_rare_writer_finish(struct ark_rare_writer *writer, struct ark_buf *out);

/**
 * The list of a rare variant in the record of a class that has variant_count of them; it lies in
 * the record. False when damaged. Cost: 1 ns a variant.
 */
bool ark_rare_find(ark_str record, uint32_t variant_count, uint32_t variant, ark_str *out);

#endif
