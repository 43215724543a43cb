/**
 * @file evaluate.h
 * A plan at work in one segment, a window of 128 documents at a time: which
 * documents match, and their exact scores.
 *
 * Everything is asked for a set of documents of the window that was entered, so
 * the same code serves a walk over all windows (counts, exact scoring, the
 * oracle of the tests) and a look at a few candidates (stage 2, explanations,
 * places to light).
 *
 * A leaf of the plan is one of
 *   a word:      scored by its levels; in a condition close (form, light, stem) or at any level;
 *   =word:       the same with the form as its only level;
 *   a pattern, a misspelt word: the same with nearness in place of levels;
 *   a phrase:    documents that have all its words, then positions;
 *   located:     what else needs positions or texts (located.h);
 *   a filter:    a condition on the document (filter.h), which is not scored.
 * A new kind of leaf needs: presence in a window within a mask (ark_leaf_matches),
 * the windows in which it can be (ark_leaf_windows), its score there
 * (ark_leaf_score), and for stage 1 lists of a word or bounds by window
 * (candidates.c). A weight of a leaf multiplies the weights of its words.
 * Filters over document columns (a date, a path) are leaves that are not scored.
 */
#ifndef ARK_SEARCHER_EVALUATE_H
#define ARK_SEARCHER_EVALUATE_H

#include "searcher/filter.h"
#include "searcher/impact.h"
#include "searcher/located.h"
#include "searcher/phrase_window.h"
#include "searcher/plan.h"
#include "searcher/word_lists.h"

/** A leaf of the plan in this segment. */
struct ark_leaf {
    const struct ark_plan_leaf *plan;
    struct ark_word_lists *words;
    uint32_t word_count;              /**< 0 when the segment lacks one of them */
    struct ark_located *located;      /**< or NULL */
    struct ark_phrase_window *phrase; /**< or NULL */
    struct ark_filter *filter;        /**< or NULL */
    /* Of a phrase and what is located, in the window entered: */
    struct ark_window_bits asked; /**< documents whose positions were looked at, or need not be */
    struct ark_window_bits found; /**< those of them with the phrase */
    struct ark_window_bits close; /**< of those found: not by the skeleton alone */
    uint32_t *tfs;                /**< of a phrase by local: how often, of those found */
    ark_float4 *level_tfs;        /**< of what is located by local */
    struct ark_leaf_memory **memories; /**< by window: the same of those that were left, or NULL */
};

/** What ark_evaluator_score keeps of a leaf's documents, for as many as it scores at once. */
struct ark_leaf_slots {
    uint32_t room;                /**< for so many slots */
    double *scores;               /**< by slot, of a word */
    ark_float4 *tfs;              /**< by slot, of a word */
    struct ark_window_bits *sets; /**< by window of the slots, of a word: where the skeleton is
                                       looked for */
    double most;                  /**< what a match by the skeleton scores at most */
};

struct ark_evaluator {
    const struct ark_plan *plan;
    struct ark_segment *segment;
    uint32_t segment_idx;
    uint32_t document_count;
    uint32_t window_count;
    struct ark_arena *arena;   /**< for what lives as long as the evaluator */
    struct ark_arena *scratch; /**< for what lives until the next window */
    const uint32_t *words;     /**< the scored leaves that lists settle, as they are scored */
    uint32_t scored_words;     /**< how many they are */
    bool has_positions;        /**< a scored leaf is settled by positions */
    struct ark_leaf *leaves;   /**< as plan->leaves */
    const uint8_t *norms;      /**< by document */
    const struct ark_interest *interest;    /**< documents that are expected so far, or NULL */
    const struct ark_window_bits *required; /**< see ark_evaluator_required; NULL: not asked */
    float k_of_norm[ARK_NORM_COUNT];
    uint32_t window;               /**< the one entered */
    struct ark_window_bits living; /**< its documents that are not dead */
    struct ark_error *err;
};

/**
 * The plan's evaluator of a segment, opened at the first call and kept, with
 * the lists it has opened. What it returns lies in plan->scratch, which
 * the caller disposes of when its work is done. err is for this call and those that follow.
 */
struct ark_evaluator *ark_plan_evaluator(struct ark_plan *plan, uint32_t segment_idx,
                                         struct ark_error *err);

/** What ended the work early, if anything did. */
enum ark_status ark_evaluator_status(const struct ark_evaluator *evaluator);

/** Moves to a window. */
void ark_evaluator_enter(struct ark_evaluator *evaluator, uint32_t window);

/**
 * The documents that have every word that the root requires, by window; dead ones are among them. NULL
 * when it requires fewer than two, or frequent ones alone. Kept for who asks what matches. Cost: of the rarest word
 * 8 ns a window of each list, of the others as much for windows that are left.
 */
const struct ark_window_bits *ark_evaluator_required(struct ark_evaluator *evaluator);

/** Marks the windows in which documents may match the node, 1 by window, in the arena. */
const uint8_t *ark_evaluator_windows(struct ark_evaluator *evaluator,
                                     const struct ark_plan_node *node);

/** Those documents of the set that match the node. */
struct ark_window_bits ark_evaluator_matches(struct ark_evaluator *evaluator,
                                             const struct ark_plan_node *node,
                                             struct ark_window_bits set);

/** Those documents of the set that pass the node's own filters and have nothing that it excludes. */
struct ark_window_bits ark_evaluator_pass(struct ark_evaluator *evaluator,
                                          const struct ark_plan_node *node,
                                          struct ark_window_bits set);

/** Scores of documents, by slot. */
struct ark_scores {
    double sums[ARK_SLOTS_MAX];
    uint16_t close[ARK_SLOTS_MAX]; /**< leaves that match closely */
    bool touched[ARK_SLOTS_MAX];   /**< has a match of a scored leaf; else all is 0 */
};

/**
 * What scores are wanted for: documents that serve it in no case need not be scored to the end. With hope
 * 1 exactly those; with less a match by the skeleton alone is taken to bring at most that share of its weight,
 * and documents that would need more are left out, too.
 */
struct ark_score_goal {
    uint32_t best; /**< only so many of the best scores; 0: all */
    double least;  /**< and none below this */
    double hope;   /**< 0 to 1 */
};

/**
 * The exact scores of documents. One that is not among the best that the goal asks for may be
 * left untouched. Resets the scratch arena and may enter other windows. Cost: see
 * ark_word_count_close, and 20 ns a document and word.
 */
void ark_evaluator_score(struct ark_evaluator *evaluator, const struct ark_slots *slots,
                         struct ark_score_goal goal, struct ark_scores *out);

/**
 * Says that few more documents will be asked for than these and those of which it was said before.
 */
void ark_evaluator_expect(struct ark_evaluator *evaluator, const struct ark_interest *more);

/** The same of count hits in any order; those of other segments are passed over. */
void ark_evaluator_expect_hits(struct ark_evaluator *evaluator, const struct ark_hit *hits,
                               uint32_t count);

/** Those documents of the set that have every scored leaf closely. */
struct ark_window_bits ark_evaluator_all_words(struct ark_evaluator *evaluator,
                                               struct ark_window_bits set);

/** The score of a leaf in one document of the window entered; *levels: at which it matches, or 0. */
double ark_leaf_score(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t local,
                      unsigned *levels, ark_float4 *tfs);

/** True for a leaf that is settled by positions: a phrase, or what is located. */
static inline bool
ark_leaf_has_positions(const struct ark_leaf *leaf)
{
    return leaf->located != NULL || leaf->plan->word_count > 1;
}

/** What ark_leaf_phrase found in a document, as often as stage 1 counts it: of a word at the level. */
static inline uint32_t
ark_leaf_found_tf(const struct ark_leaf *leaf, uint32_t local, unsigned level)
{
    return leaf->located == NULL         ? leaf->tfs[local]
           : leaf->plan->word_count == 1 ? (uint32_t)leaf->level_tfs[local][level]
                                         : (uint32_t)leaf->level_tfs[local][ARK_LEVEL_FORM];
}

/** Those documents of the set in which a leaf is there, closely if that is asked for. */
struct ark_window_bits ark_leaf_matches(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                                        bool close, struct ark_window_bits set);

/**
 * Moves a leaf with positions from the window entered to another. What was found is kept,
 * for stage 2 and what comes after it ask again.
 */
void ark_leaf_move(const struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t window);

/** The documents of the set that have a phrase or what is located; leaf->tfs or level_tfs says how often. */
struct ark_window_bits ark_leaf_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                                       struct ark_window_bits set);

/**
 * Those documents of the set that can have a leaf with positions, by the lists of its words alone,
 * and at most how often: limits, by local of these, has room for ARK_WINDOW. Cost: 5 ns a document
 * and list.
 */
struct ark_window_bits ark_leaf_limits(const struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                                       const struct ark_window_bits *set, uint32_t *limits);

/** Where a phrase begins in a document of the window entered, ascending, until the next call. */
const uint32_t *ark_leaf_starts(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                                uint32_t local, uint32_t *count);

#endif
