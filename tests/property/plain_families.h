/**
 * @file plain_families.h
 * The part of the plain reader that reads words: families, their postings, the
 * dictionary of forms.
 */
#ifndef ARK_TESTS_PROPERTY_PLAIN_FAMILIES_H
#define ARK_TESTS_PROPERTY_PLAIN_FAMILIES_H

#include "tests/property/plain_reader.h"

/** The constants of bounds. */
#define PLAIN_BOUND_K1 1.0
#define PLAIN_BOUND_B 0.5

/** Reads the families of a segment whose documents were read. */
void plain_read_families(struct plain_segment *segment, struct ark_arena *arena);
/** Checks the dictionary of forms against the families. */
void plain_read_forms(const struct plain_segment *segment, struct ark_arena *arena);
/** The rounded length that a norm stands for. */
uint64_t plain_norm_length(uint8_t norm);

#endif
