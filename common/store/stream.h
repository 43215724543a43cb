/**
 * @file stream.h
 * Reading one logical run of bytes of a segment, whether it lies in LMDB
 * chunks or in a spool.
 *
 * A piece inside one chunk is a view into the map; a piece across chunks, or of
 * a spool, is copied to the arena, and so is, where the source can copy, one of
 * a stream that is read here and there. A chunk's size, and the checksum of each
 * of its pieces, are checked the first time it is touched.
 */
#ifndef ARK_STORE_STREAM_H
#define ARK_STORE_STREAM_H

#include "common/base/arena.h"
#include "common/store/format.h"
#include "common/store/spool.h"

/** Gives the bytes of chunks: the snapshot, over LMDB. */
struct ark_chunk_source {
    /** The value of a chunk, valid while the source is; ARK_E_CORRUPT when it is missing. */
    enum ark_status (*fetch)(void *context, uint64_t segment_id, unsigned kind, uint32_t chunk,
                             ark_str *out, struct ark_error *err);
    /**
     * Copies bytes that fetch gave from the file, or NULL when there is no such way. For bytes
     * that are needed once, or alone: the first touch of a page in the map costs some 6 µs of the
     * processor, since its neighbours come and go with it, a short read .4 to 1. ARK_E_CORRUPT,
     * ARK_E_IO.
     */
    enum ark_status (*copy)(void *context, ark_str bytes, uint8_t *out, struct ark_error *err);
    void *context;
};

/** A chunk that was touched, or not yet. */
struct ark_touched_chunk {
    const uint8_t *bytes;     /**< NULL until touched */
    const uint8_t *checksums; /**< one for each piece */
    uint64_t checked;         /**< a bit for each piece whose checksum held */
};

struct ark_stream {
    uint64_t bytes;
    struct ark_spool *spool; /**< else chunks */
    const struct ark_chunk_source *source;
    uint64_t segment_id;
    unsigned kind;
    struct ark_touched_chunk *chunks;   /**< by number; NULL until one is touched */
    struct ark_chunk_checksums *copied; /**< those of touched chunks, one behind another */
};

/** A stream over a spool that outlives it. */
struct ark_stream ark_stream_of_spool(struct ark_spool *spool, unsigned kind);
/** A stream of bytes bytes over the chunks of a source that outlives it. */
struct ark_stream ark_stream_of_chunks(const struct ark_chunk_source *source, uint64_t segment_id,
                                       unsigned kind, uint64_t bytes);
/** Frees what the stream holds, not what it reads from. */
void ark_stream_dispose(struct ark_stream *stream);
/** The len bytes at offset. ARK_E_CORRUPT when they pass the end or a chunk is damaged. */
enum ark_status ark_stream_view(struct ark_stream *stream, uint64_t offset, uint64_t len,
                                struct ark_arena *arena, ark_str *out,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Checks every chunk. ARK_E_CORRUPT. */
enum ark_status ark_stream_verify(struct ark_stream *stream, struct ark_error *err) ARK_MUST_CHECK;
/** The number of chunks that bytes bytes take. */
uint32_t ark_chunk_count(uint64_t bytes);
/** The name of a stream for messages, translated: "hot lists". */
const char *ark_stream_name(unsigned kind);

#endif
