#include "indexer/reading.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "indexer/title_date.h"

enum {
    DECLARATION_BYTES = 4096, // where a declaration of the encoding is looked for
    ENTITY_BYTES_MAX = 32,
    META_BYTES_MAX = 64 * 1024,
};

/** What an element is to the text; elements not listed are inline. */
enum element_kind { INLINE, BLOCK, CELL, DROPPED, TITLE, META, PRE, HEAD };

static const struct {
    const char *name;
    enum element_kind kind;
} ELEMENTS[] = {
    {"address", BLOCK},    {"article", BLOCK},    {"aside", BLOCK},   {"blockquote", BLOCK},
    {"body", BLOCK},       {"br", BLOCK},         {"button", BLOCK},  {"caption", BLOCK},
    {"center", BLOCK},     {"dd", BLOCK},         {"details", BLOCK}, {"dialog", BLOCK},
    {"dir", BLOCK},        {"div", BLOCK},        {"dl", BLOCK},      {"dt", BLOCK},
    {"fieldset", BLOCK},   {"figcaption", BLOCK}, {"figure", BLOCK},  {"footer", BLOCK},
    {"form", BLOCK},       {"h1", BLOCK},         {"h2", BLOCK},      {"h3", BLOCK},
    {"h4", BLOCK},         {"h5", BLOCK},         {"h6", BLOCK},      {"header", BLOCK},
    {"hr", BLOCK},         {"legend", BLOCK},     {"li", BLOCK},      {"main", BLOCK},
    {"menu", BLOCK},       {"ol", BLOCK},         {"option", BLOCK},  {"p", BLOCK},
    {"section", BLOCK},    {"select", BLOCK},     {"summary", BLOCK}, {"table", BLOCK},
    {"tbody", BLOCK},      {"tfoot", BLOCK},      {"thead", BLOCK},   {"tr", BLOCK},
    {"ul", BLOCK},         {"td", CELL},          {"th", CELL},       {"img", CELL},
    {"script", DROPPED},   {"style", DROPPED},    {"nav", DROPPED},   {"noscript", DROPPED},
    {"template", DROPPED}, {"svg", DROPPED},      {"title", TITLE},   {"meta", META},
    {"pre", PRE},          {"textarea", PRE},     {"head", HEAD},
};

/** A page while it is parsed. */
struct page {
    struct ark_buf body;
    struct ark_buf title;
    struct ark_buf og_title;
    struct ark_buf source;
    uint32_t date;
    size_t dropped_depth; // elements open within a dropped one, it included
    size_t pre_depth;
    bool in_title;
    bool has_title; // the first one was closed
    bool space_due; // a blank was seen and a character may follow
    bool line_due;  // a block began or ended
};

static enum element_kind
kind_of(const xmlChar *name)
{
    ark_str wanted = ark_str_from((const char *)name);
    for (size_t i = 0; i < ARK_COUNT_OF(ELEMENTS); i++) {
        if (ark_str_equal_nocase(wanted, ark_str_from(ELEMENTS[i].name))) {
            return ELEMENTS[i].kind;
        }
    }
    return INLINE;
}

static ark_str
attribute(const xmlChar **attributes, const char *name)
{
    for (size_t i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        if (ark_str_equal_nocase(ark_str_from((const char *)attributes[i]), ark_str_from(name))) {
            return ark_str_from((const char *)attributes[i + 1]);
        }
    }
    return ARK_STR("");
}

static bool
is_one_of(ark_str name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (ark_str_equal_nocase(name, ark_str_from(*names))) {
            return true;
        }
    }
    return false;
}

static void
keep_first(struct ark_buf *buf, ark_str text)
{
    if (buf->len == 0 && text.len <= META_BYTES_MAX) {
        ark_buf_append_str(buf, text);
    }
}

static void
take_meta(struct page *page, const xmlChar **attributes)
{
    static const char *const TITLES[] = {"og:title", "twitter:title", "dc.title", NULL};
    static const char *const DATES[] = {"article:published_time",
                                        "date",
                                        "pubdate",
                                        "publish_date",
                                        "datepublished",
                                        "dc.date",
                                        "dc.date.issued",
                                        "dcterms.created",
                                        NULL};
    static const char *const SOURCES[] = {"og:site_name", "dc.publisher", NULL};
    ark_str name = attribute(attributes, "property");
    name = name.len > 0 ? name : attribute(attributes, "name");
    name = name.len > 0 ? name : attribute(attributes, "itemprop");
    ark_str content = attribute(attributes, "content");
    if (is_one_of(name, TITLES)) {
        keep_first(&page->og_title, content);
    } else if (is_one_of(name, SOURCES)) {
        keep_first(&page->source, content);
    } else if (is_one_of(name, DATES) && page->date == 0) {
        page->date = ark_date_value(content);
    }
}

static void
start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct page *page = context;
    enum element_kind kind = kind_of(name);
    if (page->dropped_depth > 0 || kind == DROPPED) {
        page->dropped_depth++;
        return;
    }
    page->line_due = page->line_due || kind == BLOCK || kind == PRE;
    page->space_due = page->space_due || kind == CELL;
    page->pre_depth += kind == PRE;
    page->in_title = page->in_title || (kind == TITLE && !page->has_title);
    if (kind == META) {
        take_meta(page, attributes);
    }
}

static void
end_element(void *context, const xmlChar *name)
{
    struct page *page = context;
    if (page->dropped_depth > 0) {
        page->dropped_depth--;
        return;
    }
    enum element_kind kind = kind_of(name);
    page->line_due = page->line_due || kind == BLOCK || kind == PRE || kind == HEAD;
    page->space_due = page->space_due || kind == CELL;
    page->pre_depth -= kind == PRE && page->pre_depth > 0;
    if (kind == TITLE) {
        page->has_title = page->has_title || page->in_title;
        page->in_title = false;
    }
}

static bool
is_blank(xmlChar byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/** Appends one byte of text, after the blank or line end that is due. */
static void
put_byte(struct page *page, xmlChar byte)
{
    bool line_end = page->pre_depth > 0 && byte == '\n';
    if (is_blank(byte) && !line_end) {
        page->space_due = true;
        return;
    }
    if (line_end) {
        page->line_due = true;
        return;
    }
    if (page->body.len > 0 && (page->line_due || page->space_due)) {
        ark_buf_push(&page->body, page->line_due ? '\n' : ' ');
    }
    page->line_due = false;
    page->space_due = false;
    ark_buf_push(&page->body, byte);
}

static void
characters(void *context, const xmlChar *text, int len)
{
    struct page *page = context;
    ARK_ASSERT(len >= 0);
    if (page->dropped_depth > 0) {
        return;
    }
    if (page->in_title) {
        ark_buf_append(&page->title, text, (size_t)len);
        return;
    }
    for (int i = 0; i < len; i++) {
        put_byte(page, text[i]);
    }
}

/** The value after "name=" in text, up to a quote, blank or angle bracket. Empty when absent. */
static ark_str
value_after(ark_str text, ark_str name)
{
    for (size_t i = 0; i + name.len < text.len; i++) {
        if (!ark_str_equal_nocase(ark_str_slice(text, i, i + name.len), name)) {
            continue;
        }
        size_t at = i + name.len;
        while (at < text.len && is_blank(text.bytes[at])) {
            at++;
        }
        if (at == text.len || text.bytes[at] != '=') {
            continue;
        }
        at++;
        while (at < text.len &&
               (is_blank(text.bytes[at]) || text.bytes[at] == '"' || text.bytes[at] == '\'')) {
            at++;
        }
        size_t end = at;
        while (end < text.len && memchr("\"' \t\r\n;/>?", text.bytes[end], 11) == NULL) {
            end++;
        }
        return ark_str_slice(text, at, end);
    }
    return ARK_STR("");
}

/** The encoding a page declares: in its XML declaration or in a meta element (either form). */
static ark_str
declared_encoding(ark_str bytes)
{
    ark_str head =
        ark_str_slice(bytes, 0, bytes.len < DECLARATION_BYTES ? bytes.len : DECLARATION_BYTES);
    if (ark_str_starts_with(head, ARK_STR("<?xml"))) {
        const uint8_t *end = memchr(head.bytes, '>', head.len);
        size_t len = end == NULL ? 0 : (size_t)(end - head.bytes);
        ark_str found = value_after(ark_str_slice(head, 0, len), ARK_STR("encoding"));
        if (found.len > 0) {
            return found;
        }
    }
    for (size_t i = 0; i + 5 < head.len; i++) {
        if (!ark_str_equal_nocase(ark_str_slice(head, i, i + 5), ARK_STR("<meta"))) {
            continue;
        }
        const uint8_t *end = memchr(head.bytes + i, '>', head.len - i);
        size_t tag_end = end == NULL ? head.len : (size_t)(end - head.bytes);
        ark_str found = value_after(ark_str_slice(head, i, tag_end), ARK_STR("charset"));
        if (found.len > 0) {
            return found;
        }
    }
    return ARK_STR("");
}

/** libxml2 would print its complaints: real pages are full of errors, and none of them matter. */
static void
ignore_error(void *context ARK_UNUSED, xmlErrorPtr error ARK_UNUSED)
{
}

/** text with a blank for each zero byte, at which libxml2 would end; a copy in buf if there is one. */
static ark_str
blank_zeros(ark_str text, struct ark_buf *buf)
{
    if (memchr(text.bytes, 0, text.len) == NULL) {
        return text;
    }
    ark_buf_append_str(buf, text);
    for (size_t i = 0; i < buf->len; i++) {
        buf->bytes[i] = buf->bytes[i] == 0 ? ' ' : buf->bytes[i];
    }
    return ark_buf_view(buf);
}

/** Parses text into page. False when libxml2 has no parser to give. */
static bool
parse(struct page *page, ark_str text)
{
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (parser == NULL) {
        return false;
    }
    htmlSAXHandler *sax = parser->sax;
    memset(sax, 0, sizeof *sax);
    sax->startElement = start_element;
    sax->endElement = end_element;
    sax->characters = characters;
    sax->ignorableWhitespace = characters;
    sax->cdataBlock = characters;
    sax->serror = ignore_error;
    sax->initialized = XML_SAX2_MAGIC;
    parser->userData = page;
    struct ark_buf copy = ark_buf_make(text.len);
    text = blank_zeros(text, &copy);
    // The tree is never built: events alone keep memory at the size of the text.
    htmlDocPtr tree = htmlCtxtReadMemory(
        parser, (const char *)text.bytes, (int)text.len, NULL, "UTF-8",
        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    ARK_ASSERT(tree == NULL);
    ark_buf_dispose(&copy);
    htmlFreeParserCtxt(parser);
    return true;
}

static struct page
page_make(void)
{
    size_t bytes_max = (size_t)ARK_DOCUMENT_BYTES_HARD_MAX * 8;
    return (struct page){
        .body = ark_buf_make(bytes_max),
        .title = ark_buf_make(bytes_max),
        .og_title = ark_buf_make(META_BYTES_MAX),
        .source = ark_buf_make(META_BYTES_MAX),
    };
}

static void
page_dispose(struct page *page)
{
    ark_buf_dispose(&page->body);
    ark_buf_dispose(&page->title);
    ark_buf_dispose(&page->og_title);
    ark_buf_dispose(&page->source);
}

/** libxml2 compares each attribute of a tag with all before it: a thousand take a moment, 200,000 hours. */
enum { MARKS_MAX = 2000, MARKS_AN_ATTRIBUTE = 2 };

/**
 * Counts what may part attributes in the tag whose name begins at byte at, up
 * to one more than MARKS_MAX. A tag ends at an angle bracket outside quotes.
 */
static size_t
count_attributes(ark_str text, size_t at)
{
    uint8_t quote = 0;
    size_t count = 0;
    for (; at < text.len && count <= MARKS_MAX; at++) {
        uint8_t byte = text.bytes[at];
        if (quote != 0) {
            quote = byte == quote ? 0 : quote;
        } else if (byte == '"' || byte == '\'') {
            quote = byte;
            count++;
        } else if (byte == '<' || byte == '>') {
            break;
        } else if (byte == ' ' || byte == '/' || (byte >= '\t' && byte <= '\r')) {
            count++;
        }
    }
    return count;
}

/** True when the parser can take every tag; else *at is where one begins that it cannot. O(len). */
static bool
tags_are_bounded(ark_str text, size_t *at)
{
    for (*at = 0; *at + 1 < text.len; (*at)++) {
        const uint8_t *tag = memchr(text.bytes + *at, '<', text.len - 1 - *at);
        if (tag == NULL) {
            return true;
        }
        *at = (size_t)(tag - text.bytes);
        uint8_t letter = tag[1] | 0x20;
        if (letter >= 'a' && letter <= 'z' && count_attributes(text, *at + 1) > MARKS_MAX) {
            return false;
        }
    }
    return true;
}

enum ark_status
ark_reader_html(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    ark_str bytes;
    ark_str text;
    if (!ark_reading_take_all(reading, feed, &bytes) ||
        !ark_reading_decode(reading, bytes, declared_encoding(bytes), &text) || text.len == 0) {
        return ARK_OK;
    }
    size_t bad_tag = 0;
    if (!tags_are_bounded(text, &bad_tag)) {
        ark_reading_skip(reading, ARK_SKIP_DOCUMENT, ARK_STR(""), ARK_E_LIMIT,
                         "a tag with over %d attributes, byte %zu", MARKS_MAX / MARKS_AN_ATTRIBUTE,
                         bad_tag);
        return ARK_OK;
    }
    struct page page = page_make();
    enum ark_status status = ARK_OK;
    if (text.len > INT32_MAX || !parse(&page, text)) {
        ark_reading_skip_large(reading, ARK_STR(""));
    } else {
        ark_str title = ark_str_trim(ark_buf_view(&page.title));
        struct ark_draft draft = {
            .title = title.len > 0 ? title : ark_buf_view(&page.og_title),
            .body = ark_buf_view(&page.body),
            .source = ark_buf_view(&page.source),
            .date = page.date,
        };
        status = ark_reading_give(reading, &draft, err);
    }
    page_dispose(&page);
    return status;
}

void
ark_html_prepare(void)
{
    xmlInitParser();
}

uint32_t
ark_html_entity(ark_str name)
{
    if (name.len == 0 || name.len >= ENTITY_BYTES_MAX) {
        return 0;
    }
    char text[ENTITY_BYTES_MAX];
    memcpy(text, name.bytes, name.len);
    text[name.len] = '\0';
    if (text[0] != '#') {
        const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)text);
        return entity == NULL ? (strcmp(text, "apos") == 0 ? '\'' : 0) : entity->value;
    }
    bool hex = text[1] == 'x' || text[1] == 'X';
    const char *digits = text + (hex ? 2 : 1);
    size_t len = strlen(digits);
    if (len == 0 || len > 8 ||
        strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") != len) {
        return 0;
    }
    unsigned long value = strtoul(digits, NULL, hex ? 16 : 10);
    bool scalar = value > 0 && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    return scalar ? (uint32_t)value : 0xFFFD;
}
