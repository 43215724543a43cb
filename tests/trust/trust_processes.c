/**
 * @file trust_processes.c
 * A reader holds a snapshot while another process publishes, merges, deletes
 * and compacts: what the reader sees stays as it was, and its next snapshot
 * sees what the writer made.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/text/analyzer.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

enum { DOCUMENTS = 400, PART = 40, ROUNDS = 8 };

/** A round of the writer: new documents, replacements of others; in every third a compaction. */
static void
write_round(const struct model *model, const char *dir, int round)
{
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 20};
    struct ark_builder *builder = ark_builder_new(store, &options);
    for (size_t i = 0; i < PART; i++) {
        model_add(builder, &model->items[(size_t)round * PART + i]);
        model_add(builder, &model->items[i]);
    }
    enum ark_status status = ark_builder_publish(builder, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_builder_free(builder);
    if (round % 3 == 2) {
        status = ark_store_compact(store, NULL);
        ARK_ASSERT(status == ARK_OK);
    }
    ark_store_close(store);
}

/** Runs a round in another process and waits for its end. */
static void
run_writer(const struct model *model, const char *dir, int round)
{
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        write_round(model, dir, round);
        _exit(0);
    }
    int status = 0;
    pid_t waited = waitpid(child, &status, 0);
    ARK_ASSERT(waited == child);
    ARK_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static struct exercise
read_snapshot(struct ark_snapshot *snapshot)
{
    struct exercise exercise = exercise_snapshot(snapshot);
    if (exercise.status != ARK_OK) {
        (void)fprintf(stderr, "%s\n", exercise.err.text);
        exit(EXIT_FAILURE);
    }
    return exercise;
}

static void
expect(bool holds, const char *what, int round)
{
    if (!holds) {
        (void)fprintf(stderr, "%s, round %d\n", what, round);
        exit(EXIT_FAILURE);
    }
}

/** Holds a snapshot over a round of the writer, then opens the next one. */
static void
check_round(const struct model *model, const char *dir, struct ark_store *store, int round)
{
    struct ark_snapshot *held = NULL;
    enum ark_status status = ark_snapshot_open(&held, store, NULL);
    ARK_ASSERT(status == ARK_OK);
    uint64_t before = read_snapshot(held).digest;
    uint64_t generation = ark_snapshot_figures(held)->generation;
    run_writer(model, dir, round);
    expect(read_snapshot(held).digest == before, "the held snapshot changed", round);
    ark_snapshot_close(held);

    struct ark_snapshot *next = NULL;
    status = ark_snapshot_open(&next, store, NULL);
    ARK_ASSERT(status == ARK_OK);
    const struct ark_store_figures *figures = ark_snapshot_figures(next);
    expect(figures->generation == generation + 1, "the next snapshot is not the new state", round);
    expect(figures->document_count == (uint64_t)(round + 1) * PART, "documents are missing", round);
    expect(read_snapshot(next).digest != before, "the next snapshot reads as the old one", round);
    ark_snapshot_close(next);
}

int
main(void)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, DOCUMENTS, 30);
    char *dir = test_temp_dir();
    run_writer(&model, dir, 0);
    const struct ark_store_options options = {.identity = ark_analyzer_identity()};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, dir, &options, NULL);
    ARK_ASSERT(status == ARK_OK);
    for (int round = 1; round < ROUNDS; round++) {
        check_round(&model, dir, store, round);
    }
    ark_store_close(store);
    test_temp_dir_remove(dir);
    model_dispose(&model);
    return EXIT_SUCCESS;
}
