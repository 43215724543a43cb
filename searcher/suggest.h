/**
 * @file suggest.h
 * What was perhaps meant by words that are in no document.
 *
 * Candidates are the forms of the index at most two edits away (one from words of three
 * letters), from the word as it stands, without its article and with one. They
 * are weighed by what Arabic writers and typists confuse (fuzzy.h) and by how many
 * documents have them. A query that is offered has been tried: it matches.
 */
#ifndef ARK_SEARCHER_SUGGEST_H
#define ARK_SEARCHER_SUGGEST_H

#include "searcher/surface.h"

/** Queries offered at most. */
enum { ARK_SUGGESTIONS_MAX = 3 };

struct ark_suggestions {
    const ark_str *items; /**< whole queries, best first */
    uint32_t count;
};

/**
 * The queries that plan's query may have been meant as: its words that stand in no
 * document at any level replaced. None when there is no such word. options are
 * those the query was parsed with. Everything lies in the arena. ARK_E_CORRUPT. Cost: for
 * each such word up to three walks over the dictionaries of forms, and a query for
 * each one that is tried.
 */
enum ark_status ark_suggest(const struct ark_surface_source *source, const struct ark_plan *plan,
                            const struct ark_query_options *options, struct ark_arena *arena,
                            struct ark_suggestions *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
