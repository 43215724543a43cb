#include "common/base/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

static const int ENDS[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t pending;
static void (*volatile put_back)(void);

void
ark_signals_set_put_back(void (*wanted)(void))
{
    put_back = wanted;
}

void
ark_signals_put_back(void)
{
    if (put_back != NULL) {
        put_back();
    }
}

/** Meets the second signal: it is not asked but obeyed. */
static void
end_at_once(int sig)
{
    ark_signals_put_back();
    ark_signals_raise(sig);
}

/** Asks for the end. */
static void
remember(int sig)
{
    struct sigaction action = {.sa_handler = end_at_once};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(sig, &action, NULL);
    pending = sig;
}

void
ark_signals_install(void)
{
    for (size_t i = 0; i < ARK_COUNT_OF(ENDS); i++) {
        struct sigaction old;
        struct sigaction action = {.sa_handler = remember};
        (void)sigemptyset(&action.sa_mask);
        if (sigaction(ENDS[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(ENDS[i], &action, NULL);
        }
    }
}

int
ark_signals_pending(void)
{
    return pending;
}

ssize_t
ark_signals_read(int fd, void *to, size_t room)
{
    if (fd >= FD_SETSIZE) {
        return read(fd, to, room); // cannot be waited for by pselect
    }
    // The signals are held back but for the wait itself, so none can slip in
    // between the look at the flag and the wait.
    sigset_t ends;
    sigset_t before;
    (void)sigemptyset(&ends);
    for (size_t i = 0; i < ARK_COUNT_OF(ENDS); i++) {
        (void)sigaddset(&ends, ENDS[i]);
    }
    ssize_t got = -1;
    do {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        (void)pthread_sigmask(SIG_BLOCK, &ends, &before);
        errno = EINTR;
        if (pending == 0 && pselect(fd + 1, &readable, NULL, NULL, NULL, &before) >= 0) {
            got = read(fd, to, room);
        }
        int reason = errno;
        // Put back each time: the thread sanitizer calls handlers in pthread_sigmask, not in pselect.
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        errno = reason;
    } while (got < 0 && errno == EINTR && pending == 0);
    return got;
}

void
ark_signals_raise(int sig)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t set;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(sig, &action, NULL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, sig);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(sig);
    exit(128 + sig); // only where the signal's default is to be ignored
}
