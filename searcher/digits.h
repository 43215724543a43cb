/**
 * @file digits.h
 * Which digits the counts and ranks of the text format are written with.
 */
#ifndef ARK_SEARCHER_DIGITS_H
#define ARK_SEARCHER_DIGITS_H

/** --digits. The names are in ark_digits_names, in this order. */
enum ark_digits { ARK_DIGITS_ASCII, ARK_DIGITS_ARAB, ARK_DIGITS_LOCALE };
extern const char *const ark_digits_names[];

/** ASCII or ARAB for LOCALE: what the environment's locale writes numbers with. */
enum ark_digits ark_digits_resolve(enum ark_digits digits);

#endif
