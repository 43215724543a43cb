#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/segment_impl.h"
#include "common/store/segment_writer.h"

/** What document number doc of a sample is to have. */
static struct ark_document_record
record_of(ark_docid doc, bool sketches)
{
    static const uint8_t BYTES[300] = {1, 2, 3, 4, 5, 6, 7};
    return (struct ark_document_record){
        .path = ARK_STR("/p"),
        .fragment = ARK_STR(""),
        .source = ARK_STR(""),
        .date = doc % 3 == 0 ? 0 : 20180000 + doc,
        .token_count = 5000,
        .title_tokens = doc * 7 % 600,
        .sketch = ark_str_make(BYTES, sketches && doc >= 20 ? doc * 5 % sizeof BYTES : 0),
    };
}

static struct ark_segment_data *
segment_make(uint32_t count, bool sketches)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    for (ark_docid doc = 0; doc < count; doc++) {
        struct ark_document_record record = record_of(doc, sketches);
        ck_assert_int_eq(
            ark_segment_writer_add_document(writer, &record, ARK_STR(""), ARK_STR("x"), NULL),
            ARK_OK);
    }
    struct ark_segment_data *data = NULL;
    ck_assert_int_eq(ark_segment_writer_finish(writer, &data, NULL), ARK_OK);
    return data;
}

static void
check_columns(struct ark_segment *segment, ark_docid first, uint32_t count, bool sketches)
{
    struct ark_arena arena = ark_arena_make();
    const uint8_t *dates = NULL;
    ck_assert_int_eq(ark_segment_dates(segment, &dates, NULL), ARK_OK);
    for (ark_docid i = 0; i < count; i++) {
        struct ark_document_record expected = record_of(first + i, sketches);
        uint32_t title_length = 0;
        ark_str sketch;
        ck_assert_uint_eq(ark_date_at(dates, i), expected.date);
        ck_assert_int_eq(ark_segment_title_length(segment, i, &arena, &title_length, NULL), ARK_OK);
        ck_assert_uint_eq(title_length, expected.title_tokens);
        ck_assert_int_eq(ark_segment_sketch(segment, i, &arena, &sketch, NULL), ARK_OK);
        ck_assert(ark_str_equal(sketch, expected.sketch));
    }
    ark_arena_dispose(&arena);
}

START_TEST(each_document_gets_its_own_values_back)
{
    static const uint32_t COUNTS[] = {1, 15, 16, 17, 36, 37, 200};
    for (size_t i = 0; i < ARK_COUNT_OF(COUNTS); i++) {
        for (int sketches = 0; sketches < 2; sketches++) {
            struct ark_segment_data *data = segment_make(COUNTS[i], sketches != 0);
            check_columns(ark_segment_data_reader(data), 0, COUNTS[i], sketches != 0);
            ck_assert_int_eq(ark_segment_verify(ark_segment_data_reader(data), NULL), ARK_OK);
            ark_segment_data_free(data);
        }
    }
}
END_TEST

START_TEST(without_sketches_their_streams_are_empty)
{
    struct ark_segment_data *data = segment_make(100, false);
    struct ark_segment *segment = ark_segment_data_reader(data);
    ck_assert_uint_eq(segment->streams[ARK_STREAM_SKETCHES].bytes, 0);
    ck_assert_uint_eq(segment->streams[ARK_STREAM_SKETCH_INDEX].bytes, 0);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(copied_documents_keep_their_values)
{
    struct ark_segment_data *data = segment_make(60, true);
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    for (ark_docid doc = 7; doc < 60; doc++) {
        ck_assert_int_eq(
            ark_segment_writer_copy_document(writer, ark_segment_data_reader(data), doc, NULL),
            ARK_OK);
    }
    struct ark_segment_data *copy = NULL;
    ck_assert_int_eq(ark_segment_writer_finish(writer, &copy, NULL), ARK_OK);
    check_columns(ark_segment_data_reader(copy), 7, 53, true);
    ark_segment_data_free(copy);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_column_that_disagrees_with_a_record_is_damage)
{
    static const unsigned KINDS[] = {ARK_STREAM_DATES, ARK_STREAM_TITLE_LENGTHS};
    for (size_t i = 0; i < ARK_COUNT_OF(KINDS); i++) {
        struct ark_segment_data *data = segment_make(20, false);
        struct ark_segment *segment = ark_segment_data_reader(data);
        struct ark_stream *stream = &segment->streams[KINDS[i]];
        uint8_t bytes[80];
        ck_assert_uint_le(stream->bytes, sizeof bytes);
        ck_assert_int_eq(ark_spool_read(stream->spool, 0, (size_t)stream->bytes, bytes, NULL),
                         ARK_OK);
        bytes[stream->bytes / 2]++;
        struct ark_spool *spool = ark_spool_new("/tmp");
        ck_assert_int_eq(ark_spool_append(spool, ark_str_make(bytes, (size_t)stream->bytes), NULL),
                         ARK_OK);
        *stream = ark_stream_of_spool(spool, KINDS[i]);
        ck_assert_int_eq(ark_segment_verify(segment, NULL), ARK_E_CORRUPT);
        ark_spool_free(spool);
        *stream = (struct ark_stream){0};
        ark_segment_data_free(data);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("columns");
    TCase *tests = tcase_create("columns");
    tcase_add_test(tests, each_document_gets_its_own_values_back);
    tcase_add_test(tests, without_sketches_their_streams_are_empty);
    tcase_add_test(tests, copied_documents_keep_their_values);
    tcase_add_test(tests, a_column_that_disagrees_with_a_record_is_damage);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
