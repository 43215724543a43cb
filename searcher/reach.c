#include "searcher/reach.h"

#include <string.h>

#include "searcher/word_lists_impl.h"

/** More than what is lost when such numbers are added up. */
#define SLACK 1.0001F

/** What a class is added to. */
struct adding {
    struct ark_evaluator *evaluator;
    struct ark_reach *reach;
    struct ark_word_lists *lists;
    float weight; /**< of a saturation of 1 */
};

/** The window number number; the first time it is made. */
static struct ark_reach_window *
enter(const struct adding *to, uint32_t number)
{
    struct ark_reach_window **window = &to->reach->windows[number];
    if (*window == NULL) {
        *window = ARK_ARENA_NEW(to->evaluator->arena, struct ark_reach_window);
    }
    return *window;
}

/** Adds tf occurrences in a document of a window, whose norms are given. */
static inline void
add(const struct adding *to, struct ark_reach_window *window, const uint8_t *norms, uint32_t local,
    uint32_t tf)
{
    float k = to->evaluator->k_of_norm[norms[local]];
    float most = window->most[local] + to->weight * ark_bm25_saturation((float)tf, k);
    window->most[local] = most;
    window->greatest = most > window->greatest ? most : window->greatest;
    ark_bits_add(&window->set, local);
}

static const uint8_t *
norms_of(const struct adding *to, uint32_t number)
{
    return to->evaluator->norms + (size_t)number * ARK_WINDOW;
}

static bool
add_small(const struct adding *to, const struct ark_hot *hot)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    if (!ark_hot_small(hot, docs, tfs)) {
        return ark_word_fail_damaged(to->lists);
    }
    for (uint32_t i = 0; i < hot->df; i++) {
        uint32_t number = docs[i] / ARK_WINDOW;
        add(to, enter(to, number), norms_of(to, number), docs[i] % ARK_WINDOW, tfs[i]);
    }
    return true;
}

/** Adds a decoded window. False when it has documents behind the last one. */
static bool
add_window(const struct adding *to, uint32_t number, const struct ark_hot_window *window)
{
    struct ark_reach_window *here = enter(to, number);
    uint32_t limit = to->evaluator->document_count - number * ARK_WINDOW;
    uint32_t tails = 0;
    for (uint32_t i = 0; i < window->count; i++) {
        uint32_t tf = window->tfs[i];
        uint32_t local = window->by_local ? i : window->locals[i];
        if (tf == 0) {
            continue;
        }
        if (local >= limit) {
            return false;
        }
        tf = tf < ARK_HOT_TF_TAIL ? tf : window->tails[tails++];
        add(to, here, norms_of(to, number), local, tf);
    }
    return true;
}

static bool
add_large(const struct adding *to, const struct ark_hot *hot)
{
    struct ark_hot_window window;
    uint32_t *numbers = ark_arena_alloc(to->evaluator->arena, hot->entry_count * sizeof *numbers);
    if (!ark_hot_windows(hot, numbers)) {
        return ark_word_fail_damaged(to->lists);
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        if (ark_hot_entry_size(hot, i) > 0 && (!ark_hot_window(hot, i, numbers[i], &window) ||
                                               !add_window(to, numbers[i], &window))) {
            return ark_word_fail_damaged(to->lists);
        }
    }
    return true;
}

/** Adds the classes of a word. False after damage. */
static bool
add_word(struct adding *to)
{
    for (uint32_t i = 0; i < to->lists->class_count; i++) {
        struct ark_word_class *of = &to->lists->classes[i];
        if (!ark_word_class_open(to->lists, of)) {
            return false;
        }
        to->weight = to->lists->word->best_weight[of->some] * SLACK;
        bool added =
            of->hot->kind == ARK_HOT_SMALL ? add_small(to, of->hot) : add_large(to, of->hot);
        if (!added) {
            return false;
        }
    }
    return true;
}

enum ark_status
ark_reach_make(struct ark_reach *out, struct ark_evaluator *evaluator)
{
    *out = (struct ark_reach){
        .windows =
            ark_arena_calloc(evaluator->arena, evaluator->window_count, sizeof *out->windows),
        .window_count = evaluator->window_count,
    };
    for (uint32_t i = 0; i < evaluator->plan->leaf_count; i++) {
        struct ark_leaf *leaf = &evaluator->leaves[i];
        struct adding to = {.evaluator = evaluator, .reach = out, .lists = leaf->words};
        if (leaf->plan->scored && leaf->word_count > 0 && !add_word(&to)) {
            break;
        }
    }
    return ark_evaluator_status(evaluator);
}

struct ark_window_bits
ark_reach_above(const struct ark_reach_window *window, float least)
{
    typedef int32_t i32x4 __attribute__((vector_size(16)));
    struct ark_window_bits able = {{0}};
    if (window->greatest <= least) {
        return able;
    }
    for (uint32_t i = 0; i < ARK_WINDOW; i += 4) {
        ark_float4 most;
        memcpy(&most, window->most + i, sizeof most);
        i32x4 bits = (i32x4)(most > least) & (i32x4){1, 2, 4, 8};
        able.bits[i / 64] |= (uint64_t)(uint32_t)(bits[0] | bits[1] | bits[2] | bits[3]) << i % 64;
    }
    return ark_bits_and(able, window->set);
}
