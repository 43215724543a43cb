/**
 * @file random_items.h
 * Random words that meet at every level, and queries of words, phrases, signs,
 * groups and conditions, whose meaning needs no text.
 */
#ifndef ARK_TESTS_SUPPORT_RANDOM_ITEMS_H
#define ARK_TESTS_SUPPORT_RANDOM_ITEMS_H

#include "common/base/buf.h"
#include "tests/support/random.h"

/** Appends a random word. */
void random_word_append(struct test_random *random, struct ark_buf *out);

/** Appends a random query, or at a depth > 0 what stands in a group of one. */
void random_items_append(struct test_random *random, uint32_t depth, struct ark_buf *out);

#endif
