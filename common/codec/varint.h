/**
 * @file varint.h
 * Integers as bytes: LEB128 varints (seven bits a byte, lowest first, the high
 * bit says "more") and fixed little-endian loads and stores. Never by casting,
 * so alignment and byte order of the machine do not matter.
 */
#ifndef ARK_CODEC_VARINT_H
#define ARK_CODEC_VARINT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/base/buf.h"

enum { ARK_VARINT32_BYTES_MAX = 5, ARK_VARINT64_BYTES_MAX = 10 };

/** Writes value at out (room for 10 bytes) and returns the byte after it. */
uint8_t *ark_varint_put(uint8_t *out, uint64_t value);
/** Appends value to buf. */
static inline void
ark_varint_append(struct ark_buf *buf, uint64_t value)
{
    uint8_t *start = ark_buf_reserve(buf, ARK_VARINT64_BYTES_MAX);
    if (value < 0x80) {
        *start = (uint8_t)value;
        buf->len++;
    } else {
        buf->len += (size_t)(ark_varint_put(start, value) - start);
    }
}
/**
 * Reads a 64-bit value in [at, end) and returns the byte after it, or NULL when
 * the bytes end within it or it has more than 64 bits.
 */
const uint8_t *ark_varint_get64(const uint8_t *at, const uint8_t *end, uint64_t *out);
/** The rest of ark_varint_get32 for values of three bytes and more. */
const uint8_t *ark_varint_get32_long(const uint8_t *at, const uint8_t *end, uint32_t *out);

/** The same for values below 2^32: the hot path of every postings decoder. */
static inline const uint8_t *
ark_varint_get32(const uint8_t *at, const uint8_t *end, uint32_t *out)
{
    if (at < end && *at < 0x80) {
        *out = *at;
        return at + 1;
    }
    if (end - at >= 2 && at[1] < 0x80) {
        *out = (uint32_t)(at[0] & 0x7f) | (uint32_t)at[1] << 7;
        return at + 2;
    }
    return ark_varint_get32_long(at, end, out);
}

static inline uint32_t
ark_load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t
ark_load_u64(const uint8_t *at)
{
    return (uint64_t)ark_load_u32(at) | (uint64_t)ark_load_u32(at + 4) << 32;
}

static inline void
ark_store_u32(uint8_t *out, uint32_t value)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(out, &value, sizeof value); // compilers make no one store of the loop
#else
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
#endif
}

static inline void
ark_store_u64(uint8_t *out, uint64_t value)
{
    ark_store_u32(out, (uint32_t)value);
    ark_store_u32(out + 4, (uint32_t)(value >> 32));
}

/** Appends value as 8 bytes. */
static inline void
ark_buf_append_u64(struct ark_buf *buf, uint64_t value)
{
    ark_store_u64(ark_buf_reserve(buf, 8), value);
    buf->len += 8;
}

/** Appends value as 4 bytes. */
static inline void
ark_buf_append_u32(struct ark_buf *buf, uint32_t value)
{
    ark_store_u32(ark_buf_reserve(buf, 4), value);
    buf->len += 4;
}

/**
 * A checked walk over a record: each read moves on, and the first one that
 * does not fit makes it failed, after which all reads give 0 and empty views.
 */
struct ark_record_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

/** A walk over record. */
static inline struct ark_record_reader
ark_record_reader_make(ark_str record)
{
    return (struct ark_record_reader){record.bytes, record.bytes + record.len, false};
}

/** The rest of ark_record_u64 for values of three bytes and more. */
uint64_t ark_record_u64_long(struct ark_record_reader *reader);

/** The next varint. */
static inline uint64_t
ark_record_u64(struct ark_record_reader *reader)
{
    const uint8_t *at = reader->at;
    if (at < reader->end && *at < 0x80 && !reader->failed) {
        reader->at = at + 1;
        return *at;
    }
    if (reader->end - at >= 2 && at[1] < 0x80 && at[0] >= 0x80 && !reader->failed) {
        reader->at = at + 2;
        return (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
    }
    return ark_record_u64_long(reader);
}

/** The next varint, which must be at most max. */
static inline uint32_t
ark_record_u32_max(struct ark_record_reader *reader, uint32_t max)
{
    uint64_t value = ark_record_u64(reader);
    if (value > max) {
        reader->failed = true;
        return 0;
    }
    return (uint32_t)value;
}

/** The next 8 bytes as an integer. */
uint64_t ark_record_fixed64(struct ark_record_reader *reader);
/** The next 4 bytes as an integer. */
uint32_t ark_record_fixed32(struct ark_record_reader *reader);

/** The next len bytes. */
static inline ark_str
ark_record_bytes(struct ark_record_reader *reader, uint64_t len)
{
    if (reader->failed || len > (uint64_t)(reader->end - reader->at)) {
        reader->failed = true;
        return (ark_str){0};
    }
    ark_str bytes = ark_str_make(reader->at, (size_t)len);
    reader->at += len;
    return bytes;
}

/** The next byte. */
static inline uint8_t
ark_record_u8(struct ark_record_reader *reader)
{
    ark_str bytes = ark_record_bytes(reader, 1);
    return reader->failed ? 0 : bytes.bytes[0];
}

/** A varint length of at most max and as many bytes. */
ark_str ark_record_str(struct ark_record_reader *reader, uint32_t max);

#endif
