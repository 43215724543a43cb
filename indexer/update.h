/**
 * @file update.h
 * One run that changes an index: finds what is new, changed or gone under the
 * given paths or all roots, and publishes the difference at once; or forgets
 * what it is told to.
 *
 * Rules of this module:
 * - A folder or file given by name is remembered with its settings, unless a
 *   root whose walk reaches it covers it already.
 * - A file in two roots is one document; the nearest root's settings hold.
 * - What is gone is dropped, but not when the place of its root looks
 *   unmounted (ark_root_is_away), nor when a folder could not be read.
 * - Documents from standard input stay until --delete -; one with the same id
 *   or number replaces the former one.
 * - Any status but ARK_OK leaves the index as it was.
 */
#ifndef ARK_INDEXER_UPDATE_H
#define ARK_INDEXER_UPDATE_H

#include "indexer/console.h"

enum ark_update_kind {
    ARK_UPDATE_PATHS,   /**< add or update what is under the paths */
    ARK_UPDATE_ROOTS,   /**< look at all roots again */
    ARK_UPDATE_REBUILD, /**< index all roots anew */
    ARK_UPDATE_DELETE,  /**< forget paths, roots or records */
};

struct ark_update_request {
    enum ark_update_kind kind;
    const char *index_path;
    char *const *paths; /**< as typed */
    size_t path_count;
    size_t listed_start; /**< paths from here on came from a list: a missing one is a warning */
    ark_str settings;    /**< for roots given now: see roots.h */
    bool settings_given; /**< on this command line, so they replace those of known roots */
    size_t memory_bytes_max;
    unsigned jobs;     /**< threads that work, at least 1 */
    long wait_seconds; /**< for another writer: 0 not, -1 for ever */
};

/**
 * Runs the request. figures are filled on success, for summary and exit
 * status. ARK_E_ARGUMENT, ARK_E_NOT_FOUND: a path; ARK_E_INTERRUPTED: a
 * signal is pending; else what the store says.
 */
enum ark_status ark_update_run(const struct ark_update_request *request,
                               struct ark_console *console, struct ark_run_figures *figures,
                               struct ark_error *err) ARK_MUST_CHECK;

#endif
