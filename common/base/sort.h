/**
 * @file sort.h
 * Sorting of things that are few most of the time.
 */
#ifndef ARK_BASE_SORT_H
#define ARK_BASE_SORT_H

#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"

/** More things are left to qsort, which takes 100 ns each; none is larger in bytes. */
enum { ARK_SORT_FEW = 16, ARK_SORT_BYTES_MAX = 256 };

/**
 * Puts count things of size bytes in order, as qsort does: which of equal ones comes first is not said.
 * Inlined where size and compare are known, and insertion while they are few. O(count log count).
 */
static ARK_ALWAYS_INLINE void
ark_sort(void *things, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *first = things;
    _Alignas(16) char thing[ARK_SORT_BYTES_MAX];
    ARK_DEBUG_ASSERT(size <= sizeof thing);
    if (count > ARK_SORT_FEW) {
        qsort(things, count, size, compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        char *at = first + i * size;
        if (compare(at - size, at) <= 0) {
            continue;
        }
        memcpy(thing, at, size);
        do {
            memcpy(at, at - size, size);
            at -= size;
        } while (at > first && compare(thing, at - size) < 0);
        memcpy(at, thing, size);
    }
}

#endif
