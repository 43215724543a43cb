#include "common/text/utf8.h"

#include "common/base/compiler.h"
#include "common/text/utf8_blocks.h"

/** What may follow a lead byte: how many bytes, and the range of the first of them. */
struct lead {
    uint8_t following;
    uint8_t second_min;
    uint8_t second_max;
};

/**
 * The Unicode Standard, table 3-7: overlong forms, surrogates and values above
 * U+10FFFF are kept out by the range of the second byte alone.
 */
static struct lead
lead_of(uint8_t byte)
{
    if (byte >= 0xC2 && byte <= 0xDF) {
        return (struct lead){1, 0x80, 0xBF};
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        uint8_t min = byte == 0xE0 ? 0xA0 : 0x80;
        uint8_t max = byte == 0xED ? 0x9F : 0xBF;
        return (struct lead){2, min, max};
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        uint8_t min = byte == 0xF0 ? 0x90 : 0x80;
        uint8_t max = byte == 0xF4 ? 0x8F : 0xBF;
        return (struct lead){3, min, max};
    }
    return (struct lead){0, 0, 0};
}

size_t
ark_utf8_decode(const uint8_t *bytes, size_t left, uint32_t *out)
{
    ARK_DEBUG_ASSERT(left > 0);
    uint8_t first = bytes[0];
    if (ARK_LIKELY(first < 0x80)) {
        *out = first;
        return 1;
    }
    struct lead lead = lead_of(first);
    *out = ARK_UTF8_REPLACEMENT;
    if (lead.following == 0 || left < 2 || bytes[1] < lead.second_min ||
        bytes[1] > lead.second_max) {
        return 1;
    }
    uint32_t value = (uint32_t)(first & (0x3F >> lead.following)) << 6 | (bytes[1] & 0x3FU);
    for (size_t i = 2; i <= lead.following; i++) {
        if (i >= left || (bytes[i] & 0xC0) != 0x80) {
            return i;
        }
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    *out = value;
    return (size_t)lead.following + 1;
}

size_t
ark_utf8_encode(uint32_t codepoint, uint8_t *out)
{
    ARK_ASSERT(codepoint <= 0x10FFFF);
    ARK_ASSERT(codepoint < 0xD800 || codepoint > 0xDFFF);
    if (codepoint < 0x80) {
        out[0] = (uint8_t)codepoint;
        return 1;
    }
    if (codepoint < 0x800) {
        out[0] = (uint8_t)(0xC0 | codepoint >> 6);
        out[1] = (uint8_t)(0x80 | (codepoint & 0x3F));
        return 2;
    }
    if (codepoint < 0x10000) {
        out[0] = (uint8_t)(0xE0 | codepoint >> 12);
        out[1] = (uint8_t)(0x80 | (codepoint >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (codepoint & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | codepoint >> 18);
    out[1] = (uint8_t)(0x80 | (codepoint >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (codepoint >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (codepoint & 0x3F));
    return 4;
}

/** The end of the blocks from start on that hold well-formed characters of one and two bytes. */
static size_t
skip_short(ark_str text, size_t start)
{
    size_t at = start;
#ifndef ARK_PORTABLE
    while (text.len - at >= ARK_BLOCK_BYTES) {
        struct ark_block block = ark_block_load(text.bytes, start, at);
        if (!ark_block_is_zero(ark_block_not_short(&block))) {
            break;
        }
        at += ARK_BLOCK_BYTES;
    }
    at = ark_block_end(text.bytes, start, at);
#else
    (void)text;
#endif
    return at;
}

size_t
ark_utf8_previous(ark_str text, size_t at)
{
    do {
        at--;
    } while (at > 0 && (text.bytes[at] & 0xC0) == 0x80);
    return at;
}

bool
ark_utf8_valid(ark_str text, size_t *bad)
{
    size_t at = 0;
    while (at < text.len) {
        at = skip_short(text, at);
        // What a block had that is longer may stand anywhere in it.
        if (at == text.len) {
            break;
        }
        uint32_t codepoint = 0;
        size_t size = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        // A good U+FFFD takes three bytes and starts with EF; no bad sequence does both.
        bool good = codepoint != ARK_UTF8_REPLACEMENT ||
                    (size == 3 && text.bytes[at] == 0xEF && text.bytes[at + 1] == 0xBF &&
                     text.bytes[at + 2] == 0xBD);
        if (!good) {
            if (bad != NULL) {
                *bad = at;
            }
            return false;
        }
        at += size;
    }
    return true;
}

size_t
ark_utf8_repair(ark_str text, struct ark_buf *out)
{
    size_t count = 0;
    size_t bad = 0;
    while (!ark_utf8_valid(text, &bad)) {
        uint32_t codepoint = 0;
        size_t size = ark_utf8_decode(text.bytes + bad, text.len - bad, &codepoint);
        ARK_DEBUG_ASSERT(codepoint == ARK_UTF8_REPLACEMENT);
        ark_buf_append_str(out, ark_str_slice(text, 0, bad));
        ark_buf_append_str(out, ARK_STR("\xEF\xBF\xBD"));
        text = ark_str_slice(text, bad + size, text.len);
        count++;
    }
    ark_buf_append_str(out, text);
    return count;
}
