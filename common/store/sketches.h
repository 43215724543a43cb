/**
 * @file sketches.h
 * A short byte string a document, whatever its maker puts there. They lie in
 * groups of 16 documents: sixteen varint lengths, then the strings; an index
 * has the offset of each group. A segment without sketches has neither.
 */
#ifndef ARK_STORE_SKETCHES_H
#define ARK_STORE_SKETCHES_H

#include "common/store/stream.h"

/** Documents in a group. */
enum { ARK_SKETCH_GROUP = 16 };

/** No sketch is longer. */
enum { ARK_SKETCH_BYTES_MAX = 64 << 10 };

/** Writes sketches to two spools. */
struct ark_sketch_writer {
    struct ark_spool *sketches;
    struct ark_spool *index;
    struct ark_buf lengths; /**< of the open group, as are the strings */
    struct ark_buf strings;
    uint32_t in_group;
    uint64_t empty_groups; /**< so far; they are written once a sketch comes */
};

/** A writer to two empty spools, which outlive it. */
struct ark_sketch_writer ark_sketch_writer_make(struct ark_spool *sketches,
                                                struct ark_spool *index);
/** Frees its buffers. */
void ark_sketch_writer_dispose(struct ark_sketch_writer *writer);
/** Adds the next document's. At most ARK_SKETCH_BYTES_MAX bytes. ARK_E_IO. */
enum ark_status ark_sketch_writer_add(struct ark_sketch_writer *writer, ark_str sketch,
                                      struct ark_error *err) ARK_MUST_CHECK;
/** Ends the last group. ARK_E_IO. */
enum ark_status ark_sketch_writer_finish(struct ark_sketch_writer *writer,
                                         struct ark_error *err) ARK_MUST_CHECK;

#endif
