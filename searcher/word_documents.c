#include "searcher/word_lists_impl.h"

_Static_assert(sizeof(struct ark_window_bits) == sizeof(uint64_t[2]), "a set is its bits");

/** The documents of a SMALL class at one of the levels. False after damage. */
static bool
add_small(struct ark_word_lists *lists, uint32_t class_idx, unsigned levels,
          struct ark_window_bits *documents)
{
    struct ark_word_class *of = &lists->classes[class_idx];
    bool all = (of->every & levels) != 0;
    if (!ark_word_class_decode(lists, of)) {
        return false;
    }
    for (uint32_t i = 0; i < of->hot->df; i++) {
        const struct ark_small_posting posting = {of->docs[i], of->tfs[i], class_idx, i, 0};
        if (all || ark_word_small_presence(lists, &posting, levels)) {
            ark_bits_add(&documents[of->docs[i] / ARK_WINDOW], of->docs[i] % ARK_WINDOW);
        }
    }
    return lists->status == ARK_OK;
}

/** Those of a class with windows. False after damage. */
static bool
add_large(struct ark_word_lists *lists, struct ark_word_class *of, unsigned levels,
          struct ark_window_bits *documents)
{
    const struct ark_hot *hot = of->hot;
    uint32_t *windows = ark_arena_alloc(lists->scratch, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return ark_word_fail_damaged(lists);
    }
    if ((of->every & levels) != 0) {
        return ark_hot_add_presence(hot, windows, NULL, &documents->bits) ||
               ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        struct ark_window_bits *to = &documents[windows[i]];
        struct ark_window_bits left =
            ark_bits_without(ark_bits_of_window(windows[i], hot->document_count), *to);
        if (ark_hot_entry_size(hot, i) > 0) {
            *to = ark_bits_or(*to, ark_word_large_presence(lists, of, windows[i], levels, &left));
        }
    }
    return lists->status == ARK_OK;
}

bool
ark_word_documents(struct ark_word_lists *lists, unsigned levels, unsigned known,
                   struct ark_window_bits *documents)
{
    for (uint32_t i = 0; i < lists->class_count; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if ((of->some & levels) == 0 || (of->every & known) != 0) {
            continue;
        }
        if (!ark_word_class_open(lists, of)) {
            return false;
        }
        bool added = of->hot->kind == ARK_HOT_SMALL ? add_small(lists, i, levels, documents)
                                                    : add_large(lists, of, levels, documents);
        if (!added) {
            return false;
        }
    }
    return lists->status == ARK_OK;
}
