#include <check.h>
#include <stdlib.h>

#include "common/codec/varint.h"

/** Values around every length that a varint can have. */
static size_t
edge_values(uint64_t out[64])
{
    size_t count = 0;
    out[count++] = 0;
    for (unsigned bits = 7; bits < 64; bits += 7) {
        out[count++] = (UINT64_C(1) << bits) - 1;
        out[count++] = UINT64_C(1) << bits;
        out[count++] = (UINT64_C(1) << bits) + 1;
    }
    out[count++] = UINT32_MAX;
    out[count++] = (uint64_t)UINT32_MAX + 1;
    out[count++] = UINT64_MAX - 1;
    out[count++] = UINT64_MAX;
    return count;
}

START_TEST(every_length_of_varint_comes_back)
{
    uint64_t values[64];
    size_t count = edge_values(values);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[ARK_VARINT64_BYTES_MAX];
        const uint8_t *end = ark_varint_put(bytes, values[i]);
        ck_assert_uint_le((size_t)(end - bytes), ARK_VARINT64_BYTES_MAX);
        uint64_t back = ~values[i];
        ck_assert_ptr_eq(ark_varint_get64(bytes, end, &back), end);
        ck_assert_uint_eq(back, values[i]);
    }
}
END_TEST

START_TEST(a_varint_takes_a_byte_for_seven_bits)
{
    uint8_t bytes[ARK_VARINT64_BYTES_MAX];
    ck_assert_uint_eq((size_t)(ark_varint_put(bytes, 0) - bytes), 1);
    ck_assert_uint_eq((size_t)(ark_varint_put(bytes, 127) - bytes), 1);
    ck_assert_uint_eq((size_t)(ark_varint_put(bytes, 128) - bytes), 2);
    ck_assert_uint_eq(bytes[0], 0x80);
    ck_assert_uint_eq(bytes[1], 0x01);
    ck_assert_uint_eq((size_t)(ark_varint_put(bytes, UINT32_MAX) - bytes), ARK_VARINT32_BYTES_MAX);
    ck_assert_uint_eq((size_t)(ark_varint_put(bytes, UINT64_MAX) - bytes), ARK_VARINT64_BYTES_MAX);
}
END_TEST

START_TEST(a_varint_cut_anywhere_is_refused)
{
    uint64_t values[64];
    size_t count = edge_values(values);
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[ARK_VARINT64_BYTES_MAX];
        const uint8_t *end = ark_varint_put(bytes, values[i]);
        uint64_t back64 = 7;
        uint32_t back32 = 7;
        for (const uint8_t *cut = bytes; cut < end; cut++) {
            ck_assert_ptr_null(ark_varint_get64(bytes, cut, &back64));
            ck_assert_ptr_null(ark_varint_get32(bytes, cut, &back32));
        }
        ck_assert_uint_eq(back64, 7);
        ck_assert_uint_eq(back32, 7);
    }
}
END_TEST

START_TEST(more_than_64_bits_are_refused)
{
    uint8_t bytes[11];
    uint64_t back = 0;
    memset(bytes, 0xff, sizeof bytes);
    ck_assert_ptr_null(ark_varint_get64(bytes, bytes + sizeof bytes, &back));
    bytes[9] = 0x02; // bit 64
    ck_assert_ptr_null(ark_varint_get64(bytes, bytes + sizeof bytes, &back));
    bytes[9] = 0x01; // bit 63
    ck_assert_ptr_eq(ark_varint_get64(bytes, bytes + sizeof bytes, &back), bytes + 10);
    ck_assert_uint_eq(back, UINT64_MAX);
}
END_TEST

START_TEST(the_short_reader_refuses_more_than_32_bits)
{
    uint8_t bytes[ARK_VARINT64_BYTES_MAX];
    uint32_t back = 0;
    const uint8_t *end = ark_varint_put(bytes, UINT32_MAX);
    ck_assert_ptr_eq(ark_varint_get32(bytes, end, &back), end);
    ck_assert_uint_eq(back, UINT32_MAX);
    end = ark_varint_put(bytes, (uint64_t)UINT32_MAX + 1);
    ck_assert_ptr_null(ark_varint_get32(bytes, end, &back));
    end = ark_varint_put(bytes, UINT64_MAX);
    ck_assert_ptr_null(ark_varint_get32(bytes, end, &back));
}
END_TEST

START_TEST(appended_varints_follow_each_other)
{
    uint64_t values[64];
    size_t count = edge_values(values);
    struct ark_buf buf = ark_buf_make(1024);
    for (size_t i = 0; i < count; i++) {
        ark_varint_append(&buf, values[i]);
    }
    const uint8_t *at = buf.bytes;
    for (size_t i = 0; i < count; i++) {
        uint64_t back = 0;
        at = ark_varint_get64(at, buf.bytes + buf.len, &back);
        ck_assert_ptr_nonnull(at);
        ck_assert_uint_eq(back, values[i]);
    }
    ck_assert_ptr_eq(at, buf.bytes + buf.len);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(fixed_integers_are_little_endian_at_any_address)
{
    uint8_t bytes[16] = {0};
    ark_store_u32(bytes + 1, UINT32_C(0x01020304));
    static const uint8_t WANTED_32[] = {0x04, 0x03, 0x02, 0x01};
    ck_assert_mem_eq(bytes + 1, WANTED_32, 4);
    ck_assert_uint_eq(ark_load_u32(bytes + 1), UINT32_C(0x01020304));
    ark_store_u64(bytes + 3, UINT64_C(0x0102030405060708));
    static const uint8_t WANTED_64[] = {8, 7, 6, 5, 4, 3, 2, 1};
    ck_assert_mem_eq(bytes + 3, WANTED_64, 8);
    ck_assert_uint_eq(ark_load_u64(bytes + 3), UINT64_C(0x0102030405060708));
}
END_TEST

START_TEST(appended_fixed_integers_take_four_and_eight_bytes)
{
    struct ark_buf buf = ark_buf_make(64);
    ark_buf_append_u32(&buf, UINT32_MAX);
    ark_buf_append_u64(&buf, UINT64_C(1) << 63);
    ck_assert_uint_eq(buf.len, 12);
    ck_assert_uint_eq(ark_load_u32(buf.bytes), UINT32_MAX);
    ck_assert_uint_eq(ark_load_u64(buf.bytes + 4), UINT64_C(1) << 63);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(a_record_is_read_piece_by_piece_to_its_end)
{
    struct ark_buf buf = ark_buf_make(64);
    ark_varint_append(&buf, UINT64_MAX);
    ark_buf_push(&buf, 200);
    ark_buf_append_u32(&buf, 32);
    ark_buf_append_u64(&buf, 64);
    ark_varint_append(&buf, 3);
    ark_buf_append_str(&buf, ARK_STR("abcdef"));
    struct ark_record_reader reader = ark_record_reader_make(ark_buf_view(&buf));
    ck_assert_uint_eq(ark_record_u64(&reader), UINT64_MAX);
    ck_assert_uint_eq(ark_record_u8(&reader), 200);
    ck_assert_uint_eq(ark_record_fixed32(&reader), 32);
    ck_assert_uint_eq(ark_record_fixed64(&reader), 64);
    ck_assert(ark_str_equal(ark_record_str(&reader, 3), ARK_STR("abc")));
    ck_assert(ark_str_equal(ark_record_bytes(&reader, 3), ARK_STR("def")));
    ck_assert(!reader.failed);
    ck_assert_ptr_eq(reader.at, reader.end);
    ark_buf_dispose(&buf);
}
END_TEST

/** Reads with every function; all must give nothing after a failure. */
static void
check_gives_nothing(struct ark_record_reader *reader)
{
    const uint8_t *at = reader->at;
    ck_assert_uint_eq(ark_record_u64(reader), 0);
    ck_assert_uint_eq(ark_record_u32_max(reader, UINT32_MAX), 0);
    ck_assert_uint_eq(ark_record_u8(reader), 0);
    ck_assert_uint_eq(ark_record_fixed32(reader), 0);
    ck_assert_uint_eq(ark_record_fixed64(reader), 0);
    ck_assert_uint_eq(ark_record_bytes(reader, 0).len, 0);
    ck_assert_uint_eq(ark_record_str(reader, UINT32_MAX).len, 0);
    ck_assert(reader->failed);
    ck_assert_ptr_eq(reader->at, at);
}

START_TEST(after_the_first_failure_a_record_gives_nothing)
{
    ark_str bytes = ARK_STR("\x01\x02\x03\x04\x05\x06\x07\x08\x09");
    struct ark_record_reader reader = ark_record_reader_make(bytes);
    ck_assert_uint_eq(ark_record_bytes(&reader, 10).len, 0);
    check_gives_nothing(&reader);

    reader = ark_record_reader_make(bytes);
    ck_assert_uint_eq(ark_record_u32_max(&reader, 0), 0);
    ck_assert(reader.failed);

    reader = ark_record_reader_make(ARK_STR("\x05"
                                            "abcd"));
    ck_assert_uint_eq(ark_record_str(&reader, 255).len, 0);
    check_gives_nothing(&reader);
}
END_TEST

START_TEST(fixed_integers_that_pass_the_end_fail)
{
    for (size_t len = 0; len < 8; len++) {
        struct ark_record_reader reader =
            ark_record_reader_make(ark_str_slice(ARK_STR("\1\2\3\4\5\6\7\10"), 0, len));
        ck_assert_uint_eq(ark_record_fixed64(&reader), 0);
        ck_assert(reader.failed);
        reader = ark_record_reader_make(ark_str_slice(ARK_STR("\1\2\3\4\5\6\7\10"), 0, len));
        (void)ark_record_fixed32(&reader);
        ck_assert(reader.failed == (len < 4));
    }
}
END_TEST

START_TEST(a_length_beyond_the_maximum_is_refused_though_the_bytes_are_there)
{
    struct ark_record_reader reader = ark_record_reader_make(ARK_STR("\x04"
                                                                     "abcd"));
    ck_assert_uint_eq(ark_record_str(&reader, 3).len, 0);
    ck_assert(reader.failed);
}
END_TEST

START_TEST(an_empty_record_has_nothing_to_read)
{
    struct ark_record_reader reader = ark_record_reader_make(ARK_STR(""));
    ck_assert_uint_eq(ark_record_bytes(&reader, 0).len, 0);
    ck_assert(!reader.failed);
    ck_assert_uint_eq(ark_record_u64(&reader), 0);
    ck_assert(reader.failed);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("varint");
    tcase_add_test(cases, every_length_of_varint_comes_back);
    tcase_add_test(cases, a_varint_takes_a_byte_for_seven_bits);
    tcase_add_test(cases, a_varint_cut_anywhere_is_refused);
    tcase_add_test(cases, more_than_64_bits_are_refused);
    tcase_add_test(cases, the_short_reader_refuses_more_than_32_bits);
    tcase_add_test(cases, appended_varints_follow_each_other);
    tcase_add_test(cases, fixed_integers_are_little_endian_at_any_address);
    tcase_add_test(cases, appended_fixed_integers_take_four_and_eight_bytes);
    tcase_add_test(cases, a_record_is_read_piece_by_piece_to_its_end);
    tcase_add_test(cases, after_the_first_failure_a_record_gives_nothing);
    tcase_add_test(cases, fixed_integers_that_pass_the_end_fail);
    tcase_add_test(cases, a_length_beyond_the_maximum_is_refused_though_the_bytes_are_there);
    tcase_add_test(cases, an_empty_record_has_nothing_to_read);
    Suite *suite = suite_create("varint");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
