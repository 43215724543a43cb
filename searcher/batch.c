#include "searcher/batch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/message.h"
#include "common/base/translate.h"
#include "common/text/utf8.h"
#include "searcher/team.h"

enum {
    LINE_BYTES_MAX = ARK_BATCH_ID_BYTES_MAX + 1 + ARK_QUERY_BYTES_MAX,
    MESSAGE_BYTES_MAX = 2 * ARK_ERROR_BYTES_MAX, // an error and the line it was in
    WORKERS_MAX = 16,
    TEAM_BYTES_MIN = 1024, // shorter files are answered before threads have begun
};

static const char PROGRAM[] = "ark-search";

/** The lines of a batch. */
struct lines {
    FILE *file;
    const char *path;
    struct ark_buf line;
    uint64_t number;
    bool too_long; // the line was longer than LINE_BYTES_MAX and is not whole
    bool waits;    // the next line may take a while to come
};

static enum ark_status
open_lines(struct lines *lines, const char *path, struct ark_error *err)
{
    struct stat info;
    *lines = (struct lines){.path = path, .line = ark_buf_make(LINE_BYTES_MAX)};
    lines->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (lines->file == NULL) {
        enum ark_status status = errno == ENOENT ? ARK_E_NOT_FOUND : ARK_E_IO;
        return ark_error_set(err, status, "cannot read queries (%s): %s", ark_error_reason(errno), path);
    }
    lines->waits = fstat(fileno(lines->file), &info) != 0 || !S_ISREG(info.st_mode);
    return ARK_OK;
}

static void
close_lines(struct lines *lines)
{
    if (lines->file != NULL && lines->file != stdin) {
        (void)fclose(lines->file); // it was only read
    }
    ark_buf_dispose(&lines->line);
}

/** Reads the next line without its end; false at the end of the file or an error. */
static bool
next_line(struct lines *lines)
{
    int byte = getc(lines->file);
    ark_buf_clear(&lines->line);
    lines->too_long = false;
    if (byte == EOF) {
        return false;
    }
    lines->number++;
    for (; byte != EOF && byte != '\n'; byte = getc(lines->file)) {
        if (lines->line.len < LINE_BYTES_MAX) {
            ark_buf_push(&lines->line, (uint8_t)byte);
        } else {
            lines->too_long = true;
        }
    }
    if (lines->line.len > 0 && lines->line.bytes[lines->line.len - 1] == '\r') {
        lines->line.len--;
    }
    return true;
}

/** Cuts a line into identifier and query. */
static enum ark_status
split_line(const struct lines *lines, ark_str *id, ark_str *text, struct ark_error *err)
{
    ark_str line = ark_buf_view(&lines->line);
    const uint8_t *tab = memchr(line.bytes, '\t', line.len);
    size_t bad = 0;
    if (lines->too_long) {
        return ark_error_set(err, ARK_E_LIMIT, "the line is longer than %d bytes", LINE_BYTES_MAX);
    }
    if (!ark_utf8_valid(line, &bad)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "the line is not UTF-8, byte %zu: %.*s", bad,
                             ARK_STR_ARG(line));
    }
    if (tab == NULL || tab == line.bytes) {
        return ark_error_set(err, ARK_E_ARGUMENT, "not \"ID<TAB>QUERY\": %.*s", ARK_STR_ARG(line));
    }
    size_t id_bytes = (size_t)(tab - line.bytes);
    if (id_bytes > ARK_BATCH_ID_BYTES_MAX) {
        return ark_error_set(err, ARK_E_LIMIT, "the identifier is longer than %d bytes",
                             ARK_BATCH_ID_BYTES_MAX);
    }
    *id = ark_str_slice(line, 0, id_bytes);
    *text = ark_str_slice(line, id_bytes + 1, line.len);
    return ARK_OK;
}

/** Takes note of what became of a line. A wrong one is said; what ends the batch is returned. */
static enum ark_status
settle_line(const struct ark_team_answer *answer, struct ark_batch_outcome *out,
            struct ark_error *err)
{
    enum ark_status status = answer->status;
    out->matched = out->matched || answer->matched;
    if (status == ARK_E_ARGUMENT || status == ARK_E_LIMIT) {
        struct ark_buf said = ark_buf_make(MESSAGE_BYTES_MAX);
        ark_buf_printf(&said, ark_translate("line %" PRIu64 ": %s"), answer->number,
                       answer->error.text);
        ark_message(PROGRAM, false, ark_buf_cstr(&said));
        ark_buf_dispose(&said);
        out->failed = true;
        return ARK_OK;
    }
    return status == ARK_OK ? status : ark_error_set(err, status, "%s", answer->error.text);
}

/** Answers lines one after another, as they come. */
static enum ark_status
run_in_turn(struct ark_session *session, struct lines *lines, struct ark_batch_outcome *out,
            struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    while (status == ARK_OK && next_line(lines)) {
        struct ark_team_answer answer = {.number = lines->number};
        ark_str id;
        ark_str text;
        if (lines->line.len == 0) {
            continue;
        }
        answer.status = split_line(lines, &id, &text, &answer.error);
        if (answer.status == ARK_OK) {
            answer.status = ark_session_answer(session, id, text, &answer.matched, &answer.error);
        }
        status = settle_line(&answer, out, err);
        if (status == ARK_OK && lines->waits) {
            ark_session_release(session);
            status = ark_session_flush(session, err);
        }
    }
    return status;
}

/** Prints the answers of a team until at most left are not yet. */
static enum ark_status
print_answers(struct ark_team *team, size_t left, struct ark_batch_outcome *out,
              struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    while (status == ARK_OK && ark_team_count(team) > left) {
        struct ark_team_answer answer;
        status = ark_team_take(team, &answer, err);
        if (status == ARK_OK) {
            status = settle_line(&answer, out, err);
        }
    }
    return status;
}

/** Hands a line to the team; a wrong one is told after the answers before it. */
static enum ark_status
hand_out(struct ark_team *team, const struct lines *lines, struct ark_batch_outcome *out,
         struct ark_error *err)
{
    struct ark_team_answer wrong = {.number = lines->number};
    ark_str id;
    ark_str text;
    wrong.status = split_line(lines, &id, &text, &wrong.error);
    if (wrong.status != ARK_OK) {
        enum ark_status status = print_answers(team, 0, out, err);
        return status == ARK_OK ? settle_line(&wrong, out, err) : status;
    }
    enum ark_status status = ARK_OK;
    if (ark_team_is_full(team)) {
        status = print_answers(team, ark_team_count(team) - 1, out, err);
    }
    if (status == ARK_OK) {
        ark_team_add(team, lines->number, id, text);
    }
    return status;
}

/** Answers lines by several threads, printed in order. */
static enum ark_status
run_together(struct ark_session *session, unsigned workers, struct lines *lines,
             struct ark_batch_outcome *out, struct ark_error *err)
{
    struct ark_team *team = NULL;
    enum ark_status status = ark_team_open(session, workers, &team, err);
    while (status == ARK_OK && next_line(lines)) {
        if (lines->line.len > 0) {
            status = hand_out(team, lines, out, err);
        }
    }
    if (status == ARK_OK) {
        status = print_answers(team, 0, out, err);
    }
    ark_team_close(team);
    return status;
}

/** As many threads as there are processors, for a file that is worth it; else one. */
static unsigned
count_workers(const struct lines *lines)
{
    struct stat info;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (lines->waits || processors < 2 || fstat(fileno(lines->file), &info) != 0 ||
        info.st_size < TEAM_BYTES_MIN) {
        return 1;
    }
    return processors < WORKERS_MAX ? (unsigned)processors : WORKERS_MAX;
}

enum ark_status
ark_batch_run(struct ark_session *session, const char *path, struct ark_batch_outcome *out,
              struct ark_error *err)
{
    struct lines lines;
    *out = (struct ark_batch_outcome){false, false};
    enum ark_status status = open_lines(&lines, path, err);
    if (status == ARK_OK) {
        unsigned workers = count_workers(&lines);
        status = workers > 1 ? run_together(session, workers, &lines, out, err)
                             : run_in_turn(session, &lines, out, err);
    }
    if (status == ARK_OK && ferror(lines.file)) {
        status =
            ark_error_set(err, ARK_E_IO, "cannot read queries (%s): %s", ark_error_reason(errno), path);
    }
    close_lines(&lines);
    return status;
}
