/**
 * @file stage1_impl.h
 * What the files of stage1.h share: lists that have been opened, and the
 * bounds of a part by window.
 */
#ifndef ARK_SEARCHER_STAGE1_IMPL_H
#define ARK_SEARCHER_STAGE1_IMPL_H

#include "searcher/stage1.h"

/** A posting of a SMALL list. */
struct ark_stage1_posting {
    uint32_t doc;
    uint32_t tf;
    uint16_t impact;
};

/** A hot list and where its windows are. */
struct ark_stage1_list {
    const struct ark_hot *hot;
    uint32_t *entries; /**< SPARSE: by window, ARK_HOT_NO_ENTRY where there is none */
    uint32_t *offsets; /**< SPARSE and DENSE: by entry, of groups that are known */
    uint8_t *known;    /**< by group: 1 when its offsets are */
    struct ark_stage1_posting *postings; /**< SMALL; and one of no document */
    uint8_t *firsts; /**< SMALL: by window, the first posting there or ARK_STAGE1_NO_POSTING */
};

/** No list is so long that a posting has this number. */
enum { ARK_STAGE1_NO_POSTING = UINT8_MAX };

/** A part at work. */
struct ark_stage1_open {
    const struct ark_stage1_part *plan;
    uint32_t idx;
    struct ark_stage1_list *lists;
    uint16_t *bounds; /**< of its impacts, by window */
    uint16_t reach;   /**< the greatest of them, or more */
};

/** What is asked in one segment. */
struct ark_stage1_walk {
    const struct ark_stage1_segment *segment;
    const struct ark_impact_table *table;
    struct ark_arena *arena;
    uint32_t window_count;
    struct ark_stage1_open *parts; /**< by falling reach, but those with bounds of their own last */
    uint32_t listed_count;         /**< parts that have lists */
    uint16_t *bounds;              /**< by window: sums of those of the parts */
};

/** Arrays by window are a multiple of this long, so that vectors fit. */
enum { ARK_STAGE1_LANES = 16 };

/** The length of arrays of 16-bit integers by window. */
static inline uint32_t
ark_stage1_padded(uint32_t window_count)
{
    return (window_count + ARK_STAGE1_LANES - 1) / ARK_STAGE1_LANES * ARK_STAGE1_LANES;
}

/** Opens the lists of all parts and adds up their bounds. False when a list is damaged. */
bool ark_stage1_open_parts(struct ark_stage1_walk *walk);

/** One window while it is scored; a vector's alignment. */
struct ark_stage1_window {
    _Alignas(16) uint16_t sums[ARK_WINDOW];
    uint32_t number;
    uint32_t greatest;           /**< of the sums */
    uint32_t rest;               /**< what parts that have not been added can still add */
    struct ark_window_bits kept; /**< documents that count; sums of others may be too low */
    bool kept_few;               /**< the judge has been asked */
};

/**
 * The least sum with which a document can be taken, at this threshold, when
 * parts not yet added have rest at most. A sum of 0 is never taken in the end.
 */
static inline uint32_t
ark_stage1_least(uint32_t threshold, uint32_t rest)
{
    return threshold > rest ? threshold - rest : rest > 0 ? 0 : 1;
}

/** The documents kept of the window whose sum is at least least. */
struct ark_window_bits ark_stage1_reaching(const struct ark_stage1_window *window, uint32_t least);

/** What became of a window. */
enum ark_stage1_outcome {
    ARK_STAGE1_DAMAGED,
    ARK_STAGE1_PASSED_OVER, /**< no document can reach the threshold */
    ARK_STAGE1_SUMMED,      /**< all parts that have lists are in the sums of documents that can */
};

/** A window whose documents all count; the judge has not been asked. */
static inline void
ark_stage1_enter(const struct ark_stage1_walk *walk, uint32_t number, struct ark_stage1_window *out)
{
    out->number = number;
    out->kept = ark_bits_of_window(number, walk->segment->document_count);
    out->kept_few = false;
}

/** Sums up a window that was entered. */
enum ark_stage1_outcome ark_stage1_sum(const struct ark_stage1_walk *walk, uint32_t threshold,
                                       struct ark_stage1_window *window);

#endif
