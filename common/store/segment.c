#include "common/store/segment.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/family_counts.h"
#include "common/store/lists.h"
#include "common/store/segment_impl.h"

/** Exact lengths, then sixteen steps an octave: see ark_norm_encode. */
enum { NORM_EXACT = 32, NORM_STEPS = 16 };

uint8_t
ark_norm_encode(uint32_t token_count)
{
    if (token_count < NORM_EXACT) {
        return (uint8_t)token_count;
    }
    unsigned exponent = 31u - (unsigned)__builtin_clz(token_count);
    unsigned mantissa = (token_count >> (exponent - 4)) & (NORM_STEPS - 1);
    unsigned norm = NORM_EXACT + (exponent - 5) * NORM_STEPS + mantissa;
    return norm > UINT8_MAX ? UINT8_MAX : (uint8_t)norm;
}

uint32_t
ark_norm_decode(uint8_t norm)
{
    if (norm < NORM_EXACT) {
        return norm;
    }
    unsigned above = (unsigned)norm - NORM_EXACT;
    return (uint32_t)(NORM_STEPS + above % NORM_STEPS) << (above / NORM_STEPS + 1);
}

double
ark_bound_k(uint32_t length, double mean_length)
{
    return ARK_BOUND_K1 * (1 - ARK_BOUND_B + ARK_BOUND_B * length / mean_length);
}

enum ark_status
ark_segment_open(struct ark_segment *segment, ark_str dead, struct ark_error *err)
{
    const struct ark_segment_info *info = &segment->info;
    segment->memory = ark_arena_make();
    segment->placed_doc = UINT32_MAX;
    segment->dates = (ark_str){NULL, 0};
    segment->form_index = (ark_str){NULL, 0};
    segment->lexicon = (struct ark_lexicon){
        .blocks = {&segment->streams[ARK_STREAM_LEXICON],
                   &segment->streams[ARK_STREAM_LEXICON_INDEX], info->family_count},
        .hot = &segment->streams[ARK_STREAM_HOT],
        .cold = &segment->streams[ARK_STREAM_COLD],
        .document_count = info->document_count,
    };
    segment->dead = dead;
    size_t dead_bytes = info->dead_count == 0 ? 0 : ((size_t)info->document_count + 7) / 8;
    if (dead.len != dead_bytes) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: the deletions of segment %" PRIu64, info->id);
    }
    return ark_stream_view(&segment->streams[ARK_STREAM_NORMS], 0, info->document_count,
                           &segment->memory, &segment->norms, err);
}

void
ark_segment_dispose(struct ark_segment *segment)
{
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        ark_stream_dispose(&segment->streams[kind]);
    }
    ark_arena_dispose(&segment->memory);
}

const struct ark_segment_info *
ark_segment_info(const struct ark_segment *segment)
{
    return &segment->info;
}

bool
ark_segment_is_dead(const struct ark_segment *segment, ark_docid doc)
{
    ARK_DEBUG_ASSERT(doc < segment->info.document_count);
    return segment->dead.len != 0 && (segment->dead.bytes[doc / 8] >> (doc % 8) & 1) != 0;
}

uint32_t
ark_segment_length(const struct ark_segment *segment, ark_docid doc)
{
    ARK_DEBUG_ASSERT(doc < segment->info.document_count);
    return ark_norm_decode(segment->norms.bytes[doc]);
}

const uint8_t *
ark_segment_norms(const struct ark_segment *segment)
{
    return segment->norms.bytes;
}

enum ark_status
ark_segment_dates(struct ark_segment *segment, const uint8_t **out, struct ark_error *err)
{
    if (segment->dates.bytes == NULL) {
        enum ark_status status = ark_stream_view(&segment->streams[ARK_STREAM_DATES], 0,
                                                 (uint64_t)segment->info.document_count * 4,
                                                 &segment->memory, &segment->dates, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    *out = segment->dates.bytes;
    return ARK_OK;
}

enum ark_status
ark_segment_title_length(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                         uint32_t *out, struct ark_error *err)
{
    ARK_ASSERT(doc < segment->info.document_count);
    ark_str byte;
    enum ark_status status =
        ark_stream_view(&segment->streams[ARK_STREAM_TITLE_LENGTHS], doc, 1, arena, &byte, err);
    if (status != ARK_OK) {
        return status;
    }
    if (byte.bytes[0] < ARK_TITLE_LENGTH_LONG) {
        *out = byte.bytes[0];
        return ARK_OK;
    }
    struct ark_document_record record;
    status = ark_segment_document(segment, doc, arena, &record, err);
    if (status == ARK_OK) {
        *out = record.title_tokens;
    }
    return status;
}

enum ark_status
ark_segment_find_family(struct ark_segment *segment, ark_str key, struct ark_arena *arena,
                        const struct ark_family **out, struct ark_error *err)
{
    return ark_lexicon_find(&segment->lexicon, key, NULL, arena, out, err);
}

enum ark_status
ark_segment_match_family(struct ark_segment *segment, ark_str key,
                         const struct ark_family_wanted *wanted, struct ark_arena *arena,
                         const struct ark_family **out, struct ark_error *err)
{
    return ark_lexicon_find(&segment->lexicon, key, wanted, arena, out, err);
}

struct ark_family_iterator {
    struct ark_segment *segment;
    struct ark_arena arena;
    struct ark_family *families;
    uint32_t count;
    uint32_t at;
    uint64_t next_block;
    struct ark_buf last_key; /**< of the block before */
};

struct ark_family_iterator *
ark_family_iterator_new(struct ark_segment *segment)
{
    struct ark_family_iterator *iterator = ark_xcalloc(1, sizeof *iterator);
    iterator->segment = segment;
    iterator->arena = ark_arena_make();
    iterator->last_key = ark_buf_make(ARK_LEXICON_TEXT_MAX);
    return iterator;
}

void
ark_family_iterator_free(struct ark_family_iterator *iterator)
{
    if (iterator != NULL) {
        ark_arena_dispose(&iterator->arena);
        ark_buf_dispose(&iterator->last_key);
        free(iterator);
    }
}

/** Reads the next block, whose keys must come after those before. */
static enum ark_status
read_next_block(struct ark_family_iterator *iterator, struct ark_error *err)
{
    if (iterator->count > 0) {
        ark_buf_clear(&iterator->last_key);
        ark_buf_append_str(&iterator->last_key, iterator->families[iterator->count - 1].key);
    }
    ark_arena_reset(&iterator->arena);
    iterator->at = 0;
    iterator->count = 0;
    uint32_t count = 0;
    enum ark_status status =
        ark_lexicon_read_block(&iterator->segment->lexicon, iterator->next_block, &iterator->arena,
                               &iterator->families, &count, err);
    if (status != ARK_OK) {
        return status;
    }
    if (iterator->next_block > 0 &&
        ark_str_compare(ark_buf_view(&iterator->last_key), iterator->families[0].key) >= 0) {
        return ark_error_set(err, ARK_E_CORRUPT,
                             "the index is damaged: segment %" PRIu64
                             ", dictionary, keys are out of order",
                             iterator->segment->info.id);
    }
    iterator->count = count;
    iterator->next_block++;
    return ARK_OK;
}

enum ark_status
ark_family_iterator_next(struct ark_family_iterator *iterator, const struct ark_family **out,
                         struct ark_error *err)
{
    if (iterator->at == iterator->count) {
        if (iterator->next_block * ARK_LEXICON_BLOCK >= iterator->segment->info.family_count) {
            *out = NULL;
            return ARK_OK;
        }
        enum ark_status status = read_next_block(iterator, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    *out = &iterator->families[iterator->at++];
    return ARK_OK;
}

/** Walks all lists of a family and counts its documents again. */
static enum ark_status
verify_family(struct ark_segment *segment, const struct ark_family *family,
              struct ark_family_counter *counter, struct ark_error *err)
{
    struct ark_family_counts counts;
    enum ark_status status = ark_family_count(counter, family, NULL, &counts, err);
    if (status != ARK_OK) {
        return status;
    }
    bool agree = counts.df == family->df;
    for (uint32_t i = 0; i < family->variant_count; i++) {
        agree = agree && counts.variant_df[i] == family->variants[i].df &&
                counts.form_df[i] == family->variants[i].form_df;
    }
    for (uint32_t i = 0; i < family->stem_count; i++) {
        agree = agree && counts.stem_df[i] == family->stems[i].df;
    }
    return agree ? ARK_OK
                 : ark_error_set(err, ARK_E_CORRUPT,
                                 "the index is damaged: segment %" PRIu64
                                 ", its dictionary and its lists do not agree",
                                 segment->info.id);
}

static enum ark_status
verify_families(struct ark_segment *segment, struct ark_error *err)
{
    struct ark_family_iterator *iterator = ark_family_iterator_new(segment);
    struct ark_family_counter *counter = ark_family_counter_new(segment);
    const struct ark_family *family = NULL;
    enum ark_status status = ark_family_iterator_next(iterator, &family, err);
    while (status == ARK_OK && family != NULL) {
        status = verify_family(segment, family, counter, err);
        if (status == ARK_OK) {
            status = ark_family_iterator_next(iterator, &family, err);
        }
    }
    ark_family_counter_free(counter);
    ark_family_iterator_free(iterator);
    return status;
}

static enum ark_status
verify_forms(struct ark_segment *segment, struct ark_error *err)
{
    struct ark_form_iterator *iterator = ark_form_iterator_new(segment);
    const struct ark_form *form = NULL;
    enum ark_status status = ARK_OK;
    do {
        status = ark_form_iterator_next(iterator, &form, err);
    } while (status == ARK_OK && form != NULL);
    ark_form_iterator_free(iterator);
    return status;
}

/** Sums over documents, which the segment's figures must agree with. */
struct sums {
    uint64_t tokens;
    uint64_t live_tokens;
    uint64_t text_bytes;
    uint32_t dead;
};

/** Compares a document's values in the columns with its record. */
static enum ark_status
verify_columns(struct ark_segment *segment, ark_docid doc, const struct ark_document_record *record,
               struct ark_arena *arena, struct ark_error *err)
{
    const uint8_t *dates = NULL;
    uint32_t title_length = 0;
    ark_str sketch;
    enum ark_status status = ark_segment_dates(segment, &dates, err);
    if (status == ARK_OK) {
        status = ark_segment_title_length(segment, doc, arena, &title_length, err);
    }
    if (status == ARK_OK) {
        status = ark_segment_sketch(segment, doc, arena, &sketch, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    bool agree = segment->norms.bytes[doc] == ark_norm_encode(record->token_count) &&
                 ark_date_at(dates, doc) == record->date && title_length == record->title_tokens;
    return agree ? ARK_OK
                 : ark_error_set(err, ARK_E_CORRUPT,
                                 "the index is damaged: segment %" PRIu64
                                 ", its columns and its documents do not agree",
                                 segment->info.id);
}

static enum ark_status
verify_document(struct ark_segment *segment, ark_docid doc, struct ark_arena *arena,
                struct sums *sums, struct ark_error *err)
{
    struct ark_document_record record;
    ark_str title;
    ark_str body;
    enum ark_status status = ark_segment_document(segment, doc, arena, &record, err);
    if (status == ARK_OK) {
        status = ark_segment_text(segment, doc, arena, &title, &body, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    status = verify_columns(segment, doc, &record, arena, err);
    if (status != ARK_OK) {
        return status;
    }
    bool dead = ark_segment_is_dead(segment, doc);
    sums->dead += dead;
    sums->tokens += record.token_count;
    sums->live_tokens += dead ? 0 : record.token_count;
    sums->text_bytes += (uint64_t)title.len + body.len;
    return ARK_OK;
}

static enum ark_status
verify_documents(struct ark_segment *segment, struct ark_arena *arena, struct ark_error *err)
{
    const struct ark_segment_info *info = &segment->info;
    struct sums sums = {0};
    for (ark_docid doc = 0; doc < info->document_count; doc++) {
        enum ark_status status = verify_document(segment, doc, arena, &sums, err);
        if (status != ARK_OK) {
            return status;
        }
        ark_arena_reset(arena);
    }
    bool agree = sums.dead == info->dead_count && sums.tokens == info->token_count &&
                 sums.live_tokens == info->live_token_count && sums.text_bytes == info->text_bytes;
    return agree ? ARK_OK
                 : ark_error_set(err, ARK_E_CORRUPT,
                                 "the index is damaged: segment %" PRIu64
                                 ", its figures and its documents do not agree",
                                 segment->info.id);
}

enum ark_status
ark_segment_verify(struct ark_segment *segment, struct ark_error *err)
{
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        enum ark_status status = ark_stream_verify(&segment->streams[kind], err);
        if (status != ARK_OK) {
            return status;
        }
    }
    struct ark_arena arena = ark_arena_make();
    enum ark_status status = verify_families(segment, err);
    if (status == ARK_OK) {
        status = verify_forms(segment, err);
    }
    if (status == ARK_OK) {
        status = verify_documents(segment, &arena, err);
    }
    ark_arena_dispose(&arena);
    return status;
}
