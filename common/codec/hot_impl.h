/**
 * @file hot_impl.h
 * What the files of hot_postings.h share.
 */
#ifndef ARK_CODEC_HOT_IMPL_H
#define ARK_CODEC_HOT_IMPL_H

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

/** The documents of a window that was found. False when damaged. */
bool ark_hot_read_presence(const struct ark_hot_place *place, uint64_t bits[2]);

#endif
