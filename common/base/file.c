// realpath(3) is XSI.
#define _XOPEN_SOURCE 700
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"

static enum ark_status
system_error(struct ark_error *err, const char *path)
{
    enum ark_status status = errno == ENOENT || errno == ENOTDIR ? ARK_E_NOT_FOUND : ARK_E_IO;
    return ark_error_set(err, status, "%s: %s", ark_error_reason(errno), path);
}

static enum ark_status
read_all(int fd, const char *path, size_t bytes_max, struct ark_buf *buf, struct ark_error *err)
{
    enum { STEP_BYTES = 256 * 1024 };
    for (;;) {
        size_t left = bytes_max - buf->len;
        // One byte more than allowed tells a file at the limit from one above it.
        uint8_t probe[1];
        size_t step = left < STEP_BYTES ? left : STEP_BYTES;
        ssize_t got = left == 0 ? read(fd, probe, 1) : read(fd, ark_buf_reserve(buf, step), step);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return system_error(err, path);
        }
        if (got == 0) {
            return ARK_OK;
        }
        if (left == 0) {
            return ark_error_set(err, ARK_E_LIMIT, "longer than %zu bytes: %s", bytes_max, path);
        }
        buf->len += (size_t)got;
    }
}

enum ark_status
ark_file_read(const char *path, size_t bytes_max, struct ark_buf *buf, struct ark_error *err)
{
    ARK_ASSERT(bytes_max <= buf->bytes_max);
    ark_buf_clear(buf);
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return system_error(err, path);
    }
    enum ark_status status = read_all(fd, standard ? "standard input" : path, bytes_max, buf, err);
    if (!standard) {
        (void)close(fd);
    }
    return status;
}

enum ark_status
ark_dir_make(const char *path, struct ark_error *err)
{
    char *copy = ark_xstrdup(path);
    enum ark_status status = ARK_OK;
    for (char *at = copy + (copy[0] == '/');; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char end = *at;
        *at = '\0';
        struct stat info;
        if (copy[0] != '\0' && mkdir(copy, 0777) != 0 &&
            (errno != EEXIST || stat(copy, &info) != 0 || !S_ISDIR(info.st_mode))) {
            status = ark_error_set(err, ARK_E_IO, "cannot make the directory: %s: %s",
                                   ark_error_reason(errno == EEXIST ? ENOTDIR : errno), copy);
            break;
        }
        *at = end;
        if (end == '\0') {
            break;
        }
    }
    free(copy);
    return status;
}

enum ark_status
ark_path_canonical(const char *path, char **out, struct ark_error *err)
{
    char *resolved = realpath(path, NULL);
    if (resolved == NULL) {
        return system_error(err, path);
    }
    *out = resolved;
    return ARK_OK;
}

char *
ark_path_join(const char *dir, const char *name)
{
    size_t dir_len = strlen(dir);
    size_t name_len = strlen(name);
    bool slash = dir_len == 0 || dir[dir_len - 1] != '/';
    char *joined = ark_xmalloc(dir_len + name_len + 2);
    memcpy(joined, dir, dir_len);
    joined[dir_len] = '/';
    memcpy(joined + dir_len + slash, name, name_len + 1);
    return joined;
}
