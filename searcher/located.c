#include "searcher/located.h"

#include <string.h>

#include "common/base/sort.h"
#include "common/text/letters.h"
#include "searcher/located_names.h"
#include "searcher/spans.h"

enum { LETTERS_BYTES_MAX = 1 << 26 };

/** A node of the leaf: a word, or what is made of words. */
struct part {
    const struct ark_query_node *node;
    struct ark_word_lists *word;       // of a WORD
    const struct ark_expansion *words; // all words below
    ark_str letters;                   // of a ==word
    struct part *children;
    uint32_t child_count;
    uint32_t *offsets; // of a PHRASE: by child
};

struct ark_located {
    struct ark_located_source source;
    struct ark_word_lists *words;
    uint32_t word_count;
    struct part root;
    struct ark_located_names *names; // that are counted each for itself, or NULL
    enum ark_status status;
};

/** One document under a look; everything in it lies in scratch. */
struct look {
    struct ark_located *located;
    ark_docid doc;
    uint32_t title_tokens;
    bool has_title_tokens;
    bool has_text;
    ark_str title;
    ark_str body;
};

/** A place of a word. */
struct place {
    uint32_t position;
    uint8_t levels;
};

/** True for what stands wherever one of its children does. */
static bool
has_alternatives(const struct ark_query_node *node)
{
    return node->kind == ARK_QUERY_OR || node->kind == ARK_QUERY_NAMES;
}

bool
ark_node_is_located(const struct ark_query_node *node)
{
    if (node->kind == ARK_QUERY_WORD) {
        return node->field != ARK_FIELD_ANY || node->match == ARK_MATCH_LETTERS;
    }
    if (node->kind != ARK_QUERY_PHRASE) {
        return node->kind == ARK_QUERY_NEAR || node->kind == ARK_QUERY_NAMES;
    }
    bool located = node->distance > 0 || node->field != ARK_FIELD_ANY;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        located = located || it->match == ARK_MATCH_LETTERS;
    }
    return located;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
uint32_t
ark_node_word_count(const struct ark_query_node *node)
{
    uint32_t count = node->kind == ARK_QUERY_WORD ? 1 : 0;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        count += ark_node_word_count(it);
    }
    return count;
}

/** The idf of the rarest of some words at the light level. */
static double
rarest_idf(const struct ark_expansion *words, uint32_t count)
{
    double idf = 0;
    for (uint32_t i = 0; i < count; i++) {
        double here = words[i].idf[ARK_LEVEL_LIGHT];
        idf = here > idf ? here : idf;
    }
    return idf;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
double
ark_node_idf(const struct ark_query_node *node, const struct ark_expansion *words)
{
    if (node->kind == ARK_QUERY_WORD) {
        return words->idf[node->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT];
    }
    bool alternatives = has_alternatives(node);
    double idf = 0;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        bool name = node->kind == ARK_QUERY_NAMES && it->kind == ARK_QUERY_PHRASE;
        double here = name ? rarest_idf(words, it->child_count) : ark_node_idf(it, words);
        if (!alternatives) {
            idf += here;
        } else if (it == node->first_child || here < idf) {
            idf = here;
        }
        words += ark_node_word_count(it);
    }
    return idf;
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
uint64_t
ark_node_df(const struct ark_query_node *node, const struct ark_expansion *words)
{
    if (node->kind == ARK_QUERY_WORD) {
        return words->df[node->exact ? ARK_LEVEL_FORM : ARK_LEVEL_LIGHT];
    }
    bool alternatives = has_alternatives(node);
    uint64_t df = alternatives ? 0 : UINT64_MAX;
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        uint64_t here = ark_node_df(it, words);
        df = (here > df) == alternatives ? here : df;
        words += ark_node_word_count(it);
    }
    return df;
}

/** Makes a node and what is below it; *words moves on past its words. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
make_part(struct ark_located *located, const struct ark_query_node *node,
          struct ark_word_lists *words, struct part *part)
{
    struct ark_arena *arena = located->source.arena;
    *part = (struct part){.node = node, .words = words[0].word, .child_count = node->child_count};
    if (node->kind == ARK_QUERY_WORD) {
        part->word = words;
        if (node->match == ARK_MATCH_LETTERS) {
            struct ark_buf letters = ark_buf_make(LETTERS_BYTES_MAX);
            ark_letters(node->text, node->marks, &letters);
            part->letters = ark_arena_dup(arena, ark_buf_view(&letters));
            ark_buf_dispose(&letters);
        }
        return;
    }
    uint32_t at = 0;
    part->children = ark_arena_calloc(arena, node->child_count, sizeof *part->children);
    part->offsets = ark_arena_calloc(arena, node->child_count, sizeof *part->offsets);
    for (const struct ark_query_node *it = node->first_child; it != NULL; it = it->next_sibling) {
        part->offsets[at] = it->position;
        make_part(located, it, words, &part->children[at++]);
        words += ark_node_word_count(it);
    }
}

struct ark_located *
ark_located_make(const struct ark_query_node *node, struct ark_word_lists *words,
                 const struct ark_located_source *source)
{
    struct ark_located *located = ARK_ARENA_NEW(source->arena, struct ark_located);
    located->source = *source;
    located->words = words;
    located->word_count = ark_node_word_count(node);
    make_part(located, node, words, &located->root);
    located->names = ark_located_names_make(node, words, source->arena);
    return located;
}

/* ---- Documents that may match ---- */

/** The levels at which a word counts: all when it stands alone, without the skeleton where it is joined. */
static unsigned
levels_of(const struct ark_located *located, const struct part *part)
{
    return part == &located->root ? ARK_LEVELS_ALL : ARK_LEVELS_CLOSE;
}

/** Combines by window what a child has with what those before it have. */
static void
combine(const struct part *part, uint32_t child, const uint8_t *more, uint8_t *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        unsigned sum = (unsigned)out[i] + more[i];
        if (child == 0) {
            out[i] = more[i];
        } else if (has_alternatives(part->node)) {
            out[i] = sum > UINT8_MAX ? UINT8_MAX : (uint8_t)sum;
        } else {
            out[i] = more[i] < out[i] ? more[i] : out[i];
        }
    }
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
part_windows(struct ark_located *located, const struct part *part, uint8_t *out)
{
    uint32_t count = located->source.window_count;
    memset(out, 0, count);
    if (part->node->kind == ARK_QUERY_WORD) {
        // After damage its status tells.
        (void)ark_word_windows(part->word, levels_of(located, part), out);
        return;
    }
    uint8_t *child = ark_arena_alloc(located->source.scratch, count);
    for (uint32_t i = 0; i < part->child_count; i++) {
        part_windows(located, &part->children[i], child);
        combine(part, i, child, out, count);
    }
}

void
ark_located_windows(struct ark_located *located, uint8_t *out)
{
    part_windows(located, &located->root, out);
    for (uint32_t i = 0; i < located->source.window_count; i++) {
        out[i] = out[i] != 0; // not how many alternatives are there
    }
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static struct ark_window_bits
part_candidates(struct ark_located *located, const struct part *part, uint32_t window,
                struct ark_window_bits set)
{
    if (part->node->kind == ARK_QUERY_WORD) {
        return ark_word_presence(part->word, window, levels_of(located, part), &set);
    }
    struct ark_window_bits any = {{0}};
    for (uint32_t i = 0; i < part->child_count; i++) {
        struct ark_window_bits here = part_candidates(located, &part->children[i], window, set);
        any = ark_bits_or(any, here);
        set = has_alternatives(part->node) ? set : here;
    }
    return has_alternatives(part->node) ? any : set;
}

struct ark_window_bits
ark_located_candidates(struct ark_located *located, uint32_t window, struct ark_window_bits set)
{
    return located->names != NULL ? set // which are told when they are counted
                                  : part_candidates(located, &located->root, window, set);
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static bool
part_bounds(struct ark_located *located, const struct part *part, const uint8_t *norms,
            const struct ark_impact_table *table, uint8_t *out)
{
    uint32_t count = located->source.window_count;
    memset(out, 0, count);
    if (part->node->kind == ARK_QUERY_WORD) {
        return ark_word_bounds(part->word, levels_of(located, part), norms, table, out);
    }
    uint8_t *child = ark_arena_alloc(located->source.scratch, count);
    for (uint32_t i = 0; i < part->child_count; i++) {
        if (!part_bounds(located, &part->children[i], norms, table, child)) {
            return false;
        }
        combine(part, i, child, out, count);
    }
    return true;
}

bool
ark_located_bounds(struct ark_located *located, const uint8_t *norms,
                   const struct ark_impact_table *table, uint8_t *out)
{
    return part_bounds(located, &located->root, norms, table, out) &&
           (located->names == NULL ||
            ark_located_names_bounds(located->names, located->source.window_count, out));
}

// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static void
part_limits(struct ark_located *located, const struct part *part, uint32_t window,
            const struct ark_window_bits *set, uint32_t *limits)
{
    if (part->node->kind == ARK_QUERY_WORD) {
        ark_word_limits(part->word, window, set, levels_of(located, part), limits);
        return;
    }
    uint32_t *child = ark_arena_alloc(located->source.scratch, ARK_WINDOW * sizeof *child);
    for (uint32_t i = 0; i < part->child_count; i++) {
        part_limits(located, &part->children[i], window, set, i == 0 ? limits : child);
        for (uint32_t local = 0; local < ARK_WINDOW && i > 0; local++) {
            uint32_t sum = limits[local] + child[local];
            uint32_t least = child[local] < limits[local] ? child[local] : limits[local];
            limits[local] = !has_alternatives(part->node) ? least
                            : sum < limits[local]         ? UINT32_MAX
                                                          : sum;
        }
    }
}

struct ark_window_bits
ark_located_limits(struct ark_located *located, uint32_t window, const struct ark_window_bits *set,
                   uint32_t *limits)
{
    if (located->names != NULL) {
        return ark_located_names_limits(located->names, window, set, limits);
    }
    part_limits(located, &located->root, window, set, limits);
    return *set;
}

/* ---- Looking at one document ---- */

static void
fail(struct ark_located *located, enum ark_status status)
{
    located->status = located->status == ARK_OK ? status : located->status;
}

/** The tokens of the document's title; 0 after an error. */
static uint32_t
title_tokens(struct look *look)
{
    const struct ark_located_source *source = &look->located->source;
    if (!look->has_title_tokens) {
        enum ark_status status =
            ark_segment_title_length(source->segment, look->doc, source->scratch,
                                     &look->title_tokens, look->located->words[0].err);
        look->title_tokens = status == ARK_OK ? look->title_tokens : 0;
        look->has_title_tokens = true;
        fail(look->located, status);
    }
    return look->title_tokens;
}

static bool
in_field(struct look *look, enum ark_query_field field, uint32_t position)
{
    return field == ARK_FIELD_ANY || (position < title_tokens(look)) == (field == ARK_FIELD_TITLE);
}

/** Reads the document's text, once. */
static void
read_text(struct look *look)
{
    const struct ark_located_source *source = &look->located->source;
    if (!look->has_text) {
        look->has_text = true;
        fail(look->located,
             ark_segment_text(source->segment, look->doc, source->scratch, &look->title,
                              &look->body, look->located->words[0].err));
    }
}

/** Keeps the places of [0, count) whose tokens, of text that begins at position first, have the letters. */
static size_t
keep_letters(const struct part *part, ark_str text, uint32_t first, struct place *places,
             size_t count)
{
    struct ark_buf letters = ark_buf_make(LETTERS_BYTES_MAX);
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint32_t position = first;
    size_t kept = 0;
    for (size_t at = 0; at < count && ark_segmenter_next(&segmenter, &token); position++) {
        if (places[at].position != position) {
            continue;
        }
        ark_buf_clear(&letters);
        ark_letters(ark_str_slice(text, token.start, token.end), part->node->marks, &letters);
        if (ark_str_equal(ark_buf_view(&letters), part->letters)) {
            places[kept++] = places[at];
        }
        at++;
    }
    ark_buf_dispose(&letters);
    return kept;
}

/** Keeps the places where the word stands letter for letter. */
static size_t
check_letters(struct look *look, const struct part *part, struct place *places, size_t count)
{
    size_t in_title = 0;
    read_text(look);
    while (in_title < count && places[in_title].position < title_tokens(look)) {
        in_title++;
    }
    size_t kept = keep_letters(part, look->title, 0, places, in_title);
    size_t in_body = keep_letters(part, look->body, title_tokens(look) + ARK_FIELD_GAP,
                                  places + in_title, count - in_title);
    memmove(places + kept, places + in_title, in_body * sizeof *places);
    return kept + in_body;
}

static int
compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

/** Where a word stands in the document, in its field and with its letters, by position. */
static const struct place *
word_places(struct look *look, const struct part *part, size_t *count)
{
    uint32_t found = 0;
    size_t room = 0;
    const struct ark_word_occurrence *occurrences =
        ark_word_occurrences_of(part->word, look->doc, levels_of(look->located, part), &found);
    for (uint32_t i = 0; i < found; i++) {
        room += occurrences[i].tf;
    }
    struct place *places =
        ark_arena_alloc(look->located->source.scratch, (room + 1) * sizeof *places);
    *count = 0;
    for (uint32_t i = 0; i < found; i++) {
        for (uint32_t k = 0; k < occurrences[i].tf; k++) {
            uint32_t position = occurrences[i].positions[k];
            if (in_field(look, part->node->field, position)) {
                places[(*count)++] = (struct place){position, occurrences[i].levels};
            }
        }
    }
    ark_sort(places, *count, sizeof *places, compare_places);
    if (part->node->match == ARK_MATCH_LETTERS && *count > 0) {
        *count = check_letters(look, part, places, *count);
    }
    return places;
}

static struct ark_token_spans part_spans(struct look *look, const struct part *part);

/** The spans of the children that begin in [from, to). */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static struct ark_token_spans *
children_spans(struct look *look, const struct part *part)
{
    struct ark_arena *scratch = look->located->source.scratch;
    struct ark_token_spans *lists = ark_arena_calloc(scratch, part->child_count, sizeof *lists);
    for (uint32_t i = 0; i < part->child_count; i++) {
        lists[i] = part_spans(look, &part->children[i]);
        if (lists[i].count == 0 && !has_alternatives(part->node)) {
            return NULL; // one that is not there: the others need not be looked at
        }
    }
    return lists;
}

/**
 * What of the children stands together, title and text apart: for each child
 * what is taken, and behind them the spans of a phrase. NULL when nothing is.
 */
static struct ark_token_spans *
join_children(struct look *look, const struct part *part)
{
    struct ark_arena *scratch = look->located->source.scratch;
    uint32_t count = part->child_count;
    const struct ark_token_spans *lists = children_spans(look, part);
    struct ark_token_spans *both[2];
    bool any = false;
    for (uint32_t side = 0; side < 2 && lists != NULL; side++) {
        struct ark_token_spans *here = ark_arena_calloc(scratch, count, sizeof *here);
        uint32_t from = side == 0 ? 0 : title_tokens(look);
        uint32_t to = side == 0 ? title_tokens(look) : UINT32_MAX;
        both[side] = ark_arena_calloc(scratch, (size_t)count + 1, sizeof *both[side]);
        for (uint32_t i = 0; i < count; i++) {
            here[i] = ark_spans_between(lists[i], from, to);
        }
        bool found = part->node->kind == ARK_QUERY_PHRASE
                         ? ark_spans_phrase(here, part->offsets, count, part->node->distance,
                                            scratch, both[side])
                         : ark_spans_near(here, count, part->node->distance, part->node->ordered,
                                          scratch, both[side]);
        any = any || found;
    }
    if (!any) {
        return NULL;
    }
    for (uint32_t i = 0; i <= count; i++) {
        const struct ark_token_spans sides[] = {both[0][i], both[1][i]};
        both[0][i] = ark_spans_union(sides, 2, scratch);
    }
    return both[0];
}

/** Where a word, a phrase or one of several alternatives stands. */
// Recursion as deep as the query, which ARK_QUERY_DEPTH_MAX bounds.
static struct ark_token_spans
part_spans(struct look *look, const struct part *part)
{
    struct ark_arena *scratch = look->located->source.scratch;
    if (part->node->kind == ARK_QUERY_WORD) {
        size_t count = 0;
        const struct place *places = word_places(look, part, &count);
        struct ark_token_span *items = ark_arena_alloc(scratch, (count + 1) * sizeof *items);
        for (size_t i = 0; i < count; i++) {
            items[i] = (struct ark_token_span){places[i].position, places[i].position};
        }
        return (struct ark_token_spans){items, count};
    }
    if (has_alternatives(part->node)) {
        const struct ark_token_spans *lists = children_spans(look, part);
        return ark_spans_union(lists, part->child_count, scratch);
    }
    struct ark_token_spans *joined = join_children(look, part);
    return joined == NULL ? (struct ark_token_spans){NULL, 0} : joined[part->child_count];
}

/** The levels of a word's places, and how many places there are at each. */
static unsigned
count_places(const struct place *places, size_t count, ark_float4 *tfs)
{
    unsigned levels = 0;
    for (size_t i = 0; i < count; i++) {
        levels |= places[i].levels;
        *tfs += ark_level_sets[places[i].levels];
    }
    return levels;
}

/** How often the leaf occurs in a document, and at which levels. */
static unsigned
count_in(struct ark_located *located, ark_docid doc, ark_float4 *tfs)
{
    struct look look = {.located = located, .doc = doc};
    const struct part *root = &located->root;
    unsigned levels = 0;
    *tfs = (ark_float4){0};
    if (root->node->kind == ARK_QUERY_WORD) {
        size_t count = 0;
        const struct place *places = word_places(&look, root, &count);
        levels = count_places(places, count, tfs);
    } else if (root->node->kind == ARK_QUERY_NAMES) {
        struct ark_token_spans spans = part_spans(&look, root);
        (*tfs)[ARK_LEVEL_FORM] = (float)spans.count;
        levels = spans.count > 0 ? ARK_LEVELS_FORM : 0;
    } else {
        const struct ark_token_spans *taken = join_children(&look, root);
        size_t fewest = taken == NULL ? 0 : SIZE_MAX;
        for (uint32_t i = 0; taken != NULL && i < root->child_count; i++) {
            fewest = taken[i].count < fewest ? taken[i].count : fewest;
        }
        (*tfs)[ARK_LEVEL_FORM] = (float)fewest;
        levels = fewest > 0 ? ARK_LEVELS_FORM : 0;
    }
    return located->status == ARK_OK ? levels : 0;
}

void
ark_located_count(struct ark_located *located, uint32_t window, const struct ark_window_bits *set,
                  struct ark_located_counts *out)
{
    if (located->names != NULL) {
        ark_located_names_count(located->names, window, set, out);
        return;
    }
    for (uint32_t i = 0; i < located->word_count; i++) {
        ark_word_look_ahead(&located->words[i], window, set);
    }
    for (uint32_t i = ark_bits_next(set, 0); i < ARK_WINDOW; i = ark_bits_next(set, i + 1)) {
        unsigned levels = count_in(located, window * ARK_WINDOW + i, &out->tfs[i]);
        if (levels != 0) {
            ark_bits_add(&out->found, i);
        }
        if ((levels & ARK_LEVELS_CLOSE) != 0) {
            ark_bits_add(&out->close, i);
        }
    }
    for (uint32_t i = 0; i < located->word_count; i++) {
        ark_word_look_ahead(&located->words[i], window, NULL);
    }
}

/* ---- What to light ---- */

/** The strongest of a set of levels, which is not empty. */
static unsigned
strongest(unsigned levels)
{
    unsigned level = 0;
    while ((levels >> level & 1u) == 0) {
        level++;
    }
    return level;
}

static const struct ark_match *
word_matches(struct look *look, struct ark_arena *arena, size_t *count)
{
    const struct part *root = &look->located->root;
    size_t place_count = 0;
    ark_float4 tfs = {0};
    const struct place *places = word_places(look, root, &place_count);
    unsigned levels = count_places(places, place_count, &tfs);
    struct ark_match *matches = ark_arena_calloc(arena, place_count + 1, sizeof *matches);
    for (size_t i = 0; i < place_count; i++) {
        if ((levels & ARK_LEVELS_CLOSE) != 0 && (places[i].levels & ARK_LEVELS_CLOSE) == 0) {
            continue; // the word has a closer match in the document
        }
        matches[(*count)++] =
            (struct ark_match){.position = places[i].position,
                               .length = 1,
                               .word = root->node->word,
                               .idf = (float)root->words->idf[strongest(places[i].levels)]};
    }
    return matches;
}

/** The first word below a node. */
static const struct ark_query_node *
first_word(const struct ark_query_node *node)
{
    while (node->kind != ARK_QUERY_WORD) {
        node = node->first_child;
    }
    return node;
}

static void
add_matches(struct ark_token_spans spans, const struct part *part, struct ark_match *out,
            size_t *count)
{
    for (size_t i = 0; i < spans.count; i++) {
        out[(*count)++] = (struct ark_match){
            .position = spans.items[i].first,
            .length = spans.items[i].last - spans.items[i].first + 1,
            .word = first_word(part->node)->word,
            .idf = (float)ark_node_idf(part->node, part->words),
        };
    }
}

static const struct ark_match *
joined_matches(struct look *look, struct ark_arena *arena, size_t *count)
{
    const struct part *root = &look->located->root;
    if (root->node->kind == ARK_QUERY_NAMES) {
        struct ark_token_spans spans = part_spans(look, root);
        struct ark_match *matches = ark_arena_calloc(arena, spans.count + 1, sizeof *matches);
        add_matches(spans, root, matches, count);
        return matches;
    }
    const struct ark_token_spans *taken = join_children(look, root);
    size_t room = 0;
    for (uint32_t i = 0; taken != NULL && i <= root->child_count; i++) {
        room += taken[i].count;
    }
    if (room == 0) {
        return NULL;
    }
    struct ark_match *matches = ark_arena_calloc(arena, room, sizeof *matches);
    if (root->node->kind == ARK_QUERY_PHRASE) {
        add_matches(taken[root->child_count], root, matches, count);
        return matches;
    }
    for (uint32_t i = 0; i < root->child_count; i++) {
        add_matches(taken[i], &root->children[i], matches, count);
    }
    return matches;
}

const struct ark_match *
ark_located_matches(struct ark_located *located, ark_docid doc, struct ark_arena *arena,
                    size_t *count)
{
    struct look look = {.located = located, .doc = doc};
    *count = 0;
    return located->root.node->kind == ARK_QUERY_WORD ? word_matches(&look, arena, count)
                                                      : joined_matches(&look, arena, count);
}

enum ark_status
ark_located_status(const struct ark_located *located)
{
    return located->status;
}
