/**
 * @file property_near_groups.c
 * An index that has grown, lost and merged documents has the same groups of near-duplicates
 * as one made anew of the documents that are left.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/store/groups.h"
#include "indexer/builder.h"
#include "tests/support/random.h"
#include "tests/support/temp_dir.h"

enum { ORIGINALS = 12, NAMES_MAX = 400, WORDS = 120, ROUNDS = 14 };

static uint64_t current_seed;

/** Ends the program unless what must hold holds. */
static void
expect(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", what, current_seed);
        exit(EXIT_FAILURE);
    }
}

/** The documents that there are, by number; NULL: gone, or not yet. */
struct library {
    char *bodies[NAMES_MAX];
    uint32_t count;
};

static ark_str
name_of(uint32_t number, char out[16])
{
    (void)snprintf(out, 16, "/d/%05" PRIu32, number);
    return ark_str_from(out);
}

/** A variant of one of some originals: some words replaced, cut at either end. */
static char *
random_body(struct test_random *random)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    uint32_t original = test_random_below(random, ORIGINALS);
    uint32_t first = test_random_below(random, WORDS / 3);
    uint32_t end = WORDS - test_random_below(random, WORDS / 3);
    uint32_t replaced_in = 3 + test_random_below(random, 60);
    for (uint32_t i = first; i < end; i++) {
        bool replaced = test_random_one_in(random, replaced_in);
        uint32_t word = replaced ? test_random_below(random, 100000) : original * 1000 + i;
        ark_buf_printf(&text, "w%" PRIu32 "x ", word);
    }
    char *body = ark_xstrdup(ark_buf_cstr(&text));
    ark_buf_dispose(&text);
    return body;
}

static struct ark_store *
open_store(const char *dir)
{
    const struct ark_store_options options = {.writable = true, .create = true};
    struct ark_store *store = NULL;
    expect(ark_store_open(&store, dir, &options, NULL) == ARK_OK, "no store");
    return store;
}

static void
add(struct ark_builder *builder, uint32_t number, const char *body)
{
    char name[16];
    ark_str path = name_of(number, name);
    struct ark_document document = {.title = ARK_STR(""), .body = ark_str_from(body)};
    expect(ark_builder_add(builder, path, 1, &document, NULL) == ARK_OK, "not added");
    struct ark_file_record file = {.path = path};
    ark_builder_remember_file(builder, &file);
}

static bool
delete_place(void *context, const struct ark_document_place *place)
{
    ark_builder_delete(context, place->segment_id, place->doc);
    return true;
}

static void
delete_document(struct ark_store *store, struct ark_builder *builder, uint32_t number)
{
    char name[16];
    struct ark_snapshot *snapshot = NULL;
    expect(ark_snapshot_open(&snapshot, store, NULL) == ARK_OK, "no snapshot");
    expect(ark_snapshot_each_document_of(snapshot, name_of(number, name), delete_place, builder,
                                         NULL) == ARK_OK,
           "documents of a file cannot be listed");
    ark_snapshot_close(snapshot);
}

/** The first document of each document's group, by number; its own without a group. Returns members. */
static uint64_t
read_leaders(struct ark_store *store, uint32_t leaders[NAMES_MAX])
{
    struct ark_snapshot *snapshot = NULL;
    struct ark_arena arena = ark_arena_make();
    struct ark_groups groups;
    expect(ark_snapshot_open(&snapshot, store, NULL) == ARK_OK, "no snapshot");
    expect(ark_snapshot_groups(snapshot, &arena, &groups, NULL) == ARK_OK, "no groups");
    expect(ark_groups_verify(&groups, snapshot, NULL) == ARK_OK, "unsound groups");
    uint32_t *first = ark_arena_calloc(&arena, groups.group_count, sizeof *first);
    uint32_t group_of[NAMES_MAX];
    memset(group_of, 0xFF, sizeof group_of);
    for (uint32_t i = 0; i < ark_snapshot_figures(snapshot)->segment_count; i++) {
        struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        for (ark_docid doc = 0; doc < ark_segment_info(segment)->document_count; doc++) {
            struct ark_document_record record;
            uint32_t group = ark_group_of(&groups.segments[i], doc);
            expect(ark_segment_document(segment, doc, &arena, &record, NULL) == ARK_OK, "no row");
            expect(group == ARK_GROUP_NONE || !ark_segment_is_dead(segment, doc),
                   "a dead document is in a group");
            if (group != ARK_GROUP_NONE) {
                group_of[strtoul((const char *)record.path.bytes + 3, NULL, 10)] = group;
            }
        }
    }
    for (uint32_t number = 0; number < NAMES_MAX; number++) {
        leaders[number] = number;
        if (group_of[number] != ARK_GROUP_NONE) {
            uint32_t *leader = &first[group_of[number]];
            *leader = *leader == 0 ? number + 1 : *leader;
            leaders[number] = *leader - 1;
        }
    }
    uint64_t members = groups.member_count;
    ark_snapshot_close(snapshot);
    ark_arena_dispose(&arena);
    return members;
}

static void
expect_groups_of_new_index(struct ark_store *store, const struct library *library)
{
    char *dir = test_temp_dir();
    struct ark_store *anew = open_store(dir);
    const struct ark_builder_options options = {.memory_bytes_max = 1 << 20};
    struct ark_builder *builder = ark_builder_new(anew, &options);
    uint32_t updated[NAMES_MAX];
    uint32_t expected[NAMES_MAX];
    for (uint32_t i = 0; i < library->count; i++) {
        if (library->bodies[i] != NULL) {
            add(builder, i, library->bodies[i]);
        }
    }
    expect(ark_builder_publish(builder, NULL) == ARK_OK, "not published");
    ark_builder_free(builder);
    uint64_t members = read_leaders(store, updated);
    expect(read_leaders(anew, expected) == members, "more or fewer members than in a new index");
    expect(members >= library->count / 4, "too few near-duplicates to test with");
    expect(memcmp(updated, expected, sizeof updated) == 0, "other groups than in a new index");
    ark_store_close(anew);
    test_temp_dir_remove(dir);
}

/** One publication of random additions, replacements and deletions. */
static void
publish_changes(struct test_random *random, struct ark_store *store, struct library *library)
{
    const struct ark_builder_options options = {.memory_bytes_max = 64 << 20};
    struct ark_builder *builder = ark_builder_new(store, &options);
    uint32_t added = test_random_below(random, NAMES_MAX / ROUNDS);
    for (uint32_t i = 0; i < library->count; i++) {
        bool changes = library->bodies[i] != NULL && test_random_one_in(random, 6);
        if (changes) {
            delete_document(store, builder, i);
            free(library->bodies[i]);
            library->bodies[i] = test_random_one_in(random, 2) ? random_body(random) : NULL;
        }
        if (changes && library->bodies[i] != NULL) {
            add(builder, i, library->bodies[i]);
        }
    }
    for (uint32_t i = 0; i < added; i++) {
        library->bodies[library->count] = random_body(random);
        add(builder, library->count, library->bodies[library->count]);
        library->count++;
    }
    expect(ark_builder_publish(builder, NULL) == ARK_OK, "not published");
    ark_builder_free(builder);
}

int
main(void)
{
    current_seed = test_seed(20);
    for (uint32_t history = 0; history < 4; history++) {
        struct test_random random = test_random_make(current_seed + history);
        struct library library = {.count = 0};
        char *dir = test_temp_dir();
        struct ark_store *store = open_store(dir);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            publish_changes(&random, store, &library);
            expect_groups_of_new_index(store, &library);
        }
        for (uint32_t i = 0; i < library.count; i++) {
            free(library.bodies[i]);
        }
        ark_store_close(store);
        test_temp_dir_remove(dir);
    }
    return EXIT_SUCCESS;
}
