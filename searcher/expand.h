/**
 * @file expand.h
 * From a query word to what it matches in the index: in each segment the
 * family it belongs to, and which of the family's variants agree with it at
 * which levels; over all segments, in how many documents each level stands.
 */
#ifndef ARK_SEARCHER_EXPAND_H
#define ARK_SEARCHER_EXPAND_H

#include "searcher/bm25.h"

/** A set of levels: bit 1 << ARK_LEVEL_x. */
enum {
    ARK_LEVELS_FORM = 1 << ARK_LEVEL_FORM,
    ARK_LEVELS_CLOSE = 1 << ARK_LEVEL_FORM | 1 << ARK_LEVEL_LIGHT | 1 << ARK_LEVEL_STEM,
    ARK_LEVELS_ALL = ARK_LEVELS_CLOSE | 1 << ARK_LEVEL_SKELETON,
    ARK_LEVELS_SETS = ARK_LEVELS_ALL + 1,
};

/** The levels at which the variants of a light class match. */
struct ark_class_levels {
    uint8_t some;  /**< of any variant */
    uint8_t every; /**< of all of them */
};

/** A query word in one segment. */
struct ark_word_segment {
    const struct ark_family *family; /**< NULL when nothing matches at a level that counts */
    const uint8_t *variant_levels;   /**< by variant of the family: levels, of those that count */
    const struct ark_class_levels *class_levels; /**< by class of the family */
    uint8_t levels;                              /**< of all variants together */
};

/** A query word in the whole index. */
struct ark_expansion {
    const struct ark_query_node *word;
    uint8_t levels; /**< that count: the form alone for =word */
    uint64_t df[ARK_LEVEL_COUNT];
    double idf[ARK_LEVEL_COUNT];
    ark_float4 weights; /**< level weight * idf * (k1 + 1); 0 where the level does not count */
    float best_weight[ARK_LEVELS_SETS]; /**< the greatest weight in a set of levels */
    struct ark_word_segment *segments;
};

/** What a word is looked up in. */
struct ark_expand_source {
    struct ark_segment *const *segments;
    uint32_t segment_count;
    uint64_t document_count; /**< of all segments, dead ones too, as the df are */
};

/**
 * Looks a word up. Everything lies in the arena. ARK_E_CORRUPT. Cost: a
 * dictionary look-up and the variants of a family for each segment; where a word
 * has several spellings in it, a walk over their windows.
 */
enum ark_status ark_expand(const struct ark_expand_source *source,
                           const struct ark_query_node *word, struct ark_arena *arena,
                           struct ark_expansion *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
