#include "common/base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_EACH_PIECE_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_EACH_PIECE_ALONE 1
#endif
#endif
#ifndef ARENA_EACH_PIECE_ALONE
#define ARENA_EACH_PIECE_ALONE 0
#endif

/** Large enough that a query or a document seldom needs more than a few blocks; those are kept. */
enum { BLOCK_BYTES = 64 * 1024, PIECE_ALIGNMENT = 16, SPARE_MAX = 64 };

struct ark_arena_block {
    struct ark_arena_block *next;
    size_t bytes;
    alignas(PIECE_ALIGNMENT) uint8_t content[];
};

struct ark_arena
ark_arena_make(void)
{
    return (struct ark_arena){0};
}

struct ark_arena
ark_arena_make_within(struct ark_arena *lender)
{
    return (struct ark_arena){.lender = lender};
}

/** An empty block of at least so many bytes. */
static struct ark_arena_block *
take_block(struct ark_arena *arena, size_t bytes)
{
    struct ark_arena *from = arena->lender != NULL ? arena->lender : arena;
    size_t with_header = 0;
    if (bytes <= BLOCK_BYTES && !ARENA_EACH_PIECE_ALONE) {
        if (from->spare != NULL) {
            struct ark_arena_block *block = from->spare;
            from->spare = block->next;
            from->spare_count--;
            return block;
        }
        bytes = BLOCK_BYTES;
    }
    bool wrapped = ark_ckd_add(&with_header, bytes, sizeof(struct ark_arena_block));
    ARK_ASSERT(!wrapped);
    struct ark_arena_block *block = ark_xmalloc(with_header);
    block->bytes = bytes;
    return block;
}

static void
add_block(struct ark_arena *arena, size_t size)
{
    struct ark_arena_block *block = take_block(arena, size);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->used = 0;
    arena->total_bytes += block->bytes;
}

void *
ark_arena_alloc(struct ark_arena *arena, size_t size)
{
    ARK_ASSERT(size <= SIZE_MAX - PIECE_ALIGNMENT);
    size_t rounded = (size + PIECE_ALIGNMENT - 1) / PIECE_ALIGNMENT * PIECE_ALIGNMENT;
    if (ARENA_EACH_PIECE_ALONE) {
        rounded = size;
    }
    if (arena->blocks == NULL || ARENA_EACH_PIECE_ALONE ||
        arena->blocks->bytes - arena->used < rounded) {
        add_block(arena, rounded);
    }
    void *piece = arena->blocks->content + arena->used;
    arena->used += rounded;
    return piece;
}

void *
ark_arena_calloc(struct ark_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    bool wrapped = ark_ckd_mul(&bytes, count, size);
    ARK_ASSERT(!wrapped);
    return memset(ark_arena_alloc(arena, bytes), 0, bytes);
}

ark_str
ark_arena_dup(struct ark_arena *arena, ark_str text)
{
    uint8_t *copy = ark_arena_alloc(arena, text.len + 1);
    if (text.len > 0) {
        memcpy(copy, text.bytes, text.len);
    }
    copy[text.len] = 0;
    return ark_str_make(copy, text.len);
}

static void
free_blocks(struct ark_arena_block *block)
{
    while (block != NULL) {
        struct ark_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

/** Puts blocks aside for reuse, as many as are worth keeping. */
static void
spare_blocks(struct ark_arena *to, struct ark_arena_block *block)
{
    while (block != NULL) {
        struct ark_arena_block *next = block->next;
        if (block->bytes == BLOCK_BYTES && to->spare_count < SPARE_MAX) {
            block->next = to->spare;
            to->spare = block;
            to->spare_count++;
        } else {
            free(block);
        }
        block = next;
    }
}

void
ark_arena_reset(struct ark_arena *arena)
{
    if (arena->blocks == NULL) {
        return;
    }
    if (ARENA_EACH_PIECE_ALONE) {
        ark_arena_dispose(arena);
        return;
    }
    spare_blocks(arena->lender != NULL ? arena->lender : arena, arena->blocks);
    arena->blocks = NULL;
    arena->used = 0;
    arena->total_bytes = 0;
}

void
ark_arena_dispose(struct ark_arena *arena)
{
    struct ark_arena *lender = arena->lender;
    if (lender != NULL && !ARENA_EACH_PIECE_ALONE) {
        spare_blocks(lender, arena->blocks);
    } else {
        free_blocks(arena->blocks);
    }
    free_blocks(arena->spare);
    *arena = ark_arena_make_within(lender);
}
