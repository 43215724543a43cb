/**
 * @file json_record.h
 * Takes named values out of a JSON object without building a tree of it: yajl
 * (which no other file may include) calls back for each token, and what no
 * path leads to is passed over.
 *
 * Memory is bounded by the values that are asked for, not by the object. Of a
 * key that comes twice the last one counts, as most readers of JSON have it.
 */
#ifndef ARK_INDEXER_JSON_RECORD_H
#define ARK_INDEXER_JSON_RECORD_H

#include <stdbool.h>

#include "common/base/str.h"

/** Objects and arrays in each other deeper than this are no record. */
enum { ARK_JSON_DEPTH_MAX = 2048 };

/** What stands at the end of a path. */
struct ark_json_value {
    bool present; /**< false when absent or null */
    /**
     * A string, unescaped; a number as it is written; of an array those in it,
     * a line each; empty for all else. What an escape stands for that is half
     * a character need not be valid UTF-8.
     */
    ark_str text;
    bool is_integer; /**< a number without fraction that fits integer */
    int64_t integer;
};

struct ark_json_record;

/**
 * A reader of the values at count paths: keys, or JSON pointers (RFC 6901) when
 * they begin with a slash. Never NULL.
 */
struct ark_json_record *ark_json_record_new(const char *const *paths, size_t count);
/** Frees it. Takes NULL. */
void ark_json_record_free(struct ark_json_record *record);
/**
 * Reads one object in valid UTF-8. False when line is none; *bad is the byte
 * where that shows, or a few later. Cost: 2.5 ns a byte.
 */
bool ark_json_record_read(struct ark_json_record *record, ark_str line, size_t *bad);
/** The value at path idx of the record read last; valid until the next one is read. */
struct ark_json_value ark_json_record_value(const struct ark_json_record *record, size_t idx);

#endif
