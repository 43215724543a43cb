/**
 * @file bm25.h
 * The scoring formula (Robertson, Zaragoza, "The Probabilistic Relevance
 * Framework: BM25 and Beyond", 2009, section 3.5), with the constants of
 * search.h and the weights of the matching levels.
 *
 * Departure: idf = ln(1 + (N - df + .5) / (df + .5)), which is never negative
 * (the form Lucene uses).
 */
#ifndef ARK_SEARCHER_BM25_H
#define ARK_SEARCHER_BM25_H

#include "searcher/search.h"

/** What a match counts by level, strongest first (measured: analysis in ARCHITECTURE.md). */
extern const double ark_level_weight[ARK_LEVEL_COUNT];

/** A set of levels (bit 1 << ARK_LEVEL_x) as 1 and 0 by level. */
extern const ark_float4 ark_level_sets[1 << ARK_LEVEL_COUNT];

/** The level's name in explanations: "form", "light", "stem", "skeleton". Static. */
const char *ark_level_name(enum ark_level level);

/** K of a document is linear in its length: fixed + per_token * length. */
struct ark_bm25 {
    double k_fixed;
    double k_per_token;
};

/** For documents of this mean length > 0. */
struct ark_bm25 ark_bm25_make(double mean_length);

/** K of a document of length tokens. */
static inline float
ark_bm25_k(const struct ark_bm25 *bm25, uint32_t length)
{
    return (float)(bm25->k_fixed + bm25->k_per_token * length);
}

/** K for pairs of words in a document whose K is k. */
static inline float
ark_bm25_pair_k(float k)
{
    return k * (float)(ARK_PAIR_K1 / ARK_BM25_K1);
}

/** The weight of a term that stands in df of document_count documents; df <= document_count. */
double ark_bm25_idf(uint64_t document_count, uint64_t df);

/** The factor of tf occurrences, below 1: what idf * (k1 + 1) is multiplied with. k > 0. */
static inline float
ark_bm25_saturation(float tf, float k)
{
    return tf / (tf + k);
}

/** Scores are multiples of this. */
#define ARK_SCORE_STEP 0x1p-26

/**
 * Rounds a score below 2^24 down to a multiple of ARK_SCORE_STEP. Sums of such
 * scores are exact, hence the same in whatever order words are added up.
 */
static inline double
ark_bm25_round(double score)
{
    // Beside this number the last bit of a double stands for one step.
    const double anchor = 0x1.8p26;
    return (score - ARK_SCORE_STEP / 2 + anchor) - anchor;
}

/**
 * The score of a word with these tfs by level in a document whose K is k: the
 * maximum over levels of weight times saturation.
 */
static inline double
ark_bm25_levels(ark_float4 weights, ark_float4 tfs, float k)
{
    ark_float4 scores = weights * (tfs / (tfs + k));
    float best = scores[0] > scores[1] ? scores[0] : scores[1];
    float other = scores[2] > scores[3] ? scores[2] : scores[3];
    return ark_bm25_round((double)(best > other ? best : other));
}

/**
 * About how many of document_count documents have any of some terms, each in df[i] of them: what
 * it would be if no term told anything of another. Exact for one term. Counting would walk
 * over all their lists, for a number that only weighs.
 */
uint64_t ark_bm25_df_of_any(const uint64_t *df, uint32_t count, uint64_t document_count);

enum { ARK_BOUND_STEPS = 256 };

/**
 * Upper bounds of the saturation for the bounds stored with postings, which
 * hold for the mean length of their own segment.
 */
struct ark_bm25_bounds {
    float saturation[ARK_BOUND_STEPS];
};

/** Bounds for documents of a segment when the mean length of the whole index is mean_length. */
void ark_bm25_bounds_make(struct ark_bm25_bounds *bounds, double segment_mean_length,
                          double mean_length);

#endif
