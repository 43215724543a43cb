#include "common/terminal/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/terminal/tty.h"

static void
lay_out(void *context, ark_str program, ark_str warning, ark_str text, struct ark_buf *out)
{
    ark_line_write_message(program, warning, text, context, out);
}

/** The terminal behind fd, if it is one, without colours. */
static struct ark_terminal
look_at(int fd, struct ark_tty *tty, enum ark_bidi bidi)
{
    struct ark_terminal terminal;
    struct ark_terminal_request request = {.bidi = bidi};
    ark_terminal_probe(fd, &request);
    request.tty = ark_tty_is(tty, fd) ? tty : NULL;
    enum ark_status status = ark_terminal_decide(&request, &terminal, NULL);
    ARK_ASSERT(status == ARK_OK); // it was given no colours that could be wrong
    return terminal;
}

void
ark_messages_start(struct ark_messages *messages, struct ark_tty *tty, enum ark_bidi bidi,
                   enum ark_when color)
{
    bool colored = ark_color_wanted(color, STDERR_FILENO);
    messages->terminal = look_at(STDERR_FILENO, tty, bidi);
    messages->layout = (struct ark_message_layout){lay_out, &messages->terminal};
    ark_message_set_color(colored);
    if (colored) {
        memcpy(messages->terminal.sgr[ARK_STYLE_HEADER], "33", sizeof "33"); // "warning:"
    }
    bool wanted = messages->terminal.is_terminal || ark_bidi_orders(bidi);
    ark_message_set_layout(wanted ? &messages->layout : NULL);
}

void
ark_messages_stop(void)
{
    ark_message_set_layout(NULL);
}

/** True when someone else may read what the terminal answers: the other end of a pipe. */
static bool
is_piped(void)
{
    struct stat info;
    return fstat(STDOUT_FILENO, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

void
ark_screen_open(struct ark_screen *screen, enum ark_bidi bidi, enum ark_when color)
{
    bool hears = isatty(STDERR_FILENO) == 1;
    *screen = (struct ark_screen){.tty = NULL};
    if (!is_piped()) {
        screen->tty = ark_tty_open(hears ? STDERR_FILENO : STDOUT_FILENO);
    }
    screen->results = look_at(STDOUT_FILENO, screen->tty, bidi);
    ark_messages_start(&screen->messages, screen->tty, hears ? bidi : ARK_BIDI_NONE, color);
}

void
ark_screen_close(struct ark_screen *screen)
{
    ark_messages_stop();
    ark_tty_close(screen->tty);
    *screen = (struct ark_screen){.tty = NULL};
}

void
ark_screen_write(const struct ark_terminal *terminal, ark_str text, size_t path_start,
                 struct ark_buf *out)
{
    if (!terminal->is_terminal) {
        ark_buf_append_str(out, text);
        ark_buf_push(out, '\n');
        return;
    }
    struct ark_arena arena = ark_arena_make();
    const struct ark_run path = {(uint32_t)path_start, (uint32_t)text.len, ARK_STYLE_PATH};
    const struct ark_line line = {.text = text, .runs = &path, .run_count = 1};
    bool rtl = ark_text_base_direction(text) == ARK_DIRECTION_RTL;
    ark_line_write_toward(&line, terminal, rtl ? ARK_DIRECTION_RTL : ARK_DIRECTION_LTR, &arena,
                          out);
    ark_arena_dispose(&arena);
}

/** Where the second column of a line of help begins: its length when it has none. */
static size_t
second_column(ark_str line)
{
    size_t at = 0;
    while (at < line.len && line.bytes[at] == ' ') {
        at++;
    }
    while (at + 1 < line.len && (line.bytes[at] != ' ' || line.bytes[at + 1] != ' ')) {
        at++;
    }
    while (at < line.len && line.bytes[at] == ' ') {
        at++;
    }
    return at + 1 < line.len ? at : line.len;
}

void
ark_screen_write_help(const struct ark_terminal *terminal, ark_str text, struct ark_buf *out)
{
    ark_str line;
    if (!terminal->is_terminal) {
        ark_buf_append_str(out, text);
        return;
    }
    while (ark_str_next_line(&text, &line)) {
        ark_screen_write(terminal, line, second_column(line), out);
    }
}

void
ark_screen_print_help(const struct ark_screen *screen, const char *usage,
                      const struct ark_option *options, const char *footer)
{
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    if (memory == NULL) {
        ark_print_help(stdout, usage, options, footer); // in no order, but there
        return;
    }
    ark_print_help(memory, usage, options, footer);
    (void)fclose(memory); // cannot fail but for memory, and then there is less text
    struct ark_buf lines = ark_buf_make(SIZE_MAX);
    ark_screen_write_help(&screen->results, ark_str_make((const uint8_t *)text, len), &lines);
    (void)fwrite(lines.bytes, 1, lines.len, stdout); // told when it is flushed
    ark_buf_dispose(&lines);
    free(text);
}
