/**
 * @file translate.h
 * What the programs say, in the language of their user (gettext, domain "ark").
 *
 * Sources are written in English, and English is what comes out of a program
 * without a catalogue. The catalogue is looked for with the first text that is
 * to be translated, so a search that says nothing pays nothing. Of the locale
 * only LC_MESSAGES is ever set: numbers and the order of strings stay those of
 * the C locale, and machine formats are never translated.
 */
#ifndef ARK_BASE_TRANSLATE_H
#define ARK_BASE_TRANSLATE_H

#include "common/base/buf.h"

/** Marks a text of a table for the catalogue; whoever prints it translates it. */
#define ARK_N(text) text
/** Marks a text with a number, in its two English forms. */
#define ARK_N_COUNT(one, many) one, many

/**
 * The translation of text, or text itself: valid as long as the program runs.
 * Cost: a hash look-up once a catalogue is there, else a comparison. Safe in
 * threads when the first call was made by the only one.
 */
const char *ark_translate(const char *text) ARK_FORMAT_ARGUMENT(1);

/**
 * Appends the translation of a text with a number, which stands where it says
 * "{}". English has two forms, for one and for many, other languages up to six;
 * a form without "{}" says the number in words.
 */
void ark_translate_count(const char *one, const char *many, uint64_t count, struct ark_buf *out);

#endif
