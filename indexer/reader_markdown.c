#include "indexer/reading.h"

#include <md4c.h>
#include <string.h>

#include "common/text/utf8.h"
#include "indexer/title_date.h"

enum { FRONT_MATTER_LINES_MAX = 200 };

/** A markdown text while it is parsed. */
struct sheet {
    ark_str text;  // what is parsed
    ark_str title; // of the front matter
    ark_str source;
    uint32_t date;
    struct ark_buf heading; // the first one
    struct ark_buf body;
    bool in_heading;
    bool has_heading;
    bool line_due;
};

/** value without blanks and the quotes around it. */
static ark_str
unquoted(ark_str value)
{
    value = ark_str_trim(value);
    bool quoted = value.len >= 2 && (value.bytes[0] == '"' || value.bytes[0] == '\'') &&
                  value.bytes[value.len - 1] == value.bytes[0];
    return quoted ? ark_str_slice(value, 1, value.len - 1) : value;
}

static void
take_key(struct sheet *sheet, ark_str line)
{
    const uint8_t *colon = line.len == 0 ? NULL : memchr(line.bytes, ':', line.len);
    if (colon == NULL) {
        return;
    }
    size_t at = (size_t)(colon - line.bytes);
    ark_str key = ark_str_slice(line, 0, at); // not trimmed: nested keys are indented
    ark_str value = unquoted(ark_str_slice(line, at + 1, line.len));
    if (ark_str_equal_nocase(key, ARK_STR("title"))) {
        sheet->title = value;
    } else if (ark_str_equal_nocase(key, ARK_STR("source"))) {
        sheet->source = value;
    } else if (ark_str_equal_nocase(key, ARK_STR("date"))) {
        sheet->date = ark_date_value(value);
    }
}

/** Reads the front matter and returns the text after it; all of it when there is none. */
static ark_str
take_front_matter(struct sheet *sheet, ark_str text)
{
    ark_str rest = text;
    ark_str line;
    if (!ark_str_next_line(&rest, &line) || !ark_str_equal(ark_str_trim(line), ARK_STR("---"))) {
        return text;
    }
    struct sheet taken = *sheet;
    for (size_t i = 0; i < FRONT_MATTER_LINES_MAX && ark_str_next_line(&rest, &line); i++) {
        ark_str trimmed = ark_str_trim(line);
        if (ark_str_equal(trimmed, ARK_STR("---")) || ark_str_equal(trimmed, ARK_STR("..."))) {
            *sheet = taken;
            return rest;
        }
        take_key(&taken, line);
    }
    return text; // a rule and no front matter
}

/** Where text goes now. */
static struct ark_buf *
target(struct sheet *sheet)
{
    return sheet->in_heading ? &sheet->heading : &sheet->body;
}

static void
put(struct sheet *sheet, ark_str text)
{
    if (text.len == 0) {
        return;
    }
    if (sheet->line_due && sheet->body.len > 0 && !sheet->in_heading) {
        ark_buf_push(&sheet->body, '\n');
    }
    sheet->line_due = sheet->line_due && sheet->in_heading;
    ark_buf_append_str(target(sheet), text);
}

static int
enter_block(MD_BLOCKTYPE type, void *detail ARK_UNUSED, void *context)
{
    struct sheet *sheet = context;
    if (type == MD_BLOCK_H && !sheet->has_heading && sheet->title.len == 0) {
        sheet->in_heading = true;
        sheet->has_heading = true;
    }
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        if (sheet->body.len > 0 && !sheet->line_due) {
            ark_buf_push(&sheet->body, '\t');
        }
    } else {
        sheet->line_due = true;
    }
    return 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail ARK_UNUSED, void *context)
{
    struct sheet *sheet = context;
    if (type == MD_BLOCK_H) {
        sheet->in_heading = false;
    }
    sheet->line_due = sheet->line_due || (type != MD_BLOCK_TH && type != MD_BLOCK_TD);
    return 0;
}

static int
ignore_span(MD_SPANTYPE type ARK_UNUSED, void *detail ARK_UNUSED, void *context ARK_UNUSED)
{
    return 0;
}

/** Puts the character of "&name;", or the entity as written when there is none. */
static void
put_entity(struct sheet *sheet, ark_str entity)
{
    ARK_ASSERT(entity.len >= 2);
    uint32_t codepoint = ark_html_entity(ark_str_slice(entity, 1, entity.len - 1));
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    put(sheet, codepoint == 0 ? entity : ark_str_make(bytes, ark_utf8_encode(codepoint, bytes)));
}

/**
 * True for a piece of the text, or of what md4c adds itself, a newline and blanks. Version 0.4.8 was
 * seen to hand out a size of four thousand million now and then, for a damaged file of 300 bytes
 * that fuzzing found.
 */
static bool
is_piece(const struct sheet *sheet, ark_str piece)
{
    enum { ADDED_BYTES_MAX = 16 };
    uintptr_t start = (uintptr_t)sheet->text.bytes;
    uintptr_t at = (uintptr_t)piece.bytes;
    if (at < start || at > start + sheet->text.len) {
        return piece.len <= ADDED_BYTES_MAX;
    }
    return piece.len <= sheet->text.len - (at - start);
}

static int
take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *context)
{
    struct sheet *sheet = context;
    ark_str view = ark_str_make(text, size);
    if (!is_piece(sheet, view)) {
        return 0;
    }
    switch (type) {
    case MD_TEXT_NULLCHAR:
    case MD_TEXT_HTML: // tags; the text between them comes as text
        break;
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
        put(sheet, ARK_STR("\n"));
        break;
    case MD_TEXT_ENTITY:
        put_entity(sheet, view);
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_LATEXMATH:
        put(sheet, view);
        break;
    }
    return 0;
}

/**
 * The text with a line end behind it, in copy if it has none. md4c 0.4.8 reads past a text that ends
 * in "[](x" and takes a bracket it finds there for the link's: up to a crash.
 */
static ark_str
ended(ark_str text, struct ark_buf *copy)
{
    if (text.len == 0 || ark_str_ends_with(text, ARK_STR("\n"))) {
        return text;
    }
    ark_buf_append_str(copy, text);
    ark_buf_push(copy, '\n');
    return ark_buf_view(copy);
}

enum ark_status
ark_reader_markdown(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    ark_str bytes;
    ark_str text;
    if (!ark_reading_take_all(reading, feed, &bytes) ||
        !ark_reading_decode(reading, bytes, ARK_STR(""), &text)) {
        return ARK_OK;
    }
    size_t bytes_max = (size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 8;
    struct sheet sheet = {.heading = ark_buf_make(bytes_max), .body = ark_buf_make(bytes_max)};
    struct ark_buf copy = ark_buf_make(bytes_max);
    text = ended(take_front_matter(&sheet, text), &copy);
    sheet.text = text;
    MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = ignore_span,
        .leave_span = ignore_span,
        .text = take_text,
    };
    enum ark_status status = ARK_OK;
    if (text.len > UINT32_MAX ||
        md_parse((const MD_CHAR *)text.bytes, (MD_SIZE)text.len, &parser, &sheet) != 0) {
        ark_reading_skip_large(reading, ARK_STR(""));
    } else if (sheet.body.len + sheet.heading.len + sheet.title.len > 0) {
        struct ark_draft draft = {
            .title = sheet.title.len > 0 ? sheet.title : ark_buf_view(&sheet.heading),
            .body = ark_buf_view(&sheet.body),
            .source = sheet.source,
            .date = sheet.date,
        };
        status = ark_reading_give(reading, &draft, err);
    }
    ark_buf_dispose(&sheet.heading);
    ark_buf_dispose(&sheet.body);
    ark_buf_dispose(&copy);
    return status;
}
