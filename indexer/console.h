/**
 * @file console.h
 * What a run says while it works: a line for each document, warnings, the
 * progress line and the summary. Everything but the lines of a dry run goes to
 * stderr; user text comes last on its line and is made visible. On a terminal each
 * line but that of the progress, which is ASCII, goes through the layer of
 * common/terminal.
 */
#ifndef ARK_INDEXER_CONSOLE_H
#define ARK_INDEXER_CONSOLE_H

#include "common/terminal/screen.h"
#include "indexer/foreign.h"
#include "indexer/progress.h"

/** What happened to a document, or what would in a dry run. */
enum ark_change { ARK_CHANGE_ADDED, ARK_CHANGE_REPLACED, ARK_CHANGE_REMOVED };
enum { ARK_CHANGE_COUNT = 3 };

struct ark_console {
    bool quiet;
    bool dry_run;
    unsigned verbose; /**< how often -v was given */
    struct ark_progress progress;
    const struct ark_screen *screen; /**< where lines go; outlives the run */
};

/** What a run did, for the summary. */
struct ark_run_figures {
    uint64_t changed[ARK_CHANGE_COUNT]; /**< documents, by enum ark_change */
    uint64_t skipped;                   /**< documents and files that could not be read */
    struct ark_foreign_counts foreign;  /**< documents of other programs, passed over */
    bool incomplete;                    /**< a folder or root could not be read */
    uint64_t total;                     /**< documents in the index after the run */
    uint64_t text_bytes;                /**< of added and replaced documents */
    uint64_t words;                     /**< of them */
    uint64_t index_bytes;               /**< size of the index file */
    bool nothing_found;                 /**< a given path had no documents, which was said */
};

/** Prints "ark-index: warning: TEXT", unless quiet. */
void ark_console_warn(struct ark_console *console, const char *text);
/** Prints "ark-index: TEXT", unless quiet. */
void ark_console_notice(struct ark_console *console, const char *text);

/**
 * The line of a document under -v ("added: PATH") or in a dry run ("would add:
 * PATH", on stdout); details (may be NULL) are for -vv. fragment is empty for a
 * plain file.
 */
void ark_console_change(struct ark_console *console, enum ark_change change, ark_str path,
                        ark_str fragment, const char *details);
/** The line under -v of a file or member that is no text: "not text: PATH[#FRAGMENT]". */
void ark_console_binary(struct ark_console *console, ark_str path, ark_str fragment);

/** Says which documents of other programs were passed over, and what makes text of them. */
void ark_console_foreign(struct ark_console *console, const struct ark_foreign_counts *counts);

/** Prints the one-line summary of a run that lasted elapsed_ns, unless quiet. */
void ark_console_summary(struct ark_console *console, const struct ark_run_figures *figures,
                         uint64_t elapsed_ns);
/** Appends the summary without program name and line end. */
void ark_summary_format(const struct ark_run_figures *figures, bool dry_run, uint64_t elapsed_ns,
                        struct ark_buf *out);

#endif
