/**
 * @file fuzz_line.c
 * Any bytes as a line on its way to the screen, in every mode, wrapped, whole,
 * as a message and as a query with a place in it. The first four bytes say the
 * width, the mode, and which bytes are lit. Nothing comes out that drives a
 * terminal but our own sequences, and a wrapped line keeps its width.
 */
#include "common/terminal/line.h"
#include "common/text/utf8.h"
#include "fuzz_target.h"
#include "searcher/pager.h"

enum { HEAD_BYTES = 4, LINES_MAX = 50, WIDTH_MIN = 3, WIDTHS = 60 };

/** The output is text without controls, our own sequences aside; no line is wider than width. */
static void
check_written(const struct ark_buf *out, uint32_t width)
{
    struct ark_buf plain = ark_buf_make(SIZE_MAX / 2);
    size_t cells = 0;
    ark_pager_filter(ark_buf_view(out), false, false, &plain);
    ark_str text = ark_buf_view(&plain);
    ARK_ASSERT(ark_utf8_valid(text, NULL));
    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &c);
        ARK_ASSERT((c >= 0x20 && c < 0x7F) || c >= 0xA0 || c == '\n');
        ARK_ASSERT(c != 0x61C && c != 0x200E && c != 0x200F && !(c >= 0x202A && c <= 0x202E));
        ARK_ASSERT(!(c >= 0xE000 && c <= 0xF8FF) && !(c >= 0xE0000 && c <= 0xE0FFF));
        cells = c == '\n' ? 0 : cells + ark_text_width(c);
        ARK_ASSERT(width == 0 || cells <= width);
    }
    ark_buf_dispose(&plain);
}

/** A few bytes of the text as a run; not within a character. */
static struct ark_run
make_run(ark_str text, uint8_t start, uint8_t len)
{
    struct ark_run run = {0, 0, ARK_STYLE_MATCH};
    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        run.start = at <= start ? (uint32_t)at : run.start;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &c);
        run.end = at <= (size_t)start + len + 4 ? (uint32_t)at : run.end;
    }
    run.end = run.end < run.start ? run.start : run.end;
    return run;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_BYTES) {
        return 0;
    }
    struct ark_terminal terminal = {.width = WIDTH_MIN + data[0] % WIDTHS,
                                    .columns = WIDTH_MIN + data[0] % WIDTHS,
                                    .bidi = ARK_BIDI_NONE + data[1] % 4,
                                    .styled = (data[1] & 0x80) != 0,
                                    .sgr = {"", "1;31", "1", "2", "0", "33"}};
    ark_str text = ark_str_make(data + HEAD_BYTES, size - HEAD_BYTES);
    struct ark_arena arena = ark_arena_make();
    struct ark_buf out = ark_buf_make(SIZE_MAX / 2);
    struct ark_run run = make_run(text, data[2], data[3]);
    struct ark_line line = {.text = text, .runs = &run, .run_count = run.end > run.start ? 1 : 0};
    (void)ark_line_write_paragraph(&line, &terminal, LINES_MAX, &arena, &out);
    check_written(&out, terminal.width);
    ark_buf_clear(&out);
    ark_line_write(&line, &terminal, true, &arena, &out);
    ark_line_write_toward(&line, &terminal, ARK_DIRECTION_RTL, &arena, &out);
    ark_line_write_carets(text, run.start, run.end, &terminal, &arena, &out);
    ark_line_write_message(ARK_STR("ark: "), ARK_STR("warning: "), text, &terminal, &out);
    check_written(&out, 0);
    ARK_ASSERT(ark_line_cells(text, &terminal, &arena) <= 3 * text.len);
    ark_buf_dispose(&out);
    ark_arena_dispose(&arena);
    return 0;
}
