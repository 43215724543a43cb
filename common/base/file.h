/**
 * @file file.h
 * Files and paths: read, make, replace. Paths are NUL-ended bytes.
 */
#ifndef ARK_BASE_FILE_H
#define ARK_BASE_FILE_H

#include "common/base/buf.h"
#include "common/base/error.h"

/**
 * Reads the whole of path ("-" is standard input) into buf, replacing its
 * content. ARK_E_NOT_FOUND, ARK_E_IO; ARK_E_LIMIT when it is longer than
 * bytes_max (which is at most buf->bytes_max).
 */
enum ark_status ark_file_read(const char *path, size_t bytes_max, struct ark_buf *buf,
                              struct ark_error *err) ARK_MUST_CHECK;

/** Makes the directory path and its parents (mode 0777 less umask). An existing directory is fine. */
enum ark_status ark_dir_make(const char *path, struct ark_error *err) ARK_MUST_CHECK;

/**
 * The absolute path of path with symbolic links resolved, as realpath(3).
 * *out is the caller's to free. ARK_E_NOT_FOUND, ARK_E_IO.
 */
enum ark_status ark_path_canonical(const char *path, char **out,
                                   struct ark_error *err) ARK_MUST_CHECK;

/** dir + "/" + name; the caller frees it. A dir that ends in '/' gets no second one. */
char *ark_path_join(const char *dir, const char *name);

#endif
