#include "searcher/bounded.h"

#include "searcher/word_lists_impl.h"
#include "searcher/word_union.h"

/** A word's bounds while they are added up. */
struct adding {
    struct ark_word_lists *lists;
    const struct ark_evaluator *evaluator;
    const float *of_bound;        /**< tf / K by stored bound */
    float *sums[ARK_LEVEL_COUNT]; /**< by window, of tf / K; NULL where the level does not count */
    uint32_t *windows;            /**< room for those of a list */
};

/** What stands for a saturation of 1: more than any document has. */
#define RATIO_MAX 1e9F

static void
make_ratios(float out[ARK_BOUND_STEPS], const struct ark_evaluator *evaluator)
{
    struct ark_bm25_bounds bounds;
    const struct ark_segment_info *info = ark_segment_info(evaluator->segment);
    double mean = info->token_count == 0 ? 1 : (double)info->token_count / info->document_count;
    ark_bm25_bounds_make(&bounds, mean, evaluator->plan->mean_length);
    for (uint32_t i = 0; i < ARK_BOUND_STEPS; i++) {
        float s = bounds.saturation[i];
        out[i] = s < 1 ? s / (1 - s) : RATIO_MAX;
    }
}

static bool
add_large(struct adding *to, const struct ark_word_class *of)
{
    const struct ark_hot *hot = of->hot;
    if (!ark_hot_windows(hot, to->windows)) {
        return ark_word_fail_damaged(to->lists);
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        float *sums = ((unsigned)of->some >> level & 1u) != 0 ? to->sums[level] : NULL;
        for (uint32_t i = 0; sums != NULL && i < hot->entry_count; i++) {
            sums[to->windows[i]] += to->of_bound[hot->bounds[i]];
        }
    }
    return true;
}

/** Short lists of a window: the greatest of its documents counts. */
struct small_window {
    struct ark_window_bits present;
    ark_float4 ratios[ARK_WINDOW]; /**< of those present */
};

/** Adds what short lists bring in a window, which postings from at on are in; returns what comes behind. */
static const struct ark_small_posting *
add_small(struct adding *to, const struct ark_small_posting *at,
          const struct ark_small_posting *end, struct small_window *here)
{
    const struct ark_evaluator *evaluator = to->evaluator;
    uint32_t window = at->doc / ARK_WINDOW;
    ark_float4 most = {0};
    here->present = (struct ark_window_bits){{0}};
    for (; at < end && at->doc / ARK_WINDOW == window; at++) {
        uint32_t local = at->doc % ARK_WINDOW;
        float ratio = (float)at->tf / evaluator->k_of_norm[evaluator->norms[at->doc]];
        ark_float4 *sum = &here->ratios[local];
        if (!ark_bits_has(&here->present, local)) {
            ark_bits_add(&here->present, local);
            *sum = (ark_float4){0};
        }
        *sum += ark_level_sets[to->lists->classes[at->class_idx].some] * ratio;
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            most[level] = (*sum)[level] > most[level] ? (*sum)[level] : most[level];
        }
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        if (to->sums[level] != NULL) {
            to->sums[level][window] += most[level];
        }
    }
    return at;
}

static bool
add_group(struct adding *to, const struct ark_class_group *group)
{
    const struct ark_small_posting *end = group->small + group->small_count;
    struct small_window here;
    for (uint32_t i = 0; i < group->large_count; i++) {
        if (!add_large(to, group->large[i])) {
            return false;
        }
    }
    for (const struct ark_small_posting *at = group->small; at < end;) {
        at = add_small(to, at, end, &here);
    }
    return true;
}

/** What a document matches with, and no more, where the word weighs nothing. */
#define LEAST_BOUND 1e-30F

/** More than what is lost when such numbers are added up and multiplied. */
#define SLACK 1.0001F

/** The bounds of a word. False after damage. */
static bool
bound_word(struct adding *to, const struct ark_expansion *word, struct ark_arena *arena,
           float *bounds)
{
    uint32_t window_count = to->evaluator->window_count;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        bool counts = ((unsigned)word->levels >> level & 1u) != 0;
        to->sums[level] = counts ? ark_arena_calloc(arena, window_count, sizeof(float)) : NULL;
    }
    if (!ark_word_open_close(to->lists, NULL) || !add_group(to, &to->lists->close) ||
        !ark_word_open_rest(to->lists, NULL) || !add_group(to, &to->lists->rest)) {
        return false;
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        const float *sums = to->sums[level];
        float weight = word->weights[level] * SLACK;
        for (uint32_t i = 0; sums != NULL && i < window_count; i++) {
            float bound = sums[i] > 0 ? weight * (sums[i] / (sums[i] + 1)) + LEAST_BOUND : 0;
            bounds[i] = bound > bounds[i] ? bound : bounds[i];
        }
    }
    return true;
}

/** The bounds of a leaf. False after damage. */
static bool
bound_leaf(struct adding *to, struct ark_leaf *leaf, struct ark_arena *arena, float *bounds)
{
    uint32_t window_count = to->evaluator->window_count;
    if (!leaf->plan->scored || leaf->word_count == 0) {
        return true;
    }
    if (!ark_leaf_has_positions(leaf)) {
        to->lists = &leaf->words[0];
        return bound_word(to, leaf->words[0].word, arena, bounds);
    }
    // Saturations are below 1.
    float most = leaf->plan->word_count == 1 ? leaf->words[0].word->best_weight[ARK_LEVELS_ALL]
                                             : (float)leaf->plan->phrase_weight;
    for (uint32_t i = 0; i < window_count; i++) {
        bounds[i] = most * SLACK + LEAST_BOUND;
    }
    return true;
}

enum { BUCKETS = 256 };

/** Lists the windows, those with greater bounds first. */
static void
order_windows(struct ark_bounded *of, const uint8_t *possible, struct ark_arena *arena)
{
    uint32_t window_count = of->evaluator->window_count;
    uint32_t *windows = ark_arena_alloc(arena, window_count * sizeof *windows);
    uint8_t *buckets = ark_arena_alloc(arena, window_count);
    uint32_t next[BUCKETS + 1] = {0};
    float greatest = 0;
    for (uint32_t i = 0; i < window_count; i++) {
        greatest = of->bounds[i] > greatest ? of->bounds[i] : greatest;
    }
    float scale = greatest > 0 ? (BUCKETS - 1) / greatest : 0;
    for (uint32_t i = 0; i < window_count; i++) {
        buckets[i] = (uint8_t)(BUCKETS - 1 - (uint32_t)(of->bounds[i] * scale));
        bool listed = possible != NULL ? possible[i] != 0 : of->bounds[i] > 0;
        next[buckets[i] + 1] += listed ? 1 : 0;
    }
    for (uint32_t i = 0; i < BUCKETS; i++) {
        next[i + 1] += next[i];
    }
    of->window_count = next[BUCKETS];
    for (uint32_t i = 0; i < window_count; i++) {
        if (possible != NULL ? possible[i] != 0 : of->bounds[i] > 0) {
            windows[next[buckets[i]]++] = i;
        }
    }
    of->windows = windows;
}

enum ark_status
ark_bounded_make(struct ark_bounded *out, struct ark_evaluator *evaluator, const uint8_t *possible,
                 struct ark_arena *arena)
{
    uint32_t leaves = evaluator->plan->leaf_count;
    uint32_t window_count = evaluator->window_count;
    float ratios[ARK_BOUND_STEPS];
    float *bounds = ark_arena_calloc(arena, window_count, sizeof *bounds);
    float *leaf_bounds = ark_arena_calloc(arena, (size_t)leaves * window_count, sizeof *bounds);
    struct adding to = {.evaluator = evaluator,
                        .of_bound = ratios,
                        .windows = ark_arena_alloc(arena, window_count * sizeof *to.windows)};
    make_ratios(ratios, evaluator);
    for (uint32_t i = 0; i < leaves; i++) {
        float *of_leaf = leaf_bounds + (size_t)i * window_count;
        if (!bound_leaf(&to, &evaluator->leaves[i], arena, of_leaf)) {
            return ark_evaluator_status(evaluator);
        }
        for (uint32_t k = 0; k < window_count; k++) {
            bounds[k] += of_leaf[k];
        }
    }
    *out =
        (struct ark_bounded){.evaluator = evaluator, .bounds = bounds, .leaf_bounds = leaf_bounds};
    order_windows(out, possible, arena);
    return ARK_OK;
}

struct ark_window_bits
ark_bounded_reaching(const struct ark_bounded *bounded, uint32_t window, double threshold,
                     struct ark_window_bits set)
{
    struct ark_evaluator *evaluator = bounded->evaluator;
    float k[ARK_WINDOW];
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        uint32_t doc = window * ARK_WINDOW + i;
        k[i] = evaluator->k_of_norm[doc < evaluator->document_count ? evaluator->norms[doc] : 0];
    }
    for (uint32_t i = 0; i < evaluator->plan->leaf_count && !ark_bits_none(&set); i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (!leaf->plan->scored || leaf->word_count != 1 || ark_leaf_has_positions(leaf) ||
            !ark_word_has_forms(leaf->words[0].word->word)) {
            continue;
        }
        // The others bring no more than the rest of the bound, which has more slack than a float rounds.
        float here = bounded->leaf_bounds[(size_t)i * evaluator->window_count + window];
        const struct ark_union_task task = {
            .window = window,
            .levels = leaf->words[0].word->segments[evaluator->segment_idx].levels,
            .k = k,
            .least = threshold - (double)(bounded->bounds[window] - here) * (double)SLACK};
        if (task.least > 0) {
            set = ark_word_union_reaching(&leaf->words[0], &task, set);
        }
    }
    return set;
}

bool
ark_bounded_serves(const struct ark_plan *plan)
{
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        const struct ark_plan_leaf *leaf = &plan->leaves[i];
        bool alone = plan->scored_count == 1 && !leaf->located;
        if (leaf->scored && (leaf->node->match == ARK_MATCH_FUZZY ||
                             (leaf->node->match == ARK_MATCH_PATTERN && alone))) {
            return true;
        }
    }
    return false;
}
