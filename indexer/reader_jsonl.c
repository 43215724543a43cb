#include "indexer/reading.h"

#include <inttypes.h>
#include <string.h>

#include "common/text/utf8.h"
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
    size_t first_path[ARK_MAP_FIELD_COUNT + 1]; // of each field among those asked for
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
    if (!ark_json_record_read(records->json, line, &bad)) {
        ark_reading_skip(records->reading, ARK_SKIP_DOCUMENT, number, ARK_E_INPUT,
                         "not a JSON record, byte %" PRIu64, offset + bad);
        return ARK_OK;
    }
    return give_record(records, err);
}

enum ark_status
ark_reader_jsonl(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    struct records records = {.reading = reading};
    ask_for_fields(&records);
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
    ark_json_record_free(records.json);
    return status;
}
