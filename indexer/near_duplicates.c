#include "indexer/near_duplicates.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"

enum {
    BINS = ARK_SKETCH_SLOTS * ARK_SKETCH_SLOT_BINS,
    BIN_SHIFT = 64 - 7, // the top bits of a hash say its bin
    BIN_VALUES = 15,    // four bits, 0 taken
    SLOT_BYTES = 3 + 4,
    SKETCH_BYTES_MAX = ARK_VARINT32_BYTES_MAX + 2 + ARK_SKETCH_SLOTS * SLOT_BYTES,
};
_Static_assert(BINS == 1 << (64 - BIN_SHIFT), "the top bits of a hash say its bin");

/**
 * Where near-duplicates begin, in hundredths of the shorter one's shingles. At 50 the noise of
 * the sketch lets in more wrong pairs than it loses right ones: on the news of
 * tests/quality .51 evens it out. Few shingles tell little: there nearly all must agree.
 */
enum { CONTAINED_MIN = 51, CONTAINED_MIN_FEW = 90, FEW_SHINGLES = 16 };

/** The longer has at most this many halves of the shorter one's shingles. */
enum { LENGTH_HALVES_MAX = 7 };

#define BASE UINT64_C(0x9E3779B97F4A7C15)
#define MIX_FIRST UINT64_C(0xBF58476D1CE4E5B9)
#define MIX_SECOND UINT64_C(0x94D049BB133111EB)

struct ark_sketcher {
    uint64_t *seen; // a bit for each residue of a hash
    size_t seen_words;
    uint64_t least[BINS];
    struct ark_buf bytes;
};

struct ark_sketcher *
ark_sketcher_new(void)
{
    struct ark_sketcher *sketcher = ark_xcalloc(1, sizeof *sketcher);
    sketcher->bytes = ark_buf_make(SKETCH_BYTES_MAX);
    return sketcher;
}

void
ark_sketcher_free(struct ark_sketcher *sketcher)
{
    if (sketcher != NULL) {
        free(sketcher->seen);
        ark_buf_dispose(&sketcher->bytes);
        free(sketcher);
    }
}

/** Spreads a sum over all bits (Steele, Lea, Flood 2014, SplitMix). A bijection. */
static uint64_t
mix(uint64_t value)
{
    value = (value ^ value >> 30) * MIX_FIRST;
    value = (value ^ value >> 27) * MIX_SECOND;
    return value ^ value >> 31;
}

/** Clears a bitmap of at least 16 bits a shingle; returns its size in bits less one, a mask. */
static uint64_t
clear_seen(struct ark_sketcher *sketcher, size_t shingles)
{
    size_t words = 1;
    while (words * 4 < shingles) {
        words *= 2;
    }
    if (words > sketcher->seen_words) {
        free(sketcher->seen);
        sketcher->seen = ark_xmalloc(words * sizeof *sketcher->seen);
        sketcher->seen_words = words;
    }
    memset(sketcher->seen, 0, words * sizeof *sketcher->seen);
    return (uint64_t)words * 64 - 1;
}

/**
 * The least hash of each bin; returns the number of distinct shingles, counted
 * in a bitmap: two in a bit are one, 3 % at most (Whang, Vander-Zanden, Taylor 1990,
 * linear counting).
 */
static uint32_t
take_shingles(struct ark_sketcher *sketcher, const uint64_t *words, size_t shingles)
{
    uint64_t mask = clear_seen(sketcher, shingles);
    uint64_t top = BASE * BASE * BASE * BASE;
    uint64_t sum = 0;
    uint32_t distinct = 0;
    memset(sketcher->least, 0xFF, sizeof sketcher->least);
    for (size_t i = 0; i + 1 < ARK_SHINGLE_WORDS; i++) {
        sum = sum * BASE + words[i];
    }
    for (size_t i = 0; i < shingles; i++) {
        sum = sum * BASE + words[i + ARK_SHINGLE_WORDS - 1];
        uint64_t hash = mix(sum);
        sum -= words[i] * top;
        uint64_t *seen = &sketcher->seen[(hash & mask) / 64];
        uint64_t bit = UINT64_C(1) << (hash % 64);
        distinct += (*seen & bit) == 0;
        *seen |= bit;
        uint64_t *least = &sketcher->least[hash >> BIN_SHIFT];
        *least = hash < *least ? hash : *least;
    }
    return distinct;
}

/** Writes the least hash of a slot, and four bits of that of each bin; false when all are empty. */
static bool
put_slot(const uint64_t *least, uint8_t *out)
{
    uint64_t first = UINT64_MAX;
    uint32_t bins = 0;
    for (uint32_t bin = 0; bin < ARK_SKETCH_SLOT_BINS; bin++) {
        if (least[bin] == UINT64_MAX) {
            continue;
        }
        uint64_t inside = least[bin] << (64 - BIN_SHIFT); // without the bin's number
        first = inside < first ? inside : first;
        bins |= (uint32_t)(1 + mix(inside) % BIN_VALUES) << (4 * bin);
    }
    uint64_t value = mix(first);
    for (uint32_t i = 0; i < 3; i++) {
        out[i] = (uint8_t)(value >> (40 + 8 * i));
    }
    ark_store_u32(out + 3, bins);
    return bins != 0;
}

ark_str
ark_sketcher_make(struct ark_sketcher *sketcher, const uint64_t *form_hashes, size_t count)
{
    ark_buf_clear(&sketcher->bytes);
    if (count < ARK_SHINGLE_WORDS) {
        return ark_buf_view(&sketcher->bytes);
    }
    uint32_t distinct = take_shingles(sketcher, form_hashes, count - ARK_SHINGLE_WORDS + 1);
    unsigned filled = 0;
    uint8_t slots[ARK_SKETCH_SLOTS * SLOT_BYTES];
    uint8_t *at = slots;
    for (uint32_t slot = 0; slot < ARK_SKETCH_SLOTS; slot++) {
        if (put_slot(&sketcher->least[(size_t)slot * ARK_SKETCH_SLOT_BINS], at)) {
            filled |= 1u << slot;
            at += SLOT_BYTES;
        }
    }
    ark_varint_append(&sketcher->bytes, distinct);
    ark_buf_push(&sketcher->bytes, (uint8_t)filled);
    ark_buf_push(&sketcher->bytes, (uint8_t)(filled >> 8));
    ark_buf_append(&sketcher->bytes, slots, (size_t)(at - slots));
    return ark_buf_view(&sketcher->bytes);
}

bool
ark_sketch_read(ark_str bytes, struct ark_sketch *out)
{
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    *out = (struct ark_sketch){.shingle_count = 0};
    if (bytes.len == 0) {
        memset(out->slots, 0xFF, sizeof out->slots);
        return true;
    }
    out->shingle_count = ark_record_u32_max(&reader, UINT32_MAX);
    unsigned filled = ark_record_u8(&reader);
    filled |= (unsigned)ark_record_u8(&reader) << 8;
    for (uint32_t slot = 0; slot < ARK_SKETCH_SLOTS; slot++) {
        out->slots[slot] = ARK_SLOT_EMPTY;
        if ((filled >> slot & 1) == 0) {
            continue;
        }
        ark_str value = ark_record_bytes(&reader, 3);
        out->bins[slot] = ark_record_fixed32(&reader);
        if (value.bytes == NULL || reader.failed) {
            return false;
        }
        out->slots[slot] = (uint32_t)value.bytes[0] | (uint32_t)value.bytes[1] << 8 |
                           (uint32_t)value.bytes[2] << 16;
    }
    return !reader.failed && reader.at == reader.end && out->shingle_count > 0;
}

/** How the bins of two sketches compare. */
struct bin_counts {
    uint64_t equal; /**< filled and equal */
    uint64_t both;  /**< filled in both */
    uint64_t any;   /**< filled in one at least */
};

#define NIBBLE_ONES UINT64_C(0x1111111111111111)

/** One for each nibble that is not 0. */
static uint64_t
filled_nibbles(uint64_t nibbles)
{
    return (nibbles | nibbles >> 1 | nibbles >> 2 | nibbles >> 3) & NIBBLE_ONES;
}

static uint64_t
sum_nibbles(uint64_t nibbles)
{
    uint64_t low = UINT64_C(0x0F0F0F0F0F0F0F0F);
    uint64_t bytes = (nibbles & low) + (nibbles >> 4 & low);
    return bytes * UINT64_C(0x0101010101010101) >> 56;
}

static uint64_t
two_slots(const struct ark_sketch *sketch, uint32_t slot)
{
    return sketch->bins[slot] | (uint64_t)sketch->bins[slot + 1] << 32;
}

/** Counts sixteen bins at once; of so many sums a nibble holds eight, and a byte all. */
static struct bin_counts
count_bins(const struct ark_sketch *left, const struct ark_sketch *right)
{
    _Static_assert(ARK_SKETCH_SLOTS == 16 && ARK_SKETCH_SLOT_BINS == 8, "what the sums hold");
    uint64_t equal = 0;
    uint64_t both = 0;
    uint64_t any = 0;
    for (uint32_t slot = 0; slot < ARK_SKETCH_SLOTS; slot += 2) {
        uint64_t a = two_slots(left, slot);
        uint64_t b = two_slots(right, slot);
        uint64_t a_filled = filled_nibbles(a);
        uint64_t b_filled = filled_nibbles(b);
        any += a_filled | b_filled;
        both += a_filled & b_filled;
        equal += a_filled & ~filled_nibbles(a ^ b);
    }
    return (struct bin_counts){sum_nibbles(equal), sum_nibbles(both), sum_nibbles(any)};
}

/**
 * With resemblance J, estimated from the bins less the share of those that are
 * equal by chance, and shingle counts a <= b, the containment in the shorter is
 * J (a + b) / ((1 + J) a). All in integers, so that every machine agrees.
 */
bool
ark_sketch_similar(const struct ark_sketch *left, const struct ark_sketch *right)
{
    bool left_shorter = left->shingle_count < right->shingle_count;
    uint64_t shorter = left_shorter ? left->shingle_count : right->shingle_count;
    uint64_t longer = left_shorter ? right->shingle_count : left->shingle_count;
    if (longer * 2 > shorter * LENGTH_HALVES_MAX) {
        return false;
    }
    struct bin_counts counts = count_bins(left, right);
    if (counts.equal * BIN_VALUES <= counts.both) {
        return false;
    }
    uint64_t shared = counts.equal * BIN_VALUES - counts.both; // J = shared / all
    uint64_t all = counts.any * BIN_VALUES - counts.both;
    uint64_t least = shorter < FEW_SHINGLES ? CONTAINED_MIN_FEW : CONTAINED_MIN;
    return 100 * shared * (shorter + longer) >= least * shorter * (all + shared);
}
