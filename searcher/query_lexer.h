/**
 * @file query_lexer.h
 * Cuts the text of a query into lexemes: runs of words, phrases, parentheses
 * and operators, in such an order that the parser cannot fail on them.
 *
 * What cannot stand where it stands is mended here, with a warning: an operator
 * without an operand becomes a word, an unclosed quote closes at the end, a
 * parenthesis without its partner goes. Nothing here looks at the meaning of a
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
};

/** A sign directly before a word, a phrase or a parenthesis. */
enum ark_lexeme_sign { ARK_SIGN_NONE, ARK_SIGN_MUST, ARK_SIGN_NOT };

/** One lexeme; offsets are bytes of the query text. */
struct ark_lexeme {
    enum ark_lexeme_kind kind;
    enum ark_lexeme_sign sign;
    bool exact;                          /**< an equals sign stood before it */
    uint32_t start, end;                 /**< with sign, quotes and suffix */
    uint32_t content_start, content_end; /**< without them; WORDS and PHRASE only */
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
 * ARK_QUERY_DEPTH_MAX. ARK_E_ARGUMENT: the prefix root:, kept for later.
 */
enum ark_status ark_query_lex(struct ark_query *query, struct ark_arena *arena,
                              struct ark_lexemes *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
