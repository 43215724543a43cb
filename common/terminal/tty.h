/**
 * @file tty.h
 * The terminal as a device: asking it what it is, and leaving it as it was.
 *
 * Nothing is sent to a terminal that is not ours to ask: it must be the one
 * that controls this process, with this process in the foreground, and no keys
 * waiting to be read by whoever comes next. It is asked once, when the first
 * line with right-to-left text is about to be written.
 *
 * What is changed of the terminal (its echo while it is asked, its modes while
 * a line is written) is put back on every way out: at the end, on exit, before
 * the process stops for SIGTSTP, and before it dies of SIGINT, SIGTERM, SIGHUP,
 * SIGQUIT or of a fault of its own. Answers that come late are read before the
 * terminal is handed to anyone else, so that they end in no shell's input.
 *
 * One process has at most one of these, because signal handlers find it by a
 * static variable.
 */
#ifndef ARK_TERMINAL_TTY_H
#define ARK_TERMINAL_TTY_H

#include "common/base/compiler.h"
#include "common/terminal/answers.h"
#include "common/terminal/terminal.h"

struct ark_tty;

/**
 * The terminal behind descriptor fd, which stays the caller's. Nothing is sent
 * yet and no handler installed. NULL when fd is no terminal, or TERM says that
 * it takes no control sequences. Asserts that there is no other one.
 */
struct ark_tty *ark_tty_open(int fd);
/** Reads late answers, puts everything back and frees it. Takes NULL. */
void ark_tty_close(struct ark_tty *tty);

/** True when descriptor fd writes to the same terminal. */
bool ark_tty_is(const struct ark_tty *tty, int fd);

/**
 * How right-to-left lines are to be written to it, bidi being what --bidi says.
 * The first call may ask, and then waits up to 150 ms, or 300 ms over SSH, for a
 * terminal that does not answer (a local one takes 0.2 to 20); later calls
 * repeat what the first said, unless answers came late and ark_tty_settle has
 * read them meanwhile. Threads may call it at once.
 */
struct ark_order ark_tty_order(struct ark_tty *tty, enum ark_bidi bidi);

/** What it answered; NULL when it was not asked. Threads may call it at once. */
const struct ark_answers *ark_tty_answers(const struct ark_tty *tty);

/**
 * Makes the terminal ready for another reader of keys (a pager, a prompt, the
 * shell): reads answers still due, for up to half a second after they were
 * asked for (a second over SSH), and turns echo on again. Takes NULL.
 */
void ark_tty_settle(struct ark_tty *tty);

/**
 * Lends the terminal to a pager: settles it and sets the modes that right-to-left
 * lines need, if any were written, for as long as the pager runs: it need not
 * pass on the sequences within the text.
 */
void ark_tty_lend(struct ark_tty *tty);
/** Takes the terminal back: modes as before, and its settings too if the pager crashed. */
void ark_tty_take_back(struct ark_tty *tty, bool crashed);

#endif
