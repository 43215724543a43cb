#include "searcher/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "searcher/bounded.h"
#include "searcher/candidates.h"
#include "searcher/count.h"
#include "searcher/reach.h"
#include "searcher/refine.h"
#include "searcher/topk.h"

/**
 * Postings of whole families that are scored exactly at once; beyond, candidates
 * are chosen first, which costs about as much.
 */
enum { EXACT_POSTINGS_MAX = 1 << 11 };

/** The same for documents that have every word that is required, and for those that can have it. */
enum { EXACT_ALL_WORDS_MAX = 1 << 8, EXACT_REQUIRED_MAX = 1 << 11 };

/**
 * Candidates of stage 1: so many, or so many for each hit. A hundred take 9 to 18 % more time and find .984 of
 * the exact ten instead of .972, for .0005 of nDCG@10 (tests/quality/EXPERIMENTS.md).
 */
enum { CANDIDATES_MIN = 64, CANDIDATES_PER_HIT = 5 };

/** And of a phrase alone so many more than hits. */
enum { CANDIDATES_TIED = 4 };

/**
 * A candidate has to come into reach by what a match by the skeleton mostly brings: this share of its weight
 * is one and a half occurrences in a document of mean length. The whole weight takes 5 % more time
 * and finds one of ten thousand hits more (tests/quality/stages.py).
 */
#define CANDIDATE_HOPE 0.6

/** A segment and its size, for visiting the largest first. */
struct visit {
    uint32_t segment_idx;
    uint32_t document_count;
};

static int
compare_visits(const void *left, const void *right)
{
    const struct visit *a = left;
    const struct visit *b = right;
    if (a->document_count != b->document_count) {
        return a->document_count > b->document_count ? -1 : 1;
    }
    return (a->segment_idx > b->segment_idx) - (a->segment_idx < b->segment_idx);
}

/** The segments, largest first: the threshold that its documents set prunes the smaller ones best. */
static struct visit *
order_visits(const struct ark_plan *plan, struct ark_arena *arena)
{
    struct visit *visits = ark_arena_calloc(arena, plan->segment_count, sizeof *visits);
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        visits[i] = (struct visit){i, ark_segment_info(plan->segments[i])->document_count};
    }
    if (plan->segment_count > 0) {
        qsort(visits, plan->segment_count, sizeof *visits, compare_visits);
    }
    return visits;
}

/** A run of a plan over all segments. */
struct run {
    const struct ark_plan *plan;
    const struct ark_search_options *options;
    struct ark_arena *arena;
    struct ark_arena *scratch;
    struct ark_evaluator **evaluators; /**< by segment */
    const struct visit *visits;
    struct ark_slots *slots; /**< documents that are to be scored */
    struct ark_scores *scores;
    struct ark_topk topk;
    double hope; /**< of the documents that are scored */
    struct ark_plan_counts counts;
    bool is_bag;
    struct ark_error *err;
};

/** Scores the documents collected, of a segment, and offers them; then there are none. */
static void
score_slots(struct run *run, struct ark_evaluator *evaluator)
{
    const struct ark_slots *slots = run->slots;
    const struct ark_scores *scores = run->scores;
    const struct ark_score_goal goal = {run->topk.capacity, ark_topk_threshold(&run->topk),
                                        run->hope};
    if (slots->count == 0) {
        return;
    }
    ark_evaluator_score(evaluator, slots, goal, run->scores);
    double threshold = goal.least;
    for (uint32_t slot = 0; slot < slots->count; slot++) {
        // A document may match without a scored leaf: by one of a node that only restricts.
        bool counts = scores->touched[slot] || !run->is_bag;
        if (!counts || (double)(float)scores->sums[slot] < threshold) {
            continue;
        }
        const struct ark_hit hit = {
            .segment_idx = evaluator->segment_idx,
            .doc = ark_slot_doc(slots, slot),
            .score = (float)scores->sums[slot],
            .all_words = scores->close[slot] == run->plan->scored_count,
        };
        if (ark_topk_offer(&run->topk, &hit)) {
            threshold = ark_topk_threshold(&run->topk);
        }
    }
    ark_slots_clear(run->slots);
}

/** Adds documents of a window to those that are to be scored. */
static void
add_slots(struct run *run, struct ark_evaluator *evaluator, uint32_t window,
          struct ark_window_bits set)
{
    if (ark_bits_none(&set)) {
        return;
    }
    if (!ark_slots_fit(run->slots, &set)) {
        score_slots(run, evaluator);
    }
    ark_slots_add(run->slots, window, set);
}

/** True when documents match by any word of the query, whatever else they have. */
static bool
is_any_word(const struct run *run)
{
    return run->is_bag && ark_plan_is_words(run->plan);
}

/** Adds the documents that match. */
static void
add_matching(struct run *run, struct ark_evaluator *evaluator)
{
    const uint8_t *windows = ark_evaluator_windows(evaluator, run->plan->root);
    for (uint32_t window = 0; window < evaluator->window_count; window++) {
        if (windows[window] != 0) {
            ark_arena_reset(run->scratch);
            ark_evaluator_enter(evaluator, window);
            add_slots(run, evaluator, window,
                      ark_evaluator_matches(evaluator, run->plan->root, evaluator->living));
        }
    }
}

/** Counts the documents that match, and those of them with every word. */
static enum ark_status
run_counts(struct run *run)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < run->plan->segment_count && status == ARK_OK; i++) {
        status = ark_evaluator_count(run->evaluators[i],
                                     run->options == NULL || run->options->documents_alone,
                                     &run->counts);
    }
    return status;
}

/** Scores documents exactly, which are given by their keys in stage 1. */
static enum ark_status
run_stage2(struct run *run, uint64_t *keys, uint32_t count)
{
    struct ark_hit *candidates = ark_arena_alloc(run->arena, count * sizeof *candidates);
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = ark_stage1_place(keys[i]);
    }
    ark_keys_sort(keys, count);
    for (uint32_t i = 0; i < count; i++) {
        candidates[i] = ark_stage1_hit(keys[i]);
    }
    for (uint32_t i = 0; i < count;) {
        uint32_t segment_idx = candidates[i].segment_idx;
        struct ark_evaluator *evaluator = run->evaluators[segment_idx];
        ark_evaluator_expect_hits(evaluator, candidates, count);
        while (i < count && candidates[i].segment_idx == segment_idx) {
            uint32_t window = candidates[i].doc / ARK_WINDOW;
            struct ark_window_bits set = {{0}};
            for (; i < count && candidates[i].segment_idx == segment_idx &&
                   candidates[i].doc / ARK_WINDOW == window;
                 i++) {
                ark_bits_add(&set, candidates[i].doc % ARK_WINDOW);
            }
            add_slots(run, evaluator, window, set);
        }
        score_slots(run, evaluator);
        if (ark_evaluator_status(evaluator) != ARK_OK) {
            return ark_evaluator_status(evaluator);
        }
    }
    return ARK_OK;
}

/**
 * How many candidates to choose. A phrase alone has but one level, so stage 1 ranks as scores do, but
 * for those that differ by less than a step of its sums.
 */
static uint32_t
count_candidates(const struct run *run, uint32_t wanted)
{
    const struct ark_plan *plan = run->plan;
    if (plan->root->leaf_idx != ARK_PLAN_NO_LEAF) {
        const struct ark_plan_leaf *leaf = &plan->leaves[plan->root->leaf_idx];
        if (leaf->word_count > 1 && !leaf->located) {
            return run->topk.capacity + (uint32_t)CANDIDATES_TIED;
        }
    }
    uint32_t count = CANDIDATES_PER_HIT * wanted;
    return count < CANDIDATES_MIN ? CANDIDATES_MIN : count;
}

/** Two stages; *enough is false when stage 1 found too few to leave the rest unseen. */
static enum ark_status
run_stages(struct run *run, uint32_t wanted, bool *enough)
{
    struct ark_candidates candidates;
    struct ark_best found = ark_best_make(count_candidates(run, wanted), run->arena);
    ark_candidates_make(&candidates, run->plan, run->arena);
    for (uint32_t i = 0; i < run->plan->segment_count; i++) {
        enum ark_status status = ark_candidates_find(
            &candidates, run->evaluators[run->visits[i].segment_idx], &found, run->err);
        if (status != ARK_OK) {
            return status;
        }
    }
    *enough = found.count >= found.wanted;
    if (!*enough) {
        return ARK_OK;
    }
    ark_best_choose(&found);
    run->hope = CANDIDATE_HOPE;
    return run_stage2(run, found.keys, found.count);
}

/** The documents of the families of a word in all segments. */
static uint64_t
count_families(const struct ark_expansion *word, uint32_t segment_count)
{
    uint64_t postings = 0;
    for (uint32_t i = 0; i < segment_count; i++) {
        for (const struct ark_word_segment *it = &word->segments[i]; it != NULL; it = it->next) {
            postings += it->family != NULL ? it->family->df : 0;
        }
    }
    return postings;
}

/** Those of all words: what exact scoring looks at, at most. */
static uint64_t
count_postings(const struct ark_plan *plan)
{
    uint64_t postings = 0;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        for (uint32_t k = 0; k < plan->leaves[i].word_count; k++) {
            postings += count_families(&plan->leaves[i].words[k], plan->segment_count);
        }
    }
    return postings;
}

/* Documents by what they can reach. */

/** Leaves out the documents that are dead, or do not pass the filters. */
static void
restrict_reach(struct run *run, struct ark_evaluator *evaluator, struct ark_reach *reach)
{
    const struct ark_plan_node *root = run->plan->root;
    bool passes =
        root->leaf_idx == ARK_PLAN_NO_LEAF && root->filters.count + root->excluded.count > 0;
    if (!passes && ark_segment_info(evaluator->segment)->dead_count == 0) {
        return;
    }
    for (uint32_t window = 0; window < reach->window_count; window++) {
        struct ark_reach_window *here = reach->windows[window];
        if (here != NULL) {
            ark_arena_reset(run->scratch);
            ark_evaluator_enter(evaluator, window);
            here->set = ark_bits_and(here->set, evaluator->living);
            here->set = passes ? ark_evaluator_pass(evaluator, root, here->set) : here->set;
        }
    }
}

/** A document as a key: those that can reach more are greater. */
static uint64_t
reach_key(float most, uint32_t doc)
{
    uint32_t bits = 0; // in the order of the numbers, none of which is negative
    memcpy(&bits, &most, sizeof bits);
    return (uint64_t)bits << 32 | (UINT32_MAX - doc);
}

/** What a document can reach by its key; less than any for no key. */
static float
reach_of(uint64_t key)
{
    uint32_t bits = (uint32_t)(key >> 32);
    float most = -1;
    if (key != 0) {
        memcpy(&most, &bits, sizeof most);
    }
    return most;
}

/** Takes those documents out of their sets that can reach most, as many as there are candidates: keys of stage 1. */
static struct ark_best
take_first(const struct run *run, const struct ark_evaluator *evaluator, struct ark_reach *reach)
{
    uint32_t capacity = run->topk.capacity;
    struct ark_best first =
        ark_best_make(capacity > CANDIDATES_MIN ? capacity : CANDIDATES_MIN, run->arena);
    for (uint32_t window = 0; window < reach->window_count; window++) {
        if (reach->windows[window] == NULL) {
            continue;
        }
        struct ark_reach_window *here = reach->windows[window];
        struct ark_window_bits able = ark_reach_above(here, reach_of(first.floor));
        for (uint32_t local = ark_bits_next(&able, 0); local < ARK_WINDOW;
             local = ark_bits_next(&able, local + 1)) {
            ark_best_offer(&first, reach_key(here->most[local], window * ARK_WINDOW + local));
        }
    }
    ark_best_choose(&first);
    for (uint32_t i = 0; i < first.count; i++) {
        uint32_t doc = UINT32_MAX - (uint32_t)first.keys[i];
        ark_bits_remove(&reach->windows[doc / ARK_WINDOW]->set, doc % ARK_WINDOW);
        first.keys[i] = ark_stage1_key(evaluator->segment_idx, doc, 0);
    }
    return first;
}

/** Scores the documents that can reach what the worst of the best scores. */
static enum ark_status
score_able(struct run *run, struct ark_evaluator *evaluator, const struct ark_reach *reach)
{
    struct ark_interest able = {0};
    double threshold = ark_topk_threshold(&run->topk);
    for (uint32_t window = 0; window < reach->window_count; window++) {
        struct ark_reach_window *here = reach->windows[window];
        if (here != NULL && threshold > 0) {
            here->set = ark_reach_above(here, nextafterf((float)threshold, 0));
        }
        if (here != NULL) {
            ark_interest_add(&able, window, here->set);
        }
    }
    ark_evaluator_expect(evaluator, &able);
    for (uint32_t window = 0; window < reach->window_count; window++) {
        if (reach->windows[window] != NULL) {
            add_slots(run, evaluator, window, reach->windows[window]->set);
        }
    }
    score_slots(run, evaluator);
    return ark_evaluator_status(evaluator);
}

/**
 * Scores the matching documents of a segment that can be among the best: first those that can
 * reach most, by which it is known what the others have to reach.
 */
static enum ark_status
run_reach(struct run *run, struct ark_evaluator *evaluator)
{
    struct ark_reach reach;
    enum ark_status status = ark_reach_make(&reach, evaluator);
    if (status != ARK_OK) {
        return status;
    }
    restrict_reach(run, evaluator, &reach);
    const struct ark_best first = take_first(run, evaluator, &reach);
    status = run_stage2(run, first.keys, first.count);
    return status == ARK_OK && first.count == first.wanted ? score_able(run, evaluator, &reach)
                                                           : status;
}

/** Scores every matching document. */
static enum ark_status
run_exact(struct run *run)
{
    enum ark_status status = ARK_OK;
    bool by_reach = run->options->mode != ARK_SEARCH_EXACT && is_any_word(run);
    run->topk.count = 0;
    for (uint32_t i = 0; i < run->plan->segment_count && status == ARK_OK; i++) {
        struct ark_evaluator *evaluator = run->evaluators[run->visits[i].segment_idx];
        if (by_reach) {
            status = run_reach(run, evaluator);
            continue;
        }
        add_matching(run, evaluator);
        score_slots(run, evaluator);
        status = ark_evaluator_status(evaluator);
    }
    return status;
}

/** Documents of windows that were found in any order, before they are scored together. */
enum { BATCH_WINDOWS = 32, BATCH_DOCUMENTS = 64 };
struct batch_window {
    uint32_t number;
    struct ark_window_bits set;
};
struct batch {
    struct batch_window windows[BATCH_WINDOWS];
    uint32_t window_count;
    uint32_t document_count;
};

static int
compare_windows(const void *left, const void *right)
{
    const struct batch_window *a = left;
    const struct batch_window *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static void
score_batch(struct run *run, struct ark_evaluator *evaluator, struct batch *batch)
{
    if (batch->window_count > 0) {
        qsort(batch->windows, batch->window_count, sizeof *batch->windows, compare_windows);
    }
    for (uint32_t i = 0; i < batch->window_count; i++) {
        add_slots(run, evaluator, batch->windows[i].number, batch->windows[i].set);
    }
    score_slots(run, evaluator);
    *batch = (struct batch){.window_count = 0};
}

/** The documents of a window that match and may come to the threshold; others may be among them. */
static struct ark_window_bits
find_reaching(struct run *run, const struct ark_bounded *bounded, uint32_t window, double threshold)
{
    struct ark_evaluator *evaluator = bounded->evaluator;
    const struct ark_plan_node *root = run->plan->root;
    ark_arena_reset(run->scratch);
    ark_evaluator_enter(evaluator, window);
    struct ark_window_bits set =
        ark_bounded_reaching(bounded, window, threshold, evaluator->living);
    bool scores_tell = is_any_word(run) && root->filters.count + root->excluded.count == 0;
    return scores_tell || ark_bits_none(&set) ? set : ark_evaluator_matches(evaluator, root, set);
}

/** Scores every matching document that can be among the best of a segment. */
static enum ark_status
run_bounded_segment(struct run *run, struct ark_evaluator *evaluator)
{
    struct ark_bounded bounded;
    struct batch batch = {.window_count = 0};
    const uint8_t *possible =
        run->is_bag ? NULL : ark_evaluator_windows(evaluator, run->plan->root);
    enum ark_status status = ark_bounded_make(&bounded, evaluator, possible, run->arena);
    for (uint32_t i = 0; status == ARK_OK && i < bounded.window_count; i++) {
        double threshold = ark_topk_threshold(&run->topk);
        uint32_t window = bounded.windows[i];
        if ((double)bounded.bounds[window] < threshold) {
            continue;
        }
        struct ark_window_bits set = find_reaching(run, &bounded, window, threshold);
        if (!ark_bits_none(&set)) {
            batch.windows[batch.window_count++] = (struct batch_window){window, set};
            batch.document_count += ark_bits_count(&set);
        }
        if (batch.window_count == BATCH_WINDOWS || batch.document_count >= BATCH_DOCUMENTS) {
            score_batch(run, evaluator, &batch);
        }
    }
    score_batch(run, evaluator, &batch);
    return status == ARK_OK ? ark_evaluator_status(evaluator) : status;
}

/** The same hits as run_exact's, but windows that cannot have one are passed over. */
static enum ark_status
run_bounded(struct run *run)
{
    enum ark_status status = ARK_OK;
    run->topk.count = 0;
    for (uint32_t i = 0; i < run->plan->segment_count && status == ARK_OK; i++) {
        status = run_bounded_segment(run, run->evaluators[run->visits[i].segment_idx]);
    }
    return status;
}

/** An upper bound of the documents that have all words of a leaf closely. */
static uint64_t
count_close(const struct ark_plan_leaf *leaf)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        const uint64_t *df = leaf->words[i].df;
        uint64_t close = df[ARK_LEVEL_FORM] + df[ARK_LEVEL_LIGHT] + df[ARK_LEVEL_STEM];
        least = close < least ? close : least;
    }
    return least;
}

/** True when few documents can match, since they must have several words. */
static bool
has_rare_requirement(const struct ark_plan *plan)
{
    const struct ark_plan_list *required = &plan->root->required;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < required->count; i++) {
        const struct ark_plan_node *node = required->items[i];
        bool is_word = node->leaf_idx != ARK_PLAN_NO_LEAF && node->close &&
                       !plan->leaves[node->leaf_idx].located;
        uint64_t here = is_word ? count_close(&plan->leaves[node->leaf_idx]) : UINT64_MAX;
        least = here < least ? here : least;
    }
    return least <= EXACT_REQUIRED_MAX;
}

/** True when so few documents have all that is required that choosing among them would cost more. */
static bool
has_few_required(const struct run *run)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < run->plan->segment_count; i++) {
        struct ark_evaluator *evaluator = run->evaluators[i];
        const struct ark_window_bits *sets = ark_evaluator_required(evaluator);
        if (sets == NULL) {
            return has_rare_requirement(run->plan);
        }
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            count += ark_bits_count(&sets[window]);
        }
    }
    return count <= EXACT_ALL_WORDS_MAX;
}

static enum ark_status
run_best(struct run *run, uint32_t wanted)
{
    enum ark_search_mode mode = run->options->mode;
    bool enough = false;
    bool few = mode != ARK_SEARCH_STAGES && count_postings(run->plan) <= EXACT_POSTINGS_MAX;
    if (mode != ARK_SEARCH_EXACT && !few && ark_bounded_serves(run->plan)) {
        return run_bounded(run);
    }
    bool in_stages =
        mode == ARK_SEARCH_STAGES || (mode == ARK_SEARCH_AUTO && !few && !has_few_required(run));
    in_stages = in_stages && run->plan->scored_count > 0; // stage 1 needs something to score
    enum ark_status status = in_stages ? run_stages(run, wanted, &enough) : ARK_OK;
    if (status != ARK_OK || enough) {
        return status;
    }
    // Stage 1 found too few of a rare word: its family may be large.
    return in_stages && !few && is_any_word(run) ? run_bounded(run) : run_exact(run);
}

static void
open_run(struct run *run, struct ark_plan *plan, struct ark_arena *arena, struct ark_error *err)
{
    run->plan = plan;
    run->arena = arena;
    run->err = err;
    run->scratch = &plan->scratch;
    run->visits = order_visits(plan, arena);
    run->is_bag = ark_plan_is_bag(plan);
    run->hope = 1;
    run->slots = ark_arena_alloc(arena, sizeof *run->slots);
    run->scores = ark_arena_alloc(arena, sizeof *run->scores);
    ark_slots_clear(run->slots);
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        (void)ark_plan_evaluator(plan, i, err);
    }
    run->evaluators = plan->evaluators;
}

enum ark_status
ark_plan_run(struct ark_plan *plan, const struct ark_search_options *options,
             struct ark_arena *arena, struct ark_results *out, struct ark_error *err)
{
    ARK_ASSERT((uint64_t)options->limit + options->offset <= ARK_HITS_MAX);
    *out = (struct ark_results){.hits = NULL};
    if (plan->root == NULL) {
        return ARK_OK;
    }
    struct run run = {.options = options};
    uint32_t wanted = options->limit + options->offset;
    uint32_t kept = options->plain || wanted > ARK_REFINED_HITS ? wanted : ARK_REFINED_HITS;
    run.topk = ark_topk_make(kept, arena);
    if (!options->plain) {
        ark_plan_prepare_refining(plan);
    }
    open_run(&run, plan, arena, err);
    enum ark_status status = wanted > 0 ? run_best(&run, wanted) : ARK_OK;
    if (status == ARK_OK && options->count) {
        status = run_counts(&run);
    }
    ark_arena_dispose(&plan->scratch);
    if (status != ARK_OK) {
        return status;
    }
    ark_topk_finish(&run.topk);
    if (!options->plain && wanted > 0) {
        status = ark_plan_refine(plan, run.topk.hits, run.topk.count, err);
    }
    uint32_t found = run.topk.count < wanted ? run.topk.count : wanted;
    uint32_t skipped = options->offset < found ? options->offset : found;
    *out = (struct ark_results){.hits = run.topk.hits + skipped,
                                .hit_count = found - skipped,
                                .documents = run.counts.documents,
                                .all_words = run.counts.all_words};
    return status;
}

enum ark_status
ark_plan_count_matches(struct ark_plan *plan, struct ark_arena *arena, uint64_t *out,
                       struct ark_error *err)
{
    struct run run = {0};
    *out = 0;
    if (plan->root == NULL) {
        return ARK_OK;
    }
    open_run(&run, plan, arena, err);
    enum ark_status status = run_counts(&run);
    ark_arena_dispose(&plan->scratch);
    *out = status == ARK_OK ? run.counts.documents : 0;
    return status;
}
