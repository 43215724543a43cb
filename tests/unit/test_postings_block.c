#include <check.h>
#include <stdlib.h>

#include "common/codec/postings_block.h"
#include "common/codec/varint.h"

/** A block under construction, and what it is made of. */
struct sample {
    struct ark_buf documents;
    struct ark_buf places;
    uint32_t member_count;
    uint32_t count;
    uint32_t previous_doc;
    struct ark_arena arena;
    struct ark_postings_block block;
};

static struct sample
sample_make(uint32_t member_count)
{
    return (struct sample){
        .documents = ark_buf_make(SIZE_MAX),
        .places = ark_buf_make(SIZE_MAX),
        .member_count = member_count,
        .previous_doc = UINT32_MAX,
        .arena = ark_arena_make(),
    };
}

static void
sample_dispose(struct sample *sample)
{
    ark_buf_dispose(&sample->documents);
    ark_buf_dispose(&sample->places);
    ark_arena_dispose(&sample->arena);
}

static void
add(struct sample *sample, uint32_t doc, const struct ark_occurrence *occurrences, uint32_t count,
    const uint32_t *positions)
{
    const struct ark_posting posting = {doc, count, occurrences, positions};
    ark_postings_block_append(&sample->documents, &sample->places, sample->member_count,
                              sample->previous_doc, &posting);
    sample->previous_doc = doc;
    sample->count++;
}

/** Adds a document with one occurrence of one member at one position. */
static void
add_one(struct sample *sample, uint32_t doc, uint32_t member, uint32_t position)
{
    struct ark_occurrence occurrence = {member, 1};
    add(sample, doc, &occurrence, 1, &position);
}

static bool
decode(struct sample *sample, uint32_t doc_max)
{
    const struct ark_postings_frame frame = {sample->count, sample->member_count, UINT32_MAX,
                                             doc_max};
    return ark_postings_block_decode(ark_buf_view(&sample->documents), &frame, &sample->arena,
                                     &sample->block);
}

/** What must hold of every decoded block (postings_block.h). */
static void
check_sane(const struct sample *sample)
{
    const struct ark_postings_block *block = &sample->block;
    ck_assert_uint_eq(block->count, sample->count);
    ck_assert_uint_eq(block->first_occurrence[0], 0);
    for (uint32_t i = 0; i < block->count; i++) {
        ck_assert(i == 0 || block->docs[i] > block->docs[i - 1]);
        ck_assert_uint_lt(block->first_occurrence[i], block->first_occurrence[i + 1]);
        for (uint32_t k = block->first_occurrence[i]; k < block->first_occurrence[i + 1]; k++) {
            ck_assert_uint_ge(block->occurrences[k].tf, 1);
            ck_assert_uint_lt(block->occurrences[k].member, sample->member_count);
            ck_assert(k == block->first_occurrence[i] ||
                      block->occurrences[k].member > block->occurrences[k - 1].member);
        }
    }
}

START_TEST(a_document_with_one_word_takes_one_byte)
{
    struct sample sample = sample_make(1);
    add_one(&sample, 0, 0, 5);
    add_one(&sample, 1, 0, 6);
    ck_assert_uint_eq(sample.documents.len, 2);
    ck_assert_uint_eq(sample.places.len, 2);
    ck_assert(decode(&sample, 1));
    check_sane(&sample);
    ck_assert_uint_eq(sample.block.docs[0], 0);
    ck_assert_uint_eq(sample.block.docs[1], 1);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_full_block_comes_back)
{
    struct sample sample = sample_make(3);
    for (uint32_t i = 0; i < ARK_POSTINGS_BLOCK; i++) {
        struct ark_occurrence occurrences[3] = {{0, 1 + i}, {1, 1}, {2, 2}};
        uint32_t positions[ARK_POSTINGS_BLOCK + 3];
        for (uint32_t k = 0; k < i + 4; k++) {
            positions[k] = k < i + 1 ? k * 3 : k * 1000;
        }
        add(&sample, i * i, occurrences, 3, positions);
    }
    ck_assert(decode(&sample, UINT32_MAX - 1));
    check_sane(&sample);
    uint32_t *positions = NULL;
    uint32_t *first = NULL;
    ck_assert(ark_postings_block_positions(ark_buf_view(&sample.places), &sample.block,
                                           &sample.arena, &positions, &first));
    for (uint32_t i = 0; i < ARK_POSTINGS_BLOCK; i++) {
        ck_assert_uint_eq(sample.block.docs[i], i * i);
        const struct ark_occurrence *occurrence = &sample.block.occurrences[i * 3];
        ck_assert_uint_eq(occurrence[0].tf, i + 1);
        ck_assert_uint_eq(first[i * 3 + 1] - first[i * 3], i + 1);
        ck_assert_uint_eq(positions[first[i * 3] + i], i * 3);
        ck_assert_uint_eq(positions[first[i * 3 + 1]], (i + 1) * 1000);
        ck_assert_uint_eq(positions[first[i * 3 + 2] + 1], (i + 3) * 1000);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_greatest_values_come_back)
{
    struct sample sample = sample_make(INT32_MAX);
    struct ark_occurrence occurrences[2] = {{0, 1}, {INT32_MAX - 1, 2}};
    uint32_t positions[3] = {UINT32_MAX - 1, 0, UINT32_MAX - 1};
    add(&sample, INT32_MAX - 1, occurrences, 2, positions);
    add_one(&sample, INT32_MAX, INT32_MAX - 1, 0);
    ck_assert(decode(&sample, INT32_MAX));
    check_sane(&sample);
    ck_assert_uint_eq(sample.block.docs[0], INT32_MAX - 1);
    ck_assert_uint_eq(sample.block.docs[1], INT32_MAX);
    ck_assert_uint_eq(sample.block.occurrences[1].member, INT32_MAX - 1);
    ck_assert_uint_eq(sample.block.occurrences[2].member, INT32_MAX - 1);
    uint32_t *back = NULL;
    uint32_t *first = NULL;
    ck_assert(ark_postings_block_positions(ark_buf_view(&sample.places), &sample.block,
                                           &sample.arena, &back, &first));
    ck_assert_mem_eq(back, positions, sizeof positions);
    sample_dispose(&sample);
}
END_TEST

/** A block of three documents of a family of four members: every form a posting has. */
static struct sample
mixed_sample(void)
{
    struct sample sample = sample_make(4);
    add_one(&sample, 3, 2, 300);
    struct ark_occurrence several[2] = {{1, 2}, {3, 1}};
    add(&sample, 200, several, 2, (uint32_t[]){1, 500, 7});
    struct ark_occurrence often = {0, 3};
    add(&sample, 70000, &often, 1, (uint32_t[]){1, 2, 3});
    return sample;
}

START_TEST(a_block_cut_anywhere_is_refused)
{
    struct sample sample = mixed_sample();
    ck_assert(decode(&sample, 70000));
    size_t len = sample.documents.len;
    for (sample.documents.len = 0; sample.documents.len < len; sample.documents.len++) {
        ck_assert(!decode(&sample, 70000));
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(bytes_after_the_last_posting_are_refused)
{
    struct sample sample = mixed_sample();
    ark_buf_push(&sample.documents, 0);
    ck_assert(!decode(&sample, 70000));
    sample_dispose(&sample);
}
END_TEST

START_TEST(documents_beyond_the_last_one_are_refused)
{
    struct sample sample = mixed_sample();
    ck_assert(!decode(&sample, 69999));
    ck_assert(!decode(&sample, 200));
    ck_assert(!decode(&sample, 0));
    ck_assert(decode(&sample, 70000));
    sample_dispose(&sample);
}
END_TEST

START_TEST(members_that_do_not_exist_are_refused)
{
    struct sample sample = mixed_sample();
    sample.member_count = 3;
    ck_assert(!decode(&sample, 70000));
    sample_dispose(&sample);

    sample = sample_make(4);
    add_one(&sample, 0, 3, 0);
    sample.member_count = 2;
    ck_assert(!decode(&sample, 0));
    sample_dispose(&sample);
}
END_TEST

START_TEST(more_members_in_a_document_than_the_family_has_are_refused)
{
    static const uint8_t THREE_OF_TWO[] = {0x01, 0x01, 0x00, 0x00, 0x00};
    struct sample sample = sample_make(2);
    ark_buf_append(&sample.documents, THREE_OF_TWO, sizeof THREE_OF_TWO);
    sample.count = 1;
    ck_assert(!decode(&sample, 10));
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_count_of_occurrences_that_wraps_is_refused)
{
    // gap 0 and "tf follows"; a tf of 2^32 - 1 + 2 does not fit.
    static const uint8_t TF_MAX[] = {0x01, 0xfd, 0xff, 0xff, 0xff, 0x0f};
    static const uint8_t TF_WRAPS[] = {0x01, 0xff, 0xff, 0xff, 0xff, 0x0f};
    struct sample sample = sample_make(1);
    sample.count = 1;
    ark_buf_append(&sample.documents, TF_MAX, sizeof TF_MAX);
    ck_assert(decode(&sample, 0));
    ck_assert_uint_eq(sample.block.occurrences[0].tf, UINT32_MAX);
    ark_buf_clear(&sample.documents);
    ark_buf_append(&sample.documents, TF_WRAPS, sizeof TF_WRAPS);
    ck_assert(!decode(&sample, 0));
    sample_dispose(&sample);
}
END_TEST

static bool
decode_positions(struct sample *sample)
{
    uint32_t *positions = NULL;
    uint32_t *first = NULL;
    return ark_postings_block_positions(ark_buf_view(&sample->places), &sample->block,
                                        &sample->arena, &positions, &first);
}

START_TEST(positions_cut_anywhere_or_too_long_are_refused)
{
    struct sample sample = mixed_sample();
    ck_assert(decode(&sample, 70000));
    ck_assert(decode_positions(&sample));
    size_t len = sample.places.len;
    for (sample.places.len = 0; sample.places.len < len; sample.places.len++) {
        ck_assert(!decode_positions(&sample));
    }
    ark_buf_push(&sample.places, 1);
    ck_assert(!decode_positions(&sample));
    sample_dispose(&sample);
}
END_TEST

START_TEST(positions_that_do_not_ascend_are_refused)
{
    struct sample sample = sample_make(1);
    struct ark_occurrence twice = {0, 2};
    add(&sample, 0, &twice, 1, (uint32_t[]){4, 5});
    ck_assert(decode(&sample, 0));
    ck_assert(decode_positions(&sample));
    sample.places.bytes[1] = 0;
    ck_assert(!decode_positions(&sample));
    sample_dispose(&sample);
}
END_TEST

START_TEST(positions_that_wrap_are_refused)
{
    struct sample sample = sample_make(1);
    struct ark_occurrence twice = {0, 2};
    add(&sample, 0, &twice, 1, (uint32_t[]){4, 5});
    ck_assert(decode(&sample, 0));
    ark_buf_clear(&sample.places);
    ark_varint_append(&sample.places, UINT32_MAX - 1);
    ark_varint_append(&sample.places, 1);
    ck_assert(!decode_positions(&sample));
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_damaged_count_takes_no_memory_for_positions)
{
    // Four thousand million occurrences in one byte of positions.
    static const uint8_t TF_MAX[] = {0x01, 0xfd, 0xff, 0xff, 0xff, 0x0f};
    struct sample sample = sample_make(1);
    sample.count = 1;
    ark_buf_append(&sample.documents, TF_MAX, sizeof TF_MAX);
    ck_assert(decode(&sample, 0));
    ark_buf_push(&sample.places, 0);
    ck_assert(!decode_positions(&sample));
    ck_assert_uint_lt(sample.arena.total_bytes, 1 << 20);
    sample_dispose(&sample);
}
END_TEST

START_TEST(arrays_are_used_again_from_block_to_block)
{
    struct sample sample = mixed_sample();
    ck_assert(decode(&sample, 70000));
    const struct ark_occurrence *before = sample.block.occurrences;
    ck_assert(decode(&sample, 70000));
    ck_assert_ptr_eq(sample.block.occurrences, before);
    check_sane(&sample);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("postings_block");
    tcase_add_test(cases, a_document_with_one_word_takes_one_byte);
    tcase_add_test(cases, a_full_block_comes_back);
    tcase_add_test(cases, the_greatest_values_come_back);
    tcase_add_test(cases, a_block_cut_anywhere_is_refused);
    tcase_add_test(cases, bytes_after_the_last_posting_are_refused);
    tcase_add_test(cases, documents_beyond_the_last_one_are_refused);
    tcase_add_test(cases, members_that_do_not_exist_are_refused);
    tcase_add_test(cases, more_members_in_a_document_than_the_family_has_are_refused);
    tcase_add_test(cases, a_count_of_occurrences_that_wraps_is_refused);
    tcase_add_test(cases, positions_cut_anywhere_or_too_long_are_refused);
    tcase_add_test(cases, positions_that_do_not_ascend_are_refused);
    tcase_add_test(cases, positions_that_wrap_are_refused);
    tcase_add_test(cases, a_damaged_count_takes_no_memory_for_positions);
    tcase_add_test(cases, arrays_are_used_again_from_block_to_block);
    Suite *suite = suite_create("postings_block");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
