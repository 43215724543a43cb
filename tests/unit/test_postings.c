#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/postings.h"
#include "common/store/segment_impl.h"
#include "tests/support/random.h"
#include "tests/support/toy_segment.h"

/** Documents of the large sample; the family "even" is in every second one, "rare" in a few. */
enum { DOCUMENTS = 3000 };

/** A segment, and an arena for what is read of it. */
struct sample {
    struct toy_document *documents;
    char (*lines)[128];
    struct ark_segment_data *data;
    struct ark_segment *segment;
    struct ark_arena arena;
};

/** Document i: "all" once or more, "even" in even ones, "rare" in multiples of 700, "two" with two forms. */
static void
write_line(uint32_t i, char *line)
{
    (void)snprintf(line, 128, "all:word%s%s%s%s", i % 3 == 0 ? " - all:word - all:word" : "",
                   i % 2 == 0 ? " even:even" : "", i % 700 == 0 ? " rare:r" : "",
                   i % 5 == 0 ? " two:b two:a+x two:b" : "");
}

static struct sample
sample_make(void)
{
    struct sample sample = {
        .documents = ark_xcalloc(DOCUMENTS, sizeof *sample.documents),
        .lines = ark_xcalloc(DOCUMENTS, sizeof *sample.lines),
        .arena = ark_arena_make(),
    };
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        write_line(i, sample.lines[i]);
        sample.documents[i] = (struct toy_document){"/a", NULL, NULL, sample.lines[i]};
    }
    sample.data = toy_segment_make("/tmp", sample.documents, DOCUMENTS);
    sample.segment = ark_segment_data_reader(sample.data);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    ark_arena_dispose(&sample->arena);
    ark_segment_data_free(sample->data);
    free(sample->documents);
    free(sample->lines);
}

static const struct ark_family *
find(struct sample *sample, const char *key)
{
    const struct ark_family *family = NULL;
    ck_assert_int_eq(
        ark_segment_find_family(sample->segment, ark_str_from(key), &sample->arena, &family, NULL),
        ARK_OK);
    ck_assert_ptr_nonnull(family);
    return family;
}

static struct ark_postings *
open_postings(struct sample *sample, const char *key)
{
    struct ark_postings *postings = NULL;
    ck_assert_int_eq(
        ark_postings_open(sample->segment, find(sample, key), &sample->arena, &postings, NULL),
        ARK_OK);
    return postings;
}

START_TEST(next_visits_every_document_and_stays_at_the_end)
{
    struct sample sample = sample_make();
    struct ark_postings *postings = open_postings(&sample, "even");
    for (ark_docid doc = 0; doc < DOCUMENTS; doc += 2) {
        ck_assert_uint_eq(ark_postings_next(postings), doc);
        ck_assert_uint_eq(ark_postings_doc(postings), doc);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(ark_postings_next(postings), ARK_DOCID_END);
        ck_assert_uint_eq(ark_postings_doc(postings), ARK_DOCID_END);
        ck_assert_uint_eq(ark_postings_seek(postings, 0), ARK_DOCID_END);
    }
    ck_assert_int_eq(ark_postings_status(postings), ARK_OK);
    sample_dispose(&sample);
}
END_TEST

/** The first document >= target that has the family of key. */
static ark_docid
first_from(const char *key, ark_docid target)
{
    for (ark_docid doc = target; doc < DOCUMENTS; doc++) {
        char line[128];
        char word[32];
        (void)snprintf(word, sizeof word, "%s:", key);
        write_line(doc, line);
        if (strstr(line, word) != NULL) {
            return doc;
        }
    }
    return ARK_DOCID_END;
}

START_TEST(seek_finds_the_first_document_from_any_target)
{
    static const char *const KEYS[] = {"all", "even", "rare", "two"};
    struct sample sample = sample_make();
    for (size_t k = 0; k < ARK_COUNT_OF(KEYS); k++) {
        for (ark_docid target = 0; target <= DOCUMENTS; target += 13) {
            struct ark_postings *postings = open_postings(&sample, KEYS[k]);
            ck_assert_uint_eq(ark_postings_seek(postings, target), first_from(KEYS[k], target));
            ck_assert_uint_eq(ark_postings_seek(postings, 0), ark_postings_doc(postings));
        }
        ark_arena_reset(&sample.arena);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(any_walk_of_seek_and_next_agrees_with_a_scan)
{
    struct sample sample = sample_make();
    struct test_random random = test_random_make(test_seed(1));
    for (int walk = 0; walk < 100; walk++) {
        struct ark_postings *postings = open_postings(&sample, walk % 2 == 0 ? "all" : "two");
        const char *key = walk % 2 == 0 ? "all" : "two";
        ark_docid expected = 0;
        bool started = false;
        while (expected != ARK_DOCID_END) {
            ark_docid from = started ? expected + 1 : 0;
            if (test_random_one_in(&random, 2)) {
                expected = first_from(key, from);
                ck_assert_uint_eq(ark_postings_next(postings), expected);
            } else {
                from += test_random_below(&random, test_random_one_in(&random, 4) ? 900 : 9);
                expected = first_from(key, from);
                ck_assert_uint_eq(ark_postings_seek(postings, from), expected);
            }
            started = true;
        }
        ck_assert_int_eq(ark_postings_status(postings), ARK_OK);
        ark_arena_reset(&sample.arena);
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(members_frequencies_and_positions_are_those_of_the_text)
{
    struct sample sample = sample_make();
    const struct ark_family *family = find(&sample, "two");
    struct ark_postings *postings = open_postings(&sample, "two");
    for (ark_docid doc = 0; doc < DOCUMENTS; doc += 5) {
        ck_assert_uint_eq(ark_postings_next(postings), doc);
        uint32_t count = 0;
        const struct ark_occurrence *occurrences = ark_postings_occurrences(postings, &count);
        ck_assert_uint_eq(count, 2);
        // Light form "a" comes before "b".
        const struct ark_term *lights = family->terms[ARK_TERM_LIGHT];
        ck_assert(ark_str_equal(
            lights[family->members[occurrences[0].member].term_idx[ARK_TERM_LIGHT]].text,
            ARK_STR("a")));
        ck_assert_uint_eq(occurrences[0].tf, 1);
        ck_assert_uint_eq(occurrences[1].tf, 2);
        uint32_t first = (doc % 3 == 0 ? 5u : 1u) + (doc % 2 == 0) + (doc % 700 == 0);
        const uint32_t *positions = ark_postings_positions(postings, 1);
        ck_assert_uint_eq(positions[0], first);
        ck_assert_uint_eq(positions[1], first + 2);
        ck_assert_uint_eq(ark_postings_positions(postings, 0)[0], first + 1);
    }
    sample_dispose(&sample);
}
END_TEST

/** tf / (tf + K) of the current document, as the bound of its block must cover it. */
static double
part_of(struct sample *sample, struct ark_postings *postings, double mean)
{
    uint32_t count = 0;
    const struct ark_occurrence *occurrences = ark_postings_occurrences(postings, &count);
    double tf = 0;
    for (uint32_t i = 0; i < count; i++) {
        tf += occurrences[i].tf;
    }
    uint32_t length = ark_segment_length(sample->segment, ark_postings_doc(postings));
    return tf / (tf + ARK_BOUND_K1 * (1 - ARK_BOUND_B + ARK_BOUND_B * length / mean));
}

START_TEST(bounds_cover_every_document_and_are_near_one)
{
    struct sample sample = sample_make();
    const struct ark_segment_info *info = ark_segment_info(sample.segment);
    double mean = (double)info->token_count / info->document_count;
    struct ark_postings *postings = open_postings(&sample, "all");
    uint32_t bound_max = ark_postings_bound_max(postings);
    double greatest = 0;
    ark_docid block_last = ARK_DOCID_END;
    uint32_t greatest_bound = 0;
    while (ark_postings_next(postings) != ARK_DOCID_END) {
        ark_docid last = 0;
        uint32_t bound = ark_postings_bound(postings, ark_postings_doc(postings), &last);
        if (last != block_last) {
            ck_assert(block_last == ARK_DOCID_END || greatest * 255 + 1 >= greatest_bound);
            greatest = 0;
            block_last = last;
        }
        double part = part_of(&sample, postings, mean);
        ck_assert(part * 255 <= bound);
        greatest = part > greatest ? part : greatest;
        greatest_bound = bound;
        ck_assert_uint_le(bound, bound_max);
        ck_assert_uint_ge(last, ark_postings_doc(postings));
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(asking_for_bounds_does_not_move_the_cursor)
{
    struct sample sample = sample_make();
    struct ark_postings *postings = open_postings(&sample, "even");
    ck_assert_uint_eq(ark_postings_seek(postings, 500), 500);
    ark_docid last = 0;
    ck_assert_uint_gt(ark_postings_bound(postings, 2000, &last), 0);
    ck_assert_uint_ge(last, 2000);
    ck_assert_uint_eq(ark_postings_bound(postings, DOCUMENTS, &last), 0);
    ck_assert_uint_eq(last, ARK_DOCID_END);
    ck_assert_uint_eq(ark_postings_doc(postings), 500);
    ck_assert_uint_eq(ark_postings_next(postings), 502);
    sample_dispose(&sample);
}
END_TEST

/** Opens postings with a copy of the family of key that was changed. */
static enum ark_status
open_changed(struct sample *sample, const struct ark_family *family, struct ark_error *err)
{
    struct ark_postings *postings = NULL;
    enum ark_status status =
        ark_postings_open(sample->segment, family, &sample->arena, &postings, err);
    while (status == ARK_OK && ark_postings_next(postings) != ARK_DOCID_END) {
    }
    return status == ARK_OK ? ark_postings_status(postings) : status;
}

START_TEST(a_wrong_document_frequency_is_damage)
{
    struct sample sample = sample_make();
    struct ark_family family = *find(&sample, "all");
    static const uint32_t WRONG[] = {1, 128, 129, DOCUMENTS - 1, 3001, UINT32_MAX - 1, UINT32_MAX};
    for (size_t i = 0; i < ARK_COUNT_OF(WRONG); i++) {
        family.df = WRONG[i];
        struct ark_error err;
        ck_assert_int_eq(open_changed(&sample, &family, &err), ARK_E_CORRUPT);
        ck_assert_ptr_nonnull(strstr(err.text, "all"));
    }
    ck_assert_uint_lt(sample.arena.total_bytes, 1 << 22);
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_wrong_skip_table_size_is_damage)
{
    struct sample sample = sample_make();
    const struct ark_family *family = find(&sample, "even");
    struct ark_family changed = *family;
    for (changed.skip_bytes = 0; changed.skip_bytes < family->skip_bytes + 9;
         changed.skip_bytes++) {
        enum ark_status status = open_changed(&sample, &changed, NULL);
        ck_assert_int_eq(status, changed.skip_bytes == family->skip_bytes ? ARK_OK : ARK_E_CORRUPT);
        ark_arena_reset(&sample.arena);
        family = find(&sample, "even");
        uint64_t skip_bytes = changed.skip_bytes;
        changed = *family;
        changed.skip_bytes = skip_bytes;
    }
    sample_dispose(&sample);
}
END_TEST

START_TEST(a_wrong_size_of_postings_is_damage)
{
    struct sample sample = sample_make();
    struct ark_family family = *find(&sample, "even");
    family.postings_bytes--;
    ck_assert_int_eq(open_changed(&sample, &family, NULL), ARK_E_CORRUPT);
    family.postings_bytes += 2;
    ck_assert_int_eq(open_changed(&sample, &family, NULL), ARK_E_CORRUPT);
    sample_dispose(&sample);
}
END_TEST

START_TEST(after_damage_the_cursor_is_at_its_end)
{
    struct sample sample = sample_make();
    struct ark_family family = *find(&sample, "two");
    // One member where there are two: the first posting cannot be decoded.
    family.member_count = 1;
    struct ark_postings *postings = NULL;
    struct ark_error err;
    ck_assert_int_eq(ark_postings_open(sample.segment, &family, &sample.arena, &postings, &err),
                     ARK_OK);
    ck_assert_uint_eq(ark_postings_next(postings), ARK_DOCID_END);
    ck_assert_int_eq(ark_postings_status(postings), ARK_E_CORRUPT);
    ck_assert_int_eq(err.status, ARK_E_CORRUPT);
    ck_assert_uint_eq(ark_postings_next(postings), ARK_DOCID_END);
    ck_assert_uint_eq(ark_postings_seek(postings, 100), ARK_DOCID_END);
    ck_assert_uint_eq(ark_postings_doc(postings), ARK_DOCID_END);
    sample_dispose(&sample);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("postings");
    TCase *tests = tcase_create("postings");
    tcase_add_test(tests, next_visits_every_document_and_stays_at_the_end);
    tcase_add_test(tests, seek_finds_the_first_document_from_any_target);
    tcase_add_test(tests, any_walk_of_seek_and_next_agrees_with_a_scan);
    tcase_add_test(tests, members_frequencies_and_positions_are_those_of_the_text);
    tcase_add_test(tests, bounds_cover_every_document_and_are_near_one);
    tcase_add_test(tests, asking_for_bounds_does_not_move_the_cursor);
    tcase_add_test(tests, a_wrong_document_frequency_is_damage);
    tcase_add_test(tests, a_wrong_skip_table_size_is_damage);
    tcase_add_test(tests, a_wrong_size_of_postings_is_damage);
    tcase_add_test(tests, after_damage_the_cursor_is_at_its_end);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
