/**
 * @file fuzz_snippet.c
 * Any bytes as a document and its matches, through passages and every writer of
 * results. The first byte says how many matches follow, two bytes each (how far
 * from the one before; length and query word); the rest is the title up to the
 * first newline, and the body. Nothing written holds a control character but
 * our own line ends and tabs; wrapped lines keep their width.
 */
#include "common/text/utf8.h"
#include "fuzz_target.h"
#include "searcher/print.h"

enum { MATCHES_MAX = 64, WORDS = 8, COUNT_MAX = 5, CELLS_MIN = 16, WIDTH = 30 };

static struct ark_matches
take_matches(ark_str *rest, struct ark_arena *arena)
{
    struct ark_match *items = ark_arena_calloc(arena, MATCHES_MAX, sizeof *items);
    size_t count = 0;
    size_t wanted = rest->len > 0 ? rest->bytes[0] % MATCHES_MAX : 0;
    uint32_t position = 0;
    size_t at = 1;
    for (; count < wanted && at + 1 < rest->len; at += 2) {
        uint8_t shape = rest->bytes[at + 1];
        position += rest->bytes[at];
        uint32_t length = 1 + (shape >> 6);
        // Longest first at each position, as the interface says.
        if (count > 0 && items[count - 1].position == position &&
            items[count - 1].length < length) {
            length = items[count - 1].length;
        }
        float idf = (float)(shape & 15) / 4.0F;
        items[count++] = (struct ark_match){position, length, shape % WORDS, idf};
    }
    *rest = at < rest->len ? ark_str_slice(*rest, at, rest->len) : ARK_STR("");
    return (struct ark_matches){items, count};
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

/** What was written is text: valid, and without what drives a terminal. */
static void
check_written(const struct ark_buf *out)
{
    ark_str text = ark_buf_view(out);
    ARK_ASSERT(ark_utf8_valid(text, NULL));
    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &c);
        ARK_ASSERT(c >= 0x20 || c == '\n' || c == '\t');
        ARK_ASSERT(c < 0x7F || c >= 0xA0);
        ARK_ASSERT(c != 0x61C && c != 0x200E && c != 0x200F);
        ARK_ASSERT((c < 0x202A || c > 0x202E) && (c < 0x2066 || c > 0x2069));
    }
}

static void
check_printer(const struct ark_printer *printer, struct ark_print *print,
              const struct ark_shown_hit *hit, struct ark_arena *arena)
{
    struct ark_results results = {.hit_count = 1, .documents = 1};
    const struct ark_suggestions suggestions = {NULL, 0};
    struct ark_shown_query query = {
        .id = hit->title, .text = hit->title, .results = &results, .suggestions = &suggestions};
    struct ark_buf out = ark_buf_make(SIZE_MAX / 2);
    printer->begin(print, &query, arena, &out);
    printer->hit(print, &query, hit, arena, &out);
    printer->end(print, &query, arena, &out);
    check_written(&out);
    ark_buf_dispose(&out);
}

static void
check_printers(const struct ark_shown_hit *hit, struct ark_arena *arena)
{
    static const struct ark_printer *const printers[] = {&ark_print_text_piped, &ark_print_json,
                                                         &ark_print_tsv, &ark_print_trec};
    struct ark_terminal terminals[] = {{.is_terminal = false},
                                       {.width = WIDTH},
                                       {.width = WIDTH, .bidi = ARK_BIDI_VISUAL},
                                       {.width = WIDTH, .bidi = ARK_BIDI_WORDS},
                                       {.width = WIDTH, .bidi = ARK_BIDI_TERMINAL}};
    for (size_t i = 0; i < ARK_COUNT_OF(printers); i++) {
        for (size_t j = 0; j < ARK_COUNT_OF(terminals); j++) {
            struct ark_print print = {.terminal = &terminals[j], .run_tag = ARK_STR("tag")};
            check_printer(printers[i], &print, hit, arena);
        }
    }
}

static void
check_snippets(const struct ark_snippet_source *source, const struct ark_snippets *snippets,
               uint32_t cells_max)
{
    for (size_t i = 0; i < snippets->count; i++) {
        const struct ark_snippet *snippet = &snippets->items[i];
        ARK_ASSERT(snippet->start < source->body.len && snippet->text.len > 0);
        ARK_ASSERT(ark_text_cells(snippet->text) <= cells_max);
        ARK_ASSERT(i == 0 || snippet->start > snippets->items[i - 1].start);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ark_arena arena = ark_arena_make();
    ark_str rest = ark_str_make(data, size);
    struct ark_snippet_source source = {.matches = take_matches(&rest, &arena)};
    struct ark_snippet_options options = {.count = (uint32_t)(size % (COUNT_MAX + 1)),
                                          .cells_max = (uint32_t)(CELLS_MIN + size % 200)};
    struct ark_snippets snippets;
    if (!ark_str_next_line(&rest, &source.title)) {
        source.title = ARK_STR("");
    }
    source.body = rest;
    source.title_tokens = count_tokens(source.title);
    ark_snippet_make(&source, &options, &arena, &snippets);
    check_snippets(&source, &snippets, options.cells_max);
    struct ark_shown_hit hit = {.rank = 1,
                                .score = 1,
                                .record = {.path = source.title, .fragment = source.body},
                                .title = source.title,
                                .title_spans =
                                    ark_highlight_spans(source.title, 0, &source.matches, &arena),
                                .snippets = snippets};
    check_printers(&hit, &arena);
    ark_arena_dispose(&arena);
    return 0;
}
