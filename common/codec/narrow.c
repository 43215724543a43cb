#include "common/codec/narrow.h"

#include <string.h>

#include "common/base/compiler.h"

/** Bytes that say how many bytes follow as they are: controls that no cleaned text has. */
enum { RAW_MAX = 8 };

/** True for the first byte of U+0600 to U+067F in UTF-8. */
static bool
begins_arabic(uint8_t byte)
{
    return (byte & 0xFE) == 0xD8;
}

static bool
is_itself(uint8_t byte)
{
    return byte < 0x80 && (uint8_t)(byte - 1) >= RAW_MAX;
}

static bool
is_arabic(ark_str text, size_t at)
{
    return begins_arabic(text.bytes[at]) && at + 1 < text.len &&
           (text.bytes[at + 1] & 0xC0) == 0x80;
}

/** Bytes from at on that stay as they are: whole characters where text is valid. At least one. */
static size_t
raw_length(ark_str text, size_t at)
{
    size_t len = 1;
    while (len < RAW_MAX && at + len < text.len && !is_itself(text.bytes[at + len]) &&
           !is_arabic(text, at + len)) {
        len++;
    }
    return len;
}

/**
 * Narrows blocks of plain ASCII and Arabic from *at, a character's first byte, on; returns the
 * bytes written. What a byte is does not depend on where the character before ended, so that
 * nothing waits for it: each second byte of a letter is written over by what comes next.
 */
static size_t
narrow_blocks(ark_str text, size_t *at, uint8_t *to)
{
    size_t len = 0;
#ifndef ARK_PORTABLE
    enum { BLOCK = sizeof(ark_u8x16) };
    while (*at > 0 && *at + BLOCK < text.len) {
        ark_u8x16 before;
        ark_u8x16 bytes;
        ark_u8x16 next;
        memcpy(&before, text.bytes + *at - 1, BLOCK);
        memcpy(&bytes, text.bytes + *at, BLOCK);
        memcpy(&next, text.bytes + *at + 1, BLOCK);
        ark_u8x16 first = (ark_u8x16)((bytes & 0xFE) == 0xD8) & (ark_u8x16)((next & 0xC0) == 0x80);
        ark_u8x16 second =
            (ark_u8x16)((before & 0xFE) == 0xD8) & (ark_u8x16)((bytes & 0xC0) == 0x80);
        ark_u8x16 plain = (ark_u8x16)(bytes > RAW_MAX) & (ark_u8x16)(bytes < 0x80);
        ark_u8x16 known = first | second | plain;
        uint64_t halves[2];
        memcpy(halves, &known, sizeof halves);
        if ((halves[0] & halves[1]) != UINT64_MAX) {
            break;
        }
        ark_u8x16 letter = 0x80 | (bytes & 1) << 6 | (next & 0x3F);
        ark_u8x16 narrow = (first & letter) | (~first & bytes);
        ark_u8x16 step = ~second & 1;
        for (size_t i = 0; i < BLOCK; i++) {
            to[len] = narrow[i];
            len += step[i];
        }
        *at += BLOCK + (size_t)(first[BLOCK - 1] & 1);
    }
#else
    (void)text;
    (void)at;
    (void)to;
#endif
    return len;
}

void
ark_narrow(ark_str text, struct ark_buf *out)
{
    uint8_t *to = ark_buf_reserve(out, 2 * text.len);
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        len += narrow_blocks(text, &at, to + len);
        if (at == text.len) {
            break;
        }
        uint8_t byte = text.bytes[at];
        if (is_itself(byte)) {
            to[len++] = byte;
            at++;
        } else if (is_arabic(text, at)) {
            to[len++] = (uint8_t)(0x80 | (byte & 1) << 6 | (text.bytes[at + 1] & 0x3F));
            at += 2;
        } else {
            size_t raw = raw_length(text, at);
            to[len++] = (uint8_t)raw;
            memcpy(to + len, text.bytes + at, raw);
            len += raw;
            at += raw;
        }
    }
    out->len += len;
}

/** Widens words of eight bytes that are all letters or themselves; returns the bytes written. */
static size_t
widen_words(ark_str narrow, size_t *at, uint8_t *out, size_t room)
{
    static const uint64_t ONES = 0x0101010101010101U;
    enum { WORD = 8, WIDE_WORD = 2 * WORD };
    size_t done = 0;
    // Two bytes are written for each, of which the second may be written over.
    while (narrow.len - *at >= WORD && room - done > WIDE_WORD) {
        uint64_t word = 0;
        memcpy(&word, narrow.bytes + *at, WORD);
        // Some byte is RAW_MAX at most ("hasless" of Sean Anderson's Bit Twiddling Hacks).
        if (((word - ONES * (RAW_MAX + 1)) & ~word & ONES << 7) != 0) {
            break;
        }
        for (size_t i = 0; i < WORD; i++) {
            uint8_t byte = narrow.bytes[*at + i];
            uint8_t high = byte >> 7;
            out[done] = high != 0 ? (uint8_t)(0xD8 | (byte >> 6 & 1)) : byte;
            out[done + 1] = (uint8_t)(0x80 | (byte & 0x3F));
            done += 1u + high;
        }
        *at += WORD;
    }
    return done;
}

bool
ark_widen(ark_str narrow, uint8_t *out, size_t len)
{
    size_t at = 0;
    size_t done = 0;
    while (at < narrow.len && done < len) {
        done += widen_words(narrow, &at, out + done, len - done);
        if (at == narrow.len) {
            break;
        }
        uint8_t byte = narrow.bytes[at++];
        if (byte >= 0x80) {
            if (len - done < 2) {
                return false;
            }
            out[done++] = (uint8_t)(0xD8 | (byte >> 6 & 1));
            out[done++] = (uint8_t)(0x80 | (byte & 0x3F));
        } else if (ARK_UNLIKELY((uint8_t)(byte - 1) < RAW_MAX)) {
            if (byte > narrow.len - at || byte > len - done) {
                return false;
            }
            memcpy(out + done, narrow.bytes + at, byte);
            at += byte;
            done += byte;
        } else {
            out[done++] = byte;
        }
    }
    return at == narrow.len && done == len;
}
