/**
 * @file postings.h
 * A cursor over the postings of one family in one segment.
 *
 * Postings lie in blocks of up to 128 documents; a skip entry per block has its
 * last document, its sizes and a bound for pruning, so that ark_postings_seek
 * passes over blocks without decoding them. Positions lie apart from documents
 * and are decoded only when asked for.
 */
#ifndef ARK_STORE_POSTINGS_H
#define ARK_STORE_POSTINGS_H

#include "common/codec/postings_block.h"
#include "common/store/segment.h"

struct ark_postings;

/**
 * Opens a cursor before the first document. The segment and the family must
 * outlive it. Memory comes from the arena and ends with it.
 */
enum ark_status ark_postings_open(struct ark_segment *segment, const struct ark_family *family,
                                  struct ark_arena *arena, struct ark_postings **out,
                                  struct ark_error *err) ARK_MUST_CHECK;

/** The current document; ARK_DOCID_END after the last or after an error. Before the first move: unspecified. */
ark_docid ark_postings_doc(const struct ark_postings *postings);
/** Moves to the next document and returns it. Dead documents are not skipped. */
ark_docid ark_postings_next(struct ark_postings *postings);
/** Moves to the first document >= target (never back) and returns it. Cost: blocks passed + one decoded. */
ark_docid ark_postings_seek(struct ark_postings *postings, ark_docid target);
/** The members in the current document, ascending by member; valid until the next move. */
const struct ark_occurrence *ark_postings_occurrences(const struct ark_postings *postings,
                                                      uint32_t *count);
/**
 * The positions of the occurrence'th entry of the current document, ascending,
 * tf of them; NULL after an error. Valid until the next move. Cost: the block's
 * positions before it, once.
 */
const uint32_t *ark_postings_positions(struct ark_postings *postings, uint32_t occurrence);

/** Some documents of a decoded block, for loops that look at every posting. */
struct ark_postings_span {
    const uint32_t *docs;
    const uint32_t *first_occurrence; /**< by document, count + 1 of them: into occurrences */
    const struct ark_occurrence *occurrences;
    uint32_t count;
};

/**
 * The current document and those after it in its block; count is 0 after the
 * last or after an error. Not before the first move. Valid until the next move.
 */
struct ark_postings_span ark_postings_span(const struct ark_postings *postings);
/** Moves count documents on, at most to the end of the span, and returns the document there. */
ark_docid ark_postings_advance(struct ark_postings *postings, uint32_t count);

/**
 * An upper bound over the block that holds target or the first one after it, and *last
 * that block's last document (ARK_DOCID_END when there is none): for every
 * document in it, tf / (tf + K(len)) <= bound / 255 for the sum of all members'
 * tf, with K(len) = k1 (1 - b + b len / mean) for the segment's own mean length,
 * k1 = ARK_BOUND_K1, b = ARK_BOUND_B. Does not move the cursor.
 */
uint32_t ark_postings_bound(struct ark_postings *postings, ark_docid target, ark_docid *last);
/** The greatest bound of all blocks. O(1). */
uint32_t ark_postings_bound_max(const struct ark_postings *postings);

/** ARK_OK, or what ended the walk early; the words are in the error passed to open, if any was. */
enum ark_status ark_postings_status(const struct ark_postings *postings);

/** The constants bounds are computed with. Scoring with a smaller K than theirs must widen them. */
#define ARK_BOUND_K1 1.0
#define ARK_BOUND_B 0.5

#endif
