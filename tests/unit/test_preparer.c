#include "indexer/preparer.h"

#include <check.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/text/analyzer.h"

static struct ark_word_table *table;
static struct ark_preparer *preparer;
static struct ark_batch *batch;

static void
set_up(void)
{
    table = ark_word_table_new();
    preparer = ark_preparer_new(table);
    ark_preparer_set_dictionary(preparer, NULL);
    batch = ark_batch_new();
}

static void
tear_down(void)
{
    ark_batch_free(batch);
    ark_preparer_free(preparer);
    ark_word_table_free(table);
}

static void
add(const char *title, const char *body)
{
    struct ark_document document = {.fragment = ARK_STR("1"),
                                    .title = ark_str_from(title),
                                    .body = ark_str_from(body),
                                    .source = ARK_STR("here"),
                                    .date = 20240131};
    ark_batch_add(batch, ARK_STR("/a/b"), 3, &document);
}

START_TEST(tokens_of_title_and_body_are_counted_apart)
{
    add("a title", "and, a body: 2024");
    add("", " ... ");
    ark_preparer_run(preparer, batch);
    ck_assert_uint_eq(batch->items[0].record.title_tokens, 2);
    ck_assert_uint_eq(batch->items[0].record.token_count, 6);
    ck_assert_uint_eq(batch->items[1].record.title_tokens, 0);
    ck_assert_uint_eq(batch->items[1].record.token_count, 0);
    ck_assert_uint_eq(batch->word_count, 6);
}
END_TEST

START_TEST(words_are_numbers_of_the_shared_table)
{
    struct ark_preparer *other = ark_preparer_new(table);
    ark_preparer_set_dictionary(other, NULL);
    struct ark_batch *second = ark_batch_new();
    struct ark_document document = {.title = ARK_STR(""),
                                    .body = ARK_STR("body \u0651 title"),
                                    .fragment = ARK_STR(""),
                                    .source = ARK_STR("")};
    add("A title", "a body");
    ark_preparer_run(preparer, batch);
    ark_batch_add(second, ARK_STR("/c"), 1, &document);
    ark_preparer_run(other, second);
    ck_assert_uint_eq(batch->words[0], batch->words[2]);
    ck_assert_uint_eq(second->words[0], batch->words[3]);
    ck_assert_uint_eq(second->words[1], batch->words[1]);
    ck_assert_uint_eq(ark_word_table_count(table), 3);
    ark_batch_free(second);
    ark_preparer_free(other);
}
END_TEST

START_TEST(the_packed_text_is_title_and_body)
{
    struct ark_text_unpacker unpacker = {.fetch = NULL};
    uint8_t text[32];
    add("title", "first body");
    add("", "");
    ark_preparer_run(preparer, batch);
    const struct ark_batch_item *item = &batch->items[0];
    ark_str frame = ark_str_slice(ark_buf_view(&batch->frames), item->frame_start,
                                  item->frame_start + item->frame_bytes);
    ck_assert_uint_eq(item->title_bytes, 5);
    ck_assert_uint_eq(item->text_bytes, 15);
    ck_assert(ark_text_is_plausible(frame, 15));
    ck_assert(ark_text_unpack(&unpacker, frame, text, 15));
    ck_assert(ark_str_equal(ark_str_make(text, 15), ARK_STR("titlefirst body")));
    ck_assert_uint_gt(batch->items[1].frame_bytes, 0);
    ark_text_unpacker_dispose(&unpacker);
}
END_TEST

START_TEST(the_content_hash_is_of_all_that_is_shown)
{
    struct ark_document document = {.fragment = ARK_STR("1"),
                                    .title = ARK_STR("t"),
                                    .body = ARK_STR("b"),
                                    .source = ARK_STR("s"),
                                    .date = 20200101};
    uint64_t hash = ark_document_hash(&document);
    ark_batch_add(batch, ARK_STR("/a"), 1, &document);
    ark_preparer_run(preparer, batch);
    ck_assert_uint_eq(batch->items[0].record.content_hash, hash);
    struct ark_document other = document;
    other.title = ARK_STR("tb");
    other.body = ARK_STR("");
    ck_assert_uint_ne(ark_document_hash(&other), hash);
    other = document;
    other.date = 20200102;
    ck_assert_uint_ne(ark_document_hash(&other), hash);
    other = document;
    other.source = ARK_STR("");
    ck_assert_uint_ne(ark_document_hash(&other), hash);
    other = document;
    other.fragment = ARK_STR("2");
    ck_assert_uint_eq(ark_document_hash(&other), hash);
}
END_TEST

START_TEST(the_forms_of_a_document_are_those_of_its_tokens)
{
    add("before", "it");
    add("A title", "Body \u0640\u0651\u0628\u0640 a");
    add("", "");
    ark_preparer_run(preparer, batch);
    struct ark_document_forms forms = ark_preparer_forms(preparer, batch, &batch->items[1]);
    static const char *const expected[] = {"a", "title", "body", "\u0628", "a"};
    ck_assert_uint_eq(forms.title_count, 2);
    ck_assert_uint_eq(forms.count, ARK_COUNT_OF(expected));
    for (size_t i = 0; i < forms.count; i++) {
        ck_assert_uint_eq(forms.hashes[i], ark_form_hash(ark_str_from(expected[i])));
    }
    ck_assert_uint_eq(ark_preparer_forms(preparer, batch, &batch->items[2]).count, 0);
}
END_TEST

START_TEST(words_can_come_before_it_is_known_how_to_pack)
{
    struct ark_preparer *early = ark_preparer_new(table);
    add("title", "first body");
    add("", "second");
    ark_preparer_run(early, batch);
    ck_assert(batch->has_words);
    ck_assert_uint_eq(batch->word_count, 4);
    ck_assert_uint_eq(batch->frames.len, 0);
    ark_preparer_run(preparer, batch);
    ck_assert_uint_eq(batch->word_count, 4);
    size_t packed = batch->frames.len;
    ck_assert_uint_eq(batch->items[1].frame_start + batch->items[1].frame_bytes, packed);
    ark_preparer_free(early);
}
END_TEST

START_TEST(after_a_renewal_numbers_are_those_of_the_new_table)
{
    add("", "one two");
    ark_preparer_run(preparer, batch);
    struct ark_word_table *fresh = ark_word_table_new();
    ark_preparer_renew_words(preparer, fresh);
    ark_batch_clear(batch);
    add("", "two");
    ark_preparer_run(preparer, batch);
    ck_assert_uint_eq(batch->count, 1);
    ck_assert_uint_eq(batch->words[0], 0);
    ck_assert_uint_eq(ark_word_table_count(fresh), 1);
    ark_preparer_renew_words(preparer, table);
    ark_word_table_free(fresh);
}
END_TEST

START_TEST(a_cleared_batch_gives_back_what_a_huge_document_took)
{
    add("small", "document");
    ark_batch_clear(batch);
    ck_assert_uint_eq(batch->count, 0);
    ck_assert_uint_gt(batch->texts.capacity, 0);
    char *text = ark_xcalloc(ARK_BATCH_TEXT_BYTES * 5 + 1, 1);
    memset(text, 'a', ARK_BATCH_TEXT_BYTES * 5);
    add(text, "");
    ark_batch_clear(batch);
    ck_assert_uint_eq(batch->texts.capacity, 0);
    free(text);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("preparer");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, tokens_of_title_and_body_are_counted_apart);
    tcase_add_test(cases, words_are_numbers_of_the_shared_table);
    tcase_add_test(cases, the_packed_text_is_title_and_body);
    tcase_add_test(cases, the_content_hash_is_of_all_that_is_shown);
    tcase_add_test(cases, the_forms_of_a_document_are_those_of_its_tokens);
    tcase_add_test(cases, words_can_come_before_it_is_known_how_to_pack);
    tcase_add_test(cases, after_a_renewal_numbers_are_those_of_the_new_table);
    tcase_add_test(cases, a_cleared_batch_gives_back_what_a_huge_document_took);
    Suite *suite = suite_create("preparer");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
