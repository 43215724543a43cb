#include "common/terminal/paint.h"

#include "common/terminal/bidi.h"
#include "common/text/utf8.h"

enum { FIRST_STRONG_ISOLATE = 0x2068, POP_DIRECTIONAL_ISOLATE = 0x2069 };

/** A line on its way out. */
struct painter {
    const struct ark_terminal *terminal;
    bool isolates;
    struct ark_buf *out;
};

static bool
has_path(const struct ark_line *line)
{
    bool found = false;
    for (size_t i = 0; i < line->run_count; i++) {
        found = found || line->runs[i].style == ARK_STYLE_PATH;
    }
    return found;
}

static void
write_isolate(const struct painter *painter, uint32_t control)
{
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    if (painter->isolates) {
        ark_buf_append(painter->out, bytes, ark_utf8_encode(control, bytes));
    }
}

/** Appends text in a style. */
static void
write_styled(const struct painter *painter, ark_str text, enum ark_style style)
{
    const char *sgr = painter->terminal->sgr[style & (ARK_STYLE_OTHER_WEIGHT - 1)];
    const char *weight = "";
    if (text.len == 0) {
        return;
    }
    if ((style & ARK_STYLE_OTHER_WEIGHT) != 0) {
        weight = ark_style_is_bold(painter->terminal, style) ? "1" : "22";
    }
    bool colored = sgr[0] != '\0' && strcmp(sgr, "0") != 0;
    bool plain = !colored && weight[0] == '\0';
    if (!plain) {
        ark_buf_printf(painter->out, "\033[%s%s%sm", colored ? sgr : "",
                       colored && weight[0] != '\0' ? ";" : "", weight);
    }
    ark_buf_append_str(painter->out, text);
    if (!plain) {
        ark_buf_append_str(painter->out, ARK_STR("\033[m"));
    }
}

/** Appends a run: a path with its link and isolates, anything else in its style. */
static void
write_run(const struct painter *painter, const struct ark_line *line, const struct ark_run *run)
{
    ark_str text = ark_str_slice(line->text, run->start, run->end);
    if ((run->style & (ARK_STYLE_OTHER_WEIGHT - 1)) != ARK_STYLE_PATH || text.len == 0) {
        write_styled(painter, text, run->style);
        return;
    }
    bool linked = line->link.len > 0 && ark_terminal_links(painter->terminal);
    if (linked) {
        ark_buf_printf(painter->out, "\033]8;;%.*s\033\\", ARK_STR_ARG(line->link));
    }
    write_isolate(painter, FIRST_STRONG_ISOLATE);
    write_styled(painter, text, run->style);
    write_isolate(painter, POP_DIRECTIONAL_ISOLATE);
    if (linked) {
        ark_buf_append_str(painter->out, ARK_STR("\033]8;;\033\\"));
    }
}

/** Appends one line, in the order it is to be written. */
static void
write_runs(const struct painter *painter, const struct ark_line *line)
{
    // A line with a path isolates the path, any other all that is not our own.
    bool isolated = painter->isolates && !has_path(line) && line->lead < line->text.len;
    size_t at = 0;
    ARK_ASSERT(!isolated || line->run_count == 0 || line->runs[0].start >= line->lead);
    if (isolated) {
        write_styled(painter, ark_str_slice(line->text, 0, line->lead), line->style);
        write_isolate(painter, FIRST_STRONG_ISOLATE);
        at = line->lead;
    }
    for (size_t i = 0; i < line->run_count; i++) {
        const struct ark_run *run = &line->runs[i];
        ARK_ASSERT(run->start >= at && run->end <= line->text.len);
        write_styled(painter, ark_str_slice(line->text, at, run->start), line->style);
        write_run(painter, line, run);
        at = run->end;
    }
    write_styled(painter, ark_str_slice(line->text, at, line->text.len), line->style);
    if (isolated) {
        write_isolate(painter, POP_DIRECTIONAL_ISOLATE);
    }
}

static void
write_blanks(const struct painter *painter, size_t cells, size_t edge)
{
    for (; cells < edge; cells++) {
        ark_buf_push(painter->out, ' ');
    }
}

struct ark_order
ark_paint_order(ark_str text, const struct ark_terminal *terminal)
{
    // Without right-to-left letters every mode writes the same, so nobody need be asked.
    const struct ark_terminal silent = {.bidi = ARK_BIDI_NONE};
    bool same = terminal->bidi == ARK_BIDI_AUTO && !ark_text_has_rtl(text);
    return ark_terminal_order(same ? &silent : terminal);
}

struct ark_line
ark_paint_arrange(const struct ark_line *line, const struct ark_terminal *terminal,
                  const struct ark_order *order, enum ark_direction base, struct ark_arena *arena,
                  size_t *cells)
{
    if (order->bidi == ARK_BIDI_VISUAL) {
        return ark_bidi_visual(line, base, arena, cells);
    }
    if (order->bidi == ARK_BIDI_WORDS) {
        return ark_bidi_words(line, base, terminal, arena, cells);
    }
    *cells = ark_text_cells(line->text);
    return *line;
}

/** The edge that a line ends at, in cells from the left; 0 when that is left to the terminal. */
static size_t
edge_of(const struct ark_terminal *terminal, const struct ark_order *order, enum ark_direction base)
{
    if (ark_bidi_orders(order->bidi)) {
        return terminal->width;
    }
    // Beside lines that the terminal puts at its right edge, whatever the width of text.
    return order->aligned && base == ARK_DIRECTION_LTR ? terminal->columns : 0;
}

/**
 * A line to the right whose first letter would turn it to the left, as the name
 * of the program does that speaks: with a mark of direction in front. The mark
 * needs a cell before it, which the terminals with that mode keep it in.
 */
static struct ark_line
turn_to_right(const struct ark_line *line, struct ark_arena *arena)
{
    static const char MARK[] = " \u200F";
    bool letter = ark_text_direction(line->text.bytes[0]) != ARK_DIRECTION_NONE;
    size_t at = letter ? 0 : 1; // behind a blank or digit that is there
    size_t len = sizeof MARK - 1 - at;
    uint8_t *bytes = ark_arena_alloc(arena, line->text.len + len + 1);
    struct ark_run *runs = ark_arena_calloc(arena, line->run_count + 1, sizeof *runs);
    memcpy(bytes, line->text.bytes, at);
    memcpy(bytes + at, MARK + at, len);
    memcpy(bytes + at + len, line->text.bytes + at, line->text.len - at);
    for (size_t i = 0; i < line->run_count; i++) {
        runs[i] = line->runs[i];
        runs[i].start += runs[i].start >= at ? (uint32_t)len : 0;
        runs[i].end += (uint32_t)len;
    }
    struct ark_line turned = *line;
    turned.text = ark_str_make(bytes, line->text.len + len);
    turned.runs = runs;
    turned.lead += turned.lead > 0 ? len : 0;
    return turned;
}

void
ark_paint_line(const struct ark_line *line, const struct ark_terminal *terminal,
               enum ark_direction base, bool right, struct ark_arena *arena, struct ark_buf *out)
{
    size_t cells = 0;
    bool mixed = ark_text_has_rtl(line->text);
    struct ark_order order =
        right ? ark_terminal_order(terminal) : ark_paint_order(line->text, terminal);
    struct ark_line seen = ark_paint_arrange(line, terminal, &order, base, arena, &cells);
    if (order.by_first_letter && base == ARK_DIRECTION_RTL && mixed && line->text.bytes[0] < 0x80 &&
        ark_text_base_direction(line->text) == ARK_DIRECTION_LTR) {
        seen = turn_to_right(&seen, arena);
    }
    struct painter painter = {
        .terminal = terminal, .isolates = order.bidi == ARK_BIDI_ISOLATE, .out = out};
    const char *before = base == ARK_DIRECTION_RTL ? order.rtl_before : order.ltr_before;
    const char *after = base == ARK_DIRECTION_RTL ? order.rtl_after : order.ltr_after;
    ark_buf_append_str(out, ark_str_from(mixed ? before : ""));
    if (right) {
        write_blanks(&painter, cells, edge_of(terminal, &order, base));
    }
    write_runs(&painter, &seen);
    ark_buf_push(out, '\n');
    ark_buf_append_str(out, ark_str_from(mixed ? after : ""));
}
