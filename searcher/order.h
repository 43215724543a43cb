/**
 * @file order.h
 * The matching documents in another order than by score.
 */
#ifndef ARK_SEARCHER_ORDER_H
#define ARK_SEARCHER_ORDER_H

#include "searcher/search.h"

/** --sort. The names are in ark_sort_names, in this order. */
enum ark_sort {
    ARK_SORT_SCORE,
    ARK_SORT_DATE, /**< newest first, those without a date last; the best first on one date */
    ARK_SORT_PATH, /**< by the bytes of the path; documents of one file in their order */
    ARK_SORT_LEFT, /**< of a concordance: by the words before a match, outwards */
    ARK_SORT_RIGHT,
};
extern const char *const ark_sort_names[];

/**
 * As ark_plan_run, but in the order of sort, DATE or PATH. ARK_E_CORRUPT. Cost: as
 * scoring every matching document; for PATH besides 1 us each to read its name.
 */
enum ark_status ark_plan_run_sorted(struct ark_plan *plan, enum ark_sort sort,
                                    const struct ark_search_options *options,
                                    struct ark_arena *arena, struct ark_results *out,
                                    struct ark_error *err) ARK_MUST_CHECK;

#endif
