/**
 * @file analyzer.h
 * The one pipeline from a token to what it is compared by, shared by indexing
 * and searching: clean, fold, light-stem, Snowball-stem, skeleton.
 *
 * A word is what is left of a token after cleaning, at all levels. Analysis is
 * a pure function of the token's bytes: it never depends on the collection.
 * Each distinct (form, stem) pair has one word number, from 0 up, in the order
 * first seen; a cache from surface form to number stands in front, so that
 * cleaning and stemming run on a few per cent of running text.
 *
 * Light form and family are functions of the form alone, and the family one of
 * the light form: two words that agree at form or light agree in family. Stems
 * are compared inside a family only. Interning a form
 * gives that form's light form and family again (and the stem of the folded
 * spelling), which is how a stored list of forms is expanded.
 *
 * One analyzer serves one thread; several can share one table of words.
 */
#ifndef ARK_TEXT_ANALYZER_H
#define ARK_TEXT_ANALYZER_H

#include "common/base/str.h"
#include "common/text/segment.h"

/** Matching levels, strongest first. */
enum ark_level { ARK_LEVEL_FORM, ARK_LEVEL_LIGHT, ARK_LEVEL_STEM, ARK_LEVEL_SKELETON };
enum { ARK_LEVEL_COUNT = 4 };

/** No level text is longer; longer tokens are cut and end in a hash of the whole. */
enum { ARK_TERM_BYTES_MAX = 255 };

/** A token that is nothing after cleaning (marks alone). It takes a position but no term. */
#define ARK_WORD_NONE UINT32_MAX

/**
 * One analysed word. The skeleton is the key of the word's family. For Latin
 * script: light = form, skeleton = stem (Snowball English). For digits and
 * other scripts all four are the form.
 */
struct ark_word {
    ark_str level[ARK_LEVEL_COUNT];
};

struct ark_analyzer;
struct ark_word_table; /**< common/text/word_table.h */

/** A new analyzer with an empty cache and words of its own. Never NULL. */
struct ark_analyzer *ark_analyzer_new(void);
/** The same over a table of words that others may use at the same time and that outlives it. */
struct ark_analyzer *ark_analyzer_new_over(struct ark_word_table *words);
/** Frees it, and the words that are its own; takes NULL. */
void ark_analyzer_free(struct ark_analyzer *analyzer);
/**
 * The number of the word that the token's bytes stand for, or ARK_WORD_NONE.
 * Cost: a hash look-up for a surface form seen before, else about 2 µs.
 */
uint32_t ark_analyzer_intern(struct ark_analyzer *analyzer, ark_str token, enum ark_script script);
/**
 * The numbers of count tokens of text, as ark_analyzer_intern gives them one by
 * one; numbers has room for count. Faster by a third on running text with many
 * words, because the memory of later tokens is fetched while earlier ones are
 * looked up.
 */
void ark_analyzer_intern_many(struct ark_analyzer *analyzer, ark_str text,
                              const struct ark_token *tokens, size_t count, uint32_t *numbers);
/** The word of a number; its views are valid until reset or free. */
struct ark_word ark_analyzer_word(const struct ark_analyzer *analyzer, uint32_t number);
/** How many words have numbers. */
uint32_t ark_analyzer_word_count(const struct ark_analyzer *analyzer);
/** Its table of words. */
struct ark_word_table *ark_analyzer_words(struct ark_analyzer *analyzer);
/** Bytes held by cache and words (those that are its own), for budgets. */
size_t ark_analyzer_bytes(const struct ark_analyzer *analyzer);
/** Forgets all surface forms and gives their memory back; what they stand for is looked up anew. */
void ark_analyzer_shed(struct ark_analyzer *analyzer);
/** Takes another shared table, or the same one after a reset, in place of its shared one. */
void ark_analyzer_renew_words(struct ark_analyzer *analyzer, struct ark_word_table *words);
/** Forgets all words and surface forms; numbers start at 0 again. The words must be its own. */
void ark_analyzer_reset(struct ark_analyzer *analyzer);

/**
 * Name, version and table hash, such as "arabic 1 en 9f86d081": an index made
 * under another identity is refused. A static string.
 */
const char *ark_analyzer_identity(void);

#endif
