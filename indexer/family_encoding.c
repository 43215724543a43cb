#include "indexer/family_encoding.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"

/** What is counted of a member of the open family, and of the form that has its number. */
struct counted {
    uint32_t stem;
    uint32_t form;
    uint32_t df;
    uint32_t last_doc;
    uint32_t form_df;
    uint32_t form_last_doc;
};

/** Stems of a family that are counted in one pass over its entries. */
enum { STEMS_A_PASS = 32 };

/** The last pass that met a document, and the stems it met there. */
struct stamp {
    uint32_t pass;
    uint32_t stems;
};

struct ark_family_encoding {
    const struct ark_run_lists *lists;
    struct stamp *stamps; /**< by document */
    uint32_t pass;
    struct ark_member_text *members;
    size_t members_capacity;
    struct counted *counted; /**< by member */
    size_t counted_capacity;
    struct ark_occurrence *occurrences; /**< of one posting */
    size_t occurrences_capacity;
    uint32_t *positions;
    size_t positions_capacity;
};

struct ark_family_encoding *
ark_family_encoding_new(const struct ark_run_lists *lists)
{
    struct ark_family_encoding *encoding = ark_xcalloc(1, sizeof *encoding);
    encoding->lists = lists;
    encoding->stamps = ark_xcalloc(lists->document_count, sizeof *encoding->stamps);
    return encoding;
}

void
ark_family_encoding_free(struct ark_family_encoding *encoding)
{
    if (encoding != NULL) {
        free(encoding->stamps);
        free(encoding->members);
        free(encoding->counted);
        free(encoding->occurrences);
        free(encoding->positions);
        free(encoding);
    }
}

size_t
ark_family_start(const struct ark_run_lists *lists, uint32_t family)
{
    return lists->start[lists->families->first_class[family]];
}

/** The end of the run of entries of the document at first. */
static size_t
document_end(const struct ark_entry *entries, size_t first, size_t end)
{
    size_t next = first + 1;
    while (next < end && entries[next].doc == entries[first].doc) {
        next++;
    }
    return next;
}

/** Counts the documents of a family that is one word. */
static void
count_single(struct ark_family_writer *writer, const struct ark_entry *entries, size_t count)
{
    uint32_t df = 0;
    for (size_t i = 0; i < count; i++) {
        df += i == 0 || entries[i].doc != entries[i - 1].doc;
    }
    ark_family_writer_count(writer, df);
    ark_family_writer_count_member(writer, 0, df);
    ark_family_writer_count_form(writer, 0, df);
    ark_family_writer_count_stem(writer, 0, df);
}

/** Prepares the counts of the family's members; returns how many stems they have. */
static uint32_t
begin_counts(struct ark_family_encoding *encoding, const struct ark_family_writer *writer,
             uint32_t member_count)
{
    uint32_t stem_count = 0;
    ARK_GROW(encoding->counted, encoding->counted_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        encoding->counted[i] = (struct counted){
            .stem = ark_family_writer_stem(writer, i),
            .form = ark_family_writer_form(writer, i),
            .last_doc = UINT32_MAX,
            .form_last_doc = UINT32_MAX,
        };
        uint32_t stems = encoding->counted[i].stem + 1;
        stem_count = stems > stem_count ? stems : stem_count;
    }
    return stem_count;
}

/**
 * Counts the documents of stems first to first + 31, which several classes may
 * have, so that documents come again; returns those of the family. With the
 * first of them documents are counted by member and by form, too, both of which
 * are in one class.
 */
static uint32_t
count_pass(struct ark_family_encoding *encoding, const struct ark_entry *entries, size_t count,
           uint32_t first, uint32_t stem_df[STEMS_A_PASS])
{
    struct counted *counted = encoding->counted;
    uint32_t df = 0;
    uint32_t pass = ++encoding->pass;
    for (size_t i = 0; i < count; i++) {
        uint32_t doc = entries[i].doc;
        struct counted *member = &counted[entries[i].member];
        if (first == 0) {
            struct counted *form = &counted[member->form];
            member->df += member->last_doc != doc;
            member->last_doc = doc;
            form->form_df += form->form_last_doc != doc;
            form->form_last_doc = doc;
        }
        struct stamp *stamp = &encoding->stamps[doc];
        uint32_t stem = member->stem - first;
        if (stamp->pass != pass) {
            *stamp = (struct stamp){pass, 0};
            df++;
        }
        uint32_t bit = stem < STEMS_A_PASS ? UINT32_C(1) << stem : 0;
        if ((bit & ~stamp->stems) != 0) {
            stamp->stems |= bit;
            stem_df[stem]++;
        }
    }
    return df;
}

/** Counts the documents of a family, of its members, forms and stems. */
static void
count_family(struct ark_family_encoding *encoding, struct ark_family_writer *writer,
             const struct ark_entry *entries, size_t count, uint32_t member_count)
{
    uint32_t stem_count = begin_counts(encoding, writer, member_count);
    const struct counted *counted = encoding->counted;
    uint32_t df = 0;
    for (uint32_t first = 0; first < stem_count; first += STEMS_A_PASS) {
        uint32_t stem_df[STEMS_A_PASS] = {0};
        df = count_pass(encoding, entries, count, first, stem_df);
        for (uint32_t i = 0; i < member_count; i++) {
            uint32_t stem = counted[i].stem - first;
            if (stem < STEMS_A_PASS) {
                ark_family_writer_count_stem(writer, i, stem_df[stem]);
                stem_df[stem] = 0; // given with the first of its members
            }
        }
    }
    for (uint32_t i = 0; i < member_count; i++) {
        ark_family_writer_count_member(writer, i, counted[i].df);
        if (i == 0 || counted[i].form != counted[i - 1].form) {
            ark_family_writer_count_form(writer, i, counted[counted[i].form].form_df);
        }
    }
    ark_family_writer_count(writer, df);
}

static int
compare_entries(const void *left, const void *right)
{
    const struct ark_entry *a = left;
    const struct ark_entry *b = right;
    if (a->member != b->member) {
        return a->member < b->member ? -1 : 1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

/** Orders the entries of one document and class by member; mostly they are few, and of one. */
static void
sort_by_member(struct ark_entry *entries, size_t count)
{
    enum { INSERTION_MAX = 16 };
    if (count > INSERTION_MAX) {
        qsort(entries, count, sizeof *entries, compare_entries);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct ark_entry entry = entries[i];
        size_t at = i;
        // Positions ascend already, and equal members keep their order.
        while (at > 0 && entries[at - 1].member > entry.member) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = entry;
    }
}

/** Adds the posting of one document. */
static void
add_posting(struct ark_family_encoding *encoding, struct ark_family_writer *writer,
            struct ark_entry *entries, size_t count)
{
    ARK_GROW(encoding->occurrences, encoding->occurrences_capacity, count);
    ARK_GROW(encoding->positions, encoding->positions_capacity, count);
    if (count > 1) {
        sort_by_member(entries, count);
    }
    uint32_t occurrence_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || entries[i].member != entries[i - 1].member) {
            encoding->occurrences[occurrence_count++] =
                (struct ark_occurrence){entries[i].member, 0};
        }
        encoding->occurrences[occurrence_count - 1].tf++;
        encoding->positions[i] = entries[i].position;
    }
    const struct ark_posting posting = {entries[0].doc, occurrence_count, encoding->occurrences,
                                        encoding->positions};
    ark_family_writer_add(writer, &posting);
}

/** Writes the lists of one class of these entries. */
static void
write_class(struct ark_family_encoding *encoding, struct ark_family_writer *writer,
            uint32_t class_idx, struct ark_entry *entries)
{
    const struct ark_run_lists *lists = encoding->lists;
    size_t count = lists->start[class_idx + 1] - lists->start[class_idx];
    ark_family_writer_begin_class(writer, lists->families->class_member[class_idx]);
    for (size_t at = 0; at < count;) {
        size_t next = document_end(entries, at, count);
        add_posting(encoding, writer, entries + at, next - at);
        at = next;
    }
    ark_family_writer_end_class(writer);
}

/** Begins a family; returns how many members it has. */
static uint32_t
begin_family(struct ark_family_encoding *encoding, struct ark_family_writer *writer,
             uint32_t family)
{
    const struct ark_families *families = encoding->lists->families;
    const uint32_t *order = families->order + families->first[family];
    uint32_t member_count = families->first[family + 1] - families->first[family];
    // The words that come next, of later families mostly, lie anywhere.
    enum { ROW_AHEAD = 24, TEXT_AHEAD = 12 };
    uint32_t word_count = families->first[families->count];
    uint32_t left = word_count - families->first[family];
    ark_str key = {0};
    ARK_GROW(encoding->members, encoding->members_capacity, member_count);
    for (uint32_t i = 0; i < member_count; i++) {
        if (i + ROW_AHEAD < left) {
            ark_word_table_prefetch(families->table, order[i + ROW_AHEAD]);
        }
        if (i + TEXT_AHEAD < left) {
            ark_word_table_prefetch_text(families->table, order[i + TEXT_AHEAD]);
        }
        struct ark_word word = ark_word_table_word(families->table, order[i]);
        encoding->members[i].text[ARK_TERM_FORM] = word.level[ARK_LEVEL_FORM];
        encoding->members[i].text[ARK_TERM_LIGHT] = word.level[ARK_LEVEL_LIGHT];
        encoding->members[i].text[ARK_TERM_STEM] = word.level[ARK_LEVEL_STEM];
        key = word.level[ARK_LEVEL_SKELETON];
    }
    ark_family_writer_begin(writer, key, encoding->members, member_count);
    return member_count;
}

enum ark_status
ark_family_encode(struct ark_family_encoding *encoding, uint32_t family, struct ark_entry *entries,
                  struct ark_family_writer *writer, struct ark_error *err)
{
    const struct ark_run_lists *lists = encoding->lists;
    const struct ark_families *families = lists->families;
    uint32_t member_count = begin_family(encoding, writer, family);
    size_t start = ark_family_start(lists, family);
    size_t count = ark_family_start(lists, family + 1) - start;
    if (member_count == 1) {
        count_single(writer, entries, count);
    } else {
        count_family(encoding, writer, entries, count, member_count);
    }
    for (uint32_t i = families->first_class[family]; i < families->first_class[family + 1]; i++) {
        write_class(encoding, writer, i, entries + (lists->start[i] - start));
    }
    return ark_family_writer_end(writer, err);
}
