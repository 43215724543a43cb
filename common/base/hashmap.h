/**
 * @file hashmap.h
 * Interns byte strings: each distinct key gets the next number from 0 up.
 *
 * Open addressing with linear probing over a power-of-two table of (hash, id);
 * key bytes lie in an arena and stay where they are until reset. Not for
 * several threads at once.
 */
#ifndef ARK_BASE_HASHMAP_H
#define ARK_BASE_HASHMAP_H

#include "common/base/arena.h"
#include "common/base/str.h"

/** What ark_hashmap_find gives for an absent key. */
#define ARK_HASHMAP_ABSENT UINT32_MAX

struct ark_hashmap_slot {
    uint32_t hash;
    uint32_t id_plus_1; /**< 0 = empty */
};

struct ark_hashmap {
    struct ark_hashmap_slot *slots;
    size_t slot_count; /**< a power of two, or 0 */
    ark_str *keys;     /**< by id */
    size_t keys_capacity;
    uint32_t count;
    struct ark_arena key_bytes;
};

/** An empty map; nothing is allocated yet. */
struct ark_hashmap ark_hashmap_make(void);
/** Frees everything; the map is empty and usable again. */
void ark_hashmap_dispose(struct ark_hashmap *map);
/** Forgets all keys and keeps the table's memory. */
void ark_hashmap_reset(struct ark_hashmap *map);
/** Gives back the memory that finding keys needs: until reset there are ids and their keys only. */
void ark_hashmap_shed(struct ark_hashmap *map);
/** The id of key, which is added (its bytes copied) when absent. At most UINT32_MAX - 1 keys. */
uint32_t ark_hashmap_intern(struct ark_hashmap *map, ark_str key);
/** The same when ark_hash_bytes(key) is known. */
uint32_t ark_hashmap_intern_hashed(struct ark_hashmap *map, ark_str key, uint64_t hash);
/** Fetches the memory that a look-up with this hash begins at; no effect but on time. */
void ark_hashmap_prefetch(const struct ark_hashmap *map, uint64_t hash);
/** Fetches what it reads next, when the first slot is the key's, as most are. */
void ark_hashmap_prefetch_key(const struct ark_hashmap *map, uint64_t hash);
/** The id of key, or ARK_HASHMAP_ABSENT. */
uint32_t ark_hashmap_find(const struct ark_hashmap *map, ark_str key);
/** The key of an id below count; valid until reset or dispose. */
ark_str ark_hashmap_key(const struct ark_hashmap *map, uint32_t id);
/** Bytes held, for budgets. */
size_t ark_hashmap_bytes(const struct ark_hashmap *map);
/** The 64-bit hash used above: fast, not for disk, not against attackers who choose keys. */
uint64_t ark_hash_bytes(ark_str key);

#endif
