#include "indexer/json_record.h"

#include <check.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/compiler.h"

static void
check_text(ark_str text, const char *expected)
{
    ck_assert_msg(ark_str_equal(text, ark_str_from(expected)), "%.*s, not %s", ARK_STR_ARG(text),
                  expected);
}

/** Reads a line with one path; its value lives until the record is freed. */
static struct ark_json_record *
read_one(const char *path, ark_str line)
{
    size_t bad = 0;
    struct ark_json_record *record = ark_json_record_new(&path, 1);
    ck_assert(ark_json_record_read(record, line, &bad));
    return record;
}

static void
check_value(const char *path, const char *line, const char *expected)
{
    struct ark_json_record *record = read_one(path, ark_str_from(line));
    struct ark_json_value value = ark_json_record_value(record, 0);
    ck_assert_msg(value.present == (expected != NULL), "%s in %s", path, line);
    check_text(value.text, expected == NULL ? "" : expected);
    ark_json_record_free(record);
}

START_TEST(of_a_key_that_comes_twice_the_last_one_counts)
{
    check_value("a", "{\"a\":\"one\",\"a\":\"two\"}", "two");
    check_value("a", "{\"a\":\"one\",\"a\":null}", NULL);
    check_value("a", "{\"a\":[\"one\"],\"a\":[\"two\",\"three\"]}", "two\nthree");
    check_value("/a/b", "{\"a\":{\"b\":\"one\"},\"a\":{}}", NULL);
    check_value("/a/b", "{\"a\":{\"b\":\"one\"},\"x\":{\"b\":\"two\"}}", "one");
}
END_TEST

START_TEST(a_pointer_leads_through_objects_and_arrays)
{
    static const char LINE[] = "{\"x\":{\"c\":0},\"a\":[[\"p\",\"q\"],{\"b\":[1,{\"c\":\"here\"}],"
                               "\"c\":\"not here\"}],\"b\":{\"c\":\"nor here\"},"
                               "\"e~f\":\"tilde\",\"\":\"empty\"}";
    check_value("/a/1/b/1/c", LINE, "here");
    check_value("/a/0/1", LINE, "q");
    check_value("/a/0", LINE, "p\nq");
    check_value("/a/2", LINE, NULL);
    check_value("/a/01/b", LINE, NULL);
    check_value("/a/1/b/0/c", LINE, NULL);
    check_value("/x/c/d", LINE, NULL);
    check_value("/e~0f", LINE, "tilde");
    check_value("/", LINE, "empty");
}
END_TEST

START_TEST(a_key_with_a_slash_inside_is_no_pointer)
{
    check_value("a/b", "{\"a\":{\"b\":\"no\"},\"a/b\":\"yes\"}", "yes");
}
END_TEST

START_TEST(only_strings_and_numbers_are_text)
{
    check_value("a", "{\"a\":true}", "");
    check_value("a", "{\"a\":{\"a\":\"inner\"}}", "");
    check_value("a", "{\"a\":[\"x\",true,{\"y\":\"no\"},[\"no\"],\"z\"]}", "x\n\n\n\nz");
    check_value("a", "{\"a\":[]}", "");
    check_value("b", "{\"a\":[\"b\"],\"c\":\"b\"}", NULL);
}
END_TEST

START_TEST(numbers_are_as_they_are_written)
{
    check_value("a", "{\"a\":0.1}", "0.1");
    check_value("a", "{\"a\":[1.50,-3,1e3]}", "1.50\n-3\n1e3");
    check_value("a", "{\"a\":123456789012345678901234567890}", "123456789012345678901234567890");
}
END_TEST

START_TEST(integers_of_64_bits_are_told_from_other_numbers)
{
    static const struct {
        const char *line;
        bool is_integer;
        int64_t integer;
    } CASES[] = {
        {"{\"a\":7}", true, 7},
        {"{\"a\":-9223372036854775808}", true, INT64_MIN},
        {"{\"a\":9223372036854775808}", false, 0},
        {"{\"a\":7.0}", false, 0},
        {"{\"a\":7e0}", false, 0},
        {"{\"a\":\"7\"}", false, 0},
        {"{\"a\":[7]}", false, 0},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(CASES); i++) {
        struct ark_json_record *record = read_one("a", ark_str_from(CASES[i].line));
        struct ark_json_value value = ark_json_record_value(record, 0);
        ck_assert_msg(value.is_integer == CASES[i].is_integer, "%s", CASES[i].line);
        ck_assert(!value.is_integer || value.integer == CASES[i].integer);
        ark_json_record_free(record);
    }
}
END_TEST

START_TEST(strings_are_unescaped_and_may_hold_a_nul)
{
    struct ark_json_record *record =
        read_one("a", ARK_STR("{\"\\u0061\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0647\\ud83d\\ude00\"}"));
    check_text(ark_json_record_value(record, 0).text, "\"\\/\b\f\n\r\t\xD9\x87\xF0\x9F\x98\x80");
    ark_json_record_free(record);
    record = read_one("a", ARK_STR("{\"a\":\"x\\u0000y\"}"));
    ck_assert(ark_str_equal(ark_json_record_value(record, 0).text, ark_str_make("x\0y", 3)));
    ark_json_record_free(record);
}
END_TEST

START_TEST(what_is_no_object_is_refused_at_its_byte)
{
    static const struct {
        const char *line;
        size_t bad_min;
        size_t bad_max;
    } CASES[] = {
        {"[1]", 0, 0},
        {"\"a\"", 0, 0},
        {"7", 0, 0},
        {"null", 0, 0},
        {"{\"a\":1", 6, 6},
        {"{\"a\":1} x", 8, 9},
        {"{\"a\":1}{}", 7, 8},
        {"{\"a\" 1}", 5, 6},
        {"{\"a\":01}", 5, 7},
        {"{\"a\":tru}", 5, 9},
        {"{\"a\":'x'}", 5, 6},
        {"{\"a\":\"\t\"}", 6, 7},
        {"{\"a\":\"\\x\"}", 6, 8},
        {"{\"a\":\"x", 7, 7},
        {"{\"a\":\"\\u12\"}", 6, 11},
        {"{\"a\":1,}", 7, 8},
        {"{/**/}", 1, 2},
        {"{\"a\":1]", 6, 7},
        {"{\"a\":[1}", 7, 8},
        {"{\"a\":1.}", 5, 8},
        {"{1:2}", 1, 2},
    };
    const char *path = "a";
    struct ark_json_record *record = ark_json_record_new(&path, 1);
    for (size_t i = 0; i < ARK_COUNT_OF(CASES); i++) {
        size_t bad = SIZE_MAX;
        ck_assert_msg(!ark_json_record_read(record, ark_str_from(CASES[i].line), &bad), "%s",
                      CASES[i].line);
        ck_assert_msg(bad >= CASES[i].bad_min && bad <= CASES[i].bad_max, "%s: byte %zu",
                      CASES[i].line, bad);
        // What went wrong leaves nothing behind.
        ck_assert(ark_json_record_read(record, ARK_STR("{\"b\":1}"), &bad));
        ck_assert(!ark_json_record_value(record, 0).present);
    }
    ark_json_record_free(record);
}
END_TEST

START_TEST(nesting_has_a_limit)
{
    const char *path = "a";
    struct ark_json_record *record = ark_json_record_new(&path, 1);
    for (size_t arrays = ARK_JSON_DEPTH_MAX - 1; arrays <= ARK_JSON_DEPTH_MAX; arrays++) {
        struct ark_buf line = ark_buf_make(SIZE_MAX);
        ark_buf_append_str(&line, ARK_STR("{\"a\":"));
        for (size_t i = 0; i < 2 * arrays; i++) {
            ark_buf_push(&line, i < arrays ? '[' : ']');
        }
        ark_buf_push(&line, '}');
        size_t bad = 0;
        ck_assert_int_eq(ark_json_record_read(record, ark_buf_view(&line), &bad),
                         arrays < ARK_JSON_DEPTH_MAX);
        ark_buf_dispose(&line);
    }
    ark_json_record_free(record);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("json_record");
    TCase *tests = tcase_create("json_record");
    tcase_add_test(tests, of_a_key_that_comes_twice_the_last_one_counts);
    tcase_add_test(tests, a_pointer_leads_through_objects_and_arrays);
    tcase_add_test(tests, a_key_with_a_slash_inside_is_no_pointer);
    tcase_add_test(tests, only_strings_and_numbers_are_text);
    tcase_add_test(tests, numbers_are_as_they_are_written);
    tcase_add_test(tests, integers_of_64_bits_are_told_from_other_numbers);
    tcase_add_test(tests, strings_are_unescaped_and_may_hold_a_nul);
    tcase_add_test(tests, what_is_no_object_is_refused_at_its_byte);
    tcase_add_test(tests, nesting_has_a_limit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
