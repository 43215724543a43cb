/**
 * @file screen.h
 * Standard output and standard error of a program, as far as they are terminals.
 *
 * What a program says (ark_message) and what it prints for people goes through
 * line.h from here on, so that Arabic is in its order whatever the terminal. On
 * a stream that is no terminal nothing is changed: bytes go out as they come.
 *
 * The terminal is asked only if standard error (or output, where error is none)
 * is the terminal that controls the process, in the foreground, and standard
 * output is no pipe: whoever reads the pipe, such as a pager, may read the keys
 * too, and would take the answers for some.
 */
#ifndef ARK_TERMINAL_SCREEN_H
#define ARK_TERMINAL_SCREEN_H

#include "common/base/message.h"
#include "common/terminal/line.h"

/** How messages are written. Zeros: as ark_message does by itself. */
struct ark_messages {
    struct ark_terminal terminal; /**< standard error */
    struct ark_message_layout layout;
};

/**
 * Makes ark_message write for standard error through messages, which must stay
 * until ark_messages_stop. tty is asked, when it is that of standard error; it
 * may be NULL and must outlive messages. Without a terminal only the modes of
 * bidi that put lines in order here change anything.
 */
void ark_messages_start(struct ark_messages *messages, struct ark_tty *tty, enum ark_bidi bidi,
                        enum ark_when color);
/** Makes ark_message write plainly again. */
void ark_messages_stop(void);

/** Both streams. Zeros: no terminals. */
struct ark_screen {
    struct ark_tty *tty; /**< NULL: nothing is asked */
    struct ark_terminal results;
    struct ark_messages messages;
};

/**
 * Looks at both streams and starts messages. color is for messages; results have
 * no colours. There can be one at a time, and no other ark_tty meanwhile. Costs a
 * few system calls: nothing is asked yet.
 */
void ark_screen_open(struct ark_screen *screen, enum ark_bidi bidi, enum ark_when color);
/**
 * Puts the terminal back and stops messages. Flush stdio before: until then the
 * modes of the terminal may be those of a line.
 */
void ark_screen_close(struct ark_screen *screen);

/**
 * Appends one line and a newline for results, or for messages: on a terminal
 * through line.h, in the direction of its first letter, else as it is. What
 * stands from path_start on is a path, with nothing in it that drives a terminal.
 */
void ark_screen_write(const struct ark_terminal *terminal, ark_str text, size_t path_start,
                      struct ark_buf *out);

/**
 * Appends the lines of a help text. On a terminal what stands behind two blanks,
 * in the second column, keeps a direction of its own.
 */
void ark_screen_write_help(const struct ark_terminal *terminal, ark_str text, struct ark_buf *out);

/** Prints --help to standard output: see ark_print_help. */
void ark_screen_print_help(const struct ark_screen *screen, const char *usage,
                           const struct ark_option *options, const char *footer);

#endif
