#include "searcher/count.h"

#include <string.h>

/** Sets over a segment, by window. */
struct counter {
    struct ark_evaluator *evaluator;
    const struct ark_window_bits **close; /**< by leaf: where it is closely; NULL: not asked yet */
    const struct ark_window_bits **any;   /**< by leaf: where it is at any level */
    bool documents_alone;                 /**< all_words is not asked for */
};

static struct ark_window_bits *
new_set(const struct counter *counter)
{
    return ark_arena_calloc(counter->evaluator->scratch, counter->evaluator->window_count,
                            sizeof(struct ark_window_bits));
}

/** The documents that have the word of a leaf. */
// Recursion once: those that have it at any level are added to those that have it closely.
static const struct ark_window_bits *
leaf_set(struct counter *counter, uint32_t leaf_idx, bool close)
{
    const struct ark_window_bits **known =
        close ? &counter->close[leaf_idx] : &counter->any[leaf_idx];
    struct ark_leaf *leaf = &counter->evaluator->leaves[leaf_idx];
    if (*known != NULL) {
        return *known;
    }
    struct ark_window_bits *set = new_set(counter);
    bool grows = !close && (counter->close[leaf_idx] != NULL ||
                            (!counter->documents_alone && leaf->plan->scored));
    if (grows) {
        memcpy(set, leaf_set(counter, leaf_idx, true),
               counter->evaluator->window_count * sizeof *set);
    }
    if (leaf->word_count > 0) {
        // Its status is looked at in the end.
        (void)ark_word_documents(&leaf->words[0], close ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL,
                                 grows ? ARK_LEVELS_CLOSE : 0, NULL, set);
    }
    *known = set;
    return set;
}

static void
intersect(struct ark_window_bits *set, const struct ark_window_bits *with, uint32_t window_count)
{
    for (uint32_t i = 0; i < window_count; i++) {
        set[i] = ark_bits_and(set[i], with[i]);
    }
}

/** The documents that match a node, dead ones too. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static const struct ark_window_bits *
node_set(struct counter *counter, const struct ark_plan_node *node)
{
    uint32_t window_count = counter->evaluator->window_count;
    if (node->leaf_idx != ARK_PLAN_NO_LEAF) {
        return leaf_set(counter, node->leaf_idx, node->close);
    }
    struct ark_window_bits *set = new_set(counter);
    bool some = node->required.count == 0 && node->optional.count > 0;
    for (uint32_t i = 0; i < window_count && !some; i++) {
        set[i] = ark_bits_of_window(i, counter->evaluator->document_count);
    }
    for (uint32_t i = 0; i < node->required.count; i++) {
        intersect(set, node_set(counter, node->required.items[i]), window_count);
    }
    for (uint32_t i = 0; i < node->optional.count && some; i++) {
        const struct ark_window_bits *more = node_set(counter, node->optional.items[i]);
        for (uint32_t window = 0; window < window_count; window++) {
            set[window] = ark_bits_or(set[window], more[window]);
        }
    }
    for (uint32_t i = 0; i < node->excluded.count; i++) {
        const struct ark_window_bits *less = node_set(counter, node->excluded.items[i]);
        for (uint32_t window = 0; window < window_count; window++) {
            set[window] = ark_bits_without(set[window], less[window]);
        }
    }
    return set;
}

/** The set without the dead. */
static struct ark_window_bits *
living(const struct counter *counter, const struct ark_window_bits *set)
{
    struct ark_window_bits *out = new_set(counter);
    const struct ark_evaluator *evaluator = counter->evaluator;
    memcpy(out, set, evaluator->window_count * sizeof *out);
    if (ark_segment_info(evaluator->segment)->dead_count == 0) {
        return out;
    }
    for (uint32_t window = 0; window < evaluator->window_count; window++) {
        for (uint32_t i = ark_bits_next(&set[window], 0); i < ARK_WINDOW;
             i = ark_bits_next(&set[window], i + 1)) {
            if (ark_segment_is_dead(evaluator->segment, window * ARK_WINDOW + i)) {
                ark_bits_remove(&out[window], i);
            }
        }
    }
    return out;
}

static uint64_t
size_of(const struct ark_window_bits *set, uint32_t window_count)
{
    uint64_t size = 0;
    for (uint32_t i = 0; i < window_count; i++) {
        size += ark_bits_count(&set[i]);
    }
    return size;
}

/** Counts by sets. */
static void
count_sets(struct ark_evaluator *evaluator, bool documents_alone, struct ark_plan_counts *out)
{
    const struct ark_plan *plan = evaluator->plan;
    struct counter counter = {
        .evaluator = evaluator,
        .close = ark_arena_calloc(evaluator->scratch, plan->leaf_count, sizeof *counter.close),
        .any = ark_arena_calloc(evaluator->scratch, plan->leaf_count, sizeof *counter.any),
        .documents_alone = documents_alone,
    };
    struct ark_window_bits *set = living(&counter, node_set(&counter, plan->root));
    out->documents += size_of(set, evaluator->window_count);
    if (documents_alone) {
        return;
    }
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].scored) {
            intersect(set, leaf_set(&counter, i, true), evaluator->window_count);
        }
    }
    out->all_words += size_of(set, evaluator->window_count);
}

/** Counts window by window. */
static void
count_windows(struct ark_evaluator *evaluator, bool documents_alone, struct ark_plan_counts *out)
{
    const uint8_t *windows = ark_evaluator_windows(evaluator, evaluator->plan->root);
    for (uint32_t window = 0; window < evaluator->window_count; window++) {
        if (windows[window] == 0) {
            continue;
        }
        ark_arena_reset(evaluator->scratch);
        ark_evaluator_enter(evaluator, window);
        struct ark_window_bits set =
            ark_evaluator_matches(evaluator, evaluator->plan->root, evaluator->living);
        out->documents += ark_bits_count(&set);
        if (!documents_alone) {
            set = ark_evaluator_all_words(evaluator, set);
            out->all_words += ark_bits_count(&set);
        }
    }
}

enum ark_status
ark_evaluator_count(struct ark_evaluator *evaluator, bool documents_alone,
                    struct ark_plan_counts *out)
{
    if (ark_plan_is_words(evaluator->plan)) {
        count_sets(evaluator, documents_alone, out);
    } else {
        count_windows(evaluator, documents_alone, out);
    }
    return ark_evaluator_status(evaluator);
}
