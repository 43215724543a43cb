/**
 * @file word_lists_impl.h
 * What the files of word_lists.h share.
 */
#ifndef ARK_SEARCHER_WORD_LISTS_IMPL_H
#define ARK_SEARCHER_WORD_LISTS_IMPL_H

#include "searcher/word_lists.h"

/** Notes what went wrong, the first time. False. */
bool ark_word_fail(struct ark_word_lists *lists, enum ark_status status);

/** The same for postings that cannot be read. */
bool ark_word_fail_damaged(struct ark_word_lists *lists);

/** Documents that are asked for. */
struct ark_word_asked {
    uint32_t window_count;
    const uint32_t *windows;
    const struct ark_window_bits *sets; /**< by window of those */
};

/**
 * Opens the classes that match at form, light or stem, for documents that are asked for, NULL for
 * all. False after damage. Cost: 1 ns a window once they are open for these.
 */
bool ark_word_open_close(struct ark_word_lists *lists, const struct ark_word_asked *asked);

/** Opens those that match by their skeleton alone. */
bool ark_word_open_rest(struct ark_word_lists *lists, const struct ark_word_asked *asked);

/** The first posting of SMALL classes of an open group in a window or behind it. */
const struct ark_small_posting *ark_word_small_from(const struct ark_class_group *group,
                                                    uint32_t window);

/** Those in the window: *count of them. */
const struct ark_small_posting *ark_word_small_in(const struct ark_class_group *group,
                                                  uint32_t window, uint32_t *count);

/** The entry of a window in an open large class, or ARK_HOT_NO_ENTRY. */
uint32_t ark_word_class_entry(struct ark_word_lists *lists, struct ark_word_class *of,
                              uint32_t window);

/** Decodes an open SMALL class, once. False after damage. */
bool ark_word_class_decode(struct ark_word_lists *lists, struct ark_word_class *of);

/** Reads a cold window of an open class (ark_cold_read). */
enum ark_status ark_word_cold(struct ark_word_lists *lists, struct ark_word_class *of,
                              uint32_t entry, uint32_t count, struct ark_cold_window *out);

/** The cold window of all postings of a SMALL class. NULL after damage. */
const struct ark_cold_window *ark_word_small_cold(struct ark_word_lists *lists,
                                                  struct ark_word_class *of);

/** Those documents of left, of a window, that have a large class at one of the levels. */
struct ark_window_bits ark_word_large_presence(struct ark_word_lists *lists,
                                               struct ark_word_class *of, uint32_t window,
                                               unsigned levels, const struct ark_window_bits *left);

/** Whether a document has a posting of a SMALL class at one of the levels. */
bool ark_word_small_presence(struct ark_word_lists *lists, const struct ark_small_posting *posting,
                             unsigned levels);

#endif
