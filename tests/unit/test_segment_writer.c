#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/store/segment_writer.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"

/** Adds a document of this path with no words. */
static void
add_document(struct ark_segment_writer *writer, ark_str path, ark_str fragment, uint32_t name_start,
             ark_str body)
{
    struct ark_document_record record = {
        .path = path,
        .fragment = fragment,
        .source = ARK_STR("a source"),
        .name_start = name_start,
        .fragment_is_id = fragment.len > 0,
        .date = 20240131,
        .token_count = 7,
        .title_tokens = 2,
        .content_hash = UINT64_MAX,
    };
    ck_assert_int_eq(ark_segment_writer_add_document(writer, &record, ARK_STR("title"), body, NULL),
                     ARK_OK);
}

static struct ark_segment_data *
finish(struct ark_segment_writer *writer)
{
    struct ark_segment_data *data = NULL;
    ck_assert_int_eq(ark_segment_writer_finish(writer, &data, NULL), ARK_OK);
    ck_assert_int_eq(ark_segment_verify(ark_segment_data_reader(data), NULL), ARK_OK);
    return data;
}

static struct ark_document_record
record_of(struct ark_segment_data *data, ark_docid doc, struct ark_arena *arena)
{
    struct ark_document_record record;
    ck_assert_int_eq(ark_segment_document(ark_segment_data_reader(data), doc, arena, &record, NULL),
                     ARK_OK);
    return record;
}

START_TEST(every_field_of_a_document_comes_back)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    add_document(writer, ARK_STR("/a/b"), ARK_STR("id 1"), 3, ARK_STR("body"));
    struct ark_segment_data *data = finish(writer);
    struct ark_arena arena = ark_arena_make();
    struct ark_document_record record = record_of(data, 0, &arena);
    ck_assert(ark_str_equal(record.path, ARK_STR("/a/b")));
    ck_assert(ark_str_equal(record.fragment, ARK_STR("id 1")));
    ck_assert(ark_str_equal(record.source, ARK_STR("a source")));
    ck_assert_uint_eq(record.name_start, 3);
    ck_assert(record.fragment_is_id);
    ck_assert_uint_eq(record.date, 20240131);
    ck_assert_uint_eq(record.token_count, 7);
    ck_assert_uint_eq(record.title_tokens, 2);
    ck_assert_uint_eq(record.content_hash, UINT64_MAX);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

/** Bytes of the document table for so many records of one path, or of a path each. */
static uint64_t
stored_with_paths(bool shared)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    struct ark_arena arena = ark_arena_make();
    for (int i = 0; i < 50; i++) {
        char path[64];
        int len = snprintf(path, sizeof path, "/a/rather/long/path/to/the/records/%d.jsonl",
                           shared ? 10 : 10 + i);
        add_document(writer, ark_str_make(path, (size_t)len), ARK_STR("x"), 1, ARK_STR(""));
    }
    struct ark_segment_data *data = finish(writer);
    for (ark_docid doc = 0; doc < 50; doc++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/a/rather/long/path/to/the/records/%u.jsonl",
                       (unsigned)(shared ? 10 : 10 + doc));
        ck_assert(ark_str_equal(record_of(data, doc, &arena).path, ark_str_from(path)));
    }
    uint64_t bytes = ark_segment_info(ark_segment_data_reader(data))->stored_bytes;
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
    return bytes;
}

START_TEST(a_path_shared_with_the_document_before_is_written_once)
{
    uint64_t path_bytes = strlen("/a/rather/long/path/to/the/records/10.jsonl");
    ck_assert_uint_gt(stored_with_paths(false), stored_with_paths(true) + 49 * path_bytes);
}
END_TEST

START_TEST(a_path_with_another_root_is_written_again)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    add_document(writer, ARK_STR("/a/b"), ARK_STR("1"), 1, ARK_STR(""));
    add_document(writer, ARK_STR("/a/b"), ARK_STR("2"), 3, ARK_STR(""));
    struct ark_segment_data *data = finish(writer);
    struct ark_arena arena = ark_arena_make();
    ck_assert_uint_eq(record_of(data, 0, &arena).name_start, 1);
    ck_assert_uint_eq(record_of(data, 1, &arena).name_start, 3);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_copied_document_keeps_record_and_text)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    add_document(writer, ARK_STR("/a"), ARK_STR("1"), 1, ARK_STR("one"));
    add_document(writer, ARK_STR("/a"), ARK_STR("2"), 1, ARK_STR("two"));
    add_document(writer, ARK_STR("/a"), ARK_STR("3"), 1, ARK_STR("three"));
    struct ark_segment_data *from = finish(writer);
    writer = ark_segment_writer_new("/tmp");
    // Without the first, which holds the path that the others share.
    for (ark_docid doc = 1; doc < 3; doc++) {
        ck_assert_int_eq(
            ark_segment_writer_copy_document(writer, ark_segment_data_reader(from), doc, NULL),
            ARK_OK);
    }
    ark_segment_data_free(from);
    struct ark_segment_data *data = finish(writer);
    struct ark_arena arena = ark_arena_make();
    struct ark_document_record record = record_of(data, 1, &arena);
    ck_assert(ark_str_equal(record.path, ARK_STR("/a")));
    ck_assert(ark_str_equal(record.fragment, ARK_STR("3")));
    ark_str title;
    ark_str body;
    ck_assert_int_eq(
        ark_segment_text(ark_segment_data_reader(data), 1, &arena, &title, &body, NULL), ARK_OK);
    ck_assert(ark_str_equal(title, ARK_STR("title")));
    ck_assert(ark_str_equal(body, ARK_STR("three")));
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_text_of_many_chunks_comes_back)
{
    enum { BYTES = 3000000 };
    struct ark_buf body = ark_buf_make(BYTES);
    uint32_t state = 1;
    for (size_t i = 0; i < BYTES; i++) {
        // Noise, so that the frame is as long as the text.
        state = state * 1664525u + 1013904223u;
        ark_buf_push(&body, (uint8_t)(state >> 24));
    }
    char *dir = test_temp_dir();
    struct ark_segment_writer *writer = ark_segment_writer_new(dir);
    add_document(writer, ARK_STR("/a"), ARK_STR(""), 1, ark_buf_view(&body));
    add_document(writer, ARK_STR("/b"), ARK_STR(""), 1, ARK_STR("short"));
    struct ark_segment_data *data = finish(writer);
    struct ark_arena arena = ark_arena_make();
    ark_str title;
    ark_str back;
    ck_assert_int_eq(
        ark_segment_text(ark_segment_data_reader(data), 0, &arena, &title, &back, NULL), ARK_OK);
    ck_assert(ark_str_equal(back, ark_buf_view(&body)));
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
    ark_buf_dispose(&body);
    test_temp_dir_remove(dir);
}
END_TEST

static const struct ark_variant *
variant_of(const struct ark_family *family, const char *form)
{
    for (uint32_t i = 0; i < family->variant_count; i++) {
        if (ark_str_equal(family->variants[i].form, ark_str_from(form))) {
            return &family->variants[i];
        }
    }
    return NULL;
}

static const struct ark_class *
class_of(const struct ark_family *family, const char *light)
{
    for (uint32_t i = 0; i < family->class_count; i++) {
        if (ark_str_equal(family->classes[i].light, ark_str_from(light))) {
            return &family->classes[i];
        }
    }
    return NULL;
}

START_TEST(document_frequencies_count_each_document_once_at_each_level)
{
    static const struct toy_document DOCUMENTS[] = {
        {"/1", NULL, NULL, "k:ab+x k:ab+y k:ab+x"},
        {"/2", NULL, NULL, "k:ab+x k:ac"},
        {"/3", NULL, NULL, "other:word"},
        {"/4", NULL, NULL, "k:ac k:ac"},
    };
    struct ark_segment_data *data = toy_segment_make("/tmp", DOCUMENTS, ARK_COUNT_OF(DOCUMENTS));
    struct ark_arena arena = ark_arena_make();
    const struct ark_family *family = NULL;
    ck_assert_int_eq(
        ark_segment_find_family(ark_segment_data_reader(data), ARK_STR("k"), &arena, &family, NULL),
        ARK_OK);
    ck_assert_ptr_nonnull(family);
    ck_assert_uint_eq(family->df, 3);
    ck_assert_uint_eq(family->variant_count, 3);
    ck_assert_uint_eq(variant_of(family, "ab+x")->df, 2);
    ck_assert_uint_eq(variant_of(family, "ab+y")->form_df, 1);
    ck_assert_uint_eq(variant_of(family, "ac")->form_df, 2);
    ck_assert_uint_eq(class_of(family, "ab")->df, 2);
    ck_assert_uint_eq(class_of(family, "ac")->df, 2);
    ck_assert_uint_eq(family->stem_count, 2);
    ck_assert(ark_str_equal(family->stems[0].text, ARK_STR("ab")));
    ck_assert_uint_eq(family->stems[0].df, 2);
    ck_assert_uint_eq(family->stems[1].df, 2);
    ark_arena_dispose(&arena);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_family_without_postings_is_not_written)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    add_document(writer, ARK_STR("/a"), ARK_STR(""), 1, ARK_STR(""));
    struct ark_member_text member = {{ARK_STR("a"), ARK_STR("a"), ARK_STR("a")}};
    ark_segment_writer_begin_family(writer, ARK_STR("k"), &member, 1);
    ck_assert_int_eq(ark_segment_writer_end_family(writer, NULL), ARK_OK);
    struct ark_segment_data *data = finish(writer);
    ck_assert_uint_eq(ark_segment_info(ark_segment_data_reader(data))->family_count, 0);
    ark_segment_data_free(data);
}
END_TEST

START_TEST(a_member_without_postings_is_refused)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/tmp");
    add_document(writer, ARK_STR("/a"), ARK_STR(""), 1, ARK_STR(""));
    struct ark_member_text members[2] = {{{ARK_STR("a"), ARK_STR("a"), ARK_STR("a")}},
                                         {{ARK_STR("b"), ARK_STR("b"), ARK_STR("b")}}};
    ark_segment_writer_begin_family(writer, ARK_STR("k"), members, 2);
    const struct ark_occurrence occurrence = {0, 1};
    const uint32_t position = 0;
    const struct ark_posting posting = {0, 1, &occurrence, &position};
    ark_segment_writer_count_document(writer, 0, &(uint32_t){0}, 1);
    ark_segment_writer_begin_class(writer, 0);
    ark_segment_writer_add_posting(writer, &posting);
    ark_segment_writer_end_class(writer);
    // Only a damaged segment that is being merged can have such a member.
    ck_assert_int_eq(ark_segment_writer_end_family(writer, NULL), ARK_E_CORRUPT);
    ark_segment_writer_free(writer);
}
END_TEST

START_TEST(a_temporary_directory_that_is_not_there_is_an_error)
{
    struct ark_segment_writer *writer = ark_segment_writer_new("/nowhere/at/all");
    struct ark_error err;
    enum ark_status status = ARK_OK;
    struct ark_document_record record = {.path = ARK_STR("/a"), .source = ARK_STR("")};
    struct ark_buf body = ark_buf_make(SIZE_MAX);
    uint32_t state = 1;
    for (size_t i = 0; i < 300000; i++) {
        state = state * 1664525u + 1013904223u;
        ark_buf_push(&body, (uint8_t)(state >> 24));
    }
    for (int i = 0; i < 4 && status == ARK_OK; i++) {
        status = ark_segment_writer_add_document(writer, &record, ARK_STR(""), ark_buf_view(&body),
                                                 &err);
    }
    ck_assert_int_eq(status, ARK_E_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "/nowhere/at/all"));
    ark_buf_dispose(&body);
    ark_segment_writer_free(writer);
}
END_TEST

START_TEST(what_was_written_can_be_thrown_away_at_any_point)
{
    char *dir = test_temp_dir();
    ark_segment_writer_free(NULL);
    ark_segment_data_free(NULL);
    ark_segment_writer_free(ark_segment_writer_new(dir));
    struct ark_segment_writer *writer = ark_segment_writer_new(dir);
    static const struct toy_document DOCUMENT = {"/1", NULL, NULL, "k:a l:b"};
    toy_segment_write(writer, &DOCUMENT, 1);
    ark_segment_writer_free(writer);
    ck_assert_uint_eq(test_dir_entries(dir), 0);
    test_temp_dir_remove(dir);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("segment_writer");
    TCase *tests = tcase_create("segment_writer");
    tcase_add_test(tests, every_field_of_a_document_comes_back);
    tcase_add_test(tests, a_path_shared_with_the_document_before_is_written_once);
    tcase_add_test(tests, a_path_with_another_root_is_written_again);
    tcase_add_test(tests, a_copied_document_keeps_record_and_text);
    tcase_add_test(tests, a_text_of_many_chunks_comes_back);
    tcase_add_test(tests, document_frequencies_count_each_document_once_at_each_level);
    tcase_add_test(tests, a_family_without_postings_is_not_written);
    tcase_add_test(tests, a_member_without_postings_is_refused);
    tcase_add_test(tests, a_temporary_directory_that_is_not_there_is_an_error);
    tcase_add_test(tests, what_was_written_can_be_thrown_away_at_any_point);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
