/*
 * Random queries over random indexes of several segments with deletions.
 * Oracles: a brute-force search that scans the words of the texts and knows
 * nothing of families, postings or bounds; and for runs in two stages the exact
 * one, to the last bit. ARK_QUERIES says how many queries to try (720).
 */
#include <math.h>

#include "common/base/memory.h"
#include "searcher/search.h"
#include "tests/support/random.h"
#include "tests/support/random_items.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_index.h"

enum {
    ROUNDS = 12,
    QUERIES = 60,
    SEGMENTS_MAX = 4,
    DOCUMENTS_MAX = 700,
    TEXT_BYTES_MAX = 1 << 16,
    WORDS_MAX = 64, // of a query
    EXACT_POSTINGS = 2048, // that are scored at once
};

/** Fails with the query at hand. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\nquery: %s\n", __FILE__, __LINE__, #condition, query_text);          \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static const char *query_text = "";

/** A document as the oracle sees it. */
struct oracle_document {
    const struct text_word *words;
    size_t word_count;
    uint32_t length;
    uint32_t segment_idx;
    ark_docid doc;
    bool dead;
};

struct oracle {
    struct oracle_document documents[SEGMENTS_MAX * DOCUMENTS_MAX];
    size_t count;
    double mean_length;
    struct ark_arena arena;
};

static struct oracle oracle;

/* ---- The oracle ---- */

/** The levels at which a text word matches a query word: equality of texts, inside a family only. */
static unsigned
levels_of(const struct ark_query_node *word, const struct ark_word *text)
{
    unsigned levels = 0;
    if (!ark_str_equal(word->analysed.level[ARK_LEVEL_SKELETON], text->level[ARK_LEVEL_SKELETON])) {
        return 0;
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        bool counts = !word->exact || level == ARK_LEVEL_FORM;
        if (counts && ark_str_equal(word->analysed.level[level], text->level[level])) {
            levels |= 1u << level;
        }
        for (uint32_t i = 0; i < word->spelling_count && !word->exact; i++) {
            if (ark_str_equal(word->spellings[i].level[level], text->level[level])) {
                levels |= 1u << level;
            }
        }
    }
    return levels;
}

static uint32_t
count_level(const struct oracle_document *document, const struct ark_query_node *word,
            unsigned levels)
{
    uint32_t tf = 0;
    for (size_t i = 0; i < document->word_count; i++) {
        tf += (levels_of(word, &document->words[i].word) & levels) != 0;
    }
    return tf;
}

enum { CLOSE = 1 << ARK_LEVEL_FORM | 1 << ARK_LEVEL_LIGHT | 1 << ARK_LEVEL_STEM, ANY = 15 };

/** Documents that have a text at a level, in the family of the word. */
static double
documents_of(const struct ark_query_node *word, unsigned level, ark_str text)
{
    double df = 0;
    for (size_t i = 0; i < oracle.count; i++) {
        const struct oracle_document *document = &oracle.documents[i];
        bool has = false;
        for (size_t k = 0; k < document->word_count && !has; k++) {
            const struct ark_word *other = &document->words[k].word;
            has = ark_str_equal(other->level[level], text) &&
                  ark_str_equal(other->level[ARK_LEVEL_SKELETON],
                                word->analysed.level[ARK_LEVEL_SKELETON]);
        }
        df += has;
    }
    return df;
}

/** Documents of spellings add up, to those of the family at most. */
static double
idf_of(const struct ark_query_node *word, unsigned level)
{
    double df = documents_of(word, level, word->analysed.level[level]);
    for (uint32_t i = 0; i < word->spelling_count && !word->exact; i++) {
        ark_str text = word->spellings[i].level[level];
        bool again = ark_str_equal(text, word->analysed.level[level]);
        for (uint32_t k = 0; k < i; k++) {
            again = again || ark_str_equal(text, word->spellings[k].level[level]);
        }
        df += again ? 0 : documents_of(word, level, text);
    }
    df = fmin(df, documents_of(word, ARK_LEVEL_SKELETON, word->analysed.level[ARK_LEVEL_SKELETON]));
    if (word->exact && level != ARK_LEVEL_FORM) {
        df = 0;
    }
    return log(1 + ((double)oracle.count - df + 0.5) / (df + 0.5));
}

static double
saturate(const struct oracle_document *document, double tf)
{
    double length = ark_norm_decode(ark_norm_encode(document->length));
    return tf * 2.0 / (tf + 1.0 * (0.5 + 0.5 * length / oracle.mean_length));
}

/** Whether a close match of the word stands at a position. */
static bool
stands_at(const struct oracle_document *document, const struct ark_query_node *word,
          uint32_t position)
{
    for (size_t i = 0; i < document->word_count; i++) {
        if (document->words[i].position == position) {
            return (levels_of(word, &document->words[i].word) & CLOSE) != 0;
        }
    }
    return false;
}

static bool
phrase_at(const struct oracle_document *document, const struct ark_query_node *phrase,
          uint32_t start)
{
    for (const struct ark_query_node *it = phrase->first_child; it != NULL; it = it->next_sibling) {
        if (!stands_at(document, it, start + it->position)) {
            return false;
        }
    }
    return true;
}

static uint32_t
count_phrase(const struct oracle_document *document, const struct ark_query_node *phrase)
{
    uint32_t tf = 0;
    for (size_t i = 0; i < document->word_count; i++) {
        tf += phrase_at(document, phrase, document->words[i].position);
    }
    return tf;
}

/** A word or phrase that scores, with its idf by level. */
struct scorer {
    const struct ark_query_node *node;
    double idf[ARK_LEVEL_COUNT];
};

static struct scorer scorers[WORDS_MAX];
static size_t scorer_count;

static void
add_scorers(const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_WORD && !node->stopword) {
        struct scorer *scorer = &scorers[scorer_count++];
        scorer->node = node;
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            scorer->idf[level] = idf_of(node, level);
        }
    } else if (node->kind == ARK_QUERY_PHRASE) {
        struct scorer *scorer = &scorers[scorer_count++];
        *scorer = (struct scorer){.node = node};
        for (const struct ark_query_node *it = node->first_child; it; it = it->next_sibling) {
            scorer->idf[0] += idf_of(it, it->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT);
        }
    } else if (node->kind != ARK_QUERY_NOT) {
        for (const struct ark_query_node *it = node->first_child; it; it = it->next_sibling) {
            if (it->occur != ARK_OCCUR_NOT) {
                add_scorers(it);
            }
        }
    }
}

static double
score_word(const struct oracle_document *document, const struct scorer *scorer)
{
    static const double WEIGHTS[] = {1.0, 0.95, 0.9, 0.6};
    double best = 0;
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        double tf = count_level(document, scorer->node, 1u << level);
        double score = WEIGHTS[level] * scorer->idf[level] * saturate(document, tf);
        best = fmax(best, score);
    }
    return best;
}

static double
score_of(const struct oracle_document *document, bool *all_words)
{
    double sum = 0;
    *all_words = true;
    for (size_t i = 0; i < scorer_count; i++) {
        const struct ark_query_node *node = scorers[i].node;
        if (node->kind == ARK_QUERY_PHRASE) {
            uint32_t tf = count_phrase(document, node);
            sum += scorers[i].idf[0] * saturate(document, tf);
            *all_words = *all_words && tf > 0;
        } else {
            sum += score_word(document, &scorers[i]);
            *all_words = *all_words && count_level(document, node, CLOSE) > 0;
        }
    }
    return sum;
}

static bool
is_active(const struct ark_query_node *node)
{
    if (node->first_child == NULL) {
        return !node->stopword;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (is_active(it)) {
            return true;
        }
    }
    return false;
}

static bool matches(const struct oracle_document *document, const struct ark_query_node *node,
                    bool close);

static bool
bag_matches(const struct oracle_document *document, const struct ark_query_node *bag, bool close)
{
    bool must = false;
    bool should = false;
    for (const struct ark_query_node *it = bag->first_child; it != NULL; it = it->next_sibling) {
        if (!is_active(it)) {
            continue;
        }
        bool match = matches(document, it, close || it->occur != ARK_OCCUR_SHOULD);
        if ((it->occur == ARK_OCCUR_NOT && match) || (it->occur == ARK_OCCUR_MUST && !match)) {
            return false;
        }
        must = must || it->occur == ARK_OCCUR_MUST;
        should = should || (it->occur == ARK_OCCUR_SHOULD && match);
    }
    return must || should;
}

static bool
matches(const struct oracle_document *document, const struct ark_query_node *node, bool close)
{
    if (node->kind == ARK_QUERY_WORD) {
        return count_level(document, node, close ? CLOSE : ANY) > 0;
    }
    if (node->kind == ARK_QUERY_PHRASE) {
        return count_phrase(document, node) > 0;
    }
    if (node->kind == ARK_QUERY_BAG) {
        return bag_matches(document, node, close);
    }
    if (node->kind == ARK_QUERY_NOT) {
        return !matches(document, node->first_child, true);
    }
    bool is_and = node->kind == ARK_QUERY_AND;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (is_active(it) && matches(document, it, close || is_and) != is_and) {
            return !is_and;
        }
    }
    return is_and;
}

/** A text in the oracle's arena. */
static const char *
make_text(struct test_random *random, uint32_t words_max)
{
    struct ark_buf buf = ark_buf_make(TEXT_BYTES_MAX);
    uint32_t count = test_random_below(random, words_max + 1);
    for (uint32_t i = 0; i < count; i++) {
        random_word_append(random, &buf);
        ark_buf_push(&buf, ' ');
    }
    const char *text = (const char *)ark_arena_dup(&oracle.arena, ark_buf_view(&buf)).bytes;
    ark_buf_dispose(&buf);
    return text;
}

/* ---- One index ---- */

/**
 * Publishes random documents as a segment and tells the oracle of them. False
 * when all of them are dead: the store then drops the segment.
 */
static bool
add_segment(struct test_random *random, struct ark_store *store, struct ark_analyzer *analyzer,
            uint32_t segment_idx)
{
    // Now and then more than a few blocks of postings, and now and then very unequal lengths.
    uint32_t count =
        1 + test_random_below(random, test_random_one_in(random, 3) ? DOCUMENTS_MAX : 60);
    uint32_t words_max = test_random_one_in(random, 2) ? 12 : 60;
    struct text_document *documents = ark_xcalloc(count, sizeof *documents);
    for (uint32_t i = 0; i < count; i++) {
        documents[i].title = test_random_one_in(random, 2) ? make_text(random, 4) : NULL;
        documents[i].body = make_text(random, words_max);
    }
    uint64_t id = text_publish(store, analyzer, documents, count);
    struct text_words words = text_words_make(analyzer, documents, count, &oracle.arena);
    struct ark_deletion *deletions = ark_xcalloc(count, sizeof *deletions);
    size_t deletion_count = 0;
    uint32_t one_in = 2 + test_random_below(random, 20);
    for (uint32_t i = 0, at = 0; i < count; i++) {
        struct oracle_document *document = &oracle.documents[oracle.count++];
        *document = (struct oracle_document){.words = words.items + at,
                                             .length = words.token_counts[i],
                                             .segment_idx = segment_idx,
                                             .doc = i,
                                             .dead = test_random_one_in(random, one_in)};
        for (; at < words.count && words.items[at].doc == i; at++) {
            document->word_count++;
        }
        if (document->dead) {
            deletions[deletion_count++] = (struct ark_deletion){id, i};
        }
    }
    text_delete(store, deletions, deletion_count);
    free(deletions);
    free(documents);
    oracle.count -= deletion_count == count ? count : 0;
    return deletion_count < count;
}

static struct ark_store *
make_index(struct test_random *random, struct ark_analyzer *analyzer, const char *path)
{
    struct ark_store *store = text_store_open(path);
    uint32_t segment_count = 1 + test_random_below(random, SEGMENTS_MAX);
    uint32_t segment_idx = 0;
    oracle.count = 0;
    for (uint32_t i = 0; i < segment_count; i++) {
        segment_idx += add_segment(random, store, analyzer, segment_idx) ? 1 : 0;
    }
    double tokens = 0;
    for (size_t i = 0; i < oracle.count; i++) {
        tokens += oracle.documents[i].length;
    }
    oracle.mean_length = tokens > 0 ? tokens / (double)oracle.count : 1;
    return store;
}

/* ---- What must hold ---- */

static struct ark_results
run(struct ark_plan *plan, struct ark_search_options options, struct ark_arena *arena)
{
    struct ark_results results;
    struct ark_error error;
    enum ark_status status = ark_plan_run(plan, &options, arena, &results, &error);
    CHECK(status == ARK_OK);
    return results;
}

static bool
close_enough(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fmax(1, fabs(b));
}

static void
check_same_hits(const struct ark_results *a, const struct ark_results *b)
{
    CHECK(a->hit_count == b->hit_count);
    for (uint32_t i = 0; i < a->hit_count; i++) {
        CHECK(a->hits[i].segment_idx == b->hits[i].segment_idx);
        CHECK(a->hits[i].doc == b->hits[i].doc);
        CHECK(a->hits[i].score == b->hits[i].score);
        CHECK(a->hits[i].all_words == b->hits[i].all_words);
    }
}

/** The order of hits: score, then age of the segment, then document. */
static void
check_order(const struct ark_results *results)
{
    for (uint32_t i = 1; i < results->hit_count; i++) {
        const struct ark_hit *a = &results->hits[i - 1];
        const struct ark_hit *b = &results->hits[i];
        bool later =
            a->segment_idx != b->segment_idx ? a->segment_idx < b->segment_idx : a->doc < b->doc;
        CHECK(a->score > b->score || (a->score == b->score && later));
    }
}

/** A run that keeps every match, against the oracle. */
static void
check_all_hits(const struct ark_results *results, const struct ark_query_node *root)
{
    uint64_t documents = 0;
    uint64_t with_all = 0;
    scorer_count = 0;
    add_scorers(root);
    for (size_t i = 0; i < oracle.count; i++) {
        const struct oracle_document *document = &oracle.documents[i];
        const struct ark_hit *hit = NULL;
        for (uint32_t k = 0; k < results->hit_count; k++) {
            if (results->hits[k].segment_idx == document->segment_idx &&
                results->hits[k].doc == document->doc) {
                hit = &results->hits[k];
            }
        }
        bool expected = !document->dead && matches(document, root, false);
        CHECK(expected == (hit != NULL));
        if (hit != NULL) {
            bool all_words = false;
            CHECK(close_enough((double)hit->score, score_of(document, &all_words)));
            CHECK(hit->all_words == all_words);
            documents++;
            with_all += all_words;
        }
    }
    CHECK(results->documents == documents);
    CHECK(results->all_words == with_all);
}

static const struct oracle_document *
find_document(const struct ark_hit *hit)
{
    size_t i = 0;
    while (oracle.documents[i].segment_idx != hit->segment_idx ||
           oracle.documents[i].doc != hit->doc) {
        i++;
    }
    return &oracle.documents[i];
}

static void
check_explanation(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena)
{
    struct ark_explanation explanation;
    enum ark_status status = ark_plan_explain(plan, hit, arena, &explanation, NULL);
    CHECK(status == ARK_OK);
    double sum = explanation.proximity.ordered + explanation.proximity.near +
                 explanation.proximity.passage + explanation.proximity.title;
    for (size_t i = 0; i < explanation.count; i++) {
        const struct ark_explain_line *line = &explanation.lines[i];
        const struct oracle_document *document = find_document(hit);
        CHECK(line->document_count == oracle.count);
        CHECK(close_enough(line->score,
                           (double)line->weight * line->idf * saturate(document, line->tf)));
        sum += line->score;
    }
    CHECK(close_enough(sum, (double)hit->score));
}

/** Whether the oracle has a word or phrase of this length begin at a position of the document. */
static bool
begins_here(const struct oracle_document *document, const struct ark_match *match)
{
    for (size_t i = 0; i < scorer_count; i++) {
        const struct ark_query_node *node = scorers[i].node;
        if (node->kind == ARK_QUERY_PHRASE) {
            if (node->first_child->word == match->word && match->length > 1 &&
                phrase_at(document, node, match->position)) {
                return true;
            }
            continue;
        }
        unsigned levels = count_level(document, node, CLOSE) > 0 ? CLOSE : ANY;
        for (size_t k = 0; k < document->word_count && node->word == match->word; k++) {
            if (document->words[k].position == match->position && match->length == 1) {
                return (levels_of(node, &document->words[k].word) & levels) != 0;
            }
        }
    }
    return false;
}

static void
check_matches(struct ark_plan *plan, const struct ark_hit *hit, struct ark_arena *arena)
{
    struct ark_matches found;
    enum ark_status status = ark_plan_matches(plan, hit, arena, &found, NULL);
    CHECK(status == ARK_OK);
    const struct oracle_document *document = find_document(hit);
    for (size_t i = 0; i < found.count; i++) {
        CHECK(begins_here(document, &found.items[i]));
        CHECK(i == 0 || found.items[i - 1].position <= found.items[i].position);
    }
    size_t expected = 0;
    for (size_t i = 0; i < scorer_count; i++) {
        const struct ark_query_node *node = scorers[i].node;
        bool phrase = node->kind == ARK_QUERY_PHRASE;
        uint32_t close = phrase ? count_phrase(document, node) : count_level(document, node, CLOSE);
        expected += close > 0 || phrase ? close : count_level(document, node, ANY);
    }
    CHECK(found.count == expected);
}

/** A run in two stages: as many hits, in order, each with its exact score. */
static void
check_stages(const struct ark_results *found, const struct ark_results *all)
{
    check_order(found);
    for (uint32_t i = 0; i < found->hit_count; i++) {
        const struct ark_hit *hit = &found->hits[i];
        bool there = false;
        for (uint32_t k = 0; k < all->hit_count && !there; k++) {
            const struct ark_hit *exact = &all->hits[k];
            there = exact->segment_idx == hit->segment_idx && exact->doc == hit->doc &&
                    exact->score == hit->score && exact->all_words == hit->all_words;
        }
        CHECK(there);
    }
}

/** True when the documents of all words are so few that none is left unscored by chance. */
static bool
scores_all(const struct ark_query *query)
{
    bool has_forms = strpbrk(query_text, "*?~") != NULL; // and many families
    return !has_forms && query->word_count * oracle.count <= EXACT_POSTINGS;
}

/** Counting alone gives the same number of documents. */
static void
check_count(struct ark_plan *plan, const struct ark_results *all, struct ark_arena *arena)
{
    const struct ark_search_options options = {.count = true, .documents_alone = true};
    struct ark_results counted = run(plan, options, arena);
    CHECK(counted.hit_count == 0 && counted.all_words == 0);
    CHECK(counted.documents == all->documents);
}

static void
check_query(struct test_random *random, struct ark_snapshot *snapshot,
            const struct ark_query *query, struct ark_arena *arena)
{
    struct ark_plan *plan = NULL;
    enum ark_status status = ark_plan_make(snapshot, query, arena, &plan, NULL);
    CHECK(status == ARK_OK);
    struct ark_search_options options = {.limit = ARK_HITS_MAX, .count = true, .plain = true};
    options.mode = ARK_SEARCH_EXACT;
    struct ark_results all = run(plan, options, arena);
    if (query->root == NULL) {
        CHECK(all.hit_count == 0);
        return;
    }
    check_order(&all);
    check_all_hits(&all, query->root);
    check_count(plan, &all, arena);
    const struct ark_search_options staged = {
        .limit = 1 + test_random_below(random, 20),
        .plain = true,
        .mode = test_random_one_in(random, 2) ? ARK_SEARCH_STAGES : ARK_SEARCH_AUTO};
    struct ark_results stages = run(plan, staged, arena);
    CHECK(stages.hit_count == (all.hit_count < staged.limit ? all.hit_count : staged.limit));
    check_stages(&stages, &all);
    if (staged.mode == ARK_SEARCH_AUTO && scores_all(query)) {
        all.hit_count = stages.hit_count;
        check_same_hits(&stages, &all);
    }
    options.plain = test_random_one_in(random, 2);
    all = run(plan, options, arena);
    check_order(&all);
    options.limit = test_random_below(random, 12);
    options.offset = test_random_one_in(random, 2) ? test_random_below(random, 12) : 0;
    options.count = false;
    options.mode = ARK_SEARCH_EXACT;
    struct ark_results best = run(plan, options, arena);
    uint32_t skipped = options.offset < all.hit_count ? options.offset : all.hit_count;
    all.hits += skipped;
    all.hit_count -= skipped;
    all.hit_count = all.hit_count < options.limit ? all.hit_count : options.limit;
    check_same_hits(&best, &all);
    for (uint32_t i = 0; i < best.hit_count && i < 3; i++) {
        check_explanation(plan, &best.hits[i], arena);
        check_matches(plan, &best.hits[i], arena);
    }
}

static void
check_index(struct test_random *random, struct ark_analyzer *analyzer,
            struct ark_snapshot *snapshot)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    for (uint32_t i = 0; i < QUERIES; i++) {
        ark_buf_clear(&text);
        ark_arena_reset(&arena);
        random_items_append(random, 0, &text);
        query_text = ark_buf_cstr(&text);
        struct ark_query_options options = {.all = test_random_one_in(random, 8),
                                            .exact = test_random_one_in(random, 8),
                                            .phrase = test_random_one_in(random, 20)};
        struct ark_query *query = NULL;
        enum ark_status status =
            ark_query_parse(ark_buf_view(&text), &options, analyzer, &arena, &query, NULL);
        CHECK(status == ARK_OK || status == ARK_E_ARGUMENT);
        if (status == ARK_OK && query->word_count <= WORDS_MAX) {
            check_query(random, snapshot, query, &arena);
        }
    }
    ark_buf_dispose(&text);
    ark_arena_dispose(&arena);
}

int
main(void)
{
    const char *wanted = getenv("ARK_QUERIES");
    uint32_t rounds =
        wanted != NULL ? (uint32_t)(strtoull(wanted, NULL, 10) / QUERIES) + 1 : ROUNDS;
    struct test_random random = test_random_make(test_seed(20161102));
    struct ark_analyzer *analyzer = ark_analyzer_new();
    oracle.arena = ark_arena_make();
    for (uint32_t round = 0; round < rounds; round++) {
        char *path = test_temp_dir();
        struct ark_store *store = make_index(&random, analyzer, path);
        struct ark_snapshot *snapshot = NULL;
        enum ark_status status = ark_snapshot_open(&snapshot, store, NULL);
        CHECK(status == ARK_OK);
        check_index(&random, analyzer, snapshot);
        ark_snapshot_close(snapshot);
        ark_store_close(store);
        test_temp_dir_remove(path);
        ark_arena_reset(&oracle.arena);
    }
    ark_arena_dispose(&oracle.arena);
    ark_analyzer_free(analyzer);
    return 0;
}
