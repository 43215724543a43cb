/**
 * @file roots.h
 * What an index remembers of where its documents come from: the folders and
 * files that were given by name, each with the settings it was given with.
 *
 * The record in the index, which ark-index-format(5) describes too:
 *
 *     record   = "ark-roots 1" NUL *root
 *     root     = ("dir" / "file") NUL path NUL file-system NUL *(setting NUL) NUL
 *     path     = canonical path, begins with "/"
 *     file-system = the f_fsid of statvfs(3), 1 to 16 hexadecimal digits
 *     setting  = name "=" value    ; at least one byte; names as the long options
 *
 * No string in it can hold a NUL, so none needs quoting.
 *
 * Roots stand in the order they were first given. A path is a root once.
 */
#ifndef ARK_INDEXER_ROOTS_H
#define ARK_INDEXER_ROOTS_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/hashmap.h"
#include "indexer/reader.h"
#include "indexer/walk.h"

/** One remembered path. Strings lie in the arena of its ark_roots, each with a NUL after it. */
struct ark_root {
    ark_str path;
    bool directory;
    bool forgotten;       /**< no longer a root; not written */
    uint64_t file_system; /**< where the folder (or the file's folder) was when last read */
    ark_str settings;     /**< "name=value" pieces, each ended by a NUL; may be empty */
};

/** All of them; callers read the items. */
struct ark_roots {
    struct ark_root *items;
    size_t count;
    size_t capacity;
    struct ark_hashmap by_path; /**< numbers are places in items */
    struct ark_arena strings;
};

/** No roots. Ends with ark_roots_dispose. */
struct ark_roots ark_roots_make(void);
/** Frees everything. */
void ark_roots_dispose(struct ark_roots *roots);

/** Adds the roots of a record; an empty record has none. ARK_E_CORRUPT. */
enum ark_status ark_roots_parse(struct ark_roots *roots, ark_str record,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Appends the record. */
void ark_roots_encode(const struct ark_roots *roots, struct ark_buf *out);

/** The root at exactly this path, or NULL. O(1). Valid until the next ark_roots_set. */
struct ark_root *ark_roots_find(const struct ark_roots *roots, ark_str path);
/** The deepest folder among the roots that is path or above it, or NULL. O(depth). */
struct ark_root *ark_roots_covering(const struct ark_roots *roots, ark_str path);
/** Adds the root, or gives the one at path these settings. Strings are copied. */
struct ark_root *ark_roots_set(struct ark_roots *roots, ark_str path, bool directory,
                               ark_str settings);

/** The settings of a root, as the readers and the walk take them. */
struct ark_root_options {
    struct ark_reader_options reader;
    struct ark_walk_options walk;
};

/** Documents above this are skipped unless --max-size says otherwise. */
#define ARK_DOCUMENT_BYTES_DEFAULT (UINT64_C(64) << 20)

/**
 * Reads settings into *out, whose strings point into them and whose globs lie
 * in the arena. ARK_E_CORRUPT: a setting this version does not know.
 */
enum ark_status ark_settings_read(ark_str settings, struct ark_arena *arena,
                                  struct ark_root_options *out,
                                  struct ark_error *err) ARK_MUST_CHECK;

/**
 * Whether the place of root looks as if its disk were not mounted: the folder
 * (for a file: its folder) is missing, or empty and on another file system
 * than when it was last read. Such a root's documents are kept.
 */
bool ark_root_is_away(const struct ark_root *root);
/** Notes the file system the root is on now. */
void ark_root_note_file_system(struct ark_root *root);

#endif
