/**
 * @file segment_impl.h
 * The inside of struct ark_segment, for the files of common/store only.
 */
#ifndef ARK_STORE_SEGMENT_IMPL_H
#define ARK_STORE_SEGMENT_IMPL_H

#include "common/store/forms.h"
#include "common/store/lexicon.h"
#include "common/store/sketches.h"
#include "common/store/stream.h"
#include "common/store/text_pack.h"

/** Where the document's compressed text lies, and how long it is before compression. */
struct ark_text_place {
    uint64_t offset;
    uint64_t frame_bytes;
    uint64_t title_bytes;
    uint64_t text_bytes; /**< title and body */
};

struct ark_segment {
    struct ark_segment_info info;
    struct ark_stream streams[ARK_STREAM_COUNT];
    struct ark_lexicon lexicon;
    ark_str norms;                      /**< one byte a document */
    ark_str dates;                      /**< four bytes a document; empty until asked for */
    ark_str dead;                       /**< one bit a document, or empty when none is dead */
    ark_str form_index;                 /**< all of the stream; empty until asked for */
    struct ark_arena memory;            /**< of norms and the like, when they are not views */
    struct ark_text_unpacker *unpacker; /**< of the snapshot or run; set before ark_segment_open */
    ark_docid placed_doc;        /**< the document whose record was read last, or UINT32_MAX */
    struct ark_text_place place; /**< of its text, which is mostly asked for next */
};

/**
 * Makes a segment over streams that are already set, checks their sizes against
 * info and loads the norms. dead (empty when info->dead_count is 0) must outlive
 * it. ARK_E_CORRUPT.
 */
enum ark_status ark_segment_open(struct ark_segment *segment, ark_str dead,
                                 struct ark_error *err) ARK_MUST_CHECK;
/** Frees what it holds; the streams' sources stay. */
void ark_segment_dispose(struct ark_segment *segment);

/** The byte of the title lengths that says: 255 tokens or more, see the document's record. */
enum { ARK_TITLE_LENGTH_LONG = 255 };

/** Appends a document's record; shared_path_steps > 0 says that the path is that of so many documents before. */
void ark_document_record_encode(const struct ark_document_record *record,
                                const struct ark_text_place *text, uint32_t shared_path_steps,
                                struct ark_buf *out);
/** Reads a document's record and text place. ARK_E_CORRUPT. */
enum ark_status ark_segment_read_document(struct ark_segment *segment, ark_docid doc,
                                          struct ark_arena *arena,
                                          struct ark_document_record *record,
                                          struct ark_text_place *text,
                                          struct ark_error *err) ARK_MUST_CHECK;

/** K(len) = k1 (1 - b + b len / mean) of the bounds in hot records; mean > 0. */
double ark_bound_k(uint32_t length, double mean_length);

#endif
