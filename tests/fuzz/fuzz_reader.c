// Input: a byte that chooses the type, then the file. The last choice lets the
// reader find the type itself, archives among them.
#include "fuzz_target.h"

#include "common/text/utf8.h"
#include "indexer/feed.h"
#include "indexer/reader.h"

/** How the file is read, by the first byte. */
static const struct {
    const char *type;
    const char *name;
} CHOICES[] = {
    {"text", "a.txt"},    {"markdown", "a.md"}, {"html", "a.html"},
    {"jsonl", "a.jsonl"}, {"trec", "a.trec"},   {"auto", "a.zip"},
};

static enum ark_status
fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err)
{
    (void)err;
    ark_str *rest = context;
    // Small steps, so that records lie across their ends.
    size_t step = room < 1000 ? room : 1000;
    *got = rest->len < step ? rest->len : step;
    if (*got > 0) {
        memcpy(to, rest->bytes, *got);
    }
    *rest = ark_str_slice(*rest, *got, rest->len);
    return ARK_OK;
}

/** What a document is made of is clean UTF-8: no control but tab and newline. */
static void
check_text(ark_str text)
{
    ARK_ASSERT(ark_utf8_valid(text, NULL));
    for (size_t i = 0; i < text.len; i++) {
        ARK_ASSERT(text.bytes[i] >= 0x20 || text.bytes[i] == '\t' || text.bytes[i] == '\n');
    }
}

static enum ark_status
sink(void *context, const struct ark_document *document, struct ark_error *err)
{
    (void)context;
    (void)err;
    check_text(document->fragment);
    check_text(document->title);
    check_text(document->body);
    check_text(document->source);
    ARK_ASSERT(document->date <= 99991231);
    ARK_ASSERT(document->fragment.len > 0 || !document->fragment_is_id);
    return ARK_OK;
}

static void
skip(void *context, const struct ark_skip *skipped)
{
    (void)context;
    ARK_ASSERT(skipped->error->status != ARK_OK);
    ARK_ASSERT(skipped->error->text[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    size_t choice = data[0] % ARK_COUNT_OF(CHOICES);
    struct ark_reader_options options = {
        .type = CHOICES[choice].type,
        .document_bytes_max = 100000,
    };
    struct ark_reader *reader;
    struct ark_error error;
    if (ark_reader_new(&reader, &options, &error) != ARK_OK) {
        return 0;
    }
    ark_str rest = ark_str_make(data + 1, size - 1);
    struct ark_feed feed = ark_feed_make(fill, &rest);
    const struct ark_reader_calls calls = {sink, skip, NULL};
    struct ark_reader_result result;
    enum ark_status status =
        ark_reader_read_feed(reader, &feed, CHOICES[choice].name, &calls, &result, &error);
    ARK_ASSERT(status == ARK_OK);
    ark_feed_dispose(&feed);
    ark_reader_free(reader);
    return 0;
}
