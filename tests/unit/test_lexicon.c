#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/class_writer.h"
#include "common/store/lexicon.h"

enum { SPOOLS = 4, HOT = 2, COLD = 3 };

/** A dictionary in spools. */
struct sample {
    struct ark_spool *spools[SPOOLS]; /**< dictionary, index, lists */
    struct ark_stream streams[SPOOLS];
    struct ark_lexicon lexicon;
    struct ark_arena arena;
};

enum { DOCUMENTS = 5000 };

/** The key of family number i; every second number is left out, so that tests can ask for it. */
static ark_str
key_of(uint32_t i, char buffer[16])
{
    int len = snprintf(buffer, 16, "k%06u", (unsigned)(i * 2 + 1));
    return ark_str_make(buffer, (size_t)len);
}

/** Adds a family of count classes, each of one variant; class k stands in the first k + 1 documents. */
static void
add_classes(struct ark_lexicon_writer *writer, struct sample *sample,
            const struct ark_family_frame *frame, const ark_str *texts, uint32_t count)
{
    struct ark_class_writer classes = ark_class_writer_make();
    struct ark_buf record = ark_buf_make(SIZE_MAX);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t df = frame->df > 1 ? k + 1 : 1;
        struct ark_variant_record variant = {texts[k], df, df, 0};
        ark_class_writer_begin(&classes, texts[k], k, &variant, 1);
        for (uint32_t doc = 0; doc < df; doc++) {
            struct ark_occurrence occurrence = {k, 1};
            uint32_t position = k;
            struct ark_posting posting = {doc, 1, &occurrence, &position};
            ark_class_writer_add(&classes, 1, &posting);
        }
        ark_class_writer_end(&classes);
    }
    const struct ark_list_place end = {ark_spool_bytes(sample->spools[HOT]),
                                       ark_spool_bytes(sample->spools[COLD])};
    struct ark_family_frame with_base = *frame;
    with_base.base = ark_lexicon_writer_base(writer, end);
    const struct ark_family_sink sink = {
        .hot = sample->spools[HOT], .cold = sample->spools[COLD], .record = &record};
    struct ark_class_range range = {.first = 0, .count = count};
    range.entries_start = ark_class_writer_end_family(&classes, 0, &with_base);
    range.entries_end = classes.entries_bytes.len;
    ck_assert_int_eq(ark_class_writer_put(&classes, &range, &with_base, &sink, NULL), ARK_OK);
    ck_assert_int_eq(ark_lexicon_writer_add(writer, frame->key, ark_buf_view(&record), NULL),
                     ARK_OK);
    ark_buf_dispose(&record);
    ark_class_writer_dispose(&classes);
}

/** Family number i: forms and light forms "KEYa", "KEYb" ..., one stem; 1 to 4 classes. */
static void
add_family(struct ark_lexicon_writer *writer, struct sample *sample, uint32_t i)
{
    char key_buffer[16];
    char buffers[4][16];
    ark_str texts[4];
    ark_str key = key_of(i, key_buffer);
    for (uint32_t k = 0; k < 1 + i % 4; k++) {
        int len = snprintf(buffers[k], 16, "%.*s%c", ARK_STR_ARG(key), (int)('a' + k));
        texts[k] = ark_str_make(buffers[k], (size_t)len);
    }
    struct ark_term stem = {ARK_STR("s"), 10};
    struct ark_family_frame frame = {.key = key, .df = 10 + i % 7, .stems = &stem, .stem_count = 1};
    add_classes(writer, sample, &frame, texts, 1 + i % 4);
}

static void
sample_open(struct sample *sample, uint64_t family_count)
{
    for (unsigned i = 0; i < SPOOLS; i++) {
        sample->streams[i] = ark_stream_of_spool(
            sample->spools[i], i < HOT ? ARK_STREAM_LEXICON + i : ARK_STREAM_HOT + i - HOT);
    }
    sample->lexicon = (struct ark_lexicon){{&sample->streams[0], &sample->streams[1], family_count},
                                           &sample->streams[HOT],
                                           &sample->streams[COLD],
                                           DOCUMENTS};
    sample->arena = ark_arena_make();
}

static void
sample_fill(struct sample *sample, uint32_t family_count)
{
    for (unsigned i = 0; i < SPOOLS; i++) {
        sample->spools[i] = ark_spool_new("/tmp");
    }
    struct ark_lexicon_writer writer =
        ark_lexicon_writer_make(sample->spools[0], sample->spools[1]);
    for (uint32_t i = 0; i < family_count; i++) {
        add_family(&writer, sample, i);
    }
    ck_assert_int_eq(ark_lexicon_writer_finish(&writer, NULL), ARK_OK);
    ck_assert_uint_eq(writer.blocks.entry_count, family_count);
    ark_lexicon_writer_dispose(&writer);
    sample_open(sample, family_count);
}

static void
sample_dispose(struct sample *sample)
{
    for (unsigned i = 0; i < SPOOLS; i++) {
        ark_spool_free(sample->spools[i]);
    }
    ark_arena_dispose(&sample->arena);
}

static void
check_family(const struct ark_family *family, uint32_t i)
{
    char key_buffer[16];
    ck_assert_ptr_nonnull(family);
    ck_assert(ark_str_equal(family->key, key_of(i, key_buffer)));
    ck_assert_uint_eq(family->df, 10 + i % 7);
    ck_assert_uint_eq(family->class_count, 1 + i % 4);
    ck_assert_uint_eq(family->stem_count, 1);
    for (uint32_t k = 0; k < family->class_count; k++) {
        // By falling df, which grows with the letter.
        const struct ark_class *class = &family->classes[k];
        const struct ark_variant *variant = &family->variants[class->first_variant];
        ck_assert_uint_eq(class->df, family->class_count - k);
        ck_assert_uint_eq(class->light.bytes[class->light.len - 1],
                          'a' + family->class_count - 1 - k);
        ck_assert_uint_eq(class->variant_count, 1);
        ck_assert(ark_str_equal(variant->form, class->light));
        ck_assert_uint_eq(variant->df, class->df);
        ck_assert_uint_eq(variant->form_df, class->df);
        ck_assert_uint_eq(variant->stem_idx, 0);
    }
    ck_assert(ark_str_equal(family->stems[0].text, ARK_STR("s")));
    ck_assert_uint_eq(family->stems[0].df, 10);
}

static const struct ark_family *
find(struct sample *sample, ark_str key)
{
    const struct ark_family *family = NULL;
    ck_assert_int_eq(ark_lexicon_find(&sample->lexicon, key, NULL, &sample->arena, &family, NULL),
                     ARK_OK);
    return family;
}

/** Every key is found, and none of those between, before and after. */
static void
check_finds(uint32_t family_count)
{
    struct sample sample;
    sample_fill(&sample, family_count);
    char buffer[16];
    for (uint32_t i = 0; i < family_count; i++) {
        check_family(find(&sample, key_of(i, buffer)), i);
        int len = snprintf(buffer, 16, "k%06u", (unsigned)i * 2);
        ck_assert_ptr_null(find(&sample, ark_str_make(buffer, (size_t)len)));
        ark_arena_reset(&sample.arena);
    }
    ck_assert_ptr_null(find(&sample, ARK_STR("")));
    ck_assert_ptr_null(find(&sample, ARK_STR("a")));
    ck_assert_ptr_null(find(&sample, ARK_STR("k")));
    ck_assert_ptr_null(find(&sample, ARK_STR("k000001a")));
    ck_assert_ptr_null(find(&sample, ARK_STR("z")));
    sample_dispose(&sample);
}

START_TEST(an_empty_dictionary_has_no_key)
{
    check_finds(0);
}
END_TEST

START_TEST(every_key_is_found_and_none_between)
{
    check_finds(1);
    check_finds(ARK_LEXICON_BLOCK - 1);
    check_finds(ARK_LEXICON_BLOCK);
    check_finds(ARK_LEXICON_BLOCK + 1);
    check_finds(2000);
}
END_TEST

START_TEST(blocks_give_all_families_in_order)
{
    enum { FAMILIES = 5 * ARK_LEXICON_BLOCK + 3 };
    struct sample sample;
    sample_fill(&sample, FAMILIES);
    uint32_t seen = 0;
    for (uint64_t block = 0; block < 6; block++) {
        struct ark_family *families = NULL;
        uint32_t count = 0;
        ck_assert_int_eq(
            ark_lexicon_read_block(&sample.lexicon, block, &sample.arena, &families, &count, NULL),
            ARK_OK);
        ck_assert_uint_eq(count, block == 5 ? 3 : ARK_LEXICON_BLOCK);
        for (uint32_t i = 0; i < count; i++) {
            check_family(&families[i], seen++);
        }
    }
    ck_assert_uint_eq(seen, FAMILIES);
    sample_dispose(&sample);
}
END_TEST

START_TEST(the_longest_and_the_empty_text_come_back)
{
    struct sample sample;
    for (unsigned i = 0; i < SPOOLS; i++) {
        sample.spools[i] = ark_spool_new("/tmp");
    }
    uint8_t longest[ARK_LEXICON_TEXT_MAX];
    memset(longest, 0xd8, sizeof longest);
    ark_str texts[2] = {ARK_STR(""), ark_str_make(longest, sizeof longest)};
    struct ark_lexicon_writer writer = ark_lexicon_writer_make(sample.spools[0], sample.spools[1]);
    for (unsigned i = 0; i < 2; i++) {
        struct ark_term stem = {texts[1 - i], 1};
        struct ark_family_frame frame = {.key = texts[i], .df = 1, .stems = &stem, .stem_count = 1};
        add_classes(&writer, &sample, &frame, texts, 2);
    }
    ck_assert_int_eq(ark_lexicon_writer_finish(&writer, NULL), ARK_OK);
    ark_lexicon_writer_dispose(&writer);
    sample_open(&sample, 2);
    for (unsigned i = 0; i < 2; i++) {
        const struct ark_family *family = find(&sample, texts[i]);
        ck_assert_ptr_nonnull(family);
        ck_assert(ark_str_equal(family->key, texts[i]));
        ck_assert(ark_str_equal(family->stems[0].text, texts[1 - i]));
        ck_assert(ark_str_equal(family->classes[0].light, texts[0]));
        ck_assert(ark_str_equal(family->classes[1].light, texts[1]));
        ck_assert(ark_str_equal(family->variants[1].form, texts[1]));
    }
    sample_dispose(&sample);
}
END_TEST

/** The bytes of one of a sample's spools; the caller frees them. */
static uint8_t *
spool_bytes(struct sample *sample, unsigned which, size_t *len)
{
    *len = (size_t)ark_spool_bytes(sample->spools[which]);
    uint8_t *bytes = ark_xmalloc(*len);
    ck_assert_int_eq(ark_spool_read(sample->spools[which], 0, *len, bytes, NULL), ARK_OK);
    return bytes;
}

/** Puts other bytes in place of a sample's spool. */
static void
set_spool(struct sample *sample, unsigned which, const uint8_t *bytes, size_t len)
{
    ark_spool_free(sample->spools[which]);
    sample->spools[which] = ark_spool_new("/tmp");
    ck_assert_int_eq(ark_spool_append(sample->spools[which], ark_str_make(bytes, len), NULL),
                     ARK_OK);
    sample->streams[which] = ark_stream_of_spool(sample->spools[which], ARK_STREAM_LEXICON + which);
}

/** Looks everything up in a damaged dictionary: any answer but a crash or a family of no use. */
static void
use_damaged(struct sample *sample, uint32_t family_count)
{
    char buffer[16];
    for (uint32_t i = 0; i < family_count; i++) {
        const struct ark_family *family = NULL;
        enum ark_status status = ark_lexicon_find(&sample->lexicon, key_of(i, buffer), NULL,
                                                  &sample->arena, &family, NULL);
        ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
        if (family != NULL) {
            ck_assert_uint_ge(family->class_count, 1);
            ck_assert_uint_ge(family->variant_count, family->class_count);
            for (uint32_t k = 0; k < family->class_count; k++) {
                const struct ark_class *class = &family->classes[k];
                ck_assert(class->df == 1 ||
                          (class->hot_offset + class->hot_bytes <= sample->streams[HOT].bytes &&
                           class->cold_offset + class->cold_bytes <= sample->streams[COLD].bytes));
            }
        }
    }
    for (uint64_t block = 0; block * ARK_LEXICON_BLOCK < family_count; block++) {
        struct ark_family *families = NULL;
        uint32_t count = 0;
        enum ark_status status = ark_lexicon_read_block(&sample->lexicon, block, &sample->arena,
                                                        &families, &count, NULL);
        ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
    }
    ark_arena_reset(&sample->arena);
}

START_TEST(a_dictionary_with_any_byte_changed_is_read_without_harm)
{
    enum { FAMILIES = 20 };
    struct sample sample;
    sample_fill(&sample, FAMILIES);
    for (unsigned which = 0; which < 2; which++) {
        size_t len = 0;
        uint8_t *bytes = spool_bytes(&sample, which, &len);
        for (size_t i = 0; i < len; i++) {
            static const uint8_t CHANGES[] = {0x01, 0x80, 0xff};
            for (size_t k = 0; k < sizeof CHANGES; k++) {
                bytes[i] ^= CHANGES[k];
                set_spool(&sample, which, bytes, len);
                use_damaged(&sample, FAMILIES);
                bytes[i] ^= CHANGES[k];
            }
        }
        set_spool(&sample, which, bytes, len);
        free(bytes);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_dictionary_cut_anywhere_is_damage)
{
    enum { FAMILIES = 20 };
    struct sample sample;
    sample_fill(&sample, FAMILIES);
    for (unsigned which = 0; which < 2; which++) {
        size_t len = 0;
        uint8_t *bytes = spool_bytes(&sample, which, &len);
        for (size_t cut = 0; cut < len; cut++) {
            set_spool(&sample, which, bytes, cut);
            use_damaged(&sample, FAMILIES);
            struct ark_family *families = NULL;
            uint32_t count = 0;
            if (which == 0) {
                // Cutting the end of the dictionary damages its last block.
                ck_assert_int_eq(ark_lexicon_read_block(&sample.lexicon, 1, &sample.arena,
                                                        &families, &count, NULL),
                                 ARK_E_CORRUPT);
            }
        }
        set_spool(&sample, which, bytes, len);
        free(bytes);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(lists_outside_their_stream_are_damage)
{
    for (unsigned which = HOT; which <= COLD; which++) {
        struct sample sample;
        sample_fill(&sample, 2);
        set_spool(&sample, which, NULL, 0);
        const struct ark_family *family = NULL;
        char buffer[16];
        // Number 0 has one document and its lists in the dictionary, number 1 has not.
        ck_assert_ptr_nonnull(find(&sample, key_of(0, buffer)));
        ck_assert_int_eq(ark_lexicon_find(&sample.lexicon, key_of(1, buffer), NULL, &sample.arena,
                                          &family, NULL),
                         ARK_E_CORRUPT);
        ck_assert_ptr_null(family);
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(more_documents_than_the_segment_has_are_damage)
{
    struct sample sample;
    sample_fill(&sample, 1);
    sample.lexicon.document_count = 9;
    const struct ark_family *family = NULL;
    char buffer[16];
    ck_assert_int_eq(
        ark_lexicon_find(&sample.lexicon, key_of(0, buffer), NULL, &sample.arena, &family, NULL),
        ARK_E_CORRUPT);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("lexicon");
    TCase *tests = tcase_create("lexicon");
    tcase_add_test(tests, an_empty_dictionary_has_no_key);
    tcase_add_test(tests, every_key_is_found_and_none_between);
    tcase_add_test(tests, blocks_give_all_families_in_order);
    tcase_add_test(tests, the_longest_and_the_empty_text_come_back);
    tcase_add_test(tests, a_dictionary_with_any_byte_changed_is_read_without_harm);
    tcase_add_test(tests, a_dictionary_cut_anywhere_is_damage);
    tcase_add_test(tests, lists_outside_their_stream_are_damage);
    tcase_add_test(tests, more_documents_than_the_segment_has_are_damage);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
