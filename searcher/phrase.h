/**
 * @file phrase.h
 * Where the words of a phrase stand next to each other in one document.
 */
#ifndef ARK_SEARCHER_PHRASE_H
#define ARK_SEARCHER_PHRASE_H

#include <stdint.h>

#include "common/base/arena.h"

/** One word of the phrase in the document. */
struct ark_phrase_word {
    const uint32_t *positions; /**< ascending */
    uint32_t count;
    uint32_t offset; /**< tokens from the first word */
};

/**
 * The positions, ascending, at which the phrase begins in the document; *count
 * of them, in the arena. With one word: the positions of that word. NULL when there are
 * none. Cost: O(positions of all words).
 */
const uint32_t *ark_phrase_starts(const struct ark_phrase_word *words, uint32_t word_count,
                                  struct ark_arena *arena, uint32_t *count);

#endif
