#include "common/store/family_writer.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/compact_text.h"
#include "common/store/family_writer_impl.h"
#include "common/store/lists.h"
#include "common/store/segment_impl.h"

/** qsort has no context argument in C17; a family is written by one thread. */
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
number_terms(struct ark_family_writer *writer, unsigned level, const uint32_t *order)
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

/** Orders the members by stem; those of one stem stay in their order. */
static void
order_by_stem(struct ark_family_writer *writer)
{
    uint32_t count = writer->member_count;
    if (count == 1) {
        return;
    }
    ARK_GROW(writer->keyed, writer->keyed_capacity, count);
    struct ark_keyed *keyed = writer->keyed;
    for (uint32_t i = 0; i < count; i++) {
        ark_str stem = writer->member_texts[i].text[ARK_TERM_STEM];
        keyed[i] = (struct ark_keyed){ark_compact_first(stem), i};
    }
    ark_radix_sort(keyed, count);
    sorted_members = writer->member_texts;
    uint32_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        writer->order[i] = keyed[i].number;
        // Stems of eight letters and more may differ behind them.
        bool ends = i + 1 == count || keyed[i + 1].key != keyed[i].key;
        if (ends && i > start && (keyed[i].key & 0xFF) != 0) {
            qsort(writer->order + start, i + 1 - start, sizeof *writer->order, compare_stems);
        }
        start = ends ? i + 1 : start;
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

static uint8_t
bound_of(const struct ark_segment_bounds *bounds, uint32_t doc, uint32_t tf)
{
    uint8_t norm = bounds->norms[doc];
    return tf < ARK_BOUND_TFS ? bounds->of[norm][tf] : compute_bound(norm, tf, bounds->mean_length);
}

void
ark_segment_bounds_fix(struct ark_segment_bounds *bounds, const uint8_t *norms, double mean_length)
{
    bounds->norms = norms;
    bounds->mean_length = mean_length;
    for (unsigned norm = 0; norm < ARK_COUNT_OF(bounds->of); norm++) {
        for (uint32_t tf = 0; tf < ARK_BOUND_TFS; tf++) {
            bounds->of[norm][tf] = compute_bound((uint8_t)norm, tf, mean_length);
        }
    }
}

struct ark_family_writer *
ark_family_writer_new(const struct ark_segment_bounds *bounds)
{
    struct ark_family_writer *writer = ark_xcalloc(1, sizeof *writer);
    writer->bounds = bounds;
    writer->classes = ark_class_writer_make();
    writer->sorted_forms = ark_buf_make(SIZE_MAX); // no more than the families
    return writer;
}

void
ark_family_writer_free(struct ark_family_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    ark_class_writer_dispose(&writer->classes);
    for (unsigned level = 0; level < COUNTED_LEVELS; level++) {
        free(writer->levels[level].terms);
        free(writer->levels[level].last_doc);
    }
    free(writer->variants);
    free(writer->members);
    free(writer->order);
    free(writer->keyed);
    free(writer->families);
    free(writer->forms);
    ark_buf_dispose(&writer->sorted_forms);
    free(writer);
}

void
ark_family_writer_begin(struct ark_family_writer *writer, ark_str key,
                        const struct ark_member_text *members, uint32_t member_count)
{
    ARK_ASSERT(member_count > 0);
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
    order_by_stem(writer);
    number_terms(writer, COUNTED_STEM, writer->order);
    writer->df = 0;
    writer->first_class = writer->classes.class_count;
}

uint32_t
ark_family_writer_stem(const struct ark_family_writer *writer, uint32_t member)
{
    return writer->members[member].term_idx[COUNTED_STEM];
}

uint32_t
ark_family_writer_form(const struct ark_family_writer *writer, uint32_t member)
{
    return writer->members[member].term_idx[COUNTED_FORM];
}

void
ark_family_writer_count_document(struct ark_family_writer *writer, ark_docid doc,
                                 const uint32_t *members, uint32_t count)
{
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
ark_family_writer_count(struct ark_family_writer *writer, uint32_t documents)
{
    writer->df += documents;
}

void
ark_family_writer_count_member(struct ark_family_writer *writer, uint32_t member,
                               uint32_t documents)
{
    writer->members[member].df += documents;
}

void
ark_family_writer_count_form(struct ark_family_writer *writer, uint32_t member, uint32_t documents)
{
    uint32_t term = writer->members[member].term_idx[COUNTED_FORM];
    writer->levels[COUNTED_FORM].terms[term].df += documents;
}

void
ark_family_writer_count_stem(struct ark_family_writer *writer, uint32_t member, uint32_t documents)
{
    uint32_t term = writer->members[member].term_idx[COUNTED_STEM];
    writer->levels[COUNTED_STEM].terms[term].df += documents;
}

void
ark_family_writer_begin_class(struct ark_family_writer *writer, uint32_t first_member)
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
ark_family_writer_add(struct ark_family_writer *writer, const struct ark_posting *posting)
{
    uint32_t tf = 0;
    for (uint32_t i = 0; i < posting->occurrence_count; i++) {
        tf += posting->occurrences[i].tf;
    }
    ark_class_writer_add(&writer->classes, bound_of(writer->bounds, posting->doc, tf), posting);
}

void
ark_family_writer_copy_from(struct ark_family_writer *writer, const uint32_t *members,
                            uint32_t variant_count)
{
    ark_class_writer_copy_from(&writer->classes, members, variant_count);
}

bool
ark_family_writer_copy(struct ark_family_writer *writer, const struct ark_posting_window *window)
{
    uint8_t bounds[ARK_CLASS_WALK_DOCUMENTS];
    ARK_ASSERT(window->count <= ARK_COUNT_OF(bounds));
    for (uint32_t i = 0; i < window->count; i++) {
        uint32_t doc = window->docs[i];
        bounds[i] = doc == ARK_DOCID_END ? 0 : bound_of(writer->bounds, doc, window->tfs[i]);
    }
    return ark_class_writer_copy(&writer->classes, bounds, window);
}

void
ark_family_writer_end_class(struct ark_family_writer *writer)
{
    ark_class_writer_end(&writer->classes);
}

/** True when every member was counted. */
static bool
all_members_used(const struct ark_family_writer *writer)
{
    for (uint32_t i = 0; i < writer->member_count; i++) {
        if (writer->members[i].df == 0) {
            return false;
        }
    }
    return true;
}

/** Keeps what putting the family into its segment needs. */
static void
keep_family(struct ark_family_writer *writer, const struct ark_class_range *classes)
{
    const struct level_terms *forms = &writer->levels[COUNTED_FORM];
    ARK_GROW(writer->families, writer->families_capacity, writer->family_count + 1);
    ARK_GROW(writer->forms, writer->forms_capacity, writer->form_count + forms->count);
    writer->families[writer->family_count++] = (struct ended_family){
        .key = writer->key,
        .df = writer->df,
        .classes = *classes,
        .stem_count = writer->levels[COUNTED_STEM].count,
        .first_form = writer->form_count,
        .form_count = forms->count,
    };
    memcpy(writer->forms + writer->form_count, forms->terms, forms->count * sizeof *forms->terms);
    writer->form_count += forms->count;
}

enum ark_status
ark_family_writer_end(struct ark_family_writer *writer, struct ark_error *err)
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
    const struct ark_family_frame frame = {
        .key = writer->key, .df = writer->df, .stems = stems->terms, .stem_count = stems->count};
    size_t start = ark_class_writer_end_family(&writer->classes, writer->first_class, &frame);
    const struct ark_class_range classes = {
        .first = writer->first_class,
        .count = writer->classes.class_count - writer->first_class,
        .entries_start = start,
        .entries_end = writer->classes.entries_bytes.len,
    };
    keep_family(writer, &classes);
    return ARK_OK;
}

void
ark_family_writer_sort_forms(struct ark_family_writer *writer)
{
    ark_buf_clear(&writer->sorted_forms);
    ark_forms_sort(writer->forms, writer->form_count, &writer->sorted_forms);
}

size_t
ark_family_writer_bytes(const struct ark_family_writer *writer)
{
    return writer->classes.hot_records.len + writer->classes.cold_records.len;
}

/** Puts one family behind those that the spools have. */
static enum ark_status
put_family(struct ark_family_writer *writer, const struct ended_family *family,
           const struct ark_family_sink *sink, struct ark_error *err)
{
    const struct ark_list_place end = {ark_spool_bytes(sink->hot), ark_spool_bytes(sink->cold)};
    const struct ark_family_frame frame = {
        .key = family->key,
        .df = family->df,
        .stem_count = family->stem_count,
        .base = ark_lexicon_writer_base(sink->lexicon, end),
    };
    ark_buf_clear(sink->record);
    enum ark_status status =
        ark_class_writer_put(&writer->classes, &family->classes, &frame, sink, err);
    if (status == ARK_OK) {
        status =
            ark_lexicon_writer_add(sink->lexicon, family->key, ark_buf_view(sink->record), err);
    }
    bool sorted = writer->sorted_forms.len > 0;
    for (uint32_t i = 0; status == ARK_OK && !sorted && i < family->form_count; i++) {
        const struct ark_term *form = &writer->forms[family->first_form + i];
        status = ark_forms_writer_add(sink->forms, form->text, form->df, err);
    }
    return status;
}

enum ark_status
ark_family_writer_put(struct ark_family_writer *writer, const struct ark_family_sink *sink,
                      struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    for (size_t i = 0; status == ARK_OK && i < writer->family_count; i++) {
        status = put_family(writer, &writer->families[i], sink, err);
    }
    if (status == ARK_OK && writer->sorted_forms.len > 0) {
        status = ark_forms_writer_add_sorted(sink->forms, ark_buf_view(&writer->sorted_forms), err);
    }
    ark_class_writer_clear(&writer->classes);
    ark_buf_clear(&writer->sorted_forms);
    writer->family_count = 0;
    writer->form_count = 0;
    return status;
}
