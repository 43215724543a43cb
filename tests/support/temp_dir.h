/**
 * @file temp_dir.h
 * Directories of tests: made empty, removed with all they hold. Failure ends
 * the program: there is nothing to test then.
 */
#ifndef ARK_TESTS_SUPPORT_TEMP_DIR_H
#define ARK_TESTS_SUPPORT_TEMP_DIR_H

#include <stddef.h>
#include <stdint.h>

/** A new empty directory under $TMPDIR, else in memory or under /tmp. The caller gives it to test_temp_dir_remove. */
char *test_temp_dir(void);
/** Removes the directory and everything in it, and frees path. */
void test_temp_dir_remove(char *path);
/** How many entries a directory has, "." and ".." not counted. */
size_t test_dir_entries(const char *path);
/** Copies the regular files of directory from, and of its subdirectories, to a new directory to. */
void test_copy_tree(const char *from, const char *to);
/** The bytes of a file; the caller frees them. */
uint8_t *test_read_file(const char *path, size_t *bytes);
/** Writes a file of these bytes in place of what was there. */
void test_write_file(const char *path, const uint8_t *content, size_t bytes);

#endif
