/**
 * @file property_build.c
 * However an index came to be (in one run, in many spilled runs, by
 * publications with replacements, deletions and merges), a plain reader of the
 * format finds in it what its documents say: each word at its position, at all
 * levels. And where the same documents are merged, the streams are the same
 * byte for byte as when they are indexed at once, by however many threads.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/text/analyzer.h"
#include "indexer/preparer.h"
#include "tests/property/plain_reader.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

/** So much memory that no run is spilled, and the least that may be asked for. */
enum { MEMORY_LARGE = 1 << 30, MEMORY_SMALL = 1 << 20 };

/** So many random documents have classes of 1,024 documents and more. */
enum { DOCUMENTS_MANY = 2000 };

static uint64_t current_seed;

/** Ends the program unless what must hold holds. */
static void
expect(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", what, current_seed);
        exit(EXIT_FAILURE);
    }
}

/** Appends the words of one text, which begins at position. */
static void
add_words(struct ark_analyzer *analyzer, ark_str text, uint32_t position, struct ark_arena *arena,
          struct plain_word *words, size_t *count, uint32_t *tokens)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    for (*tokens = 0; ark_segmenter_next(&segmenter, &token); (*tokens)++) {
        uint32_t number = ark_analyzer_intern(analyzer, ark_str_slice(text, token.start, token.end),
                                              token.script);
        if (number == ARK_WORD_NONE) {
            continue;
        }
        struct ark_word word = ark_analyzer_word(analyzer, number);
        words[(*count)++] =
            (struct plain_word){position + *tokens,
                                ark_arena_dup(arena, word.level[ARK_LEVEL_SKELETON]),
                                {{ark_arena_dup(arena, word.level[ARK_LEVEL_FORM]),
                                  ark_arena_dup(arena, word.level[ARK_LEVEL_LIGHT]),
                                  ark_arena_dup(arena, word.level[ARK_LEVEL_STEM])}}};
    }
}

/** Appends what plain_index_describe should say of a document of the model. */
static void
describe_document(struct ark_analyzer *analyzer, const struct model_document *source,
                  struct ark_buf *out)
{
    const struct ark_document *content = &source->content;
    struct ark_arena arena = ark_arena_make();
    struct plain_word *words =
        ark_arena_calloc(&arena, content->title.len + content->body.len, sizeof *words);
    size_t count = 0;
    uint32_t title_tokens = 0;
    uint32_t body_tokens = 0;
    add_words(analyzer, content->title, 0, &arena, words, &count, &title_tokens);
    add_words(analyzer, content->body, title_tokens + 16, &arena, words, &count, &body_tokens);
    struct plain_document document = {
        .path = source->path,
        .fragment = content->fragment,
        .source = content->source,
        .title = content->title,
        .body = content->body,
        .name_start = source->name_start,
        .date = content->date,
        .token_count = title_tokens + body_tokens,
        .title_tokens = title_tokens,
        .content_hash = ark_document_hash(content),
        .fragment_is_id = content->fragment_is_id,
    };
    plain_describe_document(&document, words, count, out);
    ark_arena_dispose(&arena);
}

static int
compare_documents(const void *left, const void *right)
{
    const struct model_document *a = *(const struct model_document *const *)left;
    const struct model_document *b = *(const struct model_document *const *)right;
    int order = ark_str_compare(a->path, b->path);
    return order != 0 ? order : ark_str_compare(a->content.fragment, b->content.fragment);
}

static struct ark_buf
describe_model(const struct model *model)
{
    struct ark_buf out = ark_buf_make(SIZE_MAX);
    struct ark_analyzer *analyzer = ark_analyzer_new();
    const struct model_document **sorted = ark_xcalloc(model->count, sizeof *sorted);
    for (size_t i = 0; i < model->count; i++) {
        sorted[i] = &model->items[i];
    }
    qsort(sorted, model->count, sizeof *sorted, compare_documents);
    for (size_t i = 0; i < model->count; i++) {
        describe_document(analyzer, sorted[i], &out);
    }
    free(sorted);
    ark_analyzer_free(analyzer);
    return out;
}

/** The index at dir holds exactly the model. Its plain reading is the caller's. */
static struct plain_index *
expect_model(const char *dir, const struct model *model)
{
    struct plain_index *index = plain_index_read(dir);
    struct ark_buf found = ark_buf_make(SIZE_MAX);
    plain_index_describe(index, &found);
    struct ark_buf wanted = describe_model(model);
    expect(ark_str_equal(ark_buf_view(&found), ark_buf_view(&wanted)),
           "the index does not hold what its documents say");
    ark_buf_dispose(&found);
    ark_buf_dispose(&wanted);
    return index;
}

/** Two segments have the same figures and, byte for byte, the same streams. */
static void
expect_same_streams(const struct plain_segment *a, const struct plain_segment *b)
{
    expect(a->document_count == b->document_count && a->token_count == b->token_count &&
               a->family_count == b->family_count && a->text_bytes == b->text_bytes,
           "figures differ");
    for (unsigned kind = 0; kind < PLAIN_STREAMS; kind++) {
        if (!ark_str_equal(a->streams[kind], b->streams[kind])) {
            (void)fprintf(stderr, "stream %u: ", kind);
            expect(false, "streams differ");
        }
    }
}

/** How many variants have lists of their own. */
static uint64_t
count_rare_lists(const struct plain_segment *segment)
{
    uint64_t count = 0;
    for (size_t i = 0; i < segment->family_count; i++) {
        count += segment->families[i].rare_lists;
    }
    return count;
}

/** Documents built in one run equal those spilled in many runs and merged. */
static void
check_one_run_equals_many(struct test_random *random, size_t documents, uint32_t words_mean,
                          size_t memory_bytes_max, uint64_t runs_least)
{
    struct model model = model_make();
    model_fill(&model, random, documents, words_mean);
    char *one = test_temp_dir();
    char *many = test_temp_dir();
    expect(model_build(&model, one, MEMORY_LARGE) == 1, "a large memory was spilled");
    expect(model_build(&model, many, memory_bytes_max) >= runs_least, "too few runs to test with");
    struct plain_index *a = expect_model(one, &model);
    struct plain_index *b = plain_index_read(many);
    expect(a->segment_count == 1 && b->segment_count == 1, "more than one segment");
    expect_same_streams(&a->segments[0], &b->segments[0]);
    expect(documents < DOCUMENTS_MANY || count_rare_lists(&a->segments[0]) > 0,
           "no class has rare variants");
    plain_index_free(a);
    plain_index_free(b);
    test_temp_dir_remove(one);
    test_temp_dir_remove(many);
    model_dispose(&model);
}

/** Adds documents with much text and few words, enough for a dictionary to be trained. */
static void
fill_with_dots(struct model *model, struct test_random *random)
{
    enum { DOCUMENTS = 90, BYTES = 50000 };
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        struct model_document document = model_random_document(model, random, 1000000 + i, 0, 20);
        ark_str body = document.content.body;
        uint8_t *text = ark_arena_alloc(&model->arena, body.len + BYTES);
        memcpy(text, body.bytes, body.len);
        for (size_t at = body.len; at < body.len + BYTES; at++) {
            text[at] = (uint8_t) ". ,;:!\n-"[test_random_below(random, 8)];
        }
        document.content.body = ark_str_make(text, body.len + BYTES);
        model_put(model, &document);
    }
}

/** The index is the same, dictionary and all, whatever the jobs and the memory. */
static void
check_jobs(struct test_random *random)
{
    static const size_t MEMORIES[] = {1, MEMORY_SMALL, MEMORY_LARGE};
    struct model model = model_make();
    model_fill(&model, random, 200, 60);
    fill_with_dots(&model, random);
    char *first = test_temp_dir();
    (void)model_build_jobs(&model, first, MEMORY_LARGE, 1);
    struct plain_index *wanted = expect_model(first, &model);
    expect(wanted->dictionary.len > 0, "no dictionary was trained");
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        char *dir = test_temp_dir();
        (void)model_build_jobs(&model, dir, MEMORIES[test_random_below(random, 3)], jobs);
        struct plain_index *index = plain_index_read(dir);
        expect(ark_str_equal(index->dictionary, wanted->dictionary), "the dictionaries differ");
        expect(index->segment_count == 1, "more than one segment");
        expect_same_streams(&index->segments[0], &wanted->segments[0]);
        plain_index_free(index);
        test_temp_dir_remove(dir);
    }
    plain_index_free(wanted);
    test_temp_dir_remove(first);
    model_dispose(&model);
}

/** Deletes a document of the model from the index, as an update of its file would. */
struct deletion {
    struct ark_builder *builder;
    uint8_t fragment_hash[16];
};

static bool
delete_if_it_is(void *context, const struct ark_document_place *place)
{
    struct deletion *deletion = context;
    if (memcmp(place->fragment_hash.bytes, deletion->fragment_hash, 16) == 0) {
        ark_builder_delete(deletion->builder, place->segment_id, place->doc);
    }
    return true;
}

static void
delete_document(struct ark_store *store, struct ark_builder *builder,
                const struct model_document *document)
{
    struct deletion deletion = {.builder = builder};
    ark_fragment_hash(document->content.fragment, deletion.fragment_hash);
    struct ark_snapshot *snapshot = NULL;
    expect(ark_snapshot_open(&snapshot, store, NULL) == ARK_OK, "no snapshot");
    expect(ark_snapshot_each_document_of(snapshot, document->path, delete_if_it_is, &deletion,
                                         NULL) == ARK_OK,
           "documents of a file cannot be listed");
    ark_snapshot_close(snapshot);
}

/** One publication of random changes, made to index and model. */
static void
publish_changes(struct test_random *random, const char *dir, struct model *model,
                uint32_t *next_file)
{
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = MEMORY_SMALL,
                                                .jobs = 1 + test_random_below(random, 3)};
    struct ark_builder *builder = ark_builder_new(store, &options);
    uint32_t deletions = test_random_one_in(random, 3)
                             ? test_random_below(random, (uint32_t)model->count + 1)
                             : test_random_below(random, 4);
    for (uint32_t i = 0; i < deletions && model->count > 0; i++) {
        size_t idx = test_random_below(random, (uint32_t)model->count);
        delete_document(store, builder, &model->items[idx]);
        model_remove(model, idx);
    }
    uint32_t additions = test_random_below(random, test_random_one_in(random, 4) ? 120 : 12);
    for (uint32_t i = 0; i < additions; i++) {
        uint32_t file = test_random_one_in(random, 3) ? 1 + test_random_below(random, *next_file)
                                                      : (*next_file)++;
        struct model_document document =
            model_random_document(model, random, file, test_random_below(random, 3), 20);
        model_add(builder, &document);
        model_put(model, &document);
    }
    expect(ark_builder_publish(builder, NULL) == ARK_OK, "a publication fails");
    ark_builder_free(builder);
    ark_store_close(store);
}

/** The documents of an index of one segment, indexed anew in their order, give the same bytes. */
static void
check_merge_equals_fresh_build(const struct plain_segment *merged, const struct model *model)
{
    struct model ordered = model_make();
    for (uint32_t doc = 0; doc < merged->document_count; doc++) {
        const struct plain_document *document = &merged->documents[doc];
        size_t idx = model_find(model, document->path, document->fragment);
        expect(idx < model->count, "a document that the model does not know");
        ARK_GROW(ordered.items, ordered.capacity, ordered.count + 1);
        ordered.items[ordered.count++] = model->items[idx];
    }
    char *dir = test_temp_dir();
    (void)model_build(&ordered, dir, MEMORY_LARGE);
    struct plain_index *fresh = plain_index_read(dir);
    expect(fresh->segment_count == 1, "more than one segment");
    expect_same_streams(merged, &fresh->segments[0]);
    plain_index_free(fresh);
    test_temp_dir_remove(dir);
    model_dispose(&ordered);
}

/** Publications of random changes; the index is the model after each of them. */
static void
check_publications(struct test_random *random, int publications)
{
    struct model model = model_make();
    char *dir = test_temp_dir();
    uint32_t next_file = 1;
    int compared = 0;
    for (int i = 0; i < publications; i++) {
        publish_changes(random, dir, &model, &next_file);
        struct plain_index *index = expect_model(dir, &model);
        expect(index->segment_count <= 8, "more segments at rest than there may be");
        for (uint32_t k = 0; k < index->segment_count; k++) {
            if (index->segments[k].dead_count == 0 && k == index->segment_count - 1) {
                check_merge_equals_fresh_build(&index->segments[k], &model);
                compared++;
            }
        }
        plain_index_free(index);
    }
    expect(compared > publications / 4, "too few merges to test with");
    test_temp_dir_remove(dir);
    model_dispose(&model);
}

/** After a compaction the index holds the same. */
static void
check_compaction(struct test_random *random)
{
    struct model model = model_make();
    char *dir = test_temp_dir();
    uint32_t next_file = 1;
    for (int i = 0; i < 4; i++) {
        publish_changes(random, dir, &model, &next_file);
    }
    struct ark_store *store = model_store_open(dir);
    expect(ark_store_compact(store, NULL) == ARK_OK, "compaction fails");
    ark_store_close(store);
    plain_index_free(expect_model(dir, &model));
    test_temp_dir_remove(dir);
    model_dispose(&model);
}

int
main(void)
{
    enum { ROUNDS = 10 };
    uint64_t first = test_seed(1);
    bool replay = getenv("ARK_SEED") != NULL;
    for (current_seed = first; current_seed < first + (replay ? 1 : ROUNDS); current_seed++) {
        struct test_random random = test_random_make(current_seed);
        check_one_run_equals_many(&random, 600, 60, MEMORY_SMALL, 2);
        if (current_seed == first) {
            check_one_run_equals_many(&random, DOCUMENTS_MANY, 60, MEMORY_SMALL, 3);
        }
        // A run for each document: more runs than are merged at a time.
        check_one_run_equals_many(&random, 60, 10, 1, 60);
        check_publications(&random, 12);
        check_compaction(&random);
        check_jobs(&random);
    }
    return EXIT_SUCCESS;
}
