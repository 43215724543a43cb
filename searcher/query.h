/**
 * @file query.h
 * The tree of a query, and the parser that makes it (ark-query(7)).
 *
 * Parsing never fails but for limits: an unclosed quote closes at the end, a
 * stray operator is read as a word; both are kept as warnings with the place.
 * A purely negative query and an unknown field are errors. Nothing here knows of
 * the index: how many forms a pattern stands for is found out later.
 */
#ifndef ARK_SEARCHER_QUERY_H
#define ARK_SEARCHER_QUERY_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/text/analyzer.h"
#include "searcher/date.h"

enum ark_query_kind {
    ARK_QUERY_BAG,    /**< children by their occur; at least one that is not NOT must match */
    ARK_QUERY_AND,    /**< all children match */
    ARK_QUERY_OR,     /**< any child matches */
    ARK_QUERY_NOT,    /**< its one child does not match; only below BAG or AND */
    ARK_QUERY_WORD,   /**< one word, or a pattern for words */
    ARK_QUERY_PHRASE, /**< children are words, next to each other in order, or with slop between */
    ARK_QUERY_NEAR,   /**< children stand near each other: words, phrases, NAMES, ORs of these */
    ARK_QUERY_NAMES,  /**< children, words and phrases, name the same and count as one word; the
                           first is what was written */
    ARK_QUERY_FILTER, /**< a condition on the date, path, source or id of the document */
};

/** What a child of a bag must do. */
enum ark_query_occur {
    ARK_OCCUR_SHOULD,
    ARK_OCCUR_MUST,
    ARK_OCCUR_NOT,
    ARK_OCCUR_FILTER, /**< must match, but leaves it to the others which of them must: filters
                           and groups of filters */
};

/** How a WORD is compared with the words of documents. */
enum ark_query_match {
    ARK_MATCH_LEVELS,  /**< at all levels */
    ARK_MATCH_FORM,    /**< =word: this folded form only */
    ARK_MATCH_LETTERS, /**< ==word: letter for letter; its form is the same then, too */
    ARK_MATCH_PATTERN, /**< wildcards: the folded form fits pattern */
    ARK_MATCH_FUZZY,   /**< word~N: the folded form is at most distance edits away */
};

/** What a word is looked for in, or a filter looks at. */
enum ark_query_field {
    ARK_FIELD_ANY, /**< title and body */
    ARK_FIELD_TITLE,
    ARK_FIELD_BODY,
    ARK_FIELD_PATH, /**< this and those below: of a FILTER only */
    ARK_FIELD_DATE,
    ARK_FIELD_SOURCE,
    ARK_FIELD_ID,
};

/** The greatest depth of a tree and the greatest number of its words. */
enum { ARK_QUERY_DEPTH_MAX = 64, ARK_QUERY_WORDS_MAX = 1024, ARK_QUERY_BYTES_MAX = 64 * 1024 };

/**
 * The greatest number of words between or around, of edits in a word, of
 * operands of one NEAR, of forms that one pattern stands for, of words in a query
 * that stand for forms: patterns and misspelt ones.
 */
enum {
    ARK_QUERY_DISTANCE_MAX = 1000,
    ARK_QUERY_EDITS_MAX = 2,
    ARK_QUERY_NEAR_MAX = 8,
    ARK_QUERY_FORMS_MAX = 1024,
    ARK_QUERY_FORM_WORDS_MAX = 64,
};

/** The greatest weight a person can give. */
#define ARK_QUERY_WEIGHT_MAX 1000.0f

/** One node; it lives in the arena of the query. */
struct ark_query_node {
    enum ark_query_kind kind;
    enum ark_query_occur occur; /**< of this node, when its parent is a bag */
    uint32_t start, end;        /**< its bytes in the query text */
    struct ark_query_node *first_child;
    struct ark_query_node *next_sibling;
    uint32_t child_count;
    ark_str text;                /**< WORD, PHRASE, FILTER: as written, without operators */
    enum ark_query_field field;  /**< WORD, PHRASE: where to look; FILTER: what at */
    float weight;                /**< of WORD, PHRASE, NEAR: what its score is multiplied by, 1 if
                                     nothing is said; of groups it is spread over what is below */
    uint32_t distance;           /**< PHRASE: slop; NEAR: distance; WORD: edits; 0 = none */
    bool ordered;                /**< NEAR: in the order of the children */
    ark_str pattern;             /**< WORD: the folded form with wildcards (pattern.h);
                                     FILTER: of path, source and id, as pattern.h has it */
    struct ark_date_range dates; /**< FILTER on the date */
    /* WORD only: */
    enum ark_query_match match;
    enum ark_script script;
    bool exact;        /**< only the form counts: any match but ARK_MATCH_LEVELS */
    bool marks;        /**< ==word: vowel marks must be the same, for the query has some */
    bool stopword;     /**< left out of scoring and matching (kept in the tree for --explain) */
    uint32_t position; /**< in a phrase: words from the phrase's first one; a word that is
                                nothing after cleaning leaves a gap */
    uint32_t word;     /**< number of the word in the query, from 0, left to right; other names of
                            a word have its number */
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
    uint32_t word_count;         /**< words, stop words left out of the search too */
    uint32_t filter_count;       /**< FILTER nodes */
    uint32_t form_word_count;    /**< words with wildcards or edits */
    struct ark_query_warning *warnings;
};

struct ark_query_options {
    bool all;    /**< --all: every word of the top-level bag is required */
    bool exact;  /**< --exact: every word as if written =word */
    bool phrase; /**< --phrase: the whole text is one phrase, operators are not read */
    const struct ark_date_range
        *dates; /**< --since, --until: as if date: stood in the query; or NULL */
};

/**
 * Parses text (valid UTF-8) into arena. analyzer is used during the call only.
 * ARK_E_ARGUMENT: purely negative, an unknown field, or the prefix root:.
 * ARK_E_LIMIT: depth, words or bytes.
 */
enum ark_status ark_query_parse(ark_str text, const struct ark_query_options *options,
                                struct ark_analyzer *analyzer, struct ark_arena *arena,
                                struct ark_query **out, struct ark_error *err) ARK_MUST_CHECK;

#endif
