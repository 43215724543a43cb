/**
 * @file arabic_odds.h
 * How much a decoded text looks like Arabic, by the frequency of its letters:
 * tells a right encoding from a wrong one. Independent of words and order.
 */
#ifndef ARK_INDEXER_ARABIC_ODDS_H
#define ARK_INDEXER_ARABIC_ODDS_H

#include "common/base/str.h"

struct ark_arabic_odds {
    bool plausible;   /**< Arabic letters in about the shares Arabic has, nearly nothing strange */
    uint64_t cost;    /**< of all non-ASCII characters, in eighths of a bit; less is likelier */
    uint64_t counted; /**< so many of them */
    uint64_t letters; /**< so many of those are Arabic letters */
};

/** Odds of valid UTF-8. Cost: about 5 ns a character. */
struct ark_arabic_odds ark_arabic_odds(ark_str text);

#endif
