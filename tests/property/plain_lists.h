/**
 * @file plain_lists.h
 * The part of the plain reader that reads the lists of a light class.
 */
#ifndef ARK_TESTS_PROPERTY_PLAIN_LISTS_H
#define ARK_TESTS_PROPERTY_PLAIN_LISTS_H

#include "tests/property/plain_reader.h"

/** A class as its head in the dictionary says. */
struct plain_class {
    ark_str light;
    uint64_t df;
    uint64_t variant_count;
    uint64_t first_variant;
    ark_str hot;
    ark_str cold;
    ark_str rare; /**< which documents have which of its rare variants */
    uint64_t *stems; /**< as its variants first have them */
    uint64_t stem_count;
};

/** One variant in one document. */
struct plain_occurrence {
    uint32_t doc;
    uint32_t code;
    uint32_t tf;
    uint32_t *positions;
};

/** What is in the lists of a class: occurrences by document, then by code. */
struct plain_occurrences {
    struct plain_occurrence *items;
    size_t count;
};

/** Reads both records of a class; bounds are checked against norms and the mean length. */
struct plain_occurrences plain_read_class(const struct plain_segment *segment,
                                          const struct plain_class *class, struct ark_arena *arena);

#endif
