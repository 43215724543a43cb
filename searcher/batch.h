/**
 * @file batch.h
 * Many queries in one process: lines "ID<TAB>QUERY".
 */
#ifndef ARK_SEARCHER_BATCH_H
#define ARK_SEARCHER_BATCH_H

#include "searcher/session.h"

/** The longest identifier of a query, in bytes. */
enum { ARK_BATCH_ID_BYTES_MAX = 1024 };

/** What became of a batch. */
struct ark_batch_outcome {
    bool matched; /**< some query found a document */
    bool failed;  /**< some line was in error; it was said on standard error */
};

/**
 * Answers every line of path ("-" is standard input) in order, as it comes:
 * when the lines come from no regular file, each answer is written before the
 * next line is waited for, and the index is let go meanwhile; of a regular file all
 * are answered in one state of the index, by as many threads as there are processors. Empty lines are
 * passed over. An error in a line does not end the batch; the store's and the
 * output's errors do, and those of reading: ARK_E_IO, ARK_E_NOT_FOUND.
 */
enum ark_status ark_batch_run(struct ark_session *session, const char *path,
                              struct ark_batch_outcome *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
