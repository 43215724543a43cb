#include "searcher/team.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/jobs.h"
#include "common/base/memory.h"
#include "searcher/session_impl.h"

/** Answers of each thread that are begun, or wait for those before them. */
enum { ANSWERS_PER_WORKER = 8 };

/** What a thread needs for itself. */
struct tools {
    struct ark_analyzer *analyzer;
    struct ark_snapshot *snapshot;
    struct ark_arena arena; // of the groups
    struct ark_groups groups;
};

/** A query and the session that answers it. */
struct slot {
    struct ark_session session;
    struct ark_buf line; // the identifier, then the query
    size_t id_bytes;
    struct ark_team_answer answer;
};

struct ark_team {
    struct ark_session *session;
    struct ark_jobs *jobs;
    struct tools *tools;
    unsigned workers;
    struct slot *slots;
    size_t slot_count;
    size_t added;
};

static void
answer(void *context, unsigned worker, void *item)
{
    const struct ark_team *team = context;
    struct tools *tools = &team->tools[worker];
    struct slot *slot = item;
    struct ark_session *session = &slot->session;
    ark_str line = ark_buf_view(&slot->line);
    session->analyzer = tools->analyzer;
    session->snapshot = tools->snapshot;
    session->groups = tools->groups;
    session->unsaid = NULL;
    session->print.block_count = 1; // so that each block begins with what parts it from the last
    ark_buf_clear(&session->out.buf);
    ark_buf_clear(&session->notes);
    slot->answer.status = ark_session_answer(session, ark_str_slice(line, 0, slot->id_bytes),
                                             ark_str_slice(line, slot->id_bytes, line.len),
                                             &slot->answer.matched, &slot->answer.error);
    tools->analyzer = session->analyzer;
}

/** Gives every thread a snapshot; *same tells whether all are of one state of the index. */
static enum ark_status
open_snapshots(struct ark_team *team, bool *same, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    *same = true;
    for (unsigned i = 0; i < team->workers && status == ARK_OK; i++) {
        ark_snapshot_close(team->tools[i].snapshot);
        team->tools[i].snapshot = NULL;
        status = ark_snapshot_open(&team->tools[i].snapshot, team->session->store, err);
        *same = *same && status == ARK_OK &&
                ark_snapshot_figures(team->tools[i].snapshot)->generation ==
                    ark_snapshot_figures(team->tools[0].snapshot)->generation;
    }
    return status;
}

static enum ark_status
open_tools(struct ark_team *team, struct ark_error *err)
{
    enum ark_status status = ark_session_open_index(team->session, err);
    bool same = false;
    while (status == ARK_OK && !same) { // a publication takes longer than a turn
        status = open_snapshots(team, &same, err);
    }
    for (unsigned i = 0; i < team->workers && status == ARK_OK; i++) {
        struct tools *tools = &team->tools[i];
        tools->arena = ark_arena_make();
        if (team->session->folds) {
            status = ark_snapshot_groups(tools->snapshot, &tools->arena, &tools->groups, err);
        }
    }
    ark_session_release(team->session);
    return status;
}

/** A session that shares what is only read, and writes nowhere. */
static void
open_slot(struct slot *slot, const struct ark_session *session)
{
    slot->session = *session;
    slot->session.is_beside = true;
    slot->session.tty = NULL;
    slot->session.query_arena = ark_arena_make();
    slot->session.hit_arena = ark_arena_make();
    slot->session.last_path = ark_buf_make(SIZE_MAX);
    slot->session.notes = ark_buf_make(SIZE_MAX);
    slot->session.out = ark_output_make(session->out.fd);
    slot->session.out.holds = true;
    slot->line = ark_buf_make(SIZE_MAX);
}

static void
close_slot(struct slot *slot)
{
    ark_arena_dispose(&slot->session.query_arena);
    ark_arena_dispose(&slot->session.hit_arena);
    ark_buf_dispose(&slot->session.last_path);
    ark_buf_dispose(&slot->session.notes);
    ark_output_dispose(&slot->session.out);
    ark_buf_dispose(&slot->line);
}

enum ark_status
ark_team_open(struct ark_session *session, unsigned workers, struct ark_team **out,
              struct ark_error *err)
{
    struct ark_team *team = ark_xcalloc(1, sizeof *team);
    team->session = session;
    team->workers = workers;
    team->tools = ark_xcalloc(workers, sizeof *team->tools);
    enum ark_status status = open_tools(team, err);
    if (status != ARK_OK) {
        ark_team_close(team);
        return status;
    }
    team->slot_count = (size_t)workers * ANSWERS_PER_WORKER;
    team->slots = ark_xcalloc(team->slot_count, sizeof *team->slots);
    for (size_t i = 0; i < team->slot_count; i++) {
        open_slot(&team->slots[i], session);
    }
    team->jobs = ark_jobs_new(workers, team->slot_count, answer, team);
    *out = team;
    return ARK_OK;
}

void
ark_team_close(struct ark_team *team)
{
    if (team == NULL) {
        return;
    }
    ark_jobs_free(team->jobs);
    for (size_t i = 0; i < team->slot_count; i++) {
        close_slot(&team->slots[i]);
    }
    for (unsigned i = 0; i < team->workers; i++) {
        ark_snapshot_close(team->tools[i].snapshot);
        ark_analyzer_free(team->tools[i].analyzer);
        ark_arena_dispose(&team->tools[i].arena);
    }
    free(team->slots);
    free(team->tools);
    free(team);
}

size_t
ark_team_count(const struct ark_team *team)
{
    return ark_jobs_count(team->jobs);
}

bool
ark_team_is_full(const struct ark_team *team)
{
    return ark_jobs_is_full(team->jobs);
}

void
ark_team_add(struct ark_team *team, uint64_t number, ark_str id, ark_str text)
{
    // Queries are taken in their order, so the slot of the oldest that was is free.
    struct slot *slot = &team->slots[team->added++ % team->slot_count];
    ark_buf_clear(&slot->line);
    ark_buf_append_str(&slot->line, id);
    ark_buf_append_str(&slot->line, text);
    slot->id_bytes = id.len;
    slot->answer = (struct ark_team_answer){.number = number};
    ark_jobs_add(team->jobs, slot);
}

enum ark_status
ark_team_take(struct ark_team *team, struct ark_team_answer *out, struct ark_error *err)
{
    struct slot *slot = ark_jobs_take(team->jobs);
    ARK_ASSERT(slot != NULL);
    struct ark_session *session = team->session;
    struct ark_session *beside = &slot->session;
    uint64_t blocks = beside->print.block_count - 1;
    ark_str text = ark_buf_view(&beside->out.buf);
    *out = slot->answer;
    enum ark_status status = ARK_OK;
    if (beside->unsaid != NULL) {
        status = ark_session_warn(session, beside->unsaid, err);
    }
    if (blocks > 0 && session->print.block_count == 0) {
        text = ark_str_slice(text, 1, text.len); // there is nothing to be parted from
    }
    session->print.block_count += blocks;
    ark_buf_append_str(&session->out.buf, text);
    if (beside->notes.len > 0) { // else there may be no bytes to point to
        (void)fwrite(beside->notes.bytes, 1, beside->notes.len, stderr);
    }
    return status == ARK_OK ? ark_output_flush_if_full(&session->out, err) : status;
}
