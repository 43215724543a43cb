/**
 * @file complete.h
 * Words of the index that begin as a person has begun: for the completion of shells.
 */
#ifndef ARK_SEARCHER_COMPLETE_H
#define ARK_SEARCHER_COMPLETE_H

#include "searcher/surface.h"

/** Words offered at most. */
enum { ARK_COMPLETIONS_MAX = 50 };

/**
 * Appends the words that prefix (valid UTF-8) may become, those in most documents first,
 * each with a newline; *any tells whether there are some. What a query may have before a word, an operator, a quote
 * or a field, stays before each. Each begins with prefix as it stands, so that
 * shells take it; the rest is spelt as in a document. None for an empty word. ARK_E_CORRUPT. Cost: the forms
 * that begin so, 10 ns each, and a query for each word offered.
 */
enum ark_status ark_complete(const struct ark_surface_source *source, ark_str prefix,
                             struct ark_buf *out, bool *any, struct ark_error *err) ARK_MUST_CHECK;

#endif
