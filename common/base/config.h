/**
 * @file config.h
 * The config file, and the places of config file and index.
 */
#ifndef ARK_BASE_CONFIG_H
#define ARK_BASE_CONFIG_H

#include "common/base/options.h"

/**
 * Reads a config file of "name = value" lines (comments begin with #; names as
 * the long options; text in quotes keeps its blanks; an option without an
 * argument takes yes or no) and gives each option of the table that is
 * in_config to the handler. Names in other_names (ends with NULL) belong to
 * the other program and are passed over, "filter." names too. A missing file
 * is ARK_OK when must_exist is false. ARK_E_ARGUMENT names the file and line.
 */
enum ark_status ark_config_read(const struct ark_command_line *line, const char *path,
                                bool must_exist, const char *const *other_names,
                                struct ark_error *err) ARK_MUST_CHECK;

/** The config file to read: option, else $ARK_CONFIG, else the XDG place. Caller frees. *named tells that it must exist. */
char *ark_config_path(const char *option, bool *named);
/**
 * The index directory: option (command line), else $ARK_INDEX, else config
 * (where a leading "~/" is the home directory), else the XDG place. Arguments
 * may be NULL. Caller frees.
 */
char *ark_index_path(const char *command_line, const char *config);

#endif
