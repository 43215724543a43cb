#include "searcher/match.h"

/** Opens the cursor of one word on its first document. */
static enum ark_status
open_cursor(struct ark_matcher *matcher, const struct ark_expansion *word, struct ark_cursor *out,
            struct ark_error *err)
{
    const struct ark_word_segment *in_segment = &word->segments[matcher->segment_idx];
    struct ark_postings *postings = NULL;
    enum ark_status status =
        ark_postings_open(matcher->segment, in_segment->family, matcher->arena, &postings, err);
    if (status != ARK_OK) {
        return status;
    }
    *out = (struct ark_cursor){
        .postings = postings,
        .member_levels = in_segment->member_levels,
        .word = word,
        .doc = ark_postings_next(postings),
    };
    return ARK_OK;
}

static struct ark_phrase_word
as_phrase_word(const struct ark_cursor *cursor)
{
    return (struct ark_phrase_word){
        .postings = cursor->postings,
        .member_levels = cursor->member_levels,
        .levels = ARK_LEVELS_CLOSE,
        .offset = cursor->word->word->position,
    };
}

/** True when the segment has every word of the leaf, those of a phrase closely. */
static bool
in_segment(const struct ark_plan_leaf *leaf, uint32_t segment_idx)
{
    uint8_t wanted = leaf->word_count > 1 ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL;
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        if ((leaf->words[i].segments[segment_idx].levels & wanted) == 0) {
            return false;
        }
    }
    return true;
}

static enum ark_status
open_leaf(struct ark_matcher *matcher, const struct ark_plan_leaf *plan, struct ark_leaf *leaf,
          struct ark_error *err)
{
    *leaf = (struct ark_leaf){.plan = plan, .doc = ARK_DOCID_END, .counted_doc = ARK_DOCID_END};
    if (!in_segment(plan, matcher->segment_idx)) {
        return ARK_OK;
    }
    leaf->cursors = ark_arena_calloc(matcher->arena, plan->word_count, sizeof *leaf->cursors);
    leaf->phrase_words =
        ark_arena_calloc(matcher->arena, plan->word_count, sizeof *leaf->phrase_words);
    leaf->cursor_count = plan->word_count;
    for (uint32_t i = 0; i < plan->word_count; i++) {
        enum ark_status status = open_cursor(matcher, &plan->words[i], &leaf->cursors[i], err);
        if (status != ARK_OK) {
            return status;
        }
        leaf->phrase_words[i] = as_phrase_word(&leaf->cursors[i]);
    }
    const struct ark_expansion *first = &plan->words[0];
    leaf->weight_max = plan->word_count > 1
                           ? (float)plan->phrase_weight
                           : first->best_weight[first->segments[matcher->segment_idx].levels];
    leaf->doc = 0;
    ark_leaf_seek(leaf, 0);
    return ARK_OK;
}

enum ark_status
ark_matcher_open(struct ark_matcher *matcher, const struct ark_plan *plan, uint32_t segment_idx,
                 struct ark_arena *arena, struct ark_error *err)
{
    struct ark_segment *segment = plan->segments[segment_idx];
    const struct ark_segment_info *info = ark_segment_info(segment);
    *matcher = (struct ark_matcher){
        .plan = plan,
        .segment = segment,
        .segment_idx = segment_idx,
        .arena = arena,
        .leaves = ark_arena_calloc(arena, plan->leaf_count, sizeof *matcher->leaves),
    };
    double mean_length =
        info->token_count == 0 ? 1 : (double)info->token_count / info->document_count;
    ark_bm25_bounds_make(&matcher->bounds, mean_length, plan->mean_length);
    matcher->norms = ark_segment_norms(segment);
    for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm++) {
        matcher->k_of_norm[norm] = ark_bm25_k(&plan->bm25, ark_norm_decode((uint8_t)norm));
    }
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        enum ark_status status = open_leaf(matcher, &plan->leaves[i], &matcher->leaves[i], err);
        if (status != ARK_OK) {
            return status;
        }
    }
    return ARK_OK;
}

enum ark_status
ark_matcher_status(const struct ark_matcher *matcher)
{
    for (uint32_t i = 0; i < matcher->plan->leaf_count; i++) {
        const struct ark_leaf *leaf = &matcher->leaves[i];
        for (uint32_t k = 0; k < leaf->cursor_count; k++) {
            enum ark_status status = ark_postings_status(leaf->cursors[k].postings);
            if (status != ARK_OK) {
                return status;
            }
        }
    }
    return ARK_OK;
}

static ark_docid
cursor_seek(struct ark_cursor *cursor, ark_docid target)
{
    if (cursor->doc < target) {
        cursor->doc = ark_postings_seek(cursor->postings, target);
    }
    return cursor->doc;
}

/** The first document >= target in which all the cursors stand. */
static ark_docid
seek_all(struct ark_cursor *cursors, uint32_t count, ark_docid target)
{
    for (uint32_t agreed = 0, i = 0; agreed < count && target != ARK_DOCID_END;
         i = i + 1 == count ? 0 : i + 1) {
        ark_docid doc = cursor_seek(&cursors[i], target);
        agreed = doc == target ? agreed + 1 : 1;
        target = doc;
    }
    return target;
}

ark_docid
ark_leaf_seek(struct ark_leaf *leaf, ark_docid target)
{
    if (leaf->cursor_count == 1) {
        leaf->doc = cursor_seek(leaf->cursors, target);
    } else if (leaf->cursor_count > 1) {
        target = leaf->doc > target ? leaf->doc : target;
        leaf->doc = seek_all(leaf->cursors, leaf->cursor_count, target);
    }
    return leaf->doc;
}

static ark_docid
seek_optional(struct ark_matcher *matcher, const struct ark_plan_list *list, ark_docid target)
{
    ark_docid first = ARK_DOCID_END;
    for (uint32_t i = 0; i < list->count; i++) {
        ark_docid doc = ark_matcher_seek(matcher, list->items[i], target);
        first = doc < first ? doc : first;
    }
    return first;
}

static ark_docid
seek_required(struct ark_matcher *matcher, const struct ark_plan_list *list, ark_docid target)
{
    for (uint32_t agreed = 0, i = 0; agreed < list->count && target != ARK_DOCID_END;
         i = i + 1 == list->count ? 0 : i + 1) {
        ark_docid doc = ark_matcher_seek(matcher, list->items[i], target);
        agreed = doc == target ? agreed + 1 : 1;
        target = doc;
    }
    return target;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
ark_docid
ark_matcher_seek(struct ark_matcher *matcher, const struct ark_plan_node *node, ark_docid target)
{
    if (node->leaf_idx != ARK_PLAN_NO_LEAF) {
        return ark_leaf_seek(&matcher->leaves[node->leaf_idx], target);
    }
    if (node->required.count == 0) {
        return seek_optional(matcher, &node->optional, target);
    }
    if (node->necessary) {
        return seek_required(matcher, &node->required, target);
    }
    return ark_matcher_seek(matcher, node->required.items[0], target);
}

uint64_t
ark_leaf_phrase_tf(struct ark_matcher *matcher, struct ark_leaf *leaf)
{
    if (leaf->counted_doc != leaf->doc) {
        size_t count = 0;
        (void)ark_phrase_starts(leaf->phrase_words, leaf->cursor_count, matcher->arena,
                                &matcher->scratch, &count);
        leaf->phrase_tf = count;
        leaf->counted_doc = leaf->doc;
    }
    return leaf->phrase_tf;
}

/** All levels at which the word matches in the document its cursor stands on. */
static unsigned
levels_here(const struct ark_cursor *cursor)
{
    uint32_t count = 0;
    unsigned levels = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(cursor->postings, &count);
    for (uint32_t i = 0; i < count; i++) {
        levels |= cursor->member_levels[occurrences[i].member];
    }
    return levels;
}

static bool
leaf_matches(struct ark_matcher *matcher, struct ark_leaf *leaf, bool close, ark_docid doc)
{
    if (ark_leaf_seek(leaf, doc) != doc) {
        return false;
    }
    if (leaf->cursor_count > 1) {
        return ark_leaf_phrase_tf(matcher, leaf) > 0;
    }
    return (levels_here(leaf->cursors) & (close ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL)) != 0;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
bool
ark_matcher_matches(struct ark_matcher *matcher, const struct ark_plan_node *node, ark_docid doc)
{
    if (node->leaf_idx != ARK_PLAN_NO_LEAF) {
        return leaf_matches(matcher, &matcher->leaves[node->leaf_idx], node->close, doc);
    }
    for (uint32_t i = 0; i < node->required.count; i++) {
        if (!ark_matcher_matches(matcher, node->required.items[i], doc)) {
            return false;
        }
    }
    bool any = node->required.count > 0;
    for (uint32_t i = 0; i < node->optional.count && !any; i++) {
        any = ark_matcher_matches(matcher, node->optional.items[i], doc);
    }
    for (uint32_t i = 0; i < node->excluded.count && any; i++) {
        any = !ark_matcher_matches(matcher, node->excluded.items[i], doc);
    }
    return any;
}

double
ark_leaf_score(struct ark_matcher *matcher, struct ark_leaf *leaf, unsigned *levels)
{
    ARK_DEBUG_ASSERT(leaf->cursor_count > 0);
    float k = matcher->k_of_norm[matcher->norms[leaf->doc]];
    if (leaf->cursor_count == 1) {
        uint32_t count = 0;
        const struct ark_occurrence *occurrences =
            ark_postings_occurrences(leaf->cursors->postings, &count);
        return ark_word_score(leaf->cursors, occurrences, count, k, levels);
    }
    uint64_t tf = ark_leaf_phrase_tf(matcher, leaf);
    *levels = tf == 0 ? 0 : ARK_LEVELS_CLOSE;
    return ark_bm25_round((double)(leaf->weight_max * ark_bm25_saturation((float)tf, k)));
}

double
ark_phrase_cap(const struct ark_matcher *matcher, const struct ark_leaf *leaf)
{
    float k = matcher->k_of_norm[matcher->norms[leaf->doc]];
    uint64_t rarest = UINT64_MAX;
    for (uint32_t i = 0; i < leaf->cursor_count && rarest > 0; i++) {
        uint64_t tf = ark_phrase_word_tf(&leaf->phrase_words[i]);
        rarest = tf < rarest ? tf : rarest;
    }
    return (double)(leaf->weight_max * ark_bm25_saturation((float)rarest, k));
}

double
ark_matcher_score(struct ark_matcher *matcher, ark_docid doc, bool *all_words)
{
    const struct ark_plan *plan = matcher->plan;
    double sum = 0;
    *all_words = true;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct ark_leaf *leaf = &matcher->leaves[i];
        unsigned levels = 0;
        if (plan->leaves[i].scored) {
            if (ark_leaf_seek(leaf, doc) == doc) {
                sum += ark_leaf_score(matcher, leaf, &levels);
            }
            *all_words = *all_words && (levels & ARK_LEVELS_CLOSE) != 0;
        }
    }
    return sum;
}

double
ark_leaf_bound(const struct ark_matcher *matcher, const struct ark_leaf *leaf, ark_docid target,
               ark_docid *last)
{
    uint32_t lowest = leaf->cursor_count > 0 ? ARK_BOUND_STEPS - 1 : 0;
    *last = ARK_DOCID_END;
    for (uint32_t i = 0; i < leaf->cursor_count; i++) {
        ark_docid end = ARK_DOCID_END;
        uint32_t bound = ark_postings_bound(leaf->cursors[i].postings, target, &end);
        lowest = bound < lowest ? bound : lowest;
        *last = end < *last ? end : *last;
    }
    return (double)leaf->weight_max * (double)matcher->bounds.saturation[lowest];
}

double
ark_leaf_bound_max(const struct ark_matcher *matcher, const struct ark_leaf *leaf)
{
    uint32_t lowest = leaf->cursor_count > 0 ? ARK_BOUND_STEPS - 1 : 0;
    for (uint32_t i = 0; i < leaf->cursor_count; i++) {
        uint32_t bound = ark_postings_bound_max(leaf->cursors[i].postings);
        lowest = bound < lowest ? bound : lowest;
    }
    return (double)leaf->weight_max * (double)matcher->bounds.saturation[lowest];
}
