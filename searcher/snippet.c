#include "searcher/snippet.h"

#include "common/text/clean.h"
#include "common/text/ellipsis.h"
#include "common/text/segment.h"
#include "common/text/utf8.h"
#include "common/text/width.h"

enum {
    LEAD_WORDS = 10,     // before the match, unless a sentence begins among them ...
    SENTENCE_WORDS = 14, // ... or so many words before it: its verb is worth them
    WALK_TOKENS = 3,     // taken one by one before others are passed over
    RING = 32,           // tokens kept while looking for the match: more than SENTENCE_WORDS
    LEAD_SHARE = 2,      // the lead takes at most 1/2 of the cells
    SHORT_WORD_CELLS = 5,
    WORD_CELLS = 7,        // a word and its blank, about, in running Arabic
    TITLE_LINES = 8,       // where a repeated title may stand
    JOINED_BYTES_MAX = 64, // what is joined to a word, back to the blank
    JOINED_TOKENS_MAX = 4, // with SENTENCE_WORDS below RING
    CELL_BYTES_MAX = 8,    // a vowelled letter takes up to 6 bytes
};

/** A walk over the tokens of the body that can look back a little. */
struct cursor {
    ark_str body;
    struct ark_segmenter segmenter;
    struct ark_token ring[RING]; // the last tokens, by idx % RING
    uint64_t token_count;        // tokens taken so far
    uint64_t walk_end;           // before this one none are passed over
    uint64_t floor_token;        // the passage may not begin before this token ...
    size_t floor_byte;           // ... nor before this byte
    bool floor_cut;              // the text before the floor belongs to the same sentence
};

/** Where a passage begins. */
struct beginning {
    size_t byte;
    uint64_t token; // number of the first token at or after byte
    bool cut;       // an ellipsis goes first
};

/** The bytes of the blank at byte at, 0 when there is none: ASCII ones and the spaces of Unicode. */
static size_t
blank_at(ark_str text, size_t at)
{
    uint8_t first = text.bytes[at];
    if (first == ' ' || (first >= '\t' && first <= '\r')) {
        return 1;
    }
    if (first != 0xC2 && first != 0xE2 && first != 0xE3) {
        return 0;
    }
    uint32_t codepoint = 0;
    size_t len = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
    bool blank = codepoint == 0xA0 || (codepoint >= 0x2000 && codepoint <= 0x200A) ||
                 codepoint == 0x202F || codepoint == 0x205F || codepoint == 0x3000;
    return blank ? len : 0;
}

static size_t
skip_blanks(ark_str text, size_t at)
{
    while (at < text.len) {
        size_t len = blank_at(text, at);
        if (len == 0) {
            break;
        }
        at += len;
    }
    return at;
}

/** True when both are the same but for the length of blanks. */
static bool
equal_collapsed(ark_str a, ark_str b)
{
    size_t i = skip_blanks(a, 0);
    size_t j = skip_blanks(b, 0);
    while (i < a.len && j < b.len) {
        bool blank = blank_at(a, i) > 0;
        if (blank != (blank_at(b, j) > 0)) {
            break;
        }
        if (blank) {
            i = skip_blanks(a, i);
            j = skip_blanks(b, j);
        } else if (a.bytes[i++] != b.bytes[j++]) {
            return false;
        }
    }
    return skip_blanks(a, i) == a.len && skip_blanks(b, j) == b.len;
}

/** The byte after the line at the head of body that repeats title; 0 when none does. */
static size_t
after_title_line(ark_str title, ark_str body)
{
    ark_str rest = body;
    ark_str line;
    for (int i = 0; title.len > 0 && i < TITLE_LINES && ark_str_next_line(&rest, &line); i++) {
        if (equal_collapsed(line, title)) {
            return body.len - rest.len;
        }
    }
    return 0;
}

static struct cursor
cursor_make(ark_str body, size_t floor_byte)
{
    struct cursor cursor = {.body = body,
                            .segmenter = ark_segmenter_make(body),
                            .floor_byte = skip_blanks(body, floor_byte)};
    struct ark_token token;
    if (floor_byte == 0) {
        return cursor;
    }
    struct ark_segmenter head = ark_segmenter_make(ark_str_slice(body, 0, floor_byte));
    while (ark_segmenter_next(&head, &token)) {
        cursor.floor_token++;
    }
    return cursor;
}

/** Passes over tokens that need not be known when the one numbered target is taken. */
static void
cursor_skip(struct cursor *cursor, uint64_t target)
{
    if (cursor->token_count >= cursor->walk_end && target - cursor->token_count > RING) {
        cursor->token_count +=
            ark_segmenter_skip(&cursor->segmenter, target - cursor->token_count - RING);
        cursor->walk_end = cursor->token_count + WALK_TOKENS;
    }
}

/** Moves on until the token numbered target is taken. False when the body has fewer. */
static bool
cursor_reach(struct cursor *cursor, uint64_t target)
{
    while (cursor->token_count <= target) {
        cursor_skip(cursor, target);
        struct ark_token *slot = &cursor->ring[cursor->token_count % RING];
        if (!ark_segmenter_next(&cursor->segmenter, slot)) {
            return false;
        }
        cursor->token_count++;
    }
    return true;
}

/** Characters that end a sentence. */
static bool
ends_sentence(uint32_t codepoint)
{
    return codepoint == '.' || codepoint == '!' || codepoint == '?' || codepoint == 0x061F ||
           codepoint == 0x06D4 || codepoint == 0x2026;
}

/** Closing quotes and brackets, which belong to the sentence they close. */
static bool
closes(uint32_t codepoint)
{
    return codepoint == '"' || codepoint == ')' || codepoint == ']' || codepoint == 0xBB ||
           codepoint == 0x201D || codepoint == 0x2019 || codepoint == 0xFD3E;
}

/** One letter and a full stop are an abbreviation ("d." for doctor), not a sentence. */
static bool
is_initial(ark_str body, const struct ark_token *token)
{
    uint32_t codepoint = 0;
    return token->end - token->start <= ARK_UTF8_BYTES_MAX &&
           ark_utf8_decode(body.bytes + token->start, token->end - token->start, &codepoint) ==
               token->end - token->start;
}

/**
 * True when a sentence begins in the gap between token before and byte end;
 * *start is its first byte.
 */
static bool
sentence_in_gap(ark_str body, const struct ark_token *before, size_t end, size_t *start)
{
    bool ended = false; // a full stop was seen, no blank yet
    bool found = false;
    for (size_t at = before->end; at < end;) {
        uint32_t codepoint = 0;
        size_t len = ark_utf8_decode(body.bytes + at, end - at, &codepoint);
        bool blank = blank_at(body, at) > 0;
        if (codepoint == '\n' || (ended && blank)) {
            found = true;
            ended = false;
            *start = skip_blanks(body, at);
            at = *start > at + len ? *start : at + len;
            continue;
        }
        if (ends_sentence(codepoint)) {
            ended = ended || codepoint != '.' || !is_initial(body, before);
        } else if (!closes(codepoint)) {
            ended = false;
        }
        at += len;
    }
    return found;
}

/**
 * The start of the blank-delimited word that holds a token the cursor still
 * knows: opening marks and what is joined by a hyphen or slash belong to it.
 */
static struct beginning
word_start(const struct cursor *cursor, uint64_t token)
{
    size_t token_start = cursor->ring[token % RING].start;
    size_t at = token_start;
    while (at > cursor->floor_byte && token_start - at < JOINED_BYTES_MAX) {
        size_t before = ark_utf8_previous(cursor->body, at);
        if (before < cursor->floor_byte || blank_at(cursor->body, before) > 0) {
            break;
        }
        at = before;
    }
    uint64_t first = token;
    while (first > cursor->floor_token && token - first < JOINED_TOKENS_MAX &&
           cursor->ring[(first - 1) % RING].start >= at) {
        first--;
    }
    // Never from within a token: its number would not be known.
    if (first > cursor->floor_token && cursor->ring[(first - 1) % RING].end > at) {
        at = cursor->ring[first % RING].start;
    }
    bool cut = at > cursor->floor_byte || cursor->floor_cut;
    return (struct beginning){at, first, cut};
}

/** True when the lead from byte to the match leaves room for the match. */
static bool
lead_fits(const struct cursor *cursor, size_t byte, uint64_t match_token, uint32_t cells_max)
{
    size_t end = cursor->ring[match_token % RING].start;
    // Cheap first: no text has more cells than bytes.
    return end - byte <= cells_max / LEAD_SHARE ||
           (end - byte <= (size_t)cells_max * CELL_BYTES_MAX &&
            ark_text_cells(ark_str_slice(cursor->body, byte, end)) <= cells_max / LEAD_SHARE);
}

/** True when the token says that what follows is not so. */
static bool
is_negation(ark_str token)
{
    static const char *const words[] = {
        // lam, lan, la, laysa, laysat, ghayr, adam, dun
        "لم", "لن", "لا", "ليس", "ليست", "غير", "عدم", "دون",
    };
    struct ark_buf cleaned = ark_buf_make(SIZE_MAX);
    ark_clean_token(token, &cleaned);
    ark_str text = ark_buf_view(&cleaned);
    // and, so, with, for: joined to the word
    static const char *const before[] = {"", "\u0648", "\u0641", "\u0628", "\u0644"};
    bool found = false;
    for (size_t i = 0; i < ARK_COUNT_OF(before) && !found; i++) {
        ark_str particle = ark_str_from(before[i]);
        for (size_t k = 0; k < ARK_COUNT_OF(words) && !found; k++) {
            found =
                ark_str_starts_with(text, particle) &&
                ark_str_equal(ark_str_slice(text, particle.len, text.len), ark_str_from(words[k]));
        }
    }
    ark_buf_dispose(&cleaned);
    return found;
}

/** A passage cut right behind a negation would say the opposite: it begins with it instead. */
static struct beginning
keep_negation(const struct cursor *cursor, struct beginning beginning)
{
    if (!beginning.cut || beginning.token <= cursor->floor_token) {
        return beginning;
    }
    struct ark_token before = cursor->ring[(beginning.token - 1) % RING];
    return is_negation(ark_str_slice(cursor->body, before.start, before.end))
               ? word_start(cursor, beginning.token - 1)
               : beginning;
}

/** Where the passage begins for a first match that the cursor has just reached. */
static struct beginning
find_beginning(const struct cursor *cursor, uint64_t match_token, uint32_t cells_max)
{
    uint64_t lead = match_token - cursor->floor_token;
    struct beginning best = word_start(cursor, match_token);
    for (uint64_t words = 0; words <= SENTENCE_WORDS && words <= lead; words++) {
        uint64_t token = match_token - words;
        struct beginning here = {cursor->floor_byte, token, cursor->floor_cut};
        bool at_floor = words == lead;
        bool at_sentence =
            !at_floor && sentence_in_gap(cursor->body, &cursor->ring[(token - 1) % RING],
                                         cursor->ring[token % RING].start, &here.byte);
        if (at_sentence) {
            here.cut = false;
        } else if (!at_floor) {
            here = word_start(cursor, token);
        }
        if (!lead_fits(cursor, here.byte, match_token, cells_max)) {
            break;
        }
        if (at_sentence || at_floor) {
            return here;
        }
        best = words <= LEAD_WORDS ? here : best;
    }
    return keep_negation(cursor, best);
}

/** The text of a passage while it is written. */
struct writer {
    ark_str body;
    uint8_t *out;
    size_t len;
    size_t at; // the next byte of the body
    uint32_t cells;
};

/** A place where the passage may end. */
struct ending {
    size_t len; // of the text up to here; 0 = none
    size_t at;  // byte of the body
};

/** True when the text written so far ends a sentence (its closing quotes included). */
static bool
at_sentence_end(const struct writer *writer)
{
    ark_str text = {writer->out, writer->len};
    size_t at = text.len;
    for (int back = 0; at > 0 && back < 4; back++) {
        size_t end = at;
        at = ark_utf8_previous(text, end);
        uint32_t codepoint = 0;
        (void)ark_utf8_decode(text.bytes + at, end - at, &codepoint);
        if (ends_sentence(codepoint)) {
            return true;
        }
        if (!closes(codepoint)) {
            return false;
        }
    }
    return false;
}

/** Appends an ellipsis where a sentence is cut. */
static void
write_ellipsis(struct writer *writer)
{
    ark_str ellipsis = ARK_STR(ARK_ELLIPSIS);
    writer->len = ark_ellipsis_trim((ark_str){writer->out, writer->len}).len;
    if (at_sentence_end(writer)) {
        return;
    }
    memcpy(writer->out + writer->len, ellipsis.bytes, ellipsis.len);
    writer->len += ellipsis.len;
}

/** Takes the next character of the body; false when it no longer fits. */
static bool
write_character(struct writer *writer, uint32_t cells_max)
{
    uint32_t codepoint = 0;
    size_t len =
        ark_utf8_decode(writer->body.bytes + writer->at, writer->body.len - writer->at, &codepoint);
    unsigned width = ark_text_width(codepoint);
    // Marks have no width: a heap of them on one letter is bounded by bytes.
    if (writer->cells + width > cells_max ||
        writer->len + len > (size_t)cells_max * CELL_BYTES_MAX) {
        return false;
    }
    memcpy(writer->out + writer->len, writer->body.bytes + writer->at, len);
    writer->len += len;
    writer->at += len;
    writer->cells += width;
    return true;
}

/** The bytes of the body that a passage is about: from its first match to its last. */
struct target {
    size_t start;
    size_t end;
};

/**
 * Copies the body from the writer's place until cells_max is reached or the
 * body ends; it may end early, with a sentence, once the target is shown.
 */
static void
write_passage(struct writer *writer, uint32_t cells_max, struct target target)
{
    struct ending word = {0, 0};
    struct ending sentence = {0, 0};
    while (writer->at < writer->body.len) {
        size_t after = skip_blanks(writer->body, writer->at);
        if (after == writer->at) {
            if (!write_character(writer, cells_max - 1)) {
                break;
            }
            continue;
        }
        word = (struct ending){writer->len, writer->at};
        bool long_enough = writer->at >= target.end && writer->cells >= cells_max / 3 * 2;
        bool paragraph = memchr(writer->body.bytes + writer->at, '\n', after - writer->at) != NULL;
        // The end of a line that ends no sentence (a byline) is second best.
        if (long_enough && (at_sentence_end(writer) || (paragraph && sentence.len == 0))) {
            sentence = word;
        }
        if (after == writer->body.len || writer->cells + 1 > cells_max - 1) {
            writer->at = after;
            break;
        }
        writer->at = after;
        writer->out[writer->len++] = ' ';
        writer->cells++;
    }
    if (skip_blanks(writer->body, writer->at) == writer->body.len) {
        return;
    }
    struct ending end = sentence.len > 0 ? sentence : word;
    // A giant word is cut inside rather than left out.
    if (end.len > 0 && end.at > target.start) {
        writer->len = end.len;
        writer->at = end.at;
    }
    if (sentence.len == 0) {
        write_ellipsis(writer);
    }
}

/** Writes one passage and returns the byte of the body after it. */
static size_t
make_passage(const struct ark_snippet_source *source, const struct beginning *from,
             struct target target, uint32_t cells_max, struct ark_arena *arena,
             struct ark_snippet *out)
{
    size_t lead = from->cut ? sizeof ARK_ELLIPSIS - 1 : 0;
    struct writer writer = {
        .body = source->body,
        .out = ark_arena_alloc(arena, (size_t)cells_max * CELL_BYTES_MAX + 2 * sizeof ARK_ELLIPSIS),
        .at = from->byte,
        .cells = from->cut ? 1 : 0};
    memcpy(writer.out, ARK_ELLIPSIS, lead);
    writer.len = lead;
    write_passage(&writer, cells_max, target);
    uint64_t position = (uint64_t)source->title_tokens + ARK_FIELD_GAP + from->token;
    ark_str text = {writer.out, writer.len};
    *out = (struct ark_snippet){.start = (uint32_t)from->byte, .text = text};
    if (position <= UINT32_MAX) {
        out->spans = ark_highlight_spans(text, (uint32_t)position, &source->matches, arena);
    }
    return writer.at;
}

/** A passage that was chosen by positions alone. */
struct window {
    uint64_t first; // token of its first match
    uint64_t last;  // token where its last match begins
};

/** What choosing needs. */
struct chooser {
    const struct ark_match *matches; // those of the body
    size_t count;
    uint64_t base;          // position of the body's first token
    uint32_t words;         // how far a window reaches
    uint32_t passage_words; // that a passage may have, if they are short
    float *best;            // by query word: its greatest idf in the window that is being looked at
    uint32_t word_count;
};

/** The sum of idf over the distinct words of the window that begins with match idx. */
static double
window_weight(const struct chooser *chooser, size_t idx, uint64_t *last)
{
    uint64_t first = chooser->matches[idx].position;
    double sum = 0;
    size_t end = idx;
    for (; end < chooser->count && chooser->matches[end].position < first + chooser->words; end++) {
        const struct ark_match *match = &chooser->matches[end];
        float *best = &chooser->best[match->word];
        if (match->idf > *best) {
            sum += (double)match->idf - (double)*best;
            *best = match->idf;
        }
        *last = match->position - chooser->base;
    }
    for (size_t i = idx; i < end; i++) {
        chooser->best[chooser->matches[i].word] = 0;
    }
    return sum;
}

/** True when a passage at token first would overlap one that was chosen. */
static bool
is_taken(const struct window *windows, size_t count, uint64_t first, uint64_t passage_words)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t other = windows[i].first;
        if (first < other + passage_words && other < first + passage_words) {
            return true;
        }
    }
    return false;
}

/** The best window that is clear of the chosen ones. */
static bool
choose_window(const struct chooser *chooser, const struct window *chosen, size_t chosen_count,
              struct window *out)
{
    double greatest = -1;
    for (size_t i = 0; i < chooser->count; i++) {
        uint64_t first = chooser->matches[i].position - chooser->base;
        uint64_t last = first;
        double weight = window_weight(chooser, i, &last);
        // Sums of the same words in another order differ in the last bits.
        if (weight > greatest * (1 + 1e-6) &&
            !is_taken(chosen, chosen_count, first, chooser->passage_words)) {
            greatest = weight;
            *out = (struct window){first, last};
        }
    }
    return greatest >= 0;
}

static void
sort_windows(struct window *windows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct window moving = windows[i];
        size_t j = i;
        for (; j > 0 && windows[j - 1].first > moving.first; j--) {
            windows[j] = windows[j - 1];
        }
        windows[j] = moving;
    }
}

/** The windows to show, in the order of the text. */
static size_t
choose_windows(const struct ark_snippet_source *source, const struct ark_snippet_options *options,
               uint64_t floor_token, struct ark_arena *arena, struct window *windows)
{
    struct chooser chooser = {.base = (uint64_t)source->title_tokens + ARK_FIELD_GAP,
                              .words = options->cells_max / 2 / WORD_CELLS + 1,
                              .passage_words = options->cells_max / SHORT_WORD_CELLS};
    size_t idx = 0;
    while (idx < source->matches.count &&
           source->matches.items[idx].position < chooser.base + floor_token) {
        idx++;
    }
    chooser.matches = source->matches.items + idx;
    chooser.count = source->matches.count - idx;
    if (chooser.count == 0) {
        return 0;
    }
    for (size_t i = 0; i < chooser.count; i++) {
        uint32_t word = chooser.matches[i].word;
        chooser.word_count = word >= chooser.word_count ? word + 1 : chooser.word_count;
    }
    chooser.best = ark_arena_calloc(arena, chooser.word_count, sizeof *chooser.best);
    size_t count = 0;
    while (count < options->count && choose_window(&chooser, windows, count, &windows[count])) {
        count++;
    }
    sort_windows(windows, count);
    return count;
}

/** The beginning of the body, for a document that matches in its title alone. */
static size_t
show_beginning(const struct ark_snippet_source *source, const struct cursor *cursor,
               uint32_t cells_max, struct ark_arena *arena, struct ark_snippet *out)
{
    struct beginning from = {cursor->floor_byte, cursor->floor_token, false};
    struct target target = {from.byte, from.byte};
    if (from.byte >= source->body.len) {
        return 0;
    }
    (void)make_passage(source, &from, target, cells_max, arena, out);
    return 1;
}

/** Moves the floor behind a passage that ended at byte end. */
static void
raise_floor(struct cursor *cursor, size_t end)
{
    while (cursor->ring[(cursor->token_count - 1) % RING].start < end &&
           cursor_reach(cursor, cursor->token_count)) {
    }
    uint64_t next = cursor->token_count; // becomes the first token not shown
    while (next > cursor->floor_token && cursor->token_count - next < RING &&
           cursor->ring[(next - 1) % RING].start >= end) {
        next--;
    }
    if (cursor->token_count - next == RING) {
        end = cursor->ring[next % RING].start; // what lies before is no longer known
    } else if (next > 0 && cursor->ring[(next - 1) % RING].end > end) {
        end = cursor->ring[(next - 1) % RING].end; // a giant word was cut inside
    }
    cursor->floor_token = next;
    cursor->floor_byte = skip_blanks(cursor->body, end);
    cursor->floor_cut = true;
}

/** The passage of one window; false when it was shown already or is not in the text. */
static bool
show_window(const struct ark_snippet_source *source, struct cursor *cursor,
            const struct window *window, uint32_t cells_max, struct ark_arena *arena,
            struct ark_snippet *out)
{
    if (window->first < cursor->floor_token || !cursor_reach(cursor, window->first)) {
        return false;
    }
    struct beginning from = find_beginning(cursor, window->first, cells_max);
    struct target target = {cursor->ring[window->first % RING].start, 0};
    (void)cursor_reach(cursor, window->last);
    target.end = cursor->ring[(cursor->token_count - 1) % RING].end;
    raise_floor(cursor, make_passage(source, &from, target, cells_max, arena, out));
    return true;
}

void
ark_snippet_make(const struct ark_snippet_source *source, const struct ark_snippet_options *options,
                 struct ark_arena *arena, struct ark_snippets *out)
{
    struct window windows[ARK_SNIPPETS_MAX] = {{0, 0}};
    ARK_ASSERT(options->count <= ARK_SNIPPETS_MAX);
    ARK_ASSERT(options->cells_max >= 16);
    *out = (struct ark_snippets){NULL, 0};
    if (options->count == 0 || source->body.len == 0) {
        return;
    }
    struct cursor cursor = cursor_make(source->body, after_title_line(source->title, source->body));
    size_t window_count = choose_windows(source, options, cursor.floor_token, arena, windows);
    struct ark_snippet *items = ark_arena_calloc(arena, options->count, sizeof *items);
    size_t shown = 0;
    for (size_t i = 0; i < window_count; i++) {
        shown +=
            show_window(source, &cursor, &windows[i], options->cells_max, arena, &items[shown]);
    }
    if (shown == 0) {
        shown = show_beginning(source, &cursor, options->cells_max, arena, items);
    }
    *out = (struct ark_snippets){items, shown};
}
