#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/text/analyzer.h"
#include "indexer/builder.h"
#include "indexer/preparer.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

enum { MEMORY = 1 << 20 };

/** A store and a builder on it. */
struct sample {
    char *dir;
    struct ark_store *store;
    struct ark_builder *builder;
};

static void
new_builder(struct sample *sample, bool rebuild)
{
    const struct ark_builder_options options = {.memory_bytes_max = MEMORY, .rebuild = rebuild};
    sample->builder = ark_builder_new(sample->store, &options);
}

static struct sample
sample_make(void)
{
    struct sample sample = {.dir = test_temp_dir()};
    sample.store = model_store_open(sample.dir);
    new_builder(&sample, false);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_builder_free(sample->builder);
    ark_store_close(sample->store);
    test_temp_dir_remove(sample->dir);
}

static void
add(struct sample *sample, const char *path, const char *body)
{
    const struct ark_document document = {
        .fragment = ARK_STR(""), .title = ARK_STR("t"), .body = ark_str_from(body)};
    ck_assert_int_eq(ark_builder_add(sample->builder, ark_str_from(path), 1, &document, NULL),
                     ARK_OK);
}

/** Publishes and begins anew. */
static void
publish(struct sample *sample)
{
    ck_assert_int_eq(ark_builder_publish(sample->builder, NULL), ARK_OK);
    ark_builder_free(sample->builder);
    new_builder(sample, false);
}

static struct ark_store_figures
figures_of(struct sample *sample)
{
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample->store, NULL), ARK_OK);
    struct ark_store_figures figures = *ark_snapshot_figures(snapshot);
    for (uint32_t i = 0; i < figures.segment_count; i++) {
        ck_assert_int_eq(ark_segment_verify(ark_snapshot_segment(snapshot, i), NULL), ARK_OK);
    }
    ark_snapshot_close(snapshot);
    return figures;
}

START_TEST(a_builder_is_empty_until_something_is_to_change)
{
    struct sample sample = sample_make();
    ck_assert(ark_builder_is_empty(sample.builder));
    ark_builder_forget_file(sample.builder, ARK_STR("/a"));
    ck_assert(!ark_builder_is_empty(sample.builder));
    ark_builder_free(sample.builder);
    new_builder(&sample, false);
    ark_builder_set_roots(sample.builder, ARK_STR(""));
    ck_assert(!ark_builder_is_empty(sample.builder));
    ark_builder_free(sample.builder);
    new_builder(&sample, false);
    const struct ark_file_record file = {.path = ARK_STR("/a")};
    ark_builder_remember_file(sample.builder, &file);
    ck_assert(!ark_builder_is_empty(sample.builder));
    ark_builder_free(sample.builder);
    new_builder(&sample, true);
    ck_assert(!ark_builder_is_empty(sample.builder));
    ark_builder_free(sample.builder);
    new_builder(&sample, false);
    add(&sample, "/a", "word");
    ck_assert(!ark_builder_is_empty(sample.builder));
    sample_dispose(&sample);
}
END_TEST

START_TEST(figures_count_what_was_added)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "two words");
    add(&sample, "/b", "");
    ark_builder_delete(sample.builder, 9, 9);
    const struct ark_builder_figures *figures = ark_builder_figures(sample.builder);
    ck_assert_uint_eq(figures->documents, 2);
    ck_assert_uint_eq(figures->deletions, 1);
    ck_assert_uint_eq(figures->text_bytes, 2 + strlen("two words"));
    ck_assert_uint_eq(figures->runs, 0);
    ark_builder_free(sample.builder);
    new_builder(&sample, false);
    add(&sample, "/a", "two words");
    add(&sample, "/b", "");
    ck_assert_int_eq(ark_builder_publish(sample.builder, NULL), ARK_OK);
    ck_assert_uint_eq(ark_builder_figures(sample.builder)->tokens, 4);
    ck_assert_uint_eq(ark_builder_figures(sample.builder)->runs, 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(freeing_a_builder_instead_of_publishing_leaves_no_trace)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "word");
    ark_builder_free(sample.builder);
    ark_builder_free(NULL);
    new_builder(&sample, false);
    ck_assert_uint_eq(figures_of(&sample).generation, 0);
    ck_assert_uint_eq(figures_of(&sample).document_count, 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(what_was_added_is_there_after_publishing)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "alpha beta");
    const struct ark_file_record file = {ARK_STR("/a"), 10, 20, 30};
    ark_builder_remember_file(sample.builder, &file);
    ark_builder_set_roots(sample.builder, ARK_STR("roots"));
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).document_count, 1);
    ck_assert_uint_eq(figures_of(&sample).token_count, 3);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    struct ark_file_record found_file;
    bool found = false;
    ck_assert_int_eq(ark_snapshot_find_file(snapshot, ARK_STR("/a"), &found_file, &found, NULL),
                     ARK_OK);
    ck_assert(found);
    ark_str roots;
    ck_assert_int_eq(ark_snapshot_roots(snapshot, &roots, NULL), ARK_OK);
    ck_assert(ark_str_equal(roots, ARK_STR("roots")));
    ark_snapshot_close(snapshot);
    ark_builder_forget_file(sample.builder, ARK_STR("/a"));
    publish(&sample);
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_find_file(snapshot, ARK_STR("/a"), &found_file, &found, NULL),
                     ARK_OK);
    ck_assert(!found);
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_content_hash_covers_what_is_stored)
{
    const struct ark_document base = {
        .title = ARK_STR("t"), .body = ARK_STR("b"), .source = ARK_STR("s"), .date = 1};
    struct ark_document other = base;
    ck_assert_uint_eq(ark_document_hash(&base), ark_document_hash(&other));
    other.fragment = ARK_STR("not part of it");
    ck_assert_uint_eq(ark_document_hash(&base), ark_document_hash(&other));
    other.title = ARK_STR("T");
    ck_assert_uint_ne(ark_document_hash(&base), ark_document_hash(&other));
    other = base;
    other.body = ARK_STR("B");
    ck_assert_uint_ne(ark_document_hash(&base), ark_document_hash(&other));
    other = base;
    other.source = ARK_STR("S");
    ck_assert_uint_ne(ark_document_hash(&base), ark_document_hash(&other));
    other = base;
    other.date = 2;
    ck_assert_uint_ne(ark_document_hash(&base), ark_document_hash(&other));
    // What moves from one text to another changes the hash too.
    other = base;
    other.title = ARK_STR("tb");
    other.body = ARK_STR("");
    ck_assert_uint_ne(ark_document_hash(&base), ark_document_hash(&other));
}
END_TEST

START_TEST(one_huge_document_does_not_make_runs_of_all_later_ones)
{
    struct sample sample = sample_make();
    struct ark_buf body = ark_buf_make(SIZE_MAX);
    for (int i = 0; i < 60000; i++) {
        ark_buf_printf(&body, "w%dq ", i);
    }
    add(&sample, "/huge", ark_buf_cstr(&body));
    ark_buf_dispose(&body);
    // Much text and few words: many batches, but little to keep in memory.
    char word[301] = "";
    memset(word, 'a', sizeof word - 1);
    for (int i = 0; i < 2000; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, word);
    }
    ck_assert_int_eq(ark_builder_publish(sample.builder, NULL), ARK_OK);
    ck_assert_uint_eq(ark_builder_figures(sample.builder)->runs, 2);
    ck_assert_uint_eq(figures_of(&sample).document_count, 2001);
    sample_dispose(&sample);
}
END_TEST

START_TEST(small_publications_do_not_pile_up_segments)
{
    struct sample sample = sample_make();
    for (int i = 0; i < 40; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, "a few words");
        publish(&sample);
        ck_assert_uint_le(figures_of(&sample).segment_count, 8);
    }
    ck_assert_uint_eq(figures_of(&sample).document_count, 40);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_large_segment_is_left_alone_by_a_small_publication)
{
    struct sample sample = sample_make();
    for (int i = 0; i < 50; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, "quite a number of words in each of the documents of a large segment");
    }
    publish(&sample);
    add(&sample, "/new", "one");
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 2);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_segment_with_many_dead_documents_is_written_anew)
{
    struct sample sample = sample_make();
    for (int i = 0; i < 10; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, "some words");
    }
    publish(&sample);
    ark_builder_delete(sample.builder, 1, 0);
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).dead_count, 1);
    ark_builder_delete(sample.builder, 1, 1);
    publish(&sample);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.dead_count, 0);
    ck_assert_uint_eq(figures.document_count, 8);
    ck_assert_uint_eq(figures.segment_count, 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(what_is_newer_than_a_segment_that_is_written_anew_is_merged_with_it)
{
    struct sample sample = sample_make();
    for (int i = 0; i < 10; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, "rather many words for a document");
    }
    publish(&sample);
    add(&sample, "/small", "few words");
    add(&sample, "/gone", "few words");
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 2);
    ark_builder_delete(sample.builder, 1, 0);
    ark_builder_delete(sample.builder, 1, 1);
    ark_builder_delete(sample.builder, 2, 1);
    publish(&sample);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.segment_count, 1);
    ck_assert_uint_eq(figures.document_count, 9);
    ck_assert_uint_eq(figures.dead_count, 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_newer_segment_that_dies_whole_is_dropped_beside_one_written_anew)
{
    struct sample sample = sample_make();
    for (int i = 0; i < 10; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "/%d", i);
        add(&sample, path, "rather many words for a document");
    }
    publish(&sample);
    add(&sample, "/gone", "few words");
    publish(&sample);
    ark_builder_delete(sample.builder, 1, 0);
    ark_builder_delete(sample.builder, 1, 1);
    ark_builder_delete(sample.builder, 2, 0);
    publish(&sample);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.segment_count, 1);
    ck_assert_uint_eq(figures.document_count, 8);
    sample_dispose(&sample);
}
END_TEST

START_TEST(deleting_all_documents_leaves_an_empty_index)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "word");
    add(&sample, "/b", "word");
    publish(&sample);
    ark_builder_delete(sample.builder, 1, 0);
    ark_builder_delete(sample.builder, 1, 1);
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 0);
    add(&sample, "/a", "word");
    publish(&sample);
    ck_assert_uint_eq(figures_of(&sample).document_count, 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_rebuild_replaces_everything_and_the_analyzer)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "word");
    publish(&sample);
    ark_builder_free(sample.builder);
    new_builder(&sample, true);
    add(&sample, "/b", "other");
    ck_assert_int_eq(ark_builder_publish(sample.builder, NULL), ARK_OK);
    ark_builder_free(sample.builder);
    new_builder(&sample, false);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.document_count, 1);
    ck_assert_uint_eq(figures.segment_count, 1);
    ck_assert_str_eq(figures.identity, ark_analyzer_identity());
    ark_builder_free(sample.builder);
    new_builder(&sample, true);
    ck_assert_int_eq(ark_builder_publish(sample.builder, NULL), ARK_OK);
    ck_assert_uint_eq(figures_of(&sample).document_count, 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_document_given_twice_in_one_run_is_there_once)
{
    struct sample sample = sample_make();
    add(&sample, "/a", "first words");
    add(&sample, "/a", "second");
    publish(&sample);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.document_count, 1);
    ck_assert_uint_eq(figures.dead_count, 1);
    ck_assert_uint_eq(figures.token_count, 2);
    // The dead copy goes when the segment is merged.
    add(&sample, "/b", "third word here");
    publish(&sample);
    figures = figures_of(&sample);
    ck_assert_uint_eq(figures.document_count, 2);
    ck_assert_uint_eq(figures.dead_count, 0);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("builder");
    TCase *tests = tcase_create("builder");
    tcase_add_test(tests, a_builder_is_empty_until_something_is_to_change);
    tcase_add_test(tests, figures_count_what_was_added);
    tcase_add_test(tests, freeing_a_builder_instead_of_publishing_leaves_no_trace);
    tcase_add_test(tests, what_was_added_is_there_after_publishing);
    tcase_add_test(tests, the_content_hash_covers_what_is_stored);
    tcase_add_test(tests, one_huge_document_does_not_make_runs_of_all_later_ones);
    tcase_add_test(tests, small_publications_do_not_pile_up_segments);
    tcase_add_test(tests, a_large_segment_is_left_alone_by_a_small_publication);
    tcase_add_test(tests, a_segment_with_many_dead_documents_is_written_anew);
    tcase_add_test(tests, what_is_newer_than_a_segment_that_is_written_anew_is_merged_with_it);
    tcase_add_test(tests, a_newer_segment_that_dies_whole_is_dropped_beside_one_written_anew);
    tcase_add_test(tests, deleting_all_documents_leaves_an_empty_index);
    tcase_add_test(tests, a_rebuild_replaces_everything_and_the_analyzer);
    tcase_add_test(tests, a_document_given_twice_in_one_run_is_there_once);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
