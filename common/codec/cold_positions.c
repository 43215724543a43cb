/* Positions of a window of a cold record, decoded by the eight where they can be. */
#include "common/codec/cold_impl.h"
#include "common/codec/cold_postings.h"
#include "common/codec/varint.h"

/** The highest bit, and the lowest, of each of eight bytes. */
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS UINT64_C(0x0101010101010101)

const uint8_t *
ark_cold_skip_positions(const uint8_t *at, const uint8_t *end, uint64_t count)
{
    if (count == 0) {
        return at;
    }
    while (end - at >= 8) {
        // A varint ends in a byte without the high bit; each byte of ends: how many up to it.
        uint64_t ends = ((~ark_load_u64(at) & HIGH_BITS) >> 7) * LOW_BITS;
        if (ends >> 56 >= count) {
            uint64_t other = ends ^ count * LOW_BITS; // its first byte of 0 is the end looked for
            uint64_t zero = (other - LOW_BITS) & ~other & HIGH_BITS;
            return at + (uint32_t)__builtin_ctzll(zero) / 8 + 1;
        }
        count -= ends >> 56;
        at += 8;
    }
    for (; count > 0 && at < end; at++) {
        count -= *at < 0x80 ? 1u : 0u;
    }
    return count == 0 ? at : NULL;
}

#ifndef ARK_PORTABLE
/** Writes position and the eight sums of it and the first one, two, ... gaps. */
static inline void
add_gaps(const uint8_t *gaps, uint32_t position, uint32_t *out)
{
    typedef uint32_t u32x8 __attribute__((vector_size(32)));
    const ark_u16x8 zero = {0};
    ark_u8x16 bytes = {0};
    memcpy(&bytes, gaps, 8);
    ark_u16x8 sums = ark_widen_low_u8x16(bytes);
    sums += __builtin_shufflevector(zero, sums, 0, 8, 9, 10, 11, 12, 13, 14);
    sums += __builtin_shufflevector(zero, sums, 0, 1, 8, 9, 10, 11, 12, 13);
    sums += __builtin_shufflevector(zero, sums, 0, 1, 2, 3, 8, 9, 10, 11);
    u32x8 positions = __builtin_convertvector(sums, u32x8) + position;
    memcpy(out, &positions, sizeof positions);
}
#else
static inline void
add_gaps(const uint8_t *gaps, uint32_t position, uint32_t *out)
{
    for (uint32_t i = 0; i < 8; i++) {
        position += gaps[i];
        out[i] = position;
    }
}
#endif

/** Fewer gaps than these are not worth a vector. */
enum { GAPS_MIN = 4 };

/** How many of the eight bytes from at on are gaps of a byte each. */
static inline uint32_t
count_short(uint64_t bytes)
{
    uint64_t longer = bytes & HIGH_BITS;
    return longer == 0 ? 8 : (uint32_t)__builtin_ctzll(longer) / 8;
}

/** True when one of the first count bytes is 0. */
static inline bool
has_zero(uint64_t bytes, uint32_t count)
{
    uint64_t zero = (bytes - LOW_BITS) & ~bytes & HIGH_BITS;
    return zero != 0 && (uint32_t)__builtin_ctzll(zero) / 8 < count;
}

/** Reads tf > 0 positions. Returns what comes after them, or NULL when damaged. */
static const uint8_t *
read_run(const uint8_t *at, const uint8_t *end, uint32_t tf, uint32_t *out)
{
    uint32_t step = 0;
    bool stays = false;
    at = ark_varint_get32(at, end, &step);
    uint64_t position = step;
    out[0] = step;
    for (uint32_t k = 1; k < tf && at != NULL;) {
        if (tf - k >= GAPS_MIN && end - at >= 8) {
            uint64_t bytes = ark_load_u64(at);
            uint32_t count = count_short(bytes);
            count = count < tf - k ? count : tf - k;
            if (count >= GAPS_MIN) {
                add_gaps(at, (uint32_t)position, out + k);
                stays = stays || has_zero(bytes, count);
                position += out[k + count - 1] - (uint32_t)position;
                at += count;
                k += count;
                continue;
            }
        }
        at = ark_varint_get32(at, end, &step);
        stays = stays || step == 0;
        position += step;
        out[k++] = (uint32_t)position;
    }
    return stays || position >= UINT32_MAX ? NULL : at;
}

bool
ark_cold_positions_read(struct ark_cold_positions *from, uint64_t before, uint32_t tf,
                        uint32_t *out)
{
    ARK_ASSERT(before >= from->passed && tf > 0);
    const uint8_t *at = ark_cold_skip_positions(from->at, from->end, before - from->passed);
    if (at == NULL || tf > (size_t)(from->end - at)) {
        return false;
    }
    at = read_run(at, from->end, tf, out);
    if (at == NULL) {
        return false;
    }
    from->at = at;
    from->passed = before + tf;
    return true;
}
