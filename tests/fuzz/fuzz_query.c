/**
 * @file fuzz_query.c
 * Any bytes as a query, read with and without the options that the first byte
 * chooses: parsing never fails but for limits and exclusions alone; the tree
 * keeps its invariants, words are numbered from left to right, every place lies
 * inside the text.
 */
#include "fuzz_target.h"
#include "searcher/query.h"
#include "searcher/query_lexer.h"

/** What is seen on the way through a tree. */
struct walk {
    const struct ark_query *query;
    uint32_t word_count;
    bool active; /**< something is searched for */
};

static void
check_word(struct walk *walk, const struct ark_query_node *node)
{
    ARK_ASSERT(node->word == walk->word_count);
    ARK_ASSERT(node->text.bytes >= walk->query->text.bytes);
    ARK_ASSERT(node->text.len == node->end - node->start);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ARK_ASSERT(node->analysed.level[level].len > 0);
    }
    walk->word_count++;
    walk->active = walk->active || !node->stopword;
}

/** Positions of a phrase ascend from 0; its words all count. */
static void
check_phrase(const struct ark_query_node *phrase)
{
    const struct ark_query_node *before = NULL;
    for (const struct ark_query_node *it = phrase->first_child; it != NULL; it = it->next_sibling) {
        ARK_ASSERT(it->kind == ARK_QUERY_WORD && !it->stopword);
        ARK_ASSERT(before == NULL ? it->position == 0 : it->position > before->position);
        before = it;
    }
}

static void
check_node(struct walk *walk, const struct ark_query_node *node, uint32_t depth)
{
    ARK_ASSERT(depth <= ARK_QUERY_DEPTH_MAX);
    ARK_ASSERT(node->start <= node->end);
    ARK_ASSERT(node->end <= walk->query->text.len);
    if (node->kind == ARK_QUERY_WORD) {
        check_word(walk, node);
        ARK_ASSERT(node->first_child == NULL);
        return;
    }
    if (node->kind == ARK_QUERY_PHRASE) {
        check_phrase(node);
    }
    uint32_t count = 0;
    uint32_t positive = 0;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        ARK_ASSERT(it->kind != ARK_QUERY_NOT || node->kind == ARK_QUERY_AND);
        ARK_ASSERT(it->occur == ARK_OCCUR_SHOULD || node->kind == ARK_QUERY_BAG);
        positive += it->kind != ARK_QUERY_NOT && it->occur != ARK_OCCUR_NOT;
        check_node(walk, it, depth + 1);
        count++;
    }
    ARK_ASSERT(count == node->child_count);
    ARK_ASSERT(positive > 0);
}

static void
check_warnings(const struct ark_query *query)
{
    uint32_t start = 0;
    uint32_t count = 0;
    for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        ARK_ASSERT(start <= it->start && it->start < it->end && it->end <= query->text.len);
        start = it->start;
        count++;
    }
    ARK_ASSERT(count <= ARK_QUERY_WARNINGS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct ark_query_options options = {
        .all = (data[0] & 1) != 0, .exact = (data[0] & 2) != 0, .phrase = (data[0] & 12) == 12};
    struct ark_analyzer *analyzer = ark_analyzer_new();
    struct ark_arena arena = ark_arena_make();
    struct ark_query *query = NULL;
    struct ark_error error;
    enum ark_status status = ark_query_parse(ark_str_make(data + 1, size - 1), &options, analyzer,
                                             &arena, &query, &error);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_ARGUMENT || status == ARK_E_LIMIT);
    if (status == ARK_OK) {
        struct walk walk = {.query = query};
        if (query->root != NULL) {
            check_node(&walk, query->root, 1);
            ARK_ASSERT(walk.active);
            ARK_ASSERT(query->root->kind != ARK_QUERY_NOT);
        }
        ARK_ASSERT(walk.word_count == query->word_count);
        check_warnings(query);
    }
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    return 0;
}
