#include <math.h>
#include <string.h>

#include "searcher/evaluate.h"

static float
k_of(const struct ark_evaluator *evaluator, uint32_t local)
{
    return evaluator->k_of_norm[evaluator->norms[evaluator->window * ARK_WINDOW + local]];
}

/** The score of a phrase or of what is located, which was found in the document. */
static double
phrase_score(const struct ark_evaluator *evaluator, const struct ark_leaf *leaf, uint32_t local)
{
    float k = k_of(evaluator, local);
    if (leaf->plan->word_count == 1) {
        return ark_bm25_levels(leaf->words[0].word->weights, leaf->level_tfs[local], k);
    }
    float saturation =
        ark_bm25_saturation((float)ark_leaf_found_tf(leaf, local, ARK_LEVEL_FORM), k);
    return ark_bm25_round((double)((float)leaf->plan->phrase_weight * saturation));
}

/** The levels that have an occurrence. */
static unsigned
levels_of(ark_float4 tfs)
{
    unsigned levels = 0;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        levels |= tfs[level] > 0 ? 1u << level : 0;
    }
    return levels;
}

/** Slots for which there is room at first: candidates are no more, and memory is not touched in vain. */
enum { SLOTS_AT_FIRST = 128 };

/** Room for what is known of the leaf's documents. */
static struct ark_leaf_slots *
slots_of(struct ark_evaluator *evaluator, uint32_t leaf_idx, uint32_t count)
{
    struct ark_leaf_slots *known = &evaluator->plan->slots[leaf_idx];
    if (known->room < count) {
        struct ark_arena *arena = evaluator->arena;
        known->room = count <= SLOTS_AT_FIRST ? SLOTS_AT_FIRST : ARK_SLOTS_MAX;
        known->scores = ark_arena_alloc(arena, known->room * sizeof *known->scores);
        known->tfs = ark_arena_alloc(arena, known->room * sizeof *known->tfs);
        known->sets = ark_arena_alloc(arena, ARK_SLOTS_WINDOWS_MAX * sizeof *known->sets);
    }
    return known;
}

/** Documents while they are scored. */
struct scoring {
    struct ark_evaluator *evaluator;
    const struct ark_slots *slots;
    struct ark_scores *out;
    float k[ARK_SLOTS_MAX];        /**< by slot, as what follows */
    double missing[ARK_SLOTS_MAX]; /**< what matches by the skeleton can add to the sum yet */
    double least;                  /**< a sum below does not serve the goal */
    double hope;                   /**< the goal's */
    uint16_t able[ARK_SLOTS_MAX];  /**< slots that may serve it, ascending */
    uint32_t able_count;
};

/** True when all are 0: sums of numbers of occurrences, which are never negative zero. */
static bool
is_none(ark_float4 tfs)
{
    uint64_t halves[2];
    memcpy(halves, &tfs, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/** Scores a word by the classes that match closely, and notes what the skeleton can add to that. */
static void
score_closely(struct scoring *scoring, uint32_t leaf_idx)
{
    const struct ark_slots *slots = scoring->slots;
    struct ark_word_lists *word = &scoring->evaluator->leaves[leaf_idx].words[0];
    struct ark_leaf_slots *here = slots_of(scoring->evaluator, leaf_idx, slots->count);
    ark_float4 weights = word->word->weights;
    memset(here->tfs, 0, slots->count * sizeof *here->tfs);
    ark_word_count_close(word, slots, slots->sets, here->tfs);
    for (uint32_t slot = 0; slot < slots->count; slot++) {
        here->scores[slot] = is_none(here->tfs[slot])
                                 ? 0
                                 : ark_bm25_levels(weights, here->tfs[slot], scoring->k[slot]);
        scoring->out->sums[slot] += here->scores[slot];
    }
    here->most = 0;
    if (word->class_count > word->close_count) {
        // Its score stays below. In steps of scores: what is missing is added and taken away exactly.
        here->most = ark_bm25_round((double)weights[ARK_LEVEL_SKELETON]) + ARK_SCORE_STEP;
        for (uint32_t slot = 0; slot < slots->count; slot++) {
            double more = here->most - here->scores[slot];
            scoring->missing[slot] += more > 0 ? more : 0;
        }
    }
}

/** Adds to the scores of a word what matches by the skeleton make better; of it, nothing is missing then. */
static void
score_rest(struct scoring *scoring, uint32_t leaf_idx)
{
    const struct ark_slots *slots = scoring->slots;
    struct ark_word_lists *word = &scoring->evaluator->leaves[leaf_idx].words[0];
    struct ark_leaf_slots *here = &scoring->evaluator->plan->slots[leaf_idx];
    uint16_t open[ARK_SLOTS_MAX];
    uint32_t count = 0;
    if (word->class_count == word->close_count) {
        return;
    }
    memset(here->sets, 0, slots->window_count * sizeof *here->sets);
    for (uint32_t i = 0; i < scoring->able_count; i++) {
        uint32_t slot = scoring->able[i];
        // A word that weighs nothing matches all the same.
        if (here->scores[slot] < here->most || is_none(here->tfs[slot])) {
            ark_bits_add(&here->sets[slots->window_of[slot]], slots->local_of[slot]);
            open[count++] = (uint16_t)slot;
            scoring->missing[slot] -= here->most - here->scores[slot];
        }
    }
    if (count == 0) {
        return;
    }
    ark_word_count_rest(word, slots, here->sets, here->tfs);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = open[i];
        double score = ark_bm25_levels(word->word->weights, here->tfs[slot], scoring->k[slot]);
        scoring->out->sums[slot] += score - here->scores[slot]; // exact: see ark_bm25_round
        here->scores[slot] = score;
    }
}

/** Scores the leaves with positions in one window. */
static void
score_positions(struct scoring *scoring, uint32_t idx)
{
    struct ark_evaluator *evaluator = scoring->evaluator;
    const struct ark_slots *slots = scoring->slots;
    ark_arena_reset(evaluator->scratch);
    ark_evaluator_enter(evaluator, slots->windows[idx]);
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (!leaf->plan->scored || leaf->word_count == 0 || !ark_leaf_has_positions(leaf)) {
            continue;
        }
        struct ark_window_bits found = ark_leaf_phrase(evaluator, leaf, slots->sets[idx]);
        for (uint32_t local = ark_bits_next(&found, 0); local < ARK_WINDOW;
             local = ark_bits_next(&found, local + 1)) {
            uint32_t slot = ark_slot_of(slots, idx, local);
            double score = phrase_score(evaluator, leaf, local);
            scoring->out->sums[slot] += score;
            scoring->out->touched[slot] = true;
            scoring->out->close[slot] =
                (uint16_t)(scoring->out->close[slot] + (ark_bits_has(&leaf->close, local) ? 1 : 0));
        }
    }
}

/** The value that so many of the values, at least one, are not below; they lose their order. */
static float
kth_greatest(float *values, uint32_t count, uint32_t wanted)
{
    uint32_t first = 0;
    uint32_t end = count;
    uint32_t at = wanted - 1; // where it would stand in falling order
    while (end - first > 1) {
        float pivot = values[first + (end - first) / 2];
        uint32_t i = first;
        uint32_t greater = first; // [first, greater) above the pivot, [greater, i) equal to it
        uint32_t less = end;      // from here on below
        while (i < less) {
            float value = values[i];
            if (value > pivot) {
                values[i++] = values[greater];
                values[greater++] = value;
            } else if (value < pivot) {
                values[i] = values[--less];
                values[less] = value;
            } else {
                i++;
            }
        }
        if (at >= greater && at < less) {
            return pivot;
        }
        end = at < greater ? greater : end;
        first = at < greater ? first : less;
    }
    return values[first];
}

/** Leaves out documents whose sum, with what is missing yet, does not serve the goal. */
static void
narrow(struct scoring *scoring)
{
    const double *sums = scoring->out->sums;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scoring->able_count; i++) {
        uint16_t slot = scoring->able[i];
        double most = sums[slot] + scoring->hope * scoring->missing[slot];
        scoring->able[count] = slot;
        count += (double)(float)most >= scoring->least ? 1 : 0;
    }
    scoring->able_count = count;
}

/** Leaves out the documents that cannot serve the goal, as what is known of their scores tells. */
static void
leave_out(struct scoring *scoring, struct ark_score_goal goal)
{
    uint32_t count = scoring->slots->count;
    const double *sums = scoring->out->sums;
    scoring->least = goal.best == 0 ? -INFINITY : goal.least;
    scoring->hope = goal.hope;
    scoring->able_count = count;
    for (uint32_t slot = 0; slot < count; slot++) {
        scoring->able[slot] = (uint16_t)slot;
    }
    if (goal.best > 0 && count > goal.best && scoring->least == -INFINITY) {
        // Sums only grow, so as many documents will reach this.
        float values[ARK_SLOTS_MAX];
        for (uint32_t slot = 0; slot < count; slot++) {
            values[slot] = (float)sums[slot];
        }
        scoring->least = (double)kth_greatest(values, count, goal.best);
    }
    narrow(scoring);
}

/** Notes in which documents a word is. */
static void
finish_word(struct scoring *scoring, uint32_t leaf_idx)
{
    const ark_float4 *tfs = scoring->evaluator->plan->slots[leaf_idx].tfs;
    struct ark_scores *out = scoring->out;
    for (uint32_t i = 0; i < scoring->able_count; i++) {
        uint32_t slot = scoring->able[i];
        unsigned levels = levels_of(tfs[slot]);
        unsigned close = (levels & ARK_LEVELS_CLOSE) != 0 ? 1 : 0;
        out->touched[slot] = out->touched[slot] || levels != 0;
        out->close[slot] = (uint16_t)(out->close[slot] + close);
    }
}

static void
begin(struct scoring *scoring)
{
    const struct ark_slots *slots = scoring->slots;
    const struct ark_evaluator *evaluator = scoring->evaluator;
    for (uint32_t slot = 0; slot < slots->count; slot++) {
        scoring->k[slot] = evaluator->k_of_norm[evaluator->norms[ark_slot_doc(slots, slot)]];
    }
    struct ark_scores *out = scoring->out;
    memset(out->sums, 0, slots->count * sizeof *out->sums);
    memset(out->close, 0, slots->count * sizeof *out->close);
    memset(out->touched, 0, slots->count * sizeof *out->touched);
    memset(scoring->missing, 0, slots->count * sizeof *scoring->missing);
}

void
ark_evaluator_score(struct ark_evaluator *evaluator, const struct ark_slots *slots,
                    struct ark_score_goal goal, struct ark_scores *out)
{
    struct scoring scoring; // ten kilobytes that need not be cleared
    scoring.evaluator = evaluator;
    scoring.slots = slots;
    scoring.out = out;
    begin(&scoring);
    for (uint32_t i = 0; i < evaluator->scored_words; i++) {
        score_closely(&scoring, evaluator->words[i]);
    }
    for (uint32_t i = 0; i < slots->window_count && evaluator->has_positions; i++) {
        score_positions(&scoring, i);
    }
    leave_out(&scoring, goal);
    for (uint32_t i = 0; i < evaluator->scored_words; i++) {
        score_rest(&scoring, evaluator->words[i]);
        narrow(&scoring);
    }
    for (uint32_t i = 0; i < evaluator->scored_words; i++) {
        finish_word(&scoring, evaluator->words[i]);
    }
}

struct ark_window_bits
ark_evaluator_all_words(struct ark_evaluator *evaluator, struct ark_window_bits set)
{
    for (uint32_t i = 0; i < evaluator->plan->leaf_count && !ark_bits_none(&set); i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (leaf->plan->scored) {
            set = ark_leaf_matches(evaluator, leaf, true, set);
        }
    }
    return set;
}

/** Counts a word in one document. The skeleton is looked for only where it can be the best level. */
static void
count_alone(const struct ark_evaluator *evaluator, struct ark_word_lists *word,
            const struct ark_window_bits *one, ark_float4 *tfs)
{
    struct ark_slots *slots = ark_arena_alloc(evaluator->scratch, sizeof *slots);
    ark_slots_clear(slots);
    ark_slots_add(slots, evaluator->window, *one);
    ark_word_count_close(word, slots, one, tfs);
    float k = k_of(evaluator, ark_bits_next(one, 0));
    if (word->class_count > word->close_count &&
        ark_bm25_levels(word->word->weights, *tfs, k) <
            (double)word->word->weights[ARK_LEVEL_SKELETON]) {
        ark_word_count_rest(word, slots, one, tfs);
    }
}

double
ark_leaf_score(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t local,
               unsigned *levels, ark_float4 *tfs)
{
    struct ark_window_bits set = {{0}};
    ark_bits_add(&set, local);
    *levels = 0;
    *tfs = (ark_float4){0};
    if (leaf->word_count == 0) {
        return 0;
    }
    if (ark_leaf_has_positions(leaf)) {
        struct ark_window_bits found = ark_leaf_phrase(evaluator, leaf, set);
        if (ark_bits_none(&found)) {
            return 0;
        }
        *levels = ark_bits_has(&leaf->close, local) ? ARK_LEVELS_CLOSE : ARK_LEVELS_ALL;
        if (leaf->located != NULL) {
            *tfs = leaf->level_tfs[local];
        }
        return phrase_score(evaluator, leaf, local);
    }
    count_alone(evaluator, &leaf->words[0], &set, tfs);
    *levels = levels_of(*tfs);
    return ark_bm25_levels(leaf->words[0].word->weights, *tfs, k_of(evaluator, local));
}
