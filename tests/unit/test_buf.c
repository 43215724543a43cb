#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "tests/unit/in_child.h"

/** What must hold of every buffer (buf.h). */
static void
check_sane(const struct ark_buf *buf)
{
    ck_assert_uint_le(buf->len, buf->capacity);
    ck_assert_uint_le(buf->len, buf->bytes_max);
    ck_assert((buf->bytes == NULL) == (buf->capacity == 0));
}

START_TEST(a_new_buffer_is_empty_and_holds_no_memory)
{
    struct ark_buf buf = ark_buf_make(100);
    check_sane(&buf);
    ck_assert_uint_eq(ark_buf_view(&buf).len, 0);
    ck_assert_uint_eq(buf.capacity, 0);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(what_is_appended_stands_in_order)
{
    struct ark_buf buf = ark_buf_make(SIZE_MAX);
    ark_buf_append(&buf, "ab", 2);
    check_sane(&buf);
    ark_buf_append_str(&buf, ARK_STR("cd"));
    ark_buf_push(&buf, 'e');
    ark_buf_printf(&buf, "%03d%s", 7, "xyz");
    ark_buf_append(&buf, NULL, 0);
    check_sane(&buf);
    ck_assert(ark_str_equal(ark_buf_view(&buf), ARK_STR("abcde007xyz")));
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(many_bytes_pushed_one_by_one_are_all_there)
{
    struct ark_buf buf = ark_buf_make(100000);
    for (size_t i = 0; i < 100000; i++) {
        ark_buf_push(&buf, (uint8_t)(i * 31));
    }
    check_sane(&buf);
    ck_assert_uint_eq(buf.len, 100000);
    for (size_t i = 0; i < 100000; i++) {
        ck_assert_uint_eq(buf.bytes[i], (uint8_t)(i * 31));
    }
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(reserving_room_changes_nothing_that_can_be_seen)
{
    struct ark_buf buf = ark_buf_make(1000);
    ark_buf_append_str(&buf, ARK_STR("abc"));
    uint8_t *place = ark_buf_reserve(&buf, 500);
    check_sane(&buf);
    ck_assert_ptr_eq(place, buf.bytes + 3);
    ck_assert_uint_ge(buf.capacity - buf.len, 500);
    ck_assert(ark_str_equal(ark_buf_view(&buf), ARK_STR("abc")));
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(clearing_keeps_the_memory_for_the_next_use)
{
    struct ark_buf buf = ark_buf_make(1000);
    ark_buf_append_str(&buf, ARK_STR("abc"));
    uint8_t *bytes = buf.bytes;
    ark_buf_clear(&buf);
    check_sane(&buf);
    ck_assert_uint_eq(buf.len, 0);
    ark_buf_append_str(&buf, ARK_STR("xy"));
    ck_assert_ptr_eq(buf.bytes, bytes);
    ck_assert(ark_str_equal(ark_buf_view(&buf), ARK_STR("xy")));
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(a_disposed_buffer_can_be_used_again_with_the_same_limit)
{
    struct ark_buf buf = ark_buf_make(1000);
    ark_buf_append_str(&buf, ARK_STR("abc"));
    ark_buf_dispose(&buf);
    check_sane(&buf);
    ck_assert_uint_eq(buf.bytes_max, 1000);
    ark_buf_append_str(&buf, ARK_STR("xy"));
    ck_assert(ark_str_equal(ark_buf_view(&buf), ARK_STR("xy")));
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(the_nul_of_a_c_string_is_not_counted)
{
    struct ark_buf buf = ark_buf_make(1000);
    ck_assert_str_eq(ark_buf_cstr(&buf), "");
    ark_buf_append_str(&buf, ARK_STR("abc"));
    ck_assert_str_eq(ark_buf_cstr(&buf), "abc");
    ck_assert_uint_eq(buf.len, 3);
    ark_buf_push(&buf, 'd');
    ck_assert_str_eq(ark_buf_cstr(&buf), "abcd");
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(formatted_text_longer_than_the_capacity_is_whole)
{
    struct ark_buf buf = ark_buf_make(100000);
    ark_buf_printf(&buf, "%*d", 5000, 1);
    check_sane(&buf);
    ck_assert_uint_eq(buf.len, 5000);
    ck_assert_uint_eq(buf.bytes[4998], ' ');
    ck_assert_uint_eq(buf.bytes[4999], '1');
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(a_buffer_can_be_filled_to_its_limit)
{
    struct ark_buf buf = ark_buf_make(4);
    ark_buf_append_str(&buf, ARK_STR("abc"));
    ark_buf_push(&buf, 'd');
    check_sane(&buf);
    ck_assert(ark_str_equal(ark_buf_view(&buf), ARK_STR("abcd")));
    ark_buf_dispose(&buf);
}
END_TEST

static void
append_past_the_limit(void *context)
{
    (void)context;
    struct ark_buf buf = ark_buf_make(4);
    ark_buf_append_str(&buf, ARK_STR("abc"));
    ark_buf_append_str(&buf, ARK_STR("de"));
}

static void
reserve_more_than_can_be(void *context)
{
    (void)context;
    struct ark_buf buf = ark_buf_make(SIZE_MAX);
    ark_buf_push(&buf, 'a');
    (void)ark_buf_reserve(&buf, SIZE_MAX);
}

START_TEST(passing_the_limit_is_a_bug_and_aborts)
{
    struct child_end end = run_in_child(append_past_the_limit, NULL);
    ck_assert(WIFSIGNALED(end.status));
    ck_assert_int_eq(WTERMSIG(end.status), SIGABRT);
    end = run_in_child(reserve_more_than_can_be, NULL);
    ck_assert(WIFSIGNALED(end.status));
    ck_assert_int_eq(WTERMSIG(end.status), SIGABRT);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("buf");
    TCase *tests = tcase_create("buf");
    tcase_add_test(tests, a_new_buffer_is_empty_and_holds_no_memory);
    tcase_add_test(tests, what_is_appended_stands_in_order);
    tcase_add_test(tests, many_bytes_pushed_one_by_one_are_all_there);
    tcase_add_test(tests, reserving_room_changes_nothing_that_can_be_seen);
    tcase_add_test(tests, clearing_keeps_the_memory_for_the_next_use);
    tcase_add_test(tests, a_disposed_buffer_can_be_used_again_with_the_same_limit);
    tcase_add_test(tests, the_nul_of_a_c_string_is_not_counted);
    tcase_add_test(tests, formatted_text_longer_than_the_capacity_is_whole);
    tcase_add_test(tests, a_buffer_can_be_filled_to_its_limit);
    tcase_add_test(tests, passing_the_limit_is_a_bug_and_aborts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
