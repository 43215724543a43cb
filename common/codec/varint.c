#include "common/codec/varint.h"

uint8_t *
ark_varint_put(uint8_t *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *out++ = (uint8_t)value;
    return out;
}

const uint8_t *
ark_varint_get64(const uint8_t *at, const uint8_t *end, uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (at >= end) {
            return NULL;
        }
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1) {
            return NULL;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out = value;
            return at;
        }
    }
    return NULL;
}

const uint8_t *
ark_varint_get32_long(const uint8_t *at, const uint8_t *end, uint32_t *out)
{
    uint64_t value = 0;
    const uint8_t *after = ark_varint_get64(at, end, &value);
    if (after == NULL || value > UINT32_MAX) {
        return NULL;
    }
    *out = (uint32_t)value;
    return after;
}

uint64_t
ark_record_u64_long(struct ark_record_reader *reader)
{
    uint64_t value = 0;
    const uint8_t *after =
        reader->failed ? NULL : ark_varint_get64(reader->at, reader->end, &value);
    if (after == NULL) {
        reader->failed = true;
        return 0;
    }
    reader->at = after;
    return value;
}

uint64_t
ark_record_fixed64(struct ark_record_reader *reader)
{
    ark_str bytes = ark_record_bytes(reader, 8);
    return reader->failed ? 0 : ark_load_u64(bytes.bytes);
}

uint32_t
ark_record_fixed32(struct ark_record_reader *reader)
{
    ark_str bytes = ark_record_bytes(reader, 4);
    return reader->failed ? 0 : ark_load_u32(bytes.bytes);
}

ark_str
ark_record_str(struct ark_record_reader *reader, uint32_t max)
{
    return ark_record_bytes(reader, ark_record_u32_max(reader, max));
}
