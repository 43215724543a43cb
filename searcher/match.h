/**
 * @file match.h
 * A plan at work in one segment: cursors over the postings of its words, the
 * documents that match, their scores.
 *
 * Documents are visited in ascending order. Invariant: a cursor is never moved
 * past a document that has yet to be visited, so that every leaf can score
 * every document. Hence only necessary nodes leapfrog; an optional group moves
 * its first child alone and settles the rest when the document is visited.
 */
#ifndef ARK_SEARCHER_MATCH_H
#define ARK_SEARCHER_MATCH_H

#include "searcher/phrase.h"
#include "searcher/plan.h"

/** A cursor over the family of one word. */
struct ark_cursor {
    struct ark_postings *postings;
    const uint8_t *member_levels; /**< by member: the levels at which the word matches it */
    const struct ark_expansion *word;
    ark_docid doc; /**< where it stands; ARK_DOCID_END at the end */
};

/** A leaf of the plan in this segment. */
struct ark_leaf {
    const struct ark_plan_leaf *plan;
    struct ark_cursor *cursors;
    struct ark_phrase_word *phrase_words; /**< the cursors again, as a phrase sees them */
    uint32_t cursor_count;                /**< 0 when a word is not in the segment */
    float weight_max;                     /**< times the saturation: the greatest score */
    ark_docid doc;         /**< of a word: its cursor's; of a phrase: where all its words are */
    ark_docid counted_doc; /**< the document phrase_tf belongs to */
    uint64_t phrase_tf;
};

/** Norms are bytes. */
enum { ARK_NORM_COUNT = 256 };

struct ark_matcher {
    const struct ark_plan *plan;
    struct ark_segment *segment;
    uint32_t segment_idx;
    struct ark_arena *arena;
    struct ark_leaf *leaves;         /**< as plan->leaves */
    const uint8_t *norms;            /**< by document */
    float k_of_norm[ARK_NORM_COUNT]; /**< K of a document with this norm */
    struct ark_bm25_bounds bounds;
    struct ark_phrase_scratch scratch;
};

/** Opens the cursors of all leaves on their first documents. They live in the arena. ARK_E_CORRUPT. */
enum ark_status ark_matcher_open(struct ark_matcher *matcher, const struct ark_plan *plan,
                                 uint32_t segment_idx, struct ark_arena *arena,
                                 struct ark_error *err) ARK_MUST_CHECK;

/** What ended a cursor early, if anything did. */
enum ark_status ark_matcher_status(const struct ark_matcher *matcher);

/** Moves a leaf to the first document >= target that may have it, and returns that document. */
ark_docid ark_leaf_seek(struct ark_leaf *leaf, ark_docid target);

/** The first document >= target that may match the node; ark_matcher_matches tells whether it does. */
ark_docid ark_matcher_seek(struct ark_matcher *matcher, const struct ark_plan_node *node,
                           ark_docid target);

/** True when the document, up to which alone the cursors were moved, matches the node. */
bool ark_matcher_matches(struct ark_matcher *matcher, const struct ark_plan_node *node,
                         ark_docid doc);

/** How often a phrase occurs in the document it stands on. Cost: the positions of its words there, once. */
uint64_t ark_leaf_phrase_tf(struct ark_matcher *matcher, struct ark_leaf *leaf);

/**
 * The score of a word in a document whose K is k: the maximum over levels of
 * weight times BM25. *levels are those at which it matches; none and 0 when no
 * occurrence counts. count >= 1.
 */
static inline double
ark_word_score(const struct ark_cursor *cursor, const struct ark_occurrence *occurrences,
               uint32_t count, float k, unsigned *levels)
{
    const struct ark_expansion *word = cursor->word;
    *levels = cursor->member_levels[occurrences[0].member];
    if (count == 1) {
        // All levels have the same tf, so the greatest weight wins.
        return ark_bm25_round((double)(word->best_weight[*levels] *
                                       ark_bm25_saturation((float)occurrences[0].tf, k)));
    }
    ark_float4 tf = {0};
    unsigned together = 0;
    for (uint32_t i = 0; i < count; i++) {
        unsigned here = cursor->member_levels[occurrences[i].member];
        together |= here;
        tf += ark_level_sets[here] * (float)occurrences[i].tf;
    }
    ark_float4 scores = word->weights * (tf / (tf + k));
    float best = scores[0] > scores[1] ? scores[0] : scores[1];
    float other = scores[2] > scores[3] ? scores[2] : scores[3];
    *levels = together;
    return ark_bm25_round((double)(best > other ? best : other));
}

/** The same for a leaf and the document it stands on. A phrase matches at all levels but the skeleton. */
double ark_leaf_score(struct ark_matcher *matcher, struct ark_leaf *leaf, unsigned *levels);

/**
 * An upper bound of the score of a phrase in the document it stands on: as if
 * its rarest word there always stood in it. Reads no positions.
 */
double ark_phrase_cap(const struct ark_matcher *matcher, const struct ark_leaf *leaf);

/** The sum of all scored leaves, in their order. *all_words: each of them matches closely. */
double ark_matcher_score(struct ark_matcher *matcher, ark_docid doc, bool *all_words);

/**
 * An upper bound of the leaf's score in the documents from target to *last, the
 * end of the block that holds target or comes first after it.
 */
double ark_leaf_bound(const struct ark_matcher *matcher, const struct ark_leaf *leaf,
                      ark_docid target, ark_docid *last);

/** The same for all documents. O(words of the leaf). */
double ark_leaf_bound_max(const struct ark_matcher *matcher, const struct ark_leaf *leaf);

/** Bounds and sums are rounded in different order; a bound counts only when it is this much too low. */
#define ARK_BOUND_SLACK (1 + 1e-6)

#endif
