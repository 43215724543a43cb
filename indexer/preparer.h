/**
 * @file preparer.h
 * What is made of a document without knowing any other: its tokens' words, its
 * packed text, its content hash, its sketch. The part of indexing that several threads do,
 * each with a preparer of its own over one table of words.
 */
#ifndef ARK_INDEXER_PREPARER_H
#define ARK_INDEXER_PREPARER_H

#include "common/store/text_pack.h"
#include "common/text/word_table.h"
#include "indexer/batch.h"

struct ark_preparer;

/** A preparer over a table of words that outlives it. Never NULL. */
struct ark_preparer *ark_preparer_new(struct ark_word_table *words);
/** Frees it; takes NULL. */
void ark_preparer_free(struct ark_preparer *preparer);
/**
 * Texts are packed from now on, with this dictionary, which outlives the
 * preparer, or with none (NULL). Before, only words are looked for.
 */
void ark_preparer_set_dictionary(struct ark_preparer *preparer,
                                 const struct ark_text_dictionary *dictionary);
/** Gives back the memory that grew with the words it met; for the time when others need it. */
void ark_preparer_shed(struct ark_preparer *preparer);
/** Words have the numbers of this table from now on; it may be the same one, after a reset. */
void ark_preparer_renew_words(struct ark_preparer *preparer, struct ark_word_table *words);
/**
 * Prepares all documents of a batch, or what is missing of it. Cost: about 10 ns
 * a byte of text.
 */
void ark_preparer_run(struct ark_preparer *preparer, struct ark_batch *batch);

/** The content hash of a document: over title, body, source and date. */
uint64_t ark_document_hash(const struct ark_document *document);

/** The forms of a document's tokens, title first: what a near-duplicate sketch is made of. */
struct ark_document_forms {
    const uint64_t *hashes; /**< ark_form_hash of each token's form, in the order of the text */
    size_t count;           /**< tokens that are nothing after cleaning are left out */
    size_t title_count;     /**< the first so many are the title's */
};
/**
 * The forms of a prepared document; valid until the next call of any function
 * of the preparer. Cost: a look-up of 2 to 5 ns a token.
 */
struct ark_document_forms ark_preparer_forms(struct ark_preparer *preparer,
                                             const struct ark_batch *batch,
                                             const struct ark_batch_item *item);

#endif
