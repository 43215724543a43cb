#include "indexer/inverter.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/families.h"

/** One occurrence, in the order of the text within its family. */
struct entry {
    uint32_t doc;
    uint32_t member;
    uint32_t position;
};

/** Where a document's tokens begin, and how many are its title's. */
struct document {
    size_t first_token;
    uint32_t title_tokens;
};

struct ark_inverter {
    struct ark_word_table *table;
    uint32_t *words; /**< one a token, in the order of the text */
    size_t word_count;
    size_t words_capacity;
    struct document *documents;
    size_t document_count;
    size_t documents_capacity;
};

struct ark_inverter *
ark_inverter_new(void)
{
    struct ark_inverter *inverter = ark_xcalloc(1, sizeof *inverter);
    inverter->table = ark_word_table_new();
    return inverter;
}

void
ark_inverter_free(struct ark_inverter *inverter)
{
    if (inverter != NULL) {
        ark_word_table_free(inverter->table);
        free(inverter->words);
        free(inverter->documents);
        free(inverter);
    }
}

struct ark_word_table *
ark_inverter_words(struct ark_inverter *inverter)
{
    return inverter->table;
}

void
ark_inverter_add(struct ark_inverter *inverter, const uint32_t *words, uint32_t title_tokens,
                 uint32_t token_count)
{
    ARK_ASSERT(title_tokens <= token_count);
    ARK_GROW(inverter->documents, inverter->documents_capacity, inverter->document_count + 1);
    inverter->documents[inverter->document_count++] =
        (struct document){inverter->word_count, title_tokens};
    ARK_GROW(inverter->words, inverter->words_capacity, inverter->word_count + token_count);
    if (token_count > 0) {
        memcpy(inverter->words + inverter->word_count, words, token_count * sizeof *words);
    }
    inverter->word_count += token_count;
}

size_t
ark_inverter_bytes(const struct ark_inverter *inverter)
{
    // The words, their entries, and by word: its order, its family, its member.
    return inverter->word_count * (sizeof *inverter->words + sizeof(struct entry)) +
           inverter->document_count * sizeof *inverter->documents +
           ark_word_table_bytes(inverter->table) +
           ark_families_bytes(ark_word_table_count(inverter->table));
}

/**
 * Distributes all tokens to their families, in the order of the text: a counting
 * sort. end, by family and one more, all 0, becomes the end of its entries.
 */
static struct entry *
sort_entries(const struct ark_inverter *inverter, const struct ark_families *families, size_t *end)
{
    size_t total = 0;
    for (size_t i = 0; i < inverter->word_count; i++) {
        if (inverter->words[i] != ARK_WORD_NONE) {
            end[families->family_of[inverter->words[i]] + 1]++;
            total++;
        }
    }
    for (uint32_t i = 0; i < families->count; i++) {
        end[i + 1] += end[i];
    }
    struct entry *entries = ark_xcalloc(total, sizeof *entries);
    for (size_t doc = 0; doc < inverter->document_count; doc++) {
        const struct document *document = &inverter->documents[doc];
        size_t token_end = doc + 1 < inverter->document_count
                               ? inverter->documents[doc + 1].first_token
                               : inverter->word_count;
        size_t body = document->first_token + document->title_tokens;
        for (size_t i = document->first_token; i < token_end; i++) {
            uint32_t word = inverter->words[i];
            if (word == ARK_WORD_NONE) {
                continue;
            }
            uint32_t position = (uint32_t)(i - document->first_token);
            entries[end[families->family_of[word]]++] = (struct entry){
                .doc = (uint32_t)doc,
                .member = families->member_of[word],
                .position = i < body ? position : position + ARK_FIELD_GAP,
            };
        }
    }
    return entries;
}

static int
compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    if (a->member != b->member) {
        return a->member < b->member ? -1 : 1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

/** Orders one document's entries of a family by member; mostly there are one or two. */
static void
sort_by_member(struct entry *entries, size_t count)
{
    enum { INSERTION_MAX = 16 };
    if (count > INSERTION_MAX) {
        qsort(entries, count, sizeof *entries, compare_entries);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct entry entry = entries[i];
        size_t at = i;
        while (at > 0 && compare_entries(&entries[at - 1], &entry) > 0) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = entry;
    }
}

/** Room for one posting and the members of one family. */
struct scratch {
    struct entry *by_class; /**< the entries of a family of several classes */
    size_t by_class_capacity;
    size_t *class_end; /**< by class of the family, and one more before */
    size_t class_end_capacity;
    uint32_t *class_first; /**< by class: its first member, and one more at the end */
    size_t class_first_capacity;
    uint32_t *class_of; /**< by member */
    size_t class_of_capacity;
    struct ark_member_text *members;
    size_t members_capacity;
    struct ark_occurrence *occurrences;
    size_t occurrences_capacity;
    uint32_t *positions;
    size_t positions_capacity;
    uint32_t *document_members; /**< of one document */
    size_t document_members_capacity;
};

/** Fills in occurrences and positions of one document's entries, which come by member. */
static uint32_t
gather_posting(const struct entry *entries, size_t count, struct scratch *scratch)
{
    ARK_GROW(scratch->occurrences, scratch->occurrences_capacity, count);
    ARK_GROW(scratch->positions, scratch->positions_capacity, count);
    uint32_t occurrence_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].member != entries[i - 1].member) {
            scratch->occurrences[occurrence_count++] =
                (struct ark_occurrence){entries[i].member, 0};
        }
        scratch->occurrences[occurrence_count - 1].tf++;
        scratch->positions[i] = entries[i].position;
    }
    return occurrence_count;
}

/** The end of the run of entries of the document at first. */
static size_t
document_end(const struct entry *entries, size_t first, size_t end)
{
    size_t next = first + 1;
    while (next < end && entries[next].doc == entries[first].doc) {
        next++;
    }
    return next;
}

/** Counts a document for each member among its entries, which are put in their order. */
static void
count_document(struct ark_segment_writer *writer, struct entry *entries, size_t count,
               struct scratch *scratch)
{
    uint32_t member_count = 0;
    sort_by_member(entries, count);
    ARK_GROW(scratch->document_members, scratch->document_members_capacity, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].member != entries[i - 1].member) {
            scratch->document_members[member_count++] = entries[i].member;
        }
    }
    ark_segment_writer_count_document(writer, entries[0].doc, scratch->document_members,
                                      member_count);
}

/** Cuts the members, which come by light form, into classes; returns how many there are. */
static uint32_t
find_classes(struct scratch *scratch, uint32_t member_count)
{
    uint32_t count = 0;
    ARK_GROW(scratch->class_first, scratch->class_first_capacity, member_count + (size_t)1);
    ARK_GROW(scratch->class_of, scratch->class_of_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        if (i == 0 || !ark_str_equal(scratch->members[i].text[ARK_TERM_LIGHT],
                                     scratch->members[i - 1].text[ARK_TERM_LIGHT])) {
            scratch->class_first[count++] = i;
        }
        scratch->class_of[i] = count - 1;
    }
    scratch->class_first[count] = member_count;
    return count;
}

/** Puts the entries of a family in the order of classes, each in the order they had. */
static struct entry *
sort_by_class(struct entry *entries, size_t count, uint32_t class_count, struct scratch *scratch)
{
    ARK_GROW(scratch->class_end, scratch->class_end_capacity, class_count + (size_t)1);
    memset(scratch->class_end, 0, (class_count + (size_t)1) * sizeof *scratch->class_end);
    for (size_t i = 0; i < count; i++) {
        scratch->class_end[scratch->class_of[entries[i].member] + 1]++;
    }
    for (uint32_t i = 0; i < class_count; i++) {
        scratch->class_end[i + 1] += scratch->class_end[i];
    }
    if (class_count == 1) {
        scratch->class_end[0] = count;
        return entries;
    }
    ARK_GROW(scratch->by_class, scratch->by_class_capacity, count);
    for (size_t i = 0; i < count; i++) {
        scratch->by_class[scratch->class_end[scratch->class_of[entries[i].member]]++] = entries[i];
    }
    return scratch->by_class;
}

/** Writes the lists of a family's classes; its entries come by document and member. */
static void
write_classes(struct ark_segment_writer *writer, struct entry *entries, size_t count,
              uint32_t member_count, struct scratch *scratch)
{
    uint32_t class_count = find_classes(scratch, member_count);
    const struct entry *by_class = sort_by_class(entries, count, class_count, scratch);
    size_t at = 0;
    for (uint32_t class = 0; class < class_count; class ++) {
        size_t end = scratch->class_end[class];
        ark_segment_writer_begin_class(writer, scratch->class_first[class]);
        while (at < end) {
            size_t next = document_end(by_class, at, end);
            uint32_t occurrence_count = gather_posting(by_class + at, next - at, scratch);
            const struct ark_posting posting = {by_class[at].doc, occurrence_count,
                                                scratch->occurrences, scratch->positions};
            ark_segment_writer_add_posting(writer, &posting);
            at = next;
        }
        ark_segment_writer_end_class(writer);
    }
}

/** The entries of one family. */
struct piece {
    struct entry *entries;
    size_t count;
};

static enum ark_status
write_family(const struct ark_families *families, uint32_t family, const struct piece *piece,
             struct ark_segment_writer *writer, struct scratch *scratch, struct ark_error *err)
{
    uint32_t first = families->first[family];
    uint32_t member_count = families->first[family + 1] - first;
    ARK_GROW(scratch->members, scratch->members_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        const struct ark_word *word = &families->words[families->order[first + i]];
        scratch->members[i].text[ARK_TERM_FORM] = word->level[ARK_LEVEL_FORM];
        scratch->members[i].text[ARK_TERM_LIGHT] = word->level[ARK_LEVEL_LIGHT];
        scratch->members[i].text[ARK_TERM_STEM] = word->level[ARK_LEVEL_STEM];
    }
    ark_str key = families->words[families->order[first]].level[ARK_LEVEL_SKELETON];
    ark_segment_writer_begin_family(writer, key, scratch->members, member_count);
    for (size_t at = 0; at < piece->count;) {
        size_t next = document_end(piece->entries, at, piece->count);
        count_document(writer, piece->entries + at, next - at, scratch);
        at = next;
    }
    write_classes(writer, piece->entries, piece->count, member_count, scratch);
    return ark_segment_writer_end_family(writer, err);
}

static void
clear(struct ark_inverter *inverter)
{
    ark_word_table_reset(inverter->table);
    inverter->word_count = 0;
    inverter->document_count = 0;
}

enum ark_status
ark_inverter_finish(struct ark_inverter *inverter, struct ark_segment_writer *writer,
                    struct ark_error *err)
{
    struct ark_families families = ark_families_make(inverter->table);
    size_t *end = ark_xcalloc((size_t)families.count + 1, sizeof *end);
    struct entry *entries = sort_entries(inverter, &families, end);
    struct scratch scratch = {0};
    enum ark_status status = ARK_OK;
    for (uint32_t family = 0; status == ARK_OK && family < families.count; family++) {
        size_t start = family == 0 ? 0 : end[family - 1];
        const struct piece piece = {entries + start, end[family] - start};
        status = write_family(&families, family, &piece, writer, &scratch, err);
        if (status == ARK_OK && family % 1024 == 0 && ark_signals_pending() != 0) {
            status = ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
        }
    }
    free(scratch.by_class);
    free(scratch.class_end);
    free(scratch.class_first);
    free(scratch.class_of);
    free(scratch.members);
    free(scratch.occurrences);
    free(scratch.positions);
    free(scratch.document_members);
    free(end);
    free(entries);
    ark_families_dispose(&families);
    clear(inverter);
    return status;
}
