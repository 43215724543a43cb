#include "indexer/reading.h"

#include <inttypes.h>
#include <string.h>

#include "common/text/utf8.h"
#include "indexer/title_date.h"

enum {
    WINDOW_BYTES = 64 * 1024,
    TAG_BYTES_MAX = 256, // an angle bracket that is not closed within them is text
    NUMBER_BYTES_MAX = 32,
};

/** What an element of a TREC document holds. */
enum tag_kind { TAG_OTHER, TAG_TEXT, TAG_TITLE, TAG_DATE, TAG_SOURCE, TAG_NUMBER };

/** Elements by the names the collections give them. */
static const struct {
    const char *name;
    enum tag_kind kind;
} TAGS[] = {
    {"docno", TAG_NUMBER}, {"docid", TAG_NUMBER},   {"text", TAG_TEXT},  {"body", TAG_TEXT},
    {"title", TAG_TITLE},  {"headline", TAG_TITLE}, {"hl", TAG_TITLE},   {"ti", TAG_TITLE},
    {"date", TAG_DATE},    {"date_time", TAG_DATE}, {"date1", TAG_DATE}, {"source", TAG_SOURCE},
};

/** One document while it is taken apart. */
struct record {
    struct ark_buf id;
    struct ark_buf title;
    struct ark_buf date;
    struct ark_buf source;
    struct ark_buf text; // of text elements
    struct ark_buf repaired;
    struct ark_buf other; // of everything that is no field: the text when there is no text element
};

static bool
begins_nocase(ark_str text, size_t at, ark_str with)
{
    return text.len - at >= with.len &&
           ark_str_equal_nocase(ark_str_slice(text, at, at + with.len), with);
}

/** The first place from `from` where tag stands, or SIZE_MAX. */
static size_t
find_tag(ark_str text, size_t from, ark_str tag)
{
    while (from < text.len) {
        const uint8_t *angle = memchr(text.bytes + from, '<', text.len - from);
        if (angle == NULL) {
            return SIZE_MAX;
        }
        from = (size_t)(angle - text.bytes);
        if (begins_nocase(text, from, tag)) {
            return from;
        }
        from++;
    }
    return SIZE_MAX;
}

/** Takes bytes of the feed up to tag and leaves it ahead. False when it does not come again. */
static bool
seek_tag(struct ark_feed *feed, ark_str tag)
{
    for (;;) {
        ark_str ahead = ark_feed_peek(feed, WINDOW_BYTES);
        size_t at = find_tag(ahead, 0, tag);
        if (at != SIZE_MAX) {
            ark_feed_take(feed, at);
            return true;
        }
        if (ahead.len < WINDOW_BYTES) {
            ark_feed_take(feed, ahead.len);
            return false;
        }
        ark_feed_take(feed, ahead.len - (tag.len - 1)); // it may be cut by the window
    }
}

enum window { WINDOW_WHOLE, WINDOW_TOO_LONG, WINDOW_END };

/** A view from <DOC>, which lies ahead, to its </DOC>; nothing is taken. */
static enum window
document_ahead(struct ark_feed *feed, size_t bytes_max, ark_str *document)
{
    const ark_str end_tag = ARK_STR("</doc>");
    size_t searched = 0;
    for (;;) {
        size_t want = searched < bytes_max ? searched + WINDOW_BYTES : bytes_max + 1;
        want = want > bytes_max + 1 ? bytes_max + 1 : want;
        ark_str ahead = ark_feed_peek(feed, want);
        size_t from = searched < end_tag.len ? 0 : searched - end_tag.len;
        size_t at = find_tag(ahead, from, end_tag);
        if (at != SIZE_MAX && at + end_tag.len <= bytes_max) {
            *document = ark_str_slice(ahead, 0, at + end_tag.len);
            return WINDOW_WHOLE;
        }
        if (at != SIZE_MAX || ahead.len > bytes_max) {
            return WINDOW_TOO_LONG;
        }
        if (ahead.len < want) {
            return WINDOW_END;
        }
        searched = ahead.len;
    }
}

/** The kind of the element whose name is at the beginning of tag, which is without brackets. */
static enum tag_kind
kind_of(ark_str tag)
{
    size_t len = 0;
    while (len < tag.len && tag.bytes[len] != ' ' && tag.bytes[len] != '\t' &&
           tag.bytes[len] != '\n' && tag.bytes[len] != '/') {
        len++;
    }
    ark_str name = ark_str_slice(tag, 0, len);
    for (size_t i = 0; i < ARK_COUNT_OF(TAGS); i++) {
        if (ark_str_equal_nocase(name, ark_str_from(TAGS[i].name))) {
            return TAGS[i].kind;
        }
    }
    return TAG_OTHER;
}

static struct ark_buf *
buffer_of(struct record *record, enum tag_kind kind)
{
    switch (kind) {
    case TAG_TEXT:
        return &record->text;
    case TAG_TITLE:
        return &record->title;
    case TAG_DATE:
        return &record->date;
    case TAG_SOURCE:
        return &record->source;
    case TAG_NUMBER:
        return &record->id;
    case TAG_OTHER:
        break;
    }
    return &record->other;
}

/** Length of the tag at the beginning of text, brackets included; 0 when it is no tag. */
static size_t
tag_length(ark_str text)
{
    size_t limit = text.len < TAG_BYTES_MAX ? text.len : TAG_BYTES_MAX;
    uint8_t second = text.len > 1 ? text.bytes[1] : 0;
    bool named = (second | 0x20) >= 'a' && (second | 0x20) <= 'z';
    const uint8_t *end = named || second == '/' || second == '!' || second == '?'
                             ? memchr(text.bytes, '>', limit)
                             : NULL;
    return end == NULL ? 0 : (size_t)(end - text.bytes) + 1;
}

/** Appends text with its entities as characters. */
static void
append_text(struct ark_buf *out, ark_str text)
{
    size_t at = 0;
    while (at < text.len) {
        const uint8_t *ampersand = memchr(text.bytes + at, '&', text.len - at);
        size_t plain_end = ampersand == NULL ? text.len : (size_t)(ampersand - text.bytes);
        ark_buf_append_str(out, ark_str_slice(text, at, plain_end));
        at = plain_end;
        if (at == text.len) {
            return;
        }
        size_t left = text.len - at < 12 ? text.len - at : 12;
        const uint8_t *end = memchr(text.bytes + at, ';', left);
        size_t len = end == NULL ? 0 : (size_t)(end - (text.bytes + at));
        uint32_t codepoint = len < 2 ? 0 : ark_html_entity(ark_str_slice(text, at + 1, at + len));
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        if (codepoint == 0) {
            ark_buf_push(out, '&');
            at++;
        } else {
            ark_buf_append(out, bytes, ark_utf8_encode(codepoint, bytes));
            at += len + 1;
        }
    }
}

/** Sorts the document's text into the record's fields. */
static void
take_apart(struct record *record, ark_str document)
{
    enum tag_kind open = TAG_OTHER;
    size_t at = 0;
    while (at < document.len) {
        const uint8_t *angle = memchr(document.bytes + at, '<', document.len - at);
        size_t end = angle == NULL ? document.len : (size_t)(angle - document.bytes);
        ark_str rest = ark_str_slice(document, end, document.len);
        size_t len = tag_length(rest);
        if (len == 0 && end < document.len) {
            end++; // a bracket that is text
        }
        append_text(buffer_of(record, open), ark_str_slice(document, at, end));
        at = end + len;
        if (len == 0) {
            continue;
        }
        bool closing = rest.bytes[1] == '/';
        enum tag_kind kind = kind_of(ark_str_slice(rest, closing ? 2 : 1, len - 1));
        if (kind == TAG_OTHER) {
            ark_buf_push(buffer_of(record, open), ' '); // <P> parts words
        } else {
            // A headline within the text element is a title, and text goes on after it.
            bool inner = closing && kind != TAG_TEXT && record->text.len > 0;
            open = !closing ? kind : inner ? TAG_TEXT : TAG_OTHER;
        }
    }
}

static void
record_clear(struct record *record)
{
    ark_buf_clear(&record->id);
    ark_buf_clear(&record->title);
    ark_buf_clear(&record->date);
    ark_buf_clear(&record->source);
    ark_buf_clear(&record->text);
    ark_buf_clear(&record->other);
}

static void
record_dispose(struct record *record)
{
    ark_buf_dispose(&record->id);
    ark_buf_dispose(&record->title);
    ark_buf_dispose(&record->date);
    ark_buf_dispose(&record->source);
    ark_buf_dispose(&record->text);
    ark_buf_dispose(&record->repaired);
    ark_buf_dispose(&record->other);
}

static enum ark_status
read_document(struct ark_reading *reading, struct record *record, struct ark_raw_record *raw,
              struct ark_error *err)
{
    if (!ark_reading_repair(reading, raw, &record->repaired)) {
        return ARK_OK;
    }
    record_clear(record);
    take_apart(record, raw->bytes);
    ark_str id = ark_str_trim(ark_buf_view(&record->id));
    if (id.len == 0) {
        ark_reading_skip(reading, ARK_SKIP_DOCUMENT, raw->number, ARK_E_INPUT,
                         "no DOCNO in the document at byte %" PRIu64, raw->offset);
        return ARK_OK;
    }
    ark_str text = ark_str_trim(ark_buf_view(&record->text));
    struct ark_draft draft = {
        .record = id,
        .record_is_id = true,
        .title = ark_buf_view(&record->title),
        .body = text.len > 0 ? text : ark_str_trim(ark_buf_view(&record->other)),
        .source = ark_buf_view(&record->source),
        .date = ark_date_value(ark_buf_view(&record->date)),
    };
    return ark_reading_give(reading, &draft, err);
}

static enum ark_status
read_documents(struct ark_reading *reading, struct ark_feed *feed, struct record *record,
               struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    uint64_t count = 0;
    while (status == ARK_OK && seek_tag(feed, ARK_STR("<doc>"))) {
        char number[NUMBER_BYTES_MAX];
        (void)snprintf(number, sizeof number, "%" PRIu64, ++count);
        ark_str document;
        enum window found = document_ahead(feed, reading->document_bytes_max, &document);
        if (found == WINDOW_WHOLE) {
            struct ark_raw_record raw = {document, feed->offset, ark_str_from(number)};
            status = read_document(reading, record, &raw, err);
            ark_feed_take(feed, document.len);
            continue;
        }
        if (found == WINDOW_TOO_LONG) {
            ark_reading_skip_large(reading, ark_str_from(number));
        } else if (feed->failure.status == ARK_OK) {
            ark_reading_skip(reading, ARK_SKIP_DOCUMENT, ark_str_from(number), ARK_E_INPUT,
                             "no </DOC> for the document at byte %" PRIu64, feed->offset);
        }
        (void)seek_tag(feed, ARK_STR("</doc>"));
    }
    return status;
}

enum ark_status
ark_reader_trec(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    // Entities are never shorter than what they stand for; a tag adds one blank at most.
    size_t bytes_max = (size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 2;
    struct record record = {
        .id = ark_buf_make(bytes_max),
        .title = ark_buf_make(bytes_max),
        .date = ark_buf_make(bytes_max),
        .source = ark_buf_make(bytes_max),
        .text = ark_buf_make(bytes_max),
        .repaired = ark_buf_make((size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 3),
        .other = ark_buf_make(bytes_max),
    };
    enum ark_status status = read_documents(reading, feed, &record, err);
    if (status == ARK_OK && feed->failure.status != ARK_OK) {
        ark_reading_skip_rest(reading, feed);
    }
    record_dispose(&record);
    return status;
}
