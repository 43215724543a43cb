/**
 * @file feed.h
 * The bytes of one file or archive member, read forward once, with a look
 * ahead: what stands between the readers and where bytes come from.
 *
 * Invariants: a failure is final and is given again by every later call; the
 * buffer holds no more than what was asked for plus one step (256 KiB).
 */
#ifndef ARK_INDEXER_FEED_H
#define ARK_INDEXER_FEED_H

#include "common/base/buf.h"
#include "common/base/error.h"

/** No buffer of a reader passes this, whatever the user's limit: 1 GiB of input. */
enum { ARK_DOCUMENT_BYTES_HARD_MAX = 1024 * 1024 * 1024 };

/**
 * Puts up to room bytes at to and their number into *got; 0 is the end. A
 * status other than ARK_OK fills err; its text carries no path.
 */
typedef enum ark_status (*ark_feed_fill)(void *context, uint8_t *to, size_t room, size_t *got,
                                         struct ark_error *err);

/** Callers read the fields offset and failure; the rest is the module's own. */
struct ark_feed {
    ark_feed_fill fill;
    void *context;
    struct ark_buf buffer;
    size_t at;                /**< first byte of the buffer that was not taken */
    uint64_t offset;          /**< of that byte from the beginning of the stream */
    bool ended;               /**< fill has given its last byte */
    struct ark_error failure; /**< status ARK_OK while all is well */
};

/** A feed over fill; ends with ark_feed_dispose. */
struct ark_feed ark_feed_make(ark_feed_fill fill, void *context);
/** Frees the buffer. */
void ark_feed_dispose(struct ark_feed *feed);

/**
 * A view of the bytes to come, at least want of them unless the stream ends or
 * fails before. Nothing is taken. Valid until the next call.
 */
ark_str ark_feed_peek(struct ark_feed *feed, size_t want);
/** Takes count bytes of those that peek has shown. */
void ark_feed_take(struct ark_feed *feed, size_t count);
/** True when no byte is left (or the stream failed). */
bool ark_feed_at_end(struct ark_feed *feed);

enum ark_feed_line {
    ARK_FEED_LINE,     /**< a line */
    ARK_FEED_TOO_LONG, /**< a line above bytes_max was passed over */
    ARK_FEED_END,      /**< no more lines, or a failure */
};

/**
 * Takes the next line; *line is without its line end (LF or CRLF), valid until
 * the next call. Cost: O(line); a line too long is not kept.
 */
enum ark_feed_line ark_feed_next_line(struct ark_feed *feed, size_t bytes_max, ark_str *line);

/**
 * Takes all that is left; *all is valid until the next call. False when it is
 * longer than bytes_max (the rest is not read then) or the stream failed.
 */
bool ark_feed_take_all(struct ark_feed *feed, size_t bytes_max, ark_str *all);

#endif
