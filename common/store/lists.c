#include "common/store/lists.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/rare_lists.h"
#include "common/codec/varint.h"
#include "common/store/segment_impl.h"

enum ark_status
ark_class_damaged(const struct ark_segment *segment, const struct ark_class *class,
                  struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: segment %" PRIu64 ", the lists of words like: %.*s",
                         segment->info.id, ARK_STR_ARG(class->light));
}

enum ark_status
ark_segment_hot(struct ark_segment *segment, const struct ark_class *class, struct ark_arena *arena,
                struct ark_hot *out, struct ark_error *err)
{
    ark_str record = ark_str_make(class->inline_hot, (size_t) class->hot_bytes);
    if (class->inline_hot == NULL) {
        enum ark_status status =
            ark_stream_view(&segment->streams[ARK_STREAM_HOT], class->hot_offset, class->hot_bytes,
                            arena, &record, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    return ark_hot_open(out, record, class->df, segment->info.document_count)
               ? ARK_OK
               : ark_class_damaged(segment, class, err);
}

enum ark_status
ark_segment_rare_record(struct ark_segment *segment, const struct ark_class *class,
                        struct ark_arena *arena, ark_str *out, struct ark_error *err)
{
    return ark_stream_view(&segment->streams[ARK_STREAM_HOT], class->rare_offset, class->rare_bytes,
                           arena, out, err);
}

enum ark_status
ark_segment_rare(struct ark_segment *segment, const struct ark_class *class,
                 struct ark_rare_place place, struct ark_arena *arena, struct ark_hot *out,
                 struct ark_error *err)
{
    ark_str record;
    ark_str list;
    enum ark_status status = ark_segment_rare_record(segment, class, arena, &record, err);
    if (status != ARK_OK) {
        return status;
    }
    return ark_rare_find(record, place.variant_count, place.variant, &list) &&
                   ark_hot_open(out, list, place.df, segment->info.document_count)
               ? ARK_OK
               : ark_class_damaged(segment, class, err);
}

struct ark_cold
ark_cold_open(struct ark_segment *segment, const struct ark_class *class, const struct ark_hot *hot,
              struct ark_arena *arena)
{
    return (struct ark_cold){
        .segment = segment,
        .class = class,
        .arena = arena,
        .entry_count = hot->kind == ARK_HOT_SMALL ? 1 : hot->entry_count,
        .group_idx = UINT32_MAX,
    };
}

/** Bytes [start, end) of the record. */
static enum ark_status
view_record(struct ark_cold *cold, uint64_t start, uint64_t end, ark_str *out,
            struct ark_error *err)
{
    const struct ark_class *class = cold->class;
    if (start > end || end > class->cold_bytes) {
        return ark_class_damaged(cold->segment, class, err);
    }
    if (class->inline_cold != NULL) {
        *out = ark_str_make(class->inline_cold + start, (size_t)(end - start));
        return ARK_OK;
    }
    return ark_stream_view(&cold->segment->streams[ARK_STREAM_COLD], class->cold_offset + start,
                           end - start, cold->arena, out, err);
}

void
ark_cold_keep(struct ark_cold *cold)
{
    cold->kept = ark_arena_calloc(cold->arena, ark_cold_group_count(cold->entry_count),
                                  sizeof(struct ark_cold_group *));
}

/** Reads a group of windows. */
static enum ark_status
read_group(struct ark_cold *cold, uint32_t group_idx, struct ark_error *err)
{
    uint32_t groups = ark_cold_group_count(cold->entry_count);
    uint64_t table_bytes = (uint64_t)(groups - 1) * 4;
    uint64_t start = 0;
    uint64_t end = cold->class->cold_bytes;
    // Offsets of this group and of the next one, as far as there are any.
    uint64_t first = group_idx == 0 ? 0 : (uint64_t)(group_idx - 1) * 4;
    uint64_t last = group_idx + 1 == groups ? table_bytes : (uint64_t)group_idx * 4 + 4;
    ark_str offsets = ARK_STR("\0\0\0\0");
    enum ark_status status = view_record(cold, first, last, &offsets, err);
    if (status != ARK_OK) {
        return status;
    }
    if (group_idx > 0) {
        start = ark_load_u32(offsets.bytes);
    }
    if (group_idx + 1 < groups) {
        end = table_bytes + ark_load_u32(offsets.bytes + offsets.len - 4);
    }
    ark_str group;
    uint32_t left = cold->entry_count - group_idx * ARK_COLD_GROUP;
    status = view_record(cold, table_bytes + start, end, &group, err);
    if (status != ARK_OK) {
        return status;
    }
    cold->last.bytes = group.bytes;
    cold->group_idx = UINT32_MAX;
    if (!ark_cold_group_bounds(group, left < ARK_COLD_GROUP ? left : ARK_COLD_GROUP,
                               cold->last.bounds)) {
        return ark_class_damaged(cold->segment, cold->class, err);
    }
    cold->group_idx = group_idx;
    return ARK_OK;
}

/** Gives a group, which may have been read before. */
static enum ark_status
take_group(struct ark_cold *cold, uint32_t group_idx, const struct ark_cold_group **out,
           struct ark_error *err)
{
    if (cold->kept != NULL && cold->kept[group_idx] != NULL) {
        *out = cold->kept[group_idx];
        return ARK_OK;
    }
    enum ark_status status =
        cold->group_idx == group_idx ? ARK_OK : read_group(cold, group_idx, err);
    *out = &cold->last;
    if (status == ARK_OK && cold->kept != NULL) {
        cold->kept[group_idx] = ark_arena_alloc(cold->arena, sizeof cold->last);
        *cold->kept[group_idx] = cold->last;
    }
    return status;
}

enum ark_status
ark_cold_read(struct ark_cold *cold, uint32_t entry, uint32_t count, struct ark_cold_window *out,
              struct ark_error *err)
{
    ARK_ASSERT(entry < cold->entry_count);
    ark_str bytes;
    enum ark_status status = ARK_OK;
    if (cold->class->df < ARK_HOT_SMALL_DF) {
        status = view_record(cold, 0, cold->class->cold_bytes, &bytes, err);
    } else {
        const struct ark_cold_group *group = NULL;
        uint32_t idx = entry % ARK_COLD_GROUP;
        status = take_group(cold, entry / ARK_COLD_GROUP, &group, err);
        if (status != ARK_OK) {
            return status;
        }
        bytes = ark_str_make(group->bytes + group->bounds[idx],
                             group->bounds[idx + 1] - group->bounds[idx]);
    }
    if (status != ARK_OK) {
        return status;
    }
    return ark_cold_window_open(out, bytes, count, cold->class->variant_count)
               ? ARK_OK
               : ark_class_damaged(cold->segment, cold->class, err);
}

_Static_assert((int)ARK_CLASS_WALK_DOCUMENTS >= (int)ARK_WINDOW &&
                   (int)ARK_CLASS_WALK_DOCUMENTS >= (int)ARK_HOT_SMALL_DF,
               "what is decoded at once fits");

struct ark_class_walk {
    struct ark_segment *segment;
    const struct ark_class *class;
    struct ark_arena list_arena;   /**< of the class */
    struct ark_arena window_arena; /**< of the window */
    struct ark_hot hot;
    struct ark_cold cold;
    uint32_t *windows; /**< by entry; NULL when the record is SMALL */
    uint32_t next_entry;
    uint32_t entry; /**< of the decoded window */
    uint32_t given; /**< documents of windows that were decoded */
    uint32_t at;    /**< in the decoded window */
    uint32_t count;
    uint32_t docs[ARK_CLASS_WALK_DOCUMENTS];
    uint32_t tfs[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_cold_posting postings[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_class_posting posting;
};

struct ark_class_walk *
ark_class_walk_new(struct ark_segment *segment)
{
    struct ark_class_walk *walk = ark_xcalloc(1, sizeof *walk);
    walk->segment = segment;
    walk->list_arena = ark_arena_make();
    walk->window_arena = ark_arena_make();
    return walk;
}

void
ark_class_walk_free(struct ark_class_walk *walk)
{
    if (walk != NULL) {
        ark_arena_dispose(&walk->list_arena);
        ark_arena_dispose(&walk->window_arena);
        free(walk);
    }
}

enum ark_status
ark_class_walk_start(struct ark_class_walk *walk, const struct ark_class *class,
                     struct ark_error *err)
{
    ark_arena_reset(&walk->list_arena);
    walk->class = class;
    walk->next_entry = 0;
    walk->given = 0;
    walk->at = 0;
    walk->count = 0;
    walk->windows = NULL;
    enum ark_status status =
        ark_segment_hot(walk->segment, class, &walk->list_arena, &walk->hot, err);
    if (status != ARK_OK) {
        return status;
    }
    walk->cold = ark_cold_open(walk->segment, class, &walk->hot, &walk->window_arena);
    if (walk->hot.kind != ARK_HOT_SMALL) {
        walk->windows =
            ark_arena_calloc(&walk->list_arena, walk->hot.entry_count, sizeof *walk->windows);
        if (!ark_hot_windows(&walk->hot, walk->windows)) {
            return ark_class_damaged(walk->segment, class, err);
        }
    }
    return ARK_OK;
}

/** Decodes the hot window of an entry into docs and tfs. */
static bool
decode_hot(struct ark_class_walk *walk, uint32_t entry)
{
    if (walk->windows == NULL) {
        walk->count = walk->class->df;
        return ark_hot_small(&walk->hot, walk->docs, walk->tfs);
    }
    struct ark_hot_window window;
    if (!ark_hot_window(&walk->hot, entry, walk->windows[entry], &window)) {
        return false;
    }
    uint32_t first = walk->windows[entry] << ARK_WINDOW_BITS;
    uint32_t tails = 0;
    walk->count = 0;
    for (uint32_t i = 0; i < window.count; i++) {
        if (window.tfs[i] == 0) {
            continue;
        }
        uint32_t doc = first + (window.by_local ? i : window.locals[i]);
        bool ascends = walk->count == 0 || doc > walk->docs[walk->count - 1];
        if (!ascends || doc >= walk->hot.document_count) {
            return false;
        }
        walk->docs[walk->count] = doc;
        walk->tfs[walk->count++] =
            window.tfs[i] < ARK_HOT_TF_TAIL ? window.tfs[i] : window.tails[tails++];
    }
    return walk->count > 0;
}

enum ark_status
ark_class_walk_window(struct ark_class_walk *walk, struct ark_class_window *out,
                      struct ark_error *err)
{
    uint32_t entries = walk->windows == NULL ? 1 : walk->hot.entry_count;
    walk->at = 0;
    walk->count = 0;
    *out = (struct ark_class_window){.docs = walk->docs, .tfs = walk->tfs};
    while (walk->windows != NULL && walk->next_entry < entries &&
           ark_hot_entry_size(&walk->hot, walk->next_entry) == 0) {
        walk->next_entry++;
    }
    if (walk->next_entry == entries) {
        return walk->given == walk->class->df ? ARK_OK
                                              : ark_class_damaged(walk->segment, walk->class, err);
    }
    walk->entry = walk->next_entry++;
    if (!decode_hot(walk, walk->entry) || walk->count > walk->class->df - walk->given) {
        walk->count = 0;
        return ark_class_damaged(walk->segment, walk->class, err);
    }
    walk->given += walk->count;
    out->count = walk->count;
    return ARK_OK;
}

enum ark_status
ark_class_walk_cold(struct ark_class_walk *walk, struct ark_cold_window *out, struct ark_error *err)
{
    // A group of the cold record may lie in this arena, so it ends with its group.
    if (walk->entry / ARK_COLD_GROUP != walk->cold.group_idx) {
        ark_arena_reset(&walk->window_arena);
        walk->cold.group_idx = UINT32_MAX;
    }
    return ark_cold_read(&walk->cold, walk->entry, walk->count, out, err);
}

/** Decodes the next documents with what they have; count stays 0 when there are none. */
static enum ark_status
next_window(struct ark_class_walk *walk, struct ark_error *err)
{
    struct ark_class_window documents;
    struct ark_cold_window window;
    enum ark_status status = ark_class_walk_window(walk, &documents, err);
    if (status != ARK_OK || documents.count == 0) {
        return status;
    }
    status = ark_class_walk_cold(walk, &window, err);
    if (status != ARK_OK) {
        return status;
    }
    return ark_cold_window_all(&window, walk->tfs, &walk->window_arena, walk->postings)
               ? ARK_OK
               : ark_class_damaged(walk->segment, walk->class, err);
}

enum ark_status
ark_class_walk_next(struct ark_class_walk *walk, const struct ark_class_posting **out,
                    struct ark_error *err)
{
    if (walk->at == walk->count) {
        enum ark_status status = next_window(walk, err);
        if (status != ARK_OK) {
            walk->count = 0;
            return status;
        }
        if (walk->count == 0) {
            *out = NULL;
            return ARK_OK;
        }
    }
    walk->posting = (struct ark_class_posting){
        .doc = walk->docs[walk->at],
        .tf = walk->tfs[walk->at],
        .cold = walk->postings[walk->at],
    };
    walk->at++;
    *out = &walk->posting;
    return ARK_OK;
}
