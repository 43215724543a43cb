/**
 * @file fuzz_analyzer.c
 * Any bytes as a text: decoded, cleaned, cut into tokens, analysed. What comes
 * out is valid UTF-8, cleaning is idempotent, spans ascend inside the text, no
 * level is empty or too long.
 */
#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/text/analyzer.h"
#include "common/text/clean.h"
#include "common/text/segment.h"
#include "common/text/stopwords.h"
#include "common/text/utf8.h"
#include "fuzz_target.h"

/** The largest growth that clean.h states, of two cleanings one after the other. */
enum { GROWTH_MAX = 18 };

typedef void (*cleaner)(ark_str text, struct ark_buf *out);

static void
check_cleaner(cleaner clean, ark_str text)
{
    struct ark_buf once = ark_buf_make(GROWTH_MAX * text.len + 1024);
    struct ark_buf twice = ark_buf_make(GROWTH_MAX * GROWTH_MAX * text.len + 1024);
    clean(text, &once);
    ARK_ASSERT(ark_utf8_valid(ark_buf_view(&once), NULL));
    clean(ark_buf_view(&once), &twice);
    ARK_ASSERT(ark_str_equal(ark_buf_view(&once), ark_buf_view(&twice)));
    (void)ark_stopword(ark_buf_view(&once));
    ark_buf_dispose(&once);
    ark_buf_dispose(&twice);
}

static void
check_word(struct ark_analyzer *analyzer, uint32_t number)
{
    if (number == ARK_WORD_NONE) {
        return;
    }
    struct ark_word word = ark_analyzer_word(analyzer, number);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ARK_ASSERT(word.level[level].len > 0);
        ARK_ASSERT(word.level[level].len <= ARK_TERM_BYTES_MAX);
        ARK_ASSERT(ark_utf8_valid(word.level[level], NULL));
    }
}

static void
check_tokens(struct ark_analyzer *analyzer, ark_str text)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    size_t end = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        ARK_ASSERT(token.start >= end && token.end > token.start && token.end <= text.len);
        end = token.end;
        ark_str bytes = ark_str_slice(text, token.start, token.end);
        ARK_ASSERT(ark_utf8_valid(bytes, NULL));
        check_word(analyzer, ark_analyzer_intern(analyzer, bytes, token.script));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ark_str text = ark_str_make(data, size);
    struct ark_analyzer *analyzer = ark_analyzer_new();
    check_cleaner(ark_clean_text, text);
    check_cleaner(ark_clean_token, text);
    check_tokens(analyzer, text);
    // The whole as one token: what a caller may pass that no segmenter has cut.
    check_word(analyzer, ark_analyzer_intern(analyzer, text, ARK_SCRIPT_OTHER));
    ark_analyzer_free(analyzer);
    return 0;
}
