#include "searcher/refine.h"

#include <stdlib.h>

#include "searcher/evaluate.h"
#include "searcher/topk.h"

/** A plan's scored leaves as proximity sees them. */
struct refiner {
    const struct ark_plan *plan;
    uint32_t leaf_idx[ARK_PROXIMITY_WORDS_MAX];
    float weight[ARK_PROXIMITY_WORDS_MAX];
    uint32_t gap[ARK_PROXIMITY_WORDS_MAX];
    uint32_t count;
};

/** The greatest weight a place of the word can have: of levels that some document has. */
static float
word_weight(const struct ark_plan_leaf *leaf)
{
    double own = (double)leaf->node->weight;
    if (leaf->word_count > 1) {
        return (float)(leaf->phrase_idf * own);
    }
    const struct ark_expansion *word = &leaf->words[0];
    const double *weights = ark_word_has_forms(leaf->node) ? ark_nearness_weight : ark_level_weight;
    double best = 0;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        double weight = weights[level] * word->idf[level] * own;
        best = word->df[level] > 0 && weight > best ? weight : best;
    }
    return (float)best;
}

/** The refiner's number of the leaf of a node; count when it has none. */
static uint32_t
find_leaf(const struct refiner *refiner, const struct ark_query_node *node)
{
    uint32_t i = 0;
    while (i < refiner->count && refiner->plan->leaves[refiner->leaf_idx[i]].node != node) {
        i++;
    }
    return i;
}

/**
 * Notes which words are neighbours: words of one group one after another, with
 * nothing but left-out stop words between. Alternatives are none. Recursion as
 * deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
 */
static void
note_neighbours(struct refiner *refiner, const struct ark_query_node *group)
{
    const struct ark_query_node *before = NULL;
    for (const struct ark_query_node *it = group->first_child; it != NULL; it = it->next_sibling) {
        if (it->kind != ARK_QUERY_WORD) {
            if (it->kind != ARK_QUERY_PHRASE && it->kind != ARK_QUERY_NEAR &&
                it->kind != ARK_QUERY_NAMES) {
                note_neighbours(refiner, it);
            }
            before = NULL;
            continue;
        }
        if (it->stopword) {
            continue;
        }
        uint32_t leaf = find_leaf(refiner, it);
        // Leaves stand in query order, so the leaf before is that of the word before.
        if (before != NULL && group->kind != ARK_QUERY_OR && leaf > 0 && leaf < refiner->count &&
            refiner->plan->leaves[refiner->leaf_idx[leaf - 1]].node == before) {
            refiner->gap[leaf] = it->word - before->word;
        }
        before = it;
    }
}

static void
refiner_make(struct refiner *refiner, const struct ark_plan *plan)
{
    *refiner = (struct refiner){.plan = plan};
    for (uint32_t i = 0; i < plan->leaf_count && refiner->count < ARK_PROXIMITY_WORDS_MAX; i++) {
        if (plan->leaves[i].scored) {
            refiner->leaf_idx[refiner->count] = i;
            refiner->weight[refiner->count++] = word_weight(&plan->leaves[i]);
        }
    }
    if (plan->query->root != NULL) {
        note_neighbours(refiner, plan->query->root);
    }
}

/** Adds ascending positions of one weight to places, which has room; the places stay in order. */
static void
merge_in(struct ark_place *places, uint32_t count, const uint32_t *positions, uint32_t tf,
         float weight)
{
    uint32_t to = count + tf;
    while (tf > 0) {
        if (count > 0 && places[count - 1].position > positions[tf - 1]) {
            places[--to] = places[--count];
        } else {
            tf--;
            places[--to] = (struct ark_place){positions[tf], weight};
        }
    }
}

/** The places of a word in a document. */
static void
collect_word(struct ark_word_lists *word, ark_docid doc, struct ark_arena *arena,
             struct ark_proximity_word *out)
{
    uint32_t count = 0;
    uint32_t room = 0;
    const struct ark_word_occurrence *found =
        ark_word_occurrences(word, doc, ARK_LEVELS_ALL, &count);
    for (uint32_t i = 0; i < count; i++) {
        room += found[i].tf;
    }
    struct ark_place *places = ark_arena_calloc(arena, room, sizeof *places);
    for (uint32_t i = 0; i < count; i++) {
        float weight = word->word->best_weight[found[i].levels] / (float)(ARK_BM25_K1 + 1);
        merge_in(places, out->count, found[i].positions, found[i].tf, weight);
        out->count += found[i].tf;
    }
    out->places = places;
}

static int
compare_positions(const void *left, const void *right)
{
    const struct ark_place *a = left;
    const struct ark_place *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

/** The places of what located.h settles: where each of its matches begins; all of full weight. */
static void
collect_located(struct ark_leaf *leaf, ark_docid doc, float weight, struct ark_arena *arena,
                struct ark_proximity_word *out)
{
    size_t count = 0;
    const struct ark_match *matches = ark_located_matches(leaf->located, doc, arena, &count);
    struct ark_place *places = ark_arena_calloc(arena, count, sizeof *places);
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct ark_place){matches[i].position, weight};
    }
    if (count > 0) {
        qsort(places, count, sizeof *places, compare_positions);
    }
    out->places = places;
    out->count = (uint32_t)count;
}

static void
collect_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t local,
               struct ark_arena *arena, struct ark_proximity_word *out)
{
    float weight = (float)(leaf->plan->phrase_idf * (double)leaf->plan->node->weight);
    uint32_t count = 0;
    const uint32_t *starts = ark_leaf_starts(evaluator, leaf, local, &count);
    struct ark_place *places = ark_arena_calloc(arena, count, sizeof *places);
    for (uint32_t i = 0; i < count; i++) {
        places[i] = (struct ark_place){starts[i], weight};
    }
    out->places = places;
    out->count = count;
}

/** Measures a document of the evaluator's segment. */
static enum ark_status
measure(const struct refiner *refiner, struct ark_evaluator *evaluator, ark_docid doc,
        struct ark_proximity *out, struct ark_error *err)
{
    struct ark_arena *arena = evaluator->scratch;
    uint32_t title_tokens = 0;
    enum ark_status status =
        ark_segment_title_length(evaluator->segment, doc, arena, &title_tokens, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_evaluator_enter(evaluator, doc / ARK_WINDOW);
    struct ark_proximity_word words[ARK_PROXIMITY_WORDS_MAX];
    for (uint32_t i = 0; i < refiner->count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[refiner->leaf_idx[i]];
        words[i] =
            (struct ark_proximity_word){.weight = refiner->weight[i], .gap = refiner->gap[i]};
        if (leaf->located != NULL) {
            collect_located(leaf, doc, refiner->weight[i], arena, &words[i]);
        } else if (leaf->word_count == 1) {
            collect_word(&leaf->words[0], doc, arena, &words[i]);
        } else if (leaf->word_count > 1) {
            collect_phrase(evaluator, leaf, doc % ARK_WINDOW, arena, &words[i]);
        }
    }
    struct ark_proximity_source source = {
        .words = words,
        .word_count = refiner->count,
        .title_tokens = title_tokens,
        .pair_k = ark_bm25_pair_k(evaluator->k_of_norm[evaluator->norms[doc]]),
    };
    *out = ark_proximity_measure(&source, arena);
    return ark_evaluator_status(evaluator);
}

static int
compare_places(const void *left, const void *right)
{
    const struct ark_hit *a = left;
    const struct ark_hit *b = right;
    if (a->segment_idx != b->segment_idx) {
        return a->segment_idx < b->segment_idx ? -1 : 1;
    }
    return (a->doc > b->doc) - (a->doc < b->doc);
}

static int
compare_scores(const void *left, const void *right)
{
    return ark_hit_before(left, right) ? -1 : 1;
}

enum ark_status
ark_plan_refine(struct ark_plan *plan, struct ark_hit *hits, uint32_t count, struct ark_error *err)
{
    struct refiner refiner;
    enum ark_status status = ARK_OK;
    count = count < ARK_REFINED_HITS ? count : ARK_REFINED_HITS;
    if (count == 0) {
        return ARK_OK;
    }
    refiner_make(&refiner, plan);
    qsort(hits, count, sizeof *hits, compare_places);
    for (uint32_t i = 0; i < count && status == ARK_OK; i++) {
        struct ark_proximity proximity = {0};
        struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hits[i].segment_idx, err);
        status = measure(&refiner, evaluator, hits[i].doc, &proximity, err);
        hits[i].score = (float)((double)hits[i].score + ark_proximity_sum(&proximity));
        hits[i].refined = true;
    }
    ark_arena_dispose(&plan->scratch);
    qsort(hits, count, sizeof *hits, compare_scores);
    return status;
}

enum ark_status
ark_plan_proximity(struct ark_plan *plan, const struct ark_hit *hit, struct ark_proximity *out,
                   struct ark_error *err)
{
    struct refiner refiner;
    *out = (struct ark_proximity){0};
    if (!hit->refined) {
        return ARK_OK;
    }
    refiner_make(&refiner, plan);
    struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hit->segment_idx, err);
    enum ark_status status = measure(&refiner, evaluator, hit->doc, out, err);
    ark_arena_dispose(&plan->scratch);
    return status;
}
