/**
 * @file family_writer_impl.h
 * What family_writer.c and segment_writer.c know of each other.
 */
#ifndef ARK_STORE_FAMILY_WRITER_IMPL_H
#define ARK_STORE_FAMILY_WRITER_IMPL_H

#include "common/base/radix.h"
#include "common/store/class_writer.h"
#include "common/store/family_writer.h"
#include "common/store/forms.h"
#include "common/store/lexicon.h"

/** The levels whose terms are counted: that of a light form is its class's own df. */
enum { COUNTED_FORM, COUNTED_STEM, COUNTED_LEVELS };
static const unsigned TERM_LEVEL[COUNTED_LEVELS] = {
    [COUNTED_FORM] = ARK_TERM_FORM,
    [COUNTED_STEM] = ARK_TERM_STEM,
};

/** A member of the open family. */
struct member {
    uint32_t term_idx[COUNTED_LEVELS]; /**< into the terms of each level */
    uint32_t df;
};

/** The terms of the open family at one level. */
struct level_terms {
    struct ark_term *terms;
    size_t capacity;
    uint32_t count;
    ark_docid *last_doc; /**< by term: the last document counted in its df */
    size_t last_doc_capacity;
};

/** A family that ended and is not in its segment yet. */
struct ended_family {
    ark_str key;
    uint32_t df;
    struct ark_class_range classes;
    uint32_t stem_count;
    size_t first_form; /**< of the writer's forms */
    uint32_t form_count;
};

struct ark_family_writer {
    const struct ark_segment_bounds *bounds;
    struct ark_class_writer classes;
    struct ended_family *families;
    size_t families_capacity;
    size_t family_count;
    struct ark_term *forms; /**< of all of them */
    size_t forms_capacity;
    size_t form_count;
    struct ark_buf sorted_forms; /**< the same once they are sorted */

    ark_str key; /**< of the open family */
    const struct ark_member_text *member_texts;
    struct member *members;
    size_t members_capacity;
    uint32_t member_count;
    uint32_t *order; /**< members by stem */
    size_t order_capacity;
    struct ark_keyed *keyed; /**< members by the first letters of their stems */
    size_t keyed_capacity;
    struct ark_variant_record *variants; /**< of the open class */
    size_t variants_capacity;
    struct level_terms levels[COUNTED_LEVELS];
    uint32_t df;
    uint32_t first_class;
};

/** Computes the bounds of a segment whose documents have these norms, which are not copied. */
void ark_segment_bounds_fix(struct ark_segment_bounds *bounds, const uint8_t *norms,
                            double mean_length);
/** Puts all families behind those of the segment, and becomes empty. ARK_E_IO, ARK_E_CORRUPT. */
enum ark_status ark_family_writer_put(struct ark_family_writer *writer,
                                      const struct ark_family_sink *sink,
                                      struct ark_error *err) ARK_MUST_CHECK;

#endif
