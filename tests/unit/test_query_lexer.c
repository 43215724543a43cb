#include <check.h>
#include <stdlib.h>

#include "searcher/query_lexer.h"

static struct ark_arena arena;
static struct ark_query *query;

static void
set_up(void)
{
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
}

static struct ark_lexemes
lex(const char *text)
{
    struct ark_lexemes lexemes = {0};
    query = ARK_ARENA_NEW(&arena, struct ark_query);
    query->text = ark_str_from(text);
    ck_assert_int_eq(ark_query_lex(query, &arena, &lexemes, NULL), ARK_OK);
    ck_assert_int_eq(lexemes.items[lexemes.count].kind, ARK_LEXEME_END);
    return lexemes;
}

/** The lexemes in short: words and phrases as written, signs before them, operators as letters. */
static void
check_lexemes(const char *text, const char *expected)
{
    struct ark_lexemes lexemes = lex(text);
    struct ark_buf out = ark_buf_make(4096);
    for (size_t i = 0; i < lexemes.count; i++) {
        const struct ark_lexeme *lexeme = &lexemes.items[i];
        static const char *const MARKS[] = {
            [ARK_LEXEME_WORDS] = "",  [ARK_LEXEME_PHRASE] = "'", [ARK_LEXEME_OPEN] = "(",
            [ARK_LEXEME_CLOSE] = ")", [ARK_LEXEME_AND] = "&",    [ARK_LEXEME_OR] = "|",
            [ARK_LEXEME_NOT] = "!",   [ARK_LEXEME_NEAR] = "<>",  [ARK_LEXEME_FILTER] = ":",
        };
        static const char *const SIGNS[] = {"", "+", "-"};
        ark_buf_printf(&out, "%s%s%s%s", i > 0 ? " " : "", SIGNS[lexeme->sign],
                       &"=="[2 - lexeme->equals], MARKS[lexeme->kind]);
        ark_buf_append_str(&out,
                           ark_str_slice(query->text, lexeme->content_start, lexeme->content_end));
        ck_assert_uint_le(lexeme->start, lexeme->end);
    }
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
    ark_buf_dispose(&out);
}

START_TEST(runs_end_at_blanks_quotes_parentheses_and_bars)
{
    check_lexemes("red green", "red green");
    check_lexemes("red(green)blue", "red ( green ) blue");
    check_lexemes("red|green", "red | green");
    check_lexemes("red\"green\"blue", "red 'green blue");
    check_lexemes("red-green.blue", "red-green.blue");
}
END_TEST

START_TEST(arabic_marks_part_runs)
{
    // one, Arabic comma, two, Arabic semicolon, three, Arabic question mark
    check_lexemes("one\u060Ctwo\u061Bthree\u061F", "one two three");
}
END_TEST

START_TEST(runs_without_a_letter_or_digit_are_passed_over)
{
    check_lexemes("... - + = ?!", "");
    check_lexemes("red ... AND --- green", "red & green");
}
END_TEST

START_TEST(signs_and_equals_belong_to_what_follows)
{
    check_lexemes("+red -\"a b\" -(c) =d +=e", "+red -'a b -( c ) =d +=e");
    check_lexemes("red-green +", "red-green");
}
END_TEST

START_TEST(keywords_stand_alone_in_capitals)
{
    check_lexemes("a AND b OR c AND NOT d", "a & b | c & ! d");
    check_lexemes("a and b", "a and b");
    check_lexemes("a ANDb", "a ANDb");
    check_lexemes("\\AND a", "\\AND a");
}
END_TEST

START_TEST(operators_without_operands_become_words)
{
    check_lexemes("AND a", "AND a");
    check_lexemes("a OR", "a OR");
    check_lexemes("a AND ) NOT", "a & NOT");
    ck_assert_ptr_nonnull(query->warnings);
}
END_TEST

START_TEST(closing_parentheses_have_an_opening_one)
{
    check_lexemes(")a) (b", "a ( b");
    check_lexemes("(a) b)", "( a ) b");
}
END_TEST

START_TEST(offsets_take_in_signs_quotes_and_suffixes)
{
    struct ark_lexemes lexemes = lex("red -\"a b\"~2 blue^3");
    ck_assert_uint_eq(lexemes.count, 3);
    ck_assert_uint_eq(lexemes.items[1].start, 4);
    ck_assert_uint_eq(lexemes.items[1].end, 12);
    ck_assert_uint_eq(lexemes.items[1].content_start, 6);
    ck_assert_uint_eq(lexemes.items[1].content_end, 9);
    ck_assert_uint_eq(lexemes.items[2].content_end, 17);
    ck_assert_uint_eq(lexemes.items[2].end, 19);
}
END_TEST

START_TEST(depth_beyond_the_limit_is_an_error)
{
    char text[ARK_QUERY_DEPTH_MAX + 2];
    memset(text, '(', sizeof text);
    text[sizeof text - 1] = '\0';
    struct ark_lexemes lexemes;
    struct ark_error error;
    query = ARK_ARENA_NEW(&arena, struct ark_query);
    query->text = ark_str_from(text);
    ck_assert_int_eq(ark_query_lex(query, &arena, &lexemes, &error), ARK_E_LIMIT);
    query->text = ark_str_slice(query->text, 0, ARK_QUERY_DEPTH_MAX);
    ck_assert_int_eq(ark_query_lex(query, &arena, &lexemes, &error), ARK_OK);
}
END_TEST

START_TEST(warnings_come_in_the_order_of_the_text_and_are_bounded)
{
    query = ARK_ARENA_NEW(&arena, struct ark_query);
    ark_query_warn(query, &arena, 5, 6, "second");
    ark_query_warn(query, &arena, 9, 10, "third");
    ark_query_warn(query, &arena, 1, 2, "first");
    ck_assert_str_eq(query->warnings->text, "first");
    ck_assert_str_eq(query->warnings->next->text, "second");
    ck_assert_str_eq(query->warnings->next->next->text, "third");
    uint32_t count = 0;
    for (uint32_t i = 0; i < 100; i++) {
        ark_query_warn(query, &arena, i, i + 1, "more");
    }
    for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        count++;
    }
    ck_assert_uint_eq(count, ARK_QUERY_WARNINGS_MAX);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("query_lexer");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, runs_end_at_blanks_quotes_parentheses_and_bars);
    tcase_add_test(cases, arabic_marks_part_runs);
    tcase_add_test(cases, runs_without_a_letter_or_digit_are_passed_over);
    tcase_add_test(cases, signs_and_equals_belong_to_what_follows);
    tcase_add_test(cases, keywords_stand_alone_in_capitals);
    tcase_add_test(cases, operators_without_operands_become_words);
    tcase_add_test(cases, closing_parentheses_have_an_opening_one);
    tcase_add_test(cases, offsets_take_in_signs_quotes_and_suffixes);
    tcase_add_test(cases, depth_beyond_the_limit_is_an_error);
    tcase_add_test(cases, warnings_come_in_the_order_of_the_text_and_are_bounded);
    Suite *suite = suite_create("query_lexer");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
