/**
 * @file surface.h
 * A form as a document writes it: the index knows words folded, and people should
 * read them with their hamzas and final letters.
 */
#ifndef ARK_SEARCHER_SURFACE_H
#define ARK_SEARCHER_SURFACE_H

#include "searcher/search.h"

/** What surfaces are looked up with. */
struct ark_surface_source {
    struct ark_snapshot *snapshot;
    struct ark_analyzer *analyzer;
};

/**
 * The form as the first document that has it writes it, without vowel marks and tatweel; the
 * form itself when no living document has it (*found tells). In the arena.
 * ARK_E_CORRUPT. Cost: a look-up, and the text of a document.
 */
enum ark_status ark_surface_find(const struct ark_surface_source *source, ark_str form,
                                 struct ark_arena *arena, ark_str *out, bool *found,
                                 struct ark_error *err) ARK_MUST_CHECK;

#endif
