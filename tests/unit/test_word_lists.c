#include <check.h>
#include <stdlib.h>

#include "searcher/plan.h"
#include "searcher/word_lists.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_index.h"

enum { DOCUMENTS = 700 };

static char *temp_dir;
static struct ark_store *store;
static struct ark_snapshot *snapshot;
static struct ark_analyzer *analyzer;
static struct ark_arena arena;
static struct ark_word_lists lists;

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

/** Book twice in every document; the book besides in every third; books in 5 and 300. */
static void
index_books(void)
{
    static struct text_document documents[DOCUMENTS];
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        documents[i].body = i == 5 || i == 300 ? "كتاب كتب كتاب" // book, books, book
                            : i % 3 == 0 ? "كتاب كتاب الكتاب"    // book, book, the book
                                         : "كتاب قلم كتاب";      // book, pen, book
    }
    (void)text_publish(store, analyzer, documents, DOCUMENTS);
    ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
}

/** Opens the lists of a word in the one segment. */
static void
look_up(const char *text)
{
    struct ark_query_options options = {0};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    ck_assert_int_eq(ark_query_parse(ark_str_from(text), &options, analyzer, &arena, &query, NULL),
                     ARK_OK);
    ck_assert_int_eq(ark_plan_make(snapshot, query, &arena, &plan, NULL), ARK_OK);
    ck_assert_uint_eq(plan->leaf_count, 1);
    ark_word_lists_make(&lists, &plan->leaves[0].words[0], ark_snapshot_segment(snapshot, 0), 0,
                        &arena, NULL);
}

static struct ark_window_bits
one(uint32_t local)
{
    struct ark_window_bits bits = {{0}};
    ark_bits_add(&bits, local);
    return bits;
}

START_TEST(classes_come_by_how_close_they_are)
{
    index_books();
    look_up("كتاب"); // book
    ck_assert_uint_eq(lists.class_count, 2);
    ck_assert_uint_eq(lists.light_count, 1);
    ck_assert_uint_eq(lists.close_count, 1);
    look_up("كتب"); // books
    ck_assert_uint_eq(lists.light_count, 1);
    ck_assert_uint_eq(lists.classes[0].class->df, 2);
}
END_TEST

START_TEST(frequencies_are_counted_by_level)
{
    enum { FIRST, SECOND };
    ark_float4 tfs[2] = {{0}};
    struct ark_slots slots;
    index_books();
    look_up("كتاب"); // book
    struct ark_window_bits both = one(3);
    ark_bits_add(&both, 5);
    ark_slots_clear(&slots);
    ark_slots_add(&slots, 0, both);
    ark_word_count_close(&lists, &slots, &both, tfs);
    ck_assert(tfs[FIRST][ARK_LEVEL_FORM] == 2);
    ck_assert(tfs[FIRST][ARK_LEVEL_LIGHT] == 3);
    ck_assert(tfs[SECOND][ARK_LEVEL_LIGHT] == 2);
    ck_assert(tfs[SECOND][ARK_LEVEL_SKELETON] == 2);
    ark_word_count_rest(&lists, &slots, &both, tfs);
    ck_assert(tfs[FIRST][ARK_LEVEL_SKELETON] == 3);
    ck_assert(tfs[SECOND][ARK_LEVEL_LIGHT] == 2);
    ck_assert(tfs[SECOND][ARK_LEVEL_SKELETON] == 3);
}
END_TEST

START_TEST(what_is_not_of_interest_is_found_all_the_same)
{
    struct ark_interest interest = {{{{0}}}};
    struct ark_window_bits all = ark_bits_of_window(0, DOCUMENTS);
    uint32_t before = 0;
    uint32_t after = 0;
    index_books();
    look_up("كتب"); // books: a class of two documents
    struct ark_window_bits found = ark_word_presence(&lists, 0, ARK_LEVELS_CLOSE, &all);
    before = ark_bits_count(&found);
    look_up("كتب");
    interest.sets[0] = one(0); // which has none
    ark_word_expect(&lists, &interest);
    struct ark_window_bits first = one(0);
    found = ark_word_presence(&lists, 0, ARK_LEVELS_CLOSE, &first);
    ck_assert(ark_bits_none(&found));
    ck_assert_uint_eq(lists.close.small_count, 0);
    found = ark_word_presence(&lists, 0, ARK_LEVELS_CLOSE, &all);
    after = ark_bits_count(&found);
    ck_assert_uint_eq(before, 1);
    ck_assert_uint_eq(after, before);
}
END_TEST

START_TEST(what_is_counted_at_once_is_gathered_at_once)
{
    struct ark_interest before = {{{{0}}}};
    struct ark_interest now = {{{{0}}}};
    struct ark_slots slots;
    ark_float4 tfs[2] = {{0}};
    index_books();
    look_up("كتب"); // books: in documents 5 and 300
    before.sets[0] = one(5);
    ark_word_expect(&lists, &before);
    struct ark_window_bits first = one(5);
    first = ark_word_presence(&lists, 0, ARK_LEVELS_CLOSE, &first);
    ck_assert_uint_eq(lists.close.small_count, 1);
    now.sets[300 / ARK_WINDOW] = one(300 % ARK_WINDOW);
    ark_word_expect(&lists, &now);
    ark_slots_clear(&slots);
    ark_slots_add(&slots, 0, one(5));
    ark_slots_add(&slots, 300 / ARK_WINDOW, one(300 % ARK_WINDOW));
    ark_word_count_close(&lists, &slots, slots.sets, tfs);
    ck_assert(tfs[0][ARK_LEVEL_LIGHT] > 0);
    ck_assert(tfs[1][ARK_LEVEL_LIGHT] > 0);
}
END_TEST

START_TEST(presence_is_that_of_the_levels_asked_for)
{
    index_books();
    look_up("كتب"); // books: two documents closely, all by the skeleton
    struct ark_window_bits all = ark_bits_of_window(0, DOCUMENTS);
    struct ark_window_bits close = ark_word_presence(&lists, 0, ARK_LEVELS_CLOSE, &all);
    struct ark_window_bits any = ark_word_presence(&lists, 0, ARK_LEVELS_ALL, &all);
    ck_assert_uint_eq(ark_bits_count(&close), 1);
    ck_assert(ark_bits_has(&close, 5));
    ck_assert_uint_eq(ark_bits_count(&any), ARK_WINDOW);
    look_up("=الكتاب"); // =the book
    struct ark_window_bits exact = ark_word_presence(&lists, 5, ARK_LEVELS_CLOSE, &all);
    for (uint32_t i = 0; i < ARK_WINDOW && 5 * ARK_WINDOW + i < DOCUMENTS; i++) {
        uint32_t doc = 5 * ARK_WINDOW + i;
        ck_assert_int_eq(ark_bits_has(&exact, i), doc % 3 == 0);
    }
}
END_TEST

START_TEST(windows_are_those_with_a_document_at_the_levels)
{
    uint8_t possible[(DOCUMENTS + ARK_WINDOW - 1) / ARK_WINDOW] = {0};
    index_books();
    look_up("كتب"); // books
    ck_assert(ark_word_windows(&lists, ARK_LEVELS_CLOSE, possible));
    for (uint32_t window = 0; window < sizeof possible; window++) {
        ck_assert_uint_eq(possible[window], window == 0 || window == 300 / ARK_WINDOW);
    }
}
END_TEST

START_TEST(occurrences_have_their_positions)
{
    uint32_t count = 0;
    index_books();
    look_up("كتاب"); // book
    const struct ark_word_occurrence *found =
        ark_word_occurrences_of(&lists, 300, ARK_LEVELS_ALL, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(found[0].tf, 2);
    ck_assert_uint_eq(found[0].positions[1] - found[0].positions[0], 2);
    ck_assert_uint_eq(found[1].tf, 1);
    ck_assert_uint_eq(found[1].levels, 1u << ARK_LEVEL_SKELETON);
    ck_assert_uint_eq(found[1].positions[0], found[0].positions[0] + 1);
    (void)ark_word_occurrences_of(&lists, 301, ARK_LEVELS_CLOSE, &count);
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(a_word_that_is_nowhere_has_no_lists)
{
    index_books();
    look_up("xyzzy");
    struct ark_window_bits all = ark_bits_of_window(0, DOCUMENTS);
    struct ark_window_bits found = ark_word_presence(&lists, 0, ARK_LEVELS_ALL, &all);
    ck_assert_uint_eq(lists.class_count, 0);
    ck_assert(ark_bits_none(&found));
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("word_lists");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, classes_come_by_how_close_they_are);
    tcase_add_test(cases, frequencies_are_counted_by_level);
    tcase_add_test(cases, what_is_not_of_interest_is_found_all_the_same);
    tcase_add_test(cases, what_is_counted_at_once_is_gathered_at_once);
    tcase_add_test(cases, presence_is_that_of_the_levels_asked_for);
    tcase_add_test(cases, windows_are_those_with_a_document_at_the_levels);
    tcase_add_test(cases, occurrences_have_their_positions);
    tcase_add_test(cases, a_word_that_is_nowhere_has_no_lists);
    Suite *suite = suite_create("word_lists");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
