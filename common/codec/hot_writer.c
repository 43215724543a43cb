#include "common/codec/hot_postings.h"

#include <string.h>

#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

/** The data of one record; a window takes at most 64 bytes and its tails. */
#define DATA_BYTES_MAX ((size_t)INT32_MAX)

enum { GAP_ESCAPE = 255 };

struct ark_hot_writer
ark_hot_writer_make(void)
{
    return (struct ark_hot_writer){
        .entries = ark_buf_make(DATA_BYTES_MAX),
        .bounds = ark_buf_make(DATA_BYTES_MAX),
        .sizes = ark_buf_make(DATA_BYTES_MAX),
        .data = ark_buf_make(DATA_BYTES_MAX),
    };
}

void
ark_hot_writer_dispose(struct ark_hot_writer *writer)
{
    ark_buf_dispose(&writer->entries);
    ark_buf_dispose(&writer->bounds);
    ark_buf_dispose(&writer->sizes);
    ark_buf_dispose(&writer->data);
}

static uint32_t
local_of(const struct ark_hot_posting *posting)
{
    return posting->doc % ARK_WINDOW;
}

static unsigned
capped_tf(const struct ark_hot_posting *posting)
{
    return posting->tf < ARK_HOT_TF_TAIL ? posting->tf : ARK_HOT_TF_TAIL;
}

/** Appends the tf of each posting, two to a byte. */
static void
append_tfs(struct ark_buf *out, const struct ark_hot_posting *postings, uint32_t count)
{
    for (uint32_t i = 0; i < count; i += 2) {
        unsigned high = i + 1 < count ? capped_tf(&postings[i + 1]) : 0;
        ark_buf_push(out, (uint8_t)(capped_tf(&postings[i]) | high << 4));
    }
}

static void
append_bitmap(struct ark_buf *out, const struct ark_hot_posting *postings, uint32_t count)
{
    uint64_t bits[ARK_WINDOW / 64] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t local = local_of(&postings[i]);
        bits[local / 64] |= (uint64_t)1 << local % 64;
    }
    ark_buf_append_u64(out, bits[0]);
    ark_buf_append_u64(out, bits[1]);
}

static void
append_by_local(struct ark_buf *out, const struct ark_hot_posting *postings, uint32_t count)
{
    uint8_t tfs[ARK_WINDOW / 2] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t local = local_of(&postings[i]);
        tfs[local / 2] = (uint8_t)(tfs[local / 2] | capped_tf(&postings[i]) << (local % 2 * 4));
    }
    ark_buf_append(out, tfs, sizeof tfs);
}

/** Appends what is above the cap; returns the number of bytes. */
static size_t
append_tails(struct ark_buf *out, const struct ark_hot_posting *postings, uint32_t count)
{
    size_t start = out->len;
    for (uint32_t i = 0; i < count; i++) {
        if (postings[i].tf >= ARK_HOT_TF_TAIL) {
            ark_varint_append(out, postings[i].tf - ARK_HOT_TF_TAIL);
        }
    }
    return out->len - start;
}

/** Writes count > 0 postings, which are all those of one window. */
static void
write_window(struct ark_hot_writer *writer, const struct ark_hot_posting *postings, uint32_t count)
{
    struct ark_hot_entry entry = {postings[0].doc / ARK_WINDOW, (uint32_t)writer->data.len};
    unsigned size = count < ARK_HOT_SIZE_CAP ? count : ARK_HOT_SIZE_CAP;
    uint8_t bound = 0;
    bool tails = false;
    for (uint32_t i = 0; i < count; i++) {
        bound = postings[i].bound > bound ? postings[i].bound : bound;
        tails = tails || postings[i].tf >= ARK_HOT_TF_TAIL;
    }
    if (tails) {
        ark_buf_append(&writer->data, "\0", 2);
    }
    if (count < ARK_HOT_BITMAP_FROM) {
        for (uint32_t i = 0; i < count; i++) {
            ark_buf_push(&writer->data, (uint8_t)local_of(&postings[i]));
        }
        append_tfs(&writer->data, postings, count);
    } else if (count < ARK_HOT_SIZE_CAP) {
        append_bitmap(&writer->data, postings, count);
        append_tfs(&writer->data, postings, count);
    } else {
        append_by_local(&writer->data, postings, count);
    }
    if (tails) {
        size_t bytes = append_tails(&writer->data, postings, count);
        writer->data.bytes[entry.offset] = (uint8_t)bytes;
        writer->data.bytes[entry.offset + 1] = (uint8_t)(bytes >> 8);
    }
    ark_buf_append(&writer->entries, &entry, sizeof entry);
    ark_buf_push(&writer->bounds, bound);
    ark_buf_push(&writer->sizes, (uint8_t)(size | (tails ? ARK_HOT_TAILS_FLAG : 0)));
    writer->bound_max = bound > writer->bound_max ? bound : writer->bound_max;
}

/** Writes the collected postings window by window; those of the last one stay when keep_last. */
static void
write_windows(struct ark_hot_writer *writer, bool keep_last)
{
    uint32_t start = 0;
    for (uint32_t i = 1; i <= writer->posting_count; i++) {
        bool last = i == writer->posting_count;
        if (last ? !keep_last
                 : writer->postings[i].doc / ARK_WINDOW !=
                       writer->postings[start].doc / ARK_WINDOW) {
            write_window(writer, writer->postings + start, i - start);
            start = i;
        }
    }
    writer->posting_count -= start;
    memmove(writer->postings, writer->postings + start,
            writer->posting_count * sizeof writer->postings[0]);
}

void
ark_hot_writer_add(struct ark_hot_writer *writer, uint32_t doc, uint32_t tf, uint8_t bound)
{
    ARK_DEBUG_ASSERT(tf >= 1 && bound >= 1);
    if (writer->df >= ARK_HOT_SMALL_DF) {
        uint32_t window = writer->postings[0].doc / ARK_WINDOW;
        if (doc / ARK_WINDOW != window) {
            write_window(writer, writer->postings, writer->posting_count);
            writer->posting_count = 0;
        }
    }
    ARK_DEBUG_ASSERT(writer->posting_count == 0 ||
                     doc > writer->postings[writer->posting_count - 1].doc);
    ARK_ASSERT(writer->posting_count < ARK_HOT_SMALL_DF);
    writer->postings[writer->posting_count++] = (struct ark_hot_posting){doc, tf, bound};
    writer->df++;
    if (writer->df == ARK_HOT_SMALL_DF) {
        write_windows(writer, true);
    }
}

void
ark_hot_append_small(struct ark_buf *out, const struct ark_hot_posting *postings, uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_hot_posting *posting = &postings[i];
        unsigned several = posting->tf > 1 ? 1 : 0;
        ark_varint_append(out, (uint64_t)(posting->doc - next) << 1 | several);
        if (several != 0) {
            ark_varint_append(out, posting->tf - 2);
        }
        next = posting->doc + 1;
    }
}

static struct ark_hot_entry
entry_at(const struct ark_hot_writer *writer, uint32_t idx)
{
    struct ark_hot_entry entry;
    memcpy(&entry, writer->entries.bytes + idx * sizeof entry, sizeof entry);
    return entry;
}

static uint32_t
gap_before(const struct ark_hot_writer *writer, uint32_t idx)
{
    return idx == 0 ? 0 : entry_at(writer, idx).window - entry_at(writer, idx - 1).window - 1;
}

static void
append_head(const struct ark_hot_writer *writer, struct ark_buf *out, enum ark_hot_kind kind,
            uint32_t entries, uint32_t escapes)
{
    const uint8_t start[4] = {(uint8_t)kind, writer->bound_max};
    ark_buf_append(out, start, sizeof start);
    ark_buf_append_u32(out, entry_at(writer, 0).window);
    ark_buf_append_u32(out, entries);
    ark_buf_append_u32(out, escapes);
}

static void
append_sparse(const struct ark_hot_writer *writer, struct ark_buf *out, uint32_t entries)
{
    uint32_t escapes = 0;
    for (uint32_t i = 0; i < entries; i++) {
        escapes += gap_before(writer, i) >= GAP_ESCAPE ? 1 : 0;
    }
    append_head(writer, out, ARK_HOT_SPARSE, entries, escapes);
    for (uint32_t i = 0; i < entries; i++) {
        uint32_t gap = gap_before(writer, i);
        ark_buf_push(out, (uint8_t)(gap < GAP_ESCAPE ? gap : GAP_ESCAPE));
    }
    ark_buf_append_str(out, ark_buf_view(&writer->bounds));
    ark_buf_append_str(out, ark_buf_view(&writer->sizes));
    for (uint32_t i = 0; i < entries && escapes > 0; i++) {
        uint32_t gap = gap_before(writer, i);
        if (gap >= GAP_ESCAPE) {
            ark_buf_append_u32(out, i);
            ark_buf_append_u32(out, gap);
        }
    }
    for (uint32_t i = ARK_HOT_GROUP; i < entries; i += ARK_HOT_GROUP) {
        ark_buf_append_u32(out, entry_at(writer, i).window);
        ark_buf_append_u32(out, entry_at(writer, i).offset);
    }
}

static void
append_dense(const struct ark_hot_writer *writer, struct ark_buf *out, uint32_t entries,
             uint32_t span)
{
    append_head(writer, out, ARK_HOT_DENSE, span, 0);
    uint32_t first = entry_at(writer, 0).window;
    uint8_t *arrays = ark_buf_reserve(out, 2 * (size_t)span);
    memset(arrays, 0, 2 * (size_t)span);
    out->len += 2 * (size_t)span;
    for (uint32_t i = 0; i < entries; i++) {
        uint32_t at = entry_at(writer, i).window - first;
        arrays[at] = writer->bounds.bytes[i];
        arrays[span + at] = writer->sizes.bytes[i];
    }
    uint32_t idx = 0;
    for (uint32_t at = ARK_HOT_GROUP; at < span; at += ARK_HOT_GROUP) {
        while (entry_at(writer, idx).window - first < at) {
            idx++; // the last entry is the span's last window, so this ends
        }
        ark_buf_append_u32(out, entry_at(writer, idx).offset);
    }
}

static void
append_windows(struct ark_hot_writer *writer, struct ark_buf *out)
{
    write_window(writer, writer->postings, writer->posting_count);
    uint32_t entries = (uint32_t)(writer->entries.len / sizeof(struct ark_hot_entry));
    uint32_t span = entry_at(writer, entries - 1).window - entry_at(writer, 0).window + 1;
    if (entries > span / 2) {
        append_dense(writer, out, entries, span);
    } else {
        append_sparse(writer, out, entries);
    }
    ark_buf_append_str(out, ark_buf_view(&writer->data));
}

void
ark_hot_writer_finish(struct ark_hot_writer *writer, struct ark_buf *out)
{
    ARK_ASSERT(writer->df > 0);
    if (writer->df < ARK_HOT_SMALL_DF) {
        ark_hot_append_small(out, writer->postings, writer->posting_count);
    } else {
        append_windows(writer, out);
    }
    writer->posting_count = 0;
    writer->df = 0;
    writer->bound_max = 0;
    ark_buf_clear(&writer->entries);
    ark_buf_clear(&writer->bounds);
    ark_buf_clear(&writer->sizes);
    ark_buf_clear(&writer->data);
}
