/**
 * @file team.h
 * Queries answered by several threads and printed in their order: the session
 * of a batch, and sessions beside it that keep their output until it is their
 * turn. Each thread has an analyzer and a snapshot of its own, all of one state
 * of the index; options and the terminal are shared and only read.
 */
#ifndef ARK_SEARCHER_TEAM_H
#define ARK_SEARCHER_TEAM_H

#include "searcher/session.h"

struct ark_team;

/** What became of one query. */
struct ark_team_answer {
    uint64_t number;        /**< as it was added */
    enum ark_status status; /**< as of ark_session_answer */
    struct ark_error error;
    bool matched;
};

/**
 * A team of workers >= 2 threads, the caller's among them, that prints through
 * the session, which outlives it. The errors of opening the index.
 */
enum ark_status ark_team_open(struct ark_session *session, unsigned workers, struct ark_team **out,
                              struct ark_error *err) ARK_MUST_CHECK;
/** Waits for what was begun and frees everything; what was not taken is lost. Takes NULL. */
void ark_team_close(struct ark_team *team);

/** Queries that were added and not taken. */
size_t ark_team_count(const struct ark_team *team);
/** True when one must be taken before another can be added. */
bool ark_team_is_full(const struct ark_team *team);
/** Adds a query, which is copied; the team is not full. */
void ark_team_add(struct ark_team *team, uint64_t number, ark_str id, ark_str text);
/**
 * Waits for the oldest query, says its warnings and prints its answer. There is
 * one. ARK_E_IO.
 */
enum ark_status ark_team_take(struct ark_team *team, struct ark_team_answer *out,
                              struct ark_error *err) ARK_MUST_CHECK;

#endif
