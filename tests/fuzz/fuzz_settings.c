/**
 * @file fuzz_settings.c
 * What people and older programs wrote to be read: the config file, lines of
 * .arkignore, the index's record of roots, $ARK_COLORS. A first byte chooses.
 *
 * Whatever ark-index takes from a config file it can read back from the record
 * of roots; a record that is read is written as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/terminal/terminal.h"
#include "fuzz_target.h"
#include "indexer/options.h"
#include "indexer/path_pattern.h"
#include "indexer/roots.h"
#include "tests/support/temp_dir.h"

/** Made at the first config file, removed at the end of the program. */
static char *dir;

static void
remove_dir(void)
{
    test_temp_dir_remove(dir);
}

/** What was accepted by the options, or stands in a record that was. */
static enum ark_status
read_settings(ark_str settings)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_root_options options;
    enum ark_status status = ark_settings_read(settings, &arena, &options, NULL);
    ark_arena_dispose(&arena);
    return status;
}

static void
check_config(const uint8_t *data, size_t size)
{
    if (dir == NULL) {
        dir = test_temp_dir();
        int registered = atexit(remove_dir);
        ARK_ASSERT(registered == 0);
    }
    char *path = ark_path_join(dir, "config");
    test_write_file(path, data, size);
    char program[] = "ark-index";
    char option[] = "--config";
    char *argv[] = {program, option, path, NULL};
    struct ark_index_options options;
    struct ark_error err = {.status = ARK_OK};
    enum ark_status status = ark_index_options_read(3, argv, &options, &err);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_ARGUMENT || status == ARK_E_LIMIT);
    ARK_ASSERT(status == ARK_OK || err.text[0] != '\0');
    if (status == ARK_OK) {
        status = read_settings(ark_buf_view(&options.settings));
        ARK_ASSERT(status == ARK_OK);
    }
    ark_index_options_dispose(&options);
    free(path);
}

/** A line of .arkignore, then a path. */
static void
check_pattern(const uint8_t *data, size_t size)
{
    ark_str rest = ark_str_make(data, size);
    ark_str line = {NULL, 0};
    if (!ark_str_next_line(&rest, &line)) {
        return;
    }
    struct ark_path_pattern pattern;
    if (ark_path_pattern_parse(line, &pattern)) {
        bool file = ark_path_pattern_matches(&pattern, rest, false);
        bool folder = ark_path_pattern_matches(&pattern, rest, true);
        ARK_ASSERT(folder || !file);
        ARK_ASSERT(!file || !pattern.folders);
    }
    pattern = ark_path_pattern_of_glob(line);
    ARK_ASSERT(!pattern.negated);
    (void)ark_path_pattern_matches(&pattern, rest, true);
}

static void
check_roots(ark_str record)
{
    struct ark_roots roots = ark_roots_make();
    if (ark_roots_parse(&roots, record, NULL) == ARK_OK && record.len > 0) {
        struct ark_buf again = ark_buf_make(SIZE_MAX);
        ark_roots_encode(&roots, &again);
        struct ark_roots back = ark_roots_make();
        enum ark_status status = ark_roots_parse(&back, ark_buf_view(&again), NULL);
        ARK_ASSERT(status == ARK_OK && back.count == roots.count);
        for (size_t i = 0; i < roots.count; i++) {
            const struct ark_root *root = &roots.items[i];
            ARK_ASSERT(ark_str_equal(root->path, back.items[i].path));
            ARK_ASSERT(ark_str_equal(root->settings, back.items[i].settings));
            ARK_ASSERT(root->file_system == back.items[i].file_system);
            ARK_ASSERT(ark_roots_find(&roots, root->path) == root);
            (void)read_settings(root->settings);
        }
        ark_roots_dispose(&back);
        ark_buf_dispose(&again);
    }
    ark_roots_dispose(&roots);
}

static void
check_colors(const uint8_t *data, size_t size)
{
    char *colors = ark_xmalloc(size + 1);
    memcpy(colors, data, size);
    colors[size] = '\0';
    const struct ark_terminal_request request = {.color = true, .colors = colors};
    struct ark_terminal terminal;
    enum ark_status status = ark_terminal_decide(&request, &terminal, NULL);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_ARGUMENT);
    for (size_t style = 0; style < ARK_STYLE_COUNT; style++) {
        // Nothing but numbers reaches the terminal.
        ARK_ASSERT(terminal.sgr[style][strspn(terminal.sgr[style], "0123456789;")] == '\0');
    }
    free(colors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    switch (data[0] % 4) {
    case 0:
        check_config(data + 1, size - 1);
        break;
    case 1:
        check_pattern(data + 1, size - 1);
        break;
    case 2:
        check_roots(ark_str_make(data + 1, size - 1));
        break;
    default:
        check_colors(data + 1, size - 1);
        break;
    }
    return 0;
}
