/**
 * @file key_blocks.h
 * What the dictionary of families and that of forms share: entries in byte
 * order of their keys, front-coded in blocks of 16, and an index of the first
 * key of each block. What follows the key in an entry is the user's.
 */
#ifndef ARK_STORE_KEY_BLOCKS_H
#define ARK_STORE_KEY_BLOCKS_H

#include "common/codec/varint.h"
#include "common/store/stream.h"

/** No key or term is longer. */
enum { ARK_LEXICON_TEXT_MAX = 255 };

/** Appends text front-coded: bytes shared with previous, bytes more, those bytes. */
void ark_front_coded_append(struct ark_buf *out, ark_str previous, ark_str text);
/** Reads one into the arena. The reader fails when it is longer than may be. */
ark_str ark_front_coded_read(struct ark_record_reader *reader, ark_str previous,
                             struct ark_arena *arena);

/** Writes blocks and their index to two spools. */
struct ark_key_blocks_writer {
    struct ark_spool *blocks;
    struct ark_spool *index;
    struct ark_buf block;
    struct ark_buf heads; /**< the fixed part of the index */
    struct ark_buf keys;  /**< its keys */
    struct ark_buf previous_key;
    uint32_t in_block;
    uint64_t entry_count;
};

/** A writer to two empty spools, which outlive it. */
struct ark_key_blocks_writer ark_key_blocks_writer_make(struct ark_spool *blocks,
                                                        struct ark_spool *index);
/** Frees its buffers. */
void ark_key_blocks_writer_dispose(struct ark_key_blocks_writer *writer);
/** Begins the next entry; keys ascend. The caller appends the rest to writer->block. */
void ark_key_blocks_begin(struct ark_key_blocks_writer *writer, ark_str key);
/** Ends the entry. ARK_E_IO. */
enum ark_status ark_key_blocks_end(struct ark_key_blocks_writer *writer,
                                   struct ark_error *err) ARK_MUST_CHECK;
/** Writes the last block and the index. ARK_E_IO. */
enum ark_status ark_key_blocks_finish(struct ark_key_blocks_writer *writer,
                                      struct ark_error *err) ARK_MUST_CHECK;

/** The read side: two streams and the number of entries. */
struct ark_key_blocks {
    struct ark_stream *blocks;
    struct ark_stream *index;
    uint64_t entry_count;
};

/** How many blocks there are. */
uint64_t ark_key_blocks_count(const struct ark_key_blocks *blocks);
/** How many entries a block has. */
uint32_t ark_key_blocks_entries(const struct ark_key_blocks *blocks, uint64_t block);
/**
 * The last block whose first key is at most key; the number of blocks when
 * there is none. ARK_E_CORRUPT. Cost: a binary search.
 */
enum ark_status ark_key_blocks_find(const struct ark_key_blocks *blocks, ark_str key,
                                    struct ark_arena *arena, uint64_t *block,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** The bytes of a block, in the map or in the arena. ARK_E_CORRUPT. */
enum ark_status ark_key_blocks_view(const struct ark_key_blocks *blocks, uint64_t block,
                                    struct ark_arena *arena, ark_str *out,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** ARK_E_CORRUPT with the words for a record of these dictionaries. */
enum ark_status ark_key_blocks_damaged(struct ark_error *err);

#endif
