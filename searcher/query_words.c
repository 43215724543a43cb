#include "searcher/query_words.h"

#include "common/text/charclass.h"
#include "common/text/clean.h"
#include "common/text/levels.h"
#include "common/text/names.h"
#include "common/text/spelling.h"
#include "common/text/stopwords.h"
#include "searcher/query_lexer.h"

/** A token with the wildcards that belong to it; offsets are of the text walked. */
struct piece {
    struct ark_token token;
    bool pattern; /**< it has wildcards */
};

/** A walk over pieces. */
struct piece_walk {
    ark_str text;
    struct ark_segmenter segmenter;
    struct ark_token ahead; /**< the next token, when has_ahead */
    bool has_ahead;
    bool wildcards;
    size_t at; /**< the end of the last piece */
};

static struct piece_walk
walk_pieces(ark_str text, bool wildcards)
{
    struct piece_walk walk = {
        .text = text, .segmenter = ark_segmenter_make(text), .wildcards = wildcards};
    walk.has_ahead = ark_segmenter_next(&walk.segmenter, &walk.ahead);
    return walk;
}

static bool
is_wildcard(ark_str text, size_t at)
{
    return text.bytes[at] == '*' || text.bytes[at] == '?';
}

/** Where the wildcards that end at offset at begin, not before the last piece. An escaped one is none. */
static size_t
wildcards_before(const struct piece_walk *walk, size_t at)
{
    size_t start = at;
    while (start > walk->at && is_wildcard(walk->text, start - 1)) {
        start--;
    }
    size_t backslashes = 0;
    while (backslashes < start && walk->text.bytes[start - 1 - backslashes] == '\\') {
        backslashes++;
    }
    return start < at && backslashes % 2 == 1 ? start + 1 : start;
}

/** Where the wildcards that begin at offset at end. */
static size_t
wildcards_after(const struct piece_walk *walk, size_t at)
{
    while (at < walk->text.len && is_wildcard(walk->text, at)) {
        at++;
    }
    return at;
}

/** The next piece; false at the end. */
static bool
next_piece(struct piece_walk *walk, struct piece *out)
{
    if (!walk->has_ahead) {
        return false;
    }
    *out = (struct piece){.token = walk->ahead};
    walk->has_ahead = ark_segmenter_next(&walk->segmenter, &walk->ahead);
    if (!walk->wildcards) {
        return true;
    }
    out->token.start = (uint32_t)wildcards_before(walk, out->token.start);
    out->pattern = out->token.start < walk->text.len && is_wildcard(walk->text, out->token.start);
    size_t end = wildcards_after(walk, out->token.end);
    while (end > out->token.end && walk->has_ahead && walk->ahead.start == end) {
        out->pattern = true;
        out->token.end = walk->ahead.end;
        walk->has_ahead = ark_segmenter_next(&walk->segmenter, &walk->ahead);
        end = wildcards_after(walk, out->token.end);
    }
    walk->at = end;
    // A question mark at the end asks a question.
    while (end > out->token.end && walk->text.bytes[end - 1] == '?') {
        end--;
    }
    out->pattern = out->pattern || end > out->token.end;
    out->token.end = (uint32_t)end;
    return true;
}

bool
ark_query_is_stopword(struct ark_word_maker *maker, ark_str text)
{
    ark_buf_clear(&maker->cleaned);
    ark_clean_token(text, &maker->cleaned);
    return ark_stopword(ark_buf_view(&maker->cleaned));
}

static struct ark_word
copy_word(struct ark_word_maker *maker, uint32_t number)
{
    struct ark_word word = ark_analyzer_word(maker->analyzer, number);
    for (size_t i = 0; i < ARK_LEVEL_COUNT; i++) {
        word.level[i] = ark_arena_dup(maker->arena, word.level[i]);
    }
    return word;
}

/** Adds the other spellings of a word; one that left the family could not be looked up beside it. */
static void
add_spellings(struct ark_word_maker *maker, struct ark_query_node *node)
{
    ark_str spellings[ARK_SPELLINGS_MAX];
    ark_buf_clear(&maker->cleaned);
    ark_clean_token(node->text, &maker->cleaned);
    size_t count = ark_spellings(ark_buf_view(&maker->cleaned), maker->arena, spellings);
    if (count == 0) {
        return;
    }
    struct ark_word *words = ark_arena_calloc(maker->arena, count, sizeof *words);
    for (size_t i = 0; i < count; i++) {
        uint32_t number = ark_analyzer_intern(maker->analyzer, spellings[i], node->script);
        struct ark_word word = copy_word(maker, number);
        if (ark_str_equal(word.level[ARK_LEVEL_SKELETON],
                          node->analysed.level[ARK_LEVEL_SKELETON])) {
            words[node->spelling_count++] = word;
        }
    }
    node->spellings = words;
}

/** Appends the folded form of a part of a word without wildcards. */
static void
append_form(struct ark_word_maker *maker, ark_str part, struct ark_buf *out)
{
    ark_buf_clear(&maker->cleaned);
    ark_clean_token(part, &maker->cleaned);
    ark_level_form(ark_buf_view(&maker->cleaned), out);
}

/** Appends the folded form of a piece, its wildcards between. False when no letter is left. */
static bool
append_pattern(struct ark_word_maker *maker, ark_str text, struct ark_buf *out)
{
    size_t letters = 0;
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && !is_wildcard(text, end)) {
            end++;
        }
        size_t before = out->len;
        append_form(maker, ark_str_slice(text, at, end), out);
        letters += out->len - before;
        for (; end < text.len && is_wildcard(text, end); end++) {
            ark_buf_push(out, text.bytes[end]);
        }
        at = end;
    }
    return letters > 0;
}

/** True when the word has vowel marks or other marks; a tatweel is none. */
static bool
has_marks(ark_str text)
{
    static const ark_str TATWEEL = {(const uint8_t *)"\xD9\x80", 2};
    for (size_t at = 0; at < text.len;) {
        size_t length = 0;
        bool mark = ark_charclass_at(text.bytes + at, text.len - at, &length) == ARK_CHARCLASS_MARK;
        if (mark && !ark_str_equal(ark_str_slice(text, at, at + length), TATWEEL)) {
            return true;
        }
        at += length;
    }
    return false;
}

static struct ark_query_node *
new_word(struct ark_word_maker *maker, const struct ark_words_source *source,
         const struct ark_token *token)
{
    struct ark_query_node *node = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
    node->kind = ARK_QUERY_WORD;
    node->start = source->start + token->start;
    node->end = source->start + token->end;
    node->text = ark_str_slice(maker->query->text, node->start, node->end);
    node->script = token->script;
    node->field = source->field;
    node->weight = 1;
    node->match = source->match;
    node->exact = source->match != ARK_MATCH_LEVELS;
    return node;
}

/** Fills in a word with wildcards, of which all levels are the pattern. False when no letter is in it. */
static bool
make_pattern(struct ark_word_maker *maker, struct ark_query_node *node)
{
    struct ark_buf folded = ark_buf_make(SIZE_MAX / 2);
    bool any = append_pattern(maker, node->text, &folded);
    node->pattern = ark_arena_dup(maker->arena, ark_buf_view(&folded));
    ark_buf_dispose(&folded);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        node->analysed.level[level] = node->pattern;
    }
    if (node->match == ARK_MATCH_LETTERS) {
        ark_query_warn(maker->query, maker->arena, node->start, node->end,
                       "'==' does not go with wildcards: read without");
    }
    node->match = ARK_MATCH_PATTERN;
    maker->query->form_word_count++;
    node->exact = true;
    return any;
}

/** Fills in a word without wildcards. False when nothing is left of it after cleaning. */
static bool
make_plain(struct ark_word_maker *maker, struct ark_query_node *node)
{
    uint32_t number = ark_analyzer_intern(maker->analyzer, node->text, node->script);
    if (number == ARK_WORD_NONE) {
        return false;
    }
    node->analysed = copy_word(maker, number);
    node->marks = node->match == ARK_MATCH_LETTERS && has_marks(node->text);
    if (node->script == ARK_SCRIPT_ARABIC) {
        add_spellings(maker, node);
    }
    return true;
}

/** The word of a piece, or NULL when nothing is left of it after cleaning. */
static struct ark_query_node *
make_word(struct ark_word_maker *maker, const struct ark_words_source *source,
          const struct piece *piece)
{
    struct ark_query_node *node = new_word(maker, source, &piece->token);
    if (!(piece->pattern ? make_pattern(maker, node) : make_plain(maker, node))) {
        return NULL;
    }
    if (maker->query->word_count == ARK_QUERY_WORDS_MAX) {
        maker->too_many = true;
        return NULL;
    }
    node->word = maker->query->word_count++;
    return node;
}

struct ark_query_node *
ark_query_make_words(struct ark_word_maker *maker, const struct ark_words_source *source,
                     bool *has_arabic)
{
    ark_str text = ark_str_slice(maker->query->text, source->start, source->end);
    struct piece_walk walk = walk_pieces(text, source->wildcards);
    struct ark_query_node phrase = {.kind = ARK_QUERY_PHRASE,
                                    .start = source->outer_start,
                                    .end = source->outer_end,
                                    .text = ark_str_trim(text),
                                    .field = source->field,
                                    .weight = 1};
    struct ark_query_node **place = &phrase.first_child;
    struct piece piece;
    uint32_t position = 0;
    *has_arabic = false;
    while (!maker->too_many && next_piece(&walk, &piece)) {
        struct ark_query_node *word = make_word(maker, source, &piece);
        if (word != NULL) {
            word->position = position;
            *place = word;
            place = &word->next_sibling;
            phrase.child_count++;
            *has_arabic = *has_arabic || piece.token.script == ARK_SCRIPT_ARABIC;
        }
        // What is nothing after cleaning leaves a gap, but not before the first word.
        position += phrase.child_count > 0 ? 1 : 0;
    }
    if (phrase.child_count <= 1) {
        return phrase.first_child;
    }
    struct ark_query_node *node = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
    *node = phrase;
    return node;
}

/** The folded forms of a word or of the words of a phrase, "_" between; empty when they are no plain ones. */
static ark_str
join_forms(struct ark_word_maker *maker, const struct ark_query_node *node)
{
    const struct ark_query_node *word = node->kind == ARK_QUERY_WORD ? node : node->first_child;
    bool plain = node->kind == ARK_QUERY_WORD || (node->distance == 0 && node->child_count == 2);
    ark_buf_clear(&maker->cleaned);
    for (uint32_t position = 0; word != NULL && plain; position++) {
        plain = word->match == ARK_MATCH_LEVELS && word->position == position;
        ark_buf_append_str(&maker->cleaned, position > 0 ? ARK_STR("_") : ARK_STR(""));
        ark_buf_append_str(&maker->cleaned, word->analysed.level[ARK_LEVEL_FORM]);
        word = node->kind == ARK_QUERY_WORD ? NULL : word->next_sibling;
    }
    return plain ? ark_buf_view(&maker->cleaned) : ARK_STR("");
}

/** A name of the table as a word or a phrase, in the place of the node. */
static struct ark_query_node *
make_name(struct ark_word_maker *maker, const struct ark_query_node *node, ark_str name)
{
    const struct ark_query_node *first = node->kind == ARK_QUERY_WORD ? node : node->first_child;
    struct ark_query_node phrase = {.kind = ARK_QUERY_PHRASE, .weight = 1};
    struct ark_query_node **place = &phrase.first_child;
    struct ark_segmenter segmenter = ark_segmenter_make(name);
    struct ark_token token;
    phrase.start = node->start;
    phrase.end = node->end;
    phrase.field = node->field;
    phrase.text = name;
    while (ark_segmenter_next(&segmenter, &token)) {
        struct ark_query_node *word = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
        *word = phrase;
        word->kind = ARK_QUERY_WORD;
        word->first_child = NULL;
        word->child_count = 0;
        word->text = ark_str_slice(name, token.start, token.end);
        word->script = token.script;
        word->word = first->word;
        word->position = phrase.child_count++;
        (void)make_plain(maker, word); // a name is never marks alone
        *place = word;
        place = &word->next_sibling;
    }
    if (phrase.child_count == 1) {
        return phrase.first_child;
    }
    struct ark_query_node *made = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
    *made = phrase;
    return made;
}

struct ark_query_node *
ark_query_add_names(struct ark_word_maker *maker, struct ark_query_node *node)
{
    ark_str names[ARK_NAMES_MAX];
    size_t count = ark_other_names(join_forms(maker, node), maker->arena, names);
    if (count == 0) {
        return node;
    }
    struct ark_query_node *group = ARK_ARENA_NEW(maker->arena, struct ark_query_node);
    *group = (struct ark_query_node){.kind = ARK_QUERY_NAMES,
                                     .start = node->start,
                                     .end = node->end,
                                     .text = node->text,
                                     .field = node->field,
                                     .weight = node->weight,
                                     .first_child = node,
                                     .child_count = (uint32_t)count + 1};
    struct ark_query_node *last = node;
    node->weight = 1;
    for (size_t i = 0; i < count; i++) {
        last->next_sibling = make_name(maker, node, names[i]);
        last = last->next_sibling;
    }
    return group;
}

ark_str
ark_query_fold_pattern(struct ark_word_maker *maker, ark_str text)
{
    struct ark_buf folded = ark_buf_make(SIZE_MAX / 2);
    struct piece_walk walk = walk_pieces(text, true);
    struct piece piece;
    while (next_piece(&walk, &piece)) {
        size_t before = folded.len;
        if (before > 0) {
            ark_buf_push(&folded, ' ');
        }
        ark_str word = ark_str_slice(text, piece.token.start, piece.token.end);
        if (!append_pattern(maker, word, &folded)) {
            folded.len = before;
        }
    }
    ark_str out = ark_arena_dup(maker->arena, ark_buf_view(&folded));
    ark_buf_dispose(&folded);
    return out;
}
