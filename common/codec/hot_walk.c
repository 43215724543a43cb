#include "common/codec/hot_impl.h"

/** A walk over all windows of a record that checks what a query takes on trust. */
struct walk {
    const struct ark_hot *hot;
    uint32_t window;
    uint32_t df;
    uint64_t offset; /**< where the data of the next entry must begin */
    bool (*use)(void *context, uint32_t doc, uint32_t tf);
    void *context;
};

static bool
walk_postings(struct walk *walk, const struct ark_hot_window *decoded, uint32_t *count)
{
    uint32_t next_local = 0;
    uint32_t tail = 0;
    for (uint32_t i = 0; i < decoded->count; i++) {
        uint32_t local = decoded->by_local ? i : decoded->locals[i];
        uint32_t tf = decoded->tfs[i];
        if (tf == 0 && decoded->by_local) {
            continue;
        }
        if (tf == ARK_HOT_TF_TAIL && tail < decoded->tail_count) {
            tf = decoded->tails[tail++];
        } else if (tf == ARK_HOT_TF_TAIL) {
            return false;
        }
        if (tf == 0 || local < next_local ||
            !walk->use(walk->context, walk->window * ARK_WINDOW + local, tf)) {
            return false;
        }
        next_local = local + 1;
        *count += 1;
    }
    return true;
}

/** Walks one entry; one without documents has nothing. */
static bool
walk_entry(struct walk *walk, uint32_t entry, struct ark_hot_window *decoded)
{
    const struct ark_hot *hot = walk->hot;
    uint32_t size = ark_hot_entry_size(hot, entry);
    uint32_t group = entry / ARK_HOT_GROUP;
    if (entry % ARK_HOT_GROUP == 0 &&
        (ark_hot_group_offset(hot, group) != walk->offset ||
         (hot->kind == ARK_HOT_SPARSE && ark_hot_group_window(hot, group) != walk->window))) {
        return false;
    }
    if (size == 0) {
        return hot->kind == ARK_HOT_DENSE && hot->bounds[entry] == 0 && hot->sizes[entry] == 0;
    }
    uint32_t count = 0;
    struct ark_hot_place place;
    if (hot->bounds[entry] == 0 || hot->bounds[entry] > hot->bound_max ||
        !ark_hot_find_window(hot, entry, walk->window, &place) ||
        !ark_hot_window(hot, entry, walk->window, decoded) ||
        !walk_postings(walk, decoded, &count)) {
        return false;
    }
    walk->df += count;
    walk->offset = (uint64_t)(place.at - hot->data) + place.bytes + place.tail_bytes;
    return size == (count < ARK_HOT_SIZE_CAP ? count : ARK_HOT_SIZE_CAP);
}

static bool
walk_small(const struct ark_hot *hot, bool (*use)(void *, uint32_t, uint32_t), void *context)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    if (!ark_hot_small(hot, docs, tfs)) {
        return false;
    }
    for (uint32_t i = 0; i < hot->df; i++) {
        if (!use(context, docs[i], tfs[i])) {
            return false;
        }
    }
    return true;
}

bool
ark_hot_each(const struct ark_hot *hot, bool (*use)(void *context, uint32_t doc, uint32_t tf),
             void *context)
{
    if (hot->kind == ARK_HOT_SMALL) {
        return walk_small(hot, use, context);
    }
    struct walk walk = {.hot = hot, .use = use, .context = context};
    struct ark_hot_window decoded;
    uint32_t windows = ark_window_count(hot->document_count);
    uint32_t escape = 0;
    uint32_t gap = 0;
    uint64_t next = hot->first_window;
    for (uint32_t i = 0; i < hot->entry_count; i++, next++) {
        if (hot->kind == ARK_HOT_SPARSE && !ark_hot_read_gap(hot, i, &escape, &gap)) {
            return false;
        }
        next += gap;
        if (next >= windows) {
            return false;
        }
        walk.window = (uint32_t)next;
        if (!walk_entry(&walk, i, &decoded)) {
            return false;
        }
    }
    return walk.df == hot->df && walk.offset == hot->data_bytes && escape == hot->escape_count;
}
