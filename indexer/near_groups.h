/**
 * @file near_groups.h
 * Finds the groups of near-duplicates that an index has after a publication.
 *
 * Near-duplicates of one document are in one group, however many steps lie
 * between two of its members. What was published is not compared anew: only
 * documents that come now, and those that were left in a group that loses a member, are
 * looked up among all others. The result is that of comparing everything.
 */
#ifndef ARK_INDEXER_NEAR_GROUPS_H
#define ARK_INDEXER_NEAR_GROUPS_H

#include "common/store/store.h"

/** What is published, and what is about to be. */
struct ark_near_groups_input {
    struct ark_snapshot *snapshot;
    const bool *leaving;  /**< by segment of snapshot: merged into the new one, or dropped */
    bool leaving_is_kept; /**< its living documents come first in the new segment, in their order */
    const uint8_t *const *deleted; /**< by segment: bitmap of documents that die now, or NULL */
    struct ark_segment *added;     /**< the new segment, or NULL */
};

/**
 * Appends the new groups record to out, or leaves it empty when the published
 * one stays true. ARK_E_CORRUPT, ARK_E_IO, ARK_E_INTERRUPTED. Memory: nine bytes a
 * document and at most 64 MiB. Cost: about 0.2 us a document that stays,
 * 3 us one that comes.
 */
enum ark_status ark_near_groups_find(const struct ark_near_groups_input *input, struct ark_buf *out,
                                     struct ark_error *err) ARK_MUST_CHECK;

#endif
