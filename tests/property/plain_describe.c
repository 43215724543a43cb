#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "tests/property/plain_reader.h"

/** One word of one document of a segment. */
struct placed_word {
    uint32_t doc;
    struct plain_word word;
};

static int
compare_places(const void *left, const void *right)
{
    const struct placed_word *a = left;
    const struct placed_word *b = right;
    if (a->doc != b->doc) {
        return a->doc < b->doc ? -1 : 1;
    }
    return (a->word.position > b->word.position) - (a->word.position < b->word.position);
}

/** All words of a segment, by document and position. The caller frees them. */
static struct placed_word *
words_of(const struct plain_segment *segment, size_t *count)
{
    struct placed_word *words = NULL;
    size_t capacity = 0;
    *count = 0;
    for (uint64_t i = 0; i < segment->family_count; i++) {
        const struct plain_family *family = &segment->families[i];
        for (size_t k = 0; k < family->posting_count; k++) {
            const struct plain_posting *posting = &family->postings[k];
            for (uint32_t n = 0; n < posting->tf; n++) {
                ARK_GROW(words, capacity, *count + 1);
                words[(*count)++] = (struct placed_word){
                    posting->doc,
                    {posting->positions[n], family->key, family->members[posting->member]}};
            }
        }
    }
    if (*count > 0) {
        qsort(words, *count, sizeof *words, compare_places);
    }
    return words;
}

/** A live document and its words. */
struct entry {
    const struct plain_document *document;
    const struct placed_word *words;
    size_t word_count;
};

static int
compare_entries(const void *left, const void *right)
{
    const struct plain_document *a = ((const struct entry *)left)->document;
    const struct plain_document *b = ((const struct entry *)right)->document;
    int order = ark_str_compare(a->path, b->path);
    return order != 0 ? order : ark_str_compare(a->fragment, b->fragment);
}

static void
append_text(struct ark_buf *out, const char *name, ark_str text)
{
    ark_buf_printf(out, "%s %zu ", name, text.len);
    ark_buf_append_str(out, text);
    ark_buf_push(out, '\n');
}

void
plain_describe_document(const struct plain_document *document, const struct plain_word *words,
                        size_t word_count, struct ark_buf *out)
{
    append_text(out, "document", document->path);
    append_text(out, "fragment", document->fragment);
    append_text(out, "source", document->source);
    append_text(out, "title", document->title);
    append_text(out, "body", document->body);
    ark_buf_printf(out, "name %" PRIu64 " date %" PRIu64 " id %d\n", document->name_start,
                   document->date, document->fragment_is_id);
    ark_buf_printf(out, "tokens %" PRIu64 " title %" PRIu64 " hash %" PRIx64 "\n",
                   document->token_count, document->title_tokens, document->content_hash);
    for (size_t i = 0; i < word_count; i++) {
        ark_buf_printf(out, "%" PRIu32, words[i].position);
        append_text(out, " key", words[i].key);
        for (unsigned level = 0; level < PLAIN_LEVELS; level++) {
            append_text(out, " text", words[i].member.text[level]);
        }
    }
}

static void
describe_entry(const struct entry *entry, struct ark_buf *out)
{
    struct plain_word *words = ark_xcalloc(entry->word_count, sizeof *words);
    for (size_t i = 0; i < entry->word_count; i++) {
        words[i] = entry->words[i].word;
    }
    plain_describe_document(entry->document, words, entry->word_count, out);
    free(words);
}

/** Adds the live documents of a segment, whose words lie in words by document. */
static void
add_entries(const struct plain_segment *segment, const struct placed_word *words, size_t word_count,
            struct entry **entries, size_t *capacity, size_t *count)
{
    size_t at = 0;
    for (uint32_t doc = 0; doc < segment->document_count; doc++) {
        size_t first = at;
        while (at < word_count && words[at].doc == doc) {
            at++;
        }
        if (!segment->documents[doc].dead) {
            *entries = ark_grow(*entries, capacity, *count + 1, sizeof **entries);
            (*entries)[(*count)++] = (struct entry){
                &segment->documents[doc], words == NULL ? NULL : words + first, at - first};
        }
    }
}

void
plain_index_describe(const struct plain_index *index, struct ark_buf *out)
{
    struct placed_word **words = ark_xcalloc(index->segment_count, sizeof *words);
    struct entry *entries = NULL;
    size_t capacity = 0;
    size_t count = 0;
    for (uint32_t i = 0; i < index->segment_count; i++) {
        size_t word_count = 0;
        words[i] = words_of(&index->segments[i], &word_count);
        add_entries(&index->segments[i], words[i], word_count, &entries, &capacity, &count);
    }
    if (count > 0) {
        qsort(entries, count, sizeof *entries, compare_entries);
    }
    for (size_t i = 0; i < count; i++) {
        describe_entry(&entries[i], out);
    }
    for (uint32_t i = 0; i < index->segment_count; i++) {
        free(words[i]);
    }
    free(words);
    free(entries);
}
