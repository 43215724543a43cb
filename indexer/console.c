#include "indexer/console.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/message.h"
#include "common/base/translate.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static const char PROGRAM[] = "ark-index";

enum { SUMMARY_BYTES_MAX = 1024 };

void
ark_console_warn(struct ark_console *console, const char *text)
{
    if (!console->quiet) {
        ark_progress_hide(&console->progress);
        ark_message(PROGRAM, true, text);
    }
}

void
ark_console_notice(struct ark_console *console, const char *text)
{
    if (!console->quiet) {
        ark_progress_hide(&console->progress);
        ark_message(PROGRAM, false, text);
    }
}

/** WHAT[ (DETAILS)]: PATH[#FRAGMENT] */
static void
print_line(struct ark_console *console, bool is_result, const char *what, const char *details,
           const ark_str name[2])
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    struct ark_buf line = ark_buf_make(SIZE_MAX);
    ark_buf_append_str(&text, ark_str_from(what));
    if (details != NULL) {
        ark_buf_printf(&text, " (%s)", details);
    }
    ark_buf_append_str(&text, ARK_STR(": "));
    size_t path_start = text.len;
    ark_make_visible(name[0], &text);
    if (name[1].len > 0) {
        ark_buf_push(&text, '#');
        ark_make_visible(name[1], &text);
    }
    const struct ark_screen *screen = console->screen;
    ark_screen_write(is_result ? &screen->results : &screen->messages.terminal, ark_buf_view(&text),
                     path_start, &line);
    ark_progress_hide(&console->progress);
    (void)fwrite(line.bytes, 1, line.len, is_result ? stdout : stderr);
    ark_buf_dispose(&line);
    ark_buf_dispose(&text);
}

void
ark_console_change(struct ark_console *console, enum ark_change change, ark_str path,
                   ark_str fragment, const char *details)
{
    static const char *const done[] = {ARK_N("added"), ARK_N("replaced"), ARK_N("removed")};
    static const char *const planned[] = {ARK_N("would add"), ARK_N("would replace"),
                                          ARK_N("would remove")};
    const ark_str name[2] = {path, fragment};
    const char *what = ark_translate(console->dry_run ? planned[change] : done[change]);
    if (console->dry_run || console->verbose > 0) {
        print_line(console, console->dry_run, what, console->verbose > 1 ? details : NULL, name);
    }
}

void
ark_console_binary(struct ark_console *console, ark_str path, ark_str fragment)
{
    const ark_str name[2] = {path, fragment};
    if (console->verbose > 0) {
        print_line(console, false, ark_translate("not text"), NULL, name);
    }
}

/** What the summary says of a number of documents, first on the line or after something else. */
struct part_words {
    const char *one, *many;
    const char *next_one, *next_many;
};

static const struct part_words DONE[ARK_CHANGE_COUNT] = {
    {ARK_N_COUNT("{} document added", "{} documents added"),
     ARK_N_COUNT(", {} added", ", {} added")},
    {ARK_N_COUNT("{} document replaced", "{} documents replaced"),
     ARK_N_COUNT(", {} replaced", ", {} replaced")},
    {ARK_N_COUNT("{} document removed", "{} documents removed"),
     ARK_N_COUNT(", {} removed", ", {} removed")},
};
static const struct part_words PLANNED[ARK_CHANGE_COUNT] = {
    {ARK_N_COUNT("{} document to add", "{} documents to add"),
     ARK_N_COUNT(", {} to add", ", {} to add")},
    {ARK_N_COUNT("{} document to replace", "{} documents to replace"),
     ARK_N_COUNT(", {} to replace", ", {} to replace")},
    {ARK_N_COUNT("{} document to remove", "{} documents to remove"),
     ARK_N_COUNT(", {} to remove", ", {} to remove")},
};
static const struct part_words SKIPPED = {
    ARK_N_COUNT("{} document skipped", "{} documents skipped"),
    ARK_N_COUNT(", {} skipped", ", {} skipped"),
};

static void
append_part(struct ark_buf *out, uint64_t count, const struct part_words *words)
{
    if (count > 0 && out->len == 0) {
        ark_translate_count(words->one, words->many, count, out);
    } else if (count > 0) {
        ark_translate_count(words->next_one, words->next_many, count, out);
    }
}

/** Appends " (24 kB, 2189 words)", after a longer run with speed and the size of the index. */
static void
append_sizes(struct ark_buf *out, const struct ark_run_figures *figures, uint64_t elapsed_ns)
{
    ark_buf_append_str(out, ARK_STR(" ("));
    ark_format_bytes(figures->text_bytes, out);
    ark_translate_count(", {} word", ", {} words", figures->words, out);
    if (elapsed_ns > NS_PER_SECOND) {
        double seconds = (double)elapsed_ns / (double)NS_PER_SECOND;
        double rate = (double)figures->text_bytes / 1e6 / seconds;
        struct ark_buf size = ark_buf_make(SUMMARY_BYTES_MAX);
        ark_format_bytes(figures->index_bytes, &size);
        ark_buf_printf(out, ark_translate(", %.*f MB/s, index %s"), rate < 9.95 ? 1 : 0, rate,
                       ark_buf_cstr(&size));
        ark_buf_dispose(&size);
    }
    ark_buf_push(out, ')');
}

void
ark_summary_format(const struct ark_run_figures *figures, bool dry_run, uint64_t elapsed_ns,
                   struct ark_buf *out)
{
    struct ark_buf parts = ark_buf_make(SUMMARY_BYTES_MAX);
    uint64_t written = 0;
    for (size_t i = 0; i < ARK_CHANGE_COUNT; i++) {
        append_part(&parts, figures->changed[i], dry_run ? &PLANNED[i] : &DONE[i]);
        written += i == ARK_CHANGE_REMOVED ? 0 : figures->changed[i];
    }
    bool plain = figures->changed[ARK_CHANGE_REMOVED] == 0 && figures->skipped == 0;
    append_part(&parts, figures->skipped, &SKIPPED);
    if (parts.len == 0) {
        ark_translate_count("up to date ({} document)", "up to date ({} documents)", figures->total,
                            &parts);
    } else if (written > 0 && !dry_run && (plain || elapsed_ns > NS_PER_SECOND)) {
        append_sizes(&parts, figures, elapsed_ns);
    }
    ark_buf_append_str(out, ark_str_from(dry_run ? ark_translate("dry run: ") : ""));
    ark_buf_append_str(out, ark_buf_view(&parts));
    ark_buf_dispose(&parts);
}

void
ark_console_foreign(struct ark_console *console, const struct ark_foreign_counts *counts)
{
    if (counts->total == 0) {
        return;
    }
    struct ark_buf line = ark_buf_make(SUMMARY_BYTES_MAX);
    ark_translate_count("{} file passed over that is not text, convert it first",
                        "{} files passed over that are not text, convert them first", counts->total,
                        &line);
    ark_buf_append_str(&line, ARK_STR(": "));
    ark_foreign_list(counts, &line);
    ark_console_notice(console, ark_buf_cstr(&line));
    ark_buf_dispose(&line);
}

void
ark_console_summary(struct ark_console *console, const struct ark_run_figures *figures,
                    uint64_t elapsed_ns)
{
    struct ark_buf line = ark_buf_make(SUMMARY_BYTES_MAX);
    ark_summary_format(figures, console->dry_run, elapsed_ns, &line);
    ark_console_notice(console, ark_buf_cstr(&line));
    ark_buf_dispose(&line);
}
