/**
 * @file trust_memory.c
 * Memory runs out at one allocation after another while documents are
 * published. Each time the process ends with status 2 and one line, or with an
 * error of LMDB's, and the index opens as it was before or as it was to be.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

/** What fails: the left-th allocation from now on, and all after it. */
static uint64_t left;
static bool armed;

static bool
is_out(void)
{
    if (!armed) {
        return false;
    }
    if (left > 1) {
        left--;
        return false;
    }
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *
__wrap_malloc(size_t size)
{
    return is_out() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return is_out() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
    return is_out() ? NULL : __real_realloc(old, size);
}

enum { DOCUMENTS = 12, OUTPUT_BYTES_MAX = 2048 };

static ARK_NORETURN void
end_with(enum ark_status status, const struct ark_error *err)
{
    if (status != ARK_OK) {
        (void)fprintf(stderr, "%s\n", err->text);
    }
    _exit(status == ARK_OK ? 0 : 2);
}

/** Publishes, in a child, the second half of the model. */
static ARK_NORETURN void
publish(const struct model *model, const char *dir, uint64_t nth)
{
    const struct ark_store_options options = {.writable = true, .create = true};
    const struct ark_builder_options builder_options = {.memory_bytes_max = 1 << 20};
    static struct ark_error err;
    struct ark_store *store = NULL;
    left = nth;
    armed = true;
    enum ark_status status = ark_store_open(&store, dir, &options, &err);
    if (status != ARK_OK) {
        end_with(status, &err);
    }
    struct ark_builder *builder = ark_builder_new(store, &builder_options);
    for (size_t i = DOCUMENTS / 2; status == ARK_OK && i < model->count; i++) {
        const struct model_document *document = &model->items[i];
        status = ark_builder_add(builder, document->path, document->name_start, &document->content,
                                 &err);
    }
    ark_builder_delete(builder, 1, 1);
    ark_builder_delete(builder, 1, 2);
    if (status == ARK_OK) {
        status = ark_builder_publish(builder, &err);
    }
    ark_builder_free(builder);
    ark_store_close(store);
    end_with(status, &err);
}

/** The digest of everything in the index; ends the program when anything is wrong with it. */
static uint64_t
digest_of(const char *dir)
{
    struct exercise exercise = exercise_index(dir);
    if (exercise.status != ARK_OK) {
        (void)fprintf(stderr, "%s\n", exercise.err.text);
        exit(EXIT_FAILURE);
    }
    return exercise.digest;
}

/** Starts the child; its exit status, with what it wrote to stderr in text. */
static int
run_child(const struct model *model, const char *dir, uint64_t nth, char text[OUTPUT_BYTES_MAX])
{
    int ends[2];
    int rc = pipe(ends);
    ARK_ASSERT(rc == 0);
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        publish(model, dir, nth);
    }
    (void)close(ends[1]);
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < OUTPUT_BYTES_MAX - 1) {
        got = read(ends[0], text + len, OUTPUT_BYTES_MAX - 1 - len);
        len += got > 0 ? (size_t)got : 0;
    }
    text[len] = '\0';
    (void)close(ends[0]);
    int status = 0;
    pid_t waited = waitpid(child, &status, 0);
    ARK_ASSERT(waited == child);
    return status;
}

static bool
is_one_line(const char *text)
{
    const char *newline = strchr(text, '\n');
    return newline != NULL && newline > text && newline[1] == '\0';
}

/** Runs out of memory at the nth allocation. *done tells that the publication came through. */
static bool
check_nth(const struct model *model, const char *before, uint64_t nth, uint64_t old_digest,
          bool *done)
{
    char *parent = test_temp_dir();
    char *dir = ark_path_join(parent, "index");
    test_copy_tree(before, dir);
    char text[OUTPUT_BYTES_MAX];
    int status = run_child(model, dir, nth, text);
    *done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool sound = *done ? text[0] == '\0'
                       : WIFEXITED(status) && WEXITSTATUS(status) == 2 && is_one_line(text);
    bool is_old = digest_of(dir) == old_digest;
    if (!sound || is_old == *done) {
        (void)fprintf(stderr, "out of memory at allocation %" PRIu64 ": wait status %d, %s, %s\n",
                      nth, status, is_old ? "old index" : "another index", text);
        sound = false;
    }
    free(dir);
    test_temp_dir_remove(parent);
    return sound;
}

int
main(void)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, DOCUMENTS, 5);
    struct model first = model;
    first.count = DOCUMENTS / 2;
    char *before = test_temp_dir();
    (void)model_build(&first, before, 1 << 26);
    uint64_t old_digest = digest_of(before);
    unsigned failures = 0;
    unsigned tried = 0;
    bool done = false;
    // Every allocation up to the 100th, then fewer: later ones come from loops.
    for (uint64_t nth = 1; !done; nth += nth < 100 ? 1 : nth / 50) {
        failures += !check_nth(&model, before, nth, old_digest, &done);
        tried++;
    }
    printf("%u allocations failed in turn, %u failures\n", tried - 1, failures);
    test_temp_dir_remove(before);
    model_dispose(&model);
    return failures == 0 && tried > 100 ? EXIT_SUCCESS : EXIT_FAILURE;
}
