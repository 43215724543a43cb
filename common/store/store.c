#include "common/store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/store/spool.h"
#include "common/store/store_impl.h"

/** The disk is full or has failed. */
static enum ark_status
disk_error(const char *path, int rc, enum ark_lmdb_act act, struct ark_error *err)
{
    const char *reason = ark_error_reason(rc);
    if (act == ARK_LMDB_WRITE) {
        return ark_error_set(err, ARK_E_IO,
                             "no space left, or the disk failed, while writing: %s: %s", reason,
                             path);
    }
    return ark_error_set(err, ARK_E_IO, "the disk failed while reading: %s: %s", reason, path);
}

enum ark_status
ark_lmdb_error(const struct ark_store *store, int rc, enum ark_lmdb_act act, struct ark_error *err)
{
    const char *path = store->path;
    switch (rc) {
    case ENOSPC:
    case EIO:
    case EDQUOT:
        return disk_error(path, rc, act, err);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_PANIC:
        return ark_error_set(err, ARK_E_CORRUPT, "the index is damaged (%s): %s", mdb_strerror(rc),
                             path);
    case MDB_VERSION_MISMATCH:
        return ark_error_set(err, ARK_E_FORMAT, "the index was made by another LMDB: %s", path);
    case MDB_MAP_FULL:
    case ENOMEM:
        return ark_error_set(err, ARK_E_STORE,
                             "too little address space for this process (ulimit -v): %s", path);
    case MDB_READERS_FULL:
        return ark_error_set(err, ARK_E_STORE, "too many programs read this index: %s", path);
    default:
        break;
    }
    const char *reason = rc > 0 ? ark_error_reason(rc) : mdb_strerror(rc); // LMDB's are negative
    switch (act) {
    case ARK_LMDB_OPEN:
        return ark_error_set(err, ARK_E_STORE, "cannot open the index: %s: %s", reason, path);
    case ARK_LMDB_READ:
        return ark_error_set(err, ARK_E_STORE, "cannot read the index: %s: %s", reason, path);
    default:
        return ark_error_set(err, ARK_E_STORE, "cannot write the index: %s: %s", reason, path);
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
             struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    MDB_val value;
    int rc = mdb_get(txn, store->dbis[db], &lmdb_key, &value);
    *out = rc == 0 ? ark_str_make(value.mv_data, value.mv_size) : ark_str_make(NULL, 0);
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
}

enum ark_status
ark_lmdb_put(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key, ark_str value,
             struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    MDB_val lmdb_value = ark_lmdb_val(value);
    int rc = mdb_put(txn, store->dbis[db], &lmdb_key, &lmdb_value, 0);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

enum ark_status
ark_lmdb_put_behind(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                    ark_str value, struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    MDB_val lmdb_value = ark_lmdb_val(value);
    int rc = mdb_put(txn, store->dbis[db], &lmdb_key, &lmdb_value, MDB_APPEND);
    if (rc == MDB_KEYEXIST) { // what LMDB says of a key that is not behind all others
        return ark_lmdb_put(store, txn, db, key, value, err);
    }
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

enum ark_status
ark_lmdb_delete(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                struct ark_error *err)
{
    MDB_val lmdb_key = ark_lmdb_val(key);
    int rc = mdb_del(txn, store->dbis[db], &lmdb_key, NULL);
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

enum ark_status
ark_lmdb_begin(struct ark_store *store, MDB_txn **out, struct ark_error *err)
{
    int rc = mdb_txn_begin(store->env, NULL, 0, out);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

enum ark_status
ark_lmdb_commit(struct ark_store *store, MDB_txn *txn, struct ark_error *err)
{
    int rc = mdb_txn_commit(txn);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

/** True when no database has an entry. */
static bool
is_blank(const struct ark_store *store, MDB_txn *txn)
{
    for (unsigned db = 0; db < ARK_DB_COUNT; db++) {
        MDB_stat entries;
        if (mdb_stat(txn, store->dbis[db], &entries) != 0 || entries.ms_entries > 0) {
            return false;
        }
    }
    return true;
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
    ark_str config = {NULL, 0};
    status = ark_lmdb_get(store, txn, ARK_DB_META, ARK_STR(ARK_META_CONFIG), &config, err);
    bool found = config.bytes != NULL;
    if (status == ARK_OK && !found && !is_blank(store, txn)) {
        // Damage that hides the record must not make us begin again and sweep all segments away.
        status =
            ark_error_set(err, ARK_E_CORRUPT,
                          "the index is damaged: it has no configuration record: %s", store->path);
    }
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

/** True when directory has something of this name; else errno says why not. */
static bool
exists(const char *directory, const char *name)
{
    char *path = ark_path_join(directory, name);
    struct stat info;
    bool is_there = stat(path, &info) == 0;
    int reason = errno;
    free(path);
    errno = reason;
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
        if (errno != ENOENT && errno != ENOTDIR) {
            return ark_error_set(err, ARK_E_IO, "cannot read the index: %s: %s",
                                 ark_error_reason(errno), store->path);
        }
        if (!exists(store->path, "ark.lock")) {
            break;
        }
        struct timespec pause = {0, 2000000};
        (void)nanosleep(&pause, NULL);
    }
    return ark_error_set(err, ARK_E_NOT_FOUND, "there is no index: %s", store->path);
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
        ark_compaction_mend(store);
        ark_spool_clear(store->path);
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
    store->identity = options->identity == NULL ? NULL : ark_xstrdup(options->identity);
    store->writable = options->writable;
    store->lock_fd = -1;
    enum ark_status status =
        store->writable ? open_writer_side(store, options, err) : find_index(store, err);
    if (status == ARK_OK) {
        status = ark_environment_open(store, err);
    }
    if (status == ARK_OK && store->writable) {
        int cleared = 0;
        (void)mdb_reader_check(store->env, &cleared);
        status = initialise(store, options->identity == NULL ? "" : options->identity, err);
    }
    if (status == ARK_OK) {
        // Records that cannot be read are told now, not at the first query.
        status = ark_snapshot_check(store, err);
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
    ARK_ASSERT(store->snapshot_count == 0);
    ark_environment_close(store);
    ark_lock_release(store->lock_fd);
    free(store->path);
    free(store->identity);
    free(store->environment_path);
    free(store);
}

const char *
ark_store_path(const struct ark_store *store)
{
    return store->path;
}
