#include "common/codec/cold_postings.h"

#include "common/codec/cold_impl.h"
#include "common/codec/varint.h"

/** The highest bit of each four. */
#define NIBBLE_HIGH UINT64_C(0x8888888888888888)

bool
ark_cold_group_bounds(ark_str group, uint32_t window_count, uint32_t *bounds)
{
    ARK_ASSERT(window_count > 0 && window_count <= ARK_COLD_GROUP);
    const uint8_t *end = group.bytes + group.len;
    const uint8_t *at = group.bytes;
    uint64_t total = 0;
    for (uint32_t i = 0; i < window_count && at != NULL; i++) {
        uint32_t bytes = 0;
        at = ark_varint_get32(at, end, &bytes);
        bounds[i] = (uint32_t)total;
        total += bytes;
    }
    if (at == NULL || total != (uint64_t)(end - at) || group.len > UINT32_MAX) {
        return false;
    }
    bounds[window_count] = (uint32_t)total;
    for (uint32_t i = 0; i <= window_count; i++) {
        bounds[i] += (uint32_t)(at - group.bytes);
    }
    return true;
}

/** The sixteen codes from that of a rank on, a multiple of 16, as far as there are so many; 0 behind them. */
static uint64_t
codes_from(const struct ark_cold_window *window, uint32_t rank)
{
    const uint8_t *at = window->codes + rank / 2;
    uint32_t left = window->count - rank;
    size_t readable = (size_t)(window->end - at);
    uint8_t last[8] = {0};
    if (ARK_UNLIKELY(readable < sizeof last)) {
        memcpy(last, at, readable);
        at = last;
    }
    uint64_t codes = ark_load_u64(at);
    return left < 16 ? codes & (((uint64_t)1 << left * 4) - 1) : codes;
}

/** The high bits of those of sixteen codes that are 14 or 15: these have the three high bits set. */
static uint64_t
escaped(uint64_t codes)
{
    return codes & codes << 1 & codes << 2 & NIBBLE_HIGH;
}

/** True when a document of the window has an escape. */
static bool
has_escapes(const struct ark_cold_window *window)
{
    uint64_t any = 0;
    uint32_t i = 0;
    if (window->codes == NULL) {
        return false;
    }
    for (; i + 16 <= window->count; i += 16) {
        any |= escaped(ark_load_u64(window->codes + i / 2));
    }
    return any != 0 || (i < window->count && escaped(codes_from(window, i)) != 0);
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
        .positions = bytes.bytes + codes,
        .end = bytes.bytes + bytes.len,
        .count = count,
        .variant_count = variant_count,
    };
    if (has_escapes(&window)) {
        uint32_t len = 0;
        window.escapes = ark_varint_get32(window.positions, window.end, &len);
        if (window.escapes == NULL || len > (size_t)(window.end - window.escapes)) {
            return false;
        }
        window.positions = window.escapes + len;
    }
    *out = window;
    return true;
}

/** Passes over the escape of a document with this code. NULL when damaged. */
static const uint8_t *
skip_escape(const uint8_t *at, const uint8_t *end, unsigned code)
{
    uint32_t value = 0;
    at = ark_varint_get32(at, end, &value);
    if (at == NULL || code == ARK_COLD_LONG) {
        return at;
    }
    return value <= (size_t)(end - at) ? at + value : NULL;
}

const uint8_t *
ark_cold_skip_escapes(const struct ark_cold_window *window, const uint8_t *at, uint32_t first,
                      uint32_t last)
{
    if (window->codes == NULL) {
        return at;
    }
    for (uint32_t i = first / 16 * 16; i < last && at != NULL; i += 16) {
        uint64_t codes = codes_from(window, i);
        uint64_t left = escaped(codes);
        if (first > i) {
            left &= UINT64_MAX << (first - i) * 4;
        }
        if (last - i < 16) {
            left &= ((uint64_t)1 << (last - i) * 4) - 1;
        }
        for (; left != 0 && at != NULL; left &= left - 1) {
            unsigned shift = (unsigned)__builtin_ctzll(left) - 3;
            at = skip_escape(at, window->positions, (unsigned)(codes >> shift) & 15u);
        }
    }
    return at;
}

/* Which variants a document has. */

bool
ark_cold_open_several(ark_str escape, uint32_t variant_count, uint32_t tf,
                      struct ark_cold_several *out)
{
    const uint8_t *at = escape.bytes;
    const uint8_t *end = at + escape.len;
    uint32_t value = 0;
    uint32_t count = 0;
    for (; at != NULL && (value & 1) == 0; count++) {
        at = ark_varint_get32(at, end, &value);
    }
    if (at == NULL || count < 2 || count > variant_count || count > tf) {
        return false;
    }
    unsigned width = ark_cold_index_bits(count);
    uint64_t bits = (uint64_t)tf * width;
    *out = (struct ark_cold_several){count, at, width};
    // What fills the last byte up is 0.
    return (uint64_t)(end - at) == (bits + 7) / 8 && (bits % 8 == 0 || end[-1] >> bits % 8 == 0);
}

/** Reads the codes and how often each occurs. False when damaged. */
static bool
read_several(const uint8_t *codes, const struct ark_cold_several *several, uint32_t variant_count,
             uint32_t tf, struct ark_cold_entry *entries)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < several->count; i++) {
        uint32_t step = 0;
        codes = ark_varint_get32(codes, several->indexes, &step);
        if (codes == NULL || step / 2 >= variant_count - next) {
            return false;
        }
        entries[i] = (struct ark_cold_entry){next + step / 2, 0};
        next = entries[i].code + 1;
    }
    for (uint32_t k = 0; k < tf; k++) {
        uint32_t idx = ark_cold_index_at(several, k);
        if (idx >= several->count) {
            return false;
        }
        entries[idx].tf++;
    }
    for (uint32_t i = 0; i < several->count; i++) {
        if (entries[i].tf == 0) {
            return false;
        }
    }
    return true;
}

/** A walk over documents of a window. */
struct entry_walk {
    const uint8_t *escape; /**< of the next document that has one; NULL when damaged */
    struct ark_cold_several
        several; /**< of the document read last; its count is 1 when it has one variant */
};

/**
 * Reads what a document has: its code stands at rank, its escape is the walk's, which moves on.
 * False when damaged.
 */
static bool
read_entries(const struct ark_cold_window *window, uint32_t rank, uint32_t tf,
             struct entry_walk *walk, struct ark_arena *arena, struct ark_cold_posting *out)
{
    struct ark_cold_several *several = &walk->several;
    unsigned code = ark_cold_code_at(window, rank);
    uint32_t value = 0;
    *several = (struct ark_cold_several){.count = 1};
    if (code >= ARK_COLD_LONG) {
        walk->escape = ark_varint_get32(walk->escape, window->positions, &value);
        if (walk->escape == NULL) {
            return false;
        }
    }
    if (code == ARK_COLD_SEVERAL) {
        const uint8_t *at = walk->escape;
        if (value > (size_t)(window->positions - at) ||
            !ark_cold_open_several(ark_str_make(at, value), window->variant_count, tf, several)) {
            return false;
        }
        // Each takes a byte at least, so damage cannot ask for more memory than it has bytes.
        struct ark_cold_entry *entries = ark_arena_alloc(arena, several->count * sizeof *entries);
        *out = (struct ark_cold_posting){.entries = entries, .entry_count = several->count};
        walk->escape = at + value;
        return read_several(at, several, window->variant_count, tf, entries);
    }
    uint64_t only = code == ARK_COLD_LONG ? (uint64_t)ARK_COLD_LONG + value : code;
    if (only >= window->variant_count) {
        return false;
    }
    struct ark_cold_entry *entry = ark_arena_alloc(arena, sizeof *entry);
    *entry = (struct ark_cold_entry){(uint32_t)only, tf};
    *out = (struct ark_cold_posting){.entries = entry, .entry_count = 1};
    return true;
}

/* Positions. */

/** Puts the positions of several variants in order of these. */
static const uint32_t *
by_variant(const struct ark_cold_several *several, const struct ark_cold_posting *posting,
           const uint32_t *positions, uint32_t tf, struct ark_arena *arena)
{
    uint32_t *out = ark_arena_alloc(arena, tf * sizeof *out);
    uint32_t *next = ark_arena_alloc(arena, several->count * sizeof *next);
    uint32_t total = 0;
    for (uint32_t i = 0; i < several->count; i++) {
        next[i] = total;
        total += posting->entries[i].tf;
    }
    for (uint32_t k = 0; k < tf; k++) {
        out[next[ark_cold_index_at(several, k)]++] = positions[k];
    }
    return out;
}

/** Reads the positions of a document whose entries were read. False when damaged. */
static bool
read_posting(struct ark_cold_positions *from, const struct ark_cold_several *several,
             struct ark_cold_place place, struct ark_arena *arena, struct ark_cold_posting *out)
{
    if (!ark_cold_positions_fit(from, place.tf)) {
        return false;
    }
    uint32_t *positions =
        ark_arena_alloc(arena, ((size_t)place.tf + ARK_COLD_ROOM) * sizeof *positions);
    if (!ark_cold_positions_read(from, place.before, place.tf, positions)) {
        return false;
    }
    out->positions =
        several->count == 1 ? positions : by_variant(several, out, positions, place.tf, arena);
    return true;
}

/** What count places have, with their positions unless these are NULL. False when damaged. */
static bool
read_places(const struct ark_cold_window *window, const struct ark_cold_place *places,
            uint32_t count, struct ark_cold_positions *positions, struct ark_arena *arena,
            struct ark_cold_posting *out)
{
    struct entry_walk walk = {.escape = window->escapes};
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = places[i].rank;
        ARK_ASSERT(rank >= next && rank < window->count && places[i].tf > 0);
        if (ark_cold_code_at(window, rank) >= ARK_COLD_LONG) {
            walk.escape = ark_cold_skip_escapes(window, walk.escape, next, rank);
            next = rank + 1;
        }
        out[i] = (struct ark_cold_posting){0};
        if (walk.escape == NULL ||
            !read_entries(window, rank, places[i].tf, &walk, arena, &out[i])) {
            return false;
        }
        if (positions != NULL &&
            !read_posting(positions, &walk.several, places[i], arena, &out[i])) {
            return false;
        }
    }
    return true;
}

bool
ark_cold_window_postings(const struct ark_cold_window *window, const struct ark_cold_place *places,
                         uint32_t count, struct ark_arena *arena, struct ark_cold_posting *out)
{
    struct ark_cold_positions positions = ark_cold_positions_of(window);
    return read_places(window, places, count, &positions, arena, out);
}

bool
ark_cold_window_entries(const struct ark_cold_window *window, const struct ark_cold_place *places,
                        uint32_t count, struct ark_arena *arena, struct ark_cold_posting *out)
{
    return read_places(window, places, count, NULL, arena, out);
}

bool
ark_cold_window_all(const struct ark_cold_window *window, const uint32_t *tfs,
                    struct ark_arena *arena, struct ark_cold_posting *out)
{
    struct ark_cold_positions positions = ark_cold_positions_of(window);
    struct entry_walk walk = {.escape = window->escapes};
    uint64_t before = 0;
    for (uint32_t rank = 0; rank < window->count; rank++) {
        const struct ark_cold_place place = {rank, tfs[rank], before};
        out[rank] = (struct ark_cold_posting){0};
        if (tfs[rank] == 0 || !read_entries(window, rank, tfs[rank], &walk, arena, &out[rank]) ||
            !read_posting(&positions, &walk.several, place, arena, &out[rank])) {
            return false;
        }
        before += tfs[rank];
    }
    return walk.escape == window->positions && positions.at == window->end;
}
