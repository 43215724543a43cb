#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/memory.h"
#include "common/base/translate.h"
#include "indexer/paths.h"
#include "indexer/update_run.h"

/** A pass over all file rows that collects those to forget. */
struct row_pass {
    struct ark_update *update;
    ark_str dir;   /**< --delete: forget what lies under it */
    bool troubled; /**< a folder could not be read, so absence proves nothing */
    ark_str *paths;
    size_t path_count;
    size_t path_capacity;
};

/** True when path or a folder above it is in the set. */
static bool
is_at_or_below(const struct ark_hashmap *set, ark_str path)
{
    if (set->count == 0) {
        return false;
    }
    for (;;) {
        if (ark_hashmap_find(set, path) != ARK_HASHMAP_ABSENT) {
            return true;
        }
        ark_str parent = ark_path_parent(path);
        if (parent.len == path.len || parent.len == 0) {
            return false;
        }
        path = parent;
    }
}

/** Whether a file that the scan did not find is to be kept nevertheless. */
static bool
must_be_kept(const struct row_pass *pass, ark_str path)
{
    const struct ark_update *update = pass->update;
    struct stat info;
    if (is_at_or_below(&update->away, path)) {
        return true;
    }
    bool has_root = ark_roots_covering(&update->roots, path) != NULL;
    if (!has_root && update->away.count > 0) {
        return true; // found through a link below a root that is not there now
    }
    char *name = ark_xmalloc(path.len + 1);
    memcpy(name, path.bytes, path.len);
    name[path.len] = '\0';
    int rc = lstat(name, &info);
    bool gone = rc != 0 && (errno == ENOENT || errno == ENOTDIR);
    free(name);
    return !gone && (rc != 0 || pass->troubled);
}

static struct ark_root *
root_of(const struct ark_update *update, ark_str path)
{
    struct ark_root *root = ark_roots_find(&update->roots, path);
    return root != NULL ? root : ark_roots_covering(&update->roots, path);
}

static ark_str
shown_path(const struct ark_update *update, ark_str path)
{
    return ark_str_slice(path, ark_display_start(root_of(update, path), path), path.len);
}

static void
collect(struct row_pass *pass, ark_str path)
{
    ARK_GROW(pass->paths, pass->path_capacity, pass->path_count + 1);
    pass->paths[pass->path_count++] = ark_arena_dup(&pass->update->strings, path);
}

static int
compare_paths(const void *left, const void *right)
{
    const ark_str *a = left;
    const ark_str *b = right;
    return ark_str_compare(*a, *b);
}

/** Forgets what was collected, by path, as the rows come in the order of their hashes. */
static enum ark_status
forget_collected(struct row_pass *pass, struct ark_error *err)
{
    struct ark_update *update = pass->update;
    enum ark_status status = ARK_OK;
    if (pass->path_count > 1) {
        qsort(pass->paths, pass->path_count, sizeof *pass->paths, compare_paths);
    }
    for (size_t i = 0; i < pass->path_count && status == ARK_OK; i++) {
        ark_str path = pass->paths[i];
        status = ark_file_forget(&update->files, path,
                                 ark_display_start(root_of(update, path), path), err);
    }
    free(pass->paths);
    return status;
}

static bool
visit_if_gone(void *context, const struct ark_file_record *file)
{
    struct row_pass *pass = context;
    struct ark_update *update = pass->update;
    bool in_scope =
        update->request->kind == ARK_UPDATE_ROOTS || is_at_or_below(&update->scopes, file->path);
    if (in_scope && ark_hashmap_find(&update->scan.visited, file->path) == ARK_HASHMAP_ABSENT &&
        !must_be_kept(pass, file->path)) {
        collect(pass, file->path);
    }
    return true;
}

enum ark_status
ark_forget_gone(struct ark_update *update, struct ark_error *err)
{
    struct row_pass pass = {.update = update};
    if (update->snapshot == NULL) {
        return ARK_OK;
    }
    for (size_t i = 0; i < update->scan.task_count; i++) {
        pass.troubled |= update->scan.tasks[i].troubled;
    }
    enum ark_status status = ark_snapshot_each_file(update->snapshot, visit_if_gone, &pass, err);
    enum ark_status forgotten = forget_collected(&pass, status == ARK_OK ? err : NULL);
    return status != ARK_OK ? status : forgotten;
}

static bool
visit_if_under(void *context, const struct ark_file_record *file)
{
    struct row_pass *pass = context;
    if (ark_path_is_under(file->path, pass->dir)) {
        collect(pass, file->path);
    }
    return true;
}

/** A folder that is still there and under a root comes back with the next run: say so. */
static void
warn_of_return(struct ark_update *update, const char *given, ark_str path)
{
    struct stat info;
    if (lstat((const char *)path.bytes, &info) != 0 ||
        ark_roots_covering(&update->roots, path) == NULL) {
        return;
    }
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    ark_buf_printf(&text, ark_translate("still under a root, so the next run may add it again: %s"),
                   given);
    ark_console_warn(update->console, ark_buf_cstr(&text));
    ark_buf_dispose(&text);
}

/** Forgets roots, files and documents at or below path; *found tells whether there were any. */
static enum ark_status
forget_path(struct ark_update *update, const char *given, ark_str path, bool *found,
            struct ark_error *err)
{
    struct row_pass pass = {.update = update, .dir = path};
    uint64_t removed_before = update->figures->changed[ARK_CHANGE_REMOVED];
    enum ark_status status = ark_snapshot_each_file(update->snapshot, visit_if_under, &pass, err);
    bool has_rows = pass.path_count > 0;
    enum ark_status forgotten = forget_collected(&pass, status == ARK_OK ? err : NULL);
    status = status != ARK_OK ? status : forgotten;
    // Documents without a row: standard input, or a file of which a part failed.
    if (status == ARK_OK && !has_rows) {
        status = ark_file_forget(&update->files, path, 0, err);
    }
    *found = has_rows || update->figures->changed[ARK_CHANGE_REMOVED] > removed_before;
    for (size_t i = 0; i < update->roots.count; i++) {
        struct ark_root *root = &update->roots.items[i];
        if (!root->forgotten && ark_path_is_under(root->path, path)) {
            root->forgotten = true;
            *found = true;
        }
    }
    if (status == ARK_OK && *found) {
        warn_of_return(update, given, path);
    }
    return status;
}

/** PATH#RECORD: forgets one document of a file. */
static enum ark_status
forget_record(struct ark_update *update, const char *given, bool *found, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    // A path may hold a '#' itself, and so may a record's id.
    for (const char *hash = strchr(given, '#'); hash != NULL && status == ARK_OK && !*found;
         hash = strchr(hash + 1, '#')) {
        ark_str typed =
            ark_arena_dup(&update->strings, ark_str_make(given, (size_t)(hash - given)));
        char *canonical = NULL;
        uint8_t wanted[16];
        ark_fragment_hash(ark_str_from(hash + 1), wanted);
        bool standard = ark_str_equal(typed, ARK_STR("-"));
        status = standard ? ARK_OK : ark_path_resolve((const char *)typed.bytes, &canonical, err);
        ark_str path = standard ? typed : ark_str_from(canonical);
        if (status == ARK_OK) {
            status = ark_file_load_old(&update->files, path, err);
        }
        for (size_t i = 0; status == ARK_OK && i < update->files.old_count && !*found; i++) {
            const struct ark_old_document *old = &update->files.old[i];
            if (memcmp(old->fragment_hash, wanted, sizeof wanted) == 0) {
                *found = true;
                status =
                    ark_document_forget(&update->files, shown_path(update, path), &old->place, err);
            }
        }
        free(canonical);
    }
    return status;
}

/** Looks for the one document whose record brought this id. */
static enum ark_status
find_by_id(struct ark_update *update, ark_str id, struct ark_document_place *out,
           uint64_t *match_count, struct ark_error *err)
{
    struct ark_arena arena = ark_arena_make();
    enum ark_status status = ARK_OK;
    uint32_t segment_count = ark_snapshot_figures(update->snapshot)->segment_count;
    for (uint32_t s = 0; s < segment_count && status == ARK_OK; s++) {
        struct ark_segment *segment = ark_snapshot_segment(update->snapshot, s);
        const struct ark_segment_info *info = ark_segment_info(segment);
        for (ark_docid doc = 0; doc < info->document_count && status == ARK_OK; doc++) {
            struct ark_document_record record;
            if (ark_segment_is_dead(segment, doc)) {
                continue;
            }
            ark_arena_reset(&arena);
            status = ark_segment_document(segment, doc, &arena, &record, err);
            if (status == ARK_OK && record.fragment_is_id && ark_str_equal(record.fragment, id)) {
                *out = (struct ark_document_place){.segment_id = info->id, .doc = doc};
                ++*match_count;
            }
        }
    }
    ark_arena_dispose(&arena);
    return status;
}

static enum ark_status
forget_id(struct ark_update *update, const char *given, bool *found, struct ark_error *err)
{
    struct ark_document_place place = {.doc = 0};
    uint64_t match_count = 0;
    enum ark_status status = find_by_id(update, ark_str_from(given), &place, &match_count, err);
    if (status != ARK_OK || match_count == 0) {
        return status;
    }
    if (match_count > 1) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "several documents have this id (give PATH#ID, see --list): %s",
                             given);
    }
    *found = true;
    struct ark_arena arena = ark_arena_make();
    struct ark_document_record record;
    status = ark_document_record_at(update->snapshot, &place, &arena, &record, err);
    if (status == ARK_OK) {
        status = ark_document_forget(&update->files, shown_path(update, record.path), &place, err);
    }
    ark_arena_dispose(&arena);
    return status;
}

/** One argument: a path first, then a record of one, then a bare id. */
static enum ark_status
forget_one(struct ark_update *update, const char *given, struct ark_error *err)
{
    bool found = false;
    char *resolved = NULL;
    bool standard = strcmp(given, "-") == 0;
    enum ark_status status = standard ? ARK_OK : ark_path_resolve(given, &resolved, err);
    if (status == ARK_OK) {
        ark_str path = ark_str_from(standard ? given : resolved);
        status = forget_path(update, given, ark_arena_dup(&update->strings, path), &found, err);
    }
    if (status == ARK_OK && !found) {
        status = forget_record(update, given, &found, err);
    }
    if (status == ARK_OK && !found) {
        status = forget_id(update, given, &found, err);
    }
    if (status == ARK_OK && !found) {
        status = ark_error_set(err, ARK_E_NOT_FOUND, "not in the index (see --list): %s", given);
    }
    free(resolved);
    return status;
}

enum ark_status
ark_forget_given(struct ark_update *update, struct ark_error *err)
{
    const struct ark_update_request *request = update->request;
    enum ark_status status = ARK_OK;
    for (size_t i = 0; i < request->path_count && status == ARK_OK; i++) {
        status = forget_one(update, request->paths[i], err);
    }
    return status;
}
