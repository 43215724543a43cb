#include "common/text/segment.h"

#include "common/base/compiler.h"
#include "common/text/charclass.h"
#include "common/text/utf8_blocks.h"

struct ark_segmenter
ark_segmenter_make(ark_str text)
{
    ARK_ASSERT(text.len <= UINT32_MAX);
    return (struct ark_segmenter){.text = text, .at = 0};
}

static bool begins_token(enum ark_charclass class)
{
    return class != ARK_CHARCLASS_SEPARATOR && class != ARK_CHARCLASS_MARK &&
           class != ARK_CHARCLASS_JOINER;
}

static enum ark_script script_of(enum ark_charclass class)
{
    switch (class) {
    case ARK_CHARCLASS_ARABIC:
        return ARK_SCRIPT_ARABIC;
    case ARK_CHARCLASS_LATIN:
        return ARK_SCRIPT_LATIN;
    case ARK_CHARCLASS_OTHER:
        return ARK_SCRIPT_OTHER;
    default:
        return ARK_SCRIPT_DIGITS;
    }
}

/** Whether a letter or digit goes on with a token of script. */
static bool
continues(enum ark_script script, enum ark_charclass class)
{
    switch (script) {
    case ARK_SCRIPT_ARABIC:
        return class == ARK_CHARCLASS_ARABIC;
    case ARK_SCRIPT_DIGITS:
        return class == ARK_CHARCLASS_ASCII_DIGIT || class == ARK_CHARCLASS_DIGIT;
    default:
        return class == ARK_CHARCLASS_LATIN || class == ARK_CHARCLASS_OTHER ||
               class == ARK_CHARCLASS_ASCII_DIGIT;
    }
}

/** Skips Arabic letters and marks of the Arabic block: most of all bytes pass here. */
static size_t
skip_arabic(ark_str text, size_t at)
{
    while (at + 1 < text.len && (text.bytes[at] & 0xFC) == 0xD8 &&
           (text.bytes[at + 1] & 0xC0) == 0x80) {
        char class =
            ark_charclass_arabic[(text.bytes[at] & 3U) << 6 | (text.bytes[at + 1] & 0x3FU)];
        if (class != ARK_CHARCLASS_ARABIC && class != ARK_CHARCLASS_MARK) {
            break;
        }
        at += 2;
    }
    return at;
}

/** The end of the token that goes on at at; *next is where the walk goes on. */
static size_t
find_end(ark_str text, size_t at, enum ark_script script, size_t *next)
{
    size_t end = at;
    while (at < text.len) {
        if (script == ARK_SCRIPT_ARABIC) {
            size_t skipped = skip_arabic(text, at);
            if (skipped > at) {
                at = end = skipped;
                continue;
            }
        }
        size_t size = 0;
        enum ark_charclass class = ark_charclass_at(text.bytes + at, text.len - at, &size);
        if (class == ARK_CHARCLASS_MARK || continues(script, class)) {
            end = at + size;
        } else if (class != ARK_CHARCLASS_JOINER) {
            break;
        }
        at += size;
    }
    *next = at;
    return end;
}

enum { LETTERS_AT_ONCE = 4, LETTER_BYTES = 2 };

/**
 * How many of four characters of two bytes, one after another, are of U+0620 to
 * U+065F: letters and marks all of them, and nearly all that stand in Arabic text.
 */
static unsigned
count_plain(const uint8_t *bytes)
{
    static const uint64_t LANES = 0x0001000100010001U;
    // Little-endian on every machine; compilers make one load of it.
    uint64_t word = (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
                    (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
                    (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
    // D8 before A0 to BF, D9 before 80 to 9F: the top three bits of the second byte are 101 or 100.
    uint64_t second_block = word & LANES;
    uint64_t wrong = (word & 0xE0FE * LANES) ^ (0xA0D8 * LANES - (second_block << 13));
    return wrong == 0 ? LETTERS_AT_ONCE : (unsigned)__builtin_ctzll(wrong) / 16;
}

/** The end of a token at at of plain letters and marks, before ASCII; at when there is no such token. */
static size_t
find_plain_end(ark_str text, size_t at)
{
    size_t end = at;
    unsigned plain = LETTERS_AT_ONCE;
    if (text.len - at < sizeof(uint64_t)) {
        return at;
    }
    // Of the second 32 characters only the first ten but tatweel are letters. Told first: a heap of
    // marks would be walked through from each of them.
    if (text.bytes[at] != 0xD8 && (uint8_t)(text.bytes[at + 1] - 0x81) >= 10) {
        return at;
    }
    while (plain == LETTERS_AT_ONCE && text.len - end >= sizeof(uint64_t)) {
        plain = count_plain(text.bytes + end);
        end += (size_t)plain * LETTER_BYTES;
    }
    return end < text.len && text.bytes[end] < 0x80 ? end : at;
}

bool
ark_segmenter_next(struct ark_segmenter *segmenter, struct ark_token *out)
{
    ark_str text = segmenter->text;
    size_t at = segmenter->at;
    while (at < text.len) {
        if (text.bytes[at] == ' ') {
            at++;
            continue;
        }
        size_t plain_end = find_plain_end(text, at);
        if (plain_end > at) {
            *out = (struct ark_token){(uint32_t)at, (uint32_t)plain_end, ARK_SCRIPT_ARABIC};
            segmenter->at = plain_end;
            return true;
        }
        size_t size = 0;
        enum ark_charclass class = ark_charclass_at(text.bytes + at, text.len - at, &size);
        if (begins_token(class)) {
            enum ark_script script = script_of(class);
            size_t end = find_end(text, at + size, script, &segmenter->at);
            *out = (struct ark_token){(uint32_t)at, (uint32_t)end, script};
            return true;
        }
        at += size;
    }
    segmenter->at = at;
    return false;
}

#ifndef ARK_PORTABLE
/**
 * Whether a block has only plain Arabic words, blanks and the commonest signs; *begins is then how
 * many words begin in it. *begins is not set otherwise.
 */
static bool
is_words(const uint8_t *bytes, size_t start, size_t at, unsigned *begins)
{
    struct ark_block block = ark_block_load(bytes, start, at);
    uint8_t two_before[ARK_BLOCK_BYTES] = {0};
    ark_u8x16 before_pair;
    memcpy(two_before + (at > start ? 0 : 2), bytes + at - (at > start ? 2 : 0),
           at > start ? ARK_BLOCK_BYTES : ARK_BLOCK_BYTES - 2);
    memcpy(&before_pair, two_before, ARK_BLOCK_BYTES);
    // Signs that part words: from the blank to the slash, and the colon. Letters and digits are words.
    ark_u8x16 sign = (ark_u8x16)(block.bytes < 0x30) | (ark_u8x16)(block.bytes == ':');
    ark_u8x16 ascii = (ark_u8x16)(block.bytes < 0x80);
    // A word does not begin with a mark or tatweel.
    ark_u8x16 no_letter = ark_block_marks(&block) |
                          ((ark_u8x16)(block.before == 0xD9) & (ark_u8x16)(block.bytes == 0x80));
    ark_u8x16 wrong = ark_block_not_plain(&block) | (ascii & ~sign) |
                      (no_letter & (ark_u8x16)(before_pair < 0x80));
    *begins =
        ark_block_count(~ascii & ~ark_block_second(&block) & (ark_u8x16)(block.before < 0x80));
    return ark_block_is_zero(wrong);
}
#endif

uint64_t
ark_segmenter_skip(struct ark_segmenter *segmenter, uint64_t count)
{
    uint64_t passed = 0;
#ifndef ARK_PORTABLE
    const uint8_t *bytes = segmenter->text.bytes;
    size_t start = segmenter->at;
    size_t at = start;
    unsigned begins = 0;
    while (segmenter->text.len - at >= ARK_BLOCK_BYTES && is_words(bytes, start, at, &begins) &&
           passed + begins <= count) {
        passed += begins;
        at += ARK_BLOCK_BYTES;
    }
    // The last word may go on behind the blocks.
    size_t end = at;
    while (end > start && bytes[end - 1] >= 0x80) {
        end--;
    }
    passed -= end < at;
    segmenter->at = end;
#else
    (void)segmenter;
    (void)count;
#endif
    return passed;
}
