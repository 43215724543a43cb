#include "common/base/hashmap.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"

enum { SLOTS_AT_START = 64 };

struct ark_hashmap
ark_hashmap_make(void)
{
    return (struct ark_hashmap){.key_bytes = ark_arena_make()};
}

void
ark_hashmap_dispose(struct ark_hashmap *map)
{
    free(map->slots);
    free(map->keys);
    ark_arena_dispose(&map->key_bytes);
    *map = ark_hashmap_make();
}

void
ark_hashmap_reset(struct ark_hashmap *map)
{
    if (map->slots != NULL) {
        memset(map->slots, 0, map->slot_count * sizeof *map->slots);
    }
    map->count = 0;
    ark_arena_reset(&map->key_bytes);
}

void
ark_hashmap_shed(struct ark_hashmap *map)
{
    free(map->slots);
    map->slots = NULL;
    map->slot_count = 0;
}

/** Eight bytes a step, multiply and fold (the mixing step of wyhash, Wang Yi 2019). */
static uint64_t
mix(uint64_t a, uint64_t b)
{
    uint64_t low = (a ^ 0x9e3779b97f4a7c15u) * (b | 1);
    return low ^ (low >> 32);
}

uint64_t
ark_hash_bytes(ark_str key)
{
    uint64_t hash = mix(key.len, 0xa0761d6478bd642fu);
    const uint8_t *at = key.bytes;
    size_t left = key.len;
    while (left >= 8) {
        uint64_t word = 0;
        memcpy(&word, at, 8);
        hash = mix(hash ^ word, 0xe7037ed1a0b428dbu);
        at += 8;
        left -= 8;
    }
    uint64_t tail = 0;
    if (left > 0) {
        memcpy(&tail, at, left);
    }
    hash = mix(hash ^ tail, 0x8ebc6af09c88c6e3u);
    return hash ^ (hash >> 29);
}

static void
insert_slot(struct ark_hashmap *map, uint32_t hash, uint32_t id)
{
    size_t mask = map->slot_count - 1;
    size_t at = hash & mask;
    while (map->slots[at].id_plus_1 != 0) {
        at = (at + 1) & mask;
    }
    map->slots[at] = (struct ark_hashmap_slot){hash, id + 1};
}

static void
enlarge(struct ark_hashmap *map)
{
    struct ark_hashmap_slot *old = map->slots;
    size_t old_count = map->slot_count;
    map->slot_count = old_count == 0 ? SLOTS_AT_START : old_count * 2;
    map->slots = ark_xcalloc_written(map->slot_count, sizeof *map->slots);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].id_plus_1 != 0) {
            insert_slot(map, old[i].hash, old[i].id_plus_1 - 1);
        }
    }
    free(old);
}

static uint32_t
find_hashed(const struct ark_hashmap *map, ark_str key, uint32_t hash)
{
    if (map->slot_count == 0) {
        return ARK_HASHMAP_ABSENT;
    }
    size_t mask = map->slot_count - 1;
    for (size_t at = hash & mask; map->slots[at].id_plus_1 != 0; at = (at + 1) & mask) {
        uint32_t id = map->slots[at].id_plus_1 - 1;
        if (map->slots[at].hash == hash && ark_str_equal(map->keys[id], key)) {
            return id;
        }
    }
    return ARK_HASHMAP_ABSENT;
}

uint32_t
ark_hashmap_find(const struct ark_hashmap *map, ark_str key)
{
    return find_hashed(map, key, (uint32_t)ark_hash_bytes(key));
}

void
ark_hashmap_prefetch(const struct ark_hashmap *map, uint64_t hash)
{
    if (map->slot_count > 0) {
        ARK_PREFETCH(&map->slots[(uint32_t)hash & (map->slot_count - 1)]);
    }
}

void
ark_hashmap_prefetch_key(const struct ark_hashmap *map, uint64_t whole_hash)
{
    uint32_t hash = (uint32_t)whole_hash;
    if (map->slot_count > 0) {
        const struct ark_hashmap_slot *slot = &map->slots[hash & (map->slot_count - 1)];
        if (slot->id_plus_1 != 0 && slot->hash == hash) {
            ARK_PREFETCH(&map->keys[slot->id_plus_1 - 1]);
        }
    }
}

uint32_t
ark_hashmap_intern(struct ark_hashmap *map, ark_str key)
{
    return ark_hashmap_intern_hashed(map, key, ark_hash_bytes(key));
}

uint32_t
ark_hashmap_intern_hashed(struct ark_hashmap *map, ark_str key, uint64_t whole_hash)
{
    uint32_t hash = (uint32_t)whole_hash;
    uint32_t found = find_hashed(map, key, hash);
    if (found != ARK_HASHMAP_ABSENT) {
        return found;
    }
    ARK_ASSERT(map->count < UINT32_MAX - 1);
    if (((size_t)map->count + 1) * 3 > map->slot_count * 2) {
        enlarge(map);
    }
    uint32_t id = map->count++;
    ARK_GROW(map->keys, map->keys_capacity, map->count);
    map->keys[id] = ark_arena_dup(&map->key_bytes, key);
    insert_slot(map, hash, id);
    return id;
}

ark_str
ark_hashmap_key(const struct ark_hashmap *map, uint32_t id)
{
    ARK_ASSERT(id < map->count);
    return map->keys[id];
}

size_t
ark_hashmap_bytes(const struct ark_hashmap *map)
{
    return map->slot_count * sizeof *map->slots + map->keys_capacity * sizeof *map->keys +
           map->key_bytes.total_bytes;
}
