#include <check.h>
#include <stdlib.h>

#include "searcher/print.h"

static struct ark_arena arena;
static struct ark_buf out;
static struct ark_terminal terminal;
static struct ark_print print;
static struct ark_results results;
static struct ark_shown_query query;
static struct ark_shown_hit hit;

static const struct ark_span body_spans[] = {{2, 7}};
static const struct ark_span title_span[] = {{4, 9}};
static const struct ark_snippet snippets[] = {
    {85, {(const uint8_t *)"a match here", 12}, {body_spans, 1}}};

static void
setup(void)
{
    arena = ark_arena_make();
    out = ark_buf_make(1 << 20);
    terminal = (struct ark_terminal){.is_terminal = false};
    print = (struct ark_print){.terminal = &terminal,
                               .working_directory = ARK_STR("/home/u"),
                               .run_tag = ARK_STR("my run")};
    results = (struct ark_results){.hit_count = 1, .documents = 5, .all_words = 4};
    static const struct ark_suggestions none = {NULL, 0};
    query = (struct ark_shown_query){.suggestions = &none,
                                     .text = ARK_STR("match"),
                                     .word_count = 2,
                                     .results = &results,
                                     .groups = 5,
                                     .elapsed_ns = 402000};
    hit = (struct ark_shown_hit){
        .rank = 3,
        .score = 2.3581F,
        .all_words = true,
        .record = {.path = ARK_STR("/home/u/news/a b.txt"), .name_start = 13, .date = 20161102},
        .title = ARK_STR("The match"),
        .title_spans = {title_span, 1},
        .snippets = {snippets, 1},
    };
}

static void
teardown(void)
{
    ark_arena_dispose(&arena);
    ark_buf_dispose(&out);
}

/** What a format writes for the hit. */
static const char *
shown(const struct ark_printer *printer)
{
    ark_buf_clear(&out);
    printer->hit(&print, &query, &hit, &arena, &out);
    return ark_buf_cstr(&out);
}

static const char *
begun(const struct ark_printer *printer)
{
    ark_buf_clear(&out);
    printer->begin(&print, &query, &arena, &out);
    return ark_buf_cstr(&out);
}

static const char *
ended(const struct ark_printer *printer)
{
    ark_buf_clear(&out);
    printer->end(&print, &query, &arena, &out);
    return ark_buf_cstr(&out);
}

static const char *
json(const char *bytes, size_t len)
{
    ark_buf_clear(&out);
    ark_print_json_string(ark_str_make(bytes, len), &out);
    return ark_buf_cstr(&out);
}

START_TEST(a_block_has_title_passage_and_meta_line)
{
    ck_assert_str_eq(shown(&ark_print_text_piped),
                     "3. The match\na match here\n  news/a b.txt  2016-11-02  2.358\n");
}
END_TEST

START_TEST(blocks_are_separated_by_an_empty_line)
{
    (void)shown(&ark_print_text_piped);
    ck_assert_str_eq(shown(&ark_print_text_piped),
                     "\n3. The match\na match here\n  news/a b.txt  2016-11-02  2.358\n");
}
END_TEST

START_TEST(a_pipe_gets_no_header)
{
    ck_assert_str_eq(begun(&ark_print_text_piped), "");
}
END_TEST

START_TEST(a_terminal_gets_a_header)
{
    ck_assert_str_eq(begun(&ark_print_text_terminal), "5 documents, 4 with every word (0.4 ms)\n");
    results.documents = 1;
    query.word_count = 1;
    ck_assert_str_eq(begun(&ark_print_text_terminal), "\n1 document (0.4 ms)\n");
    results.documents = 0;
    ck_assert_str_eq(begun(&ark_print_text_terminal), "");
}
END_TEST

START_TEST(the_query_of_a_batch_stands_over_its_answer)
{
    query.id = ARK_STR("q1");
    ck_assert_str_eq(begun(&ark_print_text_piped), "[q1] match\n");
}
END_TEST

START_TEST(without_a_title_the_file_name_stands_there)
{
    hit.title = ARK_STR("");
    hit.title_spans.count = 0;
    hit.record.fragment = ARK_STR("7");
    ck_assert_str_eq(shown(&ark_print_text_piped),
                     "3. a b.txt#7\na match here\n  news/a b.txt#7  2016-11-02  2.358\n");
}
END_TEST

START_TEST(a_path_elsewhere_is_shown_whole)
{
    hit.record.path = ARK_STR("/home/u2/a.txt");
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "\n  /home/u2/a.txt  2016"));
}
END_TEST

START_TEST(a_path_that_ends_in_arabic_goes_last)
{
    hit.record.path = ARK_STR("/home/u/\u0645\u0642\u0627\u06441");
    ck_assert_ptr_nonnull(
        strstr(shown(&ark_print_text_piped), "\n  2016-11-02  2.358  \u0645\u0642\u0627\u06441\n"));
}
END_TEST

START_TEST(absent_dates_are_left_out)
{
    hit.record.date = 0;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "news/a b.txt  2.358\n"));
    hit.record.date = 20160000;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "news/a b.txt  2016  2.358\n"));
    hit.record.date = 20161100;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "news/a b.txt  2016-11  2.358\n"));
}
END_TEST

START_TEST(a_name_with_escapes_cannot_drive_the_terminal)
{
    hit.record.path = ARK_STR("/home/u/a\033[2J\n\xFF.txt");
    hit.title = ARK_STR("t\033]0;x\007");
    hit.title_spans.count = 0;
    ck_assert_str_eq(shown(&ark_print_text_piped), "3. t]0;x\na match here\n"
                                                   "  a[2J \uFFFD.txt  2016-11-02  2.358\n");
}
END_TEST

START_TEST(title_matches_are_lit_behind_the_rank)
{
    terminal.marked = true;
    terminal.marks.open = ARK_STR("[");
    terminal.marks.close = ARK_STR("]");
    ck_assert_str_eq(shown(&ark_print_text_piped),
                     "3. The [match]\na [match] here\n  news/a b.txt  2016-11-02  2.358\n");
}
END_TEST

START_TEST(the_meta_line_of_an_arabic_hit_ends_at_the_edge_of_wide_terminals)
{
    hit.title = ARK_STR("\u0627");
    hit.title_spans.count = 0;
    hit.snippets.count = 0;
    terminal = (struct ark_terminal){
        .is_terminal = true, .columns = 60, .width = 40, .bidi = ARK_BIDI_VISUAL};
    ck_assert_str_eq(shown(&ark_print_text_terminal),
                     "                                    \uFE8D .3\n"
                     "         news/a b.txt  2016-11-02  2.358\n");
    terminal.columns = 40;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_terminal), "\n  news/a b.txt  2016"));
}
END_TEST

START_TEST(an_explanation_follows_its_hit)
{
    const struct ark_explain_line lines[] = {{.query = ARK_STR("match"),
                                              .level = "form",
                                              .term = ARK_STR("match"),
                                              .weight = 1,
                                              .tf = 3,
                                              .df = 5,
                                              .document_count = 9,
                                              .idf = 0.0874,
                                              .length = 403,
                                              .mean_length = 437.8,
                                              .score = 0.117}};
    const struct ark_explanation explanation = {
        lines, 1, {.ordered = 0.25, .near = 0.125, .passage = 0, .title = 0.5}};
    hit.explanation = &explanation;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped),
                                 "    0.117  form 1.00  tf 3  df 5/9  idf 0.087: match\n"
                                 "    0.375  proximity: ordered 0.250, within 8 words 0.125\n"
                                 "    0.500  title\n"
                                 "           len 403 (mean 437.8)  bm25 k1=1.0 b=0.50\n"));
    ck_assert_ptr_nonnull(
        strstr(shown(&ark_print_json),
               ",\"explain\":[{\"query\":\"match\",\"level\":\"form\",\"term\":\"match\","
               "\"weight\":1,\"tf\":3,\"df\":5,\"idf\":0.0874,\"len\":403,\"avglen\":437.8,"
               "\"score\":0.117}],\"proximity\":{\"ordered\":0.25,\"near\":0.125,\"passage\":0,"
               "\"title\":0.5}}\n"));
}
END_TEST

START_TEST(json_has_a_line_for_query_hit_and_summary)
{
    ck_assert_str_eq(begun(&ark_print_json),
                     "{\"type\":\"query\",\"version\":1,\"query\":\"match\",\"id\":null}\n");
    ck_assert_str_eq(
        shown(&ark_print_json),
        "{\"type\":\"hit\",\"rank\":3,\"score\":2.3581,\"doc\":\"a b.txt\","
        "\"path\":\"/home/u/news/a b.txt\",\"title\":\"The match\",\"title_spans\":[[4,9]],"
        "\"date\":\"2016-11-02\",\"all_words\":true,\"snippets\":[{\"field\":\"body\","
        "\"start\":95,\"text\":\"a match here\",\"spans\":[[2,7]]}],\"similar\":[]}\n");
    ck_assert_str_eq(ended(&ark_print_json),
                     "{\"type\":\"summary\",\"documents\":5,\"all_words\":4,\"groups\":5,"
                     "\"shown\":1,\"elapsed_us\":402,\"suggestions\":[]}\n");
}
END_TEST

START_TEST(json_says_null_for_what_is_absent)
{
    hit.title = ARK_STR("");
    hit.title_spans.count = 0;
    hit.record.date = 0;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_json), "\"title\":null,\"title_spans\":[],"
                                                         "\"date\":null"));
    query.id = ARK_STR("q\"1");
    ck_assert_ptr_nonnull(strstr(begun(&ark_print_json), "\"id\":\"q\\\"1\""));
}
END_TEST

START_TEST(json_has_records_by_id_and_paths_that_are_unique)
{
    hit.record.fragment = ARK_STR("x9");
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_json),
                                 "\"doc\":\"a b.txt#x9\",\"path\":\"/home/u/news/a b.txt#x9\""));
    hit.record.fragment_is_id = true;
    ck_assert_ptr_nonnull(
        strstr(shown(&ark_print_json), "\"doc\":\"x9\",\"path\":\"/home/u/news/a b.txt#x9\""));
}
END_TEST

START_TEST(json_gives_a_path_that_is_no_utf8_as_base64)
{
    hit.record.path = ARK_STR("/a\xFF");
    hit.record.name_start = 1;
    ck_assert_ptr_nonnull(
        strstr(shown(&ark_print_json), "\"doc\":\"a\uFFFD\",\"path_b64\":\"L2H/\",\"title\""));
    hit.record.path = ARK_STR("/a\xFF.");
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_json), "\"path_b64\":\"L2H/Lg==\""));
    hit.record.path = ARK_STR("/a\xFF..");
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_json), "\"path_b64\":\"L2H/Li4=\""));
}
END_TEST

START_TEST(json_spans_lie_between_the_marks)
{
    terminal.marked = true;
    terminal.marks.open = ARK_STR("<b>");
    terminal.marks.close = ARK_STR("</b>");
    ck_assert_ptr_nonnull(
        strstr(shown(&ark_print_json), "\"text\":\"a <b>match</b> here\",\"spans\":[[5,10]]"));
}
END_TEST

START_TEST(json_strings_escape_what_must_be_escaped)
{
    ck_assert_str_eq(json("", 0), "\"\"");
    ck_assert_str_eq(json("a\"b\\c/d", 7), "\"a\\\"b\\\\c/d\"");
    ck_assert_str_eq(json("\n\t\r\b\f\0\x1F", 7), "\"\\n\\t\\r\\u0008\\u000c\\u0000\\u001f\"");
    ck_assert_str_eq(json("\x7F\u061C\u200F\u2028\u2029\u202E\u2066\uFEFF", 21),
                     "\"\\u007f\\u061c\\u200f\\u2028\\u2029\\u202e\\u2066\\ufeff\"");
    ck_assert_str_eq(json("\xC2\x9B", 2), "\"\\u009b\"");
}
END_TEST

START_TEST(json_strings_leave_arabic_as_it_is)
{
    const char *text = // "truce", with a mark and a joiner
        "هُدنة";
    char expected[64];
    (void)snprintf(expected, sizeof expected, "\"%s\"", text);
    ck_assert_str_eq(json(text, strlen(text)), expected);
    ck_assert_str_eq(json("\U0001F600\u200C", 7), "\"\U0001F600\u200C\"");
}
END_TEST

START_TEST(json_strings_are_valid_utf8_whatever_goes_in)
{
    ck_assert_str_eq(json("\xFF", 1), "\"\uFFFD\"");
    ck_assert_str_eq(json("a\xE2\x80", 3), "\"a\uFFFD\"");
    ck_assert_str_eq(json("\xF0\x9F\x98", 3), "\"\uFFFD\"");
    ck_assert_str_eq(json("\xEF\xBF\xBD", 3), "\"\uFFFD\"");
    ck_assert_str_eq(json("\xED\xA0\x80z", 4), "\"\uFFFD\uFFFD\uFFFDz\"");
}
END_TEST

START_TEST(tsv_has_six_fields)
{
    ck_assert_str_eq(shown(&ark_print_tsv),
                     "3\t2.358\ta b.txt\t2016-11-02\tThe match\ta match here\n");
    hit.title = ARK_STR("a\tb\nc");
    hit.title_spans.count = 0;
    hit.record.date = 0;
    hit.snippets.count = 0;
    ck_assert_str_eq(shown(&ark_print_tsv), "3\t2.358\ta b.txt\t\ta b c\t\n");
}
END_TEST

START_TEST(tsv_marks_the_passage_only)
{
    terminal.marked = true;
    terminal.marks.open = ARK_STR("[");
    terminal.marks.close = ARK_STR("]");
    ck_assert_str_eq(shown(&ark_print_tsv),
                     "3\t2.358\ta b.txt\t2016-11-02\tThe match\ta [match] here\n");
}
END_TEST

START_TEST(trec_has_six_columns_without_blanks)
{
    hit.score = 2.5F;
    ck_assert_str_eq(shown(&ark_print_trec), "1 Q0 a%20b.txt 3 2.5 my%20run\n");
    query.id = ARK_STR("t 7");
    ck_assert_str_eq(shown(&ark_print_trec), "t%207 Q0 a%20b.txt 3 2.5 my%20run\n");
}
END_TEST

START_TEST(paths_are_bytes_in_a_pipe)
{
    hit.record.path = ARK_STR("/a\033\xFF");
    ck_assert_str_eq(shown(&ark_print_paths), "/a\033\xFF\n");
    print.null_ended = true;
    (void)shown(&ark_print_paths);
    ck_assert_uint_eq(out.len, 5);
    ck_assert_uint_eq(out.bytes[4], 0);
}
END_TEST

START_TEST(paths_are_cleaned_on_a_terminal)
{
    terminal.is_terminal = true;
    hit.record.path = ARK_STR("/a\033\xFF");
    ck_assert_str_eq(shown(&ark_print_paths), "/a\uFFFD\n");
}
END_TEST

START_TEST(a_count_is_one_line)
{
    ck_assert_str_eq(ended(&ark_print_count), "5\n");
    query.id = ARK_STR("q1");
    ck_assert_str_eq(ended(&ark_print_count), "q1\t5\n");
}
END_TEST

START_TEST(ranks_and_counts_are_written_in_the_digits_asked_for)
{
    print.digits = ARK_DIGITS_ARAB;
    hit.rank = 10;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "\u0661\u0660. The match\n"));
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped), "2016-11-02  2.358"));
    ark_buf_clear(&out);
    print.block_count = 0;
    ark_print_text_terminal.begin(&print, &query, &arena, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "\u0665 documents, \u0664 with every word (0.4 ms)\n");
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_tsv), "10\t2.358"));
}
END_TEST

START_TEST(a_path_leads_to_its_file)
{
    print.host = ARK_STR("host");
    terminal.links = ARK_WHEN_ALWAYS;
    ck_assert_ptr_nonnull(strstr(shown(&ark_print_text_piped),
                                 "\033]8;;file://host/home/u/news/a%20b.txt\033\\"
                                 "news/a b.txt\033]8;;\033\\"));
}
END_TEST

START_TEST(links_are_ascii_and_lead_to_files_only)
{
    ark_str odd = ARK_STR("/\u0627\033%;\xFF~.txt");
    print.host = ARK_STR("h");
    ark_str link = ark_print_link(&print, odd, &arena);
    ck_assert(ark_str_equal(link, ARK_STR("file://h/%D8%A7%1B%25%3B%FF~.txt")));
    ck_assert_uint_eq(ark_print_link(&print, ARK_STR("stdin"), &arena).len, 0);
    ck_assert_uint_eq(ark_print_link(&print, ARK_STR(""), &arena).len, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("print");
    TCase *tests = tcase_create("print");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_block_has_title_passage_and_meta_line);
    tcase_add_test(tests, blocks_are_separated_by_an_empty_line);
    tcase_add_test(tests, a_pipe_gets_no_header);
    tcase_add_test(tests, a_terminal_gets_a_header);
    tcase_add_test(tests, the_query_of_a_batch_stands_over_its_answer);
    tcase_add_test(tests, without_a_title_the_file_name_stands_there);
    tcase_add_test(tests, a_path_elsewhere_is_shown_whole);
    tcase_add_test(tests, a_path_that_ends_in_arabic_goes_last);
    tcase_add_test(tests, absent_dates_are_left_out);
    tcase_add_test(tests, a_name_with_escapes_cannot_drive_the_terminal);
    tcase_add_test(tests, title_matches_are_lit_behind_the_rank);
    tcase_add_test(tests, the_meta_line_of_an_arabic_hit_ends_at_the_edge_of_wide_terminals);
    tcase_add_test(tests, an_explanation_follows_its_hit);
    tcase_add_test(tests, json_has_a_line_for_query_hit_and_summary);
    tcase_add_test(tests, json_says_null_for_what_is_absent);
    tcase_add_test(tests, json_has_records_by_id_and_paths_that_are_unique);
    tcase_add_test(tests, json_gives_a_path_that_is_no_utf8_as_base64);
    tcase_add_test(tests, json_spans_lie_between_the_marks);
    tcase_add_test(tests, json_strings_escape_what_must_be_escaped);
    tcase_add_test(tests, json_strings_leave_arabic_as_it_is);
    tcase_add_test(tests, json_strings_are_valid_utf8_whatever_goes_in);
    tcase_add_test(tests, tsv_has_six_fields);
    tcase_add_test(tests, tsv_marks_the_passage_only);
    tcase_add_test(tests, trec_has_six_columns_without_blanks);
    tcase_add_test(tests, paths_are_bytes_in_a_pipe);
    tcase_add_test(tests, paths_are_cleaned_on_a_terminal);
    tcase_add_test(tests, a_count_is_one_line);
    tcase_add_test(tests, ranks_and_counts_are_written_in_the_digits_asked_for);
    tcase_add_test(tests, a_path_leads_to_its_file);
    tcase_add_test(tests, links_are_ascii_and_lead_to_files_only);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
