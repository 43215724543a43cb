#include "tests/support/query_oracle.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/levels.h"
#include "common/text/utf8.h"

enum {
    CLOSE = 1 << ARK_LEVEL_FORM | 1 << ARK_LEVEL_LIGHT | 1 << ARK_LEVEL_STEM,
    ANY = CLOSE | 1 << ARK_LEVEL_SKELETON,
    SPANS_MAX = 256,
    CHARACTERS_MAX = 128,
    OPERANDS_MAX = 64,
};

/* ---- One word ---- */

static uint32_t
decode(ark_str text, uint32_t out[CHARACTERS_MAX])
{
    uint32_t count = 0;
    for (size_t at = 0; at < text.len && count < CHARACTERS_MAX;) {
        at += ark_utf8_decode(text.bytes + at, text.len - at, &out[count++]);
    }
    return count;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/** Edits between two texts, a change of neighbours being one; the whole table. */
static uint32_t
edits_between(ark_str left, ark_str right)
{
    static uint32_t table[CHARACTERS_MAX + 1][CHARACTERS_MAX + 1];
    uint32_t a[CHARACTERS_MAX];
    uint32_t b[CHARACTERS_MAX];
    uint32_t m = decode(left, a);
    uint32_t n = decode(right, b);
    for (uint32_t i = 0; i <= m; i++) {
        for (uint32_t j = 0; j <= n; j++) {
            uint32_t best = i == 0 ? j : j == 0 ? i : UINT32_MAX;
            if (i > 0 && j > 0) {
                best = least(table[i - 1][j], table[i][j - 1]) + 1;
                best = least(best, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = least(best, table[i - 2][j - 2] + 1);
            }
            table[i][j] = best;
        }
    }
    return table[m][n];
}

/** Wildcards over characters: the definition itself. */
static bool
fits(const uint32_t *pattern, uint32_t m, const uint32_t *text, uint32_t n)
{
    if (m == 0) {
        return n == 0;
    }
    if (pattern[0] == '*') {
        return fits(pattern + 1, m - 1, text, n) || (n > 0 && fits(pattern, m, text + 1, n - 1));
    }
    if (pattern[0] == '\\' && m > 1) {
        pattern++;
        m--;
        return n > 0 && text[0] == pattern[0] && fits(pattern + 1, m - 1, text + 1, n - 1);
    }
    return n > 0 && (pattern[0] == '?' || pattern[0] == text[0]) &&
           fits(pattern + 1, m - 1, text + 1, n - 1);
}

static bool
text_fits(ark_str pattern, ark_str text)
{
    uint32_t a[CHARACTERS_MAX];
    uint32_t b[CHARACTERS_MAX];
    uint32_t m = decode(pattern, a);
    uint32_t n = decode(text, b);
    return fits(a, m, b, n);
}

static bool
is_mark(uint32_t codepoint)
{
    return (codepoint >= 0x064B && codepoint <= 0x065F) || codepoint == 0x0670;
}

/** The characters of a token that count letter for letter. Test texts hold composed letters only. */
static uint32_t
letters_of(ark_str token, bool marks, uint32_t out[CHARACTERS_MAX])
{
    uint32_t all[CHARACTERS_MAX];
    uint32_t count = decode(token, all);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool dropped = all[i] == 0x0640 || (all[i] >= 0x200C && all[i] <= 0x200D);
        if (!dropped && (marks || !is_mark(all[i]))) {
            out[kept++] = all[i];
        }
    }
    return kept;
}

static bool
same_letters(const struct ark_query_node *word, ark_str token)
{
    uint32_t a[CHARACTERS_MAX];
    uint32_t b[CHARACTERS_MAX];
    uint32_t typed[CHARACTERS_MAX];
    uint32_t count = decode(word->text, typed);
    bool marks = false;
    for (uint32_t i = 0; i < count; i++) {
        marks = marks || is_mark(typed[i]);
    }
    uint32_t m = letters_of(word->text, marks, a);
    uint32_t n = letters_of(token, marks, b);
    return m == n && memcmp(a, b, m * sizeof *a) == 0;
}

/** Equality of levels inside a family. */
static unsigned
equal_levels(const struct ark_query_node *word, const struct ark_word *text)
{
    unsigned levels = 0;
    if (!ark_str_equal(word->analysed.level[ARK_LEVEL_SKELETON], text->level[ARK_LEVEL_SKELETON])) {
        return 0;
    }
    for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
        bool equal = ark_str_equal(word->analysed.level[level], text->level[level]);
        for (uint32_t i = 0; i < word->spelling_count; i++) {
            equal = equal || ark_str_equal(word->spellings[i].level[level], text->level[level]);
        }
        levels |= equal ? 1u << level : 0;
    }
    return levels;
}

static bool
is_in_field(const struct oracle_document *document, enum ark_query_field field, uint32_t position)
{
    return field == ARK_FIELD_ANY ||
           (field == ARK_FIELD_TITLE) == (position < document->title_tokens);
}

/** The levels at which a token is the word; what is no word at all levels is its form or nothing. */
static unsigned
levels_of(const struct oracle_document *document, const struct ark_query_node *word,
          const struct oracle_token *token)
{
    ark_str form = token->word.level[ARK_LEVEL_FORM];
    bool equal = false;
    if (!is_in_field(document, word->field, token->position)) {
        return 0;
    }
    switch (word->match) {
    case ARK_MATCH_LEVELS:
        return equal_levels(word, &token->word);
    case ARK_MATCH_FORM:
        equal = ark_str_equal(word->analysed.level[ARK_LEVEL_FORM], form);
        break;
    case ARK_MATCH_LETTERS:
        equal = same_letters(word, token->text);
        break;
    case ARK_MATCH_PATTERN:
        equal = text_fits(word->pattern, form);
        break;
    default:
        equal = edits_between(word->analysed.level[ARK_LEVEL_FORM], form) <= word->distance;
        break;
    }
    return equal ? 1u << ARK_LEVEL_FORM : 0;
}

static unsigned
word_levels(const struct oracle_document *document, const struct ark_query_node *word)
{
    unsigned levels = 0;
    for (size_t i = 0; i < document->token_count; i++) {
        levels |= levels_of(document, word, &document->tokens[i]);
    }
    return levels;
}

/* ---- Words together ---- */

/** The tokens first to last. */
struct span {
    uint32_t first;
    uint32_t last;
};

struct spans {
    struct span items[SPANS_MAX];
    uint32_t count;
};

static void
add_span(struct spans *spans, struct span span)
{
    for (uint32_t i = 0; i < spans->count; i++) {
        if (spans->items[i].first == span.first && spans->items[i].last == span.last) {
            return;
        }
    }
    ARK_ASSERT(spans->count < SPANS_MAX);
    spans->items[spans->count++] = span;
}

/** Choices of one span of each child of a PHRASE or a NEAR. */
struct choices {
    const struct oracle_document *document;
    const struct ark_query_node *node;
    struct spans *lists;
    struct spans *taken; /**< by child */
    struct spans whole;
    struct span chosen[OPERANDS_MAX];
    uint32_t offsets[OPERANDS_MAX];
};

static bool
is_allowed(const struct choices *choices)
{
    uint32_t count = choices->node->child_count;
    const struct span *chosen = choices->chosen;
    uint32_t end_of_first = UINT32_MAX;
    uint32_t begin_of_last = 0;
    bool phrase = choices->node->kind == ARK_QUERY_PHRASE;
    for (uint32_t i = 0; i < count; i++) {
        bool in_title = chosen[i].first < choices->document->title_tokens;
        if (in_title != (chosen[0].first < choices->document->title_tokens)) {
            return false;
        }
        end_of_first = least(end_of_first, chosen[i].last);
        begin_of_last = chosen[i].first > begin_of_last ? chosen[i].first : begin_of_last;
        for (uint32_t k = 0; k < i; k++) {
            bool before = chosen[k].last < chosen[i].first;
            bool after = chosen[i].last < chosen[k].first;
            if (!before && (phrase || choices->node->ordered || !after)) {
                return false;
            }
        }
        if (phrase && i > 0 &&
            chosen[i].first - chosen[i - 1].first < choices->offsets[i] - choices->offsets[i - 1]) {
            return false;
        }
    }
    uint32_t length = phrase ? choices->offsets[count - 1] : 0;
    uint32_t begin = phrase ? chosen[0].first : end_of_first;
    return begin_of_last - begin <= choices->node->distance + length;
}

// As deep as a node has children, of which tests have few.
static void
try_choices(struct choices *choices, uint32_t child)
{
    uint32_t count = choices->node->child_count;
    if (child < count) {
        for (uint32_t i = 0; i < choices->lists[child].count; i++) {
            choices->chosen[child] = choices->lists[child].items[i];
            try_choices(choices, child + 1);
        }
        return;
    }
    if (!is_allowed(choices)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        add_span(&choices->taken[i], choices->chosen[i]);
    }
    add_span(&choices->whole,
             (struct span){choices->chosen[0].first, choices->chosen[count - 1].last});
}

/** Of spans that begin at the same token only the shortest stays. */
static void
keep_shortest(struct spans *spans)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < spans->count; i++) {
        bool shortest = true;
        for (uint32_t k = 0; k < spans->count; k++) {
            shortest = shortest && !(spans->items[k].first == spans->items[i].first &&
                                     spans->items[k].last < spans->items[i].last);
        }
        if (shortest) {
            spans->items[kept++] = spans->items[i];
        }
    }
    spans->count = kept;
}

static void spans_of(const struct oracle_document *document, const struct ark_query_node *node,
                     struct spans *out);

/** What of a PHRASE or NEAR stands together; free what it gives. */
static struct choices *
join(const struct oracle_document *document, const struct ark_query_node *node)
{
    struct choices *choices = ark_xcalloc(1, sizeof *choices);
    choices->document = document;
    choices->node = node;
    choices->lists = ark_xcalloc(node->child_count, sizeof *choices->lists);
    choices->taken = ark_xcalloc(node->child_count, sizeof *choices->taken);
    uint32_t at = 0;
    bool any = true;
    ARK_ASSERT(node->child_count <= OPERANDS_MAX);
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        choices->offsets[at] = it->position;
        spans_of(document, it, &choices->lists[at]);
        any = any && choices->lists[at++].count > 0;
    }
    if (any) {
        try_choices(choices, 0);
        keep_shortest(&choices->whole);
    }
    return choices;
}

static void
free_choices(struct choices *choices)
{
    free(choices->lists);
    free(choices->taken);
    free(choices);
}

/** Where a word (closely), a phrase or one of several alternatives stands. */
static void
spans_of(const struct oracle_document *document, const struct ark_query_node *node,
         struct spans *out)
{
    if (node->kind == ARK_QUERY_WORD) {
        for (size_t i = 0; i < document->token_count; i++) {
            uint32_t position = document->tokens[i].position;
            if ((levels_of(document, node, &document->tokens[i]) & CLOSE) != 0) {
                add_span(out, (struct span){position, position});
            }
        }
    } else if (node->kind == ARK_QUERY_OR || node->kind == ARK_QUERY_NAMES) {
        for (const struct ark_query_node *it = node->first_child; it; it = it->next_sibling) {
            spans_of(document, it, out);
        }
    } else {
        struct choices *choices = join(document, node);
        for (uint32_t i = 0; i < choices->whole.count; i++) {
            add_span(out, choices->whole.items[i]);
        }
        free_choices(choices);
    }
}

static bool
stands_together(const struct oracle_document *document, const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_NAMES) {
        struct spans spans = {.count = 0};
        spans_of(document, node, &spans);
        return spans.count > 0;
    }
    struct choices *choices = join(document, node);
    bool any = choices->whole.count > 0;
    free_choices(choices);
    return any;
}

/* ---- Conditions on documents ---- */

/** The first and the last day that a date can mean. */
static bool
is_in_range(uint32_t date, struct ark_date_range range)
{
    uint32_t first = date;
    uint32_t last = date;
    if (date == 0) {
        return false;
    }
    if (date / 100 % 100 == 0) {
        first += 100;
        last += 1200;
    }
    if (date % 100 == 0) {
        first += 1;
        last += 31;
    }
    return range.first <= first && last <= range.last;
}

/** before, text, after. */
static ark_str
around(const char *before, ark_str text, const char *after, struct ark_buf *buf)
{
    ark_buf_clear(buf);
    ark_buf_append_str(buf, ark_str_from(before));
    ark_buf_append_str(buf, text);
    ark_buf_append_str(buf, ark_str_from(after));
    return ark_buf_view(buf);
}

static bool
path_fits(const struct ark_query_node *filter, ark_str path)
{
    struct ark_buf pattern = ark_buf_make(1 << 16);
    struct ark_buf text = ark_buf_make(1 << 16);
    ark_str value = filter->pattern;
    bool slash = value.len > 0 && value.bytes[value.len - 1] == '/';
    value.len -= slash ? 1 : 0;
    bool anchored = value.len > 0 && value.bytes[0] == '/';
    bool good = text_fits(around(anchored ? "" : "*/", value, "/*", &pattern),
                          around("", path, "/", &text));
    ark_buf_dispose(&pattern);
    ark_buf_dispose(&text);
    return good;
}

/** Test sources are folded words with single blanks between. */
static bool
source_fits(const struct ark_query_node *filter, ark_str source)
{
    struct ark_buf pattern = ark_buf_make(1 << 16);
    struct ark_buf text = ark_buf_make(1 << 16);
    bool good =
        text_fits(around("* ", filter->pattern, " *", &pattern), around(" ", source, " ", &text));
    ark_buf_dispose(&pattern);
    ark_buf_dispose(&text);
    return good;
}

static bool
id_fits(const struct ark_query_node *filter, const struct ark_document_record *record)
{
    struct ark_buf name = ark_buf_make(1 << 16);
    ark_str path = ark_str_slice(record->path, record->name_start, record->path.len);
    ark_buf_append_str(&name, record->fragment_is_id ? record->fragment : path);
    if (!record->fragment_is_id && record->fragment.len > 0) {
        ark_buf_push(&name, '#');
        ark_buf_append_str(&name, record->fragment);
    }
    bool good = text_fits(filter->pattern, ark_buf_view(&name)) ||
                (record->fragment.len > 0 && text_fits(filter->pattern, record->fragment));
    ark_buf_dispose(&name);
    return good;
}

static bool
filter_matches(const struct oracle_document *document, const struct ark_query_node *filter)
{
    const struct ark_document_record *record = &document->record;
    switch (filter->field) {
    case ARK_FIELD_DATE:
        return is_in_range(record->date, filter->dates);
    case ARK_FIELD_PATH:
        return path_fits(filter, record->path);
    case ARK_FIELD_SOURCE:
        return source_fits(filter, record->source);
    default:
        return id_fits(filter, record);
    }
}

/* ---- The whole tree ---- */

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

static bool
bag_matches(const struct oracle_document *document, const struct ark_query_node *bag, bool close)
{
    bool must = false;
    bool should = false;
    bool found = false;
    for (const struct ark_query_node *it = bag->first_child; it != NULL; it = it->next_sibling) {
        if (!is_active(it)) {
            continue;
        }
        bool match = oracle_matches(document, it, close || it->occur != ARK_OCCUR_SHOULD);
        bool wanted = it->occur == ARK_OCCUR_MUST || it->occur == ARK_OCCUR_FILTER;
        if ((it->occur == ARK_OCCUR_NOT && match) || (wanted && !match)) {
            return false;
        }
        must = must || it->occur == ARK_OCCUR_MUST;
        should = should || it->occur == ARK_OCCUR_SHOULD;
        found = found || (it->occur == ARK_OCCUR_SHOULD && match);
    }
    return must || !should || found;
}

bool
oracle_matches(const struct oracle_document *document, const struct ark_query_node *node,
               bool close)
{
    switch (node->kind) {
    case ARK_QUERY_WORD:
        return (word_levels(document, node) & (close ? CLOSE : ANY)) != 0;
    case ARK_QUERY_PHRASE:
    case ARK_QUERY_NEAR:
    case ARK_QUERY_NAMES:
        return stands_together(document, node);
    case ARK_QUERY_FILTER:
        return filter_matches(document, node);
    case ARK_QUERY_BAG:
        return bag_matches(document, node, close);
    case ARK_QUERY_NOT:
        return !oracle_matches(document, node->first_child, true);
    default:
        break;
    }
    bool is_and = node->kind == ARK_QUERY_AND;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (is_active(it) && oracle_matches(document, it, close || is_and) != is_and) {
            return !is_and;
        }
    }
    return is_and;
}

/** Calls visit for each word, phrase and NEAR that scores; false when one visit says so. */
static bool
each_scorer(const struct oracle_document *document, const struct ark_query_node *node,
            bool (*visit)(const struct oracle_document *, const struct ark_query_node *, void *),
            void *context)
{
    if (node->kind == ARK_QUERY_NOT || node->kind == ARK_QUERY_FILTER || node->stopword) {
        return true;
    }
    if (node->kind == ARK_QUERY_WORD || node->kind == ARK_QUERY_PHRASE ||
        node->kind == ARK_QUERY_NEAR || node->kind == ARK_QUERY_NAMES) {
        return visit(document, node, context);
    }
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        if (it->occur != ARK_OCCUR_NOT && !each_scorer(document, it, visit, context)) {
            return false;
        }
    }
    return true;
}

static bool
matches_closely(const struct oracle_document *document, const struct ark_query_node *node,
                void *context)
{
    (void)context;
    return oracle_matches(document, node, true);
}

bool
oracle_has_all_words(const struct oracle_document *document, const struct ark_query_node *node)
{
    return each_scorer(document, node, matches_closely, NULL);
}

uint32_t
oracle_count(const struct oracle_document *document, const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_NAMES) {
        struct spans spans = {.count = 0};
        spans_of(document, node, &spans);
        return spans.count;
    }
    struct choices *choices = join(document, node);
    uint32_t fewest = UINT32_MAX;
    for (uint32_t i = 0; i < node->child_count; i++) {
        fewest = least(fewest, choices->taken[i].count);
    }
    free_choices(choices);
    return fewest;
}

static void
add_match(struct oracle_matches *out, uint32_t first, uint32_t last, uint32_t word)
{
    ARK_GROW(out->items, out->room, out->count + 1);
    out->items[out->count++] = (struct oracle_match){first, last - first + 1, word};
}

static uint32_t
first_word(const struct ark_query_node *node)
{
    return node->kind == ARK_QUERY_WORD ? node->word : first_word(node->first_child);
}

static void
light_word(const struct oracle_document *document, const struct ark_query_node *word,
           struct oracle_matches *out)
{
    unsigned wanted = (word_levels(document, word) & CLOSE) != 0 ? CLOSE : ANY;
    for (size_t i = 0; i < document->token_count; i++) {
        const struct oracle_token *token = &document->tokens[i];
        if ((levels_of(document, word, token) & wanted) != 0) {
            add_match(out, token->position, token->position, word->word);
        }
    }
}

static bool
light(const struct oracle_document *document, const struct ark_query_node *node, void *context)
{
    struct oracle_matches *out = context;
    if (node->kind == ARK_QUERY_WORD) {
        light_word(document, node, out);
        return true;
    }
    if (node->kind == ARK_QUERY_NAMES) {
        struct spans spans = {.count = 0};
        spans_of(document, node, &spans);
        for (uint32_t i = 0; i < spans.count; i++) {
            add_match(out, spans.items[i].first, spans.items[i].last, first_word(node));
        }
        return true;
    }
    struct choices *choices = join(document, node);
    if (node->kind == ARK_QUERY_PHRASE) {
        for (uint32_t i = 0; i < choices->whole.count; i++) {
            struct span span = choices->whole.items[i];
            add_match(out, span.first, span.last, first_word(node));
        }
    } else {
        uint32_t at = 0;
        for (const struct ark_query_node *it = node->first_child; it; it = it->next_sibling) {
            for (uint32_t i = 0; i < choices->taken[at].count; i++) {
                struct span span = choices->taken[at].items[i];
                add_match(out, span.first, span.last, first_word(it));
            }
            at++;
        }
    }
    free_choices(choices);
    return true;
}

void
oracle_light(const struct oracle_document *document, const struct ark_query_node *node,
             struct oracle_matches *out)
{
    (void)each_scorer(document, node, light, out);
}

static int
compare_matches(const void *left, const void *right)
{
    const struct oracle_match *a = left;
    const struct oracle_match *b = right;
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    if (a->length != b->length) {
        return a->length > b->length ? -1 : 1;
    }
    return (a->word > b->word) - (a->word < b->word);
}

void
oracle_matches_sort(struct oracle_matches *matches)
{
    if (matches->count > 0) {
        qsort(matches->items, matches->count, sizeof *matches->items, compare_matches);
    }
}
