#include <inttypes.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/segment_impl.h"

/** Flags of a document record. */
enum { FLAG_FRAGMENT_IS_ID = 1, FLAG_SHARED_PATH = 2 };

/** Paths and fragments are bounded by the system and by the readers. */
enum { PATH_BYTES_MAX = 1 << 20 };

void
ark_document_record_encode(const struct ark_document_record *record,
                           const struct ark_text_place *text, uint32_t shared_path_steps,
                           struct ark_buf *out)
{
    unsigned flags = (record->fragment_is_id ? FLAG_FRAGMENT_IS_ID : 0u) |
                     (shared_path_steps > 0 ? FLAG_SHARED_PATH : 0u);
    ark_buf_push(out, (uint8_t)flags);
    if (shared_path_steps > 0) {
        ark_varint_append(out, shared_path_steps);
    } else {
        ark_varint_append(out, record->path.len);
        ark_buf_append_str(out, record->path);
        ark_varint_append(out, record->name_start);
    }
    ark_varint_append(out, record->fragment.len);
    ark_buf_append_str(out, record->fragment);
    ark_varint_append(out, record->source.len);
    ark_buf_append_str(out, record->source);
    ark_varint_append(out, record->date);
    ark_varint_append(out, record->token_count);
    ark_varint_append(out, record->title_tokens);
    ark_buf_append_u64(out, record->content_hash);
    ark_varint_append(out, text->offset);
    ark_varint_append(out, text->frame_bytes);
    ark_varint_append(out, text->title_bytes);
    ark_varint_append(out, text->text_bytes);
}

static enum ark_status
damaged(const struct ark_segment *segment, ark_docid doc, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: segment %" PRIu64
                         ", the record of document %" PRIu32,
                         segment->info.id, doc);
}

/** The bytes of a document's record: from its offset to the next one's. */
static enum ark_status
view_record(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena, ark_str *out,
            struct ark_error *err)
{
    struct ark_stream *index = &segment->streams[ARK_STREAM_DOCUMENT_INDEX];
    struct ark_stream *table = &segment->streams[ARK_STREAM_DOCUMENTS];
    bool last = doc + 1 == segment->info.document_count;
    ark_str offsets;
    enum ark_status status =
        ark_stream_view(index, (uint64_t)doc * 8, last ? 8 : 16, arena, &offsets, err);
    if (status != ARK_OK) {
        return status;
    }
    uint64_t start = ark_load_u64(offsets.bytes);
    uint64_t end = last ? table->bytes : ark_load_u64(offsets.bytes + 8);
    return end < start ? damaged(segment, doc, err)
                       : ark_stream_view(table, start, end - start, arena, out, err);
}

/** Reads path and name_start of a record whose reader stands behind the flags. */
static void
read_own_path(struct ark_record_reader *reader, struct ark_document_record *record)
{
    record->path = ark_record_str(reader, PATH_BYTES_MAX);
    record->name_start = ark_record_u32_max(reader, (uint32_t)record->path.len);
}

static enum ark_status
read_shared_path(struct ark_segment *segment, ark_docid doc, struct ark_record_reader *reader,
                 struct ark_arena *arena, struct ark_document_record *record, struct ark_error *err)
{
    uint32_t steps = ark_record_u32_max(reader, doc);
    if (reader->failed || steps == 0) {
        return damaged(segment, doc, err);
    }
    ark_str bytes;
    enum ark_status status = view_record(segment, doc - steps, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_record_reader owner = ark_record_reader_make(bytes);
    uint8_t flags = ark_record_u8(&owner);
    read_own_path(&owner, record);
    return owner.failed || (flags & FLAG_SHARED_PATH) != 0 ? damaged(segment, doc, err) : ARK_OK;
}

enum ark_status
ark_segment_read_document(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                          struct ark_document_record *record, struct ark_text_place *text,
                          struct ark_error *err)
{
    ARK_ASSERT(doc < segment->info.document_count);
    ark_str bytes;
    enum ark_status status = view_record(segment, doc, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    struct ark_document_record read = {0};
    uint8_t flags = ark_record_u8(&reader);
    read.fragment_is_id = (flags & FLAG_FRAGMENT_IS_ID) != 0;
    if ((flags & FLAG_SHARED_PATH) == 0) {
        read_own_path(&reader, &read);
    } else {
        status = read_shared_path(segment, doc, &reader, arena, &read, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    read.fragment = ark_record_str(&reader, PATH_BYTES_MAX);
    read.source = ark_record_str(&reader, UINT32_MAX);
    read.date = ark_record_u32_max(&reader, UINT32_MAX);
    read.token_count = ark_record_u32_max(&reader, UINT32_MAX);
    read.title_tokens = ark_record_u32_max(&reader, read.token_count);
    read.content_hash = ark_record_fixed64(&reader);
    text->offset = ark_record_u64(&reader);
    text->frame_bytes = ark_record_u64(&reader);
    text->title_bytes = ark_record_u64(&reader);
    text->text_bytes = ark_record_u64(&reader);
    if (reader.failed || reader.at != reader.end || text->title_bytes > text->text_bytes) {
        return damaged(segment, doc, err);
    }
    *record = read;
    segment->placed_doc = doc;
    segment->place = *text;
    return ARK_OK;
}

enum ark_status
ark_segment_document(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                     struct ark_document_record *out, struct ark_error *err)
{
    struct ark_text_place text;
    return ark_segment_read_document(segment, doc, arena, out, &text, err);
}

enum ark_status
ark_segment_text(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                 ark_str *title, ark_str *body, struct ark_error *err)
{
    struct ark_document_record record;
    enum ark_status status = segment->placed_doc == doc
                                 ? ARK_OK
                                 : ark_segment_document(segment, doc, arena, &record, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_text_place place = segment->place;
    ark_str frame;
    status = ark_stream_view(&segment->streams[ARK_STREAM_TEXT], place.offset, place.frame_bytes,
                             arena, &frame, err);
    if (status != ARK_OK) {
        return status;
    }
    // Both sizes must be possible and agree before any memory is taken for the text.
    if (!ark_text_is_plausible(frame, place.text_bytes)) {
        return damaged(segment, doc, err);
    }
    status = ark_text_unpacker_prepare(segment->unpacker, frame, err);
    if (status != ARK_OK) {
        return status;
    }
    uint8_t *text = ark_arena_alloc(arena, (size_t)place.text_bytes);
    if (!ark_text_unpack(segment->unpacker, frame, text, (size_t)place.text_bytes)) {
        return damaged(segment, doc, err);
    }
    *title = ark_str_make(text, (size_t)place.title_bytes);
    *body = ark_str_make(text + place.title_bytes, (size_t)(place.text_bytes - place.title_bytes));
    return ARK_OK;
}
