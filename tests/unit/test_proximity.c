#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "searcher/proximity.h"

static struct ark_arena arena;

static void
set_up(void)
{
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
}

enum { PLACES_MAX = 8 };
#define END UINT32_MAX

/** A word of weight 2 at positions that end in END. */
static struct ark_proximity_word
word(struct ark_place places[PLACES_MAX + 1], const uint32_t *positions, uint32_t gap)
{
    struct ark_proximity_word out = {.places = places, .weight = 2, .gap = gap};
    for (; positions[out.count] != END; out.count++) {
        places[out.count] = (struct ark_place){positions[out.count], 2};
    }
    places[out.count].position = ARK_NO_PLACE;
    return out;
}

#define AT(...) ((const uint32_t[]){__VA_ARGS__, END})

/** Two neighbours of the query, K of pairs 1. */
static struct ark_proximity
measure(const uint32_t *first, const uint32_t *second, uint32_t gap, uint32_t title_tokens)
{
    struct ark_place places[2][PLACES_MAX + 1];
    struct ark_proximity_word words[] = {word(places[0], first, 0), word(places[1], second, gap)};
    struct ark_proximity_source source = {words, 2, title_tokens, 1};
    return ark_proximity_measure(&source);
}

/** Equal but for rounding to steps of scores. */
static void
check_near(double value, double expected)
{
    ck_assert_msg(fabs(value - expected) < 1e-6, "%.9f, not %.9f", value, expected);
}

/** BM25 of a pair that occurs count times, of weight 2, K 1. */
static double
pair(uint32_t count)
{
    return 2 * (ARK_PAIR_K1 + 1) * count / (count + 1.0);
}

START_TEST(neighbours_in_order_count_as_ordered_and_as_near)
{
    struct ark_proximity proximity = measure(AT(5), AT(6), 1, 0);
    check_near(proximity.ordered, ARK_PAIR_ORDERED * pair(1));
    check_near(proximity.near, ARK_PAIR_NEAR * pair(1));
    check_near(proximity.passage, ARK_PASSAGE_WEIGHT * 4);
    check_near(proximity.title, 0);
}
END_TEST

START_TEST(neighbours_in_the_other_order_are_near_only)
{
    struct ark_proximity proximity = measure(AT(6), AT(5), 1, 0);
    check_near(proximity.ordered, 0);
    check_near(proximity.near, ARK_PAIR_NEAR * pair(1));
}
END_TEST

START_TEST(a_stop_word_between_them_keeps_its_place)
{
    check_near(measure(AT(5), AT(7), 2, 0).ordered, ARK_PAIR_ORDERED * pair(1));
    check_near(measure(AT(5), AT(6), 2, 0).ordered, 0);
}
END_TEST

START_TEST(near_ends_after_eight_words)
{
    check_near(measure(AT(5), AT(13), 1, 0).near, ARK_PAIR_NEAR * pair(1));
    check_near(measure(AT(13), AT(5), 1, 0).near, ARK_PAIR_NEAR * pair(1));
    check_near(measure(AT(5), AT(14), 1, 0).near, 0);
}
END_TEST

START_TEST(near_counts_the_rarer_word)
{
    check_near(measure(AT(5), AT(4, 6, 7), 1, 0).near, ARK_PAIR_NEAR * pair(1));
    check_near(measure(AT(5, 50), AT(4, 49, 100), 1, 0).near, ARK_PAIR_NEAR * pair(2));
}
END_TEST

START_TEST(words_of_different_parts_of_the_query_are_no_pair)
{
    struct ark_proximity proximity = measure(AT(5), AT(6), 0, 0);
    check_near(proximity.ordered + proximity.near, 0);
    check_near(proximity.passage, ARK_PASSAGE_WEIGHT * 4);
}
END_TEST

START_TEST(one_word_at_one_place_is_not_near_itself)
{
    check_near(measure(AT(5), AT(5), 1, 0).near, 0);
    check_near(measure(AT(5, 6), AT(5, 6), 1, 0).near, ARK_PAIR_NEAR * pair(2));
}
END_TEST

START_TEST(a_passage_ends_after_thirty_words)
{
    check_near(measure(AT(5), AT(35), 1, 0).passage, ARK_PASSAGE_WEIGHT * 4);
    check_near(measure(AT(5), AT(36), 1, 0).passage, ARK_PASSAGE_WEIGHT * 2);
    check_near(measure(AT(100), AT(5, 36, 131), 1, 0).passage, ARK_PASSAGE_WEIGHT * 2);
}
END_TEST

START_TEST(a_passage_takes_the_best_place_within_reach)
{
    const struct ark_place first[] = {{0, 3}, {20, 1}, {40, 2}, {ARK_NO_PLACE, 0}};
    const struct ark_place second[] = {{45, 1}, {ARK_NO_PLACE, 0}};
    struct ark_proximity_word words[] = {{first, 3, 3, 0}, {second, 1, 1, 1}};
    struct ark_proximity_source source = {words, 2, 0, 1};
    // 40 and 45; the 3 at 0 is out of reach of 45, and alone it is as good.
    check_near(ark_proximity_measure(&source).passage, ARK_PASSAGE_WEIGHT * 3);
    source.word_count = 1;
    check_near(ark_proximity_measure(&source).passage, 0);
}
END_TEST

START_TEST(words_in_the_title_count_once)
{
    check_near(measure(AT(0, 2, 40), AT(40), 1, 3).title, ARK_TITLE_WEIGHT * 2);
    check_near(measure(AT(0), AT(2), 1, 3).title, ARK_TITLE_WEIGHT * 4);
    check_near(measure(AT(3), AT(20), 1, 3).title, 0);
}
END_TEST

START_TEST(a_word_that_is_not_there_adds_nothing)
{
    struct ark_proximity proximity = measure(AT(END), AT(4), 1, 0);
    check_near(proximity.ordered + proximity.near, 0);
    check_near(proximity.passage, ARK_PASSAGE_WEIGHT * 2);
    check_near(ark_proximity_sum(&proximity), proximity.passage);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("proximity");
    TCase *cases = tcase_create("proximity");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, neighbours_in_order_count_as_ordered_and_as_near);
    tcase_add_test(cases, neighbours_in_the_other_order_are_near_only);
    tcase_add_test(cases, a_stop_word_between_them_keeps_its_place);
    tcase_add_test(cases, near_ends_after_eight_words);
    tcase_add_test(cases, near_counts_the_rarer_word);
    tcase_add_test(cases, words_of_different_parts_of_the_query_are_no_pair);
    tcase_add_test(cases, one_word_at_one_place_is_not_near_itself);
    tcase_add_test(cases, a_passage_ends_after_thirty_words);
    tcase_add_test(cases, a_passage_takes_the_best_place_within_reach);
    tcase_add_test(cases, words_in_the_title_count_once);
    tcase_add_test(cases, a_word_that_is_not_there_adds_nothing);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
