#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "indexer/paths.h"

static bool
under(const char *path, const char *dir)
{
    return ark_path_is_under(ark_str_from(path), ark_str_from(dir));
}

START_TEST(a_path_lies_under_itself_and_its_folders_only)
{
    ck_assert(under("/a/b", "/a"));
    ck_assert(under("/a", "/a"));
    ck_assert(under("/a", "/"));
    ck_assert(under("/", "/"));
    ck_assert(!under("/ab", "/a"));
    ck_assert(!under("/a", "/a/b"));
    ck_assert(!under("-", "/"));
}
END_TEST

START_TEST(the_last_name_and_the_parent_divide_a_path)
{
    ck_assert_uint_eq(ark_path_name_start(ARK_STR("/a/bc")), 3);
    ck_assert_uint_eq(ark_path_name_start(ARK_STR("bc")), 0);
    ck_assert_uint_eq(ark_path_name_start(ARK_STR("/")), 1);
    ck_assert(ark_str_equal(ark_path_parent(ARK_STR("/a/bc")), ARK_STR("/a")));
    ck_assert(ark_str_equal(ark_path_parent(ARK_STR("/a")), ARK_STR("/")));
    ck_assert(ark_str_equal(ark_path_parent(ARK_STR("/")), ARK_STR("/")));
    ck_assert_uint_eq(ark_path_parent(ARK_STR("bc")).len, 0);
}
END_TEST

static void
assert_resolved(const char *path, const char *expected)
{
    char *out = NULL;
    struct ark_error err;
    ck_assert_int_eq(ark_path_resolve(path, &out, &err), ARK_OK);
    ck_assert_str_eq(out, expected);
    free(out);
}

START_TEST(a_path_that_is_gone_still_has_a_canonical_form)
{
    char folder[] = "/tmp/ark-paths-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *canonical = NULL;
    ck_assert_int_eq(ark_path_resolve(folder, &canonical, NULL), ARK_OK);
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("real", 0777), 0);
    ck_assert_int_eq(symlink("real", "link"), 0);
    char expected[256];
    (void)snprintf(expected, sizeof expected, "%s/real/gone/x", canonical);
    assert_resolved("link/gone/x", expected);
    assert_resolved("link/./gone//y/../x/", expected);
    (void)snprintf(expected, sizeof expected, "%s/real", canonical);
    assert_resolved("link", expected);
    assert_resolved("/nowhere/at/../all", "/nowhere/all");
    assert_resolved("/../..", "/");
    ck_assert_int_eq(unlink("link") + rmdir("real") + chdir("/") + rmdir(folder), 0);
    free(canonical);
}
END_TEST

/** Splits text and gives the names joined by '|'. */
static void
assert_split(const char *text, size_t len, bool null_ended, const char *expected)
{
    char bytes[64] = "";
    char joined[64] = "";
    char **names = NULL;
    memcpy(bytes, text, len);
    size_t count = ark_path_list_split(bytes, len, null_ended, &names);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf(joined + at, sizeof joined - at, "%s|", names[i]);
    }
    ck_assert_str_eq(joined, expected);
    free(names);
}

START_TEST(lists_of_paths_are_split_at_lines_or_at_nuls)
{
    assert_split("a\nb c\n\nd", 8, false, "a|b c|d|");
    assert_split("a\nb\0c\0", 6, true, "a\nb|c|");
    assert_split("", 0, false, "");
    assert_split("\n\n", 2, false, "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("paths");
    TCase *tests = tcase_create("paths");
    tcase_add_test(tests, a_path_lies_under_itself_and_its_folders_only);
    tcase_add_test(tests, the_last_name_and_the_parent_divide_a_path);
    tcase_add_test(tests, a_path_that_is_gone_still_has_a_canonical_form);
    tcase_add_test(tests, lists_of_paths_are_split_at_lines_or_at_nuls);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
