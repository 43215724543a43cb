#include "searcher/paint.h"

#include "searcher/bidi.h"

#define ISOLATE_FIRST_STRONG "\u2068"
#define POP_ISOLATE "\u2069"

/** What stands before and after text from outside: nothing, but in the mode isolate. */
static void
write_isolate(const char *control, const struct ark_terminal *terminal, struct ark_buf *out)
{
    if (terminal->bidi == ARK_BIDI_ISOLATE) {
        ark_buf_append_str(out, ark_str_from(control));
    }
}

static bool
has_path(const struct ark_line *line)
{
    bool found = false;
    for (size_t i = 0; i < line->run_count; i++) {
        found = found || line->runs[i].style == ARK_STYLE_PATH;
    }
    return found;
}

/** Appends text in a style. */
static void
write_styled(ark_str text, enum ark_style style, const struct ark_terminal *terminal,
             struct ark_buf *out)
{
    const char *sgr = terminal->sgr[style];
    bool plain = text.len == 0 || sgr[0] == '\0' || strcmp(sgr, "0") == 0;
    if (!plain) {
        ark_buf_printf(out, "\033[%sm", sgr);
    }
    if (text.len > 0) {
        ark_buf_append_str(out, text);
    }
    if (!plain) {
        ark_buf_append_str(out, ARK_STR("\033[m"));
    }
}

/** Appends a run: a path with its link and isolates, anything else in its style. */
static void
write_run(const struct ark_line *line, const struct ark_run *run,
          const struct ark_terminal *terminal, struct ark_buf *out)
{
    ark_str text = ark_str_slice(line->text, run->start, run->end);
    if (run->style != ARK_STYLE_PATH || text.len == 0) {
        write_styled(text, run->style, terminal, out);
        return;
    }
    bool linked = terminal->links && line->link.len > 0;
    if (linked) {
        ark_buf_printf(out, "\033]8;;%.*s\033\\", ARK_STR_ARG(line->link));
    }
    write_isolate(ISOLATE_FIRST_STRONG, terminal, out);
    write_styled(text, run->style, terminal, out);
    write_isolate(POP_ISOLATE, terminal, out);
    if (linked) {
        ark_buf_append_str(out, ARK_STR("\033]8;;\033\\"));
    }
}

/** Appends one line, in the order it is to be written, and a newline. */
static void
write_runs(const struct ark_line *line, const struct ark_terminal *terminal, struct ark_buf *out)
{
    // A line with a path isolates the path, any other all that is not our own.
    bool isolated = terminal->bidi == ARK_BIDI_ISOLATE && !has_path(line);
    size_t at = 0;
    ARK_ASSERT(line->run_count == 0 || line->runs[0].start >= line->lead || !isolated);
    if (isolated) {
        write_styled(ark_str_slice(line->text, 0, line->lead), line->style, terminal, out);
        write_isolate(ISOLATE_FIRST_STRONG, terminal, out);
        at = line->lead;
    }
    for (size_t i = 0; i < line->run_count; i++) {
        const struct ark_run *run = &line->runs[i];
        ARK_ASSERT(run->start >= at && run->end <= line->text.len);
        write_styled(ark_str_slice(line->text, at, run->start), line->style, terminal, out);
        write_run(line, run, terminal, out);
        at = run->end;
    }
    write_styled(ark_str_slice(line->text, at, line->text.len), line->style, terminal, out);
    if (isolated) {
        write_isolate(POP_ISOLATE, terminal, out);
    }
    ark_buf_push(out, '\n');
}

void
ark_paint_line(const struct ark_line *line, const struct ark_terminal *terminal,
               enum ark_direction base, bool right, struct ark_arena *arena, struct ark_buf *out)
{
    size_t cells = 0;
    if (!ark_bidi_orders(terminal->bidi)) {
        write_runs(line, terminal, out);
        return;
    }
    struct ark_line seen = ark_bidi_visual(line, base, arena, &cells);
    for (size_t pad = cells; right && pad < terminal->width; pad++) {
        ark_buf_push(out, ' ');
    }
    write_runs(&seen, terminal, out);
}
