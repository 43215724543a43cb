#include "indexer/json_record.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/utf8.h"

struct ark_json
ark_json_make(void)
{
    return (struct ark_json){.nodes = NULL};
}

void
ark_json_dispose(struct ark_json *json)
{
    free(json->nodes);
    *json = ark_json_make();
}

/** The way through a text. */
struct walk {
    struct ark_json *json;
    ark_str text;
    size_t at;
    uint32_t open[ARK_JSON_DEPTH_MAX]; /**< containers that are not closed */
    size_t depth;
};

static uint32_t
add_node(struct walk *walk, enum ark_json_kind kind, size_t start)
{
    struct ark_json *json = walk->json;
    ARK_GROW(json->nodes, json->capacity, json->node_count + 1);
    json->nodes[json->node_count] = (struct ark_json_node){
        .kind = kind,
        .next = json->node_count + 1,
        .text = ark_str_slice(walk->text, start, walk->at),
    };
    return json->node_count++;
}

/** The byte at the walk, or 0 at the end: NUL is nowhere allowed outside of strings. */
static uint8_t
look(const struct walk *walk)
{
    return walk->at < walk->text.len ? walk->text.bytes[walk->at] : 0;
}

static void
skip_blanks(struct walk *walk)
{
    uint8_t byte = look(walk);
    while (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
        walk->at++;
        byte = look(walk);
    }
}

static bool
is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool
skip_digits(struct walk *walk)
{
    size_t start = walk->at;
    while (is_digit(look(walk))) {
        walk->at++;
    }
    return walk->at > start;
}

static bool
read_number(struct walk *walk)
{
    size_t start = walk->at;
    enum ark_json_kind kind = ARK_JSON_INTEGER;
    walk->at += look(walk) == '-';
    if (look(walk) == '0') {
        walk->at++;
    } else if (!skip_digits(walk)) {
        return false;
    }
    if (look(walk) == '.') {
        kind = ARK_JSON_REAL;
        walk->at++;
        if (!skip_digits(walk)) {
            return false;
        }
    }
    if (look(walk) == 'e' || look(walk) == 'E') {
        kind = ARK_JSON_REAL;
        walk->at++;
        walk->at += look(walk) == '+' || look(walk) == '-';
        if (!skip_digits(walk)) {
            return false;
        }
    }
    (void)add_node(walk, kind, start);
    return true;
}

static bool
read_word(struct walk *walk, const char *word, enum ark_json_kind kind)
{
    size_t start = walk->at;
    for (const char *letter = word; *letter != '\0'; letter++) {
        if (look(walk) != (uint8_t)*letter) {
            return false;
        }
        walk->at++;
    }
    (void)add_node(walk, kind, start);
    return true;
}

/** Eight bytes at a time; the high bit of each byte that is a quote, a backslash or a control. */
static uint64_t
special_bytes(uint64_t bytes)
{
    static const uint64_t ONES = 0x0101010101010101U;
    static const uint64_t HIGHS = 0x8080808080808080U;
    uint64_t quote = bytes ^ (ONES * '"');
    uint64_t slash = bytes ^ (ONES * '\\');
    // A byte below n borrows from its high bit; bytes above 0x7F are masked out.
    return (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) |
            ((bytes - ONES * 0x20) & ~bytes)) &
           HIGHS;
}

/** The place of the next quote, backslash or control from at on, or the end. */
static size_t
find_special(ark_str text, size_t at)
{
    while (text.len - at >= 8) {
        uint64_t bytes;
        memcpy(&bytes, text.bytes + at, sizeof bytes);
        if (special_bytes(bytes) != 0) {
            break;
        }
        at += 8;
    }
    while (at < text.len && text.bytes[at] != '"' && text.bytes[at] != '\\' &&
           text.bytes[at] >= 0x20) {
        at++;
    }
    return at;
}

/** The value of four hexadecimal digits, or -1. */
static int32_t
hexadecimal(ark_str text, size_t at)
{
    int32_t value = 0;
    for (size_t i = at; i < at + 4; i++) {
        uint8_t byte = i < text.len ? text.bytes[i] : 0;
        uint8_t letter = (uint8_t)(byte | 0x20);
        if (is_digit(byte)) {
            value = value * 16 + (byte - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            value = value * 16 + (letter - 'a' + 10);
        } else {
            return -1;
        }
    }
    return value;
}

/** What an escape stands for. */
struct escape {
    uint32_t codepoint;
    size_t bytes; /**< of the escape; 0: it is none */
};

/** The character of "\uXXXX", or of two of them that are a surrogate pair. */
static struct escape
read_unicode_escape(ark_str text, size_t at)
{
    static const struct escape NONE = {0, 0};
    int32_t high = hexadecimal(text, at + 2);
    if (high < 0 || (high >= 0xDC00 && high <= 0xDFFF)) {
        return NONE;
    }
    if (high < 0xD800 || high > 0xDBFF) {
        return (struct escape){(uint32_t)high, 6};
    }
    bool follows = at + 7 < text.len && text.bytes[at + 6] == '\\' && text.bytes[at + 7] == 'u';
    int32_t low = follows ? hexadecimal(text, at + 8) : -1;
    if (low < 0xDC00 || low > 0xDFFF) {
        return NONE;
    }
    return (struct escape){0x10000U + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00),
                           12};
}

/** The escape whose backslash is at at. */
static struct escape
read_escape(ark_str text, size_t at)
{
    static const char LETTERS[] = "\"\\/bfnrt";
    static const char MEANT[] = "\"\\/\b\f\n\r\t";
    uint8_t letter = at + 1 < text.len ? text.bytes[at + 1] : 0;
    if (letter == 'u') {
        return read_unicode_escape(text, at);
    }
    const char *found = letter == 0 ? NULL : strchr(LETTERS, letter);
    return found == NULL ? (struct escape){0, 0}
                         : (struct escape){(uint32_t)MEANT[found - LETTERS], 2};
}

/** A string whose opening quote is at the walk. */
static bool
read_string(struct walk *walk)
{
    size_t start = ++walk->at;
    bool escaped = false;
    for (;;) {
        walk->at = find_special(walk->text, walk->at);
        if (look(walk) == '"') {
            break;
        }
        if (look(walk) != '\\') {
            return false; // a control, or the end
        }
        size_t bytes = read_escape(walk->text, walk->at).bytes;
        if (bytes == 0) {
            return false;
        }
        escaped = true;
        walk->at += bytes;
    }
    uint32_t node = add_node(walk, ARK_JSON_STRING, start);
    walk->json->nodes[node].escaped = escaped;
    walk->at++;
    return true;
}

/** Opens an array or object. */
static bool
open_container(struct walk *walk, enum ark_json_kind kind)
{
    if (walk->depth == ARK_JSON_DEPTH_MAX) {
        return false;
    }
    size_t start = walk->at++;
    walk->open[walk->depth++] = add_node(walk, kind, start);
    return true;
}

static bool
read_scalar(struct walk *walk)
{
    switch (look(walk)) {
    case '"':
        return read_string(walk);
    case 't':
        return read_word(walk, "true", ARK_JSON_TRUE);
    case 'f':
        return read_word(walk, "false", ARK_JSON_FALSE);
    case 'n':
        return read_word(walk, "null", ARK_JSON_NULL);
    default:
        return read_number(walk);
    }
}

/** A key and its colon. */
static bool
read_key(struct walk *walk)
{
    skip_blanks(walk);
    if (look(walk) != '"' || !read_string(walk)) {
        return false;
    }
    skip_blanks(walk);
    if (look(walk) != ':') {
        return false;
    }
    walk->at++;
    return true;
}

static bool
in_object(const struct walk *walk)
{
    return walk->json->nodes[walk->open[walk->depth - 1]].kind == ARK_JSON_OBJECT;
}

/** Closes containers that end here; then a comma must follow, unless all are closed. */
static bool
end_value(struct walk *walk)
{
    for (;;) {
        skip_blanks(walk);
        if (walk->depth == 0) {
            return walk->at == walk->text.len;
        }
        uint8_t byte = look(walk);
        if (byte == ',') {
            walk->at++;
            return !in_object(walk) || read_key(walk);
        }
        if (byte != (in_object(walk) ? '}' : ']')) {
            return false;
        }
        walk->at++;
        walk->json->nodes[walk->open[--walk->depth]].next = walk->json->node_count;
    }
}

/** A value begins here; an opened container may end at once. */
static bool
begin_value(struct walk *walk)
{
    skip_blanks(walk);
    uint8_t byte = look(walk);
    if (byte != '{' && byte != '[') {
        return walk->depth > 0 && read_scalar(walk) && end_value(walk);
    }
    bool object = byte == '{';
    if (!open_container(walk, object ? ARK_JSON_OBJECT : ARK_JSON_ARRAY)) {
        return false;
    }
    skip_blanks(walk);
    if (look(walk) == (object ? '}' : ']')) {
        return end_value(walk);
    }
    return !object || read_key(walk);
}

bool
ark_json_read(struct ark_json *json, ark_str text, size_t *bad)
{
    ARK_ASSERT(text.len < UINT32_MAX / 2);
    struct walk walk = {.json = json, .text = text};
    json->node_count = 0;
    do {
        if (!begin_value(&walk)) {
            *bad = walk.at;
            return false;
        }
    } while (walk.depth > 0);
    return true;
}

/** Whether a string is meant to be text. */
static bool
string_equals(const struct ark_json *json, uint32_t node, ark_str text)
{
    if (!json->nodes[node].escaped) {
        return ark_str_equal(json->nodes[node].text, text);
    }
    struct ark_buf unescaped = ark_buf_make(json->nodes[node].text.len);
    bool equal = ark_str_equal(ark_json_string(json, node, &unescaped), text);
    ark_buf_dispose(&unescaped);
    return equal;
}

uint32_t
ark_json_member(const struct ark_json *json, uint32_t node, ark_str key)
{
    uint32_t found = ARK_JSON_NONE;
    if (node == ARK_JSON_NONE || json->nodes[node].kind != ARK_JSON_OBJECT) {
        return found;
    }
    uint32_t end = json->nodes[node].next;
    for (uint32_t at = node + 1; at < end; at = json->nodes[at + 1].next) {
        if (string_equals(json, at, key)) {
            found = at + 1;
        }
    }
    return found;
}

uint32_t
ark_json_element(const struct ark_json *json, uint32_t node, size_t idx)
{
    if (node == ARK_JSON_NONE || json->nodes[node].kind != ARK_JSON_ARRAY) {
        return ARK_JSON_NONE;
    }
    uint32_t end = json->nodes[node].next;
    for (uint32_t at = node + 1; at < end; at = json->nodes[at].next) {
        if (idx-- == 0) {
            return at;
        }
    }
    return ARK_JSON_NONE;
}

ark_str
ark_json_string(const struct ark_json *json, uint32_t node, struct ark_buf *out)
{
    const struct ark_json_node *string = &json->nodes[node];
    ARK_ASSERT(string->kind == ARK_JSON_STRING);
    if (!string->escaped) {
        return string->text;
    }
    // No escape is shorter than its character.
    uint8_t *to = ark_buf_reserve(out, string->text.len);
    size_t len = 0;
    size_t at = 0;
    while (at < string->text.len) {
        size_t plain = find_special(string->text, at);
        memcpy(to + len, string->text.bytes + at, plain - at);
        len += plain - at;
        at = plain;
        if (at < string->text.len) {
            struct escape escape = read_escape(string->text, at);
            ARK_ASSERT(escape.bytes > 0);
            len += ark_utf8_encode(escape.codepoint, to + len);
            at += escape.bytes;
        }
    }
    ark_str meant = ark_str_make(to, len);
    out->len += len;
    return meant;
}
