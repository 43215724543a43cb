#include "tests/property/plain_walk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"

enum { TEXT_MAX = 255 };

/** Ends the program unless the page is kept. */
void
plain_must(bool holds, const char *what, uint64_t segment_id)
{
    if (!holds) {
        (void)fprintf(stderr, "plain reader: segment %" PRIu64 ": %s\n", segment_id, what);
        abort();
    }
}

ark_str
plain_take(struct plain_walk *walk, uint64_t count)
{
    plain_must(count <= walk->bytes.len - walk->at, "a record passes its end", 0);
    ark_str taken = ark_str_slice(walk->bytes, walk->at, walk->at + (size_t)count);
    walk->at += (size_t)count;
    return taken;
}

/** An unsigned integer of so many bytes, lowest first. */
uint64_t
plain_take_fixed(struct plain_walk *walk, unsigned bytes)
{
    ark_str taken = plain_take(walk, bytes);
    uint64_t value = 0;
    for (unsigned i = bytes; i > 0; i--) {
        value = value * 256 + taken.bytes[i - 1];
    }
    return value;
}

uint64_t
plain_take_varint(struct plain_walk *walk)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        plain_must(shift < 64, "a varint of more than 64 bits", 0);
        uint64_t byte = plain_take_fixed(walk, 1);
        value |= (byte & 127) << shift;
        if (byte < 128) {
            return value;
        }
    }
}

ark_str
plain_take_text(struct plain_walk *walk)
{
    uint64_t len = plain_take_varint(walk);
    return plain_take(walk, len);
}

bool
plain_at_end(const struct plain_walk *walk)
{
    return walk->at == walk->bytes.len;
}

/** The text of a compact one, in the arena. */
static ark_str
expand(ark_str compact, struct ark_arena *arena)
{
    uint8_t *text = ark_arena_alloc(arena, 2 * compact.len);
    size_t len = 0;
    for (size_t i = 0; i < compact.len; i++) {
        unsigned unit = compact.bytes[i];
        if (unit == 0x80 || unit == 0xA1 || unit == 0xE2) {
            plain_must(++i < compact.len, "a compact text is cut", 0);
            text[len++] = compact.bytes[i];
        } else if (unit < 0x80) {
            text[len++] = (uint8_t)unit;
        } else {
            plain_must(unit < 0xE2, "no unit of a compact text", 0);
            // The first letter of each block: U+0620 and U+0640.
            unsigned codepoint = unit < 0xA1 ? 0x620 + unit - 0x81 : 0x640 + unit - 0xA2;
            text[len++] = (uint8_t)(0xC0 | codepoint >> 6);
            text[len++] = (uint8_t)(0x80 | (codepoint & 63));
        }
    }
    plain_must(len <= TEXT_MAX, "a text is too long", 0);
    return ark_str_make(text, len);
}

/** The compact text of a text, found by trying what stands for its next byte or letter. */
static ark_str
compact_of(ark_str text, struct ark_arena *arena)
{
    uint8_t *out = ark_arena_alloc(arena, 2 * text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned two = text.bytes[i] * 256u + (i + 1 < text.len ? text.bytes[i + 1] : 0u);
        unsigned first = text.bytes[i];
        if (first < 0x80) {
            out[len++] = (uint8_t)first;
        } else if (two >= 0xD8A0 && two <= 0xD8BF) {
            out[len++] = (uint8_t)(two - 0xD8A0 + 0x81);
            i++;
        } else if (two >= 0xD980 && two <= 0xD9BF) {
            out[len++] = (uint8_t)(two - 0xD980 + 0xA2);
            i++;
        } else {
            out[len++] = two < 0xD8A0 ? 0x80 : two < 0xD980 ? 0xA1 : 0xE2;
            out[len++] = (uint8_t)first;
        }
    }
    return ark_str_make(out, len);
}

ark_str
plain_join_coded(ark_str before, uint64_t shared, ark_str rest, struct ark_arena *arena)
{
    ark_str compact = compact_of(before, arena);
    plain_must(shared <= compact.len, "a coded text shares more than there is", 0);
    uint8_t *joined = ark_arena_alloc(arena, (size_t)shared + rest.len);
    memcpy(joined, compact.bytes, (size_t)shared);
    memcpy(joined + shared, rest.bytes, rest.len);
    ark_str text = expand(ark_str_make(joined, (size_t)shared + rest.len), arena);
    ark_str again = compact_of(text, arena);
    plain_must(again.len == shared + rest.len && memcmp(again.bytes, joined, again.len) == 0,
               "a text is not as compact as it can be", 0);
    plain_must(shared == compact.len || rest.len == 0 || compact.bytes[shared] != rest.bytes[0],
               "a coded text shares less than it could", 0);
    return text;
}

ark_str
plain_take_coded(struct plain_walk *walk, ark_str before, struct ark_arena *arena)
{
    uint64_t lens = plain_take_fixed(walk, 1);
    uint64_t shared = lens % 16;
    uint64_t rest = lens / 16;
    shared += shared == 15 ? plain_take_varint(walk) : 0;
    rest += rest == 15 ? plain_take_varint(walk) : 0;
    return plain_join_coded(before, shared, plain_take(walk, rest), arena);
}

ark_str
plain_take_compact(struct plain_walk *walk, struct ark_arena *arena)
{
    return expand(plain_take_text(walk), arena);
}
