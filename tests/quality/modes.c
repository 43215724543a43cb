/**
 * @file modes.c
 * Answers queries in one way of searching, which ark-search does not let one
 * choose: exactly, in two stages, or as ark-search does. For stages.py.
 *
 *   modes INDEX QUERIES exact|stages|auto N
 *
 * QUERIES has lines "ID, tab, query". Prints TREC lines, and on stderr the mean
 * time of a query in microseconds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/buf.h"
#include "common/base/file.h"
#include "searcher/search.h"

enum { QUERIES_BYTES_MAX = 64 << 20 };

struct modes {
    struct ark_store *store;
    struct ark_snapshot *snapshot;
    struct ark_analyzer *analyzer;
    struct ark_arena arena;
    struct ark_search_options options;
    uint64_t elapsed_ns;
    uint64_t query_count;
};

static uint64_t
now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static enum ark_status
print_hits(struct modes *modes, ark_str id, const struct ark_results *results,
           struct ark_error *err)
{
    for (uint32_t i = 0; i < results->hit_count; i++) {
        const struct ark_hit *hit = &results->hits[i];
        struct ark_segment *segment = ark_snapshot_segment(modes->snapshot, hit->segment_idx);
        struct ark_document_record record;
        enum ark_status status =
            ark_segment_document(segment, hit->doc, &modes->arena, &record, err);
        if (status != ARK_OK) {
            return status;
        }
        ark_str name = record.fragment.len > 0 ? record.fragment : record.path;
        (void)printf("%.*s Q0 %.*s %" PRIu32 " %.8f ark\n", ARK_STR_ARG(id), ARK_STR_ARG(name),
                     i + 1, (double)hit->score);
    }
    return ARK_OK;
}

static enum ark_status
answer(struct modes *modes, ark_str id, ark_str text, struct ark_error *err)
{
    const struct ark_query_options how = {0};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    struct ark_results results = {0};
    uint64_t start_ns = now_ns();
    ark_arena_reset(&modes->arena);
    enum ark_status status =
        ark_query_parse(text, &how, modes->analyzer, &modes->arena, &query, err);
    if (status == ARK_OK) {
        status = ark_plan_make(modes->snapshot, query, &modes->arena, &plan, err);
    }
    if (status == ARK_OK) {
        status = ark_plan_run(plan, &modes->options, &modes->arena, &results, err);
    }
    modes->elapsed_ns += now_ns() - start_ns;
    modes->query_count++;
    return status == ARK_OK ? print_hits(modes, id, &results, err) : status;
}

static enum ark_status
answer_all(struct modes *modes, ark_str queries, struct ark_error *err)
{
    ark_str line;
    enum ark_status status = ARK_OK;
    while (status == ARK_OK && ark_str_next_line(&queries, &line)) {
        const uint8_t *tab = line.len == 0 ? NULL : memchr(line.bytes, '\t', line.len);
        if (tab == NULL) {
            return ark_error_set(err, ARK_E_ARGUMENT, "not \"ID<TAB>QUERY\": %.*s",
                                 ARK_STR_ARG(line));
        }
        size_t id_bytes = (size_t)(tab - line.bytes);
        status = answer(modes, ark_str_slice(line, 0, id_bytes),
                        ark_str_slice(line, id_bytes + 1, line.len), err);
    }
    return status;
}

static enum ark_status
run(struct modes *modes, char **arguments, struct ark_error *err)
{
    static const char *const names[] = {
        [ARK_SEARCH_AUTO] = "auto", [ARK_SEARCH_EXACT] = "exact", [ARK_SEARCH_STAGES] = "stages"};
    const struct ark_store_options options = {.identity = ark_analyzer_identity()};
    uint32_t mode = 0;
    while (mode < ARK_COUNT_OF(names) && strcmp(names[mode], arguments[2]) != 0) {
        mode++;
    }
    unsigned long limit = strtoul(arguments[3], NULL, 10);
    if (mode == ARK_COUNT_OF(names) || limit == 0 || limit > ARK_HITS_MAX) {
        return ark_error_set(err, ARK_E_ARGUMENT, "no such mode or number: %s %s", arguments[2],
                             arguments[3]);
    }
    modes->options =
        (struct ark_search_options){.limit = (uint32_t)limit, .mode = (enum ark_search_mode)mode};
    struct ark_buf queries = ark_buf_make(QUERIES_BYTES_MAX);
    enum ark_status status = ark_file_read(arguments[1], QUERIES_BYTES_MAX, &queries, err);
    if (status == ARK_OK) {
        status = ark_store_open(&modes->store, arguments[0], &options, err);
    }
    if (status == ARK_OK) {
        status = ark_snapshot_open(&modes->snapshot, modes->store, err);
    }
    if (status == ARK_OK) {
        status = answer_all(modes, ark_buf_view(&queries), err);
    }
    ark_buf_dispose(&queries);
    return status;
}

int
main(int argc, char **argv)
{
    struct ark_error error;
    if (argc != 5) {
        (void)fputs("usage: modes INDEX QUERIES exact|stages|auto N\n", stderr);
        return EXIT_FAILURE;
    }
    struct modes modes = {.analyzer = ark_analyzer_new(), .arena = ark_arena_make()};
    enum ark_status status = run(&modes, argv + 1, &error);
    if (status == ARK_OK && modes.query_count > 0) {
        double mean_us = (double)modes.elapsed_ns / 1e3 / (double)modes.query_count;
        (void)fprintf(stderr, "%.1f\n", mean_us);
    } else if (status != ARK_OK) {
        (void)fprintf(stderr, "modes: %s\n", error.text);
    }
    ark_snapshot_close(modes.snapshot);
    ark_store_close(modes.store);
    ark_arena_dispose(&modes.arena);
    ark_analyzer_free(modes.analyzer);
    return status == ARK_OK && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
