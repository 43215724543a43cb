#include "indexer/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/translate.h"
#include "indexer/path_pattern.h"
#include "indexer/paths.h"

static const char IGNORE_FILE[] = ".arkignore";

enum { IGNORE_BYTES_MAX = 1024 * 1024, PATH_BYTES_MAX = 1024 * 1024 };

/** The .arkignore of one folder. */
struct ignore {
    const struct ignore *outer; // that of the folders above; NULL at the root
    size_t base;                // where paths relative to its folder begin in walk.path
    struct ark_buf text;
    struct ark_path_pattern *patterns;
    size_t count;
    size_t capacity;
};

/** A folder on the way from the root, to see loops. */
struct place {
    const struct place *outer;
    dev_t device;
    ino_t inode;
    unsigned depth;
};

/** An entry of a folder that is a file or a folder. */
struct entry {
    char *name;
    bool folder;
    struct stat info;
};

struct entries {
    struct entry *items;
    size_t count;
    size_t capacity;
};

/** No glob has matched a file or a folder above it. */
#define NO_GLOB SIZE_MAX

struct walk {
    const struct ark_walk_options *options;
    const struct ark_walk_calls *calls;
    struct ark_path_pattern *globs;
    struct ark_buf path; // of the entry looked at
    size_t under;        // where the path under the root begins in it
    dev_t device;        // of the root
    struct ark_error *err;
};

static void
report(struct walk *walk, enum ark_status status, const char *cause)
{
    struct ark_error error;
    (void)ark_error_set(&error, status, "%s: %s", ark_translate(cause), ark_buf_cstr(&walk->path));
    walk->calls->skip(walk->calls->context, &error);
}

static void
ignore_add(struct ignore *ignore)
{
    ark_str rest = ark_buf_view(&ignore->text);
    ark_str line;
    struct ark_path_pattern pattern;
    while (ark_str_next_line(&rest, &line)) {
        if (ark_path_pattern_parse(line, &pattern)) {
            ARK_GROW(ignore->patterns, ignore->capacity, ignore->count + 1);
            ignore->patterns[ignore->count++] = pattern;
        }
    }
}

/** Reads the .arkignore of the folder walk->path. */
static void
ignore_read(struct ignore *ignore, struct walk *walk)
{
    ignore->text = ark_buf_make(IGNORE_BYTES_MAX + 1);
    char *path = ark_path_join(ark_buf_cstr(&walk->path), IGNORE_FILE);
    struct ark_error error;
    enum ark_status status = ark_file_read(path, IGNORE_BYTES_MAX, &ignore->text, &error);
    free(path);
    if (status == ARK_OK) {
        ignore_add(ignore);
    } else if (status != ARK_E_NOT_FOUND) {
        walk->calls->skip(walk->calls->context, &error);
    }
}

static void
ignore_dispose(struct ignore *ignore)
{
    free(ignore->patterns);
    ark_buf_dispose(&ignore->text);
}

/** True when the innermost pattern that matches walk->path says to pass it over. */
static bool
is_ignored(const struct walk *walk, const struct ignore *innermost, bool folder)
{
    ark_str path = ark_buf_view(&walk->path);
    for (const struct ignore *ignore = innermost; ignore != NULL; ignore = ignore->outer) {
        ark_str relative = ark_str_slice(path, ignore->base, path.len);
        for (size_t i = ignore->count; i > 0; i--) {
            if (ark_path_pattern_matches(&ignore->patterns[i - 1], relative, folder)) {
                return !ignore->patterns[i - 1].negated;
            }
        }
    }
    return false;
}

/** The last glob that matches walk->path, or outer, that of the folder around it, if later. */
static size_t
last_glob(const struct walk *walk, size_t outer, bool folder)
{
    ark_str path = ark_buf_view(&walk->path);
    ark_str relative = ark_str_slice(path, walk->under, path.len);
    for (size_t i = walk->options->glob_count; i > 0; i--) {
        if (outer != NO_GLOB && i - 1 <= outer) {
            return outer;
        }
        if (ark_path_pattern_matches(&walk->globs[i - 1], relative, folder)) {
            return i - 1;
        }
    }
    return outer;
}

/** What the deciding glob says; without one, the opposite of the first. */
static bool
glob_takes(const struct ark_walk_options *options, size_t glob)
{
    if (options->glob_count == 0) {
        return true;
    }
    return glob == NO_GLOB ? !options->globs[0].include : options->globs[glob].include;
}

/** True when nothing below a folder can be taken, so that it need not be entered. */
static bool
can_prune(const struct ark_walk_options *options, size_t glob)
{
    if (glob == NO_GLOB || options->globs[glob].include) {
        return false;
    }
    bool later = false;
    for (size_t i = glob + 1; i < options->glob_count; i++) {
        later = later || options->globs[i].include;
    }
    return !later;
}

static int
compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    const unsigned char *x = (const unsigned char *)a->name;
    const unsigned char *y = (const unsigned char *)b->name;
    while (*x != '\0' && *x == *y) {
        x++;
        y++;
    }
    // The order of whole paths: a folder's name goes on with a slash.
    int end_x = *x == '\0' && a->folder ? '/' : *x;
    int end_y = *y == '\0' && b->folder ? '/' : *y;
    return end_x - end_y;
}

static void
entries_dispose(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->items[i].name);
    }
    free(entries->items);
}

/** Puts name behind the folder in walk->path; returns the length to go back to. */
static size_t
path_push(struct walk *walk, const char *name)
{
    size_t before = walk->path.len;
    if (before == 0 || walk->path.bytes[before - 1] != '/') {
        ark_buf_push(&walk->path, '/');
    }
    ark_buf_append_str(&walk->path, ark_str_from(name));
    return before;
}

/** Looks at one name of an open folder and adds what is a file or folder. */
static void
add_entry(struct walk *walk, int folder_fd, const char *name, struct entries *entries)
{
    struct entry entry = {0};
    if (fstatat(folder_fd, name, &entry.info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) { // gone since the folder was read
            size_t before = path_push(walk, name);
            report(walk, ARK_E_IO, ark_error_reason(errno));
            walk->path.len = before;
        }
        return;
    }
    bool link = S_ISLNK(entry.info.st_mode);
    if (link && fstatat(folder_fd, name, &entry.info, 0) != 0) {
        return; // it leads nowhere
    }
    entry.folder = S_ISDIR(entry.info.st_mode);
    bool wanted = S_ISREG(entry.info.st_mode) || (entry.folder && (!link || walk->options->follow));
    if (wanted) {
        entry.name = ark_xstrdup(name);
        ARK_GROW(entries->items, entries->capacity, entries->count + 1);
        entries->items[entries->count++] = entry;
    }
}

/** Reads the folder walk->path; what cannot be read is reported. False when it cannot be opened. */
static bool
list_folder(struct walk *walk, struct entries *entries)
{
    int fd = open(ark_buf_cstr(&walk->path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        report(walk, ARK_E_IO, ark_error_reason(errno));
        if (fd >= 0) {
            (void)close(fd);
        }
        return false;
    }
    for (;;) {
        errno = 0;
        const struct dirent *item = readdir(folder);
        if (item == NULL) {
            break;
        }
        const char *name = item->d_name;
        bool self = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        bool hidden = name[0] == '.' && !walk->options->hidden;
        if (!self && !hidden && strcmp(name, IGNORE_FILE) != 0) {
            add_entry(walk, fd, name, entries);
        }
    }
    if (errno != 0) {
        report(walk, ARK_E_IO, ark_error_reason(errno));
    }
    (void)closedir(folder);
    if (entries->count > 0) {
        qsort(entries->items, entries->count, sizeof *entries->items, compare_entries);
    }
    return true;
}

static enum ark_status
visit_file(struct walk *walk, const struct stat *info, size_t name_start)
{
    struct ark_walk_file file = {ark_buf_cstr(&walk->path), name_start, info};
    return walk->calls->visit(walk->calls->context, &file, walk->err);
}

/** True when the folder with info may be entered from outer; if not, that was reported or is meant. */
static bool
may_enter(struct walk *walk, const struct stat *info, const struct place *outer)
{
    if (walk->options->one_file_system && info->st_dev != walk->device) {
        return false;
    }
    if (outer->depth >= ARK_WALK_DEPTH_MAX) {
        report(walk, ARK_E_LIMIT, ARK_N("more than 256 folders deep"));
        return false;
    }
    for (const struct place *place = outer; place != NULL; place = place->outer) {
        if (place->device == info->st_dev && place->inode == info->st_ino) {
            report(walk, ARK_E_LIMIT, ARK_N("a symbolic link leads back to a folder it is in"));
            return false;
        }
    }
    return true;
}

/** True when walk->path lies in what is to be looked at, or above it. */
static bool
is_on_the_way(const struct walk *walk)
{
    ark_str path = ark_buf_view(&walk->path);
    if (walk->options->within == NULL) {
        return true;
    }
    ark_str within = ark_str_from(walk->options->within);
    return ark_path_is_under(path, within) || ark_path_is_under(within, path);
}

static enum ark_status walk_folder(struct walk *walk, const struct place *place,
                                   const struct ignore *outer, size_t glob);

/** Visits or enters one entry, whose path stands in walk->path. */
static enum ark_status
walk_entry(struct walk *walk, const struct entry *entry, const struct place *place,
           const struct ignore *ignore, size_t outer_glob)
{
    if (!is_on_the_way(walk) || is_ignored(walk, ignore, entry->folder)) {
        return ARK_OK;
    }
    size_t glob = last_glob(walk, outer_glob, entry->folder);
    if (!entry->folder) {
        bool taken = glob_takes(walk->options, glob);
        return taken ? visit_file(walk, &entry->info, walk->under) : ARK_OK;
    }
    if (can_prune(walk->options, glob) || !may_enter(walk, &entry->info, place)) {
        return ARK_OK;
    }
    struct place inner = {place, entry->info.st_dev, entry->info.st_ino, place->depth + 1};
    return walk_folder(walk, &inner, ignore, glob);
}

/** Walks the folder walk->path. Depth of recursion: ARK_WALK_DEPTH_MAX. */
static enum ark_status
walk_folder(struct walk *walk, const struct place *place, const struct ignore *outer, size_t glob)
{
    struct entries entries = {0};
    struct ignore ignore = {.outer = outer};
    if (list_folder(walk, &entries)) {
        ignore_read(&ignore, walk);
    }
    size_t folder_len = walk->path.len;
    bool slash = walk->path.bytes[folder_len - 1] == '/';
    ignore.base = folder_len + !slash;
    enum ark_status status = ARK_OK;
    for (size_t i = 0; status == ARK_OK && i < entries.count; i++) {
        (void)path_push(walk, entries.items[i].name);
        status = walk_entry(walk, &entries.items[i], place, &ignore, glob);
        walk->path.len = folder_len;
    }
    ignore_dispose(&ignore);
    entries_dispose(&entries);
    return status;
}

/** Where the last name of a path begins. */
static size_t
last_name(ark_str path)
{
    size_t at = path.len;
    while (at > 0 && path.bytes[at - 1] != '/') {
        at--;
    }
    return at;
}

static enum ark_status
walk_root(struct walk *walk, const char *root, const struct stat *info)
{
    if (S_ISREG(info->st_mode)) {
        return visit_file(walk, info, last_name(ark_buf_view(&walk->path)));
    }
    if (!S_ISDIR(info->st_mode)) {
        return ark_error_set(walk->err, ARK_E_INPUT, "neither a file nor a folder: %s", root);
    }
    // Only the root is opened here as well: that it cannot be read is an error and no report.
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return ark_error_set(walk->err, ARK_E_IO, "%s: %s", ark_error_reason(errno), root);
    }
    (void)close(fd);
    bool slash = walk->path.bytes[walk->path.len - 1] == '/';
    walk->under = walk->path.len + !slash;
    walk->device = info->st_dev;
    struct place place = {NULL, info->st_dev, info->st_ino, 0};
    return walk_folder(walk, &place, NULL, NO_GLOB);
}

enum ark_status
ark_walk(const char *root, const struct ark_walk_options *options,
         const struct ark_walk_calls *calls, struct ark_error *err)
{
    struct stat info;
    if (stat(root, &info) != 0) {
        bool absent = errno == ENOENT || errno == ENOTDIR;
        return ark_error_set(err, absent ? ARK_E_NOT_FOUND : ARK_E_IO, "%s: %s",
                             ark_error_reason(errno), root);
    }
    struct walk walk = {
        .options = options,
        .calls = calls,
        .globs = ark_xcalloc(options->glob_count + 1, sizeof *walk.globs),
        .path = ark_buf_make(PATH_BYTES_MAX),
        .err = err,
    };
    for (size_t i = 0; i < options->glob_count; i++) {
        walk.globs[i] = ark_path_pattern_of_glob(ark_str_from(options->globs[i].pattern));
    }
    ark_buf_append_str(&walk.path, ark_str_from(root));
    enum ark_status status = walk_root(&walk, root, &info);
    ark_buf_dispose(&walk.path);
    free(walk.globs);
    return status;
}
