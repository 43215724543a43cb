#include "indexer/intake.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <uchardet/uchardet.h>

#include "common/base/memory.h"
#include "common/text/utf8.h"
#include "indexer/arabic_odds.h"
#include "indexer/transcode.h"

enum {
    NAME_BYTES_MAX = 64,
    SAMPLE_BYTES = 64 * 1024, // enough for letter statistics to be sure, cheap to look at
    UTF8_EXPANSION_MAX = 8,   // no encoding of iconv's grows more on its way to UTF-8
    BYTES_A_FAULT_MIN = 32,
    WIDE_BYTES_A_FAULT_MIN = 400,
};

struct ark_intake {
    char asked[NAME_BYTES_MAX]; // empty: find it
    char found[NAME_BYTES_MAX];
    struct ark_buf converted;
    struct ark_buf sample;
    uchardet_t detector;
};

/** A byte order mark. Longer ones stand before their own beginnings. */
struct mark {
    const char *bytes;
    size_t len;
    const char *encoding;
};

static const struct mark MARKS[] = {
    {"\xEF\xBB\xBF", 3, "UTF-8"}, {"\xFF\xFE\0\0", 4, "UTF-32LE"}, {"\0\0\xFE\xFF", 4, "UTF-32BE"},
    {"\xFF\xFE", 2, "UTF-16LE"},  {"\xFE\xFF", 2, "UTF-16BE"},
};

/** Names that pages use and iconv does not know, or that mean more than they say. */
static const struct {
    const char *used;
    const char *iconv;
} ALIASES[] = {
    {"x-cp1256", "WINDOWS-1256"},
    {"iso-8859-6-i", "ISO-8859-6"},
    {"iso-8859-6-e", "ISO-8859-6"},
    {"unicode-1-1-utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"x-cp1252", "WINDOWS-1252"},
    {"iso-8859-1", "WINDOWS-1252"}, // as browsers read it: C1 controls are no text
    {"latin1", "WINDOWS-1252"},
    {"us-ascii", "WINDOWS-1252"},
};

enum ark_status
ark_intake_new(struct ark_intake **out, const char *encoding, struct ark_error *err)
{
    bool automatic = encoding == NULL || strcmp(encoding, "auto") == 0;
    if (!automatic && (strlen(encoding) >= NAME_BYTES_MAX || encoding[0] == '\0' ||
                       strchr(encoding, '/') != NULL || !ark_transcode_knows(encoding))) {
        return ark_error_set(err, ARK_E_ARGUMENT, "no such encoding (iconv -l lists them): %s",
                             encoding);
    }
    struct ark_intake *intake = ark_xcalloc(1, sizeof *intake);
    if (!automatic) {
        memcpy(intake->asked, encoding, strlen(encoding) + 1);
    }
    intake->converted =
        ark_buf_make((size_t)ARK_DOCUMENT_BYTES_HARD_MAX * (size_t)UTF8_EXPANSION_MAX);
    intake->sample = ark_buf_make((size_t)SAMPLE_BYTES * UTF8_EXPANSION_MAX * 2);
    *out = intake;
    return ARK_OK;
}

void
ark_intake_free(struct ark_intake *intake)
{
    if (intake == NULL) {
        return;
    }
    if (intake->detector != NULL) {
        uchardet_delete(intake->detector);
    }
    ark_buf_dispose(&intake->converted);
    ark_buf_dispose(&intake->sample);
    free(intake);
}

static const struct mark *
find_mark(ark_str bytes)
{
    for (size_t i = 0; i < ARK_COUNT_OF(MARKS); i++) {
        if (ark_str_starts_with(bytes, ark_str_make(MARKS[i].bytes, MARKS[i].len))) {
            return &MARKS[i];
        }
    }
    return NULL;
}

/** What is counted over a text that may be UTF-8. */
struct utf8_facts {
    size_t good_count; // sequences of two bytes and more
    struct ark_faults bad;
    size_t edge_count; // of the bad ones, those that a cut through a character makes
};

/** The bytes at the start of a text that can only be the rest of a character. */
static size_t
count_cut_start(ark_str bytes)
{
    size_t count = 0;
    while (count < bytes.len && (bytes.bytes[count] & 0xC0) == 0x80) {
        count++;
    }
    return count < ARK_UTF8_BYTES_MAX ? count : 0;
}

/** Counts; a sequence cut off by the end of a head is not a bad one. */
static struct utf8_facts
count_utf8(ark_str bytes, bool is_head)
{
    struct utf8_facts facts = {.edge_count = count_cut_start(bytes)};
    size_t at = 0;
    while (at < bytes.len) {
        if (bytes.bytes[at] < 0x80) {
            at++;
            continue;
        }
        uint32_t codepoint;
        size_t len = ark_utf8_decode(bytes.bytes + at, bytes.len - at, &codepoint);
        // U+FFFD itself takes three bytes, and a bad sequence at most three with another start.
        bool bad =
            codepoint == ARK_UTF8_REPLACEMENT &&
            !ark_str_starts_with(ark_str_slice(bytes, at, bytes.len), ARK_STR("\xEF\xBF\xBD"));
        bool cut = bad && at + len == bytes.len && (bytes.bytes[at] & 0xC0) == 0xC0;
        if (cut && is_head) {
            break;
        }
        facts.edge_count += cut;
        if (bad && facts.bad.count++ == 0) {
            facts.bad.first_at = at;
        }
        facts.good_count += !bad;
        at += len;
    }
    return facts;
}

/**
 * In Arabic text of a single-byte encoding only a letter before a comma or a
 * closing quote makes a valid sequence, about one for fifty bad ones. So bad
 * sequences that are the smaller part are damage and not another encoding.
 * Those at the edges do not count: a file of a few letters may be cut as well.
 */
static bool
is_damaged_utf8(const struct utf8_facts *facts)
{
    size_t inner_count = (size_t)facts->bad.count - facts->edge_count;
    return facts->bad.count > 0 && facts->good_count > 0 && facts->good_count / 2 >= inner_count;
}

enum ark_status
ark_intake_check_faults(const struct ark_faults *faults, size_t text_bytes, struct ark_error *err)
{
    // Two at the edges. Of the rest one in 32 bytes, or 16 letters, spoils every third word.
    if (faults->count <= 2 + text_bytes / BYTES_A_FAULT_MIN) {
        return ARK_OK;
    }
    return ark_error_set(err, ARK_E_ENCODING,
                         "bad UTF-8 in too many places: %" PRIu64 ", the first at byte %" PRIu64
                         " (see --encoding)",
                         faults->count, faults->first_at);
}

/**
 * UTF-16 without a mark: in Arabic and Latin text one byte of each unit is
 * nearly always 06 or 00, the other hardly ever. NULL when it is not that.
 */
static const char *
guess_utf16(ark_str bytes)
{
    size_t sample = bytes.len < SAMPLE_BYTES ? bytes.len : SAMPLE_BYTES;
    size_t unit_count = sample / 2;
    size_t page_bytes[2] = {0, 0};
    for (size_t i = 0; i < unit_count * 2; i++) {
        page_bytes[i % 2] += bytes.bytes[i] == 0x00 || bytes.bytes[i] == 0x06;
    }
    if (unit_count == 0) {
        return NULL;
    }
    bool little = page_bytes[1] * 10 >= unit_count * 8 && page_bytes[0] * 10 <= unit_count * 3;
    bool big = page_bytes[0] * 10 >= unit_count * 8 && page_bytes[1] * 10 <= unit_count * 3;
    return little ? "UTF-16LE" : big ? "UTF-16BE" : NULL;
}

/** What uchardet says of the text, in intake->found; NULL when it says nothing. */
static const char *
ask_uchardet(struct ark_intake *intake, ark_str bytes)
{
    if (intake->detector == NULL) {
        intake->detector = uchardet_new();
    }
    uchardet_reset(intake->detector);
    size_t sample = bytes.len < SAMPLE_BYTES ? bytes.len : SAMPLE_BYTES;
    if (uchardet_handle_data(intake->detector, (const char *)bytes.bytes, sample) != 0) {
        return NULL;
    }
    uchardet_data_end(intake->detector);
    const char *name = uchardet_get_charset(intake->detector);
    if (name[0] == '\0' || strlen(name) >= NAME_BYTES_MAX || strcmp(name, "UTF-8") == 0 ||
        strcmp(name, "ASCII") == 0) {
        return NULL;
    }
    memcpy(intake->found, name, strlen(name) + 1);
    return intake->found;
}

/** The Arabic odds of the text read as encoding; none when it does not convert. */
static struct ark_arabic_odds
odds_of(struct ark_intake *intake, ark_str bytes, const char *encoding)
{
    size_t sample = bytes.len < SAMPLE_BYTES ? bytes.len : SAMPLE_BYTES;
    ark_buf_clear(&intake->sample);
    if (!ark_transcode(encoding, ark_str_slice(bytes, 0, sample), ARK_TRANSCODE_STRICT_HEAD, NULL,
                       &intake->sample)) {
        return (struct ark_arabic_odds){0};
    }
    return ark_arabic_odds(ark_buf_view(&intake->sample));
}

/** Windows-1256 or ISO-8859-6 by the letters; NULL when read as neither it is Arabic. */
static const char *
guess_arabic(struct ark_intake *intake, ark_str bytes, const char *uchardet_says)
{
    struct ark_arabic_odds windows = odds_of(intake, bytes, "WINDOWS-1256");
    struct ark_arabic_odds iso = odds_of(intake, bytes, "ISO-8859-6");
    if (!windows.plausible && !iso.plausible) {
        return NULL;
    }
    if (windows.plausible != iso.plausible) {
        return windows.plausible ? "WINDOWS-1256" : "ISO-8859-6";
    }
    if (windows.cost == iso.cost) { // only letters that both have at the same place
        bool says_iso = uchardet_says != NULL && strcmp(uchardet_says, "ISO-8859-6") == 0;
        return says_iso ? "ISO-8859-6" : "WINDOWS-1256";
    }
    return windows.cost < iso.cost ? "WINDOWS-1256" : "ISO-8859-6";
}

/** True when the text holds a control character that no text has. */
static bool
has_controls(ark_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.bytes[i];
        bool c1 = byte == 0xC2 && i + 1 < text.len && text.bytes[i + 1] < 0xA0;
        bool c0 = byte < 0x20 && strchr("\t\n\r\f\x1a\x1b", byte) == NULL;
        if (c0 || c1 || byte == 0) {
            return true;
        }
    }
    return false;
}

/** A single-byte encoding from the bytes alone, known to convert head; NULL when none fits. */
static const char *
guess_single_byte(struct ark_intake *intake, ark_str bytes)
{
    const char *said = ask_uchardet(intake, bytes);
    const char *arabic = guess_arabic(intake, bytes, said);
    if (arabic != NULL) {
        return arabic;
    }
    // uchardet always finds some name for noise: what it names must make clean text.
    size_t sample = bytes.len < SAMPLE_BYTES ? bytes.len : SAMPLE_BYTES;
    ark_buf_clear(&intake->sample);
    if (said == NULL ||
        !ark_transcode(said, ark_str_slice(bytes, 0, sample), ARK_TRANSCODE_STRICT_HEAD, NULL,
                       &intake->sample) ||
        has_controls(ark_buf_view(&intake->sample))) {
        return NULL;
    }
    return said;
}

/** The iconv name of a declaration, in intake->found; NULL when it is none or cannot be true. */
static const char *
resolve_declared(struct ark_intake *intake, ark_str declared)
{
    declared = ark_str_trim(declared);
    if (declared.len == 0 || declared.len >= NAME_BYTES_MAX ||
        memchr(declared.bytes, '/', declared.len) != NULL ||
        memchr(declared.bytes, '\0', declared.len) != NULL) {
        return NULL;
    }
    memcpy(intake->found, declared.bytes, declared.len);
    intake->found[declared.len] = '\0';
    for (size_t i = 0; i < ARK_COUNT_OF(ALIASES); i++) {
        if (ark_str_equal_nocase(declared, ark_str_from(ALIASES[i].used))) {
            memcpy(intake->found, ALIASES[i].iconv, strlen(ALIASES[i].iconv) + 1);
        }
    }
    // It was read as single bytes, so it cannot name an encoding of wider units.
    ark_str wide = ark_str_slice(declared, 0, declared.len < 4 ? declared.len : 4);
    bool is_wide = ark_str_equal_nocase(wide, ARK_STR("utf-")) && declared.len > 5;
    return is_wide || !ark_transcode_knows(intake->found) ? NULL : intake->found;
}

static enum ark_status
unknown_encoding(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_ENCODING, "no known text encoding (see --encoding)");
}

/** Converts into the intake's buffer; false when it does not convert. */
static bool
decode_as(struct ark_intake *intake, const char *encoding, ark_str bytes,
          enum ark_transcode_mode mode, struct ark_decoded *out)
{
    struct ark_faults faults;
    ark_buf_clear(&intake->converted);
    if (encoding == NULL || !ark_transcode(encoding, bytes, mode, &faults, &intake->converted)) {
        return false;
    }
    *out = (struct ark_decoded){ark_buf_view(&intake->converted), encoding, faults};
    return true;
}

/** The same from UTF-16 or UTF-32, whose faults may be damage while they are few. */
static bool
decode_wide(struct ark_intake *intake, const char *encoding, ark_str bytes, struct ark_decoded *out)
{
    // One for the end of a file that is cut; noise has one in some 32 units.
    return decode_as(intake, encoding, bytes, ARK_TRANSCODE_REPLACE, out) &&
           out->faults.count <= 1 + bytes.len / WIDE_BYTES_A_FAULT_MIN;
}

/** Text that is UTF-8, copied only when something in it is wrong. */
static void
decode_utf8(struct ark_intake *intake, ark_str bytes, const struct ark_faults *faults,
            struct ark_decoded *out)
{
    ark_str text = bytes;
    if (faults->count > 0) {
        ark_buf_clear(&intake->converted);
        (void)ark_utf8_repair(bytes, &intake->converted);
        text = ark_buf_view(&intake->converted);
    }
    *out = (struct ark_decoded){text, "UTF-8", *faults};
}

/** True when the mark is that of the encoding the user named. iconv itself reads that of plain UTF-16. */
static bool
is_asked(const struct ark_intake *intake, const struct mark *mark)
{
    return mark != NULL &&
           ark_str_equal_nocase(ark_str_from(intake->asked), ark_str_from(mark->encoding));
}

/** Decodes by the name the user gave. */
static enum ark_status
decode_asked(struct ark_intake *intake, ark_str bytes, struct ark_decoded *out)
{
    const struct mark *mark = find_mark(bytes);
    if (is_asked(intake, mark)) {
        bytes = ark_str_slice(bytes, mark->len, bytes.len);
    }
    bool is_utf8 = ark_str_equal_nocase(ark_str_from(intake->asked), ARK_STR("UTF-8"));
    if (is_utf8 && ark_utf8_valid(bytes, NULL)) {
        *out = (struct ark_decoded){.text = bytes, .encoding = intake->asked};
        return ARK_OK;
    }
    bool done = decode_as(intake, intake->asked, bytes, ARK_TRANSCODE_REPLACE, out);
    ARK_ASSERT(done); // the name was tried when the intake was made
    out->faults = (struct ark_faults){0};
    return ARK_OK;
}

/** Decodes text, which stood behind mark or behind none. False when nothing fits. */
static bool
decode_found(struct ark_intake *intake, const struct mark *mark, ark_str text, ark_str declared,
             struct ark_decoded *out)
{
    if (mark != NULL && mark->encoding[4] != '8') {
        return decode_wide(intake, mark->encoding, text, out);
    }
    struct utf8_facts facts = count_utf8(text, false);
    const char *named = resolve_declared(intake, declared);
    // Pages are often saved as UTF-8 under an older declaration. Sequences that
    // are all valid UTF-8 settle it; plain ASCII leaves the word to the declaration.
    bool ascii = facts.good_count == 0 && facts.bad.count == 0;
    if (facts.bad.count == 0 && !(ascii && named != NULL)) {
        const char *utf16 = ascii ? guess_utf16(text) : NULL;
        if (utf16 == NULL || !decode_wide(intake, utf16, text, out)) {
            decode_utf8(intake, text, &facts.bad, out);
        }
        return true;
    }
    if (is_damaged_utf8(&facts) || mark != NULL) {
        decode_utf8(intake, text, &facts.bad, out);
        return true;
    }
    const char *utf16 = guess_utf16(text);
    return decode_as(intake, named, text, ARK_TRANSCODE_STRICT, out) ||
           (utf16 != NULL && decode_wide(intake, utf16, text, out)) ||
           decode_as(intake, guess_single_byte(intake, text), text, ARK_TRANSCODE_STRICT, out);
}

enum ark_status
ark_intake_decode(struct ark_intake *intake, ark_str bytes, ark_str declared,
                  struct ark_decoded *out, struct ark_error *err)
{
    ARK_ASSERT(bytes.len <= ARK_DOCUMENT_BYTES_HARD_MAX);
    if (intake->asked[0] != '\0') {
        return decode_asked(intake, bytes, out);
    }
    const struct mark *mark = find_mark(bytes);
    size_t mark_bytes = mark == NULL ? 0 : mark->len;
    ark_str text = ark_str_slice(bytes, mark_bytes, bytes.len);
    enum ark_status status =
        decode_found(intake, mark, text, declared, out) ? ARK_OK : unknown_encoding(err);
    if (status == ARK_OK) {
        out->faults.first_at += mark_bytes;
        status = ark_intake_check_faults(&out->faults, text.len, err);
    }
    return status;
}

enum ark_status
ark_intake_choose(struct ark_intake *intake, ark_str head, struct ark_intake_choice *out,
                  struct ark_error *err)
{
    const struct mark *mark = find_mark(head);
    if (intake->asked[0] != '\0') {
        size_t mark_bytes = is_asked(intake, mark) ? mark->len : 0;
        *out = (struct ark_intake_choice){true, mark_bytes, intake->asked};
        return ARK_OK;
    }
    if (mark != NULL) {
        *out = (struct ark_intake_choice){mark->encoding[4] != '8', mark->len, mark->encoding};
        return ARK_OK;
    }
    struct utf8_facts facts = count_utf8(head, true);
    const char *found = guess_utf16(head);
    if (found == NULL && (facts.bad.count == 0 || is_damaged_utf8(&facts))) {
        *out = (struct ark_intake_choice){false, 0, "UTF-8"};
        return ARK_OK;
    }
    if (found == NULL) {
        found = guess_single_byte(intake, head);
    }
    if (found == NULL) {
        return unknown_encoding(err);
    }
    *out = (struct ark_intake_choice){true, 0, found};
    return ARK_OK;
}

/** Controls in a text are tab, line ends, form feed, escape and DOS end of file. */
static bool
is_binary_control(uint8_t byte)
{
    return byte < 0x20 && (byte == 0 || strchr("\t\n\v\f\r\x1a\x1b", byte) == NULL);
}

/** True for UTF-8 with a zero byte here and there, as old disks and programs left them. */
static bool
is_blemished_utf8(ark_str head, size_t control_count)
{
    struct utf8_facts facts = count_utf8(head, true);
    return facts.bad.count == facts.edge_count && facts.good_count / 8 >= control_count;
}

bool
ark_intake_is_binary(ark_str head)
{
    static const struct {
        const char *bytes;
        size_t len;
    } MAGIC[] = {{"%PDF-", 5},
                 {"%!PS-Adobe", 10},
                 {"{\\rtf", 5},
                 {"AT&TFORM", 8},
                 {"\x7f"
                  "ELF",
                  4},
                 {"\x89PNG", 4},
                 {"\xff\xd8\xff", 3},
                 {"PK\3\4", 4},
                 {"PK\5\6", 4},
                 {"\xd0\xcf\x11\xe0", 4}};
    for (size_t i = 0; i < ARK_COUNT_OF(MAGIC); i++) {
        if (ark_str_starts_with(head, ark_str_make(MAGIC[i].bytes, MAGIC[i].len))) {
            return true;
        }
    }
    if (find_mark(head) != NULL || guess_utf16(head) != NULL) {
        return false;
    }
    size_t controls = 0;
    for (size_t i = 0; i < head.len; i++) {
        controls += is_binary_control(head.bytes[i]);
    }
    bool nul = head.len > 0 && memchr(head.bytes, 0, head.len) != NULL;
    return controls * 10 > head.len || (nul && !is_blemished_utf8(head, controls));
}
