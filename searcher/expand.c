#include "searcher/expand.h"

#include "common/store/postings.h"

_Static_assert((int)ARK_TERM_FORM == (int)ARK_LEVEL_FORM &&
                   (int)ARK_TERM_LIGHT == (int)ARK_LEVEL_LIGHT &&
                   (int)ARK_TERM_STEM == (int)ARK_LEVEL_STEM &&
                   (int)ARK_TERM_LEVELS == (int)ARK_LEVEL_SKELETON,
               "the terms of a family are the first levels");

/** The terms of one level of a family that a query word or another spelling of it stands for. */
struct accepted {
    bool *terms; /**< by term */
    uint32_t count;
    uint32_t only; /**< the last accepted one */
};

static bool
is_accepted(const struct ark_query_node *word, unsigned level, ark_str text)
{
    if (ark_str_equal(text, word->analysed.level[level])) {
        return true;
    }
    for (uint32_t i = 0; i < word->spelling_count && !word->exact; i++) {
        if (ark_str_equal(text, word->spellings[i].level[level])) {
            return true;
        }
    }
    return false;
}

static struct accepted
accept_terms(const struct ark_expansion *expansion, const struct ark_family *family, unsigned level,
             struct ark_arena *arena)
{
    struct accepted accepted = {
        .terms = ark_arena_calloc(arena, family->term_count[level], sizeof(bool))};
    for (uint32_t i = 0; i < family->term_count[level]; i++) {
        if ((expansion->levels & 1u << level) != 0 &&
            is_accepted(expansion->word, level, family->terms[level][i].text)) {
            accepted.terms[i] = true;
            accepted.count++;
            accepted.only = i;
        }
    }
    return accepted;
}

/** Fills in the levels of the members. */
static void
match_members(const struct ark_family *family, const struct accepted accepted[ARK_TERM_LEVELS],
              uint8_t skeleton, struct ark_arena *arena, struct ark_word_segment *out)
{
    uint8_t *member_levels = ark_arena_alloc(arena, family->member_count);
    for (uint32_t i = 0; i < family->member_count; i++) {
        unsigned levels = skeleton;
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            levels |= (unsigned)accepted[level].terms[family->members[i].term_idx[level]] << level;
        }
        member_levels[i] = (uint8_t)levels;
        out->levels |= (uint8_t)levels;
    }
    if (out->levels != 0) {
        out->family = family;
        out->member_levels = member_levels;
    }
}

/** Counts the documents of every level that has several terms: the size of their union. */
static enum ark_status
count_unions(struct ark_segment *segment, const struct ark_word_segment *word, unsigned levels,
             struct ark_arena *arena, uint64_t df[ARK_LEVEL_COUNT], struct ark_error *err)
{
    struct ark_postings *postings = NULL;
    enum ark_status status = ark_postings_open(segment, word->family, arena, &postings, err);
    if (status != ARK_OK) {
        return status;
    }
    while (ark_postings_next(postings) != ARK_DOCID_END) {
        uint32_t count = 0;
        const struct ark_occurrence *occurrences = ark_postings_occurrences(postings, &count);
        unsigned here = 0;
        for (uint32_t i = 0; i < count; i++) {
            here |= word->member_levels[occurrences[i].member];
        }
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            df[level] += here & levels & 1u << level ? 1 : 0;
        }
    }
    return ark_postings_status(postings);
}

/** Matches the word against its family in one segment and adds its document counts. */
static enum ark_status
expand_in_segment(struct ark_expansion *expansion, struct ark_segment *segment,
                  const struct ark_family *family, struct ark_arena *arena,
                  struct ark_word_segment *out, struct ark_error *err)
{
    struct accepted accepted[ARK_TERM_LEVELS];
    unsigned unions = 0;
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        accepted[level] = accept_terms(expansion, family, level, arena);
        if (accepted[level].count == 1) {
            expansion->df[level] += family->terms[level][accepted[level].only].df;
        } else if (accepted[level].count > 1) {
            unions |= 1u << level;
        }
    }
    uint8_t skeleton = expansion->levels & (uint8_t)(1u << ARK_LEVEL_SKELETON);
    expansion->df[ARK_LEVEL_SKELETON] += skeleton != 0 ? family->df : 0;
    match_members(family, accepted, skeleton, arena, out);
    return unions == 0 ? ARK_OK : count_unions(segment, out, unions, arena, expansion->df, err);
}

static void
weigh(struct ark_expansion *expansion, uint64_t document_count)
{
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        if ((expansion->levels & 1u << level) != 0) {
            expansion->idf[level] = ark_bm25_idf(document_count, expansion->df[level]);
            expansion->weights[level] =
                (float)(ark_level_weight[level] * expansion->idf[level] * (ARK_BM25_K1 + 1));
        }
    }
    for (unsigned set = 0; set < ARK_LEVELS_SETS; set++) {
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            if ((set & 1u << level) != 0 &&
                expansion->weights[level] > expansion->best_weight[set]) {
                expansion->best_weight[set] = expansion->weights[level];
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
        if (status == ARK_OK && family != NULL) {
            status = expand_in_segment(&expansion, source->segments[i], family, arena,
                                       &expansion.segments[i], err);
        }
        if (status != ARK_OK) {
            return status;
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
