/**
 * @file options.h
 * One option table per program that feeds the parser, --help, the config file
 * and (by test) the manual; and the values options take.
 */
#ifndef ARK_BASE_OPTIONS_H
#define ARK_BASE_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include "common/base/error.h"
#include "common/base/str.h"

/** One option. A table ends with an entry whose name is NULL; its order is the order of --help and manual. */
struct ark_option {
    const char *name;     /**< long name without "--" */
    char letter;          /**< short letter, or '\0' */
    const char *argument; /**< NULL = none; "DIR" = required; "[=WHEN]" = optional, attached only */
    const char *help;     /**< one line; NULL = on one line of --help with the next option */
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
 * short letters may be joined (-l0n5), long names may be shortened to an
 * unambiguous prefix; "-" alone is an argument. Other arguments are moved to
 * the front of argv[1..] in their order; *rest_count tells how many.
 * ARK_E_ARGUMENT: unknown or ambiguous option (the text offers the nearest
 * name), missing or unexpected argument, and what the handler refuses.
 */
enum ark_status ark_command_line_parse(const struct ark_command_line *line, int argc, char **argv,
                                       int *rest_count, struct ark_error *err) ARK_MUST_CHECK;

/** The option with this long name, not shortened, or NULL. */
const struct ark_option *ark_option_find(const struct ark_option *options, ark_str name);

/** Prints the option table as --help shows it: usage lines first; at most 80 columns wide. */
void ark_print_help(FILE *out, const char *usage, const struct ark_option *options,
                    const char *footer);

/**
 * Parses a decimal number of at most max into *out, in ASCII, Arabic-Indic or
 * Persian digits. False unless the whole text is one.
 */
bool ark_parse_number(const char *text, uint64_t max, uint64_t *out);
/** Parses a size with an optional suffix K, M or G (powers of 1024). False when it is none or too large. */
bool ark_parse_size(const char *text, uint64_t *out);
/**
 * The place of value in choices (ends with NULL), into *out. ARK_E_ARGUMENT
 * with the choices allowed for option (its long name).
 */
enum ark_status ark_parse_choice(const char *option, const char *value, const char *const *choices,
                                 int *out, struct ark_error *err) ARK_MUST_CHECK;

/** The words of every option that takes WHEN, in the order of enum ark_when. */
enum ark_when { ARK_WHEN_AUTO, ARK_WHEN_ALWAYS, ARK_WHEN_NEVER };
extern const char *const ark_when_names[];

#endif
