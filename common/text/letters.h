/**
 * @file letters.h
 * A token letter for letter: what two tokens are compared by when no folding
 * is wanted. Only what is no letter goes: tatweel, joiners, and vowel marks
 * when they are not asked for.
 */
#ifndef ARK_TEXT_LETTERS_H
#define ARK_TEXT_LETTERS_H

#include "common/base/buf.h"
#include "common/base/str.h"

/**
 * Appends the letters of a token to out, composed and with marks in canonical
 * order (Unicode normal form C), so that two ways to write a letter are one:
 * an alef with a hamza above as one character or as two. marks = false drops
 * vowel marks. Of one letter's marks the first 62 count, as in clean.h.
 * Bytes that are not UTF-8 stay as they are. Cost: some 50 ns a letter.
 */
void ark_letters(ark_str token, bool marks, struct ark_buf *out);

#endif
