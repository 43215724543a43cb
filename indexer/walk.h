/**
 * @file walk.h
 * Finds the files under a root, in the order of their paths' bytes, so that
 * the same tree always gives the same index.
 *
 * Hidden files, directory symlinks and what .arkignore names are passed over.
 * Sockets, pipes and devices are never visited, nor symlinks that lead
 * nowhere. A file reached by two names is visited twice: callers compare
 * canonical paths. No descriptor is held while a file is visited.
 */
#ifndef ARK_INDEXER_WALK_H
#define ARK_INDEXER_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "common/base/error.h"

/** Directories deeper than this under the root are reported and not entered. */
enum { ARK_WALK_DEPTH_MAX = 256 };

/**
 * One --include or --exclude, in the order given. Pattern syntax is that of
 * .arkignore: without a slash it is compared with the name of the file or
 * directory, else with the path under the root; ** spans directories.
 */
struct ark_walk_glob {
    const char *pattern;
    bool include;
};

/** What to pass over. Zero is the default of every field. */
struct ark_walk_options {
    const struct ark_walk_glob
        *globs;           /**< the last that matches a file, or a folder above it, decides */
    size_t glob_count;    /**< where none matches, the opposite of the first decides */
    bool hidden;          /**< visit names that begin with a dot */
    bool follow;          /**< follow symlinks to directories */
    bool one_file_system; /**< stay on the root's file system */
    const char *within;   /**< a path under the root: nothing beside it is looked at; or NULL */
};

/** A regular file. Its strings are valid during the visit. */
struct ark_walk_file {
    const char *path; /**< root as given, "/", path under it */
    size_t
        name_start; /**< where the path under the root begins (for a file as root: its last name) */
    const struct stat *info; /**< by stat(2) */
};

/** Who is told. */
struct ark_walk_calls {
    /** Takes one file. A status other than ARK_OK ends the walk and is passed up unchanged. */
    enum ark_status (*visit)(void *context, const struct ark_walk_file *file,
                             struct ark_error *err);
    /** Takes a directory or entry that cannot be read, is too deep or loops; the walk goes on. */
    void (*skip)(void *context, const struct ark_error *why);
    void *context; /**< given to both */
};

/**
 * Visits every file under root, a directory or a file (which is visited
 * whatever the options say). ARK_E_NOT_FOUND, ARK_E_IO: the root itself cannot
 * be read; ARK_E_INPUT: it is neither file nor directory; else the status of
 * visit.
 */
enum ark_status ark_walk(const char *root, const struct ark_walk_options *options,
                         const struct ark_walk_calls *calls, struct ark_error *err) ARK_MUST_CHECK;

#endif
