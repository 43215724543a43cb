/**
 * @file property_proximity.c
 * What the places of words add, on random documents, is what looking at every
 * pair of places and every window gives.
 */
#include <math.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "searcher/proximity.h"
#include "tests/support/random.h"

enum { CASES = 3000, WORDS_MAX = 6, PLACES_MAX = 40 };

struct document {
    struct ark_place places[WORDS_MAX][PLACES_MAX + 1];
    struct ark_proximity_word words[WORDS_MAX];
    struct ark_proximity_source source;
    uint32_t length;
};

static void
make_word(struct test_random *random, struct document *document, uint32_t idx)
{
    struct ark_proximity_word *word = &document->words[idx];
    uint32_t often = 1 + test_random_below(random, 60);
    *word = (struct ark_proximity_word){.places = document->places[idx],
                                        .weight = 4,
                                        .gap = idx == 0 ? 0 : test_random_below(random, 4)};
    for (uint32_t at = 0; at < document->length && word->count < PLACES_MAX; at++) {
        if (test_random_one_in(random, often)) {
            float weight = (float)(1 + test_random_below(random, 4));
            document->places[idx][word->count++] = (struct ark_place){at, weight};
        }
    }
    document->places[idx][word->count].position = ARK_NO_PLACE;
}

static void
make_document(struct test_random *random, struct document *document)
{
    document->length = 1 + test_random_below(random, 300);
    document->source = (struct ark_proximity_source){
        .words = document->words,
        .word_count = test_random_below(random, WORDS_MAX + 1),
        .title_tokens = test_random_below(random, 20),
        .pair_k = 0.25F + (float)test_random_below(random, 8),
    };
    for (uint32_t i = 0; i < document->source.word_count; i++) {
        make_word(random, document, i);
    }
}

static bool
has(const struct ark_proximity_word *word, uint32_t position)
{
    for (uint32_t i = 0; i < word->count; i++) {
        if (word->places[i].position == position) {
            return true;
        }
    }
    return false;
}

static double
pairs(const struct ark_proximity_source *source, bool ordered)
{
    double sum = 0;
    for (uint32_t i = 1; i < source->word_count; i++) {
        const struct ark_proximity_word *first = &source->words[i - 1];
        const struct ark_proximity_word *second = &source->words[i];
        bool swapped = !ordered && first->count > second->count;
        const struct ark_proximity_word *rarer = swapped ? second : first;
        const struct ark_proximity_word *other = swapped ? first : second;
        double count = 0;
        for (uint32_t k = 0; k < rarer->count && second->gap > 0; k++) {
            int64_t at = rarer->places[k].position;
            bool found = ordered && has(other, (uint32_t)at + second->gap);
            for (int64_t by = -ARK_NEAR_WORDS; by <= ARK_NEAR_WORDS && !ordered; by++) {
                found = found || (by != 0 && at + by >= 0 && has(other, (uint32_t)(at + by)));
            }
            count += found ? 1 : 0;
        }
        sum += 4 * (ARK_PAIR_K1 + 1) * count / (count + (double)source->pair_k);
    }
    return sum;
}

/** The sum of the best weights of the words between two positions. */
static double
weights_within(const struct ark_proximity_source *source, uint32_t from, uint32_t to)
{
    double sum = 0;
    for (uint32_t i = 0; i < source->word_count; i++) {
        double best = 0;
        for (uint32_t k = 0; k < source->words[i].count; k++) {
            const struct ark_place *place = &source->words[i].places[k];
            if (place->position >= from && place->position <= to) {
                best = fmax(best, (double)place->weight);
            }
        }
        sum += best;
    }
    return sum;
}

static double
passage(const struct document *document)
{
    double best = 0;
    for (uint32_t from = 0; from < document->length && document->source.word_count > 1; from++) {
        best = fmax(best, weights_within(&document->source, from, from + ARK_PASSAGE_WORDS));
    }
    return best;
}

static bool
near(double value, double expected)
{
    return fabs(value - expected) < 1e-5;
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20261122));
    struct document *document = ark_xcalloc(1, sizeof *document);
    struct ark_arena arena = ark_arena_make();
    uint32_t with_pairs = 0;
    for (int i = 0; i < CASES; i++) {
        make_document(&random, document);
        ark_arena_reset(&arena);
        const struct ark_proximity_source *source = &document->source;
        struct ark_proximity found = ark_proximity_measure(source);
        uint32_t tokens = source->title_tokens;
        double title = tokens == 0 ? 0 : weights_within(source, 0, tokens - 1);
        ARK_ASSERT(near(found.ordered, ARK_PAIR_ORDERED * pairs(source, true)));
        ARK_ASSERT(near(found.near, ARK_PAIR_NEAR * pairs(source, false)));
        ARK_ASSERT(near(found.passage, ARK_PASSAGE_WEIGHT * passage(document)));
        ARK_ASSERT(near(found.title, ARK_TITLE_WEIGHT * title));
        with_pairs += found.ordered > 0 ? 1 : 0;
    }
    ARK_ASSERT(with_pairs > CASES / 4);
    ark_arena_dispose(&arena);
    free(document);
    return EXIT_SUCCESS;
}
