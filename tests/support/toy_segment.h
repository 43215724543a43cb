/**
 * @file toy_segment.h
 * Small segments for tests of the store, whose words are spelled out, so that
 * no analyzer is needed.
 *
 * A document is a line of words between spaces, "KEY:FORM": KEY is the family,
 * FORM the form; its light form ends at a '+' in FORM, its stem is FORM's first
 * two bytes. "-" takes a position and is no word.
 */
#ifndef ARK_TESTS_SUPPORT_TOY_SEGMENT_H
#define ARK_TESTS_SUPPORT_TOY_SEGMENT_H

#include "common/store/segment_writer.h"
#include "common/store/store.h"

struct toy_document {
    const char *path;
    const char *fragment; /**< NULL = none */
    const char *title;    /**< stored; takes no positions. NULL = none */
    const char *words;
};

/** One word of a document. Views point into the documents. */
struct toy_word {
    ark_str key;
    struct ark_member_text text;
    ark_docid doc;
    uint32_t position;
};

/** Splits a document's words into out (room for max); returns how many there are. */
size_t toy_words(const struct toy_document *document, ark_docid doc, struct toy_word *out,
                 size_t max);
/** Writes documents to a segment whose temporary files lie in temp_dir. Never NULL. */
struct ark_segment_data *toy_segment_make(const char *temp_dir,
                                          const struct toy_document *documents, uint32_t count);
/** The same into a writer that is not finished. */
void toy_segment_write(struct ark_segment_writer *writer, const struct toy_document *documents,
                       uint32_t count);

/** Opens the index at path for writing, which is made when absent. Never NULL. */
struct ark_store *toy_store_open(const char *path);
/** Publishes the documents as one new segment; nothing else changes. */
void toy_publish(struct ark_store *store, const struct toy_document *documents, uint32_t count);

/** The analyzer identity of toy stores. */
#define TOY_IDENTITY "toy 1"

#endif
