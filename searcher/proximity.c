#include "searcher/proximity.h"

/*
 * Steps on lists are sums of comparisons, not branches: which list is next cannot be foretold, and
 * most documents have but a few places, so a wrong guess at each would be most of the cost.
 */

/** How often second stands exactly gap words after first. */
static uint32_t
count_ordered(const struct ark_proximity_word *first, const struct ark_proximity_word *second)
{
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t k = 0;
    while (i < first->count && k < second->count) {
        uint64_t wanted = (uint64_t)first->places[i].position + second->gap;
        uint64_t found = second->places[k].position;
        count += wanted == found;
        i += wanted <= found;
        k += found <= wanted;
    }
    return count;
}

/** How many places of the rarer word have the other one near. */
static uint32_t
count_near(const struct ark_proximity_word *first, const struct ark_proximity_word *second)
{
    const struct ark_proximity_word *rarer = first->count <= second->count ? first : second;
    const struct ark_proximity_word *other = rarer == first ? second : first;
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t k = 0; // of other: the first that is not too far in front
    while (i < rarer->count && k < other->count) {
        uint64_t at = rarer->places[i].position;
        uint64_t found = other->places[k].position;
        bool is_before = found + ARK_NEAR_WORDS < at;
        found = found == at ? other->places[k + 1].position : found;
        count += !is_before & (found <= at + ARK_NEAR_WORDS);
        i += !is_before;
        k += is_before;
    }
    return count;
}

static double
pair_score(double weight, uint32_t count, float k)
{
    return weight * (ARK_PAIR_K1 + 1) * (double)ark_bm25_saturation((float)count, k);
}

static void
measure_pairs(const struct ark_proximity_source *source, struct ark_proximity *out)
{
    double ordered = 0;
    double near = 0;
    for (uint32_t i = 1; i < source->word_count; i++) {
        const struct ark_proximity_word *first = &source->words[i - 1];
        const struct ark_proximity_word *second = &source->words[i];
        if (second->gap > 0 && first->count > 0 && second->count > 0) {
            double weight = ((double)first->weight + (double)second->weight) / 2;
            ordered += pair_score(weight, count_ordered(first, second), source->pair_k);
            near += pair_score(weight, count_near(first, second), source->pair_k);
        }
    }
    out->ordered = ark_bm25_round(ARK_PAIR_ORDERED * ordered);
    out->near = ark_bm25_round(ARK_PAIR_NEAR * near);
}

/** A word on the walk over all places. */
struct walker {
    const struct ark_place *next; /**< that was not met yet */
    const struct ark_place *first;
    double best;    /**< the weight of the best place met that is within reach, or 0 */
    uint64_t until; /**< it is within reach of positions up to this */
};

/** The best of the places met that are within reach of a position. */
static void
look_back(struct walker *walker, uint64_t position)
{
    walker->best = 0;
    for (const struct ark_place *at = walker->next; at > walker->first; at--) {
        uint64_t until = (uint64_t)at[-1].position + ARK_PASSAGE_WORDS;
        if (until < position) {
            return;
        }
        if ((double)at[-1].weight > walker->best) {
            walker->best = (double)at[-1].weight;
            walker->until = until;
        }
    }
}

/** Meets the place at the position, if there is one. Returns the best weight within reach. */
static double
walk_to(struct walker *walker, uint32_t position, bool weights_differ)
{
    bool is_here = walker->next->position == position;
    double weight = (double)walker->next->weight;
    if (weights_differ) {
        if (walker->until < position) {
            look_back(walker, position);
        }
        is_here = is_here && weight >= walker->best;
    }
    walker->next += walker->next->position == position;
    walker->best = is_here ? weight : walker->best;
    walker->until = is_here ? (uint64_t)position + ARK_PASSAGE_WORDS : walker->until;
    return position <= walker->until ? walker->best : 0;
}

/** The words that are there. *most: the sum of their best weights; *weights_differ: within a word. */
static uint32_t
start_walk(const struct ark_proximity_source *source, struct walker *walkers, double *most,
           bool *weights_differ)
{
    uint32_t count = 0;
    *most = 0;
    *weights_differ = false;
    for (uint32_t i = 0; i < source->word_count; i++) {
        const struct ark_proximity_word *word = &source->words[i];
        float best = word->count > 0 ? word->places[0].weight : 0;
        for (uint32_t k = 1; k < word->count; k++) {
            float weight = word->places[k].weight;
            *weights_differ |= weight != best;
            best = weight > best ? weight : best;
        }
        walkers[count] = (struct walker){.next = word->places, .first = word->places};
        count += word->count > 0;
        *most += (double)best;
    }
    return count;
}

static double
best_passage(const struct ark_proximity_source *source)
{
    struct walker walkers[ARK_PROXIMITY_WORDS_MAX];
    double most = 0;
    bool weights_differ = false;
    uint32_t count = start_walk(source, walkers, &most, &weights_differ);
    double best = count == 1 ? most : 0;
    while (best < most) {
        uint32_t position = ARK_NO_PLACE;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t next = walkers[i].next->position;
            position = next < position ? next : position;
        }
        if (position == ARK_NO_PLACE) {
            break;
        }
        double sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            sum += walk_to(&walkers[i], position, weights_differ);
        }
        best = sum > best ? sum : best;
    }
    return best;
}

/** The sum of the best weights that words have in the title. */
static double
title_sum(const struct ark_proximity_source *source)
{
    double sum = 0;
    for (uint32_t i = 0; i < source->word_count; i++) {
        const struct ark_proximity_word *word = &source->words[i];
        float best = 0;
        for (uint32_t k = 0; k < word->count && word->places[k].position < source->title_tokens;
             k++) {
            best = word->places[k].weight > best ? word->places[k].weight : best;
        }
        sum += (double)best;
    }
    return sum;
}

struct ark_proximity
ark_proximity_measure(const struct ark_proximity_source *source)
{
    ARK_ASSERT(source->word_count <= ARK_PROXIMITY_WORDS_MAX);
    struct ark_proximity out = {0};
    measure_pairs(source, &out);
    if (source->word_count > 1) {
        out.passage = ark_bm25_round(ARK_PASSAGE_WEIGHT * best_passage(source));
    }
    out.title = ark_bm25_round(ARK_TITLE_WEIGHT * title_sum(source));
    return out;
}
