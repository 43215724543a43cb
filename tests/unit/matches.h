/**
 * @file matches.h
 * For tests: the matches that a search would report, made by looking for words
 * as they are written. A word is a query word, its number the order given.
 */
#ifndef ARK_TESTS_UNIT_MATCHES_H
#define ARK_TESTS_UNIT_MATCHES_H

#include "common/store/segment.h"
#include "common/text/segment.h"
#include "searcher/search.h"

/** Of one document. */
enum { TEST_MATCHES_MAX = 4096 };

struct test_matches {
    struct ark_match items[TEST_MATCHES_MAX];
    size_t count;
};

/** A word to look for; a phrase when length > 1 (then word is its first one). */
struct test_word {
    const char *word;
    float idf;
    uint32_t length;
};

static inline uint32_t
test_add_matches(struct test_matches *matches, ark_str text, uint32_t position,
                 const struct test_word *words, size_t word_count)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    for (; ark_segmenter_next(&segmenter, &token); position++) {
        for (size_t i = 0; i < word_count; i++) {
            if (ark_str_equal(ark_str_slice(text, token.start, token.end),
                              ark_str_from(words[i].word))) {
                ARK_ASSERT(matches->count < TEST_MATCHES_MAX);
                matches->items[matches->count++] =
                    (struct ark_match){position, words[i].length, (uint32_t)i, words[i].idf};
            }
        }
    }
    return position;
}

/** Fills matches with those of a title and a body; returns the number of the title's tokens. */
static inline uint32_t
test_find_matches(struct test_matches *matches, ark_str title, ark_str body,
                  const struct test_word *words, size_t word_count)
{
    matches->count = 0;
    uint32_t title_tokens = test_add_matches(matches, title, 0, words, word_count);
    (void)test_add_matches(matches, body, title_tokens + ARK_FIELD_GAP, words, word_count);
    return title_tokens;
}

#endif
