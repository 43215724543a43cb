/**
 * @file stem.h
 * The Snowball stemmers for Arabic and English; the only module that knows
 * libstemmer.
 *
 * One stemmer serves one thread. A stem is a pure function of the word.
 */
#ifndef ARK_TEXT_STEM_H
#define ARK_TEXT_STEM_H

#include "common/base/str.h"

struct ark_stemmer;

/** A new stemmer. Never NULL. */
struct ark_stemmer *ark_stemmer_new(void);
/** Frees it; takes NULL. */
void ark_stemmer_free(struct ark_stemmer *stemmer);

/**
 * Snowball's Arabic stem of a cleaned token of at most ARK_TERM_BYTES_MAX
 * bytes. In words of 6 letters or more a leading wa+al or fa+al is cut to al
 * first, because Snowball never strips it. Never empty for a word that is not.
 * The view is valid until the next call. Cost: about 250 ns.
 */
ark_str ark_stem_arabic(struct ark_stemmer *stemmer, ark_str cleaned);

/** Snowball's English stem of a lower-case word of at most ARK_TERM_BYTES_MAX bytes; otherwise the same. */
ark_str ark_stem_english(struct ark_stemmer *stemmer, ark_str cleaned);

#endif
