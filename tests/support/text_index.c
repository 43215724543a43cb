#include "tests/support/text_index.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"

/** Adds the tokens of one text; returns how many there are. */
static uint32_t
add_tokens(struct text_words *words, struct ark_analyzer *analyzer, const char *text,
           struct text_word place, struct ark_arena *arena)
{
    struct ark_segmenter segmenter = ark_segmenter_make(ark_str_from(text));
    struct ark_token token;
    uint32_t count = 0;
    for (; ark_segmenter_next(&segmenter, &token); count++) {
        ark_str bytes = ark_str_slice(ark_str_from(text), token.start, token.end);
        uint32_t number = ark_analyzer_intern(analyzer, bytes, token.script);
        if (number == ARK_WORD_NONE) {
            continue;
        }
        struct text_word *to = &words->items[words->count++];
        struct ark_word word = ark_analyzer_word(analyzer, number);
        *to = (struct text_word){.doc = place.doc, .position = place.position + count};
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            to->word.level[level] = ark_arena_dup(arena, word.level[level]);
        }
    }
    return count;
}

struct text_words
text_words_make(struct ark_analyzer *analyzer, const struct text_document *documents,
                uint32_t count, struct ark_arena *arena)
{
    size_t bytes = 0; // more than there are tokens
    for (uint32_t i = 0; i < count; i++) {
        bytes += ark_str_from(documents[i].title).len + ark_str_from(documents[i].body).len;
    }
    struct text_words words = {
        .items = ark_arena_calloc(arena, bytes, sizeof *words.items),
        .token_counts = ark_arena_calloc(arena, count, sizeof *words.token_counts),
    };
    for (uint32_t i = 0; i < count; i++) {
        struct text_word place = {.doc = i};
        const char *title = documents[i].title == NULL ? "" : documents[i].title;
        uint32_t title_tokens = add_tokens(&words, analyzer, title, place, arena);
        place.position = title_tokens + ARK_FIELD_GAP;
        words.token_counts[i] =
            title_tokens + add_tokens(&words, analyzer, documents[i].body, place, arena);
    }
    return words;
}

/** Orders by family, then as members are written: light, form, stem. */
static int
compare_words(const struct ark_word *a, const struct ark_word *b)
{
    static const enum ark_level ORDER[] = {ARK_LEVEL_SKELETON, ARK_LEVEL_LIGHT, ARK_LEVEL_FORM,
                                           ARK_LEVEL_STEM};
    for (size_t i = 0; i < ARK_COUNT_OF(ORDER); i++) {
        int order = ark_str_compare(a->level[ORDER[i]], b->level[ORDER[i]]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int
compare_by_member(const void *left, const void *right)
{
    const struct text_word *a = left;
    const struct text_word *b = right;
    return compare_words(&a->word, &b->word);
}

static int
compare_by_document(const void *left, const void *right)
{
    const struct text_word *a = left;
    const struct text_word *b = right;
    if (a->doc != b->doc) {
        return a->doc < b->doc ? -1 : 1;
    }
    int order = compare_words(&a->word, &b->word);
    return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

static struct ark_member_text
as_member(const struct ark_word *word)
{
    return (struct ark_member_text){.text = {[ARK_TERM_FORM] = word->level[ARK_LEVEL_FORM],
                                             [ARK_TERM_LIGHT] = word->level[ARK_LEVEL_LIGHT],
                                             [ARK_TERM_STEM] = word->level[ARK_LEVEL_STEM]}};
}

/** Takes a posting: to count it, or to add it to the open class. */
typedef void add_posting(struct ark_segment_writer *writer, const struct ark_posting *posting);

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

/** Writes one posting of words[0, count), which are one document's; firsts are a word of each member. */
static void
write_posting(struct ark_segment_writer *writer, add_posting *add, const struct text_word *words,
              size_t count, const struct ark_word *const *firsts)
{
    struct ark_occurrence *occurrences = ark_xcalloc(count, sizeof *occurrences);
    uint32_t *positions = ark_xcalloc(count, sizeof *positions);
    uint32_t used = 0;
    uint32_t member = 0;
    for (size_t i = 0; i < count; i++) {
        while (compare_words(firsts[member], &words[i].word) != 0) {
            member++;
        }
        if (used == 0 || occurrences[used - 1].member != member) {
            occurrences[used++].member = member;
        }
        occurrences[used - 1].tf++;
        positions[i] = words[i].position;
    }
    add(writer, &(struct ark_posting){words[0].doc, used, occurrences, positions});
    free(occurrences);
    free(positions);
}

/** Writes words[0, count), which come by document. */
static void
write_postings(struct ark_segment_writer *writer, add_posting *add, const struct text_word *words,
               size_t count, const struct ark_word *const *firsts)
{
    for (size_t at = 0; at < count;) {
        size_t next = at + 1;
        while (next < count && words[next].doc == words[at].doc) {
            next++;
        }
        write_posting(writer, add, words + at, next - at, firsts);
        at = next;
    }
}

/** Writes the lists of the class that begins with a member, from words of its family. */
static void
write_class(struct ark_segment_writer *writer, uint32_t first, const struct text_word *words,
            size_t count, const struct ark_word *const *firsts)
{
    struct text_word *of_class = ark_xcalloc(count, sizeof *of_class);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (ark_str_equal(words[i].word.level[ARK_LEVEL_LIGHT],
                          firsts[first]->level[ARK_LEVEL_LIGHT])) {
            of_class[found++] = words[i];
        }
    }
    ark_segment_writer_begin_class(writer, first);
    write_postings(writer, ark_segment_writer_add_posting, of_class, found, firsts);
    ark_segment_writer_end_class(writer);
    free(of_class);
}

/** Writes words[0, count), which are one family's and come by member. */
static void
write_family(struct ark_segment_writer *writer, struct text_word *words, size_t count)
{
    struct ark_member_text *members = ark_xcalloc(count, sizeof *members);
    struct ark_word *copies = ark_xcalloc(count, sizeof *copies);
    const struct ark_word **firsts = ark_xcalloc(count, sizeof(struct ark_word *));
    uint32_t member_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_words(&words[i - 1].word, &words[i].word) != 0) {
            copies[member_count] = words[i].word;
            firsts[member_count] = &copies[member_count];
            members[member_count++] = as_member(&words[i].word);
        }
    }
    qsort(words, count, sizeof *words, compare_by_document);
    ark_segment_writer_begin_family(writer, words[0].word.level[ARK_LEVEL_SKELETON], members,
                                    member_count);
    write_postings(writer, count_posting, words, count, firsts);
    for (uint32_t i = 0; i < member_count; i++) {
        if (i == 0 || !ark_str_equal(firsts[i]->level[ARK_LEVEL_LIGHT],
                                     firsts[i - 1]->level[ARK_LEVEL_LIGHT])) {
            write_class(writer, i, words, count, firsts);
        }
    }
    enum ark_status status = ark_segment_writer_end_family(writer, NULL);
    ARK_ASSERT(status == ARK_OK);
    free(firsts);
    free(copies);
    free(members);
}

static void
write_families(struct ark_segment_writer *writer, struct text_words *words)
{
    qsort(words->items, words->count, sizeof *words->items, compare_by_member);
    for (size_t at = 0; at < words->count;) {
        const struct ark_word *first = &words->items[at].word;
        size_t next = at + 1;
        while (next < words->count &&
               ark_str_equal(words->items[next].word.level[ARK_LEVEL_SKELETON],
                             first->level[ARK_LEVEL_SKELETON])) {
            next++;
        }
        write_family(writer, words->items + at, next - at);
        at = next;
    }
}

static void
write_document(struct ark_segment_writer *writer, const struct text_document *document,
               uint32_t token_count)
{
    static unsigned number; // no two documents share a path
    char path[32];
    int len = snprintf(path, sizeof path, "/d/%u", number++);
    struct ark_document_record record = {
        .path = ark_str_make(path, (size_t)len),
        .fragment = ARK_STR(""),
        .source = ARK_STR(""),
        .name_start = 1,
        .token_count = token_count,
        .content_hash = ark_content_hash(ark_str_from(document->body)),
    };
    enum ark_status status = ark_segment_writer_add_document(
        writer, &record, ark_str_from(document->title), ark_str_from(document->body), NULL);
    ARK_ASSERT(status == ARK_OK);
}

struct ark_store *
text_store_open(const char *path)
{
    struct ark_store_options options = {
        .writable = true, .create = true, .identity = ark_analyzer_identity()};
    struct ark_store *store = NULL;
    struct ark_error error;
    enum ark_status status = ark_store_open(&store, path, &options, &error);
    ARK_ASSERT(status == ARK_OK);
    return store;
}

static void
publish(struct ark_store *store, const struct ark_publication *publication)
{
    enum ark_status status = ark_store_publish(store, publication, NULL);
    ARK_ASSERT(status == ARK_OK);
}

uint64_t
text_publish(struct ark_store *store, struct ark_analyzer *analyzer,
             const struct text_document *documents, uint32_t count)
{
    struct ark_arena arena = ark_arena_make();
    struct text_words words = text_words_make(analyzer, documents, count, &arena);
    struct ark_segment_writer *writer = ark_segment_writer_new(ark_store_path(store));
    for (uint32_t i = 0; i < count; i++) {
        write_document(writer, &documents[i], words.token_counts[i]);
    }
    write_families(writer, &words);
    struct ark_publication publication = {0};
    enum ark_status status = ark_segment_writer_finish(writer, &publication.segment, NULL);
    ARK_ASSERT(status == ARK_OK);
    publish(store, &publication);
    ark_segment_data_free(publication.segment);
    ark_arena_dispose(&arena);
    struct ark_snapshot *snapshot = NULL;
    status = ark_snapshot_open(&snapshot, store, NULL);
    ARK_ASSERT(status == ARK_OK);
    uint32_t last = ark_snapshot_figures(snapshot)->segment_count - 1;
    uint64_t id = ark_segment_info(ark_snapshot_segment(snapshot, last))->id;
    ark_snapshot_close(snapshot);
    return id;
}

void
text_delete(struct ark_store *store, const struct ark_deletion *deletions, size_t count)
{
    struct ark_publication publication = {.deletions = deletions, .deletion_count = count};
    publish(store, &publication);
}
