#include "searcher/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/text/utf8.h"
#include "common/text/width.h"

enum { ESC = 0x1B, BEL = 0x07 };

extern char **environ; // POSIX leaves its declaration to the program

/** The length of the control sequence at the start of text, which begins with ESC. */
static size_t
sequence_len(ark_str text)
{
    size_t at = 2;
    if (text.len < 2) {
        return text.len;
    }
    if (text.bytes[1] == '[') {
        while (at < text.len && (text.bytes[at] < 0x40 || text.bytes[at] > 0x7E)) {
            at++;
        }
        return at < text.len ? at + 1 : at;
    }
    if (text.bytes[1] == ']') {
        while (at < text.len && text.bytes[at] != ESC && text.bytes[at] != BEL) {
            at++;
        }
        at += at < text.len && text.bytes[at] == ESC ? 2 : 1;
        return at < text.len ? at : text.len;
    }
    return at;
}

size_t
ark_pager_rows(ark_str text, uint32_t columns)
{
    size_t rows = 0;
    size_t cells = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        if (text.bytes[at] == ESC) {
            at += sequence_len(ark_str_slice(text, at, text.len));
            continue;
        }
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        if (codepoint == '\n') {
            rows++;
            cells = 0;
            continue;
        }
        cells += ark_text_width(codepoint);
        if (columns > 0 && cells > columns) {
            rows++;
            cells = ark_text_width(codepoint);
        }
    }
    return rows + (cells > 0 ? 1 : 0);
}

const char *
ark_pager_command(void)
{
    const char *command = getenv("ARK_PAGER");
    if (command == NULL) {
        command = getenv("PAGER");
    }
    if (command == NULL) {
        return "less";
    }
    return command[0] == '\0' || strcmp(command, "cat") == 0 ? NULL : command;
}

/** Takes one word, or part of one up to the next quote; false when a quote stays open. */
static bool
take_word(const char **from, char *to)
{
    char quote = '\0';
    const char *at = *from;
    for (; *at != '\0' && (quote != '\0' || (*at != ' ' && *at != '\t')); at++) {
        if (quote == '\0' && (*at == '\'' || *at == '"')) {
            quote = *at;
        } else if (*at == quote) {
            quote = '\0';
        } else if (*at == '\\' && quote != '\'' && at[1] != '\0') {
            *to++ = *++at;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    *from = at;
    return quote == '\0';
}

char **
ark_pager_split(const char *command, struct ark_arena *arena)
{
    size_t len = strlen(command);
    char **words = ark_arena_calloc(arena, len / 2 + 2, sizeof *words);
    char *bytes = ark_arena_alloc(arena, 2 * len + 2);
    size_t count = 0;
    for (;;) {
        command += strspn(command, " \t");
        if (*command == '\0') {
            break;
        }
        words[count++] = bytes;
        if (!take_word(&command, bytes)) {
            return NULL;
        }
        bytes += strlen(bytes) + 1;
    }
    return count == 0 ? NULL : words;
}

void
ark_pager_filter(ark_str text, bool styles, bool links, struct ark_buf *out)
{
    for (size_t at = 0; at < text.len;) {
        const uint8_t *esc = memchr(text.bytes + at, ESC, text.len - at);
        size_t start = esc == NULL ? text.len : (size_t)(esc - text.bytes);
        if (start > at) {
            ark_buf_append_str(out, ark_str_slice(text, at, start));
        }
        if (esc == NULL) {
            return;
        }
        size_t len = sequence_len(ark_str_slice(text, start, text.len));
        bool link = len > 1 && text.bytes[start + 1] == ']';
        bool style = !link && text.bytes[start + len - 1] == 'm';
        if ((link && links) || (style && styles)) {
            ark_buf_append_str(out, ark_str_slice(text, start, start + len));
        }
        at = start + len;
    }
}

static bool
is_less(const char *program)
{
    const char *slash = strrchr(program, '/');
    return strcmp(slash == NULL ? program : slash + 1, "less") == 0;
}

/** True when the options of less, in its variable or its arguments, let colours through. */
static bool
less_takes_styles(char *const *words)
{
    const char *variable = getenv("LESS");
    bool takes = variable == NULL || strpbrk(variable, "Rr") != NULL;
    for (size_t i = 1; words[i] != NULL; i++) {
        takes = takes || (words[i][0] == '-' && strpbrk(words[i], "Rr") != NULL);
    }
    return takes;
}

static void
set_default(const char *name, const char *value)
{
    if (getenv(name) == NULL) {
        (void)setenv(name, value, 1); // fails only when out of memory: less does without
    }
}

/** Starts the pager with its standard input in *input. */
static bool
start(char *const *words, int *input, pid_t *pid)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    if (pipe(ends) != 0) {
        return false;
    }
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    // What is ignored here while the pager runs must not be ignored in it.
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGINT);
    (void)sigaddset(&defaults, SIGQUIT);
    (void)sigaddset(&defaults, SIGPIPE);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    (void)close(ends[0]);
    if (failed != 0) {
        (void)close(ends[1]);
        return false;
    }
    *input = ends[1];
    return true;
}

/** Writes until all is written or the pager reads no more. */
static void
feed(int fd, ark_str text)
{
    while (text.len > 0) {
        ssize_t written = write(fd, text.bytes, text.len);
        if (written < 0 && errno != EINTR) {
            return; // EPIPE: it was left
        }
        text = ark_str_slice(text, written < 0 ? 0 : (size_t)written, text.len);
    }
}

/** Waits for the pager; true when it ended of itself. */
static bool
await_end(pid_t pid)
{
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended == pid && WIFEXITED(status);
}

/** Signals that the keyboard sends to the pager and to us, and what they did before. */
struct ignored {
    struct sigaction interrupt;
    struct sigaction quit;
    struct sigaction pipe;
};

static void
ignore_signals(struct ignored *before)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGINT, &ignore, &before->interrupt);
    (void)sigaction(SIGQUIT, &ignore, &before->quit);
    (void)sigaction(SIGPIPE, &ignore, &before->pipe);
}

static void
heed_signals(const struct ignored *before)
{
    (void)sigaction(SIGINT, &before->interrupt, NULL);
    (void)sigaction(SIGQUIT, &before->quit, NULL);
    (void)sigaction(SIGPIPE, &before->pipe, NULL);
}

bool
ark_pager_show(ark_str text, const char *command, struct ark_tty *tty, bool keep_links)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_buf filtered = ark_buf_make(SIZE_MAX / 2);
    char **words = ark_pager_split(command, &arena);
    struct ignored before;
    int input = -1;
    pid_t pid = -1;
    bool started = false;
    if (words != NULL) {
        bool styles = !is_less(words[0]) || less_takes_styles(words);
        ark_pager_filter(text, styles, keep_links, &filtered);
        set_default("LESS", "FRX");
        set_default("LESSCHARSET", "utf-8"); // whatever the locale: that is what we write
        set_default("LV", "-c");
        ark_tty_lend(tty);
        ignore_signals(&before);
        started = start(words, &input, &pid);
        if (started) {
            feed(input, ark_buf_view(&filtered));
            (void)close(input);
        }
        ark_tty_take_back(tty, started && !await_end(pid));
        heed_signals(&before);
    }
    ark_buf_dispose(&filtered);
    ark_arena_dispose(&arena);
    return started;
}
