/*
 * The table of queries and the trees they give, query_conformance.txt. Lines of it:
 *
 *   # what the queries below it show
 *   query: the query; {U+200F} stands for a character that is not seen
 *   tree:  its tree, as tests/support/query_tree.h writes it; nothing when none is left
 *   warn:  a warning; as many lines as there are, in their order
 *   error: instead of a tree, the error
 *
 * test_query_conformance --update rewrites the lines under each query from what
 * the parser gives; read the difference before you commit it.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "common/text/utf8.h"
#include "tests/support/query_tree.h"

enum { TABLE_BYTES_MAX = 1 << 20, QUERIES_MIN = 200 };

/** The query of a line, with {U+...} replaced by the characters they stand for. */
static void
unescape(ark_str line, struct ark_buf *out)
{
    for (size_t at = 0; at < line.len;) {
        ark_str rest = ark_str_slice(line, at, line.len);
        if (!ark_str_starts_with(rest, ARK_STR("{U+"))) {
            ark_buf_push(out, line.bytes[at++]);
            continue;
        }
        char *end = NULL;
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        unsigned long codepoint = strtoul((const char *)rest.bytes + 3, &end, 16);
        ARK_ASSERT(*end == (char)0x7D);
        ark_buf_append(out, bytes, ark_utf8_encode((uint32_t)codepoint, bytes));
        at += (size_t)(end + 1 - (const char *)rest.bytes);
    }
}

/** What the parser gives for a query, as the lines below it say. */
static void
write_reading(ark_str text, struct ark_analyzer *analyzer, struct ark_buf *out)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_query_options options = {0};
    struct ark_query *query = NULL;
    struct ark_error error;
    enum ark_status status = ark_query_parse(text, &options, analyzer, &arena, &query, &error);
    if (status != ARK_OK) {
        ark_buf_printf(out, "error: %s\n", error.text);
    } else {
        query_tree_check(query);
        ark_buf_append_str(out, query->root == NULL ? ARK_STR("tree:") : ARK_STR("tree:  "));
        query_tree_write(query, out);
        ark_buf_push(out, '\n');
        for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
            ark_buf_printf(out, "warn:  %s\n", it->text);
        }
    }
    ark_arena_dispose(&arena);
}

/** The table with the lines under its queries made anew; returns how many queries there are. */
static uint32_t
rewrite(ark_str table, struct ark_buf *out)
{
    struct ark_analyzer *analyzer = ark_analyzer_new();
    uint32_t count = 0;
    ark_str line;
    while (ark_str_next_line(&table, &line)) {
        bool reading = ark_str_starts_with(line, ARK_STR("tree:")) ||
                       ark_str_starts_with(line, ARK_STR("warn:")) ||
                       ark_str_starts_with(line, ARK_STR("error:"));
        if (reading) {
            continue;
        }
        ark_buf_append_str(out, line);
        ark_buf_push(out, '\n');
        if (ark_str_starts_with(line, ARK_STR("query:"))) {
            struct ark_buf text = ark_buf_make(TABLE_BYTES_MAX);
            size_t start = line.len > 6 ? 7 : 6;
            unescape(ark_str_slice(line, start, line.len), &text);
            write_reading(ark_buf_view(&text), analyzer, out);
            ark_buf_dispose(&text);
            count++;
        }
    }
    ark_analyzer_free(analyzer);
    return count;
}

static ark_str
read_table(struct ark_buf *table)
{
    FILE *file = fopen(ARK_CONFORMANCE_TABLE, "rb");
    ARK_ASSERT(file != NULL);
    table->len += fread(ark_buf_reserve(table, TABLE_BYTES_MAX), 1, TABLE_BYTES_MAX, file);
    ARK_ASSERT(fclose(file) == 0);
    ARK_ASSERT(table->len < TABLE_BYTES_MAX);
    return ark_buf_view(table);
}

/** Fails at the first line that differs, with the query above it. */
static void
compare(ark_str want, ark_str got)
{
    ark_str query = ARK_STR("");
    ark_str wanted;
    ark_str given;
    while (ark_str_next_line(&want, &wanted)) {
        query = ark_str_starts_with(wanted, ARK_STR("query:")) ? wanted : query;
        ck_assert(ark_str_next_line(&got, &given));
        ck_assert_msg(ark_str_equal(wanted, given), "\n  %.*s\n  gives: %.*s\n  want:  %.*s",
                      ARK_STR_ARG(query), ARK_STR_ARG(given), ARK_STR_ARG(wanted));
    }
    ck_assert_uint_eq(got.len, 0);
}

START_TEST(every_query_of_the_table_gives_its_tree)
{
    struct ark_buf table = ark_buf_make(2 * TABLE_BYTES_MAX);
    struct ark_buf given = ark_buf_make(2 * TABLE_BYTES_MAX);
    ark_str text = read_table(&table);
    uint32_t count = rewrite(text, &given);
    compare(text, ark_buf_view(&given));
    ck_assert_uint_ge(count, QUERIES_MIN);
    ark_buf_dispose(&given);
    ark_buf_dispose(&table);
}
END_TEST

/** --update. */
static int
update(void)
{
    struct ark_buf table = ark_buf_make(2 * TABLE_BYTES_MAX);
    struct ark_buf given = ark_buf_make(2 * TABLE_BYTES_MAX);
    (void)rewrite(read_table(&table), &given);
    FILE *file = fopen(ARK_CONFORMANCE_TABLE, "wb");
    bool good = file != NULL && fwrite(given.bytes, 1, given.len, file) == given.len;
    good = file != NULL && fclose(file) == 0 && good;
    ark_buf_dispose(&given);
    ark_buf_dispose(&table);
    return good ? 0 : 1;
}

int
main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--update") == 0) {
        return update();
    }
    TCase *cases = tcase_create("query_conformance");
    tcase_add_test(cases, every_query_of_the_table_gives_its_tree);
    Suite *suite = suite_create("query_conformance");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
