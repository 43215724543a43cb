#include "common/store/segment_writer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/class_writer.h"
#include "common/store/segment_data.h"

/** The levels whose terms are counted: that of a light form is its class's own df. */
enum { COUNTED_FORM, COUNTED_STEM, COUNTED_LEVELS };
static const unsigned TERM_LEVEL[COUNTED_LEVELS] = {
    [COUNTED_FORM] = ARK_TERM_FORM,
    [COUNTED_STEM] = ARK_TERM_STEM,
};

/** A member of the open family. */
struct member {
    uint32_t term_idx[COUNTED_LEVELS]; /**< into the terms of each level */
    uint32_t df;
};

/** The terms of the open family at one level. */
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
    struct member *members;
    size_t members_capacity;
    uint32_t member_count;
    uint32_t *order; /**< members by stem */
    size_t order_capacity;
    struct ark_variant_record *variants; /**< of the open class */
    size_t variants_capacity;
    struct level_terms levels[COUNTED_LEVELS];
    uint32_t df;
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
    ark_class_writer_dispose(&writer->classes);
    ark_forms_writer_free(writer->forms);
    ark_sketch_writer_dispose(&writer->sketches);
    ark_text_packer_free(writer->packer);
    struct ark_buf *buffers[] = {&writer->frame, &writer->text, &writer->record, &writer->norms,
                                 &writer->shared_path};
    for (size_t i = 0; i < ARK_COUNT_OF(buffers); i++) {
        ark_buf_dispose(buffers[i]);
    }
    for (unsigned level = 0; level < COUNTED_LEVELS; level++) {
        free(writer->levels[level].terms);
        free(writer->levels[level].last_doc);
    }
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
        ark_str text = writer->member_texts[member].text[TERM_LEVEL[level]];
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
    ARK_GROW(writer->order, writer->order_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        writer->order[i] = i;
        writer->members[i].df = 0;
    }
    // Members come by (light, form, stem), so equal forms are neighbours.
    number_terms(writer, COUNTED_FORM, writer->order);
    sorted_members = members;
    qsort(writer->order, member_count, sizeof *writer->order, compare_stems);
    number_terms(writer, COUNTED_STEM, writer->order);
    writer->df = 0;
}

void
ark_segment_writer_count_document(struct ark_segment_writer *writer, ark_docid doc,
                                  const uint32_t *members, uint32_t count)
{
    ARK_DEBUG_ASSERT(doc < writer->norms.len);
    writer->df++;
    for (uint32_t i = 0; i < count; i++) {
        struct member *member = &writer->members[members[i]];
        member->df++;
        for (unsigned level = 0; level < COUNTED_LEVELS; level++) {
            struct level_terms *terms = &writer->levels[level];
            uint32_t term = member->term_idx[level];
            if (terms->last_doc[term] != doc) {
                terms->last_doc[term] = doc;
                terms->terms[term].df++;
            }
        }
    }
}

void
ark_segment_writer_count_family(struct ark_segment_writer *writer, uint32_t documents)
{
    writer->df += documents;
}

void
ark_segment_writer_count_member(struct ark_segment_writer *writer, uint32_t member,
                                uint32_t documents)
{
    writer->members[member].df += documents;
}

void
ark_segment_writer_count_form(struct ark_segment_writer *writer, uint32_t member,
                              uint32_t documents)
{
    uint32_t term = writer->members[member].term_idx[COUNTED_FORM];
    writer->levels[COUNTED_FORM].terms[term].df += documents;
}

void
ark_segment_writer_count_stem(struct ark_segment_writer *writer, uint32_t member,
                              uint32_t documents)
{
    uint32_t term = writer->members[member].term_idx[COUNTED_STEM];
    writer->levels[COUNTED_STEM].terms[term].df += documents;
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
            .df = writer->members[member].df,
            .form_df = writer->levels[COUNTED_FORM].terms[term_idx[COUNTED_FORM]].df,
            .stem_idx = term_idx[COUNTED_STEM],
        };
    }
    ark_class_writer_begin(&writer->classes, light, first_member, writer->variants, count);
}

void
ark_segment_writer_add_posting(struct ark_segment_writer *writer, const struct ark_posting *posting)
{
    uint8_t norm = writer->norms.bytes[posting->doc];
    uint32_t tf = 0;
    for (uint32_t i = 0; i < posting->occurrence_count; i++) {
        tf += posting->occurrences[i].tf;
    }
    uint8_t bound =
        tf < BOUND_TFS ? writer->bounds[norm][tf] : compute_bound(norm, tf, writer->mean_length);
    ark_class_writer_add(&writer->classes, bound, posting);
}

void
ark_segment_writer_end_class(struct ark_segment_writer *writer)
{
    ark_class_writer_end(&writer->classes);
}

/** True when every member was counted. */
static bool
all_members_used(const struct ark_segment_writer *writer)
{
    for (uint32_t i = 0; i < writer->member_count; i++) {
        if (writer->members[i].df == 0) {
            return false;
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
    if (!all_members_used(writer)) {
        // Writers pass on members that occur, so this came in with a segment that is being merged.
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: a word without documents in family: %.*s",
                             ARK_STR_ARG(writer->key));
    }
    const struct level_terms *stems = &writer->levels[COUNTED_STEM];
    const struct ark_list_place end = {ark_spool_bytes(writer->data->spools[ARK_STREAM_HOT]),
                                       ark_spool_bytes(writer->data->spools[ARK_STREAM_COLD])};
    const struct ark_family_frame frame = {writer->key, writer->df, stems->terms, stems->count,
                                           ark_lexicon_writer_base(&writer->lexicon, end)};
    ark_buf_clear(&writer->record);
    enum ark_status status =
        ark_class_writer_end_family(&writer->classes, &frame, &writer->record, err);
    if (status == ARK_OK) {
        status = ark_lexicon_writer_add(&writer->lexicon, writer->key,
                                        ark_buf_view(&writer->record), err);
    }
    const struct level_terms *forms = &writer->levels[COUNTED_FORM];
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
