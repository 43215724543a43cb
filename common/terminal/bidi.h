/**
 * @file bidi.h
 * Puts a line in the order it is seen, for terminals that do not: the Unicode
 * Bidirectional Algorithm (UAX #9) and Arabic joining, both FriBidi's.
 *
 * Vowel marks take no part in either: they stay behind their letter, and a
 * lam-alef is one cell with the marks of both letters.
 */
#ifndef ARK_TERMINAL_BIDI_H
#define ARK_TERMINAL_BIDI_H

#include "common/terminal/line.h"

/**
 * The cleaned line as it is to be written from left to right: letters in their
 * joined shapes, brackets mirrored, runs following their letters, those in the
 * style of paths in the direction of their first letter. base is the
 * direction of the paragraph, LTR or RTL. *cells, unless NULL, is the width.
 * Everything lies in the arena. Cost: O(text).
 */
struct ark_line ark_bidi_visual(const struct ark_line *line, enum ark_direction base,
                                struct ark_arena *arena, size_t *cells);

/**
 * The cleaned line for a terminal that shapes each word and lays its letters
 * from right to left, but puts words side by side as they come (kitty 0.26 and
 * later): words in the order in which they are seen, the letters of a word in
 * logical order, unshaped.
 *
 * Such a terminal takes for one word what is drawn with one font between
 * blanks, so whether it also turns brackets and digits beside Arabic letters
 * around depends on the user's fonts. They are given the other weight
 * (ARK_STYLE_OTHER_WEIGHT), and with it another font and a run of their own, in
 * which they stay as written: in the order in which they are seen. Without
 * terminal->styled nothing is given another weight.
 */
struct ark_line ark_bidi_words(const struct ark_line *line, enum ark_direction base,
                               const struct ark_terminal *terminal, struct ark_arena *arena,
                               size_t *cells);

/**
 * The Unicode Bidirectional Algorithm for one paragraph of count characters:
 * their levels, and by place from the left which character stands there. *base
 * NONE takes the direction of the first letter (rules P2 and P3) and tells it.
 * Both functions above go by this one.
 */
void ark_bidi_resolve(const uint32_t *text, size_t count, enum ark_direction *base, int8_t *levels,
                      size_t *order, struct ark_arena *arena);

#endif
