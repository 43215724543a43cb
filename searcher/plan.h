/**
 * @file plan.h
 * The inside of struct ark_plan, for the files of searcher that run it.
 *
 * A plan has leaves and a tree. The leaves are the words and phrases of the
 * query in its order; a document's score is the sum over the scored ones,
 * wherever they stand. The tree says which documents match. Stop words that are
 * left out are in neither.
 */
#ifndef ARK_SEARCHER_PLAN_H
#define ARK_SEARCHER_PLAN_H

#include "searcher/expand.h"

/** A word, or the words of a phrase or a NEAR; or a filter, which has none and is not scored. */
struct ark_plan_leaf {
    const struct ark_query_node *node;
    struct ark_expansion *words;
    uint32_t word_count;  /**< of a word 1, of a filter 0 */
    bool located;         /**< settled by located.h */
    bool scored;          /**< not below a NOT */
    double phrase_idf;    /**< of what has several words: ark_node_idf */
    double phrase_weight; /**< phrase_idf * (k1 + 1) * the node's own weight */
    float place_weight;   /**< the greatest that a place of it can have (proximity.h) */
    uint32_t gap;         /**< words from the scored leaf before it; 0: they are no pair */
};

/** True for a leaf that lists alone settle: a word. */
static inline bool
ark_plan_leaf_is_word(const struct ark_plan_leaf *leaf)
{
    return leaf->word_count == 1 && !leaf->located;
}

/** What ark_plan_node.leaf_idx is in an inner node. */
#define ARK_PLAN_NO_LEAF UINT32_MAX

struct ark_plan_list {
    struct ark_plan_node **items;
    uint32_t count;
    uint32_t capacity;
};

/**
 * A condition on documents. A leaf: the word or phrase is there, the filter is
 * met. An inner node: all filters match and all required children; when there
 * are none of these, any of the optional ones, if there are any; and no excluded
 * one. Optional children of a node with required ones are not in the tree, for
 * they only rank.
 */
struct ark_plan_node {
    uint32_t leaf_idx;
    bool close;     /**< a word must match at form, light or stem, not by its skeleton alone */
    bool necessary; /**< every document of the result matches this node */
    struct ark_plan_list required;
    struct ark_plan_list optional;
    struct ark_plan_list excluded;
    struct ark_plan_list
        filters; /**< nothing below them is scored, and few documents need a look */
};

struct ark_plan {
    const struct ark_query *query;
    struct ark_arena *arena;
    struct ark_segment **segments;
    uint32_t segment_count;
    uint64_t document_count; /**< dead ones too */
    uint64_t dead_count;
    double mean_length;
    struct ark_bm25 bm25;
    struct ark_plan_leaf *leaves;
    uint32_t leaf_count;
    uint32_t scored_count;
    const struct ark_plan_node *root;  /**< NULL: nothing matches */
    struct ark_evaluator **evaluators; /**< by segment, once opened (ark_plan_evaluator) */
    struct ark_leaf_slots *slots;      /**< as leaves: of whichever evaluator scores */
    struct ark_arena scratch;          /**< of the evaluators; empty between calls */
};

/** True when lists alone settle every leaf. */
static inline bool
ark_plan_is_words(const struct ark_plan *plan)
{
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (!ark_plan_leaf_is_word(&plan->leaves[i])) {
            return false;
        }
    }
    return true;
}

/** ark_plan_make over segments that need not be in a store (the plan keeps the array). */
enum ark_status ark_plan_make_over(struct ark_segment **segments, uint32_t segment_count,
                                   const struct ark_query *query, struct ark_arena *arena,
                                   struct ark_plan **out, struct ark_error *err) ARK_MUST_CHECK;

/**
 * A plan for the documents that match an active node of whole's query as if it
 * were required. It shares whole's segments. ARK_E_CORRUPT.
 */
enum ark_status ark_plan_make_part(const struct ark_plan *whole, const struct ark_query_node *node,
                                   struct ark_arena *arena, struct ark_plan **out,
                                   struct ark_error *err) ARK_MUST_CHECK;

/**
 * The number of living documents that match the plan. ARK_E_CORRUPT. Cost: a
 * walk over the postings of its words.
 */
enum ark_status ark_plan_count_matches(struct ark_plan *plan, struct ark_arena *arena,
                                       uint64_t *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
