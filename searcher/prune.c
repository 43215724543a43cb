#include "searcher/prune.h"

/** Offers a document to topk with the score of the sum, unless it is dead. */
static bool
offer(struct ark_matcher *matcher, struct ark_topk *topk, ark_docid doc, double sum, bool all_words)
{
    struct ark_hit hit = {
        .segment_idx = matcher->segment_idx,
        .doc = doc,
        .score = (float)sum,
        .all_words = all_words,
    };
    return ark_topk_offer(topk, &hit);
}

void
ark_walk_all(struct ark_matcher *matcher, struct ark_topk *topk, struct ark_match_counts *counts)
{
    const struct ark_plan_node *root = matcher->plan->root;
    for (ark_docid doc = ark_matcher_seek(matcher, root, 0); doc != ARK_DOCID_END;
         doc = ark_matcher_seek(matcher, root, doc + 1)) {
        if (ark_segment_is_dead(matcher->segment, doc) ||
            !ark_matcher_matches(matcher, root, doc)) {
            continue;
        }
        bool all_words = false;
        double sum = ark_matcher_score(matcher, doc, &all_words);
        counts->documents++;
        counts->all_words += all_words ? 1 : 0;
        (void)offer(matcher, topk, doc, sum, all_words);
    }
}

void
ark_walk_count(struct ark_matcher *matcher, uint64_t *documents)
{
    const struct ark_plan_node *root = matcher->plan->root;
    for (ark_docid doc = ark_matcher_seek(matcher, root, 0); doc != ARK_DOCID_END;
         doc = ark_matcher_seek(matcher, root, doc + 1)) {
        if (!ark_segment_is_dead(matcher->segment, doc) &&
            ark_matcher_matches(matcher, root, doc)) {
            *documents += 1;
        }
    }
}

/** The sum of the bounds of all scored leaves from target on, and the end of the range it holds for. */
static double
bound_of_all(const struct ark_matcher *matcher, ark_docid target, ark_docid *last)
{
    double sum = 0;
    *last = ARK_DOCID_END;
    for (uint32_t i = 0; i < matcher->plan->leaf_count; i++) {
        if (matcher->plan->leaves[i].scored) {
            ark_docid end = ARK_DOCID_END;
            sum += ark_leaf_bound(matcher, &matcher->leaves[i], target, &end);
            *last = end < *last ? end : *last;
        }
    }
    return sum * ARK_BOUND_SLACK;
}

void
ark_walk_best(struct ark_matcher *matcher, struct ark_topk *topk)
{
    const struct ark_plan_node *root = matcher->plan->root;
    double threshold = ark_topk_threshold(topk);
    ark_docid target = 0;
    ark_docid checked = 0; // the documents before this one can reach the threshold
    for (;;) {
        ark_docid doc = ark_matcher_seek(matcher, root, target);
        if (doc == ARK_DOCID_END) {
            return;
        }
        if (doc >= checked) {
            ark_docid last = ARK_DOCID_END;
            bool reachable = bound_of_all(matcher, doc, &last) >= threshold;
            if (last == ARK_DOCID_END) {
                last--; // the lists end before; no document has this number
            }
            target = last + 1;
            if (!reachable) {
                continue;
            }
            checked = last + 1;
        }
        target = doc + 1;
        if (ark_segment_is_dead(matcher->segment, doc) ||
            !ark_matcher_matches(matcher, root, doc)) {
            continue;
        }
        bool all_words = false;
        double sum = ark_matcher_score(matcher, doc, &all_words);
        if (offer(matcher, topk, doc, sum, all_words)) {
            threshold = ark_topk_threshold(topk);
        }
    }
}

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

/** One list of a bag, for the range of documents at hand. */
struct bag_list {
    struct ark_leaf *leaf;
    double bound;        /**< of the leaf's score in the range */
    double with_lower;   /**< the sum of the bounds of this list and those before it, with slack */
    uint32_t scored_idx; /**< its place among the leaves, for a sum in their order */
};

struct bag {
    struct ark_matcher *matcher;
    struct ark_topk *topk;
    double threshold;
    struct bag_list *lists; /**< by rising bound */
    uint32_t count;
    uint32_t essential; /**< the lists before this one cannot reach the threshold together */
    double *scores;     /**< of the document at hand, by scored_idx */
};

/** Sorts the lists by their bounds from target on; gives the end of the range and the whole bound. */
static double
enter_range(struct bag *bag, ark_docid target, ark_docid *last)
{
    *last = ARK_DOCID_END;
    for (uint32_t i = 0; i < bag->count; i++) {
        struct bag_list list = bag->lists[i];
        ark_docid end = ARK_DOCID_END;
        list.bound = ark_leaf_bound(bag->matcher, list.leaf, target, &end);
        *last = end < *last ? end : *last;
        uint32_t at = i;
        for (; at > 0 && bag->lists[at - 1].bound > list.bound; at--) {
            bag->lists[at] = bag->lists[at - 1];
        }
        bag->lists[at] = list;
    }
    double sum = 0;
    for (uint32_t i = 0; i < bag->count; i++) {
        sum += bag->lists[i].bound;
        bag->lists[i].with_lower = sum * ARK_BOUND_SLACK;
    }
    bag->essential = 0;
    return sum * ARK_BOUND_SLACK;
}

/** Takes lists out of the essential ones as the threshold rises. */
static void
settle_essential(struct bag *bag)
{
    while (bag->essential < bag->count && bag->lists[bag->essential].with_lower < bag->threshold) {
        bag->essential++;
    }
}

/** The first document >= target in an essential list. */
static ark_docid
next_candidate(struct bag *bag, ark_docid target)
{
    ark_docid first = ARK_DOCID_END;
    for (uint32_t i = bag->essential; i < bag->count; i++) {
        ark_docid doc = bag->lists[i].leaf->doc;
        if (doc < target) {
            doc = ark_leaf_seek(bag->lists[i].leaf, target);
        }
        first = doc < first ? doc : first;
    }
    return first;
}

/**
 * Scores the lists from the greatest bound down, as long as the document can
 * reach the threshold. False when it cannot, or when nothing matches.
 */
static bool
score_lists(struct bag *bag, ark_docid doc, bool *all_words)
{
    const struct ark_matcher *matcher = bag->matcher;
    double k = ark_bm25_k(&matcher->plan->bm25, ark_segment_length(matcher->segment, doc));
    double sum = 0;
    *all_words = true;
    for (uint32_t i = bag->count; i-- > 0;) {
        struct bag_list *list = &bag->lists[i];
        if (sum * ARK_BOUND_SLACK + list->with_lower < bag->threshold) {
            return false;
        }
        bool close = false;
        double score = 0;
        if (ark_leaf_seek(list->leaf, doc) == doc) {
            score = ark_leaf_score(bag->matcher, list->leaf, k, &close);
        }
        bag->scores[list->scored_idx] = score;
        sum += score;
        *all_words = *all_words && close;
    }
    return sum > 0 && sum * ARK_BOUND_SLACK >= bag->threshold;
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

static void
visit(struct bag *bag, ark_docid doc)
{
    bool all_words = false;
    if (!score_lists(bag, doc, &all_words) || ark_segment_is_dead(bag->matcher->segment, doc) ||
        is_excluded(bag->matcher, doc)) {
        return;
    }
    // Added up in the order of the leaves, as everywhere, so that sums are equal to the last bit.
    double sum = 0;
    for (uint32_t i = 0; i < bag->count; i++) {
        sum += bag->scores[i];
    }
    if (offer(bag->matcher, bag->topk, doc, sum, all_words)) {
        bag->threshold = ark_topk_threshold(bag->topk);
        settle_essential(bag);
    }
}

/** Visits what can reach the threshold from target to last; returns the first document after it. */
static void
visit_range(struct bag *bag, ark_docid target, ark_docid last)
{
    settle_essential(bag);
    for (ark_docid doc = next_candidate(bag, target); doc <= last && doc != ARK_DOCID_END;
         doc = next_candidate(bag, doc + 1)) {
        visit(bag, doc);
        if (bag->essential == bag->count) {
            return;
        }
    }
}

void
ark_bag_best(struct ark_matcher *matcher, struct ark_topk *topk)
{
    const struct ark_plan *plan = matcher->plan;
    struct bag bag = {
        .matcher = matcher,
        .topk = topk,
        .threshold = ark_topk_threshold(topk),
        .lists = ark_arena_calloc(matcher->arena, plan->scored_count, sizeof *bag.lists),
        .scores = ark_arena_calloc(matcher->arena, plan->scored_count, sizeof *bag.scores),
    };
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].scored) {
            bag.lists[bag.count].leaf = &matcher->leaves[i];
            bag.lists[bag.count].scored_idx = bag.count;
            bag.count++;
        }
    }
    ark_docid last = 0;
    for (ark_docid target = 0; target != ARK_DOCID_END; target = last + 1) {
        double bound = enter_range(&bag, target, &last);
        if (last == ARK_DOCID_END) {
            return; // all lists end before target
        }
        if (bound >= bag.threshold) {
            visit_range(&bag, target, last);
        }
    }
}
