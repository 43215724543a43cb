#include "searcher/query_lexer.h"

#include "common/text/charclass.h"
#include "common/text/segment.h"
#include "searcher/query_settle.h"
#include "searcher/query_text.h"

/** The state of the walk. */
struct lexer {
    struct ark_query *query;
    struct ark_arena *arena;
    ark_str text;
    size_t at;
    size_t last_angle_open; /**< offset + 1 of the last opening angle quote, or 0 */
    bool glued;             /**< no blank since a closing quote or parenthesis */
    bool reserved;          /**< a prefix that is kept for later was written */
    ark_str unknown_field;  /**< the first one; empty when there is none */
    struct ark_lexeme *items;
    size_t count;
    size_t capacity;
};

void
ark_query_warn(struct ark_query *query, struct ark_arena *arena, uint32_t start, uint32_t end,
               const char *text)
{
    size_t count = 0;
    struct ark_query_warning **place = &query->warnings;
    for (struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        count++;
        if (it->start <= start) {
            place = &it->next;
        }
    }
    if (count >= ARK_QUERY_WARNINGS_MAX) {
        return;
    }
    struct ark_query_warning *warning = ARK_ARENA_NEW(arena, struct ark_query_warning);
    *warning = (struct ark_query_warning){start, end, text, *place};
    *place = warning;
}

static void
warn(struct lexer *lexer, size_t start, size_t end, const char *text)
{
    ark_query_warn(lexer->query, lexer->arena, (uint32_t)start, (uint32_t)end, text);
}

/** Where the run of words that begins at offset ends; an escaped character never ends it. */
static size_t
words_end(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    for (uint32_t c = ark_query_peek(lexer->text, at, &length); length > 0;
         c = ark_query_peek(lexer->text, at, &length)) {
        if (c == '\\') {
            at += length;
            ark_query_peek(lexer->text, at, &length);
        } else if (ark_query_ends_words(c)) {
            break;
        }
        at += length;
    }
    return at;
}

static bool
holds_token(const struct lexer *lexer, size_t start, size_t end)
{
    struct ark_segmenter segmenter = ark_segmenter_make(ark_str_slice(lexer->text, start, end));
    struct ark_token token;
    return ark_segmenter_next(&segmenter, &token);
}

/** True when a word begins right at offset (a tatweel, a mark, a wildcard or an escape may lead it). */
static bool
begins_word(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t c = ark_query_peek(lexer->text, at, &length);
    if (length == 0 || ark_query_ends_words(c)) {
        return false;
    }
    struct ark_segmenter segmenter =
        ark_segmenter_make(ark_str_slice(lexer->text, at, words_end(lexer, at)));
    struct ark_token token;
    bool led = c == '\\' || c == '*' || c == '?' || ark_query_leads_word(c);
    return ark_segmenter_next(&segmenter, &token) && (token.start == 0 || led);
}

/** True when a quote at offset opens a phrase; a closing angle does only when an opening one follows. */
static bool
opens_phrase(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t c = ark_query_peek(lexer->text, at, &length);
    return length > 0 && ark_query_is_quote(c) &&
           (c != ARK_ANGLE_CLOSE || at + 1 < lexer->last_angle_open);
}

static uint8_t
byte_at(const struct lexer *lexer, size_t at)
{
    return at < lexer->text.len ? lexer->text.bytes[at] : 0;
}

/** The number of equals signs (0, 1 or 2) that stand at offset before a word or a phrase. */
static size_t
equals_at(const struct lexer *lexer, size_t at)
{
    size_t count = 0;
    while (count < 2 && byte_at(lexer, at + count) == '=') {
        count++;
    }
    bool operand = begins_word(lexer, at + count) || opens_phrase(lexer, at + count);
    return operand ? count : 0;
}

/** True when a word, a phrase or a parenthesis begins at offset, with equals signs or without. */
static bool
begins_operand(const struct lexer *lexer, size_t at)
{
    return byte_at(lexer, at) == '(' || begins_word(lexer, at) || opens_phrase(lexer, at) ||
           equals_at(lexer, at) > 0;
}

/** The sign at offset, if an operand follows it directly. */
static enum ark_lexeme_sign
sign_at(const struct lexer *lexer, size_t at)
{
    uint8_t byte = lexer->text.bytes[at];
    if ((byte != '+' && byte != '-') || !begins_operand(lexer, at + 1)) {
        return ARK_SIGN_NONE;
    }
    return byte == '+' ? ARK_SIGN_MUST : ARK_SIGN_NOT;
}

/** The offset of the colon behind the run of letters that begins at offset; at itself when none is there. */
static size_t
field_colon(const struct lexer *lexer, size_t at)
{
    size_t end = at;
    while (end < lexer->text.len && lexer->text.bytes[end] != ':') {
        size_t length = 0;
        enum ark_charclass class =
            ark_charclass_at(lexer->text.bytes + end, lexer->text.len - end, &length);
        if (class != ARK_CHARCLASS_ARABIC && class != ARK_CHARCLASS_LATIN &&
            class != ARK_CHARCLASS_OTHER && class != ARK_CHARCLASS_MARK) {
            return at;
        }
        end += length;
    }
    return end < lexer->text.len ? end : at;
}

/** True when the value of a field can begin at offset. */
static bool
begins_value(const struct lexer *lexer, enum ark_query_field field, size_t at)
{
    if (field == ARK_FIELD_TITLE || field == ARK_FIELD_BODY) {
        return begins_operand(lexer, at);
    }
    size_t length = 0;
    uint32_t c = ark_query_peek(lexer->text, at, &length);
    return length > 0 && (opens_phrase(lexer, at) || !ark_query_ends_words(c));
}

/** True for what makes of a word before a colon a field that is not known, not an address or a smiley. */
static bool
begins_unknown_value(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t c = ark_query_peek(lexer->text, at, &length);
    bool operand = !ark_query_ends_words(c) || ark_query_is_quote(c) || c == '(';
    return length > 0 && operand && c != ':' && c != '/' && c != '\\';
}

/** Reads the name of a field at offset; returns where its value begins, or offset when no field is there. */
static size_t
field_at(struct lexer *lexer, size_t at, enum ark_query_field *field)
{
    size_t colon = field_colon(lexer, at);
    if (colon == at) {
        return at;
    }
    ark_str name = ark_str_slice(lexer->text, at, colon);
    enum ark_query_field named = ark_query_field_named(name);
    if (ark_str_equal(name, ARK_STR("root"))) {
        lexer->reserved = true;
    } else if (named == ARK_FIELD_ANY && begins_unknown_value(lexer, colon + 1)) {
        lexer->unknown_field = lexer->unknown_field.len == 0 ? name : lexer->unknown_field;
    } else if (named != ARK_FIELD_ANY && begins_value(lexer, named, colon + 1)) {
        *field = named;
        return colon + 1;
    } else if (named != ARK_FIELD_ANY) {
        warn(lexer, at, colon + 1, "nothing stands right after this field: read as a word");
    }
    return at;
}

static struct ark_lexeme *
push(struct lexer *lexer, enum ark_lexeme_kind kind, size_t start, size_t end)
{
    if (lexer->count == lexer->capacity) {
        size_t capacity = lexer->capacity == 0 ? 32 : 2 * lexer->capacity;
        struct ark_lexeme *items = ark_arena_calloc(lexer->arena, capacity, sizeof *items);
        if (lexer->count > 0) {
            memcpy(items, lexer->items, lexer->count * sizeof *items);
        }
        lexer->items = items;
        lexer->capacity = capacity;
    }
    struct ark_lexeme *lexeme = &lexer->items[lexer->count++];
    *lexeme = (struct ark_lexeme){.kind = kind,
                                  .start = (uint32_t)start,
                                  .end = (uint32_t)end,
                                  .suffix_start = (uint32_t)end,
                                  .weight = 1};
    return lexeme;
}

/** Pushes an operand with what stood before it. */
static struct ark_lexeme *
push_operand(struct lexer *lexer, enum ark_lexeme_kind kind, const struct ark_lexeme *head,
             size_t end)
{
    struct ark_lexeme *lexeme = push(lexer, kind, head->start, end);
    lexeme->sign = head->sign;
    lexeme->equals = head->equals;
    lexeme->field = head->field;
    return lexeme;
}

/** True for a character of "~2^1.5". */
static bool
is_suffix_character(uint32_t codepoint)
{
    return codepoint == '~' || codepoint == '^' || codepoint == '.' ||
           ark_query_digit(codepoint) >= 0;
}

/** Where a distance or a weight that begins at offset ends, which ends a run; at itself when none does. */
static size_t
suffix_end(const struct lexer *lexer, size_t at)
{
    size_t end = at;
    size_t length = 0;
    if (byte_at(lexer, at) != '~' && byte_at(lexer, at) != '^') {
        return at;
    }
    uint32_t c = ark_query_peek(lexer->text, end, &length);
    while (length > 0 && is_suffix_character(c)) {
        end += length;
        c = ark_query_peek(lexer->text, end, &length);
    }
    return length == 0 || ark_query_ends_words(c) ? end : at;
}

/** The offset in [start, end) where the run's distance or weight begins; end when it has none. */
static size_t
find_suffix(const struct lexer *lexer, size_t start, size_t end)
{
    size_t at = end;
    size_t length = 0;
    while (at > start) {
        size_t before = at - 1;
        while (before > start && (lexer->text.bytes[before] & 0xC0) == 0x80) {
            before--;
        }
        if (!is_suffix_character(ark_query_peek(lexer->text, before, &length))) {
            break;
        }
        at = before;
    }
    while (at < end && ((lexer->text.bytes[at] != '~' && lexer->text.bytes[at] != '^') ||
                        ark_query_is_escaped(lexer->text, at))) {
        at++;
    }
    return at;
}

/** Reads "1.5" at offset and returns where it ends, at itself when no digit is there. */
static size_t
read_weight(const struct lexer *lexer, size_t at, float *out)
{
    uint32_t whole = 0;
    size_t end = ark_query_number(lexer->text, at, &whole);
    double weight = whole;
    if (end > at && byte_at(lexer, end) == '.') {
        double unit = 0.1;
        size_t length = 0;
        size_t next = end + 1;
        for (int digit = ark_query_digit(ark_query_peek(lexer->text, next, &length)); digit >= 0;
             digit = ark_query_digit(ark_query_peek(lexer->text, next, &length))) {
            weight += unit * digit;
            unit /= 10;
            next += length;
        }
        end = next > end + 1 ? next : end;
    }
    *out = (float)weight;
    return end;
}

/**
 * Reads the distance and the weight between the offsets into the lexeme. What
 * is neither is left out with a warning.
 */
static void
read_suffix(struct lexer *lexer, size_t start, size_t end, struct ark_lexeme *lexeme)
{
    lexeme->suffix_start = (uint32_t)start;
    for (size_t at = start; at < end;) {
        size_t next = at + 1;
        bool good = false;
        if (lexer->text.bytes[at] == '~') {
            uint32_t distance = 0;
            next = ark_query_number(lexer->text, at + 1, &distance);
            good = next == at + 1 || distance > 0;
            lexeme->has_distance = lexeme->has_distance || good;
            lexeme->distance = good ? distance : lexeme->distance;
        } else if (lexer->text.bytes[at] == '^') {
            float weight = 1;
            next = read_weight(lexer, at + 1, &weight);
            good = next > at + 1;
            if (weight > ARK_QUERY_WEIGHT_MAX) {
                warn(lexer, at, next, "the greatest weight is 1000");
                weight = ARK_QUERY_WEIGHT_MAX;
            }
            lexeme->weight = good ? weight : lexeme->weight;
        }
        if (!good) {
            warn(lexer, at, end, "this is no distance or weight: left out");
            return;
        }
        at = next;
    }
}

/** "NEAR/8" or "ONEAR/8". */
static bool
push_near(struct lexer *lexer, ark_str words, size_t start, size_t end)
{
    bool ordered = words.len > 0 && words.bytes[0] == 'O';
    uint32_t distance = 0;
    size_t slash = ordered ? 5 : 4;
    if (!ark_str_starts_with(words, ordered ? ARK_STR("ONEAR/") : ARK_STR("NEAR/")) ||
        words.len == slash + 1 || ark_query_number(words, slash + 1, &distance) < words.len) {
        return false;
    }
    if (distance == 0 || distance > ARK_QUERY_DISTANCE_MAX) {
        warn(lexer, start, end, "a distance is a number from 1 to 1000: the nearest one is taken");
        distance = distance == 0 ? 1 : ARK_QUERY_DISTANCE_MAX;
    }
    struct ark_lexeme *lexeme = push(lexer, ARK_LEXEME_NEAR, start, end);
    lexeme->ordered = ordered;
    lexeme->distance = distance;
    return true;
}

static bool
push_keyword(struct lexer *lexer, size_t start, size_t end)
{
    ark_str words = ark_str_slice(lexer->text, start, end);
    if (ark_str_equal(words, ARK_STR("AND"))) {
        push(lexer, ARK_LEXEME_AND, start, end);
    } else if (ark_str_equal(words, ARK_STR("OR"))) {
        push(lexer, ARK_LEXEME_OR, start, end);
    } else if (ark_str_equal(words, ARK_STR("NOT"))) {
        push(lexer, ARK_LEXEME_NOT, start, end);
    } else {
        return push_near(lexer, words, start, end);
    }
    return true;
}

/** A run of words from offset on; head says what stood before it. A run without a token goes. */
static void
lex_words(struct lexer *lexer, const struct ark_lexeme *head, size_t at)
{
    size_t end = words_end(lexer, at);
    lexer->at = end;
    lexer->glued = false;
    if (head->start == at && push_keyword(lexer, at, end)) {
        return;
    }
    size_t content_end = find_suffix(lexer, at, end);
    if (!holds_token(lexer, at, content_end)) {
        content_end = end;
    }
    if (!holds_token(lexer, at, content_end)) {
        return;
    }
    struct ark_lexeme *lexeme = push_operand(lexer, ARK_LEXEME_WORDS, head, end);
    lexeme->content_start = (uint32_t)at;
    lexeme->content_end = (uint32_t)content_end;
    read_suffix(lexer, content_end, end, lexeme);
}

/** Where the text of a phrase whose opening quote stands at offset begins and ends. */
struct quoted {
    size_t start;
    size_t end;
    size_t after; /**< behind the closing quote */
};

static struct quoted
read_quoted(struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t opener = ark_query_peek(lexer->text, at, &length);
    struct quoted quoted = {.start = at + length, .end = at + length};
    uint32_t c = ark_query_peek(lexer->text, quoted.end, &length);
    while (length > 0 && !ark_query_quote_closes(opener, c)) {
        quoted.end += length;
        if (c == '\\') {
            ark_query_peek(lexer->text, quoted.end, &length);
            quoted.end += length;
        }
        c = ark_query_peek(lexer->text, quoted.end, &length);
    }
    if (length == 0) {
        warn(lexer, at, quoted.start, "this quote is not closed: the phrase goes on to the end");
    }
    quoted.after = quoted.end + length;
    return quoted;
}

/** A phrase whose opening quote stands at offset. */
static void
lex_phrase(struct lexer *lexer, const struct ark_lexeme *head, size_t at)
{
    struct quoted quoted = read_quoted(lexer, at);
    size_t end = suffix_end(lexer, quoted.after);
    lexer->at = end;
    lexer->glued = true;
    if (!holds_token(lexer, quoted.start, quoted.end)) {
        warn(lexer, at, quoted.after, "no word between the quotes: left out");
        return;
    }
    struct ark_lexeme *lexeme = push_operand(lexer, ARK_LEXEME_PHRASE, head, end);
    lexeme->content_start = (uint32_t)quoted.start;
    lexeme->content_end = (uint32_t)quoted.end;
    read_suffix(lexer, quoted.after, end, lexeme);
}

/** The value of a field of the document, quoted or up to the end of the run. */
static void
lex_filter(struct lexer *lexer, const struct ark_lexeme *head, size_t at)
{
    struct quoted value = {.start = at, .end = at, .after = at};
    bool is_quoted = opens_phrase(lexer, at);
    if (is_quoted) {
        value = read_quoted(lexer, at);
    } else {
        value.end = words_end(lexer, at);
        value.after = value.end;
    }
    lexer->at = value.after;
    lexer->glued = is_quoted;
    if (value.end == value.start) {
        warn(lexer, at, value.after, "no word between the quotes: left out");
        return;
    }
    struct ark_lexeme *lexeme = push_operand(lexer, ARK_LEXEME_FILTER, head, value.after);
    lexeme->quoted = is_quoted;
    lexeme->content_start = (uint32_t)value.start;
    lexeme->content_end = (uint32_t)value.end;
}

/** What begins with a sign, a field, a quote, an opening parenthesis or a word. */
static void
lex_operand(struct lexer *lexer)
{
    size_t at = lexer->at;
    struct ark_lexeme head = {.start = (uint32_t)at};
    if (!lexer->glued) {
        head.sign = sign_at(lexer, at);
        at += head.sign != ARK_SIGN_NONE ? 1 : 0;
        at = field_at(lexer, at, &head.field);
        head.equals = (uint8_t)equals_at(lexer, at);
        at += head.field < ARK_FIELD_PATH ? head.equals : 0;
    }
    if (head.field >= ARK_FIELD_PATH) {
        lex_filter(lexer, &head, at);
    } else if (byte_at(lexer, at) == '(') {
        push_operand(lexer, ARK_LEXEME_OPEN, &head, at + 1);
        lexer->at = at + 1;
        lexer->glued = false;
    } else if (opens_phrase(lexer, at)) {
        lex_phrase(lexer, &head, at);
    } else {
        lex_words(lexer, &head, at);
    }
}

/** A closing parenthesis with the weight of its group. */
static void
lex_close(struct lexer *lexer)
{
    size_t start = lexer->at;
    lexer->at = suffix_end(lexer, start + 1);
    lexer->glued = true;
    struct ark_lexeme *lexeme = push(lexer, ARK_LEXEME_CLOSE, start, start + 1);
    read_suffix(lexer, start + 1, lexer->at, lexeme);
    if (lexeme->has_distance) {
        warn(lexer, start + 1, lexer->at, "a group has no distance: left out");
        lexeme->has_distance = false;
    }
}

/** The next lexeme, if one begins here. Always moves on. */
static void
lex_one(struct lexer *lexer)
{
    size_t length = 0;
    size_t start = lexer->at;
    uint32_t c = ark_query_peek(lexer->text, start, &length);
    if (ark_query_is_separator(c)) {
        lexer->at += length;
        lexer->glued = false;
    } else if (c == ')') {
        lex_close(lexer);
    } else if (c == '|') {
        while (byte_at(lexer, lexer->at) == '|') {
            lexer->at++;
        }
        push(lexer, ARK_LEXEME_OR, start, lexer->at);
        lexer->glued = false;
    } else if (c == ARK_ANGLE_CLOSE && !opens_phrase(lexer, start)) {
        warn(lexer, start, start + length, "this quote closes nothing: left out");
        lexer->at += length;
    } else {
        lex_operand(lexer);
    }
    ARK_ASSERT(lexer->at > start);
}

static size_t
find_last_angle_open(ark_str text)
{
    for (size_t at = text.len; at >= 2; at--) {
        if (text.bytes[at - 2] == 0xC2 && text.bytes[at - 1] == 0xAB) { // U+00AB
            return at - 1;
        }
    }
    return 0;
}

/** What makes the whole query an error. */
static enum ark_status
check_fields(const struct lexer *lexer, struct ark_error *err)
{
    if (lexer->reserved) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "root: is kept for a later version; a backslash makes it a word");
    }
    if (lexer->unknown_field.len > 0) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "unknown field (title, body, path, date, source, id are known; a "
                             "backslash before the colon makes it a word): %.*s",
                             ARK_STR_ARG(lexer->unknown_field));
    }
    return ARK_OK;
}

enum ark_status
ark_query_lex(struct ark_query *query, struct ark_arena *arena, struct ark_lexemes *out,
              struct ark_error *err)
{
    ARK_ASSERT(query->text.len <= ARK_QUERY_BYTES_MAX);
    struct lexer lexer = {.query = query, .arena = arena, .text = query->text};
    lexer.last_angle_open = find_last_angle_open(query->text);
    while (lexer.at < lexer.text.len) {
        lex_one(&lexer);
    }
    enum ark_status status = check_fields(&lexer, err);
    if (status == ARK_OK) {
        status = ark_query_settle_parentheses(query, arena, lexer.items, &lexer.count, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    size_t count = lexer.count;
    size_t end = lexer.text.len;
    push(&lexer, ARK_LEXEME_END, end, end);
    *out = ark_query_settle_operators(query, arena, lexer.items, count);
    return ARK_OK;
}
