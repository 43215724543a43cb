/**
 * @file builder.h
 * Builds one publication: analyses and inverts documents under a memory bound,
 * spills sorted runs, merges them, and commits everything at once.
 *
 * Until ark_builder_publish returns ARK_OK the index is as it was; freeing the
 * builder instead leaves no trace. The result does not depend on the memory
 * bound, nor on the number of jobs.
 *
 * Documents go in batches (batch.h) through a queue (jobs.h) to preparers
 * (preparer.h), and what comes back, in their order, into the run. So an error
 * of a document may be told by a later call. Memory besides memory_bytes_max:
 * for each job 40 MB of words that its analyzer knows, and batches of 64 MB of
 * text, or of the largest document.
 */
#ifndef ARK_INDEXER_BUILDER_H
#define ARK_INDEXER_BUILDER_H

#include "common/store/store.h"
#include "indexer/document.h"

struct ark_builder;

struct ark_builder_options {
    /** Postings and words in memory before a run is spilled. Under 1 MiB each document may be one. */
    size_t memory_bytes_max;
    unsigned jobs; /**< threads that prepare documents, the caller's among them; 0 counts as 1 */
    bool rebuild;  /**< the publication replaces the whole index */
};

/** What a run did. */
struct ark_builder_figures {
    uint64_t documents; /**< added */
    uint64_t deletions;
    uint64_t text_bytes; /**< of the documents added: title and body */
    uint64_t tokens;     /**< known when they are published */
    uint64_t runs;       /**< spilled */
};

/** A builder on a writable store. Never NULL. The store must outlive it. */
struct ark_builder *ark_builder_new(struct ark_store *store,
                                    const struct ark_builder_options *options);
/** Throws away what was not published. Takes NULL. */
void ark_builder_free(struct ark_builder *builder);

/**
 * Adds a document of the file at path (canonical), whose path under its root
 * begins at name_start. ARK_E_IO, ARK_E_LIMIT, of this or one before; ARK_E_CORRUPT:
 * the index. Cost: about 15 ns a byte, of one thread.
 */
enum ark_status ark_builder_add(struct ark_builder *builder, ark_str path, uint32_t name_start,
                                const struct ark_document *document,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Marks a document of the published index dead. */
void ark_builder_delete(struct ark_builder *builder, uint64_t segment_id, ark_docid doc);
/** Writes (or replaces) the row of a file; the record is copied. */
void ark_builder_remember_file(struct ark_builder *builder, const struct ark_file_record *file);
/** Removes the row of a file. */
void ark_builder_forget_file(struct ark_builder *builder, ark_str path);
/** Replaces the roots record; copied. */
void ark_builder_set_roots(struct ark_builder *builder, ark_str roots);
/** True when publishing would change nothing. */
bool ark_builder_is_empty(const struct ark_builder *builder);
/** What was added so far; valid while the builder is. */
const struct ark_builder_figures *ark_builder_figures(const struct ark_builder *builder);

/** Commits. No snapshot may be open in this process. The builder is then spent; free it. */
enum ark_status ark_builder_publish(struct ark_builder *builder,
                                    struct ark_error *err) ARK_MUST_CHECK;

#endif
