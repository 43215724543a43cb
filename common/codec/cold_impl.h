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

/** Passes over the escapes, which at stands before, of the documents from rank first to last. NULL when damaged. */
const uint8_t *ark_cold_skip_escapes(const struct ark_cold_window *window, const uint8_t *at,
                                     uint32_t first, uint32_t last);

#endif
