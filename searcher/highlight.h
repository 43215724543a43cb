/**
 * @file highlight.h
 * Which bytes of a text to light, and putting marks around them.
 */
#ifndef ARK_SEARCHER_HIGHLIGHT_H
#define ARK_SEARCHER_HIGHLIGHT_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/text/span.h"
#include "searcher/search.h"

/**
 * The spans of text that the matches cover, in the arena. first_position is the
 * position of the first token of text. A match is one span from its first token
 * to its last; what overlaps or touches is one span. Matches that begin or end
 * outside text are lit as far as they lie in it. Cost: O(text + matches).
 */
struct ark_spans ark_highlight_spans(ark_str text, uint32_t first_position,
                                     const struct ark_matches *matches, struct ark_arena *arena);

/** Appends text to out with marks around each span. */
void ark_highlight_mark(ark_str text, struct ark_spans spans, const struct ark_marks *marks,
                        struct ark_buf *out);

/** Where the spans lie in what ark_highlight_mark appends, without the marks; in the arena. */
struct ark_spans ark_highlight_moved(struct ark_spans spans, const struct ark_marks *marks,
                                     struct ark_arena *arena);

#endif
