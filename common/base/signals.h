/**
 * @file signals.h
 * Ending in good order: a signal asks, the program ends at the next safe place.
 */
#ifndef ARK_BASE_SIGNALS_H
#define ARK_BASE_SIGNALS_H

#include <sys/types.h>

#include "common/base/compiler.h"

/**
 * Installs handlers for SIGINT, SIGTERM and SIGHUP that only set a flag;
 * a second signal of the same kind ends the process at once, after
 * ark_signals_put_back. A signal that was
 * ignored at the start (nohup) stays ignored. SIGPIPE is left to its default.
 * System calls that wait end with EINTR.
 */
void ark_signals_install(void);
/**
 * Remembers what puts back what other programs share with this one (the settings
 * of the terminal), before the process ends all of a sudden. It must be safe in a
 * signal handler and take no harm from being called twice. NULL: nothing (the start).
 */
void ark_signals_set_put_back(void (*put_back)(void));
/** Calls it. Safe in a signal handler. */
void ark_signals_put_back(void);
/** The signal that asked for the end, or 0. Cheap: a volatile read. */
int ark_signals_pending(void);
/**
 * As read(2), but once a signal has asked for the end it gives -1 with EINTR,
 * also if the signal came just before: a plain read would then wait for input
 * that may never come. Other signals do not end it. Costs three system calls
 * more than read.
 */
ssize_t ark_signals_read(int fd, void *to, size_t room);
/** Ends the process by signal sig with its default action, so that a shell sees 128+n. */
ARK_NORETURN void ark_signals_raise(int sig);

#endif
