/**
 * @file plain_reader.h
 * A second reader of the index format, written from ark-index-format(5) in the
 * slowest and most obvious way, to compare the store with. It shares no code
 * with common/codec and common/store. Everything the page states is checked;
 * the first breach is printed and ends the program.
 */
#ifndef ARK_TESTS_PROPERTY_PLAIN_READER_H
#define ARK_TESTS_PROPERTY_PLAIN_READER_H

#include "common/base/arena.h"
#include "common/base/buf.h"

enum { PLAIN_LEVELS = 3 };

/** The streams of a segment. */
enum {
    PLAIN_DICTIONARY,
    PLAIN_DICTIONARY_INDEX,
    PLAIN_DOCUMENTS,
    PLAIN_DOCUMENT_INDEX,
    PLAIN_TEXT,
    PLAIN_NORMS,
    PLAIN_DATES,
    PLAIN_TITLE_LENGTHS,
    PLAIN_SKETCHES,
    PLAIN_SKETCH_INDEX,
    PLAIN_FORMS,
    PLAIN_FORM_INDEX,
    PLAIN_HOT,
    PLAIN_COLD,
    PLAIN_STREAMS
};

/** Where one member of a family stands in one document. */
struct plain_posting {
    uint32_t doc;
    uint32_t member;
    uint32_t tf;
    uint32_t *positions;
};

/** A distinct triple of form, light form and stem. */
struct plain_member {
    ark_str text[PLAIN_LEVELS];
};

struct plain_family {
    ark_str key;
    struct plain_member *members;
    uint32_t member_count;
    struct plain_posting *postings;
    size_t posting_count;
    uint64_t rare_lists; /**< of its rare variants */
};

struct plain_document {
    ark_str path;
    ark_str fragment;
    ark_str source;
    ark_str title;
    ark_str body;
    uint64_t name_start;
    uint64_t date;
    uint64_t token_count;
    uint64_t title_tokens;
    uint64_t content_hash;
    ark_str sketch;
    bool fragment_is_id;
    bool dead;
};

struct plain_segment {
    uint64_t id;
    uint32_t document_count;
    uint32_t dead_count;
    uint64_t token_count;
    uint64_t live_token_count;
    uint64_t family_count;
    uint64_t form_count;
    uint64_t text_bytes;
    ark_str streams[PLAIN_STREAMS]; /**< the payloads of all chunks, one after another */
    struct plain_document *documents;
    struct plain_family *families;
};

struct plain_index {
    struct ark_arena arena; /**< of everything */
    uint64_t generation;
    ark_str identity;
    ark_str roots;
    ark_str dictionary; /**< of texts; empty when there is none */
    uint32_t segment_count;
    struct plain_segment *segments;
    size_t file_count;
    size_t id_count;
};

/** Reads and checks the index in directory dir. No store may be open on it in this process. */
struct plain_index *plain_index_read(const char *dir);
/** Frees it. */
void plain_index_free(struct plain_index *index);
/**
 * Appends what the index says of its live documents, in an order that does not
 * depend on segments: for each document, by path and fragment, its record, its
 * texts, and the word at each position at all levels. Two indexes of the same
 * documents give the same bytes.
 */
void plain_index_describe(const struct plain_index *index, struct ark_buf *out);

/** One word of a document, for plain_describe_document. */
struct plain_word {
    uint32_t position;
    ark_str key;
    struct plain_member member;
};

/** Appends one document as plain_index_describe does. Words ascend by position. */
void plain_describe_document(const struct plain_document *document, const struct plain_word *words,
                             size_t word_count, struct ark_buf *out);

#endif
