#include "searcher/word_lists_impl.h"

_Static_assert(sizeof(struct ark_window_bits) == sizeof(uint64_t[2]), "a set is its bits");

/** What is asked of each class. */
struct task {
    unsigned levels;
    const struct ark_window_bits *within; /**< or NULL */
    struct ark_window_bits *documents;
};

/** The documents of a SMALL class at one of the levels. False after damage. */
static bool
add_small(struct ark_word_lists *lists, uint32_t class_idx, const struct task *task)
{
    struct ark_word_class *of = &lists->classes[class_idx];
    bool all = (of->every & task->levels) != 0;
    if (!ark_word_class_decode(lists, of)) {
        return false;
    }
    for (uint32_t i = 0; i < of->hot->df && lists->status == ARK_OK; i++) {
        const struct ark_small_posting posting = {
            .doc = of->docs[i], .tf = of->tfs[i], .class_idx = class_idx, .rank = i};
        uint32_t window = posting.doc / ARK_WINDOW;
        uint32_t local = posting.doc % ARK_WINDOW;
        bool wanted = task->within == NULL || ark_bits_has(&task->within[window], local);
        if (wanted && (all || ark_word_small_presence(lists, &posting, task->levels))) {
            ark_bits_add(&task->documents[window], local);
        }
    }
    return lists->status == ARK_OK;
}

/** Those of a class with windows. False after damage. */
static bool
add_large(struct ark_word_lists *lists, struct ark_word_class *of, const struct task *task)
{
    const struct ark_hot *hot = of->hot;
    uint32_t *windows = ark_arena_alloc(lists->scratch, hot->entry_count * sizeof *windows);
    if (!ark_hot_windows(hot, windows)) {
        return ark_word_fail_damaged(lists);
    }
    if ((of->every & task->levels) != 0) {
        return ark_hot_add_presence(hot, windows, task->within == NULL ? NULL : &task->within->bits,
                                    &task->documents->bits) ||
               ark_word_fail_damaged(lists);
    }
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        struct ark_window_bits *to = &task->documents[windows[i]];
        struct ark_window_bits left = task->within != NULL
                                          ? task->within[windows[i]]
                                          : ark_bits_of_window(windows[i], hot->document_count);
        left = ark_bits_without(left, *to);
        if (ark_hot_entry_size(hot, i) > 0 && !ark_bits_none(&left)) {
            *to = ark_bits_or(*to,
                              ark_word_large_presence(lists, of, windows[i], task->levels, &left));
        }
    }
    return lists->status == ARK_OK;
}

bool
ark_word_documents(struct ark_word_lists *lists, unsigned levels, unsigned known,
                   const struct ark_window_bits *within, struct ark_window_bits *documents)
{
    const struct task task = {levels, within, documents};
    for (uint32_t i = 0; i < lists->class_count; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if ((of->some & levels) == 0 || (of->every & known) != 0) {
            continue;
        }
        if (!ark_word_class_open(lists, of)) {
            return false;
        }
        if (!(of->hot->kind == ARK_HOT_SMALL ? add_small(lists, i, &task)
                                             : add_large(lists, of, &task))) {
            return false;
        }
    }
    return lists->status == ARK_OK;
}
