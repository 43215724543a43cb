/**
 * @file best.h
 * The greatest of many keys: 64-bit integers that are all different.
 *
 * Keys are collected until there is no more room, then the greatest are chosen
 * and the rest let go: O(1) for each that is offered, where a heap takes
 * O(log wanted). In between, floor is what a key had to exceed when they were
 * last chosen. When few are wanted they are kept in order instead, so that the
 * floor is always what it can be.
 */
#ifndef ARK_SEARCHER_BEST_H
#define ARK_SEARCHER_BEST_H

#include "common/base/arena.h"

struct ark_best {
    uint64_t *keys; /**< in any order; of these the wanted greatest count */
    uint32_t count;
    uint32_t wanted;
    uint32_t room;
    uint64_t floor; /**< a key that is not greater is not among the greatest */
};

/** For the wanted > 0 greatest keys; room in the arena. */
struct ark_best ark_best_make(uint32_t wanted, struct ark_arena *arena);

/** So many wanted keys, or fewer, are kept in order. */
enum { ARK_BEST_FEW = 24 };

/** Puts a key above the floor in its place among few. */
void ark_best_insert(struct ark_best *best, uint64_t key);

/** Lets go of all keys but the greatest, and raises the floor when there are wanted. O(count). */
void ark_best_choose(struct ark_best *best);

/** Lets go of all keys but the greatest and sorts those, greatest first. */
void ark_best_sort(struct ark_best *best);

/** Sorts keys, all different, greatest first. O(count log count), 10 ns a key of a hundred. */
void ark_keys_sort(uint64_t *keys, uint32_t count);

/** Takes a key. */
static inline void
ark_best_offer(struct ark_best *best, uint64_t key)
{
    if (key <= best->floor) {
        return;
    }
    if (best->wanted <= ARK_BEST_FEW) {
        ark_best_insert(best, key);
        return;
    }
    best->keys[best->count++] = key;
    if (best->count == best->room || (best->count == best->wanted && best->floor == 0)) {
        ark_best_choose(best);
    }
}

#endif
