/**
 * @file property_hot.c
 * Hot records of random and extreme lists: what is read, by windows, by bitmaps
 * or as a whole, is what was written; what is read of damaged bytes, if
 * anything, is within bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/codec/hot_postings.h"
#include "common/codec/hot_tally.h"
#include "tests/support/random.h"

enum { CASES = 500, DAMAGES = 40, POSTINGS_MAX = 40000 };

struct list {
    uint32_t document_count;
    uint32_t df;
    uint32_t docs[POSTINGS_MAX];
    uint32_t tfs[POSTINGS_MAX];
    uint8_t bounds[POSTINGS_MAX];
};

static uint32_t
random_tf(struct test_random *random)
{
    switch (test_random_below(random, 40)) {
    case 0:
        return 14 + test_random_below(random, 3);
    case 1:
        return 1 + test_random_below(random, 100000);
    case 2:
        return test_random_one_in(random, 50) ? UINT32_MAX : 200;
    default:
        return 1 + test_random_below(random, 3) / 2;
    }
}

/** Documents at gaps that are mostly below spread, with stretches of neighbours and long jumps. */
static void
make_list(struct test_random *random, struct list *list)
{
    static const uint32_t spreads[] = {1, 2, 3, 8, 40, 300, 5000, 100000}; // greatest gaps
    uint32_t spread = spreads[test_random_below(random, 8)];
    uint32_t wanted = 1 + test_random_below(random, test_random_one_in(random, 3) ? 80 : 6000);
    uint64_t doc = test_random_below(random, 400);
    bool with_tails = test_random_one_in(random, 2);
    list->df = 0;
    while (list->df < wanted && doc < INT32_MAX) {
        list->docs[list->df] = (uint32_t)doc;
        list->tfs[list->df] = with_tails ? random_tf(random) : 1 + test_random_below(random, 14);
        list->bounds[list->df] = (uint8_t)(1 + test_random_below(random, 255));
        list->df++;
        if (test_random_one_in(random, 200)) {
            spread = spreads[test_random_below(random, 8)];
        }
        doc += 1 + (uint64_t)test_random_below(random, spread);
    }
    list->document_count = list->docs[list->df - 1] + 1 + test_random_below(random, 300);
}

static void
write_list(struct ark_hot_writer *writer, const struct list *list, struct ark_buf *out)
{
    ark_buf_clear(out);
    for (uint32_t i = 0; i < list->df; i++) {
        ark_hot_writer_add(writer, list->docs[i], list->tfs[i], list->bounds[i]);
    }
    ARK_ASSERT(ark_hot_writer_df(writer) == list->df);
    ark_hot_writer_finish(writer, out);
}

struct follow {
    const struct list *list;
    uint32_t at;
};

static bool
follow(void *context, uint32_t doc, uint32_t tf)
{
    struct follow *follow = context;
    ARK_ASSERT(follow->at < follow->list->df);
    ARK_ASSERT(follow->list->docs[follow->at] == doc);
    ARK_ASSERT(follow->list->tfs[follow->at] == tf);
    follow->at++;
    return true;
}

/** The tf of value number i of a window; *tail counts the capped ones before it. */
static uint32_t
tf_of(const struct ark_hot_window *window, uint32_t i, uint32_t *tail)
{
    if (window->tfs[i] == ARK_HOT_TF_TAIL && *tail < window->tail_count) {
        return window->tails[(*tail)++];
    }
    return window->tfs[i];
}

/** Looks at all documents of a window at once: those of the list from first to end. */
static void
check_tally(const struct ark_hot *hot, uint32_t entry, uint32_t window, const struct list *list,
            uint32_t first, uint32_t end)
{
    struct ark_hot_place place;
    struct ark_hot_tally tally;
    bool ok = ark_hot_find_window(hot, entry, window, &place) &&
              ark_hot_tally_open(&tally, &place) && ark_hot_tally_fill(&tally, &place);
    uint64_t total = 0;
    for (uint32_t i = first; i < end; i++) {
        total += list->tfs[i];
    }
    ARK_ASSERT(ok == (total <= UINT32_MAX)); // no window has so many positions
    if (!ok) {
        return;
    }
    ARK_ASSERT(tally.documents == end - first);
    uint64_t left[2] = {tally.bits[0], tally.bits[1]};
    uint32_t sum = 0;
    for (uint32_t i = first; i < end; i++) {
        uint32_t local = list->docs[i] % ARK_WINDOW;
        uint32_t idx = ark_hot_tally_idx(&tally, local);
        ARK_ASSERT((left[local / 64] >> local % 64 & 1) != 0);
        left[local / 64] &= ~((uint64_t)1 << local % 64);
        ARK_ASSERT(ark_hot_tally_rank(&tally, local) == i - first);
        ARK_ASSERT(tally.tfs[idx] == list->tfs[i] && tally.before[idx] == sum);
        sum += list->tfs[i];
    }
    ARK_ASSERT(left[0] == 0 && left[1] == 0);
}

/** Looks up some documents of a window at once: those of the list from first to end. */
static void
check_lookup(const struct ark_hot *hot, uint32_t entry, uint32_t window, const struct list *list,
             uint32_t first, uint32_t end)
{
    struct ark_hot_answer answer;
    uint64_t before[ARK_WINDOW];
    // Many documents, or a few.
    uint64_t mask[2] = {UINT64_C(0x9249249249249249) >> entry % 3, UINT64_C(0xffff0000ff00f001)};
    if (entry % 2 == 1) {
        mask[0] = (uint64_t)1 << entry % 64;
        mask[1] = UINT64_C(0x8000000000000001) >> entry % 5;
    }
    bool ok = ark_hot_lookup(hot, entry, window, mask, &answer);
    ARK_ASSERT(ok && (answer.documents == end - first || answer.count == 0));
    const struct ark_hot_found *found = answer.found;
    ok = ark_hot_before(&answer, before);
    ARK_ASSERT(ok);
    uint32_t next = 0;
    uint64_t sum = 0;
    for (uint32_t i = first; i < end; i++) {
        uint32_t local = list->docs[i] % ARK_WINDOW;
        if ((mask[local / 64] >> local % 64 & 1) != 0) {
            ARK_ASSERT(next < answer.count && found[next].local == local);
            ARK_ASSERT(found[next].tf == list->tfs[i] && found[next].rank == i - first);
            ARK_ASSERT(before[next] == sum);
            next++;
        }
        sum += list->tfs[i];
    }
    ARK_ASSERT(next == answer.count);
}

/** Compares one decoded window with the list from *at on. */
static void
check_window(const struct ark_hot *hot, uint32_t entry, uint32_t window, const struct list *list,
             uint32_t *at)
{
    struct ark_hot_window decoded;
    uint64_t bits[2];
    bool ok = ark_hot_window(hot, entry, window, &decoded);
    ARK_ASSERT(ok);
    ok = ark_hot_presence(hot, entry, window, bits);
    ARK_ASSERT(ok);
    uint64_t expected[2] = {0};
    uint32_t tail = 0;
    uint8_t bound = 0;
    uint32_t start = *at;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t local = decoded.by_local ? i : decoded.locals[i];
        if (decoded.tfs[i] == 0) {
            continue;
        }
        ARK_ASSERT(*at < list->df && list->docs[*at] == window * ARK_WINDOW + local);
        uint32_t tf = tf_of(&decoded, i, &tail);
        ARK_ASSERT(list->tfs[*at] == tf);
        bound = list->bounds[*at] > bound ? list->bounds[*at] : bound;
        expected[local / 64] |= (uint64_t)1 << local % 64;
        *at += 1;
    }
    uint32_t count = *at - start;
    check_lookup(hot, entry, window, list, start, *at);
    check_tally(hot, entry, window, list, start, *at);
    ARK_ASSERT(ark_hot_find(hot, window) == entry);
    ARK_ASSERT(tail == decoded.tail_count);
    ARK_ASSERT(memcmp(bits, expected, sizeof bits) == 0);
    ARK_ASSERT(hot->bounds[entry] == bound && bound <= hot->bound_max);
    ARK_ASSERT(ark_hot_entry_size(hot, entry) == (count < 64 ? count : 64));
}

/** The sets of the whole record are those of its windows; false when it is damaged. */
static bool
check_presence(const struct ark_hot *hot, const uint32_t *windows)
{
    uint64_t(*sets)[2] = ark_xcalloc(ark_window_count(hot->document_count), sizeof *sets);
    bool sound = ark_hot_add_presence(hot, windows, NULL, sets);
    for (uint32_t i = 0; sound && i < hot->entry_count; i++) {
        uint64_t bits[2];
        bool there = ark_hot_entry_size(hot, i) > 0;
        ARK_ASSERT(!there || ark_hot_presence(hot, i, windows[i], bits));
        ARK_ASSERT(!there || memcmp(bits, sets[windows[i]], sizeof bits) == 0);
        ARK_ASSERT(there || (sets[windows[i]][0] | sets[windows[i]][1]) == 0);
    }
    free(sets);
    return sound;
}

static void
check_windows(const struct ark_hot *hot, const struct list *list)
{
    uint32_t *windows = ark_xcalloc(hot->entry_count, sizeof *windows);
    bool ok = ark_hot_windows(hot, windows);
    ARK_ASSERT(ok);
    uint32_t at = 0;
    for (uint32_t i = 0; i < hot->entry_count; i++) {
        if (i > 0 && windows[i] > windows[i - 1] + 1) {
            ARK_ASSERT(ark_hot_find(hot, windows[i] - 1) == ARK_HOT_NO_ENTRY);
        }
        if (ark_hot_entry_size(hot, i) > 0) {
            check_window(hot, i, windows[i], list, &at);
        } else {
            ARK_ASSERT(hot->kind == ARK_HOT_DENSE);
        }
    }
    ARK_ASSERT(at == list->df && check_presence(hot, windows));
    ARK_ASSERT(ark_hot_find(hot, windows[hot->entry_count - 1] + 1) == ARK_HOT_NO_ENTRY);
    free(windows);
}

static void
check_small(const struct ark_hot *hot, const struct list *list)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    bool ok = ark_hot_small(hot, docs, tfs);
    ARK_ASSERT(ok);
    ARK_ASSERT(memcmp(docs, list->docs, list->df * sizeof *docs) == 0);
    ARK_ASSERT(memcmp(tfs, list->tfs, list->df * sizeof *tfs) == 0);
}

static bool
ignore(void *context, uint32_t doc, uint32_t tf)
{
    const uint32_t *document_count = context;
    ARK_ASSERT(doc < *document_count && tf > 0);
    return true;
}

/** Reads everything of a record that may be damaged; sanitizers see a read out of bounds. */
static void
read_anyhow(ark_str record, uint32_t df, uint32_t document_count)
{
    struct ark_hot hot;
    uint8_t *exact = ark_xmalloc(record.len + 1); // so that a byte behind it is out of bounds
    memcpy(exact, record.bytes, record.len);
    if (!ark_hot_open(&hot, ark_str_make(exact, record.len), df, document_count)) {
        free(exact);
        return;
    }
    (void)ark_hot_each(&hot, ignore, &document_count);
    uint32_t *windows = ark_xcalloc(hot.entry_count + 1, sizeof *windows);
    bool placed = hot.kind != ARK_HOT_SMALL && ark_hot_windows(&hot, windows);
    for (uint32_t i = 0; placed && i < hot.entry_count; i++) {
        struct ark_hot_window decoded;
        ARK_ASSERT(windows[i] < ark_window_count(document_count));
        if (ark_hot_window(&hot, i, windows[i], &decoded)) {
            for (uint32_t k = 0; k < decoded.count; k++) {
                uint32_t local = decoded.by_local ? k : decoded.locals[k];
                ARK_ASSERT(decoded.tfs[k] <= ARK_HOT_TF_TAIL);
                ARK_ASSERT(local < ARK_WINDOW &&
                           (decoded.tfs[k] == 0 ||
                            windows[i] * (uint64_t)ARK_WINDOW + local < document_count));
            }
        }
        static const uint64_t all[2] = {UINT64_MAX, UINT64_MAX};
        struct ark_hot_answer answer;
        struct ark_hot_place place;
        struct ark_hot_tally tally;
        uint64_t before[ARK_WINDOW];
        if (ark_hot_lookup(&hot, i, windows[i], all, &answer)) {
            (void)ark_hot_before(&answer, before);
        }
        if (ark_hot_find_window(&hot, i, windows[i], &place) &&
            ark_hot_tally_open(&tally, &place)) {
            (void)ark_hot_tally_fill(&tally, &place);
        }
        (void)ark_hot_find(&hot, windows[i]);
    }
    if (placed) {
        (void)check_presence(&hot, windows);
    }
    free(windows);
    free(exact);
}

static void
damage(struct test_random *random, const struct list *list, ark_str record)
{
    uint8_t *copy = ark_xmalloc(record.len);
    for (int i = 0; i < DAMAGES; i++) {
        memcpy(copy, record.bytes, record.len);
        uint32_t near =
            test_random_one_in(random, 2) && record.len > 40 ? 40 : (uint32_t)record.len;
        for (uint32_t flips = 1 + test_random_below(random, 3); flips > 0; flips--) {
            copy[test_random_below(random, near)] = (uint8_t)test_random_u64(random);
        }
        size_t len = test_random_one_in(random, 3) ? test_random_below(random, (uint32_t)record.len)
                                                   : record.len;
        read_anyhow(ark_str_make(copy, len), list->df, list->document_count);
    }
    free(copy);
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20261122));
    struct list *list = ark_xmalloc(sizeof *list);
    struct ark_hot_writer writer = ark_hot_writer_make();
    struct ark_buf record = ark_buf_make(SIZE_MAX);
    uint32_t kinds[3] = {0};
    for (int i = 0; i < CASES; i++) {
        make_list(&random, list);
        write_list(&writer, list, &record);
        struct ark_hot hot;
        bool ok = ark_hot_open(&hot, ark_buf_view(&record), list->df, list->document_count);
        ARK_ASSERT(ok);
        kinds[hot.kind]++;
        struct follow whole = {list, 0};
        ok = ark_hot_each(&hot, follow, &whole);
        ARK_ASSERT(ok && whole.at == list->df);
        if (hot.kind == ARK_HOT_SMALL) {
            check_small(&hot, list);
        } else {
            check_windows(&hot, list);
        }
        damage(&random, list, ark_buf_view(&record));
    }
    printf("records: %u small, %u sparse, %u dense\n", kinds[0], kinds[1], kinds[2]);
    ARK_ASSERT(kinds[0] > 0 && kinds[1] > 0 && kinds[2] > 0);
    ark_buf_dispose(&record);
    ark_hot_writer_dispose(&writer);
    free(list);
    return EXIT_SUCCESS;
}
