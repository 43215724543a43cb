#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>

#include "reader_probe.h"

/** Counts nothing itself: the reader's own counts are what the test compares. */
static enum ark_status
count_sink(void *context ARK_UNUSED, const struct ark_document *document,
           struct ark_error *err ARK_UNUSED)
{
    probe_check_sane(document);
    return ARK_OK;
}

static void
count_skip(void *context ARK_UNUSED, const struct ark_skip *skip)
{
    ck_assert_int_eq(skip->kind, ARK_SKIP_DOCUMENT);
}

START_TEST(each_line_is_a_document_with_its_fields)
{
    probe_read("a.jsonl",
               ARK_STR("{\"id\":\"x\",\"title\":\"T\",\"body\":\"B\",\"date\":\"2016-11-02\","
                       "\"source\":\"S\"}\r\n\n{\"_id\":\"y\",\"text\":\"B2\"}\n"
                       "{\"contents\":\"B3\"}"));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, 3);
    ck_assert_text(probe.documents[0].fragment, "x");
    ck_assert(probe.documents[0].fragment_is_id);
    ck_assert_text(probe.documents[0].title, "T");
    ck_assert_text(probe.documents[0].body, "B");
    ck_assert_text(probe.documents[0].source, "S");
    ck_assert_uint_eq(probe.documents[0].date, 20161102);
    ck_assert_text(probe.documents[1].fragment, "y");
    ck_assert_text(probe.documents[1].body, "B2");
    // Blank lines are no records: the number is that of the third record.
    ck_assert_text(probe.documents[2].fragment, "3");
    ck_assert(!probe.documents[2].fragment_is_id);
    ck_assert_text(probe.documents[2].body, "B3");
}
END_TEST

START_TEST(numbers_are_taken_as_ids_and_dates)
{
    probe_read("a.jsonl", ARK_STR("{\"id\":7,\"text\":\"a\",\"date\":20161102}\n"
                                  "{\"id\":8,\"text\":\"b\",\"date\":1478082600}\n"
                                  "{\"id\":9,\"text\":\"c\",\"date\":2016}\n"
                                  "{\"id\":1.5,\"text\":\"d\",\"date\":null}\n"));
    ck_assert_uint_eq(probe.document_count, 4);
    ck_assert_text(probe.documents[0].fragment, "7");
    ck_assert_uint_eq(probe.documents[0].date, 20161102);
    ck_assert_uint_eq(probe.documents[1].date, 20161102);
    ck_assert_uint_eq(probe.documents[2].date, 20160000);
    ck_assert_text(probe.documents[3].fragment, "1.5");
    ck_assert_uint_eq(probe.documents[3].date, 0);
}
END_TEST

START_TEST(an_array_of_strings_is_a_text_of_lines)
{
    probe_read("a.jsonl", ARK_STR("{\"text\":[\"one\",\"two\",3]}\n"));
    ck_assert_text(probe_only()->body, "one\ntwo\n3");
}
END_TEST

START_TEST(escapes_are_resolved_and_then_cleaned)
{
    probe_read("a.jsonl",
               ARK_STR("{\"text\":\"a\\u0000\\u001b[31m\\u202eb\\n\\ud83d\\ude00\\u0647\"}\n"));
    ck_assert_text(probe_only()->body, "a[31mb\n\xF0\x9F\x98\x80\xD9\x87");
}
END_TEST

START_TEST(a_broken_record_is_reported_by_its_byte_and_the_others_are_read)
{
    probe_read("news.jsonl", ARK_STR("{\"text\":\"a\"}\n{\"text\":\"b\n{\"text\":\"c\"}\n[1]\n"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[1].fragment, "3");
    ck_assert_uint_eq(probe.skip_count, 2);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_int_eq(probe.skips[0].status, ARK_E_INPUT);
    ck_assert_text(probe.skips[0].fragment, "2");
    ck_assert_str_eq(probe.skips[0].text, "not a JSON record, byte 23: news.jsonl#2");
    ck_assert_str_eq(probe.skips[1].text, "not a JSON record, byte 37: news.jsonl#4");
    ck_assert(!probe.result.failed);
    ck_assert(probe.result.facts_known);
}
END_TEST

START_TEST(a_record_without_a_body_is_reported)
{
    probe_read("a.jsonl", ARK_STR("{\"id\":\"x\",\"title\":\"T\"}\n{\"text\":null}\n"));
    ck_assert_uint_eq(probe.document_count, 0);
    ck_assert_uint_eq(probe.skip_count, 2);
    ck_assert_str_eq(probe.skips[0].text,
                     "no field body, text or contents in the record (see --map): a.jsonl#x");
    ck_assert_text(probe.skips[0].fragment, "x");
    ck_assert_str_eq(probe.skips[1].text,
                     "no field body, text or contents in the record (see --map): a.jsonl#2");
}
END_TEST

START_TEST(an_empty_body_is_a_document)
{
    probe_read("a.jsonl", ARK_STR("{\"id\":\"x\",\"text\":\"\"}\n"));
    ck_assert_text(probe_only()->body, "");
}
END_TEST

START_TEST(an_id_used_twice_is_reported_and_the_first_one_stays)
{
    probe_read("a.jsonl", ARK_STR("{\"id\":\"x\",\"text\":\"a\"}\n{\"id\":\"x\",\"text\":\"b\"}\n"
                                  "{\"id\":\"4\",\"text\":\"c\"}\n{\"text\":\"d\"}\n"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[0].body, "a");
    ck_assert_text(probe.documents[1].body, "c");
    ck_assert_uint_eq(probe.skip_count, 2);
    ck_assert_str_eq(probe.skips[0].text, "id used before: a.jsonl#x");
    // The number of a record that has no id may be another's id.
    ck_assert_str_eq(probe.skips[1].text, "id used before: a.jsonl#4");
}
END_TEST

START_TEST(an_id_of_invisible_characters_is_reported)
{
    probe_read("a.jsonl", ARK_STR("{\"id\":\"\\u200f\\n\",\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "an id without a character that can be shown: a.jsonl");
}
END_TEST

START_TEST(ids_of_many_records_are_all_seen)
{
    enum { COUNT = 20000 };
    FILE *file = fopen("a.jsonl", "wb");
    ck_assert_ptr_nonnull(file);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++) {
            (void)fprintf(file, "{\"id\":\"doc-%d\"}\n", i);
        }
    }
    (void)fprintf(file, "{\"id\":\"doc-1\",\"text\":\"a\"}\n{\"id\":\"doc-1\",\"text\":\"b\"}\n");
    ck_assert_int_eq(fclose(file), 0);
    probe.options.map[ARK_MAP_BODY] = "id";
    // Not read by the probe, whose arrays are small.
    struct ark_reader *reader;
    struct ark_error error;
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_OK);
    const struct ark_reader_calls calls = {count_sink, count_skip, NULL};
    ck_assert_int_eq(ark_reader_read(reader, "a.jsonl", &calls, &probe.result, &error), ARK_OK);
    ck_assert_uint_eq(probe.result.document_count, COUNT);
    ck_assert_uint_eq(probe.result.skipped_count, COUNT + 2);
    ark_reader_free(reader);
}
END_TEST

START_TEST(fields_can_be_mapped_to_keys_and_pointers)
{
    struct ark_error error;
    ck_assert_int_eq(ark_reader_set_map(&probe.options, "body=/doc/parts/1", &error), ARK_OK);
    ck_assert_int_eq(ark_reader_set_map(&probe.options, "title=head line", &error), ARK_OK);
    ck_assert_int_eq(ark_reader_set_map(&probe.options, "id=/a~1b/m~0n", &error), ARK_OK);
    ck_assert_int_eq(ark_reader_set_map(&probe.options, "date=when", &error), ARK_OK);
    ck_assert_int_eq(ark_reader_set_map(&probe.options, "source=from", &error), ARK_OK);
    probe_read("a.jsonl", ARK_STR("{\"doc\":{\"parts\":[\"no\",\"yes\"]},\"head line\":\"H\","
                                  "\"a/b\":{\"m~n\":\"i\"},\"when\":\"2016\",\"from\":\"F\","
                                  "\"text\":\"not this\"}\n"));
    const struct ark_document *document = probe_only();
    ck_assert_text(document->body, "yes");
    ck_assert_text(document->title, "H");
    ck_assert_text(document->fragment, "i");
    ck_assert_text(document->source, "F");
    ck_assert_uint_eq(document->date, 20160000);
}
END_TEST

START_TEST(a_mapped_field_that_is_absent_does_not_fall_back)
{
    probe.options.map[ARK_MAP_BODY] = "/doc/2";
    probe_read("a.jsonl", ARK_STR("{\"doc\":[1],\"text\":\"not this\"}\n"));
    ck_assert_str_eq(probe_only_skip()->text,
                     "no field /doc/2 in the record (see --map): a.jsonl#1");
}
END_TEST

START_TEST(a_map_that_is_none_is_an_error_that_names_the_fields)
{
    static const char *const WRONG[] = {"body", "body=", "=x", "author=x", ""};
    for (size_t i = 0; i < ARK_COUNT_OF(WRONG); i++) {
        struct ark_error error;
        ck_assert_int_eq(ark_reader_set_map(&probe.options, WRONG[i], &error), ARK_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.text, "title, body, date, source or id"));
    }
}
END_TEST

START_TEST(a_record_above_the_limit_is_reported_and_the_others_are_read)
{
    probe.options.document_bytes_max = 1024;
    char *line = ark_arena_alloc(&probe.arena, 3000);
    memset(line, 'a', 3000);
    memcpy(line, "{\"text\":\"", 9);
    memcpy(line + 2000, "\"}\n{\"text\":\"b\"}\n", 17);
    probe_read("a.jsonl", ark_str_make(line, 2016));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_text(probe.documents[0].fragment, "2");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "larger than 1K (see --max-size): a.jsonl#1");
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
}
END_TEST

START_TEST(bad_utf8_in_a_record_is_replaced_and_reported)
{
    probe_read("a.jsonl", ARK_STR("{\"text\":\"هدنة\"}\n{\"text\":\"a\xFF\"}\n{\"text\":\"c\"}\n"));
    ck_assert_uint_eq(probe.document_count, 3);
    ck_assert_text(probe.documents[1].body, "a\uFFFD");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_BYTES);
    ck_assert_int_eq(probe.skips[0].status, ARK_E_ENCODING);
    ck_assert_str_eq(probe.skips[0].text, "bad UTF-8 became U+FFFD (places: 1, the first at byte "
                                          "30; see --encoding): a.jsonl#2");
}
END_TEST

START_TEST(a_record_that_is_bad_utf8_everywhere_is_reported_and_the_others_are_read)
{
    probe_read("a.jsonl", ARK_STR("{\"text\":\"هدنة في حلب\"}\n{\"text\":\"\xD8\xD8\xD8\xD8\"}\n"
                                  "{\"text\":\"c\"}\n"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_str_eq(probe.skips[0].text, "bad UTF-8 in too many places: 4, the first at byte 41 "
                                          "(see --encoding): a.jsonl#2");
}
END_TEST

START_TEST(bad_utf8_outside_the_strings_of_a_record_is_no_record)
{
    probe_read("a.jsonl", ARK_STR("{\"text\":\"هدنة\"}\n{\"text\":\xFF\"a\"}\n{\"text\":\"c\"}\n"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_str_eq(probe.skips[0].text, "not a JSON record, byte 20: a.jsonl#2");
}
END_TEST

START_TEST(records_in_other_encodings_are_decoded_as_a_stream)
{
    static const char RECORDS[] = "{\"text\":\"أعلن الجيش هدنة في المدينة\"}\n"
                                  "{\"text\":\"رفضت المعارضة الطلب\"}\n";
    static const char *const ENCODINGS[] = {"WINDOWS-1256", "UTF-16", "UTF-16BE", "UTF-8"};
    for (size_t i = 0; i < ARK_COUNT_OF(ENCODINGS); i++) {
        probe_read("a.jsonl", probe_encode(ENCODINGS[i], ARK_STR(RECORDS)));
        ck_assert_uint_eq(probe.document_count, 2);
        ck_assert_text(probe.documents[1].body, "رفضت المعارضة الطلب");
    }
}
END_TEST

START_TEST(records_nested_too_deep_are_reported)
{
    enum { DEPTH = 100000 };
    char *line = ark_arena_alloc(&probe.arena, DEPTH + 16);
    memset(line, '[', DEPTH);
    memcpy(line, "{\"text\":", 8);
    probe_read("a.jsonl", ark_str_make(line, DEPTH));
    ck_assert_int_eq(probe_only_skip()->status, ARK_E_INPUT);
}
END_TEST

START_TEST(an_array_of_records_is_read_as_lines_are)
{
    probe_read("a.json",
               ARK_STR(" [ {\"id\":\"x\",\"title\":\"T\",\n  \"text\":\"a ] } \\\" , [ { b\"},\n\n"
                       "{\"text\":[\"c\",{\"d\":[]},\"e\"]}\r\n,{\"text\":\"\\\\\"} ]\n"));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, 3);
    ck_assert_str_eq(probe.result.type, "jsonl");
    ck_assert_text(probe.documents[0].fragment, "x");
    ck_assert(probe.documents[0].fragment_is_id);
    ck_assert_text(probe.documents[0].title, "T");
    ck_assert_text(probe.documents[0].body, "a ] } \" , [ { b");
    ck_assert_text(probe.documents[1].fragment, "2");
    ck_assert(!probe.documents[1].fragment_is_id);
    ck_assert_text(probe.documents[2].body, "\\");
    ck_assert(probe.result.facts_known);
}
END_TEST

START_TEST(arrays_may_be_empty_or_follow_each_other)
{
    probe_read("a.json", ARK_STR("[]\n"));
    ck_assert_uint_eq(probe.document_count, 0);
    ck_assert_uint_eq(probe.skip_count, 0);
    probe_read("b.json", ARK_STR("[{\"text\":\"a\"}]\n[]\n[{\"text\":\"b\"}]"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[1].fragment, "2");
    ck_assert_uint_eq(probe.skip_count, 0);
}
END_TEST

START_TEST(an_array_under_a_name_of_json_lines_is_read_too)
{
    probe_read("a.jsonl", ARK_STR("\n[{\"text\":\"a\"}]"));
    ck_assert_text(probe_only()->body, "a");
}
END_TEST

START_TEST(an_array_of_anything_but_records_is_a_text)
{
    probe_read("a.json", ARK_STR("[\"one\",\"two\"]"));
    ck_assert_str_eq(probe.result.type, "text");
    ck_assert_text(probe_only()->title, "[\"one\",\"two\"]");
}
END_TEST

START_TEST(one_object_without_a_body_is_a_text)
{
    probe_read("package.json", ARK_STR("{\"name\":\"x\",\"version\":1}\n"));
    ck_assert_str_eq(probe.result.type, "text");
    ck_assert_uint_eq(probe.skip_count, 0);
    probe_read("one.json", ARK_STR("{\"name\":\"x\",\"Text\":1,\"text\":\"a\"}\n"));
    ck_assert_text(probe_only()->body, "a");
    probe_read("two.json", ARK_STR("{\"name\":\"x\"}\n{\"name\":\"y\"}\n"));
    ck_assert_uint_eq(probe.skip_count, 2);
    probe_read("one.jsonl", ARK_STR("{\"name\":\"x\"}\n"));
    ck_assert_uint_eq(probe.skip_count, 1);
    probe.options.map[ARK_MAP_BODY] = "name";
    probe_read("one.json", ARK_STR("{\"name\":\"x\"}\n"));
    ck_assert_text(probe_only()->body, "x");
}
END_TEST

START_TEST(what_is_no_record_of_an_array_is_reported_and_the_others_are_read)
{
    probe_read("a.json", ARK_STR("[{\"text\":\"a\"},17,\"x]\",[{}],{\"text\":},{\"title\":\"T\"},"
                                 "null,{\"text\":\"b\"}]"));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[1].fragment, "8");
    ck_assert_uint_eq(probe.skip_count, 6);
    ck_assert_str_eq(probe.skips[0].text, "not a JSON record, byte 14: a.json#2");
    ck_assert_str_eq(probe.skips[1].text, "not a JSON record, byte 17: a.json#3");
    ck_assert_text(probe.skips[3].fragment, "5");
    ck_assert_str_eq(probe.skips[4].text,
                     "no field body, text or contents in the record (see --map): a.json#6");
    for (size_t i = 0; i < probe.skip_count; i++) {
        ck_assert_int_eq(probe.skips[i].kind, ARK_SKIP_DOCUMENT);
    }
}
END_TEST

START_TEST(an_array_that_breaks_off_says_where_and_what_came_before_is_read)
{
    static const char *const ENDS[] = {"", ",", ",{\"text\":\"b", ",{\"text\":\"b\"", "}", "]x"};
    static const int BYTES[] = {13, 14, 14, 14, 13, 14};
    for (size_t i = 0; i < ARK_COUNT_OF(ENDS); i++) {
        char text[64];
        char expected[64];
        (void)snprintf(text, sizeof text, "[{\"text\":\"a\"}%s", ENDS[i]);
        (void)snprintf(expected, sizeof expected, "not a JSON array from byte %d on: a.json",
                       BYTES[i]);
        probe_read("a.json", ark_str_from(text));
        ck_assert_uint_eq(probe.document_count, 1);
        ck_assert_uint_eq(probe.skip_count, 1);
        ck_assert_str_eq(probe.skips[0].text, expected);
        ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_FILE);
    }
}
END_TEST

START_TEST(a_record_of_an_array_above_the_limit_is_reported_and_the_others_are_read)
{
    enum { LARGE = 3 * 1024 * 1024 }; // steps of a feed
    probe.options.document_bytes_max = 1024;
    char *text = ark_arena_alloc(&probe.arena, LARGE);
    memset(text, 'a', LARGE);
    memcpy(text, "[{\"text\":\"", 10);
    memcpy(text + LARGE - 17, "\"},{\"text\":\"b\"}]", 17);
    probe_read("a.json", ark_str_make(text, LARGE));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_text(probe.documents[0].fragment, "2");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "larger than 1K (see --max-size): a.json#1");
}
END_TEST

START_TEST(a_large_array_is_read_record_by_record)
{
    enum { COUNT = 20000 };
    FILE *file = fopen("a.json", "wb");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < COUNT; i++) {
        (void)fprintf(file, "%s{\"id\": %d,\n \"text\": \"%*d\"}", i == 0 ? "[\n" : ",\n", i,
                      i % 97 + 1, i);
    }
    (void)fprintf(file, "\n]\n");
    ck_assert_int_eq(fclose(file), 0);
    struct ark_reader *reader;
    struct ark_error error;
    probe.options.document_bytes_max = 4096; // the file has 2 MB
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_OK);
    const struct ark_reader_calls calls = {count_sink, count_skip, NULL};
    ck_assert_int_eq(ark_reader_read(reader, "a.json", &calls, &probe.result, &error), ARK_OK);
    ck_assert_uint_eq(probe.result.document_count, COUNT);
    ck_assert_uint_eq(probe.result.skipped_count, 0);
    ark_reader_free(reader);
}
END_TEST

START_TEST(an_array_in_another_encoding_is_decoded_as_a_stream)
{
    static const char RECORDS[] = "[{\"text\":\"أعلن الجيش هدنة في المدينة\"},"
                                  "{\"text\":\"رفضت المعارضة الطلب\"}]";
    static const char *const ENCODINGS[] = {"WINDOWS-1256", "UTF-16", "UTF-8"};
    for (size_t i = 0; i < ARK_COUNT_OF(ENCODINGS); i++) {
        probe_read("a.jsonl", probe_encode(ENCODINGS[i], ARK_STR(RECORDS)));
        ck_assert_uint_eq(probe.document_count, 2);
        ck_assert_text(probe.documents[1].body, "رفضت المعارضة الطلب");
    }
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_jsonl");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, each_line_is_a_document_with_its_fields);
    tcase_add_test(tests, numbers_are_taken_as_ids_and_dates);
    tcase_add_test(tests, an_array_of_strings_is_a_text_of_lines);
    tcase_add_test(tests, escapes_are_resolved_and_then_cleaned);
    tcase_add_test(tests, a_broken_record_is_reported_by_its_byte_and_the_others_are_read);
    tcase_add_test(tests, a_record_without_a_body_is_reported);
    tcase_add_test(tests, an_empty_body_is_a_document);
    tcase_add_test(tests, an_id_used_twice_is_reported_and_the_first_one_stays);
    tcase_add_test(tests, an_id_of_invisible_characters_is_reported);
    tcase_add_test(tests, ids_of_many_records_are_all_seen);
    tcase_add_test(tests, fields_can_be_mapped_to_keys_and_pointers);
    tcase_add_test(tests, a_mapped_field_that_is_absent_does_not_fall_back);
    tcase_add_test(tests, a_map_that_is_none_is_an_error_that_names_the_fields);
    tcase_add_test(tests, a_record_above_the_limit_is_reported_and_the_others_are_read);
    tcase_add_test(tests, bad_utf8_in_a_record_is_replaced_and_reported);
    tcase_add_test(tests, a_record_that_is_bad_utf8_everywhere_is_reported_and_the_others_are_read);
    tcase_add_test(tests, bad_utf8_outside_the_strings_of_a_record_is_no_record);
    tcase_add_test(tests, records_in_other_encodings_are_decoded_as_a_stream);
    tcase_add_test(tests, records_nested_too_deep_are_reported);
    tcase_add_test(tests, an_array_of_records_is_read_as_lines_are);
    tcase_add_test(tests, arrays_may_be_empty_or_follow_each_other);
    tcase_add_test(tests, an_array_under_a_name_of_json_lines_is_read_too);
    tcase_add_test(tests, an_array_of_anything_but_records_is_a_text);
    tcase_add_test(tests, one_object_without_a_body_is_a_text);
    tcase_add_test(tests, what_is_no_record_of_an_array_is_reported_and_the_others_are_read);
    tcase_add_test(tests, an_array_that_breaks_off_says_where_and_what_came_before_is_read);
    tcase_add_test(tests, a_record_of_an_array_above_the_limit_is_reported_and_the_others_are_read);
    tcase_add_test(tests, a_large_array_is_read_record_by_record);
    tcase_add_test(tests, an_array_in_another_encoding_is_decoded_as_a_stream);
    return probe_run(tests, "reader_jsonl");
}
