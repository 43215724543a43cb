#include "common/store/stream.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/translate.h"
#include "common/codec/varint.h"

static const char *const NAMES[] = {
    [ARK_STREAM_LEXICON] = ARK_N("dictionary"),
    [ARK_STREAM_LEXICON_INDEX] = ARK_N("dictionary index"),
    [ARK_STREAM_DOCUMENTS] = ARK_N("document table"),
    [ARK_STREAM_DOCUMENT_INDEX] = ARK_N("document index"),
    [ARK_STREAM_TEXT] = ARK_N("text"),
    [ARK_STREAM_NORMS] = ARK_N("norms"),
    [ARK_STREAM_DATES] = ARK_N("dates"),
    [ARK_STREAM_TITLE_LENGTHS] = ARK_N("title lengths"),
    [ARK_STREAM_SKETCHES] = ARK_N("sketches"),
    [ARK_STREAM_SKETCH_INDEX] = ARK_N("sketch index"),
    [ARK_STREAM_FORMS] = ARK_N("forms"),
    [ARK_STREAM_FORM_INDEX] = ARK_N("form index"),
    [ARK_STREAM_HOT] = ARK_N("hot lists"),
    [ARK_STREAM_COLD] = ARK_N("cold lists"),
};

_Static_assert(ARK_COUNT_OF(NAMES) == ARK_STREAM_COUNT, "a name for each stream");

const char *
ark_stream_name(unsigned kind)
{
    ARK_ASSERT(kind < ARK_STREAM_COUNT);
    return ark_translate(NAMES[kind]);
}

uint32_t
ark_chunk_count(uint64_t bytes)
{
    return (uint32_t)((bytes + ARK_CHUNK_PAYLOAD - 1) / ARK_CHUNK_PAYLOAD);
}

struct ark_stream
ark_stream_of_spool(struct ark_spool *spool, unsigned kind)
{
    return (struct ark_stream){.bytes = ark_spool_bytes(spool), .spool = spool, .kind = kind};
}

struct ark_stream
ark_stream_of_chunks(const struct ark_chunk_source *source, uint64_t segment_id, unsigned kind,
                     uint64_t bytes)
{
    return (struct ark_stream){
        .bytes = bytes, .source = source, .segment_id = segment_id, .kind = kind};
}

void
ark_stream_dispose(struct ark_stream *stream)
{
    free(stream->chunks);
    stream->chunks = NULL;
}

static size_t
payload_bytes(const struct ark_stream *stream, uint32_t chunk)
{
    uint64_t left = stream->bytes - (uint64_t)chunk * ARK_CHUNK_PAYLOAD;
    return left < ARK_CHUNK_PAYLOAD ? (size_t)left : ARK_CHUNK_PAYLOAD;
}

static enum ark_status
damaged_chunk(const struct ark_stream *stream, uint32_t chunk, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: segment %" PRIu64 ", %s, chunk %" PRIu32
                         " fails its checksum",
                         stream->segment_id, ark_stream_name(stream->kind), chunk);
}

/** Fetches a chunk that is touched first. */
static enum ark_status
fetch_chunk(struct ark_stream *stream, uint32_t chunk, struct ark_error *err)
{
    ark_str value;
    enum ark_status status = stream->source->fetch(stream->source->context, stream->segment_id,
                                                   stream->kind, chunk, &value, err);
    if (status != ARK_OK) {
        return status;
    }
    size_t payload = payload_bytes(stream, chunk);
    if (value.len != ark_chunk_value_bytes(payload)) {
        return damaged_chunk(stream, chunk, err);
    }
    ark_str checksums = ark_str_slice(value, payload, value.len);
    struct ark_touched_chunk touched = {value.bytes, checksums.bytes, 0};
    if (stream->source->copy != NULL) {
        status = stream->source->copy(stream->source->context, checksums, &touched.checksums, err);
    }
    if (status == ARK_OK) {
        stream->chunks[chunk] = touched;
    }
    return status;
}

static bool
piece_holds(const struct ark_stream *stream, uint32_t chunk, unsigned piece)
{
    const struct ark_touched_chunk *touched = &stream->chunks[chunk];
    size_t start = (size_t)piece * ARK_PIECE_BYTES;
    size_t left = payload_bytes(stream, chunk) - start;
    size_t bytes = left < ARK_PIECE_BYTES ? left : ARK_PIECE_BYTES;
    uint64_t seed = ark_chunk_seed(stream->segment_id, stream->kind, chunk);
    return ark_load_u64(touched->checksums + (size_t)piece * ARK_CHECKSUM_BYTES) ==
           ark_piece_checksum(ark_str_make(touched->bytes + start, bytes), piece, seed);
}

/** Makes sure that bytes [from, from + len) of a chunk can be read; *out is its first byte. len > 0. */
static enum ark_status
touch_chunk(struct ark_stream *stream, uint32_t chunk, size_t from, size_t len, const uint8_t **out,
            struct ark_error *err)
{
    if (stream->chunks == NULL) {
        stream->chunks = ark_xcalloc(ark_chunk_count(stream->bytes), sizeof *stream->chunks);
    }
    struct ark_touched_chunk *touched = &stream->chunks[chunk];
    enum ark_status status = touched->bytes == NULL ? fetch_chunk(stream, chunk, err) : ARK_OK;
    if (status != ARK_OK) {
        return status;
    }
    unsigned last = (unsigned)((from + len - 1) / ARK_PIECE_BYTES);
    for (unsigned piece = (unsigned)(from / ARK_PIECE_BYTES); piece <= last; piece++) {
        if ((touched->checked >> piece & 1) != 0) {
            continue;
        }
        if (!piece_holds(stream, chunk, piece)) {
            return damaged_chunk(stream, chunk, err);
        }
        touched->checked |= 1u << piece;
    }
    *out = touched->bytes;
    return ARK_OK;
}

static enum ark_status
copy_across_chunks(struct ark_stream *stream, uint64_t offset, size_t len, uint8_t *to,
                   struct ark_error *err)
{
    while (len > 0) {
        uint32_t chunk = (uint32_t)(offset / ARK_CHUNK_PAYLOAD);
        size_t within = (size_t)(offset % ARK_CHUNK_PAYLOAD);
        const uint8_t *from = NULL;
        size_t step = ARK_CHUNK_PAYLOAD - within < len ? ARK_CHUNK_PAYLOAD - within : len;
        enum ark_status status = touch_chunk(stream, chunk, within, step, &from, err);
        if (status != ARK_OK) {
            return status;
        }
        memcpy(to, from + within, step);
        to += step;
        offset += step;
        len -= step;
    }
    return ARK_OK;
}

enum ark_status
ark_stream_view(struct ark_stream *stream, uint64_t offset, uint64_t len, struct ark_arena *arena,
                ark_str *out, struct ark_error *err)
{
    if (offset > stream->bytes || len > stream->bytes - offset) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: segment %" PRIu64 ", %s, a record passes the "
                             "end",
                             stream->segment_id, ark_stream_name(stream->kind));
    }
    if (len == 0) {
        *out = ARK_STR("");
        return ARK_OK;
    }
    enum ark_status status = ARK_OK;
    uint64_t within = offset % ARK_CHUNK_PAYLOAD;
    if (stream->spool == NULL && len <= ARK_CHUNK_PAYLOAD - within) {
        const uint8_t *chunk = NULL;
        status = touch_chunk(stream, (uint32_t)(offset / ARK_CHUNK_PAYLOAD), (size_t)within,
                             (size_t)len, &chunk, err);
        if (status == ARK_OK) {
            *out = ark_str_make(chunk + within, (size_t)len);
        }
        return status;
    }
    uint8_t *copy = ark_arena_alloc(arena, (size_t)len);
    status = stream->spool != NULL ? ark_spool_read(stream->spool, offset, (size_t)len, copy, err)
                                   : copy_across_chunks(stream, offset, (size_t)len, copy, err);
    if (status == ARK_OK) {
        *out = ark_str_make(copy, (size_t)len);
    }
    return status;
}

enum ark_status
ark_stream_verify(struct ark_stream *stream, struct ark_error *err)
{
    if (stream->spool != NULL) {
        return ARK_OK;
    }
    for (uint32_t chunk = 0; chunk < ark_chunk_count(stream->bytes); chunk++) {
        const uint8_t *bytes = NULL;
        enum ark_status status =
            touch_chunk(stream, chunk, 0, payload_bytes(stream, chunk), &bytes, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    return ARK_OK;
}
