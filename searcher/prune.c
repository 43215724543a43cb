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

/** A walk that passes over ranges of documents which cannot reach the threshold. */
struct best_walk {
    struct ark_matcher *matcher;
    double threshold;
    ark_docid checked; /**< the documents before this one may reach the threshold */
    uint32_t tried;    /**< ranges checked, passed over or not */
    uint32_t passed;
};

/** Checks that pass over nothing cost a tenth of the time; after so many they end. */
enum { TRIES_MAX = 64 };

/** The first document >= doc that may reach the threshold. */
static ark_docid
pass_over(struct best_walk *walk, ark_docid doc)
{
    if (doc < walk->checked || (walk->tried >= TRIES_MAX && walk->passed == 0)) {
        return doc;
    }
    ark_docid last = ARK_DOCID_END;
    bool reachable = bound_of_all(walk->matcher, doc, &last) >= walk->threshold;
    ark_docid next = last == ARK_DOCID_END ? ARK_DOCID_END : last + 1;
    walk->checked = next;
    walk->tried++;
    walk->passed += reachable ? 0 : 1;
    return reachable ? doc : next;
}

void
ark_walk_best(struct ark_matcher *matcher, struct ark_topk *topk)
{
    const struct ark_plan_node *root = matcher->plan->root;
    struct best_walk walk = {.matcher = matcher, .threshold = ark_topk_threshold(topk)};
    ark_docid doc = ark_matcher_seek(matcher, root, 0);
    while (doc != ARK_DOCID_END) {
        ark_docid from = pass_over(&walk, doc);
        if (from != doc) {
            doc = ark_matcher_seek(matcher, root, from);
            continue;
        }
        if (!ark_segment_is_dead(matcher->segment, doc) &&
            ark_matcher_matches(matcher, root, doc)) {
            bool all_words = false;
            double sum = ark_matcher_score(matcher, doc, &all_words);
            if (offer(matcher, topk, doc, sum, all_words)) {
                walk.threshold = ark_topk_threshold(topk);
            }
        }
        doc = ark_matcher_seek(matcher, root, doc + 1);
    }
}
