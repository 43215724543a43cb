/**
 * @file names.h
 * Things that have several names, of one word or two: the months. Names are not
 * spellings (spelling.h): they share no consonants, so they are no neighbours
 * in the index, and a name of two words is a phrase.
 */
#ifndef ARK_TEXT_NAMES_H
#define ARK_TEXT_NAMES_H

#include "common/base/str.h"

/** A name has at most this many others. */
enum { ARK_NAMES_MAX = 4 };

/**
 * The other names of what is named by these folded forms, "_" between two of
 * them; returns how many. They stand as one writes them, "_" between two words,
 * and are static. Cost: about 2 us.
 */
size_t ark_other_names(ark_str forms, ark_str out[ARK_NAMES_MAX]);

#endif
