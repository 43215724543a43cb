#include "searcher/query_settle.h"

enum ark_status
ark_query_settle_parentheses(struct ark_query *query, struct ark_arena *arena,
                             struct ark_lexeme *items, size_t *count, struct ark_error *err)
{
    uint32_t open[ARK_QUERY_DEPTH_MAX];
    size_t depth = 0;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        struct ark_lexeme lexeme = items[i];
        if (lexeme.kind == ARK_LEXEME_OPEN) {
            if (depth == ARK_QUERY_DEPTH_MAX) {
                return ark_error_set(err, ARK_E_LIMIT,
                                     "parentheses in the query are deeper than %d",
                                     ARK_QUERY_DEPTH_MAX);
            }
            open[depth++] = lexeme.end - 1;
        } else if (lexeme.kind == ARK_LEXEME_CLOSE && depth == 0) {
            ark_query_warn(query, arena, lexeme.start, lexeme.end,
                           "this parenthesis closes nothing: left out");
            continue;
        } else if (lexeme.kind == ARK_LEXEME_CLOSE) {
            depth--;
        }
        items[kept++] = lexeme;
    }
    *count = kept;
    for (size_t i = 0; i < depth; i++) {
        ark_query_warn(query, arena, open[i], open[i] + 1,
                       "this parenthesis is not closed: it closes at the end");
    }
    return ARK_OK;
}

static bool
ends_operand(enum ark_lexeme_kind kind)
{
    return kind == ARK_LEXEME_WORDS || kind == ARK_LEXEME_PHRASE || kind == ARK_LEXEME_FILTER ||
           kind == ARK_LEXEME_CLOSE;
}

static bool
begins_operand(enum ark_lexeme_kind kind)
{
    return kind == ARK_LEXEME_WORDS || kind == ARK_LEXEME_PHRASE || kind == ARK_LEXEME_FILTER ||
           kind == ARK_LEXEME_OPEN;
}

/** What an operator lacks an operand for, given what stands before and after it. */
static bool
is_stray(enum ark_lexeme_kind kind, enum ark_lexeme_kind before, enum ark_lexeme_kind after)
{
    bool binary = kind == ARK_LEXEME_AND || kind == ARK_LEXEME_OR || kind == ARK_LEXEME_NEAR;
    bool negatable = kind != ARK_LEXEME_NEAR && after == ARK_LEXEME_NOT;
    bool followed = begins_operand(after) || negatable;
    return binary ? !(ends_operand(before) && followed) : kind == ARK_LEXEME_NOT && !followed;
}

// From right to left, so that what follows an operator is settled before it.
struct ark_lexemes
ark_query_settle_operators(struct ark_query *query, struct ark_arena *arena,
                           struct ark_lexeme *items, size_t count)
{
    size_t kept = count;
    enum ark_lexeme_kind next = ARK_LEXEME_END;
    for (size_t i = count; i-- > 0;) {
        struct ark_lexeme lexeme = items[i];
        enum ark_lexeme_kind before = i > 0 ? items[i - 1].kind : ARK_LEXEME_END;
        if (is_stray(lexeme.kind, before, next)) {
            if (lexeme.kind == ARK_LEXEME_NEAR) {
                ark_query_warn(query, arena, lexeme.start, lexeme.end,
                               "this NEAR joins nothing: left out");
                continue;
            }
            if (query->text.bytes[lexeme.start] == '|') {
                ark_query_warn(query, arena, lexeme.start, lexeme.end,
                               "this '|' joins nothing: left out");
                continue;
            }
            ark_query_warn(query, arena, lexeme.start, lexeme.end,
                           "this operator joins nothing: read as a word");
            lexeme.kind = ARK_LEXEME_WORDS;
            lexeme.content_start = lexeme.start;
            lexeme.content_end = lexeme.end;
        }
        items[--kept] = lexeme;
        next = lexeme.kind;
    }
    return (struct ark_lexemes){items + kept, count - kept};
}
