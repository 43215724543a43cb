#include "tests/property/plain_reader.h"

#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>
#include <zstd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "tests/property/plain_families.h"
#include "tests/property/plain_walk.h"

/** The numbers of the page, spelled again. */
enum {
    CHUNK_PAYLOAD = 261616,
    PIECE = 4096,
    PIECE_HEADER = 16,
    CHECKSUM = 8,
};
static ark_str
unsealed(ark_str sealed, uint64_t seed, uint64_t segment_id)
{
    plain_must(sealed.len >= CHECKSUM, "too short for a checksum", segment_id);
    ark_str content = ark_str_slice(sealed, 0, sealed.len - CHECKSUM);
    struct plain_walk tail = {sealed, content.len};
    plain_must(plain_take_fixed(&tail, 8) == XXH3_64bits_withSeed(content.bytes, content.len, seed),
               "a checksum is wrong", segment_id);
    return content;
}

/** LMDB, opened for reading. */
struct source {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi meta;
    MDB_dbi stream;
    MDB_dbi dead;
    MDB_dbi files;
    MDB_dbi ids;
};

static struct source
source_open(const char *dir)
{
    struct source source = {0};
    char *path = ark_path_join(dir, "data");
    plain_must(mdb_env_create(&source.env) == 0, "mdb_env_create", 0);
    plain_must(mdb_env_set_maxdbs(source.env, 5) == 0, "mdb_env_set_maxdbs", 0);
    // Else it is as large as the writer's, of which not every system has room for two.
    plain_must(mdb_env_set_mapsize(source.env, (size_t)1 << 28) == 0, "mdb_env_set_mapsize", 0);
    plain_must(mdb_env_open(source.env, path, MDB_RDONLY, 0) == 0, "mdb_env_open", 0);
    free(path);
    plain_must(mdb_txn_begin(source.env, NULL, MDB_RDONLY, &source.txn) == 0, "mdb_txn_begin", 0);
    plain_must(mdb_dbi_open(source.txn, "meta", 0, &source.meta) == 0, "meta", 0);
    plain_must(mdb_dbi_open(source.txn, "stream", 0, &source.stream) == 0, "stream", 0);
    plain_must(mdb_dbi_open(source.txn, "dead", 0, &source.dead) == 0, "dead", 0);
    plain_must(mdb_dbi_open(source.txn, "files", 0, &source.files) == 0, "files", 0);
    plain_must(mdb_dbi_open(source.txn, "ids", 0, &source.ids) == 0, "ids", 0);
    return source;
}

static void
source_close(struct source *source)
{
    mdb_txn_abort(source->txn);
    mdb_env_close(source->env);
}

/** The value of a key; *found tells. It lies in the map. */
static ark_str
get(const struct source *source, MDB_dbi db, const void *key, size_t key_bytes, bool *found)
{
    uint8_t copy[64];
    plain_must(key_bytes <= sizeof copy, "a key is too long", 0);
    memcpy(copy, key, key_bytes);
    MDB_val lmdb_key = {key_bytes, copy};
    MDB_val value = {0, NULL};
    int rc = mdb_get(source->txn, db, &lmdb_key, &value);
    plain_must(rc == 0 || rc == MDB_NOTFOUND, "mdb_get", 0);
    *found = rc == 0;
    return rc == 0 ? ark_str_make(value.mv_data, value.mv_size) : ARK_STR("");
}

static size_t
entry_count(const struct source *source, MDB_dbi db)
{
    MDB_stat stat;
    plain_must(mdb_stat(source->txn, db, &stat) == 0, "mdb_stat", 0);
    return stat.ms_entries;
}

static void
read_configuration(const struct source *source, struct plain_index *index)
{
    bool found = false;
    ark_str sealed = get(source, source->meta, "cfg", 3, &found);
    plain_must(found, "no configuration", 0);
    struct plain_walk walk = {unsealed(sealed, 0, 0), 0};
    plain_must(ark_str_equal(plain_take(&walk, 8), ARK_STR("ARKINDEX")), "magic", 0);
    plain_must(plain_take_fixed(&walk, 4) == 6, "format version", 0);
    index->generation = plain_take_fixed(&walk, 8);
    uint64_t next_id = plain_take_fixed(&walk, 8);
    index->identity = ark_arena_dup(&index->arena, plain_take_text(&walk));
    plain_must(plain_at_end(&walk), "the configuration has a tail", 0);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        plain_must(index->segments[i].id < next_id, "an id that is to come", index->segments[i].id);
    }
    index->roots = ark_arena_dup(&index->arena, get(source, source->meta, "roots", 5, &found));
}

static void
read_dictionary(const struct source *source, struct plain_index *index)
{
    bool found = false;
    ark_str sealed = get(source, source->meta, "zdict", 5, &found);
    if (found) {
        index->dictionary = ark_arena_dup(&index->arena, unsealed(sealed, 0, 0));
        plain_must(index->dictionary.len <= 64 << 10, "a dictionary of more than 64 KiB", 0);
    }
}

/** Each piece of a chunk has its checksum, one after the other behind the payload. */
static void
check_pieces(ark_str value, size_t payload, uint64_t seed, uint64_t segment_id)
{
    size_t count = (payload + PIECE_HEADER + PIECE - 1) / PIECE;
    plain_must(value.len == payload + count * 8, "a chunk's length", segment_id);
    struct plain_walk sums = {ark_str_slice(value, payload, value.len), 0};
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        size_t next = (i + 1) * PIECE - PIECE_HEADER;
        ark_str piece = ark_str_slice(value, start, next < payload ? next : payload);
        plain_must(plain_take_fixed(&sums, 8) ==
                       XXH3_64bits_withSeed(piece.bytes, piece.len, seed ^ (uint64_t)i << 58),
                   "a checksum is wrong", segment_id);
        start = next;
    }
}

/** Puts a stream together from its chunks. */
static ark_str
read_stream(const struct source *source, struct plain_index *index, uint64_t segment_id,
            unsigned kind, uint64_t bytes)
{
    uint8_t *content = ark_arena_alloc(&index->arena, (size_t)bytes);
    uint64_t done = 0;
    for (uint32_t chunk = 0; done < bytes; chunk++) {
        uint8_t key[13];
        for (unsigned i = 0; i < 8; i++) {
            key[i] = (uint8_t)(segment_id >> (56 - 8 * i));
        }
        key[8] = (uint8_t)kind;
        for (unsigned i = 0; i < 4; i++) {
            key[9 + i] = (uint8_t)(chunk >> (24 - 8 * i));
        }
        bool found = false;
        ark_str value = get(source, source->stream, key, sizeof key, &found);
        plain_must(found, "a chunk is missing", segment_id);
        uint64_t seed = segment_id << 36 ^ (uint64_t)kind << 32 ^ chunk;
        uint64_t left = bytes - done;
        size_t payload = left < CHUNK_PAYLOAD ? (size_t)left : CHUNK_PAYLOAD;
        check_pieces(value, payload, seed, segment_id);
        memcpy(content + done, value.bytes, payload);
        done += payload;
    }
    return ark_str_make(content, (size_t)bytes);
}

/** Unpacks a frame, with the dictionary if it asks for one; the bytes lie in the arena. */
static ark_str
unpack(struct plain_index *index, ark_str stored)
{
    static const uint8_t MAGIC[4] = {0x28, 0xB5, 0x2F, 0xFD};
    plain_must(stored.len > 1, "a frame of no bytes", 0);
    size_t frame_bytes = sizeof MAGIC + stored.len - 1;
    uint8_t *frame = ark_arena_alloc(&index->arena, frame_bytes);
    memcpy(frame, MAGIC, sizeof MAGIC);
    memcpy(frame + sizeof MAGIC, stored.bytes + 1, stored.len - 1);
    ark_str dictionary = stored.bytes[0] != 0 ? index->dictionary : ARK_STR("");
    if (stored.bytes[0] != 0) {
        unsigned id = ZSTD_getDictID_fromDict(dictionary.bytes, dictionary.len);
        plain_must(id != 0 && stored.bytes[0] == 1 + id % 255, "the dictionary", 0);
    }
    unsigned long long size = ZSTD_getFrameContentSize(frame, frame_bytes);
    plain_must(size < (1ULL << 40), "a frame without its size", 0);
    uint8_t *text = ark_arena_alloc(&index->arena, (size_t)size);
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t got = ZSTD_decompress_usingDict(context, text, (size_t)size, frame, frame_bytes,
                                           dictionary.bytes, dictionary.len);
    (void)ZSTD_freeDCtx(context);
    plain_must(got == size, "a frame does not unpack", 0);
    return ark_str_make(text, got);
}

/** Writes the text that was narrowed to out, of text_bytes bytes. */
static void
widen(ark_str narrow, uint8_t *out, size_t text_bytes)
{
    size_t at = 0;
    size_t done = 0;
    while (at < narrow.len) {
        unsigned byte = narrow.bytes[at++];
        size_t size = byte >= 1 && byte <= 8 ? byte : byte >= 128 ? 2 : 1;
        plain_must(text_bytes - done >= size, "a text is longer than said", 0);
        if (byte >= 128) {
            unsigned character = 0x600 + (byte - 128);
            out[done] = (uint8_t)(0xC0 | character >> 6);
            out[done + 1] = (uint8_t)(0x80 | (character & 63));
        } else if (byte >= 1 && byte <= 8) {
            plain_must(narrow.len - at >= size, "a text ends within a character", 0);
            memcpy(out + done, narrow.bytes + at, size);
            at += size;
        } else {
            out[done] = (uint8_t)byte;
        }
        done += size;
    }
    plain_must(done == text_bytes, "a text is shorter than said", 0);
}

/** The text of a document. */
static void
read_text(const struct plain_segment *segment, struct plain_walk *walk,
          struct plain_document *document, uint64_t *frames_end, struct plain_index *index)
{
    uint64_t offset = plain_take_varint(walk);
    uint64_t frame_bytes = plain_take_varint(walk);
    uint64_t title_bytes = plain_take_varint(walk);
    uint64_t text_bytes = plain_take_varint(walk);
    plain_must(offset == *frames_end, "frames do not follow each other", segment->id);
    *frames_end = offset + frame_bytes;
    plain_must(*frames_end <= segment->streams[PLAIN_TEXT].len, "a frame passes its stream",
               segment->id);
    const uint8_t *frame = segment->streams[PLAIN_TEXT].bytes + offset;
    uint8_t *text = ark_arena_alloc(&index->arena, (size_t)text_bytes);
    widen(unpack(index, ark_str_make(frame, (size_t)frame_bytes)), text, (size_t)text_bytes);
    plain_must(title_bytes <= text_bytes, "a title longer than its text", segment->id);
    document->title = ark_str_make(text, (size_t)title_bytes);
    document->body = ark_str_make(text + title_bytes, (size_t)(text_bytes - title_bytes));
}

static void
read_record(const struct plain_segment *segment, uint32_t doc, struct plain_walk *walk)
{
    struct plain_document *document = &segment->documents[doc];
    uint64_t flags = plain_take_fixed(walk, 1);
    plain_must(flags < 4, "unknown flags", segment->id);
    document->fragment_is_id = (flags & 1) != 0;
    if ((flags & 2) == 0) {
        document->path = plain_take_text(walk);
        document->name_start = plain_take_varint(walk);
    } else {
        uint64_t back = plain_take_varint(walk);
        plain_must(back >= 1 && back <= doc, "a path of no document", segment->id);
        document->path = segment->documents[doc - back].path;
        document->name_start = segment->documents[doc - back].name_start;
    }
    plain_must(document->name_start <= document->path.len, "a name beyond its path", segment->id);
    document->fragment = plain_take_text(walk);
    document->source = plain_take_text(walk);
    document->date = plain_take_varint(walk);
    document->token_count = plain_take_varint(walk);
    document->title_tokens = plain_take_varint(walk);
    plain_must(document->title_tokens <= document->token_count, "more title than text",
               segment->id);
    document->content_hash = plain_take_fixed(walk, 8);
}

uint64_t
plain_norm_length(uint8_t norm)
{
    return norm < 32 ? norm : (uint64_t)(16 + (norm - 32) % 16) << ((norm - 32) / 16 + 1);
}

/** The other columns say what the document's record says. */
static void
check_columns(const struct plain_segment *segment, uint32_t doc)
{
    const struct plain_document *document = &segment->documents[doc];
    struct plain_walk date = {segment->streams[PLAIN_DATES], (size_t)doc * 4};
    plain_must(plain_take_fixed(&date, 4) == document->date, "a date", segment->id);
    uint64_t title = document->title_tokens < 255 ? document->title_tokens : 255;
    struct plain_walk length = {segment->streams[PLAIN_TITLE_LENGTHS], doc};
    plain_must(plain_take_fixed(&length, 1) == title, "a title's length", segment->id);
}

/** Sketches lie in groups of 16: their lengths, then they themselves. */
static void
read_sketches(struct plain_segment *segment)
{
    uint32_t count = segment->document_count;
    struct plain_walk offsets = {segment->streams[PLAIN_SKETCH_INDEX], 0};
    struct plain_walk walk = {segment->streams[PLAIN_SKETCHES], 0};
    bool some = false;
    for (uint32_t first = 0; first < count && !plain_at_end(&offsets); first += 16) {
        uint64_t lengths[16];
        uint32_t in_group = count - first < 16 ? count - first : 16;
        plain_must(plain_take_fixed(&offsets, 8) == walk.at, "a group of sketches", segment->id);
        for (uint32_t i = 0; i < in_group; i++) {
            lengths[i] = plain_take_varint(&walk);
        }
        for (uint32_t i = 0; i < in_group; i++) {
            segment->documents[first + i].sketch = plain_take(&walk, lengths[i]);
            some |= lengths[i] > 0;
        }
    }
    plain_must(some || segment->streams[PLAIN_SKETCH_INDEX].len == 0, "sketches without a byte",
               segment->id);
    plain_must(!some || segment->streams[PLAIN_SKETCH_INDEX].len == (count + 15) / 16 * 8,
               "the number of groups of sketches", segment->id);
    plain_must(plain_at_end(&offsets) && plain_at_end(&walk), "sketches have a tail", segment->id);
}

static void
check_norm(const struct plain_segment *segment, uint32_t doc)
{
    uint8_t norm = segment->streams[PLAIN_NORMS].bytes[doc];
    uint64_t tokens = segment->documents[doc].token_count;
    plain_must(plain_norm_length(norm) <= tokens, "a norm is too long", segment->id);
    plain_must(norm == 255 || plain_norm_length((uint8_t)(norm + 1)) > tokens,
               "a norm is too short", segment->id);
}

static void
read_documents(struct plain_segment *segment, struct plain_index *index)
{
    uint32_t count = segment->document_count;
    segment->documents = ark_arena_calloc(&index->arena, count, sizeof *segment->documents);
    struct plain_walk offsets = {segment->streams[PLAIN_DOCUMENT_INDEX], 0};
    struct plain_walk walk = {segment->streams[PLAIN_DOCUMENTS], 0};
    uint64_t frames_end = 0;
    uint64_t tokens = 0;
    uint64_t text_bytes = 0;
    for (uint32_t doc = 0; doc < count; doc++) {
        struct plain_document *document = &segment->documents[doc];
        plain_must(plain_take_fixed(&offsets, 8) == walk.at, "a record is not where the index says",
                   segment->id);
        read_record(segment, doc, &walk);
        read_text(segment, &walk, document, &frames_end, index);
        check_norm(segment, doc);
        check_columns(segment, doc);
        tokens += document->token_count;
        text_bytes += document->title.len + document->body.len;
    }
    plain_must(plain_at_end(&offsets) && plain_at_end(&walk), "documents have a tail", segment->id);
    plain_must(frames_end == segment->streams[PLAIN_TEXT].len, "frames have a tail", segment->id);
    plain_must(segment->streams[PLAIN_NORMS].len == count &&
                   segment->streams[PLAIN_TITLE_LENGTHS].len == count &&
                   segment->streams[PLAIN_DATES].len == (size_t)count * 4,
               "columns have another count", segment->id);
    read_sketches(segment);
    plain_must(tokens == segment->token_count, "the sum of tokens", segment->id);
    plain_must(text_bytes == segment->text_bytes, "the sum of text", segment->id);
}

static void
read_dead(const struct source *source, struct plain_segment *segment)
{
    uint8_t key[8];
    for (unsigned i = 0; i < 8; i++) {
        key[i] = (uint8_t)(segment->id >> (8 * i));
    }
    bool found = false;
    ark_str sealed = get(source, source->dead, key, sizeof key, &found);
    plain_must(found == (segment->dead_count > 0), "deletions", segment->id);
    uint64_t live_tokens = 0;
    uint32_t dead = 0;
    ark_str bits = found ? unsealed(sealed, 0, segment->id) : ARK_STR("");
    plain_must(!found || bits.len == (segment->document_count + 7) / 8, "length of deletions",
               segment->id);
    for (uint32_t doc = 0; doc < segment->document_count; doc++) {
        segment->documents[doc].dead = found && (bits.bytes[doc / 8] >> doc % 8) % 2 == 1;
        dead += segment->documents[doc].dead;
        live_tokens += segment->documents[doc].dead ? 0 : segment->documents[doc].token_count;
    }
    plain_must(dead == segment->dead_count, "count of dead documents", segment->id);
    plain_must(live_tokens == segment->live_token_count, "the sum of live tokens", segment->id);
}

/** Reads the list, and each segment it names. */
static void
read_segments(const struct source *source, struct plain_index *index)
{
    bool found = false;
    ark_str sealed = get(source, source->meta, "segs", 4, &found);
    plain_must(found, "no list of segments", 0);
    read_dictionary(source, index);
    struct plain_walk walk = {unsealed(sealed, 0, 0), 0};
    index->segment_count = (uint32_t)plain_take_varint(&walk);
    index->segments =
        ark_arena_calloc(&index->arena, index->segment_count, sizeof *index->segments);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        struct plain_segment *segment = &index->segments[i];
        segment->id = plain_take_varint(&walk);
        segment->document_count = (uint32_t)plain_take_varint(&walk);
        segment->dead_count = (uint32_t)plain_take_varint(&walk);
        segment->token_count = plain_take_varint(&walk);
        segment->live_token_count = plain_take_varint(&walk);
        segment->family_count = plain_take_varint(&walk);
        segment->form_count = plain_take_varint(&walk);
        segment->text_bytes = plain_take_varint(&walk);
        for (unsigned kind = 0; kind < PLAIN_STREAMS; kind++) {
            uint64_t bytes = plain_take_varint(&walk);
            segment->streams[kind] = read_stream(source, index, segment->id, kind, bytes);
        }
        plain_must(i == 0 || segment->id > index->segments[i - 1].id, "ids do not ascend",
                   segment->id);
        read_documents(segment, index);
        read_dead(source, segment);
        plain_read_families(segment, &index->arena);
        plain_read_forms(segment, &index->arena);
    }
    plain_must(plain_at_end(&walk), "the list of segments has a tail", 0);
}

static void
hash_of(ark_str text, uint8_t out[16])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(text.bytes, text.len));
    memcpy(out, canonical.digest, 16);
}

/** Every live document has one row, and there is no other. */
static void
check_ids(const struct source *source, struct plain_index *index)
{
    size_t live = 0;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        const struct plain_segment *segment = &index->segments[i];
        for (uint32_t doc = 0; doc < segment->document_count; doc++) {
            const struct plain_document *document = &segment->documents[doc];
            if (document->dead) {
                continue;
            }
            uint8_t key[32];
            hash_of(document->path, key);
            hash_of(document->fragment, key + 16);
            bool found = false;
            struct plain_walk walk = {get(source, source->ids, key, sizeof key, &found), 0};
            plain_must(found, "a live document has no row", segment->id);
            plain_must(plain_take_fixed(&walk, 8) == segment->id, "a row names another segment",
                       segment->id);
            plain_must(plain_take_fixed(&walk, 4) == doc, "a row names another document",
                       segment->id);
            plain_must(plain_take_fixed(&walk, 8) == document->content_hash, "a row's hash",
                       segment->id);
            plain_must(plain_at_end(&walk), "a row has a tail", segment->id);
            live++;
        }
    }
    index->id_count = entry_count(source, source->ids);
    plain_must(index->id_count == live, "rows of no live document", 0);
}

static void
check_files(const struct source *source, struct plain_index *index)
{
    MDB_cursor *cursor = NULL;
    plain_must(mdb_cursor_open(source->txn, source->files, &cursor) == 0, "mdb_cursor_open", 0);
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        plain_must(key.mv_size == 16 && value.mv_size > 24, "a file row's size", 0);
        uint8_t hash[16];
        hash_of(ark_str_make((const uint8_t *)value.mv_data + 24, value.mv_size - 24), hash);
        plain_must(memcmp(hash, key.mv_data, 16) == 0, "a file row's path", 0);
        index->file_count++;
    }
    mdb_cursor_close(cursor);
}

struct plain_index *
plain_index_read(const char *dir)
{
    struct plain_index *index = ark_xcalloc(1, sizeof *index);
    index->arena = ark_arena_make();
    struct source source = source_open(dir);
    read_segments(&source, index);
    read_configuration(&source, index);
    check_ids(&source, index);
    check_files(&source, index);
    source_close(&source);
    return index;
}

void
plain_index_free(struct plain_index *index)
{
    ark_arena_dispose(&index->arena);
    free(index);
}
