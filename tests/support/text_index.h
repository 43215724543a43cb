/**
 * @file text_index.h
 * Indexes made of plain texts, for tests of the search: analysed as the
 * programs do, inverted by a plain sort.
 */
#ifndef ARK_TESTS_SUPPORT_TEXT_INDEX_H
#define ARK_TESTS_SUPPORT_TEXT_INDEX_H

#include "common/base/arena.h"
#include "common/store/segment_writer.h"
#include "common/store/store.h"
#include "common/text/analyzer.h"

struct text_document {
    const char *title; /**< NULL = none */
    const char *body;
};

/** One word of a document; its texts lie in the arena. */
struct text_word {
    struct ark_word word;
    ark_docid doc;
    uint32_t position;
};

/** The words of some documents, document after document, by position. */
struct text_words {
    struct text_word *items; /**< in the arena */
    size_t count;
    uint32_t *token_counts; /**< by document, in the arena */
};

/** Analyses documents into the arena. */
struct text_words text_words_make(struct ark_analyzer *analyzer,
                                  const struct text_document *documents, uint32_t count,
                                  struct ark_arena *arena);

/** Opens the index at path for writing, which is made when absent. Never NULL. */
struct ark_store *text_store_open(const char *path);

/** Publishes the documents as one new segment, whose id is returned. */
uint64_t text_publish(struct ark_store *store, struct ark_analyzer *analyzer,
                      const struct text_document *documents, uint32_t count);

/** Publishes deletions. */
void text_delete(struct ark_store *store, const struct ark_deletion *deletions, size_t count);

#endif
