#include "tests/support/query_oracle.h"

/** Adds the words of one text whose first token has this position; returns the number of tokens. */
static uint32_t
add_tokens(struct oracle_token *tokens, size_t *count, ark_str text, uint32_t position,
           struct ark_analyzer *analyzer, struct ark_arena *arena)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint32_t total = 0;
    for (; ark_segmenter_next(&segmenter, &token); total++) {
        ark_str bytes = ark_str_slice(text, token.start, token.end);
        uint32_t number = ark_analyzer_intern(analyzer, bytes, token.script);
        if (number == ARK_WORD_NONE) {
            continue;
        }
        struct oracle_token *to = &tokens[(*count)++];
        *to = (struct oracle_token){.position = position + total, .text = bytes};
        to->word = ark_analyzer_word(analyzer, number);
        for (unsigned level = 0; level < ARK_LEVEL_COUNT; level++) {
            to->word.level[level] = ark_arena_dup(arena, to->word.level[level]);
        }
    }
    return total;
}

static void
read_document(struct ark_segment *segment, struct oracle_document *document,
              struct ark_analyzer *analyzer, struct ark_arena *arena)
{
    ark_str title;
    ark_str body;
    enum ark_status status =
        ark_segment_document(segment, document->doc, arena, &document->record, NULL);
    ARK_ASSERT(status == ARK_OK);
    status = ark_segment_text(segment, document->doc, arena, &title, &body, NULL);
    ARK_ASSERT(status == ARK_OK);
    struct oracle_token *tokens = ark_arena_calloc(arena, title.len + body.len + 1, sizeof *tokens);
    document->tokens = tokens;
    document->title_tokens = add_tokens(tokens, &document->token_count, title, 0, analyzer, arena);
    (void)add_tokens(tokens, &document->token_count, body, document->title_tokens + ARK_FIELD_GAP,
                     analyzer, arena);
}

struct oracle
oracle_read(struct ark_snapshot *snapshot, struct ark_analyzer *analyzer, struct ark_arena *arena)
{
    struct oracle oracle = {.arena = arena};
    uint32_t segments = ark_snapshot_figures(snapshot)->segment_count;
    for (uint32_t i = 0; i < segments; i++) {
        oracle.count += ark_segment_info(ark_snapshot_segment(snapshot, i))->document_count;
    }
    oracle.documents = ark_arena_calloc(arena, oracle.count, sizeof *oracle.documents);
    size_t at = 0;
    for (uint32_t i = 0; i < segments; i++) {
        struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        for (ark_docid doc = 0; doc < ark_segment_info(segment)->document_count; doc++) {
            struct oracle_document *document = &oracle.documents[at++];
            document->segment_idx = i;
            document->doc = doc;
            document->dead = ark_segment_is_dead(segment, doc);
            read_document(segment, document, analyzer, arena);
        }
    }
    return oracle;
}
