/**
 * @file bidi.h
 * Puts a line in the order it is seen, for terminals that do not: the Unicode
 * Bidirectional Algorithm (UAX #9) and Arabic joining, both FriBidi's.
 *
 * Vowel marks take no part in either: they stay behind their letter, and a
 * lam-alef is one cell with the marks of both letters.
 */
#ifndef ARK_SEARCHER_BIDI_H
#define ARK_SEARCHER_BIDI_H

#include "searcher/line.h"

/**
 * The cleaned line as it is to be written from left to right: letters in their
 * joined shapes, brackets mirrored, runs following their letters. base is the
 * direction of the paragraph, LTR or RTL. *cells, unless NULL, is the width.
 * Everything lies in the arena. Cost: O(text).
 */
struct ark_line ark_bidi_visual(const struct ark_line *line, enum ark_direction base,
                                struct ark_arena *arena, size_t *cells);

#endif
