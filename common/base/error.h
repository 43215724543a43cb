/**
 * @file error.h
 * Status codes, and the words that go with them.
 *
 * A function that can fail returns enum ark_status, writes its results through
 * out pointers on success only, and takes a struct ark_error last (may be
 * NULL). The text is made once, where the fact is known; callers pass it up
 * unchanged. There is no global or thread-local "last error".
 */
#ifndef ARK_BASE_ERROR_H
#define ARK_BASE_ERROR_H

#include "common/base/compiler.h"

enum ark_status {
    ARK_OK = 0,
    ARK_E_ARGUMENT,    /**< the caller's words are wrong: option, query, path argument */
    ARK_E_IO,          /**< the system refused: open, read, write, no space */
    ARK_E_NOT_FOUND,   /**< a file, an index or an entry that is not there */
    ARK_E_INPUT,       /**< a document that cannot be read as what it claims to be */
    ARK_E_ENCODING,    /**< text in no known encoding */
    ARK_E_LIMIT,       /**< a stated limit was passed */
    ARK_E_STORE,       /**< LMDB refused */
    ARK_E_CORRUPT,     /**< the index is damaged */
    ARK_E_FORMAT,      /**< the index is of another format or analyzer */
    ARK_E_BUSY,        /**< another writer holds the index */
    ARK_E_INTERRUPTED, /**< a signal asked for the end */
    ARK_STATUS_COUNT
};

/** The longest error text, with its NUL; longer texts end in "...". */
enum { ARK_ERROR_BYTES_MAX = 1024 };

/**
 * What messages of last resort begin with (out of memory, a damaged page, a
 * bug): "ark" until a program sets its own name at start.
 */
extern const char *ark_program_name;

/** One error: its code and its text (UTF-8 where the input was, NUL-ended). */
struct ark_error {
    enum ark_status status;
    char text[ARK_ERROR_BYTES_MAX];
};

/**
 * Fills err (unless NULL) and returns status, so that a failing function can
 * end with `return ark_error_set(err, ARK_E_IO, ...)`. User text (a path, a
 * query) comes last in the format, after a colon.
 */
enum ark_status ark_error_set(struct ark_error *err, enum ark_status status, const char *format,
                              ...) ARK_PRINTF(3, 4);

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: tell it that the status given comes back. */
#define ark_error_set(err, status, ...)                                                            \
    ((void)(ark_error_set)((err), (status), __VA_ARGS__), (status))
#endif

/**
 * What the system says of an error number, in the user's language where it is one
 * that a user meets; never NULL. Valid until the next call.
 */
const char *ark_error_reason(int number);

/** The name of a status for logs and tests ("corrupt"); never NULL. */
const char *ark_status_name(enum ark_status status);

#endif
