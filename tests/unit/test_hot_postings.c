#include <check.h>
#include <stdlib.h>

#include "common/codec/hot_postings.h"
#include "common/codec/varint.h"

static struct ark_hot_writer writer;
static struct ark_buf record;
static struct ark_hot hot;

static void
set_up(void)
{
    writer = ark_hot_writer_make();
    record = ark_buf_make(SIZE_MAX);
}

static void
tear_down(void)
{
    ark_hot_writer_dispose(&writer);
    ark_buf_dispose(&record);
}

/** Adds count documents from first on, step apart, that have a word tf times. */
static void
add(uint32_t first, uint32_t count, uint32_t step, uint32_t tf)
{
    for (uint32_t i = 0; i < count; i++) {
        ark_hot_writer_add(&writer, first + i * step, tf, 100);
    }
}

/** Ends the record and opens it in a segment of so many documents. */
static void
open_in(uint32_t document_count)
{
    uint32_t df = ark_hot_writer_df(&writer);
    ark_hot_writer_finish(&writer, &record);
    ck_assert(ark_hot_open(&hot, ark_buf_view(&record), df, document_count));
}

START_TEST(a_short_list_is_gaps_alone)
{
    add(3, 1, 1, 1);
    add(10, 1, 1, 5);
    open_in(11);
    ck_assert_int_eq(hot.kind, ARK_HOT_SMALL);
    // Gap 3 once; gap 6, and 5 - 2.
    static const uint8_t expected[] = {3 << 1, 6 << 1 | 1, 3};
    ck_assert_uint_eq(record.len, sizeof expected);
    ck_assert_mem_eq(record.bytes, expected, sizeof expected);
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    ck_assert(ark_hot_small(&hot, docs, tfs));
    ck_assert_uint_eq(docs[0], 3);
    ck_assert_uint_eq(tfs[0], 1);
    ck_assert_uint_eq(docs[1], 10);
    ck_assert_uint_eq(tfs[1], 5);
}
END_TEST

START_TEST(as_many_documents_as_small_ones_have_not_make_windows)
{
    add(0, ARK_HOT_SMALL_DF, 1000, 1);
    open_in(300000);
    ck_assert_int_eq(hot.kind, ARK_HOT_SPARSE);
    ck_assert_uint_eq(hot.entry_count, ARK_HOT_SMALL_DF);
    ck_assert_uint_eq(hot.bound_max, 100);
}
END_TEST

START_TEST(a_list_in_most_windows_is_dense)
{
    add(0, 300, 128, 1);
    open_in(300 * 128);
    ck_assert_int_eq(hot.kind, ARK_HOT_DENSE);
    ck_assert_uint_eq(hot.entry_count, 300);
}
END_TEST

START_TEST(a_dense_list_says_where_it_has_nothing)
{
    add(128 * 10, 300, 43, 1); // windows 10 to 110
    add(128 * 115, 1, 1, 1);
    open_in(128 * 200);
    ck_assert_int_eq(hot.kind, ARK_HOT_DENSE);
    ck_assert_uint_eq(hot.first_window, 10);
    ck_assert_uint_eq(ark_hot_find(&hot, 9), ARK_HOT_NO_ENTRY);
    ck_assert_uint_eq(ark_hot_find(&hot, 10), 0);
    ck_assert_uint_eq(ark_hot_find(&hot, 112), ARK_HOT_NO_ENTRY);
    ck_assert_uint_eq(ark_hot_find(&hot, 115), 105);
    ck_assert_uint_eq(ark_hot_find(&hot, 116), ARK_HOT_NO_ENTRY);
}
END_TEST

START_TEST(gaps_of_many_windows_are_found_again)
{
    add(0, ARK_HOT_SMALL_DF, 40000, 1);
    open_in(ARK_HOT_SMALL_DF * 40000);
    ck_assert_int_eq(hot.kind, ARK_HOT_SPARSE);
    ck_assert_uint_eq(hot.escape_count, ARK_HOT_SMALL_DF - 1);
    uint32_t windows[ARK_HOT_SMALL_DF];
    ck_assert(ark_hot_windows(&hot, windows));
    for (uint32_t i = 0; i < ARK_HOT_SMALL_DF; i++) {
        ck_assert_uint_eq(windows[i], i * 40000 / 128);
        ck_assert_uint_eq(ark_hot_find(&hot, windows[i]), i);
        ck_assert_uint_eq(ark_hot_find(&hot, windows[i] + 1), ARK_HOT_NO_ENTRY);
    }
}
END_TEST

/** Writes a list with count neighbours in window 1, and looks at that window. */
static void
check_window_of(uint32_t count, uint32_t tf, uint32_t expected_bytes)
{
    struct ark_hot_window window;
    uint64_t bits[2];
    ark_buf_clear(&record);
    add(0, 1, 1, 1);
    add(128, count, 1, tf);
    add(100000, ARK_HOT_SMALL_DF, 100, 1);
    open_in(200000);
    uint32_t entry = ark_hot_find(&hot, 1);
    ck_assert_uint_ne(entry, ARK_HOT_NO_ENTRY);
    ck_assert(ark_hot_window(&hot, entry, 1, &window));
    ck_assert(ark_hot_presence(&hot, entry, 1, bits));
    ck_assert_uint_eq(window.by_local, count >= 64);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t mask[2] = {0};
        uint64_t before = 0;
        struct ark_hot_answer answer;
        mask[i / 64] = (uint64_t)1 << i % 64;
        ck_assert(window.by_local || window.locals[i] == i);
        ck_assert_uint_eq(window.tfs[i], tf < 15 ? tf : 15);
        ck_assert(ark_hot_lookup(&hot, entry, 1, mask, &answer));
        ck_assert_uint_eq(answer.count, 1);
        ck_assert_uint_eq(answer.documents, count);
        ck_assert_uint_eq(answer.found[0].tf, tf);
        ck_assert_uint_eq(answer.found[0].rank, i);
        ck_assert(ark_hot_before(&answer, &before));
        ck_assert_uint_eq(before, (uint64_t)i * tf);
        ck_assert((bits[i / 64] >> i % 64 & 1) != 0);
    }
    ck_assert_uint_eq(window.tail_count, tf < 15 ? 0 : count);
    ck_assert_uint_eq(tf < 15 || window.tails[0] == tf, true);
    // Window 0 has one document in two bytes; where the data of window 1 end, that of the next begin.
    ck_assert_uint_eq(ark_hot_entry_size(&hot, entry), count < 64 ? count : 64);
    ck_assert_uint_ge(hot.data_bytes, 2 + expected_bytes);
}

START_TEST(windows_of_any_size_are_read_again)
{
    check_window_of(1, 1, 2);
    check_window_of(15, 14, 15 + 8);
    check_window_of(16, 3, 16 + 8);
    check_window_of(63, 1, 16 + 32);
    check_window_of(64, 2, 64);
    check_window_of(128, 1, 64);
}
END_TEST

START_TEST(great_frequencies_have_tails)
{
    check_window_of(1, 15, 2 + 2 + 1);
    check_window_of(20, 16, 2 + 16 + 10 + 20);
    check_window_of(128, 300000, 2 + 64 + 128 * 3);
    check_window_of(2, UINT32_MAX, 2 + 3 + 10);
}
END_TEST

static uint32_t walked;

static bool
count_document(void *context, uint32_t doc, uint32_t tf)
{
    (void)context;
    (void)doc;
    ck_assert_uint_eq(tf, 2);
    walked++;
    return true;
}

START_TEST(a_walk_sees_every_document_and_refuses_a_wrong_number)
{
    add(5, 500, 7, 2);
    open_in(4000);
    walked = 0;
    ck_assert(ark_hot_each(&hot, count_document, NULL));
    ck_assert_uint_eq(walked, 500);
    hot.df = 499;
    ck_assert(!ark_hot_each(&hot, count_document, NULL));
}
END_TEST

START_TEST(a_record_that_was_cut_is_refused)
{
    struct ark_hot cut;
    add(5, 500, 7, 2);
    open_in(4000);
    for (size_t len = 0; len < record.len; len++) {
        ark_str bytes = ark_str_slice(ark_buf_view(&record), 0, len);
        ck_assert(!ark_hot_open(&cut, bytes, 500, 4000) ||
                  !ark_hot_each(&cut, count_document, NULL));
    }
}
END_TEST

START_TEST(a_document_outside_the_segment_is_refused)
{
    struct ark_hot other;
    struct ark_hot_window window;
    uint64_t bits[2];
    add(0, 300, 1, 1);
    open_in(300);
    ck_assert(ark_hot_open(&other, ark_buf_view(&record), 300, 299) == false);
    other = hot;
    other.document_count = 299;
    ck_assert(!ark_hot_window(&other, 2, 2, &window));
    ck_assert(!ark_hot_presence(&other, 2, 2, bits));
    ck_assert(ark_hot_window(&hot, 2, 2, &window));
}
END_TEST

START_TEST(a_writer_starts_again_after_a_record)
{
    add(0, 300, 1, 1);
    open_in(300);
    ark_buf_clear(&record);
    add(7, 1, 1, 1);
    ck_assert_uint_eq(ark_hot_writer_df(&writer), 1);
    open_in(8);
    ck_assert_uint_eq(record.len, 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("hot_postings");
    TCase *tcase = tcase_create("hot_postings");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_short_list_is_gaps_alone);
    tcase_add_test(tcase, as_many_documents_as_small_ones_have_not_make_windows);
    tcase_add_test(tcase, a_list_in_most_windows_is_dense);
    tcase_add_test(tcase, a_dense_list_says_where_it_has_nothing);
    tcase_add_test(tcase, gaps_of_many_windows_are_found_again);
    tcase_add_test(tcase, windows_of_any_size_are_read_again);
    tcase_add_test(tcase, great_frequencies_have_tails);
    tcase_add_test(tcase, a_walk_sees_every_document_and_refuses_a_wrong_number);
    tcase_add_test(tcase, a_record_that_was_cut_is_refused);
    tcase_add_test(tcase, a_document_outside_the_segment_is_refused);
    tcase_add_test(tcase, a_writer_starts_again_after_a_record);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
