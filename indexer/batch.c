#include "indexer/batch.h"

#include <stdlib.h>

#include "common/base/memory.h"

struct ark_batch *
ark_batch_new(void)
{
    struct ark_batch *batch = ark_xcalloc(1, sizeof *batch);
    batch->strings = ark_arena_make();
    // Documents are bounded by the readers.
    batch->texts = ark_buf_make(SIZE_MAX);
    batch->frames = ark_buf_make(SIZE_MAX);
    return batch;
}

static void
free_large_parts(struct ark_batch *batch)
{
    ark_buf_dispose(&batch->texts);
    ark_buf_dispose(&batch->frames);
    free(batch->words);
    batch->words = NULL;
    batch->words_capacity = 0;
}

void
ark_batch_free(struct ark_batch *batch)
{
    if (batch != NULL) {
        free_large_parts(batch);
        ark_arena_dispose(&batch->strings);
        free(batch->items);
        free(batch);
    }
}

void
ark_batch_add(struct ark_batch *batch, ark_str path, uint32_t name_start,
              const struct ark_document *document)
{
    if (batch->count == 0 || !ark_str_equal(batch->path, path)) {
        batch->path = ark_arena_dup(&batch->strings, path);
    }
    ARK_GROW(batch->items, batch->capacity, batch->count + 1);
    batch->items[batch->count++] = (struct ark_batch_item){
        .record =
            {
                .path = batch->path,
                .fragment = ark_arena_dup(&batch->strings, document->fragment),
                .fragment_is_id = document->fragment_is_id,
                .source = ark_arena_dup(&batch->strings, document->source),
                .name_start = name_start,
                .date = document->date,
            },
        .text_start = batch->texts.len,
        .title_bytes = document->title.len,
        .text_bytes = document->title.len + document->body.len,
    };
    ark_buf_append_str(&batch->texts, document->title);
    ark_buf_append_str(&batch->texts, document->body);
}

ark_str
ark_batch_text(const struct ark_batch *batch, const struct ark_batch_item *item)
{
    return ark_str_slice(ark_buf_view(&batch->texts), item->text_start,
                         item->text_start + item->text_bytes);
}

void
ark_batch_clear(struct ark_batch *batch)
{
    if (batch->texts.capacity > (size_t)4 * ARK_BATCH_TEXT_BYTES) {
        free_large_parts(batch);
    }
    ark_arena_reset(&batch->strings);
    ark_buf_clear(&batch->texts);
    ark_buf_clear(&batch->frames);
    batch->count = 0;
    batch->word_count = 0;
    batch->has_words = false;
}
