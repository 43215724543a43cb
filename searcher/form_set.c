#include "searcher/form_set.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/levels.h"
#include "searcher/fuzzy.h"
#include "searcher/pattern.h"

_Static_assert((int)ARK_FUZZY_EDITS_MAX == (int)ARK_QUERY_EDITS_MAX, "edits are the same");

const double ark_nearness_weight[ARK_LEVEL_COUNT] = {
    [ARK_NEAR_SAME] = 1.0,
    [ARK_NEAR_EDIT] = 0.8,
    [ARK_NEAR_FAR] = 0.6,
};

enum { EDIT_COST_MAX = 100 };

/** Forms while they are collected. */
struct collected {
    struct ark_set_form *items;
    size_t count;
    size_t capacity;
    size_t count_max; /**< more distinct ones are an error; SIZE_MAX: no limit */
    struct ark_arena *arena;
};

static void
collect(struct collected *to, ark_str text, uint32_t cost)
{
    enum ark_nearness nearness = cost == 0               ? ARK_NEAR_SAME
                                 : cost <= EDIT_COST_MAX ? ARK_NEAR_EDIT
                                                         : ARK_NEAR_FAR;
    ARK_GROW(to->items, to->capacity, to->count + 1);
    to->items[to->count++] = (struct ark_set_form){
        .text = ark_arena_dup(to->arena, text), .cost = cost, .nearness = (uint8_t)nearness};
}

static int
compare_texts(const void *left, const void *right)
{
    const struct ark_set_form *a = left;
    const struct ark_set_form *b = right;
    return ark_str_compare(a->text, b->text);
}

static int
compare_costs(const void *left, const void *right)
{
    const struct ark_set_form *a = left;
    const struct ark_set_form *b = right;
    if (a->cost != b->cost) {
        return a->cost < b->cost ? -1 : 1;
    }
    return ark_str_compare(a->text, b->text);
}

/** Leaves each form once. */
static void
drop_repeated(struct collected *forms)
{
    size_t kept = 0;
    if (forms->count > 0) {
        qsort(forms->items, forms->count, sizeof *forms->items, compare_texts);
    }
    for (size_t i = 0; i < forms->count; i++) {
        if (kept == 0 || !ark_str_equal(forms->items[kept - 1].text, forms->items[i].text)) {
            forms->items[kept++] = forms->items[i];
        }
    }
    forms->count = kept;
}

static enum ark_status
too_many(const struct ark_query_node *word, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_LIMIT,
                         "a wildcard that stands for more than %d forms, write more letters: %.*s",
                         ARK_QUERY_FORMS_MAX, ARK_STR_ARG(word->text));
}

/** The forms of one segment that fit a pattern. */
static enum ark_status
scan_pattern(struct ark_form_iterator *forms, const struct ark_query_node *word,
             const struct ark_pattern *pattern, struct collected *to, struct ark_error *err)
{
    size_t before = to->count;
    const struct ark_form *form = NULL;
    enum ark_status status = ark_form_iterator_seek(forms, pattern->prefix, err);
    while (status == ARK_OK) {
        status = ark_form_iterator_next(forms, &form, err);
        if (status != ARK_OK || form == NULL || !ark_str_starts_with(form->text, pattern->prefix)) {
            break;
        }
        if (ark_pattern_fits(pattern, form->text)) {
            if (to->count - before == ARK_QUERY_FORMS_MAX) {
                return too_many(word, err);
            }
            collect(to, form->text, 0);
        }
    }
    return status;
}

static bool
step(void *context, uint32_t depth, uint32_t codepoint)
{
    return ark_fuzzy_step(context, depth, codepoint);
}

static uint32_t
next(void *context, uint32_t depth, uint32_t codepoint)
{
    return ark_fuzzy_next(context, depth, codepoint);
}

static bool
ends(void *context, uint32_t depth)
{
    return ark_fuzzy_ends(context, depth);
}

/** The forms of one segment within the edits. */
static enum ark_status
scan_fuzzy(struct ark_form_iterator *forms, struct ark_fuzzy *fuzzy, struct collected *to,
           struct ark_error *err)
{
    const struct ark_form_filter filter = {step, next, ends, fuzzy};
    const struct ark_form *form = NULL;
    enum ark_status status = ark_form_iterator_seek(forms, ARK_STR(""), err);
    while (status == ARK_OK) {
        status = ark_form_iterator_next_wanted(forms, &filter, &form, err);
        if (status != ARK_OK || form == NULL) {
            break;
        }
        collect(to, form->text, ark_fuzzy_cost(fuzzy->word, form->text));
    }
    return status;
}

/** The family and the light form of a form, which are pure functions of it. */
static void
find_family(struct ark_set_form *form, struct ark_analyzer **analyzer, struct ark_arena *arena)
{
    enum ark_script script = ark_level_script(form->text);
    form->light = form->text;
    form->family = form->text;
    if (form->text.len > ARK_LEVELS_BYTES_MAX) {
        return;
    }
    if (script == ARK_SCRIPT_ARABIC) { // all that the analyzer would do besides is to stem it
        uint8_t bytes[ARK_LEVELS_BYTES_MAX * 2];
        struct ark_buf key = {.bytes = bytes, .capacity = sizeof bytes, .bytes_max = sizeof bytes};
        form->light = ark_level_light(form->text);
        ark_level_family(form->light, &key);
        form->family = ark_arena_dup(arena, ark_buf_view(&key));
    } else if (script == ARK_SCRIPT_LATIN) {
        *analyzer = *analyzer == NULL ? ark_analyzer_new() : *analyzer;
        uint32_t number = ark_analyzer_intern(*analyzer, form->text, script);
        struct ark_word word = ark_analyzer_word(*analyzer, number);
        form->family = ark_arena_dup(arena, word.level[ARK_LEVEL_SKELETON]);
    }
}

/** Fills in families and light forms. */
static void
find_families(struct collected *forms)
{
    struct ark_analyzer *analyzer = NULL;
    for (size_t i = 0; i < forms->count; i++) {
        find_family(&forms->items[i], &analyzer, forms->arena);
    }
    ark_analyzer_free(analyzer);
}

static enum ark_status
scan_segments(const struct ark_expand_source *source, const struct ark_query_node *word,
              struct collected *to, struct ark_error *err)
{
    bool pattern = word->match == ARK_MATCH_PATTERN;
    struct ark_pattern ready = ark_pattern_make(word->pattern, to->arena);
    ark_str form = word->analysed.level[ARK_LEVEL_FORM];
    struct ark_fuzzy *fuzzy = pattern ? NULL : ark_fuzzy_new(form, word->distance, to->arena);
    enum ark_status status = ARK_OK;
    if (!pattern && fuzzy == NULL) { // too long a word to have misspellings
        collect(to, form, 0);
        return ARK_OK;
    }
    for (uint32_t i = 0; i < source->segment_count && status == ARK_OK; i++) {
        struct ark_form_iterator *forms = ark_form_iterator_new(source->segments[i]);
        status = pattern ? scan_pattern(forms, word, &ready, to, err)
                         : scan_fuzzy(forms, fuzzy, to, err);
        ark_form_iterator_free(forms);
    }
    return status;
}

enum ark_status
ark_form_set_find(const struct ark_expand_source *source, const struct ark_query_node *word,
                  struct ark_arena *arena, struct ark_form_set *out, struct ark_error *err)
{
    struct collected forms = {.arena = arena};
    enum ark_status status = scan_segments(source, word, &forms, err);
    if (status == ARK_OK) {
        drop_repeated(&forms);
        if (word->match == ARK_MATCH_PATTERN && forms.count > ARK_QUERY_FORMS_MAX) {
            status = too_many(word, err);
        }
    }
    if (status == ARK_OK) {
        if (forms.count > 0) {
            qsort(forms.items, forms.count, sizeof *forms.items, compare_costs);
        }
        forms.count = forms.count < ARK_QUERY_FORMS_MAX ? forms.count : ARK_QUERY_FORMS_MAX;
        find_families(&forms);
        struct ark_set_form *items = ark_arena_calloc(arena, forms.count, sizeof *items);
        if (forms.count > 0) {
            memcpy(items, forms.items, forms.count * sizeof *items);
        }
        *out = (struct ark_form_set){items, (uint32_t)forms.count};
    }
    free(forms.items);
    return status;
}
