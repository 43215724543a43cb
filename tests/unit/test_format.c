#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/format.h"

static const struct ark_config_record CONFIG = {
    .format_version = ARK_FORMAT_VERSION,
    .generation = UINT64_C(0x1122334455667788),
    .next_segment_id = 42,
    .identity = "arabic 1 en 9f86d081",
};

static struct ark_buf
encoded_config(const struct ark_config_record *record)
{
    struct ark_buf buf = ark_buf_make(1024);
    ark_config_record_encode(record, &buf);
    return buf;
}

START_TEST(the_configuration_comes_back)
{
    struct ark_buf buf = encoded_config(&CONFIG);
    struct ark_config_record back;
    ck_assert_int_eq(ark_config_record_decode(ark_buf_view(&buf), &back, NULL), ARK_OK);
    ck_assert_uint_eq(back.format_version, CONFIG.format_version);
    ck_assert_uint_eq(back.generation, CONFIG.generation);
    ck_assert_uint_eq(back.next_segment_id, CONFIG.next_segment_id);
    ck_assert_str_eq(back.identity, CONFIG.identity);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(the_longest_identity_comes_back)
{
    struct ark_config_record record = CONFIG;
    memset(record.identity, 'x', sizeof record.identity - 1);
    struct ark_buf buf = encoded_config(&record);
    struct ark_config_record back;
    ck_assert_int_eq(ark_config_record_decode(ark_buf_view(&buf), &back, NULL), ARK_OK);
    ck_assert_str_eq(back.identity, record.identity);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(another_format_version_is_told_apart_from_damage)
{
    struct ark_buf buf = encoded_config(&CONFIG);
    // All a newer program promises to keep is the first twelve bytes.
    buf.bytes[8]++;
    struct ark_config_record back;
    struct ark_error err;
    for (size_t len = 12; len <= buf.len; len++) {
        ck_assert_int_eq(ark_config_record_decode(ark_str_make(buf.bytes, len), &back, &err),
                         ARK_E_FORMAT);
        ck_assert_ptr_nonnull(strstr(err.text, "format 6"));
    }
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(a_configuration_cut_anywhere_is_refused)
{
    struct ark_buf buf = encoded_config(&CONFIG);
    struct ark_config_record back;
    for (size_t len = 0; len < buf.len; len++) {
        ck_assert_int_eq(ark_config_record_decode(ark_str_make(buf.bytes, len), &back, NULL),
                         ARK_E_CORRUPT);
    }
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(what_does_not_begin_with_the_magic_is_no_index)
{
    struct ark_config_record back;
    struct ark_error err;
    ck_assert_int_eq(ark_config_record_decode(ARK_STR("some other program's bytes"), &back, &err),
                     ARK_E_CORRUPT);
    ck_assert_str_eq(err.text, "not an ark index");
}
END_TEST

START_TEST(a_configuration_that_is_too_long_or_short_inside_is_refused)
{
    struct ark_buf buf = encoded_config(&CONFIG);
    struct ark_config_record back;
    // Sealed again after a byte more: the checksum agrees, the length does not.
    buf.len -= ARK_CHECKSUM_BYTES;
    ark_buf_push(&buf, 0);
    ark_seal(&buf);
    ck_assert_int_eq(ark_config_record_decode(ark_buf_view(&buf), &back, NULL), ARK_E_CORRUPT);
    buf.len -= ARK_CHECKSUM_BYTES + 2;
    ark_seal(&buf);
    ck_assert_int_eq(ark_config_record_decode(ark_buf_view(&buf), &back, NULL), ARK_E_CORRUPT);
    ark_buf_dispose(&buf);
}
END_TEST

/** Entry number i, whose streams agree with its documents. */
static struct ark_segment_entry
entry_make(uint32_t i)
{
    struct ark_segment_entry entry = {
        .info = {.id = i + 1,
                 .document_count = i * 1000 + 3,
                 .dead_count = i,
                 .token_count = i * 100000 + 9,
                 .live_token_count = i * 90000 + 8,
                 .family_count = i,
                 .form_count = i,
                 .text_bytes = i * 1000000 + 7},
    };
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        entry.stream_bytes[kind] = i * 1000 + kind;
    }
    entry.stream_bytes[ARK_STREAM_NORMS] = entry.info.document_count;
    entry.stream_bytes[ARK_STREAM_TITLE_LENGTHS] = entry.info.document_count;
    entry.stream_bytes[ARK_STREAM_DATES] = (uint64_t)entry.info.document_count * 4;
    entry.stream_bytes[ARK_STREAM_DOCUMENT_INDEX] = (uint64_t)entry.info.document_count * 8;
    entry.stream_bytes[ARK_STREAM_SKETCH_INDEX] = (entry.info.document_count + 15) / 16 * 8;
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        entry.info.stored_bytes += entry.stream_bytes[kind];
    }
    return entry;
}

static struct ark_buf
encoded_list(const struct ark_segment_entry *entries, uint32_t count)
{
    struct ark_buf buf = ark_buf_make(SIZE_MAX);
    ark_segment_list_encode(entries, count, &buf);
    return buf;
}

/** The status of reading a list back; a list that is read is freed. */
static enum ark_status
decode_list(const struct ark_buf *buf)
{
    struct ark_segment_entry *back = NULL;
    uint32_t count = 0;
    enum ark_status status = ark_segment_list_decode(ark_buf_view(buf), &back, &count, NULL);
    free(back);
    return status;
}

START_TEST(the_list_of_segments_comes_back)
{
    struct ark_segment_entry entries[9];
    for (uint32_t i = 0; i < ARK_COUNT_OF(entries); i++) {
        entries[i] = entry_make(i);
    }
    for (uint32_t count = 0; count <= ARK_COUNT_OF(entries); count++) {
        struct ark_buf buf = encoded_list(entries, count);
        struct ark_segment_entry *back = NULL;
        uint32_t back_count = 99;
        ck_assert_int_eq(ark_segment_list_decode(ark_buf_view(&buf), &back, &back_count, NULL),
                         ARK_OK);
        ck_assert_uint_eq(back_count, count);
        for (uint32_t i = 0; i < count; i++) {
            ck_assert_mem_eq(&back[i], &entries[i], sizeof back[i]);
        }
        free(back);
        ark_buf_dispose(&buf);
    }
}
END_TEST

START_TEST(a_list_damaged_anywhere_is_refused)
{
    struct ark_segment_entry entries[2] = {entry_make(0), entry_make(1)};
    struct ark_buf buf = encoded_list(entries, 2);
    for (size_t i = 0; i < buf.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            buf.bytes[i] ^= (uint8_t)(1u << bit);
            ck_assert_int_eq(decode_list(&buf), ARK_E_CORRUPT);
            buf.bytes[i] ^= (uint8_t)(1u << bit);
        }
    }
    size_t len = buf.len;
    for (buf.len = 0; buf.len < len; buf.len++) {
        ck_assert_int_eq(decode_list(&buf), ARK_E_CORRUPT);
    }
    ark_buf_dispose(&buf);
}
END_TEST

/** The status of a list of one entry that was sealed as it is. */
static enum ark_status
decode_entry(const struct ark_segment_entry *entry)
{
    struct ark_buf buf = encoded_list(entry, 1);
    enum ark_status status = decode_list(&buf);
    ark_buf_dispose(&buf);
    return status;
}

START_TEST(an_entry_that_contradicts_itself_is_refused)
{
    struct ark_segment_entry sane = entry_make(3);
    ck_assert_int_eq(decode_entry(&sane), ARK_OK);

    struct ark_segment_entry entry = sane;
    entry.info.dead_count = entry.info.document_count + 1;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.info.live_token_count = entry.info.token_count + 1;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_NORMS]--;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_DOCUMENT_INDEX] -= 8;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_DATES] += 4;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_TITLE_LENGTHS]--;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_SKETCH_INDEX] = 0;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);
    entry.stream_bytes[ARK_STREAM_SKETCHES] = 0;
    ck_assert_int_eq(decode_entry(&entry), ARK_OK);

    entry = sane;
    entry.info.form_count = entry.stream_bytes[ARK_STREAM_FORMS] + 1;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.stream_bytes[ARK_STREAM_TEXT] = UINT64_MAX;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.info.family_count = entry.stream_bytes[ARK_STREAM_LEXICON] + 1;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);

    entry = sane;
    entry.info.family_count = UINT64_MAX;
    ck_assert_int_eq(decode_entry(&entry), ARK_E_CORRUPT);
}
END_TEST

START_TEST(a_list_whose_ids_do_not_ascend_is_refused)
{
    struct ark_segment_entry entries[2] = {entry_make(1), entry_make(1)};
    struct ark_buf buf = encoded_list(entries, 2);
    ck_assert_int_eq(decode_list(&buf), ARK_E_CORRUPT);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(a_count_beyond_its_bytes_is_refused)
{
    struct ark_buf buf = ark_buf_make(64);
    ark_varint_append(&buf, 4000);
    ark_seal(&buf);
    ck_assert_int_eq(decode_list(&buf), ARK_E_CORRUPT);
    ark_buf_clear(&buf);
    ark_varint_append(&buf, UINT64_MAX);
    ark_seal(&buf);
    ck_assert_int_eq(decode_list(&buf), ARK_E_CORRUPT);
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(stream_keys_sort_as_segment_stream_chunk)
{
    static const struct {
        uint64_t segment;
        unsigned kind;
        uint32_t chunk;
    } ASCENDING[] = {
        {0, 0, 0}, {0, 0, 1},   {0, 0, 255}, {0, 0, 256},     {0, 0, UINT32_MAX},         {0, 1, 0},
        {1, 0, 0}, {255, 6, 9}, {256, 0, 0}, {1 << 20, 1, 1}, {UINT64_MAX, 6, UINT32_MAX}};
    uint8_t previous[ARK_STREAM_KEY_BYTES];
    for (size_t i = 0; i < ARK_COUNT_OF(ASCENDING); i++) {
        uint8_t key[ARK_STREAM_KEY_BYTES];
        ark_stream_key(key, ASCENDING[i].segment, ASCENDING[i].kind, ASCENDING[i].chunk);
        ck_assert_uint_eq(ark_stream_key_segment(key), ASCENDING[i].segment);
        ck_assert(i == 0 || memcmp(previous, key, sizeof key) < 0);
        memcpy(previous, key, sizeof key);
    }
}
END_TEST

START_TEST(a_sealed_record_opens_to_its_content)
{
    struct ark_buf buf = ark_buf_make(64);
    ark_seal(&buf);
    ck_assert_uint_eq(buf.len, ARK_CHECKSUM_BYTES);
    ark_str content;
    ck_assert(ark_unseal(ark_buf_view(&buf), &content));
    ck_assert_uint_eq(content.len, 0);
    ark_buf_clear(&buf);
    ark_buf_append_str(&buf, ARK_STR("content"));
    ark_seal(&buf);
    ck_assert(ark_unseal(ark_buf_view(&buf), &content));
    ck_assert(ark_str_equal(content, ARK_STR("content")));
    ck_assert(!ark_unseal(ark_str_slice(ark_buf_view(&buf), 0, 7), &content));
    ark_buf_dispose(&buf);
}
END_TEST

START_TEST(hashes_are_those_of_xxh3)
{
    // The values of the XXH3 specification for no bytes.
    static const uint8_t EMPTY_128[16] = {0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47, 0x98, 0xd8,
                                          0x60, 0x01, 0xc3, 0x24, 0x46, 0x8d, 0x49, 0x7f};
    ck_assert_uint_eq(ark_content_hash(ARK_STR("")), UINT64_C(0x2d06800538d394c2));
    ck_assert_uint_eq(ark_checksum(ARK_STR(""), 0), UINT64_C(0x2d06800538d394c2));
    ck_assert_uint_ne(ark_checksum(ARK_STR("a"), 0), ark_checksum(ARK_STR("a"), 1));
    uint8_t hash[16];
    ark_fragment_hash(ARK_STR(""), hash);
    ck_assert_mem_eq(hash, EMPTY_128, sizeof hash);
}
END_TEST

START_TEST(no_two_near_chunks_share_a_seed)
{
    enum { SEGMENTS = 6, CHUNKS = 6, COUNT = SEGMENTS * ARK_STREAM_COUNT * CHUNKS };
    uint64_t seeds[COUNT];
    size_t count = 0;
    for (uint64_t segment = 0; segment < SEGMENTS; segment++) {
        for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
            for (uint32_t chunk = 0; chunk < CHUNKS; chunk++) {
                seeds[count++] = ark_chunk_seed(segment, kind, chunk);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            ck_assert_uint_ne(seeds[i], seeds[k]);
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("format");
    TCase *tests = tcase_create("format");
    tcase_add_test(tests, the_configuration_comes_back);
    tcase_add_test(tests, the_longest_identity_comes_back);
    tcase_add_test(tests, another_format_version_is_told_apart_from_damage);
    tcase_add_test(tests, a_configuration_cut_anywhere_is_refused);
    tcase_add_test(tests, what_does_not_begin_with_the_magic_is_no_index);
    tcase_add_test(tests, a_configuration_that_is_too_long_or_short_inside_is_refused);
    tcase_add_test(tests, the_list_of_segments_comes_back);
    tcase_add_test(tests, a_list_damaged_anywhere_is_refused);
    tcase_add_test(tests, an_entry_that_contradicts_itself_is_refused);
    tcase_add_test(tests, a_list_whose_ids_do_not_ascend_is_refused);
    tcase_add_test(tests, a_count_beyond_its_bytes_is_refused);
    tcase_add_test(tests, stream_keys_sort_as_segment_stream_chunk);
    tcase_add_test(tests, a_sealed_record_opens_to_its_content);
    tcase_add_test(tests, hashes_are_those_of_xxh3);
    tcase_add_test(tests, no_two_near_chunks_share_a_seed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
