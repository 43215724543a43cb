/**
 * @file make_completions.c
 * Run by the build: writes the completion of ark-search for a shell to standard output.
 */
#include "common/base/completions.h"
#include "searcher/options.h"

static const char *const EXPLAIN_WORDS[] = {"query", NULL};

static const struct ark_option_words WORDS[] = {
    {"color", ark_when_names},
    {"hyperlink", ark_when_names},
    {"pager", ark_when_names},
    {"suggest", ark_when_names},
    {"sort", ark_sort_names},
    {"group", ark_group_names},
    {"format", ark_format_names},
    {"bidi", ark_bidi_names},
    {"digits", ark_digits_names},
    {"explain", EXPLAIN_WORDS},
    {NULL, NULL},
};

/** The fields of the query language, by their English names. */
static const char *const FIELDS[] = {"title:", "body:", "path:", "date:", "source:", "id:", NULL};

int
main(int argc, char **argv)
{
    const struct ark_completed_program program = {.name = "ark-search",
                                                  .options = ark_search_options,
                                                  .words = WORDS,
                                                  .prefixes = FIELDS,
                                                  .completes_words = true};
    return argc == 2 && ark_write_completions(&program, argv[1], stdout) && fflush(stdout) == 0 ? 0
                                                                                                : 2;
}
