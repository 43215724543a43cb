#include "searcher/phrase.h"

/** Keeps those of count starts that have one of the word's positions at its offset; returns how many. */
static uint32_t
keep_followed(uint32_t *starts, uint32_t count, const struct ark_phrase_word *word)
{
    uint32_t kept = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t wanted = (uint64_t)starts[i] + word->offset;
        while (at < word->count && word->positions[at] < wanted) {
            at++;
        }
        if (at < word->count && word->positions[at] == wanted) {
            starts[kept++] = starts[i];
        }
    }
    return kept;
}

const uint32_t *
ark_phrase_starts(const struct ark_phrase_word *words, uint32_t word_count, struct ark_arena *arena,
                  uint32_t *count)
{
    uint32_t rarest = 0;
    for (uint32_t i = 1; i < word_count; i++) {
        rarest = words[i].count < words[rarest].count ? i : rarest;
    }
    const struct ark_phrase_word *word = &words[rarest];
    uint32_t *starts =
        word->count > 0 ? ark_arena_alloc(arena, word->count * sizeof *starts) : NULL;
    uint32_t found = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        if (word->positions[i] >= word->offset) {
            starts[found++] = word->positions[i] - word->offset;
        }
    }
    for (uint32_t i = 0; i < word_count && found > 0; i++) {
        found = i == rarest ? found : keep_followed(starts, found, &words[i]);
    }
    *count = found;
    return found > 0 ? starts : NULL;
}
