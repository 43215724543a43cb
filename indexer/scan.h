/**
 * @file scan.h
 * Looks at roots, or parts of them, and finds which files are new or changed
 * by size and time. Reads no file.
 *
 * Memory: every path visited is kept until the end of the run (about 40 bytes
 * and its length), each file to read about 150 bytes.
 */
#ifndef ARK_INDEXER_SCAN_H
#define ARK_INDEXER_SCAN_H

#include "common/store/store.h"
#include "indexer/console.h"
#include "indexer/roots.h"

/** One root, or the part of it that was given. */
struct ark_task {
    size_t root;        /**< place in the roots */
    size_t root_bytes;  /**< length of that root's path */
    ark_str scope;      /**< only what lies under this, NUL-ended; the root's path for all of it */
    const char *given;  /**< the argument as typed, or NULL when the root was not named */
    bool direct;        /**< scope is a file that need not be searched for */
    bool force;         /**< read every file, for the settings have changed */
    uint64_t reached;   /**< files under scope */
    uint64_t documents; /**< known to be there; enough to tell none from some */
    bool troubled;      /**< something under it could not be looked at */
};

/** A file that is to be read. */
struct ark_pending_file {
    ark_str path; /**< canonical, a NUL follows */
    size_t task;
    size_t name_start;
    size_t display_start;
    uint64_t size_bytes;
    uint64_t known_hash; /**< of the bytes last indexed when only the time differs, else 0 */
};

struct ark_scan {
    struct ark_roots *roots;
    struct ark_snapshot *snapshot; /**< NULL: every file is new */
    struct ark_console *console;
    struct ark_run_figures *figures;
    ark_str index_path; /**< canonical; nothing under it is looked at */
    struct ark_task *tasks;
    size_t task_count;
    size_t task_capacity;
    struct ark_hashmap visited; /**< canonical paths of all files found */
    struct ark_pending_file *pending;
    size_t pending_count;
    size_t pending_capacity;
    uint64_t pending_bytes;
    struct ark_arena settings; /**< what walks read their settings into */
};

/** Adds a task. Deeper roots must be looked at before those above them: see ark_scan_run. */
struct ark_task *ark_scan_add_task(struct ark_scan *scan, const struct ark_root *root,
                                   ark_str scope, const char *given);
/** The task of the whole of this root, or NULL. */
struct ark_task *ark_scan_find_task(struct ark_scan *scan, const struct ark_root *root);

/** True when the file at path was given by its name, so that a word is due where it gives nothing. */
bool ark_scan_is_named(const struct ark_task *task, ark_str path);

/**
 * Runs one task. ARK_E_INTERRUPTED, ARK_E_NOT_FOUND, ARK_E_IO (its root cannot
 * be read), ARK_E_CORRUPT. What cannot be read below the root is a warning.
 */
enum ark_status ark_scan_run(struct ark_scan *scan, size_t task_idx,
                             struct ark_error *err) ARK_MUST_CHECK;

/** Orders tasks by falling length of their root, so that the nearest root's settings hold for a file. */
void ark_scan_sort_tasks(struct ark_scan *scan);

/** Where the part of path that is shown begins: at the last name of its root, else at 0. */
size_t ark_display_start(const struct ark_root *root, ark_str path);

/** Frees everything the scan holds. */
void ark_scan_dispose(struct ark_scan *scan);

#endif
