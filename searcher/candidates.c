#include "searcher/candidates.h"

#include <string.h>

/**
 * Documents in a segment of all classes of a word that do not match at light: when they are
 * this few, their lists go to stage 1, too. Of words with more, none do: the light class of such a
 * word finds enough, and the time would be seen (tests/quality/EXPERIMENTS.md).
 */
enum { SIBLINGS_MAX = 256 };

/** Weights of a leaf: see ark_candidates. */
enum { WEIGHTS = 3 };

/** What the judge of a segment needs to know. */
struct judge {
    const struct ark_candidates *candidates;
    struct ark_evaluator *evaluator;
    const uint32_t *leaf_of_part;
    bool is_bag;
    struct ark_slots *slots; /**< all documents of a window, by local; NULL until it is needed */
};

/** The mean length of a segment's documents, for which its bounds were made. */
static double
mean_length(const struct ark_segment *segment)
{
    const struct ark_segment_info *info = ark_segment_info(segment);
    return info->token_count == 0 ? 1 : (double)info->token_count / info->document_count;
}

static double
ratio_of(const struct ark_plan *plan, uint32_t segment_idx)
{
    double ratio = plan->mean_length / mean_length(plan->segments[segment_idx]);
    return ratio > 1 ? ratio : 1;
}

/** What a leaf's impacts are measured by: its score where its saturation is 1. */
static double
real_weight(const struct ark_plan_leaf *leaf)
{
    if (!leaf->scored) {
        return 0;
    }
    if (leaf->word_count > 1) {
        return leaf->phrase_weight;
    }
    const struct ark_expansion *word = &leaf->words[0];
    return (double)word->weights[word->word->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT];
}

/** The same of what matches a word below light: its skeleton, since most of it is that. */
static double
sibling_weight(const struct ark_plan_leaf *leaf)
{
    bool word = leaf->scored && leaf->word_count == 1 && !leaf->words[0].word->exact;
    return word ? (double)leaf->words[0].weights[ARK_LEVEL_SKELETON] : 0;
}

/** What the form of a word is worth more than its light form. */
static double
form_weight(const struct ark_plan_leaf *leaf)
{
    if (!leaf->scored || leaf->word_count != 1 || leaf->words[0].word->exact) {
        return 0;
    }
    ark_float4 weights = leaf->words[0].weights;
    double more = (double)weights[ARK_LEVEL_FORM] - (double)weights[ARK_LEVEL_LIGHT];
    return more > 0 ? more : 0;
}

void
ark_candidates_make(struct ark_candidates *out, const struct ark_plan *plan,
                    struct ark_arena *arena)
{
    uint32_t weight_count = WEIGHTS * plan->leaf_count;
    double *real = ark_arena_calloc(arena, weight_count, sizeof *real);
    double ratio = 1;
    *out = (struct ark_candidates){
        .plan = plan,
        .table = ark_arena_alloc(arena, sizeof *out->table),
        .weights = ark_arena_calloc(arena, weight_count, sizeof *out->weights),
    };
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        real[i] = real_weight(&plan->leaves[i]);
        real[plan->leaf_count + i] = sibling_weight(&plan->leaves[i]);
        real[2 * plan->leaf_count + i] = form_weight(&plan->leaves[i]);
    }
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        double here = ratio_of(plan, i);
        ratio = here > ratio && here <= ARK_IMPACT_RATIO_MAX ? here : ratio;
    }
    ark_impact_table_make(out->table, &plan->bm25);
    ark_impact_weights(real, weight_count, ratio, out->weights);
}

/** True when the leaf matches wherever it scores: it is a phrase, or may match by its skeleton. */
static bool
matches_where_it_scores(const struct ark_plan *plan, const struct ark_plan_node *node)
{
    return node->leaf_idx != ARK_PLAN_NO_LEAF && plan->leaves[node->leaf_idx].scored &&
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
    return root->optional.count > 0 && root->optional.count == plan->scored_count;
}

/* The judge. */

/** Moves to a window; what was looked up in the last one is let go. */
static void
enter(struct ark_evaluator *evaluator, uint32_t window)
{
    if (evaluator->window != window) {
        ark_arena_reset(evaluator->scratch);
        ark_evaluator_enter(evaluator, window);
    }
}

static bool
keep(void *context, uint32_t window, struct ark_window_bits *documents)
{
    struct judge *judge = context;
    struct ark_evaluator *evaluator = judge->evaluator;
    const struct ark_plan_node *root = judge->candidates->plan->root;
    enter(evaluator, window);
    struct ark_window_bits kept = ark_bits_and(*documents, evaluator->living);
    if (!judge->is_bag) {
        kept = ark_evaluator_matches(evaluator, root, kept);
    } else if (root->leaf_idx == ARK_PLAN_NO_LEAF) {
        kept = ark_evaluator_pass(evaluator, root, kept);
    }
    *documents = kept;
    return ark_evaluator_status(evaluator) == ARK_OK;
}

/** True when keep would clear no bit. */
static bool
keeps_all(const struct ark_evaluator *evaluator, const struct ark_plan_node *root, bool is_bag)
{
    return is_bag && ark_segment_info(evaluator->segment)->dead_count == 0 &&
           root->filters.count == 0 && root->excluded.count == 0;
}

/** True when few documents can be expected to match, and no position has to be looked at for that. */
static bool
keeps_few(const struct ark_evaluator *evaluator, const struct ark_plan_node *root)
{
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        const struct ark_leaf *leaf = &evaluator->leaves[i];
        if (leaf->filter != NULL || ark_leaf_has_positions(leaf)) {
            return false;
        }
    }
    return root->required.count > 1;
}

/** What a leaf of tf occurrences adds to a document of the window entered. */
static inline uint16_t
impact_of(const struct judge *judge, uint32_t leaf_idx, uint32_t local, uint32_t tf)
{
    const struct ark_evaluator *evaluator = judge->evaluator;
    uint8_t norm = evaluator->norms[evaluator->window * ARK_WINDOW + local];
    uint16_t saturation = tf <= ARK_HOT_TF_TAIL
                              ? judge->candidates->table->saturation[tf][norm]
                              : ark_impact_saturation(tf, evaluator->k_of_norm[norm]);
    return ark_impact(judge->candidates->weights[leaf_idx], saturation);
}

/**
 * Those of the documents whose sums can come to least by a leaf with positions: it is nowhere more
 * often than the rarest of its words. Lists know that, so no positions are read for the others.
 */
static struct ark_window_bits
within_reach(const struct judge *judge, uint32_t leaf_idx, struct ark_window_bits documents,
             uint32_t least, const struct ark_stage1_sums *sums)
{
    struct ark_evaluator *evaluator = judge->evaluator;
    struct ark_leaf *leaf = &evaluator->leaves[leaf_idx];
    uint32_t limits[ARK_WINDOW];
    struct ark_window_bits able = {{0}};
    documents = ark_leaf_limits(evaluator, leaf, &documents, limits);
    for (uint32_t i = ark_bits_next(&documents, 0); i < ARK_WINDOW;
         i = ark_bits_next(&documents, i + 1)) {
        if (limits[i] > 0 &&
            sums->sums[i] + (uint32_t)impact_of(judge, leaf_idx, i, limits[i]) >= least) {
            ark_bits_add(&able, i);
        }
    }
    return able;
}

/** Adds a leaf that is settled by positions. */
static void
add_located(const struct judge *judge, uint32_t leaf_idx, struct ark_window_bits documents,
            unsigned level, uint16_t *sums)
{
    struct ark_leaf *leaf = &judge->evaluator->leaves[leaf_idx];
    struct ark_window_bits found = ark_leaf_phrase(judge->evaluator, leaf, documents);
    for (uint32_t i = ark_bits_next(&found, 0); i < ARK_WINDOW; i = ark_bits_next(&found, i + 1)) {
        uint32_t tf = ark_leaf_found_tf(leaf, i, level);
        if (tf > 0) {
            sums[i] = (uint16_t)(sums[i] + impact_of(judge, leaf_idx, i, tf));
        }
    }
}

/** Adds a word of which some variants count alone. */
static void
add_word(struct judge *judge, uint32_t leaf_idx, const struct ark_window_bits *documents,
         unsigned level, struct ark_stage1_sums *sums)
{
    ark_float4 tfs[ARK_WINDOW] = {{0}};
    if (judge->slots == NULL) {
        judge->slots = ark_arena_alloc(judge->evaluator->arena, sizeof *judge->slots);
        ark_slots_clear(judge->slots);
        ark_slots_add(judge->slots, 0, (struct ark_window_bits){{UINT64_MAX, UINT64_MAX}});
    }
    judge->slots->windows[0] = sums->window;
    ark_word_count_close(&judge->evaluator->leaves[leaf_idx].words[0], judge->slots, documents,
                         tfs);
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        if (tfs[i][level] > 0) { // so it is one of those asked for
            uint16_t impact = impact_of(judge, leaf_idx, i, (uint32_t)tfs[i][level]);
            sums->sums[i] = (uint16_t)(sums->sums[i] + impact);
        }
    }
}

static bool
add(void *context, uint32_t part, const struct ark_window_bits *documents, uint32_t least,
    struct ark_stage1_sums *sums)
{
    struct judge *judge = context;
    struct ark_evaluator *evaluator = judge->evaluator;
    uint32_t leaf_idx = judge->leaf_of_part[part];
    struct ark_leaf *leaf = &evaluator->leaves[leaf_idx];
    enter(evaluator, sums->window); // unless keep was asked
    unsigned level = leaf->words[0].word->word->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT;
    if (ark_leaf_has_positions(leaf)) {
        struct ark_window_bits able = *documents;
        if (least > 1) {
            able = within_reach(judge, leaf_idx, able, least, sums);
        }
        add_located(judge, leaf_idx, able, level, sums->sums);
        return ark_evaluator_status(evaluator) == ARK_OK;
    }
    add_word(judge, leaf_idx, documents, level, sums);
    return ark_evaluator_status(evaluator) == ARK_OK;
}

/* Parts. */

/** True when every variant of the leaf's classes counts at the level it is scored at. */
static bool
counts_whole(const struct ark_word_lists *word, unsigned level)
{
    for (uint32_t i = 0; i < word->class_count; i++) {
        const struct ark_word_class *of = &word->classes[i];
        if (((unsigned)(of->some ^ of->every) >> level & 1u) != 0) {
            return false;
        }
    }
    return true;
}

/** True for a class that counts at a level. */
static bool
counts_at(const struct ark_word_class *of, unsigned level)
{
    return ((unsigned)of->some >> level & 1u) != 0;
}

/** A word whose classes count as a whole: their lists. False after damage. */
static bool
list_part(struct ark_word_lists *word, unsigned level, struct ark_arena *arena,
          struct ark_stage1_part *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < word->class_count; i++) {
        count += counts_at(&word->classes[i], level) ? 1 : 0;
    }
    struct ark_hot *lists = ark_arena_alloc(arena, count * sizeof *lists);
    out->maps = ark_arena_alloc(arena, count * sizeof(uint32_t **));
    for (uint32_t i = 0; i < word->class_count; i++) {
        struct ark_word_class *of = &word->classes[i];
        if (!counts_at(of, level)) {
            continue;
        }
        if (!ark_word_class_open(word, of)) {
            return false;
        }
        out->maps[out->list_count] = &of->entries;
        lists[out->list_count++] = *of->hot;
    }
    out->lists = lists;
    return true;
}

/** Upper bounds by window for a leaf that the judge scores. False after damage. */
static bool
bound_part(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
           struct ark_leaf *leaf, struct ark_arena *arena, struct ark_stage1_part *out)
{
    uint8_t *bounds = ark_arena_calloc(arena, evaluator->window_count, 1);
    out->bounds = bounds;
    if (leaf->located != NULL) {
        return ark_located_bounds(leaf->located, evaluator->norms, candidates->table, bounds);
    }
    uint8_t *word_bounds = ark_arena_alloc(arena, evaluator->window_count);
    if (leaf->phrase != NULL && !ark_phrase_window_prepare(leaf->phrase, evaluator->window_count)) {
        return false;
    }
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        memset(word_bounds, 0, evaluator->window_count);
        if (!ark_word_bounds(&leaf->words[i], ARK_LEVELS_CLOSE, evaluator->norms, candidates->table,
                             word_bounds)) {
            return false;
        }
        for (uint32_t window = 0; window < evaluator->window_count; window++) {
            uint8_t bound = word_bounds[window];
            bounds[window] = i == 0 || bound < bounds[window] ? bound : bounds[window];
        }
    }
    for (uint32_t window = 0; window < evaluator->window_count && leaf->phrase != NULL; window++) {
        bounds[window] = ark_phrase_window_possible(leaf->phrase, window) ? bounds[window] : 0;
    }
    return true;
}

/** Makes a part of a leaf, unless it has nothing to add here. False after damage. */
static bool
make_part(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
          uint32_t leaf_idx, struct ark_arena *arena, struct ark_stage1_part *out)
{
    struct ark_leaf *leaf = &evaluator->leaves[leaf_idx];
    *out = (struct ark_stage1_part){.weight = candidates->weights[leaf_idx]};
    if (out->weight == 0 || leaf->word_count == 0) {
        return true;
    }
    unsigned level = leaf->words[0].word->word->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT;
    if (!ark_leaf_has_positions(leaf) && counts_whole(&leaf->words[0], level)) {
        return list_part(&leaf->words[0], level, arena, out);
    }
    return bound_part(candidates, evaluator, leaf, arena, out);
}

/** Makes a part of the classes of a leaf's word that do not match at light, if they are short. False after damage. */
static bool
sibling_part(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
             uint32_t leaf_idx, struct ark_arena *arena, struct ark_stage1_part *out)
{
    struct ark_leaf *leaf = &evaluator->leaves[leaf_idx];
    uint16_t weight = candidates->weights[candidates->plan->leaf_count + leaf_idx];
    *out = (struct ark_stage1_part){.weight = weight};
    if (weight == 0 || leaf->word_count == 0 || ark_leaf_has_positions(leaf)) {
        return true;
    }
    struct ark_word_lists *word = &leaf->words[0];
    uint64_t documents = 0;
    for (uint32_t i = word->light_count; i < word->class_count; i++) {
        documents += word->classes[i].class->df;
    }
    if (documents == 0 || documents > SIBLINGS_MAX) {
        return true;
    }
    uint32_t count = word->class_count - word->light_count;
    struct ark_hot *lists = ark_arena_alloc(arena, count * sizeof *lists);
    for (uint32_t i = 0; i < count; i++) {
        struct ark_word_class *of = &word->classes[word->light_count + i];
        if (!ark_word_class_open(word, of)) {
            return false;
        }
        lists[i] = *of->hot;
    }
    out->lists = lists;
    out->list_count = count;
    return true;
}

/**
 * Makes a part of a leaf's word as it was written, if that is a rare variant of a frequent class: by
 * light alone its documents would be lost among the others of the class. False after damage.
 */
static bool
form_part(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
          uint32_t leaf_idx, struct ark_arena *arena, struct ark_stage1_part *out)
{
    struct ark_leaf *leaf = &evaluator->leaves[leaf_idx];
    *out = (struct ark_stage1_part){
        .weight = candidates->weights[2 * candidates->plan->leaf_count + leaf_idx]};
    if (out->weight == 0 || leaf->word_count == 0 || ark_leaf_has_positions(leaf)) {
        return true;
    }
    struct ark_word_lists *word = &leaf->words[0];
    uint32_t count = 0;
    for (uint32_t i = 0; i < word->light_count; i++) {
        count += word->classes[i].rare_count;
    }
    struct ark_hot *lists = ark_arena_alloc(arena, count * sizeof *lists);
    for (uint32_t i = 0; i < word->light_count; i++) {
        const struct ark_word_class *of = &word->classes[i];
        for (uint32_t k = 0; k < of->rare_count; k++) {
            if (!ark_word_class_rare(word, of, k, &lists[out->list_count++])) {
                return false;
            }
        }
    }
    out->lists = lists;
    return true;
}

/** How a part is made of a leaf, see above. */
typedef bool make_fn(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
                     uint32_t leaf_idx, struct ark_arena *arena, struct ark_stage1_part *out);

/** Makes such parts of all leaves and adds those that have something to add. False after damage. */
static bool
add_parts(const struct ark_candidates *candidates, struct ark_evaluator *evaluator, make_fn *make,
          struct ark_stage1_segment *out, struct ark_stage1_part *parts, uint32_t *leaf_of_part)
{
    for (uint32_t i = 0; i < candidates->plan->leaf_count; i++) {
        struct ark_stage1_part *part = &parts[out->part_count];
        if (!make(candidates, evaluator, i, evaluator->arena, part)) {
            return false;
        }
        if (part->list_count > 0 || part->bounds != NULL) {
            leaf_of_part[out->part_count++] = i;
        }
    }
    return true;
}

enum ark_status
ark_candidates_segment(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
                       struct ark_stage1_segment *out)
{
    const struct ark_plan *plan = candidates->plan;
    struct ark_arena *arena = evaluator->arena;
    size_t parts_max = (size_t)WEIGHTS * plan->leaf_count;
    struct ark_stage1_part *parts = ark_arena_calloc(arena, parts_max, sizeof *parts);
    uint32_t *leaf_of_part = ark_arena_calloc(arena, parts_max, sizeof *leaf_of_part);
    struct judge *judge = ARK_ARENA_NEW(arena, struct judge);
    bool is_bag = ark_plan_is_bag(plan);
    *judge = (struct judge){candidates, evaluator, leaf_of_part, is_bag, NULL};
    *out = (struct ark_stage1_segment){
        .segment_idx = evaluator->segment_idx,
        .document_count = evaluator->document_count,
        .norms = evaluator->norms,
        .ratio = ratio_of(plan, evaluator->segment_idx),
        .parts = parts,
        .judge = {.context = judge,
                  .keeps_all = keeps_all(evaluator, plan->root, judge->is_bag),
                  .keeps_few = keeps_few(evaluator, plan->root),
                  .keep = keep,
                  .add = add},
    };
    if (!add_parts(candidates, evaluator, make_part, out, parts, leaf_of_part) ||
        (is_bag && !add_parts(candidates, evaluator, sibling_part, out, parts, leaf_of_part)) ||
        !add_parts(candidates, evaluator, form_part, out, parts, leaf_of_part)) {
        return ark_evaluator_status(evaluator);
    }
    if (!is_bag && out->part_count > 0) {
        out->judge.possible = ark_evaluator_windows(evaluator, plan->root);
    }
    return ark_evaluator_status(evaluator);
}

enum ark_status
ark_candidates_find(const struct ark_candidates *candidates, struct ark_evaluator *evaluator,
                    struct ark_best *best, struct ark_error *err)
{
    struct ark_stage1_segment segment = {.part_count = 0};
    enum ark_status status = ark_candidates_segment(candidates, evaluator, &segment);
    if (status != ARK_OK || segment.part_count == 0) {
        return status;
    }
    if (ark_stage1_run(&segment, candidates->table, best, evaluator->arena)) {
        return ark_evaluator_status(evaluator);
    }
    status = ark_evaluator_status(evaluator);
    return status != ARK_OK
               ? status
               : ark_error_set(err, ARK_E_CORRUPT, "the index is damaged: postings of a family");
}
