#include "tests/property/plain_families.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "tests/property/plain_walk.h"

enum { DICTIONARY_BLOCK = 16, POSTINGS_BLOCK = 128, FIELD_GAP = 16 };
enum { FORM, LIGHT, STEM };

/** One list of terms of a family. */
struct terms {
    ark_str *text;
    uint64_t *df;
    uint64_t count;
};

static struct terms
read_terms(struct plain_walk *walk, ark_str key, struct ark_arena *arena)
{
    struct terms terms = {.count = plain_take_varint(walk)};
    terms.text = ark_arena_calloc(arena, (size_t)terms.count, sizeof *terms.text);
    terms.df = ark_arena_calloc(arena, (size_t)terms.count, sizeof *terms.df);
    for (uint64_t i = 0; i < terms.count; i++) {
        terms.text[i] = plain_take_coded(walk, i == 0 ? key : terms.text[i - 1], arena);
        terms.df[i] = plain_take_varint(walk);
    }
    return terms;
}

/** Reads one posting; returns its number of members, which are put at postings. */
static uint32_t
read_posting(struct plain_walk *walk, uint32_t member_count, uint64_t *doc_after,
             struct plain_posting *postings)
{
    uint64_t first = plain_take_varint(walk);
    uint64_t doc = *doc_after + first / 2;
    *doc_after = doc + 1;
    uint64_t count = 1;
    if (member_count > 1 && first % 2 == 1) {
        count = plain_take_varint(walk) + 2;
    }
    plain_must(count <= member_count, "more members than the family has", 0);
    uint64_t member_after = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = member_count == 1 ? first % 2 : plain_take_varint(walk);
        uint64_t member = member_after + value / 2;
        plain_must(member < member_count, "no such member", 0);
        member_after = member + 1;
        uint64_t tf = value % 2 == 1 ? plain_take_varint(walk) + 2 : 1;
        postings[i] = (struct plain_posting){(uint32_t)doc, (uint32_t)member, (uint32_t)tf, NULL};
    }
    return (uint32_t)count;
}

static void
read_positions(struct plain_walk *walk, struct plain_posting *posting, struct ark_arena *arena)
{
    posting->positions = ark_arena_calloc(arena, posting->tf, sizeof *posting->positions);
    uint64_t position = 0;
    for (uint32_t i = 0; i < posting->tf; i++) {
        uint64_t step = plain_take_varint(walk);
        plain_must(i == 0 || step > 0, "positions do not ascend", 0);
        position += step;
        posting->positions[i] = (uint32_t)position;
    }
}

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

/** The bound as the page defines it, over postings[0, count) of one block. */
static uint64_t
bound_of(const struct plain_segment *segment, const struct plain_posting *postings, size_t count)
{
    double mean = segment->token_count == 0
                      ? 1
                      : (double)segment->token_count / (double)segment->document_count;
    double greatest = 0;
    for (size_t i = 0; i < count;) {
        double tf = 0;
        uint32_t doc = postings[i].doc;
        for (; i < count && postings[i].doc == doc; i++) {
            tf += postings[i].tf;
        }
        double length = (double)plain_norm_length(segment->streams[PLAIN_NORMS].bytes[doc]);
        double part = tf / (tf + 0.6 * (0.25 + 0.75 * length / mean));
        greatest = part > greatest ? part : greatest;
    }
    uint64_t bound = (uint64_t)(greatest * 255) + 1;
    return bound > 255 ? 255 : bound;
}

/** Reads block after block of a family's postings. */
static void
read_postings(const struct plain_segment *segment, struct plain_family *family, uint64_t df,
              ark_str skips, ark_str blocks, struct ark_arena *arena)
{
    size_t capacity = (size_t)blocks.len;
    family->postings = ark_arena_calloc(arena, capacity, sizeof *family->postings);
    struct plain_walk skip = {skips, 0};
    struct plain_walk walk = {blocks, 0};
    uint64_t doc_after = 0;
    for (uint64_t done = 0; done < df;) {
        uint64_t last_doc = doc_after + plain_take_varint(&skip);
        uint64_t documents_bytes = plain_take_varint(&skip);
        uint64_t places_bytes = plain_take_varint(&skip);
        uint64_t bound = plain_take_fixed(&skip, 1);
        struct plain_walk documents = {plain_take(&walk, documents_bytes), 0};
        struct plain_walk places = {plain_take(&walk, places_bytes), 0};
        size_t first = family->posting_count;
        for (unsigned i = 0; i < POSTINGS_BLOCK && done < df; i++, done++) {
            family->posting_count += read_posting(&documents, family->member_count, &doc_after,
                                                  family->postings + family->posting_count);
        }
        plain_must(plain_at_end(&documents), "documents of a block have a tail", segment->id);
        plain_must(doc_after == last_doc + 1, "the last document of a block", segment->id);
        plain_must(last_doc < segment->document_count, "no such document", segment->id);
        for (size_t i = first; i < family->posting_count; i++) {
            read_positions(&places, &family->postings[i], arena);
            check_positions(segment, &family->postings[i]);
        }
        plain_must(plain_at_end(&places), "positions of a block have a tail", segment->id);
        plain_must(bound ==
                       bound_of(segment, family->postings + first, family->posting_count - first),
                   "the bound of a block", segment->id);
    }
    plain_must(plain_at_end(&skip) && plain_at_end(&walk), "postings have a tail", segment->id);
}

/** Counts the documents with each term anew. */
static void
check_frequencies(const struct plain_segment *segment, const struct plain_family *family,
                  const struct terms *terms, const uint64_t *term_of, unsigned level)
{
    for (uint64_t term = 0; term < terms->count; term++) {
        uint64_t df = 0;
        uint64_t last = UINT64_MAX;
        for (size_t i = 0; i < family->posting_count; i++) {
            const struct plain_posting *posting = &family->postings[i];
            if (term_of[posting->member * PLAIN_LEVELS + level] == term && posting->doc != last) {
                df++;
                last = posting->doc;
            }
        }
        plain_must(df == terms->df[term], "the frequency of a term", segment->id);
        plain_must(df > 0, "a term without documents", segment->id);
    }
}

/** Members ascend by light form, form and stem. */
static void
check_order(const struct plain_segment *segment, const struct plain_family *family)
{
    static const unsigned ORDER[] = {LIGHT, FORM, STEM};
    for (uint32_t i = 1; i < family->member_count; i++) {
        int order = 0;
        for (size_t k = 0; k < ARK_COUNT_OF(ORDER) && order == 0; k++) {
            order = ark_str_compare(family->members[i - 1].text[ORDER[k]],
                                    family->members[i].text[ORDER[k]]);
        }
        plain_must(order < 0, "members do not ascend", segment->id);
    }
}

/** Reads a family whose key was read; its postings must begin where those before end. */
static void
read_family(const struct plain_segment *segment, struct plain_family *family, ark_str record,
            uint64_t *postings_end, struct ark_arena *arena)
{
    struct plain_walk walk = {record, 0};
    uint64_t df = plain_take_varint(&walk);
    struct terms terms[PLAIN_LEVELS];
    for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
        terms[level] = read_terms(&walk, family->key, arena);
    }
    family->member_count = (uint32_t)plain_take_varint(&walk);
    family->members = ark_arena_calloc(arena, family->member_count, sizeof *family->members);
    uint64_t *term_of =
        ark_arena_calloc(arena, (size_t)family->member_count * PLAIN_LEVELS, sizeof *term_of);
    for (uint32_t i = 0; i < family->member_count; i++) {
        for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
            uint64_t term = plain_take_varint(&walk);
            plain_must(term < terms[level].count, "no such term", segment->id);
            term_of[i * PLAIN_LEVELS + level] = term;
            family->members[i].text[level] = terms[level].text[term];
        }
    }
    uint64_t offset = plain_take_varint(&walk);
    uint64_t skip_bytes = plain_take_varint(&walk);
    uint64_t bytes = plain_take_varint(&walk);
    plain_must(offset == *postings_end, "postings do not follow each other", segment->id);
    *postings_end = offset + bytes;
    plain_must(*postings_end <= segment->streams[PLAIN_POSTINGS].len && skip_bytes <= bytes,
               "postings pass their stream", segment->id);
    const uint8_t *start = segment->streams[PLAIN_POSTINGS].bytes + offset;
    read_postings(segment, family, df, ark_str_make(start, (size_t)skip_bytes),
                  ark_str_make(start + skip_bytes, (size_t)(bytes - skip_bytes)), arena);
    check_order(segment, family);
    for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
        check_frequencies(segment, family, &terms[level], term_of, level);
    }
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
    uint64_t postings_end = 0;
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
        read_family(segment, family, plain_take_text(&walk), &postings_end, arena);
    }
    plain_must(plain_at_end(&walk), "the dictionary has a tail", segment->id);
    plain_must(postings_end == segment->streams[PLAIN_POSTINGS].len, "postings have a tail",
               segment->id);
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
