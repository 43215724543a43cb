// Input: a length byte, a declared encoding of that many bytes, the text.
#include "fuzz_target.h"

#include "common/text/utf8.h"
#include "indexer/intake.h"
#include "indexer/title_date.h"
#include "indexer/transcode.h"

/** A feed over bytes in memory. */
static enum ark_status
fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err)
{
    (void)err;
    ark_str *rest = context;
    *got = rest->len < room ? rest->len : room;
    if (*got > 0) {
        memcpy(to, rest->bytes, *got);
    }
    *rest = ark_str_slice(*rest, *got, rest->len);
    return ARK_OK;
}

/** A stream decodes to valid UTF-8 whatever it holds. */
static void
check_stream(ark_str text, const char *encoding)
{
    ark_str rest = text;
    struct ark_feed inner = ark_feed_make(fill, &rest);
    struct ark_transcoder *transcoder = ark_transcoder_new(&inner, encoding);
    struct ark_feed outer = ark_feed_make(ark_transcoder_fill, transcoder);
    ark_str all;
    ARK_ASSERT(ark_feed_take_all(&outer, ARK_DOCUMENT_BYTES_HARD_MAX, &all));
    ARK_ASSERT(ark_utf8_valid(all, NULL));
    ark_feed_dispose(&outer);
    ark_transcoder_free(transcoder);
    ark_feed_dispose(&inner);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ark_str input = ark_str_make(data, size);
    size_t declared_len = size == 0 ? 0 : data[0] % 32;
    size_t start = size == 0 ? 0 : 1;
    declared_len = declared_len < size - start ? declared_len : size - start;
    ark_str declared = ark_str_slice(input, start, start + declared_len);
    ark_str text = ark_str_slice(input, start + declared_len, size);
    struct ark_intake *intake;
    struct ark_error error;
    if (ark_intake_new(&intake, "auto", &error) != ARK_OK) {
        return 0;
    }
    struct ark_decoded decoded;
    enum ark_status status = ark_intake_decode(intake, text, declared, &decoded, &error);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_ENCODING);
    if (status == ARK_OK) {
        ARK_ASSERT(ark_utf8_valid(decoded.text, NULL));
        struct ark_title_date found = ark_title_date_find(decoded.text);
        ARK_ASSERT(found.title.len + found.body.len <= decoded.text.len);
        ARK_ASSERT(found.date <= 99991231);
    }
    (void)ark_date_value(text);
    (void)ark_intake_is_binary(text);
    struct ark_intake_choice choice;
    if (ark_intake_choose(intake, text, &choice, &error) == ARK_OK) {
        ARK_ASSERT(choice.mark_bytes <= text.len);
        check_stream(text, choice.encoding);
    }
    ark_intake_free(intake);
    return 0;
}
