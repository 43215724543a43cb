/**
 * @file ark_bench.c
 * Answers files of queries in one process and tells what each query cost: ark's
 * side of tests/bench/bench.py. A line on stdin names a job,
 *
 *     MODE K FILE
 *
 * with one query a line in FILE; a line on stdout answers it: the number of hits
 * of all queries, then the nanoseconds of each query. The clock is that of the
 * thread's processor time, since others may use the machine; it runs from the
 * text of the query to the numbers and scores of the best K documents.
 *
 * MODE is one of
 *     ark          as ark-search does
 *     exhaustive   every matching document is scored
 *     plan         the query is read and its words are looked up, nothing is scored
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "searcher/search.h"

/** Bytes of a job line, and of a query line. */
enum { LINE_BYTES_MAX = 64 * 1024 };

/** Bytes of a file of queries; a thousand questions are 100 kB. */
enum { QUERIES_BYTES_MAX = 64 * 1024 * 1024 };

enum { MODE_BYTES_MAX = 32 };

struct bench {
    struct ark_store *store;
    struct ark_snapshot *snapshot;
    struct ark_analyzer *analyzer;
    struct ark_arena arena;
};

struct job {
    struct ark_search_options search;
    bool plan_only;
    struct ark_buf queries; // the file
    struct ark_buf answer;
    uint64_t hits;
};

static uint64_t
cpu_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/** From text to the best hits. */
static enum ark_status
search(struct bench *bench, ark_str text, const struct job *job, struct ark_results *results,
       struct ark_error *err)
{
    const struct ark_query_options as_typed = {.all = false};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    ark_arena_reset(&bench->arena);
    enum ark_status status =
        ark_query_parse(text, &as_typed, bench->analyzer, &bench->arena, &query, err);
    if (status == ARK_OK) {
        status = ark_plan_make(bench->snapshot, query, &bench->arena, &plan, err);
    }
    if (status == ARK_OK && !job->plan_only) {
        status = ark_plan_run(plan, &job->search, &bench->arena, results, err);
    }
    return status;
}

static enum ark_status
answer_all(struct bench *bench, struct job *job, struct ark_error *err)
{
    ark_str rest = ark_buf_view(&job->queries);
    enum ark_status status = ARK_OK;
    while (rest.len > 0 && status == ARK_OK) {
        const uint8_t *end = memchr(rest.bytes, '\n', rest.len);
        size_t bytes = end == NULL ? rest.len : (size_t)(end - rest.bytes);
        struct ark_results results = {NULL, 0, 0, 0};
        uint64_t start_ns = cpu_ns();
        status = search(bench, ark_str_slice(rest, 0, bytes), job, &results, err);
        ark_buf_printf(&job->answer, " %" PRIu64, cpu_ns() - start_ns);
        job->hits += results.hit_count;
        rest = ark_str_slice(rest, bytes + (end != NULL), rest.len);
    }
    return status;
}

/** Reads a job line: mode and K into the job, the path into path. */
static enum ark_status
read_job(const char *line, struct job *job, char path[LINE_BYTES_MAX], struct ark_error *err)
{
    char mode[MODE_BYTES_MAX];
    struct ark_search_options *options = &job->search;
    if (sscanf(line, "%31s %" SCNu32 " %65535[^\n]", mode, &options->limit, path) != 3 ||
        options->limit == 0 || options->limit > ARK_HITS_MAX) {
        return ark_error_set(err, ARK_E_ARGUMENT, "not \"MODE K FILE\": %s", line);
    }
    options->mode = strcmp(mode, "exhaustive") == 0 ? ARK_SEARCH_EXACT : ARK_SEARCH_AUTO;
    job->plan_only = strcmp(mode, "plan") == 0;
    if (options->mode != ARK_SEARCH_EXACT && !job->plan_only && strcmp(mode, "ark") != 0) {
        return ark_error_set(err, ARK_E_ARGUMENT, "no mode is called %s", mode);
    }
    return ARK_OK;
}

static enum ark_status
do_job(struct bench *bench, const char *line, struct ark_error *err)
{
    static char path[LINE_BYTES_MAX];
    struct job job = {.queries = ark_buf_make(QUERIES_BYTES_MAX),
                      .answer = ark_buf_make(QUERIES_BYTES_MAX)};
    enum ark_status status = read_job(line, &job, path, err);
    if (status == ARK_OK) {
        status = ark_file_read(path, QUERIES_BYTES_MAX, &job.queries, err);
    }
    if (status == ARK_OK) {
        status = answer_all(bench, &job, err);
    }
    if (status == ARK_OK) {
        (void)printf("%" PRIu64 "%s\n", job.hits, ark_buf_cstr(&job.answer));
        (void)fflush(stdout);
    }
    ark_buf_dispose(&job.queries);
    ark_buf_dispose(&job.answer);
    return status;
}

static enum ark_status
run(struct bench *bench, const char *index, struct ark_error *err)
{
    const struct ark_store_options options = {.identity = ark_analyzer_identity()};
    static char line[LINE_BYTES_MAX];
    enum ark_status status = ark_store_open(&bench->store, index, &options, err);
    if (status == ARK_OK) {
        status = ark_snapshot_open(&bench->snapshot, bench->store, err);
    }
    while (status == ARK_OK && fgets(line, sizeof line, stdin) != NULL) {
        status = do_job(bench, line, err);
    }
    return status;
}

int
main(int argc, char **argv)
{
    struct ark_error error;
    if (argc != 2) {
        (void)fputs("usage: ark_bench INDEX\n", stderr);
        return EXIT_FAILURE;
    }
    struct bench bench = {.analyzer = ark_analyzer_new(), .arena = ark_arena_make()};
    enum ark_status status = run(&bench, argv[1], &error);
    ark_snapshot_close(bench.snapshot);
    ark_store_close(bench.store);
    ark_arena_dispose(&bench.arena);
    ark_analyzer_free(bench.analyzer);
    if (status != ARK_OK) {
        (void)fprintf(stderr, "ark_bench: %s\n", error.text);
    }
    return status == ARK_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
