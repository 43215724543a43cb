#include "searcher/phrase_window.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/codec/hot_tally.h"
#include "searcher/word_lists_impl.h"

/** What one class with windows has in the window entered. */
struct piece {
    struct ark_word_class *of;
    uint32_t entry;
    bool whole;                   /**< each of its variants matches */
    bool is_filled;               /**< the tally */
    bool is_read;                 /**< cold and positions are those of this window */
    struct ark_window_bits there; /**< documents asked for that have it */
    struct ark_hot_place place;
    struct ark_hot_tally tally;
    struct ark_cold_window cold;
    struct ark_cold_positions positions;
};

/** Numbers that grow in the arena. */
struct numbers {
    uint32_t *items;
    uint32_t count;
    uint32_t room;
};

/** A word of the phrase in the window entered. */
struct word {
    struct ark_word_lists *lists;
    uint32_t offset;      /**< from the beginning of the phrase */
    struct piece *pieces; /**< room for all classes with windows */
    uint32_t piece_count;
    const struct ark_small_posting *small; /**< of short lists in the window */
    uint32_t small_count;
    uint64_t df; /**< postings of all classes */
};

/** Positions below this, from a beginning on, are looked up at once: most documents are shorter. */
enum { MAP_POSITIONS = 1 << 13 };

struct ark_phrase_window {
    struct word *words;
    uint32_t word_count;
    struct ark_arena *arena;
    struct ark_window_bits *possible; /**< by window, or NULL */
    uint32_t window;
    struct ark_window_bits asked; /**< for which the pieces are known */
    struct ark_window_bits found; /**< those of them that may have all words */
    struct word **by_df; /**< the rarest first: its positions are joined with those of the others */
    struct numbers starts;    /**< of the phrase, by the words looked at */
    struct numbers positions; /**< of one word */
    uint16_t stamp;
    uint16_t map[MAP_POSITIONS]; /**< by position: the stamp when the word stands there */
};

struct ark_phrase_window *
ark_phrase_window_new(struct ark_word_lists *words, uint32_t word_count, uint32_t first,
                      struct ark_arena *arena)
{
    struct ark_phrase_window *out = ARK_ARENA_NEW(arena, struct ark_phrase_window);
    out->words = ark_arena_calloc(arena, word_count, sizeof *out->words);
    out->by_df = ark_arena_calloc(arena, word_count, sizeof(struct word *));
    out->word_count = word_count;
    out->arena = arena;
    out->window = UINT32_MAX;
    for (uint32_t i = 0; i < word_count; i++) {
        struct word *word = &out->words[i];
        word->lists = &words[i];
        word->offset = words[i].word->word->position - first;
        for (uint32_t k = 0; k < words[i].close_count; k++) {
            word->df += words[i].classes[k].class->df;
        }
        uint32_t at = i;
        for (; at > 0 && out->by_df[at - 1]->df > word->df; at--) {
            out->by_df[at] = out->by_df[at - 1];
        }
        out->by_df[at] = word;
    }
    return out;
}

/* Which documents have all words. */

/**
 * Adds to sets the documents that have a word; of a class that matches in part all. Where within has
 * none, they need not be there. False after damage.
 */
static bool
add_documents(struct ark_word_lists *lists, const struct ark_window_bits *within,
              struct ark_window_bits *sets)
{
    for (uint32_t i = 0; i < lists->close_count; i++) {
        struct ark_word_class *of = &lists->classes[i];
        if (!ark_word_class_open(lists, of)) {
            return false;
        }
        if (of->hot->kind == ARK_HOT_SMALL) {
            if (!ark_word_class_decode(lists, of)) {
                return false;
            }
            for (uint32_t k = 0; k < of->hot->df; k++) {
                ark_bits_add(&sets[of->docs[k] / ARK_WINDOW], of->docs[k] % ARK_WINDOW);
            }
            continue;
        }
        uint32_t *windows = ark_arena_alloc(lists->scratch, of->hot->entry_count * sizeof *windows);
        if (!ark_hot_windows(of->hot, windows) ||
            !ark_hot_add_presence(of->hot, windows, within == NULL ? NULL : &within->bits,
                                  &sets->bits)) {
            return ark_word_fail_damaged(lists);
        }
    }
    return true;
}

bool
ark_phrase_window_prepare(struct ark_phrase_window *phrase, uint32_t window_count)
{
    if (phrase->possible != NULL) {
        return true;
    }
    struct ark_window_bits *all = ark_arena_calloc(phrase->arena, window_count, sizeof *all);
    struct ark_window_bits *word = ark_arena_alloc(phrase->arena, window_count * sizeof *word);
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        struct ark_window_bits *to = i == 0 ? all : word;
        memset(to, 0, window_count * sizeof *to);
        if (!add_documents(phrase->by_df[i]->lists, i == 0 ? NULL : all, to)) {
            return false;
        }
        for (uint32_t window = 0; window < window_count && i > 0; window++) {
            all[window] = ark_bits_and(all[window], word[window]);
        }
    }
    phrase->possible = all;
    return true;
}

bool
ark_phrase_window_possible(const struct ark_phrase_window *phrase, uint32_t window)
{
    return phrase->possible == NULL || !ark_bits_none(&phrase->possible[window]);
}

/** Looks at a class with windows; adds a piece if documents of the set have it. False after damage. */
static bool
add_piece(struct word *word, struct ark_word_class *of, uint32_t window,
          const struct ark_window_bits *set)
{
    struct piece *piece = &word->pieces[word->piece_count];
    uint32_t entry = ark_word_class_entry(word->lists, of, window);
    if (entry == ARK_HOT_NO_ENTRY) {
        return true;
    }
    if (!ark_hot_find_window(of->hot, entry, window, &piece->place) ||
        !ark_hot_tally_open(&piece->tally, &piece->place)) {
        return ark_word_fail_damaged(word->lists);
    }
    memcpy(&piece->there, piece->tally.bits, sizeof piece->there);
    piece->there = ark_bits_and(piece->there, *set);
    piece->whole = (of->every & ARK_LEVELS_CLOSE) != 0;
    if (!ark_bits_none(&piece->there)) {
        piece->of = of;
        piece->entry = entry;
        piece->is_filled = false;
        piece->is_read = false;
        word->piece_count++;
    }
    return true;
}

/** Those documents of the set that have a word, whose pieces are noted. None after damage. */
static struct ark_window_bits
enter_word(struct word *word, uint32_t window, const struct ark_window_bits *set,
           struct ark_arena *arena)
{
    const struct ark_class_group *close = &word->lists->close;
    struct ark_window_bits found = {{0}};
    if (!ark_word_open_close(word->lists, &(struct ark_word_asked){1, &window, set})) {
        return found;
    }
    if (word->pieces == NULL && close->large_count > 0) {
        word->pieces = ark_arena_alloc(arena, close->large_count * sizeof *word->pieces);
    }
    word->piece_count = 0;
    for (uint32_t i = 0; i < close->large_count; i++) {
        if (!add_piece(word, close->large[i], window, set)) {
            return (struct ark_window_bits){{0}};
        }
    }
    for (uint32_t i = 0; i < word->piece_count; i++) {
        found = ark_bits_or(found, word->pieces[i].there);
    }
    word->small = ark_word_small_in(close, window, &word->small_count);
    for (uint32_t i = 0; i < word->small_count; i++) {
        ark_bits_add(&found, word->small[i].doc % ARK_WINDOW);
    }
    return ark_bits_and(found, *set);
}

struct ark_window_bits
ark_phrase_window_enter(struct ark_phrase_window *phrase, uint32_t window,
                        const struct ark_window_bits *set)
{
    struct ark_window_bits new = *set;
    if (phrase->window == window) {
        new = ark_bits_without(*set, phrase->asked);
    }
    if (phrase->window != window || !ark_bits_none(&new)) {
        struct ark_window_bits left = *set;
        if (phrase->possible != NULL) {
            left = ark_bits_and(left, phrase->possible[window]);
        }
        for (uint32_t i = 0; i < phrase->word_count && !ark_bits_none(&left); i++) {
            left = enter_word(&phrase->words[i], window, &left, phrase->arena);
        }
        phrase->window = window;
        phrase->asked = *set;
        phrase->found = left;
    }
    return ark_bits_and(phrase->found, *set);
}

/* How often. */

/** Makes sure of a piece's tally. False after damage. */
static bool
fill(struct word *word, struct piece *piece)
{
    if (!piece->is_filled && !ark_hot_tally_fill(&piece->tally, &piece->place)) {
        return ark_word_fail_damaged(word->lists);
    }
    piece->is_filled = true;
    return true;
}

/** Adds to limits how often the documents of the set have a word. False after damage. */
static bool
add_limits(struct word *word, const struct ark_window_bits *set, uint32_t *limits)
{
    for (uint32_t i = 0; i < word->piece_count; i++) {
        struct piece *piece = &word->pieces[i];
        struct ark_window_bits here = ark_bits_and(piece->there, *set);
        if (!ark_bits_none(&here) && !fill(word, piece)) {
            return false;
        }
        for (uint32_t local = ark_bits_next(&here, 0); local < ARK_WINDOW;
             local = ark_bits_next(&here, local + 1)) {
            ark_tf_add(&limits[local], piece->tally.tfs[ark_hot_tally_idx(&piece->tally, local)]);
        }
    }
    for (uint32_t i = 0; i < word->small_count; i++) {
        ark_tf_add(&limits[word->small[i].doc % ARK_WINDOW], word->small[i].tf);
    }
    return true;
}

/** The piece that alone has the documents of a set, all of which have the word; NULL when several do. */
static struct piece *
only_piece(const struct word *word, const struct ark_window_bits *set)
{
    struct piece *only = NULL;
    for (uint32_t i = 0; i < word->piece_count; i++) {
        struct ark_window_bits here = ark_bits_and(word->pieces[i].there, *set);
        if (!ark_bits_none(&here) && only != NULL) {
            return NULL;
        }
        only = ark_bits_none(&here) ? only : &word->pieces[i];
    }
    return word->small_count == 0 ? only : NULL;
}

/** Lowers limits to how often the documents of the set have a word. False after damage. */
static bool
lower_limits(struct word *word, const struct ark_window_bits *set, uint32_t *limits)
{
    struct piece *only = only_piece(word, set);
    uint32_t sums[ARK_WINDOW];
    if (only == NULL) {
        memset(sums, 0, sizeof sums);
    }
    if (only == NULL ? !add_limits(word, set, sums) : !fill(word, only)) {
        return false;
    }
    for (uint32_t local = ark_bits_next(set, 0); local < ARK_WINDOW;
         local = ark_bits_next(set, local + 1)) {
        uint32_t tf =
            only == NULL ? sums[local] : only->tally.tfs[ark_hot_tally_idx(&only->tally, local)];
        limits[local] = tf < limits[local] ? tf : limits[local];
    }
    return true;
}

bool
ark_phrase_window_limits(struct ark_phrase_window *phrase, const struct ark_window_bits *set,
                         uint32_t *limits)
{
    memset(limits, UINT8_MAX, ARK_WINDOW * sizeof *limits);
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        if (!lower_limits(&phrase->words[i], set, limits)) {
            return false;
        }
    }
    return true;
}

/** Makes room for more numbers, and for what a reader writes behind them. */
static uint32_t *
make_room(struct numbers *numbers, uint32_t more, struct ark_arena *arena)
{
    size_t needed = (size_t)numbers->count + more + ARK_COLD_ROOM;
    if (needed > numbers->room) {
        size_t room = needed < 512 ? 1024 : 2 * needed;
        ARK_ASSERT(room <= UINT32_MAX);
        uint32_t *items = ark_arena_alloc(arena, room * sizeof *items);
        if (numbers->count > 0) {
            memcpy(items, numbers->items, numbers->count * sizeof *items);
        }
        numbers->items = items;
        numbers->room = (uint32_t)room;
    }
    return numbers->items + numbers->count;
}

/** Adds the positions of the variants of a posting that match. */
static void
add_matching(const struct ark_word_class *of, const struct ark_cold_posting *posting,
             struct numbers *out, struct ark_arena *arena)
{
    const uint32_t *positions = posting->positions;
    for (uint32_t i = 0; i < posting->entry_count; i++) {
        const struct ark_cold_entry *entry = &posting->entries[i];
        if ((of->variant_levels[entry->code] & ARK_LEVELS_CLOSE) != 0) {
            memcpy(make_room(out, entry->tf, arena), positions, entry->tf * sizeof *positions);
            out->count += entry->tf;
        }
        positions += entry->tf;
    }
}

/** A document of a class in a cold window. */
struct cold_document {
    const struct ark_word_class *of;
    const struct ark_cold_window *cold;
    struct ark_cold_positions *positions; /**< of the window, not behind the document's */
    struct ark_cold_place place;
};

/** Adds the positions of a document's variants that match. False after damage. */
static bool
read_document(struct ark_word_lists *lists, const struct cold_document *document,
              struct numbers *out, struct ark_arena *arena)
{
    const struct ark_word_class *of = document->of;
    uint32_t tf = document->place.tf;
    bool matches = (of->every & ARK_LEVELS_CLOSE) != 0;
    if (!matches) {
        unsigned code = ark_cold_code_at(document->cold, document->place.rank);
        struct ark_cold_posting posting;
        if (code >= ARK_COLD_LONG) {
            bool sound = ark_cold_window_postings(document->cold, &document->place, 1,
                                                  lists->scratch, &posting);
            if (sound) {
                add_matching(of, &posting, out, arena);
            }
            return sound || ark_word_fail_damaged(lists);
        }
        if (code >= of->class->variant_count ||
            (of->variant_levels[code] & ARK_LEVELS_CLOSE) == 0) {
            return true;
        }
    }
    if (!ark_cold_positions_fit(document->positions, tf) ||
        !ark_cold_positions_read(document->positions, document->place.before, tf,
                                 make_room(out, tf, arena))) {
        return ark_word_fail_damaged(lists);
    }
    out->count += tf;
    return true;
}

/** Adds the positions of a class with windows in a document that has it. False after damage. */
static bool
read_piece(struct word *word, struct piece *piece, uint32_t local, struct numbers *out,
           struct ark_arena *arena)
{
    struct ark_word_lists *lists = word->lists;
    if (!piece->is_read) {
        if (!fill(word, piece)) {
            return false;
        }
        enum ark_status status =
            ark_word_cold(lists, piece->of, piece->entry, piece->tally.documents, &piece->cold);
        if (status != ARK_OK) {
            return ark_word_fail(lists, status);
        }
        piece->positions = ark_cold_positions_of(&piece->cold);
        piece->is_read = true;
    }
    uint32_t idx = ark_hot_tally_idx(&piece->tally, local);
    const struct cold_document document = {
        .of = piece->of,
        .cold = &piece->cold,
        .positions = &piece->positions,
        .place = {piece->tally.by_local && !piece->whole ? ark_hot_tally_rank(&piece->tally, local)
                                                         : idx,
                  piece->tally.tfs[idx], piece->tally.before[idx]},
    };
    return read_document(lists, &document, out, arena);
}

/** Adds the positions of a posting of a SMALL class. False after damage. */
static bool
read_small(struct word *word, const struct ark_small_posting *small, struct numbers *out,
           struct ark_arena *arena)
{
    struct ark_word_lists *lists = word->lists;
    struct ark_word_class *of = &lists->classes[small->class_idx];
    const struct ark_cold_window *cold = ark_word_small_cold(lists, of);
    if (cold == NULL) {
        return false;
    }
    struct ark_cold_positions positions = ark_cold_positions_of(cold);
    const struct cold_document document = {
        of, cold, &positions, {small->rank, small->tf, small->before}};
    return read_document(lists, &document, out, arena);
}

/** Adds the positions of a word in the document at hand. False after damage. */
static bool
read_word(struct word *word, uint32_t local, struct numbers *out, struct ark_arena *arena)
{
    for (uint32_t i = 0; i < word->piece_count; i++) {
        struct piece *piece = &word->pieces[i];
        if (ark_bits_has(&piece->there, local) && !read_piece(word, piece, local, out, arena)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < word->small_count; i++) {
        const struct ark_small_posting *small = &word->small[i];
        if (small->doc % ARK_WINDOW == local && !read_small(word, small, out, arena)) {
            return false;
        }
    }
    return true;
}

/** The next stamp, which is nowhere in the map. */
static uint16_t
next_stamp(struct ark_phrase_window *phrase)
{
    if (phrase->stamp == UINT16_MAX) {
        memset(phrase->map, 0, sizeof phrase->map);
        phrase->stamp = 0;
    }
    return ++phrase->stamp;
}

/** Marks the positions in the map, from a start on. */
static void
mark_positions(struct ark_phrase_window *phrase, uint32_t offset, uint32_t from, uint16_t stamp)
{
    const uint32_t *positions = phrase->positions.items;
    for (uint32_t i = 0; i < phrase->positions.count; i++) {
        uint32_t at = positions[i] - offset - from; // what lies before wraps around
        if (at < MAP_POSITIONS) {
            phrase->map[at] = stamp;
        }
    }
}

/** keep_followed in a document longer than the map: piece by piece. */
static void
keep_by_pieces(struct ark_phrase_window *phrase, uint32_t offset, uint32_t last)
{
    struct numbers *starts = &phrase->starts;
    uint32_t kept = 0;
    for (uint64_t first = 0; first <= last; first += MAP_POSITIONS) {
        uint32_t from = (uint32_t)first;
        uint16_t stamp = next_stamp(phrase);
        mark_positions(phrase, offset, from, stamp);
        // Those kept stand in front; others give way to them.
        for (uint32_t i = kept; i < starts->count; i++) {
            uint32_t start = starts->items[i];
            if (start - from < MAP_POSITIONS && phrase->map[start - from] == stamp) {
                starts->items[i] = starts->items[kept];
                starts->items[kept++] = start;
            }
        }
    }
    starts->count = kept;
}

/**
 * Keeps those starts, in any order, that have one of the positions at the offset. By a map of
 * positions: nothing branches on what is found, which nobody could foresee in a merge.
 */
static void
keep_followed(struct ark_phrase_window *phrase, uint32_t offset)
{
    struct numbers *starts = &phrase->starts;
    uint32_t last = 0;
    for (uint32_t i = 0; i < starts->count; i++) {
        last = starts->items[i] > last ? starts->items[i] : last;
    }
    if (ARK_UNLIKELY(last >= MAP_POSITIONS)) {
        keep_by_pieces(phrase, offset, last);
        return;
    }
    uint16_t stamp = next_stamp(phrase);
    uint32_t kept = 0;
    mark_positions(phrase, offset, 0, stamp);
    for (uint32_t i = 0; i < starts->count; i++) {
        uint32_t start = starts->items[i];
        starts->items[kept] = start;
        kept += phrase->map[start] == stamp ? 1 : 0;
    }
    starts->count = kept;
}

/** Counts in one document that has all words. False after damage. */
static bool
count_document(struct ark_phrase_window *phrase, uint32_t local, uint32_t *count)
{
    struct word *rarest = phrase->by_df[0];
    struct numbers *starts = &phrase->starts;
    uint32_t offset = rarest->offset;
    uint32_t kept = 0;
    starts->count = 0;
    if (!read_word(rarest, local, starts, phrase->arena)) {
        return false;
    }
    for (uint32_t i = 0; i < starts->count; i++) {
        if (starts->items[i] >= offset) {
            starts->items[kept++] = starts->items[i] - offset;
        }
    }
    starts->count = kept;
    for (uint32_t i = 1; i < phrase->word_count && starts->count > 0; i++) {
        struct word *word = phrase->by_df[i];
        phrase->positions.count = 0;
        if (!read_word(word, local, &phrase->positions, phrase->arena)) {
            return false;
        }
        keep_followed(phrase, word->offset);
    }
    *count = starts->count;
    return true;
}

/** Goes back to before the first document: positions are read forwards. */
static void
go_back(const struct ark_phrase_window *phrase)
{
    for (uint32_t i = 0; i < phrase->word_count; i++) {
        const struct word *word = &phrase->words[i];
        for (uint32_t k = 0; k < word->piece_count; k++) {
            word->pieces[k].is_read = false;
        }
    }
}

static int
compare_positions(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return (*a > *b) - (*a < *b);
}

const uint32_t *
ark_phrase_window_starts(struct ark_phrase_window *phrase, uint32_t window, uint32_t local,
                         uint32_t *count)
{
    struct ark_window_bits one = {{0}};
    *count = 0;
    ark_bits_add(&one, local);
    one = ark_phrase_window_enter(phrase, window, &one);
    go_back(phrase);
    if (ark_bits_none(&one) || !count_document(phrase, local, count) || *count == 0) {
        return NULL;
    }
    qsort(phrase->starts.items, *count, sizeof *phrase->starts.items, compare_positions);
    return phrase->starts.items;
}

bool
ark_phrase_window_count(struct ark_phrase_window *phrase, const struct ark_window_bits *set,
                        uint32_t *counts)
{
    go_back(phrase);
    for (uint32_t i = ark_bits_next(set, 0); i < ARK_WINDOW; i = ark_bits_next(set, i + 1)) {
        if (!count_document(phrase, i, &counts[i])) {
            return false;
        }
    }
    return true;
}
