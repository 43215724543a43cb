#include <check.h>
#include <stdlib.h>

#include "common/store/segment_impl.h"
#include "tests/support/toy_segment.h"

static const struct toy_document DOCUMENTS[] = {
    {"/d/one", NULL, "First title", "ktb:kitab qlm:qalam ktb:kutub"},
    {"/d/two", "7", NULL, "qlm:qalam - wrq:waraq"},
    {"/d/two", "8", "Second", ""},
};

/** The sample segment, and an arena for what is read of it. */
struct sample {
    struct ark_segment_data *data;
    struct ark_segment *segment;
    struct ark_arena arena;
};

static struct sample
sample_make(void)
{
    struct sample sample = {.data = toy_segment_make("/tmp", DOCUMENTS, ARK_COUNT_OF(DOCUMENTS)),
                            .arena = ark_arena_make()};
    sample.segment = ark_segment_data_reader(sample.data);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_arena_dispose(&sample->arena);
    ark_segment_data_free(sample->data);
}

START_TEST(norms_are_exact_up_to_31)
{
    for (uint32_t n = 0; n < 32; n++) {
        ck_assert_uint_eq(ark_norm_decode(ark_norm_encode(n)), n);
    }
}
END_TEST

START_TEST(every_norm_stands_for_a_number_that_encodes_to_it)
{
    uint32_t previous = 0;
    for (unsigned norm = 0; norm <= UINT8_MAX; norm++) {
        uint32_t length = ark_norm_decode((uint8_t)norm);
        ck_assert_uint_eq(ark_norm_encode(length), norm);
        ck_assert(norm == 0 || length > previous);
        previous = length;
    }
    ck_assert_uint_eq(previous, 507904);
}
END_TEST

START_TEST(norms_round_down_by_less_than_a_sixteenth)
{
    uint8_t previous = 0;
    for (uint32_t n = 0; n < 507904; n += n < 5000 ? 1 : 97) {
        uint8_t norm = ark_norm_encode(n);
        uint32_t length = ark_norm_decode(norm);
        ck_assert_uint_le(length, n);
        ck_assert_uint_le((uint64_t)(n - length) * 16, n);
        ck_assert_uint_ge(norm, previous);
        previous = norm;
    }
}
END_TEST

START_TEST(the_longest_documents_share_a_norm)
{
    ck_assert_uint_eq(ark_norm_encode(507904), 255);
    ck_assert_uint_eq(ark_norm_encode(507903), 254);
    ck_assert_uint_eq(ark_norm_encode(1000000), 255);
    ck_assert_uint_eq(ark_norm_encode(UINT32_MAX), 255);
}
END_TEST

START_TEST(figures_are_those_of_the_documents)
{
    struct sample sample = sample_make();
    const struct ark_segment_info *info = ark_segment_info(sample.segment);
    ck_assert_uint_eq(info->document_count, 3);
    ck_assert_uint_eq(info->dead_count, 0);
    ck_assert_uint_eq(info->token_count, 5);
    ck_assert_uint_eq(info->live_token_count, 5);
    ck_assert_uint_eq(info->family_count, 3);
    ck_assert_uint_eq(info->text_bytes, strlen("First title") + strlen(DOCUMENTS[0].words) +
                                            strlen(DOCUMENTS[1].words) + strlen("Second"));
    ck_assert_uint_gt(info->stored_bytes, 0);
    ck_assert_uint_eq(ark_segment_length(sample.segment, 0), 3);
    ck_assert_uint_eq(ark_segment_length(sample.segment, 1), 2);
    ck_assert_uint_eq(ark_segment_length(sample.segment, 2), 0);
    sample_dispose(&sample);
}
END_TEST

START_TEST(document_records_come_back)
{
    struct sample sample = sample_make();
    for (ark_docid doc = 0; doc < ARK_COUNT_OF(DOCUMENTS); doc++) {
        struct ark_document_record record;
        ck_assert_int_eq(ark_segment_document(sample.segment, doc, &sample.arena, &record, NULL),
                         ARK_OK);
        ck_assert(ark_str_equal(record.path, ark_str_from(DOCUMENTS[doc].path)));
        ck_assert(ark_str_equal(record.fragment, ark_str_from(DOCUMENTS[doc].fragment)));
        ck_assert_uint_eq(record.source.len, 0);
        ck_assert_uint_eq(record.name_start, 1);
        ck_assert(!record.fragment_is_id);
        ck_assert_uint_eq(record.content_hash,
                          ark_content_hash(ark_str_from(DOCUMENTS[doc].words)));
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(stored_texts_come_back)
{
    struct sample sample = sample_make();
    for (ark_docid doc = 0; doc < ARK_COUNT_OF(DOCUMENTS); doc++) {
        ark_str title;
        ark_str body;
        ck_assert_int_eq(ark_segment_text(sample.segment, doc, &sample.arena, &title, &body, NULL),
                         ARK_OK);
        ck_assert(ark_str_equal(title, ark_str_from(DOCUMENTS[doc].title)));
        ck_assert(ark_str_equal(body, ark_str_from(DOCUMENTS[doc].words)));
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(families_are_found_by_key_and_absent_ones_are_null)
{
    struct sample sample = sample_make();
    const struct ark_family *family = NULL;
    ck_assert_int_eq(
        ark_segment_find_family(sample.segment, ARK_STR("ktb"), &sample.arena, &family, NULL),
        ARK_OK);
    ck_assert_ptr_nonnull(family);
    ck_assert_uint_eq(family->df, 1);
    ck_assert_uint_eq(family->variant_count, 2);
    ck_assert_int_eq(
        ark_segment_find_family(sample.segment, ARK_STR("kt"), &sample.arena, &family, NULL),
        ARK_OK);
    ck_assert_ptr_null(family);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_walk_over_families_is_in_key_order)
{
    static const char *const KEYS[] = {"ktb", "qlm", "wrq"};
    struct sample sample = sample_make();
    struct ark_family_iterator *iterator = ark_family_iterator_new(sample.segment);
    const struct ark_family *family = NULL;
    for (size_t i = 0; i < ARK_COUNT_OF(KEYS); i++) {
        ck_assert_int_eq(ark_family_iterator_next(iterator, &family, NULL), ARK_OK);
        ck_assert(ark_str_equal(family->key, ark_str_from(KEYS[i])));
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ark_family_iterator_next(iterator, &family, NULL), ARK_OK);
        ck_assert_ptr_null(family);
    }
    ark_family_iterator_free(iterator);
    ark_family_iterator_free(NULL);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_sound_segment_verifies)
{
    struct sample sample = sample_make();
    ck_assert_int_eq(ark_segment_verify(sample.segment, NULL), ARK_OK);
    sample_dispose(&sample);
}
END_TEST

/** The status of verifying the sample after its figures were changed. */
static enum ark_status
verify_with(const struct ark_segment_info *info)
{
    struct sample sample = sample_make();
    sample.segment->info = *info;
    enum ark_status status = ark_segment_verify(sample.segment, NULL);
    sample_dispose(&sample);
    return status;
}

START_TEST(figures_that_disagree_with_the_documents_are_damage)
{
    struct sample sample = sample_make();
    const struct ark_segment_info sane = *ark_segment_info(sample.segment);
    sample_dispose(&sample);
    ck_assert_int_eq(verify_with(&sane), ARK_OK);
    struct ark_segment_info info = sane;
    info.token_count++;
    ck_assert_int_eq(verify_with(&info), ARK_E_CORRUPT);
    info = sane;
    info.live_token_count--;
    ck_assert_int_eq(verify_with(&info), ARK_E_CORRUPT);
    info = sane;
    info.text_bytes++;
    ck_assert_int_eq(verify_with(&info), ARK_E_CORRUPT);
    info = sane;
    info.dead_count++;
    ck_assert_int_eq(verify_with(&info), ARK_E_CORRUPT);
}
END_TEST

START_TEST(a_segment_without_documents_is_sound)
{
    struct ark_segment_data *data = toy_segment_make("/tmp", NULL, 0);
    struct ark_segment *segment = ark_segment_data_reader(data);
    ck_assert_uint_eq(ark_segment_info(segment)->document_count, 0);
    ck_assert_int_eq(ark_segment_verify(segment, NULL), ARK_OK);
    ark_segment_data_free(data);
}
END_TEST

/** Puts other bytes in place of a stream of the sample, which keeps its figures. */
static struct ark_spool *
replace_stream(struct sample *sample, unsigned kind, ark_str bytes)
{
    struct ark_spool *spool = ark_spool_new("/tmp");
    ck_assert_int_eq(ark_spool_append(spool, bytes, NULL), ARK_OK);
    sample->segment->streams[kind] = ark_stream_of_spool(spool, kind);
    sample->segment->dates = (ark_str){NULL, 0}; // read them anew
    sample->segment->form_index = (ark_str){NULL, 0};
    sample->segment->placed_doc = UINT32_MAX; // what was read before is of another stream
    return spool;
}

/** The bytes of a stream of the sample, in its arena, to be changed. */
static uint8_t *
stream_bytes(struct sample *sample, unsigned kind, size_t *len)
{
    struct ark_stream *stream = &sample->segment->streams[kind];
    uint8_t *copy = ark_arena_alloc(&sample->arena, (size_t)stream->bytes);
    ark_str view;
    ck_assert_int_eq(ark_stream_view(stream, 0, stream->bytes, &sample->arena, &view, NULL),
                     ARK_OK);
    memcpy(copy, view.bytes, view.len);
    *len = view.len;
    return copy;
}

START_TEST(damage_in_any_stream_fails_or_changes_nothing_of_order)
{
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        struct sample sample = sample_make();
        struct ark_stream whole = sample.segment->streams[kind];
        size_t len = 0;
        uint8_t *bytes = stream_bytes(&sample, kind, &len);
        for (size_t i = 0; i < len; i++) {
            bytes[i] ^= 0x81;
            struct ark_spool *spool = replace_stream(&sample, kind, ark_str_make(bytes, len));
            enum ark_status status = ark_segment_verify(sample.segment, NULL);
            ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
            ark_spool_free(spool);
            bytes[i] ^= 0x81;
        }
        sample.segment->streams[kind] = whole;
        sample.segment->dates = (ark_str){NULL, 0};
        sample.segment->form_index = (ark_str){NULL, 0};
        ck_assert_int_eq(ark_segment_verify(sample.segment, NULL), ARK_OK);
        sample_dispose(&sample);
    }
}
END_TEST

/** Seals the sample's first document record anew with this text place, and reads its text. */
static enum ark_status
read_text_at(struct sample *sample, const struct ark_text_place *place)
{
    struct ark_document_record record;
    struct ark_text_place old;
    ck_assert_int_eq(
        ark_segment_read_document(sample->segment, 0, &sample->arena, &record, &old, NULL), ARK_OK);
    struct ark_buf buf = ark_buf_make(1024);
    ark_document_record_encode(&record, place, 0, &buf);
    struct ark_stream whole = sample->segment->streams[ARK_STREAM_DOCUMENTS];
    uint32_t document_count = sample->segment->info.document_count;
    sample->segment->info.document_count = 1;
    struct ark_spool *spool = replace_stream(sample, ARK_STREAM_DOCUMENTS, ark_buf_view(&buf));
    ark_str title;
    ark_str body;
    enum ark_status status =
        ark_segment_text(sample->segment, 0, &sample->arena, &title, &body, NULL);
    ark_spool_free(spool);
    ark_buf_dispose(&buf);
    sample->segment->info.document_count = document_count;
    sample->segment->streams[ARK_STREAM_DOCUMENTS] = whole;
    return status;
}

START_TEST(a_text_place_that_does_not_fit_its_frame_is_damage)
{
    struct sample sample = sample_make();
    struct ark_document_record record;
    struct ark_text_place sane;
    ck_assert_int_eq(
        ark_segment_read_document(sample.segment, 0, &sample.arena, &record, &sane, NULL), ARK_OK);
    ck_assert_int_eq(read_text_at(&sample, &sane), ARK_OK);
    const struct ark_text_place wrong[] = {
        {sane.offset + 1, sane.frame_bytes, sane.title_bytes, sane.text_bytes},
        {sane.offset, sane.frame_bytes - 1, sane.title_bytes, sane.text_bytes},
        {sane.offset, sane.frame_bytes, sane.title_bytes, sane.text_bytes + 1},
        {sane.offset, sane.frame_bytes, sane.text_bytes + 1, sane.text_bytes},
        {UINT64_MAX, sane.frame_bytes, sane.title_bytes, sane.text_bytes},
        {sane.offset, UINT64_MAX, sane.title_bytes, sane.text_bytes},
        // What zstd says of a size it does not know, and of bytes that are no frame.
        {sane.offset, 0, 0, UINT64_MAX},
        {sane.offset, 0, 0, UINT64_MAX - 1},
        {sane.offset + 1, 3, 0, UINT64_MAX - 1},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(wrong); i++) {
        ck_assert_int_eq(read_text_at(&sample, &wrong[i]), ARK_E_CORRUPT);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(deletions_of_another_length_are_damage)
{
    struct sample sample = sample_make();
    struct ark_segment *segment = sample.segment;
    segment->info.dead_count = 1;
    ark_arena_dispose(&segment->memory);
    ck_assert_int_eq(ark_segment_open(segment, ARK_STR("\x02\x00"), NULL), ARK_E_CORRUPT);
    ark_arena_dispose(&segment->memory);
    ck_assert_int_eq(ark_segment_open(segment, ARK_STR("\x02"), NULL), ARK_OK);
    ck_assert(!ark_segment_is_dead(segment, 0));
    ck_assert(ark_segment_is_dead(segment, 1));
    ck_assert(!ark_segment_is_dead(segment, 2));
    sample_dispose(&sample);
}
END_TEST

START_TEST(deletions_that_are_missing_or_that_nobody_counted_are_damage)
{
    struct sample sample = sample_make();
    struct ark_segment *segment = sample.segment;
    segment->info.dead_count = 1;
    ark_arena_dispose(&segment->memory);
    ck_assert_int_eq(ark_segment_open(segment, ARK_STR(""), NULL), ARK_E_CORRUPT);
    ark_arena_dispose(&segment->memory);
    ck_assert_int_eq(ark_segment_open(segment, ARK_STR("\x03"), NULL), ARK_OK);
    ck_assert_int_eq(ark_segment_verify(segment, NULL), ARK_E_CORRUPT);
    ark_arena_dispose(&segment->memory);
    segment->info.dead_count = 0;
    ck_assert_int_eq(ark_segment_open(segment, ARK_STR("\x02"), NULL), ARK_E_CORRUPT);
    sample_dispose(&sample);
}
END_TEST

START_TEST(families_out_of_order_are_damage)
{
    // Seventeen families, so two blocks; the second block's key is made the least.
    static const struct toy_document MANY[] = {
        {"/d", NULL, NULL, "a:a b:b c:c d:d e:e f:f g:g h:h i:i j:j k:k l:l m:m n:n o:o p:p q:x"}};
    struct sample sample = {.data = toy_segment_make("/tmp", MANY, 1), .arena = ark_arena_make()};
    sample.segment = ark_segment_data_reader(sample.data);
    ck_assert_int_eq(ark_segment_verify(sample.segment, NULL), ARK_OK);
    size_t len = 0;
    uint8_t *bytes = stream_bytes(&sample, ARK_STREAM_LEXICON, &len);
    uint8_t *last = bytes + len;
    while (*--last != 'q') {
    }
    *last = 'A';
    struct ark_spool *spool = replace_stream(&sample, ARK_STREAM_LEXICON, ark_str_make(bytes, len));
    ck_assert_int_eq(ark_segment_verify(sample.segment, NULL), ARK_E_CORRUPT);
    ark_spool_free(spool);
    sample.segment->streams[ARK_STREAM_LEXICON] = (struct ark_stream){0};
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stored_segment");
    TCase *tests = tcase_create("stored_segment");
    tcase_add_test(tests, norms_are_exact_up_to_31);
    tcase_add_test(tests, every_norm_stands_for_a_number_that_encodes_to_it);
    tcase_add_test(tests, norms_round_down_by_less_than_a_sixteenth);
    tcase_add_test(tests, the_longest_documents_share_a_norm);
    tcase_add_test(tests, figures_are_those_of_the_documents);
    tcase_add_test(tests, document_records_come_back);
    tcase_add_test(tests, stored_texts_come_back);
    tcase_add_test(tests, families_are_found_by_key_and_absent_ones_are_null);
    tcase_add_test(tests, the_walk_over_families_is_in_key_order);
    tcase_add_test(tests, a_sound_segment_verifies);
    tcase_add_test(tests, figures_that_disagree_with_the_documents_are_damage);
    tcase_add_test(tests, a_segment_without_documents_is_sound);
    tcase_add_test(tests, damage_in_any_stream_fails_or_changes_nothing_of_order);
    tcase_add_test(tests, a_text_place_that_does_not_fit_its_frame_is_damage);
    tcase_add_test(tests, deletions_of_another_length_are_damage);
    tcase_add_test(tests, deletions_that_are_missing_or_that_nobody_counted_are_damage);
    tcase_add_test(tests, families_out_of_order_are_damage);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
