/**
 * @file cold_impl.h
 * What the writer and the reader of cold records share.
 */
#ifndef ARK_CODEC_COLD_IMPL_H
#define ARK_CODEC_COLD_IMPL_H

#include "common/codec/cold_postings.h"

/** Bits that say which of count > 1 variants a position is of. */
static inline unsigned
ark_cold_index_bits(uint32_t count)
{
    return 32 - (unsigned)__builtin_clz(count - 1);
}

/** What a document with several variants has in the escapes. */
struct ark_cold_several {
    uint32_t count;
    const uint8_t *indexes; /**< of variants, by position, packed */
    unsigned width;
};

/** Finds the parts of an escape of several variants that together occur tf times. False when damaged. */
bool ark_cold_open_several(ark_str escape, uint32_t variant_count, uint32_t tf,
                           struct ark_cold_several *out);

/** The index number idx. */
static inline uint32_t
ark_cold_index_at(const struct ark_cold_several *several, uint64_t idx)
{
    uint64_t bit = idx * several->width;
    uint32_t found = 0;
    for (unsigned i = 0; i < several->width; i++, bit++) {
        found |= ((uint32_t)several->indexes[bit / 8] >> bit % 8 & 1u) << i;
    }
    return found;
}

/** Passes over the positions of count occurrences; NULL when the bytes end before. Cost: 1/8 ns each. */
const uint8_t *ark_cold_skip_positions(const uint8_t *at, const uint8_t *end, uint64_t count);

/** Passes over the escapes, which at stands before, of the documents from rank first to last. NULL when damaged. */
const uint8_t *ark_cold_skip_escapes(const struct ark_cold_window *window, const uint8_t *at,
                                     uint32_t first, uint32_t last);

#endif
