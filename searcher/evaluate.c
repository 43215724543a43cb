#include "searcher/evaluate.h"

#include <string.h>

/** True when the segment has every word of the leaf, those of a phrase closely. */
static bool
in_segment(const struct ark_plan_leaf *leaf, uint32_t segment_idx)
{
    unsigned wanted = leaf->word_count > 1 ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL;
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        if ((leaf->words[i].segments[segment_idx].levels & wanted) == 0) {
            return false;
        }
    }
    return true;
}

static void
open_leaf(struct ark_evaluator *evaluator, const struct ark_plan_leaf *plan, struct ark_leaf *leaf)
{
    *leaf = (struct ark_leaf){.plan = plan};
    if (plan->node->kind == ARK_QUERY_FILTER) {
        leaf->filter =
            ark_filter_make(evaluator->segment, plan->node, evaluator->arena, evaluator->scratch);
        return;
    }
    if (!plan->located && !in_segment(plan, evaluator->segment_idx)) {
        return;
    }
    leaf->word_count = plan->word_count;
    leaf->words = ark_arena_calloc(evaluator->arena, plan->word_count, sizeof *leaf->words);
    for (uint32_t i = 0; i < plan->word_count; i++) {
        ark_word_lists_make(&leaf->words[i], &plan->words[i], evaluator->segment,
                            evaluator->segment_idx, evaluator->arena, evaluator->err);
        leaf->words[i].scratch = evaluator->scratch;
    }
    if (plan->located) {
        const struct ark_located_source source = {evaluator->segment, evaluator->window_count,
                                                  evaluator->arena, evaluator->scratch};
        leaf->located = ark_located_make(plan->node, leaf->words, &source);
        leaf->level_tfs = ark_arena_calloc(evaluator->arena, ARK_WINDOW, sizeof *leaf->level_tfs);
    } else if (plan->word_count > 1) {
        leaf->tfs = ark_arena_calloc(evaluator->arena, ARK_WINDOW, sizeof *leaf->tfs);
        leaf->phrase = ark_phrase_window_new(leaf->words, plan->word_count, 0, evaluator->arena);
    }
}

/** What a match by the skeleton alone scores at most. */
static float
skeleton_weight(const struct ark_evaluator *evaluator, uint32_t leaf_idx)
{
    return evaluator->plan->leaves[leaf_idx].words[0].weights[ARK_LEVEL_SKELETON];
}

/**
 * Puts the scored words in order: those whose skeleton weighs most first, so that little is missing when
 * it comes to frequent families, which are dear.
 */
static void
order_words(struct ark_evaluator *evaluator)
{
    uint32_t count = evaluator->plan->leaf_count;
    uint32_t *words = ark_arena_alloc(evaluator->arena, count * sizeof *words);
    evaluator->words = words;
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_leaf *leaf = &evaluator->leaves[i];
        if (!leaf->plan->scored || leaf->word_count == 0) {
            continue;
        }
        if (ark_leaf_has_positions(leaf)) {
            evaluator->has_positions = true;
            continue;
        }
        uint32_t at = evaluator->scored_words++;
        float weight = skeleton_weight(evaluator, i);
        for (; at > 0 && skeleton_weight(evaluator, words[at - 1]) < weight; at--) {
            words[at] = words[at - 1];
        }
        words[at] = i;
    }
}

static struct ark_evaluator *
open_evaluator(struct ark_plan *plan, uint32_t segment_idx, struct ark_error *err)
{
    struct ark_arena *arena = plan->arena;
    struct ark_evaluator *out = ark_arena_alloc(arena, sizeof *out);
    struct ark_segment *segment = plan->segments[segment_idx];
    *out = (struct ark_evaluator){
        .plan = plan,
        .segment = segment,
        .segment_idx = segment_idx,
        .document_count = ark_segment_info(segment)->document_count,
        .arena = arena,
        .scratch = &plan->scratch,
        .leaves = ark_arena_calloc(arena, plan->leaf_count, sizeof *out->leaves),
        .norms = ark_segment_norms(segment),
        .window = UINT32_MAX,
        .err = err,
    };
    out->window_count = ark_window_count(out->document_count);
    for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm++) {
        out->k_of_norm[norm] = ark_bm25_k(&plan->bm25, ark_norm_decode((uint8_t)norm));
    }
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        open_leaf(out, &plan->leaves[i], &out->leaves[i]);
    }
    order_words(out);
    return out;
}

struct ark_evaluator *
ark_plan_evaluator(struct ark_plan *plan, uint32_t segment_idx, struct ark_error *err)
{
    struct ark_evaluator *known = plan->evaluators[segment_idx];
    if (plan->slots == NULL) {
        plan->slots = ark_arena_calloc(plan->arena, plan->leaf_count, sizeof *plan->slots);
    }
    if (known == NULL || ark_evaluator_status(known) != ARK_OK) {
        known = open_evaluator(plan, segment_idx, err);
        plan->evaluators[segment_idx] = known;
        return known;
    }
    for (uint32_t i = 0; i < plan->leaf_count && known->err != err; i++) {
        for (uint32_t k = 0; k < known->leaves[i].word_count; k++) {
            known->leaves[i].words[k].err = err;
        }
    }
    known->err = err;
    return known;
}

void
ark_evaluator_expect(struct ark_evaluator *evaluator, const struct ark_interest *more)
{
    struct ark_interest *interest = ark_arena_alloc(evaluator->arena, sizeof *interest);
    *interest = *more;
    for (uint32_t i = 0; i < ARK_INTEREST_WINDOWS && evaluator->interest != NULL; i++) {
        interest->sets[i] = ark_bits_or(interest->sets[i], evaluator->interest->sets[i]);
    }
    // A new one: what was gathered for the one before is known to be all that it names.
    evaluator->interest = interest;
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        for (uint32_t k = 0; k < evaluator->leaves[i].word_count; k++) {
            ark_word_expect(&evaluator->leaves[i].words[k], interest);
        }
    }
}

void
ark_evaluator_expect_hits(struct ark_evaluator *evaluator, const struct ark_hit *hits,
                          uint32_t count)
{
    struct ark_interest more = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (hits[i].segment_idx == evaluator->segment_idx) {
            struct ark_window_bits document = {{0}};
            ark_bits_add(&document, hits[i].doc % ARK_WINDOW);
            ark_interest_add(&more, hits[i].doc / ARK_WINDOW, document);
        }
    }
    ark_evaluator_expect(evaluator, &more);
}

enum ark_status
ark_evaluator_status(const struct ark_evaluator *evaluator)
{
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        const struct ark_leaf *leaf = &evaluator->leaves[i];
        enum ark_status status = leaf->filter != NULL    ? ark_filter_status(leaf->filter)
                                 : leaf->located != NULL ? ark_located_status(leaf->located)
                                                         : ARK_OK;
        if (status != ARK_OK) {
            return status;
        }
        for (uint32_t k = 0; k < leaf->word_count; k++) {
            if (leaf->words[k].status != ARK_OK) {
                return leaf->words[k].status;
            }
        }
    }
    return ARK_OK;
}

void
ark_evaluator_enter(struct ark_evaluator *evaluator, uint32_t window)
{
    if (evaluator->window == window) {
        return;
    }
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (leaf->tfs != NULL || leaf->level_tfs != NULL) {
            ark_leaf_move(evaluator, leaf, window);
        }
    }
    evaluator->window = window;
    evaluator->living = ark_bits_of_window(window, evaluator->document_count);
    if (ark_segment_info(evaluator->segment)->dead_count > 0) {
        for (uint32_t i = ark_bits_next(&evaluator->living, 0); i < ARK_WINDOW;
             i = ark_bits_next(&evaluator->living, i + 1)) {
            if (ark_segment_is_dead(evaluator->segment, window * ARK_WINDOW + i)) {
                ark_bits_remove(&evaluator->living, i);
            }
        }
    }
}

/* Windows. */

/** Marks the windows that have all words of a leaf at one of the levels. */
static void
leaf_windows(struct ark_evaluator *evaluator, struct ark_leaf *leaf, unsigned levels, uint8_t *out)
{
    uint8_t *word = ark_arena_alloc(evaluator->scratch, evaluator->window_count);
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        memset(word, 0, evaluator->window_count);
        (void)ark_word_windows(&leaf->words[i], levels, word); // its status is looked at in the end
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            out[window] = i == 0 ? word[window] : (uint8_t)(out[window] & word[window]);
        }
    }
}

/** Marks the windows that have documents with all words of a phrase. */
static void
phrase_windows(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint8_t *out)
{
    // Its status is looked at in the end.
    if (leaf->word_count > 0 && ark_phrase_window_prepare(leaf->phrase, evaluator->window_count)) {
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            out[window] = ark_phrase_window_possible(leaf->phrase, window) ? 1 : 0;
        }
    }
}

/** True for a node that is a word. */
static bool
is_word(const struct ark_plan *plan, const struct ark_plan_node *node)
{
    return node->leaf_idx != ARK_PLAN_NO_LEAF &&
           ark_plan_leaf_is_word(&plan->leaves[node->leaf_idx]);
}

/** The postings of a word's lists, by which words are ordered. */
static uint64_t
count_postings(const struct ark_leaf *leaf, bool close)
{
    uint64_t count = 0;
    if (leaf->word_count > 0) {
        const struct ark_word_lists *lists = &leaf->words[0];
        for (uint32_t i = 0; i < (close ? lists->close_count : lists->class_count); i++) {
            count += lists->classes[i].class->df;
        }
    }
    return count;
}

/** The words that the root requires, those with fewest postings first. */
static const struct ark_plan_node **
required_words(const struct ark_evaluator *evaluator, uint32_t *count)
{
    const struct ark_plan_list *required = &evaluator->plan->root->required;
    const struct ark_plan_node **words =
        ark_arena_calloc(evaluator->arena, required->count, sizeof(const struct ark_plan_node *));
    uint64_t *postings = ark_arena_calloc(evaluator->arena, required->count, sizeof *postings);
    *count = 0;
    for (uint32_t i = 0; i < required->count; i++) {
        const struct ark_plan_node *node = required->items[i];
        if (!is_word(evaluator->plan, node)) {
            continue;
        }
        uint64_t here = count_postings(&evaluator->leaves[node->leaf_idx], node->close);
        uint32_t at = (*count)++;
        for (; at > 0 && postings[at - 1] > here; at--) {
            words[at] = words[at - 1];
            postings[at] = postings[at - 1];
        }
        words[at] = node;
        postings[at] = here;
    }
    return words;
}

/**
 * Where the rarest word stands in more than one document of so many, it rules out few windows, and
 * bounds rule out more than the set would.
 */
enum { RAREST_SHARE = 8 };

const struct ark_window_bits *
ark_evaluator_required(struct ark_evaluator *evaluator)
{
    uint32_t count = 0;
    if (evaluator->required != NULL) {
        return evaluator->required;
    }
    const struct ark_plan_node **words = required_words(evaluator, &count);
    if (count < 2 || count_postings(&evaluator->leaves[words[0]->leaf_idx], words[0]->close) >
                         evaluator->document_count / RAREST_SHARE) {
        return NULL;
    }
    size_t bytes = evaluator->window_count * sizeof(struct ark_window_bits);
    struct ark_window_bits *all = ark_arena_alloc(evaluator->arena, bytes);
    struct ark_window_bits *one = ark_arena_alloc(evaluator->arena, bytes);
    memset(all, 0, bytes);
    for (uint32_t i = 0; i < count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[words[i]->leaf_idx];
        unsigned levels = words[i]->close ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL;
        struct ark_window_bits *to = i == 0 ? all : one;
        memset(to, 0, bytes);
        if (leaf->word_count > 0) { // its status is looked at in the end
            (void)ark_word_documents(&leaf->words[0], levels, 0, i == 0 ? NULL : all, to);
        }
        for (uint32_t window = 0; window < evaluator->window_count && i > 0; window++) {
            all[window] = ark_bits_and(all[window], one[window]);
        }
    }
    evaluator->required = all;
    return all;
}

/** True for an item of the root's that the required set has settled. */
static bool
is_settled(const struct ark_evaluator *evaluator, const struct ark_plan_node *of,
           const struct ark_plan_node *item)
{
    return evaluator->required != NULL && of == evaluator->plan->root &&
           is_word(evaluator->plan, item);
}

/** Leaves the windows in which documents may match all items that the node requires. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
restrict_windows(struct ark_evaluator *evaluator, const struct ark_plan_node *node, uint8_t *out)
{
    const struct ark_window_bits *words =
        node == evaluator->plan->root ? ark_evaluator_required(evaluator) : NULL;
    for (uint32_t window = 0; window < evaluator->window_count && words != NULL; window++) {
        out[window] = ark_bits_none(&words[window]) ? 0 : out[window];
    }
    for (uint32_t i = 0; i < node->required.count; i++) {
        if (is_settled(evaluator, node, node->required.items[i])) {
            continue;
        }
        const uint8_t *child = ark_evaluator_windows(evaluator, node->required.items[i]);
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            out[window] = (uint8_t)(out[window] & child[window]);
        }
    }
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
const uint8_t *
ark_evaluator_windows(struct ark_evaluator *evaluator, const struct ark_plan_node *node)
{
    uint8_t *out = ark_arena_calloc(evaluator->arena, evaluator->window_count, 1);
    if (node->leaf_idx != ARK_PLAN_NO_LEAF) {
        struct ark_leaf *leaf = &evaluator->leaves[node->leaf_idx];
        bool close = node->close || ark_leaf_has_positions(leaf);
        if (leaf->filter != NULL) {
            memset(out, 1, evaluator->window_count);
            return out;
        }
        if (leaf->located != NULL) {
            ark_located_windows(leaf->located, out);
            return out;
        }
        if (leaf->phrase != NULL) {
            phrase_windows(evaluator, leaf, out);
            return out;
        }
        leaf_windows(evaluator, leaf, close ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL, out);
        return out;
    }
    bool some = node->required.count == 0 && node->optional.count > 0;
    memset(out, some ? 0 : 1, evaluator->window_count); // 1: filters alone, so far
    restrict_windows(evaluator, node, out);
    for (uint32_t i = 0; i < node->optional.count && some; i++) {
        const uint8_t *child = ark_evaluator_windows(evaluator, node->optional.items[i]);
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            out[window] = (uint8_t)(out[window] | child[window]);
        }
    }
    return out;
}

/* Conditions. */

/** Those documents of the set that pass a filter. */
static struct ark_window_bits
pass(const struct ark_evaluator *evaluator, struct ark_filter *filter, struct ark_window_bits set)
{
    struct ark_window_bits passed = {{0}};
    for (uint32_t i = ark_bits_next(&set, 0); i < ARK_WINDOW; i = ark_bits_next(&set, i + 1)) {
        if (ark_filter_matches(filter, evaluator->window * ARK_WINDOW + i, evaluator->err)) {
            ark_bits_add(&passed, i);
        }
    }
    return passed;
}

struct ark_window_bits
ark_leaf_matches(struct ark_evaluator *evaluator, struct ark_leaf *leaf, bool close,
                 struct ark_window_bits set)
{
    if (leaf->filter != NULL) {
        return pass(evaluator, leaf->filter, set);
    }
    if (leaf->word_count == 0) {
        return (struct ark_window_bits){{0}};
    }
    if (ark_leaf_has_positions(leaf)) {
        set = ark_leaf_phrase(evaluator, leaf, set);
        return close ? ark_bits_and(set, leaf->close) : set;
    }
    unsigned levels = close ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL;
    return ark_word_presence(&leaf->words[0], evaluator->window, levels, &set);
}

struct ark_window_bits
ark_evaluator_pass(struct ark_evaluator *evaluator, const struct ark_plan_node *node,
                   struct ark_window_bits set)
{
    for (uint32_t i = 0; i < node->filters.count && !ark_bits_none(&set); i++) {
        set = ark_evaluator_matches(evaluator, node->filters.items[i], set);
    }
    for (uint32_t i = 0; i < node->excluded.count && !ark_bits_none(&set); i++) {
        set = ark_bits_without(set, ark_evaluator_matches(evaluator, node->excluded.items[i], set));
    }
    return set;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
struct ark_window_bits
ark_evaluator_matches(struct ark_evaluator *evaluator, const struct ark_plan_node *node,
                      struct ark_window_bits set)
{
    if (node->leaf_idx != ARK_PLAN_NO_LEAF) {
        return ark_leaf_matches(evaluator, &evaluator->leaves[node->leaf_idx], node->close, set);
    }
    if (node == evaluator->plan->root && evaluator->required != NULL) {
        set = ark_bits_and(set, evaluator->required[evaluator->window]);
    }
    for (uint32_t i = 0; i < node->required.count && !ark_bits_none(&set); i++) {
        if (!is_settled(evaluator, node, node->required.items[i])) {
            set = ark_evaluator_matches(evaluator, node->required.items[i], set);
        }
    }
    if (node->required.count == 0 && node->optional.count > 0) {
        struct ark_window_bits any = {{0}};
        for (uint32_t i = 0; i < node->optional.count; i++) {
            struct ark_window_bits more = ark_evaluator_matches(evaluator, node->optional.items[i],
                                                                ark_bits_without(set, any));
            any = ark_bits_or(any, more);
        }
        set = any;
    }
    return ark_evaluator_pass(evaluator, node, set);
}
