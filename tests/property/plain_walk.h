/**
 * @file plain_walk.h
 * Walking over bytes for the plain reader: what does not fit ends the program.
 */
#ifndef ARK_TESTS_PROPERTY_PLAIN_WALK_H
#define ARK_TESTS_PROPERTY_PLAIN_WALK_H

#include "common/base/arena.h"

/** Ends the program unless the page is kept. */
void plain_must(bool holds, const char *what, uint64_t segment_id);

/** A walk over bytes that ends the program when it passes their end. */
struct plain_walk {
    ark_str bytes;
    size_t at;
};

/** The next count bytes. */
ark_str plain_take(struct plain_walk *walk, uint64_t count);
/** An unsigned integer of so many bytes, lowest first. */
uint64_t plain_take_fixed(struct plain_walk *walk, unsigned bytes);
/** A varint. */
uint64_t plain_take_varint(struct plain_walk *walk);
/** A varint and as many bytes. */
ark_str plain_take_text(struct plain_walk *walk);
/** True when nothing is left. */
bool plain_at_end(const struct plain_walk *walk);
/** The text whose compact one is so many bytes of that of the text before it, and rest; in the arena. */
ark_str plain_join_coded(ark_str before, uint64_t shared, ark_str rest, struct ark_arena *arena);
/** A varint and as many bytes of a compact text: its text. */
ark_str plain_take_compact(struct plain_walk *walk, struct ark_arena *arena);
/** A coded text: what it shares with the text before it, and the bytes given; in the arena. */
ark_str plain_take_coded(struct plain_walk *walk, ark_str before, struct ark_arena *arena);

#endif
