/**
 * @file slots.h
 * Documents of a segment that are scored together. Each has a slot, its place among them, so
 * that what is known of them lies side by side, however far apart they are.
 */
#ifndef ARK_SEARCHER_SLOTS_H
#define ARK_SEARCHER_SLOTS_H

#include "searcher/window_bits.h"

/** So many documents are scored together at most: what is known of them stays in the cache. */
enum { ARK_SLOTS_MAX = 512 };

struct ark_slots {
    uint32_t count; /**< of documents */
    uint32_t window_count;
    uint32_t windows[ARK_SLOTS_MAX];            /**< ascending */
    struct ark_window_bits sets[ARK_SLOTS_MAX]; /**< of each window the documents, at least one */
    uint16_t first[ARK_SLOTS_MAX];              /**< the slot of the first of them */
    uint16_t window_of[ARK_SLOTS_MAX];          /**< by slot: which window, from 0 */
    uint8_t local_of[ARK_SLOTS_MAX];            /**< by slot: the number in its window */
};

/** Forgets all documents. The rest needs no clearing. */
static inline void
ark_slots_clear(struct ark_slots *slots)
{
    slots->count = 0;
    slots->window_count = 0;
}

/** Adds documents of a window behind those that were added; there is room for them. */
static inline void
ark_slots_add(struct ark_slots *slots, uint32_t window, struct ark_window_bits set)
{
    uint32_t idx = slots->window_count++;
    slots->windows[idx] = window;
    slots->sets[idx] = set;
    slots->first[idx] = (uint16_t)slots->count;
    for (uint32_t half = 0; half < ARK_WINDOW / 64; half++) {
        for (uint64_t left = set.bits[half]; left != 0; left &= left - 1) {
            slots->window_of[slots->count] = (uint16_t)idx;
            slots->local_of[slots->count++] =
                (uint8_t)(half * 64 + (uint32_t)__builtin_ctzll(left));
        }
    }
}

/** The document of a slot. */
static inline uint32_t
ark_slot_doc(const struct ark_slots *slots, uint32_t slot)
{
    return slots->windows[slots->window_of[slot]] * ARK_WINDOW + slots->local_of[slot];
}

/** The slot of a document of window number idx, which is one of its set. */
static inline uint32_t
ark_slot_of(const struct ark_slots *slots, uint32_t idx, uint32_t local)
{
    const struct ark_window_bits *set = &slots->sets[idx];
    uint64_t below = ((uint64_t)1 << local % 64) - 1;
    uint32_t before = ark_popcount64(set->bits[local / 64] & below);
    return slots->first[idx] + before + (local < 64 ? 0 : ark_popcount64(set->bits[0]));
}

#endif
