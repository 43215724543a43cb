#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/pages.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"

enum { TEST_TIMEOUT_SECONDS = 60 };

/** The page size of this system, and parts of LMDB's layout, spelled again. */
enum { PAGE = 4096, HEADER = 16, BRANCH = 1, LEAF = 2, OVERFLOW = 4 };
enum { META_FREE_ROOT = 80, META_MAIN_ROOT = 128, META_TXNID = 144 };

/** An index whose data file can be changed and put back. */
struct sample {
    char *dir;
    char *path;
    uint8_t *sound;
    size_t bytes;
};

/** Paths of so many documents that rows need a branch page; texts of them outgrow a page. */
static struct sample
sample_make(bool compacted)
{
    enum { DOCUMENTS = 200 };
    struct sample sample = {.dir = test_temp_dir()};
    struct toy_document *documents = ark_xcalloc(DOCUMENTS, sizeof *documents);
    char(*paths)[16] = ark_xcalloc(DOCUMENTS, sizeof *paths);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "/%u", i);
        documents[i] = (struct toy_document){paths[i], NULL, "A title of some length.",
                                             "k:word l:another m:third"};
    }
    struct ark_store *store = toy_store_open(sample.dir);
    toy_publish(store, documents, DOCUMENTS);
    toy_publish(store, documents, DOCUMENTS / 2);
    if (compacted) {
        ck_assert_int_eq(ark_store_compact(store, NULL), ARK_OK);
    }
    ark_store_close(store);
    free(documents);
    free(paths);
    sample.path = ark_path_join(sample.dir, "data/data.mdb");
    sample.sound = test_read_file(sample.path, &sample.bytes);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    test_temp_dir_remove(sample->dir);
    free(sample->path);
    free(sample->sound);
}

/** The status of opening for reading or writing; a store that opens is closed. */
static enum ark_status
try_open(const struct sample *sample, bool writable)
{
    const struct ark_store_options options = {.writable = writable};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, sample->dir, &options, NULL);
    ark_store_close(store);
    return status;
}

static void
write_changed(const struct sample *sample, size_t at, uint8_t change)
{
    sample->sound[at] ^= change;
    test_write_file(sample->path, sample->sound, sample->bytes);
    sample->sound[at] ^= change;
}

static unsigned
kind_of(const struct sample *sample, size_t page)
{
    const uint8_t *at = sample->sound + page * PAGE;
    return ark_load_u64(at) == page ? at[10] : 0;
}

START_TEST(sound_pages_pass)
{
    for (int compacted = 0; compacted < 2; compacted++) {
        struct sample sample = sample_make(compacted == 1);
        ck_assert_int_eq(try_open(&sample, false), ARK_OK);
        ck_assert_int_eq(try_open(&sample, true), ARK_OK);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(a_changed_header_of_any_page_of_a_tree_is_seen_by_a_writer)
{
    // After a compaction no page is free, so every page of a tree is in use.
    struct sample sample = sample_make(true);
    unsigned pages[3] = {0};
    for (size_t page = 2; page < sample.bytes / PAGE; page++) {
        unsigned kind = kind_of(&sample, page);
        if (kind != LEAF && kind != BRANCH) {
            continue;
        }
        pages[kind]++;
        for (size_t i = 0; i < HEADER; i++) {
            if (i == 8 || i == 9) {
                continue; // padding
            }
            write_changed(&sample, page * PAGE + i, (uint8_t)(1u << (page + i) % 8));
            ck_assert_int_eq(try_open(&sample, true), ARK_E_CORRUPT);
        }
    }
    ck_assert_uint_ge(pages[LEAF], 7);
    ck_assert_uint_ge(pages[BRANCH], 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(entries_with_duplicates_are_refused)
{
    // The flag that made LMDB follow a null pointer.
    enum { DUPLICATES = 4 };
    struct sample sample = sample_make(true);
    for (size_t page = 2; page < sample.bytes / PAGE; page++) {
        if (kind_of(&sample, page) == LEAF) {
            const uint8_t *at = sample.sound + page * PAGE;
            size_t entry = (size_t)at[HEADER] | (size_t)at[HEADER + 1] << 8;
            write_changed(&sample, page * PAGE + entry + 4, DUPLICATES);
            ck_assert_int_eq(try_open(&sample, true), ARK_E_CORRUPT);
        }
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_reader_looks_at_rows_when_it_needs_them)
{
    struct sample sample = sample_make(true);
    unsigned seen_late = 0;
    for (size_t page = 2; page < sample.bytes / PAGE; page++) {
        if (kind_of(&sample, page) != LEAF) {
            continue;
        }
        write_changed(&sample, page * PAGE + 12, 0x40);
        const struct ark_store_options options = {0};
        struct ark_store *store = NULL;
        struct ark_snapshot *snapshot = NULL;
        enum ark_status status = ark_store_open(&store, sample.dir, &options, NULL);
        if (status == ARK_OK) {
            ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
            struct ark_file_record file;
            bool found = false;
            status = ark_snapshot_find_file(snapshot, ARK_STR("/1"), &file, &found, NULL);
            seen_late++;
        }
        ck_assert_int_eq(status, ARK_E_CORRUPT);
        ark_snapshot_close(snapshot);
        ark_store_close(store);
    }
    ck_assert_uint_ge(seen_late, 3);
    sample_dispose(&sample);
}
END_TEST

START_TEST(pages_of_chunks_are_looked_at_before_they_are_freed)
{
    struct sample sample = sample_make(true);
    unsigned chunks = 0;
    for (size_t page = 2; page < sample.bytes / PAGE; page++) {
        if (kind_of(&sample, page) != OVERFLOW) {
            continue;
        }
        chunks++;
        // One page more than it has.
        write_changed(&sample, page * PAGE + 12, sample.sound[page * PAGE + 12] == 1 ? 3 : 1);
        struct ark_store *store = toy_store_open(sample.dir);
        struct ark_publication publication = {.drop_everything = true};
        ck_assert_int_eq(ark_store_publish(store, &publication, NULL), ARK_E_CORRUPT);
        ark_store_close(store);
    }
    ck_assert_uint_ge(chunks, 2);
    sample_dispose(&sample);
}
END_TEST

/** The offset of the newer one of the two meta pages. */
static size_t
newest_meta(const struct sample *sample)
{
    return ark_load_u64(sample->sound + META_TXNID) >
                   ark_load_u64(sample->sound + PAGE + META_TXNID)
               ? 0
               : PAGE;
}

START_TEST(a_free_page_that_is_in_use_is_refused)
{
    struct sample sample = sample_make(false);
    size_t meta = newest_meta(&sample);
    size_t free_page = (size_t)ark_load_u64(sample.sound + meta + META_FREE_ROOT);
    size_t main_page = (size_t)ark_load_u64(sample.sound + meta + META_MAIN_ROOT);
    ck_assert_uint_eq(kind_of(&sample, free_page), LEAF);
    uint8_t *page = sample.sound + free_page * PAGE;
    // The last entry's list ends the page of an only entry; its last number is the least page.
    size_t entry = (size_t)page[HEADER] | (size_t)page[HEADER + 1] << 8;
    size_t list = entry + 8 + 8;
    uint64_t count = ark_load_u64(page + list);
    ck_assert_uint_ge(count, 1);
    ark_store_u64(page + list + count * 8, main_page);
    test_write_file(sample.path, sample.sound, sample.bytes);
    ck_assert_int_eq(try_open(&sample, true), ARK_E_CORRUPT);
    // A reader takes no page.
    ck_assert_int_eq(try_open(&sample, false), ARK_OK);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_page_size_that_cannot_be_is_refused_before_it_divides)
{
    enum { PAGE_SIZE_FIELD = 40 };
    struct sample sample = sample_make(true);
    for (size_t meta = 0; meta <= PAGE; meta += PAGE) {
        // 4096 becomes 0, 4097, 4096 + 2^24.
        static const uint8_t CHANGES[4] = {0x01, 0x10, 0x01, 0x01};
        for (size_t i = 0; i < sizeof CHANGES; i++) {
            write_changed(&sample, meta + PAGE_SIZE_FIELD + i, CHANGES[i]);
            ck_assert_int_eq(try_open(&sample, false), ARK_E_CORRUPT);
            ck_assert_int_eq(try_open(&sample, true), ARK_E_CORRUPT);
        }
    }
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pages");
    TCase *tests = tcase_create("pages");
    tcase_set_timeout(tests, TEST_TIMEOUT_SECONDS);
    tcase_add_test(tests, sound_pages_pass);
    tcase_add_test(tests, a_changed_header_of_any_page_of_a_tree_is_seen_by_a_writer);
    tcase_add_test(tests, entries_with_duplicates_are_refused);
    tcase_add_test(tests, a_reader_looks_at_rows_when_it_needs_them);
    tcase_add_test(tests, pages_of_chunks_are_looked_at_before_they_are_freed);
    tcase_add_test(tests, a_free_page_that_is_in_use_is_refused);
    tcase_add_test(tests, a_page_size_that_cannot_be_is_refused_before_it_divides);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
