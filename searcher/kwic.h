/**
 * @file kwic.h
 * A concordance: each match in a line of its context. Makes and sorts the lines; knows nothing of
 * how they are printed.
 */
#ifndef ARK_SEARCHER_KWIC_H
#define ARK_SEARCHER_KWIC_H

#include "searcher/highlight.h"
#include "searcher/order.h"

/** Words of context on each side: by default and at most. */
enum { ARK_KWIC_WORDS = 8, ARK_KWIC_WORDS_MAX = 50 };

/** One match. Texts have a space for each run of blanks. */
struct ark_kwic_line {
    uint32_t document; /**< number of the document, as given to ark_kwic_add */
    bool in_title;
    uint32_t start; /**< byte of the match in its title or body */
    ark_str before; /**< up to the match, its last blank left out */
    ark_str match;  /**< whole words */
    ark_str after;
    ark_str key; /**< what LEFT and RIGHT sort by: folded words from the match outwards */
};

struct ark_kwic {
    struct ark_kwic_line *items;
    size_t count;
    size_t capacity;
    uint32_t words; /**< of context on each side */
    enum ark_sort sort;
};

/** An empty concordance. sort: LEFT, RIGHT, or any other for the order of places. */
struct ark_kwic ark_kwic_make(uint32_t words, enum ark_sort sort);
/** Frees it; the texts lie in arenas. */
void ark_kwic_dispose(struct ark_kwic *kwic);

/** A text of a document, and where the query stands in it. */
struct ark_kwic_text {
    uint32_t document;
    bool in_title;
    ark_str text;
    uint32_t first_position; /**< of its first token */
};

/**
 * Adds the matches in a text. A match that lies in the one before it, a word of
 * a phrase, has no line of its own. Lines lie in the arena. Cost: O(text).
 */
void ark_kwic_add(struct ark_kwic *kwic, const struct ark_kwic_text *source,
                  const struct ark_matches *matches, struct ark_arena *arena);

/** Puts the lines in order. Ties stay in the order of documents and places. */
void ark_kwic_sort(struct ark_kwic *kwic);

#endif
