/* Which documents a hot record has, window by window or all at once. */
#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

/** The lowest of each four bits. */
#define NIBBLE_LOW UINT64_C(0x1111111111111111)

/** Which of sixteen values of four bits are not 0, as bits. */
static uint64_t
nonzero_nibbles(uint64_t values)
{
    values |= values >> 1;
    uint64_t bits = (values | values >> 2) & NIBBLE_LOW;
    // They stand four apart: two of them move together, then four, eight, sixteen.
    bits = (bits | bits >> 3) & UINT64_C(0x0303030303030303);
    bits = (bits | bits >> 6) & UINT64_C(0x000f000f000f000f);
    bits = (bits | bits >> 12) & UINT64_C(0x000000ff000000ff);
    return (bits | bits >> 24) & UINT16_MAX;
}

static void
presence_by_local(const uint8_t *packed, uint64_t bits[2])
{
    bits[0] = bits[1] = 0;
    for (uint32_t i = 0; i < ARK_WINDOW / 16; i++) {
        bits[i / 4] |= nonzero_nibbles(ark_load_u64(packed + 8 * (size_t)i)) << i % 4 * 16;
    }
}

bool
ark_hot_read_presence(const struct ark_hot_place *place, uint64_t bits[2])
{
    if (place->count >= ARK_HOT_SIZE_CAP) {
        presence_by_local(place->at, bits);
        return ark_hot_bits_fit(bits, place->limit);
    }
    if (place->count >= ARK_HOT_BITMAP_FROM) {
        bits[0] = ark_load_u64(place->at);
        bits[1] = ark_load_u64(place->at + 8);
        return ark_hot_bits_fit(bits, place->limit);
    }
    bits[0] = bits[1] = 0;
    for (uint32_t i = 0; i < place->count; i++) {
        uint32_t local = place->at[i];
        if (local >= place->limit) {
            return false;
        }
        bits[local / 64] |= (uint64_t)1 << local % 64;
    }
    return true;
}

bool
ark_hot_presence(const struct ark_hot *hot, uint32_t entry, uint32_t window, uint64_t bits[2])
{
    struct ark_hot_place place;
    return ark_hot_find_window(hot, entry, window, &place) && ark_hot_read_presence(&place, bits);
}

/** True when none of the windows [at, end) counts. */
static bool
counts_none(const uint32_t *at, const uint32_t *end, const uint64_t (*within)[2])
{
    uint64_t any = 0;
    for (; at < end; at++) {
        any |= within[*at][0] | within[*at][1];
    }
    return any == 0;
}

/** Adds the documents of a group of entries, which stand at these windows. */
static bool
add_group(const struct ark_hot *hot, uint32_t group, const uint32_t *windows,
          const uint64_t (*within)[2], uint64_t (*sets)[2])
{
    uint32_t offsets[ARK_HOT_GROUP];
    uint32_t first = group * ARK_HOT_GROUP;
    uint32_t left = hot->entry_count - first;
    left = left < ARK_HOT_GROUP ? left : ARK_HOT_GROUP;
    if (within != NULL && counts_none(windows + first, windows + first + left, within)) {
        return true;
    }
    if (!ark_hot_group_offsets(hot, group, offsets)) {
        return false;
    }
    for (uint32_t i = 0; i < left; i++) {
        struct ark_hot_place place;
        uint64_t bits[2];
        uint32_t window = windows[first + i];
        if (ark_hot_entry_size(hot, first + i) == 0 ||
            (within != NULL && (within[window][0] | within[window][1]) == 0)) {
            continue;
        }
        if (!ark_hot_place_at(hot, first + i, window, offsets[i], &place) ||
            !ark_hot_read_presence(&place, bits)) {
            return false;
        }
        sets[window][0] |= bits[0];
        sets[window][1] |= bits[1];
    }
    return true;
}

bool
ark_hot_add_presence(const struct ark_hot *hot, const uint32_t *windows,
                     const uint64_t (*within)[2], uint64_t (*sets)[2])
{
    for (uint32_t group = 0; group * ARK_HOT_GROUP < hot->entry_count; group++) {
        if (!add_group(hot, group, windows, within, sets)) {
            return false;
        }
    }
    return true;
}
