/*
 * The grammar, loosest first; lexemes are those of query_lexer.h:
 *
 *   query   = bag ;
 *   bag     = { or } ;                        items stand side by side
 *   or      = and , { ( "OR" | "|" ) , and } ;
 *   and     = not , { "AND" , not } ;
 *   not     = { "NOT" } , operand ;
 *   operand = [ sign ] , "(" , bag , ")"
 *           | [ sign ] , [ "=" ] , phrase
 *           | [ sign ] , [ "=" ] , words ;
 *   sign    = "+" | "-" ;                     directly before its operand,
 *                                             after a blank, "(" or the start
 *   phrase  = '"' text '"' | "<<" text ">>" | curly quotes around text ;
 *             (the angle quotes are the single characters U+00AB and U+00BB)
 *   words   = a run of characters without blanks, quotes, parentheses, "|",
 *             Arabic comma, semicolon and question mark ;
 *             "\" takes its meaning from the character after it
 *
 * A run of words is mostly one token. Several (B-52, www.x.com, 2016-11-02)
 * are a phrase where one operand is wanted: behind a sign or "=", and beside
 * AND, OR and NOT. Elsewhere they are a phrase when none of them is Arabic, for
 * such runs are names and numbers; with an Arabic token they are words of the
 * bag, for there a missing blank or a stroke between alternatives is the rule,
 * and a phrase would find nothing.
 *
 * Negation is settled here: what excludes becomes a NOT child of a bag or an
 * AND. A group that only excludes is turned by De Morgan's rules and excludes
 * as a whole; an OR with an excluding operand beside others is read as a bag.
 */
#include "common/text/clean.h"
#include "common/text/spelling.h"
#include "common/text/stopwords.h"
#include "searcher/query_lexer.h"

/** The state of one parse. */
struct parser {
    struct ark_query *query;
    const struct ark_query_options *options;
    struct ark_analyzer *analyzer;
    struct ark_arena *arena;
    const struct ark_lexeme *next;
    struct ark_buf cleaned; /**< scratch of the stop-word test */
    bool too_many_words;
};

/** What a rule gives up to its parent: a node (NULL = nothing) and what is to be done with it. */
struct part {
    struct ark_query_node *node;
    bool negated; /**< the node must not match */
    bool must;    /**< "+" stood before it */
    bool loose;   /**< the node is a phrase only where one operand is wanted */
};

/** Parts on their way into a node. */
struct part_list {
    struct ark_query_node *first;
    struct ark_query_node *last;
    uint32_t count;
    uint32_t negated;
};

static struct ark_query_node *
new_node(struct parser *parser, enum ark_query_kind kind, uint32_t start, uint32_t end)
{
    struct ark_query_node *node = ARK_ARENA_NEW(parser->arena, struct ark_query_node);
    node->kind = kind;
    node->start = start;
    node->end = end;
    return node;
}

static void
append(struct part_list *list, struct ark_query_node *node)
{
    ARK_DEBUG_ASSERT(node->next_sibling == NULL);
    if (list->last == NULL) {
        list->first = node;
    } else {
        list->last->next_sibling = node;
    }
    list->last = node;
    list->count++;
}

/** Adds a part as a child; its occur says whether it is negated. */
static void
append_part(struct part_list *list, struct part part)
{
    if (part.node == NULL) {
        return;
    }
    part.node->occur = ARK_OCCUR_SHOULD;
    if (part.negated) {
        part.node->occur = ARK_OCCUR_NOT;
        list->negated++;
    } else if (part.must) {
        part.node->occur = ARK_OCCUR_MUST;
    }
    append(list, part.node);
}

/** A node of kind over the list's children. */
static struct ark_query_node *
over(struct parser *parser, enum ark_query_kind kind, const struct part_list *list)
{
    ARK_ASSERT(list->first != NULL);
    struct ark_query_node *node = new_node(parser, kind, list->first->start, list->last->end);
    node->first_child = list->first;
    node->child_count = list->count;
    return node;
}

/** Makes the list's children plain operands; a node of kind over them unless there is only one. */
static struct ark_query_node *
over_or_only(struct parser *parser, enum ark_query_kind kind, const struct part_list *list)
{
    for (struct ark_query_node *it = list->first; it != NULL; it = it->next_sibling) {
        it->occur = ARK_OCCUR_SHOULD;
    }
    return list->count == 1 ? list->first : over(parser, kind, list);
}

/** True when the token is a stop or question word. */
static bool
is_stopword(struct parser *parser, ark_str token)
{
    ark_buf_clear(&parser->cleaned);
    ark_clean_token(token, &parser->cleaned);
    return ark_stopword(ark_buf_view(&parser->cleaned));
}

static struct ark_word
copy_word(struct parser *parser, uint32_t number)
{
    struct ark_word word = ark_analyzer_word(parser->analyzer, number);
    for (size_t i = 0; i < ARK_LEVEL_COUNT; i++) {
        word.level[i] = ark_arena_dup(parser->arena, word.level[i]);
    }
    return word;
}

/** Adds the other spellings of a word; one that left the family could not be looked up beside it. */
static void
add_spellings(struct parser *parser, struct ark_query_node *node)
{
    ark_str spellings[ARK_SPELLINGS_MAX];
    ark_buf_clear(&parser->cleaned);
    ark_clean_token(node->text, &parser->cleaned);
    size_t count = ark_spellings(ark_buf_view(&parser->cleaned), parser->arena, spellings);
    if (count == 0) {
        return;
    }
    struct ark_word *words = ark_arena_calloc(parser->arena, count, sizeof *words);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = ark_analyzer_intern(parser->analyzer, spellings[i], node->script);
        struct ark_word word = copy_word(parser, number);
        if (ark_str_equal(word.level[ARK_LEVEL_SKELETON],
                          node->analysed.level[ARK_LEVEL_SKELETON])) {
            words[node->spelling_count++] = word;
        }
    }
    node->spellings = words;
}

/** The word of a token of the query text, or NULL when nothing is left of it after cleaning. */
static struct ark_query_node *
make_word(struct parser *parser, const struct ark_token *token, uint32_t offset)
{
    ark_str text = ark_str_slice(parser->query->text, offset + token->start, offset + token->end);
    uint32_t number = ark_analyzer_intern(parser->analyzer, text, token->script);
    if (number == ARK_WORD_NONE) {
        return NULL;
    }
    if (parser->query->word_count == ARK_QUERY_WORDS_MAX) {
        parser->too_many_words = true;
        return NULL;
    }
    struct ark_query_node *node =
        new_node(parser, ARK_QUERY_WORD, offset + token->start, offset + token->end);
    node->analysed = copy_word(parser, number);
    node->text = text;
    node->script = token->script;
    node->word = parser->query->word_count++;
    if (token->script == ARK_SCRIPT_ARABIC) {
        add_spellings(parser, node);
    }
    return node;
}

/** The words of [start, end) as a phrase; NULL when there is none, the word itself when it is one. */
static struct ark_query_node *
make_phrase(struct parser *parser, const struct ark_lexeme *lexeme, bool exact, bool *has_arabic)
{
    uint32_t start = lexeme->content_start;
    ark_str text = ark_str_slice(parser->query->text, start, lexeme->content_end);
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct part_list words = {0};
    struct ark_token token;
    uint32_t position = 0;
    *has_arabic = false;
    while (!parser->too_many_words && ark_segmenter_next(&segmenter, &token)) {
        struct ark_query_node *word = make_word(parser, &token, start);
        if (word != NULL) {
            word->exact = exact;
            word->position = position;
            append(&words, word);
            *has_arabic = *has_arabic || token.script == ARK_SCRIPT_ARABIC;
        }
        // What is nothing after cleaning leaves a gap, but not before the first word.
        position += words.count > 0 ? 1 : 0;
    }
    if (words.count == 0) {
        return NULL;
    }
    if (words.count == 1) {
        return words.first;
    }
    struct ark_query_node *phrase = over(parser, ARK_QUERY_PHRASE, &words);
    phrase->start = lexeme->start;
    phrase->end = lexeme->end;
    phrase->text = ark_str_trim(text);
    return phrase;
}

/** A run of words. Stop words are marked here and settled when the tree is whole. */
static struct part
parse_words(struct parser *parser, const struct ark_lexeme *lexeme)
{
    bool has_arabic = false;
    bool exact = lexeme->exact || parser->options->exact;
    struct ark_query_node *node = make_phrase(parser, lexeme, exact, &has_arabic);
    bool bound = lexeme->exact || lexeme->sign != ARK_SIGN_NONE;
    if (node != NULL && node->kind == ARK_QUERY_WORD && !bound && !exact) {
        node->stopword = is_stopword(parser, node->text);
    }
    bool several = node != NULL && node->kind == ARK_QUERY_PHRASE;
    return (struct part){.node = node, .loose = several && has_arabic && !bound};
}

static struct part parse_bag(struct parser *parser, bool top);

/** not = { "NOT" } , operand. */
static struct part
parse_not(struct parser *parser)
{
    bool negated = false;
    uint32_t start = parser->next->start;
    while (parser->next->kind == ARK_LEXEME_NOT) {
        negated = !negated;
        parser->next++;
    }
    const struct ark_lexeme *lexeme = parser->next++;
    struct part part = {0};
    if (lexeme->kind == ARK_LEXEME_OPEN) {
        part = parse_bag(parser, false);
        if (parser->next->kind == ARK_LEXEME_CLOSE) {
            parser->next++;
        }
    } else if (lexeme->kind == ARK_LEXEME_PHRASE) {
        bool has_arabic = false;
        bool exact = lexeme->exact || parser->options->exact;
        part.node = make_phrase(parser, lexeme, exact, &has_arabic);
    } else {
        ARK_ASSERT(lexeme->kind == ARK_LEXEME_WORDS); // the lexer sees to it
        part = parse_words(parser, lexeme);
    }
    if (part.node != NULL && lexeme->start != start) { // behind a NOT
        part.loose = false;
        part.node->stopword = false;
    }
    part.must = lexeme->sign == ARK_SIGN_MUST;
    part.negated ^= negated ^ (lexeme->sign == ARK_SIGN_NOT);
    return part;
}

/** Wraps the negated children of a list in NOT nodes, for a parent that is an AND. */
static void
wrap_negated(struct parser *parser, struct part_list *list)
{
    struct part_list wrapped = {0};
    struct ark_query_node *next = NULL;
    for (struct ark_query_node *it = list->first; it != NULL; it = next) {
        next = it->next_sibling;
        it->next_sibling = NULL;
        bool negated = it->occur == ARK_OCCUR_NOT;
        it->occur = ARK_OCCUR_SHOULD;
        if (negated) {
            struct ark_query_node *node = new_node(parser, ARK_QUERY_NOT, it->start, it->end);
            node->first_child = it;
            node->child_count = 1;
            it = node;
        }
        append(&wrapped, it);
    }
    *list = wrapped;
}

/** and = not , { "AND" , not }. Only excluding operands: (not a) and (not b) = not (a or b). */
static struct part
parse_and(struct parser *parser)
{
    struct part first = parse_not(parser);
    if (parser->next->kind != ARK_LEXEME_AND) {
        return first;
    }
    struct part_list list = {0};
    append_part(&list, first);
    while (parser->next->kind == ARK_LEXEME_AND) {
        parser->next++;
        append_part(&list, parse_not(parser));
    }
    if (list.count == 0) {
        return (struct part){0};
    }
    if (list.negated == list.count) {
        return (struct part){.node = over_or_only(parser, ARK_QUERY_OR, &list), .negated = true};
    }
    wrap_negated(parser, &list);
    return (struct part){.node = over_or_only(parser, ARK_QUERY_AND, &list)};
}

/**
 * or = and , { "OR" , and }. Only excluding operands: (not a) or (not b) =
 * not (a and b). Mixed ones would match nearly every document; they are read as
 * a bag, which is what is meant.
 */
static struct part
parse_or(struct parser *parser)
{
    uint32_t start = parser->next->start;
    struct part first = parse_and(parser);
    if (parser->next->kind != ARK_LEXEME_OR) {
        return first;
    }
    struct part_list list = {0};
    first.must = false;
    append_part(&list, first);
    while (parser->next->kind == ARK_LEXEME_OR) {
        parser->next++;
        struct part part = parse_and(parser);
        part.must = false;
        append_part(&list, part);
    }
    if (list.count == 0) {
        return (struct part){0};
    }
    if (list.negated == list.count) {
        return (struct part){.node = over_or_only(parser, ARK_QUERY_AND, &list), .negated = true};
    }
    if (list.negated > 0) {
        ark_query_warn(parser->query, parser->arena, start, list.last->end,
                       "OR with an exclusion is read as the words less what is excluded");
        return (struct part){.node = over(parser, ARK_QUERY_BAG, &list)};
    }
    return (struct part){.node = over_or_only(parser, ARK_QUERY_OR, &list)};
}

/** Adds the words of a loose phrase to a bag one by one. */
static void
append_loose(struct parser *parser, struct part_list *list, struct ark_query_node *phrase)
{
    struct ark_query_node *next = NULL;
    for (struct ark_query_node *it = phrase->first_child; it != NULL; it = next) {
        next = it->next_sibling;
        it->next_sibling = NULL;
        it->position = 0;
        it->stopword = !it->exact && is_stopword(parser, it->text);
        append_part(list, (struct part){.node = it});
    }
}

/** With --all what is not excluded is required. */
static void
require_all(struct part_list *list)
{
    for (struct ark_query_node *it = list->first; it != NULL; it = it->next_sibling) {
        if (it->occur == ARK_OCCUR_SHOULD) {
            it->occur = ARK_OCCUR_MUST;
        }
    }
}

/** bag = { or }, up to a closing parenthesis or the end. */
static struct part
parse_bag(struct parser *parser, bool top)
{
    struct part_list list = {0};
    while (parser->next->kind != ARK_LEXEME_END && parser->next->kind != ARK_LEXEME_CLOSE &&
           !parser->too_many_words) {
        struct part part = parse_or(parser);
        if (part.node != NULL && part.loose) {
            append_loose(parser, &list, part.node);
        } else {
            append_part(&list, part);
        }
    }
    if (list.count == 0) {
        return (struct part){0};
    }
    if (list.negated == list.count) {
        return (struct part){.node = over_or_only(parser, ARK_QUERY_OR, &list), .negated = true};
    }
    if (top && parser->options->all) {
        require_all(&list);
    }
    // A required word stays in its bag even alone: it asks for a closer match than a plain one.
    if (list.count == 1 && list.first->occur != ARK_OCCUR_MUST) {
        return (struct part){.node = list.first};
    }
    return (struct part){.node = over(parser, ARK_QUERY_BAG, &list)};
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

/** Takes stop words below node back into the search. */
static void
restore_stopwords(struct ark_query_node *node)
{
    node->stopword = false;
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        restore_stopwords(it);
    }
}

static bool
excludes(const struct ark_query_node *parent, const struct ark_query_node *child)
{
    return child->kind == ARK_QUERY_NOT ||
           (parent->kind == ARK_QUERY_BAG && child->occur == ARK_OCCUR_NOT);
}

/**
 * True when something below node is searched for. Where stop words are all that
 * is left of a group beside its exclusions, they come back.
 */
static bool
settle_stopwords(struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE) {
        return !node->stopword;
    }
    bool positive = false;
    bool negative = false;
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool active = settle_stopwords(it);
        positive = positive || (active && !excludes(node, it));
        negative = negative || (active && excludes(node, it));
    }
    if (positive || !negative) {
        return positive;
    }
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (!excludes(node, it)) {
            restore_stopwords(it);
        }
    }
    return true;
}

/** --phrase: the whole text is one phrase. */
static struct part
parse_as_phrase(struct parser *parser)
{
    uint32_t end = (uint32_t)parser->query->text.len;
    struct ark_lexeme whole = {.kind = ARK_LEXEME_PHRASE, .end = end, .content_end = end};
    bool has_arabic = false;
    return (struct part){.node = make_phrase(parser, &whole, parser->options->exact, &has_arabic)};
}

static enum ark_status
too_long(struct ark_error *err)
{
    return ark_error_set(err, ARK_E_LIMIT, "the query is longer than %d bytes",
                         ARK_QUERY_BYTES_MAX);
}

static enum ark_status
parse_all(struct parser *parser, struct ark_error *err)
{
    if (parser->query->text.len > ARK_QUERY_BYTES_MAX) {
        return too_long(err);
    }
    struct part root = {0};
    if (parser->options->phrase) {
        root = parse_as_phrase(parser);
    } else {
        struct ark_lexemes lexemes;
        enum ark_status status = ark_query_lex(parser->query, parser->arena, &lexemes, err);
        if (status != ARK_OK) {
            return status;
        }
        parser->next = lexemes.items;
        root = parse_bag(parser, true);
    }
    if (parser->too_many_words) {
        return ark_error_set(err, ARK_E_LIMIT, "the query has more than %d words",
                             ARK_QUERY_WORDS_MAX);
    }
    if (root.node == NULL) {
        return ARK_OK;
    }
    if (root.negated) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "the query only excludes, add a word to search for: %.*s",
                             ARK_STR_ARG(parser->query->text));
    }
    if (tree_depth(root.node, 0) > ARK_QUERY_DEPTH_MAX) {
        return ark_error_set(err, ARK_E_LIMIT, "the query is nested deeper than %d",
                             ARK_QUERY_DEPTH_MAX);
    }
    if (!settle_stopwords(root.node)) {
        restore_stopwords(root.node);
    }
    parser->query->root = root.node;
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
    struct parser parser = {
        .query = ARK_ARENA_NEW(arena, struct ark_query),
        .options = options,
        .analyzer = analyzer,
        .arena = arena,
        // Cleaning makes a text at most eighteen times as long, a token of it eighteen times again.
        .cleaned = ark_buf_make((size_t)18 * 18 * ARK_QUERY_BYTES_MAX),
    };
    // As stored texts are: presentation forms and the marks that come with pasted text go.
    ark_clean_text(text, &parser.cleaned);
    parser.query->text = ark_arena_dup(arena, ark_buf_view(&parser.cleaned));
    enum ark_status status = parse_all(&parser, err);
    ark_buf_dispose(&parser.cleaned);
    if (status == ARK_OK) {
        *out = parser.query;
    }
    return status;
}
