#include "searcher/batch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/message.h"
#include "common/text/utf8.h"

enum {
    LINE_BYTES_MAX = ARK_BATCH_ID_BYTES_MAX + 1 + ARK_QUERY_BYTES_MAX,
    MESSAGE_BYTES_MAX = 2 * ARK_ERROR_BYTES_MAX, // an error and the line it was in
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
        return ark_error_set(err, status, "cannot read queries (%s): %s", strerror(errno), path);
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

/** Answers one line. A wrong line is said and remembered; what ends the batch is returned. */
static enum ark_status
answer_line(struct ark_session *session, const struct lines *lines, struct ark_batch_outcome *out,
            struct ark_error *err)
{
    ark_str id;
    ark_str text;
    bool matched = false;
    struct ark_error here;
    enum ark_status status = split_line(lines, &id, &text, &here);
    if (status == ARK_OK) {
        status = ark_session_answer(session, id, text, &matched, &here);
    }
    out->matched = out->matched || matched;
    if (status == ARK_E_ARGUMENT || status == ARK_E_LIMIT) {
        struct ark_buf said = ark_buf_make(MESSAGE_BYTES_MAX);
        ark_buf_printf(&said, "line %" PRIu64 ": %s", lines->number, here.text);
        ark_message(PROGRAM, false, ark_buf_cstr(&said));
        ark_buf_dispose(&said);
        out->failed = true;
        return ARK_OK;
    }
    return status == ARK_OK ? status : ark_error_set(err, status, "%s", here.text);
}

enum ark_status
ark_batch_run(struct ark_session *session, const char *path, struct ark_batch_outcome *out,
              struct ark_error *err)
{
    struct lines lines;
    *out = (struct ark_batch_outcome){false, false};
    enum ark_status status = open_lines(&lines, path, err);
    while (status == ARK_OK && next_line(&lines)) {
        if (lines.line.len == 0) {
            continue;
        }
        status = answer_line(session, &lines, out, err);
        if (status == ARK_OK && lines.waits) {
            ark_session_release(session);
            status = ark_session_flush(session, err);
        }
    }
    if (status == ARK_OK && ferror(lines.file)) {
        status =
            ark_error_set(err, ARK_E_IO, "cannot read queries (%s): %s", strerror(errno), path);
    }
    close_lines(&lines);
    return status;
}
