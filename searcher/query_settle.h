/**
 * @file query_settle.h
 * Mends a row of lexemes: parentheses without a partner, operators without an
 * operand. Part of the lexer.
 */
#ifndef ARK_SEARCHER_QUERY_SETTLE_H
#define ARK_SEARCHER_QUERY_SETTLE_H

#include "searcher/query_lexer.h"

/**
 * Drops closing parentheses that close nothing and says which ones are left
 * open; *count is what is left of the items. ARK_E_LIMIT: deeper than
 * ARK_QUERY_DEPTH_MAX.
 */
enum ark_status ark_query_settle_parentheses(struct ark_query *query, struct ark_arena *arena,
                                             struct ark_lexeme *items, size_t *count,
                                             struct ark_error *err) ARK_MUST_CHECK;

/**
 * Makes words of operators that lack an operand; a bar and a NEAR, which are no
 * words, go. items[count] is END. The lexemes left are the result, a part of items.
 */
struct ark_lexemes ark_query_settle_operators(struct ark_query *query, struct ark_arena *arena,
                                              struct ark_lexeme *items, size_t count);

#endif
