#include <stdlib.h>

#include "searcher/evaluate.h"
#include "searcher/refine.h"
#include "searcher/search.h"

/** Matches while they are collected. */
struct collected {
    struct ark_match *items;
    size_t count;
    size_t capacity;
    struct ark_arena *arena;
};

static void
push(struct collected *collected, struct ark_match match)
{
    if (collected->count == collected->capacity) {
        size_t capacity = collected->capacity == 0 ? 64 : 2 * collected->capacity;
        struct ark_match *items = ark_arena_alloc(collected->arena, capacity * sizeof *items);
        if (collected->count > 0) {
            memcpy(items, collected->items, collected->count * sizeof *items);
        }
        collected->items = items;
        collected->capacity = capacity;
    }
    collected->items[collected->count++] = match;
}

static int
compare_matches(const void *left, const void *right)
{
    const struct ark_match *a = left;
    const struct ark_match *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    if (a->length != b->length) {
        return a->length > b->length ? -1 : 1;
    }
    return (a->word > b->word) - (a->word < b->word);
}

/** The strongest of a set of levels, which is not empty. */
static enum ark_level
strongest(unsigned levels)
{
    ARK_ASSERT(levels != 0);
    unsigned level = ARK_LEVEL_FORM;
    while ((levels >> level & 1u) == 0) {
        level++;
    }
    return (enum ark_level)level;
}

static void
collect_word(struct ark_leaf *leaf, ark_docid doc, struct collected *to)
{
    struct ark_word_lists *word = &leaf->words[0];
    uint32_t count = 0;
    const struct ark_word_occurrence *found =
        ark_word_occurrences_of(word, doc, ARK_LEVELS_ALL, &count);
    bool has_closer = false;
    for (uint32_t i = 0; i < count; i++) {
        has_closer = has_closer || (found[i].levels & ARK_LEVELS_CLOSE) != 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (has_closer && (found[i].levels & ARK_LEVELS_CLOSE) == 0) {
            continue;
        }
        struct ark_match match = {
            .length = 1,
            .word = word->word->word->word,
            .idf = (float)word->word->idf[strongest(found[i].levels)],
        };
        for (uint32_t k = 0; k < found[i].tf; k++) {
            match.position = found[i].positions[k];
            push(to, match);
        }
    }
}

static void
collect_located(struct ark_leaf *leaf, ark_docid doc, struct collected *to)
{
    size_t count = 0;
    const struct ark_match *matches = ark_located_matches(leaf->located, doc, to->arena, &count);
    for (size_t i = 0; i < count; i++) {
        push(to, matches[i]);
    }
}

static void
collect_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf, ark_docid doc,
               struct collected *to)
{
    const struct ark_query_node *last = leaf->plan->words[leaf->word_count - 1].word;
    uint32_t count = 0;
    const uint32_t *starts = ark_leaf_starts(evaluator, leaf, doc % ARK_WINDOW, &count);
    struct ark_match match = {
        .length = last->position + 1,
        .word = leaf->plan->words[0].word->word,
        .idf = (float)leaf->plan->phrase_idf,
    };
    for (uint32_t i = 0; i < count; i++) {
        match.position = starts[i];
        push(to, match);
    }
}

enum ark_status
ark_plan_matches(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena,
                 struct ark_matches *out, struct ark_error *err)
{
    struct collected collected = {.arena = arena};
    struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hit->segment_idx, err);
    ark_evaluator_enter(evaluator, hit->doc / ARK_WINDOW);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        if (!plan->leaves[i].scored || leaf->word_count == 0) {
            continue;
        }
        if (leaf->located != NULL) {
            collect_located(leaf, hit->doc, &collected);
        } else if (leaf->word_count == 1) {
            collect_word(leaf, hit->doc, &collected);
        } else {
            collect_phrase(evaluator, leaf, hit->doc, &collected);
        }
    }
    ark_arena_dispose(&plan->scratch);
    if (ark_evaluator_status(evaluator) != ARK_OK) {
        return ark_evaluator_status(evaluator);
    }
    if (collected.count > 0) {
        qsort(collected.items, collected.count, sizeof *collected.items, compare_matches);
    }
    *out = (struct ark_matches){collected.items, collected.count};
    return ARK_OK;
}

/** Fills in what the level of a word that won says; the strongest when several are equal. */
static void
explain_word(const struct ark_expansion *word, ark_float4 tfs, float k,
             struct ark_explain_line *line)
{
    static const char *const names[] = {[ARK_MATCH_LETTERS] = "letters",
                                        [ARK_MATCH_PATTERN] = "wildcard",
                                        [ARK_MATCH_FUZZY] = "fuzzy"};
    const struct ark_query_node *node = word->word;
    bool leveled = node->match <= ARK_MATCH_FORM;
    const double *weights = ark_word_has_forms(node) ? ark_nearness_weight : ark_level_weight;
    float best = -1; // scores may be 0: a person may have given that weight
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        float score = word->weights[level] * ark_bm25_saturation(tfs[level], k);
        if (tfs[level] > 0 && score > best) {
            best = score;
            line->tf = (uint32_t)tfs[level];
            line->level = leveled ? ark_level_name((enum ark_level)level) : names[node->match];
            line->weight = (float)weights[level] * node->weight;
            line->term = leveled ? node->analysed.level[level] : node->text;
            line->df = word->df[level];
            line->idf = word->idf[level];
        }
    }
}

static void
explain_phrase(const struct ark_leaf *leaf, uint32_t local, struct ark_explain_line *line)
{
    line->level = leaf->plan->node->kind == ARK_QUERY_NEAR    ? "near"
                  : leaf->plan->node->kind == ARK_QUERY_NAMES ? "names"
                                                              : "phrase";
    line->term = leaf->plan->node->text;
    line->weight = leaf->plan->node->weight;
    line->tf = ark_leaf_found_tf(leaf, local, ARK_LEVEL_FORM);
    line->idf = leaf->plan->phrase_idf;
    line->df = ark_node_df(leaf->plan->node, leaf->plan->words);
}

enum ark_status
ark_plan_explain(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena,
                 struct ark_explanation *out, struct ark_error *err)
{
    struct ark_evaluator *evaluator = ark_plan_evaluator(plan, hit->segment_idx, err);
    struct ark_explain_line *lines = ark_arena_calloc(arena, plan->leaf_count, sizeof *lines);
    size_t count = 0;
    uint32_t length = ark_segment_length(plan->segments[hit->segment_idx], hit->doc);
    uint32_t local = hit->doc % ARK_WINDOW;
    float k = ark_bm25_k(&plan->bm25, length);
    ark_evaluator_enter(evaluator, hit->doc / ARK_WINDOW);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        struct ark_explain_line line = {
            .query = leaf->plan->node->text,
            .document_count = plan->document_count,
            .dead_count = plan->dead_count,
            .length = length,
            .mean_length = plan->mean_length,
        };
        unsigned levels = 0;
        ark_float4 tfs = {0};
        if (!plan->leaves[i].scored) {
            continue;
        }
        line.score = ark_leaf_score(evaluator, leaf, local, &levels, &tfs);
        if (levels == 0) {
            continue;
        }
        if (leaf->plan->word_count == 1) {
            explain_word(leaf->words[0].word, tfs, k, &line);
        } else {
            explain_phrase(leaf, local, &line);
        }
        lines[count++] = line;
    }
    ark_arena_dispose(&plan->scratch);
    enum ark_status status = ark_evaluator_status(evaluator);
    if (status == ARK_OK) {
        *out = (struct ark_explanation){.lines = lines, .count = count};
        status = ark_plan_proximity(plan, hit, &out->proximity, err);
    }
    return status;
}
