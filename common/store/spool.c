#include "common/store/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"

/** A part of the file read before. */
struct window {
    uint8_t *bytes;
    uint64_t start;
    size_t len;
};

/** One for what is read in order, one for what is looked up between. */
enum { WINDOWS = 2 };

/** What is read at once: in order, where merging asks for many small pieces; anywhere else. */
enum { WINDOW_BYTES = 64 * 1024, GLANCE_BYTES = 4 * 1024 };

struct ark_spool {
    char *temp_dir;
    int fd;              /**< -1 while all is in memory */
    uint64_t file_bytes; /**< written to the file */
    struct ark_buf tail; /**< not yet in the file */
    struct window windows[WINDOWS];
    unsigned last_used; /**< of the windows */
};

struct ark_spool *
ark_spool_new(const char *temp_dir)
{
    struct ark_spool *spool = ark_xcalloc(1, sizeof *spool);
    spool->temp_dir = ark_xstrdup(temp_dir);
    spool->fd = -1;
    spool->tail = ark_buf_make(ARK_SPOOL_MEMORY);
    return spool;
}

void
ark_spool_free(struct ark_spool *spool)
{
    if (spool == NULL) {
        return;
    }
    if (spool->fd >= 0) {
        (void)close(spool->fd);
    }
    ark_buf_dispose(&spool->tail);
    for (unsigned i = 0; i < WINDOWS; i++) {
        free(spool->windows[i].bytes);
    }
    free(spool->temp_dir);
    free(spool);
}

static enum ark_status
write_error(const struct ark_spool *spool, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_IO, "cannot write a temporary file: %s: %s",
                         ark_error_reason(errno), spool->temp_dir);
}

/** The name that a temporary file has while it is made, and how often making it is tried. */
#define FILE_NAME "data.tmp"
enum { TRIES = 100 };

void
ark_spool_clear(const char *temp_dir)
{
    char *name = ark_path_join(temp_dir, FILE_NAME);
    (void)unlink(name);
    free(name);
}

static enum ark_status
open_file(struct ark_spool *spool, struct ark_error *err)
{
    char *name = ark_path_join(spool->temp_dir, FILE_NAME);
    for (int i = 0; i < TRIES && spool->fd < 0; i++) {
        spool->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (spool->fd < 0 && errno != EEXIST) {
            break;
        }
        // Without a name it vanishes with the process, however that ends. What stands in the way has no other
        // use: a killed process left it, or another thread, which has its file, is about to remove it.
        (void)unlink(name);
    }
    free(name);
    return spool->fd >= 0 ? ARK_OK : write_error(spool, err);
}

static enum ark_status
write_all(struct ark_spool *spool, ark_str bytes, struct ark_error *err)
{
    while (bytes.len > 0) {
        ssize_t done = write(spool->fd, bytes.bytes, bytes.len);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done == 0) {
            errno = ENOSPC; // no reason given, but going on would never end
        }
        if (done <= 0) {
            return write_error(spool, err);
        }
        spool->file_bytes += (uint64_t)done;
        bytes = ark_str_slice(bytes, (size_t)done, bytes.len);
    }
    return ARK_OK;
}

enum ark_status
ark_spool_append(struct ark_spool *spool, ark_str bytes, struct ark_error *err)
{
    if (bytes.len <= ARK_SPOOL_MEMORY - spool->tail.len) {
        ark_buf_append_str(&spool->tail, bytes);
        return ARK_OK;
    }
    enum ark_status status = spool->fd >= 0 ? ARK_OK : open_file(spool, err);
    if (status == ARK_OK) {
        status = write_all(spool, ark_buf_view(&spool->tail), err);
    }
    if (status != ARK_OK) {
        return status;
    }
    ark_buf_clear(&spool->tail);
    if (bytes.len > ARK_SPOOL_MEMORY) {
        return write_all(spool, bytes, err);
    }
    ark_buf_append_str(&spool->tail, bytes);
    return ARK_OK;
}

uint64_t
ark_spool_bytes(const struct ark_spool *spool)
{
    return spool->file_bytes + spool->tail.len;
}

static enum ark_status
read_file(struct ark_spool *spool, uint64_t offset, size_t len, uint8_t *out, struct ark_error *err)
{
    while (len > 0) {
        ssize_t got = pread(spool->fd, out, len, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got == 0) {
            return ark_error_set(err, ARK_E_IO, "a temporary file is shorter than written: %s",
                                 spool->temp_dir);
        }
        if (got < 0) {
            return ark_error_set(err, ARK_E_IO, "cannot read a temporary file: %s: %s",
                                 ark_error_reason(errno), spool->temp_dir);
        }
        out += got;
        len -= (size_t)got;
        offset += (uint64_t)got;
    }
    return ARK_OK;
}

static bool
window_has(const struct window *window, uint64_t offset, size_t len)
{
    return offset >= window->start && offset + len <= window->start + window->len;
}

/** True when the piece at offset comes soon after what the window has. */
static bool
window_precedes(const struct window *window, uint64_t offset)
{
    return offset >= window->start && offset < window->start + window->len + WINDOW_BYTES;
}

/** Fills a window from offset on, where len bytes are wanted. */
static enum ark_status
fill_window(struct ark_spool *spool, uint64_t offset, size_t len, struct ark_error *err)
{
    unsigned chosen = (spool->last_used + 1) % WINDOWS; // the one used less lately
    size_t wanted = len > GLANCE_BYTES ? len : GLANCE_BYTES;
    for (unsigned i = 0; i < WINDOWS; i++) {
        if (window_precedes(&spool->windows[i], offset)) {
            chosen = i;
            wanted = WINDOW_BYTES;
            break;
        }
    }
    struct window *window = &spool->windows[chosen];
    if (window->bytes == NULL) {
        window->bytes = ark_xmalloc(WINDOW_BYTES);
    }
    uint64_t left = spool->file_bytes - offset;
    wanted = left < wanted ? (size_t)left : wanted;
    window->len = 0;
    enum ark_status status = read_file(spool, offset, wanted, window->bytes, err);
    if (status == ARK_OK) {
        window->start = offset;
        window->len = wanted;
        spool->last_used = chosen;
    }
    return status;
}

/** Reads from the file through a window. */
static enum ark_status
read_windowed(struct ark_spool *spool, uint64_t offset, size_t len, uint8_t *out,
              struct ark_error *err)
{
    if (len > WINDOW_BYTES / 2) {
        return read_file(spool, offset, len, out, err);
    }
    unsigned at = 0;
    while (at < WINDOWS && !window_has(&spool->windows[at], offset, len)) {
        at++;
    }
    if (at < WINDOWS) {
        spool->last_used = at;
    } else {
        enum ark_status status = fill_window(spool, offset, len, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    const struct window *window = &spool->windows[spool->last_used];
    memcpy(out, window->bytes + (offset - window->start), len);
    return ARK_OK;
}

enum ark_status
ark_spool_read(struct ark_spool *spool, uint64_t offset, size_t len, uint8_t *out,
               struct ark_error *err)
{
    ARK_ASSERT(offset <= ark_spool_bytes(spool) && len <= ark_spool_bytes(spool) - offset);
    if (offset < spool->file_bytes) {
        uint64_t left = spool->file_bytes - offset;
        size_t from_file = left < len ? (size_t)left : len;
        enum ark_status status = read_windowed(spool, offset, from_file, out, err);
        if (status != ARK_OK) {
            return status;
        }
        out += from_file;
        len -= from_file;
        offset += from_file;
    }
    if (len > 0) {
        memcpy(out, spool->tail.bytes + (offset - spool->file_bytes), len);
    }
    return ARK_OK;
}
