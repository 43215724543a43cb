/**
 * @file pager.h
 * Showing a finished text through a program that stops after each screen.
 *
 * The text is complete before the pager starts, so nothing of the index need
 * stay open while it is read. The pager is executed directly, not by a shell.
 * That it cannot be started, is left early, or crashes, loses nothing of the
 * exit status and leaves the terminal as it was.
 */
#ifndef ARK_SEARCHER_PAGER_H
#define ARK_SEARCHER_PAGER_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/terminal/tty.h"

/** The rows that text takes on a terminal of so many columns, control sequences not counted. */
size_t ark_pager_rows(ark_str text, uint32_t columns);

/**
 * The command of the pager: $ARK_PAGER, else $PAGER, else "less". NULL when that
 * variable is empty or "cat": no pager is wanted.
 */
const char *ark_pager_command(void);

/**
 * Cuts a command into words at blanks; quotes and backslashes keep blanks, as in
 * a shell, nothing else is special. The words lie in the arena, ended by NULL;
 * NULL when there is none or a quote is open.
 */
char **ark_pager_split(const char *command, struct ark_arena *arena);

/** Appends text without the modes of lines, and without styles (SGR) and links (OSC 8) unless they stay. */
void ark_pager_filter(ark_str text, bool styles, bool links, struct ark_buf *out);

/**
 * Shows text and waits until the pager ends. tty is settled before and put back
 * after; keep_links as --hyperlink=always asks. False, and nothing was written,
 * when the command is no command or cannot be started.
 */
bool ark_pager_show(ark_str text, const char *command, struct ark_tty *tty, bool keep_links);

#endif
