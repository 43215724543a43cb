#include "common/base/str.h"

size_t
ark_str_common_prefix(ark_str a, ark_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t shared = 0;
    while (shared < shorter && a.bytes[shared] == b.bytes[shared]) {
        shared++;
    }
    return shared;
}

static bool
is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

ark_str
ark_str_trim(ark_str text)
{
    while (text.len > 0 && is_space(text.bytes[0])) {
        text.bytes++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.bytes[text.len - 1])) {
        text.len--;
    }
    return text;
}

static uint8_t
lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

bool
ark_str_equal_nocase(ark_str a, ark_str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.bytes[i]) != lower(b.bytes[i])) {
            return false;
        }
    }
    return true;
}

bool
ark_str_next_line(ark_str *rest, ark_str *line)
{
    if (rest->len == 0) {
        return false;
    }
    const uint8_t *end = memchr(rest->bytes, '\n', rest->len);
    size_t line_bytes = end == NULL ? rest->len : (size_t)(end - rest->bytes);
    size_t consumed = end == NULL ? rest->len : line_bytes + 1;
    *line = ark_str_slice(*rest, 0, line_bytes);
    if (line->len > 0 && line->bytes[line->len - 1] == '\r') {
        line->len--;
    }
    *rest = ark_str_slice(*rest, consumed, rest->len);
    return true;
}
