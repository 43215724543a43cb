#include <check.h>
#include <stdlib.h>

#include "common/codec/varint.h"
#include "common/store/store_impl.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"

static const struct toy_document DOCUMENTS[] = {
    {"/a", NULL, "Title", "k:a l:b"},
    {"/b", "1", NULL, "k:c"},
    {"/b", "2", NULL, "k:c k:c"},
    {"/b", "3", NULL, "l:d"},
};

/** A store with the documents above, and two files. */
struct sample {
    char *dir;
    struct ark_store *store;
    struct ark_snapshot *snapshot;
};

static const struct ark_file_record FILES[] = {
    {{(const uint8_t *)"/a", 2}, 100, -5, 11},
    {{(const uint8_t *)"/b", 2}, UINT64_MAX, INT64_MAX, UINT64_MAX},
};

static struct sample
sample_make(void)
{
    struct sample sample = {.dir = test_temp_dir()};
    sample.store = toy_store_open(sample.dir);
    struct ark_segment_data *segment =
        toy_segment_make(sample.dir, DOCUMENTS, ARK_COUNT_OF(DOCUMENTS));
    ark_str roots = ARK_STR("the roots");
    struct ark_publication publication = {
        .segment = segment, .files = FILES, .file_count = 2, .roots = &roots};
    ck_assert_int_eq(ark_store_publish(sample.store, &publication, NULL), ARK_OK);
    ark_segment_data_free(segment);
    ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_OK);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_snapshot_close(sample->snapshot);
    ark_store_close(sample->store);
    test_temp_dir_remove(sample->dir);
}

/** Puts a value into a database behind the store's back, and opens a snapshot that sees it. */
static void
put_behind(struct sample *sample, enum ark_db db, ark_str key, ark_str value)
{
    ark_snapshot_close(sample->snapshot);
    sample->snapshot = NULL;
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(sample->store, &txn, NULL), ARK_OK);
    ck_assert_int_eq(ark_lmdb_put(sample->store, txn, db, key, value, NULL), ARK_OK);
    ck_assert_int_eq(ark_lmdb_commit(sample->store, txn, NULL), ARK_OK);
}

START_TEST(figures_sum_up_the_segments)
{
    struct sample sample = sample_make();
    const struct ark_store_figures *figures = ark_snapshot_figures(sample.snapshot);
    ck_assert_uint_eq(figures->generation, 1);
    ck_assert_uint_eq(figures->segment_count, 1);
    ck_assert_uint_eq(figures->document_count, 4);
    ck_assert_uint_eq(figures->dead_count, 0);
    ck_assert_uint_eq(figures->token_count, 6);
    ck_assert_uint_eq(figures->text_bytes, strlen("Title") + strlen("k:a l:b") + strlen("k:c") +
                                               strlen("k:c k:c") + strlen("l:d"));
    ck_assert_uint_gt(figures->stored_bytes, 0);
    ck_assert_uint_gt(figures->file_bytes, figures->stored_bytes);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_published_segment_verifies_and_reads_like_the_written_one)
{
    struct sample sample = sample_make();
    struct ark_segment *segment = ark_snapshot_segment(sample.snapshot, 0);
    ck_assert_uint_eq(ark_segment_info(segment)->id, 1);
    ck_assert_int_eq(ark_segment_verify(segment, NULL), ARK_OK);
    struct ark_arena arena = ark_arena_make();
    ark_str title;
    ark_str body;
    ck_assert_int_eq(ark_segment_text(segment, 0, &arena, &title, &body, NULL), ARK_OK);
    ck_assert(ark_str_equal(title, ARK_STR("Title")));
    ck_assert(ark_str_equal(body, ARK_STR("k:a l:b")));
    ark_arena_dispose(&arena);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_snapshot_does_not_change)
{
    struct sample sample = sample_make();
    toy_publish(sample.store, DOCUMENTS, 2);
    ck_assert_uint_eq(ark_snapshot_figures(sample.snapshot)->segment_count, 1);
    ck_assert_int_eq(ark_segment_verify(ark_snapshot_segment(sample.snapshot, 0), NULL), ARK_OK);
    struct ark_snapshot *newer = NULL;
    ck_assert_int_eq(ark_snapshot_open(&newer, sample.store, NULL), ARK_OK);
    ck_assert_uint_eq(ark_snapshot_figures(newer)->segment_count, 2);
    ck_assert_uint_eq(ark_snapshot_figures(newer)->document_count, 4);
    ck_assert_uint_eq(ark_snapshot_figures(newer)->dead_count, 2);
    ark_snapshot_close(newer);
    sample_dispose(&sample);
}
END_TEST

START_TEST(file_rows_come_back)
{
    struct sample sample = sample_make();
    for (size_t i = 0; i < ARK_COUNT_OF(FILES); i++) {
        struct ark_file_record file;
        bool found = false;
        ck_assert_int_eq(
            ark_snapshot_find_file(sample.snapshot, FILES[i].path, &file, &found, NULL), ARK_OK);
        ck_assert(found);
        ck_assert(ark_str_equal(file.path, FILES[i].path));
        ck_assert_uint_eq(file.size_bytes, FILES[i].size_bytes);
        ck_assert_int_eq(file.mtime_ns, FILES[i].mtime_ns);
        ck_assert_uint_eq(file.content_hash, FILES[i].content_hash);
    }
    struct ark_file_record file;
    bool found = true;
    ck_assert_int_eq(ark_snapshot_find_file(sample.snapshot, ARK_STR("/c"), &file, &found, NULL),
                     ARK_OK);
    ck_assert(!found);
    sample_dispose(&sample);
}
END_TEST

/** Counts what it is shown, and stops after so many. */
struct counting {
    uint32_t seen;
    uint32_t stop_after;
    uint64_t docs; /**< a bit for each document number */
};

static bool
count_file(void *context, const struct ark_file_record *file)
{
    struct counting *counting = context;
    ck_assert_uint_eq(file->path.len, 2);
    return ++counting->seen < counting->stop_after;
}

static bool
count_place(void *context, const struct ark_document_place *place)
{
    struct counting *counting = context;
    ck_assert_uint_eq(place->segment_id, 1);
    ck_assert_uint_eq(place->fragment_hash.len, 16);
    uint8_t hash[16];
    ark_fragment_hash(ark_str_from(DOCUMENTS[place->doc].fragment), hash);
    ck_assert_mem_eq(place->fragment_hash.bytes, hash, 16);
    ck_assert_uint_eq(place->content_hash,
                      ark_content_hash(ark_str_from(DOCUMENTS[place->doc].words)));
    counting->docs |= UINT64_C(1) << place->doc;
    return ++counting->seen < counting->stop_after;
}

START_TEST(every_file_is_visited_until_the_visitor_has_enough)
{
    struct sample sample = sample_make();
    struct counting counting = {.stop_after = 100};
    ck_assert_int_eq(ark_snapshot_each_file(sample.snapshot, count_file, &counting, NULL), ARK_OK);
    ck_assert_uint_eq(counting.seen, 2);
    counting = (struct counting){.stop_after = 1};
    ck_assert_int_eq(ark_snapshot_each_file(sample.snapshot, count_file, &counting, NULL), ARK_OK);
    ck_assert_uint_eq(counting.seen, 1);
    sample_dispose(&sample);
}
END_TEST

static struct counting
count_documents_of(struct sample *sample, const char *path, uint32_t stop_after)
{
    struct counting counting = {.stop_after = stop_after};
    ck_assert_int_eq(ark_snapshot_each_document_of(sample->snapshot, ark_str_from(path),
                                                   count_place, &counting, NULL),
                     ARK_OK);
    return counting;
}

START_TEST(every_document_of_a_file_is_visited)
{
    struct sample sample = sample_make();
    ck_assert_uint_eq(count_documents_of(&sample, "/a", 100).docs, 1);
    ck_assert_uint_eq(count_documents_of(&sample, "/b", 100).docs, 2 + 4 + 8);
    ck_assert_uint_eq(count_documents_of(&sample, "/b", 2).seen, 2);
    ck_assert_uint_eq(count_documents_of(&sample, "/c", 100).seen, 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_roots_come_back_and_are_empty_at_first)
{
    struct sample sample = sample_make();
    ark_str roots;
    ck_assert_int_eq(ark_snapshot_roots(sample.snapshot, &roots, NULL), ARK_OK);
    ck_assert(ark_str_equal(roots, ARK_STR("the roots")));
    sample_dispose(&sample);

    char *dir = test_temp_dir();
    struct ark_store *store = toy_store_open(dir);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_roots(snapshot, &roots, NULL), ARK_OK);
    ck_assert_uint_eq(roots.len, 0);
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_file_row_that_is_short_or_of_another_path_is_damage)
{
    static const char *const ROWS[] = {"", "short", "123456781234567812345678/b"};
    uint8_t key[ARK_HASH_BYTES];
    ark_fragment_hash(ARK_STR("/a"), key);
    for (size_t i = 0; i < ARK_COUNT_OF(ROWS); i++) {
        struct sample sample = sample_make();
        put_behind(&sample, ARK_DB_FILES, ark_str_make(key, sizeof key), ark_str_from(ROWS[i]));
        ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_OK);
        struct ark_file_record file;
        bool found = false;
        ck_assert_int_eq(
            ark_snapshot_find_file(sample.snapshot, ARK_STR("/a"), &file, &found, NULL),
            ARK_E_CORRUPT);
        struct counting counting = {.stop_after = 100};
        ck_assert_int_eq(ark_snapshot_each_file(sample.snapshot, count_file, &counting, NULL),
                         ARK_E_CORRUPT);
        sample_dispose(&sample);
    }
}
END_TEST

static bool
accept_place(void *context, const struct ark_document_place *place)
{
    (void)context;
    (void)place;
    return true;
}

START_TEST(a_document_row_that_names_no_document_is_damage)
{
    static const struct {
        uint64_t segment;
        uint32_t doc;
        size_t bytes;
    } ROWS[] = {{1, 4, 20}, {1, UINT32_MAX, 20}, {0, 0, 20}, {2, 0, 20},
                {1, 0, 19}, {1, 0, 21},          {1, 0, 0}};
    uint8_t key[ARK_DOCUMENT_KEY_BYTES];
    ark_fragment_hash(ARK_STR("/a"), key);
    ark_fragment_hash(ARK_STR(""), key + ARK_HASH_BYTES);
    for (size_t i = 0; i < ARK_COUNT_OF(ROWS); i++) {
        struct sample sample = sample_make();
        uint8_t value[32] = {0};
        ark_store_u64(value, ROWS[i].segment);
        ark_store_u32(value + 8, ROWS[i].doc);
        put_behind(&sample, ARK_DB_IDS, ark_str_make(key, sizeof key),
                   ark_str_make(value, ROWS[i].bytes));
        ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_OK);
        ck_assert_int_eq(
            ark_snapshot_each_document_of(sample.snapshot, ARK_STR("/a"), accept_place, NULL, NULL),
            ARK_E_CORRUPT);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(a_missing_chunk_is_damage_when_it_is_touched)
{
    struct sample sample = sample_make();
    ark_snapshot_close(sample.snapshot);
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(sample.store, &txn, NULL), ARK_OK);
    uint8_t key[ARK_STREAM_KEY_BYTES];
    ark_stream_key(key, 1, ARK_STREAM_TEXT, 0);
    ck_assert_int_eq(
        ark_lmdb_delete(sample.store, txn, ARK_DB_STREAM, ark_str_make(key, sizeof key), NULL),
        ARK_OK);
    ck_assert_int_eq(ark_lmdb_commit(sample.store, txn, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_OK);
    struct ark_arena arena = ark_arena_make();
    ark_str title;
    ark_str body;
    struct ark_error err;
    ck_assert_int_eq(
        ark_segment_text(ark_snapshot_segment(sample.snapshot, 0), 0, &arena, &title, &body, &err),
        ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "segment 1, text, chunk 0 is missing"));
    ck_assert_ptr_nonnull(strstr(err.text, sample.dir));
    ark_arena_dispose(&arena);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_lost_or_damaged_entry_of_deletions_is_damage)
{
    struct sample sample = sample_make();
    ark_snapshot_close(sample.snapshot);
    sample.snapshot = NULL;
    const struct ark_deletion deletion = {1, 2};
    struct ark_publication publication = {.deletions = &deletion, .deletion_count = 1};
    ck_assert_int_eq(ark_store_publish(sample.store, &publication, NULL), ARK_OK);
    uint8_t key[8];
    ark_store_u64(key, 1);
    put_behind(&sample, ARK_DB_DEAD, ark_str_make(key, 8), ARK_STR("123456789"));
    ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_E_CORRUPT);
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(sample.store, &txn, NULL), ARK_OK);
    ck_assert_int_eq(ark_lmdb_delete(sample.store, txn, ARK_DB_DEAD, ark_str_make(key, 8), NULL),
                     ARK_OK);
    ck_assert_int_eq(ark_lmdb_commit(sample.store, txn, NULL), ARK_OK);
    ck_assert_int_eq(ark_snapshot_open(&sample.snapshot, sample.store, NULL), ARK_E_CORRUPT);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *tests = tcase_create("snapshot");
    tcase_add_test(tests, figures_sum_up_the_segments);
    tcase_add_test(tests, a_published_segment_verifies_and_reads_like_the_written_one);
    tcase_add_test(tests, a_snapshot_does_not_change);
    tcase_add_test(tests, file_rows_come_back);
    tcase_add_test(tests, every_file_is_visited_until_the_visitor_has_enough);
    tcase_add_test(tests, every_document_of_a_file_is_visited);
    tcase_add_test(tests, the_roots_come_back_and_are_empty_at_first);
    tcase_add_test(tests, a_file_row_that_is_short_or_of_another_path_is_damage);
    tcase_add_test(tests, a_document_row_that_names_no_document_is_damage);
    tcase_add_test(tests, a_missing_chunk_is_damage_when_it_is_touched);
    tcase_add_test(tests, a_lost_or_damaged_entry_of_deletions_is_damage);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
