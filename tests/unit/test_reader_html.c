#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>

#include "common/base/buf.h"
#include "reader_probe.h"

/** A page and the body it makes. */
static const struct {
    const char *page;
    const char *body;
} BODIES[] = {
    {"<p>one</p><p>two</p>", "one\ntwo"},
    {"<p>one<p>two", "one\ntwo"},
    {"<div>one<div>two</div>three</div>", "one\ntwo\nthree"},
    {"o<b>n</b>e <i>two</i>", "one two"},
    {"<p>  one\n\n two\t</p>", "one two"},
    {"one<br>two<br/>three", "one\ntwo\nthree"},
    {"<h1>head</h1>text", "head\ntext"},
    {"<ul><li>one<li>two</ul>", "one\ntwo"},
    {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
    {"<pre>one\n  two</pre>", "one\ntwo"},
    {"a<script>var x = '<p>no</p>';</script>b", "ab"},
    {"a<style>p { color: red }</style>b", "ab"},
    {"<nav><ul><li>menu</li></ul></nav><p>text</p>", "text"},
    {"<nav>a<nav>b</nav>c</nav>d", "d"},
    {"<noscript>turn it on</noscript><template><p>no</p></template>yes", "yes"},
    {"a<!-- no -->b", "ab"},
    {"a &amp; b &lt;c&gt; &#x647;&#1583; &laquo;x&raquo; &nosuch; &",
     "a & b <c> \xD9\x87\xD8\xAF \xC2\xAB"
     "x\xC2\xBB &nosuch; &"},
    {"a&nbsp;b", "a\xC2\xA0"
                 "b"},
    {"<custom-tag>a</custom-tag><section>b</section>", "a\nb"},
    {"<p>a<img alt='x'>b", "a b"},
    {"a\x1B[31mb", "a[31mb"},
    {"</p></div></table>a", "a"},
    {"1 < 2 > 0", "1 < 2 > 0"},
};

START_TEST(a_page_becomes_its_text)
{
    probe_read("a.html", ark_str_from(BODIES[_i].page));
    ck_assert_text(probe_only()->body, BODIES[_i].body);
    ck_assert_text(probe_only()->title, "");
}
END_TEST

START_TEST(title_date_and_source_come_from_the_head)
{
    probe_read("a.html",
               ARK_STR("<!doctype html><html><head><title> The\n title </title>"
                       "<meta property='og:title' content='Other'>"
                       "<meta property='article:published_time' content='2016-11-02T10:00:00Z'>"
                       "<meta name=date content='2001-01-01'>"
                       "<meta property='og:site_name' content='The &quot;Paper&quot;'></head>"
                       "<body><h1>Head</h1><p>Text</p></body></html>"));
    const struct ark_document *document = probe_only();
    ck_assert_text(document->title, "The title");
    ck_assert_text(document->body, "Head\nText");
    ck_assert_text(document->source, "The \"Paper\"");
    ck_assert_uint_eq(document->date, 20161102);
}
END_TEST

START_TEST(without_a_title_the_one_for_sharing_serves)
{
    probe_read("a.html", ARK_STR("<meta property='og:title' content='Shared'><p>x"));
    ck_assert_text(probe_only()->title, "Shared");
}
END_TEST

START_TEST(the_title_of_a_drawing_is_not_that_of_the_page)
{
    probe_read("a.html", ARK_STR("<body><svg><title>icon</title></svg><p>x</p>"));
    ck_assert_text(probe_only()->title, "");
    ck_assert_text(probe_only()->body, "x");
}
END_TEST

/** Ways to declare an encoding. */
static const char *const DECLARATIONS[] = {
    "<meta charset=windows-1256>",
    "<META CHARSET = \"windows-1256\" />",
    "<meta http-equiv='Content-Type' content='text/html; charset=windows-1256'>",
    "<?xml version='1.0' encoding='windows-1256'?>",
    "<!-- none -->",
};

START_TEST(a_page_in_windows_1256_is_read_however_it_is_declared)
{
    static const char TEXT[] = "أعلن الجيش هدنة إنسانية في المدينة";
    ark_str arabic = probe_encode("WINDOWS-1256", ARK_STR(TEXT));
    char page[512];
    int len = snprintf(page, sizeof page, "%s<title>x</title><p>%.*s</p>", DECLARATIONS[_i],
                       ARK_STR_ARG(arabic));
    probe_read("a.html", ark_str_make(page, (size_t)len));
    ck_assert_text(probe_only()->body, TEXT);
    ck_assert_str_eq(probe.result.encoding, _i == 4 ? "WINDOWS-1256" : "windows-1256");
}
END_TEST

START_TEST(a_page_in_utf16_is_read)
{
    probe_read("a.html",
               probe_encode("UTF-16", ARK_STR("<title>\u0647\u062F\u0646\u0629</title><p>x")));
    ck_assert_text(probe_only()->title, "\u0647\u062F\u0646\u0629");
}
END_TEST

START_TEST(an_old_declaration_over_utf8_does_no_harm)
{
    probe_read("a.html", ARK_STR("<meta charset=windows-1256><p>\u0647\u062F\u0646\u0629"));
    ck_assert_text(probe_only()->body, "\u0647\u062F\u0646\u0629");
    ck_assert_str_eq(probe.result.encoding, "UTF-8");
}
END_TEST

START_TEST(a_page_nested_a_hundred_thousand_deep_is_read)
{
    enum { DEPTH = 100000 };
    char *page = ark_arena_alloc(&probe.arena, DEPTH * 5 + 8);
    for (size_t i = 0; i < DEPTH; i++) {
        memcpy(page + i * 5, "<div>", 5);
    }
    memcpy(page + DEPTH * 5, "deep", 4);
    probe_read("a.html", ark_str_make(page, DEPTH * 5 + 4));
    ck_assert_uint_eq(probe.document_count, 1);
}
END_TEST

START_TEST(a_page_of_a_million_open_inline_elements_is_read_in_time)
{
    enum { COUNT = 100000 };
    char *page = ark_arena_alloc(&probe.arena, COUNT * 4 + 8);
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(page + i * 4, "<b>x", 4);
    }
    probe_read("a.html", ark_str_make(page, COUNT * 4));
    ck_assert_uint_eq(probe.document_count, 1);
}
END_TEST

START_TEST(a_tag_of_too_many_attributes_is_refused_in_time)
{
    enum { COUNT = 200000 };
    struct ark_buf page = ark_buf_make(COUNT * 16);
    ark_buf_append_str(&page, ARK_STR("<p>before</p><body"));
    for (unsigned i = 0; i < COUNT; i++) {
        ark_buf_printf(&page, " a%u=\"x\"", i);
    }
    ark_buf_append_str(&page, ARK_STR(">after"));
    probe_read("a.html", ark_buf_view(&page));
    ck_assert_uint_eq(probe.document_count, 0);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].status, ARK_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "byte 13"));
    ark_buf_dispose(&page);
}
END_TEST

START_TEST(brackets_and_quotes_in_running_text_are_no_tags)
{
    probe_read("a.html", ARK_STR("<p>it's 1 < 2, x<y \"and so on</p><p class='a b'>end"));
    ck_assert_uint_eq(probe.document_count, 1);
}
END_TEST

START_TEST(a_zero_byte_does_not_end_a_page)
{
    probe_read("a.html", ARK_STR("<p>هدنة في حلب</p>\0<p>غدا</p>"));
    ck_assert_text(probe_only()->body, "هدنة في حلب\nغدا");
}
END_TEST

START_TEST(every_prefix_of_a_page_is_read)
{
    static const char PAGE[] = "<!doctype html><html lang=ar><head><meta charset=\"utf-8\"><title>"
                               "a&amp;b</title><script>x</script></head><body><nav>n</nav>"
                               "<p class='c'>text<!-- c --> &#1604;</p><![CDATA[d]]></body></html>";
    for (size_t len = 1; len < sizeof PAGE; len++) {
        probe_read("a.html", ark_str_make(PAGE, len));
        ck_assert_uint_eq(probe.document_count, 1);
    }
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_html");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_page_becomes_its_text, 0, (int)ARK_COUNT_OF(BODIES));
    tcase_add_test(tests, title_date_and_source_come_from_the_head);
    tcase_add_test(tests, without_a_title_the_one_for_sharing_serves);
    tcase_add_test(tests, the_title_of_a_drawing_is_not_that_of_the_page);
    tcase_add_loop_test(tests, a_page_in_windows_1256_is_read_however_it_is_declared, 0,
                        (int)ARK_COUNT_OF(DECLARATIONS));
    tcase_add_test(tests, a_page_in_utf16_is_read);
    tcase_add_test(tests, an_old_declaration_over_utf8_does_no_harm);
    tcase_add_test(tests, a_page_nested_a_hundred_thousand_deep_is_read);
    tcase_add_test(tests, a_page_of_a_million_open_inline_elements_is_read_in_time);
    tcase_add_test(tests, a_tag_of_too_many_attributes_is_refused_in_time);
    tcase_add_test(tests, brackets_and_quotes_in_running_text_are_no_tags);
    tcase_add_test(tests, a_zero_byte_does_not_end_a_page);
    tcase_add_test(tests, every_prefix_of_a_page_is_read);
    return probe_run(tests, "reader_html");
}
