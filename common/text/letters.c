#include "common/text/letters.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "common/text/charclass.h"

/** Sorting the marks of a letter is quadratic; natural text has at most five. */
enum { MARKS_MAX = 62 };

static bool
is_tatweel(ark_str character)
{
    return ark_str_equal(character, ARK_STR("\xD9\x80"));
}

/** Appends text but for tatweel, joiners and, unless marks, other marks; all of it when whole. */
static void
append_without(ark_str text, bool marks, struct ark_buf *out)
{
    uint32_t in_row = 0;
    for (size_t at = 0; at < text.len;) {
        size_t size = 0;
        enum ark_charclass class = ark_charclass_at(text.bytes + at, text.len - at, &size);
        ark_str character = ark_str_slice(text, at, at + size);
        bool mark = class == ARK_CHARCLASS_MARK;
        in_row = mark ? in_row + 1 : 0;
        bool dropped = class == ARK_CHARCLASS_JOINER || is_tatweel(character) ||
                       (mark && (!marks || in_row > MARKS_MAX));
        if (!dropped) {
            ark_buf_append_str(out, character);
        }
        at += size;
    }
}

void
ark_letters(ark_str token, bool marks, struct ark_buf *out)
{
    // Marks that are part of a letter (a hamza above) must find it before the others go.
    struct ark_buf whole = ark_buf_make(SIZE_MAX / 2);
    append_without(token, true, &whole);
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t length = utf8proc_map(whole.bytes, (utf8proc_ssize_t)whole.len, &composed,
                                           UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    ark_str letters = length < 0 ? ark_buf_view(&whole) : ark_str_make(composed, (size_t)length);
    append_without(letters, marks, out);
    free(composed);
    ark_buf_dispose(&whole);
}
