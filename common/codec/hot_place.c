/* Where the data of a window of a hot record begin. */
#include <string.h>

#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

enum { BITMAP_BYTES = ARK_WINDOW / 8, BY_LOCAL_BYTES = ARK_WINDOW / 2 };

/** The high bit of eight bytes. */
#define HIGH_BITS UINT64_C(0x8080808080808080)

// Less than 16: a byte and half a byte each; less than 64: a bitmap and half a byte each.
const uint8_t ark_hot_plain_bytes[128] = {
    0,  2,  3,  5,  6,  8,  9,  11, 12, 14, 15, 17, 18, 20, 21, 23, 24, 25, 25, 26, 26, 27,
    27, 28, 28, 29, 29, 30, 30, 31, 31, 32, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37, 37, 38,
    38, 39, 39, 40, 40, 41, 41, 42, 42, 43, 43, 44, 44, 45, 45, 46, 46, 47, 47, 48, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
};

/** Bytes of a window's data by its size byte, tails left out. */
static inline uint32_t
plain_bytes(uint8_t size)
{
    return ark_hot_plain_bytes[size & ARK_HOT_SIZE_MASK];
}

/** Moves *offset over the data of the entries from first to last, some of which have tails. */
static bool
pass_tails(const struct ark_hot *hot, uint32_t first, uint32_t last, uint32_t *offset)
{
    uint64_t at = *offset;
    for (uint32_t i = first; i < last; i++) {
        if ((hot->sizes[i] & ARK_HOT_TAILS_FLAG) != 0) {
            if (at + 2 > hot->data_bytes) {
                return false;
            }
            at += 2 + ((uint64_t)hot->data[at] | (uint64_t)hot->data[at + 1] << 8);
        }
        at += plain_bytes(hot->sizes[i]);
    }
    *offset = (uint32_t)at;
    return at <= hot->data_bytes;
}

#ifdef ARK_PORTABLE
static bool
pass_entries(const struct ark_hot *hot, uint32_t first, uint32_t last, uint32_t *offset)
{
    return pass_tails(hot, first, last, offset);
}
#else
/** The sum of sixteen bytes of at most 64. */
static uint32_t
sum_bytes(ark_u8x16 bytes)
{
    uint64_t halves[2];
    memcpy(halves, &bytes, sizeof halves);
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t pairs =
        (halves[0] & even) + (halves[0] >> 8 & even) + (halves[1] & even) + (halves[1] >> 8 & even);
    return (uint32_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
}

/** Bytes of the data of sixteen windows without tails, by their sizes. */
static ark_u8x16
data_bytes(ark_u8x16 sizes)
{
    ark_u8x16 few = (ark_u8x16)(sizes < ARK_HOT_BITMAP_FROM);
    ark_u8x16 many = (ark_u8x16)(sizes >= ARK_HOT_SIZE_CAP);
    ark_u8x16 head = (sizes & few) | (~few & BITMAP_BYTES);
    return (~many & (head + ((sizes + 1) >> 1))) | (many & BY_LOCAL_BYTES);
}

/** The same for fewer than sixteen entries, sizes of all computed at once. */
static bool
pass_entries(const struct ark_hot *hot, uint32_t first, uint32_t last, uint32_t *offset)
{
    static const uint8_t keep[2 * ARK_HOT_GROUP] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                    255, 255, 255, 255, 255, 255, 255, 255};
    if (hot->entry_count - first < ARK_HOT_GROUP) {
        return pass_tails(hot, first, last, offset);
    }
    ark_u8x16 sizes;
    ark_u8x16 wanted;
    memcpy(&sizes, hot->sizes + first, sizeof sizes);
    memcpy(&wanted, keep + ARK_HOT_GROUP - (last - first), sizeof wanted);
    sizes &= wanted;
    uint64_t halves[2];
    memcpy(halves, &sizes, sizeof halves);
    if (((halves[0] | halves[1]) & HIGH_BITS) != 0) {
        return pass_tails(hot, first, last, offset);
    }
    *offset += sum_bytes(data_bytes(sizes));
    return *offset <= hot->data_bytes;
}
#endif

/** The offsets of count entries from first on, one after the other: some have tails, or there are few. */
static bool
walk_offsets(const struct ark_hot *hot, uint32_t first, uint32_t count, uint32_t offset,
             uint32_t *out)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t size = hot->sizes[first + i];
        out[i] = offset;
        if ((size & ARK_HOT_TAILS_FLAG) != 0) {
            if (offset > hot->data_bytes || hot->data_bytes - offset < 2) {
                return false;
            }
            offset += 2 + ((uint32_t)hot->data[offset] | (uint32_t)hot->data[offset + 1] << 8);
        }
        offset += plain_bytes(size);
    }
    return true;
}

#ifndef ARK_PORTABLE
/** Each the sum of those before it. */
static ark_u16x8
sums_before(ark_u16x8 of)
{
    const ark_u16x8 zero = {0};
    ark_u16x8 sums = __builtin_shufflevector(zero, of, 0, 8, 9, 10, 11, 12, 13, 14);
    sums += __builtin_shufflevector(zero, sums, 0, 8, 9, 10, 11, 12, 13, 14);
    sums += __builtin_shufflevector(zero, sums, 0, 1, 8, 9, 10, 11, 12, 13);
    return sums + __builtin_shufflevector(zero, sums, 0, 1, 2, 3, 8, 9, 10, 11);
}

/** The offsets of sixteen entries without tails. */
static void
sum_offsets(ark_u8x16 sizes, uint32_t offset, uint32_t *out)
{
    typedef uint32_t u32x8 __attribute__((vector_size(32)));
    ark_u8x16 bytes = data_bytes(sizes);
    ark_u16x8 low = ark_widen_low_u8x16(bytes);
    ark_u16x8 high = ark_widen_high_u8x16(bytes);
    ark_u16x8 first = sums_before(low);
    ark_u16x8 second = sums_before(high) + (uint16_t)(first[7] + low[7]);
    u32x8 offsets = __builtin_convertvector(first, u32x8) + offset;
    memcpy(out, &offsets, sizeof offsets);
    offsets = __builtin_convertvector(second, u32x8) + offset;
    memcpy(out + 8, &offsets, sizeof offsets);
}
#endif

bool
ark_hot_group_offsets(const struct ark_hot *hot, uint32_t group, uint32_t *out)
{
    uint32_t first = group * ARK_HOT_GROUP;
    uint32_t left = hot->entry_count - first;
    uint32_t offset = ark_hot_group_offset(hot, group);
    if (offset > hot->data_bytes) {
        return false;
    }
#ifndef ARK_PORTABLE
    const uint8_t *at = hot->sizes + first;
    if (left >= ARK_HOT_GROUP && ((ark_load_u64(at) | ark_load_u64(at + 8)) & HIGH_BITS) == 0) {
        ark_u8x16 sizes;
        memcpy(&sizes, at, sizeof sizes);
        sum_offsets(sizes, offset, out);
        return true;
    }
#endif
    return walk_offsets(hot, first, left < ARK_HOT_GROUP ? left : ARK_HOT_GROUP, offset, out);
}

bool
ark_hot_find_window(const struct ark_hot *hot, uint32_t entry, uint32_t window,
                    struct ark_hot_place *out)
{
    ARK_DEBUG_ASSERT(entry < hot->entry_count);
    uint32_t group = entry / ARK_HOT_GROUP;
    uint32_t offset = ark_hot_group_offset(hot, group);
    return offset <= hot->data_bytes && pass_entries(hot, group * ARK_HOT_GROUP, entry, &offset) &&
           ark_hot_place_at(hot, entry, window, offset, out);
}
