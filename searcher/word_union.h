/**
 * @file word_union.h
 * In which documents of a window a word with many lists, as a pattern or a misspelt word has, can
 * come to a score.
 *
 * Lists that count as a whole are added up for all documents at once. Of a class of which
 * some variants count, as of the most frequent word's when a rare form of it is meant, the list
 * says how often a document has them at most: variants are looked at in those documents
 * only where that much would come to the score, the largest class first, so that few are
 * left for the others.
 */
#ifndef ARK_SEARCHER_WORD_UNION_H
#define ARK_SEARCHER_WORD_UNION_H

#include "searcher/word_lists.h"

struct ark_union_task {
    uint32_t window;
    unsigned levels; /**< that the word has in the segment: form, light and stem at most */
    const float *k;  /**< by local, those of BM25; > 0 for others, too */
    double least;    /**< the score > 0 */
};

/**
 * Those documents of the set in which the word may score least or more; none after damage. Cost: 50 ns
 * for each list with a document in the window, 300 for the window, and 5 to 20 for a document
 * and list whose variants are looked at.
 */
struct ark_window_bits ark_word_union_reaching(struct ark_word_lists *lists,
                                               const struct ark_union_task *task,
                                               struct ark_window_bits set);

#endif
