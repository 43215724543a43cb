/*
 * Random queries with every operator over random documents, against an oracle
 * that scans the stored texts (query_oracle.h): the documents found, their
 * number, whether they have all words, what is lit in them, that explanations add
 * up, and that pruned runs give the hits of exhaustive ones. The indexes have several segments, made by
 * merging runs and smaller segments, and dead documents.
 *
 * ARK_QUERIES sets how many queries are run (1,500 otherwise).
 */
#include <math.h>

#include "common/base/memory.h"
#include "indexer/builder.h"
#include "searcher/bounded.h"
#include "searcher/proximity.h"
#include "tests/support/query_oracle.h"
#include "tests/support/query_tree.h"
#include "tests/support/random_query.h"
#include "tests/support/temp_dir.h"

enum {
    QUERIES = 1500,
    QUERIES_PER_INDEX = 100,
    PUBLICATIONS_MAX = 5,
    DOCUMENTS_MAX = 40,
    LARGE_DOCUMENTS_MAX = 4000, // enough for two stages to find all they want
    LARGE_QUERIES = 150,
    WORDS_MAX = 18,
    TEXT_BYTES_MAX = 1 << 16,
};

/** Fails with the query at hand. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail(__FILE__, __LINE__, #condition);                                                  \
        }                                                                                          \
    } while (0)

/** What is being checked, for messages. */
static struct {
    const char *query;
    const struct oracle_document *document;
} at_hand = {"", NULL};

static void
fail(const char *file, int line, const char *condition)
{
    printf("%s:%d: %s\nquery: %s\n", file, line, condition, at_hand.query);
    if (at_hand.document != NULL) {
        printf("document %u of segment %u, date %u, %u tokens of title:",
               (unsigned)at_hand.document->doc, (unsigned)at_hand.document->segment_idx,
               (unsigned)at_hand.document->record.date, (unsigned)at_hand.document->title_tokens);
        for (size_t i = 0; i < at_hand.document->token_count; i++) {
            const struct oracle_token *token = &at_hand.document->tokens[i];
            printf(" %u=%.*s", (unsigned)token->position, ARK_STR_ARG(token->text));
        }
        printf("\n");
    }
    exit(1);
}

/* ---- An index ---- */

static ark_str
keep(struct ark_arena *arena, struct ark_buf *buf)
{
    return ark_arena_dup(arena, ark_buf_view(buf));
}

static ark_str
random_text(struct test_random *random, uint32_t words_max, struct ark_arena *arena)
{
    struct ark_buf buf = ark_buf_make(TEXT_BYTES_MAX);
    random_words_append(random, test_random_below(random, words_max + 1), &buf);
    ark_str text = keep(arena, &buf);
    ark_buf_dispose(&buf);
    return text;
}

/** Adds a document; number names its file, of which there is only one. */
static void
add_document(struct test_random *random, struct ark_builder *builder, uint32_t number,
             struct ark_arena *arena)
{
    struct ark_buf name = ark_buf_make(TEXT_BYTES_MAX);
    const char *folder = random_folders[test_random_below(random, 4)];
    ark_buf_printf(&name, "/home/%s/%u.txt", folder, (unsigned)number);
    ark_str path = keep(arena, &name);
    struct ark_document document = {
        .title = test_random_one_in(random, 3) ? ARK_STR("") : random_text(random, 5, arena),
        .body = random_text(random, WORDS_MAX, arena),
        .source = ark_str_from(random_sources[test_random_below(random, 4)]),
        .date = random_dates[test_random_below(random, 8)],
        .fragment = ARK_STR(""),
    };
    if (test_random_one_in(random, 2)) {
        ark_buf_clear(&name);
        ark_buf_printf(&name, "r%u", (unsigned)number);
        document.fragment = keep(arena, &name);
        document.fragment_is_id = test_random_one_in(random, 2);
    }
    enum ark_status status = ark_builder_add(builder, path, 6, &document, NULL);
    CHECK(status == ARK_OK);
    ark_buf_dispose(&name);
}

/** Marks some published documents dead. */
static void
delete_some(struct test_random *random, struct ark_store *store, struct ark_builder *builder)
{
    struct ark_snapshot *snapshot = NULL;
    uint32_t one_in = 2 + test_random_below(random, 20);
    enum ark_status status = ark_snapshot_open(&snapshot, store, NULL);
    CHECK(status == ARK_OK);
    for (uint32_t i = 0; i < ark_snapshot_figures(snapshot)->segment_count; i++) {
        const struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        const struct ark_segment_info *info = ark_segment_info(segment);
        for (ark_docid doc = 0; doc < info->document_count; doc++) {
            if (!ark_segment_is_dead(segment, doc) && test_random_one_in(random, one_in)) {
                ark_builder_delete(builder, info->id, doc);
            }
        }
    }
    ark_snapshot_close(snapshot);
}

static struct ark_store *
make_index(struct test_random *random, const char *path, uint32_t documents_max,
           struct ark_arena *arena)
{
    const struct ark_store_options options = {
        .writable = true, .create = true, .identity = ark_analyzer_identity()};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, path, &options, NULL);
    CHECK(status == ARK_OK);
    uint32_t publications = 1 + test_random_below(random, PUBLICATIONS_MAX);
    uint32_t number = 0;
    for (uint32_t i = 0; i < publications; i++) {
        // Little memory makes many runs, which are merged.
        const struct ark_builder_options building = {
            .memory_bytes_max = test_random_one_in(random, 2) ? 1 : (size_t)1 << 24};
        struct ark_builder *builder = ark_builder_new(store, &building);
        if (test_random_one_in(random, 2)) {
            delete_some(random, store, builder);
        }
        for (uint32_t count = test_random_below(random, documents_max) + 1; count-- > 0;) {
            add_document(random, builder, number++, arena);
        }
        status = ark_builder_publish(builder, NULL);
        CHECK(status == ARK_OK);
        ark_builder_free(builder);
    }
    return store;
}

/* ---- What must hold ---- */

static struct ark_results
run(struct ark_plan *plan, struct ark_search_options options, struct ark_arena *arena)
{
    struct ark_results results;
    enum ark_status status = ark_plan_run(plan, &options, arena, &results, NULL);
    CHECK(status == ARK_OK);
    return results;
}

/** The hit of a document, or NULL. */
static const struct ark_hit *
find_hit(const struct ark_results *results, const struct oracle_document *document)
{
    for (uint32_t i = 0; i < results->hit_count; i++) {
        if (results->hits[i].segment_idx == document->segment_idx &&
            results->hits[i].doc == document->doc) {
            return &results->hits[i];
        }
    }
    return NULL;
}

static void
check_lit(struct ark_plan *plan, const struct ark_hit *hit, const struct oracle_document *document,
          const struct ark_query_node *root, struct ark_arena *arena)
{
    struct oracle_matches expected = {NULL, 0, 0};
    struct ark_matches found;
    enum ark_status status = ark_plan_matches(plan, hit, arena, &found, NULL);
    CHECK(status == ARK_OK);
    oracle_light(document, root, &expected);
    oracle_matches_sort(&expected);
    CHECK(found.count == expected.count);
    for (size_t i = 0; i < found.count; i++) {
        CHECK(found.items[i].position == expected.items[i].position);
        CHECK(found.items[i].length == expected.items[i].length);
        CHECK(found.items[i].word == expected.items[i].word);
        CHECK(found.items[i].idf >= 0);
    }
    free(expected.items);
}

/** The scored node that was written so, or NULL. */
static const struct ark_query_node *
find_written(const struct ark_query_node *node, ark_str text)
{
    bool joined = node->kind == ARK_QUERY_PHRASE || node->kind == ARK_QUERY_NEAR ||
                  node->kind == ARK_QUERY_NAMES;
    if (joined && node->text.bytes == text.bytes && node->text.len == text.len) {
        return node;
    }
    const struct ark_query_node *found = NULL;
    for (const struct ark_query_node *it = joined ? NULL : node->first_child;
         it != NULL && found == NULL; it = it->next_sibling) {
        found = find_written(it, text);
    }
    return found;
}

static bool
close_enough(double a, double b)
{
    return fabs(a - b) <= 1e-5 * fmax(1, fabs(b));
}

/** The lines add up to the score, each is BM25 of its tf, and what is joined has the oracle's tf. */
static void
check_explanation(struct ark_plan *plan, const struct ark_hit *hit,
                  const struct oracle_document *document, const struct ark_query_node *root,
                  struct ark_arena *arena)
{
    struct ark_explanation explanation;
    enum ark_status status = ark_plan_explain(plan, hit, arena, &explanation, NULL);
    CHECK(status == ARK_OK);
    double sum = ark_proximity_sum(&explanation.proximity);
    for (size_t i = 0; i < explanation.count; i++) {
        const struct ark_explain_line *line = &explanation.lines[i];
        const struct ark_query_node *joined = find_written(root, line->query);
        double k = ARK_BM25_K1 * (1 - ARK_BM25_B + ARK_BM25_B * line->length / line->mean_length);
        double saturation = line->tf * (ARK_BM25_K1 + 1) / (line->tf + k);
        CHECK(close_enough(line->score, (double)line->weight * line->idf * saturation));
        CHECK(joined == NULL || line->tf == oracle_count(document, joined));
        sum += line->score;
    }
    CHECK(close_enough(sum, (double)hit->score));
}

/** A run that keeps every match, against the oracle. */
static void
check_all_hits(const struct oracle *oracle, struct ark_plan *plan,
               const struct ark_results *results, const struct ark_query_node *root,
               struct ark_arena *arena)
{
    uint64_t documents = 0;
    uint64_t all_words = 0;
    for (size_t i = 0; i < oracle->count; i++) {
        const struct oracle_document *document = &oracle->documents[i];
        const struct ark_hit *hit = find_hit(results, document);
        at_hand.document = document;
        bool expected = !document->dead && oracle_matches(document, root, false);
        CHECK(expected == (hit != NULL));
        if (hit != NULL) {
            bool all = oracle_has_all_words(document, root);
            CHECK(hit->all_words == all);
            check_lit(plan, hit, document, root, arena);
            check_explanation(plan, hit, document, root, arena);
            documents++;
            all_words += all ? 1 : 0;
        }
    }
    at_hand.document = NULL;
    CHECK(results->documents == documents);
    CHECK(results->all_words == all_words);
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

/** No exact score is above the bound of its window, and what has a score is found to reach it. */
static void
check_bounds(struct ark_plan *plan, const struct ark_results *all, struct ark_arena *arena)
{
    for (uint32_t segment = 0; segment < plan->segment_count; segment++) {
        struct ark_evaluator *evaluator = ark_plan_evaluator(plan, segment, NULL);
        struct ark_bounded bounded;
        enum ark_status status = ark_bounded_make(&bounded, evaluator, NULL, arena);
        CHECK(status == ARK_OK);
        for (uint32_t i = 0; i < all->hit_count; i++) {
            const struct ark_hit *hit = &all->hits[i];
            uint32_t window = hit->doc / ARK_WINDOW;
            struct ark_window_bits set = {{UINT64_MAX, UINT64_MAX}};
            if (hit->segment_idx != segment) {
                continue;
            }
            CHECK(hit->score <= bounded.bounds[window]);
            set = ark_bounded_reaching(&bounded, window, (double)hit->score, set);
            CHECK(ark_bits_has(&set, hit->doc % ARK_WINDOW));
        }
    }
    ark_arena_dispose(&plan->scratch);
}

/** What two stages find has the scores of exact runs; they may miss some of it. */
static void
check_stages(struct ark_plan *plan, struct ark_search_options options, struct ark_arena *arena)
{
    uint32_t limit = options.limit;
    options.plain = true;
    options.mode = ARK_SEARCH_STAGES;
    struct ark_results found = run(plan, options, arena);
    options.mode = ARK_SEARCH_EXACT;
    options.limit = ARK_HITS_MAX;
    struct ark_results all = run(plan, options, arena);
    CHECK(found.hit_count == (all.hit_count < limit ? all.hit_count : limit));
    if (plan->root != NULL) {
        check_bounds(plan, &all, arena);
    }
    for (uint32_t i = 0; i < found.hit_count; i++) {
        uint32_t k = 0;
        while (k < all.hit_count && (all.hits[k].segment_idx != found.hits[i].segment_idx ||
                                     all.hits[k].doc != found.hits[i].doc)) {
            k++;
        }
        CHECK(k < all.hit_count);
        CHECK(k == i || !ark_bounded_serves(plan));
        CHECK(all.hits[k].score == found.hits[i].score);
        CHECK(all.hits[k].all_words == found.hits[i].all_words);
    }
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
check_query(struct test_random *random, struct ark_snapshot *snapshot, const struct oracle *oracle,
            const struct ark_query *query, struct ark_arena *arena)
{
    struct ark_plan *plan = NULL;
    enum ark_status status = ark_plan_make(snapshot, query, arena, &plan, NULL);
    CHECK(status == ARK_OK);
    struct ark_search_options options = {.limit = ARK_HITS_MAX, .count = true};
    struct ark_results all = run(plan, options, arena);
    if (query->root == NULL) {
        CHECK(all.hit_count == 0);
        return;
    }
    check_all_hits(oracle, plan, &all, query->root, arena);
    check_count(plan, &all, arena);
    options.limit = test_random_below(random, 12);
    options.count = false;
    struct ark_results pruned = run(plan, options, arena);
    options.mode = ARK_SEARCH_EXACT;
    struct ark_results exhaustive = run(plan, options, arena);
    check_same_hits(&pruned, &exhaustive);
    check_stages(plan, options, arena);
    struct ark_buf description = ark_buf_make((size_t)1 << 24);
    ark_plan_describe(plan, &description);
    CHECK(description.len > 0);
    ark_buf_dispose(&description);
}

/** Runs count queries; returns how many were not errors. */
static uint32_t
check_index(struct test_random *random, struct ark_analyzer *analyzer,
            struct ark_snapshot *snapshot, uint32_t count)
{
    struct ark_arena texts = ark_arena_make();
    struct ark_arena arena = ark_arena_make();
    struct oracle oracle = oracle_read(snapshot, analyzer, &texts);
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    uint32_t done = 0;
    while (done < count) {
        ark_buf_clear(&text);
        ark_arena_reset(&arena);
        random_query_append(random, &text);
        at_hand.query = ark_buf_cstr(&text);
        struct ark_query_options options = {.all = test_random_one_in(random, 10),
                                            .exact = test_random_one_in(random, 20)};
        struct ark_query *query = NULL;
        enum ark_status status =
            ark_query_parse(ark_buf_view(&text), &options, analyzer, &arena, &query, NULL);
        CHECK(status == ARK_OK || status == ARK_E_ARGUMENT); // of exclusions alone
        if (status == ARK_OK) {
            query_tree_check(query);
            check_query(random, snapshot, &oracle, query, &arena);
            done++;
        }
    }
    ark_buf_dispose(&text);
    ark_arena_dispose(&arena);
    ark_arena_dispose(&texts);
    return done;
}

/** Two stages over an index where they are not just exact scoring, for want of candidates. */
static void
check_large(struct test_random *random, struct ark_analyzer *analyzer, struct ark_arena *documents)
{
    char *path = test_temp_dir();
    struct ark_store *store = make_index(random, path, LARGE_DOCUMENTS_MAX, documents);
    struct ark_snapshot *snapshot = NULL;
    struct ark_arena arena = ark_arena_make();
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    enum ark_status status = ark_snapshot_open(&snapshot, store, NULL);
    CHECK(status == ARK_OK);
    for (uint32_t i = 0; i < LARGE_QUERIES; i++) {
        struct ark_query_options options = {.all = test_random_one_in(random, 10)};
        struct ark_search_options searching = {.limit = 1 + test_random_below(random, 10)};
        struct ark_query *query = NULL;
        struct ark_plan *plan = NULL;
        ark_buf_clear(&text);
        ark_arena_reset(&arena);
        random_query_append(random, &text);
        at_hand.query = ark_buf_cstr(&text);
        status = ark_query_parse(ark_buf_view(&text), &options, analyzer, &arena, &query, NULL);
        CHECK(status == ARK_OK || status == ARK_E_ARGUMENT); // of exclusions alone
        if (status == ARK_OK) {
            status = ark_plan_make(snapshot, query, &arena, &plan, NULL);
            CHECK(status == ARK_OK);
            check_stages(plan, searching, &arena);
        }
    }
    ark_buf_dispose(&text);
    ark_arena_dispose(&arena);
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    test_temp_dir_remove(path);
    ark_arena_reset(documents);
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20161106));
    const char *wanted = getenv("ARK_QUERIES");
    uint32_t queries = wanted != NULL ? (uint32_t)strtoul(wanted, NULL, 10) : QUERIES;
    struct ark_analyzer *analyzer = ark_analyzer_new();
    struct ark_arena arena = ark_arena_make();
    for (uint32_t done = 0; done < queries;) {
        char *path = test_temp_dir();
        struct ark_store *store = make_index(&random, path, DOCUMENTS_MAX, &arena);
        struct ark_snapshot *snapshot = NULL;
        enum ark_status status = ark_snapshot_open(&snapshot, store, NULL);
        CHECK(status == ARK_OK);
        uint32_t left = queries - done;
        done += check_index(&random, analyzer, snapshot,
                            left < QUERIES_PER_INDEX ? left : QUERIES_PER_INDEX);
        ark_snapshot_close(snapshot);
        ark_store_close(store);
        test_temp_dir_remove(path);
        ark_arena_reset(&arena);
    }
    check_large(&random, analyzer, &arena);
    printf("%u queries\n", (unsigned)queries);
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    return 0;
}
