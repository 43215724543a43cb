/**
 * @file postings_block.h
 * One block of up to 128 postings of a word family: which documents, which
 * members of the family in each, how often; apart from that, where.
 *
 * Bytes (all varints; ark-index-format(5) has the grammar):
 *   a family with one member, per document:   gap*2 + (tf > 1), [tf - 2]
 *   several members, one in the document:     gap*2, code*2 + (tf > 1), [tf - 2]
 *   several members in the document:          gap*2 + 1, n - 2,
 *                                             n times step*2 + (tf > 1), [tf - 2]
 * gap = documents passed over since the last one; step = members passed over.
 * Positions: for each occurrence in order, the first position, then the
 * distances to the next.
 */
#ifndef ARK_CODEC_POSTINGS_BLOCK_H
#define ARK_CODEC_POSTINGS_BLOCK_H

#include "common/base/arena.h"
#include "common/base/buf.h"

/** Documents in a block, but for a list's last one. */
enum { ARK_POSTINGS_BLOCK = 128 };

/** The greatest document number a block can hold. */
#define ARK_POSTINGS_DOC_MAX ((uint32_t)INT32_MAX)

/** Occurrences of one member of the family in one document. */
struct ark_occurrence {
    uint32_t member; /**< index into the family's members */
    uint32_t tf;     /**< >= 1 */
};

/** One posting as it is written; the arrays are the caller's. */
struct ark_posting {
    uint32_t doc;                             /**< <= ARK_POSTINGS_DOC_MAX */
    uint32_t occurrence_count;                /**< >= 1 */
    const struct ark_occurrence *occurrences; /**< ascending by member, which are below 2^31 */
    const uint32_t *positions;                /**< of all occurrences one after another, ascending
                                                   within each */
};

/**
 * Appends one posting to the bytes of a block. previous_doc is the document
 * before it in the list (UINT32_MAX before the first).
 */
void ark_postings_block_append(struct ark_buf *documents, struct ark_buf *places,
                               uint32_t member_count, uint32_t previous_doc,
                               const struct ark_posting *posting);

/** A decoded block. Arrays lie in an arena and are reused from block to block. */
struct ark_postings_block {
    uint32_t count; /**< documents */
    uint32_t docs[ARK_POSTINGS_BLOCK];
    uint32_t first_occurrence[ARK_POSTINGS_BLOCK + 1]; /**< into occurrences, by document */
    struct ark_occurrence *occurrences;
    uint32_t occurrence_capacity;
};

/** What is known of a block without its bytes. */
struct ark_postings_frame {
    uint32_t count;        /**< documents in it, 1..128 */
    uint32_t member_count; /**< of the family */
    uint32_t previous_doc; /**< the last document of the block before, or UINT32_MAX */
    uint32_t doc_max;      /**< no document may pass it */
};

/**
 * Decodes the postings of a frame from bytes, which must be used up exactly.
 * False when they are damaged: a varint that does not end, a member that does
 * not exist, documents that do not ascend or pass doc_max. Cost: about 4 ns a posting.
 */
bool ark_postings_block_decode(ark_str bytes, const struct ark_postings_frame *frame,
                               struct ark_arena *arena, struct ark_postings_block *out);

/**
 * Decodes the positions of a decoded block: positions[first_position[i]..] are those of
 * occurrence i. Both arrays are made in the arena. False when damaged.
 */
bool ark_postings_block_positions(ark_str bytes, const struct ark_postings_block *block,
                                  struct ark_arena *arena, uint32_t **positions,
                                  uint32_t **first_position);

#endif
