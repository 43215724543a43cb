#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>

#include "indexer/feed.h"
#include "reader_probe.h"

static void
check_sheet(const char *text, const char *title, const char *body)
{
    probe_read("a.md", ark_str_from(text));
    ck_assert_text(probe_only()->title, title);
    ck_assert_text(probe_only()->body, body);
}

START_TEST(the_first_heading_is_the_title_and_not_in_the_body)
{
    check_sheet("# Title *here*\n\ntext\n\n# Second\n", "Title here", "text\nSecond");
    check_sheet("Title\n=====\ntext", "Title", "text");
    check_sheet("intro\n\n## Late\n\ntext", "Late", "intro\ntext");
}
END_TEST

START_TEST(front_matter_gives_title_date_and_source)
{
    probe_read("a.md", ARK_STR("---\ntitle: \"The title: a\"\ndate: 2016-11-02\nsource: 'S'\n"
                               "tags:\n  title: no\n---\n# Heading\n\ntext\n"));
    const struct ark_document *document = probe_only();
    ck_assert_text(document->title, "The title: a");
    ck_assert_uint_eq(document->date, 20161102);
    ck_assert_text(document->source, "S");
    ck_assert_text(document->body, "Heading\ntext");
}
END_TEST

START_TEST(front_matter_without_an_end_is_text)
{
    check_sheet("---\ntitle: x\n\ntext", "", "title: x\ntext");
}
END_TEST

START_TEST(front_matter_with_carriage_returns_is_read)
{
    check_sheet("---\r\ntitle: x\r\n---\r\ntext\r\n", "x", "text");
}
END_TEST

START_TEST(marks_are_dropped_and_words_stay_whole)
{
    check_sheet("w*or*d **bold** `code` ~~del~~ [link](http://x.org \"t\") ![image](y.png)\n", "",
                "word bold code del link image");
}
END_TEST

START_TEST(blocks_are_lines)
{
    check_sheet("one\ntwo\n\n- a\n- b\n\n> quote\n\n1. c\n2. d\n\n***\n\nend", "",
                "one\ntwo\na\nb\nquote\nc\nd\nend");
}
END_TEST

START_TEST(code_blocks_are_text)
{
    check_sheet("```c\nint x;\nint y;\n```\nend", "", "int x;\nint y;\n\nend");
}
END_TEST

START_TEST(cells_of_a_table_are_parted)
{
    check_sheet("| a | b |\n|---|---|\n| c | d |\n", "", "a\tb\nc\td");
}
END_TEST

START_TEST(html_tags_are_dropped_and_entities_resolved)
{
    check_sheet("a <b>bold</b> &amp; &laquo;x&raquo; &#x647; &nosuch;\n", "",
                "a bold & \xC2\xABx\xC2\xBB \xD9\x87 &nosuch;");
}
END_TEST

START_TEST(a_sheet_of_open_brackets_is_read_in_time)
{
    enum { COUNT = 100000 };
    char *text = ark_arena_alloc(&probe.arena, COUNT);
    memset(text, '[', COUNT);
    probe_read("a.md", ark_str_make(text, COUNT));
    ck_assert_uint_eq(probe_only()->body.len, COUNT);
    memset(text, '>', COUNT);
    probe_read("a.md", ark_str_make(text, COUNT));
}
END_TEST

/** Gives the text once, and leaves other bytes behind it in the buffer. */
static enum ark_status
fill_and_smear(void *context, uint8_t *to, size_t room, size_t *got,
               struct ark_error *err ARK_UNUSED)
{
    static const char BEHIND[] = ") and more\n";
    ark_str *text = context;
    ck_assert_uint_ge(room, text->len + sizeof BEHIND);
    memcpy(to, text->bytes, text->len);
    memcpy(to + text->len, BEHIND, sizeof BEHIND);
    *got = text->len;
    *text = ark_str_slice(*text, text->len, text->len);
    return ARK_OK;
}

START_TEST(a_sheet_that_breaks_off_in_a_link_is_text_to_its_end)
{
    ark_str text = ARK_STR("a [b](x");
    struct ark_feed feed = ark_feed_make(fill_and_smear, &text);
    struct ark_reader *reader;
    struct ark_error error;
    const struct ark_reader_calls calls = {probe_sink, probe_skip, NULL};
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_OK);
    ck_assert_int_eq(ark_reader_read_feed(reader, &feed, "a.md", &calls, &probe.result, &error),
                     ARK_OK);
    ck_assert_text(probe_only()->body, "a [b](x");
    ark_feed_dispose(&feed);
    ark_reader_free(reader);
}
END_TEST

START_TEST(arabic_sheets_are_read)
{
    static const char TEXT[] = "# هدنة في حلب\n\nأعلن **الجيش** هدنة.\n";
    static const char TITLE[] = "هدنة في حلب";
    static const char BODY[] = "أعلن الجيش هدنة.";
    check_sheet(TEXT, TITLE, BODY);
    probe_read("a.md", probe_encode("WINDOWS-1256", ARK_STR(TEXT)));
    ck_assert_text(probe_only()->title, TITLE);
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_markdown");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_first_heading_is_the_title_and_not_in_the_body);
    tcase_add_test(tests, front_matter_gives_title_date_and_source);
    tcase_add_test(tests, front_matter_without_an_end_is_text);
    tcase_add_test(tests, front_matter_with_carriage_returns_is_read);
    tcase_add_test(tests, marks_are_dropped_and_words_stay_whole);
    tcase_add_test(tests, blocks_are_lines);
    tcase_add_test(tests, code_blocks_are_text);
    tcase_add_test(tests, cells_of_a_table_are_parted);
    tcase_add_test(tests, html_tags_are_dropped_and_entities_resolved);
    tcase_add_test(tests, a_sheet_of_open_brackets_is_read_in_time);
    tcase_add_test(tests, a_sheet_that_breaks_off_in_a_link_is_text_to_its_end);
    tcase_add_test(tests, arabic_sheets_are_read);
    return probe_run(tests, "reader_markdown");
}
