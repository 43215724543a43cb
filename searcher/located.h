/**
 * @file located.h
 * The leaves of a plan that are settled by where words stand in a document:
 * NEAR, phrases with slop, words and phrases in one field, words letter for
 * letter, things with several names. Documents that may match are read off the lists of the words; only
 * for these positions are looked at, or the text.
 *
 * After damage nothing matches, and the status tells.
 */
#ifndef ARK_SEARCHER_LOCATED_H
#define ARK_SEARCHER_LOCATED_H

#include "searcher/plan.h"
#include "searcher/word_lists.h"

/** True for a leaf that is settled here; others are read off the lists alone. */
bool ark_node_is_located(const struct ark_query_node *node);

/** The number of WORDs in a leaf. */
uint32_t ark_node_word_count(const struct ark_query_node *node);

/**
 * The idf of a leaf whose words are expanded, in their order:
 * of a word at the level light (form when only that counts), of what stands
 * together the sum, of alternatives the smallest. A name in several words counts
 * as its rarest, so that a month weighs the same in Damascus and Cairo.
 */
double ark_node_idf(const struct ark_query_node *node, const struct ark_expansion *words);

/**
 * The documents that its idf goes by: of what stands together those of the
 * rarest word, of alternatives those of the most frequent one.
 */
uint64_t ark_node_df(const struct ark_query_node *node, const struct ark_expansion *words);

struct ark_located;

/** Where things live and are found. */
struct ark_located_source {
    struct ark_segment *segment;
    uint32_t window_count;
    struct ark_arena *arena;   /**< for what lives as long as the leaf */
    struct ark_arena *scratch; /**< for what lives until the next window */
};

/**
 * A leaf in one segment; words are the lists of its words in order, also of
 * those that are not there. Errors go where those of the first word's lists go.
 */
struct ark_located *ark_located_make(const struct ark_query_node *node,
                                     struct ark_word_lists *words,
                                     const struct ark_located_source *source);

/** Marks the windows with documents that may match, 1 by window; out is cleared before. */
void ark_located_windows(struct ark_located *located, uint8_t *out);

/** Those documents of the set that may match. */
struct ark_window_bits ark_located_candidates(struct ark_located *located, uint32_t window,
                                              struct ark_window_bits set);

/**
 * Upper bounds of 255 times the saturation of what ark_located_count counts, by
 * window; out is cleared before. False after damage.
 */
bool ark_located_bounds(struct ark_located *located, const uint8_t *norms,
                        const struct ark_impact_table *table, uint8_t *out);

/**
 * Those documents of the set that can have the leaf, by the lists of its words alone, and at most
 * how often: limits, by local of these, has room for ARK_WINDOW.
 */
struct ark_window_bits ark_located_limits(struct ark_located *located, uint32_t window,
                                          const struct ark_window_bits *set, uint32_t *limits);

/** How often the leaf occurs in documents of a window. */
struct ark_located_counts {
    struct ark_window_bits found;
    struct ark_window_bits close; /**< not by the skeleton alone */
    ark_float4 *tfs;              /**< by local, of those found; ARK_WINDOW of them, the caller's */
};

/**
 * Looks at each document of the set, and adds those that have the leaf to *out. Of a word at all levels *tfs is by level; of other words,
 * whose forms alone count, at the place of the form; of a phrase and a NEAR it is there
 * how often the rarest of what is joined takes part.
 * Cost: the positions of its words there; ==word: the document's text.
 */
void ark_located_count(struct ark_located *located, uint32_t window,
                       const struct ark_window_bits *set, struct ark_located_counts *out);

/**
 * What to light in a document, in no order, in the arena; NULL and *count 0
 * when there is nothing. A phrase is one match with all that stands inside; of a
 * NEAR each part is one.
 */
const struct ark_match *ark_located_matches(struct ark_located *located, ark_docid doc,
                                            struct ark_arena *arena, size_t *count);

/** ARK_OK, or the first error that was met beside those of the lists. */
enum ark_status ark_located_status(const struct ark_located *located);

#endif
