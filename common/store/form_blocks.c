#include "common/store/form_blocks.h"

struct ark_form_blocks_writer
ark_form_blocks_writer_make(struct ark_spool *blocks, struct ark_spool *index)
{
    return (struct ark_form_blocks_writer){
        .blocks = blocks,
        .index = index,
        .heads = ark_buf_make(SIZE_MAX),
        .keys = ark_buf_make(UINT32_MAX),
        .texts = ark_buf_make((size_t)ARK_FORMS_BLOCK * ARK_COMPACT_BYTES_MAX),
        .block = ark_buf_make((size_t)2 * ARK_FORMS_BLOCK * ARK_COMPACT_BYTES_MAX),
    };
}

void
ark_form_blocks_writer_dispose(struct ark_form_blocks_writer *writer)
{
    ark_buf_dispose(&writer->heads);
    ark_buf_dispose(&writer->keys);
    ark_buf_dispose(&writer->texts);
    ark_buf_dispose(&writer->block);
}

static void
append_lengths(struct ark_form_blocks_writer *writer)
{
    for (uint32_t i = 1; i < writer->in_block; i++) {
        uint32_t shared = writer->shared[i];
        uint32_t rest = writer->rest[i];
        if (writer->wide) {
            ark_buf_append_u32(&writer->block, shared | rest << 16);
        } else {
            ark_buf_push(&writer->block, (uint8_t)(shared | rest << 4));
        }
    }
}

static uint8_t
df_nibble(const struct ark_form_blocks_writer *writer, uint32_t i)
{
    uint32_t less = i < writer->in_block ? writer->dfs[i] - 1 : 0;
    return (uint8_t)(less < ARK_FORM_DF_LONG ? less : ARK_FORM_DF_LONG);
}

static enum ark_status
flush_block(struct ark_form_blocks_writer *writer, struct ark_error *err)
{
    if (writer->in_block == 0) {
        return ARK_OK;
    }
    ark_buf_clear(&writer->block);
    ark_buf_push(&writer->block, writer->wide);
    append_lengths(writer);
    ark_buf_append_str(&writer->block, ark_buf_view(&writer->texts));
    for (uint32_t i = 0; i < writer->in_block; i += 2) {
        ark_buf_push(&writer->block,
                     (uint8_t)(df_nibble(writer, i) | df_nibble(writer, i + 1) << 4));
    }
    for (uint32_t i = 0; i < writer->in_block; i++) {
        if (df_nibble(writer, i) == ARK_FORM_DF_LONG) {
            ark_varint_append(&writer->block, writer->dfs[i] - 1 - ARK_FORM_DF_LONG);
        }
    }
    ark_buf_clear(&writer->texts);
    writer->in_block = 0;
    writer->wide = false;
    return ark_spool_append(writer->blocks, ark_buf_view(&writer->block), err);
}

enum ark_status
ark_form_blocks_add(struct ark_form_blocks_writer *writer, ark_str text, uint32_t df,
                    struct ark_error *err)
{
    struct ark_compact compact;
    ark_compact_set(&compact, text);
    ark_str form = ark_compact_view(&compact);
    ark_str previous = ark_compact_view(&writer->previous);
    if (writer->form_count > 0 && ark_str_compare(previous, form) >= 0) {
        // Writers pass on each form once, so this came in with a segment that is being merged.
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: a form in two families: %.*s",
                             ARK_STR_ARG(text));
    }
    ARK_ASSERT(df > 0);
    uint32_t i = writer->in_block++;
    writer->dfs[i] = df;
    if (i == 0) {
        ark_buf_append_str(&writer->keys, form);
        ark_block_head_append(&writer->heads, ark_spool_bytes(writer->blocks), &writer->keys);
    } else {
        size_t shared = ark_str_common_prefix(previous, form);
        writer->shared[i] = (uint16_t)shared;
        writer->rest[i] = (uint16_t)(form.len - shared);
        writer->wide |= shared > ARK_FORM_LENGTH_MAX || form.len - shared > ARK_FORM_LENGTH_MAX;
        ark_buf_append_str(&writer->texts, ark_str_slice(form, shared, form.len));
    }
    memcpy(writer->previous.bytes, compact.bytes, compact.len); // the rest is room for longer ones
    writer->previous.len = compact.len;
    writer->form_count++;
    return writer->in_block == ARK_FORMS_BLOCK ? flush_block(writer, err) : ARK_OK;
}

enum ark_status
ark_form_blocks_finish(struct ark_form_blocks_writer *writer, struct ark_error *err)
{
    enum ark_status status = flush_block(writer, err);
    return status != ARK_OK
               ? status
               : ark_block_index_write(writer->index, &writer->heads, &writer->keys, err);
}
