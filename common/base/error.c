#include "common/base/error.h"

#undef ark_error_set

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/translate.h"

const char *ark_program_name = "ark";

static const char *const STATUS_NAMES[] = {
    [ARK_OK] = "ok",
    [ARK_E_ARGUMENT] = "argument",
    [ARK_E_IO] = "io",
    [ARK_E_NOT_FOUND] = "not found",
    [ARK_E_INPUT] = "input",
    [ARK_E_ENCODING] = "encoding",
    [ARK_E_LIMIT] = "limit",
    [ARK_E_STORE] = "store",
    [ARK_E_CORRUPT] = "corrupt",
    [ARK_E_FORMAT] = "format",
    [ARK_E_BUSY] = "busy",
    [ARK_E_INTERRUPTED] = "interrupted",
};

_Static_assert(ARK_COUNT_OF(STATUS_NAMES) == ARK_STATUS_COUNT, "a name for each status");

const char *
ark_error_reason(int number)
{
    // The system's own catalogue has no Arabic.
    static const struct {
        int number;
        const char *text;
    } table[] = {
        {EACCES, ARK_N("Permission denied")},
        {EPERM, ARK_N("Operation not permitted")},
        {ENOENT, ARK_N("No such file or directory")},
        {ENOTDIR, ARK_N("Not a directory")},
        {EISDIR, ARK_N("Is a directory")},
        {EEXIST, ARK_N("File exists")},
        {ENOSPC, ARK_N("No space left on device")},
        {EDQUOT, ARK_N("Disk quota exceeded")},
        {EFBIG, ARK_N("File too large")},
        {EROFS, ARK_N("Read-only file system")},
        {EIO, ARK_N("Input/output error")},
        {ELOOP, ARK_N("Too many levels of symbolic links")},
        {ENAMETOOLONG, ARK_N("File name too long")},
        {EMFILE, ARK_N("Too many open files")},
        {EBADF, ARK_N("Bad file descriptor")},
        {ENOEXEC, ARK_N("Exec format error")},
        {EBUSY, ARK_N("Device or resource busy")},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        if (table[i].number == number) {
            return ark_translate(table[i].text);
        }
    }
    return strerror(number);
}

enum ark_status
ark_error_set(struct ark_error *err, enum ark_status status, const char *format, ...)
{
    ARK_ASSERT(status != ARK_OK);
    if (err == NULL) {
        return status;
    }
    err->status = status;
    va_list args;
    va_start(args, format);
    int needed = vsnprintf(err->text, sizeof err->text, ark_translate(format), args);
    va_end(args);
    if (needed < 0) {
        err->text[0] = '\0';
    } else if ((size_t)needed >= sizeof err->text) {
        memcpy(err->text + sizeof err->text - 4, "...", 4);
    }
    return status;
}

const char *
ark_status_name(enum ark_status status)
{
    ARK_ASSERT(status < ARK_STATUS_COUNT);
    return STATUS_NAMES[status];
}

void
ark_assert_failed(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s: this is a bug, please report it: %s:%d: %s\n", ark_program_name,
                  file, line, condition);
    abort();
}
