#include "common/text/width.h"

#include <utf8proc.h>

#include "common/base/compiler.h"
#include "common/text/utf8.h"
#include "common/text/utf8_blocks.h"

unsigned
ark_text_width(uint32_t codepoint)
{
    // ASCII and the letters of Arabic, of which texts consist, need no look-up.
    if ((codepoint >= 0x20 && codepoint < 0x7F) || (codepoint >= 0x0620 && codepoint <= 0x064A)) {
        return 1;
    }
    // Signs that enclose the digits or letters after them; terminals give them a cell.
    if ((codepoint >= 0x0600 && codepoint <= 0x0605) || codepoint == 0x06DD ||
        codepoint == 0x070F || codepoint == 0x0890 || codepoint == 0x0891 || codepoint == 0x08E2 ||
        codepoint == 0x110BD || codepoint == 0x110CD) {
        return 1;
    }
    // Characters younger than utf8proc: emoji and ideographs will be wide.
    bool young = utf8proc_category((utf8proc_int32_t)codepoint) == UTF8PROC_CATEGORY_CN;
    if (young && ((codepoint >= 0x1F000 && codepoint <= 0x1FFFD) ||
                  (codepoint >= 0x20000 && codepoint <= 0x3FFFD))) {
        return 2;
    }
    int width = utf8proc_charwidth((utf8proc_int32_t)codepoint);
    return width > 0 ? (unsigned)width : 0;
}

/** The cells of the blocks at *at that have plain text alone, behind which *at is then. */
static size_t
count_plain_cells(ark_str text, size_t *at)
{
    size_t cells = 0;
#ifndef ARK_PORTABLE
    size_t start = *at;
    while (text.len - *at >= ARK_BLOCK_BYTES) {
        struct ark_block block = ark_block_load(text.bytes, start, *at);
        if (!ark_block_is_zero(ark_block_not_plain(&block))) {
            break;
        }
        // A cell for each character but marks.
        cells += ark_block_count(~ark_block_second(&block));
        cells -= ark_block_count(ark_block_marks(&block));
        *at += ARK_BLOCK_BYTES;
    }
    size_t end = ark_block_end(text.bytes, start, *at);
    cells -= *at - end;
    *at = end;
#else
    (void)text;
    (void)at;
#endif
    return cells;
}

size_t
ark_text_cells(ark_str text)
{
    enum { WALK_BYTES = 16 }; // that are looked at one by one before blocks are tried again
    size_t cells = 0;
    size_t walk_end = 0;
    for (size_t at = 0; at < text.len;) {
        if (at >= walk_end) {
            cells += count_plain_cells(text, &at);
            walk_end = at + WALK_BYTES;
            continue;
        }
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        cells += ark_text_width(codepoint);
    }
    return cells;
}

enum ark_direction
ark_text_direction(uint32_t codepoint)
{
    switch (utf8proc_get_property((utf8proc_int32_t)codepoint)->bidi_class) {
    case UTF8PROC_BIDI_CLASS_L:
        return ARK_DIRECTION_LTR;
    case UTF8PROC_BIDI_CLASS_R:
    case UTF8PROC_BIDI_CLASS_AL:
        return ARK_DIRECTION_RTL;
    default:
        return ARK_DIRECTION_NONE;
    }
}

enum ark_direction
ark_text_base_direction(ark_str text)
{
    enum ark_direction direction = ARK_DIRECTION_NONE;
    for (size_t at = 0; at < text.len && direction == ARK_DIRECTION_NONE;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        direction = ark_text_direction(codepoint);
    }
    return direction;
}

bool
ark_text_has_rtl(ark_str text)
{
    bool found = false;
    for (size_t at = 0; at < text.len && !found;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        found = ark_text_direction(codepoint) == ARK_DIRECTION_RTL;
    }
    return found;
}
