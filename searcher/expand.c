#include "searcher/expand.h"

#include "searcher/word_lists.h"

/** What a level of a word has in one segment. */
struct level_count {
    uint64_t df;       /**< of the last accepted term */
    uint32_t accepted; /**< terms; with more than one the union must be counted */
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

static void
accept(struct level_count *level, uint64_t df)
{
    level->accepted++;
    level->df = df;
}

/** True when a variant before this one has the same form. */
static bool
form_was_seen(const struct ark_family *family, uint32_t variant)
{
    for (uint32_t i = 0; i < variant; i++) {
        if (ark_str_equal(family->variants[i].form, family->variants[variant].form)) {
            return true;
        }
    }
    return false;
}

/** Which stems of the family count. */
static const bool *
accept_stems(const struct ark_expansion *expansion, const struct ark_family *family,
             struct ark_arena *arena, struct level_count *level)
{
    bool *accepted = ark_arena_calloc(arena, family->stem_count, sizeof *accepted);
    for (uint32_t i = 0; i < family->stem_count; i++) {
        accepted[i] = (expansion->levels & 1u << ARK_LEVEL_STEM) != 0 &&
                      is_accepted(expansion->word, ARK_LEVEL_STEM, family->stems[i].text);
        if (accepted[i]) {
            accept(level, family->stems[i].df);
        }
    }
    return accepted;
}

/** Fills in the levels of the variants of a class. */
static void
match_class(const struct ark_expansion *expansion, const struct ark_family *family, // NOLINT(readability-function-size)
            const struct ark_class *class, const bool *stems,
            struct level_count counts[ARK_LEVEL_COUNT], uint8_t *variant_levels,
            struct ark_class_levels *out)
{
    unsigned shared = expansion->levels & 1u << ARK_LEVEL_SKELETON;
    if ((expansion->levels & 1u << ARK_LEVEL_LIGHT) != 0 &&
        is_accepted(expansion->word, ARK_LEVEL_LIGHT, class->light)) {
        shared |= 1u << ARK_LEVEL_LIGHT;
        accept(&counts[ARK_LEVEL_LIGHT], class->df);
    }
    *out = (struct ark_class_levels){0, ARK_LEVELS_ALL};
    for (uint32_t i = class->first_variant; i < class->first_variant + class->variant_count; i++) {
        const struct ark_variant *variant = &family->variants[i];
        unsigned levels = shared | (stems[variant->stem_idx] ? 1u << ARK_LEVEL_STEM : 0);
        if (is_accepted(expansion->word, ARK_LEVEL_FORM, variant->form)) {
            levels |= ARK_LEVELS_FORM;
            if (!form_was_seen(family, i)) {
                accept(&counts[ARK_LEVEL_FORM], variant->form_df);
            }
        }
        variant_levels[i] = (uint8_t)levels;
        out->some |= (uint8_t)levels;
        out->every &= (uint8_t)levels;
    }
}

/** Counts the documents that have the word at one of the levels: the size of a union. */
static enum ark_status
count_union(const struct ark_expansion *expansion, struct ark_segment *segment, // NOLINT(readability-function-size)
            uint32_t segment_idx, unsigned levels, struct ark_arena *arena, uint64_t *df,
            struct ark_error *err)
{
    struct ark_word_lists lists;
    uint32_t document_count = ark_segment_info(segment)->document_count;
    uint32_t window_count = ark_window_count(document_count);
    uint8_t *possible = ark_arena_calloc(arena, window_count, 1);
    ark_word_lists_make(&lists, expansion, segment, segment_idx, arena, err);
    if (!ark_word_windows(&lists, levels, possible)) {
        return lists.status;
    }
    for (uint32_t window = 0; window < window_count; window++) {
        if (possible[window] != 0) {
            struct ark_window_bits all = ark_bits_of_window(window, document_count);
            struct ark_window_bits found = ark_word_presence(&lists, window, levels, &all);
            *df += ark_bits_count(&found);
        }
    }
    return lists.status;
}

/** Matches the word against its family in one segment and adds its document counts. */
static enum ark_status
expand_in_segment(struct ark_expansion *expansion, struct ark_segment *segment,
                  uint32_t segment_idx, const struct ark_family *family, struct ark_arena *arena,
                  struct ark_error *err)
{
    struct level_count counts[ARK_LEVEL_COUNT] = {{0}};
    struct ark_word_segment *out = &expansion->segments[segment_idx];
    uint8_t *variant_levels = ark_arena_calloc(arena, family->variant_count, 1);
    struct ark_class_levels *class_levels =
        ark_arena_calloc(arena, family->class_count, sizeof *class_levels);
    const bool *stems = accept_stems(expansion, family, arena, &counts[ARK_LEVEL_STEM]);
    for (uint32_t i = 0; i < family->class_count; i++) {
        match_class(expansion, family, &family->classes[i], stems, counts, variant_levels,
                    &class_levels[i]);
        out->levels |= class_levels[i].some;
    }
    if ((expansion->levels & 1u << ARK_LEVEL_SKELETON) != 0) {
        accept(&counts[ARK_LEVEL_SKELETON], family->df);
    }
    if (out->levels != 0) {
        out->family = family;
        out->variant_levels = variant_levels;
        out->class_levels = class_levels;
    }
    enum ark_status status = ARK_OK;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT && status == ARK_OK; level++) {
        if (counts[level].accepted == 1) {
            expansion->df[level] += counts[level].df;
        } else if (counts[level].accepted > 1) {
            status = count_union(expansion, segment, segment_idx, 1u << level, arena,
                                 &expansion->df[level], err);
        }
    }
    return status;
}

static void
weigh(struct ark_expansion *expansion, uint64_t document_count)
{
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        if ((expansion->levels & 1u << level) != 0) {
            expansion->idf[level] = ark_bm25_idf(document_count, expansion->df[level]);
            double weight = ark_word_has_forms(expansion->word) ? ark_nearness_weight[level]
                                                                : ark_level_weight[level];
            expansion->weights[level] = (float)(weight * expansion->idf[level] * (ARK_BM25_K1 + 1) *
                                                (double)expansion->word->weight);
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

/** Notes which variants of a family have forms of the set. */
static void
match_forms(const struct ark_form_set *forms, const struct ark_family *family,
            struct ark_arena *arena, struct ark_word_segment *out)
{
    uint8_t *variant_levels = ark_arena_calloc(arena, family->variant_count, 1);
    struct ark_class_levels *class_levels =
        ark_arena_calloc(arena, family->class_count, sizeof *class_levels);
    for (uint32_t i = 0; i < forms->count; i++) {
        if (!ark_str_equal(forms->forms[i].family, family->key)) {
            continue;
        }
        for (uint32_t k = 0; k < family->variant_count; k++) {
            if (ark_str_equal(family->variants[k].form, forms->forms[i].text)) {
                variant_levels[k] = (uint8_t)(1u << forms->forms[i].nearness);
            }
        }
    }
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        class_levels[i] = (struct ark_class_levels){0, ARK_LEVELS_ALL};
        for (uint32_t k = 0; k < class->variant_count; k++) {
            class_levels[i].some |= variant_levels[class->first_variant + k];
            class_levels[i].every &= variant_levels[class->first_variant + k];
        }
        out->levels |= class_levels[i].some;
    }
    out->family = family;
    out->variant_levels = variant_levels;
    out->class_levels = class_levels;
}

/** True when an earlier form of the set has the same family. */
static bool
family_was_seen(const struct ark_form_set *forms, uint32_t idx)
{
    for (uint32_t i = 0; i < idx; i++) {
        if (ark_str_equal(forms->forms[i].family, forms->forms[idx].family)) {
            return true;
        }
    }
    return false;
}

/** Looks up the families of all forms in one segment, and counts the documents with any of them. */
static enum ark_status
expand_forms_in_segment(struct ark_expansion *expansion, struct ark_segment *segment,
                        uint32_t segment_idx, struct ark_arena *arena, struct ark_error *err)
{
    const struct ark_form_set *forms = &expansion->forms;
    struct ark_word_segment *head = &expansion->segments[segment_idx];
    struct ark_word_segment *last = head;
    for (uint32_t i = 0; i < forms->count; i++) {
        const struct ark_family *family = NULL;
        if (forms->forms[i].family.len == 0 || family_was_seen(forms, i)) {
            continue;
        }
        enum ark_status status =
            ark_segment_find_family(segment, forms->forms[i].family, arena, &family, err);
        if (status != ARK_OK) {
            return status;
        }
        if (family == NULL) {
            continue;
        }
        if (last->family != NULL) {
            struct ark_word_segment *more = ARK_ARENA_NEW(arena, struct ark_word_segment);
            last->next = more;
            last = more;
        }
        match_forms(forms, family, arena, last);
        head->levels |= last->levels;
    }
    return head->levels == 0 ? ARK_OK
                             : count_union(expansion, segment, segment_idx, ARK_LEVELS_CLOSE, arena,
                                           &expansion->df[ARK_LEVEL_FORM], err);
}

/** Looks up all forms that a pattern or a misspelt word stands for. */
static enum ark_status
expand_forms(struct ark_expansion *expansion, const struct ark_expand_source *source,
             struct ark_arena *arena, struct ark_error *err)
{
    enum ark_status status =
        ark_form_set_find(source, expansion->word, arena, &expansion->forms, err);
    for (uint32_t i = 0; i < source->segment_count && status == ARK_OK; i++) {
        status = expand_forms_in_segment(expansion, source->segments[i], i, arena, err);
    }
    for (unsigned level = 1; level < ARK_LEVEL_COUNT; level++) {
        expansion->df[level] = expansion->df[ARK_LEVEL_FORM];
    }
    return status;
}

/** Looks up a word's family in every segment. */
static enum ark_status
expand_family(struct ark_expansion *expansion, const struct ark_expand_source *source,
              struct ark_arena *arena, struct ark_error *err)
{
    ark_str key = expansion->word->analysed.level[ARK_LEVEL_SKELETON];
    for (uint32_t i = 0; i < source->segment_count; i++) {
        const struct ark_family *family = NULL;
        enum ark_status status =
            ark_segment_find_family(source->segments[i], key, arena, &family, err);
        if (status == ARK_OK && family != NULL) {
            status = expand_in_segment(expansion, source->segments[i], i, family, arena, err);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    return ARK_OK;
}

/** The levels that count for a word. */
static uint8_t
levels_of(const struct ark_query_node *word)
{
    if (ark_word_has_forms(word)) {
        return ARK_LEVELS_CLOSE;
    }
    return word->exact ? ARK_LEVELS_FORM : ARK_LEVELS_ALL;
}

enum ark_status
ark_expand(const struct ark_expand_source *source, const struct ark_query_node *word,
           struct ark_arena *arena, struct ark_expansion *out, struct ark_error *err)
{
    struct ark_expansion expansion = {
        .word = word,
        .levels = levels_of(word),
        .segments = ark_arena_calloc(arena, source->segment_count, sizeof *expansion.segments),
    };
    enum ark_status status = ark_word_has_forms(word)
                                 ? expand_forms(&expansion, source, arena, err)
                                 : expand_family(&expansion, source, arena, err);
    if (status != ARK_OK) {
        return status;
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
