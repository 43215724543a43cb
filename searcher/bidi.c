#include "searcher/bidi.h"

#include <fribidi.h>

#include "common/text/utf8.h"

enum {
    ZERO_WIDTH_NON_JOINER = 0x200C,
    ZERO_WIDTH_JOINER = 0x200D,
    LAM_ALEF_FIRST = 0xFEF5,
    LAM_ALEF_LAST = 0xFEFC,
    UTF8_GROWTH = 3, // a shape takes three bytes, a letter two; a byte never becomes more
};

/** A line as letters with their marks. Arrays have count elements. */
struct letters {
    FriBidiChar *shape; // the letter, later its shape
    uint32_t *start;    // its byte; one more element: the end of the text
    uint32_t *marks;    // the byte where its marks begin
    enum ark_style *style;
    FriBidiCharType *types;
    FriBidiBracketType *brackets;
    FriBidiLevel *levels;
    FriBidiArabicProp *joining;
    FriBidiStrIndex *order; // by place from the left: the letter
    FriBidiStrIndex count;
};

static bool
is_joiner(uint32_t codepoint)
{
    return codepoint == ZERO_WIDTH_JOINER || codepoint == ZERO_WIDTH_NON_JOINER;
}

static void
allocate(struct letters *letters, size_t room, struct ark_arena *arena)
{
    letters->shape = ark_arena_calloc(arena, room, sizeof *letters->shape);
    letters->start = ark_arena_calloc(arena, room, sizeof *letters->start);
    letters->marks = ark_arena_calloc(arena, room, sizeof *letters->marks);
    letters->style = ark_arena_calloc(arena, room, sizeof *letters->style);
    letters->types = ark_arena_calloc(arena, room, sizeof *letters->types);
    letters->brackets = ark_arena_calloc(arena, room, sizeof *letters->brackets);
    letters->levels = ark_arena_calloc(arena, room, sizeof *letters->levels);
    letters->joining = ark_arena_calloc(arena, room, sizeof *letters->joining);
    letters->order = ark_arena_calloc(arena, room, sizeof *letters->order);
}

/** Cuts the line into letters; what has no width and is no joiner belongs to the letter before it. */
static void
split(const struct ark_line *line, struct letters *letters)
{
    size_t next_run = 0;
    size_t count = 0;
    for (size_t at = 0; at < line->text.len;) {
        uint32_t codepoint = 0;
        size_t len = ark_utf8_decode(line->text.bytes + at, line->text.len - at, &codepoint);
        bool is_mark = count > 0 && ark_text_width(codepoint) == 0 && !is_joiner(codepoint);
        if (!is_mark) {
            while (next_run < line->run_count && line->runs[next_run].end <= at) {
                next_run++;
            }
            bool in_run = next_run < line->run_count && line->runs[next_run].start <= at;
            letters->shape[count] = codepoint;
            letters->start[count] = (uint32_t)at;
            letters->marks[count] = (uint32_t)(at + len);
            letters->style[count] = in_run ? line->runs[next_run].style : line->style;
            letters->order[count] = (FriBidiStrIndex)count;
            count++;
        }
        at += len;
    }
    letters->start[count] = (uint32_t)line->text.len;
    letters->count = (FriBidiStrIndex)count;
}

/** Levels, shapes and order. */
static void
arrange(struct letters *letters, FriBidiParType base)
{
    fribidi_get_bidi_types(letters->shape, letters->count, letters->types);
    fribidi_get_bracket_types(letters->shape, letters->count, letters->types, letters->brackets);
    if (fribidi_get_par_embedding_levels_ex(letters->types, letters->brackets, letters->count,
                                            &base, letters->levels) == 0) {
        return;
    }
    fribidi_get_joining_types(letters->shape, letters->count, letters->joining);
    fribidi_join_arabic(letters->types, letters->count, letters->levels, letters->joining);
    fribidi_shape(FRIBIDI_FLAG_SHAPE_MIRRORING | FRIBIDI_FLAGS_ARABIC, letters->levels,
                  letters->count, letters->joining, letters->shape);
    // FriBidi fails only when out of memory, and then the order stays logical.
    FriBidiLevel levels = fribidi_reorder_line(0, letters->types, letters->count, 0, base,
                                               letters->levels, NULL, letters->order);
    (void)levels;
}

/** What is written of a line. */
struct writer {
    const struct ark_line *line;
    const struct letters *letters;
    uint8_t *bytes;
    size_t len;
    struct ark_run *runs;
    size_t run_count;
    size_t cells;
};

/** The marks of a letter, and those behind joiners that follow it: they belong to it too. */
static void
write_marks(struct writer *writer, FriBidiStrIndex letter)
{
    const struct letters *letters = writer->letters;
    do {
        uint32_t start = letters->marks[letter];
        uint32_t end = letters->start[letter + 1];
        memcpy(writer->bytes + writer->len, writer->line->text.bytes + start, end - start);
        writer->len += end - start;
        letter++;
    } while (letter < letters->count && is_joiner(letters->shape[letter]));
}

/** Writes one letter in its shape with its marks, and its style. */
static void
write_letter(struct writer *writer, FriBidiStrIndex letter)
{
    const struct letters *letters = writer->letters;
    uint32_t shape = letters->shape[letter];
    size_t start = writer->len;
    // A lam that became part of the ligature behind it leaves its marks to that.
    if (shape == FRIBIDI_CHAR_FILL || (is_joiner(shape) && letter > 0)) {
        return;
    }
    if (!is_joiner(shape)) {
        writer->len += ark_utf8_encode(shape, writer->bytes + writer->len);
        writer->cells += ark_text_width(shape);
    }
    if (shape >= LAM_ALEF_FIRST && shape <= LAM_ALEF_LAST && letter > 0 &&
        letters->shape[letter - 1] == FRIBIDI_CHAR_FILL) {
        write_marks(writer, letter - 1);
    }
    write_marks(writer, letter);
    enum ark_style style = letters->style[letter];
    if (style == writer->line->style) {
        return;
    }
    if (writer->run_count > 0) {
        struct ark_run *last = &writer->runs[writer->run_count - 1];
        if (last->end == start && last->style == style) {
            last->end = (uint32_t)writer->len;
            return;
        }
    }
    writer->runs[writer->run_count++] =
        (struct ark_run){(uint32_t)start, (uint32_t)writer->len, style};
}

struct ark_line
ark_bidi_visual(const struct ark_line *line, enum ark_direction base, struct ark_arena *arena,
                size_t *cells)
{
    struct letters letters = {0};
    allocate(&letters, line->text.len + 1, arena);
    split(line, &letters);
    arrange(&letters, base == ARK_DIRECTION_RTL ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR);
    struct writer writer = {
        .line = line,
        .letters = &letters,
        .bytes = ark_arena_alloc(arena, line->text.len * UTF8_GROWTH + 1),
        .runs = ark_arena_calloc(arena, (size_t)letters.count + 1, sizeof *writer.runs),
    };
    for (FriBidiStrIndex i = 0; i < letters.count; i++) {
        write_letter(&writer, letters.order[i]);
    }
    ARK_ASSERT(writer.len <= line->text.len * UTF8_GROWTH);
    if (cells != NULL) {
        *cells = writer.cells;
    }
    return (struct ark_line){.text = {writer.bytes, writer.len},
                             .style = line->style,
                             .runs = writer.runs,
                             .run_count = writer.run_count,
                             .link = line->link};
}
