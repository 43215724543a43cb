/**
 * @file property_lines.c
 * Random lines of mixed words on their way to the screen, in every mode: what
 * is seen is a permutation of what was written, letter by letter with its marks
 * and its style; no line is wider than the limit; words stay whole; nothing is
 * lost or doubled by wrapping. The oracle knows neither order nor shapes: it
 * counts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/terminal/bidi.h"
#include "common/terminal/line.h"
#include "common/text/clean.h"
#include "common/text/utf8.h"
#include "tests/support/random.h"

enum {
    ROUNDS = 4000,
    WORDS_MAX = 30,
    LETTERS_MAX = 9,
    CLUSTERS_MAX = 2048,
    LAM = 0x0644,
};

static struct ark_arena arena;

static bool
is_mark(uint32_t c)
{
    return (c >= 0x064B && c <= 0x0652) || c == 0x0670;
}

static bool
is_joiner(uint32_t c)
{
    return c == 0x200C || c == 0x200D;
}

static bool
is_alef(uint32_t c)
{
    return c == 0x0622 || c == 0x0623 || c == 0x0625 || c == 0x0627;
}

static void
append(struct ark_buf *text, uint32_t codepoint)
{
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    ark_buf_append(text, bytes, ark_utf8_encode(codepoint, bytes));
}

static void
append_arabic(struct test_random *random, struct ark_buf *text)
{
    static const uint32_t letters[] = {0x0627, 0x0628, 0x0644, 0x0645, 0x0629, 0x0623,
                                       0x0644, 0x0627, 0x0648, 0x0646, 0x0633, 0x0640};
    uint32_t count = 1 + test_random_below(random, LETTERS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        append(text, letters[test_random_below(random, ARK_COUNT_OF(letters))]);
        for (uint32_t marks = test_random_below(random, 8); marks < 2; marks++) {
            append(text, 0x064B + test_random_below(random, 8));
        }
        if (i + 1 < count && test_random_one_in(random, 20)) {
            append(text, 0x200C);
        }
    }
}

static void
append_word(struct test_random *random, struct ark_buf *text)
{
    static const char *const others[] = {"Waraq", "2.1", "2016", "B-52", "http://a.b/c", "x"};
    switch (test_random_below(random, 6)) {
    case 0:
        ark_buf_append_str(text, ark_str_from(others[test_random_below(random, 6)]));
        break;
    case 1:
        for (uint32_t i = 1 + test_random_below(random, 4); i > 0; i--) {
            append(text, 0x0660 + test_random_below(random, 10));
        }
        break;
    default:
        append_arabic(random, text);
        break;
    }
}

/** A line of words, some between brackets, some lit. */
static struct ark_line
make_line(struct test_random *random, struct ark_buf *text, bool lit)
{
    static const char *const opening[] = {"(", "«", "[", "", "", "", "/", ""};
    static const char *const closing[] = {")", "»", "]", "،", ".", ":", "/", ".txt"};
    struct ark_run *runs = ark_arena_calloc(&arena, WORDS_MAX, sizeof *runs);
    size_t run_count = 0;
    ark_buf_clear(text);
    for (uint32_t words = 1 + test_random_below(random, WORDS_MAX - 1); words > 0; words--) {
        bool bare = !test_random_one_in(random, 3);
        uint32_t word = (uint32_t)text->len;
        ark_buf_append_str(text, ark_str_from(bare ? "" : opening[test_random_below(random, 8)]));
        uint32_t start = (uint32_t)text->len;
        append_word(random, text);
        if (lit && test_random_one_in(random, 4)) {
            bool path = test_random_one_in(random, 2); // with what stands beside its name
            runs[run_count++] = (struct ark_run){path ? word : start, (uint32_t)text->len,
                                                 path ? ARK_STYLE_PATH : ARK_STYLE_MATCH};
        }
        ark_buf_append_str(text, ark_str_from(bare ? "" : closing[test_random_below(random, 8)]));
        ark_buf_append_str(text, words > 1 ? ARK_STR(" ") : ARK_STR(""));
    }
    return (struct ark_line){
        .text = ark_buf_view(text), .style = ARK_STYLE_PLAIN, .runs = runs, .run_count = run_count};
}

/** What stands in one cell or two: a letter with its marks, and its style. */
struct cluster {
    uint64_t hash;
};

static int
compare_clusters(const void *a, const void *b)
{
    const struct cluster *left = a;
    const struct cluster *right = b;
    return (left->hash > right->hash) - (left->hash < right->hash);
}

static enum ark_style
style_at(const struct ark_line *line, size_t at)
{
    for (size_t i = 0; i < line->run_count; i++) {
        if (line->runs[i].start <= at && at < line->runs[i].end) {
            return line->runs[i].style & (ARK_STYLE_OTHER_WEIGHT - 1);
        }
    }
    return line->style;
}

/** A bracket and its mirror image count as one character. */
static uint32_t
unmirrored(uint32_t c)
{
    return c == ')' ? '(' : c == ']' ? '[' : c == 0xBB ? 0xAB : c;
}

/** The letter or letters that a shape stands for. */
static ark_str
letters_of(uint32_t shape)
{
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    struct ark_buf out = ark_buf_make(64);
    ark_clean_text(ark_str_make(bytes, ark_utf8_encode(unmirrored(shape), bytes)), &out);
    ark_str letters = ark_arena_dup(&arena, ark_buf_view(&out));
    ark_buf_dispose(&out);
    return letters;
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

/** The clusters of a line, sorted. A lam-alef is one cluster, as a shape or as letters. */
static size_t
clusters_of(const struct ark_line *line, bool joins_lam_alef, struct cluster *out)
{
    size_t count = 0;
    uint32_t last = 0;
    bool joined = false; // the last cluster is a lam-alef: its marks are those of both
    for (size_t at = 0; at < line->text.len;) {
        uint32_t c = 0;
        size_t start = at;
        at += ark_utf8_decode(line->text.bytes + at, line->text.len - at, &c);
        if (is_joiner(c)) {
            last = 0;
            continue;
        }
        if (is_mark(c) && count > 0) {
            out[count - 1].hash += c * UINT64_C(0x100000001B3); // in any order
            continue;
        }
        if (joins_lam_alef && last == LAM && is_alef(c) && !joined) {
            out[count - 1].hash += mix(c, 1);
            last = 0;
            continue;
        }
        ark_str letters = letters_of(c);
        uint64_t hash = 0;
        for (size_t i = 0, step = 0; i < letters.len; i += step) {
            uint32_t letter = 0;
            step = ark_utf8_decode(letters.bytes + i, letters.len - i, &letter);
            hash = i == 0 ? mix(letter, 7 + style_at(line, start)) : hash + mix(letter, 1);
        }
        out[count++] = (struct cluster){hash};
        last = letters.len > 2 ? 0 : c;
    }
    qsort(out, count, sizeof *out, compare_clusters);
    return count;
}

static bool
same_clusters(const struct ark_line *a, const struct ark_line *b, bool joins)
{
    static struct cluster left[CLUSTERS_MAX];
    static struct cluster right[CLUSTERS_MAX];
    size_t count = clusters_of(a, joins, left);
    return count == clusters_of(b, joins, right) && memcmp(left, right, count * sizeof *left) == 0;
}

/** Each word of Arabic letters alone stands in the text as it is; tatweel is of no script. */
static bool
words_are_whole(ark_str text, ark_str seen)
{
    size_t start = 0;
    bool letters = false;
    for (size_t at = 0; at <= seen.len;) {
        uint32_t c = ' ';
        size_t len = 1;
        if (at < seen.len) {
            len = ark_utf8_decode(seen.bytes + at, seen.len - at, &c);
        }
        if ((c >= 0x0620 && c <= 0x0652) || is_joiner(c)) {
            letters = letters || (c < 0x064B && c != 0x0640);
            at += len;
            continue;
        }
        bool found = !letters;
        for (size_t i = 0; !found && i + (at - start) <= text.len; i++) {
            found = memcmp(text.bytes + i, seen.bytes + start, at - start) == 0;
        }
        if (!found) {
            return false;
        }
        at += len;
        start = at;
        letters = false;
    }
    return true;
}

static const char *
check_orders(const struct ark_line *line)
{
    static const enum ark_direction bases[] = {ARK_DIRECTION_LTR, ARK_DIRECTION_RTL};
    const struct ark_terminal styled = {.styled = true, .sgr = {"", "1;31"}};
    struct ark_line clean = ark_line_clean(line, &arena);
    for (size_t i = 0; i < ARK_COUNT_OF(bases); i++) {
        size_t cells = 0;
        struct ark_line visual = ark_bidi_visual(&clean, bases[i], &arena, &cells);
        if (!same_clusters(&clean, &visual, true)) {
            return "visual: not a permutation of the letters, or a style went astray";
        }
        if (cells != ark_text_cells(visual.text) || cells > ark_text_cells(clean.text)) {
            return "visual: the width is another";
        }
        struct ark_line words = ark_bidi_words(&clean, bases[i], &styled, &arena, &cells);
        if (!same_clusters(&clean, &words, false)) {
            return "words: not a permutation of the letters, or a style went astray";
        }
        if (cells != ark_text_cells(clean.text)) {
            return "words: the width is another";
        }
        if (!words_are_whole(clean.text, words.text)) {
            return "words: a word is not as it was written";
        }
    }
    return NULL;
}

/** What is written, without blanks at its ends, line ends as blanks. */
static ark_str
joined(ark_str written)
{
    uint8_t *bytes = ark_arena_alloc(&arena, written.len + 1);
    for (size_t i = 0; i < written.len; i++) {
        bytes[i] = written.bytes[i] == '\n' ? ' ' : written.bytes[i];
    }
    return ark_str_trim(ark_str_make(bytes, written.len));
}

static const char *
check_paragraphs(struct test_random *random, const struct ark_line *line)
{
    static const enum ark_bidi modes[] = {ARK_BIDI_NONE, ARK_BIDI_TERMINAL, ARK_BIDI_VISUAL,
                                          ARK_BIDI_WORDS};
    uint32_t width = ARK_WIDTH_MIN + test_random_below(random, 100);
    for (size_t i = 0; i < ARK_COUNT_OF(modes); i++) {
        const struct ark_terminal terminal = {.width = width, .bidi = modes[i]};
        struct ark_buf out = ark_buf_make(1 << 20);
        (void)ark_line_write_paragraph(line, &terminal, UINT32_MAX, &arena, &out);
        ark_str written = ark_arena_dup(&arena, ark_buf_view(&out));
        ark_buf_dispose(&out);
        ark_str rest = written;
        ark_str piece;
        while (ark_str_next_line(&rest, &piece)) {
            if (ark_text_cells(piece) > width) {
                return "a line is wider than the limit";
            }
        }
        bool logical = modes[i] == ARK_BIDI_NONE || modes[i] == ARK_BIDI_TERMINAL;
        if (logical && !ark_str_equal(joined(written), ark_line_clean_text(line->text, &arena))) {
            return "wrapping changed the text";
        }
    }
    return NULL;
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20181113));
    struct ark_buf text = ark_buf_make(1 << 16);
    const char *wrong = NULL;
    arena = ark_arena_make();
    for (int round = 0; round < ROUNDS && wrong == NULL; round++) {
        struct ark_line lit = make_line(&random, &text, true);
        wrong = check_orders(&lit);
        struct ark_line plain = make_line(&random, &text, false);
        wrong = wrong != NULL ? wrong : check_paragraphs(&random, &plain);
        if (wrong != NULL) {
            printf("round %d: %s\n%.*s\n", round, wrong, ARK_STR_ARG(ark_buf_view(&text)));
        }
        ark_arena_reset(&arena);
    }
    ark_arena_dispose(&arena);
    ark_buf_dispose(&text);
    return wrong == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
