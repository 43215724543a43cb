/**
 * @file main.c
 * ark-index: the only place that turns a status into words and an exit status.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/message.h"
#include "common/base/signals.h"
#include "common/base/translate.h"
#include "common/store/format.h"
#include "common/text/analyzer.h"
#include "indexer/console.h"
#include "indexer/options.h"
#include "indexer/reader.h"
#include "indexer/report.h"
#include "indexer/update.h"

enum { EXIT_DONE = 0, EXIT_SKIPPED = 1, EXIT_ERROR = 2 };
enum { NOTICE_BYTES_MAX = 256 };

static const char PROGRAM[] = "ark-index";

static void
print_version(void)
{
    (void)printf("ark-index %s\nindex format %d, analyzer %s\ndocument types %s\n", ARK_VERSION,
                 ARK_FORMAT_VERSION, ark_analyzer_identity(), ark_reader_types());
}

static enum ark_status
compact(const struct ark_index_options *options, struct ark_console *console, struct ark_error *err)
{
    const struct ark_store_options store_options = {.writable = true,
                                                    .wait_seconds = options->wait_seconds};
    struct ark_store *store = NULL;
    struct ark_snapshot *snapshot = NULL;
    uint64_t bytes[2] = {0, 0}; // before and after
    enum ark_status status = ark_store_open(&store, options->index_path, &store_options, err);
    for (size_t i = 0; i < 2 && status == ARK_OK; i++) {
        status = i == 0 ? ARK_OK : ark_store_compact(store, err);
        if (status == ARK_OK) {
            status = ark_snapshot_open(&snapshot, store, err);
        }
        if (status == ARK_OK) {
            bytes[i] = ark_snapshot_figures(snapshot)->file_bytes;
        }
        ark_snapshot_close(snapshot);
        snapshot = NULL;
    }
    ark_store_close(store);
    if (status == ARK_OK) {
        struct ark_buf sizes[2] = {ark_buf_make(NOTICE_BYTES_MAX), ark_buf_make(NOTICE_BYTES_MAX)};
        struct ark_buf text = ark_buf_make(NOTICE_BYTES_MAX);
        ark_format_bytes(bytes[0], &sizes[0]);
        ark_format_bytes(bytes[1], &sizes[1]);
        ark_buf_printf(&text, ark_translate("compacted from %s to %s"), ark_buf_cstr(&sizes[0]),
                       ark_buf_cstr(&sizes[1]));
        ark_console_notice(console, ark_buf_cstr(&text));
        ark_buf_dispose(&text);
        ark_buf_dispose(&sizes[0]);
        ark_buf_dispose(&sizes[1]);
    }
    return status;
}

static enum ark_status
verify(const struct ark_index_options *options, struct ark_console *console, struct ark_error *err)
{
    uint64_t documents = 0;
    uint32_t segments = 0;
    enum ark_status status = ark_report_verify(options->index_path, &documents, &segments, err);
    if (status == ARK_OK) {
        struct ark_buf text = ark_buf_make(NOTICE_BYTES_MAX);
        ark_buf_append_str(&text, ark_str_from(ark_translate("no damage found (")));
        ark_translate_count("{} document", "{} documents", documents, &text);
        ark_translate_count(", {} segment)", ", {} segments)", segments, &text);
        ark_console_notice(console, ark_buf_cstr(&text));
        ark_buf_dispose(&text);
    }
    return status;
}

static enum ark_update_kind
update_kind(const struct ark_index_options *options)
{
    switch (options->mode) {
    case ARK_MODE_REBUILD:
        return ARK_UPDATE_REBUILD;
    case ARK_MODE_DELETE:
        return ARK_UPDATE_DELETE;
    default:
        return options->path_count > 0 ? ARK_UPDATE_PATHS : ARK_UPDATE_ROOTS;
    }
}

/** Adds, updates or forgets documents and says what was done. */
static enum ark_status
update(const struct ark_index_options *options, struct ark_console *console, int *exit_status,
       struct ark_error *err)
{
    const struct ark_update_request request = {
        .kind = update_kind(options),
        .index_path = options->index_path,
        .paths = options->paths,
        .path_count = options->path_count,
        .listed_start = options->listed_start,
        .settings = ark_buf_view(&options->settings),
        .settings_given = options->settings_given,
        .memory_bytes_max = (size_t)options->memory_bytes_max,
        .jobs = options->jobs,
        .wait_seconds = options->wait_seconds,
    };
    struct ark_run_figures figures = {.total = 0};
    ark_signals_install();
    enum ark_status status = ark_update_run(&request, console, &figures, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_console_foreign(console, &figures.foreign);
    uint64_t changed = figures.skipped;
    for (size_t i = 0; i < ARK_CHANGE_COUNT; i++) {
        changed += figures.changed[i];
    }
    if (changed > 0 || !figures.nothing_found) {
        ark_console_summary(console, &figures, ark_progress_elapsed_ns(&console->progress));
    }
    *exit_status = figures.skipped > 0 || figures.incomplete ? EXIT_SKIPPED : EXIT_DONE;
    return ARK_OK;
}

static enum ark_status
run(const struct ark_index_options *options, const struct ark_screen *screen, int *exit_status,
    struct ark_error *err)
{
    struct ark_console console = {
        .quiet = options->quiet,
        .dry_run = options->dry_run,
        .verbose = options->quiet ? 0 : options->verbose,
        .progress = ark_progress_start(options->quiet ? ARK_WHEN_NEVER : options->progress),
        .screen = screen,
    };
    *exit_status = EXIT_DONE;
    switch (options->mode) {
    case ARK_MODE_HELP:
        ark_index_print_help(screen);
        return ARK_OK;
    case ARK_MODE_VERSION:
        print_version();
        return ARK_OK;
    case ARK_MODE_LIST:
        return ark_report_list(options->index_path, options->null_ended, &screen->results, err);
    case ARK_MODE_INFO:
        return ark_report_info(options->index_path, options->json, &screen->results, err);
    case ARK_MODE_VERIFY:
        return verify(options, &console, err);
    case ARK_MODE_COMPACT:
        return compact(options, &console, err);
    default:
        return update(options, &console, exit_status, err);
    }
}

/** Runs and says what went wrong, while the screen is open. */
static int
work(int argc, char **argv, struct ark_index_options *options)
{
    struct ark_screen screen;
    struct ark_error error;
    int exit_status = EXIT_ERROR;
    enum ark_status status = ark_index_options_read(argc, argv, options, &error);
    ark_screen_open(&screen, options->bidi, options->color);
    if (status == ARK_OK) {
        status = run(options, &screen, &exit_status, &error);
    }
    if (fflush(stdout) != 0 && status == ARK_OK) {
        status = ark_error_set(&error, ARK_E_IO, "cannot write to standard output");
    }
    // What was to be said when a signal ended the run, the signal says.
    if (status != ARK_OK && ark_signals_pending() == 0) {
        ark_message_error(PROGRAM, &error);
        exit_status = EXIT_ERROR;
    }
    ark_screen_close(&screen);
    return exit_status;
}

int
main(int argc, char **argv)
{
    struct ark_index_options options;
    ark_program_name = PROGRAM;
    ark_memory_give_back(); // what a run is sorted in differs from run to run
    int exit_status = work(argc, argv, &options);
    ark_index_options_dispose(&options);
    // A publication that was under way when the signal came is kept; the end is by the signal all the same.
    if (ark_signals_pending() != 0) {
        ark_signals_raise(ark_signals_pending());
    }
    return exit_status;
}
