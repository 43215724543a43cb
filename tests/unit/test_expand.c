#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "searcher/expand.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_index.h"

static char *temp_dir;
static struct ark_store *store;
static struct ark_snapshot *snapshot;
static struct ark_analyzer *analyzer;
static struct ark_arena arena;
static struct ark_segment *segments[4];
static struct ark_expand_source source;

static void
set_up(void)
{
    temp_dir = test_temp_dir();
    store = text_store_open(temp_dir);
    analyzer = ark_analyzer_new();
    arena = ark_arena_make();
    source = (struct ark_expand_source){.segments = segments};
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    ark_snapshot_close(snapshot);
    snapshot = NULL;
    ark_store_close(store);
    test_temp_dir_remove(temp_dir);
}

static void
add_segment(const char *const *bodies, uint32_t count)
{
    struct text_document documents[8];
    for (uint32_t i = 0; i < count; i++) {
        documents[i] = (struct text_document){.body = bodies[i]};
    }
    (void)text_publish(store, analyzer, documents, count);
    source.document_count += count;
}

static struct ark_expansion
expand(const char *text)
{
    if (snapshot == NULL) {
        ck_assert_int_eq(ark_snapshot_open(&snapshot, store, NULL), ARK_OK);
        source.segment_count = ark_snapshot_figures(snapshot)->segment_count;
        for (uint32_t i = 0; i < source.segment_count; i++) {
            segments[i] = ark_snapshot_segment(snapshot, i);
        }
    }
    struct ark_query_options options = {0};
    struct ark_query *query = NULL;
    struct ark_expansion expansion;
    ck_assert_int_eq(ark_query_parse(ark_str_from(text), &options, analyzer, &arena, &query, NULL),
                     ARK_OK);
    ck_assert_int_eq(query->root->kind, ARK_QUERY_WORD);
    ck_assert_int_eq(ark_expand(&source, query->root, &arena, &expansion, NULL), ARK_OK);
    return expansion;
}

static void
check_df(const struct ark_expansion *expansion, uint64_t form, uint64_t light, uint64_t stem,
         uint64_t skeleton)
{
    ck_assert_uint_eq(expansion->df[ARK_LEVEL_FORM], form);
    ck_assert_uint_eq(expansion->df[ARK_LEVEL_LIGHT], light);
    ck_assert_uint_eq(expansion->df[ARK_LEVEL_STEM], stem);
    ck_assert_uint_eq(expansion->df[ARK_LEVEL_SKELETON], skeleton);
}

/** Documents with: book; the book; books (a broken plural); writers' office. */
static const char *const BOOKS[] = {
    "كتاب",    // book
    "الكتاب",  // the book
    "كتب كتب", // books
    "قلم",     // pen
};

START_TEST(each_level_counts_its_own_documents)
{
    add_segment(BOOKS, 4);
    // book
    struct ark_expansion book = expand("كتاب");
    check_df(&book, 1, 2, 2, 3);
    // books
    struct ark_expansion books = expand("كتب");
    check_df(&books, 1, 1, 1, 3);
}
END_TEST

START_TEST(document_counts_add_up_over_segments)
{
    add_segment(BOOKS, 4);
    add_segment(BOOKS + 1, 3);
    add_segment(BOOKS + 3, 1);
    // book
    struct ark_expansion book = expand("كتاب");
    check_df(&book, 1, 3, 3, 5);
    ck_assert_ptr_nonnull(book.segments[0].family);
    ck_assert_ptr_nonnull(book.segments[1].family);
    ck_assert_ptr_null(book.segments[2].family);
}
END_TEST

START_TEST(variants_know_the_levels_at_which_they_match)
{
    add_segment(BOOKS, 4);
    // book
    struct ark_expansion book = expand("كتاب");
    const struct ark_word_segment *in_segment = &book.segments[0];
    const struct ark_family *family = in_segment->family;
    ck_assert_uint_eq(family->variant_count, 3);
    unsigned forms = 0;
    for (uint32_t i = 0; i < family->class_count; i++) {
        for (uint32_t code = 0; code < family->classes[i].variant_count; code++) {
            unsigned levels = in_segment->class_levels[i].variants[code];
            ck_assert((levels & 1u << ARK_LEVEL_SKELETON) != 0);
            forms += (levels & ARK_LEVELS_FORM) != 0;
        }
    }
    ck_assert_uint_eq(forms, 1);
    ck_assert_uint_eq(in_segment->levels, ARK_LEVELS_ALL);
}
END_TEST

/** Forms of a class, in the arena. */
static ark_str *
forms_of(const struct ark_family *family, const struct ark_class *class)
{
    ark_str *forms = ark_arena_calloc(&arena, class->variant_count, sizeof *forms);
    for (uint32_t code = 0; code < class->variant_count; code++) {
        forms[code] = family->variants[class->first_variant + code].form;
    }
    return forms;
}

/** A matched class has what the whole record says of it. */
static void
check_matched_class(const struct ark_family *whole, const struct ark_family *matched, uint32_t i)
{
    const struct ark_class *read = &whole->classes[i];
    const struct ark_class *class = &matched->classes[i];
    const struct ark_variant_match *variants = NULL;
    ck_assert_uint_eq(class->light_wanted, i + 1);
    ck_assert_uint_eq(class->df, read->df);
    ck_assert_uint_eq(class->hot_offset, read->hot_offset);
    ck_assert_uint_eq(class->cold_offset, read->cold_offset);
    ck_assert_uint_eq(class->stem_count, read->stem_count);
    ck_assert_uint_eq(class->variant_count, read->variant_count);
    const ark_str *forms = forms_of(whole, read);
    ck_assert_int_eq(
        ark_family_match_variants(class, forms, read->variant_count, &arena, &variants, NULL),
        ARK_OK);
    for (uint32_t code = 0; code < read->variant_count; code++) {
        const struct ark_variant *variant = &whole->variants[read->first_variant + code];
        ck_assert_uint_eq(variants[code].stem_idx, variant->stem_idx);
        ck_assert_uint_eq(variants[code].form_df, variant->form_df);
        ck_assert_uint_gt(variants[code].wanted, 0);
        ck_assert(ark_str_equal(forms[variants[code].wanted - 1], variant->form));
    }
}

/** A family is matched with all its texts, and with none of them. */
static void
check_matched(struct ark_segment *segment, const struct ark_family *whole)
{
    ark_str *lights = ark_arena_calloc(&arena, whole->class_count, sizeof *lights);
    ark_str *stems = ark_arena_calloc(&arena, whole->stem_count, sizeof *stems);
    const struct ark_family *matched = NULL;
    for (uint32_t i = 0; i < whole->class_count; i++) {
        lights[i] = whole->classes[i].light;
    }
    for (uint32_t i = 0; i < whole->stem_count; i++) {
        stems[i] = whole->stems[i].text;
    }
    const struct ark_family_wanted all = {lights, whole->class_count, stems, whole->stem_count};
    ck_assert_int_eq(ark_segment_match_family(segment, whole->key, &all, &arena, &matched, NULL),
                     ARK_OK);
    ck_assert_uint_eq(matched->class_count, whole->class_count);
    ck_assert_uint_eq(matched->stem_count, whole->stem_count);
    ck_assert_uint_eq(matched->variant_count, whole->variant_count);
    for (uint32_t i = 0; i < whole->class_count; i++) {
        check_matched_class(whole, matched, i);
    }
    for (uint32_t i = 0; i < whole->stem_count; i++) {
        ck_assert_uint_eq(matched->stem_wanted[i], i + 1);
        ck_assert_uint_eq(matched->stems[i].df, whole->stems[i].df);
    }
    const ark_str other = ARK_STR("other");
    const struct ark_family_wanted none = {&other, 1, &other, 1};
    ck_assert_int_eq(ark_segment_match_family(segment, whole->key, &none, &arena, &matched, NULL),
                     ARK_OK);
    for (uint32_t i = 0; i < whole->class_count; i++) {
        ck_assert_uint_eq(matched->classes[i].light_wanted, 0);
    }
    for (uint32_t i = 0; i < whole->stem_count; i++) {
        ck_assert_uint_eq(matched->stem_wanted[i], 0);
    }
}

/** Words of few families, with all that can stand around their light forms. */
static const char *const RELATED[] = {
    // book, books, writer, writers, office, offices
    "كتاب كتب كاتب كتّاب مكتب مكاتب الكتاب والكتب",
    // and in his books, they write, their writing, the two books, my book
    "وبكتبه يكتبون كتابتهم الكتابين كتابي كتابها لكتابهما",
    // wrote, we wrote, so they wrote, it is written, library, libraries
    "كتبت كتبنا فكتبوا مكتوب مكتبة المكتبات",
    // teacher, teachers, taught, learning, knowledge, sciences, scientific
    "معلم المعلمون علّم تعلم علم العلوم علمية علوم",
    // and their sciences, by their knowledge, world, the two worlds, information
    "وعلومهم بعلمهن عالم العالمين معلومات استعلامات",
    // school, lesson, lessons, studying, studied
    "مدرسة درس دروس دراسة درسوا المدارس كتاب كتاب علم",
    // Latin and Persian letters, digits
    "search searches searching چاى گل 1984 کتاب",
};

START_TEST(a_family_is_matched_as_it_is_read)
{
    add_segment(RELATED, ARK_COUNT_OF(RELATED));
    (void)expand("كتاب");
    struct ark_family_iterator *families = ark_family_iterator_new(segments[0]);
    const struct ark_family *family = NULL;
    uint32_t count = 0;
    ck_assert_int_eq(ark_family_iterator_next(families, &family, NULL), ARK_OK);
    while (family != NULL) {
        check_matched(segments[0], family);
        count++;
        ck_assert_int_eq(ark_family_iterator_next(families, &family, NULL), ARK_OK);
    }
    ck_assert_uint_ge(count, 8);
    ark_family_iterator_free(families);
}
END_TEST

START_TEST(an_exact_word_counts_its_form_alone)
{
    add_segment(BOOKS, 4);
    // =book
    struct ark_expansion book = expand("=كتاب");
    check_df(&book, 1, 0, 0, 0);
    ck_assert(book.weights[ARK_LEVEL_FORM] > 0);
    ck_assert(book.weights[ARK_LEVEL_SKELETON] <= 0);
    // =for-a-book: the family is there, this form is not
    struct ark_expansion other = expand("=لكتاب");
    check_df(&other, 0, 0, 0, 0);
    ck_assert_ptr_null(other.segments[0].family);
}
END_TEST

START_TEST(a_latin_match_by_the_stem_is_close)
{
    static const char *const TEXTS[] = {"searches", "search", "other"};
    add_segment(TEXTS, 3);
    struct ark_expansion word = expand("searching");
    check_df(&word, 0, 0, 2, 2);
    ck_assert((word.segments[0].levels & ARK_LEVELS_CLOSE) != 0);
}
END_TEST

START_TEST(numbers_match_as_they_are)
{
    static const char *const TEXTS[] = {"2016", "2017", "20160"};
    add_segment(TEXTS, 3);
    struct ark_expansion word = expand("2016");
    check_df(&word, 1, 1, 1, 1);
    ck_assert_uint_eq(word.segments[0].levels, ARK_LEVELS_ALL);
}
END_TEST

START_TEST(the_best_weight_is_that_of_the_strongest_level)
{
    add_segment(BOOKS, 4);
    // book
    struct ark_expansion book = expand("كتاب");
    for (unsigned set = 1; set < ARK_LEVELS_SETS; set++) {
        float best = 0;
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            best = fmaxf(best, (set >> level & 1u) != 0 ? book.weights[level] : 0);
        }
        ck_assert(fabsf(book.best_weight[set] - best) < 1e-9F);
    }
    double idf = ark_bm25_idf(4, 1);
    ck_assert(fabs((double)book.weights[ARK_LEVEL_FORM] - idf * (ARK_BM25_K1 + 1)) < 1e-6);
}
END_TEST

START_TEST(a_word_that_is_nowhere_has_no_family)
{
    add_segment(BOOKS, 4);
    struct ark_expansion word = expand("xyzzy");
    check_df(&word, 0, 0, 0, 0);
    ck_assert_ptr_null(word.segments[0].family);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("expand");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_family_is_matched_as_it_is_read);
    tcase_add_test(cases, each_level_counts_its_own_documents);
    tcase_add_test(cases, document_counts_add_up_over_segments);
    tcase_add_test(cases, variants_know_the_levels_at_which_they_match);
    tcase_add_test(cases, an_exact_word_counts_its_form_alone);
    tcase_add_test(cases, a_latin_match_by_the_stem_is_close);
    tcase_add_test(cases, numbers_match_as_they_are);
    tcase_add_test(cases, the_best_weight_is_that_of_the_strongest_level);
    tcase_add_test(cases, a_word_that_is_nowhere_has_no_family);
    Suite *suite = suite_create("expand");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
