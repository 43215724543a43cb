#include "indexer/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND UINT64_C(1000000000)

enum {
    BAR_CELLS = 20,
    COLUMNS_DEFAULT = 80,
    COLUMNS_MIN = 20,
    LINE_BYTES_MAX = 512,
    REDRAW_NS = 100000000,
    FIRST_DRAW_NS = 500000000,
};

static uint64_t
now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

void
ark_format_bytes(uint64_t bytes, struct ark_buf *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    // 999.5 would be printed as 1000.
    while (value >= 999.5 && unit + 1 < ARK_COUNT_OF(units)) {
        value /= 1000;
        unit++;
    }
    // Tenths matter below ten, but not for kB, where they are noise.
    ark_buf_printf(out, unit >= 2 && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

/** [####----]  61% */
static void
append_bar(unsigned percent, bool with_cells, struct ark_buf *out)
{
    if (with_cells) {
        ark_buf_push(out, '[');
        for (unsigned cell = 0; cell < BAR_CELLS; cell++) {
            ark_buf_push(out, (cell + 1) * 100 <= percent * BAR_CELLS ? '#' : '-');
        }
        ark_buf_append_str(out, ARK_STR("] "));
    }
    ark_buf_printf(out, "%3u%%  ", percent);
}

static void
append_counts(const struct ark_progress_state *state, uint64_t elapsed_ns, struct ark_buf *out)
{
    ark_buf_printf(out, "%" PRIu64, state->documents_done);
    if (state->documents_total > 0) {
        ark_buf_printf(out, "/%" PRIu64, state->documents_total);
    }
    double seconds = (double)elapsed_ns / (double)NS_PER_SECOND;
    double rate = seconds > 0 ? (double)state->bytes_done / 1e6 / seconds : 0;
    ark_buf_printf(out, " docs  %.*f MB/s", rate < 9.95 ? 1 : 0, rate);
}

static void
append_time_left(const struct ark_progress_state *state, uint64_t elapsed_ns, struct ark_buf *out)
{
    double left_bytes = (double)(state->bytes_total - state->bytes_done);
    double left = (double)elapsed_ns / (double)NS_PER_SECOND * left_bytes /
                  (double)(state->bytes_done == 0 ? 1 : state->bytes_done);
    uint64_t seconds = left < 359999 ? (uint64_t)(left + 0.5) : 359999; // 99:59:59
    ark_buf_append_str(out, ARK_STR("  ETA "));
    if (seconds >= 3600) {
        ark_buf_printf(out, "%" PRIu64 ":%02" PRIu64 ":", seconds / 3600, seconds / 60 % 60);
    } else {
        ark_buf_printf(out, "%" PRIu64 ":", seconds / 60);
    }
    ark_buf_printf(out, "%02" PRIu64, seconds % 60);
}

/** The line with or without the cells of its bar. */
static void
append_line(const struct ark_progress_state *state, uint64_t elapsed_ns, bool with_cells,
            struct ark_buf *out)
{
    bool known = state->bytes_total > 0;
    ark_buf_append_str(out, ARK_STR("ark-index: "));
    if (known) {
        double part = (double)state->bytes_done / (double)state->bytes_total;
        append_bar((unsigned)(part * 100), with_cells, out);
    }
    append_counts(state, elapsed_ns, out);
    if (known && state->bytes_done > 0) {
        append_time_left(state, elapsed_ns, out);
    }
}

void
ark_progress_format(const struct ark_progress_state *state, uint64_t elapsed_ns, size_t columns,
                    struct ark_buf *out)
{
    struct ark_progress_state sane = *state;
    size_t start = out->len;
    // A file may grow while it is read.
    if (sane.bytes_total > 0 && sane.bytes_done > sane.bytes_total) {
        sane.bytes_done = sane.bytes_total;
    }
    append_line(&sane, elapsed_ns, true, out);
    if (out->len - start > columns) {
        out->len = start;
        append_line(&sane, elapsed_ns, false, out);
    }
    if (out->len - start > columns) {
        out->len = start + columns;
    }
}

struct ark_progress
ark_progress_start(enum ark_when when)
{
    struct ark_progress progress = {.start_ns = now_ns()};
    progress.enabled =
        when == ARK_WHEN_ALWAYS || (when == ARK_WHEN_AUTO && isatty(STDERR_FILENO) == 1);
    progress.due_ns = progress.start_ns + (when == ARK_WHEN_ALWAYS ? 0 : FIRST_DRAW_NS);
    return progress;
}

/** Columns a line may take: one less than the terminal's, so that it never wraps. */
static size_t
terminal_columns(void)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > COLUMNS_MIN;
    return (known ? size.ws_col : COLUMNS_DEFAULT) - 1u;
}

void
ark_progress_tick(struct ark_progress *progress)
{
    uint64_t now = progress->enabled ? now_ns() : 0;
    if (!progress->enabled || now < progress->due_ns) {
        return;
    }
    struct ark_buf line = ark_buf_make(LINE_BYTES_MAX);
    ark_progress_format(&progress->state, now - progress->start_ns, terminal_columns(), &line);
    int width = (int)line.len;
    // Blanks cover what is left of a longer line before.
    (void)fprintf(stderr, "\r%-*s", progress->drawn, ark_buf_cstr(&line));
    (void)fflush(stderr);
    progress->drawn = width > progress->drawn ? width : progress->drawn;
    progress->due_ns = now + REDRAW_NS;
    ark_buf_dispose(&line);
}

void
ark_progress_hide(struct ark_progress *progress)
{
    if (progress->drawn > 0) {
        (void)fprintf(stderr, "\r%*s\r", progress->drawn, "");
        (void)fflush(stderr);
        progress->drawn = 0;
    }
}

uint64_t
ark_progress_elapsed_ns(const struct ark_progress *progress)
{
    return now_ns() - progress->start_ns;
}
