#include "searcher/refine.h"

#include <stdlib.h>

#include "searcher/evaluate.h"
#include "searcher/topk.h"

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

/** The scored leaf of a node, and that before it; false when it has none. */
static bool
find_leaf(const struct ark_plan *plan, const struct ark_query_node *node,
          struct ark_plan_leaf **out, const struct ark_plan_leaf **before)
{
    *before = NULL;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].scored && plan->leaves[i].node == node) {
            *out = &plan->leaves[i];
            return true;
        }
        *before = plan->leaves[i].scored ? &plan->leaves[i] : *before;
    }
    return false;
}

/**
 * Notes which words are neighbours: words of one group one after another, with
 * nothing but left-out stop words between. Alternatives are none. Recursion as
 * deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
 */
static void
note_neighbours(struct ark_plan *plan, const struct ark_query_node *group)
{
    const struct ark_query_node *before = NULL;
    for (const struct ark_query_node *it = group->first_child; it != NULL; it = it->next_sibling) {
        if (it->kind != ARK_QUERY_WORD) {
            if (it->kind != ARK_QUERY_PHRASE && it->kind != ARK_QUERY_NEAR &&
                it->kind != ARK_QUERY_NAMES) {
                note_neighbours(plan, it);
            }
            before = NULL;
            continue;
        }
        if (it->stopword) {
            continue;
        }
        struct ark_plan_leaf *leaf = NULL;
        const struct ark_plan_leaf *leaf_before = NULL;
        // Leaves stand in query order, so the leaf before is that of the word before.
        if (before != NULL && group->kind != ARK_QUERY_OR &&
            find_leaf(plan, it, &leaf, &leaf_before) && leaf_before != NULL &&
            leaf_before->node == before) {
            leaf->gap = it->word - before->word;
        }
        before = it;
    }
}

void
ark_plan_prepare_refining(struct ark_plan *plan)
{
    plan->refines = true;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].scored) {
            plan->leaves[i].place_weight = word_weight(&plan->leaves[i]);
        }
    }
    if (plan->query->root != NULL) {
        note_neighbours(plan, plan->query->root);
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

/** True when what a document has of a word outweighs any match by the skeleton (evaluate_score.c). */
static bool
outweighs_skeleton(const struct ark_expansion *word, const struct ark_word_occurrence *found,
                   uint32_t count, float k)
{
    ark_float4 tfs = {0};
    for (uint32_t i = 0; i < count; i++) {
        tfs += ark_level_sets[found[i].levels] * (float)found[i].tf;
    }
    return ark_bm25_levels(word->weights, tfs, k) >= (double)word->weights[ARK_LEVEL_SKELETON];
}

/** Adds occurrences to the places of a word. */
static void
add_places(const struct ark_expansion *word, const struct ark_word_occurrence *found,
           uint32_t count, struct ark_place *places, struct ark_proximity_word *out)
{
    for (uint32_t i = 0; i < count; i++) {
        float weight = word->best_weight[found[i].levels] / (float)(ARK_BM25_K1 + 1);
        merge_in(places, out->count, found[i].positions, found[i].tf, weight);
        out->count += found[i].tf;
    }
}

static uint32_t
sum_tfs(const struct ark_word_occurrence *found, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += found[i].tf;
    }
    return sum;
}

/**
 * The places of a word in a document whose K is k. Those by its skeleton alone count where they
 * can be its best match (nDCG@10 the same on the mean as with all of them).
 */
static void
collect_word(struct ark_word_lists *word, ark_docid doc, float k, struct ark_arena *arena,
             struct ark_proximity_word *out)
{
    uint32_t count = 0;
    uint32_t rest_count = 0;
    const struct ark_word_occurrence *rest = NULL;
    const struct ark_word_occurrence *found = ark_word_close_of(word, doc, &count);
    if (word->class_count > word->close_count && !outweighs_skeleton(word->word, found, count, k)) {
        rest = ark_word_rest_of(word, doc, &rest_count);
    }
    size_t room = (size_t)sum_tfs(found, count) + sum_tfs(rest, rest_count);
    struct ark_place *places = ark_arena_alloc(arena, room * sizeof *places);
    add_places(word->word, found, count, places, out);
    add_places(word->word, rest, rest_count, places, out);
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
measure(struct ark_evaluator *evaluator, ark_docid doc, struct ark_proximity *out,
        struct ark_error *err)
{
    struct ark_arena *arena = evaluator->scratch;
    const struct ark_plan *plan = evaluator->plan;
    struct ark_proximity_word words[ARK_PROXIMITY_WORDS_MAX];
    struct ark_proximity_source source = {
        .words = words,
        .pair_k = ark_bm25_pair_k(evaluator->k_of_norm[evaluator->norms[doc]]),
    };
    enum ark_status status =
        ark_segment_title_length(evaluator->segment, doc, arena, &source.title_tokens, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_evaluator_enter(evaluator, doc / ARK_WINDOW);
    for (uint32_t i = 0; i < plan->leaf_count && source.word_count < ARK_PROXIMITY_WORDS_MAX; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        struct ark_proximity_word *word = &words[source.word_count];
        if (!leaf->plan->scored) {
            continue;
        }
        *word =
            (struct ark_proximity_word){.weight = leaf->plan->place_weight, .gap = leaf->plan->gap};
        source.word_count++;
        if (leaf->located != NULL) {
            collect_located(leaf, doc, word->weight, arena, word);
        } else if (leaf->word_count == 1) {
            collect_word(&leaf->words[0], doc, evaluator->k_of_norm[evaluator->norms[doc]], arena,
                         word);
        } else if (leaf->word_count > 1) {
            collect_phrase(evaluator, leaf, doc % ARK_WINDOW, arena, word);
        }
    }
    *out = ark_proximity_measure(&source, arena);
    return ark_evaluator_status(evaluator);
}

static int
compare_scores(const void *left, const void *right)
{
    return ark_hit_before(left, right) ? -1 : 1;
}

/** The best scores so far, best first, as many as hits are wanted. */
struct best {
    float scores[ARK_REFINED_HITS];
    uint32_t count;
    uint32_t wanted;
};

static void
best_add(struct best *best, float score)
{
    uint32_t at = best->count;
    if (at == best->wanted) {
        at--;
        if (score <= best->scores[at]) {
            return;
        }
    } else {
        best->count++;
    }
    for (; at > 0 && best->scores[at - 1] < score; at--) {
        best->scores[at] = best->scores[at - 1];
    }
    best->scores[at] = score;
}

/** What a hit's score can come to; a little more, for gains are summed up in single precision. */
static float
reach(const struct ark_hit *hit)
{
    return hit->score + hit->gain * 1.0001f + 1e-5f * hit->score;
}

enum ark_status
ark_plan_refine(struct ark_plan *plan, struct ark_hit *hits, uint32_t count, uint32_t wanted,
                struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    struct best best = {.wanted = wanted < ARK_REFINED_HITS ? wanted : ARK_REFINED_HITS};
    count = count < ARK_REFINED_HITS ? count : ARK_REFINED_HITS;
    for (uint32_t i = 0; i < plan->segment_count && count > 0; i++) {
        ark_evaluator_expect_hits(ark_plan_evaluator(plan, i, err), hits, count);
    }
    for (uint32_t i = 0; i < count && status == ARK_OK; i++) {
        struct ark_hit *hit = &hits[i];
        if (best.count == best.wanted && reach(hit) < best.scores[best.count - 1]) {
            continue;
        }
        struct ark_proximity proximity = {0};
        struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hit->segment_idx, err);
        status = measure(evaluator, hit->doc, &proximity, err);
        hit->score = (float)((double)hit->score + ark_proximity_sum(&proximity));
        hit->refined = true;
        best_add(&best, hit->score);
    }
    ark_arena_dispose(&plan->scratch);
    qsort(hits, count, sizeof *hits, compare_scores);
    return status;
}

enum ark_status
ark_plan_proximity(struct ark_plan *plan, const struct ark_hit *hit, struct ark_proximity *out,
                   struct ark_error *err)
{
    *out = (struct ark_proximity){0};
    if (!hit->refined) {
        return ARK_OK;
    }
    struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hit->segment_idx, err);
    enum ark_status status = measure(evaluator, hit->doc, out, err);
    ark_arena_dispose(&plan->scratch);
    return status;
}
