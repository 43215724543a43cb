#include "common/store/sketches.h"

#include <inttypes.h>

#include "common/codec/varint.h"
#include "common/store/segment_impl.h"

struct ark_sketch_writer
ark_sketch_writer_make(struct ark_spool *sketches, struct ark_spool *index)
{
    return (struct ark_sketch_writer){
        .sketches = sketches,
        .index = index,
        .lengths = ark_buf_make((size_t)ARK_SKETCH_GROUP * ARK_VARINT64_BYTES_MAX),
        .strings = ark_buf_make((size_t)ARK_SKETCH_GROUP * ARK_SKETCH_BYTES_MAX),
    };
}

void
ark_sketch_writer_dispose(struct ark_sketch_writer *writer)
{
    ark_buf_dispose(&writer->lengths);
    ark_buf_dispose(&writer->strings);
}

static enum ark_status
put_group(struct ark_sketch_writer *writer, ark_str lengths, ark_str strings, struct ark_error *err)
{
    uint8_t offset[8];
    ark_store_u64(offset, ark_spool_bytes(writer->sketches));
    enum ark_status status =
        ark_spool_append(writer->index, ark_str_make(offset, sizeof offset), err);
    if (status == ARK_OK) {
        status = ark_spool_append(writer->sketches, lengths, err);
    }
    return status == ARK_OK ? ark_spool_append(writer->sketches, strings, err) : status;
}

static enum ark_status
end_group(struct ark_sketch_writer *writer, struct ark_error *err)
{
    static const uint8_t NO_LENGTHS[ARK_SKETCH_GROUP];
    enum ark_status status = ARK_OK;
    bool none_yet = ark_spool_bytes(writer->index) == 0;
    if (writer->strings.len == 0 && none_yet) {
        writer->empty_groups++;
    } else {
        for (; writer->empty_groups > 0 && status == ARK_OK; writer->empty_groups--) {
            status =
                put_group(writer, ark_str_make(NO_LENGTHS, sizeof NO_LENGTHS), ARK_STR(""), err);
        }
        if (status == ARK_OK) {
            status = put_group(writer, ark_buf_view(&writer->lengths),
                               ark_buf_view(&writer->strings), err);
        }
    }
    ark_buf_clear(&writer->lengths);
    ark_buf_clear(&writer->strings);
    writer->in_group = 0;
    return status;
}

enum ark_status
ark_sketch_writer_add(struct ark_sketch_writer *writer, ark_str sketch, struct ark_error *err)
{
    ARK_ASSERT(sketch.len <= ARK_SKETCH_BYTES_MAX);
    ark_varint_append(&writer->lengths, sketch.len);
    ark_buf_append_str(&writer->strings, sketch);
    return ++writer->in_group == ARK_SKETCH_GROUP ? end_group(writer, err) : ARK_OK;
}

enum ark_status
ark_sketch_writer_finish(struct ark_sketch_writer *writer, struct ark_error *err)
{
    return writer->in_group > 0 ? end_group(writer, err) : ARK_OK;
}

static enum ark_status
damaged(const struct ark_segment *segment, ark_docid doc, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: segment %" PRIu64
                         ", the sketch of document %" PRIu32,
                         segment->info.id, doc);
}

/** The bytes of a group: from its offset to the next one's. */
static enum ark_status
view_group(struct ark_segment *segment, uint32_t group, struct ark_arena *arena, ark_str *out,
           struct ark_error *err)
{
    struct ark_stream *index = &segment->streams[ARK_STREAM_SKETCH_INDEX];
    struct ark_stream *sketches = &segment->streams[ARK_STREAM_SKETCHES];
    bool last = ((uint64_t)group + 1) * 8 == index->bytes;
    ark_str offsets;
    enum ark_status status =
        ark_stream_view(index, (uint64_t)group * 8, last ? 8 : 16, arena, &offsets, err);
    if (status != ARK_OK) {
        return status;
    }
    uint64_t start = ark_load_u64(offsets.bytes);
    uint64_t end = last ? sketches->bytes : ark_load_u64(offsets.bytes + 8);
    return end < start ? damaged(segment, group * ARK_SKETCH_GROUP, err)
                       : ark_stream_view(sketches, start, end - start, arena, out, err);
}

enum ark_status
ark_segment_sketch(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                   ark_str *out, struct ark_error *err)
{
    ARK_ASSERT(doc < segment->info.document_count);
    if (segment->streams[ARK_STREAM_SKETCH_INDEX].bytes == 0) {
        *out = ARK_STR("");
        return ARK_OK;
    }
    uint32_t group = doc / ARK_SKETCH_GROUP;
    ark_str bytes;
    enum ark_status status = view_group(segment, group, arena, &bytes, err);
    if (status != ARK_OK) {
        return status;
    }
    uint32_t left = segment->info.document_count - group * ARK_SKETCH_GROUP;
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    uint32_t before = 0;
    uint32_t length = 0;
    uint32_t total = 0;
    for (uint32_t i = 0; i < ARK_SKETCH_GROUP && i < left; i++) {
        uint32_t next = ark_record_u32_max(&reader, ARK_SKETCH_BYTES_MAX);
        if (i == doc % ARK_SKETCH_GROUP) {
            before = total;
            length = next;
        }
        total += next;
    }
    ark_str strings = ark_record_bytes(&reader, total);
    if (reader.failed || reader.at != reader.end) {
        return damaged(segment, doc, err);
    }
    *out = ark_str_slice(strings, before, before + length);
    return ARK_OK;
}
