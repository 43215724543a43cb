#include <check.h>

#include "common/base/compiler.h"
#include "common/text/analyzer.h"
#include "common/text/levels.h"
#include "common/text/particle.h"
#include "common/text/tables.h"
#include "tests/unit/text_strings.h"

static const char *
form_of(const char *cleaned)
{
    return test_append(ark_level_form, cleaned);
}

static void
append_light(ark_str form, struct ark_buf *out)
{
    ark_buf_append_str(out, ark_level_light(form));
}

static const char *
light_of(const char *form)
{
    return test_append(append_light, form);
}

static void
append_stripped(ark_str form, struct ark_buf *out)
{
    ark_buf_append_str(out, ark_particle_strip(form));
}

static const char *
stripped(const char *form)
{
    return test_append(append_stripped, form);
}

/** The family of a light form. */
static const char *
family_of(const char *light)
{
    return test_append(ark_level_family, light);
}

START_TEST(alef_with_hamza_madda_or_wasla_folds_to_bare_alef)
{
    ck_assert_str_eq(form_of("\u0623\u0625\u0622\u0671"), "\u0627\u0627\u0627\u0627");
}
END_TEST

START_TEST(alef_maqsura_folds_to_yeh_and_teh_marbuta_to_heh)
{
    ck_assert_str_eq(form_of("\u0649\u0629"), "\u064A\u0647");
}
END_TEST

START_TEST(hamza_seats_and_foreign_letters_keep_their_form)
{
    ck_assert_str_eq(form_of("\u0624\u0626\u0621\u06AF\u0750x7\u4E2D\U0001F600"),
                     "\u0624\u0626\u0621\u06AF\u0750x7\u4E2D\U0001F600");
    ck_assert_str_eq(form_of(""), "");
}
END_TEST

START_TEST(the_longest_prefix_goes)
{
    static const char *const prefixed[] = {
        "\u0648\u0628\u0627\u0644", // wa-bi-al
        "\u0641\u0628\u0627\u0644", // fa-bi-al
        "\u0648\u0643\u0627\u0644", // wa-ka-al
        "\u0648\u0644\u0644",       // wa-li-l
        "\u0641\u0644\u0644",       // fa-li-l
        "\u0648\u0627\u0644",       // wa-al
        "\u0641\u0627\u0644",       // fa-al
        "\u0628\u0627\u0644",       // bi-al
        "\u0643\u0627\u0644",       // ka-al
        "\u0644\u0644",             // li-l
        "\u0627\u0644",             // al
        "\u0648",                   // wa
    };
    // Three letters that nothing can be stripped from, in no table.
    static const char stem[] = "\u0638\u0638\u0638";
    for (size_t i = 0; i < ARK_COUNT_OF(prefixed); i++) {
        char word[32];
        (void)snprintf(word, sizeof word, "%s%s", prefixed[i], stem);
        ck_assert_str_eq(light_of(word), stem);
    }
}
END_TEST

START_TEST(each_suffix_goes)
{
    static const char *const suffixes[] = {
        "\u0647\u0645\u0627", // huma
        "\u0643\u0645\u0627", // kuma
        "\u062A\u064A\u0646", // tayn
        "\u062A\u0627\u0646", // tan
        "\u0647\u0627",       // ha
        "\u0647\u0645",       // hum
        "\u0647\u0646",       // hunna
        "\u0643\u0645",       // kum
        "\u0646\u0627",       // na
        "\u0627\u0646",       // an
        "\u0627\u062A",       // at
        "\u0648\u0646",       // un
        "\u064A\u0646",       // in
        "\u0648\u0627",       // u
        "\u064A\u0647",       // iya
        "\u0647",             // heh
        "\u064A",             // yeh
    };
    static const char stem[] = "\u0638\u0638\u0638";
    for (size_t i = 0; i < ARK_COUNT_OF(suffixes); i++) {
        char word[32];
        (void)snprintf(word, sizeof word, "%s%s", stem, suffixes[i]);
        ck_assert_str_eq(light_of(word), stem);
    }
}
END_TEST

START_TEST(three_suffixes_go_and_a_fourth_stays)
{
    // three letters, then -at, -un, -ha
    ck_assert_str_eq(light_of("\u0638\u0638\u0638\u0627\u062A\u0648\u0646\u0647\u0627"),
                     "\u0638\u0638\u0638");
    ck_assert_str_eq(light_of("\u0638\u0638\u0638\u064A\u0627\u062A\u0648\u0646\u0647\u0627"),
                     "\u0638\u0638\u0638\u064A");
}
END_TEST

START_TEST(three_letters_are_always_left)
{
    ck_assert_str_eq(light_of("\u0627\u0644\u0638\u0638"), "\u0627\u0644\u0638\u0638");
    ck_assert_str_eq(light_of("\u0638\u0638\u0647\u0627"), "\u0638\u0638\u0647\u0627");
    // the longest suffix would leave two letters, a shorter one leaves three
    ck_assert_str_eq(light_of("\u0638\u0638\u064A\u0647"), "\u0638\u0638\u064A");
    ck_assert_str_eq(light_of("\u0638"), "\u0638");
    ck_assert_str_eq(light_of(""), "");
}
END_TEST

START_TEST(a_noun_of_two_letters_is_left_by_article_and_possessives)
{
    ck_assert_str_eq(light_of("الحق"),
                     // right
                     "حق");
    ck_assert_str_eq(light_of("حقهم"), "حق");
    ck_assert_str_eq(light_of("يدها"),
                     // hand
                     "يد");
    // a year is no tooth
    ck_assert_str_eq(light_of("سنه"), "سنه");
    // "their homeland" is not "and their ton"
    ck_assert_str_eq(light_of("وطنهم"), "وطن");
}
END_TEST

START_TEST(a_whole_word_keeps_its_ending)
{
    static const char *const rows[][2] = {
        // Lebanon, the Lebanese
        {"لبنان", "لبنان"},
        {"اللبنانيين", "لبنان"},
        // Syria, Syria, Syrians
        {"سوريا", "سوري"},
        {"سوريه", "سوري"},
        {"السوريون", "سوري"},
        // wall
        {"سور", "سور"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_str_eq(light_of(rows[i][0]), rows[i][1]);
    }
}
END_TEST

START_TEST(a_whole_word_keeps_what_it_begins_with)
{
    // dress
    ck_assert_str_eq(light_of("فستان"), "فستان");
    // the Philippines, Filipino
    ck_assert_str_eq(light_of("الفلبين"), "فلبين");
    ck_assert_str_eq(light_of("فلبينيه"), "فلبين");
    // God, by God
    ck_assert_str_eq(light_of("بالله"), "الله");
    // provinces, province; not "and no"
    ck_assert_str_eq(light_of("الولايات"), "ولاي");
    ck_assert_str_eq(light_of("ولايه"), "ولاي");
    ck_assert_str_eq(light_of("ولا"), "ولا");
}
END_TEST

START_TEST(a_word_that_stands_behind_the_article_begins_with_letters_of_its_own)
{
    static const char *const rows[][2] = {
        // games, the games, for the games, and games
        {"العاب", "العاب"},
        {"الالعاب", "العاب"},
        {"للالعاب", "العاب"},
        {"والعاب", "العاب"},
        // Germany, the German
        {"المانيا", "الماني"},
        {"الالمانيه", "الماني"},
        // commitment, their commitment, the commitment
        {"التزام", "التزام"},
        {"التزامهم", "التزام"},
        {"الالتزام", "التزام"},
        // Kamal, and not "as money"
        {"كمال", "كمال"},
        // a naval one, the naval one
        {"بحريه", "بحر"},
        {"البحريه", "بحر"},
        // the book, in Aleppo: nothing of the kind
        {"الكتاب", "كتاب"},
        {"بحلب", "حلب"},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(rows); i++) {
        ck_assert_str_eq(light_of(rows[i][0]), rows[i][1]);
    }
}
END_TEST

START_TEST(a_first_waw_that_belongs_to_the_word_stays)
{
    ck_assert_str_eq(light_of("وزير"),
                     // minister
                     "وزير");
    ck_assert_str_eq(light_of("والكتاب"),
                     // book
                     "كتاب");
}
END_TEST

START_TEST(a_father_keeps_his_waw)
{
    // father, mother, his mother, their father, parents
    const char *const words[] = {
        "\u0648\u0627\u0644\u062F",
        "\u0648\u0627\u0644\u062F\u0647",
        "\u0648\u0627\u0644\u062F\u062A\u0647",
        "\u0648\u0627\u0644\u062F\u0647\u0645",
        "\u0627\u0644\u0648\u0627\u0644\u062F\u064A\u0646",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_str_eq(light_of(words[i]), words[0]);
    }
    // and the religion
    ck_assert_str_eq(light_of("\u0648\u0627\u0644\u062F\u064A\u0646"), "\u062F\u064A\u0646");
    // and the state
    ck_assert_str_eq(light_of("\u0648\u0627\u0644\u062F\u0648\u0644\u0647"), "\u062F\u0648\u0644");
    // governor, not "to"
    ck_assert_str_ne(light_of("\u0648\u0627\u0644\u064A"), "\u0627\u0644\u064A");
}
END_TEST

START_TEST(a_particle_goes_before_a_frequent_word)
{
    ck_assert_str_eq(stripped("بحلب"),
                     // Halab, Aleppo
                     "حلب");
    ck_assert_str_eq(stripped("لدمشق"),
                     // Dimashq, Damascus
                     "دمشق");
    ck_assert_str_eq(stripped("سيكتب"),
                     // yaktub, he writes
                     "يكتب");
}
END_TEST

START_TEST(a_conjunction_goes_and_then_a_preposition)
{
    ck_assert_str_eq(stripped("وبحلب"),
                     // Halab
                     "حلب");
    ck_assert_str_eq(stripped("فسيعلمون"),
                     // they know
                     "يعلمون");
}
END_TEST

START_TEST(a_letter_of_the_word_is_no_particle)
{
    static const char *const words[] = {
        // Baghdad
        "بغداد",
        // Lebanon
        "لبنان",
        // book
        "كتاب",
        // peace
        "سلام",
        // Palestine
        "فلسطين",
        // minister
        "وزير",
        // Syrian
        "سوري",
        // moment
        "لحظه",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_str_eq(stripped(words[i]), words[i]);
    }
}
END_TEST

START_TEST(an_unknown_rest_keeps_its_particle)
{
    ck_assert_str_eq(stripped("\u0628\u0638\u0638\u0638\u0638"), "\u0628\u0638\u0638\u0638\u0638");
}
END_TEST

START_TEST(two_letters_are_never_left_by_a_particle)
{
    ck_assert_str_eq(stripped("\u0648\u0645\u0646"), "\u0648\u0645\u0646"); // wa-man
    ck_assert_str_eq(stripped("\u0628"), "\u0628");
    ck_assert_str_eq(stripped(""), "");
}
END_TEST

START_TEST(lam_lam_is_the_article_where_that_is_likelier)
{
    ck_assert_str_eq(light_of("للكتاب"),
                     // book
                     "كتاب");
    ck_assert_str_eq(stripped("للبنان"),
                     // Lebanon
                     "لبنان");
    // for insuring: the lam of "for insuring" is a particle itself
    ck_assert_str_eq(light_of("للتامين"), "تامين");
}
END_TEST

START_TEST(weak_letters_leave_the_skeleton)
{
    ck_assert_str_eq(family_of("\u0642\u0627\u0648\u064A\u0621\u0624\u0626\u0645\u0634"),
                     "\u0642\u0645\u0634");
}
END_TEST

START_TEST(a_final_heh_leaves_the_skeleton_and_an_inner_one_stays)
{
    ck_assert_str_eq(family_of("\u0642\u0647\u0645\u0647"), "\u0642\u0647\u0645");
}
END_TEST

START_TEST(a_skeleton_of_one_letter_is_the_light_form_itself)
{
    ck_assert_str_eq(family_of("\u0631\u0627\u064A"), "\u0631\u0627\u064A"); // ra'y
    ck_assert_str_eq(family_of("\u0648\u062C\u0647"), "\u0648\u062C\u0647"); // wajh
    ck_assert_str_eq(family_of("\u0648"), "\u0648");
    ck_assert_str_eq(family_of(""), "");
}
END_TEST

START_TEST(a_skeleton_of_two_letters_stays)
{
    ck_assert_str_eq(family_of("\u0633\u0648\u0631"), "\u0633\u0631");
}
END_TEST

START_TEST(the_key_steps_come_in_their_order)
{
    // feh, then lam, then teh, then meem, then three letters
    ck_assert_str_eq(family_of("\u0641\u0644\u062A\u0645\u0638\u0638\u0638"), "\u0638\u0638\u0638");
    // one of beh, kaf, lam only
    ck_assert_str_eq(family_of("\u0628\u0644\u0638\u0638\u0638"), "\u0644\u0638\u0638\u0638");
    // meem before noon, or behind it
    ck_assert_str_eq(family_of("\u0645\u0646\u0638\u0638\u0638"), "\u0638\u0638\u0638");
    ck_assert_str_eq(family_of("\u0646\u0645\u0638\u0638\u0638"), "\u0638\u0638\u0638");
    // meem, seen, teh: the user is of the family of use
    ck_assert_str_eq(family_of("\u0645\u0633\u062A\u062E\u062F\u0645"), "\u062E\u062F\u0645");
    // a final kaf; teh and meem, teh and noon, when three letters are left
    ck_assert_str_eq(family_of("\u0638\u0638\u0638\u0643"), "\u0638\u0638\u0638");
    ck_assert_str_eq(family_of("\u0638\u0638\u0638\u062A\u0645"), "\u0638\u0638\u0638");
    ck_assert_str_eq(family_of("\u0638\u0638\u0638\u062A\u0646"), "\u0638\u0638\u0638");
    ck_assert_str_eq(family_of("\u0638\u0638\u062A\u0645"), "\u0638\u0638\u062A\u0645");
    ck_assert_str_eq(family_of("\u0638\u0638\u0638\u062A"), "\u0638\u0638\u0638");
}
END_TEST

START_TEST(a_waw_of_the_root_stays_in_the_key)
{
    const char *minister = "\u0648\u0632\u064A\u0631";
    const char *key = "\u0648\u0632\u0631";
    ck_assert_str_eq(family_of(minister), key);
    ck_assert_str_eq(family_of("\u0648\u0632\u0631\u0627\u0621"), key); // ministers
    // ministry, without the teh marbuta that the counts know it with
    ck_assert_str_eq(family_of("\u0648\u0632\u0627\u0631"), key);
    ck_assert_str_eq(family_of("\u0632\u0648\u0627\u0631"), "\u0632\u0631"); // visitors
    // three letters: "he arrives" has none either
    ck_assert_str_eq(family_of("\u0648\u0635\u0644"), "\u0635\u0644");
}
END_TEST

START_TEST(key_steps_leave_three_letters)
{
    ck_assert_str_eq(family_of("\u0641\u0644\u0638"), "\u0641\u0644\u0638");
    ck_assert_str_eq(family_of("\u0641\u0644\u062A\u0638"), "\u0644\u062A\u0638");
    ck_assert_str_eq(family_of("\u0638\u0638\u062A"), "\u0638\u0638\u062A");
}
END_TEST

START_TEST(an_over_long_form_is_cut_and_ends_in_a_hash)
{
    struct ark_buf word = ark_buf_make(1000);
    struct ark_buf a = ark_buf_make(1000);
    struct ark_buf b = ark_buf_make(1000);
    ark_buf_append_str(&word, ARK_STR("x")); // so that letters lie across the cut
    while (word.len < 400) {
        ark_buf_append_str(&word, ARK_STR("\u0628"));
    }
    ark_level_form_cut(ark_buf_view(&word), &a);
    ck_assert_uint_le(a.len, ARK_TERM_BYTES_MAX);
    ck_assert_uint_gt(a.len, ARK_TERM_BYTES_MAX - 4);
    ck_assert_int_eq(a.bytes[a.len - 17], '~');
    ark_buf_append_str(&word, ARK_STR("\u0629"));
    ark_level_form_cut(ark_buf_view(&word), &b);
    ck_assert(!ark_str_equal(ark_buf_view(&a), ark_buf_view(&b)));
    ck_assert_int_eq(memcmp(a.bytes, b.bytes, a.len - 17), 0);
    ark_buf_dispose(&word);
    ark_buf_dispose(&a);
    ark_buf_dispose(&b);
}
END_TEST

START_TEST(a_form_of_the_longest_length_is_not_cut)
{
    struct ark_buf word = ark_buf_make(1000);
    struct ark_buf form = ark_buf_make(1000);
    while (word.len < ARK_TERM_BYTES_MAX) {
        ark_buf_push(&word, 'x');
    }
    ark_level_form_cut(ark_buf_view(&word), &form);
    ck_assert(ark_str_equal(ark_buf_view(&word), ark_buf_view(&form)));
    ark_buf_dispose(&word);
    ark_buf_dispose(&form);
}
END_TEST

START_TEST(the_script_of_a_form_is_that_of_its_first_letter)
{
    ck_assert_int_eq(ark_level_script(ARK_STR("\u0628x")), ARK_SCRIPT_ARABIC);
    ck_assert_int_eq(ark_level_script(ARK_STR("x1")), ARK_SCRIPT_LATIN);
    ck_assert_int_eq(ark_level_script(ARK_STR("1")), ARK_SCRIPT_DIGITS);
    ck_assert_int_eq(ark_level_script(ARK_STR("\u0416")), ARK_SCRIPT_OTHER);
    ck_assert_int_eq(ark_level_script(ARK_STR("~")), ARK_SCRIPT_OTHER);
    ck_assert_int_eq(ark_level_script(ARK_STR("")), ARK_SCRIPT_OTHER);
}
END_TEST

START_TEST(packing_tells_words_apart_and_refuses_what_no_form_has)
{
    ck_assert_uint_ne(ark_particle_pack(ARK_STR("\u0628\u062A")),
                      ark_particle_pack(ARK_STR("\u062A\u0628")));
    ck_assert_uint_ne(ark_particle_pack(ARK_STR("\u0628")),
                      ark_particle_pack(ARK_STR("\u0628\u0628")));
    ck_assert_uint_eq(ark_particle_pack(ARK_STR("")), 0);
    ck_assert_uint_eq(ark_particle_pack(ARK_STR("ab")), 0);
    ck_assert_uint_eq(ark_particle_pack(ARK_STR("\u0623")), 0); // folded in every form
    ck_assert_uint_eq(ark_particle_pack(ARK_STR("\u06AF")), 0); // gaf
    ck_assert_uint_eq(ark_particle_pack(ARK_STR("\u0628\u0628\u0628\u0628\u0628\u0628\u0628"
                                                "\u0628\u0628\u0628\u0628\u0628\u0628")),
                      0);
}
END_TEST

static void
add_light_tests(TCase *tests)
{
    tcase_add_test(tests, alef_with_hamza_madda_or_wasla_folds_to_bare_alef);
    tcase_add_test(tests, alef_maqsura_folds_to_yeh_and_teh_marbuta_to_heh);
    tcase_add_test(tests, hamza_seats_and_foreign_letters_keep_their_form);
    tcase_add_test(tests, the_longest_prefix_goes);
    tcase_add_test(tests, each_suffix_goes);
    tcase_add_test(tests, three_suffixes_go_and_a_fourth_stays);
    tcase_add_test(tests, three_letters_are_always_left);
    tcase_add_test(tests, a_noun_of_two_letters_is_left_by_article_and_possessives);
    tcase_add_test(tests, a_whole_word_keeps_its_ending);
    tcase_add_test(tests, a_whole_word_keeps_what_it_begins_with);
    tcase_add_test(tests, a_word_that_stands_behind_the_article_begins_with_letters_of_its_own);
    tcase_add_test(tests, a_first_waw_that_belongs_to_the_word_stays);
    tcase_add_test(tests, a_father_keeps_his_waw);
    tcase_add_test(tests, a_particle_goes_before_a_frequent_word);
    tcase_add_test(tests, a_conjunction_goes_and_then_a_preposition);
    tcase_add_test(tests, a_letter_of_the_word_is_no_particle);
    tcase_add_test(tests, an_unknown_rest_keeps_its_particle);
    tcase_add_test(tests, two_letters_are_never_left_by_a_particle);
    tcase_add_test(tests, lam_lam_is_the_article_where_that_is_likelier);
}

int
main(void)
{
    Suite *suite = suite_create("levels");
    TCase *tests = tcase_create("levels");
    add_light_tests(tests);
    tcase_add_test(tests, weak_letters_leave_the_skeleton);
    tcase_add_test(tests, a_final_heh_leaves_the_skeleton_and_an_inner_one_stays);
    tcase_add_test(tests, a_skeleton_of_one_letter_is_the_light_form_itself);
    tcase_add_test(tests, a_skeleton_of_two_letters_stays);
    tcase_add_test(tests, the_key_steps_come_in_their_order);
    tcase_add_test(tests, a_waw_of_the_root_stays_in_the_key);
    tcase_add_test(tests, key_steps_leave_three_letters);
    tcase_add_test(tests, an_over_long_form_is_cut_and_ends_in_a_hash);
    tcase_add_test(tests, a_form_of_the_longest_length_is_not_cut);
    tcase_add_test(tests, the_script_of_a_form_is_that_of_its_first_letter);
    tcase_add_test(tests, packing_tells_words_apart_and_refuses_what_no_form_has);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
