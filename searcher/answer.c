#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/memory.h"
#include "common/base/translate.h"
#include "common/text/utf8.h"
#include "searcher/complete.h"
#include "searcher/session_impl.h"

enum {
    PIPE_CELLS = 200,  // of a passage that is not wrapped: two lines of the text width
    PASSAGE_LINES = 2, // else
    DESCRIPTION_BYTES_MAX = 16 * 1024 * 1024,
    WARNINGS_BYTES_MAX = 1024 * 1024,
};

static const char PROGRAM[] = "ark-search";

static uint64_t
now_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/** What the parser mended, each with the place in the query. */
enum ark_status
ark_session_warn(struct ark_session *session, const struct ark_query *query, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    if (session->options->quiet || query->warnings == NULL) {
        return ARK_OK;
    }
    if (session->is_beside) {
        session->unsaid = query;
        return ARK_OK;
    }
    if (session->tty != NULL && !session->out.holds) {
        status = ark_output_flush(&session->out, err); // answers to earlier queries of a batch
    }
    struct ark_arena arena = ark_arena_make();
    for (const struct ark_query_warning *warning = query->warnings; warning != NULL;
         warning = warning->next) {
        struct ark_buf lines = ark_buf_make(WARNINGS_BYTES_MAX);
        ark_message(PROGRAM, true, ark_translate(warning->text));
        ark_line_write_carets(query->text, warning->start, warning->end,
                              &session->messages.terminal, &arena, &lines);
        (void)fwrite(lines.bytes, 1, lines.len, stderr);
        ark_buf_dispose(&lines);
    }
    ark_arena_dispose(&arena);
    return status;
}

/** How the query was read, line by line. */
static void
describe(struct ark_session *session, const struct ark_plan *plan)
{
    struct ark_buf text = ark_buf_make(DESCRIPTION_BYTES_MAX);
    ark_str line;
    ark_plan_describe(plan, &text);
    ark_str rest = ark_buf_view(&text);
    while (ark_str_next_line(&rest, &line)) {
        struct ark_line shown = {.text = line};
        ark_line_write(&shown, &session->terminal, false, &session->query_arena, &session->out.buf);
    }
    ark_buf_dispose(&text);
}

/** Title, spans and passages of a hit. */
static enum ark_status
fetch_text(struct ark_session *session, struct ark_plan *plan, const struct ark_hit *hit,
           struct ark_shown_hit *shown, struct ark_error *err)
{
    struct ark_arena *arena = &session->hit_arena;
    struct ark_segment *segment = ark_snapshot_segment(session->snapshot, hit->segment_idx);
    struct ark_snippet_source source = {.title_tokens = shown->record.title_tokens};
    enum ark_status status =
        ark_segment_text(segment, hit->doc, arena, &source.title, &source.body, err);
    if (status == ARK_OK) {
        status = ark_plan_matches(plan, hit, arena, &source.matches, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    uint32_t width = session->terminal.width;
    bool wrapped = session->options->format == ARK_FORMAT_TEXT && width > 0;
    struct ark_snippet_options options = {.count = session->options->snippets,
                                          .cells_max =
                                              wrapped ? width * PASSAGE_LINES : PIPE_CELLS};
    shown->title = source.title;
    shown->title_spans = ark_highlight_spans(source.title, 0, &source.matches, arena);
    ark_snippet_make(&source, &options, arena, &shown->snippets);
    return ARK_OK;
}

/** Reads what the format says of the documents behind a hit. */
static enum ark_status
fetch_similars(struct ark_session *session, const struct ark_similars *similars,
               struct ark_shown_hit *shown, struct ark_error *err)
{
    struct ark_arena *arena = &session->hit_arena;
    shown->similar_count = similars->count;
    if (!session->printer->needs_similars && !session->print.lists_similar) {
        return ARK_OK;
    }
    struct ark_shown_similar *items = ark_arena_calloc(arena, similars->count, sizeof *items);
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < similars->count && status == ARK_OK; i++) {
        const struct ark_similar *similar = &similars->items[i];
        items[i].score = similar->score;
        status = ark_segment_document(ark_snapshot_segment(session->snapshot, similar->segment_idx),
                                      similar->doc, arena, &items[i].record, err);
    }
    shown->similars = items;
    return status;
}

/** Remembers where a hit is. */
static void
keep_place(struct ark_session *session, const struct ark_shown_hit *shown)
{
    ark_str name = ark_print_place(shown->record.path, &shown->record, &session->hit_arena);
    char *copy = ark_xmalloc(name.len + 1);
    memcpy(copy, name.bytes, name.len);
    copy[name.len] = '\0';
    ARK_GROW(session->places, session->place_capacity, session->place_count + 1u);
    session->places[session->place_count++] =
        (struct ark_session_place){shown->rank, copy, shown->record.path.len};
}

/** Prints the hit numbered idx of the results. */
static enum ark_status
print_hit(struct ark_session *session, struct ark_plan *plan, const struct ark_shown_query *query,
          uint32_t idx, struct ark_error *err)
{
    struct ark_arena *arena = &session->hit_arena;
    const struct ark_hit *hit = &query->results->hits[idx];
    struct ark_segment *segment = ark_snapshot_segment(session->snapshot, hit->segment_idx);
    struct ark_explanation explanation = {0};
    struct ark_shown_hit shown = {.rank = session->options->offset + idx + 1,
                                  .score = hit->score,
                                  .all_words = hit->all_words};
    ark_arena_reset(arena);
    enum ark_status status = ark_segment_document(segment, hit->doc, arena, &shown.record, err);
    if (status == ARK_OK && session->printer->needs_text) {
        status = fetch_text(session, plan, hit, &shown, err);
    }
    if (status == ARK_OK) {
        status = fetch_similars(session, &query->similars[idx], &shown, err);
    }
    if (status == ARK_OK && session->options->explain == ARK_EXPLAIN_HITS) {
        status = ark_plan_explain(plan, hit, arena, &explanation, err);
        shown.explanation = &explanation;
    }
    if (status != ARK_OK) {
        return status;
    }
    ark_buf_clear(&session->last_path);
    ark_buf_append_str(&session->last_path, shown.record.path);
    session->last_is_part = shown.record.fragment.len > 0;
    if (session->keeps_places) {
        keep_place(session, &shown);
    }
    session->printer->hit(&session->print, query, &shown, arena, &session->out.buf);
    return ark_output_flush_if_full(&session->out, err);
}

/** When what happened, for --stats. */
struct times {
    uint64_t start_ns;
    uint64_t opened_ns;
    uint64_t searched_ns;
};

static void
print_stats(struct ark_session *session, const struct ark_shown_query *query,
            const struct times *times)
{
    uint64_t end_ns = now_ns();
    ark_buf_printf(&session->notes,
                   "%s: %" PRIu32 " word%s, %" PRIu32 " shown; index %.3f ms, search %.3f ms, "
                   "output %.3f ms\n",
                   PROGRAM, query->word_count, query->word_count == 1 ? "" : "s",
                   query->results->hit_count, (double)(times->opened_ns - times->start_ns) / 1e6,
                   (double)(times->searched_ns - times->opened_ns) / 1e6,
                   (double)(end_ns - times->searched_ns) / 1e6);
    if (!session->is_beside) {
        (void)fwrite(session->notes.bytes, 1, session->notes.len, stderr);
        ark_buf_clear(&session->notes);
    }
}

/** Finds what may have been meant, where it would be said. */
static enum ark_status
find_suggestions(struct ark_session *session, const struct ark_plan *plan, bool matched,
                 struct ark_error *err)
{
    const struct ark_options *options = session->options;
    const struct ark_surface_source source = {session->snapshot, ark_session_analyzer(session)};
    bool for_people = options->format == ARK_FORMAT_TEXT && options->queries == NULL;
    bool said =
        !options->quiet && !options->count && (for_people || options->format == ARK_FORMAT_JSON);
    session->suggestions = (struct ark_suggestions){NULL, 0};
    if (!said || options->suggest == ARK_WHEN_NEVER ||
        (matched && options->suggest == ARK_WHEN_AUTO)) {
        return ARK_OK;
    }
    return ark_suggest(&source, plan, &options->query, &session->query_arena, &session->suggestions,
                       err);
}

bool
ark_session_is_past_end(const struct ark_session *session)
{
    return session->is_past_end;
}

bool
ark_session_is_empty(const struct ark_session *session)
{
    return session->is_empty;
}

void
ark_session_say_no_match(const struct ark_session *session, const char *query)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    if (session->is_empty) {
        ark_buf_printf(
            &text,
            ark_translate("the index has no documents, add some with \"ark-index PATH\": %s"),
            session->options->index);
    } else {
        ark_buf_printf(&text, ark_translate("no match: %s"), query);
    }
    ark_message(PROGRAM, false, ark_buf_cstr(&text));
    ark_buf_dispose(&text);
}

void
ark_session_say_suggestions(struct ark_session *session)
{
    for (uint32_t i = 0; i < session->suggestions.count; i++) {
        struct ark_buf text = ark_buf_make(SIZE_MAX);
        struct ark_buf shown = ark_buf_make(SIZE_MAX);
        ark_buf_printf(&text, ark_translate("did you mean: %.*s"),
                       ARK_STR_ARG(session->suggestions.items[i]));
        struct ark_line line = {.text = ark_buf_view(&text)};
        ark_line_write(&line, &session->messages.terminal, false, &session->query_arena, &shown);
        (void)fwrite(shown.bytes, 1, shown.len, stderr);
        ark_buf_dispose(&shown);
        ark_buf_dispose(&text);
    }
}

enum ark_status
ark_session_complete(struct ark_session *session, bool *any, struct ark_error *err)
{
    ark_str prefix = ark_str_from(session->options->complete);
    size_t bad = 0;
    *any = false;
    if (!ark_utf8_valid(prefix, &bad)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--complete is not UTF-8, byte %zu: %s", bad,
                             session->options->complete);
    }
    enum ark_status status = ark_session_open_index(session, err);
    if (status != ARK_OK) {
        return status;
    }
    const struct ark_surface_source source = {session->snapshot, ark_session_analyzer(session)};
    return ark_complete(&source, prefix, &session->out.buf, any, err);
}

/** Runs the plan and prints what it finds. */
static enum ark_status
print_results(struct ark_session *session, struct ark_plan *plan, struct ark_shown_query *query,
              struct times *times, bool *matched, struct ark_error *err)
{
    const struct ark_options *options = session->options;
    const struct ark_printer *printer = session->printer;
    bool shows = printer->needs_hits && options->limit > 0;
    uint32_t unshown = printer->needs_counts ? 0 : 1; // one tells whether there is any
    struct ark_folded folded;
    struct ark_collapse_options collapse = {
        .search = {.limit = shows ? options->limit : unshown,
                   .offset = shows ? options->offset : 0,
                   .count = printer->needs_counts || options->offset > 0,
                   .documents_alone = !printer->needs_words},
        .sort = shows && options->sort <= ARK_SORT_PATH ? options->sort : ARK_SORT_SCORE,
        .groups = session->folds ? &session->groups : NULL,
        .count_groups = printer->needs_groups,
    };
    enum ark_status status =
        ark_collapse_run(plan, session->snapshot, &collapse, &session->query_arena, &folded, err);
    if (status != ARK_OK) {
        return status;
    }
    times->searched_ns = now_ns();
    struct ark_results *results = &folded.results;
    *matched = results->hit_count > 0 || results->documents > 0;
    session->is_past_end = shows && *matched && results->hit_count == 0;
    results->hit_count = shows ? results->hit_count : 0;
    status = find_suggestions(session, plan, *matched, err);
    query->suggestions = &session->suggestions;
    query->results = results;
    query->similars = folded.similars;
    query->groups = folded.groups;
    query->elapsed_ns = times->searched_ns - times->start_ns;
    printer->begin(&session->print, query, &session->query_arena, &session->out.buf);
    if (status == ARK_OK && options->kwic > 0 && printer->needs_hits) {
        status = ark_session_concordance(session, plan, query, err);
    }
    for (uint32_t i = 0; options->kwic == 0 && i < results->hit_count && status == ARK_OK; i++) {
        status = print_hit(session, plan, query, i, err);
    }
    if (status == ARK_OK) {
        query->elapsed_ns = now_ns() - times->start_ns;
        printer->end(&session->print, query, &session->query_arena, &session->out.buf);
        if (options->stats) {
            print_stats(session, query, times);
        }
    }
    query->results = NULL;
    return status;
}

enum ark_status
ark_session_answer(struct ark_session *session, ark_str id, ark_str text, bool *matched,
                   struct ark_error *err)
{
    struct times times = {.start_ns = now_ns()};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    if (!session->is_beside) { // others read it
        ark_terminal_resize(&session->terminal, session->out.fd, session->options->width);
    }
    *matched = false;
    ark_arena_reset(&session->query_arena);
    ark_session_forget_places(session);
    enum ark_status status =
        ark_query_parse(text, &session->options->query, ark_session_analyzer(session),
                        &session->query_arena, &query, err);
    if (status != ARK_OK) {
        return status;
    }
    status = ark_session_warn(session, query, err);
    if (status == ARK_OK) {
        status = ark_session_open_index(session, err);
    }
    times.opened_ns = now_ns();
    if (status == ARK_OK) {
        status = ark_plan_make(session->snapshot, query, &session->query_arena, &plan, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (session->options->explain == ARK_EXPLAIN_QUERY) {
        describe(session, plan);
        *matched = true;
        return ARK_OK;
    }
    struct ark_shown_query shown = {.id = id, .text = text, .word_count = query->word_count};
    return print_results(session, plan, &shown, &times, matched, err);
}
