#include "indexer/title_date.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/text/clean.h"
#include "common/text/segment.h"
#include "common/text/utf8.h"
#include "indexer/date_words.h"

enum {
    DATE_LINE_BYTES_MAX = 240, // weekday, two month names, Hijri date, time and zone fit
    DATE_PARTS_MAX = 24,
    // Numbers outside these in running text are no Gregorian years: Hijri ones end at 1500.
    LINE_YEAR_MIN = 1800,
    LINE_YEAR_MAX = 2199,
    WORDS_BEFORE_MAX = 2, // "Damascus - 2 November 2016"
    WORDS_AFTER_MAX = 1,
    WORD_BYTES_MAX = 64,
    TITLE_BYTES_MAX = 1024, // a paragraph without an end is no title, and is not read to its end
};

enum part_kind { PART_NUMBER, PART_MONTH, PART_WEEKDAY, PART_FILLER, PART_UNKNOWN };

/** One number or word of a line that may be a date. */
struct part {
    enum part_kind kind;
    uint32_t value;  // of a number; month
    uint32_t digits; // of a number
    uint8_t before;  // the separator in front: '/', '-', '.', ':', else ' '
};

struct parts {
    struct part part[DATE_PARTS_MAX];
    size_t count;
};

uint32_t
ark_date_make(uint32_t year, uint32_t month, uint32_t day)
{
    static const uint8_t DAYS[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || year > 9999 || month > 12 || (month == 0 && day > 0) ||
        (month > 0 && day > DAYS[month - 1]) || (month == 2 && day == 29 && !leap)) {
        return 0;
    }
    return year * 10000 + month * 100 + day;
}

/** The value of a decimal digit in ASCII, Arabic-Indic or Persian figures; else 10. */
static uint32_t
digit_value(uint32_t codepoint)
{
    if (codepoint >= '0' && codepoint <= '9') {
        return codepoint - '0';
    }
    if (codepoint >= 0x660 && codepoint <= 0x669) {
        return codepoint - 0x660;
    }
    return codepoint >= 0x6F0 && codepoint <= 0x6F9 ? codepoint - 0x6F0 : 10;
}

/** Cleans a word and folds the spellings that differ between writers of month names. */
static void
fold_word(ark_str word, struct ark_buf *out)
{
    struct ark_buf cleaned = ark_buf_make(out->bytes_max);
    ark_clean_token(word, &cleaned);
    size_t at = 0;
    while (at < cleaned.len) {
        uint32_t codepoint;
        at += ark_utf8_decode(cleaned.bytes + at, cleaned.len - at, &codepoint);
        bool alef =
            codepoint == 0x622 || codepoint == 0x623 || codepoint == 0x625 || codepoint == 0x671;
        codepoint = alef ? 0x627 : codepoint == 0x629 ? 0x647 : codepoint;
        codepoint = codepoint == 0x649 ? 0x64A : codepoint;
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        ark_buf_append(out, bytes, ark_utf8_encode(codepoint, bytes));
    }
    ark_buf_dispose(&cleaned);
}

static bool
is_hyphen(uint32_t codepoint)
{
    return codepoint == '-' || (codepoint >= 0x2010 && codepoint <= 0x2015) || codepoint == 0x2212;
}

/** The separator that the characters of text between two parts amount to. */
static uint8_t
separator_of(ark_str between)
{
    uint8_t separator = ' ';
    size_t at = 0;
    while (at < between.len) {
        uint32_t codepoint;
        at += ark_utf8_decode(between.bytes + at, between.len - at, &codepoint);
        if (codepoint == '/' || codepoint == '.' || codepoint == ':') {
            separator = (uint8_t)codepoint;
        } else if (is_hyphen(codepoint)) {
            separator = '-';
        } else if (codepoint == '\\' || codepoint == 0x2044) {
            separator = '/';
        }
    }
    return separator;
}

/** Adds the run of digits at the beginning of text; returns its length. */
static size_t
add_number(struct parts *parts, ark_str text)
{
    struct part *part = &parts->part[parts->count - 1];
    *part = (struct part){.kind = PART_NUMBER, .before = part->before};
    size_t at = 0;
    while (at < text.len) {
        uint32_t codepoint;
        size_t size = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        uint32_t digit = digit_value(codepoint);
        if (digit > 9) {
            break;
        }
        part->digits++;
        // Longer numbers keep a value that is no year and no day.
        part->value = part->digits <= 9 ? part->value * 10 + digit : UINT32_MAX;
        at += size;
    }
    return at;
}

/** The beginning of text up to a digit. */
static size_t
letters_length(ark_str text)
{
    size_t at = 0;
    while (at < text.len) {
        uint32_t codepoint;
        size_t size = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        if (digit_value(codepoint) <= 9) {
            break;
        }
        at += size;
    }
    return at;
}

/** Turns the part before into a month when it and this word make a month of two words. */
static bool
join_month(struct parts *parts, enum ark_date_word_kind head, enum ark_date_word_kind second)
{
    if ((head != ARK_DATE_WORD_TISHRIN && head != ARK_DATE_WORD_KANUN) ||
        (second != ARK_DATE_WORD_FIRST && second != ARK_DATE_WORD_SECOND)) {
        return false;
    }
    bool first = second == ARK_DATE_WORD_FIRST;
    struct part *part = &parts->part[parts->count - 2];
    part->kind = PART_MONTH;
    part->value = head == ARK_DATE_WORD_TISHRIN ? (first ? 10 : 11) : (first ? 12 : 1);
    parts->count--;
    return true;
}

/** Fills the last part from a word; *head remembers its kind for the next one. */
static void
add_word(struct parts *parts, ark_str word, enum ark_date_word_kind *head)
{
    struct part *part = &parts->part[parts->count - 1];
    struct ark_buf folded = ark_buf_make((size_t)DATE_LINE_BYTES_MAX * 18);
    uint32_t month = 0;
    enum ark_date_word_kind kind = ARK_DATE_WORD_UNKNOWN;
    if (word.len <= WORD_BYTES_MAX) {
        fold_word(word, &folded);
        kind = ark_date_word_find(ark_buf_view(&folded), &month);
    }
    ark_buf_dispose(&folded);
    bool joined = parts->count >= 2 && join_month(parts, *head, kind);
    *head = kind;
    if (joined) {
        return;
    }
    part->value = month;
    part->kind = kind == ARK_DATE_WORD_MONTH     ? PART_MONTH
                 : kind == ARK_DATE_WORD_WEEKDAY ? PART_WEEKDAY
                 : kind == ARK_DATE_WORD_UNKNOWN ? PART_UNKNOWN
                                                 : PART_FILLER;
}

/** Cuts the line into numbers and words. False when there are too many for a date. */
static bool
cut_parts(ark_str line, struct parts *parts)
{
    struct ark_segmenter segmenter = ark_segmenter_make(line);
    struct ark_token token;
    enum ark_date_word_kind head = ARK_DATE_WORD_UNKNOWN;
    size_t end = 0;
    parts->count = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        // Tokens such as 02T10 are of digits and letters; here each run is a part.
        size_t at = token.start;
        while (at < token.end) {
            if (parts->count == DATE_PARTS_MAX) {
                return false;
            }
            ark_str rest = ark_str_slice(line, at, token.end);
            struct part *part = &parts->part[parts->count++];
            *part = (struct part){.before = separator_of(ark_str_slice(line, end, at))};
            size_t letters = letters_length(rest);
            if (letters == 0) {
                at += add_number(parts, rest);
                head = ARK_DATE_WORD_UNKNOWN;
            } else {
                add_word(parts, ark_str_slice(rest, 0, letters), &head);
                at += letters;
            }
            end = at;
        }
    }
    return parts->count > 0;
}

static bool
is_number(const struct parts *parts, size_t idx)
{
    return idx < parts->count && parts->part[idx].kind == PART_NUMBER;
}

/** A date of three numbers, whichever of the two usual orders. */
static uint32_t
date_of_numbers(const struct part *a, const struct part *b, const struct part *c)
{
    if (a->digits == 4 && b->digits <= 2 && c->digits <= 2 && c->value > 0 && b->value > 0) {
        return ark_date_make(a->value, b->value, c->value);
    }
    if (c->digits != 4 || a->digits > 2 || b->digits > 2 || a->value == 0 || b->value == 0) {
        return 0;
    }
    bool month_first = b->value > 12 && a->value <= 12;
    return month_first ? ark_date_make(c->value, a->value, b->value)
                       : ark_date_make(c->value, b->value, a->value);
}

/** Finds three numbers joined by / - or . in the parts from *at; sets *at behind them. */
static uint32_t
find_numeric(const struct parts *parts, size_t *first, size_t *last)
{
    for (size_t i = 0; i + 2 < parts->count; i++) {
        uint8_t joint = parts->part[i + 1].before;
        bool numbers = is_number(parts, i) && is_number(parts, i + 1) && is_number(parts, i + 2);
        if (!numbers || joint != parts->part[i + 2].before || joint == ' ' || joint == ':') {
            continue;
        }
        uint32_t date = date_of_numbers(&parts->part[i], &parts->part[i + 1], &parts->part[i + 2]);
        if (date != 0) {
            *first = i;
            *last = i + 2;
            return date;
        }
    }
    return 0;
}

static bool
is_day(const struct parts *parts, size_t idx)
{
    return is_number(parts, idx) && parts->part[idx].digits <= 2 && parts->part[idx].value >= 1 &&
           parts->part[idx].value <= 31;
}

static bool
is_year(const struct parts *parts, size_t idx)
{
    return is_number(parts, idx) && parts->part[idx].digits == 4;
}

/** idx, or the part after it when idx is filler ("of", "th", "year"). */
static size_t
pass_filler(const struct parts *parts, size_t idx)
{
    return idx < parts->count && parts->part[idx].kind == PART_FILLER ? idx + 1 : idx;
}

/** The number before part idx with at most two filler words between ("2nd of"); else SIZE_MAX. */
static size_t
number_before(const struct parts *parts, size_t idx)
{
    for (size_t passed = 0; passed <= 2 && idx > 0; passed++) {
        idx--;
        if (parts->part[idx].kind == PART_NUMBER) {
            return idx;
        }
        if (parts->part[idx].kind != PART_FILLER) {
            break;
        }
    }
    return SIZE_MAX;
}

/** The date around the month name at *first; widens [*first, *last] to all of it. */
static uint32_t
date_around(const struct parts *parts, size_t *first, size_t *last)
{
    uint32_t month = parts->part[*first].value;
    size_t month_idx = *first;
    size_t next = month_idx + 1;
    if (next < parts->count && parts->part[next].kind == PART_MONTH) {
        if (parts->part[next].value != month) {
            return 0;
        }
        *last = next++; // the month's other name
    }
    size_t day_idx = number_before(parts, month_idx);
    if (day_idx != SIZE_MAX && !is_day(parts, day_idx) && parts->part[day_idx].digits <= 2) {
        return 0; // a number that is no day, as 0 or 45
    }
    day_idx = day_idx != SIZE_MAX && is_day(parts, day_idx) ? day_idx : SIZE_MAX;
    size_t after = pass_filler(parts, next);
    if (day_idx == SIZE_MAX && is_day(parts, next)) { // November 2, 2016
        day_idx = next;
        after = pass_filler(parts, next + 1);
        *last = next;
    }
    uint32_t day = day_idx == SIZE_MAX ? 0 : parts->part[day_idx].value;
    if (day_idx < *first) {
        *first = day_idx;
    }
    if (is_year(parts, after)) {
        *last = after;
        return ark_date_make(parts->part[after].value, month, day);
    }
    if (*first > 0 && is_year(parts, *first - 1)) { // 2016 November 2
        (*first)--;
        return ark_date_make(parts->part[*first].value, month, day);
    }
    return 0;
}

/** The date in the parts and where it stands; 0 when there is none. */
static uint32_t
find_date(const struct parts *parts, size_t *first, size_t *last)
{
    uint32_t date = find_numeric(parts, first, last);
    if (date != 0) {
        return date;
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->part[i].kind == PART_MONTH) {
            *first = i;
            *last = i;
            return date_around(parts, first, last);
        }
    }
    return 0;
}

/** Words that are neither date nor what stands around dates, in parts [from, to). */
static size_t
count_unknown(const struct parts *parts, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        count += parts->part[i].kind == PART_UNKNOWN;
    }
    return count;
}

uint32_t
ark_date_line(ark_str line)
{
    line = ark_str_trim(line);
    struct parts parts;
    size_t first = 0;
    size_t last = 0;
    if (line.len == 0 || line.len > DATE_LINE_BYTES_MAX || letters_length(line) == line.len ||
        !cut_parts(line, &parts)) {
        return 0;
    }
    uint32_t date = find_date(&parts, &first, &last);
    if (date / 10000 < LINE_YEAR_MIN || date / 10000 > LINE_YEAR_MAX) {
        return 0;
    }
    size_t before = count_unknown(&parts, 0, first);
    size_t after = count_unknown(&parts, last + 1, parts.count);
    bool sentence = line.bytes[line.len - 1] == '.' && before + after > 0;
    return before > WORDS_BEFORE_MAX || after > WORDS_AFTER_MAX || sentence ? 0 : date;
}

uint32_t
ark_date_number(int64_t number)
{
    if (number >= 10000101 && number <= 99991231) {
        uint32_t plain = (uint32_t)number;
        return ark_date_make(plain / 10000, plain / 100 % 100, plain % 100);
    }
    if (number >= 1 && number <= 9999) {
        return ark_date_make((uint32_t)number, 0, 0);
    }
    // Seconds up to the year 9999; above that, milliseconds.
    int64_t seconds = number > INT64_C(253402300799) ? number / 1000 : number;
    if (seconds < 100000000 || seconds > INT64_C(253402300799)) {
        return 0;
    }
    // Days to a civil date (proleptic Gregorian): count from 1 March of year 0,
    // so that the leap day ends its year; 400 years are 146097 days.
    uint32_t days = (uint32_t)(seconds / 86400) + 719468;
    uint32_t era = days / 146097;
    uint32_t day_of_era = days % 146097;
    uint32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t month_from_march = (5 * day_of_year + 2) / 153;
    uint32_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    uint32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return ark_date_make(era * 400 + year_of_era + (month <= 2), month, day);
}

uint32_t
ark_date_value(ark_str value)
{
    value = ark_str_trim(value);
    struct parts parts;
    size_t first = 0;
    size_t last = 0;
    if (value.len == 0 || value.len > DATE_LINE_BYTES_MAX || !cut_parts(value, &parts)) {
        return 0;
    }
    const struct part *part = parts.part;
    if (parts.count == 1 && part[0].kind == PART_NUMBER && part[0].value != UINT32_MAX) {
        return ark_date_number((int64_t)part[0].value);
    }
    uint32_t date = find_date(&parts, &first, &last);
    bool year_month = parts.count == 2 && is_year(&parts, 0) && is_number(&parts, 1) &&
                      part[1].digits <= 2 && part[1].value > 0;
    if (date == 0 && year_month) {
        date = ark_date_make(part[0].value, part[1].value, 0);
    }
    return date;
}

/** The last character of text that is no blank, closing quote or bracket; 0 when there is none. */
static uint32_t
last_telling(ark_str text)
{
    uint32_t found = 0;
    size_t at = 0;
    while (at < text.len) {
        uint32_t codepoint;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        switch (codepoint) {
        case ' ':
        case '\t':
        case 0xA0:
        case '"':
        case '\'':
        case ')':
        case ']':
        case 0xBB: // right guillemet
        case 0x2019:
        case 0x201C: // either curly quote closes in Arabic typing
        case 0x201D:
            break;
        default:
            found = codepoint;
        }
    }
    return found;
}

static bool
ends_sentence(uint32_t codepoint)
{
    switch (codepoint) {
    case '.':
    case ':':
    case ';':
    case '!':
    case '?':
    case ',':
    case 0x060C: // Arabic comma
    case 0x061B: // Arabic semicolon
    case 0x061F: // Arabic question mark
    case 0x06D4: // Urdu full stop
    case 0x2026: // ellipsis
        return true;
    default:
        return false;
    }
}

bool
ark_title_line(ark_str line)
{
    if (line.len > TITLE_BYTES_MAX || ends_sentence(last_telling(line))) {
        return false;
    }
    struct ark_segmenter segmenter = ark_segmenter_make(line);
    struct ark_token token;
    size_t words = 0;
    bool letters = false;
    size_t end = 0;
    while (words <= ARK_TITLE_WORDS_MAX && ark_segmenter_next(&segmenter, &token)) {
        // Words are what blanks part: B-52 is one.
        bool parted = words == 0;
        for (size_t i = end; i < token.start; i++) {
            parted = parted || line.bytes[i] == ' ' || line.bytes[i] == '\t';
        }
        words += parted;
        letters = letters || token.script != ARK_SCRIPT_DIGITS;
        end = token.end;
    }
    return letters && words <= ARK_TITLE_WORDS_MAX && ark_date_line(line) == 0;
}

struct ark_title_date
ark_title_date_find(ark_str text)
{
    struct ark_title_date found = {.body = text};
    ark_str rest = text;
    ark_str line;
    bool first = true;
    size_t left = ARK_DATE_LINES;
    while (left > 0 && ark_str_next_line(&rest, &line)) {
        left--;
        line = ark_str_trim(line);
        if (line.len == 0) {
            left += first; // blank lines in front do not count
            continue;
        }
        if (first && ark_title_line(line)) {
            found.title = line;
            found.body = rest;
        } else if (found.date == 0) {
            found.date = ark_date_line(line);
        }
        first = false;
    }
    return found;
}
