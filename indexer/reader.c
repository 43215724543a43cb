#include "indexer/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/foreign.h"
#include "indexer/reading.h"
#include "indexer/transcode.h"

enum {
    HEAD_BYTES = 64 * 1024, // what types and encodings are told by
    SNIFF_BYTES = 512,
    FRAGMENT_BYTES_MAX = 64 * 1024 * 1024,
};

/** A type --type can name. */
struct type {
    const char *name;
    enum ark_status (*read)(struct ark_reading *reading, struct ark_feed *feed,
                            struct ark_error *err);
    bool records; // streamed: the reader is given decoded text
};

static const struct type TYPES[] = {
    {"text", ark_reader_text, false}, {"markdown", ark_reader_markdown, false},
    {"html", ark_reader_html, false}, {"jsonl", ark_reader_jsonl, true},
    {"trec", ark_reader_trec, true},
};

static const struct {
    const char *ending;
    const char *type;
} ENDINGS[] = {
    {".txt", "text"},     {".text", "text"}, {".md", "markdown"}, {".markdown", "markdown"},
    {".html", "html"},    {".htm", "html"},  {".xhtml", "html"},  {".jsonl", "jsonl"},
    {".ndjson", "jsonl"}, {".trec", "trec"},
};

struct ark_reader {
    struct ark_reader_options options;
    struct ark_reading reading;
    const struct type *type; // NULL: find it
};

const char *
ark_reader_types(void)
{
    return "auto, text, markdown, html, jsonl, trec";
}

static const struct type *
find_type(const char *name)
{
    for (size_t i = 0; i < ARK_COUNT_OF(TYPES); i++) {
        if (strcmp(TYPES[i].name, name) == 0) {
            return &TYPES[i];
        }
    }
    return NULL;
}

enum ark_status
ark_reader_set_map(struct ark_reader_options *options, const char *text, struct ark_error *err)
{
    static const char *const FIELDS[ARK_MAP_FIELD_COUNT] = {"title", "body", "date", "source",
                                                            "id"};
    const char *equals = strchr(text, '=');
    for (size_t i = 0; equals != NULL && equals[1] != '\0' && i < ARK_MAP_FIELD_COUNT; i++) {
        ark_str field = ark_str_make(text, (size_t)(equals - text));
        if (ark_str_equal(field, ark_str_from(FIELDS[i]))) {
            options->map[i] = equals + 1;
            return ARK_OK;
        }
    }
    return ark_error_set(err, ARK_E_ARGUMENT,
                         "not FIELD=KEY with FIELD title, body, date, source or id: %s", text);
}

enum ark_status
ark_reader_new(struct ark_reader **out, const struct ark_reader_options *options,
               struct ark_error *err)
{
    bool automatic = options->type == NULL || strcmp(options->type, "auto") == 0;
    const struct type *type = automatic ? NULL : find_type(options->type);
    if (!automatic && type == NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "no such type (there are %s): %s",
                             ark_reader_types(), options->type);
    }
    struct ark_intake *intake;
    enum ark_status status = ark_intake_new(&intake, options->encoding, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_html_prepare();
    struct ark_reader *reader = ark_xcalloc(1, sizeof *reader);
    reader->options = *options;
    reader->type = type;
    uint64_t limit = options->document_bytes_max;
    bool hard = limit == 0 || limit > ARK_DOCUMENT_BYTES_HARD_MAX;
    // Conversion and then cleaning can each let a text grow (see their headers).
    size_t text_bytes_max = (size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 8 * 18;
    reader->reading = (struct ark_reading){
        .options = &reader->options,
        .intake = intake,
        .document_bytes_max = hard ? ARK_DOCUMENT_BYTES_HARD_MAX : (size_t)limit,
        .name = ark_buf_make(FRAGMENT_BYTES_MAX),
        .seen = ark_seen_set_new(),
        .title = ark_buf_make(text_bytes_max),
        .body = ark_buf_make(text_bytes_max),
        .source = ark_buf_make(text_bytes_max),
        .fragment = ark_buf_make(text_bytes_max),
    };
    *out = reader;
    return ARK_OK;
}

void
ark_reader_free(struct ark_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    ark_intake_free(reader->reading.intake);
    ark_seen_set_free(reader->reading.seen);
    ark_buf_dispose(&reader->reading.name);
    ark_buf_dispose(&reader->reading.title);
    ark_buf_dispose(&reader->reading.body);
    ark_buf_dispose(&reader->reading.source);
    ark_buf_dispose(&reader->reading.fragment);
    free(reader);
}

/** An opened file that is hashed while it is read. */
struct file {
    int fd;
    bool standard;
    XXH3_state_t *hash;
    uint64_t *bytes_read; /**< counted up, or NULL */
};

static enum ark_status
file_fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err)
{
    struct file *file = context;
    ssize_t count = ark_signals_read(file->fd, to, room);
    if (count < 0) {
        return ark_error_set(err, ARK_E_IO, "%s", ark_error_reason(errno));
    }
    (void)XXH3_64bits_update(file->hash, to, (size_t)count);
    if (file->bytes_read != NULL) {
        *file->bytes_read += (uint64_t)count;
    }
    *got = (size_t)count;
    return ARK_OK;
}

/** Opens path and takes its size and mtime. The text of an error carries no path. */
static enum ark_status
file_open(struct file *file, const char *path, struct ark_file_facts *facts, struct ark_error *err)
{
    file->standard = strcmp(path, "-") == 0;
    file->hash = NULL;
    file->bytes_read = NULL;
    file->fd = file->standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file->fd < 0 || fstat(file->fd, &info) != 0) {
        bool absent = errno == ENOENT || errno == ENOTDIR;
        enum ark_status status = absent ? ARK_E_NOT_FOUND : ARK_E_IO;
        return ark_error_set(err, status, "%s", ark_error_reason(errno));
    }
    if (S_ISREG(info.st_mode)) {
        facts->size_bytes = (uint64_t)info.st_size;
        facts->mtime_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    }
    file->hash = XXH3_createState();
    ARK_ASSERT(file->hash != NULL);
    (void)XXH3_64bits_reset(file->hash);
    return ARK_OK;
}

static void
file_close(struct file *file)
{
    if (file->fd >= 0 && !file->standard) {
        (void)close(file->fd);
    }
    (void)XXH3_freeState(file->hash);
}

/** Reads what is left, so that the hash is of the whole file. */
static void
drain(struct ark_feed *feed)
{
    for (;;) {
        ark_str ahead = ark_feed_peek(feed, 1);
        if (ahead.len == 0) {
            return;
        }
        ark_feed_take(feed, ahead.len);
    }
}

enum ark_status
ark_reader_file_facts(const char *path, struct ark_file_facts *out, struct ark_error *err)
{
    struct ark_file_facts facts = {0};
    struct file file;
    struct ark_error cause;
    enum ark_status status = file_open(&file, path, &facts, &cause);
    if (status == ARK_OK) {
        struct ark_feed feed = ark_feed_make(file_fill, &file);
        drain(&feed);
        facts.content_hash = XXH3_64bits_digest(file.hash);
        status = feed.failure.status;
        cause = feed.failure;
        ark_feed_dispose(&feed);
    }
    file_close(&file);
    if (status != ARK_OK) {
        return ark_error_set(err, status, "%s: %s", cause.text, path);
    }
    *out = facts;
    return ARK_OK;
}

/** text without byte order mark and blanks in front, at most SNIFF_BYTES of it. */
static ark_str
sniffed(ark_str head)
{
    if (ark_str_starts_with(head, ARK_STR("\xEF\xBB\xBF"))) {
        head = ark_str_slice(head, 3, head.len);
    }
    head = ark_str_slice(head, 0, head.len < SNIFF_BYTES ? head.len : SNIFF_BYTES);
    return ark_str_trim(head);
}

static bool
begins_nocase(ark_str text, ark_str with)
{
    return text.len >= with.len && ark_str_equal_nocase(ark_str_slice(text, 0, with.len), with);
}

/** True when the part of text up to limit holds tag, whatever its case. */
static bool
holds_nocase(ark_str text, ark_str tag)
{
    for (size_t i = 0; i + tag.len <= text.len; i++) {
        if (begins_nocase(ark_str_slice(text, i, text.len), tag)) {
            return true;
        }
    }
    return false;
}

/** True when text holds the name of a field that a body is read from, as JSON has it. */
static bool
names_a_body(ark_str text, const struct ark_reader_options *options)
{
    return options->map[ARK_MAP_BODY] != NULL || holds_nocase(text, ARK_STR("\"body\"")) ||
           holds_nocase(text, ARK_STR("\"text\"")) || holds_nocase(text, ARK_STR("\"contents\""));
}

/** The type by the content; NULL when it tells nothing. */
static const char *
type_of_content(ark_str head, const struct ark_reader_options *options)
{
    ark_str text = sniffed(head);
    if (begins_nocase(text, ARK_STR("<!doctype html")) || begins_nocase(text, ARK_STR("<html"))) {
        return "html";
    }
    if (begins_nocase(text, ARK_STR("<doc>")) && holds_nocase(text, ARK_STR("<docno>"))) {
        return "trec";
    }
    if (ark_reader_is_json_array(text)) {
        return "jsonl";
    }
    // A record is one line: an object written over several lines is no JSON Lines.
    ark_str rest = head;
    ark_str line;
    bool object = ark_str_starts_with(text, ARK_STR("{\"")) && ark_str_next_line(&rest, &line);
    bool whole = object && (ark_str_ends_with(ark_str_trim(line), ARK_STR("}")) || rest.len == 0);
    // One object alone may as well be a program's settings.
    bool settings = whole && ark_str_trim(rest).len == 0 && !names_a_body(line, options);
    return whole && !settings ? "jsonl" : NULL;
}

/** The type by the ending of the name; NULL when it tells nothing. */
static const char *
type_of_name(const char *file_name)
{
    ark_str name = ark_str_from(file_name);
    for (size_t i = 0; i < ARK_COUNT_OF(ENDINGS); i++) {
        ark_str ending = ark_str_from(ENDINGS[i].ending);
        if (name.len > ending.len &&
            ark_str_equal_nocase(ark_str_slice(name, name.len - ending.len, name.len), ending)) {
            return ENDINGS[i].type;
        }
    }
    return NULL;
}

static const struct type *
detect_type(ark_str head, const char *file_name, const struct ark_reader_options *options)
{
    const char *by_name = type_of_name(file_name);
    const char *by_content = type_of_content(head, options);
    // TREC collections come under any name, .txt among them.
    bool trec = by_content != NULL && strcmp(by_content, "trec") == 0;
    const char *name =
        by_name != NULL && !(trec && strcmp(by_name, "text") == 0) ? by_name : by_content;
    const struct type *type = find_type(name == NULL ? "text" : name);
    ARK_ASSERT(type != NULL);
    return type;
}

/** Decodes the feed and gives it to a reader of records. */
static enum ark_status
read_records(struct ark_reading *reading, const struct type *type, struct ark_feed *feed,
             struct ark_error *err)
{
    ark_str head = ark_feed_peek(feed, HEAD_BYTES);
    struct ark_intake_choice choice;
    struct ark_error cause;
    if (ark_intake_choose(reading->intake, head, &choice, &cause) != ARK_OK) {
        ark_reading_skip(reading, ark_reading_rest_kind(reading), ARK_STR(""), cause.status, "%s",
                         cause.text);
        return ARK_OK;
    }
    ark_reading_set_encoding(reading, choice.encoding);
    ark_feed_take(feed, choice.mark_bytes);
    if (!choice.convert) {
        return type->read(reading, feed, err);
    }
    struct ark_transcoder *transcoder = ark_transcoder_new(feed, reading->encoding);
    struct ark_feed decoded = ark_feed_make(ark_transcoder_fill, transcoder);
    enum ark_status status = type->read(reading, &decoded, err);
    ark_feed_dispose(&decoded);
    ark_transcoder_free(transcoder);
    return status;
}

enum ark_status
ark_reading_dispatch(struct ark_reading *reading, struct ark_feed *feed, const char *file_name,
                     unsigned depth, struct ark_error *err)
{
    ark_str head = ark_feed_peek(feed, HEAD_BYTES);
    if (head.len == 0 && feed->failure.status != ARK_OK) {
        ark_reading_skip_rest(reading, feed);
        return ARK_OK;
    }
    if (ark_reader_is_packed(head, file_name)) {
        return ark_reader_archive(reading, feed, file_name, depth, err);
    }
    const char *encoding = reading->options->encoding;
    bool named = encoding != NULL && strcmp(encoding, "auto") != 0;
    if (!named && ark_intake_is_binary(head)) {
        const char *converter = ark_foreign_converter(ark_str_from(file_name));
        if (converter == NULL) {
            ark_reading_skip(reading, ARK_SKIP_BINARY, ARK_STR(""), ARK_E_INPUT, "binary file");
        } else {
            ark_reading_skip(reading, ARK_SKIP_BINARY, ARK_STR(""), ARK_E_INPUT,
                             "not text, convert it first (%s)", converter);
        }
        return ARK_OK;
    }
    const char *asked = reading->options->type;
    bool automatic = asked == NULL || strcmp(asked, "auto") == 0;
    const struct type *type =
        automatic ? detect_type(head, file_name, reading->options) : find_type(asked);
    reading->result->type = type->name;
    return type->records ? read_records(reading, type, feed, err) : type->read(reading, feed, err);
}

/** Makes the reading ready for another file. */
static void
begin(struct ark_reading *reading, const char *path, const struct ark_reader_calls *calls,
      struct ark_reader_result *result)
{
    *result = (struct ark_reader_result){0};
    reading->calls = calls;
    reading->result = result;
    ark_seen_set_reset(reading->seen);
    ark_buf_clear(&reading->name);
    ark_buf_append_str(&reading->name,
                       ark_str_from(strcmp(path, "-") == 0 ? "standard input" : path));
    reading->member_start = reading->name.len;
}

enum ark_status
ark_reader_read(struct ark_reader *reader, const char *path, const struct ark_reader_calls *calls,
                struct ark_reader_result *result, struct ark_error *err)
{
    struct ark_reading *reading = &reader->reading;
    begin(reading, path, calls, result);
    struct file file;
    struct ark_error cause;
    if (file_open(&file, path, &result->facts, &cause) != ARK_OK) {
        ark_reading_skip(reading, ARK_SKIP_FILE, ARK_STR(""), cause.status, "%s", cause.text);
        file_close(&file);
        return ARK_OK;
    }
    file.bytes_read = &result->bytes_read;
    struct ark_feed feed = ark_feed_make(file_fill, &file);
    enum ark_status status = ark_reading_dispatch(reading, &feed, path, 0, err);
    if (status == ARK_OK && !result->failed && !result->binary) {
        drain(&feed);
        result->facts_known = feed.failure.status == ARK_OK;
        result->facts.content_hash = XXH3_64bits_digest(file.hash);
    }
    ark_feed_dispose(&feed);
    file_close(&file);
    return status;
}

enum ark_status
ark_reader_read_feed(struct ark_reader *reader, struct ark_feed *feed, const char *name,
                     const struct ark_reader_calls *calls, struct ark_reader_result *result,
                     struct ark_error *err)
{
    begin(&reader->reading, name, calls, result);
    return ark_reading_dispatch(&reader->reading, feed, name, 0, err);
}
