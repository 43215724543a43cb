/**
 * @file family_record.h
 * Reading the dictionary record of a family: its stems, light classes and
 * their variants. class_writer.h writes it; ark-index-format(5) has the grammar.
 */
#ifndef ARK_STORE_FAMILY_RECORD_H
#define ARK_STORE_FAMILY_RECORD_H

#include "common/codec/varint.h"
#include "common/store/segment.h"

/** What a record is checked against. */
struct ark_family_limits {
    uint32_t document_count;
    uint64_t hot_bytes; /**< of the stream */
    uint64_t cold_bytes;
};

/**
 * Reads what reader stands before, up to its end, into a family whose key is
 * set, but for the variants of its classes; all of it lies in the arena but
 * for what classes have inline, which lies in the record. False when damaged.
 */
bool ark_family_record_decode(struct ark_record_reader *reader,
                              const struct ark_family_limits *limits, struct ark_arena *arena,
                              struct ark_family *family);
/** Reads the variants of all classes into family->variants. False when damaged. */
bool ark_family_variants_decode(struct ark_family *family, struct ark_arena *arena);

#endif
