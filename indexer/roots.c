#include "indexer/roots.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "common/base/memory.h"
#include "common/base/options.h"
#include "indexer/paths.h"

#define ROOTS_MAGIC "ark-roots 1"

struct ark_roots
ark_roots_make(void)
{
    return (struct ark_roots){.by_path = ark_hashmap_make(), .strings = ark_arena_make()};
}

void
ark_roots_dispose(struct ark_roots *roots)
{
    free(roots->items);
    ark_hashmap_dispose(&roots->by_path);
    ark_arena_dispose(&roots->strings);
    *roots = ark_roots_make();
}

struct ark_root *
ark_roots_find(const struct ark_roots *roots, ark_str path)
{
    uint32_t place = ark_hashmap_find(&roots->by_path, path);
    bool known = place != ARK_HASHMAP_ABSENT && !roots->items[place].forgotten;
    return known ? &roots->items[place] : NULL;
}

struct ark_root *
ark_roots_covering(const struct ark_roots *roots, ark_str path)
{
    for (;;) {
        struct ark_root *root = ark_roots_find(roots, path);
        if (root != NULL && root->directory) {
            return root;
        }
        ark_str parent = ark_path_parent(path);
        if (parent.len == path.len || parent.len == 0) {
            return NULL;
        }
        path = parent;
    }
}

struct ark_root *
ark_roots_set(struct ark_roots *roots, ark_str path, bool directory, ark_str settings)
{
    uint32_t place = ark_hashmap_intern(&roots->by_path, path);
    if (place == roots->count) {
        ARK_GROW(roots->items, roots->capacity, roots->count + 1);
        roots->items[roots->count++] =
            (struct ark_root){.path = ark_arena_dup(&roots->strings, path)};
    }
    struct ark_root *root = &roots->items[place];
    root->directory = directory;
    root->forgotten = false;
    root->settings = ark_arena_dup(&roots->strings, settings);
    return root;
}

/** The string at the front of *rest and its NUL. False when there is no NUL. */
static bool
take_string(ark_str *rest, ark_str *out)
{
    const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->bytes, '\0', rest->len);
    if (end == NULL) {
        return false;
    }
    size_t len = (size_t)(end - rest->bytes);
    *out = ark_str_slice(*rest, 0, len);
    *rest = ark_str_slice(*rest, len + 1, rest->len);
    return true;
}

static bool
parse_hexadecimal(ark_str text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.bytes[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'a' || c > 'f')) {
            return false;
        }
        *out = *out << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    return text.len >= 1 && text.len <= 16;
}

/** Takes one root from *rest and adds it. */
static bool
parse_root(struct ark_roots *roots, ark_str *rest)
{
    ark_str kind;
    ark_str path;
    ark_str hexadecimal;
    ark_str setting;
    uint64_t file_system = 0;
    if (!take_string(rest, &kind) || !take_string(rest, &path) ||
        !take_string(rest, &hexadecimal)) {
        return false;
    }
    const uint8_t *settings = rest->bytes;
    do {
        if (!take_string(rest, &setting)) {
            return false;
        }
    } while (setting.len > 0);
    bool directory = ark_str_equal(kind, ARK_STR("dir"));
    if ((!directory && !ark_str_equal(kind, ARK_STR("file"))) ||
        !ark_str_starts_with(path, ARK_STR("/")) || !parse_hexadecimal(hexadecimal, &file_system) ||
        ark_roots_find(roots, path) != NULL) {
        return false;
    }
    size_t settings_bytes = (size_t)(setting.bytes - settings);
    struct ark_root *root =
        ark_roots_set(roots, path, directory, ark_str_make(settings, settings_bytes));
    root->file_system = file_system;
    return true;
}

enum ark_status
ark_roots_parse(struct ark_roots *roots, ark_str record, struct ark_error *err)
{
    ark_str rest = record;
    ark_str magic;
    if (record.len == 0) {
        return ARK_OK;
    }
    if (!take_string(&rest, &magic) || !ark_str_equal(magic, ARK_STR(ROOTS_MAGIC))) {
        return ark_error_set(err, ARK_E_CORRUPT, "the record of roots does not begin with \"%s\"",
                             ROOTS_MAGIC);
    }
    while (rest.len > 0) {
        size_t offset = record.len - rest.len;
        if (!parse_root(roots, &rest)) {
            return ark_error_set(err, ARK_E_CORRUPT, "the record of roots is damaged, byte %zu",
                                 offset);
        }
    }
    return ARK_OK;
}

static void
append_string(struct ark_buf *out, ark_str text)
{
    ark_buf_append_str(out, text);
    ark_buf_push(out, '\0');
}

void
ark_roots_encode(const struct ark_roots *roots, struct ark_buf *out)
{
    append_string(out, ARK_STR(ROOTS_MAGIC));
    for (size_t i = 0; i < roots->count; i++) {
        const struct ark_root *root = &roots->items[i];
        if (root->forgotten) {
            continue;
        }
        append_string(out, root->directory ? ARK_STR("dir") : ARK_STR("file"));
        append_string(out, root->path);
        ark_buf_printf(out, "%" PRIx64, root->file_system);
        ark_buf_push(out, '\0');
        ark_buf_append_str(out, root->settings);
        ark_buf_push(out, '\0');
    }
}

static bool
has_name(ark_str setting, const char *name, const char **value)
{
    ark_str prefix = ark_str_from(name);
    if (!ark_str_starts_with(setting, prefix) || setting.len == prefix.len ||
        setting.bytes[prefix.len] != '=') {
        return false;
    }
    *value = (const char *)setting.bytes + prefix.len + 1;
    return true;
}

static bool
read_switch(ark_str setting, struct ark_walk_options *walk)
{
    const char *value = NULL;
    if (has_name(setting, "hidden", &value)) {
        walk->hidden = true;
    } else if (has_name(setting, "follow", &value)) {
        walk->follow = true;
    } else if (has_name(setting, "one-file-system", &value)) {
        walk->one_file_system = true;
    }
    return value != NULL;
}

/** One setting, which a NUL follows; globs has room for it. */
static bool
read_setting(ark_str setting, struct ark_walk_glob *globs, struct ark_root_options *out)
{
    const char *value = NULL;
    bool include = has_name(setting, "include", &value);
    if (include || has_name(setting, "exclude", &value)) {
        globs[out->walk.glob_count++] =
            (struct ark_walk_glob){.pattern = value, .include = include};
        return true;
    }
    if (has_name(setting, "type", &value)) {
        out->reader.type = value;
        return true;
    }
    if (has_name(setting, "encoding", &value)) {
        out->reader.encoding = value;
        return true;
    }
    if (has_name(setting, "map", &value)) {
        return ark_reader_set_map(&out->reader, value, NULL) == ARK_OK;
    }
    if (has_name(setting, "max-size", &value)) {
        return ark_parse_number(value, UINT64_MAX, &out->reader.document_bytes_max);
    }
    return read_switch(setting, &out->walk);
}

enum ark_status
ark_settings_read(ark_str settings, struct ark_arena *arena, struct ark_root_options *out,
                  struct ark_error *err)
{
    struct ark_root_options options = {
        .reader = {.document_bytes_max = ARK_DOCUMENT_BYTES_DEFAULT}};
    size_t setting_count = 0;
    for (size_t i = 0; i < settings.len; i++) {
        setting_count += settings.bytes[i] == '\0';
    }
    struct ark_walk_glob *globs = ark_arena_calloc(arena, setting_count, sizeof *globs);
    ark_str setting;
    while (take_string(&settings, &setting)) {
        if (!read_setting(setting, globs, &options)) {
            return ark_error_set(err, ARK_E_CORRUPT, "unknown setting in the record of roots: %.*s",
                                 ARK_STR_ARG(setting));
        }
    }
    options.walk.globs = globs;
    *out = options;
    return ARK_OK;
}

/** The folder of root, NUL-ended. Caller frees. */
static char *
folder_of(const struct ark_root *root)
{
    ark_str folder = root->directory ? root->path : ark_path_parent(root->path);
    char *path = ark_xmalloc(folder.len + 1);
    memcpy(path, folder.bytes, folder.len);
    path[folder.len] = '\0';
    return path;
}

static bool
file_system_of(const char *path, uint64_t *out)
{
    struct statvfs info;
    if (statvfs(path, &info) != 0) {
        return false;
    }
    *out = (uint64_t)info.f_fsid;
    return true;
}

static bool
is_empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    size_t names = 0;
    // "." and ".." are two; a third settles it.
    while (names < 3 && readdir(folder) != NULL) {
        names++;
    }
    (void)closedir(folder);
    return names < 3;
}

bool
ark_root_is_away(const struct ark_root *root)
{
    char *folder = folder_of(root);
    uint64_t file_system = 0;
    bool away = !file_system_of(folder, &file_system) ||
                (file_system != root->file_system && is_empty_folder(folder));
    free(folder);
    return away;
}

void
ark_root_note_file_system(struct ark_root *root)
{
    char *folder = folder_of(root);
    (void)file_system_of(folder, &root->file_system);
    free(folder);
}
