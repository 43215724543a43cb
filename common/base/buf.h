/**
 * @file buf.h
 * A growing byte buffer with a stated maximum.
 *
 * Invariants: len <= capacity <= bytes_max; bytes is NULL only when capacity is 0; never
 * NUL-ended unless ark_buf_cstr asked for it. Passing bytes_max is a bug of
 * the caller (input limits are checked before appending), so it asserts.
 */
#ifndef ARK_BASE_BUF_H
#define ARK_BASE_BUF_H

#include <stdint.h>

#include "common/base/compiler.h"
#include "common/base/str.h"

struct ark_buf {
    uint8_t *bytes;
    size_t len;
    size_t capacity;
    size_t bytes_max;
};

/** An empty buffer that may hold bytes_max bytes; nothing is allocated yet. */
struct ark_buf ark_buf_make(size_t bytes_max);
/** Frees the bytes; the buffer is empty and usable again. */
void ark_buf_dispose(struct ark_buf *buf);
/** What ark_buf_reserve does when there is not room enough. */
uint8_t *ark_buf_reserve_now(struct ark_buf *buf, size_t size);

/** Makes the buffer empty and keeps its memory. */
static inline void
ark_buf_clear(struct ark_buf *buf)
{
    buf->len = 0;
}

/** Room for size more bytes; returns where they go. len is not changed. */
static inline uint8_t *
ark_buf_reserve(struct ark_buf *buf, size_t size)
{
    bool has_room = buf->bytes != NULL && size <= buf->capacity - buf->len;
    return has_room ? buf->bytes + buf->len : ark_buf_reserve_now(buf, size);
}

/** Appends size bytes. */
static inline void
ark_buf_append(struct ark_buf *buf, const void *bytes, size_t size)
{
    if (size > 0) {
        memcpy(ark_buf_reserve(buf, size), bytes, size);
        buf->len += size;
    }
}

/** Appends a view. */
static inline void
ark_buf_append_str(struct ark_buf *buf, ark_str text)
{
    ark_buf_append(buf, text.bytes, text.len);
}

/** Appends one byte. */
static inline void
ark_buf_push(struct ark_buf *buf, uint8_t byte)
{
    *ark_buf_reserve(buf, 1) = byte;
    buf->len++;
}

/** Appends formatted text without its NUL. */
void ark_buf_printf(struct ark_buf *buf, const char *format, ...) ARK_PRINTF(2, 3);
/** The content as a view, valid until the next change. */
static inline ark_str
ark_buf_view(const struct ark_buf *buf)
{
    return ark_str_make(buf->bytes, buf->len);
}

/** The content NUL-ended (the NUL is not counted in len), valid until the next change. */
const char *ark_buf_cstr(struct ark_buf *buf);

#endif
