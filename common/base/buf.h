/**
 * @file buf.h
 * A growing byte buffer with a stated maximum.
 *
 * Invariants: len <= capacity; bytes is NULL only when capacity is 0; never
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
/** Makes the buffer empty and keeps its memory. */
void ark_buf_clear(struct ark_buf *buf);
/** Room for size more bytes; returns where they go. len is not changed. */
uint8_t *ark_buf_reserve(struct ark_buf *buf, size_t size);
/** Appends size bytes. */
void ark_buf_append(struct ark_buf *buf, const void *bytes, size_t size);
/** Appends a view. */
void ark_buf_append_str(struct ark_buf *buf, ark_str text);
/** Appends one byte. */
void ark_buf_push(struct ark_buf *buf, uint8_t byte);
/** Appends formatted text without its NUL. */
void ark_buf_printf(struct ark_buf *buf, const char *format, ...) ARK_PRINTF(2, 3);
/** The content as a view, valid until the next change. */
ark_str ark_buf_view(const struct ark_buf *buf);
/** The content NUL-ended (the NUL is not counted in len), valid until the next change. */
const char *ark_buf_cstr(struct ark_buf *buf);

#endif
