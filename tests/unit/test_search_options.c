#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "searcher/options.h"

enum { ARGS_MAX = 16 };

static struct ark_options options;
static char *copies[ARGS_MAX + 2]; // of the arguments that options were read from
static struct ark_error error;
static char config_path[] = "/tmp/ark-options-XXXXXX";

static void
setup(void)
{
    ck_assert_int_eq(setenv("ARK_CONFIG", "/dev/null", 1), 0);
    ck_assert_int_eq(setenv("ARK_INDEX", "/from/environment", 1), 0);
    ck_assert_int_eq(unsetenv("ARK_BIDI"), 0);
}

static void
forget(void)
{
    ark_options_dispose(&options);
    for (size_t i = 0; i < ARK_COUNT_OF(copies); i++) {
        free(copies[i]);
        copies[i] = NULL;
    }
}

/** Reads the arguments, which end with NULL. */
static enum ark_status
given(const char *const *arguments)
{
    static char program[] = "ark-search";
    char *argv[ARGS_MAX + 2] = {program};
    int argc = 1;
    forget();
    for (; arguments[argc - 1] != NULL; argc++) {
        ck_assert_int_le(argc, ARGS_MAX);
        copies[argc] = strdup(arguments[argc - 1]);
        argv[argc] = copies[argc];
    }
    return ark_options_read(&options, argc, argv, &error);
}

#define GIVEN(...) given((const char *const[]){__VA_ARGS__, NULL})

/** Writes the config file and names it in the environment. */
static void
write_config(const char *text)
{
    int fd = mkstemp(config_path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(setenv("ARK_CONFIG", config_path, 1), 0);
}

START_TEST(words_are_joined_by_spaces)
{
    ck_assert_int_eq(GIVEN("one", "-n3", "two"), ARK_OK);
    ck_assert_str_eq(options.text, "one two");
    ck_assert_uint_eq(options.limit, 3);
    ck_assert_str_eq(options.index, "/from/environment");
}
END_TEST

START_TEST(a_dash_before_an_arabic_letter_is_query_text)
{
    ck_assert_int_eq(GIVEN("a", "-\u062D\u0644\u0628"), ARK_OK);
    ck_assert_str_eq(options.text, "a -\u062D\u0644\u0628");
}
END_TEST

START_TEST(every_option_arrives)
{
    ck_assert_int_eq(GIVEN("-aep", "-l0cq", "--stats", "-s2", "-w40", "--offset=5", "--color=never",
                           "--bidi=visual", "--run-tag=x", "--explain", "-iD", "q"),
                     ARK_OK);
    ck_assert(options.query.all && options.query.exact && options.query.phrase);
    ck_assert(options.paths && options.null_ended && options.count && options.quiet);
    ck_assert(options.stats);
    ck_assert_uint_eq(options.snippets, 2);
    ck_assert_uint_eq(options.width, 40);
    ck_assert_uint_eq(options.offset, 5);
    ck_assert_int_eq(options.color, ARK_WHEN_NEVER);
    ck_assert_int_eq(options.bidi, ARK_BIDI_VISUAL);
    ck_assert_str_eq(options.run_tag, "x");
    ck_assert_int_eq(options.explain, ARK_EXPLAIN_HITS);
    ck_assert_str_eq(options.index, "D");
}
END_TEST

START_TEST(formats_have_their_limits)
{
    ck_assert_int_eq(GIVEN("-j", "q"), ARK_OK);
    ck_assert_int_eq(options.format, ARK_FORMAT_JSON);
    ck_assert_uint_eq(options.limit, 10);
    ck_assert_int_eq(GIVEN("--format=trec", "q"), ARK_OK);
    ck_assert_uint_eq(options.limit, 1000);
    ck_assert_int_eq(GIVEN("--format=trec", "-n5", "q"), ARK_OK);
    ck_assert_uint_eq(options.limit, 5);
}
END_TEST

START_TEST(a_mark_has_two_sides)
{
    ck_assert_int_eq(GIVEN("--mark=<b>,</b>", "q"), ARK_OK);
    ck_assert_uint_eq(options.mark_open, 3);
    ck_assert_int_eq(GIVEN("--mark=x", "q"), ARK_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.text, "OPEN,CLOSE"));
    ck_assert_int_eq(GIVEN("--mark=\xFF,x", "q"), ARK_E_ARGUMENT);
}
END_TEST

START_TEST(wrong_values_are_refused_by_name)
{
    static const char *const wrong[] = {"--limit=x",    "--limit=10001", "--limit=-1",
                                        "--offset=1e3", "--width=19",    "--width=100000",
                                        "--bidi=rtl",   "--format=xml",  "--explain=score",
                                        "--color=red",  "--snippets=65", "--nothing"};
    for (size_t i = 0; i < ARK_COUNT_OF(wrong); i++) {
        ck_assert_msg(GIVEN(wrong[i], "q") == ARK_E_ARGUMENT, "%s", wrong[i]);
        char name[32];
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(wrong[i], "="), wrong[i]);
        ck_assert_msg(strstr(error.text, name) != NULL, "%s: %s", wrong[i], error.text);
    }
}
END_TEST

START_TEST(limit_and_offset_are_bounded_together)
{
    ck_assert_int_eq(GIVEN("-n10", "--offset=9990", "q"), ARK_OK);
    ck_assert_int_eq(GIVEN("-n11", "--offset=9990", "q"), ARK_E_ARGUMENT);
}
END_TEST

START_TEST(there_is_one_query_or_one_batch)
{
    ck_assert_int_eq(GIVEN("-n1"), ARK_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.text, "no query"));
    ck_assert_int_eq(GIVEN("--queries=f", "q"), ARK_E_ARGUMENT);
    ck_assert_int_eq(GIVEN("--queries=f"), ARK_OK);
    ck_assert_str_eq(options.queries, "f");
}
END_TEST

START_TEST(a_query_that_is_no_utf8_is_refused_with_the_place)
{
    ck_assert_int_eq(GIVEN("ab\xFF"), ARK_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.text, "byte 2"));
}
END_TEST

START_TEST(help_needs_no_query)
{
    ck_assert_int_eq(GIVEN("--help"), ARK_OK);
    ck_assert(options.help);
}
END_TEST

START_TEST(the_command_line_is_stronger_than_the_config_file)
{
    write_config("limit = 3\nsnippets = 2\nbidi = visual\nindex = /from/file\nmemory = 1M\n");
    ck_assert_int_eq(GIVEN("-n7", "q"), ARK_OK);
    ck_assert_uint_eq(options.limit, 7);
    ck_assert_uint_eq(options.snippets, 2);
    ck_assert_int_eq(options.bidi, ARK_BIDI_VISUAL);
    ck_assert_str_eq(options.index, "/from/environment");
    ck_assert_int_eq(unsetenv("ARK_INDEX"), 0);
    ck_assert_int_eq(setenv("ARK_BIDI", "none", 1), 0);
    ck_assert_int_eq(GIVEN("--format=trec", "q"), ARK_OK);
    ck_assert_str_eq(options.index, "/from/file");
    ck_assert_int_eq(options.bidi, ARK_BIDI_NONE);
    ck_assert_uint_eq(options.limit, 1000);
    ck_assert_int_eq(unlink(config_path), 0);
}
END_TEST

START_TEST(a_wrong_config_file_is_an_error)
{
    write_config("limit = many\n");
    ck_assert_int_eq(GIVEN("q"), ARK_E_ARGUMENT);
    ck_assert_int_eq(unlink(config_path), 0);
    ck_assert_int_eq(GIVEN("q"), ARK_E_NOT_FOUND);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("search_options");
    TCase *tests = tcase_create("search_options");
    tcase_add_checked_fixture(tests, setup, forget);
    tcase_add_test(tests, words_are_joined_by_spaces);
    tcase_add_test(tests, a_dash_before_an_arabic_letter_is_query_text);
    tcase_add_test(tests, every_option_arrives);
    tcase_add_test(tests, formats_have_their_limits);
    tcase_add_test(tests, a_mark_has_two_sides);
    tcase_add_test(tests, wrong_values_are_refused_by_name);
    tcase_add_test(tests, limit_and_offset_are_bounded_together);
    tcase_add_test(tests, there_is_one_query_or_one_batch);
    tcase_add_test(tests, a_query_that_is_no_utf8_is_refused_with_the_place);
    tcase_add_test(tests, help_needs_no_query);
    tcase_add_test(tests, the_command_line_is_stronger_than_the_config_file);
    tcase_add_test(tests, a_wrong_config_file_is_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
