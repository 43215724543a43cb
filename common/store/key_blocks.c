#include "common/store/key_blocks.h"

/** Buffers of one block; a family of a million forms would still fit. */
enum { BLOCK_BYTES_MAX = 1 << 30 };

void
ark_compact_set(struct ark_compact *compact, ark_str text)
{
    ARK_ASSERT(text.len <= ARK_LEXICON_TEXT_MAX);
    compact->len = ark_compact_put(compact->bytes, text);
}

bool
ark_compact_copy(ark_str compact, struct ark_arena *arena, ark_str *out)
{
    uint8_t *text = ark_arena_alloc(arena, 2 * compact.len);
    size_t len = ark_compact_expand(compact, text);
    *out = ark_str_make(text, len);
    return len <= ARK_LEXICON_TEXT_MAX; // damage is more
}

void
ark_coded_append(struct ark_buf *out, ark_str previous, ark_str compact)
{
    size_t shared = ark_str_common_prefix(previous, compact);
    size_t rest = compact.len - shared;
    size_t low = shared < ARK_CODED_LONG ? shared : ARK_CODED_LONG;
    size_t high = rest < ARK_CODED_LONG ? rest : ARK_CODED_LONG;
    ark_buf_push(out, (uint8_t)(low | high << 4));
    if (low == ARK_CODED_LONG) {
        ark_varint_append(out, shared - ARK_CODED_LONG);
    }
    if (high == ARK_CODED_LONG) {
        ark_varint_append(out, rest - ARK_CODED_LONG);
    }
    ark_buf_append_str(out, ark_str_slice(compact, shared, compact.len));
}

void
ark_block_head_append(struct ark_buf *heads, uint64_t offset, const struct ark_buf *keys)
{
    uint8_t bytes[ARK_BLOCK_HEAD_BYTES + 2];
    ARK_ASSERT(offset >> (8 * ARK_BLOCK_OFFSET_BYTES) == 0 && keys->len <= UINT32_MAX);
    ark_store_u64(bytes, offset);
    ark_store_u32(bytes + ARK_BLOCK_OFFSET_BYTES, (uint32_t)keys->len);
    ark_buf_append(heads, bytes, ARK_BLOCK_HEAD_BYTES);
}

enum ark_status
ark_block_index_write(struct ark_spool *index, const struct ark_buf *heads,
                      const struct ark_buf *keys, struct ark_error *err)
{
    enum ark_status status = ark_spool_append(index, ark_buf_view(heads), err);
    return status != ARK_OK ? status : ark_spool_append(index, ark_buf_view(keys), err);
}

struct ark_key_blocks_writer
ark_key_blocks_writer_make(struct ark_spool *blocks, struct ark_spool *index)
{
    return (struct ark_key_blocks_writer){
        .blocks = blocks,
        .index = index,
        .block = ark_buf_make(BLOCK_BYTES_MAX),
        .heads = ark_buf_make(SIZE_MAX),
        .keys = ark_buf_make(UINT32_MAX),
    };
}

void
ark_key_blocks_writer_dispose(struct ark_key_blocks_writer *writer)
{
    ark_buf_dispose(&writer->block);
    ark_buf_dispose(&writer->heads);
    ark_buf_dispose(&writer->keys);
}

void
ark_key_blocks_begin(struct ark_key_blocks_writer *writer, ark_str key)
{
    struct ark_compact compact;
    ark_compact_set(&compact, key);
    ark_str previous = ark_compact_view(&writer->previous_key);
    ARK_ASSERT(writer->entry_count == 0 ||
               ark_str_compare(previous, ark_compact_view(&compact)) < 0);
    if (writer->in_block == 0) {
        ark_buf_append_str(&writer->keys, ark_compact_view(&compact));
        ark_block_head_append(&writer->heads, ark_spool_bytes(writer->blocks), &writer->keys);
        previous = ARK_STR("");
    }
    ark_coded_append(&writer->block, previous, ark_compact_view(&compact));
    writer->previous_key = compact;
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
    return status != ARK_OK
               ? status
               : ark_block_index_write(writer->index, &writer->heads, &writer->keys, err);
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

static uint64_t
load_offset(const uint8_t *head)
{
    return (uint64_t)ark_load_u32(head) | (uint64_t)head[4] << 32 | (uint64_t)head[5] << 40;
}

/** Bytes of the index. */
static inline enum ark_status
view_index(const struct ark_block_index *index, uint64_t offset, uint64_t bytes, ark_str *out,
           struct ark_error *err)
{
    if (index->whole != NULL && offset + bytes <= index->stream->bytes) {
        *out = ark_str_make(index->whole + offset, (size_t)bytes);
        return ARK_OK;
    }
    return ark_stream_view(index->stream, offset, bytes, index->arena, out, err);
}

enum ark_status
ark_block_place(const struct ark_block_index *index, uint64_t block, uint64_t *start, uint64_t *end,
                struct ark_error *err)
{
    ark_str heads;
    bool last = block + 1 == index->block_count;
    uint64_t bytes = last ? ARK_BLOCK_HEAD_BYTES : 2 * ARK_BLOCK_HEAD_BYTES;
    enum ark_status status = view_index(index, block * ARK_BLOCK_HEAD_BYTES, bytes, &heads, err);
    if (status != ARK_OK) {
        return status;
    }
    *start = load_offset(heads.bytes);
    *end = last ? index->blocks_bytes : load_offset(heads.bytes + ARK_BLOCK_HEAD_BYTES);
    return *end < *start ? ark_key_blocks_damaged(err) : ARK_OK;
}

/** The first key of a block when all of the index is at hand; false: look at it the long way. */
static inline bool
find_key(const struct ark_block_index *index, uint64_t block, ark_str *out)
{
    uint64_t keys = index->block_count * ARK_BLOCK_HEAD_BYTES;
    if (index->whole == NULL || block >= index->block_count || keys > index->stream->bytes) {
        return false;
    }
    const uint8_t *end_at = index->whole + block * ARK_BLOCK_HEAD_BYTES + ARK_BLOCK_OFFSET_BYTES;
    uint32_t start = block == 0 ? 0 : ark_load_u32(end_at - ARK_BLOCK_HEAD_BYTES);
    uint32_t end = ark_load_u32(end_at);
    if (end < start || end - start > ARK_COMPACT_BYTES_MAX || end > index->stream->bytes - keys) {
        return false;
    }
    *out = ark_str_make(index->whole + keys + start, end - start);
    return true;
}

enum ark_status
ark_block_key(const struct ark_block_index *index, uint64_t block, ark_str *out,
              struct ark_error *err)
{
    if (find_key(index, block, out)) {
        return ARK_OK;
    }
    ark_str heads;
    uint64_t from = block == 0 ? 0 : block - 1;
    enum ark_status status = view_index(index, from * ARK_BLOCK_HEAD_BYTES,
                                        (block + 1 - from) * ARK_BLOCK_HEAD_BYTES, &heads, err);
    if (status != ARK_OK) {
        return status;
    }
    uint32_t start = block == 0 ? 0 : ark_load_u32(heads.bytes + ARK_BLOCK_OFFSET_BYTES);
    uint32_t end =
        ark_load_u32(heads.bytes + heads.len - ARK_BLOCK_HEAD_BYTES + ARK_BLOCK_OFFSET_BYTES);
    if (end < start || end - start > ARK_COMPACT_BYTES_MAX) {
        return ark_key_blocks_damaged(err);
    }
    return view_index(index, index->block_count * ARK_BLOCK_HEAD_BYTES + start, end - start, out,
                      err);
}

/** Whether the first key of a block is at most the key, or begins with it. */
static enum ark_status
is_before(const struct ark_block_index *index, uint64_t block, ark_str key, bool prefix, bool *out,
          struct ark_error *err)
{
    ark_str first;
    enum ark_status status =
        find_key(index, block, &first) ? ARK_OK : ark_block_key(index, block, &first, err);
    if (status == ARK_OK) {
        size_t shorter = first.len < key.len ? first.len : key.len;
        int order = shorter == 0 ? 0 : memcmp(first.bytes, key.bytes, shorter);
        *out = order < 0 || (order == 0 && (prefix || first.len <= key.len));
    }
    return status;
}

enum ark_status
ark_block_search(const struct ark_block_index *index, uint64_t first,
                 ark_str key, // NOLINT(readability-function-size)
                 bool prefix, uint64_t *count, struct ark_error *err)
{
    uint64_t low = first; // those before are at most the key
    uint64_t high = index->block_count;
    enum ark_status status = ARK_OK;
    for (uint64_t step = 1; first > 0 && low + step < high && status == ARK_OK; step *= 2) {
        bool before = false;
        status = is_before(index, low + step - 1, key, prefix, &before, err);
        low = before ? low + step : low;
        high = before ? high : low + step - 1;
    }
    while (low < high && status == ARK_OK) {
        uint64_t middle = low + (high - low) / 2;
        bool before = false;
        status = is_before(index, middle, key, prefix, &before, err);
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    *count = low - first;
    return status;
}

static enum ark_status
open_index(const struct ark_key_blocks *blocks, struct ark_arena *arena,
           struct ark_block_index *out, struct ark_error *err)
{
    struct ark_stream *stream = blocks->index;
    *out = (struct ark_block_index){.stream = stream,
                                    .block_count = ark_key_blocks_count(blocks),
                                    .blocks_bytes = blocks->blocks->bytes,
                                    .arena = arena};
    if (stream->spool != NULL || stream->bytes > ARK_CHUNK_PAYLOAD) {
        return ARK_OK;
    }
    // One chunk is looked at as a whole: a search touches most of its pieces anyway.
    ark_str whole;
    enum ark_status status = ark_stream_view(stream, 0, stream->bytes, arena, &whole, err);
    out->whole = whole.bytes;
    return status;
}

enum ark_status
ark_key_blocks_view(const struct ark_key_blocks *blocks, uint64_t block, struct ark_arena *arena,
                    ark_str *out, struct ark_error *err)
{
    struct ark_block_index index;
    uint64_t start = 0;
    uint64_t end = 0;
    enum ark_status status = open_index(blocks, arena, &index, err);
    if (status == ARK_OK) {
        status = ark_block_place(&index, block, &start, &end, err);
    }
    return status == ARK_OK ? ark_stream_view(blocks->blocks, start, end - start, arena, out, err)
                            : status;
}

enum ark_status
ark_key_blocks_find(const struct ark_key_blocks *blocks, ark_str key, struct ark_arena *arena,
                    uint64_t *block, struct ark_error *err)
{
    struct ark_block_index index;
    uint64_t before = 0;
    enum ark_status status = open_index(blocks, arena, &index, err);
    if (status == ARK_OK) {
        status = ark_block_search(&index, 0, key, false, &before, err);
    }
    if (status == ARK_OK) {
        *block = before == 0 ? index.block_count : before - 1;
    }
    return status;
}
