/**
 * @file inverter.h
 * Collects the words of documents in memory and turns them into a segment by
 * counting sort: no list per word, no linked slices (5 ns a token).
 *
 * Positions count tokens from the title's first; those of the body begin
 * ARK_FIELD_GAP after the title's last. A token that is nothing after cleaning
 * takes a position and no posting.
 */
#ifndef ARK_INDEXER_INVERTER_H
#define ARK_INDEXER_INVERTER_H

#include "common/store/segment_writer.h"
#include "common/text/analyzer.h"

struct ark_inverter;

/** An empty inverter. Never NULL. */
struct ark_inverter *ark_inverter_new(void);
/** Frees it. Takes NULL. */
void ark_inverter_free(struct ark_inverter *inverter);

/** Token counts of a document. */
struct ark_token_counts {
    uint32_t title;
    uint32_t all;
};

/** Takes the words of the next document. Cost: about 50 ns a token. */
struct ark_token_counts ark_inverter_add(struct ark_inverter *inverter, ark_str title,
                                         ark_str body);

/** The forms of a document's tokens, title first: what a near-duplicate sketch is made of. */
struct ark_document_forms {
    const uint64_t *hashes; /**< ark_form_hash of each token's form, in the order of the text */
    size_t count;           /**< tokens that are nothing after cleaning are left out */
    size_t title_count;     /**< the first so many are the title's */
};
/**
 * The forms of the document added last; valid until the next call of any other
 * function of the inverter. Cost: a look-up of 2 to 5 ns a token.
 */
struct ark_document_forms ark_inverter_forms(struct ark_inverter *inverter);

/** Bytes that ark_inverter_finish will have held at its peak. */
size_t ark_inverter_bytes(const struct ark_inverter *inverter);
/**
 * Writes the families of all documents added since the last call to writer,
 * whose documents must be the same ones in the same order, and becomes empty.
 * ARK_E_IO, ARK_E_INTERRUPTED.
 */
enum ark_status ark_inverter_finish(struct ark_inverter *inverter,
                                    struct ark_segment_writer *writer,
                                    struct ark_error *err) ARK_MUST_CHECK;

#endif
