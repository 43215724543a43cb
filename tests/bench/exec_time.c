// wait4() is in no POSIX: it tells the processor time of one child.
#define _DEFAULT_SOURCE
/**
 * @file exec_time.c
 * Runs a command once for each line of a file and tells what each run cost, as
 * somebody at a shell would wait: from before the start of the process until
 * it has ended and been waited for.
 *
 *     exec_time FILE COMMAND [ARGUMENT...]
 *
 * An argument {} is replaced by the line. The command's input is empty, its
 * output is thrown away. A line on stdout for each run: nanoseconds of the
 * clock, of the processor, the most memory held in bytes, and the exit status.
 * A small program, because a large one takes longer to start others, and
 * because its own memory counts as theirs at first.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** Exit status of a command that cannot be started, as of shells. */
enum { CANNOT_START = 127 };

static uint64_t
now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t
timeval_ns(struct timeval value)
{
    return (uint64_t)value.tv_sec * 1000000000 + (uint64_t)value.tv_usec * 1000;
}

static void
child(char **command, int nothing)
{
    if (dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0) {
        (void)execvp(command[0], command);
    }
    _exit(CANNOT_START);
}

/** Runs the command and prints what it cost; false when it could not be run. */
static int
time_command(char **command, int nothing)
{
    struct rusage used;
    int status = 0;
    uint64_t start_ns = now_ns();
    pid_t pid = fork();
    if (pid == 0) {
        child(command, nothing);
    }
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        return 0;
    }
    uint64_t wall_ns = now_ns() - start_ns;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : CANNOT_START;
    (void)printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %d\n", wall_ns,
                 timeval_ns(used.ru_utime) + timeval_ns(used.ru_stime),
                 (uint64_t)used.ru_maxrss * 1024, code);
    return code != CANNOT_START;
}

/** The arguments with the line in place of {}. */
static void
fill_in(char **command, char **template, char *line)
{
    for (size_t i = 0; template[i] != NULL; i++) {
        command[i] = strcmp(template[i], "{}") == 0 ? line : template[i];
    }
}

int
main(int argc, char **argv)
{
    FILE *lines = argc > 2 ? fopen(argv[1], "r") : NULL;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    char **command = calloc((size_t)argc, sizeof *command);
    char *line = NULL;
    size_t capacity = 0;
    int good = lines != NULL && nothing >= 0 && command != NULL;
    while (good && getline(&line, &capacity, lines) > 0) {
        line[strcspn(line, "\n")] = '\0';
        fill_in(command, argv + 2, line);
        good = time_command(command, nothing) && fflush(stdout) == 0;
    }
    free(line);
    free(command);
    if (!good) {
        (void)fputs("exec_time: usage: exec_time FILE COMMAND...; or a run failed\n", stderr);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
