#include "common/codec/cold_postings.h"

#include "common/codec/cold_impl.h"
#include "common/codec/varint.h"

/** The highest bit of each four, and of each eight. */
#define NIBBLE_HIGH UINT64_C(0x8888888888888888)
#define BYTE_HIGH UINT64_C(0x8080808080808080)

bool
ark_cold_group_window(ark_str group, uint32_t window_count, uint32_t idx, ark_str *out)
{
    ARK_ASSERT(idx < window_count && window_count <= ARK_COLD_GROUP);
    struct ark_record_reader reader = ark_record_reader_make(group);
    uint64_t total = 0;
    uint64_t start = 0;
    uint64_t len = 0;
    for (uint32_t i = 0; i < window_count; i++) {
        uint32_t bytes = ark_record_u32_max(&reader, UINT32_MAX);
        if (i == idx) {
            start = total;
            len = bytes;
        }
        total += bytes;
    }
    if (reader.failed || total != (uint64_t)(reader.end - reader.at)) {
        return false;
    }
    *out = ark_str_make(reader.at + start, (size_t)len);
    return true;
}

static unsigned
code_at(const struct ark_cold_window *window, uint32_t rank)
{
    return window->codes == NULL ? 0 : (unsigned)window->codes[rank / 2] >> (rank % 2 * 4) & 15u;
}

/** Passes over count varints; NULL when the bytes end before. */
static const uint8_t *
skip_varints(const uint8_t *at, const uint8_t *end, uint64_t count)
{
    // A varint ends in a byte without the high bit: count those, eight bytes at once.
    while (count >= 8 && end - at >= 8) {
        // Their sum comes out in the highest byte: the plain x86-64 has no popcount.
        count -= ((~ark_load_u64(at) & BYTE_HIGH) >> 7) * UINT64_C(0x0101010101010101) >> 56;
        at += 8;
    }
    // The eight may have ended inside a varint, which goes on here; its end was not counted.
    while (count > 0 && at < end) {
        count -= *at < 0x80 ? 1u : 0u;
        at++;
    }
    return count == 0 ? at : NULL;
}

/** Passes over the escape of a document with this code. NULL when damaged. */
static const uint8_t *
skip_escape(const uint8_t *at, const uint8_t *end, unsigned code)
{
    uint32_t more = 0;
    if (code == ARK_COLD_LONG) {
        return skip_varints(at, end, 1);
    }
    at = ark_varint_get32(at, end, &more);
    // n steps and n - 1 tfs, where n is two more.
    return at == NULL ? NULL : skip_varints(at, end, (uint64_t)more * 2 + 3);
}

/** Passes over the escapes of the documents before rank. NULL when damaged. */
static const uint8_t *
skip_escapes(const struct ark_cold_window *window, uint32_t rank)
{
    const uint8_t *end = window->end;
    const uint8_t *at = window->escapes;
    uint32_t i = 0;
    while (window->codes != NULL && i < rank && at != NULL) {
        uint64_t eight = 0;
        if (rank - i >= 16) {
            // i is a multiple of 16 here. A code of 14 or 15 has its three high bits set.
            eight = ark_load_u64(window->codes + i / 2);
            if ((eight & eight << 1 & eight << 2 & NIBBLE_HIGH) == 0) {
                i += 16;
                continue;
            }
        }
        uint32_t stop = rank - i >= 16 ? i + 16 : rank;
        for (; i < stop && at != NULL; i++) {
            unsigned code = code_at(window, i);
            at = code < ARK_COLD_LONG ? at : skip_escape(at, end, code);
        }
    }
    return at;
}

bool
ark_cold_window_open(struct ark_cold_window *out, ark_str bytes, uint32_t count,
                     uint32_t variant_count)
{
    ARK_ASSERT(count > 0 && variant_count > 0);
    size_t codes = variant_count == 1 ? 0 : ((size_t)count + 1) / 2;
    if (codes > bytes.len) {
        return false;
    }
    struct ark_cold_window window = {
        .codes = variant_count == 1 ? NULL : bytes.bytes,
        .escapes = bytes.bytes + codes,
        .end = bytes.bytes + bytes.len,
        .count = count,
        .variant_count = variant_count,
    };
    *out = window;
    return true;
}

/** Reads several entries that together occur tf times. NULL when damaged. */
static const uint8_t *
read_several(const uint8_t *at, const uint8_t *end, uint32_t variant_count, uint32_t tf,
             struct ark_cold_entry *entries, uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t step = 0;
        uint32_t more = 0;
        at = ark_varint_get32(at, end, &step);
        if (at == NULL || step >= variant_count - next) {
            return NULL;
        }
        next += step;
        entries[i].code = next++;
        if (i + 1 == count) {
            entries[i].tf = tf;
            break;
        }
        at = ark_varint_get32(at, end, &more);
        // Each entry that follows occurs once at least.
        if (at == NULL || next >= variant_count || more >= tf - 1) {
            return NULL;
        }
        entries[i].tf = more + 1;
        tf -= more + 1;
    }
    return at;
}

/** Reads what a document has: its code stands at rank, its escape at *escape, which moves on. */
static bool
read_entries(const struct ark_cold_window *window, uint32_t rank, uint32_t tf,
             const uint8_t **escape, struct ark_arena *arena, struct ark_cold_posting *out)
{
    unsigned code = code_at(window, rank);
    uint32_t count = 1;
    uint32_t value = 0;
    const uint8_t *at = *escape;
    if (code >= ARK_COLD_LONG) {
        at = ark_varint_get32(at, window->end, &value);
        if (at == NULL) {
            return false;
        }
    }
    if (code == ARK_COLD_SEVERAL) {
        // Each takes a byte, a variant and an occurrence: so memory is bounded by what is there.
        if (value > UINT32_MAX - 2 || value + 2 > window->variant_count || value + 2 > tf ||
            value + 2 > (size_t)(window->end - at)) {
            return false;
        }
        count = value + 2;
    }
    struct ark_cold_entry *entries = ark_arena_alloc(arena, count * sizeof *entries);
    if (code == ARK_COLD_SEVERAL) {
        at = read_several(at, window->end, window->variant_count, tf, entries, count);
    } else {
        uint64_t only = code == ARK_COLD_LONG ? (uint64_t)ARK_COLD_LONG + value : code;
        if (only >= window->variant_count) {
            return false;
        }
        entries[0] = (struct ark_cold_entry){(uint32_t)only, tf};
    }
    *escape = at;
    out->entries = entries;
    out->entry_count = count;
    return at != NULL;
}

/** Reads the tf positions of a document into the arena; *from moves on. False when damaged. */
static bool
read_positions(const uint8_t **from, const uint8_t *end, uint32_t tf, struct ark_arena *arena,
               struct ark_cold_posting *out)
{
    const uint8_t *at = *from;
    // Each takes a byte at least, so damage cannot ask for more memory than it has bytes.
    if (tf > (size_t)(end - at)) {
        return false;
    }
    uint32_t *positions = ark_arena_alloc(arena, tf * sizeof *positions);
    uint32_t *to = positions;
    for (uint32_t i = 0; i < out->entry_count; i++) {
        uint32_t position = 0;
        for (uint32_t k = 0; k < out->entries[i].tf; k++) {
            uint32_t step = 0;
            at = ark_varint_get32(at, end, &step);
            if (at == NULL || step > UINT32_MAX - 1 - position || (k > 0 && step == 0)) {
                return false;
            }
            position += step;
            *to++ = position;
        }
    }
    *from = at;
    out->positions = positions;
    return true;
}

bool
ark_cold_window_entries(const struct ark_cold_window *window, uint32_t rank, uint32_t tf,
                        struct ark_arena *arena, struct ark_cold_posting *out)
{
    ARK_ASSERT(rank < window->count && tf > 0);
    const uint8_t *escape = skip_escapes(window, rank);
    struct ark_cold_posting posting = {0};
    if (escape == NULL || !read_entries(window, rank, tf, &escape, arena, &posting)) {
        return false;
    }
    *out = posting;
    return true;
}

bool
ark_cold_window_posting(const struct ark_cold_window *window, uint32_t rank, const uint32_t *tfs,
                        struct ark_arena *arena, struct ark_cold_posting *out)
{
    struct ark_cold_posting posting;
    if (!ark_cold_window_entries(window, rank, tfs[rank], arena, &posting)) {
        return false;
    }
    uint64_t before = 0;
    for (uint32_t i = 0; i < rank; i++) {
        before += tfs[i];
    }
    const uint8_t *at = skip_escapes(window, window->count);
    if (at != NULL) {
        at = skip_varints(at, window->end, before);
    }
    if (at == NULL || !read_positions(&at, window->end, tfs[rank], arena, &posting)) {
        return false;
    }
    *out = posting;
    return true;
}

bool
ark_cold_window_all(const struct ark_cold_window *window, const uint32_t *tfs,
                    struct ark_arena *arena, struct ark_cold_posting *out)
{
    const uint8_t *escape = window->escapes;
    const uint8_t *position = skip_escapes(window, window->count);
    const uint8_t *escapes_end = position;
    for (uint32_t rank = 0; position != NULL && rank < window->count; rank++) {
        out[rank] = (struct ark_cold_posting){0};
        if (tfs[rank] == 0 || !read_entries(window, rank, tfs[rank], &escape, arena, &out[rank]) ||
            !read_positions(&position, window->end, tfs[rank], arena, &out[rank])) {
            return false;
        }
    }
    return position != NULL && escape == escapes_end && position == window->end;
}
