#include "indexer/update.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/base/translate.h"
#include "common/text/analyzer.h"
#include "indexer/paths.h"
#include "indexer/update_run.h"

enum { ROOTS_BYTES_MAX = 1024 * 1024 * 1024 };

static enum ark_status
nothing_yet(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_NOT_FOUND, "nothing was indexed yet: give a PATH (see --help)");
}

/** Opens the store as the request needs it. No index is made by a dry run. */
static enum ark_status
open_store(struct ark_update *update, struct ark_error *err)
{
    const struct ark_update_request *request = update->request;
    bool adds = request->kind == ARK_UPDATE_PATHS || request->kind == ARK_UPDATE_ROOTS;
    struct ark_store_options options = {
        .writable = !update->console->dry_run,
        .create = !update->console->dry_run && request->kind == ARK_UPDATE_PATHS,
        // A rebuild replaces an index of another analyzer, and forgetting needs none.
        .identity = adds ? ark_analyzer_identity() : NULL,
        .wait_seconds = request->wait_seconds,
    };
    enum ark_status status = ark_store_open(&update->store, request->index_path, &options, err);
    if (status == ARK_E_NOT_FOUND && request->kind == ARK_UPDATE_PATHS &&
        update->console->dry_run) {
        return ARK_OK;
    }
    return status == ARK_E_NOT_FOUND && request->kind == ARK_UPDATE_ROOTS ? nothing_yet(err)
                                                                          : status;
}

/** Opens the snapshot and reads the roots. */
static enum ark_status
open_state(struct ark_update *update, struct ark_error *err)
{
    ark_str record;
    if (update->store == NULL) {
        return ARK_OK;
    }
    enum ark_status status = ark_snapshot_open(&update->snapshot, update->store, err);
    // An index of no generation is what a first run leaves that was ended before it published.
    if (status == ARK_OK && update->request->kind != ARK_UPDATE_PATHS &&
        ark_snapshot_figures(update->snapshot)->generation == 0) {
        return nothing_yet(err);
    }
    if (status == ARK_OK) {
        status = ark_snapshot_roots(update->snapshot, &record, err);
    }
    if (status == ARK_OK) {
        status = ark_roots_parse(&update->roots, record, err);
    }
    return status;
}

/** A rebuild reads everything again, so everything must be there to read. */
static enum ark_status
check_rebuild(struct ark_update *update, struct ark_error *err)
{
    if (update->roots.count == 0) {
        return ark_error_set(err, ARK_E_NOT_FOUND,
                             "no roots to rebuild from: give a PATH (see --help)");
    }
    enum ark_status status = ark_file_load_old(&update->files, ARK_STR("-"), err);
    if (status == ARK_OK && update->files.old_count > 0) {
        status = ark_error_set(err, ARK_E_ARGUMENT,
                               "documents from standard input cannot be read again; "
                               "\"ark-index --delete -\" forgets them");
    }
    // Nothing of the old index is compared with.
    update->files.snapshot = NULL;
    update->scan.snapshot = NULL;
    return status;
}

/** The reader for these settings, made on first use; it lives as long as the run. */
static enum ark_status
reader_for(struct ark_update *update, ark_str settings, struct ark_reader **out,
           struct ark_error *err)
{
    uint32_t made = update->reader_settings.count;
    uint32_t place = ark_hashmap_intern(&update->reader_settings, settings);
    if (place == made) {
        struct ark_root_options options;
        ARK_GROW(update->readers, update->reader_capacity, place + 1u);
        update->readers[place] = NULL;
        ark_str kept = ark_hashmap_key(&update->reader_settings, place);
        enum ark_status status = ark_settings_read(kept, &update->strings, &options, err);
        if (status == ARK_OK) {
            status = ark_reader_new(&update->readers[place], &options.reader, err);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    *out = update->readers[place];
    return ARK_OK;
}

/** Finds a missing path and a wrong --type or --encoding before an index is opened or made. */
static enum ark_status
check_request(struct ark_update *update, struct ark_error *err)
{
    struct ark_reader *reader = NULL;
    enum ark_status status = ark_plan_check_paths(update, err);
    return status == ARK_OK ? reader_for(update, update->request->settings, &reader, err) : status;
}

/** Readers of remembered settings are made before any work too. */
static enum ark_status
make_readers(struct ark_update *update, struct ark_error *err)
{
    struct ark_reader *reader = NULL;
    enum ark_status status = ARK_OK;
    for (size_t i = 0; i < update->scan.task_count && status == ARK_OK; i++) {
        size_t root = update->scan.tasks[i].root;
        status = reader_for(update, update->roots.items[root].settings, &reader, err);
    }
    return status;
}

static enum ark_status
read_pending(struct ark_update *update, struct ark_error *err)
{
    struct ark_scan *scan = &update->scan;
    struct ark_progress_state *progress = &update->console->progress.state;
    progress->bytes_total = update->standard_input ? 0 : scan->pending_bytes;
    progress->documents_total = update->standard_input ? 0 : scan->pending_count;
    for (size_t i = 0; i < scan->pending_count; i++) {
        const struct ark_pending_file *file = &scan->pending[i];
        struct ark_task *task = &scan->tasks[file->task];
        const struct ark_root *root = &update->roots.items[task->root];
        struct ark_file_job job = {
            .path = file->path,
            .name_start = file->name_start,
            .display_start = file->display_start,
            .size_bytes = file->size_bytes,
            .known_hash = file->known_hash,
            .named = ark_scan_is_named(task, file->path),
        };
        uint64_t documents = 0;
        uint64_t skipped_before = update->figures->skipped;
        enum ark_status status = reader_for(update, root->settings, &job.reader, err);
        if (status == ARK_OK) {
            status = ark_file_update(&update->files, &job, &documents, err);
        }
        if (status != ARK_OK) {
            return status;
        }
        task->documents += documents;
        task->troubled |= update->figures->skipped > skipped_before;
    }
    return ARK_OK;
}

static void
say_no_documents(struct ark_update *update, const char *given)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    ark_buf_printf(&text, ark_translate("no documents found: %s"), given);
    ark_console_notice(update->console, ark_buf_cstr(&text));
    ark_buf_dispose(&text);
    update->figures->nothing_found = true;
}

static enum ark_status
read_standard_input(struct ark_update *update, struct ark_error *err)
{
    struct ark_file_job job = {.path = ARK_STR("-"), .named = true};
    uint64_t documents = 0;
    uint64_t skipped_before = update->figures->skipped;
    enum ark_status status = reader_for(update, update->request->settings, &job.reader, err);
    if (status == ARK_OK) {
        status = ark_file_update(&update->files, &job, &documents, err);
    }
    if (status == ARK_OK && documents == 0 && update->figures->skipped == skipped_before) {
        say_no_documents(update, "-");
    }
    return status;
}

/** Scans, reads and compares: after it the builder knows all that is to change. */
static enum ark_status
collect_changes(struct ark_update *update, struct ark_error *err)
{
    enum ark_status status = ark_plan_tasks(update, err);
    if (status == ARK_OK) {
        status = make_readers(update, err);
    }
    if (status == ARK_OK) {
        status = ark_plan_run_tasks(update, err);
    }
    if (status == ARK_OK) {
        status = read_pending(update, err);
    }
    if (status == ARK_OK && update->standard_input) {
        status = read_standard_input(update, err);
    }
    for (size_t i = 0; i < update->scan.task_count && status == ARK_OK; i++) {
        const struct ark_task *task = &update->scan.tasks[i];
        if (task->given != NULL && task->documents == 0 && !task->troubled) {
            say_no_documents(update, task->given);
        }
    }
    if (status == ARK_OK && update->request->kind != ARK_UPDATE_REBUILD) {
        status = ark_forget_gone(update, err);
    }
    return status;
}

/** Gives the builder the record of roots when it has changed. */
static enum ark_status
renew_roots(struct ark_update *update, struct ark_error *err)
{
    ark_str old;
    enum ark_status status = ark_snapshot_roots(update->snapshot, &old, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_buf record = ark_buf_make(ROOTS_BYTES_MAX);
    ark_roots_encode(&update->roots, &record);
    bool none = update->roots.count == 0 && old.len == 0;
    if (!none && !ark_str_equal(old, ark_buf_view(&record))) {
        ark_builder_set_roots(update->builder, ark_buf_view(&record));
    }
    ark_buf_dispose(&record);
    return ARK_OK;
}

static enum ark_status
publish(struct ark_update *update, struct ark_error *err)
{
    if (update->builder == NULL) {
        return ARK_OK;
    }
    enum ark_status status = renew_roots(update, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_snapshot_close(update->snapshot);
    update->snapshot = NULL;
    if (ark_signals_pending() != 0) {
        return ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
    }
    bool rebuild = update->request->kind == ARK_UPDATE_REBUILD;
    if (!rebuild && ark_builder_is_empty(update->builder)) {
        return ARK_OK;
    }
    status = ark_builder_publish(update->builder, err);
    const struct ark_builder_figures *built = ark_builder_figures(update->builder);
    update->figures->text_bytes = built->text_bytes;
    update->figures->words = built->tokens;
    return status;
}

/** Fills in what the index holds now. */
static enum ark_status
count_total(struct ark_update *update, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    if (update->store == NULL) {
        return ARK_OK;
    }
    if (update->snapshot == NULL) {
        status = ark_snapshot_open(&update->snapshot, update->store, err);
    }
    if (status == ARK_OK) {
        const struct ark_store_figures *figures = ark_snapshot_figures(update->snapshot);
        update->figures->total = figures->document_count;
        update->figures->index_bytes = figures->file_bytes;
    }
    return status;
}

static void
dispose(struct ark_update *update)
{
    for (uint32_t i = 0; i < update->reader_settings.count; i++) {
        ark_reader_free(update->readers[i]);
    }
    free(update->readers);
    ark_hashmap_dispose(&update->reader_settings);
    ark_file_updater_dispose(&update->files);
    ark_scan_dispose(&update->scan);
    ark_roots_dispose(&update->roots);
    ark_hashmap_dispose(&update->scopes);
    ark_hashmap_dispose(&update->away);
    ark_arena_dispose(&update->strings);
    for (size_t i = 0; i < update->request->path_count && update->canonical != NULL; i++) {
        free(update->canonical[i]);
    }
    free(update->canonical);
    free(update->index_path);
    ark_builder_free(update->builder);
    ark_snapshot_close(update->snapshot);
    ark_store_close(update->store);
}

/** Everything between opening and publishing. */
static enum ark_status
work(struct ark_update *update, struct ark_error *err)
{
    const struct ark_update_request *request = update->request;
    bool rebuild = request->kind == ARK_UPDATE_REBUILD;
    update->scan.roots = &update->roots;
    update->scan.console = update->console;
    update->scan.figures = update->figures;
    update->scan.snapshot = update->snapshot;
    update->scan.index_path = ark_str_from(update->index_path);
    if (update->store != NULL && !update->console->dry_run) {
        const struct ark_builder_options options = {.memory_bytes_max = request->memory_bytes_max,
                                                    .jobs = request->jobs,
                                                    .rebuild = rebuild};
        update->builder = ark_builder_new(update->store, &options);
    }
    update->files = (struct ark_file_updater){.snapshot = update->snapshot,
                                              .builder = update->builder,
                                              .console = update->console,
                                              .figures = update->figures};
    enum ark_status status = rebuild ? check_rebuild(update, err) : ARK_OK;
    if (status != ARK_OK) {
        return status;
    }
    return request->kind == ARK_UPDATE_DELETE ? ark_forget_given(update, err)
                                              : collect_changes(update, err);
}

enum ark_status
ark_update_run(const struct ark_update_request *request, struct ark_console *console,
               struct ark_run_figures *figures, struct ark_error *err)
{
    struct ark_update update = {.request = request,
                                .console = console,
                                .figures = figures,
                                .roots = ark_roots_make(),
                                .scopes = ark_hashmap_make(),
                                .away = ark_hashmap_make(),
                                .reader_settings = ark_hashmap_make(),
                                .strings = ark_arena_make()};
    update.scan.visited = ark_hashmap_make();
    update.scan.settings = ark_arena_make();
    enum ark_status status = ark_path_resolve(request->index_path, &update.index_path, err);
    if (status == ARK_OK && request->kind == ARK_UPDATE_PATHS) {
        status = check_request(&update, err);
    }
    if (status == ARK_OK) {
        status = open_store(&update, err);
    }
    if (status == ARK_OK) {
        status = open_state(&update, err);
    }
    if (status == ARK_OK) {
        status = work(&update, err);
    }
    if (status == ARK_OK) {
        status = publish(&update, err);
    }
    if (status == ARK_OK) {
        status = count_total(&update, err);
    }
    ark_progress_hide(&console->progress);
    dispose(&update);
    return status;
}
