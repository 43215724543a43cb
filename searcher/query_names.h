/**
 * @file query_names.h
 * Finds names of two words, such as those of months, among the words of a
 * query that stand side by side, so that they mean what they mean in quotes.
 * Part of the parser.
 */
#ifndef ARK_SEARCHER_QUERY_NAMES_H
#define ARK_SEARCHER_QUERY_NAMES_H

#include "searcher/query_words.h"

/**
 * Replaces two plain words of a bag or of AND that are a name by the NAMES of
 * it (ark_query_add_names), in the tree whose stop words are settled. Returns
 * the root.
 */
struct ark_query_node *ark_query_join_names(struct ark_word_maker *maker,
                                            struct ark_query_node *root);

#endif
