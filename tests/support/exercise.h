/**
 * @file exercise.h
 * Reads everything there is in an index, through every function that readers
 * have, as a test of what damage does to them.
 */
#ifndef ARK_TESTS_SUPPORT_EXERCISE_H
#define ARK_TESTS_SUPPORT_EXERCISE_H

#include "common/store/store.h"

/** What reading everything gave. */
struct exercise {
    enum ark_status status; /**< the first one that is not ARK_OK; reading went on after it */
    struct ark_error err;   /**< its words */
    uint64_t digest;        /**< of all that was read */
};

/** Reads everything that a snapshot shows. */
struct exercise exercise_snapshot(struct ark_snapshot *snapshot);
/** Opens the index at dir, whatever its analyzer, and reads everything. */
struct exercise exercise_index(const char *dir);
/** Merges all segments of the index at dir into one, which is read and thrown away. */
struct exercise exercise_merge(const char *dir);

#endif
