/**
 * @file format.h
 * The constants of the index format, and the two records of the meta database.
 * ark-index-format(5) describes the format; a test keeps both in step.
 */
#ifndef ARK_STORE_FORMAT_H
#define ARK_STORE_FORMAT_H

#include "common/base/buf.h"
#include "common/store/store.h"

/** Grows by one with every change that an older program cannot read. */
enum { ARK_FORMAT_VERSION = 6 };

/** Bytes of a full chunk value, 64 pages less LMDB's page header, and of a checksum. */
enum { ARK_CHUNK_BYTES = 262128, ARK_CHECKSUM_BYTES = 8 };
/**
 * A chunk has a checksum for each piece of so many bytes, so that a query looks
 * at what it reads only: with one a chunk, those of the ten documents shown and
 * their texts took a quarter of a query's time. The first piece is shorter by
 * LMDB's page header, so that each piece is one page of the file.
 */
enum { ARK_PIECE_BYTES = 4096, ARK_PIECE_HEADER = 16, ARK_CHUNK_PIECES = 64 };
enum { ARK_CHUNK_PAYLOAD = ARK_CHUNK_BYTES - ARK_CHUNK_PIECES * ARK_CHECKSUM_BYTES };

/** Families in a dictionary block, and forms in one of theirs. */
enum { ARK_LEXICON_BLOCK = 16, ARK_FORMS_BLOCK = 64 };

/** The streams of a segment, in the order of their keys. */
enum ark_stream_kind {
    ARK_STREAM_LEXICON,
    ARK_STREAM_LEXICON_INDEX,
    ARK_STREAM_DOCUMENTS,
    ARK_STREAM_DOCUMENT_INDEX,
    ARK_STREAM_TEXT,
    ARK_STREAM_NORMS,
    ARK_STREAM_DATES,
    ARK_STREAM_TITLE_LENGTHS,
    ARK_STREAM_SKETCHES,
    ARK_STREAM_SKETCH_INDEX,
    ARK_STREAM_FORMS,
    ARK_STREAM_FORM_INDEX,
    ARK_STREAM_HOT,
    ARK_STREAM_COLD,
    ARK_STREAM_COUNT
};

/** What the list of segments says of each. */
struct ark_segment_entry {
    struct ark_segment_info info;
    uint64_t stream_bytes[ARK_STREAM_COUNT];
};

/** The configuration record. */
struct ark_config_record {
    uint32_t format_version;
    uint64_t generation;
    uint64_t next_segment_id;
    char identity[128];
};

/** Appends the record with its checksum. */
void ark_config_record_encode(const struct ark_config_record *record, struct ark_buf *out);
/**
 * Reads it. ARK_E_CORRUPT: not ours or damaged. ARK_E_FORMAT: another format
 * version (the rest is then not read).
 */
enum ark_status ark_config_record_decode(ark_str bytes, struct ark_config_record *out,
                                         struct ark_error *err) ARK_MUST_CHECK;

/** Appends the list of segments with its checksum. */
void ark_segment_list_encode(const struct ark_segment_entry *entries, uint32_t count,
                             struct ark_buf *out);
/** Reads it into a malloc'd array. ARK_E_CORRUPT. */
enum ark_status ark_segment_list_decode(ark_str bytes, struct ark_segment_entry **out,
                                        uint32_t *count, struct ark_error *err) ARK_MUST_CHECK;

/** Bytes of a key in the stream database: segment id, kind, chunk number, all big-endian. */
enum { ARK_STREAM_KEY_BYTES = 8 + 1 + 4 };
/** Writes a stream key. */
void ark_stream_key(uint8_t out[ARK_STREAM_KEY_BYTES], uint64_t segment_id, unsigned kind,
                    uint32_t chunk);
/** The segment id of a stream key. */
uint64_t ark_stream_key_segment(const uint8_t *key);

/** XXH3-64 of the bytes with a seed: the place of a chunk, so that a misplaced one is seen. */
uint64_t ark_checksum(ark_str bytes, uint64_t seed);
/** The seed of a chunk's checksums. */
uint64_t ark_chunk_seed(uint64_t segment_id, unsigned kind, uint32_t chunk);
/** The piece of a chunk that has the byte at an offset. */
unsigned ark_piece_at(size_t offset);
/** The offset at which a piece begins. */
size_t ark_piece_start(unsigned piece);
/** The bytes of a chunk of so many bytes of a stream, with its checksums. */
size_t ark_chunk_value_bytes(size_t payload);
/** Writes the checksums of a chunk behind its payload. */
void ark_chunk_seal(uint8_t *value, size_t payload, uint64_t seed);
/** The checksum of a piece of a chunk; its number is in it, so that none stands for another. */
uint64_t ark_piece_checksum(ark_str bytes, unsigned piece, uint64_t seed);
/** Appends the checksum (seed 0) of all of buf to it. */
void ark_seal(struct ark_buf *buf);
/** Takes a sealed record apart; false when the checksum is wrong. */
bool ark_unseal(ark_str sealed, ark_str *content);

#endif
