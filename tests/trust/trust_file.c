/**
 * @file trust_file.c
 * Damages data.mdb as disks and people do: cuts it short, overwrites pages with
 * zeros, noise or each other, changes single bytes. A process that then reads
 * the index, or writes to it, ends with what it was asked for or with status 2
 * and one sentence, never with a signal and never hanging. LMDB has no
 * checksums of pages, so this is about the pages that hold no chunk of ours.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

enum { PAGE_BYTES = 4096, CASES = 150, CHILD_SECONDS_MAX = 30, OUTPUT_BYTES_MAX = 4096 };

/** An index and its sound data file. */
struct sample {
    char *dir;
    char *data_path;
    uint8_t *sound;
    size_t bytes;
    struct model model;
};

static struct sample
sample_make(void)
{
    struct sample sample = {.dir = test_temp_dir(), .model = model_make()};
    struct test_random random = test_random_make(1);
    model_fill(&sample.model, &random, 300, 30);
    (void)model_build(&sample.model, sample.dir, 1 << 26);
    // Replacements, so that there are dead documents and free pages.
    struct ark_store *store = model_store_open(sample.dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 26};
    for (int i = 0; i < 2; i++) {
        struct ark_builder *builder = ark_builder_new(store, &options);
        for (size_t k = 0; k < 20; k++) {
            model_add(builder, &sample.model.items[k]);
            const struct ark_file_record file = {sample.model.items[k].path, 1, 2, 3};
            ark_builder_remember_file(builder, &file);
        }
        enum ark_status status = ark_builder_publish(builder, NULL);
        ARK_ASSERT(status == ARK_OK);
        ark_builder_free(builder);
    }
    ark_store_close(store);
    sample.data_path = ark_path_join(sample.dir, "data/data.mdb");
    sample.sound = test_read_file(sample.data_path, &sample.bytes);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    test_temp_dir_remove(sample->dir);
    model_dispose(&sample->model);
    free(sample->data_path);
    free(sample->sound);
}

/** Says what is wrong in one line and ends the process as the programs do. */
static ARK_NORETURN void
end_with(enum ark_status status, const struct ark_error *err)
{
    if (status != ARK_OK) {
        (void)fprintf(stderr, "%s\n", err->text);
    }
    _exit(status == ARK_OK ? 0 : 2);
}

static ARK_NORETURN void
read_index(const struct sample *sample)
{
    struct exercise exercise = exercise_index(sample->dir);
    end_with(exercise.status, &exercise.err);
}

/** Publishes a document, replaces another one, and compacts. */
static ARK_NORETURN void
write_index(const struct sample *sample)
{
    const struct ark_store_options options = {.writable = true, .create = true};
    const struct ark_builder_options builder_options = {.memory_bytes_max = 1 << 26};
    struct ark_store *store = NULL;
    struct ark_error err = {0};
    enum ark_status status = ark_store_open(&store, sample->dir, &options, &err);
    if (status == ARK_OK) {
        struct ark_builder *builder = ark_builder_new(store, &builder_options);
        for (size_t i = 30; i < 34; i++) {
            model_add(builder, &sample->model.items[i]);
            const struct ark_file_record file = {sample->model.items[i].path, 4, 5, 6};
            ark_builder_remember_file(builder, &file);
        }
        status = ark_builder_publish(builder, &err);
        ark_builder_free(builder);
    }
    if (status == ARK_OK) {
        status = ark_store_compact(store, &err);
    }
    ark_store_close(store);
    end_with(status, &err);
}

/** How long a child may take: longer where programs are slow (tests/CMakeLists.txt). */
static unsigned
child_seconds_max(void)
{
    const char *patience = getenv("ARK_PATIENCE");
    long factor = patience == NULL ? 1 : strtol(patience, NULL, 10);
    return CHILD_SECONDS_MAX * (factor > 0 && factor < 1000 ? (unsigned)factor : 1);
}

/** Runs one of the two in a child. False, with a report, when it ended otherwise than it may. */
static bool
check_child(const struct sample *sample, bool writing, const char *damage, uint64_t seed,
            bool *refused)
{
    int ends[2];
    int rc = pipe(ends);
    ARK_ASSERT(rc == 0);
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)alarm(child_seconds_max());
        if (writing) {
            write_index(sample);
        }
        read_index(sample);
    }
    (void)close(ends[1]);
    char text[OUTPUT_BYTES_MAX] = {0};
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < sizeof text - 1) {
        got = read(ends[0], text + len, sizeof text - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    (void)close(ends[0]);
    int status = 0;
    pid_t waited = waitpid(child, &status, 0);
    ARK_ASSERT(waited == child);
    bool one_line = len > 1 && strchr(text, '\n') == text + len - 1;
    *refused = WIFEXITED(status) && WEXITSTATUS(status) == 2;
    if (*refused ? one_line : WIFEXITED(status) && WEXITSTATUS(status) == 0 && len == 0) {
        return true;
    }
    (void)fprintf(stderr, "%s after %s (ARK_SEED=%" PRIu64 "): %s %d: %s\n",
                  writing ? "writing" : "reading", damage, seed,
                  WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), text);
    return false;
}

/** Changes a copy of the file at random; returns what was done to it, and its new length. */
static const char *
damage(struct test_random *random, uint8_t *bytes, size_t *len)
{
    uint32_t page_count = (uint32_t)(*len / PAGE_BYTES);
    uint8_t *page = bytes + (size_t)test_random_below(random, page_count) * PAGE_BYTES;
    uint8_t *other = bytes + (size_t)test_random_below(random, page_count) * PAGE_BYTES;
    switch (test_random_below(random, 8)) {
    case 0:
        *len = test_random_one_in(random, 3)
                   ? (size_t)test_random_below(random, page_count + 1) * PAGE_BYTES
                   : test_random_below(random, (uint32_t)*len);
        return "the file was cut short";
    case 1:
        memset(page, 0, PAGE_BYTES);
        return "a page became zeros";
    case 2:
        for (size_t i = 0; i < PAGE_BYTES; i++) {
            page[i] = (uint8_t)test_random_u64(random);
        }
        return "a page became noise";
    case 3:
        memmove(page, other, PAGE_BYTES);
        return "a page became another one";
    case 4:
        // The header of a page and the places of its entries.
        page[test_random_below(random, 64)] ^= (uint8_t)(1 + test_random_below(random, 255));
        return "a byte of a page's header changed";
    case 5:
        for (int i = 0; i < 20; i++) {
            page[test_random_below(random, PAGE_BYTES)] = (uint8_t)test_random_u64(random);
        }
        return "20 bytes of a page changed";
    case 6:
        // What LMDB knows of the whole file, twice.
        bytes[test_random_below(random, 2) * PAGE_BYTES + test_random_below(random, 160)] ^=
            (uint8_t)(1 + test_random_below(random, 255));
        return "a byte of a meta page changed";
    default:
        bytes[test_random_below(random, (uint32_t)*len)] ^=
            (uint8_t)(1u << test_random_below(random, 8));
        return "a bit flipped";
    }
}

/** Damages the file as the seed says, and lets both kinds of processes at it. */
static bool
check_case(const struct sample *sample, uint8_t *copy, uint64_t seed, unsigned *refusals)
{
    struct test_random random = test_random_make(seed);
    bool sound = true;
    for (int writing = 0; writing < 2; writing++) {
        random = test_random_make(seed);
        memcpy(copy, sample->sound, sample->bytes);
        size_t len = sample->bytes;
        const char *what = damage(&random, copy, &len);
        bool refused = false;
        test_write_file(sample->data_path, copy, len);
        sound = check_child(sample, writing == 1, what, seed, &refused) && sound;
        *refusals += refused;
    }
    return sound;
}

int
main(void)
{
    uint64_t first = test_seed(1);
    uint64_t cases = getenv("ARK_SEED") != NULL ? 1 : CASES;
    struct sample sample = sample_make();
    uint8_t *copy = ark_xmalloc(sample.bytes);
    unsigned failures = 0;
    unsigned refusals = 0;
    for (uint64_t seed = first; seed < first + cases; seed++) {
        failures += !check_case(&sample, copy, seed, &refusals);
    }
    printf("%zu pages, %" PRIu64 " damages: %u of %" PRIu64 " processes refused, %u failures\n",
           sample.bytes / PAGE_BYTES, cases, refusals, cases * 2, failures);
    free(copy);
    sample_dispose(&sample);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
