#include "searcher/pattern.h"

#include "common/base/compiler.h"

enum part_kind { PART_BYTE, PART_ONE, PART_MANY };

struct ark_pattern_part {
    uint8_t kind;
    uint8_t byte;
};

static void
add(struct ark_pattern_part *parts, uint32_t *count, enum part_kind kind, uint8_t byte)
{
    bool again = kind == PART_MANY && *count > 0 && parts[*count - 1].kind == PART_MANY;
    if (!again) {
        parts[(*count)++] = (struct ark_pattern_part){(uint8_t)kind, byte};
    }
}

struct ark_pattern
ark_pattern_make(ark_str text, struct ark_arena *arena)
{
    struct ark_pattern_part *parts = ark_arena_calloc(arena, text.len + 1, sizeof *parts);
    uint8_t *prefix = ark_arena_alloc(arena, text.len + 1);
    struct ark_pattern pattern = {.parts = parts};
    size_t prefix_bytes = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.bytes[i];
        if (byte == '*') {
            add(parts, &pattern.count, PART_MANY, 0);
        } else if (byte == '?') {
            add(parts, &pattern.count, PART_ONE, 0);
            pattern.bytes_min++;
        } else {
            i += byte == '\\' && i + 1 < text.len ? 1 : 0;
            add(parts, &pattern.count, PART_BYTE, text.bytes[i]);
            pattern.bytes_min++;
        }
        if (prefix_bytes + 1 == pattern.count && parts[prefix_bytes].kind == PART_BYTE) {
            prefix[prefix_bytes] = parts[prefix_bytes].byte;
            prefix_bytes++;
        }
    }
    pattern.prefix = ark_str_make(prefix, prefix_bytes);
    return pattern;
}

/** The length of the character at offset; text that is not UTF-8 goes byte by byte. */
static size_t
character_bytes(ark_str text, size_t at)
{
    size_t end = at + 1;
    if (text.bytes[at] >= 0xC0) {
        while (end < text.len && end < at + 4 && (text.bytes[end] & 0xC0) == 0x80) {
            end++;
        }
    }
    return end - at;
}

bool
ark_pattern_fits(const struct ark_pattern *pattern, ark_str text)
{
    if (text.len < pattern->bytes_min || !ark_str_starts_with(text, pattern->prefix)) {
        return false;
    }
    uint32_t part = 0;
    size_t at = 0;
    uint32_t retry_part = UINT32_MAX; // behind the last star
    size_t retry_at = 0;              // from where it may take one character more
    while (at < text.len || part < pattern->count) {
        const struct ark_pattern_part *here = &pattern->parts[part];
        if (part < pattern->count && here->kind == PART_MANY) {
            retry_part = ++part;
            retry_at = at;
        } else if (part < pattern->count && at < text.len &&
                   (here->kind == PART_ONE || here->byte == text.bytes[at])) {
            at += here->kind == PART_ONE ? character_bytes(text, at) : 1;
            part++;
        } else if (retry_part != UINT32_MAX && retry_at < text.len) {
            retry_at += character_bytes(text, retry_at);
            part = retry_part;
            at = retry_at;
        } else {
            return false;
        }
    }
    return true;
}
