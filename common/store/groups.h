/**
 * @file groups.h
 * Which documents of the index are near-duplicates of one another: the groups
 * record, one for the whole index, written anew when a publication changes it.
 *
 * A document is in at most one group, and a group has two documents or more.
 * Groups have no meaning but equality. The record names segments by their ids,
 * so it stays true when others come and go. What makes documents near-duplicates is
 * the writer's affair.
 */
#ifndef ARK_STORE_GROUPS_H
#define ARK_STORE_GROUPS_H

#include "common/store/store.h"

/** No group. */
#define ARK_GROUP_NONE UINT32_MAX

/** The documents of one segment that are in groups. Views into the record. */
struct ark_segment_groups {
    const uint8_t *docs;   /**< count times four bytes, ascending: ark_load_u32 */
    const uint8_t *groups; /**< likewise: the group of each */
    uint32_t count;
};

/** The record of a snapshot. */
struct ark_groups {
    struct ark_segment_groups *segments; /**< by segment of the snapshot; in the arena */
    uint32_t group_count;                /**< groups are numbered below this */
    uint64_t member_count;
};

/**
 * Reads the record; an index without one has no groups. Views are valid while the
 * snapshot is. ARK_E_CORRUPT, ARK_E_STORE. Cost: a checksum over 8 bytes a
 * document that is in a group.
 */
enum ark_status ark_snapshot_groups(struct ark_snapshot *snapshot, struct ark_arena *arena,
                                    struct ark_groups *out, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Checks what ark_snapshot_groups leaves to its users: that members ascend and exist.
 * ARK_E_CORRUPT. Cost: the record.
 */
enum ark_status ark_groups_verify(const struct ark_groups *groups, struct ark_snapshot *snapshot,
                                  struct ark_error *err) ARK_MUST_CHECK;

/** The group of a document, or ARK_GROUP_NONE. Cost: a binary search. */
uint32_t ark_group_of(const struct ark_segment_groups *segment, ark_docid doc);

/**
 * The document at place idx < count of those that are in groups, and its group. In a
 * damaged index it need not exist; the group is then still below ARK_GROUP_NONE.
 */
ark_docid ark_group_member(const struct ark_segment_groups *segment, uint32_t idx, uint32_t *group);

/** The groups of one segment on their way into a record. */
struct ark_group_list {
    uint64_t segment_id;
    const ark_docid *docs;  /**< ascending */
    const uint32_t *groups; /**< of each, below the record's group_count */
    uint32_t count;
};

/** Appends the record without its checksum, which ark_store_publish adds. */
void ark_groups_encode(const struct ark_group_list *lists, uint32_t list_count,
                       uint32_t group_count, struct ark_buf *out);

#endif
