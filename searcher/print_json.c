#include <inttypes.h>
#include <math.h>

#include "common/text/utf8.h"
#include "searcher/print.h"

/**
 * Characters that a JSON string holds but that a terminal, an editor or a
 * script engine could take for more than text: written as escapes.
 */
static bool
is_hidden(uint32_t codepoint)
{
    return codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0) || codepoint == 0x061C ||
           codepoint == 0x200E || codepoint == 0x200F ||
           (codepoint >= 0x2028 && codepoint <= 0x202E) ||
           (codepoint >= 0x2066 && codepoint <= 0x2069) || codepoint == 0xFEFF;
}

static void
write_escaped(uint32_t codepoint, struct ark_buf *out)
{
    switch (codepoint) {
    case '"':
    case '\\':
        ark_buf_push(out, '\\');
        ark_buf_push(out, (uint8_t)codepoint);
        break;
    case '\n':
        ark_buf_append_str(out, ARK_STR("\\n"));
        break;
    case '\t':
        ark_buf_append_str(out, ARK_STR("\\t"));
        break;
    case '\r':
        ark_buf_append_str(out, ARK_STR("\\r"));
        break;
    default:
        ARK_ASSERT(codepoint <= 0xFFFF);
        ark_buf_printf(out, "\\u%04" PRIx32, codepoint);
        break;
    }
}

void
ark_print_json_string(ark_str text, struct ark_buf *out)
{
    size_t plain = 0; // where the bytes begin that are still to be copied as they are
    ark_buf_push(out, '"');
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        size_t len = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        bool bad = codepoint == ARK_UTF8_REPLACEMENT && len != 3;
        // A truncated sequence of three bytes may be three bytes long and still be bad.
        bad =
            bad || (codepoint == ARK_UTF8_REPLACEMENT && memcmp(text.bytes + at, "\uFFFD", 3) != 0);
        if (bad || codepoint == '"' || codepoint == '\\' || is_hidden(codepoint)) {
            if (at > plain) {
                ark_buf_append_str(out, ark_str_slice(text, plain, at));
            }
            if (bad) {
                ark_buf_append_str(out, ARK_STR("\uFFFD"));
            } else {
                write_escaped(codepoint, out);
            }
            plain = at + len;
        }
        at += len;
    }
    if (text.len > plain) {
        ark_buf_append_str(out, ark_str_slice(text, plain, text.len));
    }
    ark_buf_push(out, '"');
}

/** ,"name": */
static void
write_name(const char *name, struct ark_buf *out)
{
    ark_buf_printf(out, ",\"%s\":", name);
}

static void
write_string(const char *name, ark_str value, struct ark_buf *out)
{
    write_name(name, out);
    ark_print_json_string(value, out);
}

/** A string, or null when it is empty. */
static void
write_string_or_null(const char *name, ark_str value, struct ark_buf *out)
{
    if (value.len > 0) {
        write_string(name, value, out);
    } else {
        ark_buf_printf(out, ",\"%s\":null", name);
    }
}

static void
write_count(const char *name, uint64_t value, struct ark_buf *out)
{
    ark_buf_printf(out, ",\"%s\":%" PRIu64, name, value);
}

static void
write_number(const char *name, double value, struct ark_buf *out)
{
    ark_buf_printf(out, ",\"%s\":%.6g", name, isfinite(value) ? value : 0.0);
}

static void
write_bool(const char *name, bool value, struct ark_buf *out)
{
    ark_buf_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

/** Appends bytes as base64 (RFC 4648, section 4), in quotes. */
static void
write_base64(ark_str bytes, struct ark_buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    ark_buf_push(out, '"');
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t left = bytes.len - at;
        uint32_t group = (uint32_t)bytes.bytes[at] << 16;
        group |= left > 1 ? (uint32_t)bytes.bytes[at + 1] << 8 : 0;
        group |= left > 2 ? bytes.bytes[at + 2] : 0;
        for (size_t i = 0; i < 4; i++) {
            char digit = digits[group >> (18 - 6 * i) & 63];
            ark_buf_push(out, (uint8_t)(i <= left ? digit : '='));
        }
    }
    ark_buf_push(out, '"');
}

static void
write_spans(const char *name, struct ark_spans spans, struct ark_buf *out)
{
    write_name(name, out);
    ark_buf_push(out, '[');
    for (size_t i = 0; i < spans.count; i++) {
        ark_buf_printf(out, "%s[%" PRIu32 ",%" PRIu32 "]", i == 0 ? "" : ",", spans.items[i].start,
                       spans.items[i].end);
    }
    ark_buf_push(out, ']');
}

/**
 * The passages; with --mark the marks are in the text and the spans between
 * them. start counts from the title, a newline and the body follow it: for a
 * plain text file these are the offsets of the file.
 */
static void
write_snippets(const struct ark_print *print, const struct ark_shown_hit *hit,
               struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_marks *marks = &print->terminal->marks;
    const struct ark_snippets *snippets = &hit->snippets;
    size_t body_start = hit->title.len > 0 ? hit->title.len + 1 : 0;
    ark_buf_append_str(out, ARK_STR(",\"snippets\":["));
    for (size_t i = 0; i < snippets->count; i++) {
        const struct ark_snippet *snippet = &snippets->items[i];
        struct ark_buf marked = ark_buf_make(SIZE_MAX);
        ark_highlight_mark(snippet->text, snippet->spans, marks, &marked);
        ark_buf_printf(out, "%s{\"field\":\"body\",\"start\":%zu", i == 0 ? "" : ",",
                       body_start + snippet->start);
        write_string("text", ark_buf_view(&marked), out);
        write_spans("spans", ark_highlight_moved(snippet->spans, marks, arena), out);
        ark_buf_push(out, '}');
        ark_buf_dispose(&marked);
    }
    ark_buf_push(out, ']');
}

static void
write_explanation(const struct ark_explanation *explanation, struct ark_buf *out)
{
    ark_buf_append_str(out, ARK_STR(",\"explain\":["));
    for (size_t i = 0; i < explanation->count; i++) {
        const struct ark_explain_line *why = &explanation->lines[i];
        ark_buf_append_str(out, i == 0 ? ARK_STR("{\"query\":") : ARK_STR(",{\"query\":"));
        ark_print_json_string(why->query, out);
        write_string("level", ark_str_from(why->level), out);
        write_string("term", why->term, out);
        write_number("weight", (double)why->weight, out);
        write_count("tf", why->tf, out);
        write_count("df", why->df, out);
        write_number("idf", why->idf, out);
        write_count("len", why->length, out);
        write_number("avglen", why->mean_length, out);
        write_number("score", why->score, out);
        ark_buf_push(out, '}');
    }
    const struct ark_proximity *proximity = &explanation->proximity;
    ark_buf_printf(out, "],\"proximity\":{\"ordered\":%.6g", proximity->ordered);
    write_number("near", proximity->near, out);
    write_number("passage", proximity->passage, out);
    write_number("title", proximity->title, out);
    ark_buf_push(out, '}');
}

/** "path", or "path_b64" when it is not UTF-8. */
static void
write_path(const struct ark_document_record *record, struct ark_arena *arena, struct ark_buf *out)
{
    ark_str path = ark_print_place(record->path, record, arena);
    if (ark_utf8_valid(path, NULL)) {
        write_string("path", path, out);
    } else {
        write_name("path_b64", out);
        write_base64(path, out);
    }
}

/** The near-duplicates behind a hit, best first. */
static void
write_similars(const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    write_name("similar", out);
    ark_buf_push(out, '[');
    for (uint32_t i = 0; i < hit->similar_count; i++) {
        const struct ark_shown_similar *similar = &hit->similars[i];
        ark_buf_append_str(out, i == 0 ? ARK_STR("{\"doc\":") : ARK_STR(",{\"doc\":"));
        ark_print_json_string(ark_print_doc(&similar->record, arena), out);
        write_path(&similar->record, arena, out);
        write_number("score", (double)similar->score, out);
        ark_buf_push(out, '}');
    }
    ark_buf_push(out, ']');
}

static void
write_query(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
            struct ark_buf *out)
{
    (void)print;
    (void)arena;
    ark_buf_append_str(out, ARK_STR("{\"type\":\"query\",\"version\":1"));
    write_string("query", query->text, out);
    if (query->id.bytes != NULL) {
        write_string("id", query->id, out);
    } else {
        ark_buf_append_str(out, ARK_STR(",\"id\":null"));
    }
    ark_buf_append_str(out, ARK_STR("}\n"));
}

static void
write_hit(struct ark_print *print, const struct ark_shown_query *query,
          const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    (void)query;
    struct ark_buf date = ark_buf_make(32);
    ark_print_date(hit->record.date, &date);
    ark_buf_printf(out, "{\"type\":\"hit\",\"rank\":%" PRIu32, hit->rank);
    write_number("score", (double)hit->score, out);
    write_string("doc", ark_print_doc(&hit->record, arena), out);
    write_path(&hit->record, arena, out);
    write_string_or_null("title", hit->title, out);
    write_spans("title_spans", hit->title_spans, out);
    write_string_or_null("date", ark_buf_view(&date), out);
    write_bool("all_words", hit->all_words, out);
    write_snippets(print, hit, arena, out);
    write_similars(hit, arena, out);
    if (hit->explanation != NULL) {
        write_explanation(hit->explanation, out);
    }
    ark_buf_append_str(out, ARK_STR("}\n"));
    ark_buf_dispose(&date);
}

/** A text with --mark's marks, and the spans of what they enclose, under their two names. */
static void
write_marked(const struct ark_print *print, const char *const names[2], ark_str text,
             struct ark_spans spans, struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_marks *marks = &print->terminal->marks;
    struct ark_buf marked = ark_buf_make(SIZE_MAX);
    ark_highlight_mark(text, spans, marks, &marked);
    write_string(names[0], ark_buf_view(&marked), out);
    write_spans(names[1], ark_highlight_moved(spans, marks, arena), out);
    ark_buf_dispose(&marked);
}

void
ark_print_json_document(const struct ark_print *print, const struct ark_shown_document *document,
                        struct ark_arena *arena, struct ark_buf *out)
{
    static const char *const title[] = {"title", "title_spans"};
    static const char *const body[] = {"text", "spans"};
    struct ark_buf date = ark_buf_make(32);
    ark_print_date(document->record->date, &date);
    ark_buf_append_str(out, ARK_STR("{\"type\":\"document\",\"version\":1"));
    write_string("doc", ark_print_doc(document->record, arena), out);
    write_path(document->record, arena, out);
    write_string_or_null("date", ark_buf_view(&date), out);
    write_string_or_null("source", document->record->source, out);
    write_marked(print, title, document->title, document->title_spans, arena, out);
    write_marked(print, body, document->body, document->body_spans, arena, out);
    ark_buf_append_str(out, ARK_STR("}\n"));
    ark_buf_dispose(&date);
}

void
ark_print_json_kwic(const struct ark_shown_kwic *kwic, struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_kwic_line *line = kwic->line;
    ark_buf_printf(out, "{\"type\":\"kwic\",\"rank\":%" PRIu32, kwic->rank);
    write_string("doc", ark_print_doc(kwic->record, arena), out);
    write_path(kwic->record, arena, out);
    write_string("field", line->in_title ? ARK_STR("title") : ARK_STR("body"), out);
    write_count("start", kwic->start, out);
    write_string("before", line->before, out);
    write_string("match", line->match, out);
    write_string("after", line->after, out);
    ark_buf_append_str(out, ARK_STR("}\n"));
}

static void
write_summary(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
              struct ark_buf *out)
{
    (void)print;
    (void)arena;
    const struct ark_results *results = query->results;
    ark_buf_append_str(out, ARK_STR("{\"type\":\"summary\""));
    write_count("documents", results->documents, out);
    write_count("all_words", results->all_words, out);
    write_count("groups", query->groups, out);
    write_count("shown", results->hit_count, out);
    write_count("elapsed_us", query->elapsed_ns / 1000, out);
    ark_buf_append_str(out, ARK_STR(",\"suggestions\":["));
    for (uint32_t i = 0; query->suggestions != NULL && i < query->suggestions->count; i++) {
        ark_buf_append_str(out, i == 0 ? ARK_STR("") : ARK_STR(","));
        ark_print_json_string(query->suggestions->items[i], out);
    }
    ark_buf_append_str(out, ARK_STR("]}\n"));
}

const struct ark_printer ark_print_json = {.needs_counts = true,
                                           .needs_words = true,
                                           .needs_hits = true,
                                           .needs_text = true,
                                           .folds = true,
                                           .needs_similars = true,
                                           .needs_groups = true,
                                           .begin = write_query,
                                           .hit = write_hit,
                                           .end = write_summary};
