#include <check.h>
#include <stdlib.h>

#include "tests/support/query_tree.h"

static struct ark_analyzer *analyzer;
static struct ark_arena arena;
static struct ark_error error;

static void
set_up(void)
{
    analyzer = ark_analyzer_new();
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
}

static enum ark_status
parse_with(const char *text, struct ark_query_options options, struct ark_query **query)
{
    return ark_query_parse(ark_str_from(text), &options, analyzer, &arena, query, &error);
}

static struct ark_query *
parse(const char *text)
{
    struct ark_query *query = NULL;
    enum ark_status status = parse_with(text, (struct ark_query_options){0}, &query);
    ck_assert_msg(status == ARK_OK, "%s: %s", text, error.text);
    return query;
}

static uint32_t
count_warnings(const struct ark_query *query)
{
    uint32_t count = 0;
    uint32_t start = 0;
    for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        ck_assert_uint_le(start, it->start);
        ck_assert_uint_lt(it->start, it->end);
        ck_assert_uint_le(it->end, query->text.len);
        start = it->start;
        count++;
    }
    return count;
}

static void
check_tree(const struct ark_query *query, const char *expected)
{
    struct ark_buf tree = ark_buf_make(1 << 16);
    query_tree_check(query);
    query_tree_write(query, &tree);
    const char *got = ark_buf_cstr(&tree);
    ck_assert_msg(strcmp(got, expected) == 0, "\n  query: %.*s\n  gives: %s\n  want:  %s",
                  ARK_STR_ARG(query->text), got, expected);
    ark_buf_dispose(&tree);
}

static void
check_option(const char *text, struct ark_query_options options, const char *tree)
{
    struct ark_query *query = NULL;
    ck_assert_int_eq(parse_with(text, options, &query), ARK_OK);
    check_tree(query, tree);
}

START_TEST(the_prefix_root_is_kept_for_later)
{
    struct ark_query *query = NULL;
    struct ark_query_options options = {0};
    ck_assert_int_eq(parse_with("red root:green", options, &query), ARK_E_ARGUMENT);
    ck_assert_int_eq(parse_with("root:", options, &query), ARK_E_ARGUMENT);
    ck_assert_int_eq(parse_with("root\\:green", options, &query), ARK_OK);
    ck_assert_int_eq(parse_with("roots green", options, &query), ARK_OK);
}
END_TEST

START_TEST(an_unknown_field_is_an_error_that_names_it)
{
    struct ark_query *query = NULL;
    struct ark_query_options options = {0};
    ck_assert_int_eq(parse_with("red note:green other:blue", options, &query), ARK_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.text, ": note"));
    ck_assert_int_eq(parse_with("red note\\:green", options, &query), ARK_OK);
}
END_TEST

START_TEST(the_option_dates_stands_beside_the_whole_query)
{
    const struct ark_date_range dates = {20160101, 20161231};
    struct ark_query_options options = {.dates = &dates};
    check_option("red", options, "(bag red #date:20160101..20161231)");
    check_option("red -green", options, "(bag red -green #date:20160101..20161231)");
    check_option("red OR green", options, "(bag (or red green) #date:20160101..20161231)");
    check_option("date:2017", options, "(bag #date:20170101..20171231 #date:20160101..20161231)");
    check_option("...", options, "");
    options.all = true;
    check_option("red green", options, "(bag +red +green #date:20160101..20161231)");
}
END_TEST

START_TEST(a_query_of_exclusions_alone_is_an_error)
{
    static const char *const QUERIES[] = {
        "-red",       "NOT red",      "-red -green",          "(-red)",
        "-\"red a\"", "-(red green)", "NOT red OR NOT green", "NOT (red AND green)"};
    for (size_t i = 0; i < ARK_COUNT_OF(QUERIES); i++) {
        struct ark_query *query = NULL;
        struct ark_query_options options = {0};
        ck_assert_int_eq(parse_with(QUERIES[i], options, &query), ARK_E_ARGUMENT);
        ck_assert_ptr_null(query);
        ck_assert_ptr_nonnull(strstr(error.text, QUERIES[i]));
    }
}
END_TEST

START_TEST(the_option_all_requires_each_word_of_the_top_bag)
{
    struct ark_query_options all = {.all = true};
    check_option("red green", all, "(bag +red +green)");
    check_option("red", all, "(bag +red)");
    check_option("red -green", all, "(bag +red -green)");
    check_option("red (green blue)", all, "(bag +red +(bag green blue))");
    check_option("red OR green", all, "(bag +(or red green))");
    check_option(
        // truce in Aleppo
        "هدنة في حلب", all,
        // the stop word is left out
        "(bag +هدنة +!في +حلب)");
}
END_TEST

START_TEST(the_option_exact_makes_every_word_exact)
{
    struct ark_query_options exact = {.exact = true};
    check_option("red \"green blue\" -black", exact, "(bag =red (phrase =green =blue) -=black)");
    check_option(
        // truce in Aleppo
        "هدنة في حلب", exact,
        // the stop word counts, as after =
        "(bag =هدنة =في =حلب)");
}
END_TEST

START_TEST(the_option_phrase_reads_no_operators)
{
    struct ark_query_options phrase = {.phrase = true};
    check_option("red green", phrase, "(phrase red green)");
    check_option("red AND -green | (\"blue", phrase, "(phrase red AND green blue)");
    check_option("red", phrase, "red");
    check_option("...", phrase, "");
}
END_TEST

START_TEST(nodes_and_warnings_know_their_place)
{
    const struct ark_query *query = parse("red +\"green blue\" AND");
    const struct ark_query_node *phrase = query->root->first_child->next_sibling;
    ck_assert_uint_eq(phrase->start, 4);
    ck_assert_uint_eq(phrase->end, 17);
    ck_assert(ark_str_equal(phrase->text, ARK_STR("green blue")));
    ck_assert_uint_eq(phrase->first_child->start, 6);
    ck_assert_uint_eq(phrase->first_child->end, 11);
    ck_assert_ptr_nonnull(query->warnings);
    ck_assert_uint_eq(query->warnings->start, 18);
    ck_assert_uint_eq(query->warnings->end, 21);
}
END_TEST

START_TEST(words_carry_their_levels)
{
    // "the truce"
    const struct ark_query *query = parse("الهدنة");
    struct ark_word word = query->root->analysed;
    // alef, lam, heh, dal, noon, heh
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_FORM], ARK_STR("الهدنه")));
    // heh, dal, noon
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_LIGHT], ARK_STR("هدن")));
    ck_assert_int_eq(query->root->script, ARK_SCRIPT_ARABIC);
}
END_TEST

/** The text of count pieces, a tail behind them. */
static char *
repeat(const char *piece, size_t count, const char *tail)
{
    struct ark_buf buf = ark_buf_make(1 << 20);
    for (size_t i = 0; i < count; i++) {
        ark_buf_append_str(&buf, ark_str_from(piece));
    }
    ark_buf_append_str(&buf, ark_str_from(tail));
    char *text = strdup(ark_buf_cstr(&buf));
    ark_buf_dispose(&buf);
    return text;
}

static void
check_repeated(const char *piece, size_t count, const char *tail, enum ark_status expected)
{
    char *text = repeat(piece, count, tail);
    struct ark_query *query = NULL;
    ck_assert_int_eq(parse_with(text, (struct ark_query_options){0}, &query), expected);
    if (expected == ARK_OK) {
        query_tree_check(query);
        ck_assert_uint_le(count_warnings(query), 16);
    }
    free(text);
}

START_TEST(limits_are_errors_not_crashes)
{
    check_repeated("(", ARK_QUERY_DEPTH_MAX, "red", ARK_OK);
    check_repeated("(", ARK_QUERY_DEPTH_MAX + 1, "red", ARK_E_LIMIT);
    check_repeated("red (", 60, "red blue", ARK_OK);
    check_repeated("red AND (blue ", ARK_QUERY_DEPTH_MAX, "red", ARK_E_LIMIT);
    check_repeated("red ", ARK_QUERY_WORDS_MAX, "", ARK_OK);
    check_repeated("red ", ARK_QUERY_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated("-red (a AND ", 30, "b", ARK_OK);
    check_repeated("red.", ARK_QUERY_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated(" ", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated(" ", ARK_QUERY_BYTES_MAX, " ", ARK_E_LIMIT);
}
END_TEST

START_TEST(hostile_texts_are_read_in_linear_time)
{
    check_repeated(")", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("\xC2\xBB", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("-. ", ARK_QUERY_BYTES_MAX / 3, "", ARK_OK);
    check_repeated("\"", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("~^", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("NOT ", ARK_QUERY_BYTES_MAX / 4 - 1, "red", ARK_E_ARGUMENT);
    check_repeated("| ", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("()", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("\\", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("-=-=", ARK_QUERY_BYTES_MAX / 4, "", ARK_OK);
    check_repeated("*?", ARK_QUERY_BYTES_MAX / 2 - 1, "a", ARK_OK);
    check_repeated("a*?", ARK_QUERY_BYTES_MAX / 3, "", ARK_OK);
    check_repeated("\\*", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("a~1^2 ", ARK_QUERY_FORM_WORDS_MAX, "", ARK_OK);
    check_repeated("a~1^2 ", ARK_QUERY_WORDS_MAX, "", ARK_E_LIMIT);
    check_repeated("a* ", ARK_QUERY_FORM_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated("a NEAR/2 ", 1000, "b", ARK_OK);
    check_repeated("title:(", ARK_QUERY_DEPTH_MAX, "red", ARK_OK);
    check_repeated("a:", ARK_QUERY_BYTES_MAX / 2, "", ARK_E_ARGUMENT);
    check_repeated("id:x ", ARK_QUERY_WORDS_MAX, "", ARK_OK);
    check_repeated("id:x ", ARK_QUERY_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated("(red", ARK_QUERY_DEPTH_MAX, ")^900", ARK_OK);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("query_parser");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, the_prefix_root_is_kept_for_later);
    tcase_add_test(cases, an_unknown_field_is_an_error_that_names_it);
    tcase_add_test(cases, the_option_dates_stands_beside_the_whole_query);
    tcase_add_test(cases, a_query_of_exclusions_alone_is_an_error);
    tcase_add_test(cases, the_option_all_requires_each_word_of_the_top_bag);
    tcase_add_test(cases, the_option_exact_makes_every_word_exact);
    tcase_add_test(cases, the_option_phrase_reads_no_operators);
    tcase_add_test(cases, nodes_and_warnings_know_their_place);
    tcase_add_test(cases, words_carry_their_levels);
    tcase_add_test(cases, limits_are_errors_not_crashes);
    tcase_add_test(cases, hostile_texts_are_read_in_linear_time);
    Suite *suite = suite_create("query_parser");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
