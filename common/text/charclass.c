#include "common/text/charclass.h"

#include <stdbool.h>
#include <stddef.h>
#include <utf8proc.h>

#include "common/base/compiler.h"
#include "common/text/utf8.h"

const char ark_charclass_ascii[128 + 1] = "................................"
                                          "................NNNNNNNNNN......"
                                          ".LLLLLLLLLLLLLLLLLLLLLLLLLL....."
                                          ".LLLLLLLLLLLLLLLLLLLLLLLLLL.....";

const char ark_charclass_arabic[256 + 1] = "................MMMMMMMMMMM.J..."
                                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                           "MAAAAAAAAAAMMMMMMMMMMMMMMMMMMMMM"
                                           "DDDDDDDDDD....AAMAAAAAAAAAAAAAAA"
                                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                           "AAAAAAAAAAAAAAAAAAAA.AMMMMMMM..M"
                                           "MMMMMMMMM.MMMMAADDDDDDDDDDAAA..A";

struct range {
    uint32_t first;
    uint32_t last;
};

static bool
in_ranges(uint32_t codepoint, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (codepoint >= ranges[i].first && codepoint <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/** The blocks of the Arabic script. */
static bool
is_arabic(uint32_t codepoint)
{
    static const struct range blocks[] = {{0x0600, 0x06FF},  {0x0750, 0x077F}, {0x0870, 0x08FF},
                                          {0xFB50, 0xFDFF},  {0xFE70, 0xFEFF}, {0x10EC0, 0x10EFF},
                                          {0x1EE00, 0x1EEFF}};
    return in_ranges(codepoint, blocks, ARK_COUNT_OF(blocks));
}

/** Blocks whose letters are Latin. utf8proc knows categories, not scripts. */
static bool
is_latin(uint32_t codepoint)
{
    static const struct range blocks[] = {{0x0041, 0x02AF}, {0x1E00, 0x1EFF}, {0x2C60, 0x2C7F},
                                          {0xA722, 0xA7FF}, {0xFB00, 0xFB06}, {0xFF21, 0xFF5A}};
    return in_ranges(codepoint, blocks, ARK_COUNT_OF(blocks));
}

/**
 * Small waw, small yeh and their kin are letters to Unicode, but marks of the
 * Qur'anic orthography to a reader; tatweel only stretches a word.
 */
static bool
is_letter_used_as_mark(uint32_t codepoint)
{
    return codepoint == 0x0640 || codepoint == 0x06E5 || codepoint == 0x06E6 || codepoint == 0x08C9;
}

/** Format characters that may stand inside a word. The zero-width space parts words. */
static bool
is_joiner(uint32_t codepoint)
{
    static const struct range joiners[] = {{0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x200C, 0x200F},
                                           {0x202A, 0x202E}, {0x2060, 0x2060}, {0x2066, 0x2069},
                                           {0xFEFF, 0xFEFF}};
    return in_ranges(codepoint, joiners, ARK_COUNT_OF(joiners));
}

static enum ark_charclass
letter_class(uint32_t codepoint)
{
    if (is_arabic(codepoint)) {
        return ARK_CHARCLASS_ARABIC;
    }
    return is_latin(codepoint) ? ARK_CHARCLASS_LATIN : ARK_CHARCLASS_OTHER;
}

enum ark_charclass
ark_charclass_of(uint32_t codepoint)
{
    if (is_letter_used_as_mark(codepoint)) {
        return ARK_CHARCLASS_MARK;
    }
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return letter_class(codepoint);
    case UTF8PROC_CATEGORY_ND:
        return codepoint < 0x80 ? ARK_CHARCLASS_ASCII_DIGIT : ARK_CHARCLASS_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return ARK_CHARCLASS_MARK;
    case UTF8PROC_CATEGORY_CF:
        return is_joiner(codepoint) ? ARK_CHARCLASS_JOINER : ARK_CHARCLASS_SEPARATOR;
    default:
        return ARK_CHARCLASS_SEPARATOR;
    }
}

enum ark_charclass
ark_charclass_decode(const uint8_t *bytes, size_t left, size_t *size)
{
    uint32_t codepoint = 0;
    *size = ark_utf8_decode(bytes, left, &codepoint);
    return ark_charclass_of(codepoint);
}
