/**
 * @file pattern.h
 * Patterns with wildcards: '*' stands for any characters or none, '?' for
 * exactly one, a backslash takes the meaning from what follows. The rest stands
 * for itself, byte for byte; folding is done before.
 */
#ifndef ARK_SEARCHER_PATTERN_H
#define ARK_SEARCHER_PATTERN_H

#include "common/base/arena.h"
#include "common/base/str.h"

/** A pattern made ready. */
struct ark_pattern {
    const struct ark_pattern_part *parts; /**< in the arena */
    uint32_t count;
    uint32_t bytes_min; /**< no shorter text fits */
    ark_str prefix;     /**< what every text that fits begins with; in the arena */
};

/** Makes a pattern ready. It lives in the arena; text is not needed any more. Cost: O(text). */
struct ark_pattern ark_pattern_make(ark_str text, struct ark_arena *arena);

/**
 * True when the whole text fits. Cost: O(text) for one '*', at worst text *
 * pattern: never exponential, for only the last '*' is tried again.
 */
bool ark_pattern_fits(const struct ark_pattern *pattern, ark_str text);

#endif
