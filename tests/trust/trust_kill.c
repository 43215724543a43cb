/**
 * @file trust_kill.c
 * Kills a writer at random moments of a publication. The index then opens,
 * verifies, keeps every rule of its format, and holds what it held before or
 * what it was to hold after, and nothing else.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "tests/property/plain_reader.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

/** Publications killed, and the most that all may take. */
enum { KILLS = 20, DOCUMENTS = 300, WORDS = 60 };

/** The index before and after the publication, and the documents that make the difference. */
struct sample {
    char *before;
    struct model model;
    struct ark_buf described_before;
    struct ark_buf described_after;
    int64_t publication_ns;
};

static int64_t
now_ns(void)
{
    struct timespec now;
    int rc = clock_gettime(CLOCK_MONOTONIC, &now);
    ARK_ASSERT(rc == 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/** Replaces every third document, adds as many, merges with what is there, and compacts. */
static void
publish(const struct sample *sample, const char *dir)
{
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 20};
    struct ark_builder *builder = ark_builder_new(store, &options);
    for (size_t i = DOCUMENTS; i < sample->model.count; i++) {
        struct model_document document = sample->model.items[i];
        if (i % 2 == 0) {
            document.path = sample->model.items[i - DOCUMENTS].path;
            document.content.fragment = sample->model.items[i - DOCUMENTS].content.fragment;
        }
        model_add(builder, &document);
        const struct ark_file_record file = {document.path, 1, 2, 3};
        ark_builder_remember_file(builder, &file);
    }
    enum ark_status status = ark_builder_publish(builder, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_builder_free(builder);
    status = ark_store_compact(store, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_store_close(store);
}

static struct ark_buf
describe(const char *dir)
{
    struct ark_buf out = ark_buf_make(SIZE_MAX);
    struct plain_index *index = plain_index_read(dir);
    plain_index_describe(index, &out);
    plain_index_free(index);
    return out;
}

/** A new directory path inside a temporary one; both are the caller's. */
static char *
copy_of(const char *dir, char **parent)
{
    *parent = test_temp_dir();
    char *copy = ark_path_join(*parent, "index");
    test_copy_tree(dir, copy);
    return copy;
}

static struct sample
sample_make(void)
{
    struct sample sample = {.before = test_temp_dir(), .model = model_make()};
    struct test_random random = test_random_make(1);
    model_fill(&sample.model, &random, (size_t)DOCUMENTS * 2, WORDS);
    struct model first = sample.model;
    first.count = DOCUMENTS;
    (void)model_build(&first, sample.before, 1 << 26);
    sample.described_before = describe(sample.before);
    char *parent = NULL;
    char *after = copy_of(sample.before, &parent);
    int64_t start = now_ns();
    publish(&sample, after);
    sample.publication_ns = now_ns() - start;
    sample.described_after = describe(after);
    free(after);
    test_temp_dir_remove(parent);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    test_temp_dir_remove(sample->before);
    model_dispose(&sample->model);
    ark_buf_dispose(&sample->described_before);
    ark_buf_dispose(&sample->described_after);
}

/** Starts a publication in a child and kills it after so long. True when it was too late. */
static bool
kill_after(const struct sample *sample, const char *dir, int64_t delay_ns)
{
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        publish(sample, dir);
        _exit(0);
    }
    struct timespec delay = {(time_t)(delay_ns / 1000000000), (long)(delay_ns % 1000000000)};
    (void)nanosleep(&delay, NULL);
    (void)kill(child, SIGKILL);
    int status = 0;
    pid_t waited = waitpid(child, &status, 0);
    ARK_ASSERT(waited == child);
    return WIFEXITED(status);
}

/** A reader that looks before any writer has swept sees one of the two states. */
static bool
check_reader(const char *dir)
{
    const struct ark_store_options options = {0};
    struct ark_store *store = NULL;
    struct ark_snapshot *snapshot = NULL;
    struct ark_error err = {0};
    enum ark_status status = ark_store_open(&store, dir, &options, &err);
    if (status == ARK_E_NOT_FOUND) {
        // Between the two renames of a compaction; the next writer mends it.
        return true;
    }
    if (status == ARK_OK) {
        status = ark_snapshot_open(&snapshot, store, &err);
    }
    for (uint32_t i = 0; status == ARK_OK && i < ark_snapshot_figures(snapshot)->segment_count;
         i++) {
        status = ark_segment_verify(ark_snapshot_segment(snapshot, i), &err);
    }
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    if (status != ARK_OK) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    return status == ARK_OK;
}

/** Kills one publication and looks at what is left. */
static bool
check_kill(const struct sample *sample, uint64_t seed, unsigned *kept, unsigned *done)
{
    struct test_random random = test_random_make(seed);
    char *parent = NULL;
    char *dir = copy_of(sample->before, &parent);
    int64_t delay_ns =
        (int64_t)(test_random_u64(&random) % (uint64_t)(sample->publication_ns * 5 / 4));
    (void)kill_after(sample, dir, delay_ns);
    bool sound = check_reader(dir);
    ark_store_close(model_store_open(dir));
    struct ark_buf found = describe(dir);
    bool is_before = ark_str_equal(ark_buf_view(&found), ark_buf_view(&sample->described_before));
    bool is_after = ark_str_equal(ark_buf_view(&found), ark_buf_view(&sample->described_after));
    *kept += is_before;
    *done += is_after;
    if (!sound || !(is_before || is_after) || test_dir_entries(dir) != 2) {
        (void)fprintf(stderr, "after %" PRId64 " ns (ARK_SEED=%" PRIu64 "): %s, %zu entries\n",
                      delay_ns, seed,
                      is_before  ? "the old index"
                      : is_after ? "the new index"
                                 : "neither old nor new",
                      test_dir_entries(dir));
        sound = false;
    }
    // What was cut off can be done after all.
    publish(sample, dir);
    struct ark_buf again = describe(dir);
    sound = sound && ark_str_equal(ark_buf_view(&again), ark_buf_view(&sample->described_after));
    ark_buf_dispose(&found);
    ark_buf_dispose(&again);
    free(dir);
    test_temp_dir_remove(parent);
    return sound;
}

int
main(void)
{
    uint64_t first = test_seed(1);
    uint64_t kills = getenv("ARK_SEED") != NULL ? 1 : KILLS;
    struct sample sample = sample_make();
    unsigned kept = 0;
    unsigned done = 0;
    unsigned failures = 0;
    for (uint64_t seed = first; seed < first + kills; seed++) {
        failures += !check_kill(&sample, seed, &kept, &done);
    }
    printf("%" PRIu64 " kills of a publication of %" PRId64 " ms: %u old, %u new, %u failures\n",
           kills, sample.publication_ns / 1000000, kept, done, failures);
    sample_dispose(&sample);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
