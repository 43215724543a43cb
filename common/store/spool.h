/**
 * @file spool.h
 * Bytes that are written once from front to back and read later: in memory up
 * to a small bound, in a temporary file without a name beyond it.
 */
#ifndef ARK_STORE_SPOOL_H
#define ARK_STORE_SPOOL_H

#include "common/base/buf.h"
#include "common/base/error.h"

/** Memory a spool may hold before it goes to its file. */
enum { ARK_SPOOL_MEMORY = 64 * 1024 };

struct ark_spool;

/**
 * Removes what a process left in the directory that was killed while it made a temporary file: a name.
 * Other processes must not be making spools there.
 */
void ark_spool_clear(const char *temp_dir);

/** An empty spool whose file, if it needs one, is made in directory temp_dir (copied). */
struct ark_spool *ark_spool_new(const char *temp_dir);
/** Frees it, and its file. Takes NULL. */
void ark_spool_free(struct ark_spool *spool);
/** Appends bytes. ARK_E_IO: no space, no file. */
enum ark_status ark_spool_append(struct ark_spool *spool, ark_str bytes,
                                 struct ark_error *err) ARK_MUST_CHECK;
/** Bytes appended so far. */
uint64_t ark_spool_bytes(const struct ark_spool *spool);
/** Copies [offset, offset + len) to out; the range must have been written. ARK_E_IO. */
enum ark_status ark_spool_read(struct ark_spool *spool, uint64_t offset, size_t len, uint8_t *out,
                               struct ark_error *err) ARK_MUST_CHECK;

#endif
