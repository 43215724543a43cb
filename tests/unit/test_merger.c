#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "common/base/signals.h"
#include "common/store/segment_impl.h"
#include "indexer/merger.h"
#include "tests/support/toy_segment.h"

static const struct toy_document DOCUMENTS[] = {
    {"/a", NULL, "one", "k:ab+x m:mm k:ab"},
    {"/b", "1", NULL, "k:ab n:nn"},
    {"/b", "2", NULL, "m:mo k:zz - m:mm"},
    {"/b", "3", "four", "n:nn n:no n:nn"},
    {"/c", NULL, NULL, ""},
    {"/d", NULL, NULL, "a:a k:ab+x z:z"},
};

enum { COUNT = ARK_COUNT_OF(DOCUMENTS) };

/** Two segments have the same documents and, byte for byte, the same streams. */
static void
check_same(struct ark_segment_data *left, struct ark_segment_data *right)
{
    struct ark_segment *a = ark_segment_data_reader(left);
    struct ark_segment *b = ark_segment_data_reader(right);
    ck_assert_uint_eq(a->info.document_count, b->info.document_count);
    ck_assert_uint_eq(a->info.token_count, b->info.token_count);
    ck_assert_uint_eq(a->info.family_count, b->info.family_count);
    ck_assert_uint_eq(a->info.text_bytes, b->info.text_bytes);
    struct ark_arena arena = ark_arena_make();
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        ark_str x;
        ark_str y;
        ck_assert_int_eq(
            ark_stream_view(&a->streams[kind], 0, a->streams[kind].bytes, &arena, &x, NULL),
            ARK_OK);
        ck_assert_int_eq(
            ark_stream_view(&b->streams[kind], 0, b->streams[kind].bytes, &arena, &y, NULL),
            ARK_OK);
        ck_assert(ark_str_equal(x, y));
    }
    ark_arena_dispose(&arena);
}

static struct ark_segment_data *
merge(const struct ark_merge_input *inputs, uint32_t count)
{
    struct ark_segment_data *merged = NULL;
    ck_assert_int_eq(ark_merge(inputs, count, "/tmp", &merged, NULL), ARK_OK);
    ck_assert_int_eq(ark_segment_verify(ark_segment_data_reader(merged), NULL), ARK_OK);
    return merged;
}

/** Merges the documents cut into two segments at cut, of which those of the bitmap are left out. */
static struct ark_segment_data *
merge_cut(uint32_t cut, const uint8_t *deleted_first, const uint8_t *deleted_second)
{
    struct ark_segment_data *first = toy_segment_make("/tmp", DOCUMENTS, cut);
    struct ark_segment_data *second = toy_segment_make("/tmp", DOCUMENTS + cut, COUNT - cut);
    struct ark_merge_input inputs[] = {{ark_segment_data_reader(first), deleted_first},
                                       {ark_segment_data_reader(second), deleted_second}};
    struct ark_segment_data *merged = merge(inputs, 2);
    ark_segment_data_free(first);
    ark_segment_data_free(second);
    return merged;
}

START_TEST(a_merge_of_parts_is_the_whole_byte_for_byte)
{
    struct ark_segment_data *whole = toy_segment_make("/tmp", DOCUMENTS, COUNT);
    for (uint32_t cut = 0; cut <= COUNT; cut++) {
        struct ark_segment_data *merged = merge_cut(cut, NULL, NULL);
        check_same(merged, whole);
        ark_segment_data_free(merged);
    }
    ark_segment_data_free(whole);
}
END_TEST

START_TEST(a_merge_of_single_documents_is_the_whole)
{
    struct ark_segment_data *parts[COUNT];
    struct ark_merge_input inputs[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        parts[i] = toy_segment_make("/tmp", &DOCUMENTS[i], 1);
        inputs[i] = (struct ark_merge_input){ark_segment_data_reader(parts[i]), NULL};
    }
    struct ark_segment_data *merged = merge(inputs, COUNT);
    struct ark_segment_data *whole = toy_segment_make("/tmp", DOCUMENTS, COUNT);
    check_same(merged, whole);
    ark_segment_data_free(merged);
    ark_segment_data_free(whole);
    for (uint32_t i = 0; i < COUNT; i++) {
        ark_segment_data_free(parts[i]);
    }
}
END_TEST

START_TEST(documents_left_out_leave_no_trace)
{
    // Every choice of documents to leave out, in segments cut in the middle.
    for (unsigned left_out = 0; left_out < 1u << COUNT; left_out++) {
        struct toy_document live[COUNT];
        uint32_t count = 0;
        for (uint32_t i = 0; i < COUNT; i++) {
            if ((left_out >> i & 1) == 0) {
                live[count++] = DOCUMENTS[i];
            }
        }
        const uint8_t first = (uint8_t)(left_out & 7);
        const uint8_t second = (uint8_t)(left_out >> 3);
        struct ark_segment_data *merged = merge_cut(3, &first, &second);
        struct ark_segment_data *fresh = toy_segment_make("/tmp", live, count);
        check_same(merged, fresh);
        ark_segment_data_free(merged);
        ark_segment_data_free(fresh);
    }
}
END_TEST

START_TEST(dead_documents_are_left_out_without_being_named)
{
    struct ark_segment_data *data = toy_segment_make("/tmp", DOCUMENTS, COUNT);
    struct ark_segment *segment = ark_segment_data_reader(data);
    static const uint8_t DEAD = 0x15; // documents 0, 2, 4
    segment->dead = ark_str_make(&DEAD, 1);
    segment->info.dead_count = 3;
    static const uint8_t DELETED = 0x02;
    struct ark_merge_input input = {segment, &DELETED};
    struct ark_segment_data *merged = merge(&input, 1);
    const struct toy_document left[] = {DOCUMENTS[3], DOCUMENTS[5]};
    struct ark_segment_data *fresh = toy_segment_make("/tmp", left, 2);
    check_same(merged, fresh);
    ark_segment_data_free(merged);
    ark_segment_data_free(fresh);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_merge_of_nothing_live_is_empty)
{
    struct ark_segment_data *data = toy_segment_make("/tmp", DOCUMENTS, COUNT);
    static const uint8_t ALL = 0x3f;
    struct ark_merge_input input = {ark_segment_data_reader(data), &ALL};
    struct ark_segment_data *merged = merge(&input, 1);
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(merged))->document_count, 0);
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(merged))->family_count, 0);
    ark_segment_data_free(merged);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_signal_ends_the_merge)
{
    struct ark_segment_data *data = toy_segment_make("/tmp", DOCUMENTS, COUNT);
    struct ark_merge_input input = {ark_segment_data_reader(data), NULL};
    struct ark_segment_data *merged = NULL;
    ark_signals_install();
    ck_assert_int_eq(raise(SIGINT), 0);
    ck_assert_int_eq(ark_merge(&input, 1, "/tmp", &merged, NULL), ARK_E_INTERRUPTED);
    ck_assert_ptr_null(merged);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_directory_that_cannot_be_written_is_an_error)
{
    // Two texts of noise, which outgrow the memory of a spool.
    struct toy_document documents[2] = {{"/a", NULL, NULL, NULL}, {"/b", NULL, NULL, NULL}};
    struct ark_buf noise[2];
    uint32_t state = 1;
    for (int i = 0; i < 2; i++) {
        noise[i] = ark_buf_make(SIZE_MAX);
        for (int k = 0; k < 400000; k++) {
            state = state * 1664525u + 1013904223u;
            ark_buf_push(&noise[i], (uint8_t)('a' + (state >> 24) % 26));
        }
        documents[i].words = ark_buf_cstr(&noise[i]);
    }
    struct ark_segment_data *data = toy_segment_make("/tmp", documents, 2);
    struct ark_merge_input input = {ark_segment_data_reader(data), NULL};
    struct ark_segment_data *merged = NULL;
    struct ark_error err;
    ck_assert_int_eq(ark_merge(&input, 1, "/nowhere/at/all", &merged, &err), ARK_E_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all"));
    ark_segment_data_free(data);
    ark_buf_dispose(&noise[0]);
    ark_buf_dispose(&noise[1]);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("merger");
    TCase *tests = tcase_create("merger");
    tcase_add_test(tests, a_merge_of_parts_is_the_whole_byte_for_byte);
    tcase_add_test(tests, a_merge_of_single_documents_is_the_whole);
    tcase_add_test(tests, documents_left_out_leave_no_trace);
    tcase_add_test(tests, dead_documents_are_left_out_without_being_named);
    tcase_add_test(tests, a_merge_of_nothing_live_is_empty);
    tcase_add_test(tests, a_signal_ends_the_merge);
    tcase_add_test(tests, a_directory_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
