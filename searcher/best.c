#include "searcher/best.h"

#include "common/base/compiler.h"

/** As many keys are collected beyond those wanted, and at least so many. */
enum { SLACK_MIN = 16 };

struct ark_best
ark_best_make(uint32_t wanted, struct ark_arena *arena)
{
    ARK_ASSERT(wanted > 0 && wanted < UINT32_MAX / 2);
    uint32_t slack = wanted < SLACK_MIN ? SLACK_MIN : wanted;
    return (struct ark_best){
        .keys = ark_arena_alloc(arena, ((size_t)wanted + slack) * sizeof(uint64_t)),
        .wanted = wanted,
        .room = wanted + slack,
    };
}

/** Sorts, greatest first. */
static void
sort_few(uint64_t *keys, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        uint32_t at = i;
        for (; at > 0 && keys[at - 1] < key; at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = key;
    }
}

static uint64_t
middle_of(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/** Moves the keys greater than pivot to the front; returns their number. */
static uint32_t
part_keys(uint64_t *keys, uint32_t count, uint64_t pivot)
{
    uint32_t greater = 0;
    for (uint32_t i = 0; i < count; i++) {
        // Without a branch: half of them would be guessed wrong.
        uint64_t key = keys[i];
        keys[i] = keys[greater];
        keys[greater] = key;
        greater += key > pivot ? 1 : 0;
    }
    return greater;
}

/** Swaps the least key with the last. */
static void
least_last(uint64_t *keys, uint32_t count)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < count; i++) {
        least = keys[i] < keys[least] ? i : least;
    }
    uint64_t key = keys[least];
    keys[least] = keys[count - 1];
    keys[count - 1] = key;
}

/**
 * Moves keys that are greater than another to the front and that one behind
 * them; returns its place. count > ARK_BEST_FEW.
 */
static uint32_t
split_keys(uint64_t *keys, uint32_t count)
{
    // Places that keys in order or in reverse do not make bad ones; no chance, so that runs repeat.
    uint32_t places[] = {count / 4, count / 2, count - 1 - count / 8};
    uint64_t pivot = middle_of(keys[places[0]], keys[places[1]], keys[places[2]]);
    uint32_t at = keys[places[0]] == pivot   ? places[0]
                  : keys[places[1]] == pivot ? places[1]
                                             : places[2];
    keys[at] = keys[count - 1];
    uint32_t greater = part_keys(keys, count - 1, pivot);
    keys[count - 1] = keys[greater];
    keys[greater] = pivot;
    return greater;
}

/** Puts the wanted greatest keys first, 0 < wanted <= count, the least of them last. */
static void
choose(uint64_t *keys, uint32_t count, uint32_t wanted)
{
    while (count > ARK_BEST_FEW && count > wanted) {
        uint32_t place = split_keys(keys, count);
        if (place + 1 == wanted) {
            return;
        }
        if (place >= wanted) {
            count = place;
        } else {
            keys += place + 1;
            count -= place + 1;
            wanted -= place + 1;
        }
    }
    if (count > wanted) {
        sort_few(keys, count);
    } else {
        least_last(keys, count);
    }
}

// Recursion for the shorter part, so at most 32 deep.
void
ark_keys_sort(uint64_t *keys, uint32_t count)
{
    while (count > ARK_BEST_FEW) {
        uint32_t place = split_keys(keys, count);
        uint32_t behind = count - place - 1;
        if (place < behind) {
            ark_keys_sort(keys, place);
            keys += place + 1;
            count = behind;
        } else {
            ark_keys_sort(keys + place + 1, behind);
            count = place;
        }
    }
    sort_few(keys, count);
}

void
ark_best_insert(struct ark_best *best, uint64_t key)
{
    uint32_t at = best->count < best->wanted ? best->count++ : best->wanted - 1;
    for (; at > 0 && best->keys[at - 1] < key; at--) {
        best->keys[at] = best->keys[at - 1];
    }
    best->keys[at] = key;
    best->floor = best->count == best->wanted ? best->keys[best->wanted - 1] : 0;
}

void
ark_best_choose(struct ark_best *best)
{
    if (best->count < best->wanted) {
        return;
    }
    choose(best->keys, best->count, best->wanted);
    best->count = best->wanted;
    best->floor = best->keys[best->wanted - 1];
}

void
ark_best_sort(struct ark_best *best)
{
    if (best->count > best->wanted) {
        ark_best_choose(best);
    }
    ark_keys_sort(best->keys, best->count);
}
