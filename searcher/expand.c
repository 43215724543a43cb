#include "searcher/expand.h"

_Static_assert((int)ARK_TERM_FORM == (int)ARK_LEVEL_FORM &&
                   (int)ARK_TERM_LIGHT == (int)ARK_LEVEL_LIGHT &&
                   (int)ARK_TERM_STEM == (int)ARK_LEVEL_STEM &&
                   (int)ARK_TERM_LEVELS == (int)ARK_LEVEL_SKELETON,
               "the terms of a family are the first levels");

/** What stands for "the family has no such term". */
#define NO_TERM UINT32_MAX

/** The term of the family with this text, or NO_TERM. */
static uint32_t
find_term(const struct ark_family *family, unsigned level, ark_str text)
{
    for (uint32_t i = 0; i < family->term_count[level]; i++) {
        if (ark_str_equal(family->terms[level][i].text, text)) {
            return i;
        }
    }
    return NO_TERM;
}

/** Fills in the levels of the members and adds the family's document counts. */
static void
match_members(struct ark_expansion *expansion, const struct ark_family *family,
              struct ark_arena *arena, struct ark_word_segment *out)
{
    uint32_t term_idx[ARK_TERM_LEVELS];
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        term_idx[level] = NO_TERM;
        if ((expansion->levels & 1u << level) != 0) {
            ark_str text = expansion->word->analysed.level[level];
            term_idx[level] = find_term(family, level, text);
        }
        if (term_idx[level] != NO_TERM) {
            expansion->df[level] += family->terms[level][term_idx[level]].df;
        }
    }
    uint8_t skeleton = expansion->levels & (uint8_t)(1u << ARK_LEVEL_SKELETON);
    if (skeleton != 0) {
        expansion->df[ARK_LEVEL_SKELETON] += family->df;
    }
    uint8_t *member_levels = ark_arena_alloc(arena, family->member_count);
    for (uint32_t i = 0; i < family->member_count; i++) {
        unsigned levels = skeleton;
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            // A member's term is never NO_TERM.
            levels |= (unsigned)(family->members[i].term_idx[level] == term_idx[level]) << level;
        }
        member_levels[i] = (uint8_t)levels;
        out->levels |= (uint8_t)levels;
    }
    if (out->levels != 0) {
        out->family = family;
        out->member_levels = member_levels;
    }
}

static void
weigh(struct ark_expansion *expansion, uint64_t document_count)
{
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        if ((expansion->levels & 1u << level) != 0) {
            expansion->idf[level] = ark_bm25_idf(document_count, expansion->df[level]);
            expansion->weight[level] =
                ark_level_weight[level] * expansion->idf[level] * (ARK_BM25_K1 + 1);
        }
    }
    for (unsigned set = 0; set < ARK_LEVELS_SETS; set++) {
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            if ((set & 1u << level) != 0 &&
                expansion->weight[level] > expansion->best_weight[set]) {
                expansion->best_weight[set] = expansion->weight[level];
            }
        }
    }
}

enum ark_status
ark_expand(const struct ark_expand_source *source, const struct ark_query_node *word,
           struct ark_arena *arena, struct ark_expansion *out, struct ark_error *err)
{
    struct ark_expansion expansion = {
        .word = word,
        .levels = word->exact ? ARK_LEVELS_FORM : ARK_LEVELS_ALL,
        .segments = ark_arena_calloc(arena, source->segment_count, sizeof *expansion.segments),
    };
    for (uint32_t i = 0; i < source->segment_count; i++) {
        const struct ark_family *family = NULL;
        enum ark_status status = ark_segment_find_family(
            source->segments[i], word->analysed.level[ARK_LEVEL_SKELETON], arena, &family, err);
        if (status != ARK_OK) {
            return status;
        }
        if (family != NULL) {
            match_members(&expansion, family, arena, &expansion.segments[i]);
        }
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        if (expansion.df[level] > source->document_count) {
            return ark_error_set(err, ARK_E_CORRUPT,
                                 "the index is damaged: document counts of a family: %.*s",
                                 ARK_STR_ARG(word->analysed.level[ARK_LEVEL_SKELETON]));
        }
    }
    weigh(&expansion, source->document_count);
    *out = expansion;
    return ARK_OK;
}
