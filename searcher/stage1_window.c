/* Sums of impacts in one window of stage 1. */
#include <string.h>

#include "common/codec/varint.h"
#include "searcher/stage1_impl.h"

/** Up to so many documents are looked up one by one in a window that is not listed. */
enum { FEW = 4 };

/** What impacts are added to, and made of. */
struct adding {
    uint16_t *sums;
    const uint8_t *norms; /**< of the window's documents */
    const struct ark_impact_table *table;
    uint32_t weight;
};

/** Adds what tf occurrences count; returns the sum. */
static inline uint32_t
add_one(struct adding adding, uint32_t local, uint32_t tf)
{
    uint32_t impact = ark_impact(adding.weight, adding.table->saturation[tf][adding.norms[local]]);
    uint32_t sum = adding.sums[local] + impact;
    adding.sums[local] = (uint16_t)sum;
    return sum;
}

static inline uint32_t
greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/** The tf number idx of those packed. */
static inline uint32_t
tf_at(const uint8_t *packed, uint32_t idx)
{
    return (uint32_t)packed[idx / 2] >> (idx % 2 * 4) & 15u;
}

/** Eight bytes of packed tf, of which count are there. */
static inline uint64_t
load_tfs(const uint8_t *packed, uint32_t count, uint32_t readable)
{
    if (ARK_LIKELY(readable >= 8)) {
        return ark_load_u64(packed);
    }
    uint64_t tfs = 0;
    for (uint32_t i = 0; i < (count + 1) / 2; i++) {
        tfs |= (uint64_t)packed[i] << 8 * i;
    }
    return tfs;
}

/** Fewer than 16 documents, listed. */
static ARK_ALWAYS_INLINE bool
add_listed(struct adding adding, const struct ark_hot_place *place, uint32_t *greatest)
{
    const uint8_t *locals = place->at;
    uint32_t count = place->count;
    uint64_t tfs = load_tfs(place->at + count, count, place->readable - count);
    uint32_t most = *greatest;
    for (uint32_t i = 0; i < count; i++, tfs >>= 4) {
        uint32_t local = locals[i];
        if (ARK_UNLIKELY(local >= place->limit)) {
            return false;
        }
        most = greater(most, add_one(adding, local, tfs & 15));
    }
    *greatest = most;
    return true;
}

/** 16 to 63 documents, by a bitmap. */
static inline bool
add_bitmap(struct adding adding, const struct ark_hot_place *place, uint32_t *greatest)
{
    const uint8_t *packed = place->at + ARK_WINDOW / 8;
    const uint64_t bits[2] = {ark_load_u64(place->at), ark_load_u64(place->at + 8)};
    uint32_t most = *greatest;
    uint32_t idx = 0;
    if (ARK_UNLIKELY(place->limit < ARK_WINDOW)) { // there are no norms behind the last document
        const struct ark_window_bits all = ark_bits_of_window(0, place->limit);
        if ((bits[0] & ~all.bits[0]) != 0 || (bits[1] & ~all.bits[1]) != 0) {
            return false;
        }
    }
    for (uint32_t half = 0; half < 2; half++) {
        uint64_t left = bits[half];
        for (; left != 0 && idx < place->count; left &= left - 1, idx++) {
            uint32_t local = half * 64 + (uint32_t)__builtin_ctzll(left);
            most = greater(most, add_one(adding, local, tf_at(packed, idx)));
        }
        if (left != 0) {
            return false;
        }
    }
    *greatest = most;
    return idx == place->count;
}

#ifdef ARK_PORTABLE
/** 64 documents and more: the tf of all of the window. */
static bool
add_by_local(struct adding adding, const struct ark_hot_place *place, uint32_t *greatest)
{
    uint32_t most = *greatest;
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        uint32_t tf = tf_at(place->at, i);
        if (i >= place->limit) {
            if (tf != 0) {
                return false;
            }
            continue;
        }
        most = greater(most, add_one(adding, i, tf));
    }
    *greatest = most;
    return true;
}
#else
/** The saturations of eight documents from local on. */
static inline ark_u16x8
look_up_8(struct adding adding, uint32_t local, uint32_t tfs)
{
    const uint8_t *norms = adding.norms + local;
    const uint16_t *table = adding.table->saturation[0];
    uint16_t found[8];
    for (unsigned i = 0; i < 8; i++) {
        found[i] = table[(tfs >> 4 * i & 15u) * ARK_NORM_COUNT + norms[i]];
    }
    ark_u16x8 out;
    memcpy(&out, found, sizeof out);
    return out;
}

/** 64 documents and more: the tf of all of the window. */
static bool
add_by_local(struct adding adding, const struct ark_hot_place *place, uint32_t *greatest)
{
    ark_i16x8 most = {0};
    uint32_t i = 0;
    for (; i + 8 <= place->limit; i += 8) {
        ark_i16x8 sums;
        memcpy(&sums, adding.sums + i, sizeof sums);
        ark_u16x8 saturation = look_up_8(adding, i, ark_load_u32(place->at + i / 2));
        sums += (ark_i16x8)ark_high_u16x8(saturation, (uint16_t)adding.weight);
        memcpy(adding.sums + i, &sums, sizeof sums);
        ark_i16x8 more = sums > most;
        most = (sums & more) | (most & ~more);
    }
    for (unsigned lane = 0; lane < 8; lane++) {
        *greatest = greater(*greatest, (uint16_t)most[lane]);
    }
    for (; i < ARK_WINDOW; i++) {
        uint32_t tf = tf_at(place->at, i);
        if (i >= place->limit ? tf != 0 : false) {
            return false;
        }
        if (i < place->limit) {
            *greatest = greater(*greatest, add_one(adding, i, tf));
        }
    }
    return true;
}
#endif

/* Tails. */

/** A walk over the tails of a window. */
struct tails {
    const uint8_t *at;
    const uint8_t *end;
};

static struct tails
tails_of(const struct ark_hot_place *place)
{
    const uint8_t *at = place->at + place->bytes;
    return (struct tails){at, at + place->tail_bytes};
}

/** The next tf in full. False when there is none. */
static bool
next_tail(struct tails *tails, uint32_t *tf)
{
    uint32_t above = 0;
    tails->at = ark_varint_get32(tails->at, tails->end, &above);
    *tf = above + (uint32_t)ARK_HOT_TF_TAIL;
    return tails->at != NULL && above <= UINT32_MAX - ARK_HOT_TF_TAIL;
}

/** Adds by how much tf occurrences count more than ARK_HOT_TF_TAIL, which have been added. */
static void
correct_one(struct adding adding, uint32_t local, uint32_t tf, uint32_t *greatest)
{
    uint8_t norm = adding.norms[local];
    uint16_t saturation = ark_impact_saturation(tf, adding.table->k_of_norm[norm]);
    uint32_t whole = ark_impact(adding.weight, saturation);
    uint32_t added = ark_impact(adding.weight, adding.table->saturation[ARK_HOT_TF_TAIL][norm]);
    uint32_t sum = adding.sums[local] + whole - added;
    adding.sums[local] = (uint16_t)sum;
    *greatest = greater(*greatest, sum);
}

/** The documents of a bitmap, one after the other. */
struct bitmap_walk {
    uint64_t bits[2];
    uint32_t idx; /**< of the first one that is left */
};

/** The local of document number idx, which is there and not before those asked for. */
static uint32_t
walk_to(struct bitmap_walk *walk, uint32_t idx)
{
    for (; walk->idx < idx; walk->idx++) {
        uint32_t half = walk->bits[0] != 0 ? 0 : 1;
        walk->bits[half] &= walk->bits[half] - 1;
    }
    return walk->bits[0] != 0 ? (uint32_t)__builtin_ctzll(walk->bits[0])
                              : 64 + (uint32_t)__builtin_ctzll(walk->bits[1]);
}

/** Corrects what was added of a window with tails. */
static bool
correct_tails(struct adding adding, const struct ark_hot_place *place, uint32_t *greatest)
{
    struct tails tails = tails_of(place);
    struct bitmap_walk walk = {{0, 0}, 0};
    bool listed = place->count < ARK_HOT_BITMAP_FROM;
    bool by_bitmap = !listed && place->count < ARK_HOT_SIZE_CAP;
    uint32_t count = listed || by_bitmap ? place->count : ARK_WINDOW;
    const uint8_t *packed = place->at;
    if (listed) {
        packed += place->count;
    } else if (by_bitmap) {
        packed += ARK_WINDOW / 8;
        walk.bits[0] = ark_load_u64(place->at);
        walk.bits[1] = ark_load_u64(place->at + 8);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t tf = 0;
        if (tf_at(packed, i) != ARK_HOT_TF_TAIL) {
            continue;
        }
        if (!next_tail(&tails, &tf)) {
            return false;
        }
        uint32_t local = listed ? place->at[i] : by_bitmap ? walk_to(&walk, i) : i;
        correct_one(adding, local, tf, greatest);
    }
    return tails.at == tails.end;
}

/** The tf of a document of a window with tails, which is number idx there and is capped. */
static bool
find_tail(const struct ark_hot_place *place, const uint8_t *packed, uint32_t idx, uint32_t *tf)
{
    struct tails tails = tails_of(place);
    for (uint32_t i = 0; i < idx; i++) {
        if (tf_at(packed, i) == ARK_HOT_TF_TAIL && !next_tail(&tails, tf)) {
            return false;
        }
    }
    return next_tail(&tails, tf);
}

#ifdef ARK_PORTABLE
static struct ark_window_bits
not_below(const uint16_t sums[ARK_WINDOW], uint32_t least)
{
    struct ark_window_bits documents = {{0}};
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        documents.bits[i / 64] |= (uint64_t)(sums[i] >= least) << i % 64;
    }
    return documents;
}
#else
static struct ark_window_bits
not_below(const uint16_t sums[ARK_WINDOW], uint32_t least)
{
    const int16_t below = (int16_t)(least - 1);
    struct ark_window_bits documents;
    for (uint32_t half = 0; half < 2; half++) {
        const uint16_t *end = sums + 64 * ((size_t)half + 1);
        uint64_t bits = 0;
        for (size_t i = 16; i <= 64; i += 16) { // the last ones first
            ark_i16x8 low;
            ark_i16x8 high;
            memcpy(&low, end - i, sizeof low);
            memcpy(&high, end - i + 8, sizeof high);
            bits = bits << 16 | ark_mask_i16x16(low > below, high > below);
        }
        documents.bits[half] = bits;
    }
    return documents;
}
#endif

struct ark_window_bits
ark_stage1_reaching(const struct ark_stage1_window *window, uint32_t least)
{
    if (least > ARK_IMPACT_MAX) {
        return (struct ark_window_bits){{0}};
    }
    return least > 0 ? ark_bits_and(window->kept, not_below(window->sums, least)) : window->kept;
}

/** Adds the candidates alone, of a window by local or by bitmap. */
static bool
add_few(struct adding adding, const struct ark_hot_place *place,
        const struct ark_window_bits *candidates, uint32_t *greatest)
{
    bool by_local = place->count >= ARK_HOT_SIZE_CAP;
    const uint8_t *packed = by_local ? place->at : place->at + ARK_WINDOW / 8;
    struct ark_window_bits there = *candidates;
    uint64_t bits[2] = {UINT64_MAX, UINT64_MAX};
    if (!by_local) {
        bits[0] = ark_load_u64(place->at);
        bits[1] = ark_load_u64(place->at + 8);
        there = ark_bits_and(there, (struct ark_window_bits){{bits[0], bits[1]}});
    }
    for (uint32_t local = ark_bits_next(&there, 0); local < ARK_WINDOW;
         local = ark_bits_next(&there, local + 1)) {
        uint32_t idx = local;
        if (!by_local) {
            uint64_t below = bits[local / 64] & (((uint64_t)1 << local % 64) - 1);
            idx = (local < 64 ? 0 : ark_popcount64(bits[0])) + ark_popcount64(below);
        }
        if (ARK_UNLIKELY(!by_local && idx >= place->count)) { // more bits than documents
            return false;
        }
        uint32_t tf = tf_at(packed, idx);
        *greatest = greater(*greatest, add_one(adding, local, tf));
        if (ARK_UNLIKELY(tf == ARK_HOT_TF_TAIL && place->tail_bytes > 0)) {
            if (!find_tail(place, packed, idx, &tf)) {
                return false;
            }
            correct_one(adding, local, tf, greatest);
        }
    }
    return true;
}

/* Lists. */

/** What a list has in a window. */
struct piece {
    bool is_small; /**< postings, else place and entry */
    const struct ark_stage1_posting *postings;
    struct ark_hot_place place;
    uint32_t entry;
};

/** Finds what a list has in a window. *there is false when that is nothing. False when damaged. */
static ARK_ALWAYS_INLINE bool
find_piece(const struct ark_stage1_list *list, uint32_t window, struct piece *out, bool *there)
{
    const struct ark_hot *hot = list->hot;
    *there = false;
    out->is_small = hot->kind == ARK_HOT_SMALL;
    if (out->is_small) {
        out->postings = list->postings + list->firsts[window];
        *there = list->firsts[window] != ARK_STAGE1_NO_POSTING;
        return true;
    }
    uint32_t entry =
        hot->kind == ARK_HOT_SPARSE ? list->entries[window] : window - hot->first_window;
    if (entry >= hot->entry_count || hot->sizes[entry] == 0) {
        return true;
    }
    uint32_t group = entry / ARK_HOT_GROUP;
    if (list->known[group] == 0) {
        if (!ark_hot_group_offsets(hot, group, list->offsets + (size_t)group * ARK_HOT_GROUP)) {
            return false;
        }
        list->known[group] = 1;
    }
    *there = true;
    out->entry = entry;
    return ark_hot_place_at(hot, entry, window, list->offsets[entry], &out->place);
}

static void
add_postings(const struct ark_stage1_posting *posting, struct ark_stage1_window *window)
{
    uint32_t first = window->number * ARK_WINDOW;
    uint32_t most = window->greatest;
    for (; posting->doc - first < ARK_WINDOW; posting++) {
        uint32_t sum = (uint32_t)window->sums[posting->doc - first] + posting->impact;
        window->sums[posting->doc - first] = (uint16_t)sum;
        most = greater(most, sum);
    }
    window->greatest = most;
}

/** Adds what one list has. */
static ARK_ALWAYS_INLINE bool
add_piece(struct adding adding, const struct piece *piece, uint32_t least,
          struct ark_stage1_window *window)
{
    const struct ark_hot_place *place = &piece->place;
    bool good = false;
    if (piece->is_small) {
        add_postings(piece->postings, window);
        return true;
    }
    if (place->count < ARK_HOT_BITMAP_FROM) {
        good = add_listed(adding, place, &window->greatest);
    } else {
        if (least > 0 || window->kept_few) {
            struct ark_window_bits candidates = ark_stage1_reaching(window, least);
            if (ark_bits_count(&candidates) <= FEW) {
                return add_few(adding, place, &candidates, &window->greatest);
            }
        }
        good = place->count < ARK_HOT_SIZE_CAP ? add_bitmap(adding, place, &window->greatest)
                                               : add_by_local(adding, place, &window->greatest);
    }
    return good &&
           (ARK_LIKELY(place->tail_bytes == 0) || correct_tails(adding, place, &window->greatest));
}

/* Parts of several lists. */

/** Adds the tf of a piece to tfs by local. False when damaged. */
static bool
collect_tfs(const struct ark_stage1_list *list, const struct piece *piece, uint32_t window,
            uint32_t tfs[ARK_WINDOW])
{
    if (piece->is_small) {
        const struct ark_stage1_posting *posting = piece->postings;
        for (; posting->doc - window * ARK_WINDOW < ARK_WINDOW; posting++) {
            ark_tf_add(&tfs[posting->doc % ARK_WINDOW], posting->tf);
        }
        return true;
    }
    struct ark_hot_window decoded;
    if (!ark_hot_window(list->hot, piece->entry, window, &decoded)) {
        return false;
    }
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t tf = decoded.tfs[i];
        if (tf == ARK_HOT_TF_TAIL && tail < decoded.tail_count) {
            tf = decoded.tails[tail++];
        }
        ark_tf_add(&tfs[decoded.by_local ? i : decoded.locals[i]], tf);
    }
    return true;
}

/** Adds what several lists have together. */
static void
add_collected(struct adding adding, const uint32_t tfs[ARK_WINDOW], uint32_t *greatest)
{
    for (uint32_t local = 0; local < ARK_WINDOW; local++) {
        if (tfs[local] == 0) {
            continue;
        }
        uint32_t capped = tfs[local] < ARK_HOT_TF_TAIL ? tfs[local] : ARK_HOT_TF_TAIL;
        *greatest = greater(*greatest, add_one(adding, local, capped));
        if (tfs[local] > ARK_HOT_TF_TAIL) {
            correct_one(adding, local, tfs[local], greatest);
        }
    }
}

/** Puts together what the lists of a part have in a window. */
static bool
collect_all(const struct ark_stage1_open *part, uint32_t window, uint32_t tfs[ARK_WINDOW])
{
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        const struct ark_stage1_list *list = &part->lists[i];
        struct piece piece = {.entry = 0};
        bool there = false;
        if (!find_piece(list, window, &piece, &there) ||
            (there && !collect_tfs(list, &piece, window, tfs))) {
            return false;
        }
    }
    return true;
}

/** Adds a part of several lists; most windows have documents of one of them only. */
static bool
add_several(struct adding adding, const struct ark_stage1_open *part, uint32_t least,
            struct ark_stage1_window *window)
{
    struct piece only = {.entry = 0};
    uint32_t found = 0;
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        struct piece piece = {.entry = 0};
        bool there = false;
        if (!find_piece(&part->lists[i], window->number, &piece, &there)) {
            return false;
        }
        only = there ? piece : only;
        found += there ? 1 : 0;
    }
    if (found <= 1) {
        return found == 0 || add_piece(adding, &only, least, window);
    }
    uint32_t tfs[ARK_WINDOW] = {0};
    if (!collect_all(part, window->number, tfs)) {
        return false;
    }
    add_collected(adding, tfs, &window->greatest);
    return true;
}

/** In pieces that fit a few stores each: as a whole it would be an instruction that is slow to start. */
static inline void
clear(uint16_t sums[ARK_WINDOW])
{
    const size_t piece = ARK_WINDOW / 4;
    memset(sums, 0, piece * sizeof *sums);
    memset(sums + piece, 0, piece * sizeof *sums);
    memset(sums + 2 * piece, 0, piece * sizeof *sums);
    memset(sums + 3 * piece, 0, piece * sizeof *sums);
}

enum ark_stage1_outcome
ark_stage1_sum(const struct ark_stage1_walk *walk, uint32_t threshold,
               struct ark_stage1_window *window)
{
    uint32_t number = window->number;
    clear(window->sums);
    window->greatest = 0;
    window->rest = walk->bounds[number];
    struct adding adding = {
        .sums = window->sums,
        .norms = walk->segment->norms + (size_t)number * ARK_WINDOW,
        .table = walk->table,
    };
    const struct ark_stage1_open *part = walk->parts;
    for (const struct ark_stage1_open *end = part + walk->listed_count; part < end; part++) {
        uint32_t bound = part->bounds[number];
        if (bound == 0) {
            continue;
        }
        uint32_t least = ark_stage1_least(threshold, window->rest);
        struct piece piece; // filled in when there
        bool there = false;
        adding.weight = part->plan->weight;
        bool good = part->plan->list_count == 1
                        ? find_piece(&part->lists[0], number, &piece, &there) &&
                              (!there || add_piece(adding, &piece, least, window))
                        : add_several(adding, part, least, window);
        if (ARK_UNLIKELY(!good)) {
            return ARK_STAGE1_DAMAGED;
        }
        window->rest -= bound;
        if (window->greatest < ark_stage1_least(threshold, window->rest)) {
            return ARK_STAGE1_PASSED_OVER;
        }
    }
    return ARK_STAGE1_SUMMED;
}
