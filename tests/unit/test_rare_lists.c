#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec/rare_lists.h"
#include "tests/support/random.h"

static struct ark_rare_writer writer;
static struct ark_buf record;

static void
set_up(void)
{
    writer = ark_rare_writer_make();
    record = ark_buf_make(SIZE_MAX);
}

static void
tear_down(void)
{
    ark_rare_writer_dispose(&writer);
    ark_buf_dispose(&record);
}

/** A document has tf occurrences of a code; those from 10 on are rare. */
static void
add(uint32_t doc, uint32_t code, uint32_t tf)
{
    const struct ark_cold_entry entry = {code, tf};
    ark_rare_writer_add(&writer, 10, doc, &entry, 1);
}

/** Writes a class of two rare variants, each in one document. */
static void
write_two(uint32_t first_doc, uint32_t second_doc)
{
    ark_rare_writer_begin(&writer, 2);
    add(first_doc, 10, 1);
    add(second_doc, 11, 1);
    ark_rare_writer_finish(&writer, &record);
}

/** The list of a rare variant of two, which has df documents of 1,000, as "document*tf". */
static void
check_list(uint32_t variant, uint32_t df, const char *expected)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    struct ark_hot hot;
    ark_str list;
    struct ark_buf text = ark_buf_make(4096);
    ck_assert(ark_rare_find(ark_buf_view(&record), 2, variant, &list));
    ck_assert(ark_hot_open(&hot, list, df, 1000));
    ck_assert(ark_hot_small(&hot, docs, tfs));
    for (uint32_t i = 0; i < df; i++) {
        ark_buf_printf(&text, "%s%u*%u", i > 0 ? " " : "", docs[i], tfs[i]);
    }
    ck_assert_str_eq(ark_buf_cstr(&text), expected);
    ark_buf_dispose(&text);
}

START_TEST(each_rare_variant_has_its_documents)
{
    static const struct ark_cold_entry both[] = {{2, 7}, {10, 1}, {11, 300}};
    ark_rare_writer_begin(&writer, 2);
    add(0, 11, 1);
    add(3, 9, 5); // frequent: not its matter
    add(4, 10, 2);
    ark_rare_writer_add(&writer, 10, 5, both, 3);
    add(999, 11, 1);
    ark_rare_writer_finish(&writer, &record);
    check_list(0, 2, "4*2 5*1");
    check_list(1, 3, "0*1 5*300 999*1");
}
END_TEST

START_TEST(a_class_without_rare_variants_has_no_record)
{
    ark_rare_writer_begin(&writer, 0);
    add(1, 9, 1);
    ark_rare_writer_finish(&writer, &record);
    ck_assert_uint_eq(record.len, 0);
}
END_TEST

START_TEST(nothing_of_a_class_comes_into_the_next)
{
    ark_rare_writer_begin(&writer, 2);
    add(1, 10, 1);
    add(2, 11, 1);
    write_two(7, 8);
    check_list(0, 1, "7*1");
    check_list(1, 1, "8*1");
}
END_TEST

START_TEST(a_damaged_record_is_refused)
{
    ark_str list;
    write_two(1, 2);
    ark_str whole = ark_buf_view(&record);
    for (size_t len = 0; len < whole.len; len++) {
        ck_assert(!ark_rare_find(ark_str_slice(whole, 0, len), 2, 0, &list));
    }
    ck_assert(!ark_rare_find(whole, 2, 2, &list)); // no such variant
    ck_assert(!ark_rare_find(whole, 1, 0, &list)); // a length that is no length
    record.bytes[0]++;
    ck_assert(!ark_rare_find(whole, 2, 0, &list));
}
END_TEST

START_TEST(of_a_changed_record_nothing_is_read_beyond_it)
{
    enum { VARIANTS = 40, CHANGES = 20000 };
    struct test_random random = test_random_make(test_seed(1));
    ark_rare_writer_begin(&writer, VARIANTS);
    for (uint32_t doc = 0; doc < VARIANTS * 20; doc++) {
        add(doc, 10 + doc % VARIANTS, 1 + test_random_below(&random, 4) * 1000);
    }
    ark_rare_writer_finish(&writer, &record);
    for (uint32_t i = 0; i < CHANGES; i++) {
        uint32_t docs[ARK_HOT_SMALL_DF];
        uint32_t tfs[ARK_HOT_SMALL_DF];
        struct ark_hot hot;
        ark_str list;
        // A copy of its own length, so that a sanitizer sees what is read behind it.
        uint8_t *changed = malloc(record.len);
        memcpy(changed, record.bytes, record.len);
        changed[test_random_below(&random, test_random_one_in(&random, 2) ? 2 * VARIANTS
                                                                          : (uint32_t)record.len)] =
            (uint8_t)test_random_below(&random, 256);
        if (ark_rare_find(ark_str_make(changed, record.len), VARIANTS,
                          test_random_below(&random, VARIANTS), &list)) {
            ck_assert(list.bytes >= changed && list.len <= record.len &&
                      list.bytes + list.len <= changed + record.len);
            if (ark_hot_open(&hot, list, 20, VARIANTS * 20) && ark_hot_small(&hot, docs, tfs)) {
                ck_assert_uint_lt(docs[19], VARIANTS * 20);
            }
        }
        free(changed);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rare_lists");
    TCase *tcase = tcase_create("rare_lists");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, each_rare_variant_has_its_documents);
    tcase_add_test(tcase, a_class_without_rare_variants_has_no_record);
    tcase_add_test(tcase, nothing_of_a_class_comes_into_the_next);
    tcase_add_test(tcase, a_damaged_record_is_refused);
    tcase_add_test(tcase, of_a_changed_record_nothing_is_read_beyond_it);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
