/**
 * @file path_pattern.h
 * Patterns over paths, as gitignore(5) has them: ? and [...] stand for one
 * character, * for any within a name, a name that is ** for any number of
 * folders. Used by .arkignore, --include and --exclude.
 */
#ifndef ARK_INDEXER_PATH_PATTERN_H
#define ARK_INDEXER_PATH_PATTERN_H

#include "common/base/str.h"

/** One pattern taken apart; a value, its glob points into the text it was made from. */
struct ark_path_pattern {
    ark_str glob;    /**< without the marks below */
    bool negated;    /**< began with !: what it matches is taken after all */
    bool folders;    /**< ended in /: matches folders only */
    bool whole_path; /**< has a slash: compared with the path, else with the name */
};

/**
 * Takes a line of an ignore file apart. False for blank lines and comments.
 * The line must outlive *out.
 */
bool ark_path_pattern_parse(ark_str line, struct ark_path_pattern *out);

/** Takes a command-line glob apart: like a line, but # and ! mean themselves. */
struct ark_path_pattern ark_path_pattern_of_glob(ark_str glob);

/**
 * True when the pattern matches a path (relative to where the pattern stands,
 * names parted by /). folder tells whether it is one. Cost: at most
 * O(pattern * path), no recursion.
 */
bool ark_path_pattern_matches(const struct ark_path_pattern *pattern, ark_str path, bool folder);

#endif
