/**
 * @file utf8_blocks.h
 * Sixteen bytes of UTF-8 looked at at once: well-formed characters of one and
 * two bytes, which nearly all of Arabic text is. For the files of common/text;
 * under ARK_PORTABLE there is nothing here, and characters are looked at one by
 * one.
 */
#ifndef ARK_TEXT_UTF8_BLOCKS_H
#define ARK_TEXT_UTF8_BLOCKS_H

#include "common/base/str.h"

#ifndef ARK_PORTABLE

enum { ARK_BLOCK_BYTES = 16 };

/** Some bytes of a text, and those one place before them. */
struct ark_block {
    ark_u8x16 bytes;
    ark_u8x16 before; /**< the byte before the first is 0 at the start of a walk */
};

/** The block at at, of a walk that began at start, a character's first byte. 16 bytes must be left. */
static inline struct ark_block
ark_block_load(const uint8_t *bytes, size_t start, size_t at)
{
    struct ark_block block;
    memcpy(&block.bytes, bytes + at, ARK_BLOCK_BYTES);
    if (at > start) {
        memcpy(&block.before, bytes + at - 1, ARK_BLOCK_BYTES);
    } else {
        uint8_t shifted[ARK_BLOCK_BYTES] = {0};
        memcpy(shifted + 1, bytes + at, ARK_BLOCK_BYTES - 1);
        memcpy(&block.before, shifted, ARK_BLOCK_BYTES);
    }
    return block;
}

/** All ones where a byte is part of a longer character, or of none. */
static inline ark_u8x16
ark_block_not_short(const struct ark_block *block)
{
    ark_u8x16 bytes = block->bytes;
    ark_u8x16 follows = (ark_u8x16)((bytes & 0xC0) == 0x80);
    ark_u8x16 awaited = (ark_u8x16)(block->before >= 0xC2);
    return (ark_u8x16)(bytes >= 0xE0) | (ark_u8x16)((bytes & 0xFE) == 0xC0) | (follows ^ awaited);
}

/** All ones in the second bytes of characters of U+0600 to U+067F. */
static inline ark_u8x16
ark_block_second(const struct ark_block *block)
{
    return (ark_u8x16)((block->before & 0xFE) == 0xD8);
}

/** All ones where a byte is of no letter or mark of U+0620 to U+065F and none of ASCII that is printed. */
static inline ark_u8x16
ark_block_not_plain(const struct ark_block *block)
{
    ark_u8x16 bytes = block->bytes;
    ark_u8x16 second = ark_block_second(block);
    // D8 before A0 to BF, D9 before 80 to 9F: the top three bits are 101 or 100.
    ark_u8x16 top = 0xA0 ^ ((ark_u8x16)(block->before == 0xD9) & 0x20);
    ark_u8x16 first = (ark_u8x16)((bytes & 0xFE) == 0xD8) |
                      ((ark_u8x16)(bytes >= 0x20) & (ark_u8x16)(bytes < 0x7F));
    return (second & (ark_u8x16)((bytes & 0xE0) != top)) | (~second & ~first);
}

/** All ones in the second bytes of the marks U+064B to U+065F; those before U+064B are letters. */
static inline ark_u8x16
ark_block_marks(const struct ark_block *block)
{
    return (ark_u8x16)(block->before == 0xD9) & (ark_u8x16)(block->bytes >= 0x8B);
}

/** How many bytes are all ones, of such that are all ones or 0. */
static inline unsigned
ark_block_count(ark_u8x16 block)
{
    uint64_t halves[2];
    block &= 1;
    memcpy(halves, &block, sizeof halves);
    return (unsigned)((halves[0] + halves[1]) * UINT64_C(0x0101010101010101) >> 56);
}

/** Whether no byte has a bit set. */
static inline bool
ark_block_is_zero(ark_u8x16 block)
{
    uint64_t halves[2];
    memcpy(halves, &block, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/** Where a walk over whole blocks ends: before a lead byte whose second byte is in the next one. */
static inline size_t
ark_block_end(const uint8_t *bytes, size_t start, size_t at)
{
    return at > start && bytes[at - 1] >= 0xC0 ? at - 1 : at;
}

#endif

#endif
