/**
 * @file segment.h
 * Reading one immutable segment: its dictionary of word families and that of
 * forms, postings, document table, stored text and columns (a value a document).
 *
 * A segment holds documents 0 .. document_count-1. Words that share a skeleton
 * are one family, found by one look-up; inside it, words that share a light
 * form are a class, which has two lists (lists.h): the documents with how
 * often, and there as which words (variants: a form with its stem) and where.
 * So all four matching levels of a query word are read off one record.
 *
 * A segment comes from an LMDB snapshot or from a spilled run; readers cannot
 * tell them apart. Views live as long as the snapshot (or run), or in the arena
 * that was passed. Everything read is checked: damage gives ARK_E_CORRUPT.
 */
#ifndef ARK_STORE_SEGMENT_H
#define ARK_STORE_SEGMENT_H

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/str.h"

typedef uint32_t ark_docid;

/** After the last document of any list. */
#define ARK_DOCID_END UINT32_MAX

/** Documents of a segment: what lists can number. */
#define ARK_SEGMENT_DOCUMENTS_MAX ((uint32_t)INT32_MAX)

/** Positions of the body begin this many after the title's last one, so that no phrase spans both. */
enum { ARK_FIELD_GAP = 16 };

/** A text, and in how many documents of the segment it stands. */
struct ark_term {
    ark_str text;
    uint32_t df;
};

/** A variant of a light class: a distinct form and stem. Its code is its place in its class. */
struct ark_variant {
    ark_str form;
    uint32_t form_df;  /**< documents of the segment with this form, whatever its stem */
    uint32_t df;       /**< with this form and stem */
    uint32_t stem_idx; /**< into the family's stems */
};

/** A light class of a family: the words with one light form. */
struct ark_class {
    ark_str light;
    uint32_t df;
    uint32_t first_variant; /**< into the family's variants, by falling df */
    uint32_t variant_count;
    uint64_t hot_offset; /**< in its stream; df > 1 only */
    uint64_t hot_bytes;
    uint64_t rare_offset; /**< of the record of its rare variants (codec/rare_lists.h) */
    uint64_t rare_bytes;  /**< 0: it has none */
    uint64_t cold_offset; /**< likewise */
    uint64_t cold_bytes;
    const uint8_t *inline_hot; /**< df = 1: the records themselves */
    const uint8_t *inline_cold;
    const uint32_t
        *stems; /**< that its variants have, as they first come; into the family's stems */
    uint32_t stem_count;
    uint32_t only_stem;    /**< what stems points at when there is one */
    uint32_t light_wanted; /**< 1 + the number of the wanted light form that it has, or 0 */
    ark_str variant_bytes; /**< for ark_family_match_variants */
};

/** The dictionary record of a family. */
struct ark_family {
    ark_str key;
    uint32_t df; /**< documents with any of its words: the df of the skeleton level */
    const struct ark_class *classes; /**< by falling df */
    uint32_t class_count;
    const struct ark_variant *variants; /**< class after class; NULL in a matched one */
    uint32_t variant_count;
    const struct ark_term *stems; /**< as the classes first have them */
    uint32_t stem_count;
    const uint32_t *stem_wanted; /**< of a matched one, by stem: as light_wanted of a class */
};

/** What the document table says of a document. */
struct ark_document_record {
    ark_str path;          /**< canonical path of the file */
    ark_str fragment;      /**< record id or number, or archive member; empty for a plain file */
    ark_str source;        /**< may be empty */
    uint32_t name_start;   /**< path.bytes + name_start is the path under its root */
    bool fragment_is_id;   /**< the record brought its own id */
    uint32_t date;         /**< yyyymmdd, month and day 0 when unknown; 0 = none */
    uint32_t token_count;  /**< of title and body, stop words too */
    uint32_t title_tokens; /**< the first so many positions are the title's */
    uint64_t content_hash;
    ark_str sketch; /**< for the writer; read back by ark_segment_sketch alone */
};

/** Figures of a segment. */
struct ark_segment_info {
    uint64_t id;
    uint32_t document_count;
    uint32_t dead_count;
    uint64_t token_count; /**< of all documents, dead ones too */
    uint64_t live_token_count;
    uint64_t family_count;
    uint64_t form_count;
    uint64_t text_bytes;   /**< title and body before compression */
    uint64_t stored_bytes; /**< of all streams */
};

struct ark_segment;

/** The segment's figures; valid while the segment is. */
const struct ark_segment_info *ark_segment_info(const struct ark_segment *segment);

/** True when the document was deleted or replaced. doc < document_count. O(1). */
bool ark_segment_is_dead(const struct ark_segment *segment, ark_docid doc);

/** The document's token count as scoring sees it, rounded by ark_norm_encode. doc < document_count. O(1). */
uint32_t ark_segment_length(const struct ark_segment *segment, ark_docid doc);
/** The norms of all documents (ark_norm_decode), for loops over many; valid while the segment is. */
const uint8_t *ark_segment_norms(const struct ark_segment *segment);

/**
 * The dates of all documents, four bytes each, for ark_date_at: a filter reads
 * them one after another. Valid while the segment is. ARK_E_CORRUPT. Cost: the
 * first call of a snapshot copies what lies in several chunks (65,500 documents each).
 */
enum ark_status ark_segment_dates(struct ark_segment *segment, const uint8_t **out,
                                  struct ark_error *err) ARK_MUST_CHECK;

/** The date of a document (yyyymmdd, month and day 0 when unknown, 0 = none) among ark_segment_dates. */
static inline uint32_t
ark_date_at(const uint8_t *dates, ark_docid doc)
{
    const uint8_t *at = dates + (size_t)doc * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/**
 * How many of the document's positions, the first ones, are its title's. ARK_E_CORRUPT.
 * Cost: a byte, but for titles of 255 tokens and more, whose record is read.
 */
enum ark_status ark_segment_title_length(struct ark_segment *segment, ark_docid doc,
                                         struct ark_arena *arena, uint32_t *out,
                                         struct ark_error *err) ARK_MUST_CHECK;

/**
 * The sketch of a document, empty when none was given to the writer; in the map or in
 * the arena. ARK_E_CORRUPT. Cost: two look-ups of chunks, a group of 16 lengths.
 */
enum ark_status ark_segment_sketch(struct ark_segment *segment, ark_docid doc,
                                   struct ark_arena *arena, ark_str *out,
                                   struct ark_error *err) ARK_MUST_CHECK;

/**
 * Looks up the family with this key. *out is NULL when it has none; else it
 * lies in the arena, its texts too. Cost: one binary search and one dictionary
 * block of 16 families.
 */
enum ark_status ark_segment_find_family(struct ark_segment *segment, ark_str key,
                                        struct ark_arena *arena, const struct ark_family **out,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** Texts of words that a family is searched for; no list has one twice. */
struct ark_family_wanted {
    const ark_str *lights;
    uint32_t light_count;
    const ark_str *stems;
    uint32_t stem_count;
};

/**
 * The same, as a query needs it: no text is put together and no variant read. Classes and
 * stems say which of the wanted texts they have (light_wanted, family->stem_wanted);
 * else their texts are empty, but for the light form of a class, which is then the
 * family's key, for messages. Cost: about 10 ns for each class and stem.
 */
enum ark_status ark_segment_match_family(struct ark_segment *segment, ark_str key,
                                         const struct ark_family_wanted *wanted,
                                         struct ark_arena *arena, const struct ark_family **out,
                                         struct ark_error *err) ARK_MUST_CHECK;

/** A variant as a query needs it. */
struct ark_variant_match {
    uint32_t form_df;
    uint32_t df;
    uint32_t stem_idx; /**< into the family's stems */
    uint32_t wanted;   /**< 1 + the number of the wanted form that it has, or 0 */
};

/**
 * The variants of a class of a matched family, by code, in the arena; forms are looked for when
 * the class has a wanted light form. ARK_E_CORRUPT. Cost: about 10 ns each.
 */
enum ark_status ark_family_match_variants(const struct ark_class *class, const ark_str *forms,
                                          uint32_t form_count, struct ark_arena *arena,
                                          const struct ark_variant_match **out,
                                          struct ark_error *err) ARK_MUST_CHECK;

/** The document table's record; texts lie in the arena. ARK_E_CORRUPT. */
enum ark_status ark_segment_document(struct ark_segment *segment, ark_docid doc,
                                     struct ark_arena *arena, struct ark_document_record *out,
                                     struct ark_error *err) ARK_MUST_CHECK;

/** The stored title and body, in the arena. ARK_E_CORRUPT. Cost: one zstd frame. */
enum ark_status ark_segment_text(struct ark_segment *segment, ark_docid doc,
                                 struct ark_arena *arena, ark_str *title, ark_str *body,
                                 struct ark_error *err) ARK_MUST_CHECK;

/**
 * Checks every checksum, decodes every record of the segment and compares its
 * figures with its documents. ARK_E_CORRUPT names the first damage. Cost: all of it, read once.
 */
enum ark_status ark_segment_verify(struct ark_segment *segment,
                                   struct ark_error *err) ARK_MUST_CHECK;

/** A walk over all families in key order, for merging and dictionary scans. */
struct ark_family_iterator;
/** A walk that stands before the first family; the segment must outlive it. Never NULL. */
struct ark_family_iterator *ark_family_iterator_new(struct ark_segment *segment);
/** Frees it; takes NULL. */
void ark_family_iterator_free(struct ark_family_iterator *iterator);
/** The next family in key order, or *out NULL at the end; valid until the next call. */
enum ark_status ark_family_iterator_next(struct ark_family_iterator *iterator,
                                         const struct ark_family **out,
                                         struct ark_error *err) ARK_MUST_CHECK;

/** A form and the documents of the segment it stands in, dead ones too. */
struct ark_form {
    ark_str text;
    uint32_t df;
};

/** A walk over the distinct forms of a segment in byte order. */
struct ark_form_iterator;
/** A walk that stands before the first form; the segment must outlive it. Never NULL. */
struct ark_form_iterator *ark_form_iterator_new(struct ark_segment *segment);
/** Frees it; takes NULL. */
void ark_form_iterator_free(struct ark_form_iterator *iterator);
/**
 * Stands before the first form that is not less than prefix, in either direction from where it
 * stood: those that begin with prefix follow. ARK_E_CORRUPT. Cost: a binary
 * search and half a block of 64 forms.
 */
enum ark_status ark_form_iterator_seek(struct ark_form_iterator *iterator, ark_str prefix,
                                       struct ark_error *err) ARK_MUST_CHECK;
/**
 * The next form, or *out NULL at the end; valid until the next call. A form has one family and
 * one light class, which analysing it gives (ark_analyzer_intern). ARK_E_CORRUPT. Cost: about 10 ns.
 */
enum ark_status ark_form_iterator_next(struct ark_form_iterator *iterator,
                                       const struct ark_form **out,
                                       struct ark_error *err) ARK_MUST_CHECK;

/** Says which forms are wanted while they are read. */
struct ark_form_filter {
    /**
     * A form has this character behind depth others, which were said yes to: false when no form
     * that begins so is wanted. It is not asked again about what a form shares with the one before.
     */
    bool (*step)(void *context, uint32_t depth, uint32_t codepoint);
    /**
     * After no was said: the least character above this one that yes would be said to in its
     * place; 0 when there is none. A lesser one above it costs time alone.
     */
    uint32_t (*next)(void *context, uint32_t depth, uint32_t codepoint);
    /** Whether a form of depth characters, all of them said yes to, is wanted. */
    bool (*ends)(void *context, uint32_t depth);
    void *context;
};

/**
 * The next form that is wanted, or *out NULL at the end, as ark_form_iterator_next. ARK_E_CORRUPT.
 * All calls since the last seek have the same filter. Cost: a few ns for each beginning that is said no to;
 * the forms up to the next one that may be wanted are passed over, block by block where they are many.
 */
enum ark_status ark_form_iterator_next_wanted(struct ark_form_iterator *iterator,
                                              const struct ark_form_filter *filter,
                                              const struct ark_form **out,
                                              struct ark_error *err) ARK_MUST_CHECK;

/**
 * A length norm: exact up to 31, then five significant bits, rounded down (error
 * under 1/16); 507,904 and above are one.
 */
uint8_t ark_norm_encode(uint32_t token_count);
/** The length a norm stands for; ark_norm_decode(ark_norm_encode(n)) <= n. */
uint32_t ark_norm_decode(uint8_t norm);

#endif
