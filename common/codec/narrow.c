#include "common/codec/narrow.h"

#include <string.h>

#include "common/base/compiler.h"
#include "common/codec/varint.h"

/** Bytes that say how many bytes follow as they are: controls that no cleaned text has. */
enum { RAW_MAX = 8 };

static const uint64_t EACH_BYTE = 0x0101010101010101U;

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
 * Narrows the Arabic letters at the start of eight bytes; returns how many there
 * are, none to four. Four bytes are written.
 */
static unsigned
narrow_letters(const uint8_t *text, uint8_t *to)
{
    static const uint64_t LANES = 0x0001000100010001U;
    enum { LETTERS = 4 };
    uint64_t word = ark_load_u64(text);
    uint64_t wrong = (word & 0xC0FE * LANES) ^ 0x80D8 * LANES;
    uint64_t letters = 0x80 * LANES | (word & LANES) << 6 | (word >> 8 & 0x3F * LANES);
    letters = (letters | letters >> 8) & 0x0000FFFF0000FFFFU;
    ark_store_u32(to, (uint32_t)(letters | letters >> 16));
    return wrong == 0 ? LETTERS : (unsigned)__builtin_ctzll(wrong) / 16;
}

void
ark_narrow(ark_str text, struct ark_buf *out)
{
    enum { WORD = 8, LETTERS = 4 };
    uint8_t *to = ark_buf_reserve(out, 2 * text.len);
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        unsigned letters = text.len - at >= WORD ? narrow_letters(text.bytes + at, to + len) : 0;
        at += (size_t)2 * letters;
        len += letters;
        if (letters == LETTERS) {
            continue;
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

/** Four narrow letters, in the lower half of narrow, as two bytes each. */
static uint64_t
widen_letters(uint64_t narrow)
{
    static const uint64_t LANES = 0x0001000100010001U;
    uint64_t lanes = (narrow | narrow << 16) & 0x0000FFFF0000FFFFU;
    lanes = (lanes | lanes << 8) & 0xFF * LANES;
    return 0x80D8 * LANES | (lanes >> 6 & LANES) | (lanes & 0x3F * LANES) << 8;
}

/** True when some byte is 1 to RAW_MAX or 0; none has its high bit ("hasless" of Sean Anderson's Bit Twiddling Hacks). */
static bool
has_raw(uint64_t word)
{
    return ((word - EACH_BYTE * (RAW_MAX + 1)) & EACH_BYTE << 7) != 0;
}

/** Widens letters and what is itself, a word of text or so at a time, up to other bytes; returns the bytes written. */
static size_t
widen_words(ark_str narrow, size_t *at, uint8_t *out, size_t room)
{
    enum { WORD = 8, WIDE_WORD = 2 * WORD };
    size_t done = 0;
    // Sixteen bytes are written at a time, of which those behind the letters are written over.
    while (narrow.len - *at >= WORD && room - done > WIDE_WORD) {
        uint64_t word = ark_load_u64(narrow.bytes + *at);
        uint64_t others = ~word & EACH_BYTE << 7;
        if (others == EACH_BYTE << 7 && !has_raw(word)) {
            ark_store_u64(out + done, word);
            *at += WORD;
            done += WORD;
            continue;
        }
        ark_store_u64(out + done, widen_letters(word & UINT32_MAX));
        ark_store_u64(out + done + WORD, widen_letters(word >> 32));
        unsigned letters = others == 0 ? WORD : (unsigned)__builtin_ctzll(others) / 8;
        *at += letters;
        done += (size_t)2 * letters;
        if (letters == WORD) {
            continue;
        }
        uint8_t byte = (uint8_t)(word >> 8 * letters); // most often the blank behind a word
        if (!is_itself(byte)) {
            break;
        }
        out[done++] = byte;
        *at += 1;
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
