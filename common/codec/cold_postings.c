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
    const uint8_t *end = group.bytes + group.len;
    const uint8_t *at = group.bytes;
    uint64_t total = 0;
    uint64_t start = 0;
    uint64_t len = 0;
    for (uint32_t i = 0; i < window_count && at != NULL; i++) {
        uint32_t bytes = 0;
        at = ark_varint_get32(at, end, &bytes);
        start = i == idx ? total : start;
        len = i == idx ? bytes : len;
        total += bytes;
    }
    if (at == NULL || total != (uint64_t)(end - at)) {
        return false;
    }
    *out = ark_str_make(at + start, (size_t)len);
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

/** The sixteen codes from that of a rank on, which is a multiple of 16; those past the bytes are anything. */
static uint64_t
codes_from(const struct ark_cold_window *window, uint32_t rank)
{
    const uint8_t *at = window->codes + rank / 2;
    uint8_t last[8] = {0};
    if (ARK_LIKELY(window->end - at >= 8)) {
        return ark_load_u64(at);
    }
    memcpy(last, at, (size_t)(window->end - at));
    return ark_load_u64(last);
}

/** Passes over the escapes, which at stands before, of the documents from rank first to last. NULL when damaged. */
static const uint8_t *
skip_escapes(const struct ark_cold_window *window, const uint8_t *at, uint32_t first, uint32_t last)
{
    if (window->codes == NULL) {
        return at;
    }
    for (uint32_t i = first / 16 * 16; i < last && at != NULL; i += 16) {
        uint64_t codes = codes_from(window, i);
        // A code of 14 or 15 has its three high bits set.
        uint64_t escaped = codes & codes << 1 & codes << 2 & NIBBLE_HIGH;
        if (first > i) {
            escaped &= UINT64_MAX << (first - i) * 4;
        }
        if (last - i < 16) {
            escaped &= ((uint64_t)1 << (last - i) * 4) - 1;
        }
        for (; escaped != 0 && at != NULL; escaped &= escaped - 1) {
            unsigned shift = (unsigned)__builtin_ctzll(escaped) - 3;
            at = skip_escape(at, window->end, (unsigned)(codes >> shift) & 15u);
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

/** Reads the positions of one variant. Returns what comes after them in to, or NULL when damaged. */
static uint32_t *
read_variant(const uint8_t **from, const uint8_t *end, uint32_t tf, uint32_t *to)
{
    const uint8_t *at = *from;
    uint64_t position = 0;
    bool stays = false;
    for (uint32_t k = 0; k < tf; k++) {
        uint32_t step = 0;
        if (ARK_LIKELY(at < end && *at < 0x80)) {
            step = *at++;
        } else {
            at = ark_varint_get32(at, end, &step);
            if (at == NULL) {
                return NULL;
            }
        }
        stays |= step == 0 && k > 0;
        position += step;
        *to++ = (uint32_t)position;
    }
    *from = at;
    return stays || position >= UINT32_MAX ? NULL : to;
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
        to = read_variant(&at, end, out->entries[i].tf, to);
        if (to == NULL) {
            return false;
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
    const uint8_t *escape = skip_escapes(window, window->escapes, 0, rank);
    struct ark_cold_posting posting = {0};
    if (escape == NULL || !read_entries(window, rank, tf, &escape, arena, &posting)) {
        return false;
    }
    *out = posting;
    return true;
}

bool
ark_cold_window_postings(const struct ark_cold_window *window, const struct ark_cold_place *places,
                         uint32_t count, struct ark_arena *arena, struct ark_cold_posting *out)
{
    const uint8_t *at = window->escapes;
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = places[i].rank;
        ARK_ASSERT(rank >= next && rank < window->count && places[i].tf > 0);
        at = skip_escapes(window, at, next, rank);
        out[i] = (struct ark_cold_posting){0};
        if (at == NULL || !read_entries(window, rank, places[i].tf, &at, arena, &out[i])) {
            return false;
        }
        next = rank + 1;
    }
    at = skip_escapes(window, at, next, window->count);
    uint64_t passed = 0;
    for (uint32_t i = 0; i < count && at != NULL; i++) {
        ARK_ASSERT(places[i].before >= passed);
        at = skip_varints(at, window->end, places[i].before - passed);
        if (at == NULL || !read_positions(&at, window->end, places[i].tf, arena, &out[i])) {
            return false;
        }
        passed = places[i].before + places[i].tf;
    }
    return at != NULL;
}

bool
ark_cold_window_all(const struct ark_cold_window *window, const uint32_t *tfs,
                    struct ark_arena *arena, struct ark_cold_posting *out)
{
    const uint8_t *escape = window->escapes;
    const uint8_t *position = skip_escapes(window, window->escapes, 0, window->count);
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
