/**
 * @file stage1.h
 * Stage 1: the documents of a segment with the greatest sums of impacts, found
 * by windows of 128 documents in falling order of their bounds.
 *
 * A word brings the hot lists of its light classes (one, but for words with
 * several spellings: their tf add up). What is scored by looking at positions
 * (a phrase) brings a bound for each window and is asked for the few documents
 * that can still matter. Which documents count at all, a filter says.
 *
 * The result is that of scoring every document: windows are passed over only
 * when their bound is below the worst of the best so far, and ties are settled
 * by document order (after Mallia, Suel, Tonellotto, SIGIR 2024; they order
 * ranges of documents by bounds of quantised scores, too. Departures: lists are
 * cut at the same windows and read one after another into 128 sums, with a stop
 * when what is left cannot matter; BM25 is computed from tf and norm).
 */
#ifndef ARK_SEARCHER_STAGE1_H
#define ARK_SEARCHER_STAGE1_H

#include "searcher/best.h"
#include "searcher/impact.h"
#include "searcher/window_bits.h"

/** A scored part of the query in one segment. */
struct ark_stage1_part {
    uint16_t weight; /**< of its impact */
    const struct ark_hot *lists;
    uint32_t list_count;
    /**
     * By list: where the map of a SPARSE one goes, which entry each window is or ARK_HOT_NO_ENTRY, for who
     * looks windows up after. It lies in the arena of the run. NULL: nowhere.
     */
    uint32_t ***maps;
    /** With list_count 0: upper bounds of 255 * saturation by window, 0 where it cannot match. */
    const uint8_t *bounds;
};

/** The sums of a window so far. */
struct ark_stage1_sums {
    uint32_t window;
    uint16_t *sums; /**< by local */
};

/** What decides about documents, and scores what needs positions. */
struct ark_stage1_judge {
    void *context;
    bool keeps_all; /**< no document is dead, and all match that have a sum: keep is not asked */
    /** Few documents match, and keep is cheap: while every sum is taken, it is asked before. */
    bool keeps_few;
    /** Clears the bits of documents that are dead or do not match. False after an error. */
    bool (*keep)(void *context, uint32_t window, struct ark_window_bits *documents);
    /**
     * Adds the impacts of part number part, one with bounds, to the sums of the
     * given documents and clears the bits of none. A document whose sum does not come to least
     * by that may be left out. False after an error. NULL when there is no such part.
     */
    bool (*add)(void *context, uint32_t part, const struct ark_window_bits *documents,
                uint32_t least, struct ark_stage1_sums *sums);
    const uint8_t *possible; /**< by window, 0: no document there can match; NULL: all can */
};

/** A segment and the query in it. */
struct ark_stage1_segment {
    uint32_t segment_idx;
    uint32_t document_count;
    const uint8_t *norms;
    double ratio; /**< see ark_impact_bound_make; above ARK_IMPACT_RATIO_MAX: bounds do not count */
    const struct ark_stage1_part *parts;
    uint32_t part_count;
    struct ark_stage1_judge judge;
};

/** No segment may have a greater number: it has 16 bits in a key. */
enum { ARK_STAGE1_SEGMENT_MAX = UINT16_MAX };

/** A document and its sum as a key: those that come first are greater. */
static inline uint64_t
ark_stage1_key(uint32_t segment_idx, uint32_t doc, uint16_t sum)
{
    return (uint64_t)sum << 48 | (uint64_t)(ARK_STAGE1_SEGMENT_MAX - segment_idx) << 32 |
           (UINT32_MAX - doc);
}

/** A key without its sum: those that come first are greater. */
static inline uint64_t
ark_stage1_place(uint64_t key)
{
    return key & UINT64_MAX >> 16;
}

/** What a key says: a hit whose score is its sum. */
static inline struct ark_hit
ark_stage1_hit(uint64_t key)
{
    return (struct ark_hit){
        .segment_idx = ARK_STAGE1_SEGMENT_MAX - (uint32_t)(key >> 32 & UINT16_MAX),
        .doc = UINT32_MAX - (uint32_t)key,
        .score = (float)(key >> 48),
    };
}

/**
 * Offers the documents of a segment whose sum is at least 1 to best. Scratch
 * memory comes from the arena. False when a record is damaged or the judge said so.
 */
bool ark_stage1_run(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
                    struct ark_best *best, struct ark_arena *arena);

#endif
