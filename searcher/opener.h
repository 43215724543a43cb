/**
 * @file opener.h
 * Opens a file with the program of the user's desktop.
 */
#ifndef ARK_SEARCHER_OPENER_H
#define ARK_SEARCHER_OPENER_H

#include "common/base/error.h"
#include "common/base/str.h"

/**
 * Runs $ARK_OPENER (words parted as $ARK_PAGER's are) or xdg-open with the path, without a
 * shell, and waits for it to end. ARK_E_NOT_FOUND when the file is gone; ARK_E_IO when the program
 * cannot be run or fails.
 */
enum ark_status ark_open_path(ark_str path, struct ark_error *err) ARK_MUST_CHECK;

#endif
