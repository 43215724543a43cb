#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "tests/unit/in_child.h"

/*
 * The linker gives the library these three in place of the C library's
 * (-Wl,--wrap), so that memory runs out when a test says so.
 */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool memory_is_out;

void *
__wrap_malloc(size_t size)
{
    return memory_is_out ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return memory_is_out ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
    return memory_is_out ? NULL : __real_realloc(old, size);
}

START_TEST(nothing_is_still_something_to_free)
{
    void *a = ark_xmalloc(0);
    void *b = ark_xcalloc(0, 8);
    void *c = ark_xcalloc(8, 0);
    void *d = ark_xrealloc(NULL, 0, 8);
    ck_assert(a != NULL && b != NULL && c != NULL && d != NULL);
    free(a);
    free(b);
    free(c);
    free(d);
}
END_TEST

START_TEST(xcalloc_clears)
{
    unsigned char *bytes = ark_xcalloc(100, 3);
    for (size_t i = 0; i < 300; i++) {
        ck_assert_uint_eq(bytes[i], 0);
    }
    free(bytes);
}
END_TEST

START_TEST(xrealloc_keeps_the_content)
{
    uint32_t *numbers = ark_xrealloc(NULL, 4, sizeof *numbers);
    for (uint32_t i = 0; i < 4; i++) {
        numbers[i] = i * 7;
    }
    numbers = ark_xrealloc(numbers, 4096, sizeof *numbers);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(numbers[i], i * 7);
    }
    free(numbers);
}
END_TEST

START_TEST(xstrdup_copies_the_text_with_its_end)
{
    char text[] = "abc";
    char *copy = ark_xstrdup(text);
    text[0] = 'x';
    ck_assert_str_eq(copy, "abc");
    free(copy);
    char *empty = ark_xstrdup("");
    ck_assert_str_eq(empty, "");
    free(empty);
}
END_TEST

START_TEST(checked_arithmetic_tells_when_it_wraps)
{
    size_t out = 0;
    ck_assert(!ark_ckd_add(&out, SIZE_MAX - 1, 1));
    ck_assert_uint_eq(out, SIZE_MAX);
    ck_assert(ark_ckd_add(&out, SIZE_MAX, 1));
    ck_assert(!ark_ckd_mul(&out, SIZE_MAX, 1));
    ck_assert(!ark_ckd_mul(&out, 0, SIZE_MAX));
    ck_assert_uint_eq(out, 0);
    ck_assert(ark_ckd_mul(&out, SIZE_MAX / 2 + 1, 2));
}
END_TEST

START_TEST(grow_makes_room_and_keeps_the_elements)
{
    uint64_t *items = NULL;
    size_t capacity = 0;
    for (size_t count = 0; count < 1000; count++) {
        ARK_GROW(items, capacity, count + 1);
        ck_assert_uint_ge(capacity, count + 1);
        items[count] = count * count;
    }
    for (size_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(items[i], i * i);
    }
    free(items);
}
END_TEST

START_TEST(grow_moves_nothing_while_there_is_room)
{
    int *items = NULL;
    size_t capacity = 0;
    ARK_GROW(items, capacity, 10);
    int *before = items;
    size_t capacity_before = capacity;
    ARK_GROW(items, capacity, 10);
    ARK_GROW(items, capacity, 0);
    ck_assert_ptr_eq(items, before);
    ck_assert_uint_eq(capacity, capacity_before);
    free(items);
}
END_TEST

START_TEST(growing_one_by_one_seldom_allocates)
{
    char *items = NULL;
    size_t capacity = 0;
    size_t moves = 0;
    for (size_t needed = 1; needed <= 1000000; needed++) {
        size_t before = capacity;
        ARK_GROW(items, capacity, needed);
        moves += before != capacity;
    }
    // log(1e6 / 16) / log(1.5) is 27.3.
    ck_assert_uint_le(moves, 30);
    free(items);
}
END_TEST

enum allocation { MALLOC, CALLOC, REALLOC, STRDUP, PRODUCT_WRAPS, ALLOCATION_COUNT };

static void
allocate_without_memory(void *context)
{
    const enum allocation *which = context;
    memory_is_out = *which != PRODUCT_WRAPS;
    void *memory = NULL;
    if (*which == MALLOC) {
        memory = ark_xmalloc(12345);
    } else if (*which == CALLOC) {
        memory = ark_xcalloc(12345, 1);
    } else if (*which == REALLOC) {
        memory = ark_xrealloc(NULL, 12345, 1);
    } else if (*which == STRDUP) {
        memory = ark_xstrdup("text");
    } else {
        memory = ark_xrealloc(NULL, SIZE_MAX / 4, 8);
    }
    free(memory);
}

START_TEST(out_of_memory_ends_the_process_with_one_line_and_status_2)
{
    enum allocation which = (enum allocation)_i;
    struct child_end end = run_in_child(allocate_without_memory, &which);
    ck_assert(WIFEXITED(end.status));
    ck_assert_int_eq(WEXITSTATUS(end.status), 2);
    ck_assert_ptr_eq(strstr(end.text, "ark: out of memory ("), end.text);
    ck_assert_ptr_eq(strchr(end.text, '\n'), end.text + strlen(end.text) - 1);
    if (which <= REALLOC) {
        ck_assert_ptr_nonnull(strstr(end.text, "12345 bytes"));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, nothing_is_still_something_to_free);
    tcase_add_test(tests, xcalloc_clears);
    tcase_add_test(tests, xrealloc_keeps_the_content);
    tcase_add_test(tests, xstrdup_copies_the_text_with_its_end);
    tcase_add_test(tests, checked_arithmetic_tells_when_it_wraps);
    tcase_add_test(tests, grow_makes_room_and_keeps_the_elements);
    tcase_add_test(tests, grow_moves_nothing_while_there_is_room);
    tcase_add_test(tests, growing_one_by_one_seldom_allocates);
    tcase_add_loop_test(tests, out_of_memory_ends_the_process_with_one_line_and_status_2, 0,
                        ALLOCATION_COUNT);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
