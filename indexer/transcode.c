#include "indexer/transcode.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <strings.h>

#include "common/base/memory.h"
#include "common/text/utf8.h"

enum {
    POINTS = 4096, // code points converted at a time: 16 KiB on the stack
    FEED_BYTES = 64 * 1024,
};

/** The two sides of a conversion; what was converted is moved past. */
struct sides {
    ark_str from;
    uint8_t *to;
    size_t room;
};

/** Why a conversion stopped. */
enum stop { STOP_END, STOP_ROOM, STOP_BAD, STOP_CUT };

static iconv_t
open_converter(const char *encoding)
{
    return iconv_open("UTF-32LE", encoding);
}

bool
ark_transcode_knows(const char *encoding)
{
    iconv_t converter = open_converter(encoding);
    if (converter == (iconv_t)-1) {
        return false;
    }
    (void)iconv_close(converter);
    return true;
}

/** How many bytes of a bad sequence to pass: one code unit. */
static size_t
unit_bytes(const char *encoding)
{
    if (strncasecmp(encoding, "UTF-16", 6) == 0 || strncasecmp(encoding, "UCS-2", 5) == 0) {
        return 2;
    }
    bool four = strncasecmp(encoding, "UTF-32", 6) == 0 || strncasecmp(encoding, "UCS-4", 5) == 0;
    return four ? 4 : 1;
}

static void
put(struct sides *sides, uint32_t codepoint)
{
    bool scalar = codepoint <= 0x10FFFF && (codepoint < 0xD800 || codepoint > 0xDFFF);
    size_t size = ark_utf8_encode(scalar ? codepoint : ARK_UTF8_REPLACEMENT, sides->to);
    sides->to += size;
    sides->room -= size;
}

/** Converts at most POINTS characters, fewer when room is short. */
static enum stop
convert_some(iconv_t converter, struct sides *sides)
{
    uint8_t points[POINTS * 4];
    size_t count = sides->room / ARK_UTF8_BYTES_MAX;
    size_t unused = (count < POINTS ? count : POINTS) * 4;
    size_t given = unused;
    char *out = (char *)points;
    // iconv's interface takes a char ** for bytes it does not change.
    union {
        const uint8_t *bytes;
        char *chars;
    } from = {.bytes = sides->from.bytes};
    size_t result = iconv(converter, &from.chars, &sides->from.len, &out, &unused);
    int cause = errno;
    sides->from.bytes = from.bytes;
    for (size_t i = 0; i < given - unused; i += 4) {
        put(sides, (uint32_t)points[i] | (uint32_t)points[i + 1] << 8 |
                       (uint32_t)points[i + 2] << 16 | (uint32_t)points[i + 3] << 24);
    }
    if (result != (size_t)-1) {
        return STOP_END;
    }
    return cause == E2BIG ? STOP_ROOM : cause == EINVAL ? STOP_CUT : STOP_BAD;
}

/** Passes one bad unit, or all that is left when it is a cut character; U+FFFD stands for it. */
static void
replace(struct sides *sides, enum stop stop, size_t unit)
{
    size_t pass = stop == STOP_CUT || sides->from.len < unit ? sides->from.len : unit;
    sides->from = ark_str_slice(sides->from, pass, sides->from.len);
    put(sides, ARK_UTF8_REPLACEMENT);
}

bool
ark_transcode(const char *encoding, ark_str bytes, enum ark_transcode_mode mode,
              struct ark_faults *faults, struct ark_buf *out)
{
    iconv_t converter = open_converter(encoding);
    if (converter == (iconv_t)-1) {
        return false;
    }
    struct sides sides = {.from = bytes};
    struct ark_faults found = {0};
    size_t unit = unit_bytes(encoding);
    bool good = true;
    while (sides.from.len > 0 && good) {
        size_t room = (size_t)(POINTS + 1) * ARK_UTF8_BYTES_MAX;
        sides.to = ark_buf_reserve(out, room);
        sides.room = room;
        enum stop stop = convert_some(converter, &sides);
        if (stop == STOP_CUT && mode == ARK_TRANSCODE_STRICT_HEAD) {
            sides.from.len = 0;
        } else if (stop == STOP_BAD || stop == STOP_CUT) {
            good = mode == ARK_TRANSCODE_REPLACE;
            found.first_at = found.count++ == 0 ? bytes.len - sides.from.len : found.first_at;
            replace(&sides, stop, unit);
        }
        out->len += room - sides.room;
    }
    (void)iconv_close(converter);
    if (faults != NULL) {
        *faults = found;
    }
    return good;
}

struct ark_transcoder {
    struct ark_feed *inner;
    iconv_t converter;
    size_t unit;
};

struct ark_transcoder *
ark_transcoder_new(struct ark_feed *inner, const char *encoding)
{
    struct ark_transcoder *transcoder = ark_xcalloc(1, sizeof *transcoder);
    transcoder->inner = inner;
    transcoder->converter = open_converter(encoding);
    ARK_ASSERT(transcoder->converter != (iconv_t)-1);
    transcoder->unit = unit_bytes(encoding);
    return transcoder;
}

void
ark_transcoder_free(struct ark_transcoder *transcoder)
{
    if (transcoder != NULL) {
        (void)iconv_close(transcoder->converter);
        free(transcoder);
    }
}

enum ark_status
ark_transcoder_fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err)
{
    struct ark_transcoder *transcoder = context;
    struct sides sides = {.to = to, .room = room};
    // Fills what there is room for; room for one character stays for a replacement.
    while (sides.room >= 2 * (size_t)ARK_UTF8_BYTES_MAX) {
        ark_str ahead = ark_feed_peek(transcoder->inner, FEED_BYTES);
        if (ahead.len == 0) {
            break;
        }
        sides.from = ahead;
        size_t kept = sides.room;
        sides.room -= ARK_UTF8_BYTES_MAX;
        enum stop stop = convert_some(transcoder->converter, &sides);
        sides.room += ARK_UTF8_BYTES_MAX;
        bool at_end = ahead.len < FEED_BYTES;
        if (stop == STOP_BAD || (stop == STOP_CUT && at_end)) {
            replace(&sides, stop, transcoder->unit);
        }
        ark_feed_take(transcoder->inner, ahead.len - sides.from.len);
        ARK_DEBUG_ASSERT(sides.room < kept || sides.from.len < ahead.len);
        (void)kept;
    }
    *got = room - sides.room;
    if (*got == 0 && transcoder->inner->failure.status != ARK_OK) {
        *err = transcoder->inner->failure;
        return err->status;
    }
    return ARK_OK;
}
