#include "common/text/clean.h"

#include <utf8proc.h>

#include "common/base/compiler.h"
#include "common/text/charclass.h"
#include "common/text/utf8.h"
#include "common/text/utf8_blocks.h"

enum {
    /** The longest compatibility decomposition of one character: U+FDFA, 18 characters. */
    DECOMPOSED_MAX = 18,
    /** Longest case folding of it; utf8proc never needs more than this for one character. */
    DECOMPOSE_ROOM = 64,
    /**
     * Marks kept after one letter. Natural text has at most five; the Unicode
     * Standard's stream-safe format (UAX 15, section 13) allows 30. A bound
     * keeps the sorting of marks, which is quadratic, from being an attack.
     */
    MARKS_MAX = 62,
    /** Longer tokens may shrink a lot, so room for all their bytes is not asked for at once. */
    FAST_TOKEN_BYTES_MAX = 512,
};

static void
append_codepoint(uint32_t codepoint, struct ark_buf *out)
{
    uint8_t *to = ark_buf_reserve(out, ARK_UTF8_BYTES_MAX);
    out->len += ark_utf8_encode(codepoint, to);
}

/** Presentation forms: one code point for a letter as it looks in one place, or for several letters. */
static bool
is_presentation_form(uint32_t codepoint)
{
    bool ornate_parenthesis = codepoint == 0xFD3E || codepoint == 0xFD3F;
    return ((codepoint >= 0xFB50 && codepoint <= 0xFDFF) ||
            (codepoint >= 0xFE70 && codepoint <= 0xFEFC)) &&
           !ornate_parenthesis;
}

/** Characters that change the direction or the look of text around them and are not text. */
static bool
is_bidi_control(uint32_t codepoint)
{
    return codepoint == 0x061C || (codepoint >= 0x200E && codepoint <= 0x200F) ||
           (codepoint >= 0x202A && codepoint <= 0x202E) ||
           (codepoint >= 0x2066 && codepoint <= 0x2069) || codepoint == 0xFEFF;
}

static bool
is_control(uint32_t codepoint)
{
    return (codepoint < 0x20 && codepoint != '\t' && codepoint != '\n') ||
           (codepoint >= 0x7F && codepoint <= 0x9F);
}

static bool
is_mark(uint32_t codepoint)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)codepoint);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

/** Appends the letters that a presentation form stands for. */
static void
append_resolved(uint32_t form, struct ark_buf *out)
{
    utf8proc_int32_t letters[DECOMPOSE_ROOM];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)form, letters, DECOMPOSE_ROOM,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    ARK_ASSERT(count >= 1 && count <= DECOMPOSED_MAX);
    count = utf8proc_normalize_utf32(letters, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    ARK_ASSERT(count >= 1);
    // An isolated mark decomposes to a blank that carries it; in text the letter before does.
    bool carried = count > 1 && letters[0] == ' ' && is_mark((uint32_t)letters[1]);
    for (utf8proc_ssize_t i = carried ? 1 : 0; i < count; i++) {
        append_codepoint((uint32_t)letters[i], out);
    }
}

/** The same for whole blocks; the run may go on behind them. */
static size_t
skip_plain_blocks(ark_str text, size_t start)
{
    size_t at = start;
#ifndef ARK_PORTABLE
    while (text.len - at >= ARK_BLOCK_BYTES) {
        struct ark_block block = ark_block_load(text.bytes, start, at);
        ark_u8x16 bytes = block.bytes;
        ark_u8x16 control =
            (ark_u8x16)(bytes < 0x20) & (ark_u8x16)(bytes != '\t') & (ark_u8x16)(bytes != '\n');
        ark_u8x16 mark = (ark_u8x16)(bytes == 0x9C) & (ark_u8x16)(block.before == 0xD8);
        ark_u8x16 c1 = (ark_u8x16)(bytes == 0x7F) |
                       ((ark_u8x16)(block.before == 0xC2) & (ark_u8x16)(bytes < 0xA0));
        if (!ark_block_is_zero(ark_block_not_short(&block) | control | mark | c1)) {
            break;
        }
        at += ARK_BLOCK_BYTES;
    }
    at = ark_block_end(text.bytes, start, at);
#else
    (void)text;
#endif
    return at;
}

/**
 * The end of the run of bytes at at that are stored as they are: ASCII without
 * controls, and well-formed two-byte characters but C1 controls and U+061C.
 */
static size_t
skip_plain(ark_str text, size_t at)
{
    const uint8_t *bytes = text.bytes;
    at = skip_plain_blocks(text, at);
    while (at < text.len) {
        uint8_t first = bytes[at];
        if (first < 0x80) {
            if ((first < 0x20 && first != '\t' && first != '\n') || first == 0x7F) {
                break;
            }
            at++;
            continue;
        }
        bool two_bytes =
            first >= 0xC2 && first < 0xE0 && at + 1 < text.len && (bytes[at + 1] & 0xC0) == 0x80 &&
            !(first == 0xC2 && bytes[at + 1] < 0xA0) && !(first == 0xD8 && bytes[at + 1] == 0x9C);
        if (!two_bytes) {
            break;
        }
        at += 2;
    }
    return at;
}

/** Cleans the character at at and returns its size. */
static size_t
clean_one(ark_str text, size_t at, struct ark_buf *out)
{
    uint32_t codepoint = 0;
    size_t size = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
    if (codepoint == '\r') {
        bool line_feed_follows = at + 1 < text.len && text.bytes[at + 1] == '\n';
        if (!line_feed_follows) {
            ark_buf_push(out, '\n');
        }
    } else if (is_presentation_form(codepoint)) {
        append_resolved(codepoint, out);
    } else if (!is_control(codepoint) && !is_bidi_control(codepoint)) {
        append_codepoint(codepoint, out);
    }
    return size;
}

void
ark_clean_text(ark_str text, struct ark_buf *out)
{
    size_t at = 0;
    while (at < text.len) {
        size_t plain = skip_plain(text, at);
        ark_buf_append(out, text.bytes + at, plain - at);
        at = plain;
        if (at < text.len) {
            at += clean_one(text, at, out);
        }
    }
}

/**
 * Letters of the Arabic block that other languages write where Arabic has its
 * own: another shape of the same letter, typed with a Persian, Urdu, Pashto or
 * Uyghur keyboard, or the Maghribi way to dot feh and qaf. Letters for sounds
 * that Arabic does not have (peh, tcheh, gaf, veh) stay. 0 = no look-alike.
 */
static uint32_t
arabic_lookalike(uint32_t codepoint)
{
    switch (codepoint) {
    case 0x06A9: // keheh
    case 0x06AA: // swash kaf
        return 0x0643;
    case 0x06CC: // Farsi yeh
    case 0x06CD: // yeh with tail
    case 0x06D0: // Pashto e
    case 0x06D2: // yeh barree
        return 0x064A;
    case 0x06BE: // heh doachashmee
    case 0x06C1: // heh goal
    case 0x06D5: // ae
        return 0x0647;
    case 0x06C3: // teh marbuta goal
        return 0x0629;
    case 0x06BA: // noon ghunna
        return 0x0646;
    case 0x066E: // dotless beh
        return 0x0628;
    case 0x06A1: // dotless feh
    case 0x06A2: // feh with dot below
        return 0x0641;
    case 0x066F: // dotless qaf
    case 0x06A7: // qaf with one dot
        return 0x0642;
    default:
        return 0;
    }
}

/** Arabic-Indic and Persian digits to ASCII, look-alikes to Arabic letters, all else unchanged. */
static uint32_t
map_codepoint(uint32_t codepoint)
{
    if (codepoint >= 0x0660 && codepoint <= 0x0669) {
        return codepoint - 0x0660 + '0';
    }
    if (codepoint >= 0x06F0 && codepoint <= 0x06F9) {
        return codepoint - 0x06F0 + '0';
    }
    uint32_t letter = arabic_lookalike(codepoint);
    return letter != 0 ? letter : codepoint;
}

/** Format characters, controls and blanks: no part of a word. */
static bool
is_nothing(uint32_t codepoint)
{
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

/**
 * A letter and what composes with it. A token is cleaned cluster by cluster,
 * so that a token of any length needs constant memory and linear time.
 */
struct cluster {
    utf8proc_int32_t codepoints[1 + MARKS_MAX];
    utf8proc_ssize_t count;
};

/** Whether a decomposed character may compose with the one before: marks, and vowels and finals of Hangul. */
static bool
extends_cluster(uint32_t codepoint)
{
    return is_mark(codepoint) || (codepoint >= 0x1160 && codepoint <= 0x11FF);
}

/** Puts marks in canonical order: insertion sort, stable, on at most MARKS_MAX. */
static void
sort_marks(struct cluster *cluster)
{
    for (utf8proc_ssize_t i = 1; i < cluster->count; i++) {
        utf8proc_int32_t moving = cluster->codepoints[i];
        utf8proc_propval_t class = utf8proc_get_property(moving)->combining_class;
        utf8proc_ssize_t at = i;
        while (class != 0 && at > 0 &&
               utf8proc_get_property(cluster->codepoints[at - 1])->combining_class > class) {
            cluster->codepoints[at] = cluster->codepoints[at - 1];
            at--;
        }
        cluster->codepoints[at] = moving;
    }
}

/** Appends what is left of the cluster and empties it. */
static void
flush(struct cluster *cluster, struct ark_buf *out)
{
    utf8proc_ssize_t count = cluster->count;
    cluster->count = 0;
    if (count == 0) {
        return;
    }
    uint32_t base = (uint32_t)cluster->codepoints[0];
    enum ark_charclass class = ark_charclass_of(base);
    if (class == ARK_CHARCLASS_MARK && !(base >= 0x1160 && base <= 0x11FF)) {
        return; // tatweel, a Qur'anic small letter, or marks without a letter
    }
    if (class == ARK_CHARCLASS_OTHER || class == ARK_CHARCLASS_ARABIC) {
        cluster->count = count;
        sort_marks(cluster);
        cluster->count = 0;
        count = utf8proc_normalize_utf32(cluster->codepoints, count,
                                         UTF8PROC_COMPOSE | UTF8PROC_STABLE);
        ARK_ASSERT(count >= 1);
    }
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        uint32_t codepoint = (uint32_t)cluster->codepoints[i];
        if (class == ARK_CHARCLASS_OTHER || !is_mark(codepoint)) {
            append_codepoint(codepoint, out);
        }
    }
}

/** Takes one decomposed character into the cluster, or ends the cluster and begins the next. */
static void
take(uint32_t codepoint, struct cluster *cluster, struct ark_buf *out)
{
    codepoint = map_codepoint(codepoint);
    if (is_nothing(codepoint)) {
        return;
    }
    if (!extends_cluster(codepoint)) {
        flush(cluster, out);
    } else if (cluster->count == 1 + MARKS_MAX) {
        return;
    }
    cluster->codepoints[cluster->count++] = (utf8proc_int32_t)codepoint;
}

/** Any token, by utf8proc. */
static void
clean_token_slowly(ark_str token, struct ark_buf *out)
{
    struct cluster cluster = {.count = 0};
    size_t at = 0;
    while (at < token.len) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(token.bytes + at, token.len - at, &codepoint);
        utf8proc_int32_t parts[DECOMPOSE_ROOM];
        int boundary = 0;
        utf8proc_ssize_t count = utf8proc_decompose_char(
            (utf8proc_int32_t)codepoint, parts, DECOMPOSE_ROOM,
            UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
        ARK_ASSERT(count >= 0 && count <= DECOMPOSE_ROOM);
        for (utf8proc_ssize_t i = 0; i < count; i++) {
            take((uint32_t)parts[i], &cluster, out);
        }
    }
    flush(&cluster, out);
}

/**
 * Arabic letters and plain vowel marks, ASCII letters and digits, which are
 * nearly all tokens. False (with out unchanged) when the token has anything
 * else, such as a hamza written as a mark, which has to be composed.
 */
static bool
clean_token_fast(ark_str token, struct ark_buf *out)
{
    uint8_t *to = ark_buf_reserve(out, token.len);
    size_t len = 0;
    size_t at = 0;
    while (at < token.len) {
        uint8_t byte = token.bytes[at];
        if (byte < 0x80) {
            char class = ark_charclass_ascii[byte];
            if (class == ARK_CHARCLASS_SEPARATOR) {
                return false;
            }
            bool upper = byte >= 'A' && byte <= 'Z';
            to[len++] = upper ? (uint8_t)(byte | 0x20) : byte;
            at++;
            continue;
        }
        if ((byte & 0xFE) != 0xD8 || at + 1 == token.len || (token.bytes[at + 1] & 0xC0) != 0x80) {
            return false;
        }
        uint32_t letter = (uint32_t)(byte & 0x1F) << 6 | (token.bytes[at + 1] & 0x3FU);
        bool mark = letter == 0x0640 || letter == 0x0670 || (letter >= 0x064B && letter <= 0x0652);
        if ((letter >= 0x0621 && letter <= 0x063A) || (letter >= 0x0641 && letter <= 0x064A)) {
            to[len++] = byte;
            to[len++] = token.bytes[at + 1];
        } else if (letter >= 0x0660 && letter <= 0x0669) {
            to[len++] = (uint8_t)(letter - 0x0660 + '0');
        } else if (!mark) {
            return false;
        }
        at += 2;
    }
    out->len += len;
    return true;
}

void
ark_clean_token(ark_str token, struct ark_buf *out)
{
    bool fast = token.len <= FAST_TOKEN_BYTES_MAX;
    if (token.len > 0 && !(fast && clean_token_fast(token, out))) {
        clean_token_slowly(token, out);
    }
}
