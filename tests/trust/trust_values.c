/**
 * @file trust_values.c
 * Every value in a small index is cut at each byte, and has each byte changed.
 * Values under a checksum then give ARK_E_CORRUPT (or ARK_E_FORMAT); others may
 * be read as they are. With the checksum made right again, as no accident does,
 * anything may be read, but nothing crashes: run this under the address
 * sanitizer.
 */
#include <lmdb.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/format.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

static const char *const DBS[] = {"meta", "stream", "ids", "files", "dead"};

/** One value, and where it stands. */
struct value {
    const char *db;
    uint8_t key[64];
    size_t key_bytes;
    uint8_t *bytes;
    size_t len;
};

struct values {
    struct value *items;
    size_t count;
    size_t capacity;
};

static void
expect(bool holds, const char *what, const struct value *value, size_t at)
{
    if (!holds) {
        (void)fprintf(stderr, "%s: database %s, key %02x%02x..., byte %zu of %zu\n", what,
                      value->db, value->key[0], value->key[1], at, value->len);
        exit(EXIT_FAILURE);
    }
}

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
    rc = mdb_env_set_mapsize(env, (size_t)1 << 30);
    ARK_ASSERT(rc == 0);
    rc = mdb_env_open(env, path, MDB_NOSYNC, 0666);
    ARK_ASSERT(rc == 0);
    free(path);
    return env;
}

/** Reads all values of a database. */
static void
collect(MDB_txn *txn, const char *db, struct values *values)
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
        struct value *value = &values->items[values->count++];
        *value = (struct value){.db = db, .key_bytes = key.mv_size, .len = data.mv_size};
        ARK_ASSERT(key.mv_size <= sizeof value->key);
        memcpy(value->key, key.mv_data, key.mv_size);
        value->bytes = ark_xmalloc(data.mv_size);
        memcpy(value->bytes, data.mv_data, data.mv_size);
    }
    mdb_cursor_close(cursor);
}

static struct values
collect_all(const char *dir)
{
    struct values values = {0};
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
static void
put(const char *dir, const struct value *value, const uint8_t *bytes, size_t len)
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

/** An index whose databases all have something in them: two segments, one with dead documents. */
static void
make_index(const char *dir)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, 3, 3);
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 24};
    struct ark_builder *builder = ark_builder_new(store, &options);
    for (size_t i = 0; i < model.count; i++) {
        model_add(builder, &model.items[i]);
        const struct ark_file_record file = {model.items[i].path, 1, 2, 3};
        ark_builder_remember_file(builder, &file);
    }
    ark_builder_set_roots(builder, ARK_STR("roots"));
    // The same again: the first one dies.
    model_add(builder, &model.items[0]);
    enum ark_status status = ark_builder_publish(builder, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_builder_free(builder);
    ark_store_close(store);
    model_dispose(&model);
}

/** True when damage to the value is under a checksum. */
static bool
is_sealed(const struct value *value)
{
    return strcmp(value->db, "stream") == 0 || strcmp(value->db, "dead") == 0 ||
           (strcmp(value->db, "meta") == 0 && value->key[0] != 'r');
}

/** Reads everything of the index with this value in it; merges it when the checksums let it through. */
static void
try_value(const char *dir, const struct value *value, const uint8_t *bytes, size_t len, size_t at,
          bool resealed)
{
    put(dir, value, bytes, len);
    struct exercise exercise = exercise_index(dir);
    expect(exercise.status == ARK_OK || exercise.status == ARK_E_CORRUPT ||
               exercise.status == ARK_E_FORMAT,
           "another status than damage", value, at);
    if (!resealed) {
        expect(!is_sealed(value) || exercise.status != ARK_OK, "damage went unseen", value, at);
        return;
    }
    enum ark_status merged = exercise_merge(dir).status;
    expect(merged == ARK_OK || merged == ARK_E_CORRUPT || merged == ARK_E_FORMAT,
           "another status of merging than damage", value, at);
}

/** The seed of a value's checksum: chunks have their place. */
static uint64_t
seed_of(const struct value *value)
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
static void
reseal(const struct value *value, uint8_t *bytes, size_t len)
{
    size_t content = len - ARK_CHECKSUM_BYTES;
    ark_store_u64(bytes + content, ark_checksum(ark_str_make(bytes, content), seed_of(value)));
}

static void
change_bytes(const char *dir, const struct value *value)
{
    static const uint8_t CHANGES[] = {0x01, 0x80, 0xff};
    uint8_t *bytes = ark_xmalloc(value->len);
    for (size_t at = 0; at < value->len; at++) {
        memcpy(bytes, value->bytes, value->len);
        bytes[at] ^= CHANGES[at % ARK_COUNT_OF(CHANGES)];
        try_value(dir, value, bytes, value->len, at, false);
        if (is_sealed(value) && at < value->len - ARK_CHECKSUM_BYTES) {
            reseal(value, bytes, value->len);
            try_value(dir, value, bytes, value->len, at, true);
        }
    }
    free(bytes);
}

static void
cut_bytes(const char *dir, const struct value *value)
{
    uint8_t *bytes = ark_xmalloc(value->len);
    for (size_t len = 0; len < value->len; len++) {
        memcpy(bytes, value->bytes, len);
        try_value(dir, value, bytes, len, len, false);
        if (is_sealed(value) && len >= ARK_CHECKSUM_BYTES) {
            reseal(value, bytes, len);
            try_value(dir, value, bytes, len, len, true);
        }
    }
    free(bytes);
}

int
main(void)
{
    char *dir = test_temp_dir();
    make_index(dir);
    struct exercise sound = exercise_index(dir);
    struct values values = collect_all(dir);
    ARK_ASSERT(sound.status == ARK_OK);
    size_t tried = 0;
    for (size_t i = 0; i < values.count; i++) {
        const struct value *value = &values.items[i];
        change_bytes(dir, value);
        cut_bytes(dir, value);
        put(dir, value, value->bytes, value->len);
        tried += value->len;
        expect(exercise_index(dir).digest == sound.digest, "the value did not come back", value, 0);
    }
    printf("%zu values of %zu bytes\n", values.count, tried);
    ARK_ASSERT(values.count >= 12);
    for (size_t i = 0; i < values.count; i++) {
        free(values.items[i].bytes);
    }
    free(values.items);
    test_temp_dir_remove(dir);
    return EXIT_SUCCESS;
}
