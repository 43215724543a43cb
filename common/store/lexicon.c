#include "common/store/lexicon.h"

#include "common/codec/varint.h"
#include "common/store/family_record.h"

struct ark_lexicon_writer
ark_lexicon_writer_make(struct ark_spool *lexicon, struct ark_spool *index)
{
    return (struct ark_lexicon_writer){
        .blocks = ark_key_blocks_writer_make(lexicon, index),
    };
}

void
ark_lexicon_writer_dispose(struct ark_lexicon_writer *writer)
{
    ark_key_blocks_writer_dispose(&writer->blocks);
}

struct ark_list_place
ark_lexicon_writer_base(struct ark_lexicon_writer *writer, struct ark_list_place end)
{
    if (writer->blocks.in_block == 0) {
        writer->base = end;
    }
    return writer->base;
}

enum ark_status
ark_lexicon_writer_add(struct ark_lexicon_writer *writer, ark_str key, ark_str record,
                       struct ark_error *err)
{
    if (writer->blocks.in_block == 0) {
        ark_varint_append(&writer->blocks.block, writer->base.hot);
        ark_varint_append(&writer->blocks.block, writer->base.cold);
    }
    ark_key_blocks_begin(&writer->blocks, key);
    ark_varint_append(&writer->blocks.block, record.len);
    ark_buf_append_str(&writer->blocks.block, record);
    return ark_key_blocks_end(&writer->blocks, err);
}

enum ark_status
ark_lexicon_writer_finish(struct ark_lexicon_writer *writer, struct ark_error *err)
{
    return ark_key_blocks_finish(&writer->blocks, err);
}

/** A block: what its offsets count from, then its entries. */
struct block {
    struct ark_record_reader reader;
    struct ark_family_limits limits;
};

static enum ark_status
open_block(const struct ark_lexicon *lexicon, uint64_t number, struct ark_arena *arena,
           struct block *out, struct ark_error *err)
{
    ark_str bytes;
    enum ark_status status = ark_key_blocks_view(&lexicon->blocks, number, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    out->reader = ark_record_reader_make(bytes);
    out->limits = (struct ark_family_limits){
        .document_count = lexicon->document_count,
        .end = {lexicon->hot->bytes, lexicon->cold->bytes},
    };
    out->limits.base.hot = ark_record_u64(&out->reader);
    out->limits.base.cold = ark_record_u64(&out->reader);
    bool sound = !out->reader.failed && out->limits.base.hot <= out->limits.end.hot &&
                 out->limits.base.cold <= out->limits.end.cold;
    return sound ? ARK_OK : ark_key_blocks_damaged(err);
}

/** Reads the record of a family with all its texts, or compares it with what is wanted. */
static enum ark_status
decode_family(ark_str record, const struct ark_family_limits *limits,
              const struct ark_family_wanted *wanted, struct ark_arena *arena,
              struct ark_family *family, struct ark_error *err)
{
    struct ark_record_reader reader = ark_record_reader_make(record);
    bool sound = wanted != NULL ? ark_family_record_match(&reader, limits, wanted, arena, family)
                                : ark_family_record_decode(&reader, limits, arena, family) &&
                                      ark_family_variants_decode(family, arena);
    return sound ? ARK_OK : ark_key_blocks_damaged(err);
}

/**
 * Moves to the entry with this key; its record, empty when there is none. No key is put
 * together: what an entry shares with the one before says how it compares.
 */
static bool
seek_entry(struct ark_record_reader *reader, ark_str key, ark_str *record)
{
    size_t matched = 0; // bytes of key that the entry before begins with
    *record = ARK_STR("");
    while (reader->at < reader->end && !reader->failed) {
        struct ark_coded coded = ark_coded_read(reader);
        ark_str content = ark_record_str(reader, UINT32_MAX);
        if (coded.shared > matched) {
            continue; // it differs from key where the one before did
        }
        if (coded.shared < matched) {
            break;
        }
        size_t more = ark_str_common_prefix(coded.rest, ark_str_slice(key, matched, key.len));
        matched += more;
        bool whole = more == coded.rest.len;
        uint8_t next = whole || coded.rest.bytes == NULL ? 0 : coded.rest.bytes[more];
        if (whole && matched == key.len) {
            *record = content;
            break;
        }
        if (matched == key.len || next > key.bytes[matched]) {
            break;
        }
    }
    return !reader->failed;
}

enum ark_status
ark_lexicon_find(const struct ark_lexicon *lexicon, ark_str key,
                 const struct ark_family_wanted *wanted, struct ark_arena *arena,
                 const struct ark_family **out, struct ark_error *err)
{
    *out = NULL;
    uint64_t number = 0;
    struct ark_compact compact;
    if (key.len > ARK_LEXICON_TEXT_MAX) {
        return ARK_OK;
    }
    ark_compact_set(&compact, key);
    enum ark_status status =
        ark_key_blocks_find(&lexicon->blocks, ark_compact_view(&compact), arena, &number, err);
    if (status != ARK_OK || number == ark_key_blocks_count(&lexicon->blocks)) {
        return status;
    }
    struct block block;
    status = open_block(lexicon, number, arena, &block, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_str record;
    if (!seek_entry(&block.reader, ark_compact_view(&compact), &record)) {
        return ark_key_blocks_damaged(err);
    }
    if (record.len == 0) {
        return ARK_OK;
    }
    struct ark_family *family = ARK_ARENA_NEW(arena, struct ark_family);
    family->key = ark_arena_dup(arena, key);
    status = decode_family(record, &block.limits, wanted, arena, family, err);
    *out = status == ARK_OK ? family : NULL;
    return status;
}

enum ark_status
ark_lexicon_read_block(const struct ark_lexicon *lexicon, uint64_t block, struct ark_arena *arena,
                       struct ark_family **out, uint32_t *count, struct ark_error *err)
{
    uint32_t expected = ark_key_blocks_entries(&lexicon->blocks, block);
    struct ark_family *entries = ark_arena_calloc(arena, expected, sizeof *entries);
    struct ark_compact key = {.len = 0};
    struct block opened;
    enum ark_status status = open_block(lexicon, block, arena, &opened, err);
    for (uint32_t i = 0; i < expected && status == ARK_OK; i++) {
        struct ark_coded coded = ark_coded_read(&opened.reader);
        ark_str record = ark_record_str(&opened.reader, UINT32_MAX);
        if (opened.reader.failed || !ark_coded_join(&key, &coded) ||
            !ark_compact_copy(ark_compact_view(&key), arena, &entries[i].key) ||
            (i > 0 && ark_str_compare(entries[i - 1].key, entries[i].key) >= 0)) {
            return ark_key_blocks_damaged(err);
        }
        status = decode_family(record, &opened.limits, NULL, arena, &entries[i], err);
    }
    if (status == ARK_OK && opened.reader.at != opened.reader.end) {
        status = ark_key_blocks_damaged(err);
    }
    if (status == ARK_OK) {
        *out = entries;
        *count = expected;
    }
    return status;
}
