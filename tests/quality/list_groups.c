/**
 * @file list_groups.c
 * Prints the groups of near-duplicates of an index, one a line, the ids of their documents
 * parted by tabs: for near_duplicates.py. ark-search shows groups of documents that match
 * a query only.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/groups.h"

/** A member of a group: where its name is. */
struct member {
    uint32_t group;
    uint32_t order; // of the members as they were read
    ark_str name;
};

static int
compare_members(const void *left, const void *right)
{
    const struct member *a = left;
    const struct member *b = right;
    if (a->group != b->group) {
        return a->group < b->group ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

static enum ark_status
read_members(struct ark_snapshot *snapshot, const struct ark_groups *groups,
             struct ark_arena *arena, struct member *members, struct ark_error *err)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ark_snapshot_figures(snapshot)->segment_count; i++) {
        struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        for (uint32_t m = 0; m < groups->segments[i].count; m++) {
            struct ark_document_record record;
            struct member *member = &members[count];
            member->order = count++;
            ark_docid doc = ark_group_member(&groups->segments[i], m, &member->group);
            enum ark_status status = ark_segment_document(segment, doc, arena, &record, err);
            if (status != ARK_OK) {
                return status;
            }
            member->name = record.fragment.len > 0 ? record.fragment : record.path;
        }
    }
    return ARK_OK;
}

static enum ark_status
list(struct ark_snapshot *snapshot, struct ark_arena *arena, struct ark_error *err)
{
    struct ark_groups groups;
    enum ark_status status = ark_snapshot_groups(snapshot, arena, &groups, err);
    if (status == ARK_OK) {
        status = ark_groups_verify(&groups, snapshot, err);
    }
    if (status != ARK_OK || groups.member_count == 0) {
        return status;
    }
    size_t count = (size_t)groups.member_count;
    struct member *members = ark_xcalloc(count, sizeof *members);
    status = read_members(snapshot, &groups, arena, members, err);
    if (status == ARK_OK) {
        qsort(members, count, sizeof *members, compare_members);
    }
    for (size_t i = 0; status == ARK_OK && i < count; i++) {
        bool last = i + 1 == count || members[i + 1].group != members[i].group;
        (void)printf("%.*s%c", ARK_STR_ARG(members[i].name), last ? '\n' : '\t');
    }
    free(members);
    return status;
}

int
main(int argc, char **argv)
{
    const struct ark_store_options options = {.writable = false};
    struct ark_store *store = NULL;
    struct ark_snapshot *snapshot = NULL;
    struct ark_arena arena = ark_arena_make();
    struct ark_error error = {.text = "usage: list_groups INDEX"};
    enum ark_status status = ARK_E_ARGUMENT;
    if (argc == 2) {
        status = ark_store_open(&store, argv[1], &options, &error);
    }
    if (status == ARK_OK) {
        status = ark_snapshot_open(&snapshot, store, &error);
    }
    if (status == ARK_OK) {
        status = list(snapshot, &arena, &error);
    }
    if (status != ARK_OK) {
        (void)fprintf(stderr, "list_groups: %s\n", error.text);
    }
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    ark_arena_dispose(&arena);
    return status == ARK_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
