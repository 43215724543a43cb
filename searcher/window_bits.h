/**
 * @file window_bits.h
 * Sets of documents of one window.
 */
#ifndef ARK_SEARCHER_WINDOW_BITS_H
#define ARK_SEARCHER_WINDOW_BITS_H

#include "common/codec/hot_postings.h"

/** Documents of a window: bit local % 64 of bits[local / 64]. */
struct ark_window_bits {
    uint64_t bits[ARK_WINDOW / 64];
};

static inline bool
ark_bits_none(const struct ark_window_bits *set)
{
    return (set->bits[0] | set->bits[1]) == 0;
}

static inline bool
ark_bits_has(const struct ark_window_bits *set, uint32_t local)
{
    return (set->bits[local / 64] >> local % 64 & 1) != 0;
}

static inline void
ark_bits_add(struct ark_window_bits *set, uint32_t local)
{
    set->bits[local / 64] |= (uint64_t)1 << local % 64;
}

static inline void
ark_bits_remove(struct ark_window_bits *set, uint32_t local)
{
    set->bits[local / 64] &= ~((uint64_t)1 << local % 64);
}

static inline struct ark_window_bits
ark_bits_and(struct ark_window_bits a, struct ark_window_bits b)
{
    return (struct ark_window_bits){{a.bits[0] & b.bits[0], a.bits[1] & b.bits[1]}};
}

static inline struct ark_window_bits
ark_bits_or(struct ark_window_bits a, struct ark_window_bits b)
{
    return (struct ark_window_bits){{a.bits[0] | b.bits[0], a.bits[1] | b.bits[1]}};
}

/** Those of a that are not in b. */
static inline struct ark_window_bits
ark_bits_without(struct ark_window_bits a, struct ark_window_bits b)
{
    return (struct ark_window_bits){{a.bits[0] & ~b.bits[0], a.bits[1] & ~b.bits[1]}};
}

static inline uint32_t
ark_bits_count(const struct ark_window_bits *set)
{
    return ark_popcount64(set->bits[0]) + ark_popcount64(set->bits[1]);
}

/** The first document of the set >= local, or ARK_WINDOW. */
static inline uint32_t
ark_bits_next(const struct ark_window_bits *set, uint32_t local)
{
    while (local < ARK_WINDOW) {
        uint64_t left = set->bits[local / 64] >> local % 64;
        if (left != 0) {
            return local + (uint32_t)__builtin_ctzll(left);
        }
        local = (local / 64 + 1) * 64;
    }
    return ARK_WINDOW;
}

/** The documents of a window that a segment of document_count has. */
static inline struct ark_window_bits
ark_bits_of_window(uint32_t window, uint32_t document_count)
{
    uint64_t left = (uint64_t)document_count - (uint64_t)window * ARK_WINDOW;
    struct ark_window_bits all = {{UINT64_MAX, UINT64_MAX}};
    if (left < 64) {
        all = (struct ark_window_bits){{((uint64_t)1 << left) - 1, 0}};
    } else if (left < ARK_WINDOW) {
        all.bits[1] = ((uint64_t)1 << (left - 64)) - 1;
    }
    return all;
}

#endif
