#include "indexer/console.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/message.h"

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
print_line(struct ark_console *console, FILE *out, const char *what, const char *details,
           const ark_str name[2])
{
    struct ark_buf line = ark_buf_make(SIZE_MAX);
    ark_buf_append_str(&line, ark_str_from(what));
    if (details != NULL) {
        ark_buf_printf(&line, " (%s)", details);
    }
    ark_buf_append_str(&line, ARK_STR(": "));
    ark_make_visible(name[0], &line);
    if (name[1].len > 0) {
        ark_buf_push(&line, '#');
        ark_make_visible(name[1], &line);
    }
    ark_buf_push(&line, '\n');
    ark_progress_hide(&console->progress);
    (void)fwrite(line.bytes, 1, line.len, out);
    ark_buf_dispose(&line);
}

void
ark_console_change(struct ark_console *console, enum ark_change change, ark_str path,
                   ark_str fragment, const char *details)
{
    static const char *const done[] = {"added", "replaced", "removed"};
    static const char *const planned[] = {"would add", "would replace", "would remove"};
    const ark_str name[2] = {path, fragment};
    if (console->dry_run) {
        print_line(console, stdout, planned[change], console->verbose > 1 ? details : NULL, name);
    } else if (console->verbose > 0) {
        print_line(console, stderr, done[change], console->verbose > 1 ? details : NULL, name);
    }
}

void
ark_console_binary(struct ark_console *console, ark_str path)
{
    const ark_str name[2] = {path, ARK_STR("")};
    if (console->verbose > 0) {
        print_line(console, stderr, "not text", NULL, name);
    }
}

/** Appends "COUNT document[s] VERB" or, after another part, ", COUNT VERB". */
static void
append_part(struct ark_buf *out, uint64_t count, const char *verb)
{
    const char *noun = out->len > 0 ? "" : count == 1 ? " document" : " documents";
    if (count > 0) {
        ark_buf_printf(out, "%s%" PRIu64 "%s %s", out->len > 0 ? ", " : "", count, noun, verb);
    }
}

/** Appends " (24 kB, 2189 words)", after a longer run with speed and the size of the index. */
static void
append_sizes(struct ark_buf *out, const struct ark_run_figures *figures, uint64_t elapsed_ns)
{
    ark_buf_append_str(out, ARK_STR(" ("));
    ark_format_bytes(figures->text_bytes, out);
    ark_buf_printf(out, ", %" PRIu64 " %s", figures->words, figures->words == 1 ? "word" : "words");
    if (elapsed_ns > NS_PER_SECOND) {
        double seconds = (double)elapsed_ns / (double)NS_PER_SECOND;
        double rate = (double)figures->text_bytes / 1e6 / seconds;
        ark_buf_printf(out, ", %.*f MB/s, index ", rate < 9.95 ? 1 : 0, rate);
        ark_format_bytes(figures->index_bytes, out);
    }
    ark_buf_push(out, ')');
}

void
ark_summary_format(const struct ark_run_figures *figures, bool dry_run, uint64_t elapsed_ns,
                   struct ark_buf *out)
{
    static const char *const done[] = {"added", "replaced", "removed"};
    static const char *const planned[] = {"to add", "to replace", "to remove"};
    struct ark_buf parts = ark_buf_make(SUMMARY_BYTES_MAX);
    uint64_t written = 0;
    for (size_t i = 0; i < ARK_CHANGE_COUNT; i++) {
        append_part(&parts, figures->changed[i], dry_run ? planned[i] : done[i]);
        written += i == ARK_CHANGE_REMOVED ? 0 : figures->changed[i];
    }
    bool plain = figures->changed[ARK_CHANGE_REMOVED] == 0 && figures->skipped == 0;
    append_part(&parts, figures->skipped, "skipped");
    if (parts.len == 0) {
        ark_buf_printf(&parts, "up to date (%" PRIu64 " %s)", figures->total,
                       figures->total == 1 ? "document" : "documents");
    } else if (written > 0 && !dry_run && (plain || elapsed_ns > NS_PER_SECOND)) {
        append_sizes(&parts, figures, elapsed_ns);
    }
    ark_buf_append_str(out, dry_run ? ARK_STR("dry run: ") : ARK_STR(""));
    ark_buf_append_str(out, ark_buf_view(&parts));
    ark_buf_dispose(&parts);
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
