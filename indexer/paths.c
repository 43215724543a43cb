#include "indexer/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/file.h"
#include "common/base/memory.h"

bool
ark_path_is_under(ark_str path, ark_str dir)
{
    if (!ark_str_starts_with(path, dir)) {
        return false;
    }
    bool dir_ends_in_slash = dir.len > 0 && dir.bytes[dir.len - 1] == '/';
    return path.len == dir.len || dir_ends_in_slash || path.bytes[dir.len] == '/';
}

size_t
ark_path_name_start(ark_str path)
{
    size_t start = path.len;
    while (start > 0 && path.bytes[start - 1] != '/') {
        start--;
    }
    return start;
}

ark_str
ark_path_parent(ark_str path)
{
    size_t start = ark_path_name_start(path);
    return ark_str_slice(path, 0, start > 1 ? start - 1 : start);
}

/** path made absolute by its letters alone. Caller frees. */
static enum ark_status
make_absolute(const char *path, char **out, struct ark_error *err)
{
    char here[PATH_MAX];
    if (path[0] == '/') {
        *out = ark_xstrdup(path);
        return ARK_OK;
    }
    if (getcwd(here, sizeof here) == NULL) {
        return ark_error_set(err, ARK_E_IO, "the working directory is unknown: %s",
                             ark_error_reason(errno));
    }
    *out = ark_path_join(here, path);
    return ARK_OK;
}

/** Appends the names of rest to the canonical path in out. */
static void
append_names(struct ark_buf *out, ark_str rest)
{
    while (rest.len > 0) {
        const uint8_t *slash = memchr(rest.bytes, '/', rest.len);
        size_t len = slash == NULL ? rest.len : (size_t)(slash - rest.bytes);
        ark_str name = ark_str_slice(rest, 0, len);
        rest = ark_str_slice(rest, slash == NULL ? len : len + 1, rest.len);
        if (ark_str_equal(name, ARK_STR(".."))) {
            out->len = ark_path_parent(ark_buf_view(out)).len;
        } else if (len > 0 && !ark_str_equal(name, ARK_STR("."))) {
            if (out->len > 1) {
                ark_buf_push(out, '/');
            }
            ark_buf_append_str(out, name);
        }
    }
}

enum ark_status
ark_path_resolve(const char *path, char **out, struct ark_error *err)
{
    char *absolute = NULL;
    enum ark_status status = make_absolute(path, &absolute, err);
    if (status != ARK_OK) {
        return status;
    }
    size_t total = strlen(absolute);
    ark_str existing = ark_str_make(absolute, total);
    char *canonical = NULL;
    // "/" always exists, so this ends.
    for (;;) {
        char *prefix = ark_xmalloc(existing.len + 1);
        memcpy(prefix, existing.bytes, existing.len);
        prefix[existing.len] = '\0';
        status = ark_path_canonical(prefix, &canonical, err);
        free(prefix);
        if (status == ARK_OK || existing.len <= 1) {
            break;
        }
        existing = ark_path_parent(existing);
    }
    if (status == ARK_OK) {
        struct ark_buf buf = ark_buf_make(SIZE_MAX);
        ark_buf_append_str(&buf, ark_str_from(canonical));
        append_names(&buf, ark_str_make(absolute + existing.len, total - existing.len));
        *out = ark_xstrdup(ark_buf_cstr(&buf));
        ark_buf_dispose(&buf);
    }
    free(canonical);
    free(absolute);
    return status;
}

size_t
ark_path_list_split(char *bytes, size_t len, bool null_ended, char ***names)
{
    char **list = NULL;
    size_t capacity = 0;
    size_t count = 0;
    size_t start = 0;
    ARK_ASSERT(bytes[len] == '\0');
    for (size_t at = 0; at <= len; at++) {
        if (at < len && bytes[at] != (null_ended ? '\0' : '\n')) {
            continue;
        }
        bytes[at] = '\0';
        if (bytes[start] != '\0') {
            ARK_GROW(list, capacity, count + 1);
            list[count++] = bytes + start;
        }
        start = at + 1;
    }
    *names = list;
    return count;
}
