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

/** Room for as many occurrences as the block can hold: each takes a byte at least. */
static void
reserve_occurrences(struct ark_postings_block *block, size_t bytes, struct ark_arena *arena)
{
    if (block->occurrence_capacity < bytes) {
        ARK_ASSERT(bytes <= UINT32_MAX / 2);
        block->occurrence_capacity = (uint32_t)bytes * 2;
        block->occurrences =
            ark_arena_alloc(arena, block->occurrence_capacity * sizeof *block->occurrences);
    }
}

/** Reads "[tf - 2]" when the low bit of value says so. NULL when damaged. */
static inline const uint8_t *
get_tf(const uint8_t *at, const uint8_t *end, uint32_t value, uint32_t *tf)
{
    *tf = 1;
    if ((value & 1) == 0) {
        return at;
    }
    at = ark_varint_get32(at, end, tf);
    if (at == NULL || *tf > UINT32_MAX - 2) {
        return NULL;
    }
    *tf += 2;
    return at;
}

/** Decodes the only member of a document of a family that has several. */
static inline const uint8_t *
decode_one(const uint8_t *at, const uint8_t *end, uint32_t member_count, struct ark_occurrence *to)
{
    uint32_t code = 0;
    at = ark_varint_get32(at, end, &code);
    to->member = code / 2;
    return at == NULL || to->member >= member_count ? NULL : get_tf(at, end, code, &to->tf);
}

/** Decodes the *count members of a document that has several. */
static const uint8_t *
decode_several(const uint8_t *at, const uint8_t *end, uint32_t member_count,
               struct ark_occurrence *to, uint32_t *count)
{
    uint32_t extra = 0;
    at = ark_varint_get32(at, end, &extra);
    // Each takes a byte at least: what is reserved suffices.
    if (at == NULL || member_count < 2 || extra > member_count - 2 ||
        extra + 2 > (size_t)(end - at)) {
        return NULL;
    }
    *count = extra + 2;
    uint32_t member = 0;
    for (uint32_t i = 0; i < *count; i++) {
        uint32_t value = 0;
        at = ark_varint_get32(at, end, &value);
        // member_count - member is not 0 here unless too many steps came before.
        if (at == NULL || value / 2 >= member_count - member) {
            return NULL;
        }
        member += value / 2;
        to[i].member = member++;
        at = get_tf(at, end, value, &to[i].tf);
        if (at == NULL) {
            return NULL;
        }
    }
    return at;
}

bool
ark_postings_block_decode(ark_str bytes, const struct ark_postings_frame *frame,
                          struct ark_arena *arena, struct ark_postings_block *out)
{
    const uint32_t member_count = frame->member_count;
    const uint32_t doc_max = frame->doc_max;
    const uint8_t *at = bytes.bytes;
    const uint8_t *end = bytes.bytes + bytes.len;
    ARK_ASSERT(frame->count > 0 && frame->count <= ARK_POSTINGS_BLOCK);
    reserve_occurrences(out, bytes.len, arena);
    uint32_t used = 0;
    uint32_t doc = frame->previous_doc;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t value = 0;
        uint32_t added = 1;
        at = ark_varint_get32(at, end, &value);
        if (at == NULL || doc == doc_max || value / 2 > doc_max - (doc + 1)) {
            return false;
        }
        doc += value / 2 + 1;
        out->docs[i] = doc;
        out->first_occurrence[i] = used;
        struct ark_occurrence *to = out->occurrences + used;
        if (member_count == 1) {
            to->member = 0;
            at = get_tf(at, end, value, &to->tf);
        } else if ((value & 1) == 0) {
            at = decode_one(at, end, member_count, to);
        } else {
            at = decode_several(at, end, member_count, to, &added);
        }
        if (at == NULL) {
            return false;
        }
        used += added;
    }
    out->first_occurrence[frame->count] = used;
    out->count = frame->count;
    return at == end;
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
    const uint8_t *from = bytes.bytes;
    const uint8_t *end = bytes.bytes + bytes.len;
    uint32_t at = 0;
    for (uint32_t i = 0; i < occurrence_count; i++) {
        first[i] = at;
        uint32_t position = 0;
        for (uint32_t k = 0; k < block->occurrences[i].tf; k++) {
            uint32_t step = 0;
            from = ark_varint_get32(from, end, &step);
            if (from == NULL || step > UINT32_MAX - 1 - position || (k > 0 && step == 0)) {
                return false;
            }
            position += step;
            to[at++] = position;
        }
    }
    first[occurrence_count] = at;
    *positions = to;
    *first_position = first;
    return from == end;
}
