/**
 * @file ways.h
 * The ways in which ark_bench can answer a query, and what each is a measure of.
 */
#ifndef ARK_TESTS_BENCH_WAYS_H
#define ARK_TESTS_BENCH_WAYS_H

#include "common/store/store.h"
#include "searcher/search.h"

enum way {
    WAY_ARK,        /**< as ark-search does */
    WAY_PLAIN,      /**< without what proximity adds */
    WAY_STAGES,     /**< in two stages even where exact scoring is cheap; without proximity */
    WAY_EXHAUSTIVE, /**< every matching document scored at four levels; without proximity */
    WAY_PLAN,       /**< the words are looked up, nothing is scored */
    WAY_LIGHT,      /**< stage 1 alone: one list a light class, one level */
    /* Of these three only the walk over the lists is timed, not the look-up: */
    WAY_WINDOWS,   /**< stage 1 */
    WAY_MAXSCORE,  /**< MaxScore over the same lists */
    WAY_DOCUMENTS, /**< all documents of the same lists */
    WAY_COUNT,
};

/** The name of a way, as a job has it. */
extern const char *const way_names[WAY_COUNT];

struct bench {
    struct ark_store *store;
    struct ark_snapshot *snapshot;
    struct ark_analyzer *analyzer;
    struct ark_arena arena;
};

/** Processor time of this thread. */
uint64_t bench_cpu_ns(void);

/**
 * Answers a query: the numbers and scores of the best documents, limit of them.
 * *hits is their number, *took_ns what it cost. What the query parser, the store
 * and the search return.
 */
enum ark_status bench_answer(struct bench *bench, enum way way, ark_str text, uint32_t limit,
                             uint32_t *hits, uint64_t *took_ns,
                             struct ark_error *err) ARK_MUST_CHECK;

#endif
