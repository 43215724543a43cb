/**
 * @file fuzz_answers.c
 * Any bytes as what a terminal says: read at once and byte by byte they mean the
 * same, and whatever they say, a mode is chosen. What follows the noise and is
 * an answer is still heard, once a sequence left open has been broken off.
 */
#include <string.h>

#include "common/base/compiler.h"
#include "common/terminal/detect.h"
#include "fuzz_target.h"

static void
check_same(const struct ark_answers *a, const struct ark_answers *b)
{
    ARK_ASSERT(a->complete == b->complete);
    ARK_ASSERT(a->order == b->order && a->directions == b->directions);
    ARK_ASSERT(strcmp(a->name, b->name) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char ANSWER[] = "\033\\\033[8;1$y\033[?6c";
    struct ark_answer_reader whole = ark_answer_reader_make();
    struct ark_answer_reader pieces = ark_answer_reader_make();
    ark_answer_reader_feed(&whole, data, size);
    for (size_t i = 0; i < size; i++) {
        ark_answer_reader_feed(&pieces, data + i, 1);
    }
    check_same(&whole.answers, &pieces.answers);
    ARK_ASSERT(whole.answers.order >= ARK_MODE_SILENT);
    ARK_ASSERT(whole.answers.order <= ARK_MODE_ALWAYS_RESET);
    ARK_ASSERT(memchr(whole.answers.name, '\0', sizeof whole.answers.name) != NULL);
    ARK_ASSERT(ark_detect_bidi(&whole.answers) != ARK_BIDI_AUTO);
    ark_answer_reader_feed(&whole, (const uint8_t *)ANSWER, strlen(ANSWER));
    ARK_ASSERT(whole.answers.complete && whole.answers.order == ARK_MODE_SET);
    return 0;
}
