#include "common/store/segment_writer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/class_writer.h"
#include "common/store/segment_data.h"

/** The terms of the open family at one level, and the members' indexes into them. */
struct level_terms {
    struct ark_term *terms;
    size_t capacity;
    uint32_t count;
    ark_docid *last_doc; /**< by term: the last document counted in its df */
    size_t last_doc_capacity;
};

/** Term frequencies whose bounds are computed once. */
enum { BOUND_TFS = 16 };

struct ark_segment_writer {
    struct ark_segment_data *data;
    struct ark_lexicon_writer lexicon;
    struct ark_class_writer classes;
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
    double mean_length;             /**< fixed at the first family */
    uint8_t bounds[256][BOUND_TFS]; /**< by norm and tf, for that mean length */

    ark_str key; /**< of the open family */
    const struct ark_member_text *member_texts;
    struct ark_member *members;
    size_t members_capacity;
    uint32_t member_count;
    uint32_t *order; /**< members by stem */
    size_t order_capacity;
    uint32_t *member_df;
    size_t member_df_capacity;
    struct ark_variant_record *variants; /**< of the open class */
    size_t variants_capacity;
    struct level_terms levels[ARK_TERM_LEVELS];
    uint32_t df;
    struct ark_buf skips;
    struct ark_buf blocks;
    struct ark_buf documents; /**< of the open block */
    struct ark_buf places;
    uint32_t in_block;
    uint32_t previous_doc;
    uint32_t previous_last_doc; /**< of the block before, UINT32_MAX before the first */
    double block_bound;
};

struct ark_segment_writer *
ark_segment_writer_new(const char *temp_dir)
{
    struct ark_segment_writer *writer = ark_xcalloc(1, sizeof *writer);
    writer->data = ark_segment_data_new(temp_dir);
    struct ark_spool **spools = writer->data->spools;
    writer->lexicon =
        ark_lexicon_writer_make(spools[ARK_STREAM_LEXICON], spools[ARK_STREAM_LEXICON_INDEX]);
    writer->classes = ark_class_writer_make(spools[ARK_STREAM_HOT], spools[ARK_STREAM_COLD]);
    writer->forms =
        ark_forms_writer_new(spools[ARK_STREAM_FORMS], spools[ARK_STREAM_FORM_INDEX], temp_dir);
    writer->sketches =
        ark_sketch_writer_make(spools[ARK_STREAM_SKETCHES], spools[ARK_STREAM_SKETCH_INDEX]);
    struct ark_buf *unbounded[] = {&writer->frame,  &writer->text,      &writer->record,
                                   &writer->norms,  &writer->skips,     &writer->blocks,
                                   &writer->places, &writer->documents, &writer->shared_path};
    for (size_t i = 0; i < ARK_COUNT_OF(unbounded); i++) {
        // Documents are bounded by the readers, postings by documents.
        *unbounded[i] = ark_buf_make(SIZE_MAX);
    }
    return writer;
}

static void
free_parts(struct ark_segment_writer *writer)
{
    ark_lexicon_writer_dispose(&writer->lexicon);
    ark_class_writer_dispose(&writer->classes);
    ark_forms_writer_free(writer->forms);
    ark_sketch_writer_dispose(&writer->sketches);
    ark_text_packer_free(writer->packer);
    struct ark_buf *buffers[] = {&writer->frame,  &writer->text,      &writer->record,
                                 &writer->norms,  &writer->skips,     &writer->blocks,
                                 &writer->places, &writer->documents, &writer->shared_path};
    for (size_t i = 0; i < ARK_COUNT_OF(buffers); i++) {
        ark_buf_dispose(buffers[i]);
    }
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        free(writer->levels[level].terms);
        free(writer->levels[level].last_doc);
    }
    free(writer->member_df);
    free(writer->variants);
    free(writer->members);
    free(writer->order);
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

/** qsort has no context argument in C17; families are written by one thread at a time each. */
static _Thread_local const struct ark_member_text *sorted_members;

static int
compare_stems(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    int order = ark_str_compare(sorted_members[a].text[ARK_TERM_STEM],
                                sorted_members[b].text[ARK_TERM_STEM]);
    return order != 0 ? order : (a > b) - (a < b);
}

/** Numbers the distinct texts of a level, walking the members in the given order. */
static void
number_terms(struct ark_segment_writer *writer, unsigned level, const uint32_t *order)
{
    struct level_terms *terms = &writer->levels[level];
    ARK_GROW(terms->terms, terms->capacity, writer->member_count);
    ARK_GROW(terms->last_doc, terms->last_doc_capacity, writer->member_count);
    terms->count = 0;
    for (uint32_t i = 0; i < writer->member_count; i++) {
        uint32_t member = order[i];
        ark_str text = writer->member_texts[member].text[level];
        if (terms->count == 0 || !ark_str_equal(terms->terms[terms->count - 1].text, text)) {
            terms->terms[terms->count] = (struct ark_term){text, 0};
            terms->last_doc[terms->count] = ARK_DOCID_END;
            terms->count++;
        }
        writer->members[member].term_idx[level] = terms->count - 1;
    }
}

/** What tf occurrences in a document of this norm can come to: see ark_hot_writer_add. */
static uint8_t
compute_bound(uint8_t norm, uint32_t tf, double mean_length)
{
    double scaled = tf / (tf + ark_bound_k(ark_norm_decode(norm), mean_length)) * 255;
    uint32_t bound = (uint32_t)scaled + 1;
    return bound > 255 ? 255 : (uint8_t)bound;
}

/** All documents are known: computes what bounds depend on. */
static void
fix_bounds(struct ark_segment_writer *writer)
{
    const struct ark_segment_info *info = &writer->data->reader.info;
    writer->mean_length =
        info->token_count == 0 ? 1.0 : (double)info->token_count / (double)info->document_count;
    for (unsigned norm = 0; norm < ARK_COUNT_OF(writer->bounds); norm++) {
        for (uint32_t tf = 0; tf < BOUND_TFS; tf++) {
            writer->bounds[norm][tf] = compute_bound((uint8_t)norm, tf, writer->mean_length);
        }
    }
}

void
ark_segment_writer_begin_family(struct ark_segment_writer *writer, ark_str key,
                                const struct ark_member_text *members, uint32_t member_count)
{
    ARK_ASSERT(member_count > 0);
    if (writer->lexicon.blocks.entry_count == 0) {
        fix_bounds(writer);
    }
    writer->key = key;
    writer->member_texts = members;
    writer->member_count = member_count;
    ARK_GROW(writer->members, writer->members_capacity, member_count);
    ARK_GROW(writer->member_df, writer->member_df_capacity, member_count);
    memset(writer->member_df, 0, member_count * sizeof *writer->member_df);
    ARK_GROW(writer->order, writer->order_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        writer->order[i] = i;
    }
    // Members come by (light, form, stem), so equal forms and equal light forms are neighbours.
    number_terms(writer, ARK_TERM_LIGHT, writer->order);
    number_terms(writer, ARK_TERM_FORM, writer->order);
    sorted_members = members;
    qsort(writer->order, member_count, sizeof *writer->order, compare_stems);
    number_terms(writer, ARK_TERM_STEM, writer->order);
    writer->df = 0;
    writer->in_block = 0;
    writer->previous_doc = UINT32_MAX;
    writer->previous_last_doc = UINT32_MAX;
    writer->block_bound = 0;
    ark_buf_clear(&writer->skips);
    ark_buf_clear(&writer->blocks);
    ark_buf_clear(&writer->documents);
    ark_buf_clear(&writer->places);
}

static void
end_block(struct ark_segment_writer *writer)
{
    ark_varint_append(&writer->skips,
                      (uint32_t)(writer->previous_doc - writer->previous_last_doc - 1));
    ark_varint_append(&writer->skips, writer->documents.len);
    ark_varint_append(&writer->skips, writer->places.len);
    double scaled = writer->block_bound * 255;
    uint32_t bound = (uint32_t)scaled + 1;
    ark_buf_push(&writer->skips, bound > 255 ? 255 : (uint8_t)bound);
    ark_buf_append_str(&writer->blocks, ark_buf_view(&writer->documents));
    ark_buf_append_str(&writer->blocks, ark_buf_view(&writer->places));
    ark_buf_clear(&writer->documents);
    ark_buf_clear(&writer->places);
    writer->previous_last_doc = writer->previous_doc;
    writer->in_block = 0;
    writer->block_bound = 0;
}

/** Counts the document once for each term it has. */
static void
count_terms(struct ark_segment_writer *writer, ark_docid doc,
            const struct ark_occurrence *occurrences, uint32_t occurrence_count)
{
    for (uint32_t i = 0; i < occurrence_count; i++) {
        writer->member_df[occurrences[i].member]++;
    }
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        struct level_terms *terms = &writer->levels[level];
        for (uint32_t i = 0; i < occurrence_count; i++) {
            uint32_t term = writer->members[occurrences[i].member].term_idx[level];
            if (terms->last_doc[term] != doc) {
                terms->last_doc[term] = doc;
                terms->terms[term].df++;
            }
        }
    }
}

void
ark_segment_writer_add_posting(struct ark_segment_writer *writer, ark_docid doc,
                               const struct ark_occurrence *occurrences, uint32_t occurrence_count,
                               const uint32_t *positions)
{
    ARK_ASSERT(doc < writer->norms.len);
    const struct ark_posting posting = {doc, occurrence_count, occurrences, positions};
    ark_postings_block_append(&writer->documents, &writer->places, writer->member_count,
                              writer->previous_doc, &posting);
    count_terms(writer, doc, occurrences, occurrence_count);
    double tf = 0;
    for (uint32_t i = 0; i < occurrence_count; i++) {
        tf += occurrences[i].tf;
    }
    uint32_t length = ark_norm_decode(writer->norms.bytes[doc]);
    double bound = tf / (tf + ark_bound_k(length, writer->mean_length));
    if (bound > writer->block_bound) {
        writer->block_bound = bound;
    }
    writer->previous_doc = doc;
    writer->df++;
    if (++writer->in_block == ARK_POSTINGS_BLOCK) {
        end_block(writer);
    }
}

void
ark_segment_writer_begin_class(struct ark_segment_writer *writer, uint32_t first_member)
{
    ark_str light = writer->member_texts[first_member].text[ARK_TERM_LIGHT];
    uint32_t count = 0;
    while (first_member + count < writer->member_count &&
           ark_str_equal(writer->member_texts[first_member + count].text[ARK_TERM_LIGHT], light)) {
        uint32_t member = first_member + count;
        const uint32_t *term_idx = writer->members[member].term_idx;
        ARK_GROW(writer->variants, writer->variants_capacity, count + (size_t)1);
        writer->variants[count++] = (struct ark_variant_record){
            .form = writer->member_texts[member].text[ARK_TERM_FORM],
            .df = writer->member_df[member],
            .form_df = writer->levels[ARK_TERM_FORM].terms[term_idx[ARK_TERM_FORM]].df,
            .stem_idx = term_idx[ARK_TERM_STEM],
        };
    }
    ark_class_writer_begin(&writer->classes, light, first_member, writer->variants, count);
}

void
ark_segment_writer_add_to_class(struct ark_segment_writer *writer, ark_docid doc,
                                const struct ark_occurrence *occurrences, uint32_t occurrence_count,
                                const uint32_t *positions)
{
    uint8_t norm = writer->norms.bytes[doc];
    uint32_t tf = 0;
    for (uint32_t i = 0; i < occurrence_count; i++) {
        tf += occurrences[i].tf;
    }
    uint8_t bound =
        tf < BOUND_TFS ? writer->bounds[norm][tf] : compute_bound(norm, tf, writer->mean_length);
    const struct ark_posting posting = {doc, occurrence_count, occurrences, positions};
    ark_class_writer_add(&writer->classes, doc, bound, &posting);
}

void
ark_segment_writer_end_class(struct ark_segment_writer *writer)
{
    ark_class_writer_end(&writer->classes);
}

/** True when every term was in some posting. */
static bool
all_terms_used(const struct ark_segment_writer *writer)
{
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        for (uint32_t i = 0; i < writer->levels[level].count; i++) {
            if (writer->levels[level].terms[i].df == 0) {
                return false;
            }
        }
    }
    return true;
}

enum ark_status
ark_segment_writer_end_family(struct ark_segment_writer *writer, struct ark_error *err)
{
    if (writer->df == 0) {
        return ARK_OK;
    }
    if (!all_terms_used(writer)) {
        // Writers pass on members that occur, so this came in with a segment that is being merged.
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: a word without documents in family: %.*s",
                             ARK_STR_ARG(writer->key));
    }
    if (writer->in_block > 0) {
        end_block(writer);
    }
    struct ark_spool *spool = writer->data->spools[ARK_STREAM_POSTINGS];
    struct ark_family family = {
        .key = writer->key,
        .df = writer->df,
        .members = writer->members,
        .member_count = writer->member_count,
        .postings_offset = ark_spool_bytes(spool),
        .skip_bytes = writer->skips.len,
        .postings_bytes = (uint64_t)writer->skips.len + writer->blocks.len,
    };
    for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
        family.terms[level] = writer->levels[level].terms;
        family.term_count[level] = writer->levels[level].count;
    }
    enum ark_status status = ark_spool_append(spool, ark_buf_view(&writer->skips), err);
    if (status == ARK_OK) {
        status = ark_spool_append(spool, ark_buf_view(&writer->blocks), err);
    }
    if (status == ARK_OK) {
        const struct level_terms *stems = &writer->levels[ARK_TERM_STEM];
        const struct ark_family_frame frame = {writer->key, writer->df, stems->terms, stems->count};
        ark_buf_clear(&writer->record);
        status = ark_class_writer_end_family(&writer->classes, &frame, &writer->record, err);
    }
    if (status == ARK_OK) {
        status =
            ark_lexicon_writer_add(&writer->lexicon, &family, ark_buf_view(&writer->record), err);
    }
    const struct level_terms *forms = &writer->levels[ARK_TERM_FORM];
    for (uint32_t i = 0; status == ARK_OK && i < forms->count; i++) {
        status = ark_forms_writer_add(writer->forms, forms->terms[i].text, forms->terms[i].df, err);
    }
    return status;
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
