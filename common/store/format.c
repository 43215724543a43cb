#include "common/store/format.h"

#include <stdlib.h>
#include <xxhash.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/sketches.h"

static const char MAGIC[8] = {'A', 'R', 'K', 'I', 'N', 'D', 'E', 'X'};

/** A list longer than this is damage: segments at rest are few. */
enum { SEGMENTS_MAX = 4096 };

uint64_t
ark_checksum(ark_str bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.bytes, bytes.len, seed);
}

uint64_t
ark_content_hash(ark_str bytes)
{
    return XXH3_64bits(bytes.bytes, bytes.len);
}

void
ark_fragment_hash(ark_str fragment, uint8_t out[16])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(fragment.bytes, fragment.len));
    memcpy(out, canonical.digest, 16);
}

uint64_t
ark_chunk_seed(uint64_t segment_id, unsigned kind, uint32_t chunk)
{
    return segment_id << 36 ^ (uint64_t)kind << 32 ^ chunk;
}

_Static_assert(ARK_CHUNK_PAYLOAD + ARK_PIECE_HEADER <= ARK_CHUNK_PIECES * ARK_PIECE_BYTES,
               "pieces cover a chunk");
_Static_assert(ARK_CHUNK_PAYLOAD % 16 == 0, "records that begin on 16 bytes do so in chunks");

unsigned
ark_piece_at(size_t offset)
{
    return (unsigned)((offset + ARK_PIECE_HEADER) / ARK_PIECE_BYTES);
}

size_t
ark_piece_start(unsigned piece)
{
    return piece == 0 ? 0 : (size_t)piece * ARK_PIECE_BYTES - ARK_PIECE_HEADER;
}

static unsigned
piece_count(size_t payload)
{
    return payload == 0 ? 0 : ark_piece_at(payload - 1) + 1;
}

size_t
ark_chunk_value_bytes(size_t payload)
{
    return payload + (size_t)piece_count(payload) * ARK_CHECKSUM_BYTES;
}

uint64_t
ark_piece_checksum(ark_str bytes, unsigned piece, uint64_t seed)
{
    ARK_ASSERT(piece < ARK_CHUNK_PIECES);
    return ark_checksum(bytes, seed ^ (uint64_t)piece << 58);
}

void
ark_chunk_seal(uint8_t *value, size_t payload, uint64_t seed)
{
    ARK_ASSERT(payload <= ARK_CHUNK_PAYLOAD);
    for (unsigned piece = 0; piece < piece_count(payload); piece++) {
        size_t start = ark_piece_start(piece);
        size_t next = ark_piece_start(piece + 1);
        size_t end = next < payload ? next : payload;
        ark_store_u64(value + payload + (size_t)piece * ARK_CHECKSUM_BYTES,
                      ark_piece_checksum(ark_str_make(value + start, end - start), piece, seed));
    }
}

void
ark_seal(struct ark_buf *buf)
{
    ark_buf_append_u64(buf, ark_checksum(ark_buf_view(buf), 0));
}

bool
ark_unseal(ark_str sealed, ark_str *content)
{
    if (sealed.len < ARK_CHECKSUM_BYTES) {
        return false;
    }
    *content = ark_str_slice(sealed, 0, sealed.len - ARK_CHECKSUM_BYTES);
    return ark_checksum(*content, 0) == ark_load_u64(sealed.bytes + content->len);
}

void
ark_config_record_encode(const struct ark_config_record *record, struct ark_buf *out)
{
    ark_buf_append(out, MAGIC, sizeof MAGIC);
    ark_buf_append_u32(out, record->format_version);
    ark_buf_append_u64(out, record->generation);
    ark_buf_append_u64(out, record->next_segment_id);
    ark_str identity = ark_str_from(record->identity);
    ark_varint_append(out, identity.len);
    ark_buf_append_str(out, identity);
    ark_seal(out);
}

enum ark_status
ark_config_record_decode(ark_str bytes, struct ark_config_record *out, struct ark_error *err)
{
    struct ark_config_record record = {0};
    // The first twelve bytes keep their meaning in every format version.
    if (bytes.len < sizeof MAGIC + 4 || memcmp(bytes.bytes, MAGIC, sizeof MAGIC) != 0) {
        return ark_error_set(err, ARK_E_CORRUPT, "not an ark index");
    }
    record.format_version = ark_load_u32(bytes.bytes + sizeof MAGIC);
    if (record.format_version != ARK_FORMAT_VERSION) {
        return ark_error_set(err, ARK_E_FORMAT,
                             "the index has format %u, this program reads format %d; remove it, or "
                             "name another with -i, and index again",
                             (unsigned)record.format_version, ARK_FORMAT_VERSION);
    }
    ark_str content;
    if (!ark_unseal(bytes, &content)) {
        return ark_error_set(err, ARK_E_CORRUPT, "the configuration record is damaged");
    }
    struct ark_record_reader reader = ark_record_reader_make(content);
    (void)ark_record_bytes(&reader, sizeof MAGIC + 4);
    record.generation = ark_record_fixed64(&reader);
    record.next_segment_id = ark_record_fixed64(&reader);
    ark_str identity = ark_record_str(&reader, sizeof record.identity - 1);
    if (reader.failed || reader.at != reader.end) {
        return ark_error_set(err, ARK_E_CORRUPT, "the configuration record is damaged");
    }
    memcpy(record.identity, identity.bytes, identity.len);
    *out = record;
    return ARK_OK;
}

void
ark_segment_list_encode(const struct ark_segment_entry *entries, uint32_t count,
                        struct ark_buf *out)
{
    ark_varint_append(out, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_segment_info *info = &entries[i].info;
        ark_varint_append(out, info->id);
        ark_varint_append(out, info->document_count);
        ark_varint_append(out, info->dead_count);
        ark_varint_append(out, info->token_count);
        ark_varint_append(out, info->live_token_count);
        ark_varint_append(out, info->family_count);
        ark_varint_append(out, info->form_count);
        ark_varint_append(out, info->text_bytes);
        for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
            ark_varint_append(out, entries[i].stream_bytes[kind]);
        }
    }
    ark_seal(out);
}

/** What must hold between the figures of a segment; readers rely on it. */
static bool
is_consistent(const struct ark_segment_entry *entry)
{
    const struct ark_segment_info *info = &entry->info;
    const uint64_t *bytes = entry->stream_bytes;
    uint64_t documents = info->document_count;
    uint64_t sketch_groups = (documents + ARK_SKETCH_GROUP - 1) / ARK_SKETCH_GROUP;
    bool sketches = bytes[ARK_STREAM_SKETCH_INDEX] == sketch_groups * 8 ||
                    (bytes[ARK_STREAM_SKETCH_INDEX] == 0 && bytes[ARK_STREAM_SKETCHES] == 0);
    return bytes[ARK_STREAM_NORMS] == documents && bytes[ARK_STREAM_DATES] == documents * 4 &&
           bytes[ARK_STREAM_TITLE_LENGTHS] == documents &&
           bytes[ARK_STREAM_DOCUMENT_INDEX] == documents * 8 && sketches &&
           info->live_token_count <= info->token_count &&
           // Each takes a byte of its dictionary at least; so their number cannot wrap later.
           info->family_count <= bytes[ARK_STREAM_LEXICON] &&
           info->form_count <= bytes[ARK_STREAM_FORMS];
}

static void
read_entry(struct ark_record_reader *reader, struct ark_segment_entry *entry)
{
    struct ark_segment_info *info = &entry->info;
    info->id = ark_record_u64(reader);
    info->document_count = ark_record_u32_max(reader, ARK_SEGMENT_DOCUMENTS_MAX);
    info->dead_count = ark_record_u32_max(reader, info->document_count);
    info->token_count = ark_record_u64(reader);
    info->live_token_count = ark_record_u64(reader);
    info->family_count = ark_record_u64(reader);
    info->form_count = ark_record_u64(reader);
    info->text_bytes = ark_record_u64(reader);
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        entry->stream_bytes[kind] = ark_record_u64(reader);
        info->stored_bytes += entry->stream_bytes[kind];
        // 2^32 chunks are the most a key can number.
        if (entry->stream_bytes[kind] / ARK_CHUNK_PAYLOAD >= UINT32_MAX) {
            reader->failed = true;
        }
    }
    if (!is_consistent(entry)) {
        reader->failed = true;
    }
}

enum ark_status
ark_segment_list_decode(ark_str bytes, struct ark_segment_entry **out, uint32_t *count,
                        struct ark_error *err)
{
    ark_str content;
    if (!ark_unseal(bytes, &content)) {
        return ark_error_set(err, ARK_E_CORRUPT, "the list of segments is damaged");
    }
    struct ark_record_reader reader = ark_record_reader_make(content);
    uint32_t entry_count = ark_record_u32_max(&reader, SEGMENTS_MAX);
    struct ark_segment_entry *entries = ark_xcalloc(entry_count, sizeof *entries);
    for (uint32_t i = 0; i < entry_count; i++) {
        read_entry(&reader, &entries[i]);
        if (i > 0 && entries[i].info.id <= entries[i - 1].info.id) {
            reader.failed = true;
        }
    }
    if (reader.failed || reader.at != reader.end) {
        free(entries);
        return ark_error_set(err, ARK_E_CORRUPT, "the list of segments is damaged");
    }
    *out = entries;
    *count = entry_count;
    return ARK_OK;
}

static void
put_big_endian(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    }
}

void
ark_stream_key(uint8_t out[ARK_STREAM_KEY_BYTES], uint64_t segment_id, unsigned kind,
               uint32_t chunk)
{
    put_big_endian(out, segment_id, 8);
    out[8] = (uint8_t)kind;
    put_big_endian(out + 9, chunk, 4);
}

uint64_t
ark_stream_key_segment(const uint8_t *key)
{
    uint64_t id = 0;
    for (unsigned i = 0; i < 8; i++) {
        id = id << 8 | key[i];
    }
    return id;
}
