#include "indexer/feed.h"

#include <string.h>

// Large enough that a system call or a libarchive block costs nothing beside
// the copying, small enough to stay in the second-level cache.
enum { STEP_BYTES = 256 * 1024 };
// What was taken stays in front of what is left until it is the larger part.
#define BUFFER_BYTES_MAX (2 * ((size_t)ARK_DOCUMENT_BYTES_HARD_MAX + 2 * (size_t)STEP_BYTES))

struct ark_feed
ark_feed_make(ark_feed_fill fill, void *context)
{
    return (struct ark_feed){
        .fill = fill,
        .context = context,
        .buffer = ark_buf_make(BUFFER_BYTES_MAX),
    };
}

void
ark_feed_dispose(struct ark_feed *feed)
{
    ark_buf_dispose(&feed->buffer);
}

static size_t
left_in_buffer(const struct ark_feed *feed)
{
    return feed->buffer.len - feed->at;
}

/** Moves what is left to the front, when that frees at least as much as it moves. */
static void
compact(struct ark_feed *feed)
{
    size_t left = left_in_buffer(feed);
    if (feed->at < left || feed->at == 0) {
        return;
    }
    memmove(feed->buffer.bytes, feed->buffer.bytes + feed->at, left);
    feed->buffer.len = left;
    feed->at = 0;
}

/** Reads one step more. False at the end or on a failure. */
static bool
fill_step(struct ark_feed *feed)
{
    if (feed->ended || feed->failure.status != ARK_OK) {
        return false;
    }
    compact(feed);
    size_t got = 0;
    uint8_t *to = ark_buf_reserve(&feed->buffer, STEP_BYTES);
    enum ark_status status = feed->fill(feed->context, to, STEP_BYTES, &got, &feed->failure);
    if (status != ARK_OK) {
        ARK_ASSERT(feed->failure.status == status);
        return false;
    }
    ARK_ASSERT(got <= STEP_BYTES);
    feed->buffer.len += got;
    feed->ended = got == 0;
    return got > 0;
}

ark_str
ark_feed_peek(struct ark_feed *feed, size_t want)
{
    ARK_ASSERT(want <= (size_t)ARK_DOCUMENT_BYTES_HARD_MAX + 1);
    while (left_in_buffer(feed) < want && fill_step(feed)) {
    }
    return ark_str_make(feed->buffer.bytes + feed->at, left_in_buffer(feed));
}

void
ark_feed_take(struct ark_feed *feed, size_t count)
{
    ARK_ASSERT(count <= left_in_buffer(feed));
    feed->at += count;
    feed->offset += count;
}

bool
ark_feed_at_end(struct ark_feed *feed)
{
    return ark_feed_peek(feed, 1).len == 0;
}

/** Takes bytes up to and with the next LF, or to the end. */
static void
pass_line(struct ark_feed *feed)
{
    for (;;) {
        ark_str ahead = ark_feed_peek(feed, 1);
        if (ahead.len == 0) {
            return;
        }
        const uint8_t *end = memchr(ahead.bytes, '\n', ahead.len);
        ark_feed_take(feed, end == NULL ? ahead.len : (size_t)(end - ahead.bytes) + 1);
        if (end != NULL) {
            return;
        }
    }
}

enum ark_feed_line
ark_feed_next_line(struct ark_feed *feed, size_t bytes_max, ark_str *line)
{
    ARK_ASSERT(bytes_max <= ARK_DOCUMENT_BYTES_HARD_MAX);
    size_t searched = 0;
    for (;;) {
        ark_str ahead = ark_feed_peek(feed, (searched < bytes_max ? searched : bytes_max) + 1);
        const uint8_t *end = searched < ahead.len
                                 ? memchr(ahead.bytes + searched, '\n', ahead.len - searched)
                                 : NULL;
        size_t len = end == NULL ? ahead.len : (size_t)(end - ahead.bytes);
        bool last = feed->ended || feed->failure.status != ARK_OK;
        if (len > bytes_max) {
            pass_line(feed);
            return ARK_FEED_TOO_LONG;
        }
        if (end == NULL && !last) {
            searched = ahead.len;
            continue;
        }
        if (end == NULL && (ahead.len == 0 || feed->failure.status != ARK_OK)) {
            return ARK_FEED_END;
        }
        ark_feed_take(feed, len + (end != NULL));
        bool carriage_return = len > 0 && ahead.bytes[len - 1] == '\r';
        *line = ark_str_slice(ahead, 0, len - carriage_return);
        return ARK_FEED_LINE;
    }
}

bool
ark_feed_take_all(struct ark_feed *feed, size_t bytes_max, ark_str *all)
{
    ARK_ASSERT(bytes_max <= ARK_DOCUMENT_BYTES_HARD_MAX);
    while (left_in_buffer(feed) <= bytes_max && fill_step(feed)) {
    }
    if (feed->failure.status != ARK_OK || left_in_buffer(feed) > bytes_max) {
        return false;
    }
    *all = ark_str_make(feed->buffer.bytes + feed->at, left_in_buffer(feed));
    ark_feed_take(feed, all->len);
    return true;
}
