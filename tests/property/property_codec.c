/**
 * @file property_codec.c
 * decode(encode(x)) == x for varints and postings blocks of random and extreme
 * shapes; and what is decoded from damaged bytes, if anything, is within bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/codec/postings_block.h"
#include "common/codec/varint.h"
#include "tests/support/random.h"

/** Occurrences and positions of a block at most; more would only be slower. */
enum { OCCURRENCES_MAX = 2048, POSITIONS_MAX = 32768, CASES = 20000, DAMAGES = 30 };

/** One random block and its bytes. */
struct block {
    uint32_t member_count;
    uint32_t previous_doc; /**< UINT32_MAX before the first */
    uint32_t count;
    uint32_t docs[ARK_POSTINGS_BLOCK];
    uint32_t first_occurrence[ARK_POSTINGS_BLOCK + 1];
    struct ark_occurrence occurrences[OCCURRENCES_MAX];
    uint32_t first_position[OCCURRENCES_MAX + 1];
    uint32_t positions[POSITIONS_MAX];
    struct ark_buf documents;
    struct ark_buf places;
};

/** A number below bound that is mostly small, now and then anything or the greatest. */
static uint32_t
skewed_below(struct test_random *random, uint32_t bound)
{
    switch (test_random_below(random, 8)) {
    case 0:
        return bound - 1;
    case 1:
        return test_random_below(random, bound);
    default:
        return test_random_below(random, bound < 100 ? bound : 100);
    }
}

/** Adds an occurrence with ascending positions, which may be the greatest there are. */
static void
add_occurrence(struct test_random *random, struct block *block, uint32_t member)
{
    uint32_t idx = block->first_occurrence[block->count];
    uint32_t tf = test_random_one_in(random, 4) ? 1 + test_random_below(random, 12) : 1;
    uint32_t *to = block->positions + block->first_position[idx];
    uint64_t position = skewed_below(random, 1000);
    for (uint32_t i = 0; i < tf; i++) {
        to[i] = (uint32_t)position;
        position += 1 + (uint64_t)skewed_below(random, 300000);
    }
    if (test_random_one_in(random, 20)) {
        to[tf - 1] = UINT32_MAX - 1;
    }
    block->occurrences[idx] = (struct ark_occurrence){member, tf};
    block->first_position[idx + 1] = block->first_position[idx] + tf;
    block->first_occurrence[block->count] = idx + 1;
}

/** Adds a document with one member or several. False when no document or room is left. */
static bool
add_document(struct test_random *random, struct block *block)
{
    uint32_t before = block->count == 0 ? block->previous_doc : block->docs[block->count - 1];
    uint32_t left = ARK_POSTINGS_DOC_MAX - (before + 1);
    if (before == ARK_POSTINGS_DOC_MAX ||
        block->first_occurrence[block->count] > OCCURRENCES_MAX - 12) {
        return false;
    }
    // Mostly near ones, or the block would soon be at the last document.
    uint32_t gap = test_random_one_in(random, 40)
                       ? skewed_below(random, left + 1)
                       : test_random_below(random, left < 9 ? left + 1 : 9);
    block->docs[block->count] = before + 1 + gap;
    block->count++;
    block->first_occurrence[block->count] = block->first_occurrence[block->count - 1];
    uint64_t member = skewed_below(random, block->member_count);
    uint32_t wanted = test_random_one_in(random, 3) ? 1 + test_random_below(random, 12) : 1;
    for (uint32_t i = 0; i < wanted && member < block->member_count; i++) {
        add_occurrence(random, block, (uint32_t)member);
        member += 1 + (uint64_t)test_random_below(random, 4);
    }
    return true;
}

/** Makes a random block and encodes it. */
static void
fill(struct test_random *random, struct block *block)
{
    static const uint32_t MEMBERS[] = {1, 1, 2, 3, 20, 5000, INT32_MAX};
    static const uint32_t PREVIOUS[] = {UINT32_MAX, UINT32_MAX, 0,
                                        127,        1 << 30,    ARK_POSTINGS_DOC_MAX - 3};
    block->member_count = MEMBERS[test_random_below(random, ARK_COUNT_OF(MEMBERS))];
    block->previous_doc = PREVIOUS[test_random_below(random, ARK_COUNT_OF(PREVIOUS))];
    block->count = 0;
    uint32_t wanted =
        test_random_one_in(random, 2) ? ARK_POSTINGS_BLOCK : 1 + test_random_below(random, 20);
    while (block->count < wanted && add_document(random, block)) {
    }
    ark_buf_clear(&block->documents);
    ark_buf_clear(&block->places);
    for (uint32_t i = 0; i < block->count; i++) {
        uint32_t first = block->first_occurrence[i];
        const struct ark_posting posting = {block->docs[i], block->first_occurrence[i + 1] - first,
                                            block->occurrences + first,
                                            block->positions + block->first_position[first]};
        ark_postings_block_append(&block->documents, &block->places, block->member_count,
                                  i == 0 ? block->previous_doc : block->docs[i - 1], &posting);
    }
}

static bool
decode(const struct block *block, struct ark_arena *arena, struct ark_postings_block *out)
{
    const struct ark_postings_frame frame = {block->count, block->member_count, block->previous_doc,
                                             block->docs[block->count - 1]};
    return ark_postings_block_decode(ark_buf_view(&block->documents), &frame, arena, out);
}

/** Decodes the block and compares; the words of what is wrong, or NULL. */
static const char *
check_round_trip(const struct block *block, struct ark_arena *arena)
{
    struct ark_postings_block back = {0};
    if (!decode(block, arena, &back)) {
        return "a block does not decode";
    }
    uint32_t occurrences = block->first_occurrence[block->count];
    if (back.count != block->count ||
        memcmp(back.docs, block->docs, block->count * sizeof *back.docs) != 0) {
        return "documents differ";
    }
    if (memcmp(back.first_occurrence, block->first_occurrence,
               (block->count + 1) * sizeof *back.first_occurrence) != 0 ||
        memcmp(back.occurrences, block->occurrences, occurrences * sizeof *back.occurrences) != 0) {
        return "occurrences differ";
    }
    uint32_t *positions = NULL;
    uint32_t *first = NULL;
    if (!ark_postings_block_positions(ark_buf_view(&block->places), &back, arena, &positions,
                                      &first)) {
        return "positions do not decode";
    }
    if (memcmp(first, block->first_position, (occurrences + 1) * sizeof *first) != 0 ||
        memcmp(positions, block->positions,
               block->first_position[occurrences] * sizeof *positions) != 0) {
        return "positions differ";
    }
    return NULL;
}

/** Whatever a damaged block decodes to must keep the decoder's promises. */
static const char *
check_promises(const struct block *block, const struct ark_postings_block *back)
{
    uint32_t before = block->previous_doc;
    for (uint32_t i = 0; i < back->count; i++) {
        if (back->docs[i] <= before && before != UINT32_MAX) {
            return "documents do not ascend after damage";
        }
        before = back->docs[i];
        if (before > block->docs[block->count - 1]) {
            return "a document passes the last one after damage";
        }
        for (uint32_t k = back->first_occurrence[i]; k < back->first_occurrence[i + 1]; k++) {
            if (back->occurrences[k].member >= block->member_count ||
                back->occurrences[k].tf == 0) {
                return "an occurrence is out of bounds after damage";
            }
        }
    }
    return NULL;
}

/** Changes bytes of the block and decodes it; then changes them back. */
static const char *
check_damaged(struct test_random *random, struct block *block, struct ark_arena *arena)
{
    const char *wrong = NULL;
    for (int i = 0; i < DAMAGES && wrong == NULL; i++) {
        struct ark_buf *buf = test_random_one_in(random, 2) ? &block->places : &block->documents;
        uint32_t at = test_random_below(random, (uint32_t)buf->len);
        uint8_t byte = buf->bytes[at];
        size_t len = buf->len;
        buf->bytes[at] ^= (uint8_t)(1 + test_random_below(random, 255));
        buf->len -=
            test_random_one_in(random, 4) ? test_random_below(random, 5) % (uint32_t)len : 0;
        struct ark_postings_block back = {0};
        uint32_t *positions = NULL;
        uint32_t *first = NULL;
        if (decode(block, arena, &back)) {
            wrong = check_promises(block, &back);
            (void)ark_postings_block_positions(ark_buf_view(&block->places), &back, arena,
                                               &positions, &first);
        }
        buf->bytes[at] = byte;
        buf->len = len;
        ark_arena_reset(arena);
    }
    return wrong;
}

/** A varint of any length comes back, alone and cut. */
static const char *
check_varint(struct test_random *random)
{
    uint64_t value = test_random_u64(random) >> test_random_below(random, 64);
    uint8_t bytes[ARK_VARINT64_BYTES_MAX];
    const uint8_t *end = ark_varint_put(bytes, value);
    uint64_t back64 = 0;
    uint32_t back32 = 0;
    if (ark_varint_get64(bytes, end, &back64) != end || back64 != value) {
        return "a varint differs";
    }
    const uint8_t *after = ark_varint_get32(bytes, end, &back32);
    if (value <= UINT32_MAX ? after != end || back32 != value : after != NULL) {
        return "a short varint differs";
    }
    return ark_varint_get64(bytes, end - 1, &back64) == NULL ? NULL : "a cut varint is read";
}

int
main(void)
{
    uint64_t first = test_seed(1);
    bool replay = getenv("ARK_SEED") != NULL;
    struct block *block = ark_xcalloc(1, sizeof *block);
    block->documents = ark_buf_make(SIZE_MAX);
    block->places = ark_buf_make(SIZE_MAX);
    struct ark_arena arena = ark_arena_make();
    const char *wrong = NULL;
    for (uint64_t seed = first; wrong == NULL && seed < first + (replay ? 1 : CASES); seed++) {
        struct test_random random = test_random_make(seed);
        wrong = check_varint(&random);
        fill(&random, block);
        wrong = wrong != NULL ? wrong : check_round_trip(block, &arena);
        wrong = wrong != NULL ? wrong : check_damaged(&random, block, &arena);
        ark_arena_reset(&arena);
        if (wrong != NULL) {
            (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", wrong, seed);
        }
    }
    ark_arena_dispose(&arena);
    ark_buf_dispose(&block->documents);
    ark_buf_dispose(&block->places);
    free(block);
    return wrong == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
