#include "indexer/preparer.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/store.h"
#include "common/text/analyzer.h"
#include "indexer/near_duplicates.h"

struct ark_preparer {
    struct ark_analyzer *analyzer;
    struct ark_text_packer *packer; /**< NULL before it is known what texts are packed with */
    struct ark_sketcher *sketcher;
    uint64_t *forms; /**< of one document */
    size_t forms_capacity;
};

struct ark_preparer *
ark_preparer_new(struct ark_word_table *words)
{
    struct ark_preparer *preparer = ark_xcalloc(1, sizeof *preparer);
    preparer->analyzer = ark_analyzer_new_over(words);
    preparer->sketcher = ark_sketcher_new();
    return preparer;
}

void
ark_preparer_free(struct ark_preparer *preparer)
{
    if (preparer != NULL) {
        ark_analyzer_free(preparer->analyzer);
        ark_text_packer_free(preparer->packer);
        ark_sketcher_free(preparer->sketcher);
        free(preparer->forms);
        free(preparer);
    }
}

void
ark_preparer_set_dictionary(struct ark_preparer *preparer,
                            const struct ark_text_dictionary *dictionary)
{
    ark_text_packer_free(preparer->packer);
    preparer->packer = ark_text_packer_new(dictionary);
}

void
ark_preparer_shed(struct ark_preparer *preparer)
{
    ark_analyzer_shed(preparer->analyzer);
    free(preparer->forms);
    preparer->forms = NULL;
    preparer->forms_capacity = 0;
}

void
ark_preparer_renew_words(struct ark_preparer *preparer, struct ark_word_table *words)
{
    ark_analyzer_renew_words(preparer->analyzer, words);
}

static uint64_t
combine_hashes(ark_str title, ark_str body, ark_str source, uint32_t date)
{
    uint64_t parts[4] = {ark_content_hash(title), ark_content_hash(body), ark_content_hash(source),
                         date};
    uint8_t bytes[sizeof parts];
    for (size_t i = 0; i < ARK_COUNT_OF(parts); i++) {
        ark_store_u64(bytes + i * 8, parts[i]);
    }
    return ark_content_hash(ark_str_make(bytes, sizeof bytes));
}

uint64_t
ark_document_hash(const struct ark_document *document)
{
    return combine_hashes(document->title, document->body, document->source, document->date);
}

/** Appends the words of a text to the batch; returns how many tokens it has. */
static uint32_t
add_words(struct ark_preparer *preparer, struct ark_batch *batch, ark_str text)
{
    // Pieces let the analyzer fetch the slots of its cache ahead.
    enum { PIECE = 256 };
    struct ark_token tokens[PIECE];
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    uint32_t total = 0;
    size_t count = 0;
    do {
        count = 0;
        while (count < PIECE && ark_segmenter_next(&segmenter, &tokens[count])) {
            count++;
        }
        ARK_GROW(batch->words, batch->words_capacity, batch->word_count + count);
        ark_analyzer_intern_many(preparer->analyzer, text, tokens, count,
                                 batch->words + batch->word_count);
        batch->word_count += count;
        total += (uint32_t)count;
    } while (count == PIECE);
    return total;
}

struct ark_document_forms
ark_preparer_forms(struct ark_preparer *preparer, const struct ark_batch *batch,
                   const struct ark_batch_item *item)
{
    enum { AHEAD = 48 };
    const struct ark_word_table *table = ark_analyzer_words(preparer->analyzer);
    const uint32_t *words = batch->words + item->first_word;
    struct ark_document_forms forms = {.count = 0};
    ARK_GROW(preparer->forms, preparer->forms_capacity, item->record.token_count);
    for (uint32_t i = 0; i < item->record.token_count; i++) {
        if (i + AHEAD < item->record.token_count && words[i + AHEAD] != ARK_WORD_NONE) {
            ark_word_table_prefetch_hash(table, words[i + AHEAD]);
        }
        if (words[i] != ARK_WORD_NONE) {
            preparer->forms[forms.count++] = ark_word_table_form_hash(table, words[i]);
            forms.title_count += i < item->record.title_tokens;
        }
    }
    forms.hashes = preparer->forms;
    return forms;
}

/** Looks for the words of a document, and makes what follows from them. */
static void
find_words(struct ark_preparer *preparer, struct ark_batch *batch, struct ark_batch_item *item)
{
    ark_str text = ark_batch_text(batch, item);
    ark_str title = ark_str_slice(text, 0, item->title_bytes);
    ark_str body = ark_str_slice(text, item->title_bytes, text.len);
    struct ark_document_record *record = &item->record;
    item->first_word = batch->word_count;
    record->title_tokens = add_words(preparer, batch, title);
    record->token_count = record->title_tokens + add_words(preparer, batch, body);
    record->content_hash = combine_hashes(title, body, record->source, record->date);
    struct ark_document_forms forms = ark_preparer_forms(preparer, batch, item);
    record->sketch = ark_arena_dup(
        &batch->strings, ark_sketcher_make(preparer->sketcher, forms.hashes, forms.count));
}

static void
pack(struct ark_preparer *preparer, struct ark_batch *batch, struct ark_batch_item *item)
{
    item->frame_start = batch->frames.len;
    ark_text_pack(preparer->packer, ark_batch_text(batch, item), &batch->frames);
    item->frame_bytes = batch->frames.len - item->frame_start;
}

void
ark_preparer_run(struct ark_preparer *preparer, struct ark_batch *batch)
{
    // One document after another, whose text is then still near.
    for (size_t i = 0; i < batch->count; i++) {
        if (!batch->has_words) {
            find_words(preparer, batch, &batch->items[i]);
        }
        if (preparer->packer != NULL) {
            pack(preparer, batch, &batch->items[i]);
        }
    }
    batch->has_words = true;
}
