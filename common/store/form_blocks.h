/**
 * @file form_blocks.h
 * The blocks of the dictionary of forms, and writing them.
 *
 * A block is 64 forms. Its lengths stand together, then its texts, then its
 * numbers of documents, so that forms can be passed over by their lengths
 * alone. The first form of a block stands in the index.
 *
 *     block   = u8                ; 1: lengths are wide
 *               lengths{n - 1}    ; of all but the first form
 *               bytes(...)        ; what each does not share with the one before
 *               u4{n}             ; documents less 1, or 15
 *               varint{...}       ; for each 15: documents less 16
 *     lengths = u4 u4             ; bytes shared with the form before, and others
 *             | u16 u16           ; wide
 */
#ifndef ARK_STORE_FORM_BLOCKS_H
#define ARK_STORE_FORM_BLOCKS_H

#include "common/store/key_blocks.h"

/** Bytes of lengths, the greatest that need no wide ones, and the df that needs a varint. */
enum {
    ARK_FORM_LENGTHS_BYTES = 1,
    ARK_FORM_LENGTHS_WIDE_BYTES = 4,
    ARK_FORM_LENGTH_MAX = 15,
    ARK_FORM_DF_LONG = 15,
};

/** Writes blocks and their index to two spools. */
struct ark_form_blocks_writer {
    struct ark_spool *blocks;
    struct ark_spool *index;
    struct ark_buf heads;
    struct ark_buf keys;
    struct ark_compact previous;
    uint64_t form_count;
    uint32_t in_block;
    bool wide; /**< of the open block */
    uint16_t shared[ARK_FORMS_BLOCK];
    uint16_t rest[ARK_FORMS_BLOCK];
    uint32_t dfs[ARK_FORMS_BLOCK];
    struct ark_buf texts;
    struct ark_buf block;
};

/** A writer to two empty spools, which outlive it. */
struct ark_form_blocks_writer ark_form_blocks_writer_make(struct ark_spool *blocks,
                                                          struct ark_spool *index);
/** Frees its buffers. */
void ark_form_blocks_writer_dispose(struct ark_form_blocks_writer *writer);
/** Adds the next form; they ascend, else ARK_E_CORRUPT. ARK_E_IO. */
enum ark_status ark_form_blocks_add(struct ark_form_blocks_writer *writer, ark_str text,
                                    uint32_t df, struct ark_error *err) ARK_MUST_CHECK;
/** Writes the last block and the index. ARK_E_IO. */
enum ark_status ark_form_blocks_finish(struct ark_form_blocks_writer *writer,
                                       struct ark_error *err) ARK_MUST_CHECK;

#endif
