#include "indexer/near_groups.h"

#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/store/groups.h"
#include "indexer/near_duplicates.h"

enum {
    ENTRIES_MAX = 4 << 20, // held at a time, unless there are more documents: 32 MiB, twice
    COMPARED_MAX = 64,     // documents of a bucket that the others are compared with
    FILTER_BITS = 1 << 23,
    KEPT_BYTES_MAX = 32 << 20, // of sketches that are read once and kept
    VALUE_SHIFT = 32,
    SLOT_SHIFT = 56,
    DIGIT_BITS = 10, // three digits of a radix sort hold a value and its slot: 28 bits
    DIGITS = 3,
};

/** A segment that will be there after the publication, and the number of its first document. */
struct part {
    struct ark_segment *segment;
    const uint8_t *deleted; // or NULL
    uint64_t segment_id;
    uint32_t base;
    uint32_t count;
};

/** Documents are numbered through over the parts. */
struct finder {
    const struct ark_near_groups_input *input;
    struct ark_error *err;
    struct ark_arena memory;
    struct part *parts;
    uint32_t part_count;
    uint32_t document_count;
    uint32_t fresh_count;
    uint32_t *parent; // union-find; the root is the least document of its set
    uint8_t *fresh;   // 1: to be compared with all others
    uint8_t *filter;  // bits of slots and values that a fresh document has; NULL: all are fresh
    struct ark_sketch *kept; // by document; NULL where they would take too much memory
    uint64_t *entries;
    uint64_t *sorted; // as many
    size_t entry_count;
    size_t entry_capacity;
    size_t sorted_capacity;
    bool regrouped;  // a published group loses a member
    bool renumbered; // documents in groups change their segment
};

static uint32_t
find_root(struct finder *finder, uint32_t doc)
{
    uint32_t *parent = finder->parent;
    while (parent[doc] != doc) {
        parent[doc] = parent[parent[doc]];
        doc = parent[doc];
    }
    return doc;
}

static void
unite(struct finder *finder, uint32_t a, uint32_t b)
{
    a = find_root(finder, a);
    b = find_root(finder, b);
    finder->parent[a > b ? a : b] = a > b ? b : a;
}

static bool
dies(const struct ark_near_groups_input *input, uint32_t segment_idx, ark_docid doc)
{
    const uint8_t *deleted = input->deleted == NULL ? NULL : input->deleted[segment_idx];
    return ark_segment_is_dead(ark_snapshot_segment(input->snapshot, segment_idx), doc) ||
           (deleted != NULL && (deleted[doc / 8] >> (doc % 8) & 1) != 0);
}

static bool
lives(const struct part *part, ark_docid doc)
{
    return !ark_segment_is_dead(part->segment, doc) &&
           (part->deleted == NULL || (part->deleted[doc / 8] >> (doc % 8) & 1) == 0);
}

static enum ark_status
add_part(struct finder *finder, struct ark_segment *segment, uint64_t id, const uint8_t *deleted)
{
    struct part *part = &finder->parts[finder->part_count++];
    *part = (struct part){segment, deleted, id, finder->document_count,
                          ark_segment_info(segment)->document_count};
    if (part->count >= UINT32_MAX - finder->document_count) {
        return ark_error_set(finder->err, ARK_E_LIMIT, "an index has at most 2^32 documents");
    }
    finder->document_count += part->count;
    return ARK_OK;
}

/** Lists the segments that will be there. The new one is the last. */
static enum ark_status
list_parts(struct finder *finder)
{
    const struct ark_near_groups_input *input = finder->input;
    const struct ark_store_figures *figures = ark_snapshot_figures(input->snapshot);
    enum ark_status status = ARK_OK;
    finder->parts =
        ark_arena_calloc(&finder->memory, figures->segment_count + 1u, sizeof *finder->parts);
    for (uint32_t i = 0; i < figures->segment_count && status == ARK_OK; i++) {
        if (!input->leaving[i]) {
            struct ark_segment *segment = ark_snapshot_segment(input->snapshot, i);
            const uint8_t *deleted = input->deleted == NULL ? NULL : input->deleted[i];
            status = add_part(finder, segment, ark_segment_info(segment)->id, deleted);
        }
    }
    if (status == ARK_OK && input->added != NULL) {
        status = add_part(finder, input->added, figures->next_segment_id, NULL);
    }
    finder->parent = ark_xcalloc(finder->document_count, sizeof *finder->parent);
    finder->fresh = ark_xcalloc(finder->document_count, 1);
    for (uint32_t doc = 0; doc < finder->document_count; doc++) {
        finder->parent[doc] = doc;
    }
    return status;
}

static void
make_fresh(struct finder *finder, uint32_t doc)
{
    finder->fresh_count += finder->fresh[doc] == 0;
    finder->fresh[doc] = 1;
}

/** Marks the published groups that lose a member: they may fall apart. */
static uint8_t *
mark_broken(struct finder *finder, const struct ark_groups *groups)
{
    const struct ark_near_groups_input *input = finder->input;
    uint8_t *broken = ark_xcalloc(groups->group_count, 1);
    uint32_t count = ark_snapshot_figures(input->snapshot)->segment_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t documents =
            ark_segment_info(ark_snapshot_segment(input->snapshot, i))->document_count;
        for (uint32_t m = 0; m < groups->segments[i].count; m++) {
            uint32_t group = 0;
            ark_docid doc = ark_group_member(&groups->segments[i], m, &group);
            if (group < groups->group_count && (doc >= documents || dies(input, i, doc))) {
                broken[group] = 1;
                finder->regrouped = true;
            }
        }
    }
    return broken;
}

/** What carrying published groups over needs. */
struct carrying {
    const struct ark_groups *groups;
    const uint8_t *broken;
    uint32_t *first; // by group: the first member seen plus one, or 0
};

/** A living member of a published group has this number now. */
static void
carry(struct finder *finder, struct carrying *carrying, uint32_t group, uint32_t doc)
{
    if (group >= carrying->groups->group_count || doc >= finder->document_count) {
        return; // a damaged record: ark-index --verify tells
    }
    if (carrying->broken[group] != 0) {
        make_fresh(finder, doc);
    } else if (carrying->first[group] == 0) {
        carrying->first[group] = doc + 1;
    } else {
        unite(finder, carrying->first[group] - 1, doc);
    }
}

/**
 * Carries the groups of a published segment over. base is the number of its first
 * document; in the new segment only living ones are counted. Returns how many live.
 */
static uint32_t
carry_segment(struct finder *finder, struct carrying *carrying, uint32_t idx, uint32_t base)
{
    const struct ark_near_groups_input *input = finder->input;
    const struct ark_segment_groups *list = &carrying->groups->segments[idx];
    uint32_t documents =
        ark_segment_info(ark_snapshot_segment(input->snapshot, idx))->document_count;
    uint32_t member = 0;
    uint32_t living = 0;
    for (ark_docid doc = 0; doc < documents; doc++) {
        uint32_t group = ARK_GROUP_NONE;
        bool dead = dies(input, idx, doc);
        while (member < list->count && ark_group_member(list, member, &group) < doc) {
            member++;
        }
        if (member < list->count && ark_group_member(list, member, &group) == doc && !dead) {
            carry(finder, carrying, group, base + (input->leaving[idx] ? living : doc));
            finder->renumbered |= input->leaving[idx];
        }
        living += !dead;
    }
    return living;
}

/** Takes over the published groups; what is new, and members of broken groups, become fresh. */
static enum ark_status
carry_groups(struct finder *finder)
{
    const struct ark_near_groups_input *input = finder->input;
    struct ark_groups groups;
    enum ark_status status =
        ark_snapshot_groups(input->snapshot, &finder->memory, &groups, finder->err);
    if (status != ARK_OK) {
        return status;
    }
    uint8_t *broken = mark_broken(finder, &groups);
    struct carrying carrying = {&groups, broken, ark_xcalloc(groups.group_count, sizeof(uint32_t))};
    const struct part *added = input->added == NULL ? NULL : &finder->parts[finder->part_count - 1];
    uint32_t merged = 0; // documents of the new segment that are not new
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ark_snapshot_figures(input->snapshot)->segment_count; i++) {
        if (!input->leaving[i]) {
            ARK_ASSERT(finder->parts != NULL); // one for each segment that stays
            (void)carry_segment(finder, &carrying, i, finder->parts[kept++].base);
        } else if (input->leaving_is_kept && added != NULL) {
            merged += carry_segment(finder, &carrying, i, added->base + merged);
        }
    }
    for (uint32_t doc = merged; added != NULL && doc < added->count; doc++) {
        make_fresh(finder, added->base + doc);
    }
    free(carrying.first);
    free(broken);
    return ARK_OK;
}

static enum ark_status
read_sketch(struct finder *finder, const struct part *part, ark_docid doc, struct ark_arena *arena,
            struct ark_sketch *out)
{
    ark_str bytes;
    ark_arena_reset(arena);
    enum ark_status status = ark_segment_sketch(part->segment, doc, arena, &bytes, finder->err);
    if (status == ARK_OK && !ark_sketch_read(bytes, out)) {
        status = ark_error_set(finder->err, ARK_E_CORRUPT, "the index is damaged: a sketch");
    }
    return status;
}

static enum ark_status
read_sketch_of(struct finder *finder, uint32_t number, struct ark_arena *arena,
               struct ark_sketch *out)
{
    if (finder->kept != NULL) {
        *out = finder->kept[number];
        return ARK_OK;
    }
    uint32_t part = finder->part_count - 1;
    while (finder->parts[part].base > number) {
        part--;
    }
    return read_sketch(finder, &finder->parts[part], number - finder->parts[part].base, arena, out);
}

/** The place of a slot's value in the filter. */
static uint32_t
filter_bit(uint32_t slot, uint32_t value)
{
    return (value ^ slot * 0x9E3779B1u) % FILTER_BITS;
}

/** Calls visit with the sketch of every document, or every fresh one, that has shingles. */
static enum ark_status
each_sketch(struct finder *finder, bool only_fresh,
            void (*visit)(struct finder *finder, uint32_t number, const struct ark_sketch *sketch,
                          uint32_t slot_start, uint32_t slot_end),
            uint32_t slot_start, uint32_t slot_end)
{
    struct ark_arena arena = ark_arena_make();
    enum ark_status status = ARK_OK;
    for (uint32_t p = 0; p < finder->part_count && status == ARK_OK; p++) {
        const struct part *part = &finder->parts[p];
        for (ark_docid doc = 0; doc < part->count && status == ARK_OK; doc++) {
            struct ark_sketch sketch;
            if ((only_fresh && finder->fresh[part->base + doc] == 0) || !lives(part, doc)) {
                continue;
            }
            status = read_sketch(finder, part, doc, &arena, &sketch);
            if (status == ARK_OK && finder->kept != NULL) {
                finder->kept[part->base + doc] = sketch;
            }
            if (status == ARK_OK && sketch.shingle_count > 0) {
                visit(finder, part->base + doc, &sketch, slot_start, slot_end);
            }
        }
    }
    ark_arena_dispose(&arena);
    return status;
}

static void
filter_sketch(struct finder *finder, uint32_t number, const struct ark_sketch *sketch,
              uint32_t slot_start, uint32_t slot_end)
{
    (void)number;
    for (uint32_t slot = slot_start; slot < slot_end; slot++) {
        if (sketch->slots[slot] != ARK_SLOT_EMPTY) {
            uint32_t bit = filter_bit(slot, sketch->slots[slot]);
            finder->filter[bit / 8] |= (uint8_t)(1u << (bit % 8));
        }
    }
}

static void
enter_sketch(struct finder *finder, uint32_t number, const struct ark_sketch *sketch,
             uint32_t slot_start, uint32_t slot_end)
{
    for (uint32_t slot = slot_start; slot < slot_end; slot++) {
        uint32_t value = sketch->slots[slot];
        uint32_t bit = filter_bit(slot, value);
        if (value == ARK_SLOT_EMPTY ||
            (finder->filter != NULL && (finder->filter[bit / 8] >> (bit % 8) & 1) == 0)) {
            continue;
        }
        ARK_GROW(finder->entries, finder->entry_capacity, finder->entry_count + 1);
        finder->entries[finder->entry_count++] =
            (uint64_t)slot << SLOT_SHIFT | (uint64_t)value << VALUE_SHIFT | number;
    }
}

/** Sorts the entries by slot and value; documents stay in their order. */
static void
sort_entries(struct finder *finder)
{
    uint32_t counts[1 << DIGIT_BITS];
    ARK_GROW(finder->sorted, finder->sorted_capacity, finder->entry_count);
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        unsigned shift = VALUE_SHIFT + digit * DIGIT_BITS;
        uint32_t sum = 0;
        memset(counts, 0, sizeof counts);
        for (size_t i = 0; i < finder->entry_count; i++) {
            counts[finder->entries[i] >> shift & ((1u << DIGIT_BITS) - 1)]++;
        }
        for (size_t i = 0; i < ARK_COUNT_OF(counts); i++) {
            uint32_t count = counts[i];
            counts[i] = sum;
            sum += count;
        }
        for (size_t i = 0; i < finder->entry_count; i++) {
            uint64_t entry = finder->entries[i];
            finder->sorted[counts[entry >> shift & ((1u << DIGIT_BITS) - 1)]++] = entry;
        }
        uint64_t *entries = finder->entries;
        size_t capacity = finder->entry_capacity;
        finder->entries = finder->sorted;
        finder->entry_capacity = finder->sorted_capacity;
        finder->sorted = entries;
        finder->sorted_capacity = capacity;
    }
}

/** The documents of a bucket that others are compared with; read when first needed. */
struct compared {
    struct ark_sketch sketches[COMPARED_MAX];
    bool read[COMPARED_MAX];
    struct ark_arena arena;
};

static enum ark_status
compare_with(struct finder *finder, struct compared *compared, const uint64_t *bucket, size_t idx)
{
    struct ark_sketch own;
    bool own_read = false;
    uint32_t doc = (uint32_t)bucket[idx];
    enum ark_status status = ARK_OK;
    for (size_t i = 0; i < idx && i < COMPARED_MAX; i++) {
        uint32_t other = (uint32_t)bucket[i];
        bool old = finder->fresh[doc] == 0 && finder->fresh[other] == 0;
        if (old || find_root(finder, doc) == find_root(finder, other)) {
            continue;
        }
        if (!own_read) {
            status = read_sketch_of(finder, doc, &compared->arena, &own);
            own_read = true;
        }
        if (status == ARK_OK && !compared->read[i]) {
            status = read_sketch_of(finder, other, &compared->arena, &compared->sketches[i]);
            compared->read[i] = true;
        }
        if (status != ARK_OK) {
            return status;
        }
        if (ark_sketch_similar(&own, &compared->sketches[i])) {
            unite(finder, doc, other);
        }
    }
    return ARK_OK;
}

/** Compares the documents of each bucket: those with the same value in the same slot. */
static enum ark_status
compare_buckets(struct finder *finder)
{
    struct compared *compared = ark_xcalloc(1, sizeof *compared);
    enum ark_status status = ARK_OK;
    compared->arena = ark_arena_make();
    size_t end = 0;
    for (size_t start = 0; start < finder->entry_count && status == ARK_OK; start = end) {
        const uint64_t *bucket = finder->entries + start;
        end = start + 1;
        while (end < finder->entry_count &&
               finder->entries[end] >> VALUE_SHIFT == bucket[0] >> VALUE_SHIFT) {
            end++;
        }
        if (end - start > 1) {
            memset(compared->read, 0, sizeof compared->read);
        }
        for (size_t i = 1; i < end - start && status == ARK_OK; i++) {
            status = compare_with(finder, compared, bucket, i);
        }
    }
    ark_arena_dispose(&compared->arena);
    free(compared);
    return status;
}

/** Finds the near-duplicates of the fresh documents, as many slots at a time as memory allows. */
static enum ark_status
join(struct finder *finder)
{
    uint32_t at_once = ENTRIES_MAX / (finder->document_count + 1);
    at_once = at_once == 0 ? 1 : at_once;
    enum ark_status status = ARK_OK;
    if (finder->document_count <= KEPT_BYTES_MAX / sizeof *finder->kept) {
        finder->kept = ark_xmalloc(finder->document_count * sizeof *finder->kept);
    }
    if (finder->fresh_count < finder->document_count) {
        finder->filter = ark_xcalloc(FILTER_BITS / 8, 1);
        status = each_sketch(finder, true, filter_sketch, 0, ARK_SKETCH_SLOTS);
    }
    for (uint32_t slot = 0; slot < ARK_SKETCH_SLOTS && status == ARK_OK; slot += at_once) {
        uint32_t end = at_once < ARK_SKETCH_SLOTS - slot ? slot + at_once : ARK_SKETCH_SLOTS;
        finder->entry_count = 0;
        status = each_sketch(finder, false, enter_sketch, slot, end);
        if (status == ARK_OK) {
            sort_entries(finder);
            status = compare_buckets(finder);
        }
        if (status == ARK_OK && ark_signals_pending() != 0) {
            status = ark_error_set(finder->err, ARK_E_INTERRUPTED, "interrupted");
        }
    }
    return status;
}

/** Writes the sets of two documents and more, numbered in the order of their first ones. */
static void
encode(struct finder *finder, struct ark_buf *out)
{
    // From here on a root's own entry in numbers is its group's number plus one.
    uint32_t *numbers = ark_xcalloc(finder->document_count, sizeof *numbers);
    struct ark_group_list *lists =
        ark_arena_calloc(&finder->memory, finder->part_count, sizeof *lists);
    uint32_t group_count = 0;
    uint32_t members = 0;
    for (uint32_t doc = 0; doc < finder->document_count; doc++) {
        uint32_t root = find_root(finder, doc);
        if (root != doc) {
            members += numbers[root] == 0 ? 2 : 1;
            numbers[root] = 1; // it has a second member
        }
    }
    ark_docid *docs = ark_xcalloc(members, sizeof *docs);
    uint32_t *groups = ark_xcalloc(members, sizeof *groups);
    members = 0;
    for (uint32_t p = 0; p < finder->part_count; p++) {
        const struct part *part = &finder->parts[p];
        lists[p] = (struct ark_group_list){part->segment_id, docs + members, groups + members, 0};
        for (ark_docid doc = 0; doc < part->count; doc++) {
            uint32_t root = find_root(finder, part->base + doc);
            if (numbers[root] == 0) {
                continue;
            }
            if (root == part->base + doc) {
                numbers[root] = ++group_count;
            }
            docs[members] = doc;
            groups[members++] = numbers[root] - 1;
            lists[p].count++;
        }
    }
    ark_groups_encode(lists, finder->part_count, group_count, out);
    free(numbers);
    free(docs);
    free(groups);
}

enum ark_status
ark_near_groups_find(const struct ark_near_groups_input *input, struct ark_buf *out,
                     struct ark_error *err)
{
    struct finder finder = {.input = input, .err = err, .memory = ark_arena_make()};
    enum ark_status status = list_parts(&finder);
    if (status == ARK_OK) {
        status = carry_groups(&finder);
    }
    if (status == ARK_OK && finder.fresh_count > 0) {
        status = join(&finder);
    }
    bool stays = finder.fresh_count == 0 && !finder.regrouped && !finder.renumbered;
    if (status == ARK_OK && !stays) {
        encode(&finder, out);
    }
    ark_arena_dispose(&finder.memory);
    free(finder.parent);
    free(finder.fresh);
    free(finder.filter);
    free(finder.kept);
    free(finder.entries);
    free(finder.sorted);
    return status;
}
