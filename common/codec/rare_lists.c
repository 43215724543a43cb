#include "common/codec/rare_lists.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/codec/hot_impl.h"
#include "common/codec/varint.h"

/** Bytes of the lists of one class. */
#define LISTS_BYTES_MAX ((size_t)INT32_MAX)

struct ark_rare_writer
ark_rare_writer_make(void)
{
    return (struct ark_rare_writer){.lists = ark_buf_make(LISTS_BYTES_MAX)};
}

void
ark_rare_writer_dispose(struct ark_rare_writer *writer)
{
    free(writer->postings);
    free(writer->ends);
    free(writer->sorted);
    ark_buf_dispose(&writer->lists);
}

void
ark_rare_writer_begin(struct ark_rare_writer *writer, uint32_t variant_count)
{
    writer->variant_count = variant_count;
    writer->posting_count = 0;
}

void
ark_rare_writer_add(struct ark_rare_writer *writer, uint32_t first, uint32_t doc,
                    const struct ark_cold_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].code < first) {
            continue;
        }
        uint32_t variant = entries[i].code - first;
        ARK_ASSERT(variant < writer->variant_count);
        ARK_GROW(writer->postings, writer->postings_capacity, writer->posting_count + (size_t)1);
        writer->postings[writer->posting_count++] =
            (struct ark_rare_posting){variant, doc, entries[i].tf};
    }
}

/** Puts the postings in order of variants; ends says where those of each end. */
static void
sort_postings(struct ark_rare_writer *writer)
{
    uint32_t count = writer->variant_count;
    ARK_GROW(writer->ends, writer->ends_capacity, count + (size_t)1);
    ARK_GROW(writer->sorted, writer->sorted_capacity, writer->posting_count);
    // ends[variant + 1] counts, then ends[variant] is where the variant's next one goes.
    memset(writer->ends, 0, (count + (size_t)1) * sizeof *writer->ends);
    for (uint32_t i = 0; i < writer->posting_count; i++) {
        writer->ends[writer->postings[i].variant + 1]++;
    }
    for (uint32_t variant = 0; variant < count; variant++) {
        writer->ends[variant + 1] += writer->ends[variant];
    }
    for (uint32_t i = 0; i < writer->posting_count; i++) {
        const struct ark_rare_posting *from = &writer->postings[i];
        writer->sorted[writer->ends[from->variant]++] =
            (struct ark_hot_posting){.doc = from->doc, .tf = from->tf};
    }
}

void
ark_rare_writer_finish(struct ark_rare_writer *writer, struct ark_buf *out)
{
    if (writer->variant_count == 0) {
        return;
    }
    sort_postings(writer);
    ark_buf_clear(&writer->lists);
    uint32_t start = 0;
    for (uint32_t variant = 0; variant < writer->variant_count; variant++) {
        size_t before = writer->lists.len;
        uint32_t end = writer->ends[variant];
        ark_hot_append_small(&writer->lists, writer->sorted + start, end - start);
        ark_varint_append(out, writer->lists.len - before);
        start = end;
    }
    ark_buf_append_str(out, ark_buf_view(&writer->lists));
}

bool
ark_rare_find(ark_str record, uint32_t variant_count, uint32_t variant, ark_str *out)
{
    const uint8_t *at = record.bytes;
    const uint8_t *end = at + record.len;
    uint64_t before = 0; // bytes of the lists of those before it
    uint64_t bytes = 0;
    uint64_t all = 0;
    for (uint32_t i = 0; i < variant_count; i++) {
        uint32_t here = 0;
        at = ark_varint_get32(at, end, &here);
        if (at == NULL) {
            return false;
        }
        before = i == variant ? all : before;
        bytes = i == variant ? here : bytes;
        all += here;
    }
    if (variant >= variant_count || all != (uint64_t)(end - at)) {
        return false;
    }
    *out = ark_str_make(at + before, (size_t)bytes);
    return true;
}
