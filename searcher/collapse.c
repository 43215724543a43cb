#include "searcher/collapse.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "searcher/topk.h"
#include "searcher/walk.h"

const char *const ark_group_names[] = {"fold", "list", "off", NULL};

/** Hits asked for beyond those wanted, so that most queries need one run: this and half as many. */
enum { SPARE_HITS = 8 };

/** A group seen among the hits, in a table of open addressing. */
struct seen_group {
    uint32_t group; // ARK_GROUP_NONE: an empty place
    uint32_t hit;   // of the folded results; hit_count and above: not shown
};

struct folder {
    struct ark_plan *plan;
    struct ark_snapshot *snapshot;
    const struct ark_collapse_options *options;
    struct ark_arena *arena;
    struct ark_error *err;
    struct ark_folded *out;
    struct seen_group *seen;
    uint32_t seen_mask;
    struct ark_hit *behind; // hits of the last run that were folded, by place
    uint32_t behind_count;
    struct ark_similar *found; // matching members of shown groups, each with its hit
    uint32_t *found_hits;
    size_t found_count;
    size_t found_capacity;
    size_t found_hits_capacity;
    uint64_t members; // matching documents that are in groups
};

static enum ark_status
run(struct folder *folder, uint32_t limit, bool count, struct ark_results *out)
{
    struct ark_search_options search = folder->options->search;
    search.limit = limit;
    search.offset = 0;
    search.count = count;
    if (folder->options->sort == ARK_SORT_SCORE) {
        return ark_plan_run(folder->plan, &search, folder->arena, out, folder->err);
    }
    return ark_plan_run_sorted(folder->plan, folder->options->sort, &search, folder->arena, out,
                               folder->err);
}

/** The place of a group in the table: its own, or the empty one where it belongs. */
static struct seen_group *
find_seen(const struct folder *folder, uint32_t group)
{
    uint32_t place = group * 0x9E3779B1u & folder->seen_mask;
    while (folder->seen[place].group != ARK_GROUP_NONE && folder->seen[place].group != group) {
        place = (place + 1) & folder->seen_mask;
    }
    return &folder->seen[place];
}

/** An empty table for the groups of count hits. */
static void
clear_seen(struct folder *folder, uint32_t count)
{
    uint32_t size = 16;
    while (size < count * 2) {
        size *= 2;
    }
    folder->seen = ark_arena_alloc(folder->arena, size * sizeof *folder->seen);
    memset(folder->seen, 0xFF, size * sizeof *folder->seen);
    folder->seen_mask = size - 1;
}

/** Leaves the first hit of each group; returns how many there are, at most wanted. */
static uint32_t
fold(struct folder *folder, struct ark_results *results, uint32_t wanted)
{
    uint32_t kept = 0;
    folder->behind = ark_arena_calloc(folder->arena, results->hit_count, sizeof *folder->behind);
    folder->behind_count = 0;
    clear_seen(folder, results->hit_count);
    for (uint32_t i = 0; i < results->hit_count; i++) {
        const struct ark_hit *hit = &results->hits[i];
        uint32_t group =
            ark_group_of(&folder->options->groups->segments[hit->segment_idx], hit->doc);
        if (group != ARK_GROUP_NONE) {
            struct seen_group *seen = find_seen(folder, group);
            if (seen->group == group) {
                folder->behind[folder->behind_count++] = *hit;
                continue;
            }
            if (kept < wanted) {
                *seen = (struct seen_group){group, kept};
            }
        }
        if (kept < wanted) {
            results->hits[kept++] = *hit;
        }
    }
    if (folder->behind_count > 1) {
        qsort(folder->behind, folder->behind_count, sizeof *folder->behind, ark_hit_compare_places);
    }
    return kept;
}

/** Runs with ever more hits until enough groups are among them. */
static enum ark_status
run_folded(struct folder *folder, uint32_t wanted)
{
    struct ark_results *results = &folder->out->results;
    uint32_t limit = wanted == 0 ? 0 : wanted + wanted / 2 + SPARE_HITS;
    uint32_t found = 0;
    bool counted = false;
    for (;;) {
        struct ark_results more;
        limit = limit < ARK_HITS_MAX ? limit : ARK_HITS_MAX;
        enum ark_status status =
            run(folder, limit, folder->options->search.count && !counted, &more);
        if (status != ARK_OK) {
            return status;
        }
        if (!counted) {
            *results = more;
        }
        counted = true;
        results->hits = more.hits;
        found = more.hit_count;
        results->hit_count = fold(folder, &more, wanted);
        if (results->hit_count == wanted || found < limit || limit == ARK_HITS_MAX) {
            return ARK_OK;
        }
        limit *= 4;
    }
}

/** Whether a member is of a group whose leader is shown; *hit is which. */
static bool
is_shown(const struct folder *folder, uint32_t group, uint32_t *hit)
{
    const struct seen_group *seen = find_seen(folder, group);
    uint32_t skipped = folder->options->search.offset;
    *hit = seen->hit - skipped;
    return seen->group == group && seen->hit >= skipped;
}

/** A bit for each group: some matching document is in it. */
static void
count_group(struct folder *folder, uint8_t *groups_seen, uint32_t group)
{
    uint8_t bit = (uint8_t)(1u << (group % 8));
    folder->members++;
    folder->out->groups += (groups_seen[group / 8] & bit) == 0;
    groups_seen[group / 8] |= bit;
}

static void
keep_similar(struct folder *folder, uint32_t segment_idx, const struct ark_probe *probe,
             uint32_t hit)
{
    const struct ark_hit *leader = &folder->out->results.hits[hit];
    if (leader->segment_idx == segment_idx && leader->doc == probe->doc) {
        return;
    }
    // A ranked hit may have gained by proximity: its score is the one it has without folding.
    const struct ark_hit key = {.segment_idx = segment_idx, .doc = probe->doc};
    const struct ark_hit *ranked = folder->behind_count == 0
                                       ? NULL
                                       : bsearch(&key, folder->behind, folder->behind_count,
                                                 sizeof key, ark_hit_compare_places);
    ARK_GROW(folder->found, folder->found_capacity, folder->found_count + 1);
    ARK_GROW(folder->found_hits, folder->found_hits_capacity, folder->found_count + 1);
    folder->found[folder->found_count] = (struct ark_similar){
        segment_idx, probe->doc, ranked == NULL ? probe->score : ranked->score};
    folder->found_hits[folder->found_count++] = hit;
}

/** Asks which members of groups match: those of shown groups, or all to count them. */
static enum ark_status
probe_segment(struct folder *folder, uint32_t segment_idx, uint8_t *groups_seen)
{
    const struct ark_segment_groups *list = &folder->options->groups->segments[segment_idx];
    struct ark_segment *segment = ark_snapshot_segment(folder->snapshot, segment_idx);
    uint32_t document_count = ark_segment_info(segment)->document_count;
    struct ark_probe *probes = ark_xcalloc(list->count, sizeof *probes);
    uint32_t *groups = ark_xcalloc(list->count, sizeof *groups);
    uint32_t hit = 0;
    size_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t group = 0;
        ark_docid doc = ark_group_member(list, i, &group);
        bool sound = doc < document_count && group < folder->options->groups->group_count &&
                     (count == 0 || probes[count - 1].doc < doc);
        if (sound && (groups_seen != NULL || is_shown(folder, group, &hit))) {
            groups[count] = group;
            probes[count++].doc = doc;
        }
    }
    enum ark_status status =
        ark_plan_probe(folder->plan, segment_idx, probes, count, true, folder->err);
    for (size_t i = 0; status == ARK_OK && i < count; i++) {
        if (!probes[i].matches) {
            continue;
        }
        if (groups_seen != NULL) {
            count_group(folder, groups_seen, groups[i]);
        }
        if (is_shown(folder, groups[i], &hit)) {
            keep_similar(folder, segment_idx, &probes[i], hit);
        }
    }
    free(probes);
    free(groups);
    return status;
}

/** Best first; the same order as hits have. */
static int
compare_similars(const void *left, const void *right)
{
    const struct ark_similar *a = left;
    const struct ark_similar *b = right;
    if (a->score < b->score || a->score > b->score) {
        return a->score > b->score ? -1 : 1;
    }
    if (a->segment_idx != b->segment_idx) {
        return a->segment_idx < b->segment_idx ? -1 : 1;
    }
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/** Gives each hit its own. */
static void
deal_out(struct folder *folder)
{
    uint32_t hit_count = folder->out->results.hit_count;
    struct ark_similars *similars = ark_arena_calloc(folder->arena, hit_count, sizeof *similars);
    struct ark_similar **items = ark_arena_calloc(folder->arena, hit_count, sizeof *items);
    for (size_t i = 0; i < folder->found_count; i++) {
        similars[folder->found_hits[i]].count++;
    }
    for (uint32_t i = 0; i < hit_count; i++) {
        items[i] = ark_arena_calloc(folder->arena, similars[i].count, sizeof **items);
        similars[i] = (struct ark_similars){items[i], 0};
    }
    for (size_t i = 0; i < folder->found_count; i++) {
        uint32_t hit = folder->found_hits[i];
        items[hit][similars[hit].count++] = folder->found[i];
    }
    for (uint32_t i = 0; i < hit_count; i++) {
        if (similars[i].count > 1) {
            qsort(items[i], similars[i].count, sizeof **items, compare_similars);
        }
    }
    folder->out->similars = similars;
}

/** True when some hit that is shown is in a group. */
static bool
shows_groups(const struct folder *folder)
{
    const struct ark_results *results = &folder->out->results;
    for (uint32_t i = 0; i < results->hit_count; i++) {
        const struct ark_hit *hit = &results->hits[i];
        if (ark_group_of(&folder->options->groups->segments[hit->segment_idx], hit->doc) !=
            ARK_GROUP_NONE) {
            return true;
        }
    }
    return false;
}

/** Finds what stands behind the hits, and counts the groups. */
static enum ark_status
find_similars(struct folder *folder)
{
    const struct ark_groups *groups = folder->options->groups;
    bool counts = folder->options->count_groups;
    uint8_t *groups_seen =
        counts ? ark_arena_calloc(folder->arena, groups->group_count / 8 + 1, 1) : NULL;
    enum ark_status status = ARK_OK;
    uint32_t segments = ark_snapshot_figures(folder->snapshot)->segment_count;
    if (counts || shows_groups(folder)) {
        for (uint32_t i = 0; i < segments && status == ARK_OK; i++) {
            status = probe_segment(folder, i, groups_seen);
        }
    }
    if (counts) {
        folder->out->groups += folder->out->results.documents - folder->members;
    }
    deal_out(folder);
    free(folder->found);
    free(folder->found_hits);
    return status;
}

/** Without groups every document is its own. */
static enum ark_status
run_unfolded(struct folder *folder)
{
    const struct ark_search_options *search = &folder->options->search;
    struct ark_results *results = &folder->out->results;
    enum ark_status status =
        folder->options->sort == ARK_SORT_SCORE
            ? ark_plan_run(folder->plan, search, folder->arena, results, folder->err)
            : ark_plan_run_sorted(folder->plan, folder->options->sort, search, folder->arena,
                                  results, folder->err);
    if (status == ARK_OK) {
        folder->out->groups = results->documents;
        folder->out->similars =
            ark_arena_calloc(folder->arena, results->hit_count, sizeof *folder->out->similars);
    }
    return status;
}

enum ark_status
ark_collapse_run(struct ark_plan *plan, struct ark_snapshot *snapshot,
                 const struct ark_collapse_options *options, struct ark_arena *arena,
                 struct ark_folded *out, struct ark_error *err)
{
    struct folder folder = {plan, snapshot, options, arena, err, out, .found = NULL};
    ARK_ASSERT(!options->count_groups || options->search.count);
    *out = (struct ark_folded){.groups = 0};
    if (options->groups == NULL || options->groups->member_count == 0) {
        return run_unfolded(&folder);
    }
    enum ark_status status = run_folded(&folder, options->search.limit + options->search.offset);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_results *results = &out->results;
    uint32_t skipped = options->search.offset;
    skipped = skipped < results->hit_count ? skipped : results->hit_count;
    results->hits += skipped;
    results->hit_count -= skipped;
    return find_similars(&folder);
}
