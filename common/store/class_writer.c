#include "common/store/class_writer.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/sort.h"
#include "common/store/key_blocks.h"
#include "common/store/lists.h"

/** Bytes of the records of one family. */
#define RECORDS_BYTES_MAX ((size_t)1 << 40)

struct ark_class_writer
ark_class_writer_make(void)
{
    return (struct ark_class_writer){
        .hot = ark_hot_writer_make(),
        .cold = ark_cold_writer_make(),
        .rare = ark_rare_writer_make(),
        .arena = ark_arena_make(),
        .hot_records = ark_buf_make(RECORDS_BYTES_MAX),
        .cold_records = ark_buf_make(RECORDS_BYTES_MAX),
        .entries_bytes = ark_buf_make(RECORDS_BYTES_MAX),
        .encoder = ark_family_encoder_make(),
    };
}

void
ark_class_writer_dispose(struct ark_class_writer *writer)
{
    ark_hot_writer_dispose(&writer->hot);
    ark_cold_writer_dispose(&writer->cold);
    ark_rare_writer_dispose(&writer->rare);
    ark_arena_dispose(&writer->arena);
    ark_buf_dispose(&writer->hot_records);
    ark_buf_dispose(&writer->cold_records);
    ark_buf_dispose(&writer->entries_bytes);
    ark_family_encoder_dispose(&writer->encoder);
    free(writer->variants);
    free(writer->classes);
    free(writer->code_of);
    free(writer->copied_codes);
    free(writer->entries);
    free(writer->positions);
}

uint64_t
ark_hot_place(uint64_t offset, uint64_t bytes)
{
    uint64_t within = offset % ARK_CHUNK_PAYLOAD;
    bool crosses = bytes <= ARK_HOT_WHOLE_BYTES && within + bytes > ARK_CHUNK_PAYLOAD;
    return crosses ? offset + (ARK_CHUNK_PAYLOAD - within) : offset;
}

/** By falling df; among equals by form, then stem. */
static int
compare_variants(const void *left, const void *right)
{
    const struct ark_variant_record *a = left;
    const struct ark_variant_record *b = right;
    if (a->df != b->df) {
        return a->df > b->df ? -1 : 1;
    }
    int order = ark_str_compare(a->form, b->form);
    return order != 0 ? order : (a->stem_idx > b->stem_idx) - (a->stem_idx < b->stem_idx);
}

/** Gives each member of the class, in the order it came, the code of its variant. */
static void
assign_codes(struct ark_class_writer *writer, const struct ark_variant_record *members,
             const struct ark_variant_record *by_code, uint32_t count)
{
    ARK_GROW(writer->code_of, writer->code_of_capacity, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ark_variant_record *found =
            count == 1 ? by_code
                       : bsearch(&members[i], by_code, count, sizeof *by_code, compare_variants);
        ARK_ASSERT(found != NULL);
        writer->code_of[i] = (uint32_t)(found - by_code);
    }
}

/** Begins to collect the rare variants of a class that may have df_max documents. */
static void
begin_rare(struct ark_class_writer *writer, const struct ark_variant_record *by_code,
           uint32_t count, uint64_t df_max)
{
    writer->first_rare = count;
    while (writer->first_rare > 0 && ark_is_rare(df_max, by_code[writer->first_rare - 1].df)) {
        writer->first_rare--;
    }
    ark_rare_writer_begin(&writer->rare, count - writer->first_rare);
}

void
ark_class_writer_begin(struct ark_class_writer *writer, ark_str light, uint32_t first_member,
                       const struct ark_variant_record *variants, uint32_t variant_count)
{
    ARK_ASSERT(variant_count > 0);
    ARK_GROW(writer->classes, writer->classes_capacity, writer->class_count + (size_t)1);
    ARK_GROW(writer->variants, writer->variants_capacity,
             (size_t)writer->variant_count + variant_count);
    writer->classes[writer->class_count] = (struct ark_class_record){
        .light = light,
        .first_variant = writer->variant_count,
        .variant_count = variant_count,
        .hot_start = writer->hot_records.len,
        .cold_start = writer->cold_records.len,
    };
    struct ark_variant_record *by_code = writer->variants + writer->variant_count;
    memcpy(by_code, variants, variant_count * sizeof *variants);
    ark_sort(by_code, variant_count, sizeof *by_code, compare_variants);
    assign_codes(writer, variants, by_code, variant_count);
    writer->first_member = first_member;
    uint64_t df_max = 0; // each document has a variant at least
    for (uint32_t i = 0; i < variant_count; i++) {
        df_max += variants[i].df;
    }
    ark_cold_writer_begin(&writer->cold, variant_count, df_max);
    begin_rare(writer, by_code, variant_count, df_max);
}

/** Puts the entries into the order of codes, and their positions with them. */
static void
order_entries(struct ark_class_writer *writer, const struct ark_posting *posting,
              struct ark_cold_posting *out)
{
    uint32_t count = posting->occurrence_count;
    struct ark_cold_entry *entries = writer->entries;
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += posting->occurrences[i].tf;
    }
    // Entries are few: each is put where it belongs, its positions gathered after.
    for (uint32_t i = 0; i < count; i++) {
        struct ark_cold_entry entry = {
            writer->code_of[posting->occurrences[i].member - writer->first_member],
            posting->occurrences[i].tf};
        uint32_t at = i;
        while (at > 0 && entries[at - 1].code > entry.code) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = entry;
    }
    ARK_GROW(writer->positions, writer->positions_capacity, total);
    uint32_t *to = writer->positions;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *from = posting->positions;
        for (uint32_t k = 0; k < count; k++) {
            const struct ark_occurrence *occurrence = &posting->occurrences[k];
            if (writer->code_of[occurrence->member - writer->first_member] == entries[i].code) {
                memcpy(to, from, occurrence->tf * sizeof *to);
                to += occurrence->tf;
                break;
            }
            from += occurrence->tf;
        }
    }
    out->positions = writer->positions;
}

void
ark_class_writer_add(struct ark_class_writer *writer, uint8_t bound,
                     const struct ark_posting *posting)
{
    uint32_t count = posting->occurrence_count;
    uint64_t tf = 0;
    ARK_GROW(writer->entries, writer->entries_capacity, count);
    for (uint32_t i = 0; i < count; i++) {
        tf += posting->occurrences[i].tf;
    }
    ARK_ASSERT(tf <= UINT32_MAX);
    struct ark_cold_posting cold = {writer->entries, count, posting->positions};
    if (count == 1) {
        writer->entries[0] = (struct ark_cold_entry){
            writer->code_of[posting->occurrences[0].member - writer->first_member], (uint32_t)tf};
    } else {
        order_entries(writer, posting, &cold);
    }
    ark_hot_writer_add(&writer->hot, posting->doc, (uint32_t)tf, bound);
    ark_cold_writer_add(&writer->cold, posting->doc, &cold);
    ark_rare_writer_add(&writer->rare, writer->first_rare, posting->doc, writer->entries, count);
}

void
ark_class_writer_copy_from(struct ark_class_writer *writer, const uint32_t *members,
                           uint32_t variant_count)
{
    ARK_GROW(writer->copied_codes, writer->copied_codes_capacity, variant_count);
    writer->copied_count = variant_count;
    for (uint32_t i = 0; i < variant_count; i++) {
        writer->copied_codes[i] = members[i] == UINT32_MAX
                                      ? ARK_COLD_LEFT_OUT
                                      : writer->code_of[members[i] - writer->first_member];
    }
}

/** Finds the documents of a window that may have a rare variant; returns how many there are. */
static uint32_t
find_rare(const struct ark_class_writer *writer, const struct ark_posting_window *window,
          struct ark_cold_place *places)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < window->count; i++) {
        unsigned code = ark_cold_code_at(window->cold, i);
        bool may = code >= ARK_COLD_LONG || (code < writer->copied_count &&
                                             writer->copied_codes[code] >= writer->first_rare);
        places[count] = (struct ark_cold_place){.rank = i, .tf = window->tfs[i]};
        count += may && window->docs[i] != ARK_COLD_LEFT_OUT ? 1 : 0;
    }
    return count;
}

/** Collects the rare variants of a window that is copied. False when it is damaged. */
static bool
copy_rare(struct ark_class_writer *writer, const struct ark_posting_window *window)
{
    struct ark_cold_place places[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_cold_posting found[ARK_CLASS_WALK_DOCUMENTS];
    ARK_ASSERT(window->count <= ARK_COUNT_OF(places));
    uint32_t count = writer->rare.variant_count > 0 ? find_rare(writer, window, places) : 0;
    if (count == 0) {
        return true;
    }
    ark_arena_reset(&writer->arena);
    if (!ark_cold_window_entries(window->cold, places, count, &writer->arena, found)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < found[i].entry_count; k++) {
            struct ark_cold_entry entry = found[i].entries[k];
            if (entry.code >= writer->copied_count ||
                writer->copied_codes[entry.code] == ARK_COLD_LEFT_OUT) {
                return false;
            }
            entry.code = writer->copied_codes[entry.code];
            ark_rare_writer_add(&writer->rare, writer->first_rare, window->docs[places[i].rank],
                                &entry, 1);
        }
    }
    return true;
}

bool
ark_class_writer_copy(struct ark_class_writer *writer, const uint8_t *bounds,
                      const struct ark_posting_window *window)
{
    for (uint32_t i = 0; i < window->count; i++) {
        if (window->tfs[i] == 0) {
            return false;
        }
        if (window->docs[i] != ARK_COLD_LEFT_OUT) {
            ark_hot_writer_add(&writer->hot, window->docs[i], window->tfs[i], bounds[i]);
        }
    }
    const struct ark_cold_copy copy = {window->cold, window->docs, window->tfs,
                                       writer->copied_codes};
    return ark_cold_writer_copy(&writer->cold, &copy) && copy_rare(writer, window);
}

void
ark_class_writer_end(struct ark_class_writer *writer)
{
    struct ark_class_record *class = &writer->classes[writer->class_count++];
    class->df = ark_hot_writer_df(&writer->hot);
    ARK_ASSERT(class->df > 0);
    ark_hot_writer_finish(&writer->hot, &writer->hot_records);
    class->hot_bytes = writer->hot_records.len - class->hot_start;
    enum ark_hot_kind kind = class->df < ARK_HOT_SMALL_DF
                                 ? ARK_HOT_SMALL
                                 : (enum ark_hot_kind)writer->hot_records.bytes[class->hot_start];
    class->rare_bytes = 0;
    if (class->df >= ARK_RARE_CLASS_DF) {
        ark_rare_writer_finish(&writer->rare, &writer->hot_records);
        class->rare_bytes = writer->hot_records.len - class->hot_start - class->hot_bytes;
    }
    ark_cold_writer_finish(&writer->cold, kind, &writer->cold_records);
    class->cold_bytes = writer->cold_records.len - class->cold_start;
    writer->variant_count += class->variant_count;
}

/** By falling df; among equals by light form. */
static int
compare_classes(const void *left, const void *right)
{
    const struct ark_class_record *a = left;
    const struct ark_class_record *b = right;
    if (a->df != b->df) {
        return a->df > b->df ? -1 : 1;
    }
    return ark_str_compare(a->light, b->light);
}

/** Appends a record where ark_hot_place says. */
static enum ark_status
write_hot(struct ark_spool *spool, ark_str record, struct ark_error *err)
{
    static const uint8_t filler[ARK_HOT_WHOLE_BYTES]; // zeros, not cleared for each family
    uint64_t end = ark_spool_bytes(spool);
    size_t gap = (size_t)(ark_hot_place(end, record.len) - end);
    enum ark_status status = ark_spool_append(spool, ark_str_make(filler, gap), err);
    return status == ARK_OK ? ark_spool_append(spool, record, err) : status;
}

/** Writes the records of the classes that do not stand in the dictionary. */
static enum ark_status
write_records(const struct ark_class_writer *writer, uint32_t first, uint32_t count,
              const struct ark_family_sink *sink, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = first; status == ARK_OK && i < first + count; i++) {
        const struct ark_class_record *class = &writer->classes[i];
        if (class->df == 1) {
            break; // the rest have one document, too
        }
        const uint8_t *hot = writer->hot_records.bytes + class->hot_start;
        status = write_hot(sink->hot, ark_str_make(hot, class->hot_bytes), err);
        if (status == ARK_OK && class->rare_bytes > 0) {
            status =
                write_hot(sink->hot, ark_str_make(hot + class->hot_bytes, class->rare_bytes), err);
        }
        if (status == ARK_OK) {
            status = ark_spool_append(
                sink->cold,
                ark_str_make(writer->cold_records.bytes + class->cold_start, class->cold_bytes),
                err);
        }
    }
    return status;
}

size_t
ark_class_writer_end_family(struct ark_class_writer *writer, uint32_t first,
                            const struct ark_family_frame *frame)
{
    ARK_ASSERT(writer->class_count > first);
    size_t start = writer->entries_bytes.len;
    if (writer->class_count - first > 1) {
        qsort(writer->classes + first, writer->class_count - first, sizeof *writer->classes,
              compare_classes);
    }
    ark_family_encoder_begin(&writer->encoder, frame, writer->classes[first].df > 1);
    for (uint32_t i = first; i < writer->class_count; i++) {
        const struct ark_class_record *class = &writer->classes[i];
        const struct ark_class_entry entry = {
            .light = class->light,
            .df = class->df,
            .variants = writer->variants + class->first_variant,
            .variant_count = class->variant_count,
            .hot = ark_str_make(writer->hot_records.bytes + class->hot_start, class->hot_bytes),
            .rare_bytes = class->rare_bytes,
            .cold = ark_str_make(writer->cold_records.bytes + class->cold_start, class->cold_bytes),
        };
        ark_family_encoder_add(&writer->encoder, &entry, &writer->entries_bytes);
    }
    return start;
}

enum ark_status
ark_class_writer_put(const struct ark_class_writer *writer, const struct ark_class_range *range,
                     const struct ark_family_frame *frame, const struct ark_family_sink *sink,
                     struct ark_error *err)
{
    ARK_ASSERT(range->count > 0);
    const struct ark_class_record *first = &writer->classes[range->first];
    const struct ark_list_place start = {
        ark_hot_place(ark_spool_bytes(sink->hot), first->hot_bytes), ark_spool_bytes(sink->cold)};
    ark_family_append_head(frame, range->count, first->df > 1 ? &start : NULL, sink->record);
    ark_buf_append(sink->record, writer->entries_bytes.bytes + range->entries_start,
                   range->entries_end - range->entries_start);
    return write_records(writer, range->first, range->count, sink, err);
}

void
ark_class_writer_clear(struct ark_class_writer *writer)
{
    ark_buf_clear(&writer->hot_records);
    ark_buf_clear(&writer->cold_records);
    ark_buf_clear(&writer->entries_bytes);
    writer->class_count = 0;
    writer->variant_count = 0;
}
