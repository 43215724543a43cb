/**
 * @file search.h
 * Runs a parsed query over an index: which documents match, in what order, why.
 *
 * Scoring: BM25 at each matching level with the level's own document
 * frequency; a word's score in a document is the maximum over levels of weight
 * times BM25; a document's score is the sum over the words that are not below
 * a NOT; the best hits gain by where their words stand (proximity.h). Ties go
 * by segment age, then document number, so results are deterministic.
 *
 * Where few documents have the words, all of them are scored. Else two stages
 * do: candidates.h chooses documents by their light forms, and these are scored
 * at all levels; a hit's score is the same either way, but a document that
 * matches by stem or skeleton may be missed.
 */
#ifndef ARK_SEARCHER_SEARCH_H
#define ARK_SEARCHER_SEARCH_H

#include "common/store/store.h"
#include "searcher/query.h"

/*
 * Scoring constants, measured on six collections at once: tests/quality/RESULTS.md
 * has the rows. Level weights stand in bm25.c. Postings are written with bounds for
 * this k1 and b (ARK_BOUND_K1, ARK_BOUND_B in postings.h): change them together.
 */
#define ARK_BM25_K1 1.0
#define ARK_BM25_B 0.5

/* Proximity, see proximity.h. */
#define ARK_PAIR_K1 0.6
#define ARK_PAIR_ORDERED 0.2
#define ARK_PAIR_NEAR 0.1
#define ARK_PASSAGE_WEIGHT 0.4
#define ARK_TITLE_WEIGHT 0.4
enum { ARK_NEAR_WORDS = 8, ARK_PASSAGE_WORDS = 30 };

/** So many of the best hits gain by proximity (50 of them: nDCG@10 +.0002 on the mean, 20: -.0006). */
enum { ARK_REFINED_HITS = 30 };

/** The greatest limit + offset. */
enum { ARK_HITS_MAX = 10000 };

/** How hits are found. */
enum ark_search_mode {
    ARK_SEARCH_AUTO,  /**< exactly when that is cheap, else in two stages */
    ARK_SEARCH_EXACT, /**< every matching document is scored: the oracle of the tests */
    ARK_SEARCH_STAGES /**< in two stages, unless they find too few */
};

struct ark_search_options {
    uint32_t limit; /**< hits wanted, after offset */
    uint32_t offset;
    bool count;           /**< fill documents and all_words exactly (else they are 0) */
    bool documents_alone; /**< with count: not all_words, which takes longer and stays 0 */
    bool plain;           /**< without what proximity adds: for tests and measurements */
    enum ark_search_mode mode;
};

struct ark_hit {
    uint32_t segment_idx; /**< in the snapshot */
    ark_docid doc;
    float score;
    bool all_words; /**< every word of the query matches at form, light or stem */
    bool refined;   /**< the score has what proximity adds */
};

struct ark_results {
    struct ark_hit *hits; /**< best first; in the arena */
    uint32_t hit_count;
    uint64_t documents; /**< that match */
    uint64_t all_words; /**< of those, with every word (levels form, light, stem) */
};

/**
 * A query bound to a snapshot: words looked up, document frequencies summed
 * over segments. Lives in the arena; snapshot, query and arena must outlive it.
 */
struct ark_plan;

/** Looks up every word of the query. ARK_E_CORRUPT. */
enum ark_status ark_plan_make(struct ark_snapshot *snapshot, const struct ark_query *query,
                              struct ark_arena *arena, struct ark_plan **out,
                              struct ark_error *err) ARK_MUST_CHECK;

/** Runs the plan. limit + offset <= ARK_HITS_MAX. ARK_E_CORRUPT. */
enum ark_status ark_plan_run(struct ark_plan *plan, const struct ark_search_options *options,
                             struct ark_arena *arena, struct ark_results *out,
                             struct ark_error *err) ARK_MUST_CHECK;

/** Where a query word (or a phrase) stands in a document. */
struct ark_match {
    uint32_t position; /**< token position: see ARK_FIELD_GAP for title and body */
    uint32_t length;   /**< tokens: 1, or the span of a phrase */
    uint32_t word;     /**< the query's word number; of a phrase, its first word's */
    float idf;         /**< of the level that matched there; of a phrase, the sum */
};

struct ark_matches {
    const struct ark_match *items; /**< by position, then longest first */
    size_t count;
};

/**
 * All places to light in a document: every occurrence of every word and phrase
 * not below a NOT. An occurrence that matches by its skeleton alone is left
 * out where its query word has a closer match in the document.
 */
enum ark_status ark_plan_matches(struct ark_plan *plan, const struct ark_hit *hit,
                                 struct ark_arena *arena, struct ark_matches *out,
                                 struct ark_error *err) ARK_MUST_CHECK;

/** Why a word or phrase scored what it did: the level that won. */
struct ark_explain_line {
    ark_str query;     /**< the word or phrase as written */
    const char *level; /**< "form", "light", "stem", "skeleton", "phrase" */
    ark_str term;      /**< the text at that level */
    float weight;
    uint32_t tf;
    uint64_t df;
    uint64_t document_count; /**< N of the idf, with those that died */
    uint64_t dead_count;     /**< deleted and replaced documents, which df and N still count */
    double idf;
    uint32_t length; /**< of the document, as scored */
    double mean_length;
    double score; /**< the lines and the proximity add up to the hit's score */
};

/** What a hit gained by where its words stand (proximity.h). */
struct ark_proximity {
    double ordered;
    double near;
    double passage;
    double title;
};

struct ark_explanation {
    const struct ark_explain_line *lines; /**< words without a match have none */
    size_t count;
    struct ark_proximity proximity;
};

/** The lines behind a hit's score, in query order. */
enum ark_status ark_plan_explain(struct ark_plan *plan, const struct ark_hit *hit,
                                 struct ark_arena *arena, struct ark_explanation *out,
                                 struct ark_error *err) ARK_MUST_CHECK;

/**
 * Appends how the query was read, as --explain=query shows it: the tree, with
 * each word's levels, their weights, document counts and terms.
 */
void ark_plan_describe(const struct ark_plan *plan, struct ark_buf *out);

#endif
