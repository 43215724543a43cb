/**
 * @file cli.h
 * What both programs share at the command line: one option table that feeds
 * the parser, --help, the config file and (by test) the manual; messages;
 * signals; the place of the index.
 */
#ifndef ARK_BASE_CLI_H
#define ARK_BASE_CLI_H

#include <stdio.h>

#include "common/base/buf.h"
#include "common/base/error.h"

/** One option. A table ends with an entry whose name is NULL; its order is the order of --help and manual. */
struct ark_option {
    const char *name;     /**< long name without "--" */
    char letter;          /**< short letter, or '\0' */
    const char *argument; /**< NULL = none; "DIR" = required; "[=WHEN]" = optional, attached only */
    const char *help;     /**< one line */
    int id;               /**< given to the handler */
    bool in_config;       /**< may stand in the config file */
};

/**
 * Takes one option; value is NULL when it has no argument. ARK_E_ARGUMENT with
 * a text that names the option and what is allowed.
 */
typedef enum ark_status (*ark_option_handler)(void *context, int id, const char *value,
                                              struct ark_error *err);

/** What a program gives the parser. */
struct ark_command_line {
    const char *program;              /**< "ark-search" */
    const struct ark_option *options; /**< ends with a NULL name */
    ark_option_handler handle;
    void *context;
    bool
        dash_text; /**< an argument "-x" with x not an ASCII letter, digit or '-' is not an option */
};

/**
 * Parses argv: options and other arguments in any order, "--" ends options,
 * short letters may be joined (-j1n5), long names may be shortened to an
 * unambiguous prefix. Other arguments are moved to the front of argv[1..] in
 * their order; *rest_count tells how many. ARK_E_ARGUMENT: unknown or
 * ambiguous option (the text offers the nearest name), missing or unexpected
 * argument.
 */
enum ark_status ark_command_line_parse(const struct ark_command_line *line, int argc, char **argv,
                                       int *rest_count, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Reads a config file of "name = value" lines (comments begin with #; names as
 * the long options; text in quotes keeps its blanks) and gives each option of
 * the table that is in_config to the handler. Names in other_names (ends with
 * NULL) belong to the other program and are passed over, "filter." names too.
 * A missing file is ARK_OK when must_exist is false. ARK_E_ARGUMENT names the
 * file and line.
 */
enum ark_status ark_config_read(const struct ark_command_line *line, const char *path,
                                bool must_exist, const char *const *other_names,
                                struct ark_error *err) ARK_MUST_CHECK;

/** The config file to read: option, else $ARK_CONFIG, else the XDG place. Caller frees. *named tells that it must exist. */
char *ark_config_path(const char *option, bool *named);
/** The index directory: option (command line, else config), else $ARK_INDEX before config, else the XDG place. Caller frees. */
char *ark_index_path(const char *command_line, const char *config);

/** Prints the option table as --help shows it: usage lines first; at most 80 columns wide. */
void ark_print_help(FILE *out, const char *usage, const struct ark_option *options,
                    const char *footer);

/** Prints "PROGRAM: [warning: ]text\n" to stderr, control characters of the text made visible. */
void ark_message(const char *program, bool warning, const char *text);

/** Parses a decimal number of at most max into *out. False unless the whole text is one. */
bool ark_parse_number(const char *text, uint64_t max, uint64_t *out);
/** Parses a size with an optional suffix K, M or G (powers of 1024). False when it is none or too large. */
bool ark_parse_size(const char *text, uint64_t *out);
/** Appends text to out with every byte that could drive a terminal (C0, DEL, C1, bad UTF-8, bidi controls) as \xNN. */
void ark_make_visible(ark_str text, struct ark_buf *out);

/**
 * Installs handlers for SIGINT, SIGTERM and SIGHUP that only set a flag;
 * a second signal of the same kind ends the process at once. SIGPIPE is
 * left to its default.
 */
void ark_signals_install(void);
/** The signal that asked for the end, or 0. Cheap: a volatile read. */
int ark_signals_pending(void);
/** Ends the process by signal sig with its default action, so that a shell sees 128+n. */
ARK_NORETURN void ark_signals_raise(int sig);

#endif
