#include "tests/support/toy_segment.h"

#include <stdlib.h>

#include "common/base/memory.h"

size_t
toy_words(const struct toy_document *document, ark_docid doc, struct toy_word *out, size_t max)
{
    ark_str rest = ark_str_from(document->words);
    size_t count = 0;
    for (uint32_t position = 0; rest.len > 0; position++) {
        const uint8_t *space = memchr(rest.bytes, ' ', rest.len);
        size_t len = space == NULL ? rest.len : (size_t)(space - rest.bytes);
        ark_str word = ark_str_slice(rest, 0, len);
        rest = ark_str_slice(rest, space == NULL ? len : len + 1, rest.len);
        const uint8_t *colon = memchr(word.bytes, ':', len);
        if (colon == NULL) {
            continue;
        }
        size_t key_bytes = (size_t)(colon - word.bytes);
        ark_str form = ark_str_slice(word, key_bytes + 1, len);
        const uint8_t *plus = memchr(form.bytes, '+', form.len);
        ARK_ASSERT(count < max);
        out[count++] = (struct toy_word){
            .key = ark_str_slice(word, 0, key_bytes),
            .text = {.text = {[ARK_TERM_FORM] = form,
                              [ARK_TERM_LIGHT] =
                                  plus == NULL
                                      ? form
                                      : ark_str_make(form.bytes, (size_t)(plus - form.bytes)),
                              [ARK_TERM_STEM] =
                                  ark_str_make(form.bytes, form.len < 2 ? form.len : 2)}},
            .doc = doc,
            .position = position,
        };
    }
    return count;
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
compare_by_member(const void *left, const void *right)
{
    const struct toy_word *a = left;
    const struct toy_word *b = right;
    int order = ark_str_compare(a->key, b->key);
    return order != 0 ? order : compare_members(&a->text, &b->text);
}

/** Orders the words of one family by document, member, position. */
static int
compare_by_document(const void *left, const void *right)
{
    const struct toy_word *a = left;
    const struct toy_word *b = right;
    if (a->doc != b->doc) {
        return a->doc < b->doc ? -1 : 1;
    }
    int order = compare_members(&a->text, &b->text);
    return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

/** The number of a word's member among the family's. */
static uint32_t
member_number(const struct ark_member_text *members, const struct toy_word *word)
{
    uint32_t number = 0;
    while (compare_members(&members[number], &word->text) != 0) {
        number++;
    }
    return number;
}

/** Takes a posting: to count it, or to add it to the open class. */
typedef void (*adder)(struct ark_segment_writer *writer, const struct ark_posting *posting);

static void
count_posting(struct ark_segment_writer *writer, const struct ark_posting *posting)
{
    uint32_t *members = ark_xcalloc(posting->occurrence_count, sizeof *members);
    for (uint32_t i = 0; i < posting->occurrence_count; i++) {
        members[i] = posting->occurrences[i].member;
    }
    ark_segment_writer_count_document(writer, posting->doc, members, posting->occurrence_count);
    free(members);
}

/** Writes one posting of words[0, count), which are one document's. */
static void
write_posting(struct ark_segment_writer *writer, adder add, const struct ark_member_text *members,
              const struct toy_word *words, size_t count)
{
    struct ark_occurrence *occurrences = ark_xcalloc(count, sizeof *occurrences);
    uint32_t *positions = ark_xcalloc(count, sizeof *positions);
    uint32_t occurrence_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t member = member_number(members, &words[i]);
        if (occurrence_count == 0 || occurrences[occurrence_count - 1].member != member) {
            occurrences[occurrence_count++].member = member;
        }
        occurrences[occurrence_count - 1].tf++;
        positions[i] = words[i].position;
    }
    add(writer, &(struct ark_posting){words[0].doc, occurrence_count, occurrences, positions});
    free(occurrences);
    free(positions);
}

/** Writes the postings of words[0, count), which come by document and member. */
static void
write_postings(struct ark_segment_writer *writer, adder add, const struct ark_member_text *members,
               const struct toy_word *words, size_t count)
{
    for (size_t at = 0; at < count;) {
        size_t next = at + 1;
        while (next < count && words[next].doc == words[at].doc) {
            next++;
        }
        write_posting(writer, add, members, words + at, next - at);
        at = next;
    }
}

/** Writes the lists of the class that begins with member first. */
static void
write_class(struct ark_segment_writer *writer, const struct ark_member_text *members,
            uint32_t first, const struct toy_word *words, size_t count)
{
    struct toy_word *of_class = ark_xcalloc(count, sizeof *of_class);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (ark_str_equal(words[i].text.text[ARK_TERM_LIGHT],
                          members[first].text[ARK_TERM_LIGHT])) {
            of_class[found++] = words[i];
        }
    }
    ark_segment_writer_begin_class(writer, first);
    write_postings(writer, ark_segment_writer_add_posting, members, of_class, found);
    ark_segment_writer_end_class(writer);
    free(of_class);
}

/** Writes words[0, count), which are one family's and come by member. */
static void
write_family(struct ark_segment_writer *writer, struct toy_word *words, size_t count)
{
    struct ark_member_text *members = ark_xcalloc(count, sizeof *members);
    uint32_t member_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_members(&words[i - 1].text, &words[i].text) != 0) {
            members[member_count++] = words[i].text;
        }
    }
    qsort(words, count, sizeof *words, compare_by_document);
    ark_segment_writer_begin_family(writer, words[0].key, members, member_count);
    write_postings(writer, count_posting, members, words, count);
    for (uint32_t i = 0; i < member_count; i++) {
        if (i == 0 ||
            !ark_str_equal(members[i - 1].text[ARK_TERM_LIGHT], members[i].text[ARK_TERM_LIGHT])) {
            write_class(writer, members, i, words, count);
        }
    }
    enum ark_status status = ark_segment_writer_end_family(writer, NULL);
    ARK_ASSERT(status == ARK_OK);
    free(members);
}

void
toy_segment_write(struct ark_segment_writer *writer, const struct toy_document *documents,
                  uint32_t count)
{
    size_t words_max = 0;
    for (ark_docid doc = 0; doc < count; doc++) {
        words_max += strlen(documents[doc].words) / 2 + 1; // the shortest word is ":"
    }
    struct toy_word *words = ark_xcalloc(words_max, sizeof *words);
    size_t word_count = 0;
    for (ark_docid doc = 0; doc < count; doc++) {
        const struct toy_document *document = &documents[doc];
        size_t added = toy_words(document, doc, words + word_count, words_max - word_count);
        struct ark_document_record record = {
            .path = ark_str_from(document->path),
            .fragment = ark_str_from(document->fragment),
            .source = ARK_STR(""),
            .name_start = 1,
            .token_count = (uint32_t)added,
            .content_hash = ark_content_hash(ark_str_from(document->words)),
        };
        enum ark_status status = ark_segment_writer_add_document(
            writer, &record, ark_str_from(document->title), ark_str_from(document->words), NULL);
        ARK_ASSERT(status == ARK_OK);
        word_count += added;
    }
    qsort(words, word_count, sizeof *words, compare_by_member);
    for (size_t at = 0; at < word_count;) {
        size_t next = at + 1;
        while (next < word_count && ark_str_equal(words[next].key, words[at].key)) {
            next++;
        }
        write_family(writer, words + at, next - at);
        at = next;
    }
    free(words);
}

struct ark_segment_data *
toy_segment_make(const char *temp_dir, const struct toy_document *documents, uint32_t count)
{
    struct ark_segment_writer *writer = ark_segment_writer_new(temp_dir);
    toy_segment_write(writer, documents, count);
    struct ark_segment_data *data = NULL;
    enum ark_status status = ark_segment_writer_finish(writer, &data, NULL);
    ARK_ASSERT(status == ARK_OK);
    return data;
}

struct ark_store *
toy_store_open(const char *path)
{
    struct ark_store_options options = {.writable = true, .create = true, .identity = TOY_IDENTITY};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, path, &options, NULL);
    ARK_ASSERT(status == ARK_OK);
    return store;
}

void
toy_publish(struct ark_store *store, const struct toy_document *documents, uint32_t count)
{
    struct ark_segment_data *segment = toy_segment_make(ark_store_path(store), documents, count);
    struct ark_publication publication = {.segment = segment};
    enum ark_status status = ark_store_publish(store, &publication, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_segment_data_free(segment);
}
