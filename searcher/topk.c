#include "searcher/topk.h"

#include <math.h>
#include <stdlib.h>

struct ark_topk
ark_topk_make(uint32_t capacity, struct ark_arena *arena)
{
    return (struct ark_topk){
        .hits = ark_arena_alloc(arena, capacity * sizeof(struct ark_hit)),
        .capacity = capacity,
    };
}

bool
ark_hit_before(const struct ark_hit *a, const struct ark_hit *b)
{
    if (a->score != b->score) {
        return a->score > b->score;
    }
    return a->segment_idx != b->segment_idx ? a->segment_idx < b->segment_idx : a->doc < b->doc;
}

double
ark_topk_threshold(const struct ark_topk *topk)
{
    if (topk->count < topk->capacity) {
        return -INFINITY;
    }
    return topk->capacity == 0 ? INFINITY : (double)topk->hits[0].score;
}

static void
sift_up(struct ark_topk *topk, uint32_t at)
{
    struct ark_hit hit = topk->hits[at];
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!ark_hit_before(&topk->hits[parent], &hit)) {
            break;
        }
        topk->hits[at] = topk->hits[parent];
        at = parent;
    }
    topk->hits[at] = hit;
}

static void
sift_down(struct ark_topk *topk, struct ark_hit hit)
{
    uint32_t at = 0;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= topk->count) {
            break;
        }
        if (child + 1 < topk->count && ark_hit_before(&topk->hits[child], &topk->hits[child + 1])) {
            child++;
        }
        if (!ark_hit_before(&hit, &topk->hits[child])) {
            break;
        }
        topk->hits[at] = topk->hits[child];
        at = child;
    }
    topk->hits[at] = hit;
}

bool
ark_topk_offer(struct ark_topk *topk, const struct ark_hit *hit)
{
    if (topk->count < topk->capacity) {
        topk->hits[topk->count++] = *hit;
        sift_up(topk, topk->count - 1);
        return true;
    }
    if (topk->capacity == 0 || !ark_hit_before(hit, &topk->hits[0])) {
        return false;
    }
    sift_down(topk, *hit);
    return true;
}

static int
compare_hits(const void *left, const void *right)
{
    const struct ark_hit *a = left;
    const struct ark_hit *b = right;
    return ark_hit_before(a, b) ? -1 : ark_hit_before(b, a);
}

void
ark_topk_finish(struct ark_topk *topk)
{
    if (topk->count > 0) {
        qsort(topk->hits, topk->count, sizeof *topk->hits, compare_hits);
    }
}

int
ark_hit_compare_places(const void *left, const void *right)
{
    const struct ark_hit *a = left;
    const struct ark_hit *b = right;
    if (a->segment_idx != b->segment_idx) {
        return a->segment_idx < b->segment_idx ? -1 : 1;
    }
    return (a->doc > b->doc) - (a->doc < b->doc);
}
