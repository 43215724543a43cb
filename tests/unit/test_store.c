#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/store/store_impl.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"
#include "tests/unit/in_child.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static const struct toy_document DOCUMENTS[] = {{"/a", NULL, "Title", "k:a l:b k:a"},
                                                {"/b", NULL, NULL, "k:c"}};

/** A directory with an index of the two documents in it. */
static char *
indexed_dir(void)
{
    char *dir = test_temp_dir();
    struct ark_store *store = toy_store_open(dir);
    toy_publish(store, DOCUMENTS, ARK_COUNT_OF(DOCUMENTS));
    ark_store_close(store);
    return dir;
}

static enum ark_status
open_reader(struct ark_store **store, const char *path, const char *identity, struct ark_error *err)
{
    const struct ark_store_options options = {.identity = identity};
    return ark_store_open(store, path, &options, err);
}

/** The status of opening for reading; a store that opens is closed. */
static enum ark_status
try_reader(const char *path, const char *identity, struct ark_error *err)
{
    struct ark_store *store = NULL;
    enum ark_status status = open_reader(&store, path, identity, err);
    ark_store_close(store);
    return status;
}

START_TEST(opening_a_missing_index_names_the_path)
{
    char *dir = test_temp_dir();
    char *path = ark_path_join(dir, "none");
    struct ark_error err;
    ck_assert_int_eq(try_reader(path, NULL, &err), ARK_E_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.text, path));
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_NOT_FOUND);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    free(path);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_writer_that_may_not_create_finds_no_index_either)
{
    char *dir = test_temp_dir();
    const struct ark_store_options options = {.writable = true};
    struct ark_store *store = NULL;
    ck_assert_int_eq(ark_store_open(&store, dir, &options, NULL), ARK_E_NOT_FOUND);
    ck_assert_ptr_null(store);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_new_index_is_empty_and_made_with_its_parents)
{
    char *dir = test_temp_dir();
    char *path = ark_path_join(dir, "new/deep/index");
    struct ark_store *store = toy_store_open(path);
    ck_assert_str_eq(ark_store_path(store), path);
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
    const struct ark_store_figures *figures = ark_snapshot_figures(snapshot);
    ck_assert_uint_eq(figures->generation, 0);
    ck_assert_uint_eq(figures->segment_count, 0);
    ck_assert_uint_eq(figures->document_count, 0);
    ck_assert_uint_eq(figures->format_version, ARK_FORMAT_VERSION);
    ck_assert_str_eq(figures->identity, TOY_IDENTITY);
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    ck_assert_int_eq(try_reader(path, TOY_IDENTITY, NULL), ARK_OK);
    free(path);
    // Deeper than test_temp_dir_remove goes.
    char *deep = ark_path_join(dir, "new/deep");
    char *inner = ark_path_join(dir, "new");
    test_temp_dir_remove(deep);
    test_temp_dir_remove(inner);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(another_analyzer_is_refused_and_none_accepts_any)
{
    char *dir = indexed_dir();
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, TOY_IDENTITY, NULL), ARK_OK);
    ck_assert_int_eq(try_reader(dir, NULL, NULL), ARK_OK);
    ck_assert_int_eq(try_reader(dir, "toy 2", &err), ARK_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.text, "\"toy 1\""));
    ck_assert_ptr_nonnull(strstr(err.text, "\"toy 2\""));
    ck_assert_ptr_nonnull(strstr(err.text, "--rebuild"));
    test_temp_dir_remove(dir);
}
END_TEST

/** Tries to open the index for writing and says on stderr what came of it. */
static void
try_to_write(void *context)
{
    const struct ark_store_options options = {.writable = true};
    struct ark_store *store = NULL;
    struct ark_error err;
    enum ark_status status = ark_store_open(&store, context, &options, &err);
    (void)fprintf(stderr, "%s: %s", ark_status_name(status), status == ARK_OK ? "" : err.text);
    ark_store_close(store);
}

START_TEST(a_second_writer_is_told_who_is_writing)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    struct child_end end = run_in_child(try_to_write, dir);
    char holder[64];
    (void)snprintf(holder, sizeof holder, "process %ld", (long)getpid());
    ck_assert_ptr_nonnull(strstr(end.text, ark_status_name(ARK_E_BUSY)));
    ck_assert_ptr_nonnull(strstr(end.text, holder));
    ark_store_close(store);
    end = run_in_child(try_to_write, dir);
    ck_assert_ptr_nonnull(strstr(end.text, ark_status_name(ARK_OK)));
    test_temp_dir_remove(dir);
}
END_TEST

static char *
data_path(const char *dir)
{
    return ark_path_join(dir, "data/data.mdb");
}

START_TEST(a_file_shorter_than_its_last_page_is_damaged)
{
    char *dir = indexed_dir();
    char *path = data_path(dir);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(truncate(path, info.st_size - 1), 0);
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "data.mdb has"));
    ck_assert_ptr_nonnull(strstr(err.text, dir));
    free(path);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_file_of_something_else_is_no_index)
{
    static const uint8_t TEXT[] = "This is a text and not an index, whatever its name says.\n";
    char *dir = indexed_dir();
    char *path = data_path(dir);
    test_write_file(path, TEXT, sizeof TEXT);
    enum ark_status status = try_reader(dir, NULL, NULL);
    ck_assert(status == ARK_E_CORRUPT || status == ARK_E_FORMAT);
    free(path);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_pipe_or_a_folder_for_a_data_file_is_refused_and_not_waited_for)
{
    char *dir = indexed_dir();
    char *path = data_path(dir);
    ck_assert_int_eq(remove(path), 0);
    ck_assert_int_eq(_i == 0 ? mkfifo(path, 0666) : mkdir(path, 0777), 0);
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "data.mdb is not a file"));
    ck_assert_ptr_nonnull(strstr(err.text, dir));
    free(path);
    test_temp_dir_remove(dir);
}
END_TEST

/** Changes the meta database behind the store's back. */
static void
put_meta(struct ark_store *store, const char *key, const ark_str *value)
{
    MDB_txn *txn = NULL;
    ck_assert_int_eq(ark_lmdb_begin(store, &txn, NULL), ARK_OK);
    ck_assert_int_eq(value == NULL
                         ? ark_lmdb_delete(store, txn, ARK_DB_META, ark_str_from(key), NULL)
                         : ark_lmdb_put(store, txn, ARK_DB_META, ark_str_from(key), *value, NULL),
                     ARK_OK);
    ck_assert_int_eq(ark_lmdb_commit(store, txn, NULL), ARK_OK);
}

START_TEST(another_format_version_is_refused_with_the_way_out)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    struct ark_config_record record = {.format_version = ARK_FORMAT_VERSION + 1};
    struct ark_buf buf = ark_buf_make(1024);
    ark_config_record_encode(&record, &buf);
    ark_str bytes = ark_buf_view(&buf);
    put_meta(store, ARK_META_CONFIG, &bytes);
    ark_buf_dispose(&buf);
    ark_store_close(store);
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.text, "remove it, or name another with -i, and index again"));
    ck_assert_ptr_nonnull(strstr(err.text, dir));
    const struct ark_store_options options = {.writable = true, .create = true};
    ck_assert_int_eq(ark_store_open(&store, dir, &options, NULL), ARK_E_FORMAT);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_lost_configuration_does_not_make_the_index_new)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    put_meta(store, ARK_META_CONFIG, NULL);
    ark_store_close(store);
    ck_assert_int_eq(try_reader(dir, NULL, NULL), ARK_E_CORRUPT);
    const struct ark_store_options options = {.writable = true, .create = true};
    struct ark_error err;
    store = NULL;
    // A writer would write a new configuration and then sweep every segment away.
    ck_assert_int_eq(ark_store_open(&store, dir, &options, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "no configuration record"));
    ark_store_close(store);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_lost_list_of_segments_is_damage)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    put_meta(store, ARK_META_SEGMENTS, NULL);
    ark_store_close(store);
    ck_assert_int_eq(try_reader(dir, NULL, NULL), ARK_E_CORRUPT);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(streams_that_cannot_fit_the_file_are_damage)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    struct ark_segment_entry entry = {.info = {.id = 1}};
    entry.stream_bytes[ARK_STREAM_TEXT] = UINT64_C(1) << 49;
    struct ark_buf buf = ark_buf_make(1024);
    ark_segment_list_encode(&entry, 1, &buf);
    ark_str bytes = ark_buf_view(&buf);
    put_meta(store, ARK_META_SEGMENTS, &bytes);
    ark_buf_dispose(&buf);
    ark_store_close(store);
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "larger than data.mdb"));
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(an_environment_of_another_program_is_no_index)
{
    char *dir = test_temp_dir();
    char *data = ark_path_join(dir, "data");
    ck_assert_int_eq(mkdir(data, 0777), 0);
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    ck_assert_int_eq(mdb_env_create(&env), 0);
    ck_assert_int_eq(mdb_env_open(env, data, 0, 0666), 0);
    ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    ck_assert_int_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    struct ark_error err;
    ck_assert_int_eq(try_reader(dir, NULL, &err), ARK_E_CORRUPT);
    ck_assert_ptr_nonnull(strstr(err.text, "not an ark index"));
    free(data);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(closing_takes_null)
{
    ark_store_close(NULL);
    ark_snapshot_close(NULL);
}
END_TEST

/** The number of live documents a store shows. */
static uint64_t
live_documents(struct ark_store *store)
{
    struct ark_snapshot *snapshot = NULL;
    ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
    uint64_t count = ark_snapshot_figures(snapshot)->document_count;
    ark_snapshot_close(snapshot);
    return count;
}

/** Publishes and drops segments, so that the file has free pages. */
static void
churn(struct ark_store *store)
{
    for (int i = 0; i < 6; i++) {
        struct ark_segment_data *segment =
            toy_segment_make(ark_store_path(store), DOCUMENTS, ARK_COUNT_OF(DOCUMENTS));
        struct ark_publication publication = {.segment = segment, .drop_everything = true};
        ck_assert_int_eq(ark_store_publish(store, &publication, NULL), ARK_OK);
        ark_segment_data_free(segment);
    }
}

START_TEST(compaction_keeps_the_content_and_makes_the_file_smaller)
{
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    churn(store);
    char *path = data_path(dir);
    struct stat before;
    struct stat after;
    ck_assert_int_eq(stat(path, &before), 0);
    ck_assert_int_eq(ark_store_compact(store, NULL), ARK_OK);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_lt(after.st_size, before.st_size);
    ck_assert_uint_eq(live_documents(store), 2);
    ck_assert_uint_eq(test_dir_entries(dir), 2); // data and ark.lock
    ark_store_close(store);
    ck_assert_int_eq(try_reader(dir, TOY_IDENTITY, NULL), ARK_OK);
    free(path);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(what_is_published_after_a_compaction_is_kept)
{
    static const struct toy_document MORE[] = {{"/c", NULL, NULL, "m:x"}};
    char *dir = indexed_dir();
    struct ark_store *store = toy_store_open(dir);
    ck_assert_int_eq(ark_store_compact(store, NULL), ARK_OK);
    toy_publish(store, MORE, 1);
    ck_assert_uint_eq(live_documents(store), 3);
    ark_store_close(store);
    ck_assert_int_eq(open_reader(&store, dir, TOY_IDENTITY, NULL), ARK_OK);
    ck_assert_uint_eq(live_documents(store), 3);
    ark_store_close(store);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(a_compaction_killed_between_its_renames_is_mended)
{
    char *dir = indexed_dir();
    char *data = ark_path_join(dir, "data");
    char *old = ark_path_join(dir, "data.old");
    char *fresh = ark_path_join(dir, "data.new");
    ck_assert_int_eq(rename(data, old), 0);
    ck_assert_int_eq(mkdir(fresh, 0777), 0);
    struct ark_store *store = toy_store_open(dir);
    ck_assert_uint_eq(live_documents(store), 2);
    ark_store_close(store);
    ck_assert_uint_eq(test_dir_entries(dir), 2);
    free(data);
    free(old);
    free(fresh);
    test_temp_dir_remove(dir);
}
END_TEST

START_TEST(what_a_killed_compaction_left_is_removed)
{
    char *dir = indexed_dir();
    char *data = ark_path_join(dir, "data");
    char *old = ark_path_join(dir, "data.old");
    char *fresh = ark_path_join(dir, "data.new");
    test_copy_tree(data, old);
    test_copy_tree(data, fresh);
    ark_store_close(toy_store_open(dir));
    ck_assert_uint_eq(test_dir_entries(dir), 2);
    free(data);
    free(old);
    free(fresh);
    test_temp_dir_remove(dir);
}
END_TEST

/** Compacts the index and publishes a document to it. */
static void
compact_and_publish(void *context)
{
    static const struct toy_document MORE[] = {{"/c", NULL, NULL, "m:x"}};
    struct ark_store *store = toy_store_open(context);
    ARK_ASSERT(ark_store_compact(store, NULL) == ARK_OK);
    toy_publish(store, MORE, 1);
    ark_store_close(store);
}

START_TEST(an_open_reader_sees_what_came_after_a_compaction)
{
    char *dir = indexed_dir();
    struct ark_store *store = NULL;
    ck_assert_int_eq(open_reader(&store, dir, TOY_IDENTITY, NULL), ARK_OK);
    ck_assert_uint_eq(live_documents(store), 2);
    struct ark_snapshot *held = NULL;
    ck_assert_int_eq(ark_snapshot_open(&held, store, NULL), ARK_OK);
    struct child_end end = run_in_child(compact_and_publish, dir);
    ck_assert_str_eq(end.text, "");
    ck_assert_int_eq(end.status, 0);
    // The old file lasts as long as the snapshot, for other snapshots beside it too.
    ck_assert_int_eq(ark_segment_verify(ark_snapshot_segment(held, 0), NULL), ARK_OK);
    ck_assert_uint_eq(live_documents(store), 2);
    ark_snapshot_close(held);
    ck_assert_uint_eq(live_documents(store), 3);
    ark_store_close(store);
    test_temp_dir_remove(dir);
}
END_TEST

/** Address space that the limit of a system, of a shell, of a small one leaves. */
static const rlim_t SPACES[] = {(rlim_t)300 << 30, (rlim_t)12 << 30, (rlim_t)1 << 30,
                                (rlim_t)250 << 20};
static rlim_t space;

/** Reads the index with little address space. */
static void
read_in_little_space(void *context)
{
    struct rlimit limit = {space, space};
    ARK_ASSERT(setrlimit(RLIMIT_AS, &limit) == 0);
    struct ark_store *store = NULL;
    struct ark_error err;
    if (open_reader(&store, context, TOY_IDENTITY, &err) != ARK_OK) {
        (void)fputs(err.text, stderr);
    }
    ark_store_close(store);
}

START_TEST(a_limited_address_space_is_enough)
{
    if (SANITIZED) {
        return; // sanitizers take 16 TiB of address space for themselves
    }
    char *dir = indexed_dir();
    space = SPACES[_i];
    struct child_end end = run_in_child(read_in_little_space, dir);
    ck_assert_str_eq(end.text, "");
    ck_assert_int_eq(end.status, 0);
    test_temp_dir_remove(dir);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("store");
    TCase *tests = tcase_create("store");
    tcase_add_test(tests, opening_a_missing_index_names_the_path);
    tcase_add_test(tests, a_writer_that_may_not_create_finds_no_index_either);
    tcase_add_test(tests, a_new_index_is_empty_and_made_with_its_parents);
    tcase_add_test(tests, another_analyzer_is_refused_and_none_accepts_any);
    tcase_add_test(tests, a_second_writer_is_told_who_is_writing);
    tcase_add_test(tests, a_file_shorter_than_its_last_page_is_damaged);
    tcase_add_test(tests, a_file_of_something_else_is_no_index);
    tcase_add_loop_test(tests, a_pipe_or_a_folder_for_a_data_file_is_refused_and_not_waited_for, 0,
                        2);
    tcase_add_test(tests, another_format_version_is_refused_with_the_way_out);
    tcase_add_test(tests, a_lost_configuration_does_not_make_the_index_new);
    tcase_add_test(tests, a_lost_list_of_segments_is_damage);
    tcase_add_test(tests, streams_that_cannot_fit_the_file_are_damage);
    tcase_add_test(tests, an_environment_of_another_program_is_no_index);
    tcase_add_test(tests, closing_takes_null);
    tcase_add_test(tests, compaction_keeps_the_content_and_makes_the_file_smaller);
    tcase_add_test(tests, what_is_published_after_a_compaction_is_kept);
    tcase_add_test(tests, a_compaction_killed_between_its_renames_is_mended);
    tcase_add_test(tests, what_a_killed_compaction_left_is_removed);
    tcase_add_test(tests, an_open_reader_sees_what_came_after_a_compaction);
    tcase_add_loop_test(tests, a_limited_address_space_is_enough, 0, (int)ARK_COUNT_OF(SPACES));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
