/**
 * @file completions.h
 * Shell completion made from an option table, for bash, zsh and fish. Only the
 * build runs this; the programs do not have it inside.
 */
#ifndef ARK_BASE_COMPLETIONS_H
#define ARK_BASE_COMPLETIONS_H

#include "common/base/options.h"

/** The words that the argument of an option may be. */
struct ark_option_words {
    const char *name;         /**< of the option */
    const char *const *words; /**< ends with NULL */
};

/** A program to complete the command lines of. */
struct ark_completed_program {
    const char *name;
    const struct ark_option *options;
    const struct ark_option_words *words; /**< ends with a NULL name */
    const char *const *prefixes;          /**< of query words (fields), ends with NULL; or NULL */
    bool completes_words;                 /**< the last word by its option --complete; else files */
};

/** Writes the script for shell: "bash", "zsh" or "fish"; false for any other. */
bool ark_write_completions(const struct ark_completed_program *program, const char *shell,
                           FILE *out);

#endif
