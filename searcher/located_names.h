/**
 * @file located_names.h
 * A thing with several names (located.h) of which no two take equally many
 * words: no place is found by two of them, so each name is counted for itself,
 * as a phrase (phrase_window.h), and what is located need not be put together.
 */
#ifndef ARK_SEARCHER_LOCATED_NAMES_H
#define ARK_SEARCHER_LOCATED_NAMES_H

#include "searcher/located.h"

struct ark_located_names;

/**
 * For a leaf and the lists of its words, in order; NULL when it is not names of different lengths,
 * each a word or a phrase without slop, in any field.
 */
struct ark_located_names *ark_located_names_make(const struct ark_query_node *node,
                                                 struct ark_word_lists *words,
                                                 struct ark_arena *arena);

/** Clears the bounds of windows in which no document has all words of a name. False after damage. */
bool ark_located_names_bounds(struct ark_located_names *names, uint32_t window_count,
                              uint8_t *bounds);

/** ark_located_limits of such names. */
struct ark_window_bits ark_located_names_limits(struct ark_located_names *names, uint32_t window,
                                                const struct ark_window_bits *set,
                                                uint32_t *limits);

/** ark_located_count of such names. */
void ark_located_names_count(struct ark_located_names *names, uint32_t window,
                             const struct ark_window_bits *set, struct ark_located_counts *out);

#endif
