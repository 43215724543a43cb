/**
 * @file fuzz_postings_block.c
 * Any bytes as a block of postings: refused, or decoded to documents, members
 * and positions within their bounds, which encode to a block that decodes to
 * the same.
 */
#include "common/base/compiler.h"
#include "common/codec/postings_block.h"
#include "common/codec/varint.h"
#include "fuzz_target.h"

/** What stands before the bytes: count, documents' bytes, members, document before, last document. */
enum { HEAD_BYTES = 15 };

/** What a block was decoded to must be possible. */
static void
check_block(const struct ark_postings_block *block, uint32_t member_count, uint32_t previous_doc,
            uint32_t doc_max)
{
    uint32_t before = previous_doc;
    for (uint32_t i = 0; i < block->count; i++) {
        ARK_ASSERT(before == UINT32_MAX || block->docs[i] > before);
        ARK_ASSERT(block->docs[i] <= doc_max);
        before = block->docs[i];
        ARK_ASSERT(block->first_occurrence[i] < block->first_occurrence[i + 1]);
        for (uint32_t k = block->first_occurrence[i]; k < block->first_occurrence[i + 1]; k++) {
            ARK_ASSERT(block->occurrences[k].member < member_count);
            ARK_ASSERT(block->occurrences[k].tf > 0);
            ARK_ASSERT(k == block->first_occurrence[i] ||
                       block->occurrences[k].member > block->occurrences[k - 1].member);
        }
    }
}

/** Encodes the block again; what that decodes to is the same. */
static void
check_again(const struct ark_postings_block *block, const uint32_t *positions,
            const uint32_t *first_position, uint32_t member_count, uint32_t previous_doc,
            struct ark_arena *arena)
{
    struct ark_buf documents = ark_buf_make(SIZE_MAX);
    struct ark_buf places = ark_buf_make(SIZE_MAX);
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t first = block->first_occurrence[i];
        const struct ark_posting posting = {block->docs[i], block->first_occurrence[i + 1] - first,
                                            block->occurrences + first,
                                            positions + first_position[first]};
        ark_postings_block_append(&documents, &places, member_count,
                                  i == 0 ? previous_doc : block->docs[i - 1], &posting);
    }
    struct ark_postings_block again = {0};
    const struct ark_postings_frame frame = {block->count, member_count, previous_doc,
                                             block->docs[block->count - 1]};
    bool decodes = ark_postings_block_decode(ark_buf_view(&documents), &frame, arena, &again);
    ARK_ASSERT(decodes);
    ARK_ASSERT(memcmp(again.docs, block->docs, block->count * sizeof *again.docs) == 0);
    uint32_t occurrences = block->first_occurrence[block->count];
    ARK_ASSERT(memcmp(again.occurrences, block->occurrences,
                      occurrences * sizeof *again.occurrences) == 0);
    ark_buf_dispose(&documents);
    ark_buf_dispose(&places);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_BYTES) {
        return 0;
    }
    uint32_t count = 1 + data[0] % ARK_POSTINGS_BLOCK;
    uint32_t documents_bytes = (uint32_t)data[1] | (uint32_t)data[2] << 8;
    uint32_t member_count = ark_load_u32(data + 3) >> (data[3] % 32);
    uint32_t previous_doc = ark_load_u32(data + 7) % ((uint32_t)INT32_MAX + 2) - 1;
    uint32_t doc_max = ark_load_u32(data + 11) % ((uint32_t)INT32_MAX + 1);
    ark_str rest = ark_str_make(data + HEAD_BYTES, size - HEAD_BYTES);
    if (member_count == 0 || documents_bytes > rest.len ||
        (previous_doc != UINT32_MAX && previous_doc > doc_max)) {
        return 0;
    }
    struct ark_arena arena = ark_arena_make();
    struct ark_postings_block block = {0};
    uint32_t *positions = NULL;
    uint32_t *first_position = NULL;
    const struct ark_postings_frame frame = {count, member_count, previous_doc, doc_max};
    if (ark_postings_block_decode(ark_str_slice(rest, 0, documents_bytes), &frame, &arena,
                                  &block)) {
        check_block(&block, member_count, previous_doc, doc_max);
        if (ark_postings_block_positions(ark_str_slice(rest, documents_bytes, rest.len), &block,
                                         &arena, &positions, &first_position)) {
            check_again(&block, positions, first_position, member_count, previous_doc, &arena);
        }
    }
    ark_arena_dispose(&arena);
    return 0;
}
