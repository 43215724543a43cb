#include "tests/property/plain_lists.h"

#include "tests/property/plain_families.h"
#include "tests/property/plain_walk.h"

enum { WINDOW = 128, SMALL_DF = 256, GROUP = 16, TAIL = 15 };
enum { SPARSE = 1, DENSE = 2 };

/** A class with its documents, window by window. */
struct list {
    const struct plain_segment *segment;
    const struct plain_class *class;
    uint64_t document_count;
    uint64_t *docs;
    uint64_t *tfs;
    uint64_t entry_count;
    uint64_t
        *entry_first; /**< by entry of the hot record: its first document; one more at the end */
};

static uint64_t
nibble(ark_str packed, uint64_t idx)
{
    return packed.bytes[idx / 2] / (idx % 2 == 0 ? 1 : 16) % 16;
}

static void
add_document(struct list *list, uint64_t doc, uint64_t tf)
{
    const struct plain_segment *segment = list->segment;
    plain_must(list->document_count < list->class->df, "more documents than said", segment->id);
    plain_must(doc < segment->document_count, "no such document", segment->id);
    plain_must(list->document_count == 0 || doc > list->docs[list->document_count - 1],
               "documents do not ascend", segment->id);
    list->docs[list->document_count] = doc;
    list->tfs[list->document_count++] = tf;
}

static void
read_small(struct list *list)
{
    struct plain_walk walk = {list->class->hot, 0};
    uint64_t next = 0;
    for (uint64_t i = 0; i < list->class->df; i++) {
        uint64_t value = plain_take_varint(&walk);
        uint64_t tf = value % 2 == 1 ? plain_take_varint(&walk) + 2 : 1;
        add_document(list, next + value / 2, tf);
        next += value / 2 + 1;
    }
    plain_must(plain_at_end(&walk), "a hot record has a tail", list->segment->id);
    list->entry_count = 1;
    list->entry_first[1] = list->document_count;
}

/** The bound of documents first and after, as the page defines it. */
static uint64_t
bound_from(const struct list *list, uint64_t first)
{
    const struct plain_segment *segment = list->segment;
    double mean = segment->token_count == 0
                      ? 1
                      : (double)segment->token_count / (double)segment->document_count;
    uint64_t greatest = 0;
    for (uint64_t i = first; i < list->document_count; i++) {
        double length =
            (double)plain_norm_length(segment->streams[PLAIN_NORMS].bytes[list->docs[i]]);
        double tf = (double)list->tfs[i];
        double k = PLAIN_BOUND_K1 * (1 - PLAIN_BOUND_B + PLAIN_BOUND_B * length / mean);
        uint64_t bound = (uint64_t)(tf / (tf + k) * 255) + 1;
        greatest = bound > greatest ? bound : greatest;
    }
    return greatest > 255 ? 255 : greatest;
}

/** Reads the data of one window of so many documents (64 for 64 and more). */
static void
read_window(struct list *list, struct plain_walk *data, uint64_t window, uint64_t size, bool tails)
{
    uint64_t tail_bytes = tails ? plain_take_fixed(data, 2) : 0;
    ark_str locals = ARK_STR("");
    if (size < 64) {
        locals = plain_take(data, size < 16 ? size : 16);
    }
    ark_str packed = plain_take(data, size < 64 ? (size + 1) / 2 : 64);
    struct plain_walk tail = {plain_take(data, tail_bytes), 0};
    uint64_t found = 0;
    for (uint64_t local = 0; local < WINDOW; local++) {
        uint64_t tf = 0;
        if (size == 64) {
            tf = nibble(packed, local);
        } else if (size >= 16 && locals.bytes[local / 8] >> local % 8 & 1) {
            tf = nibble(packed, found);
        } else if (size < 16 && found < size && locals.bytes[found] == local) {
            tf = nibble(packed, found);
        }
        if (tf > 0) {
            tf = tf == TAIL ? TAIL + plain_take_varint(&tail) : tf;
            add_document(list, window * WINDOW + local, tf);
            found++;
        }
    }
    plain_must(size == 64 ? found >= 64 : found == size, "the size of a window", list->segment->id);
    plain_must(plain_at_end(&tail), "tails have a tail", list->segment->id);
}

/** The head of a record with windows, and its arrays. */
struct head {
    uint64_t kind;
    uint64_t bound;
    uint64_t first_window;
    uint64_t entries;
    uint64_t escapes;
    ark_str gaps;
    ark_str bounds;
    ark_str sizes;
    struct plain_walk escape;
    struct plain_walk group;
};

static struct head
read_head(struct plain_walk *walk, uint64_t id)
{
    struct head head = {.kind = plain_take_fixed(walk, 1), .bound = plain_take_fixed(walk, 1)};
    plain_must(head.kind == SPARSE || head.kind == DENSE, "no such kind", id);
    plain_must(plain_take_fixed(walk, 2) == 0, "not zero", id);
    head.first_window = plain_take_fixed(walk, 4);
    head.entries = plain_take_fixed(walk, 4);
    head.escapes = plain_take_fixed(walk, 4);
    bool sparse = head.kind == SPARSE;
    head.gaps = plain_take(walk, sparse ? head.entries : 0);
    head.bounds = plain_take(walk, head.entries);
    head.sizes = plain_take(walk, head.entries);
    head.escape.bytes = plain_take(walk, head.escapes * 8);
    head.group.bytes = plain_take(walk, (head.entries - 1) / GROUP * (sparse ? 8 : 4));
    return head;
}

/** The window of an entry of a SPARSE record, given where the next window would be. */
static uint64_t
sparse_window(struct head *head, uint64_t entry, uint64_t next, uint64_t id)
{
    uint64_t gap = head->gaps.bytes[entry];
    if (gap == 255) {
        plain_must(plain_take_fixed(&head->escape, 4) == entry, "an escape", id);
        gap = plain_take_fixed(&head->escape, 4);
        plain_must(gap >= 255, "an escape of a short gap", id);
    }
    return next + gap;
}

static void
read_windows(struct list *list)
{
    uint64_t id = list->segment->id;
    struct plain_walk walk = {list->class->hot, 0};
    struct head head = read_head(&walk, id);
    struct plain_walk data = {ark_str_slice(list->class->hot, walk.at, list->class->hot.len), 0};
    uint64_t window = head.first_window;
    uint64_t greatest = 0;
    uint64_t filled = 0;
    list->entry_count = head.entries;
    for (uint64_t entry = 0; entry < head.entries; entry++, window++) {
        uint64_t size = head.sizes.bytes[entry] % 128;
        window = head.kind == SPARSE ? sparse_window(&head, entry, window, id) : window;
        if (entry > 0 && entry % GROUP == 0) {
            plain_must(head.kind == DENSE || plain_take_fixed(&head.group, 4) == window,
                       "the window of a group", id);
            plain_must(plain_take_fixed(&head.group, 4) == data.at, "the offset of a group", id);
        }
        uint64_t first = list->document_count;
        if (size > 0) {
            read_window(list, &data, window, size, head.sizes.bytes[entry] >= 128);
            filled++;
        }
        plain_must(size > 0 || head.kind == DENSE, "an empty window", id);
        plain_must(head.bounds.bytes[entry] == bound_from(list, first), "a bound", id);
        greatest = head.bounds.bytes[entry] > greatest ? head.bounds.bytes[entry] : greatest;
        list->entry_first[entry + 1] = list->document_count;
    }
    plain_must(greatest == head.bound, "the greatest bound", id);
    plain_must((filled * 2 > window - head.first_window) == (head.kind == DENSE), "the kind", id);
    plain_must(plain_at_end(&data) && plain_at_end(&head.escape) && plain_at_end(&head.group),
               "a hot record has a tail", id);
}

/** Where the parts of a cold window are read from. */
struct cold {
    ark_str codes;
    struct plain_walk escapes;
    struct plain_walk positions;
};

/** The number of width bits that stands idx places into packed. */
static uint64_t
packed_at(ark_str packed, uint64_t idx, uint64_t width)
{
    uint64_t out = 0;
    for (uint64_t i = 0; i < width; i++) {
        uint64_t bit = idx * width + i;
        out |= ((uint64_t)packed.bytes[bit / 8] >> bit % 8 & 1u) << i;
    }
    return out;
}

/** Reads the escape of several variants into out: which they are and how often each is. Returns how many. */
static uint64_t
read_several(struct cold *cold, uint64_t tf, uint64_t doc, struct plain_occurrence *out,
             ark_str *packed, uint64_t *width)
{
    uint64_t bytes = plain_take_varint(&cold->escapes);
    size_t end = cold->escapes.at + (size_t)bytes;
    uint64_t count = 0;
    uint64_t next = 0;
    for (uint64_t step = 0; step % 2 == 0; count++) {
        step = plain_take_varint(&cold->escapes);
        next += step / 2;
        out[count] = (struct plain_occurrence){(uint32_t)doc, (uint32_t)next++, 0, NULL};
    }
    plain_must(count > 1, "several variants", 0);
    for (*width = 1; count > (uint64_t)1 << *width; ++*width) {
    }
    *packed = plain_take(&cold->escapes, (size_t)(tf * *width + 7) / 8);
    plain_must(cold->escapes.at == end, "the bytes of several variants", 0);
    for (uint64_t k = 0; k < tf; k++) {
        uint64_t idx = packed_at(*packed, k, *width);
        plain_must(idx < count, "the variant of a position", 0);
        out[idx].tf++;
    }
    return count;
}

/** Reads what a document of tf occurrences has, into out; returns how many variants. */
static uint64_t
read_document(struct cold *cold, uint64_t rank, uint64_t tf, uint64_t doc,
              struct plain_occurrence *out, struct ark_arena *arena)
{
    uint64_t code = cold->codes.len == 0 ? 0 : nibble(cold->codes, rank);
    uint64_t count = 1;
    uint64_t width = 0;
    ark_str packed = {0};
    if (code < 15) {
        code = code == 14 ? 14 + plain_take_varint(&cold->escapes) : code;
        *out = (struct plain_occurrence){(uint32_t)doc, (uint32_t)code, (uint32_t)tf, NULL};
    } else {
        count = read_several(cold, tf, doc, out, &packed, &width);
    }
    for (uint64_t i = 0; i < count; i++) {
        plain_must(out[i].tf > 0, "a variant that is nowhere", 0);
        out[i].positions = ark_arena_calloc(arena, out[i].tf, sizeof(uint32_t));
        out[i].tf = 0; // counted again below
    }
    uint64_t position = 0;
    for (uint64_t k = 0; k < tf; k++) {
        uint64_t step = plain_take_varint(&cold->positions);
        plain_must(k == 0 || step > 0, "positions do not ascend", 0);
        position += step;
        struct plain_occurrence *of = &out[packed_at(packed, k, width)];
        of->positions[of->tf++] = (uint32_t)position;
    }
    return count;
}

/** Reads the window of an entry. */
static void
read_cold_window(const struct list *list, ark_str bytes, uint64_t entry, struct ark_arena *arena,
                 struct plain_occurrences *out)
{
    uint64_t first = list->entry_first[entry];
    uint64_t count = list->entry_first[entry + 1] - first;
    size_t codes = list->class->variant_count > 1 ? (size_t)(count + 1) / 2 : 0;
    struct cold cold = {.positions = {bytes, 0}};
    cold.codes = plain_take(&cold.positions, codes);
    bool has_escapes = false;
    for (uint64_t i = 0; i < count && codes > 0; i++) {
        has_escapes = has_escapes || nibble(cold.codes, i) >= 14;
    }
    uint64_t escapes = has_escapes ? plain_take_varint(&cold.positions) : 0;
    cold.escapes = (struct plain_walk){plain_take(&cold.positions, (size_t)escapes), 0};
    struct plain_occurrence *start = out->items + out->count;
    for (uint64_t i = 0; i < count; i++) {
        out->count += read_document(&cold, i, list->tfs[first + i], list->docs[first + i],
                                    out->items + out->count, arena);
    }
    for (struct plain_occurrence *at = start; at < out->items + out->count; at++) {
        plain_must(at->code < list->class->variant_count, "no such variant", list->segment->id);
    }
    plain_must(plain_at_end(&cold.positions) && plain_at_end(&cold.escapes),
               "a cold window has a tail", list->segment->id);
}

static void
read_cold(const struct list *list, struct ark_arena *arena, struct plain_occurrences *out)
{
    if (list->class->df < SMALL_DF) {
        read_cold_window(list, list->class->cold, 0, arena, out);
        return;
    }
    struct plain_walk walk = {list->class->cold, 0};
    struct plain_walk offsets = {plain_take(&walk, (list->entry_count - 1) / GROUP * 4), 0};
    size_t groups = walk.at;
    for (uint64_t entry = 0; entry < list->entry_count; entry += GROUP) {
        uint64_t left = list->entry_count - entry;
        uint64_t lengths[GROUP];
        plain_must(entry == 0 || plain_take_fixed(&offsets, 4) == walk.at - groups,
                   "the offset of a cold group", list->segment->id);
        for (uint64_t i = 0; i < GROUP && i < left; i++) {
            lengths[i] = plain_take_varint(&walk);
        }
        for (uint64_t i = 0; i < GROUP && i < left; i++) {
            read_cold_window(list, plain_take(&walk, lengths[i]), entry + i, arena, out);
        }
    }
    plain_must(plain_at_end(&walk) && plain_at_end(&offsets), "a cold record has a tail",
               list->segment->id);
}

struct plain_occurrences
plain_read_class(const struct plain_segment *segment, const struct plain_class *class,
                 struct ark_arena *arena)
{
    struct list list = {.segment = segment, .class = class};
    uint64_t windows = segment->document_count / WINDOW + 1;
    list.docs = ark_arena_calloc(arena, (size_t) class->df, sizeof *list.docs);
    list.tfs = ark_arena_calloc(arena, (size_t) class->df, sizeof *list.tfs);
    list.entry_first = ark_arena_calloc(arena, (size_t)windows + 2, sizeof *list.entry_first);
    if (class->df < SMALL_DF) {
        read_small(&list);
    } else {
        read_windows(&list);
    }
    plain_must(list.document_count == class->df, "fewer documents than said", segment->id);
    // Each occurrence has a position, which takes a byte.
    struct plain_occurrences out = {0};
    out.items = ark_arena_calloc(arena, class->cold.len, sizeof *out.items);
    read_cold(&list, arena, &out);
    return out;
}
