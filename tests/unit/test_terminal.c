#define _XOPEN_SOURCE 700 // pseudo-terminals
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/terminal/terminal.h"

static struct ark_terminal terminal;
static struct ark_error error;

/** An environment in which no terminal has told its name. */
static void
setup(void)
{
    static const char *const names[] = {"MLTERM",       "VTE_VERSION", "KONSOLE_VERSION",
                                        "TMUX",         "STY",         "KITTY_WINDOW_ID",
                                        "TERM_PROGRAM", "WT_SESSION",  "ALACRITTY_WINDOW_ID",
                                        "XTERM_VERSION"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        ck_assert_int_eq(unsetenv(names[i]), 0);
    }
    ck_assert_int_eq(setenv("TERM", "xterm-256color", 1), 0);
}

static bool
is_visual(enum ark_bidi bidi, bool is_terminal)
{
    struct ark_terminal_request request = {
        .is_terminal = is_terminal, .columns = is_terminal ? 120 : 0, .bidi = bidi};
    ck_assert_int_eq(ark_terminal_decide(&request, &terminal, &error), ARK_OK);
    return ark_terminal_order(&terminal).bidi == ARK_BIDI_VISUAL;
}

static uint32_t
width(bool is_terminal, uint32_t columns, uint32_t asked, enum ark_bidi bidi)
{
    struct ark_terminal_request request = {
        .is_terminal = is_terminal, .columns = columns, .width = asked, .bidi = bidi};
    ck_assert_int_eq(ark_terminal_decide(&request, &terminal, &error), ARK_OK);
    return terminal.width;
}

static enum ark_status
decide_colors(const char *colors)
{
    struct ark_terminal_request request = {.color = true, .colors = colors};
    return ark_terminal_decide(&request, &terminal, &error);
}

START_TEST(text_is_as_wide_as_the_terminal_but_at_most_100)
{
    ck_assert_uint_eq(width(true, 80, 0, ARK_BIDI_NONE), 80);
    ck_assert_uint_eq(width(true, 200, 0, ARK_BIDI_NONE), 100);
    ck_assert_uint_eq(width(true, 3, 0, ARK_BIDI_NONE), ARK_WIDTH_MIN);
}
END_TEST

START_TEST(a_pipe_has_no_width_unless_lines_must_end_at_one)
{
    ck_assert_uint_eq(width(false, 0, 0, ARK_BIDI_NONE), 0);
    ck_assert_uint_eq(width(false, 0, 0, ARK_BIDI_VISUAL), 80);
}
END_TEST

START_TEST(a_width_that_is_asked_for_is_used)
{
    ck_assert_uint_eq(width(false, 0, 40, ARK_BIDI_NONE), 40);
    ck_assert_uint_eq(width(true, 80, 200, ARK_BIDI_NONE), 200);
}
END_TEST

START_TEST(a_mode_that_is_asked_for_is_used)
{
    ck_assert(is_visual(ARK_BIDI_VISUAL, false));
    ck_assert(is_visual(ARK_BIDI_VISUAL, true));
    ck_assert_int_eq(setenv("XTERM_VERSION", "XTerm(379)", 1), 0);
    ck_assert(!is_visual(ARK_BIDI_NONE, true));
}
END_TEST

START_TEST(auto_is_logical_order_in_a_pipe)
{
    ck_assert_int_eq(setenv("XTERM_VERSION", "XTerm(379)", 1), 0);
    ck_assert(!is_visual(ARK_BIDI_AUTO, false));
}
END_TEST

START_TEST(auto_orders_for_terminals_known_not_to)
{
    ck_assert(!is_visual(ARK_BIDI_AUTO, true));
    static const char *const names[] = {"XTERM_VERSION", "ALACRITTY_WINDOW_ID", "WT_SESSION"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        ck_assert_int_eq(setenv(names[i], "1", 1), 0);
        ck_assert_msg(is_visual(ARK_BIDI_AUTO, true), "%s", names[i]);
        ck_assert_int_eq(unsetenv(names[i]), 0);
    }
    static const char *const terms[] = {"linux", "alacritty", "rxvt-unicode-256color", "foot",
                                        "st-256color"};
    for (size_t i = 0; i < ARK_COUNT_OF(terms); i++) {
        ck_assert_int_eq(setenv("TERM", terms[i], 1), 0);
        ck_assert_msg(is_visual(ARK_BIDI_AUTO, true), "%s", terms[i]);
    }
}
END_TEST

START_TEST(auto_leaves_it_to_terminals_known_to_order)
{
    ck_assert_int_eq(setenv("XTERM_VERSION", "left over from an outer one", 1), 0);
    static const char *const names[] = {"VTE_VERSION", "KONSOLE_VERSION", "MLTERM"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        ck_assert_int_eq(setenv(names[i], "700600", 1), 0);
        ck_assert_msg(!is_visual(ARK_BIDI_AUTO, true), "%s", names[i]);
        ck_assert_int_eq(unsetenv(names[i]), 0);
    }
}
END_TEST

START_TEST(a_dumb_terminal_is_left_alone)
{
    ck_assert_int_eq(setenv("XTERM_VERSION", "1", 1), 0);
    ck_assert_int_eq(setenv("TERM", "dumb", 1), 0);
    ck_assert(!is_visual(ARK_BIDI_AUTO, true));
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_MATCH], "");
}
END_TEST

START_TEST(matches_are_bold_on_a_terminal_without_colour)
{
    ck_assert(!is_visual(ARK_BIDI_AUTO, true));
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_MATCH], "1");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_TITLE], "");
    ck_assert(!is_visual(ARK_BIDI_AUTO, false));
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_MATCH], "");
}
END_TEST

START_TEST(colours_have_defaults)
{
    ck_assert_int_eq(decide_colors(NULL), ARK_OK);
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_MATCH], "1;31");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_TITLE], "1");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_META], "2");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_PLAIN], "");
}
END_TEST

START_TEST(colours_are_replaced_one_by_one)
{
    ck_assert_int_eq(decide_colors("match=32:meta=:"), ARK_OK);
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_MATCH], "32");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_META], "");
    ck_assert_str_eq(terminal.sgr[ARK_STYLE_TITLE], "1");
}
END_TEST

START_TEST(colours_that_are_no_numbers_are_refused)
{
    static const char *const bad[] = {"match=red", "match", "matches=1", "title=1\033[H",
                                      "match=1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1"};
    for (size_t i = 0; i < ARK_COUNT_OF(bad); i++) {
        ck_assert_int_eq(decide_colors(bad[i]), ARK_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.text, "ARK_COLORS"));
    }
}
END_TEST

START_TEST(bold_is_read_out_of_the_numbers)
{
    static const struct {
        const char *sgr;
        bool bold;
    } table[] = {{"", false},   {"1", true},     {"1;31", true}, {"31;1", true}, {"31", false},
                 {"11", false}, {"1;22", false}, {"1;0", false}, {"0;1", true},  {"38;5;2", false}};
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        struct ark_terminal one = {0};
        memcpy(one.sgr[ARK_STYLE_MATCH], table[i].sgr, strlen(table[i].sgr) + 1);
        ck_assert_msg(ark_style_is_bold(&one, ARK_STYLE_MATCH) == table[i].bold, "%s",
                      table[i].sgr);
        ck_assert_msg(ark_style_is_bold(&one, ARK_STYLE_MATCH | ARK_STYLE_OTHER_WEIGHT) !=
                          table[i].bold,
                      "%s", table[i].sgr);
    }
}
END_TEST

START_TEST(links_are_as_asked_for)
{
    struct ark_terminal one = {.links = ARK_WHEN_ALWAYS};
    ck_assert(ark_terminal_links(&one));
    one.links = ARK_WHEN_NEVER;
    ck_assert(!ark_terminal_links(&one));
    one.links = ARK_WHEN_AUTO; // no terminal
    ck_assert(!ark_terminal_links(&one));
}
END_TEST

static int
open_pseudo_terminal(int *master)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0) {
        return -1; // containers may have none
    }
    return open(ptsname(*master), O_RDWR | O_NOCTTY);
}

START_TEST(a_window_that_changes_is_measured_again)
{
    struct winsize size = {.ws_row = 30, .ws_col = 90};
    struct ark_terminal_request request = {.bidi = ARK_BIDI_NONE};
    int master = -1;
    int slave = open_pseudo_terminal(&master);
    if (slave < 0) {
        return;
    }
    ck_assert_int_eq(ioctl(master, TIOCSWINSZ, &size), 0);
    ark_terminal_probe(slave, &request);
    ck_assert_int_eq(ark_terminal_decide(&request, &terminal, &error), ARK_OK);
    ck_assert_uint_eq(terminal.columns, 90);
    ck_assert_uint_eq(terminal.width, 90);
    ck_assert_uint_eq(terminal.rows, 30);
    size = (struct winsize){.ws_row = 10, .ws_col = 200};
    ck_assert_int_eq(ioctl(master, TIOCSWINSZ, &size), 0);
    ark_terminal_resize(&terminal, slave, 0);
    ck_assert_uint_eq(terminal.columns, 200);
    ck_assert_uint_eq(terminal.width, 100);
    ck_assert_uint_eq(terminal.rows, 10);
    ark_terminal_resize(&terminal, slave, 55);
    ck_assert_uint_eq(terminal.width, 55);
    ck_assert_int_eq(close(slave), 0);
    ck_assert_int_eq(close(master), 0);
}
END_TEST

START_TEST(a_file_is_no_terminal)
{
    struct ark_terminal_request request = {.is_terminal = true, .columns = 1, .rows = 1};
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ark_terminal_probe(fileno(file), &request);
    ck_assert(!request.is_terminal);
    ck_assert_uint_eq(request.columns, 0);
    ck_assert_uint_eq(request.rows, 0);
    ck_assert_int_eq(fclose(file), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("terminal");
    TCase *tests = tcase_create("terminal");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_test(tests, text_is_as_wide_as_the_terminal_but_at_most_100);
    tcase_add_test(tests, a_pipe_has_no_width_unless_lines_must_end_at_one);
    tcase_add_test(tests, a_width_that_is_asked_for_is_used);
    tcase_add_test(tests, a_mode_that_is_asked_for_is_used);
    tcase_add_test(tests, auto_is_logical_order_in_a_pipe);
    tcase_add_test(tests, auto_orders_for_terminals_known_not_to);
    tcase_add_test(tests, auto_leaves_it_to_terminals_known_to_order);
    tcase_add_test(tests, a_dumb_terminal_is_left_alone);
    tcase_add_test(tests, matches_are_bold_on_a_terminal_without_colour);
    tcase_add_test(tests, colours_have_defaults);
    tcase_add_test(tests, colours_are_replaced_one_by_one);
    tcase_add_test(tests, colours_that_are_no_numbers_are_refused);
    tcase_add_test(tests, bold_is_read_out_of_the_numbers);
    tcase_add_test(tests, links_are_as_asked_for);
    tcase_add_test(tests, a_window_that_changes_is_measured_again);
    tcase_add_test(tests, a_file_is_no_terminal);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
