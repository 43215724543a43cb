#include "tests/support/yardstick.h"

#include <string.h>

/** After the last document. */
#define END UINT32_MAX

/** Of a window, or of a whole SMALL list. */
enum { CURSOR_DOCUMENTS = ARK_HOT_SMALL_DF > ARK_WINDOW ? ARK_HOT_SMALL_DF : ARK_WINDOW };

/** A list read document by document. */
struct cursor {
    const struct ark_hot *hot;
    uint32_t weight;
    uint32_t bound;    /**< no impact is greater */
    uint32_t *windows; /**< by entry; SMALL: NULL */
    uint32_t entry;
    uint32_t count; /**< documents decoded */
    uint32_t at;
    uint32_t doc;
    uint32_t docs[CURSOR_DOCUMENTS];
    uint32_t tfs[CURSOR_DOCUMENTS];
};

struct walk {
    const struct ark_stage1_segment *segment;
    const struct ark_impact_table *table;
    struct ark_topk *topk;
    struct cursor **cursors; /**< by rising bound */
    uint32_t count;
    uint32_t *reach; /**< by cursor: the sum of its bound and those before it */
    uint32_t threshold;
};

/** Decodes the entry the cursor is at, or those after it until one has documents. */
static void
load(struct cursor *cursor)
{
    const struct ark_hot *hot = cursor->hot;
    struct ark_hot_window decoded;
    while (cursor->entry < hot->entry_count && ark_hot_entry_size(hot, cursor->entry) == 0) {
        cursor->entry++;
    }
    cursor->at = 0;
    cursor->count = 0;
    if (cursor->entry >= hot->entry_count) {
        cursor->doc = END;
        return;
    }
    uint32_t window = cursor->windows[cursor->entry];
    bool ok = ark_hot_window(hot, cursor->entry, window, &decoded);
    ARK_ASSERT(ok);
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded.count; i++) {
        uint32_t tf = decoded.tfs[i];
        if (tf == 0) {
            continue;
        }
        if (tf == ARK_HOT_TF_TAIL && tail < decoded.tail_count) {
            tf = decoded.tails[tail++];
        }
        cursor->docs[cursor->count] =
            window * ARK_WINDOW + (decoded.by_local ? i : decoded.locals[i]);
        cursor->tfs[cursor->count++] = tf;
    }
    cursor->doc = cursor->docs[0];
}

static void
next(struct cursor *cursor)
{
    if (++cursor->at < cursor->count) {
        cursor->doc = cursor->docs[cursor->at];
    } else if (cursor->windows == NULL) {
        cursor->doc = END;
    } else {
        cursor->entry++;
        load(cursor);
    }
}

/** Moves to the first document >= target. */
static void
seek(struct cursor *cursor, uint32_t target)
{
    if (cursor->windows != NULL && cursor->doc < target &&
        target / ARK_WINDOW > cursor->windows[cursor->entry]) {
        while (cursor->entry < cursor->hot->entry_count &&
               cursor->windows[cursor->entry] < target / ARK_WINDOW) {
            cursor->entry++;
        }
        load(cursor);
    }
    while (cursor->doc < target) {
        next(cursor);
    }
}

static struct cursor *
open_cursor(const struct ark_stage1_segment *segment, const struct ark_stage1_part *part,
            struct ark_arena *arena)
{
    struct cursor *cursor = ark_arena_alloc(arena, sizeof *cursor);
    const struct ark_hot *hot = &part->lists[0];
    double ratio = segment->ratio > ARK_IMPACT_RATIO_MAX ? 1 : segment->ratio;
    ARK_ASSERT(part->list_count == 1);
    cursor->hot = hot;
    cursor->weight = part->weight;
    cursor->bound =
        ark_impact_of_bound(ark_impact_bound_make(part->weight, ratio),
                            segment->ratio > ARK_IMPACT_RATIO_MAX ? UINT8_MAX : hot->bound_max);
    cursor->windows = NULL;
    cursor->at = 0;
    cursor->entry = 0;
    bool ok = true;
    if (hot->kind == ARK_HOT_SMALL) {
        ok = ark_hot_small(hot, cursor->docs, cursor->tfs);
        cursor->count = hot->df;
        cursor->doc = cursor->docs[0];
    } else {
        cursor->windows = ark_arena_alloc(arena, hot->entry_count * sizeof *cursor->windows);
        ok = ark_hot_windows(hot, cursor->windows);
        load(cursor);
    }
    ARK_ASSERT(ok);
    return cursor;
}

static void
refresh_threshold(struct walk *walk)
{
    double threshold = ark_topk_threshold(walk->topk);
    walk->threshold = threshold > 0 ? (uint32_t)threshold : 0;
}

static struct walk
open_walk(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
          struct ark_topk *topk, struct ark_arena *arena)
{
    struct walk walk = {.segment = segment, .table = table, .topk = topk};
    walk.cursors = ark_arena_calloc(arena, segment->part_count, sizeof(struct cursor *));
    walk.reach = ark_arena_calloc(arena, segment->part_count, sizeof *walk.reach);
    for (uint32_t i = 0; i < segment->part_count; i++) {
        struct cursor *cursor = open_cursor(segment, &segment->parts[i], arena);
        uint32_t at = walk.count++;
        for (; at > 0 && walk.cursors[at - 1]->bound > cursor->bound; at--) {
            walk.cursors[at] = walk.cursors[at - 1];
        }
        walk.cursors[at] = cursor;
    }
    for (uint32_t i = 0; i < walk.count; i++) {
        walk.reach[i] = walk.cursors[i]->bound + (i > 0 ? walk.reach[i - 1] : 0);
    }
    refresh_threshold(&walk);
    return walk;
}

static uint32_t
impact_here(const struct walk *walk, const struct cursor *cursor)
{
    uint8_t norm = walk->segment->norms[cursor->doc];
    uint32_t tf = cursor->tfs[cursor->at];
    uint16_t saturation = tf < ARK_HOT_TF_TAIL
                              ? walk->table->saturation[tf][norm]
                              : ark_impact_saturation(tf, walk->table->k_of_norm[norm]);
    return ark_impact(cursor->weight, saturation);
}

static void
offer(struct walk *walk, uint32_t doc, uint32_t sum)
{
    const struct ark_stage1_judge *judge = &walk->segment->judge;
    struct ark_window_bits documents = {{0}};
    if (sum < walk->threshold || sum == 0) {
        return;
    }
    ark_bits_add(&documents, doc % ARK_WINDOW);
    bool ok = judge->keeps_all || judge->keep(judge->context, doc / ARK_WINDOW, &documents);
    ARK_ASSERT(ok);
    struct ark_hit hit = {
        .segment_idx = walk->segment->segment_idx, .doc = doc, .score = (float)sum};
    if (!ark_bits_none(&documents) && ark_topk_offer(walk->topk, &hit)) {
        refresh_threshold(walk);
    }
}

static uint32_t
first_document(const struct walk *walk, uint32_t from)
{
    uint32_t doc = END;
    for (uint32_t i = from; i < walk->count; i++) {
        doc = walk->cursors[i]->doc < doc ? walk->cursors[i]->doc : doc;
    }
    return doc;
}

/** The impacts of the cursors from one on that stand on the document, which move on. */
static uint32_t
take(struct walk *walk, uint32_t from, uint32_t doc)
{
    uint32_t sum = 0;
    for (uint32_t i = from; i < walk->count; i++) {
        if (walk->cursors[i]->doc == doc) {
            sum += impact_here(walk, walk->cursors[i]);
            next(walk->cursors[i]);
        }
    }
    return sum;
}

void
yardstick_exhaustive(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
                     struct ark_topk *topk, struct ark_arena *arena)
{
    struct walk walk = open_walk(segment, table, topk, arena);
    for (uint32_t doc = first_document(&walk, 0); doc != END; doc = first_document(&walk, 0)) {
        offer(&walk, doc, take(&walk, 0, doc));
    }
}

void
yardstick_maxscore(const struct ark_stage1_segment *segment, const struct ark_impact_table *table,
                   struct ark_topk *topk, struct ark_arena *arena)
{
    struct walk walk = open_walk(segment, table, topk, arena);
    uint32_t essential = 0;
    for (;;) {
        while (essential < walk.count && walk.reach[essential] < walk.threshold) {
            essential++;
        }
        uint32_t doc = first_document(&walk, essential);
        if (doc == END) {
            return;
        }
        uint32_t sum = take(&walk, essential, doc);
        for (uint32_t i = essential; i-- > 0 && sum + walk.reach[i] >= walk.threshold;) {
            seek(walk.cursors[i], doc);
            if (walk.cursors[i]->doc == doc) {
                sum += impact_here(&walk, walk.cursors[i]);
            }
        }
        offer(&walk, doc, sum);
    }
}
