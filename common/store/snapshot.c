#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/pages.h"
#include "common/store/store_impl.h"

static enum ark_status
fetch_chunk(void *context, uint64_t segment_id, unsigned kind, uint32_t chunk, ark_str *out,
            struct ark_error *err)
{
    struct ark_snapshot *snapshot = context;
    uint8_t key[ARK_STREAM_KEY_BYTES];
    ark_stream_key(key, segment_id, kind, chunk);
    enum ark_status status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_STREAM,
                                          ark_str_make(key, sizeof key), out, err);
    if (status == ARK_OK && out->bytes == NULL) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: segment %" PRIu64 ", %s, chunk %" PRIu32
                             " is missing: %s",
                             segment_id, ark_stream_name(kind), chunk, snapshot->store->path);
    }
    return status;
}

static enum ark_status
copy_bytes(void *context, ark_str bytes, uint8_t *out, struct ark_error *err)
{
    const struct ark_snapshot *snapshot = context;
    return ark_pages_read(snapshot->store, snapshot->map, bytes, out, err);
}

/** The bitmap of a segment's dead documents: sealed, or absent. */
static enum ark_status
read_dead(struct ark_snapshot *snapshot, uint64_t segment_id, ark_str *out, struct ark_error *err)
{
    uint8_t key[8];
    ark_store_u64(key, segment_id);
    ark_str sealed;
    enum ark_status status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_DEAD,
                                          ark_str_make(key, sizeof key), &sealed, err);
    if (status != ARK_OK || sealed.bytes == NULL) {
        *out = ARK_STR("");
        return status;
    }
    if (!ark_unseal(sealed, out)) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: the deletions of segment %" PRIu64 ": %s",
                             segment_id, snapshot->store->path);
    }
    return ARK_OK;
}

enum ark_status
ark_snapshot_dictionary(struct ark_snapshot *snapshot, ark_str *out, struct ark_error *err)
{
    ark_str sealed;
    enum ark_status status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_META,
                                          ARK_STR(ARK_META_DICTIONARY), &sealed, err);
    if (status != ARK_OK || sealed.bytes == NULL) {
        *out = ARK_STR("");
        return status;
    }
    if (!ark_unseal(sealed, out)) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: the dictionary of texts: %s",
                             snapshot->store->path);
    }
    return ARK_OK;
}

/** Gives the unpacker its dictionary: only a query that shows texts needs it. */
static enum ark_status
fetch_dictionary(void *context, ark_str *out, struct ark_error *err)
{
    return ark_snapshot_dictionary(context, out, err);
}

static enum ark_status
open_segment(struct ark_snapshot *snapshot, uint32_t idx, struct ark_error *err)
{
    const struct ark_segment_entry *entry = &snapshot->entries[idx];
    struct ark_segment *segment = &snapshot->segments[idx];
    segment->info = entry->info;
    segment->unpacker = &snapshot->unpacker;
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        segment->streams[kind] = ark_stream_of_chunks(&snapshot->source, entry->info.id, kind,
                                                      entry->stream_bytes[kind]);
    }
    ark_str dead;
    enum ark_status status = read_dead(snapshot, entry->info.id, &dead, err);
    return status == ARK_OK ? ark_segment_open(segment, dead, err) : status;
}

static void
fill_figures(struct ark_snapshot *snapshot)
{
    struct ark_store_figures *figures = &snapshot->figures;
    figures->generation = snapshot->config.generation;
    figures->format_version = snapshot->config.format_version;
    figures->segment_count = snapshot->segment_count;
    figures->next_segment_id = snapshot->config.next_segment_id;
    memcpy(figures->identity, snapshot->config.identity, sizeof figures->identity);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const struct ark_segment_info *info = &snapshot->entries[i].info;
        figures->document_count += info->document_count - info->dead_count;
        figures->dead_count += info->dead_count;
        figures->token_count += info->live_token_count;
        figures->text_bytes += info->text_bytes;
        figures->stored_bytes += info->stored_bytes;
    }
    figures->file_bytes = ark_environment_bytes(snapshot->store);
}

/** What streams the list promises must fit the file: tables are sized by it. */
static enum ark_status
check_figures(const struct ark_snapshot *snapshot, struct ark_error *err)
{
    const struct ark_store *store = snapshot->store;
    if (snapshot->figures.stored_bytes > snapshot->figures.file_bytes) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: its segments are larger than data.mdb: %s",
                             store->path);
    }
    if (store->identity != NULL && strcmp(snapshot->figures.identity, store->identity) != 0) {
        return ark_error_set(err, ARK_E_FORMAT,
                             "the index was made with the analyzer \"%s\", this program has "
                             "\"%s\"; run ark-index --rebuild: %s",
                             snapshot->figures.identity, store->identity, store->path);
    }
    return ARK_OK;
}

/** Reads the records that say what there is. */
static enum ark_status
load_records(struct ark_snapshot *snapshot, struct ark_error *err)
{
    ark_str bytes;
    enum ark_status status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_META,
                                          ARK_STR(ARK_META_CONFIG), &bytes, err);
    if (status == ARK_OK) {
        struct ark_error cause;
        status = ark_config_record_decode(bytes, &snapshot->config, &cause);
        if (status != ARK_OK) {
            return ark_error_set(err, status, "%s: %s", cause.text, snapshot->store->path);
        }
        // A writer reads chunks from end to end: for it the map is faster.
        snapshot->map = snapshot->store->writable ? NULL : ark_pages_map(snapshot->store, bytes);
        snapshot->source.copy = snapshot->map == NULL ? NULL : copy_bytes;
    }
    if (status == ARK_OK) {
        status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_META,
                              ARK_STR(ARK_META_SEGMENTS), &bytes, err);
    }
    if (status == ARK_OK) {
        status = ark_segment_list_decode(bytes, &snapshot->entries, &snapshot->segment_count, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    fill_figures(snapshot);
    return check_figures(snapshot, err);
}

static enum ark_status
load(struct ark_snapshot *snapshot, struct ark_error *err)
{
    enum ark_status status = load_records(snapshot, err);
    if (status != ARK_OK) {
        return status;
    }
    snapshot->segments = ark_xcalloc(snapshot->segment_count, sizeof *snapshot->segments);
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        status = open_segment(snapshot, i, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    return ARK_OK;
}

enum ark_status
ark_snapshot_in(struct ark_store *store, MDB_txn *txn, struct ark_snapshot **out,
                struct ark_error *err)
{
    struct ark_snapshot *snapshot = ark_xcalloc(1, sizeof *snapshot);
    snapshot->store = store;
    snapshot->txn = txn;
    snapshot->source = (struct ark_chunk_source){.fetch = fetch_chunk, .context = snapshot};
    snapshot->unpacker.fetch = fetch_dictionary;
    snapshot->unpacker.context = snapshot;
    enum ark_status status = load(snapshot, err);
    if (status != ARK_OK) {
        ark_snapshot_close(snapshot);
        return status;
    }
    *out = snapshot;
    return ARK_OK;
}

/** Begins a transaction that reads. */
static enum ark_status
begin_reading(struct ark_store *store, MDB_txn **out, struct ark_error *err)
{
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, out);
    if (rc == MDB_MAP_RESIZED) {
        // Another process took a larger map: size 0 takes its size over.
        (void)mdb_env_set_mapsize(store->env, 0);
        rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, out);
    }
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
}

enum ark_status
ark_snapshot_check(struct ark_store *store, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    enum ark_status status = begin_reading(store, &txn, err);
    if (status == ARK_OK) {
        struct ark_snapshot snapshot = {.store = store, .txn = txn};
        status = load_records(&snapshot, err);
        free(snapshot.entries);
        mdb_txn_abort(txn);
    }
    return status;
}

enum ark_status
ark_snapshot_open(struct ark_snapshot **out, struct ark_store *store, struct ark_error *err)
{
    if (store->snapshot_count == 0 && !store->writable) {
        enum ark_status renewed = ark_environment_renew(store, err);
        if (renewed != ARK_OK) {
            return renewed;
        }
    }
    MDB_txn *txn = NULL;
    enum ark_status status = begin_reading(store, &txn, err);
    if (status != ARK_OK) {
        return status;
    }
    status = ark_snapshot_in(store, txn, out, err);
    if (status != ARK_OK) {
        mdb_txn_abort(txn);
        return status;
    }
    (*out)->owns_txn = true;
    store->snapshot_count++;
    return ARK_OK;
}

void
ark_snapshot_close(struct ark_snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    for (uint32_t i = 0; snapshot->segments != NULL && i < snapshot->segment_count; i++) {
        ark_segment_dispose(&snapshot->segments[i]);
    }
    ark_text_unpacker_dispose(&snapshot->unpacker);
    if (snapshot->owns_txn) {
        mdb_txn_abort(snapshot->txn);
        snapshot->store->snapshot_count--;
    }
    free(snapshot->segments);
    free(snapshot->entries);
    free(snapshot);
}

const struct ark_store_figures *
ark_snapshot_figures(const struct ark_snapshot *snapshot)
{
    return &snapshot->figures;
}

struct ark_segment *
ark_snapshot_segment(struct ark_snapshot *snapshot, uint32_t idx)
{
    ARK_ASSERT(idx < snapshot->segment_count);
    return &snapshot->segments[idx];
}

/** The row of a file: size, mtime, content hash, and the path that hashes to the key. */
static bool
read_file_row(ark_str key, ark_str value, struct ark_file_record *out)
{
    uint8_t hash[ARK_HASH_BYTES];
    struct ark_record_reader reader = ark_record_reader_make(value);
    out->size_bytes = ark_record_fixed64(&reader);
    out->mtime_ns = (int64_t)ark_record_fixed64(&reader);
    out->content_hash = ark_record_fixed64(&reader);
    out->path = ark_str_make(reader.at, (size_t)(reader.end - reader.at));
    ark_fragment_hash(out->path, hash);
    return !reader.failed && ark_str_equal(key, ark_str_make(hash, sizeof hash));
}

static enum ark_status
damaged_row(const struct ark_snapshot *snapshot, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: the row of a file or document: %s",
                         snapshot->store->path);
}

/** Looks at the pages of files and ids once, which a reader does not when it opens; a writer does. */
static enum ark_status
check_rows(struct ark_snapshot *snapshot, struct ark_error *err)
{
    if (snapshot->rows_checked || snapshot->store->writable) {
        return ARK_OK;
    }
    enum ark_status status = ark_pages_check(snapshot->store, snapshot->txn, ARK_PAGES_ROWS, err);
    snapshot->rows_checked = status == ARK_OK;
    return status;
}

enum ark_status
ark_snapshot_find_file(struct ark_snapshot *snapshot, ark_str path, struct ark_file_record *out,
                       bool *found, struct ark_error *err)
{
    uint8_t key[ARK_HASH_BYTES];
    ark_fragment_hash(path, key);
    ark_str id = ark_str_make(key, sizeof key);
    ark_str value;
    enum ark_status status = check_rows(snapshot, err);
    if (status != ARK_OK) {
        return status;
    }
    status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_FILES, id, &value, err);
    *found = status == ARK_OK && value.bytes != NULL;
    if (*found && !read_file_row(id, value, out)) {
        return damaged_row(snapshot, err);
    }
    return status;
}

enum ark_status
ark_snapshot_each_file(struct ark_snapshot *snapshot,
                       bool (*visit)(void *context, const struct ark_file_record *file),
                       void *context, struct ark_error *err)
{
    enum ark_status status = check_rows(snapshot, err);
    if (status != ARK_OK) {
        return status;
    }
    MDB_cursor *cursor = NULL;
    int rc = mdb_cursor_open(snapshot->txn, snapshot->store->dbis[ARK_DB_FILES], &cursor);
    if (rc != 0) {
        return ark_lmdb_error(snapshot->store, rc, ARK_LMDB_READ, err);
    }
    MDB_val key;
    MDB_val value;
    while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        struct ark_file_record file;
        if (!read_file_row(ark_str_make(key.mv_data, key.mv_size),
                           ark_str_make(value.mv_data, value.mv_size), &file)) {
            status = damaged_row(snapshot, err);
            break;
        }
        if (!visit(context, &file)) {
            break;
        }
    }
    mdb_cursor_close(cursor);
    if (rc != 0 && rc != MDB_NOTFOUND) {
        return ark_lmdb_error(snapshot->store, rc, ARK_LMDB_READ, err);
    }
    return status;
}

/** The row of a document; false when it is none, or names a place that is not there. */
static bool
read_place(const struct ark_snapshot *snapshot, const MDB_val *key, const MDB_val *value,
           struct ark_document_place *out)
{
    if (value->mv_size != ARK_DOCUMENT_VALUE_BYTES) {
        return false;
    }
    const uint8_t *bytes = value->mv_data;
    *out = (struct ark_document_place){
        .fragment_hash =
            ark_str_make((const uint8_t *)key->mv_data + ARK_HASH_BYTES, ARK_HASH_BYTES),
        .segment_id = ark_load_u64(bytes),
        .doc = ark_load_u32(bytes + 8),
        .content_hash = ark_load_u64(bytes + 12),
    };
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        if (snapshot->entries[i].info.id == out->segment_id) {
            return out->doc < snapshot->entries[i].info.document_count;
        }
    }
    return false;
}

enum ark_status
ark_snapshot_each_document_of(struct ark_snapshot *snapshot, ark_str path,
                              bool (*visit)(void *context, const struct ark_document_place *place),
                              void *context, struct ark_error *err)
{
    uint8_t prefix[ARK_HASH_BYTES];
    ark_fragment_hash(path, prefix);
    enum ark_status status = check_rows(snapshot, err);
    if (status != ARK_OK) {
        return status;
    }
    MDB_cursor *cursor = NULL;
    int rc = mdb_cursor_open(snapshot->txn, snapshot->store->dbis[ARK_DB_IDS], &cursor);
    if (rc != 0) {
        return ark_lmdb_error(snapshot->store, rc, ARK_LMDB_READ, err);
    }
    MDB_val key = ark_lmdb_val(ark_str_make(prefix, sizeof prefix));
    MDB_val value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    while (rc == 0 && key.mv_size == ARK_DOCUMENT_KEY_BYTES &&
           memcmp(key.mv_data, prefix, sizeof prefix) == 0) {
        struct ark_document_place place;
        if (!read_place(snapshot, &key, &value, &place)) {
            status = damaged_row(snapshot, err);
            break;
        }
        if (!visit(context, &place)) {
            break;
        }
        rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (rc != 0 && rc != MDB_NOTFOUND) {
        return ark_lmdb_error(snapshot->store, rc, ARK_LMDB_READ, err);
    }
    return status;
}

enum ark_status
ark_snapshot_roots(struct ark_snapshot *snapshot, ark_str *out, struct ark_error *err)
{
    return ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_META, ARK_STR(ARK_META_ROOTS), out,
                        err);
}
