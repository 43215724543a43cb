/**
 * @file word_lists.h
 * A query word in one segment: the lists of the light classes of its family,
 * and at which levels each variant in them matches.
 *
 * Everything is asked for by windows of 128 documents and for the documents of a mask only;
 * what scoring counts, for many windows at once (slots.h). A list is opened when a window first
 * needs it. After damage all answers are empty, and the status tells.
 */
#ifndef ARK_SEARCHER_WORD_LISTS_H
#define ARK_SEARCHER_WORD_LISTS_H

#include "common/store/lists.h"
#include "searcher/expand.h"
#include "searcher/impact.h"
#include "searcher/slots.h"

/** A class with variants that match at some level that counts. */
struct ark_word_class {
    const struct ark_class *class;
    const uint8_t *variant_levels; /**< by code */
    uint8_t some;                  /**< levels of any variant */
    uint8_t every;      /**< levels of all variants; equal to some: codes do not matter */
    uint8_t rare_count; /**< rare variants that have a form of the word */
    const struct ark_rare_place *rare;
    struct ark_hot *hot; /**< NULL until it is opened, as are all that follow */
    uint32_t *docs;      /**< SMALL: decoded (ark_word_class_decode), as are tfs */
    uint32_t *tfs;
    uint32_t searches; /**< SPARSE: for windows, so far */
    uint32_t *entries; /**< SPARSE: by window, or ARK_HOT_NO_ENTRY; NULL until it pays */
    struct ark_cold *cold;
    struct ark_cold_window *cold_all; /**< SMALL: its one cold window, NULL until it is read */
};

struct ark_word_ahead;

/** A posting of a SMALL class. */
struct ark_small_posting {
    uint32_t doc;
    uint32_t tf;
    uint32_t class_idx;
    uint32_t rank;   /**< in its class */
    uint64_t before; /**< occurrences in the documents before it */
};

/**
 * Documents that are about to be asked for, by their window modulo so many: others may be among
 * them.
 */
enum { ARK_INTEREST_WINDOWS = 256 };
struct ark_interest {
    struct ark_window_bits sets[ARK_INTEREST_WINDOWS];
};

/** Adds documents of a window. */
static inline void
ark_interest_add(struct ark_interest *interest, uint32_t window, struct ark_window_bits set)
{
    struct ark_window_bits *sets = &interest->sets[window % ARK_INTEREST_WINDOWS];
    *sets = ark_bits_or(*sets, set);
}

/**
 * Classes that are opened together. The postings of their SMALL ones, which are most, are put
 * together by window: else each window would cost a search in each class.
 */
struct ark_class_group {
    bool is_open;
    struct ark_word_class **large; /**< those with windows */
    uint32_t large_count;
    const struct ark_interest *gathered_for; /**< documents whose postings are here; NULL: all */
    struct ark_small_posting *small;         /**< by window; of a window, class after class */
    uint32_t small_count;
    const uint32_t *small_first; /**< by window, and one more; NULL when there are few */
};

struct ark_word_lists {
    const struct ark_expansion *word;
    struct ark_segment *segment;
    struct ark_arena *arena;        /**< for opened lists */
    struct ark_arena *scratch;      /**< for what is returned; may be reset between calls */
    struct ark_word_class *classes; /**< those that match at light first, then at stem, then the
                                         rest; each by falling df */
    uint32_t class_count;
    uint32_t light_count; /**< the first so many match at light */
    uint32_t close_count; /**< the first so many match at form, light or stem */
    struct ark_class_group close;
    struct ark_class_group rest;         /**< classes that match by their skeleton alone */
    const struct ark_interest *interest; /**< NULL: any document may be asked for */
    struct ark_word_ahead *ahead;        /**< NULL: nothing is known of what comes */
    enum ark_status status;
    struct ark_error *err;
};

/**
 * The lists of a word in segment number segment_idx; none when it is not there.
 * scratch is the arena, too, until the caller gives another. O(classes).
 */
void ark_word_lists_make(struct ark_word_lists *out, const struct ark_expansion *word,
                         struct ark_segment *segment, uint32_t segment_idx, struct ark_arena *arena,
                         struct ark_error *err);

/** Opens a class. False when it is damaged. */
bool ark_word_class_open(struct ark_word_lists *lists, struct ark_word_class *of);

/**
 * Opens the list of rare variant number idx < of->rare_count of a class: documents that have the word as it
 * was written. It lives as long as the lists. False when it is damaged.
 */
bool ark_word_class_rare(struct ark_word_lists *lists, const struct ark_word_class *of,
                         uint32_t idx, struct ark_hot *out);

/**
 * Says of which documents much will be asked, NULL for any: of short lists, only their postings
 * are kept. It outlives the lists. Others may be asked for, at the cost of reading them all.
 */
void ark_word_expect(struct ark_word_lists *lists, const struct ark_interest *interest);

/**
 * Adds to tfs, by slot, how often the word stands in the documents asked for, by level: of the
 * classes that match at form, light or stem. asked has some of the documents of each window of
 * slots. Cost: 30 ns for each window of a list, 5 for each document there.
 */
void ark_word_count_close(struct ark_word_lists *lists, const struct ark_slots *slots,
                          const struct ark_window_bits *asked, ark_float4 *tfs);

/** The same of the classes that match by their skeleton alone. */
void ark_word_count_rest(struct ark_word_lists *lists, const struct ark_slots *slots,
                         const struct ark_window_bits *asked, ark_float4 *tfs);

/** Those documents of the mask in which the word stands at one of these levels. */
struct ark_window_bits ark_word_presence(struct ark_word_lists *lists, uint32_t window,
                                         unsigned levels, const struct ark_window_bits *mask);

/**
 * Adds to documents[window] those in which the word stands at one of the levels, for the whole
 * segment; where it stands at one of the known ones they are there already (0: none is known).
 * Documents outside within, by window, may be left out (NULL: none). False after damage. Cost:
 * 8 ns a window of each list, 1 of those left out, 3 a posting of short ones.
 */
bool ark_word_documents(struct ark_word_lists *lists, unsigned levels, unsigned known,
                        const struct ark_window_bits *within, struct ark_window_bits *documents);

/**
 * Marks the windows that may have such a document: 1 in possible[window], which
 * is otherwise left alone. False after damage.
 */
bool ark_word_windows(struct ark_word_lists *lists, unsigned levels, uint8_t *possible);

/**
 * Adds to bounds[window] an upper bound of 255 times the saturation of the
 * word's tf at these levels, cut at 255. False after damage.
 */
bool ark_word_bounds(struct ark_word_lists *lists, unsigned levels, const uint8_t *norms,
                     const struct ark_impact_table *table, uint8_t *bounds);

/**
 * At most so often the word stands at these levels in each document of the set, 0 elsewhere:
 * limits has room for ARK_WINDOW. Which variants there are is not looked at.
 */
void ark_word_limits(struct ark_word_lists *lists, uint32_t window,
                     const struct ark_window_bits *set, unsigned levels, uint32_t *limits);

/** Occurrences of one variant in a document. */
struct ark_word_occurrence {
    uint8_t levels; /**< of its variant */
    uint8_t local;  /**< of the document in its window */
    uint32_t tf;
    const uint32_t *positions; /**< ascending, tf of them */
};

/**
 * What the documents of the mask have of the word at these levels, document
 * after document and of each class after class, with positions: *count of them,
 * in scratch. Cost: a pass over the positions of the window, 1/4 ns each, 2 ns for each
 * that is wanted.
 */
const struct ark_word_occurrence *ark_word_occurrences(struct ark_word_lists *lists,
                                                       uint32_t window,
                                                       const struct ark_window_bits *mask,
                                                       unsigned levels, uint32_t *count);

/**
 * Says which documents of a window will be asked for one by one, ascending: their positions
 * are decoded together, into scratch, when the first is. It holds until it is said of others,
 * or of none (mask NULL), which must be before scratch is reset.
 */
void ark_word_look_ahead(struct ark_word_lists *lists, uint32_t window,
                         const struct ark_window_bits *mask);

/** The same of one document. */
const struct ark_word_occurrence *ark_word_occurrences_of(struct ark_word_lists *lists,
                                                          ark_docid doc, unsigned levels,
                                                          uint32_t *count);

#endif
