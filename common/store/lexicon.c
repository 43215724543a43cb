#include "common/store/lexicon.h"

#include "common/codec/varint.h"

/** The fixed part of the index, per block: u64 offset in the dictionary, u64 end of its key. */
enum { HEAD_BYTES = 16 };

/** Buffers of one family or block; a family of a million forms would still fit. */
enum { RECORD_BYTES_MAX = 1 << 30 };

struct ark_lexicon_writer
ark_lexicon_writer_make(struct ark_spool *lexicon, struct ark_spool *index)
{
    return (struct ark_lexicon_writer){
        .lexicon = lexicon,
        .index = index,
        .block = ark_buf_make(RECORD_BYTES_MAX),
        .record = ark_buf_make(RECORD_BYTES_MAX),
        .block_heads = ark_buf_make(SIZE_MAX),
        .block_keys = ark_buf_make(SIZE_MAX),
        .previous_key = ark_buf_make(ARK_LEXICON_TEXT_MAX),
    };
}

void
ark_lexicon_writer_dispose(struct ark_lexicon_writer *writer)
{
    ark_buf_dispose(&writer->block);
    ark_buf_dispose(&writer->record);
    ark_buf_dispose(&writer->block_heads);
    ark_buf_dispose(&writer->block_keys);
    ark_buf_dispose(&writer->previous_key);
}

/** Front-codes text against previous: bytes shared, bytes more, those bytes. */
static void
append_front_coded(struct ark_buf *out, ark_str previous, ark_str text)
{
    ARK_ASSERT(text.len <= ARK_LEXICON_TEXT_MAX);
    size_t shared = ark_str_common_prefix(previous, text);
    ark_varint_append(out, shared);
    ark_varint_append(out, text.len - shared);
    ark_buf_append_str(out, ark_str_slice(text, shared, text.len));
}

static void
encode_family(const struct ark_family *family, struct ark_buf *out)
{
    ark_varint_append(out, family->df);
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        ark_varint_append(out, family->term_count[level]);
        // Forms, light forms and stems mostly begin as the key of the family does.
        ark_str previous = family->key;
        for (uint32_t i = 0; i < family->term_count[level]; i++) {
            const struct ark_term *term = &family->terms[level][i];
            append_front_coded(out, previous, term->text);
            ark_varint_append(out, term->df);
            previous = term->text;
        }
    }
    ark_varint_append(out, family->member_count);
    for (uint32_t i = 0; i < family->member_count; i++) {
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            ark_varint_append(out, family->members[i].term_idx[level]);
        }
    }
    ark_varint_append(out, family->postings_offset);
    ark_varint_append(out, family->skip_bytes);
    ark_varint_append(out, family->postings_bytes);
}

static enum ark_status
flush_block(struct ark_lexicon_writer *writer, struct ark_error *err)
{
    enum ark_status status = ark_spool_append(writer->lexicon, ark_buf_view(&writer->block), err);
    ark_buf_clear(&writer->block);
    writer->in_block = 0;
    return status;
}

enum ark_status
ark_lexicon_writer_add(struct ark_lexicon_writer *writer, const struct ark_family *family,
                       struct ark_error *err)
{
    ark_str key = family->key;
    ark_str previous = ark_buf_view(&writer->previous_key);
    ARK_ASSERT(writer->family_count == 0 || ark_str_compare(previous, key) < 0);
    if (writer->in_block == 0) {
        ark_buf_append_str(&writer->block_keys, key);
        ark_buf_append_u64(&writer->block_heads, ark_spool_bytes(writer->lexicon));
        ark_buf_append_u64(&writer->block_heads, writer->block_keys.len);
        previous = ARK_STR("");
    }
    append_front_coded(&writer->block, previous, key);
    ark_buf_clear(&writer->record);
    encode_family(family, &writer->record);
    ark_varint_append(&writer->block, writer->record.len);
    ark_buf_append_str(&writer->block, ark_buf_view(&writer->record));
    ark_buf_clear(&writer->previous_key);
    ark_buf_append_str(&writer->previous_key, key);
    writer->family_count++;
    writer->in_block++;
    return writer->in_block == ARK_LEXICON_BLOCK ? flush_block(writer, err) : ARK_OK;
}

enum ark_status
ark_lexicon_writer_finish(struct ark_lexicon_writer *writer, struct ark_error *err)
{
    enum ark_status status = flush_block(writer, err);
    if (status == ARK_OK) {
        status = ark_spool_append(writer->index, ark_buf_view(&writer->block_heads), err);
    }
    if (status == ARK_OK) {
        status = ark_spool_append(writer->index, ark_buf_view(&writer->block_keys), err);
    }
    return status;
}

static enum ark_status
damaged(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT, "the index is damaged: a dictionary record");
}

static uint64_t
block_count(const struct ark_lexicon *lexicon)
{
    return (lexicon->family_count + ARK_LEXICON_BLOCK - 1) / ARK_LEXICON_BLOCK;
}

/** The offset of a block in the dictionary and the end of its key; past the last block: the ends. */
static enum ark_status
read_head(const struct ark_lexicon *lexicon, uint64_t block, struct ark_arena *arena,
          uint64_t *offset, uint64_t *key_end, struct ark_error *err)
{
    if (block == block_count(lexicon)) {
        *offset = lexicon->lexicon->bytes;
        *key_end = 0;
        return ARK_OK;
    }
    ark_str head;
    enum ark_status status =
        ark_stream_view(lexicon->index, block * HEAD_BYTES, HEAD_BYTES, arena, &head, err);
    if (status == ARK_OK) {
        *offset = ark_load_u64(head.bytes);
        *key_end = ark_load_u64(head.bytes + 8);
    }
    return status;
}

static enum ark_status
read_block_key(const struct ark_lexicon *lexicon, uint64_t block, struct ark_arena *arena,
               ark_str *out, struct ark_error *err)
{
    uint64_t offset = 0;
    uint64_t start = 0;
    uint64_t end = 0;
    enum ark_status status = ARK_OK;
    if (block > 0) {
        status = read_head(lexicon, block - 1, arena, &offset, &start, err);
    }
    if (status == ARK_OK) {
        status = read_head(lexicon, block, arena, &offset, &end, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (end < start || end - start > ARK_LEXICON_TEXT_MAX) {
        return damaged(err);
    }
    uint64_t keys_offset = block_count(lexicon) * HEAD_BYTES;
    return ark_stream_view(lexicon->index, keys_offset + start, end - start, arena, out, err);
}

/** The bytes of a block. */
static enum ark_status
view_block(const struct ark_lexicon *lexicon, uint64_t block, struct ark_arena *arena, ark_str *out,
           struct ark_error *err)
{
    uint64_t start = 0;
    uint64_t end = 0;
    uint64_t unused = 0;
    enum ark_status status = read_head(lexicon, block, arena, &start, &unused, err);
    if (status == ARK_OK) {
        status = read_head(lexicon, block + 1, arena, &end, &unused, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    return end < start ? damaged(err)
                       : ark_stream_view(lexicon->lexicon, start, end - start, arena, out, err);
}

/** Reads a front-coded text into the arena. */
static ark_str
read_front_coded(struct ark_record_reader *reader, ark_str previous, struct ark_arena *arena)
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

/** A count of things that take at least least_bytes each of what is left of the record. */
static uint32_t
read_count(struct ark_record_reader *reader, uint32_t least_bytes)
{
    uint64_t left = (uint64_t)(reader->end - reader->at) / least_bytes;
    return ark_record_u32_max(reader, left > UINT32_MAX ? UINT32_MAX : (uint32_t)left);
}

static void
read_terms(struct ark_record_reader *reader, unsigned level, struct ark_family *family,
           struct ark_arena *arena)
{
    uint32_t count = read_count(reader, 3);
    struct ark_term *terms = ark_arena_calloc(arena, count, sizeof *terms);
    ark_str previous = family->key;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        terms[i].text = read_front_coded(reader, previous, arena);
        terms[i].df = ark_record_u32_max(reader, family->df);
        previous = terms[i].text;
    }
    family->terms[level] = terms;
    family->term_count[level] = count;
}

static void
read_members(struct ark_record_reader *reader, struct ark_family *family, struct ark_arena *arena)
{
    uint32_t count = read_count(reader, ARK_TERM_LEVELS);
    struct ark_member *members = ark_arena_calloc(arena, count, sizeof *members);
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            members[i].term_idx[level] = ark_record_u32_max(reader, UINT32_MAX);
            if (members[i].term_idx[level] >= family->term_count[level]) {
                reader->failed = true;
            }
        }
    }
    family->members = members;
    family->member_count = count;
}

static enum ark_status
decode_family(const struct ark_lexicon *lexicon, ark_str record, ark_str key,
              struct ark_arena *arena, struct ark_family *family, struct ark_error *err)
{
    struct ark_record_reader reader = ark_record_reader_make(record);
    family->key = key;
    family->df = ark_record_u32_max(&reader, lexicon->document_count);
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        read_terms(&reader, level, family, arena);
    }
    read_members(&reader, family, arena);
    family->postings_offset = ark_record_u64(&reader);
    family->skip_bytes = ark_record_u64(&reader);
    family->postings_bytes = ark_record_u64(&reader);
    uint64_t stream_bytes = lexicon->postings->bytes;
    if (reader.failed || reader.at != reader.end || family->df == 0 || family->member_count == 0 ||
        family->postings_offset > stream_bytes ||
        family->postings_bytes > stream_bytes - family->postings_offset ||
        family->skip_bytes > family->postings_bytes) {
        return damaged(err);
    }
    return ARK_OK;
}

/** Moves over one entry of a block: its key (in the arena) and its record. */
static bool
next_entry(struct ark_record_reader *reader, ark_str *key, ark_str *record, struct ark_arena *arena)
{
    *key = read_front_coded(reader, *key, arena);
    *record = ark_record_str(reader, UINT32_MAX);
    return !reader->failed;
}

/** The last block whose first key is at most key; block_count when there is none. */
static enum ark_status
find_block(const struct ark_lexicon *lexicon, ark_str key, struct ark_arena *arena, uint64_t *block,
           struct ark_error *err)
{
    uint64_t low = 0;
    uint64_t high = block_count(lexicon);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        ark_str first;
        enum ark_status status = read_block_key(lexicon, middle, arena, &first, err);
        if (status != ARK_OK) {
            return status;
        }
        if (ark_str_compare(first, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *block = low == 0 ? block_count(lexicon) : low - 1;
    return ARK_OK;
}

enum ark_status
ark_lexicon_find(const struct ark_lexicon *lexicon, ark_str key, struct ark_arena *arena,
                 const struct ark_family **out, struct ark_error *err)
{
    *out = NULL;
    uint64_t block = 0;
    enum ark_status status = find_block(lexicon, key, arena, &block, err);
    if (status != ARK_OK || block == block_count(lexicon)) {
        return status;
    }
    ark_str bytes;
    status = view_block(lexicon, block, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    ark_str entry_key = ARK_STR("");
    ark_str record;
    while (reader.at < reader.end) {
        if (!next_entry(&reader, &entry_key, &record, arena)) {
            return damaged(err);
        }
        int order = ark_str_compare(entry_key, key);
        if (order > 0) {
            break;
        }
        if (order == 0) {
            struct ark_family *entry = ARK_ARENA_NEW(arena, struct ark_family);
            status = decode_family(lexicon, record, entry_key, arena, entry, err);
            *out = status == ARK_OK ? entry : NULL;
            return status;
        }
    }
    return ARK_OK;
}

enum ark_status
ark_lexicon_read_block(const struct ark_lexicon *lexicon, uint64_t block, struct ark_arena *arena,
                       struct ark_family **out, uint32_t *count, struct ark_error *err)
{
    ARK_ASSERT(block < block_count(lexicon));
    uint64_t left = lexicon->family_count - block * ARK_LEXICON_BLOCK;
    uint32_t expected = left < ARK_LEXICON_BLOCK ? (uint32_t)left : ARK_LEXICON_BLOCK;
    struct ark_family *entries = ark_arena_calloc(arena, expected, sizeof *entries);
    ark_str bytes;
    enum ark_status status = view_block(lexicon, block, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    ark_str key = ARK_STR("");
    ark_str previous = ARK_STR("");
    for (uint32_t i = 0; i < expected; i++) {
        ark_str record;
        if (!next_entry(&reader, &key, &record, arena) ||
            (i > 0 && ark_str_compare(previous, key) >= 0)) {
            return damaged(err);
        }
        status = decode_family(lexicon, record, key, arena, &entries[i], err);
        if (status != ARK_OK) {
            return status;
        }
        previous = key;
    }
    if (reader.at != reader.end) {
        return damaged(err);
    }
    *out = entries;
    *count = expected;
    return ARK_OK;
}
