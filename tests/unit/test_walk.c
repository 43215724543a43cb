// mkdtemp and nftw are XSI.
#define _XOPEN_SOURCE 700
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "indexer/path_pattern.h"
#include "indexer/walk.h"

static char directory[] = "ark-test-walk-XXXXXX";
static struct ark_walk_options options;
static struct ark_buf seen;    // a path under the root a line
static struct ark_buf skipped; // a report a line
static struct ark_error error;
static size_t stop_after;
static size_t visit_count;

static void
setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    options = (struct ark_walk_options){0};
    seen = ark_buf_make(1 << 20);
    skipped = ark_buf_make(1 << 20);
    stop_after = SIZE_MAX;
    visit_count = 0;
}

static int
remove_entry(const char *path, const struct stat *info ARK_UNUSED, int type ARK_UNUSED,
             struct FTW *place ARK_UNUSED)
{
    return remove(path);
}

static void
teardown(void)
{
    ark_buf_dispose(&seen);
    ark_buf_dispose(&skipped);
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(nftw(directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void
put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void
folder(const char *path)
{
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static enum ark_status
visit(void *context ARK_UNUSED, const struct ark_walk_file *file, struct ark_error *err)
{
    ck_assert(S_ISREG(file->info->st_mode));
    ck_assert_uint_le(file->name_start, strlen(file->path));
    if (visit_count++ == stop_after) {
        return ark_error_set(err, ARK_E_INTERRUPTED, "stopped by the test");
    }
    ark_buf_append_str(&seen, ark_str_from(file->path + file->name_start));
    ark_buf_push(&seen, '\n');
    return ARK_OK;
}

static void
skip(void *context ARK_UNUSED, const struct ark_error *why)
{
    ark_buf_append_str(&skipped, ark_str_from(why->text));
    ark_buf_push(&skipped, '\n');
}

static enum ark_status
walk(const char *root)
{
    const struct ark_walk_calls calls = {visit, skip, NULL};
    ark_buf_clear(&seen);
    ark_buf_clear(&skipped);
    visit_count = 0;
    return ark_walk(root, &options, &calls, &error);
}

static void
check_walk(const char *root, const char *wanted)
{
    ck_assert_int_eq(walk(root), ARK_OK);
    ck_assert_str_eq(ark_buf_cstr(&seen), wanted);
    ck_assert_str_eq(ark_buf_cstr(&skipped), "");
}

START_TEST(files_come_in_the_order_of_their_paths)
{
    folder("a");
    folder("a/b");
    put("a/b/x", "");
    put("a/z", "");
    put("a.txt", "");
    put("a0", "");
    put("B", "");
    check_walk(".", "B\na.txt\na/b/x\na/z\na0\n");
}
END_TEST

START_TEST(an_empty_folder_gives_nothing)
{
    folder("a");
    check_walk("a", "");
}
END_TEST

START_TEST(slashes_at_the_end_of_the_root_change_nothing)
{
    folder("a");
    put("a/x", "");
    check_walk("a", "x\n");
    check_walk("a/", "x\n");
    check_walk("./a//", "x\n");
}
END_TEST

START_TEST(a_file_as_root_is_visited_whatever_the_options)
{
    const struct ark_walk_glob globs[] = {{"*", false}};
    folder("a");
    put("a/.x", "");
    options.globs = globs;
    options.glob_count = 1;
    check_walk("a/.x", ".x\n");
}
END_TEST

START_TEST(a_missing_root_is_an_error)
{
    ck_assert_int_eq(walk("none"), ARK_E_NOT_FOUND);
    ck_assert_str_eq(error.text, "No such file or directory: none");
}
END_TEST

START_TEST(a_root_that_is_a_pipe_is_an_error)
{
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(walk("pipe"), ARK_E_INPUT);
    ck_assert_str_eq(error.text, "neither a file nor a folder: pipe");
}
END_TEST

START_TEST(pipes_and_links_that_lead_nowhere_are_passed_over)
{
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(symlink("none", "link"), 0);
    put("x", "");
    check_walk(".", "x\n");
}
END_TEST

START_TEST(links_to_files_are_visited)
{
    put("x", "");
    ck_assert_int_eq(symlink("x", "y"), 0);
    check_walk(".", "x\ny\n");
}
END_TEST

START_TEST(hidden_names_are_visited_on_request)
{
    folder(".git");
    put(".git/x", "");
    put(".y", "");
    put("z", "");
    check_walk(".", "z\n");
    options.hidden = true;
    check_walk(".", ".git/x\n.y\nz\n");
}
END_TEST

START_TEST(links_to_folders_are_followed_on_request)
{
    folder("a");
    put("a/x", "");
    ck_assert_int_eq(symlink("a", "b"), 0);
    check_walk(".", "a/x\n");
    options.follow = true;
    check_walk(".", "a/x\nb/x\n");
}
END_TEST

START_TEST(a_link_that_leads_back_is_reported_once)
{
    folder("a");
    folder("a/b");
    put("a/x", "");
    ck_assert_int_eq(symlink("..", "a/b/up"), 0);
    options.follow = true;
    ck_assert_int_eq(walk("a"), ARK_OK);
    ck_assert_str_eq(ark_buf_cstr(&seen), "x\n");
    ck_assert_str_eq(ark_buf_cstr(&skipped),
                     "a symbolic link leads back to a folder it is in: a/b/up\n");
}
END_TEST

START_TEST(a_folder_that_cannot_be_read_is_reported_and_the_rest_is_walked)
{
    folder("a");
    folder("b");
    put("b/x", "");
    ck_assert_int_eq(chmod("a", 0), 0);
    bool root = geteuid() == 0;
    if (root) {
        ck_assert_int_eq(chmod(".", 0755), 0);
        ck_assert_int_eq(seteuid(65534), 0); // root reads everything
    }
    enum ark_status status = walk(".");
    enum ark_status of_root = walk("a");
    ck_assert_int_eq(walk("."), ARK_OK);
    if (root) {
        ck_assert_int_eq(seteuid(0), 0);
    }
    ck_assert_int_eq(chmod("a", 0755), 0);
    ck_assert_int_eq(status, ARK_OK);
    ck_assert_int_eq(of_root, ARK_E_IO);
    ck_assert_str_eq(error.text, "Permission denied: a");
    ck_assert_str_eq(ark_buf_cstr(&seen), "b/x\n");
    // Once: that its .arkignore cannot be read either goes without saying.
    ck_assert_str_eq(ark_buf_cstr(&skipped), "Permission denied: ./a\n");
}
END_TEST

START_TEST(what_lies_beside_the_way_is_not_looked_at)
{
    folder("r");
    folder("r/a");
    folder("r/a/b");
    folder("r/ab");
    put("r/a/b/x", "");
    put("r/a/b/y", "");
    put("r/a/z", "");
    put("r/ab/x", "");
    put("r/x", "");
    ck_assert_int_eq(symlink("..", "r/ab/up"), 0);
    options.follow = true; // a loop is reported where it is looked at
    options.within = "r/a";
    check_walk("r", "a/b/x\na/b/y\na/z\n");
    options.within = "r/a/b/x";
    check_walk("r", "a/b/x\n");
    options.within = "r/nowhere";
    check_walk("r", "");
    options.within = "r";
    ck_assert_int_eq(walk("r"), ARK_OK);
    ck_assert_uint_eq(visit_count, 5);
    ck_assert_str_eq(ark_buf_cstr(&skipped),
                     "a symbolic link leads back to a folder it is in: r/ab/up\n");
}
END_TEST

START_TEST(folders_too_deep_are_reported)
{
    int start = open(".", O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < ARK_WALK_DEPTH_MAX + 2; i++) {
        folder("d");
        put("x", "");
        ck_assert_int_eq(chdir("d"), 0);
    }
    put("x", "");
    ck_assert_int_eq(fchdir(start), 0);
    ck_assert_int_eq(close(start), 0);
    ck_assert_int_eq(walk("."), ARK_OK);
    ck_assert_uint_eq(visit_count, ARK_WALK_DEPTH_MAX + 1);
    ck_assert(
        ark_str_starts_with(ark_buf_view(&skipped), ARK_STR("more than 256 folders deep: ./d/d")));
}
END_TEST

START_TEST(what_visit_refuses_ends_the_walk)
{
    put("a", "");
    put("b", "");
    put("c", "");
    stop_after = 1;
    ck_assert_int_eq(walk("."), ARK_E_INTERRUPTED);
    ck_assert_str_eq(ark_buf_cstr(&seen), "a\n");
    ck_assert_str_eq(error.text, "stopped by the test");
}
END_TEST

/** A tree for globs and ignore files. */
static void
make_tree(void)
{
    folder("drafts");
    folder("drafts/old");
    folder("news");
    put("a.txt", "");
    put("b.md", "");
    put("drafts/a.txt", "");
    put("drafts/keep.txt", "");
    put("drafts/old/a.txt", "");
    put("news/a.txt", "");
    put("news/b.md", "");
}

/** Globs and what they let through of the tree. */
static const struct {
    struct ark_walk_glob globs[3];
    size_t count;
    const char *seen;
} GLOBS[] = {
    {{{"*.md", true}}, 1, "b.md\nnews/b.md\n"},
    {{{"*.md", false}}, 1, "a.txt\ndrafts/a.txt\ndrafts/keep.txt\ndrafts/old/a.txt\nnews/a.txt\n"},
    {{{"drafts", false}}, 1, "a.txt\nb.md\nnews/a.txt\nnews/b.md\n"},
    {{{"drafts", false}, {"drafts/keep.txt", true}},
     2,
     "a.txt\nb.md\ndrafts/keep.txt\nnews/a.txt\nnews/b.md\n"},
    {{{"drafts/keep.txt", true}, {"drafts", false}}, 2, ""},
    {{{"news/", true}}, 1, "news/a.txt\nnews/b.md\n"},
    {{{"*.txt", true}, {"news/**", false}},
     2,
     "a.txt\ndrafts/a.txt\ndrafts/keep.txt\ndrafts/old/a.txt\n"},
    {{{"/a.txt", false}},
     1,
     "b.md\ndrafts/a.txt\ndrafts/keep.txt\ndrafts/old/a.txt\nnews/a.txt\nnews/b.md\n"},
    {{{"**/old/*", true}}, 1, "drafts/old/a.txt\n"},
    {{{"*", false}, {"*.md", true}, {"news", false}}, 3, "b.md\n"},
};

START_TEST(the_last_glob_that_matches_decides)
{
    make_tree();
    options.globs = GLOBS[_i].globs;
    options.glob_count = GLOBS[_i].count;
    check_walk(".", GLOBS[_i].seen);
}
END_TEST

START_TEST(ignore_files_are_honoured_under_their_folder)
{
    make_tree();
    put(".arkignore", "# a comment\n\n*.md\n/drafts/old/\n");
    put("drafts/.arkignore", "*.txt\n!keep.txt\n");
    put("news/.arkignore", "!b.md\n");
    check_walk(".", "a.txt\ndrafts/keep.txt\nnews/a.txt\nnews/b.md\n");
    // A walk that begins lower does not look above.
    check_walk("news", "a.txt\nb.md\n");
}
END_TEST

START_TEST(ignore_files_themselves_are_never_visited)
{
    put(".arkignore", "");
    put("x", "");
    options.hidden = true;
    check_walk(".", "x\n");
}
END_TEST

START_TEST(an_ignored_folder_is_not_entered)
{
    make_tree();
    put(".arkignore", "drafts\n!drafts/keep.txt\n");
    check_walk(".", "a.txt\nb.md\nnews/a.txt\nnews/b.md\n");
}
END_TEST

START_TEST(names_that_are_no_utf8_are_visited)
{
    put("\xFFx", "");
    put("\xFE", "");
    check_walk(".", "\xFE\n\xFFx\n");
}
END_TEST

/** Patterns, paths, and whether they match as gitignore(5) says. */
static const struct {
    const char *pattern;
    const char *path;
    bool folder;
    bool matches;
} PATTERNS[] = {
    {"a", "a", false, true},
    {"a", "b/a", false, true},
    {"a", "ab", false, false},
    {"/a", "a", false, true},
    {"/a", "b/a", false, false},
    {"b/a", "b/a", false, true},
    {"b/a", "c/b/a", false, false},
    {"a/", "a", true, true},
    {"a/", "a", false, false},
    {"*.txt", "b/a.txt", false, true},
    {"*.txt", ".txt", false, true},
    {"b/*.txt", "b/a.txt", false, true},
    {"b/*.txt", "b/c/a.txt", false, false},
    {"*", "b/a", false, true},
    {"b/*", "b/c/a", false, false},
    {"**/a", "a", false, true},
    {"**/a", "b/c/a", false, true},
    {"**/a", "b/ca", false, false},
    {"b/**", "b/c/a", false, true},
    {"b/**", "b", true, false},
    {"b/**/a", "b/a", false, true},
    {"b/**/a", "b/c/d/a", false, true},
    {"b/**/a", "b/c/d/e", false, false},
    {"**", "b/a", false, true},
    {"**/b/**/a", "x/b/b/y/a", false, true},
    {"**/b*/a", "x/bc/y/bd/a", false, true},
    {"b**a", "bxxa", false, true},
    {"x/b**a", "x/bx/xa", false, false},
    {"?", "a", false, true},
    {"?", "ab", false, false},
    {"b?a", "b/a", false, false},
    {"?", "\xD9\x87", false, true}, // one letter of two bytes
    {"[ab]", "b", false, true},
    {"[!ab]", "b", false, false},
    {"[^ab]", "c", false, true},
    {"[a-c]x", "bx", false, true},
    {"[a-c]x", "dx", false, false},
    {"[]]", "]", false, true},
    {"[a-]", "-", false, true},
    {"[", "[", false, true},
    {"[a", "[a", false, true},
    {"x/[!a]b", "x//b", false, false},
    {"[\xD9\x86-\xD9\x88]", "\xD9\x87", false, true},
    {"\\*", "*", false, true},
    {"\\*", "a", false, false},
    {"[\\]]", "]", false, true},
    {"a\\", "a\\", false, true},
    {"a*b*c", "aXbYbZc", false, true},
    {"a*b*c", "aXbYbZ", false, false},
    {"", "a", false, false},
};

START_TEST(patterns_match_as_those_of_gitignore)
{
    struct ark_path_pattern pattern = ark_path_pattern_of_glob(ark_str_from(PATTERNS[_i].pattern));
    ck_assert_msg(ark_path_pattern_matches(&pattern, ark_str_from(PATTERNS[_i].path),
                                           PATTERNS[_i].folder) == PATTERNS[_i].matches,
                  "%s %s", PATTERNS[_i].pattern, PATTERNS[_i].path);
}
END_TEST

START_TEST(lines_of_an_ignore_file_are_taken_apart)
{
    struct ark_path_pattern pattern;
    ck_assert(!ark_path_pattern_parse(ARK_STR(""), &pattern));
    ck_assert(!ark_path_pattern_parse(ARK_STR("   "), &pattern));
    ck_assert(!ark_path_pattern_parse(ARK_STR("# comment"), &pattern));
    ck_assert(!ark_path_pattern_parse(ARK_STR("!"), &pattern));
    ck_assert(ark_path_pattern_parse(ARK_STR("!a/b/  "), &pattern));
    ck_assert(pattern.negated && pattern.folders && pattern.whole_path);
    ck_assert(ark_str_equal(pattern.glob, ARK_STR("a/b")));
    ck_assert(ark_path_pattern_parse(ARK_STR("\\#a"), &pattern));
    ck_assert(ark_path_pattern_matches(&pattern, ARK_STR("#a"), false));
    ck_assert(ark_path_pattern_parse(ARK_STR("\\!a"), &pattern));
    ck_assert(!pattern.negated);
    ck_assert(ark_path_pattern_matches(&pattern, ARK_STR("!a"), false));
    ck_assert(ark_path_pattern_parse(ARK_STR("a\\ \r"), &pattern));
    ck_assert(ark_path_pattern_matches(&pattern, ARK_STR("a "), false));
}
END_TEST

START_TEST(a_pattern_of_many_stars_takes_no_long_time)
{
    enum { COUNT = 3000 };
    static char stars[COUNT];
    static char letters[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        stars[i] = i % 2 == 0 ? '*' : 'a';
        letters[i] = 'a';
    }
    letters[COUNT - 1] = 'b';
    struct ark_path_pattern pattern = ark_path_pattern_of_glob(ark_str_make(stars, COUNT));
    ck_assert(!ark_path_pattern_matches(&pattern, ark_str_make(letters, COUNT), false));
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("walk");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, files_come_in_the_order_of_their_paths);
    tcase_add_test(tests, an_empty_folder_gives_nothing);
    tcase_add_test(tests, slashes_at_the_end_of_the_root_change_nothing);
    tcase_add_test(tests, a_file_as_root_is_visited_whatever_the_options);
    tcase_add_test(tests, a_missing_root_is_an_error);
    tcase_add_test(tests, a_root_that_is_a_pipe_is_an_error);
    tcase_add_test(tests, pipes_and_links_that_lead_nowhere_are_passed_over);
    tcase_add_test(tests, links_to_files_are_visited);
    tcase_add_test(tests, hidden_names_are_visited_on_request);
    tcase_add_test(tests, links_to_folders_are_followed_on_request);
    tcase_add_test(tests, a_link_that_leads_back_is_reported_once);
    tcase_add_test(tests, a_folder_that_cannot_be_read_is_reported_and_the_rest_is_walked);
    tcase_add_test(tests, what_lies_beside_the_way_is_not_looked_at);
    tcase_add_test(tests, folders_too_deep_are_reported);
    tcase_add_test(tests, what_visit_refuses_ends_the_walk);
    tcase_add_loop_test(tests, the_last_glob_that_matches_decides, 0, (int)ARK_COUNT_OF(GLOBS));
    tcase_add_test(tests, ignore_files_are_honoured_under_their_folder);
    tcase_add_test(tests, ignore_files_themselves_are_never_visited);
    tcase_add_test(tests, an_ignored_folder_is_not_entered);
    tcase_add_test(tests, names_that_are_no_utf8_are_visited);
    tcase_add_loop_test(tests, patterns_match_as_those_of_gitignore, 0,
                        (int)ARK_COUNT_OF(PATTERNS));
    tcase_add_test(tests, lines_of_an_ignore_file_are_taken_apart);
    tcase_add_test(tests, a_pattern_of_many_stars_takes_no_long_time);
    Suite *suite = suite_create("walk");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
