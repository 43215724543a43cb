#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/translate.h"
#include "indexer/paths.h"
#include "indexer/update_run.h"

static bool
is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

/** The canonical path of a file or folder that exists and is not of the index itself. */
static enum ark_status
check_path(const char *path, const char *index_path, char **out, struct ark_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        int reason = errno;
        if (reason == ENOENT || reason == ENOTDIR) {
            return ark_error_set(err, ARK_E_NOT_FOUND, "no such file or folder: %s", path);
        }
        return ark_error_set(err, ARK_E_IO, "%s: %s", ark_error_reason(reason), path);
    }
    if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "neither a file nor a folder (use - for a stream): %s", path);
    }
    enum ark_status status = ark_path_canonical(path, out, err);
    if (status == ARK_OK && ark_path_is_under(ark_str_from(*out), ark_str_from(index_path))) {
        free(*out);
        *out = NULL;
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "this is the folder of the index, or lies in it (see -i): %s", path);
    }
    return status;
}

enum ark_status
ark_plan_check_paths(struct ark_update *update, struct ark_error *err)
{
    const struct ark_update_request *request = update->request;
    update->canonical = ark_xcalloc(request->path_count, sizeof *update->canonical);
    for (size_t i = 0; i < request->path_count; i++) {
        struct ark_error why;
        if (is_standard_input(request->paths[i])) {
            update->standard_input = true;
            continue;
        }
        if (check_path(request->paths[i], update->index_path, &update->canonical[i], &why) ==
            ARK_OK) {
            continue;
        }
        if (i < request->listed_start) {
            return ark_error_set(err, why.status, "%s", why.text);
        }
        ark_console_warn(update->console, why.text);
        update->figures->skipped++;
    }
    return ARK_OK;
}

/** Whether the index has a row of the file. */
static enum ark_status
is_known_file(struct ark_update *update, ark_str path, bool *known, struct ark_error *err)
{
    struct ark_file_record row;
    *known = false;
    return update->snapshot == NULL
               ? ARK_OK
               : ark_snapshot_find_file(update->snapshot, path, &row, known, err);
}

static bool
is_directory(ark_str path)
{
    struct stat info;
    return stat((const char *)path.bytes, &info) == 0 && S_ISDIR(info.st_mode);
}

/** A root whose settings follow the command line when that has any. */
static struct ark_task *
plan_root(struct ark_update *update, struct ark_root *root, const char *given)
{
    const struct ark_update_request *request = update->request;
    bool changed = request->settings_given && !ark_str_equal(root->settings, request->settings);
    if (changed) {
        root = ark_roots_set(&update->roots, root->path, root->directory, request->settings);
    }
    struct ark_task *task = ark_scan_add_task(&update->scan, root, root->path, given);
    task->force = changed;
    return task;
}

static struct ark_task *
plan_new_root(struct ark_update *update, ark_str path, const char *given)
{
    struct ark_root *root =
        ark_roots_set(&update->roots, path, is_directory(path), update->request->settings);
    return ark_scan_add_task(&update->scan, root, root->path, given);
}

/** One path of the command line: a root, a part of one, or a new one. */
static enum ark_status
plan_path(struct ark_update *update, const char *given, ark_str path, struct ark_error *err)
{
    uint32_t known_scopes = update->scopes.count;
    if (ark_hashmap_intern(&update->scopes, path) != known_scopes) {
        return ARK_OK; // given twice
    }
    struct ark_root *root = ark_roots_find(&update->roots, path);
    if (root != NULL) {
        (void)plan_root(update, root, given);
        return ARK_OK;
    }
    struct ark_root *above = ark_roots_covering(&update->roots, path);
    if (above == NULL || update->request->settings_given) {
        (void)plan_new_root(update, path, given);
        return ARK_OK;
    }
    bool known = false;
    enum ark_status status = is_known_file(update, path, &known, err);
    struct ark_task *task = ark_scan_add_task(&update->scan, above, path, given);
    task->direct = known && !is_directory(path);
    return status;
}

/** Roots below the folders that were given are looked at too: their own settings hold there. */
static void
plan_roots_below(struct ark_update *update)
{
    for (size_t i = 0; i < update->roots.count; i++) {
        struct ark_root *root = &update->roots.items[i];
        if (root->forgotten ||
            ark_hashmap_find(&update->scopes, root->path) != ARK_HASHMAP_ABSENT) {
            continue;
        }
        ark_str above = ark_path_parent(root->path);
        while (above.len > 1 && ark_hashmap_find(&update->scopes, above) == ARK_HASHMAP_ABSENT) {
            above = ark_path_parent(above);
        }
        if (ark_hashmap_find(&update->scopes, above) != ARK_HASHMAP_ABSENT) {
            (void)ark_scan_add_task(&update->scan, root, root->path, NULL);
        }
    }
}

static void
plan_all_roots(struct ark_update *update)
{
    for (size_t i = 0; i < update->roots.count; i++) {
        const struct ark_root *root = &update->roots.items[i];
        struct ark_task *task = ark_scan_add_task(&update->scan, root, root->path, NULL);
        task->force = update->request->kind == ARK_UPDATE_REBUILD;
    }
}

enum ark_status
ark_plan_tasks(struct ark_update *update, struct ark_error *err)
{
    const struct ark_update_request *request = update->request;
    if (request->kind != ARK_UPDATE_PATHS) {
        plan_all_roots(update);
        ark_scan_sort_tasks(&update->scan);
        return ARK_OK;
    }
    enum ark_status status = ARK_OK;
    for (size_t i = 0; i < request->path_count && status == ARK_OK; i++) {
        if (update->canonical[i] != NULL) {
            status =
                plan_path(update, request->paths[i],
                          ark_arena_dup(&update->strings, ark_str_from(update->canonical[i])), err);
        }
    }
    plan_roots_below(update);
    ark_scan_sort_tasks(&update->scan);
    return status;
}

static const char FOLDER_AWAY[] =
    ARK_N("the folder of a root is not there, its documents are kept (--delete forgets them)");
static const char ROOT_UNREADABLE[] =
    ARK_N("a root cannot be read, its documents are kept (--delete forgets them)");

/** A root that cannot be looked at now: its documents are kept, and said to be. */
static enum ark_status
leave_away(struct ark_update *update, const struct ark_root *root, const char *why,
           struct ark_error *err)
{
    if (update->request->kind == ARK_UPDATE_REBUILD) {
        return ark_error_set(err, ARK_E_NOT_FOUND,
                             "cannot rebuild, as a root is not there (--delete forgets it): %.*s",
                             ARK_STR_ARG(root->path));
    }
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    // why is a whole message, but for the path.
    ark_buf_printf(&text, "%s: %.*s", ark_translate(why), ARK_STR_ARG(root->path));
    ark_console_warn(update->console, ark_buf_cstr(&text));
    ark_buf_dispose(&text);
    (void)ark_hashmap_intern(&update->away, root->path);
    update->figures->incomplete = true;
    return ARK_OK;
}

/** A task of a root that was not named: its place may have gone. */
static enum ark_status
run_known_root(struct ark_update *update, size_t task_idx, struct ark_error *err)
{
    struct ark_root *root = &update->roots.items[update->scan.tasks[task_idx].root];
    struct stat info;
    struct ark_error why;
    if (ark_root_is_away(root)) {
        return leave_away(update, root, FOLDER_AWAY, err);
    }
    if (!root->directory && lstat((const char *)root->path.bytes, &info) != 0) {
        root->forgotten = true; // the file is gone, the folder it was in is not
        return ARK_OK;
    }
    enum ark_status status = ark_scan_run(&update->scan, task_idx, &why);
    if (status == ARK_E_NOT_FOUND || status == ARK_E_IO || status == ARK_E_INPUT) {
        return leave_away(update, root, ROOT_UNREADABLE, err);
    }
    return status == ARK_OK ? ARK_OK : ark_error_set(err, status, "%s", why.text);
}

/** A path that was named. */
static enum ark_status
run_given(struct ark_update *update, size_t task_idx, struct ark_error *err)
{
    enum ark_status status = ark_scan_run(&update->scan, task_idx, err);
    struct ark_task task = update->scan.tasks[task_idx];
    const struct ark_root *root = &update->roots.items[task.root];
    if (status != ARK_OK || task.reached > 0 || ark_str_equal(task.scope, root->path)) {
        return status;
    }
    // The root above passes over it (hidden, excluded, empty): it becomes a root of its own.
    (void)plan_new_root(update, task.scope, task.given);
    update->scan.tasks[task_idx].given = NULL;
    return ark_scan_run(&update->scan, update->scan.task_count - 1, err);
}

enum ark_status
ark_plan_run_tasks(struct ark_update *update, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    size_t planned = update->scan.task_count;
    for (size_t i = 0; i < planned && status == ARK_OK; i++) {
        status = update->scan.tasks[i].given == NULL ? run_known_root(update, i, err)
                                                     : run_given(update, i, err);
    }
    return status;
}
