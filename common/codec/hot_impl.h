/**
 * @file hot_impl.h
 * What the files of hot_postings.h share.
 */
#ifndef ARK_CODEC_HOT_IMPL_H
#define ARK_CODEC_HOT_IMPL_H

#include <string.h>

#include "common/base/compiler.h"
#include "common/codec/hot_postings.h"

/** The number of windows passed over before an entry of a SPARSE record. False when there is none. */
bool ark_hot_read_gap(const struct ark_hot *hot, uint32_t entry, uint32_t *escape, uint32_t *gap);

/** The window of a group's first entry, SPARSE. */
uint32_t ark_hot_group_window(const struct ark_hot *hot, uint32_t group);

/** Where the data of a group's first entry begin. */
uint32_t ark_hot_group_offset(const struct ark_hot *hot, uint32_t group);

/** False when there is a bit at or above limit. */
static inline bool
ark_hot_bits_fit(const uint64_t bits[2], uint32_t limit)
{
    if (limit >= ARK_WINDOW) {
        return true;
    }
    return limit >= 64 ? bits[1] >> (limit - 64) == 0 : bits[1] == 0 && bits[0] >> limit == 0;
}

#ifndef ARK_PORTABLE
/** The sixteen values of four bits of eight bytes. */
static inline ark_u8x16
ark_hot_values_16(const uint8_t *packed)
{
    ark_u8x16 bytes = {0};
    memcpy(&bytes, packed, 8);
    ark_u8x16 low = bytes & 15;
    ark_u8x16 high = bytes >> 4;
    return __builtin_shufflevector(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7,
                                   23);
}
#endif

/** Appends the SMALL record of count > 0 postings. */
void ark_hot_append_small(struct ark_buf *out, const struct ark_hot_posting *postings,
                          uint32_t count);

/** The documents of a window that was found. False when damaged. */
bool ark_hot_read_presence(const struct ark_hot_place *place, uint64_t bits[2]);

#endif
