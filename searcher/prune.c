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
