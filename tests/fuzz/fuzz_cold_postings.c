/**
 * @file fuzz_cold_postings.c
 * Any bytes as a group of windows of a cold record: refused, or read within
 * bounds, one document giving what all documents give; a window that is read
 * whole says the same when it is copied.
 */
#include "common/base/compiler.h"
#include "common/codec/cold_postings.h"
#include "common/codec/varint.h"
#include "fuzz_target.h"

/** What stands before the group: windows, number of documents, variants, and a tf for each document. */
enum { HEAD_BYTES = 4, DOCUMENTS_MAX = 256, VARIANTS_MAX = 1024 };

static void
check_same(const struct ark_cold_posting *a, const struct ark_cold_posting *b, uint32_t tf)
{
    ARK_ASSERT(a->entry_count == b->entry_count);
    ARK_ASSERT(memcmp(a->entries, b->entries, a->entry_count * sizeof *a->entries) == 0);
    ARK_ASSERT(memcmp(a->positions, b->positions, tf * sizeof *a->positions) == 0);
}

/** Copies the documents of a window; whole is what they have, if all of it can be read. */
static void
check_copy(const struct ark_cold_window *window, const uint32_t *tfs,
           const struct ark_cold_posting *whole, struct ark_arena *arena)
{
    uint32_t docs[DOCUMENTS_MAX];
    uint32_t codes[VARIANTS_MAX];
    struct ark_cold_writer writer = ark_cold_writer_make();
    struct ark_buf record = ark_buf_make(SIZE_MAX);
    for (uint32_t i = 0; i < window->count; i++) {
        docs[i] = i;
    }
    for (uint32_t i = 0; i < window->variant_count; i++) {
        codes[i] = i;
    }
    const struct ark_cold_copy copy = {window, docs, tfs, codes};
    ark_cold_writer_begin(&writer, window->variant_count, UINT32_MAX);
    bool copied = ark_cold_writer_copy(&writer, &copy);
    ARK_ASSERT(copied || whole == NULL);
    if (whole != NULL) {
        // Not the same bytes: a number may have been written in more of them than it needs.
        struct ark_cold_window again;
        struct ark_cold_posting all[DOCUMENTS_MAX];
        ark_cold_writer_finish(&writer, ARK_HOT_SMALL, &record);
        bool read = ark_cold_window_open(&again, ark_buf_view(&record), window->count,
                                         window->variant_count) &&
                    ark_cold_window_all(&again, tfs, arena, all);
        ARK_ASSERT(read);
        for (uint32_t i = 0; i < window->count; i++) {
            check_same(&all[i], &whole[i], tfs[i]);
        }
    }
    ark_buf_dispose(&record);
    ark_cold_writer_dispose(&writer);
}

static void
read_window(ark_str bytes, const uint32_t *tfs, uint32_t count, uint32_t variant_count,
            struct ark_arena *arena)
{
    struct ark_cold_window window;
    struct ark_cold_posting all[DOCUMENTS_MAX];
    struct ark_cold_posting one;
    if (!ark_cold_window_open(&window, bytes, count, variant_count)) {
        return;
    }
    static const uint8_t sets[VARIANTS_MAX] = {1, 0, 2, 15};
    static const ark_float4 values[ARK_COLD_SETS] = {{0}, {1, 0, 0, 0}, {0, 1, 0, 0}};
    struct ark_cold_place places[DOCUMENTS_MAX];
    ark_float4 sums[DOCUMENTS_MAX] = {{0}};
    bool whole = ark_cold_window_all(&window, tfs, arena, all);
    uint64_t before = 0;
    for (uint32_t rank = 0; rank < count; rank++) {
        places[rank] = (struct ark_cold_place){rank, tfs[rank], before};
        bool read = ark_cold_window_postings(&window, &places[rank], 1, arena, &one);
        before += tfs[rank];
        struct ark_cold_places found;
        bool placed = ark_cold_window_places(&window, places[rank], sets, arena, &found);
        ARK_ASSERT((read && placed) || !whole);
        if (whole) {
            check_same(&one, &all[rank], tfs[rank]);
            bool known = ark_cold_window_entries(&window, &places[rank], 1, arena, &one);
            ARK_ASSERT(known && one.entry_count == all[rank].entry_count);
            ARK_ASSERT(
                memcmp(one.entries, all[rank].entries, one.entry_count * sizeof *one.entries) == 0);
        }
    }
    bool summed = ark_cold_window_sums(&window, places, count, sets, values, sums);
    ARK_ASSERT(summed || !whole);
    check_copy(&window, tfs, whole ? all : NULL, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_BYTES) {
        return 0;
    }
    uint32_t windows = 1 + data[0] % ARK_COLD_GROUP;
    uint32_t count = 1 + data[1];
    uint32_t variant_count = 1 + ((uint32_t)data[2] | (uint32_t)(data[3] & 3) << 8);
    if (size < HEAD_BYTES + count) {
        return 0;
    }
    uint32_t tfs[DOCUMENTS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        tfs[i] = 1u + data[HEAD_BYTES + i];
    }
    ark_str rest = ark_str_make(data + HEAD_BYTES + count, size - HEAD_BYTES - count);
    struct ark_arena arena = ark_arena_make();
    uint32_t bounds[ARK_COLD_GROUP + 1];
    bool sound = ark_cold_group_bounds(rest, windows, bounds);
    for (uint32_t i = 0; i < windows && sound; i++) {
        read_window(ark_str_slice(rest, bounds[i], bounds[i + 1]), tfs, count, variant_count,
                    &arena);
    }
    read_window(rest, tfs, count, variant_count, &arena);
    ark_arena_dispose(&arena);
    return 0;
}
