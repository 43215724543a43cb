/*
 * The grammar, loosest first; lexemes are those of query_lexer.h:
 *
 *   query   = bag ;
 *   bag     = { or } ;                        items stand side by side
 *   or      = and , { ( "OR" | "|" ) , and } ;
 *   and     = not , { "AND" , not } ;
 *   not     = { "NOT" } , near ;
 *   near    = operand , { ( "NEAR/" | "ONEAR/" ) number , operand } ;
 *   operand = [ sign ] , [ field ] , "(" , bag , ")" , [ weight ]
 *           | [ sign ] , [ field ] , [ "=" | "==" ] , ( phrase | words ) , { distance | weight }
 *           | [ sign ] , filter ;
 *   sign    = "+" | "-" ;                     directly before its operand,
 *                                             after a blank, "(" or the start
 *   field   = "title:" | "body:" ;            or their Arabic names
 *   filter  = ( "path:" | "date:" | "source:" | "id:" ) , value ;
 *   phrase  = '"' text '"' | "<<" text ">>" | curly quotes around text ;
 *             (the angle quotes are the single characters U+00AB and U+00BB)
 *   words   = a run of characters without blanks, quotes, parentheses, "|",
 *             Arabic comma, semicolon and question mark ;
 *             "\" takes its meaning from the character after it
 *
 * A run of words is mostly one token. Several (B-52, www.x.com, 2016-11-02)
 * are a phrase where one operand is wanted: behind a sign, a field or "=", before
 * a distance or a weight, and beside NEAR, AND, OR and NOT. Elsewhere they are
 * a phrase when none of them is Arabic, for such runs are names and numbers;
 * with an Arabic token they are words of the bag, for there a missing blank or
 * a stroke between alternatives is the rule, and a phrase would find nothing.
 *
 * Negation is settled here: what excludes becomes a NOT child of a bag or an
 * AND. A group that only excludes is turned by De Morgan's rules and excludes
 * as a whole; an OR with an excluding operand beside others is read as a bag.
 * Fields and weights of groups are settled too: they are handed down to words,
 * phrases and NEARs.
 */
#include "common/text/clean.h"
#include "searcher/query_names.h"
#include "searcher/query_parse.h"

/** Makes the list's children plain operands; a node of kind over them unless there is only one. */
static struct ark_query_node *
over_or_only(struct ark_query_parser *parser, enum ark_query_kind kind,
             const struct ark_query_parts *list)
{
    for (struct ark_query_node *it = list->first; it != NULL; it = it->next_sibling) {
        it->occur = ARK_OCCUR_SHOULD;
    }
    return list->count == 1 ? list->first : ark_query_node_over(parser, kind, list);
}

/** not = { "NOT" } , near. */
static struct ark_query_part
parse_not(struct ark_query_parser *parser)
{
    bool negated = false;
    bool behind_not = parser->next->kind == ARK_LEXEME_NOT;
    while (parser->next->kind == ARK_LEXEME_NOT) {
        negated = !negated;
        parser->next++;
    }
    struct ark_query_part part = ark_query_parse_near(parser);
    if (part.node != NULL && behind_not) {
        part.loose = false;
        part.node->stopword = false;
    }
    part.negated ^= negated;
    return part;
}

/** Wraps the negated children of a list in NOT nodes, for a parent that is an AND. */
static void
wrap_negated(struct ark_query_parser *parser, struct ark_query_parts *list)
{
    struct ark_query_parts wrapped = {0};
    struct ark_query_node *next = NULL;
    for (struct ark_query_node *it = list->first; it != NULL; it = next) {
        next = it->next_sibling;
        it->next_sibling = NULL;
        bool negated = it->occur == ARK_OCCUR_NOT;
        it->occur = ARK_OCCUR_SHOULD;
        if (negated) {
            struct ark_query_node *node =
                ark_query_node_new(parser, ARK_QUERY_NOT, it->start, it->end);
            node->first_child = it;
            node->child_count = 1;
            it = node;
        }
        ark_query_parts_append(&wrapped, it);
    }
    *list = wrapped;
}

/** and = not , { "AND" , not }. Only excluding operands: (not a) and (not b) = not (a or b). */
static struct ark_query_part
parse_and(struct ark_query_parser *parser)
{
    struct ark_query_part first = parse_not(parser);
    if (parser->next->kind != ARK_LEXEME_AND) {
        return first;
    }
    struct ark_query_parts list = {0};
    ark_query_parts_add(&list, first);
    while (parser->next->kind == ARK_LEXEME_AND) {
        parser->next++;
        ark_query_parts_add(&list, parse_not(parser));
    }
    if (list.count == 0) {
        return (struct ark_query_part){0};
    }
    if (list.negated == list.count) {
        return (struct ark_query_part){.node = over_or_only(parser, ARK_QUERY_OR, &list),
                                       .negated = true};
    }
    wrap_negated(parser, &list);
    return (struct ark_query_part){.node = over_or_only(parser, ARK_QUERY_AND, &list)};
}

/**
 * or = and , { "OR" , and }. Only excluding operands: (not a) or (not b) =
 * not (a and b). Mixed ones would match nearly every document; they are read as
 * a bag, which is what is meant.
 */
static struct ark_query_part
parse_or(struct ark_query_parser *parser)
{
    uint32_t start = parser->next->start;
    struct ark_query_part first = parse_and(parser);
    if (parser->next->kind != ARK_LEXEME_OR) {
        return first;
    }
    struct ark_query_parts list = {0};
    first.must = false;
    ark_query_parts_add(&list, first);
    while (parser->next->kind == ARK_LEXEME_OR) {
        parser->next++;
        struct ark_query_part part = parse_and(parser);
        part.must = false;
        ark_query_parts_add(&list, part);
    }
    if (list.count == 0) {
        return (struct ark_query_part){0};
    }
    if (list.negated == list.count) {
        return (struct ark_query_part){.node = over_or_only(parser, ARK_QUERY_AND, &list),
                                       .negated = true};
    }
    if (list.negated > 0) {
        ark_query_warn(parser->query, parser->arena, start, list.last->end,
                       "OR with an exclusion is read as the words less what is excluded");
        return (struct ark_query_part){.node = ark_query_node_over(parser, ARK_QUERY_BAG, &list)};
    }
    return (struct ark_query_part){.node = over_or_only(parser, ARK_QUERY_OR, &list)};
}

/** Adds the words of a loose phrase to a bag one by one. */
static void
append_loose(struct ark_query_parser *parser, struct ark_query_parts *list,
             struct ark_query_node *phrase)
{
    struct ark_query_node *next = NULL;
    for (struct ark_query_node *it = phrase->first_child; it != NULL; it = next) {
        next = it->next_sibling;
        it->next_sibling = NULL;
        it->position = 0;
        it->stopword = !it->exact && ark_query_is_stopword(&parser->maker, it->text);
        ark_query_parts_add(list, (struct ark_query_part){.node = it});
    }
}

/** With --all what is not excluded is required. */
static void
require_all(struct ark_query_parts *list)
{
    for (struct ark_query_node *it = list->first; it != NULL; it = it->next_sibling) {
        if (it->occur == ARK_OCCUR_SHOULD) {
            it->occur = ARK_OCCUR_MUST;
        }
    }
}

struct ark_query_part
ark_query_parse_bag(struct ark_query_parser *parser, bool top)
{
    struct ark_query_parts list = {0};
    while (parser->next->kind != ARK_LEXEME_END && parser->next->kind != ARK_LEXEME_CLOSE &&
           !parser->maker.too_many) {
        struct ark_query_part part = parse_or(parser);
        if (part.node != NULL && part.loose) {
            append_loose(parser, &list, part.node);
        } else {
            ark_query_parts_add(&list, part);
        }
        if (part.node != NULL && !part.negated && ark_query_only_filters(part.node)) {
            part.node->occur = ARK_OCCUR_FILTER;
        }
    }
    if (list.count == 0) {
        return (struct ark_query_part){0};
    }
    if (list.negated == list.count) {
        return (struct ark_query_part){.node = over_or_only(parser, ARK_QUERY_OR, &list),
                                       .negated = true};
    }
    if (top && parser->options->all) {
        require_all(&list);
    }
    // A required word stays in its bag even alone: it asks for a closer match than a plain one.
    if (list.count == 1 && list.first->occur != ARK_OCCUR_MUST) {
        return (struct ark_query_part){.node = list.first};
    }
    return (struct ark_query_part){.node = ark_query_node_over(parser, ARK_QUERY_BAG, &list)};
}

/** The depth of a tree, at most one more than ARK_QUERY_DEPTH_MAX: recursion ends there. */
static uint32_t
tree_depth(const struct ark_query_node *node, uint32_t above)
{
    uint32_t deepest = above + 1;
    if (deepest > ARK_QUERY_DEPTH_MAX) {
        return deepest;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        uint32_t depth = tree_depth(it, above + 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static bool
holds_filter(const struct ark_query_node *node)
{
    bool any = node->kind == ARK_QUERY_FILTER;
    for (const struct ark_query_node *it = node->first_child; it != NULL && !any;
         it = it->next_sibling) {
        any = holds_filter(it);
    }
    return any;
}

static bool
excludes(const struct ark_query_node *parent, const struct ark_query_node *child)
{
    return child->kind == ARK_QUERY_NOT ||
           (parent->kind == ARK_QUERY_BAG && child->occur == ARK_OCCUR_NOT);
}

/**
 * True when a word below node is searched for. Where stop words are all that
 * is left of a group beside its exclusions, they come back.
 */
static bool
settle_stopwords(struct ark_query_node *node)
{
    if (ark_query_is_leaf(node)) {
        return !node->stopword && node->kind != ARK_QUERY_FILTER;
    }
    bool positive = false;
    bool negative = false;
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool active = settle_stopwords(it);
        positive = positive || (active && !excludes(node, it));
        negative = negative || ((active || holds_filter(it)) && excludes(node, it));
    }
    if (positive || !negative) {
        return positive;
    }
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (!excludes(node, it)) {
            ark_query_restore_stopwords(it);
        }
    }
    return true;
}

/** --phrase: the whole text is one phrase. */
static struct ark_query_part
parse_as_phrase(struct ark_query_parser *parser)
{
    uint32_t end = (uint32_t)parser->query->text.len;
    struct ark_lexeme whole = {.kind = ARK_LEXEME_PHRASE,
                               .end = end,
                               .content_end = end,
                               .suffix_start = end,
                               .weight = 1};
    return ark_query_parse_phrase(parser, &whole);
}

/** --since and --until: the root and a filter side by side. */
static struct ark_query_node *
add_dates(struct ark_query_parser *parser, struct ark_query_node *root)
{
    struct ark_query_node *filter = ark_query_node_new(parser, ARK_QUERY_FILTER, 0, 0);
    filter->field = ARK_FIELD_DATE;
    filter->dates = *parser->options->dates;
    parser->query->filter_count++;
    struct ark_query_parts list = {0};
    ark_query_parts_add(&list, (struct ark_query_part){.node = root});
    root->occur = ark_query_only_filters(root) ? ARK_OCCUR_FILTER : ARK_OCCUR_SHOULD;
    ark_query_parts_add(&list, (struct ark_query_part){.node = filter});
    filter->occur = ARK_OCCUR_FILTER;
    if (root->kind != ARK_QUERY_BAG) {
        struct ark_query_node *bag = ark_query_node_over(parser, ARK_QUERY_BAG, &list);
        bag->end = root->end;
        return bag;
    }
    root->next_sibling = NULL;
    struct ark_query_node *last = root->first_child;
    while (last->next_sibling != NULL) {
        last = last->next_sibling;
    }
    last->next_sibling = filter;
    root->child_count++;
    return root;
}

static enum ark_status
too_long(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_LIMIT, "the query is longer than %d bytes",
                         ARK_QUERY_BYTES_MAX);
}

static enum ark_status
parse_all(struct ark_query_parser *parser, struct ark_error *err)
{
    if (parser->query->text.len > ARK_QUERY_BYTES_MAX) {
        return too_long(err);
    }
    struct ark_query_part root = {0};
    if (parser->options->phrase) {
        root = parse_as_phrase(parser);
    } else {
        struct ark_lexemes lexemes;
        enum ark_status status = ark_query_lex(parser->query, parser->arena, &lexemes, err);
        if (status != ARK_OK) {
            return status;
        }
        parser->next = lexemes.items;
        root = ark_query_parse_bag(parser, true);
    }
    if (parser->maker.too_many) {
        return ark_error_set(err, ARK_E_LIMIT, "the query has more than %d words",
                             ARK_QUERY_WORDS_MAX);
    }
    if (parser->query->form_word_count > ARK_QUERY_FORM_WORDS_MAX) {
        return ark_error_set(err, ARK_E_LIMIT,
                             "the query has more than %d words with wildcards or edits",
                             ARK_QUERY_FORM_WORDS_MAX);
    }
    if (root.node == NULL) {
        return ARK_OK;
    }
    if (root.negated) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "the query only excludes, add a word to search for: %.*s",
                             ARK_STR_ARG(parser->query->text));
    }
    if (parser->options->dates != NULL) {
        root.node = add_dates(parser, root.node);
    }
    if (tree_depth(root.node, 0) > ARK_QUERY_DEPTH_MAX) {
        return ark_error_set(err, ARK_E_LIMIT, "the query is nested deeper than %d",
                             ARK_QUERY_DEPTH_MAX);
    }
    if (!settle_stopwords(root.node)) {
        ark_query_restore_stopwords(root.node);
    }
    parser->query->root = ark_query_join_names(&parser->maker, root.node);
    return ARK_OK;
}

enum ark_status
ark_query_parse(ark_str text, const struct ark_query_options *options,
                struct ark_analyzer *analyzer, struct ark_arena *arena, struct ark_query **out,
                struct ark_error *err)
{
    if (text.len > ARK_QUERY_BYTES_MAX) {
        return too_long(err);
    }
    struct ark_query_parser parser = {
        .query = ARK_ARENA_NEW(arena, struct ark_query),
        .options = options,
        .arena = arena,
    };
    parser.maker = (struct ark_word_maker){
        .query = parser.query,
        .analyzer = analyzer,
        .arena = arena,
        // Cleaning makes a text at most eighteen times as long, a token of it eighteen times again.
        .cleaned = ark_buf_make((size_t)18 * 18 * ARK_QUERY_BYTES_MAX),
    };
    // As stored texts are: presentation forms and the marks that come with pasted text go.
    ark_clean_text(text, &parser.maker.cleaned);
    parser.query->text = ark_arena_dup(arena, ark_buf_view(&parser.maker.cleaned));
    enum ark_status status = parse_all(&parser, err);
    ark_buf_dispose(&parser.maker.cleaned);
    if (status == ARK_OK) {
        *out = parser.query;
    }
    return status;
}
