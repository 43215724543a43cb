#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/hashmap.h"
#include "common/base/memory.h"
#include "common/store/segment_impl.h"
#include "tests/support/random.h"

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

/** Forms of a few letters of one byte, two and three, most of them near to each other. */
static ark_str
random_form(struct test_random *random, uint8_t buffer[32])
{
    static const char *const LETTERS[] = {"\u0627", "\u0628", "\u0644", "a", "\u20AC", "\u0686"};
    struct ark_buf text = {.bytes = buffer, .capacity = 32, .bytes_max = 32};
    uint32_t len = 1 + test_random_below(random, 6);
    for (uint32_t i = 0; i < len; i++) {
        ark_buf_append_str(
            &text, ark_str_from(
                       LETTERS[test_random_below(random, test_random_one_in(random, 4) ? 6 : 3)]));
    }
    return ark_buf_view(&text);
}

/** A filter that answers by its seed; it notes what it has said yes to. */
struct opinion {
    uint32_t seed;
    uint32_t asked;
};

static bool
likes(void *context, uint32_t depth, uint32_t codepoint)
{
    struct opinion *opinion = context;
    uint32_t mixed = (opinion->seed ^ depth * 2654435761u ^ codepoint * 40503u) * 2246822519u;
    opinion->asked++;
    return (mixed >> 16) % 4 != 0;
}

/** True for a few characters alone, and at each place for others. */
static bool
likes_few(void *context, uint32_t depth, uint32_t codepoint)
{
    struct opinion *opinion = context;
    opinion->asked++;
    return codepoint % 8 == (opinion->seed + depth) % 8;
}

/** The next letter of random_form that is liked; of other characters a lesser one. */
static uint32_t
next_liked(const struct ark_form_filter *filter, uint32_t depth, uint32_t codepoint)
{
    static const uint32_t LETTERS[] = {'a', 0x627, 0x628, 0x644, 0x686, 0x20AC};
    struct opinion opinion = *(const struct opinion *)filter->context;
    if (codepoint < LETTERS[0]) {
        return codepoint + 1;
    }
    for (size_t i = 0; i < ARK_COUNT_OF(LETTERS); i++) {
        if (LETTERS[i] > codepoint && filter->step(&opinion, depth, LETTERS[i])) {
            return LETTERS[i];
        }
    }
    return 0;
}

static uint32_t
likes_next(void *context, uint32_t depth, uint32_t codepoint)
{
    const struct ark_form_filter filter = {.step = likes, .context = context};
    return next_liked(&filter, depth, codepoint);
}

static uint32_t
likes_few_next(void *context, uint32_t depth, uint32_t codepoint)
{
    const struct ark_form_filter filter = {.step = likes_few, .context = context};
    return next_liked(&filter, depth, codepoint);
}

static bool
likes_end(void *context, uint32_t depth)
{
    const struct opinion *opinion = context;
    return (depth + opinion->seed) % 3 != 0;
}

static bool
likes_all_of(const struct ark_form_filter *filter, ark_str text)
{
    uint8_t compact[64];
    ark_str view = ark_str_make(compact, ark_compact_put(compact, text));
    uint32_t depth = 0;
    for (size_t at = 0; at < view.len; depth++) {
        uint32_t codepoint = ark_compact_character(view, at, &at);
        if (!filter->step(filter->context, depth, codepoint)) {
            return false;
        }
    }
    return filter->ends(filter->context, depth);
}

/** Ends the writer, which is freed, and makes the segment; returns how many forms it has. */
static uint64_t
sample_finish(struct sample *sample, struct ark_forms_writer *writer)
{
    uint64_t written = 0;
    ck_assert_int_eq(ark_forms_writer_finish(writer, &written, NULL), ARK_OK);
    ark_forms_writer_free(writer);
    sample->segment.info.form_count = written;
    sample->segment.info.document_count = 1000;
    sample->segment.streams[ARK_STREAM_FORMS] =
        ark_stream_of_spool(sample->blocks, ARK_STREAM_FORMS);
    sample->segment.streams[ARK_STREAM_FORM_INDEX] =
        ark_stream_of_spool(sample->index, ARK_STREAM_FORM_INDEX);
    return written;
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
    ck_assert_uint_eq(sample_finish(&sample, writer), count);
    return sample;
}

/** So many random forms, or fewer, for some come several times. */
static struct sample
sample_random(struct test_random *random, uint32_t count)
{
    struct sample sample = {.blocks = ark_spool_new("/tmp"), .index = ark_spool_new("/tmp")};
    struct ark_forms_writer *writer = ark_forms_writer_new(sample.blocks, sample.index, "/tmp");
    struct ark_hashmap seen = ark_hashmap_make();
    uint8_t buffer[32];
    for (uint32_t k = 0; k < count; k++) {
        ark_str form = random_form(random, buffer);
        if (ark_hashmap_find(&seen, form) == ARK_HASHMAP_ABSENT) {
            uint32_t df = df_of(ark_hashmap_intern(&seen, form));
            ck_assert_int_eq(ark_forms_writer_add(writer, form, df, NULL), ARK_OK);
        }
    }
    ck_assert_uint_eq(sample_finish(&sample, writer), seen.count);
    ark_hashmap_dispose(&seen);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_spool_free(sample->blocks);
    ark_spool_free(sample->index);
    ark_arena_dispose(&sample->segment.memory);
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
    static const uint32_t COUNTS[] = {0, 1, 2, 63, 64, 65, 128, 129, 1000};
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
    enum { COUNT = 4 * ARK_FORMS_MEMORY / 60 };
    struct sample sample = sample_make(COUNT);
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
    check_rest(iterator, 0, COUNT);
    ark_form_iterator_free(iterator);
    sample_dispose(&sample);
}
END_TEST

START_TEST(forms_that_others_have_sorted_come_among_the_rest)
{
    // More parts than are kept apart, and every fifth form one by one.
    enum { COUNT = 3000, PARTS = 40, ALONE = 5 };
    struct sample sample = {.blocks = ark_spool_new("/tmp"), .index = ark_spool_new("/tmp")};
    struct ark_forms_writer *writer = ark_forms_writer_new(sample.blocks, sample.index, "/tmp");
    static char texts[COUNT][64];
    static struct ark_term terms[COUNT];
    struct ark_buf sorted = ark_buf_make(SIZE_MAX);
    for (uint32_t part = 0; part < PARTS; part++) {
        size_t count = 0;
        for (uint32_t i = COUNT - PARTS + part; i < COUNT; i -= PARTS) { // ends below 0
            ark_str form = form_of(i, texts[i]);
            if (i % ALONE == 0) {
                ck_assert_int_eq(ark_forms_writer_add(writer, form, df_of(i), NULL), ARK_OK);
            } else {
                terms[count++] = (struct ark_term){form, df_of(i)};
            }
        }
        ark_buf_clear(&sorted);
        ark_forms_sort(terms, count, &sorted);
        ck_assert_int_eq(ark_forms_writer_add_sorted(writer, ark_buf_view(&sorted), NULL), ARK_OK);
    }
    ck_assert_uint_eq(sample_finish(&sample, writer), COUNT);
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
    check_rest(iterator, 0, COUNT);
    ark_form_iterator_free(iterator);
    ark_buf_dispose(&sorted);
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

/** The wanted forms come, all of them, each once, from where the iterator stands. */
static void
check_wanted(struct sample *sample, const struct ark_form_filter *filter, ark_str from)
{
    struct ark_form_iterator *all = ark_form_iterator_new(&sample->segment);
    struct ark_form_iterator *wanted = ark_form_iterator_new(&sample->segment);
    const struct ark_form *form = NULL;
    const struct ark_form *found = NULL;
    ck_assert_int_eq(ark_form_iterator_seek(all, from, NULL), ARK_OK);
    ck_assert_int_eq(ark_form_iterator_seek(wanted, from, NULL), ARK_OK);
    do {
        ck_assert_int_eq(ark_form_iterator_next(all, &form, NULL), ARK_OK);
        if (form != NULL && !likes_all_of(filter, form->text)) {
            continue;
        }
        ck_assert_int_eq(ark_form_iterator_next_wanted(wanted, filter, &found, NULL), ARK_OK);
        ck_assert((form == NULL) == (found == NULL));
        if (form != NULL) {
            ck_assert(ark_str_equal(form->text, found->text));
            ck_assert_uint_eq(form->df, found->df);
        }
    } while (form != NULL);
    ark_form_iterator_free(all);
    ark_form_iterator_free(wanted);
}

START_TEST(wanted_forms_come_and_no_others)
{
    struct test_random random = test_random_make(test_seed(11));
    for (uint32_t round = 0; round < 30; round++) {
        uint8_t buffer[32];
        struct sample sample = sample_random(&random, 1 + test_random_below(&random, 3000));
        for (uint32_t i = 0; i < 20; i++) {
            struct opinion opinion = {.seed = (uint32_t)test_random_u64(&random)};
            const struct ark_form_filter most = {likes, likes_next, likes_end, &opinion};
            const struct ark_form_filter few = {likes_few, likes_few_next, likes_end, &opinion};
            check_wanted(&sample, &most, ARK_STR(""));
            check_wanted(&sample, &most, random_form(&random, buffer));
            check_wanted(&sample, &few, ARK_STR(""));
            check_wanted(&sample, &few, random_form(&random, buffer));
        }
        sample_dispose(&sample);
    }
}
END_TEST

START_TEST(forms_behind_an_unwanted_beginning_are_not_asked_about)
{
    struct sample sample = sample_make(10000);
    struct opinion opinion = {.seed = 0};
    const struct ark_form_filter filter = {likes, likes_next, likes_end, &opinion};
    struct ark_form_iterator *iterator = ark_form_iterator_new(&sample.segment);
    const struct ark_form *form = NULL;
    uint32_t given = 0;
    while (!likes(&opinion, 0, '0') || !likes(&opinion, 1, '0')) { // all begin so
        opinion.seed++;
    }
    opinion.asked = 0;
    do {
        ck_assert_int_eq(ark_form_iterator_next_wanted(iterator, &filter, &form, NULL), ARK_OK);
        given += form != NULL;
    } while (form != NULL);
    // They have 145,000 characters; of those at each place a quarter is not wanted.
    ck_assert_uint_lt(opinion.asked, 30000);
    ck_assert_uint_gt(given, 0);
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
    struct opinion opinion = {.seed = 3};
    const struct ark_form_filter filter = {likes, likes_next, likes_end, &opinion};
    given = 0;
    status = ark_form_iterator_seek(iterator, ARK_STR(""), NULL);
    while (status == ARK_OK) {
        status = ark_form_iterator_next_wanted(iterator, &filter, &form, NULL);
        if (status != ARK_OK || form == NULL) {
            break;
        }
        given++;
    }
    ck_assert_uint_le(given, sample->segment.info.form_count);
    ark_form_iterator_free(iterator);
}

START_TEST(damage_anywhere_ends_the_walk_or_passes)
{
    static const unsigned KINDS[] = {ARK_STREAM_FORMS, ARK_STREAM_FORM_INDEX};
    for (size_t k = 0; k < ARK_COUNT_OF(KINDS); k++) {
        struct sample sample = sample_make(140);
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
            sample.segment.form_index = (ark_str){NULL, 0};
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
    tcase_add_test(tests, forms_that_others_have_sorted_come_among_the_rest);
    tcase_add_test(tests, seeking_stands_before_the_first_form_not_less);
    tcase_add_test(tests, wanted_forms_come_and_no_others);
    tcase_add_test(tests, forms_behind_an_unwanted_beginning_are_not_asked_about);
    tcase_add_test(tests, a_form_that_comes_twice_is_damage);
    tcase_add_test(tests, damage_anywhere_ends_the_walk_or_passes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
