#include <check.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/signals.h"
#include "common/store/store_impl.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/in_child.h"

/** What the child is to do with the lock of a directory that the parent may hold. */
struct wish {
    const char *path;
    long wait_seconds;
    struct ark_error err; /**< of no use to the parent; the child prints it */
};

/** Tries to take the lock and says on stderr what came of it. */
static void
try_to_take(void *context)
{
    struct wish *wish = context;
    int fd = -1;
    enum ark_status status = ark_lock_take(wish->path, wish->wait_seconds, &fd, &wish->err);
    (void)fprintf(stderr, "%s%s%s", ark_status_name(status), status == ARK_OK ? "" : ": ",
                  status == ARK_OK ? "" : wish->err.text);
}

START_TEST(one_writer_at_a_time_has_the_lock)
{
    char *dir = test_temp_dir();
    int fd = -1;
    ck_assert_int_eq(ark_lock_take(dir, 0, &fd, NULL), ARK_OK);
    ck_assert_int_ge(fd, 0);
    struct wish wish = {.path = dir};
    struct child_end end = run_in_child(try_to_take, &wish);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "process %ld is writing", (long)getpid());
    ck_assert_ptr_nonnull(strstr(end.text, ark_status_name(ARK_E_BUSY)));
    ck_assert_ptr_nonnull(strstr(end.text, expected));
    ark_lock_release(fd);
    end = run_in_child(try_to_take, &wish);
    ck_assert_str_eq(end.text, ark_status_name(ARK_OK));
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(the_lock_goes_with_its_process)
{
    char *dir = test_temp_dir();
    struct wish wish = {.path = dir};
    // The child ends without giving it back.
    struct child_end end = run_in_child(try_to_take, &wish);
    ck_assert_str_eq(end.text, ark_status_name(ARK_OK));
    int fd = -1;
    ck_assert_int_eq(ark_lock_take(dir, 0, &fd, NULL), ARK_OK);
    ark_lock_release(fd);
    test_temp_dir_remove(dir);
}
END_TEST

/** Takes the lock, tells the parent by a byte, keeps it for 0.3 seconds. */
static pid_t
hold_for_a_while(const char *dir)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        int fd = -1;
        ARK_ASSERT(ark_lock_take(dir, 0, &fd, NULL) == ARK_OK);
        ARK_ASSERT(write(ends[1], "x", 1) == 1);
        struct timespec pause = {0, 300000000};
        (void)nanosleep(&pause, NULL);
        _exit(0);
    }
    char byte;
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return child;
}

START_TEST(waiting_ends_when_the_other_writer_does)
{
    static const long WAITS[] = {10, -1, LONG_MAX};
    char *dir = test_temp_dir();
    for (size_t i = 0; i < ARK_COUNT_OF(WAITS); i++) {
        pid_t child = hold_for_a_while(dir);
        int fd = -1;
        ck_assert_int_eq(ark_lock_take(dir, WAITS[i], &fd, NULL), ARK_OK);
        ark_lock_release(fd);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
    }
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(waiting_ends_after_the_time_given)
{
    char *dir = test_temp_dir();
    int fd = -1;
    ck_assert_int_eq(ark_lock_take(dir, 0, &fd, NULL), ARK_OK);
    struct wish wish = {.path = dir, .wait_seconds = 1};
    struct timespec start;
    struct timespec end;
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &start), 0);
    struct child_end child = run_in_child(try_to_take, &wish);
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &end), 0);
    ck_assert_ptr_nonnull(strstr(child.text, ark_status_name(ARK_E_BUSY)));
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    ck_assert(seconds >= 0.9);
    ark_lock_release(fd);
    test_temp_dir_remove(dir);
}
END_TEST

/** Waits for ever, but is asked to end after 0.2 seconds. */
static void
wait_until_interrupted(void *context)
{
    ark_signals_install();
    pid_t waiting = getpid();
    pid_t killer = fork();
    if (killer == 0) {
        struct timespec pause = {0, 200000000};
        (void)nanosleep(&pause, NULL);
        (void)kill(waiting, SIGTERM);
        _exit(0);
    }
    struct wish wish = {.path = context, .wait_seconds = -1};
    try_to_take(&wish);
}

START_TEST(a_signal_ends_the_waiting)
{
    char *dir = test_temp_dir();
    int fd = -1;
    ck_assert_int_eq(ark_lock_take(dir, 0, &fd, NULL), ARK_OK);
    struct child_end end = run_in_child(wait_until_interrupted, dir);
    ck_assert_ptr_nonnull(strstr(end.text, ark_status_name(ARK_E_INTERRUPTED)));
    ark_lock_release(fd);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_directory_that_cannot_be_written_is_named)
{
    int fd = -1;
    struct ark_error err;
    ck_assert_int_eq(ark_lock_take("/nowhere/at/all", 0, &fd, &err), ARK_E_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all"));
    ck_assert_int_eq(fd, -1);
    ark_lock_release(-1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("lock");
    TCase *tests = tcase_create("lock");
    tcase_add_test(tests, one_writer_at_a_time_has_the_lock);
    tcase_add_test(tests, the_lock_goes_with_its_process);
    tcase_add_test(tests, waiting_ends_when_the_other_writer_does);
    tcase_add_test(tests, waiting_ends_after_the_time_given);
    tcase_add_test(tests, a_signal_ends_the_waiting);
    tcase_add_test(tests, a_directory_that_cannot_be_written_is_named);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
