/**
 * @file random_query.h
 * Random texts of words that meet at every level, and random queries about
 * them with every operator of the language.
 */
#ifndef ARK_TESTS_SUPPORT_RANDOM_QUERY_H
#define ARK_TESTS_SUPPORT_RANDOM_QUERY_H

#include "common/base/buf.h"
#include "tests/support/random.h"

/** Appends count random words, a blank behind each: marks, tatweel and spellings vary. */
void random_words_append(struct test_random *random, uint32_t count, struct ark_buf *out);

/** Appends a random query, which may be mended, but mostly need not be. */
void random_query_append(struct test_random *random, struct ark_buf *out);

/** The sources that queries ask for, folded. */
extern const char *const random_sources[4];
/** Folders that queries ask for. */
extern const char *const random_folders[4];
/** Dates that queries ask about: of documents, yyyymmdd, 0 = none. */
extern const uint32_t random_dates[8];

#endif
