#include "common/store/postings.h"

#include "common/codec/varint.h"
#include "common/store/segment_impl.h"

/** One entry of the skip table, decoded. */
struct skip {
    uint32_t last_doc;
    uint32_t documents_bytes;
    uint32_t places_bytes;
    uint32_t bound;
    uint64_t offset; /**< of the block from the end of the skip table */
};

struct ark_postings {
    struct ark_segment *segment;
    const struct ark_family *family;
    struct ark_arena *arena;
    struct ark_error *err;
    enum ark_status status;
    struct skip *skips;
    uint32_t block_count;
    uint32_t bound_max;
    uint32_t block_idx; /**< decoded one, or block_count before the first */
    uint32_t at;        /**< in the decoded block */
    ark_docid doc;
    bool positions_read;
    uint32_t *positions;
    uint32_t *first_position;
    struct ark_postings_block block;
};

static enum ark_status
damaged(struct ark_postings *postings, const char *what)
{
    postings->doc = ARK_DOCID_END;
    postings->status =
        ark_error_set(postings->err, ARK_E_CORRUPT, "the index is damaged: %s of a family: %.*s",
                      what, ARK_STR_ARG(postings->family->key));
    return postings->status;
}

static enum ark_status
read_skips(struct ark_postings *postings, ark_str table)
{
    struct ark_record_reader reader = ark_record_reader_make(table);
    uint32_t document_count = postings->segment->info.document_count;
    uint64_t blocks_bytes = postings->family->postings_bytes - postings->family->skip_bytes;
    uint64_t offset = 0;
    uint32_t next_doc = 0;
    for (uint32_t i = 0; i < postings->block_count; i++) {
        struct skip *skip = &postings->skips[i];
        uint32_t step = ark_record_u32_max(&reader, document_count);
        skip->documents_bytes = ark_record_u32_max(&reader, UINT32_MAX);
        skip->places_bytes = ark_record_u32_max(&reader, UINT32_MAX);
        skip->bound = ark_record_u8(&reader);
        skip->offset = offset;
        offset += (uint64_t)skip->documents_bytes + skip->places_bytes;
        if (reader.failed || step >= document_count - next_doc || offset > blocks_bytes) {
            return damaged(postings, "the skip table");
        }
        skip->last_doc = next_doc + step;
        next_doc = skip->last_doc + 1;
        if (skip->bound > postings->bound_max) {
            postings->bound_max = skip->bound;
        }
        if (next_doc == document_count && i + 1 < postings->block_count) {
            return damaged(postings, "the skip table");
        }
    }
    return reader.at == reader.end && offset == blocks_bytes ? ARK_OK
                                                             : damaged(postings, "the skip table");
}

enum ark_status
ark_postings_open(struct ark_segment *segment, const struct ark_family *family,
                  struct ark_arena *arena, struct ark_postings **out, struct ark_error *err)
{
    struct ark_postings *postings = ARK_ARENA_NEW(arena, struct ark_postings);
    postings->segment = segment;
    postings->family = family;
    postings->arena = arena;
    postings->err = err;
    postings->block_count =
        (uint32_t)(((uint64_t)family->df + ARK_POSTINGS_BLOCK - 1) / ARK_POSTINGS_BLOCK);
    postings->block_idx = postings->block_count;
    ark_str table;
    enum ark_status status =
        ark_stream_view(&segment->streams[ARK_STREAM_POSTINGS], family->postings_offset,
                        family->skip_bytes, arena, &table, err);
    if (status != ARK_OK) {
        return status;
    }
    // An entry takes four bytes at least, so a damaged df cannot ask for more memory than that.
    if (postings->block_count > table.len / 4) {
        return damaged(postings, "the skip table");
    }
    postings->skips = ark_arena_calloc(arena, postings->block_count, sizeof *postings->skips);
    status = read_skips(postings, table);
    if (status == ARK_OK) {
        *out = postings;
    }
    return status;
}

ark_docid
ark_postings_doc(const struct ark_postings *postings)
{
    return postings->doc;
}

enum ark_status
ark_postings_status(const struct ark_postings *postings)
{
    return postings->status;
}

static enum ark_status
view_block(struct ark_postings *postings, uint32_t block_idx, bool places, ark_str *out)
{
    const struct skip *skip = &postings->skips[block_idx];
    uint64_t offset =
        postings->family->postings_offset + postings->family->skip_bytes + skip->offset;
    return ark_stream_view(&postings->segment->streams[ARK_STREAM_POSTINGS],
                           places ? offset + skip->documents_bytes : offset,
                           places ? skip->places_bytes : skip->documents_bytes, postings->arena,
                           out, postings->err);
}

/** Decodes a block and stands on its first document. */
static ark_docid
enter_block(struct ark_postings *postings, uint32_t block_idx)
{
    if (block_idx >= postings->block_count) {
        postings->block_idx = postings->block_count;
        return postings->doc = ARK_DOCID_END;
    }
    ark_str bytes;
    postings->status = view_block(postings, block_idx, false, &bytes);
    if (postings->status != ARK_OK) {
        return postings->doc = ARK_DOCID_END;
    }
    bool last = block_idx + 1 == postings->block_count;
    const struct ark_postings_frame frame = {
        .count = last ? postings->family->df - block_idx * ARK_POSTINGS_BLOCK : ARK_POSTINGS_BLOCK,
        .member_count = postings->family->member_count,
        .previous_doc = block_idx == 0 ? UINT32_MAX : postings->skips[block_idx - 1].last_doc,
        .doc_max = postings->skips[block_idx].last_doc,
    };
    if (!ark_postings_block_decode(bytes, &frame, postings->arena, &postings->block) ||
        postings->block.docs[frame.count - 1] != frame.doc_max) {
        (void)damaged(postings, "the postings");
        return ARK_DOCID_END;
    }
    postings->block_idx = block_idx;
    postings->at = 0;
    postings->positions_read = false;
    return postings->doc = postings->block.docs[0];
}

ark_docid
ark_postings_next(struct ark_postings *postings)
{
    if (postings->status != ARK_OK) {
        return ARK_DOCID_END;
    }
    if (postings->block_idx == postings->block_count) {
        // Before the first document, or after the last.
        return postings->doc == ARK_DOCID_END ? ARK_DOCID_END : enter_block(postings, 0);
    }
    if (++postings->at < postings->block.count) {
        return postings->doc = postings->block.docs[postings->at];
    }
    return enter_block(postings, postings->block_idx + 1);
}

/** The first block from start on that ends at or after target: galloping, then binary search. */
static uint32_t
find_block(const struct ark_postings *postings, uint32_t start, ark_docid target)
{
    uint32_t low = start;
    uint32_t step = 1;
    while (low < postings->block_count && postings->skips[low].last_doc < target) {
        uint32_t next = postings->block_count - low > step ? low + step : postings->block_count;
        if (next < postings->block_count && postings->skips[next].last_doc < target) {
            low = next + 1;
            step *= 2;
            continue;
        }
        uint32_t high = next;
        low++;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (postings->skips[middle].last_doc < target) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
    }
    return low;
}

ark_docid
ark_postings_seek(struct ark_postings *postings, ark_docid target)
{
    if (postings->status != ARK_OK || postings->doc == ARK_DOCID_END) {
        return ARK_DOCID_END;
    }
    bool started = postings->block_idx < postings->block_count;
    if (started && postings->doc >= target) {
        return postings->doc;
    }
    uint32_t start = started ? postings->block_idx : 0;
    uint32_t block_idx = find_block(postings, start, target);
    if (!started || block_idx != postings->block_idx) {
        if (enter_block(postings, block_idx) == ARK_DOCID_END) {
            return ARK_DOCID_END;
        }
    }
    // The block ends at or after target, so the walk stays inside it.
    const uint32_t *docs = postings->block.docs;
    uint32_t at = postings->at;
    while (docs[at] < target) {
        at++;
    }
    postings->at = at;
    return postings->doc = docs[at];
}

const struct ark_occurrence *
ark_postings_occurrences(const struct ark_postings *postings, uint32_t *count)
{
    const struct ark_postings_block *block = &postings->block;
    uint32_t first = block->first_occurrence[postings->at];
    *count = block->first_occurrence[postings->at + 1] - first;
    return block->occurrences + first;
}

const uint32_t *
ark_postings_positions(struct ark_postings *postings, uint32_t occurrence)
{
    if (!postings->positions_read) {
        ark_str bytes;
        enum ark_status status = view_block(postings, postings->block_idx, true, &bytes);
        if (status != ARK_OK) {
            postings->status = status;
            postings->doc = ARK_DOCID_END;
            return NULL;
        }
        if (!ark_postings_block_positions(bytes, &postings->block, postings->arena,
                                          &postings->positions, &postings->first_position)) {
            (void)damaged(postings, "the positions");
            return NULL;
        }
        postings->positions_read = true;
    }
    uint32_t first = postings->block.first_occurrence[postings->at];
    return postings->positions + postings->first_position[first + occurrence];
}

struct ark_postings_span
ark_postings_span(const struct ark_postings *postings)
{
    if (postings->doc == ARK_DOCID_END || postings->status != ARK_OK) {
        return (struct ark_postings_span){0};
    }
    const struct ark_postings_block *block = &postings->block;
    return (struct ark_postings_span){
        .docs = block->docs + postings->at,
        .first_occurrence = block->first_occurrence + postings->at,
        .occurrences = block->occurrences,
        .count = block->count - postings->at,
    };
}

ark_docid
ark_postings_advance(struct ark_postings *postings, uint32_t count)
{
    if (count == 0 || postings->doc == ARK_DOCID_END || postings->status != ARK_OK) {
        return postings->status == ARK_OK ? postings->doc : ARK_DOCID_END;
    }
    ARK_ASSERT(count <= postings->block.count - postings->at);
    postings->at += count - 1;
    return ark_postings_next(postings);
}

uint32_t
ark_postings_bound(struct ark_postings *postings, ark_docid target, ark_docid *last)
{
    uint32_t start = postings->block_idx < postings->block_count ? postings->block_idx : 0;
    uint32_t block_idx = find_block(postings, start, target);
    if (block_idx == postings->block_count) {
        *last = ARK_DOCID_END;
        return 0;
    }
    *last = postings->skips[block_idx].last_doc;
    return postings->skips[block_idx].bound;
}

uint32_t
ark_postings_bound_max(const struct ark_postings *postings)
{
    return postings->bound_max;
}
