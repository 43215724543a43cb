/**
 * @file family_record.h
 * Reading the dictionary record of a family: its stems, light classes and
 * their variants. class_writer.h writes it; ark-index-format(5) has the grammar.
 */
#ifndef ARK_STORE_FAMILY_RECORD_H
#define ARK_STORE_FAMILY_RECORD_H

#include "common/store/lexicon.h"
#include "common/store/segment.h"

/** What a record is checked against. */
struct ark_family_limits {
    uint32_t document_count;
    struct ark_list_place base; /**< what its offsets count from */
    struct ark_list_place end;  /**< of the streams */
};

/**
 * What often stands before a light form and after it in a form, compact: a
 * variant names the two in a byte. ARK_AFFIX_OTHER stands for what is spelt out.
 */
enum { ARK_AFFIX_OTHER = 15, ARK_VARIANT_SPECIAL = 0xFF };
extern const ark_str ark_affix_before[ARK_AFFIX_OTHER];
extern const ark_str ark_affix_after[ARK_AFFIX_OTHER];

/** How a form is written behind ARK_VARIANT_SPECIAL: see ark-index-format(5). */
enum { ARK_FORM_AROUND_LIGHT, ARK_FORM_AS_BEFORE, ARK_FORM_IN_FULL, ARK_FORM_KINDS };

/** How the stems of a class are written: see ark-index-format(5). */
enum { ARK_STEM_ALIKE, ARK_STEM_NEW, ARK_STEM_KNOWN, ARK_STEM_SEVERAL };
/** The first byte of a class: its kind of stems, and so many variants less one, or more. */
enum { ARK_STEM_BITS = 2, ARK_CLASS_VARIANTS_LONG = 63 };

/**
 * Reads what reader stands before, up to its end, into a family whose key is
 * set, but for the variants of its classes; all of it lies in the arena but
 * for what classes have inline, which lies in the record. False when damaged.
 */
bool ark_family_record_decode(struct ark_record_reader *reader,
                              const struct ark_family_limits *limits, struct ark_arena *arena,
                              struct ark_family *family);
/** The same for ark_segment_match_family. */
bool ark_family_record_match(struct ark_record_reader *reader,
                             const struct ark_family_limits *limits,
                             const struct ark_family_wanted *wanted, struct ark_arena *arena,
                             struct ark_family *family);
/** Reads the variants of all classes into family->variants. False when damaged. */
bool ark_family_variants_decode(struct ark_family *family, struct ark_arena *arena);

#endif
