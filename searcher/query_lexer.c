#include "searcher/query_lexer.h"

#include "common/text/segment.h"
#include "common/text/utf8.h"

/** Characters with a meaning; named by code point, because most have no direction of their own. */
enum {
    ANGLE_OPEN = 0x00AB,
    ANGLE_CLOSE = 0x00BB,
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
};

/** The state of the walk. */
struct lexer {
    struct ark_query *query;
    struct ark_arena *arena;
    ark_str text;
    size_t at;
    size_t last_angle_open; /**< offset + 1 of the last opening angle quote, or 0 */
    bool glued;             /**< no blank since a closing quote or parenthesis */
    bool reserved;          /**< a prefix that is kept for later was written */
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

/** The character at offset and its length; 0 and 0 at the end. */
static uint32_t
peek(const struct lexer *lexer, size_t at, size_t *length)
{
    uint32_t codepoint = 0;
    *length = 0;
    if (at < lexer->text.len) {
        *length = ark_utf8_decode(lexer->text.bytes + at, lexer->text.len - at, &codepoint);
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

/** Blanks, and the Arabic marks that are typed without a blank after them. */
static bool
is_separator(uint32_t codepoint)
{
    return is_blank(codepoint) || codepoint == ARABIC_COMMA || codepoint == ARABIC_SEMICOLON ||
           codepoint == ARABIC_QUESTION;
}

static bool
is_curly(uint32_t codepoint)
{
    return codepoint == CURLY_LEFT || codepoint == CURLY_RIGHT || codepoint == CURLY_LOW;
}

static bool
is_quote(uint32_t codepoint)
{
    return codepoint == '"' || codepoint == ANGLE_OPEN || codepoint == ANGLE_CLOSE ||
           is_curly(codepoint);
}

static bool
ends_words(uint32_t codepoint)
{
    return is_separator(codepoint) || is_quote(codepoint) || codepoint == '(' || codepoint == ')' ||
           codepoint == '|';
}

/** True when quote closes a phrase that opener began. Curly quotes come in either order. */
static bool
closes(uint32_t opener, uint32_t quote)
{
    if (opener == ANGLE_OPEN) {
        return quote == ANGLE_CLOSE;
    }
    if (opener == ANGLE_CLOSE) {
        return quote == ANGLE_OPEN;
    }
    return is_curly(opener) ? is_curly(quote) : quote == opener;
}

/** Where the run of words that begins at offset ends; an escaped character never ends it. */
static size_t
words_end(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    for (uint32_t c = peek(lexer, at, &length); length > 0; c = peek(lexer, at, &length)) {
        if (c == '\\') {
            at += length;
            peek(lexer, at, &length);
        } else if (ends_words(c)) {
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

/** True when a word begins right at offset (a tatweel, a mark or an escape may lead it). */
static bool
begins_word(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t c = peek(lexer, at, &length);
    if (length == 0 || ends_words(c)) {
        return false;
    }
    struct ark_segmenter segmenter =
        ark_segmenter_make(ark_str_slice(lexer->text, at, words_end(lexer, at)));
    struct ark_token token;
    bool led = c == '\\' || c == TATWEEL || c == SUPERSCRIPT_ALEF ||
               (c >= FATHATAN && c <= WAVY_HAMZA_BELOW);
    return ark_segmenter_next(&segmenter, &token) && (token.start == 0 || led);
}

/** True when a quote at offset opens a phrase; a closing angle does only when an opening one follows. */
static bool
opens_phrase(const struct lexer *lexer, size_t at)
{
    size_t length = 0;
    uint32_t c = peek(lexer, at, &length);
    return length > 0 && is_quote(c) && (c != ANGLE_CLOSE || at + 1 < lexer->last_angle_open);
}

/** The number of equals signs (0, 1 or 2) that stand at offset before a word or a phrase. */
static size_t
exact_signs(const struct lexer *lexer, size_t at)
{
    size_t count = 0;
    while (count < 2 && at + count < lexer->text.len && lexer->text.bytes[at + count] == '=') {
        count++;
    }
    bool operand = begins_word(lexer, at + count) || opens_phrase(lexer, at + count);
    return operand ? count : 0;
}

/** The sign at offset, if an operand follows it directly. */
static enum ark_lexeme_sign
sign_at(const struct lexer *lexer, size_t at)
{
    uint8_t byte = lexer->text.bytes[at];
    if (byte != '+' && byte != '-') {
        return ARK_SIGN_NONE;
    }
    size_t next = at + 1;
    bool operand = (next < lexer->text.len && lexer->text.bytes[next] == '(') ||
                   begins_word(lexer, next) || opens_phrase(lexer, next) ||
                   exact_signs(lexer, next) > 0;
    if (!operand) {
        return ARK_SIGN_NONE;
    }
    return byte == '+' ? ARK_SIGN_MUST : ARK_SIGN_NOT;
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
    *lexeme = (struct ark_lexeme){.kind = kind, .start = (uint32_t)start, .end = (uint32_t)end};
    return lexeme;
}

/** Where "~2" or "^1.5" and the like end that begin at offset and end a run; at itself when none do. */
static size_t
suffix_end(const struct lexer *lexer, size_t at)
{
    size_t end = at;
    while (end < lexer->text.len) {
        uint8_t byte = lexer->text.bytes[end];
        bool mark = byte == '~' || byte == '^';
        bool number = end > at && ((byte >= '0' && byte <= '9') || byte == '.');
        if (!mark && !number) {
            break;
        }
        end++;
    }
    size_t length = 0;
    uint32_t c = peek(lexer, end, &length);
    return length == 0 || ends_words(c) ? end : at;
}

/** Moves past a distance or a weight behind a word, a phrase or a parenthesis, and says so. */
static size_t
skip_suffix(struct lexer *lexer, size_t at)
{
    size_t end = suffix_end(lexer, at);
    if (end > at) {
        warn(lexer, at, end, "a distance or weight is no part of this language: left out");
    }
    return end;
}

/** Field names of ark-query(7), which part from their word like any word before a colon. */
static bool
is_field_name(ark_str name)
{
    static const char *const names[] = {
        "title",
        "body",
        "path",
        "date",
        "source",
        "id",
        // "title"
        "عنوان",
        // "body"
        "متن",
        // "file"
        "ملف",
        // "date"
        "تاريخ",
        // "source"
        "مصدر",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        if (ark_str_equal(name, ark_str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

/** "NEAR/8" or "ONEAR/8". */
static bool
is_near(ark_str words)
{
    if (words.len > 0 && words.bytes[0] == 'O') {
        words = ark_str_slice(words, 1, words.len);
    }
    if (!ark_str_starts_with(words, ARK_STR("NEAR/")) || words.len == 5) {
        return false;
    }
    for (size_t i = 5; i < words.len; i++) {
        if (words.bytes[i] < '0' || words.bytes[i] > '9') {
            return false;
        }
    }
    return true;
}

/** Says so when a run of words looks like a wildcard or a field, which it is not read as. */
static void
warn_of_lookalikes(struct lexer *lexer, size_t start, size_t end)
{
    for (size_t at = start; at < end; at++) {
        uint8_t byte = lexer->text.bytes[at];
        if (byte == '\\') {
            at++;
        } else if (byte == '*') {
            warn(lexer, at, at + 1, "'*' is no wildcard: left out");
            return;
        } else if (byte == ':') {
            ark_str name = ark_str_slice(lexer->text, start, at);
            if (ark_str_equal(name, ARK_STR("root"))) {
                lexer->reserved = true;
            } else if (at + 1 < end && is_field_name(name)) {
                warn(lexer, start, at + 1, "fields are not searched apart: read as words");
            }
            return;
        }
    }
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
    } else if (is_near(words)) {
        warn(lexer, start, end, "NEAR is no operator: left out");
    } else {
        return false;
    }
    return true;
}

/** The offset in [start, end) where the run's distance or weight begins; end when it has none. */
static size_t
find_suffix(const struct lexer *lexer, size_t start, size_t end)
{
    size_t at = end;
    while (at > start) {
        uint8_t byte = lexer->text.bytes[at - 1];
        bool mark = byte == '~' || byte == '^';
        bool number = (byte >= '0' && byte <= '9') || byte == '.';
        if (!mark && !number) {
            break;
        }
        at--;
    }
    while (at < end && lexer->text.bytes[at] != '~' && lexer->text.bytes[at] != '^') {
        at++;
    }
    bool escaped = at > start && lexer->text.bytes[at - 1] == '\\';
    return escaped ? end : at;
}

/** A run of words from offset on; lexeme start is where its sign stands. A run without a token goes. */
static void
lex_words(struct lexer *lexer, struct ark_lexeme head, size_t at)
{
    size_t end = words_end(lexer, at);
    lexer->at = end;
    lexer->glued = false;
    if (head.start == at && push_keyword(lexer, at, end)) {
        return;
    }
    size_t content_end = find_suffix(lexer, at, end);
    if (!holds_token(lexer, at, content_end)) {
        content_end = end;
    }
    if (!holds_token(lexer, at, content_end)) {
        return;
    }
    if (content_end < end) {
        skip_suffix(lexer, content_end);
    }
    warn_of_lookalikes(lexer, at, content_end);
    struct ark_lexeme *lexeme = push(lexer, ARK_LEXEME_WORDS, head.start, end);
    lexeme->sign = head.sign;
    lexeme->exact = head.exact;
    lexeme->content_start = (uint32_t)at;
    lexeme->content_end = (uint32_t)content_end;
}

/** A phrase whose opening quote stands at offset. */
static void
lex_phrase(struct lexer *lexer, struct ark_lexeme head, size_t at)
{
    size_t length = 0;
    uint32_t opener = peek(lexer, at, &length);
    size_t content = at + length;
    size_t end = content;
    uint32_t c = peek(lexer, end, &length);
    while (length > 0 && !closes(opener, c)) {
        end += length;
        if (c == '\\') {
            peek(lexer, end, &length);
            end += length;
        }
        c = peek(lexer, end, &length);
    }
    if (length == 0) {
        warn(lexer, at, content, "this quote is not closed: the phrase goes on to the end");
    }
    lexer->at = skip_suffix(lexer, end + length);
    lexer->glued = true;
    if (!holds_token(lexer, content, end)) {
        warn(lexer, at, end + length, "no word between the quotes: left out");
        return;
    }
    struct ark_lexeme *lexeme = push(lexer, ARK_LEXEME_PHRASE, head.start, lexer->at);
    lexeme->sign = head.sign;
    lexeme->exact = head.exact;
    lexeme->content_start = (uint32_t)content;
    lexeme->content_end = (uint32_t)end;
}

/** What begins with a sign, a quote, an opening parenthesis or a word. */
static void
lex_operand(struct lexer *lexer)
{
    size_t at = lexer->at;
    struct ark_lexeme head = {.start = (uint32_t)at};
    if (!lexer->glued) {
        head.sign = sign_at(lexer, at);
        at += head.sign != ARK_SIGN_NONE ? 1 : 0;
        size_t exact = at < lexer->text.len ? exact_signs(lexer, at) : 0;
        if (exact == 2) {
            warn(lexer, at, at + 2, "'==' is read as '='");
        }
        head.exact = exact > 0;
        at += exact;
    }
    if (lexer->text.bytes[at] == '(') {
        push(lexer, ARK_LEXEME_OPEN, head.start, at + 1)->sign = head.sign;
        lexer->at = at + 1;
        lexer->glued = false;
    } else if (opens_phrase(lexer, at)) {
        lex_phrase(lexer, head, at);
    } else {
        lex_words(lexer, head, at);
    }
}

/** The next lexeme, if one begins here. Always moves on. */
static void
lex_one(struct lexer *lexer)
{
    size_t length = 0;
    size_t start = lexer->at;
    uint32_t c = peek(lexer, start, &length);
    if (is_separator(c)) {
        lexer->at += length;
        lexer->glued = false;
    } else if (c == ')') {
        lexer->at = skip_suffix(lexer, start + 1);
        push(lexer, ARK_LEXEME_CLOSE, start, start + 1);
        lexer->glued = true;
    } else if (c == '|') {
        while (lexer->at < lexer->text.len && lexer->text.bytes[lexer->at] == '|') {
            lexer->at++;
        }
        push(lexer, ARK_LEXEME_OR, start, lexer->at);
        lexer->glued = false;
    } else if (c == ANGLE_CLOSE && !opens_phrase(lexer, start)) {
        warn(lexer, start, start + length, "this quote closes nothing: left out");
        lexer->at += length;
    } else {
        lex_operand(lexer);
    }
    ARK_ASSERT(lexer->at > start);
}

/** Drops closing parentheses that close nothing; says which ones are left open. */
static enum ark_status
settle_parentheses(struct lexer *lexer, struct ark_error *err)
{
    uint32_t open[ARK_QUERY_DEPTH_MAX];
    size_t depth = 0;
    size_t kept = 0;
    for (size_t i = 0; i < lexer->count; i++) {
        struct ark_lexeme lexeme = lexer->items[i];
        if (lexeme.kind == ARK_LEXEME_OPEN) {
            if (depth == ARK_QUERY_DEPTH_MAX) {
                return ark_error_set(err, ARK_E_LIMIT,
                                     "parentheses in the query are deeper than %d",
                                     ARK_QUERY_DEPTH_MAX);
            }
            open[depth++] = lexeme.start;
        } else if (lexeme.kind == ARK_LEXEME_CLOSE && depth == 0) {
            warn(lexer, lexeme.start, lexeme.end, "this parenthesis closes nothing: left out");
            continue;
        } else if (lexeme.kind == ARK_LEXEME_CLOSE) {
            depth--;
        }
        lexer->items[kept++] = lexeme;
    }
    lexer->count = kept;
    for (size_t i = 0; i < depth; i++) {
        warn(lexer, open[i], open[i] + 1, "this parenthesis is not closed: it closes at the end");
    }
    return ARK_OK;
}

static bool
ends_operand(enum ark_lexeme_kind kind)
{
    return kind == ARK_LEXEME_WORDS || kind == ARK_LEXEME_PHRASE || kind == ARK_LEXEME_CLOSE;
}

static bool
begins_operand(enum ark_lexeme_kind kind)
{
    return kind == ARK_LEXEME_WORDS || kind == ARK_LEXEME_PHRASE || kind == ARK_LEXEME_OPEN ||
           kind == ARK_LEXEME_NOT;
}

/**
 * Makes words of operators that lack an operand; a bar, which is no word, goes.
 * From right to left, so that what follows an operator is settled before it.
 */
static void
settle_operators(struct lexer *lexer)
{
    size_t kept = lexer->count;
    enum ark_lexeme_kind next = ARK_LEXEME_END;
    for (size_t i = lexer->count; i-- > 0;) {
        struct ark_lexeme lexeme = lexer->items[i];
        bool binary = lexeme.kind == ARK_LEXEME_AND || lexeme.kind == ARK_LEXEME_OR;
        bool before = i > 0 && ends_operand(lexer->items[i - 1].kind);
        bool stray = (binary && !(before && begins_operand(next))) ||
                     (lexeme.kind == ARK_LEXEME_NOT && !begins_operand(next));
        if (stray && lexer->text.bytes[lexeme.start] == '|') {
            warn(lexer, lexeme.start, lexeme.end, "this '|' joins nothing: left out");
            continue;
        }
        if (stray) {
            warn(lexer, lexeme.start, lexeme.end, "this operator joins nothing: read as a word");
            lexeme.kind = ARK_LEXEME_WORDS;
            lexeme.content_start = lexeme.start;
            lexeme.content_end = lexeme.end;
        }
        lexer->items[--kept] = lexeme;
        next = lexeme.kind;
    }
    lexer->items += kept;
    lexer->count -= kept;
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
    if (lexer.reserved) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "root: is kept for a later version; a backslash makes it a word");
    }
    enum ark_status status = settle_parentheses(&lexer, err);
    if (status != ARK_OK) {
        return status;
    }
    size_t count = lexer.count;
    size_t end = lexer.text.len;
    push(&lexer, ARK_LEXEME_END, end, end);
    lexer.count = count; // END is not an item, but stands behind them
    settle_operators(&lexer);
    *out = (struct ark_lexemes){lexer.items, lexer.count};
    return ARK_OK;
}
