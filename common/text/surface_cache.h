/**
 * @file surface_cache.h
 * From the bytes of a token as written to a word number: what stands in front
 * of cleaning and stemming, and answers for 95 % of running text.
 *
 * Open addressing with linear probing. Slots are 32 bytes, two to a cache
 * line; tokens of up to 24 bytes (12 Arabic letters) lie in the slot itself,
 * longer ones in an arena. At its largest size it is emptied when full: the
 * frequent tokens are back at once, and nothing has to be kept about age.
 * Holds at most ARK_SURFACE_CACHE_BYTES_MAX. Not for several threads at once.
 */
#ifndef ARK_TEXT_SURFACE_CACHE_H
#define ARK_TEXT_SURFACE_CACHE_H

#include "common/base/str.h"

/** What ark_surface_cache_find gives for an absent token. */
#define ARK_SURFACE_ABSENT (UINT32_MAX - 1)

enum {
    /** Longer tokens are not kept. */
    ARK_SURFACE_TOKEN_BYTES_MAX = 255,
    ARK_SURFACE_SLOTS_MAX = 1 << 20,
    ARK_SURFACE_ARENA_BYTES_MAX = 8 << 20,
    ARK_SURFACE_ROOM_MAX = 1024,
    ARK_SURFACE_CACHE_BYTES_MAX =
        ARK_SURFACE_SLOTS_MAX * 32 + ARK_SURFACE_ARENA_BYTES_MAX + (128 << 10),
};

struct ark_surface_cache;

/** An empty cache. Never NULL. */
struct ark_surface_cache *ark_surface_cache_new(void);
/** Frees it; takes NULL. */
void ark_surface_cache_free(struct ark_surface_cache *cache);
/** A token made ready for a look-up, and its place in the table: the cache's own. */
struct ark_surface_probe {
    uint64_t key[3];
    uint64_t hash;
    uint32_t len; /**< 0: the token is empty or too long to be kept */
};

/** Makes a token ready and starts to fetch the memory that finding it will read. */
struct ark_surface_probe ark_surface_cache_probe(const struct ark_surface_cache *cache,
                                                 ark_str token);
/**
 * The number kept for token, or ARK_SURFACE_ABSENT; probe was made of it,
 * whatever has been put since. Cost: 10 to 30 ns, without those of fetching.
 */
uint32_t ark_surface_cache_find(const struct ark_surface_cache *cache,
                                const struct ark_surface_probe *probe, ark_str token);
/** Makes room for so many tokens more, at most ARK_SURFACE_ROOM_MAX; others may be forgotten for it. */
void ark_surface_cache_make_room(struct ark_surface_cache *cache, size_t count);
/**
 * Keeps number for an absent token, for which room was made. Returns where the
 * number stands, which is the caller's to change until room is made again; NULL
 * when the token is not kept, being empty or too long.
 */
uint32_t *ark_surface_cache_put(struct ark_surface_cache *cache, ark_str token, uint32_t number);
/** Forgets all tokens and keeps the memory. */
void ark_surface_cache_reset(struct ark_surface_cache *cache);
/** Bytes held. */
size_t ark_surface_cache_bytes(const struct ark_surface_cache *cache);

#endif
