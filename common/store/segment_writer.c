#include "common/store/segment_writer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/family_writer_impl.h"
#include "common/store/segment_data.h"

struct ark_segment_writer {
    struct ark_segment_data *data;
    struct ark_lexicon_writer lexicon;
    struct ark_segment_bounds bounds;   /**< fixed at the first family */
    struct ark_family_writer *families; /**< of those that are not written by others */
    struct ark_forms_writer *forms;
    struct ark_sketch_writer sketches;
    struct ark_text_packer *packer; /**< for texts that are not given packed, or NULL */
    struct ark_buf frame;
    struct ark_buf text;
    struct ark_buf record;
    struct ark_buf norms;
    struct ark_buf shared_path; /**< the last path written in full */
    uint32_t shared_path_doc;
    uint32_t shared_name_start;
};

struct ark_segment_writer *
ark_segment_writer_new(const char *temp_dir)
{
    struct ark_segment_writer *writer = ark_xcalloc(1, sizeof *writer);
    writer->data = ark_segment_data_new(temp_dir);
    struct ark_spool **spools = writer->data->spools;
    writer->lexicon =
        ark_lexicon_writer_make(spools[ARK_STREAM_LEXICON], spools[ARK_STREAM_LEXICON_INDEX]);
    writer->forms =
        ark_forms_writer_new(spools[ARK_STREAM_FORMS], spools[ARK_STREAM_FORM_INDEX], temp_dir);
    writer->sketches =
        ark_sketch_writer_make(spools[ARK_STREAM_SKETCHES], spools[ARK_STREAM_SKETCH_INDEX]);
    struct ark_buf *unbounded[] = {&writer->frame, &writer->text, &writer->record, &writer->norms,
                                   &writer->shared_path};
    for (size_t i = 0; i < ARK_COUNT_OF(unbounded); i++) {
        // Documents are bounded by the readers.
        *unbounded[i] = ark_buf_make(SIZE_MAX);
    }
    return writer;
}

static void
free_parts(struct ark_segment_writer *writer)
{
    ark_lexicon_writer_dispose(&writer->lexicon);
    ark_family_writer_free(writer->families);
    ark_forms_writer_free(writer->forms);
    ark_sketch_writer_dispose(&writer->sketches);
    ark_text_packer_free(writer->packer);
    struct ark_buf *buffers[] = {&writer->frame, &writer->text, &writer->record, &writer->norms,
                                 &writer->shared_path};
    for (size_t i = 0; i < ARK_COUNT_OF(buffers); i++) {
        ark_buf_dispose(buffers[i]);
    }
    free(writer);
}

void
ark_segment_writer_free(struct ark_segment_writer *writer)
{
    if (writer != NULL) {
        ark_segment_data_free(writer->data);
        free_parts(writer);
    }
}

/** Appends the document's values to the columns. */
static enum ark_status
add_to_columns(struct ark_segment_writer *writer, const struct ark_document_record *record,
               struct ark_error *err)
{
    struct ark_spool **spools = writer->data->spools;
    uint8_t date[4];
    uint8_t title = record->title_tokens < ARK_TITLE_LENGTH_LONG ? (uint8_t)record->title_tokens
                                                                 : ARK_TITLE_LENGTH_LONG;
    ark_store_u32(date, record->date);
    ark_buf_push(&writer->norms, ark_norm_encode(record->token_count));
    enum ark_status status =
        ark_spool_append(spools[ARK_STREAM_DATES], ark_str_make(date, sizeof date), err);
    if (status == ARK_OK) {
        status = ark_spool_append(spools[ARK_STREAM_TITLE_LENGTHS], ark_str_make(&title, 1), err);
    }
    return status == ARK_OK ? ark_sketch_writer_add(&writer->sketches, record->sketch, err)
                            : status;
}

/** The table's row of the next document: record, offset, columns and figures. */
static enum ark_status
add_row(struct ark_segment_writer *writer, const struct ark_document_record *record,
        const struct ark_text_place *text, struct ark_error *err)
{
    struct ark_segment_info *info = &writer->data->reader.info;
    struct ark_spool **spools = writer->data->spools;
    uint32_t doc = info->document_count;
    ARK_ASSERT(writer->lexicon.blocks.entry_count == 0);
    if (doc == ARK_SEGMENT_DOCUMENTS_MAX) {
        return ark_error_set(err, ARK_E_LIMIT, "more than %" PRIu32 " documents in one segment",
                             ARK_SEGMENT_DOCUMENTS_MAX);
    }
    bool shared = doc > 0 && record->name_start == writer->shared_name_start &&
                  ark_str_equal(record->path, ark_buf_view(&writer->shared_path));
    if (!shared) {
        ark_buf_clear(&writer->shared_path);
        ark_buf_append_str(&writer->shared_path, record->path);
        writer->shared_path_doc = doc;
        writer->shared_name_start = record->name_start;
    }
    ark_buf_clear(&writer->record);
    ark_document_record_encode(record, text, doc - writer->shared_path_doc, &writer->record);
    uint8_t offset[8];
    ark_store_u64(offset, ark_spool_bytes(spools[ARK_STREAM_DOCUMENTS]));
    enum ark_status status = ark_spool_append(spools[ARK_STREAM_DOCUMENT_INDEX],
                                              ark_str_make(offset, sizeof offset), err);
    if (status == ARK_OK) {
        status = ark_spool_append(spools[ARK_STREAM_DOCUMENTS], ark_buf_view(&writer->record), err);
    }
    if (status == ARK_OK) {
        status = add_to_columns(writer, record, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    info->document_count++;
    info->token_count += record->token_count;
    info->live_token_count += record->token_count;
    info->text_bytes += text->text_bytes;
    return ARK_OK;
}

enum ark_status
ark_segment_writer_add_packed(struct ark_segment_writer *writer,
                              const struct ark_document_record *record,
                              const struct ark_packed_text *text, struct ark_error *err)
{
    struct ark_spool *spool = writer->data->spools[ARK_STREAM_TEXT];
    struct ark_text_place place = {ark_spool_bytes(spool), text->frame.len, text->title_bytes,
                                   text->text_bytes};
    enum ark_status status = ark_spool_append(spool, text->frame, err);
    return status == ARK_OK ? add_row(writer, record, &place, err) : status;
}

enum ark_status
ark_segment_writer_add_document(struct ark_segment_writer *writer,
                                const struct ark_document_record *record, ark_str title,
                                ark_str body, struct ark_error *err)
{
    if (writer->packer == NULL) {
        writer->packer = ark_text_packer_new(NULL);
    }
    ark_buf_clear(&writer->text);
    ark_buf_append_str(&writer->text, title);
    ark_buf_append_str(&writer->text, body);
    ark_buf_clear(&writer->frame);
    ark_text_pack(writer->packer, ark_buf_view(&writer->text), &writer->frame);
    const struct ark_packed_text text = {ark_buf_view(&writer->frame), title.len, writer->text.len};
    return ark_segment_writer_add_packed(writer, record, &text, err);
}

enum ark_status
ark_segment_writer_copy_document(struct ark_segment_writer *writer, struct ark_segment *from,
                                 ark_docid doc, struct ark_error *err)
{
    struct ark_spool *spool = writer->data->spools[ARK_STREAM_TEXT];
    struct ark_arena *arena = &writer->data->reader.memory;
    struct ark_document_record record;
    struct ark_text_place place;
    ark_str frame;
    enum ark_status status = ark_segment_read_document(from, doc, arena, &record, &place, err);
    if (status == ARK_OK) {
        status = ark_stream_view(&from->streams[ARK_STREAM_TEXT], place.offset, place.frame_bytes,
                                 arena, &frame, err);
    }
    if (status == ARK_OK) {
        status = ark_segment_sketch(from, doc, arena, &record.sketch, err);
    }
    if (status == ARK_OK) {
        place.offset = ark_spool_bytes(spool);
        status = ark_spool_append(spool, frame, err);
    }
    if (status == ARK_OK) {
        status = add_row(writer, &record, &place, err);
    }
    ark_arena_reset(arena);
    return status;
}

/** The bounds of postings; all documents are known. */
static const struct ark_segment_bounds *
fix_bounds(struct ark_segment_writer *writer)
{
    const struct ark_segment_info *info = &writer->data->reader.info;
    if (writer->bounds.norms == NULL) {
        double mean =
            info->token_count == 0 ? 1.0 : (double)info->token_count / (double)info->document_count;
        ark_segment_bounds_fix(&writer->bounds, writer->norms.bytes, mean);
    }
    return &writer->bounds;
}

struct ark_family_writer *
ark_segment_writer_families(struct ark_segment_writer *writer)
{
    return ark_family_writer_new(fix_bounds(writer));
}

enum ark_status
ark_segment_writer_take(struct ark_segment_writer *writer, struct ark_family_writer *families,
                        struct ark_error *err)
{
    const struct ark_family_sink sink = {
        .hot = writer->data->spools[ARK_STREAM_HOT],
        .cold = writer->data->spools[ARK_STREAM_COLD],
        .lexicon = &writer->lexicon,
        .forms = writer->forms,
        .record = &writer->record,
    };
    return ark_family_writer_put(families, &sink, err);
}

void
ark_segment_writer_begin_family(struct ark_segment_writer *writer, ark_str key,
                                const struct ark_member_text *members, uint32_t member_count)
{
    if (writer->families == NULL) {
        writer->families = ark_segment_writer_families(writer);
    }
    ark_family_writer_begin(writer->families, key, members, member_count);
}

void
ark_segment_writer_count_document(struct ark_segment_writer *writer, ark_docid doc,
                                  const uint32_t *members, uint32_t count)
{
    ark_family_writer_count_document(writer->families, doc, members, count);
}

void
ark_segment_writer_count_family(struct ark_segment_writer *writer, uint32_t documents)
{
    ark_family_writer_count(writer->families, documents);
}

void
ark_segment_writer_count_member(struct ark_segment_writer *writer, uint32_t member,
                                uint32_t documents)
{
    ark_family_writer_count_member(writer->families, member, documents);
}

void
ark_segment_writer_count_form(struct ark_segment_writer *writer, uint32_t member,
                              uint32_t documents)
{
    ark_family_writer_count_form(writer->families, member, documents);
}

void
ark_segment_writer_count_stem(struct ark_segment_writer *writer, uint32_t member,
                              uint32_t documents)
{
    ark_family_writer_count_stem(writer->families, member, documents);
}

void
ark_segment_writer_begin_class(struct ark_segment_writer *writer, uint32_t first_member)
{
    ark_family_writer_begin_class(writer->families, first_member);
}

void
ark_segment_writer_add_posting(struct ark_segment_writer *writer, const struct ark_posting *posting)
{
    ark_family_writer_add(writer->families, posting);
}

void
ark_segment_writer_copy_from(struct ark_segment_writer *writer, const uint32_t *members,
                             uint32_t variant_count)
{
    ark_family_writer_copy_from(writer->families, members, variant_count);
}

bool
ark_segment_writer_copy(struct ark_segment_writer *writer, const struct ark_posting_window *window)
{
    return ark_family_writer_copy(writer->families, window);
}

void
ark_segment_writer_end_class(struct ark_segment_writer *writer)
{
    ark_family_writer_end_class(writer->families);
}

enum ark_status
ark_segment_writer_end_family(struct ark_segment_writer *writer, struct ark_error *err)
{
    enum ark_status status = ark_family_writer_end(writer->families, err);
    return status == ARK_OK ? ark_segment_writer_take(writer, writer->families, err) : status;
}

enum ark_status
ark_segment_writer_finish(struct ark_segment_writer *writer, struct ark_segment_data **out,
                          struct ark_error *err)
{
    struct ark_segment_data *data = writer->data;
    enum ark_status status = ark_lexicon_writer_finish(&writer->lexicon, err);
    if (status == ARK_OK) {
        status =
            ark_spool_append(data->spools[ARK_STREAM_NORMS], ark_buf_view(&writer->norms), err);
    }
    if (status == ARK_OK) {
        status = ark_forms_writer_finish(writer->forms, &data->reader.info.form_count, err);
    }
    if (status == ARK_OK) {
        status = ark_sketch_writer_finish(&writer->sketches, err);
    }
    data->reader.info.family_count = writer->lexicon.blocks.entry_count;
    free_parts(writer);
    if (status == ARK_OK) {
        status = ark_segment_data_open(data, err);
    }
    if (status != ARK_OK) {
        ark_segment_data_free(data);
        return status;
    }
    *out = data;
    return ARK_OK;
}
