#include "searcher/expand.h"

#include <stdlib.h>

#include "common/codec/rare_lists.h"
#include "common/store/lists.h"
#include "common/text/spelling.h"

/** The distinct texts that a word accepts at a level, and the documents of each in all segments. */
struct level_terms {
    ark_str texts[1 + ARK_SPELLINGS_MAX];
    uint64_t df[1 + ARK_SPELLINGS_MAX];
    uint32_t count;
};

/** Levels that have terms; the skeleton's is the family. */
enum { TERM_LEVELS = ARK_LEVEL_SKELETON };

/** A word on its way to an expansion. */
struct expanding {
    struct ark_expansion *expansion;
    struct level_terms terms[TERM_LEVELS];
    struct ark_arena *arena;
    struct ark_error *err;
};

static void
add_term(struct level_terms *terms, ark_str text)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (ark_str_equal(terms->texts[i], text)) {
            return;
        }
    }
    terms->texts[terms->count++] = text;
}

/** Lists what the word accepts: its own texts and those of its other spellings. */
static void
list_terms(struct expanding *of, const struct ark_query_node *word)
{
    for (unsigned level = 0; level < TERM_LEVELS; level++) {
        add_term(&of->terms[level], word->analysed.level[level]);
        for (uint32_t i = 0; i < word->spelling_count && !word->exact; i++) {
            add_term(&of->terms[level], word->spellings[i].level[level]);
        }
    }
}

static bool
counts(const struct ark_expansion *expansion, unsigned level)
{
    return (expansion->levels >> level & 1) != 0;
}

/** Arrays of one value each, long enough for any class of a family. */
struct constants {
    const uint8_t *of[ARK_LEVELS_SETS];
    uint32_t length;
};

static struct constants
constants_for(const struct ark_family *family)
{
    struct constants constants = {.length = 0};
    for (uint32_t i = 0; i < family->class_count; i++) {
        uint32_t count = family->classes[i].variant_count;
        constants.length = count > constants.length ? count : constants.length;
    }
    return constants;
}

/** Levels of a class whose variants all match alike. */
static struct ark_class_levels
alike(struct constants *constants, unsigned levels, struct ark_arena *arena)
{
    if (constants->of[levels] == NULL) {
        uint8_t *values = ark_arena_alloc(arena, constants->length);
        constants->of[levels] = memset(values, (int)levels, constants->length);
    }
    return (struct ark_class_levels){
        .some = (uint8_t)levels, .every = (uint8_t)levels, .variants = constants->of[levels]};
}

/** Levels of a class whose variants are levels. */
static struct ark_class_levels
of_variants(const uint8_t *levels, uint32_t count)
{
    struct ark_class_levels out = {.every = ARK_LEVELS_ALL, .variants = levels};
    for (uint32_t i = 0; i < count; i++) {
        out.some |= levels[i];
        out.every &= levels[i];
    }
    return out;
}

/** Notes the rare variants of a class that have a form that is wanted. */
static void
find_rare(const struct ark_class *class, const struct ark_variant_match *variants,
          struct ark_arena *arena, struct ark_class_levels *out)
{
    enum { FOUND_MAX = 8 }; // spellings are few
    uint32_t first = 0;
    if (class->rare_bytes == 0) {
        return;
    }
    while (first < class->variant_count && !ark_is_rare(class->df, variants[first].df)) {
        first++;
    }
    struct ark_rare_place *found = NULL;
    for (uint32_t i = first; i < class->variant_count && out->rare_count < FOUND_MAX; i++) {
        if (variants[i].wanted != 0) {
            found = found != NULL ? found : ark_arena_alloc(arena, FOUND_MAX * sizeof *found);
            found[out->rare_count++] = (struct ark_rare_place){
                .variant_count = class->variant_count - first,
                .variant = i - first,
                .df = variants[i].df,
            };
        }
    }
    out->rare = found;
}

/** Fills in the levels of the variants of a class that do not all match alike. */
static enum ark_status
match_variants(struct expanding *of, const struct ark_family *family, const struct ark_class *class,
               unsigned shared, struct ark_class_levels *out)
{
    const struct ark_variant_match *variants = NULL;
    struct level_terms *forms = &of->terms[ARK_LEVEL_FORM];
    uint32_t seen = 0; // a bit for each form whose documents were counted
    enum ark_status status =
        ark_family_match_variants(class, forms->texts, forms->count, of->arena, &variants, of->err);
    if (status != ARK_OK) {
        return status;
    }
    uint8_t *levels = ark_arena_alloc(of->arena, class->variant_count);
    for (uint32_t i = 0; i < class->variant_count; i++) {
        const struct ark_variant_match *variant = &variants[i];
        unsigned here = shared;
        if (counts(of->expansion, ARK_LEVEL_STEM) && family->stem_wanted[variant->stem_idx] != 0) {
            here |= 1u << ARK_LEVEL_STEM;
        }
        if (variant->wanted != 0) {
            here |= ARK_LEVELS_FORM;
            forms->df[variant->wanted - 1] +=
                (seen >> variant->wanted & 1) == 0 ? variant->form_df : 0;
            seen |= 1u << variant->wanted;
        }
        levels[i] = (uint8_t)here;
    }
    *out = of_variants(levels, class->variant_count);
    find_rare(class, variants, of->arena, out);
    return ARK_OK;
}

/** Which of the stems of a class are accepted: some, all. */
struct accepted {
    bool some;
    bool all;
};

static struct accepted
accepted_stems(const struct ark_expansion *expansion, const struct ark_family *family,
               const struct ark_class *class)
{
    struct accepted accepted = {false, counts(expansion, ARK_LEVEL_STEM)};
    for (uint32_t i = 0; i < class->stem_count && counts(expansion, ARK_LEVEL_STEM); i++) {
        bool wanted = family->stem_wanted[class->stems[i]] != 0;
        accepted.some = accepted.some || wanted;
        accepted.all = accepted.all && wanted;
    }
    return accepted;
}

/** Fills in the levels of a class. */
static enum ark_status
match_class(struct expanding *of, const struct ark_family *family, const struct ark_class *class,
            struct constants *constants, struct ark_class_levels *out)
{
    const struct ark_expansion *expansion = of->expansion;
    unsigned shared = expansion->levels & 1u << ARK_LEVEL_SKELETON;
    struct accepted stems = accepted_stems(expansion, family, class);
    if (class->light_wanted != 0 && counts(expansion, ARK_LEVEL_LIGHT)) {
        shared |= 1u << ARK_LEVEL_LIGHT;
        of->terms[ARK_LEVEL_LIGHT].df[class->light_wanted - 1] += class->df;
    }
    // A form has one light form, so a class with another has none of the wanted forms.
    if (class->light_wanted != 0 || stems.some != stems.all) {
        return match_variants(of, family, class, shared, out);
    }
    *out = alike(constants, shared | (stems.all ? 1u << ARK_LEVEL_STEM : 0), of->arena);
    return ARK_OK;
}

/** Matches the word against its family in one segment and adds its document counts. */
static enum ark_status
expand_in_segment(struct expanding *of, const struct ark_family *family,
                  struct ark_word_segment *out)
{
    struct ark_expansion *expansion = of->expansion;
    struct constants constants = constants_for(family);
    struct ark_class_levels *class_levels =
        ark_arena_alloc(of->arena, family->class_count * sizeof *class_levels);
    for (uint32_t i = 0; i < family->class_count; i++) {
        enum ark_status status =
            match_class(of, family, &family->classes[i], &constants, &class_levels[i]);
        if (status != ARK_OK) {
            return status;
        }
        out->levels |= class_levels[i].some;
    }
    for (uint32_t i = 0; i < family->stem_count && counts(expansion, ARK_LEVEL_STEM); i++) {
        if (family->stem_wanted[i] != 0) {
            of->terms[ARK_LEVEL_STEM].df[family->stem_wanted[i] - 1] += family->stems[i].df;
        }
    }
    if (counts(expansion, ARK_LEVEL_SKELETON)) {
        expansion->df[ARK_LEVEL_SKELETON] += family->df;
    }
    if (out->levels != 0) {
        out->family = family;
        out->class_levels = class_levels;
    }
    return ARK_OK;
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

/** The forms of the set that have one family, by light form. */
struct family_forms {
    const struct ark_set_form *const *forms;
    uint32_t count;
    ark_str *lights; /**< distinct ones */
    uint32_t *first; /**< by light form: the first of its forms; one more: count */
    ark_str *texts;  /**< of the forms */
    uint32_t light_count;
};

static int
compare_places(const void *left, const void *right)
{
    const struct ark_set_form *a = *(const struct ark_set_form *const *)left;
    const struct ark_set_form *b = *(const struct ark_set_form *const *)right;
    int order = ark_str_compare(a->family, b->family);
    order = order != 0 ? order : ark_str_compare(a->light, b->light);
    return order != 0 ? order : ark_str_compare(a->text, b->text);
}

/** The forms of the set by family and light form. */
static const struct ark_set_form **
sort_forms(const struct ark_form_set *set, struct ark_arena *arena)
{
    const struct ark_set_form **sorted =
        ark_arena_alloc(arena, set->count * sizeof(const struct ark_set_form *));
    for (uint32_t i = 0; i < set->count; i++) {
        sorted[i] = &set->forms[i];
    }
    if (set->count > 1) {
        qsort(sorted, set->count, sizeof(const struct ark_set_form *), compare_places);
    }
    return sorted;
}

/** Takes those at the beginning of sorted that have one family. */
static struct family_forms
take_family(const struct ark_set_form *const *sorted, uint32_t count, struct ark_arena *arena)
{
    struct family_forms of = {.forms = sorted};
    while (of.count < count && ark_str_equal(sorted[of.count]->family, sorted[0]->family)) {
        of.count++;
    }
    of.lights = ark_arena_alloc(arena, of.count * sizeof *of.lights);
    of.first = ark_arena_alloc(arena, (of.count + 1) * sizeof *of.first);
    of.texts = ark_arena_alloc(arena, of.count * sizeof *of.texts);
    for (uint32_t i = 0; i < of.count; i++) {
        of.texts[i] = sorted[i]->text;
        if (i == 0 || !ark_str_equal(sorted[i]->light, sorted[i - 1]->light)) {
            of.first[of.light_count] = i;
            of.lights[of.light_count++] = sorted[i]->light;
        }
    }
    of.first[of.light_count] = of.count;
    return of;
}

/** Notes which variants of a class have forms of the set, and adds to the documents of those. */
static enum ark_status
match_forms(struct expanding *of, const struct family_forms *forms, const struct ark_class *class,
            uint64_t *form_df, struct ark_class_levels *out)
{
    uint32_t first = forms->first[class->light_wanted - 1];
    uint32_t count = forms->first[class->light_wanted] - first;
    const struct ark_variant_match *variants = NULL;
    enum ark_status status = ark_family_match_variants(class, forms->texts + first, count,
                                                       of->arena, &variants, of->err);
    if (status != ARK_OK) {
        return status;
    }
    uint8_t *levels = ark_arena_calloc(of->arena, class->variant_count, 1);
    bool *seen = ark_arena_calloc(of->arena, count, sizeof *seen);
    for (uint32_t i = 0; i < class->variant_count; i++) {
        if (variants[i].wanted == 0) {
            continue;
        }
        uint32_t which = variants[i].wanted - 1;
        const struct ark_set_form *form = forms->forms[first + which];
        levels[i] = (uint8_t)(1u << form->nearness);
        form_df[form - of->expansion->forms.forms] += seen[which] ? 0 : variants[i].form_df;
        seen[which] = true;
    }
    *out = of_variants(levels, class->variant_count);
    return ARK_OK;
}

/** Looks up one family of the set in a segment. */
static enum ark_status
expand_set_family(struct expanding *of, struct ark_segment *segment,
                  const struct family_forms *forms, uint64_t *form_df, struct ark_word_segment *out)
{
    const struct ark_family *family = NULL;
    const struct ark_family_wanted wanted = {.lights = forms->lights,
                                             .light_count = forms->light_count};
    enum ark_status status = ark_segment_match_family(segment, forms->forms[0]->family, &wanted,
                                                      of->arena, &family, of->err);
    if (status != ARK_OK || family == NULL) {
        return status;
    }
    struct constants constants = constants_for(family);
    struct ark_class_levels *class_levels =
        ark_arena_alloc(of->arena, family->class_count * sizeof *class_levels);
    for (uint32_t i = 0; i < family->class_count && status == ARK_OK; i++) {
        class_levels[i] = alike(&constants, 0, of->arena);
        if (family->classes[i].light_wanted != 0) {
            status = match_forms(of, forms, &family->classes[i], form_df, &class_levels[i]);
        }
        out->levels |= class_levels[i].some;
    }
    out->family = family;
    out->class_levels = class_levels;
    return status;
}

/** Looks up the families of all forms in one segment. */
static enum ark_status
expand_forms_in_segment(struct expanding *of, const struct ark_set_form *const *sorted,
                        struct ark_segment *segment, uint64_t *form_df,
                        struct ark_word_segment *head)
{
    struct ark_word_segment *last = head;
    uint32_t count = of->expansion->forms.count;
    for (uint32_t i = 0; i < count;) {
        const struct family_forms forms = take_family(sorted + i, count - i, of->arena);
        struct ark_word_segment found = {.family = NULL};
        enum ark_status status = expand_set_family(of, segment, &forms, form_df, &found);
        if (status != ARK_OK) {
            return status;
        }
        if (found.levels != 0) {
            if (last->family != NULL) {
                struct ark_word_segment *more = ARK_ARENA_NEW(of->arena, struct ark_word_segment);
                last->next = more;
                last = more;
            }
            uint8_t levels = head->levels;
            *last = found;
            head->levels = levels | found.levels;
        }
        i += forms.count;
    }
    return ARK_OK;
}

/** Looks up all forms that a pattern or a misspelt word stands for. */
static enum ark_status
expand_forms(struct expanding *of, const struct ark_expand_source *source)
{
    struct ark_expansion *expansion = of->expansion;
    enum ark_status status =
        ark_form_set_find(source, expansion->word, of->arena, &expansion->forms, of->err);
    if (status != ARK_OK) {
        return status;
    }
    const struct ark_set_form *const *sorted = sort_forms(&expansion->forms, of->arena);
    uint64_t *form_df = ark_arena_calloc(of->arena, expansion->forms.count, sizeof *form_df);
    for (uint32_t i = 0; i < source->segment_count && status == ARK_OK; i++) {
        status = expand_forms_in_segment(of, sorted, source->segments[i], form_df,
                                         &expansion->segments[i]);
    }
    uint64_t df = ark_bm25_df_of_any(form_df, expansion->forms.count, source->document_count);
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        expansion->df[level] = df;
    }
    return status;
}

/**
 * Documents of a level: of the family at most. With several spellings those that have two
 * count twice; who writes keeps to one, and counting would walk over all their lists.
 */
static uint64_t
add_up(const struct level_terms *terms, uint64_t family_df)
{
    uint64_t df = 0;
    for (uint32_t i = 0; i < terms->count; i++) {
        df += terms->df[i];
    }
    return df < family_df ? df : family_df;
}

/** Looks up a word's family in every segment. */
static enum ark_status
expand_family(struct expanding *of, const struct ark_expand_source *source)
{
    struct ark_expansion *expansion = of->expansion;
    ark_str key = expansion->word->analysed.level[ARK_LEVEL_SKELETON];
    list_terms(of, expansion->word);
    const struct level_terms *terms = of->terms;
    const struct ark_family_wanted wanted = {
        .lights = terms[ARK_LEVEL_LIGHT].texts,
        .light_count = terms[ARK_LEVEL_LIGHT].count,
        .stems = terms[ARK_LEVEL_STEM].texts,
        .stem_count = counts(expansion, ARK_LEVEL_STEM) ? terms[ARK_LEVEL_STEM].count : 0,
    };
    uint64_t family_df = 0;
    for (uint32_t i = 0; i < source->segment_count; i++) {
        const struct ark_family *family = NULL;
        enum ark_status status = ark_segment_match_family(source->segments[i], key, &wanted,
                                                          of->arena, &family, of->err);
        if (status == ARK_OK && family != NULL) {
            family_df += family->df;
            status = expand_in_segment(of, family, &expansion->segments[i]);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    for (unsigned level = 0; level < TERM_LEVELS; level++) {
        expansion->df[level] = add_up(&terms[level], family_df);
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
    struct expanding of = {.expansion = &expansion, .arena = arena, .err = err};
    enum ark_status status =
        ark_word_has_forms(word) ? expand_forms(&of, source) : expand_family(&of, source);
    if (status != ARK_OK) {
        return status;
    }
    weigh(&expansion, source->document_count);
    *out = expansion;
    return ARK_OK;
}
