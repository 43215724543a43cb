#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "searcher/proximity.h"
#include "searcher/search.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_index.h"

static char *temp_dir;
static struct ark_store *store;
static struct ark_snapshot *snapshot;
static struct ark_analyzer *analyzer;
static struct ark_arena arena;

static void
set_up(void)
{
    temp_dir = test_temp_dir();
    store = text_store_open(temp_dir);
    analyzer = ark_analyzer_new();
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    ark_snapshot_close(snapshot);
    snapshot = NULL;
    ark_store_close(store);
    test_temp_dir_remove(temp_dir);
}

static uint64_t
add_segment(const char *const *bodies, uint32_t count)
{
    struct text_document documents[32];
    ck_assert_uint_le(count, ARK_COUNT_OF(documents));
    for (uint32_t i = 0; i < count; i++) {
        documents[i] = (struct text_document){.body = bodies[i]};
    }
    return text_publish(store, analyzer, documents, count);
}

static struct ark_plan *
plan_with(const char *text, struct ark_query_options options)
{
    if (snapshot == NULL) {
        ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
    }
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    ck_assert_int_eq(ark_query_parse(ark_str_from(text), &options, analyzer, &arena, &query, NULL),
                     ARK_OK);
    ck_assert_int_eq(ark_plan_make(snapshot, query, &arena, &plan, NULL), ARK_OK);
    return plan;
}

static struct ark_plan *
make_plan(const char *text)
{
    return plan_with(text, (struct ark_query_options){0});
}

static struct ark_results
run(struct ark_plan *plan, struct ark_search_options options)
{
    struct ark_results results;
    ck_assert_int_eq(ark_plan_run(plan, &options, &arena, &results, NULL), ARK_OK);
    return results;
}

static struct ark_results
search(const char *text)
{
    return run(make_plan(text), (struct ark_search_options){.limit = 100, .count = true});
}

/** The hits as "segment:document" in order; all_words marked by "*". */
static void
check_hits(struct ark_results results, const char *expected)
{
    struct ark_buf text = ark_buf_make(4096);
    for (uint32_t i = 0; i < results.hit_count; i++) {
        const struct ark_hit *hit = &results.hits[i];
        ark_buf_printf(&text, "%s%u:%u%s", i > 0 ? " " : "", hit->segment_idx, hit->doc,
                       hit->all_words ? "*" : "");
    }
    ck_assert_str_eq(ark_buf_cstr(&text), expected);
    ark_buf_dispose(&text);
}

/** Documents of Latin words, where only the order matters. */
static const char *const COLOURS[] = {
    "red green blue",         "red red white", "green white yellow black",
    "white black pink brown", "red green",     "blue blue blue blue blue blue pink",
};

START_TEST(a_bag_finds_either_word_and_ranks_both_first)
{
    (void)add_segment(COLOURS, 6);
    struct ark_results results = search("red green");
    check_hits(results, "0:4* 0:0* 0:1 0:2");
    ck_assert_uint_eq(results.documents, 4);
    ck_assert_uint_eq(results.all_words, 2);
}
END_TEST

START_TEST(signs_and_operators_choose_documents)
{
    (void)add_segment(COLOURS, 6);
    check_hits(search("+green red"), "0:4* 0:0* 0:2");
    check_hits(search("red -green"), "0:1*");
    check_hits(search("red AND green"), "0:4* 0:0*");
    check_hits(search("red AND NOT blue"), "0:1* 0:4*");
    check_hits(search("(red OR white) AND green"), "0:4 0:0 0:2");
    check_hits(search("red NOT (green OR white)"), "");
    // Every word scores wherever it stands, also blue where its AND does not hold.
    check_hits(search("(red AND blue) OR pink"), "0:5 0:0 0:3");
}
END_TEST

START_TEST(words_beside_a_required_group_only_rank)
{
    (void)add_segment(COLOURS, 6);
    // Pruned, all that is scored must not be taken for what matches.
    struct ark_plan *plan = make_plan("blue +(green -yellow)");
    check_hits(run(plan, (struct ark_search_options){.limit = 10}), "0:0* 0:4");
}
END_TEST

START_TEST(a_phrase_is_words_next_to_each_other)
{
    static const char *const TEXTS[] = {"one two three", "two one", "one x two", "two one two"};
    (void)add_segment(TEXTS, 4);
    check_hits(search("\"one two\""), "0:0* 0:3*");
    check_hits(search("\"one two three\""), "0:0*");
    check_hits(search("two -\"one two\""), "0:1* 0:2*");
    check_hits(search("one-two"), "0:0* 0:3*");
}
END_TEST

/** So many tokens in a long document, more than are looked at at once. */
enum { LONG_TOKENS = 20000 };

/** Adds a long document of white that has red and green at these tokens. */
static void
make_long(struct ark_buf *out, const uint32_t *reds, const uint32_t *greens, uint32_t count)
{
    for (uint32_t i = 0; i < LONG_TOKENS; i++) {
        const char *word = "white ";
        for (uint32_t k = 0; k < count; k++) {
            word = reds[k] == i ? "red " : greens[k] == i ? "green " : word;
        }
        ark_buf_printf(out, "%s", word);
    }
}

START_TEST(a_phrase_is_found_anywhere_in_a_long_document)
{
    static const uint32_t reds[][3] = {
        {8000, 8190, 19000}, // the last pair, the first one crosswise
        {8191, 16383, 100},  // twice across thousands
        {0, 8191, 19998},    // three times
        {100, 300, 8500}};   // never: 8192 tokens and one apart
    static const uint32_t greens[][3] = {
        {7999, 8192, 19001}, {8192, 16384, 90}, {1, 8192, 19999}, {8293, 8493, 16693}};
    struct ark_buf bodies[4];
    const char *texts[4];
    for (uint32_t i = 0; i < 4; i++) {
        bodies[i] = ark_buf_make(SIZE_MAX);
        make_long(&bodies[i], reds[i], greens[i], 3);
        texts[i] = ark_buf_cstr(&bodies[i]);
    }
    (void)add_segment(texts, 4);
    const struct ark_search_options by_count = {.limit = 10, .plain = true};
    check_hits(run(make_plan("\"red green\""), by_count), "0:2* 0:1* 0:0*");
    check_hits(run(make_plan("\"green red\""), by_count), "0:0*");
    check_hits(run(make_plan("\"white red green white\""), by_count), "0:1* 0:0* 0:2*");
    for (uint32_t i = 0; i < 4; i++) {
        ark_buf_dispose(&bodies[i]);
    }
}
END_TEST

START_TEST(a_phrase_does_not_reach_from_the_title_into_the_text)
{
    const struct text_document documents[] = {{"one", "two"}, {"x", "one two"}, {"one two", "x"}};
    (void)text_publish(store, analyzer, documents, 3);
    check_hits(search("\"one two\""), "0:1* 0:2*");
}
END_TEST

/** Forms of one family: a country, of-the-country's, and a word of the same skeleton. */
static const char *const LEVELS[] = {
    "سورية قلم",   // Syria, pen
    "السورية قلم", // the Syrian, pen
    "سير قلم",     // going, pen: the skeleton alone
    "قلم",         // pen
};

START_TEST(closer_levels_rank_higher)
{
    (void)add_segment(LEVELS, 4);
    check_hits(search(
                   // Syria
                   "سورية"),
               "0:0* 0:1* 0:2");
}
END_TEST

START_TEST(the_skeleton_ranks_but_does_not_satisfy_operators)
{
    (void)add_segment(LEVELS, 4);
    check_hits(search(
                   // +Syria
                   "+سورية"),
               "0:0* 0:1*");
    check_hits(search(
                   // pen -Syria
                   "قلم -سورية"),
               "0:3* 0:2*");
    check_hits(search(
                   // Syria AND pen
                   "سورية AND قلم"),
               "0:0* 0:1*");
    check_hits(search(
                   // "Syria pen"
                   "\"سورية قلم\""),
               "0:0* 0:1*");
    struct ark_query_options all = {.all = true};
    struct ark_search_options options = {.limit = 10};
    check_hits(run(plan_with(
                       // Syria pen
                       "سورية قلم", all),
                   options),
               "0:0* 0:1*");
}
END_TEST

START_TEST(an_exact_word_finds_its_form_only)
{
    (void)add_segment(LEVELS, 4);
    check_hits(search(
                   // =Syria
                   "=سورية"),
               "0:0*");
}
END_TEST

START_TEST(a_latin_match_by_the_stem_counts_as_close)
{
    static const char *const TEXTS[] = {"searches", "search", "seal"};
    (void)add_segment(TEXTS, 3);
    check_hits(search("+searching"), "0:0* 0:1*");
}
END_TEST

START_TEST(stop_words_do_not_count_for_every_word)
{
    static const char *const TEXTS[] = {
        "هدنة في حلب", // truce in Aleppo
        "هدنة حلب",    // truce Aleppo
    };
    (void)add_segment(TEXTS, 2);
    struct ark_results results = search(
        // truce in Aleppo
        "هدنة في حلب");
    ck_assert_uint_eq(results.all_words, 2);
    check_hits(search(
                   // in
                   "في"),
               "0:0*");
}
END_TEST

START_TEST(a_repeated_word_counts_twice)
{
    (void)add_segment(COLOURS, 6);
    const struct ark_search_options plain = {.limit = 100, .plain = true};
    struct ark_results once = run(make_plan("red"), plain);
    struct ark_results twice = run(make_plan("red red"), plain);
    ck_assert_uint_eq(once.hit_count, twice.hit_count);
    for (uint32_t i = 0; i < once.hit_count; i++) {
        ck_assert_uint_eq(once.hits[i].doc, twice.hits[i].doc);
        ck_assert(fabsf(2 * once.hits[i].score - twice.hits[i].score) < 1e-5F);
    }
}
END_TEST

START_TEST(a_word_in_the_bag_and_in_a_phrase_scores_in_both)
{
    (void)add_segment(COLOURS, 6);
    double word = (double)search("red").hits[0].score;
    struct ark_results both = search("red \"red red\"");
    ck_assert_uint_eq(both.hits[0].doc, 1);
    ck_assert((double)both.hits[0].score > word);
}
END_TEST

START_TEST(equal_scores_come_in_the_order_of_segments_and_documents)
{
    static const char *const SAME[] = {"red", "red", "red"};
    (void)add_segment(SAME, 2);
    (void)add_segment(SAME, 3); // the larger segment is visited first
    struct ark_plan *plan = make_plan("red");
    check_hits(run(plan, (struct ark_search_options){.limit = 3}), "0:0* 0:1* 1:0*");
    check_hits(run(plan, (struct ark_search_options){.limit = 3, .offset = 2}), "1:0* 1:1* 1:2*");
    check_hits(run(plan, (struct ark_search_options){.limit = 3, .offset = 9}), "");
}
END_TEST

START_TEST(deleted_documents_are_not_found_but_count_as_documents)
{
    uint64_t id = add_segment(COLOURS, 6);
    double before = (double)search("pink").hits[0].score;
    ark_snapshot_close(snapshot);
    snapshot = NULL;
    const struct ark_deletion deletions[] = {{id, 0}, {id, 4}};
    text_delete(store, deletions, 2);
    check_hits(search("red green"), "0:1 0:2");
    ck_assert_uint_eq(search("red").documents, 1);
    double after = (double)search("pink").hits[0].score;
    ck_assert(fabs(before - after) < 1e-9);
}
END_TEST

START_TEST(a_query_of_nothing_matches_nothing)
{
    (void)add_segment(COLOURS, 6);
    struct ark_results results = search("...");
    ck_assert_uint_eq(results.hit_count, 0);
    ck_assert_uint_eq(results.documents, 0);
    check_hits(search("xyzzy"), "");
}
END_TEST

START_TEST(an_index_without_documents_matches_nothing)
{
    check_hits(search("red \"red green\" -blue"), "");
}
END_TEST

START_TEST(matches_tell_every_place_to_light)
{
    static const char *const TEXTS[] = {"red green x red blue green red green"};
    (void)add_segment(TEXTS, 1);
    struct ark_plan *plan = make_plan("green \"red green\" -black");
    struct ark_results results = run(plan, (struct ark_search_options){.limit = 1});
    struct ark_matches matches;
    ck_assert_int_eq(ark_plan_matches(plan, results.hits, &arena, &matches, NULL), ARK_OK);
    // Position from the end of the title, length, word: phrases before words at a place.
    static const uint32_t EXPECTED[][3] = {{0, 2, 1}, {1, 1, 0}, {5, 1, 0}, {6, 2, 1}, {7, 1, 0}};
    ck_assert_uint_eq(matches.count, ARK_COUNT_OF(EXPECTED));
    for (size_t i = 0; i < matches.count; i++) {
        ck_assert_uint_eq(matches.items[i].position, ARK_FIELD_GAP + EXPECTED[i][0]);
        ck_assert_uint_eq(matches.items[i].length, EXPECTED[i][1]);
        ck_assert_uint_eq(matches.items[i].word, EXPECTED[i][2]);
        ck_assert(matches.items[i].idf > 0);
    }
}
END_TEST

START_TEST(a_skeleton_match_is_lit_only_without_a_closer_one)
{
    static const char *const TEXTS[] = {
        "سورية سير", // Syria, going
        "سير قلم",   // going, pen
    };
    (void)add_segment(TEXTS, 2);
    struct ark_plan *plan = make_plan(
        // Syria
        "سورية");
    struct ark_results results = run(plan, (struct ark_search_options){.limit = 2});
    ck_assert_uint_eq(results.hit_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct ark_matches matches;
        ck_assert_int_eq(ark_plan_matches(plan, &results.hits[i], &arena, &matches, NULL), ARK_OK);
        ck_assert_uint_eq(matches.count, 1);
        ck_assert_uint_eq(matches.items[0].position, ARK_FIELD_GAP);
    }
}
END_TEST

START_TEST(an_explanation_names_the_winning_level_and_adds_up)
{
    (void)add_segment(LEVELS, 4);
    struct ark_plan *plan = make_plan(
        // Syria "the-Syrian pen" xyzzy
        "سورية \"السورية قلم\" xyzzy");
    struct ark_results results = run(plan, (struct ark_search_options){.limit = 1});
    struct ark_explanation explanation;
    ck_assert_int_eq(ark_plan_explain(plan, results.hits, &arena, &explanation, NULL), ARK_OK);
    ck_assert_uint_eq(explanation.count, 2);
    const struct ark_explain_line *lines = explanation.lines;
    ck_assert_str_eq(lines[0].level, "form");
    ck_assert(ark_str_equal(lines[0].query,
                            // Syria
                            ark_str_from("سورية")));
    ck_assert_uint_eq(lines[0].df, 1);
    ck_assert_uint_eq(lines[0].document_count, 4);
    ck_assert_uint_eq(lines[0].length, 2);
    ck_assert_str_eq(lines[1].level, "phrase");
    double sum = lines[0].score + lines[1].score + ark_proximity_sum(&explanation.proximity);
    ck_assert(fabs(sum - (double)results.hits[0].score) < 1e-6);
}
END_TEST

static void
check_description(const char *query, const char *expected)
{
    struct ark_buf text = ark_buf_make(1 << 16);
    ark_plan_describe(make_plan(query), &text);
    ck_assert_str_eq(ark_buf_cstr(&text), expected);
    ark_buf_dispose(&text);
}

START_TEST(a_description_shows_the_tree_with_counts)
{
    (void)add_segment(COLOURS, 6);
    check_description("red -green \"blue blue\"", "bag\n"
                                                  "  word: red\n"
                                                  "    form      1.00  3 documents: red\n"
                                                  "    stem      0.90  3 documents: red\n"
                                                  "  not, 3 documents: green\n"
                                                  "  phrase, 1 document: blue blue\n");
    check_description("=red AND NOT (pink the)", "and\n"
                                                 "  exact word: red\n"
                                                 "    form      1.00  3 documents: red\n"
                                                 "  not\n"
                                                 "    bag\n"
                                                 "      word: pink\n"
                                                 "        form      1.00  2 documents: pink\n"
                                                 "        stem      0.90  2 documents: pink\n"
                                                 "      left out, a stop word: the\n");
    check_description("+7", "bag\n"
                            "  required word: 7\n"
                            "    form      1.00  0 documents: 7\n");
    check_description("...", "nothing to search for\n");
}
END_TEST

START_TEST(an_arabic_word_is_described_at_all_levels)
{
    (void)add_segment(LEVELS, 4);
    check_description(
        // the truce: a word of one spelling
        "الهدنة", "word: الهدنة\n"
                  "  form      1.00  0 documents: الهدنه\n"
                  "  light     0.95  0 documents: هدن\n"
                  "  stem      0.90  0 documents: هدن\n"
                  "  skeleton  0.60  0 documents: هدن\n");
    check_description(
        // =Syria
        "=سورية", "exact word: سورية\n"
                  "  form      1.00  1 document: سوريه\n");
}
END_TEST

START_TEST(every_kind_of_run_gives_the_same_hits)
{
    static const char *const QUERIES[] = {"red green blue", "+red green", "red AND (green OR blue)",
                                          "\"red green\" white -pink", "white OR black OR yellow"};
    (void)add_segment(COLOURS, 6);
    (void)add_segment(COLOURS + 2, 4);
    for (size_t i = 0; i < ARK_COUNT_OF(QUERIES); i++) {
        struct ark_plan *plan = make_plan(QUERIES[i]);
        struct ark_search_options options = {.limit = 3, .mode = ARK_SEARCH_STAGES};
        struct ark_results pruned = run(plan, options);
        options.mode = ARK_SEARCH_EXACT;
        struct ark_results exhaustive = run(plan, options);
        ck_assert_uint_eq(pruned.hit_count, exhaustive.hit_count);
        for (uint32_t k = 0; k < pruned.hit_count; k++) {
            ck_assert_uint_eq(pruned.hits[k].doc, exhaustive.hits[k].doc);
            ck_assert_uint_eq(pruned.hits[k].segment_idx, exhaustive.hits[k].segment_idx);
        }
    }
}
END_TEST

START_TEST(a_rare_form_of_a_frequent_word_is_found_as_it_is_written)
{
    enum { DOCUMENTS = 5000, STEP = 500 };
    struct text_document *documents = calloc(DOCUMENTS, sizeof *documents);
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        // and the truce, once, among other words; the truce, three times
        documents[i].body = i % STEP == 7 ? "one two three four five والهدنة six seven eight"
                            : i % 2 == 0  ? "الهدنة الهدنة الهدنة"
                                          : "nine ten";
    }
    (void)text_publish(store, analyzer, documents, DOCUMENTS);
    struct ark_results results =
        run(make_plan("والهدنة"), (struct ark_search_options){.limit = DOCUMENTS / STEP});
    ck_assert_uint_eq(results.hit_count, DOCUMENTS / STEP);
    for (uint32_t i = 0; i < results.hit_count; i++) {
        ck_assert_uint_eq(results.hits[i].doc, i * STEP + 7);
    }
    free(documents);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("search");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_bag_finds_either_word_and_ranks_both_first);
    tcase_add_test(cases, signs_and_operators_choose_documents);
    tcase_add_test(cases, words_beside_a_required_group_only_rank);
    tcase_add_test(cases, a_phrase_is_words_next_to_each_other);
    tcase_add_test(cases, a_phrase_is_found_anywhere_in_a_long_document);
    tcase_add_test(cases, a_phrase_does_not_reach_from_the_title_into_the_text);
    tcase_add_test(cases, closer_levels_rank_higher);
    tcase_add_test(cases, the_skeleton_ranks_but_does_not_satisfy_operators);
    tcase_add_test(cases, an_exact_word_finds_its_form_only);
    tcase_add_test(cases, a_latin_match_by_the_stem_counts_as_close);
    tcase_add_test(cases, stop_words_do_not_count_for_every_word);
    tcase_add_test(cases, a_repeated_word_counts_twice);
    tcase_add_test(cases, a_word_in_the_bag_and_in_a_phrase_scores_in_both);
    tcase_add_test(cases, equal_scores_come_in_the_order_of_segments_and_documents);
    tcase_add_test(cases, deleted_documents_are_not_found_but_count_as_documents);
    tcase_add_test(cases, a_query_of_nothing_matches_nothing);
    tcase_add_test(cases, an_index_without_documents_matches_nothing);
    tcase_add_test(cases, matches_tell_every_place_to_light);
    tcase_add_test(cases, a_skeleton_match_is_lit_only_without_a_closer_one);
    tcase_add_test(cases, an_explanation_names_the_winning_level_and_adds_up);
    tcase_add_test(cases, a_description_shows_the_tree_with_counts);
    tcase_add_test(cases, an_arabic_word_is_described_at_all_levels);
    tcase_add_test(cases, every_kind_of_run_gives_the_same_hits);
    tcase_add_test(cases, a_rare_form_of_a_frequent_word_is_found_as_it_is_written);
    Suite *suite = suite_create("search");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
