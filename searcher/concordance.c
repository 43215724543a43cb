/**
 * @file concordance.c
 * --kwic: the matches of the hits, a line each, and the documents they are from.
 */
#include <inttypes.h>

#include "searcher/kwic.h"
#include "searcher/session_impl.h"

enum {
    GAP_CELLS = 2,         // on either side of the match
    NUMBER_BYTES_MAX = 24, // a rank and blanks
    PIPE_BEFORE_CELLS = 60,
};

/** A document with its rank. */
struct source {
    struct ark_document_record record;
    uint32_t rank;
    uint32_t body_start; // of the body in the stored text
};

struct concordance {
    struct ark_session *session;
    struct ark_kwic kwic;
    struct source *sources;
    uint32_t source_count;
};

/** Adds the lines of the hit numbered idx. */
static enum ark_status
add_hit(struct concordance *concordance, struct ark_plan *plan, const struct ark_hit *hit,
        uint32_t idx, struct ark_error *err)
{
    struct ark_session *session = concordance->session;
    struct ark_arena *arena = &session->query_arena;
    struct ark_segment *segment = ark_snapshot_segment(session->snapshot, hit->segment_idx);
    struct source *source = &concordance->sources[idx];
    struct ark_matches matches;
    ark_str title;
    ark_str body;
    ark_arena_reset(&session->hit_arena);
    source->rank = session->options->offset + idx + 1;
    enum ark_status status = ark_segment_document(segment, hit->doc, arena, &source->record, err);
    if (status == ARK_OK) {
        status = ark_segment_text(segment, hit->doc, &session->hit_arena, &title, &body, err);
    }
    if (status == ARK_OK) {
        status = ark_plan_matches(plan, hit, &session->hit_arena, &matches, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    source->body_start = title.len > 0 ? (uint32_t)title.len + 1 : 0;
    const struct ark_kwic_text texts[] = {
        {idx, true, title, 0},
        {idx, false, body, source->record.title_tokens + ARK_FIELD_GAP},
    };
    ark_kwic_add(&concordance->kwic, &texts[0], &matches, arena);
    ark_kwic_add(&concordance->kwic, &texts[1], &matches, arena);
    concordance->source_count = idx + 1;
    return ARK_OK;
}

/** The end of text that fits, cut at a word; the start when from_end is false. */
static ark_str
fit(ark_str text, size_t cells, bool from_end)
{
    while (ark_text_cells(text) > cells) {
        size_t at = from_end ? 0 : text.len;
        while (from_end && at < text.len && text.bytes[at] != ' ') {
            at++;
        }
        while (!from_end && at > 0 && text.bytes[at - 1] != ' ') {
            at--;
        }
        if (from_end) {
            text = ark_str_slice(text, at < text.len ? at + 1 : at, text.len);
        } else {
            text = ark_str_slice(text, 0, at > 0 ? at - 1 : 0);
        }
    }
    return text;
}

static void
pad(struct ark_buf *out, size_t cells)
{
    for (size_t i = 0; i < cells; i++) {
        ark_buf_push(out, ' ');
    }
}

/** The cells of each column. */
struct columns {
    size_t number;
    size_t before;
    size_t rest; // for the match and what is after it; SIZE_MAX: no limit
};

static struct columns
measure(const struct concordance *concordance)
{
    const struct ark_kwic *kwic = &concordance->kwic;
    uint32_t width = concordance->session->terminal.width;
    struct columns columns = {.rest = SIZE_MAX};
    struct ark_buf number = ark_buf_make(NUMBER_BYTES_MAX);
    ark_print_number(&concordance->session->print,
                     concordance->session->options->offset + concordance->source_count, &number);
    columns.number = ark_text_cells(ark_buf_view(&number)) + GAP_CELLS;
    ark_buf_dispose(&number);
    for (size_t i = 0; i < kwic->count; i++) {
        size_t cells = ark_text_cells(kwic->items[i].before);
        columns.before = cells > columns.before ? cells : columns.before;
    }
    size_t most = PIPE_BEFORE_CELLS;
    if (width > 0) {
        most = width > columns.number ? (width - columns.number) * 2 / 5 : 0;
    }
    columns.before = columns.before < most ? columns.before : most;
    if (width > 0) {
        size_t used = columns.number + columns.before + GAP_CELLS;
        columns.rest = width > used ? width - used : 0;
    }
    return columns;
}

/**
 * "  3  BEFORE  MATCH  AFTER". The padding stands at the start of the line, so
 * matches begin in one column whichever edge a line starts from.
 */
static void
write_line(struct concordance *concordance, const struct ark_kwic_line *line,
           const struct columns *columns)
{
    struct ark_session *session = concordance->session;
    struct ark_arena *arena = &session->hit_arena;
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    struct ark_buf number = ark_buf_make(NUMBER_BYTES_MAX);
    ark_arena_reset(arena);
    ark_str before = fit(ark_line_clean_text(line->before, arena), columns->before, true);
    ark_str match = fit(ark_line_clean_text(line->match, arena), columns->rest, false);
    size_t rest = columns->rest == SIZE_MAX ? SIZE_MAX : columns->rest - ark_text_cells(match);
    rest = rest == SIZE_MAX || rest < GAP_CELLS ? rest : rest - GAP_CELLS;
    ark_str after = fit(ark_line_clean_text(line->after, arena), rest, false);
    ark_print_number(&session->print, concordance->sources[line->document].rank, &number);
    pad(&text, columns->number - GAP_CELLS - ark_text_cells(ark_buf_view(&number)));
    ark_buf_append_str(&text, ark_buf_view(&number));
    // A lam-alef takes one cell or two, as the terminal has it; never more than was measured.
    pad(&text, GAP_CELLS + columns->before - ark_line_cells(before, &session->terminal, arena));
    ark_buf_append_str(&text, before);
    pad(&text, GAP_CELLS);
    struct ark_span span = {(uint32_t)text.len, (uint32_t)(text.len + match.len)};
    ark_buf_append_str(&text, match);
    pad(&text, after.len > 0 ? GAP_CELLS : 0);
    ark_buf_append_str(&text, after);
    struct ark_line shown = ark_line_lit(ark_arena_dup(arena, ark_buf_view(&text)), ARK_STYLE_PLAIN,
                                         (struct ark_spans){&span, match.len > 0 ? 1 : 0}, arena);
    (void)ark_line_write_paragraph(&shown, &session->terminal, 1, arena, &session->out.buf);
    ark_buf_dispose(&number);
    ark_buf_dispose(&text);
}

/** "  3  PATH  DATE" for each document: what the numbers mean. */
static void
write_sources(struct concordance *concordance, const struct columns *columns)
{
    struct ark_session *session = concordance->session;
    ark_buf_push(&session->out.buf, '\n');
    for (uint32_t i = 0; i < concordance->source_count; i++) {
        const struct source *source = &concordance->sources[i];
        ark_arena_reset(&session->hit_arena);
        ark_print_source(&session->print, source->rank, columns->number, &source->record,
                         &session->hit_arena, &session->out.buf);
    }
}

static void
write_text(struct concordance *concordance)
{
    struct columns columns = measure(concordance);
    for (size_t i = 0; i < concordance->kwic.count; i++) {
        write_line(concordance, &concordance->kwic.items[i], &columns);
    }
    if (concordance->kwic.count > 0) {
        write_sources(concordance, &columns);
    }
}

/** One line of a format for programs. */
static void
write_for_program(struct concordance *concordance, const struct ark_shown_query *query,
                  const struct ark_kwic_line *line)
{
    struct ark_session *session = concordance->session;
    const struct source *source = &concordance->sources[line->document];
    const struct ark_shown_kwic shown = {
        .rank = source->rank,
        .record = &source->record,
        .line = line,
        .start = line->start + (line->in_title ? 0 : source->body_start),
    };
    ark_arena_reset(&session->hit_arena);
    if (session->options->format == ARK_FORMAT_JSON) {
        ark_print_json_kwic(&shown, &session->hit_arena, &session->out.buf);
    } else {
        ark_print_tsv_kwic(&session->print, query, &shown, &session->hit_arena, &session->out.buf);
    }
}

enum ark_status
ark_session_concordance(struct ark_session *session, struct ark_plan *plan,
                        const struct ark_shown_query *query, struct ark_error *err)
{
    const struct ark_options *options = session->options;
    struct concordance concordance = {.session = session,
                                      .kwic = ark_kwic_make(options->kwic, options->sort)};
    enum ark_status status = ARK_OK;
    concordance.sources = ark_arena_calloc(&session->query_arena, query->results->hit_count,
                                           sizeof *concordance.sources);
    for (uint32_t i = 0; i < query->results->hit_count && status == ARK_OK; i++) {
        status = add_hit(&concordance, plan, &query->results->hits[i], i, err);
    }
    if (status == ARK_OK) {
        ark_kwic_sort(&concordance.kwic);
        if (options->format == ARK_FORMAT_TEXT) {
            write_text(&concordance);
        }
        for (size_t i = 0; options->format != ARK_FORMAT_TEXT && i < concordance.kwic.count; i++) {
            write_for_program(&concordance, query, &concordance.kwic.items[i]);
        }
    }
    ark_kwic_dispose(&concordance.kwic);
    return status;
}
