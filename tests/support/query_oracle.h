/**
 * @file query_oracle.h
 * What a query should find, by scanning stored texts: no postings, no
 * dictionaries, no cursors; every choice of words is tried. Shares with the
 * search only the parser, the cutting of texts into tokens and the analysis of
 * a word.
 */
#ifndef ARK_TESTS_SUPPORT_QUERY_ORACLE_H
#define ARK_TESTS_SUPPORT_QUERY_ORACLE_H

#include "common/store/store.h"
#include "searcher/query.h"

/** A token of a stored text. */
struct oracle_token {
    uint32_t position;
    ark_str text;
    struct ark_word word;
};

/** A document of the index, dead ones too. */
struct oracle_document {
    uint32_t segment_idx;
    ark_docid doc;
    bool dead;
    struct ark_document_record record;
    uint32_t title_tokens;
    const struct oracle_token *tokens; /**< those that are words */
    size_t token_count;
};

/** All documents of a snapshot; everything lies in the arena. */
struct oracle {
    struct ark_arena *arena;
    struct oracle_document *documents;
    size_t count;
};

/** Reads every document that the snapshot's segments hold. */
struct oracle oracle_read(struct ark_snapshot *snapshot, struct ark_analyzer *analyzer,
                          struct ark_arena *arena);

/** True when the document matches the query's root; close: as if it were required. */
bool oracle_matches(const struct oracle_document *document, const struct ark_query_node *node,
                    bool close);

/** True when every word, phrase and NEAR that scores matches closely. */
bool oracle_has_all_words(const struct oracle_document *document,
                          const struct ark_query_node *node);

/** How often a PHRASE, a NEAR or a NAMES counts in a document: what is joined, by the rarest part. */
uint32_t oracle_count(const struct oracle_document *document, const struct ark_query_node *node);

/** A place to light, without what it weighs. */
struct oracle_match {
    uint32_t position;
    uint32_t length;
    uint32_t word;
};

/** Places in the order of struct ark_matches. */
struct oracle_matches {
    struct oracle_match *items;
    size_t count;
    size_t room;
};

/** Adds all places to light of what scores below node; order them by oracle_matches_sort. */
void oracle_light(const struct oracle_document *document, const struct ark_query_node *node,
                  struct oracle_matches *out);
/** Orders by position, then longest first, then word. */
void oracle_matches_sort(struct oracle_matches *matches);

#endif
