/**
 * @file query_text.h
 * What the characters of a query mean, for the lexer and for the making of
 * words: what parts words, what quotes, what digits and field names are.
 */
#ifndef ARK_SEARCHER_QUERY_TEXT_H
#define ARK_SEARCHER_QUERY_TEXT_H

#include "searcher/query.h"

/** Characters with a meaning; named by code point, because most have no direction of their own. */
enum {
    ARK_ANGLE_OPEN = 0x00AB,
    ARK_ANGLE_CLOSE = 0x00BB,
};

/** The character at offset at and its length in bytes; 0 and 0 at the end. */
uint32_t ark_query_peek(ark_str text, size_t at, size_t *length);

/** Blanks, and the Arabic comma, semicolon and question mark, after which a blank is often left out. */
bool ark_query_is_separator(uint32_t codepoint);
/** Straight, angle and curly quotes. */
bool ark_query_is_quote(uint32_t codepoint);
/** True for what ends a run of words: separators, quotes, parentheses and the bar. */
bool ark_query_ends_words(uint32_t codepoint);
/** True when quote closes a phrase that opener began. Curly quotes come in either order. */
bool ark_query_quote_closes(uint32_t opener, uint32_t quote);
/** Tatweel and Arabic vowel marks, which may lead a word and are no token by themselves. */
bool ark_query_leads_word(uint32_t codepoint);

/** True when an odd number of backslashes stands right before offset at. */
bool ark_query_is_escaped(ark_str text, size_t at);

/** The value of a digit (ASCII, Arabic-Indic, Persian), or -1. */
int ark_query_digit(uint32_t codepoint);
/**
 * Reads a whole number that begins at offset at and returns where it ends (at
 * itself when no digit stands there). *out stays at most UINT32_MAX.
 */
size_t ark_query_number(ark_str text, size_t at, uint32_t *out);

/** The field of this name, or ARK_FIELD_ANY when none has it. */
enum ark_query_field ark_query_field_named(ark_str name);
/** The English name of a field; empty for ARK_FIELD_ANY. Static. */
const char *ark_query_field_name(enum ark_query_field field);

#endif
