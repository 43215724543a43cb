/**
 * @file arena.h
 * Memory that is given back all at once: one arena per document or per query.
 *
 * Nothing is freed one by one; ark_arena_reset ends the life of every piece.
 * Pieces are aligned to 16 bytes. Under the sanitizer presets each piece is a
 * malloc of its own, so that a stale pointer is seen.
 */
#ifndef ARK_BASE_ARENA_H
#define ARK_BASE_ARENA_H

#include <stddef.h>

#include "common/base/str.h"

struct ark_arena_block;

struct ark_arena {
    struct ark_arena_block *blocks; /**< newest first */
    size_t used;                    /**< bytes used of the newest block */
    size_t total_bytes;             /**< bytes of the blocks, for budgets */
    struct ark_arena_block *spare;  /**< empty ones for reuse, a few MiB at most */
    size_t spare_count;
    struct ark_arena *lender; /**< where blocks come from and go back to, or NULL */
};

/** An empty arena; nothing is allocated yet. */
struct ark_arena ark_arena_make(void);
/**
 * The same, but its blocks come from another arena's spare ones and go back there, which
 * must stay where it is and outlive this one: for work within a query that comes again and again.
 */
struct ark_arena ark_arena_make_within(struct ark_arena *lender);
/** size bytes, not cleared, alive until reset or dispose. Amortised O(1). */
void *ark_arena_alloc(struct ark_arena *arena, size_t size);
/** count elements of size bytes, cleared; the product is checked. */
void *ark_arena_calloc(struct ark_arena *arena, size_t count, size_t size);
/** A copy of text in the arena (a NUL follows it, not counted). */
ark_str ark_arena_dup(struct ark_arena *arena, ark_str text);
/** Ends the life of every piece and keeps some blocks for reuse: the system takes and gives pages slowly. */
void ark_arena_reset(struct ark_arena *arena);
/** Ends the life of every piece and frees everything. Takes an empty arena. */
void ark_arena_dispose(struct ark_arena *arena);

/** One element of type, cleared. */
#define ARK_ARENA_NEW(arena, type) ((type *)ark_arena_calloc((arena), 1, sizeof(type)))

#endif
