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
 * MODE is one of the ways of ways.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "tests/bench/ways.h"

/** Bytes of a job line, and of a query line. */
enum { LINE_BYTES_MAX = 64 * 1024 };

/** Bytes of a file of queries; a thousand questions are 100 kB. */
enum { QUERIES_BYTES_MAX = 64 * 1024 * 1024 };

enum { MODE_BYTES_MAX = 32 };

struct job {
    enum way way;
    uint32_t limit;
    struct ark_buf queries; // the file
    struct ark_buf answer;
    uint64_t hits;
};

static enum ark_status
answer_all(struct bench *bench, struct job *job, struct ark_error *err)
{
    ark_str rest = ark_buf_view(&job->queries);
    enum ark_status status = ARK_OK;
    while (rest.len > 0 && status == ARK_OK) {
        const uint8_t *end = memchr(rest.bytes, '\n', rest.len);
        size_t bytes = end == NULL ? rest.len : (size_t)(end - rest.bytes);
        uint32_t hits = 0;
        uint64_t took_ns = 0;
        status = bench_answer(bench, job->way, ark_str_slice(rest, 0, bytes), job->limit, &hits,
                              &took_ns, err);
        ark_buf_printf(&job->answer, " %" PRIu64, took_ns);
        job->hits += hits;
        rest = ark_str_slice(rest, bytes + (end != NULL), rest.len);
    }
    return status;
}

static enum ark_status
find_way(const char *name, enum way *out, struct ark_error *err)
{
    for (int way = 0; way < WAY_COUNT; way++) {
        if (strcmp(name, way_names[way]) == 0) {
            *out = (enum way)way;
            return ARK_OK;
        }
    }
    return ark_error_set(err, ARK_E_ARGUMENT, "no mode is called %s", name);
}

/** Reads a job line: mode and K into the job, the path into path. */
static enum ark_status
read_job(const char *line, struct job *job, char path[LINE_BYTES_MAX], struct ark_error *err)
{
    char mode[MODE_BYTES_MAX];
    if (sscanf(line, "%31s %" SCNu32 " %65535[^\n]", mode, &job->limit, path) != 3 ||
        job->limit == 0 || job->limit > ARK_HITS_MAX) {
        return ark_error_set(err, ARK_E_ARGUMENT, "not \"MODE K FILE\": %s", line);
    }
    return find_way(mode, &job->way, err);
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
