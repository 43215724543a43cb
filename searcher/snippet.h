/**
 * @file snippet.h
 * The passages of a document that answer a query best.
 *
 * Passages are found from the stored token positions: the text is only scanned
 * for token and sentence boundaries, never analysed again. The best passage is
 * the one whose distinct matched words have the greatest sum of idf, then the
 * earliest. It starts at a sentence when one begins within 14 words before its
 * first match, else about ten words before it, but never right behind a
 * negation; runs of blanks and line breaks become one space; a cut side ends in
 * an ellipsis joined to the word. A line at the head of the body that equals the
 * title is passed over.
 */
#ifndef ARK_SEARCHER_SNIPPET_H
#define ARK_SEARCHER_SNIPPET_H

#include "searcher/highlight.h"

/** A document and where the query stands in it. The texts are the stored ones. */
struct ark_snippet_source {
    ark_str title;
    ark_str body;
    uint32_t title_tokens; /**< body positions begin ARK_FIELD_GAP after so many */
    struct ark_matches matches;
};

/** The greatest number of passages of one document. */
enum { ARK_SNIPPETS_MAX = 64 };

struct ark_snippet_options {
    uint32_t count;     /**< passages wanted, at most ARK_SNIPPETS_MAX; 0 = none */
    uint32_t cells_max; /**< the length of a passage, ellipses included; at least 16 */
};

/** One passage. */
struct ark_snippet {
    uint32_t start;         /**< byte of its first character in the stored body */
    ark_str text;           /**< blanks collapsed, ellipses included */
    struct ark_spans spans; /**< in text */
};

struct ark_snippets {
    const struct ark_snippet *items; /**< in the order of the text; they do not overlap */
    size_t count;
};

/**
 * The passages of a document, in the arena. A document with a body but no match
 * in it gives the beginning of the body. Cost: O(body up to the last passage +
 * matches * words of a passage).
 */
void ark_snippet_make(const struct ark_snippet_source *source,
                      const struct ark_snippet_options *options, struct ark_arena *arena,
                      struct ark_snippets *out);

#endif
