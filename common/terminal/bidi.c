#include "common/terminal/bidi.h"

#include <fribidi.h>

#include "common/text/utf8.h"

enum {
    ZERO_WIDTH_NON_JOINER = 0x200C,
    ZERO_WIDTH_JOINER = 0x200D,
    LTR_ISOLATE = 0x2066,
    RTL_ISOLATE = 0x2067,
    FIRST_STRONG_ISOLATE = 0x2068,
    POP_DIRECTIONAL_ISOLATE = 0x2069,
    EXTENSION_BYTES_MAX = 6,
    LAM_ALEF_FIRST = 0xFEF5,
    LAM_ALEF_LAST = 0xFEFC,
    UTF8_GROWTH = 3, // a shape takes three bytes, a letter two; a byte never becomes more
};

/**
 * A line as letters with their marks, and those of its paragraph around it,
 * which take part in the levels only. Arrays have count elements.
 */
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
    FriBidiStrIndex first; // of the line
    FriBidiStrIndex end;   // the one after its last
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

/** True for a character that belongs to the letter before it: what has no width and is no joiner. */
static bool
is_mark(uint32_t codepoint)
{
    return ark_text_width(codepoint) == 0 && !is_joiner(codepoint);
}

/** Adds letters of the paragraph that are not in the line; they stand at byte at. */
static void
add_context(ark_str text, uint32_t at, struct letters *letters)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t codepoint = 0;
        i += ark_utf8_decode(text.bytes + i, text.len - i, &codepoint);
        if (letters->count == letters->first || !is_mark(codepoint)) {
            letters->shape[letters->count] = codepoint;
            letters->start[letters->count] = at;
            letters->marks[letters->count] = at;
            letters->order[letters->count] = letters->count;
            letters->count++;
        }
    }
}

/** Adds a letter of len bytes, or, len being 0, a control that is not written. */
static void
add_letter(struct letters *letters, uint32_t codepoint, size_t at, size_t len, enum ark_style style)
{
    FriBidiStrIndex count = letters->count++;
    letters->shape[count] = codepoint;
    letters->start[count] = (uint32_t)at;
    letters->marks[count] = (uint32_t)(at + len);
    letters->style[count] = style;
    letters->order[count] = count;
}

/**
 * Where a line is in a path. Paths are isolated from what stands around them, and
 * the names in them from each other, as UAX #9 advises (section 4.3, HL4): a path
 * goes by its first letter, and so does each name, whose brackets stay with it.
 * An extension behind a right-to-left letter is no part of the name: it stands
 * where the path goes on.
 */
struct isolation {
    bool in_path;
    bool in_name;
    bool in_extension;
    enum ark_direction last; // of the letters of the name so far
};

/** True when rest begins with the extension of a name: a full stop and up to five ASCII letters. */
static bool
is_extension(ark_str rest)
{
    size_t len = 1;
    while (len < rest.len && ((rest.bytes[len] | 0x20) >= 'a' && (rest.bytes[len] | 0x20) <= 'z')) {
        len++;
    }
    bool ends = len == rest.len || rest.bytes[len] == '/' || rest.bytes[len] == '#';
    return rest.bytes[0] == '.' && len >= 2 && len <= EXTENSION_BYTES_MAX && ends;
}

/** Ends the isolates that stand open at byte at. */
static void
end_path(struct isolation *isolation, size_t at, enum ark_style style, struct letters *letters)
{
    if (isolation->in_name) {
        add_letter(letters, POP_DIRECTIONAL_ISOLATE, at, 0, style);
    }
    if (isolation->in_path) {
        add_letter(letters, POP_DIRECTIONAL_ISOLATE, at, 0, style);
    }
    *isolation = (struct isolation){.in_path = false};
}

/** Begins and ends isolates at byte at, where rest of a path begins. */
static void
go_on_in_path(struct isolation *isolation, ark_str rest, size_t at, struct letters *letters)
{
    bool turned = isolation->last == ARK_DIRECTION_RTL;
    bool part = rest.bytes[0] == '#' && (turned || isolation->in_extension);
    bool separates = rest.bytes[0] == '/' || part;
    bool in_extension = !separates && (isolation->in_extension || (turned && is_extension(rest)));
    bool in_name = !separates && !in_extension;
    if (!isolation->in_path) {
        bool rtl = ark_text_base_direction(rest) == ARK_DIRECTION_RTL;
        add_letter(letters, rtl ? RTL_ISOLATE : LTR_ISOLATE, at, 0, ARK_STYLE_PATH);
    }
    if (in_name != isolation->in_name) {
        uint32_t control = in_name ? FIRST_STRONG_ISOLATE : POP_DIRECTIONAL_ISOLATE;
        add_letter(letters, control, at, 0, ARK_STYLE_PATH);
    }
    uint32_t codepoint = 0;
    (void)ark_utf8_decode(rest.bytes, rest.len, &codepoint);
    enum ark_direction here = ark_text_direction(codepoint);
    enum ark_direction last = here == ARK_DIRECTION_NONE ? isolation->last : here;
    *isolation =
        (struct isolation){true, in_name, in_extension, separates ? ARK_DIRECTION_NONE : last};
}

/** Cuts the line into letters, each with the marks behind it. */
static void
add_line(const struct ark_line *line, struct letters *letters)
{
    struct isolation isolation = {.in_path = false};
    size_t next_run = 0;
    for (size_t at = 0; at < line->text.len;) {
        uint32_t codepoint = 0;
        size_t here = at;
        at += ark_utf8_decode(line->text.bytes + at, line->text.len - at, &codepoint);
        if (letters->count > letters->first && is_mark(codepoint)) {
            continue;
        }
        for (; next_run < line->run_count && line->runs[next_run].end <= here; next_run++) {
            end_path(&isolation, here, line->style, letters);
        }
        const struct ark_run *run = next_run < line->run_count ? &line->runs[next_run] : NULL;
        bool in_run = run != NULL && run->start <= here;
        if (in_run && run->style == ARK_STYLE_PATH) {
            go_on_in_path(&isolation, ark_str_slice(line->text, here, run->end), here, letters);
        }
        add_letter(letters, codepoint, here, at - here, in_run ? run->style : line->style);
    }
    letters->start[letters->count] = (uint32_t)line->text.len;
}

/** The line and what stands around it as letters. */
static void
split(const struct ark_line *line, struct letters *letters, struct ark_arena *arena)
{
    size_t isolates = 4 * line->run_count; // and two at each end of a name
    for (size_t i = 0; i < line->text.len && line->run_count > 0; i++) {
        isolates += memchr("/#.", line->text.bytes[i], 3) != NULL ? 2 : 0;
    }
    allocate(letters, line->before.len + line->text.len + line->after.len + isolates + 2, arena);
    add_context(line->before, 0, letters);
    letters->first = letters->count;
    add_line(line, letters);
    letters->end = letters->count;
    add_context(line->after, (uint32_t)line->text.len, letters);
}

/** Levels of the letters, and their order from the left. */
static void
resolve(struct letters *letters, FriBidiParType *base)
{
    fribidi_get_bidi_types(letters->shape, letters->count, letters->types);
    fribidi_get_bracket_types(letters->shape, letters->count, letters->types, letters->brackets);
    FriBidiLevel most = fribidi_get_par_embedding_levels_ex(letters->types, letters->brackets,
                                                            letters->count, base, letters->levels);
    // FriBidi fails only when out of memory, and then the order stays logical.
    if (most > 0) {
        most = fribidi_reorder_line(0, letters->types, letters->end - letters->first,
                                    letters->first, *base, letters->levels, NULL, letters->order);
    }
    (void)most;
}

/** Order, and the letters in the shapes that they have in it. */
static void
arrange(struct letters *letters, FriBidiParType base, FriBidiFlags shapes)
{
    FriBidiStrIndex first = letters->first;
    FriBidiStrIndex count = letters->end - first;
    resolve(letters, &base);
    // A word broken between two lines is joined on each by itself.
    if (shapes & FRIBIDI_FLAGS_ARABIC) {
        fribidi_get_joining_types(letters->shape + first, count, letters->joining);
        fribidi_join_arabic(letters->types + first, count, letters->levels + first,
                            letters->joining);
    }
    fribidi_shape(shapes, letters->levels + first, count, letters->joining, letters->shape + first);
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
    bool shapes; // joiners and ligatures have done their work, and are not written
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
    } while (writer->shapes && letter < letters->end && is_joiner(letters->shape[letter]));
}

/** Writes one letter in its shape with its marks, and its style. */
static void
write_letter(struct writer *writer, FriBidiStrIndex letter)
{
    const struct letters *letters = writer->letters;
    uint32_t shape = letters->shape[letter];
    size_t start = writer->len;
    // A lam that became part of the ligature behind it leaves its marks to that.
    bool joined = is_joiner(shape) && writer->shapes;
    bool isolate = shape >= LTR_ISOLATE && shape <= POP_DIRECTIONAL_ISOLATE;
    if (shape == FRIBIDI_CHAR_FILL || isolate || (joined && letter > letters->first)) {
        return;
    }
    if (!joined) {
        writer->len += ark_utf8_encode(shape, writer->bytes + writer->len);
        writer->cells += ark_text_width(shape);
    }
    if (shape >= LAM_ALEF_FIRST && shape <= LAM_ALEF_LAST && letter > letters->first &&
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

/** Cuts, arranges and gets ready to write a line. */
static struct writer
begin(const struct ark_line *line, enum ark_direction base, FriBidiFlags shapes,
      struct letters *letters, struct ark_arena *arena)
{
    split(line, letters, arena);
    arrange(letters, base == ARK_DIRECTION_RTL ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR, shapes);
    return (struct writer){
        .line = line,
        .letters = letters,
        .bytes = ark_arena_alloc(arena, line->text.len * UTF8_GROWTH + 1),
        .runs = ark_arena_calloc(arena, (size_t)letters->count + 1, sizeof(struct ark_run)),
        .shapes = (shapes & FRIBIDI_FLAGS_ARABIC) != 0,
    };
}

static struct ark_line
end(const struct writer *writer, size_t *cells)
{
    ARK_ASSERT(writer->len <= writer->line->text.len * UTF8_GROWTH);
    if (cells != NULL) {
        *cells = writer->cells;
    }
    return (struct ark_line){.text = {writer->bytes, writer->len},
                             .style = writer->line->style,
                             .runs = writer->runs,
                             .run_count = writer->run_count,
                             .link = writer->line->link};
}

struct ark_line
ark_bidi_visual(const struct ark_line *line, enum ark_direction base, struct ark_arena *arena,
                size_t *cells)
{
    struct letters letters = {0};
    struct writer writer =
        begin(line, base, FRIBIDI_FLAG_SHAPE_MIRRORING | FRIBIDI_FLAGS_ARABIC, &letters, arena);
    for (FriBidiStrIndex i = letters.first; i < letters.end; i++) {
        write_letter(&writer, letters.order[i]);
    }
    return end(&writer, cells);
}

/** True for characters that stand in one font with right-to-left letters: those of their blocks. */
static bool
is_of_rtl_script(uint32_t codepoint)
{
    return (codepoint >= 0x0590 && codepoint <= 0x08FF) || is_joiner(codepoint) ||
           (codepoint >= 0xFB1D && codepoint <= 0xFDFF) ||
           (codepoint >= 0xFE70 && codepoint <= 0xFEFC) ||
           (codepoint >= 0x10800 && codepoint <= 0x10FFF) ||
           (codepoint >= 0x1E800 && codepoint <= 0x1EFFF);
}

/** A line in whole words. */
struct words {
    struct writer *writer;
    struct letters *letters; // the writer's
    const struct ark_terminal *terminal;
    uint32_t *written; // the letters before brackets were mirrored
};

/**
 * True for a character that makes the terminal lay its run from the right: one
 * whose script is written that way, digits of it included, but none that Unicode
 * calls common to several scripts, nor a mark.
 */
static bool
turns_its_run(const struct words *words, FriBidiStrIndex place)
{
    uint32_t c = words->written[words->letters->order[place]];
    bool common = c == 0x060C || c == 0x061B || c == 0x061F || c == 0x0640 || c == 0x06DD;
    return is_of_rtl_script(c) && !common && !is_joiner(c) && ark_text_width(c) > 0;
}

/** True when the terminal draws both with one font. */
static bool
is_same_font(const struct words *words, FriBidiStrIndex a, FriBidiStrIndex b)
{
    const struct letters *letters = words->letters;
    FriBidiStrIndex one = letters->order[a];
    FriBidiStrIndex two = letters->order[b];
    return is_of_rtl_script(words->written[one]) == is_of_rtl_script(words->written[two]) &&
           ark_style_is_bold(words->terminal, letters->style[one]) ==
               ark_style_is_bold(words->terminal, letters->style[two]);
}

/** Writes the places [from, to), which are drawn with one font. */
static void
write_run_of_font(struct words *words, FriBidiStrIndex from, FriBidiStrIndex to)
{
    struct letters *letters = words->letters;
    bool turns = false;
    for (FriBidiStrIndex i = from; i < to; i++) {
        turns = turns || turns_its_run(words, i);
    }
    bool rtl_script = is_of_rtl_script(words->written[letters->order[from]]);
    for (FriBidiStrIndex i = 0; i < to - from; i++) {
        FriBidiStrIndex letter = letters->order[turns ? to - 1 - i : from + i];
        if (turns) {
            letters->shape[letter] = words->written[letter]; // the terminal mirrors, too
        } else if (!rtl_script && words->terminal->styled) {
            letters->style[letter] |= ARK_STYLE_OTHER_WEIGHT;
        }
        write_letter(words->writer, letter);
    }
}

/** Writes the places [from, to), which stand between blanks. */
static void
write_word(struct words *words, FriBidiStrIndex from, FriBidiStrIndex to)
{
    bool turns = false;
    for (FriBidiStrIndex i = from; i < to; i++) {
        turns = turns || turns_its_run(words, i);
    }
    if (!turns) {
        for (FriBidiStrIndex i = from; i < to; i++) {
            write_letter(words->writer, words->letters->order[i]);
        }
        return;
    }
    for (FriBidiStrIndex next = from; from < to; from = next) {
        while (next < to && is_same_font(words, from, next)) {
            next++;
        }
        write_run_of_font(words, from, next);
    }
}

struct ark_line
ark_bidi_words(const struct ark_line *line, enum ark_direction base,
               const struct ark_terminal *terminal, struct ark_arena *arena, size_t *cells)
{
    struct letters letters = {0};
    struct letters unshaped = {0};
    split(line, &unshaped, arena);
    struct writer writer = begin(line, base, FRIBIDI_FLAG_SHAPE_MIRRORING, &letters, arena);
    struct words words = {
        .writer = &writer, .letters = &letters, .terminal = terminal, .written = unshaped.shape};
    FriBidiStrIndex from = letters.first;
    for (FriBidiStrIndex i = from; i <= letters.end; i++) {
        if (i == letters.end || letters.shape[letters.order[i]] == ' ') {
            write_word(&words, from, i);
            if (i < letters.end) {
                write_letter(&writer, letters.order[i]);
            }
            from = i + 1;
        }
    }
    return end(&writer, cells);
}

void
ark_bidi_resolve(const uint32_t *text, size_t count, enum ark_direction *base, int8_t *levels,
                 size_t *order, struct ark_arena *arena)
{
    static const FriBidiParType types[] = {[ARK_DIRECTION_NONE] = FRIBIDI_PAR_ON,
                                           [ARK_DIRECTION_LTR] = FRIBIDI_PAR_LTR,
                                           [ARK_DIRECTION_RTL] = FRIBIDI_PAR_RTL};
    struct letters letters = {.count = (FriBidiStrIndex)count, .end = (FriBidiStrIndex)count};
    FriBidiParType type = types[*base];
    allocate(&letters, count + 1, arena);
    for (size_t i = 0; i < count; i++) {
        letters.shape[i] = text[i];
        letters.order[i] = (FriBidiStrIndex)i;
    }
    resolve(&letters, &type);
    for (size_t i = 0; i < count; i++) {
        levels[i] = letters.levels[i];
        order[i] = (size_t)letters.order[i];
    }
    *base = FRIBIDI_IS_RTL(type) ? ARK_DIRECTION_RTL : ARK_DIRECTION_LTR;
}
