#include "common/terminal/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/terminal/detect.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
    ANSWER_MS = 150, // local terminals take 0.2 to 20
    ANSWER_SSH_MS = 300,
    LATE_MS = 500, // after the question, when someone else is about to read
    LATE_SSH_MS = 1000,
    STOP_MS = 50,   // for late answers before the process stops
    WRITE_MS = 100, // for room in the terminal's queue, in a signal handler
    RESTORE_BYTES_MAX = 32,
};

static const int FATAL[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};

struct ark_tty {
    int fd;     // of the output; not owned
    int device; // /dev/tty, -1 until it is asked
    bool asked;
    uint64_t asked_ns;
    struct ark_answer_reader reader;
    bool decided;
    bool provisional; // on a part of the answers
    struct ark_order order;
    struct termios lent; // the settings at the time a pager got the terminal
    bool lent_known;
};

/**
 * What a signal handler needs to put things back. The flags are written last
 * when something is changed and first when it is put back.
 */
static struct {
    int fd;
    int device;
    struct termios before;
    volatile sig_atomic_t quiet;   // echo is off, before tells how it was
    volatile sig_atomic_t changed; // modes may differ from the bytes in modes
    char modes[RESTORE_BYTES_MAX];
    volatile sig_atomic_t lent; // a pager runs, and needs
    char lent_modes[RESTORE_BYTES_MAX];
} undo;

static struct ark_tty *only;
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER; // threads that answer a batch
static bool handling;

static uint64_t
now_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 * NS_PER_MS + (uint64_t)now.tv_nsec;
}

/** Writes to the terminal unless it takes nothing for a while. Safe in a signal handler. */
static void
write_soon(int fd, const char *bytes, size_t len)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    while (len > 0 && poll(&room, 1, WRITE_MS) == 1) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno != EINTR) {
            return;
        }
        bytes += written < 0 ? 0 : written;
        len -= written < 0 ? 0 : (size_t)written;
    }
}

/** Puts back modes and settings. Safe in a signal handler. */
static void
put_back(void)
{
    if (undo.changed) {
        undo.changed = 0;
        write_soon(undo.fd, undo.modes, strlen(undo.modes));
    }
    if (undo.quiet) {
        undo.quiet = 0;
        (void)tcsetattr(undo.device, TCSANOW, &undo.before);
    }
}

/** Reads away answers that are on their way, when the process is about to stop. */
static void
drain(void)
{
    struct pollfd readable = {.fd = undo.device, .events = POLLIN};
    char bytes[64];
    while (undo.quiet && poll(&readable, 1, STOP_MS) == 1) {
        if (read(undo.device, bytes, sizeof bytes) <= 0) {
            return;
        }
    }
}

static void handle(int sig);

static void
set_handler(int sig, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(sig, &action, NULL);
}

/** Puts everything back and lets the signal do what it does by default. */
static void
handle(int sig)
{
    int reason = errno;
    bool changed = undo.changed != 0;
    sigset_t set;
    if (sig == SIGTSTP) {
        drain();
    }
    put_back();
    set_handler(sig, SIG_DFL);
    (void)raise(sig);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, sig);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL); // ends or stops here
    // Continued. Lines set the modes they need themselves, but those of a pager need them set.
    undo.changed = changed;
    set_handler(sig, handle);
    if (undo.lent && tcgetpgrp(undo.fd) == getpgrp()) {
        write_soon(undo.fd, undo.lent_modes, strlen(undo.lent_modes));
    }
    errno = reason;
}

/** Handlers for what ends or stops the process, unless it is ignored or handled already. */
static void
install_handlers(void)
{
    struct sigaction old;
    if (handling) {
        return;
    }
    handling = true;
    ark_signals_set_put_back(put_back);
    for (size_t i = 0; i < ARK_COUNT_OF(FATAL); i++) {
        if (sigaction(FATAL[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
            set_handler(FATAL[i], handle);
        }
    }
    if (sigaction(SIGTSTP, NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
        set_handler(SIGTSTP, handle);
    }
    (void)atexit(put_back); // for exits from deep inside, as when memory is out
}

struct ark_tty *
ark_tty_open(int fd)
{
    const char *term = getenv("TERM");
    ARK_ASSERT(only == NULL);
    if (isatty(fd) != 1 || term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0) {
        return NULL;
    }
    only = ark_xcalloc(1, sizeof *only);
    *only = (struct ark_tty){.fd = fd, .device = -1, .reader = ark_answer_reader_make()};
    undo.fd = fd;
    return only;
}

void
ark_tty_close(struct ark_tty *tty)
{
    if (tty == NULL) {
        return;
    }
    ark_tty_settle(tty);
    undo.changed = 0; // every line that was written whole has put its modes back
    if (tty->device >= 0) {
        (void)close(tty->device);
    }
    only = NULL;
    free(tty);
}

bool
ark_tty_is(const struct ark_tty *tty, int fd)
{
    struct stat here;
    struct stat there;
    return tty != NULL && isatty(fd) == 1 && fstat(tty->fd, &here) == 0 && fstat(fd, &there) == 0 &&
           here.st_rdev == there.st_rdev;
}

/** Keys are waiting, or answers. */
static bool
is_readable(const struct ark_tty *tty, int timeout_ms)
{
    struct pollfd readable = {.fd = tty->device, .events = POLLIN};
    return poll(&readable, 1, timeout_ms) == 1;
}

/** Reads until the last question is answered, at most until ms after the questions. */
static void
await(struct ark_tty *tty, uint64_t ms)
{
    uint64_t end = tty->asked_ns + ms * NS_PER_MS;
    while (!tty->reader.answers.complete) {
        uint64_t now = now_ns();
        uint8_t bytes[256];
        if (now >= end || !is_readable(tty, (int)((end - now + NS_PER_MS - 1) / NS_PER_MS))) {
            return; // a signal cuts the wait short, too: it matters less than getting on
        }
        ssize_t got = read(tty->device, bytes, sizeof bytes);
        if (got <= 0) {
            return;
        }
        ark_answer_reader_feed(&tty->reader, bytes, (size_t)got);
    }
}

/** Echo and line editing off, so that answers come and are not shown. */
static bool
hush(struct ark_tty *tty)
{
    struct termios quiet;
    if (tcgetattr(tty->device, &undo.before) != 0) {
        return false;
    }
    quiet = undo.before;
    quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    undo.device = tty->device;
    install_handlers();
    undo.quiet = 1;
    if (tcsetattr(tty->device, TCSANOW, &quiet) != 0) {
        put_back();
        return false;
    }
    return true;
}

static void
unhush(void)
{
    if (undo.quiet) {
        (void)tcsetattr(undo.device, TCSANOW, &undo.before);
        undo.quiet = 0;
    }
}

static bool
is_remote(void)
{
    return getenv("SSH_CONNECTION") != NULL || getenv("SSH_TTY") != NULL;
}

/** Asks, if the terminal is ours and nobody has typed ahead. */
static void
ask(struct ark_tty *tty)
{
    if (tcgetpgrp(tty->fd) != getpgrp()) {
        return; // not the terminal that controls us, or we are in the background
    }
    tty->device = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    // A line typed ahead can be seen before line editing is off, single keys only after.
    if (tty->device < 0 || is_readable(tty, 0) || !hush(tty)) {
        return;
    }
    if (is_readable(tty, 0)) {
        unhush();
        return;
    }
    tty->asked = true;
    tty->asked_ns = now_ns();
    write_soon(tty->device, ARK_QUESTIONS, strlen(ARK_QUESTIONS));
    await(tty, is_remote() ? ANSWER_SSH_MS : ANSWER_MS);
    if (tty->reader.answers.complete) {
        unhush();
    }
}

void
ark_tty_settle(struct ark_tty *tty)
{
    if (tty == NULL || !undo.quiet) {
        return;
    }
    await(tty, is_remote() ? LATE_SSH_MS : LATE_MS);
    unhush();
}

/** The sequences around lines, when the terminal has the mode that counts and it is not right. */
static void
choose_modes(struct ark_order *order, const struct ark_answers *answers)
{
    if (ark_bidi_orders(order->bidi) && answers->order == ARK_MODE_SET) {
        order->rtl_before = order->ltr_before = "\033[8l";
        order->rtl_after = order->ltr_after = "\033[8h";
    }
    if (order->bidi == ARK_BIDI_TERMINAL && answers->directions == ARK_MODE_RESET) {
        order->rtl_before = "\033[?2501h";
        order->rtl_after = "\033[?2501l";
    }
    if (order->bidi == ARK_BIDI_TERMINAL && answers->directions == ARK_MODE_SET) {
        order->ltr_before = "\033[?2501l";
        order->ltr_after = "\033[?2501h";
    }
    if (order->bidi == ARK_BIDI_TERMINAL) {
        order->aligned = order->aligned || answers->directions == ARK_MODE_RESET ||
                         answers->directions == ARK_MODE_SET ||
                         answers->directions == ARK_MODE_ALWAYS_SET;
        order->by_first_letter = order->aligned;
    }
}

/** From here on signals put the modes back. */
static void
prepare_undo(const struct ark_order *order)
{
    const char *after = order->rtl_after[0] != '\0' ? order->rtl_after : order->ltr_after;
    if (after[0] != '\0') {
        ARK_ASSERT(strlen(after) < RESTORE_BYTES_MAX);
        memcpy(undo.modes, after, strlen(after) + 1);
        install_handlers();
        undo.changed = 1;
    }
}

/** Asks if need be, and settles how lines are written. */
static void
decide(struct ark_tty *tty, enum ark_bidi bidi)
{
    if (ark_detect_need() == ARK_NEED_ANSWERS && !tty->asked) {
        ask(tty);
    }
    const struct ark_answers *answers = &tty->reader.answers;
    tty->order = (struct ark_order){
        .bidi = bidi, .rtl_before = "", .rtl_after = "", .ltr_before = "", .ltr_after = ""};
    if (bidi == ARK_BIDI_AUTO) {
        tty->order.bidi = ark_detect_bidi(tty->asked ? answers : NULL);
    }
    tty->order.aligned = tty->order.bidi == ARK_BIDI_TERMINAL && ark_detect_aligns();
    tty->order.by_first_letter = tty->order.aligned;
    choose_modes(&tty->order, answers);
    prepare_undo(&tty->order);
    tty->decided = true;
    tty->provisional = tty->asked && !answers->complete;
}

struct ark_order
ark_tty_order(struct ark_tty *tty, enum ark_bidi bidi)
{
    (void)pthread_mutex_lock(&asking); // cannot fail: it is a plain one and not held
    // What was settled without all answers is settled anew when the rest was read after all.
    if (!tty->decided || (tty->provisional && tty->reader.answers.complete)) {
        decide(tty, bidi);
    }
    struct ark_order order = tty->order;
    (void)pthread_mutex_unlock(&asking);
    return order;
}

const struct ark_answers *
ark_tty_answers(const struct ark_tty *tty)
{
    (void)pthread_mutex_lock(&asking);
    bool asked = tty->asked;
    (void)pthread_mutex_unlock(&asking);
    return asked ? &tty->reader.answers : NULL;
}

void
ark_tty_lend(struct ark_tty *tty)
{
    ark_tty_settle(tty);
    tty->lent_known = tcgetattr(tty->fd, &tty->lent) == 0;
    if (tty->decided && tty->order.rtl_before[0] != '\0') {
        memcpy(undo.lent_modes, tty->order.rtl_before, strlen(tty->order.rtl_before) + 1);
        undo.lent = 1;
        write_soon(tty->fd, undo.lent_modes, strlen(undo.lent_modes));
    }
}

void
ark_tty_take_back(struct ark_tty *tty, bool crashed)
{
    undo.lent = 0;
    if (crashed && tty->lent_known) {
        (void)tcsetattr(tty->fd, TCSADRAIN, &tty->lent);
    }
    if (tty->decided) {
        write_soon(tty->fd, tty->order.rtl_after, strlen(tty->order.rtl_after));
    }
}
