#include "searcher/phrase.h"

#include <stdlib.h>

/** Room for needed items whose old content is not needed any more. */
static uint32_t *
room_for(uint32_t *items, size_t *capacity, size_t needed, struct ark_arena *arena)
{
    if (needed <= *capacity) {
        return items;
    }
    *capacity = 2 * needed;
    return ark_arena_alloc(arena, *capacity * sizeof *items);
}

static int
compare_positions(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return (*a > *b) - (*a < *b);
}

/** Whether an occurrence is one of the word. */
static bool
counts(const struct ark_phrase_word *word, const struct ark_occurrence *occurrence)
{
    return (word->member_levels[occurrence->member] & word->levels) != 0;
}

uint64_t
ark_phrase_word_tf(const struct ark_phrase_word *word)
{
    uint32_t count = 0;
    uint64_t tf = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(word->postings, &count);
    for (uint32_t i = 0; i < count; i++) {
        tf += counts(word, &occurrences[i]) ? occurrences[i].tf : 0;
    }
    return tf;
}

/** Puts the positions of several members into scratch, in order. */
static const uint32_t *
merge_positions(const struct ark_phrase_word *word, size_t tf, struct ark_arena *arena,
                struct ark_phrase_scratch *scratch)
{
    uint32_t count = 0;
    size_t used = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(word->postings, &count);
    scratch->merged = room_for(scratch->merged, &scratch->merged_capacity, tf, arena);
    for (uint32_t i = 0; i < count; i++) {
        if (!counts(word, &occurrences[i])) {
            continue;
        }
        const uint32_t *positions = ark_postings_positions(word->postings, i);
        if (positions == NULL) {
            return NULL;
        }
        memcpy(scratch->merged + used, positions, occurrences[i].tf * sizeof *positions);
        used += occurrences[i].tf;
    }
    qsort(scratch->merged, used, sizeof *scratch->merged, compare_positions);
    return scratch->merged;
}

/** All positions of a word in the document, ascending, tf of them > 0. NULL after an error. */
static const uint32_t *
word_positions(const struct ark_phrase_word *word, size_t tf, struct ark_arena *arena,
               struct ark_phrase_scratch *scratch)
{
    uint32_t count = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(word->postings, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (counts(word, &occurrences[i]) && occurrences[i].tf == tf) {
            return ark_postings_positions(word->postings, i); // mostly there is one member only
        }
    }
    return merge_positions(word, tf, arena, scratch);
}

/** Keeps those of count starts that have one of the positions at offset; returns how many. */
static size_t
keep_followed(uint32_t *starts, size_t count, const uint32_t *positions, size_t position_count,
              uint32_t offset)
{
    size_t kept = 0;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t wanted = (uint64_t)starts[i] + offset;
        while (at < position_count && positions[at] < wanted) {
            at++;
        }
        if (at < position_count && positions[at] == wanted) {
            starts[kept++] = starts[i];
        }
    }
    return kept;
}

/** The word with the fewest occurrences in the document; its count is 0 when one is not there at all. */
static uint32_t
rarest_word(const struct ark_phrase_word *words, uint32_t word_count, uint64_t *tf)
{
    uint32_t rarest = 0;
    *tf = UINT64_MAX;
    for (uint32_t i = 0; i<word_count && * tf> 0; i++) {
        uint64_t word_tf = ark_phrase_word_tf(&words[i]);
        if (word_tf < *tf) {
            *tf = word_tf;
            rarest = i;
        }
    }
    return rarest;
}

const uint32_t *
ark_phrase_starts(const struct ark_phrase_word *words, uint32_t word_count, struct ark_arena *arena,
                  struct ark_phrase_scratch *scratch, size_t *count)
{
    uint64_t tf = 0;
    uint32_t rarest = rarest_word(words, word_count, &tf);
    *count = 0;
    const uint32_t *positions =
        tf == 0 ? NULL : word_positions(&words[rarest], (size_t)tf, arena, scratch);
    if (positions == NULL) {
        return NULL;
    }
    scratch->starts = room_for(scratch->starts, &scratch->starts_capacity, (size_t)tf, arena);
    size_t found = 0;
    for (size_t i = 0; i < tf; i++) {
        if (positions[i] >= words[rarest].offset) {
            scratch->starts[found++] = positions[i] - words[rarest].offset;
        }
    }
    for (uint32_t i = 0; i < word_count && found > 0; i++) {
        if (i == rarest) {
            continue;
        }
        size_t word_tf = (size_t)ark_phrase_word_tf(&words[i]);
        positions = word_positions(&words[i], word_tf, arena, scratch);
        if (positions == NULL) {
            return NULL;
        }
        found = keep_followed(scratch->starts, found, positions, word_tf, words[i].offset);
    }
    *count = found;
    return scratch->starts;
}
