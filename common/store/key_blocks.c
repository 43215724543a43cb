#include "common/store/key_blocks.h"

/** The fixed part of the index, per block: u64 offset of the block, u64 end of its key. */
enum { HEAD_BYTES = 16 };

/** Buffers of one block; a family of a million forms would still fit. */
enum { BLOCK_BYTES_MAX = 1 << 30 };

void
ark_front_coded_append(struct ark_buf *out, ark_str previous, ark_str text)
{
    ARK_ASSERT(text.len <= ARK_LEXICON_TEXT_MAX);
    size_t shared = ark_str_common_prefix(previous, text);
    ark_varint_append(out, shared);
    ark_varint_append(out, text.len - shared);
    ark_buf_append_str(out, ark_str_slice(text, shared, text.len));
}

ark_str
ark_front_coded_read(struct ark_record_reader *reader, ark_str previous, struct ark_arena *arena)
{
    uint32_t shared = ark_record_u32_max(reader, ARK_LEXICON_TEXT_MAX);
    ark_str rest = ark_record_str(reader, ARK_LEXICON_TEXT_MAX);
    if (reader->failed || shared > previous.len || shared + rest.len > ARK_LEXICON_TEXT_MAX) {
        reader->failed = true;
        return ARK_STR("");
    }
    uint8_t *text = ark_arena_alloc(arena, shared + rest.len);
    memcpy(text, previous.bytes, shared);
    memcpy(text + shared, rest.bytes, rest.len);
    return ark_str_make(text, shared + rest.len);
}

struct ark_key_blocks_writer
ark_key_blocks_writer_make(struct ark_spool *blocks, struct ark_spool *index)
{
    return (struct ark_key_blocks_writer){
        .blocks = blocks,
        .index = index,
        .block = ark_buf_make(BLOCK_BYTES_MAX),
        .heads = ark_buf_make(SIZE_MAX),
        .keys = ark_buf_make(SIZE_MAX),
        .previous_key = ark_buf_make(ARK_LEXICON_TEXT_MAX),
    };
}

void
ark_key_blocks_writer_dispose(struct ark_key_blocks_writer *writer)
{
    ark_buf_dispose(&writer->block);
    ark_buf_dispose(&writer->heads);
    ark_buf_dispose(&writer->keys);
    ark_buf_dispose(&writer->previous_key);
}

void
ark_key_blocks_begin(struct ark_key_blocks_writer *writer, ark_str key)
{
    ark_str previous = ark_buf_view(&writer->previous_key);
    ARK_ASSERT(writer->entry_count == 0 || ark_str_compare(previous, key) < 0);
    if (writer->in_block == 0) {
        ark_buf_append_str(&writer->keys, key);
        ark_buf_append_u64(&writer->heads, ark_spool_bytes(writer->blocks));
        ark_buf_append_u64(&writer->heads, writer->keys.len);
        previous = ARK_STR("");
    }
    ark_front_coded_append(&writer->block, previous, key);
    ark_buf_clear(&writer->previous_key);
    ark_buf_append_str(&writer->previous_key, key);
}

static enum ark_status
flush_block(struct ark_key_blocks_writer *writer, struct ark_error *err)
{
    enum ark_status status = ark_spool_append(writer->blocks, ark_buf_view(&writer->block), err);
    ark_buf_clear(&writer->block);
    writer->in_block = 0;
    return status;
}

enum ark_status
ark_key_blocks_end(struct ark_key_blocks_writer *writer, struct ark_error *err)
{
    writer->entry_count++;
    writer->in_block++;
    return writer->in_block == ARK_LEXICON_BLOCK ? flush_block(writer, err) : ARK_OK;
}

enum ark_status
ark_key_blocks_finish(struct ark_key_blocks_writer *writer, struct ark_error *err)
{
    enum ark_status status = flush_block(writer, err);
    if (status == ARK_OK) {
        status = ark_spool_append(writer->index, ark_buf_view(&writer->heads), err);
    }
    if (status == ARK_OK) {
        status = ark_spool_append(writer->index, ark_buf_view(&writer->keys), err);
    }
    return status;
}

enum ark_status
ark_key_blocks_damaged(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT, "the index is damaged: a dictionary record");
}

uint64_t
ark_key_blocks_count(const struct ark_key_blocks *blocks)
{
    return (blocks->entry_count + ARK_LEXICON_BLOCK - 1) / ARK_LEXICON_BLOCK;
}

uint32_t
ark_key_blocks_entries(const struct ark_key_blocks *blocks, uint64_t block)
{
    ARK_ASSERT(block < ark_key_blocks_count(blocks));
    uint64_t left = blocks->entry_count - block * ARK_LEXICON_BLOCK;
    return left < ARK_LEXICON_BLOCK ? (uint32_t)left : ARK_LEXICON_BLOCK;
}

/** The offset of a block and the end of its key; past the last block: the end of all, and 0. */
static enum ark_status
read_head(const struct ark_key_blocks *blocks, uint64_t block, struct ark_arena *arena,
          uint64_t *offset, uint64_t *key_end, struct ark_error *err)
{
    if (block == ark_key_blocks_count(blocks)) {
        *offset = blocks->blocks->bytes;
        *key_end = 0;
        return ARK_OK;
    }
    ark_str head;
    enum ark_status status =
        ark_stream_view(blocks->index, block * HEAD_BYTES, HEAD_BYTES, arena, &head, err);
    if (status == ARK_OK) {
        *offset = ark_load_u64(head.bytes);
        *key_end = ark_load_u64(head.bytes + 8);
    }
    return status;
}

static enum ark_status
read_block_key(const struct ark_key_blocks *blocks, uint64_t block, struct ark_arena *arena,
               ark_str *out, struct ark_error *err)
{
    uint64_t offset = 0;
    uint64_t start = 0;
    uint64_t end = 0;
    enum ark_status status = ARK_OK;
    if (block > 0) {
        status = read_head(blocks, block - 1, arena, &offset, &start, err);
    }
    if (status == ARK_OK) {
        status = read_head(blocks, block, arena, &offset, &end, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (end < start || end - start > ARK_LEXICON_TEXT_MAX) {
        return ark_key_blocks_damaged(err);
    }
    uint64_t keys_offset = ark_key_blocks_count(blocks) * HEAD_BYTES;
    return ark_stream_view(blocks->index, keys_offset + start, end - start, arena, out, err);
}

enum ark_status
ark_key_blocks_view(const struct ark_key_blocks *blocks, uint64_t block, struct ark_arena *arena,
                    ark_str *out, struct ark_error *err)
{
    uint64_t start = 0;
    uint64_t end = 0;
    uint64_t unused = 0;
    enum ark_status status = read_head(blocks, block, arena, &start, &unused, err);
    if (status == ARK_OK) {
        status = read_head(blocks, block + 1, arena, &end, &unused, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    return end < start ? ark_key_blocks_damaged(err)
                       : ark_stream_view(blocks->blocks, start, end - start, arena, out, err);
}

enum ark_status
ark_key_blocks_find(const struct ark_key_blocks *blocks, ark_str key, struct ark_arena *arena,
                    uint64_t *block, struct ark_error *err)
{
    uint64_t low = 0;
    uint64_t high = ark_key_blocks_count(blocks);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        ark_str first;
        enum ark_status status = read_block_key(blocks, middle, arena, &first, err);
        if (status != ARK_OK) {
            return status;
        }
        if (ark_str_compare(first, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *block = low == 0 ? ark_key_blocks_count(blocks) : low - 1;
    return ARK_OK;
}
