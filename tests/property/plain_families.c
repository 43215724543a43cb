#include "tests/property/plain_families.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "tests/property/plain_lists.h"
#include "tests/property/plain_walk.h"

enum { DICTIONARY_BLOCK = 16, FIELD_GAP = 16 };
enum { FORM, LIGHT, STEM };

/** One list of terms of a family. */
struct terms {
    ark_str *text;
    uint64_t *df;
    uint64_t count;
};

/** Title positions come first, then those of the body after a gap. */
static void
check_positions(const struct plain_segment *segment, const struct plain_posting *posting)
{
    plain_must(posting->doc < segment->document_count, "no such document", segment->id);
    const struct plain_document *document = &segment->documents[posting->doc];
    for (uint32_t i = 0; i < posting->tf; i++) {
        uint64_t position = posting->positions[i];
        plain_must(position < document->title_tokens ||
                       (position >= document->title_tokens + FIELD_GAP &&
                        position < document->token_count + FIELD_GAP),
                   "no such position", segment->id);
    }
}

/** A family as its record lists it. */
struct record {
    uint64_t df;
    struct terms stems;
    struct plain_class *classes;
    uint64_t class_count;
    struct plain_member *variants; /**< class after class */
    uint64_t *variant_df;
    uint64_t *form_df;
    uint64_t variant_count;
};

/** Where the records of a stream ended so far. */
struct stream_ends {
    uint64_t hot;
    uint64_t cold;
};

/** The offset of a hot record: one of up to 64 KiB lies in one chunk. */
static uint64_t
hot_place(uint64_t end, uint64_t bytes)
{
    bool crosses = bytes <= 65536 && end % 262000 + bytes > 262000;
    return crosses ? end + (262000 - end % 262000) : end;
}

/** Reads the records of a class, which lie in the dictionary when it has one document. */
static void
read_lists(const struct plain_segment *segment, struct plain_walk *walk, struct stream_ends *ends,
           struct plain_class *class)
{
    if (class->df == 1) {
        size_t start = walk->at;
        if (plain_take_varint(walk) % 2 == 1) {
            (void)plain_take_varint(walk);
        }
        class->hot = ark_str_slice(walk->bytes, start, walk->at);
        class->cold = plain_take_text(walk);
        return;
    }
    uint64_t hot_bytes = plain_take_varint(walk);
    uint64_t cold_bytes = plain_take_varint(walk);
    struct plain_walk hot = {segment->streams[PLAIN_HOT], (size_t)hot_place(ends->hot, hot_bytes)};
    struct plain_walk cold = {segment->streams[PLAIN_COLD], (size_t)ends->cold};
    class->hot = plain_take(&hot, hot_bytes);
    class->cold = plain_take(&cold, cold_bytes);
    ends->hot = hot.at;
    ends->cold = cold.at;
}

static void
read_class_heads(const struct plain_segment *segment, ark_str key, struct plain_walk *walk,
                 struct stream_ends *ends, struct record *record, struct ark_arena *arena)
{
    record->class_count = plain_take_varint(walk);
    record->classes =
        ark_arena_calloc(arena, (size_t)record->class_count, sizeof(struct plain_class));
    bool stored = record->df > 1 && plain_take_fixed(walk, 1) == 1;
    if (stored) {
        uint64_t hot = plain_take_varint(walk);
        plain_must(hot >= ends->hot && hot - ends->hot < 65536, "hot records leave a gap",
                   segment->id);
        ends->hot = hot;
        plain_must(plain_take_varint(walk) == ends->cold, "cold records leave a gap", segment->id);
    }
    ark_str before = key;
    for (uint64_t i = 0; i < record->class_count; i++) {
        struct plain_class *class = &record->classes[i];
        before = class->light = plain_take_coded(walk, before, arena);
        class->first_variant = record->variant_count;
        class->variant_count = plain_take_varint(walk);
        class->df = record->df > 1 ? plain_take_varint(walk) : 1;
        plain_must(class->df > 0 && class->variant_count > 0, "an empty class", segment->id);
        plain_must(i == 0 || class->df < record->classes[i - 1].df ||
                       (class->df == record->classes[i - 1].df &&
                        ark_str_compare(record->classes[i - 1].light, class->light) < 0),
                   "the order of classes", segment->id);
        plain_must((class->df > 1) <= stored, "a class has no lists", segment->id);
        read_lists(segment, walk, ends, class);
        class->variants = plain_take_text(walk);
        record->variant_count += class->variant_count;
    }
}

static ark_str
read_form(const struct plain_segment *segment, struct plain_walk *walk, struct record *record,
          const struct plain_class *class, uint64_t variant, struct ark_arena *arena)
{
    uint64_t kind = plain_take_varint(walk);
    if (kind == 0) {
        return plain_take_text(walk);
    }
    if (kind == 1) {
        uint64_t before = class->first_variant + plain_take_varint(walk);
        plain_must(before < variant, "a form like one to come", segment->id);
        record->form_df[variant] = record->form_df[before] = plain_take_varint(walk);
        return record->variants[before].text[FORM];
    }
    struct ark_buf form = ark_buf_make(SIZE_MAX);
    ark_buf_append_str(&form, plain_take(walk, kind - 2));
    ark_buf_append_str(&form, class->light);
    ark_buf_append_str(&form, plain_take_text(walk));
    ark_str copy = ark_arena_dup(arena, ark_buf_view(&form));
    ark_buf_dispose(&form);
    return copy;
}

static void
read_variants(const struct plain_segment *segment, struct record *record, struct ark_arena *arena)
{
    size_t count = (size_t)record->variant_count;
    record->variants = ark_arena_calloc(arena, count, sizeof *record->variants);
    record->variant_df = ark_arena_calloc(arena, count, sizeof *record->variant_df);
    record->form_df = ark_arena_calloc(arena, count, sizeof *record->form_df);
    for (uint64_t i = 0; i < record->class_count; i++) {
        const struct plain_class *class = &record->classes[i];
        uint64_t end = class->first_variant + class->variant_count;
        struct plain_walk walk = {class->variants, 0};
        for (uint64_t variant = class->first_variant; variant < end; variant++) {
            struct plain_member *texts = &record->variants[variant];
            texts->text[LIGHT] = class->light;
            texts->text[FORM] = read_form(segment, &walk, record, class, variant, arena);
            uint64_t stem = record->stems.count > 1 ? plain_take_varint(&walk) : 0;
            plain_must(stem < record->stems.count, "no such stem", segment->id);
            texts->text[STEM] = record->stems.text[stem];
            bool counted = class->df > 1 && class->variant_count > 1;
            record->variant_df[variant] = counted ? plain_take_varint(&walk) : class->df;
        }
        plain_must(plain_at_end(&walk), "variants have a tail", segment->id);
        for (uint64_t variant = class->first_variant; variant < end; variant++) {
            uint64_t df = record->form_df[variant];
            record->form_df[variant] = df == 0 ? record->variant_df[variant] : df;
        }
    }
}

static struct record
read_class_record(const struct plain_segment *segment, ark_str key, struct plain_walk *walk,
                  struct stream_ends *ends, struct ark_arena *arena)
{
    struct record record = {.df = plain_take_varint(walk)};
    record.stems.count = plain_take_varint(walk);
    record.stems.text =
        ark_arena_calloc(arena, (size_t)record.stems.count, sizeof *record.stems.text);
    record.stems.df = ark_arena_calloc(arena, (size_t)record.stems.count, sizeof *record.stems.df);
    for (uint64_t i = 0; i < record.stems.count; i++) {
        record.stems.text[i] =
            plain_take_coded(walk, i == 0 ? key : record.stems.text[i - 1], arena);
        record.stems.df[i] = record.df > 1 ? plain_take_varint(walk) : 1;
        plain_must(i == 0 || ark_str_compare(record.stems.text[i - 1], record.stems.text[i]) < 0,
                   "stems do not ascend", segment->id);
    }
    read_class_heads(segment, key, walk, ends, &record, arena);
    read_variants(segment, &record, arena);
    plain_must(plain_at_end(walk), "a family has a tail", segment->id);
    return record;
}

static int
compare_members(const struct plain_member *a, const struct plain_member *b)
{
    static const unsigned ORDER[] = {LIGHT, FORM, STEM};
    int order = 0;
    for (size_t k = 0; k < ARK_COUNT_OF(ORDER) && order == 0; k++) {
        order = ark_str_compare(a->text[ORDER[k]], b->text[ORDER[k]]);
    }
    return order;
}

static int
compare_texts(const void *left, const void *right)
{
    return compare_members(left, right);
}

/** The variants of a family as members, in their order. */
static void
list_members(const struct plain_segment *segment, struct plain_family *family,
             const struct record *record, struct ark_arena *arena)
{
    family->member_count = (uint32_t)record->variant_count;
    family->members = ark_arena_calloc(arena, family->member_count, sizeof *family->members);
    memcpy(family->members, record->variants, family->member_count * sizeof *family->members);
    qsort(family->members, family->member_count, sizeof *family->members, compare_texts);
    for (uint32_t i = 1; i < family->member_count; i++) {
        plain_must(compare_members(&family->members[i - 1], &family->members[i]) < 0,
                   "a variant comes twice", segment->id);
    }
}

static uint32_t
member_of(const struct plain_family *family, const struct plain_member *texts)
{
    const struct plain_member *found = bsearch(texts, family->members, family->member_count,
                                               sizeof *family->members, compare_texts);
    return (uint32_t)(found - family->members);
}

static int
compare_postings(const void *left, const void *right)
{
    const struct plain_posting *a = left;
    const struct plain_posting *b = right;
    if (a->doc != b->doc) {
        return a->doc < b->doc ? -1 : 1;
    }
    return (a->member > b->member) - (a->member < b->member);
}

/** Codes come by falling number of documents, then by form and stem. */
static void
check_codes(const struct plain_segment *segment, const struct record *record,
            const struct plain_class *class)
{
    for (uint64_t code = 1; code < class->variant_count; code++) {
        uint64_t variant = class->first_variant + code;
        uint64_t before = record->variant_df[variant - 1];
        plain_must(
            record->variant_df[variant] < before ||
                (record->variant_df[variant] == before &&
                 compare_members(&record->variants[variant - 1], &record->variants[variant]) < 0),
            "the order of variants", segment->id);
    }
}

/** Reads the lists of all classes into one list of postings by document and member. */
static void
read_postings(const struct plain_segment *segment, struct plain_family *family,
              const struct record *record, struct ark_arena *arena)
{
    size_t capacity = 0;
    for (uint64_t i = 0; i < record->class_count; i++) {
        capacity += record->classes[i].cold.len; // each has a position, which takes a byte
    }
    family->postings = ark_arena_calloc(arena, capacity, sizeof *family->postings);
    for (uint64_t i = 0; i < record->class_count; i++) {
        const struct plain_class *class = &record->classes[i];
        struct plain_occurrences read = plain_read_class(segment, class, arena);
        uint64_t *df = ark_arena_calloc(arena, (size_t) class->variant_count, sizeof *df);
        for (size_t k = 0; k < read.count; k++) {
            const struct plain_occurrence *item = &read.items[k];
            family->postings[family->posting_count++] = (struct plain_posting){
                item->doc, member_of(family, &record->variants[class->first_variant + item->code]),
                item->tf, item->positions};
            df[item->code]++;
        }
        for (uint64_t code = 0; code < class->variant_count; code++) {
            plain_must(df[code] == record->variant_df[class->first_variant + code] && df[code] > 0,
                       "the frequency of a variant", segment->id);
        }
        check_codes(segment, record, class);
    }
    qsort(family->postings, family->posting_count, sizeof *family->postings, compare_postings);
    uint64_t df = 0;
    for (size_t i = 0; i < family->posting_count; i++) {
        check_positions(segment, &family->postings[i]);
        df += i == 0 || family->postings[i].doc != family->postings[i - 1].doc;
    }
    plain_must(df == record->df, "the frequency of a family", segment->id);
}

/** The record counts documents by stem and by form as the postings do. */
static void
check_counts(const struct plain_segment *segment, const struct plain_family *family,
             const struct record *record)
{
    for (uint64_t i = 0; i < record->stems.count + record->variant_count; i++) {
        bool stem = i < record->stems.count;
        uint64_t variant = stem ? 0 : i - record->stems.count;
        ark_str text = stem ? record->stems.text[i] : record->variants[variant].text[FORM];
        uint64_t expected = stem ? record->stems.df[i] : record->form_df[variant];
        uint64_t df = 0;
        uint64_t last = UINT64_MAX;
        for (size_t k = 0; k < family->posting_count; k++) {
            const struct plain_posting *posting = &family->postings[k];
            if (posting->doc != last &&
                ark_str_equal(family->members[posting->member].text[stem ? STEM : FORM], text)) {
                last = posting->doc;
                df++;
            }
        }
        plain_must(df == expected, "a frequency in the record", segment->id);
    }
}

/** Reads a family whose key was read; its lists must begin where those before end. */
static void
read_family(const struct plain_segment *segment, struct plain_family *family, ark_str bytes,
            struct stream_ends *ends, struct ark_arena *arena)
{
    struct plain_walk walk = {bytes, 0};
    struct record record = read_class_record(segment, family->key, &walk, ends, arena);
    list_members(segment, family, &record, arena);
    read_postings(segment, family, &record, arena);
    check_counts(segment, family, &record);
}

/** Checks the entry of a dictionary's index for the block that begins here. */
static void
check_head(const struct plain_segment *segment, ark_str index, uint64_t entry_count, uint64_t block,
           uint64_t offset, ark_str key)
{
    uint64_t blocks = (entry_count + DICTIONARY_BLOCK - 1) / DICTIONARY_BLOCK;
    struct plain_walk head = {index, (size_t)block * 16};
    plain_must(plain_take_fixed(&head, 8) == offset, "the offset of a dictionary block",
               segment->id);
    uint64_t end = plain_take_fixed(&head, 8);
    uint64_t start = 0;
    if (block > 0) {
        struct plain_walk before = {index, (size_t)(block - 1) * 16 + 8};
        start = plain_take_fixed(&before, 8);
    }
    struct plain_walk keys = {index, (size_t)(blocks * 16 + start)};
    plain_must(end >= start && ark_str_equal(plain_take(&keys, end - start), key),
               "the first key of a dictionary block", segment->id);
    plain_must(block + 1 < blocks || plain_at_end(&keys), "the dictionary index has a tail",
               segment->id);
}

void
plain_read_families(struct plain_segment *segment, struct ark_arena *arena)
{
    segment->families =
        ark_arena_calloc(arena, (size_t)segment->family_count, sizeof *segment->families);
    struct plain_walk walk = {segment->streams[PLAIN_DICTIONARY], 0};
    struct stream_ends ends = {0};
    for (uint64_t i = 0; i < segment->family_count; i++) {
        struct plain_family *family = &segment->families[i];
        uint64_t offset = walk.at;
        bool begins = i % DICTIONARY_BLOCK == 0;
        family->key =
            plain_take_coded(&walk, begins ? ARK_STR("") : segment->families[i - 1].key, arena);
        plain_must(i == 0 || ark_str_compare(segment->families[i - 1].key, family->key) < 0,
                   "keys do not ascend", segment->id);
        if (begins) {
            check_head(segment, segment->streams[PLAIN_DICTIONARY_INDEX], segment->family_count,
                       i / DICTIONARY_BLOCK, offset, family->key);
        }
        read_family(segment, family, plain_take_text(&walk), &ends, arena);
    }
    plain_must(plain_at_end(&walk), "the dictionary has a tail", segment->id);
    plain_must(ends.hot == segment->streams[PLAIN_HOT].len &&
                   ends.cold == segment->streams[PLAIN_COLD].len,
               "lists have a tail", segment->id);
    plain_must(segment->family_count > 0 || segment->streams[PLAIN_DICTIONARY_INDEX].len == 0,
               "an index to nothing", segment->id);
}

/** A form and where it counts: its documents. */
struct counted_form {
    ark_str text;
    uint64_t df;
};

static int
compare_forms(const void *left, const void *right)
{
    const struct counted_form *a = left;
    const struct counted_form *b = right;
    return ark_str_compare(a->text, b->text);
}

/** Counts the documents of one form of a family, whatever its stem; 0 when it was counted before. */
static uint64_t
count_documents(const struct plain_family *family, uint32_t member)
{
    ark_str form = family->members[member].text[FORM];
    for (uint32_t i = 0; i < member; i++) {
        if (ark_str_equal(family->members[i].text[FORM], form)) {
            return 0;
        }
    }
    uint64_t df = 0;
    uint64_t last = UINT64_MAX;
    for (size_t i = 0; i < family->posting_count; i++) {
        const struct plain_posting *posting = &family->postings[i];
        if (posting->doc != last &&
            ark_str_equal(family->members[posting->member].text[FORM], form)) {
            last = posting->doc;
            df++;
        }
    }
    return df;
}

/** The form dictionary has the forms of all families, each once. */
void
plain_read_forms(const struct plain_segment *segment, struct ark_arena *arena)
{
    struct counted_form *expected =
        ark_arena_calloc(arena, (size_t)segment->form_count + 1, sizeof *expected);
    uint64_t count = 0;
    for (uint64_t i = 0; i < segment->family_count; i++) {
        const struct plain_family *family = &segment->families[i];
        for (uint32_t k = 0; k < family->member_count; k++) {
            uint64_t df = count_documents(family, k);
            if (df > 0) {
                plain_must(count < segment->form_count, "more forms than said", segment->id);
                expected[count++] = (struct counted_form){family->members[k].text[FORM], df};
            }
        }
    }
    plain_must(count == segment->form_count, "fewer forms than said", segment->id);
    qsort(expected, (size_t)count, sizeof *expected, compare_forms);
    struct plain_walk walk = {segment->streams[PLAIN_FORMS], 0};
    ark_str before = ARK_STR("");
    for (uint64_t i = 0; i < count; i++) {
        bool begins = i % DICTIONARY_BLOCK == 0;
        uint64_t offset = walk.at;
        before = plain_take_coded(&walk, begins ? ARK_STR("") : before, arena);
        plain_must(ark_str_equal(before, expected[i].text), "a form", segment->id);
        plain_must(plain_take_varint(&walk) == expected[i].df, "the frequency of a form",
                   segment->id);
        if (begins) {
            check_head(segment, segment->streams[PLAIN_FORM_INDEX], count, i / DICTIONARY_BLOCK,
                       offset, before);
        }
    }
    plain_must(plain_at_end(&walk), "forms have a tail", segment->id);
    plain_must(count > 0 || segment->streams[PLAIN_FORM_INDEX].len == 0, "an index to no form",
               segment->id);
}
