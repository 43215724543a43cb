#include "common/store/stream.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/translate.h"
#include "common/codec/varint.h"

/** The checksums of a chunk, copied from the file: they stand at its end, where nothing else may be needed. */
struct ark_chunk_checksums {
    struct ark_chunk_checksums *next;
    uint8_t bytes[ARK_CHUNK_PIECES * ARK_CHECKSUM_BYTES];
};

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
    while (stream->copied != NULL) {
        struct ark_chunk_checksums *next = stream->copied->next;
        free(stream->copied);
        stream->copied = next;
    }
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
        struct ark_chunk_checksums *copied = ark_xmalloc(sizeof *copied);
        copied->next = stream->copied;
        stream->copied = copied;
        touched.checksums = copied->bytes;
        status = stream->source->copy(stream->source->context, checksums, copied->bytes, err);
    }
    if (status == ARK_OK) {
        stream->chunks[chunk] = touched;
    }
    return status;
}

/** Fetches a chunk unless that was done. */
static enum ark_status
need_chunk(struct ark_stream *stream, uint32_t chunk, struct ark_error *err)
{
    if (stream->chunks == NULL) {
        stream->chunks = ark_xcalloc(ark_chunk_count(stream->bytes), sizeof *stream->chunks);
    }
    return stream->chunks[chunk].bytes == NULL ? fetch_chunk(stream, chunk, err) : ARK_OK;
}

/** A piece of a chunk that was fetched, in the map. */
static ark_str
piece_in_map(const struct ark_stream *stream, uint32_t chunk, unsigned piece)
{
    size_t start = ark_piece_start(piece);
    size_t next = ark_piece_start(piece + 1);
    size_t end = payload_bytes(stream, chunk);
    return ark_str_make(stream->chunks[chunk].bytes + start, (next < end ? next : end) - start);
}

static bool
is_checked(const struct ark_stream *stream, uint32_t chunk, unsigned piece)
{
    return (stream->chunks[chunk].checked >> piece & 1) != 0;
}

/** Checks a piece of a chunk that was fetched; bytes are the piece or a copy. */
static enum ark_status
check_piece(struct ark_stream *stream, uint32_t chunk, unsigned piece, ark_str bytes,
            struct ark_error *err)
{
    struct ark_touched_chunk *touched = &stream->chunks[chunk];
    uint64_t seed = ark_chunk_seed(stream->segment_id, stream->kind, chunk);
    if (ark_load_u64(touched->checksums + (size_t)piece * ARK_CHECKSUM_BYTES) !=
        ark_piece_checksum(bytes, piece, seed)) {
        return damaged_chunk(stream, chunk, err);
    }
    touched->checked |= UINT64_C(1) << piece;
    return ARK_OK;
}

/** Makes sure that bytes [from, from + len) of a chunk can be read; *out is its first byte. len > 0. */
static enum ark_status
touch_chunk(struct ark_stream *stream, uint32_t chunk, size_t from, size_t len, const uint8_t **out,
            struct ark_error *err)
{
    enum ark_status status = need_chunk(stream, chunk, err);
    unsigned last = ark_piece_at(from + len - 1);
    for (unsigned piece = ark_piece_at(from); status == ARK_OK && piece <= last; piece++) {
        if (!is_checked(stream, chunk, piece)) {
            status = check_piece(stream, chunk, piece, piece_in_map(stream, chunk, piece), err);
        }
    }
    if (status == ARK_OK) {
        *out = stream->chunks[chunk].bytes;
    }
    return status;
}

/** Streams of which a search reads short records here and there, most of them once. */
static bool
is_read_here_and_there(unsigned kind)
{
    return kind == ARK_STREAM_TEXT || kind == ARK_STREAM_DOCUMENTS ||
           kind == ARK_STREAM_DOCUMENT_INDEX || kind == ARK_STREAM_LEXICON;
}

/**
 * Whether bytes of a chunk that was fetched are better copied than mapped: where
 * nothing has been touched. What is read again is worth its page faults.
 */
static bool
is_better_copied(const struct ark_stream *stream, uint32_t chunk, size_t from)
{
    return stream->source->copy != NULL && is_read_here_and_there(stream->kind) &&
           !is_checked(stream, chunk, ark_piece_at(from));
}

/** Copies bytes [from, from + len) of a chunk that was fetched, and checks their pieces. */
static enum ark_status
copy_from_file(struct ark_stream *stream, uint32_t chunk, size_t from, size_t len, uint8_t *to,
               struct ark_error *err)
{
    uint8_t copy[ARK_PIECE_BYTES];
    enum ark_status status = ARK_OK;
    for (size_t step = 0; len > 0 && status == ARK_OK; to += step, from += step, len -= step) {
        unsigned piece = ark_piece_at(from);
        size_t within = from - ark_piece_start(piece);
        ark_str bytes = piece_in_map(stream, chunk, piece);
        step = bytes.len - within < len ? bytes.len - within : len;
        status = stream->source->copy(stream->source->context, bytes, copy, err);
        if (status == ARK_OK) {
            status = check_piece(stream, chunk, piece, ark_str_make(copy, bytes.len), err);
        }
        memcpy(to, copy + within, status == ARK_OK ? step : 0);
    }
    return status;
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

/** Bytes that lie in one chunk. */
static enum ark_status
view_in_chunk(struct ark_stream *stream, uint64_t offset, size_t len, struct ark_arena *arena,
              ark_str *out, struct ark_error *err)
{
    uint32_t chunk = (uint32_t)(offset / ARK_CHUNK_PAYLOAD);
    size_t within = (size_t)(offset % ARK_CHUNK_PAYLOAD);
    enum ark_status status = need_chunk(stream, chunk, err);
    if (status == ARK_OK && is_better_copied(stream, chunk, within)) {
        uint8_t *copy = ark_arena_alloc(arena, len);
        status = copy_from_file(stream, chunk, within, len, copy, err);
        if (status == ARK_OK) {
            *out = ark_str_make(copy, len);
        }
        return status;
    }
    const uint8_t *bytes = NULL;
    if (status == ARK_OK) {
        status = touch_chunk(stream, chunk, within, len, &bytes, err);
    }
    if (status == ARK_OK) {
        *out = ark_str_make(bytes + within, len);
    }
    return status;
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
        return view_in_chunk(stream, offset, (size_t)len, arena, out, err);
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
