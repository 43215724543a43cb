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

static void
add_score(struct ark_window_scores *to, uint32_t local, double score, bool close)
{
    if (!ark_bits_has(&to->touched, local)) {
        ark_bits_add(&to->touched, local);
        to->sums[local] = 0;
        to->gains[local] = 0;
        to->close[local] = 0;
    }
    to->sums[local] += score;
    to->close[local] = (uint16_t)(to->close[local] + (close ? 1 : 0));
}

/**
 * Counts a word in the documents of the set. The skeleton is looked for only
 * where it can be the best level: its score stays below its weight.
 */
static void
count_word(struct ark_evaluator *evaluator, struct ark_word_lists *word,
           const struct ark_window_bits *set)
{
    struct ark_word_tfs *counted = evaluator->counted;
    struct ark_window_bits open = *set;
    ark_word_count_close(word, evaluator->window, set, counted);
    if (word->class_count == word->close_count) {
        return;
    }
    double most = (double)word->word->weights[ARK_LEVEL_SKELETON];
    for (uint32_t i = ark_bits_next(&counted->present, 0); i < ARK_WINDOW;
         i = ark_bits_next(&counted->present, i + 1)) {
        double score = ark_bm25_levels(word->word->weights, counted->tfs[i], k_of(evaluator, i));
        if (score >= most) {
            ark_bits_remove(&open, i);
        }
    }
    if (!ark_bits_none(&open)) {
        ark_word_count_rest(word, evaluator->window, &open, counted);
    }
}

/** Where the documents of a window have a leaf. */
struct leaf_places {
    const struct ark_plan_leaf *leaf;
    struct ark_window_bits present;
    float counts[ARK_WINDOW]; /**< by local, of those present */
};

/** What the documents of a window can gain, leaf after leaf. */
struct gains {
    struct leaf_places places[2]; /**< of the leaf at hand and of that before it, in turns */
    unsigned turn;
    struct ark_window_scores *to;
};

/** Goes on to the next scored leaf. */
static void
next_leaf(struct gains *gains, const struct ark_plan_leaf *leaf)
{
    gains->turn = 1 - gains->turn;
    gains->places[gains->turn].leaf = leaf;
    gains->places[gains->turn].present = (struct ark_window_bits){{0}};
}

/** More places than a document has. */
#define PLACES_UNKNOWN 0x1p24f

/** Adds to the gain of a document, whose K is k, what the leaf can bring with count places of this weight. */
static void
add_gain(struct gains *gains, uint32_t local, float k, float count, float weight)
{
    struct leaf_places *here = &gains->places[gains->turn];
    const struct leaf_places *before = &gains->places[1 - gains->turn];
    float gain = (float)(ARK_PASSAGE_WEIGHT + ARK_TITLE_WEIGHT) * weight;
    if (here->leaf->gap > 0 && ark_bits_has(&before->present, local)) {
        float fewer = before->counts[local] < count ? before->counts[local] : count;
        float pair = (before->leaf->place_weight + here->leaf->place_weight) / 2;
        gain += (float)((ARK_PAIR_ORDERED + ARK_PAIR_NEAR) * (ARK_PAIR_K1 + 1)) * pair *
                ark_bm25_saturation(fewer, ark_bm25_pair_k(k));
    }
    gains->to->gains[local] += gain;
    ark_bits_add(&here->present, local);
    here->counts[local] = count;
}

static void
score_word(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
           const struct ark_window_bits *set, struct ark_window_scores *to, struct gains *gains)
{
    struct ark_word_lists *word = &leaf->words[0];
    struct ark_word_tfs *counted = evaluator->counted;
    bool has_skeleton = (word->word->levels & 1u << ARK_LEVEL_SKELETON) != 0;
    count_word(evaluator, word, set);
    for (uint32_t i = ark_bits_next(&counted->present, 0); i < ARK_WINDOW;
         i = ark_bits_next(&counted->present, i + 1)) {
        ark_float4 tfs = counted->tfs[i];
        double score = ark_bm25_levels(word->word->weights, tfs, k_of(evaluator, i));
        bool close = tfs[ARK_LEVEL_FORM] > 0 || tfs[ARK_LEVEL_LIGHT] > 0 || tfs[ARK_LEVEL_STEM] > 0;
        add_score(to, i, score, close);
        if (gains != NULL) {
            // Whatever matches at a level matches by its skeleton, too, if that counts.
            float count =
                has_skeleton ? tfs[ARK_LEVEL_SKELETON] : tfs[0] + tfs[1] + tfs[2] + tfs[3];
            float weight = word->word->best_weight[levels_of(tfs)] / (float)(ARK_BM25_K1 + 1);
            add_gain(gains, i, k_of(evaluator, i), count, weight);
        }
    }
}

static void
score_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
             const struct ark_window_bits *set, struct ark_window_scores *to, struct gains *gains)
{
    struct ark_window_bits found = ark_leaf_phrase(evaluator, leaf, *set);
    for (uint32_t i = ark_bits_next(&found, 0); i < ARK_WINDOW; i = ark_bits_next(&found, i + 1)) {
        add_score(to, i, phrase_score(evaluator, leaf, i), ark_bits_has(&leaf->close, i));
        if (gains != NULL) {
            add_gain(gains, i, k_of(evaluator, i), PLACES_UNKNOWN, leaf->plan->place_weight);
        }
    }
}

void
ark_evaluator_score(struct ark_evaluator *evaluator, const struct ark_window_bits *set,
                    struct ark_window_scores *out)
{
    const struct ark_plan *plan = evaluator->plan;
    struct gains gains; // two kilobytes that need not be cleared
    gains.to = out;
    gains.turn = 0;
    next_leaf(&gains, plan->leaves);
    next_leaf(&gains, plan->leaves);
    out->touched = (struct ark_window_bits){{0}};
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (!leaf->plan->scored) {
            continue;
        }
        next_leaf(&gains, leaf->plan);
        if (leaf->word_count > 0 && ark_leaf_has_positions(leaf)) {
            score_phrase(evaluator, leaf, set, out, plan->refines ? &gains : NULL);
        } else if (leaf->word_count > 0) {
            score_word(evaluator, leaf, set, out, plan->refines ? &gains : NULL);
        }
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
    struct ark_word_lists *word = &leaf->words[0];
    count_word(evaluator, word, &set);
    if (ark_bits_none(&evaluator->counted->present)) {
        return 0;
    }
    *tfs = evaluator->counted->tfs[local];
    *levels = levels_of(*tfs);
    return ark_bm25_levels(word->word->weights, *tfs, k_of(evaluator, local));
}
