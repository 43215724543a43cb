#include "common/store/text_pack.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"

static uint64_t state;

static uint32_t
random_below(uint32_t limit)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 33) % limit;
}

/** A text of words of one vocabulary, so that texts have something in common. */
static void
fill(struct ark_buf *text, size_t bytes)
{
    ark_buf_clear(text);
    while (text->len < bytes) {
        uint32_t word = random_below(3000);
        ark_buf_printf(text, "w%u-%u ", word * 7919, word % 13);
    }
    text->len = bytes;
}

/** Feeds texts of this size until the sampler is full; returns how many. */
static size_t
fill_sampler(struct ark_text_sampler *sampler, size_t bytes)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    size_t count = 0;
    state = 1;
    while (!ark_text_sampler_is_full(sampler)) {
        fill(&text, bytes);
        ark_text_sampler_add(sampler, ark_buf_view(&text));
        count++;
    }
    ark_buf_dispose(&text);
    return count;
}

static struct ark_buf
train(void)
{
    struct ark_text_sampler *sampler = ark_text_sampler_new();
    struct ark_buf bytes = ark_buf_make(ARK_TEXT_DICTIONARY_BYTES_MAX);
    (void)fill_sampler(sampler, 3000);
    ck_assert(ark_text_sampler_train(sampler, &bytes));
    ark_text_sampler_free(sampler);
    return bytes;
}

static enum ark_status
give_dictionary(void *context, ark_str *out, struct ark_error *err)
{
    const struct ark_buf *bytes = context;
    (void)err;
    *out = ark_buf_view(bytes);
    return ARK_OK;
}

static enum ark_status
give_failure(void *context, ark_str *out, struct ark_error *err)
{
    (void)context;
    (void)out;
    return ark_error_set(err, ARK_E_CORRUPT, "the seal is broken");
}

/** Packs and unpacks a text; the size of the packed one. */
static size_t
round_trip(const struct ark_text_dictionary *dictionary, struct ark_buf *bytes, ark_str text)
{
    struct ark_text_packer *packer = ark_text_packer_new(dictionary);
    struct ark_text_unpacker unpacker = {.fetch = give_dictionary, .context = bytes};
    struct ark_buf packed = ark_buf_make(SIZE_MAX);
    ark_text_pack(packer, text, &packed);
    ark_str frame = ark_buf_view(&packed);
    uint8_t *out = ark_xmalloc(text.len);
    ck_assert(ark_text_is_plausible(frame, text.len));
    ck_assert(!ark_text_is_plausible(frame, 2 * text.len + 2));
    ck_assert(text.len < 4 || !ark_text_is_plausible(frame, text.len / 4));
    ck_assert_int_eq(ark_text_unpacker_prepare(&unpacker, frame, NULL), ARK_OK);
    ck_assert(ark_text_unpack(&unpacker, frame, out, text.len));
    ck_assert(ark_str_equal(ark_str_make(out, text.len), text));
    size_t size = packed.len;
    free(out);
    ark_buf_dispose(&packed);
    ark_text_unpacker_dispose(&unpacker);
    ark_text_packer_free(packer);
    return size;
}

START_TEST(a_text_comes_back_with_a_dictionary_and_without)
{
    static const size_t sizes[] = {0, 1, 100, 3000, 200000, 3000000};
    struct ark_buf bytes = train();
    struct ark_text_dictionary *dictionary = ark_text_dictionary_new(ark_buf_view(&bytes));
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    ck_assert_ptr_nonnull(dictionary);
    for (size_t i = 0; i < ARK_COUNT_OF(sizes); i++) {
        fill(&text, sizes[i]);
        size_t with = round_trip(dictionary, &bytes, ark_buf_view(&text));
        size_t without = round_trip(NULL, &bytes, ark_buf_view(&text));
        if (sizes[i] == 3000) {
            ck_assert_uint_lt(with * 10, without * 9);
        }
    }
    ark_buf_dispose(&text);
    ark_buf_dispose(&bytes);
    ark_text_dictionary_free(dictionary);
}
END_TEST

START_TEST(the_same_texts_train_the_same_dictionary)
{
    struct ark_buf one = train();
    struct ark_buf two = train();
    ck_assert_uint_gt(one.len, 1000);
    ck_assert(ark_str_equal(ark_buf_view(&one), ark_buf_view(&two)));
    ark_buf_dispose(&one);
    ark_buf_dispose(&two);
}
END_TEST

START_TEST(a_sampler_looks_at_so_many_bytes_however_long_the_texts)
{
    static const size_t sizes[] = {1000, 8192, ARK_TEXT_SAMPLED_BYTES * 2};
    for (size_t i = 0; i < ARK_COUNT_OF(sizes); i++) {
        struct ark_text_sampler *sampler = ark_text_sampler_new();
        struct ark_buf bytes = ark_buf_make(ARK_TEXT_DICTIONARY_BYTES_MAX);
        size_t wanted = (ARK_TEXT_SAMPLED_BYTES + sizes[i] - 1) / sizes[i];
        ck_assert_uint_eq(fill_sampler(sampler, sizes[i]), wanted);
        ck_assert(ark_text_sampler_train(sampler, &bytes));
        ark_buf_dispose(&bytes);
        ark_text_sampler_free(sampler);
    }
}
END_TEST

START_TEST(too_few_samples_train_nothing)
{
    struct ark_text_sampler *sampler = ark_text_sampler_new();
    struct ark_buf bytes = ark_buf_make(ARK_TEXT_DICTIONARY_BYTES_MAX);
    ck_assert(!ark_text_sampler_train(sampler, &bytes));
    ark_text_sampler_add(sampler, ARK_STR("one text"));
    ck_assert(!ark_text_sampler_train(sampler, &bytes));
    ck_assert(!ark_text_sampler_is_full(sampler));
    ck_assert_uint_eq(bytes.len, 0);
    ark_buf_dispose(&bytes);
    ark_text_sampler_free(sampler);
}
END_TEST

START_TEST(bytes_that_are_no_dictionary_are_refused)
{
    ck_assert_ptr_null(ark_text_dictionary_new(ARK_STR("")));
    ck_assert_ptr_null(ark_text_dictionary_new(ARK_STR("no dictionary, but text")));
    ark_text_dictionary_free(NULL);
    ark_text_packer_free(NULL);
    ark_text_sampler_free(NULL);
}
END_TEST

START_TEST(a_missing_damaged_or_other_dictionary_is_told)
{
    struct ark_buf bytes = train();
    struct ark_text_dictionary *dictionary = ark_text_dictionary_new(ark_buf_view(&bytes));
    struct ark_text_packer *packer = ark_text_packer_new(dictionary);
    struct ark_buf packed = ark_buf_make(SIZE_MAX);
    struct ark_error err;
    ark_text_pack(packer, ARK_STR("a text"), &packed);
    ark_str frame = ark_buf_view(&packed);
    struct ark_text_unpacker none = {.fetch = NULL};
    ck_assert_int_eq(ark_text_unpacker_prepare(&none, frame, &err), ARK_E_CORRUPT);
    struct ark_text_unpacker failing = {.fetch = give_failure};
    ck_assert_int_eq(ark_text_unpacker_prepare(&failing, frame, &err), ARK_E_CORRUPT);
    ck_assert_str_eq(err.text, "the seal is broken");
    // Another number in the dictionary's header, bytes 4 to 7.
    bytes.bytes[4] ^= 1;
    struct ark_text_unpacker other = {.fetch = give_dictionary, .context = &bytes};
    ck_assert_int_eq(ark_text_unpacker_prepare(&other, frame, &err), ARK_E_CORRUPT);
    bytes.bytes[4] ^= 1;
    bytes.len = 20;
    struct ark_text_unpacker cut = {.fetch = give_dictionary, .context = &bytes};
    ck_assert_int_eq(ark_text_unpacker_prepare(&cut, frame, &err), ARK_E_CORRUPT);
    ark_text_unpacker_dispose(&other);
    ark_text_unpacker_dispose(&cut);
    ark_buf_dispose(&packed);
    ark_text_packer_free(packer);
    ark_text_dictionary_free(dictionary);
    ark_buf_dispose(&bytes);
}
END_TEST

START_TEST(damaged_frames_do_no_harm)
{
    struct ark_buf bytes = train();
    struct ark_text_dictionary *dictionary = ark_text_dictionary_new(ark_buf_view(&bytes));
    struct ark_text_packer *packer = ark_text_packer_new(dictionary);
    struct ark_text_unpacker unpacker = {.fetch = give_dictionary, .context = &bytes};
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    struct ark_buf packed = ark_buf_make(SIZE_MAX);
    uint8_t out[400];
    state = 5;
    fill(&text, sizeof out);
    ark_text_pack(packer, ark_buf_view(&text), &packed);
    for (size_t i = 0; i < packed.len; i++) {
        packed.bytes[i] ^= 0x10;
        ark_str frame = ark_buf_view(&packed);
        // The checksum of its chunk tells a changed text; here it must only not run wild.
        if (ark_text_is_plausible(frame, sizeof out) &&
            ark_text_unpacker_prepare(&unpacker, frame, NULL) == ARK_OK) {
            (void)!ark_text_unpack(&unpacker, frame, out, sizeof out);
        }
        packed.bytes[i] ^= 0x10;
        ck_assert(!ark_text_is_plausible(ark_str_slice(frame, 0, i / 100), sizeof out));
    }
    ark_text_unpacker_dispose(&unpacker);
    ark_buf_dispose(&text);
    ark_buf_dispose(&packed);
    ark_text_packer_free(packer);
    ark_text_dictionary_free(dictionary);
    ark_buf_dispose(&bytes);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("text_pack");
    tcase_add_test(cases, a_text_comes_back_with_a_dictionary_and_without);
    tcase_add_test(cases, the_same_texts_train_the_same_dictionary);
    tcase_add_test(cases, a_sampler_looks_at_so_many_bytes_however_long_the_texts);
    tcase_add_test(cases, too_few_samples_train_nothing);
    tcase_add_test(cases, bytes_that_are_no_dictionary_are_refused);
    tcase_add_test(cases, a_missing_damaged_or_other_dictionary_is_told);
    tcase_add_test(cases, damaged_frames_do_no_harm);
    Suite *suite = suite_create("text_pack");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
