/**
 * @file phrase_window.h
 * A phrase in one window of 128 documents after another: which documents may
 * have all its words closely (at form, light or stem), how often the phrase can be in
 * them at most, and how often it is.
 *
 * The lists of its words are looked at once in a window, whatever is asked.
 * After damage no document has the words, and the lists' status tells.
 */
#ifndef ARK_SEARCHER_PHRASE_WINDOW_H
#define ARK_SEARCHER_PHRASE_WINDOW_H

#include "searcher/word_lists.h"

struct ark_phrase_window;

/**
 * For a phrase of these words, at least one, which begins at offset first of what words are numbered
 * by; in the arena, with all it needs later.
 */
struct ark_phrase_window *ark_phrase_window_new(struct ark_word_lists *words, uint32_t word_count,
                                                uint32_t first, struct ark_arena *arena);

/**
 * Marks in out, by window, documents outside of which none has all words: all of them are not
 * looked at later. False after damage. Cost: 8 ns a window of each list, 3 a posting of short ones.
 */
bool ark_phrase_window_prepare(struct ark_phrase_window *phrase, uint32_t window_count);

/** False when no document of the window can have all words, as far as that is prepared. */
bool ark_phrase_window_possible(const struct ark_phrase_window *phrase, uint32_t window);

/**
 * Those documents of the set that may have all words, by the documents of their classes: others of
 * the set do not; the window is entered by that. Cost: 20 ns a
 * list, and nothing when the documents were among those asked for last.
 */
struct ark_window_bits ark_phrase_window_enter(struct ark_phrase_window *phrase, uint32_t window,
                                               const struct ark_window_bits *set);

/**
 * At most so often is the phrase in the documents of a set, of those that were returned: limits, by
 * local, has room for ARK_WINDOW. False after damage. Cost: 3 ns a list and document.
 */
bool ark_phrase_window_limits(struct ark_phrase_window *phrase, const struct ark_window_bits *set,
                              uint32_t *limits);

/**
 * How often it is in each document of a set, of those that were returned: counts by local. False
 * after damage. Cost: 10 ns a list and document, 1 a position.
 */
bool ark_phrase_window_count(struct ark_phrase_window *phrase, const struct ark_window_bits *set,
                             uint32_t *counts);

/**
 * Where the phrase begins in a document, ascending: *count positions, which hold until the next call;
 * NULL when there are none. It enters the window.
 */
const uint32_t *ark_phrase_window_starts(struct ark_phrase_window *phrase, uint32_t window,
                                         uint32_t local, uint32_t *count);

#endif
