#include "indexer/reading.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "common/text/utf8.h"
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
    struct ark_buf text[ARK_MAP_FIELD_COUNT]; // values that are not one string
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

/** The element of an array that a pointer token names; NULL when it names none. */
static const json_t *
element(const json_t *array, const char *token)
{
    size_t idx = 0;
    size_t len = strlen(token);
    if (len == 0 || len > 9 || strspn(token, "0123456789") != len) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        idx = idx * 10 + (size_t)(token[i] - '0');
    }
    return json_array_get(array, idx);
}

/** The value of a key, or of a JSON pointer; NULL when absent or null. */
static const json_t *
lookup(const json_t *record, const char *key)
{
    const json_t *value = record;
    if (key[0] != '/') {
        value = json_object_get(record, key);
    } else {
        char token[POINTER_TOKEN_BYTES_MAX] = "";
        while (value != NULL && next_token(&key, token)) {
            value = json_is_array(value) ? element(value, token) : json_object_get(value, token);
        }
        value = *key == '\0' ? value : NULL;
    }
    return json_is_null(value) ? NULL : value;
}

static const json_t *
find_field(const struct records *records, const json_t *record, enum ark_map_field field)
{
    const char *mapped = records->reading->options->map[field];
    if (mapped != NULL) {
        return lookup(record, mapped);
    }
    const json_t *value = NULL;
    for (size_t i = 0; value == NULL && i < KEYS_MAX && USUAL_KEYS[field][i] != NULL; i++) {
        value = lookup(record, USUAL_KEYS[field][i]);
    }
    return value;
}

static ark_str
string_view(const json_t *value)
{
    return ark_str_make(json_string_value(value), json_string_length(value));
}

/** Appends what of a value is text: strings and numbers, those of an array a line each. */
static void
append_value(const json_t *value, struct ark_buf *out)
{
    if (json_is_string(value)) {
        ark_buf_append_str(out, string_view(value));
    } else if (json_is_integer(value)) {
        ark_buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        ark_buf_printf(out, "%.17g", json_real_value(value));
    }
}

/** The text of a field; empty when it is absent or no text. */
static ark_str
field_text(struct records *records, const json_t *record, enum ark_map_field field)
{
    const json_t *value = find_field(records, record, field);
    if (json_is_string(value)) {
        return string_view(value);
    }
    struct ark_buf *buf = &records->text[field];
    ark_buf_clear(buf);
    if (!json_is_array(value)) {
        append_value(value, buf);
        return ark_buf_view(buf);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (buf->len > 0) {
            ark_buf_push(buf, '\n');
        }
        append_value(json_array_get(value, i), buf);
    }
    return ark_buf_view(buf);
}

static uint32_t
field_date(struct records *records, const json_t *record)
{
    const json_t *value = find_field(records, record, ARK_MAP_DATE);
    if (json_is_integer(value)) {
        return ark_date_number((int64_t)json_integer_value(value));
    }
    return ark_date_value(field_text(records, record, ARK_MAP_DATE));
}

static enum ark_status
give_record(struct records *records, const json_t *record, struct ark_error *err)
{
    ark_str number = ark_str_from(records->number);
    ark_str id = field_text(records, record, ARK_MAP_ID);
    if (find_field(records, record, ARK_MAP_BODY) == NULL) {
        const char *mapped = records->reading->options->map[ARK_MAP_BODY];
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, id.len > 0 ? id : number, ARK_E_INPUT,
                         "no field %s in the record (see --map)",
                         mapped != NULL ? mapped : "body, text or contents");
        return ARK_OK;
    }
    struct ark_draft draft = {
        .record = id.len > 0 ? id : number,
        .record_is_id = id.len > 0,
        .title = field_text(records, record, ARK_MAP_TITLE),
        .body = field_text(records, record, ARK_MAP_BODY),
        .source = field_text(records, record, ARK_MAP_SOURCE),
        .date = field_date(records, record),
    };
    return ark_reading_give(records->reading, &draft, err);
}

/** Reads one line that begins at byte offset of the (unpacked, decoded) file. */
static enum ark_status
read_line(struct records *records, ark_str line, uint64_t offset, struct ark_error *err)
{
    size_t bad;
    ark_str number = ark_str_from(records->number);
    if (!ark_utf8_valid(line, &bad)) {
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, number, ARK_E_ENCODING,
                         "bad UTF-8, byte %" PRIu64 " (see --encoding)", offset + bad);
        return ARK_OK;
    }
    json_error_t cause;
    json_t *record = json_loadb((const char *)line.bytes, line.len, JSON_ALLOW_NUL, &cause);
    if (!json_is_object(record)) {
        uint64_t at =
            offset + (record == NULL && cause.position > 0 ? (uint64_t)cause.position : 0);
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, number, ARK_E_INPUT,
                         "not a JSON record, byte %" PRIu64, at);
        json_decref(record);
        return ARK_OK;
    }
    enum ark_status status = give_record(records, record, err);
    json_decref(record);
    return status;
}

enum ark_status
ark_reader_jsonl(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    struct records records = {.reading = reading};
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
    return status;
}
