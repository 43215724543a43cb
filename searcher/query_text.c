#include "searcher/query_text.h"

#include "common/text/utf8.h"

enum {
    CURLY_LEFT = 0x201C,
    CURLY_RIGHT = 0x201D,
    CURLY_LOW = 0x201E,
    ARABIC_COMMA = 0x060C,
    ARABIC_SEMICOLON = 0x061B,
    ARABIC_QUESTION = 0x061F,
    TATWEEL = 0x0640,
    FATHATAN = 0x064B,
    WAVY_HAMZA_BELOW = 0x065F,
    SUPERSCRIPT_ALEF = 0x0670,
    ARABIC_ZERO = 0x0660,
    PERSIAN_ZERO = 0x06F0,
};

uint32_t
ark_query_peek(ark_str text, size_t at, size_t *length)
{
    uint32_t codepoint = 0;
    *length = 0;
    if (at < text.len) {
        *length = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
    }
    return codepoint;
}

static bool
is_blank(uint32_t codepoint)
{
    return codepoint == ' ' || (codepoint >= '\t' && codepoint <= '\r') || codepoint == 0x85 ||
           codepoint == 0xA0 || codepoint == 0x1680 ||
           (codepoint >= 0x2000 && codepoint <= 0x200A) || codepoint == 0x2028 ||
           codepoint == 0x2029 || codepoint == 0x202F || codepoint == 0x205F || codepoint == 0x3000;
}

bool
ark_query_is_separator(uint32_t codepoint)
{
    return is_blank(codepoint) || codepoint == ARABIC_COMMA || codepoint == ARABIC_SEMICOLON ||
           codepoint == ARABIC_QUESTION;
}

static bool
is_curly(uint32_t codepoint)
{
    return codepoint == CURLY_LEFT || codepoint == CURLY_RIGHT || codepoint == CURLY_LOW;
}

bool
ark_query_is_quote(uint32_t codepoint)
{
    return codepoint == '"' || codepoint == ARK_ANGLE_OPEN || codepoint == ARK_ANGLE_CLOSE ||
           is_curly(codepoint);
}

bool
ark_query_ends_words(uint32_t codepoint)
{
    return ark_query_is_separator(codepoint) || ark_query_is_quote(codepoint) || codepoint == '(' ||
           codepoint == ')' || codepoint == '|';
}

bool
ark_query_quote_closes(uint32_t opener, uint32_t quote)
{
    if (opener == ARK_ANGLE_OPEN) {
        return quote == ARK_ANGLE_CLOSE;
    }
    if (opener == ARK_ANGLE_CLOSE) {
        return quote == ARK_ANGLE_OPEN;
    }
    return is_curly(opener) ? is_curly(quote) : quote == opener;
}

bool
ark_query_leads_word(uint32_t codepoint)
{
    return codepoint == TATWEEL || codepoint == SUPERSCRIPT_ALEF ||
           (codepoint >= FATHATAN && codepoint <= WAVY_HAMZA_BELOW);
}

bool
ark_query_is_escaped(ark_str text, size_t at)
{
    size_t backslashes = 0;
    while (backslashes < at && text.bytes[at - 1 - backslashes] == '\\') {
        backslashes++;
    }
    return backslashes % 2 == 1;
}

int
ark_query_digit(uint32_t codepoint)
{
    static const uint32_t ZEROS[] = {'0', ARABIC_ZERO, PERSIAN_ZERO};
    for (size_t i = 0; i < ARK_COUNT_OF(ZEROS); i++) {
        if (codepoint >= ZEROS[i] && codepoint <= ZEROS[i] + 9) {
            return (int)(codepoint - ZEROS[i]);
        }
    }
    return -1;
}

size_t
ark_query_number(ark_str text, size_t at, uint32_t *out)
{
    uint64_t number = 0;
    size_t length = 0;
    for (int digit = ark_query_digit(ark_query_peek(text, at, &length)); digit >= 0;
         digit = ark_query_digit(ark_query_peek(text, at, &length))) {
        number = 10 * number + (uint32_t)digit;
        number = number > UINT32_MAX ? UINT32_MAX : number;
        at += length;
    }
    *out = (uint32_t)number;
    return at;
}

/** The names of a field in both languages. */
struct field_name {
    enum ark_query_field field;
    const char *english;
    const char *arabic;
};

static const struct field_name FIELD_NAMES[] = {
    {ARK_FIELD_TITLE, "title",
     // "title"
     "عنوان"},
    {ARK_FIELD_BODY, "body",
     // "body"
     "متن"},
    {ARK_FIELD_PATH, "path",
     // "file"
     "ملف"},
    {ARK_FIELD_DATE, "date",
     // "date"
     "تاريخ"},
    {ARK_FIELD_SOURCE, "source",
     // "source"
     "مصدر"},
    {ARK_FIELD_ID, "id", NULL},
};

enum ark_query_field
ark_query_field_named(ark_str name)
{
    for (size_t i = 0; i < ARK_COUNT_OF(FIELD_NAMES); i++) {
        if (ark_str_equal(name, ark_str_from(FIELD_NAMES[i].english)) ||
            (name.len > 0 && ark_str_equal(name, ark_str_from(FIELD_NAMES[i].arabic)))) {
            return FIELD_NAMES[i].field;
        }
    }
    return ARK_FIELD_ANY;
}

const char *
ark_query_field_name(enum ark_query_field field)
{
    for (size_t i = 0; i < ARK_COUNT_OF(FIELD_NAMES); i++) {
        if (FIELD_NAMES[i].field == field) {
            return FIELD_NAMES[i].english;
        }
    }
    return "";
}
