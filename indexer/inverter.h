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
#include "common/text/word_table.h"

struct ark_inverter;

/** An empty inverter. Never NULL. */
struct ark_inverter *ark_inverter_new(void);
/** Frees it. Takes NULL. */
void ark_inverter_free(struct ark_inverter *inverter);
/** Its table of words, which says what the numbers it is given mean; valid while the inverter is. */
struct ark_word_table *ark_inverter_words(struct ark_inverter *inverter);

/**
 * Takes the words of the next document, token_count numbers of the inverter's
 * table of which the first title_tokens are the title's. Cost: 1 ns a token.
 */
void ark_inverter_add(struct ark_inverter *inverter, const uint32_t *words, uint32_t title_tokens,
                      uint32_t token_count);
/** Bytes that ark_inverter_finish will have held at its peak. */
size_t ark_inverter_bytes(const struct ark_inverter *inverter);
/**
 * Writes the families of all documents added since the last call to writer,
 * whose documents must be the same ones in the same order, and becomes empty;
 * so does its table of words, whose numbers begin again. So many jobs >= 1 work
 * at it, and what they write does not depend on how many.
 * ARK_E_IO, ARK_E_INTERRUPTED.
 */
enum ark_status ark_inverter_finish(struct ark_inverter *inverter,
                                    struct ark_segment_writer *writer, unsigned jobs,
                                    struct ark_error *err) ARK_MUST_CHECK;

#endif
