#include <check.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/terminal/answers.h"

static struct ark_answer_reader reader;

static const struct ark_answers *
answers(const char *bytes)
{
    reader = ark_answer_reader_make();
    ark_answer_reader_feed(&reader, (const uint8_t *)bytes, strlen(bytes));
    return &reader.answers;
}

START_TEST(before_anything_is_said_all_is_silence)
{
    struct ark_answers none = ark_answers_none();
    ck_assert(!none.complete);
    ck_assert_int_eq(none.order, ARK_MODE_SILENT);
    ck_assert_int_eq(none.directions, ARK_MODE_SILENT);
    ck_assert_str_eq(none.name, "");
}
END_TEST

START_TEST(modes_name_and_kind_are_read)
{
    const struct ark_answers *said =
        answers("\033[8;1$y\033[?2501;2$y\033P>|VTE(7006)\033\\\033[?65;1;9c");
    ck_assert(said->complete);
    ck_assert_int_eq(said->order, ARK_MODE_SET);
    ck_assert_int_eq(said->directions, ARK_MODE_RESET);
    ck_assert_str_eq(said->name, "VTE(7006)");
}
END_TEST

START_TEST(answers_may_come_byte_by_byte)
{
    const char *bytes = "\033[8;0$y\033P>|kitty(0.26.5)\033\\\033[?62;c";
    reader = ark_answer_reader_make();
    for (size_t i = 0; i < strlen(bytes); i++) {
        ck_assert(!reader.answers.complete);
        ark_answer_reader_feed(&reader, (const uint8_t *)bytes + i, 1);
    }
    ck_assert(reader.answers.complete);
    ck_assert_int_eq(reader.answers.order, ARK_MODE_UNKNOWN);
    ck_assert_str_eq(reader.answers.name, "kitty(0.26.5)");
}
END_TEST

START_TEST(introducers_of_one_byte_are_known)
{
    const struct ark_answers *said = answers("\x9B"
                                             "8;4$y\x90>|x\x9C\x9B?6c");
    ck_assert(said->complete);
    ck_assert_int_eq(said->order, ARK_MODE_ALWAYS_RESET);
    ck_assert_str_eq(said->name, "x");
}
END_TEST

START_TEST(keys_between_answers_are_passed_over)
{
    const struct ark_answers *said = answers("ls -l\r\033[A\033OP\033[8;2$yq\033[1;5C\033[?1c~");
    ck_assert(said->complete);
    ck_assert_int_eq(said->order, ARK_MODE_RESET);
}
END_TEST

START_TEST(what_is_malformed_says_nothing)
{
    static const char *const bytes[] = {
        "\033[8;9$y", "\033[8;1$z", "\033[8;$y",        "\033[88;1$y", "\033[8;1\n$y", "8;1$y",
        "\033]8;1$y", "\033[8;1",   "\033P8;1$y\033\\", "\033[>0;1c",  "\033[c"};
    for (size_t i = 0; i < ARK_COUNT_OF(bytes); i++) {
        const struct ark_answers *said = answers(bytes[i]);
        ck_assert_msg(said->order == ARK_MODE_SILENT && !said->complete, "%zu", i);
    }
}
END_TEST

START_TEST(a_sequence_without_end_does_not_swallow_the_next)
{
    char bytes[6000];
    for (int kind = 0; kind < 2; kind++) {
        memset(bytes, '1', sizeof bytes);
        memcpy(bytes, kind == 0 ? "\033[" : "\033P", 2);
        memcpy(bytes + 5000, "\033[8;1$y\033[?6c", sizeof "\033[8;1$y\033[?6c");
        const struct ark_answers *said = answers(bytes);
        ck_assert(said->complete);
        ck_assert_int_eq(said->order, ARK_MODE_SET);
    }
}
END_TEST

START_TEST(a_string_that_breaks_off_is_no_name)
{
    const struct ark_answers *said = answers("\033P>|foot\033[?6c");
    ck_assert(said->complete);
    ck_assert_str_eq(said->name, "");
}
END_TEST

START_TEST(a_long_name_is_cut)
{
    char bytes[256] = "\033P>|";
    memset(bytes + 4, 'n', 90);
    memcpy(bytes + 94, "\033\\", 3);
    ck_assert_uint_eq(strlen(answers(bytes)->name), ARK_TERMINAL_NAME_BYTES_MAX - 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("answers");
    TCase *tests = tcase_create("answers");
    tcase_add_test(tests, before_anything_is_said_all_is_silence);
    tcase_add_test(tests, modes_name_and_kind_are_read);
    tcase_add_test(tests, answers_may_come_byte_by_byte);
    tcase_add_test(tests, introducers_of_one_byte_are_known);
    tcase_add_test(tests, keys_between_answers_are_passed_over);
    tcase_add_test(tests, what_is_malformed_says_nothing);
    tcase_add_test(tests, a_sequence_without_end_does_not_swallow_the_next);
    tcase_add_test(tests, a_string_that_breaks_off_is_no_name);
    tcase_add_test(tests, a_long_name_is_cut);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
