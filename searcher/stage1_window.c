/* Sums of impacts in one window of stage 1. */
#include <string.h>

#include "common/codec/varint.h"
#include "searcher/stage1_impl.h"

/** Up to so many documents are looked up one by one in a window of so many or more. */
enum { FEW = 4, LOOKED_UP_FROM = ARK_HOT_BITMAP_FROM };

/** What impacts are added to, and made of. */
struct adding {
    uint16_t *sums;
    const uint8_t *norms;
    const uint16_t (*saturation)[ARK_NORM_COUNT];
    uint32_t weight;
};

/** Adds what tf occurrences count; returns the sum. */
static inline uint32_t
add_one(struct adding adding, uint32_t local, uint32_t tf)
{
    uint32_t impact = ark_impact(adding.weight, adding.saturation[tf][adding.norms[local]]);
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
    return packed[idx / 2] >> (idx % 2 * 4) & 15u;
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
static inline bool
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
    uint32_t most = *greatest;
    uint32_t idx = 0;
    for (uint32_t half = 0; half < 2; half++) {
        uint64_t left = ark_load_u64(place->at + 8 * (size_t)half);
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
    const uint16_t *table = adding.saturation[0];
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
    for (uint32_t half = 0; half < 2; half++) {
        for (uint64_t left = there.bits[half]; left != 0; left &= left - 1) {
            uint32_t at = (uint32_t)__builtin_ctzll(left);
            uint32_t local = half * 64 + at;
            uint32_t idx = local;
            if (!by_local) {
                uint64_t below = bits[half] & (((uint64_t)1 << at) - 1);
                idx = (half == 0 ? 0 : (uint32_t)__builtin_popcountll(bits[0])) +
                      (uint32_t)__builtin_popcountll(below);
            }
            if (ARK_UNLIKELY(!by_local && idx >= place->count)) { // more bits than documents
                return false;
            }
            *greatest = greater(*greatest, add_one(adding, local, tf_at(packed, idx)));
        }
    }
    return true;
}

/* Lists that must be put together first. */

/** Sums of tf, which a document's length bounds, stay below this. */
static void
raise_tf(uint32_t *tf, uint32_t by)
{
    *tf = by > UINT32_MAX - *tf ? UINT32_MAX : *tf + by;
}

/** The first of the ascending docs that is at least doc, or count. */
static uint32_t
first_not_before(const uint32_t *docs, uint32_t count, uint32_t doc)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (docs[middle] < doc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Adds the tf of a list in the window to tfs by local. False when damaged. */
static bool
collect_tfs(const struct ark_stage1_list *list, uint32_t window, uint32_t tfs[ARK_WINDOW])
{
    const struct ark_hot *hot = list->hot;
    struct ark_hot_window decoded;
    if (hot->kind == ARK_HOT_SMALL) {
        uint32_t first = first_not_before(list->docs, hot->df, window * ARK_WINDOW);
        for (uint32_t i = first; i < hot->df && list->docs[i] / ARK_WINDOW == window; i++) {
            raise_tf(&tfs[list->docs[i] % ARK_WINDOW], list->tfs[i]);
        }
        return true;
    }
    uint32_t entry = list->entries != NULL ? list->entries[window] : ark_hot_find(hot, window);
    if (entry == ARK_HOT_NO_ENTRY) {
        return true;
    }
    if (!ark_hot_window(hot, entry, window, &decoded)) {
        return false;
    }
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t tf = decoded.tfs[i];
        if (tf == ARK_HOT_TF_TAIL && tail < decoded.tail_count) {
            tf = decoded.tails[tail++];
        }
        raise_tf(&tfs[decoded.by_local ? i : decoded.locals[i]], tf);
    }
    return true;
}

/** Adds a part whose lists must be put together first, or have tfs that the table does not know. */
static bool
add_collected(const struct ark_stage1_walk *walk, const struct ark_stage1_open *part,
              uint32_t window, struct adding adding, uint32_t *greatest)
{
    uint32_t tfs[ARK_WINDOW] = {0};
    for (uint32_t i = 0; i < part->plan->list_count; i++) {
        if (!collect_tfs(&part->lists[i], window, tfs)) {
            return false;
        }
    }
    for (uint32_t local = 0; local < ARK_WINDOW; local++) {
        if (tfs[local] == 0) {
            continue;
        }
        if (tfs[local] < ARK_HOT_TF_TAIL) {
            *greatest = greater(*greatest, add_one(adding, local, tfs[local]));
        } else {
            float k = walk->table->k_of_norm[adding.norms[local]];
            uint16_t *sum = &adding.sums[local];
            *sum =
                (uint16_t)(*sum + ark_impact(adding.weight, ark_impact_saturation(tfs[local], k)));
            *greatest = greater(*greatest, *sum);
        }
    }
    return true;
}

static void
add_postings(const struct ark_stage1_list *list, struct ark_stage1_window *window)
{
    uint32_t first = window->number * ARK_WINDOW;
    const struct ark_stage1_posting *posting = list->postings + list->firsts[window->number];
    uint32_t most = window->greatest;
    for (; posting->doc - first < ARK_WINDOW; posting++) {
        uint32_t sum = (uint32_t)window->sums[posting->doc - first] + posting->impact;
        window->sums[posting->doc - first] = (uint16_t)sum;
        most = greater(most, sum);
    }
    window->greatest = most;
}

bool
ark_stage1_add(const struct ark_stage1_walk *walk, const struct ark_stage1_open *part,
               uint32_t least, struct ark_stage1_window *window)
{
    const struct ark_stage1_list *list = &part->lists[0];
    const struct ark_hot *hot = list->hot;
    if (part->plan->list_count == 1 && hot->kind == ARK_HOT_SMALL) {
        add_postings(list, window);
        return true;
    }
    const struct adding adding = {window->sums, window->norms, walk->table->saturation,
                                  part->plan->weight};
    if (part->plan->list_count > 1) {
        return add_collected(walk, part, window->number, adding, &window->greatest);
    }
    uint32_t entry = hot->kind == ARK_HOT_SPARSE ? list->entries[window->number]
                                                 : window->number - hot->first_window;
    struct ark_hot_place place;
    if (!ark_hot_find_window(hot, entry, window->number, &place)) {
        return false;
    }
    if (ARK_UNLIKELY(place.tail_bytes > 0)) {
        return add_collected(walk, part, window->number, adding, &window->greatest);
    }
    if (place.count < ARK_HOT_BITMAP_FROM) {
        return add_listed(adding, &place, &window->greatest);
    }
    if (least > 0) {
        struct ark_window_bits candidates = ark_stage1_reaching(window, least);
        if (ark_bits_count(&candidates) <= FEW) {
            return add_few(adding, &place, &candidates, &window->greatest);
        }
    }
    return place.count < ARK_HOT_SIZE_CAP ? add_bitmap(adding, &place, &window->greatest)
                                          : add_by_local(adding, &place, &window->greatest);
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
    struct ark_window_bits documents = {{0}};
    const int16_t below = (int16_t)(least - 1);
    for (uint32_t i = 0; i < ARK_WINDOW; i += 16) {
        ark_i16x8 low;
        ark_i16x8 high;
        memcpy(&low, sums + i, sizeof low);
        memcpy(&high, sums + i + 8, sizeof high);
        uint64_t bits = ark_mask_i16x16(low > below, high > below);
        documents.bits[i / 64] |= bits << i % 64;
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
    if (least > 0) {
        return not_below(window->sums, least);
    }
    return ark_bits_of_window(window->number, window->document_count);
}
