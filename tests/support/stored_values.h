/**
 * @file stored_values.h
 * The values of an index as they lie in LMDB, and changing them behind the
 * store's back. No store may be open on the index in this process meanwhile.
 */
#ifndef ARK_TESTS_SUPPORT_STORED_VALUES_H
#define ARK_TESTS_SUPPORT_STORED_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One value, and where it stands. */
struct stored_value {
    const char *db;
    uint8_t key[64];
    size_t key_bytes;
    uint8_t *bytes;
    size_t len;
};

struct stored_values {
    struct stored_value *items;
    size_t count;
    size_t capacity;
};

/** Copies all values of the index at dir. */
struct stored_values stored_values_read(const char *dir);
/** Frees the copies. */
void stored_values_dispose(struct stored_values *values);
/** Puts bytes in the place of the value in the index. */
void stored_value_put(const char *dir, const struct stored_value *value, const uint8_t *bytes,
                      size_t len);
/** True when the value ends in a checksum. */
bool stored_value_is_sealed(const struct stored_value *value);
/** Makes the checksum at the end of changed bytes right; len >= 8. */
void stored_value_reseal(const struct stored_value *value, uint8_t *bytes, size_t len);

#endif
