#include "common/base/jobs.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include "common/base/compiler.h"

enum { ITEMS = 200, SLOTS = 5 };

struct item {
    unsigned number;
    unsigned worker;
    uint64_t result;
};

/** What the work of a test shares. */
struct shared {
    pthread_mutex_t mutex;
    unsigned at_once;
    unsigned at_once_max;
    unsigned done;
    bool signals_blocked;
};

static struct shared shared;

static void
set_up(void)
{
    shared = (struct shared){.mutex = PTHREAD_MUTEX_INITIALIZER, .signals_blocked = true};
}

static void
pause_ms(long ms)
{
    struct timespec pause = {0, ms * 1000000};
    (void)nanosleep(&pause, NULL);
}

/** Squares the item's number, later items sooner than earlier ones now and then. */
static void
square(void *context, unsigned worker, void *job)
{
    struct shared *all = context;
    struct item *item = job;
    (void)pthread_mutex_lock(&all->mutex);
    all->at_once++;
    all->at_once_max = all->at_once > all->at_once_max ? all->at_once : all->at_once_max;
    (void)pthread_mutex_unlock(&all->mutex);
    if (item->number % 7 == 0) {
        pause_ms(2);
    }
    item->worker = worker;
    item->result = (uint64_t)item->number * item->number;
    (void)pthread_mutex_lock(&all->mutex);
    all->at_once--;
    all->done++;
    (void)pthread_mutex_unlock(&all->mutex);
}

/** Runs ITEMS items through workers and checks their order and results. */
static void
run_all(unsigned workers)
{
    static struct item items[ITEMS];
    struct ark_jobs *jobs = ark_jobs_new(workers, SLOTS, square, &shared);
    unsigned added = 0;
    for (unsigned taken = 0; taken < ITEMS; taken++) {
        while (added < ITEMS && !ark_jobs_is_full(jobs)) {
            items[added] = (struct item){.number = added};
            ark_jobs_add(jobs, &items[added++]);
        }
        ck_assert_uint_eq(ark_jobs_count(jobs), added - taken);
        struct item *item = ark_jobs_take(jobs);
        ck_assert_ptr_eq(item, &items[taken]);
        ck_assert_uint_eq(item->result, (uint64_t)taken * taken);
        ck_assert_uint_lt(item->worker, workers);
    }
    ck_assert_ptr_null(ark_jobs_take(jobs));
    ark_jobs_free(jobs);
    ck_assert_uint_eq(shared.done, ITEMS);
    ck_assert_uint_le(shared.at_once_max, workers);
}

START_TEST(one_worker_is_the_caller)
{
    run_all(1);
}
END_TEST

START_TEST(results_come_in_the_order_of_the_items)
{
    for (unsigned workers = 2; workers <= 8; workers++) {
        set_up();
        run_all(workers);
    }
}
END_TEST

/** Waits until two items are being worked on, which one thread alone never sees. */
static void
wait_for_company(void *context, unsigned worker, void *job)
{
    struct shared *all = context;
    (void)worker;
    (void)job;
    bool met = false;
    (void)pthread_mutex_lock(&all->mutex);
    all->at_once++;
    (void)pthread_mutex_unlock(&all->mutex);
    for (unsigned i = 0; i < 5000 && !met; i++) {
        pause_ms(1);
        (void)pthread_mutex_lock(&all->mutex);
        met = all->at_once >= 2;
        (void)pthread_mutex_unlock(&all->mutex);
    }
    (void)pthread_mutex_lock(&all->mutex);
    all->done += met;
    (void)pthread_mutex_unlock(&all->mutex);
}

START_TEST(two_workers_work_at_once)
{
    int items[2];
    struct ark_jobs *jobs = ark_jobs_new(2, 2, wait_for_company, &shared);
    ark_jobs_add(jobs, &items[0]);
    ark_jobs_add(jobs, &items[1]);
    ck_assert(ark_jobs_is_full(jobs));
    ck_assert_ptr_eq(ark_jobs_take(jobs), &items[0]);
    ck_assert_ptr_eq(ark_jobs_take(jobs), &items[1]);
    ark_jobs_free(jobs);
    ck_assert_uint_eq(shared.done, 2);
}
END_TEST

START_TEST(items_that_nobody_takes_may_be_left)
{
    static struct item items[SLOTS];
    struct ark_jobs *jobs = ark_jobs_new(3, SLOTS, square, &shared);
    for (unsigned i = 0; i < SLOTS; i++) {
        items[i] = (struct item){.number = i};
        ark_jobs_add(jobs, &items[i]);
    }
    ark_jobs_free(jobs);
    ck_assert_uint_eq(shared.at_once, 0);
    ark_jobs_free(NULL);
}
END_TEST

static void
look_at_signals(void *context, unsigned worker, void *job)
{
    struct shared *all = context;
    sigset_t blocked;
    (void)job;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    (void)pthread_mutex_lock(&all->mutex);
    if (worker > 0) {
        all->signals_blocked =
            all->signals_blocked && sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGTERM);
        all->done++;
    }
    (void)pthread_mutex_unlock(&all->mutex);
    pause_ms(1);
}

START_TEST(threads_leave_signals_to_the_caller)
{
    int items[64];
    struct ark_jobs *jobs = ark_jobs_new(3, 64, look_at_signals, &shared);
    for (size_t i = 0; i < ARK_COUNT_OF(items); i++) {
        ark_jobs_add(jobs, &items[i]);
    }
    while (ark_jobs_take(jobs) != NULL) {
    }
    ark_jobs_free(jobs);
    ck_assert_uint_gt(shared.done, 0);
    ck_assert(shared.signals_blocked);
    sigset_t blocked;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    ck_assert(!sigismember(&blocked, SIGINT));
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("jobs");
    tcase_add_checked_fixture(cases, set_up, NULL);
    tcase_add_test(cases, one_worker_is_the_caller);
    tcase_add_test(cases, results_come_in_the_order_of_the_items);
    tcase_add_test(cases, two_workers_work_at_once);
    tcase_add_test(cases, items_that_nobody_takes_may_be_left);
    tcase_add_test(cases, threads_leave_signals_to_the_caller);
    Suite *suite = suite_create("jobs");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
