#include "searcher/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { FULL_BYTES = 64 * 1024 }; // a pipe's buffer

struct ark_output
ark_output_make(int fd)
{
    // A hit is written whole before a flush, and a title may be as long as a document.
    return (struct ark_output){.buf = ark_buf_make(SIZE_MAX / 2), .fd = fd};
}

void
ark_output_dispose(struct ark_output *output)
{
    ark_buf_dispose(&output->buf);
}

enum ark_status
ark_output_flush(struct ark_output *output, struct ark_error *err)
{
    size_t at = 0;
    while (at < output->buf.len) {
        ssize_t written = write(output->fd, output->buf.bytes + at, output->buf.len - at);
        if (written >= 0) {
            at += (size_t)written;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            // A program before us left the terminal or pipe so.
            struct pollfd room = {.fd = output->fd, .events = POLLOUT};
            (void)poll(&room, 1, -1);
        } else if (errno != EINTR) {
            ark_buf_clear(&output->buf);
            return ark_error_set(err, ARK_E_IO, "cannot write results: %s", ark_error_reason(errno));
        }
    }
    ark_buf_clear(&output->buf);
    return ARK_OK;
}

enum ark_status
ark_output_flush_if_full(struct ark_output *output, struct ark_error *err)
{
    return output->holds || output->buf.len < FULL_BYTES ? ARK_OK : ark_output_flush(output, err);
}
