/**
 * @file in_child.h
 * Runs a function in a child process and tells how it ended and what it wrote
 * to stderr: for what ends the process, such as failed assertions.
 */
#ifndef ARK_TESTS_UNIT_IN_CHILD_H
#define ARK_TESTS_UNIT_IN_CHILD_H

#include <check.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

/** What became of the child. */
struct child_end {
    int status;      /**< as waitpid gives it */
    char text[1024]; /**< what it wrote to stderr, NUL-ended, cut when longer */
};

/** Runs body(context) in a child; a body that returns ends it with status 0. */
static inline struct child_end
run_in_child(void (*body)(void *context), void *context)
{
    struct child_end end = {0};
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        body(context);
        _exit(0);
    }
    (void)close(ends[1]);
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < sizeof end.text - 1) {
        got = read(ends[0], end.text + len, sizeof end.text - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(child, &end.status, 0), child);
    return end;
}

#endif
