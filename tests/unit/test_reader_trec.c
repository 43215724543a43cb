#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>

#include "reader_probe.h"

START_TEST(documents_are_read_with_their_fields)
{
    probe_read("a.trec", ARK_STR("<DOC>\n<DOCNO> AFP-1 </DOCNO>\n<DATE>2016-11-02</DATE>\n"
                                 "<SOURCE>AFP</SOURCE><HEADLINE>\nA truce\n</HEADLINE>\n<TEXT>\n"
                                 "<P>\nIt &amp; all holds.\n</P>\n</TEXT>\n</DOC>\n\n"
                                 "<doc><docno>AFP-2</docno>plain text</doc>"));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, 2);
    const struct ark_document *first = &probe.documents[0];
    ck_assert_text(first->fragment, "AFP-1");
    ck_assert(first->fragment_is_id);
    ck_assert_text(first->title, "A truce");
    ck_assert_text(first->source, "AFP");
    ck_assert_uint_eq(first->date, 20161102);
    ck_assert_text(first->body, "It & all holds.");
    ck_assert_text(probe.documents[1].fragment, "AFP-2");
    ck_assert_text(probe.documents[1].body, "plain text");
}
END_TEST

START_TEST(several_text_elements_are_one_body)
{
    probe_read("a.trec",
               ARK_STR("<DOC><DOCNO>1</DOCNO><TEXT>a</TEXT><X>no</X><TEXT>b</TEXT></DOC>"));
    ck_assert_text(probe_only()->body, "ab");
}
END_TEST

START_TEST(a_headline_within_the_body_is_a_title)
{
    probe_read("a.trec",
               ARK_STR("<DOC><DOCNO>1</DOCNO><BODY>a <HEADLINE>T</HEADLINE> b</BODY></DOC>"));
    ck_assert_text(probe_only()->title, "T");
    ck_assert_text(probe_only()->body, "a  b");
}
END_TEST

START_TEST(a_bracket_that_is_no_tag_is_text)
{
    probe_read("a.trec", ARK_STR("<DOC><DOCNO>1</DOCNO><TEXT>1 < 2 and 3 > 2 & <</TEXT></DOC>"));
    ck_assert_text(probe_only()->body, "1 < 2 and 3 > 2 & <");
}
END_TEST

START_TEST(a_document_without_a_number_is_reported)
{
    probe_read("a.trec", ARK_STR("<DOC><TEXT>a</TEXT></DOC><DOC><DOCNO>2</DOCNO>b</DOC>"));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "no DOCNO in the document at byte 0: a.trec#1");
}
END_TEST

START_TEST(a_number_used_twice_is_reported)
{
    probe_read("a.trec", ARK_STR("<DOC><DOCNO>2</DOCNO>a</DOC><DOC><DOCNO>2</DOCNO>b</DOC>"));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "id used before: a.trec#2");
}
END_TEST

START_TEST(a_document_without_an_end_is_reported)
{
    probe_read("a.trec", ARK_STR("<DOC><DOCNO>1</DOCNO>a</DOC>\n<DOC><DOCNO>2</DOCNO>b"));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "no </DOC> for the document at byte 29: a.trec#2");
}
END_TEST

START_TEST(a_document_above_the_limit_is_reported_and_the_others_are_read)
{
    probe.options.document_bytes_max = 1000;
    for (size_t padding = 950; padding < 1010; padding++) {
        char text[2048];
        int len = snprintf(text, sizeof text,
                           "<DOC><DOCNO>1</DOCNO>%0*d</DOC><DOC><DOCNO>2</DOCNO>b</DOC>",
                           (int)padding, 0);
        probe_read("a.trec", ark_str_make(text, (size_t)len));
        size_t first = sizeof "<DOC><DOCNO>1</DOCNO></DOC>" - 1 + padding;
        ck_assert_uint_eq(probe.document_count, first <= 1000 ? 2 : 1);
        ck_assert_uint_eq(probe.skip_count, first <= 1000 ? 0 : 1);
        ck_assert_text(probe.documents[probe.document_count - 1].body, "b");
    }
    ck_assert_str_eq(probe.skips[0].text, "larger than 1000 (see --max-size): a.trec#1");
}
END_TEST

START_TEST(documents_are_found_wherever_the_windows_end)
{
    // Text between documents is passed over; its length moves the tags over the
    // ends of the blocks that are read.
    enum { FILL = 64 * 1024 };
    char *text = ark_arena_alloc(&probe.arena, FILL + 256);
    for (size_t shift = 0; shift < 40; shift++) {
        memset(text, 'x', FILL);
        memcpy(text, "<DOC><DOCNO>1</DOCNO>a</DOC>", 28);
        memcpy(text + FILL - shift, "<DOC><DOCNO>2</DOCNO>b</DOC>", 28);
        probe_read("a.trec", ark_str_make(text, FILL - shift + 28));
        ck_assert_uint_eq(probe.document_count, 2);
        ck_assert_text(probe.documents[1].body, "b");
    }
}
END_TEST

START_TEST(bad_utf8_in_a_document_is_replaced_and_reported)
{
    probe_read("a.trec", ARK_STR("<DOC><DOCNO>one</DOCNO>\xD9\x87\xD8\xAF\xD9\x86</DOC>"
                                 "<DOC><DOCNO>two</DOCNO>a\xFF</DOC>"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[1].body, "a\uFFFD");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_BYTES);
    ck_assert_str_eq(probe.skips[0].text, "bad UTF-8 became U+FFFD (places: 1, the first at byte "
                                          "59; see --encoding): a.trec#two");
}
END_TEST

START_TEST(documents_in_windows_1256_are_decoded)
{
    static const char TEXT[] = "<DOC><DOCNO>1</DOCNO><TEXT>أعلن الجيش هدنة في المدينة</TEXT></DOC>";
    static const char BODY[] = "أعلن الجيش هدنة في المدينة";
    probe_read("a.trec", probe_encode("WINDOWS-1256", ARK_STR(TEXT)));
    ck_assert_text(probe_only()->body, BODY);
}
END_TEST

START_TEST(every_prefix_is_read)
{
    static const char TEXT[] = "<DOC>\n<DOCNO>1</DOCNO>\n<TITLE>t</TITLE><TEXT>\n<P>a&lt;</P>"
                               "</TEXT></DOC>";
    for (size_t len = 0; len < sizeof TEXT; len++) {
        probe_read("a.trec", ark_str_make(TEXT, len));
        ck_assert_uint_eq(probe.document_count, len == sizeof TEXT - 1);
        ck_assert_uint_eq(probe.skip_count, len >= 5 && len < sizeof TEXT - 1);
    }
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_trec");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, documents_are_read_with_their_fields);
    tcase_add_test(tests, several_text_elements_are_one_body);
    tcase_add_test(tests, a_headline_within_the_body_is_a_title);
    tcase_add_test(tests, a_bracket_that_is_no_tag_is_text);
    tcase_add_test(tests, a_document_without_a_number_is_reported);
    tcase_add_test(tests, a_number_used_twice_is_reported);
    tcase_add_test(tests, a_document_without_an_end_is_reported);
    tcase_add_test(tests, a_document_above_the_limit_is_reported_and_the_others_are_read);
    tcase_add_test(tests, documents_are_found_wherever_the_windows_end);
    tcase_add_test(tests, bad_utf8_in_a_document_is_replaced_and_reported);
    tcase_add_test(tests, documents_in_windows_1256_are_decoded);
    tcase_add_test(tests, every_prefix_is_read);
    return probe_run(tests, "reader_trec");
}
