#include "searcher/highlight.h"

#include "common/text/segment.h"

/** Spans as they are found. */
struct collector {
    struct ark_arena *arena;
    struct ark_span *items;
    size_t count;
    size_t room;
};

static void
add_span(struct collector *found, struct ark_span span)
{
    if (found->count == found->room) { // arenas do not grow in place: twice as many, copied
        found->room = found->room == 0 ? 8 : found->room * 2;
        struct ark_span *more = ark_arena_calloc(found->arena, found->room, sizeof *more);
        if (found->count > 0) {
            memcpy(more, found->items, found->count * sizeof *more);
        }
        found->items = more;
    }
    found->items[found->count++] = span;
}

/** Lights a token; inside tells that a match which began before it covers it. */
static void
light_token(struct collector *found, const struct ark_token *token, bool inside)
{
    if (found->count > 0) {
        // A phrase goes on through the blanks between its words; neighbours do not.
        struct ark_span *last = &found->items[found->count - 1];
        if (inside || last->end == token->start) {
            last->end = token->end;
            return;
        }
    }
    add_span(found, (struct ark_span){token->start, token->end});
}

/** The first match that could reach a token at position first or later. */
static size_t
first_match(const struct ark_matches *matches, uint64_t first)
{
    size_t idx = 0;
    while (idx < matches->count &&
           (uint64_t)matches->items[idx].position + matches->items[idx].length <= first) {
        idx++;
    }
    return idx;
}

struct ark_spans
ark_highlight_spans(ark_str text, uint32_t first_position, const struct ark_matches *matches,
                    struct ark_arena *arena)
{
    size_t next = first_match(matches, first_position);
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    struct collector found = {.arena = arena};
    uint64_t position = first_position;
    uint64_t lit_end = 0; // the position after the last token known to be lit
    while ((next < matches->count || position < lit_end) &&
           ark_segmenter_next(&segmenter, &token)) {
        bool inside = position < lit_end;
        for (; next < matches->count && matches->items[next].position <= position; next++) {
            const struct ark_match *match = &matches->items[next];
            uint64_t end = (uint64_t)match->position + match->length;
            lit_end = end > lit_end ? end : lit_end;
        }
        if (position < lit_end) {
            light_token(&found, &token, inside);
        }
        position++;
    }
    return (struct ark_spans){found.items, found.count};
}

void
ark_highlight_mark(ark_str text, struct ark_spans spans, const struct ark_marks *marks,
                   struct ark_buf *out)
{
    size_t at = 0;
    for (size_t i = 0; i < spans.count; i++) {
        struct ark_span span = spans.items[i];
        ARK_ASSERT(span.start >= at && span.end > span.start && span.end <= text.len);
        ark_buf_append_str(out, ark_str_slice(text, at, span.start));
        ark_buf_append_str(out, marks->open);
        ark_buf_append_str(out, ark_str_slice(text, span.start, span.end));
        ark_buf_append_str(out, marks->close);
        at = span.end;
    }
    if (at < text.len) {
        ark_buf_append_str(out, ark_str_slice(text, at, text.len));
    }
}

struct ark_spans
ark_highlight_moved(struct ark_spans spans, const struct ark_marks *marks, struct ark_arena *arena)
{
    struct ark_span *items = ark_arena_calloc(arena, spans.count + 1, sizeof *items);
    size_t shift = 0;
    for (size_t i = 0; i < spans.count; i++) {
        shift += marks->open.len;
        items[i].start = (uint32_t)(spans.items[i].start + shift);
        items[i].end = (uint32_t)(spans.items[i].end + shift);
        shift += marks->close.len;
    }
    return (struct ark_spans){items, spans.count};
}
