/**
 * @file query_lexer.h
 * Cuts the text of a query into lexemes: runs of words, phrases, parentheses
 * and operators, in such an order that the parser cannot fail on them.
 *
 * What cannot stand where it stands is mended here, with a warning: an operator
 * without an operand becomes a word or goes, an unclosed quote closes at the
 * end, a parenthesis without its partner goes. Nothing here looks at the meaning of a
 * word. Cost: O(bytes of the text).
 */
#ifndef ARK_SEARCHER_QUERY_LEXER_H
#define ARK_SEARCHER_QUERY_LEXER_H

#include "searcher/query.h"

enum ark_lexeme_kind {
    ARK_LEXEME_END,    /**< after the last one */
    ARK_LEXEME_WORDS,  /**< a run without blanks that holds one token or more */
    ARK_LEXEME_PHRASE, /**< what stands between quotes; one token or more */
    ARK_LEXEME_OPEN,
    ARK_LEXEME_CLOSE, /**< always has its OPEN before it */
    ARK_LEXEME_AND,
    ARK_LEXEME_OR,
    ARK_LEXEME_NOT,
    ARK_LEXEME_NEAR,   /**< NEAR or ONEAR with its distance */
    ARK_LEXEME_FILTER, /**< a field of the document with its value */
};

/** A sign directly before a word, a phrase or a parenthesis. */
enum ark_lexeme_sign { ARK_SIGN_NONE, ARK_SIGN_MUST, ARK_SIGN_NOT };

/** One lexeme; offsets are bytes of the query text. */
struct ark_lexeme {
    enum ark_lexeme_kind kind;
    enum ark_lexeme_sign sign;
    uint8_t equals;                      /**< signs of equality that stood before it: 0, 1 or 2 */
    bool quoted;                         /**< of a FILTER: its value stood between quotes */
    enum ark_query_field field;          /**< stood before an operand; what a FILTER looks at */
    uint32_t start, end;                 /**< with sign, field, quotes and suffix */
    uint32_t content_start, content_end; /**< without them; WORDS, PHRASE and FILTER only */
    uint32_t suffix_start;               /**< where distance and weight begin; end without them */
    bool has_distance;                   /**< of WORDS and PHRASE */
    uint32_t distance;                   /**< of NEAR and where has_distance; 0 = no number */
    bool ordered;                        /**< ONEAR */
    float weight;                        /**< 1 when none; of a CLOSE: of the group */
};

/** The lexemes of a query. */
struct ark_lexemes {
    const struct ark_lexeme *items; /**< in the arena; items[count] is END */
    size_t count;
};

/** The most warnings kept for one query: a person reads no more, and mending stays linear. */
enum { ARK_QUERY_WARNINGS_MAX = 16 };

/**
 * Adds a warning about the bytes [start, end) of the query, in order of start.
 * text is static. Past ARK_QUERY_WARNINGS_MAX it is dropped.
 */
void ark_query_warn(struct ark_query *query, struct ark_arena *arena, uint32_t start, uint32_t end,
                    const char *text);

/**
 * Lexes query->text (at most ARK_QUERY_BYTES_MAX bytes) into the arena and adds
 * its warnings to the query. Afterwards every binary operator has an operand
 * on both sides, every NOT one behind it. ARK_E_LIMIT: parentheses deeper than
 * ARK_QUERY_DEPTH_MAX. ARK_E_ARGUMENT: an unknown field, or the prefix root:,
 * which is kept for later.
 */
enum ark_status ark_query_lex(struct ark_query *query, struct ark_arena *arena,
                              struct ark_lexemes *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
