/**
 * @file form_set.h
 * The forms of an index that a pattern or a misspelt word stands for.
 */
#ifndef ARK_SEARCHER_FORM_SET_H
#define ARK_SEARCHER_FORM_SET_H

#include "searcher/bm25.h"

/** What a word is looked up in. */
struct ark_expand_source {
    struct ark_segment *const *segments;
    uint32_t segment_count;
    uint64_t document_count; /**< of all segments, dead ones too, as the df are */
};

/**
 * How near a form is, in the places of the levels form, light and stem: a form
 * counts as its nearness weighs. Patterns have the first only.
 */
enum ark_nearness {
    ARK_NEAR_SAME = ARK_LEVEL_FORM,
    ARK_NEAR_EDIT = ARK_LEVEL_LIGHT, /**< one edit, or slips that cost no more */
    ARK_NEAR_FAR = ARK_LEVEL_STEM,
};
/** What a form counts by its nearness; 0 at the level skeleton, which none has. */
extern const double ark_nearness_weight[ARK_LEVEL_COUNT];

/** One form of the set. */
struct ark_set_form {
    ark_str text;
    ark_str family; /**< the key of its family */
    ark_str light;  /**< its light form */
    uint32_t cost;  /**< of the edits, in hundredths (fuzzy.h) */
    uint8_t nearness;
};

/** The set over all segments. */
struct ark_form_set {
    const struct ark_set_form *forms; /**< nearest first, then by text */
    uint32_t count;
};

/**
 * Finds the forms of a word with wildcards or edits. Everything lies in the
 * arena. ARK_E_LIMIT: a pattern with more than ARK_QUERY_FORMS_MAX forms; of so
 * many misspelt ones the nearest are taken. ARK_E_CORRUPT. Cost: the forms that
 * begin like the pattern, some 20 ns each; for edits all forms, but those behind
 * a beginning that leads nowhere are passed over.
 */
enum ark_status ark_form_set_find(const struct ark_expand_source *source,
                                  const struct ark_query_node *word, struct ark_arena *arena,
                                  struct ark_form_set *out, struct ark_error *err) ARK_MUST_CHECK;

/** True for a pattern or a misspelt word. */
static inline bool
ark_word_has_forms(const struct ark_query_node *word)
{
    return word->match == ARK_MATCH_PATTERN || word->match == ARK_MATCH_FUZZY;
}

#endif
