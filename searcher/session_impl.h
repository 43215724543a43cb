/**
 * @file session_impl.h
 * The inside of struct ark_session, for the files of searcher that answer: answer.c,
 * show.c and team.c.
 */
#ifndef ARK_SEARCHER_SESSION_IMPL_H
#define ARK_SEARCHER_SESSION_IMPL_H

#include "common/terminal/screen.h"
#include "searcher/output.h"
#include "searcher/print.h"
#include "searcher/session.h"
#include "searcher/suggest.h"

enum {
    ARK_SESSION_PATH_BYTES_MAX = 4096,
    ARK_SESSION_HOST_BYTES_MAX = 256, /**< more than any system has */
};

/** A hit of the page that is shown, for --interactive. */
struct ark_session_place {
    uint32_t rank;
    char *name;      /**< "PATH" or "PATH#FRAGMENT"; owned */
    size_t path_len; /**< of PATH */
};

struct ark_session {
    const struct ark_options *options;
    struct ark_tty *tty;          /**< the terminal that standard output is, or NULL */
    struct ark_terminal terminal; /**< standard output */
    struct ark_messages messages;
    struct ark_print print;
    const struct ark_printer *printer;
    struct ark_output out;
    char working_directory[ARK_SESSION_PATH_BYTES_MAX];
    char host[ARK_SESSION_HOST_BYTES_MAX];
    struct ark_analyzer *analyzer;
    struct ark_store *store;
    struct ark_snapshot *snapshot;
    bool is_empty;            /**< the snapshot that was opened last has no documents */
    bool is_past_end;         /**< the last query has hits, but none from --offset on */
    bool folds;               /**< near-duplicates */
    struct ark_groups groups; /**< of the snapshot, when folds */
    struct ark_arena snapshot_arena;
    struct ark_suggestions suggestions; /**< of the last query */
    struct ark_buf last_path;           /**< of the hit printed last; empty: none was */
    bool last_is_part;                  /**< it is a record or member of that file */
    bool keeps_places;
    struct ark_session_place *places; /**< of the last query, when keeps_places */
    uint32_t place_count;
    size_t place_capacity;
    struct ark_arena query_arena;   /**< lives for a query */
    struct ark_arena hit_arena;     /**< lives for a hit */
    struct ark_buf notes;           /**< lines for standard error */
    bool is_beside;                 /**< of a team (team.h): says nothing by itself */
    const struct ark_query *unsaid; /**< beside: the query whose warnings are not yet said */
};

/** Opens what is not open yet: index, snapshot, groups. The errors of the store; ARK_E_NOT_FOUND. */
enum ark_status ark_session_open_index(struct ark_session *session,
                                       struct ark_error *err) ARK_MUST_CHECK;

/** Forgets the places of the last query. */
void ark_session_forget_places(struct ark_session *session);

/** Says what the parser mended, unless --quiet; earlier answers come before it. ARK_E_IO. */
enum ark_status ark_session_warn(struct ark_session *session, const struct ark_query *query,
                                 struct ark_error *err) ARK_MUST_CHECK;

/** Prints the concordance of the query's hits. The errors of the store. */
enum ark_status ark_session_concordance(struct ark_session *session, struct ark_plan *plan,
                                        const struct ark_shown_query *query,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** The analyzer, made when first asked for; what it keeps of past queries is bounded. */
struct ark_analyzer *ark_session_analyzer(struct ark_session *session);

#endif
