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
    double weight_max;                    /**< times the saturation: the greatest score */
    ark_docid doc;         /**< of a word: its cursor's; of a phrase: where all its words are */
    ark_docid counted_doc; /**< the document phrase_tf belongs to */
    uint64_t phrase_tf;
};

struct ark_matcher {
    const struct ark_plan *plan;
    struct ark_segment *segment;
    uint32_t segment_idx;
    struct ark_arena *arena;
    struct ark_leaf *leaves; /**< as plan->leaves */
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
 * The score of a leaf that stands on a document whose K is k; 0 when the leaf
 * does not match there after all. *close tells whether it matches at form,
 * light or stem.
 */
double ark_leaf_score(struct ark_matcher *matcher, struct ark_leaf *leaf, double k, bool *close);

/** The sum of all scored leaves, in their order. *all_words: each of them matches closely. */
double ark_matcher_score(struct ark_matcher *matcher, ark_docid doc, bool *all_words);

/**
 * An upper bound of the leaf's score in the documents from target to *last, the
 * end of the block that holds target or comes first after it.
 */
double ark_leaf_bound(const struct ark_matcher *matcher, const struct ark_leaf *leaf,
                      ark_docid target, ark_docid *last);

/** Bounds and sums are rounded in different order; a bound counts only when it is this much too low. */
#define ARK_BOUND_SLACK (1 + 1e-6)

#endif
