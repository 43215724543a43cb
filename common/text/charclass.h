/**
 * @file charclass.h
 * What a character is to the segmenter and the cleaner: a letter of which
 * kind, a digit, a mark, a joiner, or nothing that belongs to a word.
 *
 * Categories come from utf8proc. Two tables hold its answers for ASCII and the
 * Arabic block, because nearly all text is made of these; a test compares
 * every entry with the answer of utf8proc.
 */
#ifndef ARK_TEXT_CHARCLASS_H
#define ARK_TEXT_CHARCLASS_H

#include <stddef.h>
#include <stdint.h>

/** The values are the letters of the tables below. */
enum ark_charclass {
    ARK_CHARCLASS_SEPARATOR = '.', /**< ends a token */
    ARK_CHARCLASS_ARABIC = 'A', /**< an Arabic letter, or a letter of an Arabic-script language */
    ARK_CHARCLASS_LATIN = 'L',  /**< a Latin letter */
    ARK_CHARCLASS_OTHER = 'O',  /**< a letter of any other script */
    ARK_CHARCLASS_ASCII_DIGIT = 'N', /**< 0 to 9 */
    ARK_CHARCLASS_DIGIT = 'D',       /**< a decimal digit of any other script */
    ARK_CHARCLASS_MARK = 'M',        /**< vowel and combining marks, Qur'anic marks, tatweel */
    ARK_CHARCLASS_JOINER = 'J',      /**< ZWNJ, ZWJ, soft hyphen, bidi controls: shape, no sound */
};

/** The classes of U+0000 to U+007F, by code point. */
extern const char ark_charclass_ascii[128 + 1];
/** The classes of U+0600 to U+06FF, by code point less 0x600. */
extern const char ark_charclass_arabic[256 + 1];

/** The class of any scalar value, without the tables. Cost: a few table look-ups in utf8proc. */
enum ark_charclass ark_charclass_of(uint32_t codepoint);

/** The class of the character at bytes, which is not ASCII; see ark_charclass_at. */
enum ark_charclass ark_charclass_decode(const uint8_t *bytes, size_t left, size_t *size);

/**
 * The class of the character at bytes (left > 0 readable), which takes *size
 * bytes; a bad sequence is a separator.
 */
static inline enum ark_charclass
ark_charclass_at(const uint8_t *bytes, size_t left, size_t *size)
{
    uint8_t first = bytes[0];
    if (first < 0x80) {
        *size = 1;
        return (enum ark_charclass)ark_charclass_ascii[first];
    }
    if ((first & 0xFC) == 0xD8 && left > 1 && (bytes[1] & 0xC0) == 0x80) {
        *size = 2;
        return (enum ark_charclass)ark_charclass_arabic[(first & 3U) << 6 | (bytes[1] & 0x3FU)];
    }
    return ark_charclass_decode(bytes, left, size);
}

#endif
