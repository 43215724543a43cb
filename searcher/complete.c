#include "searcher/complete.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/clean.h"
#include "common/text/levels.h"
#include "common/text/utf8.h"

/** Of each segment the forms in most documents are counted, at least half as many as this. */
enum { FORMS_MAX = 2048 };

struct counted {
    ark_str form;
    uint64_t df;
};

struct counts {
    struct counted *items;
    size_t count;
    size_t capacity;
};

static int
compare_forms(const void *left, const void *right)
{
    const struct counted *a = left;
    const struct counted *b = right;
    return ark_str_compare(a->form, b->form);
}

static int
compare_counts(const void *left, const void *right)
{
    const struct counted *a = left;
    const struct counted *b = right;
    if (a->df != b->df) {
        return a->df > b->df ? -1 : 1;
    }
    return ark_str_compare(a->form, b->form);
}

/** The bytes before the word that is being typed: operators, quotes, a field. */
static size_t
lead_len(ark_str prefix)
{
    size_t start = 0;
    for (size_t at = 0; at < prefix.len;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(prefix.bytes + at, prefix.len - at, &codepoint);
        bool lead = codepoint < 0x80 ? strchr(" +-=(\"|:", (int)codepoint) != NULL
                                     : codepoint == 0x00AB || codepoint == 0x201C;
        start = lead ? at : start;
    }
    return start;
}

/** Sorts the forms from start on, those in most documents first, and keeps the best. */
static void
keep_best(struct counts *counts, size_t start)
{
    size_t count = counts->count - start;
    if (count > 1) {
        qsort(counts->items + start, count, sizeof *counts->items, compare_counts);
    }
    counts->count = start + (count < FORMS_MAX / 2 ? count : FORMS_MAX / 2);
}

static enum ark_status
count_segment(struct ark_segment *segment, ark_str beginning, struct ark_arena *arena,
              struct counts *counts, struct ark_error *err)
{
    struct ark_form_iterator *forms = ark_form_iterator_new(segment);
    const struct ark_form *form = NULL;
    size_t start = counts->count;
    uint32_t least = 0; // documents of the last form that is kept
    enum ark_status status = ark_form_iterator_seek(forms, beginning, err);
    while (status == ARK_OK) {
        status = ark_form_iterator_next(forms, &form, err);
        if (status != ARK_OK || form == NULL || !ark_str_starts_with(form->text, beginning)) {
            break;
        }
        if (form->df <= least) {
            continue;
        }
        if (counts->count - start == FORMS_MAX) {
            keep_best(counts, start);
            least = (uint32_t)counts->items[counts->count - 1].df;
        }
        ARK_GROW(counts->items, counts->capacity, counts->count + 1);
        counts->items[counts->count++] =
            (struct counted){ark_arena_dup(arena, form->text), form->df};
    }
    ark_form_iterator_free(forms);
    return status;
}

/** Adds up what the segments say of a form. */
static void
join(struct counts *counts)
{
    size_t used = 0;
    if (counts->count > 1) {
        qsort(counts->items, counts->count, sizeof *counts->items, compare_forms);
    }
    for (size_t i = 0; i < counts->count; i++) {
        if (used > 0 && ark_str_equal(counts->items[used - 1].form, counts->items[i].form)) {
            counts->items[used - 1].df += counts->items[i].df;
        } else {
            counts->items[used++] = counts->items[i];
        }
    }
    counts->count = used;
}

/** The bytes of the first count characters, or all. */
static size_t
skip_characters(ark_str text, size_t count)
{
    size_t at = 0;
    for (; count > 0 && at < text.len; count--) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
    }
    return at;
}

/** The prefix, and what a document writes behind it. */
static enum ark_status
write_word(const struct ark_surface_source *source, ark_str prefix, ark_str beginning, ark_str form, // NOLINT(readability-function-size)
           struct ark_buf *out, bool *written, struct ark_error *err)
{
    struct ark_arena arena = ark_arena_make();
    ark_str surface;
    enum ark_status status = ark_surface_find(source, form, &arena, &surface, written, err);
    if (status == ARK_OK && *written) {
        // A surface of as many characters as its form has them at the same places.
        bool aligned = ark_utf8_count(surface) == ark_utf8_count(form);
        ark_str spelt = aligned ? surface : form;
        size_t skipped = skip_characters(spelt, ark_utf8_count(beginning));
        ark_buf_append_str(out, prefix);
        ark_buf_append_str(out, ark_str_slice(spelt, skipped, spelt.len));
        ark_buf_push(out, '\n');
    }
    ark_arena_dispose(&arena);
    return status;
}

enum ark_status
ark_complete(const struct ark_surface_source *source, ark_str prefix, struct ark_buf *out,
             bool *any, struct ark_error *err)
{
    struct ark_buf cleaned = ark_buf_make(SIZE_MAX);
    struct ark_buf beginning = ark_buf_make(SIZE_MAX);
    struct ark_arena arena = ark_arena_make();
    struct counts counts = {NULL, 0, 0};
    enum ark_status status = ARK_OK;
    ark_clean_token(ark_str_slice(prefix, lead_len(prefix), prefix.len), &cleaned);
    ark_level_form(ark_buf_view(&cleaned), &beginning);
    uint32_t segments = ark_snapshot_figures(source->snapshot)->segment_count;
    for (uint32_t i = 0; i < segments && status == ARK_OK && beginning.len > 0; i++) {
        status = count_segment(ark_snapshot_segment(source->snapshot, i), ark_buf_view(&beginning),
                               &arena, &counts, err);
    }
    join(&counts);
    keep_best(&counts, 0);
    size_t offered = 0;
    for (size_t i = 0; i < counts.count && offered < ARK_COMPLETIONS_MAX && status == ARK_OK; i++) {
        bool written = false;
        status = write_word(source, prefix, ark_buf_view(&beginning), counts.items[i].form, out,
                            &written, err);
        offered += written;
    }
    *any = offered > 0;
    free(counts.items);
    ark_arena_dispose(&arena);
    ark_buf_dispose(&cleaned);
    ark_buf_dispose(&beginning);
    return status;
}
