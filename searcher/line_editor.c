#include "searcher/line_editor.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/memory.h"

#ifdef ARK_HAS_LIBEDIT
#include <editline/readline.h>
#endif

/** A line is cut beyond this: more than any query. */
enum { LINE_BYTES_MAX = 128 * 1024 };

bool
ark_line_editor_edits(void)
{
#ifdef ARK_HAS_LIBEDIT
    return true;
#else
    return false;
#endif
}

/** A line as it comes. */
static char *
read_plain(const char *prompt)
{
    if (isatty(STDIN_FILENO) == 1) {
        (void)fputs(prompt, stdout);
        (void)fflush(stdout);
    }
    struct ark_buf line = ark_buf_make(LINE_BYTES_MAX + 1);
    int byte = getc(stdin);
    if (byte == EOF) {
        return NULL;
    }
    for (; byte != EOF && byte != '\n'; byte = getc(stdin)) {
        if (line.len < LINE_BYTES_MAX) {
            ark_buf_push(&line, (uint8_t)byte);
        }
    }
    char *copy = ark_xstrdup(ark_buf_cstr(&line));
    ark_buf_dispose(&line);
    return copy;
}

char *
ark_line_editor_read(const char *prompt)
{
#ifdef ARK_HAS_LIBEDIT
    if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
        // libedit counts characters as the locale has them; nothing else asks for it.
        if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX < 2) {
            (void)setlocale(LC_CTYPE, "C.UTF-8");
        }
        char *line = readline(prompt);
        if (line != NULL && *line != '\0') {
            (void)add_history(line);
        }
        return line;
    }
#endif
    return read_plain(prompt);
}
