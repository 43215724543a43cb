#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/roots.h"

static struct ark_roots roots;
static struct ark_buf record;
static struct ark_error error;

static void
setup(void)
{
    roots = ark_roots_make();
    record = ark_buf_make(1 << 20);
}

static void
teardown(void)
{
    ark_roots_dispose(&roots);
    ark_buf_dispose(&record);
}

/** What must hold of any set of roots. */
static void
check_sane(void)
{
    ck_assert_uint_eq(roots.count, roots.by_path.count);
    for (size_t i = 0; i < roots.count; i++) {
        const struct ark_root *root = &roots.items[i];
        ck_assert_uint_gt(root->path.len, 0);
        ck_assert_uint_eq(root->path.bytes[0], '/');
        ck_assert_uint_eq(root->path.bytes[root->path.len], '\0');
        ck_assert(root->settings.len == 0 || root->settings.bytes[root->settings.len - 1] == '\0');
        ck_assert(root->forgotten || ark_roots_find(&roots, root->path) == root);
    }
}

static struct ark_root *
set(const char *path, bool directory, ark_str settings)
{
    struct ark_root *root = ark_roots_set(&roots, ark_str_from(path), directory, settings);
    check_sane();
    return root;
}

static const struct ark_root *
find(const char *path)
{
    return ark_roots_find(&roots, ark_str_from(path));
}

static const struct ark_root *
covering(const char *path)
{
    return ark_roots_covering(&roots, ark_str_from(path));
}

#define SETTINGS ARK_STR("hidden=yes\0exclude=*.bak\0")

START_TEST(an_empty_record_has_no_roots)
{
    ck_assert_int_eq(ark_roots_parse(&roots, ARK_STR(""), &error), ARK_OK);
    ck_assert_uint_eq(roots.count, 0);
}
END_TEST

START_TEST(roots_are_read_back_as_they_were_written)
{
    set("/home/u/news", true, SETTINGS)->file_system = 0xDEADBEEF12345678;
    set("/home/u/a\nb.txt", false, ARK_STR(""));
    set("/", true, ARK_STR("max-size=0\0"));
    ark_roots_encode(&roots, &record);
    ark_roots_dispose(&roots);
    ck_assert_int_eq(ark_roots_parse(&roots, ark_buf_view(&record), &error), ARK_OK);
    check_sane();
    ck_assert_uint_eq(roots.count, 3);
    ck_assert(roots.items[0].directory);
    ck_assert_uint_eq(roots.items[0].file_system, 0xDEADBEEF12345678);
    ck_assert(ark_str_equal(roots.items[0].settings, SETTINGS));
    ck_assert(!roots.items[1].directory);
    ck_assert(ark_str_equal(roots.items[1].path, ARK_STR("/home/u/a\nb.txt")));
    ck_assert_uint_eq(roots.items[1].settings.len, 0);
    ck_assert(ark_str_equal(roots.items[2].settings, ARK_STR("max-size=0\0")));
}
END_TEST

START_TEST(forgotten_roots_are_not_written_and_can_come_back)
{
    set("/a", true, ARK_STR(""))->forgotten = true;
    set("/b", true, ARK_STR(""));
    ck_assert_ptr_null(find("/a"));
    ck_assert_ptr_null(covering("/a/x"));
    ark_roots_encode(&roots, &record);
    ck_assert(ark_str_equal(ark_buf_view(&record), ARK_STR("ark-roots 1\0dir\0/b\0"
                                                           "0\0\0")));
    set("/a", true, ARK_STR(""));
    ck_assert_ptr_nonnull(find("/a"));
    ck_assert_uint_eq(roots.count, 2);
}
END_TEST

START_TEST(the_deepest_folder_covers_a_path)
{
    set("/home/u/news", true, ARK_STR(""));
    set("/home/u", true, ARK_STR(""));
    set("/home/u/news/a.txt", false, ARK_STR(""));
    ck_assert_ptr_eq(covering("/home/u/news/a.txt"), find("/home/u/news"));
    ck_assert_ptr_eq(covering("/home/u/news"), find("/home/u/news"));
    ck_assert_ptr_eq(covering("/home/u/newspaper/a.txt"), find("/home/u"));
    ck_assert_ptr_null(covering("/home"));
    set("/", true, ARK_STR(""));
    ck_assert_ptr_eq(covering("/home"), find("/"));
    ck_assert_ptr_eq(covering("/"), find("/"));
}
END_TEST

START_TEST(a_cut_record_is_refused_at_every_byte_but_between_roots)
{
    set("/home/u/news", true, SETTINGS);
    set("/b", false, ARK_STR(""));
    ark_roots_encode(&roots, &record);
    struct ark_buf one = ark_buf_make(1 << 20);
    roots.items[1].forgotten = true;
    ark_roots_encode(&roots, &one);
    for (size_t len = 1; len < record.len; len++) {
        // A copy of exactly this size, so that a read beyond it is seen.
        uint8_t *copy = malloc(len);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, record.bytes, len);
        struct ark_roots cut = ark_roots_make();
        bool whole = len == one.len || len == sizeof "ark-roots 1";
        ck_assert_int_eq(ark_roots_parse(&cut, ark_str_make(copy, len), &error),
                         whole ? ARK_OK : ARK_E_CORRUPT);
        ark_roots_dispose(&cut);
        free(copy);
    }
    ark_buf_dispose(&one);
}
END_TEST

START_TEST(a_record_with_any_bit_flipped_is_read_soundly_or_refused)
{
    set("/home/u/news", true, SETTINGS);
    set("/b", false, ARK_STR(""));
    ark_roots_encode(&roots, &record);
    ark_roots_dispose(&roots);
    for (size_t bit = 0; bit < record.len * 8; bit++) {
        record.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum ark_status status = ark_roots_parse(&roots, ark_buf_view(&record), &error);
        ck_assert(status == ARK_OK || status == ARK_E_CORRUPT);
        check_sane();
        ark_roots_dispose(&roots);
        record.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
END_TEST

START_TEST(records_that_are_none_are_refused)
{
    static const ark_str bad[] = {
        {(const uint8_t *)"ark-roots 2", 12},
        {(const uint8_t *)"ark-roots 1\0link\0/a\0"
                          "0\0",
         22},
        {(const uint8_t *)"ark-roots 1\0dir\0a\0"
                          "0\0",
         20},
        {(const uint8_t *)"ark-roots 1\0dir\0/a\0"
                          "x\0",
         21},
        {(const uint8_t *)"ark-roots 1\0dir\0/a\0\0", 21},
        {(const uint8_t *)"ark-roots 1\0dir\0/a\0"
                          "0\0\0dir\0/a\0"
                          "0\0",
         32},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(bad); i++) {
        ck_assert_msg(ark_roots_parse(&roots, bad[i], &error) == ARK_E_CORRUPT, "case %zu", i);
        ark_roots_dispose(&roots);
    }
}
END_TEST

START_TEST(settings_become_options_in_their_order)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_root_options options;
    ark_str settings = ARK_STR("type=jsonl\0encoding=utf-8\0map=title=headline\0max-size=10\0"
                               "include=*.txt\0exclude=a*\0hidden=yes\0follow=yes\0"
                               "one-file-system=yes\0");
    ck_assert_int_eq(ark_settings_read(settings, &arena, &options, &error), ARK_OK);
    ck_assert_str_eq(options.reader.type, "jsonl");
    ck_assert_str_eq(options.reader.encoding, "utf-8");
    ck_assert_str_eq(options.reader.map[ARK_MAP_TITLE], "headline");
    ck_assert_uint_eq(options.reader.document_bytes_max, 10);
    ck_assert_uint_eq(options.walk.glob_count, 2);
    ck_assert(options.walk.globs[0].include && !options.walk.globs[1].include);
    ck_assert_str_eq(options.walk.globs[1].pattern, "a*");
    ck_assert(options.walk.hidden && options.walk.follow && options.walk.one_file_system);
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(without_settings_the_defaults_hold)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_root_options options;
    ck_assert_int_eq(ark_settings_read(ARK_STR(""), &arena, &options, &error), ARK_OK);
    ck_assert_uint_eq(options.reader.document_bytes_max, ARK_DOCUMENT_BYTES_DEFAULT);
    ck_assert_ptr_null(options.reader.type);
    ck_assert_uint_eq(options.walk.glob_count, 0);
    ck_assert(!options.walk.hidden && !options.walk.follow && !options.walk.one_file_system);
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(unknown_settings_are_refused)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_root_options options;
    static const ark_str bad[] = {{(const uint8_t *)"colour=red", 11},
                                  {(const uint8_t *)"hidden", 7},
                                  {(const uint8_t *)"max-size=many", 14},
                                  {(const uint8_t *)"map=colour=x", 13}};
    for (size_t i = 0; i < ARK_COUNT_OF(bad); i++) {
        ck_assert_int_eq(ark_settings_read(bad[i], &arena, &options, &error), ARK_E_CORRUPT);
    }
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(a_root_is_away_when_its_folder_is_missing_or_empty_on_another_file_system)
{
    char folder[] = "/tmp/ark-roots-XXXXXX";
    char file[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/file", folder);
    struct ark_root *root = set(folder, true, ARK_STR(""));
    struct ark_root *inside = NULL;
    ark_root_note_file_system(root);
    ck_assert(!ark_root_is_away(root)); // empty, but where it was
    root->file_system++;
    ck_assert(ark_root_is_away(root)); // the bare mount point of a disk
    FILE *made = fopen(file, "w");
    ck_assert_ptr_nonnull(made);
    ck_assert_int_eq(fclose(made), 0);
    ck_assert(!ark_root_is_away(root)); // something is there, so it is believed
    inside = set(file, false, ARK_STR(""));
    ark_root_note_file_system(inside);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert(!ark_root_is_away(inside)); // a file that is gone from a folder that is there
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert(ark_root_is_away(inside));
    ck_assert(ark_root_is_away(ark_roots_find(&roots, ark_str_from(folder))));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("roots");
    TCase *tests = tcase_create("roots");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, an_empty_record_has_no_roots);
    tcase_add_test(tests, roots_are_read_back_as_they_were_written);
    tcase_add_test(tests, forgotten_roots_are_not_written_and_can_come_back);
    tcase_add_test(tests, the_deepest_folder_covers_a_path);
    tcase_add_test(tests, a_cut_record_is_refused_at_every_byte_but_between_roots);
    tcase_add_test(tests, a_record_with_any_bit_flipped_is_read_soundly_or_refused);
    tcase_add_test(tests, records_that_are_none_are_refused);
    tcase_add_test(tests, settings_become_options_in_their_order);
    tcase_add_test(tests, without_settings_the_defaults_hold);
    tcase_add_test(tests, unknown_settings_are_refused);
    tcase_add_test(tests,
                   a_root_is_away_when_its_folder_is_missing_or_empty_on_another_file_system);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
