#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/cold_impl.h"
#include "common/codec/cold_postings.h"
#include "common/codec/varint.h"

/** Where a window begins among what was collected. */
struct start {
    uint32_t window;
    uint32_t document;
    size_t escape;
    size_t position;
};

struct ark_cold_writer
ark_cold_writer_make(void)
{
    return (struct ark_cold_writer){
        .codes = ark_buf_make(SIZE_MAX),
        .escapes = ark_buf_make(SIZE_MAX),
        .positions = ark_buf_make(SIZE_MAX),
        .windows = ark_buf_make(SIZE_MAX),
        .data = ark_buf_make(SIZE_MAX),
    };
}

void
ark_cold_writer_dispose(struct ark_cold_writer *writer)
{
    ark_buf_dispose(&writer->codes);
    ark_buf_dispose(&writer->escapes);
    ark_buf_dispose(&writer->positions);
    ark_buf_dispose(&writer->windows);
    ark_buf_dispose(&writer->data);
    free(writer->heads);
}

void
ark_cold_writer_begin(struct ark_cold_writer *writer, uint32_t variant_count)
{
    ARK_ASSERT(variant_count > 0);
    writer->variant_count = variant_count;
    ark_buf_clear(&writer->codes);
    ark_buf_clear(&writer->escapes);
    ark_buf_clear(&writer->positions);
    ark_buf_clear(&writer->windows);
}

static size_t
window_count(const struct ark_cold_writer *writer)
{
    return writer->windows.len / sizeof(struct start);
}

static struct start
start_of(const struct ark_cold_writer *writer, size_t idx)
{
    struct start start = {0, (uint32_t)writer->codes.len, writer->escapes.len,
                          writer->positions.len};
    if (idx < window_count(writer)) {
        memcpy(&start, writer->windows.bytes + idx * sizeof start, sizeof start);
    }
    return start;
}

/** A variant of a document while its positions are put among those of the others. */
struct ark_cold_head {
    const uint32_t *next;
    const uint32_t *end;
};

/** Which of the heads has the least position; one that is at its end has none. */
static uint32_t
least_head(const struct ark_cold_head *heads, uint32_t count)
{
    uint32_t least = 0;
    uint64_t position = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (heads[i].next < heads[i].end && *heads[i].next < position) {
            position = *heads[i].next;
            least = i;
        }
    }
    return least;
}

/** Appends the positions of several variants as one list, and which of them each is of, packed. */
static void
append_merged(struct ark_cold_writer *writer, const struct ark_cold_posting *posting, uint32_t tf)
{
    uint32_t count = posting->entry_count;
    unsigned width = ark_cold_index_bits(count);
    const uint32_t *from = posting->positions;
    ARK_GROW(writer->heads, writer->heads_capacity, count);
    for (uint32_t i = 0; i < count; i++) {
        writer->heads[i] = (struct ark_cold_head){from, from + posting->entries[i].tf};
        from += posting->entries[i].tf;
    }
    uint32_t previous = 0;
    uint64_t bits = 0;
    unsigned filled = 0;
    for (uint32_t k = 0; k < tf; k++) {
        uint32_t idx = least_head(writer->heads, count);
        uint32_t position = *writer->heads[idx].next++;
        ARK_DEBUG_ASSERT(k == 0 || position > previous);
        ark_varint_append(&writer->positions, position - previous);
        previous = position;
        bits |= (uint64_t)idx << filled;
        for (filled += width; filled >= 8; filled -= 8, bits >>= 8) {
            ark_buf_push(&writer->data, (uint8_t)bits);
        }
    }
    if (filled > 0) {
        ark_buf_push(&writer->data, (uint8_t)bits);
    }
}

/** Appends a document that has several variants. */
static void
append_several(struct ark_cold_writer *writer, const struct ark_cold_posting *posting)
{
    uint32_t next = 0;
    uint32_t tf = 0;
    ark_buf_clear(&writer->data);
    for (uint32_t i = 0; i < posting->entry_count; i++) {
        const struct ark_cold_entry *entry = &posting->entries[i];
        uint64_t last = i + 1 == posting->entry_count ? 1 : 0;
        ARK_DEBUG_ASSERT(entry->code >= next);
        ark_varint_append(&writer->data, (uint64_t)(entry->code - next) * 2 + last);
        next = entry->code + 1;
        tf += entry->tf;
    }
    append_merged(writer, posting, tf);
    ark_varint_append(&writer->escapes, writer->data.len);
    ark_buf_append_str(&writer->escapes, ark_buf_view(&writer->data));
}

/** Appends the positions of a document with one variant. */
static void
append_positions(struct ark_buf *out, const struct ark_cold_posting *posting)
{
    const uint32_t *positions = posting->positions;
    uint32_t previous = 0;
    for (uint32_t k = 0; k < posting->entries[0].tf; k++) {
        ARK_DEBUG_ASSERT(k == 0 || positions[k] > previous);
        ark_varint_append(out, positions[k] - previous);
        previous = positions[k];
    }
}

void
ark_cold_writer_add(struct ark_cold_writer *writer, uint32_t doc,
                    const struct ark_cold_posting *posting)
{
    ARK_ASSERT(posting->entry_count > 0);
    size_t windows = window_count(writer);
    uint32_t window = doc >> ARK_WINDOW_BITS;
    if (windows == 0 || start_of(writer, windows - 1).window != window) {
        struct start start = start_of(writer, windows);
        start.window = window;
        ark_buf_append(&writer->windows, &start, sizeof start);
    }
    uint32_t code = posting->entries[0].code;
    ARK_ASSERT(posting->entries[posting->entry_count - 1].code < writer->variant_count);
    if (posting->entry_count > 1) {
        ark_buf_push(&writer->codes, ARK_COLD_SEVERAL);
        append_several(writer, posting);
        return;
    }
    if (code >= ARK_COLD_LONG) {
        ark_buf_push(&writer->codes, ARK_COLD_LONG);
        ark_varint_append(&writer->escapes, code - ARK_COLD_LONG);
    } else {
        ark_buf_push(&writer->codes, (uint8_t)code);
    }
    append_positions(&writer->positions, posting);
}

/** Appends the window of what was collected from start on and before end. */
static void
append_window(const struct ark_cold_writer *writer, const struct start *start,
              const struct start *end, struct ark_buf *out)
{
    const uint8_t *codes = writer->codes.bytes;
    for (uint32_t i = start->document; writer->variant_count > 1 && i < end->document; i += 2) {
        unsigned high = i + 1 < end->document ? codes[i + 1] : 0;
        ark_buf_push(out, (uint8_t)(codes[i] | high << 4));
    }
    if (end->escape > start->escape) { // else no code has one
        ark_varint_append(out, end->escape - start->escape);
        ark_buf_append(out, writer->escapes.bytes + start->escape, end->escape - start->escape);
    }
    ark_buf_append(out, writer->positions.bytes + start->position, end->position - start->position);
}

/** Appends groups of the windows first, first + 1, ...; absent ones are empty when dense. */
static void
append_groups(struct ark_cold_writer *writer, bool dense, struct ark_buf *out)
{
    size_t windows = window_count(writer);
    uint32_t first = start_of(writer, 0).window;
    size_t entries = dense ? start_of(writer, windows - 1).window - first + (size_t)1 : windows;
    size_t table = out->len;
    for (size_t i = 0; i < (entries - 1) / ARK_COLD_GROUP; i++) {
        ark_buf_append_u32(out, 0); // set when its group is there
    }
    size_t groups = out->len;
    size_t window = 0;
    for (size_t entry = 0; entry < entries;) {
        size_t end = entries - entry > ARK_COLD_GROUP ? entry + ARK_COLD_GROUP : entries;
        if (entry > 0) {
            ARK_ASSERT(out->len - groups <= UINT32_MAX);
            ark_store_u32(out->bytes + table + (entry / ARK_COLD_GROUP - 1) * 4,
                          (uint32_t)(out->len - groups));
        }
        ark_buf_clear(&writer->data);
        for (; entry < end; entry++) {
            size_t before = writer->data.len;
            struct start start = start_of(writer, window);
            if (!dense || start.window == first + entry) {
                struct start next = start_of(writer, ++window);
                append_window(writer, &start, &next, &writer->data);
            }
            ark_varint_append(out, writer->data.len - before);
        }
        ark_buf_append_str(out, ark_buf_view(&writer->data));
    }
}

void
ark_cold_writer_finish(struct ark_cold_writer *writer, enum ark_hot_kind kind, struct ark_buf *out)
{
    ARK_ASSERT(writer->codes.len > 0);
    if (kind == ARK_HOT_SMALL) {
        struct start start = start_of(writer, 0);
        struct start end = start_of(writer, window_count(writer));
        append_window(writer, &start, &end, out);
    } else {
        append_groups(writer, kind == ARK_HOT_DENSE, out);
    }
}
