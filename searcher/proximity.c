#include "searcher/proximity.h"

/** How often second stands exactly gap words after first. */
static uint32_t
count_ordered(const struct ark_proximity_word *first, const struct ark_proximity_word *second)
{
    uint32_t count = 0;
    uint32_t k = 0;
    for (uint32_t i = 0; i < first->count; i++) {
        uint32_t wanted = first->places[i].position + second->gap;
        while (k < second->count && second->places[k].position < wanted) {
            k++;
        }
        count += k < second->count && second->places[k].position == wanted ? 1 : 0;
    }
    return count;
}

/** True when one of the places from number at on is near the position, and not it. */
static bool
has_near(const struct ark_proximity_word *word, uint32_t at, uint32_t position)
{
    for (; at < word->count && word->places[at].position <= position + ARK_NEAR_WORDS; at++) {
        if (word->places[at].position != position) {
            return true;
        }
    }
    return false;
}

/** How many places of the rarer word have the other one near. */
static uint32_t
count_near(const struct ark_proximity_word *first, const struct ark_proximity_word *second)
{
    const struct ark_proximity_word *rarer = first->count <= second->count ? first : second;
    const struct ark_proximity_word *other = rarer == first ? second : first;
    uint32_t count = 0;
    uint32_t k = 0;
    for (uint32_t i = 0; i < rarer->count; i++) {
        uint32_t position = rarer->places[i].position;
        while (k < other->count && other->places[k].position + ARK_NEAR_WORDS < position) {
            k++;
        }
        count += has_near(other, k, position) ? 1 : 0;
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
    const struct ark_place *places;
    uint32_t count;
    uint32_t next; /**< place that was not met yet */
    uint32_t best; /**< of those met and not left behind; next when there is none */
};

/** The position of the first place that was not met, UINT32_MAX when none is left. */
static uint32_t
next_position(const struct walker *walkers, uint32_t count)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct walker *walker = &walkers[i];
        uint32_t position =
            walker->next < walker->count ? walker->places[walker->next].position : UINT32_MAX;
        first = position < first ? position : first;
    }
    return first;
}

/** Meets the places up to position; leaves those out of reach behind. Returns the best weight within reach. */
static float
walk_to(struct walker *walker, uint32_t position)
{
    uint32_t reach = position < ARK_PASSAGE_WORDS ? 0 : position - ARK_PASSAGE_WORDS;
    if (walker->best < walker->next && walker->places[walker->best].position < reach) {
        // Later ones that were less are at most ARK_PASSAGE_WORDS.
        uint32_t at = walker->best + 1;
        walker->best = walker->next;
        for (; at < walker->next; at++) {
            bool within = walker->places[at].position >= reach;
            bool better = walker->best == walker->next ||
                          walker->places[at].weight > walker->places[walker->best].weight;
            walker->best = within && better ? at : walker->best;
        }
    }
    while (walker->next < walker->count && walker->places[walker->next].position <= position) {
        bool none = walker->best == walker->next;
        bool better =
            none || walker->places[walker->next].weight >= walker->places[walker->best].weight;
        walker->best = better ? walker->next : walker->best;
        walker->next++;
    }
    return walker->best < walker->next ? walker->places[walker->best].weight : 0;
}

static double
best_passage(const struct ark_proximity_source *source, struct ark_arena *arena)
{
    struct walker *walkers = ark_arena_calloc(arena, source->word_count, sizeof *walkers);
    uint32_t count = 0;
    for (uint32_t i = 0; i < source->word_count; i++) {
        if (source->words[i].count > 0) {
            walkers[count++] =
                (struct walker){.places = source->words[i].places, .count = source->words[i].count};
        }
    }
    double best = 0;
    for (uint32_t at = next_position(walkers, count); at != UINT32_MAX;
         at = next_position(walkers, count)) {
        double sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            sum += (double)walk_to(&walkers[i], at);
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
ark_proximity_measure(const struct ark_proximity_source *source, struct ark_arena *arena)
{
    ARK_ASSERT(source->word_count <= ARK_PROXIMITY_WORDS_MAX);
    struct ark_proximity out = {0};
    measure_pairs(source, &out);
    if (source->word_count > 1) {
        out.passage = ark_bm25_round(ARK_PASSAGE_WEIGHT * best_passage(source, arena));
    }
    out.title = ark_bm25_round(ARK_TITLE_WEIGHT * title_sum(source));
    return out;
}
