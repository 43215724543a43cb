/**
 * @file names.h
 * Things that have several names, of one word or two: the months, and the
 * servants of God, whose name is written as one word or two. Names are not
 * spellings (spelling.h): most share no consonants, so they are no neighbours
 * in the index, and a name of two words is a phrase.
 */
#ifndef ARK_TEXT_NAMES_H
#define ARK_TEXT_NAMES_H

#include "common/base/arena.h"
#include "common/base/str.h"

/** A name has at most this many others. */
enum { ARK_NAMES_MAX = 4 };

/**
 * The other names of what is named by these folded forms, "_" between two of
 * them; returns how many. A particle before the first word is put before the
 * others as well. They stand as one writes them, "_" between two words, in the
 * arena. Cost: about 5 us.
 */
size_t ark_other_names(ark_str forms, struct ark_arena *arena, ark_str out[ARK_NAMES_MAX]);

#endif
