#include "searcher/located_names.h"

#include <string.h>

#include "searcher/phrase_window.h"

struct ark_located_names {
    struct ark_phrase_window **items; /**< each name as a phrase of its own */
    uint32_t count;
};

/** Tokens that a phrase without slop takes, or a word; 0 for what is not found by lists alone. */
static uint32_t
plain_length(const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_WORD) {
        return ark_node_is_located(node) ? 0 : 1;
    }
    if (node->kind != ARK_QUERY_PHRASE || ark_node_is_located(node)) {
        return 0;
    }
    uint32_t last = node->first_child->position;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (it->kind != ARK_QUERY_WORD || it->field != ARK_FIELD_ANY || it->position < last) {
            return 0;
        }
        last = it->position;
    }
    return last - node->first_child->position + 1;
}

/** True when no two names take equally many tokens, so that none is counted twice. */
static bool
counts_apart(const struct ark_query_node *names)
{
    for (const struct ark_query_node *it = names->first_child; it != NULL; it = it->next_sibling) {
        uint32_t length = plain_length(it);
        for (const struct ark_query_node *other = names->first_child; other != it;
             other = other->next_sibling) {
            if (plain_length(other) == length) {
                return false;
            }
        }
        if (length == 0) {
            return false;
        }
    }
    return names->kind == ARK_QUERY_NAMES && names->field == ARK_FIELD_ANY;
}

struct ark_located_names *
ark_located_names_make(const struct ark_query_node *node, struct ark_word_lists *words,
                       struct ark_arena *arena)
{
    if (!counts_apart(node)) {
        return NULL;
    }
    struct ark_located_names *out = ARK_ARENA_NEW(arena, struct ark_located_names);
    out->items = ark_arena_calloc(arena, node->child_count, sizeof(struct ark_phrase_window *));
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        uint32_t count = ark_node_word_count(it);
        out->items[out->count++] =
            ark_phrase_window_new(words, count, words[0].word->word->position, arena);
        words += count;
    }
    return out;
}

bool
ark_located_names_bounds(struct ark_located_names *names, uint32_t window_count, uint8_t *bounds)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (!ark_phrase_window_prepare(names->items[i], window_count)) {
            return false;
        }
    }
    for (uint32_t window = 0; window < window_count; window++) {
        bool possible = false;
        for (uint32_t i = 0; i < names->count && !possible; i++) {
            possible = ark_phrase_window_possible(names->items[i], window);
        }
        bounds[window] = possible ? bounds[window] : 0;
    }
    return true;
}

struct ark_window_bits
ark_located_names_limits(struct ark_located_names *names, uint32_t window,
                         const struct ark_window_bits *set, uint32_t *limits)
{
    struct ark_window_bits any = {{0}};
    memset(limits, 0, ARK_WINDOW * sizeof *limits);
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t child[ARK_WINDOW];
        struct ark_window_bits here = ark_phrase_window_enter(names->items[i], window, set);
        if (!ark_phrase_window_limits(names->items[i], &here, child)) {
            return (struct ark_window_bits){{0}};
        }
        for (uint32_t local = ark_bits_next(&here, 0); local < ARK_WINDOW;
             local = ark_bits_next(&here, local + 1)) {
            ark_tf_add(&limits[local], child[local]);
        }
        any = ark_bits_or(any, here);
    }
    return any;
}

void
ark_located_names_count(struct ark_located_names *names, uint32_t window,
                        const struct ark_window_bits *set, struct ark_located_counts *out)
{
    uint32_t sums[ARK_WINDOW] = {0};
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t counts[ARK_WINDOW];
        struct ark_window_bits here = ark_phrase_window_enter(names->items[i], window, set);
        if (!ark_phrase_window_count(names->items[i], &here, counts)) {
            return;
        }
        for (uint32_t local = ark_bits_next(&here, 0); local < ARK_WINDOW;
             local = ark_bits_next(&here, local + 1)) {
            sums[local] += counts[local];
        }
    }
    for (uint32_t local = ark_bits_next(set, 0); local < ARK_WINDOW;
         local = ark_bits_next(set, local + 1)) {
        if (sums[local] > 0) {
            out->tfs[local] = (ark_float4){0};
            out->tfs[local][ARK_LEVEL_FORM] = (float)sums[local];
            ark_bits_add(&out->found, local);
            ark_bits_add(&out->close, local);
        }
    }
}
