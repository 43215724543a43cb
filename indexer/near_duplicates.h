/**
 * @file near_duplicates.h
 * Sketches of documents, and what two of them say: whether one document repeats
 * half of the other.
 *
 * A document is a set of shingles, each five folded forms in a row. Two documents are
 * near-duplicates when the shorter one shares half of its shingles with the
 * other, and the longer is no more than three and a half times as long: a
 * digest that quotes an article in full is another document. A sketch is
 * one-permutation hashing (Li, Owen, Zhang 2012, "One permutation hashing") with the low bits of each
 * minimum (Li, Koenig 2010, "b-bit minwise hashing"): 128 bins of the hash
 * space, four bits of the least hash in each, which estimate the resemblance;
 * the counts of shingles turn it into containment (Broder 1997, "On the
 * resemblance and containment of documents"). Besides, the least hash of each
 * 8 bins in 24 bits, by which candidates are found. At most 119 bytes; a document
 * of ten words takes 40.
 *
 * A sample of one shingle in 16 is as large, and noisier: on the news of
 * tests/quality its precision is .83 where this has .95.
 */
#ifndef ARK_INDEXER_NEAR_DUPLICATES_H
#define ARK_INDEXER_NEAR_DUPLICATES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"

enum {
    ARK_SHINGLE_WORDS = 5,
    ARK_SKETCH_SLOTS = 16, /**< of ARK_SKETCH_SLOT_BINS bins each */
    ARK_SKETCH_SLOT_BINS = 8,
};

/** No shingle fell into the slot. */
#define ARK_SLOT_EMPTY UINT32_MAX

/** A sketch taken apart. */
struct ark_sketch {
    uint32_t shingle_count; /**< distinct ones; 0: the document is too short to have any */
    uint32_t slots[ARK_SKETCH_SLOTS]; /**< 24 bits of the least hash, or ARK_SLOT_EMPTY */
    uint32_t bins[ARK_SKETCH_SLOTS];  /**< eight times four bits; 0 = an empty bin */
};

/** Makes sketches; its memory is used again from one document to the next. */
struct ark_sketcher;
/** Never NULL. */
struct ark_sketcher *ark_sketcher_new(void);
/** Frees it. Takes NULL. */
void ark_sketcher_free(struct ark_sketcher *sketcher);

/**
 * The sketch of a document whose words have these form hashes, in the order of
 * the text, as bytes; empty when it has fewer than five words. Valid until the next call.
 * Cost: about 4 ns a word.
 */
ark_str ark_sketcher_make(struct ark_sketcher *sketcher, const uint64_t *form_hashes, size_t count);

/** Takes the bytes apart; false when they are no sketch. Empty bytes are one without shingles. */
bool ark_sketch_read(ark_str bytes, struct ark_sketch *out);

/** True when the two documents are near-duplicates of each other. Symmetric. */
bool ark_sketch_similar(const struct ark_sketch *left, const struct ark_sketch *right);

#endif
