#define ZSTD_STATIC_LINKING_ONLY // frames without magic number, parameters of dictionaries
#define ZDICT_STATIC_LINKING_ONLY // ZDICT_trainFromBuffer_fastCover: the stable call tries five times
#include "common/store/text_pack.h"

#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

#include "common/base/memory.h"
#include "common/codec/narrow.h"

/**
 * zstd's fastest strategy, told to look for matches of five bytes and more: of
 * narrowed prose it leaves 27.0 % at 290 MB/s, where levels 1, 3 and 5 leave 28.9, 27.1 and
 * 29.4 at 290, 215 and 130. Level 6 would leave 25.5 at 90.
 */
static const ZSTD_compressionParameters PARAMETERS = {
    .windowLog = 17,
    .chainLog = 15,
    .hashLog = 16,
    .searchLog = 1,
    .minMatch = 5,
    .targetLength = 0,
    .strategy = ZSTD_fast,
};

/** In front of each frame: whether it needs the dictionary, and for a check about which that is. */
enum { HEAD_BYTES = 1, NO_DICTIONARY = 0 };

/** About what zstd needs, for the words when it cannot have it. */
enum { COMPRESSOR_BYTES = 4 << 20, DECOMPRESSOR_BYTES = 160 << 10 };

/** No zstd frame unpacks to more times its size: a block of 128 KiB takes four bytes at least. */
enum { EXPANSION_MAX = 32768 };

/** Scratch memory that a huge text has stretched beyond this is given back. */
#define NARROW_BYTES_KEPT ((size_t)4 << 20)

/**
 * A piece of so many bytes is kept of each stride of running text: all over the
 * sampled text, whatever the size of documents. Twice as much gained .1 %.
 */
enum {
    SAMPLE_PIECE = 2 << 10,
    SAMPLE_STRIDE = 8 << 10,
    SAMPLE_BYTES_MAX = ARK_TEXT_SAMPLED_BYTES / SAMPLE_STRIDE * SAMPLE_PIECE,
    SAMPLES_LEAST = 64,
};

_Static_assert(ARK_TEXT_SAMPLED_BYTES % SAMPLE_STRIDE == 0, "a whole number of strides");

struct ark_text_sampler {
    struct ark_buf bytes;
    size_t *sizes; /**< of the samples in bytes, one after another */
    size_t count;
    size_t capacity;
    size_t seen; /**< bytes of text looked at, at most ARK_TEXT_SAMPLED_BYTES */
};

struct ark_text_sampler *
ark_text_sampler_new(void)
{
    struct ark_text_sampler *sampler = ark_xcalloc(1, sizeof *sampler);
    sampler->bytes = ark_buf_make(SAMPLE_BYTES_MAX);
    return sampler;
}

void
ark_text_sampler_free(struct ark_text_sampler *sampler)
{
    if (sampler != NULL) {
        ark_buf_dispose(&sampler->bytes);
        free(sampler->sizes);
        free(sampler);
    }
}

void
ark_text_sampler_add(struct ark_text_sampler *sampler, ark_str text)
{
    size_t at = 0;
    while (at < text.len && !ark_text_sampler_is_full(sampler)) {
        size_t place = sampler->seen % SAMPLE_STRIDE;
        bool kept = place < SAMPLE_PIECE;
        size_t left = (kept ? SAMPLE_PIECE : SAMPLE_STRIDE) - place;
        size_t size = text.len - at < left ? text.len - at : left;
        if (kept) {
            ARK_GROW(sampler->sizes, sampler->capacity, sampler->count + 1);
            sampler->sizes[sampler->count++] = size;
            ark_buf_append(&sampler->bytes, text.bytes + at, size);
        }
        at += size;
        sampler->seen += size;
    }
}

bool
ark_text_sampler_is_full(const struct ark_text_sampler *sampler)
{
    return sampler->seen == ARK_TEXT_SAMPLED_BYTES;
}

/** Narrows the samples one by one; returns their sizes, which the caller frees. */
static size_t *
narrow_samples(const struct ark_text_sampler *sampler, struct ark_buf *out)
{
    size_t *sizes = ark_xcalloc(sampler->count, sizeof *sizes);
    size_t at = 0;
    for (size_t i = 0; i < sampler->count; i++) {
        size_t before = out->len;
        ark_narrow(ark_str_slice(ark_buf_view(&sampler->bytes), at, at + sampler->sizes[i]), out);
        sizes[i] = out->len - before;
        at += sampler->sizes[i];
    }
    return sizes;
}

bool
ark_text_sampler_train(const struct ark_text_sampler *sampler, struct ark_buf *out)
{
    // fastCover (zstd 1.3.6; after Liao, Petri, Moffat, Wirth 2016, "Effective construction of
    // relative Lempel-Ziv dictionaries"): segments of 256 bytes chosen by the 6-byte strings in
    // them that are frequent.
    ZDICT_fastCover_params_t params = {.k = 256, .d = 6, .f = 20, .accel = 2, .splitPoint = 1.0};
    if (sampler->count < SAMPLES_LEAST) {
        return false;
    }
    struct ark_buf narrow = ark_buf_make((size_t)2 * SAMPLE_BYTES_MAX);
    size_t *sizes = narrow_samples(sampler, &narrow);
    uint8_t *to = ark_buf_reserve(out, ARK_TEXT_DICTIONARY_BYTES_MAX);
    size_t got = ZDICT_trainFromBuffer_fastCover(to, ARK_TEXT_DICTIONARY_BYTES_MAX, narrow.bytes,
                                                 sizes, (unsigned)sampler->count, params);
    free(sizes);
    ark_buf_dispose(&narrow);
    if (ZDICT_isError(got)) {
        return false; // such as texts that have nothing in common
    }
    out->len += got;
    return true;
}

struct ark_text_dictionary {
    ZSTD_CDict *packing;
    uint8_t head;
};

/** What stands in front of frames that need this dictionary. */
static uint8_t
head_of(unsigned dictionary_id)
{
    return (uint8_t)(1 + dictionary_id % UINT8_MAX);
}

struct ark_text_dictionary *
ark_text_dictionary_new(ark_str bytes)
{
    unsigned id = ZSTD_getDictID_fromDict(bytes.bytes, bytes.len);
    if (id == 0) {
        return NULL; // zstd would take any bytes as a dictionary without a number
    }
    ZSTD_CDict *packing = ZSTD_createCDict_advanced(
        bytes.bytes, bytes.len, ZSTD_dlm_byCopy, ZSTD_dct_fullDict, PARAMETERS, ZSTD_defaultCMem);
    if (packing == NULL) {
        return NULL;
    }
    struct ark_text_dictionary *dictionary = ark_xcalloc(1, sizeof *dictionary);
    dictionary->packing = packing;
    dictionary->head = head_of(id);
    return dictionary;
}

void
ark_text_dictionary_free(struct ark_text_dictionary *dictionary)
{
    if (dictionary != NULL) {
        (void)ZSTD_freeCDict(dictionary->packing);
        free(dictionary);
    }
}

struct ark_text_packer {
    ZSTD_CCtx *compressor;
    uint8_t head;
    struct ark_buf narrow;
};

/** Sets the parameters that all frames have; false when zstd knows them not, or memory is short. */
static bool
configure(ZSTD_CCtx *compressor, const struct ark_text_dictionary *dictionary)
{
    const struct {
        ZSTD_cParameter parameter;
        int value;
    } settings[] = {
        {ZSTD_c_format, ZSTD_f_zstd1_magicless},       {ZSTD_c_dictIDFlag, 0},
        {ZSTD_c_strategy, (int)PARAMETERS.strategy},   {ZSTD_c_minMatch, (int)PARAMETERS.minMatch},
        {ZSTD_c_windowLog, (int)PARAMETERS.windowLog}, {ZSTD_c_hashLog, (int)PARAMETERS.hashLog},
    };
    bool well = true;
    for (size_t i = 0; i < ARK_COUNT_OF(settings); i++) {
        well = well && !ZSTD_isError(ZSTD_CCtx_setParameter(compressor, settings[i].parameter,
                                                            settings[i].value));
    }
    return well && (dictionary == NULL ||
                    !ZSTD_isError(ZSTD_CCtx_refCDict(compressor, dictionary->packing)));
}

struct ark_text_packer *
ark_text_packer_new(const struct ark_text_dictionary *dictionary)
{
    struct ark_text_packer *packer = ark_xcalloc(1, sizeof *packer);
    packer->head = dictionary == NULL ? NO_DICTIONARY : dictionary->head;
    packer->narrow = ark_buf_make(SIZE_MAX);
    packer->compressor = ZSTD_createCCtx();
    if (packer->compressor == NULL || !configure(packer->compressor, dictionary)) {
        ark_out_of_memory(COMPRESSOR_BYTES);
    }
    return packer;
}

void
ark_text_packer_free(struct ark_text_packer *packer)
{
    if (packer != NULL) {
        (void)ZSTD_freeCCtx(packer->compressor);
        ark_buf_dispose(&packer->narrow);
        free(packer);
    }
}

void
ark_text_pack(struct ark_text_packer *packer, ark_str text, struct ark_buf *out)
{
    ark_buf_clear(&packer->narrow);
    ark_narrow(text, &packer->narrow);
    size_t room = ZSTD_compressBound(packer->narrow.len);
    uint8_t *to = ark_buf_reserve(out, HEAD_BYTES + room);
    to[0] = packer->head;
    size_t got = ZSTD_compress2(packer->compressor, to + HEAD_BYTES, room, packer->narrow.bytes,
                                packer->narrow.len);
    if (ZSTD_isError(got)) {
        // With room for the worst case all that can be missing is memory.
        ark_out_of_memory(COMPRESSOR_BYTES);
    }
    out->len += HEAD_BYTES + got;
    if (packer->narrow.capacity > NARROW_BYTES_KEPT) {
        ark_buf_dispose(&packer->narrow);
    }
}

void
ark_text_unpacker_dispose(struct ark_text_unpacker *unpacker)
{
    (void)ZSTD_freeDCtx(unpacker->decompressor);
    (void)ZSTD_freeDDict(unpacker->dictionary);
    free(unpacker->narrow);
    unpacker->decompressor = NULL;
    unpacker->dictionary = NULL;
    unpacker->narrow = NULL;
    unpacker->narrow_capacity = 0;
}

/** The bytes that a packed text is when narrow, as it says itself; SIZE_MAX when it is damaged. */
static size_t
narrow_bytes(ark_str packed)
{
    ZSTD_frameHeader header;
    if (packed.len < HEAD_BYTES ||
        ZSTD_getFrameHeader_advanced(&header, packed.bytes + HEAD_BYTES, packed.len - HEAD_BYTES,
                                     ZSTD_f_zstd1_magicless) != 0 ||
        header.frameContentSize > SIZE_MAX / EXPANSION_MAX) {
        return SIZE_MAX;
    }
    return (size_t)header.frameContentSize;
}

bool
ark_text_is_plausible(ark_str packed, uint64_t text_bytes)
{
    size_t narrow = narrow_bytes(packed);
    return narrow != SIZE_MAX && narrow / EXPANSION_MAX <= packed.len && narrow / 2 <= text_bytes &&
           text_bytes / 2 <= narrow;
}

/** Gets the dictionary for the first text that needs it. */
static enum ark_status
load_dictionary(struct ark_text_unpacker *unpacker, struct ark_error *err)
{
    ark_str bytes = {NULL, 0};
    if (unpacker->fetch != NULL) {
        enum ark_status status = unpacker->fetch(unpacker->context, &bytes, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    unsigned id = ZSTD_getDictID_fromDict(bytes.bytes, bytes.len);
    if (id != 0) {
        unpacker->head = head_of(id);
        unpacker->dictionary = ZSTD_createDDict_byReference(bytes.bytes, bytes.len);
    }
    return unpacker->dictionary != NULL
               ? ARK_OK
               : ark_error_set(err, ARK_E_CORRUPT,
                               "the index is damaged: it has no dictionary of texts");
}

enum ark_status
ark_text_unpacker_prepare(struct ark_text_unpacker *unpacker, ark_str packed, struct ark_error *err)
{
    ARK_ASSERT(packed.len >= HEAD_BYTES);
    if (packed.bytes[0] == NO_DICTIONARY) {
        return ARK_OK;
    }
    enum ark_status status = unpacker->dictionary == NULL ? load_dictionary(unpacker, err) : ARK_OK;
    if (status == ARK_OK && packed.bytes[0] != unpacker->head) {
        status = ark_error_set(err, ARK_E_CORRUPT,
                               "the index is damaged: a text needs another dictionary");
    }
    return status;
}

/** Makes the context for the first text. */
static ZSTD_DCtx *
open_decompressor(struct ark_text_unpacker *unpacker)
{
    // A context of its own for each text would cost a fifth of a query with ten snippets.
    if (unpacker->decompressor == NULL) {
        unpacker->decompressor = ZSTD_createDCtx();
        if (unpacker->decompressor == NULL ||
            ZSTD_isError(ZSTD_DCtx_setParameter(unpacker->decompressor, ZSTD_d_format,
                                                ZSTD_f_zstd1_magicless))) {
            ark_out_of_memory(DECOMPRESSOR_BYTES);
        }
    }
    return unpacker->decompressor;
}

bool
ark_text_unpack(struct ark_text_unpacker *unpacker, ark_str packed, uint8_t *out, size_t text_bytes)
{
    ZSTD_DCtx *decompressor = open_decompressor(unpacker);
    bool needs_dictionary = packed.bytes[0] != NO_DICTIONARY;
    ARK_ASSERT(!needs_dictionary || unpacker->dictionary != NULL);
    size_t narrow = narrow_bytes(packed);
    ARK_ASSERT(narrow != SIZE_MAX);
    ARK_GROW(unpacker->narrow, unpacker->narrow_capacity, narrow);
    size_t got = ZSTD_decompress_usingDDict(decompressor, unpacker->narrow, narrow,
                                            packed.bytes + HEAD_BYTES, packed.len - HEAD_BYTES,
                                            needs_dictionary ? unpacker->dictionary : NULL);
    bool well = !ZSTD_isError(got) && got == narrow &&
                ark_widen(ark_str_make(unpacker->narrow, narrow), out, text_bytes);
    if (unpacker->narrow_capacity > NARROW_BYTES_KEPT) {
        free(unpacker->narrow);
        unpacker->narrow = NULL;
        unpacker->narrow_capacity = 0;
    }
    return well;
}
