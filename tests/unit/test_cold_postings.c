#include <check.h>
#include <stdlib.h>

#include "common/codec/cold_postings.h"

static struct ark_cold_writer writer;
static struct ark_buf record;
static struct ark_arena arena;

static void
set_up(void)
{
    writer = ark_cold_writer_make();
    record = ark_buf_make(SIZE_MAX);
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_cold_writer_dispose(&writer);
    ark_buf_dispose(&record);
    ark_arena_dispose(&arena);
}

/** Adds a document with one variant at one position. */
static void
add(uint32_t doc, uint32_t code, uint32_t position)
{
    struct ark_cold_entry entry = {code, 1};
    struct ark_cold_posting posting = {&entry, 1, &position};
    ark_cold_writer_add(&writer, doc, &posting);
}

static void
check_bytes(const uint8_t *expected, size_t len)
{
    ck_assert_uint_eq(record.len, len);
    ck_assert_mem_eq(record.bytes, expected, len);
}

START_TEST(the_only_variant_takes_no_code)
{
    ark_cold_writer_begin(&writer, 1, UINT32_MAX);
    add(3, 0, 7);
    add(900, 0, 200);
    ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
    static const uint8_t expected[] = {7, 0xc8, 1};
    check_bytes(expected, sizeof expected);
}
END_TEST

START_TEST(frequent_variants_take_half_a_byte)
{
    ark_cold_writer_begin(&writer, 20, UINT32_MAX);
    add(1, 2, 5);
    add(2, 13, 6);
    add(3, 14, 7);
    add(4, 19, 8);
    add(5, 0, 9);
    ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
    static const uint8_t expected[] = {0xd2, 0xee, 0x00, 2, 0, 5, 5, 6, 7, 8, 9};
    check_bytes(expected, sizeof expected);
}
END_TEST

START_TEST(several_variants_of_a_document_are_listed)
{
    static const struct ark_cold_entry entries[] = {{1, 2}, {4, 1}, {5, 3}};
    static const uint32_t positions[] = {10, 12, 3, 1, 2, 300};
    struct ark_cold_posting posting = {entries, 3, positions};
    ark_cold_writer_begin(&writer, 6, UINT32_MAX);
    ark_cold_writer_add(&writer, 0, &posting);
    ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
    // 6 bytes of escapes, 5 of this one: steps 1, 2 and 0, which is the last; two bits for each
    // position say 2, 2, 1, 0, 0, 2; then the first position and the distances.
    static const uint8_t expected[] = {0x0f, 6, 5, 2, 4, 1, 0x1a, 0x08, 1, 1, 1, 7, 2, 0xa0, 2};
    check_bytes(expected, sizeof expected);

    struct ark_cold_window window;
    struct ark_cold_posting found;
    const struct ark_cold_place place = {.rank = 0, .tf = 6, .before = 0};
    ck_assert(ark_cold_window_open(&window, ark_buf_view(&record), 1, 6));
    ck_assert(ark_cold_window_postings(&window, &place, 1, &arena, &found));
    ck_assert_uint_eq(found.entry_count, 3);
    ck_assert_mem_eq(found.entries, entries, sizeof entries);
    ck_assert_mem_eq(found.positions, positions, sizeof positions);
}
END_TEST

/** Writes three documents: variant 1; variants 0 and 2, at 5 and 8, 6; variant 0. */
static void
write_three(void)
{
    static const struct ark_cold_entry entries[] = {{0, 2}, {2, 1}};
    static const uint32_t positions[] = {5, 8, 6};
    const struct ark_cold_posting posting = {entries, 2, positions};
    ark_cold_writer_begin(&writer, 3, UINT32_MAX);
    add(1, 1, 9);
    ark_cold_writer_add(&writer, 2, &posting);
    add(3, 0, 200);
    ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
}

/** Copies the three documents to a class of so many variants, where they have these numbers and codes. */
static bool
copy_three(uint32_t variant_count, const uint32_t *docs, const uint32_t *codes)
{
    static const uint32_t tfs[] = {1, 3, 1};
    struct ark_cold_window window;
    ck_assert(ark_cold_window_open(&window, ark_buf_view(&record), 3, 3));
    const struct ark_cold_copy copy = {&window, docs, tfs, codes};
    struct ark_cold_writer other = ark_cold_writer_make();
    struct ark_buf copied = ark_buf_make(SIZE_MAX);
    ark_cold_writer_begin(&other, variant_count, 3);
    bool sound = ark_cold_writer_copy(&other, &copy);
    if (sound) {
        ark_cold_writer_finish(&other, ARK_HOT_SMALL, &copied);
        ark_buf_clear(&record);
        ark_buf_append_str(&record, ark_buf_view(&copied));
    }
    ark_buf_dispose(&copied);
    ark_cold_writer_dispose(&other);
    return sound;
}

START_TEST(a_copied_document_has_its_variants_under_their_new_codes)
{
    static const uint32_t docs[] = {10, 20, 30};
    static const uint32_t codes[] = {17, 0, 3};
    write_three();
    ck_assert(copy_three(18, docs, codes));
    // Codes 0, 15 and 14; 4 bytes of escapes for codes 3 and 17, which are at 5, 6 and 8: 1, 0, 1;
    // then what code 14 stands for.
    static const uint8_t expected[] = {0xf0, 0x0e, 5, 3, 3 * 2, 13 * 2 + 1, 5,
                                       3,    9,    5, 1, 2,     0xc8,       1};
    check_bytes(expected, sizeof expected);
}
END_TEST

START_TEST(a_document_that_is_left_out_is_not_copied)
{
    static const uint32_t docs[] = {10, ARK_COLD_LEFT_OUT, 11};
    static const uint32_t codes[] = {1, 0, ARK_COLD_LEFT_OUT};
    write_three();
    ck_assert(copy_three(2, docs, codes));
    static const uint8_t expected[] = {0x10, 9, 0xc8, 1};
    check_bytes(expected, sizeof expected);
}
END_TEST

START_TEST(a_variant_without_a_code_in_a_document_that_is_copied_is_damage)
{
    static const uint32_t docs[] = {10, 11, 12};
    static const uint32_t codes[] = {1, 0, ARK_COLD_LEFT_OUT};
    static const uint32_t alike[] = {1, 0, 1};
    write_three();
    ck_assert(!copy_three(2, docs, codes));
    ck_assert(!copy_three(2, docs, alike));
}
END_TEST

START_TEST(the_variants_of_a_document_are_read_without_their_positions)
{
    struct ark_cold_window window;
    struct ark_cold_posting found[2];
    const struct ark_cold_place places[] = {{.rank = 1, .tf = 3}, {.rank = 2, .tf = 1}};
    static const struct ark_cold_entry expected[] = {{0, 2}, {2, 1}};
    write_three();
    ck_assert(ark_cold_window_open(&window, ark_buf_view(&record), 3, 3));
    ck_assert(ark_cold_window_entries(&window, places, 2, &arena, found));
    ck_assert_uint_eq(found[0].entry_count, 2);
    ck_assert_mem_eq(found[0].entries, expected, sizeof expected);
    ck_assert_uint_eq(found[1].entry_count, 1);
    ck_assert_uint_eq(found[1].entries[0].code, 0);
    ck_assert_ptr_null(found[1].positions);
}
END_TEST

START_TEST(windows_of_sparse_lists_follow_each_other)
{
    ark_cold_writer_begin(&writer, 1, UINT32_MAX);
    for (uint32_t i = 0; i < 18; i++) {
        add(i * 1000, 0, i);
    }
    ark_cold_writer_finish(&writer, ARK_HOT_SPARSE, &record);
    // One offset, sixteen lengths of 1, sixteen positions; then two.
    ck_assert_uint_eq(record.len, 4 + 32 + 4);
    ck_assert_uint_eq(record.bytes[0], 32);
    uint32_t bounds[ARK_COLD_GROUP + 1];
    ark_str group = ark_str_slice(ark_buf_view(&record), 4, 36);
    ck_assert(ark_cold_group_bounds(group, 16, bounds));
    ck_assert_uint_eq(bounds[9], 16 + 9);
    ck_assert_uint_eq(bounds[16], 32);
    ck_assert_uint_eq(group.bytes[bounds[9]], 9);
}
END_TEST

START_TEST(windows_that_a_dense_list_has_not_are_empty)
{
    ark_cold_writer_begin(&writer, 1, UINT32_MAX);
    add(128 * 5, 0, 1);
    add(128 * 7, 0, 2);
    ark_cold_writer_finish(&writer, ARK_HOT_DENSE, &record);
    static const uint8_t expected[] = {1, 0, 1, 1, 2};
    check_bytes(expected, sizeof expected);
}
END_TEST

START_TEST(a_group_whose_lengths_do_not_add_up_is_refused)
{
    uint32_t bounds[ARK_COLD_GROUP + 1];
    ck_assert(ark_cold_group_bounds(ARK_STR("\x01\x01zz"), 2, bounds));
    ck_assert(!ark_cold_group_bounds(ARK_STR("\x01\x01zzz"), 2, bounds));
    ck_assert(!ark_cold_group_bounds(ARK_STR("\x01\x02zz"), 2, bounds));
    ck_assert(!ark_cold_group_bounds(ARK_STR("\x81"), 1, bounds));
    ck_assert(!ark_cold_group_bounds(ARK_STR(""), 1, bounds));
}
END_TEST

/** True when the only document of these bytes, with tf occurrences, can be read. */
static bool
reads(ark_str bytes, uint32_t variant_count, uint32_t tf)
{
    struct ark_cold_window window;
    struct ark_cold_posting posting;
    return ark_cold_window_open(&window, bytes, 1, variant_count) &&
           ark_cold_window_all(&window, &tf, &arena, &posting);
}

START_TEST(windows_that_contradict_their_class_are_refused)
{
    ck_assert(reads(ARK_STR("\x05\x09"), 6, 1));
    ck_assert(!reads(ARK_STR("\x05\x09"), 5, 1));     // no such variant
    ck_assert(!reads(ARK_STR("\x05\x09"), 6, 2));     // a position is missing
    ck_assert(!reads(ARK_STR("\x05\x09\x01"), 6, 1)); // one too many
    ck_assert(!reads(ARK_STR("\x05\x09\x00"), 6, 2)); // twice at one place
    ck_assert(!reads(ARK_STR(""), 6, 1));
    ck_assert(reads(ARK_STR("\x0e\x01\x01\x09"), 16, 1));
    ck_assert(!reads(ARK_STR("\x0e\x01\x02\x09"), 16, 1));
    ck_assert(!reads(ARK_STR("\x0e\x02\x01\x01\x09"), 16, 1)); // an escape too many
    ck_assert(!reads(ARK_STR("\x0e\x00\x09"), 16, 1));
    ck_assert(!reads(ARK_STR("\x0e\x05\xff\xff\xff\xff\x0f\x09"), 16, 1));
    ck_assert(!reads(ARK_STR("\x0e\xff\xff\xff\xff\x0f\x09"), 16, 1));
}
END_TEST

START_TEST(several_variants_that_contradict_their_document_are_refused)
{
    // Variants 0 and 1, each once: the second comes first.
    ck_assert(reads(ARK_STR("\x0f\x04\x03\x00\x01\x01\x07\x08"), 2, 2));
    ck_assert(!reads(ARK_STR("\x0f\x04\x03\x00\x01\x03\x07\x08"), 2, 2)); // 0 is nowhere
    ck_assert(!reads(ARK_STR("\x0f\x04\x03\x00\x01\x05\x07\x08"), 2, 2)); // not filled up with 0
    ck_assert(!reads(ARK_STR("\x0f\x04\x03\x00\x03\x01\x07\x08"), 2, 2)); // no variant 2
    ck_assert(!reads(ARK_STR("\x0f\x04\x03\x00\x00\x01\x07\x08"), 2, 2)); // none is the last
    ck_assert(!reads(ARK_STR("\x0f\x03\x02\x01\x00\x07\x08"), 2, 2));     // but one variant
    ck_assert(!reads(ARK_STR("\x0f\x04\x03\x00\x01\x01\x07"), 2, 1));     // more than occurrences
    ck_assert(!reads(ARK_STR("\x0f\x05\x04\x00\x01\x01\x00\x07\x08"), 2, 2)); // a byte too many
    ck_assert(!reads(ARK_STR("\x0f\x03\x03\x00\x01\x01\x07\x08"), 2, 2));     // and too few
    // Three variants take two bits each: there is no fourth.
    ck_assert(reads(ARK_STR("\x0f\x05\x04\x00\x00\x01\x24\x07\x08\x01"), 3, 3));
    ck_assert(!reads(ARK_STR("\x0f\x05\x04\x00\x00\x01\x34\x07\x08\x01"), 3, 3));
}
END_TEST

START_TEST(many_positions_of_all_widths_come_back)
{
    enum { COUNT = 100 };
    uint32_t positions[COUNT];
    uint32_t position = 5;
    for (uint32_t i = 0; i < COUNT; i++) {
        positions[i] = position;
        position += i % 11 == 10 ? 20000 : i % 7 == 6 ? 200 : 1 + i % 5;
    }
    ark_cold_writer_begin(&writer, 1, UINT32_MAX);
    for (uint32_t doc = 0; doc < COUNT; doc++) {
        const struct ark_cold_entry entry = {0, doc + 1};
        const struct ark_cold_posting posting = {&entry, 1, positions};
        ark_cold_writer_add(&writer, doc, &posting);
    }
    ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
    struct ark_cold_window window;
    ck_assert(ark_cold_window_open(&window, ark_buf_view(&record), COUNT, 1));
    for (uint32_t step = 1; step < COUNT; step++) { // each, every other one, ...
        struct ark_cold_positions walk = ark_cold_positions_of(&window);
        for (uint32_t doc = 0; doc < COUNT; doc += step) {
            uint32_t found[COUNT + ARK_COLD_ROOM];
            ck_assert(ark_cold_positions_read(&walk, doc * (doc + 1) / 2, doc + 1, found));
            ck_assert_mem_eq(found, positions, (doc + 1) * sizeof *found);
        }
    }
}
END_TEST

START_TEST(great_positions_come_back_and_greater_are_refused)
{
    ck_assert(reads(ARK_STR("\xfe\xff\xff\xff\x0f"), 1, 1));
    ck_assert(!reads(ARK_STR("\xff\xff\xff\xff\x0f"), 1, 1));
    ck_assert(!reads(ARK_STR("\xfe\xff\xff\xff\x0f\x01"), 1, 2));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cold_postings");
    TCase *tests = tcase_create("cold_postings");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, the_only_variant_takes_no_code);
    tcase_add_test(tests, frequent_variants_take_half_a_byte);
    tcase_add_test(tests, several_variants_of_a_document_are_listed);
    tcase_add_test(tests, a_copied_document_has_its_variants_under_their_new_codes);
    tcase_add_test(tests, a_document_that_is_left_out_is_not_copied);
    tcase_add_test(tests, a_variant_without_a_code_in_a_document_that_is_copied_is_damage);
    tcase_add_test(tests, the_variants_of_a_document_are_read_without_their_positions);
    tcase_add_test(tests, windows_of_sparse_lists_follow_each_other);
    tcase_add_test(tests, windows_that_a_dense_list_has_not_are_empty);
    tcase_add_test(tests, a_group_whose_lengths_do_not_add_up_is_refused);
    tcase_add_test(tests, windows_that_contradict_their_class_are_refused);
    tcase_add_test(tests, several_variants_that_contradict_their_document_are_refused);
    tcase_add_test(tests, many_positions_of_all_widths_come_back);
    tcase_add_test(tests, great_positions_come_back_and_greater_are_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
