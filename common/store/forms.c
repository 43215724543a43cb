#include "common/store/forms.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/radix.h"
#include "common/codec/compact_text.h"
#include "common/store/form_blocks.h"
#include "common/store/segment_impl.h"

/** Sorted parts that are united into one before more are made: bounds open files. */
enum { PARTS_MAX = 32 };

/** A form in a part: u64 key, u32 df, u8 length, text. The key is its first letters. */
enum { PART_HEAD_BYTES = 8 + 4 + 1, PART_FORM_BYTES_MAX = PART_HEAD_BYTES + ARK_LEXICON_TEXT_MAX };

/** Sorted forms, one after another in a spool. */
struct part {
    struct ark_spool *spool;
    uint64_t at;                        /**< of the next one while parts are united */
    uint8_t bytes[PART_FORM_BYTES_MAX]; /**< from the open form on */
    uint64_t key;                       /**< of the open form */
    bool ended;
};

struct ark_forms_writer {
    struct ark_form_blocks_writer blocks;
    char *temp_dir;
    struct ark_term *terms; /**< that are in no part yet */
    size_t term_count;
    size_t terms_capacity;
    struct ark_arena texts; /**< of those */
    struct ark_buf sorted;
    struct part parts[PARTS_MAX];
    uint32_t part_count;
};

struct ark_forms_writer *
ark_forms_writer_new(struct ark_spool *blocks, struct ark_spool *index, const char *temp_dir)
{
    struct ark_forms_writer *writer = ark_xcalloc(1, sizeof *writer);
    writer->blocks = ark_form_blocks_writer_make(blocks, index);
    writer->temp_dir = ark_xstrdup(temp_dir);
    writer->texts = ark_arena_make();
    writer->sorted = ark_buf_make(SIZE_MAX); // of what is bounded already
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
    ark_arena_dispose(&writer->texts);
    ark_buf_dispose(&writer->sorted);
    free(writer->terms);
    free(writer->temp_dir);
    free(writer);
}

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_term *sorted_terms;

static int
compare_keyed(const void *left, const void *right)
{
    const struct ark_keyed *a = left;
    const struct ark_keyed *b = right;
    return ark_str_compare(sorted_terms[a->number].text, sorted_terms[b->number].text);
}

/** The order of forms: few have the same first letters. The caller frees it. */
static struct ark_keyed *
order_forms(const struct ark_term *forms, size_t count)
{
    ARK_ASSERT(count <= UINT32_MAX);
    struct ark_keyed *order = ark_xmalloc(count * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        order[i] = (struct ark_keyed){ark_compact_first(forms[i].text), (uint32_t)i};
    }
    ark_radix_sort(order, count);
    sorted_terms = forms;
    for (size_t start = 0; start < count;) {
        size_t end = start + 1;
        while (end < count && order[end].key == order[start].key) {
            end++;
        }
        if (end - start > 1) {
            qsort(order + start, end - start, sizeof *order, compare_keyed);
        }
        start = end;
    }
    return order;
}

void
ark_forms_sort(const struct ark_term *forms, size_t count, struct ark_buf *out)
{
    struct ark_keyed *order = order_forms(forms, count);
    for (size_t i = 0; i < count; i++) {
        const struct ark_term *form = &forms[order[i].number];
        uint8_t *to = ark_buf_reserve(out, PART_FORM_BYTES_MAX);
        ark_store_u64(to, order[i].key);
        ark_store_u32(to + 8, form->df);
        to[PART_HEAD_BYTES - 1] = (uint8_t)form->text.len;
        memcpy(to + PART_HEAD_BYTES, form->text.bytes, form->text.len);
        out->len += PART_HEAD_BYTES + form->text.len;
    }
    free(order);
}

/** Reads the next form of a part. */
static enum ark_status
advance_part(struct part *part, struct ark_error *err)
{
    uint64_t left = ark_spool_bytes(part->spool) - part->at;
    part->ended = left == 0;
    if (part->ended) {
        return ARK_OK;
    }
    // A form is no longer than this; what comes with it is cheaper than reading twice.
    size_t bytes = left < sizeof part->bytes ? (size_t)left : sizeof part->bytes;
    enum ark_status status = ark_spool_read(part->spool, part->at, bytes, part->bytes, err);
    if (status == ARK_OK) {
        part->key = ark_load_u64(part->bytes);
        part->at += PART_HEAD_BYTES + (size_t)part->bytes[PART_HEAD_BYTES - 1];
    }
    return status;
}

static ark_str
part_text(const struct part *part)
{
    return ark_str_make(part->bytes + PART_HEAD_BYTES, part->bytes[PART_HEAD_BYTES - 1]);
}

/** True when the open form of a comes before that of b. */
static bool
comes_before(const struct part *a, const struct part *b)
{
    return a->key != b->key ? a->key < b->key : ark_str_compare(part_text(a), part_text(b)) < 0;
}

static struct part *
least_part(struct ark_forms_writer *writer)
{
    struct part *least = NULL;
    for (uint32_t i = 0; i < writer->part_count; i++) {
        struct part *part = &writer->parts[i];
        if (!part->ended && (least == NULL || comes_before(part, least))) {
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
        ark_str text = part_text(part);
        status =
            spool == NULL
                ? ark_form_blocks_add(&writer->blocks, text, ark_load_u32(part->bytes + 8), err)
                : ark_spool_append(spool, ark_str_make(part->bytes, PART_HEAD_BYTES + text.len),
                                   err);
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

enum ark_status
ark_forms_writer_add_sorted(struct ark_forms_writer *writer, ark_str sorted, struct ark_error *err)
{
    enum ark_status status = writer->part_count == PARTS_MAX ? unite_into_one(writer, err) : ARK_OK;
    if (status != ARK_OK) {
        return status;
    }
    struct part *part = &writer->parts[writer->part_count++];
    *part = (struct part){.spool = ark_spool_new(writer->temp_dir)};
    return ark_spool_append(part->spool, sorted, err);
}

/** Sorts what was collected and sets it aside as a part. */
static enum ark_status
end_part(struct ark_forms_writer *writer, struct ark_error *err)
{
    ark_buf_clear(&writer->sorted);
    ark_forms_sort(writer->terms, writer->term_count, &writer->sorted);
    writer->term_count = 0;
    ark_arena_reset(&writer->texts);
    return ark_forms_writer_add_sorted(writer, ark_buf_view(&writer->sorted), err);
}

enum ark_status
ark_forms_writer_add(struct ark_forms_writer *writer, ark_str text, uint32_t df,
                     struct ark_error *err)
{
    ARK_ASSERT(text.len <= ARK_LEXICON_TEXT_MAX);
    // What is collected, its order twice while it is sorted, and what that gives.
    enum { FORM_BYTES = sizeof *writer->terms + 2 * sizeof(struct ark_keyed) + PART_HEAD_BYTES };
    size_t bytes = 2 * writer->texts.total_bytes + writer->term_count * FORM_BYTES;
    if (bytes > ARK_FORMS_MEMORY) {
        enum ark_status status = end_part(writer, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    ARK_GROW(writer->terms, writer->terms_capacity, writer->term_count + 1);
    writer->terms[writer->term_count++] =
        (struct ark_term){ark_arena_dup(&writer->texts, text), df};
    return ARK_OK;
}

enum ark_status
ark_forms_writer_finish(struct ark_forms_writer *writer, uint64_t *count, struct ark_error *err)
{
    enum ark_status status = writer->term_count > 0 ? end_part(writer, err) : ARK_OK;
    if (status == ARK_OK) {
        status = unite_parts(writer, NULL, err);
    }
    *count = writer->blocks.form_count;
    return status == ARK_OK ? ark_form_blocks_finish(&writer->blocks, err) : status;
}
