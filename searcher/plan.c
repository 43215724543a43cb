#include "searcher/plan.h"

#include "searcher/located.h"

/** Children of an inner node while they are collected. */
struct children {
    bool with_required; /**< there will be required ones, so that optional ones only rank */
    struct ark_plan_list required;
    struct ark_plan_list optional;
    struct ark_plan_list excluded;
    struct ark_plan_list filters;
};

/** What holds for a part of the query because of what is above it. */
struct context {
    bool close;
    bool scored;
    bool necessary;
};

static enum ark_status build(struct ark_plan *plan, const struct ark_query_node *node,
                             struct context context, struct ark_plan_node **out,
                             struct ark_error *err);

static bool
is_leaf(const struct ark_query_node *node)
{
    return node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE ||
           node->kind == ARK_QUERY_NEAR || node->kind == ARK_QUERY_NAMES ||
           node->kind == ARK_QUERY_FILTER;
}

/** True when something of the node is searched for; a stop word that was left out is not. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static bool
is_active(const struct ark_query_node *node)
{
    if (is_leaf(node)) {
        return !node->stopword;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (is_active(it)) {
            return true;
        }
    }
    return false;
}

static struct ark_plan_node *
new_node(struct ark_plan *plan, uint32_t leaf_idx, struct context context)
{
    struct ark_plan_node *node = ARK_ARENA_NEW(plan->arena, struct ark_plan_node);
    node->leaf_idx = leaf_idx;
    node->close = context.close;
    node->necessary = context.necessary;
    return node;
}

/** Looks up the words below a node, in their order, from words[*at] on. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static enum ark_status
expand_words(const struct ark_plan *plan, const struct ark_query_node *node,
             struct ark_expansion *words, uint32_t *at, struct ark_error *err)
{
    const struct ark_expand_source source = {plan->segments, plan->segment_count,
                                             plan->document_count};
    if (node->kind == ARK_QUERY_WORD) {
        return ark_expand(&source, node, plan->arena, &words[(*at)++], err);
    }
    enum ark_status status = ARK_OK;
    for (const struct ark_query_node *it = node->first_child; it != NULL && status == ARK_OK;
         it = it->next_sibling) {
        status = expand_words(plan, it, words, at, err);
    }
    return status;
}

/** Looks up the words of a leaf and adds it to the plan. */
static enum ark_status
build_leaf(struct ark_plan *plan, const struct ark_query_node *node, struct context context,
           struct ark_plan_node **out, struct ark_error *err)
{
    struct ark_plan_leaf leaf = {
        .node = node,
        .word_count = ark_node_word_count(node),
        .located = ark_node_is_located(node),
        .scored = context.scored && node->kind != ARK_QUERY_FILTER,
    };
    uint32_t found = 0;
    leaf.words = ark_arena_calloc(plan->arena, leaf.word_count, sizeof *leaf.words);
    enum ark_status status = expand_words(plan, node, leaf.words, &found, err);
    if (status != ARK_OK) {
        return status;
    }
    leaf.phrase_idf = node->kind == ARK_QUERY_FILTER ? 0 : ark_node_idf(node, leaf.words);
    leaf.phrase_weight = leaf.phrase_idf * (ARK_BM25_K1 + 1) * (double)node->weight;
    *out = new_node(plan, plan->leaf_count, context);
    plan->scored_count += leaf.scored ? 1 : 0;
    plan->leaves[plan->leaf_count++] = leaf;
    return ARK_OK;
}

static void
add(struct ark_plan *plan, struct ark_plan_list *list, struct ark_plan_node *node)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        struct ark_plan_node **items = ark_arena_calloc(plan->arena, capacity, sizeof *items);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof *items);
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = node;
}

/** Adds an optional child; a group of options without more stands for its options. */
static void
add_optional(struct ark_plan *plan, struct ark_plan_list *list, struct ark_plan_node *node)
{
    if (node->optional.count == 0 || node->excluded.count > 0 || node->filters.count > 0) {
        add(plan, list, node);
        return;
    }
    for (uint32_t i = 0; i < node->optional.count; i++) {
        add(plan, list, node->optional.items[i]);
    }
}

/** True when there are only filters below the node. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static bool
only_filters(const struct ark_query_node *node)
{
    if (is_leaf(node)) {
        return node->kind == ARK_QUERY_FILTER;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (!only_filters(it)) {
            return false;
        }
    }
    return true;
}

/** True when a child of the group restricts it and does no more. */
static bool
is_filter(const struct ark_query_node *group, const struct ark_query_node *child)
{
    return child->occur == ARK_OCCUR_FILTER ||
           (group->kind == ARK_QUERY_AND && child->kind != ARK_QUERY_NOT && only_filters(child));
}

static bool
has_required(const struct ark_query_node *node)
{
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool required =
            node->kind == ARK_QUERY_AND ? it->kind != ARK_QUERY_NOT : it->occur == ARK_OCCUR_MUST;
        if (required && is_active(it) && !is_filter(node, it)) {
            return true;
        }
    }
    return false;
}

/** Adds one child of a group to the list it belongs to. */
static enum ark_status
build_child(struct ark_plan *plan, const struct ark_query_node *group,
            const struct ark_query_node *child, struct context context, struct children *to,
            struct ark_error *err)
{
    struct ark_plan_list *list = &to->optional;
    struct context below = {context.close, context.scored, false};
    if (child->kind == ARK_QUERY_NOT || child->occur == ARK_OCCUR_NOT) {
        child = child->kind == ARK_QUERY_NOT ? child->first_child : child;
        below = (struct context){.close = true};
        list = &to->excluded;
    } else if (is_filter(group, child)) {
        below = (struct context){.close = true};
        list = &to->filters;
    } else if (group->kind == ARK_QUERY_AND || child->occur == ARK_OCCUR_MUST) {
        below = (struct context){true, context.scored, context.necessary};
        list = &to->required;
    }
    struct ark_plan_node *node = NULL;
    enum ark_status status = build(plan, child, below, &node, err);
    if (status != ARK_OK) {
        return status;
    }
    if (list != &to->optional) {
        add(plan, list, node);
    } else if (!to->with_required) {
        add_optional(plan, list, node);
    }
    return ARK_OK;
}

static enum ark_status
build_group(struct ark_plan *plan, const struct ark_query_node *group, struct context context,
            struct ark_plan_node **out, struct ark_error *err)
{
    struct children to = {.with_required = has_required(group)};
    for (const struct ark_query_node *it = group->first_child; it != NULL; it = it->next_sibling) {
        if (!is_active(it)) {
            continue;
        }
        enum ark_status status = build_child(plan, group, it, context, &to, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    uint32_t count = to.required.count + to.optional.count + to.filters.count;
    ARK_ASSERT(count > 0); // the parser sees to it
    if (to.excluded.count == 0 && count == 1) {
        const struct ark_plan_list *only = to.required.count == 1   ? &to.required
                                           : to.optional.count == 1 ? &to.optional
                                                                    : &to.filters;
        *out = only->items[0];
        return ARK_OK;
    }
    struct ark_plan_node *node = new_node(plan, ARK_PLAN_NO_LEAF, context);
    node->required = to.required;
    node->optional = to.optional;
    node->excluded = to.excluded;
    node->filters = to.filters;
    *out = node;
    return ARK_OK;
}

/** The condition of an active node. */
static enum ark_status
build(struct ark_plan *plan, const struct ark_query_node *node, struct context context,
      struct ark_plan_node **out, struct ark_error *err)
{
    return is_leaf(node) ? build_leaf(plan, node, context, out, err)
                         : build_group(plan, node, context, out, err);
}

enum ark_status
ark_plan_make_over(struct ark_segment **segments, uint32_t segment_count,
                   const struct ark_query *query, struct ark_arena *arena, struct ark_plan **out,
                   struct ark_error *err)
{
    struct ark_plan *plan = ARK_ARENA_NEW(arena, struct ark_plan);
    plan->query = query;
    plan->arena = arena;
    plan->segments = segments;
    plan->segment_count = segment_count;
    uint64_t token_count = 0;
    for (uint32_t i = 0; i < segment_count; i++) {
        const struct ark_segment_info *info = ark_segment_info(segments[i]);
        plan->document_count += info->document_count;
        plan->dead_count += info->dead_count;
        token_count += info->token_count;
    }
    plan->mean_length = token_count == 0 ? 1 : (double)token_count / (double)plan->document_count;
    plan->bm25 = ark_bm25_make(plan->mean_length);
    plan->leaves = ark_arena_calloc(arena, (size_t)query->word_count + query->filter_count,
                                    sizeof *plan->leaves);
    plan->evaluators = ark_arena_calloc(arena, segment_count, sizeof(struct ark_evaluator *));
    plan->scratch = ark_arena_make_within(plan->arena);
    if (query->root != NULL && is_active(query->root)) {
        struct context context = {.scored = true, .necessary = true};
        struct ark_plan_node *root = NULL;
        enum ark_status status = build(plan, query->root, context, &root, err);
        if (status != ARK_OK) {
            return status;
        }
        plan->root = root;
    }
    *out = plan;
    return ARK_OK;
}

enum ark_status
ark_plan_make_part(const struct ark_plan *whole, const struct ark_query_node *node,
                   struct ark_arena *arena, struct ark_plan **out, struct ark_error *err)
{
    struct ark_plan *plan = ARK_ARENA_NEW(arena, struct ark_plan);
    *plan = *whole;
    plan->arena = arena;
    plan->leaves = ark_arena_calloc(
        arena, (size_t)plan->query->word_count + plan->query->filter_count, sizeof *plan->leaves);
    plan->leaf_count = 0;
    plan->scored_count = 0;
    plan->evaluators = ark_arena_calloc(arena, plan->segment_count, sizeof(struct ark_evaluator *));
    plan->scratch = ark_arena_make_within(plan->arena);
    struct context context = {.close = true, .scored = true, .necessary = true};
    struct ark_plan_node *root = NULL;
    enum ark_status status = build(plan, node, context, &root, err);
    if (status == ARK_OK) {
        plan->root = root;
        *out = plan;
    }
    return status;
}

enum ark_status
ark_plan_make(struct ark_snapshot *snapshot, const struct ark_query *query, struct ark_arena *arena,
              struct ark_plan **out, struct ark_error *err)
{
    uint32_t count = ark_snapshot_figures(snapshot)->segment_count;
    struct ark_segment **segments = ark_arena_calloc(arena, count, sizeof(struct ark_segment *));
    for (uint32_t i = 0; i < count; i++) {
        segments[i] = ark_snapshot_segment(snapshot, i);
    }
    return ark_plan_make_over(segments, count, query, arena, out, err);
}
