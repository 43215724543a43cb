#include "indexer/scan.h"

#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/file_update.h"
#include "indexer/paths.h"

/** One walk. */
struct visit {
    struct ark_scan *scan;
    size_t task_idx;
    bool follow;
};

struct ark_task *
ark_scan_add_task(struct ark_scan *scan, const struct ark_root *root, ark_str scope,
                  const char *given)
{
    ARK_GROW(scan->tasks, scan->task_capacity, scan->task_count + 1);
    struct ark_task *task = &scan->tasks[scan->task_count++];
    *task = (struct ark_task){.root = (size_t)(root - scan->roots->items),
                              .root_bytes = root->path.len,
                              .scope = scope,
                              .given = given};
    return task;
}

struct ark_task *
ark_scan_find_task(struct ark_scan *scan, const struct ark_root *root)
{
    size_t place = (size_t)(root - scan->roots->items);
    for (size_t i = 0; i < scan->task_count; i++) {
        if (scan->tasks[i].root == place && ark_str_equal(scan->tasks[i].scope, root->path)) {
            return &scan->tasks[i];
        }
    }
    return NULL;
}

bool
ark_scan_is_named(const struct ark_task *task, ark_str path)
{
    return task->given != NULL && ark_str_equal(task->scope, path);
}

size_t
ark_display_start(const struct ark_root *root, ark_str path)
{
    bool under = root != NULL && root->path.len > 1 && ark_path_is_under(path, root->path);
    return under ? ark_path_name_start(root->path) : 0;
}

static size_t
name_start(const struct ark_root *root, ark_str path)
{
    bool below = root->directory && ark_path_is_under(path, root->path);
    size_t after_slash = root->path.len + (root->path.len > 1);
    return below && after_slash < path.len ? after_slash : ark_path_name_start(path);
}

static int64_t
mtime_ns(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

static bool
stop_at_first(void *context, const struct ark_document_place *place)
{
    (void)place;
    *(uint64_t *)context = 1;
    return false;
}

/** Compares the file with its row and makes it pending unless it is as it was. */
static enum ark_status
compare(struct ark_scan *scan, struct ark_task *task, const struct ark_pending_file *file,
        int64_t file_mtime_ns, struct ark_error *err)
{
    struct ark_file_record row;
    bool found = false;
    enum ark_status status = ARK_OK;
    if (scan->snapshot != NULL) {
        status = ark_snapshot_find_file(scan->snapshot, file->path, &row, &found, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    bool same_size = found && !task->force && row.size_bytes == file->size_bytes;
    if (same_size && row.mtime_ns == file_mtime_ns) {
        if (task->documents == 0) {
            status = ark_snapshot_each_document_of(scan->snapshot, file->path, stop_at_first,
                                                   &task->documents, err);
        }
        // Whoever names a file that gave nothing is told why: it is read again.
        if (status != ARK_OK || task->documents > 0 || !ark_scan_is_named(task, file->path)) {
            return status;
        }
        same_size = false;
    }
    ARK_GROW(scan->pending, scan->pending_capacity, scan->pending_count + 1);
    struct ark_pending_file *pending = &scan->pending[scan->pending_count++];
    *pending = *file;
    pending->known_hash = same_size ? row.content_hash : 0;
    scan->pending_bytes += file->size_bytes;
    return ARK_OK;
}

/** The path with symbolic links resolved; a path that vanished meanwhile stays as it is. Caller frees. */
static char *
canonical_path(const struct visit *visit, const char *path)
{
    struct stat info;
    char *canonical = NULL;
    // Roots are canonical, so only a link among the names below them can change a path.
    bool may_have_link = visit->follow || lstat(path, &info) != 0 || S_ISLNK(info.st_mode);
    if (!may_have_link || ark_path_canonical(path, &canonical, NULL) != ARK_OK) {
        return ark_xstrdup(path);
    }
    return canonical;
}

static enum ark_status
visit_file(void *context, const struct ark_walk_file *found, struct ark_error *err)
{
    struct visit *visit = context;
    struct ark_scan *scan = visit->scan;
    struct ark_task *task = &scan->tasks[visit->task_idx];
    const struct ark_root *root = &scan->roots->items[task->root];
    if (ark_signals_pending() != 0) {
        return ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
    }
    char *canonical = canonical_path(visit, found->path);
    ark_str path = ark_str_from(canonical);
    uint32_t known_count = scan->visited.count;
    // As walked: what a link below the scope leads to may lie elsewhere.
    bool wanted = ark_path_is_under(ark_str_from(found->path), task->scope) &&
                  !ark_path_is_under(path, scan->index_path);
    task->reached += wanted;
    enum ark_status status = ARK_OK;
    if (wanted && ark_hashmap_intern(&scan->visited, path) == known_count) {
        ark_str kept = ark_hashmap_key(&scan->visited, known_count);
        const struct ark_pending_file file = {
            .path = kept,
            .task = visit->task_idx,
            .name_start = name_start(root, kept),
            .display_start = ark_display_start(root, kept),
            .size_bytes = (uint64_t)found->info->st_size,
        };
        status = compare(scan, task, &file, mtime_ns(found->info), err);
    }
    free(canonical);
    return status;
}

static void
skip_entry(void *context, const struct ark_error *why)
{
    struct visit *visit = context;
    struct ark_scan *scan = visit->scan;
    struct ark_task *task = &scan->tasks[visit->task_idx];
    const struct ark_root *root = &scan->roots->items[task->root];
    task->troubled = true;
    scan->figures->incomplete = true;
    ark_warn_about_path(scan->console, why->text, root->path, ark_display_start(root, root->path));
}

enum ark_status
ark_scan_run(struct ark_scan *scan, size_t task_idx, struct ark_error *err)
{
    struct ark_root *root = &scan->roots->items[scan->tasks[task_idx].root];
    struct ark_root_options options;
    ark_arena_reset(&scan->settings);
    enum ark_status status = ark_settings_read(root->settings, &scan->settings, &options, err);
    if (status != ARK_OK) {
        return status;
    }
    struct visit visit = {.scan = scan, .task_idx = task_idx, .follow = options.walk.follow};
    const struct ark_walk_calls calls = {
        .visit = visit_file, .skip = skip_entry, .context = &visit};
    const struct ark_task *task = &scan->tasks[task_idx];
    // A file as the root of a walk is visited whatever the options say.
    ark_str start = task->direct ? task->scope : root->path;
    options.walk.within = (const char *)task->scope.bytes;
    status = ark_walk((const char *)start.bytes, &options.walk, &calls, err);
    if (status == ARK_OK) {
        ark_root_note_file_system(root);
    }
    return status;
}

static int
compare_tasks(const void *left, const void *right)
{
    const struct ark_task *a = left;
    const struct ark_task *b = right;
    if (a->root_bytes != b->root_bytes) {
        return a->root_bytes > b->root_bytes ? -1 : 1;
    }
    return a->root == b->root ? 0 : a->root < b->root ? -1 : 1;
}

void
ark_scan_sort_tasks(struct ark_scan *scan)
{
    if (scan->task_count > 1) {
        qsort(scan->tasks, scan->task_count, sizeof *scan->tasks, compare_tasks);
    }
}

void
ark_scan_dispose(struct ark_scan *scan)
{
    free(scan->tasks);
    free(scan->pending);
    ark_hashmap_dispose(&scan->visited);
    ark_arena_dispose(&scan->settings);
}
