/**
 * @file family_encoder.h
 * Writing the dictionary record of a family, which family_record.h reads; ark-index-format(5)
 * has the grammar. For class_writer.c.
 */
#ifndef ARK_STORE_FAMILY_ENCODER_H
#define ARK_STORE_FAMILY_ENCODER_H

#include "common/store/lexicon.h"
#include "common/store/segment.h"

/** A variant as the dictionary record lists it. */
struct ark_variant_record {
    ark_str form;
    uint32_t df;
    uint32_t form_df; /**< of the form, whatever its stem */
    uint32_t stem_idx;
};

/** A class as its record in the dictionary needs it. */
struct ark_class_entry {
    ark_str light;
    uint32_t df;
    const struct ark_variant_record *variants; /**< by code */
    uint32_t variant_count;
    size_t rare_bytes;
    ark_str hot; /**< its records; of those of several documents only the lengths count */
    ark_str cold;
};

/** What the record of a family says besides its classes. */
struct ark_family_frame {
    ark_str key;
    uint32_t df;
    const struct ark_term *stems;
    uint32_t stem_count;
    struct ark_list_place base; /**< of the dictionary's block: ark_lexicon_writer_base */
};

/** Appends the form of a variant as a class with this light form writes it. */
void ark_family_encode_form(struct ark_buf *out, ark_str light, ark_str form);

/** What is known of a stem of the open family. */
struct ark_encoded_stem {
    uint32_t number; /**< plus 1, in the order of the record; 0: not written yet */
    uint32_t class;  /**< the last class that has it, plus 1 */
    uint32_t local;  /**< its place in that class */
};

/** Encodes one family after another; keeps its buffers between them. */
struct ark_family_encoder {
    const struct ark_family_frame *frame; /**< of the open family */
    struct ark_encoded_stem *stems;       /**< by the frame's numbers */
    size_t stems_capacity;
    uint32_t stem_count; /**< written so far */
    uint32_t *of_class;  /**< the stems of the open class */
    size_t of_class_capacity;
    uint32_t class_count; /**< so far */
    uint32_t last_df;     /**< of the class before */
    struct ark_compact light;
    struct ark_buf variant_bytes;
};

/** An encoder of no family. */
struct ark_family_encoder ark_family_encoder_make(void);
/** Frees its buffers. */
void ark_family_encoder_dispose(struct ark_family_encoder *encoder);
/**
 * Begins a family; some_listed tells whether its first class has lists outside
 * the dictionary. Of the frame, which must live until the last class, the base
 * does not count.
 */
void ark_family_encoder_begin(struct ark_family_encoder *encoder,
                              const struct ark_family_frame *frame, bool some_listed);
/** Appends the next class, in the order of the record. */
void ark_family_encoder_add(struct ark_family_encoder *encoder, const struct ark_class_entry *class,
                            struct ark_buf *out);
/**
 * Appends what stands in front of a family's classes; lists_start is where the
 * lists of the first one will begin, or NULL when it has one document.
 */
void ark_family_append_head(const struct ark_family_frame *frame, uint32_t class_count,
                            const struct ark_list_place *lists_start, struct ark_buf *out);

#endif
