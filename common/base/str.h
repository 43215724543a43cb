/**
 * @file str.h
 * A view of bytes: pointer and length, never NUL-ended, never owning.
 *
 * Bytes are uint8_t because a signed char breaks on the first Arabic byte.
 * A view lives as long as the bytes it points into; the owner says how long.
 */
#ifndef ARK_BASE_STR_H
#define ARK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t len;
} ark_str;

/** For printf: printf("%.*s", ARK_STR_ARG(text)). Texts over INT_MAX bytes are cut. */
#define ARK_STR_ARG(text)                                                                          \
    ((text).len > 0x7fffffff ? 0x7fffffff : (int)(text).len), (const char *)(text).bytes

/** A view of a string literal, without its NUL. */
#define ARK_STR(literal) ((ark_str){(const uint8_t *)(literal), sizeof(literal) - 1})

/** A view of len bytes at bytes. */
static inline ark_str
ark_str_make(const void *bytes, size_t len)
{
    return (ark_str){bytes, len};
}

/** A view of a NUL-ended string; NULL gives the empty view. */
static inline ark_str
ark_str_from(const char *text)
{
    return (ark_str){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

static inline bool
ark_str_equal(ark_str a, ark_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

/** Order by bytes, then by length: below, equal to or above 0. The order of every key in the index. */
static inline int
ark_str_compare(ark_str a, ark_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/** The bytes [start, end) of text; start <= end <= text.len. */
static inline ark_str
ark_str_slice(ark_str text, size_t start, size_t end)
{
    return (ark_str){text.bytes + start, end - start};
}

/** True when text begins with prefix. */
static inline bool
ark_str_starts_with(ark_str text, ark_str prefix)
{
    // Of Arabic letters the second byte tells most.
    return text.len >= prefix.len &&
           (prefix.len == 0 || (text.bytes[prefix.len - 1] == prefix.bytes[prefix.len - 1] &&
                                memcmp(text.bytes, prefix.bytes, prefix.len) == 0));
}

/** True when text ends with suffix. */
static inline bool
ark_str_ends_with(ark_str text, ark_str suffix)
{
    return text.len >= suffix.len &&
           (suffix.len == 0 ||
            (text.bytes[text.len - 1] == suffix.bytes[suffix.len - 1] &&
             memcmp(text.bytes + text.len - suffix.len, suffix.bytes, suffix.len) == 0));
}

/** The number of leading bytes a and b share. */
size_t ark_str_common_prefix(ark_str a, ark_str b);
/** text without ASCII white space at both ends. */
ark_str ark_str_trim(ark_str text);
/** True when both are equal but for ASCII case. */
bool ark_str_equal_nocase(ark_str a, ark_str b);
/**
 * The next line of *rest without its line end (LF or CRLF), and *rest moved
 * past it. False when *rest is empty. Cost: O(line).
 */
bool ark_str_next_line(ark_str *rest, ark_str *line);

#endif
