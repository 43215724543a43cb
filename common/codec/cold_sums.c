/* Which variants the documents of a cold window have, as sets of them: added up, or place by place. */
#include <string.h>

#include "common/codec/cold_impl.h"
#include "common/codec/cold_postings.h"
#include "common/codec/varint.h"

/** Variants of a document whose sets are kept at hand; more are read again. */
enum { AT_HAND = 64 };

/** A document of several variants: its escape, taken apart. */
struct document {
    const uint8_t *codes;
    const uint8_t *indexes; /**< of variants, by occurrence, packed */
    const uint8_t *end;     /**< of what can be read */
    uint32_t variants;
    unsigned width; /**< bits of an index */
    uint32_t tf;
    uint8_t sets[AT_HAND]; /**< by index */
};

/** What occurrences bring. */
struct bringing {
    const uint8_t *sets;
    const ark_float4 *values;
};

/** A varint, which most often is one byte. NULL when damaged. */
static inline const uint8_t *
get_short(const uint8_t *at, const uint8_t *end, uint32_t *out)
{
    if (ARK_LIKELY(at < end && *at < 0x80)) {
        *out = *at;
        return at + 1;
    }
    return ark_varint_get32(at, end, out);
}

/** Reads the codes of an escape, which ends at end; *common: the set of all, or UINT32_MAX. False when damaged. */
static bool
read_codes(const uint8_t *end, uint32_t variant_count, struct bringing what, struct document *of,
           uint32_t *common)
{
    const uint8_t *at = of->codes;
    uint64_t next = 0;
    uint32_t step = 0;
    of->variants = 0;
    *common = UINT32_MAX;
    do {
        at = get_short(at, end, &step);
        next += step / 2;
        if (at == NULL || next >= variant_count || of->variants == of->tf) {
            return false;
        }
        uint8_t set = what.sets[next++];
        *common = of->variants == 0 || *common == set ? set : ARK_COLD_SETS;
        if (of->variants < AT_HAND) {
            of->sets[of->variants] = set;
        }
        of->variants++;
    } while ((step & 1) == 0);
    if (of->variants < 2) {
        return false;
    }
    of->indexes = at;
    of->width = ark_cold_index_bits(of->variants);
    return (uint64_t)(end - at) == ((uint64_t)of->tf * of->width + 7) / 8;
}

/** 57 bits from a bit of the indexes on; those past what can be read are 0. */
static inline uint64_t
bits_from(const struct document *of, uint64_t bit)
{
    const uint8_t *at = of->indexes + bit / 8;
    uint8_t last[8] = {0};
    if (ARK_UNLIKELY(of->end - at < 8)) {
        memcpy(last, at, (size_t)(of->end - at));
        at = last;
    }
    return ark_load_u64(at) >> bit % 8;
}

/** How many indexes of at most 19 bits are idx, many at a time. */
static uint32_t
count_index(const struct document *of, uint32_t idx)
{
    const unsigned width = of->width;
    const uint32_t at_once = 57 / width;
    uint32_t count = 0;
    uint64_t lowest = 0; // the lowest bit of each
    for (uint32_t i = 0; i < at_once; i++) {
        lowest |= (uint64_t)1 << i * width;
    }
    const uint64_t highest = lowest << (width - 1);
    for (uint32_t k = 0; k < of->tf; k += at_once) {
        uint32_t here = of->tf - k < at_once ? of->tf - k : at_once;
        uint64_t differing = bits_from(of, (uint64_t)k * width) ^ lowest * idx;
        // The highest bit of each that is 0 throughout.
        uint64_t rest = highest - lowest;
        uint64_t equal = ~(((differing & rest) + rest) | differing) & highest;
        count += ark_popcount64(equal & (((uint64_t)1 << here * width) - 1));
    }
    return count;
}

/** Adds what the variants of which some bring something do. */
static void
add_each(const struct document *of, struct bringing what, ark_float4 *sum)
{
    const uint8_t *at = of->codes;
    uint32_t code = 0;
    for (uint32_t i = 0; i < of->variants; i++) {
        uint8_t set = i < AT_HAND ? of->sets[i] : 0;
        if (of->variants > AT_HAND) {
            uint32_t step = 0;
            at = get_short(at, of->indexes, &step); // which was read before
            code += step / 2;
            set = what.sets[code++];
        }
        if (set != 0) {
            *sum += what.values[set] * (float)count_index(of, i);
        }
    }
}

/**
 * Opens a document of several variants, whose escape comes at at; out->tf is set. *common: as in
 * read_codes. What comes behind the escape, or NULL when damaged.
 */
static const uint8_t *
open_document(const struct ark_cold_window *window, const uint8_t *at, struct bringing what,
              struct document *out, uint32_t *common)
{
    uint32_t len = 0;
    at = get_short(at, window->positions, &len);
    if (at == NULL || len > (size_t)(window->positions - at)) {
        return NULL;
    }
    out->codes = at;
    out->end = window->end;
    return read_codes(at + len, window->variant_count, what, out, common) ? at + len : NULL;
}

/** Adds what a document of several variants has; its escape comes at at. What comes behind, or NULL when damaged. */
static const uint8_t *
add_several(const struct ark_cold_window *window, const uint8_t *at, uint32_t tf,
            struct bringing what, ark_float4 *sum)
{
    uint32_t common = 0;
    struct document document; // whose sets need no clearing
    document.tf = tf;
    at = open_document(window, at, what, &document, &common);
    if (at != NULL && common < ARK_COLD_SETS) {
        *sum += what.values[common] * (float)tf;
    } else if (at != NULL) {
        add_each(&document, what, sum);
    }
    return at;
}

bool
ark_cold_window_sums(const struct ark_cold_window *window, const struct ark_cold_place *places,
                     uint32_t count, const uint8_t *sets, const ark_float4 values[ARK_COLD_SETS],
                     ark_float4 *sums)
{
    const struct bringing what = {sets, values};
    const uint8_t *at = window->escapes;
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = places[i].rank;
        unsigned code = ark_cold_code_at(window, rank);
        ARK_DEBUG_ASSERT(rank >= next && rank < window->count && places[i].tf > 0);
        if (code >= ARK_COLD_LONG) {
            at = rank == next ? at : ark_cold_skip_escapes(window, at, next, rank);
            next = rank + 1;
        }
        if (at != NULL && code == ARK_COLD_SEVERAL) {
            at = add_several(window, at, places[i].tf, what, &sums[i]);
        } else if (at != NULL) {
            uint32_t more = 0;
            at = code == ARK_COLD_LONG ? get_short(at, window->positions, &more) : at;
            if (at == NULL || more >= window->variant_count ||
                code + more >= window->variant_count) {
                return false;
            }
            sums[i] += values[sets[code + more]] * (float)places[i].tf;
        }
        if (at == NULL) {
            return false;
        }
    }
    return true;
}

/* Place by place. */

/** The set of each variant of a document, by index; the escape was read before. */
static const uint8_t *
sets_by_index(const struct document *of, const uint8_t *sets, struct ark_arena *arena)
{
    if (of->variants <= AT_HAND) {
        return of->sets;
    }
    const uint8_t *at = of->codes;
    uint8_t *out = ark_arena_alloc(arena, of->variants);
    uint32_t code = 0;
    for (uint32_t i = 0; i < of->variants; i++) {
        uint32_t step = 0;
        at = get_short(at, of->indexes, &step);
        code += step / 2;
        out[i] = sets[code++];
    }
    return out;
}

/** Says of which set the variant of each occurrence is. False when damaged. */
static bool
mark_each(const struct document *of, const uint8_t *sets, uint8_t *marks)
{
    const uint64_t lowest = ((uint64_t)1 << of->width) - 1;
    for (uint32_t i = 0; i < of->tf; i++) {
        uint64_t idx = bits_from(of, (uint64_t)i * of->width) & lowest;
        if (idx >= of->variants) {
            return false;
        }
        marks[i] = sets[idx];
    }
    return true;
}

/** Reads which sets a document of several variants has; its escape comes at at. False when damaged. */
static bool
mark_several(const struct ark_cold_window *window, const uint8_t *at, uint32_t tf,
             const uint8_t *sets, struct ark_arena *arena, struct ark_cold_places *out)
{
    uint32_t common = 0;
    struct document document; // whose sets need no clearing
    document.tf = tf;
    if (open_document(window, at, (struct bringing){sets, NULL}, &document, &common) == NULL) {
        return false;
    }
    if (common < ARK_COLD_SETS) {
        out->set = (uint8_t)common;
        return true;
    }
    uint8_t *marks = ark_arena_alloc(arena, tf); // the escape has a bit of each at least
    out->marks = marks;
    return mark_each(&document, sets_by_index(&document, sets, arena), marks);
}

bool
ark_cold_window_places(const struct ark_cold_window *window, struct ark_cold_place place,
                       const uint8_t *sets, struct ark_arena *arena, struct ark_cold_places *out)
{
    struct ark_cold_positions positions = ark_cold_positions_of(window);
    unsigned code = ark_cold_code_at(window, place.rank);
    uint32_t more = 0;
    ARK_DEBUG_ASSERT(place.rank < window->count && place.tf > 0);
    *out = (struct ark_cold_places){.positions = NULL};
    if (code >= ARK_COLD_LONG) {
        const uint8_t *at = ark_cold_skip_escapes(window, window->escapes, 0, place.rank);
        if (at != NULL && code == ARK_COLD_LONG) {
            at = get_short(at, window->positions, &more);
        }
        if (at == NULL ||
            (code == ARK_COLD_SEVERAL && !mark_several(window, at, place.tf, sets, arena, out))) {
            return false;
        }
    }
    if (code != ARK_COLD_SEVERAL) {
        if (more >= window->variant_count || code + more >= window->variant_count) {
            return false;
        }
        out->set = sets[code + more];
    }
    if (out->marks == NULL && out->set == 0) {
        return true;
    }
    if (!ark_cold_positions_fit(&positions, place.tf)) {
        return false;
    }
    size_t room = (size_t)place.tf + ARK_COLD_ROOM;
    out->positions = ark_arena_alloc(arena, room * sizeof *out->positions);
    return ark_cold_positions_read(&positions, place.before, place.tf, out->positions);
}
