#include <check.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/base/hashmap.h"

/** What must hold of every map (hashmap.h). O(n): not after each of many steps. */
static void
check_sane(const struct ark_hashmap *map)
{
    size_t used = 0;
    for (size_t i = 0; i < map->slot_count; i++) {
        used += map->slots[i].id_plus_1 != 0;
        ck_assert_uint_le(map->slots[i].id_plus_1, map->count);
    }
    ck_assert_uint_eq(used, map->count);
    ck_assert_uint_eq(map->slot_count & (map->slot_count - 1), 0);
    ck_assert(map->count == 0 || map->count < map->slot_count);
    for (uint32_t id = 0; id < map->count; id++) {
        ck_assert_uint_eq(ark_hashmap_find(map, ark_hashmap_key(map, id)), id);
    }
}

START_TEST(new_keys_are_numbered_in_order_of_arrival)
{
    struct ark_hashmap map = ark_hashmap_make();
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("b")), 0);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("a")), 1);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("b")), 0);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("c")), 2);
    ck_assert_uint_eq(map.count, 3);
    check_sane(&map);
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(looking_up_adds_nothing)
{
    struct ark_hashmap map = ark_hashmap_make();
    ck_assert_uint_eq(ark_hashmap_find(&map, ARK_STR("a")), ARK_HASHMAP_ABSENT);
    (void)ark_hashmap_intern(&map, ARK_STR("a"));
    ck_assert_uint_eq(ark_hashmap_find(&map, ARK_STR("b")), ARK_HASHMAP_ABSENT);
    ck_assert_uint_eq(map.count, 1);
    check_sane(&map);
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(keys_differ_by_any_byte_or_by_length)
{
    struct ark_hashmap map = ark_hashmap_make();
    ck_assert_uint_eq(ark_hashmap_intern(&map, ark_str_make(NULL, 0)), 0);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("\0")), 1);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("\0\0")), 2);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("12345678")), 3);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("12345678\0")), 4);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("")), 0);
    check_sane(&map);
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(the_map_keeps_its_own_copy_of_a_key)
{
    struct ark_hashmap map = ark_hashmap_make();
    char text[] = "key";
    uint32_t id = ark_hashmap_intern(&map, ark_str_from(text));
    text[0] = 'x';
    ck_assert(ark_str_equal(ark_hashmap_key(&map, id), ARK_STR("key")));
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(keys_stay_where_they_are_while_the_map_grows)
{
    struct ark_hashmap map = ark_hashmap_make();
    (void)ark_hashmap_intern(&map, ARK_STR("first"));
    ark_str first = ark_hashmap_key(&map, 0);
    struct ark_buf key = ark_buf_make(64);
    for (int i = 0; i < 20000; i++) {
        ark_buf_clear(&key);
        ark_buf_printf(&key, "key %d", i);
        (void)ark_hashmap_intern(&map, ark_buf_view(&key));
    }
    check_sane(&map);
    ck_assert_ptr_eq(ark_hashmap_key(&map, 0).bytes, first.bytes);
    ck_assert(ark_str_equal(first, ARK_STR("first")));
    ck_assert_uint_ge(ark_hashmap_bytes(&map), 20000 * 8);
    ark_buf_dispose(&key);
    ark_hashmap_dispose(&map);
}
END_TEST

/** xorshift64 (Marsaglia 2003): repeatable on every machine. */
static uint64_t
next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

START_TEST(a_map_agrees_with_a_linear_search)
{
    enum { KEYS_MAX = 700, STEPS = 20000 };
    static uint8_t keys[KEYS_MAX][12];
    static size_t lens[KEYS_MAX];
    uint32_t count = 0;
    uint64_t state = 88172645463325252u;
    struct ark_hashmap map = ark_hashmap_make();
    for (int step = 0; step < STEPS && count < KEYS_MAX; step++) {
        uint64_t random = next_random(&state);
        uint8_t bytes[12] = {0};
        size_t len = random % 4 * 4;
        // Few distinct bytes, so that keys come back.
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)(i % 4 == 0 ? (random >> (8 + i)) & 7 : 0);
        }
        ark_str key = ark_str_make(bytes, len);
        uint32_t expected = 0;
        while (expected < count &&
               !ark_str_equal(ark_str_make(keys[expected], lens[expected]), key)) {
            expected++;
        }
        ck_assert_uint_eq(ark_hashmap_find(&map, key),
                          expected < count ? expected : ARK_HASHMAP_ABSENT);
        ck_assert_uint_eq(ark_hashmap_intern(&map, key), expected);
        if (expected == count) {
            memcpy(keys[count], bytes, len);
            lens[count++] = len;
        }
    }
    ck_assert_uint_gt(count, 100);
    check_sane(&map);
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(reset_forgets_the_keys_and_keeps_the_table)
{
    struct ark_hashmap map = ark_hashmap_make();
    ark_hashmap_reset(&map);
    (void)ark_hashmap_intern(&map, ARK_STR("a"));
    (void)ark_hashmap_intern(&map, ARK_STR("b"));
    size_t slots = map.slot_count;
    ark_hashmap_reset(&map);
    check_sane(&map);
    ck_assert_uint_eq(map.slot_count, slots);
    ck_assert_uint_eq(ark_hashmap_find(&map, ARK_STR("a")), ARK_HASHMAP_ABSENT);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("b")), 0);
    ark_hashmap_dispose(&map);
    ck_assert_uint_eq(ark_hashmap_bytes(&map), 0);
    ck_assert_uint_eq(ark_hashmap_intern(&map, ARK_STR("c")), 0);
    ark_hashmap_dispose(&map);
}
END_TEST

START_TEST(similar_keys_spread_over_the_table)
{
    enum { KEYS = 4096 };
    static uint8_t used[KEYS];
    struct ark_buf key = ark_buf_make(64);
    size_t places = 0;
    for (int i = 0; i < KEYS; i++) {
        ark_buf_clear(&key);
        // Two-byte letters that differ in their last bits only, as Arabic words do.
        ark_buf_printf(&key, "\xd8%c\xd8%c\xd9%c\xd9%c", 0xa7 + i % 8, 0xa8 + i / 8 % 8,
                       0x81 + i / 64 % 8, 0x82 + i / 512);
        uint8_t *place = &used[ark_hash_bytes(ark_buf_view(&key)) % KEYS];
        places += *place == 0;
        *place = 1;
    }
    // Random placing fills 1 - 1/e of the places, 2589 of 4096, give or take 20.
    ck_assert_uint_gt(places, 2400);
    ark_buf_dispose(&key);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("hashmap");
    TCase *tests = tcase_create("hashmap");
    tcase_add_test(tests, new_keys_are_numbered_in_order_of_arrival);
    tcase_add_test(tests, looking_up_adds_nothing);
    tcase_add_test(tests, keys_differ_by_any_byte_or_by_length);
    tcase_add_test(tests, the_map_keeps_its_own_copy_of_a_key);
    tcase_add_test(tests, keys_stay_where_they_are_while_the_map_grows);
    tcase_add_test(tests, a_map_agrees_with_a_linear_search);
    tcase_add_test(tests, reset_forgets_the_keys_and_keeps_the_table);
    tcase_add_test(tests, similar_keys_spread_over_the_table);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
