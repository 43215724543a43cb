/**
 * @file expand.h
 * From a query word to what it matches in the index: in each segment the
 * family it belongs to, and which of the family's variants agree with it at
 * which levels; over all segments, in how many documents each level stands.
 *
 * A pattern or a misspelt word has several families in a segment, those of the
 * forms it stands for; nearness takes the place of levels, and all count as one
 * word with the documents of all.
 */
#ifndef ARK_SEARCHER_EXPAND_H
#define ARK_SEARCHER_EXPAND_H

#include "searcher/form_set.h"

/** A set of levels: bit 1 << ARK_LEVEL_x. */
enum {
    ARK_LEVELS_FORM = 1 << ARK_LEVEL_FORM,
    ARK_LEVELS_CLOSE = 1 << ARK_LEVEL_FORM | 1 << ARK_LEVEL_LIGHT | 1 << ARK_LEVEL_STEM,
    ARK_LEVELS_ALL = ARK_LEVELS_CLOSE | 1 << ARK_LEVEL_SKELETON,
    ARK_LEVELS_SETS = ARK_LEVELS_ALL + 1,
};

/** The levels at which the variants of a light class match. */
struct ark_class_levels {
    uint8_t some;            /**< of any variant */
    uint8_t every;           /**< of all of them */
    uint8_t rare_count;      /**< rare variants that have a form of the word */
    const uint8_t *variants; /**< by code: levels, of those that count */
    const struct ark_rare_place *rare;
};

/** A query word in one segment. */
struct ark_word_segment {
    const struct ark_family *family; /**< NULL when nothing matches at a level that counts */
    const struct ark_class_levels *class_levels; /**< by class of the family */
    uint8_t levels;                              /**< of all variants of all families together */
    const struct ark_word_segment *next; /**< the next family; of words that have forms only */
};

/** A query word in the whole index. */
struct ark_expansion {
    const struct ark_query_node *word;
    uint8_t levels;            /**< that count: the form alone for =word */
    struct ark_form_set forms; /**< of a pattern or a misspelt word */
    /** Documents. Of several spellings or forms, which are not counted together but reckoned: see expand.c. */
    uint64_t df[ARK_LEVEL_COUNT];
    double idf[ARK_LEVEL_COUNT];
    ark_float4 weights; /**< level weight * idf * (k1 + 1) * the word's own weight; 0 where the
                             level does not count */
    float best_weight[ARK_LEVELS_SETS]; /**< the greatest weight in a set of levels */
    struct ark_word_segment *segments;
};

/**
 * Looks a word up. Everything lies in the arena. ARK_E_CORRUPT; ARK_E_LIMIT for
 * a pattern with too many forms (see form_set.h for what it costs). Cost: for each segment a
 * dictionary look-up, some 10 ns for each class and stem of the family and for each variant
 * of the word's own class; no list is read.
 */
enum ark_status ark_expand(const struct ark_expand_source *source,
                           const struct ark_query_node *word, struct ark_arena *arena,
                           struct ark_expansion *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
