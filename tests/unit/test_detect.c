#include <check.h>
#include <stdlib.h>

#include "common/terminal/detect.h"

static const char *const VARIABLES[] = {
    "MLTERM", "VTE_VERSION", "KONSOLE_VERSION", "WT_SESSION",   "ALACRITTY_WINDOW_ID",
    "TMUX",   "STY",         "KITTY_WINDOW_ID", "TERM_PROGRAM", "XTERM_VERSION",
};

static void
set(const char *name, const char *value)
{
    ck_assert_int_eq(value == NULL ? unsetenv(name) : setenv(name, value, 1), 0);
}

/** An environment that tells of TERM only. */
static void
forget(const char *term)
{
    for (size_t i = 0; i < ARK_COUNT_OF(VARIABLES); i++) {
        set(VARIABLES[i], NULL);
    }
    set("TERM", term);
}

static void
setup(void)
{
    forget("xterm-256color");
}

static void
teardown(void)
{
}

static enum ark_bidi
mode(enum ark_mode order, const char *name)
{
    struct ark_answers answers = ark_answers_none();
    answers.complete = true;
    answers.order = order;
    memcpy(answers.name, name, strlen(name) + 1);
    return ark_detect_bidi(&answers);
}

START_TEST(the_mode_itself_decides_first)
{
    ck_assert_int_eq(mode(ARK_MODE_SET, ""), ARK_BIDI_TERMINAL);
    ck_assert_int_eq(mode(ARK_MODE_ALWAYS_SET, "XTerm(400)"), ARK_BIDI_TERMINAL);
    ck_assert_int_eq(mode(ARK_MODE_RESET, "Konsole 22"), ARK_BIDI_VISUAL);
    ck_assert_int_eq(mode(ARK_MODE_ALWAYS_RESET, ""), ARK_BIDI_VISUAL);
}
END_TEST

START_TEST(then_the_name)
{
    static const struct {
        const char *name;
        enum ark_bidi bidi;
    } table[] = {{"kitty(0.26.5)", ARK_BIDI_WORDS},   {"Konsole 22.12.3", ARK_BIDI_TERMINAL},
                 {"mintty 3.6.1", ARK_BIDI_TERMINAL}, {"iTerm2 3.4.19", ARK_BIDI_TERMINAL},
                 {"XTerm(379)", ARK_BIDI_VISUAL},     {"foot(1.13.1)", ARK_BIDI_VISUAL},
                 {"ghostty 1.0.0", ARK_BIDI_VISUAL}};
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        ck_assert_msg(mode(ARK_MODE_UNKNOWN, table[i].name) == table[i].bidi, "%s", table[i].name);
        ck_assert_msg(mode(ARK_MODE_SILENT, table[i].name) == table[i].bidi, "%s", table[i].name);
    }
}
END_TEST

START_TEST(then_what_terminals_set_for_their_programs)
{
    static const char *const visual[] = {
        "alacritty", "rxvt-unicode-256color", "rxvt", "foot", "foot-extra", "st", "st-256color"};
    for (size_t i = 0; i < ARK_COUNT_OF(visual); i++) {
        forget(visual[i]);
        ck_assert_msg(mode(ARK_MODE_SILENT, "") == ARK_BIDI_VISUAL, "%s", visual[i]);
    }
    forget("xterm-256color");
    set("WT_SESSION", "1");
    ck_assert_int_eq(mode(ARK_MODE_SILENT, ""), ARK_BIDI_VISUAL);
    forget("xterm-256color");
    set("TERM_PROGRAM", "Apple_Terminal");
    ck_assert_int_eq(mode(ARK_MODE_UNKNOWN, ""), ARK_BIDI_TERMINAL);
    forget("xterm-256color");
    set("KONSOLE_VERSION", "210400");
    ck_assert_int_eq(mode(ARK_MODE_UNKNOWN, ""), ARK_BIDI_TERMINAL);
}
END_TEST

START_TEST(then_whether_it_knows_the_mode_at_all)
{
    ck_assert_int_eq(mode(ARK_MODE_UNKNOWN, ""), ARK_BIDI_VISUAL);
    ck_assert_int_eq(mode(ARK_MODE_SILENT, ""), ARK_BIDI_TERMINAL);
    ck_assert_int_eq(mode(ARK_MODE_UNKNOWN, "some new one"), ARK_BIDI_VISUAL);
}
END_TEST

START_TEST(a_terminal_that_was_not_asked_is_known_by_its_variables)
{
    static const struct {
        const char *name;
        enum ark_bidi bidi;
    } table[] = {{"VTE_VERSION", ARK_BIDI_TERMINAL}, {"KONSOLE_VERSION", ARK_BIDI_TERMINAL},
                 {"XTERM_VERSION", ARK_BIDI_VISUAL}, {"ALACRITTY_WINDOW_ID", ARK_BIDI_VISUAL},
                 {"WT_SESSION", ARK_BIDI_VISUAL},    {"KITTY_WINDOW_ID", ARK_BIDI_WORDS},
                 {"COLORTERM", ARK_BIDI_TERMINAL}};
    struct ark_answers silence = ark_answers_none();
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        forget("xterm");
        set(table[i].name, "700600");
        ck_assert_msg(ark_detect_bidi(NULL) == table[i].bidi, "%s", table[i].name);
        ck_assert_msg(ark_detect_bidi(&silence) == table[i].bidi, "%s, silent", table[i].name);
        forget("tmux-256color");
        set(table[i].name, "700600");
        ck_assert_msg(ark_detect_bidi(NULL) == table[i].bidi, "%s in tmux", table[i].name);
    }
}
END_TEST

START_TEST(a_part_of_the_answers_decides_only_if_it_says_it_outright)
{
    struct ark_answers part = ark_answers_none();
    part.order = ARK_MODE_UNKNOWN;
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_TERMINAL);
    set("KITTY_WINDOW_ID", "1");
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_WORDS);
    forget("xterm-kitty");
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_WORDS);
    forget("xterm-256color");
    memcpy(part.name, "kitty(0.26.5)", sizeof "kitty(0.26.5)");
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_WORDS);
    memcpy(part.name, "another", sizeof "another");
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_TERMINAL);
    part.complete = true;
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_VISUAL);
    part = ark_answers_none();
    part.order = ARK_MODE_RESET;
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_VISUAL);
    part.order = ARK_MODE_SET;
    ck_assert_int_eq(ark_detect_bidi(&part), ARK_BIDI_TERMINAL);
}
END_TEST

START_TEST(an_old_vte_puts_nothing_in_order)
{
    set("VTE_VERSION", "5799");
    ck_assert_int_eq(ark_detect_bidi(NULL), ARK_BIDI_VISUAL);
    ck_assert_int_eq(mode(ARK_MODE_SILENT, ""), ARK_BIDI_VISUAL);
    set("VTE_VERSION", "5800");
    ck_assert_int_eq(ark_detect_bidi(NULL), ARK_BIDI_TERMINAL);
    ck_assert_int_eq(mode(ARK_MODE_SILENT, ""), ARK_BIDI_TERMINAL);
}
END_TEST

START_TEST(some_terminals_need_not_be_asked)
{
    static const char *const terms[] = {"mlterm", "mlterm-256color",      "linux", "tmux-256color",
                                        "screen", "screen.xterm-256color"};
    for (size_t i = 0; i < ARK_COUNT_OF(terms); i++) {
        forget(terms[i]);
        ck_assert_msg(ark_detect_need() == ARK_NEED_NOTHING, "%s", terms[i]);
    }
    static const char *const names[] = {"MLTERM", "TMUX", "STY"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        forget("xterm");
        ck_assert_int_eq(ark_detect_need(), ARK_NEED_ANSWERS);
        set(names[i], "1");
        ck_assert_msg(ark_detect_need() == ARK_NEED_NOTHING, "%s", names[i]);
    }
}
END_TEST

START_TEST(mlterm_orders_and_aligns_whatever_it_denies)
{
    set("MLTERM", "3.9.0");
    ck_assert_int_eq(mode(ARK_MODE_UNKNOWN, ""), ARK_BIDI_TERMINAL);
    ck_assert(ark_detect_aligns());
    set("MLTERM", NULL);
    ck_assert(!ark_detect_aligns());
}
END_TEST

START_TEST(links_go_to_terminals_that_take_them)
{
    struct ark_answers foot = ark_answers_none();
    memcpy(foot.name, "foot(1.13.1)", sizeof "foot(1.13.1)");
    ck_assert(!ark_detect_links(NULL));
    ck_assert(ark_detect_links(&foot));
    set("VTE_VERSION", "4999");
    ck_assert(!ark_detect_links(NULL));
    set("VTE_VERSION", "7006");
    ck_assert(ark_detect_links(NULL));
    set("TMUX", "1");
    ck_assert(!ark_detect_links(NULL));
    ck_assert(!ark_detect_links(&foot));
    forget("xterm");
    set("KONSOLE_VERSION", "221203");
    ck_assert(ark_detect_links(NULL));
    forget("xterm");
    set("TERM_PROGRAM", "WezTerm");
    ck_assert(ark_detect_links(NULL));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("detect");
    TCase *tests = tcase_create("detect");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_mode_itself_decides_first);
    tcase_add_test(tests, then_the_name);
    tcase_add_test(tests, then_what_terminals_set_for_their_programs);
    tcase_add_test(tests, then_whether_it_knows_the_mode_at_all);
    tcase_add_test(tests, a_terminal_that_was_not_asked_is_known_by_its_variables);
    tcase_add_test(tests, a_part_of_the_answers_decides_only_if_it_says_it_outright);
    tcase_add_test(tests, an_old_vte_puts_nothing_in_order);
    tcase_add_test(tests, some_terminals_need_not_be_asked);
    tcase_add_test(tests, mlterm_orders_and_aligns_whatever_it_denies);
    tcase_add_test(tests, links_go_to_terminals_that_take_them);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
