#include <check.h>
#include <stdlib.h>

#include "searcher/form_set.h"
#include "searcher/search.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_index.h"

enum { TEXT_BYTES = 1 << 20 };

static char *path;
static struct ark_analyzer *analyzer;
static struct ark_arena arena;
static struct ark_store *store;
static struct ark_snapshot *snapshot;

static void
set_up(void)
{
    path = test_temp_dir();
    analyzer = ark_analyzer_new();
    arena = ark_arena_make();
    store = text_store_open(path);
}

static void
tear_down(void)
{
    ark_snapshot_close(snapshot);
    snapshot = NULL;
    ark_store_close(store);
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    test_temp_dir_remove(path);
}

/** Publishes a document of its own for each of so many words, from "zz" and first on. */
static void
publish_words(uint32_t first, uint32_t count)
{
    struct ark_buf text = ark_buf_make(TEXT_BYTES);
    for (uint32_t i = first; i < first + count; i++) {
        ark_buf_printf(&text, "zz%05u ", (unsigned)i);
    }
    struct text_document document = {.body = ark_buf_cstr(&text)};
    text_publish(store, analyzer, &document, 1);
    ark_buf_dispose(&text);
}

static enum ark_status
find(const char *text, struct ark_form_set *out, struct ark_error *err)
{
    struct ark_query_options options = {0};
    struct ark_query *query = NULL;
    if (snapshot == NULL) {
        ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
    }
    ck_assert_int_eq(ark_query_parse(ark_str_from(text), &options, analyzer, &arena, &query, NULL),
                     ARK_OK);
    uint32_t count = ark_snapshot_figures(snapshot)->segment_count;
    struct ark_segment **segments = ark_arena_calloc(&arena, count, sizeof(struct ark_segment *));
    for (uint32_t i = 0; i < count; i++) {
        segments[i] = ark_snapshot_segment(snapshot, i);
    }
    struct ark_expand_source source = {segments, count, 1};
    return ark_form_set_find(&source, query->root, &arena, out, err);
}

START_TEST(a_pattern_may_stand_for_1024_forms_and_no_more)
{
    struct ark_form_set set;
    struct ark_error error;
    publish_words(0, ARK_QUERY_FORMS_MAX);
    ck_assert_int_eq(find("zz*", &set, &error), ARK_OK);
    ck_assert_uint_eq(set.count, ARK_QUERY_FORMS_MAX);
    ark_snapshot_close(snapshot);
    snapshot = NULL;
    publish_words(20000, 1); // a segment of its own
    ck_assert_int_eq(find("zz*", &set, &error), ARK_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.text, "zz*"));
    ck_assert_int_eq(find("zz2*", &set, &error), ARK_OK);
    ck_assert_uint_eq(set.count, 1);
}
END_TEST

START_TEST(a_form_of_several_segments_counts_once)
{
    struct ark_form_set set;
    publish_words(0, 10);
    publish_words(5, 10);
    ck_assert_int_eq(find("zz0000*", &set, NULL), ARK_OK);
    ck_assert_uint_eq(set.count, 10);
    ck_assert_int_eq(find("*zz*", &set, NULL), ARK_OK);
    ck_assert_uint_eq(set.count, 15);
    for (uint32_t i = 0; i < set.count; i++) {
        ck_assert_uint_gt(set.forms[i].family.len, 0);
        ck_assert_int_eq(set.forms[i].nearness, ARK_NEAR_SAME);
    }
}
END_TEST

START_TEST(of_too_many_misspelt_forms_the_nearest_are_taken)
{
    struct ark_form_set set;
    publish_words(0, 3000);
    ck_assert_int_eq(find("zz01234~2", &set, NULL), ARK_OK);
    ck_assert_uint_le(set.count, ARK_QUERY_FORMS_MAX);
    ck_assert(ark_str_equal(set.forms[0].text, ARK_STR("zz01234")));
    ck_assert_int_eq(set.forms[0].nearness, ARK_NEAR_SAME);
    for (uint32_t i = 1; i < set.count; i++) {
        ck_assert_uint_ge(set.forms[i].cost, set.forms[i - 1].cost);
    }
    ck_assert_int_eq(set.forms[set.count - 1].nearness, ARK_NEAR_FAR);
}
END_TEST

START_TEST(the_walk_for_misspelt_forms_passes_over_none_that_fit)
{
    struct ark_form_set set;
    publish_words(0, 30000);
    ck_assert_int_eq(find("zz29999~1", &set, NULL), ARK_OK);
    // itself; 2 + 3 * 9 with one digit replaced (those below 30000); none longer or shorter;
    // zz92999 and the like are above 30000
    ck_assert_uint_eq(set.count, 1 + 2 + 4 * 9);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("form_set");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_pattern_may_stand_for_1024_forms_and_no_more);
    tcase_add_test(cases, a_form_of_several_segments_counts_once);
    tcase_add_test(cases, of_too_many_misspelt_forms_the_nearest_are_taken);
    tcase_add_test(cases, the_walk_for_misspelt_forms_passes_over_none_that_fit);
    Suite *suite = suite_create("form_set");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
