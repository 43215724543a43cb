#include "searcher/word_union.h"

#include <string.h>

#include "common/codec/varint.h"
#include "searcher/word_lists_impl.h"

/** Levels that a word with forms has. */
enum { LEVELS = ARK_LEVEL_SKELETON };

/** A class of which some variants count, in a window. */
struct open {
    struct ark_word_class *of;
    uint32_t entry;
    struct ark_window_bits documents;
};

/** How often a word stands in the documents of a window, by local. */
struct sums {
    struct open *open; /**< what parts is made of, but for short lists; largest first */
    uint32_t open_count;
    struct ark_window_bits touched; /**< documents with any of the lists */
    union numbers {
        float of[ARK_WINDOW];
        ark_float4 fours[ARK_WINDOW / 4];
    } whole[LEVELS],   /**< by lists that count as a whole */
        parts[LEVELS]; /**< by those of which some variants count: at most */
};

static bool
counts_whole(const struct ark_word_class *of)
{
    return of->some == of->every;
}

/** Where a list's documents are added up at a level. */
static union numbers *
sums_of(struct sums *sums, const struct ark_word_class *of, unsigned level)
{
    return counts_whole(of) ? &sums->whole[level] : &sums->parts[level];
}

/** Adds four numbers of at most ARK_HOT_TF_TAIL. */
static inline void
add_4(const uint8_t *tfs, ark_float4 *to)
{
    typedef int32_t i32x4 __attribute__((vector_size(16)));
    const i32x4 bytes = {0xff, 0xff00, 0xff0000, 0xf000000};
    const ark_float4 units = {0x1p0F, 0x1p-8F, 0x1p-16F, 0x1p-24F};
    int32_t all = (int32_t)ark_load_u32(tfs);
    i32x4 each = (i32x4){all, all, all, all} & bytes;
    *to += __builtin_convertvector(each, ark_float4) * units;
}

/** Which of eight numbers of at most ARK_HOT_TF_TAIL are not 0, as bits. */
static inline uint64_t
nonzero_8(const uint8_t *tfs)
{
    uint64_t ones =
        (ark_load_u64(tfs) + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
    // Byte i moves to bit 56 + i; no two come to the same place.
    return ones * UINT64_C(0x0102040810204080) >> 56;
}

/** Adds what a window of a list has; its documents. */
static struct ark_window_bits
add_window(const struct ark_hot_window *window, union numbers *to)
{
    struct ark_window_bits here = {{0}};
    uint32_t tails = 0;
    if (!window->by_local) {
        for (uint32_t i = 0; i < window->count; i++) {
            uint32_t tf = window->tfs[i];
            tf = tf < ARK_HOT_TF_TAIL ? tf : window->tails[tails++];
            to->of[window->locals[i]] += (float)tf;
            ark_bits_add(&here, window->locals[i]);
        }
        return here;
    }
    for (uint32_t i = 0; i < ARK_WINDOW / 4; i++) {
        add_4(window->tfs + 4 * (size_t)i, &to->fours[i]);
    }
    for (uint32_t i = 0; tails < window->tail_count; i++) {
        if (window->tfs[i] == ARK_HOT_TF_TAIL) {
            to->of[i] += (float)(window->tails[tails++] - ARK_HOT_TF_TAIL);
        }
    }
    for (uint32_t i = 0; i < ARK_WINDOW; i += 8) {
        here.bits[i / 64] |= nonzero_8(window->tfs + i) << i % 64;
    }
    return here;
}

/** Adds what the lists with windows have. */
static bool
add_large(struct ark_word_lists *lists, uint32_t number, struct sums *sums)
{
    const struct ark_class_group *group = &lists->close;
    struct ark_hot_window window;
    for (uint32_t i = 0; i < group->large_count; i++) {
        struct ark_word_class *of = group->large[i];
        struct ark_window_bits here = {{0}};
        uint32_t entry = ark_word_class_entry(lists, of, number);
        if (entry == ARK_HOT_NO_ENTRY) {
            continue;
        }
        if (!ark_hot_window(of->hot, entry, number, &window)) {
            return ark_word_fail_damaged(lists);
        }
        for (unsigned level = 0; level < LEVELS; level++) {
            if (((unsigned)of->some >> level & 1u) != 0) {
                here = add_window(&window, sums_of(sums, of, level));
            }
        }
        sums->touched = ark_bits_or(sums->touched, here);
        if (!counts_whole(of)) {
            sums->open[sums->open_count++] = (struct open){of, entry, here};
        }
    }
    return true;
}

/** The same of the short lists. */
static void
add_small(const struct ark_word_lists *lists, uint32_t number, struct sums *sums)
{
    uint32_t count = 0;
    const struct ark_small_posting *small = ark_word_small_in(&lists->close, number, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_word_class *of = &lists->classes[small[i].class_idx];
        uint32_t local = small[i].doc % ARK_WINDOW;
        for (unsigned level = 0; level < LEVELS; level++) {
            if (((unsigned)of->some >> level & 1u) != 0) {
                sums_of(sums, of, level)->of[local] += (float)small[i].tf;
            }
        }
        ark_bits_add(&sums->touched, local);
    }
}

/** Greater than the error of a score's roundings. */
#define SLACK 1e-6F

/** Those of the window's documents that may come to least. */
static struct ark_window_bits
find_able_of_many(const struct ark_word_lists *lists, const struct ark_union_task *task,
                  const struct sums *sums, float least)
{
    typedef int32_t i32x4 __attribute__((vector_size(16)));
    const ark_float4 weights = lists->word->weights;
    struct ark_window_bits able = {{0}};
    for (uint32_t i = 0; i < ARK_WINDOW / 4; i++) {
        const float *k_at = task->k + 4 * (size_t)i;
        const ark_float4 k = {k_at[0], k_at[1], k_at[2], k_at[3]};
        i32x4 reaches = {0};
        for (unsigned level = 0; level < LEVELS; level++) {
            if ((task->levels >> level & 1u) != 0) {
                ark_float4 tfs = sums->whole[level].fours[i] + sums->parts[level].fours[i];
                reaches |= (i32x4)(weights[level] * (tfs / (tfs + k)) >= least);
            }
        }
        reaches &= (i32x4){1, 2, 4, 8};
        uint64_t bits = (uint64_t)(uint32_t)(reaches[0] | reaches[1] | reaches[2] | reaches[3]);
        able.bits[i / 16] |= bits << i % 16 * 4;
    }
    return able;
}

/** So many documents are scored one by one. */
enum { FEW = 24 };

/** Those of the documents that may come to the score. */
static struct ark_window_bits
find_able(const struct ark_word_lists *lists, const struct ark_union_task *task,
          const struct sums *sums, const struct ark_window_bits *of)
{
    struct ark_window_bits able = *of;
    const union numbers *whole = sums->whole;
    const union numbers *parts = sums->parts;
    float least = (float)task->least * (1 - SLACK);
    if (ark_bits_count(&able) > FEW) {
        return ark_bits_and(able, find_able_of_many(lists, task, sums, least));
    }
    for (uint32_t i = ark_bits_next(&able, 0); i < ARK_WINDOW; i = ark_bits_next(&able, i + 1)) {
        const ark_float4 tfs = {whole[0].of[i] + parts[0].of[i], whole[1].of[i] + parts[1].of[i],
                                whole[2].of[i] + parts[2].of[i], 0};
        if ((float)ark_bm25_levels(lists->word->weights, tfs, task->k[i]) < least) {
            ark_bits_remove(&able, i);
        }
    }
    return able;
}

/** Finds the documents of the set in a window, their ranks and tfs. */
static uint32_t
find_places(const struct ark_hot_window *window, const struct ark_window_bits *set,
            struct ark_cold_place *places, uint8_t *locals, uint32_t *documents)
{
    uint32_t count = 0;
    uint32_t rank = 0;
    uint32_t tails = 0;
    for (uint32_t i = 0; i < window->count; i++) {
        uint32_t tf = window->tfs[i];
        uint32_t local = window->by_local ? i : window->locals[i];
        tf = tf == ARK_HOT_TF_TAIL ? window->tails[tails++] : tf;
        places[count] = (struct ark_cold_place){.rank = rank, .tf = tf};
        locals[count] = (uint8_t)local;
        count += tf > 0 && ark_bits_has(set, local) ? 1 : 0;
        rank += tf > 0 ? 1 : 0;
    }
    *documents = rank;
    return count;
}

/** What a class of which some variants count brings in a document was looked at. */
static void
settle_document(struct sums *sums, unsigned some, uint32_t local, uint32_t tf, ark_float4 found)
{
    for (unsigned level = 0; level < LEVELS; level++) {
        if ((some >> level & 1u) != 0) {
            sums->parts[level].of[local] -= (float)tf;
            sums->whole[level].of[local] += found[level];
        }
    }
}

/** Makes exact what a class of which some variants count brings in the documents. */
static bool
settle_class(struct ark_word_lists *lists, const struct open *open, uint32_t number,
             const struct ark_window_bits *documents, struct sums *sums)
{
    struct ark_hot_window window;
    struct ark_cold_window cold;
    struct ark_cold_place places[ARK_WINDOW + 1]; // one that is not there is written and left
    uint8_t locals[ARK_WINDOW + 1];
    ark_float4 found[ARK_WINDOW];
    uint32_t in_window = 0;
    struct ark_word_class *of = open->of;
    if (!ark_hot_window(of->hot, open->entry, number, &window)) {
        return ark_word_fail_damaged(lists);
    }
    uint32_t count = find_places(&window, documents, places, locals, &in_window);
    enum ark_status status = ark_word_cold(lists, of, open->entry, in_window, &cold);
    if (status != ARK_OK) {
        return ark_word_fail(lists, status);
    }
    memset(found, 0, count * sizeof *found);
    if (!ark_cold_window_sums(&cold, places, count, of->variant_levels, ark_level_sets, found)) {
        return ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < count; i++) {
        settle_document(sums, of->some, locals[i], places[i].tf, found[i]);
    }
    return true;
}

/**
 * Makes exact what classes of which some variants count bring, the largest first: what they bring at
 * most is mostly too much, so that few documents are left for the others.
 */
static bool
settle(struct ark_word_lists *lists, const struct ark_union_task *task, struct sums *sums,
       struct ark_window_bits *able)
{
    for (uint32_t i = 0; i < sums->open_count; i++) {
        struct ark_window_bits documents = ark_bits_and(*able, sums->open[i].documents);
        if (ark_bits_none(&documents)) {
            continue;
        }
        if (!settle_class(lists, &sums->open[i], task->window, &documents, sums)) {
            return false;
        }
        struct ark_window_bits still = find_able(lists, task, sums, &documents);
        *able = ark_bits_or(ark_bits_without(*able, documents), still);
    }
    return true;
}

struct ark_window_bits
ark_word_union_reaching(struct ark_word_lists *lists, const struct ark_union_task *task,
                        struct ark_window_bits set)
{
    const struct ark_window_bits none = {{0}};
    struct sums sums = {.open_count = 0};
    ARK_DEBUG_ASSERT((lists->word->levels & 1u << ARK_LEVEL_SKELETON) == 0 && task->least > 0);
    if (!ark_word_open_close(lists, &(struct ark_word_asked){1, &task->window, &set})) {
        return none;
    }
    sums.open = ark_arena_alloc(lists->scratch, lists->close.large_count * sizeof *sums.open);
    if (!add_large(lists, task->window, &sums)) {
        return none;
    }
    add_small(lists, task->window, &sums);
    struct ark_window_bits able = ark_bits_and(sums.touched, set);
    able = find_able(lists, task, &sums, &able);
    return settle(lists, task, &sums, &able) ? able : none;
}
