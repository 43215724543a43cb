#include "searcher/query_parse.h"

struct ark_query_node *
ark_query_node_new(struct ark_query_parser *parser, enum ark_query_kind kind, uint32_t start,
                   uint32_t end)
{
    struct ark_query_node *node = ARK_ARENA_NEW(parser->arena, struct ark_query_node);
    node->kind = kind;
    node->start = start;
    node->end = end;
    node->weight = 1;
    return node;
}

void
ark_query_parts_append(struct ark_query_parts *list, struct ark_query_node *node)
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

void
ark_query_parts_add(struct ark_query_parts *list, struct ark_query_part part)
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
    ark_query_parts_append(list, part.node);
}

struct ark_query_node *
ark_query_node_over(struct ark_query_parser *parser, enum ark_query_kind kind,
                    const struct ark_query_parts *list)
{
    ARK_ASSERT(list->first != NULL);
    struct ark_query_node *node =
        ark_query_node_new(parser, kind, list->first->start, list->last->end);
    node->first_child = list->first;
    node->child_count = list->count;
    return node;
}

static void
warn(struct ark_query_parser *parser, uint32_t start, uint32_t end, const char *text)
{
    ark_query_warn(parser->query, parser->arena, start, end, text);
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
bool
ark_query_only_filters(const struct ark_query_node *node)
{
    if (node->first_child == NULL) {
        return node->kind == ARK_QUERY_FILTER;
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (!ark_query_only_filters(it)) {
            return false;
        }
    }
    return true;
}

bool
ark_query_is_leaf(const struct ark_query_node *node)
{
    return node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE ||
           node->kind == ARK_QUERY_NEAR || node->kind == ARK_QUERY_NAMES ||
           node->kind == ARK_QUERY_FILTER;
}

/** Multiplies the weights of what ranks below node. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
hand_down_weight(struct ark_query_node *node, float weight)
{
    if (ark_query_is_leaf(node)) {
        float product = node->weight * weight;
        node->weight = product > ARK_QUERY_WEIGHT_MAX ? ARK_QUERY_WEIGHT_MAX : product;
        return;
    }
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        hand_down_weight(it, weight);
    }
}

/** Restricts what has no field of its own. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
hand_down_field(struct ark_query_node *node, enum ark_query_field field)
{
    node->field = ark_query_is_leaf(node) && node->field == ARK_FIELD_ANY ? field : node->field;
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        hand_down_field(it, field);
    }
}

/** What of the words of a lexeme is read how. */
static struct ark_words_source
words_source(const struct ark_query_parser *parser, const struct ark_lexeme *lexeme)
{
    bool form = lexeme->equals == 1 || parser->options->exact;
    enum ark_query_match match = form ? ARK_MATCH_FORM : ARK_MATCH_LEVELS;
    return (struct ark_words_source){
        .start = lexeme->content_start,
        .end = lexeme->content_end,
        .outer_start = lexeme->start,
        .outer_end = lexeme->end,
        .match = lexeme->equals == 2 ? ARK_MATCH_LETTERS : match,
        .field = lexeme->field,
        .wildcards = lexeme->kind == ARK_LEXEME_WORDS,
    };
}

/** Gives a word the number of edits of its lexeme. */
static void
set_edits(struct ark_query_parser *parser, const struct ark_lexeme *lexeme,
          struct ark_query_node *word)
{
    if (word->match == ARK_MATCH_PATTERN || word->match == ARK_MATCH_LETTERS) {
        warn(parser, lexeme->suffix_start, lexeme->end,
             "a distance goes with plain words and phrases only: left out");
        return;
    }
    if (lexeme->distance > ARK_QUERY_EDITS_MAX) {
        warn(parser, lexeme->suffix_start, lexeme->end,
             "a word may be 1 or 2 edits away: read as '~2'");
    }
    word->match = ARK_MATCH_FUZZY;
    parser->query->form_word_count++;
    word->exact = true;
    word->distance = lexeme->distance == 0 ? 1 : lexeme->distance;
    word->distance = word->distance > ARK_QUERY_EDITS_MAX ? ARK_QUERY_EDITS_MAX : word->distance;
}

/** Gives a phrase the slop of its lexeme. */
static void
set_slop(struct ark_query_parser *parser, const struct ark_lexeme *lexeme,
         struct ark_query_node *phrase)
{
    if (lexeme->distance == 0) {
        warn(parser, lexeme->suffix_start, lexeme->end,
             "a phrase needs a number after '~': left out");
    }
    phrase->distance = lexeme->distance;
    if (phrase->distance > ARK_QUERY_DISTANCE_MAX) {
        phrase->distance = ARK_QUERY_DISTANCE_MAX;
        warn(parser, lexeme->suffix_start, lexeme->end,
             "at most 1000 words may stand inside a phrase: read as '~1000'");
    }
}

/** Gives words or a phrase what stands behind them. */
static void
set_suffix(struct ark_query_parser *parser, const struct ark_lexeme *lexeme,
           struct ark_query_node *node)
{
    if (lexeme->has_distance && node->kind == ARK_QUERY_PHRASE) {
        set_slop(parser, lexeme, node);
    } else if (lexeme->has_distance && lexeme->kind == ARK_LEXEME_WORDS) {
        set_edits(parser, lexeme, node);
    }
    node->weight = lexeme->weight;
}

/** True when something stands beside a run of words that makes it one operand. */
static bool
is_bound(const struct ark_lexeme *lexeme)
{
    return lexeme->equals > 0 || lexeme->sign != ARK_SIGN_NONE || lexeme->field != ARK_FIELD_ANY ||
           lexeme->suffix_start < lexeme->end;
}

/** True for a number that may be a year: of four digits, from 1000 to 2999. */
static bool
is_year(const struct ark_query_node *word)
{
    ark_str form = word->analysed.level[ARK_LEVEL_FORM];
    return word->script == ARK_SCRIPT_DIGITS && form.len == 4 &&
           (form.bytes[0] == '1' || form.bytes[0] == '2');
}

/** True for "1939-1945": texts have "from 1939 to 1945", too. Of a date or a number every part counts. */
static bool
is_span_of_years(const struct ark_query_node *phrase)
{
    return phrase->child_count == 2 && is_year(phrase->first_child) &&
           is_year(phrase->first_child->next_sibling);
}

/** A run of words. Stop words are marked here and settled when the tree is whole. */
static struct ark_query_part
parse_words(struct ark_query_parser *parser, const struct ark_lexeme *lexeme)
{
    bool has_arabic = false;
    const struct ark_words_source source = words_source(parser, lexeme);
    struct ark_query_node *node = ark_query_make_words(&parser->maker, &source, &has_arabic);
    if (node == NULL) {
        return (struct ark_query_part){0};
    }
    set_suffix(parser, lexeme, node);
    bool bound = is_bound(lexeme);
    bool apart = has_arabic || is_span_of_years(node);
    node = node->kind == ARK_QUERY_WORD ? ark_query_add_names(&parser->maker, node) : node;
    if (node->kind == ARK_QUERY_WORD && !bound && !node->exact) {
        node->stopword = ark_query_is_stopword(&parser->maker, node->text);
    }
    return (struct ark_query_part){.node = node,
                                   .loose = node->kind == ARK_QUERY_PHRASE && apart && !bound};
}

struct ark_query_part
ark_query_parse_phrase(struct ark_query_parser *parser, const struct ark_lexeme *lexeme)
{
    bool has_arabic = false;
    const struct ark_words_source source = words_source(parser, lexeme);
    struct ark_query_node *node = ark_query_make_words(&parser->maker, &source, &has_arabic);
    if (node != NULL) {
        set_suffix(parser, lexeme, node);
        node = ark_query_add_names(&parser->maker, node);
    }
    return (struct ark_query_part){.node = node};
}

/** A filter on the date; false when the value is no date. */
static bool
set_dates(struct ark_query_parser *parser, const struct ark_lexeme *lexeme,
          struct ark_query_node *node)
{
    bool turned = false;
    if (!ark_date_range_parse(ark_str_trim(node->text), &node->dates, &turned)) {
        warn(
            parser, lexeme->content_start, lexeme->content_end,
            "this is no date (2016, 2016-11, 2016-11-02, or two with '..' between): read as words");
        return false;
    }
    if (turned) {
        warn(parser, lexeme->content_start, lexeme->content_end,
             "this time ends before it begins: turned round");
    }
    return true;
}

/** A condition on the document; the words of it when it is none. */
static struct ark_query_part
parse_filter(struct ark_query_parser *parser, const struct ark_lexeme *lexeme)
{
    struct ark_query_node *node =
        ark_query_node_new(parser, ARK_QUERY_FILTER, lexeme->start, lexeme->end);
    node->field = lexeme->field;
    node->text = ark_str_slice(parser->query->text, lexeme->content_start, lexeme->content_end);
    node->pattern = node->text;
    if (node->field == ARK_FIELD_DATE && !set_dates(parser, lexeme, node)) {
        struct ark_lexeme words = *lexeme;
        words.kind = ARK_LEXEME_WORDS;
        words.field = ARK_FIELD_ANY;
        words.content_start = lexeme->start + (lexeme->sign == ARK_SIGN_NONE ? 0 : 1);
        return parse_words(parser, &words);
    }
    if (node->field == ARK_FIELD_SOURCE) {
        node->pattern = ark_query_fold_pattern(&parser->maker, node->text);
        if (node->pattern.len == 0) {
            warn(parser, lexeme->start, lexeme->end, "no word in this value: left out");
            return (struct ark_query_part){0};
        }
    }
    // Filters count against the same limit: each costs a look at every document.
    parser->query->filter_count++;
    parser->maker.too_many =
        parser->maker.too_many || parser->query->filter_count > ARK_QUERY_WORDS_MAX;
    return (struct ark_query_part){.node = node};
}

/** A group in parentheses, whose opening one is lexeme. */
static struct ark_query_part
parse_group(struct ark_query_parser *parser, const struct ark_lexeme *lexeme)
{
    struct ark_query_part part = ark_query_parse_bag(parser, false);
    float weight = 1;
    if (parser->next->kind == ARK_LEXEME_CLOSE) {
        weight = parser->next->weight;
        parser->next++;
    }
    if (part.node != NULL) {
        hand_down_weight(part.node, weight);
        hand_down_field(part.node, lexeme->field);
    }
    return part;
}

/** operand: see the grammar. */
static struct ark_query_part
parse_operand(struct ark_query_parser *parser)
{
    const struct ark_lexeme *lexeme = parser->next++;
    struct ark_query_part part = {0};
    if (lexeme->kind == ARK_LEXEME_OPEN) {
        part = parse_group(parser, lexeme);
    } else if (lexeme->kind == ARK_LEXEME_PHRASE) {
        part = ark_query_parse_phrase(parser, lexeme);
    } else if (lexeme->kind == ARK_LEXEME_FILTER) {
        part = parse_filter(parser, lexeme);
    } else {
        ARK_ASSERT(lexeme->kind == ARK_LEXEME_WORDS); // the lexer sees to it
        part = parse_words(parser, lexeme);
    }
    part.must = lexeme->sign == ARK_SIGN_MUST;
    part.negated ^= lexeme->sign == ARK_SIGN_NOT;
    return part;
}

/** True for words, phrases and alternatives of them; such a bag is made an OR. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static bool
make_alternatives(struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE ||
        node->kind == ARK_QUERY_NAMES) {
        return true;
    }
    if (node->kind != ARK_QUERY_OR && node->kind != ARK_QUERY_BAG) {
        return false;
    }
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (it->occur != ARK_OCCUR_SHOULD || !make_alternatives(it)) {
            return false;
        }
    }
    node->kind = ARK_QUERY_OR;
    return true;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
void
ark_query_restore_stopwords(struct ark_query_node *node)
{
    node->stopword = false;
    for (struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        ark_query_restore_stopwords(it);
    }
}

/** A row of operands with NEAR between them. */
struct near_row {
    struct ark_query_parts list;
    uint32_t start, end; /**< of the operators and what they join */
    uint32_t distance;   /**< the greatest */
    bool ordered;        /**< all operators are ONEAR */
    bool mixed;          /**< they differ */
    bool near;           /**< all operands can stand near each other */
};

static void
add_near_operand(struct ark_query_parser *parser, struct near_row *row, struct ark_query_part part)
{
    if (part.node == NULL) {
        return;
    }
    if (part.negated) {
        warn(parser, part.node->start, part.node->end,
             "what NEAR joins cannot be excluded: read without the sign");
    }
    part.node->occur = ARK_OCCUR_SHOULD;
    ark_query_restore_stopwords(part.node);
    row->near = row->near && make_alternatives(part.node);
    ark_query_parts_append(&row->list, part.node);
}

/** The node of a row of operands that is whole. */
static struct ark_query_node *
finish_near(struct ark_query_parser *parser, const struct near_row *row)
{
    bool near = row->near && row->list.count <= ARK_QUERY_NEAR_MAX;
    if (!row->near) {
        warn(parser, row->start, row->end,
             "NEAR joins words, phrases and alternatives of them: read as AND");
    } else if (!near) {
        warn(parser, row->start, row->end, "NEAR joins at most 8 operands: read as AND");
    } else if (row->mixed) {
        warn(parser, row->start, row->end,
             "different distances in a row: the greatest counts, in any order");
    }
    if (row->list.count <= 1) {
        return row->list.first;
    }
    struct ark_query_node *node =
        ark_query_node_over(parser, near ? ARK_QUERY_NEAR : ARK_QUERY_AND, &row->list);
    node->weight = 1;
    node->distance = near ? row->distance : 0;
    node->ordered = near && row->ordered && !row->mixed;
    node->text = ark_str_slice(parser->query->text, node->start, node->end);
    return node;
}

/** near = operand , { "NEAR" , operand }. The sign of the first operand is that of all. */
struct ark_query_part
ark_query_parse_near(struct ark_query_parser *parser)
{
    struct ark_query_part first = parse_operand(parser);
    if (parser->next->kind != ARK_LEXEME_NEAR) {
        return first;
    }
    struct near_row row = {.near = true, .ordered = true, .start = parser->next->start};
    struct ark_query_part sign = {.must = first.must, .negated = first.negated};
    first.negated = false;
    add_near_operand(parser, &row, first);
    const struct ark_lexeme *operator= parser->next;
    for (; parser->next->kind == ARK_LEXEME_NEAR; row.end = parser->next[-1].end) {
        const struct ark_lexeme *here = parser->next++;
        row.mixed =
            row.mixed || here->distance != operator->distance || here->ordered != operator->ordered;
        row.distance = here->distance > row.distance ? here->distance : row.distance;
        row.ordered = row.ordered && here->ordered;
        add_near_operand(parser, &row, parse_operand(parser));
    }
    sign.node = finish_near(parser, &row);
    return sign;
}
