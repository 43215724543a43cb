/**
 * @file key_blocks.h
 * Texts in the dictionaries, and the blocks of the dictionary of families:
 * entries in byte order of their keys, front-coded in blocks of 16, and an
 * index of the first key of each block. What follows the key in an entry, and
 * what stands before the first one of a block, is the user's.
 *
 * Texts are compact (common/codec/compact_text.h), and *coded* after another
 * one: how many bytes they share, then the others.
 */
#ifndef ARK_STORE_KEY_BLOCKS_H
#define ARK_STORE_KEY_BLOCKS_H

#include "common/codec/compact_text.h"
#include "common/codec/varint.h"
#include "common/store/stream.h"

/** No key or term is longer; no compact one is longer than that. */
enum { ARK_LEXICON_TEXT_MAX = 255, ARK_COMPACT_BYTES_MAX = 2 * ARK_LEXICON_TEXT_MAX };

/** A compact text that is built from others. */
struct ark_compact {
    size_t len;
    uint8_t bytes[ARK_COMPACT_BYTES_MAX];
};

/** Fills it with a text of at most ARK_LEXICON_TEXT_MAX bytes. */
void ark_compact_set(struct ark_compact *compact, ark_str text);
/** Its bytes, valid until it changes. */
static inline ark_str
ark_compact_view(const struct ark_compact *compact)
{
    return ark_str_make(compact->bytes, compact->len);
}
/** Expands a compact text into the arena; false when it is none, or too long. */
bool ark_compact_copy(ark_str compact, struct ark_arena *arena, ark_str *out);

/** Half a byte says how many bytes are shared, or are not; this many and more need another varint. */
enum { ARK_CODED_LONG = 15 };

/** Appends a compact text coded after another. */
void ark_coded_append(struct ark_buf *out, ark_str previous, ark_str compact);

/** What was read of a coded text. */
struct ark_coded {
    uint32_t shared;
    ark_str rest;
};

/** Reads one. The reader fails when it is longer than may be. */
static inline struct ark_coded
ark_coded_read(struct ark_record_reader *reader)
{
    uint8_t lens = ark_record_u8(reader);
    struct ark_coded coded = {.shared = lens & 15};
    uint32_t rest = lens >> 4;
    if (coded.shared == ARK_CODED_LONG) {
        coded.shared += ark_record_u32_max(reader, ARK_COMPACT_BYTES_MAX);
    }
    if (rest == ARK_CODED_LONG) {
        rest += ark_record_u32_max(reader, ARK_COMPACT_BYTES_MAX);
    }
    coded.rest = ark_record_bytes(reader, rest);
    return coded;
}

/** Makes text, the one a coded text comes after, that text. False when they do not fit. */
static inline bool
ark_coded_join(struct ark_compact *text, const struct ark_coded *coded)
{
    if (coded->shared > text->len || coded->shared + coded->rest.len > ARK_COMPACT_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < coded->rest.len; i++) { // a few bytes: less than a call takes
        text->bytes[coded->shared + i] = coded->rest.bytes[i];
    }
    text->len = coded->shared + coded->rest.len;
    return true;
}

/** Writes blocks and their index to two spools. */
struct ark_key_blocks_writer {
    struct ark_spool *blocks;
    struct ark_spool *index;
    struct ark_buf block;
    struct ark_buf heads; /**< the fixed part of the index */
    struct ark_buf keys;  /**< its keys */
    struct ark_compact previous_key;
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
 * The last block whose first key is at most the compact key; the number of blocks when
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

/**
 * The index of blocks, which the dictionary of forms has, too: for each block a
 * head of ten bytes, where it begins (six) and where its first key ends (four),
 * then the compact keys.
 */
enum { ARK_BLOCK_HEAD_BYTES = 10, ARK_BLOCK_OFFSET_BYTES = 6 };

/** Appends the head of a block that begins at offset, when its key was appended to keys. */
void ark_block_head_append(struct ark_buf *heads, uint64_t offset, const struct ark_buf *keys);

/** Writes an index of such heads and their keys. */
enum ark_status ark_block_index_write(struct ark_spool *index, const struct ark_buf *heads,
                                      const struct ark_buf *keys,
                                      struct ark_error *err) ARK_MUST_CHECK;

/** An index of blocks, ready to be searched. */
struct ark_block_index {
    struct ark_stream *stream;
    const uint8_t *whole; /**< all of it, for those who search often; or NULL */
    uint64_t block_count;
    uint64_t blocks_bytes; /**< of the stream of the blocks */
    struct ark_arena *arena;
};

/** Where a block begins and ends. ARK_E_CORRUPT. */
enum ark_status ark_block_place(const struct ark_block_index *index, uint64_t block,
                                uint64_t *start, uint64_t *end,
                                struct ark_error *err) ARK_MUST_CHECK;
/** The first key of a block, compact. ARK_E_CORRUPT. */
enum ark_status ark_block_key(const struct ark_block_index *index, uint64_t block, ark_str *out,
                              struct ark_error *err) ARK_MUST_CHECK;
/**
 * How many blocks from number first on have a first key that is at most the compact key, or begins
 * with it when prefix. ARK_E_CORRUPT. Cost: steps that double from first on, then a binary search.
 */
enum ark_status ark_block_search(const struct ark_block_index *index, uint64_t first, ark_str key,
                                 bool prefix, uint64_t *count,
                                 struct ark_error *err) ARK_MUST_CHECK;

#endif
