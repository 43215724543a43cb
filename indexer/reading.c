#include "indexer/reading.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/translate.h"
#include "common/store/store.h"
#include "common/text/clean.h"
#include "common/text/utf8.h"
#include "indexer/title_date.h"

enum { CAUSE_BYTES_MAX = 512 };

/** Cleans raw into buf and returns it. */
static ark_str
cleaned(struct ark_buf *buf, ark_str raw)
{
    ark_buf_clear(buf);
    ark_clean_text(raw, buf);
    return ark_buf_view(buf);
}

/** The same for a field that is one line: line ends and runs of blanks become one space. */
static ark_str
cleaned_line(struct ark_buf *buf, ark_str raw)
{
    (void)cleaned(buf, raw);
    size_t kept = 0;
    for (size_t i = 0; i < buf->len; i++) {
        uint8_t byte = buf->bytes[i];
        bool blank = byte == ' ' || byte == '\t' || byte == '\n';
        if (!blank) {
            buf->bytes[kept++] = byte;
        } else if (kept > 0 && buf->bytes[kept - 1] != ' ') {
            buf->bytes[kept++] = ' ';
        }
    }
    buf->len = kept > 0 && buf->bytes[kept - 1] == ' ' ? kept - 1 : kept;
    return ark_buf_view(buf);
}

/** The member's path within its archives; empty outside archives. */
static ark_str
member_of(const struct ark_reading *reading)
{
    ark_str name = ark_buf_view(&reading->name);
    return ark_str_slice(name, reading->member_start, name.len);
}

/** The fragment of a record: member, "#", record, whichever there are. */
static ark_str
make_fragment(struct ark_reading *reading, ark_str record)
{
    struct ark_buf joined = ark_buf_make(reading->fragment.bytes_max);
    ark_str member = member_of(reading);
    ark_buf_append_str(&joined, member);
    if (member.len > 0 && record.len > 0) {
        ark_buf_push(&joined, '#');
    }
    ark_buf_append_str(&joined, record);
    ark_str fragment = cleaned_line(&reading->fragment, ark_buf_view(&joined));
    ark_buf_dispose(&joined);
    return fragment;
}

static enum ark_status
give(struct ark_reading *reading, const struct ark_document *document, ark_str record,
     struct ark_error *err)
{
    ark_str fragment = document->fragment;
    if (fragment.len > 0 && !ark_seen_set_add(reading->seen, ark_content_hash(fragment))) {
        if (record.len > 0) {
            ark_reading_skip(reading, ARK_SKIP_DOCUMENT, record, ARK_E_INPUT, "id used before");
        } else {
            ark_reading_skip(reading, ARK_SKIP_DOCUMENT, record, ARK_E_INPUT,
                             "member name used before");
        }
        return ARK_OK;
    }
    if (reading->faults.count > 0) {
        ark_reading_skip(reading, ARK_SKIP_BYTES, record, ARK_E_ENCODING,
                         "bad %s became U+FFFD (places: %" PRIu64 ", the first at byte %" PRIu64
                         "; see --encoding)",
                         reading->encoding, reading->faults.count, reading->faults.first_at);
    }
    enum ark_status status = reading->calls->sink(reading->calls->context, document, err);
    reading->result->document_count += status == ARK_OK;
    return status;
}

enum ark_status
ark_reading_give(struct ark_reading *reading, const struct ark_draft *draft, struct ark_error *err)
{
    if (draft->record.len > 0 && cleaned_line(&reading->title, draft->record).len == 0) {
        ark_reading_skip(reading, ARK_SKIP_DOCUMENT, ARK_STR(""), ARK_E_INPUT,
                         "an id without a character that can be shown");
        return ARK_OK;
    }
    struct ark_document document = {
        .fragment = make_fragment(reading, draft->record),
        .fragment_is_id = draft->record_is_id,
        .title = cleaned_line(&reading->title, draft->title),
        .body = cleaned(&reading->body, draft->body),
        .source = cleaned_line(&reading->source, draft->source),
        .date = draft->date,
    };
    return give(reading, &document, draft->record, err);
}

enum ark_status
ark_reading_give_plain(struct ark_reading *reading, ark_str text, struct ark_error *err)
{
    ark_str whole = cleaned(&reading->body, text);
    if (ark_str_trim(whole).len == 0) {
        return ARK_OK; // an empty file is no document
    }
    struct ark_title_date found = ark_title_date_find(whole);
    struct ark_document document = {
        .fragment = make_fragment(reading, ARK_STR("")),
        .title = cleaned_line(&reading->title, found.title),
        .body = found.body,
        .date = found.date,
    };
    return give(reading, &document, ARK_STR(""), err);
}

void
ark_reading_skip(struct ark_reading *reading, enum ark_skip_kind kind, ark_str record,
                 enum ark_status status, const char *format, ...)
{
    char cause[CAUSE_BYTES_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(cause, sizeof cause, ark_translate(format), args);
    va_end(args);
    struct ark_error error;
    bool is_record = record.len > 0;
    (void)ark_error_set(&error, status, "%s: %.*s%s%.*s", cause,
                        ARK_STR_ARG(ark_buf_view(&reading->name)), is_record ? "#" : "",
                        ARK_STR_ARG(record));
    struct ark_skip skip = {kind, make_fragment(reading, record), &error};
    if (kind == ARK_SKIP_BYTES) {
        // Nothing is counted: the document is given.
    } else if (kind == ARK_SKIP_BINARY) {
        reading->result->binary = reading->result->binary || skip.fragment.len == 0;
    } else {
        reading->result->skipped_count++;
        reading->result->failed = reading->result->failed || kind == ARK_SKIP_FILE;
    }
    reading->calls->skip(reading->calls->context, &skip);
}

/** The kind of report for what concerns a whole document: the file, or one member of it. */
static enum ark_skip_kind
whole_kind(const struct ark_reading *reading, ark_str record)
{
    bool inner = record.len > 0 || member_of(reading).len > 0;
    return inner ? ARK_SKIP_DOCUMENT : ARK_SKIP_FILE;
}

void
ark_reading_skip_large(struct ark_reading *reading, ark_str record)
{
    enum ark_skip_kind kind = whole_kind(reading, record);
    size_t limit = reading->document_bytes_max;
    if (limit == ARK_DOCUMENT_BYTES_HARD_MAX) {
        ark_reading_skip(reading, kind, record, ARK_E_LIMIT,
                         "larger than 1G, the most a document can be");
        return;
    }
    static const char *const UNITS[] = {"", "K", "M", "G"};
    size_t unit = 0;
    while (limit > 0 && limit % 1024 == 0 && unit + 1 < ARK_COUNT_OF(UNITS)) {
        limit /= 1024;
        unit++;
    }
    ark_reading_skip(reading, kind, record, ARK_E_LIMIT, "larger than %zu%s (see --max-size)",
                     limit, UNITS[unit]);
}

enum ark_skip_kind
ark_reading_rest_kind(const struct ark_reading *reading)
{
    const struct ark_feed *outer = reading->member_feed;
    bool outer_sound = outer != NULL && (outer->failure.status == ARK_OK || reading->member_alone);
    return outer_sound && member_of(reading).len > 0 ? ARK_SKIP_DOCUMENT : ARK_SKIP_FILE;
}

void
ark_reading_skip_rest(struct ark_reading *reading, const struct ark_feed *feed)
{
    ARK_ASSERT(feed->failure.status != ARK_OK);
    ark_reading_skip(reading, ark_reading_rest_kind(reading), ARK_STR(""), feed->failure.status,
                     "%s", feed->failure.text);
}

bool
ark_reading_take_all(struct ark_reading *reading, struct ark_feed *feed, ark_str *bytes)
{
    if (ark_feed_take_all(feed, reading->document_bytes_max, bytes)) {
        return true;
    }
    if (feed->failure.status != ARK_OK) {
        ark_reading_skip_rest(reading, feed);
    } else {
        ark_reading_skip_large(reading, ARK_STR(""));
    }
    return false;
}

void
ark_reading_set_encoding(struct ark_reading *reading, const char *name)
{
    size_t len = strlen(name);
    ARK_ASSERT(len < sizeof reading->encoding);
    memcpy(reading->encoding, name, len + 1);
    reading->result->encoding = reading->encoding;
}

bool
ark_reading_decode(struct ark_reading *reading, ark_str bytes, ark_str declared, ark_str *text)
{
    struct ark_decoded decoded;
    struct ark_error error;
    // The name is added by the report.
    if (ark_intake_decode(reading->intake, bytes, declared, &decoded, &error) != ARK_OK) {
        ark_reading_skip(reading, whole_kind(reading, ARK_STR("")), ARK_STR(""), error.status, "%s",
                         error.text);
        return false;
    }
    ark_reading_set_encoding(reading, decoded.encoding);
    reading->faults = decoded.faults;
    *text = decoded.text;
    return true;
}

bool
ark_reading_repair(struct ark_reading *reading, struct ark_raw_record *record, struct ark_buf *buf)
{
    reading->faults = (struct ark_faults){0};
    size_t bad;
    if (ark_utf8_valid(record->bytes, &bad)) {
        return true;
    }
    ark_buf_clear(buf);
    reading->faults.count = ark_utf8_repair(record->bytes, buf);
    reading->faults.first_at = record->offset + bad;
    struct ark_error error;
    if (ark_intake_check_faults(&reading->faults, record->bytes.len, &error) != ARK_OK) {
        ark_reading_skip(reading, ARK_SKIP_DOCUMENT, record->number, error.status, "%s",
                         error.text);
        return false;
    }
    record->bytes = ark_buf_view(buf);
    return true;
}
