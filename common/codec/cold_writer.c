#include <stdlib.h>
#include <string.h>

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
    free(writer->variants);
}

void
ark_cold_writer_begin(struct ark_cold_writer *writer, uint32_t variant_count, uint64_t df_max)
{
    ARK_ASSERT(variant_count > 0);
    writer->variant_count = variant_count;
    writer->small = df_max < ARK_HOT_SMALL_DF;
    writer->window = UINT32_MAX;
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

/** What is added next is of this window. */
static inline void
enter_window(struct ark_cold_writer *writer, uint32_t window)
{
    if (!writer->small && writer->window != window) {
        const struct start start = {window, (uint32_t)writer->codes.len, writer->escapes.len,
                                    writer->positions.len};
        ark_buf_append(&writer->windows, &start, sizeof start);
        writer->window = window;
    }
}

/** Appends that a document has this variant alone. */
static void
append_code(struct ark_cold_writer *writer, uint32_t code)
{
    if (code >= ARK_COLD_LONG) {
        ark_buf_push(&writer->codes, ARK_COLD_LONG);
        ark_varint_append(&writer->escapes, code - ARK_COLD_LONG);
    } else {
        ark_buf_push(&writer->codes, (uint8_t)code);
    }
}

void
ark_cold_writer_add(struct ark_cold_writer *writer, uint32_t doc,
                    const struct ark_cold_posting *posting)
{
    ARK_ASSERT(posting->entry_count > 0);
    enter_window(writer, doc >> ARK_WINDOW_BITS);
    uint32_t code = posting->entries[0].code;
    ARK_ASSERT(posting->entries[posting->entry_count - 1].code < writer->variant_count);
    if (posting->entry_count > 1) {
        ark_buf_push(&writer->codes, ARK_COLD_SEVERAL);
        append_several(writer, posting);
        return;
    }
    append_code(writer, code);
    append_positions(&writer->positions, posting);
}

/* Copying. */

/** The code here of a variant there; false when no document here can have it. */
static bool
code_here(const struct ark_cold_copy *copy, uint64_t code, uint32_t *out)
{
    *out = code < copy->from->variant_count ? copy->codes[code] : ARK_COLD_LEFT_OUT;
    return *out != ARK_COLD_LEFT_OUT;
}

/** True when the variants of an escape that was opened have the same codes here. */
static bool
keeps_codes(const struct ark_cold_copy *copy, const uint8_t *at,
            const struct ark_cold_several *several)
{
    uint64_t next = 0;
    uint32_t code = 0;
    for (uint32_t i = 0; i < several->count && at != NULL; i++) {
        uint32_t step = 0;
        at = ark_varint_get32(at, several->indexes, &step);
        next += step / 2;
        if (!code_here(copy, next, &code) || code != next) {
            return false;
        }
        next++;
    }
    return at != NULL;
}

/**
 * Reads the variants of an escape that was opened: their codes here, in order, go into
 * variants[0, count), and at which of these places each is into variants[count, 2 count). False when damaged.
 */
static bool
read_variants(struct ark_cold_writer *writer, const struct ark_cold_copy *copy, const uint8_t *at,
              const struct ark_cold_several *several)
{
    uint32_t count = several->count;
    ARK_GROW(writer->variants, writer->variants_capacity, 2 * (size_t)count);
    uint32_t *codes = writer->variants;
    uint32_t *places = codes + count;
    uint64_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t step = 0;
        uint32_t code = 0;
        at = ark_varint_get32(at, several->indexes, &step);
        if (at == NULL || !code_here(copy, next + step / 2, &code)) {
            return false;
        }
        next += step / 2 + (uint64_t)1;
        uint32_t place = i;
        for (; place > 0 && codes[place - 1] > code; place--) {
            codes[place] = codes[place - 1];
        }
        for (uint32_t k = 0; k < i; k++) {
            places[k] += places[k] >= place ? 1 : 0;
        }
        codes[place] = code;
        places[i] = place;
    }
    return true;
}

/** Appends the codes of a document's variants, which read_variants has read. False when two are one. */
static bool
append_codes(struct ark_cold_writer *writer, uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t code = writer->variants[i];
        uint64_t last = i + 1 == count ? 1 : 0;
        if (code < next) {
            return false;
        }
        ark_varint_append(&writer->data, (uint64_t)(code - next) * 2 + last);
        next = code + 1;
    }
    return true;
}

/** Appends which of its variants each position is of, these having changed places. False when damaged. */
static bool
copy_indexes(struct ark_cold_writer *writer, const struct ark_cold_several *several, uint32_t tf)
{
    const uint32_t *places = writer->variants + several->count;
    const uint8_t *from = several->indexes;
    uint8_t *to = ark_buf_reserve(&writer->data, ((uint64_t)tf * several->width + 7) / 8);
    uint64_t read = 0; // bits not taken yet, and bits not written yet
    uint64_t bits = 0;
    unsigned left = 0;
    unsigned filled = 0;
    for (uint32_t k = 0; k < tf; k++) {
        for (; left < several->width; left += 8) {
            read |= (uint64_t)*from++ << left;
        }
        uint64_t idx = read & (((uint64_t)1 << several->width) - 1);
        read >>= several->width;
        left -= several->width;
        if (idx >= several->count) {
            return false;
        }
        bits |= (uint64_t)places[idx] << filled;
        for (filled += several->width; filled >= 8; filled -= 8, bits >>= 8) {
            *to++ = (uint8_t)bits;
        }
    }
    if (filled > 0) {
        *to++ = (uint8_t)bits;
    }
    writer->data.len = (size_t)(to - writer->data.bytes);
    return true;
}

/** Copies the escape of a document with several variants. False when damaged. */
static bool
copy_several(struct ark_cold_writer *writer, const struct ark_cold_copy *copy, ark_str escape,
             uint32_t tf)
{
    struct ark_cold_several several;
    if (!ark_cold_open_several(escape, copy->from->variant_count, tf, &several)) {
        return false;
    }
    ark_str copied = escape;
    if (!keeps_codes(copy, escape.bytes, &several)) {
        ark_buf_clear(&writer->data);
        if (!read_variants(writer, copy, escape.bytes, &several) ||
            !append_codes(writer, several.count) || !copy_indexes(writer, &several, tf)) {
            return false;
        }
        copied = ark_buf_view(&writer->data);
    }
    ark_buf_push(&writer->codes, ARK_COLD_SEVERAL);
    ark_varint_append(&writer->escapes, copied.len);
    ark_buf_append_str(&writer->escapes, copied);
    return true;
}

/** Copies the code of a document, and its escape, which is at. Returns what comes after; NULL when damaged. */
static const uint8_t *
copy_escaped(struct ark_cold_writer *writer, const struct ark_cold_copy *copy, uint32_t rank,
             const uint8_t *at)
{
    const uint8_t *end = copy->from->positions;
    uint32_t value = 0;
    uint32_t code = 0;
    at = ark_varint_get32(at, end, &value);
    if (at == NULL) {
        return NULL;
    }
    if (ark_cold_code_at(copy->from, rank) == ARK_COLD_LONG) {
        if (!code_here(copy, (uint64_t)ARK_COLD_LONG + value, &code)) {
            return NULL;
        }
        append_code(writer, code);
        return at;
    }
    if (value > (size_t)(end - at) ||
        !copy_several(writer, copy, ark_str_make(at, value), copy->tfs[rank])) {
        return NULL;
    }
    return at + value;
}

/** Copies codes of half a byte that stay such, from rank first on. Returns the first rank without one. */
static uint32_t
copy_short_codes(struct ark_cold_writer *writer, const struct ark_cold_copy *copy, uint32_t first,
                 uint32_t last)
{
    const uint32_t *codes = copy->codes;
    uint32_t known = copy->from->variant_count;
    uint8_t *out = ark_buf_reserve(&writer->codes, last - first);
    uint32_t rank = first;
    if (copy->from->codes == NULL) {
        rank = codes[0] < ARK_COLD_LONG ? last : first;
        memset(out, (int)codes[0], rank - first);
    }
    for (; rank < last; rank++) {
        unsigned code = ark_cold_code_at(copy->from, rank);
        if (code >= ARK_COLD_LONG || code >= known || codes[code] >= ARK_COLD_LONG) {
            break;
        }
        out[rank - first] = (uint8_t)codes[code];
    }
    writer->codes.len += rank - first;
    return rank;
}

/** Copies the codes of the documents from rank first to last. Returns the escape after; NULL when damaged. */
static const uint8_t *
copy_codes(struct ark_cold_writer *writer, const struct ark_cold_copy *copy, uint32_t first,
           uint32_t last, const uint8_t *escape)
{
    uint32_t rank = copy_short_codes(writer, copy, first, last);
    while (rank < last && escape != NULL) {
        unsigned there = ark_cold_code_at(copy->from, rank);
        uint32_t code = 0;
        if (there >= ARK_COLD_LONG) {
            escape = copy_escaped(writer, copy, rank, escape);
        } else if (code_here(copy, there, &code)) {
            append_code(writer, code);
        } else {
            return NULL;
        }
        rank = copy_short_codes(writer, copy, rank + 1, last);
    }
    return escape;
}

/** Where the documents from rank first on end that go into one window, or nowhere; adds their tfs up. */
static uint32_t
run_end(const struct ark_cold_copy *copy, bool small, uint32_t first, uint64_t *occurrences)
{
    // Documents that are left out have the highest bit.
    unsigned shift = small ? 31 : ARK_WINDOW_BITS;
    uint32_t window = copy->docs[first] >> shift;
    uint32_t rank = first;
    *occurrences = 0;
    for (; rank < copy->from->count && copy->docs[rank] >> shift == window; rank++) {
        *occurrences += copy->tfs[rank];
    }
    return rank;
}

bool
ark_cold_writer_copy(struct ark_cold_writer *writer, const struct ark_cold_copy *copy)
{
    const struct ark_cold_window *from = copy->from;
    const uint8_t *escape = from->escapes;
    const uint8_t *positions = from->positions;
    for (uint32_t rank = 0; rank < from->count;) {
        uint64_t occurrences = 0;
        uint32_t end = run_end(copy, writer->small, rank, &occurrences);
        const uint8_t *next = ark_cold_skip_positions(positions, from->end, occurrences);
        if (next == NULL) {
            return false;
        }
        if (copy->docs[rank] == ARK_COLD_LEFT_OUT) {
            escape = ark_cold_skip_escapes(from, escape, rank, end);
        } else {
            enter_window(writer, copy->docs[rank] >> ARK_WINDOW_BITS);
            escape = copy_codes(writer, copy, rank, end, escape);
            ark_buf_append(&writer->positions, positions, (size_t)(next - positions));
        }
        if (escape == NULL) {
            return false;
        }
        positions = next;
        rank = end;
    }
    // A damaged dictionary may have announced fewer documents than come.
    return escape == from->positions && positions == from->end &&
           (!writer->small || writer->codes.len < ARK_HOT_SMALL_DF);
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
    ARK_ASSERT(writer->codes.len > 0 && (kind == ARK_HOT_SMALL || !writer->small));
    if (kind == ARK_HOT_SMALL) {
        const struct start start = {0};
        struct start end = start_of(writer, window_count(writer));
        append_window(writer, &start, &end, out);
    } else {
        append_groups(writer, kind == ARK_HOT_DENSE, out);
    }
}
