/**
 * @file arabic_stem.h
 * Snowball's Arabic stemmer for words of plain letters, which nearly all are:
 * the library takes words of any script as strings of UTF-8, seeks each of
 * forty affixes by binary search, and so needs ten times as long. Whoever stems
 * asks here first, and the library for all other words (stem.h).
 *
 * The same stems as those of libstemmer 2.2, whatever one thinks of them: a
 * test compares them. The algorithm is that of Assem Chelli and Abdelkrim
 * Aries (snowballstem.org, algorithms/arabic.sbl, 2016), in other words.
 */
#ifndef ARK_TEXT_ARABIC_STEM_H
#define ARK_TEXT_ARABIC_STEM_H

#include "common/base/str.h"

/** Longer words are not for this. */
enum { ARK_ARABIC_STEM_LETTERS_MAX = 32 };

/**
 * Writes the stem of a word to out, which has room for the word's bytes, and
 * returns its bytes: not 0. 0 when the word is empty, has over
 * ARK_ARABIC_STEM_LETTERS_MAX letters or one that is not of U+0621 to U+063A or
 * U+0641 to U+064A. Cost: about 40 ns.
 */
size_t ark_arabic_stem(ark_str word, uint8_t *out);

#endif
