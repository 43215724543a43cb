/**
 * @file show.c
 * --show: a document's stored text, with the matches of a query lit.
 */
#include "common/text/utf8.h"
#include "searcher/find_document.h"
#include "searcher/session_impl.h"

/** A document as it is shown. */
struct shown {
    struct ark_document_record record;
    ark_str title;
    ark_str body;
    struct ark_matches matches;
};

/** Where the query stands in the document; without a query nowhere. */
static enum ark_status
find_matches(struct ark_session *session, const struct ark_hit *hit, struct shown *shown,
             struct ark_error *err)
{
    struct ark_arena *arena = &session->query_arena;
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    ark_str text = ark_str_trim(ark_str_from(session->options->text));
    if (text.len == 0) {
        return ARK_OK;
    }
    enum ark_status status = ark_query_parse(text, &session->options->query,
                                             ark_session_analyzer(session), arena, &query, err);
    if (status == ARK_OK) {
        status = ark_session_warn(session, query, err);
    }
    if (status == ARK_OK) {
        status = ark_plan_make(session->snapshot, query, arena, &plan, err);
    }
    return status == ARK_OK ? ark_plan_matches(plan, hit, arena, &shown->matches, err) : status;
}

static enum ark_status
fetch(struct ark_session *session, const struct ark_hit *hit, struct shown *shown,
      struct ark_error *err)
{
    struct ark_arena *arena = &session->hit_arena;
    struct ark_segment *segment = ark_snapshot_segment(session->snapshot, hit->segment_idx);
    enum ark_status status = ark_segment_document(segment, hit->doc, arena, &shown->record, err);
    if (status == ARK_OK) {
        status = ark_segment_text(segment, hit->doc, arena, &shown->title, &shown->body, err);
    }
    return status == ARK_OK ? find_matches(session, hit, shown, err) : status;
}

/** The spans that lie in [start, end), from start on; *next is the first span that is looked at. */
static struct ark_spans
spans_of_line(struct ark_spans spans, size_t start, size_t end, size_t *next,
              struct ark_arena *arena)
{
    while (*next < spans.count && spans.items[*next].end <= start) {
        (*next)++;
    }
    size_t last = *next;
    while (last < spans.count && spans.items[last].start < end) {
        last++;
    }
    struct ark_span *items = ark_arena_calloc(arena, last - *next, sizeof *items);
    for (size_t i = *next; i < last; i++) {
        // A phrase may go from one line to the next.
        size_t from = spans.items[i].start > start ? spans.items[i].start : start;
        size_t to = spans.items[i].end < end ? spans.items[i].end : end;
        items[i - *next] = (struct ark_span){(uint32_t)(from - start), (uint32_t)(to - start)};
    }
    return (struct ark_spans){items, last - *next};
}

static void
write_line(struct ark_session *session, ark_str text, enum ark_style style, struct ark_spans spans)
{
    struct ark_buf *out = &session->out.buf;
    if (text.len == 0) {
        ark_buf_push(out, '\n');
        return;
    }
    struct ark_line line = ark_line_lit(text, style, spans, &session->hit_arena);
    (void)ark_line_write_paragraph(&line, &session->terminal, UINT32_MAX, &session->hit_arena, out);
}

/** The lines as they were, wrapped on a terminal. */
static void
write_text(struct ark_session *session, const struct shown *shown)
{
    struct ark_arena *arena = &session->hit_arena;
    ark_str body = shown->body;
    if (shown->title.len > 0) {
        write_line(session, shown->title, ARK_STYLE_TITLE,
                   ark_highlight_spans(shown->title, 0, &shown->matches, arena));
    }
    struct ark_spans spans = ark_highlight_spans(body, shown->record.title_tokens + ARK_FIELD_GAP,
                                                 &shown->matches, arena);
    size_t next = 0;
    for (size_t start = 0; start < body.len;) {
        size_t end = start;
        while (end < body.len && body.bytes[end] != '\n') {
            end++;
        }
        write_line(session, ark_str_slice(body, start, end), ARK_STYLE_PLAIN,
                   spans_of_line(spans, start, end, &next, arena));
        start = end + 1;
    }
}

enum ark_status
ark_session_show(struct ark_session *session, struct ark_error *err)
{
    struct shown shown = {.matches = {NULL, 0}};
    struct ark_hit hit;
    ark_arena_reset(&session->query_arena);
    ark_arena_reset(&session->hit_arena);
    enum ark_status status = ark_session_open_index(session, err);
    if (status == ARK_OK) {
        status =
            ark_find_document(session->snapshot, ark_str_from(session->options->show),
                              session->print.working_directory, &session->query_arena, &hit, err);
    }
    if (status == ARK_OK) {
        status = fetch(session, &hit, &shown, err);
    }
    if (status != ARK_OK || session->options->quiet) {
        return status;
    }
    if (session->options->format == ARK_FORMAT_JSON) {
        const struct ark_shown_document document = {
            .record = &shown.record,
            .title = shown.title,
            .body = shown.body,
            .title_spans = ark_highlight_spans(shown.title, 0, &shown.matches, &session->hit_arena),
            .body_spans = ark_highlight_spans(shown.body, shown.record.title_tokens + ARK_FIELD_GAP,
                                              &shown.matches, &session->hit_arena)};
        ark_print_json_document(&session->print, &document, &session->hit_arena, &session->out.buf);
    } else {
        write_text(session, &shown);
    }
    return ARK_OK;
}
