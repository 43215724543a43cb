/**
 * @file session.h
 * One run of ark-search: the index, the output, and answering queries.
 *
 * A session answers any number of queries, one after another. It opens the
 * index with the first one, so what goes wrong before costs nothing.
 */
#ifndef ARK_SEARCHER_SESSION_H
#define ARK_SEARCHER_SESSION_H

#include "searcher/options.h"

struct ark_session;

/**
 * A session; options must outlive it. Nothing is opened yet. From here on, while
 * the session lives, ark_message writes for the terminal. ARK_E_ARGUMENT:
 * $ARK_COLORS.
 */
enum ark_status ark_session_new(const struct ark_options *options, struct ark_session **out,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Closes everything; what was not flushed is lost. Takes NULL. */
void ark_session_free(struct ark_session *session);

/**
 * Answers one query: prints its hits in the format asked for. id is that of a
 * batch (bytes NULL when there is none). *matched tells whether any document
 * matched; warnings go to standard error. The errors of the parser, the store
 * and the output; the session stays usable after ARK_E_ARGUMENT and ARK_E_LIMIT.
 */
enum ark_status ark_session_answer(struct ark_session *session, ark_str id, ark_str text,
                                   bool *matched, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Prints the stored text of the document that options.show names, with what the query,
 * if there is one, matches in it. ARK_E_NOT_FOUND, ARK_E_ARGUMENT: which
 * document is meant cannot be told; the errors of a query.
 */
enum ark_status ark_session_show(struct ark_session *session, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Says on standard error that the query matched nothing, or why none can: the
 * index has no documents.
 */
void ark_session_say_no_match(const struct ark_session *session, const char *query);

/** True when the last query has matches, but fewer than --offset passes over. */
bool ark_session_is_past_end(const struct ark_session *session);

/** True when the index was opened and had no documents: every query matches nothing. */
bool ark_session_is_empty(const struct ark_session *session);

/** Says on standard error what the last query may have meant, if anything was found. */
void ark_session_say_suggestions(struct ark_session *session);

/**
 * Prints the words of the index that options.complete may become; *any tells
 * whether there are some. The errors of the store.
 */
enum ark_status ark_session_complete(struct ark_session *session, bool *any,
                                     struct ark_error *err) ARK_MUST_CHECK;

/**
 * Opens the file of the last hit that was printed with its usual program; says so when
 * the hit is a record or member of it. ARK_E_NOT_FOUND: none was, or its file is
 * gone. ARK_E_IO.
 */
enum ark_status ark_session_open_hit(struct ark_session *session,
                                     struct ark_error *err) ARK_MUST_CHECK;

/**
 * Shows what was printed so far, through the pager if it outgrows the screen and
 * --pager allows; lets go of the state of the index before it waits for one.
 * ARK_E_IO.
 */
enum ark_status ark_session_flush(struct ark_session *session,
                                  struct ark_error *err) ARK_MUST_CHECK;

/** Lets go of the state of the index, before a wait; the next query sees the newest one. */
void ark_session_release(struct ark_session *session);

#endif
