/**
 * @file message.h
 * What the programs say on stderr, and when they may use colour.
 *
 * Nothing that came from a file, a document or an argument reaches a terminal
 * but through ark_make_visible.
 */
#ifndef ARK_BASE_MESSAGE_H
#define ARK_BASE_MESSAGE_H

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/base/options.h"

/** Prints "PROGRAM: [warning: ]text\n" to stderr, control characters of the text made visible. */
void ark_message(const char *program, bool warning, const char *text);

/** Prints an error that ends the program; of a damaged index also what to do. */
void ark_message_error(const char *program, const struct ark_error *error);

/** Who puts a message into the order and the colours of a terminal. */
struct ark_message_layout {
    /**
     * Appends a line and a newline: who speaks ("ark-search: "), "warning: " or
     * nothing, and the visible text.
     */
    void (*lay_out)(void *context, ark_str program, ark_str warning, ark_str text,
                    struct ark_buf *out);
    void *context;
};

/**
 * Makes ark_message write lines through layout, which must stay until another
 * takes its place; NULL (the start) writes them as they are.
 */
void ark_message_set_layout(const struct ark_message_layout *layout);

/** Makes ark_message set off "warning:" in colour, or not (the start). */
void ark_message_set_color(bool on);

/** Appends text to out with every byte that could drive a terminal (C0, DEL, C1, bad UTF-8, bidi controls) as \xNN. */
void ark_make_visible(ark_str text, struct ark_buf *out);

/**
 * Whether output to descriptor fd is coloured: as --color says; auto is on for
 * a terminal whose TERM is not "dumb", when NO_COLOR is empty and CLICOLOR is
 * not "0"; CLICOLOR_FORCE (not empty, not "0") turns it on unless NO_COLOR.
 */
bool ark_color_wanted(enum ark_when when, int fd);

#endif
