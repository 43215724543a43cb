#include "common/codec/hot_tally.h"

#include <string.h>

#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

enum { BITMAP_BYTES = ARK_WINDOW / 8 };

bool
ark_hot_tally_open(struct ark_hot_tally *out, const struct ark_hot_place *place)
{
    if (!ark_hot_read_presence(place, out->bits)) {
        return false;
    }
    out->by_local = place->count >= ARK_HOT_SIZE_CAP;
    out->documents = ark_popcount64(out->bits[0]) + ark_popcount64(out->bits[1]);
    return out->by_local || out->documents == place->count;
}

#ifdef ARK_PORTABLE
/** Writes the sixteen values of eight bytes. */
static inline void
unpack_16(const uint8_t *packed, uint32_t *out)
{
    uint64_t values = ark_load_u64(packed);
    for (uint32_t i = 0; i < 16; i++) {
        out[i] = (uint32_t)(values >> 4 * i) & 15u;
    }
}
#else
static inline void
unpack_16(const uint8_t *packed, uint32_t *out)
{
    typedef uint32_t u32x16 __attribute__((vector_size(64)));
    u32x16 values = __builtin_convertvector(ark_hot_values_16(packed), u32x16);
    memcpy(out, &values, sizeof values);
}
#endif

/** Writes count values of four bits, and up to 15 more. */
static void
unpack(const uint8_t *packed, uint32_t count, uint32_t readable, uint32_t *out)
{
    for (uint32_t done = 0; done < count; done += 16) {
        uint8_t last[8] = {0};
        const uint8_t *at = packed + done / 2;
        if (ARK_UNLIKELY(readable < done / 2 + sizeof last)) {
            memcpy(last, at, readable - done / 2);
            at = last;
        }
        unpack_16(at, out + done);
    }
}

/** Puts what the tails say in place of what is capped. False when damaged. */
static bool
add_tails(const struct ark_hot_place *place, uint32_t count, uint32_t *tfs)
{
    const uint8_t *at = place->at + place->bytes;
    const uint8_t *end = at + place->tail_bytes;
    for (uint32_t i = 0; i < count; i++) {
        if (tfs[i] == ARK_HOT_TF_TAIL) {
            uint32_t above = 0;
            at = ark_varint_get32(at, end, &above);
            if (at == NULL || above > UINT32_MAX - ARK_HOT_TF_TAIL) {
                return false;
            }
            tfs[i] = above + (uint32_t)ARK_HOT_TF_TAIL;
        }
    }
    return at == end;
}

bool
ark_hot_tally_fill(struct ark_hot_tally *tally, const struct ark_hot_place *place)
{
    uint32_t count = tally->by_local ? (uint32_t)ARK_WINDOW : place->count;
    uint32_t head = tally->by_local                      ? 0
                    : place->count < ARK_HOT_BITMAP_FROM ? place->count
                                                         : BITMAP_BYTES;
    unpack(place->at + head, count, place->readable - head, tally->tfs);
    if (place->tail_bytes > 0 && !add_tails(place, count, tally->tfs)) {
        return false;
    }
    uint64_t sum = 0;
    bool zero = false;
    for (uint32_t i = 0; i < count; i++) {
        tally->before[i] = (uint32_t)sum;
        sum += tally->tfs[i];
        zero = zero || tally->tfs[i] == 0;
    }
    return sum <= UINT32_MAX && (tally->by_local || !zero);
}
