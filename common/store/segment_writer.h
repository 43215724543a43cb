/**
 * @file segment_writer.h
 * Writing one segment: documents in order, then families in key order.
 *
 * Streams are spooled in memory up to a small bound and to unlinked temporary
 * files beyond it. The finished segment can be read like a published one (for
 * merging), loaded into the store by ark_store_publish, or thrown away.
 */
#ifndef ARK_STORE_SEGMENT_WRITER_H
#define ARK_STORE_SEGMENT_WRITER_H

#include "common/store/family_writer.h"
#include "common/store/posting.h"
#include "common/store/segment.h"

struct ark_segment_writer;
struct ark_segment_data;

/** A writer whose temporary files lie in directory temp_dir (they have no names there). */
struct ark_segment_writer *ark_segment_writer_new(const char *temp_dir);
/** Throws away what was written. Takes NULL. */
void ark_segment_writer_free(struct ark_segment_writer *writer);

/**
 * Adds the next document (0, 1, ...) with the title and body to store. ARK_E_IO,
 * ARK_E_LIMIT: more than ARK_SEGMENT_DOCUMENTS_MAX. Not after the first family.
 */
enum ark_status ark_segment_writer_add_document(struct ark_segment_writer *writer,
                                                const struct ark_document_record *record,
                                                ark_str title, ark_str body,
                                                struct ark_error *err) ARK_MUST_CHECK;

/** A text that ark_text_pack has packed: title and body one after the other. */
struct ark_packed_text {
    ark_str frame;
    uint64_t title_bytes;
    uint64_t text_bytes; /**< of title and body, unpacked */
};

/** The same with a text that is packed already, with the dictionary of the index or with none. */
enum ark_status ark_segment_writer_add_packed(struct ark_segment_writer *writer,
                                              const struct ark_document_record *record,
                                              const struct ark_packed_text *text,
                                              struct ark_error *err) ARK_MUST_CHECK;

/** The same with the stored text copied, still compressed, from another segment. */
enum ark_status ark_segment_writer_copy_document(struct ark_segment_writer *writer,
                                                 struct ark_segment *from, ark_docid doc,
                                                 struct ark_error *err) ARK_MUST_CHECK;

/**
 * A writer of families of this segment, whose documents have all been added,
 * for another thread. Freed by ark_family_writer_free, before the segment's.
 */
struct ark_family_writer *ark_segment_writer_families(struct ark_segment_writer *writer);
/**
 * Puts the families of such a writer behind those that are there; they must
 * come after them in the order of keys. It becomes empty. ARK_E_IO, ARK_E_CORRUPT.
 */
enum ark_status ark_segment_writer_take(struct ark_segment_writer *writer,
                                        struct ark_family_writer *families,
                                        struct ark_error *err) ARK_MUST_CHECK;

/*
 * Or families one by one, by the thread that writes the segment; see
 * family_writer.h for each of the calls.
 */

/**
 * Begins the family with this key; keys must ascend. Members must ascend by
 * (light, form, stem) and be distinct; the views must live until end_family.
 *
 * A family is given twice: first how many documents each of its words has,
 * since codes follow from that, then its classes with their postings.
 */
void ark_segment_writer_begin_family(struct ark_segment_writer *writer, ark_str key,
                                     const struct ark_member_text *members, uint32_t member_count);

/** Counts a document that has these members of the family; documents ascend, members are distinct. */
void ark_segment_writer_count_document(struct ark_segment_writer *writer, ark_docid doc,
                                       const uint32_t *members, uint32_t count);
/** The same for documents that were counted elsewhere: so many more have the family. */
void ark_segment_writer_count_family(struct ark_segment_writer *writer, uint32_t documents);
/** So many more have the member. */
void ark_segment_writer_count_member(struct ark_segment_writer *writer, uint32_t member,
                                     uint32_t documents);
/** So many more have the member's form, with whatever stem. */
void ark_segment_writer_count_form(struct ark_segment_writer *writer, uint32_t member,
                                   uint32_t documents);
/** So many more have the member's stem, as whatever form. */
void ark_segment_writer_count_stem(struct ark_segment_writer *writer, uint32_t member,
                                   uint32_t documents);

/**
 * Begins the lists of the light class whose members are first_member and those
 * after it that share its light form. Everything must be counted before.
 */
void ark_segment_writer_begin_class(struct ark_segment_writer *writer, uint32_t first_member);
/** Adds what a document has of the class; documents ascend. */
void ark_segment_writer_add_posting(struct ark_segment_writer *writer,
                                    const struct ark_posting *posting);
/** From now on windows of a class of another segment are copied: ark_family_writer_copy_from. */
void ark_segment_writer_copy_from(struct ark_segment_writer *writer, const uint32_t *members,
                                  uint32_t variant_count);
/** Adds documents of such a window. False when it is damaged. */
bool ark_segment_writer_copy(struct ark_segment_writer *writer,
                             const struct ark_posting_window *window);
/** Ends the class, which must have a posting. */
void ark_segment_writer_end_class(struct ark_segment_writer *writer);
/**
 * Ends the family: writes its lists and its dictionary record; when no document
 * was counted it leaves no trace. ARK_E_IO; ARK_E_CORRUPT when a member was
 * not counted, as only a damaged segment that is merged can have it.
 */
enum ark_status ark_segment_writer_end_family(struct ark_segment_writer *writer,
                                              struct ark_error *err) ARK_MUST_CHECK;

/** Ends the segment. The writer is freed; *out is the caller's. ARK_E_IO. */
enum ark_status ark_segment_writer_finish(struct ark_segment_writer *writer,
                                          struct ark_segment_data **out,
                                          struct ark_error *err) ARK_MUST_CHECK;

/** A readable view of a finished segment, for merging; valid until the data is freed. */
struct ark_segment *ark_segment_data_reader(struct ark_segment_data *data);
/** Frees it and its temporary files. Takes NULL. */
void ark_segment_data_free(struct ark_segment_data *data);

#endif
