#include "common/base/signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

static volatile sig_atomic_t pending;

static void
remember(int sig)
{
    pending = sig;
}

void
ark_signals_install(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < ARK_COUNT_OF(ends); i++) {
        struct sigaction old;
        // The second signal meets the default action again.
        struct sigaction action = {.sa_handler = remember, .sa_flags = (int)SA_RESETHAND};
        (void)sigemptyset(&action.sa_mask);
        if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            (void)sigaction(ends[i], &action, NULL);
        }
    }
}

int
ark_signals_pending(void)
{
    return pending;
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
