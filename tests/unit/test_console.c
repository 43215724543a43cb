#include <check.h>

#include "indexer/console.h"
#include "indexer/report.h"

#define SECOND UINT64_C(1000000000)

static struct ark_buf out;

static void
setup(void)
{
    out = ark_buf_make(4096);
}

static void
teardown(void)
{
    ark_buf_dispose(&out);
}

static void
assert_bytes(uint64_t bytes, const char *expected)
{
    ark_buf_clear(&out);
    ark_format_bytes(bytes, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(sizes_are_in_powers_of_a_thousand)
{
    assert_bytes(0, "0 B");
    assert_bytes(999, "999 B");
    assert_bytes(1000, "1 kB");
    assert_bytes(23838, "24 kB");
    assert_bytes(999499, "999 kB");
    assert_bytes(999500, "1.0 MB");
    assert_bytes(3440000, "3.4 MB");
    assert_bytes(9960000, "10 MB");
    assert_bytes(UINT64_C(12345678901), "12 GB");
    assert_bytes(UINT64_MAX, "18 EB");
}
END_TEST

static void
assert_line(struct ark_progress_state state, uint64_t elapsed_ns, size_t columns,
            const char *expected)
{
    ark_buf_clear(&out);
    ark_progress_format(&state, elapsed_ns, columns, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(the_progress_line_is_as_the_manual_shows_it)
{
    assert_line((struct ark_progress_state){.bytes_done = 480000000,
                                            .bytes_total = 780000000,
                                            .documents_done = 12204,
                                            .documents_total = 20007},
                10 * SECOND, 80,
                "ark-index: [############--------]  61%  12204/20007 docs  48 MB/s  ETA 0:06");
}
END_TEST

START_TEST(parts_that_are_unknown_or_too_wide_are_left_out)
{
    struct ark_progress_state state = {
        .bytes_done = 4800000, .bytes_total = 9600000, .documents_done = 7};
    assert_line(state, 2 * SECOND, 80,
                "ark-index: [##########----------]  50%  7 docs  2.4 MB/s  ETA 0:02");
    assert_line(state, 2 * SECOND, 60, "ark-index:  50%  7 docs  2.4 MB/s  ETA 0:02");
    assert_line(state, 2 * SECOND, 20, "ark-index:  50%  7 d");
    state.bytes_total = 0;
    assert_line(state, 2 * SECOND, 80, "ark-index: 7 docs  2.4 MB/s");
}
END_TEST

START_TEST(the_progress_line_stays_sane_at_its_ends)
{
    struct ark_progress_state state = {.bytes_total = 1000, .documents_total = 3};
    assert_line(state, 0, 80, "ark-index: [--------------------]   0%  0/3 docs  0.0 MB/s");
    state.bytes_done = 2000; // the file has grown
    state.documents_done = 3;
    assert_line(state, SECOND, 80,
                "ark-index: [####################] 100%  3/3 docs  0.0 MB/s  ETA 0:00");
    state = (struct ark_progress_state){.bytes_done = 1, .bytes_total = UINT64_MAX};
    assert_line(state, 3600 * SECOND, 80,
                "ark-index: [--------------------]   0%  0 docs  0.0 MB/s  ETA 99:59:59");
}
END_TEST

static void
assert_summary(struct ark_run_figures figures, bool dry_run, uint64_t elapsed_ns,
               const char *expected)
{
    ark_buf_clear(&out);
    ark_summary_format(&figures, dry_run, elapsed_ns, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(the_summary_names_what_was_done)
{
    assert_summary((struct ark_run_figures){.changed = {5}, .text_bytes = 23838, .words = 2189},
                   false, 0, "5 documents added (24 kB, 2189 words)");
    assert_summary((struct ark_run_figures){.total = 5}, false, 0, "up to date (5 documents)");
    assert_summary((struct ark_run_figures){.total = 1}, false, 9 * SECOND,
                   "up to date (1 document)");
    assert_summary((struct ark_run_figures){.changed = {1}, .skipped = 1, .words = 3}, false, 0,
                   "1 document added, 1 skipped");
    assert_summary((struct ark_run_figures){.changed = {1, 2, 3}, .skipped = 4}, false, 0,
                   "1 document added, 2 replaced, 3 removed, 4 skipped");
    assert_summary((struct ark_run_figures){.changed = {0, 0, 1}}, false, 9 * SECOND,
                   "1 document removed");
    assert_summary((struct ark_run_figures){.skipped = 2}, false, 0, "2 documents skipped");
}
END_TEST

START_TEST(the_summary_of_a_longer_run_has_speed_and_size)
{
    assert_summary((struct ark_run_figures){.changed = {19031},
                                            .skipped = 1,
                                            .text_bytes = 47020653,
                                            .words = 4732847,
                                            .index_bytes = 42725376},
                   false, 3 * SECOND,
                   "19031 documents added, 1 skipped (47 MB, 4732847 words, 16 MB/s, index 43 MB)");
}
END_TEST

START_TEST(the_summary_of_a_dry_run_speaks_of_what_would_be)
{
    assert_summary((struct ark_run_figures){.changed = {1, 2, 3}}, true, 9 * SECOND,
                   "dry run: 1 document to add, 2 to replace, 3 to remove");
    assert_summary((struct ark_run_figures){.total = 3}, true, 0,
                   "dry run: up to date (3 documents)");
}
END_TEST

static void
assert_json(ark_str text, const char *expected)
{
    ark_buf_clear(&out);
    ark_json_append_string(text, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(json_strings_hold_no_bare_controls)
{
    assert_json(ARK_STR("a\"b\\c"), "\"a\\\"b\\\\c\"");
    assert_json(ARK_STR("\n\x1B\xC2\x9B\xE2\x80\xAE"), "\"\\u000a\\u001b\\u009b\\u202e\"");
    assert_json(ARK_STR("x\xFF"), "\"x\xEF\xBF\xBD\"");
}
END_TEST

static void
assert_base64(ark_str bytes, const char *expected)
{
    ark_buf_clear(&out);
    ark_base64_append(bytes, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(base64_agrees_with_rfc_4648)
{
    assert_base64(ARK_STR(""), "");
    assert_base64(ARK_STR("f"), "Zg==");
    assert_base64(ARK_STR("fo"), "Zm8=");
    assert_base64(ARK_STR("foo"), "Zm9v");
    assert_base64(ARK_STR("foobar"), "Zm9vYmFy");
    assert_base64(ARK_STR("\xFF\xFE\xFB"), "//77");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("console");
    TCase *tests = tcase_create("console");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, sizes_are_in_powers_of_a_thousand);
    tcase_add_test(tests, the_progress_line_is_as_the_manual_shows_it);
    tcase_add_test(tests, parts_that_are_unknown_or_too_wide_are_left_out);
    tcase_add_test(tests, the_progress_line_stays_sane_at_its_ends);
    tcase_add_test(tests, the_summary_names_what_was_done);
    tcase_add_test(tests, the_summary_of_a_longer_run_has_speed_and_size);
    tcase_add_test(tests, the_summary_of_a_dry_run_speaks_of_what_would_be);
    tcase_add_test(tests, json_strings_hold_no_bare_controls);
    tcase_add_test(tests, base64_agrees_with_rfc_4648);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
