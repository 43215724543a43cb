/**
 * @file batch.h
 * Some documents on their way from the readers into a run: what the pipeline
 * passes between threads, so that a lock is taken once for hundreds of
 * documents.
 *
 * The owner fills a batch, a preparer (indexer/preparer.h) adds what it makes of
 * the texts, the owner reads it and empties it for another use.
 */
#ifndef ARK_INDEXER_BATCH_H
#define ARK_INDEXER_BATCH_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/store/segment.h"
#include "indexer/document.h"

enum {
    /** Text that a batch should have at most, 5 ms of work; one document may be more. */
    ARK_BATCH_TEXT_BYTES = 256 << 10,
    /** Documents that it should have at most. */
    ARK_BATCH_DOCUMENTS = 1024,
};

/** One document. */
struct ark_batch_item {
    /** Views live as long as the batch is not cleared. The preparer fills in counts, hash and sketch. */
    struct ark_document_record record;
    size_t text_start; /**< of the title in texts; the body follows */
    size_t title_bytes;
    size_t text_bytes;
    size_t first_word; /**< in words; there are record.token_count */
    size_t frame_start;
    size_t frame_bytes;
};

struct ark_batch {
    struct ark_arena strings;
    struct ark_buf texts;
    struct ark_batch_item *items;
    size_t count;
    size_t capacity;
    ark_str path; /**< of the document added last */

    /* What the preparer adds. */
    bool has_words;
    uint32_t *words; /**< a number a token, ARK_WORD_NONE for one that is no word */
    size_t word_count;
    size_t words_capacity;
    struct ark_buf frames; /**< the packed texts */
};

/** An empty batch. Never NULL. */
struct ark_batch *ark_batch_new(void);
/** Frees it; takes NULL. */
void ark_batch_free(struct ark_batch *batch);
/** Copies a document of the file at path, whose path under its root begins at name_start. */
void ark_batch_add(struct ark_batch *batch, ark_str path, uint32_t name_start,
                   const struct ark_document *document);
/** The title and body of a document, one after the other; valid until the next change. */
ark_str ark_batch_text(const struct ark_batch *batch, const struct ark_batch_item *item);
/** Empties the batch; buffers that a huge document has stretched are given back. */
void ark_batch_clear(struct ark_batch *batch);

#endif
