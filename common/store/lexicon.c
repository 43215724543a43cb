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

enum ark_status
ark_lexicon_writer_add(struct ark_lexicon_writer *writer, ark_str key, ark_str record,
                       struct ark_error *err)
{
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

static enum ark_status
decode_family(const struct ark_lexicon *lexicon, ark_str record, bool with_variants,
              struct ark_arena *arena, struct ark_family *family, struct ark_error *err)
{
    struct ark_record_reader reader = ark_record_reader_make(record);
    const struct ark_family_limits limits = {
        .document_count = lexicon->document_count,
        .hot_bytes = lexicon->hot->bytes,
        .cold_bytes = lexicon->cold->bytes,
    };
    bool sound = ark_family_record_decode(&reader, &limits, arena, family) &&
                 (!with_variants || ark_family_variants_decode(family, arena));
    return sound ? ARK_OK : ark_key_blocks_damaged(err);
}

/** Moves over one entry of a block: its key (in the arena) and its record. */
static bool
next_entry(struct ark_record_reader *reader, ark_str *key, ark_str *record, struct ark_arena *arena)
{
    *key = ark_front_coded_read(reader, *key, arena);
    *record = ark_record_str(reader, UINT32_MAX);
    return !reader->failed;
}

enum ark_status
ark_lexicon_find(const struct ark_lexicon *lexicon, ark_str key, bool with_variants,
                 struct ark_arena *arena, const struct ark_family **out, struct ark_error *err)
{
    *out = NULL;
    uint64_t block = 0;
    enum ark_status status = ark_key_blocks_find(&lexicon->blocks, key, arena, &block, err);
    if (status != ARK_OK || block == ark_key_blocks_count(&lexicon->blocks)) {
        return status;
    }
    ark_str bytes;
    status = ark_key_blocks_view(&lexicon->blocks, block, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    ark_str entry_key = ARK_STR("");
    ark_str record;
    while (reader.at < reader.end) {
        if (!next_entry(&reader, &entry_key, &record, arena)) {
            return ark_key_blocks_damaged(err);
        }
        int order = ark_str_compare(entry_key, key);
        if (order > 0) {
            break;
        }
        if (order == 0) {
            struct ark_family *entry = ARK_ARENA_NEW(arena, struct ark_family);
            entry->key = entry_key;
            status = decode_family(lexicon, record, with_variants, arena, entry, err);
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
    uint32_t expected = ark_key_blocks_entries(&lexicon->blocks, block);
    struct ark_family *entries = ark_arena_calloc(arena, expected, sizeof *entries);
    ark_str bytes;
    enum ark_status status = ark_key_blocks_view(&lexicon->blocks, block, arena, &bytes, err);
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
            return ark_key_blocks_damaged(err);
        }
        entries[i].key = key;
        status = decode_family(lexicon, record, true, arena, &entries[i], err);
        if (status != ARK_OK) {
            return status;
        }
        previous = key;
    }
    if (reader.at != reader.end) {
        return ark_key_blocks_damaged(err);
    }
    *out = entries;
    *count = expected;
    return ARK_OK;
}
