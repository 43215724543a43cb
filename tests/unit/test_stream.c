#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/varint.h"
#include "common/store/stream.h"

/** Chunks of one stream in memory, as the snapshot would give them. */
enum { CHUNKS_MAX = 4, SEGMENT = 7, KIND = ARK_STREAM_TEXT };

struct chunks {
    uint64_t bytes;
    uint32_t count;
    uint8_t *values[CHUNKS_MAX];
    size_t value_bytes[CHUNKS_MAX];
    uint32_t fetches;
    uint32_t missing; /**< number of a chunk that cannot be had, or CHUNKS_MAX */
    bool is_unreadable;
    uint32_t copies;
    struct ark_chunk_source source;
};

static uint8_t
byte_at(uint64_t offset)
{
    return (uint8_t)(offset % 253);
}

static enum ark_status
fetch(void *context, uint64_t segment_id, unsigned kind, uint32_t chunk, ark_str *out,
      struct ark_error *err)
{
    struct chunks *chunks = context;
    ck_assert_uint_eq(segment_id, SEGMENT);
    ck_assert_uint_eq(kind, KIND);
    ck_assert_uint_lt(chunk, chunks->count);
    chunks->fetches++;
    if (chunk == chunks->missing) {
        return ark_error_set(err, ARK_E_CORRUPT, "chunk is missing");
    }
    *out = ark_str_make(chunks->values[chunk], chunks->value_bytes[chunk]);
    return ARK_OK;
}

static void
chunks_fill(struct chunks *chunks, uint64_t bytes)
{
    *chunks =
        (struct chunks){.bytes = bytes, .count = ark_chunk_count(bytes), .missing = CHUNKS_MAX};
    chunks->source = (struct ark_chunk_source){.fetch = fetch, .context = chunks};
    for (uint32_t i = 0; i < chunks->count; i++) {
        uint64_t start = (uint64_t)i * ARK_CHUNK_PAYLOAD;
        size_t payload =
            bytes - start < ARK_CHUNK_PAYLOAD ? (size_t)(bytes - start) : ARK_CHUNK_PAYLOAD;
        uint8_t *value = ark_xmalloc(ark_chunk_value_bytes(payload));
        for (size_t k = 0; k < payload; k++) {
            value[k] = byte_at(start + k);
        }
        ark_chunk_seal(value, payload, ark_chunk_seed(SEGMENT, KIND, i));
        chunks->values[i] = value;
        chunks->value_bytes[i] = ark_chunk_value_bytes(payload);
    }
}

static void
chunks_free(struct chunks *chunks)
{
    for (uint32_t i = 0; i < chunks->count; i++) {
        free(chunks->values[i]);
    }
}

static struct ark_stream
stream_over(struct chunks *chunks)
{
    return ark_stream_of_chunks(&chunks->source, SEGMENT, KIND, chunks->bytes);
}

static void
check_content(ark_str view, uint64_t offset)
{
    size_t good = 0;
    while (good < view.len && view.bytes[good] == byte_at(offset + good)) {
        good++;
    }
    ck_assert_uint_eq(good, view.len);
}

START_TEST(the_number_of_chunks_is_rounded_up)
{
    ck_assert_uint_eq(ark_chunk_count(0), 0);
    ck_assert_uint_eq(ark_chunk_count(1), 1);
    ck_assert_uint_eq(ark_chunk_count(ARK_CHUNK_PAYLOAD), 1);
    ck_assert_uint_eq(ark_chunk_count(ARK_CHUNK_PAYLOAD + 1), 2);
}
END_TEST

START_TEST(pieces_are_pages_of_a_value_behind_its_header)
{
    ck_assert_uint_eq(ark_piece_start(0), 0);
    for (unsigned piece = 1; piece < ARK_CHUNK_PIECES; piece++) {
        size_t start = ark_piece_start(piece);
        ck_assert_uint_eq((start + ARK_PIECE_HEADER) % ARK_PIECE_BYTES, 0);
        ck_assert_uint_eq(ark_piece_at(start - 1), piece - 1);
        ck_assert_uint_eq(ark_piece_at(start), piece);
    }
    ck_assert_uint_eq(ark_piece_at(0), 0);
    ck_assert_uint_eq(ark_piece_at(ARK_CHUNK_PAYLOAD - 1), ARK_CHUNK_PIECES - 1);
    // A byte more of payload needs a checksum more where a piece begins.
    size_t second = ark_piece_start(1);
    ck_assert_uint_eq(ark_chunk_value_bytes(second), second + ARK_CHECKSUM_BYTES);
    ck_assert_uint_eq(ark_chunk_value_bytes(second + 1), second + 1 + 2 * ARK_CHECKSUM_BYTES);
    ck_assert_uint_eq(ark_chunk_value_bytes(ARK_CHUNK_PAYLOAD), ARK_CHUNK_BYTES);
}
END_TEST

START_TEST(every_stream_has_a_name)
{
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        ck_assert_uint_gt(strlen(ark_stream_name(kind)), 0);
        for (unsigned other = 0; other < kind; other++) {
            ck_assert_str_ne(ark_stream_name(kind), ark_stream_name(other));
        }
    }
}
END_TEST

START_TEST(a_piece_inside_one_chunk_is_not_copied)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD + 100);
    struct ark_stream stream = stream_over(&chunks);
    ark_str view;
    ck_assert_int_eq(ark_stream_view(&stream, 1000, 50, NULL, &view, NULL), ARK_OK);
    ck_assert_ptr_eq(view.bytes, chunks.values[0] + 1000);
    ck_assert_uint_eq(view.len, 50);
    ck_assert_int_eq(ark_stream_view(&stream, ARK_CHUNK_PAYLOAD, 100, NULL, &view, NULL), ARK_OK);
    ck_assert_ptr_eq(view.bytes, chunks.values[1]);
    ck_assert_int_eq(ark_stream_view(&stream, 0, ARK_CHUNK_PAYLOAD, NULL, &view, NULL), ARK_OK);
    ck_assert_ptr_eq(view.bytes, chunks.values[0]);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_piece_across_chunks_is_put_together)
{
    struct chunks chunks;
    chunks_fill(&chunks, 2 * ARK_CHUNK_PAYLOAD + 100);
    struct ark_stream stream = stream_over(&chunks);
    struct ark_arena arena = ark_arena_make();
    ark_str view;
    uint64_t offset = ARK_CHUNK_PAYLOAD - 3;
    ck_assert_int_eq(ark_stream_view(&stream, offset, 7, &arena, &view, NULL), ARK_OK);
    ck_assert_uint_eq(view.len, 7);
    check_content(view, offset);
    ck_assert_int_eq(ark_stream_view(&stream, 0, chunks.bytes, &arena, &view, NULL), ARK_OK);
    ck_assert_uint_eq(view.len, chunks.bytes);
    check_content(view, 0);
    ark_arena_dispose(&arena);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_chunk_is_fetched_and_checked_once)
{
    struct chunks chunks;
    chunks_fill(&chunks, 500);
    struct ark_stream stream = stream_over(&chunks);
    ark_str view;
    for (uint64_t i = 0; i < 10; i++) {
        ck_assert_int_eq(ark_stream_view(&stream, i, 20, NULL, &view, NULL), ARK_OK);
    }
    ck_assert_uint_eq(chunks.fetches, 1);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

/** Copies as a snapshot does from its file. */
static enum ark_status
copy(void *context, ark_str bytes, uint8_t *out, struct ark_error *err)
{
    struct chunks *chunks = context;
    chunks->copies++;
    if (chunks->is_unreadable) {
        return ark_error_set(err, ARK_E_IO, "cannot read");
    }
    memcpy(out, bytes.bytes, bytes.len);
    return ARK_OK;
}

START_TEST(where_the_source_can_copy_a_first_view_is_copied_and_later_ones_are_not)
{
    struct chunks chunks;
    struct ark_arena arena = ark_arena_make();
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD + 40);
    chunks.source.copy = copy;
    struct ark_stream stream = stream_over(&chunks);
    uint64_t edge = ark_piece_start(1) - 7;
    ark_str view;
    // From one piece into the next one: the checksums of the chunk and two pieces.
    ck_assert_int_eq(ark_stream_view(&stream, edge, 30, &arena, &view, NULL), ARK_OK);
    ck_assert_uint_eq(chunks.copies, 3);
    ck_assert_ptr_ne(view.bytes, chunks.values[0] + edge);
    check_content(view, edge);
    ck_assert_int_eq(ark_stream_view(&stream, edge, 9, &arena, &view, NULL), ARK_OK);
    ck_assert_ptr_eq(view.bytes, chunks.values[0] + edge);
    // The short end of the stream is a piece, too.
    ck_assert_int_eq(ark_stream_view(&stream, ARK_CHUNK_PAYLOAD, 40, &arena, &view, NULL), ARK_OK);
    ck_assert_uint_eq(chunks.copies, 5);
    check_content(view, ARK_CHUNK_PAYLOAD);
    ark_stream_dispose(&stream);
    ark_arena_dispose(&arena);
    chunks_free(&chunks);
}
END_TEST

START_TEST(what_is_copied_is_checked)
{
    struct chunks chunks;
    struct ark_arena arena = ark_arena_make();
    chunks_fill(&chunks, 3 * ARK_PIECE_BYTES);
    uint64_t second = ark_piece_start(1);
    chunks.source.copy = copy;
    chunks.values[0][second + 1] ^= 4;
    struct ark_stream stream = stream_over(&chunks);
    ark_str view;
    for (int i = 0; i < 2; i++) { // it stays so
        ck_assert_int_eq(ark_stream_view(&stream, ark_piece_start(2) - 9, 9, &arena, &view, NULL),
                         ARK_E_CORRUPT);
    }
    ck_assert_int_eq(ark_stream_view(&stream, 0, 9, &arena, &view, NULL), ARK_OK);
    ck_assert_int_eq(ark_stream_view(&stream, 0, second + 1, &arena, &view, NULL), ARK_E_CORRUPT);
    ark_stream_dispose(&stream);
    ark_arena_dispose(&arena);
    chunks_free(&chunks);
}
END_TEST

START_TEST(checksums_are_copied_once_a_chunk_where_the_source_can)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD + 40);
    chunks.source.copy = copy;
    struct ark_stream stream = stream_over(&chunks);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_OK);
    ck_assert_uint_eq(chunks.copies, 2);
    // They are not looked at again in the map.
    memset(chunks.values[0] + ARK_CHUNK_PAYLOAD, 0, ARK_CHUNK_PIECES * ARK_CHECKSUM_BYTES);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_OK);
    ark_stream_dispose(&stream);
    stream = stream_over(&chunks);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_E_CORRUPT);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

START_TEST(what_passes_the_end_is_damage)
{
    static const uint64_t RANGES[][2] = {{501, 0},         {500, 1},
                                         {0, 501},         {UINT64_MAX, 1},
                                         {1, UINT64_MAX},  {UINT64_MAX, UINT64_MAX},
                                         {499, UINT64_MAX}};
    struct chunks chunks;
    chunks_fill(&chunks, 500);
    struct ark_stream stream = stream_over(&chunks);
    for (size_t i = 0; i < ARK_COUNT_OF(RANGES); i++) {
        ark_str view;
        ck_assert_int_eq(ark_stream_view(&stream, RANGES[i][0], RANGES[i][1], NULL, &view, NULL),
                         ARK_E_CORRUPT);
    }
    ck_assert_uint_eq(chunks.fetches, 0);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

START_TEST(nothing_can_be_viewed_anywhere_up_to_the_end)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD);
    struct ark_stream stream = stream_over(&chunks);
    ark_str view;
    ck_assert_int_eq(ark_stream_view(&stream, ARK_CHUNK_PAYLOAD, 0, NULL, &view, NULL), ARK_OK);
    ck_assert_uint_eq(view.len, 0);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_OK);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

/** The status and words of reading one byte of each chunk. */
static enum ark_status
touch_all(struct chunks *chunks, struct ark_error *err)
{
    struct ark_stream stream = stream_over(chunks);
    enum ark_status verified = ark_stream_verify(&stream, NULL);
    ark_stream_dispose(&stream);
    stream = stream_over(chunks);
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < chunks->count && status == ARK_OK; i++) {
        ark_str view;
        status = ark_stream_view(&stream, (uint64_t)i * ARK_CHUNK_PAYLOAD, 1, NULL, &view, err);
    }
    ark_stream_dispose(&stream);
    ck_assert_int_eq(verified, status);
    return status;
}

START_TEST(what_cannot_be_copied_is_told_as_its_source_does)
{
    struct chunks chunks;
    struct ark_error err;
    chunks_fill(&chunks, 500);
    chunks.source.copy = copy;
    chunks.is_unreadable = true;
    ck_assert_int_eq(touch_all(&chunks, &err), ARK_E_IO);
    ck_assert_str_eq(err.text, "cannot read");
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_flipped_bit_fails_the_checksum)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD + 40);
    ck_assert_int_eq(touch_all(&chunks, NULL), ARK_OK);
    for (size_t i = 0; i < chunks.value_bytes[1]; i++) {
        chunks.values[1][i] ^= (uint8_t)(1u << i % 8);
        struct ark_error err;
        ck_assert_int_eq(touch_all(&chunks, &err), ARK_E_CORRUPT);
        ck_assert_str_eq(err.text,
                         "the index is damaged: segment 7, text, chunk 1 fails its checksum");
        chunks.values[1][i] ^= (uint8_t)(1u << i % 8);
    }
    chunks_free(&chunks);
}
END_TEST

START_TEST(the_pieces_that_are_read_are_those_that_are_checked)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD);
    uint64_t damaged = ark_piece_start(3);
    chunks.values[0][damaged] ^= 1;
    struct ark_stream stream = stream_over(&chunks);
    ark_str view;
    ck_assert_int_eq(ark_stream_view(&stream, 0, damaged, NULL, &view, NULL), ARK_OK);
    ck_assert_int_eq(ark_stream_view(&stream, damaged, 1, NULL, &view, NULL), ARK_E_CORRUPT);
    ck_assert_int_eq(ark_stream_view(&stream, damaged - 1, 2, NULL, &view, NULL), ARK_E_CORRUPT);
    ck_assert_int_eq(ark_stream_view(&stream, ark_piece_start(4), 1, NULL, &view, NULL), ARK_OK);
    ck_assert_int_eq(ark_stream_view(&stream, ARK_CHUNK_PAYLOAD - 1, 1, NULL, &view, NULL), ARK_OK);
    ck_assert_int_eq(ark_stream_view(&stream, 0, ARK_CHUNK_PAYLOAD, NULL, &view, NULL),
                     ARK_E_CORRUPT);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_E_CORRUPT);
    ark_stream_dispose(&stream);
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_chunk_of_another_length_is_damage)
{
    struct chunks chunks;
    chunks_fill(&chunks, 40);
    size_t bytes = chunks.value_bytes[0];
    for (chunks.value_bytes[0] = 0; chunks.value_bytes[0] < bytes; chunks.value_bytes[0]++) {
        ck_assert_int_eq(touch_all(&chunks, NULL), ARK_E_CORRUPT);
    }
    ck_assert_int_eq(touch_all(&chunks, NULL), ARK_OK);
    chunks.bytes--;
    ck_assert_int_eq(touch_all(&chunks, NULL), ARK_E_CORRUPT);
    chunks_free(&chunks);
}
END_TEST

START_TEST(chunks_that_changed_places_are_damage)
{
    struct chunks chunks;
    chunks_fill(&chunks, (uint64_t)2 * ARK_CHUNK_PAYLOAD);
    uint8_t *first = chunks.values[0];
    chunks.values[0] = chunks.values[1];
    chunks.values[1] = first;
    ck_assert_int_eq(touch_all(&chunks, NULL), ARK_E_CORRUPT);
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_missing_chunk_is_reported_as_its_source_says)
{
    struct chunks chunks;
    chunks_fill(&chunks, ARK_CHUNK_PAYLOAD + 1);
    chunks.missing = 1;
    struct ark_error err;
    ck_assert_int_eq(touch_all(&chunks, &err), ARK_E_CORRUPT);
    ck_assert_str_eq(err.text, "chunk is missing");
    chunks_free(&chunks);
}
END_TEST

START_TEST(a_spool_reads_like_chunks)
{
    struct ark_spool *spool = ark_spool_new("/tmp");
    ck_assert_int_eq(ark_spool_append(spool, ARK_STR("0123456789"), NULL), ARK_OK);
    struct ark_stream stream = ark_stream_of_spool(spool, ARK_STREAM_HOT);
    struct ark_arena arena = ark_arena_make();
    ck_assert_uint_eq(stream.bytes, 10);
    ark_str view;
    ck_assert_int_eq(ark_stream_view(&stream, 3, 4, &arena, &view, NULL), ARK_OK);
    ck_assert(ark_str_equal(view, ARK_STR("3456")));
    ck_assert_int_eq(ark_stream_view(&stream, 3, 8, &arena, &view, NULL), ARK_E_CORRUPT);
    ck_assert_int_eq(ark_stream_verify(&stream, NULL), ARK_OK);
    ark_arena_dispose(&arena);
    ark_stream_dispose(&stream);
    ark_spool_free(spool);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_add_test(tests, the_number_of_chunks_is_rounded_up);
    tcase_add_test(tests, pieces_are_pages_of_a_value_behind_its_header);
    tcase_add_test(tests, every_stream_has_a_name);
    tcase_add_test(tests, a_piece_inside_one_chunk_is_not_copied);
    tcase_add_test(tests, a_piece_across_chunks_is_put_together);
    tcase_add_test(tests, a_chunk_is_fetched_and_checked_once);
    tcase_add_test(tests, checksums_are_copied_once_a_chunk_where_the_source_can);
    tcase_add_test(tests, what_cannot_be_copied_is_told_as_its_source_does);
    tcase_add_test(tests, where_the_source_can_copy_a_first_view_is_copied_and_later_ones_are_not);
    tcase_add_test(tests, what_is_copied_is_checked);
    tcase_add_test(tests, what_passes_the_end_is_damage);
    tcase_add_test(tests, nothing_can_be_viewed_anywhere_up_to_the_end);
    tcase_add_test(tests, a_flipped_bit_fails_the_checksum);
    tcase_add_test(tests, the_pieces_that_are_read_are_those_that_are_checked);
    tcase_add_test(tests, a_chunk_of_another_length_is_damage);
    tcase_add_test(tests, chunks_that_changed_places_are_damage);
    tcase_add_test(tests, a_missing_chunk_is_reported_as_its_source_says);
    tcase_add_test(tests, a_spool_reads_like_chunks);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
