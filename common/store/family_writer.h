/**
 * @file family_writer.h
 * The encoding of families apart from their place in a segment: what several
 * threads do at once. Each has a writer, gives it families that follow each
 * other in the order of keys, and hands it to the segment's writer
 * (ark_segment_writer_take), which puts them behind those before.
 *
 * A family is given twice: first how many documents each of its words has,
 * since codes follow from that, then its classes with their postings.
 */
#ifndef ARK_STORE_FAMILY_WRITER_H
#define ARK_STORE_FAMILY_WRITER_H

#include "common/base/error.h"
#include "common/base/str.h"
#include "common/store/posting.h"

/** What a member is told from others by, besides its family's key. */
enum { ARK_TERM_FORM, ARK_TERM_LIGHT, ARK_TERM_STEM, ARK_TERM_LEVELS };

/** A member of a family as given to the writer: a distinct (form, light, stem). */
struct ark_member_text {
    ark_str text[ARK_TERM_LEVELS];
};

/** Term frequencies whose bounds are computed once. */
enum { ARK_BOUND_TFS = 16 };

/** What the bounds of postings depend on: the documents of the segment, all of them. */
struct ark_segment_bounds {
    const uint8_t *norms; /**< by document */
    double mean_length;
    uint8_t of[256][ARK_BOUND_TFS]; /**< by norm and term frequency */
};

struct ark_family_writer;

/** An empty writer of families of the segment that has these bounds, which outlive it. */
struct ark_family_writer *ark_family_writer_new(const struct ark_segment_bounds *bounds);
/** Frees it. Takes NULL. */
void ark_family_writer_free(struct ark_family_writer *writer);

/**
 * Begins the family with this key; keys must ascend. Members must ascend by
 * (light, form, stem) and be distinct. The views and the texts they show must live until the
 * family is in its segment; the array of members, until it ends.
 */
void ark_family_writer_begin(struct ark_family_writer *writer, ark_str key,
                             const struct ark_member_text *members, uint32_t member_count);
/** The number of a member's stem among those of the family, from 0 in their order. */
uint32_t ark_family_writer_stem(const struct ark_family_writer *writer, uint32_t member);
/** The number of a member's form among those of the family, from 0 in the order of members. */
uint32_t ark_family_writer_form(const struct ark_family_writer *writer, uint32_t member);

/** Counts a document that has these members of the family; documents ascend, members are distinct. */
void ark_family_writer_count_document(struct ark_family_writer *writer, uint32_t doc,
                                      const uint32_t *members, uint32_t count);
/** The same for documents that were counted elsewhere: so many more have the family. */
void ark_family_writer_count(struct ark_family_writer *writer, uint32_t documents);
/** So many more have the member. */
void ark_family_writer_count_member(struct ark_family_writer *writer, uint32_t member,
                                    uint32_t documents);
/** So many more have the member's form, with whatever stem. */
void ark_family_writer_count_form(struct ark_family_writer *writer, uint32_t member,
                                  uint32_t documents);
/** So many more have the member's stem, as whatever form. */
void ark_family_writer_count_stem(struct ark_family_writer *writer, uint32_t member,
                                  uint32_t documents);

/**
 * Begins the lists of the light class whose members are first_member and those
 * after it that share its light form. Everything must be counted before.
 */
void ark_family_writer_begin_class(struct ark_family_writer *writer, uint32_t first_member);
/** Adds what a document has of the class; documents ascend. */
void ark_family_writer_add(struct ark_family_writer *writer, const struct ark_posting *posting);
/**
 * From now on windows of a class of another segment are copied, whose variant number i is
 * member members[i] here; UINT32_MAX: no document that is copied has it.
 */
void ark_family_writer_copy_from(struct ark_family_writer *writer, const uint32_t *members,
                                 uint32_t variant_count);
/** Adds documents of such a window, which come after those that are there. False when it is damaged. */
bool ark_family_writer_copy(struct ark_family_writer *writer,
                            const struct ark_posting_window *window);
/** Ends the class, which must have a posting. */
void ark_family_writer_end_class(struct ark_family_writer *writer);
/**
 * Ends the family; when no document was counted it leaves no trace.
 * ARK_E_CORRUPT when a member was not counted, as only a damaged segment that
 * is merged can have it.
 */
enum ark_status ark_family_writer_end(struct ark_family_writer *writer,
                                      struct ark_error *err) ARK_MUST_CHECK;
/**
 * Sorts the forms of all families that ended, which else the segment's writer
 * does. No family may begin before these are in their segment.
 */
void ark_family_writer_sort_forms(struct ark_family_writer *writer);
/** Bytes of the lists of all families that ended. */
size_t ark_family_writer_bytes(const struct ark_family_writer *writer);

#endif
