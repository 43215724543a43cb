#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>
#include <fcntl.h>

#include "common/store/store.h"
#include "reader_probe.h"

START_TEST(a_text_file_is_one_document_with_title_body_and_date)
{
    probe_read("a.txt", ARK_STR("A truce\n- 2 November 2016\nIt holds.\n"));
    const struct ark_document *document = probe_only();
    ck_assert_text(document->title, "A truce");
    ck_assert_text(document->body, "- 2 November 2016\nIt holds.\n");
    ck_assert_text(document->fragment, "");
    ck_assert(!document->fragment_is_id);
    ck_assert_uint_eq(document->date, 20161102);
    ck_assert_str_eq(probe.result.type, "text");
    ck_assert_str_eq(probe.result.encoding, "UTF-8");
}
END_TEST

START_TEST(escapes_and_bidi_controls_do_not_reach_the_document)
{
    probe_read("a.txt",
               ARK_STR("\x1B]0;title\x07 red\x1B[31m\u202Egnp.exe\u2066x\u2069\xC2\x9B.\r\n"));
    ck_assert_text(probe_only()->body, "]0;title red[31mgnp.exex.\n");
}
END_TEST

START_TEST(windows_1256_is_decoded)
{
    // A sentence.
    static const char SENTENCE[] = "أعلن الجيش هدنة في المدينة.";
    probe_read("a.txt", probe_encode("WINDOWS-1256", ARK_STR(SENTENCE)));
    ck_assert_text(probe_only()->body, SENTENCE);
    ck_assert_str_eq(probe.result.encoding, "WINDOWS-1256");
}
END_TEST

START_TEST(an_undecodable_file_is_a_skip_that_names_option_and_path)
{
    probe_read("b.txt", ARK_STR("\x80\x81\x82\x83\x84\x85\x86\x87"));
    const struct probe_skip *skip = probe_only_skip();
    ck_assert_int_eq(skip->kind, ARK_SKIP_FILE);
    ck_assert_int_eq(skip->status, ARK_E_ENCODING);
    ck_assert_str_eq(skip->text, "no known text encoding (see --encoding): b.txt");
    ck_assert(probe.result.failed);
    ck_assert_uint_eq(probe.result.skipped_count, 1);
}
END_TEST

START_TEST(bad_utf8_is_read_and_reported_with_its_place)
{
    // A word and a cut letter.
    probe_read("b.txt", ARK_STR("هدنة \xD9."));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_text(probe.documents[0].body, "هدنة \uFFFD.");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_BYTES);
    ck_assert_str_eq(probe.skips[0].text,
                     "bad UTF-8 became U+FFFD (places: 1, the first at byte 9; "
                     "see --encoding): b.txt");
    ck_assert(probe.result.facts_known && !probe.result.failed);
    ck_assert_uint_eq(probe.result.skipped_count, 0);
    probe.options.encoding = "UTF-8";
    ck_assert_int_eq(probe_read_path("b.txt"), ARK_OK);
    ck_assert_text(probe_only()->body, "هدنة \uFFFD.");
}
END_TEST

START_TEST(a_fault_of_one_file_is_not_reported_of_the_next)
{
    probe_read("b.txt", ARK_STR("هدنة \xD9."));
    probe_read("c.txt", ARK_STR("هدنة."));
    ck_assert_text(probe_only()->body, "هدنة.");
}
END_TEST

START_TEST(a_binary_file_is_told_apart_from_a_failure)
{
    probe_read("a.dat", ARK_STR("\x7F"
                                "ELF\0\0\0"));
    const struct probe_skip *skip = probe_only_skip();
    ck_assert_int_eq(skip->kind, ARK_SKIP_BINARY);
    ck_assert_str_eq(skip->text, "binary file: a.dat");
    ck_assert(probe.result.binary);
    ck_assert(!probe.result.failed);
    ck_assert_uint_eq(probe.result.skipped_count, 0);
}
END_TEST

START_TEST(an_empty_file_is_no_document_and_no_failure)
{
    probe_read("a.txt", ARK_STR(""));
    ck_assert_uint_eq(probe.document_count + probe.skip_count, 0);
    probe_read("a.txt", ARK_STR(" \n\r\n\t"));
    ck_assert_uint_eq(probe.document_count + probe.skip_count, 0);
    ck_assert(probe.result.facts_known);
}
END_TEST

START_TEST(a_missing_file_is_a_skip)
{
    ck_assert_int_eq(probe_read_path("none.txt"), ARK_OK);
    const struct probe_skip *skip = probe_only_skip();
    ck_assert_int_eq(skip->kind, ARK_SKIP_FILE);
    ck_assert_int_eq(skip->status, ARK_E_NOT_FOUND);
    ck_assert_str_eq(skip->text, "No such file or directory: none.txt");
}
END_TEST

START_TEST(a_folder_is_a_skip)
{
    ck_assert_int_eq(probe_read_path("."), ARK_OK);
    ck_assert_int_eq(probe_only_skip()->status, ARK_E_IO);
    ck_assert_str_eq(probe.skips[0].text, "Is a directory: .");
}
END_TEST

START_TEST(an_unreadable_file_is_a_skip)
{
    probe_write("secret.txt", ARK_STR("text"));
    ck_assert_int_eq(chmod("secret.txt", 0), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(seteuid(65534), 0); // root reads everything
    }
    ck_assert_int_eq(probe_read_path("secret.txt"), ARK_OK);
    (void)!seteuid(0);
    ck_assert_str_eq(probe_only_skip()->text, "Permission denied: secret.txt");
}
END_TEST

START_TEST(a_file_at_the_limit_is_read_and_one_byte_more_is_a_skip)
{
    probe.options.document_bytes_max = 2048;
    static char text[2049];
    memset(text, 'a', sizeof text);
    probe_read("a.txt", ark_str_make(text, 2048));
    ck_assert_uint_eq(probe_only()->body.len, 2048);
    probe_read("a.txt", ark_str_make(text, 2049));
    ck_assert_int_eq(probe_only_skip()->kind, ARK_SKIP_FILE);
    ck_assert_int_eq(probe.skips[0].status, ARK_E_LIMIT);
    ck_assert_str_eq(probe.skips[0].text, "larger than 2K (see --max-size): a.txt");
    probe.options.document_bytes_max = 0;
    ck_assert_int_eq(probe_read_path("a.txt"), ARK_OK);
    ck_assert_uint_eq(probe_only()->body.len, 2049);
}
END_TEST

START_TEST(a_line_of_100_megabytes_is_read_when_the_limit_allows)
{
    enum { LINE_BYTES = 100 * 1024 * 1024 };
    char *line = ark_xmalloc(LINE_BYTES);
    memset(line, 'a', LINE_BYTES);
    for (size_t i = 7; i < LINE_BYTES; i += 8) {
        line[i] = ' ';
    }
    probe.options.document_bytes_max = 64 * 1024 * 1024;
    probe_read("a.txt", ark_str_make(line, LINE_BYTES));
    ck_assert_str_eq(probe_only_skip()->text, "larger than 64M (see --max-size): a.txt");
    probe.options.document_bytes_max = 128 * 1024 * 1024;
    ck_assert_int_eq(probe_read_path("a.txt"), ARK_OK);
    ck_assert_uint_eq(probe_only()->body.len, LINE_BYTES);
    ck_assert_uint_eq(probe_only()->title.len, 0);
    free(line);
}
END_TEST

START_TEST(a_token_of_a_megabyte_is_text)
{
    enum { TOKEN_BYTES = 1024 * 1024 };
    char *token = ark_xmalloc(TOKEN_BYTES);
    memset(token, 'x', TOKEN_BYTES);
    probe_read("a.txt", ark_str_make(token, TOKEN_BYTES));
    ck_assert_uint_eq(probe_only()->body.len, TOKEN_BYTES);
    free(token);
}
END_TEST

START_TEST(the_facts_are_size_mtime_and_hash_of_the_bytes)
{
    probe_write("a.txt", ARK_STR("Text."));
    const struct timespec times[2] = {{1000, 5}, {2000000000, 123456789}};
    ck_assert_int_eq(utimensat(AT_FDCWD, "a.txt", times, 0), 0);
    ck_assert_int_eq(probe_read_path("a.txt"), ARK_OK);
    ck_assert(probe.result.facts_known);
    ck_assert_uint_eq(probe.result.facts.size_bytes, 5);
    ck_assert_int_eq(probe.result.facts.mtime_ns, INT64_C(2000000000123456789));
    ck_assert_uint_eq(probe.result.facts.content_hash, ark_content_hash(ARK_STR("Text.")));
    struct ark_file_facts facts;
    ck_assert_int_eq(ark_reader_file_facts("a.txt", &facts, NULL), ARK_OK);
    ck_assert_uint_eq(facts.content_hash, probe.result.facts.content_hash);
    ck_assert_int_eq(facts.mtime_ns, probe.result.facts.mtime_ns);
    ck_assert_uint_eq(facts.size_bytes, 5);
}
END_TEST

START_TEST(the_facts_of_a_missing_file_are_an_error)
{
    struct ark_file_facts facts;
    struct ark_error error;
    ck_assert_int_eq(ark_reader_file_facts("none", &facts, &error), ARK_E_NOT_FOUND);
    ck_assert_str_eq(error.text, "No such file or directory: none");
}
END_TEST

START_TEST(a_dash_reads_standard_input)
{
    probe_write("a.txt", ARK_STR("Title\nText."));
    int fd = open("a.txt", O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    (void)close(fd);
    ck_assert_int_eq(probe_read_path("-"), ARK_OK);
    ck_assert_text(probe_only()->title, "Title");
}
END_TEST

START_TEST(what_the_sink_refuses_ends_the_reading)
{
    probe.stop_after = 1;
    probe_write("a.jsonl", ARK_STR("{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n"));
    ck_assert_int_eq(probe_read_path("a.jsonl"), ARK_E_INTERRUPTED);
    ck_assert_uint_eq(probe.document_count, 1);
}
END_TEST

START_TEST(one_reader_reads_many_files)
{
    struct ark_reader *reader;
    struct ark_error error;
    const struct ark_reader_calls calls = {probe_sink, probe_skip, NULL};
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_OK);
    probe_write("a.jsonl", ARK_STR("{\"id\":\"1\",\"text\":\"a\"}\n"));
    for (size_t i = 0; i < 3; i++) {
        // Ids are unique within one file, not from file to file.
        ck_assert_int_eq(ark_reader_read(reader, "a.jsonl", &calls, &probe.result, &error), ARK_OK);
        ck_assert_uint_eq(probe.result.document_count, 1);
    }
    ck_assert_uint_eq(probe.skip_count, 0);
    ark_reader_free(reader);
}
END_TEST

/** How a file is called and begins, and what type it is then. */
static const struct {
    const char *name;
    const char *bytes;
    const char *type;
} TYPES[] = {
    {"a.txt", "text", "text"},
    {"README", "text", "text"},
    {"a.c", "int x;", "text"},
    {"a.md", "text", "markdown"},
    {"a.MARKDOWN", "text", "markdown"},
    {"a.html", "text", "html"},
    {"a.HTM", "text", "html"},
    {"a", " \n<!DOCTYPE html><p>x", "html"},
    {"a", "\xEF\xBB\xBF<html><p>x", "html"},
    {"a.jsonl", "{\"text\":\"x\"}", "jsonl"},
    {"a.ndjson", "{\"text\":\"x\"}", "jsonl"},
    {"a", "{\"text\":\"x\"}\n{\"text\":\"y\"}\n", "jsonl"},
    {"a.json", "{\"text\":\n\"x\"}\n", "text"},
    {"a.trec", "<DOC>", "trec"},
    {"a.txt", "<DOC>\n<DOCNO>1</DOCNO>\nx</DOC>", "trec"},
    {"a.sgm", "<doc><docno>1</docno>x</doc>", "trec"},
    {".html", "text", "text"},
};

START_TEST(the_type_is_told_by_name_or_content)
{
    probe_read(TYPES[_i].name, ark_str_from(TYPES[_i].bytes));
    ck_assert_str_eq(probe.result.type, TYPES[_i].type);
}
END_TEST

START_TEST(a_named_type_is_taken_whatever_the_file_looks_like)
{
    probe.options.type = "text";
    probe_read("a.html", ARK_STR("<p>x</p>."));
    ck_assert_text(probe_only()->body, "<p>x</p>.");
}
END_TEST

START_TEST(an_unknown_type_is_an_error_that_lists_the_types)
{
    struct ark_reader *reader = NULL;
    struct ark_error error;
    probe.options.type = "pdf";
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_E_ARGUMENT);
    ck_assert_str_eq(error.text,
                     "no such type (there are auto, text, markdown, html, jsonl, trec): pdf");
    ck_assert_ptr_null(reader);
    probe.options.type = "auto";
    probe.options.encoding = "nonsense";
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_E_ARGUMENT);
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_text");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_text_file_is_one_document_with_title_body_and_date);
    tcase_add_test(tests, escapes_and_bidi_controls_do_not_reach_the_document);
    tcase_add_test(tests, windows_1256_is_decoded);
    tcase_add_test(tests, an_undecodable_file_is_a_skip_that_names_option_and_path);
    tcase_add_test(tests, bad_utf8_is_read_and_reported_with_its_place);
    tcase_add_test(tests, a_fault_of_one_file_is_not_reported_of_the_next);
    tcase_add_test(tests, a_binary_file_is_told_apart_from_a_failure);
    tcase_add_test(tests, an_empty_file_is_no_document_and_no_failure);
    tcase_add_test(tests, a_missing_file_is_a_skip);
    tcase_add_test(tests, a_folder_is_a_skip);
    tcase_add_test(tests, an_unreadable_file_is_a_skip);
    tcase_add_test(tests, a_file_at_the_limit_is_read_and_one_byte_more_is_a_skip);
    tcase_add_test(tests, a_line_of_100_megabytes_is_read_when_the_limit_allows);
    tcase_add_test(tests, a_token_of_a_megabyte_is_text);
    tcase_add_test(tests, the_facts_are_size_mtime_and_hash_of_the_bytes);
    tcase_add_test(tests, the_facts_of_a_missing_file_are_an_error);
    tcase_add_test(tests, a_dash_reads_standard_input);
    tcase_add_test(tests, what_the_sink_refuses_ends_the_reading);
    tcase_add_test(tests, one_reader_reads_many_files);
    tcase_add_loop_test(tests, the_type_is_told_by_name_or_content, 0, (int)ARK_COUNT_OF(TYPES));
    tcase_add_test(tests, a_named_type_is_taken_whatever_the_file_looks_like);
    tcase_add_test(tests, an_unknown_type_is_an_error_that_lists_the_types);
    return probe_run(tests, "reader_text");
}
