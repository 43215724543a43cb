/**
 * @file utf8.h
 * UTF-8 decoding that never fails (the "maximal subpart" practice of the
 * Unicode Standard, section 3.9: each bad sequence is one U+FFFD), and
 * encoding.
 */
#ifndef ARK_TEXT_UTF8_H
#define ARK_TEXT_UTF8_H

#include "common/base/buf.h"

enum { ARK_UTF8_REPLACEMENT = 0xFFFD, ARK_UTF8_BYTES_MAX = 4 };

/**
 * Decodes the character at bytes (left > 0 bytes readable) and returns how
 * many bytes it took, 1 to 4. A bad sequence gives U+FFFD. *out is never a
 * surrogate nor above U+10FFFF.
 */
size_t ark_utf8_decode(const uint8_t *bytes, size_t left, uint32_t *out);
/** Writes the UTF-8 of a scalar value to out (room for 4) and returns its length. */
size_t ark_utf8_encode(uint32_t codepoint, uint8_t *out);
/** The start of the character before byte at > 0 of valid text. */
size_t ark_utf8_previous(ark_str text, size_t at);
/** The number of characters of valid text: of bytes that do not continue one. */
static inline size_t
ark_utf8_count(ark_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += (text.bytes[i] & 0xC0) != 0x80;
    }
    return count;
}
/** True when text is valid UTF-8; else *bad is the offset of the first bad byte (bad may be NULL). */
bool ark_utf8_valid(ark_str text, size_t *bad);
/**
 * Appends text to out with U+FFFD for each bad sequence (at most 3 bytes for
 * one), and returns how many there were. What is appended is valid.
 */
size_t ark_utf8_repair(ark_str text, struct ark_buf *out);

#endif
