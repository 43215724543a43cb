#include "searcher/date.h"

#include "searcher/query_text.h"

enum { YEAR_MAX = 9999, MONTH_MAX = 12, DAY_MAX = 31, YEAR_DIGITS_MAX = 4, PART_DIGITS_MAX = 2 };

/** Reads a number of at most digits_max digits and moves *at past it; false when there is none. */
static bool
read_number(ark_str text, size_t *at, uint32_t digits_max, uint32_t *out)
{
    uint32_t number = 0;
    uint32_t digits = 0;
    size_t length = 0;
    for (int digit = ark_query_digit(ark_query_peek(text, *at, &length)); digit >= 0;
         digit = ark_query_digit(ark_query_peek(text, *at, &length))) {
        if (digits++ == digits_max) {
            return false;
        }
        number = 10 * number + (uint32_t)digit;
        *at += length;
    }
    *out = number;
    return digits > 0;
}

static uint32_t
days_of(uint32_t year, uint32_t month)
{
    static const uint8_t DAYS[MONTH_MAX] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

/** Reads "-NN" or "/NN" if one stands there: 0 when not. False when what stands there is no number. */
static bool
read_part(ark_str text, size_t *at, uint32_t *out)
{
    *out = 0;
    if (*at == text.len || (text.bytes[*at] != '-' && text.bytes[*at] != '/')) {
        return true;
    }
    (*at)++;
    return read_number(text, at, PART_DIGITS_MAX, out) && *out > 0;
}

/** The days that one date stands for. */
static bool
read_date(ark_str text, struct ark_date_range *out)
{
    size_t at = 0;
    uint32_t year = 0;
    uint32_t month = 0;
    uint32_t day = 0;
    if (!read_number(text, &at, YEAR_DIGITS_MAX, &year) || year == 0 ||
        !read_part(text, &at, &month) || month > MONTH_MAX ||
        (month > 0 && !read_part(text, &at, &day)) || at < text.len) {
        return false;
    }
    if (day > 0 && day > days_of(year, month)) {
        return false;
    }
    out->first = year * 10000 + (month == 0 ? 1 : month) * 100 + (day == 0 ? 1 : day);
    // The last day of any month may be 31: nothing is compared but numbers.
    out->last = year * 10000 + (month == 0 ? MONTH_MAX : month) * 100 + (day == 0 ? DAY_MAX : day);
    return true;
}

/** The offset of "..", or the length of text. */
static size_t
find_dots(ark_str text)
{
    size_t at = 0;
    while (at + 1 < text.len && !(text.bytes[at] == '.' && text.bytes[at + 1] == '.')) {
        at++;
    }
    return at + 1 < text.len ? at : text.len;
}

bool
ark_date_range_parse(ark_str text, struct ark_date_range *out, bool *turned)
{
    size_t dots = find_dots(text);
    *turned = false;
    if (dots == text.len) {
        return read_date(text, out);
    }
    ark_str before = ark_str_slice(text, 0, dots);
    ark_str after = ark_str_slice(text, dots + 2, text.len);
    struct ark_date_range from = {ARK_DATE_MIN, ARK_DATE_MIN};
    struct ark_date_range to = {ARK_DATE_MAX, ARK_DATE_MAX};
    if ((before.len == 0 && after.len == 0) || (before.len > 0 && !read_date(before, &from)) ||
        (after.len > 0 && !read_date(after, &to))) {
        return false;
    }
    *turned = from.first > to.last;
    *out = *turned ? (struct ark_date_range){to.first, from.last}
                   : (struct ark_date_range){from.first, to.last};
    return true;
}

bool
ark_date_range_meet(struct ark_date_range a, struct ark_date_range b, struct ark_date_range *out)
{
    struct ark_date_range both = {a.first > b.first ? a.first : b.first,
                                  a.last < b.last ? a.last : b.last};
    if (both.first > both.last) {
        return false;
    }
    *out = both;
    return true;
}

bool
ark_date_in_range(uint32_t date, struct ark_date_range range)
{
    uint32_t year = date / 10000;
    uint32_t month = date / 100 % 100;
    uint32_t day = date % 100;
    uint32_t first = year * 10000 + (month == 0 ? 1 : month) * 100 + (day == 0 ? 1 : day);
    uint32_t last =
        year * 10000 + (month == 0 ? MONTH_MAX : month) * 100 + (day == 0 ? DAY_MAX : day);
    return date != 0 && first >= range.first && last <= range.last;
}
