#include "common/store/lexicon.h"

#include "common/codec/varint.h"
#include "common/store/family_record.h"

/** The record of one family; one of a million forms would still fit. */
enum { RECORD_BYTES_MAX = 1 << 30 };

struct ark_lexicon_writer
ark_lexicon_writer_make(struct ark_spool *lexicon, struct ark_spool *index)
{
    return (struct ark_lexicon_writer){
        .blocks = ark_key_blocks_writer_make(lexicon, index),
        .record = ark_buf_make(RECORD_BYTES_MAX),
    };
}

void
ark_lexicon_writer_dispose(struct ark_lexicon_writer *writer)
{
    ark_key_blocks_writer_dispose(&writer->blocks);
    ark_buf_dispose(&writer->record);
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
            ark_front_coded_append(out, previous, term->text);
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

enum ark_status
ark_lexicon_writer_add(struct ark_lexicon_writer *writer, const struct ark_family *family,
                       ark_str classes, struct ark_error *err)
{
    ark_key_blocks_begin(&writer->blocks, family->key);
    ark_buf_clear(&writer->record);
    encode_family(family, &writer->record);
    ark_buf_append_str(&writer->record, classes);
    ark_varint_append(&writer->blocks.block, writer->record.len);
    ark_buf_append_str(&writer->blocks.block, ark_buf_view(&writer->record));
    return ark_key_blocks_end(&writer->blocks, err);
}

enum ark_status
ark_lexicon_writer_finish(struct ark_lexicon_writer *writer, struct ark_error *err)
{
    return ark_key_blocks_finish(&writer->blocks, err);
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
        terms[i].text = ark_front_coded_read(reader, previous, arena);
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
decode_family(const struct ark_lexicon *lexicon, ark_str record, bool with_variants,
              struct ark_arena *arena, struct ark_family *family, struct ark_error *err)
{
    struct ark_record_reader reader = ark_record_reader_make(record);
    family->df = ark_record_u32_max(&reader, lexicon->document_count);
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        read_terms(&reader, level, family, arena);
    }
    read_members(&reader, family, arena);
    family->postings_offset = ark_record_u64(&reader);
    family->skip_bytes = ark_record_u64(&reader);
    family->postings_bytes = ark_record_u64(&reader);
    uint64_t stream_bytes = lexicon->postings->bytes;
    const struct ark_family_limits limits = {
        .document_count = lexicon->document_count,
        .hot_bytes = lexicon->hot->bytes,
        .cold_bytes = lexicon->cold->bytes,
    };
    if (!ark_family_record_decode(&reader, &limits, arena, family) ||
        (with_variants && !ark_family_variants_decode(family, arena))) {
        reader.failed = true;
    }
    if (reader.failed || reader.at != reader.end || family->df == 0 || family->member_count == 0 ||
        family->postings_offset > stream_bytes ||
        family->postings_bytes > stream_bytes - family->postings_offset ||
        family->skip_bytes > family->postings_bytes) {
        return ark_key_blocks_damaged(err);
    }
    return ARK_OK;
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
