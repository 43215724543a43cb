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

/** A coded text: so many bytes of the text before it, and those given. */
ark_str
plain_take_coded(struct plain_walk *walk, ark_str before, struct ark_arena *arena)
{
    uint64_t shared = plain_take_varint(walk);
    ark_str rest = plain_take_text(walk);
    plain_must(shared <= before.len, "a coded text shares more than there is", 0);
    plain_must(shared + rest.len <= TEXT_MAX, "a coded text is too long", 0);
    struct ark_buf text = ark_buf_make(TEXT_MAX);
    ark_buf_append(&text, before.bytes, (size_t)shared);
    ark_buf_append_str(&text, rest);
    ark_str copy = ark_arena_dup(arena, ark_buf_view(&text));
    ark_buf_dispose(&text);
    return copy;
}
