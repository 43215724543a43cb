#include "common/text/gate.h"

#include <utf8proc.h>

#include "common/text/charclass.h"
#include "common/text/utf8.h"
#include "common/text/utf8_blocks.h"

enum { ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D };

/** What a character becomes: itself, a space, U+FFFD, or 0 for nothing. */
static uint32_t
replace(uint32_t codepoint, const utf8proc_property_t *facts)
{
    bool breaks = (codepoint >= '\t' && codepoint <= '\r') || codepoint == 0x85;
    if (breaks || facts->category == UTF8PROC_CATEGORY_ZL ||
        facts->category == UTF8PROC_CATEGORY_ZP) {
        return ' ';
    }
    // utf8proc knows the invisible ones that are assigned, but not those kept for later.
    bool invisible = facts->ignorable || codepoint == 0x2065 ||
                     (codepoint >= 0xFFF0 && codepoint <= 0xFFF8) ||
                     (codepoint >= 0xE0000 && codepoint <= 0xE0FFF);
    if (codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || invisible) {
        return 0;
    }
    if (facts->category == UTF8PROC_CATEGORY_CO || (codepoint & 0xFFFE) == 0xFFFE ||
        (codepoint >= 0xFDD0 && codepoint <= 0xFDEF)) {
        return ARK_UTF8_REPLACEMENT;
    }
    // Format characters that are drawn: number signs, the end of a verse and the like.
    bool drawn = (codepoint >= 0x0600 && codepoint <= 0x0605) || codepoint == 0x06DD ||
                 codepoint == 0x070F || (codepoint >= 0x0890 && codepoint <= 0x0891) ||
                 codepoint == 0x08E2 || codepoint == 0x110BD || codepoint == 0x110CD;
    return facts->category == UTF8PROC_CATEGORY_CF && !drawn ? 0 : codepoint;
}

/** Writes the joiner held back if it may stand between the last character and the next. */
static size_t
release(struct ark_gate *gate, bool next_letter, bool next_arabic, uint8_t *out)
{
    uint32_t joiner = gate->joiner;
    bool stays = gate->letter && next_letter;
    gate->joiner = 0;
    if (joiner == ZERO_WIDTH_JOINER) {
        stays = stays || gate->arabic || next_arabic;
    }
    return joiner != 0 && stays ? ark_utf8_encode(joiner, out) : 0;
}

/** True for the letters of Arabic and tatweel, which are most of a text. */
static bool
is_plain_arabic(uint32_t codepoint)
{
    return codepoint >= 0x0620 && codepoint <= 0x064A;
}

static bool
is_latin_letter(uint32_t codepoint)
{
    uint32_t small = codepoint | 0x20;
    return small >= 'a' && small <= 'z';
}

size_t
ark_gate_pass(struct ark_gate *gate, uint32_t codepoint, uint8_t *out)
{
    bool plain_arabic = is_plain_arabic(codepoint);
    bool ascii = codepoint >= 0x20 && codepoint < 0x7F;
    if (gate->joiner == 0 && (plain_arabic || ascii)) {
        gate->letter = plain_arabic || is_latin_letter(codepoint);
        gate->arabic = plain_arabic;
        gate->mark_count = 0;
        return ark_utf8_encode(codepoint, out);
    }
    if (codepoint == ZERO_WIDTH_JOINER || codepoint == ZERO_WIDTH_NON_JOINER) {
        gate->joiner = gate->joiner == 0 ? codepoint : gate->joiner; // two are no better than one
        return 0;
    }
    const utf8proc_property_t *facts = utf8proc_get_property((utf8proc_int32_t)codepoint);
    codepoint = replace(codepoint, facts);
    if (codepoint == 0) {
        return 0;
    }
    bool mark = codepoint != ARK_UTF8_REPLACEMENT && (facts->category == UTF8PROC_CATEGORY_MN ||
                                                      facts->category == UTF8PROC_CATEGORY_ME);
    if (mark && gate->mark_count >= ARK_GATE_MARKS_MAX) {
        return 0;
    }
    // Tatweel is a mark to the segmenter; here it is what it looks like, a letter.
    enum ark_charclass class = ark_charclass_of(codepoint);
    bool arabic = class == ARK_CHARCLASS_ARABIC || codepoint == 0x0640;
    bool letter = arabic || class == ARK_CHARCLASS_LATIN || class == ARK_CHARCLASS_OTHER;
    // A mark takes part in nothing: it goes with the letter before it.
    size_t len = release(gate, mark ? gate->letter : letter, mark ? gate->arabic : arabic, out);
    if (mark) {
        gate->mark_count++;
    } else {
        gate->letter = letter;
        gate->arabic = arabic;
        gate->mark_count = 0;
    }
    return len + ark_utf8_encode(codepoint, out + len);
}

size_t
ark_gate_pass_plain(struct ark_gate *gate, ark_str text)
{
    size_t end = 0;
#ifndef ARK_PORTABLE
    while (gate->joiner == 0 && text.len - end >= ARK_BLOCK_BYTES) {
        struct ark_block block = ark_block_load(text.bytes, 0, end);
        if (!ark_block_is_zero(ark_block_not_plain(&block) | ark_block_marks(&block))) {
            break;
        }
        end += ARK_BLOCK_BYTES;
    }
    end = ark_block_end(text.bytes, 0, end);
    if (end > 0) {
        gate->arabic = text.bytes[end - 1] >= 0x80;
        gate->letter = gate->arabic || is_latin_letter(text.bytes[end - 1]);
        gate->mark_count = 0;
    }
#else
    (void)gate;
    (void)text;
#endif
    return end;
}

size_t
ark_gate_end(struct ark_gate *gate, uint8_t *out)
{
    return release(gate, false, false, out);
}
