/**
 * @file store_impl.h
 * The inside of struct ark_store and struct ark_snapshot, for the files of
 * common/store only: everything that talks to LMDB.
 */
#ifndef ARK_STORE_STORE_IMPL_H
#define ARK_STORE_STORE_IMPL_H

#include <lmdb.h>

#include "common/store/segment_impl.h"
#include "common/store/store.h"

/** The databases of an index; ark-index-format(5) says what stands in each. */
enum ark_db { ARK_DB_META, ARK_DB_STREAM, ARK_DB_IDS, ARK_DB_FILES, ARK_DB_DEAD, ARK_DB_COUNT };

/** Keys of the meta database. */
#define ARK_META_CONFIG "cfg"
#define ARK_META_SEGMENTS "segs"
#define ARK_META_ROOTS "roots"
#define ARK_META_GROUPS "groups"
#define ARK_META_DICTIONARY "zdict"

/** Keys of files are one hash; keys of documents two, the file's and the fragment's. */
enum { ARK_HASH_BYTES = 16, ARK_DOCUMENT_KEY_BYTES = 32, ARK_DOCUMENT_VALUE_BYTES = 20 };

struct ark_store {
    char *path;
    char *environment_path;
    char *identity; /**< what every snapshot must have, or NULL */
    MDB_env *env;   /**< NULL while it is closed */
    MDB_dbi dbis[ARK_DB_COUNT];
    bool writable;
    int lock_fd;
    uint32_t snapshot_count; /**< open ones; the environment stays while there is one */
};

/** The state of an index inside one transaction: read-only, or a writer's own. */
struct ark_snapshot {
    struct ark_store *store;
    MDB_txn *txn;
    bool owns_txn;
    bool rows_checked; /**< the pages of files and ids were looked at */
    struct ark_chunk_source source;
    const uint8_t *map; /**< where LMDB has the file, for source.copy; NULL when that is unknown */
    struct ark_text_unpacker unpacker; /**< of all segments */
    struct ark_store_figures figures;
    struct ark_config_record config;
    struct ark_segment_entry *entries;
    struct ark_segment *segments;
    uint32_t segment_count;
};

/** The name of a database in the environment. */
const char *ark_db_name(enum ark_db db);
/**
 * Opens the environment at the store's path and its databases, which a writer
 * makes when they are not there. On failure it is closed. ARK_E_CORRUPT, ARK_E_FORMAT, ARK_E_STORE, ARK_E_IO.
 */
enum ark_status ark_environment_open(struct ark_store *store, struct ark_error *err) ARK_MUST_CHECK;
/** Closes it, if it is open. No transaction may be. */
void ark_environment_close(struct ark_store *store);
/**
 * Opens the environment that stands at the path now, if a compaction (or a new
 * index) has replaced the open one. No transaction may be open. Cost: two stat calls.
 */
enum ark_status ark_environment_renew(struct ark_store *store,
                                      struct ark_error *err) ARK_MUST_CHECK;
/** The size of data.mdb, 0 when it cannot be told. */
uint64_t ark_environment_bytes(const struct ark_store *store);

/** Takes up what a compaction that was killed left behind. Needs the writer's lock. */
void ark_compaction_mend(const struct ark_store *store);

/** What LMDB was asked to do, for messages. */
enum ark_lmdb_act { ARK_LMDB_OPEN, ARK_LMDB_READ, ARK_LMDB_WRITE };

/** LMDB's code as a status with words: what was tried, LMDB's reason, the index. */
enum ark_status ark_lmdb_error(const struct ark_store *store, int rc, enum ark_lmdb_act act,
                               struct ark_error *err);
/** A view of bytes as LMDB takes it. */
MDB_val ark_lmdb_val(ark_str bytes);
/** Gets a value; out->bytes is NULL when there is none. ARK_E_STORE. */
enum ark_status ark_lmdb_get(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                             ark_str *out, struct ark_error *err) ARK_MUST_CHECK;
/** Puts a value. ARK_E_IO, ARK_E_STORE. */
enum ark_status ark_lmdb_put(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                             ark_str value, struct ark_error *err) ARK_MUST_CHECK;
/** The same; a key behind all others does not split the last page in half. */
enum ark_status ark_lmdb_put_behind(struct ark_store *store, MDB_txn *txn, enum ark_db db,
                                    ark_str key, ark_str value,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** Deletes a value; an absent one is ARK_OK. */
enum ark_status ark_lmdb_delete(struct ark_store *store, MDB_txn *txn, enum ark_db db, ark_str key,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Begins a write transaction. */
enum ark_status ark_lmdb_begin(struct ark_store *store, MDB_txn **out,
                               struct ark_error *err) ARK_MUST_CHECK;
/** Commits it; on failure it is aborted. ARK_E_IO: no space. */
enum ark_status ark_lmdb_commit(struct ark_store *store, MDB_txn *txn,
                                struct ark_error *err) ARK_MUST_CHECK;

/** A snapshot inside a transaction that stays the caller's. */
enum ark_status ark_snapshot_in(struct ark_store *store, MDB_txn *txn, struct ark_snapshot **out,
                                struct ark_error *err) ARK_MUST_CHECK;
/**
 * Reads the records of the state that stands in the environment, as a snapshot
 * does, but opens no segment. ARK_E_CORRUPT, ARK_E_FORMAT, ARK_E_STORE.
 */
enum ark_status ark_snapshot_check(struct ark_store *store, struct ark_error *err) ARK_MUST_CHECK;
/** Deletes the chunks of every segment that the list does not name: left behind by a killed run. */
enum ark_status ark_store_sweep(struct ark_store *store, struct ark_error *err) ARK_MUST_CHECK;
/** Deletes the chunks of one segment. */
enum ark_status ark_store_delete_chunks(struct ark_store *store, MDB_txn *txn, uint64_t segment_id,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** Takes the writer's lock of the index directory; see ark_store_options.wait_seconds. ARK_E_BUSY. */
enum ark_status ark_lock_take(const char *index_path, long wait_seconds, int *fd,
                              struct ark_error *err) ARK_MUST_CHECK;
/** Gives it back. */
void ark_lock_release(int fd);

#endif
