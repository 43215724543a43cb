#include "common/codec/postings_block.h"

#include "common/codec/varint.h"

static void
append_tf(struct ark_buf *documents, uint64_t value, uint32_t tf)
{
    ark_varint_append(documents, value * 2 + (tf > 1));
    if (tf > 1) {
        ark_varint_append(documents, tf - 2);
    }
}

static void
append_positions(struct ark_buf *places, const struct ark_occurrence *occurrences,
                 uint32_t occurrence_count, const uint32_t *positions)
{
    for (uint32_t i = 0; i < occurrence_count; i++) {
        uint32_t previous = 0;
        for (uint32_t k = 0; k < occurrences[i].tf; k++) {
            ARK_DEBUG_ASSERT(k == 0 || *positions > previous);
            ark_varint_append(places, *positions - previous);
            previous = *positions++;
        }
    }
}

void
ark_postings_block_append(struct ark_buf *documents, struct ark_buf *places, uint32_t member_count,
                          uint32_t previous_doc, const struct ark_posting *posting)
{
    uint32_t doc = posting->doc;
    uint32_t occurrence_count = posting->occurrence_count;
    const struct ark_occurrence *occurrences = posting->occurrences;
    ARK_ASSERT(occurrence_count > 0 && occurrence_count <= member_count);
    ARK_ASSERT(previous_doc == UINT32_MAX || doc > previous_doc);
    // Twice the gap and a flag must fit the 32 bits that are read back.
    ARK_ASSERT(doc <= ARK_POSTINGS_DOC_MAX);
    uint64_t gap = (uint32_t)(doc - previous_doc - 1);
    if (member_count == 1) {
        append_tf(documents, gap, occurrences[0].tf);
    } else if (occurrence_count == 1) {
        ark_varint_append(documents, gap * 2);
        append_tf(documents, occurrences[0].member, occurrences[0].tf);
    } else {
        ark_varint_append(documents, gap * 2 + 1);
        ark_varint_append(documents, occurrence_count - 2);
        uint32_t next_member = 0;
        for (uint32_t i = 0; i < occurrence_count; i++) {
            ARK_DEBUG_ASSERT(occurrences[i].member >= next_member);
            append_tf(documents, occurrences[i].member - next_member, occurrences[i].tf);
            next_member = occurrences[i].member + 1;
        }
    }
    append_positions(places, occurrences, occurrence_count, posting->positions);
}

/** The state of decoding one block. */
struct decoder {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t member_count;
    bool failed;
};

static uint32_t
next_varint(struct decoder *decoder)
{
    uint32_t value = 0;
    const uint8_t *after = ark_varint_get32(decoder->at, decoder->end, &value);
    if (after == NULL) {
        decoder->failed = true;
        return 0;
    }
    decoder->at = after;
    return value;
}

/** Reads "[tf - 2]" when the low bit of value says so. */
static uint32_t
next_tf(struct decoder *decoder, uint32_t value)
{
    if ((value & 1) == 0) {
        return 1;
    }
    uint32_t rest = next_varint(decoder);
    if (rest > UINT32_MAX - 2) {
        decoder->failed = true;
        return 1;
    }
    return rest + 2;
}

static struct ark_occurrence *
room_for(struct ark_postings_block *block, uint32_t used, uint32_t more, struct ark_arena *arena)
{
    if (block->occurrence_capacity - used < more) {
        uint32_t capacity = (used + more) * 2;
        struct ark_occurrence *larger =
            ark_arena_alloc(arena, capacity * sizeof *block->occurrences);
        if (used > 0) {
            memcpy(larger, block->occurrences, used * sizeof *larger);
        }
        block->occurrences = larger;
        block->occurrence_capacity = capacity;
    }
    return block->occurrences + used;
}

/** Decodes the members of one document that has several; returns how many, 0 when damaged. */
static uint32_t
decode_several(struct decoder *decoder, struct ark_postings_block *block, uint32_t used,
               struct ark_arena *arena)
{
    uint32_t extra = next_varint(decoder);
    if (decoder->failed || decoder->member_count < 2 || extra > decoder->member_count - 2) {
        return 0;
    }
    uint32_t count = extra + 2;
    // Each takes a byte at least, so damage cannot ask for more memory than it has bytes.
    if (count > (size_t)(decoder->end - decoder->at)) {
        return 0;
    }
    struct ark_occurrence *to = room_for(block, used, count, arena);
    uint32_t member = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = next_varint(decoder);
        uint32_t tf = next_tf(decoder, value);
        if (decoder->failed || value / 2 >= decoder->member_count - member) {
            return 0;
        }
        member += value / 2;
        to[i] = (struct ark_occurrence){member, tf};
        member++;
        if (member == decoder->member_count && i + 1 < count) {
            return 0;
        }
    }
    return count;
}

bool
ark_postings_block_decode(ark_str bytes, const struct ark_postings_frame *frame,
                          struct ark_arena *arena, struct ark_postings_block *out)
{
    uint32_t count = frame->count;
    uint32_t member_count = frame->member_count;
    uint32_t doc_max = frame->doc_max;
    ARK_ASSERT(count > 0 && count <= ARK_POSTINGS_BLOCK);
    struct decoder decoder = {bytes.bytes, bytes.bytes + bytes.len, member_count, false};
    uint32_t used = 0;
    uint32_t doc = frame->previous_doc;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = next_varint(&decoder);
        uint32_t left = doc_max - (doc + 1);
        if (decoder.failed || doc == doc_max || value / 2 > left) {
            return false;
        }
        doc += value / 2 + 1;
        out->docs[i] = doc;
        out->first_occurrence[i] = used;
        if (member_count == 1) {
            *room_for(out, used, 1, arena) = (struct ark_occurrence){0, next_tf(&decoder, value)};
            used++;
        } else if ((value & 1) == 0) {
            uint32_t code = next_varint(&decoder);
            uint32_t tf = next_tf(&decoder, code);
            if (code / 2 >= member_count) {
                return false;
            }
            *room_for(out, used, 1, arena) = (struct ark_occurrence){code / 2, tf};
            used++;
        } else {
            uint32_t several = decode_several(&decoder, out, used, arena);
            if (several == 0) {
                return false;
            }
            used += several;
        }
    }
    out->first_occurrence[count] = used;
    out->count = count;
    return !decoder.failed && decoder.at == decoder.end;
}

bool
ark_postings_block_positions(ark_str bytes, const struct ark_postings_block *block,
                             struct ark_arena *arena, uint32_t **positions,
                             uint32_t **first_position)
{
    uint32_t occurrence_count = block->first_occurrence[block->count];
    uint64_t total = 0;
    for (uint32_t i = 0; i < occurrence_count; i++) {
        total += block->occurrences[i].tf;
    }
    // Each position takes a byte at least, so damage cannot ask for more memory than it has bytes.
    if (total > bytes.len) {
        return false;
    }
    uint32_t *first = ark_arena_alloc(arena, (occurrence_count + 1) * sizeof *first);
    uint32_t *to = ark_arena_alloc(arena, (size_t)total * sizeof *to);
    struct decoder decoder = {bytes.bytes, bytes.bytes + bytes.len, 0, false};
    uint32_t at = 0;
    for (uint32_t i = 0; i < occurrence_count; i++) {
        first[i] = at;
        uint32_t position = 0;
        for (uint32_t k = 0; k < block->occurrences[i].tf; k++) {
            uint32_t step = next_varint(&decoder);
            if (decoder.failed || step > UINT32_MAX - 1 - position || (k > 0 && step == 0)) {
                return false;
            }
            position += step;
            to[at++] = position;
        }
    }
    first[occurrence_count] = at;
    *positions = to;
    *first_position = first;
    return !decoder.failed && decoder.at == decoder.end;
}
