/**
 * @file find_document.h
 * Finds a document by a name that a person gives or a program has printed.
 */
#ifndef ARK_SEARCHER_FIND_DOCUMENT_H
#define ARK_SEARCHER_FIND_DOCUMENT_H

#include "searcher/search.h"

/**
 * The living document that name means: a path, absolute or from the working
 * directory; a path and "#" and the name of a record or member; what formats
 * print as "doc": the path under its root, or a record's own id; the end of a path, whole
 * names. ARK_E_NOT_FOUND when there is none, with names that are near;
 * ARK_E_ARGUMENT when there are several, with some of them. ARK_E_CORRUPT. Cost: a look-up for a path;
 * else 1 us for each document of the index.
 */
enum ark_status ark_find_document(struct ark_snapshot *snapshot, ark_str name,
                                  ark_str working_directory, struct ark_arena *arena,
                                  struct ark_hit *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
