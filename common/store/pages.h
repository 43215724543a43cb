/**
 * @file pages.h
 * Looks at LMDB's own pages before LMDB follows them. It has no checksums and
 * believes what its pages say: a damaged one makes it copy beyond a buffer,
 * follow a null pointer, or hand out pages that are in use. Signals that come
 * of it inside the map are fault.h's; this is for what gives no signal.
 *
 * The layout is that of LMDB's data format 1, that is, of every version 0.9,
 * with 64-bit page numbers; opening the environment has checked that it is
 * that. Integers are in the machine's order, as LMDB writes them.
 */
#ifndef ARK_STORE_PAGES_H
#define ARK_STORE_PAGES_H

#include "common/store/store_impl.h"

/** What to look at: bits 1 << enum ark_db, and these. The page of databases is always looked at. */
enum {
    ARK_PAGES_FREE = 1 << ARK_DB_COUNT, /**< the list of free pages, against all that are in use */
    ARK_PAGES_READING = 1 << ARK_DB_META | 1 << ARK_DB_STREAM | 1 << ARK_DB_DEAD,
    ARK_PAGES_ROWS = 1 << ARK_DB_IDS | 1 << ARK_DB_FILES,
    ARK_PAGES_WRITING = ARK_PAGES_READING | ARK_PAGES_ROWS | ARK_PAGES_FREE,
};

/**
 * Checks, before LMDB opens the environment, that both states in data.mdb name
 * one possible size of pages: LMDB divides by it; and that it is a file, since
 * LMDB would wait for a pipe. ARK_OK when there is no file or it is empty. ARK_E_CORRUPT, ARK_E_IO.
 */
enum ark_status ark_pages_check_head(const struct ark_store *store,
                                     struct ark_error *err) ARK_MUST_CHECK;

/**
 * Checks the trees of the databases in parts, as a transaction that only reads
 * sees them: pages are what the tree makes of them, entries lie inside them and
 * in order, no page has two uses. Of the pages that hold chunks only their
 * numbers are looked at. ARK_E_CORRUPT, ARK_E_IO. Cost: one page of 4 KiB for
 * 20 MB of streams, and one for 60 documents with ARK_PAGES_ROWS.
 */
enum ark_status ark_pages_check(const struct ark_store *store, MDB_txn *txn, unsigned parts,
                                struct ark_error *err) ARK_MUST_CHECK;

/**
 * Where LMDB has mapped the file, told by a value of a few bytes inside the map,
 * whose page has been checked; NULL when it cannot be told.
 */
const uint8_t *ark_pages_map(const struct ark_store *store, ark_str value);

/** Reads bytes of the map at map from the file itself. ARK_E_CORRUPT, ARK_E_IO. */
enum ark_status ark_pages_read(const struct ark_store *store, const uint8_t *map, ark_str bytes,
                               uint8_t *out, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Checks the pages that hold the chunks of a segment, of which LMDB reads when
 * it deletes them how many they are. ARK_E_CORRUPT, ARK_E_IO, ARK_E_STORE.
 * Cost: one page for each chunk.
 */
enum ark_status ark_pages_check_chunks(const struct ark_store *store, uint64_t segment_id,
                                       struct ark_error *err) ARK_MUST_CHECK;

#endif
