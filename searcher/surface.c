#include "searcher/surface.h"

#include "common/text/utf8.h"
#include "searcher/highlight.h"
#include "searcher/walk.h"

/** Vowel marks, tatweel and the signs of recitation: what a word is read by without. */
static bool
is_mark(uint32_t codepoint)
{
    return (codepoint >= 0x0610 && codepoint <= 0x061A) ||
           (codepoint >= 0x064B && codepoint <= 0x065F) || codepoint == 0x0640 ||
           codepoint == 0x0670 || (codepoint >= 0x06D6 && codepoint <= 0x06ED) ||
           codepoint == 0x200C || codepoint == 0x200D;
}

static ark_str
without_marks(ark_str word, struct ark_arena *arena)
{
    uint8_t *bytes = ark_arena_alloc(arena, word.len);
    size_t len = 0;
    for (size_t at = 0; at < word.len;) {
        uint32_t codepoint = 0;
        size_t size = ark_utf8_decode(word.bytes + at, word.len - at, &codepoint);
        if (!is_mark(codepoint)) {
            memcpy(bytes + len, word.bytes + at, size);
            len += size;
        }
        at += size;
    }
    return ark_str_make(bytes, len);
}

/** The first matching word of the hit. */
static enum ark_status
read_word(const struct ark_surface_source *source, struct ark_plan *plan, const struct ark_hit *hit,
          struct ark_arena *arena, ark_str *out, struct ark_error *err)
{
    struct ark_segment *segment = ark_snapshot_segment(source->snapshot, hit->segment_idx);
    struct ark_matches matches;
    uint32_t title_tokens = 0;
    ark_str title;
    ark_str body;
    enum ark_status status = ark_plan_matches(plan, hit, arena, &matches, err);
    if (status == ARK_OK) {
        status = ark_segment_text(segment, hit->doc, arena, &title, &body, err);
    }
    if (status == ARK_OK) {
        status = ark_segment_title_length(segment, hit->doc, arena, &title_tokens, err);
    }
    if (status != ARK_OK || matches.count == 0) {
        return status;
    }
    matches.count = 1;
    struct ark_spans spans = ark_highlight_spans(title, 0, &matches, arena);
    ark_str text = title;
    if (spans.count == 0) {
        spans = ark_highlight_spans(body, title_tokens + ARK_FIELD_GAP, &matches, arena);
        text = body;
    }
    if (spans.count > 0) {
        *out = without_marks(ark_str_slice(text, spans.items[0].start, spans.items[0].end), arena);
    }
    return ARK_OK;
}

struct first_hit {
    struct ark_hit hit;
    bool found;
};

static bool
take_first(void *context, const struct ark_hit *hit)
{
    struct first_hit *first = context;
    *first = (struct first_hit){*hit, true};
    return false;
}

enum ark_status
ark_surface_find(const struct ark_surface_source *source, ark_str form, struct ark_arena *arena,
                 ark_str *out, bool *found, struct ark_error *err)
{
    const struct ark_query_options options = {.exact = true};
    struct ark_query *query = NULL;
    struct ark_plan *plan = NULL;
    struct first_hit first = {.found = false};
    *out = form;
    *found = false;
    enum ark_status status = ark_query_parse(form, &options, source->analyzer, arena, &query, err);
    if (status == ARK_E_ARGUMENT || status == ARK_E_LIMIT) {
        return ARK_OK; // a form that reads as something else
    }
    if (status == ARK_OK) {
        status = ark_plan_make(source->snapshot, query, arena, &plan, err);
    }
    if (status == ARK_OK) {
        status = ark_plan_each(plan, take_first, &first, err);
    }
    *found = status == ARK_OK && first.found;
    return *found ? read_word(source, plan, &first.hit, arena, out, err) : status;
}
