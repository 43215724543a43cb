/**
 * @file class_writer.h
 * The light classes of one family after another, on their way into a segment:
 * their hot and cold records, and their part of the family's dictionary record.
 *
 * Codes of variants follow their numbers of documents, so those must be known
 * when a class begins. For the files of common/store only.
 */
#ifndef ARK_STORE_CLASS_WRITER_H
#define ARK_STORE_CLASS_WRITER_H

#include "common/base/arena.h"
#include "common/codec/cold_postings.h"
#include "common/codec/rare_lists.h"
#include "common/store/family_encoder.h"
#include "common/store/posting.h"
#include "common/store/segment.h"
#include "common/store/spool.h"

/**
 * A hot record of at most so many bytes lies in one chunk: where it would
 * cross the end of one, it begins with the next. So does a record of rare variants.
 * Readers compute offsets by the same rule.
 */
enum { ARK_HOT_WHOLE_BYTES = 64 << 10 };

/** Where a hot record of so many bytes begins when those before it end at offset. */
uint64_t ark_hot_place(uint64_t offset, uint64_t bytes);

/** What is kept of a class until its family ends. */
struct ark_class_record {
    ark_str light;
    uint32_t df;
    uint32_t first_variant;
    uint32_t variant_count;
    size_t hot_start; /**< in the writer's buffer, as is cold_start */
    size_t hot_bytes;
    size_t rare_bytes; /**< of the record of rare variants, which stands behind the hot one */
    size_t cold_start;
    size_t cold_bytes;
};

/** Where families go. */
struct ark_family_sink {
    struct ark_spool *hot;
    struct ark_spool *cold;
    struct ark_lexicon_writer *lexicon;
    struct ark_forms_writer *forms;
    struct ark_buf *record; /**< scratch */
};

/** The classes of some families, of those that have ended and of the open one. */
struct ark_class_writer {
    struct ark_hot_writer hot;
    struct ark_cold_writer cold;
    struct ark_rare_writer rare;
    struct ark_buf hot_records; /**< of all classes, each with that of its rare variants */
    struct ark_buf cold_records;
    struct ark_buf
        entries_bytes; /**< what the dictionary says of them, but for the heads of families */
    struct ark_family_encoder encoder;
    struct ark_variant_record *variants; /**< class after class, each by code */
    size_t variants_capacity;
    uint32_t variant_count;
    struct ark_class_record *classes;
    size_t classes_capacity;
    uint32_t class_count;
    uint32_t first_member; /**< of the open class */
    uint32_t first_rare;   /**< the codes of the open class from this on are rare */
    uint32_t *code_of;     /**< by member of the open class */
    size_t code_of_capacity;
    uint32_t *copied_codes; /**< by code of the class that is copied: that in the open one */
    size_t copied_codes_capacity;
    uint32_t copied_count;          /**< of those */
    struct ark_arena arena;         /**< for what documents of a window that is copied have */
    struct ark_cold_entry *entries; /**< of one posting */
    size_t entries_capacity;
    uint32_t *positions; /**< likewise, in the order of codes */
    size_t positions_capacity;
};

/** A writer without classes. */
struct ark_class_writer ark_class_writer_make(void);
/** Frees its buffers. */
void ark_class_writer_dispose(struct ark_class_writer *writer);

/**
 * Begins a class of the open family: member first_member + i of the family is
 * variants[i]. Those have their df; the views must live until the class is put.
 */
void ark_class_writer_begin(struct ark_class_writer *writer, ark_str light, uint32_t first_member,
                            const struct ark_variant_record *variants, uint32_t variant_count);
/** Adds a document, in ascending order; bound as ark_hot_writer_add takes it. */
void ark_class_writer_add(struct ark_class_writer *writer, uint8_t bound,
                          const struct ark_posting *posting);
/**
 * From now on windows of another segment's class are copied, whose variant number i is member
 * members[i] of the family; UINT32_MAX: no document that is copied has it.
 */
void ark_class_writer_copy_from(struct ark_class_writer *writer, const uint32_t *members,
                                uint32_t variant_count);
/** Adds documents of it with their bounds. False when it is damaged. */
bool ark_class_writer_copy(struct ark_class_writer *writer, const uint8_t *bounds,
                           const struct ark_posting_window *window);
/** Ends the class, which has a document. */
void ark_class_writer_end(struct ark_class_writer *writer);

/**
 * Puts the classes from number first on, those of one family, into their order
 * and encodes what the dictionary says of them; returns where in entries_bytes
 * that begins. Of the frame the base does not count.
 */
size_t ark_class_writer_end_family(struct ark_class_writer *writer, uint32_t first,
                                   const struct ark_family_frame *frame);

/** The classes of one family that ended. */
struct ark_class_range {
    uint32_t first;
    uint32_t count;
    size_t entries_start; /**< in entries_bytes */
    size_t entries_end;
};

/**
 * Writes the records of a family's classes to the sink's spools and appends
 * the family's dictionary record to its record. ARK_E_IO.
 */
enum ark_status ark_class_writer_put(const struct ark_class_writer *writer,
                                     const struct ark_class_range *range,
                                     const struct ark_family_frame *frame,
                                     const struct ark_family_sink *sink,
                                     struct ark_error *err) ARK_MUST_CHECK;
/** Forgets all classes and keeps the memory. */
void ark_class_writer_clear(struct ark_class_writer *writer);

#endif
