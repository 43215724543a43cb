/**
 * @file progress.h
 * The progress line on stderr: one ASCII line, redrawn at most ten times a
 * second, erased when another line is due and at the end.
 *
 *     ark-index: [############--------]  61%  12204/20007 docs  48 MB/s  ETA 0:07
 *
 * It draws nothing until the run has lasted half a second, unless it was asked
 * for always.
 */
#ifndef ARK_INDEXER_PROGRESS_H
#define ARK_INDEXER_PROGRESS_H

#include "common/base/buf.h"
#include "common/base/options.h"

/** How far the run is. */
struct ark_progress_state {
    uint64_t bytes_done;
    uint64_t bytes_total; /**< 0 = unknown (standard input): no bar, percentage nor ETA */
    uint64_t documents_done;
    uint64_t documents_total; /**< 0 = unknown (files of many records) */
};

struct ark_progress {
    struct ark_progress_state state; /**< callers write it, then call ark_progress_tick */
    bool enabled;
    uint64_t start_ns;
    uint64_t due_ns; /**< of the next drawing */
    int drawn;       /**< columns of the line that stands there; 0 = none */
};

/** Starts the clock. when: --progress. */
struct ark_progress ark_progress_start(enum ark_when when);
/** Redraws the line when that is due. Cost otherwise: one look at the clock. */
void ark_progress_tick(struct ark_progress *progress);
/** Erases the line, if one stands there; the next tick may draw it again. */
void ark_progress_hide(struct ark_progress *progress);
/** Nanoseconds since the start. */
uint64_t ark_progress_elapsed_ns(const struct ark_progress *progress);

/**
 * Appends the line without a line end for a run that has lasted elapsed_ns, in
 * at most columns columns (parts are left out; 20 or more).
 */
void ark_progress_format(const struct ark_progress_state *state, uint64_t elapsed_ns,
                         size_t columns, struct ark_buf *out);

/** Appends bytes as "512 B", "24 kB", "3.4 MB", "12 GB": powers of 1000. */
void ark_format_bytes(uint64_t bytes, struct ark_buf *out);

#endif
