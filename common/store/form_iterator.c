#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/form_blocks.h"
#include "common/store/segment_impl.h"

/** The block that was entered. */
struct form_block {
    uint64_t number;
    uint32_t count;         /**< of its forms */
    uint32_t next;          /**< the form that is read next */
    bool wide;              /**< lengths */
    const uint8_t *lengths; /**< of the next form */
    const uint8_t *text;    /**< likewise */
    const uint8_t *end;     /**< of the block */
    const uint8_t *dfs;     /**< NULL until a df was asked for */
    const uint8_t *df_long; /**< the next varint */
    uint32_t df_next;       /**< the form whose df is next */
};

struct ark_form_iterator {
    struct ark_segment *segment;
    struct ark_block_index index;
    struct ark_stream *blocks;
    struct ark_arena arena;
    struct form_block block;
    uint64_t next_block;
    struct ark_compact text; /**< of the form that was read last */
    uint8_t expanded[2 * ARK_COMPACT_BYTES_MAX];
    struct ark_form form;
    bool follows; /**< text comes before the next form, so that must be greater */
    bool pending; /**< text was read by a seek and not given yet */
    /* Of ark_form_iterator_next_wanted: */
    uint32_t depth;                           /**< characters of text that were said yes to */
    uint16_t ends[ARK_COMPACT_BYTES_MAX + 1]; /**< by depth: where they end */
    size_t dead; /**< no form that begins with so much of text is wanted; 0: none is known */
    /** With dead: the next form that may be wanted is not less than this. */
    struct ark_compact target;
    size_t target_at; /**< it is text up to here, and then differs */
    bool ended;       /**< no more are wanted */
};

struct ark_form_iterator *
ark_form_iterator_new(struct ark_segment *segment)
{
    struct ark_form_iterator *iterator = ark_xcalloc(1, sizeof *iterator);
    uint64_t forms = segment->info.form_count;
    iterator->segment = segment;
    iterator->arena = ark_arena_make();
    iterator->blocks = &segment->streams[ARK_STREAM_FORMS];
    iterator->index = (struct ark_block_index){
        .stream = &segment->streams[ARK_STREAM_FORM_INDEX],
        .block_count = (forms + ARK_FORMS_BLOCK - 1) / ARK_FORMS_BLOCK,
        .blocks_bytes = iterator->blocks->bytes,
        .arena = &iterator->arena,
    };
    return iterator;
}

void
ark_form_iterator_free(struct ark_form_iterator *iterator)
{
    if (iterator != NULL) {
        ark_arena_dispose(&iterator->arena);
        free(iterator);
    }
}

static size_t
lengths_bytes(const struct form_block *block)
{
    return block->wide ? ARK_FORM_LENGTHS_WIDE_BYTES : ARK_FORM_LENGTHS_BYTES;
}

/** Has all of the index at hand: a walk looks at most of it, a part at a time would take longer. */
static enum ark_status
load_index(struct ark_form_iterator *iterator, struct ark_error *err)
{
    struct ark_segment *segment = iterator->segment;
    struct ark_stream *stream = &segment->streams[ARK_STREAM_FORM_INDEX];
    if (segment->form_index.bytes == NULL) {
        enum ark_status status =
            ark_stream_view(stream, 0, stream->bytes, &segment->memory, &segment->form_index, err);
        if (status != ARK_OK) {
            return status;
        }
    }
    iterator->index.whole = segment->form_index.bytes;
    return ARK_OK;
}

/** Stands before the first form of a block. */
static enum ark_status
enter_block(struct ark_form_iterator *iterator, uint64_t number, struct ark_error *err)
{
    uint64_t start = 0;
    uint64_t end = 0;
    ark_str bytes;
    ark_arena_reset(&iterator->arena);
    enum ark_status status = iterator->index.whole != NULL ? ARK_OK : load_index(iterator, err);
    if (status == ARK_OK) {
        status = ark_block_place(&iterator->index, number, &start, &end, err);
    }
    if (status == ARK_OK) {
        status =
            ark_stream_view(iterator->blocks, start, end - start, &iterator->arena, &bytes, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    uint64_t left = iterator->segment->info.form_count - number * ARK_FORMS_BLOCK;
    struct form_block block = {.number = number,
                               .count = left < ARK_FORMS_BLOCK ? (uint32_t)left : ARK_FORMS_BLOCK};
    block.wide = bytes.len > 0 && bytes.bytes[0] != 0;
    size_t head = 1 + (block.count - 1) * lengths_bytes(&block);
    if (bytes.len < head) {
        return ark_key_blocks_damaged(err);
    }
    block.lengths = bytes.bytes + 1;
    block.text = bytes.bytes + head;
    block.end = bytes.bytes + bytes.len;
    iterator->block = block;
    iterator->next_block = number + 1;
    return ARK_OK;
}

/** What a form shares with the one before, and has of its own. */
struct lengths {
    uint32_t shared;
    uint32_t rest;
};

/** Lengths of the next form of the block, which is not the first. */
static inline struct lengths
next_lengths(const struct form_block *block)
{
    if (block->wide) {
        uint32_t both = ark_load_u32(block->lengths);
        return (struct lengths){both & UINT16_MAX, both >> 16};
    }
    return (struct lengths){*block->lengths & 15u, *block->lengths >> 4};
}

/** Moves over the next form of the block. False when its text passes the end. */
static inline bool
pass_form(struct form_block *block, uint32_t rest)
{
    if (rest > (size_t)(block->end - block->text)) {
        return false;
    }
    block->text += rest;
    block->lengths += lengths_bytes(block);
    block->next++;
    return true;
}

/** Reads the first form of the block, from the index, and how much the form before shares with it. */
static enum ark_status
read_first(struct ark_form_iterator *iterator, size_t *shared, struct ark_error *err)
{
    ark_str key;
    enum ark_status status = ark_block_key(&iterator->index, iterator->block.number, &key, err);
    if (status != ARK_OK) {
        return status;
    }
    ark_str before = ark_compact_view(&iterator->text);
    if (iterator->follows && ark_str_compare(before, key) >= 0) {
        return ark_key_blocks_damaged(err);
    }
    *shared = iterator->follows ? ark_str_common_prefix(before, key) : 0;
    if (key.len > 0) {
        memcpy(iterator->text.bytes, key.bytes, key.len);
    }
    iterator->text.len = key.len;
    iterator->block.next = 1;
    iterator->follows = true;
    return ARK_OK;
}

/** Reads the next form of the block, not the first, to the iterator's text. */
static inline enum ark_status
read_next(struct ark_form_iterator *iterator, struct lengths lengths, struct ark_error *err)
{
    struct form_block *block = &iterator->block;
    const struct ark_coded coded = {lengths.shared, ark_str_make(block->text, lengths.rest)};
    size_t before = iterator->text.len;
    bool sound = pass_form(block, lengths.rest) && lengths.rest > 0 && lengths.shared <= before;
    // Forms ascend: each goes on where the one before it ended, or differs upwards.
    sound = sound && (lengths.shared == before ||
                      coded.rest.bytes[0] > iterator->text.bytes[lengths.shared]);
    return sound && ark_coded_join(&iterator->text, &coded) ? ARK_OK : ark_key_blocks_damaged(err);
}

/** Finds where the numbers of documents of the block begin: behind its texts. */
static bool
find_dfs(struct form_block *block)
{
    struct form_block rest = *block;
    while (rest.next < rest.count) {
        if (!pass_form(&rest, next_lengths(&rest).rest)) {
            return false;
        }
    }
    size_t bytes = (rest.count + 1) / 2;
    block->dfs = rest.text;
    block->df_long = rest.text + bytes;
    return (size_t)(rest.end - rest.text) >= bytes;
}

/** The number of documents of form number i of the block; those asked for ascend. 0 after damage. */
static uint32_t
df_of(struct form_block *block, uint32_t i)
{
    if (block->dfs == NULL && !find_dfs(block)) {
        return 0;
    }
    for (;; block->df_next++) {
        unsigned less = (unsigned)block->dfs[block->df_next / 2] >> (block->df_next % 2 * 4) & 15;
        uint32_t more = 0;
        if (less == ARK_FORM_DF_LONG) {
            block->df_long = ark_varint_get32(block->df_long, block->end, &more);
            if (block->df_long == NULL || more > UINT32_MAX - ARK_FORM_DF_LONG - 1) {
                return 0;
            }
        }
        if (block->df_next == i) {
            block->df_next++;
            return less + more + 1;
        }
    }
}

/** Makes the form that was read last the one that is given. */
static enum ark_status
give(struct ark_form_iterator *iterator, const struct ark_form **out, struct ark_error *err)
{
    struct form_block *block = &iterator->block;
    size_t len = ark_compact_expand(ark_compact_view(&iterator->text), iterator->expanded);
    uint32_t df = df_of(block, block->next - 1);
    bool tail = block->next == block->count && block->df_next == block->count &&
                block->df_long != block->end;
    if (len > ARK_LEXICON_TEXT_MAX || df == 0 || tail ||
        df > iterator->segment->info.document_count) {
        return ark_key_blocks_damaged(err);
    }
    iterator->form = (struct ark_form){ark_str_make(iterator->expanded, len), df};
    *out = &iterator->form;
    return ARK_OK;
}

/** Reads the next form to the iterator's text; *ended when there is none. */
static enum ark_status
advance(struct ark_form_iterator *iterator, bool *ended, struct ark_error *err)
{
    size_t shared = 0;
    *ended = false;
    if (iterator->block.next < iterator->block.count) {
        return read_next(iterator, next_lengths(&iterator->block), err);
    }
    if (iterator->next_block == iterator->index.block_count) {
        *ended = true;
        return ARK_OK;
    }
    enum ark_status status = enter_block(iterator, iterator->next_block, err);
    return status == ARK_OK ? read_first(iterator, &shared, err) : status;
}

enum ark_status
ark_form_iterator_next(struct ark_form_iterator *iterator, const struct ark_form **out,
                       struct ark_error *err)
{
    bool ended = false;
    enum ark_status status = ARK_OK;
    if (!iterator->pending) {
        status = advance(iterator, &ended, err);
    }
    iterator->pending = false;
    if (status != ARK_OK) {
        return status;
    }
    *out = NULL;
    return ended ? ARK_OK : give(iterator, out, err);
}

enum ark_status
ark_form_iterator_seek(struct ark_form_iterator *iterator, ark_str prefix, struct ark_error *err)
{
    uint64_t before = 0;
    struct ark_compact target;
    iterator->block = (struct form_block){.number = 0};
    iterator->next_block = 0;
    iterator->pending = false;
    iterator->follows = false;
    iterator->depth = 0;
    iterator->dead = 0;
    iterator->ended = false;
    if (prefix.len > ARK_LEXICON_TEXT_MAX) { // no form is that long: those after its beginning are
        prefix.len = ARK_LEXICON_TEXT_MAX;   // not less than it
    }
    ark_compact_set(&target, prefix);
    ark_arena_reset(&iterator->arena);
    enum ark_status status = load_index(iterator, err);
    if (status != ARK_OK) {
        return status;
    }
    status = ark_block_search(&iterator->index, 0, ark_compact_view(&target), false, &before, err);
    if (status != ARK_OK || before == 0) {
        return status; // every form comes after it, or there is none
    }
    iterator->next_block = before - 1;
    bool ended = false;
    do {
        status = advance(iterator, &ended, err);
    } while (status == ARK_OK && !ended &&
             ark_str_compare(ark_compact_view(&iterator->text), ark_compact_view(&target)) < 0);
    iterator->pending = status == ARK_OK && !ended;
    return status;
}

/** What stands for a character that is no UTF-8, which may be anything. */
enum { BROKEN = 0xFFFD };

/** Puts a character behind the target. */
static void
append_character(struct ark_compact *target, uint32_t codepoint)
{
    uint8_t utf8[4] = {(uint8_t)codepoint};
    size_t len = codepoint < 0x80 ? 1 : codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
    for (size_t i = len; len > 1 && i-- > 1; codepoint >>= 6) {
        utf8[i] = (uint8_t)(0x80 | (codepoint & 0x3F));
    }
    if (len > 1) {
        utf8[0] = (uint8_t)(UINT32_C(0xF00) >> len | codepoint);
    }
    target->len += ark_compact_put(target->bytes + target->len, ark_str_make(utf8, len));
}

/**
 * The character that begins at at, behind depth others, is not wanted: no form with it is, nor, when no
 * greater one is wanted in its place, any with what stands before it.
 */
static void
set_target(struct ark_form_iterator *iterator, size_t at, const struct ark_form_filter *filter)
{
    ark_str text = ark_compact_view(&iterator->text);
    uint32_t next = 0;
    for (;;) {
        uint32_t codepoint = ark_compact_character(text, at, &iterator->dead);
        next = codepoint == BROKEN ? BROKEN
                                   : filter->next(filter->context, iterator->depth, codepoint);
        if (next != 0 || iterator->depth == 0) {
            break;
        }
        iterator->depth--;
        at = iterator->depth == 0 ? 0 : iterator->ends[iterator->depth];
    }
    iterator->ended = next == 0;
    iterator->target_at = at;
    iterator->target.len = at;
    memcpy(iterator->target.bytes, text.bytes, at);
    if (next == BROKEN || at + 8 > sizeof iterator->target.bytes) { // just behind what is dead
        memcpy(iterator->target.bytes, text.bytes, iterator->dead);
        iterator->target.bytes[iterator->dead - 1]++;
        iterator->target.len = iterator->dead;
    } else if (next != 0) {
        append_character(&iterator->target, next);
    }
}

/** Asks the filter about the characters of text behind those it shares with the form before. */
static bool
ask(struct ark_form_iterator *iterator, size_t shared, const struct ark_form_filter *filter)
{
    ark_str text = ark_compact_view(&iterator->text);
    while (iterator->depth > 0 && iterator->ends[iterator->depth] > shared) {
        iterator->depth--;
    }
    iterator->dead = 0;
    size_t at = iterator->depth > 0 ? iterator->ends[iterator->depth] : 0;
    while (at < text.len) {
        size_t end = 0;
        uint32_t codepoint = ark_compact_character(text, at, &end);
        if (!filter->step(filter->context, iterator->depth, codepoint)) {
            set_target(iterator, at, filter);
            return false;
        }
        at = end;
        iterator->ends[++iterator->depth] = (uint16_t)at;
    }
    return filter->ends(filter->context, iterator->depth);
}

/**
 * How many of at most eight forms, whose lengths are narrow, share so much with the ones before
 * them, up to the first that does not; adds what they have of their own. The inner loop of a
 * search for misspelt words: eight half bytes are compared and added at a time.
 */
static inline unsigned
count_sharing(const uint8_t *lengths, size_t dead, size_t *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t eight = ark_load_u64(lengths);
    // The highest bit of a byte is set when its lower half is below dead.
    uint64_t less = ~((eight & ones * 15) + ones * (0x80 - dead)) & ones * 0x80;
    unsigned count = less == 0 ? 8 : (unsigned)__builtin_ctzll(less) / 8;
    uint64_t kept = count == 8 ? eight : eight & ((UINT64_C(1) << 8 * count) - 1);
    *bytes += ((kept >> 4 & ones * 15) * ones) >> 56;
    return count;
}

/** Passes over the forms of the block behind a beginning that is not wanted. */
static bool
pass_dead(struct ark_form_iterator *iterator)
{
    struct form_block *block = &iterator->block;
    size_t dead = iterator->dead;
    while (block->wide && block->next < block->count && next_lengths(block).shared >= dead) {
        if (!pass_form(block, next_lengths(block).rest)) {
            return false;
        }
    }
    if (block->wide) {
        return true;
    }
    const uint8_t *lengths = block->lengths;
    const uint8_t *end = lengths + (block->count - block->next);
    size_t bytes = 0;
    unsigned count = 8;
    while (count == 8 && end - lengths >= 8 && dead <= ARK_FORM_LENGTH_MAX) {
        count = count_sharing(lengths, dead, &bytes);
        lengths += count;
    }
    while (count == 8 && lengths < end && (*lengths & 15u) >= dead) {
        bytes += *lengths++ >> 4;
    }
    if (bytes > (size_t)(block->end - block->text)) {
        return false;
    }
    block->text += bytes;
    block->next += (uint32_t)(lengths - block->lengths);
    block->lengths = lengths;
    return true;
}

/** Passes over the forms of the block that are less than the target, as their first letters tell. */
static bool
pass_to_target(struct ark_form_iterator *iterator)
{
    struct form_block *block = &iterator->block;
    size_t at = iterator->target_at;
    uint8_t wanted = iterator->target.bytes[at];
    bool sound = pass_dead(iterator);
    while (sound && block->next < block->count && block->text < block->end) {
        struct lengths lengths = next_lengths(block);
        uint8_t first = *block->text;
        if (lengths.shared != at || first >= wanted || first <= iterator->text.bytes[at] ||
            ark_compact_is_escape(first)) {
            break;
        }
        iterator->text.bytes[at] = first;
        iterator->text.len = at + 1;
        iterator->dead = at + 1;
        sound = pass_form(block, lengths.rest) && pass_dead(iterator);
    }
    return sound;
}

/** Enters the block after this one; of those that begin before what may be wanted next, the last. */
static enum ark_status
enter_next(struct ark_form_iterator *iterator, size_t *shared, struct ark_error *err)
{
    uint64_t before = 0;
    enum ark_status status = ARK_OK;
    if (iterator->dead > 0) {
        ark_arena_reset(&iterator->arena);
        status = ark_block_search(&iterator->index, iterator->next_block,
                                  ark_compact_view(&iterator->target), false, &before, err);
    }
    if (status == ARK_OK) {
        status = enter_block(iterator, iterator->next_block + (before > 0 ? before - 1 : 0), err);
    }
    return status == ARK_OK ? read_first(iterator, shared, err) : status;
}

enum ark_status
ark_form_iterator_next_wanted(struct ark_form_iterator *iterator,
                              const struct ark_form_filter *filter, const struct ark_form **out,
                              struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    size_t shared = 0;
    bool here = iterator->pending;
    iterator->pending = false;
    *out = NULL;
    while (status == ARK_OK) {
        if (here && ask(iterator, shared, filter)) {
            return give(iterator, out, err);
        }
        if (iterator->ended) {
            return ARK_OK;
        }
        if (iterator->dead > 0 && !pass_to_target(iterator)) {
            return ark_key_blocks_damaged(err);
        }
        here = true;
        if (iterator->block.next < iterator->block.count) {
            struct lengths lengths = next_lengths(&iterator->block);
            // A form before it that was passed over shares less than what is dead, as it does.
            shared = lengths.shared;
            iterator->text.len = iterator->dead > 0 ? iterator->dead : iterator->text.len;
            status = read_next(iterator, lengths, err);
        } else if (iterator->next_block < iterator->index.block_count) {
            status = enter_next(iterator, &shared, err);
            here = iterator->dead == 0 || shared < iterator->dead;
        } else {
            return ARK_OK;
        }
    }
    return status;
}
