/**
 * @file output.h
 * Bytes on their way to a descriptor, with every failure told.
 *
 * A reader that went away ends the process by SIGPIPE, as it should; any other
 * failed write (a full disk) is an error, and nothing more is written.
 */
#ifndef ARK_SEARCHER_OUTPUT_H
#define ARK_SEARCHER_OUTPUT_H

#include "common/base/buf.h"
#include "common/base/error.h"

struct ark_output {
    struct ark_buf buf; /**< append here */
    int fd;
    bool holds; /**< all output is kept until it is complete, for a pager */
};

/** Output to descriptor fd, which stays the caller's. */
struct ark_output ark_output_make(int fd);
/** Frees the buffer; what was not flushed is lost. */
void ark_output_dispose(struct ark_output *output);
/** Writes what there is. ARK_E_IO. */
enum ark_status ark_output_flush(struct ark_output *output, struct ark_error *err) ARK_MUST_CHECK;
/** The same, but only when there is enough of it to be worth a system call, and never if it holds. */
enum ark_status ark_output_flush_if_full(struct ark_output *output,
                                         struct ark_error *err) ARK_MUST_CHECK;

#endif
