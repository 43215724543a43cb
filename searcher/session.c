#include "searcher/session.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/message.h"
#include "common/base/translate.h"
#include "searcher/opener.h"
#include "searcher/pager.h"
#include "searcher/session_impl.h"

enum {
    ANALYZER_BYTES_MAX = 16 * 1024 * 1024, // words of past queries that a batch may keep
    ROWS_OF_PROMPT = 1,                    // that the shell needs below the results
};

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
    session->hit_arena = ark_arena_make_within(&session->query_arena);
    session->snapshot_arena = ark_arena_make();
    session->last_path = ark_buf_make(SIZE_MAX);
    session->notes = ark_buf_make(SIZE_MAX);
    session->tty = ark_tty_open(STDOUT_FILENO);
    enum ark_status status = decide_output(session, err);
    // Messages share the terminal of the results, when that is where they go.
    ark_messages_start(&session->messages, session->tty, options->bidi, options->color);
    if (status != ARK_OK) {
        ark_session_free(session);
        return status;
    }
    session->printer = choose_printer(options, session->terminal.is_terminal);
    session->folds = session->printer->folds && options->grouping != ARK_GROUP_OFF;
    // Without a working directory (it was removed) paths are shown whole.
    const char *here = getcwd(session->working_directory, sizeof session->working_directory);
    name_host(session);
    session->out.holds = may_page(session);
    session->print = (struct ark_print){.terminal = &session->terminal,
                                        .digits = ark_digits_resolve(options->digits),
                                        .host = ark_str_from(session->host),
                                        .working_directory = ark_str_from(here),
                                        .run_tag = ark_str_from(options->run_tag),
                                        .null_ended = options->null_ended,
                                        .lists_similar = options->grouping == ARK_GROUP_LIST};
    *out = session;
    return ARK_OK;
}

void
ark_session_forget_places(struct ark_session *session)
{
    for (uint32_t i = 0; i < session->place_count; i++) {
        free(session->places[i].name);
    }
    session->place_count = 0;
}

void
ark_session_free(struct ark_session *session)
{
    if (session == NULL) {
        return;
    }
    ark_session_release(session);
    ark_messages_stop();
    ark_tty_close(session->tty);
    ark_store_close(session->store);
    ark_analyzer_free(session->analyzer);
    ark_arena_dispose(&session->hit_arena);
    ark_arena_dispose(&session->query_arena);
    ark_arena_dispose(&session->snapshot_arena);
    ark_buf_dispose(&session->last_path);
    ark_session_forget_places(session);
    free(session->places);
    ark_buf_dispose(&session->notes);
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
        struct ark_buf text = ark_buf_make(strlen(command) + ARK_SESSION_PATH_BYTES_MAX);
        ark_buf_printf(&text, ark_translate("cannot start the pager: %s"), command);
        ark_message("ark-search", true, ark_buf_cstr(&text));
        ark_buf_dispose(&text);
    }
    return false;
}

enum ark_status
ark_session_flush(struct ark_session *session, struct ark_error *err)
{
    ark_str text = ark_buf_view(&session->out.buf);
    bool always = session->options->pager == ARK_WHEN_ALWAYS;
    if (!session->out.holds || text.len == 0) {
        return ark_output_flush(&session->out, err);
    }
    bool outgrows =
        ark_pager_rows(text, session->terminal.columns) + ROWS_OF_PROMPT > session->terminal.rows;
    return (always || outgrows) && page(session) ? ARK_OK : ark_output_flush(&session->out, err);
}

enum ark_status
ark_session_open_index(struct ark_session *session, struct ark_error *err)
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
    if (status != ARK_OK || session->snapshot != NULL) {
        return status;
    }
    status = ark_snapshot_open(&session->snapshot, session->store, err);
    session->is_empty =
        status == ARK_OK && ark_snapshot_figures(session->snapshot)->document_count == 0;
    if (status == ARK_OK && session->folds) {
        ark_arena_reset(&session->snapshot_arena);
        status =
            ark_snapshot_groups(session->snapshot, &session->snapshot_arena, &session->groups, err);
    }
    return status;
}

struct ark_analyzer *
ark_session_analyzer(struct ark_session *session)
{
    if (session->analyzer == NULL) {
        session->analyzer = ark_analyzer_new();
    } else if (ark_analyzer_bytes(session->analyzer) > ANALYZER_BYTES_MAX) {
        ark_analyzer_reset(session->analyzer);
    }
    return session->analyzer;
}

enum ark_status
ark_session_open_hit(struct ark_session *session, struct ark_error *err)
{
    if (session->last_path.len == 0) {
        return ark_error_set(err, ARK_E_NOT_FOUND, "there are fewer hits than that, none to open");
    }
    if (session->last_is_part) {
        struct ark_buf text = ark_buf_make(SIZE_MAX);
        ark_buf_printf(&text,
                       ark_translate("the document is a part of the file that is opened: %s"),
                       ark_buf_cstr(&session->last_path));
        ark_message("ark-search", false, ark_buf_cstr(&text));
        ark_buf_dispose(&text);
    }
    ark_session_release(session);
    ark_tty_settle(session->tty); // the opener may read keys
    return ark_open_path(ark_buf_view(&session->last_path), err);
}
