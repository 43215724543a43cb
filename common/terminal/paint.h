/**
 * @file paint.h
 * One line as the terminal is to get it: in its order, in its colours, at its
 * edge, with its links. The last step of line.h, which alone calls it.
 *
 * Every escape sequence of the text format is written here, from our own
 * strings; the text has passed the gate before.
 */
#ifndef ARK_TERMINAL_PAINT_H
#define ARK_TERMINAL_PAINT_H

#include "common/terminal/line.h"

/** How text is written on the terminal; asks it only when text has right-to-left letters. */
struct ark_order ark_paint_order(ark_str text, const struct ark_terminal *terminal);

/**
 * The cleaned line in the order and the letters in which it is written, in the
 * arena; *cells is its width.
 */
struct ark_line ark_paint_arrange(const struct ark_line *line, const struct ark_terminal *terminal,
                                  const struct ark_order *order, enum ark_direction base,
                                  struct ark_arena *arena, size_t *cells);

/**
 * Appends the cleaned line, in the direction base (LTR or RTL), and a newline.
 * right: it ends at the right edge of the text, where that edge is known.
 * Cost: O(text).
 */
void ark_paint_line(const struct ark_line *line, const struct ark_terminal *terminal,
                    enum ark_direction base, bool right, struct ark_arena *arena,
                    struct ark_buf *out);

#endif
