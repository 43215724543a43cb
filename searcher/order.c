#include "searcher/order.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "searcher/plan.h"
#include "searcher/walk.h"

const char *const ark_sort_names[] = {"score", "date", "path", "left", "right", NULL};

/** A hit and what it is sorted by. */
struct place {
    struct ark_hit hit;
    uint32_t date;
    ark_str path; // owned
};

/** Collects the first limit places of all. */
struct collection {
    struct ark_segment **segments;
    enum ark_sort sort;
    struct ark_error *err;
    enum ark_status status;
    struct place *places; // the first sorted ones are known; those after them may be better
    size_t count;
    size_t capacity; // twice the limit
    size_t limit;
    const uint8_t *dates; // of the segment it is in
    uint32_t dates_segment_idx;
    uint64_t documents;
    uint64_t all_words;
    struct ark_arena arena; // lives for a document
};

static int
compare_hits(const struct ark_hit *a, const struct ark_hit *b)
{
    if (a->segment_idx != b->segment_idx) {
        return a->segment_idx < b->segment_idx ? -1 : 1;
    }
    return (a->doc > b->doc) - (a->doc < b->doc);
}

static int
compare_dates(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->date != b->date) {
        return a->date > b->date ? -1 : 1;
    }
    if (a->hit.score < b->hit.score || a->hit.score > b->hit.score) {
        return a->hit.score > b->hit.score ? -1 : 1;
    }
    return compare_hits(&a->hit, &b->hit);
}

static int
compare_paths(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    int order = ark_str_compare(a->path, b->path);
    return order != 0 ? order : compare_hits(&a->hit, &b->hit);
}

/** Sorts what there is and lets go of what comes after the limit. */
static void
settle(struct collection *collection)
{
    if (collection->count > 0) {
        qsort(collection->places, collection->count, sizeof *collection->places,
              collection->sort == ARK_SORT_DATE ? compare_dates : compare_paths);
    }
    while (collection->count > collection->limit) {
        free((void *)(uintptr_t)collection->places[--collection->count].path.bytes);
    }
}

static enum ark_status
read_key(struct collection *collection, struct place *place)
{
    struct ark_segment *segment = collection->segments[place->hit.segment_idx];
    if (collection->sort == ARK_SORT_DATE) {
        bool same =
            collection->dates != NULL && collection->dates_segment_idx == place->hit.segment_idx;
        enum ark_status status =
            same ? ARK_OK : ark_segment_dates(segment, &collection->dates, collection->err);
        collection->dates_segment_idx = place->hit.segment_idx;
        if (status == ARK_OK) {
            place->date = ark_date_at(collection->dates, place->hit.doc);
        }
        return status;
    }
    struct ark_document_record record;
    ark_arena_reset(&collection->arena);
    enum ark_status status =
        ark_segment_document(segment, place->hit.doc, &collection->arena, &record, collection->err);
    if (status == ARK_OK) {
        uint8_t *bytes = ark_xmalloc(record.path.len);
        memcpy(bytes, record.path.bytes, record.path.len);
        place->path = ark_str_make(bytes, record.path.len);
    }
    return status;
}

static bool
collect(void *context, const struct ark_hit *hit)
{
    struct collection *collection = context;
    collection->documents++;
    collection->all_words += hit->all_words;
    if (collection->limit == 0) {
        return true;
    }
    if (collection->count == collection->capacity) {
        settle(collection);
    }
    struct place *place = &collection->places[collection->count];
    *place = (struct place){.hit = *hit};
    collection->status = read_key(collection, place);
    collection->count += collection->status == ARK_OK;
    return collection->status == ARK_OK;
}

enum ark_status
ark_plan_run_sorted(struct ark_plan *plan, enum ark_sort sort,
                    const struct ark_search_options *options, struct ark_arena *arena,
                    struct ark_results *out, struct ark_error *err)
{
    ARK_ASSERT(sort == ARK_SORT_DATE || sort == ARK_SORT_PATH);
    ARK_ASSERT((uint64_t)options->limit + options->offset <= ARK_HITS_MAX);
    struct collection collection = {.segments = plan->segments,
                                    .sort = sort,
                                    .err = err,
                                    .limit = options->limit + options->offset,
                                    .arena = ark_arena_make()};
    collection.capacity = collection.limit * 2;
    collection.places = ark_xcalloc(collection.capacity, sizeof *collection.places);
    enum ark_status status = ark_plan_each(plan, collect, &collection, err);
    status = status == ARK_OK ? collection.status : status;
    settle(&collection);
    size_t skipped = collection.count < options->offset ? collection.count : options->offset;
    *out = (struct ark_results){.documents = collection.documents,
                                .all_words = collection.all_words,
                                .hit_count = (uint32_t)(collection.count - skipped)};
    out->hits = ark_arena_calloc(arena, out->hit_count, sizeof *out->hits);
    for (size_t i = 0; i < collection.count; i++) {
        if (i >= skipped) {
            out->hits[i - skipped] = collection.places[i].hit;
        }
        free((void *)(uintptr_t)collection.places[i].path.bytes);
    }
    free(collection.places);
    ark_arena_dispose(&collection.arena);
    return status;
}
