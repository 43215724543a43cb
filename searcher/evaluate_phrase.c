#include <string.h>

#include "searcher/evaluate.h"
#include "searcher/phrase.h"

/** What is known of a leaf with positions in a window that was left. */
struct ark_leaf_memory {
    struct ark_window_bits asked;
    struct ark_window_bits found;
    struct ark_window_bits close;
    uint32_t *tfs; /**< of those found, of a phrase */
    ark_float4 *level_tfs;
};

/** True when the window's memory says all that is known now. */
static bool
is_remembered(const struct ark_leaf *leaf, uint32_t window)
{
    const struct ark_leaf_memory *memory = leaf->memories != NULL ? leaf->memories[window] : NULL;
    struct ark_window_bits more = leaf->asked;
    if (memory != NULL) {
        more = ark_bits_without(leaf->asked, memory->asked);
    }
    return ark_bits_none(&more);
}

/** Keeps what was found in a window that is left. */
static void
leave(const struct ark_evaluator *evaluator, struct ark_leaf *leaf)
{
    if (is_remembered(leaf, evaluator->window)) {
        return;
    }
    struct ark_arena *arena = evaluator->arena;
    uint32_t count = ark_bits_count(&leaf->found);
    uint32_t at = 0;
    if (leaf->memories == NULL) {
        leaf->memories =
            ark_arena_calloc(arena, evaluator->window_count, sizeof(struct ark_leaf_memory *));
    }
    struct ark_leaf_memory *memory = ARK_ARENA_NEW(arena, struct ark_leaf_memory);
    *memory = (struct ark_leaf_memory){leaf->asked, leaf->found, leaf->close, NULL, NULL};
    if (leaf->located != NULL) {
        memory->level_tfs = ark_arena_alloc(arena, count * sizeof *memory->level_tfs);
    } else {
        memory->tfs = ark_arena_alloc(arena, count * sizeof *memory->tfs);
    }
    for (uint32_t i = ark_bits_next(&leaf->found, 0); i < ARK_WINDOW;
         i = ark_bits_next(&leaf->found, i + 1)) {
        if (leaf->located != NULL) {
            memory->level_tfs[at++] = leaf->level_tfs[i];
        } else {
            memory->tfs[at++] = leaf->tfs[i];
        }
    }
    leaf->memories[evaluator->window] = memory;
}

/** Brings back what was found in the window that is entered. */
static void
enter(struct ark_leaf *leaf, uint32_t window)
{
    const struct ark_leaf_memory *memory = leaf->memories != NULL ? leaf->memories[window] : NULL;
    uint32_t at = 0;
    if (memory == NULL) {
        leaf->asked = leaf->found = leaf->close = (struct ark_window_bits){{0}};
        return;
    }
    leaf->asked = memory->asked;
    leaf->found = memory->found;
    leaf->close = memory->close;
    for (uint32_t i = ark_bits_next(&leaf->found, 0); i < ARK_WINDOW;
         i = ark_bits_next(&leaf->found, i + 1)) {
        if (leaf->located != NULL) {
            leaf->level_tfs[i] = memory->level_tfs[at++];
        } else {
            leaf->tfs[i] = memory->tfs[at++];
        }
    }
}

void
ark_leaf_move(const struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t window)
{
    leave(evaluator, leaf);
    enter(leaf, window);
}

struct ark_window_bits
ark_leaf_candidates(struct ark_leaf *leaf, uint32_t window, struct ark_window_bits set)
{
    if (leaf->word_count == 0) {
        return (struct ark_window_bits){{0}};
    }
    for (uint32_t i = 0; i < leaf->word_count && !ark_bits_none(&set); i++) {
        set = ark_word_presence(&leaf->words[i], window, ARK_LEVELS_CLOSE, &set);
    }
    return set;
}

/** Adds ascending positions to others, which have room; all stay ascending. */
static void
merge_in(uint32_t *positions, uint32_t count, const uint32_t *more, uint32_t more_count)
{
    uint32_t to = count + more_count;
    while (more_count > 0) {
        if (count > 0 && positions[count - 1] > more[more_count - 1]) {
            positions[--to] = positions[--count];
        } else {
            positions[--to] = more[--more_count];
        }
    }
}

/** The occurrences of a word in a set of documents, of which those before at are done with. */
struct word_occurrences {
    const struct ark_word_occurrence *items; /**< by document */
    uint32_t count;
    uint32_t at;
};

/** The positions of a word in the next document it is asked for, ascending. */
static struct ark_phrase_word
take_positions(struct word_occurrences *from, uint32_t local, uint32_t offset,
               struct ark_arena *arena)
{
    struct ark_phrase_word out = {.offset = offset};
    while (from->at < from->count && from->items[from->at].local < local) {
        from->at++;
    }
    if (from->at == from->count) {
        return out;
    }
    const struct ark_word_occurrence *first = from->items + from->at;
    uint32_t count = 0;
    for (; from->at < from->count && from->items[from->at].local == local; from->at++) {
        out.count += first[count++].tf;
    }
    if (count <= 1) {
        out.positions = count == 1 ? first->positions : NULL;
        return out;
    }
    uint32_t *merged = ark_arena_alloc(arena, out.count * sizeof *merged);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        merge_in(merged, used, first[i].positions, first[i].tf);
        used += first[i].tf;
    }
    out.positions = merged;
    return out;
}

/** Where a phrase begins in one document after another. */
struct phrase_walk {
    struct ark_leaf *leaf;
    struct ark_arena *arena;
    struct word_occurrences *words;
    struct ark_phrase_word *here; /**< in the document looked at */
};

/** A walk over documents of the window entered that have all words closely. */
static struct phrase_walk
start_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
             const struct ark_window_bits *set)
{
    struct ark_arena *arena = evaluator->scratch;
    struct phrase_walk walk = {
        .leaf = leaf,
        .arena = arena,
        .words = ark_arena_calloc(arena, leaf->word_count, sizeof *walk.words),
        .here = ark_arena_calloc(arena, leaf->word_count, sizeof *walk.here),
    };
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        walk.words[i].items = ark_word_occurrences(&leaf->words[i], evaluator->window, set,
                                                   ARK_LEVELS_CLOSE, &walk.words[i].count);
    }
    return walk;
}

/** Documents ascend from call to call. */
static const uint32_t *
next_starts(struct phrase_walk *walk, uint32_t local, uint32_t *count)
{
    *count = 0;
    for (uint32_t i = 0; i < walk->leaf->word_count; i++) {
        uint32_t offset = walk->leaf->words[i].word->word->position;
        walk->here[i] = take_positions(&walk->words[i], local, offset, walk->arena);
        if (walk->here[i].count == 0) {
            return NULL;
        }
    }
    return ark_phrase_starts(walk->here, walk->leaf->word_count, walk->arena, count);
}

const uint32_t *
ark_leaf_starts(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t local,
                uint32_t *count)
{
    struct ark_window_bits one = {{0}};
    ark_bits_add(&one, local);
    struct phrase_walk walk = start_phrase(evaluator, leaf, &one);
    return next_starts(&walk, local, count);
}

/** Notes the documents of the set, which have all words, that have the phrase. */
static void
look_for_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                const struct ark_window_bits *set)
{
    if (ark_bits_none(set)) {
        return;
    }
    struct phrase_walk walk = start_phrase(evaluator, leaf, set);
    for (uint32_t i = ark_bits_next(set, 0); i < ARK_WINDOW; i = ark_bits_next(set, i + 1)) {
        (void)next_starts(&walk, i, &leaf->tfs[i]);
        if (leaf->tfs[i] > 0) {
            ark_bits_add(&leaf->found, i);
            ark_bits_add(&leaf->close, i);
        }
    }
}

void
ark_leaf_limits(const struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                const struct ark_window_bits *set, uint32_t *limits)
{
    uint32_t word[ARK_WINDOW];
    if (leaf->located != NULL) {
        ark_located_limits(leaf->located, evaluator->window, set, limits);
        return;
    }
    for (uint32_t i = 0; i < leaf->word_count; i++) {
        uint32_t *to = i == 0 ? limits : word;
        ark_word_limits(&leaf->words[i], evaluator->window, set, ARK_LEVELS_CLOSE, to);
        for (uint32_t local = 0; local < ARK_WINDOW && i > 0; local++) {
            limits[local] = word[local] < limits[local] ? word[local] : limits[local];
        }
    }
}

/** Notes the documents of the set that have what is located. */
static void
look_for_located(const struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                 const struct ark_window_bits *set)
{
    struct ark_located_counts counts = {.tfs = leaf->level_tfs};
    ark_located_count(leaf->located, evaluator->window, set, &counts);
    leaf->found = ark_bits_or(leaf->found, counts.found);
    leaf->close = ark_bits_or(leaf->close, counts.close);
}

struct ark_window_bits
ark_leaf_phrase(struct ark_evaluator *evaluator, struct ark_leaf *leaf, struct ark_window_bits set)
{
    struct ark_window_bits ask = ark_bits_without(set, leaf->asked);
    struct ark_window_bits candidates;
    if (leaf->located != NULL) {
        candidates = ark_located_candidates(leaf->located, evaluator->window, ask);
        look_for_located(evaluator, leaf, &candidates);
    } else {
        candidates = ark_leaf_candidates(leaf, evaluator->window, ask);
        look_for_phrase(evaluator, leaf, &candidates);
    }
    leaf->asked = ark_bits_or(leaf->asked, ask);
    return ark_bits_and(leaf->found, set);
}
