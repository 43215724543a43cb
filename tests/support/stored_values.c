#include "tests/support/stored_values.h"

#include <lmdb.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/format.h"

static const char *const DBS[] = {"meta", "stream", "ids", "files", "dead"};

/** LMDB on the index, for changing values without waiting for the disk. */
static MDB_env *
open_behind(const char *dir)
{
    MDB_env *env = NULL;
    char *path = ark_path_join(dir, "data");
    int rc = mdb_env_create(&env);
    ARK_ASSERT(rc == 0);
    rc = mdb_env_set_maxdbs(env, ARK_COUNT_OF(DBS));
    ARK_ASSERT(rc == 0);
    rc = mdb_env_set_mapsize(env, (size_t)1 << 28); // an emulator visits every page of a map
    ARK_ASSERT(rc == 0);
    rc = mdb_env_open(env, path, MDB_NOSYNC, 0666);
    ARK_ASSERT(rc == 0);
    free(path);
    return env;
}

/** Reads all values of a database. */
static void
collect(MDB_txn *txn, const char *db, struct stored_values *values)
{
    MDB_dbi dbi = 0;
    MDB_cursor *cursor = NULL;
    int rc = mdb_dbi_open(txn, db, 0, &dbi);
    ARK_ASSERT(rc == 0);
    rc = mdb_cursor_open(txn, dbi, &cursor);
    ARK_ASSERT(rc == 0);
    MDB_val key;
    MDB_val data;
    while (mdb_cursor_get(cursor, &key, &data, MDB_NEXT) == 0) {
        ARK_GROW(values->items, values->capacity, values->count + 1);
        struct stored_value *value = &values->items[values->count++];
        *value = (struct stored_value){.db = db, .key_bytes = key.mv_size, .len = data.mv_size};
        ARK_ASSERT(key.mv_size <= sizeof value->key);
        memcpy(value->key, key.mv_data, key.mv_size);
        value->bytes = ark_xmalloc(data.mv_size);
        memcpy(value->bytes, data.mv_data, data.mv_size);
    }
    mdb_cursor_close(cursor);
}

struct stored_values
stored_values_read(const char *dir)
{
    struct stored_values values = {0};
    MDB_env *env = open_behind(dir);
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    ARK_ASSERT(rc == 0);
    for (size_t i = 0; i < ARK_COUNT_OF(DBS); i++) {
        collect(txn, DBS[i], &values);
    }
    mdb_txn_abort(txn);
    mdb_env_close(env);
    return values;
}

/** Puts bytes in the place of the value. */
void
stored_value_put(const char *dir, const struct stored_value *value, const uint8_t *bytes,
                 size_t len)
{
    MDB_env *env = open_behind(dir);
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    int rc = mdb_txn_begin(env, NULL, 0, &txn);
    ARK_ASSERT(rc == 0);
    rc = mdb_dbi_open(txn, value->db, 0, &dbi);
    ARK_ASSERT(rc == 0);
    uint8_t key_copy[64];
    memcpy(key_copy, value->key, value->key_bytes);
    uint8_t *copy = ark_xmalloc(len);
    memcpy(copy, bytes, len);
    MDB_val key = {value->key_bytes, key_copy};
    MDB_val data = {len, copy};
    rc = mdb_put(txn, dbi, &key, &data, 0);
    ARK_ASSERT(rc == 0);
    rc = mdb_txn_commit(txn);
    ARK_ASSERT(rc == 0);
    mdb_env_close(env);
    free(copy);
}

/** True when damage to the value is under a checksum. */
bool
stored_value_is_sealed(const struct stored_value *value)
{
    return strcmp(value->db, "stream") == 0 || strcmp(value->db, "dead") == 0 ||
           (strcmp(value->db, "meta") == 0 && value->key[0] != 'r');
}

/** The seed of a value's checksum: chunks have their place. */
static uint64_t
seed_of(const struct stored_value *value)
{
    if (strcmp(value->db, "stream") != 0) {
        return 0;
    }
    uint64_t segment = 0;
    for (unsigned i = 0; i < 8; i++) {
        segment = segment << 8 | value->key[i];
    }
    return ark_chunk_seed(segment, value->key[8], value->key[12]);
}

/** Makes the checksum of changed bytes right. */
void
stored_value_reseal(const struct stored_value *value, uint8_t *bytes, size_t len)
{
    if (strcmp(value->db, "stream") == 0) {
        // What stands behind a last piece that was cut off is no checksum.
        size_t pieces = (len + ARK_PIECE_HEADER + ARK_PIECE_BYTES + ARK_CHECKSUM_BYTES - 1) /
                        (ARK_PIECE_BYTES + ARK_CHECKSUM_BYTES);
        ark_chunk_seal(bytes, len - pieces * ARK_CHECKSUM_BYTES, seed_of(value));
        return;
    }
    size_t content = len - ARK_CHECKSUM_BYTES;
    ark_store_u64(bytes + content, ark_checksum(ark_str_make(bytes, content), seed_of(value)));
}

void
stored_values_dispose(struct stored_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free(values->items[i].bytes);
    }
    free(values->items);
}
