/**
 * @file slots.h
 * Documents of a segment that are scored together. Each has a slot, its place among them, so
 * that what is known of them lies side by side, however far apart they are.
 */
#ifndef ARK_SEARCHER_SLOTS_H
#define ARK_SEARCHER_SLOTS_H

#include "searcher/window_bits.h"

/** So many documents are scored together, in so many windows: what is known of them stays in the cache. */
enum { ARK_SLOTS_MAX = 512, ARK_SLOTS_WINDOWS_MAX = 128 };

struct ark_slots {
    uint32_t count; /**< of documents */
    uint32_t window_count;
    uint32_t windows[ARK_SLOTS_WINDOWS_MAX];            /**< ascending */
    struct ark_window_bits sets[ARK_SLOTS_WINDOWS_MAX]; /**< of each the documents, at least one */
    uint16_t firsts[ARK_SLOTS_WINDOWS_MAX][2]; /**< the slot of the first of each half of them */
    uint16_t window_of[ARK_SLOTS_MAX];         /**< by slot: which window, from 0 */
    uint8_t local_of[ARK_SLOTS_MAX];           /**< by slot: the number in its window */
};

/** Forgets all documents. The rest needs no clearing. */
static inline void
ark_slots_clear(struct ark_slots *slots)
{
    slots->count = 0;
    slots->window_count = 0;
}

/** True when there is room for the documents of one more window. */
static inline bool
ark_slots_fit(const struct ark_slots *slots, const struct ark_window_bits *set)
{
    return slots->window_count < ARK_SLOTS_WINDOWS_MAX &&
           slots->count + ark_bits_count(set) <= ARK_SLOTS_MAX;
}

/** Adds documents of a window behind those that were added; they fit. */
static inline void
ark_slots_add(struct ark_slots *slots, uint32_t window, struct ark_window_bits set)
{
    uint32_t idx = slots->window_count++;
    slots->windows[idx] = window;
    slots->sets[idx] = set;
    for (uint32_t half = 0; half < ARK_WINDOW / 64; half++) {
        slots->firsts[idx][half] = (uint16_t)slots->count;
        for (uint64_t left = set.bits[half]; left != 0; left &= left - 1) {
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            slots->window_of[slots->count] = (uint16_t)idx;
            slots->local_of[slots->count++] = (uint8_t)local;
        }
    }
}

/** The slot of a document of window number idx, which has it. */
static inline uint32_t
ark_slot_of(const struct ark_slots *slots, uint32_t idx, uint32_t local)
{
    uint32_t half = local / 64;
    uint64_t below = slots->sets[idx].bits[half] & (((uint64_t)1 << local % 64) - 1);
    return slots->firsts[idx][half] + ark_popcount64(below);
}

/** The document of a slot. */
static inline uint32_t
ark_slot_doc(const struct ark_slots *slots, uint32_t slot)
{
    return slots->windows[slots->window_of[slot]] * ARK_WINDOW + slots->local_of[slot];
}

#endif
