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

#endif
