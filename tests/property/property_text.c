/**
 * @file property_text.c
 * Random texts through cleaning, segmenter and analyzer, checked against what
 * must hold of any text.
 */
#include <string.h>

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/text/analyzer.h"
#include "common/text/clean.h"
#include "common/text/levels.h"
#include "common/text/segment.h"
#include "common/text/utf8.h"
#include "tests/support/random.h"

enum { TEXT_BYTES_MAX = 400, TOKENS_MAX = TEXT_BYTES_MAX, BUF_BYTES = 1 << 16 };

static struct ark_analyzer *analyzer; // kept over many texts
static struct ark_buf text_buf;
static struct ark_buf once;
static struct ark_buf twice;

/** Ranges that texts are drawn from: what Arabic texts hold, and what composes or decomposes. */
static const struct {
    uint32_t first;
    uint32_t last;
} ranges[] = {
    {0x0621, 0x064A},   {0x0621, 0x064A},   {0x0621, 0x064A}, {0x064B, 0x0655}, {0x0640, 0x0640},
    {0x0600, 0x06FF},   {0x0750, 0x077F},   {0x08A0, 0x08FF}, {0x0020, 0x0020}, {0x0020, 0x007E},
    {0x0000, 0x007F},   {0x0030, 0x0039},   {0x0660, 0x0669}, {0x200B, 0x200F}, {0xFB50, 0xFDFF},
    {0xFE70, 0xFEFF},   {0x00C0, 0x024F},   {0x0300, 0x036F}, {0x0370, 0x052F}, {0x0900, 0x0DFF},
    {0x1100, 0x11FF},   {0x3040, 0x30FF},   {0xAC00, 0xD7A3}, {0xFF00, 0xFFEF}, {0x1F000, 0x1FFFF},
    {0x1D400, 0x1D7FF}, {0x1EE00, 0x1EEFF}, {0x2000, 0x2BFF},
};

/** Appends a character: of a small alphabet in most texts, of any range in others, or a bad byte. */
static void
append_character(struct test_random *random, uint32_t kind)
{
    uint32_t dice = test_random_below(random, 100);
    if (kind == 2 && dice < 10) {
        ark_buf_push(&text_buf, (uint8_t)(0x80 + test_random_below(random, 0x80)));
        return;
    }
    size_t choices = kind == 0 ? 5 : ARK_COUNT_OF(ranges);
    size_t range = test_random_below(random, (uint32_t)choices);
    uint32_t span = ranges[range].last - ranges[range].first + 1;
    uint32_t codepoint = ranges[range].first + test_random_below(random, span);
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    ark_buf_append(&text_buf, bytes, ark_utf8_encode(codepoint, bytes));
}

static ark_str
random_text(struct test_random *random)
{
    ark_buf_clear(&text_buf);
    uint32_t kind = test_random_below(random, 3);
    size_t bytes = test_random_below(random, kind == 0 ? 40 : TEXT_BYTES_MAX - 8);
    while (text_buf.len < bytes) {
        append_character(random, kind);
    }
    return ark_buf_view(&text_buf);
}

/** The bytes in front of at that continue a character are none: at is a boundary. */
static bool
is_boundary(ark_str text, size_t at)
{
    size_t walked = 0;
    while (walked < at) {
        uint32_t codepoint = 0;
        walked += ark_utf8_decode(text.bytes + walked, text.len - walked, &codepoint);
    }
    return walked == at;
}

static const char *
check_cleaning(ark_str text, void (*clean)(ark_str, struct ark_buf *))
{
    ark_buf_clear(&once);
    ark_buf_clear(&twice);
    clean(text, &once);
    if (!ark_utf8_valid(ark_buf_view(&once), NULL)) {
        return "cleaning gives bad UTF-8";
    }
    clean(ark_buf_view(&once), &twice);
    if (!ark_str_equal(ark_buf_view(&once), ark_buf_view(&twice))) {
        return "cleaning twice is not cleaning once";
    }
    return NULL;
}

/**
 * The oracle of the segmenter's fast paths: a token's bytes, given alone, are
 * one token; and what lies between tokens holds none.
 */
static const char *
check_alone(ark_str text, const struct ark_token *token, size_t gap_start)
{
    struct ark_token inner = {0};
    struct ark_segmenter gap = ark_segmenter_make(ark_str_slice(text, gap_start, token->start));
    if (ark_segmenter_next(&gap, &inner)) {
        return "there is a token between tokens";
    }
    ark_str bytes = ark_str_slice(text, token->start, token->end);
    struct ark_segmenter alone = ark_segmenter_make(bytes);
    if (!ark_segmenter_next(&alone, &inner) || inner.start != 0 || inner.end != bytes.len ||
        inner.script != token->script) {
        return "a token alone is another token";
    }
    return NULL;
}

static const char *
check_spans(ark_str text, struct ark_token *tokens, size_t *count)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    size_t end = 0;
    *count = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        if (token.start < end || token.end <= token.start || token.end > text.len) {
            return "spans do not ascend inside the text";
        }
        if (!is_boundary(text, token.start) || !is_boundary(text, token.end)) {
            return "a span cuts a character";
        }
        const char *wrong = check_alone(text, &token, end);
        if (wrong != NULL) {
            return wrong;
        }
        end = token.end;
        tokens[(*count)++] = token;
    }
    return NULL;
}

/** The same token through an analyzer that has seen nothing gives the same word. */
static const char *
check_pure(ark_str bytes, enum ark_script script, const struct ark_word *word)
{
    struct ark_analyzer *fresh = ark_analyzer_new();
    struct ark_word again = ark_analyzer_word(fresh, ark_analyzer_intern(fresh, bytes, script));
    const char *wrong = NULL;
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        if (!ark_str_equal(word->level[level], again.level[level])) {
            wrong = "analysis depends on what was seen before";
        }
    }
    ark_analyzer_free(fresh);
    return wrong;
}

/** Interning the form must give the form, its light form and its family again. */
static const char *
check_form(ark_str form, enum ark_script script, const struct ark_word *word)
{
    uint32_t number = ark_analyzer_intern(analyzer, form, script);
    if (number == ARK_WORD_NONE) {
        return "a form is no word";
    }
    struct ark_word again = ark_analyzer_word(analyzer, number);
    bool same = ark_str_equal(again.level[ARK_LEVEL_FORM], form) &&
                ark_str_equal(again.level[ARK_LEVEL_LIGHT], word->level[ARK_LEVEL_LIGHT]) &&
                ark_str_equal(again.level[ARK_LEVEL_SKELETON], word->level[ARK_LEVEL_SKELETON]);
    return same ? NULL : "equal forms differ in light form or family";
}

static const char *
check_word(ark_str bytes, enum ark_script script, uint32_t number)
{
    if (number == ARK_WORD_NONE) {
        return NULL;
    }
    struct ark_word word = ark_analyzer_word(analyzer, number);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ark_str text = word.level[level];
        if (text.len == 0 || text.len > ARK_TERM_BYTES_MAX || !ark_utf8_valid(text, NULL)) {
            return "a level is empty, too long or bad UTF-8";
        }
    }
    const char *wrong = check_form(word.level[ARK_LEVEL_FORM], script, &word);
    return wrong != NULL ? wrong : check_pure(bytes, script, &word);
}

/** Words are looked up in one go and one by one; only some in a fresh analyzer, which is slow. */
static const char *
check_words(struct test_random *random, ark_str text, const struct ark_token *tokens, size_t count)
{
    static uint32_t numbers[TOKENS_MAX];
    ark_analyzer_intern_many(analyzer, text, tokens, count, numbers);
    for (size_t i = 0; i < count; i++) {
        ark_str bytes = ark_str_slice(text, tokens[i].start, tokens[i].end);
        if (ark_analyzer_intern(analyzer, bytes, tokens[i].script) != numbers[i]) {
            return "one by one gives another number";
        }
        const char *wrong = check_cleaning(bytes, ark_clean_token);
        if (wrong == NULL && test_random_below(random, 8) == 0) {
            wrong = check_word(bytes, tokens[i].script, numbers[i]);
        }
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}

static const char *
check(struct test_random *random)
{
    static struct ark_token tokens[TOKENS_MAX];
    if (test_random_below(random, 500) == 0) {
        ark_analyzer_reset(analyzer);
    }
    ark_str text = random_text(random);
    size_t count = 0;
    const char *wrong = check_spans(text, tokens, &count);
    if (wrong == NULL) {
        wrong = check_words(random, text, tokens, count);
    }
    if (wrong == NULL) {
        wrong = check_cleaning(text, ark_clean_token); // blanks and all
    }
    return wrong != NULL ? wrong : check_cleaning(text, ark_clean_text);
}

int
main(void)
{
    enum { CASES = 20000 };
    uint64_t first = test_seed(1);
    uint64_t cases = getenv("ARK_SEED") != NULL ? 1 : CASES;
    analyzer = ark_analyzer_new();
    text_buf = ark_buf_make(BUF_BYTES);
    once = ark_buf_make(BUF_BYTES);
    twice = ark_buf_make(BUF_BYTES);
    const char *wrong = NULL;
    for (uint64_t seed = first; wrong == NULL && seed < first + cases; seed++) {
        struct test_random random = test_random_make(seed);
        wrong = check(&random);
        if (wrong != NULL) {
            (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", wrong, seed);
        }
    }
    ark_analyzer_free(analyzer);
    ark_buf_dispose(&text_buf);
    ark_buf_dispose(&once);
    ark_buf_dispose(&twice);
    return wrong == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
