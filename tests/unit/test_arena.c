#include <check.h>
#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/compiler.h"

START_TEST(pieces_are_aligned_and_do_not_overlap)
{
    enum { PIECES = 2000 };
    static uint8_t *pieces[PIECES];
    static size_t sizes[PIECES];
    struct ark_arena arena = ark_arena_make();
    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = (i * 7919) % 300;
        pieces[i] = ark_arena_alloc(&arena, sizes[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            ck_assert_uint_eq(pieces[i][k], i % 251);
        }
    }
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(a_piece_may_be_larger_than_a_block)
{
    struct ark_arena arena = ark_arena_make();
    char *small = ark_arena_alloc(&arena, 10);
    memset(small, 'a', 10);
    char *large = ark_arena_alloc(&arena, 10 * 1024 * 1024);
    memset(large, 'b', 10 * 1024 * 1024);
    char *after = ark_arena_alloc(&arena, 10);
    memset(after, 'c', 10);
    ck_assert_int_eq(small[9], 'a');
    ck_assert_int_eq(large[10 * 1024 * 1024 - 1], 'b');
    ck_assert_uint_ge(arena.total_bytes, 10 * 1024 * 1024);
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(calloc_clears_memory_that_was_used_before)
{
    struct ark_arena arena = ark_arena_make();
    memset(ark_arena_alloc(&arena, 4096), 0xff, 4096);
    ark_arena_reset(&arena);
    uint32_t *numbers = ark_arena_calloc(&arena, 1024, sizeof *numbers);
    for (size_t i = 0; i < 1024; i++) {
        ck_assert_uint_eq(numbers[i], 0);
    }
    struct ark_error_like {
        int status;
        char text[8];
    } *item = ARK_ARENA_NEW(&arena, struct ark_error_like);
    ck_assert_int_eq(item->status, 0);
    ck_assert_str_eq(item->text, "");
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(a_copied_text_is_the_same_bytes_with_a_nul_behind)
{
    struct ark_arena arena = ark_arena_make();
    char text[] = "ab\0c";
    ark_str copy = ark_arena_dup(&arena, ark_str_make(text, 4));
    text[0] = 'x';
    ck_assert(ark_str_equal(copy, ARK_STR("ab\0c")));
    ck_assert_uint_eq(copy.bytes[4], 0);
    ark_str empty = ark_arena_dup(&arena, ark_str_make(NULL, 0));
    ck_assert_uint_eq(empty.len, 0);
    ck_assert_uint_eq(empty.bytes[0], 0);
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(blocks_of_an_arena_within_another_go_back_to_it)
{
    struct ark_arena arena = ark_arena_make();
    for (int round = 0; round < 3; round++) {
        struct ark_arena within = ark_arena_make_within(&arena);
        char *small = ark_arena_alloc(&within, 100);
        memset(small, 'a', 100);
        char *large = ark_arena_alloc(&within, 1024 * 1024);
        memset(large, 'b', 1024 * 1024);
        ck_assert_int_eq(small[99], 'a');
        ark_arena_reset(&within);
        memset(ark_arena_alloc(&within, 200), 'c', 200);
        ark_arena_dispose(&within);
        ck_assert_uint_eq(within.total_bytes, 0);
    }
    memset(ark_arena_alloc(&arena, 100), 'd', 100);
    ark_arena_dispose(&arena);
    ck_assert_ptr_null(arena.spare);
}
END_TEST

START_TEST(reset_gives_memory_back_but_for_some_blocks)
{
    struct ark_arena arena = ark_arena_make();
    for (int i = 0; i < 1000; i++) {
        (void)ark_arena_alloc(&arena, 1000);
    }
    ck_assert_uint_ge(arena.total_bytes, 1000 * 1000);
    ark_arena_reset(&arena);
    ck_assert_uint_le(arena.total_bytes, 128 * 1024);
    ark_arena_reset(&arena);
    char *piece = ark_arena_alloc(&arena, 100);
    memset(piece, 'x', 100);
    ark_arena_dispose(&arena);
    ck_assert_uint_eq(arena.total_bytes, 0);
}
END_TEST

START_TEST(an_empty_arena_can_be_reset_and_disposed_of)
{
    struct ark_arena arena = ark_arena_make();
    ark_arena_reset(&arena);
    ark_arena_dispose(&arena);
    ark_arena_dispose(&arena);
    ck_assert_uint_eq(arena.total_bytes, 0);
    ck_assert_ptr_nonnull(ark_arena_alloc(&arena, 0));
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(a_loop_of_use_and_reset_holds_no_more_memory_each_time)
{
    struct ark_arena arena = ark_arena_make();
    size_t held = 0;
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 50; i++) {
            (void)ark_arena_alloc(&arena, 5000);
        }
        ark_arena_reset(&arena);
        if (round == 0) {
            held = arena.total_bytes;
        }
        ck_assert_uint_le(arena.total_bytes, held);
    }
    ark_arena_dispose(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");
    tcase_add_test(tests, pieces_are_aligned_and_do_not_overlap);
    tcase_add_test(tests, a_piece_may_be_larger_than_a_block);
    tcase_add_test(tests, calloc_clears_memory_that_was_used_before);
    tcase_add_test(tests, a_copied_text_is_the_same_bytes_with_a_nul_behind);
    tcase_add_test(tests, reset_gives_memory_back_but_for_some_blocks);
    tcase_add_test(tests, blocks_of_an_arena_within_another_go_back_to_it);
    tcase_add_test(tests, an_empty_arena_can_be_reset_and_disposed_of);
    tcase_add_test(tests, a_loop_of_use_and_reset_holds_no_more_memory_each_time);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
