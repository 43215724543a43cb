/**
 * @file filter.h
 * Conditions on a document rather than on its words: its date, path, source, id.
 */
#ifndef ARK_SEARCHER_FILTER_H
#define ARK_SEARCHER_FILTER_H

#include "common/store/segment.h"
#include "searcher/query.h"

struct ark_filter;

/**
 * A FILTER node in one segment, in the arena; scratch is for single documents
 * and may be reset between calls.
 */
struct ark_filter *ark_filter_make(struct ark_segment *segment, const struct ark_query_node *node,
                                   struct ark_arena *arena, struct ark_arena *scratch);

/**
 * True when the document meets the condition; false also after an error. Cost:
 * of a date some ns; else the document's record is read.
 */
bool ark_filter_matches(struct ark_filter *filter, ark_docid doc, struct ark_error *err);

/** ARK_OK, or the first error that was met: ARK_E_CORRUPT. */
enum ark_status ark_filter_status(const struct ark_filter *filter);

#endif
