#include "indexer/merger.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/store/family_counts.h"

/** One input on its way through. */
struct source {
    struct ark_segment *segment;
    struct ark_family_iterator *iterator;
    const struct ark_family *family; /**< the next one, NULL at the end */
    ark_docid base;                  /**< of its first document in the result */
    ark_docid *renumbered; /**< by document, ARK_DOCID_END = left out; NULL = base + doc */
    struct ark_class_walk *walk;
    struct ark_family_counter *counter; /**< when documents are left out, else NULL */
    struct ark_family_counts counts;    /**< of its family, without those documents */
    uint32_t *member_of;                /**< by variant of its family: the merged member */
    size_t member_of_capacity;
    uint32_t *class_order; /**< its family's classes by light form */
    size_t class_order_capacity;
    uint32_t next_class; /**< in that order */
};

/** A variant of one source's family. */
struct candidate {
    struct ark_member_text text;
    uint32_t source;
    uint32_t variant;
};

struct merger {
    struct source *sources;
    uint32_t source_count;
    struct ark_segment_writer *writer;
    struct ark_error *err;
    struct ark_arena arena; /**< of one family */
    struct candidate *candidates;
    size_t candidates_capacity;
    struct ark_member_text *members;
    size_t members_capacity;
    struct ark_occurrence *occurrences;
    size_t occurrences_capacity;
    uint32_t *positions;
    size_t positions_capacity;
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

/** Counts the documents of the source's family that are not left out. */
static enum ark_status
count_documents(struct merger *merger, struct source *source)
{
    const struct ark_family *family = source->family;
    if (source->counter != NULL) {
        return ark_family_count(source->counter, family, source->renumbered, &source->counts,
                                merger->err);
    }
    uint32_t *counts = ark_arena_alloc(
        &merger->arena, (2 * (size_t)family->variant_count + family->stem_count) * sizeof *counts);
    source->counts = (struct ark_family_counts){family->df, counts, counts + family->variant_count,
                                                counts + 2 * (size_t)family->variant_count};
    for (uint32_t i = 0; i < family->variant_count; i++) {
        counts[i] = family->variants[i].df;
        counts[family->variant_count + i] = family->variants[i].form_df;
    }
    for (uint32_t i = 0; i < family->stem_count; i++) {
        counts[2 * (size_t)family->variant_count + i] = family->stems[i].df;
    }
    return ARK_OK;
}

static int
compare_members(const struct ark_member_text *a, const struct ark_member_text *b)
{
    static const unsigned ORDER[] = {ARK_TERM_LIGHT, ARK_TERM_FORM, ARK_TERM_STEM};
    for (size_t i = 0; i < ARK_COUNT_OF(ORDER); i++) {
        int order = ark_str_compare(a->text[ORDER[i]], b->text[ORDER[i]]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = compare_members(&a->text, &b->text);
    return order != 0 ? order : (a->source > b->source) - (a->source < b->source);
}

/** Adds the variants of a source's family that a document has to the candidates. */
static void
collect_candidates(struct merger *merger, uint32_t source_idx, size_t *count)
{
    struct source *source = &merger->sources[source_idx];
    const struct ark_family *family = source->family;
    ARK_GROW(merger->candidates, merger->candidates_capacity, *count + family->variant_count);
    ARK_GROW(source->member_of, source->member_of_capacity, family->variant_count);
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        for (uint32_t k = 0; k < class->variant_count; k++) {
            uint32_t number = class->first_variant + k;
            const struct ark_variant *variant = &family->variants[number];
            source->member_of[number] = UINT32_MAX;
            if (source->counts.variant_df[number] == 0) {
                continue;
            }
            merger->candidates[(*count)++] = (struct candidate){
                .text = {.text = {[ARK_TERM_FORM] = variant->form,
                                  [ARK_TERM_LIGHT] = class->light,
                                  [ARK_TERM_STEM] = family->stems[variant->stem_idx].text}},
                .source = source_idx,
                .variant = number,
            };
        }
    }
}

/** Unites equal candidates; tells every source where its members went. Returns how many there are. */
static uint32_t
unite_members(struct merger *merger, size_t candidate_count)
{
    qsort(merger->candidates, candidate_count, sizeof *merger->candidates, compare_candidates);
    ARK_GROW(merger->members, merger->members_capacity, candidate_count);
    uint32_t count = 0;
    for (size_t i = 0; i < candidate_count; i++) {
        const struct candidate *candidate = &merger->candidates[i];
        if (count == 0 || compare_members(&merger->members[count - 1], &candidate->text) != 0) {
            merger->members[count++] = candidate->text;
        }
        merger->sources[candidate->source].member_of[candidate->variant] = count - 1;
    }
    return count;
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
    const struct ark_family_counts *counts = &source->counts;
    bool *stem_passed = ark_arena_calloc(&merger->arena, family->stem_count, sizeof *stem_passed);
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
            uint32_t before = 0;
            while (before < k && (source->member_of[class->first_variant + before] == UINT32_MAX ||
                                  !ark_str_equal(variants[before].form, variants[k].form))) {
                before++;
            }
            if (before == k) {
                ark_segment_writer_count_form(merger->writer, member, counts->form_df[number]);
            }
        }
    }
}

/** qsort has no context argument in C17. */
static _Thread_local const struct ark_class *sorted_classes;

static int
compare_classes(const void *left, const void *right)
{
    return ark_str_compare(sorted_classes[*(const uint32_t *)left].light,
                           sorted_classes[*(const uint32_t *)right].light);
}

/** Orders the classes of a source's family as the merged ones come. */
static void
order_classes(struct source *source)
{
    const struct ark_family *family = source->family;
    ARK_GROW(source->class_order, source->class_order_capacity, family->class_count);
    for (uint32_t i = 0; i < family->class_count; i++) {
        source->class_order[i] = i;
    }
    sorted_classes = family->classes;
    qsort(source->class_order, family->class_count, sizeof *source->class_order, compare_classes);
    source->next_class = 0;
}

/** The class with this light form, if the source has it; light forms are asked for in their order. */
static const struct ark_class *
find_class(struct source *source, ark_str light)
{
    const struct ark_family *family = source->family;
    while (source->next_class < family->class_count) {
        const struct ark_class *class = &family->classes[source->class_order[source->next_class]];
        int order = ark_str_compare(class->light, light);
        if (order >= 0) {
            return order == 0 ? class : NULL;
        }
        source->next_class++;
    }
    return NULL;
}

/**
 * Puts what a document has into merger->occurrences and positions, by merged
 * member. False when the source is damaged: it has a variant nobody counted.
 */
static bool
translate(struct merger *merger, const struct source *source, const struct ark_class *class,
          const struct ark_class_posting *posting)
{
    const struct ark_cold_posting *cold = &posting->cold;
    ARK_GROW(merger->occurrences, merger->occurrences_capacity, cold->entry_count);
    ARK_GROW(merger->positions, merger->positions_capacity, posting->tf);
    for (uint32_t i = 0; i < cold->entry_count; i++) {
        uint32_t member = source->member_of[class->first_variant + cold->entries[i].code];
        uint32_t at = i;
        while (at > 0 && merger->occurrences[at - 1].member > member) {
            merger->occurrences[at] = merger->occurrences[at - 1];
            at--;
        }
        if (member == UINT32_MAX || (at > 0 && merger->occurrences[at - 1].member == member)) {
            return false;
        }
        merger->occurrences[at] = (struct ark_occurrence){member, cold->entries[i].tf};
    }
    uint32_t *to = merger->positions;
    for (uint32_t i = 0; i < cold->entry_count; i++) {
        const uint32_t *from = cold->positions;
        for (uint32_t k = 0; k < cold->entry_count; k++) {
            const struct ark_cold_entry *entry = &cold->entries[k];
            if (source->member_of[class->first_variant + entry->code] ==
                merger->occurrences[i].member) {
                memcpy(to, from, entry->tf * sizeof *to);
                to += entry->tf;
                break;
            }
            from += entry->tf;
        }
    }
    return true;
}

/** Writes the live postings that a source has of a class. */
static enum ark_status
copy_class(struct merger *merger, struct source *source, const struct ark_class *class)
{
    enum ark_status status = ark_class_walk_start(source->walk, class, merger->err);
    while (status == ARK_OK) {
        const struct ark_class_posting *posting = NULL;
        status = ark_class_walk_next(source->walk, &posting, merger->err);
        if (status != ARK_OK || posting == NULL) {
            break;
        }
        ark_docid target = source->renumbered == NULL ? source->base + posting->doc
                                                      : source->renumbered[posting->doc];
        if (target == ARK_DOCID_END) {
            continue;
        }
        if (!translate(merger, source, class, posting)) {
            return ark_error_set(merger->err, ARK_E_CORRUPT,
                                 "the index is damaged: words out of order in family: %.*s",
                                 ARK_STR_ARG(source->family->key));
        }
        const struct ark_posting merged = {target, posting->cold.entry_count, merger->occurrences,
                                           merger->positions};
        ark_segment_writer_add_posting(merger->writer, &merged);
    }
    return status;
}

/** Writes the lists of all classes of the merged family. */
static enum ark_status
merge_classes(struct merger *merger, ark_str key, uint32_t member_count)
{
    enum ark_status status = ARK_OK;
    for (uint32_t member = 0; status == ARK_OK && member < member_count; member++) {
        ark_str light = merger->members[member].text[ARK_TERM_LIGHT];
        if (member > 0 && ark_str_equal(light, merger->members[member - 1].text[ARK_TERM_LIGHT])) {
            continue;
        }
        ark_segment_writer_begin_class(merger->writer, member);
        for (uint32_t i = 0; status == ARK_OK && i < merger->source_count; i++) {
            struct source *source = &merger->sources[i];
            const struct ark_class *class = has_key(source, key) ? find_class(source, light) : NULL;
            status = class == NULL ? ARK_OK : copy_class(merger, source, class);
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
    size_t candidate_count = 0;
    for (uint32_t i = 0; i < merger->source_count; i++) {
        struct source *source = &merger->sources[i];
        if (has_key(source, key)) {
            enum ark_status status = count_documents(merger, source);
            if (status != ARK_OK) {
                return status;
            }
            collect_candidates(merger, i, &candidate_count);
            order_classes(source);
        }
    }
    uint32_t member_count = unite_members(merger, candidate_count);
    if (member_count == 0) {
        return ARK_OK;
    }
    ark_segment_writer_begin_family(merger->writer, key, merger->members, member_count);
    for (uint32_t i = 0; i < merger->source_count; i++) {
        if (has_key(&merger->sources[i], key)) {
            pass_counts(merger, &merger->sources[i]);
        }
    }
    enum ark_status status = merge_classes(merger, key, member_count);
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
        free(merger->sources[i].class_order);
        ark_family_counter_free(merger->sources[i].counter);
        ark_class_walk_free(merger->sources[i].walk);
    }
    free(merger->sources);
    free(merger->candidates);
    free(merger->members);
    free(merger->occurrences);
    free(merger->positions);
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
