#include "tests/support/query_tree.h"

#include <inttypes.h>

#include "searcher/query_text.h"

static void
write_field(const struct ark_query_node *node, struct ark_buf *out)
{
    if (node->field != ARK_FIELD_ANY) {
        ark_buf_printf(out, "%s:", ark_query_field_name(node->field));
    }
}

static void
write_weight(const struct ark_query_node *node, struct ark_buf *out)
{
    if (node->weight != 1.0f) {
        ark_buf_printf(out, "^%g", (double)node->weight);
    }
}

static void
write_word(const struct ark_query_node *node, bool alone, struct ark_buf *out)
{
    static const char *const SIGNS[] = {
        [ARK_MATCH_LEVELS] = "",  [ARK_MATCH_FORM] = "=", [ARK_MATCH_LETTERS] = "==",
        [ARK_MATCH_PATTERN] = "", [ARK_MATCH_FUZZY] = "",
    };
    ark_buf_printf(out, "%s", node->stopword ? "!" : "");
    if (alone) {
        write_field(node, out);
    }
    ark_buf_printf(out, "%s", SIGNS[node->match]);
    ark_buf_append_str(out, node->text);
    if (node->match == ARK_MATCH_FUZZY) {
        ark_buf_printf(out, "~%" PRIu32, node->distance);
    }
    write_weight(node, out);
}

/** The words of a phrase; "_" for a gap. */
static void
write_phrase(const struct ark_query_node *node, struct ark_buf *out)
{
    uint32_t position = 0;
    write_field(node, out);
    ark_buf_append_str(out, ARK_STR("(phrase"));
    if (node->distance > 0) {
        ark_buf_printf(out, "~%" PRIu32, node->distance);
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        for (; position < it->position; position++) {
            ark_buf_append_str(out, ARK_STR(" _"));
        }
        ark_buf_push(out, ' ');
        write_word(it, false, out);
        position++;
    }
    ark_buf_push(out, ')');
    write_weight(node, out);
}

static void
write_filter(const struct ark_query_node *node, struct ark_buf *out)
{
    write_field(node, out);
    if (node->field == ARK_FIELD_DATE) {
        ark_buf_printf(out, "%08" PRIu32 "..%08" PRIu32, node->dates.first, node->dates.last);
    } else {
        ark_buf_append_str(out, node->pattern);
    }
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
write_node(const struct ark_query_node *node, struct ark_buf *out)
{
    static const char *const NAMES[] = {
        [ARK_QUERY_BAG] = "bag", [ARK_QUERY_AND] = "and",     [ARK_QUERY_OR] = "or",
        [ARK_QUERY_NOT] = "not", [ARK_QUERY_NAMES] = "names",
    };
    static const char *const OCCURS[] = {" ", " +", " -", " #"};
    if (node->kind == ARK_QUERY_WORD) {
        write_word(node, true, out);
        return;
    }
    if (node->kind == ARK_QUERY_PHRASE) {
        write_phrase(node, out);
        return;
    }
    if (node->kind == ARK_QUERY_FILTER) {
        write_filter(node, out);
        return;
    }
    if (node->kind == ARK_QUERY_NEAR) {
        ark_buf_printf(out, "(%snear/%" PRIu32, node->ordered ? "o" : "", node->distance);
    } else {
        ark_buf_printf(out, "(%s", NAMES[node->kind]);
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool bag = node->kind == ARK_QUERY_BAG;
        ark_buf_printf(out, "%s", OCCURS[bag ? it->occur : ARK_OCCUR_SHOULD]);
        write_node(it, out);
    }
    ark_buf_push(out, ')');
    write_weight(node, out);
}

void
query_tree_write(const struct ark_query *query, struct ark_buf *out)
{
    if (query->root != NULL) {
        write_node(query->root, out);
    }
}

/** What is seen on the way through a tree. */
struct walk {
    const struct ark_query *query;
    uint32_t word_count;
    bool other_name; /**< below a NAMES, but for what was written */
};

static void
check_word(struct walk *walk, const struct ark_query_node *node)
{
    ARK_ASSERT(node->first_child == NULL);
    if (walk->other_name) {
        ARK_ASSERT(node->word < walk->word_count);
    } else {
        ARK_ASSERT(node->word == walk->word_count);
        walk->word_count++;
        ARK_ASSERT(node->text.bytes >= walk->query->text.bytes);
        ARK_ASSERT(node->text.len == node->end - node->start);
    }
    ARK_ASSERT(node->field < ARK_FIELD_PATH);
    ARK_ASSERT(node->exact == (node->match != ARK_MATCH_LEVELS));
    ARK_ASSERT((node->match == ARK_MATCH_PATTERN) == (node->pattern.len > 0));
    ARK_ASSERT((node->match == ARK_MATCH_FUZZY) == (node->distance > 0));
    ARK_ASSERT(node->distance <= ARK_QUERY_EDITS_MAX);
    ARK_ASSERT(!node->stopword || node->match == ARK_MATCH_LEVELS);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ARK_ASSERT(node->analysed.level[level].len > 0);
    }
}

/** Positions of a phrase ascend from 0; its words all count and have its field. */
static void
check_phrase(const struct ark_query_node *phrase)
{
    const struct ark_query_node *before = NULL;
    ARK_ASSERT(phrase->child_count >= 2);
    ARK_ASSERT(phrase->distance <= ARK_QUERY_DISTANCE_MAX);
    for (const struct ark_query_node *it = phrase->first_child; it != NULL; it = it->next_sibling) {
        ARK_ASSERT(it->kind == ARK_QUERY_WORD && !it->stopword);
        ARK_ASSERT(it->field == phrase->field);
        ARK_ASSERT(before == NULL ? it->position == 0 : it->position > before->position);
        before = it;
    }
}

static void
check_filter(const struct ark_query_node *node)
{
    ARK_ASSERT(node->field >= ARK_FIELD_PATH);
    ARK_ASSERT(node->first_child == NULL);
    ARK_ASSERT(node->field != ARK_FIELD_DATE || node->dates.first <= node->dates.last);
    ARK_ASSERT(node->field == ARK_FIELD_DATE || node->pattern.len > 0);
}

/** Below a NEAR: words, phrases, and ORs of these; nothing is left out. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
check_near_operand(const struct ark_query_node *node)
{
    ARK_ASSERT(node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE ||
               node->kind == ARK_QUERY_OR || node->kind == ARK_QUERY_NAMES);
    ARK_ASSERT(!node->stopword);
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        check_near_operand(it);
    }
}

static void
check_near(const struct ark_query_node *node)
{
    ARK_ASSERT(node->child_count >= 2 && node->child_count <= ARK_QUERY_NEAR_MAX);
    ARK_ASSERT(node->distance >= 1 && node->distance <= ARK_QUERY_DISTANCE_MAX);
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        check_near_operand(it);
    }
}

static void check_node(struct walk *walk, const struct ark_query_node *node, uint32_t depth);

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
check_children(struct walk *walk, const struct ark_query_node *node, uint32_t depth)
{
    uint32_t count = 0;
    uint32_t positive = 0;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        ARK_ASSERT(it->kind != ARK_QUERY_NOT || node->kind == ARK_QUERY_AND);
        ARK_ASSERT(it->occur == ARK_OCCUR_SHOULD || node->kind == ARK_QUERY_BAG);
        positive += it->kind != ARK_QUERY_NOT && it->occur != ARK_OCCUR_NOT;
        // What was written is the first; the others stand in its place.
        bool before = walk->other_name;
        walk->other_name = before || (node->kind == ARK_QUERY_NAMES && count > 0);
        check_node(walk, it, depth + 1);
        walk->other_name = before;
        count++;
    }
    ARK_ASSERT(count == node->child_count);
    bool required = node->kind == ARK_QUERY_BAG && node->first_child->occur == ARK_OCCUR_MUST;
    ARK_ASSERT(count >= (node->kind == ARK_QUERY_NOT || required ? 1u : 2u));
    ARK_ASSERT(positive > 0);
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
check_node(struct walk *walk, const struct ark_query_node *node, uint32_t depth)
{
    ARK_ASSERT(depth <= ARK_QUERY_DEPTH_MAX);
    ARK_ASSERT(node->start <= node->end && node->end <= walk->query->text.len);
    ARK_ASSERT(node->weight >= 0 && node->weight <= ARK_QUERY_WEIGHT_MAX);
    if (node->kind == ARK_QUERY_WORD) {
        check_word(walk, node);
        return;
    }
    if (node->kind == ARK_QUERY_FILTER) {
        check_filter(node);
        return;
    }
    if (node->kind == ARK_QUERY_PHRASE) {
        check_phrase(node);
    } else if (node->kind == ARK_QUERY_NEAR) {
        check_near(node);
    }
    check_children(walk, node, depth);
}

/** True when a word is searched for, or a filter stands for documents alone. */
static bool
is_active(const struct ark_query_node *node)
{
    if (node->first_child == NULL) {
        return !node->stopword;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (is_active(it)) {
            return true;
        }
    }
    return false;
}

void
query_tree_check(const struct ark_query *query)
{
    struct walk walk = {.query = query};
    if (query->root != NULL) {
        check_node(&walk, query->root, 1);
        ARK_ASSERT(is_active(query->root));
        ARK_ASSERT(query->root->kind != ARK_QUERY_NOT);
    }
    ARK_ASSERT(walk.word_count == query->word_count);
    uint32_t start = 0;
    for (const struct ark_query_warning *it = query->warnings; it != NULL; it = it->next) {
        ARK_ASSERT(start <= it->start && it->start < it->end && it->end <= query->text.len);
        start = it->start;
    }
}
