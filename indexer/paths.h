/**
 * @file paths.h
 * Paths as bytes: whether one lies under another, and the canonical form of
 * one that may be gone.
 */
#ifndef ARK_INDEXER_PATHS_H
#define ARK_INDEXER_PATHS_H

#include "common/base/error.h"
#include "common/base/str.h"

/** True when path is dir itself or lies below it. Both canonical. */
bool ark_path_is_under(ark_str path, ark_str dir);

/** Where the last name of path begins: 0 when it has no slash; path.len for "/". */
size_t ark_path_name_start(ark_str path);

/** path without its last name: "/a" for "/a/b", "/" for "/a" and "/". A view into path. */
ark_str ark_path_parent(ark_str path);

/**
 * The canonical path of path, of which the end may not exist: symbolic links
 * are resolved as far as there are files, then "." and ".." by their letters.
 * *out is the caller's to free. ARK_E_IO: the working directory is unknown.
 */
enum ark_status ark_path_resolve(const char *path, char **out,
                                 struct ark_error *err) ARK_MUST_CHECK;

/**
 * Splits bytes (an --files-from file) at newlines, or at NULs, into *names, an
 * array the caller frees; the names point into bytes, which must end in a NUL
 * and which is changed. Empty names are left out.
 */
size_t ark_path_list_split(char *bytes, size_t len, bool null_ended, char ***names);

#endif
