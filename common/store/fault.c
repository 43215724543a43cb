// sigaction's si_addr needs no more than POSIX; SA_NODEFER is XSI.
#define _XOPEN_SOURCE 700
#include "common/store/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/signals.h"

static const int SIGNALS[] = {SIGBUS, SIGSEGV};

static char guarded_path[4096];
static struct sigaction earlier[ARK_COUNT_OF(SIGNALS)];
static bool installed;

static void
say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

_Noreturn void
ark_fault_exit(const char *what)
{
    say(ark_program_name);
    say(": the index is damaged (");
    say(what);
    say("); remove it and index again: ");
    say(guarded_path);
    say("\n");
    ark_signals_put_back();
    _exit(2);
}

/** The value of hexadecimal digits up to a character that is none; *at is moved there. */
static uintptr_t
read_hex(const char **at)
{
    uintptr_t value = 0;
    for (;; (*at)++) {
        char digit = **at;
        if (digit >= '0' && digit <= '9') {
            value = value << 4 | (uintptr_t)(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            value = value << 4 | (uintptr_t)(digit - 'a' + 10);
        } else {
            return value;
        }
    }
}

/** True when the line of /proc/self/maps ("start-end ... path") is of an index and holds address. */
static bool
line_holds(const char *line, uintptr_t address)
{
    static const char NAME[] = "/data.mdb";
    const char *at = line;
    uintptr_t start = read_hex(&at);
    if (*at++ != '-' || address < start || address >= read_hex(&at)) {
        return false;
    }
    size_t len = strlen(line);
    return len >= sizeof NAME - 1 && strcmp(line + len - (sizeof NAME - 1), NAME) == 0;
}

/** Reads the process's own maps with nothing but open and read: a signal handler may. */
static bool
is_in_index(uintptr_t address)
{
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    char line[4352];
    size_t len = 0;
    bool found = false;
    char piece[512];
    ssize_t got = 0;
    while (!found && (got = read(fd, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < got && !found; i++) {
            if (piece[i] != '\n') {
                // A longer line loses its end, which no index path has.
                len += len + 1 < sizeof line ? 1 : 0;
                line[len - 1] = piece[i];
                continue;
            }
            line[len] = '\0';
            found = line_holds(line, address);
            len = 0;
        }
    }
    (void)close(fd);
    return found;
}

static void
on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    if (is_in_index((uintptr_t)info->si_addr)) {
        ark_fault_exit("a page of data.mdb cannot be read");
    }
    // Not ours: put back what was there and let the instruction fault again.
    for (size_t i = 0; i < ARK_COUNT_OF(SIGNALS); i++) {
        if (SIGNALS[i] == signal_number) {
            (void)sigaction(signal_number, &earlier[i], NULL);
        }
    }
}

void
ark_fault_guard(const char *index_path)
{
    (void)snprintf(guarded_path, sizeof guarded_path, "%s", index_path);
    if (installed) {
        return;
    }
    installed = true;
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARK_COUNT_OF(SIGNALS); i++) {
        (void)sigaction(SIGNALS[i], &action, &earlier[i]);
    }
}
