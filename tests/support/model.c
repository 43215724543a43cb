#include "tests/support/model.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/analyzer.h"

/** Distinct words; the first ones are by far the most frequent, as in any language. */
enum { ROOTS = 120, TEXT_BYTES_MAX = 1 << 22 };

struct model
model_make(void)
{
    return (struct model){.arena = ark_arena_make()};
}

void
model_dispose(struct model *model)
{
    ark_arena_dispose(&model->arena);
    free(model->items);
}

/** Appends a character of two bytes in UTF-8, as all Arabic letters are. */
static void
append_letter(struct ark_buf *out, unsigned code_point)
{
    ARK_ASSERT(code_point >= 0x80 && code_point < 0x800);
    ark_buf_push(out, (uint8_t)(0xc0 | code_point >> 6));
    ark_buf_push(out, (uint8_t)(0x80 | (code_point & 0x3f)));
}

/**
 * As code points, before: nothing, waw, alef-lam, waw-alef-lam, beh, lam-lam;
 * after: nothing, teh marbuta, alef-teh, heh-alef, tatweel, fatha.
 */
static const uint16_t PREFIXES[][3] = {
    {0}, {0x648}, {0x627, 0x644}, {0x648, 0x627, 0x644}, {0x628}, {0x644, 0x644}};
static const uint16_t SUFFIXES[][3] = {{0},     {0x629}, {0x627, 0x62a}, {0x647, 0x627},
                                       {0x640}, {0x64e}};

static void
append_letters(struct ark_buf *out, const uint16_t letters[3])
{
    for (unsigned i = 0; i < 3 && letters[i] != 0; i++) {
        append_letter(out, letters[i]);
    }
}

/** A word of a root with or without what is written before and after it. */
static void
append_arabic_word(struct ark_buf *out, struct test_random *random)
{
    uint32_t root = test_random_below(random, 1 + test_random_below(random, ROOTS));
    append_letters(out, PREFIXES[test_random_below(random, ARK_COUNT_OF(PREFIXES))]);
    for (unsigned i = 0; i < 3; i++) {
        // Letters from feh on, with few alike; a long vowel in the middle of some.
        append_letter(out, 0x641 + (root >> 2 * i) * 5 % 8);
        if (i == 1 && test_random_one_in(random, 3)) {
            append_letter(out, 0x627);
        }
    }
    append_letters(out, SUFFIXES[test_random_below(random, ARK_COUNT_OF(SUFFIXES))]);
}

static void
append_word(struct ark_buf *out, struct test_random *random)
{
    switch (test_random_below(random, 20)) {
    case 0:
        ark_buf_printf(out, "%u", (unsigned)test_random_below(random, 2000));
        break;
    case 1:
        ark_buf_printf(out, "word%u", (unsigned)test_random_below(random, 30));
        break;
    case 2:
        append_letter(out, 0x64e); // a mark alone
        break;
    default:
        append_arabic_word(out, random);
        break;
    }
}

static ark_str
random_text(struct model *model, struct test_random *random, uint32_t words)
{
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    for (uint32_t i = 0; i < words; i++) {
        append_word(&text, random);
        ark_buf_append_str(&text, test_random_one_in(random, 12) ? ARK_STR(".\n") : ARK_STR(" "));
    }
    ark_str copy = ark_arena_dup(&model->arena, ark_buf_view(&text));
    ark_buf_dispose(&text);
    return copy;
}

/** before, the number in decimal, after. */
static ark_str
numbered(struct model *model, const char *before, unsigned number, const char *after)
{
    struct ark_buf text = ark_buf_make(256);
    ark_buf_printf(&text, "%s%u%s", before, number, after);
    ark_str copy = ark_arena_dup(&model->arena, ark_buf_view(&text));
    ark_buf_dispose(&text);
    return copy;
}

struct model_document
model_random_document(struct model *model, struct test_random *random, uint32_t file,
                      uint32_t fragment, uint32_t words_mean)
{
    uint32_t words = test_random_below(random, 2 * words_mean + 1);
    if (test_random_one_in(random, 10)) {
        words = test_random_one_in(random, 2) ? 0 : words * 10;
    }
    struct model_document document = {.path = numbered(model, "/root/", file, ".txt"),
                                      .name_start = 6};
    document.content.fragment = fragment == 0 ? ARK_STR("") : numbered(model, "", fragment, "");
    document.content.fragment_is_id = test_random_one_in(random, 2);
    document.content.title = random_text(model, random, test_random_below(random, 6));
    document.content.body = random_text(model, random, words);
    document.content.source = test_random_one_in(random, 3) ? ARK_STR("agency") : ARK_STR("");
    document.content.date = test_random_one_in(random, 2) ? 20200100 + file % 28 : 0;
    return document;
}

size_t
model_find(const struct model *model, ark_str path, ark_str fragment)
{
    size_t idx = 0;
    while (idx < model->count && !(ark_str_equal(model->items[idx].path, path) &&
                                   ark_str_equal(model->items[idx].content.fragment, fragment))) {
        idx++;
    }
    return idx;
}

void
model_remove(struct model *model, size_t idx)
{
    ARK_ASSERT(idx < model->count);
    memmove(&model->items[idx], &model->items[idx + 1],
            (model->count - idx - 1) * sizeof *model->items);
    model->count--;
}

void
model_put(struct model *model, const struct model_document *document)
{
    size_t idx = model_find(model, document->path, document->content.fragment);
    if (idx < model->count) {
        model_remove(model, idx);
    }
    ARK_GROW(model->items, model->capacity, model->count + 1);
    model->items[model->count++] = *document;
}

void
model_fill(struct model *model, struct test_random *random, size_t count, uint32_t words_mean)
{
    uint32_t file = 0;
    uint32_t fragment = 0;
    for (size_t i = 0; i < count; i++) {
        bool same_file = fragment > 0 && !test_random_one_in(random, 5);
        fragment = same_file ? fragment + 1 : test_random_below(random, 2);
        file += same_file ? 0 : 1;
        struct model_document document =
            model_random_document(model, random, file, fragment, words_mean);
        ARK_GROW(model->items, model->capacity, model->count + 1);
        model->items[model->count++] = document;
    }
}

void
model_add(struct ark_builder *builder, const struct model_document *document)
{
    struct ark_error err;
    enum ark_status status =
        ark_builder_add(builder, document->path, document->name_start, &document->content, &err);
    ARK_ASSERT(status == ARK_OK);
}

struct ark_store *
model_store_open(const char *dir)
{
    const struct ark_store_options options = {
        .writable = true, .create = true, .identity = ark_analyzer_identity()};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, dir, &options, NULL);
    ARK_ASSERT(status == ARK_OK);
    return store;
}

uint64_t
model_build(const struct model *model, const char *dir, size_t memory_bytes_max)
{
    return model_build_jobs(model, dir, memory_bytes_max, 1);
}

uint64_t
model_build_jobs(const struct model *model, const char *dir, size_t memory_bytes_max, unsigned jobs)
{
    struct ark_store *store = model_store_open(dir);
    const struct ark_builder_options options = {.memory_bytes_max = memory_bytes_max, .jobs = jobs};
    struct ark_builder *builder = ark_builder_new(store, &options);
    for (size_t i = 0; i < model->count; i++) {
        model_add(builder, &model->items[i]);
    }
    enum ark_status status = ark_builder_publish(builder, NULL);
    ARK_ASSERT(status == ARK_OK);
    uint64_t runs = ark_builder_figures(builder)->runs;
    ark_builder_free(builder);
    ark_store_close(store);
    return runs;
}
