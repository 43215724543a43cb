/**
 * @file line_editor.h
 * Lines that a person types at a prompt: edited, and remembered, by libedit where it was
 * built in; else as the terminal has them.
 */
#ifndef ARK_SEARCHER_LINE_EDITOR_H
#define ARK_SEARCHER_LINE_EDITOR_H

#include <stdbool.h>

/** True when lines can be edited with the keys of libedit. */
bool ark_line_editor_edits(void);

/**
 * The next line of standard input without its end, the caller's to free; NULL at the end
 * of input. The prompt is shown only where a terminal is typed at.
 */
char *ark_line_editor_read(const char *prompt);

#endif
