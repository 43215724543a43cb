/**
 * @file property_highlight.c
 * Random documents and matches, through passages, highlighting and the writing
 * of lines: what is shown is the text, lit where the matches are, and nothing
 * else.
 */
#include <string.h>

#include "common/terminal/bidi.h"
#include "common/terminal/line.h"
#include "common/text/ellipsis.h"
#include "common/text/segment.h"
#include "common/text/utf8.h"
#include "searcher/snippet.h"
#include "tests/support/random.h"

enum { BODY_WORDS_MAX = 120, MATCHES_MAX = 24, QUERY_WORDS = 5 };

static struct ark_arena arena;

/** Pieces that documents are made of: words, marks, digits, punctuation, blanks, and what is hostile. */
static const char *const pieces[] = {
    "word",
    "b",
    "covid19",
    "2016",
    "\u0662\u0660",
    "\u0647\u062F\u0646\u0629", // hudna
    "\u0644\u0627",
    "\u0627\u0644",                   // lam-alef, alef-lam
    "\u0643\u064E\u062A\u0651\u064E", // kaf fatha, teh shadda fatha
    "\u062D\u0640\u0640\u0644",
    "\u0640",
    "\u064E",
    "\u200C",
    "\u4E2D\u6587",
    "\U0001F600",
    ".",
    ",",
    "\u060C",
    "\u061F",
    "!",
    "(",
    ")",
    "\u00AB",
    "\u00BB",
    "\"",
    "-",
    "/",
    "\u2026",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "\u00A0",
    "\u2009",
    "\033[31m",
    "\u202E",
    "\x80",
    "\xE2\x80",
    "\xC2\x9B",
};

static ark_str
random_text(struct test_random *random, uint32_t words_max)
{
    struct ark_buf buf = ark_buf_make(1 << 20);
    uint32_t words = test_random_below(random, words_max + 1);
    for (uint32_t i = 0; i < words; i++) {
        uint32_t joined = 1 + test_random_below(random, 3);
        for (uint32_t j = 0; j < joined; j++) {
            ark_buf_append_str(
                &buf, ark_str_from(pieces[test_random_below(random, ARK_COUNT_OF(pieces))]));
        }
        if (test_random_below(random, 8) > 0) {
            ark_buf_push(&buf, ' ');
        }
    }
    ark_str text = ark_arena_dup(&arena, ark_buf_view(&buf));
    ark_buf_dispose(&buf);
    return text;
}

static uint32_t
count_tokens(ark_str text)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint32_t count = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        count++;
    }
    return count;
}

/** Matches at ascending places, the longest first at each, some outside of the document. */
static struct ark_matches
random_matches(struct test_random *random, uint32_t positions)
{
    struct ark_match *items = ark_arena_calloc(&arena, MATCHES_MAX, sizeof *items);
    size_t count = test_random_below(random, MATCHES_MAX);
    uint32_t position = 0;
    for (size_t i = 0; i < count; i++) {
        position += test_random_below(random, 2 * positions / MATCHES_MAX + 2);
        uint32_t length = test_random_below(random, 4) > 0 ? 1 : 2 + test_random_below(random, 3);
        if (i > 0 && items[i - 1].position == position && items[i - 1].length < length) {
            length = items[i - 1].length;
        }
        float idf = (float)test_random_below(random, 1000) / 100.0F;
        items[i] =
            (struct ark_match){position, length, test_random_below(random, QUERY_WORDS), idf};
    }
    return (struct ark_matches){items, count};
}

static bool
is_blank(uint32_t codepoint)
{
    return codepoint == ' ' || (codepoint >= 9 && codepoint <= 13) || codepoint == 0xA0 ||
           (codepoint >= 0x2000 && codepoint <= 0x200A) || codepoint == 0x202F ||
           codepoint == 0x205F || codepoint == 0x3000;
}

/** text with every run of blanks as one space. */
static ark_str
collapse(ark_str text)
{
    uint8_t *bytes = ark_arena_alloc(&arena, text.len + 1);
    size_t len = 0;
    bool in_blank = false;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        size_t taken = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        bool blank = is_blank(codepoint);
        if (!blank) {
            memcpy(bytes + len, text.bytes + at, taken);
            len += taken;
        } else if (!in_blank) {
            bytes[len++] = ' ';
        }
        in_blank = blank;
        at += taken;
    }
    return (ark_str){bytes, len};
}

static bool
is_lit_position(const struct ark_matches *matches, uint64_t position)
{
    for (size_t i = 0; i < matches->count; i++) {
        uint64_t first = matches->items[i].position;
        if (position >= first && position < first + matches->items[i].length) {
            return true;
        }
    }
    return false;
}

static bool
is_in_span(struct ark_spans spans, const struct ark_token *token)
{
    for (size_t i = 0; i < spans.count; i++) {
        if (token->start >= spans.items[i].start && token->end <= spans.items[i].end) {
            return true;
        }
        if (token->start < spans.items[i].end && token->end > spans.items[i].start) {
            return false; // a span may not cut a token
        }
    }
    return false;
}

/** Oracle of the spans: token by token, and their shape. */
static const char *
check_spans(ark_str text, struct ark_spans spans, uint64_t position,
            const struct ark_matches *matches)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    for (; ark_segmenter_next(&segmenter, &token); position++) {
        if (is_lit_position(matches, position) != is_in_span(spans, &token)) {
            return "a token is lit that should not be, or the other way round";
        }
    }
    for (size_t i = 0; i < spans.count; i++) {
        if (spans.items[i].start >= spans.items[i].end || spans.items[i].end > text.len ||
            (i > 0 && spans.items[i].start <= spans.items[i - 1].end)) {
            return "spans do not ascend inside the text";
        }
    }
    return NULL;
}

/** text less every occurrence of mark. */
static ark_str
without(ark_str text, ark_str mark)
{
    uint8_t *bytes = ark_arena_alloc(&arena, text.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < text.len;) {
        if (ark_str_starts_with(ark_str_slice(text, at, text.len), mark)) {
            at += mark.len;
        } else {
            bytes[len++] = text.bytes[at++];
        }
    }
    return (ark_str){bytes, len};
}

static const char *
check_marks(ark_str text, struct ark_spans spans)
{
    // Of private use: in no piece.
    const struct ark_marks marks = {ARK_STR("\uE000"), ARK_STR("\uE001")};
    struct ark_buf marked = ark_buf_make(1 << 20);
    ark_highlight_mark(text, spans, &marks, &marked);
    ark_str plain = without(without(ark_buf_view(&marked), marks.open), marks.close);
    bool same = ark_str_equal(plain, text);
    ark_buf_dispose(&marked);
    return same ? NULL : "the text with its marks taken away is another";
}

/** The same through colours, on lines that are not wrapped. */
static const char *
check_colors(const struct ark_line *line)
{
    const struct ark_terminal terminal = {.sgr = {"", "31", "1", "2", "0", "2"}};
    struct ark_buf out = ark_buf_make(1 << 20);
    (void)ark_line_write_paragraph(line, &terminal, 2, &arena, &out);
    ark_str plain = ark_buf_view(&out);
    static const char *const sequences[] = {"\033[31m", "\033[1m", "\033[2m", "\033[m", "\n"};
    for (size_t i = 0; i < ARK_COUNT_OF(sequences); i++) {
        plain = without(plain, ark_str_from(sequences[i]));
    }
    bool same = ark_str_equal(plain, ark_line_clean(line, &arena).text);
    ark_buf_dispose(&out);
    return same ? NULL : "the text with its colours taken away is another";
}

/** Wrapped lines are no wider than asked for and no more than asked for. */
static const char *
check_wrapping(const struct ark_line *line, uint32_t width, bool visual)
{
    const struct ark_terminal terminal = {.width = width,
                                          .bidi = visual ? ARK_BIDI_VISUAL : ARK_BIDI_NONE};
    struct ark_buf out = ark_buf_make(1 << 20);
    (void)ark_line_write_paragraph(line, &terminal, 3, &arena, &out);
    ark_str rest = ark_buf_view(&out);
    ark_str piece;
    uint32_t count = 0;
    bool wide = false;
    while (ark_str_next_line(&rest, &piece)) {
        wide = wide || ark_text_cells(piece) > width;
        count++;
    }
    ark_buf_dispose(&out);
    if (wide) {
        return "a line is wider than the text width";
    }
    return count < 1 || count > 3 ? "there are more lines than asked for" : NULL;
}

static uint32_t
count_character(ark_str text, uint32_t wanted)
{
    uint32_t count = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        count += codepoint == wanted;
    }
    return count;
}

/** Reordering loses no mark, no digit and no blank, and keeps what is lit apart from what is not. */
static const char *
check_order(const struct ark_line *line)
{
    static const uint32_t kept[] = {0x064E, 0x0651, ' ', '2', '0', 'w', 0x0662, 0x4E2D, '.'};
    struct ark_line clean = ark_line_clean(line, &arena);
    size_t cells = 0;
    struct ark_line seen = ark_bidi_visual(&clean, ARK_DIRECTION_RTL, &arena, &cells);
    for (size_t i = 0; i < ARK_COUNT_OF(kept); i++) {
        if (count_character(clean.text, kept[i]) != count_character(seen.text, kept[i])) {
            return "reordering changed the characters";
        }
    }
    size_t lit = 0;
    size_t lit_seen = 0;
    for (size_t i = 0; i < clean.run_count; i++) {
        lit += count_character(ark_str_slice(clean.text, clean.runs[i].start, clean.runs[i].end),
                               0x0651);
    }
    for (size_t i = 0; i < seen.run_count; i++) {
        lit_seen +=
            count_character(ark_str_slice(seen.text, seen.runs[i].start, seen.runs[i].end), 0x0651);
    }
    if (lit != lit_seen) {
        return "reordering lights other letters";
    }
    return cells > ark_text_cells(clean.text) ? "reordering made the line wider" : NULL;
}

static const char *
check_lines(struct test_random *random, ark_str text, struct ark_spans spans)
{
    struct ark_line line = ark_line_lit(text, ARK_STYLE_TITLE, spans, &arena);
    uint32_t width = ARK_WIDTH_MIN + test_random_below(random, 80);
    const char *wrong = check_colors(&line);
    wrong = wrong != NULL ? wrong : check_wrapping(&line, width, false);
    wrong = wrong != NULL ? wrong : check_wrapping(&line, width, true);
    return wrong != NULL ? wrong : check_order(&line);
}

/** A passage is a piece of the body, blanks collapsed, ellipses aside. */
static const char *
check_passage(const struct ark_snippet_source *source, const struct ark_snippet *snippet,
              uint32_t cells_max)
{
    ark_str ellipsis = ARK_STR(ARK_ELLIPSIS);
    ark_str text = snippet->text;
    if (snippet->start >= source->body.len || text.len == 0) {
        return "a passage is empty";
    }
    if (ark_text_cells(text) > cells_max) {
        return "a passage is longer than asked for";
    }
    ark_str body = ark_str_slice(source->body, snippet->start, source->body.len);
    ark_str rest = collapse(body);
    // The body may hold an ellipsis itself, so one that is left may be its own or ours.
    for (int cut_start = 0; cut_start < 2; cut_start++) {
        for (int cut_end = 0; cut_end < 2; cut_end++) {
            ark_str core = text;
            if (cut_start == 1 && ark_str_starts_with(core, ellipsis)) {
                core = ark_str_slice(core, ellipsis.len, core.len);
            }
            if (cut_end == 1 && ark_str_ends_with(core, ellipsis)) {
                core = ark_str_slice(core, 0, core.len - ellipsis.len);
            }
            if (ark_str_starts_with(rest, core)) {
                return NULL;
            }
        }
    }
    return "a passage is not a piece of the body";
}

static const char *
check_document(struct test_random *random)
{
    struct ark_snippet_source source = {.title = random_text(random, 8)};
    source.body = random_text(random, BODY_WORDS_MAX);
    source.title_tokens = count_tokens(source.title);
    uint32_t base = source.title_tokens + ARK_FIELD_GAP;
    source.matches = random_matches(random, base + count_tokens(source.body));
    struct ark_snippet_options options = {.count = test_random_below(random, 5),
                                          .cells_max = 16 + test_random_below(random, 200)};
    struct ark_snippets snippets;
    ark_snippet_make(&source, &options, &arena, &snippets);
    struct ark_spans title = ark_highlight_spans(source.title, 0, &source.matches, &arena);
    const char *wrong = check_spans(source.title, title, 0, &source.matches);
    wrong = wrong != NULL ? wrong : check_marks(source.title, title);
    wrong = wrong != NULL ? wrong : check_lines(random, source.title, title);
    if (snippets.count > options.count) {
        return "there are more passages than asked for";
    }
    for (size_t i = 0; i < snippets.count && wrong == NULL; i++) {
        const struct ark_snippet *snippet = &snippets.items[i];
        // The tokens before its first byte give the position of the passage's first one.
        uint32_t before = count_tokens(ark_str_slice(source.body, 0, snippet->start));
        wrong = check_passage(&source, snippet, options.cells_max);
        wrong = wrong != NULL
                    ? wrong
                    : check_spans(snippet->text, snippet->spans, base + before, &source.matches);
        wrong = wrong != NULL ? wrong : check_marks(snippet->text, snippet->spans);
        wrong = wrong != NULL ? wrong : check_lines(random, snippet->text, snippet->spans);
        if (i > 0 && snippet->start <= snippets.items[i - 1].start) {
            wrong = "passages are not in the order of the text";
        }
    }
    return wrong;
}

int
main(void)
{
    enum { CASES = 20000 };
    uint64_t first = test_seed(1);
    bool replay = getenv("ARK_SEED") != NULL;
    arena = ark_arena_make();
    const char *wrong = NULL;
    for (uint64_t seed = first; wrong == NULL && seed < first + (replay ? 1 : CASES); seed++) {
        struct test_random random = test_random_make(seed);
        ark_arena_reset(&arena);
        wrong = check_document(&random);
        if (wrong != NULL) {
            (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", wrong, seed);
        }
    }
    ark_arena_dispose(&arena);
    return wrong == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
