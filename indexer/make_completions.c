/**
 * @file make_completions.c
 * Run by the build: writes the completion of ark-index for a shell to standard output.
 */
#include "common/base/completions.h"
#include "indexer/options.h"

static const char *const FORMATS[] = {"text", "json", NULL};

static const struct ark_option_words WORDS[] = {
    {"color", ark_when_names},
    {"progress", ark_when_names},
    {"bidi", ark_bidi_names},
    {"format", FORMATS},
    {NULL, NULL},
};

int
main(int argc, char **argv)
{
    const struct ark_completed_program program = {
        .name = "ark-index", .options = ark_index_option_table, .words = WORDS};
    return argc == 2 && ark_write_completions(&program, argv[1], stdout) && fflush(stdout) == 0 ? 0
                                                                                                : 2;
}
