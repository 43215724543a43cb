#include "indexer/merger.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/base/sort.h"
#include "common/store/family_counts.h"

/** How many documents of a family have what, those that are left out not counted. */
struct counts {
    uint32_t df;
    uint32_t *variant_df; /**< by variant of the family; the arrays lie in the merger's arena */
    uint32_t *form_df;    /**< by variant: of its form, whatever the stem */
    uint32_t *stem_df;    /**< by stem of the family */
};

/** One input on its way through. */
struct source {
    struct ark_segment *segment;
    struct ark_family_iterator *iterator;
    const struct ark_family *family; /**< the next one, NULL at the end */
    ark_docid base;                  /**< of its first document in the result */
    ark_docid *renumbered; /**< by document, ARK_DOCID_END = left out; NULL = base + doc */
    struct ark_class_walk *walk;
    struct ark_family_counter *counter; /**< when documents are left out, else NULL */
    struct counts counts;               /**< of its family */
    uint32_t *member_of;                /**< by variant of its family: the merged member */
    size_t member_of_capacity;
};

/** A class of one source's family; those of one light form become one class. */
struct part {
    const struct ark_class *class;
    uint32_t source;
};

/** A variant of a part; equal ones become one member. */
struct candidate {
    ark_str form;
    ark_str stem;
    uint32_t source;
    uint32_t variant; /**< its number in the source's family */
};

/** A class of the merged family. */
struct merged_class {
    uint32_t first_part;
    uint32_t part_count;
    uint32_t first_member;
};

struct merger {
    struct source *sources;
    uint32_t source_count;
    struct ark_segment_writer *writer;
    struct ark_error *err;
    struct ark_arena arena; /**< of one family */
    struct part *parts;     /**< of the family, class after class */
    size_t parts_capacity;
    size_t part_count;
    struct candidate *candidates; /**< of one class */
    size_t candidates_capacity;
    struct merged_class *classes;
    size_t classes_capacity;
    uint32_t class_count;
    struct ark_member_text *members;
    size_t members_capacity;
    uint32_t *first_like; /**< by member: the first of its class with its form */
    size_t first_like_capacity;
    uint32_t member_count;
};

static bool
is_left_out(const struct ark_merge_input *input, ark_docid doc)
{
    return ark_segment_is_dead(input->segment, doc) ||
           (input->deleted != NULL && (input->deleted[doc / 8] >> (doc % 8) & 1) != 0);
}

/** Copies the live documents of an input and numbers them anew. */
static enum ark_status
copy_documents(struct merger *merger, const struct ark_merge_input *input, struct source *source,
               ark_docid *next)
{
    uint32_t count = ark_segment_info(input->segment)->document_count;
    source->base = *next;
    for (ark_docid doc = 0; doc < count; doc++) {
        bool left_out = is_left_out(input, doc);
        if (left_out && source->renumbered == NULL) {
            source->renumbered = ark_xcalloc(count, sizeof *source->renumbered);
            for (ark_docid before = 0; before < doc; before++) {
                source->renumbered[before] = source->base + before;
            }
        }
        if (source->renumbered != NULL) {
            source->renumbered[doc] = left_out ? ARK_DOCID_END : *next;
        }
        if (left_out) {
            continue;
        }
        enum ark_status status =
            ark_segment_writer_copy_document(merger->writer, input->segment, doc, merger->err);
        if (status != ARK_OK) {
            return status;
        }
        (*next)++;
    }
    return ARK_OK;
}

static enum ark_status
damaged(const struct merger *merger, const struct source *source)
{
    return ark_error_set(merger->err, ARK_E_CORRUPT,
                         "the index is damaged: words out of order in family: %.*s",
                         ARK_STR_ARG(source->family->key));
}

/** Takes what was counted off the count; false when it is more. */
static bool
take_off(uint32_t *count, uint32_t counted)
{
    bool fits = counted <= *count;
    *count -= fits ? counted : 0;
    return fits;
}

/** Takes the documents that are left out off the counts of the source's family. */
static enum ark_status
count_left_out(struct merger *merger, struct source *source)
{
    const struct ark_family *family = source->family;
    struct counts *counts = &source->counts;
    struct ark_family_counts out;
    enum ark_status status =
        ark_family_count(source->counter, family, source->renumbered, &out, merger->err);
    if (status != ARK_OK || out.df == 0) {
        return status;
    }
    bool fits = take_off(&counts->df, out.df);
    for (uint32_t i = 0; i < family->variant_count; i++) {
        fits = take_off(&counts->variant_df[i], out.variant_df[i]) && fits;
        fits = take_off(&counts->form_df[i], out.form_df[i]) && fits;
    }
    for (uint32_t i = 0; i < family->stem_count; i++) {
        fits = take_off(&counts->stem_df[i], out.stem_df[i]) && fits;
    }
    return fits ? ARK_OK : damaged(merger, source);
}

/** Counts the documents of the source's family that are not left out. */
static enum ark_status
count_documents(struct merger *merger, struct source *source)
{
    const struct ark_family *family = source->family;
    uint32_t *counts = ark_arena_alloc(
        &merger->arena, (2 * (size_t)family->variant_count + family->stem_count) * sizeof *counts);
    source->counts = (struct counts){family->df, counts, counts + family->variant_count,
                                     counts + 2 * (size_t)family->variant_count};
    for (uint32_t i = 0; i < family->variant_count; i++) {
        counts[i] = family->variants[i].df;
        counts[family->variant_count + i] = family->variants[i].form_df;
    }
    for (uint32_t i = 0; i < family->stem_count; i++) {
        counts[2 * (size_t)family->variant_count + i] = family->stems[i].df;
    }
    return source->counter == NULL ? ARK_OK : count_left_out(merger, source);
}

static int
compare_parts(const void *left, const void *right)
{
    const struct part *a = left;
    const struct part *b = right;
    int order = ark_str_compare(a->class->light, b->class->light);
    return order != 0 ? order : (a->source > b->source) - (a->source < b->source);
}

static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = ark_str_compare(a->form, b->form);
    order = order != 0 ? order : ark_str_compare(a->stem, b->stem);
    return order != 0 ? order : (a->source > b->source) - (a->source < b->source);
}

/** True when a document that is not left out has a variant of the class. */
static bool
is_live(const struct source *source, const struct ark_class *class)
{
    const uint32_t *df = source->counts.variant_df + class->first_variant;
    uint32_t i = 0;
    while (i < class->variant_count && df[i] == 0) {
        i++;
    }
    return i < class->variant_count;
}

/** Adds the classes of a source's family that a document has to the parts. */
static void
collect_parts(struct merger *merger, uint32_t source_idx)
{
    struct source *source = &merger->sources[source_idx];
    const struct ark_family *family = source->family;
    ARK_GROW(merger->parts, merger->parts_capacity, merger->part_count + family->class_count);
    ARK_GROW(source->member_of, source->member_of_capacity, family->variant_count);
    memset(source->member_of, 0xFF, family->variant_count * sizeof *source->member_of);
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        if (is_live(source, class)) {
            merger->parts[merger->part_count++] = (struct part){class, source_idx};
        }
    }
}

/** Adds the variants of a part that a document has to the candidates of its class. */
static void
collect_candidates(struct merger *merger, const struct part *part, size_t *count)
{
    const struct ark_class *class = part->class;
    struct source *source = &merger->sources[part->source];
    const struct ark_family *family = source->family;
    ARK_GROW(merger->candidates, merger->candidates_capacity, *count + class->variant_count);
    for (uint32_t i = 0; i < class->variant_count; i++) {
        uint32_t number = class->first_variant + i;
        const struct ark_variant *variant = &family->variants[number];
        if (source->counts.variant_df[number] > 0) {
            merger->candidates[(*count)++] = (struct candidate){
                variant->form, family->stems[variant->stem_idx].text, part->source, number};
        }
    }
}

/** Makes members of the variants of a class; tells every source where its variants went. */
static void
unite_members(struct merger *merger, const struct merged_class *class)
{
    size_t count = 0;
    for (uint32_t i = 0; i < class->part_count; i++) {
        collect_candidates(merger, &merger->parts[class->first_part + i], &count);
    }
    ark_sort(merger->candidates, count, sizeof *merger->candidates, compare_candidates);
    ARK_GROW(merger->members, merger->members_capacity, merger->member_count + count);
    ARK_GROW(merger->first_like, merger->first_like_capacity, merger->member_count + count);
    ark_str light = merger->parts[class->first_part].class->light;
    for (size_t i = 0; i < count; i++) {
        const struct candidate *candidate = &merger->candidates[i];
        bool other_form = i == 0 || !ark_str_equal(candidate[-1].form, candidate->form);
        if (other_form || !ark_str_equal(candidate[-1].stem, candidate->stem)) {
            uint32_t member = merger->member_count++;
            merger->first_like[member] = other_form ? member : merger->first_like[member - 1];
            merger->members[member] =
                (struct ark_member_text){.text = {[ARK_TERM_FORM] = candidate->form,
                                                  [ARK_TERM_LIGHT] = light,
                                                  [ARK_TERM_STEM] = candidate->stem}};
        }
        merger->sources[candidate->source].member_of[candidate->variant] = merger->member_count - 1;
    }
}

/** Makes classes of the parts, and their members. */
static void
unite_classes(struct merger *merger)
{
    ark_sort(merger->parts, merger->part_count, sizeof *merger->parts, compare_parts);
    ARK_GROW(merger->classes, merger->classes_capacity, merger->part_count);
    merger->class_count = 0;
    merger->member_count = 0;
    for (size_t start = 0; start < merger->part_count;) {
        const struct part *parts = merger->parts + start;
        uint32_t count = 1;
        while (start + count < merger->part_count &&
               ark_str_equal(parts[count].class->light, parts->class->light)) {
            count++;
        }
        struct merged_class *class = &merger->classes[merger->class_count++];
        *class = (struct merged_class){(uint32_t)start, count, merger->member_count};
        unite_members(merger, class);
        start += count;
    }
}

static bool
has_key(const struct source *source, ark_str key)
{
    return source->family != NULL && ark_str_equal(source->family->key, key);
}

/** Tells the writer how many documents of a source have what. */
static void
pass_counts(struct merger *merger, const struct source *source)
{
    const struct ark_family *family = source->family;
    const struct counts *counts = &source->counts;
    bool *stem_passed = ark_arena_calloc(&merger->arena, family->stem_count, sizeof *stem_passed);
    bool *form_passed = ark_arena_calloc(&merger->arena, merger->member_count, sizeof *form_passed);
    ark_segment_writer_count_family(merger->writer, counts->df);
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        const struct ark_variant *variants = family->variants + class->first_variant;
        for (uint32_t k = 0; k < class->variant_count; k++) {
            uint32_t number = class->first_variant + k;
            uint32_t member = source->member_of[number];
            if (member == UINT32_MAX) {
                continue;
            }
            ark_segment_writer_count_member(merger->writer, member, counts->variant_df[number]);
            if (!stem_passed[variants[k].stem_idx]) {
                stem_passed[variants[k].stem_idx] = true;
                ark_segment_writer_count_stem(merger->writer, member,
                                              counts->stem_df[variants[k].stem_idx]);
            }
            // Of variants with one form, the first that is left speaks for it.
            if (!form_passed[merger->first_like[member]]) {
                form_passed[merger->first_like[member]] = true;
                ark_segment_writer_count_form(merger->writer, member, counts->form_df[number]);
            }
        }
    }
}

/** Copies the live documents of a window, which the source's walk stands on. */
static enum ark_status
copy_window(struct merger *merger, struct source *source, const struct ark_class_window *window)
{
    ark_docid docs[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_cold_window cold;
    for (uint32_t i = 0; i < window->count; i++) {
        docs[i] = source->renumbered == NULL ? source->base + window->docs[i]
                                             : source->renumbered[window->docs[i]];
    }
    enum ark_status status = ark_class_walk_cold(source->walk, &cold, merger->err);
    if (status != ARK_OK) {
        return status;
    }
    const struct ark_posting_window copied = {window->count, docs, window->tfs, &cold};
    return ark_segment_writer_copy(merger->writer, &copied) ? ARK_OK : damaged(merger, source);
}

/** Writes the live postings that a source has of a class. */
static enum ark_status
copy_class(struct merger *merger, struct source *source, const struct ark_class *class)
{
    struct ark_class_window window = {0};
    ark_segment_writer_copy_from(merger->writer, source->member_of + class->first_variant,
                                 class->variant_count);
    enum ark_status status = ark_class_walk_start(source->walk, class, merger->err);
    do {
        if (status == ARK_OK) {
            status = ark_class_walk_window(source->walk, &window, merger->err);
        }
        if (status == ARK_OK && window.count > 0) {
            status = copy_window(merger, source, &window);
        }
    } while (status == ARK_OK && window.count > 0);
    return status;
}

/** Writes the lists of all classes of the merged family. */
static enum ark_status
merge_classes(struct merger *merger)
{
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; status == ARK_OK && i < merger->class_count; i++) {
        const struct merged_class *class = &merger->classes[i];
        ark_segment_writer_begin_class(merger->writer, class->first_member);
        for (uint32_t k = 0; status == ARK_OK && k < class->part_count; k++) {
            const struct part *part = &merger->parts[class->first_part + k];
            status = copy_class(merger, &merger->sources[part->source], part->class);
        }
        if (status == ARK_OK) {
            ark_segment_writer_end_class(merger->writer);
        }
    }
    return status;
}

/** The least key that any source stands on; false when all are at their end. */
static bool
least_key(const struct merger *merger, ark_str *key)
{
    bool found = false;
    for (uint32_t i = 0; i < merger->source_count; i++) {
        const struct ark_family *family = merger->sources[i].family;
        if (family != NULL && (!found || ark_str_compare(family->key, *key) < 0)) {
            *key = family->key;
            found = true;
        }
    }
    return found;
}

/** Merges the families with this key, which lies in the arena. */
static enum ark_status
merge_family(struct merger *merger, ark_str key)
{
    merger->part_count = 0;
    for (uint32_t i = 0; i < merger->source_count; i++) {
        struct source *source = &merger->sources[i];
        if (has_key(source, key)) {
            enum ark_status status = count_documents(merger, source);
            if (status != ARK_OK) {
                return status;
            }
            collect_parts(merger, i);
        }
    }
    if (merger->part_count == 0) {
        return ARK_OK;
    }
    unite_classes(merger);
    ark_segment_writer_begin_family(merger->writer, key, merger->members, merger->member_count);
    for (uint32_t i = 0; i < merger->source_count; i++) {
        if (has_key(&merger->sources[i], key)) {
            pass_counts(merger, &merger->sources[i]);
        }
    }
    enum ark_status status = merge_classes(merger);
    return status == ARK_OK ? ark_segment_writer_end_family(merger->writer, merger->err) : status;
}

/** Moves every source that stands on key to its next family. */
static enum ark_status
advance(struct merger *merger, ark_str key)
{
    for (uint32_t i = 0; i < merger->source_count; i++) {
        struct source *source = &merger->sources[i];
        if (has_key(source, key)) {
            enum ark_status status =
                ark_family_iterator_next(source->iterator, &source->family, merger->err);
            if (status != ARK_OK) {
                return status;
            }
        }
    }
    return ARK_OK;
}

static enum ark_status
merge_all(struct merger *merger, const struct ark_merge_input *inputs)
{
    ark_docid next = 0;
    for (uint32_t i = 0; i < merger->source_count; i++) {
        struct source *source = &merger->sources[i];
        source->segment = inputs[i].segment;
        source->iterator = ark_family_iterator_new(source->segment);
        source->walk = ark_class_walk_new(source->segment);
        enum ark_status status =
            ark_family_iterator_next(source->iterator, &source->family, merger->err);
        if (status == ARK_OK) {
            status = copy_documents(merger, &inputs[i], source, &next);
        }
        if (status == ARK_OK && source->renumbered != NULL) {
            source->counter = ark_family_counter_new(source->segment);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    ark_str key;
    for (uint32_t done = 0; least_key(merger, &key); done++) {
        key = ark_arena_dup(&merger->arena, key);
        enum ark_status status = merge_family(merger, key);
        if (status == ARK_OK) {
            status = advance(merger, key);
        }
        if (status == ARK_OK && done % 1024 == 0 && ark_signals_pending() != 0) {
            status = ark_error_set(merger->err, ARK_E_INTERRUPTED, "interrupted");
        }
        if (status != ARK_OK) {
            return status;
        }
        ark_arena_reset(&merger->arena);
    }
    return ARK_OK;
}

static void
dispose(struct merger *merger)
{
    for (uint32_t i = 0; i < merger->source_count; i++) {
        ark_family_iterator_free(merger->sources[i].iterator);
        free(merger->sources[i].renumbered);
        free(merger->sources[i].member_of);
        ark_family_counter_free(merger->sources[i].counter);
        ark_class_walk_free(merger->sources[i].walk);
    }
    free(merger->sources);
    free(merger->parts);
    free(merger->candidates);
    free(merger->classes);
    free(merger->members);
    free(merger->first_like);
    ark_arena_dispose(&merger->arena);
}

enum ark_status
ark_merge(const struct ark_merge_input *inputs, uint32_t count, const char *temp_dir,
          struct ark_segment_data **out, struct ark_error *err)
{
    ARK_ASSERT(count > 0);
    struct merger merger = {
        .sources = ark_xcalloc(count, sizeof(struct source)),
        .source_count = count,
        .writer = ark_segment_writer_new(temp_dir),
        .err = err,
        .arena = ark_arena_make(),
    };
    enum ark_status status = merge_all(&merger, inputs);
    if (status == ARK_OK) {
        status = ark_segment_writer_finish(merger.writer, out, err);
    } else {
        ark_segment_writer_free(merger.writer);
    }
    dispose(&merger);
    return status;
}
