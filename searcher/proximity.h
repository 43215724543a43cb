/**
 * @file proximity.h
 * What a document gains by where the words of the query stand in it: two
 * neighbours of the query side by side or near each other, many words in one
 * passage, words in the title. Added to the score of the best hits only, for
 * it needs positions (refine.h). Nothing here reads an index.
 *
 * Every part is built from weights of words (level weight * idf), so it grows
 * with the score it is added to:
 *   ordered   ARK_PAIR_ORDERED times, for each two neighbours of the query, the
 *             BM25 of how often the second follows the first as in the query
 *   near      ARK_PAIR_NEAR times the same for "within ARK_NEAR_WORDS words,
 *             either first"
 *   passage   ARK_PASSAGE_WEIGHT times the greatest sum of weights of different
 *             words that stand within ARK_PASSAGE_WORDS words of each other;
 *             queries of one word have none
 *   title     ARK_TITLE_WEIGHT times the sum of weights of the words in the title
 * Pairs are those of the sequential dependence model (Metzler, Croft, "A Markov
 * Random Field Model for Term Dependencies", SIGIR 2005); departures: BM25 in
 * place of a language model, idf from the words, since that of a pair would cost
 * a walk over both lists. The passage stands for retrieval by passages (Callan,
 * "Passage-Level Evidence in Document Retrieval", SIGIR 1994).
 *
 * Measured on the six development collections (tests/quality/RESULTS.md has the
 * rows): all parts together nDCG@10 +.021 on the mean, none lower.
 */
#ifndef ARK_SEARCHER_PROXIMITY_H
#define ARK_SEARCHER_PROXIMITY_H

#include "searcher/bm25.h"

/** Only so many words of a query take part, for a document costs places times words. */
enum { ARK_PROXIMITY_WORDS_MAX = 64 };

/** One place of a word, or of a phrase where it begins. */
struct ark_place {
    uint32_t position; /**< as in postings: the body's are ARK_FIELD_GAP after the title's */
    float weight;      /**< level weight * idf of the best level there */
};

/** No place has this position. */
#define ARK_NO_PLACE UINT32_MAX

/** A word or phrase of the query in one document. */
struct ark_proximity_word {
    const struct ark_place *places; /**< by position; behind them one at ARK_NO_PLACE */
    uint32_t count;
    float weight; /**< the greatest that a place can have: the word's in pairs */
    uint32_t gap; /**< words from the one before it in the query; 0: they are no pair */
};

/** A document and the query in it. */
struct ark_proximity_source {
    const struct ark_proximity_word *words; /**< in query order */
    uint32_t word_count;
    uint32_t title_tokens;
    float pair_k; /**< K of BM25 for pairs: ark_bm25_pair_k */
};

/** All parts together. */
static inline double
ark_proximity_sum(const struct ark_proximity *proximity)
{
    return proximity->ordered + proximity->near + proximity->passage + proximity->title;
}

/**
 * Measures one document. The parts are multiples of ARK_SCORE_STEP: their sum
 * is the same in any order.
 * Cost: places * words, a few nanoseconds each.
 */
struct ark_proximity ark_proximity_measure(const struct ark_proximity_source *source);

#endif
