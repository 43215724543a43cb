#define _DEFAULT_SOURCE // madvise
#include "common/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/error.h"

ARK_NORETURN void
ark_out_of_memory(size_t size)
{
    // No atexit handlers, which could need memory.
    char line[96];
    int len = snprintf(line, sizeof line, "%s: out of memory (%zu bytes wanted)\n",
                       ark_program_name, size);
    if (len > 0) {
        ssize_t ignored = write(STDERR_FILENO, line, (size_t)len);
        (void)ignored;
    }
    _exit(2);
}

void
ark_memory_give_back(void)
{
#ifdef __GLIBC__
    enum { GIVEN_BACK = 2 << 20 };
    (void)mallopt(M_MMAP_THRESHOLD, GIVEN_BACK); // which also ends that it grows
#endif
}

void
ark_memory_keep(void)
{
#ifdef __GLIBC__
    enum { STEP = 1 << 20, LARGE = 4 << 20, KEPT = 32 << 20 };
    (void)mallopt(M_TOP_PAD, STEP);
    // Glibc no longer fits these to what is freed once one of them is set.
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
#endif
}

/**
 * Asks for huge pages for a large block: reads all over it then miss the TLB
 * less. Where the system has none, nothing changes.
 */
static void *
advise_large(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
    enum { LARGE = 4 << 20, PAGE = 4096 };
    if (memory != NULL && size >= LARGE) {
        uintptr_t start = ((uintptr_t)memory + PAGE - 1) / PAGE * PAGE;
        uintptr_t end = ((uintptr_t)memory + size) / PAGE * PAGE;
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
#endif
    return memory;
}

void *
ark_xmalloc(size_t size)
{
    void *memory = advise_large(malloc(size == 0 ? 1 : size), size);
    if (memory == NULL) {
        ark_out_of_memory(size);
    }
    return memory;
}

void *
ark_xcalloc(size_t count, size_t size)
{
    void *memory = advise_large(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size), count * size);
    if (memory == NULL) {
        size_t bytes = 0;
        ark_out_of_memory(ark_ckd_mul(&bytes, count, size) ? SIZE_MAX : bytes);
    }
    return memory;
}

void *
ark_xcalloc_written(size_t count, size_t size)
{
    size_t bytes = 0;
    if (ark_ckd_mul(&bytes, count, size)) {
        ark_out_of_memory(SIZE_MAX);
    }
    return memset(ark_xmalloc(bytes), 0, bytes);
}

void *
ark_xrealloc(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    if (ark_ckd_mul(&bytes, count, size)) {
        ark_out_of_memory(SIZE_MAX);
    }
    void *memory = realloc(old, bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        ark_out_of_memory(bytes);
    }
    return memory;
}

char *
ark_xstrdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(ark_xmalloc(bytes), text, bytes);
}

void *
ark_grow_now(void *array, size_t *capacity, size_t needed, size_t size)
{
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < needed) {
        wanted = needed;
    }
    if (wanted < 16) {
        wanted = 16;
    }
    array = ark_xrealloc(array, wanted, size);
    *capacity = wanted;
    return array;
}
