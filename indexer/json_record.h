/**
 * @file json_record.h
 * One JSON text (RFC 8259), read where it lies: a list of nodes that point into
 * it, and no copy of a string that has no escapes.
 *
 * Written because parsing with jansson took a quarter of the time of indexing
 * JSON Lines: an allocation and a byte-by-byte copy for each value. This reads
 * 1 GB/s of long strings. What is JSON and what is not is the same, but that
 * numbers may be of any size; tests hold both against each other.
 *
 * Of equal keys in an object the last counts. Nesting is limited.
 */
#ifndef ARK_INDEXER_JSON_RECORD_H
#define ARK_INDEXER_JSON_RECORD_H

#include "common/base/buf.h"

enum { ARK_JSON_DEPTH_MAX = 1024 };

enum ark_json_kind {
    ARK_JSON_NULL,
    ARK_JSON_TRUE,
    ARK_JSON_FALSE,
    ARK_JSON_INTEGER, /**< a number without fraction and exponent */
    ARK_JSON_REAL,
    ARK_JSON_STRING,
    ARK_JSON_ARRAY,  /**< its elements follow it */
    ARK_JSON_OBJECT, /**< its keys (strings) and values follow it by turns */
};

/** A value, in the order of the text. */
struct ark_json_node {
    enum ark_json_kind kind;
    bool escaped;  /**< a string that is not as it is written */
    uint32_t next; /**< the node behind it and all in it */
    ark_str text;  /**< of numbers as written, of strings between the quotes */
};

/** Callers read nodes and node_count; node 0 is the text's own value. */
struct ark_json {
    struct ark_json_node *nodes;
    uint32_t node_count;
    size_t capacity;
};

/** What stands for an absent value. */
#define ARK_JSON_NONE UINT32_MAX

/** Nothing yet. */
struct ark_json ark_json_make(void);
/** Frees the nodes. */
void ark_json_dispose(struct ark_json *json);
/**
 * Reads text, valid UTF-8 of at most 2 GiB, in the place of what json had; the
 * nodes point into it. False when it is not one JSON object or array; *bad is
 * then the offset of the first byte that cannot be. O(text).
 */
bool ark_json_read(struct ark_json *json, ark_str text, size_t *bad);
/** The value of a key of an object, or ARK_JSON_NONE, also when node is no object or none. */
uint32_t ark_json_member(const struct ark_json *json, uint32_t node, ark_str key);
/** Element idx of an array, or ARK_JSON_NONE, also when node is no array or none. */
uint32_t ark_json_element(const struct ark_json *json, uint32_t node, size_t idx);
/** A string as it is meant: a view of the text, or of out, to which it is then appended. */
ark_str ark_json_string(const struct ark_json *json, uint32_t node, struct ark_buf *out);

#endif
