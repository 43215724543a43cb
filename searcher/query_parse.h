/**
 * @file query_parse.h
 * The inside of the parser: its state, the parts that rules pass up, and the
 * rules that stand in different files.
 */
#ifndef ARK_SEARCHER_QUERY_PARSE_H
#define ARK_SEARCHER_QUERY_PARSE_H

#include "searcher/query_lexer.h"
#include "searcher/query_words.h"

/** The state of one parse. */
struct ark_query_parser {
    struct ark_query *query;
    const struct ark_query_options *options;
    struct ark_arena *arena;
    const struct ark_lexeme *next;
    struct ark_word_maker maker;
};

/** What a rule gives up to its parent: a node (NULL = nothing) and what is to be done with it. */
struct ark_query_part {
    struct ark_query_node *node;
    bool negated; /**< the node must not match */
    bool must;    /**< "+" stood before it */
    bool loose;   /**< the node is a phrase only where one operand is wanted */
};

/** Parts on their way into a node. */
struct ark_query_parts {
    struct ark_query_node *first;
    struct ark_query_node *last;
    uint32_t count;
    uint32_t negated;
};

/** A new node without children, of weight 1. */
struct ark_query_node *ark_query_node_new(struct ark_query_parser *parser, enum ark_query_kind kind,
                                          uint32_t start, uint32_t end);
/** Adds a node, which has no sibling yet, behind the others. */
void ark_query_parts_append(struct ark_query_parts *list, struct ark_query_node *node);
/** Adds a part as a child, unless it is nothing; its occur says whether it is negated or required. */
void ark_query_parts_add(struct ark_query_parts *list, struct ark_query_part part);
/** A node of kind over the list's children, at least one. */
struct ark_query_node *ark_query_node_over(struct ark_query_parser *parser,
                                           enum ark_query_kind kind,
                                           const struct ark_query_parts *list);

/** True for what holds no groups: words, phrases, NEARs, filters. */
bool ark_query_is_leaf(const struct ark_query_node *node);
/** True when there are only conditions on the document below node; such a part never ranks. */
bool ark_query_only_filters(const struct ark_query_node *node);
/** Takes stop words below node back into the search. */
void ark_query_restore_stopwords(struct ark_query_node *node);

/** near = operand , { "NEAR" , operand }. */
struct ark_query_part ark_query_parse_near(struct ark_query_parser *parser);
/** The phrase of a lexeme; nothing when no word is in it. */
struct ark_query_part ark_query_parse_phrase(struct ark_query_parser *parser,
                                             const struct ark_lexeme *lexeme);
/** bag = { or }, up to a closing parenthesis or the end. */
struct ark_query_part ark_query_parse_bag(struct ark_query_parser *parser, bool top);

#endif
