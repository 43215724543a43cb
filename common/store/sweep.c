#include "common/store/pages.h"
#include "common/store/store_impl.h"

enum ark_status
ark_store_delete_chunks(struct ark_store *store, MDB_txn *txn, uint64_t segment_id,
                        struct ark_error *err)
{
    enum ark_status status = ark_pages_check_chunks(store, segment_id, err);
    if (status != ARK_OK) {
        return status;
    }
    MDB_cursor *cursor = NULL;
    int rc = mdb_cursor_open(txn, store->dbis[ARK_DB_STREAM], &cursor);
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
    }
    uint8_t first[ARK_STREAM_KEY_BYTES];
    ark_stream_key(first, segment_id, 0, 0);
    MDB_val key = ark_lmdb_val(ark_str_make(first, sizeof first));
    MDB_val value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (rc == 0 && key.mv_size == ARK_STREAM_KEY_BYTES &&
           ark_stream_key_segment(key.mv_data) == segment_id) {
        rc = mdb_cursor_del(cursor, 0);
        if (rc == 0) {
            // After a deletion NEXT gives the entry that moved into its place.
            rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
        }
    }
    mdb_cursor_close(cursor);
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK
                                         : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

static bool
is_listed(const struct ark_snapshot *snapshot, uint64_t segment_id)
{
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        if (snapshot->entries[i].info.id == segment_id) {
            return true;
        }
    }
    return false;
}

/** The first segment id >= from that has chunks; *found tells. */
static enum ark_status
next_stored_segment(struct ark_store *store, MDB_txn *txn, uint64_t from, uint64_t *id, bool *found,
                    struct ark_error *err)
{
    MDB_cursor *cursor = NULL;
    int rc = mdb_cursor_open(txn, store->dbis[ARK_DB_STREAM], &cursor);
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
    }
    uint8_t first[ARK_STREAM_KEY_BYTES];
    ark_stream_key(first, from, 0, 0);
    MDB_val key = ark_lmdb_val(ark_str_make(first, sizeof first));
    MDB_val value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    *found = rc == 0 && key.mv_size == ARK_STREAM_KEY_BYTES;
    if (*found) {
        *id = ark_stream_key_segment(key.mv_data);
    }
    mdb_cursor_close(cursor);
    return rc == 0 || rc == MDB_NOTFOUND ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
}

static enum ark_status
sweep_in(struct ark_store *store, MDB_txn *txn, bool *changed, struct ark_error *err)
{
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = ark_snapshot_in(store, txn, &snapshot, err);
    uint64_t id = 0;
    bool found = status == ARK_OK;
    while (status == ARK_OK && found) {
        status = next_stored_segment(store, txn, id, &id, &found, err);
        if (status == ARK_OK && found && !is_listed(snapshot, id)) {
            *changed = true;
            status = ark_store_delete_chunks(store, txn, id, err);
        }
        if (id == UINT64_MAX) {
            break;
        }
        id++;
    }
    ark_snapshot_close(snapshot);
    return status;
}

enum ark_status
ark_store_sweep(struct ark_store *store, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    enum ark_status status = ark_lmdb_begin(store, &txn, err);
    if (status != ARK_OK) {
        return status;
    }
    bool changed = false;
    status = sweep_in(store, txn, &changed, err);
    if (status != ARK_OK || !changed) {
        mdb_txn_abort(txn);
        return status;
    }
    return ark_lmdb_commit(store, txn, err);
}
