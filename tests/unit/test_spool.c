#include <check.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/store/spool.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/in_child.h"

/** The byte at a place of every test's content. */
static uint8_t
byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 7 + offset / 251);
}

/** Appends so many bytes of the content, which goes on where the spool ends. */
static void
append(struct ark_spool *spool, size_t len)
{
    uint8_t *bytes = ark_xmalloc(len);
    uint64_t start = ark_spool_bytes(spool);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = byte_at(start + i);
    }
    ck_assert_int_eq(ark_spool_append(spool, ark_str_make(bytes, len), NULL), ARK_OK);
    ck_assert_uint_eq(ark_spool_bytes(spool), start + len);
    free(bytes);
}

static void
check_range(struct ark_spool *spool, uint64_t offset, size_t len)
{
    uint8_t *bytes = ark_xmalloc(len);
    ck_assert_int_eq(ark_spool_read(spool, offset, len, bytes, NULL), ARK_OK);
    size_t good = 0;
    while (good < len && bytes[good] == byte_at(offset + good)) {
        good++;
    }
    ck_assert_uint_eq(good, len);
    free(bytes);
}

START_TEST(an_empty_spool_has_no_bytes)
{
    struct ark_spool *spool = ark_spool_new("/tmp");
    ck_assert_uint_eq(ark_spool_bytes(spool), 0);
    check_range(spool, 0, 0);
    ark_spool_free(spool);
    ark_spool_free(NULL);
}
END_TEST

START_TEST(a_small_spool_needs_no_file)
{
    // The directory does not exist, so a file would fail.
    struct ark_spool *spool = ark_spool_new("/nowhere/at/all");
    append(spool, ARK_SPOOL_MEMORY - 1);
    append(spool, 1);
    check_range(spool, 0, ARK_SPOOL_MEMORY);
    ark_spool_free(spool);
}
END_TEST

START_TEST(what_a_killed_process_left_is_in_nobodys_way)
{
    char *dir = test_temp_dir();
    char *left = ark_path_join(dir, "data.tmp");
    test_write_file(left, (const uint8_t *)"left", 4);
    struct ark_spool *first = ark_spool_new(dir);
    struct ark_spool *second = ark_spool_new(dir);
    append(first, 2 * ARK_SPOOL_MEMORY);
    append(second, 3 * ARK_SPOOL_MEMORY);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    check_range(first, 0, 2 * ARK_SPOOL_MEMORY);
    check_range(second, 0, 3 * ARK_SPOOL_MEMORY);
    ark_spool_free(first);
    ark_spool_free(second);
    test_write_file(left, (const uint8_t *)"", 0);
    ark_spool_clear(dir);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    ark_spool_clear(dir);
    free(left);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_large_spool_comes_back_whole)
{
    char *dir = test_temp_dir();
    struct ark_spool *spool = ark_spool_new(dir);
    append(spool, 1000);
    append(spool, ARK_SPOOL_MEMORY);
    append(spool, 3 * ARK_SPOOL_MEMORY + 17);
    append(spool, 5);
    check_range(spool, 0, (size_t)ark_spool_bytes(spool));
    ark_spool_free(spool);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(pieces_on_both_sides_of_the_file_end_come_back)
{
    char *dir = test_temp_dir();
    struct ark_spool *spool = ark_spool_new(dir);
    append(spool, ARK_SPOOL_MEMORY);
    append(spool, 100);
    append(spool, 100);
    for (uint64_t offset = ARK_SPOOL_MEMORY - 60; offset < ARK_SPOOL_MEMORY + 60; offset += 7) {
        check_range(spool, offset, 80);
        check_range(spool, offset, 1);
    }
    ark_spool_free(spool);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(reading_between_appends_sees_what_is_there)
{
    char *dir = test_temp_dir();
    struct ark_spool *spool = ark_spool_new(dir);
    for (int i = 0; i < 40; i++) {
        append(spool, 20011);
        uint64_t end = ark_spool_bytes(spool);
        check_range(spool, end - 20011, 20011);
        check_range(spool, end / 2, 100);
        check_range(spool, 0, 10);
        // Over half the window of a spool: not read through it.
        check_range(spool, end / 3, 13000 < end / 2 ? 13000 : 1);
    }
    ark_spool_free(spool);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(pieces_from_several_places_in_turn_come_back)
{
    char *dir = test_temp_dir();
    struct ark_spool *spool = ark_spool_new(dir);
    append(spool, (size_t)20 * ARK_SPOOL_MEMORY);
    append(spool, 100);
    uint64_t end = ark_spool_bytes(spool);
    for (uint64_t i = 0; i < 3000; i++) {
        check_range(spool, i * 300, 300);
        check_range(spool, i % 3 * 40, 40);
        check_range(spool, (i * 7919 * 4096) % (end - 9000), 100 + i);
        check_range(spool, end - 1 - i, i % 50);
    }
    ark_spool_free(spool);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(the_file_has_no_name)
{
    char *dir = test_temp_dir();
    struct ark_spool *spool = ark_spool_new(dir);
    append(spool, 2 * ARK_SPOOL_MEMORY);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    ark_spool_free(spool);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_directory_that_is_not_there_is_named)
{
    struct ark_spool *spool = ark_spool_new("/nowhere/at/all");
    append(spool, ARK_SPOOL_MEMORY);
    struct ark_error err;
    ck_assert_int_eq(ark_spool_append(spool, ARK_STR("x"), &err), ARK_E_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all"));
    ark_spool_free(spool);
}
END_TEST

/** Appends under a limit of file size, as on a full disk, and checks that it fails with words. */
static void
append_beyond_the_limit(void *context)
{
    struct rlimit limit = {ARK_SPOOL_MEMORY, ARK_SPOOL_MEMORY};
    ARK_ASSERT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    ARK_ASSERT(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    struct ark_spool *spool = ark_spool_new(context);
    uint8_t *bytes = ark_xcalloc(ARK_SPOOL_MEMORY, 1);
    ark_str full = ark_str_make(bytes, ARK_SPOOL_MEMORY);
    struct ark_error err = {0};
    enum ark_status status = ARK_OK;
    for (int i = 0; i < 3 && status == ARK_OK; i++) {
        status = ark_spool_append(spool, full, &err);
    }
    free(bytes);
    ark_spool_free(spool);
    ARK_ASSERT(status == ARK_E_IO);
    ARK_ASSERT(strstr(err.text, "cannot write a temporary file") != NULL);
}

START_TEST(a_write_that_fails_is_an_error)
{
    char *dir = test_temp_dir();
    struct child_end end = run_in_child(append_beyond_the_limit, dir);
    ck_assert_str_eq(end.text, "");
    ck_assert(WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0);
    test_temp_dir_remove(dir);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("spool");
    TCase *tests = tcase_create("spool");
    tcase_add_test(tests, an_empty_spool_has_no_bytes);
    tcase_add_test(tests, a_small_spool_needs_no_file);
    tcase_add_test(tests, what_a_killed_process_left_is_in_nobodys_way);
    tcase_add_test(tests, a_large_spool_comes_back_whole);
    tcase_add_test(tests, pieces_on_both_sides_of_the_file_end_come_back);
    tcase_add_test(tests, reading_between_appends_sees_what_is_there);
    tcase_add_test(tests, pieces_from_several_places_in_turn_come_back);
    tcase_add_test(tests, the_file_has_no_name);
    tcase_add_test(tests, a_directory_that_is_not_there_is_named);
    tcase_add_test(tests, a_write_that_fails_is_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
