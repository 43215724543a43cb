#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "common/base/signals.h"
#include "common/store/lists.h"
#include "common/store/segment_data.h"
#include "common/text/analyzer.h"
#include "indexer/inverter.h"

/** Texts of one document. */
struct text {
    const char *title;
    const char *body;
};

/** Token counts of a document. */
struct counts {
    uint32_t title;
    uint32_t all;
};

/** Analyses a text, appending the numbers of its words. */
static uint32_t
analyze(struct ark_analyzer *analyzer, ark_str text, uint32_t *words)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint32_t count = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        words[count++] = ark_analyzer_intern(analyzer, ark_str_slice(text, token.start, token.end),
                                             token.script);
    }
    return count;
}

/** Adds a document to the inverter. */
static struct counts
add(struct ark_inverter *inverter, ark_str title, ark_str body)
{
    struct ark_analyzer *analyzer = ark_analyzer_new_over(ark_inverter_words(inverter));
    uint32_t *words = calloc(title.len + body.len + 1, sizeof *words);
    struct counts counts = {.title = analyze(analyzer, title, words)};
    counts.all = counts.title + analyze(analyzer, body, words + counts.title);
    ark_inverter_add(inverter, words, counts.title, counts.all);
    free(words);
    ark_analyzer_free(analyzer);
    return counts;
}

/** Adds the documents to inverter and writer, and makes the segment. */
static struct ark_segment_data *
invert_with(struct ark_inverter *inverter, const struct text *texts, size_t count)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    for (size_t i = 0; i < count; i++) {
        ark_str title = ark_str_from(texts[i].title);
        ark_str body = ark_str_from(texts[i].body);
        struct counts counts = add(inverter, title, body);
        struct ark_document_record record = {.path = ARK_STR("/a"),
                                             .fragment = ARK_STR(""),
                                             .source = ARK_STR(""),
                                             .token_count = counts.all,
                                             .title_tokens = counts.title};
        ck_assert_int_eq(ark_segment_writer_add_document(writer, &record, title, body, NULL),
                         ARK_OK);
    }
    ck_assert_int_eq(ark_inverter_finish(inverter, writer, 1, NULL), ARK_OK);
    struct ark_segment_data *data = NULL;
    ck_assert_int_eq(ark_segment_writer_finish(writer, &data, NULL), ARK_OK);
    ck_assert_int_eq(ark_segment_verify(ark_segment_data_reader(data), NULL), ARK_OK);
    return data;
}

static struct ark_segment_data *
invert(const struct text *texts, size_t count)
{
    struct ark_inverter *inverter = ark_inverter_new();
    struct ark_segment_data *data = invert_with(inverter, texts, count);
    ark_inverter_free(inverter);
    return data;
}

static const struct ark_family *
find(struct ark_segment_data *data, const char *key, struct ark_arena *arena)
{
    const struct ark_family *family = NULL;
    ck_assert_int_eq(ark_segment_find_family(ark_segment_data_reader(data), ark_str_from(key),
                                             arena, &family, NULL),
                     ARK_OK);
    return family;
}

/** A walk through the lists of one class of a family. */
static struct ark_class_walk *
walk_class(struct ark_segment_data *data, const struct ark_family *family, uint32_t class_idx)
{
    struct ark_class_walk *walk = ark_class_walk_new(ark_segment_data_reader(data));
    ck_assert_uint_lt(class_idx, family->class_count);
    ck_assert_int_eq(ark_class_walk_start(walk, &family->classes[class_idx], NULL), ARK_OK);
    return walk;
}

static const struct ark_class_posting *
next(struct ark_class_walk *walk)
{
    const struct ark_class_posting *posting = NULL;
    ck_assert_int_eq(ark_class_walk_next(walk, &posting, NULL), ARK_OK);
    return posting;
}

START_TEST(body_positions_begin_after_a_gap)
{
    static const struct text TEXTS[] = {{"cat dog", "cat bird cat"}, {NULL, "cat"}};
    struct ark_segment_data *data = invert(TEXTS, ARK_COUNT_OF(TEXTS));
    struct ark_arena arena = ark_arena_make();
    const struct ark_family *family = find(data, "cat", &arena);
    ck_assert_ptr_nonnull(family);
    struct ark_class_walk *walk = walk_class(data, family, 0);
    const struct ark_class_posting *posting = next(walk);
    ck_assert_uint_eq(posting->doc, 0);
    ck_assert_uint_eq(posting->tf, 3);
    ck_assert_uint_eq(posting->cold.entry_count, 1);
    ck_assert_uint_eq(posting->cold.positions[0], 0);
    ck_assert_uint_eq(posting->cold.positions[1], 2 + ARK_FIELD_GAP);
    ck_assert_uint_eq(posting->cold.positions[2], 2 + ARK_FIELD_GAP + 2);
    posting = next(walk);
    ck_assert_uint_eq(posting->doc, 1);
    ck_assert_uint_eq(posting->cold.positions[0], ARK_FIELD_GAP);
    ck_assert_ptr_null(next(walk));
    ark_class_walk_free(walk);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(words_that_share_a_skeleton_are_members_of_one_family)
{
    // kitab, wal-kitab, kutub: book, and the book, books.
    static const struct text TEXTS[] = {
        {NULL, "\u0643\u062a\u0627\u0628 \u0648\u0627\u0644\u0643\u062a\u0627\u0628"},
        {NULL, "\u0643\u062a\u0628 \u0643\u062a\u0627\u0628 \u0643\u062a\u0627\u0628"},
    };
    struct ark_segment_data *data = invert(TEXTS, ARK_COUNT_OF(TEXTS));
    struct ark_arena arena = ark_arena_make();
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->family_count, 1);
    const struct ark_family *family = find(data, "\u0643\u062a\u0628", &arena);
    ck_assert_ptr_nonnull(family);
    ck_assert_uint_eq(family->df, 2);
    ck_assert_uint_eq(family->variant_count, 3);
    ck_assert_uint_eq(family->class_count, 2);
    // kitab stands in both documents, in one of them with wal-.
    ck_assert_uint_eq(family->classes[0].df, 2);
    ck_assert_uint_eq(family->classes[0].variant_count, 2);
    ck_assert_uint_eq(family->variants[0].df, 2);
    ck_assert_uint_eq(family->variants[1].df, 1);
    ck_assert_uint_eq(family->classes[1].df, 1);
    struct ark_class_walk *walk = walk_class(data, family, 0);
    const struct ark_class_posting *posting = next(walk);
    ck_assert_uint_eq(posting->doc, 0);
    ck_assert_uint_eq(posting->cold.entry_count, 2);
    posting = next(walk);
    ck_assert_uint_eq(posting->doc, 1);
    ck_assert_uint_eq(posting->tf, 2);
    ck_assert_ptr_null(next(walk));
    ark_class_walk_free(walk);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(many_occurrences_in_one_document_come_in_order)
{
    // Forty of three forms of one family, in no order of members.
    struct ark_buf body = ark_buf_make(4096);
    for (int i = 0; i < 40; i++) {
        ark_buf_printf(&body, "%s ", i % 3 == 0 ? "testing" : i % 3 == 1 ? "test" : "tests");
    }
    const struct text text = {NULL, ark_buf_cstr(&body)};
    struct ark_segment_data *data = invert(&text, 1);
    struct ark_arena arena = ark_arena_make();
    const struct ark_family *family = find(data, "test", &arena);
    ck_assert_ptr_nonnull(family);
    ck_assert_uint_eq(family->variant_count, 3);
    ck_assert_uint_eq(family->class_count, 3);
    uint64_t seen = 0;
    for (uint32_t i = 0; i < family->class_count; i++) {
        struct ark_class_walk *walk = walk_class(data, family, i);
        const struct ark_class_posting *posting = next(walk);
        const uint32_t *positions = posting->cold.positions;
        for (uint32_t k = 0; k < posting->tf; k++) {
            seen |= UINT64_C(1) << (positions[k] - ARK_FIELD_GAP);
            ck_assert(k == 0 || positions[k] == positions[k - 1] + 3);
        }
        ark_class_walk_free(walk);
    }
    ck_assert_uint_eq(seen, (UINT64_C(1) << 40) - 1);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
    ark_buf_dispose(&body);
}
END_TEST

START_TEST(documents_without_words_leave_no_families)
{
    static const struct text TEXTS[] = {{NULL, NULL}, {" ", "!?"}};
    struct ark_segment_data *data = invert(TEXTS, ARK_COUNT_OF(TEXTS));
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->family_count, 0);
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->document_count, 2);
    ark_segment_data_free(data);
    data = invert(NULL, 0);
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->document_count, 0);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(after_a_run_the_inverter_is_empty)
{
    static const struct text FIRST[] = {{NULL, "one two three"}, {NULL, "two"}};
    static const struct text SECOND[] = {{NULL, "three four"}};
    struct ark_inverter *inverter = ark_inverter_new();
    ark_segment_data_free(invert_with(inverter, FIRST, ARK_COUNT_OF(FIRST)));
    struct ark_segment_data *data = invert_with(inverter, SECOND, ARK_COUNT_OF(SECOND));
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->family_count, 2);
    struct ark_arena arena = ark_arena_make();
    ck_assert_ptr_null(find(data, "two", &arena));
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
    ark_inverter_free(inverter);
}
END_TEST

/** A segment of documents of random words, made by so many jobs. */
static struct ark_segment_data *
invert_random(unsigned jobs)
{
    enum { DOCUMENTS = 60, WORDS = 1500 };
    struct ark_inverter *inverter = ark_inverter_new();
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    struct ark_buf body = ark_buf_make(1 << 20);
    uint64_t state = 3;
    for (unsigned doc = 0; doc < DOCUMENTS; doc++) {
        ark_buf_clear(&body);
        for (unsigned i = 0; i < WORDS; i++) {
            // Many words are one of few, so that classes and families have several members.
            state = state * 6364136223846793005U + 1442695040888963407U;
            static const char *const ENDS[] = {"", "s", "ing", "ed"};
            unsigned word = (unsigned)(state >> 45) % ((state >> 40 & 1) != 0 ? 50 : 20000);
            ark_buf_printf(&body, "w%cx%u%s ", 'a' + word % 23, word, ENDS[state >> 62]);
        }
        struct counts counts = add(inverter, ARK_STR("a title"), ark_buf_view(&body));
        struct ark_document_record record = {.path = ARK_STR("/a"),
                                             .fragment = ARK_STR(""),
                                             .source = ARK_STR(""),
                                             .token_count = counts.all,
                                             .title_tokens = counts.title};
        ck_assert_int_eq(
            ark_segment_writer_add_document(writer, &record, ARK_STR(""), ARK_STR(""), NULL),
            ARK_OK);
    }
    struct ark_segment_data *data = NULL;
    ck_assert_int_eq(ark_inverter_finish(inverter, writer, jobs, NULL), ARK_OK);
    ck_assert_int_eq(ark_segment_writer_finish(writer, &data, NULL), ARK_OK);
    ark_buf_dispose(&body);
    ark_inverter_free(inverter);
    return data;
}

START_TEST(any_number_of_jobs_writes_the_same_lists)
{
    struct ark_segment_data *one = invert_random(1);
    struct ark_segment_data *three = invert_random(3);
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        uint64_t bytes = ark_spool_bytes(one->spools[kind]);
        ck_assert_uint_eq(bytes, ark_spool_bytes(three->spools[kind]));
        uint8_t *of_one = malloc((size_t)bytes + 1);
        uint8_t *of_three = malloc((size_t)bytes + 1);
        ck_assert_int_eq(ark_spool_read(one->spools[kind], 0, (size_t)bytes, of_one, NULL), ARK_OK);
        ck_assert_int_eq(ark_spool_read(three->spools[kind], 0, (size_t)bytes, of_three, NULL),
                         ARK_OK);
        ck_assert_int_eq(memcmp(of_one, of_three, (size_t)bytes), 0);
        free(of_one);
        free(of_three);
    }
    ck_assert_uint_gt(ark_spool_bytes(one->spools[ARK_STREAM_COLD]), 50000);
    ark_segment_data_free(one);
    ark_segment_data_free(three);
}
END_TEST

START_TEST(the_bytes_held_grow_with_the_tokens)
{
    struct ark_inverter *inverter = ark_inverter_new();
    struct ark_buf body = ark_buf_make(1 << 20);
    for (int i = 0; i < 10000; i++) {
        ark_buf_printf(&body, "w%dq ", i);
    }
    size_t before = ark_inverter_bytes(inverter);
    (void)add(inverter, ARK_STR(""), ark_buf_view(&body));
    size_t once = ark_inverter_bytes(inverter);
    (void)add(inverter, ARK_STR(""), ark_buf_view(&body));
    size_t twice = ark_inverter_bytes(inverter);
    // A token and its entry are 16 bytes; a new word takes more.
    ck_assert_uint_ge(once - before, 10000 * 40);
    ck_assert_uint_ge(twice - once, 10000 * 16);
    ck_assert_uint_le(twice - once, 10000 * 40);
    ark_buf_dispose(&body);
    ark_inverter_free(inverter);
}
END_TEST

START_TEST(a_signal_ends_the_inversion)
{
    struct ark_inverter *inverter = ark_inverter_new();
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    struct ark_document_record record = {
        .path = ARK_STR("/a"), .fragment = ARK_STR(""), .source = ARK_STR("")};
    (void)add(inverter, ARK_STR(""), ARK_STR("one two"));
    ck_assert_int_eq(
        ark_segment_writer_add_document(writer, &record, ARK_STR(""), ARK_STR(""), NULL), ARK_OK);
    ark_signals_install();
    ck_assert_int_eq(raise(SIGTERM), 0);
    ck_assert_int_eq(ark_inverter_finish(inverter, writer, 1, NULL), ARK_E_INTERRUPTED);
    ark_segment_writer_free(writer);
    ark_inverter_free(inverter);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("inverter");
    TCase *tests = tcase_create("inverter");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, body_positions_begin_after_a_gap);
    tcase_add_test(tests, words_that_share_a_skeleton_are_members_of_one_family);
    tcase_add_test(tests, many_occurrences_in_one_document_come_in_order);
    tcase_add_test(tests, documents_without_words_leave_no_families);
    tcase_add_test(tests, after_a_run_the_inverter_is_empty);
    tcase_add_test(tests, any_number_of_jobs_writes_the_same_lists);
    tcase_add_test(tests, the_bytes_held_grow_with_the_tokens);
    tcase_add_test(tests, a_signal_ends_the_inversion);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
