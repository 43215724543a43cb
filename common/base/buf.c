#include "common/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"

struct ark_buf
ark_buf_make(size_t bytes_max)
{
    return (struct ark_buf){.bytes_max = bytes_max};
}

void
ark_buf_dispose(struct ark_buf *buf)
{
    free(buf->bytes);
    *buf = ark_buf_make(buf->bytes_max);
}

uint8_t *
ark_buf_reserve_now(struct ark_buf *buf, size_t size)
{
    ARK_ASSERT(size <= buf->bytes_max && buf->len <= buf->bytes_max - size);
    enum { LEAST = 16 };
    size_t needed = buf->len + size;
    if (needed > buf->capacity) {
        size_t wanted = buf->capacity + buf->capacity / 2;
        wanted = wanted < LEAST ? LEAST : wanted;
        wanted = wanted < needed ? needed : wanted;
        wanted = wanted > buf->bytes_max ? buf->bytes_max : wanted;
        buf->bytes = ark_xrealloc(buf->bytes, wanted, 1);
        buf->capacity = wanted;
    }
    return buf->bytes == NULL ? NULL : buf->bytes + buf->len;
}

void
ark_buf_printf(struct ark_buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int needed = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ARK_ASSERT(needed >= 0);
    uint8_t *place = ark_buf_reserve(buf, (size_t)needed + 1);
    (void)vsnprintf((char *)place, (size_t)needed + 1, format, again);
    va_end(again);
    buf->len += (size_t)needed;
}

const char *
ark_buf_cstr(struct ark_buf *buf)
{
    *ark_buf_reserve(buf, 1) = '\0';
    return (const char *)buf->bytes;
}
