#include "indexer/merger.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/store/lists.h"

/** One input on its way through. */
struct source {
    struct ark_segment *segment;
    struct ark_family_iterator *iterator;
    const struct ark_family *family; /**< the next one, NULL at the end */
    ark_docid base;                  /**< of its first document in the result */
    ark_docid *renumbered;         /**< by document, ARK_DOCID_END = left out; NULL = base + doc */
    struct ark_postings *postings; /**< of the family being merged, or NULL */
    uint32_t *member_of;           /**< by member of its family: the merged one */
    size_t member_of_capacity;
    bool *used; /**< by member of its family: a live document has it */
    size_t used_capacity;
    struct ark_class_walk *walk;
    uint32_t *variant_member; /**< by variant of its family: the merged member */
    size_t variant_member_capacity;
};

/** A member of one source's family. */
struct candidate {
    struct ark_member_text text;
    uint32_t source;
    uint32_t member;
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

/** Looks at which members of the source's family a live document has. */
static enum ark_status
mark_used(struct merger *merger, struct source *source)
{
    const struct ark_family *family = source->family;
    ARK_GROW(source->used, source->used_capacity, family->member_count);
    for (uint32_t i = 0; i < family->member_count; i++) {
        source->used[i] = source->renumbered == NULL;
    }
    if (source->renumbered == NULL) {
        return ARK_OK;
    }
    struct ark_postings *postings = NULL;
    enum ark_status status =
        ark_postings_open(source->segment, family, &merger->arena, &postings, merger->err);
    if (status != ARK_OK) {
        return status;
    }
    for (ark_docid doc = ark_postings_next(postings); doc != ARK_DOCID_END;
         doc = ark_postings_next(postings)) {
        if (source->renumbered[doc] == ARK_DOCID_END) {
            continue;
        }
        uint32_t count = 0;
        const struct ark_occurrence *occurrences = ark_postings_occurrences(postings, &count);
        for (uint32_t i = 0; i < count; i++) {
            source->used[occurrences[i].member] = true;
        }
    }
    return ark_postings_status(postings);
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

/** Adds the used members of a source's family to the candidates. */
static void
collect_candidates(struct merger *merger, uint32_t source_idx, size_t *count)
{
    struct source *source = &merger->sources[source_idx];
    const struct ark_family *family = source->family;
    ARK_GROW(merger->candidates, merger->candidates_capacity, *count + family->member_count);
    ARK_GROW(source->member_of, source->member_of_capacity, family->member_count);
    for (uint32_t i = 0; i < family->member_count; i++) {
        if (!source->used[i]) {
            continue;
        }
        struct candidate *candidate = &merger->candidates[(*count)++];
        candidate->source = source_idx;
        candidate->member = i;
        for (unsigned level = 0; level < ARK_TERM_LEVELS; level++) {
            candidate->text.text[level] =
                family->terms[level][family->members[i].term_idx[level]].text;
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
        merger->sources[candidate->source].member_of[candidate->member] = count - 1;
    }
    return count;
}

/**
 * Puts occurrences of a source's family into merger->occurrences by the merged
 * members. Both orders are by (light, form, stem), so members still ascend,
 * unless the source is damaged.
 */
static enum ark_status
translate(struct merger *merger, const struct source *source,
          const struct ark_occurrence *occurrences, uint32_t count)
{
    ARK_GROW(merger->occurrences, merger->occurrences_capacity, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t member = source->member_of[occurrences[i].member];
        if (i > 0 && member <= merger->occurrences[i - 1].member) {
            return ark_error_set(merger->err, ARK_E_CORRUPT,
                                 "the index is damaged: words out of order in family: %.*s",
                                 ARK_STR_ARG(source->family->key));
        }
        merger->occurrences[i] = (struct ark_occurrence){member, occurrences[i].tf};
    }
    return ARK_OK;
}

/** Writes the live postings of one source. */
static enum ark_status
copy_postings(struct merger *merger, struct source *source)
{
    struct ark_postings *postings = NULL;
    enum ark_status status =
        ark_postings_open(source->segment, source->family, &merger->arena, &postings, merger->err);
    if (status != ARK_OK) {
        return status;
    }
    for (ark_docid doc = ark_postings_next(postings); doc != ARK_DOCID_END;
         doc = ark_postings_next(postings)) {
        ark_docid target =
            source->renumbered == NULL ? source->base + doc : source->renumbered[doc];
        if (target == ARK_DOCID_END) {
            continue;
        }
        uint32_t count = 0;
        const struct ark_occurrence *occurrences = ark_postings_occurrences(postings, &count);
        const uint32_t *positions = ark_postings_positions(postings, 0);
        if (positions == NULL) {
            break;
        }
        status = translate(merger, source, occurrences, count);
        if (status != ARK_OK) {
            return status;
        }
        ark_segment_writer_add_posting(merger->writer, target, merger->occurrences, count,
                                       positions);
    }
    return ark_postings_status(postings);
}

/** The merged member with these texts, or UINT32_MAX. */
static uint32_t
find_member(const struct merger *merger, uint32_t member_count, const struct ark_member_text *text)
{
    uint32_t low = 0;
    uint32_t high = member_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_members(&merger->members[middle], text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < member_count && compare_members(&merger->members[low], text) == 0 ? low
                                                                                   : UINT32_MAX;
}

/** Finds out which merged member each variant of a source's family is. */
static void
map_variants(struct merger *merger, struct source *source, uint32_t member_count)
{
    const struct ark_family *family = source->family;
    ARK_GROW(source->variant_member, source->variant_member_capacity, family->variant_count);
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        for (uint32_t k = class->first_variant; k < class->first_variant + class->variant_count;
             k++) {
            const struct ark_variant *variant = &family->variants[k];
            const struct ark_member_text text = {
                .text = {[ARK_TERM_FORM] = variant->form,
                         [ARK_TERM_LIGHT] = class->light,
                         [ARK_TERM_STEM] = family->stems[variant->stem_idx].text}};
            source->variant_member[k] = find_member(merger, member_count, &text);
        }
    }
}

static const struct ark_class *
find_class(const struct source *source, ark_str light)
{
    for (uint32_t i = 0; i < source->family->class_count; i++) {
        if (ark_str_equal(source->family->classes[i].light, light)) {
            return &source->family->classes[i];
        }
    }
    return NULL;
}

/** Puts what a document has into merger->occurrences and positions, by merged member. */
static bool
translate_cold(struct merger *merger, const struct source *source, const struct ark_class *class,
               const struct ark_class_posting *posting)
{
    const struct ark_cold_posting *cold = &posting->cold;
    ARK_GROW(merger->occurrences, merger->occurrences_capacity, cold->entry_count);
    ARK_GROW(merger->positions, merger->positions_capacity, posting->tf);
    for (uint32_t i = 0; i < cold->entry_count; i++) {
        uint32_t member = source->variant_member[class->first_variant + cold->entries[i].code];
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
            if (source->variant_member[class->first_variant + entry->code] ==
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
        if (!translate_cold(merger, source, class, posting)) {
            return ark_error_set(merger->err, ARK_E_CORRUPT,
                                 "the index is damaged: words out of order in family: %.*s",
                                 ARK_STR_ARG(source->family->key));
        }
        ark_segment_writer_add_to_class(merger->writer, target, merger->occurrences,
                                        posting->cold.entry_count, merger->positions);
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
            const struct ark_class *class =
                source->family != NULL && ark_str_equal(source->family->key, key)
                    ? find_class(source, light)
                    : NULL;
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

static bool
has_key(const struct source *source, ark_str key)
{
    return source->family != NULL && ark_str_equal(source->family->key, key);
}

/** Merges the families with this key, which lies in the arena. */
static enum ark_status
merge_family(struct merger *merger, ark_str key)
{
    size_t candidate_count = 0;
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < merger->source_count; i++) {
        if (has_key(&merger->sources[i], key)) {
            status = mark_used(merger, &merger->sources[i]);
            if (status != ARK_OK) {
                return status;
            }
            collect_candidates(merger, i, &candidate_count);
        }
    }
    uint32_t member_count = unite_members(merger, candidate_count);
    if (member_count > 0) {
        ark_segment_writer_begin_family(merger->writer, key, merger->members, member_count);
    }
    for (uint32_t i = 0; i < merger->source_count && member_count > 0; i++) {
        if (has_key(&merger->sources[i], key)) {
            status = copy_postings(merger, &merger->sources[i]);
            if (status != ARK_OK) {
                return status;
            }
            map_variants(merger, &merger->sources[i], member_count);
        }
    }
    status = merge_classes(merger, key, member_count);
    if (status != ARK_OK) {
        return status;
    }
    return member_count > 0 ? ark_segment_writer_end_family(merger->writer, merger->err) : ARK_OK;
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
        free(merger->sources[i].used);
        free(merger->sources[i].variant_member);
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
