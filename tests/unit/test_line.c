#include <check.h>
#include <stdlib.h>

#include "common/terminal/line.h"
#include "common/text/utf8.h"

static struct ark_arena arena;
static struct ark_buf out;

static void
setup(void)
{
    arena = ark_arena_make();
    out = ark_buf_make(1 << 20);
}

static void
teardown(void)
{
    ark_arena_dispose(&arena);
    ark_buf_dispose(&out);
}

static const char *
clean(const char *bytes, size_t len)
{
    ark_str once = ark_line_clean_text(ark_str_make(bytes, len), &arena);
    ark_str twice = ark_line_clean_text(once, &arena);
    ck_assert_msg(ark_str_equal(once, twice), "the gate is not idempotent");
    ck_assert(ark_utf8_valid(once, NULL));
    return (const char *)ark_arena_dup(&arena, once).bytes;
}

/** The spans of text between [ and ], which are taken away. */
static struct ark_line
bracketed(const char *text, enum ark_style style)
{
    size_t len = strlen(text);
    char *plain = ark_arena_alloc(&arena, len + 1);
    struct ark_span *spans = ark_arena_calloc(&arena, len + 1, sizeof *spans);
    size_t count = 0;
    uint32_t at = 0;
    for (; *text != '\0'; text++) {
        if (*text == '[') {
            spans[count].start = at;
        } else if (*text == ']') {
            spans[count++].end = at;
        } else {
            plain[at++] = *text;
        }
    }
    return ark_line_lit(ark_str_make(plain, at), style, (struct ark_spans){spans, count}, &arena);
}

static const char *
written(const char *text, const struct ark_terminal *terminal, uint32_t lines_max)
{
    struct ark_line line = bracketed(text, ARK_STYLE_PLAIN);
    ark_buf_clear(&out);
    (void)ark_line_write_paragraph(&line, terminal, lines_max, &arena, &out);
    return ark_buf_cstr(&out);
}

static const struct ark_terminal pipe_out = {.is_terminal = false};
static const struct ark_terminal colored = {.sgr = {"", "1;31", "1", "2", "0", "2"}};
static const struct ark_terminal narrow = {.width = 20};
static const struct ark_terminal marked = {
    .marked = true, .marks = {{(const uint8_t *)"<<", 2}, {(const uint8_t *)">>", 2}}};

START_TEST(escape_sequences_lose_their_escape)
{
    ck_assert_str_eq(clean("a\033[31mb\a\b\x7F", 10), "a[31mb");
    ck_assert_str_eq(clean("\xC2\x9B"
                           "31m",
                           5),
                     "31m");
    ck_assert_str_eq(clean("a\0b", 3), "ab");
}
END_TEST

START_TEST(line_ends_and_tabs_become_a_space)
{
    ck_assert_str_eq(clean("a\nb\tc\rd\xE2\x80\xA8"
                           "e\xC2\x85"
                           "f",
                           14),
                     "a b c d e f");
}
END_TEST

START_TEST(bidi_controls_are_dropped)
{
    const char *text = "a\u202Eb\u202Cc\u2066d\u2069e\u200Ff\u200Eg\u061Ch";
    ck_assert_str_eq(clean(text, strlen(text)), "abcdefgh");
}
END_TEST

START_TEST(joiners_and_arabic_marks_stay)
{
    const char *text = "\u0645\u0647\u200C\u064A\u064E\u0640";
    ck_assert_str_eq(clean(text, strlen(text)), text);
}
END_TEST

START_TEST(bad_bytes_become_the_replacement_character)
{
    ck_assert_str_eq(clean("a\xFF"
                           "b\xD9",
                           4),
                     "a\uFFFD"
                     "b\uFFFD");
}
END_TEST

START_TEST(every_character_passes_the_gate_without_danger)
{
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        if (codepoint >= 0xD800 && codepoint < 0xE000) {
            continue;
        }
        size_t len = ark_utf8_encode(codepoint, bytes);
        ark_str passed = ark_line_clean_text(ark_str_make(bytes, len), &arena);
        for (size_t at = 0; at < passed.len;) {
            uint32_t c = 0;
            at += ark_utf8_decode(passed.bytes + at, passed.len - at, &c);
            bool danger = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                          (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x61C;
            ck_assert_msg(!danger, "U+%04X passed as U+%04X", codepoint, c);
        }
        if (codepoint % 4096 == 0) {
            ark_arena_reset(&arena);
        }
    }
}
END_TEST

START_TEST(runs_follow_the_text_through_the_gate)
{
    const struct ark_run runs[] = {{1, 4, ARK_STYLE_MATCH}, {5, 7, ARK_STYLE_PATH}};
    struct ark_line line = {.text = ARK_STR("\033a\033b \xFF"
                                            "c"),
                            .style = ARK_STYLE_TITLE,
                            .runs = runs,
                            .run_count = 2};
    struct ark_line passed = ark_line_clean(&line, &arena);
    ck_assert_uint_eq(passed.run_count, 2);
    ck_assert_uint_eq(passed.runs[0].start, 0);
    ck_assert_uint_eq(passed.runs[0].end, 2);
    ck_assert_uint_eq(passed.runs[1].start, 3);
    ck_assert_uint_eq(passed.runs[1].end, 7);
    ck_assert_int_eq(passed.runs[1].style, ARK_STYLE_PATH);
}
END_TEST

START_TEST(a_pipe_gets_the_text_and_nothing_else)
{
    ck_assert_str_eq(written("one [two] three", &pipe_out, 2), "one two three\n");
}
END_TEST

START_TEST(matches_are_coloured)
{
    ck_assert_str_eq(written("one [two] three", &colored, 2), "one \033[1;31mtwo\033[m three\n");
}
END_TEST

START_TEST(a_title_keeps_its_style_around_a_match)
{
    struct ark_line line = bracketed("one [two]", ARK_STYLE_TITLE);
    (void)ark_line_write_paragraph(&line, &colored, 1, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "\033[1mone \033[m\033[1;31mtwo\033[m\n");
}
END_TEST

START_TEST(a_style_of_zero_is_no_style)
{
    struct ark_line line = {.text = ARK_STR("path"), .style = ARK_STYLE_PATH};
    ark_line_write(&line, &colored, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "path\n");
}
END_TEST

START_TEST(marks_stand_in_for_colour)
{
    ck_assert_str_eq(written("one [two] [three]", &marked, 2), "one <<two>> <<three>>\n");
}
END_TEST

START_TEST(lines_are_wrapped_at_words)
{
    ck_assert_str_eq(written("aaaa bbbb cccc dddd eeee ffff gggg", &narrow, 9),
                     "aaaa bbbb cccc dddd\neeee ffff gggg\n");
    ck_assert_str_eq(written("aaaa bbbb cccc ddddd eeee", &narrow, 9),
                     "aaaa bbbb cccc ddddd\neeee\n");
}
END_TEST

START_TEST(what_does_not_fit_is_cut_at_a_word_with_an_ellipsis)
{
    ck_assert_str_eq(written("aaaa bbbb cccc dddd eeee, ffff gggg hhhh iiii", &narrow, 2),
                     "aaaa bbbb cccc dddd\neeee, ffff gggg…\n");
    ck_assert_str_eq(written("aaaa bbbb cccccccc, dddd", &narrow, 1), "aaaa bbbb cccccccc…\n");
}
END_TEST

START_TEST(a_word_wider_than_the_line_is_broken)
{
    ck_assert_str_eq(written("aaaaaaaaaabbbbbbbbbbccccc", &narrow, 9),
                     "aaaaaaaaaabbbbbbbbbb\nccccc\n");
}
END_TEST

START_TEST(a_broken_word_keeps_marks_with_their_letters)
{
    static char word[30 * 4 + 1]; // 30 times beh with fatha
    for (size_t i = 0; i < 30; i++) {
        memcpy(word + 4 * i, "\u0628\u064E", 4);
    }
    const char *lines = written(word, &narrow, 9);
    ck_assert_uint_eq(strcspn(lines, "\n"), 80);
}
END_TEST

START_TEST(a_match_that_is_wrapped_is_lit_on_both_lines)
{
    struct ark_terminal terminal = colored;
    terminal.width = 20;
    ck_assert_str_eq(written("aaaa bbbb cccc [dddd eeee] ffff", &terminal, 9),
                     "aaaa bbbb cccc \033[1;31mdddd\033[m\n\033[1;31meeee\033[m ffff\n");
}
END_TEST

START_TEST(arabic_marks_take_no_width)
{
    const char *text = // 20 letters and blanks, and marks
        "كَتَبَ كَتَبَ كَتَبَ كَتَبَ كَتَبَ كَتَبَ";
    const char *lines = written(text, &narrow, 9);
    const char *second = strchr(lines, '\n');
    ck_assert_ptr_nonnull(second);
    ck_assert_uint_eq(ark_text_cells(ark_str_make(lines, (size_t)(second - lines))), 19);
}
END_TEST

START_TEST(visual_lines_end_at_the_right_edge)
{
    struct ark_terminal terminal = {.width = 20, .bidi = ARK_BIDI_VISUAL};
    ck_assert_str_eq(written("\u0627", &terminal, 2), "                   \uFE8D\n");
    ck_assert_str_eq(written("abc", &terminal, 2), "abc\n");
}
END_TEST

START_TEST(lines_are_wrapped_before_they_are_ordered)
{
    struct ark_terminal terminal = {.width = 20, .bidi = ARK_BIDI_VISUAL};
    // five words of four alefs: the first four fill the first line.
    const char *word = "\u0627\u0627\u0627\u0627 ";
    char text[5 * 9 + 1] = "";
    for (size_t i = 0; i < 5; i++) {
        memcpy(text + 9 * i, word, 9);
    }
    memcpy(text + 4 * 9, "1234", 5);
    const char *lines = written(text, &terminal, 9);
    const char *second = strchr(lines, '\n');
    ck_assert_ptr_nonnull(second);
    ck_assert_str_eq(second, "\n                1234\n");
}
END_TEST

START_TEST(a_line_of_known_direction_ends_at_its_edge)
{
    const struct ark_terminal visual = {.width = 10, .bidi = ARK_BIDI_VISUAL};
    struct ark_line line = {.text = ARK_STR("  \u0627 x")};
    ark_line_write_toward(&line, &visual, ARK_DIRECTION_RTL, &arena, &out);
    ark_line_write_toward(&line, &visual, ARK_DIRECTION_LTR, &arena, &out);
    ark_line_write_toward(&line, &pipe_out, ARK_DIRECTION_RTL, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "     x \uFE8D  \n  \uFE8D x\n  \u0627 x\n");
}
END_TEST

START_TEST(cells_are_counted_as_the_terminal_will_show_them)
{
    const struct ark_terminal visual = {.bidi = ARK_BIDI_VISUAL};
    ark_str text = ARK_STR("\033\u0644\u064E\u0627 a"); // lam-alef
    ck_assert_uint_eq(ark_line_cells(text, &visual, &arena), 3);
    ck_assert_uint_eq(ark_line_cells(text, &pipe_out, &arena), 4);
}
END_TEST

START_TEST(text_from_outside_is_isolated_where_that_is_asked_for)
{
    const struct ark_terminal isolating = {.bidi = ARK_BIDI_ISOLATE};
    const struct ark_run path = {2, 6, ARK_STYLE_PATH};
    struct ark_line title = {.text = ARK_STR("1. \u0627 x"), .lead = 3};
    struct ark_line meta = {.text = ARK_STR("  a/\u0627  1"), .runs = &path, .run_count = 1};
    (void)ark_line_write_paragraph(&title, &isolating, 2, &arena, &out);
    ark_line_write(&meta, &isolating, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "1. \u2068\u0627 x\u2069\n  \u2068a/\u0627\u2069  1\n");
}
END_TEST

START_TEST(a_path_leads_to_its_file_where_links_are_taken)
{
    const struct ark_terminal linking = {.links = ARK_WHEN_ALWAYS,
                                         .sgr = {"", "1", "1", "2", "4", "2"}};
    const struct ark_run path = {2, 3, ARK_STYLE_PATH};
    struct ark_line line = {
        .text = ARK_STR("  a  1"), .runs = &path, .run_count = 1, .link = ARK_STR("file://host/a")};
    ark_line_write(&line, &linking, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out),
                     "  \033]8;;file://host/a\033\\\033[4ma\033[m\033]8;;\033\\  1\n");
}
END_TEST

START_TEST(a_line_longer_than_the_terminal_is_broken_before_it_is_ordered)
{
    const struct ark_terminal visual = {.columns = 10, .width = 10, .bidi = ARK_BIDI_VISUAL};
    struct ark_line line = {.text = ARK_STR("path/12345/\u0627\u062F\u0648")};
    ark_line_write(&line, &visual, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "path/12345\n/\uFEED\uFEA9\uFE8D\n");
    ark_buf_clear(&out);
    line.text = ARK_STR("path/12345/abc"); // nothing to order: the terminal can break it
    ark_line_write(&line, &visual, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "path/12345/abc\n");
}
END_TEST

START_TEST(a_line_of_parts_is_broken_between_them)
{
    const struct ark_terminal small = {.columns = 24, .width = 24, .bidi = ARK_BIDI_NONE};
    const struct ark_run path = {2, 16, ARK_STYLE_PATH};
    struct ark_line line = {
        .text = ARK_STR("  a path/to a.md  2016-11-02  1.5"), .runs = &path, .run_count = 1};
    ark_line_write(&line, &small, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "  a path/to a.md\n  2016-11-02  1.5\n");
    // A path is the terminal's to break: whoever copies it gets it whole.
    ark_buf_clear(&out);
    const struct ark_run whole = {0, 31, ARK_STYLE_PATH};
    line = (struct ark_line){
        .text = ARK_STR("a path/of several words/that.md"), .runs = &whole, .run_count = 1};
    ark_line_write(&line, &small, false, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "a path/of several words/that.md\n");
}
END_TEST

START_TEST(a_terminal_that_looks_at_first_letters_gets_lines_that_begin_well)
{
    const struct ark_terminal terminal = {.width = 20, .bidi = ARK_BIDI_TERMINAL};
    const struct ark_terminal none = {.width = 20, .bidi = ARK_BIDI_NONE};
    const char *text = "\u0627\u0627\u0627\u0627 \u0628\u0628\u0628\u0628 "
                       "\u062A\u062A\u062A\u062A \u062B\u062B\u062B Waraq \u062C\u062C";
    ck_assert_str_eq(written(text, &none, 9),
                     "\u0627\u0627\u0627\u0627 \u0628\u0628\u0628\u0628 "
                     "\u062A\u062A\u062A\u062A \u062B\u062B\u062B\nWaraq \u062C\u062C\n");
    ck_assert_str_eq(written(text, &terminal, 9),
                     "\u0627\u0627\u0627\u0627 \u0628\u0628\u0628\u0628 "
                     "\u062A\u062A\u062A\u062A\n\u062B\u062B\u062B Waraq \u062C\u062C\n");
    // Where no word near by can begin the line, it stays as it is.
    ck_assert_str_eq(written("\u0627 Waraq Waraq Waraq Waraq Waraq", &terminal, 9),
                     "\u0627 Waraq Waraq Waraq\nWaraq Waraq\n");
}
END_TEST

START_TEST(the_direction_of_a_paragraph_is_told)
{
    struct ark_line latin = {.text = ARK_STR("1. a \u0627")};
    struct ark_line arabic = {.text = ARK_STR("1. \u0627 a")};
    struct ark_line none = {.text = ARK_STR("1.")};
    ck_assert_int_eq(ark_line_write_paragraph(&latin, &pipe_out, 1, &arena, &out),
                     ARK_DIRECTION_LTR);
    ck_assert_int_eq(ark_line_write_paragraph(&arabic, &pipe_out, 1, &arena, &out),
                     ARK_DIRECTION_RTL);
    ck_assert_int_eq(ark_line_write_paragraph(&none, &pipe_out, 1, &arena, &out),
                     ARK_DIRECTION_LTR);
}
END_TEST

START_TEST(an_empty_paragraph_is_an_empty_line)
{
    ck_assert_str_eq(written("", &narrow, 2), "\n");
    ck_assert_str_eq(written("", &pipe_out, 2), "\n");
}
END_TEST

static const char *
carets(const char *text, size_t start, size_t end, bool visual)
{
    struct ark_terminal terminal = {.bidi = visual ? ARK_BIDI_VISUAL : ARK_BIDI_NONE};
    ark_buf_clear(&out);
    ark_line_write_carets(ark_str_from(text), start, end, &terminal, &arena, &out);
    return ark_buf_cstr(&out);
}

START_TEST(carets_stand_under_their_place)
{
    ck_assert_str_eq(carets("one two three", 4, 7, false), "  one two three\n      ^^^\n");
    ck_assert_str_eq(carets("\u0628\u064E \"", 5, 6, false), "  \u0628\u064E \"\n    ^\n");
}
END_TEST

START_TEST(carets_of_an_empty_place_stand_under_the_character_before)
{
    ck_assert_str_eq(carets("ab", 2, 2, false), "  ab\n   ^\n");
    ck_assert_str_eq(carets("ab", 0, 0, false), "  ab\n  ^\n");
}
END_TEST

START_TEST(carets_follow_their_place_when_it_is_reordered)
{
    // alef, dal, "x": the dal is in the middle, whichever way it is seen.
    ck_assert_str_eq(carets("\u0627 \u062F xyz", 3, 5, true), "  xyz \uFEA9 \uFE8D\n      ^\n");
}
END_TEST

START_TEST(a_place_is_reversed_where_the_terminal_puts_letters_in_order)
{
    const struct ark_terminal terminal = {.bidi = ARK_BIDI_TERMINAL, .styled = true};
    ark_line_write_carets(ARK_STR("\u0627 \u062F"), 3, 5, &terminal, &arena, &out);
    ark_line_write_carets(ARK_STR("a b"), 2, 3, &terminal, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "  \u0627 \033[7m\u062F\033[m\n  a b\n    ^\n");
}
END_TEST

START_TEST(a_message_takes_the_direction_of_what_is_said)
{
    const struct ark_terminal visual = {
        .width = 20, .bidi = ARK_BIDI_VISUAL, .sgr = {"", "1", "1", "2", "0", "33"}};
    ark_line_write_message(ARK_STR("ark: "), ARK_STR("warning: "), ARK_STR("no \u0627\u062F"),
                           &visual, &out);
    ark_line_write_message(ARK_STR("ark: "), ARK_STR(""), ARK_STR("\u0627 x"), &visual, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "ark: \033[33mwarning:\033[m no \uFEA9\uFE8D\n"
                                         "            x \uFE8D :ark\n");
}
END_TEST

START_TEST(options_and_paths_keep_their_direction_in_a_message)
{
    const struct ark_terminal visual = {.width = 20, .bidi = ARK_BIDI_VISUAL};
    // alef (beh --help): -x
    ark_line_write_message(ARK_STR("a: "), ARK_STR(""), ARK_STR("\u0627 (\u0628 --help): -x"),
                           &visual, &out);
    // What a message is about stands last, and by its own first letter.
    ark_line_write_message(ARK_STR("a: "), ARK_STR(""), ARK_STR("no: \u0627.txt"), &visual, &out);
    ark_line_write_message(ARK_STR("a: "), ARK_STR(""), ARK_STR("\u0627: /b/c: d"), &visual, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), " -x :(--help \uFE8F) \uFE8D :a\n"
                                         "a: no: txt.\uFE8D\n"
                                         "       d :/b/c :\uFE8D :a\n");
}
END_TEST

START_TEST(a_long_message_is_broken_at_words)
{
    const struct ark_terminal visual = {.columns = 20, .width = 20, .bidi = ARK_BIDI_VISUAL};
    ark_line_write_message(ARK_STR("ark: "), ARK_STR(""), ARK_STR("not readable: \u0627\u062F"),
                           &visual, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "ark: not readable:\n\uFEA9\uFE8D\n");
}
END_TEST

START_TEST(a_message_passes_the_gate)
{
    ark_line_write_message(ARK_STR("ark: "), ARK_STR(""), ARK_STR("a\033[2Jb\u202Ec"), &pipe_out,
                           &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "ark: a[2Jbc\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("line");
    TCase *tests = tcase_create("line");
    tcase_set_timeout(tests, 60); // sanitizers walk all of Unicode slowly
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, escape_sequences_lose_their_escape);
    tcase_add_test(tests, line_ends_and_tabs_become_a_space);
    tcase_add_test(tests, bidi_controls_are_dropped);
    tcase_add_test(tests, joiners_and_arabic_marks_stay);
    tcase_add_test(tests, bad_bytes_become_the_replacement_character);
    tcase_add_test(tests, every_character_passes_the_gate_without_danger);
    tcase_add_test(tests, runs_follow_the_text_through_the_gate);
    tcase_add_test(tests, a_pipe_gets_the_text_and_nothing_else);
    tcase_add_test(tests, matches_are_coloured);
    tcase_add_test(tests, a_title_keeps_its_style_around_a_match);
    tcase_add_test(tests, a_style_of_zero_is_no_style);
    tcase_add_test(tests, marks_stand_in_for_colour);
    tcase_add_test(tests, lines_are_wrapped_at_words);
    tcase_add_test(tests, what_does_not_fit_is_cut_at_a_word_with_an_ellipsis);
    tcase_add_test(tests, a_word_wider_than_the_line_is_broken);
    tcase_add_test(tests, a_broken_word_keeps_marks_with_their_letters);
    tcase_add_test(tests, a_match_that_is_wrapped_is_lit_on_both_lines);
    tcase_add_test(tests, arabic_marks_take_no_width);
    tcase_add_test(tests, visual_lines_end_at_the_right_edge);
    tcase_add_test(tests, lines_are_wrapped_before_they_are_ordered);
    tcase_add_test(tests, a_line_of_known_direction_ends_at_its_edge);
    tcase_add_test(tests, cells_are_counted_as_the_terminal_will_show_them);
    tcase_add_test(tests, text_from_outside_is_isolated_where_that_is_asked_for);
    tcase_add_test(tests, a_path_leads_to_its_file_where_links_are_taken);
    tcase_add_test(tests, the_direction_of_a_paragraph_is_told);
    tcase_add_test(tests, an_empty_paragraph_is_an_empty_line);
    tcase_add_test(tests, carets_stand_under_their_place);
    tcase_add_test(tests, carets_of_an_empty_place_stand_under_the_character_before);
    tcase_add_test(tests, carets_follow_their_place_when_it_is_reordered);
    tcase_add_test(tests, a_line_longer_than_the_terminal_is_broken_before_it_is_ordered);
    tcase_add_test(tests, a_line_of_parts_is_broken_between_them);
    tcase_add_test(tests, a_terminal_that_looks_at_first_letters_gets_lines_that_begin_well);
    tcase_add_test(tests, a_place_is_reversed_where_the_terminal_puts_letters_in_order);
    tcase_add_test(tests, a_message_takes_the_direction_of_what_is_said);
    tcase_add_test(tests, options_and_paths_keep_their_direction_in_a_message);
    tcase_add_test(tests, a_long_message_is_broken_at_words);
    tcase_add_test(tests, a_message_passes_the_gate);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
