/**
 * @file main.c
 * ark-search: looks up a query in an index and prints the documents that
 * answer it. Errors become words and exit statuses here and nowhere else.
 */
#include <stdio.h>

#include "common/base/memory.h"
#include "common/base/message.h"
#include "common/base/translate.h"
#include "common/store/format.h"
#include "common/terminal/screen.h"
#include "searcher/batch.h"
#include "searcher/interactive.h"

enum { EXIT_MATCH = 0, EXIT_NO_MATCH = 1, EXIT_ERROR = 2 };

static const char PROGRAM[] = "ark-search";

static const char USAGE[] = ARK_N("Usage: ark-search [OPTION]... QUERY...\n"
                                  "       ark-search [OPTION]... --queries=FILE | --interactive\n"
                                  "       ark-search [OPTION]... --show=DOC [QUERY...]\n");

static const char FOOTER[] = ARK_N("Query language: man 7 ark-query\n");

static int
fail(const struct ark_error *error)
{
    ark_message_error(PROGRAM, error);
    return EXIT_ERROR;
}

/** Tells a mistake in the options, before there is a session. */
static int
fail_early(const struct ark_options *options, const struct ark_error *error)
{
    struct ark_screen screen;
    bool given = options->bidi != ARK_BIDI_AUTO; // before the mistake
    ark_screen_open(&screen, given ? options->bidi : ark_bidi_from_environment(), options->color);
    int exit_status = fail(error);
    ark_screen_close(&screen);
    return exit_status;
}

/** Ends what was written with stdio: help and version. */
static int
finish_stdout(void)
{
    struct ark_error error;
    if (fflush(stdout) != 0) {
        (void)ark_error_set(&error, ARK_E_IO, "cannot write to standard output");
        return fail(&error);
    }
    return EXIT_MATCH;
}

static int
print_help(void)
{
    struct ark_screen screen;
    ark_screen_open(&screen, ark_bidi_from_environment(), ARK_WHEN_AUTO);
    ark_screen_print_help(&screen, USAGE, ark_search_options, FOOTER);
    int exit_status = finish_stdout();
    ark_screen_close(&screen);
    return exit_status;
}

static int
print_version(void)
{
    (void)printf("ark-search " ARK_VERSION "\nindex format %d, analyzer %s\n", ARK_FORMAT_VERSION,
                 ark_analyzer_identity());
    return finish_stdout();
}

static bool
is_for_people(const struct ark_options *options)
{
    return options->format == ARK_FORMAT_TEXT && !options->quiet && !options->count;
}

/**
 * Says why nothing was found: to people always, to those who read another
 * format only that nothing can be. A batch is told once; the prompt has told.
 */
static void
say_nothing_found(const struct ark_session *session, const struct ark_options *options)
{
    bool searched = !options->interactive && options->complete == NULL && !options->quiet;
    bool one = options->queries == NULL && is_for_people(options);
    if (searched && (one || ark_session_is_empty(session))) {
        ark_session_say_no_match(session, options->text);
    }
}

static enum ark_status
answer_one(struct ark_session *session, const struct ark_options *options, bool *matched,
           struct ark_error *err)
{
    const ark_str no_id = {NULL, 0};
    return ark_session_answer(session, no_id, ark_str_from(options->text), matched, err);
}

/** Answers and tells the exit status; *err is filled when it is an error not yet said. */
static enum ark_status
run(struct ark_session *session, struct ark_options *options, int *exit_status,
    struct ark_error *err)
{
    struct ark_batch_outcome outcome = {.matched = options->show != NULL};
    enum ark_status status = ARK_OK;
    if (options->interactive) {
        status = ark_interactive_run(session, options, &outcome.matched, err);
    } else if (options->queries != NULL) {
        status = ark_batch_run(session, options->queries, &outcome, err);
    } else if (options->complete != NULL) {
        status = ark_session_complete(session, &outcome.matched, err);
    } else if (options->show != NULL) {
        status = ark_session_show(session, err);
    } else {
        status = answer_one(session, options, &outcome.matched, err);
    }
    // What was found before an error is shown all the same.
    enum ark_status flushed = ark_session_flush(session, status == ARK_OK ? err : NULL);
    status = status == ARK_OK ? flushed : status;
    if (status == ARK_OK && options->open > 0 && outcome.matched) {
        status = ark_session_open_hit(session, err);
    }
    *exit_status = outcome.matched ? EXIT_MATCH : EXIT_NO_MATCH;
    *exit_status = outcome.failed ? EXIT_ERROR : *exit_status;
    return status;
}

/** What the options ask for, but for searches. */
static int
print_about(const struct ark_options *options)
{
    return options->help ? print_help() : print_version();
}

/** Searches and says what went wrong, while the session knows how to write on the terminal. */
static int
search(struct ark_options *options)
{
    struct ark_session *session = NULL;
    struct ark_error error;
    int exit_status = EXIT_ERROR;
    enum ark_status status = ark_session_new(options, &session, &error);
    if (status == ARK_OK) {
        status = run(session, options, &exit_status, &error);
    }
    bool is_batch = options->queries != NULL || options->interactive;
    if (status != ARK_OK) {
        exit_status = fail(&error);
    } else if (exit_status == EXIT_NO_MATCH) {
        say_nothing_found(session, options);
    } else if (ark_session_is_past_end(session) && !is_batch && is_for_people(options)) {
        ark_message(PROGRAM, false, ark_translate("no more documents"));
    }
    if (status == ARK_OK && !is_batch && is_for_people(options)) {
        ark_session_say_suggestions(session);
    }
    ark_session_free(session);
    return exit_status;
}

int
main(int argc, char **argv)
{
    struct ark_options options;
    struct ark_error error;
    int exit_status = EXIT_ERROR;
    ark_program_name = PROGRAM;
    ark_memory_keep();
    if (ark_options_read(&options, argc, argv, &error) != ARK_OK) {
        exit_status = fail_early(&options, &error);
    } else if (options.help || options.version) {
        exit_status = print_about(&options);
    } else {
        exit_status = search(&options);
    }
    ark_options_dispose(&options);
    return exit_status;
}
