#include <inttypes.h>
#include <stdio.h>

#include "searcher/located.h"
#include "searcher/plan.h"
#include "searcher/query_text.h"

enum { FORMS_PER_LINE = 8 };

/** One description on its way into a buffer. */
struct description {
    const struct ark_plan *plan;
    struct ark_buf *out;
};

static void
write_indent(struct description *description, uint32_t depth)
{
    for (uint32_t i = 0; i < depth; i++) {
        ark_buf_append_str(description->out, ARK_STR("  "));
    }
}

static void
write_count(struct description *description, uint64_t documents)
{
    ark_buf_printf(description->out, "%" PRIu64 " document%s", documents,
                   documents == 1 ? "" : "s");
}

/** The leaf of a word or phrase; every one that is searched for has one. */
static const struct ark_plan_leaf *
find_leaf(const struct ark_plan *plan, const struct ark_query_node *node)
{
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        if (plan->leaves[i].node == node) {
            return &plan->leaves[i];
        }
    }
    return NULL;
}

/** True when the level says something that a stronger one does not. */
static bool
level_differs(const struct ark_query_node *word, unsigned level)
{
    if (level == ARK_LEVEL_FORM) {
        return true;
    }
    if (word->exact) {
        return false;
    }
    return word->script == ARK_SCRIPT_ARABIC ||
           (word->script == ARK_SCRIPT_LATIN && level == ARK_LEVEL_STEM);
}

/** The word's text at a level, and those of its other spellings that differ. */
static void
write_terms(struct description *description, const struct ark_query_node *node, unsigned level)
{
    ark_str own = node->analysed.level[level];
    ark_buf_append_str(description->out, own);
    if (node->exact || level == ARK_LEVEL_SKELETON) {
        return;
    }
    for (uint32_t i = 0; i < node->spelling_count; i++) {
        ark_str other = node->spellings[i].level[level];
        bool told = ark_str_equal(other, own);
        for (uint32_t k = 0; k < i && !told; k++) {
            told = ark_str_equal(other, node->spellings[k].level[level]);
        }
        if (!told) {
            ark_buf_append_str(description->out, ARK_STR("\u060C "));
            ark_buf_append_str(description->out, other);
        }
    }
}

static void
write_levels(struct description *description, const struct ark_query_node *node, uint32_t depth)
{
    const struct ark_plan_leaf *leaf = find_leaf(description->plan, node);
    for (unsigned level = 0; level < ARK_LEVEL_COUNT && leaf != NULL; level++) {
        if (!level_differs(node, level)) {
            continue;
        }
        write_indent(description, depth);
        ark_buf_printf(description->out, "%-8s  %.2f  ", ark_level_name((enum ark_level)level),
                       ark_level_weight[level]);
        write_count(description, leaf->words[0].df[level]);
        ark_buf_append_str(description->out, ARK_STR(": "));
        write_terms(description, node, level);
        ark_buf_push(description->out, '\n');
    }
}

/** ", in the title" and ", weight 2" where they hold. */
static void
write_conditions(struct description *description, const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_FILTER) {
        return;
    }
    if (node->field != ARK_FIELD_ANY) {
        ark_buf_printf(description->out, " in %s", ark_query_field_name(node->field));
    }
    if (node->weight != 1.0f) {
        ark_buf_printf(description->out, ", weight %g", (double)node->weight);
    }
}

/** A day, or nothing for the end of time. */
static void
write_day(struct description *description, uint32_t date)
{
    if (date != ARK_DATE_MIN && date != ARK_DATE_MAX) {
        ark_buf_printf(description->out, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, date / 10000,
                       date / 100 % 100, date % 100);
    }
}

/** Another name of what was written, its words with blanks between. */
static void
write_name(struct description *description, const struct ark_query_node *name)
{
    if (name->kind == ARK_QUERY_WORD) {
        ark_buf_append_str(description->out, name->text);
        return;
    }
    for (const struct ark_query_node *it = name->first_child; it != NULL; it = it->next_sibling) {
        ark_buf_append_str(description->out, it == name->first_child ? ARK_STR("") : ARK_STR(" "));
        ark_buf_append_str(description->out, it->text);
    }
}

/** What was written; of --since and --until their days. */
static void
write_text(struct description *description, const struct ark_query_node *node)
{
    ark_buf_append_str(description->out, node->text);
    const struct ark_query_node *name =
        node->kind == ARK_QUERY_NAMES ? node->first_child->next_sibling : NULL;
    for (; name != NULL; name = name->next_sibling) {
        ark_buf_append_str(description->out, ARK_STR("\u060C "));
        write_name(description, name);
    }
    if (node->kind == ARK_QUERY_FILTER && node->text.len == 0) {
        write_day(description, node->dates.first);
        ark_buf_append_str(description->out, ARK_STR(".."));
        write_day(description, node->dates.last);
    }
}

/** "NAME, 4 documents: TEXT"; without the number when the index cannot be read there. */
static void
write_counted(struct description *description, const char *name, const struct ark_query_node *node)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_plan *part = NULL;
    uint64_t documents = 0;
    enum ark_status status = ark_plan_make_part(description->plan, node, &arena, &part, NULL);
    if (status == ARK_OK) {
        status = ark_plan_count_matches(part, &arena, &documents, NULL);
    }
    ark_buf_append_str(description->out, ark_str_from(name));
    write_conditions(description, node);
    if (status == ARK_OK) {
        ark_buf_append_str(description->out, ARK_STR(", "));
        write_count(description, documents);
    }
    ark_buf_append_str(description->out, ARK_STR(": "));
    write_text(description, node);
    ark_buf_push(description->out, '\n');
    ark_arena_dispose(&arena);
}

/** The forms of a word that count alike, some to a line, with their nearness and how many there are. */
static void
write_forms_of(struct description *description, const struct ark_expansion *word,
               enum ark_nearness nearness, uint32_t depth)
{
    static const char *const names[] = {
        [ARK_NEAR_SAME] = "same", [ARK_NEAR_EDIT] = "edit", [ARK_NEAR_FAR] = "far"};
    uint32_t count = 0;
    for (uint32_t i = 0; i < word->forms.count; i++) {
        if (word->forms.forms[i].nearness != nearness) {
            continue;
        }
        if (count % FORMS_PER_LINE == 0) {
            ark_buf_append_str(description->out, count > 0 ? ARK_STR("\n") : ARK_STR(""));
            write_indent(description, depth);
            bool pattern = word->word->match == ARK_MATCH_PATTERN;
            ark_buf_printf(description->out, "%-8s  %.2f  ", pattern ? "forms" : names[nearness],
                           ark_nearness_weight[nearness]);
        } else {
            ark_buf_append_str(description->out, ARK_STR("\u060C "));
        }
        ark_buf_append_str(description->out, word->forms.forms[i].text);
        count++;
    }
    if (count > 0) {
        ark_buf_push(description->out, '\n');
    }
}

/** What a pattern or a misspelt word stands for. */
static void
write_forms(struct description *description, const struct ark_query_node *node, uint32_t depth)
{
    const struct ark_plan_leaf *leaf = find_leaf(description->plan, node);
    for (unsigned nearness = 0; nearness <= ARK_NEAR_FAR && leaf != NULL; nearness++) {
        write_forms_of(description, leaf->words, (enum ark_nearness)nearness, depth);
    }
}

static void
write_word(struct description *description, const struct ark_query_node *node, uint32_t depth)
{
    static const char *const names[] = {
        [ARK_MATCH_LEVELS] = "word",      [ARK_MATCH_FORM] = "exact word",
        [ARK_MATCH_LETTERS] = "letters",  [ARK_MATCH_PATTERN] = "wildcard",
        [ARK_MATCH_FUZZY] = "fuzzy word",
    };
    if (node->match > ARK_MATCH_FORM) {
        write_counted(description, names[node->match], node);
        write_forms(description, node, depth + 1);
        return;
    }
    ark_buf_append_str(description->out,
                       ark_str_from(node->stopword ? "left out, a stop word" : names[node->match]));
    write_conditions(description, node);
    ark_buf_append_str(description->out, ARK_STR(": "));
    ark_buf_append_str(description->out, node->text);
    ark_buf_push(description->out, '\n');
    if (!node->stopword) {
        write_levels(description, node, depth + 1);
    }
}

/** A phrase, a NEAR or a filter: one line. */
static void
write_joined(struct description *description, const struct ark_query_node *node)
{
    char name[64];
    if (node->kind == ARK_QUERY_FILTER) {
        (void)snprintf(name, sizeof name, "filter %s", ark_query_field_name(node->field));
    } else if (node->kind == ARK_QUERY_NEAR) {
        (void)snprintf(name, sizeof name, "%s %" PRIu32, node->ordered ? "near in order" : "near",
                       node->distance);
    } else if (node->kind == ARK_QUERY_NAMES) {
        (void)snprintf(name, sizeof name, "names");
    } else if (node->distance > 0) {
        (void)snprintf(name, sizeof name, "phrase with %" PRIu32 " between", node->distance);
    } else {
        (void)snprintf(name, sizeof name, "phrase");
    }
    write_counted(description, name, node);
}

static void write_node(struct description *description, const struct ark_query_node *node,
                       bool in_bag, uint32_t depth);

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
write_group(struct description *description, const struct ark_query_node *node, uint32_t depth)
{
    static const char *const names[] = {
        [ARK_QUERY_BAG] = "bag\n",
        [ARK_QUERY_AND] = "and\n",
        [ARK_QUERY_OR] = "or\n",
        [ARK_QUERY_NOT] = "not\n",
    };
    ark_buf_append_str(description->out, ark_str_from(names[node->kind]));
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        write_node(description, it, node->kind == ARK_QUERY_BAG, depth + 1);
    }
}

/** What is excluded: one line for a word or phrase, else "not" and what is below it. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
write_excluded(struct description *description, const struct ark_query_node *node, uint32_t depth)
{
    bool filter = node->kind == ARK_QUERY_FILTER;
    if (filter || node->kind == ARK_QUERY_PHRASE || node->kind == ARK_QUERY_NEAR ||
        node->kind == ARK_QUERY_NAMES || (node->kind == ARK_QUERY_WORD && !node->stopword)) {
        char name[64];
        (void)snprintf(name, sizeof name, "not%s%s", filter ? " " : "",
                       filter ? ark_query_field_name(node->field) : "");
        write_counted(description, name, node);
        return;
    }
    ark_buf_append_str(description->out, ARK_STR("not\n"));
    write_node(description, node, false, depth + 1);
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
write_node(struct description *description, const struct ark_query_node *node, bool in_bag,
           uint32_t depth)
{
    write_indent(description, depth);
    if (node->kind == ARK_QUERY_NOT) {
        write_excluded(description, node->first_child, depth);
        return;
    }
    if (in_bag && node->occur == ARK_OCCUR_NOT) {
        write_excluded(description, node, depth);
        return;
    }
    if (in_bag && node->occur == ARK_OCCUR_MUST && !node->stopword) {
        ark_buf_append_str(description->out, ARK_STR("required "));
    }
    if (node->kind == ARK_QUERY_WORD) {
        write_word(description, node, depth);
    } else if (node->first_child == NULL || node->kind == ARK_QUERY_PHRASE ||
               node->kind == ARK_QUERY_NEAR || node->kind == ARK_QUERY_NAMES) {
        write_joined(description, node);
    } else {
        write_group(description, node, depth);
    }
}

void
ark_plan_describe(const struct ark_plan *plan, struct ark_buf *out)
{
    struct description description = {plan, out};
    if (plan->query->root == NULL) {
        ark_buf_append_str(out, ARK_STR("nothing to search for\n"));
        return;
    }
    write_node(&description, plan->query->root, false, 0);
    if (plan->dead_count > 0) {
        ark_buf_printf(out, "the counts include %" PRIu64 " deleted or replaced document%s\n",
                       plan->dead_count, plan->dead_count == 1 ? "" : "s");
    }
}
