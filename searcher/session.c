#include "searcher/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/message.h"
#include "common/text/utf8.h"
#include "searcher/output.h"
#include "searcher/pager.h"
#include "searcher/print.h"

enum {
    PIPE_CELLS = 200,  // of a passage that is not wrapped: two lines of the text width
    PASSAGE_LINES = 2, // else
    DESCRIPTION_BYTES_MAX = 16 * 1024 * 1024,
    WARNINGS_BYTES_MAX = 1024 * 1024,
    ANALYZER_BYTES_MAX = 16 * 1024 * 1024, // words of past queries that a batch may keep
    PATH_BYTES_MAX = 4096,
    HOST_BYTES_MAX = 256, // more than any system has
    ROWS_OF_PROMPT = 1,   // that the shell needs below the results
};

static const char PROGRAM[] = "ark-search";

struct ark_session {
    const struct ark_options *options;
    struct ark_tty *tty;          // the terminal that standard output is, or NULL
    struct ark_terminal terminal; // standard output
    struct ark_terminal messages; // standard error
    struct ark_message_layout layout;
    struct ark_print print;
    const struct ark_printer *printer;
    struct ark_output out;
    char working_directory[PATH_BYTES_MAX];
    char host[HOST_BYTES_MAX];
    struct ark_analyzer *analyzer;
    struct ark_store *store;
    struct ark_snapshot *snapshot;
    struct ark_arena query_arena; // lives for a query
    struct ark_arena hit_arena;   // lives for a hit
};

static uint64_t
now_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static const struct ark_printer *
choose_printer(const struct ark_options *options, bool is_terminal)
{
    static const struct ark_printer *const by_format[] = {
        [ARK_FORMAT_TEXT] = &ark_print_text_piped,
        [ARK_FORMAT_JSON] = &ark_print_json,
        [ARK_FORMAT_TSV] = &ark_print_tsv,
        [ARK_FORMAT_TREC] = &ark_print_trec,
    };
    if (options->quiet) {
        return &ark_print_nothing;
    }
    if (options->count) {
        return &ark_print_count;
    }
    if (options->paths) {
        return &ark_print_paths;
    }
    if (options->format == ARK_FORMAT_TEXT && is_terminal) {
        return &ark_print_text_terminal;
    }
    return by_format[options->format];
}

static enum ark_status
decide_output(struct ark_session *session, struct ark_error *err)
{
    const struct ark_options *options = session->options;
    struct ark_terminal_request request = {.color = ark_color_wanted(options->color, STDOUT_FILENO),
                                           .tty = session->tty,
                                           .links = options->links,
                                           .bidi = options->bidi,
                                           .width = options->width,
                                           .colors = getenv("ARK_COLORS")};
    if (options->mark != NULL) {
        ark_str mark = ark_str_from(options->mark);
        request.marked = true;
        request.marks.open = ark_str_slice(mark, 0, options->mark_open);
        request.marks.close = ark_str_slice(mark, options->mark_open + 1, mark.len);
    }
    ark_terminal_probe(STDOUT_FILENO, &request);
    return ark_terminal_decide(&request, &session->terminal, err);
}

static void
lay_out_message(void *context, ark_str program, ark_str warning, ark_str text, struct ark_buf *out)
{
    ark_line_write_message(program, warning, text, context, out);
}

/** Messages share the terminal of the results, when that is where they go. */
static enum ark_status
decide_messages(struct ark_session *session, struct ark_error *err)
{
    struct ark_terminal_request request = {.bidi = session->options->bidi};
    bool color = ark_color_wanted(session->options->color, STDERR_FILENO);
    ark_terminal_probe(STDERR_FILENO, &request);
    request.tty = ark_tty_is(session->tty, STDERR_FILENO) ? session->tty : NULL;
    enum ark_status status = ark_terminal_decide(&request, &session->messages, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_message_set_color(color);
    if (color) {
        memcpy(session->messages.sgr[ARK_STYLE_HEADER], "33", sizeof "33"); // "warning:"
    }
    if (request.is_terminal || ark_bidi_orders(request.bidi)) {
        session->layout = (struct ark_message_layout){lay_out_message, &session->messages};
        ark_message_set_layout(&session->layout);
    }
    return ARK_OK;
}

static void
name_host(struct ark_session *session)
{
    // A link without a host means this one; only a terminal elsewhere misses it.
    if (gethostname(session->host, sizeof session->host - 1) != 0) {
        session->host[0] = '\0';
    }
}

/** True when results may go to a pager. A batch may be endless, so it goes straight out. */
static bool
may_page(const struct ark_session *session)
{
    const struct ark_options *options = session->options;
    return options->pager != ARK_WHEN_NEVER && session->tty != NULL && options->queries == NULL &&
           ark_pager_command() != NULL;
}

enum ark_status
ark_session_new(const struct ark_options *options, struct ark_session **out, struct ark_error *err)
{
    struct ark_session *session = ark_xcalloc(1, sizeof *session);
    session->options = options;
    session->out = ark_output_make(STDOUT_FILENO);
    session->query_arena = ark_arena_make();
    session->hit_arena = ark_arena_make();
    session->tty = ark_tty_open(STDOUT_FILENO);
    enum ark_status status = decide_output(session, err);
    if (status == ARK_OK) {
        status = decide_messages(session, err);
    }
    if (status != ARK_OK) {
        ark_session_free(session);
        return status;
    }
    session->printer = choose_printer(options, session->terminal.is_terminal);
    // Without a working directory (it was removed) paths are shown whole.
    const char *here = getcwd(session->working_directory, sizeof session->working_directory);
    name_host(session);
    session->out.holds = may_page(session);
    session->print = (struct ark_print){.terminal = &session->terminal,
                                        .digits = ark_digits_resolve(options->digits),
                                        .host = ark_str_from(session->host),
                                        .working_directory = ark_str_from(here),
                                        .run_tag = ark_str_from(options->run_tag),
                                        .null_ended = options->null_ended};
    *out = session;
    return ARK_OK;
}

void
ark_session_free(struct ark_session *session)
{
    if (session == NULL) {
        return;
    }
    ark_session_release(session);
    ark_message_set_layout(NULL);
    ark_tty_close(session->tty);
    ark_store_close(session->store);
    ark_analyzer_free(session->analyzer);
    ark_arena_dispose(&session->query_arena);
    ark_arena_dispose(&session->hit_arena);
    ark_output_dispose(&session->out);
    free(session);
}

void
ark_session_release(struct ark_session *session)
{
    ark_snapshot_close(session->snapshot);
    session->snapshot = NULL;
}

/** Tries to show the output by the pager. */
static bool
page(struct ark_session *session)
{
    const char *command = ark_pager_command();
    bool keeps_links = session->options->links == ARK_WHEN_ALWAYS;
    bool by_default = getenv("ARK_PAGER") == NULL && getenv("PAGER") == NULL;
    ark_session_release(session); // a page may be read for hours
    if (ark_pager_show(ark_buf_view(&session->out.buf), command, session->tty, keeps_links)) {
        ark_buf_clear(&session->out.buf);
        return true;
    }
    if (!by_default && !session->options->quiet) {
        struct ark_buf text = ark_buf_make(strlen(command) + PATH_BYTES_MAX);
        ark_buf_printf(&text, "cannot start the pager: %s", command);
        ark_message(PROGRAM, true, ark_buf_cstr(&text));
        ark_buf_dispose(&text);
    }
    return false;
}

enum ark_status
ark_session_flush(struct ark_session *session, struct ark_error *err)
{
    ark_str text = ark_buf_view(&session->out.buf);
    bool always = session->options->pager == ARK_WHEN_ALWAYS;
    bool outgrows =
        ark_pager_rows(text, session->terminal.columns) + ROWS_OF_PROMPT > session->terminal.rows;
    if (session->out.holds && text.len > 0 && (always || outgrows) && page(session)) {
        return ARK_OK;
    }
    return ark_output_flush(&session->out, err);
}

/** Opens what is not open yet. */
static enum ark_status
open_index(struct ark_session *session, struct ark_error *err)
{
    const struct ark_store_options options = {.identity = ark_analyzer_identity()};
    enum ark_status status = ARK_OK;
    if (session->store == NULL) {
        status = ark_store_open(&session->store, session->options->index, &options, err);
        if (status == ARK_E_NOT_FOUND) {
            return ark_error_set(err, status, "no index yet, make one with \"ark-index PATH\": %s",
                                 session->options->index);
        }
    }
    if (status == ARK_OK && session->snapshot == NULL) {
        status = ark_snapshot_open(&session->snapshot, session->store, err);
    }
    return status;
}

/** What the parser mended, each with the place in the query. */
static enum ark_status
warn(struct ark_session *session, const struct ark_query *query, struct ark_arena *arena,
     struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    if (session->options->quiet || query->warnings == NULL) {
        return ARK_OK;
    }
    if (session->tty != NULL && !session->out.holds) {
        status = ark_output_flush(&session->out, err); // answers to earlier queries of a batch
    }
    for (const struct ark_query_warning *warning = query->warnings; warning != NULL;
         warning = warning->next) {
        struct ark_buf lines = ark_buf_make(WARNINGS_BYTES_MAX);
        ark_message(PROGRAM, true, warning->text);
        ark_line_write_carets(query->text, warning->start, warning->end, &session->messages, arena,
                              &lines);
        (void)fwrite(lines.bytes, 1, lines.len, stderr);
        ark_buf_dispose(&lines);
    }
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
    if (status == ARK_OK && session->options->explain == ARK_EXPLAIN_HITS) {
        status = ark_plan_explain(plan, hit, arena, &explanation, err);
        shown.explanation = &explanation;
    }
    if (status != ARK_OK) {
        return status;
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
print_stats(const struct ark_shown_query *query, const struct times *times)
{
    uint64_t end_ns = now_ns();
    (void)fprintf(stderr,
                  "%s: %" PRIu32 " word%s, %" PRIu32 " shown; index %.3f ms, search %.3f ms, "
                  "output %.3f ms\n",
                  PROGRAM, query->word_count, query->word_count == 1 ? "" : "s",
                  query->results->hit_count, (double)(times->opened_ns - times->start_ns) / 1e6,
                  (double)(times->searched_ns - times->opened_ns) / 1e6,
                  (double)(end_ns - times->searched_ns) / 1e6);
}

/** Runs the plan and prints what it finds. */
static enum ark_status
print_results(struct ark_session *session, struct ark_plan *plan, struct ark_shown_query *query,
              struct times *times, bool *matched, struct ark_error *err)
{
    const struct ark_options *options = session->options;
    const struct ark_printer *printer = session->printer;
    struct ark_results results;
    bool shows = printer->needs_hits && options->limit > 0;
    struct ark_search_options search = {.limit = shows ? options->limit : 1,
                                        .offset = shows ? options->offset : 0,
                                        .count = printer->needs_counts || options->offset > 0};
    enum ark_status status = ark_plan_run(plan, &search, &session->query_arena, &results, err);
    if (status != ARK_OK) {
        return status;
    }
    times->searched_ns = now_ns();
    *matched = results.hit_count > 0 || results.documents > 0;
    results.hit_count = shows ? results.hit_count : 0;
    query->results = &results;
    query->elapsed_ns = times->searched_ns - times->start_ns;
    printer->begin(&session->print, query, &session->query_arena, &session->out.buf);
    for (uint32_t i = 0; i < results.hit_count && status == ARK_OK; i++) {
        status = print_hit(session, plan, query, i, err);
    }
    if (status == ARK_OK) {
        query->elapsed_ns = now_ns() - times->start_ns;
        printer->end(&session->print, query, &session->query_arena, &session->out.buf);
        if (options->stats) {
            print_stats(query, times);
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
    *matched = false;
    ark_arena_reset(&session->query_arena);
    if (session->analyzer == NULL) {
        session->analyzer = ark_analyzer_new();
    } else if (ark_analyzer_bytes(session->analyzer) > ANALYZER_BYTES_MAX) {
        ark_analyzer_reset(session->analyzer);
    }
    enum ark_status status = ark_query_parse(text, &session->options->query, session->analyzer,
                                             &session->query_arena, &query, err);
    if (status != ARK_OK) {
        return status;
    }
    status = warn(session, query, &session->query_arena, err);
    if (status == ARK_OK) {
        status = open_index(session, err);
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
