#include <string.h>

#include "searcher/evaluate.h"

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

const uint32_t *
ark_leaf_starts(struct ark_evaluator *evaluator, struct ark_leaf *leaf, uint32_t local,
                uint32_t *count)
{
    *count = 0;
    return leaf->phrase == NULL
               ? NULL
               : ark_phrase_window_starts(leaf->phrase, evaluator->window, local, count);
}

/** Notes the documents of the set that have the phrase. */
static void
look_for_phrase(const struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                const struct ark_window_bits *set)
{
    if (leaf->word_count == 0 || ark_bits_none(set)) {
        return;
    }
    struct ark_window_bits able = ark_phrase_window_enter(leaf->phrase, evaluator->window, set);
    if (!ark_phrase_window_count(leaf->phrase, &able, leaf->tfs)) {
        return;
    }
    for (uint32_t i = ark_bits_next(&able, 0); i < ARK_WINDOW; i = ark_bits_next(&able, i + 1)) {
        if (leaf->tfs[i] > 0) {
            ark_bits_add(&leaf->found, i);
            ark_bits_add(&leaf->close, i);
        }
    }
}

struct ark_window_bits
ark_leaf_limits(const struct ark_evaluator *evaluator, struct ark_leaf *leaf,
                const struct ark_window_bits *set, uint32_t *limits)
{
    if (leaf->located != NULL) {
        return ark_located_limits(leaf->located, evaluator->window, set, limits);
    }
    struct ark_window_bits able = ark_phrase_window_enter(leaf->phrase, evaluator->window, set);
    return ark_phrase_window_limits(leaf->phrase, &able, limits) ? able
                                                                 : (struct ark_window_bits){{0}};
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
    if (leaf->located != NULL) {
        struct ark_window_bits candidates =
            ark_located_candidates(leaf->located, evaluator->window, ask);
        look_for_located(evaluator, leaf, &candidates);
    } else {
        look_for_phrase(evaluator, leaf, &ask);
    }
    leaf->asked = ark_bits_or(leaf->asked, ask);
    return ark_bits_and(leaf->found, set);
}
