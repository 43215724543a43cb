#include "indexer/reading.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"
#include "indexer/json_record.h"
#include "indexer/title_date.h"

enum { KEYS_MAX = 3, POINTER_TOKEN_BYTES_MAX = 256, NUMBER_BYTES_MAX = 32 };

/** Where fields stand unless --map says otherwise; the first key that is there counts. */
static const char *const USUAL_KEYS[ARK_MAP_FIELD_COUNT][KEYS_MAX] = {
    [ARK_MAP_TITLE] = {"title"},  [ARK_MAP_BODY] = {"body", "text", "contents"},
    [ARK_MAP_DATE] = {"date"},    [ARK_MAP_SOURCE] = {"source"},
    [ARK_MAP_ID] = {"id", "_id"},
};

/** The state of one file of records. */
struct records {
    struct ark_reading *reading;
    struct ark_json json;                     // of the record
    struct ark_buf text[ARK_MAP_FIELD_COUNT]; // values that are not one string as it is written
    char number[NUMBER_BYTES_MAX];            // of the record, from 1
};

/** The next token of a JSON pointer (RFC 6901), unescaped; false at its end or when too long. */
static bool
next_token(const char **pointer, char token[POINTER_TOKEN_BYTES_MAX])
{
    const char *at = *pointer;
    if (*at != '/') {
        return false;
    }
    size_t len = 0;
    for (at++; *at != '\0' && *at != '/'; at++) {
        if (len + 1 >= POINTER_TOKEN_BYTES_MAX) {
            return false;
        }
        char byte = *at;
        if (byte == '~' && (at[1] == '0' || at[1] == '1')) {
            byte = at[1] == '0' ? '~' : '/';
            at++;
        }
        token[len++] = byte;
    }
    token[len] = '\0';
    *pointer = at;
    return true;
}

/** The element of an array that a pointer token names. */
static uint32_t
element(const struct ark_json *json, uint32_t array, const char *token)
{
    size_t idx = 0;
    size_t len = strlen(token);
    if (len == 0 || len > 9 || strspn(token, "0123456789") != len) {
        return ARK_JSON_NONE;
    }
    for (size_t i = 0; i < len; i++) {
        idx = idx * 10 + (size_t)(token[i] - '0');
    }
    return ark_json_element(json, array, idx);
}

/** The value of a key, or of a JSON pointer, in the record; ARK_JSON_NONE when absent or null. */
static uint32_t
lookup(const struct ark_json *json, const char *key)
{
    uint32_t value = 0;
    if (key[0] != '/') {
        value = ark_json_member(json, value, ark_str_from(key));
    } else {
        char token[POINTER_TOKEN_BYTES_MAX] = "";
        while (value != ARK_JSON_NONE && next_token(&key, token)) {
            value = json->nodes[value].kind == ARK_JSON_ARRAY
                        ? element(json, value, token)
                        : ark_json_member(json, value, ark_str_from(token));
        }
        value = *key == '\0' ? value : ARK_JSON_NONE;
    }
    bool null = value != ARK_JSON_NONE && json->nodes[value].kind == ARK_JSON_NULL;
    return null ? ARK_JSON_NONE : value;
}

static uint32_t
find_field(const struct records *records, enum ark_map_field field)
{
    const char *mapped = records->reading->options->map[field];
    if (mapped != NULL) {
        return lookup(&records->json, mapped);
    }
    uint32_t value = ARK_JSON_NONE;
    for (size_t i = 0; value == ARK_JSON_NONE && i < KEYS_MAX && USUAL_KEYS[field][i] != NULL;
         i++) {
        value = lookup(&records->json, USUAL_KEYS[field][i]);
    }
    return value;
}

/** A number as C reads it: the longest double takes fewer digits than are looked at. */
static double
real_value(ark_str text)
{
    char copy[NUMBER_BYTES_MAX * 16];
    size_t len = text.len < sizeof copy ? text.len : sizeof copy - 1;
    memcpy(copy, text.bytes, len);
    copy[len] = '\0';
    return strtod(copy, NULL);
}

/** The text of a scalar: strings, and numbers; else nothing. Appended to out when it is not as written. */
static ark_str
scalar_text(const struct records *records, uint32_t node, struct ark_buf *out)
{
    const struct ark_json *json = &records->json;
    size_t before = out->len;
    switch (json->nodes[node].kind) {
    case ARK_JSON_STRING:
        return ark_json_string(json, node, out);
    case ARK_JSON_INTEGER:
        return ark_str_equal(json->nodes[node].text, ARK_STR("-0")) ? ARK_STR("0")
                                                                    : json->nodes[node].text;
    case ARK_JSON_REAL:
        ark_buf_printf(out, "%.17g", real_value(json->nodes[node].text));
        return ark_str_slice(ark_buf_view(out), before, out->len);
    default:
        return ARK_STR("");
    }
}

/** The elements of an array that are text, a line each. */
static ark_str
array_text(const struct records *records, uint32_t array, struct ark_buf *out)
{
    const struct ark_json_node *nodes = records->json.nodes;
    struct ark_buf scratch = ark_buf_make(out->bytes_max);
    for (uint32_t at = array + 1; at < nodes[array].next; at = nodes[at].next) {
        if (out->len > 0) {
            ark_buf_push(out, '\n');
        }
        ark_buf_clear(&scratch);
        ark_buf_append_str(out, scalar_text(records, at, &scratch));
    }
    ark_buf_dispose(&scratch);
    return ark_buf_view(out);
}

/** The text of a field; empty when it is absent or no text. */
static ark_str
field_text(struct records *records, enum ark_map_field field)
{
    uint32_t value = find_field(records, field);
    if (value == ARK_JSON_NONE) {
        return ARK_STR("");
    }
    struct ark_buf *buf = &records->text[field];
    ark_buf_clear(buf);
    return records->json.nodes[value].kind == ARK_JSON_ARRAY ? array_text(records, value, buf)
                                                             : scalar_text(records, value, buf);
}

/** Whether an integer fits into 64 bits, and its value. */
static bool
integer_value(ark_str text, int64_t *out)
{
    char copy[NUMBER_BYTES_MAX];
    if (text.len >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.bytes, text.len);
    copy[text.len] = '\0';
    errno = 0;
    *out = strtoll(copy, NULL, 10);
    return errno == 0;
}

static uint32_t
field_date(struct records *records)
{
    uint32_t value = find_field(records, ARK_MAP_DATE);
    int64_t number = 0;
    if (value != ARK_JSON_NONE && records->json.nodes[value].kind == ARK_JSON_INTEGER &&
        integer_value(records->json.nodes[value].text, &number)) {
        return ark_date_number(number);
    }
    return ark_date_value(field_text(records, ARK_MAP_DATE));
}

static enum ark_status
give_record(struct records *records, struct ark_error *err)
{
    ark_str number = ark_str_from(records->number);
    ark_str id = field_text(records, ARK_MAP_ID);
    if (find_field(records, ARK_MAP_BODY) == ARK_JSON_NONE) {
        const char *mapped = records->reading->options->map[ARK_MAP_BODY];
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, id.len > 0 ? id : number, ARK_E_INPUT,
                         "no field %s in the record (see --map)",
                         mapped != NULL ? mapped : "body, text or contents");
        return ARK_OK;
    }
    struct ark_draft draft = {
        .record = id.len > 0 ? id : number,
        .record_is_id = id.len > 0,
        .title = field_text(records, ARK_MAP_TITLE),
        .body = field_text(records, ARK_MAP_BODY),
        .source = field_text(records, ARK_MAP_SOURCE),
        .date = field_date(records),
    };
    return ark_reading_give(records->reading, &draft, err);
}

/** Reads one line that begins at byte offset of the (unpacked, decoded) file. */
static enum ark_status
read_line(struct records *records, ark_str line, uint64_t offset, struct ark_error *err)
{
    size_t bad = 0;
    ark_str number = ark_str_from(records->number);
    if (!ark_utf8_valid(line, &bad)) {
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, number, ARK_E_ENCODING,
                         "bad UTF-8, byte %" PRIu64 " (see --encoding)", offset + bad);
        return ARK_OK;
    }
    bool read = ark_json_read(&records->json, line, &bad);
    if (!read || records->json.nodes[0].kind != ARK_JSON_OBJECT) {
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, number, ARK_E_INPUT,
                         "not a JSON record, byte %" PRIu64, offset + (read ? 0 : bad));
        return ARK_OK;
    }
    return give_record(records, err);
}

enum ark_status
ark_reader_jsonl(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    struct records records = {.reading = reading, .json = ark_json_make()};
    for (size_t i = 0; i < ARK_MAP_FIELD_COUNT; i++) {
        // A number takes at most five times its place; an array adds line ends only.
        records.text[i] = ark_buf_make((size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 8);
    }
    enum ark_status status = ARK_OK;
    uint64_t count = 0;
    while (status == ARK_OK) {
        uint64_t offset = feed->offset;
        ark_str line;
        enum ark_feed_line kind = ark_feed_next_line(feed, reading->document_bytes_max, &line);
        if (kind == ARK_FEED_END) {
            break;
        }
        if (kind == ARK_FEED_LINE && ark_str_trim(line).len == 0) {
            continue;
        }
        (void)snprintf(records.number, sizeof records.number, "%" PRIu64, ++count);
        if (kind == ARK_FEED_TOO_LONG) {
            ark_reading_skip_large(reading, ark_str_from(records.number));
        } else {
            status = read_line(&records, line, offset, err);
        }
    }
    if (status == ARK_OK && feed->failure.status != ARK_OK) {
        ark_reading_skip_rest(reading, feed);
    }
    for (size_t i = 0; i < ARK_MAP_FIELD_COUNT; i++) {
        ark_buf_dispose(&records.text[i]);
    }
    ark_json_dispose(&records.json);
    return status;
}
