/**
 * @file fuzz_hot_postings.c
 * Any bytes as a hot record: refused, or read within bounds in every way there
 * is; a record that passes the full walk gives the same documents again when
 * they are written anew.
 */
#include "common/base/compiler.h"
#include "common/codec/hot_postings.h"
#include "common/codec/hot_tally.h"
#include "common/codec/varint.h"
#include "fuzz_target.h"

/** What stands before the record: df and the segment's documents. */
enum { HEAD_BYTES = 8, DOCUMENTS_MAX = 1 << 20 };

struct copy {
    struct ark_hot_writer writer;
    uint32_t document_count;
    uint64_t sum;
};

static bool
add_to_copy(void *context, uint32_t doc, uint32_t tf)
{
    struct copy *copy = context;
    ARK_ASSERT(doc < copy->document_count && tf > 0);
    copy->sum = copy->sum * 31 + doc * UINT64_C(0x9e3779b97f4a7c15) + tf;
    ark_hot_writer_add(&copy->writer, doc, tf, 1);
    return true;
}

static bool
add_up(void *context, uint32_t doc, uint32_t tf)
{
    uint64_t *sum = context;
    *sum = *sum * 31 + doc * UINT64_C(0x9e3779b97f4a7c15) + tf;
    return true;
}

/** Writes the documents anew. */
static void
check_again(const struct ark_hot *hot)
{
    struct copy copy = {.writer = ark_hot_writer_make(), .document_count = hot->document_count};
    struct ark_buf record = ark_buf_make(SIZE_MAX);
    struct ark_hot again;
    uint64_t sum = 0;
    if (ark_hot_each(hot, add_to_copy, &copy)) {
        ark_hot_writer_finish(&copy.writer, &record);
        bool opens = ark_hot_open(&again, ark_buf_view(&record), hot->df, hot->document_count);
        ARK_ASSERT(opens);
        bool walks = ark_hot_each(&again, add_up, &sum);
        ARK_ASSERT(walks && sum == copy.sum);
    }
    ark_buf_dispose(&record);
    ark_hot_writer_dispose(&copy.writer);
}

/** Reads one window in every way. */
static void
read_window(const struct ark_hot *hot, uint32_t entry, uint32_t window)
{
    struct ark_hot_window decoded;
    uint64_t bits[2];
    static const uint64_t some[2] = {UINT64_C(0xf0f0f0f0f0f0f0f1), UINT64_C(0x8fff0000ffff0000)};
    struct ark_hot_answer answer;
    uint64_t before[ARK_WINDOW];
    ARK_ASSERT(window < ark_window_count(hot->document_count));
    if (ark_hot_window(hot, entry, window, &decoded)) {
        for (uint32_t i = 0; i < decoded.count; i++) {
            uint32_t local = decoded.by_local ? i : decoded.locals[i];
            ARK_ASSERT(decoded.tfs[i] == 0 ||
                       window * (uint64_t)ARK_WINDOW + local < hot->document_count);
        }
    }
    (void)ark_hot_presence(hot, entry, window, bits);
    if (ark_hot_lookup(hot, entry, window, some, &answer)) {
        (void)ark_hot_before(&answer, before);
    }
    struct ark_hot_place place;
    struct ark_hot_tally tally;
    if (ark_hot_find_window(hot, entry, window, &place) && ark_hot_tally_open(&tally, &place)) {
        (void)ark_hot_tally_fill(&tally, &place);
    }
    (void)ark_hot_find(hot, window);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ark_hot hot;
    if (size < HEAD_BYTES) {
        return 0;
    }
    uint32_t df = ark_load_u32(data);
    uint32_t document_count = 1 + ark_load_u32(data + 4) % DOCUMENTS_MAX;
    ark_str record = ark_str_make(data + HEAD_BYTES, size - HEAD_BYTES);
    if (!ark_hot_open(&hot, record, df, document_count)) {
        return 0;
    }
    check_again(&hot);
    static uint32_t windows[DOCUMENTS_MAX / ARK_WINDOW];
    if (hot.kind != ARK_HOT_SMALL && ark_hot_windows(&hot, windows)) {
        for (uint32_t i = 0; i < hot.entry_count; i++) {
            read_window(&hot, i, windows[i]);
        }
    }
    return 0;
}
