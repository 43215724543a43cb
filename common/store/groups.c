#include "common/store/groups.h"

#include "common/codec/varint.h"
#include "common/store/store_impl.h"

void
ark_groups_encode(const struct ark_group_list *lists, uint32_t list_count, uint32_t group_count,
                  struct ark_buf *out)
{
    ark_buf_append_u32(out, group_count);
    ark_buf_append_u32(out, list_count);
    for (uint32_t i = 0; i < list_count; i++) {
        ark_buf_append_u64(out, lists[i].segment_id);
        ark_buf_append_u32(out, lists[i].count);
    }
    for (uint32_t i = 0; i < list_count; i++) {
        for (uint32_t m = 0; m < lists[i].count; m++) {
            ARK_ASSERT(m == 0 || lists[i].docs[m - 1] < lists[i].docs[m]);
            ark_buf_append_u32(out, lists[i].docs[m]);
        }
        for (uint32_t m = 0; m < lists[i].count; m++) {
            ARK_ASSERT(lists[i].groups[m] < group_count);
            ark_buf_append_u32(out, lists[i].groups[m]);
        }
    }
}

/** The segment's place in the snapshot, or its segment_count. */
static uint32_t
place_of(const struct ark_snapshot *snapshot, uint64_t segment_id)
{
    uint32_t place = 0;
    while (place < snapshot->segment_count && snapshot->entries[place].info.id != segment_id) {
        place++;
    }
    return place;
}

static bool
decode(const struct ark_snapshot *snapshot, ark_str record, struct ark_groups *out)
{
    struct ark_record_reader lists = ark_record_reader_make(record);
    out->group_count = ark_record_fixed32(&lists);
    uint32_t list_count = ark_record_fixed32(&lists);
    struct ark_record_reader rest = lists;
    (void)ark_record_bytes(&rest, (uint64_t)list_count * 12);
    for (uint32_t i = 0; i < list_count && !rest.failed; i++) {
        uint32_t place = place_of(snapshot, ark_record_fixed64(&lists));
        struct ark_segment_groups list = {.count = ark_record_fixed32(&lists)};
        list.docs = ark_record_bytes(&rest, (uint64_t)list.count * 4).bytes;
        list.groups = ark_record_bytes(&rest, (uint64_t)list.count * 4).bytes;
        if (rest.failed) {
            break;
        }
        if (place == snapshot->segment_count) {
            continue; // a segment all of whose documents died
        }
        out->segments[place] = list;
        out->member_count += list.count;
    }
    return !rest.failed && rest.at == rest.end;
}

static enum ark_status
damaged(const struct ark_snapshot *snapshot, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: the table of near-duplicates: %s",
                         snapshot->store->path);
}

enum ark_status
ark_snapshot_groups(struct ark_snapshot *snapshot, struct ark_arena *arena, struct ark_groups *out,
                    struct ark_error *err)
{
    ark_str sealed;
    ark_str record;
    *out = (struct ark_groups){
        .segments = ark_arena_calloc(arena, snapshot->segment_count, sizeof *out->segments)};
    enum ark_status status = ark_lmdb_get(snapshot->store, snapshot->txn, ARK_DB_META,
                                          ARK_STR(ARK_META_GROUPS), &sealed, err);
    if (status != ARK_OK || sealed.bytes == NULL) {
        return status;
    }
    if (!ark_unseal(sealed, &record) || !decode(snapshot, record, out)) {
        return damaged(snapshot, err);
    }
    return ARK_OK;
}

/** True when the members ascend, exist, and belong to groups that do. */
static bool
is_sound(const struct ark_segment_groups *list, uint32_t document_count, uint32_t group_count)
{
    uint64_t before = 0; // the least document that may come next
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t group = 0;
        ark_docid doc = ark_group_member(list, i, &group);
        if (doc < before || doc >= document_count || group >= group_count) {
            return false;
        }
        before = (uint64_t)doc + 1;
    }
    return true;
}

enum ark_status
ark_groups_verify(const struct ark_groups *groups, struct ark_snapshot *snapshot,
                  struct ark_error *err)
{
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        uint32_t document_count = snapshot->entries[i].info.document_count;
        if (!is_sound(&groups->segments[i], document_count, groups->group_count)) {
            return damaged(snapshot, err);
        }
    }
    return ARK_OK;
}

ark_docid
ark_group_member(const struct ark_segment_groups *segment, uint32_t idx, uint32_t *group)
{
    ARK_ASSERT(idx < segment->count);
    *group = ark_load_u32(segment->groups + (size_t)idx * 4);
    return ark_load_u32(segment->docs + (size_t)idx * 4);
}

uint32_t
ark_group_of(const struct ark_segment_groups *segment, ark_docid doc)
{
    uint32_t low = 0;
    uint32_t high = segment->count;
    uint32_t group = ARK_GROUP_NONE;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        ark_docid there = ark_group_member(segment, middle, &group);
        if (there == doc) {
            return group;
        }
        low = there < doc ? middle + 1 : low;
        high = there < doc ? high : middle;
    }
    return ARK_GROUP_NONE;
}
