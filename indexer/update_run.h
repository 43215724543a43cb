/**
 * @file update_run.h
 * What the parts of an update run share: update.c (the run), plan.c (arguments
 * to tasks), forget.c (what goes). Not for others.
 */
#ifndef ARK_INDEXER_UPDATE_RUN_H
#define ARK_INDEXER_UPDATE_RUN_H

#include "indexer/file_update.h"
#include "indexer/scan.h"
#include "indexer/update.h"

struct ark_update {
    const struct ark_update_request *request;
    struct ark_console *console;
    struct ark_run_figures *figures;
    struct ark_store *store;       /**< NULL: a dry run without an index */
    struct ark_snapshot *snapshot; /**< NULL: the same */
    struct ark_builder *builder;   /**< NULL in a dry run */
    struct ark_roots roots;
    struct ark_scan scan;
    struct ark_file_updater files;
    char *index_path;            /**< canonical */
    char **canonical;            /**< of each path of the request; NULL = missing, or "-" */
    struct ark_hashmap scopes;   /**< canonical paths that were given */
    struct ark_hashmap away;     /**< paths of roots that could not be looked at */
    struct ark_arena strings;    /**< what tasks and readers point to */
    struct ark_reader **readers; /**< one for each distinct settings */
    size_t reader_capacity;
    struct ark_hashmap reader_settings; /**< numbers are places in readers */
    bool standard_input;                /**< "-" was given */
};

/**
 * Makes the canonical form of each path, before anything is opened.
 * ARK_E_NOT_FOUND, ARK_E_ARGUMENT: a named path is missing, neither file nor
 * folder, or of the index.
 */
enum ark_status ark_plan_check_paths(struct ark_update *update,
                                     struct ark_error *err) ARK_MUST_CHECK;
/** Makes tasks of the paths, or of all roots. */
enum ark_status ark_plan_tasks(struct ark_update *update, struct ark_error *err) ARK_MUST_CHECK;
/** Runs all tasks, deepest root first; paths that no root reaches become roots. */
enum ark_status ark_plan_run_tasks(struct ark_update *update, struct ark_error *err) ARK_MUST_CHECK;

/** Forgets the paths, roots and records of a --delete. ARK_E_NOT_FOUND: one is not in the index. */
enum ark_status ark_forget_given(struct ark_update *update, struct ark_error *err) ARK_MUST_CHECK;
/** Forgets the files that the scan should have found and did not. */
enum ark_status ark_forget_gone(struct ark_update *update, struct ark_error *err) ARK_MUST_CHECK;

#endif
