#include "searcher/filter.h"

#include "common/text/clean.h"
#include "common/text/levels.h"
#include "searcher/pattern.h"
#include "searcher/print.h"

enum { TEXT_BYTES_MAX = 1 << 26 };

struct ark_filter {
    struct ark_segment *segment;
    const struct ark_query_node *node;
    const uint8_t *dates;
    struct ark_pattern pattern;
    struct ark_arena *scratch;
    enum ark_status status;
};

/** The pattern that the whole text of a document must fit. */
static struct ark_pattern
make_pattern(const struct ark_query_node *node, struct ark_arena *arena)
{
    ark_str value = node->pattern;
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    if (node->field == ARK_FIELD_SOURCE) {
        ark_buf_append_str(&text, ARK_STR("* "));
        ark_buf_append_str(&text, value);
        ark_buf_append_str(&text, ARK_STR(" *"));
    } else if (node->field == ARK_FIELD_PATH) {
        while (value.len > 0 && value.bytes[value.len - 1] == '/') {
            value.len--;
        }
        bool anchored = value.len == 0 || value.bytes[0] == '/';
        ark_buf_append_str(&text, anchored ? ARK_STR("") : ARK_STR("*/"));
        ark_buf_append_str(&text, value);
        ark_buf_append_str(&text, ARK_STR("/*"));
    } else {
        ark_buf_append_str(&text, value);
    }
    struct ark_pattern pattern = ark_pattern_make(ark_buf_view(&text), arena);
    ark_buf_dispose(&text);
    return pattern;
}

struct ark_filter *
ark_filter_make(struct ark_segment *segment, const struct ark_query_node *node,
                struct ark_arena *arena, struct ark_arena *scratch)
{
    struct ark_filter *filter = ARK_ARENA_NEW(arena, struct ark_filter);
    filter->segment = segment;
    filter->node = node;
    filter->scratch = scratch;
    if (node->field != ARK_FIELD_DATE) {
        filter->pattern = make_pattern(node, arena);
    }
    return filter;
}

/** True when the words of the pattern stand in a source, compared by their folded forms. */
static bool
source_fits(const struct ark_pattern *pattern, ark_str source)
{
    struct ark_buf text = ark_buf_make(TEXT_BYTES_MAX);
    struct ark_buf cleaned = ark_buf_make(TEXT_BYTES_MAX);
    struct ark_segmenter segmenter = ark_segmenter_make(source);
    struct ark_token token;
    ark_buf_push(&text, ' ');
    while (ark_segmenter_next(&segmenter, &token)) {
        ark_buf_clear(&cleaned);
        ark_clean_token(ark_str_slice(source, token.start, token.end), &cleaned);
        ark_level_form(ark_buf_view(&cleaned), &text);
        ark_buf_push(&text, ' ');
    }
    bool fits = ark_pattern_fits(pattern, ark_buf_view(&text));
    ark_buf_dispose(&text);
    ark_buf_dispose(&cleaned);
    return fits;
}

/** True when whole parts of a path fit. */
static bool
path_fits(const struct ark_pattern *pattern, ark_str path, struct ark_arena *scratch)
{
    uint8_t *text = ark_arena_alloc(scratch, path.len + 1);
    memcpy(text, path.bytes, path.len);
    text[path.len] = '/';
    return ark_pattern_fits(pattern, ark_str_make(text, path.len + 1));
}

static bool
record_fits(const struct ark_filter *filter, const struct ark_document_record *record)
{
    switch (filter->node->field) {
    case ARK_FIELD_PATH:
        return path_fits(&filter->pattern, record->path, filter->scratch);
    case ARK_FIELD_SOURCE:
        return source_fits(&filter->pattern, record->source);
    default:
        ARK_ASSERT(filter->node->field == ARK_FIELD_ID);
        return ark_pattern_fits(&filter->pattern, ark_print_doc(record, filter->scratch)) ||
               (record->fragment.len > 0 && ark_pattern_fits(&filter->pattern, record->fragment));
    }
}

bool
ark_filter_matches(struct ark_filter *filter, ark_docid doc, struct ark_error *err)
{
    bool on_date = filter->node->field == ARK_FIELD_DATE;
    if (on_date && filter->dates == NULL && filter->status == ARK_OK) {
        filter->status = ark_segment_dates(filter->segment, &filter->dates, err);
    }
    if (filter->status != ARK_OK) {
        return false;
    }
    if (on_date) {
        return ark_date_in_range(ark_date_at(filter->dates, doc), filter->node->dates);
    }
    struct ark_document_record record;
    filter->status = ark_segment_document(filter->segment, doc, filter->scratch, &record, err);
    return filter->status == ARK_OK && record_fits(filter, &record);
}

enum ark_status
ark_filter_status(const struct ark_filter *filter)
{
    return filter->status;
}
