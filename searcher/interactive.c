#include "searcher/interactive.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/message.h"
#include "common/base/translate.h"
#include "common/terminal/tty.h"
#include "common/text/utf8.h"
#include "searcher/line_editor.h"
#include "searcher/session_impl.h"

static const char PROGRAM[] = "ark-search";
static const char PROMPT[] = "ark> ";

static const char HELP[] = ARK_N("a query, or\n"
                                 "  n, p     the next page, the one before\n"
                                 "  3        the text of document 3 of this page\n"
                                 "  o, o3    open it (document 1)\n"
                                 "  ?        this help\n"
                                 "  q        leave\n"
                                 "A query of one of these letters: put a blank before it.\n");

/** A conversation. */
struct talk {
    struct ark_session *session;
    struct ark_options *options;
    char *query;     // the last one, or NULL; owned
    uint32_t offset; // of the page that is shown
    uint32_t first_offset;
    bool matched;
};

static void
say(const char *text)
{
    ark_message(PROGRAM, false, text);
}

/** Answers the query at the page's offset. */
static enum ark_status
show_page(struct talk *talk, struct ark_error *err)
{
    const ark_str no_id = {NULL, 0};
    bool matched = false;
    talk->options->offset = talk->offset;
    enum ark_status status =
        ark_session_answer(talk->session, no_id, ark_str_from(talk->query), &matched, err);
    if (status != ARK_OK) {
        return status;
    }
    talk->matched = talk->matched || matched;
    if (!matched) {
        ark_session_say_no_match(talk->session, talk->query);
        ark_session_say_suggestions(talk->session);
    } else if (talk->session->place_count == 0) {
        say(ark_translate("no more documents"));
    }
    return ARK_OK;
}

/** The document with this rank on the page; NULL, and said, when there is none. */
static const struct ark_session_place *
find_place(const struct talk *talk, const char *digits)
{
    uint64_t rank = talk->offset + 1u;
    if (*digits != '\0' && !ark_parse_number(digits, ARK_HITS_MAX, &rank)) {
        rank = 0;
    }
    for (uint32_t i = 0; i < talk->session->place_count; i++) {
        if (talk->session->places[i].rank == rank) {
            return &talk->session->places[i];
        }
    }
    say(ark_translate("there is no such document on this page"));
    return NULL;
}

static enum ark_status
show_document(struct talk *talk, const char *digits, struct ark_error *err)
{
    const struct ark_session_place *place = find_place(talk, digits);
    if (place == NULL) {
        return ARK_OK;
    }
    char *text = talk->options->text;
    talk->options->show = place->name;
    talk->options->text = talk->query;
    enum ark_status status = ark_session_show(talk->session, err);
    talk->options->show = NULL;
    talk->options->text = text;
    return status;
}

static enum ark_status
open_document(struct talk *talk, const char *digits, struct ark_error *err)
{
    const struct ark_session_place *place = find_place(talk, digits);
    if (place == NULL) {
        return ARK_OK;
    }
    struct ark_buf *path = &talk->session->last_path;
    ark_buf_clear(path);
    ark_buf_append(path, place->name, place->path_len);
    talk->session->last_is_part = place->name[place->path_len] != '\0';
    return ark_session_open_hit(talk->session, err);
}

/** Turns to another page. */
static enum ark_status
turn(struct talk *talk, bool forward, struct ark_error *err)
{
    uint32_t limit = talk->options->limit;
    if (talk->query == NULL) {
        say(ark_translate("no query yet"));
        return ARK_OK;
    }
    if (!forward && talk->offset == talk->first_offset) {
        say(ark_translate("this is the first page"));
        return ARK_OK;
    }
    if (forward && talk->offset > ARK_HITS_MAX - 2 * limit) {
        say(ark_translate("no more documents"));
        return ARK_OK;
    }
    uint32_t back = talk->offset < limit ? 0 : talk->offset - limit;
    talk->offset = forward ? talk->offset + limit : back;
    return show_page(talk, err);
}

static bool
is_number(const char *text)
{
    uint64_t number;
    return ark_parse_number(text, UINT64_MAX, &number);
}

/** Obeys one line. */
static enum ark_status
obey(struct talk *talk, const char *line, struct ark_error *err)
{
    size_t bad = 0;
    if (strcmp(line, "?") == 0 || strcmp(line, "\u061F") == 0) { // as an Arabic keyboard has it
        ark_screen_write_help(&talk->session->terminal, ark_str_from(ark_translate(HELP)),
                              &talk->session->out.buf);
        return ARK_OK;
    }
    if (strcmp(line, "n") == 0 || strcmp(line, "p") == 0) {
        return turn(talk, line[0] == 'n', err);
    }
    if (talk->query != NULL && is_number(line)) {
        return show_document(talk, line, err);
    }
    if (line[0] == 'o' && (line[1] == '\0' || is_number(line + 1))) {
        return open_document(talk, line + 1, err);
    }
    if (!ark_utf8_valid(ark_str_from(line), &bad)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "the query is not UTF-8, byte %zu: %s", bad,
                             line);
    }
    free(talk->query);
    talk->query = ark_xstrdup(line);
    talk->offset = talk->first_offset;
    return show_page(talk, err);
}

enum ark_status
ark_interactive_run(struct ark_session *session, struct ark_options *options, bool *matched,
                    struct ark_error *err)
{
    struct talk talk = {.session = session,
                        .options = options,
                        .offset = options->offset,
                        .first_offset = options->offset};
    enum ark_status status = ARK_OK;
    session->keeps_places = true;
    for (;;) {
        ark_session_release(session); // no state of the index is held while a person thinks
        ark_tty_settle(session->tty);
        char *line = ark_line_editor_read(PROMPT);
        if (line == NULL || strcmp(line, "q") == 0) {
            free(line);
            break;
        }
        if (ark_str_trim(ark_str_from(line)).len > 0) {
            struct ark_error here;
            if (obey(&talk, line, &here) != ARK_OK) {
                say(here.text);
            }
        }
        free(line);
        status = ark_session_flush(session, err);
        if (status != ARK_OK) {
            break;
        }
    }
    options->offset = talk.first_offset;
    free(talk.query);
    *matched = talk.matched;
    return status;
}
