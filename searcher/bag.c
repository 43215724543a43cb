#include "searcher/bag.h"

/** Documents of a window: the arrays (22 KiB) stay in the innermost cache. */
enum { WINDOW = 2048, MARKS_PER_WORD = 64 };

/** Invariant: between windows all is 0. */
struct ark_bag_window {
    double sums[WINDOW];
    uint16_t close[WINDOW]; /**< words that match closely; ARK_QUERY_WORDS_MAX fits */
    uint64_t marks[WINDOW / MARKS_PER_WORD]; /**< documents with a match */
};

/** A word or phrase of the bag, and what it can add to a document. */
struct bag_list {
    struct ark_leaf *leaf;
    double bound;      /**< of its score */
    double with_lower; /**< the sum of the bounds of this list and those before it, with slack */
};

struct bag {
    struct ark_matcher *matcher;
    struct ark_bag_window *window;
    struct ark_topk *topk;
    struct ark_match_counts *counts; /**< NULL: documents below the threshold may be passed over */
    double threshold;
    struct bag_list *all;   /**< by rising bound of any document */
    struct bag_list *lists; /**< the same for the window, by rising bound in it */
    uint32_t count;
    uint32_t essential; /**< the lists before this one cannot reach the threshold together */
    ark_docid base;     /**< first document of the window */
    ark_docid end;      /**< the first one after it */
};

_Static_assert(ARK_QUERY_WORDS_MAX <= UINT16_MAX, "every word can be counted");

/** True when the leaf matches wherever it scores: it is a phrase, or may match by its skeleton. */
static bool
matches_where_it_scores(const struct ark_plan *plan, const struct ark_plan_node *node)
{
    return node->leaf_idx != ARK_PLAN_NO_LEAF &&
           (!node->close || plan->leaves[node->leaf_idx].word_count > 1);
}

bool
ark_plan_is_bag(const struct ark_plan *plan)
{
    const struct ark_plan_node *root = plan->root;
    if (root->leaf_idx != ARK_PLAN_NO_LEAF) {
        return plan->scored_count == 1 && matches_where_it_scores(plan, root);
    }
    for (uint32_t i = 0; i < root->optional.count; i++) {
        if (!matches_where_it_scores(plan, root->optional.items[i])) {
            return false;
        }
    }
    // Words beside a required group are scored too, but do not make a document match.
    return root->optional.count == plan->scored_count;
}

struct ark_bag_window *
ark_bag_window_new(struct ark_arena *arena)
{
    return ARK_ARENA_NEW(arena, struct ark_bag_window);
}

/** Sorts lists by rising bound and adds the bounds up. They are few and mostly in order. */
static void
sort_lists(struct bag_list *lists, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct bag_list list = lists[i];
        uint32_t at = i;
        for (; at > 0 && lists[at - 1].bound > list.bound; at--) {
            lists[at] = lists[at - 1];
        }
        lists[at] = list;
    }
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += lists[i].bound;
        lists[i].with_lower = sum * ARK_BOUND_SLACK;
    }
}

/** The first list that can reach the threshold together with those before it; all when documents are counted. */
static uint32_t
first_essential(const struct bag *bag, const struct bag_list *lists)
{
    uint32_t first = 0;
    while (bag->counts == NULL && first < bag->count && lists[first].with_lower < bag->threshold) {
        first++;
    }
    return first;
}

/** The greatest bound of the blocks that reach into the window. */
static double
bound_in_window(const struct bag *bag, const struct ark_leaf *leaf)
{
    double greatest = 0;
    ark_docid last = 0;
    for (ark_docid at = bag->base; at < bag->end && last != ARK_DOCID_END; at = last + 1) {
        double bound = ark_leaf_bound(bag->matcher, leaf, at, &last);
        greatest = bound > greatest ? bound : greatest;
    }
    return greatest;
}

/** Marks a match of a document of the window. */
static void
add_match(struct ark_bag_window *window, uint32_t idx, double score, unsigned levels)
{
    window->sums[idx] += score;
    bool close = (levels & ARK_LEVELS_CLOSE) != 0;
    window->close[idx] = (uint16_t)(window->close[idx] + (close ? 1 : 0));
    window->marks[idx / MARKS_PER_WORD] |= (uint64_t)1 << idx % MARKS_PER_WORD;
}

/** Adds the postings of a word in the window. */
static void
add_word(struct bag *bag, struct ark_leaf *leaf)
{
    struct ark_cursor *cursor = leaf->cursors;
    const struct ark_matcher *matcher = bag->matcher;
    for (ark_leaf_seek(leaf, bag->base); cursor->doc < bag->end;) {
        struct ark_postings_span span = ark_postings_span(cursor->postings);
        uint32_t i = 0;
        for (; i < span.count && span.docs[i] < bag->end; i++) {
            uint32_t first = span.first_occurrence[i];
            float k = matcher->k_of_norm[matcher->norms[span.docs[i]]];
            unsigned levels = 0;
            double score = ark_word_score(cursor, span.occurrences + first,
                                          span.first_occurrence[i + 1] - first, k, &levels);
            if (levels != 0) {
                add_match(bag->window, span.docs[i] - bag->base, score, levels);
            }
        }
        cursor->doc = ark_postings_advance(cursor->postings, i);
    }
    leaf->doc = cursor->doc;
}

/**
 * Adds the matches of a phrase in the window. Positions are read only where the
 * document can reach the threshold with all that the other lists may have.
 */
static void
add_phrase(struct bag *bag, const struct bag_list *list)
{
    struct ark_leaf *leaf = list->leaf;
    double others = bag->lists[bag->count - 1].with_lower - list->bound;
    for (ark_docid doc = ark_leaf_seek(leaf, bag->base); doc < bag->end;
         doc = ark_leaf_seek(leaf, doc + 1)) {
        if (bag->counts == NULL &&
            ark_phrase_cap(bag->matcher, leaf) * ARK_BOUND_SLACK + others < bag->threshold) {
            continue;
        }
        unsigned levels = 0;
        double score = ark_leaf_score(bag->matcher, leaf, &levels);
        if (levels != 0) {
            add_match(bag->window, doc - bag->base, score, levels);
        }
    }
}

/**
 * Adds to the sum what the other lists have for the document, greatest bound
 * first. False as soon as it cannot reach the threshold.
 */
static bool
complete(struct bag *bag, ark_docid doc, double *sum, uint32_t *close)
{
    for (uint32_t i = bag->essential; i-- > 0;) {
        struct bag_list *list = &bag->lists[i];
        if (*sum * ARK_BOUND_SLACK + list->with_lower < bag->threshold) {
            return false;
        }
        if (ark_leaf_seek(list->leaf, doc) == doc) {
            unsigned levels = 0;
            *sum += ark_leaf_score(bag->matcher, list->leaf, &levels);
            *close += (levels & ARK_LEVELS_CLOSE) != 0;
        }
    }
    return true;
}

static bool
is_excluded(struct ark_matcher *matcher, ark_docid doc)
{
    const struct ark_plan_list *excluded = &matcher->plan->root->excluded;
    for (uint32_t i = 0; i < excluded->count; i++) {
        if (ark_matcher_matches(matcher, excluded->items[i], doc)) {
            return true;
        }
    }
    return false;
}

/** Takes a document whose essential words have been added up. */
static void
visit(struct bag *bag, ark_docid doc, double sum, uint32_t close)
{
    struct ark_matcher *matcher = bag->matcher;
    if (bag->counts == NULL && !complete(bag, doc, &sum, &close)) {
        return;
    }
    bool reaches = (double)(float)sum >= bag->threshold;
    if ((!reaches && bag->counts == NULL) || ark_segment_is_dead(matcher->segment, doc) ||
        is_excluded(matcher, doc)) {
        return;
    }
    struct ark_hit hit = {
        .segment_idx = matcher->segment_idx,
        .doc = doc,
        .score = (float)sum,
        .all_words = close == bag->count,
    };
    if (bag->counts != NULL) {
        bag->counts->documents++;
        bag->counts->all_words += hit.all_words ? 1 : 0;
    }
    if (reaches && ark_topk_offer(bag->topk, &hit)) {
        bag->threshold = ark_topk_threshold(bag->topk);
    }
}

/** Adds up the window's essential lists and visits the documents they hold; clears the window. */
static void
run_window(struct bag *bag)
{
    struct ark_bag_window *window = bag->window;
    for (uint32_t i = bag->essential; i < bag->count; i++) {
        if (bag->lists[i].leaf->cursor_count == 1) {
            add_word(bag, bag->lists[i].leaf);
        } else {
            add_phrase(bag, &bag->lists[i]);
        }
    }
    double others = bag->essential > 0 ? bag->lists[bag->essential - 1].with_lower : 0;
    for (uint32_t i = 0; i < WINDOW / MARKS_PER_WORD; i++) {
        for (uint64_t marks = window->marks[i]; marks != 0; marks &= marks - 1) {
            uint32_t idx = i * MARKS_PER_WORD + (uint32_t)__builtin_ctzll(marks);
            double sum = window->sums[idx];
            uint32_t close = window->close[idx];
            window->sums[idx] = 0;
            window->close[idx] = 0;
            if (sum * ARK_BOUND_SLACK + others >= bag->threshold || bag->counts != NULL) {
                visit(bag, bag->base + idx, sum, close);
            }
        }
        window->marks[i] = 0;
    }
}

/** The first document >= target in a list that is essential by the bounds of whole lists. */
static ark_docid
next_document(const struct bag *bag, ark_docid target)
{
    ark_docid first = ARK_DOCID_END;
    for (uint32_t i = first_essential(bag, bag->all); i < bag->count; i++) {
        ark_docid doc = ark_leaf_seek(bag->all[i].leaf, target);
        first = doc < first ? doc : first;
    }
    return first;
}

/** Makes doc the first document of the window and settles what is essential in it. */
static void
enter_window(struct bag *bag, ark_docid doc)
{
    bag->base = doc;
    bag->end = ARK_DOCID_END - doc > WINDOW ? doc + WINDOW : ARK_DOCID_END;
    memcpy(bag->lists, bag->all, bag->count * sizeof *bag->lists);
    for (uint32_t i = 0; i < bag->count && bag->counts == NULL; i++) {
        bag->lists[i].bound = bound_in_window(bag, bag->lists[i].leaf);
    }
    sort_lists(bag->lists, bag->count);
    bag->essential = first_essential(bag, bag->lists);
}

static void
run_bag(struct bag *bag)
{
    const struct ark_plan *plan = bag->matcher->plan;
    struct ark_arena *arena = bag->matcher->arena;
    bag->threshold = ark_topk_threshold(bag->topk);
    bag->all = ark_arena_calloc(arena, plan->scored_count, sizeof *bag->all);
    bag->lists = ark_arena_calloc(arena, plan->scored_count, sizeof *bag->lists);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct ark_leaf *leaf = &bag->matcher->leaves[i];
        if (plan->leaves[i].scored) {
            bag->all[bag->count].leaf = leaf;
            bag->all[bag->count].bound = ark_leaf_bound_max(bag->matcher, leaf);
            bag->count++;
        }
    }
    sort_lists(bag->all, bag->count);
    for (ark_docid doc = next_document(bag, 0); doc != ARK_DOCID_END;
         doc = next_document(bag, bag->end)) {
        enter_window(bag, doc);
        if (bag->essential < bag->count) {
            run_window(bag);
        }
    }
}

void
ark_bag_best(struct ark_matcher *matcher, struct ark_bag_window *window, struct ark_topk *topk)
{
    struct bag bag = {.matcher = matcher, .window = window, .topk = topk};
    run_bag(&bag);
}

void
ark_bag_all(struct ark_matcher *matcher, struct ark_bag_window *window, struct ark_topk *topk,
            struct ark_match_counts *counts)
{
    struct bag bag = {.matcher = matcher, .window = window, .topk = topk, .counts = counts};
    run_bag(&bag);
}
