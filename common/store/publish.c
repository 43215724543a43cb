#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/segment_data.h"
#include "common/store/segment_writer.h"
#include "common/store/store_impl.h"

/** Chunks loaded in one transaction: 16 MiB, which bounds LMDB's dirty pages. */
enum { CHUNKS_PER_TRANSACTION = 64 };

/** Ids that are sorted at once: 12 MB. */
enum { IDS_AT_ONCE = 256 << 10 };

/** A publication under way. */
struct publisher {
    struct ark_store *store;
    const struct ark_publication *publication;
    struct ark_error *err;
    MDB_txn *txn;
    struct ark_snapshot *before; /**< the published state, inside txn */
    uint64_t segment_id;         /**< of the new segment */
    struct ark_buf *dead;        /**< by segment of before, and last the new one: touched bitmaps */
    uint64_t *dead_tokens;       /**< tokens of documents that die now, likewise */
    uint32_t *died;              /**< documents that die now, likewise */
};

/** Puts one chunk of the new segment: payload read in place, then its checksums. */
static enum ark_status
put_chunk(struct publisher *publisher, MDB_txn *txn, unsigned kind, uint32_t chunk)
{
    struct ark_spool *spool = publisher->publication->segment->spools[kind];
    uint64_t offset = (uint64_t)chunk * ARK_CHUNK_PAYLOAD;
    uint64_t left = ark_spool_bytes(spool) - offset;
    size_t payload = left < ARK_CHUNK_PAYLOAD ? (size_t)left : ARK_CHUNK_PAYLOAD;
    uint8_t key[ARK_STREAM_KEY_BYTES];
    ark_stream_key(key, publisher->segment_id, kind, chunk);
    MDB_val lmdb_key = ark_lmdb_val(ark_str_make(key, sizeof key));
    MDB_val value = {ark_chunk_value_bytes(payload), NULL};
    int rc = mdb_put(txn, publisher->store->dbis[ARK_DB_STREAM], &lmdb_key, &value,
                     MDB_RESERVE | MDB_APPEND);
    if (rc != 0) {
        return ark_lmdb_error(publisher->store, rc, ARK_LMDB_WRITE, publisher->err);
    }
    uint8_t *to = value.mv_data;
    enum ark_status status = ark_spool_read(spool, offset, payload, to, publisher->err);
    if (status == ARK_OK) {
        ark_chunk_seal(to, payload, ark_chunk_seed(publisher->segment_id, kind, chunk));
    }
    return status;
}

/** The chunks of the new segment, stream after stream. */
struct loading {
    unsigned kind;
    uint32_t chunk; /**< of the stream, the next one */
    uint32_t left;
};

static struct loading
begin_loading(const struct ark_segment_data *segment)
{
    struct loading loading = {.left = 0};
    for (unsigned kind = 0; segment != NULL && kind < ARK_STREAM_COUNT; kind++) {
        loading.left += ark_chunk_count(ark_spool_bytes(segment->spools[kind]));
    }
    return loading;
}

/** Puts the next chunks, count of them at most, into a transaction. */
static enum ark_status
load_some(struct publisher *publisher, struct loading *loading, MDB_txn *txn, uint32_t count)
{
    struct ark_spool *const *spools = publisher->publication->segment->spools;
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; status == ARK_OK && i < count && loading->left > 0; i++) {
        while (loading->chunk == ark_chunk_count(ark_spool_bytes(spools[loading->kind]))) {
            loading->kind++;
            loading->chunk = 0;
        }
        status = put_chunk(publisher, txn, loading->kind, loading->chunk++);
        loading->left--;
    }
    return status;
}

/** Loads all but what one transaction takes; small segments load nothing here. */
static enum ark_status
load_most(struct publisher *publisher, struct loading *loading)
{
    enum ark_status status = ARK_OK;
    while (status == ARK_OK && loading->left > CHUNKS_PER_TRANSACTION) {
        MDB_txn *txn = NULL;
        status = ark_lmdb_begin(publisher->store, &txn, publisher->err);
        if (status != ARK_OK) {
            return status;
        }
        status = load_some(publisher, loading, txn, CHUNKS_PER_TRANSACTION);
        if (status != ARK_OK) {
            mdb_txn_abort(txn);
            return status;
        }
        status = ark_lmdb_commit(publisher->store, txn, publisher->err);
    }
    return status;
}

/** No segment has this place. */
#define PLACE_NONE UINT32_MAX

/** The place of a segment in the publisher's arrays: the new one comes last. PLACE_NONE: none has this id. */
static uint32_t
segment_place(const struct publisher *publisher, uint64_t segment_id)
{
    for (uint32_t i = 0; i < publisher->before->segment_count; i++) {
        if (publisher->before->entries[i].info.id == segment_id) {
            return i;
        }
    }
    bool is_new = publisher->publication->segment != NULL && segment_id == publisher->segment_id;
    return is_new ? publisher->before->segment_count : PLACE_NONE;
}

static struct ark_segment *
segment_at(struct publisher *publisher, uint32_t place)
{
    return place < publisher->before->segment_count
               ? &publisher->before->segments[place]
               : ark_segment_data_reader(publisher->publication->segment);
}

static bool
is_dropped(const struct publisher *publisher, uint64_t segment_id)
{
    const struct ark_publication *publication = publisher->publication;
    if (publication->drop_everything) {
        return true;
    }
    for (size_t i = 0; i < publication->dropped_segment_count; i++) {
        if (publication->dropped_segments[i] == segment_id) {
            return true;
        }
    }
    return false;
}

/** Sets the dead bit of a document; an already dead one stays as it is. */
static void
mark_dead(struct publisher *publisher, uint32_t place, ark_docid doc, uint32_t token_count)
{
    struct ark_segment *segment = segment_at(publisher, place);
    struct ark_buf *bitmap = &publisher->dead[place];
    ARK_ASSERT(doc < segment->info.document_count);
    if (bitmap->len == 0) {
        size_t bytes = ((size_t)segment->info.document_count + 7) / 8;
        uint8_t *bits = ark_buf_reserve(bitmap, bytes + ARK_CHECKSUM_BYTES);
        memset(bits, 0, bytes);
        if (segment->dead.len > 0) {
            memcpy(bits, segment->dead.bytes, bytes);
        }
        bitmap->len = bytes;
    }
    uint8_t bit = (uint8_t)(1u << (doc % 8));
    if ((bitmap->bytes[doc / 8] & bit) == 0) {
        bitmap->bytes[doc / 8] |= bit;
        publisher->died[place]++;
        publisher->dead_tokens[place] += token_count;
    }
}

static enum ark_status
damaged_id(const struct publisher *publisher)
{
    return ark_error_set(publisher->err, ARK_E_CORRUPT,
                         "the index is damaged: the table of documents names a wrong place: %s",
                         publisher->store->path);
}

/** A document as the table of documents knows it. */
struct identity {
    struct ark_document_record record;
    uint8_t key[ARK_DOCUMENT_KEY_BYTES];
    bool found; /**< the table has it */
    uint64_t segment_id;
    ark_docid doc;
};

/** Looks up where the table says that the document of this key is. */
static enum ark_status
find_id(struct publisher *publisher, struct identity *identity)
{
    ark_str value;
    enum ark_status status =
        ark_lmdb_get(publisher->store, publisher->txn, ARK_DB_IDS,
                     ark_str_make(identity->key, sizeof identity->key), &value, publisher->err);
    identity->found = status == ARK_OK && value.bytes != NULL;
    if (identity->found) {
        if (value.len != ARK_DOCUMENT_VALUE_BYTES) {
            return damaged_id(publisher);
        }
        identity->segment_id = ark_load_u64(value.bytes);
        identity->doc = ark_load_u32(value.bytes + 8);
    }
    return status;
}

/** Reads the record of a document and makes its key. */
static enum ark_status
name_document(struct publisher *publisher, uint32_t place, ark_docid doc, struct ark_arena *arena,
              struct identity *out)
{
    struct ark_segment *segment = place == PLACE_NONE ? NULL : segment_at(publisher, place);
    if (segment == NULL || doc >= segment->info.document_count) {
        return damaged_id(publisher);
    }
    enum ark_status status =
        ark_segment_document(segment, doc, arena, &out->record, publisher->err);
    if (status == ARK_OK) {
        ark_fragment_hash(out->record.path, out->key);
        ark_fragment_hash(out->record.fragment, out->key + ARK_HASH_BYTES);
    }
    return status;
}

/** Both: a document, and where the table says that one of its name is. */
static enum ark_status
identify(struct publisher *publisher, uint32_t place, ark_docid doc, struct ark_arena *arena,
         struct identity *out)
{
    enum ark_status status = name_document(publisher, place, doc, arena, out);
    return status == ARK_OK ? find_id(publisher, out) : status;
}

static bool
is_dead_already(struct publisher *publisher, uint32_t place, ark_docid doc)
{
    const struct ark_buf *bitmap = &publisher->dead[place];
    return bitmap->len > 0 ? (bitmap->bytes[doc / 8] >> (doc % 8) & 1) != 0
                           : ark_segment_is_dead(segment_at(publisher, place), doc);
}

/** Marks a document dead and removes its id; one that is dead already stays as it is. */
static enum ark_status
delete_document(struct publisher *publisher, const struct ark_deletion *deletion,
                struct ark_arena *arena)
{
    uint32_t place = segment_place(publisher, deletion->segment_id);
    struct identity identity;
    enum ark_status status = identify(publisher, place, deletion->doc, arena, &identity);
    if (status != ARK_OK || is_dead_already(publisher, place, deletion->doc)) {
        return status;
    }
    // A live document is where the table says; else a damaged table would delete others.
    if (!identity.found || identity.segment_id != deletion->segment_id ||
        identity.doc != deletion->doc) {
        return damaged_id(publisher);
    }
    mark_dead(publisher, place, deletion->doc, identity.record.token_count);
    return ark_lmdb_delete(publisher->store, publisher->txn, ARK_DB_IDS,
                           ark_str_make(identity.key, sizeof identity.key), publisher->err);
}

/** Marks the document dead that the table has named so far; it must have the same name. */
static enum ark_status
replace_document(struct publisher *publisher, const struct identity *identity,
                 struct ark_arena *arena)
{
    uint32_t place = segment_place(publisher, identity->segment_id);
    if (place < publisher->before->segment_count && is_dropped(publisher, identity->segment_id)) {
        return ARK_OK; // merged into the new segment, or left out of it: its bits go with it
    }
    struct identity old;
    enum ark_status status = identify(publisher, place, identity->doc, arena, &old);
    if (status != ARK_OK) {
        return status;
    }
    if (memcmp(old.key, identity->key, sizeof old.key) != 0) {
        return damaged_id(publisher);
    }
    mark_dead(publisher, place, identity->doc, old.record.token_count);
    return ARK_OK;
}

/** A document of the new segment on its way into the table. */
struct new_id {
    uint8_t key[ARK_DOCUMENT_KEY_BYTES];
    ark_docid doc;
    uint64_t content_hash;
};

static int
compare_ids(const void *left, const void *right)
{
    const struct new_id *a = left;
    const struct new_id *b = right;
    int order = memcmp(a->key, b->key, sizeof a->key);
    return order != 0 ? order : (a->doc > b->doc) - (a->doc < b->doc);
}

/** Writes the id of a document of the new segment; what it named before dies. */
static enum ark_status
add_id(struct publisher *publisher, const struct new_id *id, struct ark_arena *arena)
{
    struct identity identity;
    memcpy(identity.key, id->key, sizeof identity.key);
    enum ark_status status = find_id(publisher, &identity);
    if (status == ARK_OK && identity.found && identity.segment_id == publisher->segment_id &&
        identity.doc >= id->doc) {
        return damaged_id(publisher); // it names a document that is still to come
    }
    if (status == ARK_OK && identity.found) {
        status = replace_document(publisher, &identity, arena);
    }
    if (status != ARK_OK) {
        return status;
    }
    uint8_t value[ARK_DOCUMENT_VALUE_BYTES];
    ark_store_u64(value, publisher->segment_id);
    ark_store_u32(value + 8, id->doc);
    ark_store_u64(value + 12, id->content_hash);
    return ark_lmdb_put_behind(publisher->store, publisher->txn, ARK_DB_IDS,
                               ark_str_make(id->key, sizeof id->key),
                               ark_str_make(value, sizeof value), publisher->err);
}

/** Names count documents of the new segment from first on. */
static enum ark_status
name_documents(struct publisher *publisher, ark_docid first, uint32_t count,
               struct ark_arena *arena, struct new_id *out)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; status == ARK_OK && i < count; i++) {
        struct identity identity;
        status =
            name_document(publisher, publisher->before->segment_count, first + i, arena, &identity);
        if (status == ARK_OK) {
            memcpy(out[i].key, identity.key, sizeof out[i].key);
            out[i].doc = first + i;
            out[i].content_hash = identity.record.content_hash;
        }
        ark_arena_reset(arena);
    }
    return status;
}

/**
 * Writes the ids of the new segment in the order of their keys, some MB of them
 * at a time: pages become full, where random order leaves a third of each empty.
 */
static enum ark_status
add_ids(struct publisher *publisher, struct ark_arena *arena)
{
    const struct ark_segment_data *segment = publisher->publication->segment;
    uint32_t total = segment == NULL ? 0 : segment->reader.info.document_count;
    struct new_id *ids = ark_xcalloc(total < IDS_AT_ONCE ? total : IDS_AT_ONCE, sizeof *ids);
    enum ark_status status = ARK_OK;
    for (uint32_t first = 0; status == ARK_OK && first < total; first += IDS_AT_ONCE) {
        uint32_t count = total - first < IDS_AT_ONCE ? total - first : IDS_AT_ONCE;
        status = name_documents(publisher, first, count, arena, ids);
        if (status == ARK_OK) {
            qsort(ids, count, sizeof *ids, compare_ids);
        }
        for (uint32_t i = 0; status == ARK_OK && i < count; i++) {
            status = add_id(publisher, &ids[i], arena);
            ark_arena_reset(arena);
        }
    }
    free(ids);
    return status;
}

static enum ark_status
update_documents(struct publisher *publisher)
{
    const struct ark_publication *publication = publisher->publication;
    struct ark_arena arena = ark_arena_make();
    enum ark_status status = ARK_OK;
    for (size_t i = 0; status == ARK_OK && i < publication->deletion_count; i++) {
        status = delete_document(publisher, &publication->deletions[i], &arena);
        ark_arena_reset(&arena);
    }
    if (status == ARK_OK) {
        status = add_ids(publisher, &arena);
    }
    ark_arena_dispose(&arena);
    return status;
}

static enum ark_status
update_files(struct publisher *publisher)
{
    const struct ark_publication *publication = publisher->publication;
    enum ark_status status = ARK_OK;
    uint8_t key[ARK_HASH_BYTES];
    ark_str id = ark_str_make(key, sizeof key);
    for (size_t i = 0; status == ARK_OK && i < publication->forgotten_file_count; i++) {
        ark_fragment_hash(publication->forgotten_files[i], key);
        status =
            ark_lmdb_delete(publisher->store, publisher->txn, ARK_DB_FILES, id, publisher->err);
    }
    struct ark_buf value = ark_buf_make(SIZE_MAX);
    for (size_t i = 0; status == ARK_OK && i < publication->file_count; i++) {
        const struct ark_file_record *file = &publication->files[i];
        ark_fragment_hash(file->path, key);
        ark_buf_clear(&value);
        ark_buf_append_u64(&value, file->size_bytes);
        ark_buf_append_u64(&value, (uint64_t)file->mtime_ns);
        ark_buf_append_u64(&value, file->content_hash);
        ark_buf_append_str(&value, file->path);
        status = ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_FILES, id,
                              ark_buf_view(&value), publisher->err);
    }
    ark_buf_dispose(&value);
    return status;
}

/** Writes the bitmap of a segment that stays, if a document of it died. */
static enum ark_status
write_dead(struct publisher *publisher, uint32_t place, uint64_t segment_id)
{
    struct ark_buf *bitmap = &publisher->dead[place];
    if (publisher->died[place] == 0) {
        return ARK_OK;
    }
    ark_seal(bitmap);
    uint8_t key[8];
    ark_store_u64(key, segment_id);
    return ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_DEAD,
                        ark_str_make(key, sizeof key), ark_buf_view(bitmap), publisher->err);
}

static enum ark_status
drop_segment(struct publisher *publisher, uint64_t segment_id)
{
    uint8_t key[8];
    ark_store_u64(key, segment_id);
    enum ark_status status = ark_lmdb_delete(publisher->store, publisher->txn, ARK_DB_DEAD,
                                             ark_str_make(key, sizeof key), publisher->err);
    return status == ARK_OK ? ark_store_delete_chunks(publisher->store, publisher->txn, segment_id,
                                                      publisher->err)
                            : status;
}

/** The entry of a segment after this publication. */
static struct ark_segment_entry
entry_after(struct publisher *publisher, uint32_t place)
{
    struct ark_segment *segment = segment_at(publisher, place);
    struct ark_segment_entry entry = {.info = segment->info};
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        entry.stream_bytes[kind] = segment->streams[kind].bytes;
    }
    if (place == publisher->before->segment_count) {
        entry.info.id = publisher->segment_id;
    }
    entry.info.dead_count += publisher->died[place];
    entry.info.live_token_count -= publisher->dead_tokens[place];
    return entry;
}

/** Writes the dictionary of texts that came with the publication; a rebuild without one has none. */
static enum ark_status
write_dictionary(struct publisher *publisher)
{
    const struct ark_publication *publication = publisher->publication;
    ark_str key = ARK_STR(ARK_META_DICTIONARY);
    if (publication->dictionary == NULL) {
        return publication->drop_everything ? ark_lmdb_delete(publisher->store, publisher->txn,
                                                              ARK_DB_META, key, publisher->err)
                                            : ARK_OK;
    }
    struct ark_buf sealed = ark_buf_make(publication->dictionary->len + ARK_CHECKSUM_BYTES);
    ark_buf_append_str(&sealed, *publication->dictionary);
    ark_seal(&sealed);
    enum ark_status status = ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_META, key,
                                          ark_buf_view(&sealed), publisher->err);
    ark_buf_dispose(&sealed);
    return status;
}

static enum ark_status
write_meta(struct publisher *publisher, const struct ark_segment_entry *entries, uint32_t count)
{
    const struct ark_publication *publication = publisher->publication;
    struct ark_config_record config = publisher->before->config;
    config.generation++;
    if (publication->segment != NULL) {
        config.next_segment_id = publisher->segment_id + 1;
    }
    if (publication->identity != NULL) {
        (void)snprintf(config.identity, sizeof config.identity, "%s", publication->identity);
    }
    struct ark_buf bytes = ark_buf_make(SIZE_MAX);
    ark_config_record_encode(&config, &bytes);
    enum ark_status status =
        ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_META, ARK_STR(ARK_META_CONFIG),
                     ark_buf_view(&bytes), publisher->err);
    if (status == ARK_OK && publication->roots != NULL) {
        status = ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_META,
                              ARK_STR(ARK_META_ROOTS), *publication->roots, publisher->err);
    }
    if (status == ARK_OK && publication->groups != NULL) {
        ark_buf_clear(&bytes);
        ark_buf_append_str(&bytes, ark_buf_view(publication->groups));
        ark_seal(&bytes);
        status = ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_META,
                              ARK_STR(ARK_META_GROUPS), ark_buf_view(&bytes), publisher->err);
    }
    if (status == ARK_OK) {
        status = write_dictionary(publisher);
    }
    ark_buf_clear(&bytes);
    ark_segment_list_encode(entries, count, &bytes);
    if (status == ARK_OK) {
        status = ark_lmdb_put(publisher->store, publisher->txn, ARK_DB_META,
                              ARK_STR(ARK_META_SEGMENTS), ark_buf_view(&bytes), publisher->err);
    }
    ark_buf_dispose(&bytes);
    return status;
}

/** Drops, keeps and adds segments, and writes the list that makes it so. */
static enum ark_status
update_segments(struct publisher *publisher)
{
    uint32_t before = publisher->before->segment_count;
    uint32_t places = before + (publisher->publication->segment != NULL);
    struct ark_segment_entry *entries = ark_xcalloc(places, sizeof *entries);
    uint32_t count = 0;
    enum ark_status status = ARK_OK;
    for (uint32_t place = 0; status == ARK_OK && place < places; place++) {
        struct ark_segment_entry entry = entry_after(publisher, place);
        bool all_dead = entry.info.dead_count == entry.info.document_count;
        if (place < before && (is_dropped(publisher, entry.info.id) || all_dead)) {
            status = drop_segment(publisher, entry.info.id);
            continue;
        }
        status = write_dead(publisher, place, entry.info.id);
        entries[count++] = entry;
    }
    if (status == ARK_OK) {
        status = write_meta(publisher, entries, count);
    }
    free(entries);
    return status;
}

/** Rebuild: the old ids and file rows go before new ones come. */
static enum ark_status
clear_old_rows(struct publisher *publisher)
{
    static const enum ark_db CLEARED[] = {ARK_DB_IDS, ARK_DB_FILES};
    for (size_t i = 0; i < ARK_COUNT_OF(CLEARED); i++) {
        int rc = mdb_drop(publisher->txn, publisher->store->dbis[CLEARED[i]], 0);
        if (rc != 0) {
            return ark_lmdb_error(publisher->store, rc, ARK_LMDB_WRITE, publisher->err);
        }
    }
    return ARK_OK;
}

/** All changes but the chunks, inside publisher->txn. */
static enum ark_status
apply(struct publisher *publisher)
{
    enum ark_status status =
        ark_snapshot_in(publisher->store, publisher->txn, &publisher->before, publisher->err);
    if (status != ARK_OK) {
        return status;
    }
    uint32_t places = publisher->before->segment_count + 1;
    publisher->dead = ark_xcalloc(places, sizeof *publisher->dead);
    publisher->dead_tokens = ark_xcalloc(places, sizeof *publisher->dead_tokens);
    publisher->died = ark_xcalloc(places, sizeof *publisher->died);
    for (uint32_t i = 0; i < places; i++) {
        publisher->dead[i] = ark_buf_make(SIZE_MAX);
    }
    if (publisher->publication->drop_everything) {
        status = clear_old_rows(publisher);
    }
    if (status == ARK_OK) {
        status = update_documents(publisher);
    }
    if (status == ARK_OK) {
        status = update_files(publisher);
    }
    if (status == ARK_OK) {
        status = update_segments(publisher);
    }
    for (uint32_t i = 0; i < places; i++) {
        ark_buf_dispose(&publisher->dead[i]);
    }
    free(publisher->dead);
    free(publisher->dead_tokens);
    free(publisher->died);
    ark_snapshot_close(publisher->before);
    return status;
}

/** The id the new segment will have. */
static enum ark_status
choose_id(struct publisher *publisher)
{
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = ark_snapshot_open(&snapshot, publisher->store, publisher->err);
    if (status == ARK_OK) {
        publisher->segment_id = snapshot->config.next_segment_id;
    }
    ark_snapshot_close(snapshot);
    return status;
}

/** Loads most of the new segment, then the rest with all that makes it visible in one transaction. */
static enum ark_status
load_and_commit(struct publisher *publisher)
{
    struct loading loading = begin_loading(publisher->publication->segment);
    enum ark_status status = load_most(publisher, &loading);
    if (status == ARK_OK) {
        status = ark_lmdb_begin(publisher->store, &publisher->txn, publisher->err);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (loading.left > 0) {
        status = load_some(publisher, &loading, publisher->txn, loading.left);
    }
    if (status == ARK_OK) {
        status = apply(publisher);
    }
    if (status != ARK_OK) {
        mdb_txn_abort(publisher->txn);
        return status;
    }
    return ark_lmdb_commit(publisher->store, publisher->txn, publisher->err);
}

enum ark_status
ark_store_publish(struct ark_store *store, const struct ark_publication *publication,
                  struct ark_error *err)
{
    ARK_ASSERT(store->writable);
    struct publisher publisher = {.store = store, .publication = publication, .err = err};
    enum ark_status status = choose_id(&publisher);
    if (status == ARK_OK) {
        status = load_and_commit(&publisher);
    }
    if (status != ARK_OK) {
        // Loaded chunks are in no list. A full disk may refuse even this; then the next writer
        // does it.
        enum ark_status swept = ark_store_sweep(store, NULL);
        (void)swept;
    }
    return status;
}
