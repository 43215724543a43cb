#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/store_impl.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"

static const struct toy_document FIRST[] = {
    {"/a", NULL, NULL, "k:a"}, {"/b", NULL, NULL, "k:b k:b"}, {"/c", NULL, NULL, "k:c"}};

/** A store with the segment above. */
struct sample {
    char *dir;
    struct ark_store *store;
};

static struct sample
sample_make(void)
{
    struct sample sample = {.dir = test_temp_dir()};
    sample.store = toy_store_open(sample.dir);
    toy_publish(sample.store, FIRST, ARK_COUNT_OF(FIRST));
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_store_close(sample->store);
    test_temp_dir_remove(sample->dir);
}

/** How many entries a database has whose keys begin so. */
static size_t
entries(struct sample *sample, enum ark_db db)
{
    MDB_txn *txn = NULL;
    ck_assert_int_eq(mdb_txn_begin(sample->store->env, NULL, MDB_RDONLY, &txn), 0);
    MDB_stat stat;
    ck_assert_int_eq(mdb_stat(txn, sample->store->dbis[db], &stat), 0);
    mdb_txn_abort(txn);
    return stat.ms_entries;
}

/** What must hold of every store between publications: it verifies, ids are the live documents, no chunk is stray. */
static void
check_sane(struct sample *sample)
{
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample->store, NULL), ARK_OK);
    const struct ark_store_figures *figures = ark_snapshot_figures(snapshot);
    size_t chunks = 0;
    size_t with_dead = 0;
    for (uint32_t i = 0; i < figures->segment_count; i++) {
        ck_assert_int_eq(ark_segment_verify(ark_snapshot_segment(snapshot, i), NULL), ARK_OK);
        with_dead += ark_segment_info(ark_snapshot_segment(snapshot, i))->dead_count > 0;
        for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
            chunks += ark_chunk_count(snapshot->entries[i].stream_bytes[kind]);
        }
    }
    uint64_t documents = figures->document_count;
    ark_snapshot_close(snapshot);
    ck_assert_uint_eq(entries(sample, ARK_DB_IDS), documents);
    ck_assert_uint_eq(entries(sample, ARK_DB_STREAM), chunks);
    ck_assert_uint_eq(entries(sample, ARK_DB_DEAD), with_dead);
}

static struct ark_store_figures
figures_of(struct sample *sample)
{
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample->store, NULL), ARK_OK);
    struct ark_store_figures figures = *ark_snapshot_figures(snapshot);
    ark_snapshot_close(snapshot);
    return figures;
}

static enum ark_status
publish(struct sample *sample, const struct ark_publication *publication)
{
    enum ark_status status = ark_store_publish(sample->store, publication, NULL);
    if (status == ARK_OK) {
        check_sane(sample);
    }
    return status;
}

/** Publishes documents as a segment, with what else the publication says. */
static enum ark_status
publish_with(struct sample *sample, const struct toy_document *documents, uint32_t count,
             struct ark_publication publication)
{
    publication.segment = toy_segment_make(sample->dir, documents, count);
    enum ark_status status = publish(sample, &publication);
    ark_segment_data_free(publication.segment);
    return status;
}

START_TEST(each_publication_is_a_generation)
{
    struct sample sample = sample_make();
    check_sane(&sample);
    ck_assert_uint_eq(figures_of(&sample).generation, 1);
    struct ark_publication nothing = {0};
    ck_assert_int_eq(publish(&sample, &nothing), ARK_OK);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.generation, 2);
    ck_assert_uint_eq(figures.segment_count, 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_document_of_the_same_name_replaces_the_one_before)
{
    static const struct toy_document AGAIN[] = {{"/b", NULL, NULL, "k:new"},
                                                {"/d", NULL, NULL, "k:d"}};
    struct sample sample = sample_make();
    ck_assert_int_eq(publish_with(&sample, AGAIN, 2, (struct ark_publication){0}), ARK_OK);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.document_count, 4);
    ck_assert_uint_eq(figures.dead_count, 1);
    ck_assert_uint_eq(figures.token_count, 4);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    struct ark_segment *old = ark_snapshot_segment(snapshot, 0);
    ck_assert(!ark_segment_is_dead(old, 0));
    ck_assert(ark_segment_is_dead(old, 1));
    ck_assert(!ark_segment_is_dead(old, 2));
    ck_assert_uint_eq(ark_segment_info(old)->token_count, 4);
    ck_assert_uint_eq(ark_segment_info(old)->live_token_count, 2);
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_last_of_one_name_in_a_publication_stays)
{
    static const struct toy_document TWICE[] = {
        {"/x", "1", NULL, "k:one"}, {"/x", "2", NULL, "k:other"}, {"/x", "1", NULL, "k:two"}};
    struct sample sample = sample_make();
    ck_assert_int_eq(publish_with(&sample, TWICE, 3, (struct ark_publication){0}), ARK_OK);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    struct ark_segment *segment = ark_snapshot_segment(snapshot, 1);
    ck_assert(ark_segment_is_dead(segment, 0));
    ck_assert(!ark_segment_is_dead(segment, 1));
    ck_assert(!ark_segment_is_dead(segment, 2));
    ck_assert_uint_eq(ark_segment_info(segment)->live_token_count, 2);
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_document_deleted_twice_dies_once)
{
    struct sample sample = sample_make();
    const struct ark_deletion deletions[] = {{1, 1}, {1, 1}};
    struct ark_publication publication = {.deletions = deletions, .deletion_count = 2};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.dead_count, 1);
    ck_assert_uint_eq(figures.token_count, 2);
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    figures = figures_of(&sample);
    ck_assert_uint_eq(figures.dead_count, 1);
    ck_assert_uint_eq(figures.token_count, 2);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_document_deleted_and_added_again_is_there_once)
{
    static const struct toy_document AGAIN[] = {{"/b", NULL, NULL, "k:new"}};
    struct sample sample = sample_make();
    const struct ark_deletion deletion = {1, 1};
    ck_assert_int_eq(
        publish_with(&sample, AGAIN, 1,
                     (struct ark_publication){.deletions = &deletion, .deletion_count = 1}),
        ARK_OK);
    ck_assert_uint_eq(figures_of(&sample).document_count, 3);
    ck_assert_uint_eq(figures_of(&sample).dead_count, 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_segment_whose_last_document_dies_goes)
{
    struct sample sample = sample_make();
    const struct ark_deletion deletions[] = {{1, 0}, {1, 1}, {1, 2}};
    struct ark_publication publication = {.deletions = deletions, .deletion_count = 3};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.segment_count, 0);
    ck_assert_uint_eq(figures.document_count, 0);
    ck_assert_uint_eq(figures.dead_count, 0);
    ck_assert_uint_eq(entries(&sample, ARK_DB_STREAM), 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_merged_segment_takes_the_place_of_those_it_was_made_of)
{
    static const struct toy_document MERGED[] = {{"/a", NULL, NULL, "k:a"},
                                                 {"/b", NULL, NULL, "k:b k:b"},
                                                 {"/c", NULL, NULL, "k:c"},
                                                 {"/d", NULL, NULL, "k:d"}};
    struct sample sample = sample_make();
    const uint64_t dropped = 1;
    ck_assert_int_eq(publish_with(&sample, MERGED, 4,
                                  (struct ark_publication){.dropped_segments = &dropped,
                                                           .dropped_segment_count = 1}),
                     ARK_OK);
    struct ark_store_figures figures = figures_of(&sample);
    ck_assert_uint_eq(figures.segment_count, 1);
    ck_assert_uint_eq(figures.document_count, 4);
    ck_assert_uint_eq(figures.dead_count, 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(segment_ids_are_never_used_again)
{
    struct sample sample = sample_make();
    for (uint64_t id = 1; id < 4; id++) {
        ck_assert_int_eq(publish_with(&sample, FIRST, 3,
                                      (struct ark_publication){.dropped_segments = &id,
                                                               .dropped_segment_count = 1}),
                         ARK_OK);
        struct ark_snapshot *snapshot = NULL;
        ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
        ck_assert_uint_eq(ark_segment_info(ark_snapshot_segment(snapshot, 0))->id, id + 1);
        ark_snapshot_close(snapshot);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_rebuild_leaves_nothing_of_what_was)
{
    static const struct toy_document NEW[] = {{"/z", NULL, NULL, "k:z"}};
    static const struct ark_file_record OLD_FILE = {{(const uint8_t *)"/a", 2}, 1, 2, 3};
    static const struct ark_file_record NEW_FILE = {{(const uint8_t *)"/z", 2}, 1, 2, 3};
    struct sample sample = sample_make();
    struct ark_publication old = {.files = &OLD_FILE, .file_count = 1};
    ck_assert_int_eq(publish(&sample, &old), ARK_OK);
    ck_assert_int_eq(publish_with(&sample, NEW, 1,
                                  (struct ark_publication){.drop_everything = true,
                                                           .files = &NEW_FILE,
                                                           .file_count = 1,
                                                           .identity = TOY_IDENTITY}),
                     ARK_OK);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 1);
    ck_assert_uint_eq(figures_of(&sample).document_count, 1);
    ck_assert_uint_eq(entries(&sample, ARK_DB_FILES), 1);
    struct ark_publication empty = {.drop_everything = true};
    ck_assert_int_eq(publish(&sample, &empty), ARK_OK);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 0);
    ck_assert_uint_eq(entries(&sample, ARK_DB_FILES), 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_rebuild_gives_the_index_the_analyzer_of_the_program)
{
    char *dir = test_temp_dir();
    ark_store_close(toy_store_open(dir));
    const struct ark_store_options options = {.writable = true};
    struct sample sample = {.dir = dir};
    ck_assert_int_eq(ark_store_open(&sample.store, dir, &options, NULL), ARK_OK);
    struct ark_publication publication = {.drop_everything = true, .identity = "toy 2"};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    ck_assert_str_eq(figures_of(&sample).identity, "toy 2");
    sample_dispose(&sample);
}
END_TEST

START_TEST(file_rows_are_written_replaced_and_forgotten)
{
    struct sample sample = sample_make();
    struct ark_file_record files[] = {{ARK_STR("/a"), 1, 2, 3}, {ARK_STR("/b"), 4, 5, 6}};
    struct ark_publication publication = {.files = files, .file_count = 2};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    ck_assert_uint_eq(entries(&sample, ARK_DB_FILES), 2);
    files[0].size_bytes = 100;
    const ark_str forgotten[] = {ARK_STR("/b"), ARK_STR("/never")};
    publication = (struct ark_publication){
        .files = files, .file_count = 1, .forgotten_files = forgotten, .forgotten_file_count = 2};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    ck_assert_uint_eq(entries(&sample, ARK_DB_FILES), 1);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    struct ark_file_record file;
    bool found = false;
    ck_assert_int_eq(ark_snapshot_find_file(snapshot, ARK_STR("/a"), &file, &found, NULL), ARK_OK);
    ck_assert(found);
    ck_assert_uint_eq(file.size_bytes, 100);
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_roots_stay_until_they_are_replaced)
{
    struct sample sample = sample_make();
    ark_str roots = ARK_STR("one");
    struct ark_publication publication = {.roots = &roots};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    struct ark_publication nothing = {0};
    ck_assert_int_eq(publish(&sample, &nothing), ARK_OK);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    ark_str back;
    ck_assert_int_eq(ark_snapshot_roots(snapshot, &back, NULL), ARK_OK);
    ck_assert(ark_str_equal(back, roots));
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

/** A segment of noise large enough that its chunks are loaded in several transactions. */
static struct ark_segment_data *
large_segment(const char *dir)
{
    enum { DOCUMENTS = 24, TEXT_BYTES = 1000000 };
    struct ark_segment_writer *writer = ark_segment_writer_new(dir);
    uint8_t *text = ark_xmalloc(TEXT_BYTES);
    uint32_t state = 1;
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        for (size_t k = 0; k < TEXT_BYTES; k++) {
            state = state * 1664525u + 1013904223u;
            text[k] = (uint8_t)(state >> 24);
        }
        char path[32];
        int len = snprintf(path, sizeof path, "/large/%u", (unsigned)i);
        struct ark_document_record record = {.path = ark_str_make(path, (size_t)len),
                                             .fragment = ARK_STR(""),
                                             .source = ARK_STR("")};
        ck_assert_int_eq(ark_segment_writer_add_document(writer, &record, ARK_STR(""),
                                                         ark_str_make(text, TEXT_BYTES), NULL),
                         ARK_OK);
    }
    free(text);
    struct ark_segment_data *data = NULL;
    ck_assert_int_eq(ark_segment_writer_finish(writer, &data, NULL), ARK_OK);
    return data;
}

START_TEST(a_segment_of_many_transactions_is_whole)
{
    struct sample sample = sample_make();
    struct ark_publication publication = {.segment = large_segment(sample.dir)};
    ck_assert_int_eq(publish(&sample, &publication), ARK_OK);
    ark_segment_data_free(publication.segment);
    ck_assert_uint_eq(figures_of(&sample).segment_count, 2);
    sample_dispose(&sample);
}
END_TEST

START_TEST(chunks_of_no_segment_are_swept_by_the_next_writer)
{
    struct sample sample = sample_make();
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(sample.store, &txn, NULL), ARK_OK);
    static const uint64_t STRAYS[] = {0, 2, 3, 77, UINT64_MAX};
    for (size_t i = 0; i < ARK_COUNT_OF(STRAYS); i++) {
        for (uint32_t chunk = 0; chunk < 3; chunk++) {
            uint8_t key[ARK_STREAM_KEY_BYTES];
            ark_stream_key(key, STRAYS[i], ARK_STREAM_TEXT, chunk);
            ck_assert_int_eq(ark_lmdb_put(sample.store, txn, ARK_DB_STREAM,
                                          ark_str_make(key, sizeof key), ARK_STR("stray"), NULL),
                             ARK_OK);
        }
    }
    ck_assert_int_eq(ark_lmdb_commit(sample.store, txn, NULL), ARK_OK);
    ark_store_close(sample.store);
    sample.store = toy_store_open(sample.dir);
    check_sane(&sample);
    sample_dispose(&sample);
}
END_TEST

/** Writes an id row behind the store's back. */
static void
put_id(struct sample *sample, const char *path, uint64_t segment_id, uint32_t doc)
{
    uint8_t key[ARK_DOCUMENT_KEY_BYTES];
    uint8_t value[ARK_DOCUMENT_VALUE_BYTES] = {0};
    ark_fragment_hash(ark_str_from(path), key);
    ark_fragment_hash(ARK_STR(""), key + ARK_HASH_BYTES);
    ark_store_u64(value, segment_id);
    ark_store_u32(value + 8, doc);
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(sample->store, &txn, NULL), ARK_OK);
    ck_assert_int_eq(ark_lmdb_put(sample->store, txn, ARK_DB_IDS, ark_str_make(key, sizeof key),
                                  ark_str_make(value, sizeof value), NULL),
                     ARK_OK);
    ck_assert_int_eq(ark_lmdb_commit(sample->store, txn, NULL), ARK_OK);
}

START_TEST(a_damaged_table_of_documents_does_not_kill_others)
{
    static const struct toy_document AGAIN[] = {{"/b", NULL, NULL, "k:new"}};
    static const struct ark_deletion PLACES[] = {{1, 0}, {1, 3}, {1, UINT32_MAX},
                                                 {9, 0}, {2, 0}, {2, 5}};
    for (size_t i = 0; i < ARK_COUNT_OF(PLACES); i++) {
        struct sample sample = sample_make();
        put_id(&sample, "/b", PLACES[i].segment_id, PLACES[i].doc);
        // The new segment will be number 2.
        struct ark_publication publication = {.segment = toy_segment_make(sample.dir, AGAIN, 1)};
        ck_assert_int_eq(ark_store_publish(sample.store, &publication, NULL), ARK_E_CORRUPT);
        ark_segment_data_free(publication.segment);
        ck_assert_uint_eq(figures_of(&sample).document_count, 3);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(a_deletion_of_a_document_the_table_has_elsewhere_is_refused)
{
    struct sample sample = sample_make();
    put_id(&sample, "/b", 1, 2);
    const struct ark_deletion deletion = {1, 1};
    struct ark_publication publication = {.deletions = &deletion, .deletion_count = 1};
    ck_assert_int_eq(ark_store_publish(sample.store, &publication, NULL), ARK_E_CORRUPT);
    ck_assert_uint_eq(figures_of(&sample).document_count, 3);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_publication_that_fails_leaves_the_index_as_it_was)
{
    static const struct toy_document MORE[] = {{"/m", NULL, NULL, "k:m"}};
    struct sample sample = sample_make();
    struct ark_store_figures before = figures_of(&sample);
    // The second deletion is of no document, after the first has been made.
    const struct ark_deletion deletions[] = {{1, 0}, {1, 99}};
    struct ark_publication publication = {.segment = toy_segment_make(sample.dir, MORE, 1),
                                          .deletions = deletions,
                                          .deletion_count = 2};
    ck_assert_int_eq(ark_store_publish(sample.store, &publication, NULL), ARK_E_CORRUPT);
    ark_segment_data_free(publication.segment);
    check_sane(&sample);
    struct ark_store_figures after = figures_of(&sample);
    ck_assert_uint_eq(after.generation, before.generation);
    ck_assert_uint_eq(after.document_count, before.document_count);
    ck_assert_int_eq(publish_with(&sample, MORE, 1, (struct ark_publication){0}), ARK_OK);
    sample_dispose(&sample);
}
END_TEST

/** Publishes nothing but a dictionary, or its loss. */
static void
publish_dictionary(struct sample *sample, const char *bytes, bool drop)
{
    ark_str dictionary = ark_str_from(bytes == NULL ? "" : bytes);
    const struct ark_publication publication = {.dictionary = bytes == NULL ? NULL : &dictionary,
                                                .drop_everything = drop};
    ck_assert_int_eq(ark_store_publish(sample->store, &publication, NULL), ARK_OK);
}

/** The dictionary reads as expected. */
static void
expect_dictionary(struct sample *sample, const char *expected)
{
    struct ark_snapshot *snapshot = NULL;
    ark_str dictionary;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample->store, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_dictionary(snapshot, &dictionary, NULL), ARK_OK);
    ck_assert(ark_str_equal(dictionary, ark_str_from(expected)));
    ark_snapshot_close(snapshot);
}

START_TEST(a_dictionary_stays_until_everything_is_dropped)
{
    struct sample sample = sample_make();
    expect_dictionary(&sample, "");
    publish_dictionary(&sample, "some bytes", false);
    expect_dictionary(&sample, "some bytes");
    publish_dictionary(&sample, NULL, false);
    expect_dictionary(&sample, "some bytes");
    publish_dictionary(&sample, "other bytes", true);
    expect_dictionary(&sample, "other bytes");
    publish_dictionary(&sample, NULL, true);
    expect_dictionary(&sample, "");
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_damaged_dictionary_is_told)
{
    struct sample sample = sample_make();
    publish_dictionary(&sample, "some bytes", false);
    MDB_txn *txn = NULL;
    MDB_val key = ark_lmdb_val(ARK_STR("zdict"));
    MDB_val value = ark_lmdb_val(ARK_STR("some bytes12345678"));
    ck_assert_int_eq(mdb_txn_begin(sample.store->env, NULL, 0, &txn), 0);
    ck_assert_int_eq(mdb_put(txn, sample.store->dbis[ARK_DB_META], &key, &value, 0), 0);
    ck_assert_int_eq(mdb_txn_commit(txn), 0);
    struct ark_snapshot *snapshot = NULL;
    struct ark_error err;
    ark_str dictionary;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, sample.store, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_dictionary(snapshot, &dictionary, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "dictionary of texts"));
    ark_snapshot_close(snapshot);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("publish");
    TCase *tests = tcase_create("publish");
    tcase_add_test(tests, each_publication_is_a_generation);
    tcase_add_test(tests, a_document_of_the_same_name_replaces_the_one_before);
    tcase_add_test(tests, the_last_of_one_name_in_a_publication_stays);
    tcase_add_test(tests, a_document_deleted_twice_dies_once);
    tcase_add_test(tests, a_document_deleted_and_added_again_is_there_once);
    tcase_add_test(tests, a_segment_whose_last_document_dies_goes);
    tcase_add_test(tests, a_merged_segment_takes_the_place_of_those_it_was_made_of);
    tcase_add_test(tests, segment_ids_are_never_used_again);
    tcase_add_test(tests, a_rebuild_leaves_nothing_of_what_was);
    tcase_add_test(tests, a_rebuild_gives_the_index_the_analyzer_of_the_program);
    tcase_add_test(tests, file_rows_are_written_replaced_and_forgotten);
    tcase_add_test(tests, the_roots_stay_until_they_are_replaced);
    tcase_add_test(tests, a_segment_of_many_transactions_is_whole);
    tcase_add_test(tests, chunks_of_no_segment_are_swept_by_the_next_writer);
    tcase_add_test(tests, a_damaged_table_of_documents_does_not_kill_others);
    tcase_add_test(tests, a_deletion_of_a_document_the_table_has_elsewhere_is_refused);
    tcase_add_test(tests, a_publication_that_fails_leaves_the_index_as_it_was);
    tcase_add_test(tests, a_dictionary_stays_until_everything_is_dropped);
    tcase_add_test(tests, a_damaged_dictionary_is_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
