#include "searcher/query_names.h"

/** True for a word that can be part of a name. */
static bool
is_plain(const struct ark_query_node *node)
{
    return node != NULL && node->kind == ARK_QUERY_WORD && node->match == ARK_MATCH_LEVELS &&
           node->script == ARK_SCRIPT_ARABIC && !node->stopword;
}

/** True when both are words that are asked for alike, so that one node can stand for both. */
static bool
can_be_joined(const struct ark_query_node *a, const struct ark_query_node *b)
{
    return is_plain(a) && is_plain(b) && a->occur == b->occur && a->field == b->field &&
           a->weight == b->weight;
}

/** The names of two words that stand side by side, or NULL when they are no name. */
static struct ark_query_node *
names_of_two(struct ark_word_maker *maker, const struct ark_query_node *first,
             const struct ark_query_node *second)
{
    struct ark_query_node *words = ark_arena_calloc(maker->arena, 2, sizeof *words);
    struct ark_query_node *phrase = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
    words[0] = *first;
    words[1] = *second;
    words[0].next_sibling = &words[1];
    words[1].next_sibling = NULL;
    words[0].position = 0;
    words[1].position = 1;
    words[0].weight = words[1].weight = 1;
    words[0].occur = words[1].occur = ARK_OCCUR_SHOULD;
    *phrase = (struct ark_query_node){
        .kind = ARK_QUERY_PHRASE,
        .start = first->start,
        .end = second->end,
        .first_child = words,
        .child_count = 2,
        .text = ark_str_slice(maker->query->text, first->start, second->end),
        .field = first->field,
        .weight = first->weight,
    };
    struct ark_query_node *names = ark_query_add_names(maker, phrase);
    if (names == phrase) {
        return NULL;
    }
    names->occur = first->occur;
    names->next_sibling = second->next_sibling;
    return names;
}

/** What a group of one name is: the name, unless the group says something about it. */
static struct ark_query_node *
without_group(struct ark_query_node *group)
{
    struct ark_query_node *only = group->first_child;
    if (only == NULL || group->child_count > 1 || only->kind != ARK_QUERY_NAMES ||
        only->occur != ARK_OCCUR_SHOULD) {
        return group;
    }
    only->occur = group->occur;
    only->next_sibling = group->next_sibling;
    return only;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
join_below(struct ark_word_maker *maker, struct ark_query_node *group, uint32_t depth)
{
    enum { LEVELS_ADDED = 2 }; // a name and the words of its phrases
    bool in_row = group->kind == ARK_QUERY_BAG || group->kind == ARK_QUERY_AND;
    for (struct ark_query_node **place = &group->first_child; *place != NULL;
         place = &(*place)->next_sibling) {
        struct ark_query_node *node = *place;
        if (in_row && depth + LEVELS_ADDED < ARK_QUERY_DEPTH_MAX &&
            can_be_joined(node, node->next_sibling)) {
            struct ark_query_node *names = names_of_two(maker, node, node->next_sibling);
            *place = names != NULL ? names : node;
            group->child_count -= names != NULL ? 1 : 0;
        } else if (node->kind == ARK_QUERY_BAG || node->kind == ARK_QUERY_AND ||
                   node->kind == ARK_QUERY_OR || node->kind == ARK_QUERY_NOT) {
            join_below(maker, node, depth + 1);
            *place = without_group(node);
        }
    }
}

struct ark_query_node *
ark_query_join_names(struct ark_word_maker *maker, struct ark_query_node *root)
{
    // The root is treated as the only child of a group.
    struct ark_query_node above = {.kind = ARK_QUERY_OR, .first_child = root, .child_count = 1};
    join_below(maker, &above, 0);
    return above.first_child;
}
