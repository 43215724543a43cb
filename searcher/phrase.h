/**
 * @file phrase.h
 * Where the words of a phrase stand next to each other in one document.
 */
#ifndef ARK_SEARCHER_PHRASE_H
#define ARK_SEARCHER_PHRASE_H

#include "common/store/postings.h"

/** One word of the phrase: a cursor that stands on the document. */
struct ark_phrase_word {
    struct ark_postings *postings;
    const uint8_t *member_levels; /**< by member of the family */
    uint8_t levels;               /**< a member counts when it matches at one of these */
    uint32_t offset;              /**< tokens from the first word */
};

/** Memory that is used again from document to document; starts as {0}. */
struct ark_phrase_scratch {
    uint32_t *starts;
    size_t starts_capacity;
    uint32_t *merged;
    size_t merged_capacity;
};

/**
 * The positions, ascending, at which the phrase begins in the document all the
 * cursors stand on; *count of them, in scratch until the next call. With one
 * word: the positions of that word. NULL and *count 0 also after an error, which
 * the cursors' status tells. Cost: the positions of the words there.
 */
const uint32_t *ark_phrase_starts(const struct ark_phrase_word *words, uint32_t word_count,
                                  struct ark_arena *arena, struct ark_phrase_scratch *scratch,
                                  size_t *count);

/** How often the members that count occur in the document the word's cursor stands on. */
uint64_t ark_phrase_word_tf(const struct ark_phrase_word *word);

#endif
