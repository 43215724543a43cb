#include "common/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

void *
ark_xmalloc(size_t size)
{
    void *memory = malloc(size == 0 ? 1 : size);
    if (memory == NULL) {
        ark_out_of_memory(size);
    }
    return memory;
}

void *
ark_xcalloc(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (memory == NULL) {
        size_t bytes = 0;
        ark_out_of_memory(ark_ckd_mul(&bytes, count, size) ? SIZE_MAX : bytes);
    }
    return memory;
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
