#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/signals.h"
#include "common/store/store_impl.h"

/** Who holds the lock; 0 when that cannot be told. */
static long
holder(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? (long)lock.l_pid : 0;
}

static bool
try_lock(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &lock) == 0;
}

enum ark_status
ark_lock_take(const char *index_path, long wait_seconds, int *fd, struct ark_error *err)
{
    enum { TRIES_PER_SECOND = 10 };
    char *path = ark_path_join(index_path, "ark.lock");
    int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    free(path);
    if (opened < 0) {
        return ark_error_set(err, ARK_E_IO, "cannot write the index: %s: %s", ark_error_reason(errno),
                             index_path);
    }
    // Polling, not F_SETLKW: a wait with an end, and signals are seen.
    // The longest waits are three hundred years and count as for ever.
    bool for_ever = wait_seconds < 0 || wait_seconds > LONG_MAX / TRIES_PER_SECOND;
    long tries = for_ever ? -1 : wait_seconds * TRIES_PER_SECOND;
    while (!try_lock(opened)) {
        if (errno != EACCES && errno != EAGAIN && errno != EINTR) {
            int reason = errno;
            (void)close(opened);
            return ark_error_set(err, ARK_E_IO, "cannot lock the index: %s: %s", ark_error_reason(reason),
                                 index_path);
        }
        if (tries == 0) {
            long pid = holder(opened);
            (void)close(opened);
            return ark_error_set(err, ARK_E_BUSY,
                                 "process %ld is writing this index (--wait waits for it): %s", pid,
                                 index_path);
        }
        if (tries > 0) {
            tries--;
        }
        struct timespec pause = {0, 1000000000L / TRIES_PER_SECOND};
        (void)nanosleep(&pause, NULL);
        if (ark_signals_pending() != 0) {
            (void)close(opened);
            return ark_error_set(err, ARK_E_INTERRUPTED, "interrupted while waiting: %s",
                                 index_path);
        }
    }
    *fd = opened;
    return ARK_OK;
}

void
ark_lock_release(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}
