#include <inttypes.h>

#include "searcher/print.h"

/** A field of a line, through the gate, so without tabs and line ends. */
static void
write_field(ark_str text, struct ark_arena *arena, struct ark_buf *out)
{
    ark_str clean = ark_line_clean_text(text, arena);
    if (clean.len > 0) {
        ark_buf_append_str(out, clean);
    }
}

/** The same with blanks as "%20", for formats whose fields end at blanks. */
static void
write_word(ark_str text, struct ark_arena *arena, struct ark_buf *out)
{
    ark_str clean = ark_line_clean_text(text, arena);
    for (size_t i = 0; i < clean.len; i++) {
        if (clean.bytes[i] == ' ') {
            ark_buf_append_str(out, ARK_STR("%20"));
        } else {
            ark_buf_push(out, clean.bytes[i]);
        }
    }
}

static void
write_id(const struct ark_shown_query *query, struct ark_arena *arena, struct ark_buf *out)
{
    if (query->id.bytes != NULL) {
        write_field(query->id, arena, out);
        ark_buf_push(out, '\t');
    }
}

static void
write_nothing(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
              struct ark_buf *out)
{
    (void)print;
    (void)query;
    (void)arena;
    (void)out;
}

static void
write_no_hit(struct ark_print *print, const struct ark_shown_query *query,
             const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    (void)print;
    (void)query;
    (void)hit;
    (void)arena;
    (void)out;
}

static void
write_tsv_hit(struct ark_print *print, const struct ark_shown_query *query,
              const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    write_id(query, arena, out);
    ark_buf_printf(out, "%" PRIu32 "\t%.3f\t", hit->rank, (double)hit->score);
    write_field(ark_print_doc(&hit->record, arena), arena, out);
    ark_buf_push(out, '\t');
    ark_print_date(hit->record.date, out);
    ark_buf_push(out, '\t');
    write_field(hit->title, arena, out);
    ark_buf_push(out, '\t');
    for (size_t i = 0; i < hit->snippets.count; i++) {
        const struct ark_snippet *snippet = &hit->snippets.items[i];
        struct ark_buf marked = ark_buf_make(SIZE_MAX);
        ark_highlight_mark(snippet->text, snippet->spans, &print->terminal->marks, &marked);
        write_field(i == 0 ? ARK_STR("") : ARK_STR(" "), arena, out);
        write_field(ark_buf_view(&marked), arena, out);
        ark_buf_dispose(&marked);
    }
    ark_buf_push(out, '\n');
    for (uint32_t i = 0; print->lists_similar && i < hit->similar_count; i++) {
        const struct ark_shown_similar *similar = &hit->similars[i];
        write_id(query, arena, out);
        ark_buf_printf(out, "%" PRIu32 "\t%.3f\t", hit->rank, (double)similar->score);
        write_field(ark_print_doc(&similar->record, arena), arena, out);
        ark_buf_push(out, '\t');
        ark_print_date(similar->record.date, out);
        ark_buf_append_str(
            out, ARK_STR("\t\t\n")); // its title and text are those of the hit, more or less
    }
}

void
ark_print_tsv_kwic(const struct ark_print *print, const struct ark_shown_query *query,
                   const struct ark_shown_kwic *kwic, struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_marks *marks = &print->terminal->marks;
    write_id(query, arena, out);
    ark_buf_printf(out, "%" PRIu32 "\t", kwic->rank);
    write_field(ark_print_doc(kwic->record, arena), arena, out);
    ark_buf_push(out, '\t');
    write_field(kwic->line->before, arena, out);
    ark_buf_push(out, '\t');
    write_field(marks->open, arena, out);
    write_field(kwic->line->match, arena, out);
    write_field(marks->close, arena, out);
    ark_buf_push(out, '\t');
    write_field(kwic->line->after, arena, out);
    ark_buf_push(out, '\n');
}

static void
write_trec_hit(struct ark_print *print, const struct ark_shown_query *query,
               const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    write_word(query->id.bytes == NULL ? ARK_STR("1") : query->id, arena, out);
    ark_buf_append_str(out, ARK_STR(" Q0 "));
    write_word(ark_print_doc(&hit->record, arena), arena, out);
    // Evaluators sort by the score: all the digits a float has, so that ranks survive.
    ark_buf_printf(out, " %" PRIu32 " %.9g ", hit->rank, (double)hit->score);
    write_word(print->run_tag, arena, out);
    ark_buf_push(out, '\n');
}

static void
write_path(const struct ark_print *print, const struct ark_shown_query *query,
           const struct ark_document_record *record, struct ark_arena *arena, struct ark_buf *out)
{
    ark_str path = ark_print_place(record->path, record, arena);
    write_id(query, arena, out);
    if (print->terminal->is_terminal && !print->null_ended) {
        const struct ark_run run = {0, (uint32_t)path.len, ARK_STYLE_PATH};
        struct ark_line line = {.text = path,
                                .runs = &run,
                                .run_count = path.len > 0 ? 1 : 0,
                                .link = ark_print_link(print, record->path, arena)};
        ark_line_write(&line, print->terminal, false, arena, out);
        return;
    }
    // Scripts get the bytes of the path as they are.
    ark_buf_append_str(out, path);
    ark_buf_push(out, print->null_ended ? '\0' : '\n');
}

static void
write_path_hit(struct ark_print *print, const struct ark_shown_query *query,
               const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    write_path(print, query, &hit->record, arena, out);
    for (uint32_t i = 0; print->lists_similar && i < hit->similar_count; i++) {
        write_path(print, query, &hit->similars[i].record, arena, out);
    }
}

static void
write_count(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
            struct ark_buf *out)
{
    (void)print;
    write_id(query, arena, out);
    ark_buf_printf(out, "%" PRIu64 "\n", query->results->documents);
}

const struct ark_printer ark_print_tsv = {.needs_hits = true,
                                          .needs_text = true,
                                          .folds = true,
                                          .begin = write_nothing,
                                          .hit = write_tsv_hit,
                                          .end = write_nothing};

const struct ark_printer ark_print_trec = {
    .needs_hits = true, .begin = write_nothing, .hit = write_trec_hit, .end = write_nothing};

const struct ark_printer ark_print_paths = {.needs_hits = true,
                                            .folds = true,
                                            .begin = write_nothing,
                                            .hit = write_path_hit,
                                            .end = write_nothing};

const struct ark_printer ark_print_count = {
    .needs_counts = true, .begin = write_nothing, .hit = write_no_hit, .end = write_count};

const struct ark_printer ark_print_nothing = {
    .begin = write_nothing, .hit = write_no_hit, .end = write_nothing};
