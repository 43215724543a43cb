#include "common/text/surface_cache.h"

#include "common/base/arena.h"
#include "common/base/compiler.h"
#include "common/base/hashmap.h"
#include "common/base/memory.h"

enum { SLOTS_AT_START = 256, KEY_WORDS = 3, INLINE_BYTES_MAX = KEY_WORDS * 8 };

/** A short token as three words, or a long one as its hash and where its bytes lie. */
union key {
    uint64_t words[KEY_WORDS];
    struct {
        uint64_t hash;
        const uint8_t *bytes;
    } far;
};

struct slot {
    union key key;
    uint32_t len; /**< bytes of the token; 0 = empty */
    uint32_t number;
};

_Static_assert(sizeof(struct slot) == 32, "two slots fill a cache line");

struct ark_surface_cache {
    void *memory; /**< that the slots lie in, from the start of a cache line on */
    struct slot *slots;
    size_t slot_count; /**< a power of two */
    size_t used;
    struct ark_arena far_bytes;
};

/** Gives the cache so many empty slots; those it has are forgotten, not freed. */
static void
make_slots(struct ark_surface_cache *cache, size_t count)
{
    enum { LINE_BYTES = 64 };
    cache->memory = ark_xcalloc_written(count * sizeof *cache->slots + LINE_BYTES, 1);
    size_t past = (uintptr_t)cache->memory % LINE_BYTES;
    cache->slots = (void *)((uint8_t *)cache->memory + (LINE_BYTES - past));
    cache->slot_count = count;
    cache->used = 0;
}

struct ark_surface_cache *
ark_surface_cache_new(void)
{
    struct ark_surface_cache *cache = ark_xcalloc(1, sizeof *cache);
    make_slots(cache, SLOTS_AT_START);
    cache->far_bytes = ark_arena_make();
    return cache;
}

void
ark_surface_cache_free(struct ark_surface_cache *cache)
{
    if (cache != NULL) {
        ark_arena_dispose(&cache->far_bytes);
        free(cache->memory);
        free(cache);
    }
}

static uint64_t
load_8(const uint8_t *bytes)
{
    uint64_t word = 0;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static uint32_t
load_4(const uint8_t *bytes)
{
    uint32_t word = 0;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/**
 * A token of 1 to 24 bytes as three words: whole words from the front, then the
 * last bytes, which may overlap them. Tokens of one length differ exactly when
 * their words do, and no byte outside the token is read.
 */
static union key
pack_key(ark_str token)
{
    const uint8_t *bytes = token.bytes;
    size_t len = token.len;
    if (len >= 16) {
        return (union key){.words = {load_8(bytes), load_8(bytes + 8), load_8(bytes + len - 8)}};
    }
    if (len >= 8) {
        return (union key){.words = {load_8(bytes), load_8(bytes + len - 8), 0}};
    }
    if (len >= 4) {
        uint64_t word = load_4(bytes) | (uint64_t)load_4(bytes + len - 4) << 32;
        return (union key){.words = {word, 0, 0}};
    }
    uint64_t word = bytes[0] | (uint64_t)bytes[len / 2] << 8 | (uint64_t)bytes[len - 1] << 16;
    return (union key){.words = {word, 0, 0}};
}

static uint64_t
hash_key(const union key *key, size_t len)
{
    uint64_t hash = (key->words[0] ^ len) * 0x9E3779B97F4A7C15U;
    hash = (hash ^ hash >> 32 ^ key->words[1]) * 0xBF58476D1CE4E5B9U;
    hash = (hash ^ hash >> 32 ^ key->words[2]) * 0x94D049BB133111EBU;
    return hash ^ hash >> 29;
}

static bool
slot_holds(const struct slot *slot, const union key *key, ark_str token)
{
    if (slot->len != token.len || slot->key.words[0] != key->words[0]) {
        return false;
    }
    if (token.len > INLINE_BYTES_MAX) {
        return memcmp(slot->key.far.bytes, token.bytes, token.len) == 0;
    }
    return slot->key.words[1] == key->words[1] && slot->key.words[2] == key->words[2];
}

static uint64_t
slot_hash(const struct slot *slot)
{
    return slot->len > INLINE_BYTES_MAX ? slot->key.far.hash : hash_key(&slot->key, slot->len);
}

static union key
make_key(ark_str token, uint64_t *hash)
{
    if (token.len > INLINE_BYTES_MAX) {
        *hash = ark_hash_bytes(token);
        return (union key){.far = {.hash = *hash, .bytes = NULL}};
    }
    union key key = pack_key(token);
    *hash = hash_key(&key, token.len);
    return key;
}

struct ark_surface_probe
ark_surface_cache_probe(const struct ark_surface_cache *cache, ark_str token)
{
    struct ark_surface_probe probe = {.len = 0};
    if (token.len > 0 && token.len <= ARK_SURFACE_TOKEN_BYTES_MAX) {
        union key key = make_key(token, &probe.hash);
        memcpy(probe.key, key.words, sizeof probe.key);
        probe.len = (uint32_t)token.len;
        ARK_PREFETCH(&cache->slots[probe.hash & (cache->slot_count - 1)]);
    }
    return probe;
}

uint32_t
ark_surface_cache_find(const struct ark_surface_cache *cache, const struct ark_surface_probe *probe,
                       ark_str token)
{
    ARK_DEBUG_ASSERT(probe->len == 0 || probe->len == token.len);
    if (probe->len == 0) {
        return ARK_SURFACE_ABSENT;
    }
    union key key;
    memcpy(key.words, probe->key, sizeof key.words);
    size_t mask = cache->slot_count - 1;
    for (size_t at = probe->hash & mask; cache->slots[at].len != 0; at = (at + 1) & mask) {
        if (slot_holds(&cache->slots[at], &key, token)) {
            return cache->slots[at].number;
        }
    }
    return ARK_SURFACE_ABSENT;
}

static struct slot *
insert(struct ark_surface_cache *cache, const struct slot *slot, uint64_t hash)
{
    size_t mask = cache->slot_count - 1;
    size_t at = hash & mask;
    while (cache->slots[at].len != 0) {
        at = (at + 1) & mask;
    }
    cache->slots[at] = *slot;
    cache->used++;
    return &cache->slots[at];
}

static void
enlarge(struct ark_surface_cache *cache)
{
    void *old_memory = cache->memory;
    struct slot *old = cache->slots;
    size_t old_count = cache->slot_count;
    make_slots(cache, old_count * 2);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].len != 0) {
            (void)insert(cache, &old[i], slot_hash(&old[i]));
        }
    }
    free(old_memory);
}

void
ark_surface_cache_make_room(struct ark_surface_cache *cache, size_t count)
{
    ARK_ASSERT(count <= ARK_SURFACE_ROOM_MAX);
    size_t far_bytes = cache->far_bytes.total_bytes + count * ARK_SURFACE_TOKEN_BYTES_MAX;
    if (far_bytes > ARK_SURFACE_ARENA_BYTES_MAX) {
        ark_surface_cache_reset(cache);
    }
    while ((cache->used + count) * 4 > cache->slot_count * 3) {
        if (cache->slot_count == ARK_SURFACE_SLOTS_MAX) {
            ark_surface_cache_reset(cache);
        } else {
            enlarge(cache);
        }
    }
}

uint32_t *
ark_surface_cache_put(struct ark_surface_cache *cache, ark_str token, uint32_t number)
{
    if (token.len == 0 || token.len > ARK_SURFACE_TOKEN_BYTES_MAX) {
        return NULL;
    }
    uint64_t hash = 0;
    struct slot slot = {.len = (uint32_t)token.len, .number = number};
    slot.key = make_key(token, &hash);
    if (token.len > INLINE_BYTES_MAX) {
        slot.key.far.bytes = ark_arena_dup(&cache->far_bytes, token).bytes;
    }
    return &insert(cache, &slot, hash)->number;
}

void
ark_surface_cache_reset(struct ark_surface_cache *cache)
{
    memset(cache->slots, 0, cache->slot_count * sizeof *cache->slots);
    cache->used = 0;
    ark_arena_reset(&cache->far_bytes);
}

size_t
ark_surface_cache_bytes(const struct ark_surface_cache *cache)
{
    return sizeof *cache + cache->slot_count * sizeof *cache->slots + cache->far_bytes.total_bytes;
}
