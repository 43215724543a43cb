/**
 * @file interactive.h
 * --interactive: queries typed one after another, pages, documents of the page.
 */
#ifndef ARK_SEARCHER_INTERACTIVE_H
#define ARK_SEARCHER_INTERACTIVE_H

#include "searcher/session.h"

/**
 * Answers lines until "q" or the end of input. options are the session's own, and are
 * changed while it runs; as they were at the end. Errors are said and do not end it, but for those of
 * the output. The index is let go while a line is waited for. *matched: some query found something.
 */
enum ark_status ark_interactive_run(struct ark_session *session, struct ark_options *options,
                                    bool *matched, struct ark_error *err) ARK_MUST_CHECK;

#endif
