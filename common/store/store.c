#include "common/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/store/fault.h"
#include "common/store/store_impl.h"

static const char *const DB_NAMES[] = {
    [ARK_DB_META] = "meta",   [ARK_DB_STREAM] = "stream", [ARK_DB_IDS] = "ids",
    [ARK_DB_FILES] = "files", [ARK_DB_DEAD] = "dead",
};

_Static_assert(ARK_COUNT_OF(DB_NAMES) == ARK_DB_COUNT, "a name for each database");

/** Address space, not memory or disk: 20 µs to set up, and no index outgrows it. */
#define MAP_BYTES ((size_t)1 << 40)
/** Where the address space is limited (ulimit -v, some sanitizers). */
#define MAP_BYTES_SMALL ((size_t)1 << 33)

_Static_assert(sizeof(size_t) == 8, "the index is mapped whole: ark needs a 64-bit system");

enum ark_status
ark_lmdb_error(const struct ark_store *store, int rc, const char *what, struct ark_error *err)
{
    const char *path = store->path;
    switch (rc) {
    case ENOSPC:
    case EIO:
    case EDQUOT:
        return ark_error_set(err, ARK_E_IO, "no space left, or the disk failed, while %s: %s: %s",
                             what, strerror(rc), path);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_PANIC:
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged (%s while %s); remove it and index again: %s",
                             mdb_strerror(rc), what, path);
    case MDB_VERSION_MISMATCH:
        return ark_error_set(err, ARK_E_FORMAT, "the index was made by another LMDB: %s", path);
    case MDB_READERS_FULL:
        return ark_error_set(err, ARK_E_STORE, "too many programs read this index: %s", path);
    default:
        return ark_error_set(err, ARK_E_STORE, "%s while %s: %s", mdb_strerror(rc), what, path);
    }
}

MDB_val
ark_lmdb_val(ark_str bytes)
{
    // LMDB's structure has no const; it never writes through a key or a value given to it.
    union {
        const uint8_t *in;
        void *out;
    } pointer = {bytes.bytes};
    return (MDB_val){bytes.len, pointer.out};
}

enum ark_status
ark_lmdb_get(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key, ark_str *out,
             bool *found, struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    MDB_val value;
    int rc = mdb_get(txn, store->dbis[db], &lmdb_key, &value);
    *found = rc == 0;
    *out = rc == 0 ? ark_str_make(value.mv_data, value.mv_size) : ARK_STR("");
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK : ark_lmdb_error(store, rc, "reading", err);
}

enum ark_status
ark_lmdb_put(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key, ark_str value,
             struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    MDB_val lmdb_value = ark_lmdb_val(value);
    int rc = mdb_put(txn, store->dbis[db], &lmdb_key, &lmdb_value, 0);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "writing", err);
}

enum ark_status
ark_lmdb_delete(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    int rc = mdb_del(txn, store->dbis[db], &lmdb_key, NULL);
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK : ark_lmdb_error(store, rc, "deleting", err);
}

enum ark_status
ark_lmdb_begin(struct ark_store *store, MDB_txn **out, struct ark_error *err)
{
    int rc = mdb_txn_begin(store->env, NULL, 0, out);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "beginning to write", err);
}

enum ark_status
ark_lmdb_commit(struct ark_store *store, MDB_txn *txn, struct ark_error *err)
{
    int rc = mdb_txn_commit(txn);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "publishing", err);
}

/** LMDB found its own structure broken: say so and stop, as nothing can be trusted then. */
static void
lmdb_assertion_failed(MDB_env *env, const char *text)
{
    (void)env;
    ark_fault_exit(text);
}

static enum ark_status
open_environment(struct ark_store *store, struct ark_error *err)
{
    ark_fault_guard(store->path);
    int rc = mdb_env_create(&store->env);
    if (rc == 0) {
        rc = mdb_env_set_maxdbs(store->env, ARK_DB_COUNT);
    }
    if (rc == 0) {
        rc = mdb_env_set_maxreaders(store->env, 1024);
    }
    if (rc == 0) {
        (void)mdb_env_set_assert(store->env, lmdb_assertion_failed);
        rc = mdb_env_set_mapsize(store->env, MAP_BYTES);
    }
    if (rc != 0) {
        return ark_lmdb_error(store, rc, "opening", err);
    }
    // NOTLS: a snapshot belongs to its object, not to a thread. NORDAHEAD: chunks are read in place.
    unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (store->writable ? 0u : MDB_RDONLY);
    rc = mdb_env_open(store->env, store->environment_path, flags, 0666);
    if (rc == ENOMEM) {
        (void)mdb_env_set_mapsize(store->env, MAP_BYTES_SMALL);
        rc = mdb_env_open(store->env, store->environment_path, flags, 0666);
    }
    if ((rc == EACCES || rc == EROFS) && !store->writable) {
        // The lock file cannot be written here, so no writer of ours can be at work on it either.
        rc = mdb_env_open(store->env, store->environment_path, flags | MDB_NOLOCK, 0666);
    }
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "opening", err);
}

/** The file must be as long as its last page says: LMDB would fault on the first touch beyond. */
static enum ark_status
check_file_size(const struct ark_store *store, struct ark_error *err)
{
    char *path = ark_path_join(store->environment_path, "data.mdb");
    struct stat file;
    int rc = stat(path, &file);
    free(path);
    MDB_envinfo info;
    MDB_stat pages;
    if (rc != 0 || mdb_env_info(store->env, &info) != 0 || mdb_env_stat(store->env, &pages) != 0) {
        return ark_error_set(err, ARK_E_IO, "cannot read the index: %s", store->path);
    }
    uint64_t needed = ((uint64_t)info.me_last_pgno + 1) * pages.ms_psize;
    if ((uint64_t)file.st_size < needed) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: data.mdb has %" PRIu64 " bytes of %" PRIu64
                             "; remove it and index again: %s",
                             (uint64_t)file.st_size, needed, store->path);
    }
    return ARK_OK;
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
        return ark_lmdb_error(store, rc, "opening", err);
    }
    rc = mdb_txn_commit(txn);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "opening", err);
}

/** Writes the first configuration into an environment that has none. */
static enum ark_status
initialise(struct ark_store *store, const char *identity, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    enum ark_status status = ark_lmdb_begin(store, &txn, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_str config;
    bool found = false;
    status = ark_lmdb_get(store, txn, ARK_DB_META, ARK_STR(ARK_META_CONFIG), &config, &found, err);
    if (status != ARK_OK || found) {
        mdb_txn_abort(txn);
        return status;
    }
    struct ark_config_record record = {.format_version = ARK_FORMAT_VERSION, .next_segment_id = 1};
    (void)snprintf(record.identity, sizeof record.identity, "%s", identity);
    struct ark_buf bytes = ark_buf_make(SIZE_MAX);
    ark_config_record_encode(&record, &bytes);
    status =
        ark_lmdb_put(store, txn, ARK_DB_META, ARK_STR(ARK_META_CONFIG), ark_buf_view(&bytes), err);
    ark_buf_clear(&bytes);
    ark_segment_list_encode(NULL, 0, &bytes);
    if (status == ARK_OK) {
        status = ark_lmdb_put(store, txn, ARK_DB_META, ARK_STR(ARK_META_SEGMENTS),
                              ark_buf_view(&bytes), err);
    }
    ark_buf_dispose(&bytes);
    if (status != ARK_OK) {
        mdb_txn_abort(txn);
        return status;
    }
    return ark_lmdb_commit(store, txn, err);
}

static enum ark_status
check_identity(struct ark_store *store, const char *identity, struct ark_error *err)
{
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = ark_snapshot_open(&snapshot, store, err);
    if (status == ARK_OK && identity != NULL &&
        strcmp(ark_snapshot_figures(snapshot)->identity, identity) != 0) {
        status = ark_error_set(err, ARK_E_FORMAT,
                               "the index was made with the analyzer \"%s\", this program has "
                               "\"%s\"; run ark-index --rebuild: %s",
                               ark_snapshot_figures(snapshot)->identity, identity, store->path);
    }
    ark_snapshot_close(snapshot);
    return status;
}

static bool
exists(const char *directory, const char *name)
{
    char *path = ark_path_join(directory, name);
    struct stat info;
    bool is_there = stat(path, &info) == 0;
    free(path);
    return is_there;
}

/**
 * Checks that there is an index. A compaction renames the environment away for
 * a moment; a reader that comes just then tries again.
 */
static enum ark_status
find_index(const struct ark_store *store, struct ark_error *err)
{
    enum { TRIES = 50 };
    for (int i = 0; i < TRIES; i++) {
        if (exists(store->environment_path, "data.mdb")) {
            return ARK_OK;
        }
        if (!exists(store->path, "ark.lock")) {
            break;
        }
        struct timespec pause = {0, 2000000};
        (void)nanosleep(&pause, NULL);
    }
    return ark_error_set(err, ARK_E_NOT_FOUND, "there is no index: %s", store->path);
}

/** A compaction that was killed between its two renames left the environment under its old name. */
static void
mend_compaction(const struct ark_store *store)
{
    if (!exists(store->path, "data") && exists(store->path, "data.old")) {
        char *old = ark_path_join(store->path, "data.old");
        (void)rename(old, store->environment_path);
        free(old);
    }
}

static enum ark_status
open_writer_side(struct ark_store *store, const struct ark_store_options *options,
                 struct ark_error *err)
{
    enum ark_status status = options->create ? ark_dir_make(store->path, err) : ARK_OK;
    if (!options->create && !exists(store->path, "ark.lock")) {
        status = find_index(store, err);
    }
    if (status == ARK_OK) {
        status = ark_lock_take(store->path, options->wait_seconds, &store->lock_fd, err);
    }
    if (status == ARK_OK) {
        mend_compaction(store);
    }
    if (status == ARK_OK) {
        status =
            options->create ? ark_dir_make(store->environment_path, err) : find_index(store, err);
    }
    return status;
}

enum ark_status
ark_store_open(struct ark_store **out, const char *path, const struct ark_store_options *options,
               struct ark_error *err)
{
    struct ark_store *store = ark_xcalloc(1, sizeof *store);
    store->path = ark_xstrdup(path);
    store->environment_path = ark_path_join(path, "data");
    store->writable = options->writable;
    store->lock_fd = -1;
    enum ark_status status =
        store->writable ? open_writer_side(store, options, err) : find_index(store, err);
    if (status == ARK_OK) {
        status = open_environment(store, err);
    }
    if (status == ARK_OK) {
        status = check_file_size(store, err);
    }
    if (status == ARK_OK) {
        status = open_databases(store, err);
    }
    if (status == ARK_OK && store->writable) {
        int cleared = 0;
        (void)mdb_reader_check(store->env, &cleared);
        status = initialise(store, options->identity == NULL ? "" : options->identity, err);
    }
    if (status == ARK_OK) {
        status = check_identity(store, options->identity, err);
    }
    if (status == ARK_OK && store->writable) {
        status = ark_store_sweep(store, err);
    }
    if (status != ARK_OK) {
        ark_store_close(store);
        return status;
    }
    *out = store;
    return ARK_OK;
}

void
ark_store_close(struct ark_store *store)
{
    if (store == NULL) {
        return;
    }
    mdb_env_close(store->env);
    ark_lock_release(store->lock_fd);
    free(store->path);
    free(store->environment_path);
    free(store);
}

const char *
ark_store_path(const struct ark_store *store)
{
    return store->path;
}
