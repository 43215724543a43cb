/*
 * Patterns, misspellings and words near each other against brute force: a
 * recursive matcher of patterns, the recursive definition of the distance, and
 * trying every choice of spans.
 */
#include <stdlib.h>
#include <string.h>

#include "searcher/fuzzy.h"
#include "searcher/pattern.h"
#include "searcher/spans.h"
#include "tests/support/random.h"

enum { ROUNDS = 20000, LISTS_MAX = 8, SPANS_MAX = 5, WORD_MAX = 7, DICTIONARY = 400 };

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* ---- Patterns ---- */

static bool
plain_fits(const char *pattern, const char *text)
{
    if (*pattern == '\0') {
        return *text == '\0';
    }
    if (*pattern == '*') {
        return plain_fits(pattern + 1, text) || (*text != '\0' && plain_fits(pattern, text + 1));
    }
    if (*pattern == '?') {
        return *text != '\0' && plain_fits(pattern + 1, text + 1);
    }
    if (*pattern == '\\') {
        return *text == pattern[1] && plain_fits(pattern + 2, text + 1);
    }
    return *text == *pattern && plain_fits(pattern + 1, text + 1);
}

static void
random_word(struct test_random *random, const char *letters, uint32_t length_max, char *out)
{
    uint32_t length = test_random_below(random, length_max + 1);
    for (uint32_t i = 0; i < length; i++) {
        out[i] = letters[test_random_below(random, (uint32_t)strlen(letters))];
    }
    out[length] = '\0';
}

static void
check_patterns(struct test_random *random, struct ark_arena *arena)
{
    char pattern[3 * WORD_MAX] = "";
    char text[WORD_MAX + 1];
    random_word(random, "ab*?", WORD_MAX, pattern);
    if (test_random_one_in(random, 4)) {
        strcat(pattern, "\\*");
    }
    random_word(random, "ab*", WORD_MAX, text);
    struct ark_pattern ready = ark_pattern_make(ark_str_from(pattern), arena);
    CHECK(ark_pattern_fits(&ready, ark_str_from(text)) == plain_fits(pattern, text));
    CHECK(!plain_fits(pattern, text) || ark_str_starts_with(ark_str_from(text), ready.prefix));
}

/* ---- Misspellings ---- */

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/** Optimal string alignment of a[0, m) and b[0, n), by its definition. */
static uint32_t
plain_distance(const char *a, size_t m, const char *b, size_t n)
{
    if (m == 0 || n == 0) {
        return (uint32_t)(m + n);
    }
    uint32_t best = plain_distance(a, m - 1, b, n - 1) + (a[m - 1] == b[n - 1] ? 0 : 1);
    best = least(best, plain_distance(a, m - 1, b, n) + 1);
    best = least(best, plain_distance(a, m, b, n - 1) + 1);
    if (m > 1 && n > 1 && a[m - 1] == b[n - 2] && a[m - 2] == b[n - 1]) {
        best = least(best, plain_distance(a, m - 2, b, n - 2) + 1);
    }
    return best;
}

static int
compare_words(const void *left, const void *right)
{
    return strcmp(left, right);
}

/** A word against a dictionary in order, and against single words out of order. */
static void
check_fuzzy(struct test_random *random, struct ark_arena *arena)
{
    static char words[DICTIONARY][8];
    char word[8];
    uint32_t edits = test_random_below(random, 3);
    random_word(random, "abc", 5, word);
    struct ark_fuzzy *fuzzy = ark_fuzzy_new(ark_str_from(word), edits, arena);
    for (uint32_t i = 0; i < DICTIONARY; i++) {
        random_word(random, "abc", 6, words[i]);
    }
    if (!test_random_one_in(random, 4)) {
        qsort(words, DICTIONARY, sizeof words[0], compare_words);
    }
    for (uint32_t i = 0; i < DICTIONARY; i++) {
        uint32_t distance = plain_distance(word, strlen(word), words[i], strlen(words[i]));
        int found = ark_fuzzy_distance(fuzzy, ark_str_from(words[i]));
        CHECK(found == (distance <= edits ? (int)distance : -1));
        uint32_t cost = ark_fuzzy_cost(ark_str_from(word), ark_str_from(words[i]));
        CHECK((cost == 0) == (distance == 0));
        CHECK(cost <= 100 * distance);
        CHECK(cost == ark_fuzzy_cost(ark_str_from(words[i]), ark_str_from(word)));
    }
}

/* ---- Spans ---- */

/** The lists of one case and, by brute force, what choices take of them. */
struct plain_case {
    struct ark_token_span items[LISTS_MAX][SPANS_MAX];
    struct ark_token_spans lists[LISTS_MAX];
    bool taken[LISTS_MAX][SPANS_MAX];
    uint32_t count;
    uint32_t distance;
    uint32_t offsets[LISTS_MAX];
    bool ordered;
    bool phrase;
};

static bool
allowed_phrase(const struct plain_case *lists, const uint32_t *choice)
{
    uint32_t first = lists->items[0][choice[0]].first;
    uint32_t before = first;
    for (uint32_t i = 1; i < lists->count; i++) {
        uint32_t here = lists->items[i][choice[i]].first;
        if (here < before + lists->offsets[i] - lists->offsets[i - 1]) {
            return false;
        }
        before = here;
    }
    return before - first - lists->offsets[lists->count - 1] <= lists->distance;
}

static bool
allowed_near(const struct plain_case *lists, const uint32_t *choice)
{
    uint32_t first_end = UINT32_MAX;
    uint32_t last_begin = 0;
    for (uint32_t i = 0; i < lists->count; i++) {
        struct ark_token_span here = lists->items[i][choice[i]];
        first_end = least(first_end, here.last);
        last_begin = here.first > last_begin ? here.first : last_begin;
        for (uint32_t k = 0; k < i; k++) {
            struct ark_token_span other = lists->items[k][choice[k]];
            bool apart = here.first > other.last || here.last < other.first;
            if (!apart || (lists->ordered && here.first < other.first)) {
                return false;
            }
        }
    }
    return last_begin - first_end <= lists->distance;
}

/** Every choice from list number list on. */
static void
try_choices(struct plain_case *lists, uint32_t list, uint32_t *choice)
{
    if (list == lists->count) {
        if (lists->phrase ? allowed_phrase(lists, choice) : allowed_near(lists, choice)) {
            for (uint32_t i = 0; i < lists->count; i++) {
                lists->taken[i][choice[i]] = true;
            }
        }
        return;
    }
    for (choice[list] = 0; choice[list] < lists->lists[list].count; choice[list]++) {
        try_choices(lists, list + 1, choice);
    }
}

static int
compare_spans(const void *left, const void *right)
{
    const struct ark_token_span *a = left;
    const struct ark_token_span *b = right;
    int order = (a->first > b->first) - (a->first < b->first);
    return order != 0 ? order : (a->last > b->last) - (a->last < b->last);
}

static struct plain_case
random_case(struct test_random *random)
{
    struct plain_case made = {.phrase = test_random_one_in(random, 3)};
    made.count = 2 + test_random_below(random, test_random_one_in(random, 8) ? LISTS_MAX - 1 : 3);
    made.ordered = test_random_one_in(random, 2);
    made.distance = test_random_below(random, 8) + (made.phrase ? 0 : 1);
    for (uint32_t i = 0; i < made.count; i++) {
        size_t count = test_random_below(random, made.count > 4 ? 4 : SPANS_MAX + 1);
        size_t kept = 0;
        for (size_t k = 0; k < count; k++) {
            uint32_t first = test_random_below(random, 14);
            uint32_t length = made.phrase ? 0 : test_random_below(random, 3);
            made.items[i][k] = (struct ark_token_span){first, first + length};
        }
        qsort(made.items[i], count, sizeof made.items[i][0], compare_spans);
        for (size_t k = 0; k < count; k++) {
            if (kept == 0 || compare_spans(&made.items[i][kept - 1], &made.items[i][k]) != 0) {
                made.items[i][kept++] = made.items[i][k];
            }
        }
        made.lists[i].count = kept;
        made.offsets[i] = i == 0 ? 0 : made.offsets[i - 1] + 1 + test_random_below(random, 2);
    }
    return made;
}

/** The shortest spans of a phrase from taken first words on. */
static void
check_whole(const struct plain_case *lists, struct ark_token_spans whole)
{
    size_t at = 0;
    for (size_t k = 0; k < lists->lists[0].count; k++) {
        at += lists->taken[0][k] ? 1 : 0;
        CHECK(!lists->taken[0][k] || whole.items[at - 1].first == lists->items[0][k].first);
    }
    CHECK(at == whole.count);
    for (size_t i = 0; i < whole.count; i++) {
        CHECK(whole.items[i].last - whole.items[i].first <=
              lists->offsets[lists->count - 1] + lists->distance);
    }
}

static void
check_spans(struct test_random *random, struct ark_arena *arena)
{
    struct plain_case lists = random_case(random);
    struct ark_token_spans taken[LISTS_MAX + 1];
    uint32_t choice[LISTS_MAX];
    bool any = false;
    for (uint32_t i = 0; i < lists.count; i++) {
        lists.lists[i].items = lists.items[i];
    }
    try_choices(&lists, 0, choice);
    bool found = lists.phrase ? ark_spans_phrase(lists.lists, lists.offsets, lists.count,
                                                 lists.distance, arena, taken)
                              : ark_spans_near(lists.lists, lists.count, lists.distance,
                                               lists.ordered, arena, taken);
    for (uint32_t i = 0; i < lists.count; i++) {
        size_t at = 0;
        for (size_t k = 0; k < lists.lists[i].count; k++) {
            if (lists.taken[i][k]) {
                any = true;
                CHECK(at < taken[i].count);
                CHECK(compare_spans(&taken[i].items[at], &lists.items[i][k]) == 0);
                at++;
            }
        }
        CHECK(at == taken[i].count);
    }
    CHECK(found == any);
    if (lists.phrase) {
        check_whole(&lists, taken[lists.count]);
    }
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20161105));
    struct ark_arena arena = ark_arena_make();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        check_patterns(&random, &arena);
        check_spans(&random, &arena);
        if (round % 200 == 0) {
            check_fuzzy(&random, &arena);
        }
        ark_arena_reset(&arena);
    }
    ark_arena_dispose(&arena);
    return 0;
}
