#include "indexer/part_sort.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"
#include "common/store/segment.h"

/** Tokens of the part that are collected before they are put in their places. */
enum { HITS_MAX = 2048 };

struct ark_part_sorter {
    const struct ark_run_lists *lists;
    const struct ark_run_tokens *tokens;
    struct ark_entry *entries;
    size_t entries_capacity;
    uint32_t *next; /**< by class of the part: where its next entry goes */
    size_t next_capacity;
    uint32_t first_class;
    uint32_t first_rank;
    uint32_t rank_count;
    /** Tokens of the part; member is a rank until they are placed. One more is written over. */
    struct ark_entry hits[HITS_MAX + 1];
    size_t hit_count;
};

struct ark_part_sorter *
ark_part_sorter_new(const struct ark_run_lists *lists, const struct ark_run_tokens *tokens)
{
    struct ark_part_sorter *sorter = ark_xcalloc(1, sizeof *sorter);
    sorter->lists = lists;
    sorter->tokens = tokens;
    return sorter;
}

void
ark_part_sorter_free(struct ark_part_sorter *sorter)
{
    if (sorter != NULL) {
        free(sorter->entries);
        free(sorter->next);
        free(sorter);
    }
}

/** Puts the hits behind the entries that their classes have. */
static void
place_hits(struct ark_part_sorter *sorter)
{
    // Each step waits for the one before, so memory is asked for in two steps.
    enum { PLACE_AHEAD = 16, ENTRY_AHEAD = 8 };
    const struct ark_word_place *place = sorter->lists->families->place;
    uint32_t *next = sorter->next;
    uint32_t first_class = sorter->first_class;
    const struct ark_entry *hits = sorter->hits;
    size_t count = sorter->hit_count;
    for (size_t i = 0; i < count; i++) {
        if (i + PLACE_AHEAD < count) {
            ARK_PREFETCH(&place[hits[i + PLACE_AHEAD].member]);
        }
        if (i + ENTRY_AHEAD < count) {
            uint32_t class_idx = place[hits[i + ENTRY_AHEAD].member].class_idx;
            ARK_PREFETCH(&sorter->entries[next[class_idx - first_class]]);
        }
        struct ark_word_place to = place[hits[i].member];
        sorter->entries[next[to.class_idx - first_class]++] =
            (struct ark_entry){hits[i].doc, to.member, hits[i].position};
    }
    sorter->hit_count = 0;
}

/** Collects those of some tokens that belong to the part; the first of them has this position. */
static void
collect(struct ark_part_sorter *sorter, const uint32_t *ranks, size_t count, uint32_t doc,
        uint32_t position)
{
    while (count > 0) {
        if (sorter->hit_count == HITS_MAX) {
            place_hits(sorter);
        }
        size_t room = HITS_MAX - sorter->hit_count;
        size_t now = count < room ? count : room;
        struct ark_entry *to = sorter->hits + sorter->hit_count;
        uint32_t first = sorter->first_rank;
        uint32_t rank_count = sorter->rank_count;
        // Whether a token is of the part cannot be foretold: each is written, few are kept.
        for (size_t i = 0; i < now; i++) {
            *to = (struct ark_entry){doc, ranks[i], position + (uint32_t)i};
            to += ranks[i] - first < rank_count;
        }
        sorter->hit_count = (size_t)(to - sorter->hits);
        ranks += now;
        position += (uint32_t)now;
        count -= now;
    }
}

struct ark_entry *
ark_part_sorter_sort(struct ark_part_sorter *sorter, uint32_t first, uint32_t end)
{
    const struct ark_families *families = sorter->lists->families;
    const struct ark_run_tokens *tokens = sorter->tokens;
    size_t start = ark_family_start(sorter->lists, first);
    size_t count = ark_family_start(sorter->lists, end) - start;
    ARK_ASSERT(count <= UINT32_MAX);
    sorter->first_class = families->first_class[first];
    sorter->first_rank = families->first[first];
    sorter->rank_count = families->first[end] - sorter->first_rank;
    uint32_t class_count = families->first_class[end] - sorter->first_class;
    ARK_GROW(sorter->entries, sorter->entries_capacity, count);
    ARK_GROW(sorter->next, sorter->next_capacity, class_count);
    for (uint32_t i = 0; i < class_count; i++) {
        sorter->next[i] = (uint32_t)(sorter->lists->start[sorter->first_class + i] - start);
    }
    for (uint32_t doc = 0; doc < tokens->document_count; doc++) {
        const struct ark_run_document *document = &tokens->documents[doc];
        const uint32_t *ranks = tokens->ranks + document->first_token;
        size_t token_end = doc + 1 < tokens->document_count ? tokens->documents[doc + 1].first_token
                                                            : tokens->count;
        size_t body_tokens = token_end - document->first_token - document->title_tokens;
        collect(sorter, ranks, document->title_tokens, doc, 0);
        collect(sorter, ranks + document->title_tokens, body_tokens, doc,
                document->title_tokens + ARK_FIELD_GAP);
    }
    place_hits(sorter);
    return sorter->entries;
}
