#include "common/codec/compact_text.h"

#include <stdbool.h>

#include "common/codec/varint.h"

/** The leads of the two blocks of letters, and where the units of their letters begin. */
enum {
    LEAD_FIRST = 0xD8,
    LEAD_SECOND = 0xD9,
    TRAIL_FIRST = 0xA0, // of those after LEAD_FIRST that have units
    TRAIL_SECOND = 0x80,
    TRAIL_END = 0xC0,
    UNITS_FIRST = 0x81,
    UNITS_SECOND = 0xA2,
};

/** Before a byte that has no unit of its own: by where it comes among those that have. */
enum { ESCAPE_BELOW = 0x80, ESCAPE_BETWEEN = 0xA1, ESCAPE_ABOVE = 0xE2 };

/** The byte after at, or -1 at the end. */
static int
byte_after(ark_str text, size_t at)
{
    return at + 1 < text.len ? text.bytes[at + 1] : -1;
}

/** What a byte of 0x80 and above that is no lead of a letter with a unit is escaped with. */
static uint8_t
escape_of(uint8_t byte, int next)
{
    if (byte < LEAD_FIRST || (byte == LEAD_FIRST && next < TRAIL_FIRST)) {
        return ESCAPE_BELOW;
    }
    return byte == LEAD_FIRST || (byte == LEAD_SECOND && next < TRAIL_SECOND) ? ESCAPE_BETWEEN
                                                                              : ESCAPE_ABOVE;
}

enum { LETTERS_AT_ONCE = 4, LETTER_BYTES = 2 };

/** Writes the units of four letters of U+0620 to U+065F at out; false when they are not all such. */
static bool
put_letters(uint8_t *out, const uint8_t *text)
{
    static const uint64_t LANES = 0x0001000100010001U;
    uint64_t word = ark_load_u64(text);
    uint64_t second = word & LANES;
    // D8 before A0 to BF, D9 before 80 to 9F: the top three bits of the second byte are 101 or 100.
    uint64_t wrong = (word & 0xE0FE * LANES) ^ (0xA0D8 * LANES - (second << 13));
    if (wrong != 0) {
        return false;
    }
    uint64_t units = (word >> 8 & 0xFF * LANES) - (TRAIL_FIRST - UNITS_FIRST) * LANES +
                     second * (TRAIL_FIRST - UNITS_FIRST + UNITS_SECOND - TRAIL_SECOND);
    units = (units | units >> 8) & 0x0000FFFF0000FFFFU;
    ark_store_u32(out, (uint32_t)(units | units >> 16));
    return true;
}

size_t
ark_compact_put(uint8_t *out, ark_str text)
{
    uint8_t *to = out;
    size_t start = 0;
    while (text.len - start >= (size_t)LETTERS_AT_ONCE * LETTER_BYTES &&
           put_letters(to, text.bytes + start)) {
        start += (size_t)LETTERS_AT_ONCE * LETTER_BYTES;
        to += LETTERS_AT_ONCE;
    }
    for (size_t at = start; at < text.len; at++) {
        uint8_t byte = text.bytes[at];
        int next = byte_after(text, at);
        if (byte < 0x80) {
            *to++ = byte;
        } else if (byte == LEAD_SECOND && next >= TRAIL_SECOND && next < TRAIL_END) {
            *to++ = (uint8_t)(next - TRAIL_SECOND + UNITS_SECOND);
            at++;
        } else if (byte == LEAD_FIRST && next >= TRAIL_FIRST && next < TRAIL_END) {
            *to++ = (uint8_t)(next - TRAIL_FIRST + UNITS_FIRST);
            at++;
        } else {
            *to++ = escape_of(byte, next);
            *to++ = byte;
        }
    }
    return (size_t)(to - out);
}

uint64_t
ark_compact_first(ark_str text)
{
    enum { BYTES = 8, TEXT_BYTES = 2 * BYTES };
    // Two bytes of text are one of compact at least, so twice as many are enough.
    uint8_t compact[2 * TEXT_BYTES] = {0};
    size_t len = text.len < TEXT_BYTES ? text.len : TEXT_BYTES;
    (void)ark_compact_put(compact, ark_str_slice(text, 0, len));
    return __builtin_bswap64(ark_load_u64(compact));
}

size_t
ark_compact_expand(ark_str compact, uint8_t *out)
{
    uint8_t *to = out;
    for (size_t at = 0; at < compact.len; at++) {
        uint8_t unit = compact.bytes[at];
        if (ark_compact_is_escape(unit)) {
            if (++at == compact.len) {
                return ARK_COMPACT_DAMAGED;
            }
            *to++ = compact.bytes[at];
        } else if (unit < 0x80) {
            *to++ = unit;
        } else if (unit > ESCAPE_ABOVE) {
            return ARK_COMPACT_DAMAGED;
        } else {
            bool second = unit >= UNITS_SECOND;
            *to++ = second ? LEAD_SECOND : LEAD_FIRST;
            *to++ = (uint8_t)(second ? unit - UNITS_SECOND + TRAIL_SECOND
                                     : unit - UNITS_FIRST + TRAIL_FIRST);
        }
    }
    return (size_t)(to - out);
}

/** The code point of a character of several bytes, or U+FFFD. */
static uint32_t
decode(const uint8_t *bytes, size_t count)
{
    enum { BROKEN = 0xFFFD, LENGTH_MAX = 4 };
    static const uint8_t LEAD_MASK[LENGTH_MAX + 1] = {0, 0, 0x1F, 0x0F, 0x07};
    uint8_t lead = bytes[0];
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    if (length != count) {
        return BROKEN;
    }
    uint32_t codepoint = lead & LEAD_MASK[length];
    for (size_t i = 1; i < count; i++) {
        codepoint = codepoint << 6 | (bytes[i] & 0x3Fu);
    }
    return codepoint;
}

uint32_t
ark_compact_character_long(ark_str compact, size_t at, size_t *end)
{
    enum { BYTES_MAX = 4 };
    uint8_t bytes[BYTES_MAX];
    size_t count = 0;
    // The byte that is escaped, and those that go on with its character.
    do {
        bytes[count++] = at + 1 < compact.len ? compact.bytes[at + 1] : 0;
        at += 2;
    } while (count < BYTES_MAX && at + 1 < compact.len &&
             ark_compact_is_escape(compact.bytes[at]) && (compact.bytes[at + 1] & 0xC0) == 0x80);
    *end = at < compact.len ? at : compact.len;
    return decode(bytes, count);
}
