#include "indexer/arabic_odds.h"

#include "common/base/compiler.h"
#include "common/text/utf8.h"

/*
 * Costs are -8 log2 of a character's share. The letters' shares were counted
 * over 11 million letters of modern and classical prose and news; the others
 * are set so that usual ones weigh like a rare letter and strange ones like a
 * character seen once in sixteen thousand.
 */
enum {
    COST_MARK = 48,
    COST_COMMA = 50,
    COST_TATWEEL = 56,
    COST_PUNCTUATION = 72,
    COST_STRANGE = 112,
    COST_AFTER_LATIN = 40, // Arabic letters do not stand next to Latin ones
    // Arabic prose costs 36 a letter; Arabic read in the wrong one of the two
    // encodings, and other languages, cost over 55.
    COST_PLAUSIBLE_MAX = 46,
};

/** U+0621 to U+063A, hamza to ghain. */
static const uint8_t LETTERS_1[] = {
    64, 77, 42, 79, 54, 66, 23, 36, 43, 38, 58, 50, 45,
    56, 41, 55, 36, 59, 43, 54, 54, 59, 56, 70, 39, 62,
};
/** U+0641 to U+064A, feh to yeh. */
static const uint8_t LETTERS_2[] = {41, 43, 45, 25, 32, 32, 39, 33, 53, 31};

_Static_assert(sizeof LETTERS_1 == 0x63A - 0x621 + 1, "hamza to ghain");
_Static_assert(sizeof LETTERS_2 == 0x64A - 0x641 + 1, "feh to yeh");

static bool
is_letter(uint32_t codepoint)
{
    return (codepoint >= 0x621 && codepoint <= 0x63A) || (codepoint >= 0x641 && codepoint <= 0x64A);
}

static uint32_t
cost_of(uint32_t codepoint)
{
    if (codepoint >= 0x621 && codepoint <= 0x63A) {
        return LETTERS_1[codepoint - 0x621];
    }
    if (codepoint >= 0x641 && codepoint <= 0x64A) {
        return LETTERS_2[codepoint - 0x641];
    }
    if (codepoint >= 0x64B && codepoint <= 0x652) {
        return COST_MARK;
    }
    switch (codepoint) {
    case 0x60C: // comma
        return COST_COMMA;
    case 0x640:
        return COST_TATWEEL;
    case 0x61B: // semicolon
    case 0x61F: // question mark
    case 0xA0:
    case 0xAB: // guillemets
    case 0xBB:
    case 0x2013:
    case 0x2014:
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2026:
        return COST_PUNCTUATION;
    default:
        return COST_STRANGE;
    }
}

static bool
is_latin(uint32_t codepoint)
{
    return (codepoint | 0x20) >= 'a' && (codepoint | 0x20) <= 'z';
}

struct ark_arabic_odds
ark_arabic_odds(ark_str text)
{
    struct ark_arabic_odds odds = {0};
    uint32_t before = ' ';
    size_t at = 0;
    while (at < text.len) {
        uint32_t codepoint;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        bool letter = is_letter(codepoint);
        if ((letter && is_latin(before)) || (is_latin(codepoint) && is_letter(before))) {
            odds.cost += COST_AFTER_LATIN;
        }
        if (codepoint >= 0x80) {
            odds.cost += cost_of(codepoint);
            odds.counted++;
            odds.letters += letter;
        }
        before = codepoint;
    }
    odds.plausible = odds.letters > 0 && odds.letters * 2 >= odds.counted &&
                     odds.cost <= odds.counted * COST_PLAUSIBLE_MAX;
    return odds;
}
