#include "indexer/reading.h"

enum ark_status
ark_reader_text(struct ark_reading *reading, struct ark_feed *feed, struct ark_error *err)
{
    ark_str bytes;
    ark_str text;
    if (!ark_reading_take_all(reading, feed, &bytes) ||
        !ark_reading_decode(reading, bytes, ARK_STR(""), &text)) {
        return ARK_OK;
    }
    return ark_reading_give_plain(reading, text, err);
}
