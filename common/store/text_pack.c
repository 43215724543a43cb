#define ZSTD_STATIC_LINKING_ONLY // ZSTD_createDDict_byReference: no copy of 64 KiB a query
#define ZDICT_STATIC_LINKING_ONLY // ZDICT_trainFromBuffer_fastCover: the stable call tries five times
#include "common/store/text_pack.h"

#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

#include "common/base/memory.h"

/** 200 MB/s; higher levels gain little and cost much, lower ones gain nothing in time with a dictionary. */
enum { COMPRESSION_LEVEL = 3 };

/** About what zstd needs, for the words when it cannot have it. */
enum { COMPRESSOR_BYTES = 4 << 20, DECOMPRESSOR_BYTES = 160 << 10 };

/** No zstd frame unpacks to more times its size: a block of 128 KiB takes four bytes at least. */
enum { EXPANSION_MAX = 32768 };

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

bool
ark_text_sampler_train(const struct ark_text_sampler *sampler, struct ark_buf *out)
{
    // fastCover (zstd 1.3.6; after Liao, Petri, Moffat, Wirth 2016, "Effective construction of
    // relative Lempel-Ziv dictionaries"): segments of 512 bytes chosen by the 8-byte strings in
    // them that are frequent.
    ZDICT_fastCover_params_t params = {.k = 512, .d = 8, .f = 20, .accel = 2, .splitPoint = 1.0};
    params.zParams.compressionLevel = COMPRESSION_LEVEL;
    if (sampler->count < SAMPLES_LEAST) {
        return false;
    }
    uint8_t *to = ark_buf_reserve(out, ARK_TEXT_DICTIONARY_BYTES_MAX);
    size_t got =
        ZDICT_trainFromBuffer_fastCover(to, ARK_TEXT_DICTIONARY_BYTES_MAX, sampler->bytes.bytes,
                                        sampler->sizes, (unsigned)sampler->count, params);
    if (ZDICT_isError(got)) {
        return false; // such as texts that have nothing in common
    }
    out->len += got;
    return true;
}

struct ark_text_dictionary {
    ZSTD_CDict *packing;
};

struct ark_text_dictionary *
ark_text_dictionary_new(ark_str bytes)
{
    if (ZDICT_getDictID(bytes.bytes, bytes.len) == 0) {
        return NULL; // zstd would take any bytes as a dictionary without a number
    }
    ZSTD_CDict *packing = ZSTD_createCDict(bytes.bytes, bytes.len, COMPRESSION_LEVEL);
    if (packing == NULL) {
        return NULL;
    }
    struct ark_text_dictionary *dictionary = ark_xcalloc(1, sizeof *dictionary);
    dictionary->packing = packing;
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
    const struct ark_text_dictionary *dictionary;
};

struct ark_text_packer *
ark_text_packer_new(const struct ark_text_dictionary *dictionary)
{
    struct ark_text_packer *packer = ark_xcalloc(1, sizeof *packer);
    packer->dictionary = dictionary;
    packer->compressor = ZSTD_createCCtx();
    if (packer->compressor == NULL) {
        ark_out_of_memory(COMPRESSOR_BYTES);
    }
    return packer;
}

void
ark_text_packer_free(struct ark_text_packer *packer)
{
    if (packer != NULL) {
        (void)ZSTD_freeCCtx(packer->compressor);
        free(packer);
    }
}

void
ark_text_pack(struct ark_text_packer *packer, ark_str text, struct ark_buf *out)
{
    size_t room = ZSTD_compressBound(text.len);
    uint8_t *to = ark_buf_reserve(out, room);
    size_t got = packer->dictionary == NULL
                     ? ZSTD_compressCCtx(packer->compressor, to, room, text.bytes, text.len,
                                         COMPRESSION_LEVEL)
                     : ZSTD_compress_usingCDict(packer->compressor, to, room, text.bytes, text.len,
                                                packer->dictionary->packing);
    if (ZSTD_isError(got)) {
        // With room for the worst case all that can be missing is memory.
        ark_out_of_memory(COMPRESSOR_BYTES);
    }
    out->len += got;
}

void
ark_text_unpacker_dispose(struct ark_text_unpacker *unpacker)
{
    (void)ZSTD_freeDCtx(unpacker->decompressor);
    (void)ZSTD_freeDDict(unpacker->dictionary);
    unpacker->decompressor = NULL;
    unpacker->dictionary = NULL;
}

bool
ark_text_is_plausible(ark_str packed, uint64_t text_bytes)
{
    return text_bytes / EXPANSION_MAX <= packed.len &&
           ZSTD_getFrameContentSize(packed.bytes, packed.len) == text_bytes;
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
    unpacker->dictionary_id = ZDICT_getDictID(bytes.bytes, bytes.len);
    if (unpacker->dictionary_id != 0) {
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
    unsigned id = ZSTD_getDictID_fromFrame(packed.bytes, packed.len);
    if (id == 0) {
        return ARK_OK;
    }
    enum ark_status status = unpacker->dictionary == NULL ? load_dictionary(unpacker, err) : ARK_OK;
    if (status == ARK_OK && id != unpacker->dictionary_id) {
        status = ark_error_set(err, ARK_E_CORRUPT,
                               "the index is damaged: a text needs another dictionary");
    }
    return status;
}

bool
ark_text_unpack(struct ark_text_unpacker *unpacker, ark_str packed, uint8_t *out, size_t text_bytes)
{
    // A context of its own for each text would cost a fifth of a query with ten snippets.
    if (unpacker->decompressor == NULL) {
        unpacker->decompressor = ZSTD_createDCtx();
        if (unpacker->decompressor == NULL) {
            ark_out_of_memory(DECOMPRESSOR_BYTES);
        }
    }
    bool needs_dictionary = ZSTD_getDictID_fromFrame(packed.bytes, packed.len) != 0;
    ARK_ASSERT(!needs_dictionary || unpacker->dictionary != NULL);
    size_t got = needs_dictionary
                     ? ZSTD_decompress_usingDDict(unpacker->decompressor, out, text_bytes,
                                                  packed.bytes, packed.len, unpacker->dictionary)
                     : ZSTD_decompressDCtx(unpacker->decompressor, out, text_bytes, packed.bytes,
                                           packed.len);
    return !ZSTD_isError(got) && got == text_bytes;
}
