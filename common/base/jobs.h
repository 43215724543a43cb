/**
 * @file jobs.h
 * Work done by several threads and given back in the order it came: the one
 * way in which ark-index uses more than one processor.
 *
 * A bounded queue of items. Threads take the oldest item that nobody has begun;
 * the caller gets the oldest item when it is finished, and works itself instead
 * of waiting while there is one to begin. So n workers are n - 1 threads and
 * the caller, and with one worker there is no thread and no lock is waited for.
 *
 * What the work does to its item is seen by the caller once ark_jobs_take has
 * given it back; the order of results never depends on the threads. One thread
 * owns the jobs and makes all calls. The threads block all signals, so that the
 * caller's system calls are the ones that a signal interrupts.
 */
#ifndef ARK_BASE_JOBS_H
#define ARK_BASE_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct ark_jobs;

/** The work: worker < workers tells whose scratch memory to use; the caller is 0. */
typedef void (*ark_job)(void *context, unsigned worker, void *item);

enum { ARK_JOBS_WORKERS_MAX = 256 };

/**
 * workers >= 1 do work(context, ...) on at most slots >= 1 items at a time.
 * Never NULL; with fewer threads when the system gives no more.
 */
struct ark_jobs *ark_jobs_new(unsigned workers, size_t slots, ark_job work, void *context);
/** Waits for work that was begun; items not begun are passed over. Items stay the caller's. Takes NULL. */
void ark_jobs_free(struct ark_jobs *jobs);
/** Items added and not taken. */
size_t ark_jobs_count(const struct ark_jobs *jobs);
/** True when as many items wait as there are slots. */
bool ark_jobs_is_full(const struct ark_jobs *jobs);
/** Adds an item; the queue must not be full. */
void ark_jobs_add(struct ark_jobs *jobs, void *item);
/** The oldest item, finished: does it, does others meanwhile, or waits. NULL when there is none. */
void *ark_jobs_take(struct ark_jobs *jobs);

#endif
