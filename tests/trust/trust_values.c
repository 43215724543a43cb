/**
 * @file trust_values.c
 * Every value in a small index is cut at each byte, and has each byte changed.
 * Values under a checksum then give ARK_E_CORRUPT (or ARK_E_FORMAT); others may
 * be read as they are. With the checksum made right again, as no accident does,
 * anything may be read, but nothing crashes: run this under the address
 * sanitizer.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/format.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/stored_values.h"
#include "tests/support/temp_dir.h"

static void
expect(bool holds, const char *what, const struct stored_value *value, size_t at)
{
    if (!holds) {
        (void)fprintf(stderr, "%s: database %s, key %02x%02x..., byte %zu of %zu\n", what,
                      value->db, value->key[0], value->key[1], at, value->len);
        exit(EXIT_FAILURE);
    }
}

/** An index whose databases all have something in them: two segments, one with dead documents. */
static void
make_index(const char *dir)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, 3, 3);
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 24};
    struct ark_builder *builder = ark_builder_new(store, &options);
    for (size_t i = 0; i < model.count; i++) {
        model_add(builder, &model.items[i]);
        const struct ark_file_record file = {model.items[i].path, 1, 2, 3};
        ark_builder_remember_file(builder, &file);
    }
    ark_builder_set_roots(builder, ARK_STR("roots"));
    // The same again: the first one dies.
    model_add(builder, &model.items[0]);
    enum ark_status status = ark_builder_publish(builder, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_builder_free(builder);
    ark_store_close(store);
    model_dispose(&model);
}

/** Reads all of the index with this value in it; merges it when the checksums let it through. */
static void
try_value(const char *dir, const struct stored_value *value, const uint8_t *bytes, size_t len,
          size_t at, bool resealed)
{
    stored_value_put(dir, value, bytes, len);
    struct exercise exercise = exercise_index(dir);
    expect(exercise.status == ARK_OK || exercise.status == ARK_E_CORRUPT ||
               exercise.status == ARK_E_FORMAT,
           "another status than damage", value, at);
    if (!resealed) {
        expect(!stored_value_is_sealed(value) || exercise.status != ARK_OK, "damage went unseen",
               value, at);
        return;
    }
    enum ark_status merged = exercise_merge(dir).status;
    expect(merged == ARK_OK || merged == ARK_E_CORRUPT || merged == ARK_E_FORMAT,
           "another status of merging than damage", value, at);
}

static void
change_bytes(const char *dir, const struct stored_value *value)
{
    static const uint8_t CHANGES[] = {0x01, 0x80, 0xff};
    uint8_t *bytes = ark_xmalloc(value->len);
    for (size_t at = 0; at < value->len; at++) {
        memcpy(bytes, value->bytes, value->len);
        bytes[at] ^= CHANGES[at % ARK_COUNT_OF(CHANGES)];
        try_value(dir, value, bytes, value->len, at, false);
        if (stored_value_is_sealed(value) && at < value->len - ARK_CHECKSUM_BYTES) {
            stored_value_reseal(value, bytes, value->len);
            try_value(dir, value, bytes, value->len, at, true);
        }
    }
    free(bytes);
}

static void
cut_bytes(const char *dir, const struct stored_value *value)
{
    uint8_t *bytes = ark_xmalloc(value->len);
    for (size_t len = 0; len < value->len; len++) {
        memcpy(bytes, value->bytes, len);
        try_value(dir, value, bytes, len, len, false);
        if (stored_value_is_sealed(value) && len >= ARK_CHECKSUM_BYTES) {
            stored_value_reseal(value, bytes, len);
            try_value(dir, value, bytes, len, len, true);
        }
    }
    free(bytes);
}

int
main(void)
{
    char *dir = test_temp_dir();
    make_index(dir);
    struct exercise sound = exercise_index(dir);
    struct stored_values values = stored_values_read(dir);
    ARK_ASSERT(sound.status == ARK_OK);
    size_t tried = 0;
    for (size_t i = 0; i < values.count; i++) {
        const struct stored_value *value = &values.items[i];
        change_bytes(dir, value);
        cut_bytes(dir, value);
        stored_value_put(dir, value, value->bytes, value->len);
        tried += value->len;
        expect(exercise_index(dir).digest == sound.digest, "the value did not come back", value, 0);
    }
    printf("%zu values of %zu bytes\n", values.count, tried);
    ARK_ASSERT(values.count >= 12);
    stored_values_dispose(&values);
    test_temp_dir_remove(dir);
    return EXIT_SUCCESS;
}
