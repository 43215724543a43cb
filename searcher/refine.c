#include "searcher/refine.h"

#include <stdlib.h>

#include "searcher/evaluate.h"
#include "searcher/topk.h"
#include "searcher/word_places.h"

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
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].scored) {
            plan->leaves[i].place_weight = word_weight(&plan->leaves[i]);
        }
    }
    if (plan->query->root != NULL) {
        note_neighbours(plan, plan->query->root);
    }
}

/** True when what a document has of a word outweighs any match by the skeleton (evaluate_score.c). */
static bool
outweighs_skeleton(const struct ark_expansion *word, ark_float4 tfs, float k)
{
    return ark_bm25_levels(word->weights, tfs, k) >= (double)word->weights[ARK_LEVEL_SKELETON];
}

/** Documents of a segment that are measured together. */
struct measuring {
    struct ark_evaluator *evaluator;
    struct ark_slots *slots;
    struct ark_proximity_word *words; /**< by slot, and of each by scored leaf */
    uint32_t word_count;
};

static struct ark_proximity_word *
word_at(const struct measuring *measuring, uint32_t slot, uint32_t idx)
{
    return &measuring->words[(size_t)slot * measuring->word_count + idx];
}

/**
 * The places of a word. Those by its skeleton alone count where they can be its best match
 * (nDCG@10 the same on the mean as with all of them).
 */
static void
collect_word(const struct measuring *measuring, struct ark_word_lists *word, uint32_t idx)
{
    const struct ark_evaluator *evaluator = measuring->evaluator;
    const struct ark_slots *slots = measuring->slots;
    struct ark_arena *arena = evaluator->scratch;
    struct ark_word_places *places = ark_arena_calloc(arena, slots->count, sizeof *places);
    ark_word_place_close(word, slots, slots->sets, places);
    if (word->class_count > word->close_count) {
        struct ark_window_bits *open = ark_arena_calloc(arena, slots->window_count, sizeof *open);
        bool is_open = false;
        for (uint32_t slot = 0; slot < slots->count; slot++) {
            float k = evaluator->k_of_norm[evaluator->norms[ark_slot_doc(slots, slot)]];
            if (!outweighs_skeleton(word->word, places[slot].tfs, k)) {
                ark_bits_add(&open[slots->window_of[slot]], slots->local_of[slot]);
                is_open = true;
            }
        }
        if (is_open) {
            ark_word_place_rest(word, slots, open, places);
        }
    }
    for (uint32_t slot = 0; slot < slots->count; slot++) {
        struct ark_proximity_word *out = word_at(measuring, slot, idx);
        out->places = places[slot].items;
        out->count = places[slot].count;
    }
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
    struct ark_place *places = ark_arena_calloc(arena, count + 1, sizeof *places);
    places[count].position = ARK_NO_PLACE;
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
    struct ark_place *places = ark_arena_calloc(arena, (size_t)count + 1, sizeof *places);
    places[count].position = ARK_NO_PLACE;
    for (uint32_t i = 0; i < count; i++) {
        places[i] = (struct ark_place){starts[i], weight};
    }
    out->places = places;
    out->count = count;
}

/** The places of a leaf with positions. */
static void
collect_positions(const struct measuring *measuring, struct ark_leaf *leaf, uint32_t idx)
{
    struct ark_evaluator *evaluator = measuring->evaluator;
    const struct ark_slots *slots = measuring->slots;
    for (uint32_t slot = 0; slot < slots->count; slot++) {
        struct ark_proximity_word *out = word_at(measuring, slot, idx);
        ark_evaluator_enter(evaluator, slots->windows[slots->window_of[slot]]);
        if (leaf->located != NULL) {
            collect_located(leaf, ark_slot_doc(slots, slot), out->weight, evaluator->scratch, out);
        } else {
            collect_phrase(evaluator, leaf, slots->local_of[slot], evaluator->scratch, out);
        }
    }
}

/** The places of all words. */
static void
collect(struct measuring *measuring)
{
    uint32_t idx = 0;
    for (uint32_t i = 0; idx < measuring->word_count; i++) {
        struct ark_leaf *leaf = &measuring->evaluator->leaves[i];
        if (!leaf->plan->scored) {
            continue;
        }
        for (uint32_t slot = 0; slot < measuring->slots->count; slot++) {
            *word_at(measuring, slot, idx) = (struct ark_proximity_word){
                .weight = leaf->plan->place_weight, .gap = leaf->plan->gap};
        }
        if (leaf->word_count > 0 && ark_leaf_has_positions(leaf)) {
            collect_positions(measuring, leaf, idx);
        } else if (leaf->word_count > 0) {
            collect_word(measuring, &leaf->words[0], idx);
        }
        idx++;
    }
}

/** Measures documents of the evaluator's segment: out by slot. */
static enum ark_status
measure(struct ark_evaluator *evaluator, struct ark_slots *slots, struct ark_proximity *out,
        struct ark_error *err)
{
    const struct ark_plan *plan = evaluator->plan;
    struct ark_arena *arena = evaluator->scratch;
    struct measuring all = {.evaluator = evaluator, .slots = slots};
    all.word_count =
        plan->scored_count < ARK_PROXIMITY_WORDS_MAX ? plan->scored_count : ARK_PROXIMITY_WORDS_MAX;
    all.words = ark_arena_alloc(arena, (size_t)slots->count * all.word_count * sizeof *all.words);
    collect(&all);
    enum ark_status status = ark_evaluator_status(evaluator);
    for (uint32_t slot = 0; slot < slots->count && status == ARK_OK; slot++) {
        ark_docid doc = ark_slot_doc(slots, slot);
        struct ark_proximity_source source = {
            .words = word_at(&all, slot, 0),
            .word_count = all.word_count,
            .pair_k = ark_bm25_pair_k(evaluator->k_of_norm[evaluator->norms[doc]]),
        };
        status =
            ark_segment_title_length(evaluator->segment, doc, arena, &source.title_tokens, err);
        out[slot] = ark_proximity_measure(&source);
    }
    return status;
}

/** Measures up to ARK_REFINED_HITS hits of one segment, in order of documents, and adds what they gain. */
static enum ark_status
refine_segment(struct ark_evaluator *evaluator, struct ark_hit **hits, uint32_t count,
               struct ark_error *err)
{
    struct ark_slots *slots = ark_arena_alloc(evaluator->scratch, sizeof *slots);
    struct ark_proximity gains[ARK_REFINED_HITS];
    ark_slots_clear(slots);
    for (uint32_t i = 0; i < count;) {
        struct ark_window_bits set = {{0}};
        uint32_t window = hits[i]->doc / ARK_WINDOW;
        for (; i < count && hits[i]->doc / ARK_WINDOW == window; i++) {
            ark_bits_add(&set, hits[i]->doc % ARK_WINDOW);
        }
        ark_slots_add(slots, window, set);
    }
    enum ark_status status = measure(evaluator, slots, gains, err);
    for (uint32_t i = 0; i < count && status == ARK_OK; i++) {
        hits[i]->score = (float)((double)hits[i]->score + ark_proximity_sum(&gains[i]));
        hits[i]->refined = true;
    }
    return status;
}

/** Puts hits in order of places. They are so few that comparing them by a function would cost more. */
static void
sort_places(struct ark_hit **hits, uint32_t count)
{
    uint64_t keys[ARK_REFINED_HITS];
    for (uint32_t i = 0; i < count; i++) {
        struct ark_hit *hit = hits[i];
        uint64_t key = (uint64_t)hit->segment_idx << 32 | hit->doc;
        uint32_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
            hits[at] = hits[at - 1];
        }
        keys[at] = key;
        hits[at] = hit;
    }
}

/** Sorts hits best first. They are nearly in order: most gain about as much as others. */
static void
sort_hits(struct ark_hit *hits, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct ark_hit hit = hits[i];
        uint32_t at = i;
        for (; at > 0 && ark_hit_before(&hit, &hits[at - 1]); at--) {
            hits[at] = hits[at - 1];
        }
        hits[at] = hit;
    }
}

enum ark_status
ark_plan_refine(struct ark_plan *plan, struct ark_hit *hits, uint32_t count, struct ark_error *err)
{
    struct ark_hit *chosen[ARK_REFINED_HITS];
    enum ark_status status = ARK_OK;
    count = count < ARK_REFINED_HITS ? count : ARK_REFINED_HITS;
    for (uint32_t i = 0; i < count; i++) {
        chosen[i] = &hits[i];
    }
    sort_places(chosen, count);
    for (uint32_t i = 0; i < count && status == ARK_OK;) {
        struct ark_evaluator *evaluator = ark_plan_evaluator(plan, chosen[i]->segment_idx, err);
        uint32_t first = i;
        while (i < count && chosen[i]->segment_idx == evaluator->segment_idx) {
            i++;
        }
        if (evaluator->interest == NULL) { // else they were expected with others
            ark_evaluator_expect_hits(evaluator, hits, count);
        }
        status = refine_segment(evaluator, chosen + first, i - first, err);
    }
    ark_arena_dispose(&plan->scratch);
    sort_hits(hits, count);
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
    struct ark_slots *slots = ark_arena_alloc(evaluator->scratch, sizeof *slots);
    struct ark_window_bits set = {{0}};
    ark_bits_add(&set, hit->doc % ARK_WINDOW);
    ark_slots_clear(slots);
    ark_slots_add(slots, hit->doc / ARK_WINDOW, set);
    enum ark_status status = measure(evaluator, slots, out, err);
    ark_arena_dispose(&plan->scratch);
    return status;
}
