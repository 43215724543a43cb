/**
 * @file line.h
 * Styled text on its way to the screen: the sanitising gate, marks, wrapping.
 *
 * The one way out for people's eyes. Whatever came from a document, a file name
 * or a query is written by one of the ark_line_write functions (messages by
 * ark_message, see ark_line_message), and all of them pass it through the gate
 * (common/text/gate.h) first: controls, escape sequences, bidi controls,
 * invisible characters and bad UTF-8 never come out, into a pipe no more than
 * onto a terminal. Then paint.h puts the line in the order and the colours of
 * the terminal. Columns exist only here, in paint.c and in bidi.c.
 *
 * A caller decides what is one line, its styles and its direction; it never
 * writes an escape sequence, counts cells by itself, or asks which mode of
 * --bidi there is. ark_line_cells tells how wide a text will be.
 */
#ifndef ARK_TERMINAL_LINE_H
#define ARK_TERMINAL_LINE_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/terminal/terminal.h"
#include "common/text/width.h"

/** The bytes [start, end) of a line have another style than the rest of it. */
struct ark_run {
    uint32_t start;
    uint32_t end;
    enum ark_style style;
};

/** A text and its styles; runs ascend and do not overlap. */
struct ark_line {
    ark_str text;
    enum ark_style style; /**< outside the runs */
    const struct ark_run *runs;
    size_t run_count;
    size_t lead; /**< bytes at the start that are our own words (a rank), not text from outside;
                       0 in a line that is no paragraph: all but its paths */
    ark_str
        before;    /**< the text of its paragraph before and after a line that was cut out of it, */
    ark_str after; /**< as far as it matters for the order; empty otherwise */
    ark_str link;  /**< what runs in the style of paths lead to, a URI of ASCII; empty = nowhere */
};

/**
 * The gate. A line with nothing in it that could drive a terminal or deceive a
 * reader; the styles, the lead and the link follow the text. It lies in the
 * arena. Idempotent.
 */
struct ark_line ark_line_clean(const struct ark_line *line, struct ark_arena *arena);

/** The gate for a text without styles; the result lies in the arena. */
ark_str ark_line_clean_text(ark_str text, struct ark_arena *arena);

/** A line of text in style with spans in the match style; runs lie in the arena. */
struct ark_line ark_line_lit(ark_str text, enum ark_style style, struct ark_spans spans,
                             struct ark_arena *arena);

/**
 * Appends the line, through the gate, and a newline. It is not wrapped, and its
 * base direction is left to right; right tells that it ends at the right edge.
 */
void ark_line_write(const struct ark_line *line, const struct ark_terminal *terminal, bool right,
                    struct ark_arena *arena, struct ark_buf *out);

/**
 * The same for a line whose base direction the caller knows (LTR or RTL): a row
 * of a concordance. One to the right ends at the right edge of the text where
 * lines are put in order here, so blanks at its start are blanks at the right.
 */
void ark_line_write_toward(const struct ark_line *line, const struct ark_terminal *terminal,
                           enum ark_direction base, struct ark_arena *arena, struct ark_buf *out);

/**
 * The cells that a text takes on this terminal, once through the gate; what a
 * caller pads or cuts by. Where the terminal shapes letters itself this is the
 * most it can be: a lam-alef counts two.
 */
size_t ark_line_cells(ark_str text, const struct ark_terminal *terminal, struct ark_arena *arena);

/**
 * Appends the line, through the gate, wrapped at words to at most lines_max
 * lines of the terminal's text width, each with a newline; what does not fit is
 * cut at a word, and an ellipsis says so. Without a width it is one line. The
 * base direction is that of its first letter; returned.
 */
enum ark_direction ark_line_write_paragraph(const struct ark_line *line,
                                            const struct ark_terminal *terminal, uint32_t lines_max,
                                            struct ark_arena *arena, struct ark_buf *out);

/**
 * Appends two lines: text, and below it carets under its bytes [start, end)
 * (under the character before when that is empty), each indented by two. Where
 * the terminal puts Arabic in order no column is known: there it is one line
 * with that place in reverse video.
 */
void ark_line_write_carets(ark_str text, size_t start, size_t end,
                           const struct ark_terminal *terminal, struct ark_arena *arena,
                           struct ark_buf *out);

/**
 * Appends a message, through the gate, as ark_message gives it to a layout: who
 * speaks, "warning: " in the style of headers, and what is said, whose first
 * letter gives the line its direction. What it is about, last on the line after
 * a colon, and options and paths within it keep a direction of their own.
 */
void ark_line_write_message(ark_str program, ark_str warning, ark_str text,
                            const struct ark_terminal *terminal, struct ark_buf *out);

#endif
