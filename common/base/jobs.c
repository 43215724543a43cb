#include "common/base/jobs.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"

struct slot {
    void *item;
    bool done;
};

struct thread {
    struct ark_jobs *jobs;
    unsigned worker;
    pthread_t id;
};

struct ark_jobs {
    ark_job work;
    void *context;
    struct thread *threads;
    unsigned thread_count;
    struct slot *slots; /**< item number n is in slot n % slot_count */
    size_t slot_count;
    uint64_t added;
    uint64_t begun; /**< items before this one were begun */
    uint64_t taken;
    bool ending;
    pthread_mutex_t mutex;   /**< of slots and of the four fields above */
    pthread_cond_t has_work; /**< an item was added, or the end has come */
    pthread_cond_t has_done; /**< an item was finished */
};

static void
lock(struct ark_jobs *jobs)
{
    int rc = pthread_mutex_lock(&jobs->mutex);
    ARK_ASSERT(rc == 0);
}

static void
unlock(struct ark_jobs *jobs)
{
    int rc = pthread_mutex_unlock(&jobs->mutex);
    ARK_ASSERT(rc == 0);
}

/** Does the oldest item that nobody has begun. Called, and returns, with the lock held. */
static void
do_next(struct ark_jobs *jobs, unsigned worker)
{
    struct slot *slot = &jobs->slots[jobs->begun % jobs->slot_count];
    jobs->begun++;
    void *item = slot->item;
    unlock(jobs);
    jobs->work(jobs->context, worker, item);
    lock(jobs);
    slot->done = true;
    (void)pthread_cond_signal(&jobs->has_done);
}

static void *
run(void *context)
{
    struct thread *thread = context;
    struct ark_jobs *jobs = thread->jobs;
    lock(jobs);
    while (!jobs->ending) {
        if (jobs->begun < jobs->added) {
            do_next(jobs, thread->worker);
        } else {
            (void)pthread_cond_wait(&jobs->has_work, &jobs->mutex);
        }
    }
    unlock(jobs);
    return NULL;
}

/** Starts threads with all signals blocked; fewer when the system gives no more. */
static void
start_threads(struct ark_jobs *jobs, unsigned wanted)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < wanted; i++) {
        struct thread *thread = &jobs->threads[i];
        *thread = (struct thread){.jobs = jobs, .worker = i + 1};
        if (pthread_create(&thread->id, NULL, run, thread) != 0) {
            break;
        }
        jobs->thread_count++;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct ark_jobs *
ark_jobs_new(unsigned workers, size_t slots, ark_job work, void *context)
{
    ARK_ASSERT(workers >= 1 && workers <= ARK_JOBS_WORKERS_MAX);
    ARK_ASSERT(slots >= 1);
    struct ark_jobs *jobs = ark_xcalloc(1, sizeof *jobs);
    jobs->work = work;
    jobs->context = context;
    jobs->slots = ark_xcalloc(slots, sizeof *jobs->slots);
    jobs->slot_count = slots;
    jobs->threads = ark_xcalloc(workers, sizeof *jobs->threads);
    int rc = pthread_mutex_init(&jobs->mutex, NULL);
    ARK_ASSERT(rc == 0);
    rc = pthread_cond_init(&jobs->has_work, NULL);
    ARK_ASSERT(rc == 0);
    rc = pthread_cond_init(&jobs->has_done, NULL);
    ARK_ASSERT(rc == 0);
    start_threads(jobs, workers - 1);
    return jobs;
}

void
ark_jobs_free(struct ark_jobs *jobs)
{
    if (jobs == NULL) {
        return;
    }
    lock(jobs);
    jobs->ending = true;
    (void)pthread_cond_broadcast(&jobs->has_work);
    unlock(jobs);
    for (unsigned i = 0; i < jobs->thread_count; i++) {
        (void)pthread_join(jobs->threads[i].id, NULL);
    }
    (void)pthread_mutex_destroy(&jobs->mutex);
    (void)pthread_cond_destroy(&jobs->has_work);
    (void)pthread_cond_destroy(&jobs->has_done);
    free(jobs->slots);
    free(jobs->threads);
    free(jobs);
}

// Only the owner changes added and taken, so it reads them without the lock.

size_t
ark_jobs_count(const struct ark_jobs *jobs)
{
    return (size_t)(jobs->added - jobs->taken);
}

bool
ark_jobs_is_full(const struct ark_jobs *jobs)
{
    return ark_jobs_count(jobs) == jobs->slot_count;
}

void
ark_jobs_add(struct ark_jobs *jobs, void *item)
{
    ARK_ASSERT(!ark_jobs_is_full(jobs));
    lock(jobs);
    jobs->slots[jobs->added % jobs->slot_count] = (struct slot){.item = item};
    jobs->added++;
    (void)pthread_cond_signal(&jobs->has_work);
    unlock(jobs);
}

void *
ark_jobs_take(struct ark_jobs *jobs)
{
    if (ark_jobs_count(jobs) == 0) {
        return NULL;
    }
    lock(jobs);
    struct slot *slot = &jobs->slots[jobs->taken % jobs->slot_count];
    while (!slot->done) {
        if (jobs->begun < jobs->added) {
            do_next(jobs, 0);
        } else {
            (void)pthread_cond_wait(&jobs->has_done, &jobs->mutex);
        }
    }
    void *item = slot->item;
    jobs->taken++;
    unlock(jobs);
    return item;
}
