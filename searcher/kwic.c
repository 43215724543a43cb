#include "searcher/kwic.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/clean.h"
#include "common/text/levels.h"

/** Stands between the words of a key, below any letter. */
enum { KEY_SEPARATOR = 0x01 };

struct ark_kwic
ark_kwic_make(uint32_t words, enum ark_sort sort)
{
    return (struct ark_kwic){.words = words, .sort = sort};
}

void
ark_kwic_dispose(struct ark_kwic *kwic)
{
    free(kwic->items);
    *kwic = (struct ark_kwic){.items = NULL};
}

/** The tokens of a text. */
struct tokens {
    ark_str text;
    struct ark_token *items;
    size_t count;
    size_t capacity;
};

static struct tokens
cut(ark_str text)
{
    struct tokens tokens = {.text = text};
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    while (ark_segmenter_next(&segmenter, &token)) {
        ARK_GROW(tokens.items, tokens.capacity, tokens.count + 1);
        tokens.items[tokens.count++] = token;
    }
    return tokens;
}

/** The bytes [start, end) with a space for each run of blanks, none at the ends, in the arena. */
static ark_str
collapse(ark_str text, size_t start, size_t end, struct ark_arena *arena)
{
    uint8_t *bytes = ark_arena_alloc(arena, end - start);
    size_t len = 0;
    bool blank = false;
    for (size_t at = start; at < end; at++) {
        uint8_t byte = text.bytes[at];
        if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
            blank = len > 0;
            continue;
        }
        if (blank) {
            bytes[len++] = ' ';
            blank = false;
        }
        bytes[len++] = byte;
    }
    return ark_str_make(bytes, len);
}

/** Appends the folded form of a token to a key. */
static void
add_to_key(ark_str text, const struct ark_token *token, struct ark_buf *scratch,
           struct ark_buf *key)
{
    ark_buf_clear(scratch);
    ark_clean_token(ark_str_slice(text, token->start, token->end), scratch);
    ark_level_form(ark_buf_view(scratch), key);
    ark_buf_push(key, KEY_SEPARATOR);
}

/** The words beside tokens [first, last] from the nearest one outwards. */
static ark_str
make_key(const struct ark_kwic *kwic, const struct tokens *tokens, size_t first, size_t last,
         struct ark_arena *arena)
{
    struct ark_buf key = ark_buf_make(SIZE_MAX);
    struct ark_buf scratch = ark_buf_make(SIZE_MAX);
    for (size_t i = 1; i <= kwic->words; i++) {
        if (kwic->sort == ARK_SORT_LEFT && i <= first) {
            add_to_key(tokens->text, &tokens->items[first - i], &scratch, &key);
        } else if (kwic->sort == ARK_SORT_RIGHT && last + i < tokens->count) {
            add_to_key(tokens->text, &tokens->items[last + i], &scratch, &key);
        }
    }
    ark_str copy = ark_arena_dup(arena, ark_buf_view(&key));
    ark_buf_dispose(&key);
    ark_buf_dispose(&scratch);
    return copy;
}

/** Adds the line of the match that tokens [first, last] are. */
static void
add_line(struct ark_kwic *kwic, const struct ark_kwic_text *source, const struct tokens *tokens,
         size_t first, size_t last, struct ark_arena *arena)
{
    size_t from = first > kwic->words ? first - kwic->words : 0;
    size_t to = tokens->count - 1 - last > kwic->words ? last + kwic->words : tokens->count - 1;
    size_t start = tokens->items[first].start;
    size_t end = tokens->items[last].end;
    struct ark_kwic_line line = {
        .document = source->document,
        .in_title = source->in_title,
        .start = (uint32_t)start,
        .before = collapse(tokens->text, tokens->items[from].start, start, arena),
        .match = collapse(tokens->text, start, end, arena),
        .after = collapse(tokens->text, end, tokens->items[to].end, arena),
        .key = make_key(kwic, tokens, first, last, arena),
    };
    ARK_GROW(kwic->items, kwic->capacity, kwic->count + 1);
    kwic->items[kwic->count++] = line;
}

void
ark_kwic_add(struct ark_kwic *kwic, const struct ark_kwic_text *source,
             const struct ark_matches *matches, struct ark_arena *arena)
{
    struct tokens tokens = cut(source->text);
    uint32_t first_position = source->first_position;
    uint64_t next = first_position; // the first token that has no line yet
    for (size_t i = 0; i < matches->count; i++) {
        const struct ark_match *match = &matches->items[i];
        uint64_t last = (uint64_t)match->position + match->length - 1;
        if (match->position < next || match->length == 0 || last - first_position >= tokens.count) {
            continue;
        }
        add_line(kwic, source, &tokens, match->position - first_position,
                 (size_t)(last - first_position), arena);
        next = last + 1;
    }
    free(tokens.items);
}

static int
compare_lines(const void *left, const void *right)
{
    const struct ark_kwic_line *a = left;
    const struct ark_kwic_line *b = right;
    int order = ark_str_compare(a->key, b->key);
    if (order != 0) {
        return order;
    }
    if (a->document != b->document) {
        return a->document < b->document ? -1 : 1;
    }
    if (a->in_title != b->in_title) {
        return a->in_title ? -1 : 1;
    }
    return (a->start > b->start) - (a->start < b->start);
}

void
ark_kwic_sort(struct ark_kwic *kwic)
{
    if (kwic->count > 1) {
        qsort(kwic->items, kwic->count, sizeof *kwic->items, compare_lines);
    }
}
