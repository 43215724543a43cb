#define _DEFAULT_SOURCE // MAP_ANONYMOUS
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "common/base/file.h"
#include "common/store/fault.h"
#include "common/store/pages.h"
#include "common/store/store_impl.h"

static const char *const DB_NAMES[] = {
    [ARK_DB_META] = "meta",   [ARK_DB_STREAM] = "stream", [ARK_DB_IDS] = "ids",
    [ARK_DB_FILES] = "files", [ARK_DB_DEAD] = "dead",
};

_Static_assert(ARK_COUNT_OF(DB_NAMES) == ARK_DB_COUNT, "a name for each database");

const char *
ark_db_name(enum ark_db db)
{
    ARK_ASSERT(db < ARK_DB_COUNT);
    return DB_NAMES[db];
}

/** Address space, not memory or disk: 20 µs to set up, and no index outgrows it. */
#define MAP_BYTES ((size_t)1 << 40)
/** Where the address space is limited (ulimit -v, 39 bits of some ARM systems, valgrind), at least this. */
#define MAP_BYTES_LEAST ((size_t)1 << 25)
/** The map leaves so much of a limited address space to the rest of the program. */
#define ROOM_BYTES ((size_t)1 << 27)

_Static_assert(sizeof(size_t) == 8, "the index is mapped whole: ark needs a 64-bit system");

/** Processes that may read at once. */
enum { READERS_MAX = 1024 };

/** LMDB found its own structure broken: say so and stop, as nothing can be trusted then. */
static void
lmdb_assertion_failed(MDB_env *env, const char *text)
{
    (void)env;
    ark_fault_exit(text);
}

/** One try with a handle of its own: one that failed to open can only be closed. LMDB's code. */
static int
open_handle(struct ark_store *store, size_t map_bytes, unsigned flags)
{
    MDB_env *env = NULL;
    int rc = mdb_env_create(&env);
    if (rc == 0) {
        rc = mdb_env_set_maxdbs(env, ARK_DB_COUNT);
    }
    if (rc == 0) {
        rc = mdb_env_set_maxreaders(env, READERS_MAX);
    }
    if (rc == 0) {
        rc = mdb_env_set_mapsize(env, map_bytes);
    }
    if (rc == 0) {
        (void)mdb_env_set_assert(env, lmdb_assertion_failed);
        rc = mdb_env_open(env, store->environment_path, flags, 0666);
    }
    if (rc != 0) {
        mdb_env_close(env);
        return rc;
    }
    store->env = env;
    return 0;
}

/** The largest half of a half of bytes that fits the address space and leaves room for the rest. */
static size_t
smaller_map_bytes(size_t bytes)
{
    for (bytes /= 2; bytes > MAP_BYTES_LEAST; bytes /= 2) {
        void *at = mmap(NULL, bytes + ROOM_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at != MAP_FAILED) {
            (void)munmap(at, bytes + ROOM_BYTES);
            break;
        }
    }
    return bytes;
}

static int
open_with_fallbacks(struct ark_store *store)
{
    // NOTLS: a snapshot belongs to its object, not to a thread. NORDAHEAD: chunks are read in place.
    unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (store->writable ? 0u : MDB_RDONLY);
    size_t map_bytes = MAP_BYTES;
    int rc = open_handle(store, map_bytes, flags);
    // Some systems, emulated ones, map less of a file than they have addresses for.
    while ((rc == ENOMEM || rc == EINVAL) && map_bytes > MAP_BYTES_LEAST) {
        map_bytes = smaller_map_bytes(map_bytes);
        rc = open_handle(store, map_bytes, flags);
    }
    if ((rc == EACCES || rc == EROFS) && !store->writable) {
        // Another user's index, or a read-only disk: no slot in the table of readers can be had.
        // A writer may then reuse pages that are being read; checksums tell when that happened.
        rc = open_handle(store, map_bytes, flags | MDB_NOLOCK);
    }
    return rc;
}

/** Which directory stands at the environment's path; false when none does. */
static bool
look_at_directory(const struct ark_store *store, struct stat *out)
{
    return stat(store->environment_path, out) == 0;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/**
 * Opens both files of one directory: while a compaction puts a new directory
 * in place, the table of readers could be of the old one and the data of the
 * new, whose writer would then not know of us.
 */
static enum ark_status
open_environment(struct ark_store *store, struct ark_error *err)
{
    enum { TRIES = 50 };
    int rc = ENOENT;
    for (int i = 0; i < TRIES; i++) {
        struct stat before;
        struct stat after;
        rc = look_at_directory(store, &before) ? open_with_fallbacks(store) : ENOENT;
        if (rc == 0 && look_at_directory(store, &after) && is_same_file(&before, &after)) {
            return ARK_OK;
        }
        if (rc != 0 && rc != ENOENT) {
            break;
        }
        ark_environment_close(store);
        rc = ENOENT;
        struct timespec pause = {0, 2000000};
        (void)nanosleep(&pause, NULL);
    }
    return ark_lmdb_error(store, rc, ARK_LMDB_OPEN, err);
}

/** Looks at the open data file itself: the name may lead to another one by now. */
static bool
look_at_data(const struct ark_store *store, struct stat *out)
{
    int fd = -1;
    return mdb_env_get_fd(store->env, &fd) == 0 && fstat(fd, out) == 0;
}

/** The file must be as long as its last page says: LMDB would fault on the first touch beyond. */
static enum ark_status
check_file_size(const struct ark_store *store, struct ark_error *err)
{
    // The page number first: a writer at work lengthens the file before it says so.
    MDB_envinfo info;
    MDB_stat pages;
    struct stat file;
    if (mdb_env_info(store->env, &info) != 0 || mdb_env_stat(store->env, &pages) != 0 ||
        !look_at_data(store, &file)) {
        return ark_error_set(err, ARK_E_IO, "cannot read the index: %s", store->path);
    }
    uint64_t needed = ((uint64_t)info.me_last_pgno + 1) * pages.ms_psize;
    if ((uint64_t)file.st_size < needed) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: data.mdb has %" PRIu64 " bytes of %" PRIu64
                             ": %s",
                             (uint64_t)file.st_size, needed, store->path);
    }
    return ARK_OK;
}

/** Looks at the pages that this store will follow, before LMDB does. */
static enum ark_status
check_pages(const struct ark_store *store, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_OPEN, err);
    }
    enum ark_status status =
        ark_pages_check(store, txn, store->writable ? ARK_PAGES_WRITING : ARK_PAGES_READING, err);
    mdb_txn_abort(txn);
    return status;
}

/** Opens the databases in one committed transaction: LMDB handles of an aborted one are dead. */
static enum ark_status
open_databases(struct ark_store *store, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(store->env, NULL, store->writable ? 0u : MDB_RDONLY, &txn);
    for (unsigned db = 0; rc == 0 && db < ARK_DB_COUNT; db++) {
        rc = mdb_dbi_open(txn, DB_NAMES[db], store->writable ? MDB_CREATE : 0u, &store->dbis[db]);
    }
    if (rc == MDB_NOTFOUND) {
        mdb_txn_abort(txn);
        return ark_error_set(err, ARK_E_CORRUPT, "not an ark index: %s", store->path);
    }
    if (rc != 0) {
        mdb_txn_abort(txn);
        return ark_lmdb_error(store, rc, ARK_LMDB_OPEN, err);
    }
    rc = mdb_txn_commit(txn);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_OPEN, err);
}

/**
 * Lets everyone who may read the data write the table of readers: one who
 * cannot stand in it reads unprotected, and pages change under him while a
 * writer works. Best effort: only the owner may change it.
 */
static void
share_reader_table(const struct ark_store *store)
{
    struct stat data;
    struct stat table;
    char *path = ark_path_join(store->environment_path, "lock.mdb");
    if (look_at_data(store, &data) && stat(path, &table) == 0) {
        mode_t readers = data.st_mode & (S_IRUSR | S_IRGRP | S_IROTH);
        mode_t wanted = (table.st_mode & 07777) | readers | readers >> 1;
        if (wanted != (table.st_mode & 07777)) {
            (void)chmod(path, wanted);
        }
    }
    free(path);
}

enum ark_status
ark_environment_open(struct ark_store *store, struct ark_error *err)
{
    ark_fault_guard(store->path);
    enum ark_status status = ark_pages_check_head(store, err);
    if (status == ARK_OK) {
        status = open_environment(store, err);
    }
    if (status == ARK_OK && store->writable) {
        share_reader_table(store);
    }
    if (status == ARK_OK) {
        status = check_file_size(store, err);
    }
    if (status == ARK_OK) {
        status = check_pages(store, err);
    }
    if (status == ARK_OK) {
        status = open_databases(store, err);
    }
    if (status != ARK_OK) {
        ark_environment_close(store);
    }
    return status;
}

void
ark_environment_close(struct ark_store *store)
{
    mdb_env_close(store->env);
    store->env = NULL;
}

uint64_t
ark_environment_bytes(const struct ark_store *store)
{
    struct stat file;
    return look_at_data(store, &file) ? (uint64_t)file.st_size : 0;
}

enum ark_status
ark_environment_renew(struct ark_store *store, struct ark_error *err)
{
    char *path = ark_path_join(store->environment_path, "data.mdb");
    struct stat named;
    struct stat open_one;
    // A name that leads nowhere just now is no reason to change: what is open is whole.
    bool replaced = store->env != NULL && stat(path, &named) == 0 &&
                    look_at_data(store, &open_one) && !is_same_file(&named, &open_one);
    free(path);
    if (store->env != NULL && !replaced) {
        return ARK_OK;
    }
    ark_environment_close(store);
    return ark_environment_open(store, err);
}
