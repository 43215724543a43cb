#include <stdlib.h>

#include "searcher/match.h"
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

/** The levels of an occurrence; 0 when it is the skeleton alone and the word has a closer match here. */
static unsigned
levels_of(const struct ark_cursor *cursor, const struct ark_occurrence *occurrence, bool has_closer)
{
    unsigned levels = cursor->member_levels[occurrence->member];
    return has_closer && (levels & ARK_LEVELS_CLOSE) == 0 ? 0 : levels;
}

static void
collect_word(const struct ark_cursor *cursor, struct collected *to)
{
    uint32_t count = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(cursor->postings, &count);
    bool has_closer = false;
    for (uint32_t i = 0; i < count; i++) {
        has_closer = has_closer || (levels_of(cursor, &occurrences[i], false) & ARK_LEVELS_CLOSE);
    }
    for (uint32_t i = 0; i < count; i++) {
        unsigned levels = levels_of(cursor, &occurrences[i], has_closer);
        const uint32_t *positions =
            levels == 0 ? NULL : ark_postings_positions(cursor->postings, i);
        if (positions == NULL) {
            continue;
        }
        struct ark_match match = {
            .length = 1,
            .word = cursor->word->word->word,
            .idf = (float)cursor->word->idf[strongest(levels)],
        };
        for (uint32_t k = 0; k < occurrences[i].tf; k++) {
            match.position = positions[k];
            push(to, match);
        }
    }
}

static void
collect_phrase(struct ark_matcher *matcher, const struct ark_leaf *leaf, struct collected *to)
{
    size_t count = 0;
    const uint32_t *starts = ark_phrase_starts(leaf->phrase_words, leaf->cursor_count,
                                               matcher->arena, &matcher->scratch, &count);
    struct ark_match match = {
        .length = leaf->phrase_words[leaf->cursor_count - 1].offset + 1,
        .word = leaf->plan->words[0].word->word,
        .idf = (float)leaf->plan->phrase_idf,
    };
    for (size_t i = 0; i < count; i++) {
        match.position = starts[i];
        push(to, match);
    }
}

enum ark_status
ark_plan_matches(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena,
                 struct ark_matches *out, struct ark_error *err)
{
    struct ark_matcher matcher;
    struct collected collected = {.arena = arena};
    enum ark_status status = ark_matcher_open(&matcher, plan, hit->segment_idx, arena, err);
    for (uint32_t i = 0; i < plan->leaf_count && status == ARK_OK; i++) {
        struct ark_leaf *leaf = &matcher.leaves[i];
        if (!plan->leaves[i].scored || ark_leaf_seek(leaf, hit->doc) != hit->doc) {
            continue;
        }
        if (leaf->cursor_count == 1) {
            collect_word(leaf->cursors, &collected);
        } else {
            collect_phrase(&matcher, leaf, &collected);
        }
    }
    if (status == ARK_OK) {
        status = ark_matcher_status(&matcher);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (collected.count > 0) {
        qsort(collected.items, collected.count, sizeof *collected.items, compare_matches);
    }
    *out = (struct ark_matches){collected.items, collected.count};
    return ARK_OK;
}

/** Fills in what the level of a word that won says; the strongest when several are equal. */
static void
explain_word(const struct ark_cursor *cursor, float k, struct ark_explain_line *line)
{
    const struct ark_expansion *word = cursor->word;
    uint32_t count = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(cursor->postings, &count);
    float best = 0;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        uint64_t tf = 0;
        for (uint32_t i = 0; i < count; i++) {
            unsigned levels = cursor->member_levels[occurrences[i].member];
            tf += (levels >> level & 1u) != 0 ? occurrences[i].tf : 0;
        }
        float score = word->weights[level] * ark_bm25_saturation((float)tf, k);
        if (tf > 0 && score > best) {
            best = score;
            line->tf = (uint32_t)tf;
            line->level = ark_level_name((enum ark_level)level);
            line->weight = (float)ark_level_weight[level];
            line->term = word->word->analysed.level[level];
            line->df = word->df[level];
            line->idf = word->idf[level];
        }
    }
}

static void
explain_phrase(const struct ark_leaf *leaf, struct ark_explain_line *line)
{
    line->level = "phrase";
    line->term = leaf->plan->node->text;
    line->weight = 1;
    line->tf = (uint32_t)leaf->phrase_tf;
    line->idf = leaf->plan->phrase_idf;
    line->df = UINT64_MAX;
    for (uint32_t i = 0; i < leaf->plan->word_count; i++) {
        const struct ark_expansion *word = &leaf->plan->words[i];
        uint64_t df = word->df[word->word->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT];
        line->df = df < line->df ? df : line->df;
    }
}

enum ark_status
ark_plan_explain(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena,
                 struct ark_explanation *out, struct ark_error *err)
{
    struct ark_matcher matcher;
    struct ark_explain_line *lines = ark_arena_calloc(arena, plan->leaf_count, sizeof *lines);
    size_t count = 0;
    uint32_t length = ark_segment_length(plan->segments[hit->segment_idx], hit->doc);
    float k = ark_bm25_k(&plan->bm25, length);
    enum ark_status status = ark_matcher_open(&matcher, plan, hit->segment_idx, arena, err);
    for (uint32_t i = 0; i < plan->leaf_count && status == ARK_OK; i++) {
        struct ark_leaf *leaf = &matcher.leaves[i];
        if (!plan->leaves[i].scored || ark_leaf_seek(leaf, hit->doc) != hit->doc) {
            continue;
        }
        struct ark_explain_line line = {
            .query = leaf->plan->node->text,
            .document_count = plan->document_count,
            .length = length,
            .mean_length = plan->mean_length,
        };
        unsigned levels = 0;
        line.score = ark_leaf_score(&matcher, leaf, &levels);
        if (levels == 0) {
            continue;
        }
        if (leaf->cursor_count == 1) {
            explain_word(leaf->cursors, k, &line);
        } else {
            explain_phrase(leaf, &line);
        }
        lines[count++] = line;
    }
    if (status == ARK_OK) {
        status = ark_matcher_status(&matcher);
    }
    if (status == ARK_OK) {
        *out = (struct ark_explanation){.lines = lines, .count = count};
        status = ark_plan_proximity(plan, hit, arena, &out->proximity, err);
    }
    return status;
}
