/**
 * @file levels.c
 * Words on stdin, one a line; on stdout a line each: the four levels, form,
 * light, stem and skeleton, with tabs between. A line with several tokens, such
 * as a word with a hyphen, gives the levels of all, blanks between. For
 * lexical.py, and to look at a word by hand.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/text/analyzer.h"
#include "common/text/clean.h"
#include "common/text/segment.h"

/** Room for a line; longer ones are no words. */
enum { LINE_BYTES_MAX = 1 << 20 };

/** Appends one level of all tokens of the line. */
static void
append_level(struct ark_buf *out, struct ark_analyzer *analyzer, ark_str line, enum ark_level level)
{
    struct ark_segmenter segmenter = ark_segmenter_make(line);
    struct ark_token token;
    bool first = true;
    while (ark_segmenter_next(&segmenter, &token)) {
        ark_str bytes = ark_str_slice(line, token.start, token.end);
        uint32_t number = ark_analyzer_intern(analyzer, bytes, token.script);
        if (number == ARK_WORD_NONE) {
            continue;
        }
        if (!first) {
            ark_buf_push(out, ' ');
        }
        ark_buf_append_str(out, ark_analyzer_word(analyzer, number).level[level]);
        first = false;
    }
}

/** Writes the levels of one line; false when stdout fails. */
static bool
answer(struct ark_analyzer *analyzer, ark_str line)
{
    // Cleaning grows a text up to 18 times; a level holds at most ARK_TERM_BYTES_MAX a token.
    struct ark_buf text = ark_buf_make((size_t)32 * LINE_BYTES_MAX);
    struct ark_buf out = ark_buf_make((size_t)ARK_LEVEL_COUNT * 32 * LINE_BYTES_MAX);
    ark_clean_text(line, &text);
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        append_level(&out, analyzer, ark_buf_view(&text), (enum ark_level)level);
        ark_buf_push(&out, level + 1 < ARK_LEVEL_COUNT ? '\t' : '\n');
    }
    bool written = fwrite(out.bytes, 1, out.len, stdout) == out.len;
    ark_buf_dispose(&out);
    ark_buf_dispose(&text);
    return written;
}

int
main(void)
{
    struct ark_analyzer *analyzer = ark_analyzer_new();
    char *line = NULL;
    size_t capacity = 0;
    bool written = true;
    ssize_t length = getline(&line, &capacity, stdin);
    while (length >= 0 && length <= LINE_BYTES_MAX && written) {
        ark_str text = ark_str_make(line, (size_t)length);
        written = answer(analyzer, ark_str_trim(text));
        length = getline(&line, &capacity, stdin);
    }
    free(line);
    ark_analyzer_free(analyzer);
    bool whole = length < 0 && ferror(stdin) == 0 && written && fflush(stdout) == 0;
    if (!whole) {
        (void)fputs("levels: the words could not be read or written\n", stderr);
    }
    return whole ? EXIT_SUCCESS : EXIT_FAILURE;
}
