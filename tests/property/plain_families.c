#include "tests/property/plain_families.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "tests/property/plain_lists.h"
#include "tests/property/plain_walk.h"

enum { DICTIONARY_BLOCK = 16, FORMS_BLOCK = 64, FIELD_GAP = 16 };
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
    ark_str key;
    uint64_t df;
    uint64_t stems_said;
    bool has_lists;
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
    bool crosses = bytes <= 65536 && end % 261616 + bytes > 261616;
    return crosses ? end + (261616 - end % 261616) : end;
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
    uint64_t rare_bytes = class->df >= 1024 ? plain_take_varint(walk) : 0;
    if (rare_bytes > 0) {
        hot.at = (size_t)hot_place(hot.at, rare_bytes);
        class->rare = plain_take(&hot, rare_bytes);
    }
    class->cold = plain_take(&cold, cold_bytes);
    ends->hot = hot.at;
    ends->cold = cold.at;
}

/** A stem that comes first here. */
static uint64_t
read_new_stem(const struct plain_segment *segment, struct plain_walk *walk, struct record *record,
              const struct plain_class *class, bool counted, struct ark_arena *arena)
{
    plain_must(record->stems.count < record->stems_said, "more stems than said", segment->id);
    uint64_t number = record->stems.count++;
    record->stems.text[number] = plain_take_coded(walk, class->light, arena);
    record->stems.df[number] = counted && record->df > 1 ? plain_take_varint(walk) : class->df;
    for (uint64_t i = 0; i < number; i++) {
        plain_must(!ark_str_equal(record->stems.text[i], record->stems.text[number]),
                   "a stem comes twice", segment->id);
    }
    return number;
}

/** The stems of a class. */
static void
read_stems(const struct plain_segment *segment, struct plain_walk *walk, struct record *record,
           uint64_t kind, struct plain_class *class, struct ark_arena *arena)
{
    class->stem_count = kind == 3 ? plain_take_varint(walk) + 2 : 1;
    plain_must(class->stem_count <= class->variant_count, "more stems than variants", segment->id);
    class->stems = ark_arena_calloc(arena, (size_t) class->stem_count, sizeof *class->stems);
    if (kind < 2) {
        class->stems[0] = read_new_stem(segment, walk, record, class, kind == 1, arena);
        return;
    }
    for (uint64_t i = 0; i < class->stem_count; i++) {
        uint64_t known = plain_take_varint(walk) + (kind == 2 ? 1 : 0);
        plain_must(known <= record->stems.count, "no such stem", segment->id);
        class->stems[i] =
            known > 0 ? known - 1 : read_new_stem(segment, walk, record, class, true, arena);
    }
}

static const char *const BEFORE[15] = {
    "",
    // w
    "\u0648",
    // al
    "\u0627\u0644",
    // w-al
    "\u0648\u0627\u0644",
    // f
    "\u0641",
    // b
    "\u0628",
    // l
    "\u0644",
    // b-al
    "\u0628\u0627\u0644",
    // ll
    "\u0644\u0644",
    // k
    "\u0643",
    // k-al
    "\u0643\u0627\u0644",
    // f-al
    "\u0641\u0627\u0644",
    // s
    "\u0633",
    // w-l
    "\u0648\u0644",
    // w-b
    "\u0648\u0628",
};
static const char *const AFTER[15] = {
    "",
    // h
    "\u0647",
    // y
    "\u064A",
    // ha
    "\u0647\u0627",
    // hm
    "\u0647\u0645",
    // yh
    "\u064A\u0647",
    // yn
    "\u064A\u0646",
    // wa
    "\u0648\u0627",
    // at
    "\u0627\u062A",
    // na
    "\u0646\u0627",
    // wn
    "\u0648\u0646",
    // an
    "\u0627\u0646",
    // hma
    "\u0647\u0645\u0627",
    // km
    "\u0643\u0645",
    // hn
    "\u0647\u0646",
};

static ark_str
read_form(const struct plain_segment *segment, struct plain_walk *walk, struct record *record,
          const struct plain_class *class, uint64_t variant, struct ark_arena *arena)
{
    uint64_t affixes = plain_take_fixed(walk, 1);
    uint64_t kind = affixes == 255 ? plain_take_fixed(walk, 1) : 0;
    plain_must(kind < 3, "no such kind of form", segment->id);
    if (kind == 2) {
        return plain_take_compact(walk, arena);
    }
    if (kind == 1) {
        uint64_t before = class->first_variant + plain_take_varint(walk);
        plain_must(before < variant, "a form like one to come", segment->id);
        record->form_df[variant] = record->form_df[before] = plain_take_varint(walk);
        return record->variants[before].text[FORM];
    }
    struct ark_buf form = ark_buf_make(SIZE_MAX);
    ark_buf_append_str(&form, affixes % 16 < 15 ? ark_str_from(BEFORE[affixes % 16])
                                                : plain_take_compact(walk, arena));
    ark_buf_append_str(&form, class->light);
    ark_buf_append_str(&form, affixes / 16 < 15 ? ark_str_from(AFTER[affixes / 16])
                                                : plain_take_compact(walk, arena));
    ark_str copy = ark_arena_dup(arena, ark_buf_view(&form));
    ark_buf_dispose(&form);
    return copy;
}

/** The variants of the class that was read last, at the end of the record so far. */
static void
read_variants(const struct plain_segment *segment, struct plain_walk *walk, struct record *record,
              const struct plain_class *class, struct ark_arena *arena)
{
    uint64_t bytes = class->variant_count > 1 ? plain_take_varint(walk) : 0;
    size_t start = walk->at;
    uint64_t end = class->first_variant + class->variant_count;
    for (uint64_t variant = class->first_variant; variant < end; variant++) {
        struct plain_member *texts = &record->variants[variant];
        texts->text[LIGHT] = class->light;
        texts->text[FORM] = read_form(segment, walk, record, class, variant, arena);
        uint64_t stem = class->stem_count > 1 ? plain_take_varint(walk) : 0;
        plain_must(stem < class->stem_count, "no such stem", segment->id);
        texts->text[STEM] = record->stems.text[class->stems[stem]];
        bool counted = class->df > 1 && class->variant_count > 1;
        record->variant_df[variant] = counted ? plain_take_varint(walk) : class->df;
    }
    plain_must(class->variant_count == 1 || walk->at - start == bytes, "variants have a tail",
               segment->id);
    for (uint64_t variant = class->first_variant; variant < end; variant++) {
        uint64_t df = record->form_df[variant];
        record->form_df[variant] = df == 0 ? record->variant_df[variant] : df;
    }
}

/** Where the lists of the family begin; false when none of its classes has lists. */
static bool
read_start(const struct plain_segment *segment, struct plain_walk *walk, struct stream_ends base,
           struct stream_ends *ends)
{
    uint64_t hot = plain_take_varint(walk);
    if (hot == 0) {
        return false;
    }
    hot += base.hot - 1;
    plain_must(hot >= ends->hot && hot - ends->hot < 65536, "hot records leave a gap", segment->id);
    ends->hot = hot;
    plain_must(base.cold + plain_take_varint(walk) == ends->cold, "cold records leave a gap",
               segment->id);
    return true;
}

static void
read_class(const struct plain_segment *segment, struct plain_walk *walk, struct stream_ends *ends,
           struct record *record, struct plain_class *class, struct ark_arena *arena)
{
    const struct plain_class *before = class > record->classes ? class - 1 : NULL;
    uint64_t head = plain_take_fixed(walk, 1);
    class->first_variant = record->variant_count;
    class->variant_count = head / 4 + 1;
    class->variant_count += class->variant_count == 64 ? plain_take_varint(walk) : 0;
    plain_must(class->variant_count <= walk->bytes.len - walk->at, "too many variants",
               segment->id);
    class->light = plain_take_coded(walk, before == NULL ? record->key : before->light, arena);
    uint64_t most = before == NULL ? record->df : before->df;
    class->df = record->has_lists && most > 1 ? plain_take_varint(walk) : 1;
    plain_must(class->df > 0, "an empty class", segment->id);
    plain_must(before == NULL || class->df < before->df ||
                   (class->df == before->df && ark_str_compare(before->light, class->light) < 0),
               "the order of classes", segment->id);
    read_lists(segment, walk, ends, class);
    read_stems(segment, walk, record, head % 4, class, arena);
    record->variant_count += class->variant_count;
    read_variants(segment, walk, record, class, arena);
}

static struct record
read_class_record(const struct plain_segment *segment, ark_str key, struct plain_walk *walk,
                  struct stream_ends base, struct stream_ends *ends, struct ark_arena *arena)
{
    struct record record = {.key = key, .df = plain_take_varint(walk)};
    size_t most = walk->bytes.len; // each takes a byte and more
    record.class_count = plain_take_varint(walk);
    record.stems_said = plain_take_varint(walk);
    plain_must(record.class_count <= most && record.stems_said <= most, "too many classes",
               segment->id);
    record.has_lists = record.df > 1 && read_start(segment, walk, base, ends);
    record.stems.text = ark_arena_calloc(arena, most, sizeof *record.stems.text);
    record.stems.df = ark_arena_calloc(arena, most, sizeof *record.stems.df);
    record.classes =
        ark_arena_calloc(arena, (size_t)record.class_count, sizeof(struct plain_class));
    record.variants = ark_arena_calloc(arena, most, sizeof *record.variants);
    record.variant_df = ark_arena_calloc(arena, most, sizeof *record.variant_df);
    record.form_df = ark_arena_calloc(arena, most, sizeof *record.form_df);
    for (uint64_t i = 0; i < record.class_count; i++) {
        read_class(segment, walk, ends, &record, &record.classes[i], arena);
    }
    plain_must(record.stems.count == record.stems_said, "fewer stems than said", segment->id);
    plain_must(!record.has_lists || record.classes[0].df > 1, "lists of no class", segment->id);
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

/** The list of a rare variant says what the lists of its class say. */
static void
check_rare_list(const struct plain_segment *segment, const struct plain_occurrences *read,
                uint64_t code, ark_str list)
{
    struct plain_walk walk = {list, 0};
    uint64_t next = 0;
    for (size_t k = 0; k < read->count; k++) {
        const struct plain_occurrence *item = &read->items[k];
        if (item->code != code) {
            continue;
        }
        uint64_t value = plain_take_varint(&walk);
        uint64_t tf = value % 2 == 1 ? plain_take_varint(&walk) + 2 : 1;
        plain_must(next + value / 2 == item->doc && tf == item->tf, "the list of a rare variant",
                   segment->id);
        next = (uint64_t)item->doc + 1;
    }
    plain_must(plain_at_end(&walk), "a rare list has a tail", segment->id);
}

/** The record of a class's rare variants: lengths, then lists. */
static void
check_rare(const struct plain_segment *segment, struct plain_family *family,
           const struct record *record, const struct plain_class *class,
           const struct plain_occurrences *read)
{
    uint64_t first = class->variant_count;
    while (class->df >= 1024 && first > 0 &&
           record->variant_df[class->first_variant + first - 1] < 256) {
        first--;
    }
    struct plain_walk lengths = {class->rare, 0};
    struct plain_walk lists = {class->rare, 0};
    for (uint64_t code = first; code < class->variant_count; code++) {
        (void)plain_take_varint(&lists);
    }
    for (uint64_t code = first; code < class->variant_count; code++) {
        ark_str list = plain_take(&lists, plain_take_varint(&lengths));
        check_rare_list(segment, read, code, list);
        family->rare_lists++;
    }
    plain_must(plain_at_end(&lists), "a record of rare variants has a tail", segment->id);
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
        check_rare(segment, family, record, class, &read);
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
            struct stream_ends base, struct stream_ends *ends, struct ark_arena *arena)
{
    struct plain_walk walk = {bytes, 0};
    struct record record = read_class_record(segment, family->key, &walk, base, ends, arena);
    list_members(segment, family, &record, arena);
    read_postings(segment, family, &record, arena);
    check_counts(segment, family, &record);
}

/** Checks the entry of an index for the block that begins here; returns the compact key given there. */
static ark_str
read_head(const struct plain_segment *segment, ark_str index, uint64_t blocks, uint64_t block,
          uint64_t offset)
{
    struct plain_walk head = {index, (size_t)block * 10};
    plain_must(plain_take_fixed(&head, 6) == offset, "the offset of a dictionary block",
               segment->id);
    uint64_t end = plain_take_fixed(&head, 4);
    uint64_t start = 0;
    if (block > 0) {
        struct plain_walk before = {index, (size_t)(block - 1) * 10 + 6};
        start = plain_take_fixed(&before, 4);
    }
    plain_must(end >= start, "the keys of an index", segment->id);
    struct plain_walk keys = {index, (size_t)(blocks * 10 + start)};
    ark_str key = plain_take(&keys, end - start);
    plain_must(block + 1 < blocks || plain_at_end(&keys), "the dictionary index has a tail",
               segment->id);
    return key;
}

void
plain_read_families(struct plain_segment *segment, struct ark_arena *arena)
{
    segment->families =
        ark_arena_calloc(arena, (size_t)segment->family_count, sizeof *segment->families);
    struct plain_walk walk = {segment->streams[PLAIN_DICTIONARY], 0};
    struct stream_ends ends = {0};
    struct stream_ends base = {0};
    uint64_t blocks = (segment->family_count + DICTIONARY_BLOCK - 1) / DICTIONARY_BLOCK;
    for (uint64_t i = 0; i < segment->family_count; i++) {
        struct plain_family *family = &segment->families[i];
        uint64_t offset = walk.at;
        bool begins = i % DICTIONARY_BLOCK == 0;
        if (begins) {
            base.hot = plain_take_varint(&walk);
            base.cold = plain_take_varint(&walk);
            plain_must(base.hot == ends.hot && base.cold == ends.cold,
                       "where a block's lists begin", segment->id);
        }
        family->key =
            plain_take_coded(&walk, begins ? ARK_STR("") : segment->families[i - 1].key, arena);
        plain_must(i == 0 || ark_str_compare(segment->families[i - 1].key, family->key) < 0,
                   "keys do not ascend", segment->id);
        if (begins) {
            ark_str key = read_head(segment, segment->streams[PLAIN_DICTIONARY_INDEX], blocks,
                                    i / DICTIONARY_BLOCK, offset);
            plain_must(ark_str_equal(plain_join_coded(ARK_STR(""), 0, key, arena), family->key),
                       "the first key of a dictionary block", segment->id);
        }
        read_family(segment, family, plain_take_text(&walk), base, &ends, arena);
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

/** A block of forms has those expected. */
static void
read_form_block(const struct plain_segment *segment, struct plain_walk *walk, ark_str first,
                const struct counted_form *expected, uint64_t count, struct ark_arena *arena)
{
    bool wide = plain_take_fixed(walk, 1) == 1;
    uint64_t shared[FORMS_BLOCK] = {0};
    uint64_t rest[FORMS_BLOCK] = {0};
    uint64_t longest = 0;
    for (uint64_t i = 1; i < count; i++) {
        uint64_t lengths = plain_take_fixed(walk, wide ? 4 : 1);
        shared[i] = wide ? lengths % 65536 : lengths % 16;
        rest[i] = wide ? lengths / 65536 : lengths / 16;
        longest = shared[i] > longest ? shared[i] : longest;
        longest = rest[i] > longest ? rest[i] : longest;
    }
    plain_must(wide == (longest > 15), "the width of lengths", segment->id);
    ark_str form = plain_join_coded(ARK_STR(""), 0, first, arena);
    for (uint64_t i = 0; i < count; i++) {
        if (i > 0) {
            form = plain_join_coded(form, shared[i], plain_take(walk, rest[i]), arena);
        }
        plain_must(ark_str_equal(form, expected[i].text), "a form", segment->id);
    }
    ark_str dfs = plain_take(walk, (count + 1) / 2);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t less = dfs.bytes[i / 2] >> (i % 2 * 4) & 15;
        less += less == 15 ? plain_take_varint(walk) : 0;
        plain_must(less + 1 == expected[i].df, "the frequency of a form", segment->id);
    }
    plain_must(count % 2 == 0 || dfs.bytes[count / 2] >> 4 == 0, "an odd frequency", segment->id);
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
    uint64_t blocks = (count + FORMS_BLOCK - 1) / FORMS_BLOCK;
    for (uint64_t block = 0; block < blocks; block++) {
        ark_str first =
            read_head(segment, segment->streams[PLAIN_FORM_INDEX], blocks, block, walk.at);
        uint64_t left = count - block * FORMS_BLOCK;
        read_form_block(segment, &walk, first, expected + block * FORMS_BLOCK,
                        left < FORMS_BLOCK ? left : FORMS_BLOCK, arena);
    }
    plain_must(plain_at_end(&walk), "forms have a tail", segment->id);
    plain_must(count > 0 || segment->streams[PLAIN_FORM_INDEX].len == 0, "an index to no form",
               segment->id);
}
