#include "common/codec/hot_postings.h"

#include <string.h>

#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

enum { HEAD_BYTES = 16, GAP_ESCAPE = 255 };
enum { BITMAP_BYTES = ARK_WINDOW / 8 };

/** Bytes of an item of a table. */
enum { ESCAPE_BYTES = 8, SPARSE_GROUP = 8, DENSE_GROUP = 4 };

/** The high bit, and the low four bits, of eight bytes; the low bit of sixteen values of four bits. */
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define NIBBLES UINT64_C(0x0f0f0f0f0f0f0f0f)
#define NIBBLE_LOW UINT64_C(0x1111111111111111)

/** Takes the head of a SPARSE or DENSE record apart. */
static bool
open_head(struct ark_hot *hot, ark_str record)
{
    if (record.len < HEAD_BYTES || record.bytes[2] != 0 || record.bytes[3] != 0) {
        return false;
    }
    hot->kind = (enum ark_hot_kind)record.bytes[0];
    hot->bound_max = record.bytes[1];
    hot->first_window = ark_load_u32(record.bytes + 4);
    hot->entry_count = ark_load_u32(record.bytes + 8);
    hot->escape_count = ark_load_u32(record.bytes + 12);
    uint32_t windows = ark_window_count(hot->document_count);
    return (hot->kind == ARK_HOT_SPARSE || hot->kind == ARK_HOT_DENSE) && hot->entry_count > 0 &&
           hot->first_window < windows && hot->entry_count <= windows - hot->first_window &&
           hot->escape_count <= hot->entry_count;
}

bool
ark_hot_open(struct ark_hot *out, ark_str record, uint32_t df, uint32_t document_count)
{
    struct ark_hot hot = {.df = df, .document_count = document_count};
    if (df == 0 || df > document_count || record.len > INT32_MAX) {
        return false;
    }
    if (df < ARK_HOT_SMALL_DF) {
        hot.kind = ARK_HOT_SMALL;
        hot.bound_max = UINT8_MAX;
        hot.data = record.bytes;
        hot.data_bytes = (uint32_t)record.len;
        *out = hot;
        return true;
    }
    if (!open_head(&hot, record)) {
        return false;
    }
    size_t entries = hot.entry_count;
    bool sparse = hot.kind == ARK_HOT_SPARSE;
    const uint8_t *at = record.bytes + HEAD_BYTES;
    size_t escapes = ESCAPE_BYTES * (size_t)hot.escape_count;
    size_t groups = (entries - 1) / ARK_HOT_GROUP * (sparse ? SPARSE_GROUP : DENSE_GROUP);
    size_t tables = (sparse ? 3 : 2) * entries + escapes + groups;
    if (tables > record.len - HEAD_BYTES) {
        return false;
    }
    hot.gaps = at;
    hot.bounds = sparse ? at + entries : at;
    hot.sizes = hot.bounds + entries;
    hot.escapes = hot.sizes + entries;
    hot.groups = hot.escapes + escapes;
    hot.data = hot.groups + groups;
    hot.data_bytes = (uint32_t)(record.len - HEAD_BYTES - tables);
    *out = hot;
    return true;
}

/** Bytes that reading a posting of a SMALL record at a stroke may look at. */
enum { SMALL_STROKE_BYTES = 4 };

/** A posting of a SMALL record. Returns what comes after it, or NULL when damaged. */
static const uint8_t *
read_small(const uint8_t *at, const uint8_t *end, uint32_t *gap, uint32_t *tf)
{
    if (ARK_LIKELY(end - at >= SMALL_STROKE_BYTES)) {
        // No branch on the length of the gap or on the flag: neither can be foreseen.
        uint32_t two = (uint32_t)at[0] >> 7;
        uint32_t value = (at[0] & 0x7fu) | ((uint32_t)at[1] << 7 & (0u - two));
        const uint8_t *next = at + 1 + two;
        uint32_t more = value & 1;
        if (ARK_LIKELY((two & (uint32_t)at[1] >> 7) == 0 && (more & (uint32_t)*next >> 7) == 0)) {
            *gap = value >> 1;
            *tf = 1 + more + ((uint32_t)*next & (0u - more));
            return next + more;
        }
    }
    uint32_t value = 0;
    uint32_t above = 0;
    at = ark_varint_get32(at, end, &value);
    if (at != NULL && (value & 1) != 0) {
        at = ark_varint_get32(at, end, &above);
    }
    *gap = value >> 1;
    *tf = (value & 1) != 0 ? above + 2 : 1;
    return above <= UINT32_MAX - 2 ? at : NULL;
}

bool
ark_hot_small(const struct ark_hot *hot, uint32_t *docs, uint32_t *tfs)
{
    ARK_ASSERT(hot->kind == ARK_HOT_SMALL);
    const uint8_t *at = hot->data;
    const uint8_t *end = hot->data + hot->data_bytes;
    uint32_t next = 0;
    for (uint32_t i = 0; i < hot->df; i++) {
        uint32_t gap = 0;
        at = read_small(at, end, &gap, &tfs[i]);
        if (at == NULL || gap >= hot->document_count - next) {
            return false;
        }
        docs[i] = next + gap;
        next = docs[i] + 1;
    }
    return at == end;
}

/** The number of windows passed over before an entry of a SPARSE record. False when there is none. */
bool
ark_hot_read_gap(const struct ark_hot *hot, uint32_t entry, uint32_t *escape, uint32_t *gap)
{
    *gap = hot->gaps[entry];
    if (ARK_LIKELY(*gap != GAP_ESCAPE)) {
        return true;
    }
    if (*escape == hot->escape_count) {
        return false;
    }
    const uint8_t *at = hot->escapes + ESCAPE_BYTES * (size_t)*escape;
    *gap = ark_load_u32(at + 4);
    *escape += 1;
    return ark_load_u32(at) == entry;
}

bool
ark_hot_windows(const struct ark_hot *hot, uint32_t *out)
{
    uint32_t windows = ark_window_count(hot->document_count);
    uint32_t escape = 0;
    uint32_t gap = 0;
    uint64_t next = hot->first_window;
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        if (hot->kind == ARK_HOT_SPARSE && !ark_hot_read_gap(hot, i, &escape, &gap)) {
            return false;
        }
        out[i] = (uint32_t)(next + gap);
        next += (uint64_t)gap + 1;
        if (next > windows) {
            return false;
        }
    }
    return escape == hot->escape_count;
}

/** The first escape of an entry >= entry. */
static uint32_t
find_escape(const struct ark_hot *hot, uint32_t entry)
{
    uint32_t low = 0;
    uint32_t high = hot->escape_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ark_load_u32(hot->escapes + ESCAPE_BYTES * (size_t)middle) < entry) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** The window of a group's first entry, SPARSE. */
uint32_t
ark_hot_group_window(const struct ark_hot *hot, uint32_t group)
{
    return group == 0 ? hot->first_window
                      : ark_load_u32(hot->groups + SPARSE_GROUP * ((size_t)group - 1));
}

/** Where the data of a group's first entry begin. */
uint32_t
ark_hot_group_offset(const struct ark_hot *hot, uint32_t group)
{
    if (group == 0) {
        return 0;
    }
    size_t at = (size_t)group - 1;
    return ark_load_u32(hot->kind == ARK_HOT_DENSE ? hot->groups + DENSE_GROUP * at
                                                   : hot->groups + SPARSE_GROUP * at + 4);
}

/** Looks for a window among the entries of a group whose first window is <= window. */
static uint32_t
find_in_group(const struct ark_hot *hot, uint32_t group, uint32_t window)
{
    uint32_t first = group * ARK_HOT_GROUP;
    uint32_t end =
        hot->entry_count - first < ARK_HOT_GROUP ? hot->entry_count : first + ARK_HOT_GROUP;
    uint32_t escape = UINT32_MAX;
    uint64_t at = ark_hot_group_window(hot, group);
    uint32_t entry = first;
    while (at < window && ++entry < end) {
        uint32_t gap = hot->gaps[entry];
        if (ARK_UNLIKELY(gap == GAP_ESCAPE)) {
            escape = escape == UINT32_MAX ? find_escape(hot, entry) : escape;
            if (!ark_hot_read_gap(hot, entry, &escape, &gap)) {
                return ARK_HOT_NO_ENTRY;
            }
        }
        at += (uint64_t)gap + 1;
    }
    return at == window && entry < end ? entry : ARK_HOT_NO_ENTRY;
}

uint32_t
ark_hot_find(const struct ark_hot *hot, uint32_t window)
{
    if (window < hot->first_window) {
        return ARK_HOT_NO_ENTRY;
    }
    if (hot->kind == ARK_HOT_DENSE) {
        uint32_t entry = window - hot->first_window;
        bool there = entry < hot->entry_count && ark_hot_entry_size(hot, entry) > 0;
        return there ? entry : ARK_HOT_NO_ENTRY;
    }
    uint32_t low = 0;
    uint32_t high = (hot->entry_count - 1) / ARK_HOT_GROUP;
    while (low < high) {
        uint32_t middle = high - (high - low) / 2;
        if (ark_hot_group_window(hot, middle) <= window) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return find_in_group(hot, low, window);
}

/** False when one of the locals is not below limit. */
static bool
locals_fit(const uint8_t *locals, uint32_t count, uint32_t limit)
{
    bool fit = true;
    for (uint32_t i = 0; i < count; i++) {
        fit = fit && locals[i] < limit;
    }
    return fit;
}

#ifdef ARK_PORTABLE
/** Eight values of four bits, each in a byte of its own. */
static uint64_t
spread_nibbles(uint32_t nibbles)
{
    uint64_t spread = nibbles;
    spread = (spread | spread << 16) & UINT64_C(0x0000ffff0000ffff);
    spread = (spread | spread << 8) & UINT64_C(0x00ff00ff00ff00ff);
    return (spread | spread << 4) & NIBBLES;
}

/** Writes the sixteen values of eight bytes. */
static void
unpack_16(const uint8_t *packed, uint8_t *out)
{
    ark_store_u64(out, spread_nibbles(ark_load_u32(packed)));
    ark_store_u64(out + 8, spread_nibbles(ark_load_u32(packed + 4)));
}
#else
static void
unpack_16(const uint8_t *packed, uint8_t *out)
{
    ark_u8x16 values = ark_hot_values_16(packed);
    memcpy(out, &values, sizeof values);
}
#endif

/** Unpacks count values; out has room for ARK_WINDOW, and readable bytes can be read. */
static void
unpack_tfs(const uint8_t *packed, uint32_t count, uint32_t readable, uint8_t *out)
{
    uint32_t done = 0;
    for (; done < count && done / 2 + 8 <= readable; done += 16) {
        unpack_16(packed + done / 2, out + done);
    }
    for (; done < count; done++) {
        out[done] = packed[done / 2] >> (done % 2 * 4) & 15;
    }
}

/** Lists the set bits of a bitmap of count documents. False when it has more or fewer. */
static bool
list_locals(const uint64_t bits[2], uint32_t count, uint8_t *out)
{
    uint32_t found = 0;
    for (uint32_t half = 0; half < 2; half++) {
        for (uint64_t left = bits[half]; left != 0 && found < count; left &= left - 1) {
            out[found++] = (uint8_t)(half * 64 + (uint32_t)__builtin_ctzll(left));
        }
    }
    return found == count;
}

static bool
read_tails(const struct ark_hot_place *place, struct ark_hot_window *out)
{
    const uint8_t *at = place->at + place->bytes;
    const uint8_t *end = at + place->tail_bytes;
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->tfs[i] == ARK_HOT_TF_TAIL) {
            uint32_t above = 0;
            at = ark_varint_get32(at, end, &above);
            if (at == NULL || above > UINT32_MAX - ARK_HOT_TF_TAIL) {
                return false;
            }
            out->tails[out->tail_count++] = above + ARK_HOT_TF_TAIL;
        }
    }
    return at == end;
}

bool
ark_hot_window(const struct ark_hot *hot, uint32_t entry, uint32_t window,
               struct ark_hot_window *out)
{
    struct ark_hot_place place;
    if (!ark_hot_find_window(hot, entry, window, &place)) {
        return false;
    }
    out->by_local = place.count >= ARK_HOT_SIZE_CAP;
    out->tail_count = 0;
    out->count = place.count;
    bool fit = true;
    if (place.count < ARK_HOT_BITMAP_FROM) {
        if (ARK_LIKELY(place.readable >= ARK_HOT_BITMAP_FROM)) {
            memcpy(out->locals, place.at, ARK_HOT_BITMAP_FROM);
        } else {
            memcpy(out->locals, place.at, place.count);
        }
        fit = locals_fit(out->locals, place.count, place.limit);
        unpack_tfs(place.at + place.count, place.count, place.readable - place.count, out->tfs);
    } else if (place.count < ARK_HOT_SIZE_CAP) {
        const uint64_t bits[2] = {ark_load_u64(place.at), ark_load_u64(place.at + 8)};
        fit = ark_hot_bits_fit(bits, place.limit) && list_locals(bits, place.count, out->locals);
        unpack_tfs(place.at + BITMAP_BYTES, place.count, place.readable - BITMAP_BYTES, out->tfs);
    } else {
        out->count = ARK_WINDOW;
        unpack_tfs(place.at, ARK_WINDOW, place.readable, out->tfs);
        for (uint32_t i = place.limit; i < ARK_WINDOW; i++) {
            fit = fit && out->tfs[i] == 0;
        }
    }
    return fit &&
           (ARK_LIKELY((hot->sizes[entry] & ARK_HOT_TAILS_FLAG) == 0) || read_tails(&place, out));
}

/** Where the tfs of a window begin. */
static const uint8_t *
tfs_of(const struct ark_hot_place *place)
{
    return place->count >= ARK_HOT_SIZE_CAP      ? place->at
           : place->count >= ARK_HOT_BITMAP_FROM ? place->at + BITMAP_BYTES
                                                 : place->at + place->count;
}

/** How many of the values of four bits from number first to last are ARK_HOT_TF_TAIL. */
static uint32_t
count_tails(const uint8_t *packed, uint32_t first, uint32_t last)
{
    uint32_t tails = 0;
    for (; first < last && first % 16 != 0; first++) {
        tails += (packed[first / 2] >> (first % 2 * 4) & 15) == ARK_HOT_TF_TAIL ? 1 : 0;
    }
    for (; first + 16 <= last; first += 16) {
        uint64_t values = ark_load_u64(packed + first / 2);
        values &= values >> 1;
        tails += ark_popcount64(values & values >> 2 & NIBBLE_LOW);
    }
    for (; first < last; first++) {
        tails += (packed[first / 2] >> (first % 2 * 4) & 15) == ARK_HOT_TF_TAIL ? 1 : 0;
    }
    return tails;
}

/** Reads count tails, which *at stands before, and adds up what they are above ARK_HOT_TF_TAIL. False when damaged. */
static bool
pass_tail_values(const uint8_t **at, const uint8_t *end, uint32_t count, uint64_t *sum)
{
    for (uint32_t i = 0; i < count && *at != NULL; i++) {
        uint32_t above = 0;
        *at = ark_varint_get32(*at, end, &above);
        *sum += above;
    }
    return *at != NULL;
}

/** The tf of a document whose tf is capped, which is number idx of the window's. */
static bool
find_tail(const struct ark_hot_place *place, const uint8_t *tfs, uint32_t idx, uint32_t *tf)
{
    const uint8_t *at = place->at + place->bytes;
    const uint8_t *end = at + place->tail_bytes;
    uint64_t before = 0;
    uint32_t above = 0;
    if (!pass_tail_values(&at, end, count_tails(tfs, 0, idx), &before)) {
        return false;
    }
    at = ark_varint_get32(at, end, &above);
    *tf = above + ARK_HOT_TF_TAIL;
    return at != NULL && above <= UINT32_MAX - ARK_HOT_TF_TAIL;
}

/** Adds document local, whose tf is value number idx of tfs. False when damaged. */
static bool
add_found(const struct ark_hot_place *place, const uint8_t *tfs, uint32_t local, uint32_t rank,
          struct ark_hot_answer *out)
{
    uint32_t idx = place->count >= ARK_HOT_SIZE_CAP ? local : rank;
    uint32_t tf = tfs[idx / 2] >> (idx % 2 * 4) & 15;
    if (tf == 0 ||
        (tf == ARK_HOT_TF_TAIL && place->tail_bytes > 0 && !find_tail(place, tfs, idx, &tf))) {
        return false;
    }
    out->found[out->count++] = (struct ark_hot_found){tf, (uint8_t)local, (uint8_t)rank};
    return true;
}

/** ark_hot_lookup in a window that lists its documents. */
static bool
look_in_list(const struct ark_hot_place *place, const uint64_t mask[2], struct ark_hot_answer *out)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < place->count; i++) {
        uint32_t local = place->at[i];
        if (local >= place->limit || local < next) {
            return false;
        }
        next = local + 1;
        if ((mask[local / 64] >> local % 64 & 1) != 0 &&
            !add_found(place, tfs_of(place), local, i, out)) {
            return false;
        }
    }
    out->documents = place->count;
    return true;
}

/** True when one of a few documents asked for is there, or there are many: then it is worth a closer look. */
static bool
may_be_there(const struct ark_hot_place *place, const uint64_t mask[2])
{
    enum { FEW = 8 };
    uint32_t looked_at = 0;
    for (uint32_t half = 0; half < 2; half++) {
        for (uint64_t left = mask[half]; left != 0; left &= left - 1) {
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            bool there = (place->at[local / 2] >> (local % 2 * 4) & 15) != 0;
            if (there || ++looked_at == FEW) {
                return true;
            }
        }
    }
    return false;
}

bool
ark_hot_lookup(const struct ark_hot *hot, uint32_t entry, uint32_t window, const uint64_t mask[2],
               struct ark_hot_answer *out)
{
    uint64_t bits[2];
    const struct ark_hot_place *place = &out->place;
    out->documents = 0;
    out->count = 0;
    if (!ark_hot_find_window(hot, entry, window, &out->place)) {
        return false;
    }
    if (place->count < ARK_HOT_BITMAP_FROM) {
        return look_in_list(place, mask, out);
    }
    bool by_local = place->count >= ARK_HOT_SIZE_CAP;
    if (by_local && !may_be_there(place, mask)) {
        return true;
    }
    if (!ark_hot_read_presence(place, bits)) {
        return false;
    }
    uint32_t halves[2] = {ark_popcount64(bits[0]), ark_popcount64(bits[1])};
    if (!by_local && halves[0] + halves[1] != place->count) {
        return false;
    }
    for (uint32_t half = 0; half < 2; half++) {
        for (uint64_t left = bits[half] & mask[half]; left != 0; left &= left - 1) {
            uint64_t below = (left & (~left + 1)) - 1;
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            uint32_t rank = (half == 0 ? 0 : halves[0]) + ark_popcount64(bits[half] & below);
            if (!add_found(place, tfs_of(place), local, rank, out)) {
                return false;
            }
        }
    }
    out->documents = halves[0] + halves[1];
    return true;
}

/** The sum of the first sixteen values of four bits, or fewer. */
static uint32_t
sum_sixteen(uint64_t values)
{
    uint64_t pairs = (values & NIBBLES) + (values >> 4 & NIBBLES);
    return (uint32_t)(pairs * UINT64_C(0x0101010101010101) >> 56); // at most 8 * 30
}

/** The sum of the values of four bits from number first to last; at least those up to last can be read. */
static uint32_t
sum_nibbles(const uint8_t *packed, uint32_t first, uint32_t last)
{
    uint32_t sum = 0;
    for (; first < last && first % 16 != 0; first++) {
        sum += packed[first / 2] >> (first % 2 * 4) & 15;
    }
    for (; first + 16 <= last; first += 16) {
        sum += sum_sixteen(ark_load_u64(packed + first / 2));
    }
    uint64_t left = 0;
    for (uint32_t i = 0; i < (last - first + 1) / 2; i++) {
        left |= (uint64_t)packed[first / 2 + i] << 8 * i;
    }
    return sum + sum_sixteen(left & (((uint64_t)1 << (last - first) * 4) - 1));
}

bool
ark_hot_before(const struct ark_hot_answer *answer, uint64_t *before)
{
    const struct ark_hot_place *place = &answer->place;
    const uint8_t *tfs = tfs_of(place);
    const uint8_t *tail = place->at + place->bytes;
    const uint8_t *tails_end = tail + place->tail_bytes;
    bool by_local = place->count >= ARK_HOT_SIZE_CAP;
    bool sound = true;
    uint64_t sum = 0;
    uint32_t idx = 0;
    for (uint32_t i = 0; i < answer->count && sound; i++) {
        uint32_t end = by_local ? answer->found[i].local : answer->found[i].rank;
        ARK_ASSERT(end >= idx && (by_local || end < place->count));
        sum += sum_nibbles(tfs, idx, end);
        if (tail != tails_end) {
            sound = pass_tail_values(&tail, tails_end, count_tails(tfs, idx, end), &sum);
        }
        before[i] = sum;
        idx = end;
    }
    return sound;
}
