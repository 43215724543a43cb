/**
 * @file options.h
 * The command line and settings of ark-index.
 */
#ifndef ARK_INDEXER_OPTIONS_H
#define ARK_INDEXER_OPTIONS_H

#include "common/base/buf.h"
#include "common/base/options.h"
#include "common/terminal/screen.h"

/** What the run is to do. */
enum ark_index_mode {
    ARK_MODE_UPDATE,
    ARK_MODE_REBUILD,
    ARK_MODE_DELETE,
    ARK_MODE_COMPACT,
    ARK_MODE_VERIFY,
    ARK_MODE_LIST,
    ARK_MODE_INFO,
    ARK_MODE_HELP,
    ARK_MODE_VERSION,
};

struct ark_index_options {
    enum ark_index_mode mode;
    char *index_path;
    enum ark_when color;
    enum ark_when progress;
    enum ark_bidi bidi; /**< on terminals */
    bool quiet;
    bool null_ended;
    bool json;
    bool dry_run;
    unsigned verbose;
    uint64_t memory_bytes_max;
    unsigned jobs;           /**< threads that work, at least 1 */
    long wait_seconds;       /**< 0 = not, -1 = for ever */
    struct ark_buf settings; /**< of roots given now: see roots.h */
    bool settings_given;     /**< some of them on the command line */
    char **paths;            /**< arguments, then the names of --files-from */
    size_t path_count;
    size_t listed_start; /**< where the latter begin */
    char *list_bytes;    /**< what the latter point into */
};

/** The table, in the order of --help and manual. */
extern const struct ark_option ark_index_option_table[];

/**
 * Reads command line and config file into *out, which the caller disposes of
 * whatever the status. --help and --version end the reading: *out then has
 * only its mode. ARK_E_ARGUMENT; ARK_E_NOT_FOUND, ARK_E_IO: config file or list.
 */
enum ark_status ark_index_options_read(int argc, char **argv, struct ark_index_options *out,
                                       struct ark_error *err) ARK_MUST_CHECK;
/** Frees what *options holds. */
void ark_index_options_dispose(struct ark_index_options *options);
/** Prints --help to standard output. */
void ark_index_print_help(const struct ark_screen *screen);

#endif
