/**
 * @file trust_readers.c
 * A reader is killed while it holds a snapshot: its slot in LMDB's table of
 * readers stays behind, and would keep every page of that state from being used
 * again for ever. The next writer clears it.
 */
#include <lmdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/text/analyzer.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

enum { DOCUMENTS = 120, ROUNDS = 6 };

/** What becomes of the reader before the writers' rounds. */
enum fate { NO_READER, KILLED_READER, LIVING_READER, FATE_COUNT };

static void
expect(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "%s\n", what);
        exit(EXIT_FAILURE);
    }
}

/** A process that holds a snapshot from before it says so until it is killed. */
static pid_t
start_reader(const char *dir)
{
    int ends[2];
    int made = pipe(ends);
    ARK_ASSERT(made == 0);
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        const struct ark_store_options options = {.identity = ark_analyzer_identity()};
        struct ark_store *store = NULL;
        struct ark_snapshot *snapshot = NULL;
        enum ark_status status = ark_store_open(&store, dir, &options, NULL);
        ARK_ASSERT(status == ARK_OK);
        status = ark_snapshot_open(&snapshot, store, NULL);
        ARK_ASSERT(status == ARK_OK);
        ssize_t said = write(ends[1], "x", 1);
        ARK_ASSERT(said == 1);
        for (;;) {
            (void)pause();
        }
    }
    char byte;
    (void)close(ends[1]);
    expect(read(ends[0], &byte, 1) == 1, "the reader ended before it held a snapshot");
    (void)close(ends[0]);
    return child;
}

static void
kill_reader(pid_t reader)
{
    int status = 0;
    int killed = kill(reader, SIGKILL);
    ARK_ASSERT(killed == 0);
    pid_t waited = waitpid(reader, &status, 0);
    ARK_ASSERT(waited == reader);
    expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the reader was not killed");
}

/** Replaces every document, in a process of its own: another ark-index. */
static void
run_writer(const struct model *model, const char *dir)
{
    pid_t child = fork();
    ARK_ASSERT(child >= 0);
    if (child == 0) {
        (void)model_build(model, dir, 1 << 26);
        _exit(0);
    }
    int status = 0;
    pid_t waited = waitpid(child, &status, 0);
    ARK_ASSERT(waited == child);
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the writer failed");
}

/** Slots of the table that a process is to be found in. */
struct slots {
    long process;
    int count;
};

/** LMDB gives a line for each slot, "PROCESS THREAD TRANSACTION", and one above them. */
static int
count_slot(const char *line, void *context)
{
    struct slots *slots = context;
    slots->count += strtol(line, NULL, 10) == slots->process;
    return 0;
}

static int
slots_of(MDB_env *table, pid_t process)
{
    struct slots slots = {.process = (long)process};
    int rc = mdb_reader_list(table, count_slot, &slots);
    ARK_ASSERT(rc >= 0);
    return slots.count;
}

/**
 * Opens the environment and looks at nothing but the table. As long as somebody
 * has it open, LMDB does not make the table anew, which would clear it too.
 */
static MDB_env *
open_table(const char *dir)
{
    MDB_env *table = NULL;
    char *path = ark_path_join(dir, "data");
    int rc = mdb_env_create(&table);
    ARK_ASSERT(rc == 0);
    rc = mdb_env_set_mapsize(table, (size_t)1 << 28);
    ARK_ASSERT(rc == 0);
    rc = mdb_env_open(table, path, MDB_RDONLY | MDB_NOTLS, 0);
    ARK_ASSERT(rc == 0);
    free(path);
    return table;
}

static off_t
pages_of(MDB_env *table)
{
    MDB_envinfo info;
    int rc = mdb_env_info(table, &info);
    ARK_ASSERT(rc == 0);
    return (off_t)info.me_last_pgno + 1;
}

/** Makes an index and replaces all of it some times; returns how many pages its file has then. */
static off_t
run_rounds(const struct model *model, enum fate fate)
{
    char *dir = test_temp_dir();
    run_writer(model, dir);
    MDB_env *table = open_table(dir);
    pid_t reader = fate == NO_READER ? 0 : start_reader(dir);
    if (fate == KILLED_READER) {
        kill_reader(reader);
    }
    int slots = reader == 0 ? 0 : slots_of(table, reader);
    expect((slots > 0) == (fate != NO_READER), "a reader has no slot, or nobody has one");
    for (int round = 0; round < ROUNDS; round++) {
        run_writer(model, dir);
        bool has_slot = reader != 0 && slots_of(table, reader) > 0;
        expect(has_slot == (fate == LIVING_READER),
               fate == LIVING_READER ? "the slot of a living reader was cleared"
                                     : "the slot of a killed reader was not cleared");
    }
    off_t pages = pages_of(table);
    if (fate == LIVING_READER) {
        kill_reader(reader);
    }
    mdb_env_close(table);
    test_temp_dir_remove(dir);
    return pages;
}

int
main(void)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, DOCUMENTS, 30);
    off_t pages[FATE_COUNT];
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        pages[fate] = run_rounds(&model, (enum fate)fate);
    }
    (void)printf("pages: %ld without a reader, %ld beside a killed one, %ld beside a living one\n",
                 (long)pages[NO_READER], (long)pages[KILLED_READER], (long)pages[LIVING_READER]);
    expect(pages[KILLED_READER] == pages[NO_READER],
           "pages that a killed reader held are not used again");
    expect(pages[LIVING_READER] > pages[NO_READER],
           "a living reader held no pages, so that this test shows nothing");
    model_dispose(&model);
    return EXIT_SUCCESS;
}
