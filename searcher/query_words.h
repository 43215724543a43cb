/**
 * @file query_words.h
 * From bytes of a query to the WORD nodes of its tree: tokens, wildcards, their
 * levels and spellings. Part of the parser.
 */
#ifndef ARK_SEARCHER_QUERY_WORDS_H
#define ARK_SEARCHER_QUERY_WORDS_H

#include "searcher/query.h"

/** What all words of a query are made with. */
struct ark_word_maker {
    struct ark_query *query;
    struct ark_analyzer *analyzer;
    struct ark_arena *arena;
    struct ark_buf cleaned; /**< scratch */
    bool too_many;          /**< ARK_QUERY_WORDS_MAX was passed: nothing more is made */
};

/** Some words of the query, and how they are to be read. */
struct ark_words_source {
    uint32_t start, end;  /**< of the words: bytes of the query text */
    uint32_t outer_start; /**< the same with what stands around them */
    uint32_t outer_end;
    enum ark_query_match match; /**< ARK_MATCH_LEVELS, _FORM or _LETTERS */
    enum ark_query_field field;
    bool wildcards; /**< '*' and '?' beside letters are wildcards */
};

/**
 * The words of source: NULL when there is none, the word itself when it is one,
 * else a phrase. *has_arabic tells whether one is of Arabic letters.
 */
struct ark_query_node *ark_query_make_words(struct ark_word_maker *maker,
                                            const struct ark_words_source *source,
                                            bool *has_arabic);

/**
 * A NAMES node over the word or phrase and its other names (common/text/names.h);
 * the node itself when it has none, or is not to be compared at all levels.
 */
struct ark_query_node *ark_query_add_names(struct ark_word_maker *maker,
                                           struct ark_query_node *node);

/** True when text is a stop or question word. */
bool ark_query_is_stopword(struct ark_word_maker *maker, ark_str text);

/** The folded forms of text's words with single spaces between, wildcards kept; in the arena. */
ark_str ark_query_fold_pattern(struct ark_word_maker *maker, ark_str text);

#endif
