/**
 * @file compact_text.h
 * Texts with one byte for an Arabic letter instead of UTF-8's two, as the
 * dictionaries hold them: half the bytes, and what two words share is counted
 * in letters.
 *
 * A compact text is a run of units, most of which are a byte:
 *
 *     00..7F            that byte
 *     81..A0            D8 A0 .. D8 BF (U+0620 to U+063F)
 *     A2..E1            D9 80 .. D9 BF (U+0640 to U+067F)
 *     80 b, A1 b, E2 b  any other byte b: below those pairs, between them, above
 *
 * So every byte string has a compact text, two differ when their texts differ,
 * and compact texts compare as their texts do.
 */
#ifndef ARK_CODEC_COMPACT_TEXT_H
#define ARK_CODEC_COMPACT_TEXT_H

#include "common/base/str.h"

/** What ark_compact_expand gives for bytes that are no compact text. */
#define ARK_COMPACT_DAMAGED SIZE_MAX

/** Writes the compact text at out, which has room for two bytes for each of text; returns its length. */
size_t ark_compact_put(uint8_t *out, ark_str text);

/** The first eight bytes of the compact text as a number: numbers order as texts do, but for equal ones. */
uint64_t ark_compact_first(ark_str text);

/**
 * Writes the text of a compact one at out, which has room for two bytes for each of
 * compact; returns its length, or ARK_COMPACT_DAMAGED. Cost: about 1 ns a byte.
 */
size_t ark_compact_expand(ark_str compact, uint8_t *out);

/** True for the first byte of a unit of two. */
static inline bool
ark_compact_is_escape(uint8_t byte)
{
    return byte == 0x80 || byte == 0xA1 || byte == 0xE2;
}

/** The rest of ark_compact_character, for characters with escapes. */
uint32_t ark_compact_character_long(ark_str compact, size_t at, size_t *end);

/**
 * The character that begins with the byte at of a compact text, of which at is below its
 * length; *end is where the next one begins. U+FFFD for what is no UTF-8.
 */
static inline uint32_t
ark_compact_character(ark_str compact, size_t at, size_t *end)
{
    uint8_t unit = compact.bytes[at];
    if (ark_compact_is_escape(unit)) {
        return ark_compact_character_long(compact, at, end);
    }
    *end = at + 1;
    return unit < 0x80 ? unit : unit < 0xA1 ? unit + (0x620u - 0x81u) : unit + (0x640u - 0xA2u);
}

#endif
