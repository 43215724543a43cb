/**
 * @file cold_impl.h
 * What the writer and the reader of cold records share.
 */
#ifndef ARK_CODEC_COLD_IMPL_H
#define ARK_CODEC_COLD_IMPL_H

#include <stdint.h>

/** Codes of four bits that are no variant: one that the escapes name, several. */
enum { ARK_COLD_LONG = 14, ARK_COLD_SEVERAL = 15 };

/** Bits that say which of count > 1 variants a position is of. */
static inline unsigned
ark_cold_index_bits(uint32_t count)
{
    return 32 - (unsigned)__builtin_clz(count - 1);
}

#endif
