/**
 * @file memory.h
 * Allocation that does not fail, and size arithmetic that does not wrap.
 *
 * Out of memory is not a status: these functions print one line and end the
 * process with status 2. Nothing is lost by it, because the index is only ever
 * changed by a committed transaction.
 */
#ifndef ARK_BASE_MEMORY_H
#define ARK_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/compiler.h"

/** Prints that size bytes could not be had and ends the process with status 2: for libraries that say so. */
ARK_NORETURN void ark_out_of_memory(size_t size);
/**
 * From now on large blocks go back to the system when they are freed. Otherwise glibc, once a
 * large block was freed, keeps such blocks for later ones of any size. Call it before other
 * threads start.
 */
void ark_memory_give_back(void);
/**
 * From now on memory is taken from the system by the megabyte, and what is freed is kept: for a
 * program that ends soon. A step of the heap is two or three microseconds. Call it before other
 * threads start.
 */
void ark_memory_keep(void);
/** malloc of size bytes (0 counts as 1). Caller frees with free(). */
void *ark_xmalloc(size_t size);
/** calloc of count elements of size bytes; the product is checked. Caller frees with free(). */
void *ark_xcalloc(size_t count, size_t size);
/**
 * The same for a table that is filled here and there: all of it is written at once. A page that is
 * read before it is written is faulted in twice, and the second time stops the other threads.
 */
void *ark_xcalloc_written(size_t count, size_t size);
/** realloc of an array to count elements of size bytes; the product is checked. */
void *ark_xrealloc(void *old, size_t count, size_t size);
/** A NUL-ended copy of text. Caller frees with free(). */
char *ark_xstrdup(const char *text);

/** *out = a + b; true when it wrapped (*out is then unusable). */
static inline ARK_MUST_CHECK bool
ark_ckd_add(size_t *out, size_t a, size_t b)
{
    return __builtin_add_overflow(a, b, out);
}

/** *out = a * b; true when it wrapped. */
static inline ARK_MUST_CHECK bool
ark_ckd_mul(size_t *out, size_t a, size_t b)
{
    return __builtin_mul_overflow(a, b, out);
}

/** What ark_grow does when there is not room enough. */
void *ark_grow_now(void *array, size_t *capacity, size_t needed, size_t size);

/**
 * Makes room for at least needed elements of size bytes in the array *array of
 * *capacity elements, growing by half. Amortised O(1) per element. Returns the
 * array, which is also stored in *array's place by the macro below.
 */
static inline void *
ark_grow(void *array, size_t *capacity, size_t needed, size_t size)
{
    return needed <= *capacity ? array : ark_grow_now(array, capacity, needed, size);
}

/** ARK_GROW(items, capacity, needed): items has room for needed elements after it. */
#define ARK_GROW(array, capacity, needed)                                                          \
    ((array) = ark_grow((array), &(capacity), (needed), sizeof *(array)))

#endif
