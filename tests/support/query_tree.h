/**
 * @file query_tree.h
 * A query's tree as one line, for tests.
 *
 * Groups are (bag ...), (and ...), (or ...), (not ...), (names ...), (phrase ...) with
 * "~N" for slop, (near/N ...) and (onear/N ...). In a bag "+" is before what is
 * required, "-" before what is excluded, "#" before what restricts. Words stand
 * as written, "!" before one that is left out, "=" and "==" before exact ones,
 * "~N" behind a fuzzy one; a field and ":" before, "^W" behind what has a
 * weight; "_" is a gap in a phrase. A filter is its field, ":" and its value, a
 * time as FIRST..LAST.
 */
#ifndef ARK_TESTS_SUPPORT_QUERY_TREE_H
#define ARK_TESTS_SUPPORT_QUERY_TREE_H

#include "searcher/query.h"

/** Appends the tree; nothing when the query has none. */
void query_tree_write(const struct ark_query *query, struct ark_buf *out);

/** Ends the program unless the tree keeps its invariants (query.h), down to places and word numbers. */
void query_tree_check(const struct ark_query *query);

#endif
