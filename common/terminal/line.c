#include "common/terminal/line.h"

#include "common/terminal/bidi.h"
#include "common/terminal/paint.h"
#include "common/text/ellipsis.h"
#include "common/text/gate.h"
#include "common/text/utf8.h"

enum {
    GATE_GROWTH = 3,     // a bad byte becomes U+FFFD, three bytes
    WALK_BYTES = 16,     // looked at one by one before plain text is tried again
    CONTEXT_BYTES = 256, // around a line: the next letter, or the other bracket, is seldom farther
    INDENT_MAX = 8,
    WORDS_MOVED_MAX = 4, // from the end of a line, so that the next begins well
};

/** Byte offsets of the old text's run ends, moved to the new text as it grows. */
struct mover {
    const struct ark_line *line;
    struct ark_run *runs;
    size_t next_start;
    size_t next_end;
};

/** The place of the first character that begins at or after at. */
static size_t
round_up(ark_str text, size_t at)
{
    while (at < text.len && (text.bytes[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

/** Where a place of the old text is in the new one, which from old_at on is the old one from new_at on. */
static size_t
moved(const struct mover *mover, size_t place, size_t old_at, size_t new_at)
{
    return place <= old_at ? new_at : new_at + (round_up(mover->line->text, place) - old_at);
}

/** Moves the ends that lie before old_end, up to which the new text is the old one from old_at on. */
static void
move_runs(struct mover *mover, size_t old_at, size_t old_end, size_t new_at)
{
    const struct ark_line *line = mover->line;
    for (; mover->next_end < line->run_count && line->runs[mover->next_end].end < old_end;
         mover->next_end++) {
        mover->runs[mover->next_end].end =
            (uint32_t)moved(mover, line->runs[mover->next_end].end, old_at, new_at);
    }
    for (; mover->next_start < line->run_count && line->runs[mover->next_start].start < old_end;
         mover->next_start++) {
        mover->runs[mover->next_start].start =
            (uint32_t)moved(mover, line->runs[mover->next_start].start, old_at, new_at);
        mover->runs[mover->next_start].style = line->runs[mover->next_start].style;
    }
}

struct ark_line
ark_line_clean(const struct ark_line *line, struct ark_arena *arena)
{
    uint8_t *bytes = ark_arena_alloc(arena, line->text.len * GATE_GROWTH + ARK_GATE_BYTES_MAX);
    struct mover mover = {.line = line,
                          .runs = ark_arena_calloc(arena, line->run_count + 1, sizeof *mover.runs)};
    struct ark_gate gate = {0};
    struct ark_line clean = *line;
    size_t len = 0;
    size_t walk_end = 0; // of what is looked at character by character
    for (size_t at = 0; at < line->text.len;) {
        ark_str rest = ark_str_slice(line->text, at, line->text.len);
        size_t plain = at >= walk_end ? ark_gate_pass_plain(&gate, rest) : 0;
        size_t end = at + (plain > 0 ? plain : 1);
        move_runs(&mover, at, end, len);
        clean.lead = line->lead >= at && line->lead < end ? len + (line->lead - at) : clean.lead;
        walk_end = at >= walk_end ? at + plain + WALK_BYTES : walk_end;
        if (plain > 0) {
            memcpy(bytes + len, rest.bytes, plain);
            at += plain;
            len += plain;
            continue;
        }
        uint32_t codepoint = 0;
        at += ark_utf8_decode(rest.bytes, rest.len, &codepoint);
        len += ark_gate_pass(&gate, codepoint, bytes + len);
    }
    move_runs(&mover, line->text.len, line->text.len + 1, len);
    len += ark_gate_end(&gate, bytes + len);
    ARK_ASSERT(mover.next_end == line->run_count);
    clean.text = ark_str_make(bytes, len);
    clean.runs = mover.runs;
    clean.lead = clean.lead > len ? len : clean.lead;
    return clean;
}

ark_str
ark_line_clean_text(ark_str text, struct ark_arena *arena)
{
    struct ark_line line = {.text = text};
    return ark_line_clean(&line, arena).text;
}

struct ark_line
ark_line_lit(ark_str text, enum ark_style style, struct ark_spans spans, struct ark_arena *arena)
{
    struct ark_run *runs = ark_arena_calloc(arena, spans.count + 1, sizeof *runs);
    for (size_t i = 0; i < spans.count; i++) {
        runs[i] = (struct ark_run){spans.items[i].start, spans.items[i].end, ARK_STYLE_MATCH};
    }
    return (struct ark_line){.text = text, .style = style, .runs = runs, .run_count = spans.count};
}

/** The line with marks around its matches; the marks have the style of the line. */
static struct ark_line
mark_matches(const struct ark_line *line, const struct ark_terminal *terminal,
             struct ark_arena *arena)
{
    size_t marks = (terminal->marks.open.len + terminal->marks.close.len) * line->run_count;
    uint8_t *bytes = ark_arena_alloc(arena, line->text.len + marks + 1);
    size_t len = 0;
    size_t at = 0;
    const ark_str marks_text[] = {terminal->marks.open, terminal->marks.close};
    for (size_t i = 0; i < line->run_count; i++) {
        if (line->runs[i].style != ARK_STYLE_MATCH) {
            continue;
        }
        const size_t places[] = {line->runs[i].start, line->runs[i].end};
        for (int side = 0; side < 2; side++) {
            memcpy(bytes + len, line->text.bytes + at, places[side] - at);
            len += places[side] - at;
            memcpy(bytes + len, marks_text[side].bytes, marks_text[side].len);
            len += marks_text[side].len;
            at = places[side];
        }
    }
    memcpy(bytes + len, line->text.bytes + at, line->text.len - at);
    len += line->text.len - at;
    return (struct ark_line){
        .text = {bytes, len}, .style = line->style, .lead = line->lead, .link = line->link};
}

/** The gate, then marks when matches are marked by text. */
static struct ark_line
prepare(const struct ark_line *line, const struct ark_terminal *terminal, struct ark_arena *arena)
{
    struct ark_line clean = ark_line_clean(line, arena);
    bool lit = false;
    for (size_t i = 0; i < clean.run_count; i++) {
        lit = lit || clean.runs[i].style == ARK_STYLE_MATCH;
    }
    return terminal->marked && lit ? mark_matches(&clean, terminal, arena) : clean;
}

/** The first run that ends after byte at; O(log runs), since a document may have very many. */
static size_t
find_run(const struct ark_line *line, size_t at)
{
    size_t low = 0;
    size_t high = line->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (line->runs[middle].end <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Puts the runs of the bytes [start, end) of a line into piece. */
static void
cut_runs(const struct ark_line *line, size_t start, size_t end, struct ark_line *piece,
         struct ark_arena *arena)
{
    size_t first = find_run(line, start);
    size_t stop = first;
    while (stop < line->run_count && line->runs[stop].start < end) {
        stop++;
    }
    struct ark_run *runs = ark_arena_calloc(arena, stop - first + 1, sizeof *runs);
    for (size_t i = first; i < stop; i++) {
        size_t from = line->runs[i].start > start ? line->runs[i].start : start;
        size_t to = line->runs[i].end < end ? line->runs[i].end : end;
        if (from < to) {
            runs[piece->run_count++] = (struct ark_run){
                (uint32_t)(from - start), (uint32_t)(to - start), line->runs[i].style};
        }
    }
    piece->runs = runs;
}

/** The bytes [start, end) of a line with their runs; tail, if any, follows in the line's style. */
static struct ark_line
cut(const struct ark_line *line, size_t start, size_t end, ark_str tail, struct ark_arena *arena)
{
    uint8_t *bytes = ark_arena_alloc(arena, end - start + tail.len + 1);
    size_t left = line->text.len - end;
    size_t near = start > CONTEXT_BYTES ? round_up(line->text, start - CONTEXT_BYTES) : 0;
    size_t far = left > CONTEXT_BYTES ? round_up(line->text, end + CONTEXT_BYTES) : line->text.len;
    struct ark_line piece = {.text = {bytes, end - start + tail.len},
                             .before = ark_str_slice(line->text, near, start),
                             .after = ark_str_slice(line->text, end, tail.len > 0 ? end : far),
                             .style = line->style,
                             .lead = line->lead > start ? line->lead - start : 0,
                             .link = line->link};
    memcpy(bytes, line->text.bytes + start, end - start);
    if (tail.len > 0) {
        memcpy(bytes + (end - start), tail.bytes, tail.len);
    }
    cut_runs(line, start, end, &piece, arena);
    return piece;
}

/** The end of what fits into width cells from start on. */
static size_t
fit(ark_str text, size_t start, size_t width)
{
    size_t cells = 0;
    size_t at = start;
    while (at < text.len) {
        uint32_t codepoint = 0;
        size_t len = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        cells += ark_text_width(codepoint);
        if (cells > width && at > start) {
            break;
        }
        at += len;
    }
    return at;
}

/** Where a line that begins at start ends within width cells. */
struct piece {
    size_t end;  // after its last word
    size_t next; // where the next line begins; the length of the text when it is the last
};

static struct piece
find_piece(ark_str text, size_t start, uint32_t width)
{
    size_t end = fit(text, start, width);
    if (end >= text.len) {
        return (struct piece){text.len, text.len};
    }
    // The last blank that fits, or the one just after.
    for (size_t at = end + 1; at > start + 1; at--) {
        if (text.bytes[at - 1] == ' ') {
            return (struct piece){at - 1, at};
        }
    }
    return (struct piece){end, end}; // a word wider than the line is broken between letters
}

/**
 * A terminal that gives each line the direction of its first letter would turn
 * a line that begins with a word of the other direction. Where one of the words
 * before it can begin the line in its place, the line before ends sooner.
 */
static struct piece
keep_direction(ark_str text, size_t start, struct piece piece, enum ark_direction base)
{
    struct piece moved = piece;
    for (int words = 0; words < WORDS_MOVED_MAX; words++) {
        size_t near = text.len - moved.next > CONTEXT_BYTES ? moved.next + CONTEXT_BYTES : text.len;
        enum ark_direction next = ark_text_base_direction(ark_str_slice(text, moved.next, near));
        if (next == base || next == ARK_DIRECTION_NONE) {
            return moved;
        }
        size_t at = moved.end;
        while (at > start && text.bytes[at - 1] != ' ') {
            at--;
        }
        if (at - start <= (piece.end - start) / 2) {
            return piece;
        }
        moved = (struct piece){at - 1, at};
    }
    return piece;
}

/** Appends count times byte. */
static void
repeat(struct ark_buf *out, uint8_t byte, size_t count)
{
    for (; count > 0; count--) {
        ark_buf_push(out, byte);
    }
}

/** How a line that is no paragraph is broken. */
struct breaking {
    uint32_t columns; // of the terminal; 0 = not at all
    bool anywhere;   // else between its parts only: the terminal breaks those, as it would any line
    uint32_t indent; // of the lines after the first
};

static bool
is_in_path(const struct ark_line *line, size_t at)
{
    size_t run = find_run(line, at);
    return run < line->run_count && line->runs[run].start <= at &&
           line->runs[run].style == ARK_STYLE_PATH;
}

/**
 * The last place in [from, to] where so many blanks stand, in a path only if
 * that is allowed; next is 0 when there is none.
 */
static struct piece
find_blanks(const struct ark_line *line, size_t from, size_t to, size_t blanks, bool in_path)
{
    ark_str text = line->text;
    for (size_t at = to; at > from; at--) {
        size_t next = at;
        while (next < text.len && text.bytes[next] == ' ') {
            next++;
        }
        bool fits = next - at >= blanks && text.bytes[at - 1] != ' ' && next < text.len;
        if (fits && (in_path || !is_in_path(line, at))) {
            return (struct piece){at, next};
        }
    }
    return (struct piece){0, 0};
}

/** Where such a line ends that begins at start; next is 0 when it is not to be broken. */
static struct piece
find_break(const struct ark_line *line, size_t start, const struct breaking *breaking)
{
    uint32_t room = breaking->columns - (start > 0 ? breaking->indent : 0);
    size_t end = breaking->columns == 0 ? line->text.len : fit(line->text, start, room);
    size_t half = start + (end - start) / 2;
    if (end == line->text.len) {
        return (struct piece){0, 0};
    }
    struct piece piece = find_blanks(line, half, end, 2, false); // between the parts of a list
    piece = piece.next > 0 ? piece : find_blanks(line, half, end, 1, false);
    if (piece.next == 0 && breaking->anywhere) {
        piece = find_blanks(line, half, end, 1, true);
        piece = piece.next > 0 ? piece : (struct piece){end, end};
    }
    return piece;
}

/** How a line is broken that is no paragraph; not in two isolates. */
static struct breaking
choose_breaking(ark_str text, const struct ark_terminal *terminal, bool right)
{
    struct ark_order order = ark_paint_order(text, terminal);
    struct breaking breaking = {.columns =
                                    terminal->bidi == ARK_BIDI_ISOLATE ? 0 : terminal->columns};
    breaking.anywhere = ark_bidi_orders(order.bidi) && ark_text_has_rtl(text);
    while (!right && breaking.indent < INDENT_MAX && breaking.indent < text.len &&
           text.bytes[breaking.indent] == ' ') {
        breaking.indent++;
    }
    return breaking;
}

/**
 * Writes a line that is not wrapped to the width of text. The terminal breaks
 * what is longer than it is wide, but in the middle of a date or a word, and it
 * would break the order in which a line is seen, and show its end first. So such
 * a line is broken here.
 */
static void
write_whole(const struct ark_line *line, const struct ark_terminal *terminal,
            enum ark_direction base, bool right, struct ark_arena *arena, struct ark_buf *out)
{
    struct ark_line ready = prepare(line, terminal, arena);
    struct breaking breaking = choose_breaking(ready.text, terminal, right);
    size_t start = 0;
    ready.lead = ready.lead == 0 ? ready.text.len : ready.lead; // our own words, but for paths
    for (struct piece found = find_break(&ready, 0, &breaking); found.next > 0;
         found = find_break(&ready, start, &breaking)) {
        struct ark_line piece = cut(&ready, start, found.end, ARK_STR(""), arena);
        repeat(out, ' ', start > 0 ? breaking.indent : 0);
        ark_paint_line(&piece, terminal, base, right, arena, out);
        start = found.next;
    }
    if (start > 0) {
        ready = cut(&ready, start, ready.text.len, ARK_STR(""), arena);
        repeat(out, ' ', breaking.indent);
    }
    ark_paint_line(&ready, terminal, base, right, arena, out);
}

void
ark_line_write(const struct ark_line *line, const struct ark_terminal *terminal, bool right,
               struct ark_arena *arena, struct ark_buf *out)
{
    write_whole(line, terminal, ARK_DIRECTION_LTR, right, arena, out);
}

void
ark_line_write_toward(const struct ark_line *line, const struct ark_terminal *terminal,
                      enum ark_direction base, struct ark_arena *arena, struct ark_buf *out)
{
    write_whole(line, terminal, base, base == ARK_DIRECTION_RTL, arena, out);
}

size_t
ark_line_cells(ark_str text, const struct ark_terminal *terminal, struct ark_arena *arena)
{
    struct ark_line line = {.text = ark_line_clean_text(text, arena)};
    struct ark_order order = ark_paint_order(line.text, terminal);
    size_t cells = 0;
    (void)ark_paint_arrange(&line, terminal, &order, ARK_DIRECTION_RTL, arena, &cells);
    return cells;
}

/** The length of text without the blanks at its end. */
static size_t
trimmed_len(ark_str text)
{
    size_t len = text.len;
    while (len > 0 && text.bytes[len - 1] == ' ') {
        len--;
    }
    return len;
}

enum ark_direction
ark_line_write_paragraph(const struct ark_line *line, const struct ark_terminal *terminal,
                         uint32_t lines_max, struct ark_arena *arena, struct ark_buf *out)
{
    struct ark_line ready = prepare(line, terminal, arena);
    enum ark_direction first = ark_text_base_direction(ready.text);
    enum ark_direction base = first == ARK_DIRECTION_RTL ? first : ARK_DIRECTION_LTR;
    bool right = base == ARK_DIRECTION_RTL;
    struct ark_order order = ark_paint_order(ready.text, terminal);
    if (terminal->width == 0) {
        ark_paint_line(&ready, terminal, base, right, arena, out);
        return base;
    }
    // A document shown whole may be one line: each piece of it is forgotten once it is written.
    struct ark_arena scratch = ark_arena_make();
    size_t last = trimmed_len(ready.text);
    size_t start = 0;
    bool ends = false;
    for (uint32_t count = 1; count <= lines_max && !ends; count++) {
        struct piece piece = find_piece(ready.text, start, terminal->width);
        ends = piece.next >= last;
        ark_str tail = ARK_STR("");
        if (!ends && count < lines_max && order.bidi == ARK_BIDI_TERMINAL) {
            piece = keep_direction(ready.text, start, piece, base);
        }
        if (!ends && count == lines_max) {
            piece = find_piece(ready.text, start, terminal->width - 1);
            ark_str text = ark_str_slice(ready.text, start, piece.end);
            piece.end = start + ark_ellipsis_trim(text).len;
            tail = ARK_STR(ARK_ELLIPSIS);
        }
        struct ark_line shown = cut(&ready, start, piece.end, tail, &scratch);
        ark_paint_line(&shown, terminal, base, right, &scratch, out);
        ark_arena_reset(&scratch);
        start = piece.next;
    }
    ark_arena_dispose(&scratch);
    return base;
}

/** The line with carets under the runs, which lie in seen as they do on the screen. */
static void
write_with_carets(ark_str text, const struct ark_line *seen, struct ark_buf *out)
{
    size_t at = 0;
    ark_buf_append_str(out, ARK_STR("  "));
    ark_buf_append_str(out, text);
    ark_buf_append_str(out, ARK_STR("\n  "));
    for (size_t i = 0; i < seen->run_count; i++) {
        struct ark_run run = seen->runs[i];
        size_t carets = ark_text_cells(ark_str_slice(seen->text, run.start, run.end));
        repeat(out, ' ', ark_text_cells(ark_str_slice(seen->text, at, run.start)));
        repeat(out, '^', carets == 0 ? 1 : carets);
        at = run.end;
    }
    ark_buf_push(out, '\n');
}

/**
 * The line with the runs in reverse video: where the terminal puts letters in
 * order, only the terminal knows which column is theirs.
 */
static void
write_reversed(const struct ark_line *line, const struct ark_terminal *terminal,
               struct ark_arena *arena, struct ark_buf *out)
{
    struct ark_terminal reversing = *terminal;
    struct ark_run *runs = ark_arena_calloc(arena, line->run_count + 1, sizeof *runs);
    uint8_t *bytes = ark_arena_alloc(arena, line->text.len + 2);
    memcpy(bytes, "  ", 2);
    memcpy(bytes + 2, line->text.bytes, line->text.len);
    for (size_t i = 0; i < line->run_count; i++) {
        runs[i] = (struct ark_run){line->runs[i].start + 2, line->runs[i].end + 2, ARK_STYLE_MATCH};
    }
    struct ark_line indented = {
        .text = {bytes, line->text.len + 2}, .runs = runs, .run_count = line->run_count};
    memcpy(reversing.sgr[ARK_STYLE_MATCH], "7", sizeof "7");
    ark_paint_line(&indented, &reversing, ARK_DIRECTION_LTR, false, arena, out);
}

void
ark_line_write_carets(ark_str text, size_t start, size_t end, const struct ark_terminal *terminal,
                      struct ark_arena *arena, struct ark_buf *out)
{
    ARK_ASSERT(start <= end && end <= text.len);
    if (start == end && start > 0) {
        start = ark_utf8_previous(text, start);
    }
    // The place travels as a style, so it is found again wherever its letters go.
    const struct ark_run place = {(uint32_t)start, (uint32_t)end, ARK_STYLE_MATCH};
    struct ark_line line = {.text = text, .runs = &place, .run_count = 1};
    struct ark_line clean = ark_line_clean(&line, arena);
    struct ark_order order = ark_paint_order(clean.text, terminal);
    if (order.bidi == ARK_BIDI_TERMINAL && terminal->styled && ark_text_has_rtl(clean.text)) {
        write_reversed(&clean, terminal, arena, out);
        return;
    }
    enum ark_direction first = ark_text_base_direction(clean.text);
    enum ark_direction base = first == ARK_DIRECTION_RTL ? first : ARK_DIRECTION_LTR;
    size_t cells = 0;
    struct ark_line shown = ark_paint_arrange(&clean, terminal, &order, base, arena, &cells);
    // Words are written letter by letter in another order than they are seen in.
    struct ark_line seen =
        order.bidi == ARK_BIDI_WORDS ? ark_bidi_visual(&clean, base, arena, &cells) : shown;
    bool mixed = ark_text_has_rtl(clean.text);
    ark_buf_append_str(out, ark_str_from(mixed ? order.ltr_before : ""));
    write_with_carets(shown.text, &seen, out);
    ark_buf_append_str(out, ark_str_from(mixed ? order.ltr_after : ""));
}

/**
 * The length of what stands at the start of text and must keep its direction in
 * a right-to-left message: an option or a path, whose first character has none.
 */
static size_t
foreign_len(ark_str text)
{
    size_t len = 0;
    if (text.len < 2 || memchr("-/~.", text.bytes[0], 4) == NULL) {
        return 0;
    }
    while (len < text.len && text.bytes[len] > ' ' && text.bytes[len] < 0x7F) {
        len++;
    }
    while (len > 0 && memchr(".,:;?!)]}\"'", text.bytes[len - 1], 11) != NULL) {
        len--;
    }
    return len;
}

/**
 * Finds what is to be isolated in a message: what it is about, which stands last,
 * after a colon, and options and paths before that. Returns the number of runs.
 */
static size_t
isolate_parts(ark_str text, size_t start, struct ark_run *runs)
{
    size_t last = text.len;
    while (last > start && !(text.bytes[last - 1] == ' ' && text.bytes[last - 2] == ':')) {
        last--;
    }
    last = last == start ? text.len : last;
    size_t count = 0;
    for (size_t at = start; at < last; at++) {
        bool begins = at == start || memchr(" (\"'=", text.bytes[at - 1], 5) != NULL;
        size_t len = begins ? foreign_len(ark_str_slice(text, at, last)) : 0;
        if (len > 1) {
            runs[count++] = (struct ark_run){(uint32_t)at, (uint32_t)(at + len), ARK_STYLE_PATH};
            at += len;
        }
    }
    if (last < text.len) {
        runs[count++] = (struct ark_run){(uint32_t)last, (uint32_t)text.len, ARK_STYLE_PATH};
    }
    return count;
}

void
ark_line_write_message(ark_str program, ark_str warning, ark_str text,
                       const struct ark_terminal *terminal, struct ark_buf *out)
{
    struct ark_arena arena = ark_arena_make();
    size_t lead = program.len + warning.len;
    size_t word = ark_str_trim(warning).len;
    uint8_t *bytes = ark_arena_alloc(&arena, lead + text.len + 1);
    struct ark_run *runs = ark_arena_calloc(&arena, text.len / 2 + 3, sizeof *runs);
    size_t run_count = 0;
    memcpy(bytes, program.bytes, program.len);
    if (warning.len > 0) {
        memcpy(bytes + program.len, warning.bytes, warning.len);
    }
    if (text.len > 0) {
        memcpy(bytes + lead, text.bytes, text.len);
    }
    // A run within the lead and isolates around the rest would cross: there the word goes plain.
    if (word > 0 && terminal->bidi != ARK_BIDI_ISOLATE) {
        runs[run_count++] = (struct ark_run){(uint32_t)program.len, (uint32_t)(program.len + word),
                                             ARK_STYLE_HEADER};
    }
    struct ark_line line = {.text = {bytes, lead + text.len}, .runs = runs, .lead = lead};
    if (terminal->bidi != ARK_BIDI_ISOLATE) {
        run_count += isolate_parts(line.text, lead, runs + run_count);
    }
    line.run_count = run_count;
    bool rtl = ark_text_base_direction(text) == ARK_DIRECTION_RTL;
    ark_line_write_toward(&line, terminal, rtl ? ARK_DIRECTION_RTL : ARK_DIRECTION_LTR, &arena,
                          out);
    ark_arena_dispose(&arena);
}
