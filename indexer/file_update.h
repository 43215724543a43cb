/**
 * @file file_update.h
 * Brings the documents of one file up to date: reads it, compares each document
 * with what the index holds of the file, and gives the builder the difference.
 *
 * What cannot be read is reported and keeps its old version. In a dry run (no
 * builder) the same reading and comparing is done and nothing is kept.
 */
#ifndef ARK_INDEXER_FILE_UPDATE_H
#define ARK_INDEXER_FILE_UPDATE_H

#include "indexer/builder.h"
#include "indexer/console.h"
#include "indexer/reader.h"

/** A document of the file as the index has it. */
struct ark_old_document {
    uint8_t fragment_hash[16];
    struct ark_document_place place; /**< its view of the hash is not used */
    bool kept;                       /**< seen again, or to be kept for another reason */
};

/** What all files of a run share. Zero but for the first four fields at the start. */
struct ark_file_updater {
    struct ark_snapshot *snapshot; /**< NULL: there is nothing to compare with */
    struct ark_builder *builder;   /**< NULL in a dry run */
    struct ark_console *console;
    struct ark_run_figures *figures;
    struct ark_old_document *old; /**< of the file at hand, by fragment hash */
    size_t old_count;
    size_t old_capacity;
};

/** One file to read. */
struct ark_file_job {
    ark_str path;         /**< canonical, NUL-ended; "-" is standard input */
    size_t name_start;    /**< where the path under its root begins */
    size_t display_start; /**< where the part shown to the user begins */
    struct ark_reader *reader;
    uint64_t size_bytes; /**< as the walk saw it */
    uint64_t
        known_hash; /**< hash of the bytes last indexed if it may be the same still; 0 = read it */
    bool named;     /**< given by name: being no text is worth a warning */
};

/**
 * Updates one file; *document_count tells how many documents it has now. ARK_OK
 * also when it could not be read (that is counted as skipped). Any other
 * status ends the run: ARK_E_INTERRUPTED, or what builder or store say.
 */
enum ark_status ark_file_update(struct ark_file_updater *updater, const struct ark_file_job *job,
                                uint64_t *document_count, struct ark_error *err) ARK_MUST_CHECK;

/** Removes every document of the file and its row. display_start as above. */
enum ark_status ark_file_forget(struct ark_file_updater *updater, ark_str path,
                                size_t display_start, struct ark_error *err) ARK_MUST_CHECK;

/** Removes the document at place, which is one of the file's. */
enum ark_status ark_document_forget(struct ark_file_updater *updater, ark_str shown_path,
                                    const struct ark_document_place *place,
                                    struct ark_error *err) ARK_MUST_CHECK;

/** Loads the documents the index has of the file into updater->old. */
enum ark_status ark_file_load_old(struct ark_file_updater *updater, ark_str path,
                                  struct ark_error *err) ARK_MUST_CHECK;

/** Frees what the updater holds; not the first four. */
void ark_file_updater_dispose(struct ark_file_updater *updater);

/** Warns with the text of a report about a path, shown from display_start on. */
void ark_warn_about_path(struct ark_console *console, const char *text, ark_str path,
                         size_t display_start);

/** The document's table record; strings lie in the arena. */
enum ark_status ark_document_record_at(struct ark_snapshot *snapshot,
                                       const struct ark_document_place *place,
                                       struct ark_arena *arena, struct ark_document_record *out,
                                       struct ark_error *err) ARK_MUST_CHECK;

#endif
