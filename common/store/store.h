/**
 * @file store.h
 * One index: an LMDB environment with immutable segments and one commit point.
 *
 * Directory layout: data/data.mdb and data/lock.mdb (LMDB's), ark.lock (one writer at a
 * time). A reader opens a snapshot, which never changes and never waits. A
 * writer collects a publication and commits it whole or not at all.
 *
 * Only common/store includes <lmdb.h>.
 */
#ifndef ARK_STORE_STORE_H
#define ARK_STORE_STORE_H

#include "common/base/buf.h"
#include "common/store/segment.h"

struct ark_store;
struct ark_snapshot;
struct ark_segment_data; /**< a finished segment not yet in the store (segment_writer.h) */

struct ark_store_options {
    bool writable;
    bool create; /**< make the directory and an empty index when absent (writable only) */
    const char
        *identity; /**< ark_analyzer_identity(); NULL accepts any (for --info, --list, --rebuild) */
    long wait_seconds; /**< how long to wait for another writer; 0 = not, -1 = for ever */
};

/**
 * Opens the index at path. ARK_E_NOT_FOUND when there is none, ARK_E_BUSY when
 * another writer holds it (the text says which process), ARK_E_FORMAT for
 * another format or analyzer (the text says the way out), ARK_E_CORRUPT when
 * the file is no index or shorter than its last page, ARK_E_STORE, ARK_E_IO.
 */
enum ark_status ark_store_open(struct ark_store **out, const char *path,
                               const struct ark_store_options *options,
                               struct ark_error *err) ARK_MUST_CHECK;
/** Closes it, gives up the writer's lock. Takes NULL. All snapshots must be closed before. */
void ark_store_close(struct ark_store *store);
/** The directory it was opened at; valid while it is open. */
const char *ark_store_path(const struct ark_store *store);

/** What an index says of itself. */
struct ark_store_figures {
    uint64_t generation; /**< grows by one with each publication */
    uint32_t segment_count;
    uint64_t document_count; /**< live */
    uint64_t dead_count;
    uint64_t token_count; /**< of live documents */
    uint64_t text_bytes;
    uint64_t stored_bytes;
    uint64_t next_segment_id; /**< of the segment that the next publication adds */
    uint64_t file_bytes;      /**< of data.mdb */
    uint32_t format_version;
    char identity[128]; /**< the analyzer the index was made with */
};

/**
 * Opens the newest published state for reading, also when a compaction has
 * replaced the file that was open. One thread uses it, and one thread at a time
 * opens and closes the snapshots of a store. Close it before any wait for the
 * user. ARK_E_CORRUPT, ARK_E_FORMAT, ARK_E_STORE.
 */
enum ark_status ark_snapshot_open(struct ark_snapshot **out, struct ark_store *store,
                                  struct ark_error *err) ARK_MUST_CHECK;
/** Ends it and every view into it. Takes NULL. */
void ark_snapshot_close(struct ark_snapshot *snapshot);
/** Its figures; valid while it is open. */
const struct ark_store_figures *ark_snapshot_figures(const struct ark_snapshot *snapshot);
/** Segment number idx < segment_count, in order of birth. Owned by the snapshot. */
struct ark_segment *ark_snapshot_segment(struct ark_snapshot *snapshot, uint32_t idx);

/** A file that was indexed, as the update run compares it. */
struct ark_file_record {
    ark_str path; /**< canonical */
    uint64_t size_bytes;
    int64_t mtime_ns;
    uint64_t content_hash; /**< XXH3-64 of the file's bytes */
};

/** Finds the row of a file; *found tells. The path view is valid while the snapshot is. O(log n). */
enum ark_status ark_snapshot_find_file(struct ark_snapshot *snapshot, ark_str path,
                                       struct ark_file_record *out, bool *found,
                                       struct ark_error *err) ARK_MUST_CHECK;
/** Calls visit for every file row, in no stated order, until it returns false. */
enum ark_status ark_snapshot_each_file(struct ark_snapshot *snapshot,
                                       bool (*visit)(void *context,
                                                     const struct ark_file_record *file),
                                       void *context, struct ark_error *err) ARK_MUST_CHECK;

/** Where a live document is. */
struct ark_document_place {
    ark_str fragment_hash; /**< 16 bytes; see ark_fragment_hash */
    uint64_t segment_id;
    ark_docid doc;
    uint64_t content_hash;
};

/**
 * Calls visit for every live document of the file until it returns false. Its
 * segment is one of the snapshot's and has the document. O(log n + documents).
 * ARK_E_CORRUPT, ARK_E_STORE.
 */
enum ark_status ark_snapshot_each_document_of(struct ark_snapshot *snapshot, ark_str path,
                                              bool (*visit)(void *context,
                                                            const struct ark_document_place *place),
                                              void *context, struct ark_error *err) ARK_MUST_CHECK;

/** The 16 bytes that stand for a fragment in the ids table. */
void ark_fragment_hash(ark_str fragment, uint8_t out[16]);

/** The remembered roots as the indexer wrote them (empty when none); valid while the snapshot is. */
enum ark_status ark_snapshot_roots(struct ark_snapshot *snapshot, ark_str *out,
                                   struct ark_error *err) ARK_MUST_CHECK;

/**
 * The dictionary that stored texts are packed with (see text_pack.h), empty when
 * the index has none; valid while the snapshot is. ARK_E_CORRUPT.
 */
enum ark_status ark_snapshot_dictionary(struct ark_snapshot *snapshot, ark_str *out,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** A document to be marked dead. */
struct ark_deletion {
    uint64_t segment_id;
    ark_docid doc;
};

/** Everything one publication changes; arrays belong to the caller. */
struct ark_publication {
    struct ark_segment_data *segment; /**< to add, or NULL */
    const struct ark_deletion *deletions;
    size_t deletion_count;
    const struct ark_file_record *files; /**< rows to write */
    size_t file_count;
    const ark_str *forgotten_files; /**< paths whose rows go */
    size_t forgotten_file_count;
    const uint64_t *dropped_segments; /**< ids of segments that were merged into segment */
    size_t dropped_segment_count;
    bool drop_everything;         /**< rebuild: every old segment, file row and id goes first */
    const ark_str *roots;         /**< new content of the roots record, or NULL to keep it */
    const struct ark_buf *groups; /**< new groups record (groups.h), or NULL to keep it */
    /** Of texts, for an index that has none or loses it by drop_everything; or NULL. */
    const ark_str *dictionary;
    const char *identity; /**< analyzer of the index from now on (with drop_everything), or NULL */
};

/**
 * Commits the publication. Chunks of the new segment are loaded before, in
 * transactions of bounded size that nothing refers to; then one transaction
 * makes all of it visible. On failure the index is as it was. ARK_E_IO (no
 * space), ARK_E_STORE, ARK_E_CORRUPT. Needs a writable store with no snapshot
 * open in this process.
 */
enum ark_status ark_store_publish(struct ark_store *store,
                                  const struct ark_publication *publication,
                                  struct ark_error *err) ARK_MUST_CHECK;

/**
 * Rewrites data.mdb without free pages and puts it in the place of the old one.
 * Readers keep what they have open and see the new file at their next snapshot.
 * Needs a writable store with no snapshot open, and room for a second copy of
 * the index. ARK_E_IO, ARK_E_STORE: the index is as it was, but the store can
 * only be closed. Cost: reads and writes the whole index.
 */
enum ark_status ark_store_compact(struct ark_store *store, struct ark_error *err) ARK_MUST_CHECK;

/** XXH3-64 of bytes, the content hash used throughout. */
uint64_t ark_content_hash(ark_str bytes);

#endif
