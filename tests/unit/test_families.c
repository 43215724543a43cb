#include "indexer/families.h"

#include <check.h>
#include <stdio.h>

#include "common/base/memory.h"
#include "tests/support/word_number.h"

static struct ark_word_table *table;

static void
set_up(void)
{
    table = ark_word_table_new();
}

static void
tear_down(void)
{
    ark_word_table_free(table);
}

/** Adds a word whose light form is its form but for skipped bytes. */
static uint32_t
intern(const char *form, size_t skipped, const char *stem, const char *family)
{
    ark_str whole = ark_str_from(form);
    struct ark_word word = {{whole, ark_str_slice(whole, skipped, whole.len), ark_str_from(stem),
                             ark_str_from(family)}};
    return test_word_number(table, &word);
}

START_TEST(families_come_by_key_and_members_by_light_form_form_and_stem)
{
    uint32_t by_stem_2 = intern("xab", 1, "s2", "k");
    uint32_t other = intern("zz", 0, "s", "longer than eight bytes b");
    uint32_t by_light = intern("aac", 1, "s", "k");
    uint32_t by_stem_1 = intern("xab", 1, "s1", "k");
    uint32_t by_form = intern("yab", 1, "s", "k");
    uint32_t least = intern("q", 0, "s", "");
    uint32_t before = intern("zz", 0, "t", "longer than eight bytes a");
    const uint32_t wanted[] = {least, by_stem_1, by_stem_2, by_form, by_light, before, other};
    struct ark_families families = ark_families_make(table, 1);
    ck_assert_uint_eq(families.count, 4);
    for (size_t i = 0; i < ARK_COUNT_OF(wanted); i++) {
        ck_assert_uint_eq(families.order[i], wanted[i]);
    }
    ck_assert_uint_eq(families.first[1], 1);
    ck_assert_uint_eq(families.first[2], 5);
    ck_assert_uint_eq(families.first[4], 7);
    // The first two have the light form "ab" with the third, the fourth has "ac".
    ck_assert_uint_eq(families.first_class[1], 1);
    ck_assert_uint_eq(families.first_class[2], 3);
    ck_assert_uint_eq(families.first_class[4], 5);
    ck_assert_uint_eq(families.class_member[1], 0);
    ck_assert_uint_eq(families.class_member[2], 3);
    ck_assert_uint_eq(families.place[families.rank[by_form]].class_idx, 1);
    ck_assert_uint_eq(families.place[families.rank[by_form]].member, 2);
    ck_assert_uint_eq(families.place[families.rank[by_light]].class_idx, 2);
    ck_assert_uint_eq(families.place[families.rank[by_light]].member, 3);
    ark_families_dispose(&families);
}
END_TEST

START_TEST(a_table_without_words_has_no_families)
{
    struct ark_families families = ark_families_make(table, 1);
    ck_assert_uint_eq(families.count, 0);
    ck_assert_uint_eq(families.first[0], 0);
    ark_families_dispose(&families);
}
END_TEST

START_TEST(every_word_stands_where_its_numbers_say)
{
    enum { COUNT = 5000 };
    for (unsigned i = 0; i < COUNT; i++) {
        char form[32];
        char key[32];
        (void)snprintf(form, sizeof form, "w%u", i * 7919 % COUNT);
        (void)snprintf(key, sizeof key, "%u", i * 31 % 113);
        (void)intern(form, 0, "s", key);
    }
    struct ark_families families = ark_families_make(table, 1);
    ck_assert_uint_eq(families.count, 113);
    ck_assert_uint_eq(families.first[families.count], COUNT);
    uint32_t family = 0;
    for (uint32_t place = 0; place < COUNT; place++) {
        uint32_t number = families.order[place];
        family += place == families.first[family + 1];
        ck_assert_uint_eq(families.rank[number], place);
        ck_assert_uint_eq(families.first[family] + families.place[place].member, place);
        ck_assert_uint_ge(families.place[place].class_idx, families.first_class[family]);
        ck_assert_uint_lt(families.place[place].class_idx, families.first_class[family + 1]);
        if (place > 0) {
            struct ark_word a = ark_word_table_word(table, families.order[place - 1]);
            struct ark_word b = ark_word_table_word(table, number);
            int keys = ark_str_compare(a.level[ARK_LEVEL_SKELETON], b.level[ARK_LEVEL_SKELETON]);
            int forms = ark_str_compare(a.level[ARK_LEVEL_FORM], b.level[ARK_LEVEL_FORM]);
            ck_assert(keys < 0 || (keys == 0 && forms < 0));
        }
    }
    ark_families_dispose(&families);
}
END_TEST

START_TEST(several_jobs_order_words_as_one_does)
{
    enum { COUNT = 20000, JOBS = 3 };
    for (unsigned i = 0; i < COUNT; i++) {
        char form[32];
        char key[32];
        // Long forms, the ends of which decide, and many light forms of two words.
        (void)snprintf(form, sizeof form, "%cbeginning%u", 'a' + (int)(i % 2),
                       i / 2 * 7919 % COUNT);
        (void)snprintf(key, sizeof key, "%u", i / 2 % 7 == 0 ? 0 : i / 2 * 31 % 1117);
        (void)intern(form, 1, "s", key);
    }
    struct ark_families one = ark_families_make(table, 1);
    struct ark_families several = ark_families_make(table, JOBS);
    ck_assert_uint_eq(one.count, several.count);
    size_t bounds_bytes = ((size_t)one.count + 1) * sizeof *one.first;
    uint32_t class_count = one.first_class[one.count];
    ck_assert_uint_lt(class_count, COUNT);
    ck_assert_mem_eq(one.first, several.first, bounds_bytes);
    ck_assert_mem_eq(one.first_class, several.first_class, bounds_bytes);
    ck_assert_mem_eq(one.class_member, several.class_member, class_count * sizeof(uint32_t));
    ck_assert_mem_eq(one.order, several.order, COUNT * sizeof *one.order);
    ck_assert_mem_eq(one.rank, several.rank, COUNT * sizeof *one.rank);
    ck_assert_mem_eq(one.place, several.place, COUNT * sizeof *one.place);
    ark_families_dispose(&one);
    ark_families_dispose(&several);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("families");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, families_come_by_key_and_members_by_light_form_form_and_stem);
    tcase_add_test(cases, a_table_without_words_has_no_families);
    tcase_add_test(cases, every_word_stands_where_its_numbers_say);
    tcase_add_test(cases, several_jobs_order_words_as_one_does);
    Suite *suite = suite_create("families");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
