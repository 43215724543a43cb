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

/** Large enough that a query or a document seldom needs a second block. */
enum { BLOCK_BYTES = 64 * 1024, PIECE_ALIGNMENT = 16 };

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

static void
add_block(struct ark_arena *arena, size_t size)
{
    size_t bytes = size > BLOCK_BYTES || ARENA_EACH_PIECE_ALONE ? size : BLOCK_BYTES;
    size_t with_header = 0;
    bool wrapped = ark_ckd_add(&with_header, bytes, sizeof(struct ark_arena_block));
    ARK_ASSERT(!wrapped);
    struct ark_arena_block *block = ark_xmalloc(with_header);
    block->next = arena->blocks;
    block->bytes = bytes;
    arena->blocks = block;
    arena->used = 0;
    arena->total_bytes += bytes;
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
    free_blocks(arena->blocks->next);
    arena->blocks->next = NULL;
    arena->used = 0;
    arena->total_bytes = arena->blocks->bytes;
}

void
ark_arena_dispose(struct ark_arena *arena)
{
    free_blocks(arena->blocks);
    *arena = ark_arena_make();
}
