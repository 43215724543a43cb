/**
 * @file spelling.h
 * Other spellings of a word. Two rules make them: seats of hamza do not matter
 * (the two spellings of "responsible"), and a table in data/ names pairs such as
 * the two of "Syria" and of "America", with what is derived from them.
 *
 * They are looked up beside a query word, as a union at each level, and never
 * merged in the index, so =word still tells them apart. (As further terms of
 * the query they lost: analysis design, section 2.)
 */
#ifndef ARK_TEXT_SPELLING_H
#define ARK_TEXT_SPELLING_H

#include "common/base/arena.h"
#include "common/base/str.h"

/** A word has at most this many other spellings. */
enum { ARK_SPELLINGS_MAX = 8 };

/**
 * The other spellings of a cleaned token (ark_clean_token), in the arena;
 * returns how many. A pure function of the token. Cost: about .3 µs.
 */
size_t ark_spellings(ark_str cleaned, struct ark_arena *arena, ark_str out[ARK_SPELLINGS_MAX]);

#endif
