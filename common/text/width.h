/**
 * @file width.h
 * How wide a character is in a grid of cells, and which way it runs. The facts
 * are utf8proc's.
 */
#ifndef ARK_TEXT_WIDTH_H
#define ARK_TEXT_WIDTH_H

#include "common/base/str.h"

/** Which way a character, or a line, runs. */
enum ark_direction { ARK_DIRECTION_NONE, ARK_DIRECTION_LTR, ARK_DIRECTION_RTL };

/** Cells of a character: 0 for marks, joiners and other invisible ones, 2 for wide ones, else 1. */
unsigned ark_text_width(uint32_t codepoint);

/** Cells of a text: the sum over its characters. */
size_t ark_text_cells(ark_str text);

/** The direction of a character: NONE for digits, punctuation, blanks and marks. */
enum ark_direction ark_text_direction(uint32_t codepoint);

/** The direction of the first character of text that has one (rule P2 of UAX #9); NONE if none has. */
enum ark_direction ark_text_base_direction(ark_str text);

/** True when text has a character that runs from the right to the left. */
bool ark_text_has_rtl(ark_str text);

#endif
