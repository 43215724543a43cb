/**
 * @file collapse.h
 * Folds near-duplicates: of each group that the indexer found, the first hit
 * leads and the others that match stand behind it.
 *
 * Limits, offsets and ranks then count groups. A document in no group is a group of
 * its own. The result is that of folding all hits, however few are looked at.
 */
#ifndef ARK_SEARCHER_COLLAPSE_H
#define ARK_SEARCHER_COLLAPSE_H

#include "common/store/groups.h"
#include "searcher/order.h"

/** --group. The names are in ark_group_names, in this order. */
enum ark_grouping { ARK_GROUP_FOLD, ARK_GROUP_LIST, ARK_GROUP_OFF };
extern const char *const ark_group_names[];

/** A document behind a leader. */
struct ark_similar {
    uint32_t segment_idx;
    ark_docid doc;
    float
        score; /**< as without folding, when it is among the ranked hits; else without proximity */
};

/** What stands behind a hit, best first. */
struct ark_similars {
    const struct ark_similar *items;
    uint32_t count;
};

/** Results, folded. */
struct ark_folded {
    struct ark_results results;
    const struct ark_similars *similars; /**< by hit */
    uint64_t groups;                     /**< among all matching documents; 0 unless counted */
};

struct ark_collapse_options {
    struct ark_search_options search;
    enum ark_sort sort;
    const struct ark_groups *groups; /**< of the snapshot; NULL: fold nothing */
    bool count_groups;               /**< fill groups; needs search.count */
};

/**
 * Runs the plan and folds its hits. At most ARK_HITS_MAX documents are ranked: when
 * they make fewer groups than asked for, there are no more hits. Everything lies in
 * the arena. ARK_E_CORRUPT. Cost: ark_plan_run, again with four times as many
 * hits each time near-duplicates take too many places; for the shown hits that are in
 * groups 4 ns a document in any group; to count groups, a probe of each of these.
 */
enum ark_status ark_collapse_run(struct ark_plan *plan, struct ark_snapshot *snapshot,
                                 const struct ark_collapse_options *options,
                                 struct ark_arena *arena, struct ark_folded *out,
                                 struct ark_error *err) ARK_MUST_CHECK;

#endif
