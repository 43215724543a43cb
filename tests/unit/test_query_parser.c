#include <check.h>
#include <stdlib.h>

#include "searcher/query.h"

static struct ark_analyzer *analyzer;
static struct ark_arena arena;
static struct ark_error error;

static void
set_up(void)
{
    analyzer = ark_analyzer_new();
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
}

static enum ark_status
parse_with(const char *text, struct ark_query_options options, struct ark_query **query)
{
    return ark_query_parse(ark_str_from(text), &options, analyzer, &arena, query, &error);
}

static struct ark_query *
parse(const char *text)
{
    struct ark_query *query = NULL;
    enum ark_status status = parse_with(text, (struct ark_query_options){0}, &query);
    ck_assert_msg(status == ARK_OK, "%s: %s", text, error.text);
    return query;
}

/** A word as written, "=" before an exact one, "!" before one that is left out. */
static void
print_word(const struct ark_query_node *node, struct ark_buf *out)
{
    ark_buf_printf(out, "%s%s", node->stopword ? "!" : "", node->exact ? "=" : "");
    ark_buf_append_str(out, node->text);
}

/** The words of a phrase; "_" for a gap. */
static void
print_phrase(const struct ark_query_node *node, struct ark_buf *out)
{
    uint32_t position = 0;
    ark_buf_append_str(out, ARK_STR("(phrase"));
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        for (; position < it->position; position++) {
            ark_buf_append_str(out, ARK_STR(" _"));
        }
        ark_buf_push(out, ' ');
        print_word(it, out);
        position++;
    }
    ark_buf_push(out, ')');
}

/** The tree as one s-expression; children of a bag carry "+" and "-". */
static void
print_tree(const struct ark_query_node *node, struct ark_buf *out)
{
    static const char *const names[] = {
        [ARK_QUERY_BAG] = "bag",
        [ARK_QUERY_AND] = "and",
        [ARK_QUERY_OR] = "or",
        [ARK_QUERY_NOT] = "not",
    };
    static const char *const occurs[] = {" ", " +", " -"};
    if (node->kind == ARK_QUERY_WORD) {
        print_word(node, out);
        return;
    }
    if (node->kind == ARK_QUERY_PHRASE) {
        print_phrase(node, out);
        return;
    }
    ark_buf_printf(out, "(%s", names[node->kind]);
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool bag = node->kind == ARK_QUERY_BAG;
        ark_buf_printf(out, "%s", occurs[bag ? it->occur : ARK_OCCUR_SHOULD]);
        print_tree(it, out);
    }
    ark_buf_push(out, ')');
}

/** What must hold of every tree. Words are numbered from left to right. */
static void
check_sane(const struct ark_query *query, const struct ark_query_node *node, uint32_t *words)
{
    ck_assert_uint_le(node->start, node->end);
    ck_assert_uint_le(node->end, query->text.len);
    uint32_t count = 0;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        ck_assert(it->kind != ARK_QUERY_NOT || node->kind == ARK_QUERY_AND);
        ck_assert(it->occur == ARK_OCCUR_SHOULD || node->kind == ARK_QUERY_BAG);
        ck_assert(node->kind != ARK_QUERY_PHRASE || it->kind == ARK_QUERY_WORD);
        check_sane(query, it, words);
        count++;
    }
    ck_assert_uint_eq(node->child_count, count);
    if (node->kind == ARK_QUERY_WORD) {
        ck_assert_uint_eq(node->word, (*words)++);
        ck_assert_uint_eq(count, 0);
        ck_assert_uint_gt(node->analysed.level[ARK_LEVEL_FORM].len, 0);
    } else {
        bool required = node->kind == ARK_QUERY_BAG && node->first_child->occur == ARK_OCCUR_MUST;
        ck_assert_uint_ge(count, node->kind == ARK_QUERY_NOT || required ? 1 : 2);
    }
}

static uint32_t
count_warnings(const struct ark_query *query)
{
    uint32_t count = 0;
    uint32_t start = 0;
    for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        ck_assert_uint_le(start, it->start);
        ck_assert_uint_lt(it->start, it->end);
        ck_assert_uint_le(it->end, query->text.len);
        start = it->start;
        count++;
    }
    return count;
}

struct row {
    const char *query;
    const char *tree; /**< "" when nothing is left */
    uint32_t warnings;
};

static void
check_tree(const struct ark_query *query, const char *expected)
{
    struct ark_buf tree = ark_buf_make(1 << 16);
    if (query->root != NULL) {
        uint32_t words = 0;
        check_sane(query, query->root, &words);
        ck_assert_uint_eq(words, query->word_count);
        print_tree(query->root, &tree);
    }
    const char *got = ark_buf_cstr(&tree);
    ck_assert_msg(strcmp(got, expected) == 0, "\n  query: %.*s\n  gives: %s\n  want:  %s",
                  ARK_STR_ARG(query->text), got, expected);
    ark_buf_dispose(&tree);
}

static void
check_row(const struct row *row)
{
    const struct ark_query *query = parse(row->query);
    check_tree(query, row->tree);
    uint32_t warnings = count_warnings(query);
    ck_assert_msg(warnings == row->warnings, "%s: %u warnings, not %u", row->query, warnings,
                  row->warnings);
}

#define CHECK_ROWS(rows)                                                                           \
    for (size_t i = 0; i < ARK_COUNT_OF(rows); i++) {                                              \
        check_row(&(rows)[i]);                                                                     \
    }

START_TEST(plain_words_are_a_bag)
{
    static const struct row ROWS[] = {
        {"", "", 0},
        {"   ", "", 0},
        {"red", "red", 0},
        {"  red  ", "red", 0},
        {"red green", "(bag red green)", 0},
        {"red\tgreen\nblue", "(bag red green blue)", 0},
        {"red green red", "(bag red green red)", 0},
        {"red, green; blue.", "(bag red green blue)", 0},
        {"red\xC2\xA0green", "(bag red green)", 0},
        {"red ... green", "(bag red green)", 0},
        {"?!", "", 0},
        {"2016", "2016", 0},
        {"covid19", "covid19", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(signs_require_and_exclude)
{
    static const struct row ROWS[] = {
        {"+red", "(bag +red)", 0},
        {"+red green", "(bag +red green)", 0},
        {"red +green", "(bag red +green)", 0},
        {"+red +green", "(bag +red +green)", 0},
        {"red -green", "(bag red -green)", 0},
        {"-green red", "(bag -green red)", 0},
        {"+red -green blue", "(bag +red -green blue)", 0},
        {"red -\"green blue\"", "(bag red -(phrase green blue))", 0},
        {"red +\"green blue\"", "(bag red +(phrase green blue))", 0},
        {"red -(green blue)", "(bag red -(bag green blue))", 0},
        {"red +(green blue)", "(bag red +(bag green blue))", 0},
        {"red -=green", "(bag red -=green)", 0},
        {"red +=green", "(bag red +=green)", 0},
        {"red -5", "(bag red -5)", 0},
        {"(-red) green", "(bag -red green)", 0},
        {"-(-red)", "red", 0},
        {"green -(-red)", "(bag green red)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(a_sign_counts_only_where_it_begins_a_word)
{
    static const struct row ROWS[] = {
        {"red - green", "(bag red green)", 0},
        {"red + green", "(bag red green)", 0},
        {"red = green", "(bag red green)", 0},
        {"red-green", "(phrase red green)", 0},
        {"red- green", "(bag red green)", 0},
        {"--red", "red", 0},
        {"green --red", "(bag green red)", 0},
        {"green -+red", "(bag green red)", 0},
        {"green -.red", "(bag green red)", 0},
        {"\"red green\"-blue", "(bag (phrase red green) blue)", 0},
        {"(red green)-blue", "(bag (bag red green) blue)", 0},
        {"red (-green blue)", "(bag red (bag -green blue))", 0},
        {"-", "", 0},
        {"+", "", 0},
        {"=", "", 0},
        {"red -", "red", 0},
        {"red -)", "red", 1},
        {"1990-2000", "(phrase 1990 2000)", 0},
        {"2016-11-02", "(phrase 2016 11 02)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(what_comes_with_pasted_text_is_dropped)
{
    static const struct row ROWS[] = {
        // A right-to-left mark, U+200F, before a sign.
        {"red \xE2\x80\x8F-green", "(bag red -green)", 0},
        // A directional isolate, U+2067 and U+2069, around a phrase.
        {"\xE2\x81\xA7\"red green\"\xE2\x81\xA9", "(phrase red green)", 0},
        // Presentation forms of heh, lam, U+FEEB and U+FEDE, become the letters U+0647, U+0644.
        {"\xEF\xBB\xAB\xEF\xBB\x9E red", "(bag !\xD9\x87\xD9\x84 red)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(quotes_make_phrases)
{
    static const struct row ROWS[] = {
        {"\"red green\"", "(phrase red green)", 0},
        {"\"red green\" blue", "(bag (phrase red green) blue)", 0},
        {"blue\"red green\"", "(bag blue (phrase red green))", 0},
        {"\"red\"", "red", 0},
        {"\"red, green\"", "(phrase red green)", 0},
        {"\"red AND green\"", "(phrase red AND green)", 0},
        {"\"red -green\"", "(phrase red green)", 0},
        {"\"red (green\"", "(phrase red green)", 0},
        {"\"red | green\"", "(phrase red green)", 0},
        {"\"red \\\" green\"", "(phrase red green)", 0},
        {"\"red green", "(phrase red green)", 1},
        {"red \"", "red", 2},
        {"\"\"", "", 1},
        {"red \"\" green", "(bag red green)", 1},
        {"red \" \" green", "(bag red green)", 1},
        // Angle quotes, U+00AB and U+00BB.
        {"\xC2\xABred green\xC2\xBB", "(phrase red green)", 0},
        {"\xC2\xABred \"green\" blue\xC2\xBB", "(phrase red green blue)", 0},
        {"\xC2\xABred green", "(phrase red green)", 1},
        {"red\xC2\xBB green", "(bag red green)", 1},
        {"\xC2\xBBred green\xC2\xAB", "(phrase red green)", 0},
        // Curly quotes, U+201C, U+201D and U+201E, in any order.
        {"\xE2\x80\x9Cred green\xE2\x80\x9D", "(phrase red green)", 0},
        {"\xE2\x80\x9Dred green\xE2\x80\x9C", "(phrase red green)", 0},
        {"\xE2\x80\x9Ered green\xE2\x80\x9C blue", "(bag (phrase red green) blue)", 0},
        {"\xE2\x80\x9Dred green\xE2\x80\x9D", "(phrase red green)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(not_binds_before_and_before_or)
{
    static const struct row ROWS[] = {
        {"red AND green", "(and red green)", 0},
        {"red OR green", "(or red green)", 0},
        {"red | green", "(or red green)", 0},
        {"red|green", "(or red green)", 0},
        {"red || green", "(or red green)", 0},
        {"red AND green AND blue", "(and red green blue)", 0},
        {"red OR green OR blue", "(or red green blue)", 0},
        {"red AND green OR blue", "(or (and red green) blue)", 0},
        {"red OR green AND blue", "(or red (and green blue))", 0},
        {"(red OR green) AND blue", "(and (or red green) blue)", 0},
        {"red AND (green OR blue)", "(and red (or green blue))", 0},
        {"red AND (green blue)", "(and red (bag green blue))", 0},
        {"red AND NOT green", "(and red (not green))", 0},
        {"NOT green AND red", "(and (not green) red)", 0},
        {"red AND -green", "(and red (not green))", 0},
        {"red AND +green", "(and red green)", 0},
        {"red AND NOT green OR blue", "(or (and red (not green)) blue)", 0},
        {"red NOT green", "(bag red -green)", 0},
        {"NOT green red", "(bag -green red)", 0},
        {"NOT NOT red", "red", 0},
        {"red NOT NOT green", "(bag red green)", 0},
        {"red AND NOT NOT green", "(and red green)", 0},
        {"red AND NOT (green OR blue)", "(and red (not (or green blue)))", 0},
        {"\"red green\" AND blue", "(and (phrase red green) blue)", 0},
        {"\"red\"AND\"green\"", "(and red green)", 0},
        {"=red AND green", "(and =red green)", 0},
        {"red AND green blue", "(bag (and red green) blue)", 0},
        {"red green OR blue black", "(bag red (or green blue) black)", 0},
        {"+red OR green", "(or red green)", 0},
        {"red -green AND blue", "(bag red (and (not green) blue))", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(operators_are_capitals_standing_alone)
{
    static const struct row ROWS[] = {
        {"red and green", "(bag red !and green)", 0},
        {"red Or green", "(bag red !Or green)", 0},
        {"not red", "(bag !not red)", 0},
        {"ANDROID red", "(bag ANDROID red)", 0},
        {"red \\AND green", "(bag red !AND green)", 0},
        {"red -AND", "(bag red -AND)", 0},
        {"red \"AND\" green", "(bag red AND green)", 0},
        {"red AND, green", "(bag red !AND green)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(an_operator_that_joins_nothing_is_a_word)
{
    static const struct row ROWS[] = {
        {"AND", "AND", 1},
        {"NOT", "NOT", 1},
        {"AND red", "(bag !AND red)", 1},
        {"red AND", "(bag red !AND)", 1},
        {"red OR", "(bag red !OR)", 1},
        {"red NOT", "(bag red !NOT)", 1},
        {"red AND AND green", "(bag (and red !AND) green)", 1},
        {"(AND red)", "(bag !AND red)", 1},
        {"(red AND)", "(bag red !AND)", 1},
        {"red OR AND green", "(bag (or red !AND) green)", 1},
        {"|", "", 1},
        {"| red", "red", 1},
        {"red |", "red", 1},
        {"red | | green", "(or red green)", 1},
        {"red AND | green", "(and red green)", 1},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(parentheses_are_mended)
{
    static const struct row ROWS[] = {
        {"(red)", "red", 0},
        {"((red))", "red", 0},
        {"((red green))", "(bag red green)", 0},
        {"(red green) blue", "(bag (bag red green) blue)", 0},
        {"red(green blue)", "(bag red (bag green blue))", 0},
        {"()", "", 0},
        {"red ()", "red", 0},
        {"red AND ()", "red", 0},
        {"red OR ()", "red", 0},
        {"(red", "red", 1},
        {"((red AND green", "(and red green)", 2},
        {"red)", "red", 1},
        {"red) AND green", "(and red green)", 1},
        {")(", "", 2},
        {"red AND (green OR blue", "(and red (or green blue))", 1},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(a_group_of_exclusions_excludes)
{
    static const struct row ROWS[] = {
        {"red (-green -blue)", "(bag red -(or green blue))", 0},
        {"red AND (NOT green)", "(and red (not green))", 0},
        {"red AND (-green -blue)", "(and red (not (or green blue)))", 0},
        {"red (NOT green AND NOT blue)", "(bag red -(or green blue))", 0},
        {"red (NOT green OR NOT blue)", "(bag red -(and green blue))", 0},
        {"red AND NOT (-green)", "(and red green)", 0},
        {"red OR NOT green", "(bag red -green)", 1},
        {"red OR green OR -blue", "(bag red green -blue)", 1},
        {"black (red OR NOT green)", "(bag black (bag red -green))", 1},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(an_equals_sign_asks_for_the_form)
{
    static const struct row ROWS[] = {
        {"=red", "=red", 0},
        {"=red green", "(bag =red green)", 0},
        {"+=red green", "(bag +=red green)", 0},
        {"=\"red green\"", "(phrase =red =green)", 0},
        {"=B-52", "(phrase =B =52)", 0},
        {"==red", "=red", 1},
        {"===red", "red", 0},
        {"red=green", "(phrase red green)", 0},
        {"=(red green)", "(bag red green)", 0},
        {"= red", "red", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(a_backslash_takes_the_meaning_away)
{
    static const struct row ROWS[] = {
        {"\\+red", "red", 0},
        {"green \\-red", "(bag green red)", 0},
        {"\\=red", "red", 0},
        {"\\\"red green\\\"", "(bag red green)", 0},
        {"\\(red green\\)", "(bag red green)", 0},
        {"red \\| green", "(bag red green)", 0},
        {"-\\red green", "(bag -red green)", 0},
        {"red\\", "red", 0},
        {"\\", "", 0},
        {"\"red\\", "red", 1},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(words_joined_by_signs_are_a_phrase)
{
    static const struct row ROWS[] = {
        {"B-52", "(phrase B 52)", 0},
        {"www.example.org", "(phrase www example org)", 0},
        {"Al-Qaeda", "(phrase Al Qaeda)", 0},
        {"-Al-Qaeda red", "(bag -(phrase Al Qaeda) red)", 0},
        {"B-52 AND red", "(and (phrase B 52) red)", 0},
        {"NOT B-52 red", "(bag -(phrase B 52) red)", 0},
        {"+B-52", "(bag +(phrase B 52))", 0},
        {"3.5", "(phrase 3 5)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(what_is_no_operator_is_left_out_with_a_word)
{
    static const struct row ROWS[] = {
        {"red~", "red", 1},
        {"red~2", "red", 1},
        {"red^2.5 green", "(bag red green)", 1},
        {"\"red green\"~3 blue", "(bag (phrase red green) blue)", 1},
        {"(red green)^2", "(bag red green)", 1},
        {"red\\^2", "(phrase red 2)", 0},
        {"~/red", "red", 0},
        {"re*", "re", 1},
        {"*ed", "ed", 1},
        {"title:red", "(phrase title red)", 1},
        {"note:red", "(phrase note red)", 0},
        {"title: red", "(bag title red)", 0},
        {"red NEAR/8 green", "(bag red green)", 1},
        {"red ONEAR/8 green", "(bag red green)", 1},
        {"red NEAR/x green", "(bag red (phrase NEAR x) green)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(arabic_queries_are_read_alike)
{
    static const struct row ROWS[] = {
        {// truce Aleppo
         "هدنة حلب",
         // a bag of both
         "(bag هدنة حلب)", 0},
        {// +truce -Aleppo
         "+هدنة -حلب",
         // the first required, the second excluded
         "(bag +هدنة -حلب)", 0},
        {// truce, Aleppo; Damascus? with Arabic marks and without blanks
         "هدنة،حلب؛دمشق؟",
         // a bag of the three
         "(bag هدنة حلب دمشق)", 0},
        {// "security council" in angle quotes
         "«مجلس الأمن»",
         // one phrase
         "(phrase مجلس الأمن)", 0},
        {// -"security council" Syria
         "-«مجلس الأمن» سوريا",
         // the phrase excluded
         "(bag -(phrase مجلس الأمن) سوريا)", 0},
        {// (truce OR armistice) AND NOT Aleppo
         "(هدنة OR مهادنة) AND NOT حلب",
         // and, with an or and a not
         "(and (or هدنة مهادنة) (not حلب))", 0},
        {// Syria/Iraq: a stroke between alternatives
         "سوريا/العراق",
         // words of the bag
         "(bag سوريا العراق)", 0},
        {// +Syria/Iraq
         "+سوريا/العراق",
         // one operand, hence a phrase
         "(bag +(phrase سوريا العراق))", 0},
        {// Syria/Iraq AND truce
         "سوريا/العراق AND هدنة",
         // one operand, hence a phrase
         "(and (phrase سوريا العراق) هدنة)", 0},
        {// in-the-year2015, no blank
         "عام2015",
         // two words
         "(bag عام 2015)", 0},
        {// -style39
         "-الـ39 حلب",
         // a phrase of article and number excluded
         "(bag -(phrase الـ 39) حلب)", 0},
        {// title:truce, field name in Arabic
         "عنوان:هدنة",
         // two words
         "(bag عنوان هدنة)", 1},
        {// a word led by a tatweel, excluded
         "هدنة -ـحلب",
         // the token without it
         "(bag هدنة -حلب)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(stop_words_are_left_out_unless_nothing_else_is_left)
{
    static const struct row ROWS[] = {
        {// truce in Aleppo
         "هدنة في حلب",
         // without "in"
         "(bag هدنة !في حلب)", 0},
        {// in
         "في",
         // alone it counts
         "في", 0},
        {// from in
         "من في",
         // both count
         "(bag من في)", 0},
        {// "truce in Aleppo"
         "\"هدنة في حلب\"",
         // counts within a phrase
         "(phrase هدنة في حلب)", 0},
        {// truce +in
         "هدنة +في",
         // counts after +
         "(bag هدنة +في)", 0},
        {// truce =in
         "هدنة =في",
         // counts after =
         "(bag هدنة =في)", 0},
        {// truce -in
         "هدنة -في",
         // counts after -
         "(bag هدنة -في)", 0},
        {// truce NOT in
         "هدنة NOT في",
         // counts after NOT
         "(bag هدنة -في)", 0},
        {// in -truce
         "في -هدنة",
         // nothing else is left
         "(bag في -هدنة)", 0},
        {// Aleppo (in -truce)
         "حلب (في -هدنة)",
         // nothing else is left of the group
         "(bag حلب (bag في -هدنة))", 0},
        {// Aleppo (in from)
         "حلب (في من)",
         // the group goes
         "(bag حلب (bag !في !من))", 0},
        {// in AND Aleppo
         "في AND حلب",
         // left out beside AND too
         "(and !في حلب)", 0},
        {// in/from Aleppo, as one run
         "في/من حلب",
         // both left out
         "(bag !في !من حلب)", 0},
    };
    CHECK_ROWS(ROWS);
}
END_TEST

START_TEST(the_prefix_root_is_kept_for_later)
{
    struct ark_query *query = NULL;
    struct ark_query_options options = {0};
    ck_assert_int_eq(parse_with("red root:green", options, &query), ARK_E_ARGUMENT);
    ck_assert_int_eq(parse_with("root:", options, &query), ARK_E_ARGUMENT);
    ck_assert_int_eq(parse_with("root\\:green", options, &query), ARK_OK);
    ck_assert_int_eq(parse_with("roots:green", options, &query), ARK_OK);
}
END_TEST

START_TEST(a_query_of_exclusions_alone_is_an_error)
{
    static const char *const QUERIES[] = {
        "-red",       "NOT red",      "-red -green",          "(-red)",
        "-\"red a\"", "-(red green)", "NOT red OR NOT green", "NOT (red AND green)"};
    for (size_t i = 0; i < ARK_COUNT_OF(QUERIES); i++) {
        struct ark_query *query = NULL;
        struct ark_query_options options = {0};
        ck_assert_int_eq(parse_with(QUERIES[i], options, &query), ARK_E_ARGUMENT);
        ck_assert_ptr_null(query);
        ck_assert_ptr_nonnull(strstr(error.text, QUERIES[i]));
    }
}
END_TEST

static void
check_option(const char *text, struct ark_query_options options, const char *tree)
{
    struct ark_query *query = NULL;
    ck_assert_int_eq(parse_with(text, options, &query), ARK_OK);
    check_tree(query, tree);
}

START_TEST(the_option_all_requires_each_word_of_the_top_bag)
{
    struct ark_query_options all = {.all = true};
    check_option("red green", all, "(bag +red +green)");
    check_option("red", all, "(bag +red)");
    check_option("red -green", all, "(bag +red -green)");
    check_option("red (green blue)", all, "(bag +red +(bag green blue))");
    check_option("red OR green", all, "(bag +(or red green))");
    check_option(
        // truce in Aleppo
        "هدنة في حلب", all,
        // the stop word is left out
        "(bag +هدنة +!في +حلب)");
}
END_TEST

START_TEST(the_option_exact_makes_every_word_exact)
{
    struct ark_query_options exact = {.exact = true};
    check_option("red \"green blue\" -black", exact, "(bag =red (phrase =green =blue) -=black)");
    check_option(
        // truce in Aleppo
        "هدنة في حلب", exact,
        // the stop word counts, as after =
        "(bag =هدنة =في =حلب)");
}
END_TEST

START_TEST(the_option_phrase_reads_no_operators)
{
    struct ark_query_options phrase = {.phrase = true};
    check_option("red green", phrase, "(phrase red green)");
    check_option("red AND -green | (\"blue", phrase, "(phrase red AND green blue)");
    check_option("red", phrase, "red");
    check_option("...", phrase, "");
}
END_TEST

START_TEST(nodes_and_warnings_know_their_place)
{
    const struct ark_query *query = parse("red +\"green blue\" AND");
    const struct ark_query_node *phrase = query->root->first_child->next_sibling;
    ck_assert_uint_eq(phrase->start, 4);
    ck_assert_uint_eq(phrase->end, 17);
    ck_assert(ark_str_equal(phrase->text, ARK_STR("green blue")));
    ck_assert_uint_eq(phrase->first_child->start, 6);
    ck_assert_uint_eq(phrase->first_child->end, 11);
    ck_assert_ptr_nonnull(query->warnings);
    ck_assert_uint_eq(query->warnings->start, 18);
    ck_assert_uint_eq(query->warnings->end, 21);
}
END_TEST

START_TEST(words_carry_their_levels)
{
    // "the truce"
    const struct ark_query *query = parse("الهدنة");
    struct ark_word word = query->root->analysed;
    // alef, lam, heh, dal, noon, heh
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_FORM], ARK_STR("الهدنه")));
    // heh, dal, noon
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_LIGHT], ARK_STR("هدن")));
    ck_assert_int_eq(query->root->script, ARK_SCRIPT_ARABIC);
}
END_TEST

/** The text of count pieces, a tail behind them. */
static char *
repeat(const char *piece, size_t count, const char *tail)
{
    struct ark_buf buf = ark_buf_make(1 << 20);
    for (size_t i = 0; i < count; i++) {
        ark_buf_append_str(&buf, ark_str_from(piece));
    }
    ark_buf_append_str(&buf, ark_str_from(tail));
    char *text = strdup(ark_buf_cstr(&buf));
    ark_buf_dispose(&buf);
    return text;
}

static void
check_repeated(const char *piece, size_t count, const char *tail, enum ark_status expected)
{
    char *text = repeat(piece, count, tail);
    struct ark_query *query = NULL;
    ck_assert_int_eq(parse_with(text, (struct ark_query_options){0}, &query), expected);
    if (expected == ARK_OK) {
        uint32_t words = 0;
        if (query->root != NULL) {
            check_sane(query, query->root, &words);
        }
        ck_assert_uint_le(count_warnings(query), 16);
    }
    free(text);
}

START_TEST(limits_are_errors_not_crashes)
{
    check_repeated("(", ARK_QUERY_DEPTH_MAX, "red", ARK_OK);
    check_repeated("(", ARK_QUERY_DEPTH_MAX + 1, "red", ARK_E_LIMIT);
    check_repeated("red (", 60, "red blue", ARK_OK);
    check_repeated("red AND (blue ", ARK_QUERY_DEPTH_MAX, "red", ARK_E_LIMIT);
    check_repeated("red ", ARK_QUERY_WORDS_MAX, "", ARK_OK);
    check_repeated("red ", ARK_QUERY_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated("-red (a AND ", 30, "b", ARK_OK);
    check_repeated("red.", ARK_QUERY_WORDS_MAX + 1, "", ARK_E_LIMIT);
    check_repeated(" ", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated(" ", ARK_QUERY_BYTES_MAX, " ", ARK_E_LIMIT);
}
END_TEST

START_TEST(hostile_texts_are_read_in_linear_time)
{
    check_repeated(")", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("\xC2\xBB", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("-. ", ARK_QUERY_BYTES_MAX / 3, "", ARK_OK);
    check_repeated("\"", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("~^", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("NOT ", ARK_QUERY_BYTES_MAX / 4 - 1, "red", ARK_E_ARGUMENT);
    check_repeated("| ", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("()", ARK_QUERY_BYTES_MAX / 2, "", ARK_OK);
    check_repeated("\\", ARK_QUERY_BYTES_MAX, "", ARK_OK);
    check_repeated("-=-=", ARK_QUERY_BYTES_MAX / 4, "", ARK_OK);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("query_parser");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, plain_words_are_a_bag);
    tcase_add_test(cases, signs_require_and_exclude);
    tcase_add_test(cases, a_sign_counts_only_where_it_begins_a_word);
    tcase_add_test(cases, what_comes_with_pasted_text_is_dropped);
    tcase_add_test(cases, quotes_make_phrases);
    tcase_add_test(cases, not_binds_before_and_before_or);
    tcase_add_test(cases, operators_are_capitals_standing_alone);
    tcase_add_test(cases, an_operator_that_joins_nothing_is_a_word);
    tcase_add_test(cases, parentheses_are_mended);
    tcase_add_test(cases, a_group_of_exclusions_excludes);
    tcase_add_test(cases, an_equals_sign_asks_for_the_form);
    tcase_add_test(cases, a_backslash_takes_the_meaning_away);
    tcase_add_test(cases, words_joined_by_signs_are_a_phrase);
    tcase_add_test(cases, what_is_no_operator_is_left_out_with_a_word);
    tcase_add_test(cases, arabic_queries_are_read_alike);
    tcase_add_test(cases, stop_words_are_left_out_unless_nothing_else_is_left);
    tcase_add_test(cases, the_prefix_root_is_kept_for_later);
    tcase_add_test(cases, a_query_of_exclusions_alone_is_an_error);
    tcase_add_test(cases, the_option_all_requires_each_word_of_the_top_bag);
    tcase_add_test(cases, the_option_exact_makes_every_word_exact);
    tcase_add_test(cases, the_option_phrase_reads_no_operators);
    tcase_add_test(cases, nodes_and_warnings_know_their_place);
    tcase_add_test(cases, words_carry_their_levels);
    tcase_add_test(cases, limits_are_errors_not_crashes);
    tcase_add_test(cases, hostile_texts_are_read_in_linear_time);
    Suite *suite = suite_create("query_parser");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
