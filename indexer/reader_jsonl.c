#include "indexer/reading.h"

#include <inttypes.h>
#include <string.h>

#include "indexer/json_record.h"
#include "indexer/title_date.h"

enum { KEYS_MAX = 3, NUMBER_BYTES_MAX = 32 };

/** Where fields stand unless --map says otherwise; the first key that is there counts. */
static const char *const USUAL_KEYS[ARK_MAP_FIELD_COUNT][KEYS_MAX] = {
    [ARK_MAP_TITLE] = {"title"},  [ARK_MAP_BODY] = {"body", "text", "contents"},
    [ARK_MAP_DATE] = {"date"},    [ARK_MAP_SOURCE] = {"source"},
    [ARK_MAP_ID] = {"id", "_id"},
};

/** The state of one file of records. */
struct records {
    struct ark_reading *reading;
    struct ark_json_record *json;
    struct ark_buf repaired;                    // a record that is not valid UTF-8, made so
    size_t first_path[ARK_MAP_FIELD_COUNT + 1]; // of each field among those asked for
    uint64_t count;                             // of those that were begun
    char number[NUMBER_BYTES_MAX];              // of the record, from 1
};

/** Asks for the fields: under what --map says, else under all their usual keys. */
static void
ask_for_fields(struct records *records)
{
    const char *paths[ARK_MAP_FIELD_COUNT * KEYS_MAX];
    size_t count = 0;
    for (size_t field = 0; field < ARK_MAP_FIELD_COUNT; field++) {
        const char *mapped = records->reading->options->map[field];
        records->first_path[field] = count;
        if (mapped != NULL) {
            paths[count++] = mapped;
            continue;
        }
        for (size_t i = 0; i < KEYS_MAX && USUAL_KEYS[field][i] != NULL; i++) {
            paths[count++] = USUAL_KEYS[field][i];
        }
    }
    records->first_path[ARK_MAP_FIELD_COUNT] = count;
    records->json = ark_json_record_new(paths, count);
}

static struct ark_json_value
find_field(const struct records *records, enum ark_map_field field)
{
    struct ark_json_value value = {.present = false};
    for (size_t i = records->first_path[field];
         !value.present && i < records->first_path[field + 1]; i++) {
        value = ark_json_record_value(records->json, i);
    }
    return value;
}

static ark_str
field_text(const struct records *records, enum ark_map_field field)
{
    return find_field(records, field).text;
}

static uint32_t
field_date(const struct records *records)
{
    struct ark_json_value value = find_field(records, ARK_MAP_DATE);
    return value.is_integer ? ark_date_number(value.integer) : ark_date_value(value.text);
}

static enum ark_status
give_record(struct records *records, struct ark_error *err)
{
    ark_str number = ark_str_from(records->number);
    ark_str id = field_text(records, ARK_MAP_ID);
    if (!find_field(records, ARK_MAP_BODY).present) {
        const char *mapped = records->reading->options->map[ARK_MAP_BODY];
        ark_str record = id.len > 0 ? id : number;
        if (mapped != NULL) {
            ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, record, ARK_E_INPUT,
                             "no field %s in the record (see --map)", mapped);
        } else {
            ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, record, ARK_E_INPUT,
                             "no field body, text or contents in the record (see --map)");
        }
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

/** Reads the record in line, which begins at byte offset of the (unpacked, decoded) file. */
static enum ark_status
read_record(struct records *records, ark_str line, uint64_t offset, struct ark_error *err)
{
    struct ark_raw_record raw = {line, offset, ark_str_from(records->number)};
    if (!ark_reading_repair(records->reading, &raw, &records->repaired)) {
        return ARK_OK;
    }
    size_t bad;
    if (!ark_json_record_read(records->json, raw.bytes, &bad)) {
        // What was repaired has other places than the file.
        bad = records->reading->faults.count > 0 ? 0 : bad;
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, raw.number, ARK_E_INPUT,
                         "not a JSON record, byte %" PRIu64, offset + bad);
        return ARK_OK;
    }
    return give_record(records, err);
}

static void
count_record(struct records *records)
{
    (void)snprintf(records->number, sizeof records->number, "%" PRIu64, ++records->count);
}

/** JSON Lines: each line that is not blank is a record. */
static enum ark_status
read_lines(struct records *records, struct ark_feed *feed, struct ark_error *err)
{
    struct ark_reading *reading = records->reading;
    enum ark_status status = ARK_OK;
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
        count_record(records);
        if (kind == ARK_FEED_TOO_LONG) {
            ark_reading_skip_large(reading, ark_str_from(records->number));
        } else {
            status = read_record(records, line, offset, err);
        }
    }
    return status;
}

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool
ark_reader_is_json_array(ark_str text)
{
    size_t at = 1;
    while (at < text.len && is_blank(text.bytes[at])) {
        at++;
    }
    return text.len > at && text.bytes[0] == '[' &&
           (text.bytes[at] == '{' || text.bytes[at] == ']');
}

/** Where an element of an array ends, as far as that was looked for. */
struct extent {
    size_t depth; // objects and arrays that are open
    bool in_string;
    bool escaped;
};

/** Looks at one byte of an element; *with tells whether an end is behind the byte or before it. */
static bool
ends_element(struct extent *extent, uint8_t byte, bool *with)
{
    *with = true;
    if (extent->in_string) {
        bool quote = byte == '"' && !extent->escaped;
        extent->escaped = byte == '\\' && !extent->escaped;
        extent->in_string = !quote;
        return quote && extent->depth == 0;
    }
    if (byte == '"') {
        extent->in_string = true;
    } else if (byte == '{' || byte == '[') {
        extent->depth++;
    } else if (extent->depth == 0) { // a number or a word
        *with = false;
        return byte == ',' || byte == ']' || byte == '}' || is_blank(byte);
    } else if (byte == '}' || byte == ']') {
        return --extent->depth == 0;
    }
    return false;
}

/**
 * Takes the next element of an array, at its first byte; *element is valid
 * until the next call. As with lines, one too long is not kept, and what the
 * stream breaks off in is no element.
 */
static enum ark_feed_line
next_element(struct ark_feed *feed, size_t bytes_max, ark_str *element)
{
    struct extent extent = {.depth = 0};
    bool too_long = false;
    for (size_t searched = 0;;) {
        ark_str ahead = ark_feed_peek(feed, searched + 1);
        if (searched == ahead.len) {
            return ARK_FEED_END;
        }
        bool with = false;
        bool ended = false;
        while (!ended && searched < ahead.len) {
            ended = ends_element(&extent, ahead.bytes[searched], &with);
            searched += !ended || with;
        }
        too_long = too_long || searched > bytes_max;
        if (ended || too_long) {
            *element = ark_str_slice(ahead, 0, searched);
            ark_feed_take(feed, searched);
            searched = 0;
        }
        if (ended) {
            return too_long ? ARK_FEED_TOO_LONG : ARK_FEED_LINE;
        }
    }
}

/** Takes blanks, or commas too; the byte behind them, which is not taken, or 0 at the end. */
static uint8_t
next_byte(struct ark_feed *feed, bool commas)
{
    for (;;) {
        ark_str ahead = ark_feed_peek(feed, 1);
        size_t at = 0;
        while (at < ahead.len &&
               (is_blank(ahead.bytes[at]) || (commas && ahead.bytes[at] == ','))) {
            at++;
        }
        ark_feed_take(feed, at);
        if (at < ahead.len || ahead.len == 0) {
            return ahead.len == 0 ? 0 : ahead.bytes[at];
        }
    }
}

/**
 * One array of records, or several behind each other; records may go over lines.
 * Where commas stand does not matter, as each record shows its own end.
 */
static enum ark_status
read_array(struct records *records, struct ark_feed *feed, struct ark_error *err)
{
    struct ark_reading *reading = records->reading;
    enum ark_status status = ARK_OK;
    bool open = false;
    while (status == ARK_OK) {
        uint8_t byte = next_byte(feed, open);
        uint64_t offset = feed->offset;
        ark_str element = {NULL, 0};
        enum ark_feed_line kind = ARK_FEED_END;
        if (byte == (open ? ']' : '[')) {
            ark_feed_take(feed, 1);
            open = !open;
            continue;
        }
        if (open && byte != '}') {
            count_record(records);
            kind = next_element(feed, reading->document_bytes_max, &element);
        }
        if (kind == ARK_FEED_TOO_LONG) {
            ark_reading_skip_large(reading, ark_str_from(records->number));
        } else if (kind == ARK_FEED_LINE) {
            status = read_record(records, element, offset, err);
        } else {
            bool ended = byte == 0 && !open;
            if (!ended && feed->failure.status == ARK_OK) {
                ark_reading_skip(reading, ark_reading_rest_kind(reading), ARK_STR(""), ARK_E_INPUT,
                                 "not a JSON array from byte %" PRIu64 " on", offset);
            }
            break;
        }
    }
    return status;
}

enum ark_status
ark_reader_jsonl(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    struct records records = {
        .reading = reading,
        .repaired = ark_buf_make((size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 3),
    };
    ask_for_fields(&records);
    // No line of JSON Lines begins so: a record is an object.
    bool array = next_byte(feed, false) == '[';
    enum ark_status status =
        array ? read_array(&records, feed, err) : read_lines(&records, feed, err);
    if (status == ARK_OK && feed->failure.status != ARK_OK) {
        ark_reading_skip_rest(reading, feed);
    }
    ark_json_record_free(records.json);
    ark_buf_dispose(&records.repaired);
    return status;
}
