#include "searcher/suggest.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/utf8.h"
#include "searcher/fuzzy.h"
#include "searcher/plan.h"

enum {
    WORDS_MAX = 8,       // of a query that are replaced
    CANDIDATES_MAX = 64, // forms of a word whose documents are counted
    COST_LETTER = 25,    // hundredths of an edit that each letter of a word allows
    COST_ARTICLE = 40,   // of leaving out the article, or writing one too many
    SHORT_WORD = 3,      // letters of a word that is allowed one edit only
    COST_BEHIND = 50,    // that a candidate may have beyond the first
    GAIN_DOUBLING = 6,   // that twice the documents make up for
    GAIN_DOUBLINGS_MAX = 10,
};

/** The article, alef and lam. */
#define ARTICLE "\u0627\u0644"

struct candidate {
    ark_str form;
    uint32_t cost;
    uint64_t df;
};

/** A word in no document, and what may have been meant. */
struct lost_word {
    const struct ark_query_node *node;
    struct candidate candidates[ARK_SUGGESTIONS_MAX];
    uint32_t count;
};

struct suggester {
    const struct ark_surface_source *source;
    const struct ark_plan *plan;
    const struct ark_query_options *options;
    struct ark_arena *arena;
    struct ark_error *err;
    struct lost_word words[WORDS_MAX];
    uint32_t word_count;
};

/** What the costs and documents of a candidate come to: the least first. */
static int64_t
rank(const struct candidate *candidate)
{
    int64_t doublings = 0;
    while (doublings < GAIN_DOUBLINGS_MAX && candidate->df >> (doublings + 1) != 0) {
        doublings++;
    }
    return (int64_t)candidate->cost - doublings * GAIN_DOUBLING;
}

static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int64_t by_rank = rank(a) - rank(b);
    if (by_rank != 0) {
        return by_rank < 0 ? -1 : 1;
    }
    return ark_str_compare(a->form, b->form);
}

/** In how many documents a form stands. */
static enum ark_status
count_documents(struct suggester *suggester, struct candidate *candidate)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < suggester->plan->segment_count && status == ARK_OK; i++) {
        struct ark_form_iterator *forms = ark_form_iterator_new(suggester->plan->segments[i]);
        const struct ark_form *form = NULL;
        status = ark_form_iterator_seek(forms, candidate->form, suggester->err);
        if (status == ARK_OK) {
            status = ark_form_iterator_next(forms, &form, suggester->err);
        }
        if (status == ARK_OK && form != NULL && ark_str_equal(form->text, candidate->form)) {
            candidate->df += form->df;
        }
        ark_form_iterator_free(forms);
    }
    return status;
}

/** Adds the forms near to one spelling of the word, each with extra cost; a form is kept once. */
static enum ark_status
add_near(struct suggester *suggester, ark_str spelling, uint32_t extra,
         struct candidate *candidates, uint32_t *count)
{
    const struct ark_plan *plan = suggester->plan;
    const struct ark_expand_source source = {plan->segments, plan->segment_count,
                                             plan->document_count};
    struct ark_query_node word = {.kind = ARK_QUERY_WORD, .match = ARK_MATCH_FUZZY};
    struct ark_form_set set;
    uint32_t letters = (uint32_t)ark_utf8_count(spelling);
    word.distance = letters <= SHORT_WORD ? 1 : 2;
    word.analysed.level[ARK_LEVEL_FORM] = spelling;
    enum ark_status status =
        ark_form_set_find(&source, &word, suggester->arena, &set, suggester->err);
    for (uint32_t i = 0; status == ARK_OK && i < set.count; i++) {
        uint32_t cost = set.forms[i].cost + extra;
        uint32_t at = 0;
        while (at < *count && !ark_str_equal(candidates[at].form, set.forms[i].text)) {
            at++;
        }
        if (cost > letters * COST_LETTER || at == CANDIDATES_MAX) {
            continue; // they come in the order of their cost, so what is left out is worse
        }
        if (at == *count) {
            candidates[(*count)++] = (struct candidate){set.forms[i].text, cost, 0};
        } else if (cost < candidates[at].cost) {
            candidates[at].cost = cost;
        }
    }
    return status;
}

/** The word as it stands, without an article, with one. */
static enum ark_status
find_candidates(struct suggester *suggester, struct lost_word *word)
{
    struct candidate candidates[CANDIDATES_MAX];
    uint32_t count = 0;
    ark_str form = word->node->analysed.level[ARK_LEVEL_FORM];
    ark_str article = ARK_STR(ARTICLE);
    enum ark_status status = add_near(suggester, form, 0, candidates, &count);
    if (status == ARK_OK && ark_str_starts_with(form, article)) {
        status = add_near(suggester, ark_str_slice(form, article.len, form.len), COST_ARTICLE,
                          candidates, &count);
    } else if (status == ARK_OK) {
        uint8_t *bytes = ark_arena_alloc(suggester->arena, article.len + form.len);
        memcpy(bytes, article.bytes, article.len);
        memcpy(bytes + article.len, form.bytes, form.len);
        status = add_near(suggester, ark_str_make(bytes, article.len + form.len), COST_ARTICLE,
                          candidates, &count);
    }
    for (uint32_t i = 0; i < count && status == ARK_OK; i++) {
        status = count_documents(suggester, &candidates[i]);
    }
    if (status == ARK_OK && count > 1) {
        qsort(candidates, count, sizeof *candidates, compare_candidates);
    }
    for (uint32_t i = 0; i < count && word->count < ARK_SUGGESTIONS_MAX; i++) {
        // A far second says nothing beside a near first.
        if (candidates[i].cost <= candidates[0].cost + COST_BEHIND) {
            word->candidates[word->count++] = candidates[i];
        }
    }
    return status;
}

/** True for a word that could be misspelt and is in no document but by its skeleton, which only ranks. */
static bool
is_lost(const struct ark_expansion *word)
{
    bool spelt = word->word->match == ARK_MATCH_LEVELS || word->word->match == ARK_MATCH_FORM;
    for (unsigned level = 0; level < ARK_LEVEL_SKELETON; level++) {
        spelt = spelt && ((word->levels >> level & 1) == 0 || word->df[level] == 0);
    }
    return spelt;
}

static enum ark_status
find_lost_words(struct suggester *suggester)
{
    const struct ark_plan *plan = suggester->plan;
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < plan->leaf_count && status == ARK_OK; i++) {
        for (uint32_t k = 0; k < plan->leaves[i].word_count && status == ARK_OK; k++) {
            const struct ark_expansion *expansion = &plan->leaves[i].words[k];
            if (is_lost(expansion) && suggester->word_count < WORDS_MAX) {
                struct lost_word *word = &suggester->words[suggester->word_count++];
                word->node = expansion->word;
                status = find_candidates(suggester, word);
            }
        }
    }
    return status;
}

static int
compare_places(const void *left, const void *right)
{
    const struct lost_word *a = left;
    const struct lost_word *b = right;
    return (a->node->text.bytes > b->node->text.bytes) -
           (a->node->text.bytes < b->node->text.bytes);
}

/** The query with each lost word replaced by its candidate, the first word's being number which. */
static enum ark_status
rewrite(struct suggester *suggester, uint32_t which, struct ark_buf *out)
{
    ark_str text = suggester->plan->query->text;
    size_t copied = 0;
    for (uint32_t i = 0; i < suggester->word_count; i++) {
        const struct lost_word *word = &suggester->words[i];
        size_t start = (size_t)(word->node->text.bytes - text.bytes);
        ark_str surface;
        bool found = false;
        enum ark_status status =
            ark_surface_find(suggester->source, word->candidates[i == 0 ? which : 0].form,
                             suggester->arena, &surface, &found, suggester->err);
        if (status != ARK_OK) {
            return status;
        }
        ark_buf_append_str(out, ark_str_slice(text, copied, start));
        ark_buf_append_str(out, surface);
        copied = start + word->node->text.len;
    }
    ark_buf_append_str(out, ark_str_slice(text, copied, text.len));
    return ARK_OK;
}

/** Whether a query matches anything. */
static enum ark_status
try_query(struct suggester *suggester, ark_str text, bool *matches)
{
    const struct ark_search_options search = {.limit = 1, .plain = true};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    struct ark_results results;
    *matches = false;
    enum ark_status status = ark_query_parse(text, suggester->options, suggester->source->analyzer,
                                             suggester->arena, &query, suggester->err);
    if (status == ARK_E_ARGUMENT || status == ARK_E_LIMIT) {
        return ARK_OK;
    }
    if (status == ARK_OK) {
        status = ark_plan_make(suggester->source->snapshot, query, suggester->arena, &plan,
                               suggester->err);
    }
    if (status == ARK_OK) {
        status = ark_plan_run(plan, &search, suggester->arena, &results, suggester->err);
    }
    *matches = status == ARK_OK && results.hit_count > 0;
    return status;
}

/** True when every lost word lies in the query's text and has a candidate. */
static bool
can_rewrite(const struct suggester *suggester)
{
    ark_str text = suggester->plan->query->text;
    for (uint32_t i = 0; i < suggester->word_count; i++) {
        const struct lost_word *word = &suggester->words[i];
        if (word->count == 0 || word->node->text.bytes < text.bytes ||
            word->node->text.bytes + word->node->text.len > text.bytes + text.len) {
            return false;
        }
    }
    return suggester->word_count > 0;
}

static bool
is_new(const ark_str *items, uint32_t count, ark_str text)
{
    for (uint32_t i = 0; i < count; i++) {
        if (ark_str_equal(items[i], text)) {
            return false;
        }
    }
    return true;
}

enum ark_status
ark_suggest(const struct ark_surface_source *source, const struct ark_plan *plan,
            const struct ark_query_options *options, struct ark_arena *arena,
            struct ark_suggestions *out, struct ark_error *err)
{
    struct suggester suggester = {source, plan, options, arena, err, .word_count = 0};
    ark_str *items = ark_arena_calloc(arena, ARK_SUGGESTIONS_MAX, sizeof *items);
    *out = (struct ark_suggestions){items, 0};
    enum ark_status status = find_lost_words(&suggester);
    if (status != ARK_OK || !can_rewrite(&suggester)) {
        return status;
    }
    qsort(suggester.words, suggester.word_count, sizeof *suggester.words, compare_places);
    for (uint32_t which = 0; which < suggester.words[0].count && status == ARK_OK; which++) {
        struct ark_buf text = ark_buf_make(SIZE_MAX);
        bool matches = false;
        status = rewrite(&suggester, which, &text);
        if (status == ARK_OK) {
            status = try_query(&suggester, ark_buf_view(&text), &matches);
        }
        if (matches && is_new(items, out->count, ark_buf_view(&text))) {
            items[out->count++] = ark_arena_dup(arena, ark_buf_view(&text));
        }
        ark_buf_dispose(&text);
    }
    return status;
}
