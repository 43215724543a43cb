/**
 * @file text_pack.h
 * Stored texts: narrowed to a byte a letter (narrow.h) and compressed one by
 * one, so that one can be read alone, with a dictionary of what texts of this
 * index have in common, so that short ones shrink nevertheless (Arabic prose of
 * 2.5 KB: to 27 %; without narrowing 33, without dictionary 40).
 *
 * A dictionary is trained once, when a run adds enough text to an index that
 * has none, and never changes: texts packed with it are copied as they are when
 * segments merge. A text says itself whether it needs the dictionary; in an
 * index that began small some do and some do not.
 *
 * Only this module knows zstd.
 */
#ifndef ARK_STORE_TEXT_PACK_H
#define ARK_STORE_TEXT_PACK_H

#include "common/base/buf.h"
#include "common/base/error.h"

enum {
    /**
     * Text that a dictionary is trained on stands in the first so many bytes; a
     * run that adds less trains none. It saves 7 % of the text: its own size at
     * 1 MB, so that it does not pay there.
     */
    ARK_TEXT_SAMPLED_BYTES = 4 << 20,
    /** The longest dictionary: more gains .1 % on 300 MB, and a reader pages in what it uses. */
    ARK_TEXT_DICTIONARY_BYTES_MAX = 64 << 10,
};

/** Collects the text to train a dictionary on. */
struct ark_text_sampler;
/** An empty sampler. Never NULL. */
struct ark_text_sampler *ark_text_sampler_new(void);
/** Frees it; takes NULL. */
void ark_text_sampler_free(struct ark_text_sampler *sampler);
/** Looks at the next text; the first ARK_TEXT_SAMPLED_BYTES of all texts count. */
void ark_text_sampler_add(struct ark_text_sampler *sampler, ark_str text);
/** True when more text would make no difference. */
bool ark_text_sampler_is_full(const struct ark_text_sampler *sampler);
/**
 * Puts a dictionary into out; false when the texts are too few or too odd for
 * one. The same texts give the same dictionary. Cost: 20 ms.
 */
bool ark_text_sampler_train(const struct ark_text_sampler *sampler, struct ark_buf *out);

/** A dictionary made ready for packing; threads share it. */
struct ark_text_dictionary;
/** Makes it of bytes (copied) as ark_text_sampler_train gave them; NULL when they are no dictionary. */
struct ark_text_dictionary *ark_text_dictionary_new(ark_str bytes);
/** Frees it; takes NULL. */
void ark_text_dictionary_free(struct ark_text_dictionary *dictionary);

/** Packs texts. One thread uses it. */
struct ark_text_packer;
/** A packer with a dictionary that outlives it, or with none (NULL). Never NULL. */
struct ark_text_packer *ark_text_packer_new(const struct ark_text_dictionary *dictionary);
/** Frees it; takes NULL. */
void ark_text_packer_free(struct ark_text_packer *packer);
/** Appends the packed text to out. The same text gives the same bytes. Cost: 3.5 ns a byte. */
void ark_text_pack(struct ark_text_packer *packer, ark_str text, struct ark_buf *out);

/**
 * Unpacks texts; put it beside what it reads from. One thread uses it. All but
 * the first two fields are the module's own and zero at first.
 */
struct ark_text_unpacker {
    /** Gives the dictionary when a text needs it first; its bytes must outlive the unpacker. NULL: there is none. */
    enum ark_status (*fetch)(void *context, ark_str *dictionary, struct ark_error *err);
    void *context;
    void *decompressor;
    void *dictionary;
    uint8_t head; /**< of texts that need the dictionary */
    uint8_t *narrow;
    size_t narrow_capacity;
};
/** Frees what the unpacker holds. */
void ark_text_unpacker_dispose(struct ark_text_unpacker *unpacker);
/** Whether packed can be a text of text_bytes bytes: asked before memory is taken for it. */
bool ark_text_is_plausible(ark_str packed, uint64_t text_bytes);
/** Gets the dictionary if packed needs it. ARK_E_CORRUPT: it is missing, damaged or another one. */
enum ark_status ark_text_unpacker_prepare(struct ark_text_unpacker *unpacker, ark_str packed,
                                          struct ark_error *err) ARK_MUST_CHECK;
/** Unpacks a plausible text that was prepared for to out, of text_bytes bytes; false when it is damaged. */
bool ark_text_unpack(struct ark_text_unpacker *unpacker, ark_str packed, uint8_t *out,
                     size_t text_bytes) ARK_MUST_CHECK;

#endif
