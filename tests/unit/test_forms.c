#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/segment_impl.h"

/** A form dictionary in two spools, under a segment that has nothing else. */
struct sample {
    struct ark_spool *blocks;
    struct ark_spool *index;
    struct ark_segment segment;
};

/** The text of form number i: ascending with i, of different lengths, sharing beginnings. */
static ark_str
form_of(uint32_t i, char buffer[64])
{
    int len = snprintf(buffer, 64, "%05x%.*s", (unsigned)i, (int)(i % 20), "abcdefghijklmnopqrstu");
    return ark_str_make(buffer, (size_t)len);
}

static uint32_t
df_of(uint32_t i)
{
    return 1 + i % 300;
}

/** Adds forms 0 .. count-1 in an order that is far from sorted. */
static struct sample
sample_make(uint32_t count)
{
    struct sample sample = {.blocks = ark_spool_new("/tmp"), .index = ark_spool_new("/tmp")};
    struct ark_forms_writer *writer = ark_forms_writer_new(sample.blocks, sample.index, "/tmp");
    char buffer[64];
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = (uint32_t)((uint64_t)k * 7919 % count); // 7919 is prime
        ck_assert_int_eq(ark_forms_writer_add(writer, form_of(i, buffer), df_of(i), NULL), ARK_OK);
    }
    uint64_t written = 0;
    ck_assert_int_eq(ark_forms_writer_finish(writer, &written, NULL), ARK_OK);
    ck_assert_uint_eq(written, count);
    ark_forms_writer_free(writer);
    sample.segment.info.form_count = count;
    sample.segment.info.document_count = 1000;
    sample.segment.streams[ARK_STREAM_FORMS] = ark_stream_of_spool(sample.blocks, ARK_STREAM_FORMS);
    sample.segment.streams[ARK_STREAM_FORM_INDEX] =
        ark_stream_of_spool(sample.index, ARK_STREAM_FORM_INDEX);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_spool_free(sample->blocks);
    ark_spool_free(sample->index);
}

/** The iterator goes on with forms first .. count-1 and then ends, and ends again. */
static void
check_rest(struct ark_form_iterator *iterator, uint32_t first, uint32_t count)
{
    const struct ark_form *form = NULL;
    char buffer[64];
    for (uint32_t i = first; i < count; i++) {
        ck_assert_int_eq(ark_form_iterator_next(iterator, &form, NULL), ARK_OK);
        ck_assert_ptr_nonnull(form);
        ck_assert(ark_str_equal(form->text, form_of(i, buffer)));
        ck_assert_uint_eq(form->df, df_of(i));
    }
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(ark_form_iterator_next(iterator, &form, NULL), ARK_OK);
        ck_assert_ptr_null(form);
    }
}

START_TEST(forms_come_back_sorted_however_many_there_are)
{
    static const uint32_t COUNTS[] = {0, 1, 2, 15, 16, 17, 32, 33, 1000};
    for (size_t i = 0; i < ARK_COUNT_OF(COUNTS); i++) {
        struct sample sample = sample_make(COUNTS[i]);
        struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
        check_rest(iterator, 0, COUNTS[i]);
        ark_form_iterator_free(iterator);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(forms_that_pass_the_memory_are_sorted_in_parts)
{
    // Each takes over 30 bytes, so this is several parts.
    enum { COUNT = 4 * ARK_FORMS_MEMORY / 30 };
    struct sample sample = sample_make(COUNT);
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
    check_rest(iterator, 0, COUNT);
    ark_form_iterator_free(iterator);
    sample_dispose(&sample);
}
END_TEST

START_TEST(seeking_stands_before_the_first_form_not_less)
{
    enum { COUNT = 500 };
    struct sample sample = sample_make(COUNT);
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
    char buffer[64];
    for (uint32_t i = COUNT; i > 0; i -= i > 17 ? 17 : i) {
        ark_str form = form_of(i - 1, buffer);
        ck_assert_int_eq(ark_form_iterator_seek(iterator, form, NULL), ARK_OK);
        check_rest(iterator, i - 1, COUNT);
        // Five characters are all that this form and no other begins with.
        ck_assert_int_eq(ark_form_iterator_seek(iterator, ark_str_slice(form, 0, 5), NULL), ARK_OK);
        check_rest(iterator, i - 1, COUNT);
        buffer[form.len] = '~';
        ck_assert_int_eq(ark_form_iterator_seek(iterator, ark_str_make(buffer, form.len + 1), NULL),
                         ARK_OK);
        check_rest(iterator, i, COUNT);
    }
    ck_assert_int_eq(ark_form_iterator_seek(iterator, ARK_STR(""), NULL), ARK_OK);
    check_rest(iterator, 0, COUNT);
    ck_assert_int_eq(ark_form_iterator_seek(iterator, ARK_STR("z"), NULL), ARK_OK);
    check_rest(iterator, COUNT, COUNT);
    ark_form_iterator_free(iterator);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_form_that_comes_twice_is_damage)
{
    struct ark_spool *blocks = ark_spool_new("/tmp");
    struct ark_spool *index = ark_spool_new("/tmp");
    struct ark_forms_writer *writer = ark_forms_writer_new(blocks, index, "/tmp");
    uint64_t count = 0;
    ck_assert_int_eq(ark_forms_writer_add(writer, ARK_STR("x"), 1, NULL), ARK_OK);
    ck_assert_int_eq(ark_forms_writer_add(writer, ARK_STR("x"), 1, NULL), ARK_OK);
    ck_assert_int_eq(ark_forms_writer_finish(writer, &count, NULL), ARK_E_CORRUPT);
    ark_forms_writer_free(writer);
    ark_spool_free(blocks);
    ark_spool_free(index);
}
END_TEST

/** Walks and seeks; what comes is in order whatever the bytes are. */
static void
use_damaged(struct sample *sample)
{
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample->segment);
    const struct ark_form *form = NULL;
    enum ark_status status = ARK_OK;
    uint32_t given = 0;
    do {
        status = ark_form_iterator_next(iterator, &form, NULL);
        given += status == ARK_OK && form != NULL;
    } while (status == ARK_OK && form != NULL);
    ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
    ck_assert_uint_le(given, sample->segment.info.form_count);
    status = ark_form_iterator_seek(iterator, ARK_STR("0001"), NULL);
    ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
    ark_form_iterator_free(iterator);
}

START_TEST(damage_anywhere_ends_the_walk_or_passes)
{
    static const unsigned KINDS[] = {ARK_STREAM_FORMS, ARK_STREAM_FORM_INDEX};
    for (size_t k = 0; k < ARK_COUNT_OF(KINDS); k++) {
        struct sample sample = sample_make(40);
        struct ark_stream *stream = &sample.segment.streams[KINDS[k]];
        struct ark_stream whole = *stream;
        size_t len = (size_t)whole.bytes;
        uint8_t *bytes = ark_xmalloc(len);
        ck_assert_int_eq(ark_spool_read(whole.spool, 0, len, bytes, NULL), ARK_OK);
        for (size_t i = 0; i < len * 2; i++) {
            // Every byte flipped, then every length cut.
            size_t kept = i < len ? len : i - len;
            bytes[i % len] ^= i < len ? 0x81 : 0;
            struct ark_spool *spool = ark_spool_new("/tmp");
            ck_assert_int_eq(ark_spool_append(spool, ark_str_make(bytes, kept), NULL), ARK_OK);
            *stream = ark_stream_of_spool(spool, KINDS[k]);
            use_damaged(&sample);
            ark_spool_free(spool);
            bytes[i % len] ^= i < len ? 0x81 : 0;
        }
        free(bytes);
        sample_dispose(&sample);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("forms");
    TCase *tests = tcase_create("forms");
    tcase_add_test(tests, forms_come_back_sorted_however_many_there_are);
    tcase_add_test(tests, forms_that_pass_the_memory_are_sorted_in_parts);
    tcase_add_test(tests, seeking_stands_before_the_first_form_not_less);
    tcase_add_test(tests, a_form_that_comes_twice_is_damage);
    tcase_add_test(tests, damage_anywhere_ends_the_walk_or_passes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
