#include "tests/property/plain_reader.h"

#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>
#include <zstd.h>

#include "common/base/file.h"
#include "common/base/memory.h"

/** The numbers of the page, spelled again. */
enum {
    CHUNK_PAYLOAD = 262120,
    CHECKSUM = 8,
    DICTIONARY_BLOCK = 16,
    POSTINGS_BLOCK = 128,
    FIELD_GAP = 16,
    TEXT_MAX = 255,
};
enum {
    DICTIONARY,
    DICTIONARY_INDEX,
    POSTINGS,
    DOCUMENTS,
    DOCUMENT_INDEX,
    TEXT,
    NORMS,
    DATES,
    TITLE_LENGTHS,
    SKETCHES,
    SKETCH_INDEX,
    FORMS,
    FORM_INDEX,
};
enum { FORM, LIGHT, STEM };

/** Ends the program unless the page is kept. */
static void
must(bool holds, const char *what, uint64_t segment_id)
{
    if (!holds) {
        (void)fprintf(stderr, "plain reader: segment %" PRIu64 ": %s\n", segment_id, what);
        abort();
    }
}

/** A walk over bytes that ends the program when it passes their end. */
struct walk {
    ark_str bytes;
    size_t at;
};

static ark_str
take(struct walk *walk, uint64_t count)
{
    must(count <= walk->bytes.len - walk->at, "a record passes its end", 0);
    ark_str taken = ark_str_slice(walk->bytes, walk->at, walk->at + (size_t)count);
    walk->at += (size_t)count;
    return taken;
}

/** An unsigned integer of so many bytes, lowest first. */
static uint64_t
take_fixed(struct walk *walk, unsigned bytes)
{
    ark_str taken = take(walk, bytes);
    uint64_t value = 0;
    for (unsigned i = bytes; i > 0; i--) {
        value = value * 256 + taken.bytes[i - 1];
    }
    return value;
}

static uint64_t
take_varint(struct walk *walk)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        must(shift < 64, "a varint of more than 64 bits", 0);
        uint64_t byte = take_fixed(walk, 1);
        value |= (byte & 127) << shift;
        if (byte < 128) {
            return value;
        }
    }
}

static ark_str
take_text(struct walk *walk)
{
    uint64_t len = take_varint(walk);
    return take(walk, len);
}

static bool
at_end(const struct walk *walk)
{
    return walk->at == walk->bytes.len;
}

/** A coded text: so many bytes of the text before it, and those given. */
static ark_str
take_coded(struct walk *walk, ark_str before, struct ark_arena *arena)
{
    uint64_t shared = take_varint(walk);
    ark_str rest = take_text(walk);
    must(shared <= before.len, "a coded text shares more than there is", 0);
    must(shared + rest.len <= TEXT_MAX, "a coded text is too long", 0);
    struct ark_buf text = ark_buf_make(TEXT_MAX);
    ark_buf_append(&text, before.bytes, (size_t)shared);
    ark_buf_append_str(&text, rest);
    ark_str copy = ark_arena_dup(arena, ark_buf_view(&text));
    ark_buf_dispose(&text);
    return copy;
}

static ark_str
unsealed(ark_str sealed, uint64_t seed, uint64_t segment_id)
{
    must(sealed.len >= CHECKSUM, "too short for a checksum", segment_id);
    ark_str content = ark_str_slice(sealed, 0, sealed.len - CHECKSUM);
    struct walk tail = {sealed, content.len};
    must(take_fixed(&tail, 8) == XXH3_64bits_withSeed(content.bytes, content.len, seed),
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
    must(mdb_env_create(&source.env) == 0, "mdb_env_create", 0);
    must(mdb_env_set_maxdbs(source.env, 5) == 0, "mdb_env_set_maxdbs", 0);
    must(mdb_env_open(source.env, path, MDB_RDONLY, 0) == 0, "mdb_env_open", 0);
    free(path);
    must(mdb_txn_begin(source.env, NULL, MDB_RDONLY, &source.txn) == 0, "mdb_txn_begin", 0);
    must(mdb_dbi_open(source.txn, "meta", 0, &source.meta) == 0, "meta", 0);
    must(mdb_dbi_open(source.txn, "stream", 0, &source.stream) == 0, "stream", 0);
    must(mdb_dbi_open(source.txn, "dead", 0, &source.dead) == 0, "dead", 0);
    must(mdb_dbi_open(source.txn, "files", 0, &source.files) == 0, "files", 0);
    must(mdb_dbi_open(source.txn, "ids", 0, &source.ids) == 0, "ids", 0);
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
    must(key_bytes <= sizeof copy, "a key is too long", 0);
    memcpy(copy, key, key_bytes);
    MDB_val lmdb_key = {key_bytes, copy};
    MDB_val value = {0, NULL};
    int rc = mdb_get(source->txn, db, &lmdb_key, &value);
    must(rc == 0 || rc == MDB_NOTFOUND, "mdb_get", 0);
    *found = rc == 0;
    return rc == 0 ? ark_str_make(value.mv_data, value.mv_size) : ARK_STR("");
}

static size_t
entry_count(const struct source *source, MDB_dbi db)
{
    MDB_stat stat;
    must(mdb_stat(source->txn, db, &stat) == 0, "mdb_stat", 0);
    return stat.ms_entries;
}

static void
read_configuration(const struct source *source, struct plain_index *index)
{
    bool found = false;
    ark_str sealed = get(source, source->meta, "cfg", 3, &found);
    must(found, "no configuration", 0);
    struct walk walk = {unsealed(sealed, 0, 0), 0};
    must(ark_str_equal(take(&walk, 8), ARK_STR("ARKINDEX")), "magic", 0);
    must(take_fixed(&walk, 4) == 2, "format version", 0);
    index->generation = take_fixed(&walk, 8);
    uint64_t next_id = take_fixed(&walk, 8);
    index->identity = ark_arena_dup(&index->arena, take_text(&walk));
    must(at_end(&walk), "the configuration has a tail", 0);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        must(index->segments[i].id < next_id, "an id that is to come", index->segments[i].id);
    }
    index->roots = ark_arena_dup(&index->arena, get(source, source->meta, "roots", 5, &found));
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
        must(found, "a chunk is missing", segment_id);
        uint64_t seed = segment_id << 36 ^ (uint64_t)kind << 32 ^ chunk;
        ark_str payload = unsealed(value, seed, segment_id);
        uint64_t left = bytes - done;
        must(payload.len == (left < CHUNK_PAYLOAD ? left : CHUNK_PAYLOAD), "a chunk's length",
             segment_id);
        memcpy(content + done, payload.bytes, payload.len);
        done += payload.len;
    }
    return ark_str_make(content, (size_t)bytes);
}

/** The text of a document, by zstd's one-shot call. */
static void
read_text(const struct plain_segment *segment, struct walk *walk, struct plain_document *document,
          uint64_t *frames_end, struct ark_arena *arena)
{
    uint64_t offset = take_varint(walk);
    uint64_t frame_bytes = take_varint(walk);
    uint64_t title_bytes = take_varint(walk);
    uint64_t text_bytes = take_varint(walk);
    must(offset == *frames_end, "frames do not follow each other", segment->id);
    *frames_end = offset + frame_bytes;
    must(*frames_end <= segment->streams[TEXT].len, "a frame passes its stream", segment->id);
    const uint8_t *frame = segment->streams[TEXT].bytes + offset;
    must(ZSTD_getFrameContentSize(frame, (size_t)frame_bytes) == text_bytes,
         "a frame has another size", segment->id);
    uint8_t *text = ark_arena_alloc(arena, (size_t)text_bytes);
    must(ZSTD_decompress(text, (size_t)text_bytes, frame, (size_t)frame_bytes) == text_bytes,
         "a frame does not unpack", segment->id);
    must(title_bytes <= text_bytes, "a title longer than its text", segment->id);
    document->title = ark_str_make(text, (size_t)title_bytes);
    document->body = ark_str_make(text + title_bytes, (size_t)(text_bytes - title_bytes));
}

static void
read_record(const struct plain_segment *segment, uint32_t doc, struct walk *walk)
{
    struct plain_document *document = &segment->documents[doc];
    uint64_t flags = take_fixed(walk, 1);
    must(flags < 4, "unknown flags", segment->id);
    document->fragment_is_id = (flags & 1) != 0;
    if ((flags & 2) == 0) {
        document->path = take_text(walk);
        document->name_start = take_varint(walk);
    } else {
        uint64_t back = take_varint(walk);
        must(back >= 1 && back <= doc, "a path of no document", segment->id);
        document->path = segment->documents[doc - back].path;
        document->name_start = segment->documents[doc - back].name_start;
    }
    must(document->name_start <= document->path.len, "a name beyond its path", segment->id);
    document->fragment = take_text(walk);
    document->source = take_text(walk);
    document->date = take_varint(walk);
    document->token_count = take_varint(walk);
    document->title_tokens = take_varint(walk);
    must(document->title_tokens <= document->token_count, "more title than text", segment->id);
    document->content_hash = take_fixed(walk, 8);
}

/** The rounded length that a norm stands for. */
static uint64_t
norm_length(uint8_t norm)
{
    return norm < 32 ? norm : (uint64_t)(16 + (norm - 32) % 16) << ((norm - 32) / 16 + 1);
}

/** The other columns say what the document's record says. */
static void
check_columns(const struct plain_segment *segment, uint32_t doc)
{
    const struct plain_document *document = &segment->documents[doc];
    struct walk date = {segment->streams[DATES], (size_t)doc * 4};
    must(take_fixed(&date, 4) == document->date, "a date", segment->id);
    uint64_t title = document->title_tokens < 255 ? document->title_tokens : 255;
    struct walk length = {segment->streams[TITLE_LENGTHS], doc};
    must(take_fixed(&length, 1) == title, "a title's length", segment->id);
}

/** Sketches lie in groups of 16: their lengths, then they themselves. */
static void
read_sketches(struct plain_segment *segment)
{
    uint32_t count = segment->document_count;
    struct walk offsets = {segment->streams[SKETCH_INDEX], 0};
    struct walk walk = {segment->streams[SKETCHES], 0};
    bool some = false;
    for (uint32_t first = 0; first < count && !at_end(&offsets); first += 16) {
        uint64_t lengths[16];
        uint32_t in_group = count - first < 16 ? count - first : 16;
        must(take_fixed(&offsets, 8) == walk.at, "a group of sketches", segment->id);
        for (uint32_t i = 0; i < in_group; i++) {
            lengths[i] = take_varint(&walk);
        }
        for (uint32_t i = 0; i < in_group; i++) {
            segment->documents[first + i].sketch = take(&walk, lengths[i]);
            some |= lengths[i] > 0;
        }
    }
    must(some || segment->streams[SKETCH_INDEX].len == 0, "sketches without a byte", segment->id);
    must(!some || segment->streams[SKETCH_INDEX].len == (count + 15) / 16 * 8,
         "the number of groups of sketches", segment->id);
    must(at_end(&offsets) && at_end(&walk), "sketches have a tail", segment->id);
}

static void
check_norm(const struct plain_segment *segment, uint32_t doc)
{
    uint8_t norm = segment->streams[NORMS].bytes[doc];
    uint64_t tokens = segment->documents[doc].token_count;
    must(norm_length(norm) <= tokens, "a norm is too long", segment->id);
    must(norm == 255 || norm_length((uint8_t)(norm + 1)) > tokens, "a norm is too short",
         segment->id);
}

static void
read_documents(struct plain_segment *segment, struct ark_arena *arena)
{
    uint32_t count = segment->document_count;
    segment->documents = ark_arena_calloc(arena, count, sizeof *segment->documents);
    struct walk offsets = {segment->streams[DOCUMENT_INDEX], 0};
    struct walk walk = {segment->streams[DOCUMENTS], 0};
    uint64_t frames_end = 0;
    uint64_t tokens = 0;
    uint64_t text_bytes = 0;
    for (uint32_t doc = 0; doc < count; doc++) {
        struct plain_document *document = &segment->documents[doc];
        must(take_fixed(&offsets, 8) == walk.at, "a record is not where the index says",
             segment->id);
        read_record(segment, doc, &walk);
        read_text(segment, &walk, document, &frames_end, arena);
        check_norm(segment, doc);
        check_columns(segment, doc);
        tokens += document->token_count;
        text_bytes += document->title.len + document->body.len;
    }
    must(at_end(&offsets) && at_end(&walk), "documents have a tail", segment->id);
    must(frames_end == segment->streams[TEXT].len, "frames have a tail", segment->id);
    must(segment->streams[NORMS].len == count && segment->streams[TITLE_LENGTHS].len == count &&
             segment->streams[DATES].len == (size_t)count * 4,
         "columns have another count", segment->id);
    read_sketches(segment);
    must(tokens == segment->token_count, "the sum of tokens", segment->id);
    must(text_bytes == segment->text_bytes, "the sum of text", segment->id);
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
    must(found == (segment->dead_count > 0), "deletions", segment->id);
    uint64_t live_tokens = 0;
    uint32_t dead = 0;
    ark_str bits = found ? unsealed(sealed, 0, segment->id) : ARK_STR("");
    must(!found || bits.len == (segment->document_count + 7) / 8, "length of deletions",
         segment->id);
    for (uint32_t doc = 0; doc < segment->document_count; doc++) {
        segment->documents[doc].dead = found && (bits.bytes[doc / 8] >> doc % 8) % 2 == 1;
        dead += segment->documents[doc].dead;
        live_tokens += segment->documents[doc].dead ? 0 : segment->documents[doc].token_count;
    }
    must(dead == segment->dead_count, "count of dead documents", segment->id);
    must(live_tokens == segment->live_token_count, "the sum of live tokens", segment->id);
}

/** One list of terms of a family. */
struct terms {
    ark_str *text;
    uint64_t *df;
    uint64_t count;
};

static struct terms
read_terms(struct walk *walk, ark_str key, struct ark_arena *arena)
{
    struct terms terms = {.count = take_varint(walk)};
    terms.text = ark_arena_calloc(arena, (size_t)terms.count, sizeof *terms.text);
    terms.df = ark_arena_calloc(arena, (size_t)terms.count, sizeof *terms.df);
    for (uint64_t i = 0; i < terms.count; i++) {
        terms.text[i] = take_coded(walk, i == 0 ? key : terms.text[i - 1], arena);
        terms.df[i] = take_varint(walk);
    }
    return terms;
}

/** Reads one posting; returns its number of members, which are put at postings. */
static uint32_t
read_posting(struct walk *walk, uint32_t member_count, uint64_t *doc_after,
             struct plain_posting *postings)
{
    uint64_t first = take_varint(walk);
    uint64_t doc = *doc_after + first / 2;
    *doc_after = doc + 1;
    uint64_t count = 1;
    if (member_count > 1 && first % 2 == 1) {
        count = take_varint(walk) + 2;
    }
    must(count <= member_count, "more members than the family has", 0);
    uint64_t member_after = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = member_count == 1 ? first % 2 : take_varint(walk);
        uint64_t member = member_after + value / 2;
        must(member < member_count, "no such member", 0);
        member_after = member + 1;
        uint64_t tf = value % 2 == 1 ? take_varint(walk) + 2 : 1;
        postings[i] = (struct plain_posting){(uint32_t)doc, (uint32_t)member, (uint32_t)tf, NULL};
    }
    return (uint32_t)count;
}

static void
read_positions(struct walk *walk, struct plain_posting *posting, struct ark_arena *arena)
{
    posting->positions = ark_arena_calloc(arena, posting->tf, sizeof *posting->positions);
    uint64_t position = 0;
    for (uint32_t i = 0; i < posting->tf; i++) {
        uint64_t step = take_varint(walk);
        must(i == 0 || step > 0, "positions do not ascend", 0);
        position += step;
        posting->positions[i] = (uint32_t)position;
    }
}

/** Title positions come first, then those of the body after a gap. */
static void
check_positions(const struct plain_segment *segment, const struct plain_posting *posting)
{
    must(posting->doc < segment->document_count, "no such document", segment->id);
    const struct plain_document *document = &segment->documents[posting->doc];
    for (uint32_t i = 0; i < posting->tf; i++) {
        uint64_t position = posting->positions[i];
        must(position < document->title_tokens || (position >= document->title_tokens + FIELD_GAP &&
                                                   position < document->token_count + FIELD_GAP),
             "no such position", segment->id);
    }
}

/** The bound as the page defines it, over postings[0, count) of one block. */
static uint64_t
bound_of(const struct plain_segment *segment, const struct plain_posting *postings, size_t count)
{
    double mean = segment->token_count == 0
                      ? 1
                      : (double)segment->token_count / (double)segment->document_count;
    double greatest = 0;
    for (size_t i = 0; i < count;) {
        double tf = 0;
        uint32_t doc = postings[i].doc;
        for (; i < count && postings[i].doc == doc; i++) {
            tf += postings[i].tf;
        }
        double length = (double)norm_length(segment->streams[NORMS].bytes[doc]);
        double part = tf / (tf + 0.6 * (0.25 + 0.75 * length / mean));
        greatest = part > greatest ? part : greatest;
    }
    uint64_t bound = (uint64_t)(greatest * 255) + 1;
    return bound > 255 ? 255 : bound;
}

/** Reads block after block of a family's postings. */
static void
read_postings(const struct plain_segment *segment, struct plain_family *family, uint64_t df,
              ark_str skips, ark_str blocks, struct ark_arena *arena)
{
    size_t capacity = (size_t)blocks.len;
    family->postings = ark_arena_calloc(arena, capacity, sizeof *family->postings);
    struct walk skip = {skips, 0};
    struct walk walk = {blocks, 0};
    uint64_t doc_after = 0;
    for (uint64_t done = 0; done < df;) {
        uint64_t last_doc = doc_after + take_varint(&skip);
        uint64_t documents_bytes = take_varint(&skip);
        uint64_t places_bytes = take_varint(&skip);
        uint64_t bound = take_fixed(&skip, 1);
        struct walk documents = {take(&walk, documents_bytes), 0};
        struct walk places = {take(&walk, places_bytes), 0};
        size_t first = family->posting_count;
        for (unsigned i = 0; i < POSTINGS_BLOCK && done < df; i++, done++) {
            family->posting_count += read_posting(&documents, family->member_count, &doc_after,
                                                  family->postings + family->posting_count);
        }
        must(at_end(&documents), "documents of a block have a tail", segment->id);
        must(doc_after == last_doc + 1, "the last document of a block", segment->id);
        must(last_doc < segment->document_count, "no such document", segment->id);
        for (size_t i = first; i < family->posting_count; i++) {
            read_positions(&places, &family->postings[i], arena);
            check_positions(segment, &family->postings[i]);
        }
        must(at_end(&places), "positions of a block have a tail", segment->id);
        must(bound == bound_of(segment, family->postings + first, family->posting_count - first),
             "the bound of a block", segment->id);
    }
    must(at_end(&skip) && at_end(&walk), "postings have a tail", segment->id);
}

/** Counts the documents with each term anew. */
static void
check_frequencies(const struct plain_segment *segment, const struct plain_family *family,
                  const struct terms *terms, const uint64_t *term_of, unsigned level)
{
    for (uint64_t term = 0; term < terms->count; term++) {
        uint64_t df = 0;
        uint64_t last = UINT64_MAX;
        for (size_t i = 0; i < family->posting_count; i++) {
            const struct plain_posting *posting = &family->postings[i];
            if (term_of[posting->member * PLAIN_LEVELS + level] == term && posting->doc != last) {
                df++;
                last = posting->doc;
            }
        }
        must(df == terms->df[term], "the frequency of a term", segment->id);
        must(df > 0, "a term without documents", segment->id);
    }
}

/** Members ascend by light form, form and stem. */
static void
check_order(const struct plain_segment *segment, const struct plain_family *family)
{
    static const unsigned ORDER[] = {LIGHT, FORM, STEM};
    for (uint32_t i = 1; i < family->member_count; i++) {
        int order = 0;
        for (size_t k = 0; k < ARK_COUNT_OF(ORDER) && order == 0; k++) {
            order = ark_str_compare(family->members[i - 1].text[ORDER[k]],
                                    family->members[i].text[ORDER[k]]);
        }
        must(order < 0, "members do not ascend", segment->id);
    }
}

/** Reads a family whose key was read; its postings must begin where those before end. */
static void
read_family(const struct plain_segment *segment, struct plain_family *family, ark_str record,
            uint64_t *postings_end, struct ark_arena *arena)
{
    struct walk walk = {record, 0};
    uint64_t df = take_varint(&walk);
    struct terms terms[PLAIN_LEVELS];
    for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
        terms[level] = read_terms(&walk, family->key, arena);
    }
    family->member_count = (uint32_t)take_varint(&walk);
    family->members = ark_arena_calloc(arena, family->member_count, sizeof *family->members);
    uint64_t *term_of =
        ark_arena_calloc(arena, (size_t)family->member_count * PLAIN_LEVELS, sizeof *term_of);
    for (uint32_t i = 0; i < family->member_count; i++) {
        for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
            uint64_t term = take_varint(&walk);
            must(term < terms[level].count, "no such term", segment->id);
            term_of[i * PLAIN_LEVELS + level] = term;
            family->members[i].text[level] = terms[level].text[term];
        }
    }
    uint64_t offset = take_varint(&walk);
    uint64_t skip_bytes = take_varint(&walk);
    uint64_t bytes = take_varint(&walk);
    must(at_end(&walk), "a family has a tail", segment->id);
    must(offset == *postings_end, "postings do not follow each other", segment->id);
    *postings_end = offset + bytes;
    must(*postings_end <= segment->streams[POSTINGS].len && skip_bytes <= bytes,
         "postings pass their stream", segment->id);
    const uint8_t *start = segment->streams[POSTINGS].bytes + offset;
    read_postings(segment, family, df, ark_str_make(start, (size_t)skip_bytes),
                  ark_str_make(start + skip_bytes, (size_t)(bytes - skip_bytes)), arena);
    check_order(segment, family);
    for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
        check_frequencies(segment, family, &terms[level], term_of, level);
    }
}

/** Checks the entry of a dictionary's index for the block that begins here. */
static void
check_head(const struct plain_segment *segment, ark_str index, uint64_t entry_count, uint64_t block,
           uint64_t offset, ark_str key)
{
    uint64_t blocks = (entry_count + DICTIONARY_BLOCK - 1) / DICTIONARY_BLOCK;
    struct walk head = {index, (size_t)block * 16};
    must(take_fixed(&head, 8) == offset, "the offset of a dictionary block", segment->id);
    uint64_t end = take_fixed(&head, 8);
    uint64_t start = 0;
    if (block > 0) {
        struct walk before = {index, (size_t)(block - 1) * 16 + 8};
        start = take_fixed(&before, 8);
    }
    struct walk keys = {index, (size_t)(blocks * 16 + start)};
    must(end >= start && ark_str_equal(take(&keys, end - start), key),
         "the first key of a dictionary block", segment->id);
    must(block + 1 < blocks || at_end(&keys), "the dictionary index has a tail", segment->id);
}

static void
read_families(struct plain_segment *segment, struct ark_arena *arena)
{
    segment->families =
        ark_arena_calloc(arena, (size_t)segment->family_count, sizeof *segment->families);
    struct walk walk = {segment->streams[DICTIONARY], 0};
    uint64_t postings_end = 0;
    for (uint64_t i = 0; i < segment->family_count; i++) {
        struct plain_family *family = &segment->families[i];
        uint64_t offset = walk.at;
        bool begins = i % DICTIONARY_BLOCK == 0;
        family->key = take_coded(&walk, begins ? ARK_STR("") : segment->families[i - 1].key, arena);
        must(i == 0 || ark_str_compare(segment->families[i - 1].key, family->key) < 0,
             "keys do not ascend", segment->id);
        if (begins) {
            check_head(segment, segment->streams[DICTIONARY_INDEX], segment->family_count,
                       i / DICTIONARY_BLOCK, offset, family->key);
        }
        read_family(segment, family, take_text(&walk), &postings_end, arena);
    }
    must(at_end(&walk), "the dictionary has a tail", segment->id);
    must(postings_end == segment->streams[POSTINGS].len, "postings have a tail", segment->id);
    must(segment->family_count > 0 || segment->streams[DICTIONARY_INDEX].len == 0,
         "an index to nothing", segment->id);
}

/** A form and where it counts: its documents. */
struct counted_form {
    ark_str text;
    uint64_t df;
};

static int
compare_forms(const void *left, const void *right)
{
    const struct counted_form *a = left;
    const struct counted_form *b = right;
    return ark_str_compare(a->text, b->text);
}

/** Counts the documents of one form of a family, whatever its stem; 0 when it was counted before. */
static uint64_t
count_documents(const struct plain_family *family, uint32_t member)
{
    ark_str form = family->members[member].text[FORM];
    for (uint32_t i = 0; i < member; i++) {
        if (ark_str_equal(family->members[i].text[FORM], form)) {
            return 0;
        }
    }
    uint64_t df = 0;
    uint64_t last = UINT64_MAX;
    for (size_t i = 0; i < family->posting_count; i++) {
        const struct plain_posting *posting = &family->postings[i];
        if (posting->doc != last &&
            ark_str_equal(family->members[posting->member].text[FORM], form)) {
            last = posting->doc;
            df++;
        }
    }
    return df;
}

/** The form dictionary has the forms of all families, each once. */
static void
read_forms(const struct plain_segment *segment, struct ark_arena *arena)
{
    struct counted_form *expected =
        ark_arena_calloc(arena, (size_t)segment->form_count + 1, sizeof *expected);
    uint64_t count = 0;
    for (uint64_t i = 0; i < segment->family_count; i++) {
        const struct plain_family *family = &segment->families[i];
        for (uint32_t k = 0; k < family->member_count; k++) {
            uint64_t df = count_documents(family, k);
            if (df > 0) {
                must(count < segment->form_count, "more forms than said", segment->id);
                expected[count++] = (struct counted_form){family->members[k].text[FORM], df};
            }
        }
    }
    must(count == segment->form_count, "fewer forms than said", segment->id);
    qsort(expected, (size_t)count, sizeof *expected, compare_forms);
    struct walk walk = {segment->streams[FORMS], 0};
    ark_str before = ARK_STR("");
    for (uint64_t i = 0; i < count; i++) {
        bool begins = i % DICTIONARY_BLOCK == 0;
        uint64_t offset = walk.at;
        before = take_coded(&walk, begins ? ARK_STR("") : before, arena);
        must(ark_str_equal(before, expected[i].text), "a form", segment->id);
        must(take_varint(&walk) == expected[i].df, "the frequency of a form", segment->id);
        if (begins) {
            check_head(segment, segment->streams[FORM_INDEX], count, i / DICTIONARY_BLOCK, offset,
                       before);
        }
    }
    must(at_end(&walk), "forms have a tail", segment->id);
    must(count > 0 || segment->streams[FORM_INDEX].len == 0, "an index to no form", segment->id);
}

/** Reads the list, and each segment it names. */
static void
read_segments(const struct source *source, struct plain_index *index)
{
    bool found = false;
    ark_str sealed = get(source, source->meta, "segs", 4, &found);
    must(found, "no list of segments", 0);
    struct walk walk = {unsealed(sealed, 0, 0), 0};
    index->segment_count = (uint32_t)take_varint(&walk);
    index->segments =
        ark_arena_calloc(&index->arena, index->segment_count, sizeof *index->segments);
    for (uint32_t i = 0; i < index->segment_count; i++) {
        struct plain_segment *segment = &index->segments[i];
        segment->id = take_varint(&walk);
        segment->document_count = (uint32_t)take_varint(&walk);
        segment->dead_count = (uint32_t)take_varint(&walk);
        segment->token_count = take_varint(&walk);
        segment->live_token_count = take_varint(&walk);
        segment->family_count = take_varint(&walk);
        segment->form_count = take_varint(&walk);
        segment->text_bytes = take_varint(&walk);
        for (unsigned kind = 0; kind < PLAIN_STREAMS; kind++) {
            uint64_t bytes = take_varint(&walk);
            segment->streams[kind] = read_stream(source, index, segment->id, kind, bytes);
        }
        must(i == 0 || segment->id > index->segments[i - 1].id, "ids do not ascend", segment->id);
        read_documents(segment, &index->arena);
        read_dead(source, segment);
        read_families(segment, &index->arena);
        read_forms(segment, &index->arena);
    }
    must(at_end(&walk), "the list of segments has a tail", 0);
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
            struct walk walk = {get(source, source->ids, key, sizeof key, &found), 0};
            must(found, "a live document has no row", segment->id);
            must(take_fixed(&walk, 8) == segment->id, "a row names another segment", segment->id);
            must(take_fixed(&walk, 4) == doc, "a row names another document", segment->id);
            must(take_fixed(&walk, 8) == document->content_hash, "a row's hash", segment->id);
            must(at_end(&walk), "a row has a tail", segment->id);
            live++;
        }
    }
    index->id_count = entry_count(source, source->ids);
    must(index->id_count == live, "rows of no live document", 0);
}

static void
check_files(const struct source *source, struct plain_index *index)
{
    MDB_cursor *cursor = NULL;
    must(mdb_cursor_open(source->txn, source->files, &cursor) == 0, "mdb_cursor_open", 0);
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        must(key.mv_size == 16 && value.mv_size > 24, "a file row's size", 0);
        uint8_t hash[16];
        hash_of(ark_str_make((const uint8_t *)value.mv_data + 24, value.mv_size - 24), hash);
        must(memcmp(hash, key.mv_data, 16) == 0, "a file row's path", 0);
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
