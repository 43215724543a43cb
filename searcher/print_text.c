#include <inttypes.h>

#include "common/base/translate.h"
#include "common/text/utf8.h"
#include "searcher/print.h"

enum {
    TITLE_LINES_MAX = 2,
    PASSAGE_LINES_MAX = 2,
    PIECE_BYTES_MAX = 4096, // numbers and words of our own
    ARABIC_INDIC_ZERO = 0x660,
};

ark_str
ark_print_place(ark_str path, const struct ark_document_record *record, struct ark_arena *arena)
{
    if (record->fragment.len == 0) {
        return path;
    }
    size_t len = path.len + 1 + record->fragment.len;
    uint8_t *bytes = ark_arena_alloc(arena, len);
    memcpy(bytes, path.bytes, path.len);
    bytes[path.len] = '#';
    memcpy(bytes + path.len + 1, record->fragment.bytes, record->fragment.len);
    return (ark_str){bytes, len};
}

ark_str
ark_print_doc(const struct ark_document_record *record, struct ark_arena *arena)
{
    if (record->fragment_is_id) {
        return record->fragment;
    }
    ARK_ASSERT(record->name_start <= record->path.len);
    ark_str name = ark_str_slice(record->path, record->name_start, record->path.len);
    return ark_print_place(name, record, arena);
}

void
ark_print_date(uint32_t date, struct ark_buf *out)
{
    uint32_t year = date / 10000;
    uint32_t month = date / 100 % 100;
    uint32_t day = date % 100;
    if (date == 0) {
        return;
    }
    ark_buf_printf(out, "%04" PRIu32, year);
    if (month > 0) {
        ark_buf_printf(out, "-%02" PRIu32, month);
    }
    if (month > 0 && day > 0) {
        ark_buf_printf(out, "-%02" PRIu32, day);
    }
}

/** Appends text of our own with its digits as they are asked for. */
static void
append_digits(const struct ark_print *print, const char *text, struct ark_buf *out)
{
    for (const char *byte = text; *byte != '\0'; byte++) {
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        if (print->digits != ARK_DIGITS_ARAB || *byte < '0' || *byte > '9') {
            ark_buf_push(out, (uint8_t)*byte);
            continue;
        }
        uint32_t codepoint = ARABIC_INDIC_ZERO + (uint32_t)(*byte - '0');
        ark_buf_append(out, bytes, ark_utf8_encode(codepoint, bytes));
    }
}

void
ark_print_number(const struct ark_print *print, uint64_t number, struct ark_buf *out)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRIu64, number);
    append_digits(print, digits, out);
}

/** Appends the translation of a text with a number, as ark_translate_count does. */
static void
append_count(const struct ark_print *print, const char *one, const char *many, uint64_t count,
             struct ark_buf *out)
{
    struct ark_buf text = ark_buf_make(PIECE_BYTES_MAX);
    ark_translate_count(one, many, count, &text);
    append_digits(print, ark_buf_cstr(&text), out);
    ark_buf_dispose(&text);
}

ark_str
ark_print_link(const struct ark_print *print, ark_str path, struct ark_arena *arena)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~/";
    if (path.len == 0 || path.bytes[0] != '/') {
        return ARK_STR("");
    }
    struct ark_buf uri = ark_buf_make(print->host.len + 3 * path.len + PIECE_BYTES_MAX);
    ark_buf_append_str(&uri, ARK_STR("file://"));
    ark_buf_append_str(&uri, print->host);
    for (size_t i = 0; i < path.len; i++) {
        uint8_t byte = path.bytes[i];
        if (byte != 0 && strchr(unreserved, byte) != NULL) {
            ark_buf_push(&uri, byte);
        } else {
            ark_buf_printf(&uri, "%%%02X", byte);
        }
    }
    ark_str link = ark_arena_dup(arena, ark_buf_view(&uri));
    ark_buf_dispose(&uri);
    return link;
}

/** A line of our own words and document text, in the arena. */
static ark_str
text_of(const struct ark_buf *buf, struct ark_arena *arena)
{
    return ark_arena_dup(arena, ark_buf_view(buf));
}

static void
separate(struct ark_print *print, struct ark_buf *out)
{
    if (print->block_count++ > 0) {
        ark_buf_push(out, '\n');
    }
}

/** "[ID] QUERY" over the answer to a query of a batch. */
static void
write_heading(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
              struct ark_buf *out)
{
    struct ark_buf text = ark_buf_make(query->id.len + query->text.len + 8);
    if (query->id.bytes == NULL) {
        return;
    }
    separate(print, out);
    ark_buf_push(&text, '[');
    ark_buf_append_str(&text, query->id);
    ark_buf_append_str(&text, ARK_STR("] "));
    size_t lead = text.len;
    ark_buf_append_str(&text, query->text);
    struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_HEADER, .lead = lead};
    (void)ark_line_write_paragraph(&line, print->terminal, TITLE_LINES_MAX, arena, out);
    ark_buf_dispose(&text);
}

static void
begin_piped(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
            struct ark_buf *out)
{
    write_heading(print, query, arena, out);
}

static void
begin_terminal(struct ark_print *print, const struct ark_shown_query *query,
               struct ark_arena *arena, struct ark_buf *out)
{
    struct ark_buf text = ark_buf_make(PIECE_BYTES_MAX);
    write_heading(print, query, arena, out);
    if (query->results->documents == 0) {
        return;
    }
    separate(print, out);
    append_count(print, "{} document", "{} documents", query->results->documents, &text);
    if (query->word_count > 1) {
        append_count(print, ", {} with every word", ", {} with every word",
                     query->results->all_words, &text);
    }
    ark_buf_printf(&text, ark_translate(" (%.1f ms)"), (double)query->elapsed_ns / 1e6);
    struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_HEADER};
    ark_line_write(&line, print->terminal, false, arena, out);
    ark_buf_dispose(&text);
}

/** The name of the file, for a document without a title. */
static ark_str
file_name(const struct ark_document_record *record, struct ark_arena *arena)
{
    size_t start = record->path.len;
    while (start > 0 && record->path.bytes[start - 1] != '/') {
        start--;
    }
    return ark_print_place(ark_str_slice(record->path, start, record->path.len), record, arena);
}

/** "RANK. TITLE"; the direction of the hit's block. */
static enum ark_direction
write_title(const struct ark_print *print, const struct ark_shown_hit *hit, struct ark_arena *arena,
            struct ark_buf *out)
{
    ark_str title = hit->title.len > 0 ? hit->title : file_name(&hit->record, arena);
    struct ark_buf text = ark_buf_make(title.len + PIECE_BYTES_MAX);
    ark_print_number(print, hit->rank, &text);
    ark_buf_append_str(&text, ARK_STR(". "));
    uint32_t moved = (uint32_t)text.len;
    ark_buf_append_str(&text, title);
    struct ark_line line =
        ark_line_lit(text_of(&text, arena), ARK_STYLE_TITLE, hit->title_spans, arena);
    struct ark_run *runs = ark_arena_calloc(arena, line.run_count + 1, sizeof *runs);
    for (size_t i = 0; i < line.run_count; i++) {
        runs[i] = line.runs[i];
        runs[i].start += moved;
        runs[i].end += moved;
    }
    line.runs = runs;
    line.lead = moved;
    ark_buf_dispose(&text);
    return ark_line_write_paragraph(&line, print->terminal, TITLE_LINES_MAX, arena, out);
}

/** The path as a person at this place would type it. */
static ark_str
near_path(const struct ark_print *print, ark_str path)
{
    ark_str here = print->working_directory;
    bool under = here.len > 0 && path.len > here.len + 1 && ark_str_starts_with(path, here) &&
                 path.bytes[here.len] == '/';
    return under ? ark_str_slice(path, here.len + 1, path.len) : path;
}

/** True when text ends in a right-to-left letter: what follows it would be drawn before it. */
static bool
ends_rtl(ark_str text)
{
    enum ark_direction last = ARK_DIRECTION_NONE;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        enum ark_direction direction = ark_text_direction(codepoint);
        last = direction == ARK_DIRECTION_NONE ? last : direction;
    }
    return last == ARK_DIRECTION_RTL;
}

/** "  PATH  DATE  SCORE", or the path last. */
static void
write_meta(const struct ark_print *print, const struct ark_shown_hit *hit,
           enum ark_direction direction, struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_terminal *terminal = print->terminal;
    ark_str path = ark_print_place(near_path(print, hit->record.path), &hit->record, arena);
    bool path_last = ends_rtl(path);
    struct ark_buf text = ark_buf_make(path.len + PIECE_BYTES_MAX);
    struct ark_run run = {0, 0, ARK_STYLE_PATH};
    for (int pass = 0; pass < 2; pass++) {
        ark_buf_append_str(&text, ARK_STR("  "));
        if ((pass == 0) != path_last) {
            run.start = (uint32_t)text.len;
            ark_buf_append_str(&text, path);
            run.end = (uint32_t)text.len;
            continue;
        }
        ark_print_date(hit->record.date, &text);
        ark_buf_printf(&text, "%s%.3f", hit->record.date == 0 ? "" : "  ", (double)hit->score);
        if (hit->similar_count > 0) {
            ark_buf_append_str(&text, ARK_STR("  +"));
            ark_print_number(print, hit->similar_count, &text);
            ark_buf_append_str(&text, ARK_STR(" similar"));
        }
    }
    struct ark_line line = {.text = text_of(&text, arena),
                            .style = ARK_STYLE_META,
                            .runs = &run,
                            .run_count = 1,
                            .link = ark_print_link(print, hit->record.path, arena)};
    // Beside a block that ends at the text width, not at the terminal's edge.
    bool right = direction == ARK_DIRECTION_RTL && terminal->columns > terminal->width;
    ark_line_write(&line, terminal, right, arena, out);
    ark_buf_dispose(&text);
}

/** Appends ", NAME VALUE", without the comma when it is the first. Nothing for 0. */
static void
append_part(struct ark_buf *text, const char *name, double value, bool *first)
{
    if (value > 0) {
        ark_buf_printf(text, "%s %s %.3f", *first ? "" : ",", name, value);
        *first = false;
    }
}

/** What the places of the words added: a line for their order and distance, one for the title. */
static void
write_proximity(const struct ark_print *print, const struct ark_proximity *proximity,
                struct ark_arena *arena, struct ark_buf *out)
{
    double together = proximity->ordered + proximity->near + proximity->passage;
    struct ark_buf text = ark_buf_make(PIECE_BYTES_MAX);
    bool first = true;
    if (together > 0) {
        ark_buf_printf(&text, "    %.3f  proximity:", together);
        append_part(&text, "ordered", proximity->ordered, &first);
        _Static_assert(ARK_NEAR_WORDS == 8, "the explanation says so");
        append_part(&text, "within 8 words", proximity->near, &first);
        append_part(&text, "passage", proximity->passage, &first);
        struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_META};
        ark_line_write(&line, print->terminal, false, arena, out);
    }
    if (proximity->title > 0) {
        ark_buf_clear(&text);
        ark_buf_printf(&text, "    %.3f  title", proximity->title);
        struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_META};
        ark_line_write(&line, print->terminal, false, arena, out);
    }
    ark_buf_dispose(&text);
}

/** "  = PATH  SCORE" for a near-duplicate, or the path last. */
static void
write_similar(const struct ark_print *print, const struct ark_shown_similar *similar,
              enum ark_direction direction, struct ark_arena *arena, struct ark_buf *out)
{
    const struct ark_terminal *terminal = print->terminal;
    ark_str path = ark_print_place(near_path(print, similar->record.path), &similar->record, arena);
    struct ark_buf text = ark_buf_make(path.len + PIECE_BYTES_MAX);
    struct ark_run run = {0, 0, ARK_STYLE_PATH};
    bool path_last = ends_rtl(path);
    ark_buf_append_str(&text, ARK_STR("  = "));
    if (path_last) {
        ark_buf_printf(&text, "%.3f  ", (double)similar->score);
    }
    run.start = (uint32_t)text.len;
    ark_buf_append_str(&text, path);
    run.end = (uint32_t)text.len;
    if (!path_last) {
        ark_buf_printf(&text, "  %.3f", (double)similar->score);
    }
    struct ark_line line = {.text = text_of(&text, arena),
                            .style = ARK_STYLE_META,
                            .runs = &run,
                            .run_count = 1,
                            .link = ark_print_link(print, similar->record.path, arena)};
    bool right = direction == ARK_DIRECTION_RTL && terminal->columns > terminal->width;
    ark_line_write(&line, terminal, right, arena, out);
    ark_buf_dispose(&text);
}

void
ark_print_source(const struct ark_print *print, uint32_t rank, size_t cells,
                 const struct ark_document_record *record, struct ark_arena *arena,
                 struct ark_buf *out)
{
    ark_str path = ark_print_place(near_path(print, record->path), record, arena);
    struct ark_buf text = ark_buf_make(path.len + PIECE_BYTES_MAX);
    struct ark_buf number = ark_buf_make(PIECE_BYTES_MAX);
    bool path_last = ends_rtl(path);
    ark_print_number(print, rank, &number);
    for (size_t i = ark_text_cells(ark_buf_view(&number)) + 2; i < cells; i++) {
        ark_buf_push(&text, ' ');
    }
    ark_buf_append_str(&text, ark_buf_view(&number));
    ark_buf_append_str(&text, ARK_STR("  "));
    if (path_last && record->date != 0) {
        ark_print_date(record->date, &text);
        ark_buf_append_str(&text, ARK_STR("  "));
    }
    struct ark_run run = {(uint32_t)text.len, (uint32_t)(text.len + path.len), ARK_STYLE_PATH};
    ark_buf_append_str(&text, path);
    if (!path_last && record->date != 0) {
        ark_buf_append_str(&text, ARK_STR("  "));
        ark_print_date(record->date, &text);
    }
    struct ark_line line = {.text = text_of(&text, arena),
                            .style = ARK_STYLE_META,
                            .runs = &run,
                            .run_count = path.len > 0,
                            .link = ark_print_link(print, record->path, arena)};
    ark_line_write(&line, print->terminal, false, arena, out);
    ark_buf_dispose(&number);
    ark_buf_dispose(&text);
}

static void
write_explanation(const struct ark_print *print, const struct ark_explanation *explanation,
                  struct ark_arena *arena, struct ark_buf *out)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct ark_explain_line *why = &explanation->lines[i];
        struct ark_buf text = ark_buf_make(why->query.len + PIECE_BYTES_MAX);
        ark_buf_printf(
            &text,
            "    %.3f  %s %.2f  tf %" PRIu32 "  df %" PRIu64 "/%" PRIu64 "  idf %.3f: ", why->score,
            why->level, (double)why->weight, why->tf, why->df, why->document_count, why->idf);
        ark_buf_append_str(&text, why->query);
        struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_META};
        ark_line_write(&line, print->terminal, false, arena, out);
        ark_buf_dispose(&text);
    }
    write_proximity(print, &explanation->proximity, arena, out);
    if (explanation->count > 0) {
        const struct ark_explain_line *why = &explanation->lines[0];
        struct ark_buf text = ark_buf_make(PIECE_BYTES_MAX);
        ark_buf_printf(&text, "           len %" PRIu32 " (mean %.1f)  bm25 k1=%.1f b=%.2f",
                       why->length, why->mean_length, ARK_BM25_K1, ARK_BM25_B);
        if (why->dead_count > 0) {
            ark_buf_printf(&text, "  deleted but counted %" PRIu64, why->dead_count);
        }
        struct ark_line line = {.text = text_of(&text, arena), .style = ARK_STYLE_META};
        ark_line_write(&line, print->terminal, false, arena, out);
        ark_buf_dispose(&text);
    }
}

static void
write_hit(struct ark_print *print, const struct ark_shown_query *query,
          const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out)
{
    (void)query;
    separate(print, out);
    enum ark_direction direction = write_title(print, hit, arena, out);
    for (size_t i = 0; i < hit->snippets.count; i++) {
        const struct ark_snippet *snippet = &hit->snippets.items[i];
        struct ark_line line = ark_line_lit(snippet->text, ARK_STYLE_PLAIN, snippet->spans, arena);
        (void)ark_line_write_paragraph(&line, print->terminal, PASSAGE_LINES_MAX, arena, out);
    }
    write_meta(print, hit, direction, arena, out);
    for (uint32_t i = 0; print->lists_similar && i < hit->similar_count; i++) {
        write_similar(print, &hit->similars[i], direction, arena, out);
    }
    if (hit->explanation != NULL) {
        write_explanation(print, hit->explanation, arena, out);
    }
}

static void
write_end(struct ark_print *print, const struct ark_shown_query *query, struct ark_arena *arena,
          struct ark_buf *out)
{
    (void)print;
    (void)query;
    (void)arena;
    (void)out;
}

const struct ark_printer ark_print_text_piped = {.needs_hits = true,
                                                 .needs_text = true,
                                                 .folds = true,
                                                 .begin = begin_piped,
                                                 .hit = write_hit,
                                                 .end = write_end};

const struct ark_printer ark_print_text_terminal = {.needs_counts = true,
                                                    .needs_words = true,
                                                    .needs_hits = true,
                                                    .needs_text = true,
                                                    .folds = true,
                                                    .begin = begin_terminal,
                                                    .hit = write_hit,
                                                    .end = write_end};
