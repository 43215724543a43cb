// realpath(3) is XSI.
#define _XOPEN_SOURCE 700
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"

static char directory[] = "ark-test-file-XXXXXX";
static struct ark_buf content;
static struct ark_error error;

static void
setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    content = ark_buf_make(1 << 20);
}

static void
teardown(void)
{
    ark_buf_dispose(&content);
    static const char *const files[] = {"a.txt", "b.txt", "link", "p/q/r", "p/q", "p"};
    for (size_t i = 0; i < ARK_COUNT_OF(files); i++) {
        (void)remove(files[i]);
    }
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

static void
write_file(const char *path, ark_str text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text.bytes, 1, text.len, file), text.len);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_file_is_read_byte_for_byte)
{
    write_file("a.txt", ARK_STR("a\0b\r\n\xff"));
    ark_buf_append_str(&content, ARK_STR("what was there before"));
    ck_assert_int_eq(ark_file_read("a.txt", 100, &content, &error), ARK_OK);
    ck_assert(ark_str_equal(ark_buf_view(&content), ARK_STR("a\0b\r\n\xff")));
}
END_TEST

START_TEST(an_empty_file_is_empty_text)
{
    write_file("a.txt", ARK_STR(""));
    ck_assert_int_eq(ark_file_read("a.txt", 0, &content, &error), ARK_OK);
    ck_assert_uint_eq(content.len, 0);
}
END_TEST

START_TEST(a_file_longer_than_one_read_is_whole)
{
    struct ark_buf text = ark_buf_make(1 << 20);
    for (uint32_t i = 0; i < 900000; i++) {
        ark_buf_push(&text, (uint8_t)(i * 2654435761u >> 24));
    }
    write_file("a.txt", ark_buf_view(&text));
    ck_assert_int_eq(ark_file_read("a.txt", 900000, &content, &error), ARK_OK);
    ck_assert(ark_str_equal(ark_buf_view(&content), ark_buf_view(&text)));
    ark_buf_dispose(&text);
}
END_TEST

START_TEST(a_file_at_the_limit_is_read_and_one_byte_more_is_refused)
{
    write_file("a.txt", ARK_STR("12345"));
    ck_assert_int_eq(ark_file_read("a.txt", 5, &content, &error), ARK_OK);
    ck_assert_uint_eq(content.len, 5);
    ck_assert_int_eq(ark_file_read("a.txt", 4, &content, &error), ARK_E_LIMIT);
    ck_assert_str_eq(error.text, "longer than 4 bytes: a.txt");
    ck_assert_int_eq(ark_file_read("a.txt", 0, &content, &error), ARK_E_LIMIT);
}
END_TEST

START_TEST(a_missing_file_is_not_found_and_named)
{
    ck_assert_int_eq(ark_file_read("none.txt", 100, &content, &error), ARK_E_NOT_FOUND);
    ck_assert_str_eq(error.text, "No such file or directory: none.txt");
    write_file("a.txt", ARK_STR("x"));
    ck_assert_int_eq(ark_file_read("a.txt/below", 100, &content, &error), ARK_E_NOT_FOUND);
    ck_assert_int_eq(ark_file_read("none.txt", 100, &content, NULL), ARK_E_NOT_FOUND);
}
END_TEST

START_TEST(a_directory_is_no_file)
{
    ck_assert_int_eq(ark_file_read(".", 100, &content, &error), ARK_E_IO);
    ck_assert_str_eq(error.text, "Is a directory: .");
}
END_TEST

START_TEST(a_dash_reads_standard_input_in_pieces)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        ssize_t first = write(ends[1], "one ", 4);
        (void)poll(NULL, 0, 20);
        ssize_t second = write(ends[1], "two", 3);
        _exit(first == 4 && second == 3 ? 0 : 1);
    }
    (void)close(ends[1]);
    int saved = dup(STDIN_FILENO);
    ck_assert_int_ge(dup2(ends[0], STDIN_FILENO), 0);
    ck_assert_int_eq(ark_file_read("-", 100, &content, &error), ARK_OK);
    ck_assert(ark_str_equal(ark_buf_view(&content), ARK_STR("one two")));
    // Standard input stays open.
    ck_assert_int_ne(fcntl(STDIN_FILENO, F_GETFD), -1);
    ck_assert_int_ge(dup2(saved, STDIN_FILENO), 0);
    (void)close(saved);
    (void)close(ends[0]);
}
END_TEST

static bool
is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

START_TEST(directories_are_made_with_their_parents)
{
    ck_assert_int_eq(ark_dir_make("p/q/r", &error), ARK_OK);
    ck_assert(is_directory("p/q/r"));
    ck_assert_int_eq(ark_dir_make("p/q/r", &error), ARK_OK);
    ck_assert_int_eq(ark_dir_make("p//q/./r/", &error), ARK_OK);
    ck_assert_int_eq(ark_dir_make("/", &error), ARK_OK);
    ck_assert_int_eq(ark_dir_make(".", &error), ARK_OK);
}
END_TEST

START_TEST(absolute_directories_are_made_too)
{
    char *here = realpath(".", NULL);
    ck_assert_ptr_nonnull(here);
    char *path = ark_path_join(here, "p/q");
    ck_assert_int_eq(ark_dir_make(path, &error), ARK_OK);
    ck_assert(is_directory("p/q"));
    free(path);
    free(here);
}
END_TEST

START_TEST(a_directory_cannot_be_made_in_the_place_of_a_file)
{
    write_file("a.txt", ARK_STR("x"));
    ck_assert_int_eq(ark_dir_make("a.txt", &error), ARK_E_IO);
    ck_assert_str_eq(error.text, "cannot make the directory: Not a directory: a.txt");
    ck_assert_int_eq(ark_dir_make("a.txt/below", &error), ARK_E_IO);
}
END_TEST

START_TEST(a_canonical_path_is_absolute_and_without_links)
{
    write_file("a.txt", ARK_STR("x"));
    ck_assert_int_eq(symlink("a.txt", "link"), 0);
    char *direct = NULL;
    char *by_link = NULL;
    ck_assert_int_eq(ark_path_canonical("./a.txt", &direct, &error), ARK_OK);
    ck_assert_int_eq(ark_path_canonical("link", &by_link, &error), ARK_OK);
    ck_assert_int_eq(direct[0], '/');
    ck_assert_str_eq(direct, by_link);
    free(direct);
    free(by_link);
}
END_TEST

START_TEST(a_path_that_is_not_there_has_no_canonical_form)
{
    char *out = NULL;
    ck_assert_int_eq(ark_path_canonical("none", &out, &error), ARK_E_NOT_FOUND);
    ck_assert_ptr_null(out);
    ck_assert_int_eq(symlink("link", "link"), 0);
    ck_assert_int_eq(ark_path_canonical("link", &out, &error), ARK_E_IO);
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(joined_paths_have_one_slash_between)
{
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"},        {"/", "b", "/b"},
        {"", "b", "/b"},   {"a/b", "c/d", "a/b/c/d"},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(cases); i++) {
        char *joined = ark_path_join(cases[i][0], cases[i][1]);
        ck_assert_str_eq(joined, cases[i][2]);
        free(joined);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("file");
    TCase *tests = tcase_create("file");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_file_is_read_byte_for_byte);
    tcase_add_test(tests, an_empty_file_is_empty_text);
    tcase_add_test(tests, a_file_longer_than_one_read_is_whole);
    tcase_add_test(tests, a_file_at_the_limit_is_read_and_one_byte_more_is_refused);
    tcase_add_test(tests, a_missing_file_is_not_found_and_named);
    tcase_add_test(tests, a_directory_is_no_file);
    tcase_add_test(tests, a_dash_reads_standard_input_in_pieces);
    tcase_add_test(tests, directories_are_made_with_their_parents);
    tcase_add_test(tests, absolute_directories_are_made_too);
    tcase_add_test(tests, a_directory_cannot_be_made_in_the_place_of_a_file);
    tcase_add_test(tests, a_canonical_path_is_absolute_and_without_links);
    tcase_add_test(tests, a_path_that_is_not_there_has_no_canonical_form);
    tcase_add_test(tests, joined_paths_have_one_slash_between);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
