#include "common/store/forms.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/radix.h"
#include "common/codec/compact_text.h"
#include "common/store/form_blocks.h"
#include "common/store/segment_impl.h"

/** Sorted parts that are united into one before more are made: bounds open files. */
enum { PARTS_MAX = 32 };

/** A form among those collected. */
struct item {
    uint32_t offset; /**< of the text */
    uint32_t df;
    uint8_t len;
};

/** A sorted part in a spool: u8 length, text, u32 df; one after another. */
struct part {
    struct ark_spool *spool;
    uint64_t at; /**< of the next one while parts are united */
    uint8_t text[ARK_LEXICON_TEXT_MAX];
    uint8_t len;
    uint32_t df;
    bool ended;
};

struct ark_forms_writer {
    struct ark_form_blocks_writer blocks;
    char *temp_dir;
    struct item *items;
    size_t items_capacity;
    struct ark_keyed *order; /**< the items by the first letters of their texts */
    size_t order_capacity;
    size_t item_count;
    struct ark_buf texts;
    struct part parts[PARTS_MAX];
    uint32_t part_count;
};

struct ark_forms_writer *
ark_forms_writer_new(struct ark_spool *blocks, struct ark_spool *index, const char *temp_dir)
{
    struct ark_forms_writer *writer = ark_xcalloc(1, sizeof *writer);
    writer->blocks = ark_form_blocks_writer_make(blocks, index);
    writer->temp_dir = ark_xstrdup(temp_dir);
    writer->texts = ark_buf_make(ARK_FORMS_MEMORY);
    return writer;
}

void
ark_forms_writer_free(struct ark_forms_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    for (uint32_t i = 0; i < writer->part_count; i++) {
        ark_spool_free(writer->parts[i].spool);
    }
    ark_form_blocks_writer_dispose(&writer->blocks);
    ark_buf_dispose(&writer->texts);
    free(writer->items);
    free(writer->order);
    free(writer->temp_dir);
    free(writer);
}

static ark_str
item_text(const struct ark_forms_writer *writer, uint32_t number)
{
    const struct item *item = &writer->items[number];
    return ark_str_make(writer->texts.bytes + item->offset, item->len);
}

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_forms_writer *sorted_writer;

static int
compare_items(const void *left, const void *right)
{
    const struct ark_keyed *a = left;
    const struct ark_keyed *b = right;
    return ark_str_compare(item_text(sorted_writer, a->number),
                           item_text(sorted_writer, b->number));
}

/** Puts the items into the order of their texts: few have the same first letters. */
static void
sort_items(struct ark_forms_writer *writer)
{
    struct ark_keyed *order = writer->order;
    ark_radix_sort(order, writer->item_count);
    sorted_writer = writer;
    for (size_t start = 0; start < writer->item_count;) {
        size_t end = start + 1;
        while (end < writer->item_count && order[end].key == order[start].key) {
            end++;
        }
        if (end - start > 1) {
            qsort(order + start, end - start, sizeof *order, compare_items);
        }
        start = end;
    }
}

/** Appends a form to a part. */
static enum ark_status
append_to_part(struct ark_spool *spool, ark_str text, uint32_t df, struct ark_error *err)
{
    uint8_t bytes[1 + ARK_LEXICON_TEXT_MAX + 4];
    bytes[0] = (uint8_t)text.len;
    memcpy(bytes + 1, text.bytes, text.len);
    ark_store_u32(bytes + 1 + text.len, df);
    return ark_spool_append(spool, ark_str_make(bytes, 1 + text.len + 4), err);
}

/** Reads the next form of a part. */
static enum ark_status
advance_part(struct part *part, struct ark_error *err)
{
    part->ended = part->at == ark_spool_bytes(part->spool);
    if (part->ended) {
        return ARK_OK;
    }
    enum ark_status status = ark_spool_read(part->spool, part->at, 1, &part->len, err);
    if (status == ARK_OK) {
        uint8_t rest[ARK_LEXICON_TEXT_MAX + 4];
        status = ark_spool_read(part->spool, part->at + 1, part->len + 4u, rest, err);
        memcpy(part->text, rest, part->len);
        part->df = ark_load_u32(rest + part->len);
        part->at += 1u + part->len + 4u;
    }
    return status;
}

static struct part *
least_part(struct ark_forms_writer *writer)
{
    struct part *least = NULL;
    for (uint32_t i = 0; i < writer->part_count; i++) {
        struct part *part = &writer->parts[i];
        if (!part->ended &&
            (least == NULL || ark_str_compare(ark_str_make(part->text, part->len),
                                              ark_str_make(least->text, least->len)) < 0)) {
            least = part;
        }
    }
    return least;
}

/** Writes all parts in one order: to spool, or to the dictionary when spool is NULL. */
static enum ark_status
unite_parts(struct ark_forms_writer *writer, struct ark_spool *spool, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; status == ARK_OK && i < writer->part_count; i++) {
        writer->parts[i].at = 0;
        status = advance_part(&writer->parts[i], err);
    }
    while (status == ARK_OK) {
        struct part *part = least_part(writer);
        if (part == NULL) {
            break;
        }
        ark_str text = ark_str_make(part->text, part->len);
        status = spool == NULL ? ark_form_blocks_add(&writer->blocks, text, part->df, err)
                               : append_to_part(spool, text, part->df, err);
        if (status == ARK_OK) {
            status = advance_part(part, err);
        }
    }
    return status;
}

/** Puts one part in the place of all. */
static enum ark_status
unite_into_one(struct ark_forms_writer *writer, struct ark_error *err)
{
    struct ark_spool *spool = ark_spool_new(writer->temp_dir);
    enum ark_status status = unite_parts(writer, spool, err);
    if (status != ARK_OK) {
        ark_spool_free(spool);
        return status;
    }
    for (uint32_t i = 0; i < writer->part_count; i++) {
        ark_spool_free(writer->parts[i].spool);
    }
    writer->parts[0] = (struct part){.spool = spool};
    writer->part_count = 1;
    return ARK_OK;
}

/** Sorts what was collected and sets it aside as a part. */
static enum ark_status
end_part(struct ark_forms_writer *writer, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    if (writer->part_count == PARTS_MAX) {
        status = unite_into_one(writer, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    struct part *part = &writer->parts[writer->part_count++];
    *part = (struct part){.spool = ark_spool_new(writer->temp_dir)};
    sort_items(writer);
    for (size_t i = 0; status == ARK_OK && i < writer->item_count; i++) {
        uint32_t number = writer->order[i].number;
        status =
            append_to_part(part->spool, item_text(writer, number), writer->items[number].df, err);
    }
    writer->item_count = 0;
    ark_buf_clear(&writer->texts);
    return status;
}

enum ark_status
ark_forms_writer_add(struct ark_forms_writer *writer, ark_str text, uint32_t df,
                     struct ark_error *err)
{
    ARK_ASSERT(text.len <= ARK_LEXICON_TEXT_MAX);
    // Sorting takes the order twice.
    size_t item_bytes = sizeof *writer->items + 2 * sizeof *writer->order;
    size_t bytes = writer->texts.len + writer->item_count * item_bytes;
    if (bytes + text.len + item_bytes > ARK_FORMS_MEMORY) {
        enum ark_status status = end_part(writer, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    ARK_GROW(writer->items, writer->items_capacity, writer->item_count + 1);
    ARK_GROW(writer->order, writer->order_capacity, writer->item_count + 1);
    writer->order[writer->item_count] =
        (struct ark_keyed){ark_compact_first(text), (uint32_t)writer->item_count};
    writer->items[writer->item_count++] = (struct item){
        .offset = (uint32_t)writer->texts.len,
        .df = df,
        .len = (uint8_t)text.len,
    };
    ark_buf_append_str(&writer->texts, text);
    return ARK_OK;
}

enum ark_status
ark_forms_writer_finish(struct ark_forms_writer *writer, uint64_t *count, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    if (writer->part_count == 0) {
        sort_items(writer);
        for (size_t i = 0; status == ARK_OK && i < writer->item_count; i++) {
            uint32_t number = writer->order[i].number;
            status = ark_form_blocks_add(&writer->blocks, item_text(writer, number),
                                         writer->items[number].df, err);
        }
    } else {
        status = end_part(writer, err);
        if (status == ARK_OK) {
            status = unite_parts(writer, NULL, err);
        }
    }
    *count = writer->blocks.form_count;
    return status == ARK_OK ? ark_form_blocks_finish(&writer->blocks, err) : status;
}
