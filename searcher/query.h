/**
 * @file query.h
 * The tree of a query, and the parser that makes it (ark-query(7)).
 *
 * Parsing never fails but for limits: an unclosed quote closes at the end, a
 * stray operator is read as a word; both are kept as warnings with the place.
 * A purely negative query is an error. Nothing here knows of the index.
 */
#ifndef ARK_SEARCHER_QUERY_H
#define ARK_SEARCHER_QUERY_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/text/analyzer.h"

enum ark_query_kind {
    ARK_QUERY_BAG,    /**< children by their occur; at least one that is not NOT must match */
    ARK_QUERY_AND,    /**< all children match */
    ARK_QUERY_OR,     /**< any child matches */
    ARK_QUERY_NOT,    /**< its one child does not match; only below BAG or AND */
    ARK_QUERY_WORD,   /**< one word */
    ARK_QUERY_PHRASE, /**< children are words, next to each other in order */
};

/** What a child of a bag must do. */
enum ark_query_occur { ARK_OCCUR_SHOULD, ARK_OCCUR_MUST, ARK_OCCUR_NOT };

/** The greatest depth of a tree and the greatest number of its words. */
enum { ARK_QUERY_DEPTH_MAX = 64, ARK_QUERY_WORDS_MAX = 1024, ARK_QUERY_BYTES_MAX = 64 * 1024 };

/** One node; it lives in the arena of the query. */
struct ark_query_node {
    enum ark_query_kind kind;
    enum ark_query_occur occur; /**< of this node, when its parent is a bag */
    uint32_t start, end;        /**< its bytes in the query text */
    struct ark_query_node *first_child;
    struct ark_query_node *next_sibling;
    uint32_t child_count;
    /* WORD only: */
    ark_str text; /**< as written, without operators */
    enum ark_script script;
    bool exact;        /**< =word: this folded form only */
    bool stopword;     /**< left out of scoring and matching (kept in the tree for --explain) */
    uint32_t position; /**< in a phrase: words from the phrase's first one; a word that is
                                nothing after cleaning leaves a gap */
    uint32_t word;     /**< number of the word in the query, from 0, left to right */
    struct ark_word analysed;         /**< its levels, in the arena */
    const struct ark_word *spellings; /**< other spellings of the same family (spelling.h) */
    uint32_t spelling_count;          /**< an exact word does not use them */
};

/** Something that was mended: said on stderr with a caret line under the query. */
struct ark_query_warning {
    uint32_t start, end; /**< bytes in the query text */
    const char *text;    /**< static */
    struct ark_query_warning *next;
};

struct ark_query {
    ark_str text;                /**< the whole query, cleaned by ark_clean_text, in the arena */
    struct ark_query_node *root; /**< NULL when nothing is left to search for */
    uint32_t word_count;         /**< WORD nodes, stop words left out of the search too */
    struct ark_query_warning *warnings;
};

struct ark_query_options {
    bool all;    /**< --all: every word of the top-level bag is required */
    bool exact;  /**< --exact: every word as if written =word */
    bool phrase; /**< --phrase: the whole text is one phrase, operators are not read */
};

/**
 * Parses text (valid UTF-8) into arena. analyzer is used during the call only.
 * ARK_E_ARGUMENT: purely negative, or the prefix root:. ARK_E_LIMIT: depth, words or bytes.
 */
enum ark_status ark_query_parse(ark_str text, const struct ark_query_options *options,
                                struct ark_analyzer *analyzer, struct ark_arena *arena,
                                struct ark_query **out, struct ark_error *err) ARK_MUST_CHECK;

#endif
