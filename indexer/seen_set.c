#include "indexer/seen_set.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

enum { SLOT_COUNT_MIN = 64, KEPT_SLOT_COUNT_MAX = 128 * 1024 };

struct ark_seen_set {
    uint64_t *slots; // open addressing; 0 = empty
    size_t slot_count;
    size_t count;
};

struct ark_seen_set *
ark_seen_set_new(void)
{
    struct ark_seen_set *set = ark_xcalloc(1, sizeof *set);
    set->slot_count = SLOT_COUNT_MIN;
    set->slots = ark_xcalloc(set->slot_count, sizeof *set->slots);
    return set;
}

void
ark_seen_set_free(struct ark_seen_set *set)
{
    if (set != NULL) {
        free(set->slots);
        free(set);
    }
}

void
ark_seen_set_reset(struct ark_seen_set *set)
{
    if (set->count == 0) {
        return;
    }
    if (set->slot_count > KEPT_SLOT_COUNT_MAX) {
        free(set->slots);
        set->slot_count = SLOT_COUNT_MIN;
        set->slots = ark_xcalloc(set->slot_count, sizeof *set->slots);
    }
    memset(set->slots, 0, set->slot_count * sizeof *set->slots);
    set->count = 0;
}

/** The slot that holds hash, or the empty one where it belongs. */
static uint64_t *
find_slot(const struct ark_seen_set *set, uint64_t hash)
{
    size_t mask = set->slot_count - 1;
    size_t idx = (size_t)hash & mask;
    while (set->slots[idx] != 0 && set->slots[idx] != hash) {
        idx = (idx + 1) & mask;
    }
    return &set->slots[idx];
}

static void
double_slots(struct ark_seen_set *set)
{
    struct ark_seen_set larger = {.slot_count = set->slot_count * 2, .count = set->count};
    larger.slots = ark_xcalloc(larger.slot_count, sizeof *larger.slots);
    for (size_t i = 0; i < set->slot_count; i++) {
        if (set->slots[i] != 0) {
            *find_slot(&larger, set->slots[i]) = set->slots[i];
        }
    }
    free(set->slots);
    *set = larger;
}

bool
ark_seen_set_add(struct ark_seen_set *set, uint64_t hash)
{
    hash += hash == 0; // 0 marks an empty slot
    uint64_t *slot = find_slot(set, hash);
    if (*slot == hash) {
        return false;
    }
    *slot = hash;
    set->count++;
    if (set->count >= set->slot_count / 4 * 3) {
        double_slots(set);
    }
    return true;
}
