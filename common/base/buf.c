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

void
ark_buf_clear(struct ark_buf *buf)
{
    buf->len = 0;
}

uint8_t *
ark_buf_reserve(struct ark_buf *buf, size_t size)
{
    ARK_ASSERT(size <= buf->bytes_max && buf->len <= buf->bytes_max - size);
    buf->bytes = ark_grow(buf->bytes, &buf->capacity, buf->len + size, 1);
    return buf->bytes + buf->len;
}

void
ark_buf_append(struct ark_buf *buf, const void *bytes, size_t size)
{
    if (size > 0) {
        memcpy(ark_buf_reserve(buf, size), bytes, size);
        buf->len += size;
    }
}

void
ark_buf_append_str(struct ark_buf *buf, ark_str text)
{
    ark_buf_append(buf, text.bytes, text.len);
}

void
ark_buf_push(struct ark_buf *buf, uint8_t byte)
{
    if (buf->len == buf->capacity) {
        (void)ark_buf_reserve(buf, 1);
    }
    buf->bytes[buf->len++] = byte;
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

ark_str
ark_buf_view(const struct ark_buf *buf)
{
    return ark_str_make(buf->bytes, buf->len);
}

const char *
ark_buf_cstr(struct ark_buf *buf)
{
    *ark_buf_reserve(buf, 1) = '\0';
    return (const char *)buf->bytes;
}
