/**
 * @file posting.h
 * A posting on its way into a segment.
 */
#ifndef ARK_STORE_POSTING_H
#define ARK_STORE_POSTING_H

#include <stdint.h>

struct ark_cold_window;

/** Occurrences of one member of a family in one document. */
struct ark_occurrence {
    uint32_t member; /**< its number in the family */
    uint32_t tf;     /**< >= 1 */
};

/** What a document has of a light class; the arrays are the caller's. */
struct ark_posting {
    uint32_t doc;
    uint32_t occurrence_count;                /**< >= 1 */
    const struct ark_occurrence *occurrences; /**< ascending by member, all of them of the class */
    const uint32_t *positions;                /**< of all occurrences one after another, ascending
                                                   within each */
};

/** Documents that a class of another segment has, on their way into this one. */
struct ark_posting_window {
    uint32_t count;
    const uint32_t *docs; /**< here, ascending; UINT32_MAX: left out */
    const uint32_t *tfs;
    const struct ark_cold_window *cold; /**< what they have there */
};

#endif
