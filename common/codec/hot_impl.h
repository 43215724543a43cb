/**
 * @file hot_impl.h
 * What the files of hot_postings.h share.
 */
#ifndef ARK_CODEC_HOT_IMPL_H
#define ARK_CODEC_HOT_IMPL_H

#include "common/codec/hot_postings.h"

enum {
    ARK_HOT_SIZE_CAP = 64,     /**< a window of so many documents stands by local */
    ARK_HOT_BITMAP_FROM = 16,  /**< and of so many, as a bitmap */
    ARK_HOT_TAILS_FLAG = 0x80, /**< in a size */
};

/** The data of one window. */
struct ark_hot_place {
    const uint8_t *at; /**< behind the count of tail bytes */
    uint32_t count;    /**< 64 for 64 and more */
    uint32_t bytes;    /**< of the data, tails left out */
    uint32_t tail_bytes;
    uint32_t readable; /**< bytes of the record from at on */
    uint32_t limit;    /**< no local may reach it */
};

/** Finds the data of a window, which is entry number entry. False when damaged or without documents. */
bool ark_hot_find_window(const struct ark_hot *hot, uint32_t entry, uint32_t window,
                         struct ark_hot_place *out);

/** The number of windows passed over before an entry of a SPARSE record. False when there is none. */
bool ark_hot_read_gap(const struct ark_hot *hot, uint32_t entry, uint32_t *escape, uint32_t *gap);

/** The window of a group's first entry, SPARSE. */
uint32_t ark_hot_group_window(const struct ark_hot *hot, uint32_t group);

/** Where the data of a group's first entry begin. */
uint32_t ark_hot_group_offset(const struct ark_hot *hot, uint32_t group);

#endif
